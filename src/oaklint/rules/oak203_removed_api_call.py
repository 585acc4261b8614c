"""## What it does
Finds uses of what openai 0.x offered and 1.0 removed: `openai.ChatCompletion.create` and the methods of its 14 sister classes,
called, handed over or made a base class, and submodules that are gone.

Code that asks for the installed version first, or expects in a `try` just what would be raised, is no finding; neither is
anything in a project that declares openai 0.x as its dependency, or with `target-sdk = 0`. `hasattr(openai, "ChatCompletion")`
and `except AttributeError` are no such questions: since 1.2.0 the name is there.

## Why is this bad?
Since 1.2.0 the old names are still there, so an import or `hasattr` finds them, but calling one raises `APIRemovedInV1`; in
1.0.0 to 1.1.2 they raise `AttributeError`. The submodules raise `ModuleNotFoundError` (measured on 1.0.0, 1.55.3, 1.109.1,
2.54.0 and 3.54.0).

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
Safe: `--fix` migrates the whole file, so that it does on 1.x, 2.x and 3.x what it did on 0.28, or leaves it alone. All findings
of OAK201 to OAK207 in a file share this one fix; where something stands in the way, each of them lists it. It is held against
some two hundred programs, which print and send the same before and after. What is different all the same:

- The text of an error begins with `Error code: ...`, and answers that are printed have their fields in another order.
- Status 500 and 503 are one class since 1.0. Where a program tells them apart, the status is asked for; a clause for one of them
  alone catches both. A clause for `APIError` becomes one for `InternalServerError` where it would catch what it never caught,
  such as a wrong key; it misses then what goes wrong in the middle of a stream.
- Where what is set of the module changes in ways that no client follows, the module stays the client:
  `openai.chat.completions.create(...)`. OAK201 goes on to say so, as information. So it does where files that may run in one
  process make requests with what one of them sets, and where a client would be built before the program looks for a key: in a
  file that does nothing until it is imported, or that has a function which looks for one. The module is never asynchronous: what
  it is set to is handed then to a client for each request, `openai.AsyncOpenAI(api_key=openai.api_key)`.
- A client for asynchronous requests opens a connection for each of them, as 0.x did, where there may be several event loops.
- A client without a key cannot be built: OpenAIError is raised there, and not AuthenticationError at the request. The module
  without a key raises OpenAIError at the request, and since 2.34 TypeError.
- A clause for `APIConnectionError` catches timeouts, too: APITimeoutError is made from it.
- Where a program answers failed requests itself, or repeats them, its clients get `max_retries=0`: 0.x sent each request once.
- On plain OpenAI, `engine=` named a path that is retired; it becomes `model=`. Fine-tunes become jobs, which have other states.
- An answer that is handed on to what cannot be followed is handed on as the dict that it was, by `.to_dict()`.
- Variables of the environment have other names: `OPENAI_BASE_URL`, `OPENAI_ORG_ID`. Where a file sets them, they are renamed.

A file is left alone if it uses what has no successor, if it asks which SDK is installed, or if what it sets or reads cannot be
followed.

## References
- [Migration guide](https://github.com/openai/openai-python/discussions/742)
"""

from __future__ import annotations

from collections.abc import Iterator

from oaklint.diagnostic import Severity
from oaklint.python import cst
from oaklint.python.tree import dotted_name, last_part
from oaklint.rules import IMPORTS_OPENAI, Finding, Needs
from oaklint.rules.migrating import migrating
from oaklint.rules.needs import Pattern
from oaklint.sdk.clients import CONSTRUCTORS
from oaklint.sdk.legacy import LEGACY_CLASSES, REMOVED_SUBMODULES, LegacyCall, legacy_method
from oaklint.usage import Usage
from oaklint.usage.generation import is_new_name
from oaklint.usage.guards import NO_ATTRIBUTE, NO_MODULE, NO_NAME, REMOVED_CALL, UNBOUND
from oaklint.usage.migration.patched import REPLACING

# Errors are OAK204's.
_SUBMODULES = {name: successor for name, successor in REMOVED_SUBMODULES.items() if name != "error"}

# A test names what it replaces in a text: `patch("app.openai.ChatCompletion.create")`.
_NAMED_IN_TEXT = Pattern(b"openai", rb"""["'][\w.{}]*openai(?:\.\w+)*["']""")

NEEDS: Needs = ((IMPORTS_OPENAI, _NAMED_IN_TEXT), (*sorted(LEGACY_CLASSES), *sorted(_SUBMODULES)))
SEVERITY: Severity = "error"


@migrating
def visit_Attribute(node: cst.Attribute, usage: Usage) -> Iterator[Finding]:
    names = usage.clients.names(node)
    if any(is_new_name(name) and usage.clients.request_path(name) for name in names):
        return  # one way of several: which SDK it is for is decided where the ways part
    for name in names:
        module, _, method = name.rpartition(".")
        owner, _, cls = module.rpartition(".")
        call = legacy_method(cls.removesuffix("()"), method)
        if owner == "openai" and call is not None:
            yield from _removed(node, call.name, _remedy(call), usage)
        elif call is not None and (owner in CONSTRUCTORS or usage.clients.behind_client(name) == [cls, method]):
            fact = f"A client has no `{cls}`, as the module of openai 0.x had: this raises AttributeError"
            yield from _reported(node, fact, _remedy(call), NO_ATTRIBUTE, usage)
        elif module == "openai" and not _is_imported(node, usage):
            yield from _removed_module(name, node, "using it raises AttributeError", NO_ATTRIBUTE, usage)


