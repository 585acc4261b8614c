"""Where a program asks which SDK is installed: what stands behind such a question is right for the SDK that it asks for."""

from __future__ import annotations

from collections.abc import Iterator

from oaklint.python import cst
from oaklint.python.exceptions import ExceptionFlow, Thrown
from oaklint.python.flow import Block, Kind, reaches
from oaklint.python.names import Resolver
from oaklint.python.tree import Tree, walk

# What a use of a name that the installed SDK lacks raises.
_ABSENCE = tuple(Thrown.builtin(name) for name in ("ImportError", "ModuleNotFoundError", "AttributeError"))
_VERSION_WORDS = ("openai", "version", "sdk", "legacy", "v0", "v1", "new_api", "old_api", "newer", "is_new", "migrat")


class Guards:
    """Tells whether a node runs only after the program has asked for the version, or for the presence, of the SDK's names."""

    def __init__(self, tree: Tree, resolver: Resolver, flow: ExceptionFlow) -> None:
        self._tree = tree
        self._resolver = resolver
        self._flow = flow

    def guards(self, node: cst.CSTNode) -> bool:
        """Whether the node is behind a test of the SDK's version or in a `try` that expects its absence, in its function or around it."""
        here: cst.CSTNode | None = node
        while here is not None:
            if self._in_tentative_try(here) or self._behind_version_test(here):
                return True
            here = self._tree.unit(here)  # a function defined behind the test
        return self._called_behind_version_test(node)

    def _in_tentative_try(self, node: cst.CSTNode) -> bool:
        child = node
        unit = self._tree.unit(node)
        for ancestor in self._tree.ancestors(node):
            if ancestor is unit:
                break
            if isinstance(ancestor, cst.Try):
                expecting = [handler for handler in ancestor.handlers if self._expects_absence(handler)]
                if expecting and (child is ancestor.body or child in expecting or child is ancestor.orelse):
                    return True
            child = ancestor
        return False

    def _expects_absence(self, handler: cst.ExceptHandler) -> bool:
        """Whether a clause names ImportError, AttributeError or APIRemovedInV1; a clause for everything expects nothing in particular."""
        if handler.type is None:
            return False
        names = self._resolver.caught(handler.type)
        absent = {"openai.lib._old_api.APIRemovedInV1", "openai.APIRemovedInV1"}
        return bool(names & absent) or any(thrown.name in names for thrown in _ABSENCE)

    def _behind_version_test(self, node: cst.CSTNode) -> bool:
        """Whether a test on the version lets the node be reached on one of its ways only."""
        unit = self._tree.unit(node)
        for ancestor in self._tree.ancestors(node):
            if isinstance(ancestor, cst.IfExp) and self._asks_version(ancestor.test):
                return True
            if ancestor is unit:
                break
        graph = self._resolver.graph(unit)
        if graph is None:
            return False
        here = graph.blocks_of(node)
        for block in graph.blocks:
            ways = [edge for edge in block.edges if edge.kind in (Kind.TRUE, Kind.FALSE)]
            if isinstance(block.node, cst.BaseExpression) and ways and self._asks_version(block.node):
                led_there = {any(self._reaches(way.target, target, block) for target in here) for way in ways}
                if led_there == {True, False}:
                    return True
        return False

    @staticmethod
    def _reaches(start: Block, goal: Block, test: Block) -> bool:
        return reaches(start, goal, without=lambda edge: edge.target is test)

    def _called_behind_version_test(self, node: cst.CSTNode) -> bool:
        """Whether every call of the node's function stands behind such a test."""
        unit = self._tree.unit(node)
        if not isinstance(unit, cst.FunctionDef):
            return False
        calls = self._resolver.calls_of(unit)
        return bool(calls) and all(self._behind_version_test(call) or self._in_tentative_try(call) for call in calls)

    def _asks_version(self, test: cst.BaseExpression, depth: int = 0) -> bool:
        """Whether a condition speaks of the SDK's version, or asks it for a name."""
        for node in walk(test):
            if isinstance(node, cst.Call) and self._resolver.names(node.func) & {"builtins.hasattr", "importlib.metadata.version"}:
                if node.args and ("openai" in self._resolver.names(node.args[0].value) or self._says_openai(node.args[0].value)):
                    return True
            if isinstance(node, cst.Attribute) and self._resolver.names(node) & {"openai.__version__", "openai.VERSION", "openai.version.VERSION"}:
                return True
            if isinstance(node, (cst.Name, cst.Attribute)):
                name = node.value if isinstance(node, cst.Name) else node.attr.value
                lowered = name.lower()
                if "openai" in lowered and any(word in lowered for word in _VERSION_WORDS[1:]):
                    return True
                if isinstance(node, cst.Name) and depth < 3:
                    for binding in self._resolver.bindings(node):
                        if binding.kind == "assign" and binding.value is not None:
                            if self._asks_version(binding.value, depth + 1) or self._set_by_import(binding.node):
                                return True
                        elif binding.kind == "function" and isinstance(binding.node, cst.FunctionDef):
                            values = self._resolver.returned_values(binding.node)
                            if any(self._asks_version(value, depth + 1) for value in values):
                                return True
        return False

    @staticmethod
    def _says_openai(node: cst.BaseExpression) -> bool:
        return isinstance(node, cst.SimpleString) and node.evaluated_value == "openai"

    def _set_by_import(self, node: cst.CSTNode) -> bool:
        """Whether a flag is set in a `try` around imports of the SDK, or in a clause of one."""
        for ancestor in self._tree.ancestors(node):
            if isinstance(ancestor, cst.Try):
                imports = (child for child in walk(ancestor.body) if isinstance(child, (cst.Import, cst.ImportFrom)))
                return any(self._expects_absence(handler) for handler in ancestor.handlers) and any(
                    "openai" in cst.Module([]).code_for_node(statement) for statement in imports
                )
        return False
