"""## What it does
Finds `except AuthenticationError` clauses around code that builds a client and makes no request.

The rule asks where an `AuthenticationError` may come from. A request that an inner clause handles does not count; a call that is
not seen, an `await`, a property or a context manager that may ask keeps the rule silent.

## Why is this bad?
Such a clause never runs. Building a client contacts nobody, so a wrong key is found at the first request; and a missing key
raises `OpenAIError`, which is an ancestor of `AuthenticationError` and passes the clause by (measured on 1.0.0, 1.55.3, 1.109.1,
2.54.0 and 3.54.0). The error that was to be handled ends the program instead.

## Example
```python
from openai import AuthenticationError, OpenAI

try:
    client = OpenAI()
except AuthenticationError:
    print("Please set OPENAI_API_KEY.")
```

Use instead:
```python
from openai import OpenAI, OpenAIError

try:
    client = OpenAI()
except OpenAIError:
    print("Please set OPENAI_API_KEY.")
```

## Fix safety
The fix writes `OpenAIError` in place of `AuthenticationError`, in the file's own style: the clause then catches the missing
key. It is unsafe: a clause that never ran now may. There is none where another clause is for `OpenAIError`, or an earlier one
catches it; where the client's key cannot be missing, or a function builds the client; and where the clause asks the exception
for attributes, or hands it to a function of the program.

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
from oaklint.python.tree import walk
from oaklint.rules import REACHES_AUTHENTICATION_ERROR, REACHES_OPENAI, Finding, Needs, Repair
from oaklint.sdk.clients import CREDENTIAL_ENVIRONMENT
from oaklint.sdk.exceptions import authentication_error, exception_ancestors, exception_name
from oaklint.usage import Usage

NEEDS: Needs = (("except",), (REACHES_AUTHENTICATION_ERROR,), (REACHES_OPENAI,))
SEVERITY: Severity = "warning"

_MISSING_KEY = Thrown("openai.OpenAIError", frozenset({"openai.OpenAIError", "builtins.Exception", "builtins.BaseException"}))


def visit_Try(node: cst.Try | cst.TryStar, usage: Usage) -> Iterator[Finding]:
    if usage.generation == 0:
        return
    handlers: Sequence[Handler] = node.handlers
    clauses = [handler for handler in handlers if handler.type is not None and _is_for_requests(handler.type, usage)]
    if clauses and usage.built_only.guards(node) and not usage.doubles.replace(usage.tree.unit(node)):
        for handler in clauses:
            yield Finding(
                handler,
                "This `except AuthenticationError` never runs: building a client makes no request, and a missing key raises"
                " OpenAIError. Catch OpenAIError here, and AuthenticationError around the first request",
                fix=partial(_fix, handler, handlers, node.body, usage),
            )


visit_TryStar = visit_Try


def _is_for_requests(types: cst.BaseExpression, usage: Usage) -> bool:
    """Whether a clause names AuthenticationError, and beside it nothing but what only requests raise."""
    names = {exception_name(name, usage.generation) for name in usage.resolver.clauses.caught(types)}
    if authentication_error(usage.generation) not in names:
        return False
    return all(name is not None and "openai.APIError" in exception_ancestors(name, usage.generation) for name in names)


def _fix(handler: Handler, handlers: Sequence[Handler], body: cst.BaseSuite, usage: Usage, editor: Editor) -> Repair | None:
    if not _may_miss_key(body, usage) or _asks_for_more(handler, usage):
        return None
    earlier = handlers[: handlers.index(handler)]
    if any(usage.flow.catches(other.type, _MISSING_KEY) is not False for other in earlier):
        return None
    if any(other.type is not None and _MISSING_KEY.name in usage.resolver.clauses.caught(other.type) for other in handlers):
        return None
    assert handler.type is not None
    types = [element.value for element in handler.type.elements] if isinstance(handler.type, cst.Tuple) else [handler.type]
    named = [each for each in types if authentication_error(usage.generation) in usage.resolver.names(each)]
    if len(named) != 1:
        return None
    error = editor.reference(_MISSING_KEY.name, handler)
    return Repair("unsafe", "Catch OpenAIError", (*error.changes, editor.replace(named[0], error.text)))


def _may_miss_key(body: cst.BaseSuite, usage: Usage) -> bool:
    """Whether a client that is built there takes its key from where there may be none."""
    calls = (node for node in walk(body) if isinstance(node, cst.Call))
    for construction in filter(None, map(usage.constructions.of, calls)):
        key = construction.argument("api_key")
        if key is not None and usage.environment.may_be_missing(key):
            return True
        if key is None and usage.environment.relied_on(construction, usage.generation) & CREDENTIAL_ENVIRONMENT:
            return True
    return False


def _asks_for_more(handler: Handler, usage: Usage) -> bool:
    """Whether a clause looks at more of the exception than its text."""
    name = handler.name.name if handler.name is not None else None
    for node in walk(handler.body):
        if isinstance(node, cst.Name) and isinstance(name, cst.Name) and node.value == name.value:
            user = usage.tree.parents[node]
            call = usage.tree.parents[user]
            if isinstance(user, cst.Attribute) or (isinstance(call, cst.Call) and usage.resolver.calls.functions(call)):
                return True
    return False
