"""`oaklint check --fix` and its kin, through the command itself."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from oaklint.engine import Settings
from oaklint.engine.files.replacing import ChangedMeanwhile, replace_file
from oaklint.engine.fixing import fix
from tests.command import environment, oaklint, write
from tests.keys import key_body, make_key
from tests.variations import notebook

# One safe fix (OAK404), one unsafe one (OAK401), and a finding without a fix (OAK203).
SAFE = """\
import openai

try:
    openai.OpenAI().models.list()
except openai.APIError:
    print("later")
except openai.AuthenticationError:
    print("the key")
"""
SAFE_FIXED = """\
import openai

try:
    openai.OpenAI().models.list()
except openai.AuthenticationError:
    print("the key")
except openai.APIError:
    print("later")
"""
UNSAFE = """\
import openai

while True:
    try:
        openai.OpenAI().models.list()
    except Exception:
        print("again")
"""
UNSAFE_FIXED = UNSAFE.replace("    except Exc", "    except openai.AuthenticationError:\n        raise\n    except Exc")
NO_FIX = "import openai\nopenai.Edit.create()\n"
FILES = {"safe.py": SAFE, "unsafe.py": UNSAFE, "no_fix.py": NO_FIX}


def _texts(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text("utf-8") for path in folder.glob("*.py")}


def test_fix_makes_the_safe_fixes(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    done = oaklint("check", "--fix", cwd=tmp_path)
    assert done.returncode == 1
    assert _texts(tmp_path) == {**FILES, "safe.py": SAFE_FIXED}
    assert done.stdout.endswith(
        "Found 3 errors in 3 files (1 fixed, 2 remaining).\n"
        "No fixes available (1 hidden fix can be enabled with the `--unsafe-fixes` option).\n"
    )
    assert "OAK404" not in done.stdout
    again = oaklint("check", "--fix", cwd=tmp_path)
    assert again.stdout.endswith(
        "Found 2 errors in 2 files.\nNo fixes available (1 hidden fix can be enabled with the `--unsafe-fixes` option).\n"
    )


def test_unsafe_fixes(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    done = oaklint("check", "--fix", "--unsafe-fixes", cwd=tmp_path)
    assert done.returncode == 1
    assert _texts(tmp_path) == {"safe.py": SAFE_FIXED, "unsafe.py": UNSAFE_FIXED, "no_fix.py": NO_FIX}
    assert done.stdout.endswith("Found 3 errors in 3 files (2 fixed, 1 remaining).\n")


def test_all_fixed_is_clean(tmp_path: Path) -> None:
    write(tmp_path, {"safe.py": SAFE})
    done = oaklint("check", "--fix", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "Found 1 error in 1 file (1 fixed, 0 remaining).\n")
    assert oaklint("check", "--fix", cwd=tmp_path).stdout == "All checks passed!\n"


def test_without_fix_nothing_is_written(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    plain = oaklint("check", cwd=tmp_path)
    unsafe = oaklint("check", "--unsafe-fixes", cwd=tmp_path)
    assert _texts(tmp_path) == FILES
    assert (plain.returncode, unsafe.returncode) == (1, 1)
    assert "OAK404 [*] " in plain.stdout
    assert "OAK401 [*] " not in plain.stdout
    assert "OAK401 [*] " in unsafe.stdout
    assert plain.stdout.endswith(
        "[*] 1 fixable with the `--fix` option (1 hidden fix can be enabled with the `--unsafe-fixes` option).\n"
    )
    assert unsafe.stdout.endswith("[*] 2 fixable with the `--fix` option.\n")


def test_formats_for_people_show_the_remedy(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    full = oaklint("check", "--output-format", "full", cwd=tmp_path).stdout
    assert "OAK404 [*] This clause" in full
    assert "help: Move this clause up, before the wider one\n" in full
    assert "help: Let AuthenticationError out before this clause\n" in full
    assert "OAK404 [*] " in oaklint("check", "--output-format", "grouped", cwd=tmp_path).stdout


def test_json_holds_the_edits(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    found = json.loads(oaklint("check", "--output-format", "json", cwd=tmp_path).stdout)
    fixes = {entry["code"]: entry["fix"] for entry in found}
    assert fixes["OAK203"] is None
    assert fixes["OAK404"]["applicability"] == "safe"
    assert fixes["OAK401"] == {
        "applicability": "unsafe",
        "message": "Let AuthenticationError out before this clause",
        "edits": [
            {
                "content": "    except openai.AuthenticationError:\n        raise\n",
                "location": {"row": 6, "column": 1},
                "end_location": {"row": 6, "column": 1},
            }
        ],
    }


def test_diff(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    done = oaklint("check", "--diff", cwd=tmp_path)
    assert done.returncode == 1
    assert done.stdout == (
        "--- safe.py\n+++ safe.py\n@@ -2,7 +2,7 @@\n \n try:\n     openai.OpenAI().models.list()\n"
        '+except openai.AuthenticationError:\n+    print("the key")\n except openai.APIError:\n     print("later")\n'
        '-except openai.AuthenticationError:\n-    print("the key")\n'
    )
    assert done.stderr == "Would fix 1 error (1 additional fix available with `--unsafe-fixes`).\n"
    assert _texts(tmp_path) == FILES
    both = oaklint("check", "--diff", "--unsafe-fixes", cwd=tmp_path)
    assert both.stderr == "Would fix 2 errors.\n"
    assert both.stdout.count("\n+++ ") == 2


def test_diff_of_what_needs_none(tmp_path: Path) -> None:
    write(tmp_path, {"unsafe.py": UNSAFE, "no_fix.py": NO_FIX})
    done = oaklint("check", "--diff", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "No errors would be fixed (1 fix available with `--unsafe-fixes`).\n"


@pytest.mark.parametrize("ending", ["\n", "\r\n", ""])
def test_a_diff_can_be_applied(tmp_path: Path, ending: str) -> None:
    import shutil
    import subprocess

    patch = shutil.which("patch")
    if patch is None:
        pytest.skip("the program patch is not installed")
    text = UNSAFE.rstrip("\n") + "\n" if ending else UNSAFE.rstrip("\n")
    data = text.replace("\n", ending or "\n").encode()
    (tmp_path / "a.py").write_bytes(data)
    diff = oaklint("check", "--diff", "--unsafe-fixes", cwd=tmp_path)
    subprocess.run([patch, "--binary", "-p0"], cwd=tmp_path, input=diff.stdout.encode(), check=True, capture_output=True)
    patched = (tmp_path / "a.py").read_bytes()
    (tmp_path / "a.py").write_bytes(data)
    oaklint("check", "--fix", "--unsafe-fixes", cwd=tmp_path)
    assert patched == (tmp_path / "a.py").read_bytes() != data


def test_fix_only(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    done = oaklint("check", "--fix-only", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "Fixed 1 error (1 additional fix available with `--unsafe-fixes`).\n"
    assert _texts(tmp_path)["safe.py"] == SAFE_FIXED
    done = oaklint("check", "--fix-only", cwd=tmp_path)
    assert done.stdout == "No errors fixed (1 fix available with `--unsafe-fixes`).\n"


def test_show_fixes(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    done = oaklint("check", "--fix-only", "--unsafe-fixes", "--show-fixes", cwd=tmp_path)
    assert done.stdout == (
        "Fixed 2 errors:\n"
        "- safe.py:\n    1 \u00d7 OAK404 (unreachable-auth-handler)\n"
        "- unsafe.py:\n    1 \u00d7 OAK401 (auth-error-retried-in-loop)\n\n"
        "Fixed 2 errors.\n"
    )


def test_selection_and_noqa_decide_what_is_fixed(tmp_path: Path) -> None:
    silenced = SAFE.replace("AuthenticationError:\n", "AuthenticationError:  # noqa: OAK404\n")
    write(tmp_path, {"safe.py": SAFE, "silenced.py": silenced})
    assert oaklint("check", "--fix", "--select", "OAK401", cwd=tmp_path).returncode == 0
    assert _texts(tmp_path) == {"safe.py": SAFE, "silenced.py": silenced}
    assert oaklint("check", "--fix", cwd=tmp_path).returncode == 0
    assert _texts(tmp_path) == {"safe.py": SAFE_FIXED, "silenced.py": silenced}


class TestStandardInput:
    def test_the_fixed_text_comes_out(self, tmp_path: Path) -> None:
        done = oaklint("check", "--fix", "-", cwd=tmp_path, stdin=SAFE)
        assert (done.returncode, done.stdout) == (0, SAFE_FIXED)
        assert done.stderr == "Found 1 error in 1 file (1 fixed, 0 remaining).\n"

    def test_bytes_stay(self, tmp_path: Path) -> None:
        data = b"\xef\xbb\xbf" + SAFE.replace("\n", "\r\n").encode()
        (tmp_path / "in.py").write_bytes(data)
        with open(tmp_path / "in.py", "rb") as stdin, open(tmp_path / "out.py", "wb") as stdout:
            import subprocess

            from tests.command import OAKLINT

            subprocess.run([*OAKLINT, "check", "--fix", "-q", "-"], stdin=stdin, stdout=stdout, cwd=tmp_path, check=True)
        assert (tmp_path / "out.py").read_bytes() == b"\xef\xbb\xbf" + SAFE_FIXED.replace("\n", "\r\n").encode()

    @pytest.mark.parametrize("text", [NO_FIX, "import openai\ndef f(:\n", "x = 1\n", "", UNSAFE])
    def test_what_is_not_fixed_comes_out_as_it_was(self, tmp_path: Path, text: str) -> None:
        assert oaklint("check", "--fix", "-", cwd=tmp_path, stdin=text).stdout == text

    def test_keys_are_not_masked_in_the_text(self, tmp_path: Path) -> None:
        """It is the user's own file, on its way back."""
        key = make_key("openai-project")
        text = f'KEY = "{key}"\n{SAFE}'
        done = oaklint("check", "--fix", "-", cwd=tmp_path, stdin=text)
        assert done.stdout == f'KEY = "{key}"\n{SAFE_FIXED}'
        assert key_body("openai-project", key) not in done.stderr

    def test_what_is_left_out_comes_back(self, tmp_path: Path) -> None:
        arguments = ("--fix", "--force-exclude", "--exclude", "a.py", "--stdin-filename", "a.py")
        done = oaklint("check", *arguments, cwd=tmp_path, stdin=SAFE)
        assert (done.returncode, done.stdout) == (0, SAFE)

    def test_diff(self, tmp_path: Path) -> None:
        done = oaklint("check", "--diff", "--stdin-filename", "a.py", cwd=tmp_path, stdin=SAFE)
        assert done.returncode == 1
        assert done.stdout.startswith("--- a.py\n+++ a.py\n")


