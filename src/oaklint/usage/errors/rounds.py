"""Whether a loop over items asks in its next round for what has failed in this one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from functools import cached_property
from typing import TypeAlias

from oaklint.python import cst
from oaklint.python.assignments import Pair, assigned
from oaklint.python.flow import Edge, Graph, Kind, reaches
from oaklint.python.places import place, places
from oaklint.python.tree import Run, index_of, walk
from oaklint.usage.context import Context
from oaklint.usage.ingredients import PUTS

Loop: TypeAlias = "cst.For | cst.While"

# Methods by which a collection loses something.
TAKE_AWAY = {"remove", "discard", "pop"}


class Rounds:
    """Judges a loop over items that stands in another loop, of which each turn is a round."""

    def __init__(self, context: Context, graph: Graph, call: Run, loop: cst.For, around: Loop) -> None:
        """call: what makes the requests. loop: over the items, or over what is made of them. around: the rounds."""
        self._tree = context.tree
        self._resolver = context.resolver
        self._graph = graph
        self._loop = loop
        self._around = around
        self._requests = set(context.deferred.blocks_of(call))
        iterated = list(self._iterated(call))
        self._sources = set().union(*map(_included, iterated))
        # What the items of the next round are made of, if they are made anew.
        assigned = ((target, value) for target, value in self._assignments() if not isinstance(target, cst.Subscript))
        self._made_of = [value for target, value in assigned if places(target) & self._sources]
        self._left_out = set().union(*map(left_out_of, (*iterated, *self._made_of)))

    def keep_failed(self, done: Collection[cst.CSTNode], *, alone: bool = False) -> bool:
        """Whether what failed is put where the next round takes its items from, or only what succeeded is crossed out there.

        done: what may run between the failure and the next request. alone: whether it has to be put there as it is: with
        something about it, it may be looked through before the next round.
        """
        refilled = set().union(*map(_included, self._made_of))
        if self._is_watched(self._sources | refilled | self._left_out):
            return False
        put = [into for node, into in self._put_into(alone=alone) if is_among(node, done, self._graph)]
        if any(into & (refilled | self._emptied) for into in put):
            return True
        if any(into & (self._sources | self._left_out) for into in put):
            return False
        crossed_out = [*self._kept_elsewhere(), *(() if self._made_of else self._taken_away())]
        return bool(crossed_out) and all(self._is_for_success(node, done) for node in crossed_out)

    @property
    def _emptied(self) -> set[str]:
        """What the items are taken from, and is empty before what failed is put there."""
        empty = (places(target) for target, value in self._assignments() if _is_empty(value))
        return self._sources & set().union(*empty)

    def _is_for_success(self, node: cst.CSTNode, done: Collection[cst.CSTNode]) -> bool:
        """Whether a node runs only where the request has succeeded: not behind its failure, and not before it."""
        blocks = set(self._graph.blocks_of(node)) - self._requests
        if any(block.node in done for block in blocks):
            return False
        return not reaches(blocks, self._requests, without=_is_next_round)

    def _taken_away(self) -> Iterator[cst.CSTNode]:
        """Where something is taken from what the items come from."""
        for node in walk(self._loop.body):
            if isinstance(node, cst.Call) and node.args and _method(node) in TAKE_AWAY and places(node.func) & self._sources:
                yield node

    def _kept_elsewhere(self) -> Iterator[cst.CSTNode]:
        """Where something is put into a collection whose items are left out: `answers[question] = ...`, where a round is for what
        is not in `answers`.
        """
        return (node for node in walk(self._loop.body) if kept_in(node) in self._left_out)

    def _iterated(self, call: Run) -> Iterator[cst.BaseExpression]:
        """What the loops and comprehensions around the call, within a round, iterate."""
        for node in self._tree.ancestors(call):
            if node is self._around:
                break
            if isinstance(node, cst.For):
                yield node.iter
            elif isinstance(node, (cst.ListComp, cst.SetComp, cst.DictComp, cst.GeneratorExp)):
                yield node.for_in.iter

    def _assignments(self) -> Iterator[Pair]:
        return (pair for node in walk(self._around.body) for pair in assigned(node))

    def _put_into(self, *, alone: bool) -> Iterator[tuple[cst.CSTNode, set[str]]]:
        """Where the item is put into a collection, and into which: `failed.append(item)`, `failed += [item]`,
        `failed[item] = error`.
        """
        for node in walk(self._loop.body):
            if isinstance(node, cst.Call) and _method(node) in PUTS and self._holds_item((arg.value for arg in node.args), alone):
                yield node, places(node.func)
            elif isinstance(node, cst.AugAssign) and self._holds_item([node.value], alone=False):
                yield node, places(node.target)
            elif not self._is_looked_through and not self._requests.intersection(self._graph.blocks_of(node)):
                # Where the request itself fails, nothing is put there.
                for target, value in assigned(node):
                    handed: list[cst.BaseExpression] = []
                    if isinstance(value, cst.BinaryOperation) and place(value.left) == place(target):
                        handed = [value.right]
                    elif isinstance(target, cst.Subscript) and (index := index_of(target)) is not None:
                        target, handed = target.value, [index, value]
                    if self._holds_item(handed, alone):
                        yield node, places(target)

    @cached_property
    def _is_looked_through(self) -> bool:
        """Whether not all of what is kept by a name makes the next round: `[name for name, error in failed.items() if ...]`."""
        conditions = (part for value in self._made_of for part in walk(value) if isinstance(part, cst.CompFor))
        return any(part.ifs for part in conditions)

    def _is_watched(self, collections: set[str]) -> bool:
        """Whether a round may end the loop for another reason than that nothing is left, or that it was the last one: because
        nothing has come of it, for example.
        """
        told = collections | (places(self._around.target) if isinstance(self._around, cst.For) else set())
        for node in walk(self._around.body):
            if isinstance(node, cst.If) and self._loop not in self._tree.ancestors(node):
                counts = any(isinstance(part, cst.Call) for part in walk(node.test))
                # `if failed == todo`: nothing has come of it.
                compares = isinstance(node.test, cst.Comparison) and len(places(node.test) & collections) > 1
                leaves = any(isinstance(part, (cst.Raise, cst.Return, cst.Break)) for part in walk(node.body))
                if leaves and (counts or compares or not places(node.test) <= told):
                    return True
        return False

    def _holds_item(self, handed: Iterable[cst.BaseExpression], alone: bool) -> bool:
        """Whether among what is handed over is the item that has failed, as it is, alone or with something about it."""
        values = [*handed]
        if alone:
            return any(map(self._is_item, values))
        displays = [value for value in values if isinstance(value, (cst.Tuple, cst.List, cst.Set, cst.Dict))]
        values += (element.value for display in displays for element in display.elements)
        values += (entry.key for display in displays for entry in display.elements if isinstance(entry, cst.DictElement))
        return any(map(self._is_item, values))

    def _is_item(self, node: cst.BaseExpression, depth: int = 0) -> bool:
        items = places(self._loop.target)
        if place(node) in items:
            return True
        if isinstance(node, cst.Subscript) and (index := index_of(node)) is not None:
            return place(index) in items  # `futures[future]`
        if isinstance(node, cst.Call) and _method(node) in ("get", "pop") and node.args:
            return place(node.args[0].value) in items  # `futures.pop(future)`
        bindings = self._resolver.bindings(node) if isinstance(node, cst.Name) and depth == 0 else []
        return any(binding.value is not None and self._is_item(binding.value, 1) for binding in bindings)


def is_among(node: cst.CSTNode, done: Collection[cst.CSTNode], graph: Graph) -> bool:
    """Whether what evaluates a node is among what is done."""
    return any(block.node in done for block in graph.blocks_of(node))


def _included(items: cst.BaseExpression) -> set[str]:
    """Where items are taken from."""
    return places(items) - left_out_of(items)


def left_out_of(items: cst.BaseExpression) -> set[str]:
    """What is left out among items: `todo - done`, `todo.difference(done)`, `[item for item in todo if item not in done]`."""
    found: set[str] = set()
    for node in walk(items):
        if isinstance(node, cst.BinaryOperation) and isinstance(node.operator, cst.Subtract):
            found |= places(node.right)
        elif isinstance(node, cst.ComparisonTarget) and isinstance(node.operator, cst.NotIn):
            found |= places(node.comparator)
        elif isinstance(node, cst.Call) and _method(node) == "difference":
            found = found.union(*map(places, node.args))
    return found


def _is_empty(value: cst.BaseExpression) -> bool:
    """`[]`, `set()`."""
    if isinstance(value, (cst.List, cst.Set, cst.Dict)):
        return not value.elements
    return isinstance(value, cst.Call) and not value.args and place(value.func) in ("list", "set", "dict", "deque")


def _is_next_round(edge: Edge) -> bool:
    return edge.kind is Kind.AGAIN


def kept_in(node: cst.CSTNode) -> str | None:
    """The collection that a node puts something into, by a key or as it is, as `place` writes it."""
    if isinstance(node, cst.Assign):
        return next((place(each.target.value) for each in node.targets if isinstance(each.target, cst.Subscript)), None)
    if isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute) and _method(node) in PUTS:
        return place(node.func.value)
    return None


def _method(call: cst.Call) -> str:
    return call.func.attr.value if isinstance(call.func, cst.Attribute) else ""
