"""How OAK401 and OAK402 say how long it goes on, and that following functions into one another comes to an end."""

from __future__ import annotations

import pytest

from oaklint.diagnostic import Diagnostic
from oaklint.engine import Settings, check

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
        ("for attempt in range(3):", "time.sleep(1)", "raise RuntimeError", "3 times in all, before it is raised", "warning"),
    ],
)
@pytest.mark.parametrize("shape", ["loop", "decorator"])
def test_both_rules_say_it_alike(header: str, body: str, after: str, says: str, severity: str, shape: str) -> None:
    program = loop(header, body, f"    {after}\n") if shape == "loop" else decorated(header, body, after)
    (finding,) = findings(program)
    assert finding.code == ("OAK401" if shape == "loop" else "OAK402")
    assert says in finding.message
    assert finding.severity == severity


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
