"""What shell commands and the magics of a notebook do to environment variables."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

from oaklint.source import Cell, Span

# Parts of a word that blanks and operators do not end: quoted text, `$(...)`, what stands behind a backslash.
_WHOLE = r"""(?:"(?:[^"\\]|\\.)*+"|'[^']*+'|\$\([^)]*+\)|`[^`]*+`|\\.|\$(?!\())"""
_ASSIGNMENT = rf"""[A-Za-z_]\w*+[ \t]*+=[ \t]*+(?:{_WHOLE}|[^\s;&|<>"'`\\$])*+"""
_EXPORT = re.compile(
    rf"(?P<set>(?:export|declare[ \t]+-x|setenv|set)[ \t]++(?:{_ASSIGNMENT}[ \t]*+)++)\s*(?:(?<=\s)#[^\n]*)?", re.DOTALL
)
_EXPORTED = re.compile(rf"({_ASSIGNMENT})", re.DOTALL)
# One command of several, with its comment, and several that can be told apart.
_SIMPLE = rf"""(?:{_WHOLE}|(?<!\S)\#[^\n]*+|[<>]&|[^;&|\n"'`\\$])++"""
_ONE = re.compile(_SIMPLE, re.DOTALL)
_SEVERAL = re.compile(rf"(?:{_SIMPLE}|[;&|\n])*+\Z", re.DOTALL)
# What the shell does itself, with no variable that is not mentioned; but any command may have others run.
_BUILTINS = {"cd", "echo", "pwd", "true"}
_OPTIONS = re.compile(r"set(?:\s+[-+]\w+)+")  # without any it says what is set
_RUNS_OTHERS = re.compile(r"[$<>]\(|`|\s-exec")
_MENTIONED = re.compile(r"\$\{?[!#]?(\w+)")

_COMMAND = re.compile(r"^[ \t]*(?P<mark>!!?|%(?:system|sx)\b)[ \t]*(?P<command>[^\r\n]*)", re.MULTILINE)
_SHELL_CELL = re.compile(r"\s*(?P<command>%%(?:bash|sh|system|sx|!|script[ \t]+(?:bash|sh))[^\r\n]*)(?P<body>[\s\S]*)")
_MAGIC = re.compile(r"^[ \t]*(?P<mark>%?)(?:set_)?env[ \t]+(?P<name>[A-Za-z_]\w*)(?:[ \t]*=|[ \t]+\S)", re.MULTILINE)
_VALUE = re.compile(
    r"""^[ \t]*(?P<mark>%?)(?:set_)?env[ \t]+(?P<name>[A-Za-z_]\w*)[ \t]*[= \t][ \t]*["']?(?P<value>[^\s"'][^\r\n"']*)""",
    re.MULTILINE,
)
_EXPORTED_VALUE = re.compile(
    r"""\b(?:export|setenv|set)[ \t]+(?P<name>[A-Za-z_]\w*)[= \t]["']?(?P<value>[^\s"';&|][^\r\n"';&|]*)"""
)
# `%load_ext dotenv` only makes the other known.
_LOADER = re.compile(r"^[ \t]*(?P<mark>%)dotenv\b", re.MULTILINE)


# What a line shows in the notebook's output: `%env NAME`, and `%env NAME=$key`, which repeats what it sets.
_SHOWN_BY_MAGIC = re.compile(
    r"^[ \t]*(?P<mark>%)(?:env[ \t]+(?P<shown>[A-Za-z_]\w*)[ \t]*(?=[\r\n]|\Z)"
    r"|(?:set_)?env[ \t]+(?P<repeated>[A-Za-z_]\w*)(?:[ \t]*=[ \t]*|[ \t]+)(?:\$\w|\{)[^\r\n]*)",
    re.MULTILINE,
)
# What goes elsewhere, or is no variable any more.
_NOT_SHOWN = re.compile(r"['|>`\\]")
_REFERENCE = re.compile(r"\$(?:(\w+)|\{(\w+)\})")


class Assigned(NamedTuple):
    """An environment variable that a line gives a value, and where its name or the command stands."""

    name: str
    span: Span


