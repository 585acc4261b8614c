"""`# noqa` comments silence here exactly what they silence in flake8, which is run to compare."""

from __future__ import annotations

import itertools
import json
import random
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from oaklint.engine import Settings, check
from oaklint.engine.suppression import Suppressions
from oaklint.source import Location, UnreadableSource, read_source
from tests.keys import make_key

CODES = ("ZAK101", "ZAK102", "ZAK401", "ZBK101")

# A flake8 plugin that reports every code in every row.
PROBE = f"""
class Probe:
    def __init__(self, tree, lines):
        self.lines = lines

    def run(self):
        for row in range(1, len(self.lines) + 1):
            for code in {CODES!r}:
                yield row, 0, code + " probe", Probe
"""
# Runs flake8 as if oaklint were not installed: its own plugin has no part in the comparison.
FLAKE8 = """
import importlib.metadata, sys
installed = importlib.metadata.distributions
importlib.metadata.distributions = lambda: (found for found in installed() if found.metadata["Name"] != "oaklint")
from flake8.main.cli import main
sys.exit(main())
"""
CONFIGURATION = """
[flake8]
select = ZAK,ZBK,E9
[flake8:local-plugins]
extension =
    Z = probe:Probe
paths = .
"""

COMMENTS = """# noqa
#noqa
#  noqa
# NoQA
# noqa:ZAK101
# noqa: ZAK101
# noqa:  ZAK101
# noqa : ZAK101
# noqa: zak101
# noqa: ZAK101,ZAK401
# noqa: ZAK101, ZBK101
# noqa: ZAK101 ZAK102
# noqa: ZAK101ZAK102
# noqa: ZAK101 because of ZAK102
# noqa: ZAK1
# noqa: ZAK
# noqa: ZAK, ZBK101
# noqa: ZAK101, ZBK
# noqa: Z101
# noqa:
# noqa:ZAK101:ZAK102
# noqa- ZAK101
# noqa:\tZAK101,,ZAK401
# noqa: ZAK1019
# why # noqa: ZBK101 # noqa
# noqa: ZBK101 # noqa: ZAK101
# noqas
# ruff: noqa
# flake8 : noqa
# type: ignore # noqa: ZAK401""".splitlines()
FILE_COMMENTS = """# flake8: noqa
# flake8: noqa: ZAK101
#flake8: noqa
# FLAKE8=NOQA
# flake8:noqa because
x = 1  # flake8: noqa""".splitlines()

# `@` is where a comment goes.
TEMPLATES = [
    "x = 1  @\ny = 2\n",
    "x = f(  @\n    1,  @\n    2,\n)  @\ny = 3  @\n",
    'x = """a\nb  @\nc\n"""\n',
    'x = """a\nb\nc\n"""  @\ny = 1\n',
    'x = """a\n  @\n  ZAK101 c\n"""  @\n',
    'f("""a\n""", 1,  @\n  2, """\n@\n""", 4)  @\n',
    "x = 1 + \\\n    2 + \\\n    3  @\ny = 4\n",
    "x = \\\n    f(1,  @\n      2)  @\n",
    "@\nx = 1\n@\n\n@",
    "if x:  @\n    y = 1\n    @\nelse:\n  y = '@'\n",
    "def f():\n    '''Doc.\n\n    @\n    '''\n    return 1  @\n",
    'x = f"""a {\n  y  @\n} b\n  @\n c"""\nz = 1\n',
    'x = f"{y}" f"""\n{y} @ {\n1}""" \\\n  "z"\n',
    "x = (1 +  @\n\n     '''\n     '''  @\n)\n",
    "\x0cx = 1  @\n\x0c\n@\n",
    "x = 'é😀'; y = '\u2028'  @\nz = 1",
    "class A:\n\n    @\n    def f(self): pass  @\n\n\n# end @",
    "x = (  @\n",
    "x = '''  @\n@\n",
    "x = 1  @\n  y = 2  @\n",
    "x = 1 +  @\n",
    "if x:\n        y = 1\n    z = 2  @\n",
    "x = 'a  @\ny = 1  @\n",
]


