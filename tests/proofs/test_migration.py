"""Programs written for openai 0.28.1 do the same after their migration, on the newest 1.x, 2.x and 3.x.

The programs lie in `tests/migration/programs/`: those to be migrated in the folder itself, those whose migration is impossible
or unwise in `left_alone/`, those that are up to date in `modern/`. Each runs unchanged on 0.28.1 against a server on this
machine, is migrated, and runs again: it has to print the same, to end the same way, and to send the same requests. What of a
request may differ says `carried_over`.

    python -m tests.proofs.test_migration NAME... [--on 1,2,3]   tells of these programs where they differ (--all: of all programs)
    python -m tests.proofs.test_migration NAME... --legacy       tells what they do on 0.28.1
    python -m tests.proofs.test_migration NAME... --diff         shows the migrations, too
"""

from __future__ import annotations

import argparse
import functools
import io
import json
import re
import sys
import tokenize
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import unified_diff
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qsl, unquote

import pytest

from oaklint.engine import Settings, check, fix
from tests.proofs import environments
from tests.proofs.environments import Environment
from tests.proofs.legacy_api import LegacyApi, fields_of
from tests.proofs.running import Outcome, run
from tests.proofs.server import Json, Request, Server, fresh_key

FOLDER = Path(__file__).parents[1] / "migration" / "programs"
MIGRATION = Settings(select=("OAK2",))
KEY, TEAM_KEY = fresh_key(), fresh_key()
# Keys that programs have for each of their users; the server takes no others.
USERS_KEYS = ("key-for-tests", "key-for-alice", "key-for-bob")


@dataclass(frozen=True)
class Setup:
    """What a program finds when it starts, besides what every program finds. In texts, {key}, {base} and {origin} are filled in.

    key:       what OPENAI_API_KEY holds; None: the variable does not exist.
    arguments: its command line. stdin: what is typed in.
    status:    how it is to end on 0.28.1.
    behind:    what is run behind it, such as its tests.
    beside:    other programs that it imports, and that are migrated as it is.
    anyhow:    it sends several requests at once, so that they arrive in any order.
    """

    key: Literal["good"] | None = "good"
    arguments: Sequence[str] = ()
    stdin: str = ""
    files: Mapping[str, str] = field(default_factory=dict)
    environ: Mapping[str, str] = field(default_factory=dict)
    status: int = 0
    behind: str = ""
    beside: Sequence[str] = ()
    anyhow: bool = False


