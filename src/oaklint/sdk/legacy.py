"""What openai 0.x offered, and what became of it on the client of 1.0 and later.

Read off openai 0.28.1 by introspection; each successor was looked up on the clients of 1.0.0, 1.55, 1.109, 2.54 and 3.54.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal, NamedTuple

from oaklint.sdk.exports import STAR_EXPORTS
from oaklint.sdk.spelling import is_slip

# rename: the same thing under another name.  reshape: arguments or result have another form.  semantic: close, but not the same.
Change = Literal["rename", "reshape", "semantic", "removed"]


class LegacyCall(NamedTuple):
    """A method of a 0.x class.

    successor: its path on a client, such as `chat.completions.create`; None where nothing took its place.
    note:      what else changes, or what to do instead; may be empty.
    is_async:  the successor is a method of `AsyncOpenAI`, and is awaited.
    """

    cls: str
    method: str
    successor: str | None
    change: Change
    note: str
    is_async: bool

    @property
    def name(self) -> str:
        return f"openai.{self.cls}.{self.method}"


class Successor(NamedTuple):
    """What takes the place of a name, and what to know about it. `name` is None where nothing does."""

    name: str | None
    note: str = ""


class ModuleSetting(NamedTuple):
    """An attribute of the module `openai` that 0.x read.

    kept:      the module client of 1.0 and later still reads it (`openai.OpenAI()` never did). Otherwise an assignment is
               accepted and ignored in silence.
    client:    the constructor argument that does the same, or None.
    note:      what to do instead, or what to know.
    """

    name: str
    kept: bool
    client: str | None
    note: str


class _Class(NamedTuple):
    helpers: frozenset[str]
    methods: Mapping[str, tuple[Change, str | None, str]]


# Inherited methods without a successor; those in `_AWAITED` exist with an `a` before their name as well.
_RESOURCE = frozenset({"class_url", "instance_url", "refresh", "retrieve"})
_LISTED = _RESOURCE | {"auto_paging_iter"}
_ENGINE = _RESOURCE | {"wait"}
_AWAITED = {"refresh": "arefresh", "retrieve": "aretrieve", "wait": "await_"}
_HELPER = "an inherited helper of 0.x without a counterpart"

_ARGUMENTS = "`engine`, `deployment_id`, `request_timeout` and `headers` become `model`, `timeout` and `extra_headers`"
_KEYWORDS = "arguments are keyword-only: `model=`, `file=`"
_RAW_FILE = "the file is given as `file=(filename, data)`"
_EDITS = "the edits endpoint is retired; use `chat.completions.create` or `responses.create`"
_FINE_TUNES = "the fine-tunes endpoint is retired, and the arguments differ"
_JOBS = "mind the `.jobs`"
_POLL = "poll `fine_tuning.jobs.list_events` instead"
_AZURE = "deployments are managed with azure-mgmt-cognitiveservices"
_ENGINES = "the engines endpoint is retired; give the engine's name as `model`"

# A method stands here once; where 0.28.1 had an asynchronous twin (`acreate`), `_NO_TWIN` does not name it.
_CLASSES: dict[str, _Class] = {
    "Audio": _Class(
        _RESOURCE,
        {
            "transcribe": ("rename", "audio.transcriptions.create", _KEYWORDS),
            "transcribe_raw": ("reshape", "audio.transcriptions.create", _RAW_FILE),
            "translate": ("rename", "audio.translations.create", _KEYWORDS),
            "translate_raw": ("reshape", "audio.translations.create", _RAW_FILE),
        },
    ),
    "ChatCompletion": _Class(_ENGINE, {"create": ("rename", "chat.completions.create", _ARGUMENTS)}),
    "Completion": _Class(_ENGINE, {"create": ("rename", "completions.create", _ARGUMENTS)}),
    "Customer": _Class(
        frozenset(),
        {
            "create": ("removed", None, "no endpoint for customers is left"),
            "get_url": ("removed", None, "internal to 0.x"),
        },
    ),
    "Deployment": _Class(
        _LISTED - {"retrieve"},
        {
            "create": ("removed", None, _AZURE),
            "delete": ("removed", None, _AZURE),
            "list": ("removed", None, _AZURE),
            "retrieve": ("removed", None, _AZURE),
        },
    ),
    "Edit": _Class(_ENGINE, {"create": ("removed", None, _EDITS)}),
    "Embedding": _Class(_ENGINE, {"create": ("rename", "embeddings.create", _ARGUMENTS)}),
    "Engine": _Class(
        _LISTED - {"retrieve"},
        {
            "embeddings": ("semantic", "embeddings.create", _ENGINES),
            "generate": ("semantic", "completions.create", _ENGINES),
            "list": ("semantic", "models.list", _ENGINES),
            "modify": ("removed", None, _ENGINES),
            "retrieve": ("semantic", "models.retrieve", _ENGINES),
        },
    ),
    "ErrorObject": _Class(frozenset(), {"refresh_from": ("removed", None, _HELPER)}),
    "File": _Class(
        _LISTED - {"retrieve"},
        {
            "create": ("rename", "files.create", "`model` and `user_provided_filename` are gone; give `file=(name, stream)`"),
            "delete": ("rename", "files.delete", "the argument is called `file_id`"),
            "download": ("reshape", "files.content", "it returns a response: `.read()` or `.content` are the bytes"),
            "find_matching_files": ("removed", None, "filter `files.list()`"),
            "list": ("rename", "files.list", "it returns a page: iterate over it, or read `.data`"),
            "retrieve": ("rename", "files.retrieve", "the argument is called `file_id`"),
            "wait_for_processing": ("rename", "files.wait_for_processing", ""),
        },
    ),
    "FineTune": _Class(
        _LISTED - {"retrieve"},
        {
            "cancel": ("semantic", "fine_tuning.jobs.cancel", _FINE_TUNES),
            "create": ("semantic", "fine_tuning.jobs.create", _FINE_TUNES),
            "delete": ("semantic", "models.delete", "it deletes the model that came out of the job"),
            "events_request": ("removed", None, _POLL),
            "events_url": ("removed", None, _POLL),
            "list": ("semantic", "fine_tuning.jobs.list", _FINE_TUNES),
            "list_events": ("semantic", "fine_tuning.jobs.list_events", _FINE_TUNES),
            "retrieve": ("semantic", "fine_tuning.jobs.retrieve", _FINE_TUNES),
            "stream_events": ("removed", None, _POLL),
        },
    ),
    "FineTuningJob": _Class(
        _LISTED - {"retrieve"},
        {
            "cancel": ("rename", "fine_tuning.jobs.cancel", _JOBS),
            "create": ("rename", "fine_tuning.jobs.create", _JOBS),
            "delete": ("semantic", "models.delete", "a job was never deleted; this deletes the model that came out of it"),
            "events_request": ("removed", None, _POLL),
            "events_url": ("removed", None, _POLL),
            "list": ("rename", "fine_tuning.jobs.list", _JOBS),
            "list_events": ("rename", "fine_tuning.jobs.list_events", _JOBS),
            "retrieve": ("rename", "fine_tuning.jobs.retrieve", _JOBS),
        },
    ),
    "Image": _Class(
        _RESOURCE,
        {
            "create": ("rename", "images.generate", ""),
            "create_edit": ("rename", "images.edit", "not `images.generate`"),
            "create_variation": ("rename", "images.create_variation", ""),
        },
    ),
    "Model": _Class(
        _LISTED - {"retrieve"},
        {
            "delete": ("rename", "models.delete", ""),
            "list": ("rename", "models.list", "it returns a page: iterate over it, or read `.data`"),
            "retrieve": ("rename", "models.retrieve", ""),
        },
    ),
    "Moderation": _Class(
        frozenset(),
        {
            "create": ("rename", "moderations.create", "arguments are keyword-only: `input=`"),
            "get_url": ("removed", None, "internal to 0.x"),
        },
    ),
}

_NO_TWIN = frozenset(
    {
        *("Customer.get_url", "Moderation.get_url", "ErrorObject.refresh_from", "Engine.embeddings", "File.wait_for_processing"),
        *(f"{cls}.{name}" for cls in ("FineTune", "FineTuningJob") for name in ("events_request", "events_url", "list_events")),
    }
)

# `openai.<name>` for these is an object that raises APIRemovedInV1 when it is used, since 1.2.0; before, AttributeError.
LEGACY_CLASSES: frozenset[str] = frozenset(_CLASSES)


def legacy_method(cls: str, method: str) -> LegacyCall | None:
    """What became of `openai.<cls>.<method>`; None where 0.28.1 had no such method."""
    known = _CLASSES.get(cls)
    if known is None:
        return None
    if method in known.methods:
        return _call(cls, method, known.methods[method], is_async=False)
    if method in known.helpers:
        return LegacyCall(cls, method, None, "removed", _HELPER, False)
    if any(method == _AWAITED.get(helper) for helper in known.helpers):
        return LegacyCall(cls, method, None, "removed", _HELPER, True)
    twin = method[1:]
    if method.startswith("a") and twin in known.methods and f"{cls}.{twin}" not in _NO_TWIN:
        return _call(cls, method, known.methods[twin], is_async=True)
    return None


def legacy_methods(cls: str) -> tuple[LegacyCall, ...]:
    """All methods of a 0.x class, asynchronous and inherited ones included, in the order of their names.

    Raises KeyError for a class that 0.28.1 did not have.
    """
    known = _CLASSES[cls]
    names = {*known.methods, *known.helpers}
    names |= {_AWAITED[helper] for helper in known.helpers & _AWAITED.keys()} | {f"a{method}" for method in known.methods}
    return tuple(call for name in sorted(names) if (call := legacy_method(cls, name)) is not None)


def _call(cls: str, method: str, entry: tuple[Change, str | None, str], *, is_async: bool) -> LegacyCall:
    change, successor, note = entry
    return LegacyCall(cls, method, successor, change, note, is_async)


_HTTP_CLIENT = "give the client `http_client=openai.DefaultHttpxClient({})` (`DefaultHttpx2Client` since 3.0)"
_LOGGING = "set OPENAI_LOG, or configure `logging.getLogger('openai')`"

MODULE_SETTINGS: dict[str, ModuleSetting] = {
    setting.name: setting
    for setting in (
        ModuleSetting("api_key", True, "api_key", "read by the module client only"),
        ModuleSetting(
            "organization", True, "organization", "its environment name is OPENAI_ORG_ID, no longer OPENAI_ORGANIZATION"
        ),
        ModuleSetting("api_type", True, None, "only 'openai', 'azure' and 'amazon-bedrock' act; 'azure_ad' means plain OpenAI"),
        ModuleSetting("api_version", True, None, "for Azure only: `AzureOpenAI(api_version=...)`"),
        ModuleSetting("api_base", False, "base_url", "renamed to `openai.base_url`, which must end with `/`"),
        ModuleSetting("api_key_path", False, None, "read the file yourself, with `.strip()`"),
        ModuleSetting("proxy", False, "http_client", _HTTP_CLIENT.format("proxy=...")),
        ModuleSetting("verify_ssl_certs", False, "http_client", _HTTP_CLIENT.format("verify=...")),
        ModuleSetting("ca_bundle_path", False, "http_client", _HTTP_CLIENT.format("verify=...") + ", or set SSL_CERT_FILE"),
        ModuleSetting("requestssession", False, "http_client", _HTTP_CLIENT.format("...")),
        ModuleSetting("aiosession", False, "http_client", "reading it raises AttributeError; use `AsyncOpenAI(http_client=...)`"),
        ModuleSetting("debug", False, None, _LOGGING),
        ModuleSetting("log", False, None, _LOGGING),
        ModuleSetting("app_info", False, None, "nothing reads it"),
        ModuleSetting("enable_telemetry", False, None, "there is nothing left to switch off"),
    )
}

# What the module client of 1.0 and later reads, beside what it kept of 0.x. Any other attribute is ignored in silence.
CURRENT_MODULE_SETTINGS: frozenset[str] = frozenset(
    {
        *(name for name, setting in MODULE_SETTINGS.items() if setting.kept),
        *("project", "webhook_secret", "admin_api_key", "base_url", "timeout", "max_retries", "default_headers", "default_query"),
        *("http_client", "azure_endpoint", "azure_ad_token", "azure_ad_token_provider", "bedrock_token_provider"),
    }
)

# What people write in place of a setting, beside slips of the pen: no release reads any of it.
_MISTAKEN_SETTINGS = {
    **dict.fromkeys(("access_token", "api_secret", "api_token", "auth_token", "key", "secret_key", "token"), "api_key"),
    **dict.fromkeys(("api_endpoint", "api_host", "api_uri", "api_url", "base_uri", "endpoint", "host", "url"), "base_url"),
    **dict.fromkeys(("org", "org_id", "organisation", "organisation_id", "organization_id"), "organization"),
    **dict.fromkeys(("project_id",), "project"),
    **dict.fromkeys(("http_proxy", "https_proxy", "proxies"), "http_client"),
    **dict.fromkeys(("headers",), "default_headers"),
    **dict.fromkeys(("request_timeout",), "timeout"),
    **dict.fromkeys(("azure_api_version",), "api_version"),
    **dict.fromkeys(("azure_api_base", "azure_base_url", "azure_openai_endpoint"), "azure_endpoint"),
}
# Names with so few letters are like too many others.
_SHORT = 5


def setting_meant_by(attribute: str) -> str | None:
    """The setting of the module that an attribute is a near-miss of: `apikey`, `API_KEY`, `openai_api_key`, `api_keys`, `key`.

    None for a setting that some release reads, and for what is hardly meant for one.
    """
    known = {*MODULE_SETTINGS, *CURRENT_MODULE_SETTINGS}
    if attribute in known or attribute in STAR_EXPORTS["openai"] or attribute.startswith("_"):
        return None
    name = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", attribute).lower().removeprefix("openai_")
    if name in _MISTAKEN_SETTINGS:
        return _MISTAKEN_SETTINGS[name]
    letters = name.replace("_", "")
    found = next((each for each in sorted(known) if len(letters) > _SHORT and is_slip(letters, each.replace("_", ""))), None)
    return "base_url" if found == "api_base" else found


# Settings that a client takes when it is built, takes by `with_options`, and has as attributes; by their names in 0.x.
CLIENT_SETTINGS: dict[str, str] = {
    name: setting.client for name, setting in MODULE_SETTINGS.items() if setting.client in ("api_key", "organization", "base_url")
}

# Values of `openai.api_type` that meant Azure to 0.x, in any case; since 1.0 only "azure" does, and all others mean plain OpenAI.
_AZURE_TYPES = frozenset({"azure", "azure_ad", "azuread"})


def means_azure(api_type: str) -> bool:
    """Whether a value of `openai.api_type` meant Azure to 0.x."""
    return api_type.lower() in _AZURE_TYPES


def means_token(api_type: str) -> bool:
    """Whether it meant that the key is a token of Azure's directory."""
    return means_azure(api_type) and api_type.lower() != "azure"


