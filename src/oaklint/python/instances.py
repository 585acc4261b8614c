"""The objects that a program makes of its own classes: what is known of their attributes, by what they are made of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from oaklint.python import cst
from oaklint.python.definitions import INITIALIZERS, UNKNOWN
from oaklint.python.facts import NO_STATE, Fact, State
from oaklint.python.names import Resolver

if TYPE_CHECKING:
    from oaklint.python.exceptions import ExceptionFlow

# Expressions for something of which more is known than its value: which classes it names, which function it is.
_NAMING = ("Tuple", "Name", "Attribute")
# Decorators and bases of classes whose constructor takes the fields, in order and by name.
_DATACLASSES = {
    *("dataclasses.dataclass", "attr.s", "attr.attrs", "attr.dataclass", "attrs.define", "attrs.frozen"),
    *("pydantic.dataclasses.dataclass", "pydantic.BaseModel", "sqlmodel.SQLModel", "typing.NamedTuple", "msgspec.Struct"),
}


class Instances:
    """From a class and the call that makes an object to the facts about its attributes."""

    def __init__(self, resolver: Resolver, flow: ExceptionFlow) -> None:
        self._resolver = resolver
        self._flow = flow
        self._lineages: dict[str, list[cst.ClassDef]] = {}

    def attributes(self, name: str, call: cst.Call | None, state: State) -> dict[str, Fact | None]:
        """The attributes that the class of that qualified name, or its constructor, sets, with what is known of them; `call`
        makes the object.
        """
        found: dict[str, Fact | None] = {}
        lineage = self.lineage(name)
        for definition in reversed(lineage):
            for attribute, bindings in self._resolver.attributes.bound_in(definition).items():
                values = [binding.value for binding in bindings if binding.value is not None]
                found[attribute] = self._value(values[0], NO_STATE) if len(values) == 1 else None
        if call is not None and any(map(self._is_dataclass, lineage)):
            in_order = (arg.value for arg in call.args if arg.keyword is None and not arg.star)
            handed = dict(zip([*found], in_order, strict=False))  # the fields of the bases first
            handed |= {arg.keyword.value: arg.value for arg in call.args if arg.keyword is not None}
            found |= {field: self._value(value, state) for field, value in handed.items()}
        constructors = (f"{self._resolver.definitions.name(definition)}.__init__" for definition in lineage)
        constructor = next(self._resolver.definitions.functions(constructors), None)
        if constructor is not None:
            begun = self._flow.handed(constructor, call, state)
            for (owner, attribute), values in self._resolver.attributes.assigned.items():
                if owner in lineage and len(values) == 1 and self._resolver.tree.unit(values[0]) is constructor:
                    found[attribute] = self._value(values[0], begun)
        return found

    def _value(self, value: cst.BaseExpression, state: State) -> Fact | None:
        """What is known of the value of an attribute: at least by which expression it is named."""
        fact = self._flow.known(value, state)
        if fact is None and type(value).__name__ in _NAMING:
            return Fact("given", value)
        return self._flow.knowledge.parts(value, state) if fact is None else fact

    def is_set_later(self, attribute: str) -> bool:
        """Whether an attribute of that name is set anywhere but in a constructor."""
        tree = self._resolver.tree
        for node in tree.named(attribute):
            parent, unit = tree.parents[node], tree.unit(node)
            is_set = isinstance(parent, cst.AssignTarget) or (isinstance(parent, cst.AugAssign) and parent.target is node)
            is_first = isinstance(unit, cst.FunctionDef) and unit.name.value in INITIALIZERS
            if is_set and isinstance(node, cst.Attribute) and not is_first:
                return True
        return False

    def lineage(self, name: str) -> list[cst.ClassDef]:
        """A class of the program, and those that it inherits from, as far as the program defines them; each before its bases."""
        if name not in self._lineages:
            done: dict[cst.ClassDef, bool] = {}
            self._follow(name, done)
            self._lineages[name] = [definition for definition, is_done in reversed(done.items()) if is_done]
        return self._lineages[name]

    def _follow(self, name: str, done: dict[cst.ClassDef, bool]) -> None:
        for definition in self._resolver.definitions.classes((name,)):
            if definition not in done:
                done[definition] = False  # a class that inherits from itself
                for parent in reversed([*self.parents(definition)]):
                    self._follow(parent, done)
                del done[definition]
                done[definition] = True

    def parents(self, definition: cst.ClassDef) -> Iterator[str]:
        """The qualified names of what a class inherits from."""
        for base in definition.bases:
            names = self._resolver.names(base.value)
            if UNKNOWN in names and isinstance(base.value, cst.Subscript):  # `Generic[T]`
                names = self._resolver.names(base.value.value)
            yield from names

    def are_known(self, name: str) -> bool:
        """Whether a qualified name is that of a class of the program."""
        return bool(self.lineage(name))

    def is_instance(self, name: str, types: cst.BaseExpression) -> bool | None:
        """Whether an object of the class of that qualified name is of one of these types; None where that is not known."""
        lineage = self.lineage(name)
        own = {self._resolver.definitions.name(definition) for definition in lineage}
        own |= {parent for definition in lineage for parent in self.parents(definition)}
        names = self._resolver.clauses.caught(types)
        if names & own:
            return True
        # What is not the program's own inherits from none of its classes.
        return False if all(name.startswith("@") for name in names) and UNKNOWN not in own else None

    def are_tuples(self, name: str) -> bool:
        """Whether the objects of a class are tuples of their attributes."""
        return any("typing.NamedTuple" in self.parents(definition) for definition in self.lineage(name))

    def _is_dataclass(self, definition: cst.ClassDef) -> bool:
        said = (each.decorator for each in definition.decorators)
        named = (each.func if isinstance(each, cst.Call) else each for each in said)
        names = {*self.parents(definition)}.union(*map(self._resolver.names, named))
        return not _DATACLASSES.isdisjoint(names)
