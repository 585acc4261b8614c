"""`oaklint baseline` and `oaklint check --baseline`, through the command itself."""

from __future__ import annotations

import hashlib
import json
import ntpath
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from oaklint.engine import Settings, baseline, check
from oaklint.engine.baseline import Baseline
from oaklint.engine.configuration.configurations import ConfigurationError
from oaklint.rules import all_rules
from tests.command import BAD, OAKLINT, environment, oaklint, write
from tests.fixtures_reader import all_fixtures
from tests.keys import make_key
from tests.test_cli_fix import SAFE, SAFE_FIXED
from tests.test_secrets import FAMILIES, PLACES, WINDOW, _body, _data
from tests.variations import notebook

FILE = ".oaklint-baseline.json"
KEY, OTHER_KEY = make_key("openai-project", "old"), make_key("openai-project", "new")
WEAK, OTHER_WEAK = make_key("credential", "old")[:16], make_key("credential", "new")[:16]

# A certain key, a contextual credential, and a finding that has nothing to do with keys.
BOT = f"""\
from openai import OpenAI
import openai

class Bot:
    def ask(self):
        return OpenAI(api_key="{KEY}")

    def answer(self):
        return OpenAI(api_key="{WEAK}")

    def legacy(self):
        return openai.ChatCompletion.create()
"""


def _accept(folder: Path, *arguments: str) -> None:
    done = oaklint("baseline", *arguments, cwd=folder)
    assert done.returncode == 0, done.stderr


def _new(folder: Path, *arguments: str, cwd: Path | None = None) -> list[tuple[str, int, str]]:
    """What is reported beside the baseline, as file, row and code; nothing else may be said."""
    file = os.path.relpath(folder / FILE, cwd or folder)
    done = oaklint("check", "--baseline", file, "--output-format", "json", *arguments, cwd=cwd or folder)
    found = [(item["filename"], item["location"]["row"], item["code"]) for item in json.loads(done.stdout)]
    assert done.returncode == bool(found), done.stderr
    return found


def _entries(folder: Path) -> dict[str, list[dict[str, object]]]:
    entries: dict[str, list[dict[str, object]]] = json.loads((folder / FILE).read_text("utf-8"))["findings"]
    return entries


# The file


def test_it_accepts_what_is_there(tmp_path: Path) -> None:
    write(tmp_path, {"bot.py": BOT, "sub/b.py": BAD + BAD, "clean.py": "import os\n"})
    done = oaklint("baseline", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, f"{FILE} written: 5 findings in 2 files accepted.\n")
    assert done.stderr.startswith("warning: 2 keys among them: ")
    (key,) = [item for item in check("bot.py", BOT.encode(), Settings()) if item.code == "OAK101"]
    # One line for each finding: changes are easy to read, and to merge.
    assert (tmp_path / FILE).read_text("utf-8") == (
        '{\n  "version": 1,\n  "findings": {\n    "bot.py": [\n'
        f'      {{"code": "OAK101", "fingerprint": "{key.fingerprint}", "count": 1}},\n'
        '      {"code": "OAK102", "scope": "Bot.answer", "sink": "api_key", "count": 1},\n'
        '      {"code": "OAK203", "scope": "Bot.legacy", "count": 1}\n'
        '    ],\n    "sub/b.py": [\n'
        '      {"code": "OAK203", "scope": "<module>", "count": 2}\n    ]\n  }\n}\n'
    )
    done = oaklint("check", "--baseline", FILE, cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "All checks passed!\n", "")


