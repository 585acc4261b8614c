"""What packages that keep settings and secrets hand out, by the qualified names of their functions and types, from their
documentation.
"""

from __future__ import annotations

from typing import Literal

SECRET_STR = "a SecretStr"
# The classes so called: they cover their text wherever they are shown.
SECRETS = frozenset(
    f"{package}.SecretStr" for package in ("pydantic", "pydantic.types", "pydantic.v1", "langchain_core.pydantic_v1")
)

_MANAGERS = ("google.cloud.secretmanager", "google.cloud.secretmanager_v1")
_CLIENTS = ("boto3.client()", "boto3.session.Session().client()", "boto3.Session().client()")

# What is no text, in words, so that the SDK would send what `str()` makes of it.
NO_TEXT: dict[str, str] = {
    **dict.fromkeys(("dotenv.dotenv_values()", "toml.load()", "toml.loads()"), "a dictionary"),
    "cryptography.fernet.Fernet().decrypt()": "bytes",
    **dict.fromkeys((f"{name}()" for name in SECRETS), SECRET_STR),
    **dict.fromkeys((f"{client}.get_secret_value()" for client in _CLIENTS), "a dictionary"),
    **dict.fromkeys((f"{client}.get_parameter()" for client in _CLIENTS), "a dictionary"),
    **{f"{name}.SecretManagerServiceClient().access_secret_version()": "a response" for name in _MANAGERS},
    **{f"{name}.SecretManagerServiceClient().access_secret_version().payload.data": "bytes" for name in _MANAGERS},
    "azure.keyvault.secrets.SecretClient().get_secret()": "a secret with its properties",
    "hvac.Client().secrets.kv.v2.read_secret_version()": "a dictionary",
    "hvac.Client().secrets.kv.read_secret_version()": "a dictionary",
    "streamlit.secrets": "a dictionary",
}

# What they make, or are, when the SDK calls it for a key or token: whether it answers at once or has to be awaited.
PROVIDERS: dict[str, Literal["sync", "async"]] = {
    "azure.identity.get_bearer_token_provider()": "sync",
    "azure.identity.aio.get_bearer_token_provider()": "async",
    "keyring.get_password": "sync",
    "dotenv.get_key": "sync",
}