def test_no_secret_is_shown(tmp_path: Path) -> None:
    """Neither in a diff nor in the edits of JSON; in the file it stays."""
    key, credential = make_key("openai-project"), make_key("credential")
    text = SAFE.replace('    print("the key")', f'    print("the key", "{key}")')
    text = text.replace("openai.OpenAI()", f'openai.OpenAI(api_key="{credential}")')
    write(tmp_path, {"a.py": text})
    for arguments in (["--diff"], ["--output-format", "json"], ["--output-format", "full"]):
        done = oaklint("check", *arguments, cwd=tmp_path)
        assert done.returncode == 1
        assert "OAK404" in done.stdout or "+except openai.AuthenticationError:" in done.stdout
        for secret in (key_body("openai-project", key), credential):
            assert secret not in done.stdout + done.stderr
            assert secret[:12] not in done.stdout + done.stderr
    oaklint("check", "--fix", cwd=tmp_path)
    fixed = (tmp_path / "a.py").read_text("utf-8")
    assert key in fixed
    assert credential in fixed
    assert fixed != text


def test_many_files_in_processes(tmp_path: Path) -> None:
    write(tmp_path, {f"{number:02}.py": SAFE if number % 2 else UNSAFE for number in range(40)})
    done = oaklint("check", "--fix", "--jobs", "2", cwd=tmp_path)
    assert "Found 40 errors in 40 files (20 fixed, 20 remaining).\n" in done.stdout
    assert _texts(tmp_path) == {f"{number:02}.py": SAFE_FIXED if number % 2 else UNSAFE for number in range(40)}


