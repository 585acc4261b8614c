"""What operators make of constants, as long as that stays small."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from oaklint.python.text_methods import may_grow

# Longer text is of no interest to anyone; nor are more items, those of items included, or larger numbers.
_MAX_LENGTH = 8192
_MAX_ITEMS = 1000
_MAX_BITS = 2048

_OPERATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "Add": lambda left, right: left + right,
    "Subtract": lambda left, right: left - right,
    "Multiply": lambda left, right: left * right,
    "FloorDivide": lambda left, right: left // right,
    "Modulo": lambda left, right: left % right,
    "BitAnd": lambda left, right: left & right,
    "BitOr": lambda left, right: left | right,
    "BitXor": lambda left, right: left ^ right,
}


def calculate(operator: str, left: Any, right: Any) -> Any:
    """What an operator, by the name of its class, makes of two constants.

    Raises what Python raises where they do not fit, OverflowError where the value is too large, and LookupError for an operator
    that is not calculated.
    """
    operation = _OPERATIONS[operator]
    if operator == "Multiply" and _length(left) * _times(right) + _length(right) * _times(left) > _MAX_LENGTH:
        raise OverflowError
    if operator == "Modulo" and isinstance(left, (str, bytes)) and may_grow(left):
        raise OverflowError
    return bounded(operation(left, right))


def bounded(value: Any) -> Any:
    """The value. Raises OverflowError where it is too large to go on with."""
    if _length(value) > (_MAX_ITEMS if isinstance(value, tuple) else _MAX_LENGTH):
        raise OverflowError
    if isinstance(value, int) and value.bit_length() > _MAX_BITS:
        raise OverflowError
    return value


def _length(value: Any) -> int:
    """How long a text is, or how many items a tuple has with those of its items; 0 for all else."""
    if isinstance(value, tuple):
        return len(value) + sum(map(_length, (item for item in value if isinstance(item, tuple))))
    return len(value) if isinstance(value, (str, bytes)) else 0


def _times(value: Any) -> int:
    return value if isinstance(value, int) else 0
