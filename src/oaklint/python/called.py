"""What functions of the program make of what they are handed: what they return, and whether they come back at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from oaklint.python import cst
from oaklint.python.effects import Effect
from oaklint.python.facts import EXCEPTION, HOLDER, NO_STATE, NONE, OPAQUE, Fact, State, Thrown
from oaklint.python.flow import Block, Edge, Graph, TooManyStates
from oaklint.python.names import Resolver
from oaklint.python.places import place
from oaklint.python.tree import Run, arguments, callee, parameters, positional

if TYPE_CHECKING:
    from oaklint.python.exceptions import ExceptionFlow

_NEVER_COMES_BACK = {"typing.NoReturn", "typing.Never", "typing_extensions.NoReturn", "typing_extensions.Never"}
_PICK_BY_CLASS = {"functools.singledispatch", "functools.singledispatchmethod"}
_MAX_DEPTH = 3


class Called:
    """From a function and the state in which it begins to what it returns, or raises; as many functions deep as it pays."""

    def __init__(self, resolver: Resolver, flow: ExceptionFlow) -> None:
        self._resolver = resolver
        self._flow = flow
        self._depth = 0

    @property
    def depth(self) -> int:
        """How many functions are being followed into one another: the more, the less far others are."""
        return self._depth

    def verdict(
        self, predicate: cst.FunctionDef, thrown: Thrown, state: State = NO_STATE, *, of_outcome: bool = False
    ) -> bool | None:
        """What a predicate of the program says to an exception that it is handed; None if that depends on more.

        state: what is known of its other parameters. of_outcome: it is handed what holds the exception, as a future does, in an
               attribute `outcome`.
        """
        params = positional(predicate)
        names = [param.name.value for param in params if param.default is None and param.name.value not in ("self", "cls")]
        names = [name for name in names if state.fact(name) is None] or [param.name.value for param in params[:1]]
        if len(names) != 1:
            return None
        known = State(None, thrown, state.facts)
        return self.is_true(predicate, known.knowing(names[0], HOLDER if of_outcome else EXCEPTION))

    def is_true(self, function: cst.FunctionDef | cst.Lambda, state: State) -> bool | None:
        """Whether a function that begins in that state returns something true; None if that depends on more."""
        if isinstance(function, cst.FunctionDef):
            known = self.returned(function, state)
        else:
            known = self._flow.known(function.body, state)
        verdict = self._flow.knowledge.truth(known)
        return verdict if isinstance(verdict, bool) else None

    def given(self, value: cst.BaseExpression, state: State) -> Fact:
        """What is known of a value that is handed to a function."""
        return self._flow.knowledge.known(value, state) or Fact("given", value)

    def answer(self, function: cst.FunctionDef, call: cst.Call, state: State) -> Fact | None:
        """What one of the program's own functions returns when it is handed what the call hands it; None if that depends."""
        return self.returned(function, self.handed(function, call, state))

    def _called(self, call: cst.Call, state: State) -> cst.BaseExpression:
        """What a call calls: where that was handed over, what was handed over."""
        given = state.fact(key) if (key := place(call.func)) is not None else None
        return given.value if given is not None and given.kind == "given" else call.func

    def functions(self, call: cst.Call, state: State) -> Sequence[cst.FunctionDef]:
        """The functions of the program that a call may run, handed over or not."""
        called = self._called(call, state)
        if called is call.func:
            return self._of_handed(call.func, state) or self._resolver.calls.functions(call)
        return tuple(self._resolver.definitions.functions(self._resolver.names(called)))

    def _of_handed(self, method: cst.BaseExpression, state: State) -> Sequence[cst.FunctionDef]:
        """The methods of an object that was handed over."""
        owner = method.value if isinstance(method, cst.Attribute) else None
        given = state.fact(key) if owner is not None and (key := place(owner)) is not None else None
        if not isinstance(method, cst.Attribute) or given is None or given.kind != "given":
            return ()
        names = self._resolver.names(given.value)
        return tuple(self._resolver.definitions.functions(f"{name.removesuffix('()')}.{method.attr.value}" for name in names))

    def lambdas(self, call: cst.Call, state: State) -> list[cst.Lambda]:
        """Likewise, the lambdas."""
        return self._resolver.calls.lambdas(self._called(call, state))

    def answer_of_lambda(self, function: cst.Lambda, arguments: list[Fact | None], state: State) -> Fact | None:
        """What a lambda returns when it is handed that."""
        if self._depth >= _MAX_DEPTH:
            return None
        inner = State(None, state.handled)
        for param, fact in zip(function.params.params, arguments, strict=False):
            inner = inner.knowing(param.name.value, fact)
        self._depth += 1
        try:
            return self._flow.knowledge.returned(function.body, inner)
        finally:
            self._depth -= 1

    def returned(self, function: cst.FunctionDef, state: State) -> Fact | None:
        """What a function returns that begins in that state; None if that depends."""
        if any(self._resolver.name(each.decorator) in _PICK_BY_CLASS for each in function.decorators):
            return OPAQUE  # it may be one that is registered with it
        return _joined(self._returns(function, state)[0])

    def answers(self, function: cst.FunctionDef, state: State) -> set[Fact | None]:
        """What a function may return that begins in that state, as long as it is chance, and not what is asked of the exception
        and is not known, which of these; else nothing is known of it.
        """
        found, is_asked = self._returns(function, state)
        return {None} if is_asked else found

    def varies(self, function: cst.FunctionDef, call: cst.Call, state: State) -> bool:
        """Whether it depends on something else than the exception, which the call hands over, what a function returns."""
        found, is_asked = self._returns(function, self.handed(function, call, state))
        constants = {fact.value for fact in found if fact is not None and fact.kind in ("constant", "parts")}
        return not is_asked and len(constants) == len(found) > 1

    def _returns(self, function: cst.FunctionDef, state: State) -> tuple[set[Fact | None], bool]:
        """What is known of each thing that a function returns, and whether something is asked of the exception on the way that is
        not known; nothing if that takes too long.
        """
        found: set[Fact | None] = set()
        asked = False
        graph = self._resolver.graph(function)

        def returned(block: Block, after: State) -> bool:
            nonlocal asked
            if after.flying is None and graph is not None:
                if isinstance(block.node, cst.Return):
                    value = block.node.value
                    found.add(self._flow.knowledge.returned(value, after) if value is not None else NONE)
                elif any(edge.target is graph.returned for edge, _ in self._flow.steps(block, after)):
                    found.add(NONE)  # it falls off its end
                asked = asked or self._flow.is_asked(block, after)
            return False

        return (found, asked) if self.run(function, state, returned) else (set(), asked)

    def outcomes(self, call: cst.Call, state: State) -> frozenset[Thrown | None]:
        """What leaves a call of functions that the program defines: what one of them raises, and None if one may return, as far
        as is known; nothing where code that is not seen decides on it.
        """
        found: set[Thrown | None] = set()
        whole = self._flow.known(call.func.value, state) if isinstance(call.func, cst.Attribute) and state.facts else None
        awaited = isinstance(self._resolver.tree.parents.get(call), cst.Await)
        behind = [*self._resolver.definitions.functions(self._resolver.calls.behind_partial(call.func))]
        for function in (*self._resolver.calls.functions(call), *behind):
            if function.returns is not None and self._resolver.names(function.returns.annotation) & _NEVER_COMES_BACK:
                found.add(Thrown.builtin("SystemExit"))
                continue
            suspended = function.asynchronous is not None and not awaited
            begun = self.handed(function, call if function not in behind else None, state)
            for read, part in self.parts_read(whole, function):
                begun = begun.knowing(read, part)
            ends = self.ends(function, begun)
            if suspended:
                return frozenset({None})
            if not ends and self._may_raise(function):
                return frozenset()
            found |= ends or {None}
        return frozenset(found or {None})

    def never_returns(self, call: cst.Call, state: State) -> bool:
        """Whether a call is seen to raise or to exit, whatever happens."""
        outcomes = self.outcomes(call, state)
        return bool(outcomes) and None not in outcomes

    def _may_raise(self, function: cst.FunctionDef) -> bool:
        """Whether a function raises or exits somewhere, itself or by what it calls."""
        calls, tree = self._resolver.calls, self._resolver.tree
        inner = [below for call in tree.calls_in(function) for below in (call, *calls.below(call))]
        functions = {function, *(each for call in inner for each in calls.functions(call))}
        return any(tree.nodes_in(each, cst.Raise) for each in functions) or any(map(self._flow.never_comes_back, inner))

    def ends(self, function: cst.FunctionDef, state: State) -> set[Thrown | None]:
        """What leaves a function that begins in that state: exceptions, and None if it may return, as far as is known; nothing
        if code that is not seen decides on it.
        """
        decisive = self._flow.changes.decisive(function)
        state = state._replace(facts=frozenset(item for item in state.facts if item[0] in decisive))
        return self._flow.once("ends", (function, state), lambda: self._find_ends(function, state))

    def _find_ends(self, function: cst.FunctionDef, state: State) -> set[Thrown | None]:
        graph = self._resolver.graph(function)
        found: set[Thrown | None] = set()

        def note(block: Block, after: State) -> bool:
            if graph is not None and block in (graph.returned, graph.raised):
                found.add(after.flying)
            return False

        return found if self.run(function, state, note) else {None}

    def handed(self, function: cst.FunctionDef, call: Run | None, state: State) -> State:
        """The state in which a function begins that the call hands its arguments; without a call, its defaults stand. A method
        knows the attributes of its object that nobody sets later, where it is seen how that is made.
        """
        inner = State(None, state.handled)
        made = self._object_of(function, call, state) if call is not None else None
        for read, part in self.parts_read(made, function):
            if part is not None and not self._flow.instances.is_set_later(read.partition(".")[2]):
                inner = inner.knowing(read, part)
        for read, fact in self._known_of_itself(function, call, state):
            inner = inner.knowing(read, fact)
        hidden = call is not None and any(arg.star for arg in arguments(call))
        for param in parameters(function):
            argument = self._resolver.calls.argument_for(call, function, param) if call is not None else None
            value = argument if argument is not None or hidden else param.default
            if value is not None:
                inner = inner.knowing(param.name.value, self.given(value, state))
        rest = self._resolver.calls.rest_for(call, function) if call is not None else None
        if rest is not None and isinstance(function.params.star_arg, cst.Param):
            inner = inner.knowing(function.params.star_arg.name.value, self.given(rest, state))
        return inner

    def _known_of_itself(self, function: cst.FunctionDef, call: Run | None, state: State) -> Iterator[tuple[str, Fact]]:
        """What is known of the attributes of an object of which a method is called, as the method reads them."""
        method, in_order = callee(call) if call is not None else None, positional(function)
        if isinstance(method, cst.Attribute) and in_order and self._resolver.tree.scopes[function].kind == "class":
            before = f"{place(method.value)}."
            own = ((key.removeprefix(before), fact) for key, fact in state.facts if key.startswith(before))
            yield from ((f"{in_order[0].name.value}.{rest}", fact) for rest, fact in own)

    def _object_of(self, function: cst.FunctionDef, call: Run, state: State) -> Fact | None:
        """What is known of the object of which a call calls a method; of one that is itself called, `__call__`."""
        if self._resolver.tree.scopes[function].kind != "class":
            return None
        called = callee(call)
        is_method = isinstance(called, cst.Attribute) and called.attr.value == function.name.value
        return self.made(called.value if is_method and isinstance(called, cst.Attribute) else called, state)

    def made(self, node: cst.BaseExpression, state: State) -> Fact | None:
        """What is known, part by part, of the object that an expression makes, `Retrier(attempts=3)`, or that it names."""
        maker = node
        for _ in range(_MAX_DEPTH):
            given = state.fact(key) if (key := place(maker)) is not None else None
            if given is not None and given.kind == "parts":
                return given
            maker = given.value if given is not None and given.kind == "given" else maker
            if isinstance(maker, cst.Attribute) and self._is_replaced_by_heirs(maker):
                return None
            values = self._resolver.values_of(maker) or self._resolver.default_of(maker)
            if len(values) != 1 or values[0] is maker:
                break
            maker = values[0]
        if not isinstance(maker, cst.Call):
            return None
        return self._flow.once("objects", maker, lambda: self._flow.knowledge.parts(maker, NO_STATE))

    def _is_replaced_by_heirs(self, attribute: cst.Attribute) -> bool:
        """Whether a class that inherits from that of an object has an attribute of its own in the place of this one."""
        owners = self._resolver.definitions.classes(name.removesuffix("()") for name in self._resolver.names(attribute.value))
        heirs = (heir for owner in owners for heir in self._resolver.hierarchy.heirs(owner))
        return any(self._resolver.attributes.has(heir, attribute.attr.value) for heir in heirs)

    def run(self, function: cst.FunctionDef, state: State, goal: Callable[[Block, State], bool]) -> bool:
        """Searches the function from its entry in that state; whether the search came to an end in time."""
        graph = self._resolver.graph(function)
        return graph is not None and self.search(graph, [(graph.entry, state)], goal)

    def last_of(self, effects: Sequence[Effect], call: cst.Call, state: State) -> set[Effect | None] | None:
        """Which of some changes the function that a call runs makes last on its ways to its end, None for none of them; nothing
        where code that is not seen decides that. None where it is not found out.
        """
        functions = {self._resolver.tree.unit(effect.at) for effect in effects}
        function = functions.pop() if len(functions) == 1 else None
        graph = self._resolver.graph(function)
        if graph is None or not isinstance(function, cst.FunctionDef) or [*self._resolver.calls.functions(call)] != [function]:
            return None
        if any(self._resolver.tree.in_handler(effect.at) for effect in effects):
            return None  # what is raised in between is not seen
        laps = {block: lap for lap, effect in enumerate(effects, 1) for block in graph.blocks_of(effect.at)}
        maybe = len(effects) + 1
        found: set[int] = set()

        def arrive(edge: Edge, before: State) -> State | None:
            lap = laps.get(edge.target)
            if lap is None or before.flying is not None:
                return before
            made = self._makes(effects[lap - 1], before)
            if not made:
                return None
            return before if made == {False} else before._replace(lap=lap if made == {True} else maybe)

        def note(block: Block, after: State) -> bool:
            if block is graph.returned and after.flying is None:
                found.update((0, *range(1, maybe)) if after.lap == maybe else (after.lap,))
            return False

        if not self.search(graph, [(graph.entry, self.handed(function, call, state))], note, arrive):
            return None
        return {effects[lap - 1] if lap else None for lap in found}

    def _makes(self, effect: Effect, state: State) -> set[bool]:
        """Whether a change is made that a function has another one make: always, never, or one or the other; nothing where code
        that is not seen decides that.
        """
        if not isinstance(effect.at, cst.Call):
            return {True}
        below = self._flow.effects.of(effect.at, is_told=True)
        last = self.last_of([each for each in below if each[1:3] == effect[1:3]], effect.at, state)
        return {True} if last is None else {each is not None for each in last}

    def search(
        self,
        graph: Graph,
        starts: Iterable[tuple[Block, State]],
        goal: Callable[[Block, State], bool],
        arrive: Callable[[Edge, State], State | None] = lambda edge, state: state,
    ) -> bool:
        """Searches a graph, unless functions are being followed too deep already; whether the search came to an end in time."""
        if self._depth >= _MAX_DEPTH:
            return False
        self._depth += 1
        try:
            self._flow.search(graph, starts, goal, arrive=arrive)
        except TooManyStates:
            return False
        finally:
            self._depth -= 1
        return True

    def answered(
        self, functions: Sequence[cst.FunctionDef], call: cst.Call | None, owner: cst.BaseExpression | None, state: State
    ) -> Fact | None:
        """What a property, or a function of the program, answers by what is known of the attributes and globals that it reads."""
        found: set[Fact | None] = set()
        whole = self._flow.known(owner, state) if owner is not None else None
        for function in functions:
            handed = inner = self.handed(function, call, state)
            for read, key in self._resolver.inputs.of(function, owner):
                inner = inner.knowing(read, state.fact(key) or inner.fact(read))
            for read, part in self.parts_read(whole, function):
                inner = inner.knowing(read, part)
            is_told = inner != handed or any(True for _ in self._known_of_itself(function, call, state))
            found.add(self.returned(function, inner) if is_told and function.asynchronous is None else None)
        return found.pop() if len(found) == 1 else None

    def parts_read(self, whole: Fact | None, function: cst.FunctionDef) -> Iterator[tuple[str, Fact | None]]:
        """The parts by which its object is known, as a method reads them."""
        params = positional(function)
        if whole is not None and whole.kind == "parts" and params and self._resolver.tree.scopes[function].kind == "class":
            itself = params[0].name.value
            yield from ((f"{itself}.{key}", part) for key, part in whole.value if isinstance(key, str))


def _joined(found: set[Fact | None]) -> Fact | None:
    """The one thing that is known on every way, wherever it was told."""
    facts = [fact for fact in found if fact is not None]
    if not facts or len(facts) < len(found) or len({(fact.kind, fact.value) for fact in facts}) > 1:
        return None
    return facts[0]._replace(told=any(fact.told for fact in facts))
