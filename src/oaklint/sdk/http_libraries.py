"""How HTTP libraries are told where a request goes to and which headers go with it: OpenAI can be asked without its SDK, too."""

from __future__ import annotations

_VERBS = ("get", "post", "put", "patch", "delete", "head", "options")
_OWNERS = (
    *("requests", "requests.Session()", "requests.session()", "httpx", "httpx.Client()", "httpx.AsyncClient()"),
    *("aiohttp.ClientSession()",),
)

# Calls that take an address and headers, each with the place of the address among its arguments.
REQUESTS: dict[str, int] = {
    **{f"{owner}.{verb}": 0 for owner in _OWNERS for verb in _VERBS},
    **{f"{owner}.{verb}": 1 for owner in _OWNERS for verb in ("request", "stream")},
    "urllib.request.Request": 0,
    "websockets.connect": 0,
    "websockets.sync.client.connect": 0,
    "websocket.create_connection": 0,
    "websocket.WebSocketApp": 0,
    "aiohttp.ClientSession().ws_connect": 0,
    "aiohttp.request": 1,
    "requests.Request": 1,
    "httpx.Request": 1,
    "urllib3.request": 1,
    "urllib3.PoolManager().request": 1,
    "http.client.HTTPSConnection().request": 1,
}
# Where headers stand that are given without a name.
HEADERS_POSITION = {"urllib.request.Request": 2, "http.client.HTTPSConnection().request": 3}
ADDRESS = "url"
HEADERS = ("headers", "extra_headers", "additional_headers", "header")

# They keep headers for all requests to come, and may have an address to which the paths of these belong: by which name and place
# it is given.
SESSIONS: dict[str, tuple[str | int, ...]] = {
    "requests.Session": (),
    "requests.session": (),
    "httpx.Client": ("base_url",),
    "httpx.AsyncClient": ("base_url",),
    "aiohttp.ClientSession": ("base_url", 0),
    "urllib3.PoolManager": (),
    "http.client.HTTPSConnection": ("host", 0),
}
# Methods that add one header, by name and value.
ADDS_HEADER = frozenset({"add_header", "putheader"})

# In lower case: those in which OpenAI, and Azure, expect a credential.
CREDENTIAL_HEADERS = frozenset({"authorization", "api-key"})

# What may be said of a transport, given to a client as `http_client=`, without its leading elsewhere.
HTTP_CLIENTS = frozenset(
    {
        *("httpx.Client", "httpx.AsyncClient", "httpx2.Client", "httpx2.AsyncClient"),
        *("openai.DefaultHttpxClient", "openai.DefaultAsyncHttpxClient", "openai.DefaultAioHttpClient"),
    }
)
HARMLESS_OPTIONS = frozenset(
    {"cert", "follow_redirects", "http2", "limits", "proxies", "proxy", "timeout", "trust_env", "verify"}
)
