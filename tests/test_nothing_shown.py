"""Nothing that is written holds a key: every command, format and option, through every door, crashes and all.

Files with keys in every place (more than in `test_secrets.py`) stand in one folder. After each run all bytes are searched: both
streams and every file below the folder, the home and the temporary directory that was not planted there.
"""

from __future__ import annotations

import base64
import io
import json
import os
import re
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

import pytest

from oaklint import flake8_plugin, reports
from oaklint.cli import check as check_command
from oaklint.cli import main
from oaklint.engine import Settings, fix, runner
from oaklint.engine.checking import examine
from oaklint.engine.configuration import configurations
from oaklint.reports import FORMATS
from oaklint.rules import all_rules
from oaklint.sdk.keys import find_keys
from oaklint.sdk.redaction import redact
from oaklint.source import Change, Span, read_source
from tests.command import environment, oaklint
from tests.keys import MAKERS, START, key_body, make_key
from tests.test_secrets import PLACES as ONE_KEY

WINDOW = 8
FAMILIES = sorted(MAKERS.keys() - {"credential"})
# For keys, and for credentials that only the place gives away.
Text = Callable[[str], str]
IMPORTS = "import os\nimport openai\nfrom openai import OpenAI\n\n"
LEGACY = 'openai.ChatCompletion.create(model="gpt-4")'

