"""Options of the test run."""

from __future__ import annotations

import os

import pytest

NEEDS_AN_ENVIRONMENT = "environment"


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
