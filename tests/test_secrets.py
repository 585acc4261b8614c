"""Secrets stay secret: whatever is written, no stretch of eight characters of a key's body is in it."""

from __future__ import annotations

import base64
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

import pytest

from oaklint.cli import main
from oaklint.engine import Settings, check
from oaklint.engine.masks import Masks
from oaklint.engine.runner import check_data
from oaklint.reports import FORMATS, renderer, statistics
from oaklint.rules import all_rules
from oaklint.source import Cell
from tests.command import oaklint
from tests.keys import MAKERS, START, key_body, make_key

WINDOW = 8
FAMILIES = sorted(MAKERS.keys() - {"credential"})

PROGRAM = "from openai import OpenAI\nimport openai\n\n"


def _notebook(cells: list[dict[str, object]]) -> str:
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1)


def _code(source: str, *outputs: dict[str, object]) -> dict[str, object]:
    return {"cell_type": "code", "execution_count": 1, "metadata": {}, "outputs": list(outputs), "source": [source]}


# A file for each place where a key can stand: its name, and its text with a given key in it.
PLACES: dict[str, Callable[[str], str | bytes]] = {
    "literal.py": lambda key: f'{PROGRAM}client = OpenAI(api_key="{key}")\n',
    "bytes.py": lambda key: f"{PROGRAM}data = b'{key}'\n",
    "implicit.py": lambda key: f'{PROGRAM}key = "{key[:20]}" "{key[20:]}"\n',
    "added.py": lambda key: f'{PROGRAM}key = "{key[:25]}" + "{key[25:]}"\n',
    "rows.py": lambda key: f'{PROGRAM}key = (\n    "{key[:16]}"\n    "{key[16:32]}"\n    "{key[32:]}"\n)\n',
    "names.py": lambda key: f'{PROGRAM}head = "{key[:25]}"\ntail = "{key[25:]}"\nclient = OpenAI(api_key=head + tail)\n',
    "escaped.py": lambda key: f'{PROGRAM}key = "\\x73{key[1:]}"\n',
    "encoded.py": lambda key: f'{PROGRAM}from base64 import b64decode\nkey = b64decode("{base64.b64encode(key.encode()).decode()}").decode()\n',
    "comment.py": lambda key: f"{PROGRAM}client = OpenAI()  # api_key={key}\n",
    "docstring.py": lambda key: f'"""Asks.\n\nUse {key} for it.\n"""\n{PROGRAM}',
    "formatted.py": lambda key: f'{PROGRAM}header = f"Bearer {key} {{OpenAI}}"\n',
    "url.py": lambda key: f'{PROGRAM}url = "https://example.com/?key={key}&n=1"\n',
    "glued.py": lambda key: f'{PROGRAM}text = "OPENAI_API_KEY={key}"\n',
    "other_finding.py": lambda key: f'{PROGRAM}openai.ChatCompletion.create(model="gpt-4", api_key="{key}")\n',
    "rows_around.py": lambda key: f'{PROGRAM}before = "{key}"\nopenai.ChatCompletion.create(model="gpt-4")\nafter = "{key}"\n',
    "related.py": lambda key: f'{PROGRAM}openai.api_key = "{key}"\nclient = OpenAI(api_key="{key}")\n',
    "suppressed.py": lambda key: f'{PROGRAM}key = "{key}"; openai.Completion.create()  # noqa: OAK101\n',
    "raised.py": lambda key: f'{PROGRAM}raise ValueError("{key}")\n',
    "unparsable.py": lambda key: f'{PROGRAM}client = OpenAI(api_key="{key}"\n',
    "python_2.py": lambda key: f'{PROGRAM}print "{key}"\n',
    "unterminated.py": lambda key: f'{PROGRAM}key = "{key}\n',
    "undecodable.py": lambda key: f'{PROGRAM}key = "{key}"  # caf'.encode() + b"\xe9\n",
    "nul.py": lambda key: f'{PROGRAM}key = "{key}"\0\n',
    "wrong_cookie.py": lambda key: f'# -*- coding: no-such-codec -*-\n{PROGRAM}key = "{key}"\n',
    "utf_16.py": lambda key: f'{PROGRAM}key = "{key}"\n'.encode("utf-16"),
    "utf_16_without_mark.py": lambda key: f'{PROGRAM}key = "{key}"\n'.encode("utf-16-le"),
    "entries.py": lambda key: f'{PROGRAM}parts = {{"a": "{key[:16]}", "b": "{key[16:]}"}}\nkey = parts["a"] + parts["b"]\n',
    "cell.ipynb": lambda key: _notebook([_code(f'{PROGRAM}client = OpenAI(api_key="{key}")')]),
    "magic.ipynb": lambda key: _notebook([_code(f"%env OPENAI_API_KEY={key}"), _code(f"!export OPENAI_API_KEY={key}")]),
    "markdown.ipynb": lambda key: _notebook([{"cell_type": "markdown", "metadata": {}, "source": [f"The key is {key}."]}]),
    "output.ipynb": lambda key: _notebook([_code("print(key)", {"output_type": "stream", "name": "stdout", "text": [f"{key}\n"]})]),
    "error.ipynb": lambda key: _notebook(
        [_code("ask()", {"output_type": "error", "ename": "AuthenticationError", "evalue": key, "traceback": [f"\x1b[31m{key}\x1b[0m"]})]
    ),
    "coloured.ipynb": lambda key: _notebook([_code("ask()", {"output_type": "error", "traceback": [f"{key[:2]}\x1b[39m-\x1b[0m{key[3:]}"]})]),
    "json_output.ipynb": lambda key: _notebook([_code("ask()", {"output_type": "display_data", "data": {"application/json": {"key": key}}})]),
    "evalue.ipynb": lambda key: _notebook([_code("ask()", {"output_type": "error", "evalue": f"not {key}", "traceback": []})]),
    "cell_metadata.ipynb": lambda key: _notebook([{**_code("ask()"), "metadata": {"tags": [key]}}]),
    "metadata.ipynb": lambda key: json.dumps({"cells": [], "metadata": {"papermill": {"key": key}}, "nbformat": 4, "nbformat_minor": 5}),
    "unparsable.ipynb": lambda key: _notebook([_code(f'{PROGRAM}client = OpenAI(api_key="{key}"'), _code("openai.Completion.create()")]),
    "broken.ipynb": lambda key: _notebook([_code(f'import openai\nkey = "{key}"')])[:-30],
}  # fmt: skip


