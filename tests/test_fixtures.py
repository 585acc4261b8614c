"""Every fixture, in every variation and through every door, has exactly the findings that are written in it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from oaklint.engine import check
from oaklint.rules import all_rules
from tests.fixtures_reader import Expected, Fixture, all_fixtures, expected_in
from tests.variations import VARIATIONS, cells_of, notebook

FIXTURES = all_fixtures()
# What has to be selected beyond what is on by default.
SELECTIONS = sorted({fixture.settings.extend_select for fixture in FIXTURES})


@pytest.mark.parametrize("variation", VARIATIONS)
@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda fixture: fixture.name)
def test_findings(fixture: Fixture, variation: str) -> None:
    if variation in fixture.without:
        pytest.skip("the program says why this variation does not apply")
    varied = VARIATIONS[variation](fixture.text)
    found = {(d.location.row, d.code) for d in check(varied.name, varied.data, fixture.settings)}
    assert found == varied.expected


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda fixture: fixture.name)
def test_cell_by_cell(fixture: Fixture) -> None:
    """A notebook with a cell for every statement is one program, in order."""
    if "cells" in fixture.without:
        pytest.skip("the program says why this variation does not apply")
    cells = cells_of(fixture.text)
    expected = {(number, row, code) for number, cell in enumerate(cells, 1) for row, code in expected_in(cell)}
    found = check("cells.ipynb", notebook(cells), fixture.settings)
    assert {(d.cell, d.location.row, d.code) for d in found} == expected


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda fixture: fixture.name)
def test_marks_are_where_the_text_is(fixture: Fixture) -> None:
    """The text between location and end is not empty, begins with no blank, and the excerpt shows its row."""
    lines = fixture.text.split("\n")
    for diagnostic in check(fixture.name, fixture.text.encode(), fixture.settings):
        start, end = diagnostic.location, diagnostic.end_location
        assert start < end or diagnostic.code == "OAK000"
        assert not lines[start.row - 1][start.column - 1 :][:1].isspace()
        assert len(diagnostic.excerpt.lines[start.row - diagnostic.excerpt.first_row]) == len(lines[start.row - 1])


def test_every_rule_has_more_negatives_than_positives() -> None:
    """Each rule has a folder; in it, programs or functions that look alike and are fine outnumber those that are not."""
    for rule in all_rules():
        if rule.code == "OAK000":
            continue
        own = [fixture for fixture in FIXTURES if fixture.name.startswith(rule.code.lower())]
        positives = sum(len([code for _, code in fixture.expected if code == rule.code]) for fixture in own)
        negatives = sum(len(re.findall(r"# fine:", fixture.text)) for fixture in own)
        assert positives >= 5, rule.code
        assert negatives > positives, (rule.code, positives, negatives)


def _written(folder: Path, selection: tuple[str, ...]) -> dict[str, Expected]:
    """The fixtures that need no settings but this selection, written to disk; their expectations by file name."""
    expected = {}
    for fixture in FIXTURES:
        if fixture.settings.target_sdk == "auto" and fixture.settings.extend_select == selection:
            name = fixture.name.replace("/", "__")
            (folder / name).write_text(fixture.text, "utf-8")
            expected[name] = fixture.expected
    return expected


@pytest.mark.parametrize("selection", SELECTIONS, ids=",".join)
def test_through_the_command_line(selection: tuple[str, ...], tmp_path: Path) -> None:
    expected = _written(tmp_path, selection)
    command = [sys.executable, "-m", "oaklint", "check", "--isolated", "--output-format", "json"]
    command += [f"--extend-select={','.join(selection)}" for _ in selection[:1]] + ["."]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert result.returncode == 1, result.stderr
    found: defaultdict[str, Expected] = defaultdict(set)
    for entry in json.loads(result.stdout):
        found[Path(entry["filename"]).name].add((entry["location"]["row"], entry["code"]))
    assert {name: found[name] for name in expected} == expected


@pytest.mark.parametrize("selection", SELECTIONS, ids=",".join)
def test_through_flake8(selection: tuple[str, ...], tmp_path: Path) -> None:
    expected = _written(tmp_path, selection)
    command = [sys.executable, "-m", "flake8", "--isolated", "--select", ",".join(("OAK", *selection)), "--jobs", "2", "."]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert result.returncode == 1, result.stderr
    found: defaultdict[str, Expected] = defaultdict(set)
    for line in result.stdout.splitlines():
        match = re.fullmatch(r"\./([^:]+):(\d+):\d+: (OAK\d{3}) .*", line)
        assert match, line
        found[match[1]].add((int(match[2]), match[3]))
    assert {name: found[name] for name in expected} == expected
