"""`oaklint check`: paths in, diagnostics out, and files repaired on the way."""

from __future__ import annotations

import os
import sys
import time
from argparse import Namespace
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from oaklint.cli.arguments import UsageError, overrides
from oaklint.cli.summary import counted
from oaklint.cli.terminal import ProgressBar, Terminal
from oaklint.diagnostic import Diagnostic
from oaklint.engine.configuration.configurations import Configurations
from oaklint.engine.files.discovery import FoundFile, MissingPath, discover, is_excluded
from oaklint.engine.files.paths import display_name
from oaklint.engine.runner import NOTHING, Accepted, FileResult, Fixing, Projects, check_data, check_files
from oaklint.reports import FOR_PEOPLE, FORMATS, renderer
from oaklint.source import InProject, Modules

STDIN = "-"
CLEAN, FINDINGS, TROUBLE = 0, 1, 2

# Checks files, and repairs them if told how; what is accepted is left out.
Check = Callable[..., list[FileResult]]


def run(arguments: Namespace, terminal: Terminal) -> int:
    """Runs the command; returns its exit code. Raises UsageError and ConfigurationError."""
    started = time.monotonic()
    directory = os.getcwd()
    configurations = configured(arguments, directory, terminal)
    here = configurations.for_directory(directory)

    missing: Sequence[MissingPath] = ()
    if _reads_stdin(arguments):
        files = _stdin_file(arguments.stdin_filename or STDIN, configurations, directory)
    else:
        files, missing = discover(arguments.paths or ["."], configurations, directory)
    tell_missing(files, missing, directory, terminal)
    if arguments.show_files:
        terminal.out("".join(f"{display_name(file.path, directory)}\n" for file in files))
        return TROUBLE if missing else CLEAN

    if files and _reads_stdin(arguments):
        checks: Check = partial(_check_stdin, directory, sys.stdin.buffer.read())
    else:
        checks = partial(check_all, directory, arguments.jobs, terminal)
    if any(file.configuration.baseline for file in files):
        from oaklint.cli.baseline import check_for_new

        results = check_for_new(files, _fixing(arguments), checks, directory, terminal)
    else:
        results = checks(files, _fixing(arguments))
    failed = tell_errors(results, terminal) or bool(missing)
    output_format = here.output_format or ("full" if sys.stdout.isatty() and not arguments.output_file else "concise")
    status = _show(results, output_format, failed, arguments, terminal)
    terminal.note(f"{counted(len(files), 'file')} in {time.monotonic() - started:.2f} s")
    return status


def configured(arguments: Namespace, directory: str, terminal: Terminal) -> Configurations:
    """The configurations, and above them what the command line says. Raises ConfigurationError."""
    configurations = Configurations(
        directory,
        overrides(arguments),
        file=arguments.config,
        isolated=arguments.isolated,
        respect_noqa=not arguments.ignore_noqa,
        output_formats=FORMATS,
    )
    terminal.note(f"configuration: {configurations.for_directory(directory).file or 'none'}")
    return configurations


def tell_missing(files: Sequence[FoundFile], missing: Sequence[MissingPath], directory: str, terminal: Terminal) -> None:
    """Says which paths cannot be looked at, or that there is nothing to check."""
    for path, reason in missing:
        terminal.error(f"{display_name(path, directory)}: {reason}")
    if not files and not missing:
        terminal.warning("no Python files or notebooks found under the given paths")


def tell_errors(results: Sequence[FileResult], terminal: Terminal) -> bool:
    """Says which files could not be checked; whether there are any."""
    failed = [result for result in results if result.error is not None]
    for result in failed:
        terminal.error(f"{result.name}: {result.error}")
        terminal.note(result.details or "")
    return bool(failed)


