"""What oaklint says about a place in a file. Plain values: doors and reports need nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from oaklint.source import Location

Severity = Literal["error", "warning", "info"]
Applicability = Literal["safe", "unsafe", "display"]
# How a key was told: by a structure that nothing else has, by one that others may have, too, or by where a literal stands.
Confidence = Literal["certain", "probable", "contextual"]

MODULE_SCOPE = "<module>"


class Edit(NamedTuple):
    """Replaces the text from `location` to `end_location` (exclusive) by `content`, every secret in it masked.

    cell: the cell that the locations count in where it may be another than the diagnostic's own.
    """

    content: str
    location: Location
    end_location: Location
    cell: int | None = None


@dataclass(frozen=True)
class Fix:
    """A repair: `safe` keeps the behaviour, `unsafe` changes it on purpose, `display` is only to be read."""

    applicability: Applicability
    message: str
    edits: tuple[Edit, ...]

    def applies(self, *, unsafe: bool) -> bool:
        """Whether it is made where safe fixes are asked for, or `unsafe` ones, too."""
        return self.applicability == "safe" or (unsafe and self.applicability == "unsafe")


@dataclass(frozen=True)
class Related:
    """Another place that a diagnostic speaks of, for example the line where the client was built.

    line: the row of text in which it starts, every secret in it masked.
    """

    message: str
    filename: str
    cell: int | None
    location: Location
    end_location: Location
    file_row: int
    line: str = ""


class Excerpt(NamedTuple):
    """Rows of the cell around a diagnostic, every secret in them already masked by as many asterisks.

    first_row: 1-based row of `lines[0]` within the cell.
    """

    first_row: int
    lines: tuple[str, ...]


NO_EXCERPT = Excerpt(1, ())


@dataclass(frozen=True)
class Diagnostic:
    """One finding, complete: no report has to look at the source again, and none can show a secret.

    Rows and columns are 1-based, columns count code points, the end is exclusive; in a notebook they count within `cell`
    (1-based).
    file_row: the row in the file on disk, which for a notebook is the line of its JSON.
    noqa_row: the row (within the cell) on whose line a `# noqa` silences this diagnostic.
    path: where a diagnostic is about the way that control takes, its steps in order, its own place among them.
    confidence: how sure it is that this is a key; None for what is not about one.
    fingerprint: what is the same wherever the same key stands, if the key is certain or probable.
    scope: the functions and classes it stands in, such as `Bot.ask`. sink: the name that a credential is given to, such as
        `api_key`.
    """

    code: str
    name: str
    message: str
    severity: Severity
    filename: str
    cell: int | None
    location: Location
    end_location: Location
    file_row: int
    noqa_row: int
    url: str
    related: tuple[Related, ...] = ()
    path: tuple[Related, ...] = ()
    fix: Fix | None = None
    excerpt: Excerpt = NO_EXCERPT
    confidence: Confidence | None = None
    fingerprint: str | None = None
    scope: str = MODULE_SCOPE
    sink: str = ""
