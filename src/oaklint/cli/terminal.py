"""The one place through which the command line writes: nothing passes it that looks like a key."""

from __future__ import annotations

import os
import sys
import time
from typing import TextIO

from oaklint.reports.text import printable

ColorChoice = str  # "auto", "always" or "never"

# A run that is over sooner shows no progress.
_PATIENCE = 1.0
_BAR_WIDTH = 30


def wants_color(choice: ColorChoice, stream: TextIO) -> bool:
    """Whether to write colours to a stream: `--color` decides, then NO_COLOR, then FORCE_COLOR, then what the stream is."""
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR", "0") not in ("", "0"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"


class Terminal:
    """Standard output and standard error, with secrets masked.

    color: for standard output. A reader that hangs up (`oaklint ... | head`) is no error.
    """

    def __init__(self, color: ColorChoice = "auto", *, quiet: bool = False, verbose: bool = False) -> None:
        self.color = wants_color(color, sys.stdout)
        self.quiet = quiet
        self.verbose = verbose

    def out(self, text: str) -> None:
        """Writes to standard output."""
        self._write(sys.stdout, text)

    def out_bytes(self, data: bytes) -> None:
        """Writes a user's own file to standard output, as it is: the one thing that is not masked."""
        sys.stdout.flush()
        try:
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

    def err(self, text: str) -> None:
        """Writes to standard error."""
        self._write(sys.stderr, text)

    def error(self, message: str) -> None:
        """Writes an error of one line to standard error."""
        self.err(f"error: {printable(message)}\n")

    def warning(self, message: str) -> None:
        """Writes a warning of one line to standard error."""
        if not self.quiet:
            self.err(f"warning: {printable(message)}\n")

    def note(self, message: str) -> None:
        """Writes a line to standard error that only `--verbose` asks for."""
        if self.verbose:
            self.err(f"{message}\n")

    def save(self, path: str, text: str) -> None:
        """Writes a file. Raises OSError."""
        with open(path, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(_masked(text))

    def _write(self, stream: TextIO, text: str) -> None:
        if not text:
            return
        text = _masked(text)
        try:
            try:
                stream.write(text)
            except UnicodeEncodeError:
                encoding = stream.encoding or "ascii"
                stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
            stream.flush()
        except BrokenPipeError:
            # What is still to come, and the interpreter's last flush, goes nowhere.
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _masked(text: str) -> str:
    from oaklint.sdk.redaction import redact

    return redact(text)


class ProgressBar:
    """A bar on standard error, for a person who waits: only on a terminal, only after a while, wiped at the end."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._enabled = sys.stderr.isatty() and not terminal.quiet
        self._next = time.monotonic() + _PATIENCE
        self._drawn = False

    def __call__(self, done: int, total: int) -> None:
        if self._enabled and time.monotonic() >= self._next:
            self._next = time.monotonic() + 0.1
            self._drawn = True
            filled = _BAR_WIDTH * done // max(total, 1)
            self._terminal.err(f"\r[{'#' * filled}{' ' * (_BAR_WIDTH - filled)}] {done}/{total} files")

    def wipe(self) -> None:
        if self._drawn:
            self._terminal.err("\r\x1b[K")
            self._drawn = False
