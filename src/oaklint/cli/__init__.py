"""The command `oaklint`: a thin door. It turns arguments into settings and diagnostics into text, and knows no rule."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command that `argv` (by default the process's own arguments) asks for.

    Returns the exit code: 0 clean, 1 findings, 2 a wrong command line or configuration, a file that cannot be read or an error
    of ours. Raises nothing. An interrupt ends the process with 130.
    """
    try:
        from oaklint.cli.dispatch import dispatch

        return dispatch(sys.argv[1:] if argv is None else argv)
    except KeyboardInterrupt:
        # At once and quietly: the usual way out would wait for a parser at work in a thread, or abort with it.
        os._exit(INTERRUPTED)
