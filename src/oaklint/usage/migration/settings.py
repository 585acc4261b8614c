"""What a program sets of the module `openai`, and what it reads of that again."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from oaklint.python import cst
from oaklint.python.assignments import assigned
from oaklint.python.scopes import CodeUnit
from oaklint.python.tree import last_part
from oaklint.sdk.exports import LEGACY_EXPORTS
from oaklint.sdk.legacy import CLIENT_SETTINGS, CURRENT_MODULE_SETTINGS, MODULE_SETTINGS
from oaklint.usage.migration.draft import Draft
from oaklint.usage.migration.requests import names_module

if TYPE_CHECKING:
    from oaklint.usage.usage import Usage

# What a client can be given later, too, by its attributes, which the module has as well.
LATER = {**CLIENT_SETTINGS, "base_url": "base_url"}


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
    """Finds them."""

    def __init__(self, usage: Usage) -> None:
        self._usage = usage
        self._tree = usage.tree

    @cached_property
    def all(self) -> list[Setting]:
        """The assignments, in the order of the text."""
        return [setting for setting in self._found if setting not in self.idle]

    @cached_property
    def idle(self) -> list[Setting]:
        """Those of what openai 0.x never had, and nobody reads: `openai.request_timeout = 30`."""
        known = LEGACY_EXPORTS | CURRENT_MODULE_SETTINGS | MODULE_SETTINGS.keys()
        return [setting for setting in self._found if setting.name not in known and not self._is_read(setting)]

    @cached_property
    def _found(self) -> list[Setting]:
        return [setting for target in self._targets() if (setting := self._setting(target)) is not None]

    def _is_read(self, setting: Setting) -> bool:
        return any(
            isinstance(node, cst.Attribute) and not self._tree.is_store(node) and names_module(node.value, self._usage)
            for node in self._tree.named(setting.name)
        )

    @cached_property
    def strange(self) -> list[cst.CSTNode]:
        """Assignments to attributes of the module that are no statements of their own: `setattr`, `a, openai.api_key = ...`."""
        known = {setting.target for setting in self._found}
        found: list[cst.CSTNode] = [target for target in self._targets() if target not in known]
        for call in self._usage.nodes(cst.Call):
            if call.args and "builtins.setattr" in self._usage.resolver.names(call.func):
                if names_module(call.args[0].value, self._usage):
                    found.append(call)
        return found

    @cached_property
    def sessions(self) -> list[cst.Expr]:
        """The statements that give the module a session of aiohttp, or close it, if it does nothing else with sessions: a client
        has connections of its own.
        """
        found = [self._session_statement(node) for node in self._attributes() if node.attr.value == "aiosession"]
        return [statement for statement in found if statement is not None] if None not in found else []

    def _session_statement(self, node: cst.Attribute) -> cst.Expr | None:
        """`openai.aiosession.set(ClientSession())`, `await openai.aiosession.get().close()`"""
        calls: list[cst.Call] = []
        part: cst.CSTNode = node
        while isinstance(method := self._tree.parents[part], cst.Attribute) and isinstance(
            call := self._tree.parents[method], cst.Call
        ):
            calls.append(call)
            part = call
        around = self._tree.parents[part]
        statement = self._tree.parents[around] if isinstance(around, cst.Await) else around
        names = [last_part(call.func) for call in calls]
        is_set = names == ["set"] and len(calls[0].args) == 1 and self._is_plain_session(calls[0].args[0].value)
        return statement if isinstance(statement, cst.Expr) and (is_set or names == ["get", "close"]) else None

    def _is_plain_session(self, value: cst.BaseExpression) -> bool:
        bound = [each.value for each in self._usage.resolver.bindings(value)] if isinstance(value, cst.Name) else [value]
        return all(
            isinstance(each, cst.Call) and last_part(each.func) == "ClientSession" and not each.args for each in bound
        ) and bool(bound)

    @cached_property
    def reads(self) -> list[cst.Attribute]:
        """Where a setting of the module is read."""
        without = "aiosession" if self.sessions else ""
        return [node for node in self._attributes() if not self._is_set(node) and node.attr.value != without]

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
        value: cst.BaseExpression | None = None
        if isinstance(statement, cst.Element):
            statement, value = self._in_tuple(target)
        elif isinstance(statement, cst.AssignTarget):
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
        return Setting(target.attr.value, target, value or statement.value, statement, line, block, unit, others)

    def _in_tuple(self, target: cst.Attribute) -> tuple[cst.CSTNode, cst.BaseExpression | None]:
        """The statement, and the value for a target, of `openai.api_key, openai.organization = key, team`: settings alone."""
        display = self._tree.parents[self._tree.parents[target]]
        holder = self._tree.parents[display]
        statement = self._tree.parents[holder]
        if not isinstance(statement, cst.Assign) or len(statement.targets) > 1 or not isinstance(display, cst.Tuple):
            return holder, None
        pairs = dict(assigned(statement))
        alone = all(isinstance(each, cst.Attribute) and names_module(each.value, self._usage) for each in pairs)
        return (statement, pairs[target]) if alone and target in pairs else (holder, None)


def remove(setting: Setting, draft: Draft, *, with_comment: bool = False) -> None:
    """Takes a setting away, with its row where that holds nothing else."""
    with draft.or_stop(setting.target):
        if setting.others:
            keep_others(setting, draft)
        else:
            draft.add(*draft.editor.remove_statement(setting.statement, with_comment=with_comment))


def keep_others(setting: Setting, draft: Draft) -> None:
    """Takes a setting out of `openai.api_key = key = ...`. Raises Unfixable."""
    statement = setting.statement
    assert isinstance(statement, cst.Assign)
    targets = [each.target for each in statement.targets]
    behind = [*targets, statement.value][targets.index(setting.target) + 1]
    draft.add(draft.editor.cut(setting.target, behind))
