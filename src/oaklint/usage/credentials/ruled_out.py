"""Where control comes to an expression only if it is no key: behind `if not key`, `if len(key) < 8`, `if key == "sk-..."`."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from oaklint.python import cst
from oaklint.python.places import place
from oaklint.python.told import Asked, compared
from oaklint.python.tree import operands
from oaklint.usage.context import Context
from oaklint.usage.environment.reads import Environment

_SHORTER, _LONGER = {"LessThan", "LessThanEqual"}, {"GreaterThan", "GreaterThanEqual"}
# A test of what they make of a key is one of the key.
_KEEP = {"strip", "lstrip", "rstrip", "lower", "upper"}
# With these a key, or its header, begins.
_BEGINNINGS = ("sk", "Bearer")


class _Choice(NamedTuple):
    """That what is known by a place is one of some texts, or none of them."""

    place: str
    texts: frozenset[str]
    is_one: bool

    def excludes(self, other: _Choice) -> bool:
        if self.place != other.place or not (self.is_one or other.is_one):
            return False
        if self.is_one and other.is_one:
            return self.texts.isdisjoint(other.texts)
        return self.texts <= other.texts if self.is_one else other.texts <= self.texts


class RuledOut:
    """Asks on the ways to an expression for what it is not."""

    def __init__(self, context: Context, environment: Environment) -> None:
        self._context = context
        self._tree = context.tree
        self._resolver = context.resolver
        self._values = context.values
        self._environment = environment

    def is_sure(self, node: cst.BaseExpression) -> bool:
        """Whether an expression that may be a key is none whenever control comes to it."""
        unit, bindings = self._tree.unit(node), self._resolver.bindings(node) if isinstance(node, cst.Name) else []
        in_force = [each for each in bindings if self._tree.unit(each.node) is unit]
        return self._context.told.at(node, Asked(lambda test, outcome: self._is_told(test, outcome, node)), in_force or None)

    def is_for_another(self, node: cst.BaseExpression, given: cst.BaseExpression) -> bool:
        """Whether control comes to an expression only where a choice comes out otherwise than where the key is handed over: the
        key is that of another then. `if provider == "openai": ... elif provider == "google": ...`
        """
        if self._tree.unit(node) is not self._tree.unit(given):
            return False
        return any(self._context.told.at(node, Asked(partial(self._is_excluded, choice))) for choice in self._choices(given))

    def _choices(self, node: cst.CSTNode) -> Iterator[_Choice]:
        """What the conditions around an expression say of texts."""
        part = node
        for around in self._tree.ancestors(node):
            tests: list[cst.BaseExpression] = []
            if isinstance(around, (cst.If, cst.IfExp)) and part is around.body:
                tests = operands(around.test, cst.And)
            elif isinstance(around, cst.MatchCase) and (asked := self._context.told.comparison_of(around)) is not None:
                tests = [asked]
            yield from filter(None, (self._choice(test, True) for test in tests))
            part = around

    def _is_excluded(self, choice: _Choice, test: cst.BaseExpression, outcome: bool) -> bool:
        told = self._choice(test, outcome)
        return told is not None and told.excludes(choice)

    def _choice(self, test: cst.BaseExpression, outcome: bool) -> _Choice | None:
        compares = compared(test, outcome)
        if compares is None or (subject := place(self._inside(compares.left))) is None:
            return None
        value = self._values.value(compares.right)
        texts = value if isinstance(value, tuple) else (value,)
        return _Choice(subject, frozenset(texts), compares.is_same) if all(isinstance(each, str) for each in texts) else None

    def _is_told(self, test: cst.BaseExpression, outcome: bool, node: cst.BaseExpression) -> bool:
        """Whether a test that comes out so says that an expression is no key: it is empty, too short, or to be replaced."""
        if isinstance(test, cst.Comparison):
            return self._is_told_by_comparison(test, outcome, node)
        if isinstance(test, cst.Call) and "builtins.isinstance" in self._resolver.names(test.func) and len(test.args) == 2:
            is_text = "builtins.str" in self._resolver.names(test.args[1].value)
            return self._is_same(test.args[0].value, node) and outcome is not is_text
        if isinstance(test, cst.Call) and isinstance(test.func, cst.Attribute) and test.func.attr.value == "startswith":
            begin = self._values.text(test.args[0].value) if len(test.args) == 1 else None
            return outcome and begin is not None and not begin.startswith(_BEGINNINGS) and self._is_same(test.func.value, node)
        return not outcome and self._is_same(test, node)

    def _is_told_by_comparison(self, test: cst.Comparison, outcome: bool, node: cst.BaseExpression) -> bool:
        if (compares := compared(test, outcome)) is not None:
            value = self._values.value(compares.right)
            is_known = value is None or isinstance(value, (str, tuple))
            return compares.is_same and is_known and self._is_same(compares.left, node)
        left, operator = test.left, type(test.comparisons[0].operator).__name__
        if not isinstance(left, cst.Call) or "builtins.len" not in self._resolver.names(left.func) or len(left.args) != 1:
            return False
        return operator in (_SHORTER if outcome else _LONGER) and self._is_same(left.args[0].value, node)

    def _is_same(self, tested: cst.BaseExpression, node: cst.BaseExpression) -> bool:
        """Whether a test asks for an expression, be it without the blanks around it."""
        tested = self._inside(tested)
        if isinstance(tested, cst.NamedExpr):
            tested = tested.target
        if place(tested) is not None:
            return place(tested) == place(node)
        variable = self._environment.read_by(tested)
        return variable is not None and variable == self._environment.read_by(node)

    @staticmethod
    def _inside(node: cst.BaseExpression) -> cst.BaseExpression:
        """What a text is made of by methods that leave it what it is."""
        while isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute) and node.func.attr.value in _KEEP:
            node = node.func.value
        return node
