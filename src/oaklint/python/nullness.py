"""Whether a program has made sure that something is not None where it uses it: by a test, or by what would have failed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

from oaklint.python import cst
from oaklint.python.decisive import certainly_evaluated
from oaklint.python.exceptions import ExceptionFlow
from oaklint.python.flow import Block, Edge, Graph, Kind, reaches
from oaklint.python.names import Resolver
from oaklint.python.places import place, places
from oaklint.python.scopes import Binding, CodeUnit
from oaklint.python.tree import last_part, parameters, walk
from oaklint.python.values import UNKNOWN, Values

_IS_SOMETHING = {"IsNot": Kind.TRUE, "NotEqual": Kind.TRUE, "Is": Kind.FALSE, "Equal": Kind.FALSE}
_IS_NONE_OF = {"NotIn": Kind.TRUE, "In": Kind.FALSE}
_OTHER_SIDE: dict[Kind | None, Kind] = {Kind.TRUE: Kind.FALSE, Kind.FALSE: Kind.TRUE}
# What is called so is taken to refuse what it is handed, if that is None, where it is not seen.
_CHECKS = re.compile(r"assert|check|ensure|guard|need|requir|valid|verif", re.IGNORECASE)


class Nullness:
    """Follows the ways on which control comes to the use of a name past no test of it."""

    def __init__(self, resolver: Resolver, values: Values, flow: ExceptionFlow) -> None:
        self._resolver = resolver
        self._tree = resolver.tree
        self._values = values
        self._flow = flow
        self._ensuring: dict[tuple[cst.FunctionDef, str], bool] = {}

    def is_ensured(self, use: cst.BaseExpression, binding: Binding | None = None) -> bool:
        """Whether a name or attribute is never None where it is used, as far as it comes from one of its bindings there."""
        key = place(use)
        if key is None:
            return False
        if self._is_chosen(use, key):
            return True
        unit = self._tree.unit(use)
        graph = self._resolver.graph(unit)
        if graph is None:
            return True
        if binding is not None and (home := self._tree.unit(binding.node)) is not unit:
            is_made_sure = self._is_tested_in_others(use, key, unit, home) or self.is_ensured_behind(binding.node, key)
            return is_made_sure or self._is_past_tests(key, graph, [graph.entry], graph.blocks_of(use))
        if isinstance(use, cst.Attribute) and binding is None and self._is_tested_in_others(use, key, unit):
            return True
        starts = self._behind(binding, graph) if binding is not None else [graph.entry]
        return self._is_past_tests(key, graph, starts, graph.blocks_of(use), self._binding_again(use, binding, graph))

    def is_ensured_behind(self, node: cst.CSTNode, key: str) -> bool:
        """Whether the unit that a node stands in comes to its end behind it only where something is not None."""
        graph = self._resolver.graph(self._tree.unit(node))
        starts = [edge.target for block in graph.blocks_of(node) for edge in block.edges] if graph is not None else []
        return graph is None or self._is_past_tests(key, graph, starts, [graph.returned])

    def _is_past_tests(
        self, key: str, graph: Graph, starts: list[Block], goals: list[Block], again: frozenset[Block] = frozenset()
    ) -> bool:
        def tells(edge: Edge) -> bool:
            if edge.kind is Kind.RAISE:
                return False
            return edge.source in again or self._flow.stops(edge.source) or self._tells(edge, key)

        return bool(goals) and not reaches(starts, goals, without=tells)

    def _behind(self, binding: Binding, graph: Graph) -> list[Block]:
        if binding.kind == "parameter":
            return [graph.entry]
        return [edge.target for block in graph.blocks_of(binding.node) for edge in block.edges if edge.kind is not Kind.RAISE]

    def _binding_again(self, use: cst.BaseExpression, binding: Binding | None, graph: Graph) -> frozenset[Block]:
        """The blocks that bind the name anew."""
        others = self._tree.bindings_of(use) if isinstance(use, cst.Name) else []
        anew = (each for each in others if each is not binding and each.kind != "parameter")
        return frozenset(block for each in anew for block in graph.blocks_of(each.node))

    def _is_chosen(self, use: cst.CSTNode, key: str) -> bool:
        """Whether the expression around a use asks for it only where it is something: `make(key) if key else None`."""
        part = use
        for around in self._tree.expression_around(use):
            if isinstance(around, cst.IfExp) and part in (around.body, around.orelse):
                if self._side(around.test, key) is (Kind.TRUE if part is around.body else Kind.FALSE):
                    return True
            if isinstance(around, cst.BooleanOperation) and isinstance(around.operator, cst.And) and part is around.right:
                if self._side(around.left, key) is Kind.TRUE:
                    return True
            part = around
        return False

    def _is_tested_in_others(self, use: cst.BaseExpression, key: str, *units: CodeUnit | None) -> bool:
        """Whether other units than some ask for a name, or for an attribute of the same object, or the program does so before all
        else when it is started.
        """
        return any(
            (self._tree.unit(test) not in units or self._is_in_main(test)) and self._may_be_of_same(test, use)
            for test in self._tests.get(key, ())
        )

    def _is_in_main(self, test: cst.CSTNode) -> bool:
        around = (each.test for each in self._tree.ancestors(test) if isinstance(each, cst.If))
        return any("__name__" in places(each) for each in around)

    def _may_be_of_same(self, one: cst.CSTNode, other: cst.CSTNode) -> bool:
        """Whether `self` in two places may be the same object."""
        owners = [self._resolver.definitions.class_of(node) for node in (one, other)]
        families = [self._resolver.hierarchy.family(owner) if owner is not None else None for owner in owners]
        return families[0] is None or families[1] is None or bool(families[0] & families[1])

    @cached_property
    def _tests(self) -> dict[str, list[cst.BaseExpression]]:
        """The conditions of the program by the names and attributes, as `place` writes them, that they ask for."""
        found: dict[str, list[cst.BaseExpression]] = {}
        for kind in (cst.If, cst.IfExp, cst.While, cst.Assert):
            for node in self._tree.nodes.get(kind, ()):
                assert isinstance(node, (cst.If, cst.IfExp, cst.While, cst.Assert))
                for key in places(node.test):
                    found.setdefault(key, []).append(node.test)
        return found

    def _tells(self, edge: Edge, key: str) -> bool:
        """Whether control takes an edge only where something is not None."""
        node = edge.source.node
        if isinstance(node, cst.BaseExpression) and edge.kind in (Kind.TRUE, Kind.FALSE):
            return self._side(node, key) is edge.kind
        parts = list(certainly_evaluated(node)) if node is not None else []
        return any(self._fails_for_none(part, key) for part in parts)

    def _fails_for_none(self, part: cst.CSTNode, key: str) -> bool:
        """`key.strip()`, `key[:4]`, `len(key)`, and a call that may refuse it: of what is not seen, anything is believed."""
        if isinstance(part, (cst.Attribute, cst.Subscript)):
            return place(part.value) == key and not self._tree.is_store(part)
        if not isinstance(part, cst.Call) or not any(place(arg.value) == key for arg in part.args):
            return False
        if "builtins.len" in self._resolver.names(part.func):
            return True
        functions = self._resolver.calls.functions(part)
        if functions:
            return all(self._refuses(function, part, key) for function in functions)
        return _CHECKS.search(last_part(part.func)) is not None

    def _refuses(self, function: cst.FunctionDef, call: cst.Call, key: str) -> bool:
        """Whether a function does not come back where what it is handed is None."""
        for param in parameters(function):
            argument = self._resolver.calls.argument_for(call, function, param)
            if argument is not None and place(argument) == key:
                question = function, param.name.value
                if question not in self._ensuring:
                    self._ensuring[question] = False  # what it calls may call it
                    graph = self._resolver.graph(function)
                    self._ensuring[question] = graph is not None and self._is_past_tests(
                        param.name.value, graph, [graph.entry], [graph.returned]
                    )
                return self._ensuring[question]
        return False

    def _side(self, test: cst.BaseExpression, key: str) -> Kind | None:
        """On which side of a condition something is not None."""
        if isinstance(test, cst.UnaryOperation) and isinstance(test.operator, cst.Not):
            return _OTHER_SIDE.get(self._side(test.expression, key))
        if isinstance(test, cst.NamedExpr):
            return Kind.TRUE if key in (place(test.target), place(test.value)) else None
        if place(test) == key:
            return Kind.TRUE
        if isinstance(test, cst.Call):
            return self._side_of_call(test, key)
        if not isinstance(test, cst.Comparison) or len(test.comparisons) != 1:
            return None
        operator, right = type(test.comparisons[0].operator).__name__, test.comparisons[0].comparator
        if isinstance(right, (cst.Tuple, cst.List, cst.Set)):
            if place(test.left) == key:
                return _IS_NONE_OF.get(operator) if None in self._constants(right) else None
            among = any(place(each.value) == key for each in right.elements)
            return _IS_NONE_OF.get(operator) if among and self._values.value(test.left) is None else None
        value = self._values.value(right)
        left = test.left.target if isinstance(test.left, cst.NamedExpr) else test.left
        if place(left) != key or value is UNKNOWN:
            return None
        if value is None:
            return _IS_SOMETHING.get(operator)
        return Kind.TRUE if operator in ("Equal", "Is") else None

    def _constants(self, display: cst.Tuple | cst.List | cst.Set) -> list[object]:
        return [self._values.value(element.value) for element in display.elements]

    def _side_of_call(self, test: cst.Call, key: str) -> Kind | None:
        """`isinstance(key, str)`, `all([key, url])`, `bool(key)`, and what is called a check."""
        names = self._resolver.names(test.func)
        if names & {"builtins.isinstance", "builtins.bool", "builtins.len"}:
            return Kind.TRUE if test.args and place(test.args[0].value) == key else None
        if "builtins.all" in names and test.args:
            return Kind.TRUE if any(place(part) == key for part in _expressions(test.args[0].value)) else None
        is_check = _CHECKS.search(last_part(test.func)) is not None
        return Kind.TRUE if is_check and any(place(arg.value) == key for arg in test.args) else None


def _expressions(node: cst.CSTNode) -> Iterator[cst.BaseExpression]:
    return (part for part in walk(node) if isinstance(part, cst.BaseExpression))
