"""Every rule's page is true on the real SDKs: its example fails as the page says, and what it advises instead works.

`PROOFS` is the table to add to: for each rule the runs of its example (`bad`) and of its "use instead" (`good`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import pytest
from _pytest.mark import ParameterSet

from oaklint.rules import all_rules
from oaklint.rules.page import Page
from oaklint.sdk.clients import CONSTRUCTORS, no_arguments, no_arguments_of_copies
from oaklint.sdk.legacy import ERROR_ATTRIBUTES, NEVER_ERROR_ATTRIBUTES, removed_arguments
from tests.keys import plant
from tests.proofs.environments import Environment
from tests.proofs.running import Outcome, run
from tests.proofs.server import Failure, Server, fingerprint

SINCE_1 = ("3", "2", "1")
BEFORE_1 = ("0",)
EVERYWHERE = SINCE_1 + BEFORE_1

REFUSED = "openai.AuthenticationError"
REFUSED_BEFORE_1 = "openai.error.AuthenticationError"
NO_KEY = "openai.OpenAIError"
NO_CONNECTION = "openai.APIConnectionError"
REMOVED = "openai.lib._old_api.APIRemovedInV1"


@dataclass(frozen=True)
class Run:
    """One run of a program of a page, and what it must show.

    on:       the environments it runs in.
    key:      what OPENAI_API_KEY holds: the good key, another one, or nothing at all. "literal": nothing at all, and the
              good key is the one in the program's text.
    raises:   the qualified name of the exception that ends it; None: it comes to its end, or exits by itself.
    exits:    the exit status where it exits by itself.
    hides:    an exception that this one hides.
    requests: how many requests reach the server.
    endless:  it goes on sending requests until it is stopped.
    sends:    where the key that the requests carry comes from.
    says, never_says: words that standard output holds, or does not hold; `{good}` in them becomes the good key.
    failure:  what the server answers at first, though the key is good.
    environ:  further environment variables; `{good}` in them becomes the good key.
    files:    files beside the program, likewise.
    program:  a program to run in place of the page's, for a form that the page only mentions.
    """

    on: tuple[str, ...] = SINCE_1
    key: Literal["good", "wrong", "literal"] | None = "good"
    raises: str | None = None
    exits: int = 0
    hides: str | None = None
    requests: int = 1
    endless: bool = False
    sends: Literal["literal", "environment"] | None = None
    says: str = ""
    never_says: str | None = None
    failure: Failure | None = None
    environ: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    stdin: str = ""
    program: str | None = None


@dataclass(frozen=True)
class Proof:
    """The runs that prove a page. before: lines that its programs leave out, the same for both."""

    bad: Sequence[Run]
    good: Sequence[Run]
    before: str = ""


# Rules that speak of text alone: there is nothing to run.
NOTHING_TO_RUN = {"OAK001": "a comment has no effect on a program"}

MODULE_CLIENT = """\
import openai

openai.api_key = "<key:openai-project>"
openai.models.list()
"""

NO_EXCEPTION_CLASS = """\
import openai

try:
    openai.OpenAI().models.list()
except openai.Timeout:
    pass
"""

ANSWER = """\
from openai import OpenAI
answer = OpenAI().chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": "How are you?"}])
"""
IN_ANSWER = ANSWER + 'print("choices" in answer)\n'
GET_OF_ANSWER = ANSWER + 'answer.get("choices")\n'
READS = """\
import openai

try:
    (openai.OpenAI().models if hasattr(openai, "OpenAI") else openai.Model).list()
except openai.OpenAIError as error:
    error.{}
"""

STILL_IN_THE_TEXT = """\
import openai

try:
    openai.OpenAI().models.list()
except Exception as error:
    print(str(error).startswith("Error code: 401"), "Incorrect API key" in str(error))
"""

CODE_AND_TEXT = """\
import openai

try:
    openai.OpenAI().models.list()
except openai.AuthenticationError as error:
    print(error.code, "invalid_api_key" in str(error))
"""

TEXT_BEFORE_1 = """\
import openai

try:
    openai.Model.list()
except Exception as error:
    print("401" in str(error), "invalid_api_key" in str(error), "Incorrect API key" in str(error))
"""

BACKOFF = """\
import backoff
import openai


@backoff.on_exception(backoff.expo, openai.APIError, max_tries=5)
def ask():
    return openai.OpenAI().models.list()


ask()
"""

MODULE_KEY = """\
import openai

