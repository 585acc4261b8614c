"""## What it does
Finds loops and retry decorators that repeat what the SDK already repeats by itself: 429, 5xx and connection errors.

It follows these errors as `auth-error-retried-in-loop` and `auth-error-retried-by-decorator` follow an AuthenticationError,
through the tasks of workers and helpers in other files, too, and looks at the `max_retries` of the client that makes the
request. With `max_retries=0`, on the client or by `with_options`, all is well; where the client is built somewhere else,
nothing is reported, and nothing in openai 0.x, which did not retry. Off unless selected.

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

from collections.abc import Iterable, Iterator
from itertools import chain

from oaklint.diagnostic import Severity
from oaklint.python import cst
from oaklint.python.tree import walk
from oaklint.rules import REACHES_EXCEPT, REACHES_OPENAI, Finding, Needs
from oaklint.usage import Usage
from oaklint.usage.errors.reruns import Rerun

NEEDS: Needs = (("except", "suppress", "@", "etrying", "retry", "retries", REACHES_EXCEPT), (REACHES_OPENAI,))
SEVERITY: Severity = "info"
ENABLED = False


def visit_Call(call: cst.Call, usage: Usage) -> Iterator[Finding]:
    seen: list[cst.CSTNode] = []
    found: list[Rerun] = []
    for loops in usage.transient_loops:
        for retry in loops.retries(call):
            repeats = usage.own_retries.behind(call)
            if repeats and retry.around not in seen:
                seen.append(retry.around)
                clause = retry.clause.item if isinstance(retry.clause, cst.WithItem) else retry.clause
                yield _finding(clause, "This clause", retry.attempts, repeats, ((call, "the request that is made again"),))
    for reruns in usage.transient_reruns:
        found += (*reruns.by_call(call), *reruns.by_handing_over(call), *reruns.by_request_for_retry(call))
    yield from _judged([found], usage)


def visit_Raise(statement: cst.Raise, usage: Usage) -> Iterator[Finding]:
    yield from _judged((reruns.by_raise(statement) for reruns in usage.transient_reruns), usage)


def visit_ClassDef(definition: cst.ClassDef, usage: Usage) -> Iterator[Finding]:
    yield from _judged((reruns.by_class(definition) for reruns in usage.transient_reruns), usage)


def visit_For(loop: cst.For, usage: Usage) -> Iterator[Finding]:
    yield from _judged((reruns.by_loop(loop) for reruns in usage.transient_reruns), usage)


def visit_Decorator(decorator: cst.Decorator, usage: Usage) -> Iterator[Finding]:
    yield from _judged((reruns.by_decorator(decorator) for reruns in usage.transient_reruns), usage)


def _judged(found: Iterable[Iterable[Rerun]], usage: Usage) -> Iterator[Finding]:
    """At most one finding: what is done with the several errors is one and the same defect."""
    for rerun in chain.from_iterable(found):
        # A task that asks for it itself stands around that.
        repeats = _repeats(rerun.source or usage.tree.unit(rerun.where), usage)
        if rerun.attempts != 1 and repeats:
            own = "This decorator" if isinstance(rerun.where, cst.Decorator) else "This call"
            what = own if rerun.clause is not None else rerun.by
            yield _finding(rerun.where, what, rerun.attempts, repeats)
            return


def _repeats(source: cst.CSTNode | None, usage: Usage) -> int | None:
    """How often the SDK repeats the requests that are run again."""
    if isinstance(source, (cst.FunctionDef, cst.Lambda)):
        return usage.own_retries.inside(source)
    if isinstance(source, cst.For):
        calls = (node for node in walk(source.body) if isinstance(node, cst.Call))
        found = {usage.own_retries.behind(call) for call in calls if usage.auth_errors.raised_by(call)}
    elif isinstance(source, cst.BaseExpression):
        if usage.clients.names_request(source):
            return usage.own_retries.of_method(source)
        found = {usage.own_retries.inside(each) for each in usage.resolver.definitions.functions(usage.resolver.names(source))}
    else:
        return None
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
