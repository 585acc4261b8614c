"""## What it does
Finds answers of a client that are read as the dicts that they were in openai 0.x: `response["choices"]`, `response.get("usage")`,
`"choices" in response`, `response.to_dict_recursive()`.

Answers are followed through names, attributes, functions and loops of the file, and no further than is certain: what is a dict on
one of several ways is no finding. Neither is `response.to_dict()["choices"]`. Code that asks for the installed version first is
left out, and so is a project that declares openai 0.x as its dependency, or `target-sdk = 0`.

## Why is this bad?
Since 1.0 an answer is an object: a subscript raises `TypeError`, `.get` and `.keys` raise `AttributeError`, after the request has
been sent, and paid for. `"choices" in response` is worse: it is False, without a word (measured on 1.0.0, 1.55.3, 1.109.1, 2.54.0
and 3.54.0).

## Example
```python
from openai import OpenAI

client = OpenAI()
response = client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": "How are you?"}])
print(response["model"])
```

Use instead:
```python
from openai import OpenAI

client = OpenAI()
response = client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": "How are you?"}])
print(response.model)
```

## Fix safety
Safe: it is part of the migration of the whole file, which is made as a whole or not at all; see OAK203.

## References
- [Migration guide](https://github.com/openai/openai-python/discussions/742)
"""

from __future__ import annotations

from collections.abc import Iterator

from oaklint.diagnostic import Severity
from oaklint.python import cst
from oaklint.rules import IMPORTS_OPENAI, Finding, Needs
from oaklint.rules.migrating import migrating
from oaklint.usage import Usage
from oaklint.usage.guards import NO_EXCEPTION

NEEDS: Needs = ((IMPORTS_OPENAI,), ("create", "generate", "edit", "list", "retrieve", "delete"))
SEVERITY: Severity = "error"


@migrating
def visit_Subscript(node: cst.Subscript, usage: Usage) -> Iterator[Finding]:
    yield from _reported(node, "raises TypeError", usage)


@migrating
def visit_Attribute(node: cst.Attribute, usage: Usage) -> Iterator[Finding]:
    yield from _reported(node, "raises AttributeError", usage)


@migrating
def visit_Call(node: cst.Call, usage: Usage) -> Iterator[Finding]:
    yield from _reported(node, "raises AttributeError", usage)


@migrating
def visit_Comparison(node: cst.Comparison, usage: Usage) -> Iterator[Finding]:
    yield from _reported(node, "is False whatever was answered", usage)


def _reported(node: cst.CSTNode, outcome: str, usage: Usage) -> Iterator[Finding]:
    reading = usage.answers.as_dicts.get(node)
    if reading is None or any(part in usage.answers.as_dicts for part in usage.tree.chain(reading.owner)):
        return  # of `answer["choices"][0]["message"]`, the first reading is the one that fails
    if not usage.targets_legacy and not usage.guards.guards(node, NO_EXCEPTION):
        yield Finding(node, f"An answer of openai is no dict since 1.0: this {outcome}. Read `{reading.instead}`")
