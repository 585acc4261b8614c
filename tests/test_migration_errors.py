"""The errors of openai 0.x in programs that are carried over: what is named instead, in which order, and what is left alone."""

from __future__ import annotations

import pytest

from oaklint.python import cst
from oaklint.python.program import Program
from oaklint.source import read_source
from oaklint.source.rewrite import rewrite
from oaklint.usage.migration.draft import Draft
from oaklint.usage.migration.errors import Errors
from oaklint.usage.migration.names import Names
from oaklint.usage.usage import Usage


class PlainNames(Names):
    """Names as they are written, without the imports that they take."""

    def written(self, name: str, old: cst.BaseExpression) -> str:
        return f"openai.{name}" if isinstance(old, cst.Attribute) else name


def migrated(text: str) -> str | list[str]:
    """The program with what `Errors` changes, or the reasons why it is left alone."""
    program = Program(read_source("a.py", text.encode()))
    usage, draft = Usage(program), Draft(program)
    Errors(usage, draft, PlainNames(usage, draft)).migrate()
    if draft.obstacles:
        return [obstacle.reason for obstacle in draft.obstacles]
    return rewrite(program.source, draft.settled()).decode()


def _tried(clauses: str) -> str:
    return f"import openai\ntry:\n    answer = openai.ChatCompletion.create()\n{clauses}"


def _clause(types: str, body: str = "pass", name: str = "") -> str:
    return f"except {types}{' as ' + name if name else ''}:\n    {body}\n"


CLAUSES = [
    ("openai.error.RateLimitError", "openai.RateLimitError"),
    ("openai.error.AuthenticationError", "openai.AuthenticationError"),
    ("openai.error.PermissionError", "openai.PermissionDeniedError"),
    ("openai.error.Timeout", "openai.APITimeoutError"),
    ("openai.Timeout", "openai.APITimeoutError"),
    ("openai.error.TryAgain", "openai.ConflictError"),
    ("openai.error.ServiceUnavailableError", "openai.InternalServerError"),
    ("openai.error.OpenAIError", "openai.OpenAIError"),
    ("openai.OpenAIError", "openai.OpenAIError"),
    ("openai.InvalidRequestError", "(openai.BadRequestError, openai.NotFoundError)"),
    ("openai.error.InvalidRequestError", "(openai.BadRequestError, openai.NotFoundError)"),
    ("(openai.error.InvalidRequestError)", "(openai.BadRequestError, openai.NotFoundError)"),
    # By itself it never caught a wrong key.
    ("openai.error.APIError", "openai.InternalServerError"),
    ("openai.APIError", "openai.InternalServerError"),
    ("(openai.error.APIError, openai.error.OpenAIError)", "(openai.APIError, openai.OpenAIError)"),
    ("(openai.error.APIError, openai.error.ServiceUnavailableError)", "openai.InternalServerError"),
    (
        "(openai.error.APIError, openai.error.ServiceUnavailableError, openai.error.Timeout)",
        "(openai.InternalServerError, openai.APITimeoutError)",
    ),
    (
        "(openai.error.Timeout, openai.error.APIError, openai.error.ServiceUnavailableError)",
        "(openai.APITimeoutError, openai.InternalServerError)",
    ),
    ("(openai.error.InvalidRequestError, ValueError)", "(openai.BadRequestError, openai.NotFoundError, ValueError)"),
    ("(openai.error.RateLimitError, openai.RateLimitError)", "openai.RateLimitError"),
    ("(ConnectionError, openai.error.InvalidAPIType, OSError)", "(ConnectionError, OSError)"),
    ("(ConnectionError, openai.error.SignatureVerificationError)", "ConnectionError"),
    (
        "(\n    openai.error.InvalidRequestError,\n    openai.error.APIError,\n    openai.error.ServiceUnavailableError,\n)",
        "(\n    openai.BadRequestError,\n    openai.NotFoundError,\n    openai.InternalServerError,\n)",
    ),
]


@pytest.mark.parametrize(("before", "after"), CLAUSES)
def test_clauses(before: str, after: str) -> None:
    assert migrated(_tried(_clause(before, name="e"))) == _tried(_clause(after, name="e"))
    assert migrated(_tried(_clause(after))) == _tried(_clause(after))  # what is right is left alone


ORDERS = [
    # What the service's own page showed.
    (
        ["APIError", "APIConnectionError", "RateLimitError"],
        ["InternalServerError", "APIConnectionError", "RateLimitError"],
    ),
    # Everything else has been caught by then.
    (
        [
            "Timeout",
            "APIConnectionError",
            "InvalidRequestError",
            "AuthenticationError",
            "PermissionError",
            "RateLimitError",
            "APIError",
        ],
        [
            *("APITimeoutError", "APIConnectionError", "(openai.BadRequestError, openai.NotFoundError)", "AuthenticationError"),
            *("PermissionDeniedError", "RateLimitError", "APIError"),
        ],
    ),
    (["APIConnectionError", "RateLimitError", "Timeout"], ["APITimeoutError", "APIConnectionError", "RateLimitError"]),
]


