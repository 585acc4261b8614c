"""How program text is changed: nodes replaced, statements moved, clauses, arguments and imports added, in the file's own style.

Every change is a stretch of a cell's text and what is to stand there instead. Whatever cannot be done exactly raises Unfixable.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from functools import cached_property
from typing import NamedTuple, TypeAlias

from oaklint.python import cst
from oaklint.python.imported_names import import_beside, imports_of, is_free, written_as
from oaklint.python.parse import stands_alone
from oaklint.python.positions import Positions
from oaklint.python.program import Program
from oaklint.python.tree import dotted_name, walk
from oaklint.source import LINE_END, Cell, Change, Span

Changes: TypeAlias = tuple[Change, ...]
# What stands in brackets, with commas between.
Items: TypeAlias = "Sequence[cst.Arg] | Sequence[cst.BaseDictElement]"
Handler: TypeAlias = "cst.ExceptHandler | cst.ExceptStarHandler"

_REST_OF_ROW = re.compile(r"[ \t\f;]*(?:#[^\r\n]*)?(?=[\r\n]|\Z)")
_COMMENT_ROW = re.compile(r"(?P<indentation>[ \t\f]*)(?P<comment>#)?[^\r\n]*")
_OPENS = re.compile(r"\([ \t\f\r\n]*\Z")
_CLOSES = re.compile(r"[ \t\f\r\n]*\)")
_UP_TO_COMMENT = re.compile(r"[ \t]*,?[ \t]*(?=#)")
_COMMA = re.compile(r"(?:[ \t\f\r\n\\]|#[^\r\n]*)*,")

# What binds less tightly than `&`, or not at all.
LOOSE = (
    *("BinaryOperation", "Comparison", "BooleanOperation", "UnaryOperation", "IfExp", "Lambda", "NamedExpr"),
    *("GeneratorExp", "Yield", "From"),
)


class Unfixable(Exception):
    """A change that cannot be made exactly as it is meant."""


class Reference(NamedTuple):
    """How to write a qualified name at some place, and the changes that make it known there."""

    text: str
    changes: Changes


class Editor:
    """Makes changes to the text of a program."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._tree = program.tree
        self._resolver = program.resolver
        self._positions: dict[cst.Module, Positions] = {}

    # Expressions.

    def span(self, node: cst.CSTNode) -> Span:
        """Where a node stands, without the parentheses around it."""
        *_, root = (node, *self._tree.ancestors(node))
        assert isinstance(root, cst.Module)
        cell = self._program.cells.get(root)
        if cell is None:
            raise Unfixable  # it stands in another file
        if root not in self._positions:
            self._positions[root] = Positions(root, cell.code or "", list(walk(root)))
        found = self._positions[root].exact(node)
        if found is None or cell.text[slice(*found)] != (cell.code or "")[slice(*found)]:
            raise Unfixable
        return Span(cell, *found)

    def outer_span(self, node: cst.BaseExpression) -> Span:
        """Where an expression stands with all the parentheses around it. Raises Unfixable if a comment stands between these."""
        cell, start, end = self.span(node)
        for _ in node.lpar:
            before, behind = _OPENS.search(cell.text, 0, start), _CLOSES.match(cell.text, end)
            if before is None or behind is None:
                raise Unfixable
            start, end = before.start(), behind.end()
        return Span(cell, start, end)

    def text(self, node: cst.CSTNode) -> str:
        """A node's own text, without the parentheses around it."""
        cell, start, end = self.span(node)
        return cell.text[start:end]

    def text_outside(self, node: cst.CSTNode, replaced: cst.CSTNode) -> str:
        """A node's text as it is written in place of one that it stands in: with the quotes of the file, if it leaves a text."""
        text = self.text(node)
        quotes = {"'", '"'} & set(text)
        strings = sum(isinstance(part, cst.SimpleString) for part in walk(node))
        if not self.is_in_text(node) or self.is_in_text(replaced):
            return text
        if len(quotes) != 1 or "\\" in text or text.count(quote := quotes.pop()) != 2 * strings:
            return text
        return text.replace(quote, self._quote)

    def quote_at(self, node: cst.CSTNode) -> str:
        """The quote for a text that is to stand at a node: that of the file, or, in an f-string, the other one than its own."""
        around = next((each for each in self._tree.ancestors(node) if isinstance(each, cst.FormattedString)), None)
        if around is None:
            return self._quote
        if sum(isinstance(each, cst.FormattedString) for each in self._tree.ancestors(node)) > 1:
            raise Unfixable  # before Python 3.12, no quote would be left
        return "'" if '"' in around.start else '"'

    @cached_property
    def _quote(self) -> str:
        """The quote of most strings, those apart that have no choice."""
        strings = (each for each in self._tree.own.get(cst.SimpleString, ()) if isinstance(each, cst.SimpleString))
        free = (each for each in strings if not {"'", '"'} & set(each.raw_value))
        quotes = [each.quote for each in free if not self.is_in_text(each)]
        return "'" if quotes.count("'") > len(quotes) / 2 else '"'

    def is_in_text(self, node: cst.CSTNode) -> bool:
        """Whether a node stands in an f-string, where before Python 3.12 the quotes of that cannot be used again."""
        return any(isinstance(around, cst.FormattedString) for around in self._tree.ancestors(node))

    def replace(self, node: cst.CSTNode, text: str) -> Change:
        return self._replaced(node, self.span(node), text)

    def replace_whole(self, node: cst.BaseExpression, text: str) -> Change:
        """The same with the parentheses around it, if nothing else stands in these, and the text does not need them."""
        return self._replaced(node, self.span(node) if LINE_END.search(text) else self._parenthesized(node), text)

    def replace_by(self, node: cst.BaseExpression, inside: cst.BaseExpression) -> Change:
        """Puts an expression in place of one that it stands in, with parentheses around it where it needs them."""
        text = self.text_outside(inside, node)
        is_operand = isinstance(self._tree.parents.get(node), cst.BaseExpression)
        if stands_alone(text) and not (is_operand and type(inside).__name__ in LOOSE):
            return self.replace_whole(node, text)
        if node.lpar:
            return self.replace(node, text)
        (cell, begin, end), (_, start, stop) = self._parenthesized(inside), self.span(inside)
        return self.replace(node, f"{cell.text[begin:start]}{text}{cell.text[stop:end]}" if begin < start else f"({text})")

    def keep_only(self, node: cst.BaseExpression, inside: cst.BaseExpression, before: str, after: str) -> Changes:
        """Leaves of an expression nothing but one that stands in it, which others may change, with text on both sides of that."""
        (cell, start, end), (_, begin, stop) = self.span(node), self.outer_span(inside)
        if "#" in cell.text[start:begin] + cell.text[stop:end]:
            raise Unfixable
        return Change(Span(cell, start, begin), before), Change(Span(cell, stop, end), after)

    def cut(self, first: cst.BaseExpression, until: cst.BaseExpression) -> Change:
        """Takes away an expression and all up to another one behind it: `first = ` of `first = second = value`."""
        (cell, start, _), (_, end, _) = self.outer_span(first), self.outer_span(until)
        if "#" in cell.text[start:end]:
            raise Unfixable
        return Change(Span(cell, start, end), "")

    def _parenthesized(self, node: cst.BaseExpression) -> Span:
        """Where a node stands with the parentheses around it, as far as nothing else stands in these, or leans on them."""
        cell, start, end = self.span(node)
        for _ in node.lpar:
            before, behind = _OPENS.search(cell.text, 0, start), _CLOSES.match(cell.text, end)
            if before is None or behind is None:
                break
            if _is_of_word(cell.text[: before.start()][-1:]) or _is_of_word(cell.text[behind.end() :][:1]):
                break  # `return("x")`
            start, end = before.start(), behind.end()
        return Span(cell, start, end)

    def _replaced(self, node: cst.CSTNode, span: Span, text: str) -> Change:
        old = self.text(node)
        if any(comment in old and comment not in text for comment in _comments(node)):
            raise Unfixable  # somebody has written it for those who read the program
        before, after = span.cell.text[: span.start][-1:], span.cell.text[span.end :][:1]
        if (_is_of_word(before) and _is_of_word(text[:1])) or (_is_of_word(after) and _is_of_word(text[-1:])):
            raise Unfixable  # in `if"x" in y` it would grow together with what stands beside it
        return Change(span, text)

    def insert_before(self, node: cst.CSTNode, text: str) -> Change:
        cell, start, _ = self.span(node)
        return Change(Span(cell, start, start), text)

    def insert_after(self, node: cst.CSTNode, text: str) -> Change:
        cell, _, end = self.span(node)
        return Change(Span(cell, end, end), text)

    def add_argument(self, call: cst.Call, text: str) -> Changes:
        """Adds an argument behind those that a call has."""
        if not call.args:
            cell, _, end = self.span(call)
            if cell.text[end - 1] != ")":
                raise Unfixable
            return (Change(Span(cell, end - 1, end - 1), text),)
        if isinstance(call.args[0].value, cst.GeneratorExp) and not call.args[0].value.lpar:
            raise Unfixable
        return self._add_item(call.args, len(call.args), text)

    def remove_argument(self, call: cst.Call, argument: cst.Arg) -> Change:
        """Takes an argument away from those of a call, with a comma that parts it from another."""
        (change,) = self.remove_items(call.args, (argument,))
        return change

    def remove_items(self, items: Items, gone: Collection[cst.CSTNode]) -> Changes:
        """Takes some of the items in brackets away, with the commas that part them from others."""
        if len(gone) == len(items) and (len(items) > 1 or self._end_before_comment(items[0]) is None):
            return (self._remove_all(items),)
        return tuple(self._remove_item(items, item, gone) for item in gone)

    def _remove_item(self, items: Items, item: cst.CSTNode, gone: Collection[cst.CSTNode]) -> Change:
        index = next(number for number, each in enumerate(items) if each is item)
        cell, start, end = self.span(item)
        if (kept := self._end_before_comment(item)) is not None:
            end = kept
        elif any(each not in gone for each in items[:index]):
            start = self.span(items[index - 1]).end
        else:
            end = self.span(items[index + 1]).start
        return self._cut(cell, start, end)

    def _end_before_comment(self, item: cst.CSTNode) -> int | None:
        """Where an item that begins its row ends, comma included, if there is a comment behind it, which keeps that row."""
        cell, start, end = self.span(item)
        row = cell.lines.starts[cell.lines.location(start).row - 1]
        comma, up_to_comment = _COMMA.match(cell.text, end), _UP_TO_COMMENT.match(cell.text, end)
        if cell.text[row:start].strip(" \t\f") or up_to_comment is None:
            return None
        return up_to_comment.end() if comma is None or "," in up_to_comment[0] else None

    def _remove_all(self, items: Items) -> Change:
        """Takes all of the items in brackets away, with the space between the brackets."""
        cell, start, _ = self.span(items[0])
        end = self.span(items[-1]).end
        comma = _COMMA.match(cell.text, end)
        end = comma.end() if comma is not None else end
        start = len(cell.text[:start].rstrip())
        if cell.text[start - 1] == "(" and (closing := _CLOSES.match(cell.text, end)) is not None:
            end = closing.end() - 1
        return self._cut(cell, start, end)

    @staticmethod
    def _cut(cell: Cell, start: int, end: int) -> Change:
        if "#" in cell.text[start:end]:
            raise Unfixable  # a comment, or a text
        return Change(Span(cell, start, end), "")

    def _add_item(
        self, items: Sequence[cst.Arg] | Sequence[cst.ImportAlias], index: int, text: str, *, may_break: bool = True
    ) -> Changes:
        """Adds an item to others that commas part; on a row of its own if the one beside it has one.

        may_break: whether the items stand in brackets.
        """
        neighbour = items[min(index, len(items) - 1)]
        cell, start, end = self.span(neighbour)
        row = cell.lines.starts[cell.lines.location(start).row - 1]
        own_row = may_break and not cell.text[row:start].strip(" \t\f")
        if index < len(items):
            gap = self._line_end(cell, start) + cell.text[row:start] if own_row else " "
            return (Change(Span(cell, start, start), f"{text},{gap}"),)
        if not own_row:
            return (Change(Span(cell, end, end), f", {text}"),)
        new_row = self._line_end(cell, start) + cell.text[row:start] + text
        if isinstance(neighbour.comma, cst.Comma):
            comma = _COMMA.match(cell.text, end)
            rest = _REST_OF_ROW.match(cell.text, comma.end()) if comma is not None else None
            if rest is None:
                raise Unfixable
            return (Change(Span(cell, rest.end(), rest.end()), f"{new_row},"),)
        rest = _REST_OF_ROW.match(cell.text, end)
        if rest is None or rest.end() == end:
            return (Change(Span(cell, end, end), f",{new_row}"),)
        return Change(Span(cell, end, end), ","), Change(Span(cell, rest.end(), rest.end()), new_row)

    # Statements and clauses: whole rows.

    def insert_statement(self, statement: cst.CSTNode, *lines: str, behind: bool = False) -> Change:
        """Inserts rows with a statement before another and the comments that stand above that, or behind it."""
        rows = self.rows(statement)
        offset = rows.end if behind else rows.begin
        change = self._insert_rows(rows, offset, [line and rows.indentation + line for line in lines])
        if behind and not LINE_END.search(rows.cell.text[offset - 1 : offset]):  # the file ends here without a line end
            line_end = self._line_end(rows.cell, rows.first)
            return Change(change.span, line_end + change.content.removesuffix(line_end))
        return change

    def comment_behind(self, statement: cst.CSTNode) -> str:
        """The comment at the end of a statement's row, if it is the last statement there; empty where there is none."""
        cell, _, end = self.span(statement)
        rest = _REST_OF_ROW.match(cell.text, end)
        return rest[0].strip(" \t\f;") if rest is not None else ""

    def remove_comment_behind(self, statement: cst.CSTNode) -> Change:
        """Takes the comment at the end of a statement's row away, with the blanks before it."""
        cell, _, end = self.span(statement)
        rest = _REST_OF_ROW.match(cell.text, end)
        if rest is None:
            raise Unfixable
        return Change(Span(cell, end, rest.end()), "")

    def remove_statement(self, statement: cst.CSTNode, *, with_comment: bool = False) -> Changes:
        """Takes a simple statement away; its row goes with it, unless something else stands there: another statement, or a
        comment that is to stay.

        Of two blank rows that would meet, one goes too. A block that has nothing else gets a `pass`.
        """
        line = self._tree.parents[statement]
        cell, start, end = self.span(statement)
        if not isinstance(line, (cst.SimpleStatementLine, cst.SimpleStatementSuite)):
            raise Unfixable
        if len(line.body) > 1:
            index = next(number for number, each in enumerate(line.body) if each is statement)
            if index:
                start = self.span(line.body[index - 1]).end
            else:
                end = self.span(line.body[1]).start
            return (Change(Span(cell, start, end), ""),)
        block = self._tree.parents[line]
        if isinstance(line, cst.SimpleStatementSuite) or (isinstance(block, cst.IndentedBlock) and len(block.body) == 1):
            return (Change(Span(cell, start, end), "pass"),)
        rest = _REST_OF_ROW.match(cell.text, end)
        if rest is None:
            raise Unfixable
        if "#" in rest[0] and not with_comment:
            return (Change(Span(cell, start, end + rest[0].index("#")), ""),)
        lines = cell.lines
        first, last = lines.location(start).row, lines.location(rest.end()).row
        begin = lines.starts[first - 1]
        begin += len(cell.text[begin:start]) - len(cell.text[begin:start].lstrip("\f"))
        behind = LINE_END.match(cell.text, rest.end())
        end = behind.end() if behind is not None else rest.end()
        is_blank_below = last < len(lines) and not lines.line(last + 1).strip()
        if is_blank_below and first > 1 and not lines.line(first - 1).strip():
            begin = lines.starts[first - 2]
        elif is_blank_below and first == 1:
            end = lines.starts[last + 1] if last + 1 < len(lines.starts) else len(cell.text)
        return (Change(Span(cell, begin, end), ""),)

    def replace_statement(self, statement: cst.CSTNode, lines: Sequence[str]) -> Change:
        """Puts rows in place of a simple statement that has its row to itself, but for a comment; they are indented as it is."""
        cell, start, end = self.span(statement)
        row = cell.lines.starts[cell.lines.location(start).row - 1]
        indentation = cell.text[row:start]
        if len(lines) > 1 and indentation.strip(" \t\f"):
            raise Unfixable
        if "#" in "".join(_comments(statement)):
            raise Unfixable
        return Change(Span(cell, start, end), f"{self._line_end(cell, start)}{indentation}".join(lines))

    def line_end_of(self, node: cst.CSTNode) -> str:
        """The line end of the row that a node begins in."""
        cell, start, _ = self.span(node)
        return self._line_end(cell, start)

    def indentation_of(self, statement: cst.CSTNode) -> str:
        """The blanks before a statement that has its row to itself. Raises Unfixable if it has not."""
        return self.rows(statement).indentation

    def insert_clause(self, handler: Handler, header: str, statement: str) -> Change:
        """Inserts an `except` clause with one statement before another clause of the same `try`, and above its comments."""
        rows = self.rows(handler)
        if not isinstance(handler.body, cst.IndentedBlock):
            return self._insert_rows(rows, rows.begin, [f"{rows.indentation}{header}: {statement}"])
        inside = self.rows(handler.body.body[0]).indentation
        return self._insert_rows(rows, rows.begin, [f"{rows.indentation}{header}:", inside + statement])

    def move(self, nodes: Sequence[cst.CSTNode], before: cst.CSTNode) -> Changes:
        """Moves statements, or a clause, before another one of the same block, each with the comments that stand above it."""
        target = self.rows(before)
        cell = target.cell
        line_end = self._line_end(cell, target.first)
        changes, moved = [], ""
        for node in nodes:
            rows = self.rows(node)
            text = cell.text[rows.begin : rows.end]
            if rows.cell is not cell or rows.indentation != target.indentation or rows.begin < target.end:
                raise Unfixable
            if cell.text[target.begin : rows.end] != (cell.code or "")[target.begin : rows.end]:
                raise Unfixable  # nobody knows what a magic on the way does
            if LINE_END.search(text[-1:]):
                changes.append(Change(Span(cell, rows.begin, rows.end), ""))
            else:  # the file ends here without a line end, and is to do so again
                row_before = cell.lines.starts[cell.lines.location(rows.begin).row - 2]
                begin = rows.begin - len(self._line_end(cell, row_before))
                changes.append(Change(Span(cell, begin, rows.end), ""))
                text += line_end
            moved += text
        return Change(Span(cell, target.begin, target.begin), moved), *changes

    def _insert_rows(self, rows: Rows, offset: int, lines: Sequence[str]) -> Change:
        line_end = self._line_end(rows.cell, rows.first)
        return Change(Span(rows.cell, offset, offset), "".join(line + line_end for line in lines))

    def rows(self, node: cst.CSTNode) -> Rows:
        """The rows of a statement or clause that shares none of them with another one."""
        cell, start, end = self.span(node)
        if isinstance(node, (cst.FunctionDef, cst.ClassDef)) and node.decorators:
            start = self.span(node.decorators[0]).start
        lines = cell.lines
        row = lines.location(start).row
        first = lines.starts[row - 1]
        blank = cell.text[first:start]
        if blank.strip(" \t\f"):
            raise Unfixable
        indentation = blank.rpartition("\f")[2]
        code_end = max(self.span(part).end for part in walk(node) if isinstance(part, cst.BaseSmallStatement))
        rest = _REST_OF_ROW.match(cell.text, code_end)
        if rest is None:
            raise Unfixable
        last = code_row = lines.location(code_end).row
        block_end = lines.location(max(code_end, start + len(cell.text[start:end].rstrip()))).row
        for below in range(code_row + 1, block_end + 1):
            if _is_comment_inside(lines.line(below), indentation):
                last = below
        end = rest.end() if last == code_row else lines.starts[last - 1] + len(lines.line(last))
        behind = LINE_END.match(cell.text, end)
        top = row
        while top > 1 and _is_comment(lines.line(top - 1), indentation):
            top -= 1
        # What stands at the very top speaks of the file: its encoding, its licence.
        begin = lines.starts[top - 1] if top > 1 else first
        return Rows(cell, indentation, begin, first, behind.end() if behind is not None else end)

    @staticmethod
    def _line_end(cell: Cell, offset: int) -> str:
        """The line end of the row at an offset; where it has none, that of the row before."""
        found = LINE_END.search(cell.text, offset)
        if found is None:
            *_, found = (None, *LINE_END.finditer(cell.text, 0, offset))
        return found[0] if found is not None else "\n"

    # Names.

    def reference(self, qualified: str, at: cst.CSTNode) -> Reference:
        """How to write a qualified name where a node is evaluated, the way the file does it: by the name or the module that it
        has imported, or else with one more name in an import from the same module, or one more import beside it.
        """
        known = written_as(qualified, at, self._resolver)
        if known is not None:
            return Reference(known, ())
        name = qualified.rpartition(".")[2]
        beside = import_beside(qualified, at, self._resolver)
        if beside is not None and not isinstance(beside.names, cst.ImportStar):
            return Reference(name, self._extended(beside, beside.names, name))
        package = qualified.partition(".")[0]
        statements = list(imports_of(package, at, self._resolver))
        if not statements or not is_free(package, at, self._resolver):
            raise Unfixable
        line = self._tree.parents[statements[0]]
        if not isinstance(line, cst.SimpleStatementLine) or line.body[0] is not statements[0]:
            raise Unfixable
        return Reference(qualified, (self.insert_statement(line, f"import {package}"),))

    def _extended(self, statement: cst.ImportFrom, aliases: Sequence[cst.ImportAlias], name: str) -> Changes:
        names = [dotted_name(alias.name) or "" for alias in aliases]
        orders = (_by_kind, str.casefold, str)
        order = next((order for order in orders if names == sorted(names, key=order)), None)
        index = len(names) if order is None else sum(order(other) < order(name) for other in names)
        return self._add_item(aliases, index, name, may_break=statement.lpar is not None)


