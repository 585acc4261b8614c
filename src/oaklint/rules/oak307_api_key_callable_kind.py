"""## What it does
Finds functions that are given in place of a key, or of a token, and that the client cannot use as it calls them.

- For `AsyncOpenAI`, one that returns the key at once: it awaits what it is given. For `OpenAI`, one that returns a coroutine.
- For either, one that asks for arguments: `api_key=os.getenv`.
- `client.api_key = function`, where nothing is called; for `openai.api_key` it has to be one that returns the key at once.
- `azure_ad_token_provider=` of `AzureOpenAI`, where it returns a coroutine: that of `azure.identity.aio`, for instance.
- Any function at all, where the project pins a release before 1.106.

Functions, lambdas, bound methods, partials and objects with `__call__` are looked into, and functions that they call. What is
decorated by something that may change what it returns (not `functools.lru_cache` and the like), or made by code that is not seen,
is left alone. `AsyncAzureOpenAI` takes token providers of both kinds.

## Why is this bad?
It shows at the first request. Measured on openai 1.109.1, 2.54.0 and 3.57.0: `AsyncOpenAI` raises
`TypeError: object str can't be used in 'await' expression`; `OpenAI` sends `Bearer <coroutine object ...>` and gets
`AuthenticationError`; what asks for arguments raises `TypeError`; what is assigned to `client.api_key` is sent as
`Bearer <function ...>`; a token provider of the wrong kind raises `ValueError`. Before 1.106.0 (measured on 1.105.0) every
function is sent like that.

## Example
```python
import asyncio
import os

from openai import AsyncOpenAI


def read_key():
    return os.environ["OPENAI_API_KEY"]


client = AsyncOpenAI(api_key=read_key)


async def main():
    await client.models.list()


asyncio.run(main())
```

Use instead:
```python
import asyncio
import os

from openai import AsyncOpenAI


async def read_key():
    return os.environ["OPENAI_API_KEY"]


client = AsyncOpenAI(api_key=read_key)


async def main():
    await client.models.list()


asyncio.run(main())
```

## Fix safety
There is no fix: whether the client or the function is to be another one, only the author knows.

## References
- [The constructor's parameters](https://github.com/openai/openai-python/blob/main/src/openai/_client.py)
"""

from __future__ import annotations

from collections.abc import Iterator

from oaklint.diagnostic import Severity
from oaklint.python import cst
from oaklint.python.assignments import assigned
from oaklint.rules import IMPORTS_OPENAI, REACHES_ANYTHING, Finding, Needs
from oaklint.sdk.clients import COPIES
from oaklint.sdk.releases import numbers
from oaklint.usage import Usage
from oaklint.usage.module_client import is_module

NEEDS: Needs = ((IMPORTS_OPENAI,), ("api_key", "azure_ad_token_provider"), REACHES_ANYTHING)
SEVERITY: Severity = "error"

# Since when the SDK calls a function that it is given as the key.
_CALLED_SINCE = "1.106.0"
_STUCK = (
    "The SDK calls this without arguments, and it asks for some: TypeError at the first request. Give it a function that takes"
    " none"
)


def visit_Call(call: cst.Call, usage: Usage) -> Iterator[Finding]:
    name = _class_of_client(call, usage) if usage.generation else None
    if name is None or name.endswith("BedrockOpenAI"):
        return
    for argument, given in usage.entries.of_call(call):
        if argument == "api_key":
            message = _of_key(given, name, usage)
        elif argument == "azure_ad_token_provider" and "Azure" in name:
            message = _of_token(given, name, usage)
        else:
            continue
        if message is not None:
            yield Finding(given, message)


def visit_Assign(node: cst.Assign, usage: Usage) -> Iterator[Finding]:
    for target, value in assigned(node):
        if not usage.generation or not isinstance(target, cst.Attribute) or target.attr.value != "api_key":
            continue
        if is_module(target.value, usage):
            message = _of_key(value, None, usage)  # the module builds its client with it, when it is first used
            yield from [Finding(value, message)] if message is not None else ()
        elif usage.clients.is_client(target.value) and not _is_built_with_function(target.value, usage):
            if usage.callables.is_callable(value):
                yield Finding(
                    value,
                    "Nothing calls a function that is assigned to `client.api_key`: its `repr` is sent as the key, and refused"
                    " with AuthenticationError. Call it here, or give it to the constructor",
                )


def _class_of_client(call: cst.Call, usage: Usage) -> str | None:
    """The name of the class of the client that a call makes, anew or as a copy."""
    construction = usage.constructions.of(call)
    if construction is not None:
        return construction.constructor.name
    if not isinstance(call.func, cst.Attribute) or call.func.attr.value not in COPIES:
        return None
    names = {name.partition("()")[0] for name in usage.clients.names(call.func.value) if usage.clients.behind_client(name) == []}
    classes = {constructor.name for name in names if (constructor := usage.constructions.constructor(name)) is not None}
    return classes.pop() if len(classes) == 1 else None


def _of_key(given: cst.BaseExpression, name: str | None, usage: Usage) -> str | None:
    """What is wrong with a function in place of the key. name: of the class of the client; None for that of the module."""
    if usage.release is not None and usage.release < numbers(_CALLED_SINCE):
        if not usage.callables.is_callable(given):
            return None
        return (
            f"Before {_CALLED_SINCE} the SDK calls no function for the key: its `repr` is sent, and refused with"
            " AuthenticationError. Call it here, or require a later release"
        )
    manner, is_async = usage.callables.manner(given), name is not None and name.startswith("Async")
    if manner == "stuck":
        return _STUCK
    if manner == "sync" and is_async:
        return (
            f"`{name}` awaits what this returns, and it returns the key itself: TypeError at the first request."
            " Give it a function with `async def`"
        )
    if manner == "async" and not is_async:
        who, other = (f"`{name}`", f", or use `Async{name}`") if name is not None else ("The client of the module", "")
        return (
            f"{who} takes what this returns for the key, and it returns a coroutine: AuthenticationError at the first request."
            f" Give it a plain function{other}"
        )
    return None


def _of_token(given: cst.BaseExpression, name: str, usage: Usage) -> str | None:
    manner = usage.callables.manner(given)
    if manner == "stuck":
        return _STUCK
    if manner == "async" and not name.startswith("Async"):
        return (
            f"`{name}` takes what this returns for the token, and it returns a coroutine: ValueError at the first request."
            f" Give it a provider of `azure.identity`, or use `Async{name}`"
        )
    return None


def _is_built_with_function(client: cst.BaseExpression, usage: Usage) -> bool:
    """Whether a client has a function for its key already, which it goes on calling."""
    for origin in usage.resolver.values_of(client):
        construction = usage.constructions.through(origin) if isinstance(origin, cst.Call) else None
        key = construction.argument("api_key") if construction is not None else None
        if key is not None and usage.callables.is_callable(key):
            return True
    return False
