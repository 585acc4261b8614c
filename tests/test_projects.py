"""Programs of several files: what one module does, the findings of another know of. It works through every door alike.

`tests/projects/` holds small projects, with the expected findings written on their lines as in fixtures.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from oaklint.engine import Settings, check
from oaklint.rules import all_rules
from oaklint.source import InProject, Modules
from tests.fixtures_reader import expected_in

FOLDER = Path(__file__).parent / "projects"
PROJECTS = sorted(path for path in FOLDER.iterdir() if path.is_dir())
FILES = [path for project in PROJECTS for path in sorted(project.rglob("*.py"))]
FLOW_RULES = tuple(rule.code for rule in all_rules() if rule.follows_imports and rule.enabled)

Found = set[tuple[str, int, str]]


@pytest.fixture
def project(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The project, copied to where no other project is around it; one module of it made unreadable to a parser."""
    copy: Path = tmp_path / request.param.name
    shutil.copytree(request.param, copy)
    for text in copy.rglob("*.txt"):
        text.rename(text.with_suffix(".py"))
    return copy


def _expected(project: Path) -> Found:
    files = [path for path in project.rglob("*.py") if path.name != "broken.py"]
    return {(path.relative_to(project).as_posix(), *each) for path in files for each in expected_in(path.read_text("utf-8"))}


def _ours(found: Found) -> Found:
    return {each for each in found if each[2] in FLOW_RULES}


each_project = pytest.mark.parametrize("project", PROJECTS, indirect=True, ids=lambda path: path.name)


@each_project
def test_findings(project: Path) -> None:
    found: Found = set()
    for path in project.rglob("*.py"):
        name = path.relative_to(project).as_posix()
        diagnostics = check(name, path.read_bytes(), Settings(select=FLOW_RULES), InProject(str(path), Modules()))
        found |= {(name, diagnostic.location.row, diagnostic.code) for diagnostic in diagnostics}
    assert found == _expected(project)


@each_project
def test_through_the_command_line(project: Path) -> None:
    command = [sys.executable, "-m", "oaklint", "check", "--isolated", "--output-format", "json", "."]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    found = {(item["filename"], item["location"]["row"], item["code"]) for item in json.loads(done.stdout)}
    assert _ours(found) == _expected(project)


@each_project
def test_through_flake8(project: Path) -> None:
    command = [sys.executable, "-m", "flake8", "--isolated", "--select", "OAK", "--format", "%(path)s:%(row)d:%(code)s", "."]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    lines = [line.removeprefix("./").split(":") for line in done.stdout.splitlines()]
    assert _ours({(name, int(row), code) for name, row, code in lines}) == _expected(project)


@each_project
def test_through_standard_input(project: Path) -> None:
    """As an editor does: the text comes from a buffer, the name says where it belongs."""
    found: Found = set()
    for path in project.rglob("*.py"):
        name = path.relative_to(project).as_posix()
        if expected_in(path.read_text("utf-8")):
            command = [sys.executable, "-m", "oaklint", "check", "--output-format", "json", "--stdin-filename", name, "-"]
            done = subprocess.run(
                command, cwd=project, input=path.read_text("utf-8"), capture_output=True, text=True, check=False
            )
            found |= {(item["filename"], item["location"]["row"], item["code"]) for item in json.loads(done.stdout)}
    assert _ours(found) == _expected(project)


def test_findings_name_the_other_place(tmp_path: Path) -> None:
    shutil.copytree(FOLDER / "package", tmp_path, dirs_exist_ok=True)
    late = tmp_path / "assistant" / "late.py"
    (diagnostic,) = check("assistant/late.py", late.read_bytes(), Settings(), InProject(str(late), Modules()))
    (built, used) = diagnostic.related
    assert (built.filename, built.location.row, built.line) == ("assistant/llm.py", 5, "client = OpenAI()")
    assert (used.filename, used.location.row) == ("assistant/late.py", 8)
    assert "in line 5 of assistant/llm.py" in diagnostic.message


@pytest.mark.parametrize(
    ("project", "name", "used"),
    [
        ("registered", "main.py", ("routers/chat.py", 12)),
        ("registered", "factory.py", ("routers/chat.py", 12)),
        ("results", "app/server.py", ("app/server.py", 23)),
        ("src_layout", "tests/test_bot.py", ("tests/test_bot.py", 18)),
    ],
)
def test_the_use_is_named_wherever_it_is(project: str, name: str, used: tuple[str, int], tmp_path: Path) -> None:
    """In a function that others call, in another file or in the same one, or in the function that sets the environment."""
    shutil.copytree(FOLDER / project, tmp_path, dirs_exist_ok=True)
    path = tmp_path / name
    found = check(name, path.read_bytes(), Settings(select=("OAK301",)), InProject(str(path), Modules()))
    (last, *_) = (each.path[-1] for each in found)
    assert (last.filename, last.location.row, last.message) == (*used, "used here")


