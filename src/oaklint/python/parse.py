"""From text to trees, guarded: LibCST can crash the interpreter, or run for ever, on hostile input."""

from __future__ import annotations

import ast
import re
import sys
import threading
import warnings
from collections.abc import Callable
from typing import Literal, TypeVar

from oaklint.python import cst

# LibCST's parser recurses on the C stack, its code generator and our resolver on Python's.
_STACK_BYTES = 512 * 1024 * 1024
_RECURSION_LIMIT = 60_000

# Measured with LibCST 1.9.0: deeper nesting needs more stack than is sane, and a chain of n calls takes time quadratic in n.
_MAX_BRACKETS = 200
_MAX_CHAIN = 1_000
# Each bracket around a pattern doubles the time that it takes; a mapping, or parentheses that may be a tuple, doubles it twice.
_MAX_DOUBLINGS = 16

_CASE = re.compile(r"^[ \t\f]*case\b", re.MULTILINE)
_PATTERN_TOKEN = re.compile(r"'(?:\\.|[^\\'\n])*'|\"(?:\\.|[^\\\"\n])*\"|#[^\n]*|\w+|\n|\S")
_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")
_LITERAL_OR_BRACKET = re.compile(
    r"#[^\r\n]*|'''(?:\\.|[^\\])*?(?:'''|\Z)|\"\"\"(?:\\.|[^\\])*?(?:\"\"\"|\Z)|'(?:\\.|[^\\'\n])*'?|\"(?:\\.|[^\\\"\n])*\"?|[()\[\]{}]|[\r\n]",
    re.DOTALL,
)

Result = TypeVar("Result")


class Unparsable(Exception):
    """The text is not Python, or nothing that LibCST can take. `row` and `column` are 1-based; the message holds none of the
    text.
    """

    def __init__(self, message: str, row: int = 1, column: int = 1) -> None:
        super().__init__(message)
        self.row = row
        self.column = column


def parse(code: str) -> cst.Module:
    """The tree of a program text. Raises Unparsable. To be called on a big stack."""
    _guard(code)
    try:
        return cst.parse_module(code)
    except cst.ParserSyntaxError as error:
        if _syntax_tree(code) is not None:
            what = "valid Python, but nothing that the parser LibCST can take"
            raise Unparsable(what, error.raw_line, error.raw_column + 1) from None
        # LibCST gives up where the last token that it could not place ends; the interpreter knows better.
        raise Unparsable("not valid Python", *_syntax_error(code) or (error.raw_line, error.raw_column + 1)) from None
    except (MemoryError, KeyboardInterrupt):
        raise
    except Exception as error:  # LibCST lets KeyError, CSTValidationError and others through
        raise Unparsable(f"LibCST cannot take it ({type(error).__name__})") from None


def check_syntax(code: str) -> None:
    """Raises Unparsable as `parse` does, at a tenth of the price where the interpreter's own parser is content."""
    try:
        if _syntax_tree(code) is not None:
            return
    except (RecursionError, MemoryError):
        pass
    parse(code)


def parses_still(before: str, after: str) -> bool:
    """Whether a program text is Python when it has been changed, and not only for newer interpreters than it was before."""
    try:
        if _syntax_tree(after) is not None:
            return True
        if _syntax_tree(before) is not None:
            return False
    except (RecursionError, MemoryError):
        pass
    try:
        parse(after)
    except Unparsable:
        return False
    return True


def stands_alone(expression: str) -> bool:
    """Whether the text of an expression is one without parentheses around it, wherever one is taken."""
    tree = _syntax_tree(expression, "eval")
    return isinstance(tree, ast.Expression) and not isinstance(tree.body, ast.Tuple)


def _guard(code: str) -> None:
    """Refuses what would need too much stack or time."""
    if "case" in code and (row := _overnested_pattern(code)):
        raise Unparsable("a pattern in too many brackets", row)
    # Cheap upper bounds first: what is short enough, or has few brackets and operators in all, needs no closer look.
    openings = code.count("(") + code.count("[") + code.count("{")
    if openings > _MAX_BRACKETS and _bracket_depth(code) > _MAX_BRACKETS:
        raise Unparsable(f"more than {_MAX_BRACKETS} nested brackets")
    if len(code) > _MAX_CHAIN and (row := _overlong_chain(code)):
        raise Unparsable(f"more than {_MAX_CHAIN} operations or branches in one chain", row)


def _overnested_pattern(code: str) -> int:
    """The row of a `case` whose brackets, one inside the other, take too long to parse; 0 if there is none."""
    header = _CASE.search(code)
    while header is not None:
        doublings: list[int] = []  # of each open bracket
        previous, end = "", header.end()
        for match in _PATTERN_TOKEN.finditer(code, end):
            token, end = match[0], match.end()
            if token in _OPENING:
                doublings.append(1 if token == "[" or (token == "(" and previous.isidentifier()) else 2)
                if sum(doublings) > _MAX_DOUBLINGS:
                    return code.count("\n", 0, header.start()) + 1
            elif token in _CLOSING:
                del doublings[-1:]
            elif token in (":", "\n") and not doublings:
                break
            previous = token
        header = _CASE.search(code, end)
    return 0


def _bracket_depth(code: str) -> int:
    depth = deepest = 0
    for match in _LITERAL_OR_BRACKET.finditer(code):
        token = match[0]
        if token in _OPENING:
            depth += 1
            deepest = max(deepest, depth)
        elif token in _CLOSING:
            depth = max(0, depth - 1)
    return deepest


def _overlong_chain(code: str) -> int:
    """The row of a statement that the syntax tree nests too deeply; 0 if there is none."""
    try:
        tree = _syntax_tree(code)
    except (RecursionError, MemoryError):
        return 1
    stack: list[tuple[ast.AST, int]] = [(tree, 0)] if tree is not None else []
    while stack:
        node, depth = stack.pop()
        if depth > _MAX_CHAIN:
            return getattr(node, "lineno", 1)
        stack.extend((child, depth + 1) for child in ast.iter_child_nodes(node))
    return 0


def _syntax_error(code: str) -> tuple[int, int] | None:
    """Row and column (1-based) at which the interpreter's own parser gives up; None where it does not say."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ast.parse(code)
        except SyntaxError as error:
            return (error.lineno, max(error.offset or 1, 1)) if error.lineno else None
        except ValueError:
            return None
    return None


def _syntax_tree(code: str, mode: Literal["exec", "eval"] = "exec") -> ast.AST | None:
    """The interpreter's own view; None for newer syntax than its own as well as for none at all."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(code, mode=mode)
        except (SyntaxError, ValueError):
            return None


def on_big_stack(work: Callable[[], Result]) -> Result:
    """Runs `work` in a thread whose stack is large enough for every program that `parse` accepts; raises what it raises."""
    outcome: list[Result] = []
    failure: list[BaseException] = []

    def run() -> None:
        try:
            outcome.append(work())
        except BaseException as error:  # handed to the caller's thread
            failure.append(error)

    size = threading.stack_size(_STACK_BYTES)
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, _RECURSION_LIMIT))
    try:
        thread = threading.Thread(target=run, name="oaklint")
        thread.start()
    finally:
        threading.stack_size(size)
    thread.join()
    sys.setrecursionlimit(limit)
    if failure:
        raise failure[0]
    return outcome[0]
