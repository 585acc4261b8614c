"""The source around each diagnostic, its very characters marked: the format for a terminal."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple
from unicodedata import category, east_asian_width

from oaklint.diagnostic import Diagnostic, Excerpt, Related
from oaklint.reports.text import SEVERITY_STYLE, Paint, painter, place, printable, star
from oaklint.source import Location

TAB_WIDTH = 4
# Terminal columns of source shown at most: a line of minified code or of a data dump is cut around the mark.
MAX_WIDTH = 160

_JOINER, _EMOJI_STYLE = "\u200d", "\ufe0f"


def render(diagnostics: Sequence[Diagnostic], *, color: bool = False, unsafe_fixes: bool = False) -> str:
    paint = painter(color)
    return "".join("\n".join(_frame(item, paint, unsafe_fixes)) + "\n\n" for item in diagnostics)


def _frame(item: Diagnostic, paint: Paint, unsafe_fixes: bool) -> Iterator[str]:
    item = replace(item, excerpt=_without_blank_edges(item))
    rows = range(item.excerpt.first_row, item.excerpt.first_row + len(item.excerpt.lines))
    gutter = len(str(rows[-1])) if rows else 1
    bar = paint("bold blue", "|")
    shown, elsewhere = _split_related(item, rows) if not item.path else ([], [])

    code, mark = paint(SEVERITY_STYLE[item.severity], item.code), star(item, unsafe_fixes, paint)
    yield f"{code} {mark}{paint('bold', printable(item.message))}"
    yield f"{' ' * gutter}{paint('bold blue', '-->')} {place(item)}"
    if rows:
        yield f"{' ' * gutter} {bar}"
        for number, line in _marked(item, shown, paint):
            label = f"{number:>{gutter}}" if number else " " * gutter
            yield f"{paint('bold blue', label)} {bar}{' ' + line if line else ''}"
        if elsewhere or item.path or item.fix:
            yield f"{' ' * gutter} {bar}"
    for related in elsewhere:
        yield f"{paint('bold cyan', 'note')}: {place(related)}: {printable(related.message)}"
    yield from _path(item.path, paint)
    if item.fix:
        yield f"{paint('bold cyan', 'help')}: {printable(item.fix.message)}"


def _path(steps: Sequence[Related], paint: Paint) -> Iterator[str]:
    """The steps of a path, one to a line: number, what happens there, where, and the source."""
    places = [place(step) for step in steps]
    happenings = [printable(step.message) for step in steps]
    for number, (step, where, what) in enumerate(zip(steps, places, happenings, strict=True), 1):
        head = f"{paint('bold cyan', 'path')}: " if number == 1 else " " * len("path: ")
        source = _lay_out(step.line.strip()).view(0).text
        what = paint("bold cyan", what) + " " * (max(map(len, happenings)) - len(what))
        yield f"{head}{number}. {what}  {where:<{max(map(len, places))}}  {paint('bold blue', '|')} {source}"


def _without_blank_edges(item: Diagnostic) -> Excerpt:
    """The excerpt without blank rows of context at its beginning and end."""
    first, lines = item.excerpt
    begin, end = 0, len(lines)
    while begin < end and first + begin < item.location.row and not lines[begin].strip():
        begin += 1
    while end > begin and first + end - 1 > item.end_location.row and not lines[end - 1].strip():
        end -= 1
    return Excerpt(first + begin, lines[begin:end])


def _split_related(item: Diagnostic, rows: range) -> tuple[list[Related], list[Related]]:
    """The related places that can be marked in the excerpt itself, and the others."""
    shown: list[Related] = []
    elsewhere: list[Related] = []
    for related in item.related:
        here = (related.filename, related.cell) == (item.filename, item.cell)
        one_row = related.location.row == related.end_location.row
        (shown if here and one_row and related.location.row in rows else elsewhere).append(related)
    return shown, elsewhere


def _marked(item: Diagnostic, related: Sequence[Related], paint: Paint) -> Iterator[tuple[int | None, str]]:
    """The rows of the frame: (row number or None for a row of marks, text)."""
    first_row = item.excerpt.first_row
    lines = [_lay_out(line) for line in item.excerpt.lines]
    start, end = item.location, _last_covered(item)
    left = _cut(lines[start.row - first_row].column(start) if 0 <= start.row - first_row < len(lines) else 0, lines)
    style = SEVERITY_STYLE[item.severity]
    spans_rows = end.row > start.row
    inside = False

    for row, line in enumerate(lines, first_row):
        view = line.view(left)
        edge = "  " if spans_rows else ""
        opens_row = False
        if spans_rows and row == start.row:
            opens_row = line.blank_before(start)
            edge = paint(style, "/") + " " if opens_row else edge
        elif inside:
            edge = paint(style, "|") + " "
        yield row, (edge + view.text).rstrip()

        if row == start.row and not spans_rows:
            yield None, _underline(view, start, end, "^", style, paint)
        elif row == start.row:
            inside = True
            if not opens_row:
                yield None, " " + paint(style, "_" * (view.column(start) + 1) + "^")
        elif spans_rows and row == end.row:
            inside = False
            last = view.column(Location(row, max(end.column - 1, 1)))
            yield None, paint(style, "|" + "_" * (last + 1) + "^")

        for place_of in related:
            if place_of.location.row == row:
                mark = _underline(view, place_of.location, place_of.end_location, "-", "bold cyan", paint)
                margin = paint(style, "|") + " " if inside else edge and "  "
                yield None, f"{margin}{mark} {paint('bold cyan', printable(place_of.message))}"


def _last_covered(item: Diagnostic) -> Location:
    """The end, moved back over a line end: an end in column 1 covers nothing of its row."""
    end = item.end_location
    if end.column > 1 or end.row <= item.location.row:
        return end
    index = end.row - 1 - item.excerpt.first_row
    length = len(item.excerpt.lines[index]) if 0 <= index < len(item.excerpt.lines) else 0
    return Location(end.row - 1, length + 1)


def _underline(line: _Line, start: Location, end: Location, mark: str, style: str, paint: Paint) -> str:
    first = line.column(start)
    return " " * first + paint(style, mark * max(line.column(end) - first, 1))


def _cut(column: int, lines: Sequence[_Line]) -> int:
    """The terminal column at which all lines of an excerpt are cut on the left, so that `column` stays in sight."""
    if all(line.columns[-1] <= MAX_WIDTH for line in lines) or column < MAX_WIDTH * 2 // 3:
        return 0
    return column - MAX_WIDTH // 3


class _Line(NamedTuple):
    """A source line as a terminal shows it.

    pieces:  for each code point the text that stands for it.
    columns: for each code point, and for the end, the terminal column (0-based) where it starts.
    skipped: how many code points were cut on the left.
    """

    pieces: list[str]
    columns: list[int]
    skipped: int = 0

    @property
    def text(self) -> str:
        return "".join(self.pieces)

    def column(self, location: Location) -> int:
        """The terminal column of a place in this row; the nearest one that is shown."""
        return self.columns[min(max(location.column - 1 - self.skipped, 0), len(self.columns) - 1)]

    def blank_before(self, location: Location) -> bool:
        return not "".join(self.pieces[: location.column - 1]).strip()

    def view(self, left: int) -> _Line:
        """The part that is shown: `MAX_WIDTH` terminal columns from `left` on, an ellipsis where something is left out."""
        first = bisect_left(self.columns, left) if left else 0
        last = bisect_right(self.columns, left + MAX_WIDTH) - 1
        first, last = min(first, last), max(first, last)
        cut_end = last < len(self.pieces)
        if not first and not cut_end:
            return self
        pieces = self.pieces[first:last]
        columns = [column - self.columns[first] for column in self.columns[first : last + 1]]
        if first and pieces:  # the ellipsis takes the place of the first code point shown
            pieces[0] = "…".ljust(columns[1])
        if cut_end:
            pieces.append("…")
        return _Line(pieces, columns, first)


def _lay_out(line: str) -> _Line:
    if line.isascii() and line.isprintable():
        return _Line(list(line), list(range(len(line) + 1)))
    pieces: list[str] = []
    columns = [0]
    for index, character in enumerate(line):
        column = columns[-1]
        if character == "\t":
            width = TAB_WIDTH - column % TAB_WIDTH
            pieces.append(" " * width)
        else:
            width = _width(character, line[index - 1] if index else "", line[index + 1 : index + 2])
            pieces.append(printable(character))
        columns.append(column + width)
    return _Line(pieces, columns)


def _width(character: str, before: str, behind: str) -> int:
    """Terminal columns of a character: an emoji is as wide as the sequence that it opens."""
    if before == _JOINER:
        return 0
    if behind == _EMOJI_STYLE or east_asian_width(character) in "WF":
        return 2
    if character in (_EMOJI_STYLE, _JOINER) or category(character) in ("Mn", "Me", "Cf"):
        return 0 if character == printable(character) else 1
    return 1
