"""What the fixes make of programs works on the real SDKs: a wrong key costs one request and is told, the right key is sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import pytest

from oaklint.engine import Settings, check, fix
from tests.keys import plant
from tests.proofs.environments import Environment
from tests.proofs.running import run
from tests.proofs.server import Failure, Server, fingerprint
from tests.proofs.test_rules import BEFORE_1, EVERYWHERE, KEY_FILE, REFUSED, REFUSED_BEFORE_1, SINCE_1, page_of

DOTENV = "OPENAI_API_KEY={good}\n"


@dataclass(frozen=True)
class Program:
    """A program with findings, all of which `--unsafe-fixes` repairs.

    key:   what OPENAI_API_KEY holds when it starts. With the wrong one it must end with AuthenticationError after one request,
           unless it `works`: then the key is set on the way, and each request carries that; so it is with the good one. Without
           one it sends none.
    says:  what it writes in the end. retries: whether what is worth retrying is still retried: here, two answers of 429.
    """

    name: str
    text: str
    on: tuple[str, ...] = SINCE_1
    key: Literal["good", "wrong"] | None = "wrong"
    works: bool = False
    says: str = ""
    retries: bool = False
    files: dict[str, str] = field(default_factory=dict)


PROGRAMS = (
    Program("page-101", page_of("OAK101").example, key="good", works=True),
    Program("page-102", page_of("OAK102").example, key="good", works=True),
    Program(
        "key-in-pieces",
        """\
from openai import OpenAI

PARTS = (
    "<key:openai-project[:40]>"
    "<key:openai-project[40:]>"
)
client = OpenAI(api_key=PARTS)
client.models.list()
""",
        key="good",
        works=True,
    ),
    Program(
        "key-in-a-header",
        """\
import json

from openai import OpenAI

client = OpenAI(api_key="<key:credential>", default_headers={"Authorization": "Bearer <key:openai-user>"})
client.models.list()
print(json.dumps({}))
""",
        key="good",
        works=True,
    ),
    Program(
        "key-as-a-default",
        """\
from os import getenv

from openai import OpenAI


def ask(key=getenv("TEAM_KEY") or "<key:openai-user>"):
    return OpenAI(api_key=key).models.list()


ask()
""",
        works=True,
    ),
    Program(
        "key-of-the-module",
        """\
import openai

openai.api_key = "<key:openai-user>"
openai.Model.list()
""",
        on=BEFORE_1,
        key="good",
        works=True,
    ),
    Program("page-301", page_of("OAK301").example, works=True),
    Program("page-302", page_of("OAK302").example, works=True),
    Program("page-303", page_of("OAK303").example),
    Program("page-304", page_of("OAK304").example, works=True, files=KEY_FILE),
    Program("page-306", page_of("OAK306").example, works=True),
    Program("page-401", page_of("OAK401").example, retries=True),
    Program("page-402", page_of("OAK402").example, retries=True),
    Program("page-403", page_of("OAK403").example, key=None, says="Please set OPENAI_API_KEY."),
    Program(
        "missing-key-by-the-name-of-the-module",
        """\
import os

import openai as sdk

try:
    client = sdk.AsyncOpenAI(api_key=os.getenv("NO_SUCH_KEY"))
except (sdk.AuthenticationError, sdk.RateLimitError) as error:
    print("no key:", type(error).__name__)
""",
        key=None,
        says="no key: OpenAIError",
    ),
    Program("page-404", page_of("OAK404").example, says="The key is wrong."),
    Program("page-406", page_of("OAK406").example, says="The key is wrong."),
    Program(
        "handed-back",
        """\
from openai import APIError, OpenAI

client = OpenAI()


def ask(prompt):
    try:
        return client.models.retrieve(prompt)
    except APIError as error:
        print("failed:", type(error).__name__)
        return None


def until_there_is_an_answer(prompt):
    while True:
        answer = ask(prompt)
        if answer is not None:
            return answer


until_there_is_an_answer("gpt-4o")
""",
        retries=True,
    ),
    Program(
        "run-again-for-a-result",
        """\
from openai import APIError, OpenAI
from tenacity import retry, retry_if_result, stop_after_attempt, wait_none

client = OpenAI()


@retry(retry=retry_if_result(lambda answer: answer is None), stop=stop_after_attempt(4), wait=wait_none())
def ask(prompt):
    try:
        return client.models.retrieve(prompt)
    except APIError as error:
        print("failed:", type(error).__name__)
        return None


ask("gpt-4o")
""",
        retries=True,
    ),
    Program(
        "run-again-for-nothing",
        """\
import backoff
from openai import OpenAI

client = OpenAI(max_retries=0)


@backoff.on_predicate(backoff.constant, max_tries=4, interval=0)
def ask(prompt):
    try:
        return client.models.retrieve(prompt)
    except Exception as error:
        print("failed:", type(error).__name__)


print(ask("gpt-4o"))
""",
        retries=True,
    ),
    Program(
        "template",
        """\
