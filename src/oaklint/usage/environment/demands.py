"""Which variables does a program ask for, to see whether they are there, before others read them?"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from oaklint.python import cst
from oaklint.python.nullness import is_called_check
from oaklint.python.places import place
from oaklint.python.told import Asked, compared
from oaklint.python.tree import index_of
from oaklint.sdk.environment_names import GETENV
from oaklint.usage.environment.mentions import leaves
from oaklint.usage.order import leads_to

if TYPE_CHECKING:
    from oaklint.usage.usage import Usage

_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]+")


class Demands:
    """Finds where a program asks for variables. What it does with the answer, and when, is not asked here: it knows of them."""

    def __init__(self, usage: Usage) -> None:
        self._usage = usage
        self._tree = usage.tree
        self._resolver = usage.resolver
        self._values = usage.values

    @cached_property
    def by_name(self) -> dict[str, list[cst.SimpleString]]:
        """Where the program asks for variables, by their names: in a condition, as one of several, or by what fails without."""
        found: dict[str, list[cst.SimpleString]] = {}
        for node in self._tree.nodes.get(cst.SimpleString, ()):
            if isinstance(node, cst.SimpleString) and self._is_asked(node):
                found.setdefault(self._values.text(node) or "", []).append(node)
        return found

    def is_asked_for(self, name: str, where: cst.BaseExpression, told_by: cst.CSTNode | None = None) -> bool:
        """Whether another unit than that of some place asks for a variable, or a call sees to it that it is there. told_by: where
        its name comes from there.
        """
        asking = (each for each in self.by_name.get(name, ()) if each is not told_by)
        return any(self._tree.unit(each) is not self._tree.unit(where) or self._is_seen_to(each) for each in asking)

    def _is_seen_to(self, name: cst.SimpleString) -> bool:
        calls = (each for each in self._tree.ancestors(name) if isinstance(each, cst.Call))
        return any(map(self._is_for_effect, calls))

    def is_required(self, name: str, where: cst.BaseExpression) -> bool:
        """Whether the program has a variable among those that it needs, `REQUIRED = ("A_KEY", "B_KEY")`, leaves in another unit
        where it is not set, hands its name to what sees to it, or a decorator of the function around some place is told its name.
        """
        return any(self._requires(each, where) for each in self.by_name.get(name, ()))

    def _requires(self, name: cst.SimpleString, where: cst.BaseExpression) -> bool:
        for around in self._tree.ancestors(name):
            if isinstance(around, (cst.List, cst.Tuple, cst.Set)):
                return all(self._is_variable(element.value) for element in around.elements)
            if isinstance(around, cst.Decorator):
                return self._tree.parents[around] in self._tree.ancestors(where)
            if isinstance(around, cst.Call) and (is_called_check(around) or self._is_for_effect(around)):
                return True
            if isinstance(around, (cst.If, cst.Assert)):
                return (isinstance(around, cst.Assert) or leaves(around)) and self._is_before(name, where)
        return False

    def _is_before(self, asked: cst.CSTNode, where: cst.BaseExpression) -> bool:
        """Whether control comes from a condition to some place in another unit, or of another program, which is not asked."""
        if where not in self._tree.parents:
            return True
        return self._tree.unit(asked) is not self._tree.unit(where) and leads_to(asked, where, self._usage)

    def _is_for_effect(self, call: cst.Call) -> bool:
        """Whether a call runs a function of the program for what it does: `obtain("A_KEY")`, by itself."""
        return isinstance(self._tree.parents.get(call), cst.Expr) and bool(self._resolver.calls.functions(call))

    def is_made_before(self, call: cst.Call, name: cst.BaseExpression) -> bool:
        """Whether control comes to a call only where the variable of a name, which may be any, was found to be there:
        `if not os.getenv(name): continue`.
        """
        asked = Asked(
            lambda test, outcome: self._tells(test, outcome, name),
            lambda part: isinstance(part, cst.Subscript) and self._reads(part, name),
        )
        return self._usage.told.at(call, asked)

    def _tells(self, test: cst.BaseExpression, outcome: bool, name: cst.BaseExpression) -> bool:
        """Whether a condition that comes out so says that the variable of a name is there."""
        compares = compared(test, outcome)
        if compares is None:
            return outcome and self._reads(test, name)
        if self._is_environment(compares.right) and place(compares.left) == place(name):
            return compares.is_same
        return not compares.is_same and self._reads(compares.left, name)

    def _reads(self, node: cst.BaseExpression, name: cst.BaseExpression) -> bool:
        if isinstance(node, cst.Subscript) and (index := index_of(node)) is not None:
            return self._is_environment(node.value) and place(index) == place(name)
        is_read = isinstance(node, cst.Call) and bool(self._resolver.names(node.func) & GETENV)
        return is_read and any(place(arg.value) == place(name) for arg in node.args[:1])  # type: ignore[attr-defined]

    def _is_asked(self, text: cst.SimpleString) -> bool:
        for around in self._tree.ancestors(text):
            if isinstance(around, cst.Comparison) and self._is_about_another(around):
                return False
            if isinstance(around, cst.DictElement):
                return around.key is text and self._is_one_of_names(around)
            if isinstance(around, (cst.List, cst.Tuple, cst.Set, cst.Comparison, cst.Assert, cst.UnaryOperation)):
                return True
            if isinstance(around, cst.Call) and (is_called_check(around) or self._is_for_effect(around)):
                return True
            if isinstance(around, cst.Subscript):
                return self._is_environment(around.value) and index_of(around) is text
            parent = self._tree.parents.get(around)
            if isinstance(parent, (cst.If, cst.While, cst.IfExp)) and parent.test is around:
                return True
            if not isinstance(around, (cst.BaseExpression, cst.BaseElement, cst.Arg)):
                return isinstance(around, cst.Decorator)  # `@requires("OTHER_KEY")`
        return False

    def _is_about_another(self, test: cst.Comparison) -> bool:
        """`"OTHER_KEY" in data`"""
        target = test.comparisons[0]
        is_membership = isinstance(target.operator, (cst.In, cst.NotIn)) and isinstance(test.left, cst.SimpleString)
        return is_membership and not self._is_environment(target.comparator)

    def _is_one_of_names(self, element: cst.DictElement) -> bool:
        """`{"A_KEY": "for summaries", "B_KEY": "for pictures"}`"""
        display = self._tree.parents[element]
        elements = display.elements if isinstance(display, cst.Dict) else ()
        return all(isinstance(each, cst.DictElement) and self._is_variable(each.key) for each in elements)

    def _is_variable(self, node: cst.BaseExpression) -> bool:
        return _VARIABLE.fullmatch(self._values.text(node) or "") is not None

    def _is_environment(self, node: cst.BaseExpression) -> bool:
        return "os.environ" in self._resolver.names(node)
