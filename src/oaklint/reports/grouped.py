"""The diagnostics under the name of their file."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from oaklint.diagnostic import Diagnostic
from oaklint.reports.text import SEVERITY_STYLE, painter, position, printable, star


def render(diagnostics: Sequence[Diagnostic], *, color: bool = False, unsafe_fixes: bool = False) -> str:
    paint = painter(color)
    blocks = []
    for filename, group in groupby(diagnostics, key=lambda item: item.filename):
        items = list(group)
        width = max(len(position(item)) for item in items)
        lines = [f"{paint('underline', printable(filename))}:\n"]
        lines += [
            f"  {position(item):<{width}} {paint(SEVERITY_STYLE[item.severity], item.code)} "
            f"{star(item, unsafe_fixes, paint)}{printable(item.message)}\n"
            for item in items
        ]
        blocks.append("".join(lines) + "\n")
    return "".join(blocks)
