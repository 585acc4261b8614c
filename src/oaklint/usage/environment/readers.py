"""What reads a variable of the environment when it runs: the building of clients, and code that is not seen."""

from __future__ import annotations

from collections.abc import Iterator

from oaklint.python import cst
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
        self._found: dict[tuple[frozenset[str], cst.Call | None], set[cst.CSTNode]] = {}
        self._reading_of: dict[frozenset[str], list[cst.Call]] = {}

    def of(self, names: frozenset[str], besides: cst.Call | None = None) -> set[cst.CSTNode]:
        """The calls, besides one of them, that read one of the names, or may do so, with the calls of the functions in which they
        stand.
        """
        found = self._found.get((names, besides))
        if found is None:
            found = self._found[names, besides] = set()
            for call in self._reading(names):
                if call is not besides:
                    unit = self._tree.unit(call)
                    found |= {call, *(self._resolver.calls.leading_to(unit) if isinstance(unit, cst.FunctionDef) else ())}
        return found

    def _reading(self, names: frozenset[str]) -> list[cst.Call]:
        if names not in self._reading_of:
            self._reading_of[names] = [*self._find_reading(names)]
        return self._reading_of[names]

    def _find_reading(self, names: frozenset[str]) -> Iterator[cst.Call]:
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
