"""Where something stands in a text."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import NamedTuple

# The line ends of Python's own tokenizer. `str.splitlines` also breaks at form feeds and U+2028, which are no line ends in
# source.
LINE_END = re.compile(r"\r\n?|\n")


class Location(NamedTuple):
    """A place in a text: `row` and `column` are 1-based, columns count code points."""

    row: int
    column: int


class LineIndex:
    """Translates offsets (0-based, code points) to locations and back, for one text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts = [0, *(match.end() for match in LINE_END.finditer(text))]

    def location(self, offset: int) -> Location:
        row = bisect_right(self.starts, offset)
        return Location(row, offset - self.starts[row - 1] + 1)

    def offset(self, location: Location) -> int:
        return self.starts[location.row - 1] + location.column - 1

    def line(self, row: int) -> str:
        """The text of a row without its line end; the empty string for a row behind the last."""
        if row > len(self.starts):
            return ""
        end = self.starts[row] if row < len(self.starts) else len(self.text)
        return self.text[self.starts[row - 1] : end].rstrip("\r\n")

    def __len__(self) -> int:
        return len(self.starts)
