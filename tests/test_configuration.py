"""What a project's configuration files and the command line ask for, and what happens when they are wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from oaklint.engine.configuration.configurations import ConfigurationError, Configurations
from oaklint.engine.configuration.options import OPTIONS
from oaklint.engine.configuration.selectors import resolve_selector
from oaklint.engine.settings import Settings
from oaklint.reports import FORMATS
from oaklint.rules import all_rules
from tests.command import BAD, oaklint, write


def _settings(folder: Path, file: str = "a.py", **overrides: object) -> Settings:
    """The settings for a file below a folder, with the command line's values."""
    options = {key.replace("_", "-"): value for key, value in overrides.items()}
    path = folder / file
    return Configurations(str(folder), options).for_directory(str(path.parent)).settings_for(str(path))


def _error(folder: Path, **overrides: object) -> str:
    options = {key.replace("_", "-"): value for key, value in overrides.items()}
    with pytest.raises(ConfigurationError) as caught:
        Configurations(str(folder), options, output_formats=FORMATS).for_directory(str(folder))
    return str(caught.value)


def test_the_nearest_configuration_counts_alone(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "pyproject.toml": '[tool.oaklint]\nselect = ["OAK1"]\nignore = ["OAK103"]\n',
            "inner/oaklint.toml": 'select = ["OAK4"]\n',
            "inner/deep/pyproject.toml": '[project]\nname = "not-ours"\n',
        },
    )
    assert _settings(tmp_path).select == ("OAK1",)
    assert _settings(tmp_path, "other/a.py").ignore == ("OAK103",)
    assert _settings(tmp_path, "inner/a.py") == Settings(select=("OAK4",))
    assert _settings(tmp_path, "inner/deep/a.py") == Settings(select=("OAK4",))


def test_oaklint_toml_goes_before_pyproject(tmp_path: Path) -> None:
    write(tmp_path, {"pyproject.toml": '[tool.oaklint]\nselect = ["OAK1"]\n', "oaklint.toml": 'select = ["OAK2"]\n'})
    assert _settings(tmp_path).select == ("OAK2",)


def test_other_spellings_of_the_table(tmp_path: Path) -> None:
    write(tmp_path, {"pyproject.toml": '[tool]\noaklint.select = ["OAK1"]\n'})
    assert _settings(tmp_path).select == ("OAK1",)


def test_a_pyproject_of_others_is_not_even_parsed(tmp_path: Path) -> None:
    write(tmp_path, {"pyproject.toml": "this is [ no TOML"})
    assert _settings(tmp_path) == Settings()


def test_every_key_is_read(tmp_path: Path) -> None:
    lines = [f"{key} = {option.example}" for key, option in OPTIONS.items()]
    write(tmp_path, {"oaklint.toml": "\n".join(lines)})
    configuration = Configurations(str(tmp_path), output_formats=FORMATS).for_directory(str(tmp_path))
    assert configuration.settings == Settings(
        select=("OAK1", "OAK401"),
        ignore=("OAK103",),
        extend_select=("OAK4",),
        extend_ignore=("OAK103",),
        target_sdk="1",
        allow_marks=True,
    )
    assert configuration.baseline == str(tmp_path / ".oaklint-baseline.json")
    assert [pattern.glob for pattern in configuration.files.exclude] == ["build", "docs/*.py", "generated"]
    assert configuration.files.force_exclude
    assert not configuration.files.respect_gitignore
    assert configuration.output_format == "github"
    assert configuration.settings_for(str(tmp_path / "tests" / "sub" / "a.py")).never == ("OAK103",)
    assert configuration.settings_for(str(tmp_path / "a.py")).never == ()


def test_the_command_line_goes_first(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "oaklint.toml": 'select = ["OAK1"]\nextend-select = ["OAK2"]\nignore = ["OAK103", "OAK4"]\n'
            'extend-ignore = ["OAK201"]\ntarget-sdk = 1\nexclude = ["a"]\nextend-exclude = ["b"]\n'
            'per-file-ignores = { "a.py" = ["OAK101"] }\n'
        },
    )
    assert _settings(tmp_path).never == ("OAK101",)
    settings = _settings(tmp_path, select=["OAK4"], extend_ignore=["OAK402"], target_sdk="0", per_file_ignores={"b.py": ["OAK1"]})
    # A selector of the command line beats the file's entry for the same; its `ignore` is otherwise still in force.
    assert settings == Settings(
        select=("OAK4",), ignore=("OAK103",), extend_ignore=("OAK201", "OAK402"), extend_select=(), target_sdk="0"
    )
    assert _settings(tmp_path, extend_select=["OAK3"]).extend_select == ("OAK2", "OAK3")
    assert _settings(tmp_path, ignore=["OAK1"]).ignore == ("OAK1",)
    files = Configurations(str(tmp_path), {"extend-exclude": ["c"]}).for_directory(str(tmp_path)).files
    assert [pattern.glob for pattern in files.exclude] == ["a", "b", "c"]
    files = Configurations(str(tmp_path), {"exclude": ["c"]}).for_directory(str(tmp_path)).files
    assert [pattern.glob for pattern in files.exclude] == ["c", "b"]


def test_one_file_for_all_or_none(tmp_path: Path) -> None:
    write(tmp_path, {"oaklint.toml": 'select = ["OAK1"]\n', "other/own.toml": 'exclude = ["docs/a.py"]\n'})
    isolated = Configurations(str(tmp_path), isolated=True).for_directory(str(tmp_path))
    assert (isolated.settings, isolated.file) == (Settings(), None)
    only = Configurations(str(tmp_path), file="other/own.toml").for_directory(str(tmp_path / "anywhere"))
    assert only.settings == Settings()
    # Its patterns are relative to where the user stands.
    assert only.files.excluded.match_entry(str(tmp_path / "docs" / "a.py"), "a.py")
    with pytest.raises(ConfigurationError, match=r"^none\.toml: No such file"):
        Configurations(str(tmp_path), file="none.toml")


