"""Key-shaped text for tests, put together when they run: no file of the repository holds any.

A fixture writes `<key:FAMILY>` where a key belongs; `plant` puts one there. A key in pieces is written as slices of it:
`<key:FAMILY[:20]>` begins a key, `<key:FAMILY[20:]>` goes on with it.
"""

from __future__ import annotations

import random
import re
import string
from collections.abc import Callable

ALNUM = string.ascii_letters + string.digits
URL_SAFE = ALNUM + "-_"
HEX = "0123456789abcdef"
MARKER = "T3Blbk" + "FJ"
START = "sk" + "-"


def _halves(prefix: str, alphabet: str, length: int) -> Callable[[random.Random], str]:
    def make(source: random.Random) -> str:
        return prefix + _draw(source, alphabet, length) + MARKER + _draw(source, alphabet, length)

    return make


def _one_piece(prefix: str, alphabet: str, length: int, end: str = "") -> Callable[[random.Random], str]:
    return lambda source: prefix + _draw(source, alphabet, length) + end


def _uuid(source: random.Random) -> str:
    return START + "lf-" + "-".join(_draw(source, HEX, length) for length in (8, 4, 4, 4, 12))


def _draw(source: random.Random, alphabet: str, length: int) -> str:
    return "".join(source.choices(alphabet, k=length))


MAKERS: dict[str, Callable[[random.Random], str]] = {
    "openai-user": _halves(START, ALNUM, 20),
    "openai-project": _halves(START + "proj-", URL_SAFE, 74),
    "openai-project-132": _halves(START + "proj-", URL_SAFE, 58),
    "openai-project-56": _halves(START + "proj-", ALNUM, 20),
    "openai-svcacct": _halves(START + "svcacct-", URL_SAFE, 74),
    "openai-svcacct-111": _halves(START + "svcacct-", URL_SAFE, 46),
    "openai-admin": _halves(START + "admin-", URL_SAFE, 58),
    "openai-none": _halves(START + "None-", URL_SAFE, 74),
    "openai-named": _halves(START + "service-account-name-", ALNUM, 20),
    "openai-other": _halves(START, URL_SAFE, 90),
    "openai-old": _one_piece(START, ALNUM, 40),
    "openai-unmarked": _one_piece(START + "proj-", URL_SAFE, 100),
    "anthropic": _one_piece(START + "ant-api03-", URL_SAFE, 93, "AA"),
    "anthropic-oauth": _one_piece(START + "ant-oat01-", URL_SAFE, 80),
    "anthropic-like": _one_piece(START + "ant-api04-", URL_SAFE, 80),
    "openrouter": _one_piece(START + "or-v1-", HEX, 64),
    "langfuse": _uuid,
    "minimax": _one_piece(START + "api-", URL_SAFE, 119),
    "unknown-48": _one_piece(START, ALNUM, 48),
    "unknown-hex32": _one_piece(START, HEX, 32),
    "unknown-alphanumeric": _one_piece(START, ALNUM, 64),
    "unknown-url-safe-48": _one_piece(START, URL_SAFE, 46, "_7"),
    "unknown-url-safe-22": _one_piece(START, URL_SAFE, 22),
    "credential": _one_piece("", ALNUM, 40),
}

# What looks like a key, and is none; scanners would take it for one.
NEAR_KEYS = {
    "marker": MARKER,
    "crossed-out": START + "x" * 48,
    "alphabet": START + "1234567890" + string.ascii_lowercase + "1234567890abcd",
    "example": START + "proj-this-is-an-example-0123456789" + string.ascii_lowercase,
    "part": START + "hynix-h5an8g83ndjr-xnc",
    "task": "ta" + START + HEX * 2,
    "disk": "di" + START + HEX[::-1] * 2,
    "file": "keys/" + START + "proj-of-the-team-in-berlin-2024-11.txt",
    "blob": "d09GMgABAAAAAATYABEAAAAACkg" + START + "A" * 42,
}


def make_key(family: str, seed: int | str = 0) -> str:
    """A key of a family, fresh, fake and always the same for the same seed."""
    return MAKERS[family](random.Random(f"{family} {seed}"))


def key_body(family: str, key: str) -> str:
    """What of a key is secret: all but its public prefix."""
    prefix = re.match(r"sk-(?:ant-[a-z]+\d\d-|or-v1-|(?:lf|api|proj|svcacct|admin|None|service-account-name)-)?", key)
    assert prefix is not None
    return key[prefix.end() :]


def plant(text: str, seed: int = 0) -> str:
    """`text` with each `<key:FAMILY>` replaced by a key of that family: the n-th of a family is the same in every text.

    `<near:NAME>` is replaced by text that only looks like a key.
    """
    return _planted(text, seed)[0]


def uproot(text: str, template: str) -> str:
    """`text`, made of a template that was planted, with what the template has in place of each key."""
    planted = sorted(_planted(template, 0)[1], key=lambda item: len(item[1]), reverse=True)
    for placeholder, key in planted:
        text = text.replace(key, placeholder)
    return text


def _planted(text: str, seed: int) -> tuple[str, list[tuple[str, str]]]:
    """The text with keys in place of the placeholders, and each placeholder with its key."""
    seen: dict[str, int] = {}
    planted = []

    def key(found: re.Match[str]) -> str:
        family, start, stop, step = found.groups()
        if not start or family not in seen:
            seen[family] = seen.get(family, -1) + 1
        part = slice(*(int(bound) if bound else None for bound in (start, stop, step)))
        planted.append((found[0], make_key(family, f"{seed}/{seen[family]}")[part]))
        return planted[-1][1]

    def near(found: re.Match[str]) -> str:
        planted.append((found[0], NEAR_KEYS[found[1]]))
        return NEAR_KEYS[found[1]]

    text = re.sub(r"<near:([a-z-]+)>", near, text)
    return re.sub(r"<key:([a-z0-9-]+)(?:\[(\d*):(\d*)(?::(-?\d+))?\])?>", key, text), planted
