"""## What it does
Finds literals with the structure of a real API key, of OpenAI or of another issuer whose keys begin with `sk-`.

Keys are found anywhere in the text: in strings, comments, docstrings, notebook markdown, magics and saved outputs, and in files
that do not parse. A key written in pieces (`"sk-" + "..."`, f-strings, `"".join(...)`) is put together first. A key whose
issuer cannot be told from its shape is reported as one of an unknown issuer. Placeholders and other made-up values are no
findings.

A key is certain where nothing else has its structure, and called probable where something else might (in JSON, `confidence`). The
fingerprint in the message is the same wherever the same key stands.

## Why is this bad?
Whoever can read the file can use the key, and so can whoever can read its history. Removing it from the file does not undo
that: revoke the key first, then remove it, then clean the history.

## Example
```python
from openai import OpenAI

client = OpenAI(api_key="<key:openai-project>")
client.models.list()
```

Use instead:
```python
from openai import OpenAI

client = OpenAI()  # reads OPENAI_API_KEY
client.models.list()
```

## Fix safety
There is no fix: a fix would show the key, and removing a key does not make it harmless.

## References
- [Best practices for API key safety](https://help.openai.com/en/articles/5112595-best-practices-for-api-key-safety)
"""

from __future__ import annotations

from collections.abc import Iterator

from oaklint.diagnostic import Severity
from oaklint.python import cst
from oaklint.python.tree import last_part
from oaklint.rules import IMPORTS_OPENAI, Finding, Needs
from oaklint.sdk.keys import KeyMatch, describe, find_keys
from oaklint.source import Cell, Span
from oaklint.usage import Usage

# What every key begins with, or has in it, as it stands, in base64, in hex, as escapes or backwards; the marker stands in two
# pieces itself, so that no scanner takes it for a key. Only where the SDK is imported are keys looked for that are written in
# smaller pieces.
NEEDS: Needs = (("sk-", "T3Blbk" + "FJ", "c2st", "-ks", "\\x73", "736b2d", IMPORTS_OPENAI),)
SEVERITY: Severity = "error"
FINDS_SECRETS = True

# Functions and methods that put text together, or decode it.
_MAKES_TEXT = {"join", "format", "replace", "decode", "b64decode", "standard_b64decode", "urlsafe_b64decode", "fromhex"}


def scan(cell: Cell) -> Iterator[Finding]:
    where = " in a saved output" if cell.kind == "output" else ""
    for key in find_keys(cell.text):
        yield _finding(Span(cell, key.start, key.end), key, where)


def visit_BinaryOperation(node: cst.BinaryOperation, usage: Usage) -> Iterator[Finding]:
    if isinstance(node.operator, (cst.Add, cst.Modulo)) and not isinstance(usage.tree.parents.get(node), cst.BinaryOperation):
        yield from _folded(node, usage)


def visit_ConcatenatedString(node: cst.ConcatenatedString, usage: Usage) -> Iterator[Finding]:
    if not isinstance(usage.tree.parents.get(node), cst.ConcatenatedString):
        yield from _folded(node, usage)


def visit_FormattedString(node: cst.FormattedString, usage: Usage) -> Iterator[Finding]:
    yield from _folded(node, usage)


def visit_SimpleString(node: cst.SimpleString, usage: Usage) -> Iterator[Finding]:
    if "\\" in node.value:  # escapes may spell a key that the text does not show
        yield from _folded(node, usage)


def visit_Subscript(node: cst.Subscript, usage: Usage) -> Iterator[Finding]:
    if any(isinstance(element.slice, cst.Slice) for element in node.slice):
        yield from _folded(node, usage)


def visit_Call(node: cst.Call, usage: Usage) -> Iterator[Finding]:
    if last_part(node.func) in _MAKES_TEXT:
        yield from _folded(node, usage)


def _folded(node: cst.BaseExpression, usage: Usage) -> Iterator[Finding]:
    """A key that only appears when the pieces are put together; one that stands in the text as a whole is found there."""
    value = usage.values.fold(node)
    if isinstance(value, bytes):
        value = value.decode("latin-1")
    if isinstance(value, str) and len(value) >= 30:
        code = cst.Module([]).code_for_node(node)
        whole = {key.fingerprint for key in find_keys(code)}
        for key in find_keys(value):
            if key.fingerprint not in whole:
                pieces = tuple((piece, "a piece of it") for piece in usage.values.pieces(node))
                yield _finding(node, key, ", put together from pieces")._replace(related=pieces)


def _finding(place: cst.BaseExpression | Span, key: KeyMatch, where: str) -> Finding:
    return Finding(
        place,
        f"{describe(key)} stands in the source{where}. Revoke it, then read it from the environment, then clean the history",
        sensitive=True,
        confidence=key.tier,
        fingerprint=key.fingerprint,
    )
