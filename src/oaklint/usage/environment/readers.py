"""What reads a variable of the environment when it runs: the building of clients, and code that is not seen."""

from __future__ import annotations

from collections.abc import Iterator

from oaklint.python import cst
from oaklint.python.flow import Block, Graph
from oaklint.python.scopes import CodeUnit
from oaklint.sdk.environment_names import READERS_OF_THEIR_OWN
from oaklint.usage.context import Context
from oaklint.usage.environment.mentions import Mentions
from oaklint.usage.environment.reads import Environment


class Readers:
    """Finds the calls for whose sake a variable may be set."""

    def __init__(self, context: Context, environment: Environment, mentions: Mentions) -> None:
        self._tree = context.tree
        self._resolver = context.resolver
        self._constructions = context.constructions
        self._environment = environment
        self._mentions = mentions
        self._generation = context.generation
        self._known_of: dict[frozenset[str], dict[cst.CSTNode, list[cst.Call]]] = {}
        self._known_around: dict[frozenset[str], dict[CodeUnit | None, list[cst.CSTNode]]] = {}
        self._known_within: dict[tuple[frozenset[str], Graph], dict[Block, list[cst.CSTNode]]] = {}

    def read(self, call: cst.CSTNode, names: frozenset[str], besides: cst.Call | None = None) -> bool:
        """Whether a call reads one of the names, or may do so, or runs a function in which another one than `besides` does."""
        return any(each is not besides for each in self._of(names).get(call, ()))

    def within(self, graph: Graph, names: frozenset[str]) -> dict[Block, list[cst.CSTNode]]:
        """The calls that do so, by the blocks of a graph in which they stand."""
        found = self._known_within.get((names, graph))
        if found is None:
            found = self._known_within[names, graph] = {}
            for call in self._around(names).get(graph.unit, ()):
                for block in graph.blocks_of(call):
                    found.setdefault(block, []).append(call)
        return found

    def _around(self, names: frozenset[str]) -> dict[CodeUnit | None, list[cst.CSTNode]]:
        """The same by the units in which they stand, one within the other."""
        found = self._known_around.get(names)
        if found is None:
            found = self._known_around[names] = {}
            for call in self._of(names):
                unit = self._tree.unit(call)
                found.setdefault(unit, []).append(call)
                while isinstance(unit, (cst.FunctionDef, cst.Lambda)):
                    unit = self._tree.unit(unit)
                    found.setdefault(unit, []).append(call)
        return found

    def _of(self, names: frozenset[str]) -> dict[cst.CSTNode, list[cst.Call]]:
        """The calls, each with what reads when it runs: two of these are enough to know that one is another."""
        found = self._known_of.get(names)
        if found is None:
            found = self._known_of[names] = {}
            by_unit: dict[CodeUnit | None, list[cst.Call]] = {}
            for call in self._reading(names):
                found[call] = [call]
                by_unit.setdefault(self._tree.unit(call), []).append(call)
            for unit, reading in by_unit.items():
                for call in self._resolver.calls.leading_to(unit) if isinstance(unit, cst.FunctionDef) else ():
                    found[call] = [*found.get(call, ()), *reading][:2]
        return found

    def _reading(self, names: frozenset[str]) -> Iterator[cst.Call]:
        for call in self._tree.nodes.get(cst.Call, ()):
            assert isinstance(call, cst.Call)
            construction = self._constructions.of(call)
            if construction is not None:
                if names & self._environment.reads_then(construction, self._generation) and self._is_used(call):
                    yield call
            elif self._is_elsewhere(call) or self._mentions.starts_process(call):
                yield call

    def _is_used(self, construction: cst.Call) -> bool:
        """Whether the client is of use: not bound to a name and forgotten."""
        parent = self._tree.parents.get(construction)
        targets = [each.target for each in parent.targets] if isinstance(parent, cst.Assign) else []
        return not targets or any(not isinstance(each, cst.Name) or self._tree.uses_of(each) for each in targets)

    def _is_elsewhere(self, call: cst.Call) -> bool:
        """Whether it is code of a package that builds clients by itself."""
        return any(name.partition(".")[0] in READERS_OF_THEIR_OWN for name in self._resolver.names(call.func))
