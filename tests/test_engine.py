"""The engine: never an exception, the settings it is given, and a screen that loses nothing."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from oaklint.diagnostic import Diagnostic
from oaklint.engine import Settings, check, checking
from oaklint.engine.project import admitted
from oaklint.engine.screen import possible_rules
from oaklint.engine.selection import selected_rules
from oaklint.rules import all_rules
from tests.fixtures_reader import Fixture, all_fixtures
from tests.variations import VARIATIONS, notebook

HEAD = "import openai\nfrom openai import OpenAI\n"
FIXTURES = all_fixtures()
LEGACY = b"import openai\nopenai.api_key = key\nopenai.ChatCompletion.create()\n"


def _codes(data: bytes, name: str = "a.py", **settings: object) -> list[str]:
    return [diagnostic.code for diagnostic in check(name, data, Settings(**settings))]  # type: ignore[arg-type]


# Input that LibCST crashes on, or runs for ever; and programs that take for ever if each question is asked anew.
def _doubled(first: str, operation: str) -> str:
    return f"x0 = {first}\n" + "".join(f"x{i} = x{i - 1} {operation} x{i - 1}\n" for i in range(1, 61))


_ASKED = " try: OpenAI().models.list()\n except Exception as e:\n  print(e)\n"


@pytest.mark.parametrize(
    "hostile",
    [
        "x = " + "+".join(["a"] * 10_000),
        "x = " + "(" * 3_000 + "a" + ")" * 3_000,
        "x = " + "[" * 190 + "a" + "]" * 190,
        "match x:\n    case " + "(" * 30 + "a" + ")" * 30 + ":\n        pass",
        "match x:\n    case " + "A((" * 12 + "a" + "))" * 12 + ":\n        pass",
        "match x:\n    case (\n" + "(\n" * 20 + "a" + ")\n" * 20 + "):\n        pass",
        "match x:\n    case " + "{'a': [" * 20 + "b" + "]}" * 20 + ":\n        pass",
        "match x:\n    case " + "(" * 20 + "a" + ",)" * 20 + ":\n        pass",
        "case [\n" * 20_000,
        "x = a" + ".f()" * 3_000,
        "if a: pass\n" + "elif b: pass\n" * 3_000,
        "x = " + " ".join(["'a'"] * 4_000),
        "x = " + "-" * 3_000 + "1",
        "x = " + "lambda: " * 300 + "1",
        "a0 = OpenAI()\n" + "".join(f"a{i} = a{i - 1} or a{i - 1}\n" for i in range(1, 400)) + "a399.models.list()",
        "def f():\n"
        + "".join(f"{' ' * (2 * i + 1)}try:\n{' ' * (2 * i + 2)}return\n{' ' * (2 * i + 1)}finally:\n" for i in range(20))
        + " " * 50
        + "pass",
        "while 1:\n try: OpenAI().models.list()\n except Exception:\n"
        + "".join(f"  if c{i}: x{i} = {i}\n  else: x{i} = -1\n" for i in range(40)),
        _doubled("'a'", "+") + f"for i in x60:\n{_ASKED}",
        _doubled("[1]", "+") + f"for i in x60:\n{_ASKED}",
        _doubled("(1, 2)", ",") + f"while x60:\n{_ASKED}",
        _doubled("99", "*") + "OpenAI(api_key=x60)",
        f"while 1:\n{_ASKED}  s = 'a'\n" + "  s = s + s\n" * 60 + "  if s: continue\n  raise",
        f"while 1:\n{_ASKED}  if '%400000000d' % 1: continue\n  raise",
        f"for i in range(1, 2, 3, 4):\n{_ASKED}",
        f"for i in range(0, 10000000000000000000000000, 1):\n{_ASKED}",
        f"while 1:\n{_ASKED}  if 'rate' in str(e){'.strip()' * 60}: continue\n  raise",
        f"def clean(s):\n return s.strip()\nwhile 1:\n{_ASKED}  if {'clean(' * 60}str(e){')' * 60}: continue\n  raise",
        "class A0(Exception): pass\nclass B0(Exception): pass\n"
        + "".join(f"class A{i}(A{i - 1}, B{i - 1}): pass\nclass B{i}(A{i - 1}, B{i - 1}): pass\n" for i in range(1, 60))
        + "while 1:\n try:\n  try: OpenAI().models.list()\n  except Exception as e: raise A59(e)\n except B59 as e: print(e.code)",
    ],
    ids=lambda text: text[:24].replace("\n", " "),
)
def test_hostile_input(hostile: str) -> None:
    assert set(_codes(f"{HEAD}{hostile}\n".encode())) <= {"OAK000", "OAK401"}


@given(st.binary(max_size=200), st.sampled_from(["a.py", "a.ipynb"]))
@hypothesis_settings(max_examples=200, deadline=None)
def test_any_bytes(data: bytes, name: str) -> None:
    check(name, b"openai sk-" + data, Settings())


@given(st.sampled_from(FIXTURES), st.randoms(use_true_random=False))
@hypothesis_settings(max_examples=150, deadline=None)
def test_mangled_programs(fixture: Fixture, randomness: random.Random) -> None:
    """Programs with rows lost, doubled and swapped."""
    lines = fixture.text.split("\n")
    for _ in range(randomness.randint(1, 6)):
        index = randomness.randrange(len(lines))
        lines[index : index + 1] = randomness.choice(
            [[], [lines[index]] * 2, [lines[index][: randomness.randrange(20)]], [lines[0]]]
        )
        lines = lines or [""]
    check("a.py", "\n".join(lines).encode(), fixture.settings)


# What cannot be read or parsed.


def test_other_cells_are_still_checked() -> None:
    found = check("a.ipynb", notebook(["import openai", "def broken(:", "openai.ChatCompletion.create()"]), Settings())
    assert [(diagnostic.code, diagnostic.cell) for diagnostic in found] == [("OAK000", 2), ("OAK203", 3)]


@pytest.mark.parametrize(
    ("name", "data"),
    [("a.py", b"openai = '\xff'"), ("a.py", b"# coding: no-such\nopenai"), ("a.py", b"openai\0"), ("a.ipynb", b"openai {")],
)
def test_unreadable(name: str, data: bytes) -> None:
    assert _codes(data, name) == ["OAK000"]


def test_valid_python_that_the_parser_cannot_take_is_not_called_invalid() -> None:
    (found,) = check("a.py", f"{HEAD}(y): int = 1\n".encode(), Settings())
    assert found.code == "OAK000"
    assert "valid Python, but" in found.message


# Settings.


def test_selection() -> None:
    assert _codes(LEGACY) == ["OAK201", "OAK203"]
    assert _codes(LEGACY, select=("OAK203",)) == ["OAK203"]
    assert _codes(LEGACY, select=("OAK2",), ignore=("OAK203",)) == ["OAK201"]
    assert _codes(LEGACY, ignore=("OAK",), extend_select=("OAK201",)) == ["OAK201"]
    assert _codes(LEGACY, select=("OAK201",), never=("OAK2",)) == []


def test_the_sdk_that_the_code_is_meant_for() -> None:
    assert _codes(LEGACY, target_sdk="0") == []
    assert _codes(LEGACY, declared_sdk=frozenset({0})) == []
    assert _codes(LEGACY, declared_sdk=frozenset({0, 1, 2, 3})) == ["OAK201", "OAK203"]
    assert _codes(LEGACY, declared_sdk=frozenset({0}), target_sdk="2") == ["OAK201", "OAK203"]


def test_what_the_newest_sdk_takes_no_longer_is_told_where_it_is_asked_for() -> None:
    two = (
        HEAD
        + 'from openai import AzureOpenAI\nAzureOpenAI(api_key=input(), azure_ad_token_provider=lambda: "", azure_ad_token=f"{1}")\n'
    )
    program = two.encode()
    assert _codes(program, select=("OAK205",)) == []
    assert _codes(program, select=("OAK205",), target_sdk="2") == []
    assert _codes(program, select=("OAK205",), target_sdk="3") == ["OAK205"]
    assert _codes(program, select=("OAK205",), declared_sdk=admitted(">=1")) == ["OAK205"]
    assert _codes(program, select=("OAK205",), declared_sdk=admitted("==3.3.1")) == []
    assert _codes(program, select=("OAK205",), declared_sdk=admitted("==3.4.0")) == ["OAK205"]


def test_what_a_pinned_release_does_not_read_yet() -> None:
    late = HEAD + 'client = OpenAI()\nimport os\nos.environ["{}"] = os.environ["TEAM"]\nclient.models.list()\n'
    address, key = (late.format(name).encode() for name in ("OPENAI_BASE_URL", "OPENAI_API_KEY"))
    assert _codes(address) == _codes(key) == ["OAK301"]
    assert _codes(address, declared_sdk=admitted("==1.1.0")) == []
    assert _codes(address, declared_sdk=admitted("==1.3.0")) == ["OAK301"]
    assert _codes(address, declared_sdk=admitted(">=1.1.0,<2")) == ["OAK301"]
    assert _codes(address, declared_sdk=admitted("==1.1.0"), target_sdk="1") == ["OAK301"]
    assert _codes(key, declared_sdk=admitted("==1.1.0")) == ["OAK301"]


def test_what_a_pinned_release_may_read_already() -> None:
    late = HEAD + 'client = OpenAI()\nimport os\nos.environ["{}"] = os.environ["TEAM"]\nclient.models.list()\n'
    project, secret = (late.format(name).encode() for name in ("OPENAI_PROJECT_ID", "OPENAI_WEBHOOK_SECRET"))
    assert _codes(project, declared_sdk=admitted("==1.0.0")) == _codes(secret, declared_sdk=admitted("==1.55.3")) == []
    assert _codes(project, declared_sdk=admitted("==1.40.0")) == _codes(secret, declared_sdk=admitted("==1.99.0")) == ["OAK301"]


# The screen.


def without_screen(name: str, data: bytes, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> list[Diagnostic]:
    """What the engine finds if every rule looks at every file."""
    with monkeypatch.context() as patch:
        patch.setattr(checking, "possible_rules", lambda data, name, rules, place: list(rules))
        return check(name, data, settings)


@pytest.mark.parametrize("variation", VARIATIONS)
def test_what_the_screen_leaves_out_has_nothing_to_say_of_the_fixtures(variation: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for fixture in FIXTURES:
        if variation not in fixture.without:
            name, data, _ = VARIATIONS[variation](fixture.text)
            rules = selected_rules(fixture.settings)
            wanted = possible_rules(data, name, rules)
            if left_out := tuple(rule.code for rule in rules if rule not in wanted):
                settings = replace(fixture.settings, select=left_out, extend_select=())
                assert without_screen(name, data, settings, monkeypatch) == []


def test_the_screen_is_not_deceived_by_encodings() -> None:
    hidden = "# coding: utf-7\nimport +AG8-penai\n"
    rules = selected_rules(Settings())
    assert possible_rules(hidden.encode(), "a.py", rules) == list(rules)
    assert possible_rules(b'{"source": "\\u006fpenai"}', "a.ipynb", rules) == list(rules)
    assert possible_rules(b"import os\n", "a.py", rules) == []


def test_every_rule_needs_something() -> None:
    for rule in all_rules():
        assert rule.needs
        assert all(group for group in rule.needs)
