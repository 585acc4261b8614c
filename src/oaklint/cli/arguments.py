"""What the command line understands."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Collection, Sequence
from typing import Any, NoReturn

from oaklint.engine.configuration.nearest import nearest, unknown
from oaklint.engine.configuration.options import DEFAULT_BASELINE, TARGETS
from oaklint.reports import FORMATS

COMMANDS = {
    "check": "check files and report what is wrong",
    "baseline": "accept what is wrong today, so that 'check' reports what is new",
    "rule": "explain a rule",
    "config": "show the settings in force, or explain one",
    "version": "show the version",
}

_COLORS = ("auto", "always", "never")


class UsageError(Exception):
    """A command line that makes no sense; the message names the nearest one that does. command: the one it was meant for."""

    def __init__(self, message: str, command: str = "oaklint") -> None:
        super().__init__(message)
        self.command = command


class HelpRequested(Exception):
    """Somebody asked for help: the message is the help."""


class _Parser(argparse.ArgumentParser):
    """A parser that raises instead of writing and exiting, and names the nearest option."""

    def __init__(self, command: str, description: str, usage: str | None = None) -> None:
        super().__init__(prog=command, description=description, usage=usage, allow_abbrev=False, add_help=False)
        self.add_argument("-h", "--help", action="help", help="show this help")

    def error(self, message: str) -> NoReturn:
        raise UsageError(message, self.prog)

    def print_help(self, file: object = None) -> NoReturn:
        raise HelpRequested(self.format_help())

    def parse(self, arguments: Sequence[str]) -> argparse.Namespace:
        namespace, rest = self.parse_known_args(arguments)
        if rest and rest[0].startswith("-"):
            options = [option for action in self._actions for option in action.option_strings]
            self.error(unknown("option", rest[0].partition("=")[0], options))
        if rest:
            self.error(f"unexpected argument {rest[0]!r}")
        return namespace


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The command and its options. Raises UsageError or HelpRequested."""
    if arguments[:1] in (["--version"], ["-V"]):
        return argparse.Namespace(command="version", color="auto", quiet=False, verbose=False)
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        text = _overview()
        if not arguments:
            raise UsageError("a command is missing, the main one is 'oaklint check'")
        raise HelpRequested(text)
    command, *rest = arguments
    if command not in COMMANDS:
        if command.startswith("-"):
            raise UsageError(f"the command is missing, did you mean 'oaklint check {command}'?")
        raise UsageError(unknown("command", command, COMMANDS) + f" To check a file: 'oaklint check {command}'.")
    namespace = _PARSERS[command]().parse(rest)
    namespace.command = command
    return namespace


def _overview() -> str:
    from oaklint import __doc__ as purpose

    commands = "".join(f"  {name:<8} {text}\n" for name, text in COMMANDS.items())
    return f"{purpose}\n\nusage: oaklint COMMAND ...\n\ncommands:\n{commands}\n'oaklint COMMAND --help' tells more of each.\n"


def _check_parser() -> _Parser:
    parser = _Parser("oaklint check", "Check Python files and notebooks.", "oaklint check [OPTIONS] [PATHS ... | -]")
    parser.add_argument("paths", nargs="*", metavar="PATHS", help="files and directories, or - for standard input (default: .)")

    rules = _add_rule_options(parser)
    rules.add_argument("--baseline", metavar="FILE", help="report only what FILE, written by 'oaklint baseline', does not accept")

    fixes = parser.add_argument_group("fixes")
    fixes.add_argument(
        "--fix", action="store_true", help="repair what can be repaired without changing what the program means to do"
    )
    fixes.add_argument(
        "--unsafe-fixes", action="store_true", help="count among the fixes those that change what the program does"
    )
    fixes.add_argument("--fix-only", action="store_true", help="repair, and report nothing of the rest")
    fixes.add_argument("--show-fixes", action="store_true", help="list what was repaired")
    fixes.add_argument("--diff", action="store_true", help="show what would be repaired, and change nothing")

    files = _add_file_options(parser)
    files.add_argument("--stdin-filename", metavar="PATH", help="the name of what comes on standard input")
    files.add_argument("--show-files", action="store_true", help="list the files that would be checked, and check none")

    output = parser.add_argument_group("output")
    output.add_argument("--output-format", type=_one_of(FORMATS), metavar="FORMAT", help=", ".join(FORMATS))
    output.add_argument("-o", "--output-file", metavar="PATH", help="write what is found to a file")
    output.add_argument("--statistics", action="store_true", help="show how often each rule speaks, not where")
    output.add_argument("--exit-zero", action="store_true", help="exit 0 whatever is found (2 if something went wrong)")

    _add_configuration_options(parser)
    _add_jobs_option(parser)
    _add_common_options(parser)
    return parser


def _baseline_parser() -> _Parser:
    parser = _Parser(
        "oaklint baseline",
        "Accept what is found today: writes it to a file, with which 'oaklint check --baseline FILE' reports only what is new.",
    )
    parser.add_argument("paths", nargs="*", metavar="PATHS", help="files and directories (default: .)")
    _add_rule_options(parser)
    _add_file_options(parser)
    output = parser.add_argument_group("output")
    output.add_argument(
        "-o",
        "--output",
        "--output-file",
        "--baseline",
        dest="output",
        metavar="FILE",
        help="the file to write, or - for standard output (default: the one that the configuration names, else"
        f" {DEFAULT_BASELINE})",
    )
    _add_configuration_options(parser)
    _add_jobs_option(parser)
    _add_common_options(parser)
    return parser


