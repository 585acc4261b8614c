"""Where a program asks whether a text is empty before it goes on with it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from oaklint.python import cst
from oaklint.python.flow import Block, Edge, Graph, Kind, reaches
from oaklint.python.places import named
from oaklint.python.sources import Source, Step
from oaklint.python.tree import last_part

if TYPE_CHECKING:
    from oaklint.python.exceptions import ExceptionFlow
    from oaklint.python.names import Resolver
    from oaklint.python.values import Values

# They do nothing to what they are handed, and raise nothing on its account.
_HARMLESS = {"print", "len", "str", "repr", "bool", "debug", "info", "warning", "error", "exception", "log", "type", "append"}
# Comparisons with what is empty.
_SAYS_EMPTY = {"Equal", "Is", "In"}
_DENIES_IT = {"NotEqual", "IsNot", "NotIn"}


class NonEmpty:
    """Follows control from where a name gets a value to where that is used."""

    def __init__(self, resolver: Resolver, values: Values, flow: ExceptionFlow) -> None:
        self._resolver = resolver
        self._tree = resolver.tree
        self._values = values
        self._flow = flow

    def is_made_sure(self, source: Source) -> bool:
        """Whether what comes from a source is sure not to be empty where it comes to, or the program at least asks."""
        nodes = [*(step.node for step in source.way), source.value]
        for step, behind in zip(source.way, nodes[1:], strict=True):
            node = step.node
            if isinstance(node, cst.BooleanOperation) and isinstance(node.operator, cst.Or) and node.left is behind:
                return True
            if isinstance(node, (cst.Name, cst.Attribute)) and (self._is_asked_around(node) or self._is_asked(step)):
                return True
        return False

    def _is_asked(self, step: Step) -> bool:
        """Whether control only comes to the use of a name behind where that was found not to be empty."""
        node, graph = step.node, self._resolver.graph(self._tree.unit(step.node))
        binding = step.binding
        if binding is None or graph is None or self._tree.unit(binding.node) is not graph.unit:
            return any(self._is_tested(use) for use in self._uses_anywhere(step))
        starts = [graph.entry] if isinstance(binding.node, cst.Param) else graph.blocks_of(binding.node)
        others = (each.node for each in self._tree.bindings_of(node) if each is not binding) if isinstance(node, cst.Name) else ()
        barred = {block for other in others for block in graph.blocks_of(other)} - {graph.entry}
        return not self._reaches(graph, starts, node, barred)

    def _reaches(self, graph: Graph, starts: list[Block], use: cst.BaseExpression, barred: set[Block]) -> bool:
        name = last_part(use)

        def ends(edge: Edge) -> bool:
            if edge.kind is Kind.RAISE or edge.source in barred:
                return edge.source in barred
            return self._flow.stops(edge.source) or self._tells(edge, name)

        return reaches(starts, graph.blocks_of(use), without=ends)

    def _tells(self, edge: Edge, name: str) -> bool:
        """Whether control takes an edge only where the name does not stand for something empty, as far as can be told."""
        node = edge.source.node
        if node is None:
            return False
        if edge.kind in (Kind.TRUE, Kind.FALSE) and isinstance(node, cst.BaseExpression):
            if not any(last_part(part) == name for part in named(node)):
                return False
            told = self._told_by(node, name)
            return told is None or told is edge.kind
        calls = (call for call in self._tree.calls_by(node) if last_part(call.func) not in _HARMLESS)
        return edge.kind is Kind.NEXT and any(last_part(arg.value) == name for call in calls for arg in call.args)

    def _told_by(self, test: cst.BaseExpression, name: str) -> Kind | None:
        """On which side of a condition a name is not empty: NEXT if on neither; None where it asks for something else."""
        if not isinstance(test, cst.Comparison):
            return Kind.TRUE if _is_name(test, name) else None
        operator, other = type(test.comparisons[0].operator).__name__, test.comparisons[0].comparator
        value = self._values.value(other)
        if not _is_name(test.left, name) or operator not in _SAYS_EMPTY | _DENIES_IT or len(test.comparisons) > 1:
            return None
        several = value if isinstance(value, tuple) else (value,)
        if all(each is None for each in several):
            return Kind.NEXT
        if not all(each is None or isinstance(each, str) for each in several):
            return None
        has_blank = any(each is not None and not each.strip() for each in several)
        return Kind.FALSE if has_blank == (operator in _SAYS_EMPTY) else Kind.TRUE

    # Conditions in expressions, which have no edges, and in other functions.

    def _is_asked_around(self, node: cst.BaseExpression) -> bool:
        """`key if key else None`, `key and key.strip()`, `[build(key) for key in keys if key]`"""
        below: cst.CSTNode = node
        for around in self._tree.ancestors(node):
            tests: list[cst.BaseExpression] = []
            if isinstance(around, cst.IfExp) and below is not around.test:
                tests = [around.test]
            elif isinstance(around, cst.BooleanOperation) and below is around.right and isinstance(around.operator, cst.And):
                tests = [around.left]
            elif isinstance(around, (cst.ListComp, cst.SetComp, cst.GeneratorExp, cst.DictComp)):
                tests = [each.test for each in around.for_in.ifs]
            elif isinstance(around, cst.BaseStatement):
                return False
            if any(last_part(part) == last_part(node) for test in tests for part in named(test)):
                return True
            below = around
        return False

    def _uses_anywhere(self, step: Step) -> Iterator[cst.Name | cst.Attribute]:
        """Where the program speaks of what a step is: by the same name, or by an attribute that is called so."""
        is_attribute = step.binding is None or self._tree.scopes[step.binding.node].kind == "module"
        for use in self._tree.named(last_part(step.node)):
            if isinstance(use, cst.Attribute):
                if is_attribute:
                    yield use
            elif step.binding is not None and not self._tree.is_label(use) and step.binding in self._resolver.bindings(use):
                yield use

    def _is_tested(self, node: cst.CSTNode) -> bool:
        """Whether a name stands in a condition, or is what a function is handed that may look at it."""
        below = node
        for around in self._tree.ancestors(node):
            if isinstance(around, (cst.If, cst.While, cst.IfExp, cst.Assert)):
                return below is around.test
            if isinstance(around, (cst.Comparison, cst.CompIf)):
                return True
            if isinstance(around, cst.UnaryOperation) and isinstance(around.operator, cst.Not):
                return True
            if isinstance(around, cst.BooleanOperation) and below is around.left:
                return True
            if isinstance(around, cst.Call) and last_part(around.func) in ("bool", "all", "any"):
                return True
            if isinstance(around, cst.BaseStatement):
                return False
            below = around
        return False


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
    return last_part(node) == name
