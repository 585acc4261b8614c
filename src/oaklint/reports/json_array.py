"""A JSON array of objects, with the field names of ruff.

Rows and columns are 1-based, columns count code points, ends are exclusive; in a notebook they count within `cell`, and
`file_row` is the line of the file on disk. The text is plain ASCII, so that no terminal or pipe can spoil it.

`confidence` says how a key was told: `certain`, nothing else has its structure; `probable`, something else might; `contextual`,
it is a literal where a credential belongs. `fingerprint` is the same wherever the same certain or probable key stands. Both are
null for what is not about a key.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from oaklint.diagnostic import Diagnostic, Edit, Fix, Related
from oaklint.source import Location

Json = dict[str, object]


def render(diagnostics: Sequence[Diagnostic], *, color: bool = False, unsafe_fixes: bool = False) -> str:
    return json.dumps([record(item) for item in diagnostics], indent=2) + "\n"


def record(item: Diagnostic) -> Json:
    """One diagnostic as JSON values."""
    return {
        "code": item.code,
        "name": item.name,
        "message": item.message,
        "severity": item.severity,
        "filename": item.filename,
        "cell": item.cell,
        "location": _location(item.location),
        "end_location": _location(item.end_location),
        "file_row": item.file_row,
        "noqa_row": item.noqa_row,
        "fix": _fix(item.fix, item.cell) if item.fix else None,
        "url": item.url,
        "related": [_related(related) for related in item.related],
        "confidence": item.confidence,
        "fingerprint": item.fingerprint,
    }


def _location(location: Location) -> Json:
    return {"row": location.row, "column": location.column}


def _fix(fix: Fix, cell: int | None) -> Json:
    return {
        "applicability": fix.applicability,
        "message": fix.message,
        "edits": [_edit(edit, cell) for edit in fix.edits],
    }


def _edit(edit: Edit, cell: int | None) -> Json:
    """An edit counts in the cell of its diagnostic; one of another cell names that."""
    places = {"location": _location(edit.location), "end_location": _location(edit.end_location)}
    return {"content": edit.content, **places, **({"cell": edit.cell} if edit.cell not in (None, cell) else {})}


def _related(related: Related) -> Json:
    return {
        "message": related.message,
        "filename": related.filename,
        "cell": related.cell,
        "location": _location(related.location),
        "end_location": _location(related.end_location),
        "file_row": related.file_row,
    }
