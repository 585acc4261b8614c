"""How often a loop makes a call in all, where the program says it and nobody may say otherwise."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from oaklint.python import cst
from oaklint.python.facts import Fact, State
from oaklint.python.flow import Block, Edge, Kind
from oaklint.python.places import place, places
from oaklint.python.tree import parameters, walk
from oaklint.python.values import UNKNOWN
from oaklint.usage.context import Context
from oaklint.usage.errors.laps import Lap, Retry

# A counter that goes further is left uncounted.
_MOST = 30
# The number where no way leads out.
ENDLESS = -1


class Attempts:
    """Counts the calls of a lap that is taken because of a failure; asked as long as the lap is failing."""

    def __init__(self, context: Context, lap: Lap) -> None:
        self._context = context
        self._tree = context.tree
        self._resolver = context.resolver
        self._values = context.values
        self._flow = context.flow
        self._lap = lap
        # Whether numbers are taken to be what they are by default.
        self._by_default = False
        self._unit = context.tree.unit(lap.call)
        # Where the loop has been left before its last round.
        self._left: dict[tuple[Block, State], None] = {}

    def of(self, retry: Retry, *, by_default: bool = False) -> int | None:
        """How often the call is made in all, if the loop that leads around says so, or does by default; ENDLESS where it never
        ends.

        Raises TooManyStates where the answer would take too long.
        """
        around = retry.around
        if retry.bound == "unbounded" or retry.once_more or not isinstance(around, (cst.For, cst.While)):
            return None
        if self._is_asked_besides():
            return None
        self._by_default = by_default
        turns = self._counted_by_itself(around) if isinstance(around, cst.While) else self._ranged(around)
        return turns if not self._lap.is_asked_behind(self._left) else None

    def _is_asked_besides(self) -> bool:
        """Whether another request is made at the same time: `gather(ask(), ask())`."""
        return any(len(self._lap.alike.get(block, ())) > 1 for block in self._lap.blocks)

    # Loops over numbers.

    def _ranged(self, loop: cst.For) -> int | None:
        others = [other for other in self._lap.loops if other is not loop]
        if any(map(self._lap.is_of_attempts, others)) or self._is_asked_twice_in_a_turn(loop):
            return None
        if isinstance(loop.iter, (cst.Tuple, cst.List)):
            known = (self._values.value(element.value) for element in loop.iter.elements)
            items = [Fact("constant", value) if value is not UNKNOWN else None for value in known]
            return self._turns(loop, items) or len(items)
        if not isinstance(loop.iter, cst.Call):
            return None
        begin, given = self._lap.begin, [arg.value for arg in loop.iter.args]
        if any(map(self._values.is_set_elsewhere if self._by_default else self._values.may_be_given, given)):
            return None
        if self._by_default:
            begin = self._flow.supposing_defaults(given, begin)
        facts = [self._flow.known(each, begin) for each in given]
        bounds = [fact.value for fact in facts if fact is not None and isinstance(fact.value, int)]
        if not bounds or len(bounds) < len(facts) or "builtins.range" not in self._resolver.names(loop.iter.func):
            return None
        try:
            numbers = range(*bounds)
            return self._turns(loop, [Fact("constant", number) for number in numbers[:_MOST]]) or len(numbers)
        except (TypeError, ValueError, OverflowError):
            return None  # no range at all, or one too long to be counted

    def _is_asked_twice_in_a_turn(self, loop: cst.For) -> bool:
        """Whether the same client is asked at another place, too, before the next turn, once it has refused."""

        def is_request(block: Block, _: State) -> bool:
            return block in self._lap.requests  # in a `finally` while the error is on its way

        def arrive(edge: Edge, state: State) -> State | None:
            return None if edge.target.node is loop and edge.kind is Kind.AGAIN else state

        if len(self._lap.requests) == len(self._lap.blocks):
            return False
        starts = [start for block in self._lap.requests for start in self._lap.fails(block, self._lap.begin)]
        return self._flow.search(self._lap.graph, starts, is_request, arrive=arrive) is not None

    def _turns(self, loop: cst.For, items: Sequence[Fact | None]) -> int:
        """In which turn every way leads out of a loop: `if attempt >= 2: raise`; 0 where that is in none of these."""
        first, target = self._begun(loop, self._lap.first_failure), place(loop.target)
        if first is None or target is None or self._lap.circle is None:
            return 0
        states, outside = {first}, self._loops_over_items_around(loop)
        with self._flow.counting(_MOST):
            for number, item in enumerate(items, 1):
                states, _ = self._made_next([state.knowing(target, item) for state in states], outside)
                if not states:
                    return number
        return 0

    # Loops that count by themselves.

    def _counted_by_itself(self, loop: cst.While) -> int | None:
        """The number to which every way comes, where each leads back to the call until none does; ENDLESS where all do for
        ever, be it that what is counted is set anew in each turn.
        """
        first = self._begun(loop, self._first_failure)
        if first is None or self._lap.circle is None:
            return None
        states, outside = {first}, self._loops_over_items_around(loop)
        before = {*states}
        with self._flow.counting(_MOST):
            for number in range(1, _MOST + 1):
                following, is_left = self._made_next(states, outside)
                if not following:
                    return number
                if is_left:
                    return None
                if following <= before:
                    return ENDLESS
                before |= following
                states = following
        return None

    def _loops_over_items_around(self, loop: cst.For | cst.While) -> set[cst.For]:
        around = (each for each in self._tree.ancestors(loop) if isinstance(each, cst.For))
        return {each for each in around if not self._lap.is_of_attempts(each)}

    def _made_next(self, states: Collection[State], outside: Collection[cst.For]) -> tuple[set[State], bool]:
        """The states in which a request is made next when one has failed in some, and whether control may get out of the circle
        instead, or on to the next item of the loops outside.
        """
        following: set[State] = set()
        is_left = False

        def is_request(block: Block, state: State) -> bool:
            return block in self._lap.requests and state.flying is None

        def note(block: Block, state: State) -> bool:
            nonlocal is_left
            if is_request(block, state):
                following.add(state._replace(lap=0))
            is_left = is_left or not self._lap.leads_back(block)
            return False

        def stop(block: Block, state: State) -> bool:
            return is_request(block, state) or not self._lap.leads_back(block)

        def arrive(edge: Edge, state: State) -> State | None:
            nonlocal is_left
            if not self._lap.leads_back(edge.target) and not (edge.kind is Kind.FALSE and isinstance(edge.source.node, cst.For)):
                self._left[edge.target, state] = None
            is_next_item = edge.kind is Kind.AGAIN and edge.target.node in outside
            is_left = is_left or is_next_item
            return None if is_next_item else state

        starts = [start for block in self._lap.requests for state in states for start in self._lap.fails(block, state)]
        self._flow.search(self._lap.graph, starts, note, stop=stop, arrive=arrive)
        return following, is_left

    def _begun(self, loop: cst.For | cst.While, first: State | None) -> State | None:
        """What is known when the call fails for the first time, to count from there; None where others may set the limit."""
        tests = (*((loop.test,) if isinstance(loop, cst.While) else ()), *self._tests_in(loop))
        if self._by_default:
            known = self._lap.first_failure
            if known is None or any(map(self._values.is_set_elsewhere, tests)):
                return None
            return self._flow.supposing_defaults(tests, known)
        least = self._first_failure
        return first if least is not None and not self._may_be_given_a_limit(tests, least) else None

    @property
    def _first_failure(self) -> State | None:
        """What is known when the call fails for the first time, whatever its function is handed instead of its defaults."""
        first = self._lap.first_failure
        for param in self._params:
            first = first.knowing(param.name.value, None) if first is not None and param.default is not None else first
        return first

    @property
    def _params(self) -> Sequence[cst.Param]:
        return parameters(self._unit) if isinstance(self._unit, cst.FunctionDef) else ()

    def _may_be_given_a_limit(self, tests: Iterable[cst.BaseExpression], first: State) -> bool:
        """Whether what tests go by may be another number for other callers, or other objects."""
        parts = [part for test in tests for part in walk(test)]
        compared = [part for part in parts if isinstance(part, cst.Comparison)]
        names = self._context.ingredients.behind(set().union(*map(places, compared)), self._unit)
        if not names.isdisjoint(param.name.value for param in self._params):
            return True
        named = (part for part in parts if isinstance(part, (cst.Name, cst.Attribute)))
        return any(self._flow.known(part, first) is not None and self._values.may_be_given(part) for part in named)

    def _tests_in(self, loop: cst.For | cst.While) -> Iterator[cst.BaseExpression]:
        return (node.test for node in walk(loop.body) if isinstance(node, (cst.If, cst.While)))
