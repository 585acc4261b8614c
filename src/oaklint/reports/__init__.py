"""Reports: each format is one module with one pure function, `render(diagnostics, *, color, unsafe_fixes) -> str`.

A diagnostic is complete, its secrets already masked, so a report reads no file. Only the module of the format in use is imported.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from oaklint.diagnostic import Diagnostic

# The name that users write -> the module in this package. Adding a format is adding a module and a line here.
FORMATS = {
    "full": "full",
    "concise": "concise",
    "grouped": "grouped",
    "json": "json_array",
    "json-lines": "json_lines",
    "github": "github",
}

# The formats that people read: only these are followed by a summary line.
FOR_PEOPLE = frozenset({"full", "concise", "grouped"})


class Renderer(Protocol):
    """What every format offers. Formats for people heed `color`, with ANSI colours, and `unsafe_fixes`, whether `--fix` makes the
    unsafe ones, too.
    """

    def __call__(self, diagnostics: Sequence[Diagnostic], *, color: bool = False, unsafe_fixes: bool = False) -> str: ...


def renderer(output_format: str) -> Renderer:
    """The `render` function of a format; KeyError if there is none of that name."""
    module = import_module(f"{__name__}.{FORMATS[output_format]}")
    return cast(Renderer, module.render)
