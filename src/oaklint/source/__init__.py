"""What a file is: bytes, text, lines, cells. The ground floor: it knows neither Python's meaning nor OpenAI."""

from oaklint.source.cell import Cell, CellKind, Source, Span, UnreadableSource
from oaklint.source.location import LINE_END, LineIndex, Location
from oaklint.source.modules import MODULES, ModuleFile, Modules, imported_modules
from oaklint.source.reader import is_notebook, read_source

__all__ = [
    "LINE_END",
    "MODULES",
    "Cell",
    "CellKind",
    "LineIndex",
    "Location",
    "ModuleFile",
    "Modules",
    "Source",
    "Span",
    "UnreadableSource",
    "imported_modules",
    "is_notebook",
    "read_source",
]
