"""## What it does
Finds error classes of openai 0.x: the module `openai.error`, the names that did not survive in `openai` itself, and
`except openai.Timeout`.

Code that asks for the installed version first, or expects in a `try` just what would be raised, is no finding; neither is
anything in a project that declares openai 0.x as its dependency, or with `target-sdk = 0`. `openai.Timeout` as the setting of a
client is fine.

## Why is this bad?
`from openai.error import ...` raises `ModuleNotFoundError`. `except openai.error.RateLimitError` is worse: the name is looked
up only when something has been raised, and then `AttributeError` takes the place of the real error. Of the 12 names in
`openai.error` only five exist in `openai`. `openai.Timeout` exists, but is no exception: a clause that names it raises
`TypeError` as soon as an exception arrives (measured on 1.0.0, 1.55.3, 1.109.1, 2.54.0 and 3.54.0).

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
Safe: it is part of the migration of the whole file, which is made as a whole or not at all; see OAK203.

## References
- [Handling errors](https://github.com/openai/openai-python#handling-errors)
"""

from __future__ import annotations

from collections.abc import Iterator

from oaklint.diagnostic import Severity
from oaklint.python import cst
from oaklint.python.tree import dotted_name
from oaklint.rules import IMPORTS_OPENAI, Finding, Needs
from oaklint.rules.migrating import migrating
from oaklint.sdk.exceptions import NEWEST, exception_name
from oaklint.sdk.exports import LEGACY_EXPORTS
from oaklint.sdk.legacy import REMOVED_ERRORS, SURVIVING_ERRORS
from oaklint.usage import Usage
from oaklint.usage.guards import NO_ATTRIBUTE, NO_EXCEPTION, NO_MODULE, NO_NAME, UNBOUND

# Names that are gone from `openai` itself. `Timeout` is there, and something else.
_GONE = REMOVED_ERRORS.keys() - SURVIVING_ERRORS - {"Timeout"}
# In the names of functions that are given classes of exceptions.
_TAKE_EXCEPTIONS = ("isinstance", "issubclass", "retry", "exception", "suppress", "raises", "Raises")

NEEDS: Needs = ((IMPORTS_OPENAI,), ("error", *sorted(REMOVED_ERRORS)))
SEVERITY: Severity = "error"


@migrating
def visit_Attribute(node: cst.Attribute, usage: Usage) -> Iterator[Finding]:
    parent = usage.tree.parents.get(node)
    if isinstance(parent, (cst.ImportFrom, cst.ImportAlias)):
        return  # the import itself is reported
    for name in usage.clients.names(node):
        package, _, last = name.rpartition(".")
        is_class = last in _GONE if package == "openai" else package == "openai.error" and not last.endswith("()")
        if is_class or (name == "openai.error" and not isinstance(parent, cst.Attribute)):
            late = " in the place of the real error" if _is_caught(node, usage) else ""
            yield from _reported(node, name, f"this raises AttributeError{late}", _remedy(last), NO_ATTRIBUTE, usage)


@migrating
def visit_ImportFrom(node: cst.ImportFrom, usage: Usage) -> Iterator[Finding]:
    module = dotted_name(node.module) if node.module is not None and not node.relative else None
    names = [] if isinstance(node.names, cst.ImportStar) else [(alias, dotted_name(alias.name) or "") for alias in node.names]
    if module == "openai.error":
        remedy = _remedy(names[0][1] if len(names) == 1 else "")
        yield from _reported(node, module, "importing from it raises ModuleNotFoundError", remedy, NO_MODULE, usage)
    elif module == "openai":
        for alias, name in names:
            if name == "error" or name in _GONE:
                yield from _reported(alias, f"openai.{name}", "importing it raises ImportError", _remedy(name), NO_NAME, usage)
        for name in LEGACY_EXPORTS & _GONE if isinstance(node.names, cst.ImportStar) else ():
            for use in usage.tree.named(name):
                if isinstance(use, cst.Name) and usage.tree.is_own(use) and usage.resolver.star_import_of(use) == "openai":
                    outcome = "a star import does not bring it in, and NameError is raised"
                    yield from _reported(use, f"openai.{name}", outcome, _remedy(name), UNBOUND, usage)


@migrating
def visit_Import(node: cst.Import, usage: Usage) -> Iterator[Finding]:
    for alias in node.names:
        if dotted_name(alias.name) == "openai.error":
            yield from _reported(alias, "openai.error", "importing it raises ModuleNotFoundError", _remedy(""), NO_MODULE, usage)


def _is_caught(node: cst.Attribute, usage: Usage) -> bool:
    """Whether an `except` clause names the class, so that it is looked up when something has been raised."""
    ancestors = (ancestor for ancestor in usage.tree.ancestors(node) if not isinstance(ancestor, (cst.Element, cst.Tuple)))
    return isinstance(next(ancestors, None), cst.ExceptHandler)


def _remedy(name: str) -> str:
    successor = REMOVED_ERRORS.get(name)
    if successor is None:
        return "The exceptions stand in `openai` itself"
    if successor.name is None:
        return f"It has no successor: {successor.note}"
    return f"Use `{successor.name}`"


def _reported(
    where: cst.CSTNode, qualified: str, outcome: str, remedy: str, raises: frozenset[str], usage: Usage
) -> Iterator[Finding]:
    if not usage.targets_legacy and not usage.guards.guards(where, raises):
        yield Finding(where, f"`{qualified}` is gone since openai 1.0: {outcome}. {remedy}")


# `openai.Timeout`: fine as a setting, wrong wherever a class of exceptions is meant.


@migrating
def visit_ExceptHandler(node: cst.ExceptHandler, usage: Usage) -> Iterator[Finding]:
    if node.type is not None:
        yield from _timeouts(node.type, usage)


@migrating
def visit_Call(node: cst.Call, usage: Usage) -> Iterator[Finding]:
    """`isinstance(error, openai.Timeout)`, `retry_if_exception_type(openai.Timeout)`."""
    if any(word in name.rpartition(".")[2] for name in usage.resolver.names(node.func) for word in _TAKE_EXCEPTIONS):
        for arg in node.args:
            yield from _timeouts(arg.value, usage)


@migrating
def visit_Tuple(node: cst.Tuple, usage: Usage) -> Iterator[Finding]:
    """`TRANSIENT = (openai.APIConnectionError, openai.Timeout)`."""
    names = (name for element in node.elements for name in usage.clients.names(element.value))
    if any(exception_name(name, NEWEST) for name in names):
        yield from _timeouts(node, usage)


def _timeouts(classes: cst.BaseExpression, usage: Usage) -> Iterator[Finding]:
    if isinstance(classes, (cst.Tuple, cst.List)):
        for element in classes.elements:
            yield from _timeouts(element.value, usage)
    elif isinstance(classes, (cst.Name, cst.Attribute)) and "openai.Timeout" in usage.clients.names(classes):
        outcome = "nothing raised is an instance of it, and an `except` that names it raises TypeError"
        if not usage.targets_legacy and not usage.guards.guards(classes, NO_EXCEPTION):
            yield Finding(classes, f"`openai.Timeout` is no exception since openai 1.0: {outcome}. {_remedy('Timeout')}")
