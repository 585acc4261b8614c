"""`oaklint baseline`: accepts what is found today; and `oaklint check --baseline`: reports what has come since."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import replace

from oaklint.cli import check
from oaklint.cli.summary import counted
from oaklint.cli.terminal import Terminal
from oaklint.diagnostic import Diagnostic
from oaklint.engine.baseline import Baseline, Counts
from oaklint.engine.configuration.options import DEFAULT_BASELINE
from oaklint.engine.files.discovery import FoundFile, discover
from oaklint.engine.files.paths import display_name
from oaklint.engine.runner import FileResult, Fixing
from oaklint.engine.selection import selected_rules


def run(arguments: Namespace, terminal: Terminal) -> int:
    """Runs the command; returns its exit code. Raises ConfigurationError."""
    directory = os.getcwd()
    configurations = check.configured(arguments, directory, terminal)
    files, missing = discover(arguments.paths or ["."], configurations, directory)
    check.tell_missing(files, missing, directory, terminal)
    if missing:
        return check.TROUBLE  # one that accepts a part would take the place of one that accepts all
    results = check.check_all(directory, arguments.jobs, terminal, files, None)
    failed = check.tell_errors(results, terminal)

    # A configuration further down may name a baseline of its own.
    named = os.path.join(directory, arguments.output) if arguments.output else None
    default = configurations.for_directory(directory).baseline or os.path.join(directory, DEFAULT_BASELINE)
    found: dict[str, dict[str, Sequence[Diagnostic]]] = {named or default: {}}
    for file, result in zip(files, results, strict=True):
        found.setdefault(named or file.configuration.baseline or default, {})[file.path] = result.diagnostics
    for path, findings in found.items():
        name = display_name(os.path.normpath(path), directory)
        text = Baseline.of(path, findings).text
        try:
            if arguments.output == check.STDIN:
                terminal.out(text)
            else:
                terminal.save(path, text)
        except OSError as error:
            terminal.error(f"{name}: {error.strerror}")
            failed = True
        else:
            _tell(name, list(filter(None, findings.values())), terminal)
    return check.TROUBLE if failed else check.CLEAN


def _tell(name: str, findings: Sequence[Sequence[Diagnostic]], terminal: Terminal) -> None:
    items = [item for items in findings for item in items]
    if not terminal.quiet:
        text = f"{counted(len(items), 'finding')} in {counted(len(findings), 'file')} accepted.\n"
        if name == check.STDIN:
            terminal.err(text)
        else:
            terminal.out(f"{name} written: {text}")
    keys = sum(item.confidence is not None for item in items)
    if keys:
        terminal.warning(f"{counted(keys, 'key')} among them: to accept a leak does not undo it, so revoke what is real")


def check_for_new(
    files: Sequence[FoundFile], fixing: Fixing | None, checks: check.Check, directory: str, terminal: Terminal
) -> list[FileResult]:
    """What `checks` finds in the files and their baselines do not accept; nothing else is repaired. Raises ConfigurationError."""
    names = sorted({file.configuration.baseline for file in files if file.configuration.baseline})
    baselines = {path: Baseline.read(path, display_name(path, directory)) for path in names}
    results = dict(zip((file.path for file in files), checks(files, None), strict=True))
    accepted: dict[str, Counts] = {}
    for path, baseline in baselines.items():
        own = [file for file in files if file.configuration.baseline == path]
        comparison = baseline.compare(
            {file.path: results[file.path].diagnostics for file in own},
            {file.path: _codes(file) for file in own if results[file.path].error is None},
        )
        for file in own:
            results[file.path] = replace(results[file.path], diagnostics=tuple(comparison.new.get(file.path, ())))
        accepted |= comparison.accepted
        name = display_name(path, directory)
        terminal.note(f"{name}: {sum(counts.total() for counts in comparison.accepted.values())} of the findings accepted")
        if comparison.gone:
            what = counted(comparison.gone, "accepted finding")
            terminal.warning(f"{name}: {what} without a match; `oaklint baseline` writes it anew")
    if fixing is not None:
        repaired = [file for file in files if any(_is_repaired(item, fixing) for item in results[file.path].diagnostics)]
        results |= zip((file.path for file in repaired), checks(repaired, fixing, accepted), strict=True)
    return list(results.values())


def _codes(file: FoundFile) -> frozenset[str]:
    return frozenset(rule.code for rule in selected_rules(file.configuration.settings_for(file.path)))


def _is_repaired(item: Diagnostic, fixing: Fixing) -> bool:
    return item.fix is not None and item.fix.applies(unsafe=fixing.unsafe)
