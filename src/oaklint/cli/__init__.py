"""The command `oaklint`: a thin door. It turns arguments into settings and diagnostics into text, and knows no rule."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Sequence

from oaklint.cli.arguments import HelpRequested, UsageError, parse
from oaklint.cli.terminal import Terminal
from oaklint.engine.configuration import ConfigurationError

# Besides 0 for clean and 1 for findings.
TROUBLE, INTERRUPTED = 2, 130


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command that `argv` (by default the process's own arguments) asks for.

    Returns the exit code: 0 clean, 1 findings, 2 a wrong command line or configuration, a file that cannot be read or an error
    of ours, 130 interrupted. Raises nothing.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
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
    except KeyboardInterrupt:
        _ignore_interrupts()
        return INTERRUPTED
    except Exception as error:
        terminal.error(f"internal error: {type(error).__name__}: {error}")
        if terminal.verbose:
            import traceback

            terminal.err(traceback.format_exc())
        else:
            terminal.err("--verbose shows where it happened.\n")
    return TROUBLE


def _ignore_interrupts() -> None:
    """A second Ctrl-C while the interpreter shuts down would end in a traceback."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _run(arguments: Namespace) -> int:
    terminal = Terminal(arguments.color, quiet=arguments.quiet, verbose=arguments.verbose)
    # Each command imports what it needs, and only when it is the one asked for.
    match arguments.command:
        case "check":
            from oaklint.cli import check

            return check.run(arguments, terminal)
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
