"""From a command line to its exit code: finds the command, and turns whatever goes wrong into a message."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence

from oaklint.cli.arguments import HelpRequested, UsageError, parse
from oaklint.cli.terminal import Terminal
from oaklint.engine.configuration.configurations import ConfigurationError

TROUBLE = 2


def dispatch(arguments: Sequence[str]) -> int:
    """Runs the command that the arguments ask for and returns its exit code."""
    terminal = Terminal(verbose="--verbose" in arguments or "-v" in arguments)
    try:
        return _run(parse(arguments))
    except HelpRequested as help_text:
        terminal.out(str(help_text))
        return 0
    except UsageError as error:
        terminal.error(str(error))
        terminal.err(f"For help: {error.command} --help\n")
    except ConfigurationError as error:
        terminal.error(str(error))
    except Exception as error:
        terminal.error(f"internal error: {type(error).__name__}: {error}")
        if terminal.verbose:
            import traceback

            terminal.err(traceback.format_exc())
        else:
            terminal.err("--verbose shows where it happened.\n")
    return TROUBLE


def _run(arguments: Namespace) -> int:
    terminal = Terminal(arguments.color, quiet=arguments.quiet, verbose=arguments.verbose)
    # Each command imports what it needs, and only when it is the one asked for.
    match arguments.command:
        case "check":
            from oaklint.cli import check

            return check.run(arguments, terminal)
        case "baseline":
            from oaklint.cli import baseline

            return baseline.run(arguments, terminal)
        case "rule":
            from oaklint.cli import rule

            return rule.run(arguments, terminal)
        case "config":
            from oaklint.cli import config

            return config.run(arguments, terminal)
        case _:
            from oaklint import __version__

            terminal.out(f"oaklint {__version__}\n")
            return 0
