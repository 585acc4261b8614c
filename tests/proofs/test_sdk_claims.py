"""What the pages of the rules say of the SDK in passing, measured again on the real packages.

The examples of the pages are proved in `test_rules.py`; here stands what they rest on.
"""

from __future__ import annotations

import ast

import pytest

from oaklint.sdk.clients import CREDENTIAL_ATTRIBUTES
from oaklint.sdk.exceptions import AUTHENTICATION_TEXTS, DEFAULT_MAX_RETRIES, ERROR_ATTRIBUTES
from tests.proofs.environments import NAMES, Environment
from tests.proofs.running import Outcome, run
from tests.proofs.server import Failure, Server

SINCE_1 = ("3", "2", "1")
REFUSED = "openai.AuthenticationError"
since_1 = pytest.mark.parametrize("environment", SINCE_1, indirect=True)


def after_client(change: str) -> str:
    return f"import os, openai\nclient = openai.OpenAI()\n{change}\nclient.models.list()"


@since_1
@pytest.mark.parametrize(
    "change",
    [
        "os.environ['OPENAI_API_KEY'] = 'another'",
        "del os.environ['OPENAI_API_KEY']",
        "openai.api_key = 'another'",
        "openai.OpenAI.api_key = 'another'",
        "client.with_options(api_key='another')",
    ],
)
def test_a_client_keeps_the_key_it_was_built_with(environment: Environment, change: str) -> None:
    with Server() as server:
        outcome = run(after_client(change), environment, server=server)
    assert outcome.worked, outcome.stderr
    assert outcome.requests == 1


@since_1
def test_a_client_can_be_given_another_key(environment: Environment) -> None:
    with Server() as server:
        outcome = run(after_client("client.api_key = 'another'"), environment, server=server)
    assert outcome.raised == REFUSED


@since_1
@pytest.mark.parametrize("change", ["os.putenv('OPENAI_API_KEY', 'a-key')", "os.system('export OPENAI_API_KEY=a-key')"])
def test_only_os_environ_is_read(environment: Environment, change: str) -> None:
    with Server() as server:
        outcome = run(f"import os, openai\n{change}\nopenai.OpenAI()", environment, server=server, key=None)
    assert outcome.raised == "openai.OpenAIError"


HOLDING = [(name, each) for name in SINCE_1 for each in sorted(CREDENTIAL_ATTRIBUTES) if (name, each) != ("1", "admin_api_key")]


@pytest.mark.parametrize(("environment", "attribute"), HOLDING, indirect=["environment"])
def test_a_client_has_its_key_as_text(environment: Environment, attribute: str) -> None:
    told = "admin_api_key='sk-it'" if attribute == "admin_api_key" else "api_key='sk-it'"
    with Server() as server:
        outcome = run(f"import openai\nprint(openai.OpenAI({told}).{attribute})", environment, server=server, key=None)
    assert "sk-it" in outcome.stdout


@since_1
@pytest.mark.parametrize(
    ("shown", "has_key"),
    [
        ("e.request.headers['authorization']", True),
        ("e.response.request.headers.get('Authorization')", True),
        ("dict(e.request.headers)", True),
        ("e.request.headers", False),
        ("e", False),
    ],
)
def test_an_error_has_the_key_in_the_headers_of_its_request(environment: Environment, shown: str, has_key: bool) -> None:
    program = f"import openai\ntry:\n    openai.OpenAI(api_key='sk-it').models.list()\nexcept openai.AuthenticationError as e:\n    print({shown})"
    with Server() as server:
        outcome = run(program, environment, server=server)
    assert ("sk-it" in outcome.stdout) is has_key


@pytest.mark.parametrize("environment", ["0"], indirect=True)
def test_the_old_sdk_reads_the_environment_when_it_is_imported(environment: Environment) -> None:
    program = "import os, openai\nos.environ['OPENAI_API_KEY'] = 'another'\nopenai.Model.list()"
    with Server() as server:
        outcome = run(program, environment, server=server)
    assert outcome.worked, outcome.stderr


