"""Checks many files, and repairs them if asked to: reads and screens them here, and spreads what is left to parse over processes.

A file that cannot be read, or that breaks the linter, is an error of that file alone.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from oaklint.diagnostic import Diagnostic
from oaklint.engine.files.discovery import FoundFile
from oaklint.engine.files.paths import display_name
from oaklint.engine.screen import may_have_findings
from oaklint.engine.settings import Settings
from oaklint.source import InProject, Modules

if TYPE_CHECKING:
    from concurrent.futures import Executor, Future, ProcessPoolExecutor
    from pathlib import Path

    from oaklint.engine.baseline import Identity
    from oaklint.sdk.releases import Releases

# Starting a process costs about as much as checking this many files.
WORTH_A_POOL = 16

Progress = Callable[[int, int], None]
# What is left out of each file, by its absolute path (see `Settings.accepted`).
Accepted: TypeAlias = "Mapping[str, Mapping[Identity, int]]"
NOTHING: Accepted = MappingProxyType({})


@dataclass(frozen=True)
class FileResult:
    """What came of one file.

    name:  as shown to users.
    error: in one line why it could not be checked or repaired; details: the traceback, if the linter itself is to blame.
    fixed: what was repaired, or would be, and is no longer among the diagnostics; diff: how the text changes by that.
    data:  the bytes as they are now, for input that is no file.
    """

    name: str
    diagnostics: tuple[Diagnostic, ...] = ()
    error: str | None = None
    details: str | None = None
    fixed: tuple[Diagnostic, ...] = ()
    diff: str = ""
    data: bytes | None = field(default=None, repr=False)


class Fixing(NamedTuple):
    """How to repair files. unsafe: with unsafe fixes, too. write: into the files themselves."""

    unsafe: bool
    write: bool


class Job(NamedTuple):
    """A file that passed the screen: all that a process needs to check it. run: the same for all files of one run."""

    path: str
    name: str
    settings: Settings
    run: int
    fixing: Fixing | None = None


class Projects:
    """What each directory's project declares as the SDK that it needs; every directory is looked at once."""

    def __init__(self) -> None:
        self._known: dict[Path, Releases | None] = {}

    def settings_for(self, path: str, settings: Settings) -> Settings:
        """The settings with what the project of the file at an absolute path declares, where they leave that open."""
        if settings.target_sdk != "auto":
            return settings
        from oaklint.engine.project import declared_sdk

        declared = declared_sdk(os.path.dirname(path), self._known)
        return replace(settings, declared_sdk=declared) if declared is not None else settings


