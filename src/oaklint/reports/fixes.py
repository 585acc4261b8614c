"""What was repaired, file by file: what `--show-fixes` adds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import groupby

from oaklint.diagnostic import Diagnostic
from oaklint.reports.text import printable


def render(fixed: Sequence[Diagnostic], *, would: bool = False) -> str:
    """A list of count, code and name for each file. would: nothing was written."""
    lines = [f"{'Would fix' if would else 'Fixed'} {len(fixed)} error{'' if len(fixed) == 1 else 's'}:"]
    for filename, items in groupby(fixed, key=lambda item: item.filename):
        lines.append(f"- {printable(filename)}:")
        counts = Counter((item.code, item.name) for item in items)
        lines += (f"    {count} \u00d7 {code} ({name})" for (code, name), count in counts.most_common())
    return "\n".join(lines) + "\n\n"
