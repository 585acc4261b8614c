"""How OAK401 and OAK402 say how long it goes on, and that following functions into one another comes to an end."""

from __future__ import annotations

from pathlib import Path
from textwrap import indent

import pytest

from oaklint.diagnostic import Diagnostic
from oaklint.engine import Settings, check
from oaklint.source import InProject, Modules

CLIENT = "import time\nimport openai\nfrom openai import OpenAI\nclient = OpenAI()\n"
REQUEST = "    return client.responses.create(model='m', input=prompt)\n"


def findings(program: str) -> list[Diagnostic]:
    return check("program.py", (CLIENT + program).encode(), Settings())


def loop(header: str, body: str, after: str = "") -> str:
    return (
        f"def ask(prompt):\n    {header}\n        try:\n        {REQUEST}        except Exception:\n            {body}\n{after}"
    )


def decorated(header: str, body: str, after: str = "    ") -> str:
    return (
        f"def again(function):\n    def wrapper(*args):\n        {header}\n            try:\n                return function(*args)\n"
        f"            except Exception:\n                {body}\n        {after}\n    return wrapper\n@again\ndef ask(prompt):\n{REQUEST}"
    )


@pytest.mark.parametrize(
    ("header", "body", "after", "says", "severity"),
    [
        ("while True:", "time.sleep(1)", "pass", "without end", "error"),
        ("for attempt in range(3):", "time.sleep(1)", "pass", "3 times in all, and then swallows it", "error"),
        ("for attempt in range(3):", "if attempt == 2: raise", "pass", "3 times in all, before it is raised", "warning"),
        (
            "for attempt in range(3):",
            "time.sleep(1)",
            "raise RuntimeError",
            "3 times in all, before another error is raised",
            "warning",
        ),
    ],
)
@pytest.mark.parametrize("shape", ["loop", "decorator"])
def test_both_rules_say_it_alike(header: str, body: str, after: str, says: str, severity: str, shape: str) -> None:
    program = loop(header, body, f"    {after}\n") if shape == "loop" else decorated(header, body, after)
    (finding,) = findings(program)
    assert finding.code == ("OAK401" if shape == "loop" else "OAK402")
    assert says in finding.message
    assert finding.severity == severity


@pytest.mark.parametrize(
    ("imports", "clause", "says"),
    [
        ("import openai", "except Exception", "`except openai.AuthenticationError: raise` before this clause"),
        ("import openai as ai", "except Exception", "`except ai.AuthenticationError: raise` before this clause"),
        (
            "from openai import OpenAI",
            "except Exception",
            "`except AuthenticationError: raise` before this clause, with `from openai import AuthenticationError`",
        ),
        (
            "class AuthenticationError(Exception): ...",
            "except Exception",
            "`except openai.AuthenticationError: raise` before this clause, with `import openai`",
        ),
        (
            "from openai import AuthenticationError as Refused",
            "except (OSError, Refused)",
            "`except Refused: raise` before this clause",
        ),
        ("import openai", "except openai.AuthenticationError", "wrong: `raise` it again in this clause"),
        ("import openai", "except (openai.AuthenticationError,)", "wrong: `raise` it again in this clause"),
    ],
)
def test_the_remedy_is_written_as_the_file_imports_it(imports: str, clause: str, says: str) -> None:
    program = f"{imports}\nfrom openai import Client\nwhile True:\n    try:\n        Client().models.list()\n    {clause}:\n        pass\n"
    (finding,) = [each for each in check("program.py", program.encode(), Settings()) if each.code == "OAK401"]
    assert says in finding.message


def test_the_remedy_names_the_import_that_it_takes() -> None:
    """The name is not known where the client is imported only when it is built."""
    client = "    from openai import OpenAI\n    return OpenAI()\n"
    asking = (
        "    while True:\n        try:\n            return made().models.list()\n        except Exception:\n            pass\n"
    )
    (finding,) = check("program.py", f"def made():\n{client}def ask():\n{asking}".encode(), Settings())
    assert finding.message.endswith("`except openai.AuthenticationError: raise` before this clause, with `import openai`")
    guarded = "try:\n    import openai\nexcept ImportError:\n    openai = None\ndef made():\n    return openai.OpenAI()\n"
    (finding,) = check("program.py", f"{guarded}def ask():\n{asking}".encode(), Settings())
    assert finding.message.endswith("`except openai.AuthenticationError: raise` before this clause")
    decorated = f"from tenacity import retry\ndef made():\n{client}@retry\ndef ask():\n    return made().models.list()\n"
    (finding,) = check("program.py", decorated.encode(), Settings())
    assert finding.message.endswith("`retry=retry_if_not_exception_type(openai.AuthenticationError)`, with `import openai`")


