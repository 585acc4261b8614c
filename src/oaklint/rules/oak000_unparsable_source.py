"""## What it does
Reports files, and cells of notebooks, that cannot be read or parsed, so that nothing was checked in them but their text.

A file is looked at only if it mentions what oaklint is about; the syntax of all others is none of its business. The text of an
unparsable file is still searched for keys, and the other cells of a notebook are still checked.

## Why is this bad?
A file that is silently skipped looks like a clean one. Most often it is Python 2, a template, or a merge conflict. In rare
cases it is valid Python that the parser cannot take; the message then says so.

## Example
```python
from openai import OpenAI

client = OpenAI(
```

Use instead:
```python
from openai import OpenAI

client = OpenAI()
```

## Fix safety
There is no fix.

## References
- [LibCST, the parser](https://libcst.readthedocs.io/)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from oaklint.diagnostic import Severity
from oaklint.rules import Finding, Needs
from oaklint.source import Cell, Location, Span, UnreadableSource

if TYPE_CHECKING:
    from oaklint.python.parse import Unparsable

NEEDS: Needs = (("openai", "OpenAI", "OPENAI", "sk-"),)
SEVERITY: Severity = "error"


def unreadable(cell: Cell, error: UnreadableSource) -> Finding:
    """For a file that is no text, or no notebook; the cell holds what can be read of it."""
    message = str(error)
    return _finding(cell, error.row, 1, message[:1].upper() + message[1:])


def unparsable(cell: Cell, error: Unparsable) -> Finding:
    """For a file or cell that is no Python, or nothing that the parser can take."""
    what = "This cell" if cell.number is not None else "This file"
    return _finding(cell, error.row, error.column, f"{what} cannot be parsed, so only its text was searched: {error}")


def _finding(cell: Cell, row: int, column: int, message: str) -> Finding:
    row = min(row, len(cell.lines))
    start = cell.lines.offset(Location(row, min(column, len(cell.lines.line(row)) + 1)))
    return Finding(Span(cell, start, start), message)
