"""## What it does
Finds attributes of errors of openai 0.x that errors of the SDK do not have any more: `http_status`, `user_message`, `json_body`,
`headers`, `error` and others, and `error_type`, which they never had.

An error is the SDK's where its clause names classes of the SDK, or classes of Python's own beside these, where `isinstance` has
told so on every way, and where a parameter is declared to be one, or handed nothing else in the file. What is caught as
`Exception` may have these attributes, and is no finding; nor is what `hasattr` has been asked for, a `getattr`, what a `try`
provides for, or anything in a project that declares openai 0.x as its dependency, or with `target-sdk = 0`.

## Why is this bad?
Reading one raises `AttributeError`: in the handler, where it takes the place of the real error (measured on 1.0.0, 1.55.3,
1.109.1, 2.54.0 and 3.54.0). Nothing tells before something has failed.

## Example
```python
import openai
from openai import OpenAI

client = OpenAI()
try:
    client.models.list()
except openai.AuthenticationError as error:
    print("The service says", error.http_status)
```

Use instead:
```python
import openai
from openai import OpenAI

client = OpenAI()
try:
    client.models.list()
except openai.AuthenticationError as error:
    print("The service says", error.status_code)
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
from oaklint.rules import IMPORTS_OPENAI, Finding, Needs
from oaklint.rules.migrating import migrating
from oaklint.sdk.exceptions import OWN_ATTRIBUTES
from oaklint.sdk.legacy import ERROR_ATTRIBUTES, NEVER_ERROR_ATTRIBUTES
from oaklint.usage import Usage
from oaklint.usage.guards import NO_ATTRIBUTE

NEEDS: Needs = ((IMPORTS_OPENAI,), tuple(sorted(ERROR_ATTRIBUTES)))
SEVERITY: Severity = "error"


@migrating
def visit_Attribute(node: cst.Attribute, usage: Usage) -> Iterator[Finding]:
    name = node.attr.value
    if name not in ERROR_ATTRIBUTES or usage.targets_legacy:
        return
    read = usage.error_reads.read(node)
    if read is None or not read.is_certain or any(name in OWN_ATTRIBUTES.get(each, ()) for each in read.classes):
        return
    if not usage.error_reads.is_asked_for(read) and not usage.guards.guards(node, NO_ATTRIBUTE):
        since = "never had an attribute" if name in NEVER_ERROR_ATTRIBUTES else "have no attribute"
        until = "" if name in NEVER_ERROR_ATTRIBUTES else " since openai 1.0"
        yield Finding(node, f"Errors of the SDK {since} `{name}`{until}: reading it raises AttributeError. {_remedy(name)}")


def _remedy(name: str) -> str:
    successor, note = ERROR_ATTRIBUTES[name]
    if name in NEVER_ERROR_ATTRIBUTES:
        return f"Use `{successor}`"
    remedy = f"Use `{successor}`" if successor is not None else "It has no successor"
    return f"{remedy}: {note}" if note else remedy