@pytest.mark.parametrize(("before", "after"), ORDERS)
def test_order(before: list[str], after: list[str]) -> None:
    bodies = {"Timeout": "APITimeoutError"}
    old = "".join(f"# for {bodies.get(name, name)}\n" + _clause(f"openai.error.{name}") for name in before)
    found = migrated(_tried(old))
    assert isinstance(found, str)
    clauses = [line.removeprefix("except ").rstrip(":").removeprefix("openai.") for line in found.split("\n") if "except" in line]
    assert clauses == after
    for name in set(before) & set(after):
        assert f"# for {name}\nexcept openai.{name}:\n    pass\n" in found


OBSTACLES = [
    _tried(_clause("openai.error.InvalidAPIType")),
    _tried(_clause("openai.error.APIConnectionError") + _clause("(openai.error.Timeout, Exception)")),
    "import openai\nraise openai.error.RateLimitError('slow down')\n",
    "import openai\nraise openai.error.RateLimitError\n",
    "import openai\nclass Refused(openai.error.APIError):\n    pass\n",
    "import openai\nclass Refused(openai.error.OpenAIError):\n    pass\nraise Refused('x', http_status=401)\n",
    "import openai\nask.side_effect = openai.error.Timeout\n",
    "import openai\nask = Mock(side_effect=[openai.error.RateLimitError('x'), 1])\n",
    "import openai\nclasses = vars(openai.error)\n",
    "import openai\nopenai.error.RateLimitError = None\n",
    _tried(_clause("Exception", "print(type(e).__name__ == 'InvalidRequestError')", "e")),
    _tried(_clause("Exception", "print(type(e).__name__ == 'PermissionError')", "e")),
]


@pytest.mark.parametrize("text", OBSTACLES)
def test_what_is_left_alone(text: str) -> None:
    assert isinstance(migrated(text), list)


ELSEWHERE = [
    (
        "from openai.error import RateLimitError, Timeout\nRETRY = (RateLimitError, Timeout)\n",
        "from openai.error import RateLimitError, Timeout\nRETRY = (RateLimitError, APITimeoutError)\n",
    ),
    (
        "import openai.error as oe\n@backoff.on_exception(backoff.expo, oe.InvalidRequestError)\ndef ask(): ...\n",
        "import openai.error as oe\n"
        "@backoff.on_exception(backoff.expo, (openai.BadRequestError, openai.NotFoundError))\ndef ask(): ...\n",
    ),
    (
        "import openai\n@retry(retry=retry_if_exception_type((openai.error.APIError, openai.error.RateLimitError)))\ndef ask(): ...\n",
        "import openai\n@retry(retry=retry_if_exception_type((openai.InternalServerError, openai.RateLimitError)))\ndef ask(): ...\n",
    ),
    (
        "import openai\n@retry(retry=retry_if_exception_type(openai.error.APIError) | retry_if_exception_type(openai.error.Timeout))\n"
        "def ask(): ...\n",
        "import openai\n@retry(retry=retry_if_exception_type(openai.InternalServerError) | retry_if_exception_type(openai.APITimeoutError))\n"
        "def ask(): ...\n",
    ),
    (
        "import openai\ndef f(e: openai.error.InvalidRequestError) -> None:\n    raise openai.error.OpenAIError('no')\n",
        "import openai\ndef f(e: openai.APIStatusError) -> None:\n    raise openai.OpenAIError('no')\n",
    ),
    (
        "import openai\nclass Refused(openai.error.OpenAIError):\n    pass\nraise Refused('x')\n",
        "import openai\nclass Refused(openai.OpenAIError):\n    pass\nraise Refused('x')\n",
    ),
    (
        "import openai\nok = isinstance(e, openai.error.InvalidRequestError) or type(e) is openai.error.Timeout\n",
        "import openai\nok = isinstance(e, (openai.BadRequestError, openai.NotFoundError)) or type(e) is openai.APITimeoutError\n",
    ),
    (
        "import openai\nwith pytest.raises(openai.error.InvalidRequestError, match='x'):\n    ask()\n",
        "import openai\nwith pytest.raises((openai.BadRequestError, openai.NotFoundError), match='x'):\n    ask()\n",
    ),
    (
        "import openai\nfrom unittest import mock\n"
        "ask = mock.Mock(side_effect=[openai.error.RateLimitError('no'), openai.error.InvalidRequestError('x', None, http_status=404)])\n",
        "import openai\nfrom unittest import mock\n"
        "ask = mock.Mock(side_effect=["
        "openai.RateLimitError('no', response=mock.Mock(status_code=429, headers={}), body={'message': 'no'}), "
        "openai.NotFoundError('x', response=mock.Mock(status_code=404, headers={}), body={'message': 'x'})])\n",
    ),
    (
        "import openai\nwith pytest.raises(openai.error.RateLimitError) as info:\n    ask()\nassert info.value.http_status == 429\n",
        "import openai\nwith pytest.raises(openai.RateLimitError) as info:\n    ask()\nassert info.value.status_code == 429\n",
    ),
    # The program is for both.
    *[
        (text, text)
        for text in (
            "try:\n    from openai.error import Timeout\nexcept ImportError:\n    from openai import APITimeoutError as Timeout\n"
            "ERRORS = (Timeout,)\n",
            "import openai\nOLD = openai.error.Timeout if openai.__version__ < '1' else openai.APITimeoutError\n",
            "from openai import APIError, OpenAI\ntry:\n    OpenAI().models.list()\nexcept APIError:\n    pass\n",
            "import openai\nclient = openai.OpenAI(timeout=openai.Timeout(10))\n",
            "try:\n    open(x)\nexcept PermissionError:\n    pass\n",
        )
    ],
]


