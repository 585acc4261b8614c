"""The requests that a program makes in the manner of openai 0.x."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from oaklint.python import cst
from oaklint.python.tree import Tree, dotted_name
from oaklint.sdk.legacy import LEGACY_CLASSES, LegacyCall, legacy_method
from oaklint.usage.migration.patched import Patched

if TYPE_CHECKING:
    from oaklint.usage.usage import Usage


class Request(NamedTuple):
    """A place where a method of 0.x is named.

    node:   the expression that names it. legacy: what became of it.
    call:   the call of it, or the one that is handed the method and what it is to be called with; None where it is only kept.
    is_own: whether the call is that of the method itself.
    """

    node: cst.BaseExpression
    legacy: LegacyCall
    call: cst.Call | None
    is_own: bool


class Requests:
    """Finds them."""

    def __init__(self, usage: Usage, patched: Patched) -> None:
        self._usage = usage
        self._tree: Tree = usage.tree
        # What is named only to be replaced, in a test.
        self._replaced = patched.owners | {value for _, value, _ in patched.originals} | {node for node, _ in patched.mentions}
        self._is_assigned_to = any(patch.how == "assigned" for patch in patched.all)

    @cached_property
    def all(self) -> list[Request]:
        """Every mention of a method, in the order of the text."""
        found = []
        for node in self._usage.nodes(cst.Attribute):
            legacy = self._legacy(node) if node not in self._replaced else None
            if legacy is not None:
                parent = self._tree.parents[node]
                if isinstance(parent, cst.Call) and parent.func is node:
                    found.append(Request(node, legacy, parent, True))
                elif isinstance(parent, cst.Arg):
                    call = self._tree.parents[parent]
                    found.append(Request(node, legacy, call if isinstance(call, cst.Call) else None, False))
                else:
                    found.append(Request(node, legacy, None, False))
        return found

    @cached_property
    def by_another_name(self) -> list[tuple[cst.Call, LegacyCall]]:
        """The calls of a method by a name that it has been given, or an attribute: `create = openai.Completion.create`."""
        named = {request.node for request in self.all}
        found = []
        for call in self._usage.nodes(cst.Call):
            if call.func not in named:
                for name in self._usage.clients.names(call.func):
                    legacy = self._of_name(name)
                    if legacy is not None:
                        found.append((call, legacy))
                        break
        return found

    @cached_property
    def on_clients(self) -> list[Request]:
        """Where a client is asked for a class, as the module of 0.x was: `client.Completion.create(...)`."""
        found = []
        for node in self._usage.nodes(cst.Attribute):
            paths = (self._usage.clients.behind_client(name) for name in self._usage.clients.names(node))
            methods = (legacy_method(*path) for path in paths if path is not None and len(path) == 2)
            parent = self._tree.parents[node]
            call = parent if isinstance(parent, cst.Call) and parent.func is node else None
            for legacy in filter(None, methods):
                found.append(Request(node, legacy, call, call is not None))
                break
        return found

    @cached_property
    def classes(self) -> list[cst.BaseExpression]:
        """Where a class of 0.x is named by itself, and not to call a method of it, or in an annotation."""
        return [node for node in self._classes if not self._is_in_annotation(node)]

    @cached_property
    def annotations(self) -> list[cst.BaseExpression]:
        """Where an annotation names a class of 0.x: that of what its requests answer."""
        return [node for node in self._classes if self._is_in_annotation(node)]

    def _is_in_annotation(self, node: cst.CSTNode) -> bool:
        return any(isinstance(each, cst.Annotation) for each in self._tree.ancestors(node))

    @cached_property
    def _classes(self) -> list[cst.BaseExpression]:
        found: list[cst.BaseExpression] = []
        for node in (*self._usage.nodes(cst.Attribute), *self._usage.nodes(cst.Name)):
            parent = self._tree.parents[node]
            if node in self._replaced:
                continue
            is_owner = isinstance(parent, cst.Attribute) and (parent.value is node or parent.attr is node)
            if is_owner or isinstance(parent, (cst.ImportAlias, cst.ImportFrom, cst.AsName, cst.AssignTarget)):
                continue
            if isinstance(parent, cst.Param) and parent.name is node:
                continue
            if isinstance(node, cst.Name) and self._tree.is_label(node):
                continue
            names = self._usage.clients.names(node)
            if any(name.removeprefix("openai.") in LEGACY_CLASSES and name.startswith("openai.") for name in names):
                found.append(node)
        return found

    def _legacy(self, node: cst.Attribute) -> LegacyCall | None:
        if isinstance(self._tree.parents[node], (cst.ImportFrom, cst.ImportAlias, cst.AssignTarget, cst.Del)):
            return None
        names = {f"{owner}.{node.attr.value}" for owner in self._usage.clients.names(node.value)}
        if not self._is_assigned_to:  # else it is that, whatever a test has put in its place
            names &= self._usage.clients.names(node)
        return next(filter(None, map(self._of_name, sorted(names))), None)

    @staticmethod
    def _of_name(name: str) -> LegacyCall | None:
        owner, _, method = name.rpartition(".")
        package, _, cls = owner.partition(".")
        return legacy_method(cls.removesuffix("()"), method) if package == "openai" else None


def names_module(node: cst.BaseExpression, usage: Usage) -> bool:
    """Whether an expression is the module `openai` itself, written as a name."""
    return dotted_name(node) is not None and "openai" in usage.clients.names(node)