def is_lost_azure(api_type: str) -> bool:
    """Whether a value of `openai.api_type` has lost its meaning, so that requests for Azure go to OpenAI."""
    return api_type != "azure" and means_azure(api_type)


# Classes of `openai.error`. The module is gone; of the names only some exist in `openai`.
REMOVED_ERRORS: dict[str, Successor] = {
    "OpenAIError": Successor("openai.OpenAIError", "a client without a key raises it already when it is constructed"),
    "APIError": Successor(
        "openai.APIError", "now the base of all API errors, AuthenticationError included; 5xx is InternalServerError"
    ),
    "TryAgain": Successor("openai.ConflictError", "status 409"),
    "Timeout": Successor("openai.APITimeoutError", "`openai.Timeout` exists, but is no exception"),
    "APIConnectionError": Successor("openai.APIConnectionError", "now also the base of APITimeoutError"),
    "InvalidRequestError": Successor("openai.BadRequestError", "404 is NotFoundError, 422 UnprocessableEntityError"),
    "AuthenticationError": Successor("openai.AuthenticationError", "only for status 401; a missing key is a plain OpenAIError"),
    "PermissionError": Successor("openai.PermissionDeniedError", "the bare name is Python's own PermissionError"),
    "RateLimitError": Successor("openai.RateLimitError"),
    "ServiceUnavailableError": Successor("openai.InternalServerError", "ask for `e.status_code == 503`"),
    "InvalidAPIType": Successor(None, "nothing checks `api_type` any more"),
    "SignatureVerificationError": Successor(None, "for webhooks: openai.InvalidWebhookSignatureError"),
}