PLACES: dict[str, Text] = {
    "two_in_a_row.py": lambda key: f'{IMPORTS}a, b = OpenAI(api_key="{key}"), OpenAI(api_key="x{key}"[1:])\n',
    "wide.py": lambda key: f'{IMPORTS}\u5bc6\u94a5, x = "\u65e5\u672c\t\U0001f511{key}", {LEGACY}\n',
    "hex.py": lambda key: f'{IMPORTS}client = OpenAI(api_key=bytes.fromhex("{key.encode().hex()}").decode())\n',
    "backwards.py": lambda key: f'{IMPORTS}client = OpenAI(api_key="{key[::-1]}"[::-1])\n',
    "all_escaped.py": lambda key: f'{IMPORTS}key = "{_escaped(key)}"; {LEGACY}\n',
    "short_pieces.py": lambda key: f"{IMPORTS}key = (\n{_rows(key, 5)})\nclient = OpenAI(api_key=key)\n",
    "short_pieces_that_do_not_parse.py": lambda key: f"{IMPORTS}key = (\n{_rows(key, 9)})\nclient = OpenAI(api_key=key\n",
    "list_that_does_not_parse.py": lambda key: (
        f'{IMPORTS}key = "".join([\n{_rows(key, 11, ",")}])\nclient = OpenAI(api_key=key\n{LEGACY}\n'
    ),
    "list_in_a_broken_cell.ipynb": lambda key: _notebook(
        f'key = "".join([{_rows(key, 10, ",")}])\nclient = OpenAI(api_key=key\n{LEGACY}', ""
    ),
    "moved_characters.py": lambda key: (
        f'{IMPORTS}client = OpenAI()\nos.environ["OPENAI_API_KEY"] = "".join([{_rows(key, 1, ",")}])\nclient.models.list()\n'
    ),
    "added_by_others.py": lambda key: f'{IMPORTS}client = OpenAI(api_key=add("{key[:22]}", "{key[22:]}"))\n{LEGACY}\n',
    "numbers_in_a_comment.py": lambda key: f"{IMPORTS}{LEGACY}  # bytes({[*map(ord, key)]})\n",
    "rows_of_a_docstring.py": lambda key: f'"""\n{key[:30]}\n{key[30:]}\n"""\n{IMPORTS}{LEGACY}\n',
    "cut_in_a_comment.py": lambda key: f'{IMPORTS}{LEGACY}  # "{key[:19]}" + "{key[19:]}"\n',
    "percent_everywhere.py": lambda key: f"{IMPORTS}{LEGACY}  # {key.replace('-', '%2D').replace('_', '%5F')}\n",
    "rows_that_do_not_parse.py": lambda key: f'{IMPORTS}key = """\n{key[:27]}\n{key[27:]}"""\n{LEGACY}\nprint "x"\n',
    "without_quotes.py": lambda key: f"{IMPORTS}openai.api_key = {key[:30]}\n{key[30:]}\n{LEGACY}\n",
    "quotes_of_a_book.py": lambda key: f"{IMPORTS}openai.api_key = \u201c{key[:20]}\u201d + \u201c{key[20:]}\u201d\n{LEGACY}\n",
    "encoded_beside.py": lambda key: f'{IMPORTS}key = "{key}"\n# {_base64(key)} {key[::-1]} {key.encode().hex()}\n{LEGACY}\n',
    "header_beside.py": lambda key: f'{IMPORTS}key = "{key}"\n{LEGACY}  # {_base64("Bearer " + key)} {_base64(":" + key)}\n',
    "moved.py": lambda key: f'{IMPORTS}client = OpenAI()\nos.environ["OPENAI_API_KEY"] = "{key}"\nclient.models.list()\n',
    "moved_pieces.py": lambda key: (
        f'{IMPORTS}client = OpenAI()\nos.environ["OPENAI_API_KEY"] = (\n{_rows(key, 11)})\nclient.models.list()\n'
    ),
    "setting.py": lambda key: f'{IMPORTS}openai.api_key = "{key}"\n{LEGACY}\n',
    "default.py": lambda key: f'{IMPORTS}client = OpenAI(api_key=os.getenv("OPENAI_API_KEY", "{key}"))\n',
    "alternative.py": lambda key: f'{IMPORTS}client = OpenAI(api_key=os.getenv("OPENAI_API_KEY") or "{key}")\n',
    "steps.py": lambda key: (
        f"{IMPORTS}client = OpenAI()\nfor attempt in range(9):  # {key}\n    try:\n"
        f'        client.models.list(extra_query={{"x": "{key}"}})\n        break\n    except Exception:  # {key}\n        pass\n'
    ),
    "elsewhere/app.py": lambda key: (
        "from openai import OpenAI\nimport settings\n\nclient = OpenAI(api_key=settings.KEY)\n"
        "for attempt in range(9):\n    try:\n        settings.ask(client)\n        break\n    except Exception:\n        pass\n"
    ),
    "elsewhere/settings.py": lambda key: (
        f'KEY = "{key}"  # {key}\ndef ask(client): client.models.list(timeout="{key}")  # {key}\n'
    ),
    "named_wrongly.py": lambda key: f'{IMPORTS}os.environ["OPEN_AI_KEY"] = "{key}"\nclient = OpenAI()\n',
    "coloured.ipynb": lambda key: _notebook(f"print('{key[:4]}')", f"\x1b[31m{key}\x1b[0m\n"),
    "percent.py": lambda key: f"{IMPORTS}{LEGACY}  # ?key=sk%2D{key[3:]}\n",
    "broken_cell.ipynb": lambda key: _notebook(f'client = OpenAI(api_key="{key}"\n{LEGACY}', ""),
    "no_codec.py": lambda key: f"# coding: {key}\n{IMPORTS}{LEGACY}\n",
}

