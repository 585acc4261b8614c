"""The plugin through flake8 itself. That it finds what the command line finds is shown in `test_fixtures.py`."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from oaklint import flake8_plugin
from oaklint.flake8_plugin import INTERNAL_ERROR, Plugin
from tests.keys import make_key

LEGACY = "import openai\n\nopenai.ChatCompletion.create()\n"


def _flake8(folder: Path, *arguments: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "flake8", *arguments]
    return subprocess.run(command, cwd=folder, input=stdin, capture_output=True, text=True, check=False)


def test_it_is_there(tmp_path: Path) -> None:
    assert "oaklint: " in _flake8(tmp_path, "--version").stdout
    assert "--oaklint-target-sdk" in _flake8(tmp_path, "--help").stdout


def test_standard_input(tmp_path: Path) -> None:
    result = _flake8(tmp_path, "--isolated", "--select", "OAK", "-", stdin=LEGACY)
    assert result.stdout.startswith("stdin:3:1: OAK203 ")
    named = _flake8(tmp_path, "--isolated", "--select", "OAK", "--stdin-display-name", "a.py", "-", stdin=LEGACY)
    assert named.stdout.startswith("a.py:3:1: OAK203 ")


def test_it_is_on_without_being_selected(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(LEGACY, "utf-8")
    assert "OAK203" in _flake8(tmp_path, "--isolated").stdout


@pytest.mark.parametrize("file", ["setup.cfg", "tox.ini", ".flake8"])
def test_options_from_its_configuration_files(tmp_path: Path, file: str) -> None:
    (tmp_path / "a.py").write_text(LEGACY, "utf-8")
    (tmp_path / file).write_text("[flake8]\nextend-select = OAK\noaklint-target-sdk = 0\n", "utf-8")
    assert _flake8(tmp_path).returncode == 0
    wrong = _flake8(tmp_path, "--oaklint-target-sdk", "4")
    assert "invalid choice" in wrong.stderr


def test_the_declared_version(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(LEGACY, "utf-8")
    (tmp_path / "requirements.txt").write_text("openai==0.28.1\n", "utf-8")
    assert _flake8(tmp_path, "--isolated", "--select", "OAK").stdout == ""


def test_its_own_comments_and_codes(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("import openai\nopenai.ChatCompletion.create()  # noqa: OAK203\n", "utf-8")
    assert _flake8(tmp_path, "--isolated", "--select", "OAK").stdout == ""
    assert "OAK203" in _flake8(tmp_path, "--isolated", "--select", "OAK", "--disable-noqa").stdout
    assert _flake8(tmp_path, "--isolated", "--extend-ignore", "OAK2", "--disable-noqa").stdout == ""


MULTIPLIED = """\
import openai

client = openai.OpenAI()
for _ in range(3):
    try:
        print(client.models.list())
        break
    except openai.RateLimitError:
        pass
"""


@pytest.mark.parametrize("option", ["--select", "--extend-select"])
def test_a_rule_that_is_off_by_default_runs_where_it_is_named(tmp_path: Path, option: str) -> None:
    (tmp_path / "a.py").write_text(MULTIPLIED, "utf-8")
    assert _flake8(tmp_path, "--isolated").stdout == ""
    assert _flake8(tmp_path, "--isolated", option, "OAK").stdout == ""
    assert "a.py:8:5: OAK903" in _flake8(tmp_path, "--isolated", option, "OAK903").stdout
    assert "a.py:8:5: OAK903" in _flake8(tmp_path, "--isolated", option, "OAK9").stdout


def test_a_rule_that_is_off_by_default_is_named_in_a_configuration_file(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(MULTIPLIED, "utf-8")
    (tmp_path / ".flake8").write_text("[flake8]\nextend-select = OAK903\n", "utf-8")
    assert "a.py:8:5: OAK903" in _flake8(tmp_path).stdout


def test_marks_of_other_scanners(tmp_path: Path) -> None:
    key = make_key("openai-project")
    (tmp_path / "a.py").write_text(f'key = "{key}"  # pragma: allowlist secret\n{LEGACY}', "utf-8")
    (tmp_path / "own.cfg").write_text("[flake8]\noaklint-allow-marks = true\n", "utf-8")
    arguments = ("--select", "OAK", "a.py")
    assert "a.py:1:8: OAK101" in _flake8(tmp_path, "--isolated", *arguments).stdout
    for marked in (
        _flake8(tmp_path, "--isolated", "--oaklint-allow-marks", *arguments),
        _flake8(tmp_path, "--config", "own.cfg", *arguments),
    ):
        assert re.findall(r"OAK\d+", marked.stdout) == ["OAK203"]


def test_columns_count_characters_as_an_editor_does(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("import openai\nx = '\U0001f511', openai.ChatCompletion.create()\n", "utf-8")
    assert ":2:10: OAK203" in _flake8(tmp_path, "--isolated", "--select", "OAK", "a.py").stdout


def test_no_exception_escapes(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object) -> None:
        raise RuntimeError("something with a secret in it")

    monkeypatch.setattr(flake8_plugin, "check_text", fail)
    ((row, column, text, kind),) = Plugin(ast.parse(LEGACY), [LEGACY], "a.py").run()
    assert (row, column, kind) == (1, 0, Plugin)
    assert text.startswith(f"{INTERNAL_ERROR} oaklint failed on a.py: RuntimeError")
    assert "secret" not in text