# What else has to be named since 1.0 to catch what one of those caught: in 0.x status 404 raised what 400 did.
ALSO_CAUGHT: dict[str, tuple[str, ...]] = {"InvalidRequestError": ("openai.NotFoundError",)}
# What stands for one of those where its successor would catch more than it did. (Status 422 and errors in the midst of a stream
# were such errors, too: only the successor catches them.)
NARROWER: dict[str, str] = {"APIError": "openai.InternalServerError"}
# What to declare where one of several successors may come: their nearest common base.
DECLARED_AS: dict[str, str] = {"InvalidRequestError": "openai.APIStatusError"}
# What 0.x raised as something else than APIError, and what is an APIError since 1.0. ConflictError is left out: the service
# hardly ever answers 409.
APART_FROM_API_ERROR: frozenset[str] = frozenset(
    {
        *("openai.AuthenticationError", "openai.BadRequestError", "openai.NotFoundError", "openai.PermissionDeniedError"),
        *("openai.RateLimitError", "openai.APIConnectionError", "openai.APITimeoutError"),
    }
)
# What may still be made of a plain message.
PLAIN_ERRORS: frozenset[str] = frozenset({"OpenAIError"})
# Since 1.0 this status is told by its number alone: 500, which raised APIError, is the same class.
UNAVAILABLE_STATUS = 503

