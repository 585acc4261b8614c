"""What lies on the ways behind a block and a state; what is behind one pair serves all the ways that come to it later."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable
from typing import Generic, TypeAlias, TypeVar

from oaklint.python.facts import State
from oaklint.python.flow import Block, TooManyStates

Pair: TypeAlias = "tuple[Block, State]"
Found = TypeVar("Found", bound=Hashable)

# How many pairs are followed for one question, and how many are kept.
_MAX_NEW = 20_000
_MAX_KEPT = 50_000


class Behind(Generic[Found]):
    """Forward reachability over (block, state) pairs, with what was found behind each pair kept."""

    def __init__(
        self, successors: Callable[[Block, State], Iterable[Pair]], look: Callable[[Block, State], Iterable[Found]]
    ) -> None:
        """look: what is to be found at a pair."""
        self._successors = successors
        self._look = look
        self._found: dict[Pair, dict[Found, None]] = {}

    def of(self, starts: Collection[Pair]) -> Collection[Found]:
        """What lies on the ways from some pairs, these included. Raises TooManyStates where that would take too long."""
        if len(self._found) > _MAX_KEPT:
            self._found.clear()
        self._follow(starts)
        return {each: None for start in starts for each in self._found[start]}

    def _follow(self, starts: Iterable[Pair]) -> None:
        before: dict[Pair, list[Pair]] = {start: [] for start in starts if start not in self._found}
        found: dict[Pair, dict[Found, None]] = {}
        pending = [*before]
        for pair in pending:
            if len(pending) > _MAX_NEW:
                raise TooManyStates
            found[pair] = dict.fromkeys(self._look(*pair))
            for following in self._successors(*pair):
                if following in self._found:
                    found[pair].update(self._found[following])
                    continue
                if following not in before:
                    before[following] = []
                    pending.append(following)
                before[following].append(pair)
        pending = [pair for pair in pending if found[pair]]
        while pending:
            pair = pending.pop()
            for source in before[pair]:
                if not found[pair].keys() <= found[source].keys():
                    found[source].update(found[pair])
                    pending.append(source)
        self._found.update(found)
