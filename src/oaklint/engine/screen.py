"""Which rules can fire on a file at all, told from its bytes alone: most files need no parser, and nothing imported for one.

The screen is sound: it drops a rule only where text that the rule cannot do without is missing from the bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from oaklint.engine.selection import selected_rules
from oaklint.engine.settings import Settings
from oaklint.rules import Rule
from oaklint.rules.needs import IMPORTS_OPENAI, Pattern, Reach
from oaklint.source import InProject, is_notebook

# Encodings in which plain ASCII text stands as itself. Under any other cookie the bytes say nothing.
_ASCII_COMPATIBLE = re.compile(rb"utf-?_?8|latin|iso-?_?8859|ascii|cp125|windows-125|euc|gb|big5|shift|sjis|koi8|mac")
_COOKIE = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)", re.MULTILINE)
# JSON can write any character of a notebook as an escape; only those of ASCII matter here.
_ESCAPED_ASCII = b"\\u00"


def possible_rules(data: bytes, name: str, rules: Iterable[Rule], place: InProject | None = None) -> list[Rule]:
    """The rules of `rules` for which the bytes of the file hold what they need.

    place: where the file stands, so that the modules of its project that it imports can be looked at, too.
    """
    if _is_opaque(data, name):
        return list(rules)
    present: dict[str | Pattern | Reach, bool] = {}

    def holds(needle: str | Pattern | Reach) -> bool:
        found = present.get(needle)
        if found is None:
            found = present[needle] = _holds(needle, data, place)
        return found

    return [rule for rule in rules if all(any(map(holds, group)) for group in rule.needs)]


def may_have_findings(data: bytes, name: str, settings: Settings, place: InProject | None = None) -> bool:
    """Whether any rule that the settings select could fire."""
    return bool(possible_rules(data, name, selected_rules(settings), place))


def _holds(needle: str | Pattern | Reach, data: bytes, place: InProject | None) -> bool:
    if isinstance(needle, Reach):
        if needle.pattern.is_in(data):
            return True
        if place is None:
            return False
        if place.modules.reaches(data, place.path, needle.pattern.text, needle.steps):
            return True
        # What abstract classes do stands elsewhere.
        return any(place.modules.heirs_of(place.path, data, IMPORTS_OPENAI.text))
    return needle.is_in(data) if isinstance(needle, Pattern) else needle.encode() in data


def _is_opaque(data: bytes, name: str) -> bool:
    """Whether text may stand in the file in other bytes than its own."""
    if is_notebook(name):
        return _ESCAPED_ASCII in data
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    head = b"\n".join(data[:400].splitlines()[:2])
    cookie = _COOKIE.search(head) if b"coding" in head else None
    return cookie is not None and not _ASCII_COMPATIBLE.match(cookie[1].lower())
