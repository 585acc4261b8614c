"""Static values: what an expression evaluates to, where the program text alone decides it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from oaklint.python import cst
from oaklint.python.arithmetic import bounded, calculate
from oaklint.python.fixpoint import Fixpoint
from oaklint.python.names import Resolver
from oaklint.python.statuses import status_named
from oaklint.python.text_methods import FUNCTIONS, HOLE, TEXT_METHODS, UNKNOWN, formatted, in_place, with_holes
from oaklint.python.tree import argument_of, walk

__all__ = ["HOLE", "TEXT_METHODS", "UNKNOWN", "Values"]


class Values:
    """Folds literals, concatenation, f-strings, `%`, `.format`, `.join`, repetition and names bound to constants."""

    # The method for each type of expression.
    _folds: Mapping[str, str] = {
        "Name": "_name",
        "Attribute": "_attribute",
        "SimpleString": "_literal",
        "Integer": "_literal",
        "Float": "_literal",
        "ConcatenatedString": "_concatenated",
        "FormattedString": "_formatted",
        "TemplatedString": "_formatted",
        "BinaryOperation": "_binary",
        "UnaryOperation": "_negative",
        "Tuple": "_tuple",
        "List": "_tuple",
        "Set": "_tuple",
        "Subscript": "_subscript",
        "Call": "_call",
    }

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver
        self._fixpoint = Fixpoint()

    def value(self, node: cst.BaseExpression) -> Any:
        """The value of the expression, or UNKNOWN. Text with unknown parts is UNKNOWN."""
        found = self.fold(node)
        return UNKNOWN if isinstance(found, str) and HOLE in found else found

    def text(self, node: cst.BaseExpression) -> str | None:
        """The text that the expression evaluates to, or None. Bytes count as their latin-1 text."""
        found = self.value(node)
        if isinstance(found, bytes):
            found = found.decode("latin-1")
        return found if isinstance(found, str) else None

    def fold(self, node: cst.BaseExpression) -> Any:
        """Like `value`, but text may hold HOLE where a part is not known."""
        fold = self._folds.get(type(node).__name__)
        if fold is None:
            return UNKNOWN
        return self._fixpoint.ask(node, lambda: self._folded(node, getattr(self, fold)), UNKNOWN, _not_known)

    def _folded(self, node: cst.BaseExpression, fold: Callable[..., Any]) -> Any:
        try:
            return bounded(fold(node))
        except (ArithmeticError, LookupError, TypeError, ValueError, AttributeError, SyntaxError):
            return UNKNOWN  # the program would fail here, too

    def pieces(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """The literals elsewhere in the program that an expression's value is put together from, and what adds to it, `+=`."""
        seen: set[cst.CSTNode] = set()
        pending = [*self._sources(node)]
        while pending:
            value = pending.pop()
            if value not in seen and len(seen) < 100:
                seen.add(value)
                kinds = (cst.SimpleString, cst.FormattedString, cst.AugAssign)
                yield from (part for part in walk(value) if isinstance(part, kinds))
                pending += self._sources(value)

    def _sources(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """The values of the names and attributes in an expression."""
        for inner in walk(node):
            if isinstance(inner, cst.Name):
                yield from (binding.value for binding in self._resolver.bindings(inner) if binding.value is not None)
            elif isinstance(inner, cst.Attribute):
                yield from self._resolver.attribute_values(inner)

    def _name(self, node: cst.Name) -> Any:
        constants = {"True": True, "False": False, "None": None}
        if node.value in constants:
            return constants[node.value]
        bindings = self._resolver.bindings(node)
        value = bindings[0].value if len(bindings) == 1 and bindings[0].kind in ("assign", "annotated") else None
        if value is None or (isinstance(value, (cst.List, cst.Set, cst.Dict)) and self._resolver.is_changed_later(node)):
            return UNKNOWN
        return self.fold(value)

    def by_default(self, node: cst.Name | cst.Attribute) -> Any:
        """The value that a parameter or attribute has where nobody gives it another: that of a declared field, or of a parameter
        that no call of the program hands anything, be it kept in an attribute; UNKNOWN where there is none, or another one as
        well.
        """
        kept: list[cst.BaseExpression] = [node]
        if isinstance(node, cst.Attribute):
            if self._is_set_elsewhere(node) or self._is_counted(node):
                return UNKNOWN
            if (value := self.value(node)) is not UNKNOWN:
                return value
            kept = self._resolver.attribute_values(node)
        defaults = self._resolver.default_of(kept[0]) if len(kept) == 1 else []
        return self.value(defaults[0]) if len(defaults) == 1 else UNKNOWN

    def may_be_given(self, node: cst.BaseExpression) -> bool:
        """Whether a value is what an object has for a declared field unless it is given another, `retries: int = 3`, or for an
        attribute that is set elsewhere, too.
        """
        found = self._found_behind(node)
        declared = (self._resolver.tree.parents.get(value) for value in found)
        is_field = any(isinstance(each, cst.AnnAssign) and self._resolver.tree.scopes[each].kind == "class" for each in declared)
        return is_field or self.is_set_elsewhere(node)

    def is_set_elsewhere(self, node: cst.BaseExpression) -> bool:
        """Whether a value is one of several that an attribute is set to."""
        parts = (*walk(node), *self._found_behind(node))
        return any(self._is_set_elsewhere(part) for part in parts if isinstance(part, cst.Attribute))

    def _found_behind(self, node: cst.BaseExpression) -> list[cst.BaseExpression]:
        """What the names and attributes in an expression are set to."""
        resolver = self._resolver
        named = (part for part in walk(node) if isinstance(part, (cst.Name, cst.Attribute)))
        found = [value for part in named for value in resolver.values_of(part)]
        return found + [behind for value in found if isinstance(value, cst.Attribute) for behind in resolver.values_of(value)]

    def _is_set_elsewhere(self, node: cst.Attribute) -> bool:
        """Whether an attribute has several values, by the classes in the family of its object, or by those who use it."""
        resolver, name = self._resolver, node.attr.value
        owners = resolver.definitions.classes(each.removesuffix("()") for each in resolver.names(node.value))
        family = {each for owner in owners for each in resolver.definitions.classes(resolver.hierarchy.family(owner))}
        given = [value for each in family for value in resolver.given_in(each, name)]
        is_set_outside = name in resolver.attributes.set_outside or "setattr" in resolver.calls.by_name
        return bool(family) and (len(given) > 1 or is_set_outside)

    def _attribute(self, node: cst.Attribute) -> Any:
        values = self._resolver.attribute_values(node)
        if not values and (status := status_named(self._resolver.name(node) or "")) is not None:
            return status
        return self.fold(values[0]) if len(values) == 1 and not self._is_counted(node) else UNKNOWN

    def _is_counted(self, node: cst.Attribute) -> bool:
        """Whether an attribute is set to something made of what it was, too, of an object that may be of the same class."""
        counted = self._resolver.attributes.augmented.get(node.attr.value, ())
        family = self._family(node) if counted else set[str]()
        return any(not (others := self._family(target)) or not family or family & others for target in counted)

    def _family(self, node: cst.Attribute) -> set[str]:
        """The classes, by their names, of which the object of an attribute may be; none where that is not known."""
        owners = self._resolver.definitions.classes(name.removesuffix("()") for name in self._resolver.names(node.value))
        return {name for owner in owners for name in self._resolver.hierarchy.family(owner)}

    def _literal(self, node: cst.SimpleString | cst.Integer | cst.Float) -> Any:
        return node.evaluated_value

    def _concatenated(self, node: cst.ConcatenatedString) -> Any:
        left, right = self.fold(node.left), self.fold(node.right)
        return UNKNOWN if UNKNOWN in (left, right) else left + right

    def _formatted(self, node: cst.FormattedString | cst.TemplatedString) -> str:
        parts: list[str] = []
        for part in node.parts:
            if isinstance(part, (cst.FormattedStringText, cst.TemplatedStringText)):
                escaped = "\\" in part.value and "r" not in node.prefix.lower()
                # The blank keeps a quote at the end of the part away from the quotes around it.
                text = cst.SimpleString(f"{node.quote}{part.value} {node.quote}").evaluated_value[:-1] if escaped else part.value
                parts.append(text.replace("{{", "{").replace("}}", "}") if isinstance(text, str) else HOLE)
            elif isinstance(part, (cst.FormattedStringExpression, cst.TemplatedStringExpression)) and part.equal is None:
                spec = "".join(getattr(piece, "value", "{") for piece in part.format_spec or ())
                parts.append(in_place(self.fold(part.expression), part.conversion or "", spec))
            else:
                parts.append(HOLE)
        return "".join(parts)

    def _binary(self, node: cst.BinaryOperation) -> Any:
        left, right = self.fold(node.left), self.fold(node.right)
        if isinstance(node.operator, cst.Add):
            if isinstance(left, str) or isinstance(right, str):
                return (left if isinstance(left, str) else HOLE) + (right if isinstance(right, str) else HOLE)
        if isinstance(node.operator, cst.Modulo) and isinstance(left, str) and right is UNKNOWN:
            entries = self.entries(node.right)
            return calculate("Modulo", left, entries) if entries else with_holes(left)
        return UNKNOWN if UNKNOWN in (left, right) else calculate(type(node.operator).__name__, left, right)

    def entries(self, node: cst.BaseExpression) -> dict[Any, Any] | None:
        """The dictionary that an expression stands for; None where one of its entries is not known."""
        display = self._resolver.display(node)
        if not isinstance(display, cst.Dict):
            return None
        pairs = [(element.key, element.value) for element in display.elements if isinstance(element, cst.DictElement)]
        found = {self.value(key): self.value(value) for key, value in pairs}
        is_known = len(pairs) == len(display.elements) and UNKNOWN not in found and UNKNOWN not in found.values()
        return found if is_known else None

    def _negative(self, node: cst.UnaryOperation) -> Any:
        value = self.fold(node.expression)
        return -value if isinstance(node.operator, cst.Minus) and isinstance(value, (int, float)) else UNKNOWN

    def _tuple(self, node: cst.Tuple | cst.List | cst.Set) -> Any:
        values: list[Any] = []
        for element in node.elements:
            value = self.value(element.value)
            if isinstance(element, cst.StarredElement):
                values += value if isinstance(value, tuple) else [UNKNOWN]
            else:
                values.append(value)
        return UNKNOWN if any(value is UNKNOWN for value in values) else tuple(values)

    def _subscript(self, node: cst.Subscript) -> Any:
        value = self.value(node.value)
        if len(node.slice) != 1 or not isinstance(value, (str, bytes, tuple)):
            return UNKNOWN
        part = node.slice[0].slice
        if isinstance(part, cst.Index):
            index = self.value(part.value)
            return value[index] if isinstance(index, int) else UNKNOWN
        assert isinstance(part, cst.Slice)
        bounds = [None if bound is None else self.value(bound) for bound in (part.lower, part.upper, part.step)]
        return value[slice(*bounds)] if all(bound is None or isinstance(bound, int) for bound in bounds) else UNKNOWN

    def _call(self, node: cst.Call) -> Any:
        """Methods of text, and the few calls that hand their text on."""
        func = node.func
        if self._resolver.name(func) in FIELDS:
            default = default_of_field(node)
            return self.fold(default) if default is not None else UNKNOWN
        template = self.value(func.value) if isinstance(func, cst.Attribute) and func.attr.value == "format" else None
        if isinstance(template, str):
            return self._filled_in(template, node)
        if any(arg.star or arg.keyword is not None for arg in node.args):
            return UNKNOWN
        arguments = [arg.value for arg in node.args]
        if isinstance(func, cst.Attribute):
            if func.attr.value == "join" and len(arguments) == 1:
                glue, parts = self.value(func.value), self.fold(arguments[0])
                if isinstance(glue, bytes) and isinstance(parts, tuple):
                    return glue.join(parts)
                return glue.join(parts) if isinstance(glue, str) and isinstance(parts, (tuple, str)) else UNKNOWN
            method = TEXT_METHODS.get(func.attr.value)
            if method is not None:
                owner, values = self.value(func.value), [*map(self.value, arguments)]
                if isinstance(owner, (str, bytes, int)):
                    return UNKNOWN if UNKNOWN in values else method(owner, *values)
        name = self._resolver.name(func)
        if name == "enum.auto":
            return node  # another value for each member
        if name in FUNCTIONS:
            values = [*map(self.value, arguments)]
            return UNKNOWN if UNKNOWN in values else FUNCTIONS[name](*values)
        if name == "builtins.range":
            bounds = [*map(self.value, arguments)]
            return range(*bounds) if all(isinstance(bound, int) for bound in bounds) else UNKNOWN
        if isinstance(func, cst.Name) and len(arguments) == 1:
            value = self.value(arguments[0])
            if func.value == "SecretStr" and isinstance(value, str):
                return value
            if func.value in ("tuple", "list", "set", "frozenset") and isinstance(value, tuple):
                return value
        return UNKNOWN

    def _filled_in(self, template: str, call: cst.Call) -> str:
        """What `.format` makes of a template."""
        positional = [self.fold(arg.value) for arg in call.args if arg.keyword is None and not arg.star]
        named = {arg.keyword.value: self.fold(arg.value) for arg in call.args if arg.keyword is not None}
        for arg in call.args:
            if arg.star == "*":
                values = self.fold(arg.value)
                positional += values if isinstance(values, tuple) else [UNKNOWN] * 100
            elif arg.star:
                named |= self.entries(arg.value) or {}
        return formatted(template, positional, named)


def _not_known(before: Any, after: Any) -> Any:
    """The value of what is made of itself: `text = text + "."`."""
    return UNKNOWN


# What declares a field of a dataclass or the like.
FIELDS = {
    *("dataclasses.field", "pydantic.Field", "pydantic.fields.Field", "attrs.field", "attr.field", "attr.ib"),
}


def default_of_field(call: cst.Call) -> cst.BaseExpression | None:
    """What the declaration of a field says of its default: `field(default=3)`, `Field(3)`, `field(default_factory=lambda: 3)`."""
    factory = argument_of(call, "default_factory", "factory")
    if isinstance(factory, cst.Lambda):
        return factory.body
    return argument_of(call, "default", 0)