def test_the_class_of_generation_0_stands_in_another_module() -> None:
    """openai 0.28.1 has no `openai.AuthenticationError`."""
    program = "import openai\nwhile True:\n    try:\n        openai.Completion.create()\n    except Exception:\n        pass\n"
    found = check("program.py", program.encode(), Settings(target_sdk="0"))
    assert ["`except openai.error.AuthenticationError: raise`" in each.message for each in found] == [True]


def test_an_error_that_has_become_another_one() -> None:
    """A clause for AuthenticationError would not catch it any more."""
    function = f"class Failed(Exception): ...\ndef ask(prompt):\n    try:\n    {REQUEST}    except Exception as error:\n        raise Failed from error\n"
    loop = "while True:\n    try:\n        ask('')\n        break\n    except Failed:\n        pass\n"
    (finding,) = findings(function + loop)
    assert "let it out where it becomes `Failed`" in finding.message
    assert finding.fix is None


def test_an_error_that_has_become_another_one_and_is_caught_as_it_is_too() -> None:
    """To let it out where it becomes another one would only move it to this clause, or this decorator."""
    function = f"def ask(prompt):\n    try:\n    {REQUEST}    except Exception as error:\n        raise RuntimeError from error\n"
    loop = "while True:\n    try:\n        ask('')\n        break\n    except Exception:\n        pass\n"
    (finding,) = findings(function + loop)
    assert (
        "where it becomes `RuntimeError`, and then let it out with `except openai.AuthenticationError: raise`" in finding.message
    )
    (finding,) = findings("import tenacity\n@tenacity.retry\n" + function)
    assert "where it becomes `RuntimeError`, and then except it with `retry=" in finding.message


def test_an_error_that_is_retried_as_another_one_alone() -> None:
    raising = f"def ask(prompt):\n    try:\n    {REQUEST}    except Exception as error:\n        raise Failed(error)\n"
    decorator = "class Failed(Exception): ...\n@backoff.on_exception(backoff.expo, Failed, max_tries=4)\n"
    (finding,) = findings("import backoff\n" + decorator + raising)
    assert finding.message.endswith(
        "4 times in all, before another error is raised. A wrong key stays wrong: let it out where it becomes `Failed`"
    )
    assert finding.fix is None


def test_a_condition_that_is_there_is_narrowed() -> None:
    decorator = "from tenacity import retry, retry_if_exception_type\n@retry(retry=retry_if_exception_type(openai.APIError))\n"
    (finding,) = findings(decorator + "def ask(prompt):\n" + REQUEST)
    assert "in its `retry=` with `& retry_if_not_exception_type(openai.AuthenticationError)`" in finding.message


@pytest.mark.parametrize(
    ("number", "says"),
    [
        ("RETRIES", "5 times in all"),
        ("Settings.attempts", "4 times in all"),
        ("Settings().retries", "3 times by default"),
        ("SETTINGS.retries + 1", "4 times by default"),
        ("Settings(retries=7).retries", "again and again"),
    ],
)
def test_a_number_that_objects_may_be_given(number: str, says: str) -> None:
    """The default of a declared field is no constant."""
    settings = "class Settings:\n    attempts = 4\n    retries: int = 3\nSETTINGS = Settings()\nRETRIES = 5\n"
    (finding,) = findings(settings + loop(f"for attempt in range({number}):", "time.sleep(1)"))
    assert says in finding.message
    (finding,) = findings(f"from retry import retry\n{settings}@retry(tries={number})\ndef ask(prompt):\n{REQUEST}")
    assert says in finding.message
    counting = f"def ask(prompt):\n    tries = 0\n    while tries < {number}:\n        try:\n        {REQUEST}"
    (finding,) = findings(f"{settings}{counting}        except Exception:\n            tries += 1\n")
    assert says in finding.message


def test_a_number_that_callers_may_give() -> None:
    counting = f"def ask(prompt, most=5):\n    tries = 0\n    while tries < most:\n        try:\n        {REQUEST}"
    counting += "        except Exception:\n            tries += 1\n"
    (finding,) = findings(counting)
    assert "5 times by default, and then swallows it" in finding.message
    (finding,) = findings(f"{counting}ask('?', most=9)\n")
    assert "again and again" in finding.message


