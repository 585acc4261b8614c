"""What a rule cannot fire without, told from the bytes of a file before anything is parsed.

Needs are groups of needles: every group must be present with at least one of its needles. A needle is text, or a pattern for text
that is written in more than one way. They are looked for in the order in which they stand, so the rarest group goes first.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple, TypeAlias


class Pattern(NamedTuple):
    """A regular expression over the bytes of a file; compiled when it is first needed."""

    expression: bytes

    def is_in(self, data: bytes) -> bool:
        return _compiled(self.expression).search(data) is not None


@cache
def _compiled(expression: bytes) -> re.Pattern[bytes]:
    return re.compile(expression)


Needs: TypeAlias = tuple[tuple[str | Pattern, ...], ...]

# The SDK, or a package with its name in it, comes into a program by an import statement (that may go on behind a backslash), or by its
# name in quotes. The plain needle goes first: most files do not have it.
IMPORTS_OPENAI: Needs = (
    ("openai",),
    (Pattern(rb"""\b(?:import|from)\b(?:[^\r\n]*\\\r?\n){0,3}[^\r\n]*openai|["']openai["']"""),),
)
