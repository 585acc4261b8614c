"""By which name a file knows what it has imported."""

from __future__ import annotations

import builtins
from collections.abc import Iterator

from oaklint.python import cst
from oaklint.python.names import Resolver
from oaklint.python.scopes import Binding, Scope
from oaklint.python.tree import dotted_name


def written_as(qualified: str, at: cst.CSTNode, resolver: Resolver) -> str | None:
    """How a qualified name can be written where a node is evaluated, by the name or the module that the file has imported, or
    by what a star import has brought in; None if there is none of these.
    """
    known = [
        (binding.qualified, name)
        for name, binding in _imported(at, resolver)
        if qualified == binding.qualified or qualified.startswith(f"{binding.qualified}.")
    ]
    if not known:
        return _by_star_import(qualified, at, resolver)
    prefix, name = max(known, key=lambda item: len(item[0]))
    return name + qualified.removeprefix(prefix)


def import_beside(qualified: str, at: cst.CSTNode, resolver: Resolver) -> cst.ImportFrom | None:
    """The `from` import to which a name can be added, so that it is known where a node is evaluated; None if there is none."""
    module, _, name = qualified.rpartition(".")
    for statement in imports_of(qualified.partition(".")[0], at, resolver) if is_free(name, at, resolver) else ():
        if isinstance(statement, cst.ImportFrom) and dotted_name(statement.module) == module:
            if not isinstance(statement.names, cst.ImportStar):
                return statement
    return None


def imports_of(package: str, at: cst.CSTNode, resolver: Resolver) -> Iterator[cst.Import | cst.ImportFrom]:
    """The imports of a package or its modules that have certainly run where a node is evaluated, and bind names for it."""
    tree = resolver.tree
    chain: list[Scope] = []
    scope: Scope | None = tree.scopes[at]
    while scope is not None:
        if scope.kind != "class":
            chain.append(scope)
        scope = scope.parent
    for node in (*tree.nodes.get(cst.ImportFrom, ()), *tree.nodes.get(cst.Import, ())):
        assert isinstance(node, (cst.Import, cst.ImportFrom))
        if isinstance(node, cst.ImportFrom):
            modules = [dotted_name(node.module)] if not node.relative else []
        else:
            modules = [dotted_name(alias.name) for alias in node.names]
        of_package = any((module or "").partition(".")[0] == package for module in modules)
        if of_package and tree.scopes[node] in chain and has_run(node, at, resolver):
            yield node


def is_free(name: str, at: cst.CSTNode, resolver: Resolver) -> bool:
    """Whether a name means nothing yet where a node is evaluated, and no star import may bring it in."""
    return resolver.unbound(name, at) == {f"builtins.{name}"} and not hasattr(builtins, name)


def is_imported(package: str, at: cst.CSTNode, resolver: Resolver) -> bool:
    """Whether a name stands for the package of that name where a node is evaluated, be it only if that is installed."""
    scope = resolver.tree.scopes[at].lookup(package)
    bindings = scope.bindings.get(package, ()) if scope is not None else ()
    return any(binding.kind == "import" and binding.qualified == package for binding in bindings)


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


def _by_star_import(qualified: str, at: cst.CSTNode, resolver: Resolver) -> str | None:
    """The bare name, if a star import of the file has certainly brought it in where a node is evaluated."""
    module, _, name = qualified.rpartition(".")
    if resolver.unbound(name, at) != {qualified}:
        return None
    file = resolver.tree.scopes[at].outermost
    for statement in resolver.tree.nodes.get(cst.ImportFrom, ()):
        assert isinstance(statement, cst.ImportFrom)
        is_of_module = isinstance(statement.names, cst.ImportStar) and dotted_name(statement.module) == module
        if is_of_module and resolver.tree.scopes[statement] is file and has_run(statement, at, resolver):
            return name
    return None


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
