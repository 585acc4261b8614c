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

from collections.abc import Iterator

from oaklint.diagnostic import Severity
from oaklint.rules import Finding, Needs
from oaklint.source import Location, Span
from oaklint.usage import Usage

NEEDS: Needs = (("openai", "OpenAI", "OPENAI", "sk-"),)
SEVERITY: Severity = "error"


def check_program(usage: Usage) -> Iterator[Finding]:
    for cell, error in usage.program.unparsable:
        row = min(error.row, len(cell.lines))
        start = cell.lines.offset(Location(row, min(error.column, len(cell.lines.line(row)) + 1)))
        what = "This cell" if cell.number is not None else "This file"
        yield Finding(Span(cell, start, start), f"{what} cannot be parsed, so only its text was searched: {error}")
