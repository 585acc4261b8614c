"""`oaklint config`: the settings in force, or what one of them means."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Iterator

from oaklint.cli.arguments import UsageError
from oaklint.cli.terminal import Terminal
from oaklint.engine.configuration.configurations import Configuration, Configurations
from oaklint.engine.configuration.nearest import unknown
from oaklint.engine.configuration.options import OPTIONS
from oaklint.engine.files.paths import display_name
from oaklint.reports import FORMATS


def run(arguments: Namespace, terminal: Terminal) -> int:
    """Runs the command; returns its exit code. Raises UsageError and ConfigurationError."""
    if arguments.key is not None:
        terminal.out(_explanation(arguments.key))
        return 0
    directory = os.getcwd()
    configurations = Configurations(directory, file=arguments.config, isolated=arguments.isolated, output_formats=FORMATS)
    configuration = configurations.for_directory(directory)
    origin = display_name(configuration.file, directory) if configuration.file else "no configuration file"
    terminal.out("\n".join([f"# {origin}", *_settings(configuration, directory)]) + "\n")
    return 0


def _explanation(key: str) -> str:
    option = OPTIONS.get(key)
    if option is None:
        raise UsageError(unknown("key", key, OPTIONS), "oaklint config")
    values = f"Values: {', '.join(FORMATS)}\n" if key == "output-format" else ""
    return f"{option.help}\n\nType: {option.type}\n{values}Default: {option.default}\nExample: {key} = {option.example}\n"


def _settings(configuration: Configuration, directory: str) -> Iterator[str]:
    """The settings in TOML."""
    settings, files = configuration.settings, configuration.files
    values: dict[str, object] = {
        "select": settings.select or None,
        "ignore": settings.ignore,
        "extend-select": settings.extend_select,
        "extend-ignore": settings.extend_ignore,
        "per-file-ignores": {pattern.glob: codes for pattern, codes in configuration.per_file_ignores},
        "allow-marks": settings.allow_marks,
        "baseline": display_name(configuration.baseline, directory) if configuration.baseline else None,
        "exclude": [pattern.glob for pattern in files.exclude],
        "force-exclude": files.force_exclude,
        "respect-gitignore": files.respect_gitignore,
        "target-sdk": settings.target_sdk,
        "output-format": configuration.output_format,
    }
    for key, value in values.items():
        yield f"# {key}: {OPTIONS[key].default}" if value is None else f"{key} = {_toml(value)}"


def _toml(value: object) -> str:
    import json

    if isinstance(value, dict):
        items = ", ".join(f"{json.dumps(key)} = {_toml(item)}" for key, item in value.items())
        return f"{{ {items} }}" if items else "{}"
    return json.dumps(value)  # strings, booleans and lists of strings are the same in both