# What only OAK102 knows to be a secret, written down elsewhere, too.
WEAK_PLACES: dict[str, Text] = {
    "beside.py": lambda weak: f'{IMPORTS}client = OpenAI(api_key="{weak}")\n{LEGACY}  # {weak}\n',
    "quoted.py": lambda weak: f'{IMPORTS}client = OpenAI(api_key="{weak}")\nx = \'{weak}\', "of {weak}", {LEGACY}\n',
    "header.py": lambda weak: (
        f'{IMPORTS}client = OpenAI(default_headers={{"Authorization": "Bearer {weak}"}})\n{LEGACY}  # {_base64(weak)} {weak[::-1]}\n'
    ),
    "pieces.py": lambda weak: f'{IMPORTS}client = OpenAI(api_key="{weak[:10]}" + "{weak[10:]}")\n{LEGACY}  # {weak[:10]} {weak[10:]}\n',
    "step.py": lambda weak: (
        f'{IMPORTS}client = OpenAI(api_key="{weak}")\nfor attempt in range(9):  # {weak}\n    try:\n        client.models.list()\n'
        f"        break\n    except Exception:  # {weak}\n        pass\n"
    ),
    "moved.py": lambda weak: f'{IMPORTS}client = OpenAI()\nos.environ["OPENAI_API_KEY"] = "{weak}"  # {weak}\nclient.models.list()\n',
    "unparsable.py": lambda weak: f'{IMPORTS}client = OpenAI(api_key="{weak}"\n{LEGACY}  # {weak}\n',
    "other_name.py": lambda weak: f'{IMPORTS}os.environ["OPEN_AI_KEY"] = "{weak}"\nclient = OpenAI()\n{LEGACY}  # {weak}\n',
    "other_host.py": lambda weak: (
        f'{IMPORTS}openai.api_base = "https://example.com/v1"\nopenai.api_key = "{weak}"\n{LEGACY}\nclient = OpenAI()\n'
    ),
    "escaped_and_plain.py": lambda weak: f'{IMPORTS}client = OpenAI(api_key="{_escaped(weak)}")\n{LEGACY}  # {weak}\n',
    "other_script.py": lambda weak: f'{IMPORTS}client = OpenAI(api_key="{weak}\u00fc")\n{LEGACY}  # {weak}\u00fc\n',
    "imports/app.py": PLACES["elsewhere/app.py"],
    "imports/settings.py": PLACES["elsewhere/settings.py"],
}  # fmt: skip


def _rows(key: str, length: int, end: str = "") -> str:
    return "".join(f'    "{key[at : at + length]}"{end}\n' for at in range(0, len(key), length))


def _escaped(key: str) -> str:
    return "".join(f"\\x{ord(character):02x}" for character in key)


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _notebook(source: str, output: str) -> str:
    outputs = [{"output_type": "stream", "name": "stdout", "text": [output]}]
    cell = {"cell_type": "code", "execution_count": 1, "metadata": {}, "outputs": outputs, "source": [f"{IMPORTS}{source}"]}
    return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1)


class Secrets:
    """What must not be shown: every stretch of eight characters of a key's body, in any form in which it can be read."""

    def __init__(self) -> None:
        self._windows: set[str] = set()

    def new(self, family: str, seed: str) -> str:
        key = make_key(family, seed)
        body = key_body(family, key) if key.startswith(START) else key
        self.add(body)
        return key

    def weak(self, seed: str) -> str:
        """A credential that is short, and not random enough for anybody to know it by its looks."""
        text = f"Tok_{make_key('credential', seed)[:4]}-live-{make_key('credential', seed)[4:9]}"
        self.add(text)
        return text

    def add(self, body: str) -> None:
        encoded = (_base64(" " * shift + body)[shift + 1 :].rstrip("=")[:-1] for shift in range(3))
        for text in (body, body[::-1], body.encode().hex(), *encoded):
            self._windows |= {text[at : at + WINDOW] for at in range(len(text) - WINDOW + 1)}

    def in_text(self, text: str) -> list[str]:
        """The windows in a text, be they spelt with escapes."""
        spelt = re.sub(r"\\x([0-9a-f]{2})|\\u00([0-9a-f]{2})", lambda found: chr(int(found[1] or found[2], 16)), text)
        runs = set(re.findall(r"[A-Za-z0-9_+/=-]{8,}", f"{text}\n{spelt}"))
        return [
            run[at : at + WINDOW] for run in runs for at in range(len(run) - WINDOW + 1) if run[at : at + WINDOW] in self._windows
        ]


class House:
    """A folder with keys in it, a home and a temporary directory, and a way to tell what was written there since."""

    def __init__(self, root: Path) -> None:
        self.work, self.home, self.temporary = (root / name for name in ("work", "home", "tmp"))
        for folder in (self.work, self.home, self.temporary):
            folder.mkdir(parents=True)
        self.secrets = Secrets()
        self._planted: dict[Path, bytes] = {}

    def plant(self, name: str, text: str | bytes) -> None:
        path = self.work / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        self._planted[path] = path.read_bytes()

    def restore(self) -> None:
        """Every file as it was planted, and nothing else."""
        for path, data in self._planted.items():
            if path.read_bytes() != data:
                path.write_bytes(data)
        for path in self._others():
            path.unlink()

    def _others(self) -> list[Path]:
        folders = (self.work, self.home, self.temporary)
        return [path for folder in folders for path in folder.rglob("*") if path.is_file() and path not in self._planted]

    @property
    def environment(self) -> dict[str, str | None]:
        home = str(self.home)
        return {"HOME": home, "XDG_CACHE_HOME": f"{home}/cache", "TMPDIR": str(self.temporary), "PYTHONDONTWRITEBYTECODE": "1"}

    def assert_silent(self, *written: str) -> None:
        for text in (*written, *(path.read_text("utf-8", "replace") for path in self._others())):
            leaks = self.secrets.in_text(text)
            assert not leaks, "\n".join(row for row in text.splitlines() if any(leak in row for leak in leaks))[:2000] or leaks


