"""The same program in other clothes: each variation gives other bytes that must lead to the same findings, row for row."""

from __future__ import annotations

import ast
import io
import json
import re
import tokenize
from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

from tests.fixtures_reader import Expected, expected_in, with_noqa


class Varied(NamedTuple):
    """A variation of a program: a file name, its bytes, and the findings (row or row within the cell, code) it must have."""

    name: str
    data: bytes
    expected: Expected


def _plain(text: str) -> Varied:
    return Varied("plain.py", text.encode(), expected_in(text))


def _noqa(text: str) -> Varied:
    return Varied("noqa.py", with_noqa(text).encode(), set())


def _crlf(text: str) -> Varied:
    return Varied("crlf.py", text.replace("\n", "\r\n").encode(), expected_in(text))


def _cr(text: str) -> Varied:
    return Varied("cr.py", text.replace("\n", "\r").encode(), expected_in(text))


def _tabs(text: str) -> Varied:
    """Indented with tabs; rows inside multi-line strings keep their text."""
    inner = _inner_rows(text)
    lines = [
        line if row in inner else "\t" * ((len(line) - len(line.lstrip(" "))) // 4) + re.sub(r"^(?: {4})+", "", line)
        for row, line in enumerate(text.split("\n"), 1)
    ]
    return Varied("tabs.py", "\n".join(lines).encode(), expected_in(text))


def _bom(text: str) -> Varied:
    return Varied("bom.py", b"\xef\xbb\xbf" + text.encode(), expected_in(text))


def _latin_1(text: str) -> Varied:
    text = f"# -*- coding: latin-1 -*-\n# caf\u00e9\n{text}"
    return Varied("latin_1.py", text.encode("latin-1", "replace"), expected_in(text))


def _form_feed(text: str) -> Varied:
    lines = text.split("\n")
    tops = {node.lineno for node in ast.parse(text).body} - _inner_rows(text)
    return Varied(
        "form_feed.py",
        "\n".join("\x0c" + line if row in tops else line for row, line in enumerate(lines, 1)).encode(),
        expected_in(text),
    )


def _function(text: str) -> Varied:
    """Everything inside one function; rows inside multi-line strings keep their text."""
    inner = _inner_rows(text)
    body = "\n".join(line if row in inner or not line else f"    {line}" for row, line in enumerate(text.split("\n"), 1))
    text = f"def program():\n{body}\n\n\nprogram()\n"
    return Varied("function.py", text.encode(), expected_in(text))


def _aliased(text: str) -> Varied:
    """`import openai as sdk_x`, `from openai import OpenAI as OpenAI_x`, and every use renamed."""
    renamed = {"openai": "sdk_x"} if re.search(r"^\s*import openai\s*(#.*)?$", text, re.MULTILINE) else {}
    names = re.findall(r"^\s*from (?:openai|tenacity|dotenv)(?:\.error)? import ([\w, ]+?)\s*(?:#.*)?$", text, re.MULTILINE)
    renamed |= {name: f"{name}_x" for group in names for name in re.split(r",\s*", group) if name.isidentifier()}
    lines = text.split("\n")
    tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    for index, token in reversed(list(enumerate(tokens))):
        if token.type != tokenize.NAME or token.string not in renamed or tokens[index - 1].string == ".":
            continue
        row, column = token.start
        line = lines[row - 1]
        if tokens[index + 1].string == "=" and tokens[index - 1].string in ("(", ","):
            continue  # a keyword argument
        statement = line.strip()
        if statement.startswith(("from ", "import ")):
            if tokens[index - 1].string in ("import", ",") and tokens[index + 1].string not in (".", "as"):
                new = f"{token.string} as {renamed[token.string]}"
            else:
                continue
        else:
            new = renamed[token.string]
        lines[row - 1] = line[:column] + new + line[column + len(token.string) :]
    return Varied("aliased.py", "\n".join(lines).encode(), expected_in(text))


def _emoji(text: str) -> Varied:
    """An emoji before every simple statement that stands alone on its line."""
    lines = text.split("\n")
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.Assign, ast.Expr, ast.Import, ast.AugAssign)) and lines[node.lineno - 1][
            : node.col_offset
        ].isspace() | (node.col_offset == 0):
            line = lines[node.lineno - 1]
            docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
            future = "__future__" in text
            if not docstring and not future and not line[node.col_offset :].startswith("\U0001f511"):
                lines[node.lineno - 1] = f"{line[: node.col_offset]}'\U0001f511'; {line[node.col_offset :]}"
    return Varied("emoji.py", "\n".join(lines).encode(), expected_in(text))


def _one_cell(text: str) -> Varied:
    return Varied("one_cell.ipynb", notebook([text]), expected_in(text))


def _inner_rows(text: str) -> set[int]:
    """The rows that begin inside a string."""
    return {
        row
        for node in ast.walk(ast.parse(text))
        if isinstance(node, (ast.Constant, ast.JoinedStr)) and node.end_lineno is not None
        for row in range(node.lineno + 1, node.end_lineno + 1)
    }


def notebook(cells: list[str]) -> bytes:
    code: list[dict[str, object]] = [
        {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": cell.splitlines(keepends=True)}
        for cell in cells
    ]
    metadata = {"language_info": {"name": "python"}}
    return json.dumps({"cells": code, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}, indent=1).encode()


def cells_of(text: str) -> list[str]:
    """The program cut into a cell for each top-level statement, in order; decorators stay with what they decorate."""
    starts = []
    for node in ast.parse(text).body:
        first = min([node.lineno, *(decorator.lineno for decorator in getattr(node, "decorator_list", ()))])
        starts.append(first)
    lines = text.split("\n")
    bounds = [1, *sorted({start for start in starts if start > 1}), len(lines) + 1]
    return ["\n".join(lines[start - 1 : end - 1]) for start, end in pairwise(bounds)]


VARIATIONS: dict[str, Callable[[str], Varied]] = {
    "plain": _plain,
    "noqa": _noqa,
    "crlf": _crlf,
    "cr": _cr,
    "tabs": _tabs,
    "bom": _bom,
    "latin-1": _latin_1,
    "form-feed": _form_feed,
    "function": _function,
    "aliased": _aliased,
    "emoji": _emoji,
    "one-cell": _one_cell,
}
