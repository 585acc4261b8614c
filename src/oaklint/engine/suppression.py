"""Which `# noqa` comment silences what: the rules are flake8's, to the letter, so that every door agrees.

A comment is looked for in the raw text of a line. The rows of a multi-line string, or those joined by backslashes, count as one
line, of which the first comment counts; inside brackets every row stands alone. A cell of a notebook is read like a file of its
own, but a whole-file comment in any of them silences the notebook.

The inline marks of other scanners of secrets, where the settings honour them, are looked for row by row, as those scanners do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO

from oaklint.source import Cell, Location, Source

# flake8 matches both without regard to case, yet compares the codes with regard to it.
_LINE_COMMENT = re.compile(r"# noqa(?::\s?(?P<codes>(?:[A-Z]+[0-9]+[,\s]*)+))?", re.IGNORECASE)
_FILE_COMMENT = re.compile(r"\s*# flake8[:=]\s*noqa", re.IGNORECASE)
_SEPARATOR = re.compile(r"[,\s]+")
# detect-secrets asks for a sign that begins a comment in some language (C is left out), the others for nothing but the text.
_BEGINS_COMMENT = r"(?:#|//|--|') *"
_MARK = re.compile(
    rf"{_BEGINS_COMMENT}pragma: ?(?:allow|white)list[ -]secret|(?:gitleaks|betterleaks):allow|trufflehog:ignore|\bggignore\b"
)
_MARK_OF_NEXT = re.compile(rf"[ \t]*(?:<!)?{_BEGINS_COMMENT}pragma: ?allowlist[ -]nextline[ -]secret")


@dataclass(frozen=True)
class NoqaComment:
    """A `# noqa` comment that is in force.

    codes: the codes (or beginnings of codes) that it names; empty where it silences everything.
    start, end: where it stands in its cell, from `#` to behind its last code; the end is exclusive.
    rows: the rows of the cell that it silences.
    """

    cell: Cell
    codes: tuple[str, ...]
    start: Location
    end: Location
    rows: range

    def silences(self, code: str) -> bool:
        return not self.codes or code.startswith(self.codes)


class Suppressions:
    """The comments of a source that silence diagnostics.

    whole_file: whether a `# flake8: noqa` comment silences everything, in all cells.
    """

    def __init__(self, source: Source) -> None:
        self.whole_file = False
        self._comments: dict[Cell, dict[int, NoqaComment]] = {}
        for cell in source.cells:
            if cell.kind == "code" and "noqa" in cell.text.lower():
                lines = _lines(cell.text)
                self.whole_file = self.whole_file or any(map(_FILE_COMMENT.match, lines))
                self._comments[cell] = _comments(cell, lines)

    def __iter__(self) -> Iterator[NoqaComment]:
        """Every comment that is in force, once, in the order of the text."""
        for rows in self._comments.values():
            yield from dict.fromkeys(comment for _, comment in sorted(rows.items(), key=lambda item: item[0]))

    def comment(self, cell: Cell, row: int) -> NoqaComment | None:
        """The comment that counts for a row (1-based) of a cell."""
        return self._comments.get(cell, {}).get(row)

    def silences(self, cell: Cell, row: int, code: str) -> bool:
        """Whether a diagnostic of this code at this row (1-based) of a cell is not to be shown."""
        if self.whole_file:
            return True
        comment = self.comment(cell, row)
        return comment is not None and comment.silences(code)


def has_allow_mark(cell: Cell, rows: range) -> bool:
    """Whether a scanner of secrets has been told to allow what stands in one of the rows (1-based) of a cell."""
    return any(_MARK.search(cell.lines.line(row)) or (row > 1 and _MARK_OF_NEXT.match(cell.lines.line(row - 1))) for row in rows)


def _lines(text: str) -> list[str]:
    """The lines as flake8 reads them: every line end is a line feed."""
    return StringIO(text, newline=None).readlines()


def _comments(cell: Cell, lines: list[str]) -> dict[int, NoqaComment]:
    """For each row of a cell for which a comment counts, that comment."""
    joined = {row: range(row, row + 1) for row in range(1, len(lines) + 1)}
    if cell.code is not None:
        for rows in _joined_rows(_lines(cell.code)):
            joined.update(dict.fromkeys(rows, rows))
    found: dict[range, NoqaComment | None] = {}
    for rows in joined.values():
        if rows not in found:
            found[rows] = _first_comment(cell, rows, "".join(lines[rows.start - 1 : rows.stop - 1]))
    return {row: comment for row, rows in joined.items() if (comment := found[rows]) is not None}


def _first_comment(cell: Cell, rows: range, text: str) -> NoqaComment | None:
    match = _LINE_COMMENT.search(text)
    if match is None:
        return None
    codes = tuple(filter(None, _SEPARATOR.split(match["codes"] or "")))
    end = match.start() + len(match[0].rstrip(", \t\n\r\f\v"))

    def location(offset: int) -> Location:
        return Location(rows.start + text.count("\n", 0, offset), offset - text.rfind("\n", 0, offset))

    return NoqaComment(cell, codes, location(match.start()), location(end), rows)


def _joined_rows(lines: list[str]) -> Iterator[range]:
    """The rows between one line end that a token stands for and the next; nothing where the text has no tokens."""
    import tokenize

    rest = iter(lines)
    try:
        tokens = list(tokenize.generate_tokens(lambda: next(rest)))
    except (tokenize.TokenError, SyntaxError):
        return
    first, last = len(lines) + 2, -1
    for token in tokens:
        if token.type in (tokenize.ENDMARKER, tokenize.DEDENT):
            continue
        first, last = min(first, token.start[0]), max(last, token.end[0])
        if token.type in (tokenize.NL, tokenize.NEWLINE):
            yield range(first, last + 1)
            first, last = len(lines) + 2, -1
