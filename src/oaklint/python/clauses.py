"""Which classes of exceptions an expression names where exceptions are caught: `except (OSError, *RETRYABLE)`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from oaklint.python import cst
from oaklint.python.definitions import MAX_NAMES, NOT_KNOWN, NOTHING, Names
from oaklint.python.fixpoint import Fixpoint
from oaklint.python.scopes import Binding

if TYPE_CHECKING:
    from oaklint.python.names import Resolver


class Clauses:
    """Finds them, as qualified names."""

    def __init__(self, resolver: Resolver, fixpoint: Fixpoint) -> None:
        self._resolver = resolver
        self._fixpoint = fixpoint

    def caught(self, types: cst.BaseExpression) -> Names:
        """The classes that an `except` clause, `isinstance` or the like names: one, or a tuple of them, or a constant for
        either. Where a name has several bindings, all of them count.
        """
        return NOTHING.union(*self.alternatives(types))

    def alternatives(self, types: cst.BaseExpression) -> frozenset[Names]:
        """The same, as the sets of classes of which one is named: of the several bindings of a name, one is in force."""
        question, nothing = (types, "alternatives"), frozenset[Names]()
        found = self._fixpoint.ask(question, lambda: self._worked_out(types), nothing, lambda some, _: some | {NOT_KNOWN})
        return found or (frozenset({NOT_KNOWN}) if self._fixpoint.is_final(question) else nothing)

    def _worked_out(self, types: cst.BaseExpression) -> frozenset[Names]:
        found = self._alternatives(types)
        # Who binds None in place of a class, where it cannot be imported, does not come to the clause.
        named = frozenset(classes for classes in found if classes != {"builtins.None"}) or found
        return named if len(named) <= MAX_NAMES else frozenset({NOT_KNOWN})

    def _alternatives(self, types: cst.BaseExpression) -> frozenset[Names]:
        if isinstance(types, (cst.Tuple, cst.List, cst.Set, cst.Dict)):
            return self._together(map(self._of_element, types.elements))
        if isinstance(types, cst.BinaryOperation) and isinstance(types.operator, (cst.Add, cst.BitOr)):
            return self._together(map(self.alternatives, (types.left, types.right)))
        if isinstance(types, cst.IfExp):
            return self.alternatives(types.body) | self.alternatives(types.orelse)
        if isinstance(types, cst.Name):
            found: frozenset[Names] = frozenset()
            bindings = self._resolver.bindings(types)
            imports = [binding for binding in bindings if binding.kind == "import"]
            for binding in bindings:
                if any(self._stands_in(binding, other) for other in imports):
                    continue
                values = (
                    [binding.value] if binding.value is not None and binding.kind in ("assign", "annotated", "parameter") else []
                )
                if isinstance(binding.node, cst.Param):
                    values += self._resolver.calls.handed_to(binding.node)
                found |= self._any_of(values) if values else _each(self._resolver.bound(binding))
            if found:
                return found
        if isinstance(types, cst.Call) and len(types.args) == 1 and self._resolver.name(types.func) == "builtins.tuple":
            return self._iterated(types.args[0].value)
        if isinstance(types, cst.Attribute):
            values = [*self._resolver.attribute_values(types), *self._resolver.set_by_users(types)]
            if values:
                return self._any_of(values)
        if isinstance(types, cst.Subscript) and (entry := self._resolver.entry(types)):
            return self.alternatives(entry[0])
        return _each(self._resolver.names(types))

    def _stands_in(self, binding: Binding, imported: Binding) -> bool:
        """Whether a name stands for a class of Python itself only where a package is not there, and then nobody uses it."""
        value = self._resolver.names(binding.value) if binding.kind == "assign" and binding.value is not None else NOTHING
        if not value or not all(name.startswith("builtins.") for name in value):
            return False
        tried = [self._resolver.tree.parents[each] for each in self._resolver.tree.handlers_around(binding.node)]
        bodies = [each.body for each in tried if isinstance(each, (cst.Try, cst.TryStar))]
        return not set(bodies).isdisjoint(self._resolver.tree.ancestors(imported.node))

    def _of_element(self, element: cst.BaseElement | cst.BaseDictElement) -> frozenset[Names]:
        """What an element of a tuple or the like adds to it, or an item of a dictionary: its key."""
        if isinstance(element, (cst.StarredElement, cst.StarredDictElement)):
            return self._iterated(element.value)
        return self.alternatives(element.key if isinstance(element, cst.DictElement) else element.value)

    def _iterated(self, node: cst.BaseExpression) -> frozenset[Names]:
        """What stands in something that is gone through, where that stays as it was made; in a dictionary, its keys."""
        method = node.func if isinstance(node, cst.Call) and not node.args else None
        if isinstance(method, cst.Attribute) and method.attr.value == "keys":
            return self._iterated(method.value)
        return frozenset({NOT_KNOWN}) if self._resolver.is_changed_later(node) else self.alternatives(node)

    def _together(self, types: Iterable[frozenset[Names]]) -> frozenset[Names]:
        found = frozenset({NOTHING})
        for each in types:
            found = frozenset(classes | more for classes in found for more in each)
            if len(found) > MAX_NAMES:
                return frozenset({NOT_KNOWN})
        return found

    def _any_of(self, types: Iterable[cst.BaseExpression]) -> frozenset[Names]:
        return frozenset[Names]().union(*map(self.alternatives, types))


def _each(names: Names) -> frozenset[Names]:
    return frozenset(frozenset({name}) for name in names)
