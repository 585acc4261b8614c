"""Runs a program on a real OpenAI SDK and tells how it ended."""

from __future__ import annotations

import atexit
import functools
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal, Protocol

from tests.proofs.environments import Environment
from tests.proofs.server import Request, Server, fresh_key

POLL_SECONDS = 0.01
CAN_FORK = hasattr(os, "fork")
SYSTEM_VARIABLES = ("PATH", "SYSTEMROOT", "TEMP", "TMPDIR")


@dataclass(frozen=True)
class Uncaught:
    """The exception that ended a program.

    type:   its qualified name: `openai.AuthenticationError`, `openai.error.AuthenticationError`, `SyntaxError`.
    bases:  the qualified names of its base classes.
    behind: those of its causes and contexts, the nearest first.
    """

    type: str
    message: str
    bases: tuple[str, ...]
    behind: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.type}: {self.message}"


@dataclass(frozen=True)
class Outcome:
    """How a run ended.

    status:   the exit status; None when it had to be ended from outside.
    uncaught: the exception that nobody caught, None where there was none (also after `sys.exit`).
    sent:     the requests that reached the server, in order.
    endless:  it was ended because it went on sending requests. timed_out: it was ended because it took too long.
    """

    status: int | None
    uncaught: Uncaught | None
    sent: tuple[Request, ...]
    stdout: str
    stderr: str
    endless: bool = False
    timed_out: bool = False

    @property
    def requests(self) -> int:
        return len(self.sent)

    @property
    def raised(self) -> str | None:
        """The qualified name of the uncaught exception."""
        return self.uncaught.type if self.uncaught else None

    @property
    def worked(self) -> bool:
        """It came to its own end without an error."""
        return self.status == 0


@dataclass(frozen=True)
class Job:
    """What the driver is told; all paths are absolute. outcome: where it writes down an uncaught exception."""

    cells: list[str]
    notebook: bool
    arguments: list[str]
    directory: str
    environ: dict[str, str]
    outcome: str
    stdin: str
    stdout: str
    stderr: str


def run(
    program: str | Sequence[str],
    environment: Environment,
    *,
    server: Server,
    key: Literal["good", "wrong"] | None = "good",
    files: Mapping[str, str] | None = None,
    environ: Mapping[str, str] | None = None,
    arguments: Sequence[str] = (),
    stdin: str = "",
    timeout: float = 30,
    fork: bool = CAN_FORK,
) -> Outcome:
    """Runs a program (or the cells of a notebook, in order) in that environment, in an empty directory that is also its home.

    key:     what OPENAI_API_KEY holds: the server's own key, another one, or nothing (None: the variable does not exist).
    files:   text files to lay beside the program, by relative path, for example `.env`.
    environ: further environment variables, laid over those that point the SDK to the server.
    arguments: what stands behind its name on the command line.
    stdin:   what the program reads from standard input.
    timeout: seconds after which the program is ended.
    fork:    whether to start from a process that has imported the SDK already, ten times as fast. Never done where `environ`
             holds a variable for the SDK, because it looks at some of them when it is imported.
    """
    seen = len(server.requests)
    fork = fork and not any("OPENAI" in name for name in environ or ())
    with tempfile.TemporaryDirectory(prefix="oaklint-proof-") as name:
        work, out, err, outcome = (Path(name, part) for part in ("work", "stdout", "stderr", "outcome.json"))
        work.mkdir()
        for path, text in {**(files or {}), **({"program.py": program} if isinstance(program, str) else {})}.items():
            (work / path).parent.mkdir(parents=True, exist_ok=True)
            (work / path).write_text(text, encoding="utf-8")
        for path, text in {"stdin": stdin, "stdout": "", "stderr": ""}.items():
            Path(name, path).write_text(text, encoding="utf-8")
        job = Job(
            cells=[program] if isinstance(program, str) else list(program),
            notebook=not isinstance(program, str),
            arguments=[*arguments],
            directory=str(work),
            environ={**_variables(environment, server, key, home=work), **(environ or {})},
            outcome=str(outcome),
            stdin=str(Path(name, "stdin")),
            stdout=str(out),
            stderr=str(err),
        )
        job_path = Path(name, "job.json")
        job_path.write_text(json.dumps(asdict(job)), encoding="utf-8")
        process = _forker(environment.python).start(job_path) if fork else _start(environment, job, job_path)
        try:
            endless, timed_out = _watch(process, server, time.monotonic() + timeout)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
        return Outcome(
            status=None if endless or timed_out else process.poll(),
            uncaught=_read_uncaught(outcome),
            sent=tuple(server.requests[seen:]),
            stdout=out.read_text(encoding="utf-8", errors="replace"),
            stderr=err.read_text(encoding="utf-8", errors="replace"),
            endless=endless,
            timed_out=timed_out,
        )