def _data(place: str, key: str) -> bytes:
    made = PLACES[place](key)
    return made if isinstance(made, bytes) else made.encode()


def _leaked(key: str, body: str, shown: str) -> str | None:
    """The first stretch of a key's body that stands in a text, as it is, backwards or in base64."""
    hidden = base64.b64encode(key.encode()).decode()[8:]
    for secret, text in ((body, shown), (body, shown[::-1]), (hidden, shown)):
        for at in range(len(secret) - WINDOW + 1):
            if secret[at : at + WINDOW] in text:
                return secret[at : at + WINDOW]
    return None


def _body(family: str, key: str) -> str:
    return key_body(family, key) if key.startswith(START) else key


def _written(name: str, data: bytes, settings: Settings) -> Iterator[str]:
    """All that can be said of a file."""
    diagnostics = check(name, data, settings)
    yield repr(diagnostics)
    yield "".join(diagnostic.message for diagnostic in diagnostics)
    for output_format in FORMATS:
        yield renderer(output_format)(diagnostics)
        yield renderer(output_format)(diagnostics, color=True)
    yield statistics.render(diagnostics)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("family", FAMILIES)
def test_nothing_written_holds_a_key(family: str, place: str) -> None:
    key = make_key(family, place)
    data = _data(place, key)
    for settings in (Settings(), Settings(select=("OAK2",), respect_noqa=False)):
        for shown in _written(place, data, settings):
            assert _leaked(key, _body(family, key), shown) is None


@pytest.mark.parametrize("place", PLACES)
def test_the_key_is_found_there(place: str) -> None:
    """The test above would be worth little if nothing were said at all."""
    codes = {
        diagnostic.code
        for diagnostic in check(place, _data(place, make_key("openai-project", place)), Settings(respect_noqa=False))
    }
    assert "OAK101" in codes


@pytest.mark.parametrize("place", ["literal.py", "names.py", "other_finding.py", "related.py", "cell.ipynb"])
def test_a_credential_without_structure_is_masked_as_well(place: str) -> None:
    key = make_key("credential", place)
    for shown in _written(place, _data(place, key), Settings()):
        assert _leaked(key, key, shown) is None


@pytest.mark.parametrize(
    ("row", "shown"),
    [
        ('API_KEY = os.environ["OPENAI_API_KEY"]', 'API_KEY = os.environ["OPENAI_API_KEY"]'),
        ("API_KEY = os.getenv( 'TEAM_GPT4_KEY_2')", "API_KEY = os.getenv( 'TEAM_GPT4_KEY_2')"),
        # What may be a value, be it in the shape of a name, and what has not quite that shape.
        ('API_KEY = os.getenv("OPENAI_API_KEY", "MY_FALLBACK")', 'API_KEY = os.getenv("OPENAI_API_KEY", "***********")'),
        ('API_KEY = os.environ["OPENAI_API_KEY"] or "TEAM_WORD"', 'API_KEY = os.environ["OPENAI_API_KEY"] or "*********"'),
        ('API_KEY = os.environ["KEY"]', 'API_KEY = os.environ["***"]'),
        ('API_KEY = os.environ["openai_api_key"]', 'API_KEY = os.environ["**************"]'),
        ('API_KEY = os.environ["OPENAI_API_KEY="]', 'API_KEY = os.environ["***************"]'),
        ('API_KEY = os.environ["A1B2_C3D4E5"]', 'API_KEY = os.environ["***********"]'),
        ('API_KEY = os.environ["TEAM_20240131"]', 'API_KEY = os.environ["*************"]'),
        ('API_KEY = os.environ[f"{TEAM}_KEY"]', 'API_KEY = os.environ[f"**********"]'),
        ('API_KEY = os.environ["TEAM_" "API_KEY"]', 'API_KEY = os.environ["*****" "*******"]'),
    ],
)
def test_of_another_file_only_names_of_variables_are_shown(row: str, shown: str) -> None:
    cell = Cell(row, row, path="/project/settings.py")
    assert Masks(()).row(cell, 1) == shown


