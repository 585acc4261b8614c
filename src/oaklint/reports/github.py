"""Workflow commands that GitHub Actions turns into annotations of a pull request."""

from __future__ import annotations

from collections.abc import Sequence

from oaklint.diagnostic import Diagnostic, Severity
from oaklint.reports.text import place

_LEVEL: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "notice"}


def render(diagnostics: Sequence[Diagnostic], *, color: bool = False, unsafe_fixes: bool = False) -> str:
    return "".join(map(_command, diagnostics))


def _command(item: Diagnostic) -> str:
    properties = {"title": f"oaklint ({item.code})", "file": item.filename, "line": item.file_row}
    if item.cell is None:
        # GitHub takes columns only where a single line is marked; in a notebook a column counts within a string of the JSON.
        if item.location.row == item.end_location.row:
            properties |= {"col": item.location.column, "endLine": item.location.row, "endColumn": item.end_location.column}
        else:
            properties |= {"endLine": item.end_location.row}
    listed = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
    return f"::{_LEVEL[item.severity]} {listed}::{_data(f'{place(item)}: {item.code} {item.message}')}\n"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