@pytest.mark.parametrize(("before", "after"), ELSEWHERE)
def test_elsewhere(before: str, after: str) -> None:
    assert migrated(before) == after


REFUSED = "openai.error.RateLimitError"
ATTRIBUTES = [
    # The service has answered.
    (REFUSED, "e.http_status == 429", "e.status_code == 429"),
    (REFUSED, "e.http_body", "e.response.text"),
    (REFUSED, "e.headers.get('Retry-After', 1)", "e.response.headers.get('Retry-After', 1)"),
    (REFUSED, "e.headers['x']", "e.response.headers['x']"),
    (REFUSED, "e.organization", "e.response.headers.get('openai-organization')"),
    (REFUSED, "e.user_message", "e.body['message']"),
    (REFUSED, "e._message", "e.body['message']"),
    (REFUSED, 'f"no: {e.user_message}"', "f\"no: {e.body['message']}\""),
    (REFUSED, "e.json_body['error']['message']", "e.body['message']"),
    (REFUSED, "e.json_body.get('error', {}).get('code')", "e.body.get('code')"),
    (REFUSED, "json.dumps(e.json_body)", "json.dumps({'error': e.body})"),
    (REFUSED, "e.json_body and e.json_body['error']", "e.body and e.body"),
    (REFUSED, "1 if e.json_body is not None else 2", "1 if e.body is not None else 2"),
    (REFUSED, "isinstance(e.json_body, dict)", "isinstance(e.body, dict)"),
    (REFUSED, "e.error.message", "e.body['message']"),
    (REFUSED, "e.error.code", "e.code"),
    (REFUSED, "e.error['type']", "e.body['type']"),
    (REFUSED, "e.error.get('type')", "e.body.get('type')"),
    (REFUSED, "e.construct_error_object().param", "e.param"),
    (REFUSED, "getattr(e, 'http_status', None)", "getattr(e, 'status_code', None)"),
    (REFUSED, "hasattr(e, 'http_status')", "hasattr(e, 'status_code')"),
    (REFUSED, "getattr(e, 'headers', {})", "e.response.headers"),
    (REFUSED, "e.code, e.request_id, e.args[0], str(e)", "e.code, e.request_id, e.args[0], str(e)"),
    ("openai.error.APIError", "e.user_message", "e.message"),
    ("openai.error.APIError", "e.http_status", "e.status_code"),
    # It may not have.
    ("openai.error.Timeout", "e.http_status", "getattr(e, 'status_code', None)"),
    ("openai.error.APIConnectionError", "e.user_message", "e.message"),
    ("openai.error.APIConnectionError", "e.request_id", "getattr(e, 'request_id', None)"),
    ("openai.error.OpenAIError", "e.user_message", "str(e)"),
    ("openai.error.OpenAIError", "e.code", "getattr(e, 'code', None)"),
    ("openai.error.OpenAIError", "e.http_body", "getattr(getattr(e, 'response', None), 'text', None)"),
    ("openai.error.OpenAIError", "e.json_body['error']", "getattr(e, 'body', None)"),
    ("(openai.error.RateLimitError, openai.error.Timeout)", "e.http_status", "getattr(e, 'status_code', None)"),
    ("Exception", "e.http_status", "getattr(e, 'status_code', None)"),
    ("Exception", "hasattr(e, 'http_status') and e.http_status", "hasattr(e, 'status_code') and getattr(e, 'status_code', None)"),
    (
        "Exception",
        "isinstance(e, openai.error.RateLimitError) and e.http_status",
        "isinstance(e, openai.RateLimitError) and e.status_code",
    ),
    ("Exception", "e.code", "e.code"),
    ("Exception", "type(e).__name__ == 'Timeout'", "type(e).__name__ == 'APITimeoutError'"),
    ("Exception", "type(e).__name__ == 'RateLimitError'", "type(e).__name__ == 'RateLimitError'"),
    (
        "Exception",
        "e.__class__.__name__ in ('APIError', 'InvalidRequestError')",
        "e.__class__.__name__ in ('InternalServerError', 'BadRequestError', 'NotFoundError')",
    ),
    ("KeyError", "e.headers", "e.headers"),
    ("ValueError", "other.headers", "other.headers"),
    (REFUSED, "e.should_retry", None),
    ("Exception", "e.headers", None),
]


