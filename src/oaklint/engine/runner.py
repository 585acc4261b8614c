"""Checks many files: reads and screens them here, and spreads what is left to parse over processes.

A file that cannot be read, or that breaks the linter, is an error of that file alone.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from oaklint.diagnostic import Diagnostic
from oaklint.engine.discovery import FoundFile
from oaklint.engine.paths import display_name
from oaklint.engine.screen import may_have_findings
from oaklint.engine.settings import Settings

if TYPE_CHECKING:
    from concurrent.futures import Executor, Future, ProcessPoolExecutor

# Starting a process costs about as much as checking this many files.
WORTH_A_POOL = 16

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class FileResult:
    """What came of one file.

    name:  as shown to users.
    error: in one line why it could not be checked; details: the traceback, if the linter itself is to blame.
    """

    name: str
    diagnostics: tuple[Diagnostic, ...] = ()
    error: str | None = None
    details: str | None = None


class Job(NamedTuple):
    """A file that passed the screen: all that a process needs to check it."""

    path: str
    name: str
    settings: Settings


class Projects:
    """What each directory's project declares as the SDK that it needs; every directory is looked at once."""

    def __init__(self) -> None:
        self._declared: dict[str, frozenset[int] | None] = {}

    def settings_for(self, path: str, settings: Settings) -> Settings:
        """The settings with what the project of the file at an absolute path declares, where they leave that open."""
        if settings.target_sdk != "auto":
            return settings
        directory = os.path.dirname(path)
        if directory not in self._declared:
            from oaklint.engine.project import declared_sdk

            self._declared[directory] = declared_sdk(directory)
        declared = self._declared[directory]
        return replace(settings, declared_sdk=declared) if declared is not None else settings


def check_files(
    files: Sequence[FoundFile],
    directory: str,
    *,
    jobs: int = 1,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Iterator[FileResult]:
    """The results of the files, in their order; a result of nothing for those that the screen drops.

    directory: where the user stands; names are shown relative to it.
    jobs:      how many processes to use at most.
    executor:  where to check what passes the screen, instead of processes of our own; it is not shut down.
    progress:  called with (files done, files in all).
    """
    results: list[FileResult | Job] = []
    projects = Projects()
    for file in files:
        results.append(_screened(file, display_name(file.path, directory), projects))
    waiting = [item for item in results if isinstance(item, Job)]
    done = len(files) - len(waiting)
    checked = _check_all(waiting, jobs, executor)
    for item in results:
        if isinstance(item, Job):
            item = next(checked)
            done += 1
        if progress is not None:
            progress(done, len(files))
        yield item