# Of those, the ones whose name in `openai` is still an exception.
SURVIVING_ERRORS: frozenset[str] = frozenset(
    {"OpenAIError", "APIError", "APIConnectionError", "AuthenticationError", "RateLimitError"}
)

ERROR_ATTRIBUTES: dict[str, Successor] = {
    "http_status": Successor("status_code"),
    "http_body": Successor("response.text"),
    "json_body": Successor("body", "it is the inner error object, without the outer 'error'"),
    "headers": Successor("response.headers"),
    "user_message": Successor("message", "it begins with 'Error code: ...'; the bare text is in `body`"),
    "_message": Successor("message"),
    "error": Successor("body", "a dict; `code`, `type` and `param` are attributes of the exception"),
    "organization": Successor("response.headers", "under 'openai-organization'"),
    "sig_header": Successor(None),
    "should_retry": Successor(None, "the client retries by itself; see `max_retries`"),
    "construct_error_object": Successor(None),
    "error_type": Successor("type", "no version ever had `error_type`"),
}

# Those of them that no version has had.
NEVER_ERROR_ATTRIBUTES: frozenset[str] = frozenset({"error_type"})
# Those of them that hardly any other exception has.
TELLING_ERROR_ATTRIBUTES: frozenset[str] = frozenset({"http_status", "http_body", "json_body", "user_message"})

