"""Types of openai 0.x in annotations and tests: `OpenAIObject` has become `openai.BaseModel`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oaklint.python import cst
from oaklint.sdk.legacy import LEGACY_TYPES
from oaklint.usage.migration.draft import Draft
from oaklint.usage.migration.names import Names

if TYPE_CHECKING:
    from oaklint.usage.usage import Usage


class Types:
    """Rewrites their names."""

    def __init__(self, usage: Usage, draft: Draft, names: Names) -> None:
        self._usage = usage
        self._tree = usage.tree
        self._draft = draft
        self._names = names

    def migrate(self) -> None:
        for text in self._usage.nodes(cst.SimpleString):
            if "OpenAIObject" in text.value and not isinstance(self._tree.parents[text], cst.Expr):
                self._draft.stop(text, "a text names a type of 0.x")
        for node in (*self._usage.nodes(cst.Attribute), *self._usage.nodes(cst.Name)):
            parent = self._tree.parents[node]
            is_part = isinstance(parent, (cst.Attribute, cst.ImportAlias, cst.ImportFrom, cst.AsName)) or self._tree.is_store(
                node
            )
            if is_part and not (isinstance(parent, cst.Attribute) and parent.value is node):
                continue
            if isinstance(parent, cst.Attribute) and parent.attr.value == "construct_from":
                continue  # answers that a test makes up
            for name in self._usage.resolver.names(node):
                if name in LEGACY_TYPES and self._names.is_direct(node):
                    self._draft.replace(node, self._names.written(LEGACY_TYPES[name], node))
                    break