import openai


class Patient:
    def ask(self):
        for attempt in range(4):
            try:
                return self.request()
            except Exception as error:
                print("attempt", attempt, type(error).__name__)
        raise RuntimeError("no answer")

    def request(self):
        raise NotImplementedError


class Models(Patient):
    def __init__(self):
        self.client = openai.OpenAI()

    def request(self):
        return self.client.models.list()


Models().ask()
""",
        retries=True,
    ),
    Program(
        "kept-copy",
        """\
import os

import openai

client = openai.OpenAI()
client.with_options(
    api_key=os.environ["TEAM_KEY"],
)
client.models.list()
""",
        works=True,
    ),
    Program(
        "putenv-and-a-keyword",
        """\
from os import environ, putenv as put

from openai import OpenAI

put("OPENAI_API_KEY", environ["TEAM_KEY"])
environ.update(OPENAI_ORGANIZATION="org-1", OPENAI_MODEL="gpt-5")
client = OpenAI()
assert client.organization == "org-1"
client.models.list()
""",
        works=True,
    ),
    Program(
        "texts-in-a-condition",
        """\
from openai import APIError, OpenAI

REFUSALS = "401", "invalid_api_key"
client = OpenAI(max_retries=0)
for attempt in range(3):
    try:
        client.models.list()
        break
    except APIError as e:
        if not any(word in str(e) for word in REFUSALS) and "unauthorized" not in str(e).lower():
            continue
        print("The key is wrong.")
        break
""",
        says="The key is wrong.",
        retries=True,
    ),
    Program(
        "text-on-0",
        """\
import openai

try:
    openai.Model.list()
except Exception as error:
    print("refused" if "invalid_api_key" in str(error) else "failed")
""",
        on=BEFORE_1,
        says="refused",
    ),
    Program(
        "names-of-their-own",
        """\
from openai import OpenAI as Client, APIError as Failed

client = Client(max_retries=0)


def ask():
    for attempt in range(4):
        try:
            return client.models.list()
        # the service is slow today
        except Failed: print("again")
    raise RuntimeError


ask()
""",
        retries=True,
    ),
    Program(
        "nested",
        """\
import openai

client = openai.OpenAI(max_retries=0)


def ask():
    attempt = 0
    while attempt < 5:
        try:
            try:
                return client.models.list()
            except openai.APIStatusError:
                attempt += 1
        except Exception:
            attempt += 2


ask()
""",
        retries=True,
    ),
    Program(
        "async-in-a-method",
        """\
import asyncio


class Bot:
\tdef __init__(self):
\t\tfrom openai import AsyncOpenAI

\t\tself.client = AsyncOpenAI(max_retries=0)

\tasync def ask(self, attempts=3):
\t\timport openai

\t\ttry:
\t\t\treturn await self.client.models.list()
\t\texcept openai.APIError as error:
\t\t\tif not attempts:
\t\t\t\traise RuntimeError from error
\t\t\treturn await self.ask(attempts - 1)


asyncio.run(Bot().ask())
""",
        retries=True,
    ),
    Program(
        "tenacity-either",
        """\
import tenacity
from openai import APIError, OpenAI

client = OpenAI(max_retries=0)


@tenacity.retry(
    stop=tenacity.stop_after_attempt(4),
    retry=tenacity.retry_if_exception_type(APIError) | tenacity.retry_if_exception_type(OSError),
)
def ask():
    return client.models.list()


ask()
""",
        retries=True,
    ),
    Program(
        "tenacity-bare",
        """\
from openai import OpenAI
from tenacity import retry

client = OpenAI(max_retries=0)


@retry
def ask():
    return client.models.list()


ask()
""",
        retries=True,
    ),
    Program(
        "tenacity-object",
        """\
import openai
from tenacity import (
    Retrying,
    stop_after_attempt,  # enough
)

client = openai.OpenAI(max_retries=0)
for attempt in Retrying(stop=stop_after_attempt(4)):
    with attempt:
        client.models.list()
""",
        retries=True,
    ),
    Program(
        "tenacity-async",
        """\
import asyncio

from openai import AsyncOpenAI
from tenacity import retry, retry_if_exception_type, stop_after_attempt

client = AsyncOpenAI(max_retries=0)


@retry(stop=stop_after_attempt(3), retry=retry_if_exception_type())
async def ask():
    return await client.models.list()


asyncio.run(ask())
""",
        retries=True,
    ),
    Program(
        "backoff",
        """\
import backoff
import openai


@backoff.on_exception(
    backoff.constant,
    openai.APIError,
    interval=0,
    max_tries=5,
)
def ask():
    return openai.OpenAI(max_retries=0).models.list()


ask()
""",
        retries=True,
    ),
    Program(
        "loop-on-0",
        """\
import openai
from openai.error import OpenAIError

for _ in range(3):
    try:
        openai.Model.list()
        break
    except OpenAIError:
        print("again")
