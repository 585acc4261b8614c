"""## What it does
Finds `except AuthenticationError` clauses that stand behind a clause which has already caught it.

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
There is no fix yet.

## References
- [Handling errors](https://github.com/openai/openai-python#handling-errors)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from oaklint.diagnostic import Severity
from oaklint.python import cst
from oaklint.rules import REACHES_OPENAI, Finding, Needs
from oaklint.sdk.exceptions import authentication_error, exception_name
from oaklint.usage import Usage

NEEDS: Needs = (("AuthenticationError",), ("except",), (REACHES_OPENAI,))
SEVERITY: Severity = "error"


def visit_Try(node: cst.Try | cst.TryStar, usage: Usage) -> Iterator[Finding]:
    expected = authentication_error(usage.generation)
    handlers: Sequence[cst.ExceptHandler | cst.ExceptStarHandler] = node.handlers
    for index, handler in enumerate(handlers):
        if handler.type is None:
            continue
        if not any(exception_name(name, usage.generation) == expected for name in usage.resolver.caught(handler.type)):
            continue
        for earlier in handlers[:index]:
            if usage.flow.catches(earlier.type, usage.auth_errors.error):
                caught_by = cst.Module([]).code_for_node(earlier.type) if earlier.type is not None else ""
                yield Finding(
                    handler,
                    f"This clause never sees an AuthenticationError: `except {caught_by}` above has caught it."
                    " Move this clause up, before the wider one",
                    related=((earlier, "caught here"),),
                )
                break


visit_TryStar = visit_Try
