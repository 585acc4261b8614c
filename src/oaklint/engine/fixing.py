"""From bytes to repaired bytes: check, make the fixes that keep clear of each other, and check again until none is left."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

from oaklint.diagnostic import Diagnostic
from oaklint.engine.checking import Examination, Examined, Masks, examine
from oaklint.engine.settings import Settings
from oaklint.source import Cell, Change, InProject, Source, read_source

# Each round makes at least one fix, and the fixes of one round hardly ever meet. What goes on for so long goes in circles.
_MAX_ROUNDS = 100


class Fixed(NamedTuple):
    """What came of repairing a file.

    data:      its bytes afterwards. fixed: what was repaired. remaining: what was not.
    diff:      the change as a unified diff, secrets masked; for each cell of a notebook its own.
    error:     why the file was left as it was, although there are fixes for it.
    """

    data: bytes
    fixed: tuple[Diagnostic, ...]
    remaining: tuple[Diagnostic, ...]
    diff: str = ""
    error: str | None = None


def fix(name: str, data: bytes, settings: Settings, place: InProject | None = None, *, unsafe: bool) -> Fixed:
    """Makes the safe fixes of everything that `check` reports, and the unsafe ones if asked to.

    name, data, settings, place: as for `check`. Like it, never raises because of what the file holds.
    """
    from oaklint.source.rewrite import NotRewritable, rewrite

    first = here = examine(name, data, settings, place)
    new, fixed = data, list[Diagnostic]()

    def left_alone(reason: str) -> Fixed:
        return Fixed(data, (), _diagnostics(first), error=f"the file is left as it was: {reason}")

    for _ in range(_MAX_ROUNDS):
        chosen = list(_apart(item for item in here.items if item.diagnostic.fix and item.diagnostic.fix.applies(unsafe=unsafe)))
        if not chosen or here.source is None:
            diff = _diff(first.source, new, first.masks) if new != data and first.source is not None else ""
            return Fixed(new, tuple(fixed), _diagnostics(here), diff)
        try:
            new = rewrite(here.source, [change for item in chosen for change in item.changes])
        except NotRewritable as error:
            return left_alone(str(error))
        if not _still_parses(here.source, read_source(name, new)):
            return left_alone("a fix would break it")
        fixed += (item.diagnostic for item in chosen)
        here = examine(name, new, settings, place)
    return left_alone("its fixes do not come to an end")


def _diagnostics(examined: Examined) -> tuple[Diagnostic, ...]:
    return tuple(item.diagnostic for item in examined.items)


def _apart(items: Iterable[Examination]) -> Iterator[Examination]:
    """The fixes, each with all its changes, that do not touch what an earlier one changes; the others have to wait."""
    taken: list[Change] = []
    for item in items:
        if not any(_meet(change, other) for change in item.changes for other in taken):
            taken += item.changes
            yield item


def _meet(one: Change, other: Change) -> bool:
    (cell, start, end), (other_cell, other_start, other_end) = one.span, other.span
    return cell is other_cell and start <= other_end and other_start <= end


def _still_parses(before: Source, after: Source) -> bool:
    """Whether each cell that has changed is Python."""
    from oaklint.python.parse import Unparsable, check_syntax, on_big_stack

    def parses(cell: Cell) -> bool:
        if cell.code is None:
            return False
        try:
            check_syntax(cell.code)
        except Unparsable:
            return False
        return True

    changed = [new for old, new in zip(before.cells, after.cells, strict=True) if old.text != new.text]
    return on_big_stack(lambda: all(map(parses, changed)))


def _diff(before: Source, data: bytes, masks: Masks) -> str:
    from difflib import unified_diff

    lines: list[str] = []
    for old, new in zip(before.cells, read_source(before.name, data).cells, strict=True):
        if old.text != new.text:
            label = before.name if old.number is None else f"{before.name}:cell {old.number}"
            for line in unified_diff(_lines(old), _lines(new), label, label):
                lines.append(masks.cover(line))
                if not line.endswith(("\n", "\r")):
                    lines.append("\n\\ No newline at end of file\n")
    return "".join(lines)


def _lines(cell: Cell) -> list[str]:
    text = cell.text
    return [text[start:end] for start, end in pairwise((*cell.lines.starts, len(text))) if start < end]
