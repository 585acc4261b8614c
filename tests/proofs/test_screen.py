"""The screen on real code: the SDK itself, which is full of the words that the screen looks for, and all that is installed beside
it.
"""

from __future__ import annotations

import random

import pytest

from oaklint.engine import Settings, check
from tests.proofs.environments import Environment
from tests.test_engine import without_screen


@pytest.mark.parametrize("environment", ["0", "3"], indirect=True)
def test_the_screen_loses_nothing(environment: Environment, monkeypatch: pytest.MonkeyPatch) -> None:
    files = sorted(path for path in environment.python.parent.parent.rglob("*.py") if path.stat().st_size < 30_000)
    assert len(files) > 500
    for path in random.Random(0).sample(files, 100):
        name, data = path.name, path.read_bytes()
        found = check(name, data, Settings())
        # A file that mentions nothing of interest is not parsed, so that its syntax is not judged either.
        assert found == [
            other for other in without_screen(name, data, Settings(), monkeypatch) if other.code != "OAK000" or found
        ], path
