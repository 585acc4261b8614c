"""How many requests OAK401 and OAK402 say that a loop of the program makes, and what becomes of the error, against the real SDK."""

from __future__ import annotations

import pytest

from oaklint.engine import Settings, check
from tests.proofs.environments import Environment
from tests.proofs.running import run
from tests.proofs.server import Server

REFUSED = "openai.AuthenticationError"
BEFORE = "import openai\nclient = openai.OpenAI()\n"
ASKS = "client.models.list()"

COUNTED_UP = f"""\
def ask():
    most, tries = 7, 0
    while True:
        try:
            return {ASKS}
        except Exception as error:
            tries += 1
            if tries >= most:
                raise RuntimeError("no answer") from None
            print(tries, error)
ask()
"""

IN_A_GROUP = """\
import asyncio
aclient = openai.AsyncOpenAI()
async def ask():
    return await aclient.models.retrieve("m")
async def ask_all():
    for _ in range(3):
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(ask())
            return
        except Exception as error:
            print(error)
asyncio.run(ask_all())
"""

AS_NO_GROUP = IN_A_GROUP.replace("except Exception", "except openai.OpenAIError")
LET_OUT_OF_A_GROUP = IN_A_GROUP.replace(
    "            print(error)", "            if error.subgroup(openai.AuthenticationError):\n                raise"
)

LEFT_EARLY = f"""\
def ask():
    for attempt in range(5):
        try:
            return {ASKS}
        except openai.OpenAIError:
            if attempt >= 2:
                raise
ask()
"""

LEFT_BY_A_BREAK = LEFT_EARLY.replace("attempt >= 2", "attempt > 2").replace("raise", "break").replace("5", "10")
LEFT_AT_ONCE = LEFT_EARLY.replace("attempt >= 2", "attempt < 4")

COUNTED_DOWN = f"""\
def ask():
    left = 4
    while left > 0:
        try:
            return {ASKS}
        except openai.OpenAIError:
            left -= 1
ask()
"""

COUNTED_IN_A_TURN = f"""\
def ask(turns):
    done = 0
    while done < turns:
        most = 3
        tries = 0
        while tries < most:
            try:
                answer = {ASKS}
                break
            except Exception:
                tries += 1
                if tries >= most:
                    raise
        done += 1
ask(5)
"""

IN_TWO_WAYS = f"""\
def ask(functions=None):
    tries = 0
    while True:
        try:
            if functions:
                return client.models.list(extra_body=functions)
            else:
                return {ASKS}
        except Exception as error:
            if "maximum context length" in str(error):
                functions.pop()
                continue
            tries = tries + 1
            if tries == 6:
                raise error
ask()
"""

COUNTED_BY_TWO = f"""\
def ask():
    tries = 1
    while tries < 10:
        try:
            return {ASKS}
        except Exception:
            tries += 2
    return None
ask()
"""

BY_A_DECORATOR = f"""\
def again(tries):
    def decorate(function):
        def wrapper(*args):
            attempt = 1
            while attempt <= tries:
                try:
                    return function(*args)
                except Exception:
                    attempt += 1
                    if not attempt <= tries:
                        break
            raise RuntimeError("no answer")
        return wrapper
    return decorate
@again(tries=5)
def ask():
    return {ASKS}
ask()
"""

WITH_ANOTHER_BEHIND = f"""\
def ask():
    most, tries = 3, 0
    try:
        while tries < most:
            try:
                answer = {ASKS}
                break
            except Exception:
                tries += 1
                if tries >= most:
                    raise
        return answer, {ASKS}
    except Exception as error:
        return str(error)
ask()
"""

BY_A_WALRUS = f"""\
def ask():
    tries = 0
    while (tries := tries + 1) < 5:
        try:
            return {ASKS}
        except Exception as error:
            print(error)
ask()
"""

AND_ONCE_BEHIND = f"""\
def ask():
    tries = 4
    while tries > 1:
        try:
            return {ASKS}
        except Exception:
            tries -= 1
    return {ASKS}
ask()
"""

BY_AN_HEIR = f"""\
class Asks:
    most = 3
    def ask(self):
        tries = 0
        while tries < self.most:
            try:
                return {ASKS}
            except Exception:
                tries += 1
class AsksMore(Asks):
    most = 8
AsksMore().ask()
"""

CHANCES = f"""\
import random
def ask():
    tries = 0
    while tries < 5:
        try:
            return {ASKS}
        except Exception:
            tries += 1
            if random.random() > 2:
                break
ask()
"""

ONCE_MORE = f"""\
def ask():
    tries = 0
    while tries < 1:
        try:
            return {ASKS}
        except Exception:
            tries += 1
ask()
"""

FOR_EACH_ITEM = f"""\
def ask(items):
    for item in items:
        tries = 0
        while tries < 3:
            try:
                answer = {ASKS}
                break
            except Exception:
                tries += 1
        else:
            print("no answer for", item)
            continue
        print(item, answer)
ask(["one"])
"""

RAISED_BY_A_HELPER = f"""\
def judge(error, tries):
    if tries > 3:
        raise error
    print(error)
def ask():
    tries = 0
    while True:
        try:
            return {ASKS}
        except openai.OpenAIError as error:
            judge(error, tries)
        tries += 1
ask()
"""

COUNTED_IN_AN_OBJECT = f"""\
class Bot:
    def ask(self):
        self.tries = 0
        while True:
            try:
                return {ASKS}
            except openai.OpenAIError as error:
                self.tries += 1
                if self.tries > 3:
                    raise error
Bot().ask()
"""

