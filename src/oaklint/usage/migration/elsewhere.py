"""What other files of the project have to do with a program that is carried over by itself."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from oaklint.sdk.answers import telling_names

if TYPE_CHECKING:
    from oaklint.usage.usage import Usage

# Requests as they were in 0.x, or as the module makes them since, or a client with what is set of it.
_RESOURCES = rb"(?:chat\.)?completions|embeddings|images|moderations|audio|files|models|fine_tuning"
_REQUESTS = re.compile(rb"\bopenai\.(?:[A-Z]\w+\.[a-z_]+\(|(?:%s)\.|(?:Async)?(?:Azure)?OpenAI\([^)]*\bopenai\.)" % _RESOURCES)
_MODULE_SETTINGS = rb"api_key|api_base|base_url|azure_endpoint|api_type|api_version|organization"
_SETS_MODULE = re.compile(rb"\bopenai\.(%s)\s*=(?!=)" % _MODULE_SETTINGS)
_SETS_KEY = re.compile(rb"\bopenai\.api_key\s*=(?!=)")
_SETS_TYPE = re.compile(rb"""\bopenai\.api_type\s*=(?!=)[ \t]*(?:["'](\w+)["'](?=[ \t]*(?:[#;\r\n]|\Z)))?""")
_MAY_SET_TYPE = re.compile(rb"(?m)^.*\S.*\bopenai\.api_type\s*=(?!=)|^[ \t]+openai\.api_type\s*=(?!=)")
# What the SDK of today sends once more by itself, in a file that has to do with it.
_PASSING = b"RateLimitError|ServiceUnavailableError|APIConnectionError|APIError|Timeout|TryAgain|InternalServerError|OpenAIError"
_MINDS_FAILURES = re.compile(rb"(?s)\bopenai\b.*\b(?:%s|APITimeoutError)\b" % _PASSING)
_STREAMS = re.compile(rb"""\bstream\s*=|["']stream["']""")
# How a file reads a field of an answer.
_SUBSCRIPT = rb"""(?:\[|\.get\()\s*["'](?:%s)["']"""
_ATTRIBUTE = rb"\.(?:%s)\b(?!\s*\()"


# A function from its name up to the next one, or to the next class.
_FUNCTION = rb"\bdef %s\(.*?(?=\n[ \t]*(?:async )?def |\nclass |\Z)"


def _reading(text: bytes, fields: Collection[str], form: bytes) -> bool:
    return bool(fields) and re.search(form % "|".join(map(re.escape, sorted(fields))).encode(), text) is not None


def _form(text: bytes, answer: str) -> Literal["dict", "object", "both"] | None:
    """How a text reads an answer of a type: by subscripts, by attributes, or both; None where it does neither."""
    leading, inner = telling_names(answer)
    as_dict, as_object = (_reading(text, leading, form) for form in (_SUBSCRIPT, _ATTRIBUTE))
    if not as_object:
        return "dict" if as_dict else None
    return "both" if as_dict or _reading(text, inner, _SUBSCRIPT) else "object"


class Elsewhere:
    """Looks at the other files of the project."""

    def __init__(self, usage: Usage) -> None:
        self._place = usage.program.source.place

    @cached_property
    def setter(self) -> str | None:
        """The name of a file that sets up the module `openai`, which no client sees; None if there is none."""
        return next(self._companions(_SETS_MODULE), None)

    @cached_property
    def set_by_others(self) -> frozenset[str]:
        """What other files set of the module, by its names in 0.x or today's."""
        paths = self._place.modules.companions_of(self._place.path) if self._place is not None else ()
        return frozenset(name.decode() for path in paths for name in _SETS_MODULE.findall(self._read(path)))

    @cached_property
    def types_of_module(self) -> frozenset[str]:
        """What other files set `openai.api_type` to; an empty text where it is no text that stands there."""
        paths = self._place.modules.companions_of(self._place.path) if self._place is not None else ()
        return frozenset(kind.decode() for path in paths for kind in _SETS_TYPE.findall(self._read(path)))

    @property
    def may_set_type(self) -> bool:
        """Whether a file sets the type of the module in a block, which may not run."""
        return next(self._companions(_MAY_SET_TYPE), None) is not None

    @cached_property
    def setter_of_key(self) -> str | None:
        """The name of a file that sets the key of the module; None if there is none."""
        return next(self._companions(_SETS_KEY), None)

    @cached_property
    def requester(self) -> str | None:
        """The name of a file that makes requests with what this one sets of the module; None if there is none."""
        return next(self._companions(_REQUESTS), None)

    @cached_property
    def dependent(self) -> str | None:
        """The same, of a file that does not set a key itself."""
        return next(self._companions(_REQUESTS, without=_SETS_KEY), None)

    @cached_property
    def minder(self) -> str | None:
        """The name of a file that knows of errors of the SDK which pass; None if there is none."""
        return next(self._companions(_MINDS_FAILURES), None)

    @cached_property
    def speaks_of_streams(self) -> bool:
        """Whether any other file of the project names the argument `stream`."""
        place = self._place
        paths = place.modules.holders_of(place.path, b"stream") if place is not None else ()
        return any(_STREAMS.search(self._read(path)) for path in paths)

    def user_of(self, name: str, *, is_method: bool = False) -> str | None:
        """The name of a file that imports the program and mentions a function of it, or a method; None if there is none."""
        return next(map(self._name, self._users(name, is_method=is_method)), None)

    def reads(self, name: str, answer: str, *, is_method: bool = False) -> Literal["dict", "object"] | None:
        """How the files that use a function read what it returns, an answer of a type: all by subscripts, or all by attributes;
        None where they do both, or neither.
        """
        found = {_form(self._read(path), answer) for path in self._users(name, is_method=is_method)}
        return "dict" if found == {"dict"} else "object" if found == {"object"} else None

    def takes(self, name: str, answer: str) -> Literal["dict", "object", "both"] | None:
        """How the functions of a name in other files of the project read an answer of a type that they are handed: by subscripts,
        by attributes, or some in another way than others; None where nothing is read.
        """
        written, place = name.encode(), self._place
        paths = place.modules.holders_of(place.path, b"def %s(" % written) if place is not None else ()
        bodies = (body for path in paths for body in re.findall(_FUNCTION % written, self._read(path), re.DOTALL))
        found = {_form(body, answer) for body in bodies}
        if found == {"object"}:
            return "object"
        return "both" if found & {"object", "both"} else "dict" if "dict" in found else None

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

    def _companions(self, holding: re.Pattern[bytes], without: re.Pattern[bytes] | None = None) -> Iterator[str]:
        """The names of the files that may run in one process with the program, and hold one text, and not another."""
        for path in self._place.modules.companions_of(self._place.path) if self._place is not None else ():
            text = self._read(path)
            if holding.search(text) and not (without is not None and without.search(text)):
                yield self._name(path)

    def _name(self, path: str) -> str:
        return os.path.relpath(path, os.path.dirname(self._place.path)) if self._place is not None else path
