"""What a program has learnt wherever it comes to something: by tests on all the ways there, or by what would have failed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from oaklint.python import cst
from oaklint.python.decisive import certainly_evaluated
from oaklint.python.flow import Block, Edge, Graph, Kind, reaches

if TYPE_CHECKING:
    from oaklint.python.exceptions import ExceptionFlow
    from oaklint.python.names import Resolver
    from oaklint.python.scopes import Binding

_SAME, _OTHER = {"Is", "Equal", "In"}, {"IsNot", "NotEqual", "NotIn"}


class Asked(NamedTuple):
    """What is asked of the ways.

    by_test: whether a condition without `not`, `and` and `or` tells it by coming out as it does.
    by_run: whether something does that has been evaluated, and has not failed.
    is_excluded: whether a condition cannot have come out so on a way that is of interest.
    """

    by_test: Callable[[cst.BaseExpression, bool], bool]
    by_run: Callable[[cst.CSTNode], bool] = lambda _: False
    is_excluded: Callable[[cst.BaseExpression, bool], bool] = lambda test, outcome: False


class Compared(NamedTuple):
    """What a comparison says that comes out as it does: that something is, or is not, another thing or among others."""

    left: cst.BaseExpression
    right: cst.BaseExpression
    is_same: bool


class Told:
    """Follows control from where something gets its value to where it is used, and looks at the expression around that."""

    def __init__(self, resolver: Resolver, flow: ExceptionFlow) -> None:
        self._resolver = resolver
        self._tree = resolver.tree
        self._flow = flow

    def at(self, use: cst.BaseExpression, asked: Asked, bindings: Iterable[Binding] | None = None) -> bool:
        """Whether a use is only come to where it is told, as far as its value is from some bindings of its own unit; without
        these, from wherever that may be.
        """
        if self.around(use, asked):
            return True
        graph = self._resolver.graph(self._tree.unit(use))
        if graph is None:
            return False
        set_here = [*self._setting(use, graph)]
        targets = set_here if bindings is None else [each.node for each in bindings]
        starts = [start for target in targets for start in self._behind(target, graph, asked)]
        again = {block for target in set_here for block in graph.blocks_of(target)}
        return self.on_all_ways([*starts, *([graph.entry] if bindings is None else [])], graph.blocks_of(use), asked, again)

    def on_all_ways(self, starts: Iterable[Block], goals: Collection[Block], asked: Asked, again: Collection[Block] = ()) -> bool:
        """Whether control gets from some blocks of a unit to others only where it is told. again: they set what it is about."""
        return bool(goals) and not reaches(starts, goals, without=lambda edge: self._ends(edge, asked, again))

    def _ends(self, edge: Edge, asked: Asked, again: Collection[Block] = ()) -> bool:
        if edge.kind is Kind.RAISE:
            return False
        return edge.source in again or self._flow.stops(edge.source) or self._tells(edge, asked)

    def _tells(self, edge: Edge, asked: Asked) -> bool:
        node = edge.source.node
        if node is None:
            return False
        if edge.kind in (Kind.TRUE, Kind.FALSE):
            test = self.comparison_of(node) if isinstance(node, cst.MatchCase) else node
            if isinstance(test, cst.BaseExpression):
                outcome = edge.kind is Kind.TRUE
                return _comes_out(test, outcome, asked) or asked.is_excluded(test, outcome)
        return any(map(asked.by_run, certainly_evaluated(node)))

    def comparison_of(self, case: cst.MatchCase) -> cst.Comparison | None:
        """What `case "..."` and `case None` ask, as a comparison; nothing for other patterns."""
        match, pattern = self._tree.parents[case], case.pattern
        if not isinstance(match, cst.Match) or not isinstance(pattern, (cst.MatchValue, cst.MatchSingleton)):
            return None
        operator = cst.Equal() if isinstance(pattern, cst.MatchValue) else cst.Is()
        return cst.Comparison(match.subject, [cst.ComparisonTarget(operator, pattern.value)])

    def _setting(self, use: cst.BaseExpression, graph: Graph) -> Iterator[cst.CSTNode]:
        """What gives a name, attribute or item a value in a unit."""
        targets: Iterable[cst.CSTNode] = (target for target, _ in self._resolver.attributes.put_into(use))
        if isinstance(use, cst.Name):
            targets = (each.node for each in self._tree.bindings_of(use) if each.kind != "parameter")
        return (each for each in targets if self._tree.unit(each) is graph.unit)

    def _behind(self, target: cst.CSTNode, graph: Graph, asked: Asked) -> Iterator[Block]:
        """Where control comes to when something has got its value."""
        if isinstance(target, cst.Param):
            yield graph.entry
            return
        for block in graph.blocks_of(target):
            if isinstance(self._tree.parents[target], cst.NamedExpr):
                yield block  # with more to come in it
            yield from (edge.target for edge in block.edges if edge.kind is not Kind.RAISE and not self._ends(edge, asked))

    def around(self, node: cst.BaseExpression, asked: Asked) -> bool:
        """Whether the expression around another tells it: `make(key) if key else None`, `[make(key) for key in keys if key]`."""
        part: cst.CSTNode = node
        for around in self._tree.ancestors(node):
            if isinstance(around, cst.BaseStatement):
                return False
            if isinstance(around, cst.IfExp) and part is not around.test:
                if _comes_out(around.test, part is around.body, asked):
                    return True
            elif isinstance(around, cst.BooleanOperation) and part is around.right:
                if _comes_out(around.left, isinstance(around.operator, cst.And), asked):
                    return True
            elif isinstance(around, (cst.ListComp, cst.SetComp, cst.GeneratorExp, cst.DictComp)) and part is not around.for_in:
                if any(_comes_out(each.test, True, asked) for each in around.for_in.ifs):
                    return True
            part = around
        return False


def _comes_out(test: cst.BaseExpression, outcome: bool, asked: Asked) -> bool:
    if isinstance(test, cst.UnaryOperation) and isinstance(test.operator, cst.Not):
        return _comes_out(test.expression, not outcome, asked)
    if isinstance(test, cst.BooleanOperation):
        sides = (_comes_out(side, outcome, asked) for side in (test.left, test.right))
        return any(sides) if isinstance(test.operator, cst.And) is outcome else all(sides)
    return asked.by_test(test, outcome) or any(map(asked.by_run, certainly_evaluated(test)))


def compared(test: cst.BaseExpression, outcome: bool) -> Compared | None:
    """What a condition that comes out so says of two things, if it is one of `==`, `is`, `in` and their opposites."""
    if not isinstance(test, cst.Comparison) or len(test.comparisons) != 1:
        return None
    operator, right = type(test.comparisons[0].operator).__name__, test.comparisons[0].comparator
    return Compared(test.left, right, (operator in _SAME) is outcome) if operator in _SAME | _OTHER else None