@pytest.mark.parametrize(("types", "before", "after"), ATTRIBUTES)
def test_attributes(types: str, before: str, after: str | None) -> None:
    names = dict(CLAUSES) | {
        "(openai.error.RateLimitError, openai.error.Timeout)": "(openai.RateLimitError, openai.APITimeoutError)"
    }
    names["openai.error.APIConnectionError"] = "openai.APIConnectionError"
    found = migrated(_tried(_clause(types, f"print({before}, 'x')", "e")))
    if after is None:
        assert isinstance(found, list)
    else:
        assert found == _tried(_clause(names.get(types, types), f"print({after}, 'x')", "e"))


FOLLOWED = [
    ("    last = e\n    print(last.http_status)\n", "    last = e\n    print(last.status_code)\n"),
    (
        "    tell(e)\ndef tell(problem):\n    print(problem.http_status)\n",
        "    tell(e)\ndef tell(problem):\n    print(problem.status_code)\n",
    ),
]


@pytest.mark.parametrize(("before", "after"), FOLLOWED)
def test_errors_are_followed(before: str, after: str) -> None:
    clause = "except openai.error.RateLimitError as e:\n"
    assert migrated(_tried(clause + before)) == _tried(clause.replace("error.", "") + after)


def test_an_error_that_nobody_hands_over_is_not_followed() -> None:
    program = "import openai\nopenai.ChatCompletion.create()\ndef tell(problem):\n    print(problem.http_status)\n"
    assert isinstance(migrated(program), list)


TOGETHER = [
    (
        "except openai.error.ServiceUnavailableError as e:\n    # try later\n    print(\n        e.http_status,\n    )\n"
        "# rare\nexcept openai.error.APIError as e:\n    raise\n",
        "except openai.InternalServerError as e:\n    if e.status_code == 503:\n        # try later\n        print(\n"
        "            e.status_code,\n        )\n    # rare\n    else:\n        raise\n",
    ),
    (
        "except openai.error.APIError:\n    raise\nexcept openai.error.RateLimitError:\n    pass\n"
        "except openai.error.ServiceUnavailableError as e:\n    print(e.user_message)\nexcept ValueError:\n    pass\n",
        "except openai.InternalServerError as e:\n    if e.status_code != 503:\n        raise\n    else:\n        print(e.message)\n"
        "except openai.RateLimitError:\n    pass\nexcept ValueError:\n    pass\n",
    ),
    (
        "except openai.error.APIError:\n    pass\nexcept openai.error.ServiceUnavailableError:\n    pass\nexcept OSError:\n    pass\n",
        "except openai.InternalServerError:\n    pass\nexcept OSError:\n    pass\n",
    ),
    (
        "except openai.error.APIError:\n    pass\nexcept openai.error.ServiceUnavailableError:\n    raise",
        "except openai.InternalServerError as error:\n    if error.status_code != 503:\n        pass\n    else:\n        raise",
    ),
    (
        "except openai.error.APIConnectionError:\n    pass\n# late\nexcept openai.error.Timeout as e:\n    print(e.http_status)",
        '# late\nexcept openai.APITimeoutError as e:\n    print(getattr(e, "status_code", None))\n'
        "except openai.APIConnectionError:\n    pass",
    ),
    (
        "except Exception as e:\n    if isinstance(e, openai.error.ServiceUnavailableError):\n        pass\n"
        "    elif isinstance(e, openai.error.APIConnectionError) or isinstance(e, openai.error.APIError):\n        raise\n"
        "    elif isinstance(e, openai.error.Timeout):\n        pass\n",
        "except Exception as e:\n    if isinstance(e, openai.InternalServerError) and e.status_code == 503:\n        pass\n"
        "    elif (isinstance(e, openai.APIConnectionError) and not isinstance(e, openai.APITimeoutError))"
        " or (isinstance(e, openai.InternalServerError) and e.status_code != 503):\n        raise\n"
        "    elif isinstance(e, openai.APITimeoutError):\n        pass\n",
    ),
]


@pytest.mark.parametrize(("before", "after"), TOGETHER)
def test_what_is_one_class_since_1(before: str, after: str) -> None:
    assert migrated(_tried(before)) == _tried(after)
