"""From the paths that a user names to the files to check: the tree walk with configurations, exclusions and what git ignores."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from operator import attrgetter
from typing import NamedTuple

from oaklint.engine.configuration.configurations import Configuration, Configurations
from oaklint.engine.files.gitignore import IgnoreRules, repository_rules, rules_above

SUFFIXES = (".py", ".pyw", ".pyi", ".ipynb")

_entry_name = attrgetter("name")


class FoundFile(NamedTuple):
    """A file to check: its absolute path and what holds for it."""

    path: str
    configuration: Configuration


class MissingPath(NamedTuple):
    """A path that cannot be looked at, as the user named it or as it was found (absolute), and why."""

    path: str
    reason: str


def discover(paths: Iterable[str], configurations: Configurations, directory: str) -> tuple[list[FoundFile], list[MissingPath]]:
    """The files below the paths, each once, and what of the paths could not be looked at.

    A file that is named itself is taken whatever its ending, and excluded only under `force-exclude`. The order is that of the
    paths, and in a tree: the files of a directory by name, then its directories by name. Links to directories are not followed.

    paths: relative to `directory` (absolute), in which the user stands.

    Raises ConfigurationError if a configuration on the way is wrong.
    """
    found: dict[str, FoundFile] = {}
    missing: list[MissingPath] = []
    for named in paths:
        path = os.path.normpath(os.path.join(directory, named))
        try:
            mode = os.stat(path).st_mode
        except (OSError, ValueError) as error:
            missing.append(MissingPath(named, getattr(error, "strerror", None) or str(error)))
            continue
        is_directory = stat.S_ISDIR(mode)
        configuration = configurations.for_directory(path if is_directory else os.path.dirname(path))
        if is_excluded(path, configuration):
            continue
        if is_directory:
            for one in _walk(path, configuration, configurations, missing):
                found.setdefault(one.path, one)
        else:
            found.setdefault(path, FoundFile(path, configuration))
    return list(found.values()), missing


def is_excluded(path: str, configuration: Configuration) -> bool:
    """Whether a file or directory that is named itself is left out all the same."""
    files = configuration.files
    return files.force_exclude and files.excluded.match_below(configuration.root, path)


def _walk(
    start: str, configuration: Configuration, configurations: Configurations, missing: list[MissingPath]
) -> Iterator[FoundFile]:
    rules = rules_above(start) if configuration.files.respect_gitignore else None
    pending: list[tuple[str, Configuration, IgnoreRules | None]] = [(start, configuration, rules)]
    while pending:
        directory, configuration, rules = pending.pop()
        try:
            with os.scandir(directory) as scan:
                entries = sorted(scan, key=_entry_name)
        except OSError as error:
            missing.append(MissingPath(directory, error.strerror or str(error)))
            continue
        names = {entry.name for entry in entries}
        configuration = configurations.inside(directory, names, configuration)
        if not configuration.files.respect_gitignore:
            rules = None
        elif ".git" in names and directory != start:
            rules = repository_rules(directory)  # a repository within is not governed by the one around it
        if rules is not None and ".gitignore" in names:
            rules = rules.enter(directory)

        excluded = configuration.files.excluded
        below = []
        for entry in entries:
            is_directory = entry.is_dir(follow_symlinks=False)
            if not is_directory and not (entry.name.endswith(SUFFIXES) and _is_file(entry)):
                continue
            if excluded.match_entry(entry.path, entry.name):
                continue
            if rules is not None and rules.ignores(entry.path, entry.name, is_directory):
                continue
            if is_directory:
                below.append((entry.path, configuration, rules))
            else:
                yield FoundFile(entry.path, configuration)
        pending += reversed(below)


def _is_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file()
    except OSError:  # a link that leads to itself
        return False
