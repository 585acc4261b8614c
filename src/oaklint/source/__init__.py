"""What a file is: bytes, text, lines, cells. The ground floor: it knows neither Python's meaning nor OpenAI."""

from oaklint.source.cell import Cell, CellKind, Source, Span, UnreadableSource
from oaklint.source.location import LINE_END, LineIndex, Location
from oaklint.source.modules import Import, InProject, ModuleFile, Modules, imports_in, packages_around
from oaklint.source.reader import is_notebook, read_source
from oaklint.source.rewrite import Change

__all__ = [
    "LINE_END",
    "Cell",
    "CellKind",
    "Change",
    "Import",
    "InProject",
    "LineIndex",
    "Location",
    "ModuleFile",
    "Modules",
    "Source",
    "Span",
    "UnreadableSource",
    "imports_in",
    "is_notebook",
    "packages_around",
    "read_source",
]
