"""The harness of the proofs, proved itself: what it reports is what happened."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from textwrap import dedent
from typing import Literal

import pytest

from tests.proofs import environments
from tests.proofs.environments import NAMES, Environment
from tests.proofs.running import CAN_FORK, run
from tests.proofs.server import Failure, Server, fingerprint, fresh_key

SINCE_1 = ("3", "2", "1")
in_every_environment = pytest.mark.parametrize("environment", NAMES, indirect=True)
since_1 = pytest.mark.parametrize("environment", SINCE_1, indirect=True)
in_the_newest = pytest.mark.parametrize("environment", ["3"], indirect=True)

IMPORT = "import openai\n"


def ask(environment: Environment) -> str:
    """An expression that sends one request."""
    call = "openai.ChatCompletion.create" if environment.name == "0" else "openai.OpenAI().chat.completions.create"
    return f"{call}(model='gpt-4o-mini', messages=[{{'role': 'user', 'content': 'Hi'}}])"


def authentication_error(environment: Environment) -> str:
    return "openai.error.AuthenticationError" if environment.name == "0" else "openai.AuthenticationError"


@in_every_environment
def test_each_environment_holds_the_sdk_it_is_named_after(environment: Environment) -> None:
    major = environment.openai_version.split(".")[0]
    assert major == environment.name or (environment.name == "3" and int(major) > 3)
    with Server() as server:
        outcome = run("import openai; print(openai.VERSION)", environment, server=server)
    assert outcome.stdout.strip() == environment.openai_version


@in_every_environment
def test_a_good_key_works(environment: Environment) -> None:
    program = f"{IMPORT}reply = {ask(environment)}\nprint(reply.choices[0].message.content)"
    with Server() as server:
        outcome = run(program, environment, server=server)
    assert outcome.worked, outcome.stderr
    assert (outcome.requests, outcome.raised, outcome.stdout) == (1, None, "Hello.\n")
    assert outcome.sent[0].key == fingerprint(server.key)
    assert outcome.sent[0].path == "/v1/chat/completions"


@in_every_environment
def test_a_wrong_key_is_refused_once(environment: Environment) -> None:
    with Server() as server:
        outcome = run(IMPORT + ask(environment), environment, server=server, key="wrong")
    assert (outcome.status, outcome.requests, outcome.raised) == (1, 1, authentication_error(environment))
    assert outcome.uncaught
    assert "Incorrect API key provided" in outcome.uncaught.message


@pytest.mark.skipif(not CAN_FORK, reason="there are no forks on this system")
@in_every_environment
@pytest.mark.parametrize("key", ["good", "wrong", None])
def test_a_fork_ends_as_a_new_process_does(environment: Environment, key: Literal["good", "wrong"] | None) -> None:
    program = f"import sys\n{IMPORT}print(sys.argv, __name__, input())\n{ask(environment)}\nsys.exit(3)"
    outcomes = []
    for fork in (True, False):
        with Server() as server:
            outcome = run(program, environment, server=server, key=key, stdin="typed\n", fork=fork)
        statuses = [request.status for request in outcome.sent]
        outcomes.append((outcome.status, outcome.uncaught, outcome.stdout, statuses, outcome.endless, outcome.timed_out))
    assert outcomes[0] == outcomes[1]


@since_1
def test_without_a_key_no_client_can_be_built(environment: Environment) -> None:
    with Server() as server:
        outcome = run("import openai; openai.OpenAI()", environment, server=server, key=None)
    assert (outcome.requests, outcome.raised) == (0, "openai.OpenAIError")


@pytest.mark.parametrize("environment", ["0"], indirect=True)
def test_without_a_key_the_old_sdk_sends_nothing(environment: Environment) -> None:
    with Server() as server:
        outcome = run(IMPORT + ask(environment), environment, server=server, key=None)
    assert (outcome.requests, outcome.raised) == (0, "openai.error.AuthenticationError")


@in_every_environment
def test_a_program_that_never_stops_asking_is_stopped(environment: Environment) -> None:
    program = dedent(f"""\
        import time
        import openai
        while True:
            try:
                {ask(environment)}
                break
            except Exception:
                print('again', flush=True)
                time.sleep(3600)
        """)
    with Server(limit=5) as server:
        outcome = run(program, environment, server=server, key="wrong")
    assert (outcome.endless, outcome.status, outcome.requests) == (True, None, 6)
    assert outcome.stdout == "again\n" * 5


@in_every_environment
def test_the_sdk_itself_retries_a_429(environment: Environment) -> None:
    with Server(failure=Failure(429, times=10)) as server:
        outcome = run(IMPORT + ask(environment), environment, server=server)
    name = "openai.error.RateLimitError" if environment.name == "0" else "openai.RateLimitError"
    assert (outcome.raised, outcome.requests) == (name, 1 if environment.name == "0" else 3)


@since_1
def test_a_failure_can_pass(environment: Environment) -> None:
    with Server(failure=Failure(500, times=2)) as server:
        outcome = run(IMPORT + ask(environment), environment, server=server)
    assert outcome.worked
    assert [request.status for request in outcome.sent] == [500, 500, 200]


TENACITY = """\
import tenacity
@tenacity.retry(wait=tenacity.wait_fixed(600), stop=tenacity.stop_after_attempt(4))
"""
BACKOFF = """\
import backoff
@backoff.on_exception(backoff.constant, Exception, interval=600, max_tries=4)
"""
ANYIO = """\
import anyio, asyncio
asyncio.run(anyio.sleep(600))
asyncio.run(asyncio.sleep(600))
"""


@in_every_environment
@pytest.mark.parametrize("decorator", [TENACITY, BACKOFF], ids=["tenacity", "backoff"])
def test_waiting_takes_no_time(environment: Environment, decorator: str) -> None:
    program = f"{IMPORT}{decorator}def f():\n    {ask(environment)}\nf()"
    with Server() as server:
        outcome = run(program, environment, server=server, key="wrong", timeout=20)
    assert (outcome.status, outcome.requests, outcome.timed_out) == (1, 4, False)
    assert outcome.uncaught
    assert authentication_error(environment) in (outcome.uncaught.type, *outcome.uncaught.behind)


@since_1
def test_waiting_takes_no_time_in_asynchronous_code_either(environment: Environment) -> None:
    with Server() as server:
        outcome = run(ANYIO, environment, server=server, timeout=20)
    assert outcome.worked, outcome.stderr


@in_the_newest
def test_a_program_that_hangs_is_stopped(environment: Environment) -> None:
    with Server() as server:
        outcome = run("print('in')\nwhile True: pass", environment, server=server, timeout=1)
    assert (outcome.timed_out, outcome.endless, outcome.status, outcome.stdout) == (True, False, None, "in\n")


@in_the_newest
def test_no_request_leaves_the_machine(environment: Environment) -> None:
    program = dedent("""\
        import openai, socket
        try:
            openai.OpenAI(base_url='https://api.openai.com/v1').models.list()
        except openai.APIConnectionError:
            print('refused')
        try:
            socket.create_connection(('192.0.2.1', 443))
        except OSError:
            print('refused')
        """)
    with Server() as server:
        outcome = run(program, environment, server=server)
    assert outcome.stdout == "refused\nrefused\n", outcome.stderr


@in_the_newest
def test_a_program_sees_nothing_of_our_environment(environment: Environment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_ORG_ID", "org-of-the-tester")
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
    program = dedent("""\
        import os
        print(sorted(name for name in os.environ if 'OPENAI' in name or 'PYTHON' in name))
        print(os.listdir(os.path.expanduser('~')))
        """)
    with Server() as server:
        outcome = run(program, environment, server=server)
    assert outcome.stdout.splitlines() == ["['OPENAI_API_KEY', 'OPENAI_BASE_URL']", "['program.py']"]


@in_the_newest
def test_files_variables_and_standard_input_are_given(environment: Environment) -> None:
    program = dedent("""\
        import os
        from dotenv import load_dotenv
        import helper
        load_dotenv()
        print(os.environ['OPENAI_API_KEY'], os.environ['MODEL'], helper.NAME, input(), __file__, __name__)
        """)
    with Server() as server:
        outcome = run(
            program,
            environment,
            server=server,
            key=None,
            files={".env": "OPENAI_API_KEY=from-the-file\n", "helper.py": "NAME = 'helped'\n"},
            environ={"MODEL": "m"},
            stdin="typed\n",
        )
    assert outcome.stdout == "from-the-file m helped typed program.py __main__\n", outcome.stderr


@in_the_newest
def test_notebook_cells_share_one_namespace(environment: Environment) -> None:
    cells = [
        "import openai\nclient = openai.AsyncOpenAI()",
        "page = await client.models.list()",
        "print(len(page.data))",
        "1 / 0",
    ]
    with Server() as server:
        outcome = run(cells, environment, server=server)
    assert (outcome.stdout, outcome.requests, outcome.raised) == ("2\n", 1, "ZeroDivisionError")
    assert "<cell 4>" in outcome.stderr


@in_the_newest
def test_an_exit_status_is_no_exception(environment: Environment) -> None:
    with Server() as server:
        outcome = run("import sys; sys.exit(3)", environment, server=server)
    assert (outcome.status, outcome.uncaught) == (3, None)


@in_the_newest
def test_what_lies_behind_an_exception_is_told(environment: Environment) -> None:
    program = "try:\n    {}['a']\nexcept KeyError:\n    import nowhere.at_all"
    with Server() as server:
        outcome = run(program, environment, server=server)
    assert outcome.uncaught
    assert (outcome.uncaught.type, outcome.uncaught.behind) == ("ModuleNotFoundError", ("KeyError",))
    assert outcome.uncaught.bases == ("ImportError", "Exception", "BaseException")


@in_the_newest
def test_a_program_that_does_not_compile(environment: Environment) -> None:
    with Server() as server:
        outcome = run("def", environment, server=server)
    assert (outcome.raised, outcome.status) == ("SyntaxError", 1)


@in_the_newest
def test_the_server_never_keeps_a_key(environment: Environment) -> None:
    key = fresh_key()
    with Server([key]) as server:
        outcome = run("import openai; openai.OpenAI().models.list()", environment, server=server)
    assert outcome.worked
    assert key not in repr(server.requests)


EVERYTHING = """\
import io, openai
client = openai.OpenAI()
messages = [{"role": "user", "content": "Hi"}]
chunks = client.chat.completions.create(model="m", messages=messages, stream=True)
print("".join(chunk.choices[0].delta.content or "" for chunk in chunks))
print(client.completions.create(model="m", prompt="Hi").choices[0].text)
print(len(client.embeddings.create(model="m", input=["a", "b"]).data))
print(client.models.retrieve("gpt-4o").id, len(client.models.list().data))
print(client.images.generate(model="m", prompt="p").data[0].url is not None)
print(client.moderations.create(input="a").results[0].flagged)
print(len(client.files.list().data))
print(client.audio.transcriptions.create(model="m", file=("a.wav", io.BytesIO(b"RIFF"))).text)
if hasattr(client, "responses"):
    print(client.responses.create(model="m", input="Hi").output_text)
    print([event.type for event in client.responses.create(model="m", input="Hi", stream=True)][-1])