def _is_imported(node: cst.Attribute, usage: Usage) -> bool:
    """Whether the node is part of an import, which is reported as a whole."""
    ancestors = (ancestor for ancestor in usage.tree.ancestors(node) if not isinstance(ancestor, cst.Attribute))
    return isinstance(next(ancestors, None), (cst.ImportFrom, cst.ImportAlias))


@migrating
def visit_Call(node: cst.Call, usage: Usage) -> Iterator[Finding]:
    """`openai.Completion()`, `patch("openai.Completion.create")`"""
    if last_part(node.func) in REPLACING:
        yield from _replaced(node, usage)
    for name in usage.clients.names(node.func):
        package, _, cls = name.partition(".")
        if package == "openai" and cls in LEGACY_CLASSES:
            call = legacy_method(cls, "create")
            yield from _removed(node.func, name, _remedy(call) if call is not None else "", usage)


@migrating
def visit_ClassDef(node: cst.ClassDef, usage: Usage) -> Iterator[Finding]:
    """`class Logged(openai.Completion): ...`"""
    for base in node.bases:
        for name in usage.clients.names(base.value):
            if name.removeprefix("openai.") in LEGACY_CLASSES and name.startswith("openai."):
                outcome = "a class that is made from it raises APIRemovedInV1"
                yield from _removed(base.value, name, "Write a class that has a client of `OpenAI()`", usage, outcome)


@migrating
def visit_Assign(node: cst.Assign, usage: Usage) -> Iterator[Finding]:
    """`openai.Completion.create = MagicMock()`"""
    if isinstance(node.targets[0].target, cst.Attribute):
        yield from _replaced(node, usage)


def _replaced(node: cst.Call | cst.Assign, usage: Usage) -> Iterator[Finding]:
    """What a test replaces."""
    patched = usage.migration.patched
    for arg in node.args if isinstance(node, cst.Call) else ():
        if name := patched.named.get(arg.value):
            yield from _reported(arg.value, f"A test replaces `{name}`, which is gone since openai 1.0", "", REMOVED_CALL, usage)
    for patch in patched.all:
        if patch.node is node and (patch.target.cls or not patch.target.name):
            name, call = patch.target.qualified, patch.target.legacy
            what = f"`{name}`, which was removed" if patch.target.cls else f"`{name}` to answer for what was removed"
            fact = f"A test replaces {what} in openai 1.0: nothing calls that any more"
            yield from _reported(patch.where, fact, _remedy(call) if call is not None else "", REMOVED_CALL, usage)


@migrating
def visit_ImportFrom(node: cst.ImportFrom, usage: Usage) -> Iterator[Finding]:
    module = dotted_name(node.module) if node.module is not None and not node.relative else None
    if module is None:
        return
    if module == "openai" and not isinstance(node.names, cst.ImportStar):
        for alias in node.names:
            name = f"openai.{dotted_name(alias.name)}"
            yield from _removed_module(name, alias, "importing it raises ImportError", NO_NAME, usage)
    else:
        yield from _removed_module(module, node, "importing it raises ModuleNotFoundError", NO_MODULE, usage)


@migrating
def visit_Import(node: cst.Import, usage: Usage) -> Iterator[Finding]:
    for alias in node.names:
        name = dotted_name(alias.name) or ""
        yield from _removed_module(name, alias, "importing it raises ModuleNotFoundError", NO_MODULE, usage)


def _removed_module(name: str, where: cst.CSTNode, outcome: str, raises: frozenset[str], usage: Usage) -> Iterator[Finding]:
    package, _, rest = name.partition(".")
    module = rest.partition(".")[0]
    if package != "openai" or module not in _SUBMODULES:
        return
    successor = _SUBMODULES[module]
    remedy = f"Use `{successor.name}`" if successor.name else "It has no successor"
    note = f": {successor.note}" if successor.note else ""
    yield from _reported(where, f"`openai.{module}` was removed in openai 1.0: {outcome}", f"{remedy}{note}", raises, usage)


def _removed(
    node: cst.BaseExpression, name: str, remedy: str, usage: Usage, outcome: str = "calling it raises APIRemovedInV1"
) -> Iterator[Finding]:
    """What is gone from the module, and is named by way of it, by a name that an import gives it, or by a star import."""
    *_, root = usage.tree.chain(node)
    fact = f"`{name}` was removed in openai 1.0"
    if not isinstance(root, cst.Name) or not usage.resolver.unbound(root.value, root) & {f"openai.{root.value}"}:
        yield from _reported(node, f"{fact}: {outcome}", remedy, REMOVED_CALL, usage)
    elif usage.resolver.star_import_of(root) == "openai":  # else another one may bring it in
        fact = f"{fact}: a star import does not bring in `{root.value}`, which raises NameError"
        yield from _reported(node, fact, remedy, UNBOUND, usage)


def _remedy(call: LegacyCall) -> str:
    if call.successor is None:
        return f"It has no successor: {call.note}" if call.note else "It has no successor"
    client = "AsyncOpenAI" if call.is_async else "OpenAI"
    return f"Use `{'await ' if call.is_async else ''}client.{call.successor}(...)` of `{client}()`"


def _reported(where: cst.CSTNode, fact: str, remedy: str, raises: frozenset[str], usage: Usage) -> Iterator[Finding]:
    if not usage.targets_legacy and not usage.guards.guards(where, raises):
        yield Finding(where, f"{fact}. {remedy}" if remedy else fact)
