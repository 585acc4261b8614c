"""Shows the text of a file: what of it may be seen in frames, diffs, messages and repairs."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Iterator
from functools import partial
from operator import itemgetter

from oaklint.diagnostic import Excerpt
from oaklint.sdk.redaction import VARIABLE, Repeats, asterisks, redact
from oaklint.sdk.rows import cover_pieces, cover_words, hide, literals
from oaklint.source import Cell, Span

_CONTEXT_ROWS = 2
_LONGEST_ROWS = 8
# The literals of a marked expression.
_LITERAL = re.compile(r"""("{3}|'{3}|["'])((?:\\.|(?!\1).)*)\1""", re.DOTALL)


class Masks:
    """Shows text of a file with every secret covered: what rules marked, its text wherever else it stands, and whatever looks
    like a key. Takes time linear in the length of what is shown, once.

    known:  texts that are not to be shown wherever they stand.
    unread: cells in which no rule can have looked for secrets, but by their shape.
    texts:  what is not to be shown wherever it stands.
    """

    def __init__(self, secrets: Iterable[Span], known: Iterable[str] = (), unread: Container[Cell] = ()) -> None:
        self._secrets: defaultdict[Cell, list[Span]] = defaultdict(list)
        for span in secrets:
            self._secrets[span.cell].append(span)
        marked = (span for spans in self._secrets.values() for span in spans)
        self.texts = frozenset(known).union(text for span in marked for text in _secret_texts(span))
        self._repeats = Repeats(self.texts)
        sources = (span.cell.text[span.start : span.end] for spans in self._secrets.values() for span in spans)
        self._sources = sorted({source for source in sources if re.search("[\"']", source)}, key=len, reverse=True)
        self._unread = unread
        self._shown: dict[Cell, str] = {}
        self._literals: dict[Cell, list[tuple[int, int]]] = {}

    def excerpt(self, cell: Cell, first: int, last: int) -> Excerpt:
        """The rows from `first` to `last` (1-based) with some context, no blank rows at its ends; long stretches are cut."""
        last = min(last, first + _LONGEST_ROWS)
        top, bottom = max(1, first - _CONTEXT_ROWS), min(len(cell.lines), last + _CONTEXT_ROWS)
        while top < first and not cell.lines.line(top).strip():
            top += 1
        while bottom > last and not cell.lines.line(bottom).strip():
            bottom -= 1
        return Excerpt(top, tuple(self.row(cell, row) for row in range(top, bottom + 1)))

    def row(self, cell: Cell, row: int) -> str:
        """The text of a row (1-based) without words that may be drawn at random; of what does not parse, and of another file,
        where no rule has looked for secrets, without literals.
        """
        if cell not in self._shown:
            self._shown[cell] = cover_pieces(self.cover(self._marked(cell)))
            self._literals[cell] = [*literals(cell.text)] if cell.code is not None else [(0, len(cell.text))]
        start, line = cell.lines.starts[row - 1], cell.lines.line(row)
        shown = self._shown[cell][start : start + len(line)]
        is_hidden = cell.path is not None or cell in self._unread
        spans = self._literals[cell]
        first, behind = bisect_right(spans, start, key=itemgetter(1)), bisect_left(spans, start + len(line), key=itemgetter(0))
        within = [(max(begin - start, 0), min(end - start, len(line))) for begin, end in spans[first:behind]]
        if cell in self._unread:  # where a literal begins is anybody's guess
            shown = _in_parts(shown, literals(shown), hide, str)
        of_code = partial(cover_words, is_code=cell not in self._unread)
        return _in_parts(shown, within, hide if is_hidden else _words, of_code)

    def code(self, text: str) -> str:
        """Program text that a repair writes, with what was marked covered where it quotes it, and words as in rows."""
        for marked in self._sources:
            text = text.replace(marked, asterisks(marked))
        return self.cover(cover_pieces(_in_parts(text, literals(text), _words, partial(cover_words, is_code=True))))

    def cover(self, text: str) -> str:
        """Any text that may quote the file, with every secret covered."""
        return redact(self._repeats.cover(text))

    def _marked(self, cell: Cell) -> str:
        """A cell's text with all that was marked in it covered."""
        pieces: list[str] = []
        done = 0
        for _, start, end in sorted(self._secrets.get(cell, ()), key=lambda span: span[1:]):
            if end > done:
                start = max(start, done)
                pieces += (cell.text[done:start], asterisks(cell.text[start:end]))
                done = end
        return "".join((*pieces, cell.text[done:]))


def _words(text: str, before: str) -> str:
    return cover_words(text)


def _in_parts(
    text: str, within: Iterable[tuple[int, int]], of_literal: Callable[[str, str], str], of_code: Callable[[str], str]
) -> str:
    """A text put together again from its literals and what is between them. of_literal: is also told what stands before."""
    pieces: list[str] = []
    done = 0
    for start, end in within:
        pieces += (of_code(text[done:start]), of_literal(text[start:end], text[done:start]))
        done = end
    return "".join((*pieces, of_code(text[done:])))


def _secret_texts(span: Span) -> Iterator[str]:
    """What is secret of a marked place: the words of its literals, without names of variables that are read; or all of it."""
    text = span.cell.text[span.start : span.end]
    for literal in [found[2] for found in _LITERAL.finditer(text)] or [text]:
        yield from (word for word in {literal, *literal.split()} if not re.fullmatch(VARIABLE, word))
