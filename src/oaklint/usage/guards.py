"""Where a program asks which SDK is installed: what stands behind such a question is right for the SDK that it asks for."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import cached_property
from typing import TypeAlias

from oaklint.python import cst
from oaklint.python.exceptions import NO_RETURN
from oaklint.python.flow import Block, Edge, Graph, Kind, leading_to, reaches
from oaklint.python.tree import dotted_name, walk
from oaklint.sdk.legacy import MODULE_SETTINGS
from oaklint.usage.context import Context
from oaklint.usage.generation import is_new_name, is_removed_name

# What comes of the use of a 0.x name in a later release, by kind of use, as qualified names of exceptions.
NO_EXCEPTION: frozenset[str] = frozenset()
NO_ATTRIBUTE = frozenset({"builtins.AttributeError"})
NO_NAME = frozenset({"builtins.ImportError"})
UNBOUND = frozenset({"builtins.NameError"})
NO_MODULE = frozenset({"builtins.ImportError", "builtins.ModuleNotFoundError"})
NO_ARGUMENT = frozenset({"builtins.TypeError"})
REMOVED_CALL = frozenset({"openai.APIRemovedInV1", "openai.lib._old_api.APIRemovedInV1"})
_ABSENCE = NO_ATTRIBUTE | NO_MODULE | REMOVED_CALL
_ANYTHING = {"builtins.Exception", "builtins.BaseException"}

# `openai.__version__`, `openai.version.VERSION`, also behind a package that wraps the SDK.
_VERSION = re.compile(r"(?:.*\.)?openai\.(?:__version__|VERSION|_?version)(?:\.|$)")
# `IS_OPENAI_V1`, `openai_legacy`, `use_v1_sdk`; not `openai_api_version` and `azure_openai_version`, which are about Azure.
_FLAG = re.compile(
    r"(?:^|_|openai|sdk|is|has|use)v[01](?![a-z\d])"
    r"|(?<!azure)(?<!azure_)(?:openai|sdk)_?(?:is_)?(?:version|legacy|old|new|major)(?!_?(?:key|model))"
    r"|(?:legacy|old|newe?r?)_?(?:openai_?)?sdk|legacy_?openai",
    re.IGNORECASE,
)
# `v0.py`, `_openai_llm_v0.py`, `legacy_openai.py`
_LEGACY_MODULE = re.compile(r"(?<![a-z\d])(?:v0|legacy)(?![a-z\d])", re.IGNORECASE)
# How many names deep a flag is followed to where it was set.
_MAX_DEPTH = 3


Definition: TypeAlias = "cst.FunctionDef | cst.ClassDef"


class Guards:
    """Tells whether a node runs only with an SDK that it is right for: the program asks for the version, or tries names out."""

    def __init__(self, context: Context) -> None:
        # The name of the file may say that another one chooses between this and its counterpart.
        self._is_chosen = _is_chosen(context.program.source.name)
        self._tree = context.tree
        self._resolver = context.resolver
        self._values = context.values
        self._asking: dict[cst.CSTNode, bool] = {}
        self._considered: list[Definition] = []
        self._guarded: dict[tuple[Definition, frozenset[str]], bool] = {}

    def guards(self, node: cst.CSTNode, raises: frozenset[str]) -> bool:
        """Whether the node is behind a test of the SDK's version, or in a `try` that expects what comes of it otherwise.

        raises: what the node raises in a release that it is not meant for. Looks through the functions around the node, and
        through those that call its function or make its class, as long as every mention of it is guarded.
        """
        if self._is_chosen:
            return True
        here = node
        while True:
            if self._in_tentative_try(here, raises) or self._behind_question(here):
                return True
            unit = self._tree.unit(here)
            if unit is None or isinstance(unit, cst.Module):
                return False
            if isinstance(unit, cst.FunctionDef) and self._defines_with_guard(unit, raises):
                return True
            here, raises = unit, NO_EXCEPTION  # a definition does not run what is in it

    # `try`.

    def _in_tentative_try(self, node: cst.CSTNode, raises: frozenset[str]) -> bool:
        part, unit = node, self._tree.unit(node)
        for ancestor in self._tree.ancestors(node):
            if ancestor is unit:
                return False
            if isinstance(ancestor, cst.Try) and self._is_tentative(ancestor, part, raises):
                return True
            part = ancestor
        return False

    def _is_tentative(self, statement: cst.Try, part: cst.CSTNode, raises: frozenset[str]) -> bool:
        """Whether a `try` provides for the SDK that the given part of it is not right for."""
        if isinstance(part, cst.ExceptHandler):
            imports_new = any(map(is_new_name, _imported(statement.body)))
            return (imports_new or self._uses_new_names(statement.body)) and self._expects(part, _ABSENCE, anything=imports_new)
        if part is statement.finalbody:
            return False
        expected = raises | (NO_MODULE if any(map(is_removed_name, _imported(statement.body))) else NO_EXCEPTION)
        going_on = [handler for handler in statement.handlers if not self._gives_up(handler)]
        probe = _only_binds_names(statement.body)
        return any(self._expects(handler, expected, anything=probe) for handler in going_on)

    def _expects(self, handler: cst.ExceptHandler, expected: frozenset[str], *, anything: bool) -> bool:
        """Whether a clause names one of the exceptions; with `anything`, a clause for all exceptions will do."""
        if handler.type is None:
            return anything and bool(expected)
        names = self._resolver.clauses.caught(handler.type)
        return bool(names & expected) or (anything and bool(expected) and bool(names & _ANYTHING))

    def _gives_up(self, handler: cst.ExceptHandler) -> bool:
        """Whether a clause ends the matter, as one that asks for the package to be installed does."""
        last = handler.body.body[-1] if handler.body.body else None
        if isinstance(last, cst.SimpleStatementLine):
            last = last.body[-1]
        if isinstance(last, cst.Expr) and isinstance(last.value, cst.Call):
            return bool(self._resolver.names(last.value.func) & NO_RETURN)
        return isinstance(last, cst.Raise)

    def _uses_new_names(self, body: cst.BaseSuite) -> bool:
        attributes = (node for node in walk(body) if isinstance(node, cst.Attribute))
        return any(is_new_name(name) for node in attributes for name in self._resolver.names(node))

    # Tests.

    def _behind_question(self, node: cst.CSTNode) -> bool:
        """Whether a test on the version lets the node be reached on one of its ways only."""
        part, unit = node, self._tree.unit(node)
        for ancestor in self._tree.ancestors(node):
            if ancestor is unit:
                break
            if isinstance(ancestor, cst.IfExp) and part is not ancestor.test and self._asks(ancestor.test):
                return True
            if isinstance(ancestor, cst.BooleanOperation) and part is ancestor.right and self._asks(ancestor.left):
                return True
            if isinstance(ancestor, cst.ClassDef) and self._is_decorated(ancestor):
                return True
            part = ancestor
        graph = self._resolver.graph(unit)
        if graph is None:
            return False
        here = graph.blocks_of(node)
        leading = leading_to(here)
        for block in graph.blocks:
            ways = [edge for edge in block.edges if edge.kind in (Kind.TRUE, Kind.FALSE)]
            if isinstance(block.node, cst.BaseExpression) and ways and self._asks(block.node):
                led_there = {way.target in leading and not self._asks_again(way, here, graph) for way in ways}
                if led_there == {True, False}:
                    return True
        return False

    def _asks_again(self, way: Edge, goals: Collection[Block], graph: Graph) -> bool:
        """Whether a way behind a test leads to some blocks only by making the test again."""
        is_round = graph.circles[way.target] == graph.circles[way.source]
        return is_round and not reaches([way.target], goals, without=lambda edge: edge.target is way.source)

    def _is_decorated(self, definition: cst.FunctionDef | cst.ClassDef) -> bool:
        """`@pytest.mark.skipif(openai.__version__ >= "1", ...)`"""
        return any(self._asks(decorator.decorator) for decorator in definition.decorators)

    def _asks(self, test: cst.BaseExpression) -> bool:
        """Whether a condition speaks of the SDK's version, or asks it for a name that only some releases have."""
        found = self._asking.get(test)
        if found is None:
            found = self._asking[test] = any(map(_is_flag, walk(test))) or self._holds_answer(test, _MAX_DEPTH)
        return found

    def _holds_answer(self, expression: cst.BaseExpression, depth: int) -> bool:
        """Whether a value comes from a question about the SDK, also through names, attributes and functions of the program."""
        for node in walk(expression):
            if self._is_question(node):
                return True
            if depth and any(self._set_by_import(value) or self._holds_answer(value, depth - 1) for value in self._sources(node)):
                return True
        return False

    def _is_question(self, node: cst.CSTNode) -> bool:
        if isinstance(node, (cst.Name, cst.Attribute)):
            return any(map(_VERSION.match, self._resolver.names(node)))
        if not isinstance(node, cst.Call) or not node.args:
            return False
        names = self._resolver.names(node.func)
        if names & {"builtins.hasattr", "builtins.getattr"} and len(node.args) > 1:
            asked = self._values.text(node.args[1].value)
            return asked is not None and "openai" in self._resolver.names(node.args[0].value) and _tells_releases_apart(asked)
        package = self._values.text(node.args[0].value) or ""
        if "importlib.util.find_spec" in names:
            return package.startswith("openai.")
        return package == "openai" and any("version" in name or name.endswith("get_distribution") for name in names)

    def _sources(self, node: cst.CSTNode) -> Iterator[cst.BaseExpression]:
        """The expressions that give a name or attribute its value; for a function of the program, what it returns."""
        if isinstance(node, (cst.Name, cst.Attribute)):
            yield from self._resolver.values_of(node)
        for binding in self._resolver.bindings(node) if isinstance(node, cst.Name) else ():
            if isinstance(binding.node, cst.FunctionDef):
                yield from self._resolver.returned_values(binding.node)

    def _set_by_import(self, value: cst.BaseExpression) -> bool:
        """Whether a value is given in a `try`, or in a clause of one, whose imports tell the releases apart."""
        for ancestor in self._tree.ancestors(value):
            if isinstance(ancestor, cst.Try):
                telling = any(is_new_name(name) or is_removed_name(name) for name in _imported(ancestor.body))
                expecting = (handler for handler in ancestor.handlers if self._expects(handler, _ABSENCE, anything=True))
                return telling and not all(map(self._gives_up, expecting))
        return False

    # Functions and classes.

    def _defines_with_guard(self, function: cst.FunctionDef, raises: frozenset[str]) -> bool:
        """Whether a function, or the class that it is a method of, is for one SDK: by its decorators or by those that mention
        it.
        """
        owner = self._tree.scopes[function].node
        if self._is_decorated(function) or self._mentioned_with_guard(function, raises):
            return True
        return isinstance(owner, cst.ClassDef) and self._mentioned_with_guard(owner, NO_EXCEPTION)

    def _mentioned_with_guard(self, definition: Definition, raises: frozenset[str]) -> bool:
        """Whether the program mentions a definition elsewhere than in itself, and only where the SDK is right."""
        found = self._guarded.get((definition, raises))
        if found is None:
            self._considered.append(definition)
            try:
                found = self._guarded[definition, raises] = self._find_mentioned_with_guard(definition, raises)
            finally:
                self._considered.pop()
        return found

    def _find_mentioned_with_guard(self, definition: Definition, raises: frozenset[str]) -> bool:
        name = self._resolver.definitions.name(definition)
        namesakes = (node for node in self._mentions.get(definition.name.value, ()) if node is not definition.name)
        elsewhere = (node for node in namesakes if not any(outer in self._considered for outer in self._tree.ancestors(node)))
        mentions = [node for node in elsewhere if name in self._resolver.names(node)]
        return bool(mentions) and all(self.guards(node, raises) for node in mentions)

    @cached_property
    def _mentions(self) -> dict[str, list[cst.BaseExpression]]:
        """Names that are looked up, and attributes, by the (last) name."""
        found: dict[str, list[cst.BaseExpression]] = {}
        for node in self._tree.nodes.get(cst.Attribute, ()):
            assert isinstance(node, cst.Attribute)
            found.setdefault(node.attr.value, []).append(node)
        for node in self._tree.nodes.get(cst.Name, ()):
            assert isinstance(node, cst.Name)
            parent = self._tree.parents.get(node)
            label = parent.attr if isinstance(parent, cst.Attribute) else parent.keyword if isinstance(parent, cst.Arg) else None
            if node is not label and not isinstance(parent, cst.Param):
                found.setdefault(node.value, []).append(node)
        return found