@pytest.mark.parametrize(
    ("kept", "more", "says"),
    [
        ("most", "", "4 times by default, before it is raised"),
        ("most + 1", "", "again and again"),
        ("most", "asker = Asker(7)\n", "again and again"),
        ("most", "asker = Asker()\nasker.most = 7\n", "again and again"),
        ("most", "class Heir(Asker):\n    def __init__(self):\n        super().__init__(most=7)\n", "again and again"),
        ("most", "class Heir(Asker):\n    def __init__(self):\n        self.most = 7\n", "again and again"),
    ],
)
def test_a_number_that_an_object_keeps(kept: str, more: str, says: str) -> None:
    asking = f"    def ask(self, prompt):\n      for attempt in range(self.most):\n       try:\n    {REQUEST}       except Exception:\n"
    program = f"class Asker:\n    def __init__(self, most=4):\n        self.most = {kept}\n{asking}"
    (finding,) = findings(f"{program}        if attempt == self.most - 1:\n         raise\n{more}")
    assert says in finding.message


@pytest.mark.parametrize(
    ("defaults", "says"),
    [
        ("most=1", "as often as it is told to, and then swallows it"),
        ("most=5, strict=True", "3 times by default, before it is raised"),
        ("most=5, strict=False", "5 times by default, before it is raised"),
        ("most=5, strict=None", "5 times by default, before it is raised"),
    ],
)
def test_all_defaults_stand_together(defaults: str, says: str) -> None:
    program = f"def ask(prompt, {defaults}):\n    for attempt in range(most):\n        try:\n    {REQUEST}"
    leaving = "            if strict and attempt == 2:\n                raise\n" if "strict" in defaults else "            pass\n"
    (finding,) = findings(f"{program.replace('    return', '        return')}        except Exception:\n{leaving}")
    assert says in finding.message


def test_a_policy_takes_its_number_from_a_default() -> None:
    program = f"{TENACITY}def work(prompt, most=3):\n    for again in tenacity.Retrying(stop=S(most)):\n        with again:\n"
    (finding,) = findings(f"{program}        {REQUEST}")
    assert "3 times by default, before another error is raised" in finding.message


TENACITY = "import tenacity\nfrom tenacity import stop_after_attempt as S\n"
LOOP = (
    "def ask_again(prompt):\n    for attempt in range(3):\n        try:\n            return ask(prompt)\n"
    "        except Exception:\n            if attempt == 2:\n                raise\n"
)


@pytest.mark.parametrize(
    ("program", "says"),
    [
        (f"@tenacity.retry(stop=S(2))\ndef ask(prompt):\n{REQUEST}{LOOP}", "6 times in all"),
        (f"@tenacity.retry(stop=S(2))\n@tenacity.retry(stop=S(4))\ndef ask(prompt):\n{REQUEST}", "8 times in all"),
        (
            f"def ask(prompt):\n{REQUEST}{LOOP}@tenacity.retry(stop=S(2))\ndef work(prompt):\n    ask_again(prompt)\n",
            "6 times in all",
        ),
        (f"def ask(prompt):\n{REQUEST}{LOOP}tenacity.Retrying(stop=S(2))(ask_again, '?')\n", "6 times in all"),
        (
            f"def ask(prompt):\n{REQUEST}{LOOP}for attempt in tenacity.Retrying(stop=S(2)):\n    with attempt:\n"
            "        ask_again('?')\n",
            "6 times in all",
        ),
        (
            "def ask(prompt):\n  for number in range(2):\n    try:\n"
            f"      for attempt in tenacity.Retrying(stop=S(3), reraise=True):\n       with attempt:\n     {REQUEST}"
            "    except Exception:\n      pass\n",
            "6 times in all",
        ),
        # The inner one leaves the error alone, or is not seen to say how often.
        (
            "@tenacity.retry(stop=S(2), retry=tenacity.retry_if_exception_type(openai.RateLimitError))\n"
            f"def ask(prompt):\n{REQUEST}{LOOP}",
            "3 times in all",
        ),
        (f"import os\n@tenacity.retry(stop=S(int(os.environ['N'])))\ndef ask(prompt):\n{REQUEST}{LOOP}", "again and again"),
        (f"@tenacity.retry(stop=S(2))\ndef ask(prompts):\n    for prompt in prompts:\n    {REQUEST}", "2 times in all"),
        (
            "@tenacity.retry(stop=S(2))\ndef ask(prompts):\n    for prompt in prompts:\n        try:\n"
            f"        {REQUEST}        except Exception as error:\n            last = error\n    raise last\n",
            "again and again",
        ),
    ],
)
def test_retries_within_retries_are_multiplied(program: str, says: str) -> None:
    assert any(says in finding.message for finding in findings(TENACITY + program))


