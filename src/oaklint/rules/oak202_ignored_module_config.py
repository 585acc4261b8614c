"""## What it does
Finds settings of the module that nothing reads: `openai.api_base`, `openai.proxy`, `openai.api_key_path` and what else only
openai 0.x knew; misspelt ones, `openai.apikey`, `openai.API_KEY`, `openai.key`; values of `openai.api_type` that have lost their
meaning, such as `"azure_ad"`; and `from openai import api_key` with an assignment to that name, which changes nothing in the
module.

An attribute that the program itself makes use of is no finding: `OpenAI(base_url=openai.api_base)`. Where a program for openai
0.x reads a setting that is gone, and never sets it, the reading is reported, and so is an import of one. Code that asks for the
installed version first is no finding; neither is a setting of 0.x in a project that declares openai 0.x as its dependency, or
with `target-sdk = 0`.

## Why is this bad?
Anything can be assigned to a module, so nothing is raised. With `openai.api_base`, requests and the key go to api.openai.com all
the same; with `openai.proxy` they go around the proxy; with `openai.apikey` there is no key at all. `"azure_ad"`, `"azuread"`
and `"Azure"` as `openai.api_type` meant Azure to 0.28; since 1.0 they silently mean plain OpenAI. Reading a setting that is gone
raises `AttributeError` (measured on 1.0.0, 1.109.1, 2.54.0 and 3.57.0).

## Example
```python
import os

import openai

openai.api_base = os.environ["GATEWAY_URL"]
openai.models.list()
```

Use instead:
```python
import os

from openai import OpenAI

client = OpenAI(base_url=os.environ["GATEWAY_URL"])
client.models.list()
```

## Fix safety
Safe: it is part of the migration of the whole file, which is made as a whole or not at all; see OAK203.

## References
- [Module-level client](https://github.com/openai/openai-python#module-level-client)
- [Migration guide](https://github.com/openai/openai-python/discussions/742)
"""

from __future__ import annotations

from collections.abc import Iterator

from oaklint.diagnostic import Severity
from oaklint.python import cst
from oaklint.python.assignments import assigned
from oaklint.python.tree import dotted_name
from oaklint.rules import IMPORTS_OPENAI, Finding, Needs
from oaklint.rules.migrating import migrating
from oaklint.sdk.clients import url_host
from oaklint.sdk.environment_names import READERS_OF_THEIR_OWN
from oaklint.sdk.legacy import CURRENT_MODULE_SETTINGS, MODULE_SETTINGS, is_lost_azure, setting_meant_by
from oaklint.usage import Usage
from oaklint.usage.guards import NO_ATTRIBUTE, NO_EXCEPTION, NO_NAME
from oaklint.usage.module_client import (
    Assigning,
    assigned_attributes,
    is_handed_on,
    is_handed_over,
    is_module,
    loses_azure,
    makes_requests,
    set_value,
)

NEEDS: Needs = ((IMPORTS_OPENAI,),)
SEVERITY: Severity = "warning"

_GONE = {name: setting for name, setting in MODULE_SETTINGS.items() if not setting.kept}


@migrating
def visit_Assign(node: cst.Assign, usage: Usage) -> Iterator[Finding]:
    yield from _assigned(node, usage)
    yield from _assigned_names(node, usage)


@migrating
def visit_AnnAssign(node: cst.AnnAssign, usage: Usage) -> Iterator[Finding]:
    yield from _assigned(node, usage)
    yield from _assigned_names(node, usage)


@migrating
def visit_Call(node: cst.Call, usage: Usage) -> Iterator[Finding]:
    """`setattr(openai, "api_base", ...)`."""
    yield from _assigned(node, usage)


def _assigned(node: Assigning, usage: Usage) -> Iterator[Finding]:
    for owner, name, where in assigned_attributes(node, usage):
        if not is_module(owner, usage) or usage.guards.guards(where, NO_EXCEPTION):
            continue
        value = set_value(node, where)
        if name in _GONE and not usage.targets_legacy and not _has_other_use(name, usage):
            fact = f"`openai.{name}` is silently ignored since openai 1.0"
            if value is not None and _changes_nothing(name, value, usage):
                yield Finding(where, f"{fact}. Leave it out: it is the default", severity="info")
            else:
                outcome = ": requests go to api.openai.com all the same" if name == "api_base" else ""
                yield Finding(where, f"{fact}{outcome}. {_remedy(name, usage)}")
        elif value is not None and loses_azure(name, value, usage) and not usage.targets_legacy:
            yield Finding(
                where,
                f"`{usage.values.text(value)}` as `openai.api_type` means plain OpenAI since openai 1.0: requests go to"
                " api.openai.com. Use `AzureOpenAI(...)`",
            )
        elif (meant := setting_meant_by(name)) is not None and not _is_read(name, usage) and not is_handed_over(usage):
            yield Finding(where, f"`openai.{name}` is no setting: it is silently ignored. {_meant(meant)}")


# What only 0.x knew.


