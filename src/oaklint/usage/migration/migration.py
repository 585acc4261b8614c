"""A program for openai 0.x, carried over to the SDK of today: as a whole, or not at all.

The parts are made in this order: errors and requests first, then the clients that make them, then the imports, which have to know
what is still used.
"""

from __future__ import annotations

from functools import cached_property

from oaklint.python.edits import Editor
from oaklint.source import Change
from oaklint.usage.migration.answers import Answers
from oaklint.usage.migration.calls import Calls
from oaklint.usage.migration.draft import Draft, Obstacle
from oaklint.usage.migration.errors import Errors
from oaklint.usage.migration.names import Names
from oaklint.usage.migration.new_clients import NewClients
from oaklint.usage.migration.requests import Requests
from oaklint.usage.migration.settings import Settings
from oaklint.usage.usage import Usage


class Migration:
    """What it takes to carry a program over."""

    def __init__(self, usage: Usage) -> None:
        self._usage = usage

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """All changes, none of which overlap; nothing where something stands in the way."""
        return () if self._draft.obstacles else tuple(self._draft.settled())

    @cached_property
    def obstacles(self) -> tuple[Obstacle, ...]:
        """What stands in the way, in the order in which it was met."""
        return tuple(dict.fromkeys(self._draft.obstacles))

    @cached_property
    def _draft(self) -> Draft:
        usage = self._usage
        draft = Draft(Editor(usage.program), usage.tree)
        names = Names(usage, draft)
        requests, settings = Requests(usage), Settings(usage)
        clients = NewClients(usage, draft, names, requests, settings)
        calls = Calls(usage, draft, names, requests, clients)
        clients.prepare()
        calls.prepare()
        Errors(usage, draft, names).migrate()
        starts = calls.migrate()
        if starts:
            Answers(usage, draft).migrate(starts)
        clients.migrate()
        names.migrate()
        return draft
