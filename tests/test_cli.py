"""The command line, driven through the real command."""

from __future__ import annotations

import io
import json
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from oaklint import __version__
from oaklint.cli.terminal import ProgressBar, Terminal, wants_color
from oaklint.engine.configuration.options import TARGETS
from oaklint.reports import FORMATS
from oaklint.rules import all_rules
from tests.command import BAD, GOOD, OAKLINT, environment, oaklint, write
from tests.keys import make_key

UNPARSABLE = "import openai\nclient = openai.OpenAI(\n"

# Runs the command in a process where `check` of the engine does something of its own first.
TAMPERED = """
import os, sys
from oaklint.engine import checking

original = checking.check

def check(name, data, settings, place):
    {body}
    return original(name, data, settings, place)

checking.check = check
from oaklint.cli import main
sys.exit(main(sys.argv[1:]))
"""


# Only a forked process takes over what was tampered with.
needs_fork = pytest.mark.skipif(multiprocessing.get_start_method() != "fork", reason="processes are not forked here")


def _tampered(body: str, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", TAMPERED.format(body=body), *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, env=environment(), timeout=120)


def _on_a_terminal(*arguments: str, cwd: Path) -> str:
    """What the command writes to a terminal that is its standard output."""
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    # On a busy machine a short run may take long enough for the progress bar: standard error goes elsewhere.
    streams = {"stdin": subprocess.DEVNULL, "stdout": theirs, "stderr": subprocess.DEVNULL}
    with subprocess.Popen([*OAKLINT, *arguments], cwd=cwd, env=environment(TERM="xterm"), **streams):
        os.close(theirs)
        written = b""
        try:
            while piece := os.read(ours, 1 << 16):
                written += piece
        except OSError:  # how Linux says that the other end is closed
            pass
    os.close(ours)
    return written.decode().replace("\r\n", "\n")


# What is checked, and how it ends


def test_clean(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": GOOD})
    done = oaklint("check", cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "All checks passed!\n", "")


def test_findings(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": BAD, "sub/b.py": BAD + BAD, "c.py": GOOD})
    done = oaklint("check", cwd=tmp_path)
    assert done.returncode == 1
    assert [line.split(" ")[:2] for line in done.stdout.splitlines()[:-1]] == [
        ["a.py:2:1:", "OAK203"],
        ["sub/b.py:2:1:", "OAK203"],
        ["sub/b.py:4:1:", "OAK203"],
    ]
    assert done.stdout.endswith("Found 3 errors in 2 files.\n")
    assert done.stderr == ""
    assert oaklint("check", "--exit-zero", cwd=tmp_path).returncode == 0


def test_files_outside_are_named_in_full(tmp_path: Path) -> None:
    write(tmp_path, {"here/a.py": GOOD, "there/b.py": BAD})
    done = oaklint("check", "../there", cwd=tmp_path / "here")
    assert done.stdout.startswith(f"{tmp_path / 'there' / 'b.py'}:2:1: OAK203 ")


def test_a_missing_path_does_not_keep_the_others_from_being_checked(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": BAD})
    for arguments in (("nothing.py", "a.py"), ("a.py", "nothing.py", "--exit-zero")):
        done = oaklint("check", *arguments, cwd=tmp_path)
        assert done.returncode == 2
        assert done.stdout.startswith("a.py:2:1: OAK203 ")
        assert done.stderr == "error: nothing.py: No such file or directory\n"
    done = oaklint("check", "nothing.py", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file_does_not_keep_the_others_from_being_checked(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": GOOD, "b.py": BAD})
    (tmp_path / "a.py").chmod(0)
    done = oaklint("check", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (2, "error: a.py: Permission denied\n")
    assert "b.py:2:1: OAK203" in done.stdout


def test_an_unparsable_file_is_a_finding(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": UNPARSABLE, "b.py": BAD})
    done = oaklint("check", cwd=tmp_path)
    assert done.returncode == 1
    assert [line.split(" ")[1] for line in done.stdout.splitlines()[:-1]] == ["OAK000", "OAK203"]


def test_nothing_to_check(tmp_path: Path) -> None:
    done = oaklint("check", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "All checks passed!\n")
    assert done.stderr == "warning: no Python files or notebooks found under the given paths\n"
    assert oaklint("check", "--quiet", cwd=tmp_path).stderr == ""


def test_standard_input(tmp_path: Path) -> None:
    assert oaklint("check", "-", cwd=tmp_path, stdin=BAD).stdout.startswith("-:2:1: OAK203 ")
    assert oaklint("check", "-", cwd=tmp_path, stdin=GOOD).returncode == 0
    named = oaklint("check", "-", "--stdin-filename", "sub/a.py", cwd=tmp_path, stdin=BAD)
    assert named.stdout.startswith("sub/a.py:2:1: OAK203 ")
    assert oaklint("check", "--stdin-filename", "sub/a.py", cwd=tmp_path, stdin=BAD).stdout == named.stdout


def test_standard_input_obeys_the_configuration_of_its_name(tmp_path: Path) -> None:
    write(tmp_path, {"sub/oaklint.toml": 'ignore = ["OAK2"]\nexclude = ["gone.py"]\n'})
    assert oaklint("check", "--stdin-filename", "a.py", cwd=tmp_path, stdin=BAD).returncode == 1
    assert oaklint("check", "--stdin-filename", "sub/a.py", cwd=tmp_path, stdin=BAD).returncode == 0
    excluded = ("check", "--select", "OAK203", "--stdin-filename", "sub/gone.py")
    assert oaklint(*excluded, cwd=tmp_path, stdin=BAD).returncode == 1
    assert oaklint(*excluded, "--force-exclude", cwd=tmp_path, stdin=BAD).returncode == 0


def test_a_notebook_on_standard_input(tmp_path: Path) -> None:
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": ["text"]},
        {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": [], "source": BAD.splitlines(True)},
    ]
    notebook = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1)
    done = oaklint("check", "-", "--stdin-filename", "a.ipynb", cwd=tmp_path, stdin=notebook)
    assert done.stdout.startswith("a.ipynb:cell 2:2:1: OAK203 ")
    github = oaklint("check", "--stdin-filename", "a.ipynb", "--output-format", "github", cwd=tmp_path, stdin=notebook).stdout
    row = next(row for row, line in enumerate(notebook.splitlines(), 1) if "openai.Edit" in line)
    assert f"file=a.ipynb,line={row}::" in github


def test_noqa(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": BAD.replace("()", "()  # noqa: OAK203")})
    assert oaklint("check", cwd=tmp_path).returncode == 0
    assert oaklint("check", "--ignore-noqa", cwd=tmp_path).returncode == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["--ignore", "OAK203"],
        ["--ignore", "OAK1, removed-api-call"],
        ["--select", "OAK1,OAK4"],
        ["--select", "OAK", "--extend-ignore", "OAK2"],
        ["--per-file-ignores", "a.py:OAK203"],
        ["--per-file-ignores", "tests/*:OAK1,sub:OAK1,OAK2,a.py:OAK2"],
        ["--exclude", "a.py"],
        ["--extend-exclude", "x,*.py"],
        ["--exclude", "a.py", "a.py", "--force-exclude"],
        ["--target-sdk", "0"],
    ],
)
def test_options_that_leave_it_out(tmp_path: Path, arguments: list[str]) -> None:
    write(tmp_path, {"a.py": BAD})
    assert oaklint("check", *arguments, cwd=tmp_path).returncode == 0


def test_what_the_project_declares_decides_on_the_sdk(tmp_path: Path) -> None:
    write(tmp_path, {"old/requirements.txt": "openai==0.28.1\n", "old/a.py": BAD, "new/requirements.txt": "openai>=1.40\n"})
    write(tmp_path, {"new/a.py": BAD})
    done = oaklint("check", "--select", "OAK203", cwd=tmp_path)
    assert [line.split(":")[0] for line in done.stdout.splitlines()[:-1]] == ["new/a.py"]
    stdin = ("check", "--select", "OAK203", "--stdin-filename")
    assert oaklint(*stdin, "old/b.py", cwd=tmp_path, stdin=BAD).returncode == 0
    assert oaklint(*stdin, "new/b.py", cwd=tmp_path, stdin=BAD).returncode == 1


# Wrong command lines


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["chekc"], "unknown command 'chekc', did you mean 'check'?"),
        (["a.py"], "'oaklint check a.py'"),
        (["--select", "OAK1"], "did you mean 'oaklint check --select'?"),
        ([], "a command is missing"),
        (["check", "--selct", "OAK1"], "unknown option '--selct', did you mean '--select'?"),
        (["check", "--sel=OAK1"], "unknown option '--sel', did you mean '--select'?"),
        (["check", "--select"], "--select: expected"),
        (["check", "--select", "OAK999"], "--select: unknown rule 'OAK999', did you mean 'OAK"),
        (
            ["check", "--ignore", "hardcoded-api-kye"],
            "--ignore: unknown rule 'hardcoded-api-kye', did you mean 'hardcoded-api-key'?",
        ),
        (["check", "--per-file-ignores", "a.py"], "--per-file-ignores: expected PATTERN:RULES, not 'a.py'"),
        (["check", "--per-file-ignores", "a.py:OAK4O1"], "--per-file-ignores: unknown rule 'OAK4O1', did you mean 'OAK401'?"),
        (["check", "--exclude", "[a"], "--exclude: unclosed bracket in pattern '[a'"),
        (["check", "--output-format", "jsn"], "unknown value 'jsn', did you mean 'json'?"),
        (["check", "--target-sdk", "4"], "unknown value '4', did you mean '"),
        (["check", "--color", "alwys"], "unknown value 'alwys', did you mean 'always'?"),
        (["check", "--jobs", "0"], "expected a number above 0, not '0'"),
        (["check", "--jobs", "many"], "expected a number above 0, not 'many'"),
        (["check", "--config", "a.toml", "--isolated"], "not allowed with argument"),
        (["check", "--quiet", "--verbose"], "not allowed with argument"),
        (["check", "--config", "none.toml"], "none.toml: No such file or directory"),
        (["check", "--baseline"], "--baseline: expected"),
        (["baseline", "--base-line", "x"], "unknown option '--base-line', did you mean '--baseline'?"),
        (["baseline", "--select", "OAK999"], "--select: unknown rule 'OAK999', did you mean 'OAK"),
        (["check", "-", "a.py"], "'-' for standard input goes with no other path"),
        (["check", "a.py", "--stdin-filename", "b.py"], "--stdin-filename goes with '-'"),
        (["rule"], "name one rule, or --all"),
        (["rule", "OAK101", "--all"], "name one rule, or --all"),
        (["rule", "OAK101", "OAK102"], "unexpected argument 'OAK102'"),
        (["rule", "OAK4O1"], "unknown rule 'OAK4O1', did you mean 'OAK401'?"),
        (["rule", "OAK101", "--output-format", "jsn"], "unknown value 'jsn', did you mean 'json'?"),
        (["config", "selct"], "unknown key 'selct', did you mean 'select'?"),
        (["version", "--quite"], "unknown option '--quite', did you mean '--quiet'?"),
    ],
)
def test_a_wrong_command_line_is_explained(tmp_path: Path, arguments: list[str], message: str) -> None:
    done = oaklint(*arguments, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    first, *rest = done.stderr.splitlines()
    assert first.startswith("error: ")
    assert message in first
    assert all(line.startswith("For help: oaklint") for line in rest)


@pytest.mark.parametrize("option", ["--add-noqa", "--no-cache"])
def test_options_of_later_are_not_there_yet(tmp_path: Path, option: str) -> None:
    assert oaklint("check", option, cwd=tmp_path).returncode == 2


def test_help(tmp_path: Path) -> None:
    for arguments in (["--help"], ["-h"], ["help"]):
        done = oaklint(*arguments, cwd=tmp_path)
        assert (done.returncode, done.stderr) == (0, "")
        assert "check files and report what is wrong" in done.stdout
    for command in ("check", "baseline", "rule", "config", "version"):
        done = oaklint(command, "--help", cwd=tmp_path)
        assert done.returncode == 0
        assert f"usage: oaklint {command}" in done.stdout
    text = " ".join(oaklint("check", "--help", cwd=tmp_path).stdout.split())
    assert ", ".join(FORMATS) in text
    assert ", ".join(TARGETS) in text


# Output


@pytest.mark.parametrize("output_format", FORMATS)
def test_formats(tmp_path: Path, output_format: str) -> None:
    write(tmp_path, {"a.py": BAD, "b.py": GOOD})
    done = oaklint("check", "--output-format", output_format, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (1, "")
    assert "OAK203" in done.stdout
    machine = output_format in ("json", "json-lines", "github")
    assert ("Found 1 error in 1 file.\n" in done.stdout) is not machine
    clean = oaklint("check", "--output-format", output_format, "b.py", cwd=tmp_path).stdout
    assert clean == ("[]\n" if output_format == "json" else "" if machine else "All checks passed!\n")
    quiet = oaklint("check", "--quiet", "--output-format", output_format, cwd=tmp_path).stdout
    assert quiet == done.stdout.replace("Found 1 error in 1 file.\n", "")


def test_statistics(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": BAD, "b.py": BAD + 'openai.api_key = "x"\n'})
    arguments = ("check", "--statistics", "--select", "OAK2")
    done = oaklint(*arguments, cwd=tmp_path)
    assert done.returncode == 1
    assert done.stdout == "2\tOAK203\tremoved-api-call\n1\tOAK201\tlegacy-module-config\nFound 3 errors in 2 files.\n"
    rows = json.loads(oaklint(*arguments, "--output-format", "json", cwd=tmp_path).stdout)
    assert [(row["code"], row["count"]) for row in rows] == [("OAK203", 2), ("OAK201", 1)]


def test_output_file(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": BAD})
    shown = oaklint("check", "--output-format", "json", cwd=tmp_path)
    saved = oaklint("check", "--output-format", "json", "--output-file", "out.json", cwd=tmp_path)
    assert (saved.returncode, saved.stdout) == (1, "")
    assert (tmp_path / "out.json").read_text("utf-8") == shown.stdout
    done = oaklint("check", "--exit-zero", "-o", "no/such/folder", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (2, "error: no/such/folder: No such file or directory\n")


def test_a_terminal_gets_frames_and_colours_and_a_pipe_gets_lines(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": BAD})
    text = _on_a_terminal("check", cwd=tmp_path)
    assert "\x1b[1;94m-->\x1b[0m a.py:2:1\n" in text
    assert text.endswith("Found 1 error in 1 file.\n")
    assert "\x1b" not in _on_a_terminal("check", "--color", "never", cwd=tmp_path)
    assert "\x1b[1;91mOAK203\x1b[0m" in oaklint("check", "--color", "always", cwd=tmp_path).stdout
    assert "\x1b" not in oaklint("check", cwd=tmp_path).stdout
    assert "-->" not in oaklint("check", cwd=tmp_path).stdout


@pytest.mark.parametrize(
    ("choice", "variables", "terminal", "expected"),
    [
        ("auto", {}, True, True),
        ("auto", {}, False, False),
        ("auto", {"TERM": "dumb"}, True, False),
        ("auto", {"NO_COLOR": "1"}, True, False),
        ("auto", {"NO_COLOR": ""}, True, True),
        ("auto", {"FORCE_COLOR": "1"}, False, True),
        ("auto", {"FORCE_COLOR": "0"}, False, False),
        ("auto", {"NO_COLOR": "1", "FORCE_COLOR": "1"}, True, False),
        ("always", {"NO_COLOR": "1"}, False, True),
        ("never", {"FORCE_COLOR": "1"}, True, False),
    ],
)
def test_colours(monkeypatch: pytest.MonkeyPatch, choice: str, variables: dict[str, str], terminal: bool, expected: bool) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    stream = io.StringIO()
    monkeypatch.setattr(stream, "isatty", lambda: terminal)
    assert wants_color(choice, stream) is expected


def test_progress_shows_on_a_terminal_after_a_while_and_is_wiped(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])

    def written(*, terminal: bool, seconds: float, quiet: bool = False) -> str:
        stream = io.StringIO()
        monkeypatch.setattr(stream, "isatty", lambda: terminal)
        monkeypatch.setattr(sys, "stderr", stream)
        clock[0] = 0.0
        bar = ProgressBar(Terminal(quiet=quiet))
        for done in range(11):
            bar(done, 10)
            clock[0] += seconds / 10
        bar.wipe()
        return stream.getvalue()

    long = written(terminal=True, seconds=2)
    assert "] 5/10 files" in long
    assert "] 4/10 files" not in long
    assert long.endswith("\r\x1b[K")
    assert written(terminal=True, seconds=0.9) == ""
    assert written(terminal=False, seconds=9) == ""
    assert written(terminal=True, seconds=9, quiet=True) == ""


def test_verbose_tells_what_is_being_done(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": BAD, "oaklint.toml": ""})
    done = oaklint("check", "--verbose", cwd=tmp_path)
    assert "configuration: " in done.stderr
    assert "1 file in " in done.stderr
    assert done.stdout == oaklint("check", cwd=tmp_path).stdout


def test_names_and_text_that_the_output_cannot_encode(tmp_path: Path) -> None:
    write(tmp_path, {"日本.py": 'import openai\nx = "日本", openai.ChatCompletion.create()\n'})
    (tmp_path / os.fsdecode(b"\xff.py")).write_text(BAD, "utf-8")
    env = environment(PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    for output_format in FORMATS:
        done = oaklint("check", "--output-format", output_format, cwd=tmp_path, env=env)
        assert (done.returncode, done.stderr) == (1, ""), output_format
    entries = json.loads(oaklint("check", "--output-format", "json", cwd=tmp_path, env=env).stdout)
    assert "日本.py" in {entry["filename"] for entry in entries}


def test_control_characters_in_names_stay_in_their_line(tmp_path: Path) -> None:
    (tmp_path / "a\nb\x1b[31m.py").write_text(BAD, "utf-8")
    done = oaklint("check", cwd=tmp_path)
    assert done.stdout.startswith("a␊b␛[31m.py:2:1: OAK203 ")
    assert oaklint("check", "no\nsuch", cwd=tmp_path).stderr == "error: no␊such: No such file or directory\n"


# Trouble


def test_an_error_of_ours_in_one_file_does_not_stop_the_run(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": BAD, "b.py": BAD, "c.py": BAD})
    body = "if name == 'b.py': raise TypeError('first\\nsecond')"
    done = _tampered(body, "check", "--exit-zero", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr == "error: b.py: internal error: TypeError: first second\n"
    assert [line.split(":")[0] for line in done.stdout.splitlines()[:-1]] == ["a.py", "c.py"]
    assert "Traceback (most recent call last)" in _tampered(body, "check", "--verbose", cwd=tmp_path).stderr


def test_an_unexpected_error_is_one_line(tmp_path: Path) -> None:
    program = """
import sys
from oaklint.cli import check, main
def run(*arguments): raise LookupError("gone")
check.run = run
sys.exit(main(sys.argv[1:]))
"""
    command = [sys.executable, "-c", program, "check"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines()[0] == "error: internal error: LookupError: gone"
    assert "Traceback" not in done.stderr
    done = subprocess.run([*command, "--verbose"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "Traceback (most recent call last)" in done.stderr


def _many(folder: Path, number: int = 20) -> None:
    write(folder, {f"f{index:02}.py": BAD for index in range(number)})


def test_processes_find_the_same_as_one(tmp_path: Path) -> None:
    _many(tmp_path)
    one, two = (oaklint("check", "--jobs", jobs, cwd=tmp_path) for jobs in ("1", "2"))
    assert (one.returncode, one.stdout, one.stderr) == (two.returncode, two.stdout, two.stderr)
    assert one.stdout.endswith("Found 20 errors in 20 files.\n")


@needs_fork
def test_a_file_that_kills_its_process_is_named_and_the_others_are_checked(tmp_path: Path) -> None:
    _many(tmp_path)
    done = _tampered("if name in ('f03.py', 'f17.py'): os._exit(9)", "check", "--jobs", "2", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr == "".join(
        f"error: {name}: internal error: the process that checked this file died\n" for name in ("f03.py", "f17.py")
    )
    assert done.stdout.endswith("Found 18 errors in 18 files.\n")


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.parametrize("jobs", ["1", pytest.param("2", marks=needs_fork)])
def test_an_interrupt_is_quiet(tmp_path: Path, jobs: str) -> None:
    _many(tmp_path)
    body = "import pathlib, time; pathlib.Path('started').touch(); time.sleep(60)"
    with subprocess.Popen(
        [sys.executable, "-c", TAMPERED.format(body=body), "check", "--jobs", jobs],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        deadline = time.monotonic() + 60
        while not (tmp_path / "started").exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to all of its processes
        out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (130, b"", b"")


@pytest.mark.skipif(os.name != "posix", reason="a shell's pipe")
def test_a_reader_that_hangs_up_is_no_error(tmp_path: Path) -> None:
    _many(tmp_path)
    with subprocess.Popen([*OAKLINT, "check"], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 1


# Keys


def test_no_key_is_ever_written(tmp_path: Path) -> None:
    key = make_key("openai-project")
    body = key[len("sk-proj-") :]
    windows = {body[index : index + 8] for index in range(len(body) - 7)}

    def assert_hidden(done: subprocess.CompletedProcess[str]) -> None:
        written = done.stdout + done.stderr
        assert done.returncode, done.args
        assert not {window for window in windows if window in written}, done.args

    write(tmp_path, {"a.py": f'import openai\nopenai.api_key = "{key}"\nopenai.ChatCompletion.create()  # {key}\n'})
    write(tmp_path, {"b.py": f'import openai\nclient = openai.OpenAI("{key}"\n'})
    for output_format in FORMATS:
        done = oaklint("check", "--output-format", output_format, "--color", "always", cwd=tmp_path)
        assert "OAK101" in done.stdout
        assert_hidden(done)
        oaklint("check", "--output-format", output_format, "-o", "saved", cwd=tmp_path)
        saved = (tmp_path / "saved").read_text("utf-8")
        assert not any(window in saved for window in windows)
    for arguments in (
        ["check", "--select", key],
        ["check", f"--{key}"],
        ["check", "--output-format", key],
        ["check", "--per-file-ignores", key],
        ["check", key],
        ["check", "--config", key],
        [key],
        ["rule", key],
        ["config", key],
    ):
        assert_hidden(oaklint(*arguments, cwd=tmp_path))
    for jobs in ("1", "2"):
        body_of_check = f"x = {key!r}; raise ValueError(x)"
        assert_hidden(_tampered(body_of_check, "check", "--verbose", "--jobs", jobs, cwd=tmp_path))
    write(tmp_path, {f"{key}.py": BAD})
    assert_hidden(oaklint("check", cwd=tmp_path))
    write(tmp_path, {"oaklint.toml": f'select = ["{key}"]\n'})
    assert_hidden(oaklint("check", cwd=tmp_path))
    write(tmp_path, {"oaklint.toml": f'{key} = "{key}"\n'})
    assert_hidden(oaklint("check", cwd=tmp_path))


# The other commands


def test_version(tmp_path: Path) -> None:
    for arguments in (["version"], ["--version"]):
        assert oaklint(*arguments, cwd=tmp_path).stdout == f"oaklint {__version__}\n"


def test_rule(tmp_path: Path) -> None:
    by_code = oaklint("rule", "OAK203", cwd=tmp_path)
    assert by_code.returncode == 0
    assert by_code.stdout.startswith("OAK203 removed-api-call\n\nSeverity: error. On by default.\n\nWhat it does\n")
    assert "    openai.ChatCompletion.create(" in by_code.stdout
    assert "```" not in by_code.stdout
    assert oaklint("rule", "removed-api-call", cwd=tmp_path).stdout == by_code.stdout
    markdown = oaklint("rule", "OAK203", "--output-format", "markdown", cwd=tmp_path).stdout
    assert markdown.startswith("# removed-api-call (OAK203)\n")
    assert "## What it does\n" in markdown
    record = json.loads(oaklint("rule", "OAK203", "--output-format", "json", cwd=tmp_path).stdout)
    assert (record["code"], record["name"], record["enabled"]) == ("OAK203", "removed-api-call", True)
    assert record["explanation"].startswith("## What it does\n")


def test_all_rules(tmp_path: Path) -> None:
    records = json.loads(oaklint("rule", "--all", "--output-format", "json", cwd=tmp_path).stdout)
    assert [record["code"] for record in records] == [rule.code for rule in all_rules()]
    for output_format in ("text", "markdown"):
        text = oaklint("rule", "--all", "--output-format", output_format, cwd=tmp_path).stdout
        assert all(rule.name in text and rule.code in text for rule in all_rules())


# Start-up

HEAVY = ("libcst", "tomllib", "json", "difflib", "concurrent.futures", "multiprocessing", "logging", "traceback", "unicodedata")


def _imported(folder: Path, *arguments: str) -> set[str]:
    """The modules that a run of the command has imported at its end."""
    program = "import sys; from oaklint.cli import main; main(sys.argv[1:]); print(*sys.modules, file=sys.stderr)"
    command = [sys.executable, "-c", program, *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True, env=environment())
    return set(done.stderr.split())


def test_clean_files_cost_nothing_that_they_do_not_need(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": GOOD, "c.ipynb": '{"cells": []}', "sub/d.py": "x = 1\n"})
    write(tmp_path, {"pyproject.toml": '[project]\nname = "clean"\n', ".gitignore": "build/\n", ".git/HEAD": ""})
    assert not _imported(tmp_path, "check") & set(HEAVY)
    assert "libcst" not in _imported(tmp_path, "rule", "OAK401")


def test_a_few_files_start_no_processes(tmp_path: Path) -> None:
    _many(tmp_path, 3)
    imported = _imported(tmp_path, "check", "--jobs", "2")
    assert "libcst" in imported
    assert "multiprocessing" not in imported
