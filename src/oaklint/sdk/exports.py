"""What `from openai import *` brings in, and that of the libraries that programs take their retries and their environment from.

Read off openai 1.109.1, 2.54.0 and 3.57.0, tenacity 8.2.3 and 9.2.1, backoff 1.11.1 and 2.2.1, stamina 23.1.0 and 26.1.0,
retrying 1.4.2, retry2 0.9.5, opnieuw 4.0.0, python-dotenv 0.21.1 and 1.2.4: all that any of them has. `AzureOpenAI` is in none.
Only retrying has no `__all__`, and brings in what it has imported itself. Besides, read off 0.28.1, there is what a star import
of openai brought in before 1.0, and one of `openai.error`.
"""

from __future__ import annotations

from collections.abc import Mapping

# The classes that `from openai import *` brought in before 1.0, and does not since: a name that is none raises NameError.
LEGACY_EXPORTS: frozenset[str] = frozenset({
    "Audio", "ChatCompletion", "Completion", "Customer", "Deployment", "Edit", "Embedding", "Engine", "ErrorObject", "File",
    "FineTune", "FineTuningJob", "Image", "InvalidRequestError", "Model", "Moderation",
})  # fmt: skip

# By package.
STAR_EXPORTS: Mapping[str, frozenset[str]] = {
    "openai": frozenset({
        "APIConnectionError", "APIError", "APIResponseValidationError", "APIStatusError", "APITimeoutError",
        "AsyncBedrockOpenAI", "AsyncClient", "AsyncComputerDriver", "AsyncComputerToolset", "AsyncOpenAI", "AsyncStream",
        "AuthenticationError", "BadRequestError", "BaseModel", "BedrockOpenAI", "Client", "ComputerDriver",
        "ComputerToolset", "ConflictError", "ContentFilterFinishReasonError", "DEFAULT_CONNECTION_LIMITS",
        "DEFAULT_MAX_RETRIES", "DEFAULT_TIMEOUT", "DataResidency", "DefaultAioHttpClient", "DefaultAsyncHttpx2Client",
        "DefaultAsyncHttpxClient", "DefaultHttpx2Client", "DefaultHttpxClient", "InternalServerError",
        "InvalidWebhookSignatureError", "LengthFinishReasonError", "NOT_GIVEN", "NoneType", "NotFoundError", "NotGiven",
        "OAuthError", "Omit", "OpenAI", "OpenAIError", "PermissionDeniedError", "ProxiesTypes", "RateLimitError",
        "ReconnectingEvent", "ReconnectingOverrides", "RequestOptions", "Stream", "Timeout", "Transport",
        "UnprocessableEntityError", "WebSocketConnectionClosedError", "WebSocketQueueFullError", "file_from_path",
        "not_given", "omit", "types",
    }) | LEGACY_EXPORTS,
    "backoff": frozenset({
        "constant", "expo", "fibo", "full_jitter", "on_exception", "on_predicate", "random_jitter", "runtime",
    }),
    "dotenv": frozenset({
        "dotenv_values", "find_dotenv", "get_cli_string", "get_key", "load_dotenv", "load_ipython_extension", "set_key",
        "unset_key",
    }),
    "openai.error": frozenset({
        "APIConnectionError", "APIError", "AuthenticationError", "InvalidAPIType", "InvalidRequestError", "OpenAIError",
        "PermissionError", "RateLimitError", "ServiceUnavailableError", "SignatureVerificationError", "Timeout", "TryAgain",
        "openai",
    }),
    "opnieuw": frozenset({
        "RetryException", "retry", "retry_async",
    }),
    "retry": frozenset({
        "retry", "retry_call",
    }),
    "retrying": frozenset({
        "Attempt", "MAX_WAIT", "RetryError", "Retrying", "logging", "random", "retry", "sys", "time", "traceback", "wraps",
    }),
    "stamina": frozenset({
        "AsyncRetryingCaller", "Attempt", "BoundAsyncRetryingCaller", "BoundRetryingCaller", "RETRY_COUNTER",
        "RetryingCaller", "instrumentation", "is_active", "is_testing", "retry", "retry_context", "set_active", "set_testing",
    }),
    "tenacity": frozenset({
        "AsyncRetrying", "AttemptManager", "BaseAction", "BaseRetrying", "DoAttempt", "DoSleep", "Future", "NO_RESULT",
        "RetryAction", "RetryCallState", "RetryError", "Retrying", "TryAgain", "WrappedFn", "after_log", "after_nothing",
        "before_log", "before_nothing", "before_sleep_log", "before_sleep_nothing", "retry", "retry_all", "retry_always",
        "retry_any", "retry_base", "retry_if_exception", "retry_if_exception_cause_type", "retry_if_exception_message",
        "retry_if_exception_type", "retry_if_not_exception_message", "retry_if_not_exception_type", "retry_if_not_result",
        "retry_if_result", "retry_never", "retry_unless_exception_type", "sleep", "sleep_using_event", "stop_after_attempt",
        "stop_after_delay", "stop_all", "stop_any", "stop_before_delay", "stop_never", "stop_when_event_set", "wait_chain",
        "wait_combine", "wait_exception", "wait_exponential", "wait_exponential_jitter", "wait_fixed", "wait_full_jitter",
        "wait_incrementing", "wait_none", "wait_random", "wait_random_exponential",
    }),
}  # fmt: skip
