"""One JSON object on a line for each diagnostic, with the fields of `json_array`."""

from __future__ import annotations

import json
from collections.abc import Sequence

from oaklint.diagnostic import Diagnostic
from oaklint.reports.json_array import record


def render(diagnostics: Sequence[Diagnostic], *, color: bool = False, unsafe_fixes: bool = False) -> str:
    return "".join(json.dumps(record(item)) + "\n" for item in diagnostics)
