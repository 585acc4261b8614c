"""The clients of the OpenAI SDK from 1.0 on: what their constructors read, and what sends a request."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from oaklint.sdk.releases import numbers

_CURRENT = frozenset({1, 2, 3})


class EnvironmentRead(NamedTuple):
    """An environment name that a constructor reads when it runs.

    unless:      arguments that keep it from being read (or used) when one of them is given and not None.
    since:       the first release that may read it: the next one behind those that are known not to.
    generations: the major versions in which that is so.
    """

    name: str
    unless: frozenset[str]
    since: str = "1.0.0"
    generations: frozenset[int] = _CURRENT


class Constructor(NamedTuple):
    """A class of clients. credentials: arguments each of which suffices to construct it without the environment."""

    name: str
    is_async: bool
    reads: tuple[EnvironmentRead, ...]
    credentials: frozenset[str]
    since: str = "1.0.0"

    def reads_environment(self, name: str, given: frozenset[str] = frozenset(), generation: int = 3) -> bool:
        """Whether this constructor takes something from the environment name, with those arguments given."""
        return any(read.name == name and generation in read.generations and not read.unless & given for read in self.reads)

    def first_reads(self, name: str) -> str:
        """The first release that may read an environment name."""
        return min((read.since for read in self.reads if read.name == name), key=numbers)

    def environment_names(self, generation: int = 3) -> frozenset[str]:
        return frozenset(read.name for read in self.reads if generation in read.generations)


def _read(name: str, *unless: str, since: str = "1.0.0", generations: frozenset[int] = _CURRENT) -> EnvironmentRead:
    return EnvironmentRead(name, frozenset(unless), since, generations)


_SHARED = (
    _read("OPENAI_ORG_ID", "organization", "provider"),
    _read("OPENAI_PROJECT_ID", "project", "provider", since="1.0.1"),
    _read("OPENAI_WEBHOOK_SECRET", "webhook_secret", since="1.55.4"),
    _read("OPENAI_ADMIN_KEY", "admin_api_key", "provider", since="2.34.0", generations=frozenset({2, 3})),
    _read("OPENAI_CUSTOM_HEADERS", "provider", since="2.34.0", generations=frozenset({2, 3})),
)
_OPENAI = (
    _read("OPENAI_API_KEY", "api_key", "workload_identity", "provider"),
    _read("OPENAI_BASE_URL", "base_url", "data_residency", "provider", since="1.3.0"),
    *_SHARED,
)
_AZURE_CREDENTIALS = ("api_key", "azure_ad_token", "azure_ad_token_provider")
_AZURE = (
    _read("AZURE_OPENAI_API_KEY", "api_key", generations=frozenset({1, 2})),
    _read("AZURE_OPENAI_AD_TOKEN", "azure_ad_token", generations=frozenset({1, 2})),
    # Since 3.4.0 one explicit credential keeps all others from being looked up.
    _read("AZURE_OPENAI_API_KEY", *_AZURE_CREDENTIALS, since="3.4.0", generations=frozenset({3})),
    _read("AZURE_OPENAI_AD_TOKEN", *_AZURE_CREDENTIALS, since="3.4.0", generations=frozenset({3})),
    _read("OPENAI_API_VERSION", "api_version"),
    _read("AZURE_OPENAI_ENDPOINT", "azure_endpoint", "base_url"),
    *_SHARED,
)
_BEDROCK_CREDENTIALS = (
    *("api_key", "bedrock_token_provider", "aws_profile", "aws_access_key_id", "aws_secret_access_key"),
    *("aws_session_token", "aws_credentials_provider"),
)
_BEDROCK = tuple(
    read._replace(since="2.0.1", generations=frozenset({2, 3}))
    for read in (
        _read("AWS_BEARER_TOKEN_BEDROCK", *_BEDROCK_CREDENTIALS),
        _read("AWS_REGION", "aws_region"),
        _read("AWS_DEFAULT_REGION", "aws_region"),
        _read("AWS_BEDROCK_BASE_URL", "base_url"),
        _read("OPENAI_WEBHOOK_SECRET", "webhook_secret"),
    )
)


def _pair(name: str, reads: tuple[EnvironmentRead, ...], credentials: tuple[str, ...], since: str = "1.0.0") -> list[Constructor]:
    return [
        Constructor(name, False, reads, frozenset(credentials), since),
        Constructor(f"Async{name}", True, reads, frozenset(credentials), since),
    ]


_CONSTRUCTORS = {
    constructor.name: constructor
    for constructor in (
        *_pair("OpenAI", _OPENAI, ("api_key", "admin_api_key", "workload_identity", "provider")),
        *_pair("AzureOpenAI", _AZURE, _AZURE_CREDENTIALS),
        *_pair("BedrockOpenAI", _BEDROCK, _BEDROCK_CREDENTIALS, "2.40.0"),
    )
}

# By qualified name, aliases included.
CONSTRUCTORS: dict[str, Constructor] = {
    **{f"openai.{name}": constructor for name, constructor in _CONSTRUCTORS.items()},
    "openai.Client": _CONSTRUCTORS["OpenAI"],
    "openai.AsyncClient": _CONSTRUCTORS["AsyncOpenAI"],
    **{f"openai._client.{name}": _CONSTRUCTORS[name] for name in ("OpenAI", "AsyncOpenAI")},
    **{f"openai.lib.azure.{name}": _CONSTRUCTORS[name] for name in ("AzureOpenAI", "AsyncAzureOpenAI")},
    **{f"openai.lib.bedrock.{name}": _CONSTRUCTORS[name] for name in ("BedrockOpenAI", "AsyncBedrockOpenAI")},
}

# What `openai.chat...` and its kin read, once, when the first of them is used: later changes of the environment come too late.
MODULE_CLIENT_READS: tuple[EnvironmentRead, ...] = (
    _read("OPENAI_API_TYPE"),
    *_OPENAI,
    *(read for read in _AZURE if read not in _SHARED),
)

# What `import openai` reads in 0.x.
READ_AT_IMPORT_0 = frozenset(
    {
        *("OPENAI_API_KEY", "OPENAI_API_KEY_PATH", "OPENAI_ORGANIZATION", "OPENAI_API_BASE", "OPENAI_API_TYPE"),
        *("OPENAI_API_VERSION", "OPENAI_LOG"),
    }
)

CREDENTIAL_ENVIRONMENT = frozenset(
    {"OPENAI_API_KEY", "OPENAI_ADMIN_KEY", "AZURE_OPENAI_API_KEY", "AZURE_OPENAI_AD_TOKEN", "AWS_BEARER_TOKEN_BEDROCK"}
)
# Attributes that a client can be given at any time, with the variables that they stand in for.
SETTINGS: dict[str, frozenset[str]] = {"api_key": CREDENTIAL_ENVIRONMENT, "base_url": frozenset({"OPENAI_BASE_URL"})}

# Arguments of some constructor that carry a secret.
CREDENTIAL_ARGUMENTS = frozenset(
    {"api_key", "admin_api_key", "azure_ad_token", "aws_secret_access_key", "aws_session_token", "webhook_secret"}
)

# Attributes of clients that hold such a secret as text, alone or in a header. `default_headers` does so in 1.x alone.
CREDENTIAL_ATTRIBUTES = frozenset({"api_key", "admin_api_key", "auth_headers", "__dict__"})
# Attributes, of clients and of requests, that hold headers by their names.
HEADERS = frozenset({".auth_headers", ".default_headers", ".headers"})

# Arguments that users give and constructors do not take, with what to do instead; each raises TypeError, since 1.0.
_HTTP_CLIENT = "give it `http_client=openai.DefaultHttpxClient({}=...)`"
_NO_ARGUMENTS: dict[str, str] = {
    "apiKey": "use `api_key`",
    "api_type": "the class of the client says it: `OpenAI` or `AzureOpenAI`",
    "headers": "use `default_headers`",
    "key": "use `api_key`",
    "openai_api_key": "use `api_key`",
    "org_id": "use `organization`",
    "organization_id": "use `organization`",
    "proxies": _HTTP_CLIENT.format("proxy"),
    "proxy": _HTTP_CLIENT.format("proxy"),
    "request_id": "give it to the request, in `extra_headers`",
    "request_timeout": "use `timeout`",
    "verify": _HTTP_CLIENT.format("verify"),
}
_NO_ARGUMENTS_OF_OPENAI = {
    "api_base": "use `base_url`",
    "deployment_id": "give it to the request, as `model`",
    "engine": "give it to the request, as `model`",
    **dict.fromkeys(
        ("api_version", "azure_ad_token", "azure_ad_token_provider", "azure_deployment", "azure_endpoint"), "use `AzureOpenAI`"
    ),
}
_NO_ARGUMENTS_OF_AZURE = {
    "api_base": "use `azure_endpoint`",
    "deployment_id": "use `azure_deployment`",
    "deployment_name": "use `azure_deployment`",
    "engine": "use `azure_deployment`",
}


def no_arguments(constructor: Constructor) -> dict[str, str]:
    """The arguments that users give to a constructor, and that it does not take, with what to do instead."""
    return _NO_ARGUMENTS | (_NO_ARGUMENTS_OF_AZURE if "Azure" in constructor.name else _NO_ARGUMENTS_OF_OPENAI)


def no_arguments_of_copies() -> dict[str, str]:
    """The same for `with_options()` and `copy()`, whatever client it is that they copy."""
    return _NO_ARGUMENTS | {name: _NO_ARGUMENTS_OF_OPENAI[name] for name in ("api_base", "deployment_id", "engine")}


def refuses_second_credential(constructor: Constructor, generation: int, release: tuple[int, ...] | None) -> bool:
    """Whether a constructor raises where it is given two of its credentials, None apart; before, one of them won in silence.

    release: the only one that the project admits, if there is one.
    """
    since = numbers("3.4.0")
    return "Azure" in constructor.name and generation >= since[0] and (release or since) >= since


# Of several credentials for Azure the first of these was sent, and no other (measured on 1.109.1 and 2.54.0). Without a fixed
# token 2.54.0 sent the key beside what the provider gave.
CREDENTIALS_BY_RANK = ("azure_ad_token", "azure_ad_token_provider", "api_key")
SENT_TOGETHER = frozenset({"azure_ad_token_provider", "api_key"})

# Since 3.0 requests go through httpx2 instead of httpx: a client of httpx is still taken, its URLs are not.
NO_HTTPX_URL_SINCE = 3
# The SDK's own classes of HTTP clients, which since then know no `proxies` any more; before, it is up to the installed httpx.
HTTP_CLIENTS = frozenset(
    f"openai.{name}"
    for name in ("DefaultHttpxClient", "DefaultAsyncHttpxClient", "DefaultHttpx2Client", "DefaultAsyncHttpx2Client")
)
NO_PROXIES_SINCE = 3

# First attributes after a client that lead to requests, in any release.
REQUEST_ROOTS = frozenset(
    {
        *("admin", "audio", "batches", "beta", "chat", "completions", "containers", "content_provenance_checks", "conversations"),
        *("decisions", "edits", "embeddings", "evals", "files", "fine_tunes", "fine_tuning", "images", "live", "models"),
        *("moderations", "realtime", "responses", "safety", "skills", "uploads", "vector_stores", "videos", "webhooks"),
    }
)

# Methods of the client itself that send a request.
RAW_REQUESTS = frozenset({"delete", "get", "get_api_list", "patch", "post", "put", "request"})

# They make a client of another one, with other options.
COPIES = frozenset({"with_options", "copy"})

# They lead from a client to a client, or from a resource to the same resource.
PASSAGES = COPIES | {"with_raw_response", "with_streaming_response"}

METHODS_WITHOUT_REQUEST = PASSAGES | {"close", "for_result", "is_closed", "platform_headers", "unwrap", "verify_signature"}

REQUEST_METHODS = frozenset(
    {
        *("accept", "activate", "archive", "cancel", "compact", "complete", "connect", "content", "count", "create"),
        *("create_and_poll", "create_and_run", "create_and_run_poll", "create_and_run_stream", "create_and_stream"),
        *("create_character", "create_variation", "deactivate", "delete", "download_content", "download_recording", "edit"),
        *("extend", "fork", "generate", "get_character", "hangup", "list", "list_events", "list_files", "list_items"),
        *("list_rate_limits", "parse", "pause", "poll", "prepare", "prepare_directory", "refer", "reject", "remix", "resume"),
        *("retrieve", "retrieve_content", "rotate_secret", "run", "search", "stream", "submit_tool_outputs"),
        *("submit_tool_outputs_and_poll", "submit_tool_outputs_stream", "test", "update", "update_rate_limit", "upload"),
        *("upload_and_poll", "upload_file_chunked", "validate", "wait_for_processing"),
    }
)

# They only prepare the request; `with` sends it. Measured on a transport that counts.
_SENT_ON_ENTER = frozenset({"connect", "create_and_run_stream", "create_and_stream", "stream", "submit_tool_outputs_stream"})


def is_request_path(path: Sequence[str]) -> bool:
    """Whether calling the attribute path after a client asks the server: `["chat", "completions", "create"]` does.

    What a `with` must enter first (`.stream()`, `with_streaming_response`) counts; see `is_sent_on_enter`.
    """
    names = [name for name in path if name not in PASSAGES]
    if len(names) == 1:
        return names[0] in RAW_REQUESTS
    if not names or names[0] not in REQUEST_ROOTS:
        return False
    if names[0] == "admin" and "usage" in names[:-1]:  # its methods are called like resources: usage.embeddings()
        return True
    return names[-1] in REQUEST_METHODS


def is_sent_on_enter(path: Sequence[str]) -> bool:
    """Whether the call only prepares a request that is sent when a `with` statement enters its result."""
    if not is_request_path(path):
        return False
    if "with_streaming_response" in path:
        return True
    return path[-1] in _SENT_ON_ENTER and path[-2] != "events"  # an agent's events are asked for at once


def url_host(url: str) -> str | None:
    """The host of an absolute URL in lower case, without user and port; None where there is none."""
    found = re.match(r"\s*[A-Za-z][A-Za-z0-9+.-]*://(?:[^/?#@]*@)?(\[[0-9A-Fa-f:.]*\]|[^/?#:\s]+)", url)
    return found.group(1).strip("[]").rstrip(".").lower() if found else None


def is_openai_host(host: str) -> bool:
    """True for the hosts of OpenAI's own API: `api.openai.com` and its regions, such as `eu.api.openai.com`."""
    return host == "api.openai.com" or host.endswith(".api.openai.com")