def test_the_same_client_is_asked_twice_in_a_turn() -> None:
    program = f"def ask(prompt):\n  for attempt in range(3):\n   try:\n{REQUEST}   except Exception:\n    try:\n "
    found = findings(f"{program}{REQUEST}    except Exception:\n     pass\n")
    assert len(found) == 2
    assert all("again and again" in finding.message for finding in found)


ASKED = "client.responses.create(model='m', input=prompt)"


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (f"try:\n    return {ASKED}\nexcept Exception:\n    return {ASKED}\n", "again and again"),
        (f"try:\n    answer = {ASKED}\nfinally:\n    {ASKED}\nreturn answer\n", "again and again"),
        (f"try:\n    {ASKED}\nexcept Exception:\n    print('no answer')\nreturn {ASKED}\n", "again and again"),
        (f"try:\n    {ASKED}\n    return {ASKED}\nexcept ValueError:\n    return {ASKED}\n", "3 times in all"),
        (f"try:\n    {ASKED}\n    return {ASKED}\nfinally:\n    print('done')\n", "3 times in all"),
        (f"if prompt:\n    return {ASKED}\nreturn {ASKED}\n", "3 times in all"),
    ],
)
@pytest.mark.parametrize(
    "again",
    [
        "@tenacity.retry(stop=S(3))\ndef work(prompt):\n    return ask(prompt)\n",
        "def work(prompt):\n    for attempt in range(3):\n        try:\n            return ask(prompt)\n        except Exception:\n            pass\n",
    ],
)
def test_another_request_that_is_made_when_one_has_been_refused(body: str, says: str, again: str) -> None:
    (finding,) = findings(f"{TENACITY}def ask(prompt):\n{indent(body, '    ')}{again}")
    assert says in finding.message


def test_one_more_request_in_a_finally() -> None:
    trying = f"    try:\n      {ASKED}\n    finally:\n      {ASKED}\n    break\n"
    (finding,) = findings(f"def ask(prompt):\n  for attempt in range(3):\n   try:\n{trying}   except Exception:\n    pass\n")
    assert "again and again, and then swallows it" in finding.message


@pytest.mark.parametrize(
    ("leaving", "behind", "says"),
    [
        (f"if attempt == 1:\n                return {ASKED}", "return None", "again and again, before it is raised"),
        (f"if attempt == 1:\n                break\n    return {ASKED}", "", "again and again, before it is raised"),
        ("if attempt == 2:\n                return None", f"return {ASKED}", "3 times in all, and then swallows it"),
        ("if attempt == 2:\n                raise", f"return {ASKED}", "3 times in all, before it is raised"),
    ],
)
def test_once_more_before_the_last_round(leaving: str, behind: str, says: str) -> None:
    trying = f"        try:\n            print({ASKED})\n            break\n        except Exception:\n            {leaving}\n"
    (finding,) = findings(f"def ask(prompt):\n    for attempt in range(3):\n{trying}    {behind}\n")
    assert says in finding.message


def test_who_goes_on_with_the_next_work_gives_up_this_one() -> None:
    (finding,) = findings(
        "def ask(rows, tries):\n    start = 0\n    while start < len(rows):\n        batch = rows[start:start + 5]\n"
        "        for attempt in range(tries + 1):\n            try:\n"
        "                print(client.responses.create(model='m', input=batch))\n                break\n"
        "            except Exception:\n                time.sleep(1)\n        start += len(batch)\n"
    )
    assert "again and again, and then swallows it" in finding.message


def test_a_counter_that_is_set_anew_in_each_turn_ends_nothing() -> None:
    program = f"def ask(prompt):\n    while True:\n        left = 3\n        try:\n        {REQUEST}"
    ended = "        except Exception:\n            left -= 1\n            if left == 0:\n                raise\n"
    (finding,) = findings(program + ended)
    assert "without end" in finding.message
    (finding,) = findings(program.replace("    while True:\n        left = 3\n", "    left = 3\n    while True:\n") + ended)
    assert "3 times in all, before it is raised" in finding.message


