"""A call that makes a request, and the loops in which it may be made again."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from functools import cached_property

from oaklint.python import cst
from oaklint.python.flow import Edge, Graph, Kind, reaches
from oaklint.python.places import place, places
from oaklint.python.tree import Run, evaluated, last_part, walk
from oaklint.usage.context import Context
from oaklint.usage.errors.renewals import Renewals
from oaklint.usage.errors.rounds import Loop
from oaklint.usage.ingredients import steps_of

_PAUSES = ("delay", "wait", "backoff", "sleep", "interval", "pause", "seconds")


class Repeated:
    """What it is made of, and where its success leads.

    context, graph: of the program, and of the unit in which the call stands. unit: that unit.
    loops: the loops around the call, the innermost first.
    done_on_failure: what may run between its failure and the next request, asked for when it matters; None where that is not
                     known.
    """

    def __init__(
        self, context: Context, graph: Graph, call: Run, done_on_failure: Callable[[], Collection[cst.CSTNode]] | None
    ) -> None:
        self.context = context
        self.graph = graph
        self.call = call
        self.done_on_failure = done_on_failure
        self.unit = context.tree.unit(call)
        self.loops: list[Loop] = [node for node in context.tree.ancestors(call) if isinstance(node, (cst.For, cst.While))]

    @cached_property
    def ingredients(self) -> set[str]:
        """The names and attributes that it is made of, as `place` writes them."""
        return self.context.ingredients.of(self.call)

    @cached_property
    def renewals(self) -> Renewals:
        """What gives it other credentials."""
        return Renewals(self.context, self.loops, self.call)

    def feeds(self, node: cst.CSTNode) -> bool:
        """Whether the statement puts something into what the request is made of."""
        return any(step.targets & self.ingredients for part in evaluated(node) for step in steps_of(part))

    def succeeds_to(self, ends: Iterable[cst.CSTNode], without: Callable[[Edge], bool]) -> bool:
        """Whether a success of the request may lead to one of these nodes, without such an edge."""
        requests = self.context.deferred.blocks_of(self.call)
        goals = [block for node in ends if self.context.tree.unit(node) is self.unit for block in self.graph.blocks_of(node)]
        return reaches(requests, goals, without=lambda edge: edge.kind is Kind.RAISE or without(edge))

    def is_left(self, loop: Loop) -> bool:
        """Whether a success of the request may lead out of a loop before its next round, be it by rounds of loops in it."""
        return self.succeeds_to(self._ends_of(loop), lambda edge: edge.kind is Kind.AGAIN and edge.target.node is loop)

    def _ends_of(self, loop: Loop) -> Iterator[cst.CSTNode]:
        """The statements in a loop that end it."""
        return (node for node in walk(loop.body) if isinstance(node, cst.Return) or self._is_break_of(node, loop))

    def _is_break_of(self, node: cst.CSTNode, loop: Loop) -> bool:
        around = (each for each in self.context.tree.ancestors(node) if isinstance(each, (cst.For, cst.While)))
        return isinstance(node, cst.Break) and next(around, None) is loop

    def is_index(self, name: str, loop: Loop) -> bool:
        """Whether a name picks something in a loop, other than how long to wait."""
        for node in walk(loop.body):
            if isinstance(node, cst.Subscript) and name in indexes(node):
                is_of_pauses = any(word in (place(node.value) or "").lower() for word in _PAUSES)
                if not is_of_pauses and not any(map(is_pause, self.context.tree.ancestors(node))):
                    return True
        return False


class OfRepeated:
    """What is asked of such a call, with its parts at hand."""

    def __init__(self, repeated: Repeated) -> None:
        self._repeated = repeated
        self._context = repeated.context
        self._tree = repeated.context.tree
        self._resolver = repeated.context.resolver
        self._values = repeated.context.values
        self._graph = repeated.graph
        self._call = repeated.call
        self._unit = repeated.unit
        self._loops = repeated.loops


def is_pause(node: cst.CSTNode) -> bool:
    """Whether a call waits, by its name."""
    return isinstance(node, cst.Call) and any(word in last_part(node.func).lower() for word in _PAUSES)


def indexes(node: cst.Subscript) -> set[str]:
    """The names by which an item is picked."""
    return set().union(*map(places, node.slice))
