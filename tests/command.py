"""Runs the real command in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

OAKLINT = (sys.executable, "-m", "oaklint")

# A removed call of openai 0.x: OAK203 in its second row.
BAD = "import openai\nopenai.Edit.create()\n"
GOOD = "import os\n"


def environment(**changes: str | None) -> dict[str, str]:
    """This process's environment without what decides on colours, and with changes; None takes a variable away."""
    merged: dict[str, str | None] = {**os.environ, "NO_COLOR": None, "FORCE_COLOR": None, **changes}
    return {name: value for name, value in merged.items() if value is not None}


def oaklint(
    *arguments: str, cwd: Path, stdin: str | bytes = b"", env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """The command's exit code and what it wrote."""
    done = subprocess.run(
        [*OAKLINT, *arguments],
        cwd=cwd,
        input=stdin.encode() if isinstance(stdin, str) else stdin,
        capture_output=True,
        check=False,
        env=env or environment(),
        timeout=120,
    )
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


def write(folder: Path, files: dict[str, str]) -> None:
    """Writes files by their paths below a folder."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