DOTENV = {".env": "OPENAI_API_KEY={key}\n"}
CONFIG = """\
{"openai": {"api_key": "{key}", "organization": "org-file", "model": "gpt-3.5-turbo"},
 "persona": "You are terse.", "params": {"temperature": 0.1, "max_tokens": 2}}
"""
# pytest as far as the tests of a program need it, and how they are run.
PYTEST = {"pytest.py": Path(__file__).with_name("pytest_stand_in.py").read_text(encoding="utf-8")}
RUN_TESTS = "\n\nimport pytest\n\npytest.run(globals())\n"
STORAGE = """\
def record(response):
    with open("log.txt", "a") as log:
        log.write(response["id"])
"""
# The programs that need more than the environment variables OPENAI_API_KEY, API_BASE, AZURE_BASE, AZURE_KEY and TEAM_KEY.
SETUPS: dict[str, Setup] = {
    "async_gather.py": Setup(anyhow=True),
    "async_queue.py": Setup(anyhow=True),
    "async_retry_gather.py": Setup(anyhow=True),
    "async_streams_merged.py": Setup(anyhow=True),
    "azure_from_env.py": Setup(environ={"AZURE_OPENAI_ENDPOINT": "{origin}", "AZURE_OPENAI_KEY": "{key}"}),
    "chatbot_loop.py": Setup(stdin="Who are you?\nWhat did I ask?\nquit\n"),
    "cli_argparse.py": Setup(arguments=["-n", "2", "Hello", "world"]),
    "config_file.py": Setup(key=None, files={"config.json": CONFIG}),
    "debug_settings.py": Setup(key=None, files={"key.txt": "{key}\n"}),
    "docstring_first.py": Setup(arguments=["once", "more"]),
    "error_reraise.py": Setup(status=1),
    "gpt_commit.py": Setup(stdin="+ one row\n"),
    "images_and_audio.ipynb": Setup(key=None, files=DOTENV),
    "input_key.py": Setup(key=None, stdin="key-for-tests\nWho?\n"),
    "key_in_settings.py": Setup(key=None),
    "key_from_file.py": Setup(key=None, files={"api_key.txt": "{key}\n"}),
    "left_alone/errors_from_import.py": Setup(status=3),
    "left_alone/patch_checked_by_helper.py": Setup(files=PYTEST, behind=RUN_TESTS),
    "left_alone/patch_http.py": Setup(files=PYTEST, behind=RUN_TESTS),
    "left_alone/pytest_fake_called.py": Setup(files=PYTEST, behind=RUN_TESTS),
    "left_alone/pytest_namespace_for_module.py": Setup(files=PYTEST, behind=RUN_TESTS),
    "left_alone/pytest_one_fake_for_two.py": Setup(files=PYTEST, behind=RUN_TESTS),
    "load_dotenv_after.py": Setup(key=None, files=DOTENV),
    "load_dotenv_before.py": Setup(key=None, files=DOTENV),
    "monkeypatched.py": Setup(files=PYTEST, behind=RUN_TESTS),
    "function_by_name.py": Setup(stdin="chat one\ncomplete two\nchat fails-400\nchat fails-429\nnothing x\n"),
    "pytest_compared.py": Setup(files=PYTEST, behind=RUN_TESTS),
    "pytest_fake_and_value.py": Setup(files=PYTEST, behind=RUN_TESTS),
    "pytest_fake_classes.py": Setup(files=PYTEST, behind=RUN_TESTS),
    "pytest_fixture.py": Setup(files=PYTEST, behind=RUN_TESTS),
    "pytest_raised_errors.py": Setup(files=PYTEST, behind=RUN_TESTS),
    "pytest_installed_fake.py": Setup(files=PYTEST, behind=RUN_TESTS),
    "pytest_key.py": Setup(files=PYTEST, behind=RUN_TESTS),
    "pytest_made_answers.py": Setup(files=PYTEST, behind=RUN_TESTS),
    "pytest_mocker.py": Setup(files=PYTEST, behind=RUN_TESTS),
    "pytest_recorder.py": Setup(files=PYTEST, behind=RUN_TESTS),
    "pytest_wrapped.py": Setup(files=PYTEST, behind=RUN_TESTS),
    "response_to_module.py": Setup(files={"storage.py": STORAGE}),
    "test_summary_service.py": Setup(beside=("summary_service.py",)),
    "test_summary_service_by_text.py": Setup(beside=("summary_service.py",)),
    "text_or_object.py": Setup(arguments=["text", "json", "verbose_json", "srt"]),
    "thread_pool.py": Setup(anyhow=True),
    "translate_srt.py": Setup(arguments=["film.srt", "French"], files={"film.srt": "1\n00:01\nHello.\n\n2\n00:02\nBye.\n"}),
    "wrong_key.py": Setup(key=None, environ={"OPENAI_API_KEY": "key-that-is-wrong"}, status=2),
}


def names(folder: Path = FOLDER) -> list[str]:
    return sorted(path.relative_to(FOLDER).as_posix() for path in folder.iterdir() if path.suffix in (".py", ".ipynb"))


TO_MIGRATE, LEFT_ALONE, MODERN = names(), names(FOLDER / "left_alone"), names(FOLDER / "modern")


def read(name: str) -> bytes:
    return (FOLDER / name).read_bytes()


def runnable(name: str, data: bytes) -> str | list[str]:
    """The text of a program, or the cells of a notebook without their magics."""
    if not name.endswith(".ipynb"):
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        return data.decode(encoding)
    cells = ["".join(cell["source"]) for cell in json.loads(data)["cells"] if cell["cell_type"] == "code"]
    return [re.sub(r"(?m)^[ \t]*[%!].*$", "", cell) for cell in cells]


def run_it(name: str, data: bytes, environment: Environment) -> tuple[Outcome, list[Json]]:
    """How it ended, and what it sent."""
    setup = SETUPS.get(name, Setup())
    others = {other: read(other) if environment.name == "0" else migrated(other) for other in setup.beside}
    return run_program(runnable(name, data), setup, environment, {other: text.decode() for other, text in others.items()})


def run_program(
    program: str | list[str], setup: Setup, environment: Environment, others: Mapping[str, str]
) -> tuple[Outcome, list[Json]]:
    """How a program ended, or the cells of a notebook, and what it sent. others: the files beside it, by their names."""
    with Server((KEY, TEAM_KEY, *USERS_KEYS), respond=LegacyApi(), limit=60) as server:

        def fill(texts: Mapping[str, str]) -> dict[str, str]:
            known = {"{key}": KEY, "{base}": server.url, "{origin}": server.origin}
            return {name: re.sub(r"\{\w+\}", lambda found: known.get(found[0], found[0]), text) for name, text in texts.items()}

        usual = {"API_BASE": "{base}", "AZURE_BASE": "{origin}", "AZURE_KEY": "{key}", "TEAM_KEY": TEAM_KEY}
        outcome = run(
            program + setup.behind if isinstance(program, str) else program,
            environment,
            server=server,
            key=setup.key,
            arguments=setup.arguments,
            stdin=setup.stdin,
            files={**fill(setup.files), **others},
            environ=fill({**usual, **setup.environ}),
        )
        wire = carried_over(outcome.sent)
        return outcome, sorted(wire, key=json.dumps) if setup.anyhow else wire


