"""How the rules about keys say what is wrong: by what stands there, where it is handed over, and when it fails."""

from __future__ import annotations

import json

import pytest

from oaklint.engine import Settings, check
from tests.keys import make_key, plant

IMPORTS = "import os\nimport openai\nimport requests\nfrom openai import OpenAI\nclient = OpenAI()\n"
HEADERS = "requests.get('https://api.openai.com/v1/models', headers={'Authorization': 'Bearer %s'})"


def message(code: str, program: str) -> str:
    settings = Settings(select=(code,))
    (finding,) = check("program.py", plant(IMPORTS + program + "\n").encode(), settings)
    return finding.message


@pytest.mark.parametrize(
    ("program", "what", "how", "remedy"),
    [
        ("OpenAI(api_key='<key>')", "A placeholder is given as `api_key=`", "with AuthenticationError", "leave it to the client"),
        ("OpenAI(api_key='OPENAI_API_KEY')", "The name of a variable", "with AuthenticationError", "leave it to the client"),
        ("OpenAI(api_key='${TEAM_KEY}')", "which Python does not expand", "with AuthenticationError", "leave it to the client"),
        ("OpenAI(api_key='sk-\u2026')", "A placeholder", "with UnicodeEncodeError", "leave it to the client"),
        ("OpenAI(api_key='YOUR_API_KEY ')", "A placeholder", "with APIConnectionError", "leave it to the client"),
        ("OpenAI(webhook_secret='<secret>')", "A placeholder", "fails where it is used", "leave it to the client"),
        (HEADERS % "<key>", "as the Authorization header", "refused with 401", "Read the key from the environment"),
        (HEADERS % "sk-\u2026", "as the Authorization header", "fails where it is used", "Read the key from the environment"),
        ("os.environ['OPENAI_API_KEY'] = '<key>'", "as `OPENAI_API_KEY`", "AuthenticationError", "outside of the program"),
        ("os.environ.setdefault('OPENAI_API_KEY', '<key>')", "the default of", "where the variable is not set", "outside of"),
        ("os.getenv('OPENAI_API_KEY', '<key>')", "the default of", "where the variable is not set", "Leave out the default"),
    ],
)
def test_placeholders(program: str, what: str, how: str, remedy: str) -> None:
    first, _, last = message("OAK103", program).rpartition(". ")
    assert what in first
    assert how in first
    assert remedy in last


@pytest.mark.parametrize(
    ("program", "fact", "remedy"),
    [
        ("OpenAI(api_key='')", "is empty: since openai 2.34.0 the client cannot be built", "test for it first"),
        ("OpenAI(api_key=os.getenv('OPENAI_API_KEY') or '')", "is empty where `OPENAI_API_KEY` is not set", "Leave it out"),
        ("def ask(key=''):\n    OpenAI(api_key=key)", "is empty by default", "test for it first"),
        ("client.api_key = os.getenv('OPENAI_API_KEY', '')", "since openai 2.34.0 with TypeError", "os.environ"),
        ("openai.api_key = os.getenv('OPENAI_API_KEY', '')", "since openai 2.34.0 with TypeError", "Leave out the default"),
        ("OpenAI(api_key=' ')", "is made of blanks: each request fails with APIConnectionError", "Leave it out"),
    ],
)
def test_empty_keys(program: str, fact: str, remedy: str) -> None:
    first, _, last = message("OAK303", program).rpartition(". ")
    assert fact in first
    assert remedy in last


@pytest.mark.parametrize(
    ("program", "where", "remedy"),
    [
        ("key = '<key:openai-project>'", "stands in the source.", "read the new one from the environment"),
        ("# <key:openai-project>", "stands in the source.", "remove it"),
        ("'''<key:openai-project>'''", "stands in the source.", "remove it"),
        ("key = '<key:openai-user[:20]>' + '<key:openai-user[20:]>'", "stands in the source, in pieces.", "read the new one"),
        ("key = '<key:openai-user[::-1]>'[::-1]", "stands in the source, in another form.", "read the new one"),
    ],
)
def test_keys(program: str, where: str, remedy: str) -> None:
    found = message("OAK101", program)
    assert where in found
    assert remedy in found


def test_a_key_in_a_saved_output() -> None:
    output = {"output_type": "stream", "name": "stdout", "text": [plant("<key:openai-project>")]}
    cell = {"cell_type": "code", "source": ["print(key)"], "outputs": [output], "metadata": {}, "execution_count": 1}
    text = json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    (finding,) = check("notebook.ipynb", text.encode(), Settings(select=("OAK101",)))
    assert "stands in a saved output. Revoke it, then clear the output" in finding.message


def test_a_key_with_something_between_its_characters() -> None:
    scattered = ".".join(make_key("openai-user"))
    assert "stands in the source, in another form." in message("OAK101", f"key = '{scattered}'[::2]")
    assert "stands in the source, in another form." in message("OAK101", f"key = '.{scattered}'[1::2]")
    assert not check("program.py", f"key = '{scattered}'[::3]".encode(), Settings(select=("OAK101",)))
    assert not check("program.py", f"key = '{scattered}'".encode(), Settings(select=("OAK101",)))
