"""How often each rule spoke: what `--statistics` shows in place of the diagnostics."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from oaklint.diagnostic import Diagnostic
from oaklint.reports.text import painter


def render(diagnostics: Sequence[Diagnostic], *, color: bool = False) -> str:
    """A table of count, code and name, the most frequent first."""
    paint = painter(color)
    counts = _counts(diagnostics)
    width = max((len(str(count)) for _, _, count in counts), default=0)
    return "".join(f"{count:>{width}}\t{paint('bold red', code)}\t{name}\n" for code, name, count in counts)


def render_json(diagnostics: Sequence[Diagnostic]) -> str:
    """The same as a JSON array of objects."""
    import json

    rows = [{"code": code, "name": name, "count": count} for code, name, count in _counts(diagnostics)]
    return json.dumps(rows, indent=2) + "\n"


def _counts(diagnostics: Sequence[Diagnostic]) -> list[tuple[str, str, int]]:
    counter = Counter((item.code, item.name) for item in diagnostics)
    return [(code, name, count) for (code, name), count in sorted(counter.items(), key=lambda entry: (-entry[1], entry[0]))]
