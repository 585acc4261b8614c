"""How names, attributes and constant items are written as text, and what identifiers are put together from."""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterator

from oaklint.python import cst
from oaklint.python.tree import children, index_of


def place(node: cst.BaseExpression) -> str | None:
    """A key for an attribute or constant item of something named: `st.session_state['client']`, `errors[-1]`; None for anything
    else.
    """
    if isinstance(node, cst.Name):
        return node.value
    if isinstance(node, cst.Attribute):
        outer = place(node.value)
        return f"{outer}.{node.attr.value}" if outer is not None else None
    if isinstance(node, cst.Subscript) and len(node.slice) == 1:
        outer = place(node.value)
        index = index_of(node)
        key = _constant(index) if index is not None else None
        return f"{outer}.{key!r}" if outer is not None and key is not None else None
    return None


def _constant(index: cst.BaseExpression) -> str | bytes | int | None:
    """The text or number by which an item is picked, if it is written out."""
    if isinstance(index, (cst.SimpleString, cst.Integer)):
        return index.evaluated_value
    if (
        isinstance(index, cst.UnaryOperation)
        and isinstance(index.operator, cst.Minus)
        and isinstance(index.expression, cst.Integer)
    ):
        return -index.expression.evaluated_value
    return None


def named(node: cst.CSTNode) -> Iterator[cst.Name | cst.Attribute | cst.Subscript]:
    """The names, attributes and items in an expression; names of attributes and keywords are no names."""
    stack = [node]
    while stack:
        here = stack.pop()
        if isinstance(here, (cst.Name, cst.Attribute, cst.Subscript)):
            yield here
        within = here.value if isinstance(here, (cst.Attribute, cst.Arg)) else None
        stack.extend(children(here) if within is None else [within])


def places(node: cst.CSTNode) -> set[str]:
    """The names and attributes in an expression, as `place` writes them."""
    found = {key for each in named(node) if (key := place(each)) is not None}
    return found - {"self"}


def words(identifier: str) -> set[str]:
    """The words that an identifier is put together from, in lower case: `is_valid_key`, `isValidKey`."""
    return {word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+", identifier)}


def is_builtin(name: str) -> bool:
    """Whether a qualified name is a builtin of Python, and not one that nothing in the program binds."""
    package, _, rest = name.partition(".")
    return package == "builtins" and hasattr(builtins, rest.partition(".")[0].removesuffix("()"))
