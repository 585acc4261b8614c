"""Masks what IPython adds to Python by Python of the same length, so that every offset stays what it was.

Magics, shell commands, help and autocalls become `pass`, the right side of `x = !command` becomes a name. Only the start of a
statement is looked at: what stands in a string, in brackets or behind a backslash is Python's own.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from oaklint.source.location import LINE_END

# Cell magics that run their cell as Python; any other hands it to another language or program.
_PYTHON_MAGICS = frozenset({"capture", "debug", "ipytest", "prun", "pypy", "python", "python3", "time", "timeit"})
# Databricks names a cell's language with a single percent sign.
_DATABRICKS_LANGUAGES = frozenset({"fs", "md", "md-sandbox", "r", "scala", "sh", "sql"})
# Magics that people write without the percent sign, which IPython allows in a cell that holds nothing else.
_AUTOMAGICS = (
    "alias|bookmark|cat|cd|conda|config|cp|env|history|load|load_ext|ls|mamba|matplotlib|micromamba|mkdir|mv|pip|popd|pushd|pylab|"
    "reload_ext|reset|rm|rmdir|run|set_env|system|time|timeit|unload_ext|uv|who|whos|writefile"
)
_AUTOMAGIC = re.compile(
    rf"\s*(?:{_AUTOMAGICS})[ \t]+"
    r"""(?!(?:and|for|if|in|is|not|or)\b)(?:-{0,2}\w|["']|[~$./]+[\w/~]|\.\.)"""  # what cannot go on an expression
)

# Cells without any of these hold plain Python and are not looked at closer.
_SUSPECT = re.compile(r"(?:\A|[\r\n])[ \t\f]*[%!?/,;]|=[ \t]*[%!]|\?[ \t]*(?:[\r\n]|\Z)")
# At the start of a statement; none of these can start one of Python.
_ESCAPE = re.compile(r"[ \t\f]*(?P<escape>(?P<cell>%%(?P<magic>\S*))|%(?P<line>[\w-]*)|[!?/,;])")
_TOKEN = re.compile(
    r"""
      (?P<string>\"{3} (?: [^"\\]++ | \\[\s\S]? | "(?!"") )*+ (?:\"{3})?
               | '{3}  (?: [^'\\]++ | \\[\s\S]? | '(?!'') )*+ (?:'{3})?
               | "     (?: [^"\\\r\n]++ | \\(?:\r\n|[\s\S])? )*+ "?
               | '     (?: [^'\\\r\n]++ | \\(?:\r\n|[\s\S])? )*+ '? )
    | (?P<blank>[ \t\f]+ | \\(?:\r\n?|\n))
    | (?P<end>\r\n?|\n)
    | (?P<comment>\#[^\r\n]*)
    | (?P<open>[(\[{])
    | (?P<close>[)\]}])
    | (?P<help>\?)
    | (?P<assigned>(?<![=!<>:+\-*/%@&|^~]) = [ \t]* (?=[%!]))
    | [\w.]+
    | [\s\S]
    """,
    re.VERBOSE,
)


def mask(text: str, *, databricks: bool = False) -> str | None:
    """The text of a code cell as a Python parser may read it, each row of the same length; None where it holds no Python.

    databricks: whether the notebook is one of Databricks, where a single percent sign names the language of a cell.
    """
    if _AUTOMAGIC.match(text):
        return None
    if not _SUSPECT.search(text):
        return text
    first = _ESCAPE.match(text, len(text) - len(text.lstrip()))
    if databricks and first and first["line"] in _DATABRICKS_LANGUAGES:
        return None
    masked, done, offset = "", 0, 0
    while offset < len(text):
        rewrite: Callable[[int], str] | None
        escape = _ESCAPE.match(text, offset)
        if escape is None:
            rewrite, start, offset = _statement(text, offset)
        elif escape["cell"]:
            if escape["magic"] not in _PYTHON_MAGICS:
                return None
            rewrite, start, offset = _statement_of, escape.start("escape"), _end_of_row(text, escape.end())
        else:
            start = escape.start("escape")
            rewrite, offset = _statement_of, _end_of_command(text, start)
        if rewrite is not None:
            masked += text[done:start] + _rewritten(text[start:offset], rewrite)
            done = offset
        offset = _after_line_end(text, offset)
    return masked + text[done:]


def _statement(text: str, start: int) -> tuple[Callable[[int], str] | None, int, int]:
    """Go over one logical line of Python: how to mask a part of it (None: not at all), where that starts, and the line's end."""
    depth, last = 0, None
    for token in _TOKEN.finditer(text, start):
        kind = token.lastgroup
        if kind == "open":
            depth += 1
        elif kind == "close":
            depth = max(depth - 1, 0)
        elif kind == "assigned" and depth == 0:
            return _value_of, token.end(), _end_of_command(text, token.end())
        elif kind == "end" and depth == 0:
            end = token.start()
            break
        if kind != "blank":
            last = kind
    else:
        end = len(text)
    if last == "help" and not LINE_END.search(text, start, end):
        return _statement_of, len(text) - len(text[start:].lstrip(" \t\f")), end
    return None, end, end


def _end_of_row(text: str, offset: int) -> int:
    line_end = LINE_END.search(text, offset)
    return line_end.start() if line_end else len(text)


def _end_of_command(text: str, offset: int) -> int:
    """The end of the row in which a magic or shell command ends; a backslash at the end of a row continues it."""
    end = _end_of_row(text, offset)
    while end > offset and text[end - 1] == "\\" and end < len(text):
        offset = _after_line_end(text, end)
        end = _end_of_row(text, offset)
    return end


def _after_line_end(text: str, offset: int) -> int:
    line_end = LINE_END.match(text, offset)
    return line_end.end() if line_end else offset


def _rewritten(text: str, rewrite: Callable[[int], str]) -> str:
    """The first row rewritten, the others blank; line ends stay."""
    first = _end_of_row(text, 0)
    return rewrite(first) + re.sub(r"[^\r\n]", " ", text[first:])


def _statement_of(length: int) -> str:
    """A statement of this length that does nothing: it may be all that a block holds."""
    return "pass".ljust(length) if length >= len("pass") else "0" * length


def _value_of(length: int) -> str:
    """An expression of this length whose value nobody knows."""
    return "_".ljust(length)
