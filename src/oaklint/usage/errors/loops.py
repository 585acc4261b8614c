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


class Loops:
    """Finds them, for the error that `errors` follows."""

    def __init__(self, context: Context, errors: AuthErrors) -> None:
        self._context = context
        self._tree = context.tree
        self._resolver = context.resolver
        self._errors = errors
        self._failures = Failures(context, errors)

    def retries(self, call: Run) -> list[Retry]:
        """The ways in which an error raised by the call leads back to it."""
        found: list[Retry] = []
        followed = False
        for owner in self._owners_of_callable(call):
            sites = self._resolver.calls.of(owner)
            here = [*filter(self._tree.is_own, sites), *self._handing_over.get(owner, ())]
            if sites and not here:
                return []  # whoever hands a function over is told, in another file
            for site in here:
                with self._errors.entering(owner, site) as raises:
                    if raises:
                        followed = True
                        found += self._retries(call)
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
