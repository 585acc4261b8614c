"""Rules as users name them, turned into codes and prefixes of codes, which is all that the engine knows."""

from __future__ import annotations

from oaklint.engine.configuration.nearest import unknown
from oaklint.rules import all_rules

ALL = "ALL"


def resolve_selector(selector: str) -> tuple[str, ...]:
    """The codes or prefixes that a selector stands for.

    selector: a code, a prefix of codes (`OAK`, `OAK4`), a rule's name, or `ALL` for every rule, those off by default too.

    Raises ValueError that names the nearest valid selector if there is no such rule.
    """
    rules = all_rules()
    if selector == ALL:
        return tuple(sorted({rule.code[:4] for rule in rules}))
    if selector and any(rule.code.startswith(selector) for rule in rules):
        return (selector,)
    for rule in rules:
        if rule.name == selector:
            return (rule.code,)
    known = [*(rule.code for rule in rules), *(rule.name for rule in rules)]
    if len(selector) < len("OAK10"):
        known = [ALL, *sorted({rule.code[:4] for rule in rules})]
    raise ValueError(unknown("rule", selector, known))
