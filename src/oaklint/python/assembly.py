"""Text that a program may put together from pieces: wherever they stand, and however they get to each other.

Unlike `values.py` this does not ask what an expression evaluates to for sure, but what may come of it: a default counts, and so
does each of several alternatives. It is for text that nothing but its pieces could have made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from string import Template
from typing import Any

from oaklint.python import cst
from oaklint.python.names import Resolver
from oaklint.python.scopes import Binding
from oaklint.python.text_methods import FUNCTIONS, HOLE, UNKNOWN
from oaklint.python.tree import alternatives, argument_of, children, index_of, is_link, last_part, walk
from oaklint.python.values import Values

# What gives back its last argument if it has nothing better, and what hands on its only one.
_WITH_DEFAULT = frozenset({"get", "getenv", "getattr", "pop", "setdefault"})
_HANDS_ON = frozenset({"SecretStr", "str", "cast", "deepcopy", "copy", "strip", "get_secret_value"})
_EXTENDS = frozenset({"extend", "update"})
_MOST_ITEMS = 1000
# What functions make of items that they go through.
_GOING_THROUGH: dict[str, Callable[..., Any]] = {
    "sorted": lambda items: tuple(sorted(items)),
    "iter": tuple,
    "list": tuple,
    "tuple": tuple,
    "filter": tuple,
    "array": tuple,
    "zip": lambda *columns: tuple(zip(*columns, strict=False)),
    "chain": lambda *parts: tuple(item for part in parts for item in part),
    "from_iterable": lambda parts: tuple(item for part in parts for item in part),
    "enumerate": lambda items: tuple(enumerate(items)),
    "reduce": "".join,
}
# How many rounds of all loops are gone through, and how deep they may stand in one another.
_MOST_ROUNDS = 20_000
_DEEPEST = 3


def _links(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """A node, and the links of the chain that it is."""
    pending = [node]
    while pending:
        here = pending.pop()
        yield here
        if isinstance(here, (cst.BinaryOperation, cst.ConcatenatedString)):
            pending += (child for child in (here.left, here.right) if is_link(child))


def _texts(value: Any) -> Iterator[str]:
    for each in value if isinstance(value, tuple) else (value,):
        if isinstance(each, bytes):
            yield each.decode("latin-1")
        elif isinstance(each, str):
            yield each


class Assembly(Values):
    """Folds what `Values` does, and what names, attributes, items, parameters and calls may stand for.

    last: of several alternatives, the last one is taken, else the first.
    """

    _folds: Mapping[str, str] = {
        **Values._folds,
        "BooleanOperation": "_alternatives",
        "IfExp": "_alternatives",
        "NamedExpr": "_alternatives",
        "Await": "_alternatives",
        "AugAssign": "_augmented",
        "ListComp": "_comprehension",
        "SetComp": "_comprehension",
        "GeneratorExp": "_comprehension",
    }

    def __init__(self, resolver: Resolver, *, last: bool) -> None:
        super().__init__(resolver)
        self._last = last
        self._given: dict[str, Any] = {}
        self._previous: dict[cst.CSTNode, Binding] = {}
        self._depth = 0
        self._left = [_MOST_ROUNDS]

    def text(self, node: cst.BaseExpression) -> str | None:
        """The text that an expression, or a `+=`, may make, with a HOLE for each part that is not known."""
        value = self.fold(node)
        return next(_texts(value), None) if not isinstance(value, tuple) else None

    def texts_in(self, node: cst.CSTNode) -> Iterator[str]:
        """The texts that an expression, or a `+=`, is made of: as they are written, and as they are put together in turn."""
        if isinstance(node, cst.AugAssign):
            yield from (*_texts(self._before(node)), *self.texts_in(node.value), *_texts(self.fold(node.value)))
            return
        links = [*_links(node)]
        for part in walk(node):
            if isinstance(part, (cst.SimpleString, cst.FormattedStringText, cst.TemplatedStringText)):
                yield part.value
            if not any(part is link for link in links) and not self._is_label(part):
                yield from _texts(self.fold(part))  # type: ignore[arg-type]

    # What an expression may come from.

    def behind(self, node: cst.CSTNode) -> list[cst.CSTNode]:
        """The expressions that one may come from, each by itself; a `+=` among them stands for what it leaves."""
        if isinstance(node, cst.Name):
            return self._behind_name(node)
        if isinstance(node, cst.Attribute):
            return [*self._resolver.attribute_values(node)] or self._by_attribute(node)
        if isinstance(node, cst.Subscript):
            index = index_of(node)
            return [*self._entries_behind(node.value, self.value(index))] if index is not None else []
        return self._behind_call(node) if isinstance(node, cst.Call) else [*alternatives(node)]

    def _behind_name(self, node: cst.Name) -> list[cst.CSTNode]:
        found: list[cst.CSTNode] = []
        for binding in self._resolver.bindings(node):
            found += self._bound(binding)
        return found

    def _bound(self, binding: Binding) -> list[cst.CSTNode]:
        parent = self._resolver.tree.parents.get(binding.node)
        if binding.kind == "augment" and parent is not None:
            return [parent]
        values: list[cst.CSTNode] = [binding.value] if binding.value is not None and binding.kind != "item" else []
        if isinstance(binding.node, cst.Param):
            values += self._resolver.calls.handed_to(binding.node)
        return values

    def _by_attribute(self, node: cst.Attribute) -> list[cst.CSTNode]:
        """What an object is made with by this name, or a class of the program sets it to, of whatever the object may be."""
        if node.attr.value == "value":  # of a member of an enumeration
            return [node.value]
        made = (call for call in self.behind(node.value) if isinstance(call, cst.Call))
        given = [value for call in made if (value := argument_of(call, node.attr.value)) is not None]
        if given:
            return [*given]
        attributes = self._resolver.attributes
        found: list[cst.CSTNode] = []
        for definition in self._resolver.tree.nodes.get(cst.ClassDef, ()):
            assert isinstance(definition, cst.ClassDef)
            bindings = attributes.in_class_body(definition, node.attr.value)
            found += (binding.value for binding in bindings if binding.value is not None)
            found += attributes.assigned.get((definition, node.attr.value), ())
        return found

    def _entries_behind(self, node: cst.BaseExpression, key: Any) -> Iterator[cst.BaseExpression]:
        """What dictionaries that an expression may stand for have for a key."""
        for display in (node, *self.behind(node)):
            if isinstance(display, cst.Dict):
                for element in display.elements:
                    if isinstance(element, cst.DictElement) and key is not UNKNOWN and self.value(element.key) == key:
                        yield element.value
            elif isinstance(display, cst.Call) and last_part(display.func) == "dict":
                yield from filter(None, [argument_of(display, key)])

    def _behind_call(self, node: cst.Call) -> list[cst.CSTNode]:
        found: list[cst.CSTNode] = []
        for function in self._resolver.calls.functions(node):
            found += self._resolver.returned_values(function)
        last = last_part(node.func)
        if last in _WITH_DEFAULT and isinstance(node.func, cst.Attribute) and node.args:
            found += self._entries_behind(node.func.value, self.value(node.args[0].value))
        if last in _HANDS_ON or (last in _WITH_DEFAULT and len(node.args) > 1):
            found += [arg.value for arg in node.args[-1:]]
        return found

    def _sources(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """What the names, attributes, items and calls in an expression may stand for."""
        stack = [node]
        while stack:
            here = stack.pop()
            found = self.behind(here)
            yield from found
            if isinstance(here, cst.AugAssign) and isinstance(here.target, cst.Name):
                yield from self._earlier(here.target)
            elif isinstance(here, cst.Name):
                yield from (each.whole for each in self._resolver.bindings(here) if each.whole is not None)
            if not found or not isinstance(here, (cst.Subscript, cst.Attribute)):
                stack += (child for child in children(here) if not self._is_label(child))

    def _is_label(self, node: cst.CSTNode) -> bool:
        return isinstance(node, cst.Name) and self._resolver.tree.is_label(node)

    # Folding.

    def _alternatives(self, node: cst.BaseExpression) -> Any:
        return self._one_of(self.behind(node))

    def _one_of(self, nodes: list[cst.CSTNode]) -> Any:
        """What the first of several expressions is that has something to give."""
        known = [value for node in nodes if (value := self.fold(node)) is not UNKNOWN and value is not None]  # type: ignore[arg-type]
        telling = [value for value in known if value not in ("", HOLE)] or known
        return telling[-1 if self._last else 0] if telling else UNKNOWN

    def _name(self, node: cst.Name) -> Any:
        if node.value in self._given:
            return self._given[node.value]
        value = self._one_of(self._behind_name(node))
        if value is UNKNOWN:
            return self._part_of_several(node)
        return value + self._added(node) if isinstance(value, tuple) else value

    def _part_of_several(self, node: cst.Name) -> Any:
        """One of the things that a name is given together with others: `head, tail = PIECES`."""
        for binding in self._resolver.bindings(node):
            whole = self.fold(binding.whole) if binding.whole is not None and binding.kind == "assign" else UNKNOWN
            if isinstance(whole, (tuple, str)) and binding.index < len(whole):
                return whole[binding.index]
        return super()._name(node)

    def _added(self, node: cst.Name) -> tuple[Any, ...]:
        """What a list gets when it has been made: `pieces.append(...)`."""
        found: tuple[Any, ...] = ()
        for use in self._resolver.tree.uses_of(node) if self._resolver.is_changed_later(node) else ():
            method = self._resolver.tree.parents[use]
            call = self._resolver.tree.parents.get(method)
            if isinstance(method, cst.Attribute) and isinstance(call, cst.Call) and call.func is method and len(call.args) == 1:
                value = self.fold(call.args[0].value)
                if method.attr.value == "append":
                    found += (value if value is not UNKNOWN else HOLE,)
                elif method.attr.value in _EXTENDS and isinstance(value, tuple):
                    found += value
        return found

    def _attribute(self, node: cst.Attribute) -> Any:
        value = self._one_of(self.behind(node))
        return super()._attribute(node) if value is UNKNOWN else value

    def _augmented(self, node: cst.AugAssign) -> Any:
        """What a `+=` leaves, if the one before it in the text has run."""
        if not isinstance(node.operator, cst.AddAssign):
            return UNKNOWN
        before, added = self._before(node), self._added_by(node)
        return before + added if UNKNOWN not in (before, added) else UNKNOWN

    def _before(self, node: cst.AugAssign) -> Any:
        """What the target of a `+=` was."""
        return self._one_of(self._earlier(node.target)) if isinstance(node.target, cst.Name) else self.fold(node.target)

    def _earlier(self, target: cst.Name) -> list[cst.CSTNode]:
        """What a name is set to by the binding before this one in the text."""
        if target not in self._previous:
            self._previous |= {after.node: before for before, after in pairwise(self._resolver.tree.bindings_of(target))}
        return self._bound(self._previous[target]) if target in self._previous else []

    def _added_by(self, node: cst.AugAssign) -> Any:
        """What a `+=` adds, in a loop over known items all of it."""
        loop = next((each for each in self._resolver.tree.ancestors(node) if isinstance(each, (cst.For, cst.FunctionDef))), None)
        if isinstance(loop, cst.For) and isinstance(loop.target, cst.Name):
            items = self._for_each(loop.target, loop.iter, node.value)
            if items is not UNKNOWN and all(isinstance(item, str) for item in items):
                return "".join(items)
        return self.fold(node.value)

    def _tuple(self, node: cst.Tuple | cst.List | cst.Set) -> Any:
        values: list[Any] = []
        for element in node.elements:
            value = self.fold(element.value)
            if isinstance(element, cst.StarredElement) and isinstance(value, tuple):
                values += value
            else:
                values.append(HOLE if value is UNKNOWN else value)
        return tuple(values)

    def _subscript(self, node: cst.Subscript) -> Any:
        value = self._one_of(self.behind(node))
        return super()._subscript(node) if value is UNKNOWN else value

    def _comprehension(self, node: cst.ListComp | cst.SetComp | cst.GeneratorExp) -> Any:
        clause = node.for_in
        return UNKNOWN if clause.inner_for_in is not None else self._for_each(clause.target, clause.iter, node.elt)

    def _for_each(self, target: cst.BaseExpression, items: cst.BaseExpression, result: cst.BaseExpression) -> Any:
        """What an expression is for each item, one after the other."""
        given = self.fold(items)
        most = min(_MOST_ITEMS, self._left[0]) if self._depth < _DEEPEST else 0
        if not isinstance(given, (tuple, str, bytes, range)) or len(given) > most:
            return UNKNOWN
        self._left[0] -= len(given)
        found = {item: self._where(target, item).fold(result) for item in dict.fromkeys(given)}  # most are often not known
        return tuple(HOLE if found[item] is UNKNOWN else found[item] for item in given)

    def _where(self, target: cst.BaseExpression, item: Any) -> Assembly:
        """The same with names that stand for what a loop gives them."""
        inner = Assembly(self._resolver, last=self._last)
        inner._given, inner._depth, inner._left = dict(self._given), self._depth + 1, self._left
        if isinstance(target, cst.Name):
            inner._given[target.value] = item
        elif isinstance(target, cst.Tuple) and isinstance(item, tuple):
            names = (element.value for element in target.elements)
            inner._given |= {name.value: part for name, part in zip(names, item, strict=False) if isinstance(name, cst.Name)}
        return inner

    def _call(self, node: cst.Call) -> Any:
        value = super()._call(node)
        if value is UNKNOWN:
            value = self._items(node)
        return self._one_of(self._behind_call(node)) if value is UNKNOWN else value

    def _items(self, node: cst.Call) -> Any:
        """What calls that go through items make of them: `map(chr, codes)`, `zip(heads, tails)`, `PIECES.values()`."""
        last = last_part(node.func)
        if last in ("substitute", "safe_substitute") and isinstance(node.func, cst.Attribute):
            return self._substituted(node.func.value, node)
        if last in ("values", "items") and isinstance(node.func, cst.Attribute):
            entries = self.entries(node.func.value)
            return UNKNOWN if entries is None else tuple(getattr(entries, last)())
        if last == "map" and len(node.args) == 2:
            return self._mapped(node.args[0].value, node.args[1].value)
        values = [self.fold(arg.value) for arg in node.args]
        if last == "reduce":  # by `operator.add`, or a function that does the same
            values = values[1:2]
        if last in ("filter", "array"):
            values = values[-1:]
        if not values or not all(isinstance(value, (tuple, str, bytes)) for value in values):
            return UNKNOWN
        return _GOING_THROUGH[last](*values) if last in _GOING_THROUGH else UNKNOWN

    def _mapped(self, function: cst.BaseExpression, items: cst.BaseExpression) -> Any:
        if isinstance(function, cst.Lambda) and function.params.params:
            return self._for_each(function.params.params[0].name, items, function.body)
        call, given = FUNCTIONS.get(self._resolver.name(function)), self.fold(items)
        return tuple(map(call, given)) if call is not None and isinstance(given, (tuple, str, bytes)) else UNKNOWN

    def _substituted(self, made: cst.BaseExpression, call: cst.Call) -> Any:
        """`Template("$head$tail").substitute(head=..., tail=...)`"""
        templates = (each for each in (made, *self.behind(made)) if isinstance(each, cst.Call) and each.args)
        text = next((self.fold(each.args[0].value) for each in templates), UNKNOWN)
        if not isinstance(text, str) or len(text) > _MOST_ITEMS:
            return UNKNOWN
        given = {arg.keyword.value: self.fold(arg.value) for arg in call.args if arg.keyword is not None}
        known = {name: value for name, value in given.items() if isinstance(value, str) and len(value) < _MOST_ITEMS}
        return Template(text).safe_substitute(known)
