"""What the fixes make of the fixtures: byte for byte, in every variation, once and for all.

Beside a fixture that has fixes stands what they change, as a unified diff: `clauses.py` and `clauses.diff`. All fixes are made,
unsafe ones, too; keys are placeholders in both. `python -m tests.test_fixes` writes these files anew; read what it has changed.
"""

from __future__ import annotations

import ast
import json
from collections import Counter
from difflib import unified_diff
from pathlib import Path

import pytest

from oaklint.engine import Settings, check, fix
from oaklint.rules import Rule, all_rules
from tests.fixtures_reader import FOLDER, Fixture, all_fixtures
from tests.keys import plant, uproot
from tests.variations import VARIATIONS, cells_of, notebook

FIXTURES = all_fixtures()
FIXABLE = [fixture for fixture in FIXTURES if (FOLDER / fixture.name).with_suffix(".diff").exists()]


def _fixed(text: str, settings: Settings) -> str:
    return fix("fixture.py", text.encode(), settings, unsafe=True).data.decode()


def _diff(fixture: Fixture) -> str:
    before = (FOLDER / fixture.name).read_text("utf-8")
    after = uproot(_fixed(fixture.text, fixture.settings), before)
    return "".join(unified_diff(before.splitlines(True), after.splitlines(True), "before", "after", n=2))


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda fixture: fixture.name)
def test_the_fixed_text(fixture: Fixture) -> None:
    """A unified diff and the text that it starts from leave no byte of the other text open."""
    path = (FOLDER / fixture.name).with_suffix(".diff")
    assert _diff(fixture) == (path.read_text("utf-8") if path.exists() else "")


def test_the_rules_with_fixes() -> None:
    found = (item for fixture in FIXABLE for item in check("fixture.py", fixture.text.encode(), fixture.settings))
    assert {item.code for item in found if item.fix} == {
        f"OAK{number}"
        for number in (101, 102, 105, 201, 203, 204, 205, 206, 207, 301, 302, 303, 304, 305, 306, 401, 402, 403, 404, 406)
    }


# What a variation does to a text, done to the fixed text, is the fixed text of the variation.
_SAME_AS_VARIED = ("plain", "crlf", "cr", "bom", "latin-1", "tabs", "one-cell")


@pytest.mark.parametrize("variation", VARIATIONS)
@pytest.mark.parametrize("fixture", FIXABLE, ids=lambda fixture: fixture.name)
def test_variations(fixture: Fixture, variation: str) -> None:
    if variation in fixture.without:
        pytest.skip("the program says why this variation does not apply")
    vary = VARIATIONS[variation]
    varied = vary(fixture.text)
    fixed = fix(varied.name, varied.data, fixture.settings, unsafe=True)
    assert fixed.error is None
    assert fix(varied.name, fixed.data, fixture.settings, unsafe=True).fixed == ()
    assert list(fixed.remaining) == check(varied.name, fixed.data, fixture.settings)
    if not varied.name.endswith(".ipynb"):
        ast.parse(fixed.data)
    if variation == "noqa":
        assert fixed.data == varied.data
    else:
        assert fixed.fixed
    if variation in _SAME_AS_VARIED:
        assert fixed.data == vary(_fixed(fixture.text, fixture.settings)).data
    if variation == "form-feed":
        assert fixed.data.replace(b"\x0c", b"").decode() == _fixed(fixture.text, fixture.settings)
        assert fixed.data.count(b"\x0c") == varied.data.count(b"\x0c")


@pytest.mark.parametrize("fixture", FIXABLE, ids=lambda fixture: fixture.name)
def test_cell_by_cell(fixture: Fixture) -> None:
    """A notebook with a cell for every statement; what is not to be changed in its JSON is not touched."""
    if "cells" in fixture.without:
        pytest.skip("the program says why this variation does not apply")
    cells = cells_of(fixture.text)
    data = notebook(cells)
    fixed = fix("cells.ipynb", data, fixture.settings, unsafe=True)
    assert fixed.error is None
    assert fix("cells.ipynb", fixed.data, fixture.settings, unsafe=True).fixed == ()
    after = ["".join(cell["source"]) for cell in json.loads(fixed.data)["cells"]]
    for cell in after:
        ast.parse(cell)
    if all(after):  # of a cell that is emptied, one empty string stays
        assert fixed.data == notebook(after)
    if len(fixed.fixed) == len(fix("plain.py", fixture.text.encode(), fixture.settings, unsafe=True).fixed):
        assert "".join(after).replace("\n", "") == _fixed(fixture.text, fixture.settings).replace("\n", "")


@pytest.mark.parametrize("fixture", FIXABLE, ids=lambda fixture: fixture.name)
def test_nothing_new_is_found(fixture: Fixture) -> None:
    """No fix leads to another rule's finding; what a `raise` leads to further out is the same rule's. A program for 0.x that is
    migrated makes its requests then, and may be told more of them.
    """
    before = Counter(diagnostic.code for diagnostic in check("plain.py", fixture.text.encode(), fixture.settings))
    fixed = fix("plain.py", fixture.text.encode(), fixture.settings, unsafe=True)
    after = Counter(diagnostic.code for diagnostic in fixed.remaining)
    assert after <= before or any(diagnostic.code.startswith("OAK2") for diagnostic in fixed.fixed)
    assert after.total() < before.total() or after != before


@pytest.mark.parametrize(
    "rule",
    [rule for rule in all_rules() if rule.code in ("OAK301", "OAK306", "OAK401", "OAK403", "OAK404")],
    ids=lambda r: r.code,
)
def test_the_fix_of_the_example_is_what_the_page_advises(rule: Rule) -> None:
    def without_imports(program: str) -> list[str]:
        return [line for line in program.splitlines() if line and "import " not in line and "AuthenticationError" not in line]

    fixed = _fixed(plant(rule.page.example), Settings())
    assert check("page.py", fixed.encode(), Settings()) == []
    assert without_imports(fixed) == without_imports(rule.page.use_instead)


def test_safe_fixes_alone() -> None:
    """Only the clause that names nothing but AuthenticationError is moved without being asked twice."""
    fixture = next(fixture for fixture in FIXTURES if fixture.name == "oak404/order.py")
    fixed = fix("order.py", fixture.text.encode(), Settings(), unsafe=False)
    assert {item.fix.applicability for item in fixed.fixed if item.fix} == {"safe"}
    left = [item.fix.applicability for item in fixed.remaining if item.fix]
    assert left == ["unsafe"]


def _write() -> None:
    for fixture in FIXTURES:
        path, diff = (FOLDER / fixture.name).with_suffix(".diff"), _diff(fixture)
        if diff:
            path.write_text(diff, "utf-8")
        else:
            Path.unlink(path, missing_ok=True)


if __name__ == "__main__":
    _write()
