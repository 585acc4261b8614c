"""## What it does
Finds loops, and functions that call themselves, in which the `AuthenticationError` of a request leads back to the same request.

The rule follows the error along the control flow: out of the request, into the first `except` clause that catches it
(`AuthenticationError`, one of its ancestors, `Exception` or a bare `except`), through what the clause does, and around. A
clause that leaves for this error is fine, whether it raises, returns, breaks out, or asks `isinstance`, the status or the code
first. Words in the text that are not there any more, `invalid_api_key` since 3.38.0, are not found, but where the version that
the program is written for, or the one release that the project pins, is an older one. Words about keys that never were in it
are taken to be there, and OAK406 says that they are not; words about something else, such as `rate limit`, are not found. A
loop is fine, too, that goes on to the next item, that renews the credentials, or that picks another client for the next
attempt; not one that, because of the failure, asks with less of the same, `prompt = prompt[:-100]`. In openai 0.x `APIError` is
no ancestor of `AuthenticationError`, from 1.0 on it is; the rule goes by the version that the program is written for, and for
calls that only one of the two has, by that one. Of a policy that is asked, `policy.should_retry(error)` or `except
policy.retry_on`, the rule reads the object that is meant there, where it is seen how that is made.

The clause may stand in a function that hands its failure back, as `None`, `-1`, `{"ok": False}`, `Result(ok=False)`, an `Err`
which `match` or `isinstance` tells from an `Ok`, or an empty text, to a loop that only an answer can end, be it through another
function that hands it on. Where that function stands in another file, the call in the loop is reported, and the clause named.
What a method of an abstract class or of a protocol does is for the classes to say that inherit from it, or fit it, in whatever
file of the project they stand. A property, the `__enter__` of a context manager and the `__call__` of an instance make their
requests where they are read, entered and called; futures and tasks, where their results are asked for.

A function may note its success alone, `self.done = True`, for a loop that asks for that, and a loop may keep what has failed
for its next round, `todo = failed`, among what `asyncio.gather` gave back as well, or cross out only what has succeeded: there,
too, the same request is made again. `gather(..., return_exceptions=True)`, which gives the error back among the answers, counts
like a clause.

The loop may stand in a helper that is handed the function with the request, `call_with_retries(ask, "How are you?")`: its
clause is reported if it stands in the same file. If it stands in another one, OAK402 reports the call, as it does for
decorators.

It is an error where nothing but success ends the loop, or where the error is lost in the end; a warning where it, or another
one in its place, is raised when the attempts are used up. The number counts all requests, those
included that a retry inside the loop makes; "by default" says that callers, or objects, may be given another.

## Why is this bad?
A wrong key does not become right by asking again. The SDK itself makes exactly one request for a 401, while it retries
connection errors, 408, 409, 429 and 5xx twice by itself (measured on 1.0.0, 1.55.3, 1.109.1, 2.54.0 and 3.54.0; 0.28.1 retries
nothing). A loop around it turns one clear error into endless requests, or into a wait that ends in something less clear.

## Example
```python
import time

from openai import OpenAI

client = OpenAI()


def ask(question):
    while True:
        try:
            return client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": question}])
        except Exception as error:
            print("retrying:", type(error).__name__)
            time.sleep(5)


ask("How are you?")
```

Use instead:
```python
import time

import openai
from openai import OpenAI

client = OpenAI()


def ask(question):
    while True:
        try:
            return client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": question}])
        except openai.AuthenticationError:
            raise
        except Exception as error:
            print("retrying:", type(error).__name__)
            time.sleep(5)


ask("How are you?")
```

## Fix safety
The fix inserts a clause that raises `AuthenticationError` again before the one that has caught it, and imports the class where
that takes an import, in the file's own style. It is unsafe: the error now leaves the loop, which is its purpose, and somebody
may have counted on going on. There is none for `except*`, `with suppress(...)` and `gather`, where a clause of the same `try`
names `AuthenticationError`, and where the error has become another one on its way.

## References
- [Handling errors](https://github.com/openai/openai-python#handling-errors)
- [Retries](https://github.com/openai/openai-python#retries)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from oaklint.diagnostic import Severity
from oaklint.python import cst
from oaklint.python.tree import Run, callee
from oaklint.rules import NAMES_CLIENT, REACHES_EXCEPT, REACHES_OPENAI, Finding, Needs, place_of
from oaklint.rules.retrying import (
    SEVERITIES,
    Step,
    becoming,
    caught,
    caught_by,
    header_of_clause,
    header_of_loop,
    how_long,
    let_out_repair,
    said,
    way_out,
)
from oaklint.usage import Usage
from oaklint.usage.errors.laps import Retry

NEEDS: Needs = (
    ("suppress", "exit__", "return_exceptions", REACHES_EXCEPT),
    ("while", "for", "def"),
    (REACHES_OPENAI, NAMES_CLIENT),
)
SEVERITY: Severity = "error"


def visit_Call(call: cst.Call, usage: Usage) -> Iterator[Finding]:
    yield from (_by_loop(retry, call, usage) for retry in usage.loops.retries(call))


def visit_Attribute(attribute: cst.Attribute, usage: Usage) -> Iterator[Finding]:
    if usage.resolver.calls.properties(attribute):
        yield from (_by_loop(retry, attribute, usage) for retry in usage.loops.retries(attribute))


def _by_loop(retry: Retry, call: Run, usage: Usage) -> Finding:
    became = usage.auth_errors.became(usage.auth_errors.caught_at(retry.request, retry.clause))
    back = [(call, "handed back here")] if retry.request is not call else []
    request = usage.auth_errors.request_behind(retry.request) or retry.request
    out = [(retry.request, "let out here")] if request is not retry.request else []
    steps = [(request, "raised here"), *becoming(became), *out, *caught(retry.clause, usage), *back, _again(retry)]
    return _here(retry, call, steps, usage) if usage.tree.is_own(retry.clause) else _elsewhere(retry, call, steps, usage)


def _again(retry: Retry) -> Step:
    return header_of_loop(retry.around), "around again here"


def _here(retry: Retry, call: Run, steps: Sequence[Step], usage: Usage) -> Finding:
    message = _message(said(retry.clause), retry, way_out(retry.request, retry.clause, usage, call=call))
    fix = partial(let_out_repair, retry.request, retry.clause, usage)
    return Finding(header_of_clause(retry.clause), message, path=tuple(steps), severity=SEVERITIES[retry.bound], fix=fix)


def _elsewhere(retry: Retry, call: Run, steps: Sequence[Step], usage: Usage) -> Finding:
    """The clause stands in another file: the call is reported, by which its failure comes into the loop."""
    clause = f"the clause in {place_of(steps.index(caught_by(retry.clause)))}"
    remedy = way_out(retry.request, retry.clause, usage, clause, call)
    message = _message(f"{_call(call)}, which hands its failure back,", retry, remedy)
    return Finding(call, message, path=tuple(steps), severity=SEVERITIES[retry.bound])


def _message(by: str, retry: Retry, way_out: str) -> str:
    return (
        f"{by[0].upper()}{by[1:]} sends an AuthenticationError back to the same request, {how_long(retry)}."
        f" A wrong key stays wrong: {way_out}"
    )


def _call(call: Run) -> str:
    code = cst.Module([]).code_for_node(callee(call))
    if len(code) >= 60 or "\n" in code:
        return "this call"
    return f"`{code}(...)`" if isinstance(call, cst.Call) else f"`{code}`"
