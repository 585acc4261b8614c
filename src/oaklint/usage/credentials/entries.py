"""What keyword arguments and dictionaries hand over by name."""

from __future__ import annotations

from collections.abc import Iterator

from oaklint.python import cst
from oaklint.usage.context import Context
from oaklint.usage.credentials.origins import Origins

Entry = tuple[str, "cst.BaseExpression"]


class Entries:
    """The entries of calls and dictionaries whose names are known."""

    def __init__(self, context: Context, origins: Origins) -> None:
        self._context = context
        self._origins = origins

    def of_call(self, call: cst.Call) -> Iterator[Entry]:
        """Keyword arguments, and the entries of dictionaries that are given as `{...}` or `**{...}`."""
        for arg in call.args:
            if arg.keyword is not None:
                yield arg.keyword.value, arg.value
            elif arg.star in ("**", ""):
                yield from self.of(arg.value)

    def of(self, value: cst.BaseExpression) -> Iterator[Entry]:
        """Those of a dictionary that is written down, in place or behind a name that nothing else mentions."""
        if isinstance(value, cst.Name) and self._context.mentioned[value.value] == 2:
            value = self._origins.of(value)
        if isinstance(value, cst.Dict):
            for element in value.elements:
                key = self._context.values.text(element.key) if isinstance(element, cst.DictElement) else None
                if key is not None:
                    yield key, element.value
