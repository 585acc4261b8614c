"""What a function reads of what its caller sees: attributes of its object, and names from outside."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from oaklint.python import cst
from oaklint.python.places import place, places
from oaklint.python.tree import positional

if TYPE_CHECKING:
    from oaklint.python.names import Resolver


class Inputs:
    """Finds what functions read, as `place` writes it."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver
        self._tree = resolver.tree
        self._read: dict[tuple[cst.FunctionDef, int], frozenset[str]] = {}

    def of(self, function: cst.FunctionDef, owner: cst.BaseExpression | None, levels: int = 0) -> Iterator[tuple[str, str]]:
        """What a function reads, be it by functions that it calls, so many levels down: each as it writes it, and as its caller
        writes it. owner: the object that it is called on, if any.
        """
        params = positional(function)
        itself = f"{params[0].name.value}." if params and self._tree.scopes[function].kind == "class" else None
        outside = place(owner) if owner is not None else None
        own = self._tree.scopes[function.body].bindings
        for key in self._read_by(function, levels):
            if itself is not None and key.startswith(itself):
                if outside is not None:
                    yield key, f"{outside}.{key[len(itself) :]}"
            elif key.partition(".")[0] not in own:
                yield key, key

    def _read_by(self, function: cst.FunctionDef, levels: int) -> frozenset[str]:
        """The same as the function writes it, its locals among it."""
        found = self._read.get((function, levels))
        if found is None:
            below = self._read_by_callees(function, levels - 1) if levels else ()
            found = self._read[function, levels] = frozenset({*places(function.body), *below})
        return found

    def _read_by_callees(self, function: cst.FunctionDef, levels: int) -> Iterator[str]:
        for call in self._tree.calls_in(function):
            if any(isinstance(each, cst.Expr) for each in self._tree.ancestors(call)):
                continue  # nothing is done with what it answers
            owner = call.func.value if isinstance(call.func, cst.Attribute) else None
            for inner in self._resolver.calls.functions(call):
                yield from (key for _, key in self.of(inner, owner, levels))
