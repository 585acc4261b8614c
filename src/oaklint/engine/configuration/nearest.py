"""Names the valid word that an invalid one is most like."""

from __future__ import annotations

from collections.abc import Iterable


def nearest(word: str, known: Iterable[str]) -> str:
    """The member of `known` (not empty) most like `word`, upper and lower case being alike."""
    import difflib

    by_lower = {name.lower(): name for name in known}
    return by_lower[difflib.get_close_matches(word.lower(), by_lower, n=1, cutoff=0.0)[0]]


def unknown(kind: str, word: str, known: Iterable[str]) -> str:
    """The sentence that turns an unknown word down and names the nearest valid one."""
    return f"unknown {kind} {word!r}, did you mean {nearest(word, known)!r}?"
