"""The way from a call that has failed around to the same call again, within the call's function."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from functools import cached_property
from typing import NamedTuple

from oaklint.python import cst
from oaklint.python.behind import Behind
from oaklint.python.facts import SET, Fact, Facts, State, Thrown
from oaklint.python.flow import Block, Edge, Graph, Kind, TooManyStates, last_catch, reachable, reaches
from oaklint.python.places import places
from oaklint.python.raised import is_of_unknown_class
from oaklint.python.tree import Run
from oaklint.usage.context import Context
from oaklint.usage.errors.auth_errors import Clause
from oaklint.usage.errors.failures import Failure
from oaklint.usage.errors.makers import Makers
from oaklint.usage.errors.next_request import NextRequest
from oaklint.usage.ingredients import steps_of
from oaklint.usage.retries.retries import Bound

# The likeliest first.
_ENDS: tuple[Bound, ...] = ("raised", "either", "replaced", "swallowed")


class Retry(NamedTuple):
    """A path on which an AuthenticationError leads back to the request that raised it.

    request: the call that raises it. clause: the `except` clause (or `with suppress(...)`) that keeps the error from leaving.
    around: the loop, the function that calls itself, or what calls it some time later, by which control gets back.
    bound:  what becomes of the error in the end.
    once_more: whether the request is made again where the way around comes to an end.
    attempts: how many requests are made in all; None where the program does not say it.
    by_default: whether others may say otherwise.
    """

    request: Run
    clause: Clause
    around: cst.CSTNode
    bound: Bound
    once_more: bool = False
    attempts: int | None = None
    by_default: bool = False


class Lap:
    """The search for it."""

    def __init__(self, context: Context, graph: Graph, call: Run, failure: Thrown | Failure, facts: Facts) -> None:
        """failure: what the call raises, or hands back instead of an answer. facts: what is known where it stands."""
        self._context = context
        self._tree = context.tree
        self._resolver = context.resolver
        self._values = context.values
        self._flow = context.flow
        self.graph = graph
        self.call = call
        self._failure = failure
        self._facts = facts
        self._unit = self._tree.unit(call)
        self.blocks = set(context.deferred.blocks_of(call))
        self._self_calls = [each for each in context.self_calls(self._unit) if each is not call and not self._is_regular(each)]
        self.loops = [node for node in self._tree.ancestors(call) if isinstance(node, (cst.For, cst.While))]
        # A key that is wrong for one request is wrong for those that are made alike, besides it and behind its loop.
        makers = self._flow.once("makers", self._unit, lambda: Makers(context, self._unit))
        self.alike = makers.alike(call) if isinstance(failure, Thrown) else {}
        others = self.alike.keys() - self.blocks
        besides = {block for block in others if graph.circles[block] == self.circle}
        self.requests = self.blocks | besides
        self._behind = others - besides
        # Where control waits for what has been started once, it goes round without another request.
        around = (self._tree.ancestors(block.node) for block in self.blocks if block.node is not None)
        self._waiting = {node for nodes in around for node in nodes if isinstance(node, (cst.For, cst.While))} - {*self.loops}
        unbound = self._flow.unbound_at(graph.unit, self.blocks)
        self.begin = self._first_round(State(None, facts=facts | unbound))
        self._next = NextRequest(context, graph, call, self._done_on_failure)

    def _is_regular(self, call: cst.Call) -> bool:
        """Whether a function is called some time later in any case, be the request answered or not."""
        if self._unit in self._resolver.calls.functions(call):
            return False
        called_later_by = self._context.threads.called_later_by
        later = (each for each in self._context.self_calls(self._unit) if self._unit in called_later_by(each))
        blocks = [block for each in later for block in self.graph.blocks_of(each)]
        return reaches(self.blocks, blocks, without=lambda edge: edge.kind is Kind.RAISE)

    def retry(self) -> Retry | None:
        """The way, if there is one that control takes because of the failure."""
        if self._next.changes_by_itself():
            return None
        try:
            if isinstance(self._failure, Failure) and not self._tells_apart(self._failure):
                return None
            with self.failing():
                # Twice around: a flag that lets it happen once only is no retry to speak of.
                path = self._search(self._is_second_lap, self._arrive_again)
                return self._described(path) if path is not None and self._happens() else None
        except TooManyStates:
            return None

    def failing(self) -> AbstractContextManager[None]:
        """For as long as the call hands back what it does when it fails."""
        if isinstance(self._failure, Failure):
            return self._flow.returning(self.call, self._failure.value, self._failure.undone)
        return nullcontext()

    def _tells_apart(self, failure: Failure) -> bool:
        """Whether the loop around a call that hands back its failures is there to go on until there is an answer: every answer
        ends it, or only an answer may, as in `while status is None or status == "in_progress"`.
        """
        with self._flow.returning(self.call, failure.answer, failure.unsure, SET):
            if self._search(self._is_second_lap, self._arrive_again) is None:
                return True
            if not self._leaves():
                return False
        with self._flow.returning(self.call, failure.value, failure.undone):
            return not self._leaves()

    def _leaves(self) -> bool:
        """Whether control may get out of the innermost loop before the call is made again, otherwise than by its last round."""
        loop = next(iter(self.loops), None)

        def is_outside(block: Block, state: State) -> bool:
            if block in (self.graph.returned, self.graph.raised):
                return True
            return block.node is not None and loop not in (block.node, *self._tree.ancestors(block.node))

        def arrive(edge: Edge, state: State) -> State | None:
            is_last_round = edge.kind is Kind.FALSE and self._bounds(edge.source.node, loop)
            return None if is_last_round or edge.target in self.blocks else state

        return self._search(is_outside, arrive, self.first_failure) is not None

    def _bounds(self, node: cst.CSTNode | None, loop: cst.For | cst.While | None) -> bool:
        """Whether a node says how often a loop goes round, be it for how long, whatever the call hands back."""
        if isinstance(node, cst.For) or node is None or not isinstance(loop, cst.While):
            return isinstance(node, cst.For)
        is_of_test = node is loop.test or loop.test in self._tree.ancestors(node)
        return is_of_test and self._handed_to.isdisjoint(self._context.ingredients.behind(places(node), self._unit))

    @cached_property
    def _handed_to(self) -> set[str]:
        """What the statement around the call puts its answer into."""
        return {target for node in self._tree.ancestors(self.call) for step in steps_of(node) for target in step.targets}

    def fails(self, block: Block, state: State) -> Iterator[tuple[Block, State]]:
        """Where control goes when the call has failed in a block."""
        if isinstance(self._failure, Thrown):
            yield from self._flow.raised_at([block], self._failure, state)
        else:
            steps = self._flow.steps(block, state._replace(handled=self._failure.thrown))
            yield from ((edge.target, after) for edge, after in steps if after.flying is None)

    def _search(
        self,
        goal: Callable[[Block, State], bool],
        arrive: Callable[[Edge, State], State | None] | None = None,
        begin: State | None = None,
    ) -> list[Block] | None:
        starts = [start for block in self.blocks for start in self.fails(block, begin or self.begin)]
        return self._flow.search(self.graph, starts, goal, stop=self._stops, arrive=arrive or self._arrive, jumps=self._jumps)

    def _happens(self) -> bool:
        """Whether the first failure leads back at all: a counted loop may not have a second round."""
        first = self.first_failure

        def is_again(block: Block, state: State) -> bool:
            return state.lap >= 1

        return first is None or self._search(is_again, self._arrive_again, first) is not None

    @cached_property
    def first_failure(self) -> State | None:
        """What is known when the call is made for the first time: flags and counters have their first values; None where control
        is not seen to get there.
        """
        known = self._flow.known_at(self.graph, self.blocks, self._facts)
        if known is None:
            return None
        # What is known of collections may be outdated by then.
        first = State(None, facts=frozenset(item for item in known if not isinstance(item[1].value, tuple)))
        for key, fact in self.begin.facts:
            first = first.knowing(key, first.fact(key) or fact)
        return first

    def _done_on_failure(self) -> set[cst.CSTNode]:
        """What may run between the failure and the next request."""
        return self._flow.once("done on failure", self, self._find_done_on_failure)

    def _find_done_on_failure(self) -> set[cst.CSTNode]:
        found: set[cst.CSTNode] = set()

        def note(block: Block, state: State) -> bool:
            if block.node is not None and state.flying is None:
                found.add(block.node)
                found.update(self._done_by_calls(block.node, state))
            return False

        def stop(block: Block, state: State) -> bool:
            return block in self.blocks and state.flying is None

        with self.failing():
            starts = [start for block in self.blocks for start in self.fails(block, self.begin)]
            self._flow.search(self.graph, starts, note, stop=stop)
        return found

    def _done_by_calls(self, node: cst.CSTNode, state: State) -> set[cst.CSTNode]:
        """What runs in the functions that a node calls because of the failure."""
        found: set[cst.CSTNode] = set()

        def note(block: Block, after: State) -> bool:
            if block.node is not None and after.flying is None:
                found.add(block.node)
            return False

        for call in self._tree.calls_by(node) if state.handled is not None else ():
            for function in self._resolver.calls.functions(call):
                self._flow.called.run(function, self._flow.handed(function, call, state), note)
        return found

    def _is_second_lap(self, block: Block, state: State) -> bool:
        return state.lap >= 2 and state.flying is None and block in self.blocks

    def _jumps(self, block: Block, state: State) -> Iterator[tuple[Block, State]]:
        """Ways on that are no edges: the request fails again, the function calls itself, and the last item has failed, too."""
        if isinstance(self._failure, Thrown) and block in self.requests and state.lap < 2:
            yield from self.fails(block, state)
        if state.handled is not None:
            for call in self._self_calls:
                if block in self.graph.blocks_of(call) and not self._next.is_changed_by_recursion(call):
                    yield from ((self.graph.entry, begun) for begun in self._begun_by(call, state))
        if state.handled is not None or isinstance(self._failure, Failure):
            for head in (edge.target for edge in block.edges if edge.kind is Kind.AGAIN):
                if isinstance(head.node, cst.For) and self._repeats_items(head.node):
                    yield from ((edge.target, state) for edge in head.edges if edge.kind is Kind.FALSE)

    def _repeats_items(self, loop: cst.For) -> bool:
        return self._flow.once("repeats items", (self, loop), lambda: self._next.items.are_repeated(loop))

    def _arrive(self, edge: Edge, state: State) -> State | None:
        """Counts laps, and closes two ways: the one on which the request succeeds, and the one to the next item of a loop over
        items.
        """
        if isinstance(self._failure, Thrown) and edge.source in self.requests and state.flying is None:
            return None
        if edge.target in self.blocks and state.flying is None:
            state = state._replace(lap=min(2, state.lap + 1))
        if edge.kind is Kind.AGAIN and edge.target.node in self.loops and self._is_over_items(edge.target.node):
            return None
        if edge.kind is Kind.AGAIN and not isinstance(edge.target.node, (cst.For, cst.While)):
            return None  # the next item of a comprehension
        if edge.kind is Kind.AGAIN and edge.target.node in self._waiting:
            return None
        return state

    def _is_without_items(self, edge: Edge) -> bool:
        """Whether a loop over items, or a comprehension, in which the call stands is passed over: it has had an item before."""
        if edge.kind is Kind.FALSE and edge.source.node in self.loops:
            return self._is_over_items(edge.source.node)
        beside = (other.target for other in edge.source.edges if other.target is not edge.target)
        inside = (block for block in beside if block in self.blocks and isinstance(block.node, cst.BaseComp))
        return any(following.target is edge.target for block in inside for following in block.edges)

    def _is_over_items(self, loop: cst.CSTNode) -> bool:
        return isinstance(loop, cst.For) and self._next.items.are_iterated(loop)

    def _arrive_again(self, edge: Edge, state: State) -> State | None:
        """Likewise, on the ways that lead back to the call; most of what stands behind its loop does not."""
        return self._arrive(edge, state) if self.leads_back(edge.target) else None

    def leads_back(self, block: Block) -> bool:
        return self.circle is None or self.graph.circles[block] == self.circle

    @cached_property
    def circle(self) -> int | None:
        """The circle of blocks that holds every way from the call back to it; None if there is more than one."""
        circles = {self.graph.circles[block] for block in self.blocks}
        return circles.pop() if len(circles) == 1 and not self._self_calls else None

    def _stops(self, block: Block, state: State) -> bool:
        """Whether something happens here that makes the next request another one."""
        failed = state.handled is not None or isinstance(self._failure, Failure)
        if state.flying is not None or not failed or block.node is None:
            return False
        return self.leads_back(block) and self._next.is_changed_by(block.node)

    # Recursion.

    def _begun_by(self, call: cst.Call, state: State) -> Iterator[State]:
        """The states in which the function begins anew, be it because of a function that is called, and may not come to that."""
        if self._context.runs(call, self._unit):
            yield self._entered(call, state)
            return
        found: set[State] = set()
        for function in self._resolver.calls.functions(call):
            back = self._context.calls_back(function, self._unit)

            def note(block: Block, after: State, back: Collection[cst.Call] = back) -> bool:
                if block.node is not None and after.flying is None:
                    calls = (each for each in self._tree.calls_by(block.node) if each in back)
                    found.update(self._entered(each, after._replace(lap=state.lap)) for each in calls)
                return False

            if not back or not self._flow.called.run(function, self._flow.handed(function, call, state), note):
                found.add(State(None, lap=state.lap))
        yield from found

    def _entered(self, call: cst.Call, state: State) -> State:
        """The state in which the function begins anew: what it is handed is known, its locals are not."""
        assert isinstance(self._unit, cst.FunctionDef)
        inner = self._flow.handed(self._unit, call, state)
        own = frozenset(item for item in state.facts if item[0].startswith("self."))
        return inner._replace(facts=inner.facts | own, lap=state.lap)

    # Counted loops.

    def _first_round(self, state: State) -> State:
        """What is known when a wrong key fails for the first time: it does so in the first round of every loop."""
        for loop in self.loops:
            if (
                isinstance(loop, cst.For)
                and isinstance(loop.target, cst.Name)
                and (first := self._counts_from(loop, state)) is not None
            ):
                state = state.knowing(loop.target.value, Fact("constant", first))
        return state

    def _counts_from(self, loop: cst.For, state: State) -> int | None:
        names = self._resolver.names(loop.iter.func) if isinstance(loop.iter, cst.Call) else frozenset()
        if not isinstance(loop.iter, cst.Call) or not names & {"builtins.range", "itertools.count"}:
            return None
        starts = loop.iter.args[:1] if len(loop.iter.args) > 1 or "itertools.count" in names else ()
        first = self._flow.known(starts[0].value, state) if starts else Fact("constant", 0)
        return first.value if first is not None and isinstance(first.value, int) else None

    # What the path says.

    def _described(self, path: list[Block]) -> Retry | None:
        lap: list[Block] = []
        for block in path:
            lap.append(block)
            if block in self.blocks:
                break
        request, clause = self._stopped(lap)
        if clause is None:
            return None
        return Retry(request, clause, self._way_around(lap), *self._bound())

    def _stopped(self, lap: list[Block]) -> tuple[Run, Clause | None]:
        """The request, and where its error stopped."""
        if isinstance(self._failure, Failure):
            return self._failure.request, self._failure.clause
        # Behind another request that is made alike it is the error of that one; but one in a `finally` is made before it stops.
        ends = (number for number, block in enumerate(lap, 1) if block in self.requests)
        clauses = (last_catch(lap[:end]) for end in (*ends, len(lap)))
        return self.call, next((clause for clause in clauses if clause is not None), None)

    def _way_around(self, lap: list[Block]) -> cst.CSTNode:
        """The innermost loop that the path goes round in; without one, what calls the function later, or itself."""
        for block in lap:
            if block.node in self.loops:
                assert block.node is not None
                return block.node
        for call in self._self_calls:
            if self._unit in self._context.threads.called_later_by(call) and {*lap} & {*self.graph.blocks_of(call)}:
                return call
        return self._unit if self._unit is not None else self.call

    def _bound(self) -> tuple[Bound, bool]:
        """What happens in the end, if no request ever succeeds, and whether one is made once more there."""
        ends: set[Bound] = set()
        left: dict[tuple[Block, State], None] = {}
        left_before: dict[tuple[Block, State], None] = {}
        returning = {block for call in self._self_calls if self._leads_nowhere_else(call) for block in self.graph.blocks_of(call)}

        def note(block: Block, state: State) -> bool:
            if block in (self.graph.returned, self.graph.raised):
                ends.add(self._end_with(state.flying))
            elif self._stops(block, state):
                ends.add("swallowed")  # it goes on with another request
            return "raised" in ends

        def arrive(edge: Edge, state: State) -> State | None:
            arrived = None if self._is_without_items(edge) else self._arrive(edge, state)
            if arrived is None and edge.kind is Kind.AGAIN and isinstance(loop := edge.target.node, cst.For):
                if loop in self.loops and not self._repeats_items(loop):
                    ends.add("swallowed")  # it goes on with the next item
            if edge.source in returning and edge.kind is not Kind.RAISE and state.handled is not None:
                return None  # a call of the function itself comes back when an inner one has come to an end
            if arrived is not None and not self.leads_back(edge.target):
                left[edge.target, arrived._replace(lap=0)] = None
                if edge.kind is not Kind.FALSE or not any(self._bounds(edge.source.node, loop) for loop in self.loops):
                    left_before[edge.target, arrived._replace(lap=0)] = None
                return None
            return arrived

        first = self.first_failure
        if first is not None:
            # What becomes of the error does not hang on how far a counter has got.
            counters = {item for item in first.facts if type(item[1].value) is int}
            first = first._replace(facts=first.facts - counters)
        self._search(note, arrive, first)
        once_more = False
        if self._behind:
            # It may be asked once more before the last round, too: `if attempt == 1: return ask()`.
            ends |= self._ends_behind(left, again=False)
            if ends:
                ends |= self._ends_behind(left_before, again=True)
            if left and not ends:
                ends = self._ends_behind(left, again=True)
                once_more = bool(ends)
        else:
            # What comes behind the loop is the same for all ways that lead there.
            last = {self.graph.returned, self.graph.raised}
            ends |= {self._end_with(flying) for block, flying in self._flow.met_behind([*left]) if block in last}
        if left and not ends:  # what comes behind the loop is decided by what is not seen
            ends.add("swallowed" if reaches((block for block, _ in left), [self.graph.returned]) else "raised")
        if not ends:
            return "unbounded", False
        # Where several are open, it is mostly the last attempt that is asked for: `if attempt == 2: raise`.
        return next(end for end in _ENDS if end in ends), once_more

    def _leads_nowhere_else(self, call: cst.Call) -> bool:
        """Whether a call by which the function calls itself does not come back otherwise."""
        for function in self._resolver.calls.functions(call) if not self._context.runs(call, self._unit) else ():
            graph = self._resolver.graph(function)
            back = self._context.calls_back(function, self._unit)
            there = {block for each in back for block in graph.blocks_of(each)} if graph is not None else set[Block]()
            if graph is not None and there and graph.returned in reachable(graph.entry, there):
                return False
        return True

    def _ends_behind(self, left: Collection[tuple[Block, State]], *, again: bool) -> set[Bound]:
        """What happens in the end behind a loop where the same client is asked once more: on the ways on which it is not, or
        `again`, where it is, and refuses.
        """

        def following(block: Block, state: State) -> Iterable[tuple[Block, State]]:
            if block in self.alike and state.flying is None:
                return self.fails(block, state) if again else ()
            return ((edge.target, after) for edge, after in self._flow.steps(block, state))

        def leaving(block: Block, state: State) -> Iterable[Thrown | None]:
            return () if block.edges else (state.flying,)

        # The same for all that are made alike.
        question = self.graph, frozenset(self.alike), self._failure, again
        behind = self._flow.once("ends behind", question, lambda: Behind(following, leaving))
        return {self._end_with(flying) for flying in behind.of(left)}

    def is_asked_behind(self, left: Collection[tuple[Block, State]]) -> bool:
        """Whether the same client is asked once more on a way on from where the loop is left."""

        def is_request(block: Block, state: State) -> bool:
            return block in self._behind and state.flying is None

        return bool(self._behind) and self._flow.search(self.graph, left, is_request) is not None

    def _end_with(self, flying: Thrown | None) -> Bound:
        """What becomes of the error in the end, by what leaves the function, if anything does."""
        if flying is None:
            return "swallowed"
        if flying == self._failure:
            return "raised"
        return "either" if is_of_unknown_class(flying) else "replaced"

    # Loops.

    def is_of_attempts(self, loop: cst.For | cst.While) -> bool:
        """Whether the turns of a loop are for the same work."""
        return isinstance(loop, cst.While) or not self._next.items.are_iterated(loop) or self._next.items.are_repeated(loop)
