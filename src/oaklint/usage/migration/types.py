"""Types of openai 0.x in annotations and tests: `OpenAIObject` has become `openai.BaseModel`, and `openai.ChatCompletion`, where
it stands for what a request answers, `openai.types.chat.ChatCompletion`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from oaklint.python import cst
from oaklint.sdk.answers import answer
from oaklint.sdk.legacy import LEGACY_TYPES, legacy_method
from oaklint.sdk.resources import types_of
from oaklint.usage.migration.draft import Draft
from oaklint.usage.migration.names import Names
from oaklint.usage.migration.requests import Requests

if TYPE_CHECKING:
    from oaklint.usage.usage import Usage

# The methods that answer what a class stood for, in this order.
_ANSWERING = ("create", "retrieve", "transcribe")


class Types:
    """Rewrites their names."""

    def __init__(self, usage: Usage, draft: Draft, names: Names, requests: Requests) -> None:
        self._usage = usage
        self._tree = usage.tree
        self._draft = draft
        self._names = names
        self._requests = requests

    def prepare(self) -> None:
        """Says which names will be gone."""
        for node in self._requests.annotations:
            self._draft.drop(node)

    def migrate(self) -> None:
        self._migrate_objects()
        for node in self._requests.annotations:
            self._migrate_class(node)

    def _migrate_class(self, node: cst.BaseExpression) -> None:
        """A class that an annotation names: since 1.0 what its requests answer has a type of its own."""
        cls = self._usage.resolver.name(node).removeprefix("openai.")
        calls = (legacy_method(cls, method) for method in _ANSWERING)
        answers = (answer(call.successor or "") for call in calls if call is not None)
        found = next((each.type for each in answers if each is not None), None)
        if found is None or not self._names.is_direct(node):
            self._draft.stop(node, f"`openai.{cls}` is used as a type")
            return
        (qualified,) = types_of(found, is_async=False)
        self._draft.replace(node, self._names.of_module(qualified, node))

    def _migrate_objects(self) -> None:
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
