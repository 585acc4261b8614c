"""The attributes in which the objects of a program keep their clients."""

from __future__ import annotations

from collections.abc import Iterator

from oaklint.python import cst
from oaklint.python.names import Resolver
from oaklint.python.tree import walk


class Member:
    """An attribute of the objects of a class, its bases and the classes that inherit from it, and of these classes themselves."""

    def __init__(self, resolver: Resolver, owner: cst.ClassDef, name: str) -> None:
        self._resolver = resolver
        self.family = resolver.hierarchy.family(owner)
        self.name = name

    def is_at(self, node: cst.CSTNode) -> bool:
        """Whether a node is the attribute of such an object: `self.client`, `bot.client`."""
        if not isinstance(node, cst.Attribute) or node.attr.value != self.name:
            return False
        return any(found.removesuffix("()") in self.family for found in self._resolver.names(node.value))

    def with_derived(self) -> set[str]:
        """The names of the attribute, and of those that are made of it: `self.chat = self.client.chat`."""
        found, before = {self.name}, set[str]()
        while found != before:
            before = set(found)
            found |= set(self._made_of(before))
        return found

    def _made_of(self, names: set[str]) -> Iterator[str]:
        for (owner, attribute), values in self._resolver.attributes.assigned.items():
            if self._resolver.definitions.name(owner) in self.family:
                parts = (part for value in values for part in walk(value) if isinstance(part, cst.Attribute))
                if any(part.attr.value in names for part in parts):
                    yield attribute
