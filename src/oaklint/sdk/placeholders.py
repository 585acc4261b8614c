"""What a person writes where a key belongs: text to be replaced by the reader, and values that are fake on purpose."""

from __future__ import annotations

import re
from functools import cache
from typing import Literal, TypeAlias

from oaklint.sdk.randomness import is_filler, looks_random, mean_token_length

# Text to be replaced; the name of a variable; one as a shell would read it: `$NAME`, `${NAME}`, `%NAME%`.
PlaceholderKind: TypeAlias = Literal["text", "name", "shell name"]


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Asks the reader for a key all by itself.
_ASKS = _set(
    "your yours insert replace replaced replaceme filled paste changeme placeholder redacted todo fixme tbd yourkey yourapikey "
    "votre inserisci insira inserte reemplaza reemplazar remplacez remplacer substitua ersetzen dein deine deinen ihr ihre "
    "tuo tua sua seu aqui ici hier twoj"
)
# Asks for it together with another of these, or with the name of the thing.
_HINTS = _set("enter put fill change add type goes go here me this with hidden removed masked tu su mi ton")
_THINGS = _set("key keys apikey api token secret credential credentials openai clave llave chave cle chiave")
_VENDORS = _set("openai azure anthropic gpt chatgpt deepseek openrouter gemini groq mistral llm azureopenai")

_FAKE = _set(
    "test tests testing dummy fake mock mocked stub foo foobar bar baz qux sample example invalid wrong bad bogus incorrect "
    "unused empty none null nil na noop nothing nokey notneeded notrequired needed required necessary "
    "unnecessary ignored irrelevant ollama lmstudio studio vllm llamacpp local localhost localai "
    "proxy anything whatever something demo expired canary "
    "nonexistent not no any doesnt matter unset default"
)
_FAKE_BEGINNINGS = ("test", "dummy", "fake", "mock", "foo", "stub", "example", "sample", "invalid", "bogus", "unused")
# Says what the value is, and nothing more.
_GENERIC = _THINGS | _set(
    "super mysecret supersecret secretvalue secretkey "
    "sk my a an the some is for of x xx y abc abcd abcde abcdef def xyz password passwd pass pwd value string str text user "
    "admin proj project ant service sdk ai auth bearer access private client server model llm first second third one two "
    "old new valid good real original other another"
)


@cache
def _pattern(text: str, flags: int = 0) -> re.Pattern[str]:
    return re.compile(text, flags)


_TEMPLATE = (
    r"\.\.\.|…|\*{3}|[•●]|<[^<>]+>|\{[^{}]*\}|%\(\w+\)s|^sk-$|^\$[A-Za-z_(]|^%\w+%$|^\[.*\]$|^\(.*\)$|_{4}|#{3}|\?{3}|(?i:(?<![a-z])x{3}|x{4})"
    r"|\b(?:environ|getenv|process\.env)\b|^env:"
)
# Letters from Greek onwards: no key has them, sentences in other languages do.
_OTHER_SCRIPT = r"[\u0370-\u1fff\u2c00-\ufdff\uff21-\uff3a\uff41-\uff5a\uff66-\uffdc]"
# What a shell puts the value of a variable for.
_SHELL_NAME = r"\$\{?\w+\}?|%\w+%"
_RUN_TOGETHER = r"(?i:(?:your|insert|enter|paste|replace)[a-z]*?(?:apikey|key|token|secret)(?:here)?)"
_PREFIX = r"sk-(?:proj-|svcacct-|admin-|None-|ant-(?:[a-z]+[0-9]{2}-)?|or-v1-|lf-|api-)?"


# Less than that guards nothing.
_SHORTEST_CREDENTIAL = 8
# Where a credential is to be found: an address, a path, the name of a model.
_REFERENCE = (
    r"^[a-z][\w+.-]*:(?!$)|^[~.]?/|\.(?:env|json|key|pem|toml|txt|ya?ml)$"
    r"|^(?:gpt-?\d|o\d(?:-|$))|^(?:claude|deepseek|gemini|llama|mistral|qwen)[\d.]*-"
)


