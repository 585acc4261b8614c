"""## What it does
Finds `except AuthenticationError` clauses around code that builds a client and makes no request.

## Why is this bad?
Such a clause never runs. Building a client contacts nobody, so a wrong key is found at the first request; and a missing key
raises `OpenAIError`, which is an ancestor of `AuthenticationError` and passes the clause by (measured on 1.0.0, 1.55.3, 1.109.1,
2.54.0 and 3.54.0). The error that was to be handled ends the program instead.

## Example
```python
from openai import AuthenticationError, OpenAI

try:
    client = OpenAI()
except AuthenticationError:
    print("Please set OPENAI_API_KEY.")
```

Use instead:
```python
from openai import OpenAI, OpenAIError

try:
    client = OpenAI()
except OpenAIError:
    print("Please set OPENAI_API_KEY.")
```

## Fix safety
There is no fix yet.

## References
- [Handling errors](https://github.com/openai/openai-python#handling-errors)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from oaklint.diagnostic import Severity
from oaklint.python import cst
from oaklint.python.names import is_builtin
from oaklint.python.tree import walk
from oaklint.rules import REACHES_OPENAI, Finding, Needs
from oaklint.sdk.exceptions import authentication_error, exception_ancestors, exception_name
from oaklint.usage import Usage

NEEDS: Needs = (("AuthenticationError",), ("except",), (REACHES_OPENAI,))
SEVERITY: Severity = "warning"

_MAX_DEPTH = 3
# Calls that surely make no request, by the beginning of their qualified names.
_HARMLESS = (
    "os.",
    "dotenv.",
    "logging.",
    "getpass.",
    "pathlib.",
    "sys.",
    "time.",
    "warnings.",
    "httpx.",
    "json.",
    "streamlit.",
    "click.echo",
    "click.secho",
    "typer.echo",
    "typer.secho",
    "rich.",
    "structlog.",
    "loguru.",
)


def visit_Try(node: cst.Try | cst.TryStar, usage: Usage) -> Iterator[Finding]:
    if usage.generation == 0:
        return
    handlers: Sequence[cst.ExceptHandler | cst.ExceptStarHandler] = node.handlers
    clauses = [handler for handler in handlers if handler.type is not None and _is_for_requests(handler.type, usage)]
    if clauses and _builds(node.body, usage):
        for handler in clauses:
            yield Finding(
                handler,
                "This `except AuthenticationError` never runs: building a client makes no request, and a missing key raises"
                " OpenAIError. Catch OpenAIError here, and AuthenticationError around the first request",
            )


visit_TryStar = visit_Try


def _is_for_requests(types: cst.BaseExpression, usage: Usage) -> bool:
    """Whether a clause names AuthenticationError, and beside it nothing but what only requests raise."""
    names = {exception_name(name, usage.generation) for name in usage.resolver.caught(types)}
    if authentication_error(usage.generation) not in names:
        return False
    return all(name is not None and "openai.APIError" in exception_ancestors(name, usage.generation) for name in names)


def _builds(body: cst.BaseSuite, usage: Usage, depth: int = 0) -> bool:
    """Whether a body builds a client, itself or by a function of the program, and nothing in it can make a request."""
    builds = False
    for node in walk(body):
        if isinstance(node, (cst.Raise, cst.Await, cst.Yield, cst.For, cst.Decorator)):
            return False
        if isinstance(node, cst.WithItem) and not isinstance(node.item, cst.Call):
            return False
        if isinstance(node, cst.Call):
            functions = usage.resolver.called_functions(node) if depth < _MAX_DEPTH else []
            through_functions = bool(functions) and all(_builds(function.body, usage, depth + 1) for function in functions)
            if usage.clients.construction(node) is not None or through_functions:
                builds = True
            elif not _is_harmless(node, usage):
                return False
    return builds


def _is_harmless(call: cst.Call, usage: Usage) -> bool:
    names = usage.resolver.names(call.func)
    if all(name.startswith(_HARMLESS) or is_builtin(name) for name in names):
        return True
    return (
        isinstance(call.func, cst.Attribute)
        and usage.values.value(call.func.value) is not None
        and call.func.attr.value in ("strip", "get", "info", "debug")
    )