# Arguments that every 0.x request took; each is a TypeError now.
CALL_ARGUMENTS: dict[str, Successor] = {
    "engine": Successor("model"),
    "deployment_id": Successor("model", "on Azure the name of the deployment; or `AzureOpenAI(azure_deployment=...)`"),
    "request_timeout": Successor("timeout"),
    "headers": Successor("extra_headers"),
    "request_id": Successor("extra_headers", "under 'X-Request-Id'"),
    "api_key": Successor(None, "give it to the client: `OpenAI(api_key=...)` or `client.with_options(api_key=...)`"),
    "api_base": Successor(None, "give it to the client: `OpenAI(base_url=...)` or `AzureOpenAI(azure_endpoint=...)`"),
    "api_type": Successor(None, "the class of the client says it: `AzureOpenAI`"),
    "api_version": Successor(None, "give it to the client: `AzureOpenAI(api_version=...)`"),
    "organization": Successor(None, "give it to the client: `OpenAI(organization=...)`"),
}

# Arguments of single classes of 0.x that the successors of their methods call by another name, or do not know.
_FILE_ID, _JOB_ID, _MODEL_ID = Successor("file_id"), Successor("fine_tuning_job_id"), Successor("model")
CLASS_ARGUMENTS: dict[str, dict[str, Successor]] = {
    "Engine": {"id": _MODEL_ID},
    "File": {
        "id": _FILE_ID,
        "sid": _FILE_ID,
        "model": Successor(None, "leave it out"),
        "user_provided_filename": Successor(None, "give `file=(name, stream)`"),
    },
    "FineTune": {"id": _JOB_ID, "sid": _MODEL_ID},
    "FineTuningJob": {"id": _JOB_ID, "sid": _MODEL_ID},
    "Model": {"id": _MODEL_ID, "sid": _MODEL_ID},
}


