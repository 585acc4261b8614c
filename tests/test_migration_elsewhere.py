"""What other files of a project have to do with the migration of one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.command import oaklint, write

ASK = "openai.ChatCompletion.create(model='m', messages=[])"
ASKED = "openai.chat.completions.create(model='m', messages=[])"
SETS_KEY = "import openai\nopenai.api_key = open('key.txt').read()\n"
SETS_BASE = "import openai\nopenai.api_base = 'https://llm.example.com/v1/'\n"
SETS_AZURE = (
    f"{SETS_KEY}openai.api_type = 'azure'\nopenai.api_base = 'https://x.example.com'\nopenai.api_version = '2023-05-15'\n"
)
ASKS = f"def ask():\n    return {ASK}.choices[0].message.content\n"
HANDS_OVER = f"import openai\n\ndef ask(parser):\n    return parser.from_answer({ASK})\n"
BY_ATTRIBUTE = "class Parser:\n    def from_answer(self, answer):\n        return answer.choices[0].message.content\n"
BY_KEY = "class Parser:\n    def from_answer(self, answer):\n        return answer['choices'][0]['message']['content']\n"


def migrated(folder: Path, files: dict[str, str]) -> dict[str, str]:
    """The files of a project after the migration, by their names."""
    write(folder, {"pyproject.toml": "", **files})
    done = oaklint("check", "--select", "OAK2", "--fix", ".", cwd=folder)
    assert done.returncode in (0, 1), done.stderr
    return {name: (folder / name).read_text("utf-8") for name in files}


def reasons(folder: Path) -> list[str]:
    """Why files of a project are not migrated."""
    done = oaklint("check", "--select", "OAK2", "--output-format", "json", ".", cwd=folder)
    return [each["message"].partition("Not migrated: ")[2] for each in json.loads(done.stdout)]


@pytest.mark.parametrize("ending", ["", "\nprint(ask())\n"])
def test_the_module_stays_the_client_where_another_file_asks_with_its_settings(tmp_path: Path, ending: str) -> None:
    """A client of the one file's own would be none that the other one sees."""
    files = {"config.py": f"{SETS_KEY}\n{ASKS}", "app.py": f"import openai\nimport config\n\n{ASKS}{ending}"}
    found = migrated(tmp_path, files)
    assert all(ASKED in text and "OpenAI(" not in text for text in found.values())
    assert SETS_KEY in found["config.py"]


def test_a_file_that_sets_its_own_key_needs_no_other(tmp_path: Path) -> None:
    found = migrated(tmp_path, {"config.py": f"{SETS_KEY}\n{ASKS}", "app.py": f"import config\n{SETS_KEY}\n{ASKS}"})
    assert all("client = OpenAI(api_key=open('key.txt').read())" in text for text in found.values())


def test_the_module_stays_the_client_where_another_file_sets_the_key(tmp_path: Path) -> None:
    found = migrated(tmp_path, {"config.py": SETS_KEY, "app.py": f"import config\n{SETS_BASE}\n{ASKS}"})
    assert "openai.base_url = 'https://llm.example.com/v1/'" in found["app.py"]
    assert ASKED in found["app.py"]
    assert found["config.py"] == SETS_KEY


def test_the_module_asks_azure_where_another_file_sets_it_up(tmp_path: Path) -> None:
    found = migrated(tmp_path, {"config.py": SETS_AZURE, "app.py": f"import openai\nimport config\n\n{ASKS}"})
    assert found["config.py"] == SETS_AZURE.replace("api_base", "azure_endpoint")
    assert ASKED in found["app.py"]


def test_the_module_goes_on_asking_azure_where_others_do_so_by_it(tmp_path: Path) -> None:
    found = migrated(tmp_path, {"config.py": f"{SETS_AZURE}\n{ASKS}", "app.py": f"import openai\nimport config\n\n{ASKS}"})
    assert all(ASKED in text for text in found.values())
    assert "openai.azure_endpoint = 'https://x.example.com'" in found["config.py"]


@pytest.mark.parametrize(
    "kind",
    ["os.environ['KIND']", "'azure_ad'", "'azure' if os.getenv('KIND') else 'open_ai'"],
)
def test_what_another_file_sets_up_is_left_alone_where_its_kind_is_none_of_the_module(tmp_path: Path, kind: str) -> None:
    files = {
        "config.py": "import os\n" + SETS_AZURE.replace("'azure'", kind),
        "app.py": f"import openai\nimport config\n\n{ASKS}",
    }
    assert migrated(tmp_path, files) == files
    found = reasons(tmp_path)
    assert "config.py sets up the module openai, which no client sees" in found
    assert "app.py makes requests with it, and sees no client of this file" in found


@pytest.mark.parametrize(
    ("parser", "handed"),
    [
        (BY_ATTRIBUTE, f"from_answer({ASKED})"),
        (BY_KEY, f"from_answer({ASKED}.to_dict())"),
        ("class Parser:\n    pass\n", f"from_answer({ASKED}.to_dict())"),
        (f"{BY_ATTRIBUTE}\n    def others(self, answer):\n        return answer['choices']\n", f"from_answer({ASKED})"),
    ],
)
def test_a_function_of_another_file_is_handed_what_it_reads(tmp_path: Path, parser: str, handed: str) -> None:
    found = migrated(tmp_path, {"app.py": HANDS_OVER, "parsing.py": parser})
    assert handed in found["app.py"].replace("client.", "openai.")
    assert found["parsing.py"] == parser


@pytest.mark.parametrize(
    ("reading", "kept"),
    [("['choices'][0]['message']['content']", f"{ASKED}.to_dict()"), (".choices[0].message.content", ASKED)],
)
def test_what_a_function_returns_is_what_other_files_read(tmp_path: Path, reading: str, kept: str) -> None:
    app = f"import api\n\nprint(api.ask(){reading})\n"
    found = migrated(tmp_path, {"api.py": f"import openai\n\ndef ask():\n    return {ASK}\n", "app.py": app})
    assert f"return {kept}\n" in found["api.py"].replace("client.", "openai.")
    assert found["app.py"] == app


def test_what_other_files_read_in_both_ways_is_left_alone(tmp_path: Path) -> None:
    files = {
        "api.py": f"import openai\n\ndef ask():\n    return {ASK}\n",
        "app.py": "import api\n\nanswer = api.ask()\nprint(answer['id'], answer.choices[0])\n",
    }
    assert migrated(tmp_path, files) == files
    assert "line 4: app.py uses what `ask` returns" in reasons(tmp_path) or "app.py uses what `ask` returns" in reasons(tmp_path)
