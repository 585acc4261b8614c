"""Which calls are made again in a loop because their request was refused."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
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
            sites = self._resolver.calls_of(owner)
            here = [*filter(self._tree.is_own, sites), *self._handing_over.get(owner, ())]
            if sites and not here:
                return []  # whoever hands a function over is told, in another file
            for site in here:
                with self._errors.entering(owner, site) as raises:
                    if raises:
                        followed = True
                        found += self._retries(call)
        return _one_each(found) if followed else self._retries(call)

    def retries_of(self, method: cst.FunctionDef) -> list[Retry]:
        """The ways in which a base class runs a method again that stands in another module, and knows nothing of this one."""
        found: list[Retry] = []
        for call in self.calls_by_bases(method):
            raised = self._errors.raised_by(call) & self._errors.raised_when_called(method)
            handed_back = (failure for failure in self._failures.of(call) if self._tree.unit(failure.request) is method)
            found += self._leading_back(call, chain(raised, handed_back))
        return _one_each(found)

    def calls_by_bases(self, method: cst.FunctionDef) -> Iterator[cst.Call]:
        """Where base classes that stand in another module, and know nothing of this one, come to call a method that makes the
        same request whenever it is run: itself, or by other methods of theirs.
        """
        owner = self._tree.scopes[method].node
        if not isinstance(owner, cst.ClassDef) or self._renewals.in_each_run(method) or takes_work(method, self._context):
            return
        bases = self._resolver.hierarchy.bases(owner)
        pending, seen = [method], {method}
        while pending:
            for call in self._resolver.calls_of(pending.pop()):
                caller = self._tree.unit(call)
                home = self._tree.scopes[caller].node if isinstance(caller, cst.FunctionDef) else None
                if isinstance(home, cst.ClassDef) and self._resolver.definitions.name(home) in bases:
                    if not self._tree.knows_program(call):
                        yield call
                    if isinstance(caller, cst.FunctionDef) and caller not in seen:
                        seen.add(caller)
                        pending.append(caller)

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
