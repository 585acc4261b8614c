"""The labelled snippets of `benchmarks/`: what they promise, and that oaklint is not wrong about what is none of its business."""

from __future__ import annotations

import ast
import json
import sys
from collections import Counter
from pathlib import Path

import pytest

from oaklint.engine import Settings, check

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))
from key_snippets import BEGIN, END, Snippet, snippets

SETTINGS = Settings(select=("OAK101", "OAK102"), respect_noqa=False)
MOST_MISSED = 0.02


@pytest.fixture(scope="module")
def drawn() -> list[Snippet]:
    return snippets(1)


def test_a_seed_always_draws_the_same(drawn: list[Snippet]) -> None:
    assert snippets(1) == drawn != snippets(2)
    assert Counter(each.place for each in snippets(2)) == Counter(each.place for each in drawn)


def test_as_many_harmless_as_leaking(drawn: list[Snippet]) -> None:
    leaking = sum(bool(each.leaks) for each in drawn)
    assert len(drawn) >= 600
    assert leaking <= len(drawn) - leaking


@pytest.mark.filterwarnings("ignore::SyntaxWarning", "ignore::DeprecationWarning")
def test_labels_point_into_what_is_well_formed(drawn: list[Snippet]) -> None:
    for each in drawn:
        assert BEGIN not in each.text, each.name
        assert END not in each.text, each.name
        places = len(each.text.splitlines())
        if each.name.endswith(".ipynb"):
            places = len(json.loads(each.text)["cells"])
        elif each.place != "does not parse":
            ast.parse(each.text)
        assert all(1 <= leak.first <= leak.last <= places for leak in each.leaks), each.name


@pytest.mark.filterwarnings("ignore::SyntaxWarning", "ignore::DeprecationWarning")
def test_what_does_not_parse_does_not(drawn: list[Snippet]) -> None:
    for each in drawn:
        if each.place == "does not parse":
            with pytest.raises(SyntaxError):
                ast.parse(each.text)


def _is_reported(snippet: Snippet) -> bool:
    return bool(check(snippet.name, snippet.text.encode(), SETTINGS))


def test_no_false_alarm(drawn: list[Snippet]) -> None:
    assert [(each.place, each.shape) for each in drawn if not each.leaks and _is_reported(each)] == []


def test_what_leaks_is_found(drawn: list[Snippet]) -> None:
    leaking = [each for each in drawn if each.leaks]
    missed = [(each.place, each.shape) for each in leaking if not _is_reported(each)]
    assert len(missed) <= MOST_MISSED * len(leaking), missed
