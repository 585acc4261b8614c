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
_SETS_KEY = re.compile(rb"\bopenai\.api_key\s*=(?!=)")
_SETS_AZURE = re.compile(rb"""\bopenai\.(?:api_type|api_version)\s*=(?!=|\s*["']open_ai)""")
# How a file reads a field of an answer.
_SUBSCRIPT = rb"""(?:\[|\.get\()\s*["'](?:%s)["']"""
_ATTRIBUTE = rb"\.(?:%s)\b(?!\s*\()"


# A function from its name up to the next one, or to the next class.
_FUNCTION = rb"\bdef %s\(.*?(?=\n[ \t]*(?:async )?def |\nclass |\Z)"


def _reading(text: bytes, fields: Collection[str], form: bytes) -> bool:
    return bool(fields) and re.search(form % "|".join(map(re.escape, sorted(fields))).encode(), text) is not None


def _form(text: bytes, answer: str) -> Literal["dict", "object"] | None:
    """How a text reads an answer of a type: by subscripts, or by attributes; None where it does both, or neither."""
    leading, inner = telling_names(answer)
    as_dict, as_object = (_reading(text, leading, form) for form in (_SUBSCRIPT, _ATTRIBUTE))
    if as_dict == as_object:
        return None
    return "dict" if as_dict else None if _reading(text, inner, _SUBSCRIPT) else "object"


class Elsewhere:
    """Looks at the files that import the program, and at those that it imports."""

    def __init__(self, usage: Usage) -> None:
        self._place = usage.program.source.place
        self._data = usage.program.source.data

    @cached_property
    def setter(self) -> str | None:
        """The name of a file that sets up the module `openai`, which no client sees; None if there is none."""
        return next(self._neighbours(_SETS_MODULE), None)

    @cached_property
    def setter_for_azure(self) -> str | None:
        """The name of a file that sets up the module for Azure; None if there is none."""
        return next(self._neighbours(_SETS_AZURE), None)

    @cached_property
    def setter_of_key(self) -> str | None:
        """The name of a file that sets the key of the module; None if there is none."""
        return next(self._neighbours(_SETS_KEY), None)

    @cached_property
    def requester(self) -> str | None:
        """The name of a file that makes requests with what this one sets of the module; None if there is none."""
        return next(self._neighbours(_REQUESTS), None)

    @cached_property
    def dependent(self) -> str | None:
        """The same, of a file that does not set a key itself."""
        return next(self._neighbours(_REQUESTS, without=_SETS_KEY), None)

    def user_of(self, name: str, *, is_method: bool = False) -> str | None:
        """The name of a file that imports the program and mentions a function of it, or a method; None if there is none."""
        return next(map(self._name, self._users(name, is_method=is_method)), None)

    def reads(self, name: str, answer: str, *, is_method: bool = False) -> Literal["dict", "object"] | None:
        """How the files that use a function read what it returns, an answer of a type: all by subscripts, or all by attributes;
        None where they do both, or neither.
        """
        found = {_form(self._read(path), answer) for path in self._users(name, is_method=is_method)}
        return next(iter(found)) if len(found) == 1 else None

    def takes(self, name: str, answer: str) -> Literal["dict", "object"] | None:
        """How the functions of a name in other files of the project read an answer of a type that they are handed: as above."""
        written, place = name.encode(), self._place
        paths = place.modules.holders_of(place.path, b"def %s(" % written) if place is not None else ()
        bodies = (body for path in paths for body in re.findall(_FUNCTION % written, self._read(path), re.DOTALL))
        found = {_form(body, answer) for body in bodies}
        return next(iter(found)) if len(found) == 1 else None

    def _read(self, path: str) -> bytes:
        return self._place.modules.read(path) if self._place is not None else b""

    def _users(self, name: str, *, is_method: bool) -> Iterator[str]:
        place = self._place
        if place is None:
            return
        written = re.escape(name.encode())
        mention = re.compile(rb"\.%s\b" % written if is_method else rb"(?<!def )(?<!self\.)\b%s\b" % written)
        for path in place.modules.importers_of(place.path, name.encode()):
            if mention.search(place.modules.read(path)):
                yield path

    def _neighbours(self, holding: re.Pattern[bytes], without: re.Pattern[bytes] | None = None) -> Iterator[str]:
        """The names of the files that the program imports, or that import it, which hold one text, and not another."""
        if self._place is not None:
            path, modules = self._place
            imported = (module.path for _, module in modules.imported_by(path, imports_in(self._data)))
            for each in (*imported, *modules.importers_of(path, b"openai")):
                text = modules.read(each)
                if holding.search(text) and not (without is not None and without.search(text)):
                    yield self._name(each)

    def _name(self, path: str) -> str:
        return os.path.relpath(path, os.path.dirname(self._place.path)) if self._place is not None else path
