"""Masks whatever may be a secret in text that is about to be shown.

Wider than the search for keys: what is masked without need costs a glance at the source, what is shown cannot be taken back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from oaklint.sdk.key_families import MARKER
from oaklint.sdk.placeholders import may_be_shown
from oaklint.sdk.randomness import looks_random, mean_token_length

# What stands before a key when the program's text has an escape (`"\nsk-..."`), a URL is encoded (`key%3Dsk-...`) or a
# terminal's colours are switched, be it written as an escape or shown as a visible sign.
_ESCAPE_BEFORE = (
    r"(?:\\[abfnrtv0]|\\x[0-9A-Fa-f]{2}|\\u[0-9A-Fa-f]{4}|%[0-9A-Fa-f]{2}"
    r"|(?:[\x1b\u241b]|\\x1[Bb]|\\u001[Bb]|\\033)\[[0-9;]{0,8}m)\Z"
)
_LONGEST_ESCAPE = 16

_PUBLIC_PREFIX = r"sk-(?:ant-(?:api|admin|oat|ort)[0-9]{2}-|ant-|or-v1-|lf-|api-|proj-|svcacct-|service-account-|admin-|None-)?"
# Tokens of other services: the first group stays visible. Each is anchored by its literal beginning.
_TOKENS = (
    r"(?<![A-Za-z0-9])(?:"
    r"(gsk_)[A-Za-z0-9]{20,}|(xai-)[A-Za-z0-9_]{40,}|(pplx-)[A-Za-z0-9]{40,}|(csk-)[a-z0-9]{40,}|(pcsk_)[A-Za-z0-9_]{40,}"
    r"|(gh[opusr]_)[A-Za-z0-9]{20,}|(github_pat_)[A-Za-z0-9_]{40,}|(glpat-)[A-Za-z0-9_-]{20,}|(hf_)[A-Za-z]{30,}"
    r"|((?:AKIA|ASIA))[A-Z0-9]{16}|(AIza)[A-Za-z0-9_-]{30,}|(ek_)[0-9a-f]{32}|([sr]k_(?:live|test)_)[A-Za-z0-9]{16,}"
    r"|(xox[abeprs]-)[A-Za-z0-9-]{16,}|(npm_)[A-Za-z0-9]{36}|(pypi-)[A-Za-z0-9_-]{50,}|(nvapi-)[A-Za-z0-9_-]{40,}"
    r"|(r8_)[A-Za-z0-9]{36,}|(tvly-)[A-Za-z0-9-]{20,}|(lsv2_[a-z]{2}_)[0-9a-f]{32}"
    r")"
    r"|(?<![A-Za-z0-9_-])(eyJ)[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]*"
)
_TOKEN_BEGINNINGS = (
    *("gsk_", "xai-", "pplx-", "csk", "gho_", "ghp_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "hf_", "AKIA", "ASIA"),
    *("AIza", "ek_", "k_live_", "k_test_", "xox", "npm_", "pypi-", "nvapi-", "r8_", "tvly-", "lsv2_", "eyJ"),
)

_BEARER = r"(?i:\bbearer)(?:\s|%20|\\t){1,4}([A-Za-z0-9._~+/=-]{16,})"
_QUOTED = r"""(?<=["'`])[A-Za-z0-9_+/=.~-]{24,}(?=["'`\\])"""
_CONTINUATION = r"""(?:["'][\s+\\]*[A-Za-z]{0,2}["'](?=[A-Za-z0-9_-]+["'\\])|\\\r?\n)([A-Za-z0-9_-]{4,})"""
# What names of variables look like: words, with a few digits behind them.
VARIABLE = r"[A-Z]+[0-9]{0,2}(?:_(?:[A-Z]+[0-9]{0,2}|[0-9]{1,2}))+"
# How the beginning of a key, and the marker, look in base64 (wherever the three bytes begin), in hex and backwards. The marker of
# OpenAI is base64 itself, and whatever decodes to it belongs to a key.
_ENCODED_BEGINNINGS = ("c2st", "NrL", "zay", "736b2d", "736B2D", MARKER[::-1])
_ENCODED = r"[A-Za-z0-9+/_-]{24,}"
# Characters that are printable, written as escapes one by one.
_ESCAPED = r"(?:\\x[2-7][0-9A-Fa-f]|\\u00[2-7][0-9A-Fa-f]|\\1?[0-7]{2}(?![0-7])){8,}"
# A literal that is given to what is called like a credential, whoever is meant to take it.
_NAMED = (
    r"""(?i:(?:(?:api|access|secret|auth|open_?ai|azure)[_-]?key|secret|token|passw(?:or)?d|authorization)[0-9]{0,2})"""
    r"""(?:["']\s{0,4}\]?\s{0,4}[:=,]|\s{0,4}(?::\s{0,4}[\w.]{1,40}\s{0,4})?=)\s{0,4}[bBrRuUfF]{0,2}"""
    r"""(?P<quote>["'])(?P<text>(?:\\.|(?!(?P=quote))[^\\\n]){8,400}?)(?P=quote)"""
)
_UUID = r"[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}"


@cache
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text)


def redact(text: str) -> str:
    """`text` with each character that may belong to a secret replaced by `*`: same length, public prefixes kept."""
    spans = sorted(_secrets(text))
    if not spans:
        return text
    pieces: list[str] = []
    done = 0
    for start, end in spans:
        start = max(start, done)
        if start < end:
            pieces += (text[done:start], "*" * (end - start))
            done = end
    pieces.append(text[done:])
    return "".join(pieces)


def named_credentials(text: str) -> Iterator[tuple[int, int]]:
    """Where literals stand that are given to what is called like a credential, and give something away.

    What no rule can say of them, in programs that do not parse and for the services of others, is not to be shown either.
    """
    for found in _pattern(_NAMED).finditer(text):
        if not may_be_shown(found["text"]):
            yield found.span("text")


class Repeats:
    """Finds texts wherever they stand again, as they are, backwards, in hex or in base64; in one pass, however many there are.

    texts: those of at least SHORTEST characters count; those longer than LONGEST are looked for piece by piece, so that
    few lengths have to be tried at any place.
    """

    SHORTEST, LONGEST = 7, 200

    def __init__(self, texts: Iterable[str]) -> None:
        forms = (form for text in texts if len(text) >= self.SHORTEST for form in _forms(text))
        pieces = (form[at : at + self.LONGEST] for form in forms for at in range(0, len(form), self.LONGEST))
        self._texts = {piece for piece in pieces if len(piece) >= self.SHORTEST}
        self._lengths: dict[str, list[int]] = {}
        for length, beginning in sorted({(len(text), text[: self.SHORTEST]) for text in self._texts}, reverse=True):
            self._lengths.setdefault(beginning, []).append(length)

    def cover(self, text: str) -> str:
        """`text` with as many asterisks in place of each; quotes and blanks within them stay, so that it reads as it did."""
        pieces: list[str] = []
        done = start = 0
        last = len(text) - self.SHORTEST if self._texts else -1
        while start <= last:
            lengths = self._lengths.get(text[start : start + self.SHORTEST], ())
            found = next((length for length in lengths if text[start : start + length] in self._texts), 0)
            if found:
                pieces += (text[done:start], asterisks(text[start : start + found]))
                done = start + found
            start += found or 1
        return "".join((*pieces, text[done:]))


def _forms(text: str) -> Iterator[str]:
    from base64 import b64encode

    data = text.encode("utf-8", "surrogatepass")
    yield from (text, text[::-1], data.hex(), data.hex().upper(), b64encode(data).decode())
    # Where more follows, all but the last, incomplete group of three bytes looks the same.
    yield b64encode(data[: len(data) // 3 * 3]).decode()


def asterisks(text: str) -> str:
    """Asterisks for everything but quotes, blanks and line ends, so that it still reads as a literal."""
    return _pattern(r"""[^"' \t\r\n]""").sub("*", text)


def follows_key_boundary(text: str, start: int) -> bool:
    """True where no ASCII letter or digit stands before `start`, save one that ends an escape.

    Not `\\b`: letters of other scripts are word characters to it, and nothing but a space would part them from a key.
    """
    if start == 0:
        return True
    before = text[start - 1]
    if not (before.isascii() and before.isalnum()):
        return True
    return _pattern(_ESCAPE_BEFORE).search(text, max(0, start - _LONGEST_ESCAPE), start) is not None


def _secrets(text: str) -> Iterator[tuple[int, int]]:
    if "sk%2" in text:
        yield from (found.span(1) for found in _pattern(r"sk%2[Dd]([A-Za-z0-9_-]{8,})").finditer(text))
    if "sk-" in text or MARKER in text:
        yield from _keys(text)
        yield from _continuations(text)
    if any(beginning in text for beginning in _TOKEN_BEGINNINGS):
        for token in _pattern(_TOKENS).finditer(text):
            yield token.end(token.lastindex or 0), token.end()
    if "earer" in text or "EARER" in text:
        for bearer in _pattern(_BEARER).finditer(text):
            if any(character.isdigit() for character in bearer.group(1)):
                yield bearer.span(1)
    if any(beginning in text for beginning in _ENCODED_BEGINNINGS):
        for run in _pattern(_ENCODED).finditer(text):
            if _may_be_encoded(run.group()):
                yield run.span()
    if "-ks" in text:
        for run in _pattern(r"[A-Za-z0-9_-]{23,}").finditer(text):
            prefix = _pattern(_PUBLIC_PREFIX).match(run.group()[::-1])
            if prefix and _may_be_body(prefix.group(), run.group()[::-1][prefix.end() :]):
                yield run.start(), run.end() - prefix.end()
    if "\\" in text:
        yield from (run.span() for run in _pattern(_ESCAPED).finditer(text))
    if len(text) > 24:
        for literal in _pattern(_QUOTED).finditer(text):
            if _may_be_secret(literal.group()):
                yield literal.span()


def _may_be_secret(literal: str) -> bool:
    # Of random text without separators one piece in two hundred looks a little less random than the rest, or has no digit.
    dense = len(literal) >= 32 and literal.isalnum() and mean_token_length(literal) <= 3.3
    return (dense or looks_random(literal)) and not _pattern(_UUID).fullmatch(literal)


def _may_be_encoded(run: str) -> bool:
    if "sk-" in run or not any(beginning in run for beginning in _ENCODED_BEGINNINGS):
        return False
    return "736b2d" in run.lower() or (any(character.isdigit() for character in run) and mean_token_length(run) <= 4.4)


def _keys(text: str) -> Iterator[tuple[int, int]]:
    """What follows an `sk-`, and every run of key characters with the marker in it."""
    for run in _pattern(r"[A-Za-z0-9_-]{8,}").finditer(text):
        marked = MARKER in run.group()
        start = text.find("sk-", run.start(), run.end())
        if marked and (start < 0 or start > text.find(MARKER, run.start())):
            yield run.span()
            continue
        while start >= 0:
            prefix = _pattern(_PUBLIC_PREFIX).match(text, start)
            body = prefix.end() if prefix else start
            if run.end() - body < 8:
                break
            if (
                marked
                or follows_key_boundary(text, start)
                or _may_be_body(text[start:body], text[body : min(body + 80, run.end())])
            ):
                yield body, run.end()
                break
            # `task-...` and its kin: a key may still follow in the same run.
            start = text.find("-sk-", start, run.end()) + 1 or text.find("_sk-", start, run.end()) + 1 or -1


def _continuations(text: str) -> Iterator[tuple[int, int]]:
    """Literals that are glued to one with an `sk-` in it: `"sk-abc" "def"`, `"sk-" + "abc"`; and rows that go on with it."""
    done = 0
    start = text.find("sk-")
    while start >= 0:
        run = _pattern(r"[A-Za-z0-9_-]+").match(text, start)
        end = run.end() if run else start + 3
        if end >= done:
            while piece := _pattern(_CONTINUATION).match(text, end):
                yield piece.span(1)
                done = end = piece.end(1)
        start = text.find("sk-", max(end, start + 3))


def _may_be_body(prefix: str, body: str) -> bool:
    """True for what could be the body of a key although a letter stands before its `sk-`; the words of an identifier could not.

    Judged by its beginning, since anything may be glued to its end.
    """
    if prefix[-2].isdigit() or prefix.endswith(("svcacct-", "None-")):  # no word goes on like this
        return True
    if len(body) < 20 or not any((part.count("-") + part.count("_")) * 8 <= len(part) for part in (body[:32], body)):
        return False
    return mean_token_length(body[:32]) <= (4.4 if any(character.isdigit() for character in body) else 3)