def test_it_is_the_same_from_wherever_it_is_written(tmp_path: Path) -> None:
    write(tmp_path, {"bot.py": BOT, "sub/b.py": BAD, "other/c.py": BAD})
    _accept(tmp_path)
    first = (tmp_path / FILE).read_bytes()
    for cwd, arguments in (
        (tmp_path / "sub", ["..", "--output", f"../{FILE}"]),
        (tmp_path, [str(tmp_path), "-o", str(tmp_path / FILE), "--jobs", "2"]),
        (tmp_path, ["other", "sub", "bot.py"]),
    ):
        (tmp_path / FILE).unlink()
        _accept(cwd, *arguments)
        assert (tmp_path / FILE).read_bytes() == first
    assert _new(tmp_path, str(tmp_path)) == _new(tmp_path, "..", cwd=tmp_path / "sub") == []
    # On another machine, and through a link, too.
    tmp_path.joinpath("sub").rename(tmp_path / "moved")
    moved = tmp_path.parent / f"{tmp_path.name} elsewhere"
    tmp_path.rename(moved)
    (moved / "moved").rename(moved / "sub")
    tmp_path.symlink_to(moved)
    assert _new(moved) == _new(moved, str(tmp_path)) == []


def test_nothing_to_accept(tmp_path: Path) -> None:
    done = oaklint("baseline", "--output", "base.json", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "base.json written: 0 findings in 0 files accepted.\n")
    assert (tmp_path / "base.json").read_text() == '{\n  "version": 1,\n  "findings": {}\n}\n'
    write(tmp_path, {"a.py": BAD})
    assert oaklint("check", "--baseline", "base.json", cwd=tmp_path).returncode == 1


def test_it_takes_the_options_of_check(tmp_path: Path) -> None:
    write(tmp_path, {"bot.py": BOT, "b.py": BAD, "noqa.py": BAD.replace("()", "()  # noqa")})
    _accept(tmp_path, "--select", "OAK2,OAK102", "--exclude", "b.py", "--quiet")
    assert [entry["code"] for entry in _entries(tmp_path)["bot.py"]] == ["OAK102", "OAK203"]
    assert _entries(tmp_path).keys() == {"bot.py"}
    assert _new(tmp_path) == [("b.py", 2, "OAK203"), ("bot.py", 6, "OAK101")]
    _accept(tmp_path, "--ignore", "OAK1", "--ignore-noqa", "--target-sdk", "3")
    assert _entries(tmp_path).keys() == {"bot.py", "b.py", "noqa.py"}


@pytest.mark.parametrize("option", ["-o", "--output", "--output-file", "--baseline"])
def test_where_it_is_written(tmp_path: Path, option: str) -> None:
    write(tmp_path, {"b.py": BAD})
    done = oaklint("baseline", option, "base.json", ".", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "base.json written: 1 finding in 1 file accepted.\n")
    done = oaklint("baseline", option, "-", cwd=tmp_path)
    assert (done.stdout, done.stderr) == ((tmp_path / "base.json").read_text(), "1 finding in 1 file accepted.\n")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.py", "base.json"]


