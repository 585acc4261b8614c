"""Which generation of the SDK a program is written for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from oaklint.python import cst
from oaklint.python.names import Resolver
from oaklint.python.tree import Tree, dotted_name
from oaklint.sdk.clients import CONSTRUCTORS, REQUEST_ROOTS
from oaklint.sdk.exceptions import NEWEST, TOP_LEVEL_0, exception_name, exception_names
from oaklint.sdk.legacy import LEGACY_CLASSES, REMOVED_ERRORS, REMOVED_SUBMODULES, SURVIVING_ERRORS


def generation(tree: Tree, resolver: Resolver, target: str, declared: frozenset[int] | None) -> int:
    """The major version: what the user says, what the project declares, what the program shows, and else the newest.

    A declaration that leaves both 0.x and later versions open is narrowed by what the program shows.
    """
    if target != "auto":
        return int(target)
    if declared and (0 not in declared or len(declared) == 1):
        return max(declared)
    evidence = _evidence(tree, resolver, tree.own)
    if evidence is None and tree.imported:
        evidence = _evidence(tree, resolver, tree.nodes)
    if evidence == 0:
        return 0
    return max(declared) if declared else NEWEST


def _evidence(tree: Tree, resolver: Resolver, nodes: Mapping[type[cst.CSTNode], Sequence[cst.CSTNode]]) -> int | None:
    """0 if the nodes use what only 0.x had, 1 if they use anything that came later, None if they show neither."""
    scopes = {tree.scopes[node] for node in nodes.get(cst.ImportAlias, ())}
    imported = (binding.qualified for scope in scopes for bound in scope.bindings.values() for binding in bound)
    attributes = (node for node in nodes.get(cst.Attribute, ()) if isinstance(node, cst.Attribute))
    dotted = (name for node in attributes if node.attr.value in _TELLING for name in resolver.names(node))
    modules = (dotted_name(node.module) for node in nodes.get(cst.ImportFrom, ()) if isinstance(node, cst.ImportFrom))
    legacy = False
    for name in (*imported, *(module or "" for module in modules), *dotted):
        if name.startswith("openai."):
            if is_new_name(name):
                return 1
            legacy = legacy or _is_legacy(name)
    return 0 if legacy else None


def needs_newer(tree: Tree) -> bool:
    """Whether a program does not start without what exists only since 1.0: it imports that before all else, come what may."""
    lines = (line for root in tree.roots for line in root.body if isinstance(line, cst.SimpleStatementLine))
    imports = (part for line in lines for part in line.body if isinstance(part, cst.ImportFrom))
    return any(map(_brings_new_name, imports))


def _brings_new_name(statement: cst.ImportFrom) -> bool:
    aliases = statement.names if not isinstance(statement.names, cst.ImportStar) else ()
    return any(is_new_name(f"{dotted_name(statement.module)}.{dotted_name(alias.name)}") for alias in aliases)


def stand_ins(tree: Tree) -> frozenset[str]:
    """The qualified names of what is imported only where the SDK is not there: in a handler around an import of it."""
    found: set[str] = set()
    for node in tree.nodes.get(cst.ImportFrom, ()):
        assert isinstance(node, cst.ImportFrom)
        module = dotted_name(node.module) if node.module is not None and not node.relative else None
        if module is None or module.partition(".")[0] == "openai" or isinstance(node.names, cst.ImportStar):
            continue
        for handler in tree.handlers_around(node):
            tried = tree.parents[handler]
            lines = tried.body.body if isinstance(tried, cst.Try) else ()
            parts = (part for line in lines if isinstance(line, cst.SimpleStatementLine) for part in line.body)
            if any(isinstance(part, cst.ImportFrom) and _brings_new_name(part) for part in parts):
                found.update(f"{module}.{dotted_name(alias.name)}" for alias in node.names)
    return frozenset(found)


# Names that only one of the generations has; what leads to a client through other attributes has one of them on its way.
_NEW_MODULES = ("types", "resources", "lib", "_exceptions")
_TELLING = frozenset(
    {
        *(name.rpartition(".")[2] for name in (*CONSTRUCTORS, *exception_names(NEWEST))),
        *(*REQUEST_ROOTS, *_NEW_MODULES, *LEGACY_CLASSES, *REMOVED_ERRORS, *REMOVED_SUBMODULES),
    }
)


def is_new_name(name: str) -> bool:
    """Whether a qualified name, or what it leads through, exists only since 1.0."""
    if name.partition("()")[0] in CONSTRUCTORS:
        return True
    package, _, rest = name.partition(".")
    first = rest.partition(".")[0].removesuffix("()")
    if package != "openai" or not first:
        return False
    is_exception = exception_name(f"openai.{first}", NEWEST) is not None and first not in TOP_LEVEL_0
    return is_exception or first in REQUEST_ROOTS or first in _NEW_MODULES


def is_removed_name(name: str) -> bool:
    """Whether a qualified name existed only before 1.0, so that importing it fails now. The 0.x classes can still be imported."""
    package, _, rest = name.partition(".")
    first = rest.partition(".")[0]
    is_error = first in REMOVED_ERRORS and first not in SURVIVING_ERRORS and first != "Timeout"
    return package == "openai" and (is_error or first in REMOVED_SUBMODULES)


def _is_legacy(name: str) -> bool:
    return is_removed_name(name) or name.split(".")[1] in LEGACY_CLASSES
