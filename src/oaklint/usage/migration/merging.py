"""Two clauses of a `try` made one, where a condition tells which of them would have caught an error."""

from __future__ import annotations

import re
from collections.abc import Iterator

from oaklint.python import cst
from oaklint.python.edits import Handler, Rows, Unfixable
from oaklint.python.tree import Tree, walk
from oaklint.source import LINE_END, Span
from oaklint.usage.migration.draft import Draft

_NAME = "error"
# What is said behind the first row of a clause, which is all of a header.
_COMMENT = re.compile(r"\A[^#\r\n]*:([ \t]*#[^\r\n]*)[\r\n]+\Z")


def merge(first: Handler, second: Handler, condition: str, tree: Tree, draft: Draft) -> None:
    """Puts what a clause does into an earlier one of the same `try`, which catches the errors of both.

    condition: what is so of an error that was for the first, behind its name and a dot. Where both do the same, it is not asked.
    """
    try:
        _merge(first, second, condition, tree, draft)
    except Unfixable:
        draft.stop(second, "one class is for both clauses since 1.0, and they cannot be put together exactly")


def _merge(first: Handler, second: Handler, condition: str, tree: Tree, draft: Draft) -> None:
    one, other = draft.editor.rows(first), draft.editor.rows(second)
    cell = one.cell
    one_body, other_body = _body(first, draft), _body(second, draft)
    names = [each.name.name.value for each in (first, second) if each.name is not None and isinstance(each.name.name, cst.Name)]
    begin, end = one_body.begin, one.end
    line_end = LINE_END.search(cell.text, one.first)
    header = cell.text[other.first : other_body.begin]
    at_end = not cell.text[other.begin : other.end].endswith(("\n", "\r"))
    said = _COMMENT.search(header)
    if len(set(names)) > 1 or line_end is None or ("#" in header and said is None) or (at_end and other.begin != end):
        raise Unfixable
    if cell.text[begin:end].strip() == cell.text[other_body.begin : other.end].strip() and not at_end:
        draft.delete(Span(cell, other.begin, other.end))
        return
    if any(LINE_END.search(draft.editor.text(each)) for each in (*_strings(first), *_strings(second))):
        raise Unfixable  # rows of text must not be indented
    if not names and tree.scopes[first].lookup(_NAME) is not None:
        raise Unfixable
    name, inner = (names or [_NAME])[0], one_body.indentation
    if first.name is None and first.type is not None:
        draft.append_whole(first.type, f" as {name}")
    unit = inner.removeprefix(one.indentation)
    draft.rewrite(
        Span(cell, begin, end), begin, lambda text: f"{inner}if {name}.{condition}:{line_end[0]}" + _indented(text, unit)
    )
    draft.rewrite(Span(cell, other.begin, other.first), end, lambda text: _indented(text, unit))
    draft.rewrite(Span(cell, other.first, other_body.begin), end, lambda _: f"{inner}else:{said[1] if said else ''}{line_end[0]}")
    draft.rewrite(Span(cell, other_body.begin, other.end), end, lambda text: _indented(text, unit))


def _body(handler: Handler, draft: Draft) -> Rows:
    if not isinstance(handler.body, cst.IndentedBlock):
        raise Unfixable
    return draft.editor.rows(handler.body.body[0])


def _strings(handler: Handler) -> Iterator[cst.CSTNode]:
    return (each for each in walk(handler) if isinstance(each, (cst.SimpleString, cst.FormattedString)))


def _indented(text: str, by: str) -> str:
    return "".join(by + row if row.strip() else row for row in text.splitlines(keepends=True))
