"""What a project asks for: `oaklint.toml` or `[tool.oaklint]` in `pyproject.toml`, and the command line's word on top.

Every file is checked under the nearest configuration above it, as with ruff: that one counts alone, none is merged.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from oaklint.engine.configuration.nearest import unknown
from oaklint.engine.configuration.options import DEFAULT_EXCLUDE, OPTIONS, Place
from oaklint.engine.files.paths import display_name
from oaklint.engine.files.patterns import PathPatterns, Pattern
from oaklint.engine.settings import Settings

OWN_FILE, SHARED_FILE = "oaklint.toml", "pyproject.toml"


class ConfigurationError(Exception):
    """A configuration that cannot be followed. The message names the file and the key, and the nearest valid one."""


@dataclass(frozen=True)
class FileSelection:
    """Which files are checked.

    exclude: what is left out, with the directory that each pattern is relative to.
    force_exclude: whether that holds for files that are named one by one, too.
    respect_gitignore: whether what git ignores is left out.
    """

    exclude: tuple[Pattern, ...] = ()
    force_exclude: bool = False
    respect_gitignore: bool = True

    @cached_property
    def excluded(self) -> PathPatterns:
        return PathPatterns(self.exclude)


@dataclass(frozen=True)
class Configuration:
    """What holds for the files below a directory.

    root: the directory (absolute) whose configuration this is; without a file, the one the user stands in.
    file: the file it was read from; None if there is none.
    settings: for the engine; without what `per_file_ignores` ignores, which `settings_for` adds where it applies.
    baseline: the file (absolute) with what is accepted.
    """

    root: str
    file: str | None
    settings: Settings
    files: FileSelection
    per_file_ignores: tuple[tuple[Pattern, tuple[str, ...]], ...] = ()
    output_format: str | None = None
    baseline: str | None = None

    def settings_for(self, path: str) -> Settings:
        """The settings for the file at an absolute path."""
        codes = tuple(
            code
            for index, (_, codes) in enumerate(self.per_file_ignores)
            if self._ignore_patterns[index].match_below(self.root, path)
            for code in codes
        )
        return replace(self.settings, never=codes) if codes else self.settings

    @cached_property
    def _ignore_patterns(self) -> tuple[PathPatterns, ...]:
        return tuple(PathPatterns([pattern]) for pattern, _ in self.per_file_ignores)


class Configurations:
    """Finds the configuration of each directory, and reads each file once."""

    def __init__(
        self,
        directory: str,
        overrides: Mapping[str, object] | None = None,
        *,
        file: str | None = None,
        isolated: bool = False,
        respect_noqa: bool = True,
        output_formats: Collection[str] = (),
    ) -> None:
        """Takes the command line's values.

        directory: where the user stands (absolute); what the command line names is relative to it, and so is what `file` says.
        overrides: values by key, as they would stand in a configuration file; they go before those of the files.
        file:      the one configuration to use, wherever a source lies.
        isolated:  whether no file is read at all.
        output_formats: the valid values of `output-format`; if empty, that key is not looked at.

        Raises ConfigurationError if `overrides` or `file` are wrong; so do the methods for the files they find.
        """
        self._directory = directory
        self._respect_noqa = respect_noqa
        self._output_formats = output_formats
        self._overrides = self._parse(overrides or {}, Place("", directory, directory))
        self._found: dict[str, Configuration | None] = {}
        self._only: Configuration | None = None
        self._default = self._compose({}, directory, None)
        if isolated:
            self._only = self._default
        elif file is not None:
            path = os.path.join(directory, file)
            values = self._read(path, directory, own=os.path.basename(path) != SHARED_FILE, required=True)
            self._only = self._compose(values or {}, directory, path)

    def for_directory(self, directory: str) -> Configuration:
        """What holds in a directory (absolute): its own configuration or that of the nearest directory above."""
        while True:
            found = self._only or self._at(directory)
            if found is not None:
                return found
            above = os.path.dirname(directory)
            if above == directory:
                return self._default
            directory = above

    def inside(self, directory: str, names: Collection[str], outer: Configuration) -> Configuration:
        """The same on the way down a tree.

        names: those of the directory's entries. outer: what holds in the directory above it.
        """
        if self._only is None and (OWN_FILE in names or SHARED_FILE in names):
            return self._at(directory) or outer
        return outer

    def _at(self, directory: str) -> Configuration | None:
        """The directory's own configuration."""
        if directory not in self._found:
            found = None
            for name, own in ((OWN_FILE, True), (SHARED_FILE, False)):
                path = os.path.join(directory, name)
                values = self._read(path, directory, own=own)
                if values is not None:
                    found = self._compose(values, directory, path)
                    break
            self._found[directory] = found
        return self._found[directory]

    def _read(self, path: str, root: str, *, own: bool, required: bool = False) -> dict[str, Any] | None:
        """The values in a file; None if it is not there or has no table for us.

        own: whether the whole file is ours, as opposed to its table `tool.oaklint`.
        """
        place = Place(display_name(path, self._directory), root, os.path.dirname(path))
        try:
            with open(path, "rb") as file:
                data = file.read()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
            if required:
                raise ConfigurationError(f"{place.file}: {error.strerror}") from None
            return None
        except OSError as error:
            raise ConfigurationError(f"{place.file}: {error.strerror}") from None
        if not own and not required and b"oaklint" not in data:
            return None

        import tomllib

        try:
            table: object = tomllib.loads(data.decode("utf-8-sig"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ConfigurationError(f"{place.file}: not valid TOML: {error}") from None
        for name in () if own else ("tool", "oaklint"):
            if not isinstance(table, dict) or name not in table:
                return None
            table = table[name]
        if not isinstance(table, dict):
            raise ConfigurationError(f"{place.file}: tool.oaklint must be a table")
        return self._parse(table, place)

    def _parse(self, table: Mapping[str, object], place: Place) -> dict[str, Any]:
        values = {}
        for key, value in table.items():
            option = OPTIONS.get(key)
            if option is None:
                raise ConfigurationError(f"{place.file}: {unknown('key', key, OPTIONS)}")
            try:
                values[key] = option.parse(value, place)
                if key == "output-format" and self._output_formats and value not in self._output_formats:
                    raise ValueError(unknown("output format", str(value), self._output_formats))
            except ValueError as error:
                raise ConfigurationError(f"{place.named(key)}: {error}") from None
        return values

    def _compose(self, values: Mapping[str, Any], root: str, file: str | None) -> Configuration:
        """A configuration of a file's values and the command line's, which go first.

        `--select` takes the place of the file's `select` and `extend-select`; a selector that the command line selects and
        the file ignores is selected; what begins with `extend` adds to what the file says.
        """
        overrides = self._overrides

        def first(key: str, default: Any) -> Any:
            return overrides.get(key, values.get(key, default))

        asked = (*overrides.get("select", ()), *overrides.get("extend-select", ()))

        def from_file(key: str) -> tuple[str, ...]:
            return tuple(code for code in values.get(key, ()) if code not in asked)

        extend_select = () if "select" in overrides else values.get("extend-select", ())
        return Configuration(
            root=root,
            file=file,
            settings=Settings(
                select=first("select", ()),
                ignore=overrides.get("ignore") or from_file("ignore"),
                extend_select=(*extend_select, *overrides.get("extend-select", ())),
                extend_ignore=(*from_file("extend-ignore"), *overrides.get("extend-ignore", ())),
                target_sdk=first("target-sdk", "auto"),
                respect_noqa=self._respect_noqa,
                allow_marks=first("allow-marks", False),
            ),
            files=FileSelection(
                exclude=(
                    *first("exclude", tuple(Pattern(name, root) for name in DEFAULT_EXCLUDE)),
                    *values.get("extend-exclude", ()),
                    *overrides.get("extend-exclude", ()),
                ),
                force_exclude=first("force-exclude", False),
                respect_gitignore=first("respect-gitignore", True),
            ),
            per_file_ignores=first("per-file-ignores", ()),
            output_format=first("output-format", None),
            baseline=first("baseline", None),
        )