@pytest.mark.parametrize(
    ("kept", "says"),
    [
        ("return None", "and then swallows it"),
        ("raise RuntimeError('no answer')", "before another error is raised"),
        ("raise", "before it is raised"),
    ],
)
@pytest.mark.parametrize(
    "run",
    [
        "backoff.on_exception(backoff.expo, Exception, max_tries=3)(ask)(prompt)",
        "tenacity.Retrying(stop=S(3), reraise=True)(ask, prompt)",
        "[again for again in ()]\n        for attempt in tenacity.Retrying(stop=S(3), reraise=True):\n            with attempt:\n"
        "                ask(prompt)",
    ],
)
def test_what_becomes_of_the_error_around_what_has_retried_it(run: str, kept: str, says: str) -> None:
    program = f"import backoff\n{TENACITY}def ask(prompt):\n{REQUEST}def work(prompt):\n    try:\n        {run}\n"
    (finding,) = findings(f"{program}    except Exception:\n        {kept}\n")
    assert f"3 times in all, {says}" in finding.message


@pytest.mark.parametrize(
    ("kept", "says"),
    [
        ("error.reraise()", "before it is raised"),
        ("return error.last_attempt.result()", "before it is raised"),
        ("raise error.last_attempt.exception() from None", "before it is raised"),
        ("raise error.__cause__", "before it is raised"),
        ("last = error.last_attempt\n        raise last.exception()", "before an error is raised"),
        ("print(error.last_attempt.exception())", "and then swallows it"),
        ("raise RuntimeError(error.last_attempt.exception())", "before another error is raised"),
        ("print(error.last_attempt.attempt_number)\n        raise", "before another error is raised"),
        (
            "try:\n            error.reraise()\n        except Exception:\n            return None",
            "and then swallows it",
        ),
    ],
)
@pytest.mark.parametrize(
    "run",
    [
        "tenacity.Retrying(stop=S(3))(ask, prompt)",
        "for attempt in tenacity.Retrying(stop=S(3)):\n            with attempt:\n                ask(prompt)",
    ],
)
def test_what_was_wrapped_is_raised_again(run: str, kept: str, says: str) -> None:
    program = f"{TENACITY}def ask(prompt):\n{REQUEST}def work(prompt):\n    try:\n        {run}\n"
    (finding,) = findings(f"{program}    except tenacity.RetryError as error:\n        {kept}\n")
    assert f"3 times in all, {says}" in finding.message


@pytest.mark.parametrize(
    ("raised", "says"),
    [
        ("kind(error)", "before an error is raised"),
        ("error.__cause__ or error", "before an error is raised"),
        ("RuntimeError(error)", "before another error is raised"),
        ("error", "before it is raised"),
    ],
)
def test_what_is_raised_in_the_end_is_not_known(raised: str, says: str) -> None:
    ended = f"        except Exception as error:\n            if attempt == 2:\n                raise {raised}\n"
    (finding,) = findings(f"def ask(prompt, kind):\n    for attempt in range(3):\n        try:\n        {REQUEST}{ended}")
    assert f"3 times in all, {says}" in finding.message


@pytest.mark.parametrize(
    ("before", "says"),
    [
        ("if self.request.retries >= 1:\n            raise", "again and again"),
        ("if self.request.retries >= self.max_retries:\n            raise", "3 times in all"),
        ("print(self.request.retries)", "3 times in all"),
    ],
)
def test_a_task_that_counts_its_runs(before: str, says: str) -> None:
    task = f"@shared_task(bind=True, max_retries=2)\ndef work(self, prompt):\n    try:\n    {REQUEST}    except Exception as error:\n"
    (finding,) = findings(f"from celery import shared_task\n{task}        {before}\n        raise self.retry(exc=error)\n")
    assert says in finding.message


def test_by_which_class_it_is_what_is_raised_in_the_end() -> None:
    asking = "    def again(self, prompt):\n        for attempt in range(3):\n            try:\n                return self.ask(prompt)\n"
    base = f"class Base:\n{asking}            except Exception:\n                if attempt == 2:\n                    raise\n"
    itself = f"class Itself(Base):\n  def ask(self, prompt):\n{REQUEST}"
    renamed = f"class Renamed(Base):\n  def ask(self, prompt):\n   try:\n{REQUEST}   except Exception:\n    raise RuntimeError\n"
    for heirs, says in ((itself, "it"), (renamed, "another error"), (itself + renamed, "an error")):
        (finding,) = findings(base + heirs)
        assert f"3 times in all, before {says} is raised" in finding.message


