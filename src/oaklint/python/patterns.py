"""Regular expressions of a program: where they stand, and whether they fit text."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal, NamedTuple

from oaklint.python import cst
from oaklint.python.tree import walk

if TYPE_CHECKING:
    from oaklint.python.names import Resolver

Method = Literal["search", "match", "fullmatch"]
# How a pattern is tried, by the function of `re`, or method of a compiled one.
PATTERN_METHODS: dict[str, Method] = {
    **dict.fromkeys(("search", "findall", "finditer"), "search"),
    "match": "match",
    "fullmatch": "fullmatch",
}

_FLAG_NAMES = ("A", "ASCII", "I", "IGNORECASE", "M", "MULTILINE", "S", "DOTALL", "X", "VERBOSE")
_FLAGS = {f"re.{name}": int(getattr(re, name)) for name in _FLAG_NAMES}
# What a pattern is made of, as far as it matters to how long it may take: escapes and sets, which count for nothing; a repetition
# of a group; one that has no end, or not a near one; one that is there or not.
_PARTS = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|(?P<group>\)[*+{])|(?P<many>[*+{])|(?P<one>\?)", re.DOTALL)
_MAX_LENGTH, _MAX_MANY, _MAX_ONE = 300, 3, 10


class Pattern(NamedTuple):
    """A regular expression, and how it is tried. flags: those of `re`."""

    text: str
    method: Method = "search"
    flags: int = 0

    def fits(self, said: str) -> bool | None:
        """Whether it is found in a short text; None where it is no pattern, or one that might take very long."""
        if not _is_quick(self.text):
            return None
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                compiled = re.compile(self.text, self.flags)
            except (re.error, OverflowError, RecursionError, ValueError):
                return None
        return getattr(compiled, self.method)(said) is not None

    def without_case(self) -> Pattern:
        return self._replace(flags=self.flags | re.IGNORECASE)


def pattern_of(call: cst.Call, resolver: Resolver) -> tuple[cst.BaseExpression, int]:
    """The pattern of `re.search(pattern, text)` or `re.compile(pattern).search(text)`, and its flags."""
    owner = call.func.value if isinstance(call.func, cst.Attribute) else call.func
    for compiled in (owner, call.args[0].value):
        if isinstance(compiled, (cst.Name, cst.Attribute)):
            behind = [binding.value for binding in resolver.bindings_behind(compiled)]
            if len(behind) == 1 and behind[0] is not None:
                compiled = behind[0]
        if isinstance(compiled, cst.Call) and compiled.args and "re.compile" in resolver.names(compiled.func):
            return compiled.args[0].value, _flags(compiled.args[1:], resolver)
    return call.args[0].value, _flags(call.args[2:], resolver)


def _flags(args: Iterable[cst.Arg], resolver: Resolver) -> int:
    parts = (part for arg in args for part in walk(arg) if isinstance(part, (cst.Name, cst.Attribute)))
    found = 0
    for name in (name for part in parts for name in resolver.names(part)):
        found |= _FLAGS.get(name, 0)
    return found


def _is_quick(pattern: str) -> bool:
    kinds = [part.lastgroup for part in _PARTS.finditer(pattern)]
    return (
        len(pattern) <= _MAX_LENGTH
        and "group" not in kinds
        and kinds.count("many") <= _MAX_MANY
        and kinds.count("one") <= _MAX_ONE
    )
