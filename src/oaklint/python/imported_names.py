"""By which name a file knows what it has imported."""

from __future__ import annotations

from collections.abc import Iterator

from oaklint.python import cst
from oaklint.python.names import Resolver
from oaklint.python.scopes import Binding, Scope


def written_as(qualified: str, at: cst.CSTNode, resolver: Resolver) -> str | None:
    """How a qualified name can be written where a node is evaluated, by the name or the module that the file has imported; None
    if it has imported neither.
    """
    known = [
        (binding.qualified, name)
        for name, binding in _imported(at, resolver)
        if qualified == binding.qualified or qualified.startswith(f"{binding.qualified}.")
    ]
    if not known:
        return None
    prefix, name = max(known, key=lambda item: len(item[0]))
    return name + qualified.removeprefix(prefix)


def _imported(at: cst.CSTNode, resolver: Resolver) -> Iterator[tuple[str, Binding]]:
    """The names that stand for nothing but an import that has certainly run where a node is evaluated."""
    here = resolver.tree.scopes[at]
    scope: Scope | None = here
    while scope is not None:
        for name, bindings in scope.bindings.items():
            first = bindings[0]
            if (
                all(binding.kind == "import" and binding.qualified == first.qualified for binding in bindings)
                and here.lookup(name) is scope
                and any(has_run(binding.node, at, resolver) for binding in bindings)
            ):
                yield name, first
        scope = scope.parent


def has_run(statement: cst.CSTNode, at: cst.CSTNode, resolver: Resolver) -> bool:
    """Whether a statement has always run when a node, in the same unit or in a function inside it, is evaluated."""
    tree = resolver.tree
    unit = tree.unit(statement)
    while (inner := tree.unit(at)) is not unit:
        if inner is None:
            return False
        at = inner
    graph = resolver.graph(unit)
    if graph is None:
        return False
    ran = graph.blocks_of(statement)
    return bool(ran) and all(any(graph.dominates(block, there) for block in ran) for there in graph.blocks_of(at))
