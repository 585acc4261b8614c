"""What stands in the lists, tuples and dictionaries of a program, as qualified names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from oaklint.python import cst
from oaklint.python.definitions import NOT_KNOWN, NOTHING, Names
from oaklint.python.fixpoint import Fixpoint
from oaklint.python.scopes import Binding
from oaklint.python.tree import dotted_name

if TYPE_CHECKING:
    from oaklint.python.names import Resolver

_OF_ELEMENTS = {"list", "tuple", "set", "frozenset", "deque", "sequence", "mutablesequence", "collection", "iterable", "iterator"}
_OF_VALUES = {"dict", "defaultdict", "ordereddict", "mapping", "mutablemapping"}
_OPTIONAL = {"Optional", "Union", "Annotated", "Final", "ClassVar"}
# What they make of something iterable has the same elements.
_KEEP_ELEMENTS = {"builtins.list", "builtins.tuple", "builtins.set", "builtins.frozenset", "builtins.sorted", "builtins.reversed"}
_KEEP_ELEMENTS |= {"builtins.iter", "collections.deque"}

Inside: TypeAlias = "Callable[[cst.BaseExpression], Names]"


class Containers:
    """From a collection to the qualified names of its elements or values."""

    def __init__(self, resolver: Resolver, fixpoint: Fixpoint) -> None:
        self._resolver = resolver
        self._fixpoint = fixpoint

    def elements(self, node: cst.BaseExpression) -> Names:
        """What an iteration over an expression gives, one after the other."""
        return self._ask(node, "elements", self._find_elements)

    def values(self, node: cst.BaseExpression) -> Names:
        """What a dictionary has for its keys."""
        return self._ask(node, "values", self._find_values)

    def part(self, node: cst.BaseExpression, index: int, *, of_each: bool) -> Names:
        """What stands at an index (from 0) of the tuples that an expression stands for; with `of_each`, of those that it gives
        one after the other.
        """
        find = self._find_part_of_each if of_each else self._find_part
        return self._ask(node, f"{'each ' if of_each else ''}{index}", partial(find, index))

    def _find_part(self, index: int, node: cst.BaseExpression) -> Names:
        if isinstance(node, cst.Tuple):
            elements = [] if any(isinstance(each, cst.StarredElement) for each in node.elements) else node.elements
            return self._resolver.names(elements[index].value) if index < len(elements) else NOTHING
        if isinstance(node, cst.Await):
            return self._find_part(index, node.expression)
        if isinstance(node, cst.Call):
            functions = self._resolver.calls.functions(node)
            return NOTHING.union(*(self._part_returned(index, function) for function in functions))
        return NOTHING

    def _part_returned(self, index: int, function: cst.FunctionDef) -> Names:
        values = (self.part(value, index, of_each=False) for value in self._resolver.returned_values(function))
        found = NOTHING.union(*values) - NOT_KNOWN
        annotation = function.returns.annotation if function.returns is not None else None
        types = [*_inside(annotation, {"tuple"})] if annotation is not None else []
        return found or (self._resolver.annotated(types[index]) if index < len(types) else NOTHING)

    def _find_part_of_each(self, index: int, node: cst.BaseExpression) -> Names:
        """`for name, client in CLIENTS.items()`, `for number, client in enumerate(clients)`, `for client, name in zip(...)`."""
        if not isinstance(node, cst.Call):
            return NOTHING
        given = [arg.value for arg in node.args if not arg.star]
        if isinstance(node.func, cst.Attribute) and node.func.attr.value == "items":
            return self.values(node.func.value) if index == 1 else NOTHING
        names = self._resolver.names(node.func)
        if names == {"builtins.enumerate"} and given:
            return self.elements(given[0]) if index == 1 else NOTHING
        if names == {"builtins.zip"} and index < len(given) == len(node.args):
            return self.elements(given[index])
        return NOTHING

    def _ask(self, node: cst.BaseExpression, what: str, find: Inside) -> Names:
        found = self._fixpoint.ask((node, what), lambda: find(node), NOTHING)
        return found or NOT_KNOWN

    def _find_elements(self, node: cst.BaseExpression) -> Names:
        if isinstance(node, (cst.Tuple, cst.List, cst.Set)):
            return NOTHING.union(*map(self._element, node.elements))
        if isinstance(node, (cst.ListComp, cst.SetComp, cst.GeneratorExp)):
            return self._resolver.names(node.elt)
        if isinstance(node, cst.Call):
            if isinstance(node.func, cst.Attribute) and node.func.attr.value == "values" and not node.args:
                return self.values(node.func.value)
            if len(node.args) >= 1 and self._resolver.names(node.func) <= _KEEP_ELEMENTS:
                return self.elements(node.args[0].value)
            if "asyncio.gather" in self._resolver.names(node.func):
                return NOTHING.union(*map(self._gathered, node.args))
            if dotted_name(node.func) == "map" or (isinstance(node.func, cst.Attribute) and node.func.attr.value == "map"):
                return NOTHING.union(*map(self._resolver.returned_by, (arg.value for arg in node.args[:1])))
            yielded = [
                each
                for function in self._resolver.calls.functions(node)
                for each in self._resolver.tree.nodes_in(function, cst.Yield)
            ]
            if yielded:
                return NOTHING.union(*map(self._yielded, yielded))
        if isinstance(node, cst.Await):
            return self.elements(node.expression)
        return self._behind(node, self.elements, _OF_ELEMENTS)

    def _gathered(self, arg: cst.Arg) -> Names:
        """What `gather` gives for an argument; with `return_exceptions`, exceptions as well."""
        if arg.keyword is not None:
            return NOT_KNOWN
        return self.elements(arg.value) if arg.star else self._resolver.names(arg.value)

    def _yielded(self, node: cst.Yield) -> Names:
        if isinstance(node.value, cst.From):
            return self.elements(node.value.item)
        return self._resolver.names(node.value) if node.value is not None else NOTHING

    def _element(self, element: cst.BaseElement) -> Names:
        return self.elements(element.value) if isinstance(element, cst.StarredElement) else self._resolver.names(element.value)

    def _find_values(self, node: cst.BaseExpression) -> Names:
        if isinstance(node, cst.Dict):
            given = (element.value for element in node.elements if isinstance(element, cst.DictElement))
            merged = (element.value for element in node.elements if isinstance(element, cst.StarredDictElement))
            return NOTHING.union(*map(self._resolver.names, given), *map(self.values, merged))
        if isinstance(node, cst.DictComp):
            return self._resolver.names(node.value)
        return self._behind(node, self.values, _OF_VALUES)

    def _behind(self, node: cst.BaseExpression, inside: Inside, generics: set[str]) -> Names:
        """What stands in what an expression is bound to, returns, or is declared to be."""
        more = NOT_KNOWN if self._resolver.is_changed_later(node) else NOTHING
        if isinstance(node, cst.Name):
            return more.union(*(self._bound(binding, inside, generics) for binding in self._resolver.bindings(node)))
        if isinstance(node, cst.Attribute):
            declared = self._declared(self._resolver.annotations_of(node), generics)
            return declared or more.union(*map(inside, self._resolver.attribute_values(node)))
        if isinstance(node, cst.Call):
            return NOTHING.union(*(self._returned(each, inside, generics) for each in self._resolver.calls.functions(node)))
        if isinstance(node, cst.IfExp):
            return inside(node.body) | inside(node.orelse)
        if isinstance(node, cst.BooleanOperation):
            return inside(node.left) | inside(node.right)
        return NOTHING

    def _bound(self, binding: Binding, inside: Inside, generics: set[str]) -> Names:
        if isinstance(binding.node, cst.Param) and binding.node.star:  # its annotation is that of each
            return self._resolver.annotated(binding.annotation)
        if binding.annotation is not None and (declared := self._declared([binding.annotation], generics)):
            return declared
        if binding.kind not in ("assign", "annotated", "parameter"):
            return NOT_KNOWN
        values = [binding.value] if binding.value is not None else []
        if isinstance(binding.node, cst.Param):
            values += self._resolver.calls.handed_to(binding.node)
        return NOTHING.union(*map(inside, values))

    def _returned(self, function: cst.FunctionDef, inside: Inside, generics: set[str]) -> Names:
        declared = self._declared([function.returns.annotation], generics) if function.returns is not None else NOTHING
        return declared or NOTHING.union(*map(inside, self._resolver.returned_values(function)))

    def _declared(self, annotations: Iterable[cst.BaseExpression], generics: set[str]) -> Names:
        """What annotations say that stands in a container of some kind."""
        inner = (self._resolver.annotated(each) for annotation in annotations for each in _inside(annotation, generics))
        return NOTHING.union(*inner) - NOT_KNOWN


def _inside(annotation: cst.BaseExpression, generics: set[str]) -> Iterator[cst.BaseExpression]:
    """The types of what stands in a container: `Client` of `list[Client]`, and of `dict[str, Client]`."""
    if isinstance(annotation, cst.BinaryOperation):
        yield from (*_inside(annotation.left, generics), *_inside(annotation.right, generics))
    elif isinstance(annotation, cst.Subscript):
        generic = (dotted_name(annotation.value) or "").rpartition(".")[2]
        types = [part.slice.value for part in annotation.slice if isinstance(part.slice, cst.Index)]
        if generic in _OPTIONAL:
            yield from (inner for each in types for inner in _inside(each, generics))
        elif generic.lower() in generics:
            yield from types[1:] if generics is _OF_VALUES else types
