"""Projects of several files for openai 0.28.1 do the same after their migration, on the newest 1.x, 2.x and 3.x.

They lie in `tests/migration/projects/`, each in a folder of its own, and begin in `main.py`. All is as it is with single programs
(`test_migration.py`), but that the real command migrates them: one file after the other, each beside what the others have become.
"""

from __future__ import annotations

import functools
import json
import tempfile
from pathlib import Path

import pytest

from tests.command import oaklint, write
from tests.proofs import environments
from tests.proofs.environments import Environment
from tests.proofs.running import Outcome
from tests.proofs.server import Json
from tests.proofs.test_migration import Setup, differences_between, run_program

FOLDER = Path(__file__).parents[1] / "migration" / "projects"
PROJECTS = sorted(path.name for path in FOLDER.iterdir() if path.is_dir())
# Nothing but what the projects say of a key is to be had: what they lose would be missed.
SETUP = Setup(key=None)
SETUPS = {"tests_beside": Setup()}


def read(folder: Path) -> dict[str, str]:
    """The files of a project, by their paths in it."""
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in sorted(folder.rglob("*.py"))}


@functools.cache
def migrated(name: str) -> tuple[dict[str, str], list[str]]:
    """Its files after the migration, and what is reported of them then but for information."""
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder)
        write(project, {"pyproject.toml": "", **read(FOLDER / name)})
        oaklint("check", "--select", "OAK2", "--fix", ".", cwd=project)
        done = oaklint("check", "--select", "OAK2", "--output-format", "json", ".", cwd=project)
        found = [each for each in json.loads(done.stdout) if each["severity"] != "info"]
        return read(project), [f"{each['filename']}: {each['message']}" for each in found]


@functools.cache
def before(name: str) -> tuple[Outcome, list[Json]]:
    return ran(name, read(FOLDER / name), environments.get("0"))


def ran(name: str, files: dict[str, str], environment: Environment) -> tuple[Outcome, list[Json]]:
    others = {path: text for path, text in files.items() if path != "main.py"}
    return run_program(files["main.py"], SETUPS.get(name, SETUP), environment, others)


@pytest.mark.parametrize("environment", ["0"], indirect=True)
@pytest.mark.parametrize("name", PROJECTS)
def test_a_legacy_project_runs_on_0_28_1(name: str, environment: Environment) -> None:
    outcome, sent = before(name)
    assert outcome.worked, outcome.stderr
    assert sent


@pytest.mark.parametrize("name", PROJECTS)
def test_a_migration_is_whole(name: str) -> None:
    files, reported = migrated(name)
    assert reported == []
    assert files != read(FOLDER / name)


@pytest.mark.parametrize("name", PROJECTS)
def test_the_order_of_the_files_makes_no_difference(name: str, tmp_path: Path) -> None:
    """Each file is migrated beside others as they were, and beside others as they have become."""
    files, _ = migrated(name)
    write(tmp_path, {"pyproject.toml": "", **read(FOLDER / name)})
    for path in reversed(files):
        oaklint("check", "--select", "OAK2", "--fix", path, cwd=tmp_path)
    assert read(tmp_path) == files


@pytest.mark.parametrize("environment", ["1", "2", "3"], indirect=True)
@pytest.mark.parametrize("name", PROJECTS)
def test_a_migrated_project_does_the_same(name: str, environment: Environment) -> None:
    rows = differences_between(before(name), ran(name, migrated(name)[0], environment))
    assert not rows, "\n".join(rows)
