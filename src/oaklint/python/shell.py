"""What shell commands and the magics of a notebook do to environment variables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from oaklint.source import Cell, Span

# One word of a command line; `$(...)` and quoted text are parts of it, blanks and operators end it.
_WORD = r"""(?:"(?:[^"\\]|\\.)*+"|'[^']*+'|\$\([^)]*+\)|`[^`]*+`|\\.|\$(?!\()|[^\s;&|<>"'`\\$])*+"""
_ASSIGNMENT = rf"[A-Za-z_]\w*+[ \t]*+=[ \t]*+{_WORD}"
_EXPORT = rf"[ \t]*+(?:export|declare[ \t]+-x|setenv|set)[ \t]++(?:{_ASSIGNMENT}[ \t]*+)++"
_ONLY_EXPORTS = re.compile(rf"\s*+{_EXPORT}(?:(?:;|&&|\n)\s*+{_EXPORT})*+\s*;?\s*(?:(?<=\s)#[^\n]*)?\Z", re.DOTALL)
_EXPORTED = re.compile(rf"({_ASSIGNMENT})", re.DOTALL)

_COMMAND = re.compile(r"^[ \t]*(?P<mark>!!?|%(?:system|sx)\b)[ \t]*(?P<command>[^\r\n]*)", re.MULTILINE)
_SHELL_CELL = re.compile(r"\s*(?P<command>%%(?:bash|sh|system|sx|!|script[ \t]+(?:bash|sh))[^\r\n]*)(?P<body>[\s\S]*)")
_MAGIC = re.compile(r"^[ \t]*(?P<mark>%?)(?:set_)?env[ \t]+(?P<name>[A-Za-z_]\w*)(?:[ \t]*=|[ \t]+\S)", re.MULTILINE)
# `%load_ext dotenv` only makes the other known.
_LOADER = re.compile(r"^[ \t]*(?P<mark>%)dotenv\b", re.MULTILINE)


class Assigned(NamedTuple):
    """An environment variable that a line gives a value, and where its name or the command stands."""

    name: str
    span: Span


def exports(command: str) -> frozenset[str]:
    """The variables that a command sets for its own shell, if it does nothing else: what is set ends with that shell."""
    if not _ONLY_EXPORTS.match(command):
        return frozenset()
    return frozenset(found.partition("=")[0].strip() for found in _EXPORTED.findall(command))


def lost_exports(cell: Cell) -> Iterator[Assigned]:
    """What the shell lines of a notebook's cell, or a shell cell, set for a shell that ends with them."""
    whole = _SHELL_CELL.match(cell.text) if cell.kind == "code" and cell.code is None else None
    if whole is not None:
        body = "\n".join(line for line in whole["body"].splitlines() if line.strip() and not line.lstrip().startswith("#"))
        for name in exports(body):
            yield Assigned(name, Span(cell, *whole.span("command")))
    for line in _masked(_COMMAND, cell):
        for name in exports(line["command"]):
            yield Assigned(name, Span(cell, line.start("mark"), line.end("command")))


def assigned_by(line: str) -> str | None:
    """The variable that `%env NAME=value` or `%set_env` sets; None for another line."""
    match = _MAGIC.match(line)
    return match["name"] if match is not None else None


def loads_file(line: str) -> bool:
    """Whether a line is `%dotenv`, which loads a file into the environment."""
    return _LOADER.match(line) is not None


def overrides(line: str) -> bool:
    """Whether `%dotenv -o` changes what is there already."""
    return bool({"-o", "--override"} & set(line.split()))


def magic_assignments(cell: Cell) -> Iterator[Assigned]:
    """What `%env NAME=value` and `%set_env` set, for the notebook's own process."""
    for line in _masked(_MAGIC, cell):
        yield Assigned(line["name"], Span(cell, *line.span("name")))


def loads_by_magic(cell: Cell) -> bool:
    """Whether `%dotenv` loads a file into the environment."""
    return any(True for _ in _masked(_LOADER, cell))


def commands(cell: Cell) -> Iterator[str]:
    """The shell lines and magics of a cell as they stand."""
    for line in _masked(re.compile(r"^[ \t]*(?P<mark>[!%])[^\r\n]*", re.MULTILINE), cell):
        yield line[0]


def _masked(pattern: re.Pattern[str], cell: Cell) -> Iterator[re.Match[str]]:
    """The lines that are IPython's own, not Python in a string: those that the parser does not get to see."""
    if cell.kind == "code":
        for found in pattern.finditer(cell.text):
            start = found.start("mark")
            if cell.code is None or cell.code[start : start + 1] != cell.text[start : start + 1]:
                yield found
