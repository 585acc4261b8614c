"""Virtual environments that hold one real OpenAI SDK each, made on first use and kept between test runs.

    3         the newest openai, with the libraries that retry
    2         the newest openai 2.x
    1         the newest openai 1.x
    0         openai 0.28.1, the last release before 1.0
    prefect   the newest openai, with Prefect
    airflow   the newest openai, with Airflow
    wrappers  the newest openai that packages which build its clients by themselves can take, with these packages

Making one takes ten to twenty seconds (a minute for the last three) and needs nothing but this Python (`venv`, `pip`) and a
package index. They lie in `.cache/proofs/` of the repository, or where `OAKLINT_PROOFS_CACHE` says; the directory can be
deleted at any time. To make all of them ahead of the tests: `python -m tests.proofs.environments`.

"Newest" is what the index offers when the environment is made. An environment older than a week is made anew, so that a
proof that a new SDK release breaks is noticed within a week. Where that is impossible (no network) the old one goes on
serving with a warning, except in continuous integration (`CI` is set), where it is an error. An environment that cannot
be made at all is an error everywhere: a proof is never skipped in silence. Who has no index can leave the proofs out by
saying so: `pytest --without-proofs`.
"""

from __future__ import annotations

import functools
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

OPENAI = {"3": "openai>=3", "2": "openai>=2,<3", "1": "openai>=1,<2", "0": "openai==0.28.1"}
NAMES = tuple(OPENAI)
# What the examples import besides openai.
COMPANIONS = ("tenacity", "backoff", "python-dotenv")
# What else retries; it is the same whatever the SDK, so that one environment will do.
RETRY_LIBRARIES = (
    "stamina",
    "retrying",
    "retry2",
    "opnieuw",
    "celery",
    "dramatiq",
    "huey",
    "arq",
    "rq",
    "fakeredis",
    "distributed",
)
# What has too many dependencies to share an environment with others.
FRAMEWORKS = {
    # They run a program's tasks on servers of their own.
    "prefect": (OPENAI["3"], "prefect"),
    "airflow": (OPENAI["3"], "apache-airflow"),
    # They build the clients of the SDK.
    "wrappers": (
        *(
            "openai",
            "langchain-openai",
            "llama-index-llms-openai",
            "pydantic-ai-slim[openai]",
            "openai-agents",
            "agno",
            "smolagents",
        ),
    ),
}

MAX_AGE_SECONDS = 7 * 24 * 3600
BUILT_AT_ONCE = 2
_REPOSITORY = Path(__file__).parents[2]
_LIST_PACKAGES = "import importlib.metadata as m, json; print(json.dumps({d.name: d.version for d in m.distributions()}))"


@dataclass(frozen=True)
class Environment:
    """A ready environment: its name, its interpreter, and the version of openai in it."""

    name: str
    python: Path
    openai_version: str


class EnvironmentUnavailable(Exception):
    """An environment could not be made. The message says what pip said, and what to do."""


@dataclass(frozen=True)
class _Stamp:
    """What marks an environment as complete: a JSON file beside it, written last."""

    requirements: list[str]
    python_version: str
    created: float
    directory: str
    packages: dict[str, str]


def get(name: str) -> Environment:
    """The environment of that name, made if it is missing; other processes that ask meanwhile wait for it.

    Raises EnvironmentUnavailable; a second call says so at once, without another attempt.
    """
    result = _attempt(name)
    if isinstance(result, EnvironmentUnavailable):
        raise result
    return result


def prepare(names: Iterable[str]) -> None:
    """Makes those environments ready, two at a time. One that cannot be made is reported by `get`, not here."""
    with ThreadPoolExecutor(BUILT_AT_ONCE) as pool:
        list(pool.map(_attempt, names))


@functools.cache
def _attempt(name: str) -> Environment | EnvironmentUnavailable:
    try:
        return _ready(name, _cache_directory())
    except EnvironmentUnavailable as error:
        return error


def _cache_directory() -> Path:
    return Path(os.environ.get("OAKLINT_PROOFS_CACHE") or _REPOSITORY / ".cache" / "proofs")