class Report(NamedTuple):
    path: str
    row: int
    code: str


def programs() -> list[bytes]:
    """Programs with comments everywhere, in every way that lines can end."""
    choice = random.Random(0)
    texts = [template.replace("@", comment) for template in TEMPLATES for comment in COMMENTS]
    for first, second in itertools.product(TEMPLATES, TEMPLATES[:17]):
        texts.append(re.sub("@", lambda _: choice.choice(COMMENTS), second + "\n" + first))
    for comment in FILE_COMMENTS:
        texts += [f"x = 1\n{comment}\n", f"def f():\n    {comment}\n", f'x = """\n\x0c {comment}\n"""\ny = 1\n']
    ends = itertools.cycle([b"\n", b"\n", b"\r\n", b"\r"])
    marks = itertools.cycle([b"", b"", b"\xef\xbb\xbf"])
    return [next(marks) + text.encode().replace(b"\n", next(ends)) for text in texts]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("project")
    (path / ".flake8").write_text(CONFIGURATION)
    (path / "probe.py").write_text(PROBE)
    (path / "programs").mkdir()
    for number, program in enumerate(programs()):
        (path / "programs" / f"p{number:04}.py").write_bytes(program)
    return path


def flake8(project: Path, *options: str) -> set[Report]:
    command = [sys.executable, "-c", FLAKE8, "--jobs=1", "--format=%(path)s %(row)d %(code)s", *options, "programs"]
    run = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    assert not run.stderr
    return {Report(path, int(row), code) for path, row, code in map(str.split, run.stdout.splitlines())}


def test_flake8_silences_the_same(project: Path) -> None:
    everything = flake8(project, "--disable-noqa")
    shown = flake8(project)
    assert {report.code for report in everything} > set(CODES)
    assert len(shown) > 5000 < len(everything - shown)
    assert shown < everything
    for path, reports in itertools.groupby(sorted(everything), key=lambda report: report.path):
        data = (project / path).read_bytes()
        source = read_source(path, data)
        suppressions = Suppressions(source)
        for report in reports:
            silenced = suppressions.silences(source.cells[0], report.row, report.code)
            assert silenced == (report not in shown), (report, data)


def test_every_comment_knows_its_place() -> None:
    for program in programs():
        source = read_source("a.py", program)
        (cell,) = source.cells
        for comment in Suppressions(source):
            text = cell.text[cell.lines.offset(comment.start) : cell.lines.offset(comment.end)]
            assert text.lower().startswith("# noqa")
            assert text.endswith(comment.codes[-1] if comment.codes else ("noqa", "NoQA"))
            assert comment.start.row in comment.rows


def test_a_cell_is_a_file_of_its_own_but_a_file_comment_counts_for_the_notebook() -> None:
    def suppressions(*texts: str, kind: str = "code") -> tuple[Suppressions, list[bool]]:
        cells = [{"cell_type": kind, "source": text, "outputs": [{"text": "# noqa"}]} for text in texts]
        source = read_source("a.ipynb", json.dumps({"cells": cells}).encode())
        found = Suppressions(source)
        return found, [found.silences(cell, 1, "OAK101") for cell in source.cells if cell.kind != "output"]

    texts = ("x = 1", "x = 1  # noqa", "!ls # noqa: OAK1", "%%bash\n# noqa", "x = '''\n# noqa'''\n")
    assert suppressions(*texts)[1] == [False, True, True, False, True]
    assert suppressions("x = (", "x = 1", "%%bash\n# flake8: noqa")[1] == [True, True, True]
    assert suppressions("# flake8: noqa", kind="markdown")[1] == [False]
    found, _ = suppressions("x = 1", "y = 1\nx = 1  # noqa: OAK101, OAK2")
    (comment,) = found
    assert (comment.cell.number, comment.codes, comment.start, comment.end) == (
        2,
        ("OAK101", "OAK2"),
        Location(2, 8),
        Location(2, 28),
    )


