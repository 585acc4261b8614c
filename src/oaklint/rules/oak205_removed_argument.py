"""## What it does
Finds arguments that openai 0.x took and the SDK no longer does: `engine=`, `deployment_id=`, `request_timeout=`, `headers=`,
`api_key=`, `api_base=` and their kin on requests, be it on those of a client or on calls of 0.x, which are findings of OAK203
besides; `proxies=`, `api_base=`, `openai_api_key=` and the like on `OpenAI()`, `AzureOpenAI()` and their copies; and arguments
of `AzureOpenAI` on `OpenAI()`.

Arguments in `**` are reported where the dictionary is written down in the program, and those of a function that does nothing
with its `**kwargs` but hand them on.

Three more are reported where `target-sdk`, or the dependency that the project declares, says 3: `base_url=httpx.URL(...)`,
`proxies=` of `openai.DefaultHttpxClient`, and two credentials for one `AzureOpenAI()`.

Code that asks for the installed version first, or expects the `TypeError` in a `try`, is no finding; neither is anything in a
project that declares openai 0.x as its dependency, or with `target-sdk = 0`.

## Why is this bad?
The methods of 1.0 and later name their arguments one by one, and so do the constructors: any other raises `TypeError`, before
anything is sent (measured on 1.0.0, 1.55.3, 1.109.1, 2.54.0 and 3.57.0; no constructor of them takes `proxies`, whatever
version of httpx is installed). Since 3.0.0 the SDK uses httpx2, which takes no URL of httpx and has no `proxies`: both raise
`TypeError`. Since 3.4.0 `AzureOpenAI()` raises `MutuallyExclusiveAuthError` for two credentials; before, one won in silence.

## Example
```python
from openai import OpenAI

client = OpenAI()
client.embeddings.create(model="text-embedding-3-small", input="How are you?", request_timeout=10)
```

Use instead:
```python
from openai import OpenAI

client = OpenAI()
client.embeddings.create(model="text-embedding-3-small", input="How are you?", timeout=10)
```

## Fix safety
Safe: it is part of the migration of the whole file, which is made as a whole or not at all; see OAK203.

## References
- [Migration guide](https://github.com/openai/openai-python/discussions/742)
- [Configuring the HTTP client](https://github.com/openai/openai-python#configuring-the-http-client)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from oaklint.diagnostic import Severity
from oaklint.python import cst
from oaklint.rules import IMPORTS_OPENAI, Finding, Needs
from oaklint.rules.migrating import migrating
from oaklint.rules.needs import Pattern
from oaklint.sdk.clients import COPIES, Constructor, no_arguments, no_arguments_of_copies
from oaklint.sdk.legacy import LEGACY_CLASSES, Successor, legacy_method, removed_arguments
from oaklint.usage import Usage
from oaklint.usage.guards import NO_ARGUMENT, REMOVED_CALL
from oaklint.usage.order import leads_to

# `model`, `id` and `key` are in nearly every program, and arguments of a few methods alone.
_NAMES = (
    *("engine", "deployment_id", "deployment_name", "request_timeout", "headers", "request_id", "api_key", "api_base"),
    *("api_type", "api_version", "organization", "org_id", "user_provided_filename", "apiKey", "proxies", "proxy", "verify"),
    *("azure_ad_token", "azure_deployment", "azure_endpoint", "httpx"),
    Pattern(b"id", rb"""\b(?:id|sid)\s*=|["']s?id["']"""),
    Pattern(b"key", rb"""\bkey\s*=|["']key["']"""),
    Pattern(b"model", rb"""\bFile\b"""),
)
NEEDS: Needs = ((IMPORTS_OPENAI,), _NAMES)
SEVERITY: Severity = "error"


class _Called(NamedTuple):
    """What a call, or one that it hands over, does not take.

    what:     how it is called in messages. arguments: what it does not take, with what to do instead.
    raises:   what comes of it, as far as a `try` may expect it.
    """

    what: str
    arguments: Mapping[str, str]
    raises: frozenset[str] = NO_ARGUMENT


@migrating
def visit_Call(call: cst.Call, usage: Usage) -> Iterator[Finding]:
    if usage.targets_legacy:
        return
    for callee, args in _run_by(call, usage):
        called = _called(callee, usage)
        if called is not None and not usage.guards.guards(call, called.raises):
            for name, where in _given(call, args, usage):
                remedy = called.arguments.get(name)
                if remedy is not None and (where in args or not usage.guards.guards(where, called.raises)):
                    fact = f"{called.what} takes no `{name}`: this raises TypeError"
                    yield Finding(where, f"{fact}. {remedy[:1].upper()}{remedy[1:]}")
    yield from (Finding(each.where, each.message) for each in usage.migration.newest.all if each.call is call)


