"""The keys of a configuration: what each is called, how its value is read, what it means."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from oaklint.engine.configuration.nearest import unknown
from oaklint.engine.files.patterns import Pattern, translate

# The list that users know from ruff.
DEFAULT_EXCLUDE = (
    *(".bzr", ".direnv", ".eggs", ".git", ".git-rewrite", ".hg", ".ipynb_checkpoints", ".mypy_cache", ".nox", ".pants.d"),
    *(".pytype", ".ruff_cache", ".svn", ".tox", ".venv", "__pypackages__", "_build", "buck-out", "dist", "node_modules", "venv"),
)
DEFAULT_BASELINE = ".oaklint-baseline.json"
TARGETS = ("auto", "0", "1", "2", "3")


class Place(NamedTuple):
    """Where values come from.

    file: as shown to users; empty for the command line. root: the directory that patterns are relative to.
    folder: the one that other paths are relative to, in which the file stands.
    """

    file: str
    root: str
    folder: str

    def named(self, key: str) -> str:
        return f"{self.file}: {key}" if self.file else f"--{key}"


def _text(value: object, place: Place) -> str:
    if not isinstance(value, str):
        raise ValueError(f"must be a string, not {_kind(value)}")
    return value


def _flag(value: object, place: Place) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"must be true or false, not {_kind(value)}")
    return value


def _path(value: object, place: Place) -> str | None:
    name = _text(value, place)
    return os.path.normpath(os.path.join(place.folder, name)) if name else None


def _texts(value: object, place: Place) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
        raise ValueError(f"must be a list of strings, not {_kind(value)}")
    return tuple(value)


def _codes(value: object, place: Place) -> tuple[str, ...]:
    from oaklint.engine.configuration.selectors import resolve_selector

    return tuple(code for selector in _texts(value, place) for code in resolve_selector(selector))


def _pattern(glob: str, place: Place) -> Pattern:
    translate(glob)
    return Pattern(glob, place.root)


def _patterns(value: object, place: Place) -> tuple[Pattern, ...]:
    return tuple(_pattern(glob, place) for glob in _texts(value, place))


def _codes_by_pattern(value: object, place: Place) -> tuple[tuple[Pattern, tuple[str, ...]], ...]:
    if not isinstance(value, dict):
        raise ValueError(f"must be a table of patterns and codes, not {_kind(value)}")
    return tuple((_pattern(glob, place), _codes(codes, place)) for glob, codes in value.items())


def _target(value: object, place: Place) -> str:
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else _text(value, place)
    if text not in TARGETS:
        raise ValueError(unknown("value", text, TARGETS))
    return text


def _kind(value: object) -> str:
    """A value's type in the words of TOML."""
    if isinstance(value, list) and not all(isinstance(item, str) for item in value):
        return "a list of something else"
    names = {"str": "a string", "int": "a number", "float": "a number", "bool": "a boolean", "list": "a list", "dict": "a table"}
    return names.get(type(value).__name__, "a " + type(value).__name__)


@dataclass(frozen=True)
class Option:
    """A key: how its value is read (ValueError says what is wrong with it), and what users are told of it."""

    parse: Callable[[object, Place], Any] = field(repr=False)
    type: str
    default: str
    example: str
    help: str


_RULES = "A rule is named by its code (`OAK401`), a prefix (`OAK4`), its name (`hardcoded-api-key`) or `ALL`."

# Adding a key is adding an entry here and a use of its value in `configuration.py`.
OPTIONS: Mapping[str, Option] = {
    "select": Option(
        _codes,
        type="list of rules",
        default="the rules that are on by default",
        example='["OAK1", "OAK401"]',
        help=f"The rules to check. {_RULES}",
    ),
    "ignore": Option(
        _codes,
        type="list of rules",
        default="[]",
        example='["OAK103"]',
        help=f"The rules not to check. {_RULES}",
    ),
    "extend-select": Option(
        _codes,
        type="list of rules",
        default="[]",
        example='["OAK4"]',
        help=f"Rules to check besides those of `select`. {_RULES}",
    ),
    "extend-ignore": Option(
        _codes,
        type="list of rules",
        default="[]",
        example='["OAK103"]',
        help=f"Rules not to check besides those of `ignore`. {_RULES}",
    ),
    "per-file-ignores": Option(
        _codes_by_pattern,
        type="table of lists of rules",
        default="{}",
        example='{ "tests/*" = ["OAK103"] }',
        help="Rules not to check in the files that match a pattern. Patterns are those of `exclude`.",
    ),
    "allow-marks": Option(
        _flag,
        type="true or false",
        default="false",
        example="true",
        help="Whether the inline marks of other scanners silence what oaklint finds of keys on their line: "
        "`pragma: allowlist secret` (and `nextline secret`), `gitleaks:allow`, `betterleaks:allow`, `trufflehog:ignore`, "
        "`ggignore`.",
    ),
    "baseline": Option(
        _path,
        type="path",
        default='"", which is none',
        example=f'"{DEFAULT_BASELINE}"',
        help="The file, written by `oaklint baseline`, with the findings that are accepted: only others are reported. "
        "It is relative to the directory of the configuration file.",
    ),
    "exclude": Option(
        _patterns,
        type="list of patterns",
        default="[" + ", ".join(f'"{name}"' for name in DEFAULT_EXCLUDE) + "]",
        example='["build", "docs/*.py"]',
        help="Files and directories to leave out. A pattern without a slash matches a name anywhere in the tree, "
        "one with a slash a path relative to the directory of the configuration file.",
    ),
    "extend-exclude": Option(
        _patterns,
        type="list of patterns",
        default="[]",
        example='["generated"]',
        help="Files and directories to leave out besides those of `exclude`.",
    ),
    "force-exclude": Option(
        _flag,
        type="true or false",
        default="false",
        example="true",
        help="Whether `exclude` also holds for files that the command line names one by one.",
    ),
    "respect-gitignore": Option(
        _flag,
        type="true or false",
        default="true",
        example="false",
        help="Whether to leave out what git ignores.",
    ),
    "target-sdk": Option(
        _target,
        type='"auto", "0", "1", "2" or "3"',
        default='"auto"',
        example='"1"',
        help="The major version of the OpenAI SDK that the code is written for. "
        "`auto` reads the project's declared dependency, then the code.",
    ),
    "output-format": Option(
        _text,
        type="name of a format",
        default='"full" on a terminal, otherwise "concise"',
        example='"github"',
        help="How diagnostics are shown.",
    ),
}
