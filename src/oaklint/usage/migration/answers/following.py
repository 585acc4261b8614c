"""The way that answers take through a program: from the requests to where they are read or handed on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from oaklint.python import cst
from oaklint.python.names import Resolver
from oaklint.python.tree import called, last_part
from oaklint.sdk.answers import MAYBE_EMPTY
from oaklint.usage.migration.answers.arguments import Arguments
from oaklint.usage.migration.answers.fields import Fields
from oaklint.usage.migration.answers.mixed import Mixed
from oaklint.usage.migration.answers.record import Record
from oaklint.usage.migration.answers.shapes import Shape, function, pending, plain, several
from oaklint.usage.migration.answers.trail import Trail
from oaklint.usage.migration.draft import Draft
from oaklint.usage.migration.elsewhere import Elsewhere

if TYPE_CHECKING:
    from oaklint.usage.usage import Usage

# Where answers come from: calls, or methods that are handed over, each with what it is.
Starts: TypeAlias = "Iterable[tuple[cst.BaseExpression, Shape]]"
# What begins the names of decorators that hand out the object again that a function has returned, or a copy of it.
_KEEPING_OBJECTS = ("functools.", "cachetools.", "async_lru.", "streamlit.", "joblib.", "diskcache.", "django.", "methodtools.")


class Following:
    """Follows answers through names, attributes, functions, loops, and containers that are taken apart again. Where an answer is
    handed on to what cannot be followed, it is handed on as a plain dict, which is what it was.

    trail: what they have come to. mixed: what of that is something else at times.
    """

    def __init__(self, usage: Usage, draft: Draft, handed_on: set[cst.CSTNode]) -> None:
        """handed_on: the expressions that are known to go where something else may come from, too."""
        self._usage = usage
        self._tree = usage.tree
        self._resolver = usage.resolver
        self.elsewhere = Elsewhere(usage)
        self.record = Record(draft)
        self._fields = Fields(usage, self.record, self.push)
        self._arguments = Arguments(usage, self)
        self.trail = Trail(handed_on)
        self.mixed = Mixed(usage, self.trail, self.record)
        self._pending: list[tuple[cst.BaseExpression, Shape]] = []
        self._yielding: dict[cst.FunctionDef, set[cst.BaseExpression]] = {}

    def follow(self, starts: Iterable[tuple[cst.BaseExpression, Shape]]) -> None:
        """Goes all ways from what answers come from."""
        self._pending += starts
        while self._pending:
            node, shape = self._pending.pop()
            known = self.trail.shapes.setdefault(node, set())
            if shape not in known:
                known.add(shape)
                self._used(node, shape)

    def push(self, node: cst.BaseExpression, shape: Shape | None) -> None:
        """Goes on with an expression, if it is anything to be followed."""
        if shape is not None:
            self._pending.append((node, shape))

    def _used(self, node: cst.BaseExpression, shape: Shape) -> None:
        """Goes on to what is done with an expression."""
        if node in self.trail.handed_on and not shape.is_plain:
            self.hand_on(node, shape)
            if shape.may_be_text:
                return
            shape = plain(shape)
        parent = self._tree.parents[node]
        match parent:
            case cst.Attribute() if parent.value is node and parent.attr.value == "sort" and shape.form == "list":
                self._sorted(parent, shape)
            case cst.Attribute() if parent.value is node:
                self._fields.attribute(parent, shape)
            case cst.Subscript() if parent.value is node:
                self._fields.subscript(parent, shape)
            case cst.Call() if parent.func is node:
                self.push(parent, shape.of if shape.form == "function" else None)
            case cst.Arg():
                call = self._tree.parents[parent]
                if isinstance(call, cst.Call):
                    self._arguments.handed_over(call, parent, node, shape)
            case cst.Await():
                self.push(parent, shape.of if shape.form == "pending" else shape)
            case cst.Assign():
                for target in parent.targets:
                    self._bind(target.target, shape, node)
            case cst.AnnAssign():
                self._bind(parent.target, shape, node)
            case cst.NamedExpr() if parent.value is node:
                self._bind(parent.target, shape, node)
                self.push(parent, shape)
            case cst.For() | cst.CompFor() if parent.iter is node:
                self._iterate(parent, node, shape)
            case cst.Return():
                self._returned(parent, node, shape)
            case cst.Lambda() if parent.body is node:
                self.push(parent, function(shape))
            case cst.Yield():
                self._yielded(parent, node, shape)
            case cst.From():
                self._yielded(parent, node, shape.item or shape)
            case cst.If() | cst.While() | cst.Assert() | cst.UnaryOperation() if (
                shape.type in MAYBE_EMPTY and shape.form == "object"
            ):
                self.hand_on(node, shape)  # a dict without entries is false
            case cst.IfExp() if parent.test is node and shape.type in MAYBE_EMPTY and shape.form == "object":
                self.hand_on(node, shape)
            case cst.BooleanOperation() if (
                isinstance(parent.operator, cst.And) and parent.left is node and shape.type in MAYBE_EMPTY
            ):
                self.hand_on(node, shape)
            case cst.BooleanOperation() if isinstance(parent.operator, cst.Or) and _is_empty_dict(parent.right):
                self.push(parent, replace(shape, may_miss=True))
            case cst.BooleanOperation() if isinstance(parent.operator, cst.And) and parent.left is node:
                pass  # what comes of it is the other side, or nothing
            case cst.BooleanOperation() | cst.IfExp():
                if not (isinstance(parent, cst.IfExp) and parent.test is node):
                    self.trail.choices.add(parent)
                    self.push(parent, shape)
            case cst.ListComp() | cst.GeneratorExp() | cst.SetComp() if parent.elt is node:
                self.push(parent, several(shape))
            case cst.Element():
                self._element(parent, node, shape)
            case cst.StarredElement():
                self._starred(parent, node, shape)
            case cst.DictElement() if parent.value is node and shape.form == "function":
                self._element_of_dict(parent, shape)
            case cst.DictElement() if parent.value is node:
                self.hand_on(node, shape)
                self._under_key(parent, shape)
            case cst.DictComp() if parent.value is node:
                self.hand_on(node, shape)
                self.push(parent, several(plain(shape)))
            case cst.StarredDictElement():
                self.hand_on(node, shape, is_whole=True)
            case cst.Comparison() if self._is_compared(parent.comparisons[0], parent.comparisons[0].comparator, shape):
                self.hand_on(node, shape)
            case cst.ComparisonTarget() if self._is_compared(parent, None, shape):
                self.hand_on(node, shape)
            case cst.ComparisonTarget():
                self._fields.asked_for_key(parent, node, shape)
            case cst.FormattedStringExpression():
                self.shown(node, shape)
            case cst.BinaryOperation():
                self._operand(parent, node, shape)
            case cst.AugAssign() if parent.value is node:
                self.hand_on(node, shape)
                if shape.item is not None:
                    self.collect(parent.target, shape.item)
            case cst.Match() | cst.WithItem():
                if shape.is_object or shape.form == "stream":
                    self.record.stop(node, "what is done with the answer here is not followed")
            case _:
                pass  # it is only asked whether it is there

    @staticmethod
    def _is_compared(target: cst.ComparisonTarget, other: cst.BaseExpression | None, shape: Shape) -> bool:
        """Whether an answer is compared, as a whole, with something else than nothing."""
        is_nothing = isinstance(other, cst.Name) and other.value == "None"
        is_whole = shape.is_object or (shape.form == "list" and shape.of is not None and shape.of.is_object)
        return isinstance(target.operator, (cst.Equal, cst.NotEqual)) and is_whole and not is_nothing

    def hand_on(self, node: cst.BaseExpression, shape: Shape, *, is_whole: bool = False) -> None:
        """Gives away what cannot be followed further: as the plain dict that it was in 0.x.

        is_whole: whether it cannot have come in chunks, as it is used.
        """
        if shape.may_be_text and is_whole:
            self.record.stop(node, "whether the answer is text cannot be seen")
        if shape.is_plain or shape.may_be_text:
            return
        if shape.is_object and shape.form != "stream" and (sources := self.mixed.sources_of_none(node)):
            self.trail.given_up |= sources
            return
        match shape.form:
            case "stream" if is_whole:
                self.record.append(node, ".to_dict()")
            case "object" | "page" if shape.may_miss or shape.optional:
                self.record.stop(node, "the answer may have nothing here, and is handed on")
            case "object" | "page":
                self.record.append(node, ".to_dict()")
            case "list" if shape.made_by is not None and self._yielding.get(shape.made_by):
                self.trail.given_up |= self._yielding[shape.made_by]
            case "list" if shape.of is not None and shape.of.form == "object":
                self.record.wrap(node, "[each.to_dict() for each in ", "]")
            case "list" if shape.of is None:
                pass
            case _:
                self.record.stop(node, "the answer is handed on to where it cannot be followed")

    def shown(self, node: cst.BaseExpression, shape: Shape) -> None:
        """0.x wrote an answer as JSON."""
        if shape.may_be_text:
            return
        if self.mixed.sources_of_none(node):
            if isinstance(node, cst.Name):
                self.record.wrap(node, f"{node.value} and ", ".to_json()")
        elif shape.form in ("object", "page") and not (shape.may_miss or shape.optional) and not shape.type.endswith("Logprobs"):
            self.record.append(node, ".to_json()")

    def _operand(self, node: cst.BinaryOperation, operand: cst.BaseExpression, shape: Shape) -> None:
        if isinstance(node.operator, cst.Modulo) and operand is node.right:
            self.shown(operand, shape)
        elif shape.form in ("list", "page"):
            self.hand_on(operand, shape)

    def _element(self, element: cst.Element, node: cst.BaseExpression, shape: Shape) -> None:
        display = self._tree.parents[element]
        holder = self._tree.parents.get(display)
        if isinstance(display, cst.Tuple) and isinstance(holder, (cst.Return, cst.Yield)):
            parts = tuple(
                shape if each is element else next(iter(self.trail.shapes.get(each.value, ())), None) for each in display.elements
            )
            self.push(display, Shape("tuple", parts=parts))
        elif isinstance(display, cst.Tuple) and isinstance(holder, cst.Assign):
            for target in holder.targets:
                into = target.target
                if isinstance(into, (cst.Tuple, cst.List)) and len(into.elements) == len(display.elements):
                    index = next(number for number, each in enumerate(display.elements) if each is element)
                    self._bind(into.elements[index].value, shape, node)
                else:
                    self.hand_on(node, shape)
        elif shape.form in ("pending", "function"):
            if isinstance(display, (cst.List, cst.Tuple)):
                self.push(display, several(shape))
        else:
            self.hand_on(node, shape)
            if isinstance(display, cst.BaseExpression):
                self.push(display, several(plain(shape)))

    def _element_of_dict(self, element: cst.DictElement, shape: Shape) -> None:
        """A function that is one of those which a dictionary holds."""
        display = self._tree.parents[element]
        if isinstance(display, cst.Dict):
            self.push(display, several(shape))

    def _sorted(self, method: cst.Attribute, shape: Shape) -> None:
        """`data.sort(key=lambda each: each["index"])`"""
        call = self._tree.parents[method]
        if isinstance(call, cst.Call) and not self._arguments.is_asked_by_key(call, shape):
            self.record.stop(call, "what it is sorted by cannot be followed")

    def _under_key(self, element: cst.DictElement, shape: Shape) -> None:
        """Goes on with a dictionary that something has been handed on to."""
        display, key = self._tree.parents[element], self._usage.values.text(element.key)
        if isinstance(display, cst.Dict) and key is not None:
            self.push(display, Shape("tuple", parts=(plain(shape),), keys=(key,)))

    def _starred(self, element: cst.StarredElement, node: cst.BaseExpression, shape: Shape) -> None:
        if shape.form == "page":
            self.record.append(node, ".data")
            shape = several(shape.item)
        self.hand_on(node, shape)

    def asked_by_name(self, call: cst.Call, node: cst.BaseExpression, shape: Shape) -> None:
        """`hasattr(answer, "usage")`"""
        self._fields.asked_by_name(call, node, shape)

    # Names.

    def _bind(self, target: cst.BaseExpression, shape: Shape, value: cst.BaseExpression) -> None:
        if isinstance(target, cst.Name):
            self.read_names(target, target, shape, value)
        elif isinstance(target, cst.Attribute):
            self.trail.attributes.setdefault(target.attr.value, set()).add(value)
            self.read_attributes(target.attr.value, shape)
        elif isinstance(target, (cst.Tuple, cst.List)):
            for index, element in enumerate(target.elements):
                part = shape.of if shape.form == "list" else shape.item
                if shape.form == "tuple" and not shape.keys:
                    part = shape.parts[index] if index < len(shape.parts) else None
                if isinstance(element, cst.StarredElement):
                    part = several(part) if part is not None else None
                if part is not None:
                    self._bind(element.value, part, value)
        elif isinstance(target, cst.Subscript):
            if shape.form in ("pending", "function"):
                self.record.stop(target, "the answer is kept where it cannot be followed")
            else:
                self.hand_on(value, shape)
                self.collect(target.value, shape)

    def read_attributes(self, name: str, shape: Shape) -> None:
        """Goes on to where an attribute is read, of whatever it is one."""
        for read in self._tree.named(name):
            if isinstance(read, cst.Attribute) and not self._tree.is_store(read) and self._tree.is_own(read):
                self.push(read, shape)

    def collect(self, collection: cst.BaseExpression, shape: Shape) -> None:
        """Goes on to where a collection is used that something has been handed on to: `answers.append(...)`, `kept[key] = ...`"""
        held = several(plain(shape))
        if isinstance(collection, cst.Attribute):
            self.read_attributes(collection.attr.value, held)
        elif isinstance(collection, cst.Name):
            for use in self._tree.uses_of(collection):
                if not self._tree.is_store(use) and self._tree.is_own(use):
                    self.push(use, held)

    def read_names(self, name: cst.Name, node: cst.CSTNode, shape: Shape, value: cst.BaseExpression) -> None:
        """Goes on to where a variable is read that gets something by a target or parameter."""
        self.trail.bound.setdefault(node, set()).add(value)
        for use in self._tree.uses_of(name):
            if self._tree.is_store(use):
                continue
            if any(binding.node is node for binding in self._resolver.bindings(use)):
                self.trail.read.add(use)
                self.push(use, shape)

    def _iterate(self, loop: cst.For | cst.CompFor, node: cst.BaseExpression, shape: Shape) -> None:
        if shape.form == "object":
            self.hand_on(node, shape)
        elif shape.form == "page":
            self.record.append(node, ".data")
            self._bind(loop.target, shape.item, node) if shape.item else None
        elif shape.item is not None:
            self._bind(loop.target, shape.item, node)

    def _returned(self, statement: cst.Return, node: cst.BaseExpression, shape: Shape) -> None:
        unit = self._tree.unit(statement)
        if isinstance(unit, cst.FunctionDef) and not self._tree.nodes_in(unit, cst.Yield):
            self.trail.returning.setdefault(unit, set()).add(node)
            self.comes_of(unit, pending(shape) if unit.asynchronous is not None else shape, node)

    def _yielded(self, node: cst.Yield | cst.From, value: cst.BaseExpression, shape: Shape) -> None:
        unit = self._tree.unit(node)
        if isinstance(unit, cst.FunctionDef):
            if unit.decorators and any("fixture" in last_part(called(each.decorator)) for each in unit.decorators):
                self.record.stop(value, "the answer is handed on to where it cannot be followed")
            if isinstance(node, cst.Yield):
                self._yielding.setdefault(unit, set()).add(value)
            self.comes_of(unit, several(shape, unit), value)

    def comes_of(self, unit: cst.FunctionDef, shape: Shape, value: cst.BaseExpression) -> None:
        """Goes on to where a function is called, read as a property, or handed over."""
        is_method, name = self._tree.scopes[unit].kind == "class", unit.name.value
        if (user := self.elsewhere.user_of(name, is_method=is_method)) is not None:
            answer = _read_of(shape)
            match self.elsewhere.reads(name, answer.type, is_method=is_method) if answer is not None else None:
                case "dict" if not shape.is_plain:
                    self.trail.given_up.add(value)
                case form if form is None or (form == "object" and shape.is_plain):
                    self.record.stop(value, f"{user} uses what `{name}` returns")
        if any(_may_keep(called(each.decorator), self._resolver) for each in unit.decorators):
            self.trail.given_up.add(value)
        for call in self._resolver.calls.of(unit):
            if self._tree.is_own(call) and unit in self._resolver.calls.functions(call):
                self.push(call, shape)
        for read in self._resolver.calls.reads_of(unit):
            self.push(read, shape)
        for decorator in unit.decorators:
            self._decorated(decorator.decorator, function(shape), value)
        name = self._resolver.definitions.name(unit)
        for mention in self._tree.named(unit.name.value):
            parent = self._tree.parents[mention]
            is_called = isinstance(parent, cst.Call) and parent.func is mention
            if mention is unit.name or is_called or self._tree.is_store(mention) or self._tree.is_label(mention):
                continue
            if name in self._resolver.names(mention) and self._tree.is_own(mention):
                self.push(mention, function(shape))

    def _decorated(self, decorator: cst.BaseExpression, shape: Shape, value: cst.BaseExpression) -> None:
        """Goes on into a decorator of the program, be it one that a function makes."""
        named = decorator.func if isinstance(decorator, cst.Call) else decorator
        functions = list(self._resolver.definitions.functions(self._resolver.names(named)))
        if isinstance(decorator, cst.Call):
            returned = (inner for each in functions for inner in self._resolver.returned_values(each))
            functions = [made for each in returned for made in self._resolver.definitions.functions(self._resolver.names(each))]
        for each in functions:
            if each.params.params:
                self.read_names(each.params.params[0].name, each.params.params[0], shape, value)


def _read_of(shape: Shape) -> Shape | None:
    """What is read of what a function returns, in the end."""
    while shape.form in ("pending", "function", "list") and shape.of is not None:
        shape = shape.of
    return shape if shape.is_object or shape.form == "dict" else None


def _may_keep(decorator: cst.BaseExpression, resolver: Resolver) -> bool:
    """Whether a decorator that is not seen may keep what a function returns as JSON, and hand out what it has read of that."""
    name = last_part(decorator).lower()
    known = any(each.startswith(_KEEPING_OBJECTS) for each in resolver.names(decorator))
    is_own = any(True for _ in resolver.definitions.functions(resolver.names(decorator)))
    return ("cache" in name or "memo" in name) and not known and not is_own


def _is_empty_dict(node: cst.BaseExpression) -> bool:
    return isinstance(node, cst.Dict) and not node.elements
