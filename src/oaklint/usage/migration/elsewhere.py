"""What other files of the project have to do with a program that is carried over by itself."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from oaklint.sdk.answers import telling_names
from oaklint.source.modules import imports_in

if TYPE_CHECKING:
    from oaklint.usage.usage import Usage

# Requests without `await`, as they were in 0.x or as the module makes them since.
_REQUESTS = re.compile(rb"\bopenai\.(?:[A-Z]\w+\.create\w*\(|(?:chat\.)?completions\.|embeddings\.|images\.|moderations\.)")
_SETS_MODULE = re.compile(rb"\bopenai\.(?:api_key|api_base|api_type|api_version|organization)\s*=(?!=)")
# How a file reads a field of an answer.
_SUBSCRIPT = rb"""(?:\[|\.get\()\s*["'](?:%s)["']"""
_ATTRIBUTE = rb"\.(?:%s)\b(?!\s*\()"


def _reading(text: bytes, fields: Collection[str], form: bytes) -> bool:
    return bool(fields) and re.search(form % "|".join(map(re.escape, sorted(fields))).encode(), text) is not None


class Elsewhere:
    """Looks at the files that import the program, and at those that it imports."""

    def __init__(self, usage: Usage) -> None:
        self._place = usage.program.source.place
        self._data = usage.program.source.data

    @cached_property
    def setter(self) -> str | None:
        """The name of a file that sets up the module `openai`, which no client sees; None if there is none."""
        place = self._place
        return next(
            (self._name(path) for path in self._neighbours() if place and _SETS_MODULE.search(place.modules.read(path))), None
        )

    @cached_property
    def requester(self) -> str | None:
        """The name of a file that makes requests with what this one sets of the module; None if there is none."""
        place = self._place
        asking = (path for path in self._neighbours() if place and _REQUESTS.search(place.modules.read(path)))
        return next(map(self._name, asking), None)

    def user_of(self, name: str, *, is_method: bool = False) -> str | None:
        """The name of a file that imports the program and mentions a function of it, or a method; None if there is none."""
        return next(map(self._name, self._users(name, is_method=is_method)), None)

    def reads(self, name: str, answer: str, *, is_method: bool = False) -> Literal["dict", "object"] | None:
        """How the files that use a function read what it returns, an answer of a type: all by subscripts, or all by attributes;
        None where they do both, or neither.
        """
        leading, inner = telling_names(answer)
        found: set[str | None] = set()
        for path in self._users(name, is_method=is_method):
            text = self._place.modules.read(path) if self._place is not None else b""
            as_dict, as_object = (_reading(text, leading, form) for form in (_SUBSCRIPT, _ATTRIBUTE))
            if as_dict == as_object:
                return None
            found.add("dict" if as_dict else None if _reading(text, inner, _SUBSCRIPT) else "object")
        return "dict" if found == {"dict"} else "object" if found == {"object"} else None

    def _users(self, name: str, *, is_method: bool) -> Iterator[str]:
        place = self._place
        if place is None:
            return
        written = re.escape(name.encode())
        mention = re.compile(rb"\.%s\b" % written if is_method else rb"(?<!def )(?<!self\.)\b%s\b" % written)
        for path in place.modules.importers_of(place.path, name.encode()):
            if mention.search(place.modules.read(path)):
                yield path

    def _neighbours(self) -> Iterator[str]:
        if self._place is not None:
            path, modules = self._place
            yield from (module.path for _, module in modules.imported_by(path, imports_in(self._data)))
            yield from modules.importers_of(path, b"openai")

    def _name(self, path: str) -> str:
        return os.path.relpath(path, os.path.dirname(self._place.path)) if self._place is not None else path