def test_what_goes_wrong_while_it_is_written(tmp_path: Path) -> None:
    write(tmp_path, {"b.py": BAD})
    _accept(tmp_path)
    before = (tmp_path / FILE).read_text()
    done = oaklint("baseline", "gone.py", cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", "error: gone.py: No such file or directory\n")
    assert (tmp_path / FILE).read_text() == before
    done = oaklint("baseline", "--output", "no/such/folder.json", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "error: no/such/folder.json: No such file or directory\n"


# What is new: keys


def test_a_key_that_was_moved_is_old(tmp_path: Path) -> None:
    row = f'key = "{KEY}"\n'
    write(tmp_path, {"a.py": row, "b.py": "x = 1\n"})
    _accept(tmp_path)
    write(tmp_path, {"a.py": f"# Above.\n\ndef f():\n    # {KEY}\n    pass\n"})
    assert _new(tmp_path) == []
    write(tmp_path, {"a.py": "x = 1\n", "b.py": row})
    assert _new(tmp_path) == []
    # The old place was not looked at, and may still have it.
    assert _new(tmp_path, "b.py") == [("b.py", 1, "OAK101")]
    (tmp_path / "a.py").unlink()
    assert _new(tmp_path, "b.py") == []
    write(tmp_path, {"sub/c.py": row})
    (tmp_path / "b.py").unlink()
    assert _new(tmp_path) == []


def test_a_key_is_new_on_an_old_line_and_a_copy_in_a_further_place(tmp_path: Path) -> None:
    row = f'key = "{KEY}"\n'
    write(tmp_path, {"a.py": row, "b.py": "x = 1\n"})
    _accept(tmp_path)
    write(tmp_path, {"a.py": row.replace(KEY, OTHER_KEY)})
    assert _new(tmp_path) == [("a.py", 1, "OAK101")]
    write(tmp_path, {"a.py": row + f'other = "{OTHER_KEY}"\n'})
    assert _new(tmp_path) == [("a.py", 2, "OAK101")]
    write(tmp_path, {"a.py": row, "b.py": row})
    assert _new(tmp_path) == [("b.py", 1, "OAK101")]
    write(tmp_path, {"a.py": row + row, "b.py": "x = 1\n"})
    assert _new(tmp_path) == [("a.py", 2, "OAK101")]
    # One of two was moved, and copied.
    _accept(tmp_path)
    write(tmp_path, {"a.py": row, "b.py": row, "c.py": row})
    assert _new(tmp_path) == [("c.py", 1, "OAK101")]


def test_a_place_where_a_rule_was_not_asked_for_is_not_gone(tmp_path: Path) -> None:
    row = f'key = "{KEY}"\n'
    write(tmp_path, {"a.py": row})
    _accept(tmp_path)
    write(tmp_path, {"b.py": row})
    assert _new(tmp_path, "--per-file-ignores", "a.py:OAK101") == [("b.py", 1, "OAK101")]


@pytest.mark.parametrize("family", ["unknown-hex32", "anthropic-like"])
def test_probable_keys_are_known_by_their_content(tmp_path: Path, family: str) -> None:
    write(tmp_path, {"a.py": f'key = "{make_key(family, 1)}"\n'})
    _accept(tmp_path)
    write(tmp_path, {"a.py": f'\n\nkey = "{make_key(family, 1)}"\n'})
    assert _new(tmp_path) == []
    write(tmp_path, {"a.py": f'key = "{make_key(family, 2)}"\n'})
    assert _new(tmp_path) == [("a.py", 1, "OAK101")]


# What is new: everything else


def test_everything_else_is_known_by_its_place(tmp_path: Path) -> None:
    write(tmp_path, {"bot.py": BOT})
    _accept(tmp_path)
    write(
        tmp_path,
        {"bot.py": "# Above.\n\n" + BOT.replace("    def legacy", "    x = 1\n\n    def legacy").replace(WEAK, OTHER_WEAK)},
    )
    assert _new(tmp_path) == []
    # In another function, through another sink, once more in the same function, in another file.
    write(tmp_path, {"bot.py": BOT.replace("def answer", "def reply")})
    assert _new(tmp_path) == [("bot.py", 9, "OAK102")]
    write(tmp_path, {"bot.py": BOT.replace("api_key=", "admin_api_key=")})
    assert _new(tmp_path) == [("bot.py", 9, "OAK102")]
    write(tmp_path, {"bot.py": BOT.replace("create()", "create(), openai.Completion.create()")})
    assert _new(tmp_path) == [("bot.py", 12, "OAK203")]
    (tmp_path / "bot.py").rename(tmp_path / "bots.py")
    write(tmp_path, {"bots.py": BOT})
    assert _new(tmp_path) == [("bots.py", 9, "OAK102"), ("bots.py", 12, "OAK203")]


def test_a_decorator_belongs_to_its_function(tmp_path: Path) -> None:
    head = "import openai\nfrom tenacity import retry\n"
    one = "\n@retry\ndef {}():\n    return openai.OpenAI().models.list()\n"
    write(tmp_path, {"a.py": head + one.format("ask")})
    _accept(tmp_path)
    assert [entry["scope"] for entry in _entries(tmp_path)["a.py"]] == ["ask"]
    write(tmp_path, {"a.py": head + one.format("answer") + one.format("ask")})
    assert _new(tmp_path) == [("a.py", 4, "OAK402")]


def test_a_notebook_does_not_depend_on_the_order_of_its_cells(tmp_path: Path) -> None:
    cells = ["import openai", f"openai.OpenAI(api_key='{WEAK}')", f"k = '{KEY}'"]
    (tmp_path / "a.ipynb").write_bytes(notebook(cells))
    _accept(tmp_path)
    (tmp_path / "a.ipynb").write_bytes(notebook([cells[0], "x = 1", cells[2], cells[1]]))
    assert _new(tmp_path) == []


def test_what_does_not_parse(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": f"import openai\nk = '{KEY}'\nf(\n"})
    _accept(tmp_path)
    assert _new(tmp_path) == []
    write(tmp_path, {"a.py": f"\n\nimport openai\nk = '{OTHER_KEY}'\nf(\n"})
    assert _new(tmp_path) == [("a.py", 4, "OAK101")]


# What is said of entries without a match


def test_what_is_gone_is_counted(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": BAD + BAD, "b.py": BAD, "c.py": BAD})
    _accept(tmp_path)
    write(tmp_path, {"a.py": BAD})
    (tmp_path / "b.py").unlink()
    said = f"warning: {FILE}: 2 accepted findings without a match; `oaklint baseline` writes it anew\n"
    for arguments in ([], ["a.py"]):
        done = oaklint("check", "--baseline", FILE, *arguments, cwd=tmp_path)
        assert (done.returncode, done.stdout, done.stderr) == (0, "All checks passed!\n", said)
    # What was not looked for is not gone.
    for arguments in (["--quiet"], ["--select", "OAK4"], ["--exclude", "a.py", "--select", "OAK101"]):
        assert oaklint("check", "--baseline", FILE, *arguments, cwd=tmp_path).stderr == ""
    done = oaklint("check", "--baseline", FILE, "c.py", cwd=tmp_path)
    assert "1 accepted finding without a match" in done.stderr


# Other doors


def test_every_format_and_the_statistics(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": BAD})
    _accept(tmp_path)
    write(tmp_path, {"b.py": BAD})
    for output_format in ("concise", "json-lines", "github"):
        done = oaklint("check", "--baseline", FILE, "--output-format", output_format, cwd=tmp_path)
        assert done.returncode == 1
        assert "b.py" in done.stdout
        assert "a.py" not in done.stdout
    done = oaklint("check", "--baseline", FILE, "--statistics", cwd=tmp_path)
    assert done.stdout == "1\tOAK203\tremoved-api-call\nFound 1 error in 1 file.\n"


def test_what_is_accepted_is_not_repaired(tmp_path: Path) -> None:
    inside = "import openai\n\n\ndef ask():\n" + "".join(f"    {row}\n" for row in SAFE.splitlines()[2:])
    write(tmp_path, {"old.py": SAFE, "both.py": inside, "clean.py": "import os\n"})
    _accept(tmp_path)
    new = inside.replace("def ask", "def more") + inside.partition("\n\n\n")[2]
    write(tmp_path, {"new.py": SAFE, "both.py": new})
    diff = oaklint("check", "--baseline", FILE, "--diff", cwd=tmp_path)
    assert (diff.returncode, diff.stderr) == (1, "Would fix 2 errors.\n")
    assert [line for line in diff.stdout.splitlines() if line.startswith("+++")] == ["+++ both.py", "+++ new.py"]
    done = oaklint("check", "--baseline", FILE, "--fix", "--jobs", "2", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "Found 2 errors in 2 files (2 fixed, 0 remaining).\n")
    assert (tmp_path / "old.py").read_text() == SAFE
    assert (tmp_path / "new.py").read_text() == SAFE_FIXED
    both = (tmp_path / "both.py").read_text()
    assert both.endswith(new.partition("def ask")[2])
    assert both != new
    done = oaklint("check", "--baseline", FILE, "--fix", cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "All checks passed!\n", "")


def test_standard_input(tmp_path: Path) -> None:
    write(tmp_path, {"sub/a.py": SAFE})
    _accept(tmp_path)
    named = ("check", "--baseline", f"../{FILE}", "--stdin-filename")
    assert oaklint(*named, "a.py", cwd=tmp_path / "sub", stdin="\n" + SAFE).returncode == 0
    assert oaklint(*named, "b.py", cwd=tmp_path / "sub", stdin=SAFE).returncode == 1
    done = oaklint(*named, "a.py", "--fix", cwd=tmp_path / "sub", stdin="\n" + SAFE)
    assert (done.returncode, done.stdout, done.stderr) == (0, "\n" + SAFE, "All checks passed!\n")
    done = oaklint(*named, "b.py", "--fix", cwd=tmp_path / "sub", stdin=SAFE)
    assert (done.returncode, done.stdout) == (0, SAFE_FIXED)
    done = oaklint(*named, "a.py", "--diff", cwd=tmp_path / "sub", stdin=SAFE)
    assert (done.returncode, done.stdout) == (0, "")


def test_a_file_that_changes_between_the_check_and_the_repair(tmp_path: Path) -> None:
    """The new text is judged by the same baseline."""
    write(tmp_path, {"a.py": SAFE})
    _accept(tmp_path)
    inside = "\n\ndef ask():\n" + "".join(f"    {row}\n" for row in SAFE.splitlines()[2:])
    write(tmp_path, {"a.py": SAFE + inside})
    program = """
import sys
from oaklint.cli import check, main
original = check.check_all
def check_all(*arguments):
    results = original(*arguments)
    with open("a.py") as file: text = file.read()
    if arguments[4] is None:
        with open("a.py", "w") as file: file.write("# Changed.\\n" + text)
    return results
check.check_all = check_all
sys.exit(main(sys.argv[1:]))
"""
    command = [sys.executable, "-c", program, "check", "--baseline", FILE, "--fix"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, env=environment())
    assert done.returncode == 0, done.stderr
    text = (tmp_path / "a.py").read_text()
    assert text.startswith("# Changed.\n" + SAFE)
    assert text != "# Changed.\n" + SAFE + inside


def test_many_files_in_many_processes(tmp_path: Path) -> None:
    files = {f"{number:02}.py": f'{BAD}key = "{make_key("openai-project", number)}"\n' for number in range(40)}
    write(tmp_path, files)
    _accept(tmp_path, "--jobs", "2")
    # Every key goes one file on, and one file is new.
    write(tmp_path, {f"{number + 1:02}.py": text for number, (_, text) in enumerate(sorted(files.items()))})
    write(tmp_path, {"00.py": BAD})
    assert _new(tmp_path, "--jobs", "2") == [("40.py", 2, "OAK203")]
    runs = [
        subprocess.Popen([*OAKLINT, "check", "-q", "--baseline", FILE], cwd=tmp_path, stdout=subprocess.PIPE, env=environment())
        for _ in range(3)
    ]
    assert len({run.communicate()[0] for run in runs}) == 1


# Configuration


def test_the_configuration_names_it(tmp_path: Path) -> None:
    write(tmp_path, {"pyproject.toml": '[tool.oaklint]\nbaseline = "ci/base.json"\n', "a.py": BAD, "sub/b.py": BAD})
    done = oaklint("check", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "error: ci/base.json: there is no such baseline; `oaklint baseline` writes one\n"
    (tmp_path / "ci").mkdir()
    assert oaklint("baseline", "..", cwd=tmp_path / "sub").stdout.endswith("2 findings in 2 files accepted.\n")
    assert list(json.loads((tmp_path / "ci/base.json").read_text())["findings"]) == ["../a.py", "../sub/b.py"]
    for cwd in (tmp_path, tmp_path / "sub"):
        assert oaklint("check", cwd=cwd).returncode == 0
    assert oaklint("check", "--isolated", cwd=tmp_path).returncode == 1
    assert oaklint("check", "--baseline", "", cwd=tmp_path).returncode == 1
    assert 'baseline = "ci/base.json"\n' in oaklint("config", cwd=tmp_path).stdout
    # A file that is named on the command line is a configuration like any other.
    write(tmp_path, {"ci/oaklint.toml": 'baseline = "base.json"\n'})
    assert oaklint("check", "--config", "ci/oaklint.toml", cwd=tmp_path).returncode == 0


def test_a_folder_with_a_configuration_of_its_own(tmp_path: Path) -> None:
    write(tmp_path, {"oaklint.toml": 'baseline = "outer.json"\n', "a.py": BAD, "sub/oaklint.toml": 'baseline = "inner.json"\n'})
    write(tmp_path, {"sub/b.py": BAD, "bare/oaklint.toml": "", "bare/c.py": BAD})
    done = oaklint("baseline", cwd=tmp_path)
    assert (
        done.stdout
        == "outer.json written: 2 findings in 2 files accepted.\nsub/inner.json written: 1 finding in 1 file accepted.\n"
    )
    done = oaklint("check", cwd=tmp_path)
    assert done.stdout.startswith("bare/c.py:2:1: OAK203 ")
    assert "Found 1 error in 1 file.\n" in done.stdout


# Trouble


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "not a baseline: not valid JSON (line 1)"),
        ('{\n  "version": 1,\n<<<<<<< HEAD\n', "not a baseline: not valid JSON (line 3)"),
        ("[" * 100_000, "not a baseline: not valid JSON"),
        ("[]", "not a baseline"),
        ('{"results": {}}', "not a baseline"),
        ('{"version": 2, "findings": {}}', "not a baseline of version 1, which this oaklint reads; `oaklint baseline` writes it anew"),
        ('{"version": "1.5.0", "results": {}}', "not a baseline of version 1, which this oaklint reads; `oaklint baseline` writes it anew"),
        *(
            (f'{{"version": 1, "findings": {findings}}}', "not a baseline: its findings are damaged")
            for findings in (
                "[]",
                "3",
                '{"a.py": 3}',
                '{"a.py": ["x"]}',
                '{"a.py": [{"code": "OAK203", "scope": "f"}]}',
                '{"a.py": [{"code": "OAK203", "scope": "f", "count": "1"}]}',
                '{"a.py": [{"code": "OAK203", "scope": "f", "count": 0}]}',
                '{"a.py": [{"code": "OAK203", "scope": ["f"], "count": 1}]}',
                '{"a.py": [{"scope": "f", "count": 1}]}',
                '{"a.py": [{"code": "OAK203", "line": "3", "count": 1}]}',
            )
        ),
        ('{"version": 1}', "not a baseline: its findings are damaged"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_baseline(tmp_path: Path, content: str, message: str) -> None:
    (tmp_path / FILE).write_text(content)
    with pytest.raises(ConfigurationError) as caught:
        Baseline.read(str(tmp_path / FILE), FILE)
    assert str(caught.value) == f"{FILE}: {message}"


def test_trouble_is_told_before_anything_is_checked(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": SAFE, "broken.json": f'{{"version": 1, "findings": "{KEY}"}}'})
    (tmp_path / "bytes.json").write_bytes(b"\xff\xfe")
    (tmp_path / "sub").mkdir()
    for name, message in (
        ("broken.json", "not a baseline: its findings are damaged"),
        ("bytes.json", "not a baseline: not valid JSON"),
        ("none.json", "there is no such baseline; `oaklint baseline` writes one"),
        ("sub", "Is a directory"),
    ):
        done = oaklint("check", "--exit-zero", "--fix", "--baseline", name, cwd=tmp_path)
        assert (done.returncode, done.stdout, done.stderr) == (2, "", f"error: {name}: {message}\n")
    assert (tmp_path / "a.py").read_text() == SAFE


# Names and secrets


def test_paths_of_windows_stand_there_with_slashes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(baseline, "os", SimpleNamespace(path=ntpath, sep="\\"))
    found = check("b.py", BAD.encode(), Settings())
    written = Baseline.of("C:\\project\\base.json", {"C:\\project\\sub\\b.py": found, "C:\\c.py": found, "D:\\d.py": found})
    assert set(written.accepted) == {"sub/b.py", "../c.py", "D:/d.py"}
    assert written.compare({"C:\\project\\sub\\b.py": found}, {}).new == {}


def test_strange_names(tmp_path: Path) -> None:
    names = [
        'quo"te.py',
        "日本.py",
        "new\nline.py",
        "back\\slash.py",
        f"{'a1B2c3D4' * 6}.py",
        "bearer 0a1b2c3d4e5f6a7b8c9d.py",
        "sk-.py",
    ]
    for name in [*names, os.fsdecode(b"\xff.py")]:
        (tmp_path / name).write_text(BAD, "utf-8")
    (tmp_path / "a.py").write_text(
        "import openai\n\n" + "".join(f"def {name}():\n    openai.Image.create()\n" for name in ("x" * 40, "a1B2c3D4" * 6))
    )
    _accept(tmp_path)
    assert oaklint("check", "--baseline", FILE, cwd=tmp_path).stdout == "All checks passed!\n"


def test_nothing_of_a_key_is_in_it(tmp_path: Path) -> None:
    bodies = []
    for family in FAMILIES:
        key = make_key(family, "name")
        bodies.append(_body(family, key))
        name = f"f_{bodies[-1]}" if bodies[-1].isalnum() else "f"
        write(tmp_path, {f"{family}/{key}/{key}.py": f"{BAD}def {name}():\n    openai.Image.create()\n"})
        for place in PLACES:
            key = make_key(family, place)
            bodies.append(_body(family, key))
            (tmp_path / family / place).write_bytes(_data(place, key))
    _accept(tmp_path, "--jobs", "2")
    written = (tmp_path / FILE).read_bytes().decode()
    assert written.count("OAK101") > len(FAMILIES) * len(PLACES) // 2
    windows = {written[at : at + WINDOW] for at in range(len(written))}
    windows |= {window[::-1] for window in windows}
    for body in bodies:
        assert windows.isdisjoint(body[at : at + WINDOW] for at in range(len(body) - WINDOW + 1))
    done = oaklint("check", "--baseline", FILE, "--jobs", "2", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "All checks passed!\n")


def test_no_weak_secret_can_be_guessed_from_it(tmp_path: Path) -> None:
    row = f"    return OpenAI(api_key='{WEAK}')\n"
    write(tmp_path, {"bot.py": f"from openai import OpenAI\n\ndef ask():\n{row}", "a.py": BAD})
    _accept(tmp_path)
    written = (tmp_path / FILE).read_text("utf-8")
    assert "OAK102" in written
    for text in (WEAK, f"'{WEAK}'", f"api_key='{WEAK}'", row, row.strip(), WEAK.lower(), f"OAK102{WEAK}"):
        for algorithm in ("md5", "sha1", "sha256", "sha512", "blake2b"):
            assert hashlib.new(algorithm, text.encode()).hexdigest()[:6] not in written
    # Another one in its place makes no difference to the file.
    write(tmp_path, {"bot.py": f"from openai import OpenAI\n\ndef ask():\n{row.replace(WEAK, OTHER_WEAK)}"})
    _accept(tmp_path)
    assert (tmp_path / FILE).read_text("utf-8") == written


# All together


def test_all_fixtures_and_back(tmp_path: Path) -> None:
    all_codes = {rule.code for rule in all_rules()}
    everything = Settings(select=("OAK0", "OAK1", "OAK2", "OAK3", "OAK4", "OAK9"))
    found = {str(tmp_path / item.name): check(item.name, item.text.encode(), everything) for item in all_fixtures()}
    written = Baseline.of(str(tmp_path / FILE), found)
    (tmp_path / FILE).write_text(written.text, "utf-8")
    read = Baseline.read(str(tmp_path / FILE), FILE)
    assert read == written
    comparison = read.compare(found, dict.fromkeys(found, all_codes))
    assert (comparison.new, comparison.gone) == ({}, 0)
    assert sum(counts.total() for counts in comparison.accepted.values()) == sum(map(len, found.values())) > len(found)
    # Where nothing is left, all of it is gone.
    comparison = read.compare({}, dict.fromkeys(found, all_codes))
    assert comparison.gone == sum(map(len, found.values()))


def test_without_a_baseline_nothing_is_imported_for_it(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": BOT})
    program = "import sys; from oaklint.cli import main; main(sys.argv[1:]); print(*sys.modules, file=sys.stderr)"
    command = [sys.executable, "-c", program, "check", "--fix", "--isolated", "."]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert not {"oaklint.engine.baseline", "oaklint.cli.baseline"} & set(done.stderr.split())
