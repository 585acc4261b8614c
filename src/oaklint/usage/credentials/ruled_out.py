"""Where control comes to an expression only if it is no key: behind `if not key`, `if len(key) < 8`, `if key == "sk-..."`."""

from __future__ import annotations

from oaklint.python import cst
from oaklint.python.flow import Block, Edge, Graph, Kind, reaches
from oaklint.python.places import place
from oaklint.python.scopes import Binding
from oaklint.usage.context import Context
from oaklint.usage.environment.reads import Environment

_SHORTER, _LONGER = {"LessThan", "LessThanEqual"}, {"GreaterThan", "GreaterThanEqual"}
_SAME, _OTHER = {"Is", "Equal", "In"}, {"IsNot", "NotEqual", "NotIn"}
# A test of what they make of a key is one of the key.
_KEEP = {"strip", "lstrip", "rstrip", "lower", "upper"}
# With these a key, or its header, begins.
_BEGINNINGS = ("sk", "Bearer")


class RuledOut:
    """Asks the control-flow graph, and the conditions within an expression."""

    def __init__(self, context: Context, environment: Environment) -> None:
        self._context = context
        self._tree = context.tree
        self._resolver = context.resolver
        self._values = context.values
        self._environment = environment

    def is_sure(self, node: cst.BaseExpression) -> bool:
        """Whether an expression that may be a key is none whenever control comes to it."""
        return self._is_ruled_out_within(node) or not self._is_reached(node)

    def _is_ruled_out_within(self, node: cst.BaseExpression) -> bool:
        inner: cst.CSTNode = node
        for around in self._tree.expression_around(node):
            if isinstance(around, cst.IfExp) and inner is not around.test:
                if self._is_told(around.test, inner is around.body, node):
                    return True
            elif isinstance(around, cst.BooleanOperation) and inner is around.right:
                if self._is_told(around.left, isinstance(around.operator, cst.And), node):
                    return True
            inner = around
        return False

    def _is_reached(self, node: cst.BaseExpression) -> bool:
        """Whether a way leads to an expression from where it gets its value on which nothing says that this is no key."""
        graph = self._context.graph_of(node)
        goals = graph.blocks_of(node) if graph is not None else []
        if graph is None or not goals:
            return True
        bound = self._bound(node, graph)
        rebound = {block for target in bound for block in graph.blocks_of(target) if block not in goals}

        def ends(edge: Edge) -> bool:
            return edge.target in rebound or self._tells(edge, node)

        in_force = [each for each in self._in_force(node) if self._tree.unit(each.node) is graph.unit]
        is_given = not in_force or any(binding.kind == "parameter" for binding in in_force)
        targets = [each.node for each in in_force if each.kind != "parameter"] if isinstance(node, cst.Name) else bound
        edges = (edge for target in targets for block in graph.blocks_of(target) for edge in block.edges)
        behind = [edge.target for edge in edges if edge.kind is not Kind.RAISE and not self._tells(edge, node)]
        starts: list[Block] = [*([graph.entry] if is_given else []), *behind]
        return reaches(starts, goals, without=ends)

    def _in_force(self, node: cst.BaseExpression) -> list[Binding]:
        return self._resolver.bindings(node) if isinstance(node, cst.Name) else []

    def _bound(self, node: cst.BaseExpression, graph: Graph) -> list[cst.CSTNode]:
        """What gives a name, attribute or item a value in the unit of a graph."""
        if isinstance(node, cst.Name):
            targets: list[cst.CSTNode] = [each.node for each in self._tree.bindings_of(node) if each.kind != "parameter"]
        else:
            written = place(node)
            targets = [each for each, _ in self._resolver.attributes.assignments() if written and place(each) == written]
        return [each for each in targets if self._tree.unit(each) is graph.unit]

    def _tells(self, edge: Edge, node: cst.BaseExpression) -> bool:
        test = edge.source.node
        if not isinstance(test, cst.BaseExpression) or edge.kind not in (Kind.TRUE, Kind.FALSE):
            return False
        return self._is_told(test, edge.kind is Kind.TRUE, node)

    def _is_told(self, test: cst.BaseExpression, outcome: bool, node: cst.BaseExpression) -> bool:
        """Whether a test that comes out so says that an expression is no key: it is empty, too short, or to be replaced."""
        if isinstance(test, cst.UnaryOperation) and isinstance(test.operator, cst.Not):
            return self._is_told(test.expression, not outcome, node)
        if isinstance(test, cst.BooleanOperation):
            sides = (self._is_told(side, outcome, node) for side in (test.left, test.right))
            return any(sides) if isinstance(test.operator, cst.And) is outcome else all(sides)
        if isinstance(test, cst.Comparison) and len(test.comparisons) == 1:
            return self._is_told_by_comparison(test, outcome, node)
        if isinstance(test, cst.Call) and "builtins.isinstance" in self._resolver.names(test.func) and len(test.args) == 2:
            is_text = "builtins.str" in self._resolver.names(test.args[1].value)
            return self._is_same(test.args[0].value, node) and outcome is not is_text
        if isinstance(test, cst.Call) and isinstance(test.func, cst.Attribute) and test.func.attr.value == "startswith":
            begin = self._values.text(test.args[0].value) if len(test.args) == 1 else None
            return outcome and begin is not None and not begin.startswith(_BEGINNINGS) and self._is_same(test.func.value, node)
        return not outcome and self._is_same(test, node)

    def _is_told_by_comparison(self, test: cst.Comparison, outcome: bool, node: cst.BaseExpression) -> bool:
        left, (target, *_) = test.left, test.comparisons
        operator = type(target.operator).__name__
        if isinstance(left, cst.Call) and "builtins.len" in self._resolver.names(left.func) and len(left.args) == 1:
            return operator in (_SHORTER if outcome else _LONGER) and self._is_same(left.args[0].value, node)
        value = self._values.value(target.comparator)
        is_known = value is None or isinstance(value, (str, tuple))
        return is_known and operator in (_SAME if outcome else _OTHER) and self._is_same(left, node)

    def _is_same(self, tested: cst.BaseExpression, node: cst.BaseExpression) -> bool:
        """Whether a test asks for an expression, be it without the blanks around it."""
        while isinstance(tested, cst.Call) and isinstance(tested.func, cst.Attribute) and tested.func.attr.value in _KEEP:
            tested = tested.func.value
        if isinstance(tested, cst.NamedExpr):
            tested = tested.target
        if place(tested) is not None:
            return place(tested) == place(node)
        variable = self._environment.read_by(tested)
        return variable is not None and variable == self._environment.read_by(node)
