"""The changes that carry a program over, as they come together, and what stands in the way of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from oaklint.python import cst
from oaklint.python.edits import LOOSE, Editor, Items, Unfixable
from oaklint.python.program import Program
from oaklint.source import Cell, Change, Span
from oaklint.source.rewrite import changed_text

# What has to stand in parentheses before anything can be written behind it.
_LOOSE = (*LOOSE, "Await")


_MARK = "\0{}\0"
_MARKED = re.compile("\0(\\d+)\0")


class Obstacle(NamedTuple):
    """A place that keeps a program from being carried over, and why, in a few words that begin in lower case."""

    where: cst.CSTNode
    reason: str


class Move(NamedTuple):
    """Rows that are to stand elsewhere. written: what is made of their text, with the changes in it, where they come to stand."""

    rows: Span
    to: int
    written: Callable[[str], str]


class Taken(NamedTuple):
    """What has been taken away from a call or a dictionary, and how that is done."""

    items: list[cst.CSTNode]
    changes: tuple[Change, ...]


class Draft:
    """Collects changes. Whatever cannot be changed exactly becomes an obstacle; nothing raises."""

    def __init__(self, program: Program) -> None:
        self.editor = Editor(program)
        self.changes: list[Change] = []
        self.obstacles: list[Obstacle] = []
        self._tree = program.tree
        self._gone: set[cst.CSTNode] = set()
        self._moves: list[Move] = []
        self._carried: list[Span] = []
        self._taken: dict[cst.CSTNode, Taken] = {}
        # What has been written behind expressions, with the expressions.
        self._wrapped: dict[Change, cst.CSTNode] = {}

    def stop(self, where: cst.CSTNode, reason: str) -> None:
        """Says that the program cannot be carried over because of a place."""
        self.obstacles.append(Obstacle(where, reason))

    def drop(self, node: cst.CSTNode) -> None:
        """Says that a node will not be there any more, by changes that somebody else makes."""
        self._gone.add(node)

    def is_gone(self, node: cst.CSTNode) -> bool:
        """Whether a node, or one that it stands in, is taken away."""
        return node in self._gone or any(around in self._gone for around in self._tree.ancestors(node))

    def add(self, *changes: Change) -> None:
        self.changes += changes

    def replace(self, node: cst.CSTNode, text: str) -> None:
        """Puts text in place of a node, without the parentheses around it."""
        with self.or_stop(node):
            self.add(self.editor.replace(node, text))
            self.drop(node)

    def append_whole(self, node: cst.BaseExpression, text: str) -> None:
        """Writes text behind an expression and the parentheses around it."""
        with self.or_stop(node):
            cell, _, end = self.editor.outer_span(node)
            self.add(Change(Span(cell, end, end), text))

    def replace_whole(self, node: cst.BaseExpression, text: str) -> None:
        """The same with the parentheses around it, where that is exact."""
        with self.or_stop(node):
            self.add(self.editor.replace_whole(node, text))
            self.drop(node)

    def replace_tail(self, node: cst.BaseExpression, inside: cst.BaseExpression, text: str) -> None:
        """Puts text in place of what stands behind the expression that another one begins with: of `["k"]` in `x["k"]`."""
        with self.or_stop(node):
            cell, _, end = self.editor.span(node)
            start = self.editor.outer_span(inside).end
            if "#" in cell.text[start:end]:
                raise Unfixable
            self.add(Change(Span(cell, start, end), text))

    def wrap(self, node: cst.BaseExpression, before: str, after: str) -> None:
        """Writes text on both sides of an expression, inside the parentheses around it."""
        with self.or_stop(node):
            first, last = self.editor.insert_before(node, before), self.editor.insert_after(node, after)
            inside = self._wrapped.setdefault(last, node)
            if inside is not node and last in self.changes:  # both end alike
                self.changes[self.changes.index(last)] = Change(last.span, last.content + after)
                self.add(first)
            else:
                self.add(first, last)

    def append(self, node: cst.BaseExpression, text: str) -> None:
        """Writes text, such as `.data`, behind an expression so that it is for the whole of it."""
        if type(node).__name__ not in _LOOSE:
            with self.or_stop(node):
                self.add(self.editor.insert_after(node, text))
        elif node.lpar:
            with self.or_stop(node):
                cell, _, end = self.editor.outer_span(node)
                self.add(Change(Span(cell, end, end), text))
        else:
            self.wrap(node, "(", f"){text}")

    def take_argument(self, call: cst.Call, argument: cst.Arg) -> None:
        """Takes an argument away from a call."""
        self._take(call, call.args, argument)

    def take_entry(self, display: cst.Dict, entry: cst.BaseDictElement) -> None:
        """Takes an entry away from a dictionary."""
        self._take(display, display.elements, entry)

    def _take(self, holder: cst.CSTNode, items: Items, item: cst.CSTNode) -> None:
        taken = self._taken.setdefault(holder, Taken([], ()))
        if item in taken.items:
            return
        with self.or_stop(item):
            gone = [*taken.items, item]
            changes = self.editor.remove_items(items, gone)
            self.changes = [change for change in self.changes if change not in taken.changes]
            self._taken[holder] = Taken(gone, changes)
            self.add(*changes)
            self.drop(item)

    def delete_between(self, node: cst.CSTNode, start: int, end: int) -> None:
        """Takes away what stands between two places in the cell of a node, if no comment is lost."""
        with self.or_stop(node):
            cell = self.editor.span(node).cell
            if "#" in cell.text[start:end]:
                raise Unfixable
            self.add(Change(Span(cell, start, end), ""))
            self.drop(node)

    def delete(self, rows: Span) -> None:
        """Takes a stretch of text away, with the changes in it."""
        self.rewrite(rows, rows.start, lambda text: "")

    def rewrite(self, rows: Span, to: int, written: Callable[[str], str]) -> None:
        """Puts a stretch of text elsewhere in its cell, as a function makes it of what the changes in it have left."""
        self._moves.append(Move(rows, to, written))

    def move(self, node: cst.CSTNode, before: cst.CSTNode) -> None:
        """Moves a statement or clause before another one of the same block; what changes in it, changes all the same."""
        with self.or_stop(node):
            inserted, removed = self.editor.move([node], before)
            text = removed.span.cell.text[removed.span.start : removed.span.end]
            # At the end of a file without a line end, the one before is taken along.
            skipped = text.index(inserted.content) if inserted.content in text else len(text) - len(text.lstrip("\r\n"))
            line_end = "" if inserted.content in text else text[:skipped]
            self._moves.append(Move(removed.span, inserted.span.start, lambda moved: moved[skipped:] + line_end))

    def carried(self, node: cst.CSTNode) -> str:
        """What stands in a change for the text of a node that is taken elsewhere, with the changes in it: until then, a mark."""
        with self.or_stop(node):
            self._carried.append(self.editor.span(node))
            return _MARK.format(len(self._carried) - 1)
        return ""

    def unmarked(self, text: str) -> str:
        """Text with what stands in the file for each of its marks."""

        def old(mark: re.Match[str]) -> str:
            cell, start, end = self._carried[int(mark[1])]
            return cell.text[start:end]

        return _MARKED.sub(old, text)

    def _take_along(self, changes: Sequence[Change]) -> list[Change]:
        """The changes, those in what is carried made where that comes to stand."""
        moved: dict[int, list[Change]] = {}
        staying = []
        for change in changes:
            inside = [number for number, span in enumerate(self._carried) if _is_inside(change.span, span)]
            for number in inside:
                moved.setdefault(number, []).append(change)
            if not inside:
                staying.append(change)

        def written(mark: re.Match[str]) -> str:
            cell, start, end = self._carried[int(mark[1])]
            inner = _shifted(moved.get(int(mark[1]), ()), cell, start)
            return _MARKED.sub(written, changed_text(cell.text[start:end], inner))

        return [Change(change.span, _MARKED.sub(written, change.content)) for change in staying]

    def settled(self) -> list[Change]:
        """All changes, with those in rows that are moved made where these come to stand; none of them overlap."""
        changes = self._take_along(list(dict.fromkeys(self.changes)))
        for rows, to, written in self._moves:
            cell, start, end = rows
            inside = [each for each in changes if each.span.cell is cell and start <= each.span.start and each.span.end <= end]
            inside = [each for each in inside if each.span.start < end or start == end]
            changes = [each for each in changes if each not in inside]
            text = changed_text(cell.text[start:end], _shifted(inside, cell, start))
            changes += (Change(Span(cell, to, to), written(text)), Change(rows, ""))
        return [change for change in changes if change.content or change.span.start < change.span.end]

    def quote_at(self, node: cst.CSTNode) -> str:
        """The quote for a text that is to stand at a node; an obstacle where there is none."""
        with self.or_stop(node):
            return self.editor.quote_at(node)
        return '"'

    def text(self, node: cst.CSTNode) -> str:
        """A node's own text as it stands in the file; empty, and an obstacle, where that is not known."""
        with self.or_stop(node):
            return self.editor.text(node)
        return ""

    @contextmanager
    def or_stop(self, node: cst.CSTNode) -> Iterator[None]:
        """Makes an obstacle of what cannot be changed exactly."""
        try:
            yield
        except Unfixable:
            self.stop(node, "no exact change is known here: a comment would be lost, or there is no row for it")


def _is_inside(inner: Span, outer: Span) -> bool:
    return inner.cell is outer.cell and outer.start <= inner.start and inner.end <= outer.end


def _shifted(changes: Iterable[Change], cell: Cell, start: int) -> list[Change]:
    """Changes as they are in the text that begins at an offset."""
    return [Change(Span(cell, each.span.start - start, each.span.end - start), each.content) for each in changes]
