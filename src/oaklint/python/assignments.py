"""What assignments set to what: each target with its own value."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from oaklint.python import cst

# A target, and what it is set to.
Pair: TypeAlias = "tuple[cst.BaseExpression, cst.BaseExpression]"


def assigned(node: cst.CSTNode) -> Iterator[Pair]:
    """What an assignment, an annotated one or a walrus sets to what; nothing for other nodes, `x += 1` among them.

    `a, b = 1, 2` sets two; where a tuple is set to something that is not taken apart here, the tuple is the target.
    """
    if isinstance(node, cst.Assign):
        for each in node.targets:
            yield from _taken_apart(each.target, node.value)
    elif isinstance(node, (cst.AnnAssign, cst.NamedExpr)) and node.value is not None:
        yield node.target, node.value


def _taken_apart(target: cst.BaseExpression, value: cst.BaseExpression) -> Iterator[Pair]:
    if isinstance(target, (cst.Tuple, cst.List)) and isinstance(value, (cst.Tuple, cst.List)):
        elements = [*target.elements, *value.elements]
        is_starred = any(isinstance(element, cst.StarredElement) for element in elements)
        if len(target.elements) == len(value.elements) and not is_starred:
            for into, part in zip(target.elements, value.elements, strict=True):
                yield from _taken_apart(into.value, part.value)
            return
    yield target, value
