"""The README, CONTRIBUTING and CHANGELOG are true."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

import oaklint
from oaklint.engine.configuration.configurations import Configurations
from oaklint.python import imports
from oaklint.reports import FORMATS
from oaklint.rules import all_rules
from oaklint.source import modules

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
CHANGELOG = (ROOT / "CHANGELOG.md").read_text("utf-8")


def _snippets(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def test_the_table_of_rules() -> None:
    assert re.findall(r"^\| (OAK\d{3}) \| ([a-z-]+) \|", README, re.MULTILINE) == [(rule.code, rule.name) for rule in all_rules()]


def test_the_table_says_which_rules_have_fixes() -> None:
    said = {code for code, fix in re.findall(r"^\| (OAK\d{3}) .*\| ?([^|]*)\|$", README, re.MULTILINE) if fix}
    assert said == {rule.code for rule in all_rules() if "## Fix safety\nThere is no fix" not in rule.page.text}


def test_the_files_of_usage() -> None:
    named = re.findall(r"^\| `(\w+\.py)` \|", CONTRIBUTING, re.MULTILINE)
    assert sorted(named) == sorted(path.name for path in (ROOT / "src/oaklint/usage").rglob("[!_]*.py"))


def test_the_files_of_sdk() -> None:
    named = re.findall(r"^\| `sdk/(\w+\.py)` \|", CONTRIBUTING, re.MULTILINE)
    assert sorted(named) == sorted(path.name for path in (ROOT / "src/oaklint/sdk").glob("[!_]*.py"))


def test_the_finding_that_is_shown() -> None:
    (shown,) = _snippets("text")
    command = [sys.executable, "-m", "oaklint", "check", "--output-format", "full", "examples/"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert f"\n{shown}\n" in result.stdout


def test_how_much_is_followed() -> None:
    each, in_all = modules._MAX_BYTES // 1000, imports._MAX_BYTES // 1000
    bounds = f"at most {imports._MAX_MODULES} modules are followed, of {each} kB each and {in_all} kB in all"
    assert bounds in " ".join(README.split())
    assert all(f"`{folder}/`" in README for folder in modules._SOURCE_FOLDERS)
    assert all(f"`{mark}`" in README for mark in modules._ROOT_MARKS)


def test_which_rules_follow_imports() -> None:
    listed = re.search(r"\. (OAK[^.]*) look into the first-party modules", README)
    assert listed
    codes = set(re.findall(r"OAK\d{3}", listed[1]))
    for first, last in re.findall(r"OAK(\d{3}) to OAK(\d{3})", listed[1]):
        codes |= {f"OAK{number}" for number in range(int(first), int(last) + 1)}
    assert codes == {rule.code for rule in all_rules() if rule.follows_imports}


def test_what_it_says_of_the_examples() -> None:
    command = [sys.executable, "-m", "oaklint", "check", "examples/"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert "\nFound 8 errors in 2 files.\n" in result.stdout
    assert "finds eight mistakes in two of the three files, and exits with 1" in README
    assert len(list((ROOT / "examples").iterdir())) == 3


def test_the_picture_shows_what_is_printed() -> None:
    command = re.search(r"\$ (oaklint check [^<]*)<", (ROOT / "docs/terminal.svg").read_text("utf-8"))
    assert command
    arguments = command[1].split()[1:]
    result = subprocess.run(
        [sys.executable, "-m", "oaklint", *arguments, "--output-format", "full"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    picture = re.sub(r"<[^>]*>", "", (ROOT / "docs/terminal.svg").read_text("utf-8"))
    assert "".join(result.stdout.split())[:200] in "".join(
        picture.replace("&quot;", '"').replace("&gt;", ">").replace("&#x27;", "'").split()
    )


def test_the_commands_stand_on_lines_of_their_own() -> None:
    """`.ci/run` takes the test command from here."""
    assert "\npython -m pip install . && oaklint check examples/\n" in README
    assert '\npython -m pip install -e ".[dev]" && python -m pytest -n auto\n' in README


def test_the_configuration_is_valid(tmp_path: Path) -> None:
    ours = [snippet for snippet in _snippets("toml") if "tool.oaklint" in snippet]
    assert ours
    for snippet in ours:
        (tmp_path / "pyproject.toml").write_text(snippet, "utf-8")
        configuration = Configurations(str(tmp_path)).for_directory(str(tmp_path))
        assert configuration.file is not None
    assert any(
        tomllib.loads(snippet).get("tool", {}).get("ruff", {}).get("lint", {}).get("external") == ["OAK"]
        for snippet in _snippets("toml")
    )


def test_the_hook_and_the_versions() -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    revisions = re.findall(r"repo: https://github.com/oaklint/oaklint\n  rev: v(\S+)\n  hooks:\n    - id: (\S+)", README)
    assert revisions == [(oaklint.__version__, hook["id"])]
    assert re.findall(r"^## (\S+)", CHANGELOG, re.MULTILINE)[0] == oaklint.__version__
    for snippet in _snippets("yaml"):
        yaml.safe_load(snippet)


def test_formats_and_rules_that_are_named() -> None:
    assert all(f"`{name}`" in README for name in FORMATS)
    assert all(rule.code in CHANGELOG for rule in all_rules())


@pytest.mark.parametrize("document", [README, CONTRIBUTING])
def test_files_that_are_named_exist(document: str) -> None:
    for name in re.findall(r"`((?:src|tests|tools|benchmarks|examples|docs|engine|rules|usage)/[\w./]*)`", document):
        if "499" in name:
            continue  # the rule that CONTRIBUTING imagines
        assert (ROOT / name).exists() or (ROOT / "src/oaklint" / name).exists(), name
    for name in re.findall(r"\]\(([\w./]+)\)", document):
        assert (ROOT / name).exists() or (ROOT / f"{name}.md").exists(), name