def _is_chosen(module: str) -> bool:
    """Whether a file is called like the half that is for 0.x, as in `openai_utils/v0.py`; `api/v0.py` may be anything."""
    *folders, name = re.split(r"[/\\]", module)
    return _LEGACY_MODULE.search(name) is not None and "openai" in f"{folders[-1:]}{name}".lower()


def _is_flag(node: cst.CSTNode) -> bool:
    name = node.value if isinstance(node, cst.Name) else node.attr.value if isinstance(node, cst.Attribute) else ""
    return _FLAG.search(name) is not None


def _tells_releases_apart(attribute: str) -> bool:
    """Whether the module has an attribute in some releases only. The 0.x classes are still there, and fail when called."""
    name = f"openai.{attribute}"
    setting = MODULE_SETTINGS.get(attribute)
    is_gone = is_removed_name(name) or (setting is not None and not setting.kept)
    return is_gone or is_new_name(name) or attribute in ("__version__", "version", "VERSION")


def _imported(body: cst.BaseSuite) -> Iterator[str]:
    """The qualified names that the statements of a body import."""
    for node in walk(body):
        if isinstance(node, cst.Import):
            yield from (dotted_name(alias.name) or "" for alias in node.names)
        elif isinstance(node, cst.ImportFrom) and node.module is not None and not node.relative:
            names = [] if isinstance(node.names, cst.ImportStar) else [dotted_name(alias.name) or "" for alias in node.names]
            yield from (f"{dotted_name(node.module)}.{name}" for name in names or ["*"])


def _only_binds_names(body: cst.BaseSuite) -> bool:
    """Whether a body does nothing but import and assign, without a call, so that it is the names that can fail."""
    for statement in body.body:
        small = statement.body if isinstance(statement, cst.SimpleStatementLine) else (statement,)
        for node in small:
            if not isinstance(node, (cst.Import, cst.ImportFrom, cst.Assign, cst.AnnAssign, cst.Expr, cst.Pass)):
                return False
            if any(isinstance(inner, cst.Call) for inner in walk(node)):
                return False
    return True
