"""From bytes to repaired bytes: check, make the fixes that keep clear of each other, and check again until none is left."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

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
    error:     why the file was left as it was, or some of its fixes were left out.
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
    first = here = examine(name, data, settings, place)
    new, fixed = data, list[Diagnostic]()

    def left_alone(reason: str) -> Fixed:
        return Fixed(data, (), _diagnostics(first), error=f"the file is left as it was: {reason}")

    for _ in range(_MAX_ROUNDS):
        offered = [item for item in here.items if item.diagnostic.fix and item.diagnostic.fix.applies(unsafe=unsafe)]
        made = _make(here.source, offered) if here.source is not None else _Made(new, [])
        if not made.items:
            if made.trouble and not fixed:
                return left_alone(made.trouble)
            left_out = ", ".join(f"{item.diagnostic.code} in line {item.diagnostic.file_row}" for item in offered)
            error = f"fixed but for {left_out}: {made.trouble}" if made.trouble else None
            diff = _diff(first, here, new) if new != data and first.source is not None else ""
            return Fixed(new, tuple(fixed), _diagnostics(here), diff, error)
        new = made.data
        fixed += (item.diagnostic for item in made.items)
        here = examine(name, new, settings, place, here.masks.texts)  # a repair may leave a copy of what it takes away
    return left_alone("its fixes do not come to an end")


class _Made(NamedTuple):
    """What comes of a round. items: those whose fixes were made. trouble: why not all of them could be."""

    data: bytes
    items: list[Examination]
    trouble: str | None = None


def _make(source: Source, offered: Sequence[Examination]) -> _Made:
    """Makes the fixes that keep clear of each other; where that fails, one after the other, without those that fail."""
    from oaklint.source.rewrite import NotRewritable

    made = list(_apart(offered))
    try:
        return _Made(_rewritten(source, made), made)
    except NotRewritable as error:
        trouble = str(error)
    data, made = source.data, []
    for item in offered:
        together = list(_apart([*made, item]))
        if len(together) > len(made):
            with suppress(NotRewritable):
                data, made = _rewritten(source, together), together
    return _Made(data, made, trouble)


def _rewritten(source: Source, items: Iterable[Examination]) -> bytes:
    """The bytes of the file with fixes. Raises NotRewritable, too, if it is no program any more."""
    from oaklint.source.rewrite import NotRewritable, rewrite

    changes = {item.changes: None for item in items}
    data = rewrite(source, [change for each in changes for change in each])
    if not _still_parses(source, read_source(source.name, data)):
        raise NotRewritable("a fix would break it")
    return data


def _diagnostics(examined: Examined) -> tuple[Diagnostic, ...]:
    return tuple(item.diagnostic for item in examined.items)


def _apart(items: Iterable[Examination]) -> Iterator[Examination]:
    """The fixes, each with all its changes, that do not touch what an earlier one changes, or import what it imports; the others
    have to wait. What has the same changes as an earlier one is made with it.
    """
    taken: list[Change] = []
    made: set[tuple[Change, ...]] = set()
    for item in items:
        if item.changes in made:
            yield item
        elif not any(_meet(change, other) for change in item.changes for other in taken):
            taken += item.changes
            made.add(item.changes)
            yield item


def _meet(one: Change, other: Change) -> bool:
    (cell, start, end), (other_cell, other_start, other_end) = one.span, other.span
    is_same_import = one.content.lstrip("\r\n").startswith("import ") and one.content.split() == other.content.split()
    return is_same_import or (cell is other_cell and start <= other_end and other_start <= end)


def _still_parses(before: Source, after: Source) -> bool:
    """Whether each cell that has changed is Python."""
    from oaklint.python.parse import on_big_stack, parses_still

    changed = [(old.code, new.code) for old, new in zip(before.cells, after.cells, strict=True) if old.text != new.text]
    return on_big_stack(lambda: all(old is not None and new is not None and parses_still(old, new) for old, new in changed))


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
