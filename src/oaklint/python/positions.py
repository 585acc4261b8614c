"""Where nodes stand, found only for the nodes asked for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from oaklint.python import cst
from oaklint.source import LineIndex, Location


def locate(tree: cst.Module, text: str, nodes: Collection[cst.CSTNode]) -> dict[cst.CSTNode, tuple[int, int]]:
    """The start and end offset (0-based code points, end exclusive) in `text` of each node of the tree that is asked for."""
    positions = Positions(tree, text, nodes)
    return {node: positions.of(node) for node in positions.nodes}


class Positions:
    """The places of nodes of one tree in the text that it was parsed from.

    Generates the code once, noting how far it had got. LibCST drops form feeds and a few blanks (`except E :`), so where a
    generated row differs from the row of the text, the node's own text is looked for in that row.
    """

    def __init__(self, tree: cst.Module, text: str, nodes: Collection[cst.CSTNode]) -> None:
        recorder = _recorder(tree, set(nodes))
        tree._codegen(recorder)
        self._generated = LineIndex("".join(recorder.tokens))
        self._actual = LineIndex(text)
        self._same = self._generated.text == text
        self._spans: dict[cst.CSTNode, tuple[int, int]] = recorder.spans

    @property
    def nodes(self) -> Iterable[cst.CSTNode]:
        """The nodes that were found."""
        return self._spans

    def of(self, node: cst.CSTNode) -> tuple[int, int]:
        """The start and end offset of a node."""
        start, end = self._spans[node]
        if not self._same:
            start, end = (_translate(self._generated, self._actual, offset) for offset in (start, end))
        return start, max(start, end)

    def exact(self, node: cst.CSTNode) -> tuple[int, int] | None:
        """The same, if the text there is the node's own code to the letter; None where that is not certain."""
        start, end = self.of(node)
        actual, generated = self._actual.text[start:end], self._generated.text[slice(*self._spans[node])]
        # At the end of a file LibCST drops a line end that is a lone carriage return.
        return (start, end) if actual.rstrip("\r\n") == generated.rstrip("\r\n") else None


def _translate(generated: LineIndex, actual: LineIndex, offset: int) -> int:
    row, column = generated.location(offset)
    if row > len(actual):
        return len(actual.text)
    wanted, present = generated.line(row), actual.line(row)
    if wanted != present and present.endswith(wanted):
        column += len(present) - len(wanted)  # a form feed stands before it
    elif wanted != present:
        # The longest piece of the generated row from here on that stands in the actual row.
        rest = wanted[column - 1 :]
        for size in range(len(rest), 0, -1):
            index = present.find(rest[:size], max(0, column - 1))
            if index >= 0:
                return actual.offset(Location(row, index + 1))
        return actual.offset(Location(row, len(present) + 1))
    return actual.offset(Location(row, column))


def _recorder(tree: cst.Module, wanted: set[cst.CSTNode]) -> Any:
    from libcst._nodes.internal import CodegenState

    class Recorder(CodegenState):
        """Notes the offsets at which the wanted nodes begin and end, without the whitespace and parentheses around them."""

        def __init__(self) -> None:
            super().__init__(default_indent=tree.default_indent, default_newline=tree.default_newline)
            self.spans: dict[cst.CSTNode, tuple[int, int]] = {}
            self.length = 0
            self._begun: dict[cst.CSTNode, int] = {}

        def add_indent_tokens(self) -> None:
            for token in self.indent_tokens:
                self.add_token(token)

        def add_token(self, value: str) -> None:
            self.tokens.append(value)
            self.length += len(value)

        def before_codegen(self, node: cst.CSTNode) -> None:
            if node in wanted:
                self._begun[node] = self.length

        def after_codegen(self, node: cst.CSTNode) -> None:
            if node in wanted:
                self.spans.setdefault(node, (self._begun[node], self.length))

        @contextmanager
        def record_syntactic_position(
            self, node: cst.CSTNode, *, start_node: cst.CSTNode | None = None, end_node: cst.CSTNode | None = None
        ) -> Iterator[None]:
            start = self.length
            yield
            if node in wanted:
                self.spans[node] = (start, self.length)

    return Recorder()
