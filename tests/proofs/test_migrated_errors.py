"""What is named in place of errors of openai 0.x catches the same ones, and what is read of them is the same, on the real SDKs."""

from __future__ import annotations

import functools
import json

import pytest

from tests.proofs import environments
from tests.proofs.environments import Environment
from tests.proofs.running import run
from tests.proofs.server import Failure, Server
from tests.proofs.test_rules import SINCE_1
from tests.test_migration_errors import migrated

# The request is none of the errors' business: it stands in another file.
ASKING = """\
import openai

ask = openai.OpenAI(max_retries=0).models.list if hasattr(openai, "OpenAI") else openai.Model.list
"""
STATUSES = (400, 401, 403, 404, 409, 422, 429, 500, 502, 503, None)  # None: nobody listens

CLAUSES = {
    # What the service's own page showed.
    "page": "Timeout APIError APIConnectionError InvalidRequestError AuthenticationError PermissionError RateLimitError",
    "both": "RateLimitError ServiceUnavailableError APIConnectionError APIError",
    "both, the other way round": "APIError RateLimitError ServiceUnavailableError OpenAIError",
    "last": "Timeout APIConnectionError InvalidRequestError AuthenticationError PermissionError RateLimitError TryAgain APIError",
    "late": "APIConnectionError RateLimitError Timeout",
    "narrow": "APIError",
    "refused": "InvalidRequestError PermissionError",
    "again": "TryAgain OpenAIError",
}
# Since 1.0 these cannot be told from what is caught, where one of both is named alone; or have lost their own class.
NOT_TOLD = {
    "page": {503, 422},
    "narrow": {503, 422},
    "last": {503},
    **{name: {422} for name in ("both", "both, the other way round")},
}

READS = (
    *("e.http_status", "e.user_message", "e._message", "e.json_body", "e.json_body['error']['type']", "e.http_body"),
    *("e.json_body.get('error', {}).get('message')", "e.error.message", "e.error.type", "e.error['code']", "e.error.param"),
    *("e.headers.get('content-type')", "e.headers['Content-Type']", "e.organization", "getattr(e, 'http_status', None)"),
    *("hasattr(e, 'http_status')", "bool(e.json_body)", "e.construct_error_object()['message']"),
)
REFUSALS = {400: "InvalidRequestError", 404: "InvalidRequestError", 401: "AuthenticationError", 403: "PermissionError"}
REFUSALS |= {409: "TryAgain", 429: "RateLimitError"}


def _program(clauses: str) -> str:
    handlers = "".join(f"except openai.error.{name}:\n    print('{name}')\n" for name in clauses.split())
    return f"import openai\nfrom asking import ask\n\ntry:\n    ask()\n{handlers}except Exception:\n    print('another')\n"


def _reading(name: str) -> str:
    reads = "".join(f"    print(json.dumps({read}))\n" for read in READS)
    return f"import json\nimport openai\nfrom asking import ask\n\ntry:\n    ask()\nexcept openai.error.{name} as e:\n{reads}"


def _said(program: str, environment: Environment, status: int | None) -> str:
    with Server(failure=Failure(status, 1) if status not in (None, 401) else None) as server:
        nowhere = dict.fromkeys(("OPENAI_BASE_URL", "OPENAI_API_BASE"), "http://127.0.0.1:9/v1")
        outcome = run(
            program,
            environment,
            server=server,
            key="wrong" if status == 401 else "good",
            files={"asking.py": ASKING},
            environ=nowhere if status is None else {},
        )
    assert outcome.worked, outcome.stderr
    return outcome.stdout


def _carried_over(program: str) -> str:
    found = migrated(program)
    assert isinstance(found, str), found
    return found


@functools.cache
def _said_before(program: str, status: int | None) -> str:
    return _said(program, environments.get("0"), status)


@pytest.mark.parametrize("environment", SINCE_1, indirect=True)
@pytest.mark.parametrize("clauses", CLAUSES)
def test_the_same_clause(clauses: str, environment: Environment) -> None:
    old = _program(CLAUSES[clauses])
    new = _carried_over(old)
    others = {status for status in STATUSES if _said(new, environment, status) != _said_before(old, status)}
    assert others == NOT_TOLD.get(clauses, set())


@pytest.mark.parametrize("environment", SINCE_1, indirect=True)
@pytest.mark.parametrize("status", REFUSALS)
def test_the_same_is_read(status: int, environment: Environment) -> None:
    old = _reading(REFUSALS[status])
    before, after = _said_before(old, status), _said(_carried_over(old), environment, status)
    assert _by_read(after) == _by_read(before)


def _by_read(said: str) -> dict[str, object]:
    return dict(zip(READS, map(json.loads, said.splitlines()), strict=True))