try:
    client.get("/nowhere", cast_to=object)
except openai.NotFoundError as error:
    print(error.status_code)
"""


@since_1
def test_the_server_speaks_the_api(environment: Environment) -> None:
    with Server(limit=99) as server:
        outcome = run(EVERYTHING, environment, server=server)
    said = ["Hello.", "Hello.", "2", "gpt-4o 2", "True", "False", "0", "Hello.", "Hello.", "response.completed", "404"]
    assert outcome.stdout.splitlines() == said, outcome.stderr


def test_an_environment_that_cannot_be_made_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(environments.OPENAI, "3", "openai-of-no-index @ file:///nowhere/at/all.whl")
    with pytest.raises(environments.EnvironmentUnavailable, match="--without-proofs") as caught:
        environments._ready("3", tmp_path)
    assert "nowhere" in str(caught.value)
    assert not list(tmp_path.glob("*.json"))


def test_a_complete_environment_is_used_until_it_is_old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    built: list[float] = []

    def pretend(name: str, base: Path, requirements: list[str]) -> environments._Stamp:
        if len(built) == 2:
            raise environments.EnvironmentUnavailable("no index")
        built.append(time.time())
        python = base.parent / "made" / environments._PYTHON
        python.parent.mkdir(parents=True, exist_ok=True)
        python.touch()
        stamp = environments._Stamp(requirements, sys.version, time.time(), "made", {"openai": f"3.{len(built)}"})
        environments._write_stamp(base, stamp)
        return stamp

    monkeypatch.setattr(environments, "_make", pretend)
    assert environments._ready("3", tmp_path).openai_version == "3.1"
    assert environments._ready("3", tmp_path).openai_version == "3.1"
    monkeypatch.setattr(environments, "MAX_AGE_SECONDS", -1)
    assert environments._ready("3", tmp_path).openai_version == "3.2"
    with pytest.warns(UserWarning, match="no index"):
        assert environments._ready("3", tmp_path).openai_version == "3.2"
    monkeypatch.setenv("CI", "true")
    with pytest.raises(environments.EnvironmentUnavailable):
        environments._ready("3", tmp_path)
