"""## What it does
Finds literals that are given to the SDK as a credential and look like one, without having the structure of a known key.

Looked at are `api_key=` and its kin, `openai.api_key`, `OPENAI_API_KEY` and its kin in `os.environ`, the default of
`os.getenv`, and Authorization headers, all on the way to OpenAI or Azure. A literal with the structure of a key is
`hardcoded-api-key`, a placeholder is `placeholder-api-key`. Values that are made up on purpose (`test`, `dummy`, `not-needed`)
and keys for another `base_url`, such as a local server, are no findings. What tells a credential is where it stands: in JSON, its
`confidence` is `contextual`.

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
together elsewhere, and where clients take the literal that read different variables.

## References
- [Best practices for API key safety](https://help.openai.com/en/articles/5112595-best-practices-for-api-key-safety)
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from oaklint.diagnostic import Severity
from oaklint.python import cst
from oaklint.python.edits import Editor
from oaklint.rules import IMPORTS_OPENAI, Finding, Needs, Repair
from oaklint.sdk.keys import find_keys, is_dummy, is_placeholder, looks_random
from oaklint.usage import Usage
from oaklint.usage.credentials.sinks import CARRIERS, CREDENTIAL_NAMES, Handover
from oaklint.usage.repairs import read_from_environment, variable_for

NEEDS: Needs = (("openai", "OpenAI", "OPENAI", "BEDROCK"), CREDENTIAL_NAMES, (IMPORTS_OPENAI, *CARRIERS))
SEVERITY: Severity = "warning"
FINDS_SECRETS = True


def _visit(node: Handover, usage: Usage) -> Iterator[Finding]:
    for sink, value in usage.sinks.written(node):
        if _is_credential(value):
            yield Finding(
                sink.value,
                f"A literal of {len(value)} characters is given as {sink.what}: whoever reads the source has the credential."
                " Revoke it, and read it from the environment",
                related=tuple((piece, "a piece of it") for piece in usage.values.pieces(sink.value)),
                sensitive=True,
                confidence="contextual",
                sink=sink.name,
                fix=partial(_fix, sink.value, usage),
            )


visit_Call = visit_Assign = visit_AnnAssign = _visit


def _fix(literal: cst.BaseExpression, usage: Usage, editor: Editor) -> Repair | None:
    variable = variable_for(literal, usage)
    return Repair("unsafe", *read_from_environment(literal, variable, usage, editor)) if variable is not None else None


def _is_credential(value: str) -> bool:
    """Whether a value looks like a secret: no key by structure, nothing made up, nothing to be replaced."""
    if is_placeholder(value) or is_dummy(value) or any(find_keys(value)):
        return False
    return looks_random(value)
