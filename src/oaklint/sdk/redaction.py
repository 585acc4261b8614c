"""Masks whatever may be a secret in text that is about to be shown.

Wider than the search for keys: what is masked without need costs a glance at the source, what is shown cannot be taken back.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from oaklint.sdk.key_families import MARKER
from oaklint.sdk.randomness import looks_random, mean_token_length

# What stands before a key when the program's text has an escape (`"\nsk-..."`) or a URL is encoded (`key%3Dsk-...`).
_ESCAPE_BEFORE = r"(?:\\[abfnrtv0]|\\x[0-9A-Fa-f]{2}|\\u[0-9A-Fa-f]{4}|%[0-9A-Fa-f]{2})\Z"

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
_CONTINUATION = r"""["'][\s+\\]*[A-Za-z]{0,2}["']([A-Za-z0-9_-]{4,})(?=["'])"""
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


def follows_key_boundary(text: str, start: int) -> bool:
    """True where no ASCII letter or digit stands before `start`, save one that ends an escape.

    Not `\\b`: letters of other scripts are word characters to it, and nothing but a space would part them from a key.
    """
    if start == 0:
        return True
    before = text[start - 1]
    if not (before.isascii() and before.isalnum()):
        return True
    return _pattern(_ESCAPE_BEFORE).search(text, max(0, start - 6), start) is not None


def _secrets(text: str) -> Iterator[tuple[int, int]]:
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
    if len(text) > 24:
        for literal in _pattern(_QUOTED).finditer(text):
            if _may_be_secret(literal.group()):
                yield literal.span()


def _may_be_secret(literal: str) -> bool:
    # Of random text without separators one piece in two hundred looks a little less random than the rest, or has no digit.
    dense = len(literal) >= 32 and literal.isalnum() and mean_token_length(literal) <= 3.3
    return (dense or looks_random(literal)) and not _pattern(_UUID).fullmatch(literal)


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
    """Literals that are glued to one with an `sk-` in it: `"sk-abc" "def"`, `"sk-" + "abc"`."""
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
