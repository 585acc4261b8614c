"""## What it does
Finds retry decorators and retry objects that run a request again when it raises `AuthenticationError`.

It knows tenacity, backoff, stamina, retrying, retry (and retry2) and opnieuw; the tasks of celery, dramatiq, huey, arq, rq,
Ray, Dask, Prefect, Airflow and Modal, which a worker runs again; and decorators that the program defines itself, whether they
hold a loop, a retry object, or a call of a function that does the work. It reads their conditions, limits and predicates, and
looks at what the function lets out: one that keeps the error to itself, or raises another that is not retried, is fine. So is
one that takes other credentials for the next run, in its body or in a callback such as `before_sleep=`, and one whose callback
raises the error. Policies, conditions, classes of tasks and decorators may come from other modules of the project. A decorator
whose conditions cannot be read, because they are imported from elsewhere or computed, is left alone.

The reason may be what a function hands back: `retry_if_result(...)` of tenacity, `on_predicate` of backoff and `retry_on_result=`
of retrying run it again for the None, say, with which a clause in it answers for the error.

A function may also be handed to a helper that calls it in a loop: `call_with_retries(ask, "How are you?")`. Where the helper's
`except` clause, or its retry object, stands in another file, the call that hands the function over is reported, by this rule;
where the clause stands in the same file, that is, by OAK401. What a method of an abstract class or of a protocol does is for
the classes to say that inherit from it, or fit it, in whatever file of the project they stand.

It is an error where nothing but success ends the retrying, or where the error is lost in the end; a warning where it is raised
when the attempts are used up, or another one in its place. The number counts all requests, those
included that a retry inside the function makes; "by default" says that callers, or objects, may be given another.

## Why is this bad?
tenacity's `@retry` retries every exception unless `retry=` says otherwise, and without `stop=` it does so for ever; so do
`@retry()` of retry and retrying. A dramatiq actor is run 21 times unless it says otherwise, a celery task with `autoretry_for=`
four times, a function under stamina ten times. The same holds for any condition that names `Exception`, `OpenAIError` or, from
openai 1.0 on, `APIError`. A wrong key stays wrong however often it is sent, and what would be one clear error becomes a long
wait, or a program that hangs. The SDK itself makes one request for a 401, and already retries what is worth retrying (measured
on 1.0.0, 1.55.3, 1.109.1, 2.54.0 and 3.54.0).

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
For tenacity, backoff and celery the fix adds the condition that the message names: `retry=` or a further condition to the one
that is there, `giveup=` or `dont_autoretry_for=`, with the imports that it takes. It is unsafe: the error now leaves the
function at once, which is its purpose, and tenacity then raises it as it is, and no `RetryError`. Where a result is the reason,
it lets the error out of the clause, unless the decorator retries errors as well. There is none for the other libraries, for
decorators and helpers of your own, and where the conditions stand apart from the decorator or in another file.

## References
- [tenacity: whether to retry](https://tenacity.readthedocs.io/en/latest/#whether-to-retry)
- [Retries of the SDK](https://github.com/openai/openai-python#retries)
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from oaklint.diagnostic import Severity
from oaklint.python import cst
from oaklint.python.edits import Editor
from oaklint.rules import NAMES_CLIENT, REACHES_EXCEPT_FAR, REACHES_OPENAI, Finding, Needs, Repair, place_of
from oaklint.rules.retrying import (
    SEVERITIES,
    Step,
    becoming,
    caught,
    caught_by,
    header_of_loop,
    how_long,
    let_out_repair,
    said_elsewhere,
    unless_it_becomes,
    way_out,
)
from oaklint.sdk.retry_libraries import TENACITY
from oaklint.usage import Usage
from oaklint.usage.errors.reruns import Rerun
from oaklint.usage.repairs import authentication_error_at, give_up_on_authentication_error, with_import
from oaklint.usage.retries.policies import Policy

NEEDS: Needs = ((REACHES_OPENAI, NAMES_CLIENT), ("@", "etry", "etries", "backoff", "dramatiq", REACHES_EXCEPT_FAR))
SEVERITY: Severity = "error"

_REMEDIES = {
    "tenacity": "except it with `retry=retry_if_not_exception_type({error})`",
    "backoff": "except it with `giveup=lambda e: isinstance(e, {error})`",
    "celery": "except it with `dont_autoretry_for=({error},)`",
    "dramatiq": "except it with `throws=({error},)`",
    "Prefect": "except it with `retry_condition_fn=`",
    "Airflow": "turn it into `AirflowFailException`",
}


# For tenacity, where there is a condition already.
_NARROWS = "except it in its `retry=` with `& retry_if_not_exception_type({error})`"
_IN_A_CLAUSE = "let it out before this clause with `except {error}: raise`"


def visit_Decorator(decorator: cst.Decorator, usage: Usage) -> Iterator[Finding]:
    yield from (_finding(rerun, usage) for rerun in usage.reruns.by_decorator(decorator))


def visit_ClassDef(definition: cst.ClassDef, usage: Usage) -> Iterator[Finding]:
    yield from (_finding(rerun, usage) for rerun in usage.reruns.by_class(definition))


def visit_Call(call: cst.Call, usage: Usage) -> Iterator[Finding]:
    yield from (_finding(rerun, usage) for rerun in usage.reruns.by_call(call))
    yield from (_finding(rerun, usage) for rerun in usage.reruns.by_handing_over(call))
    for rerun in usage.reruns.by_request_for_retry(call):
        yield _finding(rerun, usage, _IN_A_CLAUSE)


def visit_Raise(statement: cst.Raise, usage: Usage) -> Iterator[Finding]:
    for rerun in usage.reruns.by_raise(statement):
        yield _finding(rerun, usage, _IN_A_CLAUSE)


def visit_For(loop: cst.For, usage: Usage) -> Iterator[Finding]:
    yield from (_finding(rerun, usage) for rerun in usage.reruns.by_loop(loop))


def _finding(rerun: Rerun, usage: Usage, remedy: str = "") -> Finding:
    by, own = rerun.by, "name the errors worth retrying"
    path = _path(rerun, usage)
    if rerun.request is not None and rerun.clause is not None:
        clause = place_of(path.index(caught_by(rerun.clause)))
        remedy = way_out(rerun.request, rerun.clause, usage, f"the clause in {clause}")
        if rerun.policy is not None and usage.retries.retries(rerun.policy, usage.auth_errors.error) is not False:
            remedy += ", and name the errors worth retrying"
    elif isinstance(rerun.where, cst.Decorator) and rerun.clause is not None:
        by, own = f"`@{rerun.by}`", "except it in the decorator"
    elif isinstance(rerun.where, cst.Call) and usage.resolver.calls.functions(rerun.where):
        by, own = f"`{rerun.by}(...)`", "except it in the function"
    elif rerun.policy is not None and rerun.by == TENACITY.library and TENACITY.condition in rerun.policy.arguments:
        remedy = remedy or (own if usage.retries.is_for_results(rerun.policy) else _NARROWS)
    advice = remedy or _REMEDIES.get(rerun.by, own)
    if "{error}" in advice:
        advice = advice.format(error=authentication_error_at(rerun.where, usage)) + with_import(rerun.where, usage)
    advice = unless_it_becomes(rerun.became, advice if rerun.is_for_the_error_itself else "")
    return Finding(
        rerun.where,
        f"{by} sends an AuthenticationError back to the same request, {how_long(rerun)}. A wrong key stays wrong: {advice}",
        related=((rerun.clause, "the clause that sends it back"),) if rerun.clause is not None and not path else (),
        path=path,
        severity=SEVERITIES[rerun.bound],
        fix=partial(_fix, rerun.policy, rerun, usage) if rerun.policy is not None else None,
    )


def _path(rerun: Rerun, usage: Usage) -> tuple[Step, ...]:
    """From the request, through what catches its error, back to it."""
    call, clause = rerun.asked_in or (rerun.request, rerun.clause)
    source = call or rerun.source
    request = (usage.auth_errors.request_behind(source) if source is not None else None) or call
    if request is None or request is rerun.where:
        return ()
    became = rerun.became
    if call is not None and clause is not None:
        became = usage.auth_errors.became(usage.auth_errors.caught_at(call, clause))
    raised = ((request, "raised here"), *becoming(became))
    if clause is None or rerun.around is None:
        said = said_elsewhere(rerun.said_by, rerun.where, usage, "what is retried is said here")
        stopped = caught(clause, usage) if clause is not None else ()
        again = "asked to run again here" if rerun.asked_in is not None else "run again here"
        return *raised, *stopped, *said, (rerun.where, again)
    handed = "decorated here" if isinstance(rerun.where, cst.Decorator) else "handed over here"
    return *raised, (rerun.where, handed), *caught(clause, usage), (header_of_loop(rerun.around), "around again here")


def _fix(policy: Policy, rerun: Rerun, usage: Usage, editor: Editor) -> Repair | None:
    if rerun.request is not None and rerun.clause is not None:
        is_let_out = usage.retries.retries(policy, usage.auth_errors.error) is False  # else it would only be retried as it is
        return let_out_repair(rerun.request, rerun.clause, usage, editor) if is_let_out else None
    applied = rerun.where.decorator if isinstance(rerun.where, cst.Decorator) else policy.source
    changes = give_up_on_authentication_error(editor, policy, applied, usage)
    return Repair("unsafe", "Do not retry AuthenticationError", changes)