def test_a_notebook(tmp_path: Path) -> None:
    cells = SAFE.partition("\n\n")
    path = tmp_path / "a.ipynb"
    path.write_bytes(notebook([cells[0], cells[2]]))
    diff = oaklint("check", "--diff", cwd=tmp_path).stdout
    assert diff.startswith("--- a.ipynb:cell 2\n+++ a.ipynb:cell 2\n")
    assert oaklint("check", "--fix", cwd=tmp_path).returncode == 0
    assert path.read_bytes() == notebook([cells[0], SAFE_FIXED.partition("\n\n")[2]])


def test_an_edit_in_another_cell_names_it(tmp_path: Path) -> None:
    cells = ["from openai import OpenAI", UNSAFE.partition("\n\n")[2].replace("openai.", "")]
    (tmp_path / "a.ipynb").write_bytes(notebook(cells))
    (entry,) = json.loads(oaklint("check", "--output-format", "json", cwd=tmp_path).stdout)
    assert entry["cell"] == 2
    assert [edit.get("cell") for edit in entry["fix"]["edits"]] == [1, None]


class TestFiles:
    def test_mode_and_link_stay(self, tmp_path: Path) -> None:
        (tmp_path / "real").mkdir()
        real = tmp_path / "real" / "a.txt"
        real.write_text(SAFE)
        real.chmod(0o750)
        link = tmp_path / "a.py"
        link.symlink_to(real)
        assert oaklint("check", "--fix", "a.py", cwd=tmp_path).returncode == 0
        assert link.is_symlink()
        assert real.read_text() == SAFE_FIXED
        assert stat.S_IMODE(real.stat().st_mode) == 0o750
        assert os.listdir(tmp_path / "real") == ["a.txt"]

    def test_a_file_that_was_not_changed_is_not_written(self, tmp_path: Path) -> None:
        write(tmp_path, {"a.py": UNSAFE})
        before = (tmp_path / "a.py").stat()
        oaklint("check", "--fix", cwd=tmp_path)
        after = (tmp_path / "a.py").stat()
        assert (before.st_mtime_ns, before.st_ino) == (after.st_mtime_ns, after.st_ino)

    @pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everything")
    def test_a_file_that_may_not_be_written(self, tmp_path: Path) -> None:
        write(tmp_path, {"a.py": SAFE})
        (tmp_path / "a.py").chmod(0o444)
        done = oaklint("check", "--fix", cwd=tmp_path)
        assert done.returncode == 2
        assert done.stderr == "error: a.py: the fixes were not written: Permission denied\n"

    def test_a_file_that_has_changed_meanwhile(self, tmp_path: Path) -> None:
        path = tmp_path / "a.py"
        path.write_bytes(b"new\n")
        with pytest.raises(ChangedMeanwhile, match="changed meanwhile"):
            replace_file(str(path), b"old\n", b"fixed\n")
        assert path.read_bytes() == b"new\n"
        assert os.listdir(tmp_path) == ["a.py"]


