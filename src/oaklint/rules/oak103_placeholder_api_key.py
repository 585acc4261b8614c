"""## What it does
Finds text that is meant to be replaced, a variable's name, or `$NAME`, given to the SDK as the key.

## Why is this bad?
The SDK sends whatever it is given. Python does not expand `$OPENAI_API_KEY` in a string, and nobody replaces `YOUR_API_KEY` at
run time: the first request fails with `AuthenticationError` (measured on 0.28.1, 1.0.0, 1.55.3, 1.109.1, 2.54.0 and 3.54.0: one
request, 401). The key is looked for where `hardcoded-credential` looks. Values that are made up on purpose, as tests and local
servers use them, and keys for another `base_url`, are no findings; neither is a placeholder that the program itself compares
with, to say that it must be replaced, nor what a test sets for as long as it runs.

## Example
```python
from openai import OpenAI

client = OpenAI(api_key="YOUR_API_KEY")
client.models.list()
```

Use instead:
```python
from openai import OpenAI

client = OpenAI()  # reads OPENAI_API_KEY
client.models.list()
```

## Fix safety
There is no fix yet.

## References
- [Usage of the SDK](https://github.com/openai/openai-python#usage)
"""

from __future__ import annotations

from collections.abc import Iterator

from oaklint.diagnostic import Severity
from oaklint.python import cst
from oaklint.rules import CREDENTIALS_OF_OPENAI, REACHES_TEXT, Finding, Needs
from oaklint.sdk.keys import find_keys, is_placeholder
from oaklint.usage import Usage
from oaklint.usage.credentials.sinks import Handover

NEEDS: Needs = (*CREDENTIALS_OF_OPENAI, REACHES_TEXT)
SEVERITY: Severity = "warning"


def _visit(node: Handover, usage: Usage) -> Iterator[Finding]:
    for sink, value in usage.sinks.written(node):
        # What a test sets for a while is a stand-in, whatever it says.
        if sink.kind != "patch" and _is_reported(value, usage):
            if usage.tree.is_own(sink.value):
                yield Finding(sink.value, _message(sink.what))
            else:  # the other file does not know where it gets to
                yield Finding(sink.given, _message(sink.what), related=((sink.value, "here it is written down"),))


visit_Call = visit_Assign = visit_AnnAssign = visit_AugAssign = _visit


def visit_Module(root: cst.Module, usage: Usage) -> Iterator[Finding]:
    """What the magics of a notebook set; the first cell speaks for all."""
    for magic in usage.sinks.in_magics() if root is usage.tree.roots[0] else ():
        if magic.lasts and _is_reported(magic.text, usage):
            yield Finding(magic.span, _message(magic.what))


def _message(what: str) -> str:
    return (
        f"A placeholder is given as {what}, and sent as it stands: the first request fails with AuthenticationError."
        " Read the key from the environment, or leave it to the client to do so"
    )


def _is_reported(value: str, usage: Usage) -> bool:
    return is_placeholder(value) and not any(find_keys(value)) and not _is_asked_for(value.lower(), usage)


def _is_asked_for(value: str, usage: Usage) -> bool:
    """Whether the program itself compares something with the placeholder, or a part of it, to tell the user to replace it."""
    for comparison in usage.nodes(cst.Comparison):
        for target in comparison.comparisons:
            looks_inside = isinstance(target.operator, (cst.In, cst.NotIn))
            for operand in (comparison.left, target.comparator):
                for text in _texts(operand, usage):
                    if text == value or (looks_inside and len(text) > 2 and text in value):
                        return True
    calls = usage.resolver.calls.by_name.get("startswith", ())
    return any(text and value.startswith(text) for call in calls for arg in call.args[:1] for text in _texts(arg.value, usage))


def _texts(node: cst.BaseExpression, usage: Usage) -> Iterator[str]:
    """The texts that an expression is, or holds, in lower case."""
    found = usage.values.value(node)
    for text in found if isinstance(found, tuple) else (found,):
        if isinstance(text, str):
            yield text.lower()