def _changes_nothing(name: str, value: cst.BaseExpression, usage: Usage) -> bool:
    """Whether a setting is set to what it means anyway: to nothing, or to the address of OpenAI."""
    given = usage.values.value(value)
    host = url_host(given) if name == "api_base" and isinstance(given, str) else None
    return given is None or host == "api.openai.com"


def _remedy(name: str, usage: Usage) -> str:
    if name == "api_base":
        instead = "AzureOpenAI(azure_endpoint=...)" if _speaks_of_azure(usage) else "OpenAI(base_url=...)"
        return f"Use `{instead}`"
    setting = _GONE[name]
    if setting.client is None and setting.note.startswith(("nothing", "there is nothing")):
        return f"Leave it out: {setting.note}"
    return setting.note[:1].upper() + setting.note[1:]


def _speaks_of_azure(usage: Usage) -> bool:
    """Whether the program sets the module's type to Azure."""
    values = (set_value(node, where) for node, name, where in _settings(usage) if name == "api_type")
    texts = (usage.values.text(value) for value in values if value is not None)
    return any(text is not None and (text == "azure" or is_lost_azure(text)) for text in texts)


def _settings(usage: Usage) -> Iterator[tuple[Assigning, str, cst.CSTNode]]:
    """All attributes of the module that the program sets: the statement or call, the name, and the node to mark."""
    nodes: list[Assigning] = [*usage.nodes(cst.Assign), *usage.nodes(cst.AnnAssign), *usage.nodes(cst.Call)]
    for node in nodes:
        yield from ((node, name, where) for owner, name, where in assigned_attributes(node, usage) if is_module(owner, usage))


def _has_other_use(name: str, usage: Usage) -> bool:
    """Whether the program itself makes use of an attribute of the module, or may hand it on, and asks nothing of 0.x or of the
    module, for which it is meant then.
    """
    if usage.generation == 0 or makes_requests(usage):
        return False
    if is_handed_over(usage) or any(each.partition(".")[0] in READERS_OF_THEIR_OWN for each in usage.clients.imported):
        return True
    return any(is_handed_on(node, usage) for node in _mentions(name, usage))


def _mentions(name: str, usage: Usage) -> Iterator[cst.Attribute]:
    for node in usage.tree.named(name):
        if isinstance(node, cst.Attribute) and is_module(node.value, usage):
            yield node


def _is_read(name: str, usage: Usage) -> bool:
    return any(not usage.tree.is_store(node) for node in _mentions(name, usage))


@migrating
def visit_Attribute(node: cst.Attribute, usage: Usage) -> Iterator[Finding]:
    """`print(openai.api_base)`, in a program for 0.x."""
    name = node.attr.value
    if name not in _GONE or usage.generation != 0 or usage.targets_legacy or not is_module(node.value, usage):
        return
    is_set = any(name == each for _, each, _ in _settings(usage)) or any(map(usage.tree.is_store, _mentions(name, usage)))
    if not is_set and not usage.guards.guards(node, NO_ATTRIBUTE):
        yield _missing(node, name, "reading it raises AttributeError", usage)


@migrating
def visit_ImportFrom(node: cst.ImportFrom, usage: Usage) -> Iterator[Finding]:
    """`from openai import api_base`"""
    if dotted_name(node.module) != "openai" or node.relative or isinstance(node.names, cst.ImportStar) or usage.targets_legacy:
        return
    for alias in node.names:
        name = dotted_name(alias.name)
        if name in _GONE and not usage.guards.guards(alias, NO_NAME):
            yield _missing(alias, name, "importing it raises ImportError", usage)


def _missing(where: cst.CSTNode, name: str, outcome: str, usage: Usage) -> Finding:
    return Finding(where, f"`openai.{name}` is gone since openai 1.0: {outcome}. {_remedy(name, usage)}", severity="error")


# What is no setting.


def _meant(setting: str) -> str:
    if setting in CURRENT_MODULE_SETTINGS:
        return f"Set `openai.{setting}`, or build a client of your own"
    return f"`{setting}` is meant, which openai 0.x read: build a client of your own"


def _assigned_names(node: cst.Assign | cst.AnnAssign, usage: Usage) -> Iterator[Finding]:
    """`from openai import api_key`, and `api_key = "..."`, where nothing reads the name behind that."""
    for target, _ in assigned(node):
        if not isinstance(target, cst.Name):
            continue
        imported = {binding.qualified for binding in usage.tree.bindings_of(target) if binding.kind == "import"}
        for name in sorted(imported):
            package, _, setting = name.rpartition(".")
            if package != "openai" or setting in _GONE or setting not in {*MODULE_SETTINGS, *CURRENT_MODULE_SETTINGS}:
                continue  # what is gone cannot be imported at all
            is_used = any(not usage.tree.is_store(use) for use in usage.tree.uses_of(target))
            if not is_used and not usage.guards.guards(node, NO_EXCEPTION):
                yield Finding(
                    target,
                    f"`{target.value}` is a name of this module: assigning to it leaves `{name}` as it is."
                    " Build the client with the setting as an argument",
                )
