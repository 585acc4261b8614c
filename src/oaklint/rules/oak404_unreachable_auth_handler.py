"""## What it does
Finds `except AuthenticationError` clauses that never run, because the clauses before them have already caught it.

A clause that names other exceptions, too, is reported only where all of them have been caught by then:
`except (AuthenticationError, RateLimitError)` is dead behind `except APIStatusError`, and alive behind
`except AuthenticationError`, where its first name is merely one too many.

## Why is this bad?
Clauses are tried in order, and the first one that fits wins. Since openai 1.0 `APIStatusError`, `APIError` and `OpenAIError` are
ancestors of `AuthenticationError`, so behind any of them, or behind `Exception`, the clause never runs. In 0.x `APIError` was a
sibling: code that was carried over by renaming alone changes its meaning here.

## Example
```python
import openai
from openai import OpenAI

client = OpenAI()
try:
    client.models.list()
except openai.APIError:
    print("The service failed; try again later.")
except openai.AuthenticationError:
    print("The key is wrong.")
```

Use instead:
```python
import openai
from openai import OpenAI

client = OpenAI()
try:
    client.models.list()
except openai.AuthenticationError:
    print("The key is wrong.")
except openai.APIError:
    print("The service failed; try again later.")
```

## Fix safety
The fix moves the clause, with the comments that stand above it, before the one that has caught the error. It is safe where the
clause names nothing but `AuthenticationError`: the order is then all that changes. It is unsafe where it names other
exceptions, too, which reach it now before the clauses that it has passed. There is none where the clause before it is for
`AuthenticationError`, too.

## References
- [Handling errors](https://github.com/openai/openai-python#handling-errors)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from oaklint.diagnostic import Severity
from oaklint.python import cst
from oaklint.python.edits import Editor, Handler
from oaklint.python.facts import Thrown
from oaklint.rules import REACHES_AUTHENTICATION_ERROR, REACHES_OPENAI, Finding, Needs, Repair
from oaklint.sdk.exceptions import authentication_error, exception_name
from oaklint.usage import Usage

NEEDS: Needs = (("except",), (REACHES_AUTHENTICATION_ERROR,), (REACHES_OPENAI,))
SEVERITY: Severity = "error"


def visit_Try(node: cst.Try | cst.TryStar, usage: Usage) -> Iterator[Finding]:
    handlers: Sequence[Handler] = node.handlers
    for index, handler in enumerate(handlers):
        if handler.type is None or not usage.auth_errors.names_it(handler.type):
            continue
        before = handlers[:index]
        if not all(any(usage.flow.catches(each.type, thrown) for each in before) for thrown in _named(handler.type, usage)):
            continue  # it still runs for others
        for earlier in before:
            if usage.flow.catches(earlier.type, usage.auth_errors.error):
                caught_by = cst.Module([]).code_for_node(earlier.type) if earlier.type is not None else ""
                yield Finding(
                    handler,
                    f"This clause never sees an AuthenticationError: `except {caught_by}` above has caught it."
                    f" {_remedy(earlier, usage)}",
                    related=((earlier, "caught here"),),
                    fix=partial(_fix, handler, earlier, usage),
                )
                break


def _remedy(earlier: Handler, usage: Usage) -> str:
    if earlier.type is not None and usage.auth_errors.names_it_alone(earlier.type):
        return "Remove one of the two"
    return "Move this clause up, before the wider one"


def _named(types: cst.BaseExpression, usage: Usage) -> Iterator[Thrown]:
    """The exceptions that a clause names, of all classes that it may stand for."""
    return (usage.auth_errors.exception(name) for name in usage.resolver.clauses.caught(types))


def _fix(handler: Handler, earlier: Handler, usage: Usage, editor: Editor) -> Repair | None:
    if handler.type is None or (earlier.type is not None and usage.auth_errors.names_it(earlier.type)):
        return None
    expected = authentication_error(usage.generation)
    names = {exception_name(name, usage.generation) for name in usage.resolver.clauses.caught(handler.type)}
    return Repair(
        "safe" if names == {expected} else "unsafe",
        "Move this clause up, before the wider one",
        editor.move([handler], before=earlier),
    )


visit_TryStar = visit_Try