@since_1
def test_the_module_client_reads_the_environment_at_its_first_use(environment: Environment) -> None:
    program = (
        "import os, openai\nkey = os.environ.pop('OPENAI_API_KEY')\nfirst = openai.api_key\nos.environ['OPENAI_API_KEY'] = key\n"
    )
    with Server() as server:
        outcome = run(f"{program}openai.models.list()\nprint(first)", environment, server=server)
    assert (outcome.stdout, outcome.requests) == ("None\n", 1), outcome.stderr


@pytest.mark.parametrize("environment", NAMES, indirect=True)
def test_where_authentication_error_stands_in_the_tree(environment: Environment) -> None:
    outcome = refused(environment)
    assert outcome.uncaught
    since_0 = ("openai.error.OpenAIError", "Exception", "BaseException")
    now = ("openai.APIStatusError", "openai.APIError", "openai.OpenAIError", "Exception", "BaseException")
    assert outcome.uncaught.bases == (since_0 if environment.name == "0" else now)


@since_1
def test_what_the_text_of_a_refusal_holds(environment: Environment) -> None:
    """Since 3.38.0 it is the message alone, and no longer the code."""
    outcome = refused(environment)
    assert outcome.uncaught
    version = tuple(map(int, environment.openai_version.split(".")[:2]))
    assert outcome.uncaught.message.startswith("Error code: 401 - ")
    assert ("invalid_api_key" in outcome.uncaught.message) == (version < (3, 38))


def refused(environment: Environment) -> Outcome:
    ask = "openai.Model.list()" if environment.name == "0" else "openai.OpenAI().models.list()"
    with Server() as server:
        return run(f"import openai\n{ask}", environment, server=server, key="wrong")


@since_1
def test_what_an_authentication_error_tells(environment: Environment) -> None:
    program = """\
import openai
try:
    openai.OpenAI().models.list()
except openai.AuthenticationError as error:
    print([error.status_code, error.code, error.type, error.request_id, error.body["code"]])
    gone = ["http_status", "http_body", "json_body", "headers", "user_message", "error", "organization", "error_type"]
    print([name for name in gone if hasattr(error, name)])
"""
    with Server() as server:
        outcome = run(program, environment, server=server, key="wrong")
    kept, gone = map(ast.literal_eval, outcome.stdout.splitlines())
    assert kept == [401, "invalid_api_key", "invalid_request_error", "req_proof", "invalid_api_key"]
    assert gone == []


@pytest.mark.parametrize("environment", NAMES, indirect=True)
def test_all_that_an_authentication_error_has(environment: Environment) -> None:
    ask = "openai.Model.list()" if environment.name == "0" else "openai.OpenAI().models.list()"
    program = f"""\
import openai
try:
    {ask}
except Exception as error:
    print([name for name in dir(error) if not hasattr(Exception, name) and not name.startswith("__")])
"""
    with Server() as server:
        outcome = run(program, environment, server=server, key="wrong")
    assert set(ast.literal_eval(outcome.stdout)) == ERROR_ATTRIBUTES[int(environment.name)]


@since_1
@pytest.mark.parametrize(
    ("call", "requests"),
    [
        ("return ask()", 1),
        ("return client.models.retrieve('m')", 1),
        ("return asyncio.create_task(ask())", 1),
        ("return await ask()", 3),
        ("return await asyncio.gather(ask())", 3),
    ],
)
def test_a_coroutine_raises_where_it_is_awaited(environment: Environment, call: str, requests: int) -> None:
    """A loop around what only makes it sees no error."""
    program = f"""\
import asyncio, inspect, openai
client = openai.AsyncOpenAI()
async def ask():
    return await client.models.retrieve("m")
async def loop():
    for attempt in range(3):
        try:
            {call}
        except openai.AuthenticationError:
            if attempt == 2:
                raise
async def main():
    made = await loop()
    if inspect.isawaitable(made):
        await made
asyncio.run(main())
"""
    with Server() as server:
        outcome = run(program, environment, server=server, key="wrong")
    assert (outcome.raised, outcome.requests) == (REFUSED, requests), outcome.stderr