def test_without_a_path_nothing_is_followed() -> None:
    late = FOLDER / "package" / "assistant" / "late.py"
    assert check("late.py", late.read_bytes(), Settings()) == []


def test_a_change_of_the_other_file_is_seen_at_once(tmp_path: Path) -> None:
    (tmp_path / "llm.py").write_text("from openai import OpenAI\nclient = OpenAI()\n")
    main = tmp_path / "main.py"
    main.write_text("from dotenv import load_dotenv\nfrom llm import client\nload_dotenv()\nclient.models.list()\n")

    def codes() -> list[str]:
        return [
            diagnostic.code for diagnostic in check("main.py", main.read_bytes(), Settings(), InProject(str(main), Modules()))
        ]

    assert codes() == ["OAK301"]
    (tmp_path / "llm.py").write_text("from openai import OpenAI\nclient = OpenAI(api_key=input())\n")
    assert codes() == []


def test_installed_packages_are_not_followed(tmp_path: Path) -> None:
    packages = tmp_path / "site-packages"
    for name, text in (
        ("llm", "from openai import OpenAI\nclient = OpenAI()\n"),
        ("main", "from dotenv import load_dotenv\nfrom llm import client\nload_dotenv()\nclient.models.list()\n"),
    ):
        (packages / name).mkdir(parents=True)
        (packages / name / "__init__.py").write_text(text)
    main = packages / "main" / "__init__.py"
    assert check("main.py", main.read_bytes(), Settings(), InProject(str(main), Modules())) == []


def test_a_function_that_a_followed_module_mentions(tmp_path: Path) -> None:
    """Whether a call is guarded is asked of the places that mention its function, up to the module that they stand in."""
    old = tmp_path / "old.py"
    old.write_text("import openai\nimport user\n\n\ndef ask(prompt):\n    return openai.ChatCompletion.create(messages=prompt)\n")
    (tmp_path / "user.py").write_text("import openai\nimport old\n\nprint(old.ask('How are you?'))\n")
    (diagnostic,) = check("old.py", old.read_bytes(), Settings(target_sdk="3"), InProject(str(old), Modules()))
    assert diagnostic.code == "OAK203"


def test_a_clause_in_another_file_is_named(tmp_path: Path) -> None:
    """What hands the failure back is not checked along; the finding stands where the loop is, and has no fix there."""
    shutil.copytree(FOLDER / "handed_back", tmp_path, dirs_exist_ok=True)
    main = tmp_path / "main.py"
    first, *_ = check("main.py", main.read_bytes(), Settings(), InProject(str(main), Modules()))
    assert "before the clause in line 12 of app/llm.py" in first.message
    steps = [(step.filename, step.location.row, step.message) for step in first.path]
    assert steps == [
        ("app/llm.py", 11, "raised here"),
        ("app/llm.py", 12, "caught here"),
        ("main.py", 14, "handed back here"),
        ("main.py", 13, "around again here"),
    ]
    assert first.fix is None


def test_the_request_of_a_class_that_inherits_is_named(tmp_path: Path) -> None:
    shutil.copytree(FOLDER / "inherited", tmp_path, dirs_exist_ok=True)
    base = tmp_path / "providers" / "base.py"
    first, *_ = check("providers/base.py", base.read_bytes(), Settings(select=("OAK401",)), InProject(str(base), Modules()))
    assert [(step.filename, step.location.row, step.message) for step in first.path][:3] == [
        ("providers/own.py", 17, "raised here"),
        ("providers/base.py", 16, "let out here"),
        ("providers/base.py", 17, "caught here"),
    ]


def test_where_the_error_becomes_another_one_is_named(tmp_path: Path) -> None:
    (tmp_path / "llm.py").write_text(
        "import openai\n\n\nclass Refused(Exception): pass\n\n\ndef ask(prompt):\n    try:\n"
        "        return openai.OpenAI().responses.create(model='m', input=prompt)\n"
        "    except openai.OpenAIError as error:\n        raise Refused(str(error)) from error\n"
    )
    main = tmp_path / "main.py"
    main.write_text(
        "from llm import Refused, ask\n\nwhile True:\n    try:\n        print(ask('?'))\n        break\n"
        "    except Refused:\n        pass\n"
    )
    (diagnostic,) = check("main.py", main.read_bytes(), Settings(), InProject(str(main), Modules()))
    assert ("llm.py", 11, "becomes `Refused` here") in [
        (place.filename, place.location.row, place.message) for place in diagnostic.related
    ]


