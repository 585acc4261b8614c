"""What a program sets of the module `openai`, and what it reads of that again."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from oaklint.python import cst
from oaklint.python.scopes import CodeUnit
from oaklint.sdk.legacy import CURRENT_MODULE_SETTINGS, MODULE_SETTINGS
from oaklint.usage.migration.requests import names_module

if TYPE_CHECKING:
    from oaklint.usage.usage import Usage


class Setting(NamedTuple):
    """An assignment to an attribute of the module.

    statement: the assignment. line: the row that it stands in. block: what that is a row of.
    others:    what is set to the same value with it: `openai.api_key = key = ...`
    """

    name: str
    target: cst.Attribute
    value: cst.BaseExpression
    statement: cst.CSTNode
    line: cst.SimpleStatementLine
    block: cst.CSTNode
    unit: CodeUnit | None
    others: tuple[cst.AssignTarget, ...] = ()


class Settings:
    """Finds them. strange: the assignments that are of another form."""

    def __init__(self, usage: Usage) -> None:
        self._usage = usage
        self._tree = usage.tree

    @cached_property
    def all(self) -> list[Setting]:
        """The assignments, in the order of the text."""
        found = []
        for target in self._targets():
            setting = self._setting(target)
            if setting is not None:
                found.append(setting)
        return found

    @cached_property
    def strange(self) -> list[cst.CSTNode]:
        """Assignments to attributes of the module that are no statements of their own: `setattr`, `a, openai.api_key = ...`."""
        known = {setting.target for setting in self.all}
        found: list[cst.CSTNode] = [target for target in self._targets() if target not in known]
        for call in self._usage.nodes(cst.Call):
            if call.args and "builtins.setattr" in self._usage.resolver.names(call.func):
                if names_module(call.args[0].value, self._usage):
                    found.append(call)
        return found

    @cached_property
    def reads(self) -> list[cst.Attribute]:
        """Where a setting of the module is read."""
        return [node for node in self._attributes() if not self._is_set(node)]

    def _attributes(self) -> Iterator[cst.Attribute]:
        for node in self._usage.nodes(cst.Attribute):
            is_setting = node.attr.value in MODULE_SETTINGS or node.attr.value in CURRENT_MODULE_SETTINGS
            if is_setting and names_module(node.value, self._usage):
                yield node

    def _targets(self) -> Iterator[cst.Attribute]:
        for node in self._usage.nodes(cst.Attribute):
            if self._is_set(node) and names_module(node.value, self._usage):
                yield node

    def _is_set(self, node: cst.Attribute) -> bool:
        """Whether an attribute is assigned to, or deleted."""
        is_elsewhere = isinstance(self._tree.parents[node], (cst.Param, cst.ImportAlias, cst.ImportFrom))
        return self._tree.is_store(node) and not is_elsewhere

    def _setting(self, target: cst.Attribute) -> Setting | None:
        statement = self._tree.parents[target]
        others: tuple[cst.AssignTarget, ...] = ()
        if isinstance(statement, cst.AssignTarget):
            of = self._tree.parents[statement]
            others = tuple(each for each in of.targets if each is not statement) if isinstance(of, cst.Assign) else ()
            statement = of
        if not isinstance(statement, (cst.Assign, cst.AnnAssign)) or statement.value is None:
            return None
        line = self._tree.parents[statement]
        if not isinstance(line, cst.SimpleStatementLine):
            return None
        block, unit = self._tree.parents[line], self._tree.unit(target)
        if isinstance(unit, (cst.Lambda, cst.Module)) or self._tree.scopes[target].kind == "class":
            return None
        return Setting(target.attr.value, target, statement.value, statement, line, block, unit, others)
