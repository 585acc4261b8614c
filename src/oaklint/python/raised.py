"""The exceptions that a program raises itself: their classes, ancestors and attributes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from oaklint.python import cst
from oaklint.python.facts import EXCEPTION, NO_STATE, State, Thrown
from oaklint.python.names import Resolver
from oaklint.python.places import is_builtin, place
from oaklint.python.values import UNKNOWN

if TYPE_CHECKING:
    from oaklint.python.exceptions import ExceptionFlow

_DATACLASSES = {"dataclasses.dataclass", "attr.s", "attr.attrs", "attrs.define", "attrs.frozen"}
_MAX_DEPTH = 10


class Raised:
    """Finds what is known of them."""

    def __init__(self, resolver: Resolver, flow: ExceptionFlow) -> None:
        self._resolver = resolver
        self._flow = flow

    def by(self, statement: cst.Raise, state: State) -> Thrown:
        """The exception that a `raise` raises, as far as its class is known."""
        assert statement.exc is not None
        operand = statement.exc
        call = operand if isinstance(operand, cst.Call) else None
        name = self._resolver.name(operand if call is None else call.func).removesuffix("()")
        thrown = self.of_class(name)
        if name.startswith("@"):
            attributes = self._attributes(name, call, state) | dict.fromkeys(self._set_on(operand), UNKNOWN)
            thrown = replace(thrown, attributes=attributes)
        behind = state.handled
        if behind is None or statement.cause is None or self._flow.known(statement.cause.item, state) != EXCEPTION:
            return thrown
        return replace(thrown, causes=behind.classes | behind.causes)

    def of_class(self, name: str) -> Thrown:
        """An exception of the class with that qualified name, as far as it is known."""
        if name.startswith("builtins."):
            return Thrown.builtin(name.partition(".")[2])
        ancestors = frozenset({name, *self._ancestors(name), "builtins.Exception", "builtins.BaseException"})
        return Thrown(name, ancestors, has=partial(self._has, name) if name.startswith("@") else lambda _: None)

    def _lineage(self, name: str, depth: int = 0) -> Iterator[cst.ClassDef]:
        """A class of the program, and those that it inherits from, as far as the program defines them."""
        for definition in self._resolver.definitions.classes((name,)):
            yield definition
            for parent in self._parents(definition) if depth < _MAX_DEPTH else ():
                yield from self._lineage(parent, depth + 1)

    def _parents(self, definition: cst.ClassDef) -> Iterator[str]:
        for base in definition.bases:
            yield from self._resolver.names(base.value)

    def _ancestors(self, name: str) -> set[str]:
        return {parent for definition in self._lineage(name) for parent in self._parents(definition)}

    def _attributes(self, name: str, call: cst.Call | None, state: State) -> dict[str, Any]:
        """The attributes that the class or the constructor sets to something known, by what that is handed."""
        found: dict[str, Any] = {}
        lineage = list(self._lineage(name))
        for definition in reversed(lineage):
            for attribute, bindings in self._resolver.attributes.bound_in(definition).items():
                values = [binding.value for binding in bindings if binding.value is not None]
                found[attribute] = self._constant(values[0], NO_STATE) if len(values) == 1 else UNKNOWN
        if call is not None and any(self._is_dataclass(each) for definition in lineage for each in definition.decorators):
            in_order = (arg.value for arg in call.args if arg.keyword is None and not arg.star)
            handed = dict(zip([*found], in_order, strict=False))  # the fields of the bases first
            handed |= {arg.keyword.value: arg.value for arg in call.args if arg.keyword is not None}
            found |= {field: self._constant(value, state) for field, value in handed.items()}
        constructors = (f"{self._resolver.definitions.name(definition)}.__init__" for definition in lineage)
        constructor = next(self._resolver.definitions.functions(constructors), None)
        if constructor is not None:
            begun = self._flow.handed(constructor, call, state)
            for (owner, attribute), values in self._resolver.attributes.assigned.items():
                if owner in lineage and len(values) == 1 and self._resolver.tree.unit(values[0]) is constructor:
                    found[attribute] = self._constant(values[0], begun)
        return {attribute: value for attribute, value in found.items() if value is not UNKNOWN}

    def _set_on(self, raised: cst.BaseExpression) -> set[str]:
        """The attributes that an exception is given after it was made, perhaps: `error.retryable = False`."""
        tree = self._resolver.tree
        nodes = tree.nodes_in(tree.unit(raised), cst.Assign) if isinstance(raised, cst.Name) else ()
        targets = (target.target for node in nodes if isinstance(node, cst.Assign) for target in node.targets)
        attributes = (target for target in targets if isinstance(target, cst.Attribute))
        return {attribute.attr.value for attribute in attributes if place(attribute.value) == place(raised)}

    def _constant(self, value: cst.BaseExpression, state: State) -> Any:
        """The constant that an expression is known to be, else UNKNOWN."""
        fact = self._flow.known(value, state)
        return fact.value if fact is not None and fact.kind == "constant" else UNKNOWN

    def _is_dataclass(self, decorator: cst.Decorator) -> bool:
        named = decorator.decorator.func if isinstance(decorator.decorator, cst.Call) else decorator.decorator
        return not _DATACLASSES.isdisjoint(self._resolver.names(named))

    def _has(self, name: str, attribute: str) -> bool | None:
        """Whether an instance of one of the program's classes has an attribute; None where that depends on other classes."""
        lineage = list(self._lineage(name))
        if any(self._resolver.attributes.has(definition, attribute) for definition in lineage) or hasattr(Exception, attribute):
            return True
        parents = (parent for definition in lineage for parent in self._parents(definition))
        return False if all(parent.startswith("@") or is_builtin(parent) for parent in parents) else None