openai.api_key = "none"
openai.OpenAI().models.list()
"""

# Nobody listens there.
NOWHERE = "http://127.0.0.1:9/v1"

MISSPELT_KEY = """\
import openai

openai.apikey = "none"
openai.models.list()
"""

LOST_AZURE = """\
import os
import openai

del os.environ["OPENAI_BASE_URL"]
for openai.api_type in ("azure_ad", "azuread", "Azure"):
    openai._client, openai.api_key, openai.api_version = None, "none", "2024-06-01"
    openai.azure_endpoint = "https://localhost"
    print(openai._load_client().base_url)
    assert type(openai._client).__name__ == "_ModuleClient"
"""

AZURE_BEFORE_1 = """\
from openai.util import ApiType

print({ApiType.from_str(name) for name in ("azure_ad", "azuread", "Azure")} <= {ApiType.AZURE, ApiType.AZURE_AD})
"""

IMPORTED_NAME = """\
import os
import openai
from openai import api_key

api_key = os.environ["TEAM_KEY"]
openai.models.list()
"""

# All arguments that are not taken, one by one.
REMOVED_ARGUMENTS = f"""\
import openai

client = openai.OpenAI()

def azure(**given):
    return openai.AzureOpenAI(**{{"api_key": "none", "azure_endpoint": "https://localhost", "api_version": "2024-06-01"}}, **given)

for call, names in (
    (client.models.list, {sorted(removed_arguments())}),
    (lambda **given: openai.moderations.create(input="x", **given), {sorted(removed_arguments())}),
    (openai.OpenAI, {sorted(no_arguments(CONSTRUCTORS["openai.OpenAI"]))}),
    (openai.AsyncOpenAI, {sorted(no_arguments(CONSTRUCTORS["openai.OpenAI"]))}),
    (azure, {sorted(no_arguments(CONSTRUCTORS["openai.AzureOpenAI"]))}),
    (client.with_options, {sorted(no_arguments_of_copies())}),
    (azure().copy, {sorted(no_arguments_of_copies())}),
):
    for name in names:
        try:
            call(**{{name: "x"}})
        except TypeError as error:
            assert "unexpected keyword argument" in str(error) and name in str(error), error
        else:
            raise AssertionError(name)
"""

TWO_CREDENTIALS = """\
import openai

openai.AzureOpenAI(
    api_key="none", azure_ad_token="none", azure_endpoint="https://localhost", api_version="2024-06-01"
)
"""

# Each sets the key where no client looks for it.
INEFFECTIVE = [
    f"""\
import os, subprocess
import openai
from openai import OpenAI

key = os.environ["TEAM_KEY"]
{assignment}
OpenAI().models.list()
"""
    for assignment in (
        'os.system(f"export OPENAI_API_KEY={key}")',
        'subprocess.run(f"export OPENAI_API_KEY={key}", shell=True, check=True)',
        "OpenAI.api_key = key",
        "openai.api_key = key",
    )
]

DISCARDED_COPY = """\
import os
from openai import OpenAI

client = OpenAI()
client.with_options(api_key=os.environ["TEAM_KEY"])
client.models.list()
"""

MISNAMED_AZURE = """\
import os
import openai

for name in [name for name in os.environ if "OPENAI" in name]:
    del os.environ[name]
settings = {{
    "AZURE_OPENAI_API_KEY": "none",
    "AZURE_OPENAI_ENDPOINT": "https://localhost",
    "OPENAI_API_VERSION": "2024-06-01",
}}
wrong = "{name}"
right = {{
    "AZURE_OPENAI_KEY": "AZURE_OPENAI_API_KEY",
    "OPENAI_API_KEY": "AZURE_OPENAI_API_KEY",
    "AZURE_OPENAI_BASE": "AZURE_OPENAI_ENDPOINT",
    "AZURE_OPENAI_API_VERSION": "OPENAI_API_VERSION",
}}[wrong]
os.environ.update(settings)
openai.AzureOpenAI()
os.environ[wrong] = os.environ.pop(right)
try:
    openai.AzureOpenAI()
except (openai.OpenAIError, ValueError) as error:
    assert type(error).__name__ == "{error}", error
else:
    raise AssertionError("it was read")
"""

MISNAMED_SETTINGS = """\
import os
import openai

