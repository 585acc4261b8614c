"""Which classes of a program inherit from which, and what makes their objects."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from oaklint.python import cst
from oaklint.python.definitions import INITIALIZERS, NOTHING, Names
from oaklint.python.fixpoint import Fixpoint
from oaklint.python.tree import dotted_name

if TYPE_CHECKING:
    from oaklint.python.names import Resolver


class Hierarchy:
    """Finds it."""

    def __init__(self, resolver: Resolver, fixpoint: Fixpoint) -> None:
        self._resolver = resolver
        self._definitions = resolver.definitions
        self._fixpoint = fixpoint

    def initializers(self, definition: cst.ClassDef) -> tuple[cst.FunctionDef, ...]:
        """What runs when an object of a class is made: `__init__`, or where there is none `__post_init__`, be it a base's."""
        return self._fixpoint.ask((definition, "init"), lambda: tuple(self._find_initializers(definition)), ())

    def _find_initializers(self, definition: cst.ClassDef) -> list[cst.FunctionDef]:
        name = self._definitions.name(definition)
        own = (list(self._definitions.functions((f"{name}.{each}",))) for each in INITIALIZERS)
        inherited = (list(self.initializers(parent)) for parent in self._parents(definition))
        return next(filter(None, (*own, *inherited)), [])

    def _parents(self, definition: cst.ClassDef) -> Iterator[cst.ClassDef]:
        """The bases of a class that the program defines."""
        for base in definition.bases:
            yield from self._definitions.classes(self._resolver.names(base.value))

    def family(self, definition: cst.ClassDef) -> Names:
        """The names of a class, of those of its bases that the program defines, and of the classes that inherit from it."""
        name = self._definitions.name(definition)
        heirs = (self._definitions.name(heir) for heir in self.heirs(definition))
        return frozenset({name, *self.bases(definition), *heirs})

    def bases(self, definition: cst.ClassDef) -> Names:
        """The names of the classes of the program that a class inherits from, at any remove."""
        return self._fixpoint.ask((definition, "bases"), lambda: frozenset(self._find_bases(definition)), NOTHING)

    def _find_bases(self, definition: cst.ClassDef) -> Iterator[str]:
        for parent in self._parents(definition):
            yield from (self._definitions.name(parent), *self.bases(parent))

    def heirs(self, base: cst.ClassDef, *, but_for: Callable[[cst.ClassDef], bool] = lambda heir: False) -> list[cst.ClassDef]:
        """The classes of the program that inherit from one of its own, at any remove; not through those that are left out."""
        found = [base]
        for definition in found:
            children = self.children(self._definitions.name(definition))
            found += (child for child in children if child not in found and not but_for(child))
        return found[1:]

    def children(self, class_name: str) -> tuple[cst.ClassDef, ...]:
        """The classes that name one of the program's own as their base."""
        return self._fixpoint.ask((class_name, "children"), lambda: tuple(self._find_children(class_name)), ())

    def _find_children(self, class_name: str) -> Iterator[cst.ClassDef]:
        for definition in self._inheriting.get(re.split("[.:@]", class_name)[-1], ()):
            if any(class_name in self._resolver.names(base.value) for base in definition.bases):
                yield definition

    @cached_property
    def _inheriting(self) -> dict[str, list[cst.ClassDef]]:
        """The classes by the last part of what they write down as a base."""
        found: dict[str, list[cst.ClassDef]] = {}
        for definition in self._resolver.tree.nodes.get(cst.ClassDef, ()):
            assert isinstance(definition, cst.ClassDef)
            for base in definition.bases:
                found.setdefault((dotted_name(base.value) or "").rpartition(".")[2], []).append(definition)
        return found
