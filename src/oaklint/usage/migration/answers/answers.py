"""How does a program read its answers, and how has it to do that?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from oaklint.python import cst
from oaklint.usage.migration.answers.following import Following, Starts
from oaklint.usage.migration.answers.record import Reading
from oaklint.usage.migration.draft import Draft

if TYPE_CHECKING:
    from oaklint.usage.usage import Usage

# How often what cannot be one thing at a time is handed on as a dict instead, and all is followed anew.
_MAX_ROUNDS = 20


class Answers:
    """Follows answers through a program, to tell how it reads them, or to rewrite that."""

    def __init__(self, usage: Usage, draft: Draft) -> None:
        self._usage = usage
        self._draft = draft

    def migrate(self, starts: Starts, *, only_readings: bool = False) -> None:
        """starts: the expressions that answers come from, be it the calls or the methods that are handed over.

        only_readings: whether they are those of a client already, so that all else that is done with them is right as it is.
        """
        following = self._followed(starts)
        if following is not None:
            following.record.write(only_readings=only_readings)

    def readings(self, starts: Starts) -> list[Reading]:
        """Where answers are read as dicts."""
        following = self._followed(starts)
        return list(following.record.readings.values()) if following is not None else []

    def _followed(self, starts: Starts) -> Following | None:
        first, handed_on = list(starts), set[cst.CSTNode]()
        for _ in range(_MAX_ROUNDS):
            following = Following(self._usage, self._draft, handed_on)
            following.follow(first)
            mixed = following.mixed.values() - handed_on
            if not mixed:
                return following
            handed_on |= mixed
        self._draft.stop(first[0][0], "what becomes of its answer cannot be followed")
        return None