""",
        on=BEFORE_1,
        retries=True,
    ),
    Program(
        "function-on-0",
        """\
from openai import ChatCompletion
from tenacity import retry, stop_after_attempt


@retry(stop=stop_after_attempt(3))
def ask():
    return ChatCompletion.create(model="gpt-4", messages=[{"role": "user", "content": "How are you?"}])


ask()
""",
        on=BEFORE_1,
        retries=True,
    ),
    Program(
        "dotenv",
        """\
from openai import OpenAI

client = OpenAI()

# Now the key.
from dotenv import load_dotenv

load_dotenv(override=True)
client.models.list()
""",
        works=True,
        files={".env": DOTENV},
    ),
    Program(
        "one-variable-and-its-empty-default",
        """\
import os

from openai import OpenAI

key = os.environ.get("OPENAI_API_KEY") or ""
client = OpenAI(api_key=key, timeout=10)
client = client.with_options(api_key="")
client.models.list()
""",
    ),
    Program(
        "no-variable-and-its-empty-default",
        """\
import os

from openai import OpenAI, OpenAIError

try:
    client = OpenAI(api_key=os.getenv("OPENAI_API_KEY", ""))
except OpenAIError as error:
    print("OPENAI_API_KEY" in str(error))
""",
        key=None,
        says="True",
    ),
    Program(
        "read-in-many-ways",
        """\
import subprocess
from pathlib import Path

from openai import OpenAI


def read_key(path):
    with open(path) as file:
        return file.read()


class Settings:
    def __init__(self):
        self.key = Path("key.txt").read_bytes().decode()


printed = subprocess.run(["cat", "key.txt"], stdout=subprocess.PIPE, text=True)
for line in open("keys.ini"):
    name, key = line.split("=")
    clients = [
        OpenAI(api_key=key),
        OpenAI(api_key=read_key("key.txt")),
        OpenAI(api_key=Settings().key),
        OpenAI(api_key=subprocess.check_output(["cat", "key.txt"]).decode()),
        OpenAI(api_key=printed.stdout),
        OpenAI(api_key=f"{open('key.txt').readlines()[0]}"),
    ]
    assert len({client.api_key for client in clients}) == 1
    clients[0].models.list()
""",
        works=True,
        files={**KEY_FILE, "keys.ini": "openai={good}\n"},
    ),
    Program(
        "environment-in-a-function",
        """\
import os


def main():
    from openai import OpenAI

    client = OpenAI(timeout=10)
    os.environ["OPENAI_LOG"] = "info"
    os.environ["OPENAI_API_KEY"] = open("key.txt").read().strip()
    print(len(client.models.list().data))


main()
""",
        works=True,
        files={"key.txt": "{good}\n"},
    ),
)


def _fixed(program: Program, target: str) -> str:
    settings = Settings(select=("OAK1", "OAK3", "OAK4"), target_sdk="0" if target == "0" else "auto")
    text = plant(program.text).encode()
    assert check("program.py", text, settings)
    fixed = fix("program.py", text, settings, unsafe=True)
    assert (fixed.error, fixed.remaining) == (None, ())
    return fixed.data.decode()


CASES = [pytest.param(program, name, id=f"{program.name}-{name}") for program in PROGRAMS for name in program.on]
RETRYING = [case for case in CASES if case.values[0].retries]  # type: ignore[union-attr]


@pytest.mark.parametrize(("program", "environment"), CASES, indirect=["environment"])
def test_one_request(program: Program, environment: Environment) -> None:
    with Server() as server:
        given = {name: text.replace("{good}", server.key) for name, text in program.files.items()}
        team = {"TEAM_KEY": server.key} if "TEAM_KEY" in program.text else {}
        outcome = run(_fixed(program, environment.name), environment, server=server, key=program.key, files=given, environ=team)
    where = f"\n{outcome.stdout}{outcome.stderr}"
    assert not outcome.endless, where
    assert not outcome.timed_out, where
    assert outcome.requests == (0 if program.key is None else 1), where
    if program.works:
        assert outcome.worked, where
        assert {request.key for request in outcome.sent} == {fingerprint(server.key)}
    elif program.says:
        assert outcome.worked, where
        assert program.says in outcome.stdout
    else:
        assert outcome.raised == (REFUSED_BEFORE_1 if environment.name == "0" else REFUSED), where


@pytest.mark.parametrize(("program", "environment"), RETRYING, indirect=["environment"])
def test_what_is_worth_it_is_still_retried(program: Program, environment: Environment) -> None:
    with Server(failure=Failure(429, times=2)) as server:
        outcome = run(_fixed(program, environment.name), environment, server=server)
    where = f"\n{outcome.stdout}{outcome.stderr}"
    assert outcome.worked, where
    assert outcome.requests == 3, where


def test_every_environment_is_there() -> None:
    assert {name for program in PROGRAMS for name in program.on} == set(EVERYWHERE)
