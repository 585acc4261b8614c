"""Fixtures: small programs with the findings that they expect written on the lines they belong to.

`# expect: OAK401` at the end of a line says that exactly this code is reported on this row; `# expect: OAK203 OAK204` expects
two. Rows without such a mark expect nothing. A rule that is off by default is selected for the programs in its own folder. The
first lines may hold settings:

    # target-sdk: 0                the value of that setting
    # variations: -function        variations (see `variations.py`) that do not apply to this program, with the reason behind it

`<key:openai-project>` stands for a key that is made when the test runs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from oaklint.engine import Settings
from oaklint.rules import all_rules
from tests.keys import plant

FOLDER = Path(__file__).parent / "fixtures"

_EXPECT = re.compile(r"# expect: (OAK\d{3}(?: OAK\d{3})*)")
_SETTING = re.compile(r"^# (target-sdk|variations): (\S+)", re.MULTILINE)

Expected = set[tuple[int, str]]


@dataclass(frozen=True)
class Fixture:
    """name: its path below the folder of fixtures. text: the program, keys planted."""

    name: str
    text: str
    settings: Settings
    without: frozenset[str]

    @property
    def expected(self) -> Expected:
        """Row (1-based) and code of every expected finding."""
        return expected_in(self.text)


def expected_in(text: str) -> Expected:
    return {
        (row, code)
        for row, line in enumerate(text.split("\n"), 1)
        for match in _EXPECT.finditer(line)
        for code in match[1].split()
    }


def with_noqa(text: str) -> str:
    """The program with every expectation turned into the comment that silences it."""
    return _EXPECT.sub(lambda match: f"# noqa: {','.join(match[1].split())}", text)


def read(path: Path) -> Fixture:
    text = plant(path.read_text("utf-8"))
    found = dict(_SETTING.findall(text))
    return Fixture(
        name=path.relative_to(FOLDER).as_posix(),
        text=text,
        settings=Settings(target_sdk=found.get("target-sdk", "auto"), extend_select=asked_for(path.parent.name.upper())),
        without=frozenset(name.removeprefix("-") for name in found.get("variations", "").split(",")),
    )


def asked_for(code: str) -> tuple[str, ...]:
    """What has to be selected for a rule to speak: its code, if it is off by default."""
    return tuple(rule.code for rule in all_rules() if rule.code == code and not rule.enabled)


def all_fixtures() -> list[Fixture]:
    return [read(path) for path in sorted(FOLDER.rglob("*.py"))]