def check_files(
    files: Sequence[FoundFile],
    directory: str,
    *,
    fixing: Fixing | None = None,
    accepted: Accepted = NOTHING,
    jobs: int = 1,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Iterator[FileResult]:
    """The results of the files, in their order; a result of nothing for those that the screen drops.

    directory: where the user stands; names are shown relative to it.
    fixing:    how to repair them; None: not at all.
    accepted:  what of them is neither reported nor repaired.
    jobs:      how many processes to use at most.
    executor:  where to check what passes the screen, instead of processes of our own; it is not shut down.
    progress:  called with (files done, files in all).
    """
    results: list[FileResult | Job] = []
    run = time.monotonic_ns()
    projects = Projects()
    done = 0
    for file in files:
        item = _screen(file, display_name(file.path, directory), projects, run, fixing, accepted)
        results.append(item)
        if isinstance(item, FileResult):
            done += 1
            if progress is not None:
                progress(done, len(files))
    checked = _check_all([item for item in results if isinstance(item, Job)], jobs, executor)
    for item in results:
        if isinstance(item, FileResult):
            yield item
            continue
        yield next(checked)
        done += 1
        if progress is not None:
            progress(done, len(files))
    next(checked, None)  # runs to its end, so that its processes end in order


def check_data(
    name: str, data: bytes, settings: Settings, place: InProject | None = None, fixing: Fixing | None = None
) -> FileResult:
    """The result for bytes that are at hand, as from standard input. place: where the file stands, or would stand."""
    try:
        if fixing is None:
            from oaklint.engine.checking import check

            return FileResult(name, tuple(check(name, data, settings, place)))
        from oaklint.engine.fixing import fix

        repaired = fix(name, data, settings, place, unsafe=fixing.unsafe)
        return FileResult(name, repaired.remaining, repaired.error, None, repaired.fixed, repaired.diff, repaired.data)
    except Exception as error:
        return replace(_internal_error(name, error, data), data=data)


def check_file(job: Job) -> FileResult:
    """The result for a file; runs in any process."""
    try:
        data = read_bytes(job.path)
    except OSError as error:
        return FileResult(job.name, error=error.strerror or str(error))
    result = check_data(job.name, data, job.settings, InProject(job.path, _modules_of(job.run)), job.fixing)
    if job.fixing is not None and job.fixing.write and result.data is not None and result.data != data:
        from oaklint.engine.files.replacing import replace_file

        try:
            replace_file(job.path, data, result.data)
        except OSError as error:
            return FileResult(job.name, error=f"the fixes were not written: {error.strerror or error}")
    return replace(result, data=None)


@lru_cache(maxsize=1)
def _modules_of(run: int) -> Modules:
    """What a process knows of the modules on disk; a run takes them to stay as they are."""
    return Modules()


def read_bytes(path: str) -> bytes:
    """The bytes of a file, by the shortest way. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0))
    try:
        pieces = []
        size = 1 << 16
        while piece := os.read(descriptor, size):
            pieces.append(piece)
            size = 1 << 20
    finally:
        os.close(descriptor)
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


def _screen(
    file: FoundFile, name: str, projects: Projects, run: int, fixing: Fixing | None, accepted: Accepted
) -> FileResult | Job:
    """The job to check a file, or the result if there is nothing to check."""
    try:
        data = read_bytes(file.path)
    except OSError as error:
        return FileResult(name, error=error.strerror or str(error))
    try:
        settings = replace(file.configuration.settings_for(file.path), accepted=accepted.get(file.path, {}))
        if not may_have_findings(data, name, settings, InProject(file.path, _modules_of(run))):
            return FileResult(name)
        return Job(file.path, name, projects.settings_for(file.path, settings), run, fixing)
    except Exception as error:
        return _internal_error(name, error, data)


def _internal_error(name: str, error: Exception, data: bytes = b"") -> FileResult:
    """What is told of an error of ours. It may quote the file, whose bytes are `data`: no literal of that is repeated."""
    import re
    import traceback

    from oaklint.sdk.redaction import Repeats, redact
    from oaklint.sdk.rows import cover_pieces, cover_words

    literals = Repeats(re.findall(r"""["']([^\s"'\\]+)(?=\\?["'])""", data.decode("utf-8", "replace")))

    def safe(text: str) -> str:
        return redact(cover_pieces(cover_words(literals.cover(text))))

    summary = " ".join(f"internal error: {type(error).__name__}: {error}".split())
    return FileResult(name, error=safe(summary), details=safe("".join(traceback.format_exception(error))))


def _check_all(jobs_waiting: Sequence[Job], jobs: int, executor: Executor | None) -> Iterator[FileResult]:
    if executor is not None:
        futures = [executor.submit(check_file, job) for job in jobs_waiting]
        return map(_outcome, jobs_waiting, futures)
    if jobs > 1 and len(jobs_waiting) > WORTH_A_POOL:
        return _check_in_processes(jobs_waiting, jobs)
    return map(check_file, jobs_waiting)


def _outcome(job: Job, future: Future[FileResult]) -> FileResult:
    try:
        return future.result()
    except Exception as error:
        return _internal_error(job.name, error)


def _check_in_processes(waiting: Sequence[Job], jobs: int) -> Iterator[FileResult]:
    """Source text can kill the process that parses it. Then the file whose result is due is checked again in a process
    of its own, which shows whether it is the culprit, and the others go on in new processes."""
    from concurrent.futures.process import BrokenProcessPool

    position = 0
    while position < len(waiting):
        with _processes(min(jobs, len(waiting) - position)) as pool:
            try:
                futures = [pool.submit(check_file, job) for job in waiting[position:]]
                for future in futures:
                    if isinstance(future.exception(), BrokenProcessPool):
                        break
                    yield _outcome(waiting[position], future)
                    position += 1
            except BrokenProcessPool:
                pass
        if position < len(waiting):
            yield _check_alone(waiting[position])
            position += 1


def _check_alone(job: Job) -> FileResult:
    from concurrent.futures.process import BrokenProcessPool

    with _processes(1) as pool:
        future = pool.submit(check_file, job)
        if isinstance(future.exception(), BrokenProcessPool):
            return FileResult(job.name, error="internal error: the process that checked this file died")
        return _outcome(job, future)


@contextmanager
def _processes(number: int) -> Iterator[ProcessPoolExecutor]:
    """A pool that is gone when the block ends; at once, whatever its processes are doing, if the block is left early."""
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import active_children

    others = set(active_children())
    pool = ProcessPoolExecutor(number, initializer=_leave_interrupts_to_parent)
    try:
        yield pool
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        for process in set(active_children()) - others:
            process.terminate()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _leave_interrupts_to_parent() -> None:
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
