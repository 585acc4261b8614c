"""Draws docs/terminal.svg: what `oaklint check` prints for an example. Run it from the root of the repository, with oaklint
installed.
"""

from __future__ import annotations

import html
import re
import subprocess
import sys
from pathlib import Path

COMMAND = ["oaklint", "check", "--select", "OAK301,OAK401", "examples"]
COLOURS = {
    "31": "#c0392b",
    "33": "#b8860b",
    "34": "#2e6fb7",
    "36": "#1f8a8a",
    "91": "#d9534f",
    "93": "#c79100",
    "94": "#3b82c4",
    "96": "#2a9d9d",
    "2": "#8a8a8a",
}
CHARACTER, ROW, MARGIN, COLUMNS = 8.4, 20, 20, 124

_STYLE = re.compile(r"\x1b\[([\d;]*)m")


def styled(line: str) -> list[tuple[str, str]]:
    """The pieces of a line, each with the attributes of the `tspan` that shows it."""
    pieces, attributes, position = [], "", 0
    for match in _STYLE.finditer(line):
        pieces.append((line[position : match.start()], attributes))
        codes = match[1].split(";")
        colour = next((COLOURS[code] for code in codes if code in COLOURS), None)
        attributes = (f' fill="{colour}"' if colour else "") + (' font-weight="bold"' if "1" in codes else "")
        position = match.end()
    return [piece for piece in (*pieces, (line[position:], attributes)) if piece[0]]


def wrapped(line: str) -> list[str]:
    """A line cut where a terminal of that many columns would cut it; styles do not count."""
    rows, row, width, style = [], "", 0, ""
    for piece in re.split(rf"({_STYLE.pattern.replace('(', '(?:')})", line):
        if piece.startswith("\x1b"):
            row, style = row + piece, piece
            continue
        while width + len(piece) > COLUMNS:
            cut = COLUMNS - width
            rows.append(row + piece[:cut])
            row, width, piece = style, 0, piece[cut:]
        row, width = row + piece, width + len(piece)
    return [*rows, row]


def main() -> None:
    result = subprocess.run(
        [*COMMAND, "--color", "always", "--output-format", "full"], capture_output=True, text=True, check=False
    )
    if result.returncode == 2:
        sys.exit(result.stderr)
    lines = [f"$ {' '.join(COMMAND)}", *(row for line in result.stdout.rstrip().split("\n") for row in wrapped(line))]
    height, width = ROW * len(lines) + 2 * MARGIN, CHARACTER * COLUMNS + 2 * MARGIN
    rows = []
    for index, line in enumerate(lines):
        spans = "".join(f"<tspan{attributes}>{html.escape(text)}</tspan>" for text, attributes in styled(line))
        rows.append(f'<text x="{MARGIN}" y="{MARGIN + ROW * (index + 0.75):g}" xml:space="preserve">{spans}</text>')
    picture = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}" height="{height:g}" viewBox="0 0 {width:g} {height:g}">'
        f'<rect width="100%" height="100%" rx="8" fill="#fbfbf8"/>'
        f'<g font-family="ui-monospace, Menlo, Consolas, DejaVu Sans Mono, monospace" font-size="14" fill="#222">'
        f"{''.join(rows)}</g></svg>\n"
    )
    Path("docs/terminal.svg").write_text(picture, "utf-8")


if __name__ == "__main__":
    main()