@pytest.fixture(scope="module")
def full_house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A house with a key in every place, each family in some of them."""
    house = House(tmp_path_factory.mktemp("house"))
    for number, (name, text) in enumerate((*PLACES.items(), *ONE_KEY.items())):
        for family in (FAMILIES[number % len(FAMILIES)], FAMILIES[number * 7 % len(FAMILIES)]):
            # What is written in two files is one key.
            house.plant(f"{family}/{name}", text(house.secrets.new(family, name.split("/")[0])))
    for name, text in WEAK_PLACES.items():
        house.plant(f"weak/{name}", text(house.secrets.new("credential", name.split("/")[0])))
        house.plant(f"weaker/{name}", text(house.secrets.weak(name.split("/")[0])))
    for family in ("openai-project", "unknown-hex32", "openai-old"):
        house.plant(f"{house.secrets.new(family, 'folder')}/{house.secrets.new(family, 'file')}.py", f"{IMPORTS}{LEGACY}\n")
    return house


@pytest.fixture
def house(full_house: House, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    monkeypatch.chdir(full_house.work)
    for name, value in full_house.environment.items():
        monkeypatch.setenv(name, str(value))
    yield full_house
    full_house.restore()


CHECKS: tuple[tuple[str, ...], ...] = (
    *(("--output-format", output_format) for output_format in FORMATS),
    ("--output-format", "full", "--color", "always", "--verbose", "--ignore-noqa", "--select", "ALL"),
    ("--output-format", "full", "--select", "OAK2,OAK3,OAK4,OAK9"),
    ("--output-format", "json", "--unsafe-fixes", "--output-file", "report.json"),
    ("--statistics", "--verbose", "--color", "always"),
    ("--diff", "--unsafe-fixes", "--show-fixes", "--verbose"),
    ("--diff", "--unsafe-fixes", "--color", "always", "--ignore", "OAK1"),
    ("--show-files", "--verbose", "--color", "always"),
)


@pytest.mark.parametrize("arguments", CHECKS, ids=" ".join)
def test_a_check(house: House, arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--isolated", "--jobs", "1", *arguments, "."]) in (0, 1, 2)
    written = capsys.readouterr()
    assert ("OAK203" in written.out) != bool({"--diff", "--show-files", "--output-file"} & set(arguments))
    house.assert_silent(written.out, written.err)


FIXES = (("--fix",), ("--fix-only", "--show-fixes"), ("--fix", "--ignore", "OAK1", "--output-format", "json"))


@pytest.mark.parametrize("arguments", FIXES, ids=" ".join)
def test_a_repair(house: House, arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    """The repaired files are the user's own; nothing else may hold a key."""
    assert main(["check", "--isolated", "--jobs", "1", "--unsafe-fixes", *arguments, "."]) in (0, 1, 2)
    written = capsys.readouterr()
    assert (house.work / "weak/moved.py").read_bytes() != WEAK_PLACES["moved.py"](
        house.secrets.new("credential", "moved.py")
    ).encode()
    house.assert_silent(written.out, written.err)