def test_what_cannot_be_written_back_is_left_alone(tmp_path: Path) -> None:
    """The text would come out of this encoding in other bytes than it went in."""
    data = f"# coding: utf-7\n# +AGE-\n{SAFE}".encode()
    (tmp_path / "a.py").write_bytes(data)
    done = oaklint("check", "--fix", cwd=tmp_path)
    assert done.returncode == 2
    assert "error: a.py: the file is left as it was: " in done.stderr
    assert (tmp_path / "a.py").read_bytes() == data


def test_what_does_not_parse_is_left_alone(tmp_path: Path) -> None:
    text = SAFE + "def f(:\n"
    write(tmp_path, {"a.py": text})
    done = oaklint("check", "--fix", cwd=tmp_path)
    assert (done.returncode, _texts(tmp_path)) == (1, {"a.py": text})
    assert fix("a.py", text.encode(), Settings(), unsafe=True).data == text.encode()


def test_a_diff_in_color_drives_no_terminal(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": SAFE.replace('"the key"', '"the \x1b[2J key"')})
    diff = oaklint("check", "--diff", "--color", "always", cwd=tmp_path).stdout
    assert "\x1b[92m+except openai.AuthenticationError:\x1b[0m\n" in diff
    assert "the \u241b[2J key" in diff
    assert "\x1b[2J" not in diff


def test_color(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    colored = oaklint("check", "--color", "always", cwd=tmp_path, env=environment()).stdout
    assert "[\x1b[1;96m*\x1b[0m]" in colored
