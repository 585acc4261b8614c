"""## What it does
Finds uses of what openai 0.x offered and 1.0 removed: `openai.ChatCompletion.create` and the methods of its 14 sister classes,
called or handed over, and imports of submodules that are gone.

Code that asks for the installed version first, or expects the failure in a `try`, is no finding; neither is anything in a project
that declares openai 0.x as its dependency, or with `target-sdk = 0`.

## Why is this bad?
Since 1.2.0 the old names are still there, so an import or `hasattr` finds them, but calling one raises `APIRemovedInV1`; in 1.0.0
to 1.1.2 they raise `AttributeError`. The submodules raise `ModuleNotFoundError` (measured on 1.0.0, 1.55.3, 1.109.1, 2.54.0 and
3.54.0).

## Example
```python
import openai

openai.ChatCompletion.create(model="gpt-4o", messages=[{"role": "user", "content": "How are you?"}])
```

Use instead:
```python
from openai import OpenAI

client = OpenAI()
client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": "How are you?"}])
```

## Fix safety
There is no fix yet.

## References
- [Migration guide](https://github.com/openai/openai-python/discussions/742)
"""

from __future__ import annotations

from collections.abc import Iterator

from oaklint.diagnostic import Severity
from oaklint.python import cst
from oaklint.python.tree import dotted_name
from oaklint.rules import IMPORTS_OPENAI, Finding, Needs
from oaklint.sdk.legacy import LEGACY_CLASSES, REMOVED_SUBMODULES, LegacyCall, legacy_method
from oaklint.usage import Usage

NEEDS: Needs = (*IMPORTS_OPENAI, (*sorted(LEGACY_CLASSES), *sorted(REMOVED_SUBMODULES.keys() - {"error"})))
SEVERITY: Severity = "error"


def visit_Attribute(node: cst.Attribute, usage: Usage) -> Iterator[Finding]:
    method = _legacy_method(node, usage)
    if method is None or usage.targets_legacy or usage.guards.guards(node):
        return
    if method.successor is None:
        remedy = f"It has no successor: {method.note}" if method.note else "It has no successor"
    else:
        call = f"client.{method.successor}"
        remedy = f"Use `{'await ' if method.is_async else ''}{call}(...)` of `{'AsyncOpenAI' if method.is_async else 'OpenAI'}()`"
    yield Finding(node, f"`{method.name}` was removed in openai 1.0: calling it raises APIRemovedInV1. {remedy}")


def _legacy_method(node: cst.Attribute, usage: Usage) -> LegacyCall | None:
    for name in usage.clients.names(node):
        parts = name.split(".")
        if len(parts) == 3 and parts[0] == "openai":
            method = legacy_method(parts[1], parts[2])
            if method is not None:
                return method
    return None


def visit_ImportFrom(node: cst.ImportFrom, usage: Usage) -> Iterator[Finding]:
    module = dotted_name(node.module) if node.module is not None and not node.relative else None
    if module is None:
        return
    if module == "openai" and not isinstance(node.names, cst.ImportStar):
        for alias in node.names:
            yield from _removed_module(f"openai.{dotted_name(alias.name)}", alias, usage)
    else:
        yield from _removed_module(module, node, usage)


def visit_Import(node: cst.Import, usage: Usage) -> Iterator[Finding]:
    for alias in node.names:
        yield from _removed_module(dotted_name(alias.name) or "", alias, usage)


def _removed_module(module: str, where: cst.CSTNode, usage: Usage) -> Iterator[Finding]:
    parts = module.split(".")
    if len(parts) < 2 or parts[0] != "openai" or parts[1] == "error":  # errors are OAK204's
        return
    successor = REMOVED_SUBMODULES.get(parts[1])
    if successor is None or usage.targets_legacy or usage.guards.guards(where):
        return
    remedy = f"Use `{successor.name}`" if successor.name else "It has no successor"
    note = f": {successor.note}" if successor.note else ""
    yield Finding(where, f"`openai.{parts[1]}` was removed in openai 1.0: importing it raises ModuleNotFoundError. {remedy}{note}")
