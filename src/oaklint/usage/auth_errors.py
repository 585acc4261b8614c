"""Where the AuthenticationError of a request goes: whether it leaves its function, whether it leads back to the request."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property, partial
from itertools import pairwise
from typing import Literal, NamedTuple, TypeAlias

from oaklint.python import cst
from oaklint.python.exceptions import ExceptionFlow, Fact, State, Thrown
from oaklint.python.flow import Block, Edge, Graph, Kind, TooManyStates
from oaklint.python.names import Resolver
from oaklint.python.scopes import CodeUnit
from oaklint.python.tree import Tree
from oaklint.python.values import Values
from oaklint.sdk.exceptions import (
    AUTHENTICATION_STATUS,
    ERROR_ATTRIBUTE_NAMES,
    TRANSIENT_ERRORS,
    authentication_error,
    exception_ancestors,
    exception_name,
)
from oaklint.usage.clients import Clients
from oaklint.usage.next_request import NextRequest

# What is asked of an error's text to recognise a bad key. Other words ("rate limit", "timeout") are not in it.
_SAID = ("401", "api key", "api_key", "apikey", "auth", "credential", "incorrect", "invalid", "permission", "error code", "token")

_TEXT = "error code: 401 - incorrect api key provided"

Bound = Literal["unbounded", "swallowed", "raised"]
Clause: TypeAlias = "cst.ExceptHandler | cst.ExceptStarHandler | cst.WithItem"


class Retry(NamedTuple):
    """A path on which an AuthenticationError leads back to the request that raised it.

    clause: the `except` clause (or `with suppress(...)`) that keeps the error from leaving.
    around: the loop, or the call of the function itself, by which control gets back.
    bound:  "unbounded" if nothing but success ends it; else what happens when the attempts are used up.
    attempts: how many requests are made in all, where the program says it as a constant.
    """

    request: cst.Call
    clause: Clause
    around: cst.CSTNode
    bound: Bound
    attempts: int | None


class Catch(NamedTuple):
    """A clause, or `with suppress(...)`, at which the error of a request stops.

    call: the request, or the call that runs the function that makes it. thrown: what arrives.
    """

    call: cst.Call
    clause: Clause
    thrown: Thrown


class AuthErrors:
    """Follows the AuthenticationError of each request of a program, or another error that requests raise."""

    def __init__(
        self,
        tree: Tree,
        resolver: Resolver,
        values: Values,
        flow: ExceptionFlow,
        clients: Clients,
        generation: int,
        error: Thrown | None = None,
    ) -> None:
        self._tree = tree
        self._resolver = resolver
        self._values = values
        self._flow = flow
        self._clients = clients
        self._escaping: dict[CodeUnit, frozenset[Thrown]] = {}
        self._searching: set[CodeUnit] = set()
        self._generation = generation
        self.error = error or _authentication_error(generation)

    # What raises it.

    def raised_by(self, call: cst.Call) -> frozenset[Thrown]:
        """The AuthenticationError, or what became of it, that the call may raise: itself a request, or running a function that
        makes one.
        """
        if self._clients.is_request(call):
            return frozenset({self.error})
        if self._kept_as_result(call):
            return frozenset()
        return frozenset().union(*(self.escaping(function) for function in self._run_by(call)))

    def _run_by(self, call: cst.Call) -> Iterator[CodeUnit]:
        """The program's functions that run while the call is made: the one called, or one handed to something that runs it."""
        yield from self._resolver.called_functions(call)
        yield from self._resolver.lambdas(call.func)
        names = self._resolver.names(call.func)
        if names & {"asyncio.to_thread", "anyio.to_thread.run_sync"} or any(name.endswith(".run_in_executor") for name in names):
            for arg in call.args[:2]:
                yield from self._resolver.lambdas(arg.value)
                if isinstance(arg.value, (cst.Name, cst.Attribute)):
                    yield from self._resolver.definitions.functions(self._resolver.names(arg.value))

    def _kept_as_result(self, call: cst.Call) -> bool:
        """Whether the call is an argument of a `gather(..., return_exceptions=True)`."""
        for ancestor in self._tree.ancestors(call):
            if isinstance(ancestor, cst.BaseSuite):
                return False
            if isinstance(ancestor, cst.Call):
                for arg in ancestor.args:
                    if arg.keyword is not None and arg.keyword.value == "return_exceptions":
                        return self._values.value(arg.value) is True
        return False

    def escaping(self, unit: CodeUnit) -> frozenset[Thrown]:
        """The AuthenticationError of the unit's requests, or what its handlers raise in its place, as far as it leaves the
        unit.
        """
        found = self._escaping.get(unit)
        if found is not None:
            return found
        if unit in self._searching:
            return frozenset()
        self._searching.add(unit)
        try:
            found = frozenset().union(*(self._leaving(call, thrown) for call, thrown in self._raising_calls(unit)))
        finally:
            self._searching.discard(unit)
        if not self._searching:
            self._escaping[unit] = found
        return found

    def _raising_calls(self, unit: CodeUnit | None) -> Iterator[tuple[cst.Call, Thrown]]:
        for call in self._calls_in(unit):
            for thrown in self.raised_by(call):
                yield call, thrown

    def _calls_in(self, unit: CodeUnit | None) -> list[cst.Call]:
        if not hasattr(self, "_calls_by_unit"):
            self._calls_by_unit: dict[CodeUnit | None, list[cst.Call]] = {}
            for call in self._tree.nodes.get(cst.Call, ()):
                assert isinstance(call, cst.Call)
                self._calls_by_unit.setdefault(self._tree.unit(call), []).append(call)
        return self._calls_by_unit.get(unit, [])

    def _leaving(self, call: cst.Call, thrown: Thrown) -> frozenset[Thrown]:
        graph = self._resolver.graph(self._tree.unit(call))
        if graph is None:
            return frozenset()
        found: set[Thrown] = set()

        def leaves(block: Block, state: State) -> bool:
            if block is graph.raised and state.flying is not None and state.flying.name != "builtins.SystemExit":
                found.add(state.flying)
            return False

        try:
            self._flow.search(graph, self._flow.raised_at(graph.blocks_of(call), thrown), leaves)
        except TooManyStates:
            return frozenset()
        return frozenset(found)

    # Where it stops.

    def names_it(self, types: cst.BaseExpression) -> bool:
        """Whether a clause with these types names AuthenticationError itself, alone or among others."""
        return any(exception_name(name, self._generation) == self.error.name for name in self._resolver.caught(types))

    def names_it_alone(self, types: cst.BaseExpression) -> bool:
        """Whether these types are AuthenticationError, or classes below it, and nothing else."""
        return all(
            name in self.error.classes and exception_name(name, self._generation) == self.error.name
            for name in self._resolver.caught(types)
        )

    @cached_property
    def catches(self) -> dict[Clause, list[Catch]]:
        """The clauses of the program at which the error of a request stops, for however short a time."""
        found: dict[Clause, list[Catch]] = {}
        for call in self._tree.nodes.get(cst.Call, ()):
            assert isinstance(call, cst.Call)
            for thrown in self.raised_by(call):
                for catch in self._catches_of(call, thrown):
                    found.setdefault(catch.clause, []).append(catch)
        return found

    def _catches_of(self, call: cst.Call, thrown: Thrown) -> list[Catch]:
        graph = self._resolver.graph(self._tree.unit(call))
        found: list[Catch] = []
        if graph is None:
            return found

        def arrive(edge: Edge, state: State) -> State | None:
            clause = edge.source.node
            if edge.kind is Kind.CATCH and state.handled is not None:
                assert isinstance(clause, (cst.ExceptHandler, cst.ExceptStarHandler, cst.WithItem))
                catch = Catch(call, clause, state.handled)
                if catch not in found:
                    found.append(catch)
            return state

        try:
            self._flow.search(graph, self._flow.raised_at(graph.blocks_of(call), thrown), lambda *_: False, arrive=arrive)
        except TooManyStates:
            return []
        return found

    # Where it leads.

    def retries(self, call: cst.Call) -> list[Retry]:
        """The ways in which an error raised by the call leads back to the call."""
        found: list[Retry] = []
        for thrown in self.raised_by(call):
            retry = self._retry(call, thrown)
            if retry is not None and retry.clause not in [other.clause for other in found]:
                found.append(retry)
        return found

    def retries_by(self, decorator: cst.FunctionDef, call: cst.Call | None, thrown: frozenset[Thrown]) -> list[Retry]:
        """The ways in which a decorator that the program defines runs the function it is given again, when that raises.

        call: the one that sets the decorator up; None where it has no arguments.
        """
        found: list[Retry] = []
        settings = self._flow.handed(decorator, call, State(None)).facts
        for inner in self._tree.nodes.get(cst.Call, ()):
            assert isinstance(inner, cst.Call)
            if isinstance(inner.func, cst.Name) and self._is_decorated(inner.func, decorator):
                found += (retry for error in thrown if (retry := self._retry(inner, error, settings)) is not None)
        return found

    def _retry(self, call: cst.Call, thrown: Thrown, facts: frozenset[tuple[str, Fact]] = frozenset()) -> Retry | None:
        graph = self._resolver.graph(self._tree.unit(call))
        return _Lap(self, graph, call, thrown, facts).retry() if graph is not None else None

    def _is_decorated(self, name: cst.Name, decorator: cst.FunctionDef) -> bool:
        """Whether a name in a wrapper stands for a parameter of the decorator, or of the function that the decorator returns."""
        home = self._tree.scopes[name].lookup(name.value)
        unit = self._tree.unit(name)
        if home is None or home.node is unit or not isinstance(home.node, cst.FunctionDef):
            return False
        if not any(binding.kind == "parameter" for binding in home.bindings.get(name.value, ())):
            return False
        return home.node is decorator or decorator in self._tree.ancestors(home.node)


