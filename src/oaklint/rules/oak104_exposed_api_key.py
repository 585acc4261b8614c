"""## What it does
Finds places where a whole key is shown, or put where others will see it:

- printed, logged, given to `warnings.warn`, `sys.exit` or `assert`, put into the prompt of `input()`, or shown with `rich`,
  `click`, `streamlit`, IPython and the like;
- put into an exception;
- put into a URL, or among the parameters of one;
- in a notebook, shown as the value of a cell's last expression, by `%env NAME` or `!echo $NAME`, or repeated by
  `%env NAME=$key`.

A key is what is read from `OPENAI_API_KEY` and variables whose names speak of a key of OpenAI, `openai.api_key`,
`client.api_key`, and whatever the program gives to the SDK as a key, wherever it got that from.

A part of a key (`key[:8]`, `key[-4:]`), its length, whether it is there, and what hides it are no findings; neither is a
`SecretStr`, which prints as asterisks, nor a key that is written to a file on purpose, sent as a header, or in the URL of an API
of Google's, which takes its own there.

## Why is this bad?
Output and logs go to more people and are kept longer than anybody thinks of: they are collected, mailed, pasted into issues, and
saved in notebooks, and tracebacks with them. Whoever reads one has the key.

The attribute `api_key` of a client is the key itself, as text, and so is `e.request.headers["authorization"]` of an error, behind
`Bearer` (measured on 1.109.1, 2.54.0 and 3.57.0). The text of a 401 does not hold it, nor does its traceback; that of a request
whose key ends with a line end does (`unstripped-api-key`).

## Example
```python
from openai import OpenAI

client = OpenAI()
print(f"Using {client.api_key}")
client.models.list()
```

Use instead:
```python
from openai import OpenAI

client = OpenAI()
print(f"Using ...{client.api_key[-4:]}")
client.models.list()
```

## Fix safety
There is no fix: what should be shown instead is for the author to say.

## References
- [Best practices for API key safety](https://help.openai.com/en/articles/5112595-best-practices-for-api-key-safety)
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from oaklint.diagnostic import Severity
from oaklint.python import cst
from oaklint.python.shell import shown_by_command, shown_variables
from oaklint.rules import IMPORTS_OPENAI, REACHES_ANYTHING, Finding, Needs
from oaklint.sdk.displays import TAKES_OWN_KEYS, URL_PARAMETERS, Shown, shown_by
from oaklint.sdk.environment_names import names_key
from oaklint.usage import Usage

NEEDS: Needs = (
    (IMPORTS_OPENAI, "OPENAI_", "openai_", "OpenAI", "OPEN_AI", "BEDROCK"),
    ("key", "KEY", "oken", "OKEN", "ecret", "SECRET", "headers"),
    REACHES_ANYTHING,
)
SEVERITY: Severity = "warning"

_BECOMES: dict[Shown, str] = {
    "printed": "is printed: whoever sees the output can use it",
    "logged": "is logged: whoever reads the log can use it",
    "shown": "is shown: whoever sees that can use it",
    "a message on exit": "is written out at the exit: whoever sees the output can use it",
    "a warning": "is put into a warning: whoever sees the output can use it",
}
_RAISED = "is put into an exception: whoever sees a traceback or a log can use it"
_IN_URL = "is put into a URL: these stand in logs and histories. Send it in a header"
_SAVED = "is what the notebook shows, and is saved in it: whoever has the file can use it"
_REMEDY = "Tell whether it is set, or show its last four characters"
# Where a URL goes on with what comes next: within the address, or behind the name of a parameter.
_GOES_ON = re.compile(r"(?:\w://\S*|[?&][\w.-]+=)\Z")
_PUT_IN = re.compile(r"(?:\w://\S*|[?&][\w.-]+=)(?:%(?:\(\w+\))?s|\{\w*\})")
_SHELLS = {"os.system", "builtins.get_ipython().system", "IPython.get_ipython().system"}


def visit_Call(call: cst.Call, usage: Usage) -> Iterator[Finding]:
    names = usage.resolver.names(call.func)
    for value, shown in usage.displays.of(call):
        yield from _found(value, value, _BECOMES[shown], usage)
    for value in _url_parameters(call, names, usage):
        yield from _found(value, value, _IN_URL, usage)
    if isinstance(call.func, cst.Attribute) and call.func.attr.value == "format":
        yield from _put_into_url(call, call.func.value, usage)
    if names & _SHELLS and call.args:
        if any(map(names_key, shown_by_command(usage.values.text(call.args[0].value) or ""))):
            yield Finding(call, f"The whole key {_BECOMES['printed']}. {_REMEDY}")


def visit_Raise(node: cst.Raise, usage: Usage) -> Iterator[Finding]:
    made = node.exc
    # A class of the program's own may keep it to itself.
    if isinstance(made, cst.Call) and not usage.resolver.calls.functions(made):
        if not any(shown_by(name) for name in usage.resolver.names(made.func)):
            for arg in made.args:
                yield from _found(arg.value, arg.value, _RAISED, usage)


def visit_Assert(node: cst.Assert, usage: Usage) -> Iterator[Finding]:
    if node.msg is not None:
        yield from _found(node.msg, node.msg, _RAISED, usage)


def visit_FormattedString(node: cst.FormattedString, usage: Usage) -> Iterator[Finding]:
    before = ""
    whole = [*usage.texts.parts(node)]
    for part in node.parts:
        if isinstance(part, cst.FormattedStringText):
            before += part.value
        elif isinstance(part, cst.FormattedStringExpression):
            if part.expression in whole and _GOES_ON.search(before) and not TAKES_OWN_KEYS.search(before):
                yield from _found(part.expression, node, _IN_URL, usage)
            before += "\0"


def visit_BinaryOperation(node: cst.BinaryOperation, usage: Usage) -> Iterator[Finding]:
    if isinstance(node.operator, cst.Modulo):
        yield from _put_into_url(node, node.left, usage)
    elif isinstance(node.operator, cst.Add):
        before = usage.values.fold(node.left)
        if isinstance(before, str) and _GOES_ON.search(before) and not TAKES_OWN_KEYS.search(before):
            yield from _found(node.right, node, _IN_URL, usage)


def visit_Module(root: cst.Module, usage: Usage) -> Iterator[Finding]:
    """What a notebook shows by itself; lines that are no Python are part of no tree, and the first cell speaks for them all."""
    if not usage.program.source.notebook:
        return
    last = _last_expression(root)
    if last is not None:
        yield from _found(last, last, _SAVED, usage)
    if root is usage.tree.roots[0]:
        for cell in usage.program.source.cells:
            for name, span in shown_variables(cell):
                if names_key(name):
                    yield Finding(span, f"The whole key, the value of `{name}`, {_SAVED}. {_REMEDY}")


def _last_expression(root: cst.Module) -> cst.BaseExpression | None:
    """The expression whose value a cell shows: its last statement, unless a semicolon says that it is not to be shown."""
    line = root.body[-1] if root.body else None
    last = line.body[-1] if isinstance(line, cst.SimpleStatementLine) else None
    return last.value if isinstance(last, cst.Expr) and not isinstance(last.semicolon, cst.Semicolon) else None


def _url_parameters(call: cst.Call, names: Iterable[str], usage: Usage) -> Iterator[cst.BaseExpression]:
    """What a call sends as parameters of a URL."""
    wanted = {"params"} if any(map(URL_PARAMETERS.fullmatch, names)) else set[str]()
    if usage.constructions.of(call) is not None:
        wanted.add("default_query")
    elif usage.clients.is_request(call):
        wanted.add("extra_query")
    yield from (arg.value for arg in call.args if arg.keyword is not None and arg.keyword.value in wanted)


def _put_into_url(node: cst.BaseExpression, template: cst.BaseExpression, usage: Usage) -> Iterator[Finding]:
    text = usage.values.fold(template)
    if isinstance(text, str) and _PUT_IN.search(text) and not TAKES_OWN_KEYS.search(text):
        for part in usage.texts.parts(node):
            yield from _found(part, node, _IN_URL, usage)


def _found(value: cst.BaseExpression, where: cst.BaseExpression, becomes: str, usage: Usage) -> Iterator[Finding]:
    for key in usage.whole_keys.in_text(value):
        related = ((key.origin, "the key comes from here"),) if key.origin is not key.value else ()
        remedy = "" if becomes is _IN_URL else f". {_REMEDY}"
        yield Finding(where, f"The whole key, {key.what}, {becomes}{remedy}", related=related)
        return
