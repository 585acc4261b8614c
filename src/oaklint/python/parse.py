"""From text to trees, guarded: LibCST can crash the interpreter, or run for ever, on hostile input."""

from __future__ import annotations

import re
import sys
import threading
from collections.abc import Callable
from typing import TypeVar

from oaklint.python import cst

# LibCST's parser recurses on the C stack, its code generator and our resolver on Python's.
_STACK_BYTES = 512 * 1024 * 1024
_RECURSION_LIMIT = 60_000

# Measured with LibCST 1.9.0: deeper nesting needs more stack than is sane, and a chain of n calls takes time quadratic in n.
_MAX_BRACKETS = 200
_MAX_CHAIN = 1_500

# `case ((((x))))` takes LibCST time exponential in the number of parentheses.
_CASE_PARENTHESES = re.compile(r"^[ \t\f]*case\b[^:\n]*?(?:[(\[][ \t]*){6}", re.MULTILINE)
_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")
_LITERAL_OR_BRACKET = re.compile(
    r"#[^\r\n]*|'''(?:\\.|[^\\])*?(?:'''|\Z)|\"\"\"(?:\\.|[^\\])*?(?:\"\"\"|\Z)|'(?:\\.|[^\\'\n])*'?|\"(?:\\.|[^\\\"\n])*\"?|[()\[\]{}]|[\r\n]",
    re.DOTALL,
)
_CHAINED = re.compile(r"[-+*/%@&|^<>=!~.(\[]|\b(?:and|or|not|in|is|if|else|await|lambda)\b|[\"']")

Result = TypeVar("Result")


class Unparsable(Exception):
    """The text is not Python, or nothing that LibCST can take. `row` and `column` are 1-based; the message holds none of the text."""

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
        raise Unparsable("not valid Python", error.raw_line, error.raw_column + 1) from None
    except (MemoryError, KeyboardInterrupt):
        raise
    except Exception as error:  # LibCST lets KeyError, CSTValidationError and others through
        raise Unparsable(f"LibCST cannot take it ({type(error).__name__})") from None


def _guard(code: str) -> None:
    """Refuses what would need too much stack or time."""
    if "case" in code and (match := _CASE_PARENTHESES.search(code)):
        raise Unparsable("a pattern in too many parentheses", code.count("\n", 0, match.start()) + 1)
    # Cheap upper bounds first: what is short enough, or has few brackets and operators in all, needs no closer look.
    openings = code.count("(") + code.count("[") + code.count("{")
    if openings > _MAX_BRACKETS and _bracket_depth(code) > _MAX_BRACKETS:
        raise Unparsable(f"more than {_MAX_BRACKETS} nested brackets")
    if len(code) > _MAX_CHAIN and (row := _overlong_chain(code)):
        raise Unparsable(f"an expression of more than {_MAX_CHAIN} chained operations", row)


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
    """The row of an expression that the syntax tree nests too deeply; 0 if there is none."""
    import ast
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            tree = ast.parse(code)
        except (SyntaxError, ValueError):
            return 0  # newer syntax than this interpreter's, or none at all: LibCST decides
        except (RecursionError, MemoryError):
            return 1
    stack: list[tuple[ast.AST, int]] = [(tree, 0)]
    while stack:
        node, depth = stack.pop()
        if depth > _MAX_CHAIN:
            return getattr(node, "lineno", 1)
        stack.extend((child, depth + 1) for child in ast.iter_child_nodes(node))
    return 0


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