for name in ("OPENAI_BASE_URL", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID"):
    os.environ.pop(name, None)
before = openai.OpenAI()
os.environ.update(
    OPENAI_API_BASE="http://localhost/v1", OPENAI_ORGANIZATION="org-1", OPENAI_PROJECT="proj-1", OPENAI_API_URL="http://localhost/v1"
)
after = openai.OpenAI()
assert (before.base_url, before.organization) == (after.base_url, after.organization)
assert getattr(before, "project", None) == getattr(after, "project", None)
"""

EMPTY_VARIABLE = """\
import os
import openai

os.environ["OPENAI_API_KEY"] = ""
openai.OpenAI().models.list()
"""

EMPTY_FOR_MODULE = """\
import openai

openai.api_key = ""
openai.models.list()
"""

EMPTY_BEFORE_1 = EMPTY_FOR_MODULE.replace("models", "Model")

EMPTY_AFTERWARDS = """\
import openai

client = openai.OpenAI()
client.api_key = ""
client.models.list()
"""

BEYOND_ASCII = """\
import openai

openai.OpenAI(api_key="sk-\u2026").models.list()
"""

BLANK_BEHIND = BEYOND_ASCII.replace("sk-\u2026", "YOUR_API_KEY ")

BLANK = """\
import openai

openai.OpenAI(api_key=" ").models.list()
"""

EMPTY_ELSEWHERE = """\
import openai

openai.OpenAI(api_key="", base_url="http://localhost:8000/v1")
"""

EMPTY_AZURE = """\
import openai

openai.AzureOpenAI(api_key="", azure_endpoint="http://localhost:8000", api_version="2024-06-01")
"""

EMPTY_COPY = """\
import openai

openai.OpenAI().with_options(api_key="").copy(api_key="").models.list()
"""

KEY_FILE = {"key.txt": "{good}\n"}

# Each gives the key with what stands behind it.
UNSTRIPPED = [
    f"""\
import os, subprocess, sys
from pathlib import Path
import openai

openai.OpenAI(api_key={read}).models.list()
"""
    for read in (
        'Path("key.txt").read_text()',
        'open("key.txt").readlines()[0]',
        'subprocess.check_output(["cat", "key.txt"], text=True)',
        'os.popen("cat key.txt").read()',
        "sys.stdin.readline()",
        'open("key.txt").read().strip() + " "',
    )
]

UNSTRIPPED_BEFORE_1 = """\
import openai

openai.api_key = open("key.txt").read()
openai.Model.list()
"""

TYPED = """\
import openai

openai.OpenAI(api_key=input()).models.list()
"""

# The server on this machine takes the place of the other host, which no proof ever asks.
ELSEWHERE = """\
import os
import openai

url = os.environ.pop("OPENAI_BASE_URL")
original = openai.OpenAI
openai.OpenAI = lambda base_url, **given: original(base_url=url, **given)
"""
SENT_ELSEWHERE = [
    f"""\
import os
import openai
from openai import OpenAI

url = os.environ.pop("OPENAI_BASE_URL")
{sending}
"""
    for sending in (
        "OpenAI(base_url=url).models.list()",
        "OpenAI(base_url=url, api_key=None).models.list()",
        "OpenAI(base_url=url, api_key=os.getenv('OTHER_KEY') or None).models.list()",
        "OpenAI().with_options(base_url=url).models.list()",
        "OpenAI().copy(base_url=url, api_key=None).models.list()",
        "client = OpenAI(); client.base_url = url; client.models.list()",
        "openai.base_url = url + '/'; openai.models.list()",
        "openai.base_url = url + '/'; openai.api_key = os.getenv('OTHER_KEY'); openai.models.list()",
    )
]
WITH_OTHER_CREDENTIAL = """\
import os
from openai import OpenAI

headers = {"Authorization": "Bearer another"}
OpenAI(base_url=os.environ.pop("OPENAI_BASE_URL"), default_headers=headers).models.list()
"""

# Each is made of the good key.
MALFORMED = {
    REFUSED: (
        "key.encode()",
        "(key,)",
        "[key]",
        "{'key': key}",
        "{key}",
        "12345",
        "os.environ",
        "pathlib.Path('key.txt')",
        "io.StringIO(key)",
        "pydantic.SecretStr(key)",
        "str(pydantic.SecretStr(key))",
        "fetch()",
        "'Bearer ' + key",
        "repr(key)",
        "json.dumps(key)",
        "f'\"{key}\"'",
        "' ' + key",
        "key[:9] + ' ' + key[9:]",
        "'OPENAI_API_KEY=' + key",
        "str(os.getenv('MISSING'))",
        "f'{os.getenv(\"MISSING\")}'",
        "base64.b64encode(key.encode()).decode()",
    ),
    "openai.APIConnectionError": ("key + ' '", "key + '\\n'", "key + '\\t'", "key[:9] + '\\n' + key[9:]"),
    "UnicodeEncodeError": ("'\\u201c' + key + '\\u201d'", "key + '\\u200b'", "'\\ufeff' + key", "key + '\\xe9'", "key + '\\xa0'"),
}
GIVEN = """\
import base64, io, json, os, pathlib
import pydantic
from openai import OpenAI

async def fetch():
    return key

key = os.environ["OPENAI_API_KEY"]
OpenAI(api_key={given}, max_retries=0).models.list()
"""
PUT_INTO_ENVIRONMENT = """\
import os
import pydantic

os.environ["OPENAI_API_KEY"] = {given}
"""
GIVEN_TO_AZURE = """\
import os
import pydantic
from openai import {name} as Client

endpoint = os.environ["OPENAI_BASE_URL"].removesuffix("/v1")
key = os.environ["OPENAI_API_KEY"]


async def fetch():
    return key


client = Client({given}, azure_endpoint=endpoint, api_version="2024-06-01", max_retries=0)
asked = client.chat.completions.create(model="gpt-4o", messages=[])
if Client.__name__.startswith("Async"):
    import asyncio

    async def wait():
        await asked

    asyncio.run(wait())
"""
FUNCTIONS = """\
import asyncio, functools, os
import openai
from openai import AsyncOpenAI, OpenAI


def read():
    return os.environ["OPENAI_API_KEY"]


async def fetch():
    return read()


class Keys:
    def __call__(self):
        return read()


async def ask(client):
    await client.models.list()


{statement}
"""


def asking(*statements: str) -> list[str]:
    return [FUNCTIONS.format(statement=statement) for statement in statements]


PROOFS: dict[str, Proof] = {
    # It is no program at all.
    "OAK000": Proof(
        bad=[Run(EVERYWHERE, raises="SyntaxError", requests=0)],
        good=[Run(requests=0)],
    ),
    # It works: what is sent is what stands in the file, for everybody to read.
    "OAK101": Proof(
        bad=[Run(key="literal", sends="literal")],
        good=[Run(sends="environment")],
    ),
    "OAK102": Proof(
        bad=[Run(key="literal", sends="literal")],
        good=[Run(sends="environment")],
    ),
    # The placeholder is sent as it stands, though a good key is at hand.
    "OAK103": Proof(
        bad=[
            Run(raises=REFUSED),
            Run(raises="UnicodeEncodeError", requests=0, program=BEYOND_ASCII),
            Run(raises=NO_CONNECTION, requests=0, program=BLANK_BEHIND),
        ],
        good=[Run(sends="environment")],
    ),
    # What is printed is the key that is sent.
    "OAK104": Proof(
        bad=[Run(sends="environment", says="Using {good}")],
        good=[Run(sends="environment", says="Using ...", never_says="{good}")],
    ),
    # The key of one service is sent to the other.
    "OAK105": Proof(
        before=ELSEWHERE,
        bad=[
            Run(sends="environment"),
            *(Run(sends="environment", program=program) for program in SENT_ELSEWHERE),
        ],
        good=[
            Run(raises="KeyError", requests=0),
            Run(key="wrong", environ={"DEEPSEEK_API_KEY": "{good}"}),
            Run(raises=REFUSED, program=WITH_OTHER_CREDENTIAL),
        ],
    ),
    # What is assigned to the module reaches the module client, and no other.
    "OAK201": Proof(
        bad=[
            Run(key=None, raises=NO_KEY, requests=0),
            Run(sends="environment"),
            Run(sends="environment", program=MODULE_KEY),
            Run(key="literal", sends="literal", program=MODULE_CLIENT),
        ],
        good=[Run(sends="environment")],
    ),
    # The setting changes nothing: the gateway, at which nobody listens, is not asked.
    "OAK202": Proof(
        bad=[
            Run(environ={"GATEWAY_URL": NOWHERE}),
            Run(("3", "2"), key=None, raises="TypeError", requests=0, program=MISSPELT_KEY),
            Run(("1",), key=None, raises=NO_KEY, requests=0, program=MISSPELT_KEY),
            Run(BEFORE_1, key=None, raises=REFUSED_BEFORE_1, requests=0, program=MISSPELT_KEY.replace("models", "Model")),
            Run(says="https://api.openai.com/v1/", requests=0, program=LOST_AZURE),
            Run(BEFORE_1, says="True", requests=0, program=AZURE_BEFORE_1),
            Run(raises="AttributeError", requests=0, program="import openai; openai.api_base"),
            Run(raises="ImportError", requests=0, program="from openai import api_base"),
            Run(key="wrong", raises=REFUSED, program=IMPORTED_NAME, environ={"TEAM_KEY": "{good}"}),
        ],
        good=[Run(raises=NO_CONNECTION, requests=0, environ={"GATEWAY_URL": NOWHERE})],
    ),
    "OAK203": Proof(
        bad=[
            Run(raises=REMOVED, requests=0),
            Run(BEFORE_1),
            Run(raises="ModuleNotFoundError", requests=0, program="import openai.api_resources"),
            Run(raises=REMOVED, requests=0, program="import openai\nclass Logged(openai.Completion): pass"),
            Run(says="True", requests=0, program="import openai; print(hasattr(openai, 'ChatCompletion'))"),
        ],
        good=[Run()],
    ),
    # The clause is evaluated only when something is raised, and then it hides what was raised.
    "OAK204": Proof(
        bad=[
            Run(key="wrong", raises="AttributeError", hides=REFUSED),
            Run(raises="ModuleNotFoundError", requests=0, program="from openai.error import AuthenticationError"),
            Run(BEFORE_1, requests=0, program="from openai.error import AuthenticationError"),
            Run(key="wrong", raises="TypeError", hides=REFUSED, program=NO_EXCEPTION_CLASS),
        ],
        good=[Run(), Run(key="wrong", says="The key is wrong.")],
    ),
    # Nothing is sent.
    "OAK205": Proof(
        bad=[
            Run(raises="TypeError", requests=0),
            Run(requests=0, program=REMOVED_ARGUMENTS),
            Run(
                ("3",),
                raises="TypeError",
                requests=0,
                program="import openai; openai.DefaultHttpxClient(proxies='http://localhost')",
            ),
            Run(("3",), raises="openai.lib.azure.MutuallyExclusiveAuthError", requests=0, program=TWO_CREDENTIALS),
            Run(("2", "1"), requests=0, program=TWO_CREDENTIALS),
        ],
        good=[Run()],
    ),
    # The request has been sent, and paid for.
    "OAK206": Proof(
        bad=[Run(raises="TypeError"), Run(says="False", program=IN_ANSWER), Run(raises="AttributeError", program=GET_OF_ANSWER)],
        good=[Run()],
    ),
    # The attribute is looked up when something has been raised, and then it hides what was raised.
    "OAK207": Proof(
        bad=[
            Run(),
            Run(key="wrong", raises="AttributeError", hides=REFUSED),
            *(
                Run(key="wrong", raises="AttributeError", hides=REFUSED, program=READS.format(name))
                for name in sorted(ERROR_ATTRIBUTES)
            ),
            *(
                Run(
                    BEFORE_1,
                    key="wrong",
                    raises="AttributeError" if name in NEVER_ERROR_ATTRIBUTES else None,
                    program=READS.format(name),
                )
                for name in sorted(ERROR_ATTRIBUTES)
                if name not in ("should_retry", "sig_header")
            ),
        ],
        good=[Run(), Run(key="wrong", says="The service says 401")],
    ),
    # The client keeps the key that it found when it was built.
    "OAK301": Proof(
        bad=[
            Run(key="wrong", raises=REFUSED, environ={"TEAM_KEY": "{good}"}),
            Run(key=None, raises=NO_KEY, requests=0, environ={"TEAM_KEY": "{good}"}),
        ],
        good=[Run(key="wrong", environ={"TEAM_KEY": "{good}"}), Run(key=None, environ={"TEAM_KEY": "{good}"})],
    ),
    # The client goes on with what os.environ holds, or has nothing.
    "OAK302": Proof(
        bad=[
            Run(key=None, raises=NO_KEY, requests=0, environ={"TEAM_KEY": "{good}"}),
            Run(key="wrong", raises=REFUSED, environ={"TEAM_KEY": "{good}"}),
            *(
                Run(key=None, raises=NO_KEY, requests=0, environ={"TEAM_KEY": "{good}"}, program=program)
                for program in INEFFECTIVE
            ),
            *(Run(key="wrong", raises=REFUSED, environ={"TEAM_KEY": "{good}"}, program=program) for program in INEFFECTIVE),
            Run(key="wrong", raises=REFUSED, environ={"TEAM_KEY": "{good}"}, program=DISCARDED_COPY),
        ],
        good=[
            Run(key=None, environ={"TEAM_KEY": "{good}"}),
            Run(key="wrong", environ={"TEAM_KEY": "{good}"}),
            Run(
                key="wrong", environ={"TEAM_KEY": "{good}"}, program=DISCARDED_COPY.replace("client.with", "client = client.with")
            ),
        ],
    ),
    # An empty key is none, which comes out late, or not in so many words.
    "OAK303": Proof(
        bad=[
            *(
                run
                for program in (None, EMPTY_VARIABLE)
                for run in (
                    Run(("3", "2"), key=None, raises=NO_KEY, requests=0, program=program),
                    Run(("1",), key=None, raises=REFUSED, program=program),
                )
            ),
            Run(("3", "2"), raises="TypeError", requests=0, program=EMPTY_FOR_MODULE),
            Run(("1",), raises=REFUSED, program=EMPTY_FOR_MODULE),
            Run(("3", "2"), raises="TypeError", requests=0, program=EMPTY_AFTERWARDS),
            Run(("1",), raises=REFUSED, program=EMPTY_AFTERWARDS),
            Run(BEFORE_1, raises=REFUSED_BEFORE_1, program=EMPTY_BEFORE_1),
            Run(raises=NO_CONNECTION, requests=0, program=BLANK),
            Run(("3", "2"), raises=NO_KEY, requests=0, program=EMPTY_ELSEWHERE),
            Run(("3", "2"), raises=NO_KEY, requests=0, program=EMPTY_AZURE),
            Run(sends="environment", program=EMPTY_COPY),
        ],
        good=[Run(key=None, raises=NO_KEY, requests=0), Run(sends="environment")],
    ),
    # No header can hold what stands behind the key, and the SDK takes that for trouble with the network.
    "OAK304": Proof(
        bad=[
            *(
                Run(key=None, raises=NO_CONNECTION, requests=0, files=KEY_FILE, stdin="{good}\n", program=program)
                for program in (None, *UNSTRIPPED)
            ),
            Run(BEFORE_1, raises="openai.error.APIConnectionError", requests=0, files=KEY_FILE, program=UNSTRIPPED_BEFORE_1),
            Run(key=None, raises=NO_CONNECTION, requests=0, stdin="sk-typed \n", program=TYPED),
        ],
        good=[Run(key=None, files=KEY_FILE)],
    ),
    # Whatever it is given, the client makes a header of it.
    "OAK305": Proof(
        bad=[
            Run(raises=REFUSED),
            *(
                Run(raises=error, requests=int(error == REFUSED), program=GIVEN.format(given=given))
                for error, several in MALFORMED.items()
                for given in several
            ),
            *(
                Run(raises="TypeError", requests=0, program=PUT_INTO_ENVIRONMENT.format(given=given))
                for given in ("12345", "None", "b'test'", "('test',)", "pydantic.SecretStr('test')")
            ),
            *(
                Run(raises="TypeError", requests=0, program=GIVEN_TO_AZURE.format(name="AzureOpenAI", given=f"api_key={given}"))
                for given in ("(key,)", "12345", "pydantic.SecretStr(key)")
            ),
        ],
        good=[
            Run(sends="environment"),
            Run(("3", "2"), program=GIVEN_TO_AZURE.format(name="AzureOpenAI", given="api_key=key.encode()")),
        ],
    ),
    # There is no other name.
    "OAK306": Proof(
        bad=[
            Run(key=None, raises=NO_KEY, requests=0, environ={"TEAM_KEY": "{good}"}),
            Run(key="wrong", raises=REFUSED, environ={"TEAM_KEY": "{good}"}),
            *(
                Run(requests=0, program=MISNAMED_AZURE.format(name=name, error=error))
                for name, error in (
                    ("AZURE_OPENAI_KEY", "OpenAIError"),
                    ("OPENAI_API_KEY", "OpenAIError"),
                    ("AZURE_OPENAI_BASE", "ValueError"),
                    ("AZURE_OPENAI_API_VERSION", "ValueError"),
                )
            ),
            Run(requests=0, program=MISNAMED_SETTINGS),
        ],
        good=[Run(key=None, environ={"TEAM_KEY": "{good}"}), Run(key="wrong", environ={"TEAM_KEY": "{good}"})],
    ),
    # One client awaits what a function returns, and the other does not.
    "OAK307": Proof(
        bad=[
            Run(raises="TypeError", requests=0),
            *(
                Run(raises="TypeError", requests=0, program=program)
                for program in asking(
                    "asyncio.run(ask(AsyncOpenAI(api_key=lambda: read())))",
                    "asyncio.run(ask(AsyncOpenAI(api_key=Keys())))",
                    "asyncio.run(ask(AsyncOpenAI(api_key=functools.partial(read))))",
                    "asyncio.run(ask(AsyncOpenAI().with_options(api_key=read)))",
                    "asyncio.run(ask(AsyncOpenAI(api_key=os.getenv)))",
                    "OpenAI(api_key=os.getenv).models.list()",
                    "OpenAI(api_key=lambda name: read()).models.list()",
                )
            ),
            *(
                Run(raises=REFUSED, program=program)
                for program in asking(
                    "OpenAI(api_key=fetch).models.list()",
                    "OpenAI(api_key=lambda: fetch()).models.list()",
                    "OpenAI().copy(api_key=fetch).models.list()",
                    "client = OpenAI(); client.api_key = read; client.models.list()",
                    "openai.api_key = fetch; openai.models.list()",
                )
            ),
            Run(
                raises="ValueError",
                requests=0,
                program=GIVEN_TO_AZURE.format(name="AzureOpenAI", given="azure_ad_token_provider=fetch"),
            ),
        ],
        good=[
            Run(sends="environment"),
            *(
                Run(sends="environment", program=program)
                for program in asking(
                    "OpenAI(api_key=read).models.list()",
                    "OpenAI(api_key=Keys()).models.list()",
                    "asyncio.run(ask(AsyncOpenAI(api_key=lambda: fetch())))",
                    "client = OpenAI(api_key=read); client.api_key = fetch; client.models.list()",
                    "openai.api_key = read; openai.models.list()",
                )
            ),
            *(
                Run(program=GIVEN_TO_AZURE.format(name="AsyncAzureOpenAI", given=f"azure_ad_token_provider={provider}"))
                for provider in ("fetch", "lambda: key")
            ),
        ],
    ),
    # A refused key is refused again, for ever; whoever lets it pass learns it from the first request.
    "OAK401": Proof(
        bad=[Run(key="wrong", endless=True, says="retrying: AuthenticationError"), Run()],
        good=[
            Run(key="wrong", raises=REFUSED),
            Run(),
            Run(failure=Failure(429, times=4), requests=5, says="retrying: RateLimitError"),
        ],
    ),
    "OAK402": Proof(
        bad=[
            Run(key="wrong", raises="tenacity.RetryError", hides=REFUSED, requests=5),
            Run(key="wrong", raises=REFUSED, requests=5, program=BACKOFF),
            Run(),
        ],
        good=[Run(key="wrong", raises=REFUSED), Run()],
    ),
    # A missing key is another exception, and a wrong one is found out only by a request.
    "OAK403": Proof(
        bad=[
            Run(key=None, raises=NO_KEY, requests=0, never_says="Please set"),
            Run(key="wrong", requests=0, never_says="Please set"),
        ],
        good=[Run(key=None, requests=0, says="Please set OPENAI_API_KEY."), Run(requests=0, never_says="Please set")],
    ),
    # The clause in front has caught it already.
    "OAK404": Proof(
        bad=[Run(key="wrong", says="The service failed", never_says="The key is wrong.")],
        good=[
            Run(key="wrong", says="The key is wrong.", never_says="The service failed"),
            Run(failure=Failure(500, times=3), requests=3, says="The service failed"),
        ],
    ),
    # Nobody hears of the key, and the program ends as if all were well.
    "OAK405": Proof(
        bad=[Run(key="wrong", says="models: []")],
        good=[Run(key="wrong", exits=1, never_says="models:"), Run(says="models:")],
    ),
    # What the text holds is another matter in each version; the class is not.
    "OAK406": Proof(
        bad=[
            Run(("3",), key="wrong", says="The service failed", never_says="The key is wrong."),
            Run(("2", "1"), key="wrong", says="The key is wrong.", never_says="The service failed"),
            Run(key="wrong", says="True True", program=STILL_IN_THE_TEXT),
            Run(("2", "1"), key="wrong", says="invalid_api_key True", program=CODE_AND_TEXT),
            Run(("3",), key="wrong", says="invalid_api_key False", program=CODE_AND_TEXT),
            Run(BEFORE_1, key="wrong", says="False False True", program=TEXT_BEFORE_1),
        ],
        good=[
            Run(key="wrong", says="The key is wrong.", never_says="The service failed"),
            Run(failure=Failure(500, times=3), requests=3, says="The service failed"),
        ],
    ),
    # One refusal for every item.
    "OAK902": Proof(
        bad=[Run(key="wrong", requests=3, says="no answer: AuthenticationError"), Run(requests=3)],
        good=[Run(key="wrong", raises=REFUSED), Run(requests=3, never_says="no answer")],
    ),
    # Three attempts of three requests each; the SDK's own retries suffice. A refused key is not retried by the SDK.
    "OAK903": Proof(
        bad=[Run(failure=Failure(429, times=9), requests=9), Run(key="wrong", raises=REFUSED)],
        good=[Run(failure=Failure(429, times=5), requests=6), Run()],
    ),
    # Nothing is asked, and yet it fails.
    "OAK901": Proof(
        bad=[Run(key=None, raises=NO_KEY, requests=0), Run(requests=0)],
        good=[Run(key=None, requests=0), Run(requests=0)],
    ),
}


def cases(side: Literal["bad", "good"]) -> list[ParameterSet]:
    return [
        pytest.param(code, one, name, id=f"{code}-{number}-{one.key}-{name}")
        for code, proof in PROOFS.items()
        for number, one in enumerate(proof.bad if side == "bad" else proof.good, 1)
        for name in one.on
    ]


def test_every_rule_is_proved() -> None:
    rules = {rule.code for rule in all_rules()}
    assert rules - NOTHING_TO_RUN.keys() == PROOFS.keys()
    assert all(proof.bad and proof.good for proof in PROOFS.values())


@pytest.mark.parametrize(("code", "expected", "environment"), cases("bad"), indirect=["environment"])
def test_the_example_fails_as_the_page_says(code: str, expected: Run, environment: Environment) -> None:
    prove(PROOFS[code].before, page_of(code).example, expected, environment)


@pytest.mark.parametrize(("code", "expected", "environment"), cases("good"), indirect=["environment"])
def test_what_the_page_advises_works(code: str, expected: Run, environment: Environment) -> None:
    prove(PROOFS[code].before, page_of(code).use_instead, expected, environment)


def page_of(code: str) -> Page:
    return next(rule.page for rule in all_rules() if rule.code == code)


def prove(before: str, template: str, expected: Run, environment: Environment) -> None:
    template = before + template if expected.program is None else expected.program
    literal = expected.key == "literal"
    with Server(keys_in(template) if literal else (), failure=expected.failure) as server:
        outcome = run(
            plant(template),
            environment,
            server=server,
            key=None if expected.key == "literal" else expected.key,
            environ={name: text.replace("{good}", server.key) for name, text in expected.environ.items()},
            files={path: text.replace("{good}", server.key) for path, text in expected.files.items()},
            stdin=expected.stdin,
        )
    where = f"\n{outcome.stdout}{outcome.stderr}"
    assert not outcome.timed_out, where
    assert outcome.endless == expected.endless, where
    assert outcome.raised == expected.raises, where
    if not expected.endless:
        assert outcome.status == (1 if expected.raises else expected.exits), where
        assert outcome.requests == expected.requests, where
    assert expected.hides is None or (outcome.uncaught and expected.hides in outcome.uncaught.behind), where
    assert expected.says.replace("{good}", server.key) in outcome.stdout, where
    assert expected.never_says is None or expected.never_says.replace("{good}", server.key) not in outcome.stdout, where
    check_origin(expected, template, outcome, server)


def check_origin(expected: Run, template: str, outcome: Outcome, server: Server) -> None:
    """That every request carried the key that the page says it carries."""
    if expected.sends is None:
        return
    keys = keys_in(template) if expected.sends == "literal" else [server.key]
    assert outcome.sent
    assert {request.key for request in outcome.sent} <= {fingerprint(key) for key in keys}


def keys_in(template: str) -> list[str]:
    """The keys that `plant` puts into this text."""
    return [plant(marker) for marker in re.findall(r"<key:[a-z0-9-]+>", template)]
