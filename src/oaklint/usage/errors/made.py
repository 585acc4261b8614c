"""How many requests come of a call, or of a function that is run, when each of them is refused."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import takewhile
from math import prod

from oaklint.python import cst
from oaklint.python.flow import TooManyStates
from oaklint.python.tree import Run, callee, last_part, walk
from oaklint.usage.context import Context
from oaklint.usage.errors.auth_errors import AuthErrors
from oaklint.usage.errors.laps import Retry

# How deep functions are looked into for what they ask.
_MAX_DEPTH = 3
# They run a function once for each item, or wait for what has been started for each.
_FOR_EACH = {"map", "starmap", "imap", "imap_unordered", "map_async", "starmap_async"}
_WAIT_FOR_ALL = {"gather", "as_completed", "wait"}
# A product that is greater says nothing any more.
_MOST = 1_000_000


def times(first: int | None, second: int | None) -> int | None:
    """The product of two numbers, of which one may not be known."""
    product = first * second if first is not None and second is not None else None
    return product if product is None or product <= _MOST or 1 in (first, second) else None


class Made:
    """Counts them; None stands for a number that the program does not say, and for one that others may change."""

    def __init__(self, context: Context, errors: AuthErrors, retries: Callable[[Run], Sequence[Retry]]) -> None:
        """retries: the ways in which a call is made again in its own function."""
        self._context = context
        self._tree = context.tree
        self._resolver = context.resolver
        self._errors = errors
        self._retries = retries
        self._open: set[Run] = set()

    def by(self, call: Run, depth: int = 0) -> int | None:
        """How many a call makes by itself, wherever it stands."""
        functions = self._resolver.calls.functions(call)
        if not functions:
            return 1 if last_part(callee(call)) not in _FOR_EACH else None
        if depth >= _MAX_DEPTH:
            return None
        numbers = {self.by_function(function, function.decorators, depth + 1) for function in functions}
        return numbers.pop() if len(numbers) == 1 else None

    def in_turn(self, call: Run, loop: cst.For | cst.While) -> int | None:
        """How many a call makes in each turn of a loop around it."""
        return times(self.by(call), self._by_policies(call, loop))

    def _by_policies(self, call: Run, loop: cst.For | cst.While) -> int | None:
        """How often `for attempt in Retrying(...)` runs it in a turn of another loop."""
        inside = takewhile(lambda each: each is not loop, self._tree.ancestors(call))
        runs = [self._errors.runs_by_loop(each) for each in inside if isinstance(each, cst.For)]
        return prod(each or 1 for each in runs) if None not in runs else None

    def by_source(self, source: cst.CSTNode | None) -> int | None:
        """How many a function makes that is handed over, or the loop around a `with attempt:`."""
        if isinstance(source, cst.For):
            return self._in_all((node for node in walk(source.body) if isinstance(node, cst.Call)), 0, source)
        numbers: set[int | None] = set()
        if isinstance(source, (cst.Name, cst.Attribute)):
            functions = self._resolver.definitions.functions(self._resolver.names(source))
            numbers |= {self.by_function(function, function.decorators) for function in functions}
        for function in self._resolver.calls.lambdas(source) if isinstance(source, cst.BaseExpression) else ():
            numbers.add(self._in_all(self._tree.calls_in(function), 0))
        return numbers.pop() if len(numbers) == 1 else (None if numbers else 1)

    def by_function(self, function: cst.FunctionDef, decorators: Collection[cst.Decorator], depth: int = 0) -> int | None:
        """How many a function makes that is run by way of these of its decorators."""
        runs = [self._errors.runs_by(decorator, function) for decorator in decorators]
        once = self._in_all(self._tree.calls_in(function), depth)
        return times(once, prod(each or 1 for each in runs) if None not in runs else None)

    def _in_all(self, calls: Iterable[cst.Call], depth: int, within: cst.CSTNode | None = None) -> int | None:
        """How many some calls make together: the first that is refused is the last, unless it makes several, or another one
        follows.
        """
        asking = [*filter(self._may_ask, calls)]
        numbers = [self._with_loops(call, depth, within) for call in asking]
        if len(numbers) == 1:
            return numbers[0]
        return 1 if all(number == 1 for number in numbers) and not any(self._leads_on(call, asking) for call in asking) else None

    def _leads_on(self, call: cst.Call, asking: Sequence[cst.Call]) -> bool:
        """Whether control gets from a call that has been refused to another one that asks: in a handler, or behind it."""
        graph = self._context.graph_of(call)
        if graph is None:
            return True
        own = {*self._context.deferred.blocks_of(call)}
        others = {block for each in asking for block in self._context.deferred.blocks_of(each)} - own
        begin, thrown = self._errors.first_failure(call), self._errors.raised_by(call)
        starts = [start for error in thrown for start in self._errors.failing(call, error, begin)]
        if not thrown:
            starts = [(edge.target, after) for block in own for edge, after in self._context.flow.steps(block, begin)]
        try:
            # In a `finally` it is made while the error is on its way.
            way = self._context.flow.search(graph, starts, lambda block, _: block in others, stop=lambda block, _: block in own)
        except TooManyStates:
            return True
        return way is not None

    def _with_loops(self, call: cst.Call, depth: int, within: cst.CSTNode | None) -> int | None:
        """How many a call makes where it stands: in loops, or besides others."""
        if call in self._open:
            return None
        self._open.add(call)
        try:
            retries = [retry for retry in self._retries(call) if within is None or within in self._tree.ancestors(retry.around)]
            if retries:
                return retries[0].attempts if len(retries) == 1 and not retries[0].by_default else None
            return times(self.by(call, depth), self._turns(call, within))
        finally:
            self._open.discard(call)

    def _turns(self, call: cst.Call, within: cst.CSTNode | None) -> int | None:
        """How often it is made there though it has been refused: once, where nothing keeps its error in the loop."""
        around = takewhile(
            lambda each: not isinstance(each, (cst.FunctionDef, cst.Lambda)) and each is not within, self._tree.ancestors(call)
        )
        turns: int | None = 1
        is_kept = False
        for node in around:
            if isinstance(node, cst.Call) and last_part(node.func) in _WAIT_FOR_ALL:
                return None
            if isinstance(node, cst.For) and (runs := self._errors.runs_by_loop(node)) != 1:
                turns, is_kept = times(turns, runs), False
            elif isinstance(node, (cst.For, cst.While)) and is_kept:
                return None
            is_kept = is_kept or isinstance(node, (cst.Try, cst.TryStar, cst.With))
        return turns

    def _may_ask(self, call: cst.Call) -> bool:
        asks = self._context.ingredients.asks
        return self._context.clients.is_request(call) or any(map(asks, self._resolver.calls.functions(call)))
