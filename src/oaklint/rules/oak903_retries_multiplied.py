"""## What it does
Finds loops and retry decorators that repeat what the SDK already repeats by itself: 429, 5xx and connection errors.

It follows these errors as `auth-error-retried-in-loop` follows an AuthenticationError, and looks at the `max_retries` of the
client that makes the request. With `max_retries=0`, on the client or by `with_options`, all is well; where the client is built
somewhere else, nothing is reported, and nothing in openai 0.x, which did not retry. Off unless selected.

## Why is this bad?
Each attempt of the loop is three requests of the SDK, since `max_retries` is 2 by default: three attempts are nine requests
(measured on 1.109.1, 2.54.0 and 3.54.0), each with a wait of its own, to a service that has just asked for less.

## Example
```python
import time

import openai
from openai import OpenAI

client = OpenAI()


def ask(question):
    for attempt in range(3):
        try:
            return client.responses.create(model="gpt-4o", input=question)
        except openai.RateLimitError:
            time.sleep(2**attempt)


ask("How are you?")
```

Use instead:
```python
from openai import OpenAI

client = OpenAI(max_retries=5)


def ask(question):
    return client.responses.create(model="gpt-4o", input=question)


ask("How are you?")
```

## Fix safety
There is no fix yet.

## References
- [Retries](https://github.com/openai/openai-python#retries)
"""

from __future__ import annotations

from collections.abc import Iterator

from oaklint.diagnostic import Severity
from oaklint.python import cst
from oaklint.rules import IMPORTS_OPENAI, Finding, Needs
from oaklint.usage import Usage
from oaklint.usage.auth_errors import AuthErrors
from oaklint.usage.retried import Retried, by_call, by_decorator, by_loop, calls_within, is_generator

NEEDS: Needs = ((IMPORTS_OPENAI,), ("except", "suppress", "@", "etrying", "retry"))
SEVERITY: Severity = "info"
ENABLED = False


def visit_Call(call: cst.Call, usage: Usage) -> Iterator[Finding]:
    seen: list[cst.CSTNode] = []
    for errors in usage.transient_errors:
        for retry in errors.retries(call):
            repeats = usage.own_retries.behind(call)
            if repeats and retry.around not in seen:
                seen.append(retry.around)
                clause = retry.clause.item if isinstance(retry.clause, cst.WithItem) else retry.clause
                yield _finding(clause, "This clause", retry.attempts, repeats, ((call, "the request that is made again"),))
    yield from _judged((by_call(call, errors, usage) for errors in usage.transient_errors), usage)


def visit_For(loop: cst.For, usage: Usage) -> Iterator[Finding]:
    yield from _judged((by_loop(loop, errors, usage) for errors in usage.transient_errors), usage)


def visit_Decorator(decorator: cst.Decorator, usage: Usage) -> Iterator[Finding]:
    yield from _judged((by_decorator(decorator, errors, usage) for errors in usage.transient_errors), usage)
    function = usage.tree.parents[decorator]
    if isinstance(function, cst.FunctionDef) and not is_generator(function, usage):
        if any(_is_run_again_by(decorator, function, errors, usage) for errors in usage.transient_errors):
            repeats = usage.own_retries.inside(function)
            if repeats:
                yield _finding(decorator, "This decorator", None, repeats)


def _is_run_again_by(decorator: cst.Decorator, function: cst.FunctionDef, errors: AuthErrors, usage: Usage) -> bool:
    """Whether a decorator that the program itself defines runs the function again."""
    if usage.retries.policy(decorator.decorator) is not None:
        return False
    setup = decorator.decorator if isinstance(decorator.decorator, cst.Call) else None
    definitions = usage.resolver.definitions.functions(
        usage.resolver.names(setup.func if setup is not None else decorator.decorator)
    )
    thrown = errors.escaping(function)
    return any(errors.retries_by(definition, setup, thrown) for definition in definitions)


def _judged(all_retried: Iterator[Retried | None], usage: Usage) -> Iterator[Finding]:
    """At most one finding: what a policy does with the several errors is one and the same defect."""
    for retried in all_retried:
        if retried is None or not any(usage.retries.retries(retried.policy, error) for error in retried.thrown):
            continue
        attempts, repeats = usage.retries.attempts(retried.policy), _repeats(retried, usage)
        if attempts != 1 and repeats:
            yield _finding(retried.where, retried.policy.decorator.library, attempts, repeats)
            return


def _repeats(retried: Retried, usage: Usage) -> int | None:
    """How often the SDK repeats the requests that a policy runs."""
    source = retried.source
    if isinstance(source, (cst.FunctionDef, cst.Lambda)):
        return usage.own_retries.inside(source)
    if isinstance(source, cst.For):
        found = {usage.own_retries.behind(call) for call in calls_within(source, usage) if usage.auth_errors.raised_by(call)}
        return found.pop() if len(found) == 1 else None
    assert isinstance(source, cst.BaseExpression)
    if usage.clients.names_request(source):
        return usage.own_retries.of_method(source)
    found = {usage.own_retries.inside(each) for each in usage.resolver.definitions.functions(usage.resolver.names(source))}
    return found.pop() if len(found) == 1 else None


def _finding(
    where: cst.CSTNode,
    what: str,
    attempts: int | None,
    repeats: int,
    related: tuple[tuple[cst.CSTNode, str], ...] = (),
) -> Finding:
    each = repeats + 1
    product = (
        f"{attempts} attempts are up to {attempts * each} requests" if attempts else f"each attempt is up to {each} requests"
    )
    return Finding(
        where,
        f"{what} retries what the SDK has already retried: {product}."
        " Raise max_retries on the client in place of this, or set it to 0",
        related=related,
    )