class _Lap:
    """The search for a way from one call's AuthenticationError back to the call, within the call's function."""

    def __init__(
        self, errors: AuthErrors, graph: Graph, call: cst.Call, thrown: Thrown, facts: frozenset[tuple[str, Fact]]
    ) -> None:
        self._tree, self._resolver, self._values, self._flow = errors._tree, errors._resolver, errors._values, errors._flow
        self._graph = graph
        self._call = call
        self._thrown = thrown
        self._unit = self._tree.unit(call)
        self._blocks = set(graph.blocks_of(call))
        self._loops = [node for node in self._tree.ancestors(call) if isinstance(node, (cst.For, cst.While))]
        self._begin = self._first_round(State(None, facts=facts))
        self._next = NextRequest(call, self._tree, self._resolver, self._values, errors._clients, graph)

    def retry(self) -> Retry | None:
        if not (self._loops or self._self_calls) or self._next.changes_by_itself():
            return None
        try:
            # Twice around: a flag that lets it happen once only is no retry to speak of.
            path = self._search(self._is_second_lap)
            return self._described(path) if path is not None else None
        except TooManyStates:
            return None

    def _search(
        self, goal: Callable[[Block, State], bool], arrive: Callable[[Edge, State], State | None] | None = None
    ) -> list[Block] | None:
        starts = self._flow.raised_at(self._blocks, self._thrown, self._begin)
        return self._flow.search(self._graph, starts, goal, stop=self._stops, arrive=arrive or self._arrive, jumps=self._jumps)

    def _is_second_lap(self, block: Block, state: State) -> bool:
        return state.lap >= 2 and state.flying is None and block in self._blocks

    def _jumps(self, block: Block, state: State) -> Iterator[tuple[Block, State]]:
        """Ways on that are no edges: the request fails again, and the function calls itself."""
        if block in self._blocks and state.lap < 2:
            yield from self._flow.raised_at([block], self._thrown, state)
        if state.handled is not None:
            for call in self._self_calls:
                if block in self._graph.blocks_of(call) and not self._next.is_changed_by_recursion(call):
                    yield self._graph.entry, self._entered(call, state)

    def _arrive(self, edge: Edge, state: State) -> State | None:
        """Counts laps, and closes two ways: the one on which the request succeeds, and the one to the next item of a loop over
        items.
        """
        if edge.source in self._blocks and state.flying is None:
            return None
        if edge.target in self._blocks and state.flying is None:
            state = state._replace(lap=min(2, state.lap + 1))
        if edge.kind is Kind.AGAIN and isinstance(edge.target.node, cst.For) and self._next.is_over_items(edge.target.node):
            return None
        if edge.kind is Kind.AGAIN and not isinstance(edge.target.node, (cst.For, cst.While)):
            return None  # the next item of a comprehension
        return state

    def _stops(self, block: Block, state: State) -> bool:
        """Whether something happens here that makes the next request another one."""
        return (
            state.flying is None and state.handled is not None and block.node is not None and self._next.is_changed_by(block.node)
        )

    # Recursion.

    @cached_property
    def _self_calls(self) -> list[cst.Call]:
        if not isinstance(self._unit, cst.FunctionDef):
            return []
        return [
            call for call in self._resolver.calls_of(self._unit) if self._tree.unit(call) is self._unit and call is not self._call
        ]

    def _entered(self, call: cst.Call, state: State) -> State:
        """The state in which the function begins anew: what it is handed is known, its locals are not."""
        assert isinstance(self._unit, cst.FunctionDef)
        inner = self._flow.handed(self._unit, call, state)
        own = frozenset(item for item in state.facts if item[0].startswith("self."))
        return inner._replace(facts=inner.facts | own, lap=state.lap)

    # Counted loops.

    def _first_round(self, state: State) -> State:
        """What is known when a wrong key fails for the first time: it does so in the first round of every loop."""
        for loop in self._loops:
            if isinstance(loop, cst.For) and isinstance(loop.target, cst.Name) and (first := self._counts_from(loop)) is not None:
                state = state.knowing(loop.target.value, Fact("constant", first))
        return state

    def _counts_from(self, loop: cst.For) -> int | None:
        names = self._resolver.names(loop.iter.func) if isinstance(loop.iter, cst.Call) else frozenset()
        if not isinstance(loop.iter, cst.Call) or not names & {"builtins.range", "itertools.count"}:
            return None
        starts = loop.iter.args[:1] if len(loop.iter.args) > 1 or "itertools.count" in names else ()
        first = self._values.value(starts[0].value) if starts else 0
        return first if isinstance(first, int) else None

    # What the path says.

    def _described(self, path: list[Block]) -> Retry | None:
        lap: list[Block] = []
        for block in path:
            lap.append(block)
            if block in self._blocks:
                break
        clause = _last_catch(lap)
        if clause is None:
            return None
        around = self._way_around(lap)
        bound, attempts = self._bound(around)
        return Retry(self._call, clause, around, bound, attempts)

    def _way_around(self, lap: list[Block]) -> cst.CSTNode:
        """The innermost loop that the path goes round in; without one, the function that calls itself."""
        for block in lap:
            if block.node in self._loops:
                assert block.node is not None
                return block.node
        return self._unit if self._unit is not None else self._call

    def _bound(self, around: cst.CSTNode) -> tuple[Bound, int | None]:
        """What happens in the end, if no request ever succeeds."""
        ends: set[str] = set()

        def note(block: Block, state: State) -> bool:
            if block is self._graph.returned:
                ends.add("returned")
            elif block is self._graph.raised:
                ends.add("raised")
            return False

        def arrive(edge: Edge, state: State) -> State | None:
            arrived = self._arrive(edge, state)
            if arrived is None and edge.kind is Kind.AGAIN:
                ends.add("returned")  # it goes on with the next item
            return arrived

        self._search(note, arrive)
        attempts = self._attempts(around)
        if not ends:
            return "unbounded", None
        # Where both are open, it is mostly the last attempt that is asked for: `if attempt == 2: raise`.
        return ("raised" if "raised" in ends else "swallowed"), attempts

    def _attempts(self, around: cst.CSTNode) -> int | None:
        if isinstance(around, cst.For) and isinstance(around.iter, cst.Call):
            bounds = [self._values.value(arg.value) for arg in around.iter.args]
            if (
                bounds
                and all(isinstance(bound, int) for bound in bounds)
                and "builtins.range" in self._resolver.names(around.iter.func)
            ):
                return len(range(*bounds)) if len(bounds) <= 2 else None
        return None


