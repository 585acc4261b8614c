"""## What it does
Finds loops over items in which a clause stops the `AuthenticationError` of one item's request and goes on to the next item.

It follows the error from the request into the clause and on to the next round of a `for` loop (`async for`, and a comprehension
over a function that swallows the error, too). A clause that leaves the loop for this error is fine, and so is one that notes the
failure where the loop looks at it, falls back to something else for this item, or asks with another key or client. Off unless
selected. A clause that names `AuthenticationError` and says nothing at all is `auth-error-silenced`.

## Why is this bad?
The key is the same for every item. If it is wrong for the first one it is wrong for all of them: each makes its own request and
gets its own 401 (measured on 1.109.1, 2.54.0 and 3.54.0), and at the end there is a log of equal lines, or a file of empty
answers, that took as long as the work itself.

## Example
```python
from openai import OpenAI

client = OpenAI()

for question in ["Who?", "What?", "When?"]:
    try:
        print(client.responses.create(model="gpt-4o", input=question).output_text)
    except Exception as error:
        print("no answer:", type(error).__name__)
```

Use instead:
```python
import openai
from openai import OpenAI

client = OpenAI()

for question in ["Who?", "What?", "When?"]:
    try:
        print(client.responses.create(model="gpt-4o", input=question).output_text)
    except openai.AuthenticationError:
        raise
    except Exception as error:
        print("no answer:", type(error).__name__)
```

## Fix safety
There is no fix yet.

## References
- [Handling errors](https://github.com/openai/openai-python#handling-errors)
"""

from __future__ import annotations

from collections.abc import Iterator

from oaklint.diagnostic import Severity
from oaklint.python import cst
from oaklint.rules import REACHES_OPENAI, Finding, Needs
from oaklint.usage import Usage
from oaklint.usage.errors.auth_errors import Clause
from oaklint.usage.repairs import authentication_error_at, with_import

NEEDS: Needs = (("except", "suppress"), ("for",), (REACHES_OPENAI,))
SEVERITY: Severity = "warning"
ENABLED = False


def visit_ExceptHandler(clause: cst.ExceptHandler | cst.ExceptStarHandler, usage: Usage) -> Iterator[Finding]:
    named = clause.type is not None and usage.auth_errors.names_it(clause.type)
    yield from _skipped(clause, clause, "This clause", named, usage)


visit_ExceptStarHandler = visit_ExceptHandler


def visit_WithItem(item: cst.WithItem, usage: Usage) -> Iterator[Finding]:
    """`with suppress(Exception)`."""
    if isinstance(item.item, cst.Call):
        named = any(usage.auth_errors.names_it(arg.value) for arg in item.item.args)
        yield from _skipped(item, item.item, "`suppress(...)`", named, usage)


def _skipped(clause: Clause, where: cst.CSTNode, what: str, named: bool, usage: Usage) -> Iterator[Finding]:
    items = usage.next_items.after(clause)
    if items and not (named and usage.aftermath.is_silenced(clause)):
        loop, call = items[0]
        iterable = loop.iter if isinstance(loop, cst.For) else loop
        yield Finding(
            where,
            f"{what} stops the AuthenticationError of one item, and the loop goes on to the next: a wrong key fails for every"
            f" item. Let it out with `except {authentication_error_at(clause, usage)}: raise` before this clause"
            f"{with_import(clause, usage)}",
            related=((call, "the request of each item"), (iterable, "the items")),
        )
