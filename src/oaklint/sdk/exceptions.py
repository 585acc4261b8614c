"""The exceptions of the OpenAI SDK in each generation, and which of them catch an AuthenticationError.

A generation is a major version: 0, 1, 2 or 3. Its names are those of all its releases together.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

# What the plain OpenAIError says with which a client without a key refuses to be built, up to 2.33 and since 2.34.
# It has no class of its own.
MISSING_KEY_TEXTS = (
    "The api_key client option must be set either by passing api_key to the client or by setting the OPENAI_API_KEY"
    " environment variable",
    "Missing credentials. Please pass an `api_key`, `workload_identity`, `admin_api_key`, or set the `OPENAI_API_KEY` or"
    " `OPENAI_ADMIN_KEY` environment variable.",
)
# What a TypeError says, since 2.34, with which a client without a key that was built all the same refuses to make a request.
MISSING_KEY_AT_REQUEST = "Could not resolve authentication method. Expected either api_key or admin_api_key to be set."
GENERATIONS = (0, 1, 2, 3)
NEWEST = 3

_FLAT = (
    *("APIConnectionError", "APIError", "AuthenticationError", "InvalidAPIType", "InvalidRequestError", "PermissionError"),
    *("RateLimitError", "ServiceUnavailableError", "SignatureVerificationError", "Timeout", "TryAgain"),
)
# 0.x: all siblings. Each class to its parent.
_TREE_0: dict[str, str] = {"OpenAIError": "Exception"} | dict.fromkeys(_FLAT, "OpenAIError")

_TREE_1: dict[str, str] = {
    "OpenAIError": "Exception",
    "APIError": "OpenAIError",
    "APIConnectionError": "APIError",
    "APITimeoutError": "APIConnectionError",
    "APIResponseValidationError": "APIError",
    "APIStatusError": "APIError",
    "AuthenticationError": "APIStatusError",
    "BadRequestError": "APIStatusError",
    "ConflictError": "APIStatusError",
    "InternalServerError": "APIStatusError",
    "NotFoundError": "APIStatusError",
    "PermissionDeniedError": "APIStatusError",
    "RateLimitError": "APIStatusError",
    "UnprocessableEntityError": "APIStatusError",
    "LengthFinishReasonError": "OpenAIError",
    "ContentFilterFinishReasonError": "OpenAIError",
    "InvalidWebhookSignatureError": "ValueError",
    "_AmbiguousModuleClientUsageError": "OpenAIError",
    "lib._old_api.APIRemovedInV1": "OpenAIError",
    "lib.azure.MutuallyExclusiveAuthError": "OpenAIError",
}

_TREE_2: dict[str, str] = _TREE_1 | {
    "OAuthError": "AuthenticationError",
    "WebSocketConnectionClosedError": "OpenAIError",
    "WebSocketQueueFullError": "OpenAIError",
    "_exceptions.SubjectTokenProviderError": "OpenAIError",
}

_PARENTS: Mapping[int, Mapping[str, str]] = {0: _TREE_0, 1: _TREE_1, 2: _TREE_2, 3: _TREE_2}

# What 0.28.1 exports at the top; all its other exceptions stand in `openai.error` only.
TOP_LEVEL_0 = frozenset({"APIError", "InvalidRequestError", "OpenAIError"})

# Names in `openai` that look like exceptions. `except openai.Timeout` raises TypeError when something is raised.
NOT_EXCEPTIONS = frozenset({"openai.Timeout"})

AUTHENTICATION_STATUS = 401

# What says that a key is not good, or not good for this, whatever the generation.
REFUSALS = frozenset({"AuthenticationError", "PermissionDeniedError", "PermissionError"})

# What the SDK retries by itself from 1.0 on, as often as `max_retries` says: the class, its status, words that its text is
# recognised by.
DEFAULT_MAX_RETRIES = 2
TRANSIENT_ERRORS: tuple[tuple[str, int | None, tuple[str, ...]], ...] = (
    ("openai.RateLimitError", 429, ("429", "rate", "too many")),
    ("openai.InternalServerError", 500, ("500", "5xx", "server")),
    ("openai.APIConnectionError", None, ("connect", "network")),
    ("openai.APITimeoutError", None, ("time", "connect")),
)

# `str()` of the AuthenticationError for a wrong key, by the first release that says it so. The service's own words are in it.
_REFUSED = "Incorrect API key provided: ..."
AUTHENTICATION_TEXTS: Mapping[str, str] = {
    "0.28.1": _REFUSED,
    "1.0.0": (
        f"Error code: 401 - {{'error': {{'message': '{_REFUSED}', 'type': 'invalid_request_error', 'param': None,"
        " 'code': 'invalid_api_key'}}"
    ),
    "3.38.0": f"Error code: 401 - {_REFUSED}",
}
# Where `repr()` of it, or a traceback, holds more than its text: the name of the class, and in 0.x the status.
AUTHENTICATION_NAMES: Mapping[str, str] = {
    "0.28.1": "AuthenticationError(http_status=401)",
    "1.0.0": "AuthenticationError",
    "3.38.0": "AuthenticationError",
}
# What other errors say: examples in which is found what all errors are searched for.
_OTHERS = (
    (429, "Rate limit reached for the model on tokens per min.", "tokens", "rate_limit_exceeded"),
    (429, "You exceeded your current quota, please check your plan.", "insufficient_quota", "insufficient_quota"),
    (404, "The model does not exist or you do not have access to it.", "invalid_request_error", "model_not_found"),
    (400, "Invalid value provided for key: it is too long.", "invalid_request_error", "context_length_exceeded"),
    (500, "The server had an error while processing your request.", "server_error", "internal_error"),
)
OTHER_TEXTS = (
    *("Connection error.", "Request timed out.", "'NoneType' object has no attribute 'key'"),
    *(f"Error code: {status} - {message}" for status, message, _, _ in _OTHERS),
    *(
        f"Error code: {status} - {{'error': {{'message': '{message}', 'type': '{kind}', 'param': None, 'code': '{code}'}}}}"
        for status, message, kind, code in _OTHERS
    ),
)


class ErrorAttributes(NamedTuple):
    """What the attributes of an API error are called in a generation; None where there is none."""

    status: str
    body: str
    message: str
    request_id: str | None
    response: str | None


_ATTRIBUTES_1 = ErrorAttributes("status_code", "body", "message", "request_id", "response")
ERROR_ATTRIBUTE_NAMES: Mapping[int, ErrorAttributes] = {
    0: ErrorAttributes("http_status", "json_body", "user_message", "request_id", None),
    1: _ATTRIBUTES_1,
    2: _ATTRIBUTES_1,
    3: _ATTRIBUTES_1,
}


# All that an error of a request has, beside what every exception has: measured on 0.28.1, 1.109.1, 2.54.0 and 3.57.0.
_HAS_1 = frozenset({"status_code", "message", "body", "code", "type", "param", "request_id", "request", "response"})
_HAS_0 = frozenset(
    {
        *("http_status", "http_body", "json_body", "headers", "user_message", "error", "code", "organization", "request_id"),
        *("_message", "construct_error_object"),
    }
)
ERROR_ATTRIBUTES: Mapping[int, frozenset[str]] = {0: _HAS_0, 1: _HAS_1, 2: _HAS_1, 3: _HAS_1}

# Those that only an error has which came as a response; what every API error has: measured likewise.
OF_RESPONSES = frozenset({"status_code", "response", "request_id"})
OF_API_ERRORS = frozenset({"message", "body", "code", "type", "param", "request"})

# What single classes have beside, of the names that errors had before 1.0.
OWN_ATTRIBUTES: Mapping[str, frozenset[str]] = {"openai.OAuthError": frozenset({"error"})}


_ABOUT_AUTHENTICATION = (
    r"(?<![0-9])401(?![0-9])|api[\s_-]*key|(?:invalid|incorrect|wrong|bad)[\s_-]+key"
    r"|unauthori[sz]ed|authenticat|authori[sz]ation|^auth$|credential"
)


def is_about_authentication(text: str) -> bool:
    """Whether text that is looked for in an error's text is meant to recognise an AuthenticationError."""
    import re

    return re.search(_ABOUT_AUTHENTICATION, text.casefold().strip()) is not None


