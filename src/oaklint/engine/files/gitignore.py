"""What git ignores: the rules of `.gitignore` files at every level of a work tree and of its `info/exclude`.

A path is asked on the way down the tree, after the directories above it: so a rule has to say only whether it means
this very entry, which is git's own way of matching.
"""

from __future__ import annotations

import os
import re
from typing import NamedTuple

from oaklint.engine.files.patterns import slashed, translate


class _Run(NamedTuple):
    """Rules that follow each other and say the same: only the last run that matches counts, so one expression serves all.

    Both expressions match a subject with a slash behind it if it is a directory.
    name: asked about the entry's name. path: about its path relative to the rules' directory.
    """

    ignored: bool
    name: re.Pattern[str] | None
    path: re.Pattern[str] | None


class IgnoreRules(NamedTuple):
    """The rules that hold in a directory: its own, and after them those of the level above."""

    base: str
    runs: tuple[_Run, ...]
    above: IgnoreRules | None = None

    def ignores(self, path: str, name: str, is_directory: bool) -> bool:
        """Whether git ignores the entry at an absolute path below `base`; a symbolic link is no directory."""
        end = "/" if is_directory else ""
        subject = _bytewise(name) + end
        level: IgnoreRules | None = self
        while level is not None:
            if level.runs:
                relative = _bytewise(slashed(path[len(level.base) :]).lstrip("/")) + end
                for run in level.runs:
                    if (run.name is not None and run.name.fullmatch(subject)) or (
                        run.path is not None and run.path.fullmatch(relative)
                    ):
                        return run.ignored
            level = level.above
        return False

    def enter(self, directory: str) -> IgnoreRules:
        """The rules inside a directory below `base` that holds a `.gitignore`."""
        return IgnoreRules(directory, _read_rules(os.path.join(directory, ".gitignore")), self)


def repository_rules(root: str) -> IgnoreRules:
    """The rules that hold at the top of a work tree, before its own `.gitignore`: those of `info/exclude`."""
    return IgnoreRules(root, _read_rules(os.path.join(_git_directory(root), "info", "exclude")))


def rules_above(directory: str) -> IgnoreRules | None:
    """The rules that hold for the entries of a directory, its own `.gitignore` left out; None outside of a git work tree."""
    between = []
    root = directory
    while not os.path.exists(os.path.join(root, ".git")):
        above = os.path.dirname(root)
        if above == root:
            return None
        between.append(above)
        root = above
    rules = repository_rules(root)
    for level in reversed(between):
        if os.path.exists(os.path.join(level, ".gitignore")):
            rules = rules.enter(level)
    return rules


def _git_directory(root: str) -> str:
    """The directory with the repository's common data: `.git`, or where that file points in a linked work tree or submodule."""
    git = os.path.join(root, ".git")
    pointer = _read_text(git) if os.path.isfile(git) else ""
    if pointer.startswith("gitdir:"):
        git = os.path.join(root, pointer.removeprefix("gitdir:").strip())
        git = os.path.join(git, _read_text(os.path.join(git, "commondir")).strip())
    return git


def _read_text(path: str) -> str:
    try:
        with open(path, "rb") as file:
            return os.fsdecode(file.read())
    except OSError:
        return ""


def _read_rules(path: str) -> tuple[_Run, ...]:
    """The rules of a file, the last run of them first; none if it cannot be read."""
    return parse_rules(_read_text(path))


def parse_rules(text: str) -> tuple[_Run, ...]:
    """The rules in the text of a `.gitignore`, the last run of them first."""
    runs: list[_Run] = []
    names: list[str] = []
    paths: list[str] = []
    polarity = True

    def close_run() -> None:
        if names or paths:
            runs.append(_Run(polarity, _any_of(names), _any_of(paths)))
            names.clear()
            paths.clear()

    for line in _bytewise(text.removeprefix("\ufeff")).split("\n"):
        glob = _strip(line.removesuffix("\r"))
        if not glob or glob.startswith("#"):
            continue
        ignored = not glob.startswith("!")
        glob = glob if ignored else glob[1:]
        only_directories = glob.endswith("/")
        glob = glob.removesuffix("/")
        anchored = "/" in glob
        glob = glob.removeprefix("/")
        if not glob:
            continue
        try:
            regex = _whole_tree(glob) or translate(glob, across=False)
        except ValueError:
            continue  # git, too, lets a malformed pattern match nothing
        if ignored is not polarity:
            close_run()
            polarity = ignored
        (paths if anchored else names).append(regex + ("/" if only_directories else "/?"))
    close_run()
    return tuple(reversed(runs))


def _bytewise(text: str) -> str:
    """The text with a character for each byte, because git's `?` and `[...]` match bytes."""
    return text if text.isascii() else os.fsencode(text).decode("latin-1")


def _whole_tree(glob: str) -> str:
    """`/**` means everything at every depth."""
    return ".*" if glob == "**" else ""


def _strip(line: str) -> str:
    """The line without blanks at its end, unless a backslash keeps them."""
    stripped = line.rstrip(" ")
    backslashes = len(stripped) - len(stripped.rstrip("\\"))
    return stripped + " " if backslashes % 2 and stripped != line else stripped


def _any_of(regexes: list[str]) -> re.Pattern[str] | None:
    return re.compile("|".join(f"(?:{regex})" for regex in regexes), re.DOTALL) if regexes else None
