"""## What it does
Finds clients that are built while their module is imported, and that need a key from the environment for it: at module level, in
a class body, as a default argument, in a decorator, or by a call at module level of a function or class that builds one.

The rule is off unless it is selected. A client that is given a key that cannot be missing, one whose failure is caught, one
behind a test for the key or in `if __name__ == "__main__":`, and one that is built when it is first used are no findings. Nor
is anything in notebooks, and in scripts, which make requests or run to their end when they are imported.

## Why is this bad?
The constructor raises `OpenAIError` where it finds no key (measured on openai 1.0.0, 1.55.3, 1.109.1, 2.54.0 and 3.54.0), and
`api_key=os.environ["NAME"]` raises `KeyError` before that. At module level this makes the import fail, and with it everything
that imports the module: tests, `--help`, the build of documentation, none of which would ever make a request.

## Example
```python
from openai import OpenAI

client = OpenAI()


def ask(question):
    return client.responses.create(model="gpt-5", input=question)
```

Use instead:
```python
from functools import cache

from openai import OpenAI


@cache
def client():
    return OpenAI()


def ask(question):
    return client().responses.create(model="gpt-5", input=question)
```

## Fix safety
There is no fix yet.

## References
- [The client's constructor](https://github.com/openai/openai-python#usage)
"""

from __future__ import annotations

from collections.abc import Iterator

from oaklint.diagnostic import Severity
from oaklint.python import cst
from oaklint.python.facts import Thrown
from oaklint.python.flow import Kind, TooManyStates, reaches
from oaklint.python.scopes import CodeUnit
from oaklint.rules import IMPORTS_OPENAI, Finding, Needs
from oaklint.usage import Usage
from oaklint.usage.constructions import Construction
from oaklint.usage.scripts import is_script

NEEDS: Needs = ((IMPORTS_OPENAI,), ("OpenAI", "Client"))
SEVERITY: Severity = "info"
ENABLED = False

_MISSING_KEY = Thrown(
    "openai.OpenAIError",
    frozenset({"openai.OpenAIError", "openai._exceptions.OpenAIError", "builtins.Exception", "builtins.BaseException"}),
)
# How many calls deep a client is looked for.
_MAX_DEPTH = 3


def visit_Call(call: cst.Call, usage: Usage) -> Iterator[Finding]:
    if usage.tree.unit(call) is not None or usage.generation == 0:
        return
    construction = _built_by(call, None, usage)
    if construction is None or is_script(usage):
        return
    name = construction.constructor.name
    required = _required(construction, usage)
    key = required or ("AZURE_OPENAI_API_KEY" if "Azure" in name else "OPENAI_API_KEY")
    error = "KeyError" if required else "OpenAIError"
    related = ((construction.call.func, "the client is built here"),) if construction.call is not call else ()
    yield Finding(
        call,
        f"`{name}` is built when this module is imported: where `{key}` is not set, the import fails with {error}."
        " Build the client when it is first used, in a function with `functools.cache`",
        related=related,
    )


def _built_by(call: cst.Call, unit: CodeUnit | None, usage: Usage, depth: int = 0) -> Construction | None:
    """The client that a call in this unit surely builds, and for which a key may be missing, so that the unit fails."""
    construction = usage.constructions.of(call)
    if construction is None and depth < _MAX_DEPTH:
        inside = (_built_in(function, usage, depth + 1) for function in usage.resolver.calls.functions(call))
        construction = next((found for found in inside if found is not None), None)
    if construction is None or not _may_lack_key(construction, usage):
        return None
    missing = Thrown.builtin("KeyError") if _required(construction, usage) else _MISSING_KEY
    return construction if _always_runs(call, unit, usage) and _fails(call, unit, missing, usage) else None


def _built_in(function: cst.FunctionDef, usage: Usage, depth: int) -> Construction | None:
    """The same for any call in a function, if calling the function runs it."""
    is_generator = any(usage.tree.unit(node) is function for node in usage.nodes(cst.Yield))
    if function.asynchronous is not None or is_generator:
        return None
    calls = (call for call in usage.nodes(cst.Call) if usage.tree.unit(call) is function)
    inside = (_built_by(call, function, usage, depth) for call in calls)
    return next((found for found in inside if found is not None), None)


def _may_lack_key(construction: Construction, usage: Usage) -> bool:
    """Whether the key comes from the environment alone, and nothing in the program sees to it that it is there."""
    environment = usage.environment
    names = environment.credential_reads(construction, usage.generation)
    credential = construction.argument("api_key")
    if not names:
        return False
    if credential is not None and not environment.may_be_missing(credential) and _required(construction, usage) is None:
        return False
    if any(not write.loads and write.may_set(names) for write in usage.writes.all):
        return False
    if any(mention.kind in ("required", "tested") for name in names for mention in usage.mentions.by_name.get(name, ())):
        return False
    return not any(
        usage.writes.may_load(call) and all(write.node is not call for write in usage.writes.all)
        for call in usage.nodes(cst.Call)
        if usage.tree.unit(call) is None
    )


def _required(construction: Construction, usage: Usage) -> str | None:
    """The name in `api_key=os.environ["NAME"]`, which fails by itself where it is not set."""
    credential = construction.argument("api_key")
    if not isinstance(credential, cst.Subscript) or "os.environ" not in usage.resolver.names(credential.value):
        return None
    names = usage.environment.credential_reads(construction, usage.generation)
    return next(iter(names)) if len(names) == 1 else None


def _always_runs(call: cst.Call, unit: CodeUnit | None, usage: Usage) -> bool:
    """Whether the unit cannot come to its end without the call, as long as nothing else fails."""
    below: cst.CSTNode = call
    for ancestor in usage.tree.ancestors(call):
        if isinstance(ancestor, (cst.BaseSmallStatement, cst.BaseCompoundStatement)):
            break
        conditional = (isinstance(ancestor, cst.IfExp) and below is not ancestor.test) or (
            isinstance(ancestor, cst.BooleanOperation) and below is ancestor.right
        )
        if conditional or isinstance(ancestor, cst.BaseComp):
            return False
        below = ancestor
    graph = usage.resolver.graph(unit)
    if graph is None:
        return False
    blocks = set(graph.blocks_of(call))
    return not reaches([graph.entry], [graph.returned], without=lambda edge: edge.kind is Kind.RAISE or edge.target in blocks)


def _fails(call: cst.Call, unit: CodeUnit | None, missing: Thrown, usage: Usage) -> bool:
    """Whether the error for a missing key gets out of the unit."""
    graph = usage.resolver.graph(unit)
    if graph is None:
        return False
    starts = usage.flow.raised_at(graph.blocks_of(call), missing)
    try:
        return usage.flow.search(graph, starts, lambda block, state: block is graph.raised) is not None
    except TooManyStates:
        return False