# What of a request is nobody's business: the SDK tells of itself and of the connection.
_OF_THE_SDK = re.compile(r"x-stainless-|x-openai-client-user-agent$|x-request-id$")
_OF_THE_PROGRAM = re.compile(r"authorization$|api-key$|openai-organization$|x-|helicone-")


def carried_over(sent: Sequence[Request]) -> list[Json]:
    """The requests in the form that they have since 1.0. What is made equal, and why:

    | what | why |
    |---|---|
    | the order of fields, the boundary of a form | means nothing |
    | numbers in a form | each SDK writes them as text |
    | `/v1/engines/NAME/completions` is `/v1/completions` with `model: NAME` | the path was retired; the service answers the same |
    | `/v1/engines` is `/v1/models` | as above |
    | `model` on Azure is left out | the deployment in the path decides; since 1.0 its name is sent as the model, too |
    | `Authorization` on Azure is left out where there is an `api-key` | 1.x sends both, with the same key |
    | characters of a path may be written as `%3A` | means nothing |
    | the name of an uploaded file | 0.x called all of them "file", or gave the whole path; it means nothing to the service |
    """
    wire: list[Json] = []
    for request in sent:
        path, fields = unquote(request.path), fields_of(request.body)
        if found := re.fullmatch(r"/v1/engines/([^/]+)/(.+)", path):
            path, fields = f"/v1/{found[2]}", {"model": found[1], **fields}
        path = re.sub("^/v1/engines", "/v1/models", path)
        if path.startswith("/openai/deployments/"):
            fields.pop("model", None)
        for value in fields.values():
            if isinstance(value, dict) and value.keys() == {"file", "content"}:
                del value["file"]
        if request.body.startswith(b"--"):
            fields = dict(sorted(fields.items()))
        chosen = {
            name: value for name, value in request.headers.items() if _OF_THE_PROGRAM.match(name) and not _OF_THE_SDK.match(name)
        }
        if "api-key" in chosen:
            chosen.pop("authorization", None)
        told: Json = {
            "request": f"{request.method} {path}",
            "query": dict(parse_qsl(request.query)),
            "headers": dict(sorted(chosen.items())),
            "body": fields,
        }
        wire.append(told)
    return wire


def printed(text: str) -> str:
    """What was printed, with the fields of JSON in one order: the SDKs before and since 1.0 have different ones. `str(error)` of
    an error of the SDK begins with the status since 1.0, and before 3.38 has all that the service answered behind that.
    """
    text = re.sub(r"Error code: \d{3} - (?:\{'error': \{'message': (['\"])(.*?)\1, '.*?\}\}|)", r"\2", text)
    decoder, parts, start = json.JSONDecoder(), [], 0
    for found in re.finditer("{", text):
        if found.start() < start:
            continue
        try:
            value, end = decoder.raw_decode(text, found.start())
        except ValueError:
            continue
        parts += [text[start : found.start()], json.dumps(value, sort_keys=True, ensure_ascii=False, indent=1)]
        start = end
    return "".join(parts) + text[start:]


@functools.cache
def before(name: str) -> tuple[Outcome, list[Json]]:
    return run_it(name, read(name), environments.get("0"))


@functools.cache
def migrated(name: str) -> bytes:
    return fix(name, read(name), MIGRATION, unsafe=False).data


def problems_of_text(name: str) -> list[str]:
    """What is wrong with the migrated text, before it has run."""
    old, new = read(name), migrated(name)
    left = [item for item in check(name, new, MIGRATION) if item.severity != "info"]
    problems = [f"line {item.location.row}: {item.code} {item.message}" for item in left]
    if new == old:
        return ["it was not changed", *problems]
    if fix(name, new, MIGRATION, unsafe=False).data != new:
        problems.append("a second migration changes it again")
    return problems


def differences(name: str, environment: Environment) -> list[str]:
    """Where the migrated program does something else than the program did; rows of diffs."""
    return differences_between(before(name), run_it(name, migrated(name), environment))


def differences_between(before: tuple[Outcome, list[Json]], now: tuple[Outcome, list[Json]]) -> list[str]:
    """Where a program does something else than it did; rows of diffs."""
    (old, old_wire), (new, new_wire) = before, now
    rows: list[str] = []
    if (old.status, old.endless, old.timed_out) != (new.status, new.endless, new.timed_out):
        rows += [f"exit status {old.status}, now {new.status}", *new.stderr.splitlines()[-15:]]
    rows += _diff("printed", printed(old.stdout), printed(new.stdout))
    rows += _diff("sent", _rows(old_wire), _rows(new_wire))
    return rows