class Rows(NamedTuple):
    """The rows of a statement or clause. begin: where the comments above it begin. first: where its own first row does.
    end: behind the line end of its last row.
    """

    cell: Cell
    indentation: str
    begin: int
    first: int
    end: int


def _is_comment(line: str, indentation: str) -> bool:
    """Whether a row holds nothing but a comment, indented like this."""
    row = _COMMENT_ROW.match(line)
    return row is not None and row["comment"] is not None and row["indentation"].rpartition("\f")[2] == indentation


def _is_comment_inside(line: str, indentation: str) -> bool:
    """Whether a row holds nothing but a comment that is indented further."""
    row = _COMMENT_ROW.match(line)
    if row is None or row["comment"] is None:
        return False
    return len(row["indentation"].expandtabs()) > len(indentation.expandtabs())


def _comments(node: cst.CSTNode) -> Iterator[str]:
    if isinstance(node, cst.Comment):
        yield node.value
    for child in node.children:
        yield from _comments(child)


def _is_of_word(character: str) -> bool:
    return character.isalnum() or character == "_"


def _by_kind(name: str) -> str:
    """The order of isort: constants, classes, the rest."""
    kind = "0" if name.isupper() and len(name) > 1 else "1" if name[:1].isupper() else "2"
    return kind + name.casefold()
