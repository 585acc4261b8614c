"""The changes that carry a program over, as they come together, and what stands in the way of it."""

from __future__ import annotations

from contextlib import contextmanager
from collections.abc import Iterator
from typing import NamedTuple

from oaklint.python import cst
from oaklint.python.edits import Editor, Unfixable
from oaklint.python.program import Program
from oaklint.source import Change, Span


class Obstacle(NamedTuple):
    """A place that keeps a program from being carried over, and why, in a few words that begin in lower case."""

    where: cst.CSTNode
    reason: str


class Draft:
    """Collects changes. Whatever cannot be changed exactly becomes an obstacle; nothing raises.

    gone: the nodes that changes take away; what stands in one of them is gone with it.
    """

    def __init__(self, program: Program) -> None:
        self.editor = Editor(program)
        self.changes: list[Change] = []
        self.obstacles: list[Obstacle] = []
        self.gone: set[cst.CSTNode] = set()

    def stop(self, where: cst.CSTNode, reason: str) -> None:
        """Says that the program cannot be carried over because of a place."""
        self.obstacles.append(Obstacle(where, reason))

    def replace(self, node: cst.CSTNode, text: str) -> None:
        """Puts text in place of a node, without the parentheses around it."""
        with self._or_stop(node):
            self.changes.append(self.editor.replace(node, text))
            self.gone.add(node)

    def insert_before(self, node: cst.CSTNode, text: str) -> None:
        with self._or_stop(node):
            self.changes.append(self.editor.insert_before(node, text))

    def insert_after(self, node: cst.CSTNode, text: str) -> None:
        with self._or_stop(node):
            self.changes.append(self.editor.insert_after(node, text))

    def replace_tail(self, node: cst.BaseExpression, inside: cst.BaseExpression, text: str) -> None:
        """Puts text in place of what stands behind the expression that another one begins with: of `["k"]` in `x["k"]`."""
        with self._or_stop(node):
            cell, _, end = self.editor.span(node)
            start = self.editor.outer_span(inside).end
            self.changes.append(Change(Span(cell, start, end), text))

    def text(self, node: cst.CSTNode) -> str:
        """A node's own text as it stands in the file; empty, and an obstacle, where that is not known."""
        with self._or_stop(node):
            return self.editor.text(node)
        return ""

    @contextmanager
    def _or_stop(self, node: cst.CSTNode) -> Iterator[None]:
        try:
            yield
        except Unfixable:
            self.stop(node, "it cannot be changed without losing a comment, or is not all Python")
