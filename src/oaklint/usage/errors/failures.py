"""Which functions hand back that their request was refused, instead of raising it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import NamedTuple

from oaklint.python import cst
from oaklint.python.definitions import is_property
from oaklint.python.facts import ANSWER, EXCEPTION, NO_STATE, NONE, SET, Fact, Facts, State, Thrown
from oaklint.python.flow import Block, Edge, Graph, Kind, TooManyStates, last_catch, leading_to, reachable, reaches
from oaklint.python.tree import Run, walk
from oaklint.usage.context import Context
from oaklint.usage.errors.auth_errors import AuthErrors, Clause
from oaklint.usage.errors.next_request import NextRequest

# Through how many functions a value is followed that stands for a failure.
_MAX_DEPTH = 2


class Failure(NamedTuple):
    """That a function hands back a value where the request in it has failed, or `gather` the exception.

    request, clause: the call that raises, and where its error stops. value, answer: what is handed back where it has failed, and
    where it has not. undone, unsure: the values that are not assigned where it has failed, and those that need not be where it
    has not. thrown: the exception that the value is, if it is one.
    """

    request: Run
    clause: Clause
    value: Fact
    answer: Fact
    undone: frozenset[cst.CSTNode]
    unsure: frozenset[cst.CSTNode]
    thrown: Thrown | None = None


class _HandedBack(NamedTuple):
    """The clause at which an error stops, the statement behind it that hands back a value, the value, what is known there, and
    the blocks through which control may have come there from the request.
    """

    clause: Clause
    where: cst.CSTNode | None
    value: Fact
    facts: Facts
    passed: frozenset[Block]


class Failures:
    """From a call to the values by which the functions that it runs say that their request was refused."""

    def __init__(self, context: Context, errors: AuthErrors) -> None:
        self._context = context
        self._tree = context.tree
        self._resolver = context.resolver
        self._flow = context.flow
        self._deferred = context.deferred
        self._errors = errors
        self._following: dict[Run, NextRequest] = {}

    def of(self, call: Run, depth: int = 0) -> Iterator[Failure]:
        """How the functions of the program that a call runs do that, for their own requests and for those of what they call."""
        for gathering, thrown in self._errors.kept_for(call):
            value, answer = self._errors.gives(call, EXCEPTION), self._errors.gives(call, ANSWER)
            yield Failure(call, gathering, value, answer, frozenset(), frozenset(), thrown)
        for function in filter(self._is_itself, self._resolver.calls.functions(call)):
            handed = self._flow.handed(function, call, self._errors.state(call)).facts
            yield from self._of_function(function, handed, depth)

    def handed_back_by(self, function: cst.FunctionDef) -> list[Failure]:
        """How a function does that, whatever its decorators make of it."""
        return self._of_function(function, frozenset(), 0)

    @staticmethod
    def _is_itself(function: cst.FunctionDef) -> bool:
        """Whether a function hands back what it returns, because no decorator stands in between."""
        return not function.decorators or is_property(function)

    def _of_function(self, function: cst.FunctionDef, handed: Facts, depth: int) -> list[Failure]:
        question = self, function, handed, depth, self._errors.assumed_in(function)
        return self._flow.once("failures", question, lambda: _one_each(self._find_in(function, handed, depth)))

    def _find_in(self, function: cst.FunctionDef, handed: Facts, depth: int) -> Iterator[Failure]:
        graph = self._resolver.graph(function)
        if graph is None:
            return
        for call, cause in self._causes(function, depth):
            with self._failing(call, cause):
                first = self._handing_back(graph, call, cause, handed)
                # What the function remembers of one failure, it may ask for before the next.
                again = first and self._handing_back(graph, call, cause, handed | self._kept(first.facts, function))
            if first is not None and again is not None and not self._is_changed(graph, call, first):
                yield self._failure(graph, call, cause, first)

    def _causes(self, function: cst.FunctionDef, depth: int) -> Iterator[tuple[Run, Thrown | Failure]]:
        """The calls in a function that fail, with what they raise or hand back."""
        yield from self._errors.raising_calls(function)
        if depth < _MAX_DEPTH:
            for call in self._resolver.calls.runs_in(function):
                yield from ((call, failure) for failure in self.of(call, depth + 1))

    def _failing(self, call: Run, cause: Thrown | Failure) -> AbstractContextManager[None]:
        """For as long as the call fails in that way."""
        return self._flow.returning(call, cause.value, cause.undone) if isinstance(cause, Failure) else nullcontext()

    def _failure(self, graph: Graph, call: Run, cause: Thrown | Failure, failed: _HandedBack) -> Failure:
        undone, unsure = self._not_assigned(graph, call, failed)
        assert isinstance(graph.unit, cst.FunctionDef)
        answer = self._answer(graph.unit, failed)
        if not isinstance(cause, Failure):
            return Failure(call, failed.clause, failed.value, answer, undone, unsure)
        if isinstance(failed.where, cst.Return) and call in walk(failed.where):
            answer = cause.answer  # it returns what it is handed
        return Failure(cause.request, cause.clause, failed.value, answer, undone | cause.undone, unsure | cause.unsure)

    def _handing_back(self, graph: Graph, call: Run, cause: Thrown | Failure, known: Facts) -> _HandedBack | None:
        """What is handed back when the call has failed; None where it is not made by what is known, and where a way leads out of
        the function: what chooses between the two is not seen.
        """
        handed_back = isinstance(cause, Failure)
        arriving = self._flow.known_at(graph, self._deferred.blocks_of(call), known)
        if arriving is None:
            return None
        found: list[tuple[cst.CSTNode | None, Fact, Facts]] = []
        passed: set[Block] = set()

        def leaves(block: Block, _: State) -> bool:
            passed.add(block)
            return block is graph.raised

        def is_handed_back(block: Block, state: State) -> bool:
            if state.flying is None and (handed_back or state.handled is not None):
                value = self._handed_back(block, state, graph)
                found.extend([(block.node, value, state.facts)] if value is not None else [])
            return bool(found)

        first = self._errors.first_failure(call)
        told = {key for key, _ in arriving}
        first = first._replace(facts=arriving.union(item for item in first.facts if item[0] not in told))
        starts = self._starts(call, cause, first)
        try:
            path = self._flow.search(graph, starts, is_handed_back, stop=_returns)
            clause = cause.clause if isinstance(cause, Failure) else last_catch(path) if path is not None else None
            if path is None or clause is None or self._flow.search(graph, starts, leaves) is not None:
                return None
        except TooManyStates:
            return None
        return _HandedBack(clause, *found[0], frozenset(passed))

    def _starts(self, call: Run, cause: Thrown | Failure, state: State) -> list[tuple[Block, State]]:
        """Where control is when the call has failed: what has handed back a value may do so in the middle of a statement."""
        if isinstance(cause, Failure):
            return [(block, state) for block in self._deferred.blocks_of(call)]
        return self._errors.failing(call, cause, state)

    def _before(self, graph: Graph, call: Run) -> set[Block]:
        """The blocks through which control may come to a request."""
        asking = self._deferred.blocks_of(call)
        return leading_to(asking, without=_is_raise) & reachable(graph.entry, asking)

    def _is_changed(self, graph: Graph, call: Run, failed: _HandedBack) -> bool:
        """Whether a function makes another request each time it is run: it takes new work, or another key, by itself."""
        if call not in self._following:
            self._following[call] = NextRequest(self._context, graph, call)
        following, passed = self._following[call], failed.passed | self._before(graph, call)
        return any(block.node is not None and following.is_changed_by(block.node) for block in passed)

    def _not_assigned(
        self, graph: Graph, call: Run, failed: _HandedBack
    ) -> tuple[frozenset[cst.CSTNode], frozenset[cst.CSTNode]]:
        """The values that a function does not assign where its request has failed, and of those the ones that it may not assign
        either where that has succeeded.
        """
        asking, run = self._deferred.blocks_of(call), failed.passed | self._before(graph, call)
        behind = [edge.target for block in asking for edge in block.edges if edge.kind is not Kind.RAISE]
        undone: set[cst.CSTNode] = set()
        unsure: set[cst.CSTNode] = set()
        for node_type in (cst.Assign, cst.AnnAssign):
            for node in self._tree.nodes_in(graph.unit, node_type):
                assert isinstance(node, (cst.Assign, cst.AnnAssign))
                blocks = graph.blocks_of(node)
                if node.value is None or not run.isdisjoint({*blocks} - {*asking}):
                    continue
                undone.add(node.value)
                if any(_ends_without(start, {*blocks}, graph) for start in behind) and not {*blocks} & {*asking}:
                    unsure.add(node.value)
        return frozenset(undone), frozenset(unsure)

    def _kept(self, facts: Facts, function: cst.FunctionDef) -> Facts:
        """What is still known when a function is called again: of attributes, and of names from outside."""
        own = self._tree.scopes[function.body].bindings
        return frozenset((key, fact) for key, fact in facts if "." in key or key not in own)

    def _handed_back(self, block: Block, state: State, graph: Graph) -> Fact | None:
        """What a block returns, if that can be told: a statement that does, or the end of the function."""
        if not isinstance(block.node, cst.Return):
            return NONE if block is graph.returned else None
        value = block.node.value
        if value is None:
            return NONE
        # A list may be another one by the time that it is asked.
        fact = self._flow.knowledge.returned(value, state) if not isinstance(value, cst.List) else None
        return fact if fact is not None and fact.kind in ("constant", "parts") else None

    def _answer(self, function: cst.FunctionDef, failed: _HandedBack) -> Fact:
        """What a function returns where it does not fail: something, or what is known of all tuples, dictionaries or objects that
        it returns elsewhere, or by the same statement.
        """
        found: list[frozenset[object] | None] = []
        for value in self._resolver.returned_values(function):
            made = self._flow.knowledge.parts(value, NO_STATE)
            if self._tree.parents[value] is not failed.where or not _is_same(made, failed.value):
                found.append(frozenset(_answering(made, failed.value).value) if made is not None else None)
        known = [each for each in found if each is not None]
        return Fact("parts", tuple(frozenset.intersection(*known))) if known and len(known) == len(found) else SET


def _one_each(failures: Iterable[Failure]) -> list[Failure]:
    """Of those that only differ in the request that fails, the first."""
    found: dict[tuple[object, ...], Failure] = {}
    for failure in failures:
        found.setdefault(failure[1:], failure)
    return list(found.values())


def _is_same(made: Fact | None, failed: Fact) -> bool:
    """Whether what is known of a value, whatever its function is handed, is all that makes out another one."""
    if made is None or not made.kind == failed.kind == "parts":
        return made == failed
    constants = {(key, fact) for key, fact in failed.value if fact is not None and fact.kind == "constant"}
    return constants <= {*made.value} and {key for key, _ in made.value} == {key for key, _ in failed.value}


def _answering(made: Fact, failed: Fact) -> Fact:
    """What is known of an answer by its parts: something stands where there is None in what is handed back for a failure."""
    of_failure = dict(failed.value) if failed.kind == "parts" else {}
    return Fact("parts", tuple((key, SET if fact is None and of_failure.get(key) == NONE else fact) for key, fact in made.value))


def _returns(block: Block, _: State) -> bool:
    return isinstance(block.node, cst.Return)


def _is_raise(edge: Edge) -> bool:
    return edge.kind is Kind.RAISE


def _ends_without(start: Block, blocks: set[Block], graph: Graph) -> bool:
    """Whether a function may come to its end from a block without an exception, and without one of those blocks."""
    return start not in blocks and reaches(
        [start], [graph.returned], without=lambda edge: _is_raise(edge) or edge.target in blocks
    )