# What no other error of the SDK is described by.
_MEANS_AUTHENTICATION = (
    r"(?:error code:?|status(?: code)?:?|http)?\s*401|(?:401)?[\s:-]*unauthori[sz]ed|authentication[\s_-]*(?:error|failed)"
    r"|(?:invalid|incorrect|wrong|bad)[\s_-]*(?:openai[\s_-]*)?api[\s_-]*key(?: provided)?"
)


def means_authentication(text: str) -> bool:
    """Whether text that is looked for in an error's text stands for AuthenticationError as a whole."""
    import re

    return re.fullmatch(_MEANS_AUTHENTICATION, text.casefold().strip(" .:-'\"")) is not None


def surely_means_authentication(text: str) -> bool:
    """Whether text can be meant for nothing but an AuthenticationError, be it in its text or not: no name of an environment
    variable, as an error of the program's own may hold.
    """
    import re

    if re.fullmatch(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+", text):
        return False
    return means_authentication(text) or re.search(r"unauthori[sz]ed|authentication", text.casefold()) is not None


def exception_name(qualified: str, generation: int) -> str | None:
    """The canonical qualified name of an exception of the SDK, whichever way it was reached; None for anything else.

    `openai._exceptions.APIError` is `openai.APIError` from 1.0 on; before, `openai.OpenAIError` was `openai.error.OpenAIError`.
    """
    package, _, name = qualified.partition(".")
    if package != "openai":
        return None
    parents = _PARENTS[generation]
    if generation == 0:
        home, _, last = name.rpartition(".")
        known = last in parents and (home == "error" or (not home and last in TOP_LEVEL_0))
        return f"openai.error.{last}" if known else None
    for candidate in (name, name.removeprefix("_exceptions."), f"lib.{name}"):
        if candidate in parents:
            return f"openai.{candidate}"
    return None


def exception_names(generation: int) -> frozenset[str]:
    """The canonical qualified names of all exceptions of the SDK."""
    prefix = "openai.error." if generation == 0 else "openai."
    return frozenset(prefix + name for name in _PARENTS[generation])


def exception_ancestors(qualified: str, generation: int) -> tuple[str, ...]:
    """The classes that catch an exception of the SDK: itself, then its bases up to BaseException; builtins by their bare name.

    Raises KeyError where the generation has no such exception.
    """
    name = exception_name(qualified, generation)
    if name is None:
        raise KeyError(qualified)
    parents = _PARENTS[generation]
    prefix = "openai.error." if generation == 0 else "openai."
    chain = [name]
    parent = parents[name.removeprefix(prefix)]
    while parent in parents:
        chain.append(prefix + parent)
        parent = parents[parent]
    if parent != "Exception":
        chain.append(parent)
    return (*chain, "Exception", "BaseException")


def authentication_error(generation: int) -> str:
    """The qualified name of AuthenticationError."""
    return "openai.error.AuthenticationError" if generation == 0 else "openai.AuthenticationError"


def authentication_texts(generation: int) -> dict[str, str]:
    """What an AuthenticationError for a wrong key says, by the first release that says it so: that of 0.x, or those since 1.0."""
    return {release: text for release, text in AUTHENTICATION_TEXTS.items() if release.startswith("0.") is (generation == 0)}


def catches_authentication_error(qualified: str, generation: int) -> bool | None:
    """Whether `except <qualified>` catches an AuthenticationError. None: the class is neither the SDK's nor a builtin."""
    ancestors = exception_ancestors(authentication_error(generation), generation)
    name = exception_name(qualified, generation)
    if name is not None:
        return name in ancestors
    bare = qualified.removeprefix("builtins.")
    if "." in bare:
        return None
    import builtins

    known = getattr(builtins, bare, None)
    if isinstance(known, type) and issubclass(known, BaseException):
        return bare in ancestors
    return None
