"""What is known, by whichever way, when control first comes to a block.

The circles of a graph are gone through in the order in which control comes into them. No block leads to the circles before its
own: what is known there is found once, and serves the questions after all blocks.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Collection, Iterable
from typing import TypeAlias

from oaklint.python.facts import Facts, State
from oaklint.python.flow import Block, Edge, Graph

# By block, and by the state there without its facts.
Known: TypeAlias = "dict[tuple[Block, State], Facts]"


class Arrivals:
    """A forward must-analysis of a graph that control enters with some facts: where ways meet, what holds on all stays."""

    def __init__(self, graph: Graph, facts: Facts, steps: Callable[[Block, State], Iterable[tuple[Edge, State]]]) -> None:
        """steps: the edges that control can take from a block, each with the state behind it."""
        self._circles = graph.circles
        self._steps = steps
        self._begin: Known = {(graph.entry, State(None)): facts}
        # What is known on entry into each circle, and the circles that control has not been followed through yet.
        self._entering: defaultdict[int, Known] = defaultdict(dict, {self._circles[graph.entry]: self._begin})
        self._ahead = deque(sorted({*self._circles.values()}))

    def at(self, goals: Collection[Block]) -> Facts | None:
        """What is known when control first comes to one of the goals; None where it does not."""
        circles = {self._circles[goal] for goal in goals}
        last = max(circles, default=0)
        known = dict(self._on_entry(last) if len(circles) == 1 else self._begin)
        self._follow(known, goals, last)
        found = [held for (block, bare), held in known.items() if block in goals and bare.flying is None]
        return frozenset.intersection(*found) if found else None

    def _on_entry(self, circle: int) -> Known:
        while self._ahead and self._ahead[0] < circle:
            here = self._ahead.popleft()
            known = dict(self._entering[here])
            self._follow(known, (), here)
            for (block, bare), held in known.items():
                for edge, after in self._steps(block, bare._replace(facts=held)):
                    if self._circles[edge.target] != here:
                        _join(self._entering[self._circles[edge.target]], edge.target, after)
        return self._entering[circle]

    def _follow(self, known: Known, goals: Collection[Block], last: int) -> None:
        """Adds what is known behind that which is known, up to the goals and the last circle."""
        pending = [*known]
        while pending:
            block, bare = here = pending.pop()
            if block in goals and bare.flying is None:
                continue
            for edge, after in self._steps(block, bare._replace(facts=known[here])):
                if self._circles[edge.target] <= last and _join(known, edge.target, after):
                    pending.append((edge.target, after._replace(facts=frozenset())))


def _join(known: Known, block: Block, state: State) -> bool:
    """Adds a way that leads to a block; whether less is known there now, or something for the first time."""
    there = block, state._replace(facts=frozenset())
    joined = known[there] & state.facts if there in known else state.facts
    if known.get(there) == joined:
        return False
    known[there] = joined
    return True
