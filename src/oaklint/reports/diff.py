"""A unified diff for a terminal: in colours, and nothing in it that would drive the terminal."""

from __future__ import annotations

from oaklint.reports.text import Paint, painter, printable

_STYLES = {"+++": "bold", "---": "bold", "@@ ": "cyan", "+": "green", "-": "red"}


def render(diff: str, *, color: bool = False) -> str:
    paint = painter(color)
    return "".join(_line(line, paint) for line in diff.split("\n") if line)


def _line(line: str, paint: Paint) -> str:
    text = printable(line.removesuffix("\r"))
    style = next((style for start, style in _STYLES.items() if line.startswith(start)), None)
    return f"{paint(style, text) if style else text}\n"
