"""What the formats for people share: places, colours, and text made safe for a terminal."""

from __future__ import annotations

from collections.abc import Callable

from oaklint.diagnostic import Diagnostic, Related, Severity

Paint = Callable[[str, str], str]

_SGR = {"bold": "1", "underline": "4", "red": "91", "green": "92", "yellow": "93", "blue": "94", "cyan": "96"}

SEVERITY_STYLE: dict[Severity, str] = {"error": "bold red", "warning": "bold yellow", "info": "bold cyan"}

# Source text can carry escape sequences that drive a terminal, and marks that reorder what is read: both are shown, not sent.
_CONTROL = {code: chr(0x2400 + code) for code in range(0x20)} | {0x7F: "\u2421"}
_CONTROL |= dict.fromkeys([*range(0x80, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x2028, 0x2029], "\ufffd")


def painter(color: bool) -> Paint:
    """A function of a style ("bold red") and a text that gives the text in that style, or as it is without colours."""

    def paint(style: str, text: str) -> str:
        return f"\x1b[{';'.join(_SGR[word] for word in style.split())}m{text}\x1b[0m"

    return paint if color else lambda style, text: text


def printable(text: str) -> str:
    """The text with every control character, line ends included, shown as a visible one of width 1."""
    return text if text.isprintable() else text.translate(_CONTROL)


def position(item: Diagnostic | Related) -> str:
    """`row:column`, in a notebook `cell 2:row:column`."""
    cell = f"cell {item.cell}:" if item.cell is not None else ""
    return f"{cell}{item.location.row}:{item.location.column}"


def place(item: Diagnostic | Related) -> str:
    """`path:row:column`, in a notebook `path:cell 2:row:column`."""
    return f"{printable(item.filename)}:{position(item)}"


def star(item: Diagnostic, unsafe_fixes: bool, paint: Paint) -> str:
    """The mark of what `--fix` would repair, and a blank; nothing for the rest."""
    applies = item.fix is not None and item.fix.applies(unsafe=unsafe_fixes)
    return f"[{paint('bold cyan', '*')}] " if applies else ""
