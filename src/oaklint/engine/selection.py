"""Which rules the settings ask for."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatch
from functools import lru_cache

from oaklint.engine.settings import Settings
from oaklint.rules import Rule, all_rules


def selected_rules(settings: Settings, name: str) -> tuple[Rule, ...]:
    """The rules to run on the file of that name, in the order of their codes."""
    rules = _selected(settings)
    if not settings.per_file_ignores:
        return rules
    path = name.replace("\\", "/")
    ignored = tuple(
        code for pattern, codes in settings.per_file_ignores if _matches(path, pattern) for code in codes
    )
    return tuple(rule for rule in rules if not rule.code.startswith(ignored)) if ignored else rules


@lru_cache(maxsize=64)
def _selected(settings: Settings) -> tuple[Rule, ...]:
    return tuple(rule for rule in all_rules() if _is_selected(rule, settings))


def _is_selected(rule: Rule, settings: Settings) -> bool:
    """The longest prefix decides, as in ruff; of two equally long ones the one that ignores."""
    chosen = (*settings.select, *settings.extend_select)
    ignored = _longest(rule.code, (*settings.ignore, *settings.extend_ignore))
    asked = _longest(rule.code, chosen)
    if asked < 0 and not settings.select and rule.enabled:
        asked = 0
    # A rule that is off by default wants to be named by more than the prefix that all rules share.
    return asked > ignored and (rule.enabled or asked > len("OAK"))


def _longest(code: str, prefixes: Iterable[str]) -> int:
    return max((len(prefix) for prefix in prefixes if code.startswith(prefix)), default=-1)


def _matches(path: str, pattern: str) -> bool:
    """Whether a glob matches a path, one of its trailing parts, or a folder above it."""
    pattern = pattern.removeprefix("./").rstrip("/")
    parts = path.split("/")
    candidates = {"/".join(parts[start:end]) for start in range(len(parts)) for end in range(start + 1, len(parts) + 1)}
    if "/" in pattern:
        return any(fnmatch(candidate, pattern) for candidate in candidates)
    return any(fnmatch(part, pattern) for part in parts)
