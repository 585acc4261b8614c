"""Whether a client's requests may carry another credential than its key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeGuard

from oaklint.python import cst
from oaklint.sdk.http_libraries import HTTP_CLIENTS

if TYPE_CHECKING:
    from oaklint.usage.usage import Usage

# What a transport may be told that leads requests elsewhere, or adds to them.
_LEADING_ELSEWHERE = {"auth", "base_url", "event_hooks", "mounts", "transport"}


def is_authorized(arguments: Mapping[str, cst.BaseExpression], usage: Usage) -> bool:
    """Whether requests may carry another credential than the key, or go elsewhere."""
    if _may_be_more_than_none(headers := arguments.get("default_headers"), usage):
        display = usage.resolver.display(headers)
        names = [name.lower() for name, _ in usage.entries.of(display)] if display is not None else []
        if not isinstance(display, cst.Dict) or len(names) < len(display.elements) or "authorization" in names:
            return True
    if _may_be_more_than_none(transport := arguments.get("http_client"), usage):
        made = usage.origins.of(transport)
        if not isinstance(made, cst.Call) or not usage.resolver.names(made.func) <= HTTP_CLIENTS:
            return True
        return bool({arg.keyword.value if arg.keyword is not None else "" for arg in made.args} & {"", *_LEADING_ELSEWHERE})
    return False


def _may_be_more_than_none(value: cst.BaseExpression | None, usage: Usage) -> TypeGuard[cst.BaseExpression]:
    """Whether an argument is given, and not sure to be None."""
    return value is not None and (usage.values.value(value) is not None or usage.values.may_be_given(value))
