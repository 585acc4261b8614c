"""What the migration makes of the usual small programs, to the letter: the cases that guides and other tools show."""

from __future__ import annotations

import pytest

from oaklint.engine import Settings, check, fix

SETTINGS = Settings(select=("OAK2",))
MESSAGES = '[{"role": "user", "content": "Is it an oak?"}]'

CASES = {
    "requests": (
        f"""\
import openai

text = openai.Completion.create(model="davinci-002", prompt="An oak")
chat = openai.ChatCompletion.create(model="gpt-3.5-turbo", messages={MESSAGES})
""",
        f"""\
from openai import OpenAI

client = OpenAI()

text = client.completions.create(model="davinci-002", prompt="An oak")
chat = client.chat.completions.create(model="gpt-3.5-turbo", messages={MESSAGES})
""",
    ),
    "awaited requests": (
        """\
import openai

text = await openai.Completion.acreate(model="davinci-002", prompt="An oak")
""",
        """\
from openai import AsyncOpenAI

client = AsyncOpenAI()

text = await client.completions.create(model="davinci-002", prompt="An oak")
""",
    ),
    "both, and classes that are imported": (
        f"""\
import openai
from openai import ChatCompletion

text = openai.Completion.create(model="davinci-002", prompt="An oak")
chat = await ChatCompletion.acreate(model="gpt-3.5-turbo", messages={MESSAGES})
""",
        f"""\
from openai import AsyncOpenAI, OpenAI

client = OpenAI()
async_client = AsyncOpenAI()

text = client.completions.create(model="davinci-002", prompt="An oak")
chat = await async_client.chat.completions.create(model="gpt-3.5-turbo", messages={MESSAGES})
""",
    ),
    "errors": (
        """\
import openai

try:
    openai.Completion.create(model="davinci-002", prompt="An oak")
except openai.error.RateLimitError as error:
    print(error.http_status)
""",
        """\
import openai

client = openai.OpenAI(max_retries=0)

try:
    client.completions.create(model="davinci-002", prompt="An oak")
except openai.RateLimitError as error:
    print(error.status_code)
""",
    ),
    "images": (
        """\
import openai

print(openai.Image.create(prompt="An oak", n=1)["data"][0]["url"])
""",
        """\
from openai import OpenAI

client = OpenAI()

print(client.images.generate(prompt="An oak", n=1).data[0].url)
""",
    ),
    "Azure": (
        f"""\
import os
import openai

openai.api_type = "azure"
openai.api_base = os.getenv("AZURE_OPENAI_ENDPOINT")
openai.api_key = os.getenv("AZURE_OPENAI_KEY")  # from the portal
openai.api_version = "2023-05-15"

response = openai.ChatCompletion.create(engine="oak", messages={MESSAGES})
print(response["choices"][0]["message"]["content"])
""",
        f"""\
import os
from openai import AzureOpenAI

client = AzureOpenAI(
    api_key=os.getenv("AZURE_OPENAI_KEY"),  # from the portal
    azure_endpoint=os.getenv("AZURE_OPENAI_ENDPOINT"),
    api_version="2023-05-15",
)

response = client.chat.completions.create(model="oak", messages={MESSAGES})
print(response.choices[0].message.content)
""",
    ),
    "answers": (
        """\
import json
import openai

answer = openai.Completion.create(model="davinci-002", prompt="An oak")
print(answer["choices"][0]["text"], answer["usage"]["total_tokens"], other["usage"])
print(answer.get("usage"))
print(json.dumps(answer, indent=2))
""",
        """\
import json
from openai import OpenAI

client = OpenAI()

answer = client.completions.create(model="davinci-002", prompt="An oak")
print(answer.choices[0].text, answer.usage.total_tokens, other["usage"])
print(answer.usage.to_json())
print(json.dumps(answer.to_dict(), indent=2))
""",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_before_and_after(name: str) -> None:
    before, after = CASES[name]
    fixed = fix("program.py", before.encode(), SETTINGS, unsafe=False)
    assert fixed.data.decode() == after
    assert fix("program.py", fixed.data, SETTINGS, unsafe=False).fixed == ()


def test_the_reason_is_told_where_the_obstacle_is_elsewhere() -> None:
    program = 'import openai\n\nprint(openai.Edit.create(model="m", input="x"))\nprint(openai.Model.list())\n'
    fixed = fix("program.py", program.encode(), SETTINGS, unsafe=False)
    assert (fixed.data.decode(), fixed.fixed) == (program, ())
    edit, listed = check("program.py", program.encode(), SETTINGS)
    assert "Not migrated" not in edit.message
    assert "Not migrated: line 3: `openai.Edit.create` has no successor" in listed.message
    assert [(each.location.row, each.message[:13]) for each in listed.related] == [(3, "not migrated:")]


def test_a_finding_that_is_to_stay_keeps_the_file_as_it_is() -> None:
    program = 'import openai\n\nopenai.api_key = "x"  # noqa: OAK201\nprint(openai.Model.list())\n'
    fixed = fix("program.py", program.encode(), SETTINGS, unsafe=False)
    assert (fixed.data.decode(), fixed.fixed) == (program, ())