def _show(results: Sequence[FileResult], output_format: str, failed: bool, arguments: Namespace, terminal: Terminal) -> int:
    """Shows what was found and repaired; the exit code."""
    diagnostics = [item for result in results for item in result.diagnostics]
    fixed = [item for result in results for item in result.fixed]
    # What a program reads from standard output is the diff, or its own text repaired; what is said beside that goes elsewhere.
    say = terminal.err if arguments.diff or (_reads_stdin(arguments) and _fixing(arguments)) else terminal.out
    if arguments.diff:
        text = "".join(result.diff for result in results)
        if terminal.color or sys.stdout.isatty():
            from oaklint.reports import diff

            text = diff.render(text, color=terminal.color)
        terminal.out(text)
    elif say == terminal.err:
        # What is left out of the check comes back as it came.
        for data in [result.data or b"" for result in results] or [sys.stdin.buffer.read()]:
            terminal.out_bytes(data)
    only = arguments.fix_only or arguments.diff
    if not only and not _report(diagnostics, output_format, arguments, terminal, say):
        failed = True
    if output_format in FOR_PEOPLE and not terminal.quiet and (diagnostics or fixed or not failed):
        if arguments.show_fixes and fixed:
            from oaklint.reports import fixes

            say(fixes.render(fixed, would=arguments.diff))
        from oaklint.cli import summary

        if only:
            say(summary.of_fixes(fixed, diagnostics, unsafe=arguments.unsafe_fixes, would=arguments.diff))
        else:
            say(summary.of_check(diagnostics, fixed, unsafe=arguments.unsafe_fixes))
    if failed:
        return TROUBLE
    return FINDINGS if (fixed if arguments.diff else diagnostics and not only and not arguments.exit_zero) else CLEAN


def _fixing(arguments: Namespace) -> Fixing | None:
    if arguments.diff or arguments.fix or arguments.fix_only:
        return Fixing(unsafe=arguments.unsafe_fixes, write=not arguments.diff)
    return None


def _reads_stdin(arguments: Namespace) -> bool:
    named = [path for path in arguments.paths if path != STDIN]
    if named and len(named) < len(arguments.paths):
        raise UsageError("'-' for standard input goes with no other path", "oaklint check")
    if named and arguments.stdin_filename:
        raise UsageError("--stdin-filename goes with '-' and no other path", "oaklint check")
    return bool(arguments.paths or arguments.stdin_filename) and not named


def _stdin_file(name: str, configurations: Configurations, directory: str) -> list[FoundFile]:
    path = os.path.normpath(os.path.join(directory, name))
    configuration = configurations.for_directory(os.path.dirname(path))
    return [] if is_excluded(path, configuration) else [FoundFile(path, configuration)]


def _check_stdin(
    directory: str, data: bytes, files: Sequence[FoundFile], fixing: Fixing | None, accepted: Accepted = NOTHING
) -> list[FileResult]:
    results = []
    for file in files:
        settings = Projects().settings_for(file.path, file.configuration.settings_for(file.path))
        settings = replace(settings, accepted=accepted.get(file.path, {}))
        place = InProject(file.path, Modules())
        result = check_data(display_name(file.path, directory), data, settings, place, fixing)
        results.append(replace(result, data=data) if result.data is None else result)
    return results


def check_all(
    directory: str,
    jobs: int | None,
    terminal: Terminal,
    files: Sequence[FoundFile],
    fixing: Fixing | None,
    accepted: Accepted = NOTHING,
) -> list[FileResult]:
    progress = ProgressBar(terminal)
    jobs = jobs or _cores()
    try:
        return list(check_files(files, directory, fixing=fixing, accepted=accepted, jobs=jobs, progress=progress))
    finally:
        progress.wipe()


def _cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _report(
    diagnostics: Sequence[Diagnostic],
    output_format: str,
    arguments: Namespace,
    terminal: Terminal,
    say: Callable[[str], None],
) -> bool:
    """Shows or saves what was found; False if it could not be saved."""
    to_file = arguments.output_file is not None
    color = arguments.color == "always" if to_file else terminal.color
    if not arguments.statistics:
        text = renderer(output_format)(diagnostics, color=color, unsafe_fixes=arguments.unsafe_fixes)
    else:
        from oaklint.reports import statistics

        machine = output_format in ("json", "json-lines")
        text = statistics.render_json(diagnostics) if machine else statistics.render(diagnostics, color=color)
    if not to_file:
        say(text)
        return True
    try:
        terminal.save(arguments.output_file, text)
    except OSError as error:
        terminal.error(f"{arguments.output_file}: {error.strerror}")
        return False
    return True
