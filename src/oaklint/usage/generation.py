"""Which generation of the SDK a program is written for."""

from __future__ import annotations

from oaklint.python import cst
from oaklint.python.names import Resolver
from oaklint.python.tree import Tree, dotted_name
from oaklint.sdk.clients import CONSTRUCTORS, REQUEST_ROOTS
from oaklint.sdk.exceptions import NEWEST, TOP_LEVEL_0, exception_name
from oaklint.sdk.legacy import LEGACY_CLASSES


def generation(tree: Tree, resolver: Resolver, target: str, declared: frozenset[int] | None) -> int:
    """The major version: what the user says, what the project declares, what the program shows, and else the newest.

    A declaration that leaves both 0.x and later versions open is narrowed by what the program shows.
    """
    if target != "auto":
        return int(target)
    if declared and (0 not in declared or len(declared) == 1):
        return max(declared)
    if _evidence(tree, resolver) == 0:
        return 0
    return max(declared) if declared else NEWEST


def _evidence(tree: Tree, resolver: Resolver) -> int | None:
    """0 if the program uses what only 0.x had, 1 if it uses anything that came later, None if it shows neither."""
    imported = (binding.qualified for scope in set(tree.scopes.values()) for bound in scope.bindings.values() for binding in bound)
    dotted = (name for node in tree.nodes.get(cst.Attribute, ()) if isinstance(node, cst.Attribute) for name in resolver.names(node))
    modules = (dotted_name(node.module) for node in tree.nodes.get(cst.ImportFrom, ()) if isinstance(node, cst.ImportFrom))
    legacy = False
    for name in (*imported, *(module or "" for module in modules), *dotted):
        if name.startswith("openai."):
            if _is_new(name):
                return 1
            legacy = legacy or _is_legacy(name)
    return 0 if legacy else None


def _is_new(name: str) -> bool:
    if name.partition("()")[0] in CONSTRUCTORS:
        return True
    second = name.split(".")[1]
    is_exception = exception_name(f"openai.{second}", NEWEST) is not None and second not in TOP_LEVEL_0
    return is_exception or second in REQUEST_ROOTS or second in ("types", "resources", "lib", "_exceptions")


def _is_legacy(name: str) -> bool:
    second = name.split(".")[1]
    return second in ("error", "api_resources", "embeddings_utils", "InvalidRequestError") or second in LEGACY_CLASSES
