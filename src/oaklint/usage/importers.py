"""What the other files of a project that import the program do with it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

from oaklint.python import cst
from oaklint.python.nonempty import is_tested

if TYPE_CHECKING:
    from oaklint.usage.usage import Usage

# Of a project that uses a function, or a module, everywhere, this many files are looked at.
_MAX_FILES = 8


class Importers:
    """Looks at the files that import the program; only asked for what its own files do not tell."""

    def __init__(self, usage: Usage) -> None:
        self._usage = usage

    @cached_property
    def all(self) -> list[Usage]:
        """What the program of each file that imports this one does with the SDK; nothing where there are too many of them."""
        found = [*islice(self._of_importers(""), _MAX_FILES + 1)]
        return found if len(found) <= _MAX_FILES else []

    def ask_for(self, attribute: str) -> bool:
        """Whether one of them asks for an attribute of that name, whatever it belongs to: `if not settings.key: raise`."""
        uses = ((use, other.tree) for other in self.all for use in other.tree.named(attribute))
        return any(isinstance(use, cst.Attribute) and is_tested(use, tree) for use, tree in uses)

    def are_there(self) -> bool:
        """Whether there are any."""
        place = self._usage.program.source.place
        return place is not None and any(True for _ in place.modules.importers_of(place.path, b""))

    def of(self, function: cst.FunctionDef) -> Iterator[tuple[Usage, cst.FunctionDef]]:
        """The same for each file that imports a function, and may call it, with the function as it is seen there."""
        name = function.name.value
        for other in islice(self._of_importers(name), _MAX_FILES):
            for each in other.tree.nodes.get(cst.FunctionDef, ()):
                assert isinstance(each, cst.FunctionDef)
                if each.name.value == name and not other.tree.is_own(each) and each.deep_equals(function):
                    yield other, each

    def _of_importers(self, name: str) -> Iterator[Usage]:
        place = self._usage.program.source.place
        for path in place.modules.importers_of(place.path, name.encode()) if place is not None else ():
            program = self._usage.program.of_file(path)
            if program is not None:
                yield self._usage.of(program)
