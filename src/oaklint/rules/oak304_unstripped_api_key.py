"""## What it does
Finds keys that are read from a file, the output of a process, the standard input or a prompt, and reach the SDK as they were
read, without `strip()`, be it through names, attributes, a function of the program that reads them, or a module of the project.

A file that somebody has edited ends with a line end, and so does what most commands print; `input()`, `getpass()` and
`click.prompt()` give what was pasted, with the blanks around it. Whatever takes a line apart or away on the way is fine:
`strip()`, `rstrip()`, `splitlines()`, `split()`, `[:-1]`, a parser. So are files that the program writes itself, commands that
print no line end (`printf %s`, `echo -n`, `head -c`, `tr -d`) or whose output is not kept for certain (without
`capture_output=True` or a pipe for `stdout` there is None), and bytes, which are no key at all.

## Why is this bad?
No HTTP header can hold a line end, and none may end with a blank. The constructor takes the key as it is; then each request fails
with `APIConnectionError` ("Connection error."), which looks like trouble with the network, and is retried as such: no request
reaches the server. Its cause, and so the traceback, shows the whole key (measured on 1.0.0, 1.55.3, 1.109.1, 2.54.0 and 3.54.0,
with a line end on 0.28.1, too).

## Example
```python
from openai import OpenAI

with open("key.txt") as file:
    key = file.read()
client = OpenAI(api_key=key)
client.models.list()
```

Use instead:
```python
from openai import OpenAI

with open("key.txt") as file:
    key = file.read().strip()
client = OpenAI(api_key=key)
client.models.list()
```

## Fix safety
The fix writes `.strip()` behind what reads the key, or in place of a `.lstrip()`; where the text that is read is used for
something else as well, behind what stands for it further on. It is safe: a key has no blanks at its ends. There is none where the
value may be something else than text, such as `None`, stands in another file, or in a dictionary that is handed over as a whole
and read elsewhere.

## References
- [TextIOBase.readline](https://docs.python.org/3/library/io.html#io.TextIOBase.readline)
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from itertools import chain

from oaklint.diagnostic import Severity
from oaklint.python import cst
from oaklint.python.edits import Editor
from oaklint.python.places import named
from oaklint.python.reading import Origin
from oaklint.python.sources import Source
from oaklint.python.tree import last_part
from oaklint.rules import CREDENTIALS_OF_OPENAI, Finding, Needs, Repair
from oaklint.rules.needs import Pattern, Reach
from oaklint.sdk.clients import CREDENTIAL_ENVIRONMENT
from oaklint.usage import Usage
from oaklint.usage.credentials.sinks import Handover, Sink

# What reads may stand in a module that the file imports.
_READS = [b"read", b"open(", b"input(", b"getpass", b"prompt(", b"check_output", b"communicate", b"stdin", b"stdout"]

NEEDS: Needs = (
    *CREDENTIALS_OF_OPENAI,
    tuple(Reach(Pattern(word, re.escape(word))) for word in _READS),
)
SEVERITY: Severity = "error"

# What becomes a header as it is; measured for these.
_KEYS = {"api_key", "admin_api_key", "openai_api_key", "azure_ad_token", "authorization"} | CREDENTIAL_ENVIRONMENT

_WHAT_STAYS: dict[Origin, str] = {
    "file": "is read from a file with the line end behind it: each",
    "process": "is what a process prints, with the line end behind it: each",
    "input": "is read from the standard input with the line end behind it: each",
    "prompt": "is what somebody pastes; with a blank behind it, each",
}


def _visit(node: Handover, usage: Usage) -> Iterator[Finding]:
    for sink in usage.sinks.places(node):
        if sink.name not in _KEYS and sink.name.lower() not in _KEYS:
            continue
        for source, reading in chain.from_iterable(map(usage.readings.behind, _keys_given(sink, usage))):
            if reading is None or not reading.is_text or _is_stripped_later(source, usage):
                continue
            if reading.origin == "prompt" and not usage.generation:
                continue  # 0.x sends a blank, and a server may pass over it
            where = source.value if usage.tree.is_own(source.value) else sink.given
            yield Finding(
                where,
                f"The key for {sink.what} {_WHAT_STAYS[reading.origin]} request fails with APIConnectionError before it is sent,"
                " and the traceback shows the whole key. Write `.strip()` behind it",
                related=((sink.given, "here it is handed over"),) if where is not sink.given else (),
                severity="info" if reading.origin == "prompt" else None,
                fix=partial(_fix, node, sink, source, usage),
            )


visit_Call = visit_Assign = visit_AnnAssign = _visit


def _keys_given(sink: Sink, usage: Usage) -> list[cst.BaseExpression]:
    """What a place is given as the key, be it by a callable that the SDK asks for it."""
    if isinstance(sink.given, cst.Lambda):
        return [sink.given.body]
    names = usage.resolver.names(sink.given) if isinstance(sink.given, (cst.Name, cst.Attribute)) else ()
    functions = usage.resolver.definitions.functions(names)
    return [value for function in functions for value in usage.resolver.returned_values(function)] or [sink.given]


def _is_stripped_later(source: Source, usage: Usage) -> bool:
    """Whether a name on the way is also bound to something that is made of itself: `if "\\n" in key: key = key.strip()`."""
    for node, taken in source.way:
        if isinstance(node, cst.Name):
            others = [each.value for each in usage.tree.bindings_of(node) if each is not taken and each.value is not None]
        else:
            others = usage.resolver.attribute_values(node) if isinstance(node, cst.Attribute) else []
        if any(last_part(part) == last_part(node) for value in others for part in named(value)):
            return True
    return False


def _fix(node: Handover, sink: Sink, source: Source, usage: Usage, editor: Editor) -> Repair | None:
    """Strips the text as early as nobody else is handed what is stripped."""
    first = source.way[0].node if source.way else source.value
    # What a callable returns stands in it, not where that is handed over.
    place = node if first is sink.given else usage.tree.unit(first) or node
    for value in reversed(usage.sharing.alone(place, source)):
        if _is_text(value, usage) and not isinstance(usage.tree.parents.get(value), cst.Await) and usage.tree.is_own(value):
            if (half := _half_stripped(value, usage)) is not None:
                return Repair("safe", "Strip both ends", (editor.replace(half, "strip"),))
            if isinstance(value, (cst.Await, cst.NamedExpr)):
                return Repair("safe", "Strip it", (editor.replace_whole(value, f"({editor.text(value)}).strip()"),))
            return Repair("safe", "Strip it", (editor.insert_after(value, ".strip()"),))
    return None


def _half_stripped(node: cst.BaseExpression, usage: Usage) -> cst.Name | None:
    """The `lstrip` that stands behind an expression, with no arguments."""
    method = usage.tree.parents.get(node)
    call = usage.tree.parents.get(method) if isinstance(method, cst.Attribute) and method.attr.value == "lstrip" else None
    return method.attr if isinstance(method, cst.Attribute) and isinstance(call, cst.Call) and not call.args else None


def _is_text(node: cst.BaseExpression, usage: Usage) -> bool:
    """Whether `.strip()` can stand behind an expression: it is sure to be text, or bytes, that is read."""
    if not isinstance(node, (cst.Await, cst.Attribute, cst.Call, cst.Name, cst.NamedExpr, cst.Subscript)):
        return False
    return all(reading is not None for _, reading in usage.readings.behind(node))
