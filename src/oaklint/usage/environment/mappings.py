"""Which names are in a mapping that is put into the environment, as a whole or one by one?"""

from __future__ import annotations

from typing import NamedTuple

from oaklint.python import cst
from oaklint.python.tree import walk
from oaklint.usage.context import Context

FILES = {"dotenv.dotenv_values", "dotenv.main.dotenv_values"}
_CUTS = {"split", "partition"}
# Views of a mapping, with the place of a variable of a `for` over it: does that stand for the values?
_VIEWS = {("items", 0): False, ("items", 1): True, ("keys", None): False, ("values", None): True}
# Around a collection, what takes nothing from it but its items.
_ASKS = {"Attribute", "Subscript", "For", "CompFor", "ComparisonTarget"}
_MAX_DEPTH = 3


class Held(NamedTuple):
    """names: those that are known. values: what they are set to, where that is written down. loads: whether they come from a
    file. others: whether there may be more.
    """

    names: frozenset[str] = frozenset()
    values: tuple[tuple[str, cst.BaseExpression], ...] = ()
    loads: bool = False
    others: bool = False

    def __or__(self, more: object) -> Held:
        assert isinstance(more, Held)
        return Held(self.names | more.names, self.values + more.values, self.loads or more.loads, self.others or more.others)


_FILE, _ANYTHING = Held(loads=True, others=True), Held(others=True)


class Mappings:
    """Finds what names a mapping holds."""

    def __init__(self, context: Context) -> None:
        self._tree = context.tree
        self._resolver = context.resolver
        self._values = context.values

    def held_by(self, node: cst.BaseExpression, depth: int = 0, *, second: bool = False) -> Held:
        """The names in a dictionary, a list of pairs, or what is read from a file.

        second: whether they are its values, or what is second in each pair.
        """
        found = Held()
        if isinstance(node, cst.Dict):
            for element in node.elements:
                pair = (element.key, element.value) if isinstance(element, cst.DictElement) else ()
                found |= self._named(*pair, second) if pair else self.held_by(element.value, depth + 1, second=second)
            return found
        if isinstance(node, (cst.List, cst.Tuple)):
            for item in node.elements:
                parts = item.value.elements if isinstance(item.value, (cst.Tuple, cst.List)) else ()
                found |= self._named(parts[0].value, parts[1].value, second) if len(parts) == 2 else _ANYTHING
            return found
        if isinstance(node, cst.DictComp):
            return self._made_one_by_one(node) if not second else _ANYTHING
        if isinstance(node, cst.Call):
            return _FILE if self._resolver.names(node.func) & FILES else _ANYTHING
        bindings = self._resolver.bindings(node) if isinstance(node, cst.Name) and depth < _MAX_DEPTH else []
        if len(bindings) == 1 and bindings[0].kind in ("assign", "annotated") and bindings[0].value is not None:
            held = self.held_by(bindings[0].value, depth + 1, second=second)
            return held if isinstance(node, cst.Name) and self._stays_as_made(node) else held | _ANYTHING
        return _ANYTHING

    def _stays_as_made(self, name: cst.Name) -> bool:
        """Whether what a name stands for never gets more: it is asked only, or gone through, and handed to nobody else."""
        if self._resolver.display(name) is None:
            return False
        uses = (each for each in self._tree.named(name.value) if each is not name and not self._tree.is_store(each))
        return all(type(self._tree.parents[each]).__name__ in _ASKS for each in uses)

    def _made_one_by_one(self, node: cst.DictComp) -> Held:
        """`{name: vault.get_secret(secret).value for name, secret in WANTED.items()}`."""
        counted = self.counted_off(node.key) if not node.for_in.ifs else None
        if counted is None:
            return _ANYTHING
        return counted._replace(values=tuple((name, node.value) for name in sorted(counted.names)))

    def counted_off(self, key: cst.BaseExpression) -> Held | None:
        """The names that a loop's variable stands for, one after the other (`for name, value in mapping.items()`,
        `for field, name in names.items()`), or those that the lines of a file have before the `=`; None for any other expression.
        """
        bindings = self._resolver.bindings(key) if isinstance(key, cst.Name) else []
        if len(bindings) != 1:
            return None
        for ancestor in self._tree.ancestors(bindings[0].node):
            if isinstance(ancestor, (cst.For, cst.CompFor)):
                return self._one_by_one(ancestor.iter, self._position(bindings[0].node, ancestor.target))
            if isinstance(ancestor, cst.Assign):
                return _FILE if self._is_line(ancestor.value) else None
            if isinstance(ancestor, (cst.BaseSmallStatement, cst.BaseCompoundStatement)):
                break
        return None

    def is_beside(self, value: cst.BaseExpression, key: cst.BaseExpression) -> bool:
        """Whether two variables of one loop stand for the entries of a mapping: `for name, value in mapping.items()`."""
        pair = [self._resolver.bindings(node) if isinstance(node, cst.Name) else [] for node in (key, value)]
        if any(len(bindings) != 1 for bindings in pair):
            return False
        nodes = [bindings[0].node for bindings in pair]
        loop = next((each for each in self._tree.ancestors(nodes[0]) if isinstance(each, (cst.For, cst.CompFor))), None)
        return loop is not None and [self._position(node, loop.target) for node in nodes] == [0, 1]

    def _one_by_one(self, iterable: cst.BaseExpression, position: int | None) -> Held | None:
        """What a `for` goes through; `position` is that of the variable among those of the `for`, None for a single one."""
        view = iterable.func if isinstance(iterable, cst.Call) and not iterable.args else None
        if isinstance(view, cst.Attribute) and (view.attr.value, position) in _VIEWS:
            return self.held_by(view.value, second=_VIEWS[view.attr.value, position])
        if position is not None:
            return self.held_by(iterable, second=position == 1) if position < 2 else None
        names = self._values.value(iterable)
        if isinstance(names, tuple) and all(isinstance(name, str) for name in names):
            return Held(frozenset(names))
        return self.held_by(iterable)

    @staticmethod
    def _position(node: cst.CSTNode, target: cst.BaseExpression) -> int | None:
        elements = target.elements if isinstance(target, cst.Tuple) else ()
        return next((number for number, element in enumerate(elements) if element.value is node), None)

    def _is_line(self, value: cst.BaseExpression) -> bool:
        """`line.strip().split("=", 1)`."""
        return any(
            isinstance(part, cst.Call)
            and isinstance(part.func, cst.Attribute)
            and part.func.attr.value in _CUTS
            and any(self._values.value(arg.value) == "=" for arg in part.args[:1])
            for part in walk(value)
        )

    def _named(self, key: cst.BaseExpression, value: cst.BaseExpression, second: bool) -> Held:
        name = self._values.text(value if second else key)
        return Held(frozenset({name}), () if second else ((name, value),)) if name is not None else _ANYTHING
