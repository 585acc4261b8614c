"""## What it does
Finds text that is meant to be replaced, a variable's name, or `$NAME`, given to the SDK as the key.

The key is looked for where `hardcoded-credential` looks. Values that are made up on purpose, as tests and local servers use them,
and keys for another `base_url`, are no findings; neither is a placeholder that the program itself compares with, to say that it
must be replaced, nor what a test sets for as long as it runs.

## Why is this bad?
Nobody replaces `YOUR_API_KEY` at run time, and Python does not expand `$OPENAI_API_KEY` in a string. The SDK sends whatever it is
given, and the first request fails with `AuthenticationError`: one request, 401 (measured on 0.28.1, 1.0.0, 1.55.3, 1.109.1,
2.54.0 and 3.54.0). From 1.0 on, what no header can hold is not even sent: a character beyond ASCII, as in `sk-…`, ends in
`UnicodeEncodeError`, which is no error of the SDK, and a blank at the end in `APIConnectionError`.

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
from oaklint.sdk.keys import find_keys, is_placeholder, kind_of_placeholder
from oaklint.sdk.placeholders import PlaceholderKind
from oaklint.usage import Usage
from oaklint.usage.credentials.sinks import Handover, InMagic, Sink

NEEDS: Needs = (*CREDENTIALS_OF_OPENAI, REACHES_TEXT)
SEVERITY: Severity = "warning"

# Those for which it was measured how they fail.
_KEYS = {"api_key", "openai_api_key", "OPENAI_API_KEY", "AZURE_OPENAI_API_KEY"}
_WHAT: dict[PlaceholderKind, str] = {
    "text": "A placeholder",
    "name": "The name of a variable",
    "shell name": "`$NAME` or `%NAME%`, which Python does not expand,",
}


def _visit(node: Handover, usage: Usage) -> Iterator[Finding]:
    for sink, value in usage.sinks.written(node):
        # What a test sets for a while is a stand-in, whatever it says.
        is_checked = isinstance(sink.given, cst.Attribute) and usage.absences.is_checked_by_class(sink.given)
        if sink.kind != "patch" and not is_checked and _is_reported(value, usage):
            message = _message(value, sink, usage)
            if usage.tree.is_own(sink.value):
                yield Finding(sink.value, message)
            else:  # the other file does not know where it gets to
                yield Finding(sink.given, message, related=((sink.value, "here it is written down"),))


visit_Call = visit_Assign = visit_AnnAssign = visit_AugAssign = _visit


def visit_Module(root: cst.Module, usage: Usage) -> Iterator[Finding]:
    """What the magics of a notebook set; the first cell speaks for all."""
    for magic in usage.sinks.in_magics() if root is usage.tree.roots[0] else ():
        if magic.lasts and _is_reported(magic.text, usage):
            yield Finding(magic.span, _message(magic.text, magic, usage))


def _is_reported(value: str, usage: Usage) -> bool:
    return is_placeholder(value) and not any(find_keys(value)) and not _is_asked_for(value.strip().lower(), usage)


def _message(value: str, place: Sink | InMagic, usage: Usage) -> str:
    what = _WHAT[kind_of_placeholder(value) or "text"]
    when = "where the variable is not set, " if place.is_default else ""
    return f"{what} is given as {place.what}: {when}{_failure(value, place, usage)}. {_remedy(place)}"


def _failure(value: str, place: Sink | InMagic, usage: Usage) -> str:
    is_sent = value.isascii() and value.splitlines() == [value.rstrip()]
    if is_sent and place.kind == "header":
        return "it is sent as it stands, and refused with 401"
    if place.name not in _KEYS or not (is_sent or usage.generation):
        return "it fails where it is used"
    if not value.isascii():
        return "no header can hold it, and the first request fails with UnicodeEncodeError"
    return f"the first request fails with {'AuthenticationError' if is_sent else 'APIConnectionError'}"


def _remedy(place: Sink | InMagic) -> str:
    if place.kind in ("environment", "process"):
        return "Set the variable outside of the program"
    if place.is_default:
        return "Leave out the default"
    return f"Read the key from the environment{'' if place.kind == 'header' else ', or leave it to the client to do so'}"


def _is_asked_for(value: str, usage: Usage) -> bool:
    """Whether the program itself compares something with the placeholder, or a part of it, to tell the user to replace it."""
    for comparison in usage.nodes(cst.Comparison):
        for target in comparison.comparisons:
            if "os.environ" in usage.resolver.names(target.comparator):
                continue  # whether there is such a variable
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