@pytest.mark.parametrize(
    ("decorator", "says"),
    [
        ("tenacity.retry(stop=S(3), retry_error_callback=give_up)", "before another error is raised"),
        ("tenacity.retry(stop=S(3), retry_error_callback=answer)", "and then swallows it"),
        ("retrying.retry(stop_max_attempt_number=3)", "before it is raised"),
        ("retrying.retry(stop_max_attempt_number=3, wrap_exception=False)", "before it is raised"),
        ("retrying.retry(stop_max_attempt_number=3, wrap_exception=True)", "before another error is raised"),
    ],
)
def test_what_is_raised_in_place_of_the_error(decorator: str, says: str) -> None:
    callbacks = "import retrying\ndef give_up(state):\n    raise RuntimeError\ndef answer(state):\n    return None\n"
    (finding,) = findings(f"{TENACITY}{callbacks}@{decorator}\ndef ask(prompt):\n{REQUEST}")
    assert f"3 times in all, {says}" in finding.message


@pytest.mark.parametrize(
    ("test", "says"),
    [
        ("'invalid_api_key' in text", "no longer holds this since openai 3.38.0: the test is False now"),
        ("'invalid_api_key' not in text", "no longer holds this since openai 3.38.0: the test is True now"),
        ("'invalid_api_key' in text or 'Incorrect API key' in text", "wording changed"),
        ("'invalid_api_key' not in text and 'Incorrect API key' not in text", "wording changed"),
        ("'invalid_api_key' in text and 'Incorrect API key' in text", "no longer holds this"),
        ("'Unauthorized' in text or '401' in text", "wording changed"),
        ("'Unauthorized' in text or 'Forbidden' in text", "does not hold this for a wrong key in any version"),
    ],
)
def test_a_text_is_asked_for_one_of_several_words(test: str, says: str) -> None:
    """OAK406 tells what has become of all of them together."""
    program = f"try:\n    client.models.list()\nexcept Exception as error:\n    text = str(error)\n    if {test}:\n        print('key')\n"
    assert says in next(finding.message for finding in findings(program) if finding.code == "OAK406")


@pytest.mark.parametrize(
    "test",
    ["hasattr(error)", "getattr(error)", "any(isinstance(error) for kind in (1,))", "isinstance(error)", "str(error).find()"],
)
def test_questions_without_what_is_asked_for(test: str) -> None:
    """Python would refuse them; they are no reason to fail."""
    program = f"while True:\n    try:\n    {REQUEST}    except Exception as error:\n        if {test}:\n            break\n"
    assert all(finding.code == "OAK401" for finding in findings(program))


def test_a_break_outside_of_a_loop() -> None:
    """No program, but a tree all the same."""
    program = f"def ask(prompt):\n    try:\n    {REQUEST}    except Exception:\n        break\n"
    assert not findings(program)


def test_recursion_ends_where_python_ends_it() -> None:
    program = f"def ask(prompt):\n    try:\n    {REQUEST}    except Exception:\n        return ask(prompt)\n"
    (finding,) = findings(program)
    assert "until Python's recursion limit" in finding.message
    program = f"def ask(prompt, left=3):\n    try:\n    {REQUEST}    except Exception:\n        if not left:\n            raise\n"
    (finding,) = findings(f"{program}        return ask(prompt, left - 1)\n")
    assert "before it is raised" in finding.message


def steps(diagnostic: Diagnostic) -> list[tuple[str, int, str]]:
    return [(step.filename, step.location.row, step.message) for step in diagnostic.path]


def test_a_library_runs_it_again_at_the_decorator() -> None:
    program = f"from tenacity import retry\ndef ask(prompt):\n{REQUEST}@retry\ndef ask_again(prompt):\n    return ask(prompt)\n"
    (finding,) = findings(program)
    assert steps(finding) == [("program.py", 7, "raised here"), ("program.py", 8, "run again here")]


def test_a_loop_around_attempts_runs_it_again() -> None:
    program = "import tenacity\nfor attempt in tenacity.Retrying():\n    with attempt:\n        client.models.list()\n"
    (finding,) = findings(program)
    assert steps(finding) == [("program.py", 8, "raised here"), ("program.py", 6, "run again here")]


@pytest.mark.parametrize(
    ("imports", "head", "asks"),
    [
        ("from celery import shared_task", "@shared_task(bind=True)\ndef work(self, prompt):", "raise self.retry(exc=error)"),
        ("from arq import Retry", "\ndef work(ctx, prompt):", "raise Retry(defer=5)"),
    ],
)
def test_a_task_that_asks_for_it_itself_does_so_in_its_clause(imports: str, head: str, asks: str) -> None:
    """The request may stand in a function that the task calls."""
    program = f"{imports}\ndef ask(prompt):\n{REQUEST}{head}\n    try:\n        return ask(prompt)\n"
    (finding,) = findings(f"{program}    except Exception as error:\n        {asks}\n")
    assert steps(finding) == [
        ("program.py", 7, "raised here"),
        ("program.py", 12, "caught here"),
        ("program.py", 13, "asked to run again here"),
    ]


