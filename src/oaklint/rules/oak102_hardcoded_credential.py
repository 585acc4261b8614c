"""## What it does
Finds literals that are given to the SDK as a credential and look like one, without having the structure of a known key.

Looked at are `api_key=` and its kin, `openai.api_key`, `OPENAI_API_KEY` and its kin in the environment of the program, its tests
and what it starts, in magics of notebooks and as fields of pydantic's settings, what stands in for a variable that is not set,
and headers, be it in requests of HTTP libraries: all on the way to OpenAI or Azure. So are the constructors of LangChain,
LlamaIndex, LiteLLM and other packages that hand the key on. A literal is followed through names, attributes, items, arguments and
defaults to where it gets there. One with the structure of a key is `hardcoded-api-key`, a placeholder is `placeholder-api-key`.
Values that are made up on purpose (`test`, `dummy`, `not-needed`) and keys for another `base_url`, such as a local server, are no
findings.

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
There is no fix: a fix would show the credential, and removing it does not make it harmless.

## References
- [Best practices for API key safety](https://help.openai.com/en/articles/5112595-best-practices-for-api-key-safety)
"""

from __future__ import annotations

from collections.abc import Iterator

from oaklint.diagnostic import Severity
from oaklint.python import cst
from oaklint.rules import CREDENTIALS_OF_OPENAI, Finding, Needs
from oaklint.sdk.keys import find_keys, is_credential
from oaklint.usage import Usage
from oaklint.usage.credentials.sinks import Handover

NEEDS: Needs = CREDENTIALS_OF_OPENAI
SEVERITY: Severity = "warning"
FINDS_SECRETS = True


def _visit(node: Handover, usage: Usage) -> Iterator[Finding]:
    for sink, value in usage.sinks.written(node):
        if _is_reported(value):
            related = tuple((piece, "a piece of it") for piece in usage.values.pieces(sink.value))
            yield Finding(sink.value, _message(value, sink.what), related=related, sensitive=True)


visit_Call = visit_Assign = visit_AnnAssign = visit_AugAssign = _visit


def visit_Module(root: cst.Module, usage: Usage) -> Iterator[Finding]:
    """What the magics of a notebook set; the first cell speaks for all."""
    for magic in usage.sinks.in_magics() if root is usage.tree.roots[0] else ():
        if _is_reported(magic.text):
            yield Finding(magic.span, _message(magic.text, magic.what), sensitive=True)


def _is_reported(value: str) -> bool:
    """Whether it may be a secret in use that has not the structure of a key, which is `hardcoded-api-key`."""
    return is_credential(value) and not any(find_keys(value))


def _message(value: str, what: str) -> str:
    return (
        f"A literal of {len(value)} characters is given as {what}: whoever reads the source has the credential."
        " Revoke it, and read it from the environment"
    )
