"""Which variables are in the environment for sure: the program has asked for them, and goes on only where they are there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from oaklint.python import cst
from oaklint.python.decisive import certainly_evaluated
from oaklint.python.flow import Edge, Graph, Kind, reaches

if TYPE_CHECKING:
    from oaklint.usage.usage import Usage

_SAYS_IT_IS_THERE = {"In": Kind.TRUE, "NotIn": Kind.FALSE}
_SAYS_IT_IS_SOMETHING = {"IsNot": Kind.TRUE, "Is": Kind.FALSE}


class Presence:
    """Follows the ways on which control comes to something without having learnt that a variable is there."""

    def __init__(self, usage: Usage) -> None:
        self._usage = usage
        self._known: dict[tuple[cst.CSTNode, str], bool] = {}

    def sure_at(self, steps: Sequence[cst.CSTNode], names: Iterable[str]) -> frozenset[str]:
        """Those of some names that are there whenever control comes to one of some calls, which run one within the other."""
        return frozenset(name for name in names if any(self._is_sure_at(step, name) for step in steps))

    def _is_sure_at(self, step: cst.CSTNode, name: str) -> bool:
        if (step, name) not in self._known:
            graph = self._usage.graph_of(step)
            self._known[step, name] = graph is not None and self._is_learnt_before(step, name, graph)
        return self._known[step, name]

    def _is_learnt_before(self, step: cst.CSTNode, name: str, graph: Graph) -> bool:
        def tells(edge: Edge) -> bool:
            return edge.kind is not Kind.RAISE and (self._usage.flow.stops(edge.source) or self._tells(edge, name))

        blocks = graph.blocks_of(step)
        return bool(blocks) and not reaches([graph.entry], blocks, without=tells)

    def _tells(self, edge: Edge, name: str) -> bool:
        """Whether control takes an edge only where a variable is there."""
        node = edge.source.node
        if isinstance(node, cst.BaseExpression) and edge.kind in (Kind.TRUE, Kind.FALSE):
            return self._kind_for(node, name) is edge.kind
        parts = certainly_evaluated(node) if node is not None else ()
        items = (part for part in parts if isinstance(part, cst.Subscript) and not self._usage.tree.is_store(part))
        return any(self._usage.environment.read_by(item) == name for item in items)

    def _kind_for(self, test: cst.BaseExpression, name: str) -> Kind | None:
        """On which side of a condition a variable is there: `"X" in os.environ`, `os.getenv("X")`, `key` bound to that."""
        if not isinstance(test, cst.Comparison):
            return Kind.TRUE if self._is_value_of(test, name) else None
        operator, right = type(test.comparisons[0].operator).__name__, test.comparisons[0].comparator
        if self._usage.values.value(test.left) == name and "os.environ" in self._usage.resolver.names(right):
            return _SAYS_IT_IS_THERE.get(operator)
        is_nothing = self._usage.values.value(right) is None
        return _SAYS_IT_IS_SOMETHING.get(operator) if is_nothing and self._is_value_of(test.left, name) else None

    def _is_value_of(self, node: cst.BaseExpression, name: str) -> bool:
        values = self._usage.resolver.values_of(node)
        is_one = len(values) == 1 and (not isinstance(node, cst.Name) or len(self._usage.resolver.bindings(node)) == 1)
        getter = values[0] if is_one else None
        has_default = isinstance(getter, cst.Call) and len(getter.args) > 1
        return getter is not None and not has_default and self._usage.environment.read_by(getter) == name
