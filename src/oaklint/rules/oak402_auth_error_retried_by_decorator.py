"""## What it does
Finds retry decorators and retry objects that run a request again when it raises `AuthenticationError`.

It knows tenacity, backoff, stamina, retrying, retry, opnieuw and celery, and decorators that the same file defines. A decorator
whose conditions cannot be read, because they are imported or computed, is left alone; so is one whose function never lets the
error out.

## Why is this bad?
tenacity's `@retry` retries every exception unless `retry=` says otherwise, and without `stop=` it does so for ever; the same
holds for any condition that names `Exception`, `OpenAIError` or, from openai 1.0 on, `APIError`. A wrong key stays wrong however
often it is sent, and what would be one clear error becomes a long wait, or a program that hangs. The SDK itself makes one request
for a 401, and already retries what is worth retrying (measured on 1.0.0, 1.55.3, 1.109.1, 2.54.0 and 3.54.0).

## Example
```python
from openai import OpenAI
from tenacity import retry, stop_after_attempt

client = OpenAI()


@retry(stop=stop_after_attempt(5))
def ask(question):
    return client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": question}])


ask("How are you?")
```

Use instead:
```python
import openai
from openai import OpenAI
from tenacity import retry, retry_if_not_exception_type, stop_after_attempt

client = OpenAI()


@retry(stop=stop_after_attempt(5), retry=retry_if_not_exception_type(openai.AuthenticationError), reraise=True)
def ask(question):
    return client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": question}])


ask("How are you?")
```

## Fix safety
There is no fix yet.

## References
- [tenacity: whether to retry](https://tenacity.readthedocs.io/en/latest/#whether-to-retry)
- [Retries of the SDK](https://github.com/openai/openai-python#retries)
"""

from __future__ import annotations

from collections.abc import Iterator

from oaklint.diagnostic import Severity
from oaklint.python import cst
from oaklint.rules import IMPORTS_OPENAI, Finding, Needs
from oaklint.usage import Usage
from oaklint.usage.retried import Retried, by_call, by_decorator, by_loop, is_generator

NEEDS: Needs = ((IMPORTS_OPENAI,), ("@", "etrying", "retry"))
SEVERITY: Severity = "error"

_REMEDY = "A wrong key stays wrong: except it"


def visit_Decorator(decorator: cst.Decorator, usage: Usage) -> Iterator[Finding]:
    retried = by_decorator(decorator, usage.auth_errors, usage)
    function = usage.tree.parents[decorator]
    if retried is not None:
        yield from _judged(retried, usage)
    elif isinstance(function, cst.FunctionDef) and not is_generator(function, usage):
        yield from _judged_own(decorator, function, usage)


def _judged_own(decorator: cst.Decorator, function: cst.FunctionDef, usage: Usage) -> Iterator[Finding]:
    """A decorator that the program itself defines."""
    thrown = usage.auth_errors.escaping(function)
    if not thrown:
        return
    setup = decorator.decorator if isinstance(decorator.decorator, cst.Call) else None
    for definition in usage.resolver.definitions.functions(
        usage.resolver.names(setup.func if setup is not None else decorator.decorator)
    ):
        for retry in usage.auth_errors.retries_by(definition, setup, thrown)[:1]:
            yield Finding(
                decorator,
                f"`@{definition.name.value}` runs this function again after an AuthenticationError. {_REMEDY} in the decorator",
                related=((retry.clause, "the clause that sends it back"),),
            )


def visit_Call(call: cst.Call, usage: Usage) -> Iterator[Finding]:
    yield from _judged(by_call(call, usage.auth_errors, usage), usage)


def visit_For(loop: cst.For, usage: Usage) -> Iterator[Finding]:
    yield from _judged(by_loop(loop, usage.auth_errors, usage), usage)


def _judged(retried: Retried | None, usage: Usage) -> Iterator[Finding]:
    if retried is None:
        return
    policy = retried.policy
    attempts = usage.retries.attempts(policy)
    if attempts == 1 or not any(usage.retries.retries(policy, error) for error in retried.thrown):
        return
    library = policy.decorator.library
    remedies = {
        "tenacity": "`retry=retry_if_not_exception_type(openai.AuthenticationError)`",
        "backoff": "`giveup=lambda e: isinstance(e, openai.AuthenticationError)`",
        "celery": "`dont_autoretry_for=(openai.AuthenticationError,)`",
    }
    if not usage.retries.is_bounded(policy):
        often = "for ever"
    else:
        often = f"up to {attempts} times in all" if attempts is not None else "again"
    remedy = (
        f"{_REMEDY} with {remedies[library]}"
        if library in remedies
        else "A wrong key stays wrong: name the errors worth retrying"
    )
    yield Finding(retried.where, f"{library} runs this request {often} when it raises AuthenticationError. {remedy}")
