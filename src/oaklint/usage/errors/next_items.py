"""Loops over items that go on to the next item after an AuthenticationError, as if only this one had failed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from oaklint.python import cst
from oaklint.python.flow import Block, Graph, TooManyStates
from oaklint.python.places import is_builtin, places, words
from oaklint.python.tree import Run, arguments, callee, evaluated
from oaklint.usage.errors.auth_errors import Clause
from oaklint.usage.errors.items import DOORS
from oaklint.usage.errors.next_request import NextRequest
from oaklint.usage.errors.outcomes import Outcomes, Ways, changed_by, is_question, tests_in

_MAX_DEPTH = 3


class NextItem(NamedTuple):
    """A loop, or comprehension, that goes on to its next item after the failure. call: the one that fails for each of them."""

    loop: cst.CSTNode
    call: Run


class NextItems:
    """Finds the loops that go on."""

    def __init__(self, outcomes: Outcomes) -> None:
        self._outcomes = outcomes

    def after(self, clause: Clause) -> list[NextItem]:
        """The loops over items that go on, after an error has stopped at the clause, as if only this item had failed."""
        if self._outcomes.is_retry(clause):
            return []
        found: list[NextItem] = []
        try:
            for catch in self._outcomes.of(clause):
                ways = self._outcomes.behind(catch)
                if ways is not None:
                    found += self._next_items(ways, catch.call, 0)
        except TooManyStates:
            return []
        return found

    def _next_items(self, ways: Ways, call: Run, depth: int) -> Iterator[NextItem]:
        if not ways.may_succeed or self._falls_back(ways):
            return
        for loop in self._loops_over_items(ways.graph, ways.call):
            if self._goes_on(ways, loop):
                yield NextItem(loop, ways.call)
            return
        unit = ways.graph.unit
        if depth >= _MAX_DEPTH or not isinstance(unit, cst.FunctionDef) or is_question(unit.name.value):
            return
        values = self._outcomes.handed_on(ways)
        if not values or any(block is ways.graph.raised for block, _ in ways.failed):
            return
        for site in self._outcomes.resolver.calls.of(unit):
            if self._outcomes.tree.unit(site) is unit or self._outcomes.is_tested(site):
                continue
            comprehension = self._comprehension_over_items(site)
            if comprehension is not None:
                yield NextItem(comprehension, site)
                continue
            behind = self._outcomes.after_value(site, next(iter(values)))
            if behind is not None:
                yield from self._next_items(behind, call, depth + 1)

    def _loops_over_items(self, graph: Graph, call: Run) -> list[cst.For]:
        following = NextRequest(self._outcomes.context, graph, call)
        unit = self._outcomes.tree.unit(call)
        return [
            node
            for node in self._outcomes.tree.ancestors(call)
            if isinstance(node, cst.For) and self._outcomes.tree.unit(node) is unit and following.items.are_iterated(node)
        ]

    def _comprehension_over_items(self, call: Run) -> cst.CSTNode | None:
        unit = self._outcomes.tree.unit(call)
        for node in self._outcomes.tree.ancestors(call):
            if (
                isinstance(node, (cst.ListComp, cst.SetComp, cst.DictComp, cst.GeneratorExp))
                and self._outcomes.tree.unit(node) is unit
            ):
                iterable = node.for_in.iter
                counted = isinstance(iterable, cst.Call) and "builtins.range" in self._outcomes.resolver.names(iterable.func)
                another = any(words(name) & DOORS for name in places(node.for_in.target))
                return None if counted or another else node
        return None

    def _goes_on(self, ways: Ways, loop: cst.For) -> bool:
        """Whether the failure leads to the loop's next item, and on no way out of the loop."""
        if any(words(name) & DOORS for name in places(loop.target)) or self._outcomes.asks_otherwise(ways):
            return False
        if self._takes_another_client(loop, ways.call):
            return False
        if not any(block in ways.own and state.lap for block, state in ways.failed):
            return False
        noted = set().union(*(changed_by(node) for node, state in ways.of_failure() if not state.lap))
        for block, state in ways.failed:
            if not state.lap and self._leaves(block, loop, ways.graph):
                return False
            if block.node is not None and loop in self._outcomes.tree.ancestors(block.node):
                if any(places(test) & noted for test in tests_in(block)):
                    return False
        return True

    def _takes_another_client(self, loop: cst.For, call: Run) -> bool:
        """Whether whom the call asks is picked by the loop's variable: `client = clients[number]`."""
        varying = places(loop.target)
        owner: cst.BaseExpression = callee(call)
        while isinstance(owner, (cst.Attribute, cst.Subscript, cst.Call)):
            if isinstance(owner, cst.Subscript) and places(owner) & varying:
                return True
            owner = owner.func if isinstance(owner, cst.Call) else owner.value
        if not isinstance(owner, cst.Name):
            return False
        bindings = self._outcomes.resolver.bindings(owner)
        inside = (each.value for each in bindings if each.value is not None and loop in self._outcomes.tree.ancestors(each.node))
        return any(places(value) & varying for value in inside)

    def _leaves(self, block: Block, loop: cst.For, graph: Graph) -> bool:
        if block in (graph.raised, graph.returned) or isinstance(block.node, (cst.Return, cst.Raise)):
            return True
        if isinstance(block.node, cst.Break):
            around = next(
                (node for node in self._outcomes.tree.ancestors(block.node) if isinstance(node, (cst.For, cst.While))), None
            )
            return around is loop
        return False

    def _falls_back(self, ways: Ways) -> bool:
        """Whether something else is asked in place of the failed request: what is done with the answer is the same."""
        for node, _ in ways.of_failure():
            for part in evaluated(node):
                if isinstance(part, cst.Call) and not isinstance(self._outcomes.tree.parents.get(part), cst.Expr):
                    handed = set().union(*(places(arg.value) for arg in part.args))
                    names = self._outcomes.resolver.names(part.func)
                    inner = set().union(*(places(arg.value) for arg in arguments(ways.call)))
                    if handed & inner and not any(is_builtin(name) for name in names):
                        return True
        return False
