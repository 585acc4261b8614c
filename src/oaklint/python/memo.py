"""Answers that are worked out once, as long as what is supposed stays the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

Answer = TypeVar("Answer")

# How many answers of one kind are kept.
_MAX_KEPT = 50_000


class Memo:
    """Keeps answers by kind and question. What was found out under a supposition is forgotten with it."""

    def __init__(self) -> None:
        self._kept: list[defaultdict[str, dict[Hashable, Any]]] = [defaultdict(dict)]

    def once(self, kind: str, question: Hashable, work_out: Callable[[], Answer]) -> Answer:
        """The answer that `work_out` has found to a question of that kind, or finds now; it may ask other questions."""
        kept = self._kept[-1][kind]
        if question in kept:
            return kept[question]  # type: ignore[no-any-return]
        answer = work_out()
        if len(kept) >= _MAX_KEPT:
            kept.clear()
        kept[question] = answer
        return answer

    @contextmanager
    def supposing(self) -> Iterator[None]:
        """For as long as something else is supposed than so far."""
        self._kept.append(defaultdict(dict))
        try:
            yield
        finally:
            self._kept.pop()
