"""## What it does
Finds clauses that name `AuthenticationError`, catch it from a request, and lose it: nothing is raised, reported or done.

What is lost leaves the clause by `pass`, `continue`, or an empty value (`None`, `""`, `[]`) that nobody looks at, or leaves a
value that was there before the request and that success may give as well: True or False, a label (`"other"`), what an
attribute held. So does `contextlib.suppress(openai.AuthenticationError)`. The rule follows the program from there. A message,
be it a text that was there before, a call of any function, a flag, another key, a fallback behind the `try`, a caller that
tests the empty value, be it in a file of the project that imports this one: all of these are fine, and so is a function whose
name asks whether the key is good (`is_valid_key`, `check_connection`), since whatever it returns is the answer. So is what
was worked out in another way before, `label = by_rules(text)`, where the clause names errors as well that are no matter of
keys. Whoever finds no answer and has it asked for again tells nobody. A broad clause (`except Exception`) is not looked
at, nor is one that sends the error back to the request, which is `auth-error-retried-in-loop`.

## Why is this bad?
A wrong key fails every request alike, and only its owner can mend it. Who catches this one error by name knows that, and then
tells nobody: the program goes on without answers and ends as if all were well (measured on 1.109.1, 2.54.0 and 3.54.0).

## Example
```python
import openai
from openai import OpenAI

client = OpenAI()


def models():
    try:
        return [model.id for model in client.models.list()]
    except openai.AuthenticationError:
        return []


print("models:", models())
```

Use instead:
```python
import openai
from openai import OpenAI

client = OpenAI()


def models():
    try:
        return [model.id for model in client.models.list()]
    except openai.AuthenticationError as error:
        raise SystemExit("OpenAI refuses the key: please check OPENAI_API_KEY.") from error


print("models:", models())
```

## Fix safety
There is no fix: whether the program is to end, to tell its user, or to go on in another way is for its author to decide. A bare
`raise` in each clause would end programs that were made to go on.

## References
- [Handling errors](https://github.com/openai/openai-python#handling-errors)
"""

from __future__ import annotations

from collections.abc import Iterator

from oaklint.diagnostic import Severity
from oaklint.python import cst
from oaklint.rules import REACHES_AUTHENTICATION_ERROR, REACHES_OPENAI, Finding, Needs
from oaklint.usage import Usage

NEEDS: Needs = (("except", "suppress"), (REACHES_AUTHENTICATION_ERROR,), (REACHES_OPENAI,))
SEVERITY: Severity = "warning"


def visit_ExceptHandler(clause: cst.ExceptHandler | cst.ExceptStarHandler, usage: Usage) -> Iterator[Finding]:
    if clause.type is not None and usage.auth_errors.names_it(clause.type) and usage.aftermath.is_silenced(clause):
        yield _finding(clause, clause, "This clause", usage)


visit_ExceptStarHandler = visit_ExceptHandler


def visit_WithItem(item: cst.WithItem, usage: Usage) -> Iterator[Finding]:
    """`with suppress(AuthenticationError)`."""
    if isinstance(item.item, cst.Call) and "contextlib.suppress" in usage.resolver.names(item.item.func):
        named = any(usage.auth_errors.names_it(arg.value) for arg in item.item.args)
        if named and usage.aftermath.is_silenced(item):
            yield _finding(item, item.item, "`suppress(...)`", usage)


def _finding(
    clause: cst.ExceptHandler | cst.ExceptStarHandler | cst.WithItem, where: cst.CSTNode, what: str, usage: Usage
) -> Finding:
    requests = [catch.call for catch in usage.outcomes.of(clause)]
    return Finding(
        where,
        f"{what} catches the AuthenticationError of a request by name and loses it: nobody learns that the key is refused."
        " Raise it, or tell the user to check the key",
        related=tuple((call, "the request that fails") for call in requests[:1]),
    )
