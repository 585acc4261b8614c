"""Which variables are in the environment for sure: the program has asked for them, and goes on only where they are there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from oaklint.python import cst
from oaklint.python.flow import Block, Graph
from oaklint.python.nullness import is_called_check
from oaklint.python.told import Asked, compared
from oaklint.python.tree import walk
from oaklint.usage.environment.reads import subscript_text

if TYPE_CHECKING:
    from oaklint.usage.usage import Usage

_TAKES_AWAY = {"os.environ.pop", "os.environ.popitem", "os.environ.clear"}


class Presence:
    """Asks on the ways on which control comes to something."""

    def __init__(self, usage: Usage) -> None:
        self._usage = usage
        self._known: dict[tuple[cst.CSTNode, str], bool] = {}
        self._known_by: dict[tuple[cst.Call, str], bool] = {}

    def sure_at(self, steps: Sequence[cst.CSTNode], names: Iterable[str]) -> frozenset[str]:
        """Those of some names that are there whenever control comes to one of some calls, which run one within the other."""
        return frozenset(name for name in names if any(self._is_sure_at(step, name) for step in steps))

    def _is_sure_at(self, step: cst.CSTNode, name: str) -> bool:
        if (step, name) not in self._known:
            graph = self._usage.graph_of(step)
            self._known[step, name] = graph is not None and self._is_learnt(name, graph, graph.blocks_of(step))
        return self._known[step, name]

    def _is_learnt(self, name: str, graph: Graph, goals: Sequence[Block]) -> bool:
        """Whether control comes to some blocks of a unit only behind where it has learnt it, and has not taken it away since."""
        asked = Asked(lambda test, outcome: self._is_told(test, outcome, name), lambda part: self._is_learnt_by(part, name))
        behind = (edge.target for block in self._taking_away(name, graph) for edge in block.edges)
        return self._usage.told.on_all_ways([graph.entry, *behind], goals, asked)

    def _taking_away(self, name: str, graph: Graph) -> Iterator[Block]:
        """The blocks that take a variable away, or may do so: `os.environ.pop("X")`, `del os.environ["X"]`."""
        tree, resolver, values = self._usage.tree, self._usage.resolver, self._usage.values
        for call in tree.calls_in(graph.unit):
            if resolver.names(call.func) & _TAKES_AWAY and (not call.args or values.text(call.args[0].value) in (name, None)):
                yield from graph.blocks_of(call)
        for deletion in tree.nodes_in(graph.unit, cst.Del):
            items = (part for part in walk(deletion) if isinstance(part, cst.Subscript))
            if any("os.environ" in resolver.names(each.value) and subscript_text(each, values) in (name, None) for each in items):
                yield from graph.blocks_of(deletion)

    def _is_learnt_by(self, part: cst.CSTNode, name: str) -> bool:
        """Whether what is evaluated fails where a variable is not there: `os.environ["KEY"]`, or a call, `need_key()`."""
        if isinstance(part, cst.Subscript):
            return self._usage.environment.read_by(part) == name and not self._usage.tree.is_store(part)
        if not isinstance(part, cst.Call):
            return False
        if is_called_check(part) and any(self._usage.values.text(arg.value) == name for arg in part.args):
            return True
        if (part, name) not in self._known_by:
            self._known_by[part, name] = False  # what it calls may call it
            functions = self._usage.resolver.calls.functions(part)
            self._known_by[part, name] = bool(functions) and all(self._learns(function, name) for function in functions)
        return self._known_by[part, name]

    def _learns(self, function: cst.FunctionDef, name: str) -> bool:
        is_run_later = function.asynchronous is not None or self._usage.tree.nodes_in(function, cst.Yield)
        graph = self._usage.resolver.graph(function) if not is_run_later else None
        return graph is not None and self._is_learnt(name, graph, [graph.returned])

    def _is_told(self, test: cst.BaseExpression, outcome: bool, name: str) -> bool:
        """Whether a condition that comes out so says that a variable is there: `"X" in os.environ`, `os.getenv("X")`, `key` bound
        to that.
        """
        compares = compared(test, outcome)
        if compares is None:
            return outcome and self._is_value_of(test, name, (None, ""))
        left, right, is_same = compares
        value = self._usage.values.value
        if value(left) == name and "os.environ" in self._usage.resolver.names(right):
            return is_same
        several = [element.value for element in right.elements] if isinstance(right, (cst.Tuple, cst.List, cst.Set)) else [right]
        return not is_same and self._is_value_of(left, name, [*map(value, several)])

    def _is_value_of(self, node: cst.BaseExpression, name: str, without: Sequence[object]) -> bool:
        """Whether a node is the value of a variable, and would be one of some others if that were not there."""
        node = node.value if isinstance(node, cst.NamedExpr) else node
        values = self._usage.resolver.values_of(node)
        is_one = len(values) == 1 and (not isinstance(node, cst.Name) or len(self._usage.resolver.bindings(node)) == 1)
        getter = values[0] if is_one else None
        if getter is None or self._usage.environment.read_by(getter) != name:
            return False
        has_default = isinstance(getter, cst.Call) and len(getter.args) > 1
        default = self._usage.values.value(getter.args[1].value) if isinstance(getter, cst.Call) and has_default else None
        return default in (None, "") and default in without
