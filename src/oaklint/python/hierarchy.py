"""Which classes of a program inherit from which, and what makes their objects."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from oaklint.python import cst
from oaklint.python.definitions import INITIALIZERS, NOTHING, Names
from oaklint.python.fixpoint import Fixpoint
from oaklint.python.tree import dotted_name, parameters

if TYPE_CHECKING:
    from oaklint.python.names import Resolver

_PROTOCOLS = {"typing.Protocol", "typing_extensions.Protocol"}


class Hierarchy:
    """From a class to its bases, heirs and constructors."""

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
        question = definition, "bases"
        return self._fixpoint.ask(
            question, lambda: frozenset(map(self._definitions.name, self.ancestry(definition)[1:])), NOTHING
        )

    def ancestry(self, definition: cst.ClassDef) -> tuple[cst.ClassDef, ...]:
        """A class and the classes of the program that it inherits from, in the order in which Python asks them."""
        return self._fixpoint.ask((definition, "ancestry"), lambda: tuple(self._find_ancestry(definition)), ())

    def _find_ancestry(self, definition: cst.ClassDef) -> list[cst.ClassDef]:
        behind = [each for parent in self._parents(definition) for each in self.ancestry(parent)]
        # What several bases have in common comes behind all of them.
        return [definition, *(each for number, each in enumerate(behind) if each not in behind[number + 1 :])]

    def are_related(self, one: cst.ClassDef | None, other: cst.ClassDef | None) -> bool:
        """Whether an object may be of both classes, because the one is an ancestor of the other; None for no class."""
        if one is None or other is None:
            return one is other
        return one in self.ancestry(other) or other in self.ancestry(one)

    def heirs(self, base: cst.ClassDef, *, but_for: Callable[[cst.ClassDef], bool] = lambda heir: False) -> list[cst.ClassDef]:
        """The classes of the program that inherit from one of its own, at any remove; not through those that are left out."""
        found = [base]
        for definition in found:
            children = self.children(self._definitions.name(definition))
            found += (child for child in children if child not in found and not but_for(child))
        return found[1:]

    def made(self, base: cst.ClassDef) -> tuple[cst.ClassDef, ...]:
        """Where the program makes no objects of a class itself, the classes that inherit from it of which it does."""
        return self._fixpoint.ask((base, "made"), lambda: tuple(self._find_made(base)), ())

    def _find_made(self, base: cst.ClassDef) -> list[cst.ClassDef]:
        return [] if self._is_made(base) else [heir for heir in self.heirs(base) if self._is_made(heir)]

    def _is_made(self, definition: cst.ClassDef) -> bool:
        calls = self._resolver.calls.by_name.get(definition.name.value, ())
        return any(definition in self._definitions.classes(self._resolver.names(call.func)) for call in calls)

    def children(self, class_name: str) -> tuple[cst.ClassDef, ...]:
        """The classes that name one of the program's own as their base, or that fit it, if it is a protocol."""
        return self._fixpoint.ask((class_name, "children"), lambda: tuple(self._find_children(class_name)), ())

    def _find_children(self, class_name: str) -> Iterator[cst.ClassDef]:
        for definition in self._inheriting.get(re.split("[.:@]", class_name)[-1], ()):
            if any(class_name in self._resolver.names(base.value) for base in definition.bases):
                yield definition
        for protocol in self._definitions.classes((class_name,)):
            if required := self._required(protocol):
                attributes = self._resolver.attributes.bound_in(protocol)
                for each, methods in self._methods.items():
                    fits = _fits(methods, required) and all(self._resolver.attributes.has(each, name) for name in attributes)
                    if fits and not self._is_protocol(each):
                        yield each

    def _required(self, definition: cst.ClassDef) -> Mapping[str, cst.FunctionDef]:
        """The methods that a class has to define to fit this one, if this is a protocol; none where one that takes nothing is
        all: many a class has a method `run`.
        """
        methods = self._methods[definition] if self._is_protocol(definition) else {}
        found = {name: method for name, method in methods.items() if not name.startswith("__")}
        return found if len(found) > 1 or any(len(parameters(method)) > 1 for method in found.values()) else {}

    def _is_protocol(self, definition: cst.ClassDef) -> bool:
        bases = (base.value.value if isinstance(base.value, cst.Subscript) else base.value for base in definition.bases)
        return any(not _PROTOCOLS.isdisjoint(self._resolver.names(base)) for base in bases)

    @cached_property
    def _methods(self) -> Mapping[cst.ClassDef, Mapping[str, cst.FunctionDef]]:
        """The methods that each class defines itself."""
        found: dict[cst.ClassDef, dict[str, cst.FunctionDef]] = {}
        for definition in self._resolver.tree.nodes.get(cst.ClassDef, ()):
            assert isinstance(definition, cst.ClassDef)
            methods = (line for line in definition.body.body if isinstance(line, cst.FunctionDef))
            found[definition] = {method.name.value: method for method in methods}
        return found

    @cached_property
    def _inheriting(self) -> dict[str, list[cst.ClassDef]]:
        """The classes by the last part of what they write down as a base."""
        found: dict[str, list[cst.ClassDef]] = {}
        for definition in self._resolver.tree.nodes.get(cst.ClassDef, ()):
            assert isinstance(definition, cst.ClassDef)
            for base in definition.bases:
                written = base.value.value if isinstance(base.value, cst.Subscript) else base.value
                found.setdefault((dotted_name(written) or "").rpartition(".")[2], []).append(definition)
        return found


def _fits(methods: Mapping[str, cst.FunctionDef], required: Mapping[str, cst.FunctionDef]) -> bool:
    """Whether there is a method for each that is required, which can be called like it."""
    return all(name in methods and _can_be_called_like(methods[name], method) for name, method in required.items())


def _can_be_called_like(method: cst.FunctionDef, other: cst.FunctionDef) -> bool:
    """Whether a method takes what another one takes, by the same names."""
    if (method.asynchronous is None) is not (other.asynchronous is None):
        return False
    taken = {param.name.value for param in parameters(method)}
    takes_all = method.params.star_kwarg is not None or isinstance(method.params.star_arg, cst.Param)
    return takes_all or all(param.name.value in taken for param in parameters(other)[1:])
