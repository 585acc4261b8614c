"""The exceptions that a program raises itself: their classes, ancestors and attributes."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from oaklint.python import cst
from oaklint.python.facts import EXCEPTION, State, Thrown
from oaklint.python.instances import Instances
from oaklint.python.names import Resolver
from oaklint.python.places import is_builtin, place
from oaklint.python.values import UNKNOWN

if TYPE_CHECKING:
    from oaklint.python.exceptions import ExceptionFlow


class Raised:
    """Finds what is known of them."""

    def __init__(self, resolver: Resolver, flow: ExceptionFlow, instances: Instances) -> None:
        self._resolver = resolver
        self._flow = flow
        self._instances = instances

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

    def _ancestors(self, name: str) -> set[str]:
        return {parent for definition in self._instances.lineage(name) for parent in self._instances.parents(definition)}

    def _attributes(self, name: str, call: cst.Call | None, state: State) -> dict[str, Any]:
        """The attributes that the class or the constructor sets to something known, by what that is handed."""
        found = self._instances.attributes(name, call, state)
        return {attribute: fact.value for attribute, fact in found.items() if fact is not None and fact.kind == "constant"}

    def _set_on(self, raised: cst.BaseExpression) -> set[str]:
        """The attributes that an exception is given after it was made, perhaps: `error.retryable = False`."""
        tree = self._resolver.tree
        nodes = tree.nodes_in(tree.unit(raised), cst.Assign) if isinstance(raised, cst.Name) else ()
        targets = (target.target for node in nodes if isinstance(node, cst.Assign) for target in node.targets)
        attributes = (target for target in targets if isinstance(target, cst.Attribute))
        return {attribute.attr.value for attribute in attributes if place(attribute.value) == place(raised)}

    def _has(self, name: str, attribute: str) -> bool | None:
        """Whether an instance of one of the program's classes has an attribute; None where that depends on other classes."""
        lineage = list(self._instances.lineage(name))
        if any(self._resolver.attributes.has(definition, attribute) for definition in lineage) or hasattr(Exception, attribute):
            return True
        parents = (parent for definition in lineage for parent in self._instances.parents(definition))
        return False if all(parent.startswith("@") or is_builtin(parent) for parent in parents) else None