@pytest.mark.parametrize("environment", NAMES, indirect=True)
@pytest.mark.parametrize(("status", "since_1"), [(401, 1), (403, 1), (404, 1), (429, 3), (500, 3)])
def test_what_the_sdk_retries_by_itself(environment: Environment, status: int, since_1: int) -> None:
    ask = "openai.Model.list()" if environment.name == "0" else "openai.OpenAI().models.list()"
    with Server(failure=Failure(status, times=9)) as server:
        outcome = run(f"import openai\n{ask}", environment, server=server)
    assert outcome.status == 1
    assert outcome.requests == (1 if environment.name == "0" else since_1)


@since_1
def test_a_loop_around_the_sdk_multiplies_its_retries(environment: Environment) -> None:
    program = """\
import openai
client = openai.OpenAI()
for attempt in range(3):
    try:
        client.models.list()
    except openai.RateLimitError:
        pass
"""
    with Server(failure=Failure(429, times=99)) as server:
        outcome = run(program, environment, server=server)
    assert outcome.requests == 9


@since_1
def test_the_fallback_sends_the_openai_key_to_another_host(environment: Environment) -> None:
    program = "import os, openai\nopenai.OpenAI(base_url=os.environ['OTHER'], api_key=os.getenv('OTHER_KEY')).models.list()"
    with Server() as openai, Server([openai.key]) as other:
        outcome = run(program, environment, server=openai, environ={"OTHER": other.url})
    assert outcome.worked, outcome.stderr
    assert (len(openai.requests), len(other.requests)) == (0, 1)


@since_1
@pytest.mark.parametrize(
    ("program", "raised"),
    [
        ("openai.OpenAI().ChatCompletion.create()", "AttributeError"),
        ("openai.OpenAI.ChatCompletion", "AttributeError"),
        ("openai.embeddings_utils", "AttributeError"),
        ("openai.error", "AttributeError"),
        ("from openai import error", "ImportError"),
        ("from openai import InvalidRequestError", "ImportError"),
        ("import openai.error", "ModuleNotFoundError"),
        ("openai.Completion()", "openai.lib._old_api.APIRemovedInV1"),
    ],
)
def test_what_is_gone_and_how_that_shows(environment: Environment, program: str, raised: str) -> None:
    with Server() as server:
        outcome = run(f"import openai\n{program}", environment, server=server)
    assert outcome.raised == raised, outcome.stderr
    assert outcome.requests == 0


@since_1
def test_the_old_classes_are_there_to_be_asked_for(environment: Environment) -> None:
    with Server() as server:
        outcome = run("import openai\nprint(hasattr(openai, 'ChatCompletion'))", environment, server=server)
    assert outcome.stdout == "True\n"


# The release whose text an environment's release still has.
TEXT_OF = {"0": "0.28.1", "1": "1.0.0", "2": "1.0.0", "3": "3.38.0"}


@pytest.mark.parametrize("environment", NAMES, indirect=True)
def test_the_text_of_a_refusal(environment: Environment) -> None:
    ask = "openai.Model.list()" if environment.name == "0" else "openai.OpenAI().models.list()"
    program = f"import openai\ntry:\n    {ask}\nexcept Exception as error:\n    print(error)"
    with Server() as server:
        outcome = run(program, environment, server=server, key="wrong")
    beginning, dots, end = AUTHENTICATION_TEXTS[TEXT_OF[environment.name]].partition("...")
    assert dots
    assert outcome.stdout.startswith(beginning)
    assert outcome.stdout.rstrip("\n").endswith(end)
    assert ("invalid_api_key" in outcome.stdout) == ("invalid_api_key" in end)


@since_1
@pytest.mark.parametrize(("arguments", "requests"), [("", 1 + DEFAULT_MAX_RETRIES), ("max_retries=0", 1), ("max_retries=4", 5)])
def test_the_sdk_retries_by_itself(environment: Environment, arguments: str, requests: int) -> None:
    for client in (f"openai.OpenAI({arguments})", f"openai.OpenAI().with_options({arguments})"):
        with Server(failure=Failure(429, times=12)) as server:
            outcome = run(f"import openai\n{client}.models.list()", environment, server=server)
        assert outcome.raised == "openai.RateLimitError"
        assert outcome.requests == requests
