"""## What it does
Finds error classes of openai 0.x: the module `openai.error`, the names that did not survive in `openai` itself, and
`except openai.Timeout`.

Code that asks for the installed version first, or expects the failure in a `try`, is no finding; neither is anything in a project
that declares openai 0.x as its dependency, or with `target-sdk = 0`.

## Why is this bad?
`from openai.error import ...` raises `ModuleNotFoundError`. `except openai.error.RateLimitError` is worse: the name is looked up only
when something has been raised, and then `AttributeError` takes the place of the real error. Of the 12 names in `openai.error` only
five exist in `openai`. `openai.Timeout` exists, but is no exception: a clause that names it raises `TypeError` as soon as an exception
arrives (measured on 1.0.0, 1.55.3, 1.109.1, 2.54.0 and 3.54.0).

## Example
```python
import openai
from openai import OpenAI

client = OpenAI()
try:
    client.models.list()
except openai.error.AuthenticationError:
    print("The key is wrong.")
```

Use instead:
```python
import openai
from openai import OpenAI

client = OpenAI()
try:
    client.models.list()
except openai.AuthenticationError:
    print("The key is wrong.")
```

## Fix safety
There is no fix yet.

## References
- [Handling errors](https://github.com/openai/openai-python#handling-errors)
"""

from __future__ import annotations

from collections.abc import Iterator

from oaklint.diagnostic import Severity
from oaklint.python import cst
from oaklint.python.tree import dotted_name
from oaklint.rules import IMPORTS_OPENAI, Finding, Needs
from oaklint.sdk.legacy import REMOVED_ERRORS, SURVIVING_ERRORS, Successor
from oaklint.usage import Usage

NEEDS: Needs = (*IMPORTS_OPENAI, ("error", *sorted(REMOVED_ERRORS)))
SEVERITY: Severity = "error"


def visit_Attribute(node: cst.Attribute, usage: Usage) -> Iterator[Finding]:
    parent = usage.tree.parents.get(node)
    if isinstance(parent, (cst.ImportFrom, cst.ImportAlias)):
        return  # the import itself is reported
    for name in usage.clients.names(node):
        parts = name.split(".")
        if parts[0] != "openai" or "()" in name:
            continue
        if parts[1:2] == ["error"] and len(parts) == 3:
            yield from _reported(node, f"openai.error.{parts[2]}", parts[2], usage)
        elif name == "openai.error" and not isinstance(parent, cst.Attribute):
            yield from _reported(node, name, "", usage)
        elif len(parts) == 2 and _is_gone(parts[1]) and _is_use_of_error(node, parts[1], usage):
            yield from _reported(node, name, parts[1], usage)


def visit_ImportFrom(node: cst.ImportFrom, usage: Usage) -> Iterator[Finding]:
    module = dotted_name(node.module) if node.module is not None and not node.relative else None
    if module == "openai.error":
        names = [] if isinstance(node.names, cst.ImportStar) else [dotted_name(alias.name) or "" for alias in node.names]
        yield from _reported(node, module, names[0] if len(names) == 1 else "", usage)
    elif module == "openai" and not isinstance(node.names, cst.ImportStar):
        for alias in node.names:
            name = dotted_name(alias.name) or ""
            if name == "error" or (_is_gone(name) and name != "Timeout"):
                yield from _reported(alias, f"openai.{name}", name, usage)


def visit_Import(node: cst.Import, usage: Usage) -> Iterator[Finding]:
    for alias in node.names:
        if dotted_name(alias.name) == "openai.error":
            yield from _reported(alias, "openai.error", "", usage)


def _is_gone(name: str) -> bool:
    return name in REMOVED_ERRORS and name not in SURVIVING_ERRORS


def _is_use_of_error(node: cst.Attribute, name: str, usage: Usage) -> bool:
    """`openai.Timeout` is fine as a setting; as a class to catch it is not."""
    if name != "Timeout":
        return True
    for ancestor in usage.tree.ancestors(node):
        if isinstance(ancestor, cst.ExceptHandler):
            return True
        if not isinstance(ancestor, (cst.Element, cst.Tuple)):
            break
    return False


def _reported(where: cst.CSTNode, qualified: str, name: str, usage: Usage) -> Iterator[Finding]:
    if usage.targets_legacy or usage.guards.guards(where):
        return
    successor = REMOVED_ERRORS.get(name, Successor(None))
    if qualified == "openai.Timeout":
        yield Finding(where, "`openai.Timeout` is no exception since openai 1.0: catching it raises TypeError. Use `openai.APITimeoutError`")
        return
    if name in SURVIVING_ERRORS:
        remedy = f"Use `openai.{name}`"
    elif successor.name is not None:
        remedy = f"Use `{successor.name}`"
    elif successor.note:
        remedy = f"It has no successor: {successor.note}"
    else:
        remedy = "The exceptions stand in `openai` itself"
    raises = "AttributeError in the place of the real error" if isinstance(where, cst.Attribute) else "an ImportError"
    yield Finding(where, f"`{qualified}` was removed in openai 1.0 and raises {raises}. {remedy}")
