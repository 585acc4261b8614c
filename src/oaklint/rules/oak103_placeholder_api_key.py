"""## What it does
Finds text that is meant to be replaced, a variable's name, or `$NAME`, given to the SDK as the key.

## Why is this bad?
The SDK sends whatever it is given. Python does not expand `$OPENAI_API_KEY` in a string, and nobody replaces `YOUR_API_KEY` at run
time: the first request fails with `AuthenticationError` (measured on 0.28.1, 1.0.0, 1.55.3, 1.109.1, 2.54.0 and 3.54.0: one
request, 401). Values that are made up on purpose, as tests and local servers use them, and keys for another `base_url`, are no
findings.

## Example
```python
from openai import OpenAI

client = OpenAI(api_key="YOUR_API_KEY")
client.models.list()
```

Use instead:
```python
from openai import OpenAI

client = OpenAI()  # reads OPENAI_API_KEY
client.models.list()
```

## Fix safety
There is no fix yet.

## References
- [Usage of the SDK](https://github.com/openai/openai-python#usage)
"""

from __future__ import annotations

from collections.abc import Iterator

from oaklint.diagnostic import Severity
from oaklint.rules import IMPORTS_OPENAI, Finding, Needs
from oaklint.sdk.keys import find_keys, is_placeholder
from oaklint.usage import Usage
from oaklint.usage.credentials import sinks

# The environment can be set, and read with a default, in a file that does not import the SDK.
NEEDS: Needs = (("openai", "OPENAI"), (*IMPORTS_OPENAI[1], "environ", "getenv", "putenv"), ("api_key", "API_KEY", "AD_TOKEN", "ad_token", "uthorization", "BEDROCK"))
SEVERITY: Severity = "warning"


def check_program(usage: Usage) -> Iterator[Finding]:
    for sink in sinks(usage):
        value = usage.values.text(sink.value)
        if value is None or sink.host != "openai":
            continue
        value = value.removeprefix("Bearer ")
        if is_placeholder(value) and not any(find_keys(value)):
            yield Finding(
                sink.value,
                f"A placeholder is given as {sink.what}, and the SDK sends it as it stands: the first request fails with"
                " AuthenticationError. Read the key from the environment, or leave it to the client to do so",
            )
