"""Changes written back into a file's bytes: whatever they do not touch stays, byte for byte."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oaklint.source import Cell, Change, Source, Span, read_source
from oaklint.source.rewrite import NotRewritable, changed_text, rewrite

_TEXT = st.text(st.sampled_from("ab #\"'\\\t\f\u00e9\u20ac\U0001f511"), max_size=12)
_LINES = st.lists(st.tuples(_TEXT, st.sampled_from(["\n", "\r\n", "\r"])), max_size=6)


@st.composite
def _changes(draw: st.DrawFn, cell: Cell, content: st.SearchStrategy[str]) -> list[Change]:
    """Changes of a cell that keep clear of each other."""
    bounds = sorted(draw(st.lists(st.integers(0, len(cell.text)), max_size=6, unique=True)))
    pairs = zip(bounds[::2], bounds[1::2], strict=False)
    changes = [Change(Span(cell, start, end), draw(content)) for start, end in pairs]
    if draw(st.booleans()) and not any(change.span.start == 0 for change in changes):
        changes.append(Change(Span(cell, 0, 0), draw(content)))
    return changes


def _untouched(before: bytes, after: bytes, text: str, changes: list[Change], encoding: str) -> None:
    """What stands before the first change, and behind the last, is there in the same bytes."""
    if not changes:
        assert before == after
        return
    first, last = min(c.span.start for c in changes), max(c.span.end for c in changes)
    size = len(text.encode(encoding))
    mark = len(before) - size
    head, tail = mark + len(text[:first].encode(encoding)), len(text[last:].encode(encoding))
    assert after[:head] == before[:head]
    assert after[len(after) - tail :] == before[len(before) - tail :]


@given(st.data(), st.sampled_from(["utf-8", "utf-8-sig", "latin-1", "cp1252", "gbk"]))
def test_files(data: st.DataObject, encoding: str) -> None:
    declared = encoding.removesuffix("-sig")
    body = "".join(line + end for line, end in data.draw(_LINES)).encode(declared, "ignore").decode(declared)
    text = f"# coding: {declared}\n{body}"
    before = text.encode(encoding)
    source = read_source("a.py", before)
    (cell,) = source.cells
    assert cell.text == text
    head = text.index("\n") + 1
    changes = [
        change
        for change in data.draw(_changes(cell, _TEXT.map(lambda new: new.encode(declared, "ignore").decode(declared))))
        if change.span.start >= head
    ]
    after = rewrite(source, changes)
    assert after == after[: len(before) - len(text.encode(declared))] + changed_text(text, changes).encode(declared)
    _untouched(before, after, text, changes, declared)


@given(st.data(), st.booleans(), st.booleans(), st.sampled_from([None, 1, "\t"]), st.sampled_from(["\n", "\r\n"]))
def test_notebooks(data: st.DataObject, as_array: bool, ascii_only: bool, indent: Any, newline: str) -> None:
    texts = data.draw(st.lists(_LINES.map(lambda lines: "".join(line + end for line, end in lines)), min_size=1, max_size=3))
    cells = [
        {"cell_type": "code", "metadata": {"n": 1.0}, "outputs": [], "source": t.splitlines(True) if as_array else t}
        for t in texts
    ]
    written = json.dumps({"cells": cells, "metadata": {"\u00e9": [1e3]}, "nbformat": 4}, indent=indent, ensure_ascii=ascii_only)
    before = written.replace("\n", newline).encode()
    source = read_source("a.ipynb", before)
    changes = [change for cell in source.cells if cell.text for change in data.draw(_changes(cell, _TEXT | _LINES.map(str)))]
    after = rewrite(source, changes)
    wanted = [changed_text(c.text, [change for change in changes if change.span.cell is c]) for c in source.cells]
    assert [cell.text for cell in read_source("a.ipynb", after).cells] == wanted
    # But for the text of the cells that were changed nothing is another byte.
    touched = {change.span.cell.number for change in changes}
    assert _without_sources(after, touched) == _without_sources(before, touched)
    if not changes:
        assert after == before


def _without_sources(data: bytes, numbers: set[int | None]) -> bytes:
    """The notebook with the strings of some cells taken out, whatever stands between them with them."""
    from oaklint.source.notebook import source_strings
    from oaklint.source.rewrite import _Literal

    text = data.decode()
    for number, strings in sorted(source_strings(text).items(), reverse=True):
        if number in numbers:
            text = text[: strings.offsets[0]] + text[_Literal.at(text, strings.offsets[-1]).end :]
    return text.encode()


def _notebook(source: str) -> bytes:
    cell = f'{{"cell_type": "code", "metadata": {{}}, "outputs": [], "source": {source}}}'
    return f'{{"cells": [{cell}], "nbformat": 4}}'.encode()


@pytest.mark.parametrize(
    ("source", "start", "end", "content", "expected"),
    [
        (r'"a\nb"', 2, 2, "c\n", r'"a\nc\nb"'),
        (r'"\u0061\/\n"', 3, 3, "x", r'"\u0061\/\nx"'),  # escapes that nobody needs stay
        (r'["a\n",   "b"]', 2, 2, "c\n", r'["a\n",   "c\n",   "b"]'),
        (r'["a\n",   "b"]', 3, 3, "\nc", r'["a\n",   "b\n",   "c"]'),
        (r'["a\n", "b\n", "c"]', 1, 3, "", r'["a\n", "c"]'),
        (r'["a\n", "b\n", "c"]', 2, 4, "", r'["a\n", "c"]'),
        (r'["a\n", "b"]', 0, 3, "", '[""]'),
        (r'[ "a" ]', 0, 0, "b\nc\n", r'[ "b\n", "c\n", "a" ]'),
        (r'["\ud83d\udd11b"]', 1, 2, "\u00e9", r'["\ud83d\udd11\u00e9"]'),
        ('["\U0001f511b"]', 1, 2, "\u00e9", '["\U0001f511\u00e9"]'),
    ],
)
def test_the_json_of_a_cell(source: str, start: int, end: int, content: str, expected: str) -> None:
    read = read_source("a.ipynb", _notebook(source))
    assert rewrite(read, [Change(Span(read.cells[0], start, end), content)]) == _notebook(expected)


def test_a_character_that_the_encoding_lacks() -> None:
    source = read_source("a.py", "# coding: latin-1\n".encode("latin-1"))
    with pytest.raises(NotRewritable, match="iso-8859-1"):
        rewrite(source, [Change(Span(source.cells[0], 18, 18), "\u20ac")])


def test_an_encoding_with_more_than_one_way() -> None:
    """Bytes that would not come out as they went in are not written at all."""
    data = b"# coding: utf-7\n# +AGE-\n"
    source = read_source("a.py", data)
    assert isinstance(source, Source)
    with pytest.raises(NotRewritable):
        rewrite(source, [Change(Span(source.cells[0], 16, 16), "x")])
