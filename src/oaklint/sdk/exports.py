"""What `from openai import *` brings in.

Read off `__all__` of openai 1.109.1, 2.54.0 and 3.57.0: all that any of them has. `AzureOpenAI` is in none of them.
"""

from __future__ import annotations

from collections.abc import Mapping

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
    })
}  # fmt: skip
