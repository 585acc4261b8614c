"""Which rules the settings ask for."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from oaklint.engine.settings import Settings
from oaklint.rules import Rule, all_rules


@lru_cache(maxsize=256)
def selected_rules(settings: Settings) -> tuple[Rule, ...]:
    """The rules to run, in the order of their codes."""
    return tuple(rule for rule in all_rules() if _is_selected(rule, settings))


def _is_selected(rule: Rule, settings: Settings) -> bool:
    """The longest prefix decides, as in ruff; of two equally long ones the one that ignores."""
    if rule.code.startswith(settings.never):
        return False
    asked = _longest(rule.code, (*settings.select, *settings.extend_select))
    if asked < 0 and not settings.select and rule.enabled:
        asked = 0
    # A rule that is off by default wants to be named by more than the prefix that all rules share.
    return asked > _longest(rule.code, (*settings.ignore, *settings.extend_ignore)) and (rule.enabled or asked > len("OAK"))


def _longest(code: str, prefixes: Iterable[str]) -> int:
    return max((len(prefix) for prefix in prefixes if code.startswith(prefix)), default=-1)
