"""## What it does
Finds settings of the module, `openai.api_key = ...`, `openai.organization`, `openai.api_type` and `openai.api_version`, as
openai 0.x was configured.

The message says which case applies: the program uses the module client, for which the setting is still legal (information), or
it builds a client of its own, on which the setting has no effect, or it is a program for openai 0.x. What only shows the
setting is information, too: it may be meant for a module client elsewhere.

## Why is this bad?
`openai.api_key` is read by the module client alone (`openai.chat.completions.create(...)`), where it works to this day. A
client built with `OpenAI()` does not see it: without a key in the environment the constructor raises `OpenAIError` (measured on
1.0.0, 1.55.3, 1.109.1, 2.54.0 and 3.54.0). State that is shared by the whole process is also hard to test and to change per
request.

## Example
```python
import openai
from openai import OpenAI

openai.api_key = "<key:openai-project>"  # noqa: OAK101
client = OpenAI()
client.models.list()
```

Use instead:
```python
import os

from openai import OpenAI

client = OpenAI(api_key=os.environ["OPENAI_API_KEY"])
client.models.list()
```

## Fix safety
There is no fix yet.

## References
- [Module-level client](https://github.com/openai/openai-python#module-level-client)
"""

from __future__ import annotations

from collections.abc import Iterator

from oaklint.diagnostic import Severity
from oaklint.python import cst
from oaklint.rules import IMPORTS_OPENAI, Finding, Needs
from oaklint.usage import Usage
from oaklint.usage.guards import NOTHING

# The settings that 0.x and the module client have in common, with what says the same on a client.
_SETTINGS = {
    "api_key": "OpenAI(api_key=...)",
    "organization": "OpenAI(organization=...)",
    "api_type": "AzureOpenAI(...)",
    "api_version": "AzureOpenAI(...)",
}

NEEDS: Needs = ((IMPORTS_OPENAI,), tuple(_SETTINGS))
SEVERITY: Severity = "warning"


def visit_Assign(node: cst.Assign, usage: Usage) -> Iterator[Finding]:
    for target in node.targets:
        yield from _target(target.target, usage)


def visit_AnnAssign(node: cst.AnnAssign, usage: Usage) -> Iterator[Finding]:
    if node.value is not None:
        yield from _target(node.target, usage)


def visit_Call(call: cst.Call, usage: Usage) -> Iterator[Finding]:
    """`setattr(openai, "api_key", ...)`."""
    if len(call.args) == 3 and "builtins.setattr" in usage.resolver.names(call.func):
        setting = usage.values.text(call.args[1].value)
        if setting in _SETTINGS and "openai" in usage.clients.names(call.args[0].value):
            yield from _reported(call, setting, usage)


def _target(target: cst.BaseExpression, usage: Usage) -> Iterator[Finding]:
    if isinstance(target, (cst.Tuple, cst.List)):
        for element in target.elements:
            yield from _target(element.value, usage)
    elif isinstance(target, cst.Attribute):
        setting = _setting(target, usage)
        if setting is not None:
            yield from _reported(target, setting, usage)


def _setting(node: cst.Attribute, usage: Usage) -> str | None:
    name = node.attr.value
    return name if name in _SETTINGS and "openai" in usage.clients.names(node.value) else None


def _reported(where: cst.CSTNode, setting: str, usage: Usage) -> Iterator[Finding]:
    if usage.targets_legacy or usage.guards.guards(where, NOTHING):
        return
    instead = f"`{_SETTINGS[setting]}`"
    if _uses_module_client(usage) or _hands_on(setting, usage):
        yield Finding(
            where,
            f"`openai.{setting}` configures the module client for the whole process: still legal, and without effect on"
            f" `OpenAI()`. Prefer a client of your own, {instead}",
            severity="info",
        )
    elif usage.clients.constructions:
        first = usage.clients.constructions[0]
        yield Finding(
            where,
            f"`openai.{setting}` has no effect on the client built in this file: only the module client reads it. Use {instead}",
            related=((first.call.func, "this client does not see the setting"),),
        )
    else:
        yield Finding(
            where,
            f"`openai.{setting}` is the way of openai 0.x; since 1.0 a client built with `OpenAI()` does not see it."
            f" Use {instead}",
            severity=None if usage.generation == 0 else "info",
        )


def _hands_on(setting: str, usage: Usage) -> bool:
    """Whether the program gives a client what it has put into the module: `OpenAI(api_key=openai.api_key)`."""
    arguments = (arg.value for construction in usage.clients.constructions for arg in construction.call.args)
    return any(isinstance(value, cst.Attribute) and _setting(value, usage) == setting for value in arguments)


def _uses_module_client(usage: Usage) -> bool:
    """Whether the program makes a request through the module itself, in the manner of 1.0 and later."""
    return any(
        name.startswith("openai.") and "()" not in name
        for call in usage.nodes(cst.Call)
        if usage.clients.is_request(call) and isinstance(call.func, cst.Attribute)
        for name in usage.clients.names(call.func)
        if not name.split(".")[1][:1].isupper()
    )
