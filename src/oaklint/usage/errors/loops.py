"""Which calls are made again in a loop because their request was refused."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from oaklint.python import cst
from oaklint.python.facts import Thrown
from oaklint.python.tree import Run, callee, walk
from oaklint.usage.context import Context
from oaklint.usage.errors.auth_errors import AuthErrors
from oaklint.usage.errors.failures import Failure, Failures
from oaklint.usage.errors.laps import Lap, Retry
from oaklint.usage.errors.next_request import takes_work
from oaklint.usage.errors.renewals import Renewals


class Loops:
    """Finds them, for the error that `errors` follows."""

    def __init__(self, context: Context, errors: AuthErrors) -> None:
        self._context = context
        self._tree = context.tree
        self._resolver = context.resolver
        self._errors = errors
        self._failures = Failures(context, errors)
        self._renewals = Renewals(context)

    def retries(self, call: Run) -> list[Retry]:
        """The ways in which an error raised by the call leads back to it."""
        found: list[Retry] = []
        followed = False
        for owner in self._owners_of_callable(call):
            for site in filter(self._tree.is_own, self._resolver.calls_of(owner)):
                with self._errors.entering(owner, site) as raises:
                    if raises:
                        followed = True
                        found += self._retries(call)
        return _one_each(found) if followed else self._retries(call)

    def retries_of(self, method: cst.FunctionDef) -> list[Retry]:
        """The ways in which a base class runs a method again that stands in another module, and knows nothing of this one."""
        if not self.may_be_run_by_base(method):
            return []
        found: list[Retry] = []
        for call in self._resolver.calls_leading_to(method):
            if not self._tree.knows_program(call):
                raised = self._errors.raised_by(call) & self._errors.raised_when_called(method)
                handed_back = (failure for failure in self._failures.of(call) if self._tree.unit(failure.request) is method)
                found += self._leading_back(call, chain(raised, handed_back))
        return _one_each(found)

    def may_be_run_by_base(self, method: cst.FunctionDef) -> bool:
        """Whether a function is a method that makes the same request whenever it is run."""
        if self._tree.scopes[method].kind != "class":
            return False
        return not self._renewals.in_each_run(method) and not takes_work(method, self._context)

    def retries_within(self, definition: cst.CSTNode) -> list[Retry]:
        """The ways in which calls inside a definition are made again."""
        calls = (node for node in walk(definition) if isinstance(node, (cst.Call, cst.Attribute)) and node in self._tree.scopes)
        return [retry for call in calls for retry in self._retries(call)]

    def _is_run_again(self, call: Run) -> bool:
        """Whether a call stands in a loop, or its function calls itself."""
        if any(isinstance(node, (cst.For, cst.While)) for node in self._tree.ancestors(call)):
            return True
        unit = self._tree.unit(call)
        around = self._resolver.calls_leading_to(unit) if isinstance(unit, cst.FunctionDef) else ()
        return any(self._tree.unit(each) is unit and each is not call for each in around)

    def _owners_of_callable(self, call: Run) -> Iterator[cst.FunctionDef]:
        """The function whose parameter the call calls."""
        called = callee(call)
        for binding in self._resolver.bindings(called) if isinstance(called, cst.Name) else ():
            owner = self._tree.scopes[binding.node].node if isinstance(binding.node, cst.Param) else None
            if isinstance(owner, cst.FunctionDef):
                yield owner

    def _retries(self, call: Run) -> list[Retry]:
        return self._leading_back(call, chain(iter(self._errors.raised_by(call)), self._failures.of(call)))

    def _leading_back(self, call: Run, failures: Iterable[Thrown | Failure]) -> list[Retry]:
        graph = self._context.graph_of(call) if self._is_run_again(call) else None
        if graph is None:
            return []
        facts = self._errors.state(call).facts
        retries = (Lap(self._context, graph, call, failure, facts).retry() for failure in failures)
        return _one_each([retry for retry in retries if retry is not None])


def _one_each(retries: list[Retry]) -> list[Retry]:
    """Of several ways through the same clause, the first."""
    found: dict[cst.CSTNode, Retry] = {}
    for retry in retries:
        found.setdefault(retry.clause, retry)
    return list(found.values())