RENAMED = (
    "class Refused(Exception): pass\ndef ask(prompt):\n    try:\n    {REQUEST}    except openai.OpenAIError as error:\n"
    "        raise Refused('no answer') from error\n"
).replace("{REQUEST}", REQUEST)


def test_where_the_error_becomes_another_one_is_a_step_of_a_loop() -> None:
    program = "while True:\n    try:\n        ask('?')\n        break\n    except Refused:\n        time.sleep(1)\n"
    (finding,) = findings(RENAMED + program)
    assert finding.message.endswith("let it out where it becomes `Refused`")
    assert ("program.py", 10, "becomes `Refused` here") in steps(finding)


@pytest.mark.parametrize(
    ("program", "last"),
    [
        ("import stamina\n@stamina.retry(on=Refused)\ndef again(prompt):\n    ask(prompt)\n", "run again here"),
        ("import tenacity\ntenacity.Retrying()(ask, '?')\n", "run again here"),
        (
            "def again(function):\n    def wrapper(*args):\n        while True:\n            try:\n                return function(*args)\n"
            "            except Refused:\n                time.sleep(1)\n    return wrapper\n@again\ndef work(prompt):\n    ask(prompt)\n",
            "around again here",
        ),
        (
            "from celery import shared_task\n@shared_task(bind=True)\ndef work(self, prompt):\n    try:\n        ask(prompt)\n"
            "    except Refused:\n        self.retry()\n",
            "asked to run again here",
        ),
    ],
)
def test_where_the_error_becomes_another_one_is_a_step_of_what_runs_it_again(program: str, last: str) -> None:
    (finding,) = findings(RENAMED + program)
    assert steps(finding)[:2] == [("program.py", 8, "raised here"), ("program.py", 10, "becomes `Refused` here")]
    assert steps(finding)[-1][-1] == last


def test_the_clause_that_is_named_stands_behind_what_the_error_becomes() -> None:
    program = (
        "from tenacity import retry, retry_if_result\n@retry(retry=retry_if_result(lambda answer: answer is None))\n"
        "def work(prompt):\n    try:\n        return ask(prompt)\n    except Refused:\n        return None\n"
    )
    (finding,) = findings(RENAMED + program)
    assert [message for _, _, message in steps(finding)] == [
        "raised here",
        "becomes `Refused` here",
        "caught here",
        "run again here",
    ]


def test_an_own_decorator_leads_through_its_clause() -> None:
    (finding,) = findings(decorated("while True:", "time.sleep(1)"))
    assert steps(finding) == [
        ("program.py", 16, "raised here"),
        ("program.py", 14, "decorated here"),
        ("program.py", 10, "caught here"),
        ("program.py", 7, "around again here"),
    ]


def test_a_method_that_is_handed_over_is_where_it_is_raised(tmp_path: Path) -> None:
    (tmp_path / "tools.py").write_text(
        "def call(function):\n    while True:\n        try:\n            return function()\n        except Exception:\n            pass\n"
    )
    main = tmp_path / "main.py"
    main.write_text(f"from tools import call\n{CLIENT}call(client.models.list)\n")
    (finding,) = check("main.py", main.read_bytes(), Settings(), InProject(str(main), Modules()))
    assert finding.code == "OAK402"
    assert steps(finding) == [
        ("main.py", 6, "raised here"),
        ("main.py", 6, "handed over here"),
        ("tools.py", 5, "caught here"),
        ("tools.py", 2, "around again here"),
    ]
    assert check("tools.py", (tmp_path / "tools.py").read_bytes(), Settings()) == []


CHAIN = "def f0(function):\n    return function()\n" + "".join(
    f"def f{i}(function):\n    f{i - 1}(function); f{i - 1}(function)\n    return f{i - 1}(lambda: function())\n"
    for i in range(1, 14)
)
NESTED = "def d0(function):\n    return lambda *args: function(*args)\n" + "".join(
    f"def d{i}(function):\n    @d{i - 1}\n    @d{i - 1}\n    def wrapper(*args): return function(*args)\n    return wrapper\n"
    for i in range(1, 14)
)


