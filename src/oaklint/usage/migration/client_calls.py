"""Calls of a client of 1.0 and later that have kept arguments of 0.x."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from oaklint.python import cst
from oaklint.sdk.answers import ANSWERED_PATHS
from oaklint.sdk.legacy import CALL_ARGUMENTS
from oaklint.sdk.legacy_calls import accepted
from oaklint.usage.guards import NO_ARGUMENT
from oaklint.usage.migration.draft import Draft

if TYPE_CHECKING:
    from oaklint.usage.usage import Usage


class ClientCalls:
    """Renames them."""

    def __init__(self, usage: Usage, draft: Draft) -> None:
        self._usage = usage
        self._draft = draft

    @cached_property
    def renamed(self) -> list[tuple[cst.Name, str]]:
        """The keywords that go by another name, each with that."""
        found = []
        for call in self._usage.nodes(cst.Call):
            given = {arg.keyword.value: arg.keyword for arg in call.args if arg.keyword is not None}
            if not given.keys() & CALL_ARGUMENTS.keys() or self._usage.guards.guards(call, NO_ARGUMENT):
                continue
            paths = {".".join(self._usage.clients.request_path(name) or ()) for name in self._usage.clients.names(call.func)}
            if len(paths) != 1 or not paths <= ANSWERED_PATHS:
                continue
            names = accepted(paths.pop())
            for name, keyword in given.items():
                successor = CALL_ARGUMENTS[name].name if name in CALL_ARGUMENTS and name not in names else None
                if successor in names and successor not in given and name != "request_id":
                    found.append((keyword, successor))
        return found

    def migrate(self) -> None:
        for keyword, name in self.renamed:
            self._draft.replace(keyword, name)
