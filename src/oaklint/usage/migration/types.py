"""Types of openai 0.x in annotations and tests: `OpenAIObject` has become `openai.BaseModel`, and `openai.ChatCompletion`, where
it stands for what a request answers, `openai.types.chat.ChatCompletion`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from oaklint.python import cst
from oaklint.sdk.answers import answer
from oaklint.sdk.legacy import LEGACY_CLASSES, LEGACY_TYPES, legacy_method
from oaklint.sdk.resources import types_of
from oaklint.usage.migration.draft import Draft
from oaklint.usage.migration.names import Names
from oaklint.usage.migration.requests import Requests

if TYPE_CHECKING:
    from oaklint.usage.usage import Usage

# The methods that answer what a class stood for, in this order.
_ANSWERING = ("create", "retrieve", "transcribe")
_DOTTED = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*")


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
        for text in self._usage.nodes(cst.SimpleString):
            self._migrate_text(text)

    def _migrate_class(self, node: cst.BaseExpression) -> None:
        """A class that an annotation names: since 1.0 what its requests answer has a type of its own."""
        qualified = self._usage.resolver.name(node)
        written = self._written(qualified, node) if self._names.is_direct(node) else None
        if written is None:
            self._draft.stop(node, f"`{qualified}` is used as a type")
        else:
            self._draft.replace(node, written)

    def _written(self, qualified: str, at: cst.CSTNode) -> str | None:
        """How the type is written that has taken the place of one of 0.x; None where nothing has."""
        if qualified in LEGACY_TYPES:
            return self._names.of_sdk(LEGACY_TYPES[qualified], at)
        calls = (legacy_method(qualified.removeprefix("openai."), method) for method in _ANSWERING)
        answers = (answer(call.successor or "") for call in calls if call is not None)
        found = next((each.type for each in answers if each is not None), None)
        return self._names.of_module(types_of(found, is_async=False)[0], at) if found is not None else None

    def _migrate_text(self, text: cst.SimpleString) -> None:
        """A text that names types: `-> "OpenAIObject"`, `-> "list[openai.Completion]"`."""

        def today(found: re.Match[str]) -> str:
            qualified = self._names.qualified(found[0], text)
            is_of_0 = qualified in LEGACY_TYPES or qualified.removeprefix("openai.") in LEGACY_CLASSES
            return (self._written(qualified, text) if is_of_0 else None) or found[0]

        if any(isinstance(each, cst.Annotation) for each in self._tree.ancestors(text)):
            written = _DOTTED.sub(today, text.raw_value)
            if written != text.raw_value:
                self._draft.replace(text, f"{text.prefix}{text.quote}{written}{text.quote}")
        elif "OpenAIObject" in text.value and not isinstance(self._tree.parents[text], cst.Expr):
            self._draft.stop(text, "a text names a type of 0.x")

    def _migrate_objects(self) -> None:
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
                    if isinstance(parent, cst.Arg) and isinstance(self._tree.parents[parent], cst.ClassDef):
                        self._draft.stop(node, f"a class is made of `{name}`, which was a dict")
                    self._draft.replace(node, self._names.written(LEGACY_TYPES[name], node))
                    break