def _run_by(call: cst.Call, usage: Usage) -> Iterator[tuple[cst.BaseExpression, Sequence[cst.Arg]]]:
    """What a call runs, and by what arguments: itself, what it hands to a thread or prepares, `partial(ask, engine=...)`, or the
    requests that a function of the program makes with its `**kwargs`.
    """
    yield call.func, call.args
    prepared = call.args[0].value if call.args and "functools.partial" in usage.resolver.names(call.func) else None
    work = prepared or usage.threads.handed_over(call)
    if work is not None:
        yield work, call.args
    for function in usage.resolver.calls.functions(call):
        for request in _handed_on(function, usage):
            taken = {param.name.value for param in (*function.params.params, *function.params.kwonly_params)}
            yield request.func, [arg for arg in call.args if arg.keyword is not None and arg.keyword.value not in taken]


def _handed_on(function: cst.FunctionDef, usage: Usage) -> Iterator[cst.Call]:
    """The calls to which a function hands its `**kwargs` as they are, if it does nothing else with them."""
    rest = function.params.star_kwarg
    if rest is None:
        return
    uses = usage.tree.uses_of(rest.name)
    given = [usage.tree.parents[use] for use in uses]
    calls = [usage.tree.parents[arg] for arg in given if isinstance(arg, cst.Arg) and arg.star == "**"]
    if len(calls) == len(uses):
        yield from (call for call in calls if isinstance(call, cst.Call))


def _given(call: cst.Call, args: Sequence[cst.Arg], usage: Usage) -> Iterator[tuple[str, cst.CSTNode]]:
    """The arguments by name, each with the node to mark: itself, or its entry in a dictionary that is given as `**`."""
    for arg in args:
        if arg.keyword is not None:
            yield arg.keyword.value, arg
        elif arg.star == "**":
            for name, value in usage.entries.of(arg.value):
                entry = usage.tree.parents[value]
                is_written = isinstance(entry, (cst.DictElement, cst.Arg))
                if is_written or leads_to(value, call, usage):
                    yield name, entry if is_written else value


# What is called.


def _called(callee: cst.BaseExpression, usage: Usage) -> _Called | None:
    names = usage.clients.names(callee)
    constructors = [usage.constructions.constructor(name) for name in names]
    if any(constructors):
        found = [constructor for constructor in constructors if constructor is not None]
        return _of_constructor(found) if len(found) == len(names) else None
    return _of_copy(callee, usage) or _of_request(names, usage)


def _of_constructor(constructors: Sequence[Constructor]) -> _Called:
    """What none of some constructors takes, one of which is called."""
    tables = [no_arguments(constructor) for constructor in constructors]
    shared = {name: remedy for name, remedy in tables[0].items() if all(name in table for table in tables)}
    return _Called(f"`{constructors[0].name}()`", shared)


def _of_copy(callee: cst.BaseExpression, usage: Usage) -> _Called | None:
    if isinstance(callee, cst.Attribute) and callee.attr.value in COPIES and usage.clients.is_client(callee.value):
        return _Called(f"`{callee.attr.value}()`", no_arguments_of_copies())
    return None


def _of_request(names: frozenset[str], usage: Usage) -> _Called | None:
    """What a request does not take; nothing where it may be one of 0.x or a newer one, which the program will have an eye to."""
    paths = {path for name in names if (path := usage.clients.request_path(name)) is not None and len(path) > 1}
    legacy = {path for path in paths if path[0] in LEGACY_CLASSES}
    if not paths or (legacy and legacy != paths):
        return None
    path = min(paths)
    if not legacy:
        return _Called(f"`{'.'.join(path)}`", _remedies(removed_arguments()))
    call = legacy_method(*path[:2])
    if call is None or call.successor is None:
        return None  # which leaves nothing to give arguments to
    return _Called(f"`{call.successor}`", _remedies(removed_arguments(call)), REMOVED_CALL | NO_ARGUMENT)


def _remedies(arguments: Mapping[str, Successor]) -> dict[str, str]:
    return {name: _remedy(successor) for name, successor in arguments.items()}


def _remedy(successor: Successor) -> str:
    if successor.name is None:
        return successor.note
    return f"use `{successor.name}`" + (f", {successor.note}" if successor.note else "")
