"""The errors that requests raise, as exceptions to be followed: their classes, their attributes, and what their text says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from oaklint.python.facts import Thrown
from oaklint.python.patterns import Pattern
from oaklint.sdk.exceptions import (
    AUTHENTICATION_STATUS,
    ERROR_ATTRIBUTE_NAMES,
    ERROR_ATTRIBUTES,
    TRANSIENT_ERRORS,
    authentication_error,
    authentication_texts,
    exception_ancestors,
    is_about_authentication,
)
from oaklint.sdk.releases import numbers

# What is asked of an error's text to recognise a bad key. Other words ("rate limit", "timeout") are not in it.
_SAID = ("401", "api key", "api_key", "apikey", "auth", "credential", "incorrect", "invalid", "permission", "error code")

_TEXT = "error code: 401 - incorrect api key provided"


def authentication_error_of(generation: int, only: tuple[int, ...] | None = None) -> Thrown:
    """The exception that a wrong key leads to, as the SDK of that generation raises it; `only`: the one release that will do."""
    error = sdk_error(authentication_error(generation), generation, AUTHENTICATION_STATUS, _says)
    last = only or (generation + 1,)
    texts = tuple(text for release, text in authentication_texts(generation).items() if numbers(release) <= last)
    return replace(error, texts=texts, matches=partial(_matches, texts))


def transient_errors(generation: int) -> list[Thrown]:
    """The exceptions that the SDK raises when it has used up its own retries."""
    return [
        sdk_error(name, generation, status, partial(_says_transient, said))
        for name, status, said in TRANSIENT_ERRORS
        if generation > 0  # before 1.0 it did not retry
    ]


def sdk_error(
    name: str, generation: int, status: int | None = None, says: Callable[[str], bool | None] = lambda word: None
) -> Thrown:
    """An exception of the SDK of that generation, and its bases."""
    ancestors = exception_ancestors(name, generation)
    classes = {ancestor if ancestor.startswith("openai.") else f"builtins.{ancestor}" for ancestor in ancestors}
    last = name.rpartition(".")[2]
    classes |= {f"openai.{last}", f"openai.error.{last}"}  # programs for both generations import it under either name
    if generation == 0:
        classes |= {"openai.OpenAIError"}
    else:
        classes |= {
            ancestor.replace("openai.", "openai._exceptions.", 1) for ancestor in ancestors if ancestor.startswith("openai.")
        }
    attributes = {ERROR_ATTRIBUTE_NAMES[generation].status: status} if status else {}
    return Thrown(name, frozenset(classes), attributes, partial(_has, generation), says)


def _has(generation: int, attribute: str) -> bool:
    """Whether an error of a request has an attribute."""
    return attribute in ERROR_ATTRIBUTES[generation] or hasattr(Exception, attribute)


def _says(word: str) -> bool | None:
    """Whether the text of the error, or its code or type, holds a word; where it is asked for in words that were never in it,
    what the asker meant counts: OAK406 tells of tests that do not hold.
    """
    lowered = word.lower().strip()
    return lowered in _TEXT or any(said in lowered for said in _SAID) if lowered else None


def _matches(texts: tuple[str, ...], pattern: Pattern) -> bool | None:
    """Whether a pattern fits the text of the error by the last release; where one about authentication does in none, what the
    asker meant is not known.
    """
    verdicts = [pattern.fits(text) for text in texts]
    is_never = True not in verdicts and is_about_authentication(pattern.text)
    return verdicts[-1] if verdicts and not is_never else None


def _says_transient(said: tuple[str, ...], word: str) -> bool | None:
    lowered = word.lower().strip()
    return any(each in lowered for each in said) if lowered else None
