"""From bytes to repaired bytes: check, make the fixes that keep clear of each other, and check again until none is left."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from oaklint.diagnostic import Diagnostic
from oaklint.engine.checking import Examination, Examined, examine
from oaklint.engine.settings import Settings
from oaklint.source import Cell, Change, InProject, Source, read_source

# Each round makes at least one fix, and the fixes of one round hardly ever meet. What goes on for so long goes in circles.
_MAX_ROUNDS = 100
# The first row of either text in the heading of a hunk, `@@ -3,7 +3,6 @@`.
_HUNK = re.compile(r"([-+])(\d+)")


@dataclass(frozen=True)
class Fixed:
    """What came of repairing a file.

    data:      its bytes afterwards. fixed: what was repaired. remaining: what was not.
    diff:      the change as a unified diff, secrets masked; for each cell of a notebook its own.
    error:     why the file was left as it was, although there are fixes for it.
    """

    data: bytes = field(repr=False)
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
            diff = _diff(first, here, new) if new != data and first.source is not None else ""
            return Fixed(new, tuple(fixed), _diagnostics(here), diff)
        try:
            new = rewrite(here.source, [change for item in chosen for change in item.changes])
        except NotRewritable as error:
            return left_alone(str(error))
        if not _still_parses(here.source, read_source(name, new)):
            return left_alone("a fix would break it")
        fixed += (item.diagnostic for item in chosen)
        here = examine(name, new, settings, place, here.masks.texts)  # a repair may leave a copy of what it takes away
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


def _diff(before: Examined, after: Examined, data: bytes) -> str:
    """How the text of `before` changes to that of `data`, which `after` was found in; each row as its own file may show it."""
    from difflib import unified_diff

    assert before.source is not None
    name = before.source.name
    new_cells = after.source.cells if after.source is not None else read_source(name, data).cells
    lines: list[str] = []
    for old, new in zip(before.source.cells, new_cells, strict=True):
        if old.text == new.text:
            continue
        label = name if old.number is None else f"{name}:cell {old.number}"
        rows = {"-": 0, "+": 0}
        for index, line in enumerate(unified_diff(_lines(old), _lines(new), label, label)):
            sign, end = line[0], line[len(line.rstrip("\r\n")) :]
            if index < 2:
                lines.append(before.masks.cover(line))
            elif sign == "@":
                rows = {sign: max(int(start), 1) for sign, start in _HUNK.findall(line)}
                lines.append(line)
            else:
                shown = before.masks.row(old, rows["-"]) if sign != "+" else after.masks.row(new, rows["+"])
                lines.append(f"{sign}{before.masks.cover(shown)}{end}")
                rows = {each: row + (sign in (each, " ")) for each, row in rows.items()}
            if not end:
                lines.append("\n\\ No newline at end of file\n")
    return "".join(lines)


def _lines(cell: Cell) -> list[str]:
    text = cell.text
    return [text[start:end] for start, end in pairwise((*cell.lines.starts, len(text))) if start < end]
