"""`path:line:col: CODE message`, one line for each diagnostic."""

from __future__ import annotations

from collections.abc import Sequence

from oaklint.diagnostic import Diagnostic
from oaklint.reports.text import SEVERITY_STYLE, painter, position, printable, star


def render(diagnostics: Sequence[Diagnostic], *, color: bool = False, unsafe_fixes: bool = False) -> str:
    paint = painter(color)
    return "".join(
        f"{paint('bold', printable(item.filename))}:{position(item)}: "
        f"{paint(SEVERITY_STYLE[item.severity], item.code)} {star(item, unsafe_fixes, paint)}{printable(item.message)}\n"
        for item in diagnostics
    )