def test_selectors() -> None:
    assert resolve_selector("OAK401") == ("OAK401",)
    assert resolve_selector("OAK4") == ("OAK4",)
    assert resolve_selector("OAK") == ("OAK",)
    assert resolve_selector("hardcoded-api-key") == ("OAK101",)
    # `ALL` reaches the rules that are off by default, for which `OAK` is not enough.
    assert all(rule.code.startswith(resolve_selector("ALL")) for rule in all_rules())


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ('selct = ["OAK1"]', "unknown key 'selct', did you mean 'select'?"),
        ('[tool.oaklint]\nselect = ["OAK1"]', "unknown key 'tool', did you mean "),
        ('select = "OAK1"', "select: must be a list of strings, not a string"),
        ("select = [1]", "select: must be a list of strings, not a list of something else"),
        ('select = ["OAK4011"]', "select: unknown rule 'OAK4011', did you mean 'OAK401'?"),
        ('ignore = ["hardcoded-key"]', "ignore: unknown rule 'hardcoded-key', did you mean 'hardcoded-api-key'?"),
        ('extend-select = ["OAK7"]', "extend-select: unknown rule 'OAK7', did you mean 'OAK"),
        ('extend-ignore = ["E501"]', "extend-ignore: unknown rule 'E501', did you mean '"),
        ('select = [""]', "select: unknown rule '', did you mean '"),
        ('per-file-ignores = ["a"]', "per-file-ignores: must be a table of patterns and codes, not a list"),
        ('per-file-ignores = { "a" = "OAK1" }', "per-file-ignores: must be a list of strings, not a string"),
        ('per-file-ignores = { "[a" = ["OAK1"] }', "per-file-ignores: unclosed bracket in pattern '[a'"),
        ('exclude = ["{a"]', "exclude: unbalanced brace in pattern '{a'"),
        ("force-exclude = 1", "force-exclude: must be true or false, not a number"),
        ('respect-gitignore = "no"', "respect-gitignore: must be true or false, not a string"),
        ('target-sdk = "9"', "target-sdk: unknown value '9', did you mean '"),
        ("target-sdk = true", "target-sdk: must be a string, not a boolean"),
        ('output-format = "jsn"', "output-format: unknown output format 'jsn', did you mean 'json'?"),
        ("output-format = []", "output-format: must be a string, not a list"),
        ('allow-marks = "yes"', "allow-marks: must be true or false, not a string"),
        ("baseline = true", "baseline: must be a string, not a boolean"),
        ("= 1", "not valid TOML: "),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, toml: str, message: str) -> None:
    write(tmp_path, {"oaklint.toml": toml})
    assert _error(tmp_path).startswith(f"oaklint.toml: {message}")


def test_what_is_wrong_elsewhere(tmp_path: Path) -> None:
    assert _error(tmp_path, select=["OAK4011"]) == "--select: unknown rule 'OAK4011', did you mean 'OAK401'?"
    write(tmp_path, {"pyproject.toml": "[tool]\noaklint = 3\n"})
    assert _error(tmp_path) == "pyproject.toml: tool.oaklint must be a table"
    (tmp_path / "pyproject.toml").write_bytes(b"[tool.oaklint]\n# \xff\n")
    assert _error(tmp_path).startswith("pyproject.toml: not valid TOML")


def test_through_the_command(tmp_path: Path) -> None:
    write(tmp_path, {"pyproject.toml": '[tool.oaklint]\nignore = ["removed-api-call"]\n', "a.py": BAD, "inner/b.py": BAD})
    write(tmp_path, {"inner/oaklint.toml": ""})
    done = oaklint("check", cwd=tmp_path)
    assert (done.returncode, done.stdout.split(" ")[0]) == (1, "inner/b.py:2:1:")
    assert oaklint("check", "--isolated", cwd=tmp_path).stdout.endswith("Found 2 errors in 2 files.\n")
    assert oaklint("check", "--config", "pyproject.toml", cwd=tmp_path).returncode == 0
    # Asked for by name, the rule is checked although the file ignores it.
    assert oaklint("check", "--select", "removed-api-call", cwd=tmp_path).stdout.endswith("Found 2 errors in 2 files.\n")

    write(tmp_path, {"inner/oaklint.toml": "ignroe = []\n"})
    done = oaklint("check", "--exit-zero", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "error: inner/oaklint.toml: unknown key 'ignroe', did you mean 'ignore'?\n"


def test_config_command(tmp_path: Path) -> None:
    write(tmp_path, {"oaklint.toml": 'select = ["OAK1"]\nper-file-ignores = { "a.py" = ["OAK101"] }\n'})
    done = oaklint("config", cwd=tmp_path)
    assert done.returncode == 0
    assert done.stdout.startswith("# oaklint.toml\n")
    # What it shows can be used as a configuration itself, and says the same.
    write(tmp_path, {"shown/oaklint.toml": done.stdout})
    again = oaklint("config", cwd=tmp_path / "shown")
    assert again.stdout == done.stdout
    assert oaklint("config", "--isolated", cwd=tmp_path).stdout.startswith("# no configuration file\n# select: ")
    explained = oaklint("config", "output-format", cwd=tmp_path).stdout
    assert f"Values: {', '.join(FORMATS)}\n" in explained
    assert "Example: output-format = " in explained
    done = oaklint("config", "slect", cwd=tmp_path)
    assert (done.returncode, done.stderr.splitlines()[0]) == (2, "error: unknown key 'slect', did you mean 'select'?")
