"""The rules, one file each. A file named `oakNNN_name_of_the_rule.py` in this folder is a rule; nothing else has to be told of
it.
"""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module

from oaklint.rules.needs import (
    CREDENTIALS_OF_OPENAI,
    IMPORTS_OPENAI,
    NAMES_CLIENT,
    REACHES_ANYTHING,
    REACHES_AUTHENTICATION_ERROR,
    REACHES_EXCEPT,
    REACHES_EXCEPT_FAR,
    REACHES_OPENAI,
    REACHES_OPENAI_FAR,
    REACHES_TEXT,
    Needs,
)
from oaklint.rules.rule import Finding, Repair, Rule, place_of

__all__ = [
    "CREDENTIALS_OF_OPENAI",
    "IMPORTS_OPENAI",
    "NAMES_CLIENT",
    "REACHES_ANYTHING",
    "REACHES_AUTHENTICATION_ERROR",
    "REACHES_EXCEPT",
    "REACHES_EXCEPT_FAR",
    "REACHES_OPENAI",
    "REACHES_OPENAI_FAR",
    "REACHES_TEXT",
    "Finding",
    "Needs",
    "Repair",
    "Rule",
    "all_rules",
    "place_of",
]


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule, in the order of the codes."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__) if module.name.startswith("oak"))
    return tuple(Rule.of(import_module(f"{__name__}.{name}")) for name in names)