def _words(text: str) -> list[str]:
    return [word.lower() for word in _pattern(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+").findall(text)]


def _plain_words(text: str) -> set[str]:
    """The words of a text; short ones only where nothing but their ends tells them apart, since random text is full of them."""
    alone = _pattern(r"[^a-z]+").split(text.lower())
    return {word for word in _words(text) if len(word) > 3 or word in alone}


def _body(text: str) -> str:
    return text[len(prefix.group()) :] if (prefix := _pattern(_PREFIX).match(text)) else text


def _has_random_part(text: str) -> bool:
    return looks_random(_body(text)) or any(looks_random(part) for part in _pattern(r"[\s_-]+").split(text))


def is_placeholder(value: str) -> bool:
    """True for text that the reader is meant to replace by a key: `YOUR_API_KEY`, `<your key>`, `sk-...`, `$OPENAI_API_KEY`."""
    return kind_of_placeholder(value) is not None


def kind_of_placeholder(value: str) -> PlaceholderKind | None:
    """What sort of placeholder a text is. The name of a variable counts, since it was meant to be looked up."""
    text = value.strip()
    if not text or (text.isascii() and _has_random_part(text)):
        return None
    if _asks_for_a_key(text):
        return "shell name" if _pattern(_SHELL_NAME).fullmatch(text) else "text"
    if _names_a_variable(text, _words(text)):
        return "name" if text.isupper() and text.isidentifier() else "text"
    return None


def _asks_for_a_key(text: str) -> bool:
    if _pattern(_TEMPLATE).search(text) or _pattern(_OTHER_SCRIPT).search(text):
        return True
    known = _plain_words(text)
    if known & _ASKS:
        return True
    hints = len(known & _HINTS)
    if hints and (hints > 1 or known & _THINGS):
        return True
    return _pattern(_RUN_TOGETHER).fullmatch(_body(text)) is not None


def _names_a_variable(text: str, words: list[str]) -> bool:
    """`OPENAI_API_KEY`, `API_KEY`, `openai_api_key`, `OpenAI API key`, `my-api-key`."""
    if _pattern(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*_(?:KEY|TOKEN|SECRET)(?:_[A-Z0-9]+)?|API[ -]?KEY").fullmatch(text):
        return not {"test", "fake", "dummy", "mock", "no", "not"} & set(words)
    name = "".join(word for word in words if not word.isdigit())
    # "Open AI" falls apart into two words: compare what they spell together.
    owner = name.removesuffix("apikey")
    return owner != name and owner in {*_VENDORS, "my", *(f"my{vendor}" for vendor in _VENDORS)}


def is_dummy(value: str) -> bool:
    """True for a value that is fake on purpose and right as it is: in tests, or for a local server that ignores it.

    `test-key`, `EMPTY`, `ollama`, `sk-no-key-required`, `sk-1234`. A placeholder is none.
    """
    text = value.strip()
    if not text or is_placeholder(text) or _has_random_part(text):
        return False
    body = _body(text)
    return _is_made_up(body) or _is_label(body, _words(body))


def may_be_shown(value: str) -> bool:
    """True where nothing is given away: a placeholder, or what is made up by its words; not what only looks like a label."""
    return is_placeholder(value) or (is_dummy(value) and _is_made_up(_body(value.strip())))


def _is_made_up(body: str) -> bool:
    if len(body) < _SHORTEST_CREDENTIAL:
        return True
    words = _words(body)
    if any(word in _FAKE or word.startswith(_FAKE_BEGINNINGS) for word in _plain_words(body)):
        return True
    return all(word in _GENERIC or word.isdigit() for word in words) or is_filler(body)


def is_credential(value: str) -> bool:
    """True for a value that may be a secret in use, be it a weak one: neither a placeholder, nor made up, nor what leads to one.

    Text with blanks or letters of other scripts is none, nor is an address, a path or a reference (`vault:...`).
    """
    text = value.strip()
    if not _pattern(r"[!-~]+").fullmatch(text) or _is_reference(text):
        return False
    return not is_placeholder(text) and not is_dummy(text)


def _is_reference(text: str) -> bool:
    """Whether a text leads to a credential; base64 may begin with a slash as a path does."""
    if not _pattern(_REFERENCE).search(text):
        return False
    return not (_pattern(r"/[A-Za-z0-9+/]{23,}={0,2}").fullmatch(text) and looks_random(text))


def _is_label(body: str, words: list[str]) -> bool:
    """Whether words, and small numbers that stand for themselves, only say what a value is: `primary-key-2`, `from-the-vault`."""
    parts = _pattern(r"[-_.:/]+").split(body)
    if any(word in _THINGS for word in words) and not {"prod", "production", "live"} & set(words):
        return mean_token_length(body) >= 2.5
    if not all(part.isalpha() or len(part) <= 2 for part in parts if part):
        return False
    return mean_token_length(body) > 2.5 or (len(body) < 16 and not body.isalpha())
