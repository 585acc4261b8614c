"""Where may there be something else than an answer: a dict, None, or what comes from elsewhere?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from oaklint.python import cst
from oaklint.python.nullness import Nullness
from oaklint.python.scopes import Binding
from oaklint.python.tree import alternatives, called
from oaklint.usage.migration.answers.record import Record
from oaklint.usage.migration.answers.trail import Trail

if TYPE_CHECKING:
    from oaklint.usage.usage import Usage


class Mixed:
    """Tells it of a trail, when all answers have been followed."""

    def __init__(self, usage: Usage, trail: Trail, record: Record) -> None:
        self._tree = usage.tree
        self._resolver = usage.resolver
        self._nullness = Nullness(usage.resolver, usage.values, usage.told)
        self._trail = trail
        self._record = record

    def values(self) -> set[cst.CSTNode]:
        """The expressions whose value comes to a name, attribute or caller that may get something else from elsewhere."""
        found: set[cst.CSTNode] = set()
        for use in self._trail.read:
            bindings = self._resolver.bindings(use)
            if not all(self._fits(binding) for binding in bindings):
                found |= {value for binding in bindings for value in self._trail.bound.get(binding.node, ())}
        for choice in self._trail.choices:
            sides = alternatives(choice)
            if not all(map(self._is_neutral, sides)):
                found.update(side for side in sides if side in self._trail.shapes)
        for name, values in self._trail.attributes.items():
            if not all(value in values or self._is_neutral(value) for value in self._stored(name)):
                found |= values
        for unit, values in self._trail.returning.items():
            others = [value for value in self._resolver.returned_values(unit) if value not in values]
            others += self._handed_out_instead(unit)
            if not all(self._is_neutral(value) for value in others):
                found |= values
        found |= self._trail.given_up | self._kept_apart()
        return {node for node in found if not self._is_only_iterated(node)}

    def _kept_apart(self) -> set[cst.CSTNode]:
        """The objects that come to where dicts come to, too."""
        found: set[cst.CSTNode] = set()
        for node, shapes in self._trail.shapes.items():
            if node in self._trail.handed_on or len({each.is_plain for each in shapes}) < 2:
                continue
            bindings = self._resolver.bindings(node) if isinstance(node, cst.Name) else ()
            sources = {value for each in bindings for value in self._trail.bound.get(each.node, ())}
            if isinstance(node, cst.Attribute):
                sources |= self._trail.attributes.get(node.attr.value, set())
            if isinstance(node, cst.Call):
                sources |= {
                    value for unit in self._resolver.calls.functions(node) for value in self._trail.returning.get(unit, ())
                }
            followed = sources - self._trail.handed_on
            objects = {value for value in followed if not all(each.is_plain for each in self._trail.shapes.get(value, ()))}
            if not objects:
                self._record.stop(node, "it may be one of several things here")
            found |= objects
        return found

    def sources_of_none(self, node: cst.BaseExpression) -> set[cst.BaseExpression]:
        """Where the answers come from that are at a place where there may be none of them as well: nothing has no methods."""
        found: set[cst.BaseExpression] = set()
        seen: set[cst.BaseExpression] = set()
        pending = [node]
        while pending:
            here = pending.pop()
            if here in seen:
                continue
            seen.add(here)
            if isinstance(here, cst.Await):
                pending.append(here.expression)
            elif isinstance(here, cst.Call):
                returned = [self._resolver.returned_values(unit) for unit in self._resolver.calls.functions(here)]
                found |= {value for each in returned if any(map(_is_none, each)) for value in each if value in self._trail.shapes}
            elif isinstance(here, cst.Name) and not self._nullness.is_ensured(here):
                bindings = self._resolver.bindings(here)
                bound = {value for each in bindings for value in self._trail.bound.get(each.node, ())}
                if any(each.value is not None and _is_none(each.value) for each in bindings):
                    found |= bound
                else:
                    pending += bound
        return found

    def _handed_out_instead(self, unit: cst.FunctionDef) -> Iterator[cst.BaseExpression]:
        """What the functions return that decorators of the program put in the place of one of its functions."""
        for each in unit.decorators:
            for decorator in self._resolver.definitions.functions(self._resolver.names(called(each.decorator))):
                for returned in self._resolver.returned_values(decorator):
                    for wrapper in self._resolver.definitions.functions(self._resolver.names(returned)):
                        yield from self._resolver.returned_values(wrapper)

    def _is_only_iterated(self, node: cst.CSTNode) -> bool:
        parent = self._tree.parents.get(node)
        return isinstance(parent, (cst.For, cst.CompFor)) and parent.iter is node

    def _fits(self, binding: Binding) -> bool:
        if binding.node in self._trail.bound:
            return binding.kind != "parameter" or self._gets_nothing_else(binding)
        if binding.kind in ("delete", "import", "class"):
            return binding.kind == "delete"
        return binding.value is not None and binding.kind in ("assign", "annotated") and self._is_neutral(binding.value)

    def _gets_nothing_else(self, binding: Binding) -> bool:
        unit = self._tree.scopes[binding.node].node
        if not isinstance(unit, cst.FunctionDef) or not isinstance(binding.node, cst.Param):
            return True
        graph = self._resolver.calls
        given = (graph.argument_for(call, unit, binding.node) for call in graph.of(unit))
        return all(value is None or value in self._trail.shapes or self._is_neutral(value) for value in given)

    def _is_neutral(self, value: cst.BaseExpression) -> bool:
        """Whether it is handled like nothing: None, a plain value, an empty list."""
        if isinstance(value, cst.Tuple):
            return True
        if isinstance(value, (cst.List, cst.ListComp)):
            return isinstance(value, cst.List) and not value.elements
        if value in self._trail.shapes or isinstance(value, (cst.SimpleString, cst.FormattedString, cst.ConcatenatedString)):
            return True
        return isinstance(value, (cst.Name, cst.Integer, cst.Float)) and (
            not isinstance(value, cst.Name) or value.value in ("None", "True", "False")
        )

    def _stored(self, name: str) -> Iterator[cst.BaseExpression]:
        for node in self._tree.own.get(cst.Assign, ()):
            assert isinstance(node, cst.Assign)
            if any(isinstance(each.target, cst.Attribute) and each.target.attr.value == name for each in node.targets):
                yield node.value


def _is_none(node: cst.BaseExpression) -> bool:
    return isinstance(node, cst.Name) and node.value == "None"
