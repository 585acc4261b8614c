"""## What it does
Finds literals with the structure of a real API key, of OpenAI or of another issuer whose keys begin with `sk-`.

Keys are found anywhere in the text: in strings, comments, docstrings, notebook markdown, magics and saved outputs, and in files
that do not parse. A key written in pieces (`"sk-" + "..."`, f-strings, `"".join(...)`) is put together first. A key whose
issuer cannot be told from its shape is reported as one of an unknown issuer. Placeholders and other made-up values are no
findings.

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
The fix reads a variable in place of a literal that is the key and nothing else, with the import that this takes:
`OPENAI_API_KEY`, that of the issuer (`ANTHROPIC_API_KEY`, `OPENROUTER_API_KEY`, ...) or of the client that it is given to. It
does not make the key harmless: revoke it first. It is unsafe, since the program then ends with `KeyError` where the variable is
not set; in place of `os.getenv("NAME", "...")` and `os.getenv("NAME") or "..."`, too, so that nothing is ever sent with `None`
for a key. There is no fix for keys in other text, in comments, outputs and magics, for what is put together from names or written
into the environment, and for what is only compared, or handed to something that does not ask for a key.

## References
- [Best practices for API key safety](https://help.openai.com/en/articles/5112595-best-practices-for-api-key-safety)
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from oaklint.diagnostic import Severity
from oaklint.python import cst
from oaklint.python.edits import Editor
from oaklint.python.tree import last_part
from oaklint.rules import IMPORTS_OPENAI, Finding, Needs, Repair
from oaklint.sdk.key_families import variable_of
from oaklint.sdk.keys import KeyMatch, describe, find_keys
from oaklint.source import Cell, Span
from oaklint.usage import Usage
from oaklint.usage.repairs import read_from_environment, variable_for

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
        yield Finding(Span(cell, key.start, key.end), _message(key, where), sensitive=True)


def visit_Module(root: cst.Module, usage: Usage) -> Iterator[Finding]:
    """The keys of literals once more, now that a fix can take their place; the first cell speaks for all."""
    if root is usage.tree.roots[0]:
        literals = [node for node in usage.nodes(cst.SimpleString) if "sk-" in getattr(node, "value", "")]
        for node, (cell, start, end) in usage.program.spans(literals).items():
            assert isinstance(node, cst.SimpleString)
            for key in find_keys(cell.text[start:end]):
                place, fix = Span(cell, start + key.start, start + key.end), partial(_fix, node, key, usage)
                yield Finding(place, _message(key, ""), sensitive=True, fix=fix)


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


def _fix(literal: cst.BaseExpression, key: KeyMatch, usage: Usage, editor: Editor) -> Repair | None:
    if len((usage.values.text(literal) or "").removeprefix("Bearer ")) != key.length:
        return None  # it is but a part of the text
    variable = variable_of(key.family) or variable_for(literal, usage)
    return Repair("unsafe", *read_from_environment(literal, variable, usage, editor))


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
                message, fix = _message(key, ", put together from pieces"), partial(_fix, node, key, usage)
                yield Finding(node, message, related=pieces, sensitive=True, fix=fix)


def _message(key: KeyMatch, where: str) -> str:
    return f"{describe(key)} stands in the source{where}. Revoke it, then read it from the environment, then clean the history"