def removed_arguments(call: LegacyCall | None = None) -> dict[str, Successor]:
    """The arguments that requests do not take since 1.0; with those of a method of 0.x whose successor knows them no longer."""
    own = CLASS_ARGUMENTS.get(call.cls, {}) if call is not None and call.successor is not None else {}
    is_kept = call is not None and call.successor == "files.wait_for_processing"
    return CALL_ARGUMENTS | {name: successor for name, successor in own.items() if not (is_kept and name == "id")}


# Methods of a 0.x response, which was a dict.
RESPONSE_METHODS: dict[str, Successor] = {
    "get": Successor("getattr"),
    "keys": Successor("model_dump().keys"),
    "values": Successor("model_dump().values"),
    "items": Successor("model_dump().items"),
    "to_dict_recursive": Successor("model_dump"),
}

# Submodules of 0.28.1 that importing raises ModuleNotFoundError for.
REMOVED_SUBMODULES: dict[str, Successor] = {
    "error": Successor("openai", "the exceptions stand in `openai` itself"),
    "api_resources": Successor("openai.resources", "types stand in `openai.types`"),
    "api_requestor": Successor(None, "requests go through a client"),
    "openai_object": Successor("openai.BaseModel"),
    "openai_response": Successor(None, "use `client.with_raw_response`"),
    "object_classes": Successor(None),
    "util": Successor(None),
    "embeddings_utils": Successor(None, "compute the cosine similarity with numpy"),
    "datalib": Successor(None),
    "wandb_logger": Successor("wandb.integration.openai.fine_tuning.WandbLogger", "in the package wandb"),
    "validators": Successor(None),
    "upload_progress": Successor(None),
    "_openai_scripts": Successor(None),
}

# Environment names that 0.x read and later versions do not.
REMOVED_ENVIRONMENT: dict[str, Successor] = {
    "OPENAI_API_KEY_PATH": Successor(None, "read the file yourself, with `.strip()`"),
    "OPENAI_ORGANIZATION": Successor("OPENAI_ORG_ID"),
    "OPENAI_API_BASE": Successor("OPENAI_BASE_URL", "read since 1.3.0"),
}

# Types that programs name in annotations, and what all of that kind are made from since 1.0.
LEGACY_TYPES: dict[str, str] = {
    "openai.openai_object.OpenAIObject": "BaseModel",
    "openai.util.OpenAIObject": "BaseModel",
}
