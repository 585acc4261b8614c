"""The hook through pre-commit itself, and the plugin in the way the official flake8 hook takes plugins."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.keys import key_body, make_key

ROOT = Path(__file__).parent.parent
LEGACY = "import openai\n\nopenai.ChatCompletion.create()\n"

# The official hook's definition, and a package that brings flake8 as its repository does.
FLAKE8_HOOK = """\
-   id: flake8
    name: flake8
    entry: flake8
    language: python
    types: [python]
    require_serial: true
"""
FLAKE8_PACKAGE = """\
[project]
name = "flake8-hook"
version = "1"
dependencies = ["flake8"]

[tool.setuptools]
py-modules = []
"""


def _run(command: list[str], folder: Path, home: Path) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PRE_COMMIT"))}
    environment |= {"PRE_COMMIT_HOME": str(home), "GIT_CONFIG_GLOBAL": os.devnull}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def _repository(folder: Path, files: dict[str, str], home: Path) -> Path:
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")
    for command in (["init", "-q"], ["add", "-A"], ["-c", "user.name=x", "-c", "user.email=x@example.org", "commit", "-qm", "x"]):
        assert _run(["git", *command], folder, home).returncode == 0
    return folder


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """pre-commit's own cache, shared by the tests here."""
    return tmp_path_factory.mktemp("pre-commit")


def test_the_hook(tmp_path: Path, home: Path) -> None:
    config = '[tool.oaklint]\nexclude = ["vendored.py"]\n'
    key = make_key("openai-project")
    files = {"legacy.py": LEGACY, "vendored.py": LEGACY, "key.py": f'import openai\n\nopenai.api_key = "{key}"\n'}
    user = _repository(tmp_path / "user", {**files, "pyproject.toml": config}, home)
    result = _run([sys.executable, "-m", "pre_commit", "try-repo", str(ROOT), "oaklint", "--all-files"], user, home)
    assert result.returncode == 1, result.stdout + result.stderr
    assert "legacy.py:3:1: OAK203" in result.stdout
    assert "vendored.py" not in result.stdout, "pre-commit names every file; exclude holds all the same"
    assert "key.py:3:19: OAK101" in result.stdout
    body = key_body("openai-project", key)
    assert not any(body[at : at + 8] in result.stdout + result.stderr for at in range(len(body) - 7))


def test_the_hook_on_a_clean_repository(tmp_path: Path, home: Path) -> None:
    user = _repository(tmp_path / "user", {"fine.py": "from openai import OpenAI\n\nclient = OpenAI()\n"}, home)
    result = _run([sys.executable, "-m", "pre_commit", "try-repo", str(ROOT), "oaklint", "--all-files"], user, home)
    assert result.returncode == 0, result.stdout + result.stderr


def test_the_plugin_in_the_flake8_hook(tmp_path: Path, home: Path) -> None:
    flake8 = _repository(tmp_path / "flake8", {".pre-commit-hooks.yaml": FLAKE8_HOOK, "pyproject.toml": FLAKE8_PACKAGE}, home)
    revision = _run(["git", "rev-parse", "HEAD"], flake8, home).stdout.strip()
    config = (
        f"repos:\n- repo: {flake8}\n  rev: {revision}\n  hooks:\n  - id: flake8\n"
        f"    args: [--extend-select, OAK]\n    additional_dependencies: ['oaklint @ {ROOT.as_uri()}']\n"
    )
    user = _repository(tmp_path / "user", {"legacy.py": LEGACY, ".pre-commit-config.yaml": config}, home)
    result = _run([sys.executable, "-m", "pre_commit", "run", "--all-files"], user, home)
    assert result.returncode == 1, result.stdout + result.stderr
    assert "legacy.py:3:1: OAK203" in result.stdout
