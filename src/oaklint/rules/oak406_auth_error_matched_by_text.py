"""## What it does
Finds code that recognises the `AuthenticationError` of a request by words in its text: `"invalid_api_key" in str(e)`.

The rule follows the error from the request into the clause that catches it, and through functions of the same file that are
handed it, up to a test for words about authentication: `"401" in str(e)`, `str(e).startswith(...)`, `re.search(..., str(e))`,
`e.args`, `repr(e)`, `traceback.format_exc()`. What asks for the class, `e.status_code` or `e.code` is right, and so is a test of
text behind it, or in a clause for `AuthenticationError` alone, which only tells its kinds apart. So are words of the error with
which a client without a key refuses to be built, where the `try` builds one: that error has no class of its own. Where
the error may be another service's, and where words are about something else (rate limits, timeouts, quota), nothing is reported.

## Why is this bad?
The text is for people. Since openai 3.38.0 `str(e)` is `Error code: 401 - Incorrect API key provided: ...`; before, it held the
whole answer with `'code': 'invalid_api_key'` (measured on 3.37.0 and 3.38.0), so a test for the code turned False with an update
and the wrong key was taken for something else. The message says whether a test has stopped working, has never worked for a
wrong key, or still works and rests on the wording alone. `e.code` and the class have stayed (measured on 1.109.1, 2.54.0 and
3.54.0).

## Example
```python
from openai import OpenAI

client = OpenAI()
try:
    client.models.list()
except Exception as error:
    if "invalid_api_key" in str(error):
        print("The key is wrong.")
    else:
        print("The service failed; try again later.")
```

Use instead:
```python
import openai
from openai import OpenAI

client = OpenAI()
try:
    client.models.list()
except openai.AuthenticationError:
    print("The key is wrong.")
except Exception:
    print("The service failed; try again later.")
```

## Fix safety
There is no fix yet.

## References
- [Handling errors](https://github.com/openai/openai-python#handling-errors)
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from oaklint.diagnostic import Severity
from oaklint.python import cst
from oaklint.rules import REACHES_OPENAI, Finding, Needs
from oaklint.sdk.exceptions import AUTHENTICATION_TEXTS
from oaklint.usage import Usage
from oaklint.usage.text_tests import TextTest

NEEDS: Needs = (("except",), (REACHES_OPENAI,))
SEVERITY: Severity = "warning"


def visit_Try(node: cst.Try | cst.TryStar, usage: Usage) -> Iterator[Finding]:
    for clause in node.handlers:
        for test in usage.text_tests.of(clause):
            yield Finding(
                test.node,
                f"An AuthenticationError is recognised by its text, {_fate(test, usage.generation)}."
                " Catch openai.AuthenticationError in a clause of its own, or ask for its status",
                related=((clause, "where the error is caught"),),
            )


visit_TryStar = visit_Try


def _fate(test: TextTest, generation: int) -> str:
    """What has become of the test over the versions of the SDK."""
    if generation == 0:
        return "which is the service's wording" if _holds(test, "0.28.1") else "which does not hold this for a wrong key"
    before, now = _holds(test, "1.0.0"), _holds(test, "3.38.0")
    if before and not now:
        return "which no longer holds this since openai 3.38.0: the test is False now"
    return "whose wording changed in openai 3.38.0" if now else "which does not hold this for a wrong key in any version"


def _holds(test: TextTest, release: str) -> bool:
    text = f"AuthenticationError {AUTHENTICATION_TEXTS[release]}".casefold()
    return any(_matches(word, text) if test.is_pattern else word.casefold().strip() in text for word in test.words)


def _matches(pattern: str, text: str) -> bool:
    try:
        return re.search(pattern, text, re.IGNORECASE) is not None
    except re.error:
        return False
