"""Regular expressions of a program, tried on text."""

from __future__ import annotations

import re
import warnings
from typing import Literal

Method = Literal["search", "match", "fullmatch"]

# What a pattern is made of, as far as it matters to how long it may take: escapes and sets, which count for nothing; a repetition
# of a group; one that has no end, or not a near one; one that is there or not.
_PARTS = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|(?P<group>\)[*+{])|(?P<many>[*+{])|(?P<one>\?)", re.DOTALL)
_MAX_LENGTH, _MAX_MANY, _MAX_ONE = 300, 3, 10


def fits(pattern: str, text: str, method: Method = "search", *, ignores_case: bool = False) -> bool | None:
    """Whether a pattern is found in a short text; None where it is no pattern, or one that might take very long."""
    if not _is_quick(pattern):
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            compiled = re.compile(pattern, re.IGNORECASE if ignores_case else 0)
        except (re.error, OverflowError, RecursionError):
            return None
    return getattr(compiled, method)(text) is not None


def _is_quick(pattern: str) -> bool:
    kinds = [part.lastgroup for part in _PARTS.finditer(pattern)]
    return (
        len(pattern) <= _MAX_LENGTH
        and "group" not in kinds
        and kinds.count("many") <= _MAX_MANY
        and kinds.count("one") <= _MAX_ONE
    )
