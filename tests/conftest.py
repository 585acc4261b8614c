"""Options and fixtures of the test run."""

from __future__ import annotations

import os

import pytest

from tests.proofs import environments
from tests.proofs.environments import Environment

NEEDS_AN_ENVIRONMENT = "environment"

# Programs to be checked, some of which look like tests.
collect_ignore = ["fixtures", "projects", "migration"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--without-proofs",
        action="store_true",
        help="leave out the tests that run programs on the real OpenAI SDKs (they need a package index on their first run)",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--without-proofs"):
        return
    if os.environ.get("CI"):
        raise pytest.UsageError(
            "--without-proofs is for machines without a package index; in continuous integration the proofs run"
        )
    proofs = [item for item in items if NEEDS_AN_ENVIRONMENT in getattr(item, "fixturenames", ())]
    config.hook.pytest_deselected(items=proofs)
    items[:] = [item for item in items if item not in set(proofs)]


@pytest.fixture(scope="session")
def prepared(request: pytest.FixtureRequest) -> None:
    """Makes the environments that the chosen tests ask for, two at a time, before the first of these tests runs."""
    calls = (getattr(item, "callspec", None) for item in request.session.items)
    wanted = {call.params.get(NEEDS_AN_ENVIRONMENT) for call in calls if call}
    environments.prepare(name for name in (*environments.NAMES, *environments.FRAMEWORKS) if name in wanted)


@pytest.fixture
def environment(request: pytest.FixtureRequest, prepared: None) -> Environment:
    """The environment that a test names: `parametrize("environment", [...], indirect=True)`."""
    return environments.get(request.param)
