"""What is to be written for answers to be read as they are since 1.0, and what cannot be."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from oaklint.python import cst
from oaklint.usage.migration.draft import Draft

_Edit = tuple[str, tuple[object, ...]]


class Reading(NamedTuple):
    """A place where an answer is read as the dict that it was. instead: how it is read since 1.0, in a few words."""

    node: cst.BaseExpression
    owner: cst.BaseExpression
    instead: str


class Record:
    """Collects it while answers are followed, as a place may be come to more than once.

    readings: by the expression that reads.
    """

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.readings: dict[cst.CSTNode, Reading] = {}
        # By the expression, and whether it is given away there or read.
        self._edits: dict[tuple[cst.CSTNode, bool], set[_Edit]] = {}
        self._stops: dict[cst.CSTNode, str] = {}

    def append(self, node: cst.BaseExpression, text: str) -> None:
        """Text behind an expression that is given away."""
        self._add(node, True, "append", text)

    def wrap(self, node: cst.BaseExpression, before: str, after: str) -> None:
        """Text on both sides of an expression that is given away."""
        self._add(node, True, "wrap", before, after)

    def replace_tail(self, node: cst.BaseExpression, owner: cst.BaseExpression, text: str) -> None:
        """Text in place of what stands behind the expression that another one begins with."""
        self._add(node, False, "replace_tail", owner, text)

    def around(self, node: cst.BaseExpression, owner: cst.BaseExpression, before: str, after: str) -> None:
        """The same, with text before it, too."""
        self._add(node, False, "around", owner, before, after)

    def only(self, node: cst.BaseExpression, owner: cst.BaseExpression, before: str, after: str) -> None:
        """Nothing of an expression but one that stands in it, with text on both sides."""
        self._add(node, False, "only", owner, before, after)

    def _add(self, node: cst.BaseExpression, gives: bool, kind: str, *arguments: object) -> None:
        self._edits.setdefault((node, gives), set()).add((kind, arguments))

    def stop(self, node: cst.CSTNode, reason: str) -> None:
        self._stops.setdefault(node, reason)

    def note(self, node: cst.BaseExpression, owner: cst.BaseExpression, instead: str) -> None:
        self.readings.setdefault(node, Reading(node, owner, instead))

    def write(self, *, only_readings: bool = False) -> None:
        """Puts all of it into the draft, or only what is about the places where answers are read as dicts."""
        for node, reason in self._stops.items():
            if not only_readings or node in self.readings:
                self.draft.stop(node, reason)
        for (node, gives), edits in sorted(self._edits.items(), key=lambda entry: entry[0][1]):
            if only_readings and (gives or node not in self.readings):
                continue
            chosen = next(iter(edits)) if len(edits) == 1 else _for_all(edits)
            if chosen is None:
                self.draft.stop(node, "it may be one of several things here")
            else:
                kind, arguments = chosen
                _WRITERS[kind](self.draft, node, *arguments)


def _for_all(edits: Iterable[_Edit]) -> _Edit | None:
    """Of several ways to read something, that which suits answers of all kinds: by a name and a default."""
    return next((edit for edit in edits if edit[0] == "around" and "getattr(" in edit[1]), None)


def _write_around(draft: Draft, node: cst.BaseExpression, owner: cst.BaseExpression, before: str, after: str) -> None:
    """Puts text before an expression that another one begins with, and other text in place of what stands behind it."""
    draft.replace_tail(node, owner, after)
    with draft.or_stop(node):
        draft.add(draft.editor.insert_before(node, before))


def _write_only(draft: Draft, node: cst.BaseExpression, owner: cst.BaseExpression, before: str, after: str) -> None:
    """Leaves of an expression only one that stands in it, with text on both sides."""
    with draft.or_stop(node):
        draft.add(*draft.editor.keep_only(node, owner, before, after))


_WRITERS: dict[str, Callable[..., None]] = {
    "append": Draft.append,
    "wrap": Draft.wrap,
    "replace_tail": Draft.replace_tail,
    "around": _write_around,
    "only": _write_only,
}