def _rule_parser() -> _Parser:
    formats = ("text", "json", "markdown")
    parser = _Parser("oaklint rule", "Explain a rule.")
    parser.add_argument("rule", nargs="?", metavar="CODE|NAME", help="for example OAK401 or hardcoded-api-key")
    parser.add_argument("--all", action="store_true", help="explain all rules")
    parser.add_argument("--output-format", type=_one_of(formats), default="text", metavar="FORMAT", help=", ".join(formats))
    _add_common_options(parser)
    return parser


def _config_parser() -> _Parser:
    parser = _Parser("oaklint config", "Show the settings in force here, or explain one.")
    parser.add_argument("key", nargs="?", metavar="KEY", help="the key to explain")
    _add_configuration_options(parser)
    _add_common_options(parser)
    return parser


def _version_parser() -> _Parser:
    parser = _Parser("oaklint version", "Show the version.")
    _add_common_options(parser)
    return parser


_PARSERS: dict[str, Callable[[], _Parser]] = {
    "check": _check_parser,
    "baseline": _baseline_parser,
    "rule": _rule_parser,
    "config": _config_parser,
    "version": _version_parser,
}


def _add_rule_options(parser: _Parser) -> argparse._ArgumentGroup:
    rules = parser.add_argument_group("rules (a code, a prefix such as OAK4, a name, or ALL; separated by commas)")
    for option, text in (
        ("--select", "check these"),
        ("--ignore", "do not check these"),
        ("--extend-select", "check these, too"),
        ("--extend-ignore", "do not check these, either"),
    ):
        rules.add_argument(option, action="extend", type=_list, metavar="RULES", help=text)
    rules.add_argument(
        "--per-file-ignores",
        action="extend",
        type=_codes_by_pattern,
        metavar="PATTERN:RULES",
        help="do not check these in files that match the pattern",
    )
    rules.add_argument("--ignore-noqa", action="store_true", help="report what '# noqa' comments silence")
    rules.add_argument(
        "--allow-marks",
        action="store_true",
        default=None,
        help="let the marks of other scanners, such as '# pragma: allowlist secret', silence findings of keys",
    )
    rules.add_argument(
        "--target-sdk", type=_one_of(TARGETS), metavar="VERSION", help=f"the SDK's major version: {', '.join(TARGETS)}"
    )
    return rules


def _add_file_options(parser: _Parser) -> argparse._ArgumentGroup:
    files = parser.add_argument_group("files")
    files.add_argument("--exclude", action="extend", type=_list, metavar="PATTERNS", help="leave these out, not the default ones")
    files.add_argument("--extend-exclude", action="extend", type=_list, metavar="PATTERNS", help="leave these out, too")
    files.add_argument(
        "--force-exclude", action="store_true", default=None, help="leave them out even if they are named one by one"
    )
    files.add_argument(
        "--no-respect-gitignore",
        dest="respect_gitignore",
        action="store_false",
        default=None,
        help="check also what git ignores",
    )
    return files


def _add_jobs_option(parser: _Parser) -> None:
    parser.add_argument("-j", "--jobs", type=_positive, metavar="N", help="processes to use (default: one for each core)")


def _add_configuration_options(parser: _Parser) -> None:
    group = parser.add_argument_group("configuration").add_mutually_exclusive_group()
    group.add_argument("--config", metavar="FILE", help="use this configuration file and no other")
    group.add_argument("--isolated", action="store_true", help="use no configuration file")


def _add_common_options(parser: _Parser) -> None:
    parser.add_argument(
        "--color", type=_one_of(_COLORS), default="auto", metavar="WHEN", help=f"{', '.join(_COLORS)} (default: auto)"
    )
    group = parser.add_mutually_exclusive_group()
    group.add_argument("-q", "--quiet", action="store_true", help="show what is found and nothing else")
    group.add_argument("-v", "--verbose", action="store_true", help="show also what is being done, and tracebacks")


def _one_of(values: Collection[str]) -> Callable[[str], str]:
    """A type whose values are few."""

    def one(text: str) -> str:
        if text in values:
            return text
        listed = ", ".join(values)
        raise argparse.ArgumentTypeError(f"unknown value {text!r}, did you mean {nearest(text, values)!r}? (one of {listed})")

    return one


def _list(text: str) -> list[str]:
    return [item.strip() for item in text.split(",") if item.strip()]


def _codes_by_pattern(text: str) -> list[tuple[str, str]]:
    """`a.py:OAK1,OAK2,b.py:OAK3` as pairs of pattern and selector."""
    pairs = []
    pattern = ""
    for item in _list(text):
        before, colon, selector = item.rpartition(":")
        pattern = before if colon else pattern
        if not pattern or not selector:
            raise argparse.ArgumentTypeError(f"expected PATTERN:RULES, not {text!r}")
        pairs.append((pattern, selector))
    return pairs


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"expected a number above 0, not {text!r}")
    return int(text)


def overrides(namespace: argparse.Namespace) -> dict[str, Any]:
    """The options that stand for a key of the configuration, as a configuration file would have them."""
    keys = (
        *("select", "ignore", "extend-select", "extend-ignore", "exclude", "extend-exclude"),
        *("force-exclude", "respect-gitignore", "target-sdk", "output-format", "allow-marks", "baseline"),
    )
    values = {key: getattr(namespace, key.replace("-", "_"), None) for key in keys}
    if namespace.per_file_ignores is not None:
        table: dict[str, list[str]] = {}
        for pattern, selector in namespace.per_file_ignores:
            table.setdefault(pattern, []).append(selector)
        values["per-file-ignores"] = table
    return {key: value for key, value in values.items() if value is not None}
