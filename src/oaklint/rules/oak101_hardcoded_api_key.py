"""## What it does
Finds text with the structure of a real API key, of OpenAI or of another issuer whose keys begin with `sk-`.

Keys are found anywhere in a file: in strings, comments, docstrings, notebook markdown, magics, metadata and saved outputs, and
in files that do not parse. A key written in pieces (`"sk-" + "..."`, f-strings, `"".join(...)`, also by way of names, attributes,
entries, defaults and arguments), backwards, or behind escapes or an encoding is reported once, where it is put together or
decoded. A key whose issuer cannot be told from its shape is reported as one of an unknown issuer. Placeholders and other made-up
values are no findings.

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
The fix reads a variable in place of a literal that is the key and nothing else, with the import that this takes:
`OPENAI_API_KEY`, that of the issuer (`ANTHROPIC_API_KEY`, `OPENROUTER_API_KEY`, ...) or of the client that it is given to. It
does not make the key harmless: revoke it first. It is unsafe, since the program then ends with `KeyError` where the variable is
not set; in place of `os.getenv("NAME", "...")` and `os.getenv("NAME") or "..."`, too, so that nothing is ever sent with `None`
for a key. There is no fix for keys in other text, in comments, outputs and magics, for what is put together from names or written
into the environment, for fields of pydantic's settings, which read the variable by themselves, for defaults of defaults
(`os.getenv("A", os.getenv("B", "..."))`: they are evaluated in any case), for what is only compared, or handed to something that
does not ask for a key, and where a comment would be lost. Keys that differ, but belong to one variable, are all read from that:
give one of them another name where the program needs both.

## References
- [Best practices for API key safety](https://help.openai.com/en/articles/5112595-best-practices-for-api-key-safety)
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from oaklint.diagnostic import Severity
from oaklint.python import cst
from oaklint.python.edits import Editor
from oaklint.python.text_methods import FUNCTIONS, NAMES
from oaklint.python.tree import is_link, last_part
from oaklint.rules import Finding, Needs, Repair
from oaklint.rules.needs import Pattern
from oaklint.sdk.key_families import MARKER, variable_of
from oaklint.sdk.keys import KeyMatch, describe, find_keys
from oaklint.source import Cell, Span
from oaklint.usage import Usage
from oaklint.usage.repairs import read_from_environment, variable_for

# What every key begins with, or OpenAI's have in them: as it stands, backwards, in capitals, cut in two, with something to be
# replaced or decoded in it; in UTF-16, in base64, in hex, as numbers, or in what only a decoder can read.
NEEDS: Needs = (
    (
        "sk-",
        "s\0k\0-",
        MARKER,
        "-ks",
        "c2st",
        # A pattern that begins with its text is found faster; what must not stand before it is looked at last.
        Pattern(b"sk", rb"""sk(?<![A-Za-z0-9_.]sk)["'{%_*|~#@!$^&;:/<>]"""),
        Pattern(b"k-", rb"""k-(?<=["']k-)"""),
        Pattern(b"K-", rb"K-(?<=[Ss]K-)(?<![A-Za-z0-9_-].K-)"),
        Pattern(b"'k'", rb"'s'\s*[,+]\s*'k'"),
        Pattern(b'"k"', rb'"s"\s*[,+]\s*"k"'),
        Pattern(b"\\", rb"\\(?:(?:x|u00|U000000)(?:73|6[bB]|2[dD])|0?(?:163|153|55)|N\{(?:LATIN SMALL LETTER [SK]|HYPHEN-M))"),
        Pattern(b"::", rb"""["']\)*\[-?\d*:-?\d*:-?[2-9]\]"""),
        Pattern(b"115", rb"\b115\b[^0-9]{1,12}\b107\b"),
        Pattern(b"73", rb"(?:0x73\b|73) ?[^0-9]{0,8}6[bB][^0-9]{0,8}2[dD]"),
        Pattern(b"64decode", rb"""["'][A-Za-z0-9+/=_-]{16}"""),
        Pattern(b"2b_", rb"\ba2b_(?:hex|base64)"),
        "decodebytes",
        "fromhex",
        "unhexlify",
        Pattern(b"codecs", rb"codecs\.(?:de|en)code|from codecs"),
        "rot13",
        "rot_13",
        "b32decode",
        "b16decode",
        "85decode",
        "maketrans",
        Pattern(b"chr(", rb"\bchr\([^()\n]{0,40}\^"),
        Pattern(b"to_bytes", rb"[0-9a-fA-F]{30}"),
    ),
)
SEVERITY: Severity = "error"
FINDS_SECRETS = True