COUNTED_BY_A_METHOD = f"""\
class Bot:
    def __init__(self):
        self.tries = 0
    def judge(self, error):
        self.tries += 1
        if self.tries > 2:
            raise RuntimeError("no answer") from error
    def ask(self):
        while True:
            try:
                return {ASKS}
            except openai.OpenAIError as error:
                self.judge(error)
Bot().ask()
"""

REPLACED_BY_A_HELPER = f"""\
def without_details(error):
    return RuntimeError(type(error).__name__)
def ask_once():
    try:
        return {ASKS}
    except openai.OpenAIError as error:
        raise without_details(error) from None
def ask():
    last = None
    for attempt in range(3):
        try:
            return ask_once()
        except Exception as error:
            last = error
    raise last
ask()
"""

THROUGH_ANOTHER_FUNCTION = f"""\
def ask(tries=0):
    try:
        return {ASKS}
    except openai.OpenAIError as error:
        return again(tries, error)
def again(tries, error):
    if tries > 3:
        raise error
    return ask(tries + 1)
ask()
"""


@pytest.mark.parametrize("environment", ["3"], indirect=True)
@pytest.mark.parametrize(
    ("program", "requests", "raised", "says"),
    [
        (COUNTED_UP, 7, "RuntimeError", "7 times in all, before another error is raised"),
        (IN_A_GROUP, 3, None, "3 times in all, and then swallows it. A wrong key stays wrong: `raise` the group again where"),
        (AS_NO_GROUP, 1, "ExceptionGroup", ""),
        (LET_OUT_OF_A_GROUP, 1, "ExceptionGroup", ""),
        (LEFT_EARLY, 3, REFUSED, "3 times in all, before it is raised"),
        (LEFT_BY_A_BREAK, 4, None, "4 times in all, and then swallows it"),
        (LEFT_AT_ONCE, 1, REFUSED, ""),
        (COUNTED_DOWN, 4, None, "4 times in all, and then swallows it"),
        (COUNTED_IN_A_TURN, 3, REFUSED, "3 times in all, before it is raised"),
        (IN_TWO_WAYS, 6, REFUSED, "6 times in all, before it is raised"),
        (COUNTED_BY_TWO, 5, None, "5 times in all, and then swallows it"),
        (BY_A_DECORATOR, 5, "RuntimeError", "5 times in all, before another error is raised"),
        (WITH_ANOTHER_BEHIND, 3, None, "3 times in all, and then swallows it"),
        (BY_A_WALRUS, 4, None, "4 times in all, and then swallows it"),
        (AND_ONCE_BEHIND, 4, REFUSED, "again and again, before it is raised"),
        (BY_AN_HEIR, 8, None, "again and again, and then swallows it"),
        # It may as well be fewer.
        (CHANCES, 5, None, "again and again, and then swallows it"),
        (ONCE_MORE, 1, None, ""),
        (FOR_EACH_ITEM, 3, None, "3 times in all, and then swallows it"),
        (RAISED_BY_A_HELPER, 5, REFUSED, "5 times in all, before it is raised"),
        (COUNTED_IN_AN_OBJECT, 4, REFUSED, "4 times in all, before it is raised"),
        (COUNTED_BY_A_METHOD, 3, "RuntimeError", "again and again, before another error is raised"),
        (THROUGH_ANOTHER_FUNCTION, 5, REFUSED, "again and again, before it is raised"),
        (
            REPLACED_BY_A_HELPER,
            3,
            "RuntimeError",
            "3 times in all, before another error is raised. A wrong key stays wrong: let it out where it becomes `RuntimeError`,",
        ),
    ],
)
def test_loops_that_count_by_themselves(
    environment: Environment, program: str, requests: int, raised: str | None, says: str
) -> None:
    program = BEFORE + program
    with Server() as server:
        outcome = run(program, environment, server=server, key="wrong")
    assert (outcome.requests, outcome.raised) == (requests, raised), outcome.stderr
    found = [finding.message for finding in check("program.py", program.encode(), Settings(select=("OAK401", "OAK402")))]
    assert [says in message for message in found] == [True] * (requests > 1), found


ALL_OF_SEVERAL = f"""\
def ask_all(names):
    while True:
        try:
            answers = []
            for name in names:
                answers.append({ASKS})
            return answers
        except openai.OpenAIError as error:
            print(error)
ask_all("ab")
"""

ALL_AT_ONCE = """\
import asyncio
aclient = openai.AsyncOpenAI()
async def ask(name):
    return await aclient.models.retrieve(name)
async def ask_all(names):
    while True:
        try:
            return await asyncio.gather(*(ask(name) for name in names))
        except openai.OpenAIError as error:
            print(error)
asyncio.run(ask_all("ab"))
"""

UNTIL_NONE_IS_LEFT = f"""\
def ask_all(names):
    answers, left = [], list(names)
    while left:
        for name in list(left):
            try:
                answer = {ASKS}
            except openai.OpenAIError as error:
                continue
            answers.append(answer)
            left.remove(name)
    return answers
ask_all("ab")
"""


@pytest.mark.parametrize("environment", ["3"], indirect=True)
@pytest.mark.parametrize("program", [ALL_OF_SEVERAL, ALL_AT_ONCE, UNTIL_NONE_IS_LEFT])
def test_loops_over_several_that_never_end(environment: Environment, program: str) -> None:
    program = BEFORE + program
    with Server() as server:
        outcome = run(program, environment, server=server, key="wrong")
    assert outcome.endless, outcome.stderr
    (found,) = check("program.py", program.encode(), Settings(select=("OAK401", "OAK402")))
    assert "without end" in found.message
    assert found.severity == "error"
