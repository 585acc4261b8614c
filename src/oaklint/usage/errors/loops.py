"""Which calls are made again in a loop because their request was refused."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import chain

from oaklint.python import cst
from oaklint.python.facts import State, Thrown
from oaklint.python.flow import Block, Graph, TooManyStates
from oaklint.python.tree import Run, callee, walk
from oaklint.usage.context import Context
from oaklint.usage.errors.attempts import ENDLESS, Attempts
from oaklint.usage.errors.auth_errors import AuthErrors
from oaklint.usage.errors.failures import Failure, Failures
from oaklint.usage.errors.laps import Lap, Retry
from oaklint.usage.errors.made import Made, times
from oaklint.usage.errors.next_request import NextRequest
from oaklint.usage.retries.retries import Bound

# Through how many functions it is followed what they see to before they let an error out.
_MAX_DEPTH = 3


class Loops:
    """Finds them, for the error that `errors` follows."""

    def __init__(self, context: Context, errors: AuthErrors) -> None:
        self._context = context
        self._tree = context.tree
        self._resolver = context.resolver
        self._errors = errors
        self.failures = Failures(context, errors)
        self.made = Made(context, errors, self._retries)

    def retries(self, call: Run) -> list[Retry]:
        """The ways in which an error raised by the call leads back to it."""
        if self._resolver.definitions.is_replaced(self._tree.unit(call)):
            return []
        found: list[Retry] = []
        followed = False
        for owner, param in self._owners_of_callable(call):
            sites = self._resolver.calls.of(owner)
            here = [*filter(self._tree.is_own, sites), *self._handing_over.get(owner, ())]
            if sites and not here:
                return []  # whoever hands a function over is told, in another file
            for site in here:
                with self._errors.entering(owner, site) as raises:
                    if raises:
                        followed = True
                        handed = self._resolver.calls.argument_for(site, owner, param)
                        made = self.made.by_source(handed)
                        found += (retry._replace(attempts=times(retry.attempts, made)) for retry in self._retries(call))
        return _one_each(found) if followed else self._retries(call)

    def retries_within(self, definition: cst.CSTNode) -> list[Retry]:
        """The ways in which calls inside a definition are made again."""
        calls = (node for node in walk(definition) if isinstance(node, (cst.Call, cst.Attribute)) and node in self._tree.scopes)
        return [retry for call in calls for retry in self._retries(call)]

    @cached_property
    def _handing_over(self) -> dict[cst.FunctionDef, list[cst.Call]]:
        """The program's own calls that hand a function to what runs it elsewhere: `pool.submit(call_with_retries, ask)`."""
        found: dict[cst.FunctionDef, list[cst.Call]] = {}
        for call in self._tree.own.get(cst.Call, ()):
            assert isinstance(call, cst.Call)
            for node in self._errors.handed_to_runner(call):
                for function in self._resolver.definitions.functions(self._resolver.names(node)):
                    found.setdefault(function, []).append(call)
        return found

    def _is_run_again(self, call: Run) -> bool:
        """Whether a call stands in a loop, or its function calls itself."""
        if any(isinstance(node, (cst.For, cst.While)) for node in self._tree.ancestors(call)):
            return True
        return any(each is not call for each in self._context.self_calls(self._tree.unit(call)))

    def _owners_of_callable(self, call: Run) -> Iterator[tuple[cst.FunctionDef, cst.Param]]:
        """The function whose parameter the call calls, and that."""
        called = callee(call)
        for binding in self._resolver.bindings(called) if isinstance(called, cst.Name) else ():
            owner = self._tree.scopes[binding.node].node if isinstance(binding.node, cst.Param) else None
            if isinstance(owner, cst.FunctionDef) and isinstance(binding.node, cst.Param):
                yield owner, binding.node

    def _retries(self, call: Run) -> list[Retry]:
        unit = self._tree.unit(call)
        if not self._is_run_again(call):
            return []
        question = self, call, self._errors.assumed_in(unit) if unit is not None else ()
        return self._context.flow.once("retries", question, lambda: self._find_retries(call))

    def _find_retries(self, call: Run) -> list[Retry]:
        raised = () if self._leaves_renewed(call) else self._errors.raised_by(call)
        return self._leading_back(call, chain(raised, self.failures.of(call)))

    def _leaves_renewed(self, call: Run, depth: int = 0) -> bool:
        """Whether the functions that a call runs see to it, before they let the error out, that the next request is another."""
        functions = self._resolver.calls.functions(call) if depth < _MAX_DEPTH else ()
        return bool(functions) and all(self._is_renewed_in(function, depth) for function in functions)

    def _is_renewed_in(self, function: cst.FunctionDef, depth: int) -> bool:
        question = self, function, depth, self._errors.assumed_in(function)
        return self._context.flow.once("renewed", question, lambda: self._find_renewed_in(function, depth))

    def _find_renewed_in(self, function: cst.FunctionDef, depth: int) -> bool:
        graph = self._resolver.graph(function)
        if graph is None or not self._tree.nodes_in(function, cst.ExceptHandler):
            return False
        leaving = [each for each in self._errors.raising_calls(function) if self._comes_out(graph, *each)]
        return bool(leaving) and all(
            self._leaves_renewed(inner, depth + 1)
            or not self._comes_out(graph, inner, thrown, NextRequest(self._context, graph, inner))
            for inner, thrown in leaving
        )

    def _comes_out(self, graph: Graph, call: Run, thrown: Thrown, following: NextRequest | None = None) -> bool:
        """Whether something comes out of a function when a call in it has failed, without one of the changes that make the
        following request another one.
        """

        def changes(block: Block, state: State) -> bool:
            if following is None or block.node is None or state.handled is None or state.flying is not None:
                return False
            return following.is_changed_by(block.node)

        starts = self._errors.failing(call, thrown, self._errors.first_failure(call))
        try:
            return self._context.flow.search(graph, starts, lambda block, _: block is graph.raised, stop=changes) is not None
        except TooManyStates:
            return True

    def _leading_back(self, call: Run, failures: Iterable[Thrown | Failure]) -> list[Retry]:
        graph = self._context.graph_of(call)
        if graph is None:
            return []
        facts = self._errors.state(call).facts
        retries = (self._way_back(Lap(self._context, graph, call, failure, facts), failure) for failure in failures)
        return _one_each([retry for retry in retries if retry is not None])

    def _way_back(self, lap: Lap, failure: Thrown | Failure) -> Retry | None:
        """The way back that a lap has found, with the number of requests; none if there is only one."""
        retry = lap.retry()
        if retry is None:
            return None
        attempts, usual = None, None
        try:
            with lap.failing():
                attempts = Attempts(self._context, lap).of(retry)
                if attempts is None:
                    usual = Attempts(self._context, lap).of(retry, by_default=True)
            attempts, usual = self._with_each_turn(lap, retry, attempts), self._with_each_turn(lap, retry, usual)
        except TooManyStates:
            pass
        if attempts in (0, 1):
            return None
        if attempts == ENDLESS:
            return retry._replace(bound="unbounded")
        is_another = isinstance(failure, Thrown) and self._errors.became([failure]) is not None
        bound: Bound = "replaced" if retry.bound == "raised" and is_another else retry.bound
        if usual is not None and usual >= 1:
            return retry._replace(attempts=usual, by_default=True, bound=bound)
        return retry._replace(attempts=attempts, bound=bound)

    def _with_each_turn(self, lap: Lap, retry: Retry, turns: int | None) -> int | None:
        """The number of requests, by that of the turns in which the call is made."""
        around = retry.around
        if turns in (None, 0, 1, ENDLESS) or not isinstance(around, (cst.For, cst.While)):
            return turns
        return times(turns, self.made.in_turn(lap.call, around))


def _one_each(retries: list[Retry]) -> list[Retry]:
    """Of several ways through the same clause, the first, with what all have in common of the end and of the number."""
    found: dict[cst.CSTNode, Retry] = {}
    for retry in retries:
        first = found.setdefault(retry.clause, retry)
        if {first.bound, retry.bound} <= {"raised", "replaced", "either"}:
            bound = first.bound if first.bound == retry.bound else "either"
            attempts = first.attempts if first.attempts == retry.attempts else None
            by_default = first.by_default or retry.by_default
            found[retry.clause] = first._replace(bound=bound, attempts=attempts, by_default=by_default)
    return list(found.values())
