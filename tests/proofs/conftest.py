"""Fixtures of the proofs."""

from __future__ import annotations

import pytest

from tests.proofs import environments
from tests.proofs.environments import Environment


@pytest.fixture(scope="session")
def prepared(request: pytest.FixtureRequest) -> None:
    """Makes the environments that the chosen tests ask for, two at a time, before the first of these tests runs."""
    calls = (getattr(item, "callspec", None) for item in request.session.items)
    wanted = {call.params.get("environment") for call in calls if call}
    environments.prepare(name for name in environments.NAMES if name in wanted)


@pytest.fixture
def environment(request: pytest.FixtureRequest, prepared: None) -> Environment:
    """The environment that a test names: `parametrize("environment", [...], indirect=True)`."""
    return environments.get(request.param)