def _rows(wire: list[Json]) -> str:
    return "".join(json.dumps(told, indent=1, sort_keys=True, ensure_ascii=False) + "\n" for told in wire)


def _diff(what: str, old: str, new: str) -> list[str]:
    return list(unified_diff(old.splitlines(), new.splitlines(), f"{what} on 0.28.1", f"{what} now", lineterm="", n=2))


@pytest.mark.parametrize("environment", ["0"], indirect=True)
@pytest.mark.parametrize("name", [*TO_MIGRATE, *LEFT_ALONE])
def test_a_legacy_program_runs_on_0_28_1(name: str, environment: Environment) -> None:
    outcome, _ = before(name)
    assert (outcome.status, outcome.endless, outcome.timed_out) == (SETUPS.get(name, Setup()).status, False, False), (
        outcome.stderr
    )
    assert outcome.stdout or outcome.stderr or outcome.sent


@pytest.mark.parametrize("name", TO_MIGRATE)
def test_a_migration_is_whole(name: str) -> None:
    assert problems_of_text(name) == []


@pytest.mark.parametrize("environment", ["1", "2", "3"], indirect=True)
@pytest.mark.parametrize("name", TO_MIGRATE)
def test_a_migrated_program_does_the_same(name: str, environment: Environment) -> None:
    rows = differences(name, environment)
    assert not rows, "\n".join(rows)


@pytest.mark.parametrize("name", LEFT_ALONE)
def test_what_cannot_be_migrated_is_left_alone_and_told(name: str) -> None:
    assert migrated(name) == read(name)
    assert check(name, read(name), MIGRATION)


@pytest.mark.parametrize("name", MODERN)
def test_what_is_up_to_date_stays_as_it_is(name: str) -> None:
    assert migrated(name) == read(name)
    assert not [item for item in check(name, read(name), MIGRATION) if item.severity != "info"]


@pytest.mark.parametrize("environment", ["3"], indirect=True)
@pytest.mark.parametrize("name", MODERN)
def test_what_is_up_to_date_runs(name: str, environment: Environment) -> None:
    outcome, _ = run_it(name, read(name), environment)
    assert outcome.worked, outcome.stderr


def test_there_are_enough_programs() -> None:
    assert len(TO_MIGRATE) + len(LEFT_ALONE) >= 80
    assert SETUPS.keys() <= {*TO_MIGRATE, *LEFT_ALONE, *MODERN}


def _tell(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.proofs.test_migration")
    parser.add_argument("names", nargs="*", help="names of programs, or beginnings of them")
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--on", default="3", help="environments, such as 1,2,3")
    parser.add_argument("--legacy", action="store_true")
    parser.add_argument("--diff", action="store_true")
    chosen = parser.parse_args(arguments)
    everything = [*TO_MIGRATE, *LEFT_ALONE, *MODERN]
    wanted = [name for name in everything if chosen.all or any(_matches(name, given) for given in chosen.names)]
    good = 0
    for name in wanted:
        rows, shown = _report(name, chosen.on.split(","), legacy=chosen.legacy)
        if chosen.diff and not chosen.legacy:
            shown += unified_diff(read(name).decode().splitlines(), migrated(name).decode().splitlines(), lineterm="", n=1)
        good += not rows
        print(f"{'DIFFERS' if rows else 'ok':8}{name}")
        for row in (*shown, *rows):
            print(f"        {row}")
    print(f"{good} of {len(wanted)}")
    return good < len(wanted)


def _matches(name: str, given: str) -> bool:
    return given in (name, Path(name).name, Path(name).stem) or name.startswith(given)


def _report(name: str, on: Sequence[str], *, legacy: bool) -> tuple[list[str], list[str]]:
    """What is wrong with a program, and what else is to be shown."""
    if legacy:
        outcome, wire = before(name) if name not in MODERN else run_it(name, read(name), environments.get("3"))
        wrong = [] if outcome.status == SETUPS.get(name, Setup()).status else [f"exit status {outcome.status}"]
        return [*wrong, *(outcome.stderr.splitlines()[-15:] if wrong else [])], [
            *outcome.stdout.splitlines(),
            *(json.dumps(told, ensure_ascii=False) for told in wire),
        ]
    if name not in TO_MIGRATE:
        return (["it was changed"] if migrated(name) != read(name) else []), []
    rows: list[str] = problems_of_text(name)
    if migrated(name) != read(name):
        for environment in on:
            different = differences(name, environments.get(environment))
            rows += [f"on {environment}:", *different] if different else []
    return rows, []


if __name__ == "__main__":
    sys.exit(_tell(sys.argv[1:]))
