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
For tenacity, backoff and celery the fix adds the condition that the message names: `retry=` or a further condition to the one
that is there, `giveup=` or `dont_autoretry_for=`, with the imports that it takes. It is unsafe: the error now leaves the
function at once, which is its purpose, and tenacity then raises it as it is, and no `RetryError`. There is none for the other
libraries, for decorators of your own, and where the conditions stand apart from the decorator.

## References
- [tenacity: whether to retry](https://tenacity.readthedocs.io/en/latest/#whether-to-retry)
- [Retries of the SDK](https://github.com/openai/openai-python#retries)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from oaklint.diagnostic import Severity
from oaklint.python import cst
from oaklint.python.edits import Editor
from oaklint.python.exceptions import Thrown
from oaklint.python.flow import TooManyStates
from oaklint.rules import REACHES_OPENAI, Finding, Needs, Repair
from oaklint.usage import Usage
from oaklint.usage.repairs import give_up_on_authentication_error
from oaklint.usage.retries import Policy

NEEDS: Needs = (("@", "etrying", "retry"), (REACHES_OPENAI,))
SEVERITY: Severity = "error"

_REMEDY = "A wrong key stays wrong: except it"


def visit_Decorator(decorator: cst.Decorator, usage: Usage) -> Iterator[Finding]:
    function = usage.tree.parents[decorator]
    if not isinstance(function, cst.FunctionDef) or any(usage.tree.unit(node) is function for node in usage.nodes(cst.Yield)):
        return  # a generator raises when it is iterated, behind the decorator's back
    thrown = usage.auth_errors.escaping(function)
    if not thrown:
        return
    policy = usage.retries.policy(decorator.decorator)
    if policy is not None:
        yield from _judged(policy, decorator, thrown, usage)
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
    """`Retrying(...)(function, ...)`, and the decorator called by hand: `retry(...)(function)`."""
    if not call.args or not isinstance(call.func, (cst.Call, cst.Name, cst.Attribute)):
        return
    names = usage.resolver.names(call.func)
    if not any(name.startswith(("tenacity.", "backoff.")) and name.endswith("()") for name in names):
        return
    policy = usage.retries.policy(call.func)
    if policy is not None and isinstance(call.args[0].value, (cst.Name, cst.Attribute, cst.Lambda)):
        yield from _judged(policy, policy.source, _raised_by(call.args[0].value, usage), usage)


def visit_For(loop: cst.For, usage: Usage) -> Iterator[Finding]:
    """`for attempt in Retrying(...): with attempt: ...`."""
    if not isinstance(loop.iter, (cst.Call, cst.Name, cst.Attribute)):
        return
    policy = usage.retries.policy(loop.iter)
    if policy is None or policy.decorator.library not in ("tenacity", "stamina"):
        return
    thrown: set[Thrown] = set()
    for node in usage.nodes(cst.Call):
        if loop in usage.tree.ancestors(node):
            for error in usage.auth_errors.raised_by(node):
                if _reaches_attempt(node, error, loop, usage):
                    thrown.add(error)
    yield from _judged(policy, policy.source, thrown, usage)


def _reaches_attempt(call: cst.Call, error: Thrown, loop: cst.For, usage: Usage) -> bool:
    """Whether the error gets as far as the `with attempt:` around the call."""
    graph = usage.graph_of(call)
    if graph is None or not isinstance(loop.target, cst.Name):
        return False
    name = loop.target.value

    def is_attempt(node: cst.CSTNode | None) -> bool:
        return isinstance(node, cst.WithItem) and isinstance(node.item, cst.Name) and node.item.value == name

    try:
        starts = usage.flow.raised_at(graph.blocks_of(call), error)
        found = usage.flow.search(graph, starts, lambda block, state: state.flying == error and is_attempt(block.node))
    except TooManyStates:
        return False
    return found is not None


def _raised_by(function: cst.BaseExpression, usage: Usage) -> frozenset[Thrown]:
    """What a function that is handed over raises when it runs."""
    if isinstance(function, cst.Lambda):
        return usage.auth_errors.escaping(function)
    if usage.clients.names_request(function):
        return frozenset({usage.auth_errors.error})
    definitions = usage.resolver.definitions.functions(usage.resolver.names(function))
    return frozenset().union(*(usage.auth_errors.escaping(definition) for definition in definitions))


def _judged(policy: Policy, where: cst.CSTNode, thrown: Iterable[Thrown], usage: Usage) -> Iterator[Finding]:
    attempts = usage.retries.attempts(policy)
    retried = {error for error in thrown if usage.retries.retries(policy, error)}
    if attempts == 1 or not retried:
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
    message = f"{library} runs this request {often} when it raises AuthenticationError. {remedy}"
    yield Finding(where, message, fix=partial(_fix, policy, where, usage) if retried == {usage.auth_errors.error} else None)


def _fix(policy: Policy, where: cst.CSTNode, usage: Usage, editor: Editor) -> Repair:
    decorator = where.decorator if isinstance(where, cst.Decorator) else policy.source
    changes = give_up_on_authentication_error(editor, policy, decorator, usage)
    return Repair("unsafe", "Do not retry AuthenticationError", changes)
