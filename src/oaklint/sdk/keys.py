"""API keys in text: where one stands, whose it is, how to speak of it without showing it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from oaklint.sdk.key_families import (
    HALF_LENGTHS,
    KEY_FAMILIES,
    LONGEST_HALF,
    LONGEST_UNMARKED,
    MARKER,
    OPENAI_NAMED,
    OPENAI_OTHER,
    OPENAI_PREFIXED,
    OPENAI_USER,
    SHORTEST_HALF,
    SHORTEST_KEY,
    UNMARKED,
    KeyFamily,
    Tier,
)
from oaklint.sdk.placeholders import is_credential, is_dummy, is_placeholder, kind_of_placeholder
from oaklint.sdk.randomness import is_filler, looks_random, mean_token_length
from oaklint.sdk.redaction import follows_key_boundary, redact

__all__ = [
    "KEY_FAMILIES",
    "KeyFamily",
    "KeyMatch",
    "Tier",
    "describe",
    "find_keys",
    "fingerprint",
    "is_credential",
    "is_dummy",
    "is_placeholder",
    "kind_of_placeholder",
    "looks_random",
    "redact",
]


class KeyMatch(NamedTuple):
    """A key found in a text. It does not hold the key, so that no `repr`, cache or traceback can show it.

    start, end:  0-based code points, the end exclusive.
    prefix:      the public beginning of the key, such as `sk-proj-`.
    fingerprint: 12 hexadecimal digits that are the same wherever the same key stands.
    whole:       whether its length shows that nothing is missing at its end.
    """

    start: int
    end: int
    family: str
    issuer: str
    tier: Tier
    prefix: str
    fingerprint: str
    whole: bool

    @property
    def length(self) -> int:
        return self.end - self.start


def fingerprint(family: str, secret: str) -> str:
    """The first 12 hexadecimal digits of SHA-256 over family and secret. Too many random bits go in for anyone to guess it."""
    from hashlib import sha256

    return sha256(f"oaklint-v1\0{family}\0{secret}".encode("utf-8", "surrogatepass")).hexdigest()[:12]


def describe(match: KeyMatch) -> str:
    """Issuer, kind, public prefix, length and fingerprint of a key, and no character of its body."""
    label = KEY_FAMILIES[match.family].label
    if match.tier == "probable":
        label = f"probable {label}"
    return f"{label} ({match.prefix}..., {match.length} characters) [fp {match.fingerprint}]"


def find_keys(text: str) -> Iterator[KeyMatch]:
    """The keys in `text`, from left to right. Takes time linear in the length of the text, whatever stands in it."""
    start = text.find("sk-")
    while start >= 0:
        run = _key_characters().match(text, start)
        end = run.end() if run else start
        if end - start >= SHORTEST_KEY:
            yield from _keys_in_run(text, start, end)
        start = text.find("sk-", end)


@cache
def _key_characters() -> re.Pattern[str]:
    return re.compile(r"[A-Za-z0-9_-]+")


def _keys_in_run(text: str, start: int, end: int) -> Iterator[KeyMatch]:
    """The keys in a run of key characters that begins with its first `sk-`."""
    marker = text.find(MARKER, start, end)
    while marker >= 0:
        key = _marked_key(text, start, marker, end)
        if key is not None:
            yield key
            start = key.end
        marker = text.find(MARKER, max(start, marker + len(MARKER)), end)
    key = _unmarked_key(text, start, end)
    if key is not None:
        yield key


def _marked_key(text: str, floor: int, marker: int, end: int) -> KeyMatch | None:
    """The key of OpenAI around the marker at `marker`, between `floor` and `end`."""
    if end - marker - len(MARKER) < SHORTEST_HALF:
        return None
    floor = max(floor, marker - LONGEST_HALF - len("sk-svcacct-"))
    ceiling = marker - SHORTEST_HALF
    found = max((text.rfind(family.prefix, floor, ceiling), family) for family in OPENAI_PREFIXED)
    start, family = found
    body = start + len(family.prefix)
    if start < 0:
        start, body, family = _bare_beginning(text, floor, marker)
        if start < 0:
            return None
    half = marker - body
    after = marker + len(MARKER)
    # Whatever is glued to a key of a known length is not part of it.
    stop = after + half if half in HALF_LENGTHS and end - after > half else end
    if not (SHORTEST_HALF <= half <= LONGEST_HALF and stop - after <= LONGEST_HALF):
        return None
    if is_filler(text[body:marker]) or is_filler(text[after:stop]):
        return None
    return _match(text, start, stop, family, family.prefix, whole=stop - after == half in HALF_LENGTHS)


def _bare_beginning(text: str, floor: int, marker: int) -> tuple[int, int, KeyFamily]:
    """Where a key without a known prefix begins, and where its body does; -1 where there is none."""
    usual = marker - 20 - len("sk-")
    if usual >= floor and text.startswith("sk-", usual):
        return usual, usual + len("sk-"), OPENAI_USER
    first = text.find("sk-", floor, marker - SHORTEST_HALF)
    body = marker - 20
    name = text[first + len("sk-") : body]
    if first >= 0 and 2 <= len(name) <= 41 and name.endswith("-") and text[body:marker].isalnum():
        return first, body, OPENAI_NAMED
    return first, first + len("sk-"), OPENAI_OTHER


def _unmarked_key(text: str, start: int, end: int) -> KeyMatch | None:
    """The key that reaches from some `sk-` to the end of its run, by a shape that needs no marker."""
    start = text.find("sk-", max(start, end - LONGEST_UNMARKED), end)
    while 0 <= start <= end - SHORTEST_KEY:
        clear = follows_key_boundary(text, start) and not _within_blob(text, start)
        for family, pattern in _unmarked_patterns():
            found = pattern.fullmatch(text, start, end) if clear or not family.boundary else None
            if found is None:
                continue
            body = found.group(1)
            if is_filler(body) or (family.tier == "probable" and not (looks_random(body) and not _written(body))):
                continue
            return _match(text, start, end, family, text[start : found.start(1)], whole=family.tier == "certain")
        start = text.find("sk-", start + 1, end)
    return None


@cache
def _unmarked_patterns() -> tuple[tuple[KeyFamily, re.Pattern[str]], ...]:
    return tuple((family, re.compile(family.pattern or "")) for family in UNMARKED)


@cache
def _encoded() -> re.Pattern[str]:
    return re.compile(r"[A-Za-z0-9_+/=-]{40}")


def _within_blob(text: str, start: int) -> bool:
    """True where what stands before `start` shows that this is the inside of encoded data."""
    before = text[max(0, start - 40) : start]
    return _encoded().fullmatch(before) is not None and mean_token_length(before) <= 3


@cache
def _writing() -> re.Pattern[str]:
    words = "your|example|placeholder|dummy|fake|mock|test|insert|replace|change_?me|redacted|secret|sample|x{4}"
    return re.compile(words, re.IGNORECASE)


def _written(body: str) -> bool:
    """True where a person left a word in what would otherwise be random."""
    return _writing().search(body) is not None


def _match(text: str, start: int, end: int, family: KeyFamily, prefix: str, *, whole: bool) -> KeyMatch:
    secret = text[start:end]
    return KeyMatch(start, end, family.name, family.issuer, family.tier, prefix, fingerprint(family.name, secret), whole)