@pytest.mark.parametrize(
    ("elsewhere", "program", "step"),
    [
        (
            "import openai\nERRORS = (openai.RateLimitError, openai.APIError)\n",
            "import told\nwhile True:\n    try:\n        ask()\n        break\n    except told.ERRORS:\n        pass\n",
            (2, "what it catches is said here"),
        ),
        (
            "import tenacity\nPOLICY = tenacity.retry(stop=tenacity.stop_after_attempt(3))\n",
            "from told import POLICY\n@POLICY\ndef work():\n    ask()\n",
            (2, "what is retried is said here"),
        ),
        (
            "import openai\nERRORS = (openai.APIError,)\n",
            "import backoff, told\n@backoff.on_exception(backoff.expo, told.ERRORS)\ndef work():\n    ask()\n",
            (2, "what is retried is said here"),
        ),
        (
            "def is_worth_it(error):\n    return isinstance(error, Exception)\n",
            "import tenacity\nfrom told import is_worth_it\n@tenacity.retry(retry=tenacity.retry_if_exception(is_worth_it))\n"
            "def work():\n    ask()\n",
            (1, "what is retried is said here"),
        ),
        (
            "import openai\n\n\nclass Down(Exception): pass\n\n\nERRORS = (Down,)\n",
            "import stamina, told\n@stamina.retry(on=told.ERRORS)\ndef work():\n    try:\n        ask()\n"
            "    except Exception as error:\n        raise told.Down from error\n",
            (7, "what is retried is said here"),
        ),
        (
            "ERRORS = (Exception,)\n",
            "import told\nfrom celery import shared_task\n@shared_task(bind=True)\ndef work(self):\n    try:\n        ask()\n"
            "    except told.ERRORS:\n        self.retry()\n",
            (1, "what it catches is said here"),
        ),
    ],
)
def test_where_another_file_says_which_errors_are_meant(
    elsewhere: str, program: str, step: tuple[int, str], tmp_path: Path
) -> None:
    (tmp_path / "told.py").write_text(elsewhere)
    main = tmp_path / "main.py"
    main.write_text(f"import openai\nclient = openai.OpenAI()\ndef ask():\n    return client.models.list()\n{program}")
    (diagnostic,) = check("main.py", main.read_bytes(), Settings(), InProject(str(main), Modules()))
    assert [(place.location.row, place.message) for place in diagnostic.related if place.filename == "told.py"] == [step]
    assert [place.message for place in diagnostic.path if place.filename == "told.py"] == [step[1]]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="a pipe in the file system")
def test_classes_are_looked_for_in_files_alone(tmp_path: Path) -> None:
    """A pipe would never end, and a link may lead to itself, or nowhere."""
    shutil.copytree(FOLDER / "inherited", tmp_path, dirs_exist_ok=True)
    providers = tmp_path / "providers"
    os.mkfifo(providers / "pipe.py")
    (providers / "itself.py").symlink_to("itself.py")
    (providers / "nowhere.py").symlink_to("nothing.py")
    command = [sys.executable, "-m", "oaklint", "check", "--isolated", "--output-format", "json", "providers/decorated.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)
    found = {(item["location"]["row"], item["code"]) for item in json.loads(done.stdout)}
    assert {each for each in found if each[1] == "OAK402"} == expected_in((providers / "decorated.py").read_text("utf-8"))


def test_in_a_large_package_the_names_are_followed_first(tmp_path: Path) -> None:
    """There are more modules than are followed; the one that matters stands at the end, and another package in between."""
    modules = [f"m{number}" for number in range(60)]
    for name in modules:
        (tmp_path / "large" / name).mkdir(parents=True)
        (tmp_path / "large" / name / "__init__.py").write_text("import openai\n\n\ndef unused():\n    raise OSError\n")
    imports = "".join(f"from .{name} import unused as {name}\n" for name in modules)
    (tmp_path / "large" / "__init__.py").write_text(f"{imports}from .door import ask\n")
    (tmp_path / "large" / "door.py").write_text("from .rooms.last import ask\n")
    (tmp_path / "large" / "rooms").mkdir()
    (tmp_path / "large" / "rooms" / "__init__.py").write_text("")
    last = "import openai\n\n\ndef ask(prompt):\n    return openai.OpenAI().responses.create(model='m', input=prompt)\n"
    (tmp_path / "large" / "rooms" / "last.py").write_text(last)
    main = tmp_path / "main.py"
    main.write_text(
        "import openai\nfrom large import ask\n\nwhile True:\n    try:\n        print(ask('?'))\n        break\n"
        "    except openai.OpenAIError:\n        pass\n"
    )
    found = check("main.py", main.read_bytes(), Settings(), InProject(str(main), Modules()))
    assert [(diagnostic.location.row, diagnostic.code) for diagnostic in found] == [(8, "OAK401")]