def is_azure_host(host: str) -> bool:
    """True for the hosts at which Azure serves OpenAI's models."""
    suffixes = (
        ".openai.azure.com",
        ".openai.azure.us",
        ".openai.azure.cn",
        ".cognitiveservices.azure.com",
        ".services.ai.azure.com",
    )
    return host.endswith(suffixes)


def serves_openai(host: str) -> bool:
    """True for the hosts at which OpenAI's models answer with OpenAI's errors: OpenAI's own, and Azure's."""
    return is_openai_host(host) or is_azure_host(host)


# Services that hand requests on to OpenAI, and want OpenAI's key with them, by their own documentation.
GATEWAYS = frozenset({"api.portkey.ai", "gateway.ai.cloudflare.com", "oai.hconeai.com", "oai.helicone.ai"})


def is_local_host(host: str) -> bool:
    """True for this machine and for names and addresses that only a private network knows."""
    if host in {"localhost", "0.0.0.0", "::1", "::"} or host.endswith((".localhost", ".local", ".internal", ".lan")):
        return True
    if re.fullmatch(r"(?:127|10)(?:\.\d{1,3}){3}|192\.168(?:\.\d{1,3}){2}|172\.(?:1[6-9]|2\d|3[01])(?:\.\d{1,3}){2}", host):
        return True
    return "." not in host and ":" not in host  # a name of a container or of a machine next door