def _last_catch(path: list[Block]) -> Clause | None:
    """The clause at which the error stopped travelling."""
    found = None
    for block, following in pairwise(path):
        if isinstance(block.node, (cst.ExceptHandler, cst.ExceptStarHandler, cst.WithItem)):
            if any(edge.target is following and edge.kind is Kind.CATCH for edge in block.edges):
                found = block.node
    return found


def _authentication_error(generation: int) -> Thrown:
    """The exception that a wrong key leads to, as the SDK of that generation raises it."""
    return _thrown(authentication_error(generation), generation, AUTHENTICATION_STATUS, _says)


def transient_errors(generation: int) -> list[Thrown]:
    """The exceptions that the SDK raises when it has used up its own retries."""
    return [
        _thrown(name, generation, status, partial(_says_transient, said))
        for name, status, said in TRANSIENT_ERRORS
        if generation > 0  # before 1.0 it did not retry
    ]


def _thrown(name: str, generation: int, status: int | None, says: Callable[[str], bool | None]) -> Thrown:
    ancestors = exception_ancestors(name, generation)
    classes = {ancestor if ancestor.startswith("openai.") else f"builtins.{ancestor}" for ancestor in ancestors}
    last = name.rpartition(".")[2]
    classes |= {f"openai.{last}", f"openai.error.{last}"}  # programs for both generations import it under either name
    if generation == 0:
        classes |= {"openai.OpenAIError"}
    else:
        classes |= {
            ancestor.replace("openai.", "openai._exceptions.", 1) for ancestor in ancestors if ancestor.startswith("openai.")
        }
    return Thrown(name, frozenset(classes), {ERROR_ATTRIBUTE_NAMES[generation].status: status} if status else {}, says)


def _says(word: str) -> bool | None:
    """Whether the text of the error holds a word; where it is asked for in other words than the SDK's, what the asker meant
    counts.
    """
    lowered = word.lower().strip()
    return lowered in _TEXT or any(said in lowered for said in _SAID) if lowered else None


def _says_transient(said: tuple[str, ...], word: str) -> bool | None:
    lowered = word.lower().strip()
    return any(each in lowered for each in said) if lowered else None
