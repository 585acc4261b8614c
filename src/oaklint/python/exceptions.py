"""What becomes of one exception: which clauses catch it, where control goes from there.

A path carries a `State`: the exception in flight, if any, and what is known of local names since it was raised. What is known of
expressions decides the tests on the way; of those that it does not decide, both ways are possible.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from itertools import takewhile
from typing import TypeVar

from oaklint.python import cst
from oaklint.python.arrivals import Arrivals
from oaklint.python.behind import Behind
from oaklint.python.called import Called
from oaklint.python.cases import Cases
from oaklint.python.changes import Changes
from oaklint.python.decisive import certainly_evaluated
from oaklint.python.definitions import UNKNOWN, Names
from oaklint.python.effects import Effects
from oaklint.python.facts import (
    CLASS,
    CODE,
    EXCEPTION,
    GROUP,
    NO_STATE,
    NONE,
    OPAQUE,
    Fact,
    Facts,
    State,
    Thrown,
    decided,
    part_of,
)
from oaklint.python.flow import Block, Edge, Graph, Kind, TooManyStates, last_catch, search
from oaklint.python.indifferent import is_indifferent
from oaklint.python.instances import Instances
from oaklint.python.iterations import Iterations
from oaklint.python.knowledge import Knowledge
from oaklint.python.memo import Memo
from oaklint.python.names import Resolver
from oaklint.python.places import is_builtin, place
from oaklint.python.raised import Raised
from oaklint.python.scopes import CodeUnit
from oaklint.python.tree import Run, index_of, positional, walk
from oaklint.python.values import Values

# Calls that do not come back; they raise SystemExit, or end the process.
NO_RETURN = {
    "sys.exit",
    "builtins.exit",
    "builtins.quit",
    "os._exit",
    "os.abort",
    "os.execv",
    "os.execve",
    "os.execvp",
    "os.execl",
    "os.execlp",
    "pytest.fail",
    "pytest.skip",
    "pytest.exit",
    *("streamlit.stop", "streamlit.rerun", "streamlit.experimental_rerun", "streamlit.switch_page"),
    *("click.Context().exit", "click.get_current_context().exit", "click.Context().fail", "typer.Context().exit"),
    *("argparse.ArgumentParser().error", "argparse.ArgumentParser().exit", "six.reraise"),
    *("flask.abort", "werkzeug.exceptions.abort", "quart.abort"),
}
# What refuses None, and a text in which nothing stands.
_PARSERS = {"json.loads", "builtins.int", "builtins.float"}
_UNPARSABLE = Thrown(
    "builtins.ValueError",
    frozenset(
        {
            *("json.JSONDecodeError", "json.decoder.JSONDecodeError"),
            *("builtins.ValueError", "builtins.Exception", "builtins.BaseException"),
        }
    ),
)
# Methods of generators, which go on with what they are handed, and may raise it.
_RESUME = {"send", "asend", "throw", "athrow"}
# What a block raises that raises nothing.
_NOTHING: frozenset[Thrown | None] = frozenset({None})
_ONWARD = {Kind.NEXT, Kind.AGAIN, Kind.MISS}
_EXITS = ("__exit__", "__aexit__")
# What leaves them leaves as a group, be it raised by a task or in their own body (Python 3.11, anyio 4, trio 0.25 and later).
_TASK_GROUPS = {"asyncio.TaskGroup", "anyio.create_task_group", "trio.open_nursery"}
# How many steps are worked out for one program: five times as many as the largest of some hundred real files takes.
_MAX_STEPS = 250_000

Steps = tuple[tuple[Edge, State], ...]
Answer = TypeVar("Answer")


class ExceptionFlow:
    """Follows exceptions through the graphs of a program."""

    def __init__(
        self,
        resolver: Resolver,
        values: Values,
        exists: Callable[[str], bool] = lambda _: True,
        is_exception: Callable[[str], bool] = lambda _: True,
        is_there: Callable[[str], bool | None] = lambda _: None,
    ) -> None:
        """exists: whether there is something of that name in what the program runs with. is_exception: whether it can stand in a
        clause. is_there: whether what has that qualified name is there to be imported; None where that is not known.
        """
        self._resolver = resolver
        self._values = values
        self._exists = exists
        self._is_exception = is_exception
        self.instances = Instances(resolver, self)
        self._raised = Raised(resolver, self, self.instances)
        self._stopping: dict[Block, bool] = {}
        self._certain: dict[cst.CSTNode, list[cst.CSTNode]] = {}
        self.memo = Memo()
        self._worked_out = 0
        self.effects = Effects(resolver)
        self.knowledge = Knowledge(resolver, values, self, is_there)
        self.cases = Cases(values, self, self.knowledge.inquiries)
        self.called = Called(resolver, self)
        self.iterations = Iterations(resolver, self)
        self.changes = Changes(resolver, values, self)

    def once(self, kind: str, question: Hashable, work_out: Callable[[], Answer]) -> Answer:
        """What `work_out` finds, worked out once for what is supposed at the moment, and for how deep functions are followed."""
        return self.memo.once(kind, (self.called.depth, question), work_out)

    @contextmanager
    def counting(self, most: int) -> Iterator[None]:
        """For as long as counters are followed as far as that."""
        usual = self.changes.max_count
        self.changes.max_count = most
        try:
            with self.memo.supposing():
                yield
        finally:
            self.changes.max_count = usual

    # What its parts answer.

    def known(self, node: cst.BaseExpression, state: State) -> Fact | None:
        """What is known of the value of an expression on a path; None for nothing."""
        return self.knowledge.known(node, state)

    def supposing_defaults(self, nodes: Iterable[cst.CSTNode], state: State) -> State:
        """The state in which the parts of some expressions, of which nothing else is known, are what they are by default."""
        for part in (part for node in nodes for part in walk(node)):
            if isinstance(part, (cst.Name, cst.Attribute)) and (key := place(part)) is not None and state.fact(key) is None:
                value = self._values.by_default(part)
                if value is None or isinstance(value, (bool, int, str)):
                    state = state.knowing(key, NONE if value is None else Fact("constant", value))
        return state

    def returning(
        self, call: Run, fact: Fact, undone: Collection[cst.CSTNode] = (), assigned: Fact = OPAQUE
    ) -> AbstractContextManager[None]:
        """For as long as a call is taken to return that; see `Knowledge.returning`."""
        return self.knowledge.returning(call, fact, undone, assigned)

    def handed(self, function: cst.FunctionDef, call: Run | None, state: State) -> State:
        """The state in which a function begins that the call hands its arguments; without a call, its defaults stand."""
        return self.called.handed(function, call, state)

    def given(self, value: cst.BaseExpression, state: State) -> Fact:
        """What is known of a value that is handed to a function."""
        return self.called.given(value, state)

    def verdict(
        self, predicate: cst.FunctionDef, thrown: Thrown, state: State = NO_STATE, *, of_outcome: bool = False
    ) -> bool | None:
        """What a predicate of the program says to an exception that it is handed; see `Called.verdict`."""
        return self.called.verdict(predicate, thrown, state, of_outcome=of_outcome)

    def is_true(self, function: cst.FunctionDef | cst.Lambda, state: State) -> bool | None:
        """Whether a function that begins in that state returns something true; None if that depends on more."""
        return self.called.is_true(function, state)

    def unbound_at(self, unit: CodeUnit | None, blocks: Iterable[Block]) -> Facts:
        """The local names of a function that have no value yet when control first comes to one of the blocks."""
        return self.changes.unbound_at(unit, blocks)

    # Clauses.

    def catches(self, types: cst.BaseExpression | None, thrown: Thrown, state: State = NO_STATE) -> bool | None:
        """Whether a clause with these types (None: a bare `except`) catches the exception; None where that is not known."""
        if types is None:
            return True
        if _are_none(types, state):
            return False
        if not any(
            all(map(self._is_exception, names)) for names in self._resolver.clauses.alternatives(self._given(types, state))
        ):
            return None  # the clause itself raises
        return self.is_instance(types, thrown, state)

    def is_instance(self, types: cst.BaseExpression, thrown: Thrown, state: State = NO_STATE) -> bool | None:
        """Whether the exception is an instance of one of these types; None where that is not known."""
        if _are_none(types, state):
            return False
        types = self._given(types, state)
        # What is bound where an import works cannot be in force where there is nothing to be imported, and None has no classes.
        alternatives = [names for names in self._resolver.clauses.alternatives(types) if not any(map(_is_of_none, names))]
        in_force = [names for names in alternatives if all(map(self._exists, names))]
        if not in_force and self._exists(thrown.name):
            return None  # there is no such exception: asking raises itself
        in_force = in_force or alternatives
        verdicts = {self._are_among(names, thrown) for names in in_force}
        return verdicts.pop() if len(verdicts) == 1 else None

    def _given(self, types: cst.BaseExpression, state: State) -> cst.BaseExpression:
        """The types that a name stands for which was handed over, or an attribute of an object that was, or that is made once."""
        given = state.fact(key) if (key := place(types)) is not None else None
        if given is None and isinstance(types, cst.Attribute) and not self.instances.is_set_later(types.attr.value):
            made = self.called.made(types.value, state)
            given = part_of(made, types.attr.value) if made is not None else None
        return given.value if given is not None and given.kind == "given" else types

    def _are_among(self, names: Names, thrown: Thrown) -> bool | None:
        """Whether one of these classes is the exception's, or an ancestor of it."""
        if names & thrown.classes:
            return True
        if any(_is_meant(name, thrown) for name in names):
            return None
        return False if all(map(self.is_unrelated, names)) else None

    def is_unrelated(self, name: str) -> bool:
        """Whether a name that is none of the exception's classes is known to be some other class, and no tuple of classes."""
        if name.startswith("@"):
            return True
        if name == UNKNOWN or name.endswith("()"):
            return False
        last = name.rpartition(".")[2]
        return last[:1].isupper() and not last.isupper()

    # Context managers.

    def _left_with(self, manager: cst.BaseExpression, thrown: Thrown, state: State) -> set[Thrown | None]:
        """What becomes of an exception at the end of a `with`: None where it is swallowed; nothing where that is not known."""
        if isinstance(manager, cst.Call) and self._resolver.names(manager.func) & {"contextlib.suppress", "pytest.raises"}:
            verdict = decided((self.catches(arg.value, thrown) for arg in manager.args if arg.keyword is None), by=True)
            return set() if verdict is None else {None if verdict else thrown}
        if isinstance(manager, cst.Call) and self._resolver.names(manager.func) & _TASK_GROUPS:
            return {thrown if thrown.inside is not None else thrown.grouped()}
        found: set[Thrown | None] = set()
        for graph, begun in self._generators(manager, state):
            found |= self._ends(graph, self._raised_at_yield(graph, thrown, begun))
        for function in self._exits(manager):
            found |= self._left_by_exit(function, manager, thrown, state)
        return found or {thrown}

    def _generators(self, manager: cst.BaseExpression, state: State) -> Iterator[tuple[Graph, State]]:
        """The graphs of the generators with `@contextmanager` that an expression calls, with the states in which they begin."""
        for function in self._resolver.calls.functions(manager) if isinstance(manager, cst.Call) else ():
            assert isinstance(manager, cst.Call)
            if self._resolver.is_context_manager(function):
                if (graph := self._resolver.graph(function)) is not None:
                    yield graph, self.called.handed(function, manager, state)

    def _exits(self, manager: cst.BaseExpression) -> Iterable[cst.FunctionDef]:
        """The methods that run at the end of a `with`."""
        owners = {name.removesuffix("()") for name in self._resolver.names(manager) if name.startswith("@")}
        return self._resolver.definitions.functions(f"{owner}.{exit}" for owner in owners for exit in _EXITS)

    def swallowed_by(self, manager: cst.BaseExpression, thrown: Thrown) -> cst.CSTNode | None:
        """What swallows an exception at the end of a `with`, where that is for functions of the program to say: the clause around
        the `yield` of a generator, or a method `__exit__`.
        """
        for graph, begun in self._generators(manager, NO_STATE):
            clause = self._clause_at_yield(graph, thrown, begun)
            if clause is not None:
                return clause
        return next((each for each in self._exits(manager) if None in self._left_by_exit(each, manager, thrown, NO_STATE)), None)

    def lets_out(self, block: Block) -> bool:
        """Whether the end of a `with` is seen to let out what ends the program."""
        ending = Thrown.builtin("SystemExit")
        return isinstance(block.node, cst.WithItem) and self._left_with(block.node.item, ending, NO_STATE) == {ending}

    def _clause_at_yield(self, graph: Graph, thrown: Thrown, state: State) -> cst.CSTNode | None:
        starts = self._raised_at_yield(graph, thrown, state)
        try:
            way = self.search(graph, starts, lambda block, after: block is graph.returned and after.flying is None)
        except TooManyStates:
            return None
        return last_catch(way) if way is not None else None

    def _raised_at_yield(self, graph: Graph, thrown: Thrown, state: State) -> list[tuple[Block, State]]:
        """Where an exception goes that is raised at the `yield` of a generator."""
        yields = self._resolver.tree.nodes_in(graph.unit, cst.Yield)
        return self.raised_at([block for node in yields for block in graph.blocks_of(node)], thrown, state)

    def _left_by_exit(
        self, function: cst.FunctionDef, manager: cst.BaseExpression, thrown: Thrown, state: State
    ) -> set[Thrown | None]:
        """What a method `__exit__` makes of an exception: a true answer swallows it."""
        graph = self._resolver.graph(function)
        params = positional(function)
        begun = State(None, thrown)
        for param, fact in zip(params[1:3], (CLASS, EXCEPTION), strict=False):
            begun = begun.knowing(param.name.value, fact)
        if graph is None:
            return set()
        makers = self._resolver.values_of(manager)
        made = self.knowledge.parts(makers[0], state) if len(makers) == 1 else None
        for key, part in self.called.parts_read(made, function):
            begun = begun.knowing(key, part)
        ends = self._ends(graph, [(graph.entry, begun)])
        if self._is_remembered(function, begun, self._resolver.tree.unit(manager)):
            return set()
        answers = self.called.answers(function, begun)
        verdicts = {self.knowledge.truth(answer) for answer in answers}
        return (ends - {None}) | ({None if verdict else thrown for verdict in verdicts} if verdicts <= {True, False} else set())

    def _is_remembered(self, method: cst.FunctionDef, begun: State, user: CodeUnit | None) -> bool:
        """Whether a method that begins in that state notes something in its object which is asked for elsewhere; where the object
        is used, it may be asked for what is noted in other states, too.
        """
        tree = self._resolver.tree
        run: set[cst.CSTNode | None] = set()

        def note(block: Block, _: State) -> bool:
            run.add(block.node)
            return False

        self.called.run(method, begun, note)
        for node_type in (cst.Assign, cst.AnnAssign, cst.AugAssign):
            for statement in tree.nodes_in(method, node_type):
                for noted in (part for part in walk(statement) if isinstance(part, cst.Attribute)):
                    read = (node for node in tree.named(noted.attr.value) if isinstance(node, cst.Attribute))
                    units = {tree.unit(node) for node in read if not tree.is_store(node)}
                    if user in units or (statement in run and units - {method}):
                        return True
        return False

    def _ends(self, graph: Graph, starts: Iterable[tuple[Block, State]]) -> set[Thrown | None]:
        """What leaves a function: exceptions, and None where it returns; nothing where that cannot be found out."""
        found: set[Thrown | None] = set()

        def note(block: Block, state: State) -> bool:
            if block in (graph.returned, graph.raised):
                found.add(state.flying)
            return False

        if not self.called.search(graph, starts, note):
            return set()
        return found

    # Paths.

    def search(
        self,
        graph: Graph,
        starts: Iterable[tuple[Block, State]],
        goal: Callable[[Block, State], bool],
        *,
        stop: Callable[[Block, State], bool] = lambda block, state: False,
        arrive: Callable[[Edge, State], State | None] = lambda edge, state: state,
        jumps: Callable[[Block, State], Iterable[tuple[Block, State]]] = lambda block, state: (),
    ) -> list[Block] | None:
        """The blocks of a path from a start to a goal, or None.

        stop:   blocks behind which a path need not be followed. arrive: what an edge changes in the state; None forbids it.
        jumps:  ways on that are no edges of the graph, such as a call of the function itself.
        Raises TooManyStates where the answer would take too long.
        """

        def successors(block: Block, state: State) -> Iterator[tuple[Block, State]]:
            if stop(block, state):
                return
            for edge, following in self.steps(block, state):
                arrived = arrive(edge, following)
                if arrived is not None:
                    yield edge.target, arrived
            if state.flying is None:
                yield from jumps(block, state)

        return search(starts, successors, goal)

    def raised_at(self, blocks: Iterable[Block], thrown: Thrown, state: State | None = None) -> list[tuple[Block, State]]:
        """Where the exception goes from the blocks that raise it."""
        known = state.facts if state is not None else frozenset()
        lap = state.lap if state is not None else 0
        flying = State(thrown, facts=known, lap=lap)
        return [(edge.target, flying) for block in blocks for edge in block.edges if edge.kind is Kind.RAISE]

    def met_behind(self, starts: Collection[tuple[Block, State]]) -> Collection[tuple[Block, Thrown | None]]:
        """The exits, and the clauses that catch, to which control may come from some blocks, each with what arrives there.

        Raises TooManyStates where the answer would take too long.
        """
        behind = self.once("behind", None, lambda: Behind(self._following, self._met))
        return behind.of(starts)

    def _following(self, block: Block, state: State) -> Iterator[tuple[Block, State]]:
        return ((edge.target, after) for edge, after in self.steps(block, state))

    def _met(self, block: Block, state: State) -> Iterator[tuple[Block, Thrown | None]]:
        if not block.edges:
            yield block, state.flying
        for edge, after in self.steps(block, state):
            if edge.kind is Kind.CATCH and after.handled is not None:
                yield block, after.handled

    def known_at(self, graph: Graph, goals: Collection[Block], facts: Facts) -> Facts | None:
        """What is known, by whichever way, when control first comes to one of the blocks; None where it does not."""
        return self.once("arrivals", (graph, facts), lambda: Arrivals(graph, facts, self.steps)).at(goals)

    def steps(self, block: Block, state: State) -> Steps:
        """The edges that control can take from a block, each with the state behind it.

        Raises TooManyStates once this program has taken too long.
        """
        return self.once("steps", (block, state), lambda: self._count(self._find_steps(block, state)))

    def _count(self, steps: Iterator[tuple[Edge, State]]) -> Steps:
        self._worked_out += 1
        if self._worked_out > _MAX_STEPS:
            raise TooManyStates
        return tuple(steps)

    def _find_steps(self, block: Block, state: State) -> Iterator[tuple[Edge, State]]:
        if state.flying is not None and block.catches:
            yield from self._caught(block, state, state.flying)
            return
        throws = self._throws(block, state)
        for thrown in throws - {None}:
            raised = state._replace(flying=thrown)
            yield from ((edge, raised) for edge in block.edges if edge.kind is Kind.RAISE)
        if None not in throws:
            return
        if isinstance(block.node, (cst.Return, cst.Break, cst.Continue)):
            state = state._replace(flying=None)  # a jump out of a `finally` drops the exception
        if state.handled is not None and block.node is not None and self._leaves_it_to_others(block.node, state):
            return
        ways = self._ways(block, self.changes.after(block, state))
        for edge in block.edges:
            if edge.kind in ways:
                yield edge, ways[edge.kind]

    def _caught(self, block: Block, state: State, thrown: Thrown) -> Iterator[tuple[Edge, State]]:
        node = block.node
        if isinstance(node, cst.WithItem):
            for end in self._left_with(node.item, thrown, state):
                left = state._replace(flying=end, handled=thrown if end is None else state.handled)
                yield from ((edge, left) for edge in block.edges if edge.kind is (Kind.CATCH if end is None else Kind.MISS))
            return
        assert isinstance(node, (cst.ExceptHandler, cst.ExceptStarHandler)), "only clauses and the ends of `with` catch"
        if isinstance(node, cst.ExceptStarHandler):
            thrown = thrown.inside or thrown
        verdict = self.catches(node.type, thrown, state)
        key = place(node.name.name) if node.name is not None else None
        if verdict is None:
            return  # what is not known is nobody's fault
        for edge in block.edges:
            if verdict and edge.kind is Kind.CATCH:
                caught = self.iterations.left_to(node, state)._replace(flying=None, handled=thrown)
                named = GROUP if isinstance(node, cst.ExceptStarHandler) else EXCEPTION
                yield edge, caught.knowing(key, named) if key is not None else caught
            elif not verdict and edge.kind is Kind.MISS:
                yield edge, state

    def _ways(self, block: Block, state: State) -> Mapping[Kind, State]:
        """The kinds of edges that control can take from a block that raises nothing, each with what is known behind it."""
        if isinstance(block.node, cst.For):
            return self.iterations.ways(block.node, state)
        if (asking := self._resolver.calls.loop_asking(block.node)) is not None:
            return self.iterations.asked(asking, state)
        if isinstance(block.node, cst.Break):
            state = self.iterations.left_by(block.node, state)
        if isinstance(block.node, cst.MatchCase):
            return dict.fromkeys(_ONWARD | self._match_ways(block.node, state), state)
        verdict = self._verdict_at(block, state)
        if verdict is OPAQUE and not self._is_indifferent(block.node):
            return {}  # decided by code that is not seen: taken to be decided rightly
        if isinstance(verdict, bool):
            return dict.fromkeys(_ONWARD | {Kind.TRUE if verdict else Kind.FALSE}, state)
        ways = dict.fromkeys(_ONWARD | {Kind.TRUE, Kind.FALSE}, state)
        if isinstance(block.node, cst.Name) and self.changes.is_flag(block.node):
            for kind in (Kind.TRUE, Kind.FALSE):
                ways[kind] = state.knowing(block.node.value, Fact("constant", kind is Kind.TRUE))
        return ways

    def _is_indifferent(self, test: cst.CSTNode | None) -> bool:
        """Whether it does not matter which way a condition goes."""
        if not isinstance(test, cst.BaseExpression):
            return False
        return is_indifferent(test, self.changes.decisive(self._resolver.tree.unit(test)), self._resolver)

    def _verdict_at(self, block: Block, state: State) -> bool | Fact | None:
        """What is known of a condition."""
        if isinstance(block.node, cst.BaseExpression) and any(edge.kind in (Kind.TRUE, Kind.FALSE) for edge in block.edges):
            known = self.knowledge.known(block.node, state)
            if known is None and (asked := self._resolver.asked_whether_true(block.node)):
                known = self.called.answered(asked, None, block.node, state)
            return self.knowledge.truth(known)
        return None

    def is_asked(self, block: Block, state: State) -> bool:
        """Whether a condition asks something of the exception that is not known."""
        return self._verdict_at(block, state) is OPAQUE

    def _match_ways(self, case: cst.MatchCase, state: State) -> set[Kind]:
        match = self._resolver.tree.parents[case]
        assert isinstance(match, cst.Match)
        subject = self.knowledge.returned(match.subject, state)
        verdict = self.cases.fits(case.pattern, subject, state)
        if verdict is None and subject is not None and (subject == OPAQUE or subject.kind == "parts"):
            return set()  # decided by code that is not seen, as for a condition
        return {Kind.TRUE, Kind.FALSE} if verdict is None else {Kind.TRUE if verdict else Kind.FALSE}

    def _throws(self, block: Block, state: State) -> frozenset[Thrown | None]:
        """What a block is seen to raise, on a path that has come here without an exception in flight: one of these, where None
        stands for nothing. Without any, code that is not seen decides: it is taken to decide rightly.
        """
        node = block.node
        if node is not None and self.changes.reads_unbound(node, state):
            return frozenset({Thrown.builtin("UnboundLocalError")})
        if isinstance(node, cst.Raise):
            if node.exc is None:
                return frozenset({state.handled or Thrown.builtin("Exception")})
            known = self.knowledge.known(node.exc, state)
            if known in (EXCEPTION, GROUP) and state.handled is not None:
                return frozenset({state.handled})
            return frozenset({self._raised.by(node, state)})
        if isinstance(node, cst.Assert):
            return frozenset({Thrown.builtin("AssertionError")})
        if node is None:
            return _NOTHING
        if (refused := self._refused(node, state)) is not None:
            return frozenset({refused})
        if state.handled is not None and self._asks_for_what_it_lacks(node, state.handled, state):
            return frozenset({Thrown.builtin("AttributeError")})
        if any(isinstance(part, cst.Subscript) and self.knowledge.is_lacking(part, state) for part in self._for_certain(node)):
            return frozenset({Thrown.builtin("KeyError")})
        found = _NOTHING
        for call in self._calls_for_certain(node):
            if self.never_comes_back(call):
                return frozenset({Thrown.builtin("SystemExit")})
            if state.handled is not None and self.knowledge.raises_result(call, state):
                return frozenset({state.handled})
            if state.handled is not None or self._is_known_by_parts(call, state):
                outcomes = self.called.outcomes(call, state)
                if None not in outcomes:
                    return (found | outcomes) - _NOTHING
                # What may be raised for another reason, as arguments are checked, says nothing of the failure.
                found |= {each for each in outcomes if each is not None and _tells_of(each, state.handled)}
        return found

    def _is_known_by_parts(self, call: cst.Call, state: State) -> bool:
        """Whether it may depend on the parts of an object what its method does."""
        owner = self.knowledge.known(call.func.value, state) if isinstance(call.func, cst.Attribute) and state.facts else None
        return owner is not None and owner.kind == "parts"

    def _calls_for_certain(self, node: cst.CSTNode) -> Iterator[cst.Call]:
        """The calls that are made whenever a block runs."""
        return (part for part in self._for_certain(node) if isinstance(part, cst.Call))

    def _for_certain(self, node: cst.CSTNode) -> list[cst.CSTNode]:
        """The calls, attributes and items that are evaluated whenever a block runs."""
        found = self._certain.get(node)
        if found is None:
            asked_for = (cst.Call, cst.Attribute, cst.Subscript)
            found = self._certain[node] = [part for part in certainly_evaluated(node) if isinstance(part, asked_for)]
        return found

    def _refused(self, node: cst.CSTNode, state: State) -> Thrown | None:
        """What Python raises because of a constant in a block: `answer.strip()` where the answer is None, `json.loads("")`."""
        if not any(fact.kind == "constant" for _, fact in state.facts):
            return None
        for part in self._for_certain(node):
            if isinstance(part, cst.Attribute):
                key = place(part.value)
                if key is not None and state.fact(key) == NONE:
                    return Thrown.builtin("AttributeError")
            elif isinstance(part, cst.Call) and len(part.args) == 1 and self._resolver.names(part.func) & _PARSERS:
                fact = self.knowledge.known(part.args[0].value, state)
                if fact == NONE:
                    return Thrown.builtin("TypeError")
                if fact is not None and fact.kind == "constant" and fact.value == "":
                    return _UNPARSABLE
        return None

    def _asks_for_what_it_lacks(self, node: cst.CSTNode, thrown: Thrown, state: State) -> bool:
        """Whether a block reads an attribute of the exception that it does not have, `error.status` for `error.status_code`, and
        nobody is there to catch what comes of that.
        """
        read = (part for part in self._for_certain(node) if isinstance(part, cst.Attribute))
        lacking = (part for part in read if thrown.has(part.attr.value) is False)
        if not any(self.knowledge.known(part.value, state) == EXCEPTION and not self._may_be_given(part) for part in lacking):
            return False
        around = self._resolver.tree.ancestors(node)
        inside = takewhile(lambda each: not isinstance(each, (cst.ExceptHandler, cst.ExceptStarHandler)), around)
        return not any(isinstance(each, (cst.Try, cst.TryStar, cst.With)) for each in inside)

    def _may_be_given(self, attribute: cst.Attribute) -> bool:
        """Whether an object is given an attribute in the function that reads it, be it here or by what it is handed to."""
        tree, key, owner = self._resolver.tree, place(attribute), place(attribute.value)
        unit = tree.unit(attribute)
        given = (target.target for node in tree.nodes_in(unit, cst.Assign) for target in node.targets)
        declared = (node.target for node in tree.nodes_in(unit, cst.AnnAssign))
        counted = (node.target for node in tree.nodes_in(unit, cst.AugAssign))
        if key in {place(target) for target in (*given, *declared, *counted)}:
            return True
        handed_to = (call for call in tree.calls_in(unit) if any(place(arg.value) == owner for arg in call.args))
        return any(
            self._resolver.calls.functions(call) or self._resolver.name(call.func) == "builtins.setattr" for call in handed_to
        )

    def _leaves_it_to_others(self, node: cst.CSTNode, state: State) -> bool:
        """Whether it depends on what is not seen where control goes: on whether a mapping has an entry for the exception, as in
        `DELAYS[type(error)]`, on what is called because of it, as in `HANDLERS.get(type(error), give_up)(error)`, or on a
        generator that is told of it.
        """
        for part in self._for_certain(node):
            if isinstance(part, cst.Subscript) and self._is_filled(part):
                continue
            if isinstance(part, cst.Subscript) and (index := index_of(part)) is not None:
                fact, found = self.knowledge.known(index, state), self.knowledge.known(part, state)
                asks_error = fact is not None and (fact in (CLASS, CODE) or fact.told)
                if asks_error and (found == OPAQUE or (found is None and fact in (CLASS, CODE))):
                    return True
            elif isinstance(part, cst.Call) and not isinstance(part.func, cst.Attribute):
                if self.knowledge.known(part.func, state) == OPAQUE:
                    return True
            elif isinstance(part, cst.Call) and self._resumes(part):
                if any(self.knowledge.known(arg.value, state) == EXCEPTION for arg in part.args):
                    return True
        return False

    def _resumes(self, call: cst.Call) -> bool:
        """Whether a call has a generator of the program go on, and that may raise or end: `judge.send(error)`."""
        if not isinstance(call.func, cst.Attribute) or call.func.attr.value not in _RESUME:
            return False
        tree, calls = self._resolver.tree, self._resolver.calls
        made = (value for value in self._resolver.values_of(call.func.value) if isinstance(value, cst.Call))
        generators = (each for value in made for each in calls.functions(value) if tree.nodes_in(each, cst.Yield))
        return any(tree.nodes_in(each, cst.Raise) or tree.nodes_in(each, cst.Return) for each in generators)

    def _is_filled(self, item: cst.Subscript) -> bool:
        """Whether an item is put there, or counted up in what may be more than a plain dictionary: `failures[type(e)] += 1`."""
        parent = self._resolver.tree.parents.get(item)
        if isinstance(parent, (cst.AugAssign, cst.AnnAssign)):
            return parent.target is item and self._resolver.names(item.value) != {"builtins.dict()"}
        return isinstance(parent, cst.AssignTarget)

    def thrown(self, name: str) -> Thrown:
        """An exception of the class with that qualified name, as far as it is known."""
        return self._raised.of_class(name)

    def never_comes_back(self, call: cst.Call) -> bool:
        """Whether a call is of something that ends the program, or at least what is being run."""
        return not NO_RETURN.isdisjoint(self._resolver.names(call.func))

    def stops(self, block: Block) -> bool:
        """Whether control never goes on behind a block, because what it calls does not come back."""
        found = self._stopping.get(block)
        if found is None:
            calls = self._calls_for_certain(block.node) if block.node is not None else ()
            found = self._stopping[block] = any(
                self.never_comes_back(call) or self.called.never_returns(call, NO_STATE) for call in calls
            )
        return found


def _tells_of(raised: Thrown, handled: Thrown | None) -> bool:
    """Whether an exception is the one that was caught, or was made of that."""
    return handled is not None and (raised == handled or handled.name in raised.causes)


def _is_meant(name: str, thrown: Thrown) -> bool:
    """Whether a qualified name is one that nothing binds, because its import was forgotten, and a class of the exception is what
    it is written for: Python stops there, and who adds the import has the clause that was meant.
    """
    package, _, written = name.partition(".")
    if package != "builtins" or is_builtin(name):
        return False
    return any(written in (each, each.rpartition(".")[2]) for each in thrown.classes)


def _are_none(types: cst.BaseExpression, state: State) -> bool:
    """Whether an empty tuple was handed over for them."""
    return (key := place(types)) is not None and state.fact(key) == Fact("constant", ())


def _is_of_none(name: str) -> bool:
    """Whether a qualified name is an attribute of None: `openai.APIError` where `openai = None` stands for a missing package."""
    return name.startswith("builtins.None.")
