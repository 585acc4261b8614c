"""Reaching definitions: which bindings of a name may be in force when control comes to a block of a graph."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from oaklint.python.flow import Block, Graph, Kind
from oaklint.python.scopes import Binding


class Reaching:
    """The reaching definitions of one name: from a block to the bindings that may be in force there."""

    def __init__(self, graph: Graph, bindings: Sequence[Binding]) -> None:
        self._bindings = bindings
        # Sets of bindings, as the bits of a number: what holds before and behind each block.
        own: dict[Block, int] = {}
        for index, binding in enumerate(bindings):
            for block in [graph.entry] if binding.kind == "parameter" else graph.blocks_of(binding.node):
                own[block] = own.get(block, 0) | 1 << index
        self._before: dict[Block, int] = {}
        pending = [*own]
        while pending:
            block = pending.pop()
            reached = self._before.get(block, 0)
            behind = own.get(block) or reached
            for edge in block.edges:
                # What raises has not bound its name.
                carried = reached if edge.kind is Kind.RAISE else behind
                before = self._before.get(edge.target, 0)
                if carried & ~before:
                    self._before[edge.target] = before | carried
                    pending.append(edge.target)

    def at(self, blocks: Iterable[Block]) -> list[Binding]:
        """The bindings in force before any of the blocks, in their order; within one statement the value is used before the name
        is bound.
        """
        held = 0
        for block in blocks:
            held |= self._before.get(block, 0)
        found: list[Binding] = []
        while held:
            lowest = held & -held
            held ^= lowest
            found.append(self._bindings[lowest.bit_length() - 1])
        return [binding for binding in found if binding.kind != "delete"]
