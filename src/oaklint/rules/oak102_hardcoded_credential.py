"""## What it does
Finds literals that are given to the SDK as a credential and look like one, without having the structure of a known key.

Looked at is what goes to OpenAI or Azure:

- `api_key=` and its kin, and `openai.api_key`;
- `OPENAI_API_KEY` and its kin, where the program, a test or a magic of a notebook sets them, for itself or for what it starts;
- fields of pydantic's settings, and what stands in for a variable that is not set;
- headers of the SDK and of HTTP libraries;
- the constructors of LangChain, LlamaIndex, LiteLLM and other packages that hand the key on.

A literal is followed through names, attributes, items, arguments and defaults to where it gets there.

One with the structure of a key is `hardcoded-api-key`, a placeholder is `placeholder-api-key`. Values that are made up on purpose
(`test`, `dummy`, `not-needed`) and keys for another `base_url`, such as a local server, are no findings. That a literal is a
credential is told from its use, not from its shape: in JSON, its `confidence` is `contextual`.

## Why is this bad?
A credential in the source is known to everyone who can read it, and stays in the history. The SDK does not look at a key's
shape (measured on 1.0.0, 1.55.3, 1.109.1, 2.54.0 and 3.54.0): whatever stands there is sent.

## Example
```python
from openai import OpenAI

client = OpenAI(api_key="<key:credential>")
client.models.list()
```

Use instead:
```python
from openai import OpenAI

client = OpenAI()  # reads OPENAI_API_KEY
client.models.list()
```

## Fix safety
The fix reads the variable of that client (`OPENAI_API_KEY`, `AZURE_OPENAI_API_KEY`, ...) in place of the literal, with the import
that this takes. It does not make the credential harmless: revoke it first. It is unsafe, since the program then ends with
`KeyError` where the variable is not set; in place of `os.getenv("NAME", "...")` and `os.getenv("NAME") or "..."`, too, so that
nothing is ever sent with `None` for a key. There is no fix for what the program writes into the environment, for what is put
together elsewhere, for `webhook_secret=` and Azure's `api-key` header, for fields of pydantic's settings, which read the variable
by themselves, for defaults of defaults, which are evaluated in any case, and where clients take the literal that read different
variables. Literals that differ, but belong to one variable, are all read from that: give one of them another name where the
program needs both.

## References
- [Best practices for API key safety](https://help.openai.com/en/articles/5112595-best-practices-for-api-key-safety)
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from oaklint.diagnostic import Severity
from oaklint.python import cst
from oaklint.python.edits import Editor
from oaklint.rules import CREDENTIALS_OF_OPENAI, REACHES_TEXT, Finding, Needs, Repair
from oaklint.sdk.keys import find_keys, is_credential
from oaklint.source import Span
from oaklint.usage import Usage
from oaklint.usage.credentials.sinks import Handover
from oaklint.usage.repairs import read_from_environment, variable_for

NEEDS: Needs = (*CREDENTIALS_OF_OPENAI, REACHES_TEXT)
SEVERITY: Severity = "warning"
FINDS_SECRETS = True


def _visit(node: Handover, usage: Usage) -> Iterator[Finding]:
    for sink, value in usage.sinks.written(node):
        if _is_reported(value):
            finding = _finding(sink.value, value, sink.what, sink.name)
            if usage.tree.is_own(sink.value):
                related = tuple((piece, "a piece of it") for piece in usage.values.pieces(sink.value))
                yield finding._replace(related=related, fix=partial(_fix, sink.value, usage))
            else:  # the other file does not know where it gets to
                related = ((sink.value, "here it is written down"),)
                yield finding._replace(where=sink.given, related=related, sensitive=False)


visit_Call = visit_Assign = visit_AnnAssign = visit_AugAssign = _visit


def visit_Module(root: cst.Module, usage: Usage) -> Iterator[Finding]:
    """What the magics of a notebook set; the first cell speaks for all."""
    for magic in usage.sinks.in_magics() if root is usage.tree.roots[0] else ():
        if _is_reported(magic.text):
            yield _finding(magic.span, magic.text, magic.what, magic.name)


def _is_reported(value: str) -> bool:
    """Whether it may be a secret in use that has not the structure of a key, which is `hardcoded-api-key`."""
    return is_credential(value) and not any(find_keys(value))


def _finding(place: cst.BaseExpression | Span, value: str, what: str, name: str) -> Finding:
    return Finding(
        place,
        f"A literal of {len(value.strip())} characters is given as {what}: whoever reads the source has the credential."
        " Revoke it, and read it from the environment",
        sensitive=True,
        confidence="contextual",
        sink=name,
    )


def _fix(literal: cst.BaseExpression, usage: Usage, editor: Editor) -> Repair | None:
    variable = variable_for(literal, usage)
    return Repair("unsafe", *read_from_environment(literal, variable, usage, editor)) if variable is not None else None
