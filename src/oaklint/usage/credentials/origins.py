"""Where a credential is written down that reaches a place by names, attributes, parameters and alternatives."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from oaklint.python import cst
from oaklint.sdk.clients import CREDENTIAL_ENVIRONMENT
from oaklint.usage.context import Context

GETENV = frozenset({"os.getenv", "os.environ.get"})

_MOST_STEPS = 5


class Alternative(NamedTuple):
    """One of the expressions that a value may come from. is_default: it is what a getenv call gives if nothing is set."""

    value: cst.BaseExpression
    is_default: bool = False


class Origins:
    """Follows values to where they are written down."""

    def __init__(self, context: Context) -> None:
        self._values = context.values
        self._resolver = context.resolver

    def alternatives(self, value: cst.BaseExpression) -> Iterator[Alternative]:
        """The values that an expression may have: `a or b`, `a if c else b`, and the default of a getenv call."""
        if isinstance(value, cst.BooleanOperation):
            parts = [value.left, value.right] if isinstance(value.operator, cst.Or) else [value.right]
        elif isinstance(value, cst.IfExp):
            parts = [value.body, value.orelse]
        else:
            parts = []
        for part in parts:
            yield from self.alternatives(part)
        if parts:
            return
        origin = self.of(value)
        if isinstance(origin, cst.Call) and self._resolver.names(origin.func) & GETENV and len(origin.args) == 2:
            # With one of the SDK's own names it is a sink by itself.
            if self._values.text(origin.args[0].value) not in CREDENTIAL_ENVIRONMENT:
                yield Alternative(origin.args[1].value, is_default=True)
        else:
            yield Alternative(origin)

    def of(self, value: cst.BaseExpression) -> cst.BaseExpression:
        """Where the value is written down, for a name or attribute that is bound once, or a parameter with a default."""
        for _ in range(_MOST_STEPS):
            if isinstance(value, cst.Name):
                bindings = self._resolver.bindings(value)
                kinds = ("assign", "annotated", "parameter")
                values = [binding.value for binding in bindings if binding.kind in kinds and binding.value is not None]
                values = values if len(values) == len(bindings) else []
            elif isinstance(value, cst.Attribute):
                values = self._resolver.attribute_values(value)
            else:
                break
            if len(values) != 1:
                break
            value = values[0]
        return value
