"""A program for openai 0.x, carried over to the SDK of today: as a whole, or not at all.

The parts are made in this order: errors and requests first, then the clients that make them, then the imports, which have to know
what is still used.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

from oaklint.source import Cell, Change
from oaklint.usage.migration.answers.answers import Answers
from oaklint.usage.migration.calls import Calls
from oaklint.usage.migration.client_calls import ClientCalls
from oaklint.usage.migration.draft import Draft, Obstacle
from oaklint.usage.migration.environment import EnvironmentNames
from oaklint.usage.migration.errors import Errors
from oaklint.usage.migration.homes import Homes
from oaklint.usage.migration.names import Names
from oaklint.usage.migration.new_clients import NewClients
from oaklint.usage.migration.newest import Newest
from oaklint.usage.migration.patched import Patched
from oaklint.usage.migration.patches import Patches
from oaklint.usage.migration.request_order import RequestOrder
from oaklint.usage.migration.requests import Requests
from oaklint.usage.migration.settings import Settings
from oaklint.usage.migration.types import Types

if TYPE_CHECKING:
    from oaklint.usage.usage import Usage


class Migration:
    """What it takes to carry a program over."""

    def __init__(self, usage: Usage) -> None:
        self._usage = usage
        self.patched = Patched(usage)
        self.newest = Newest(usage)
        self._requests = Requests(usage, self.patched)

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """All changes, none of which overlap; nothing where something stands in the way, or nothing is of 0.x."""
        return () if self.obstacles else self._settled

    @cached_property
    def obstacles(self) -> tuple[Obstacle, ...]:
        """What stands in the way, each place once, in the order in which it was met."""
        first: dict[object, Obstacle] = {}
        for obstacle in self._drafted.obstacles:
            first.setdefault(obstacle.where, obstacle)
        if not first and _overlap(self._settled):
            begin = next(line for root in self._usage.tree.roots for line in root.body)
            first[None] = Obstacle(begin, "two of its changes would meet")
        return tuple(first.values())

    @cached_property
    def first_obstacle(self) -> str:
        """The place of the first obstacle, the reason, and how many others there are."""
        where, reason = self.obstacles[0]
        cell, start, _ = self._usage.program.spans([where])[where]
        place = f"line {cell.lines.location(start).row}"
        place = place if cell.number is None else f"cell {cell.number}, {place}"
        others = len(self.obstacles) - 1
        return f"{place}: {reason}{f', and {others} more' if others else ''}"

    @cached_property
    def _settled(self) -> tuple[Change, ...]:
        return tuple(self._drafted.settled())

    @cached_property
    def _drafted(self) -> Draft:
        """With clients of the program's own; where that does not go, with the module as a client, where that does."""
        draft = self._draft()
        if draft.obstacles and not (by_module := self._draft(by_module=True)).obstacles:
            return by_module
        return draft

    def _draft(self, *, by_module: bool = False) -> Draft:
        usage, draft, requests = self._usage, Draft(self._usage.program), self._requests
        names = Names(usage, draft)
        settings, order = Settings(usage), RequestOrder(usage, requests)
        homes = Homes(usage, draft, names, requests, settings, order, by_module=by_module)
        clients = NewClients(usage, draft, names, homes, settings, order)
        calls = Calls(usage, draft, names, requests, homes, clients)
        errors, types = Errors(usage, draft, names), Types(usage, draft, names, requests)
        readings = list(usage.answers.starts) if usage.answers.as_dicts else []
        client_calls = ClientCalls(usage, draft)
        sets_up = homes.all if any(setting.name == "api_base" for setting in settings.all) else ()
        is_of_0 = any((requests.all, requests.on_clients, requests.classes, self.patched.any, sets_up))
        if not any((is_of_0, errors.any, readings, client_calls.renamed, names.any_gone, self.newest.all)):
            for setting in settings.all if not homes.shared.is_setup else ():
                draft.stop(setting.target, homes.shared.without_requests)
            return draft
        if is_of_0:  # else it has clients, and the module may be one of them
            for part in (clients, calls, types):
                part.prepare()
        errors.migrate()
        client_calls.migrate()
        self.newest.migrate(draft)
        types.migrate()
        EnvironmentNames(usage, draft).migrate()
        if starts := calls.migrate():
            Answers(usage, draft).migrate(starts)
        if readings:
            Answers(usage, draft).migrate(readings, only_readings=True)
        if is_of_0:
            Patches(usage, draft, names, self.patched, calls, clients, homes).migrate()
            clients.migrate()
        names.migrate()
        return draft


def _overlap(changes: Iterable[Change]) -> bool:
    """Whether two changes are about the same stretch of text."""
    by_cell: dict[Cell, list[Change]] = {}
    for change in changes:
        by_cell.setdefault(change.span.cell, []).append(change)
    ordered = (sorted(group, key=lambda change: change.span[1:]) for group in by_cell.values())
    return any(after.span.start < before.span.end for group in ordered for before, after in pairwise(group))
