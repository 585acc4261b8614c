"""Where a program asks whether a text is empty before it goes on with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from oaklint.python import cst
from oaklint.python.places import named, place
from oaklint.python.sources import Source
from oaklint.python.told import Asked, Told, compared
from oaklint.python.tree import argument_of, index_of, last_part, operands

if TYPE_CHECKING:
    from oaklint.python.names import Resolver
    from oaklint.python.scopes import Binding
    from oaklint.python.tree import Tree
    from oaklint.python.values import Values

# They do nothing to what they are handed, and raise nothing on its account.
_HARMLESS = {"print", "len", "str", "repr", "bool", "debug", "info", "warning", "error", "exception", "log", "type", "append"}


class NonEmpty:
    """Asks on the ways from where a name gets a value to where that is used."""

    def __init__(self, resolver: Resolver, values: Values, told: Told) -> None:
        self._resolver = resolver
        self._tree = resolver.tree
        self._values = values
        self._told = told

    def is_made_sure(self, source: Source) -> bool:
        """Whether what comes from a source is sure not to be empty where it comes to, or the program at least asks."""
        nodes = [*(step.node for step in source.way), source.value]
        for step, behind in zip(source.way, nodes[1:], strict=True):
            node = step.node
            if isinstance(node, cst.BooleanOperation) and isinstance(node.operator, cst.Or) and node.left is behind:
                return True
            if isinstance(node, (cst.Name, cst.Attribute, cst.Subscript)) and self._is_asked(node, step.binding):
                return True
        return any(self._has_an_operand(node) for node in nodes if isinstance(node, (cst.BooleanOperation, cst.Call)))

    def _has_an_operand(self, node: cst.BaseExpression) -> bool:
        """Whether control only comes to a chain of `or`s where one of its operands was found to be true:
        `if config.get("key") or fallback: key = config.get("key", "") or fallback`.
        """
        spelled = {self._spelling(each) for each in operands(node, cst.Or)} - {None}
        asked = Asked(lambda test, outcome: outcome and self._spelling(test) in spelled)
        return bool(spelled) and self._told.at(node, asked)

    def _spelling(self, node: cst.BaseExpression) -> tuple[str | None, str | None] | None:
        """How an expression is recognised where it stands again: a name, an attribute, or a call by its first argument alone."""
        if isinstance(node, cst.Call):
            first = argument_of(node, 0)
            name = self._values.text(first) if first is not None else None
            return (place(node.func), name) if place(node.func) is not None and name is not None else None
        return (place(node), None) if place(node) is not None else None

    def _is_asked(self, node: cst.Name | cst.Attribute | cst.Subscript, binding: Binding | None) -> bool:
        """Whether control only comes to the use of a name where that was found not to be empty."""
        name = _called(node)
        if not name:
            return False
        asked = Asked(lambda test, outcome: self._is_told(test, outcome, name), lambda part: self._is_handed(part, name))
        if binding is None or self._tree.unit(binding.node) is not self._tree.unit(node):
            return self._told.around(node, asked) or any(is_tested(use, self._tree) for use in self._uses_anywhere(node, binding))
        return self._told.at(node, asked, [binding])

    def _is_told(self, test: cst.BaseExpression, outcome: bool, name: str) -> bool:
        """Whether a condition that comes out so says that a name is not empty, or asks for something else of it."""
        compares = compared(test, outcome)
        if compares is None or not _is_name(compares.left, name):
            return outcome if _is_name(test, name) else any(_called(part) == name for part in named(test))
        value = self._values.value(compares.right)
        several = value if isinstance(value, tuple) else (value,)
        if not all(each is None or isinstance(each, str) for each in several):
            return True
        texts = [each for each in several if each is not None]
        return bool(texts) and compares.is_same is not any(not text.strip() for text in texts)

    def _is_handed(self, part: cst.CSTNode, name: str) -> bool:
        """Whether a call is handed what a name stands for, and may look at it."""
        if not isinstance(part, cst.Call) or last_part(part.func) in _HARMLESS:
            return False
        return any(_called(arg.value) == name for arg in part.args)

    # In other functions.

    def is_tested_as(self, name: str) -> bool:
        """Whether the program asks for something by a name that another one has: `if not config.key`, `if not config["key"]`,
        `if not config.get("key")`.
        """
        uses = (*self._attributes(name), *self._items.get(name, ()), *self._gets.get(name, ()))
        return any(is_tested(use, self._tree) for use in uses)

    def _attributes(self, name: str) -> Iterator[cst.Attribute]:
        return (use for use in self._tree.named(name) if isinstance(use, cst.Attribute))

    @cached_property
    def _gets(self) -> Mapping[str | None, Sequence[cst.Call]]:
        """The calls of `get` by the names that they ask for."""
        found: dict[str | None, list[cst.Call]] = {}
        for call in self._resolver.calls.by_name.get("get", ()):
            if (first := argument_of(call, 0)) is not None:
                found.setdefault(self._values.text(first), []).append(call)
        return found

    @cached_property
    def _items(self) -> Mapping[str, Sequence[cst.Subscript]]:
        """The items that the program speaks of, by their names."""
        found: dict[str, list[cst.Subscript]] = {}
        for each in self._tree.nodes.get(cst.Subscript, ()):
            if isinstance(each, cst.Subscript):
                found.setdefault(_called(each), []).append(each)
        return found

    def _uses_anywhere(
        self, node: cst.Name | cst.Attribute | cst.Subscript, binding: Binding | None
    ) -> Iterator[cst.Name | cst.Attribute | cst.Subscript]:
        """Where the program speaks of the same: by its name, by an attribute that is called so, or as an item of that name."""
        if isinstance(node, cst.Subscript):
            yield from self._items.get(_called(node), ())
            return
        if binding is None or self._tree.scopes[binding.node].kind == "module":
            yield from self._attributes(last_part(node))
        for use in self._tree.named(last_part(node)) if binding is not None else ():
            if isinstance(use, cst.Name) and not self._tree.is_label(use) and binding in self._resolver.bindings(use):
                yield use


def is_tested(node: cst.CSTNode, tree: Tree) -> bool:
    """Whether a name stands in a condition, or is what a function is handed that may look at it."""
    below = node
    for around in tree.ancestors(node):
        if isinstance(around, (cst.If, cst.While, cst.IfExp, cst.Assert)):
            return below is around.test
        if isinstance(around, (cst.Comparison, cst.CompIf)):
            return True
        if isinstance(around, cst.UnaryOperation) and isinstance(around.operator, cst.Not):
            return True
        if isinstance(around, cst.BooleanOperation) and below is around.left:
            return True
        if isinstance(around, cst.Call) and last_part(around.func) in ("bool", "all", "any"):
            return not _is_said(around, tree)
        if isinstance(around, cst.BaseStatement):
            return False
        below = around
    return False


def _is_said(node: cst.BaseExpression, tree: Tree) -> bool:
    """Whether something is only printed or logged: `log.info("started", has_key=bool(key))`."""
    around = next((each for each in tree.ancestors(node) if isinstance(each, cst.BaseSmallStatement)), None)
    said = around.value if isinstance(around, cst.Expr) else None
    return isinstance(said, cst.Call) and last_part(said.func) in _HARMLESS and said is not node


def _is_name(node: cst.BaseExpression, name: str) -> bool:
    """Whether an expression is empty where what a name stands for is: the name itself, or `len(key)`, `key.strip()`."""
    while isinstance(node, (cst.Call, cst.NamedExpr)):
        if isinstance(node, cst.NamedExpr):
            node = node.target
        elif isinstance(node.func, cst.Attribute) and node.func.attr.value in ("strip", "rstrip", "lstrip"):
            node = node.func.value
        elif last_part(node.func) in ("len", "bool", "str") and len(node.args) == 1:
            node = node.args[0].value
        else:
            return False
    return _called(node) == name


def _called(node: cst.CSTNode) -> str:
    """By what something is recognised, whatever it belongs to: a name, an attribute, or the name of an item."""
    index = index_of(node) if isinstance(node, cst.Subscript) else None
    if isinstance(index, cst.SimpleString) and isinstance(text := index.evaluated_value, str):
        return text
    return last_part(node)