def exports(command: str, others: Collection[str] = ()) -> frozenset[str]:
    """The variables that a command sets for its own shell, and for nothing that it runs: what is set ends with that shell.

    others: programs that have no use for them.
    """
    return frozenset(name for name, _ in _exported(command, others))


def _exported(command: str, others: Collection[str]) -> Iterator[tuple[str, re.Match[str]]]:
    """The same, each with the command that sets it."""
    each = [*_ONE.finditer(command)] if _SEVERAL.match(command) else []
    parts = [(found, part) for found in each if (part := found[0].strip()) and not part.startswith("#")]
    setting = [(found, whole["set"]) for found, part in parts if (whole := _EXPORT.fullmatch(part))]
    rest = [part for _, part in parts if not _EXPORT.fullmatch(part)]
    programs = {*_BUILTINS, *others}
    if all((part.split()[0] in programs or _OPTIONS.fullmatch(part)) and not _RUNS_OTHERS.search(part) for part in rest):
        mentioned = set(_MENTIONED.findall("\n".join(rest)))
        for found, export in setting:
            names = (assigned.partition("=")[0].strip() for assigned in _EXPORTED.findall(export))
            yield from ((name, found) for name in names if name not in mentioned)


def lost_exports(cell: Cell, others: Collection[str] = ()) -> Iterator[Assigned]:
    """What the shell lines of a notebook's cell, or a shell cell, set for a shell that ends with them."""
    whole = _SHELL_CELL.match(cell.text) if cell.kind == "code" and cell.code is None else None
    if whole is not None:
        for name, export in _exported(whole["body"], others):
            start = whole.start("body") + export.start() + len(export[0]) - len(export[0].lstrip())
            yield Assigned(name, Span(cell, start, start + len(export[0].strip())))
    for line in _masked(_COMMAND, cell):
        for name in exports(line["command"], others):
            yield Assigned(name, Span(cell, line.start("mark"), line.end("command")))


def shown_by_command(command: str) -> frozenset[str]:
    """The variables whose values a command writes out, `echo $NAME`, `printenv NAME`, unless that goes to a file or a program."""
    found = set[str]()
    for part in (each[0].split() for each in _ONE.finditer(command)) if not _NOT_SHOWN.search(command) else ():
        if part[:1] in (["echo"], ["printf"]):
            found.update(plain or braced for plain, braced in _REFERENCE.findall(" ".join(part)))
        elif part[:1] == ["printenv"]:
            found.update(part[1:])
    return frozenset(found)


def shown_variables(cell: Cell) -> Iterator[Assigned]:
    """The variables whose values a notebook's lines write into its output."""
    whole = _SHELL_CELL.match(cell.text) if cell.kind == "code" and cell.code is None else None
    for part in _ONE.finditer(cell.text, whole.start("body")) if whole is not None else ():
        text = part[0].strip()
        for name in shown_by_command(text):
            start = part.start() + len(part[0]) - len(part[0].lstrip())
            yield Assigned(name, Span(cell, start, start + len(text)))
    for line in _masked(_COMMAND, cell):
        for name in shown_by_command(line["command"]):
            yield Assigned(name, Span(cell, line.start("mark"), line.end("command")))
    for line in _masked(_SHOWN_BY_MAGIC, cell):
        yield Assigned(line["shown"] or line["repeated"], Span(cell, line.start("mark"), line.end()))


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


def values_by_magic(cell: Cell) -> Iterator[Assigned]:
    """The same with the values that are written down, where these stand: IPython puts something else in place of `$name`."""
    for line in _masked(_VALUE, cell):
        if "$" not in line["value"] and "{" not in line["value"]:
            yield Assigned(line["name"], Span(cell, *line.span("value")))


def values_exported(cell: Cell) -> Iterator[Assigned]:
    """The values that the shell lines of a notebook's cell, or a shell cell, give to variables."""
    whole = _SHELL_CELL.match(cell.text) if cell.kind == "code" and cell.code is None else None
    parts = [whole.span("body")] if whole is not None else [line.span("command") for line in _masked(_COMMAND, cell)]
    for found in (found for start, end in parts for found in _EXPORTED_VALUE.finditer(cell.text, start, end)):
        if "$" not in found["value"] and "`" not in found["value"]:
            yield Assigned(found["name"], Span(cell, *found.span("value")))


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
