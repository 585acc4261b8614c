"""Shows rows of program text word by word: what a machine may have drawn is covered, whoever it belongs to.

No rule can know each secret of a program: pieces that it puts together in its own way, what it hands to others, what stands in a
comment. So nobody has to know that a word is a secret for it not to be shown: words are shown that a person may have written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from oaklint.sdk.redaction import VARIABLE, asterisks

# Literals, be they cut off by the end of the text; comments; and what IPython hands to a shell, or to itself.
_LEXED = (
    r"#(?P<comment>[^\r\n]*)|^[ \t]*[%!](?P<shell>[^\r\n]*)"
    r"|(?P<three>\"{3}|'{3})(?P<rows>(?:\\.|(?!(?P=three)).)*)(?:(?P=three)|\Z)"
    r"|(?P<one>[\"'])(?P<row>(?:\\(?:\r\n|.)|(?!(?P=one))[^\\\r\n])*)(?P=one)?"
)
_WORD = r"[A-Za-z0-9_-]+"
_TOKEN = r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+"
# `gpt4o`, `utf8`, `sha256`; `4o`, `70b`; `1024x768`; `URLs`, `OAuth2`.
_ORDINARY = (
    r"[A-Za-z]?[a-z]+[0-9]{1,3}[a-z]?|[A-Z]+[0-9]{1,3}|[0-9]{1,4}[A-Za-z]{1,3}|[0-9]{2,4}x[0-9]{2,4}|v?[A-Z]{2,4}s?|OAuth2?|macOS"
)
_CONSONANTS = "[b-df-hj-np-tv-xzB-DF-HJ-NP-TV-XZ]{%d,}"
# Words of code, and parts of any words, that are shorter stand for nothing.
_SHORTEST_IN_CODE, _SHORTEST_PART = 8, 4
# So many pieces of few characters may be put together: quoted ones, single characters, numbers of characters.
_PIECES = (
    r"(?:[\"'][^\"'\s]{1,3}[\"'][\s,+\\]{0,16}){6,}"
    r"|(?:(?<![A-Za-z0-9_-])[A-Za-z0-9_-][\"'\s,+\\]{1,6}(?=[A-Za-z0-9_\"'-]|$)){8,}[A-Za-z0-9_-]?"
    r"|(?:(?:chr\()?(?<![\w.])(?:0[xX][2-7][0-9A-Fa-f]|3[2-9]|[4-9][0-9]|1[01][0-9]|12[0-6])(?![\w.])[^\w]{0,16}){8,}"
)


@cache
def _pattern(text: str, flags: int = 0) -> re.Pattern[str]:
    return re.compile(text, flags)


def literals(text: str) -> Iterator[tuple[int, int]]:
    """Where the text of literals, comments and magics begins and ends (code points) in a program, in order: without their quotes.
    Quotes within the braces of an f-string are not understood.
    """
    for found in _pattern(_LEXED, re.DOTALL | re.MULTILINE).finditer(text):
        group = next(name for name in ("comment", "shell", "rows", "row") if found[name] is not None)
        yield found.span(group)


def cover_words(text: str, *, is_code: bool = False) -> str:
    """`text` with asterisks for each word that a machine may have drawn, at the same length.

    is_code: names are written as people like, and few are random.
    """

    def shown(word: re.Match[str]) -> str:
        is_short = is_code and len(word[0]) < _SHORTEST_IN_CODE
        return word[0] if is_short or _is_written(word[0], is_code) else asterisks(word[0])

    return _pattern(_WORD).sub(shown, text)


def cover_pieces(text: str) -> str:
    """The same for what is put together from single characters, or few: `"s" + "k" + "-"`, `[115, 107, 45]`."""
    return _pattern(_PIECES).sub(lambda pieces: _pattern(r"\w|-").sub("*", pieces[0]), text)


def hide(text: str, before: str = "") -> str:
    """Asterisks for a literal's text, unless it is the name of a variable that is read or set: `os.environ["NAME"]`."""
    is_name = before.rstrip("\"'bBrRuUfF").rstrip().endswith(("(", "[")) and _pattern(VARIABLE).fullmatch(text)
    return text if is_name else asterisks(text)


def _is_written(word: str, is_code: bool) -> bool:
    """Whether a person may have written a word, or its parts: `max_tokens`, `gpt-4o-mini`, `ChatOpenAI`."""
    parts = (part for part in _pattern(r"[_-]+").split(word) if len(part) >= _SHORTEST_PART)
    return all(part.isdigit() or _pattern(_ORDINARY).fullmatch(part) or _is_made_of_words(part, is_code) for part in parts)


def _is_made_of_words(part: str, is_code: bool) -> bool:
    """By the mean length of what it is made of, as for keys; the longer it is, the less is left to chance."""
    tokens = _pattern(_TOKEN).findall(part)
    if not tokens or any(_pattern(_CONSONANTS % (7 if is_code else 6)).search(token) for token in tokens):
        return False
    mean, digits = len(part) / len(tokens), sum(map(str.isdigit, part))
    if digits:
        return len(part) < 16 and digits * 3 <= len(part) and mean >= (3 if is_code else 3.5)
    return mean >= (2.5 if is_code else 3) + (len(part) >= 16)
