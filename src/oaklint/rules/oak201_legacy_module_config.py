"""## What it does
Finds settings of the module, `openai.api_key = ...`, `openai.organization`, `openai.api_type` and `openai.api_version`, as
openai 0.x was configured.

The message says which case applies: the program uses the module client, for which the setting is still legal (information), or
it builds a client of its own, on which the setting has no effect, or it is a program for openai 0.x. What only shows the
setting is information, too: it may be meant for a module client elsewhere. Where a client is built that gets its key from
nowhere else, `openai.api_key = ...` is an error, and a finding of OAK302 instead; `openai.api_type = "azure_ad"`, which has lost
its meaning, is one of OAK202.

## Why is this bad?
`openai.api_key` is read by the module client alone (`openai.chat.completions.create(...)`), where it works to this day. A
client built with `OpenAI()` does not see it: without a key in the environment the constructor raises `OpenAIError` (measured on
1.0.0, 1.55.3, 1.109.1, 2.54.0 and 3.54.0). State that is shared by the whole process is also hard to test and to change per
request.

## Example
```python
import os

import openai
from openai import OpenAI

openai.api_key = os.getenv("OPENAI_API_KEY")
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
Safe: it is part of the migration of the whole file, which is made as a whole or not at all; see OAK203.

## References
- [Module-level client](https://github.com/openai/openai-python#module-level-client)
"""

from __future__ import annotations

from collections.abc import Iterator

from oaklint.diagnostic import Severity
from oaklint.python import cst
from oaklint.rules import IMPORTS_OPENAI, Finding, Needs
from oaklint.rules.migrating import migrating
from oaklint.usage import Usage
from oaklint.usage.guards import NO_EXCEPTION
from oaklint.usage.module_client import (
    Assigning,
    assigned_attributes,
    hands_on,
    is_module,
    loses_azure,
    makes_requests,
    misses_client,
    set_value,
)

# The settings that 0.x and the module client have in common, with what says the same on a client.
_SETTINGS = {
    "api_key": "OpenAI(api_key=...)",
    "organization": "OpenAI(organization=...)",
    "api_type": "AzureOpenAI(...)",
    "api_version": "AzureOpenAI(...)",
}

NEEDS: Needs = ((IMPORTS_OPENAI,), tuple(_SETTINGS))
SEVERITY: Severity = "warning"


@migrating
def visit_Assign(node: cst.Assign, usage: Usage) -> Iterator[Finding]:
    yield from _assigned(node, usage)


@migrating
def visit_AnnAssign(node: cst.AnnAssign, usage: Usage) -> Iterator[Finding]:
    yield from _assigned(node, usage)


@migrating
def visit_Call(node: cst.Call, usage: Usage) -> Iterator[Finding]:
    """`setattr(openai, "api_key", ...)`."""
    yield from _assigned(node, usage)


def _assigned(node: Assigning, usage: Usage) -> Iterator[Finding]:
    for owner, setting, where in assigned_attributes(node, usage):
        if setting in _SETTINGS and is_module(owner, usage) and not loses_azure(setting, set_value(node, where), usage):
            yield from _reported(where, setting, usage)


def _reported(where: cst.CSTNode, setting: str, usage: Usage) -> Iterator[Finding]:
    if usage.targets_legacy or usage.guards.guards(where, NO_EXCEPTION):
        return
    if setting == "api_key" and misses_client(where, usage) is not None:
        return  # OAK302 says so
    instead = f"`{_SETTINGS[setting]}`"
    if makes_requests(usage) or hands_on(setting, usage):
        yield Finding(
            where,
            f"`openai.{setting}` configures the module client for the whole process: still legal, and without effect on"
            f" `OpenAI()`. Prefer a client of your own, {instead}",
            severity="info",
        )
    elif usage.constructions.in_program:
        first = usage.constructions.in_program[0]
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