@pytest.mark.parametrize("name", [*PLACES, *WEAK_PLACES])
def test_standard_input(house: House, name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The text repaired on standard output is the user's own; what is said beside it is not."""
    text, family = (PLACES[name], "openai-project") if name in PLACES else (WEAK_PLACES[name], "credential")
    data = text(house.secrets.new(family, "input")).encode()
    for arguments in (
        ("--diff", "--unsafe-fixes", "--output-format", "full"),
        ("--output-format", "full"),
        ("--fix", "--unsafe-fixes"),
    ):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
        assert main(["check", "--isolated", *arguments, "--stdin-filename", name, "-"]) in (0, 1, 2)
        written = capsys.readouterr()
        house.assert_silent(written.err, "" if "--fix" in arguments else written.out)


# What the user gives us besides files to check.


def _misuses(key: str) -> Iterator[tuple[str, ...]]:
    yield from ((key,), (f"--{key}",), ("rule", key), ("config", key), ("version", key), ("rule", "OAK101", key))
    yield from (("check", f"--{key}"), ("check", f"--{key}=1"), ("check", f"-{key}"), ("check", f"--api-key={key}"))
    options = (
        "select",
        "ignore",
        "extend-select",
        "extend-ignore",
        "per-file-ignores",
        "target-sdk",
        "output-format",
        "jobs",
        "color",
    )
    for option in options:
        yield from (("check", f"--{option}", key), ("check", f"--{option}={key}"), ("check", f"--{option}", f"OAK1,{key}"))
    yield from (
        ("check", "--per-file-ignores", f"{key}:{key}"),
        ("check", "--exclude", f"[{key}"),
        ("check", "--extend-exclude", key),
    )
    yield from (
        ("check", key),
        ("check", f"{key}.py", "-"),
        ("check", f"./{key}/app.py", "--verbose"),
        ("check", "--config", f"{key}.toml"),
    )
    yield from (
        ("check", "--isolated", "--output-file", f"{key}/report"),
        ("check", "--isolated", "--stdin-filename", f"{key}.py", key),
    )
    yield from (
        ("config", "--config", key),
        ("config", f"--{key}"),
        ("rule", "--output-format", key),
        ("check", f"--isolated={key}"),
    )
    yield from (("check", f"a\n{key}"), ("check", f"\x1b[1m{key}"), ("check", f"\u5bc6{key}"), ("check", "--select", f"'\"{key}"))


@pytest.mark.parametrize("family", FAMILIES)
def test_a_command_line(family: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    house = House(tmp_path)
    monkeypatch.chdir(house.work)
    for arguments in _misuses(house.secrets.new(family, "argument")):
        main(arguments)
        written = capsys.readouterr()
        house.assert_silent(written.out, written.err)


CONFIGURATIONS: tuple[Text, ...] = (
    lambda key: f'key = "{key}',
    lambda key: f"{key} =",
    lambda key: f"[{key}\n",
    lambda key: f"{key} = 1\n",
    lambda key: f'"{key}" = 1\n',
    lambda key: f'select = "{key}"\n',
    lambda key: f'select = ["{key}"]\n',
    lambda key: f'extend-ignore = ["OAK1", "{key}"]\n',
    lambda key: f'target-sdk = "{key}"\n',
    lambda key: f'output-format = "{key}"\n',
    lambda key: f'exclude = ["{key}", "[{key}"]\n',
    lambda key: f'per-file-ignores = {{"{key}" = ["OAK1"]}}\n',
    lambda key: f'per-file-ignores = {{"{key}" = ["{key}"]}}\n',
    lambda key: f'force-exclude = "{key}"\n',
    lambda key: f"# {key}\ntarget-sdk = {key}\n",
    lambda key: f'select = ["OAK2"]\nselect = ["{key}"]\n',
)


@pytest.mark.parametrize("text", CONFIGURATIONS)
def test_a_configuration(text: Text, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    house = House(tmp_path)
    monkeypatch.chdir(house.work)
    house.plant("app.py", IMPORTS)
    for family in FAMILIES:
        house.plant("oaklint.toml", text(house.secrets.new(family, "configuration")))
        for arguments in (["check", "--verbose"], ["config"], ["config", "--config", "oaklint.toml"]):
            main(arguments)
            written = capsys.readouterr()
            house.assert_silent(written.out, written.err)


@pytest.mark.parametrize("text", CONFIGURATIONS)
def test_a_table_of_a_project(
    text: Text, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    house = House(tmp_path)
    monkeypatch.chdir(house.work)
    house.plant("app.py", f"{IMPORTS}{LEGACY}\n")
    key = house.secrets.new("openai-project", "project")
    house.plant(
        "pyproject.toml", f'[project]\nname = "{key}"\ndependencies = ["openai=={key}", "{key}"]\n\n[tool.oaklint]\n{text(key)}'
    )
    house.plant("requirements.txt", f"openai=={key}\n--index-url https://user:{key}@example.org\n")
    for arguments in (["check", "--verbose"], ["check", "--isolated", "--verbose"], ["config"]):
        main(arguments)
        written = capsys.readouterr()
        house.assert_silent(written.out, written.err)


def test_what_explains_rules_and_options(capsys: pytest.CaptureFixture[str]) -> None:
    """The pages show examples with keys, but no text that `redact` would change."""
    for arguments in (
        ["rule", "--all"],
        ["rule", "--all", "--output-format", "json"],
        ["rule", "OAK101", "--output-format", "markdown"],
    ):
        assert main(arguments) == 0
        written = capsys.readouterr().out
        assert "<key:openai-project>" in written
        assert redact(written) == written


# Accidents.


def _failing(secret: str) -> Callable[..., NoReturn]:
    """What raises an error with a row of the source in it, caused by another, as parsers have it."""

    def fail(*arguments: object, **options: object) -> NoReturn:
        row = f'client = OpenAI(api_key="{secret}")'
        try:
            raise SyntaxError("invalid syntax", ("app.py", 1, 5, row, 1, 9))
        except SyntaxError as error:
            raise RuntimeError(f"cannot make sense of {row} and {[row]!r}") from error

    return fail


ACCIDENTS: dict[str, Callable[[pytest.MonkeyPatch, Callable[..., NoReturn]], None]] = {
    "a rule": lambda patch, fail: patch.setitem(next(rule for rule in all_rules() if rule.code == "OAK203").visitors, "Attribute", fail),
    "the screen": lambda patch, fail: patch.setattr(runner, "may_have_findings", fail),
    "settings": lambda patch, fail: patch.setattr(runner.Projects, "settings_for", fail),
    "discovery": lambda patch, fail: patch.setattr(check_command, "discover", fail),
    "a configuration": lambda patch, fail: patch.setattr(configurations.Configurations, "for_directory", fail),
    "a report": lambda patch, fail: patch.setattr(check_command, "renderer", fail),
    "a table": lambda patch, fail: patch.setattr(reports, "import_module", fail),
}  # fmt: skip


@pytest.mark.parametrize("accident", ACCIDENTS)
def test_an_accident(accident: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    house = House(tmp_path)
    monkeypatch.chdir(house.work)
    for family in FAMILIES:
        key = house.secrets.new(family, "accident")
        house.plant("app.py", f'{IMPORTS}client = OpenAI(api_key="{key}")\n{LEGACY}\n')
        ACCIDENTS[accident](monkeypatch, _failing(key))
        for arguments in ([], ["--verbose"], ["--diff", "--verbose"]):
            main(["check", "--isolated", "--jobs", "1", *arguments, "."])
            written = capsys.readouterr()
            assert "cannot make sense of" in written.err or arguments[:1] == ["--diff"]
            house.assert_silent(written.out, written.err)


@pytest.mark.parametrize("weak", ["hunter2-prod", make_key("credential", "accident")])
@pytest.mark.parametrize("name", ["app.py", "app.ipynb"])
def test_an_accident_that_quotes_a_credential_without_structure(
    name: str, weak: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """No literal of the file that is being checked is repeated."""
    house = House(tmp_path)
    monkeypatch.chdir(house.work)
    house.secrets.add(weak)
    text = f"{IMPORTS}client = OpenAI(api_key=\"{weak}\", organization='{weak}')\n{LEGACY}\n"
    house.plant(name, text if name.endswith(".py") else _notebook(text, ""))
    ACCIDENTS["a rule"](monkeypatch, _failing(weak))
    assert main(["check", "--isolated", "--jobs", "1", "--verbose", "."]) == 2
    written = capsys.readouterr()
    assert "cannot make sense of client" in written.err
    house.assert_silent(written.out, written.err)


def _everywhere(house: House, code: str) -> dict[str, str]:
    """The environment of a command all of whose processes run some code when they start."""
    house.plant("site/sitecustomize.py", textwrap.dedent(code))
    path = os.pathsep.join([str(house.work / "site"), *filter(None, [os.environ.get("PYTHONPATH")])])
    return environment(**house.environment, PYTHONPATH=path)


def test_processes_that_fail_or_die(tmp_path: Path) -> None:
    house = House(tmp_path)
    for number in range(runner.WORTH_A_POOL + 4):
        key = house.secrets.new(FAMILIES[number % len(FAMILIES)], str(number))
        house.plant(f"{number}.py", f'{IMPORTS}client = OpenAI(api_key="{key}")\n{LEGACY}\n')
    code = """
        import os, pickle
        from oaklint.engine import checking

        class Unsendable(Exception):
            def __reduce__(self):
                raise pickle.PicklingError(str(self))

        def check(name, data, *arguments):
            if name == "3.py":
                os.write(1, b"")
                os.abort()
            text = data.decode()
            raise (Unsendable if name == "5.py" else ValueError)(f"cannot make sense of {text} or {text!r}")

        checking.check = check
    """
    done = oaklint("check", "--isolated", "--jobs", "2", "--verbose", ".", cwd=house.work, env=_everywhere(house, code))
    assert done.returncode == 2
    assert "cannot make sense of" in done.stderr
    assert "died" in done.stderr
    house.assert_silent(done.stdout, done.stderr)


@pytest.mark.parametrize(
    "arguments", [("--output-format", "full", "--jobs", "2"), ("--diff", "--unsafe-fixes", "--verbose")], ids=" ".join
)
def test_the_command_itself(house: House, arguments: tuple[str, ...]) -> None:
    done = oaklint("check", "--isolated", *arguments, ".", cwd=house.work, env=environment(**house.environment))
    assert done.returncode in (1, 2)
    house.assert_silent(done.stdout, done.stderr)


# The other doors.


def _flake8(house: House, env: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "flake8", "--isolated", "--select", "OAK", "--jobs", "2", *arguments]
    return subprocess.run(command, cwd=house.work, env=env, capture_output=True, text=True, check=False)


def _said(house: House, done: subprocess.CompletedProcess[str]) -> str:
    """What is said of the files; that flake8 shows their names, whatever these hold, is its own affair."""
    names = sorted((str(path.relative_to(house.work)) for path in house.work.rglob("*.py")), key=len, reverse=True)
    said = done.stdout + done.stderr
    for name in names:
        said = said.replace(f"./{name}:", "")
    return said


def test_flake8(house: House) -> None:
    done = _flake8(house, environment(**house.environment), ".")
    assert "OAK101" in done.stdout
    house.assert_silent(_said(house, done))


def test_flake8_where_we_fail(house: House) -> None:
    code = """
        from oaklint import flake8_plugin

        def check(name, text, *arguments):
            raise ValueError(f"cannot make sense of {text} or {text!r}")

        flake8_plugin.check_text = check
    """
    done = _flake8(house, _everywhere(house, code), "--verbose", "weak", "openai-project")
    assert flake8_plugin.INTERNAL_ERROR in done.stdout
    house.assert_silent(_said(house, done))


# What could end up in anybody's traceback.


@pytest.mark.parametrize("name", [name for name in (*PLACES, *WEAK_PLACES) if name != "no_codec.py"])
def test_representations(name: str) -> None:
    secrets = Secrets()
    text, family = (PLACES[name], "openai-project") if name in PLACES else (WEAK_PLACES[name], "credential")
    data = text(secrets.new(family, "representation")).encode()
    source = read_source(name, data)
    examined = examine(name, data, Settings())
    fixed = fix(name, data, Settings(), unsafe=True)
    spans = [Span(cell, 0, len(cell.text)) for cell in source.cells]
    for value in (
        source,
        source.cells,
        spans,
        examined,
        fixed,
        Change(spans[0], data.decode()),
        runner.FileResult(name, data=data),
    ):
        assert not secrets.in_text(repr(value)), type(value)
    assert not [match for match in find_keys(data.decode()) if secrets.in_text(repr(match))]
