"""Who calls a function of the program in the other files of its project."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from oaklint.python import cst

if TYPE_CHECKING:
    from oaklint.usage.usage import Usage

# Of a project that uses a function everywhere, this many files are looked at.
_MAX_FILES = 8


class Importers:
    """Looks at the files that import the program; only asked for what its own files do not tell."""

    def __init__(self, usage: Usage) -> None:
        self._usage = usage

    def of(self, function: cst.FunctionDef) -> Iterator[tuple[Usage, cst.FunctionDef]]:
        """What the program of each file that imports a function, and may call it, does with the SDK, with the function as it is
        seen there.
        """
        place = self._usage.program.source.place
        name = function.name.value
        importers = place.modules.importers_of(place.path, name.encode()) if place is not None else ()
        for path in islice(importers, _MAX_FILES):
            program = self._usage.program.of_file(path)
            if program is None:
                continue
            other = self._usage.of(program)
            for each in other.tree.nodes.get(cst.FunctionDef, ()):
                assert isinstance(each, cst.FunctionDef)
                if each.name.value == name and not other.tree.is_own(each) and each.deep_equals(function):
                    yield other, each
