"""What commands print, as far as their own words tell."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from itertools import pairwise, takewhile

_SHELLS = {"sh", "bash", "dash", "ksh", "zsh"}
_SCRIPT = re.compile(r"-\w*c")
_OPERATORS = set("();<>|&")
# Programs whose options have them print no line end, or only one that stands in what they are given.
_WITHOUT_LINE_END = {
    "base64": re.compile(r"-\w*[dD]\w*|--decode"),
    "echo": re.compile(r"-[eE]*n[eE]*"),
    "head": re.compile(r"-\w*c.*|--bytes.*"),
    "jq": re.compile(r"-\w*j\w*|--join-output"),
    "tr": re.compile(r"-\w*d\w*|--delete"),
}


def words_of(command: str) -> list[str]:
    """The words of a shell command, operators among them; none where the shell would not understand it."""
    reader = shlex.shlex(command, posix=True, punctuation_chars=True)
    reader.whitespace_split = True
    try:
        return list(reader)
    except ValueError:
        return []


def may_end_line(words: Sequence[str]) -> bool:
    """Whether a command, or one of several in a pipe, may print a line end of its own: `printf %s` and `echo -n` do not."""
    if words and _program(words[0]) in _SHELLS:
        scripts = [word for option, word in pairwise(words) if _SCRIPT.fullmatch(option)]
        words = words_of(scripts[0]) if scripts else words
    return not any(_is_silent(_program(word), words[index + 1 :]) for index, word in enumerate(words))


def _is_silent(program: str, rest: Sequence[str]) -> bool:
    own = list(takewhile(lambda word: not _OPERATORS.issuperset(word), rest))
    if program == "printf":
        return not own or not own[0].endswith(("\n", "\\n"))
    options = _WITHOUT_LINE_END.get(program)
    return "--no-newline" in own or (options is not None and any(map(options.fullmatch, own)))


def _program(word: str) -> str:
    return word.rpartition("/")[2]