def _ready(name: str, cache: Path) -> Environment:
    cache.mkdir(parents=True, exist_ok=True)
    (cache / ".gitignore").write_text("*\n", encoding="utf-8")
    # One place for each minor version of Python, so that runs under two of them do not undo each other's work.
    base = cache / f"openai-{name}-py{sys.version_info.major}.{sys.version_info.minor}"
    requirements = _requirements(name)
    with _locked(base.with_name(base.name + ".lock")):
        stamp = _read_stamp(base)
        if stamp and (
            stamp.requirements != requirements or stamp.python_version != sys.version or not _python(base, stamp).exists()
        ):
            stamp = None
        if stamp is None or time.time() - stamp.created > MAX_AGE_SECONDS:
            try:
                stamp = _make(name, base, requirements)
            except EnvironmentUnavailable as error:
                if stamp is None or os.environ.get("CI"):
                    raise
                warnings.warn(f"using an old environment, openai {stamp.packages['openai']}: {error}", stacklevel=2)
    return Environment(name, _python(base, stamp), stamp.packages["openai"])


def _requirements(name: str) -> list[str]:
    if name in FRAMEWORKS:
        return [*FRAMEWORKS[name]]
    return [OPENAI[name], *COMPANIONS, *(RETRY_LIBRARIES if name == "3" else ())]


def _make(name: str, base: Path, requirements: list[str]) -> _Stamp:
    """Builds in a directory of its own, and only then lets the stamp point to it: a broken-off build is never used."""
    directory = Path(tempfile.mkdtemp(prefix=f"{base.name}.", dir=base.parent))
    try:
        python = directory / _PYTHON
        _run([sys.executable, "-I", "-m", "venv", str(directory)], name)
        _run([str(python), "-I", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *requirements], name)
        packages = json.loads(_run([str(python), "-I", "-c", _LIST_PACKAGES], name))
    except EnvironmentUnavailable:
        shutil.rmtree(directory, ignore_errors=True)
        raise
    stamp = _Stamp(requirements, sys.version, time.time(), directory.name, packages)
    _write_stamp(base, stamp)
    for other in base.parent.glob(f"{base.name}.*"):
        if other.is_dir() and other != directory:
            shutil.rmtree(other, ignore_errors=True)
    return stamp


def _run(command: list[str], name: str) -> str:
    environ = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON") and key != "__PYVENV_LAUNCHER__"}
    done = subprocess.run(
        command,
        env=environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if done.returncode:
        said = "\n".join((done.stdout + done.stderr).strip().splitlines()[-15:])
        raise EnvironmentUnavailable(
            f"the environment {name!r} ({_requirements(name)[0]}) for the proofs cannot be made: `{' '.join(command[1:])}` ended with "
            f"{done.returncode}. It needs a package index; `pytest --without-proofs` leaves the proofs out.\n{said}"
        )
    return done.stdout


_PYTHON = Path("Scripts/python.exe") if sys.platform == "win32" else Path("bin/python")


def _python(base: Path, stamp: _Stamp) -> Path:
    return base.parent / stamp.directory / _PYTHON


def _stamp_path(base: Path) -> Path:
    return base.with_name(base.name + ".json")


def _read_stamp(base: Path) -> _Stamp | None:
    try:
        return _Stamp(**json.loads(_stamp_path(base).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _write_stamp(base: Path, stamp: _Stamp) -> None:
    draft = base.parent / stamp.directory / "stamp.json"
    draft.write_text(json.dumps(asdict(stamp), indent=1), encoding="utf-8")
    draft.replace(_stamp_path(base))


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Holds a lock against other processes and threads; the system releases it even when its holder dies."""
    with path.open("a+b") as file:
        if sys.platform == "win32":
            import msvcrt

            while True:
                try:
                    msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
                    break
                except OSError:  # it gives up after ten seconds, a build takes longer
                    continue
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    everything = (*NAMES, *FRAMEWORKS)
    prepare(everything)
    for environment_name in everything:
        environment = get(environment_name)
        print(f"{environment.name}: openai {environment.openai_version}, {environment.python}")