class _Process(Protocol):
    """What a `subprocess.Popen` and a fork have in common."""

    def poll(self) -> int | None: ...
    def kill(self) -> None: ...
    def wait(self) -> int: ...


def _start(environment: Environment, job: Job, job_path: Path) -> _Process:
    # Files, not pipes: a program that is ended from outside leaves behind what it had written, and none can block.
    with open(job.stdin, "rb") as standard_in, open(job.stdout, "wb") as out, open(job.stderr, "wb") as err:
        return subprocess.Popen(
            [*_driver(environment.python), str(job_path)],
            cwd=job.directory,
            env=job.environ,
            stdin=standard_in,
            stdout=out,
            stderr=err,
            start_new_session=True,
        )


class _Forker:
    """A driver that has imported the SDK and forks for each job, one at a time. It ends when its standard input does."""

    def __init__(self, python: Path) -> None:
        kept = {name: os.environ[name] for name in SYSTEM_VARIABLES if name in os.environ}
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(_driver(python), env=kept, stdin=pipe, stdout=pipe, bufsize=0)
        assert self._process.stdin
        assert self._process.stdout
        self._jobs, self._answers = self._process.stdin, self._process.stdout
        atexit.register(self.close)

    def start(self, job_path: Path) -> _Process:
        self._jobs.write(f"{job_path}\n".encode())
        return _Fork(self.answer(), self)

    def answer(self) -> int:
        return int(self._answers.readline())

    def has_answered(self) -> bool:
        return bool(select.select([self._answers], [], [], 0)[0])

    def close(self) -> None:
        self._jobs.close()
        self._process.wait()
        self._answers.close()


_forker = functools.cache(_Forker)


class _Fork:
    def __init__(self, pid: int, forker: _Forker) -> None:
        self._pid = pid
        self._forker = forker
        self._status: int | None = None

    def poll(self) -> int | None:
        return self.wait() if self._status is None and self._forker.has_answered() else self._status

    def kill(self) -> None:
        os.kill(self._pid, signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL)

    def wait(self) -> int:
        self._status = self._forker.answer()
        return self._status


def _driver(python: Path) -> list[str]:
    return [str(python), "-I", "-u", "-X", "utf8", str(Path(__file__).with_name("driver.py"))]


def _watch(process: _Process, server: Server, deadline: float) -> tuple[bool, bool]:
    """Waits for the program's end: (it went on sending requests, it took too long)."""
    while process.poll() is None:
        if server.exhausted.is_set():
            return True, False
        if time.monotonic() > deadline:
            return False, True
        time.sleep(POLL_SECONDS)
    return False, False


def _variables(environment: Environment, server: Server, key: Literal["good", "wrong"] | None, home: Path) -> dict[str, str]:
    """The whole environment of the program: nothing of ours gets in but what the system itself needs."""
    kept = {name: os.environ[name] for name in SYSTEM_VARIABLES if name in os.environ}
    base = "OPENAI_API_BASE" if environment.name == "0" else "OPENAI_BASE_URL"
    variables = {**kept, "HOME": str(home), "USERPROFILE": str(home), base: server.url}
    if key is not None:
        variables["OPENAI_API_KEY"] = server.key if key == "good" else fresh_key()
    return variables


def _read_uncaught(path: Path) -> Uncaught | None:
    if not path.exists():
        return None
    value = json.loads(path.read_text(encoding="utf-8"))
    return Uncaught(value["type"], value["message"], tuple(value["bases"]), tuple(value["behind"]))