@pytest.mark.parametrize(
    "program",
    [
        f"{CHAIN}f13(client.models.list)\n",
        f"{NESTED}@d13\n@d13\ndef ask(prompt):\n{REQUEST}",
        f"import tenacity\n@ask.retry_with(stop=1)\ndef ask(prompt):\n{REQUEST}",
        f"from tenacity import retry, retry_if_exception\nyes = lambda e: yes(e)\n@retry(retry=retry_if_exception(yes))\ndef ask(prompt):\n{REQUEST}",
        f"from tenacity import retry\nclass Own:\n    def __call__(self, state): return self(state)\n@retry(retry=Own())\ndef ask(prompt):\n{REQUEST}",
    ],
)
def test_what_goes_round_in_circles_is_left_alone(program: str) -> None:
    assert findings(program) == []


def test_gather_gives_back_what_a_clause_would_have_kept() -> None:
    program = (
        "import asyncio\nclient = openai.AsyncOpenAI()\nasync def ask(prompts):\n    while prompts:\n"
        "        made = [client.responses.create(model='m', input=prompt) for prompt in prompts]\n"
        "        answers = await asyncio.gather(*made, return_exceptions=True)\n"
        "        prompts = [prompt for prompt, answer in zip(prompts, answers) if isinstance(answer, Exception)]\n"
    )
    (finding,) = findings(program)
    assert finding.message == (
        "`asyncio.gather(..., return_exceptions=True)` sends an AuthenticationError back to the same request, without end."
        " A wrong key stays wrong: raise it where it is among the results"
    )
    assert [(step.message, step.location.row - 4) for step in finding.path] == [
        ("raised here", 5),
        ("caught here", 6),
        ("around again here", 4),
    ]
    assert finding.fix is None


def test_a_loop_around_a_function_leads_back_to_the_request_in_it() -> None:
    """Of several, to one whose error the function lets out."""
    program = (
        "def ask(prompt):\n    try:\n        client.models.list()\n    except Exception:\n        print('no list')\n"
        f"{REQUEST}while True:\n    try:\n        print(ask('?'))\n        break\n    except Exception:\n        time.sleep(1)\n"
    )
    (finding,) = (each for each in findings(program) if each.code == "OAK401")
    assert steps(finding) == [
        ("program.py", 10, "raised here"),
        ("program.py", 13, "let out here"),
        ("program.py", 15, "caught here"),
        ("program.py", 11, "around again here"),
    ]


@pytest.mark.parametrize(
    ("manager", "row"),
    [
        ("@contextlib.contextmanager\ndef quiet():\n    try:\n        yield\n    except Exception:\n        pass\n", 10),
        ("class quiet:\n    def __enter__(self): pass\n    def __exit__(self, *args):\n        return True\n", 8),
    ],
)
def test_what_swallows_the_error_for_a_with_is_named(manager: str, row: int) -> None:
    program = f"import contextlib\n{manager}while True:\n    with quiet():\n        client.models.list()\n        break\n"
    (finding,) = (each for each in findings(program) if each.code == "OAK401")
    assert ("program.py", row, "swallowed here") in steps(finding)


def test_what_takes_too_long_is_not_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    program = loop("while True:", "time.sleep(1)")
    assert findings(program)
    monkeypatch.setattr("oaklint.python.exceptions._MAX_STEPS", 3)
    assert not findings(program)


def test_how_many_come_of_retries_within_retries_is_worked_out_once() -> None:
    """Each function retries two calls of the one before: there are 2 ** 30 ways through them."""
    function = (
        "def ask_{0}(prompt):\n    for attempt in range(3):\n        try:\n            ask_{1}(prompt)\n            return ask_{1}(prompt)\n"
        "        except openai.APIError:\n            if attempt == 2:\n                raise\n"
    )
    program = "def ask_0(prompt):\n" + REQUEST + "".join(function.format(number, number - 1) for number in range(1, 31))
    assert len({finding.message for finding in findings(program)}) == 2


def test_a_number_that_says_nothing_any_more() -> None:
    function = (
        "def ask_{0}(prompt):\n    for attempt in range(10):\n        try:\n            return ask_{1}(prompt)\n"
        "        except openai.APIError:\n            if attempt == 9:\n                raise\n"
    )
    program = "def ask_0(prompt):\n" + REQUEST + "".join(function.format(number, number - 1) for number in range(1, 10))
    said = [finding.message for finding in findings(program)]
    assert "100 times in all" in said[1]
    assert "again and again" in said[-1]
