"""Glob patterns for paths, as `exclude` and `per-file-ignores` understand them, and the translation that `.gitignore` shares."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from functools import cached_property
from typing import NamedTuple


class Pattern(NamedTuple):
    """A glob as written, and the directory that it is relative to.

    Without a slash it matches a name anywhere in the tree (`build`, `*_pb2.py`), otherwise a path (`docs/*.py`, where `*`
    and `?` also match a slash). It stands for everything below what it matches.
    """

    glob: str
    root: str

    @property
    def is_name(self) -> bool:
        return "/" not in self.glob.rstrip("/")


class PathPatterns:
    """Several patterns made ready to be asked about many paths. Paths are absolute."""

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        self.patterns = tuple(patterns)

    def match_entry(self, path: str, name: str) -> bool:
        """Whether the entry itself is meant; asked on the way down a tree, where the directories above it have been asked."""
        return (
            name in self._names
            or (self._name_regex is not None and self._name_regex.fullmatch(name) is not None)
            or (self._path_regex is not None and self._path_regex.fullmatch(slashed(path)) is not None)
        )

    def match_below(self, root: str, path: str) -> bool:
        """Whether the path or a directory above it, up to `root` (exclusive), is meant."""
        while path != root:
            above, name = os.path.split(path)
            if not name:
                break
            if self.match_entry(path, name):
                return True
            path = above
        return False

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(one.glob.rstrip("/") for one in self.patterns if one.is_name and not _has_wildcard(one.glob))

    @cached_property
    def _name_regex(self) -> re.Pattern[str] | None:
        return _any_of(translate(one.glob.rstrip("/")) for one in self.patterns if one.is_name and _has_wildcard(one.glob))

    @cached_property
    def _path_regex(self) -> re.Pattern[str] | None:
        return _any_of(_absolute(one) for one in self.patterns if not one.is_name)


def slashed(path: str) -> str:
    """The path with `/` between its parts on every system."""
    return path if os.sep == "/" else path.replace(os.sep, "/")


def translate(glob: str, *, across: bool = True) -> str:
    """The regular expression for a glob; ValueError if a bracket or brace in it is never closed or makes no sense.

    across: whether `*` and `?` match a slash and `{a,b}` means either of two: as in configuration files, not in `.gitignore`.
    `**/` matches any number of directories in both.
    """
    result: list[str] = []
    depth = index = 0
    while index < len(glob):
        character = glob[index]
        at_part = index == 0 or glob[index - 1] == "/"
        if at_part and glob.startswith("**/", index):
            result.append("(?:.*/)?")
            index += 3
        elif character == "*":
            run = len(glob) - index - len(glob[index:].lstrip("*"))
            inside = at_part and run == 2 and index > 0 and index + run == len(glob)  # `directory/**`
            result.append(".*" if across else ".+" if inside else "[^/]*")
            index += run
        elif character == "?":
            result.append("." if across else "[^/]")
            index += 1
        elif character == "[":
            members, index = _bracket(glob, index)
            result.append(members)
        elif character == "\\" and index + 1 < len(glob):
            result.append(re.escape(glob[index + 1]))
            index += 2
        elif across and (character in "{}" or (character == "," and depth)):
            depth += {"{": 1, "}": -1, ",": 0}[character]
            result.append({"{": "(?:", "}": ")", ",": "|"}[character])
            index += 1
        else:
            result.append(re.escape(character))
            index += 1
        if depth < 0:
            break
    if depth:
        raise ValueError(f"unbalanced brace in pattern {glob!r}")
    return "".join(result)


def _bracket(glob: str, index: int) -> tuple[str, int]:
    """The regular expression for the `[...]` that opens at `index`, and the index behind it. It never matches a slash."""
    start = index
    index += 1
    negated = glob[index : index + 1] in ("!", "^")
    index += negated
    members: list[str] = []
    first = index
    while index < len(glob) and (glob[index] != "]" or index == first):
        low, index = _member(glob, index)
        high = low
        if glob[index : index + 1] == "-" and glob[index + 1 : index + 2] not in ("", "]"):
            high, index = _member(glob, index + 1)
        if low <= high:
            members.append(f"{re.escape(low)}-{re.escape(high)}")
    if index >= len(glob):
        raise ValueError(f"unclosed bracket in pattern {glob[start:]!r}")
    if not members:
        return ("[^/]" if negated else "(?!)"), index + 1
    return f"(?!/)[{'^' if negated else ''}{''.join(members)}]", index + 1


def _member(glob: str, index: int) -> tuple[str, int]:
    """The character of a `[...]` at an index, a backslash taking the next one as it is, and the index behind it."""
    if glob[index] == "\\" and index + 1 < len(glob):
        index += 1
    return glob[index], index + 1


def _has_wildcard(glob: str) -> bool:
    return any(character in glob for character in "*?[{\\")


def _absolute(pattern: Pattern) -> str:
    glob = pattern.glob.rstrip("/").removeprefix("./")
    if glob.startswith("/") or os.path.isabs(glob):
        return translate(glob)
    return re.escape(slashed(pattern.root).rstrip("/") + "/") + translate(glob)


def _any_of(regexes: Iterable[str]) -> re.Pattern[str] | None:
    joined = "|".join(f"(?:{regex})" for regex in regexes)
    return re.compile(joined, re.DOTALL) if joined else None