_READ_INSTEAD = "read the new one from the environment"


def scan(cell: Cell) -> Iterator[Finding]:
    where, remedy = ("a saved output", "clear the output") if cell.kind == "output" else ("the source", "remove it")
    for key in find_keys(cell.text):
        yield _finding(Span(cell, key.start, key.end), key, where, remedy)


def visit_Module(root: cst.Module, usage: Usage) -> Iterator[Finding]:
    """The keys of literals once more, now that a fix can take their place; the first cell speaks for all."""
    if root is usage.tree.roots[0]:
        literals: list[cst.BaseString] = [node for node in usage.nodes(cst.SimpleString) if "sk-" in node.value]
        literals += (node for node in usage.nodes(cst.FormattedString) if "sk-" in (usage.values.text(node) or ""))
        for node, (cell, start, end) in usage.program.spans(literals).items():
            assert isinstance(node, cst.BaseString)
            for key in find_keys(cell.text[start:end]):
                place, fix = Span(cell, start + key.start, start + key.end), partial(_fix, node, key, usage)
                remedy = "remove it" if isinstance(usage.tree.parents.get(node), cst.Expr) else _READ_INSTEAD
                yield _finding(place, key, "the source", remedy)._replace(fix=fix)


def visit_Call(node: cst.Call, usage: Usage) -> Iterator[Finding]:
    if last_part(node.func) in NAMES or usage.resolver.names(node.func) & FUNCTIONS.keys():
        yield from _put_together(node, usage)


def visit_Subscript(node: cst.Subscript, usage: Usage) -> Iterator[Finding]:
    if any(isinstance(element.slice, cst.Slice) for element in node.slice):
        yield from _put_together(node, usage)


def visit_SimpleString(node: cst.SimpleString, usage: Usage) -> Iterator[Finding]:
    if "\\" in node.value:  # escapes may spell a key that the text does not show
        yield from _put_together(node, usage)


def _put_together(node: cst.BaseExpression | cst.AugAssign, usage: Usage) -> Iterator[Finding]:
    """A key that a piece of the program makes of others, none of which has it."""
    if is_link(node) and is_link(usage.tree.parents.get(node)):
        return
    for assembly in usage.assemblies:
        text = assembly.text(node) or ""  # type: ignore[arg-type]
        keys = [(key, text[key.start : key.end]) for key in find_keys(text)]
        parts = dict.fromkeys(assembly.texts_in(node)) if keys else {}
        inside = [(key.whole, part[key.start : key.end]) for part in parts for key in find_keys(part)]
        for key, secret in keys:
            # Not what stands in a part of it, with something added to it here or not.
            if not any(secret in each or (whole and each in secret) for whole, each in inside):
                pieces = (piece for piece in assembly.pieces(node) if not _holds_another(piece, secret))
                related = tuple((piece, "a piece of it") for piece in dict.fromkeys(pieces))
                where = f"the source, {'in pieces' if _is_joined(node) else 'in another form'}"
                yield _finding(node, key, where, _READ_INSTEAD)._replace(related=related, fix=partial(_fix, node, key, usage))
                return


def _is_joined(node: cst.BaseExpression | cst.AugAssign) -> bool:
    """Whether it puts texts together, not one text into another form."""
    if isinstance(node, cst.Call):
        return last_part(node.func) in ("join", "format", "format_map")
    return not isinstance(node, (cst.Subscript, cst.SimpleString))


def _fix(literal: cst.BaseExpression | cst.AugAssign, key: KeyMatch, usage: Usage, editor: Editor) -> Repair | None:
    if isinstance(literal, cst.AugAssign) or len((usage.values.text(literal) or "").removeprefix("Bearer ")) != key.length:
        return None  # it is but a part of the text
    variable = variable_of(key.family) or variable_for(literal, usage)
    return Repair("unsafe", *read_from_environment(literal, variable, usage, editor))


def _holds_another(piece: cst.CSTNode, secret: str) -> bool:
    text = piece.value if isinstance(piece, cst.SimpleString) else ""
    return any(text[key.start : key.end] not in secret for key in find_keys(text))


visit_BinaryOperation = visit_ConcatenatedString = visit_FormattedString = visit_TemplatedString = visit_AugAssign = _put_together


def _finding(place: cst.BaseExpression | cst.AugAssign | Span, key: KeyMatch, where: str, remedy: str) -> Finding:
    return Finding(
        place,
        f"{describe(key)} stands in {where}. Revoke it, then {remedy}, then clean the history",
        sensitive=True,
        confidence=key.tier,
        fingerprint=key.fingerprint,
        partial=not key.whole,
    )
