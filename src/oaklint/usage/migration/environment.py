"""Variables of the environment that openai 0.x read, where a program sets them: some go by another name since 1.0."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oaklint.python import cst
from oaklint.python.tree import walk
from oaklint.sdk.legacy import REMOVED_ENVIRONMENT
from oaklint.usage.migration.draft import Draft

if TYPE_CHECKING:
    from oaklint.usage.usage import Usage


class EnvironmentNames:
    """Renames them, unless the program itself reads what it has set."""

    def __init__(self, usage: Usage, draft: Draft) -> None:
        self._usage = usage
        self._draft = draft

    def migrate(self) -> None:
        nodes = [write.node for write in self._usage.writes.all if self._usage.tree.is_own(write.node)]
        written = [part for node in nodes for part in walk(node) if isinstance(part, cst.SimpleString)]
        for name, successor in REMOVED_ENVIRONMENT.items():
            mentions = [node for node in self._usage.nodes(cst.SimpleString) if self._usage.values.text(node) == name]
            set_here = [node for node in mentions if node in written]
            if not set_here or len(set_here) < len(mentions):
                continue
            for node in set_here:
                if successor.name is None:
                    self._draft.stop(node, f"nothing reads `{name}` since 1.0: {successor.note}")
                else:
                    self._draft.replace(node, f"{node.prefix}{node.quote}{successor.name}{node.quote}")
