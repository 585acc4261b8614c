"""A source is a file read into cells: one for a Python file, one for each cell (and saved output) of a notebook."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, NamedTuple

from oaklint.source.location import LineIndex
from oaklint.source.modules import InProject

CellKind = Literal["code", "markdown", "output", "metadata"]


@dataclass(frozen=True, eq=False)
class Cell:
    """A piece of text that belongs together. Its `repr` does not show it: that may end up in a traceback.

    number: the cell's place in its notebook, 1-based over all cells; None in a plain file. Outputs and metadata carry their
            cell's number.
    text:   what stands in the file, decoded; line ends as they are, no byte order mark.
    code:   what the parser is given: `text` with magics and shell lines masked by text of the same length; None where the
            cell holds no Python (markdown, outputs, `%%bash` and its kin).
    file_rows: for each row of the cell, 1-based, the row of the file on disk that it stands in. Empty: the same row.
    path:   the absolute path of the file, where it is not the one being checked but a module that this imports.
    """

    text: str = field(repr=False)
    code: str | None = field(repr=False)
    kind: CellKind = "code"
    number: int | None = None
    file_rows: tuple[int, ...] = field(default=(), repr=False)
    path: str | None = None

    @cached_property
    def lines(self) -> LineIndex:
        return LineIndex(self.text)

    def file_row(self, row: int) -> int:
        """The 1-based row in the file on disk for a 1-based row of this cell."""
        if not self.file_rows:
            return row
        return self.file_rows[min(row, len(self.file_rows)) - 1]


@dataclass(frozen=True, eq=False)
class Source:
    """A file as it was read: its name (as shown to the user), its bytes, and its cells in order.

    place: where it stands on disk; None where that is not known, and its imports cannot be followed.
    """

    name: str
    data: bytes = field(repr=False)
    cells: tuple[Cell, ...] = field(repr=False)
    notebook: bool = False
    place: InProject | None = None

    @property
    def code_cells(self) -> tuple[Cell, ...]:
        """The cells that hold Python, in the order in which they run."""
        return tuple(cell for cell in self.cells if cell.code is not None)


class Span(NamedTuple):
    """A stretch of a cell's text: offsets are 0-based code points, the end is exclusive."""

    cell: Cell
    start: int
    end: int


class UnreadableSource(Exception):
    """The bytes of a file are no text (unknown encoding, undecodable bytes, NUL) or no notebook.

    The message says what is wrong and holds nothing of the file's content; `row` is the 1-based row in the file, `text` what
    could still be read of it (undecodable bytes replaced), so that it can be searched for keys all the same.
    """

    def __init__(self, message: str, *, row: int = 1, text: str = "") -> None:
        super().__init__(message)
        self.row = row
        self.text = text
