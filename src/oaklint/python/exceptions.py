"""What becomes of one exception: which clauses catch it, which tests tell it from others, where control goes from there.

A path carries a `State`: the exception in flight, if any, and what is known of local names since it was raised. Tests on the
exception (`isinstance`, `type(e) is`, its status, its text) and on names with known values are decided where they can be; of the
others both ways are possible.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Any

from oaklint.python import cst
from oaklint.python.decisive import certain_reads, decisive_places, read_by
from oaklint.python.effects import Effects
from oaklint.python.facts import (
    BODY,
    CLASS,
    CODE,
    EXCEPTION,
    FAILED,
    NO_STATE,
    OPAQUE,
    RESPONSE,
    SET,
    TEXT,
    TEXTS,
    TOUCHED,
    UNBOUND,
    Fact,
    State,
    Thrown,
    calculated,
    combined,
    decided,
    negated_fact,
)
from oaklint.python.flow import Block, Edge, Graph, Kind, TooManyStates, reachable, search
from oaklint.python.names import UNKNOWN as UNKNOWN_NAME
from oaklint.python.names import Names, Resolver, place
from oaklint.python.scopes import Binding, CodeUnit
from oaklint.python.tree import evaluated, walk
from oaklint.python.values import UNKNOWN, Values

# Calls that do not come back; they raise SystemExit, or end the process.
_NO_RETURN = {
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
    "streamlit.stop",
    "click.Context.exit",
}
_TEXT_OF = {"builtins.str", "builtins.repr", "builtins.format", "traceback.format_exc", "traceback.format_exception"}
_TEXT_METHODS = {"lower", "upper", "casefold", "strip", "title", "format", "join", "replace"}
_TEXT_ATTRIBUTES = {"message", "user_message", "args"}
_BODY_ATTRIBUTES = {"error", "body", "json_body", "http_body", "detail"}
_BODY_OF_RESPONSE = {"text", "content", "json", "read"}
_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "Equal": lambda left, right: left == right,
    "NotEqual": lambda left, right: left != right,
    "LessThan": lambda left, right: left < right,
    "LessThanEqual": lambda left, right: left <= right,
    "GreaterThan": lambda left, right: left > right,
    "GreaterThanEqual": lambda left, right: left >= right,
    "In": lambda left, right: left in right,
    "NotIn": lambda left, right: left not in right,
    "Is": lambda left, right: left is right or (isinstance(left, (bool, int, str)) and left == right),
    "IsNot": lambda left, right: not (left is right or (isinstance(left, (bool, int, str)) and left == right)),
}
_TEXT_TESTS: dict[str, Callable[[Any, Any], bool]] = {
    "startswith": lambda text, start: text.startswith(start),
    "endswith": lambda text, end: text.endswith(end),
}
_CONVERSIONS: dict[str, Callable[[Any], Any]] = {"builtins.str": str, "builtins.int": int}
_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "Add": lambda left, right: left + right,
    "Subtract": lambda left, right: left - right,
    "FloorDivide": lambda left, right: left // right,
    "Modulo": lambda left, right: left % right,
}
# Methods that put something into an object, or tell somebody; whether to go on is not what they decide.
_ADDS = {"append", "appendleft", "add", "insert"}
_FILLS = {
    *("extend", "update", "setdefault", "put", "put_nowait", "push", "write", "print"),
    *("debug", "info", "warning", "warn", "error", "exception", "critical", "log", "sleep", "rollback", "close", "flush"),
}
_CONTEXT_MANAGERS = {"contextlib.contextmanager", "contextlib.asynccontextmanager"}
_EXITS = ("__exit__", "__aexit__")
_STATELESS = {*sys.stdlib_module_names, "builtins"}
_MAX_DEPTH = 3
# A counter is followed this far, so that what is known of it does not multiply the states.
_MAX_COUNT = 4


class ExceptionFlow:
    """Follows exceptions through the graphs of a program."""

    def __init__(self, resolver: Resolver, values: Values, exists: Callable[[str], bool] = lambda _: True) -> None:
        """exists: whether there is a class of that name in what the program runs with."""
        self._resolver = resolver
        self._values = values
        self._exists = exists
        self._depth = 0
        self._bindings: dict[cst.CSTNode, list[tuple[cst.BaseExpression, cst.BaseExpression | None]]] = {}
        self._stopping: dict[Block, bool] = {}
        self._deciding: dict[CodeUnit | None, frozenset[str]] = {}
        self._effects = Effects(resolver)
        self._calls: dict[cst.CSTNode, list[cst.Call]] = {}
        self._reads: dict[cst.CSTNode, frozenset[str]] = {}

    # Clauses.

    def catches(self, types: cst.BaseExpression | None, thrown: Thrown, state: State = NO_STATE) -> bool | None:
        """Whether a clause with these types (None: a bare `except`) catches the exception; None where that is not known."""
        if types is None:
            return True
        given = state.fact(key) if (key := place(types)) is not None else None
        if given is not None and given.kind == "given":
            types = given.value
        alternatives = self._resolver.alternatives(types)
        # What is bound where an import works cannot be in force where there is nothing to be imported.
        in_force = [names for names in alternatives if all(map(self._exists, names))] or alternatives
        verdicts = {self._are_among(names, thrown) for names in in_force}
        return verdicts.pop() if len(verdicts) == 1 else None

    def _are_among(self, names: Names, thrown: Thrown) -> bool | None:
        """Whether one of these classes is the exception's, or an ancestor of it."""
        if names & thrown.classes:
            return True
        return False if all(map(self._is_unrelated, names)) else None

    def _is_unrelated(self, name: str) -> bool:
        """Whether a name that is none of the exception's classes is known to be some other class, and no tuple of classes."""
        if name.startswith("@"):
            return True
        if name == UNKNOWN_NAME or name.endswith("()"):
            return False
        last = name.rpartition(".")[2]
        return last[:1].isupper() and not last.isupper()

    # Context managers.

    def _left_with(self, manager: cst.BaseExpression, thrown: Thrown, state: State) -> set[Thrown | None]:
        """What becomes of an exception at the end of a `with`: None where it is swallowed; nothing where that is not known."""
        if isinstance(manager, cst.Call) and self._resolver.names(manager.func) & {"contextlib.suppress", "pytest.raises"}:
            verdict = decided((self.catches(arg.value, thrown) for arg in manager.args if arg.keyword is None), by=True)
            return set() if verdict is None else {None if verdict else thrown}
        found: set[Thrown | None] = set()
        called = self._resolver.called_functions(manager) if isinstance(manager, cst.Call) else []
        for function in called:
            assert isinstance(manager, cst.Call)
            if any(self._resolver.names(each.decorator) & _CONTEXT_MANAGERS for each in function.decorators):
                found |= self._left_at_yield(function, thrown, self.handed(function, manager, state))
        owners = {name.removesuffix("()") for name in self._resolver.names(manager) if name.startswith("@")}
        for function in self._resolver.definitions.functions(f"{owner}.{exit}" for owner in owners for exit in _EXITS):
            found |= self._left_by_exit(function, thrown)
        return found or {thrown}

    def _left_at_yield(self, function: cst.FunctionDef, thrown: Thrown, state: State) -> set[Thrown | None]:
        """What a generator with `@contextmanager` makes of an exception that is raised at its `yield`."""
        graph = self._resolver.graph(function)
        yields = (node for node in self._resolver.tree.nodes.get(cst.Yield, ()) if self._resolver.tree.unit(node) is function)
        blocks = [block for node in yields for block in graph.blocks_of(node)] if graph is not None else []
        return self._ends(graph, self.raised_at(blocks, thrown, state)) if graph is not None else set()

    def _left_by_exit(self, function: cst.FunctionDef, thrown: Thrown) -> set[Thrown | None]:
        """What a method `__exit__` makes of an exception: a true answer swallows it."""
        graph = self._resolver.graph(function)
        params = [*function.params.posonly_params, *function.params.params]
        state = State(None, thrown)
        for param, fact in zip(params[1:3], (CLASS, EXCEPTION), strict=False):
            state = state.knowing(param.name.value, fact)
        if graph is None:
            return set()
        ends = self._ends(graph, [(graph.entry, state)])
        verdict = self._truth(self._returned(function, state))
        return (ends - {None}) | ({None if verdict else thrown} if isinstance(verdict, bool) else set())

    def _ends(self, graph: Graph, starts: Iterable[tuple[Block, State]]) -> set[Thrown | None]:
        """What leaves a function: exceptions, and None where it returns; nothing where that cannot be found out."""
        found: set[Thrown | None] = set()

        def note(block: Block, state: State) -> bool:
            if block in (graph.returned, graph.raised):
                found.add(state.flying)
            return False

        if self._depth >= _MAX_DEPTH:
            return set()
        self._depth += 1
        try:
            self.search(graph, starts, note)
        except TooManyStates:
            return set()
        finally:
            self._depth -= 1
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

    def known_at(
        self, graph: Graph, goals: Collection[Block], facts: frozenset[tuple[str, Fact]]
    ) -> frozenset[tuple[str, Fact]] | None:
        """What is known, by whichever way, when control first comes to one of the blocks; None where it does not."""
        known = {(graph.entry, State(None)): facts}
        pending = [(graph.entry, State(None))]
        while pending:
            block, bare = here = pending.pop()
            if block in goals and bare.flying is None:
                continue
            for edge, after in self.steps(block, bare._replace(facts=known[here])):
                there = edge.target, after._replace(facts=frozenset())
                joined = known[there] & after.facts if there in known else after.facts
                if known.get(there) != joined:
                    known[there] = joined
                    pending.append(there)
        found = [held for (block, bare), held in known.items() if block in goals and bare.flying is None]
        return frozenset.intersection(*found) if found else None

    def steps(self, block: Block, state: State) -> Iterator[tuple[Edge, State]]:
        """The edges that control can take from a block, each with the state behind it."""
        if state.flying is not None and block.catches:
            yield from self._caught(block, state, state.flying)
            return
        for thrown in (throws := self._throws(block, state)):
            raised = state._replace(flying=thrown)
            yield from ((edge, raised) for edge in block.edges if edge.kind is Kind.RAISE)
        if throws:
            return
        if isinstance(block.node, (cst.Return, cst.Break, cst.Continue)):
            state = state._replace(flying=None)  # a jump out of a `finally` drops the exception
        state = self._after(block, state)
        allowed = self._ways(block, state)
        for edge in block.edges:
            if edge.kind in allowed:
                yield edge, state

    def _caught(self, block: Block, state: State, thrown: Thrown) -> Iterator[tuple[Edge, State]]:
        node = block.node
        if isinstance(node, cst.WithItem):
            for end in self._left_with(node.item, thrown, state):
                left = state._replace(flying=end, handled=thrown if end is None else state.handled)
                yield from ((edge, left) for edge in block.edges if edge.kind is (Kind.CATCH if end is None else Kind.MISS))
            return
        assert isinstance(node, (cst.ExceptHandler, cst.ExceptStarHandler)), "only clauses and the ends of `with` catch"
        verdict = self.catches(node.type, thrown, state)
        key = place(node.name.name) if node.name is not None else None
        if verdict is None:
            return  # what is not known is nobody's fault
        for edge in block.edges:
            if verdict and edge.kind is Kind.CATCH:
                caught = state._replace(flying=None, handled=thrown)
                yield edge, caught.knowing(key, EXCEPTION) if key is not None else caught
            elif not verdict and edge.kind is Kind.MISS:
                yield edge, state

    def _ways(self, block: Block, state: State) -> set[Kind]:
        """The kinds of edges that control can take from a block that raises nothing."""
        onward = {Kind.NEXT, Kind.AGAIN, Kind.MISS}
        if isinstance(block.node, cst.MatchCase):
            return onward | self._match_ways(block.node, state)
        if isinstance(block.node, cst.BaseExpression) and any(edge.kind in (Kind.TRUE, Kind.FALSE) for edge in block.edges):
            verdict = self._truth(self.known(block.node, state))
            if verdict is OPAQUE:
                return set()  # decided by code that is not seen: taken to be decided rightly
            if isinstance(verdict, bool):
                return onward | {Kind.TRUE if verdict else Kind.FALSE}
        return onward | {Kind.TRUE, Kind.FALSE}

    def _match_ways(self, case: cst.MatchCase, state: State) -> set[Kind]:
        match = self._resolver.tree.parents[case]
        assert isinstance(match, cst.Match)
        subject = self.known(match.subject, state)
        verdict = self._matches(case.pattern, subject, state)
        return {Kind.TRUE, Kind.FALSE} if verdict is None else {Kind.TRUE if verdict else Kind.FALSE}

    def _matches(self, pattern: cst.MatchPattern | None, subject: Fact | None, state: State) -> bool | None:
        """Whether a pattern fits what is known of a subject; None where that depends on more."""
        if pattern is None:
            return True
        if isinstance(pattern, cst.MatchAs):
            return self._matches(pattern.pattern, subject, state)
        if isinstance(pattern, cst.MatchOr):
            return decided((self._matches(element.pattern, subject, state) for element in pattern.patterns), by=True)
        if isinstance(pattern, (cst.MatchValue, cst.MatchSingleton)):
            if subject in (*TEXTS, CODE):
                said = self._mentions(pattern.value, state)
                return bool(said.value) if said is not None and said.kind == "constant" else None
            expected = self.known(pattern.value, state)
            if subject is None or expected is None or not subject.kind == expected.kind == "constant":
                return None
            return bool(subject.value == expected.value)
        if isinstance(pattern, cst.MatchClass) and subject == EXCEPTION and state.handled is not None and not pattern.patterns:
            attributes = {name: Fact("constant", value, True) for name, value in state.handled.attributes.items()} | {
                "code": CODE
            }
            fits = [self._matches(keyword.pattern, attributes.get(keyword.key.value), state) for keyword in pattern.kwds]
            return decided([self.catches(pattern.cls, state.handled), *fits], by=False)
        return None

    def _throws(self, block: Block, state: State) -> frozenset[Thrown]:
        """What a block raises for certain, on a path that has come here without an exception in flight; one of these, or
        nothing.
        """
        node = block.node
        if node is not None and self._reads_unbound(node, state):
            return frozenset({Thrown.builtin("UnboundLocalError")})
        if isinstance(node, cst.Raise):
            if node.exc is None:
                return frozenset({state.handled or Thrown.builtin("Exception")})
            known = self.known(node.exc, state)
            if known == EXCEPTION and state.handled is not None:
                return frozenset({state.handled})
            return frozenset({self._thrown(node.exc)})
        if isinstance(node, cst.Assert):
            return frozenset({Thrown.builtin("AssertionError")})
        call = node.value if isinstance(node, (cst.Expr, cst.Return, cst.Assign)) else node
        awaited = isinstance(call, cst.Await)
        if isinstance(call, cst.Await):
            call = call.expression
        if isinstance(call, cst.Call):
            if self._resolver.names(call.func) & _NO_RETURN:
                return frozenset({Thrown.builtin("SystemExit")})
            if state.handled is not None and self._raises_result(call, state):
                return frozenset({state.handled})
            if state.handled is not None:
                return self._never_returns(call, state, awaited)
        return frozenset()

    def _raises_result(self, call: cst.Call, state: State) -> bool:
        """Whether a call asks a future that has failed for its result, and does not say that it wants the exception back."""
        if not isinstance(call.func, cst.Attribute) or call.func.attr.value != "result":
            return False
        wanted = (arg.keyword is not None and arg.keyword.value == "raise_on_failure" for arg in call.args)  # of Prefect
        return self.known(call.func.value, state) == FAILED and not any(wanted)

    def _thrown(self, raised: cst.BaseExpression) -> Thrown:
        """The exception that a `raise` with an operand raises, as far as its class is known."""
        return self.thrown(self._resolver.name(raised.func if isinstance(raised, cst.Call) else raised).removesuffix("()"))

    def thrown(self, name: str) -> Thrown:
        """An exception of the class with that qualified name, as far as it is known."""
        if name.startswith("builtins."):
            return Thrown.builtin(name.partition(".")[2])
        return Thrown(name, frozenset({name, *self._bases(name), "builtins.Exception", "builtins.BaseException"}))

    def _bases(self, name: str, depth: int = 0) -> set[str]:
        """The ancestors, as far as the program shows them, of a class that it defines itself."""
        found: set[str] = set()
        if depth < 10:
            for definition in self._resolver.definitions.classes((name,)):
                for base in definition.bases:
                    for parent in self._resolver.names(base.value):
                        found |= {parent, *self._bases(parent, depth + 1)}
        return found

    def _after(self, block: Block, state: State) -> State:
        """What is known behind a statement, condition or header."""
        node = block.node
        if node is not None:
            state = self._called_on(node, state)
            if node not in self._bindings:
                self._bindings[node] = list(self._bound_by(node))
            counted = self._counted(node, state) if isinstance(node, cst.AugAssign) else None
            for target, value in self._bindings[node]:
                state = self._assigned(target, value, state)
            if counted is not None:
                state = state.knowing(*counted)
        return state

    def _counted(self, node: cst.AugAssign, state: State) -> tuple[str, Fact] | None:
        """What a counter is behind `attempts += 1`, as long as it is small."""
        key, step = place(node.target), self.known(node.value, state)
        before = state.fact(key) if key is not None else None
        if key is None or before is None or step is None or not before.kind == step.kind == "constant":
            return None
        operation = type(node.operator).__name__.removesuffix("Assign")
        after = calculated(_ARITHMETIC.get(operation), before, step)
        return (key, after) if after is not None and isinstance(after.value, int) and abs(after.value) <= _MAX_COUNT else None

    def _called_on(self, node: cst.CSTNode, state: State) -> State:
        """What is known behind the calls in a statement, of that which they may have changed."""
        calls = self._calls.get(node)
        if calls is None:
            calls = self._calls[node] = [part for part in evaluated(node) if isinstance(part, cst.Call)]
        for call in calls:
            if self._resolver.called_functions(call):
                state = self._changed_by_own(call, state)
            elif isinstance(call.func, cst.Attribute):
                state = self._changed_by_method(call.func, isinstance(node, cst.Expr), state)
        return state

    def _changed_by_own(self, call: cst.Call, state: State) -> State:
        """What is known behind a call of a function of the program."""
        decisive = self._decisive(self._resolver.tree.unit(call))
        for key, value in self._effects.of(call):
            if key in decisive:
                known = self._values.value(value) if value is not None else UNKNOWN
                fact = Fact("constant", known) if known is not UNKNOWN else OPAQUE if value is not None else None
                state = state.knowing(key, fact)
        return state

    def _changed_by_method(self, method: cst.Attribute, is_statement: bool, state: State) -> State:
        """What is known behind a call of a method that is not seen."""
        key, name = place(method.value), method.attr.value
        if key is None or key not in self._decisive(self._resolver.tree.unit(method)):
            return state
        known = state.fact(key)
        if known == SET and name not in _ADDS:
            return state.knowing(key, None)
        if state.handled is None or known == SET:
            return state
        if name in _ADDS:
            return state.knowing(key, SET)  # it is not empty now
        is_touched = is_statement and known is None and name not in _FILLS and self._is_object(method.value)
        return state.knowing(key, TOUCHED) if is_touched else state

    def _is_object(self, node: cst.BaseExpression) -> bool:
        """Whether an expression may be something that keeps a state, and is not known to be a module of the standard library."""
        return all(name.endswith("()") or name.partition(".")[0] not in _STATELESS for name in self._resolver.names(node))

    # Names without a value.

    def unbound_at(self, unit: CodeUnit | None, blocks: Iterable[Block]) -> frozenset[tuple[str, Fact]]:
        """The local names of a function that have no value yet when control first comes to one of the blocks, and get none before
        it has come through there.
        """
        graph = self._resolver.graph(unit)
        if not isinstance(unit, cst.FunctionDef) or graph is None:
            return frozenset()
        goals = frozenset(blocks)
        failed = (edge.target for goal in goals for edge in goal.edges if edge.kind is Kind.RAISE)
        without = set().union(reachable(graph.entry, goals), *(reachable(target, goals) for target in failed)) - goals
        scope = self._resolver.tree.scopes[unit.body]
        return frozenset(
            (name, UNBOUND)
            for name, bindings in scope.bindings.items()
            if not any(self._may_bind(binding, graph, without) for binding in bindings)
        )

    def _may_bind(self, binding: Binding, graph: Graph, among: Collection[Block]) -> bool:
        """Whether one of the blocks gives a name its value; for what is bound or deleted in other ways, nothing is claimed."""
        if binding.kind in ("parameter", "delete") or self._resolver.tree.unit(binding.node) is not graph.unit:
            return True
        is_walrus = isinstance(self._resolver.tree.parents[binding.node], cst.NamedExpr)
        return is_walrus or any(block in among for block in graph.blocks_of(binding.node))

    def _reads_unbound(self, node: cst.CSTNode, state: State) -> bool:
        """Whether a block begins by reading a name that has no value."""
        unbound = {name for name, fact in state.facts if fact == UNBOUND}
        if not unbound:
            return False
        if node not in self._reads:
            self._reads[node] = frozenset(certain_reads(node))
        return not unbound.isdisjoint(self._reads[node])

    def _bound_by(self, node: cst.CSTNode) -> Iterator[tuple[cst.BaseExpression, cst.BaseExpression | None]]:
        """The targets that a block binds, each with the expression that it then stands for; None where that is not said."""
        for part in evaluated(node):
            if isinstance(part, cst.NamedExpr):
                yield part.target, part.value
        if isinstance(node, cst.Assign):
            yield from ((target.target, node.value) for target in node.targets)
        elif isinstance(node, cst.AnnAssign) and node.value is not None:
            yield node.target, node.value
        elif isinstance(node, (cst.AugAssign, cst.For, cst.Del)):
            yield node.target, None
        elif isinstance(node, cst.WithItem) and node.asname is not None:
            yield node.asname.name, None
        elif isinstance(node, (cst.FunctionDef, cst.ClassDef)):
            yield node.name, None
        elif isinstance(node, (cst.Import, cst.ImportFrom)) and not isinstance(node.names, cst.ImportStar):
            for alias in node.names:
                bound: cst.BaseExpression = alias.asname.name if alias.asname is not None else alias.name
                while isinstance(bound, cst.Attribute):
                    bound = bound.value
                yield bound, None
        elif isinstance(node, cst.MatchCase):
            match = self._resolver.tree.parents[node]
            for part in walk(node.pattern):
                if isinstance(part, (cst.MatchAs, cst.MatchStar)) and part.name is not None:
                    yield part.name, match.subject if part is node.pattern and isinstance(match, cst.Match) else None

    def _assigned(self, target: cst.BaseExpression, value: cst.BaseExpression | None, state: State) -> State:
        if isinstance(target, (cst.Tuple, cst.List)):
            values: list[cst.BaseExpression | None] = [None] * len(target.elements)
            if isinstance(value, (cst.Tuple, cst.List)) and len(value.elements) == len(values):
                values = [element.value for element in value.elements]
            for element, part in zip(target.elements, values, strict=True):
                state = self._assigned(element.value, part, state)
            return state
        key = place(target)
        # What decides nothing would only multiply the states.
        if key is None or key not in self._decisive(self._resolver.tree.unit(target)):
            return state.knowing(key, None) if key is not None and state.fact(key) == UNBOUND else state
        return state.knowing(key, self.known(value, state) if value is not None else None)

    def _decisive(self, unit: CodeUnit | None) -> frozenset[str]:
        """The names and attributes in a unit on which it may depend where control goes, directly or by what they are made of."""
        found = self._deciding.get(unit)
        if found is None:
            found = self._deciding[unit] = frozenset(decisive_places(self._resolver, unit))
        return found

    def stops(self, block: Block) -> bool:
        """Whether control never goes on behind a block, because what it calls does not come back."""
        found = self._stopping.get(block)
        if found is None:
            node = block.node
            call = node.value if isinstance(node, (cst.Expr, cst.Return, cst.Assign)) else node
            awaited = isinstance(call, cst.Await)
            call = call.expression if isinstance(call, cst.Await) else call
            found = isinstance(call, cst.Call) and (
                bool(self._resolver.names(call.func) & _NO_RETURN) or bool(self._never_returns(call, NO_STATE, awaited))
            )
            self._stopping[block] = found
        return found

    # What is known of an expression.

    def known(self, node: cst.BaseExpression, state: State) -> Fact | None:
        """What is known of the value of an expression on a path; None for nothing."""
        key = place(node)
        if key is not None:
            fact = state.fact(key)
            if fact is not None:
                return fact if fact != UNBOUND else None
        look = _LOOKS.get(type(node).__name__)
        found = look(self, node, state) if look is not None else None
        if found is not None or (key is not None and not self._is_constant(node)):
            return found
        value = self._values.value(node)
        return Fact("constant", value) if value is not UNKNOWN else None

    def _is_constant(self, node: cst.BaseExpression) -> bool:
        """Whether a name has one binding only, so that it keeps its value."""
        return not isinstance(node, cst.Name) or len(self._all_bindings(node)) <= 1

    def _all_bindings(self, node: cst.Name) -> list[object]:
        home = self._resolver.tree.scopes[node].lookup(node.value)
        return list(home.bindings.get(node.value, ())) if home is not None else []

    def _truth(self, fact: Fact | None) -> bool | Fact | None:
        if fact is None:
            return None
        if fact.kind == "constant":
            return bool(fact.value) if fact.value != () else None  # a list that was empty may have been filled
        if fact.kind == "opaque":
            return OPAQUE
        return True if fact.kind in ("exception", "class", "text", "response", "set", "failed") else None

    def _look_attribute(self, node: cst.Attribute, state: State) -> Fact | None:
        owner, name = self.known(node.value, state), node.attr.value
        if owner is None:
            return self._answered(self._resolver.properties(node), None, node.value, state)
        if owner == TOUCHED:
            return OPAQUE
        if owner == FAILED:
            return Fact("constant", True) if name == "failed" else None
        thrown = state.handled
        if owner in (EXCEPTION, RESPONSE) and thrown is not None:
            if name in thrown.attributes:
                return Fact("constant", thrown.attributes[name], True)
            if owner == EXCEPTION:
                if name == "code":
                    return CODE
                if name == "response":
                    return RESPONSE
                if name == "__class__":
                    return CLASS
                return TEXT if name in _TEXT_ATTRIBUTES else BODY if name in _BODY_ATTRIBUTES else None
            return BODY if name in _BODY_OF_RESPONSE else None
        if owner == CLASS and name in ("__name__", "__qualname__") and thrown is not None:
            return Fact("constant", re.split("[.:]", thrown.name)[-1], True)
        return None

    def _look_call(self, node: cst.Call, state: State) -> Fact | None:
        arguments = [arg.value for arg in node.args]
        known = [self.known(argument, state) for argument in arguments]
        names = self._resolver.names(node.func)
        thrown = state.handled
        if isinstance(node.func, cst.Attribute) and self.known(node.func.value, state) == TOUCHED:
            return OPAQUE
        if isinstance(node.func, cst.Attribute) and node.func.attr.value in _TEXT_METHODS:
            owner = self.known(node.func.value, state)
            if owner == TEXT or TEXT in known or EXCEPTION in known:
                return TEXT
            if owner == BODY or BODY in known:
                return BODY
        if isinstance(node.func, cst.Attribute) and node.func.attr.value in ("startswith", "endswith", "find", "count"):
            owner = self.known(node.func.value, state)
            if owner is not None and owner.kind == "constant" and len(known) == 1 and known[0] is not None:
                return calculated(_TEXT_TESTS.get(node.func.attr.value), owner, known[0])
            return self._mentions(arguments[0], state) if arguments and owner in TEXTS else None
        if isinstance(node.func, cst.Attribute) and node.func.attr.value in ("exception", "result"):
            if self.known(node.func.value, state) == FAILED and not self._raises_result(node, state):
                return EXCEPTION
        if "traceback.format_exc" in names:
            return TEXT
        if "sys.exc_info" in names:
            return SET
        if "builtins.any" in names and len(node.args) == 1 and isinstance(arguments[0], cst.GeneratorExp):
            return self._any(arguments[0], state)
        if isinstance(node.func, cst.Attribute) and node.func.attr.value in ("json", "read", "get"):
            if self.known(node.func.value, state) in (BODY, RESPONSE):
                return BODY
        if any(fact in known for fact in (EXCEPTION, CLASS, *TEXTS, CODE, RESPONSE)):
            return self._look_at_exception(node, names, arguments, known, thrown, state)
        convert = next((_CONVERSIONS[name] for name in names if name in _CONVERSIONS), None)
        if convert is not None and known and known[0] is not None and known[0].told:
            return calculated(convert, known[0])
        if names & {"builtins.str", "builtins.dict", "builtins.list"} and arguments:
            return SET
        if state.handled is None:
            return None
        itself = node.func.value if isinstance(node.func, cst.Attribute) else None
        return self._answered(self._functions_called(node, state), node, itself, state)

    def _answered(
        self, functions: Sequence[cst.FunctionDef], call: cst.Call | None, owner: cst.BaseExpression | None, state: State
    ) -> Fact | None:
        """What a property, or a function of the program, answers by what is known of the attributes and globals that it reads."""
        found: set[Fact | None] = set()
        for function in functions:
            handed = inner = self.handed(function, call, state)
            for read, key in self._read_by(function, owner):
                inner = inner.knowing(read, state.fact(key) or inner.fact(read))
            found.add(self._returned(function, inner) if inner != handed and function.asynchronous is None else None)
        return found.pop() if len(found) == 1 else None

    def _read_by(self, function: cst.FunctionDef, owner: cst.BaseExpression | None) -> Iterator[tuple[str, str]]:
        return read_by(self._resolver, function, owner)

    def _look_at_exception(
        self,
        node: cst.Call,
        names: Names,
        arguments: list[cst.BaseExpression],
        known: list[Fact | None],
        thrown: Thrown | None,
        state: State,
    ) -> Fact | None:
        """A call that is handed the exception, or something of it."""
        first = known[0] if known else None
        if thrown is not None and len(arguments) == 2 and first in (EXCEPTION, CLASS):
            expected = EXCEPTION if "builtins.isinstance" in names else CLASS if "builtins.issubclass" in names else None
            if first == expected:
                verdict = self.catches(arguments[1], thrown, state)
                return Fact("constant", verdict) if verdict is not None else OPAQUE
        if "builtins.type" in names and first == EXCEPTION:
            return CLASS
        if first in (EXCEPTION, RESPONSE) and thrown is not None and names & {"builtins.getattr", "builtins.hasattr"}:
            attribute = self._values.text(arguments[1])
            if attribute is not None and attribute in thrown.attributes:
                return (
                    Fact("constant", thrown.attributes[attribute], True)
                    if "builtins.getattr" in names
                    else Fact("constant", True)
                )
            if attribute == "response":
                return RESPONSE if "builtins.getattr" in names else Fact("constant", True)
            if attribute in _BODY_ATTRIBUTES:
                return BODY
            return CODE if attribute == "code" else TEXT if attribute in _TEXT_ATTRIBUTES else None
        if names & _TEXT_OF:
            if first == CLASS and thrown is not None:
                return Fact("constant", f"<class '{thrown.name}'>", True)
            return BODY if BODY in known else TEXT
        verdicts = {self._verdict(function, node, state) for function in self._functions_called(node, state)}
        verdicts |= {self._verdict_of_lambda(function, known, state) for function in self._lambdas_called(node, state)}
        if verdicts:
            return (verdicts.pop() if len(verdicts) == 1 else None) or OPAQUE
        if any(name.startswith("builtins.") for name in names):
            return None
        return OPAQUE

    def verdict(
        self, predicate: cst.FunctionDef, thrown: Thrown, state: State = NO_STATE, *, of_outcome: bool = False
    ) -> bool | None:
        """What a predicate of the program says to an exception that it is handed; None if that depends on more.

        state: what is known of its other parameters. of_outcome: it is handed what holds the exception, as a future does, in an
               attribute `outcome`.
        """
        params = [*predicate.params.posonly_params, *predicate.params.params]
        names = [param.name.value for param in params if param.default is None and param.name.value not in ("self", "cls")]
        names = [name for name in names if state.fact(name) is None] or [param.name.value for param in params[:1]]
        if len(names) != 1:
            return None
        known = State(None, thrown, state.facts)
        known = known.knowing(f"{names[0]}.outcome", FAILED) if of_outcome else known.knowing(names[0], EXCEPTION)
        return self.answer(predicate, known)

    def answer(self, function: cst.FunctionDef | cst.Lambda, state: State) -> bool | None:
        """Whether a function that begins in that state returns something true; None if that depends on more."""
        known = self._returned(function, state) if isinstance(function, cst.FunctionDef) else self.known(function.body, state)
        verdict = self._truth(known)
        return verdict if isinstance(verdict, bool) else None

    def given(self, value: cst.BaseExpression, state: State) -> Fact:
        """What is known of a value that is handed to a function."""
        return self.known(value, state) or Fact("given", value)

    def _verdict(self, function: cst.FunctionDef, call: cst.Call, state: State) -> Fact | None:
        """What one of the program's own functions returns when it is handed what the call hands it; None if that depends."""
        return self._returned(function, self.handed(function, call, state))

    def _called(self, call: cst.Call, state: State) -> cst.BaseExpression:
        """What a call calls: where that was handed over, what was handed over."""
        given = state.fact(key) if (key := place(call.func)) is not None else None
        return given.value if given is not None and given.kind == "given" else call.func

    def _functions_called(self, call: cst.Call, state: State) -> Sequence[cst.FunctionDef]:
        called = self._called(call, state)
        if called is call.func:
            return self._resolver.called_functions(call)
        return tuple(self._resolver.definitions.functions(self._resolver.names(called)))

    def _lambdas_called(self, call: cst.Call, state: State) -> list[cst.Lambda]:
        return self._resolver.lambdas(self._called(call, state))

    def _verdict_of_lambda(self, function: cst.Lambda, arguments: list[Fact | None], state: State) -> Fact | None:
        if self._depth >= _MAX_DEPTH:
            return None
        inner = State(None, state.handled)
        for param, fact in zip(function.params.params, arguments, strict=False):
            inner = inner.knowing(param.name.value, fact)
        self._depth += 1
        try:
            return self.known(function.body, inner)
        finally:
            self._depth -= 1

    def _returned(self, function: cst.FunctionDef, state: State) -> Fact | None:
        found: set[Fact | None] = set()
        graph = self._resolver.graph(function)

        def returned(block: Block, after: State) -> bool:
            if after.flying is None and graph is not None:
                if isinstance(block.node, cst.Return):
                    found.add(self.known(block.node.value, after) if block.node.value is not None else Fact("constant", None))
                elif any(edge.target is graph.returned for edge, _ in self.steps(block, after)):
                    found.add(Fact("constant", None))  # it falls off its end
            return False

        return found.pop() if self._run(function, state, returned) and len(found) == 1 else None

    def _never_returns(self, call: cst.Call, state: State, awaited: bool) -> frozenset[Thrown]:
        """What a call raises whose every function the program defines so that it raises or exits; nothing if one may return."""
        found: set[Thrown] = set()
        behind = [*self._resolver.definitions.functions(self._resolver.behind_partial(call.func))]
        for function in (*self._resolver.called_functions(call), *behind):
            graph = self._resolver.graph(function)
            ends: set[Thrown | None] = set()

            def note(block: Block, after: State, graph: Graph | None = graph, ends: set[Thrown | None] = ends) -> bool:
                if graph is not None and block in (graph.returned, graph.raised):
                    ends.add(after.flying)
                return None in ends

            suspended = function.asynchronous is not None and not awaited
            handed = self.handed(function, call if function not in behind else None, state)
            if suspended or not self._run(function, handed, note) or None in ends:
                return frozenset()
            found |= {end for end in ends if end is not None}
        return frozenset(found)

    def handed(self, function: cst.FunctionDef, call: cst.Call | None, state: State) -> State:
        """The state in which a function begins that the call hands its arguments; without a call, its defaults stand."""
        inner = State(None, state.handled)
        params = function.params
        hidden = call is not None and any(arg.star for arg in call.args)
        for param in (*params.posonly_params, *params.params, *params.kwonly_params):
            argument = self._resolver.argument_for(call, function, param) if call is not None else None
            value = argument if argument is not None or hidden else param.default
            if value is not None:
                inner = inner.knowing(param.name.value, self.given(value, state))
        return inner

    def _run(self, function: cst.FunctionDef, state: State, goal: Callable[[Block, State], bool]) -> bool:
        """Searches the function from its entry in that state; whether the search came to an end in time."""
        graph = self._resolver.graph(function)
        if graph is None or self._depth >= _MAX_DEPTH:
            return False
        self._depth += 1
        try:
            self.search(graph, [(graph.entry, state)], goal)
        except TooManyStates:
            return False
        finally:
            self._depth -= 1
        return True

    def _look_comparison(self, node: cst.Comparison, state: State) -> Fact | None:
        sides = [node.left, *(part.comparator for part in node.comparisons)]
        if len(sides) == 2:
            return self._compared(sides[0], type(node.comparisons[0].operator).__name__, sides[1], state)
        operators = (type(part.operator).__name__ for part in node.comparisons)
        pairs = zip(sides, operators, sides[1:], strict=False)
        return combined(
            [self._truth(self._compared(left, operator, right, state)) for left, operator, right in pairs], decisive=False
        )

    def _compared(self, left_node: cst.BaseExpression, compare: str, right_node: cst.BaseExpression, state: State) -> Fact | None:
        """The verdict of one comparison; `compare` is the name of the operator's class."""
        left, right = self.known(left_node, state), self.known(right_node, state)
        negated = compare in ("NotIn", "NotEqual", "IsNot")
        if compare in ("In", "NotIn") and right in (*TEXTS, EXCEPTION):
            return negated_fact(self._mentions(left_node, state), negated)
        if left in (*TEXTS, CODE) and compare in ("Equal", "NotEqual", "In", "NotIn"):
            return negated_fact(self._mentions(right_node, state), negated)
        if left == CLASS and state.handled is not None and compare in ("Is", "IsNot", "Equal", "NotEqual", "In", "NotIn"):
            names = self._resolver.caught(right_node)
            own = {state.handled.name}
            if names & own or all(self._is_unrelated(name) or name in state.handled.classes for name in names):
                return Fact("constant", bool(names & own) is not negated)
            return OPAQUE
        if OPAQUE in (left, right):
            return OPAQUE
        if left is not None and right is not None and right.kind == "constant":
            if left.kind == "constant":
                return calculated(_COMPARISONS.get(compare), left, right)
            if right.value is None and compare in ("Is", "IsNot", "Equal", "NotEqual"):
                return Fact("constant", negated)
        # What is told is compared with something made for the question; an attribute of the object is a setting, perhaps empty.
        told = any(fact is not None and fact.told for fact in (left, right))
        return OPAQUE if told and not (place(right_node) or "").startswith("self.") else None

    def _mentions(self, needle: cst.BaseExpression, state: State) -> Fact | None:
        """Whether the exception's text holds a text, or one of several."""
        value = self._values.value(needle)
        words = [value] if isinstance(value, str) else list(value) if isinstance(value, tuple) else []
        if not words or state.handled is None or not all(isinstance(word, str) for word in words):
            return OPAQUE
        verdict = decided(map(state.handled.says, words), by=True)
        return Fact("constant", verdict) if verdict is not None else None

    def _any(self, generator: cst.GeneratorExp, state: State) -> Fact | None:
        """`any(word in str(e) for word in WORDS)`."""
        test = generator.elt
        if isinstance(test, cst.Comparison) and len(test.comparisons) == 1 and isinstance(test.comparisons[0].operator, cst.In):
            if self.known(test.comparisons[0].comparator, state) in (*TEXTS, EXCEPTION):
                return self._mentions(generator.for_in.iter, state)
        return None

    def _look_subscript(self, node: cst.Subscript, state: State) -> Fact | None:
        owner = node.value
        if isinstance(owner, cst.Call) and "sys.exc_info" in self._resolver.names(owner.func):
            index = node.slice[0].slice
            which = self._values.value(index.value) if isinstance(index, cst.Index) else None
            return (CLASS if which == 0 else EXCEPTION if which == 1 else None) if state.handled is not None else None
        known = self.known(owner, state)
        return known if known in TEXTS else BODY if known == RESPONSE else None

    def _look_formatted(self, node: cst.FormattedString, state: State) -> Fact | None:
        parts = [self.known(part.expression, state) for part in node.parts if isinstance(part, cst.FormattedStringExpression)]
        return TEXT if TEXT in parts or EXCEPTION in parts else BODY if BODY in parts else SET

    def _look_not(self, node: cst.UnaryOperation, state: State) -> Fact | None:
        if not isinstance(node.operator, cst.Not):
            return None
        fact = self.known(node.expression, state)
        verdict = self._truth(fact)
        return OPAQUE if verdict is OPAQUE else Fact("constant", not verdict) if isinstance(verdict, bool) else None

    def _look_boolean(self, node: cst.BooleanOperation, state: State) -> Fact | None:
        facts = [self.known(side, state) for side in (node.left, node.right)]
        decisive = isinstance(node.operator, cst.Or)
        first = self._truth(facts[0])
        if isinstance(first, bool) and facts[first is not decisive] is not None:
            return facts[first is not decisive]  # the value of the one side or of the other
        return combined([self._truth(fact) for fact in facts], decisive=decisive)

    def _look_arithmetic(self, node: cst.BinaryOperation, state: State) -> Fact | None:
        left, right = self.known(node.left, state), self.known(node.right, state)
        if isinstance(node.operator, (cst.Add, cst.Modulo)):
            for fact in (left, right):
                if fact in (TEXT, EXCEPTION):
                    return TEXT
        if left is None or right is None or not left.kind == right.kind == "constant":
            return None
        return calculated(_ARITHMETIC.get(type(node.operator).__name__), left, right)

    def _look_choice(self, node: cst.IfExp, state: State) -> Fact | None:
        verdict = self._truth(self.known(node.test, state))
        if isinstance(verdict, bool):
            return self.known(node.body if verdict else node.orelse, state)
        body, orelse = self.known(node.body, state), self.known(node.orelse, state)
        return body if body == orelse else OPAQUE if verdict is OPAQUE else None

    def _look_walrus(self, node: cst.NamedExpr, state: State) -> Fact | None:
        return self.known(node.value, state)

    def _look_await(self, node: cst.Await, state: State) -> Fact | None:
        return self.known(node.expression, state)

    def _look_display(self, node: cst.BaseExpression, state: State) -> Fact | None:
        return SET if getattr(node, "elements", True) else None


_LOOKS: dict[str, Callable[..., Fact | None]] = {
    "Attribute": ExceptionFlow._look_attribute,
    "Call": ExceptionFlow._look_call,
    "Comparison": ExceptionFlow._look_comparison,
    "Subscript": ExceptionFlow._look_subscript,
    "FormattedString": ExceptionFlow._look_formatted,
    "UnaryOperation": ExceptionFlow._look_not,
    "BooleanOperation": ExceptionFlow._look_boolean,
    "BinaryOperation": ExceptionFlow._look_arithmetic,
    "IfExp": ExceptionFlow._look_choice,
    "NamedExpr": ExceptionFlow._look_walrus,
    "Await": ExceptionFlow._look_await,
    "Dict": ExceptionFlow._look_display,
    "ListComp": ExceptionFlow._look_display,
    "DictComp": ExceptionFlow._look_display,
}