@pytest.mark.parametrize("family", FAMILIES)
def test_a_key_is_no_name_of_a_variable(family: str) -> None:
    key = make_key(family, "beside")
    for text in (key, key.upper(), f"TEAM_{key.upper()}"):
        row = f"client = OpenAI('{text}', [\"{text}\"])"
        assert _leaked(text, text, Masks(()).row(Cell(row, row, path="/project/settings.py"), 1)) is None


@pytest.fixture
def planted(tmp_path: Path) -> tuple[Path, dict[str, str]]:
    """A folder with a file for every place and some families, and the keys in it by family and place."""
    keys = {}
    for family in ("openai-project", "openai-user", "anthropic", "unknown-hex32"):
        for place in PLACES:
            key = keys[f"{family} {place}"] = make_key(family, place)
            path = tmp_path / family / place
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(_data(place, key))
    return tmp_path, keys


def _assert_silent(keys: dict[str, str], shown: str) -> None:
    for planted, key in keys.items():
        assert _leaked(key, _body(planted.split()[0], key), shown) is None, planted


@pytest.mark.parametrize(
    "arguments",
    [
        *(["--output-format", output_format] for output_format in FORMATS),
        ["--statistics", "--verbose"],
        ["--verbose", "--color", "always", "--ignore-noqa"],
        ["--select", "OAK2", "--output-format", "full"],
        ["--jobs", "2", "--verbose"],
    ],
    ids=" ".join,
)
def test_the_command_line_writes_no_key(planted: tuple[Path, dict[str, str]], arguments: list[str]) -> None:
    folder, keys = planted
    done = oaklint("check", "--isolated", *arguments, ".", cwd=folder)
    assert done.returncode in (1, 2)
    assert "OAK203" in done.stdout
    _assert_silent(keys, done.stdout + done.stderr)


def test_an_output_file_holds_no_key(planted: tuple[Path, dict[str, str]]) -> None:
    folder, keys = planted
    oaklint("check", "--isolated", "--output-file", "out.txt", "--output-format", "full", ".", cwd=folder)
    written = (folder / "out.txt").read_text("utf-8")
    assert "OAK101" in written
    _assert_silent(keys, written)


def test_flake8_writes_no_key(planted: tuple[Path, dict[str, str]]) -> None:
    folder, keys = planted
    command = [sys.executable, "-m", "flake8", "--isolated", "--select", "OAK", "--show-source", "--jobs", "2", "."]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert "OAK101" in done.stdout
    # flake8 itself shows the source where it is asked to; what oaklint says of it is the message alone.
    said = "\n".join(line for line in done.stdout.splitlines() if re.match(r"\./\S+:\d+:\d+: OAK", line))
    _assert_silent(keys, said + done.stderr)


# A rule that breaks.


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule that fails, with the text that it was looking at in its message, as a parser's own errors have it."""

    def fail(node: object, usage: object) -> NoReturn:
        text = usage.program.source.data.decode()  # type: ignore[attr-defined]
        raise RuntimeError(f"cannot make sense of {text!r}")

    rule = next(rule for rule in all_rules() if rule.code == "OAK203")
    monkeypatch.setitem(rule.visitors, "Attribute", fail)


@pytest.mark.usefixtures("broken")
@pytest.mark.parametrize("family", FAMILIES)
def test_a_crash_writes_no_key(
    family: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    key = make_key(family, "crash")
    path = tmp_path / "other_finding.py"
    path.write_bytes(_data(path.name, key))
    monkeypatch.chdir(tmp_path)
    for arguments in ([], ["--verbose"], ["--output-format", "json", "--verbose"]):
        assert main(["check", "--isolated", *arguments, "."]) == 2
        captured = capsys.readouterr()
        assert "cannot make sense of" in captured.err
        assert _leaked(key, _body(family, key), captured.out + captured.err) is None


@pytest.mark.usefixtures("broken")
@pytest.mark.parametrize("family", FAMILIES)
def test_a_crash_hands_no_key_on(family: str) -> None:
    """What a process that checks a file sends back, to be shown or stored by whoever asked."""
    key = make_key(family, "crash")
    result = check_data("other_finding.py", _data("other_finding.py", key), Settings())
    assert result.error is not None
    assert _leaked(key, _body(family, key), repr(result)) is None
