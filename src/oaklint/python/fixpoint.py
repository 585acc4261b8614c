"""Questions whose answers depend on each other, in circles, too."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

Answer = TypeVar("Answer")

# How often a circle is gone round before answers that still change are rounded.
_MAX_ROUNDS = 6
# How deep questions may lead to one another; one that lies deeper stays unanswered.
_MAX_DEPTH = 1_000


def _kept(before: Answer, after: Answer) -> Answer:
    return before


class Fixpoint:
    """Works out answers until they fit together.

    A question that is asked again while it is being worked out is answered by what is known of it so far. The first question of
    such a circle is then worked out anew, and with it each of the others once, until a round changes nothing.
    """

    def __init__(self) -> None:
        self._final: dict[Hashable, Any] = {}
        # What is known for the time being of the questions that are open, and of those that hang on open ones.
        self._answers: dict[Hashable, Any] = {}
        # The open questions, each with its depth; and by depth, the outermost open question that what was found there hangs on.
        self._open: dict[Hashable, int] = {}
        self._hangs_on: list[int] = []
        # The questions worked out in this round, with the same, and their order.
        self._worked_out: dict[Hashable, int] = {}
        self._order: list[Hashable] = []
        self._round = 0
        self._changes = 0

    def ask(
        self,
        question: Hashable,
        work_out: Callable[[], Answer],
        nothing: Answer,
        rounded: Callable[[Answer, Answer], Answer] = _kept,
    ) -> Answer:
        """The answer that `work_out` finds, which may ask other questions, and this one again.

        nothing: the answer to begin with.
        rounded: makes of an answer and a later one the one that stays, where a circle feeds itself (`node = node.next`).
        """
        if question in self._final:
            return self._final[question]  # type: ignore[no-any-return]
        depth = self._open.get(question, self._worked_out.get(question))
        if depth is not None:
            self._hangs_on[-1] = min(self._hangs_on[-1], depth)
            return self._answers[question]  # type: ignore[no-any-return]
        if len(self._open) >= _MAX_DEPTH:
            return nothing
        try:
            return self._solve(question, work_out, nothing, rounded)
        except BaseException:
            self._forget()
            raise

    def is_final(self, question: Hashable) -> bool:
        """Whether the answer to a question will not change any more."""
        return question in self._final

    def _solve(
        self,
        question: Hashable,
        work_out: Callable[[], Answer],
        nothing: Answer,
        rounded: Callable[[Answer, Answer], Answer],
    ) -> Answer:
        depth = self._open[question] = len(self._open)
        self._hangs_on.append(depth + 1)
        first, outer_round = len(self._order), self._round
        before = self._answers.setdefault(question, nothing)
        while True:
            changes = self._changes
            after = work_out()
            if after != before and self._round > _MAX_ROUNDS:
                after = rounded(before, after)
            if after != before:
                self._changes += 1
                before = self._answers[question] = after
            if self._hangs_on[-1] != depth or self._changes == changes:
                break
            self._begin_again(first)
            self._round += 1
        self._round = outer_round
        del self._open[question]
        outermost = self._hangs_on.pop()
        if outermost < depth:
            self._worked_out[question] = outermost
            self._order.append(question)
            self._hangs_on[-1] = min(self._hangs_on[-1], outermost)
            return after
        for settled in (question, *self._begin_again(first)):
            self._final[settled] = self._answers.pop(settled)
        if not self._open:
            self._answers.clear()
        return after

    def _begin_again(self, first: int) -> list[Hashable]:
        """Takes the questions worked out since then as not worked out, and says which they are."""
        taken = self._order[first:]
        del self._order[first:]
        for question in taken:
            del self._worked_out[question]
        return taken

    def _forget(self) -> None:
        """Drops what was known for the time being."""
        for known in (self._answers, self._open, self._hangs_on, self._worked_out, self._order):
            known.clear()
        self._round = 0
