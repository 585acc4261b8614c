"""Writes changed cells back into the bytes of a file; every byte that no change touches stays as it is."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, pairwise
from typing import NamedTuple

from oaklint.source.cell import Source, Span, UnreadableSource
from oaklint.source.reader import declared_encoding, read_source


class Change(NamedTuple):
    """Replaces a stretch of a cell's text, or inserts at an empty one."""

    span: Span
    content: str

    def __repr__(self) -> str:
        return f"Change({self.span!r}, {len(self.content)} characters)"  # the text may hold a key


class NotRewritable(Exception):
    """The changes cannot be written into the file's bytes; the message says why."""


def changed_text(text: str, changes: Iterable[Change]) -> str:
    """A cell's text with changes of that cell, none of which overlap."""
    pieces: list[str] = []
    done = 0
    for (_, start, end), content in sorted(changes, key=lambda change: change.span[1:]):
        pieces += (text[done:start], content)
        done = end
    return "".join((*pieces, text[done:]))


def rewrite(source: Source, changes: Sequence[Change]) -> bytes:
    """The bytes of the file with the changes, none of which overlap. Raises NotRewritable."""
    data = _rewritten_notebook(source, changes) if source.notebook else _rewritten_file(source, changes)
    # Whatever the encoding and the JSON may hold in store: what is read from the new bytes has to be what was meant.
    wanted = [changed_text(cell.text, [change for change in changes if change.span.cell is cell]) for cell in source.cells]
    try:
        found = [cell.text for cell in read_source(source.name, data).cells]
    except UnreadableSource:
        found = []
    if found != wanted:
        raise NotRewritable("its encoding or its JSON does not take the change")
    return data


def _rewritten_file(source: Source, changes: Sequence[Change]) -> bytes:
    (cell,) = source.cells
    encoding = declared_encoding(source.data)
    mark = codecs.BOM_UTF8 if source.data.startswith(codecs.BOM_UTF8) else b""
    try:
        if mark + cell.text.encode(encoding) != source.data:
            raise NotRewritable(f"its bytes are not the only ones for its text in {encoding}")
        return mark + changed_text(cell.text, changes).encode(encoding)
    except UnicodeEncodeError:
        raise NotRewritable(f"the change cannot be written in {encoding}") from None


# Notebooks. A cell's text stands in the JSON as one string or as an array of strings, by convention one for each line.

# One character of a JSON string as it is written, those beyond the BMP as a pair of escapes.
_CHARACTER = re.compile(r"\\u[dD][89abAB][0-9A-Fa-f]{2}\\u[dD][c-fC-F][0-9A-Fa-f]{2}|\\u[0-9A-Fa-f]{4}|\\.|[^\"\\]")
_LINE_FEED = re.compile(r"\\n|\\u000[aA]")


class _Literal(NamedTuple):
    """A string of the JSON text.

    start, end: where it stands, quotes included. characters: what stands between the quotes, character by character.
    """

    start: int
    end: int
    characters: list[str]

    @classmethod
    def at(cls, text: str, start: int) -> _Literal:
        end, characters = start + 1, []
        while text[end] != '"':
            match = _CHARACTER.match(text, end)
            assert match is not None, "the JSON was read before"
            characters.append(match[0])
            end = match.end()
        return cls(start, end + 1, characters)


def _rewritten_notebook(source: Source, changes: Sequence[Change]) -> bytes:
    from oaklint.source.notebook import source_strings

    mark = codecs.BOM_UTF8 if source.data.startswith(codecs.BOM_UTF8) else b""
    text = source.data[len(mark) :].decode("utf-8")
    strings = source_strings(text)
    replaced: list[tuple[int, int, str]] = []
    for cell, group in groupby(sorted(changes, key=lambda change: change.span.cell.number or 0), lambda change: change.span.cell):
        found = strings.get(cell.number or 0)
        if cell.kind != "code" or found is None or not found.offsets:
            raise NotRewritable("the text of one of its cells is not where it was")
        literals = [_Literal.at(text, offset) for offset in found.offsets]
        edits = [(change.span.start, change.span.end, _characters(change.content, text)) for change in group]
        if found.is_array:
            replaced.append((literals[0].start, literals[-1].end, _array(text, literals, edits)))
        else:
            replaced.append((literals[0].start, literals[0].end, f'"{"".join(_spliced(literals[0].characters, edits))}"'))
    for start, end, content in sorted(replaced, reverse=True):
        text = text[:start] + content + text[end:]
    return mark + text.encode("utf-8")


Edit = tuple[int, int, list[str]]


def _characters(content: str, notebook: str) -> list[str]:
    """New text as the characters of a JSON string, written as the rest of the notebook is."""
    import json

    literal = json.dumps(content, ensure_ascii=notebook.isascii())
    return _Literal.at(literal, 0).characters


def _spliced(characters: list[str], edits: Iterable[Edit], offset: int = 0) -> list[str]:
    found, done = [], 0
    for start, end, content in sorted(edits, key=lambda edit: edit[:2]):
        found += characters[done : start - offset] + content
        done = end - offset
    return found + characters[done:]


def _array(text: str, literals: list[_Literal], edits: list[Edit]) -> str:
    """The strings of a cell, from the first one's opening quote to the last one's closing one, with the edits; those that no edit
    touches stay as they are written.
    """
    gaps = [text[before.end : after.start] for before, after in pairwise(literals)]
    opening = text[text.rindex("[", 0, literals[0].start) + 1 : literals[0].start]
    usual = gaps[0] if gaps else "," + (opening or " ")
    written: list[tuple[str, str]] = []  # each with the gap before it
    for indexes, offset, group in _touched(literals, edits):
        gap = gaps[indexes[0] - 1] if indexes[0] else usual
        if not group:
            literal = literals[indexes[0]]
            written.append((gap, text[literal.start : literal.end]))
            continue
        characters = [character for index in indexes for character in literals[index].characters]
        for number, line in enumerate(_lines(_spliced(characters, group, offset))):
            written.append((usual if number else gap, f'"{"".join(line)}"'))
    if not written:
        return '""'
    return written[0][1] + "".join(gap + literal for gap, literal in written[1:])


def _touched(literals: list[_Literal], edits: list[Edit]) -> Iterator[tuple[range, int, list[Edit]]]:
    """The strings one by one, or several where an edit reaches over their ends; the offset of the first, and the edits."""
    waiting = sorted(edits, key=lambda edit: edit[:2])
    index, offset = 0, 0
    while index < len(literals):
        first, end = index, offset + len(literals[index].characters)
        group: list[Edit] = []
        while True:
            index += 1
            while waiting and (waiting[0][0] < end or index == len(literals)):
                group.append(waiting.pop(0))
            if not any(stop > end for _, stop, _ in group):
                break
            end += len(literals[index].characters)
        yield range(first, index), offset, group
        offset = end


def _lines(characters: list[str]) -> Iterator[list[str]]:
    line: list[str] = []
    for character in characters:
        line.append(character)
        if _LINE_FEED.fullmatch(character):
            yield line
            line = []
    if line:
        yield line
