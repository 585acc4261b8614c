"""The families of API keys that begin with `sk-`: who issues them and what they look like.

Left out are keys that begin with `sk_` (Stripe, Clerk, ElevenLabs), and the client secrets of OpenAI's realtime API, `ek_...`,
which are valid for two hours at most.

In the shapes U stands for a character of `[A-Za-z0-9_-]`, A for one of `[A-Za-z0-9]`, M for the marker.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Tier = Literal["certain", "probable"]

# base64("OpenAI"): stands in the middle of every key of OpenAI since 2020. Written in two pieces, so that no scanner of secrets
# (ours included) takes this file for a leak.
MARKER = "T3Blbk" + "FJ"

UNKNOWN_ISSUER = "an unknown issuer"

# Halves of a key of OpenAI are as long as each other, and these are the lengths seen. They say where a key ends; a key with other
# lengths is still a key.
HALF_LENGTHS = frozenset({20, 46, 58, 74})
SHORTEST_HALF, LONGEST_HALF = 20, 200


class KeyFamily(NamedTuple):
    """Keys of one kind.

    name:     identifies the family, and goes into fingerprints: never rename one.
    issuer:   who gives these keys out.
    label:    what a message calls such a key.
    prefix:   the part of the key that is the same for everybody, and may be shown.
    shape:    the whole key, for people.
    pattern:  the same as a regular expression, its one group the secret body; None for OpenAI's, which the marker finds.
    tier:     `certain`: nothing else has this structure. `probable`: it must look random as well.
    boundary: a letter or digit must not stand before it (`task-...` and `risk-...` contain `sk-`).
    source:   where the shape is known from.
    """

    name: str
    issuer: str
    label: str
    prefix: str
    shape: str
    pattern: str | None
    tier: Tier
    boundary: bool
    source: str


def _openai(name: str, label: str, prefix: str, shape: str, source: str) -> KeyFamily:
    return KeyFamily(name, "OpenAI", label, prefix, shape, None, "certain", False, source)


OPENAI_USER = _openai("openai-user", "OpenAI user key", "sk-", "sk- A20 M A20", "every scanner")
OPENAI_NAMED = _openai(
    "openai-named", "OpenAI service account key", "sk-", "sk-<name of 1 to 40>- A20 M A20", "GitGuardian, trufflehog vectors"
)
OPENAI_OTHER = _openai("openai-other", "OpenAI key", "sk-", "sk- U20..200 M U20..200", "trivy trusts the marker the same way")

OPENAI_PREFIXED: tuple[KeyFamily, ...] = (
    _openai(
        "openai-project",
        "OpenAI project key",
        "sk-proj-",
        "sk-proj- with halves A20, U58 or U74",
        "trufflehog, gitleaks, GitGuardian vectors",
    ),
    _openai(
        "openai-svcacct",
        "OpenAI service account key",
        "sk-svcacct-",
        "sk-svcacct- with halves U46, U58 or U74",
        "trufflehog, gitleaks vectors",
    ),
    _openai(
        "openai-admin",
        "OpenAI admin key",
        "sk-admin-",
        "sk-admin- with halves U58 or U74",
        "trufflehog, gitleaks, secretlint vectors",
    ),
    _openai("openai-none", "OpenAI key", "sk-None-", "sk-None- with halves A20 or U74", "Kingfisher vectors, trivy"),
)

# Of 22 characters of base64 drawn at random, all but one in 100,000 have letters of both cases; slugs and part numbers have one.
_MIXED_CASE = "(?=[a-z0-9_-]{0,48}[A-Z])(?=[A-Z0-9_-]{0,48}[a-z])"

# Each must match all the way to the end of a run of key characters; the first that matches names the key.
UNMARKED: tuple[KeyFamily, ...] = (
    KeyFamily(
        "anthropic",
        "Anthropic",
        "Anthropic API key",
        "sk-ant-",
        "sk-ant-api03- or sk-ant-admin01- U93 AA",
        r"sk-ant-(?:api|admin)[0-9]{2}-([A-Za-z0-9_-]{93}AA)",
        "certain",
        False,
        "gitleaks, trufflehog",
    ),
    KeyFamily(
        "openrouter",
        "OpenRouter",
        "OpenRouter API key",
        "sk-or-v1-",
        "sk-or-v1- and 64 hexadecimal digits",
        r"sk-or-v1-([0-9a-f]{64})",
        "certain",
        False,
        "trufflehog, betterleaks",
    ),
    KeyFamily(
        "langfuse",
        "Langfuse",
        "Langfuse secret key",
        "sk-lf-",
        "sk-lf- and a UUID",
        r"sk-lf-([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})",
        "certain",
        True,
        "trufflehog, betterleaks",
    ),
    KeyFamily(
        "minimax",
        "MiniMax",
        "MiniMax API key",
        "sk-api-",
        "sk-api- U119",
        r"sk-api-([A-Za-z0-9_-]{119})",
        "certain",
        True,
        "betterleaks",
    ),
    KeyFamily(
        "anthropic-oauth",
        "Anthropic",
        "Anthropic OAuth token",
        "sk-ant-",
        "sk-ant-oat01- (access) or sk-ant-ort01- (refresh) U40..200",
        r"sk-ant-o[ar]t[0-9]{2}-([A-Za-z0-9_-]{40,200})",
        "probable",
        True,
        "Kingfisher",
    ),
    KeyFamily(
        "anthropic-like",
        "Anthropic",
        "Anthropic key",
        "sk-ant-",
        "sk-ant-<kind>- U40..200: keys of another kind, or not of the usual length",
        r"sk-ant-(?:[a-z]{2,8}[0-9]{2}-)?([A-Za-z0-9_-]{40,200})",
        "probable",
        True,
        "secretlint",
    ),
    KeyFamily(
        "openai-unmarked",
        "OpenAI",
        "OpenAI key",
        "sk-",
        "a prefix of OpenAI's and U40..200, without the marker",
        r"sk-(?:proj|svcacct|admin|None)-([A-Za-z0-9_-]{40,200})",
        "probable",
        True,
        "GitGuardian",
    ),
    KeyFamily(
        "unknown-48",
        UNKNOWN_ISSUER,
        "API key of an unknown issuer",
        "sk-",
        "sk- A48: Stability, Braintrust, Moonshot, iFlytek, ...",
        r"sk-([A-Za-z0-9]{48})",
        "probable",
        True,
        "betterleaks, trufflehog and its issue 4663",
    ),
    KeyFamily(
        "openai-old",  # OpenAI's own keys had this shape once; so may anybody's, and therefore no issuer is named.
        UNKNOWN_ISSUER,
        "API key of an unknown issuer",
        "sk-",
        "sk- A40",
        r"sk-([A-Za-z0-9]{40})",
        "probable",
        True,
        "GitGuardian, an older revision",
    ),
    KeyFamily(
        "unknown-hex32",
        UNKNOWN_ISSUER,
        "API key of an unknown issuer",
        "sk-",
        "sk- and 32 hexadecimal digits: DeepSeek and Qwen, which nothing tells apart",
        r"sk-([0-9a-f]{32})",
        "probable",
        True,
        "trufflehog, Kingfisher",
    ),
    KeyFamily(
        "unknown-alphanumeric",
        UNKNOWN_ISSUER,
        "API key of an unknown issuer",
        "sk-",
        "sk- A32..64: DeepSeek by trufflehog's shape, Stability and Braintrust by that of betterleaks",
        r"sk-([A-Za-z0-9]{32,64})",
        "probable",
        True,
        "trufflehog, betterleaks",
    ),
    KeyFamily(
        "unknown-url-safe-48",
        UNKNOWN_ISSUER,
        "API key of an unknown issuer",
        "sk-",
        "sk- U48: Moonshot, and master keys that people draw for a proxy",
        rf"sk-{_MIXED_CASE}([A-Za-z0-9_-]{{48}})",
        "probable",
        True,
        "betterleaks",
    ),
    KeyFamily(
        "unknown-url-safe-22",
        UNKNOWN_ISSUER,
        "API key of an unknown issuer",
        "sk-",
        "sk- U22: the virtual keys of LiteLLM, 16 bytes in base64",
        rf"sk-{_MIXED_CASE}([A-Za-z0-9_-]{{22}})",
        "probable",
        True,
        "litellm/proxy/management_endpoints/key_management_endpoints.py",
    ),
)

KEY_FAMILIES: dict[str, KeyFamily] = {
    family.name: family for family in (OPENAI_USER, OPENAI_NAMED, OPENAI_OTHER, *OPENAI_PREFIXED, *UNMARKED)
}

# The variable in which the clients of an issuer look for its keys, by their own source: openai's, anthropic's and langfuse's; for
# OpenRouter and MiniMax, whose clients are openai's, that of LiteLLM. A family goes before its issuer.
_VARIABLES = {
    "openai-admin": "OPENAI_ADMIN_KEY",
    "anthropic": "ANTHROPIC_API_KEY",
    "OpenAI": "OPENAI_API_KEY",
    "OpenRouter": "OPENROUTER_API_KEY",
    "Langfuse": "LANGFUSE_SECRET_KEY",
    "MiniMax": "MINIMAX_API_KEY",
}


def variable_of(family: str) -> str | None:
    """The environment variable for keys of a family; None where their shape does not tell whose they are, or what for."""
    return _VARIABLES.get(family) or _VARIABLES.get(KEY_FAMILIES[family].issuer)


# The longest key that is recognised without its marker.
LONGEST_UNMARKED = 220
SHORTEST_KEY = len("sk-") + 22
