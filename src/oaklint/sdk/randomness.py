"""Tells text that a machine drew at random from text that a person wrote.

Entropy is the wrong measure: `1234567890abcdef` written twice scores higher than most random hexadecimal keys. What tells them
apart is how long the stretches of one kind of character are: a person writes words and numbers, a random source does not.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from itertools import pairwise

_KEYBOARD_ROWS = ("qwert", "werty", "asdfg", "sdfgh", "zxcvb", "xcvbn")


@cache
def _tokens() -> Callable[[str], list[str]]:
    return re.compile(r"[A-Z]?[a-z]+|[A-Z]+|[0-9]+").findall


@cache
def _key_alphabet() -> re.Pattern[str]:
    return re.compile(r"[A-Za-z0-9_+/=.~-]*")


def mean_token_length(text: str) -> float:
    """The mean length of the words and numbers in `text`. Random mixed-case text: about 1.8; what a person writes: above 3."""
    tokens = _tokens()(text)
    return sum(map(len, tokens)) / len(tokens) if tokens else 0.0


def is_filler(text: str) -> bool:
    """True for text that only fills space: few characters, a repeated piece, a run along the alphabet or the keyboard."""
    counts = [text.count(character) for character in set(text)]
    if len(counts) <= 6:
        return True
    from math import log2

    if -sum(count / len(text) * log2(count / len(text)) for count in counts) < 2.8:
        return True
    if any(text[period:] == text[:-period] for period in range(1, min(20, len(text) // 2) + 1)):
        return True
    if _counts(text) or (_counts(text[::2]) and _counts(text[1::2])):  # `a1b2c3d4`
        return True
    lowered = text.lower()
    return "example" in lowered or any(row in lowered for row in _KEYBOARD_ROWS)


def _counts(text: str) -> bool:
    """Whether about every second character is the neighbour of the one before."""
    return sum(abs(ord(after) - ord(before)) == 1 for before, after in pairwise(text)) > 0.45 * (len(text) - 1)


def looks_random(text: str) -> bool:
    """True for at least 16 characters that a random source may have drawn: letters and digits, neither words nor filler."""
    if len(text) < 16 or not _key_alphabet().fullmatch(text):
        return False
    letters = [character for character in text if character.isalpha()]
    if not letters or not any(character.isdigit() for character in text):
        return False
    separators = len(text) - sum(character.isalnum() for character in text.rstrip("="))
    # A slug has a separator after every word; base64url has one character in 32 that looks like one. A UUID has exactly 4 in 36.
    if separators * 8 > len(text) or is_filler(text):
        return False
    if len(text) >= 32 and all(character in "0123456789abcdefABCDEF-" for character in text):
        return True
    mixed_case = len({character.isupper() for character in letters}) == 2
    # With one case only the stretches of letters are longer.
    limit = 3.0 if mixed_case or separators else 4.4 if len(text) >= 32 else 3.3
    return mean_token_length(text) <= limit