def test_outputs_and_unreadable_files_hold_no_comments() -> None:
    source = read_source("a.ipynb", b'{"cells": [{"cell_type": "code", "source": "x", "outputs": [{"text": "# noqa"}]}]}')
    assert not Suppressions(source).silences(source.cells[1], 1, "OAK101")
    with pytest.raises(UnreadableSource):
        read_source("a.py", b"# noqa \xff")


# The marks of other scanners. What `@` stands for is a key.

KEY_ROWS = [
    ("k = '@'  # pragma: allowlist secret", True),
    ("k = '@'  #pragma:allowlist secret", True),
    ("k = '@'  # pragma: whitelist-secret, it is revoked", True),
    ("k = '@'  // pragma: allowlist secret", True),
    ("k = '@'  # pragma: no cover # pragma: allowlist secret", True),
    ("k = '@'  # gitleaks:allow", True),
    ("k = '@'  # betterleaks:allow", True),
    ("k = '@'  # nosec trufflehog:ignore", True),
    ("# pragma: allowlist nextline secret\nk = '@'", True),
    ("    #   pragma: allowlist-nextline-secret because\nk = '@'", True),
    ("k = (  # pragma: allowlist secret\n'@')", False),
    ("k = (\n# pragma: allowlist nextline secret\n'@')", True),
    ("k = '@'  # pragma: allowlist", False),
    ("k = '@'  # Pragma: Allowlist Secret", False),
    ('k = "@"  pragma: allowlist secret', False),
    ("k = '@'  # pragma: allowlist nextline secret", False),
    ("k = '@'\n# pragma: allowlist secret", False),
    ("x = 1  # pragma: allowlist nextline secret\nk = '@'", False),
    ("# pragma: allowlist nextline secret\n\nk = '@'", False),
    ("# gitleaks:allow\nk = '@'", False),
    ("k = '@'  # gitleaks: allow", False),
    ("k = '@'  # ggignore", True),
    ("k = '@'  # baggignore", False),
]


@pytest.mark.parametrize(("rows", "allowed"), KEY_ROWS)
def test_marks_of_other_scanners(rows: str, allowed: bool) -> None:
    data = rows.replace("@", make_key("openai-project")).encode()
    marked = Settings(select=("OAK101",), allow_marks=True)
    assert [item.code for item in check("a.py", data, Settings(select=("OAK101",)))] == ["OAK101"]
    assert [item.code for item in check("a.py", data, marked)] == ([] if allowed else ["OAK101"])
    # Where the file cannot be read or parsed, in a notebook, and with other line ends.
    for name, other in (
        ("a.py", data + b"\n\xff"),
        ("a.py", data + b"\n("),
        ("a.py", data.replace(b"\n", b"\r\n")),
        ("a.ipynb", json.dumps({"cells": [{"cell_type": "markdown", "source": data.decode()}]}).encode()),
    ):
        assert bool(check(name, other, marked)) is not allowed


def test_a_mark_counts_on_every_row_of_a_key_in_pieces() -> None:
    key = make_key("openai-project")
    data = f"import openai\nk = (\n  '{key[:20]}'\n  '{key[20:]}'  # gitleaks:allow\n)\n".encode()
    assert [item.code for item in check("a.py", data, Settings())] == ["OAK101"]
    assert check("a.py", data, Settings(allow_marks=True)) == []


def test_marks_are_for_keys_alone() -> None:
    def codes(row: str) -> list[str]:
        data = f"import openai\n{row}  # pragma: allowlist secret\n".encode()
        return [item.code for item in check("a.py", data, Settings(allow_marks=True))]

    assert codes(f"openai.OpenAI(api_key='{make_key('credential')}')") == []
    # That it is no secret does not keep it from being sent.
    assert codes("openai.OpenAI(api_key='YOUR_API_KEY')") == ["OAK103"]
    assert codes("openai.ChatCompletion.create()") == ["OAK203"]
