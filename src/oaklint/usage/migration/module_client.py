"""The module `openai` as the client: it goes on being set up, under the names that settings have since 1.0."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oaklint.python import cst
from oaklint.python.edits import LOOSE
from oaklint.sdk.legacy import CURRENT_MODULE_SETTINGS
from oaklint.usage.migration.draft import Draft
from oaklint.usage.migration.homes import Home, Homes
from oaklint.usage.migration.names import Names
from oaklint.usage.migration.request_order import RequestOrder
from oaklint.usage.migration.settings import Settings, remove

if TYPE_CHECKING:
    from oaklint.usage.usage import Usage


class ModuleClient:
    """Rewrites what is set of it and read of it."""

    def __init__(self, usage: Usage, draft: Draft, names: Names, homes: Homes, settings: Settings, order: RequestOrder) -> None:
        self._usage = usage
        self._tree = usage.tree
        self._draft = draft
        self._names = names
        self._homes = homes
        self._settings = settings
        self._order = order

    def set_up(self, home: Home) -> None:
        """Leaves the settings to the module."""
        address = "azure_endpoint" if home.is_azure else "base_url"
        for setting in home.later:
            if setting.name == "api_type" and not home.is_azure:
                remove(setting, self._draft)
            elif setting.name == "api_base":
                self._draft.replace(setting.target.attr, address)
                if not home.is_azure:
                    self._end_with_slash(setting.value)
        for read in self._settings.reads:
            name = read.attr.value
            is_set = self._is_set_before(read, home)
            if name == "api_base" and is_set:
                self._draft.replace(read.attr, address)
            elif name == "api_key" and not is_set:
                if not self._is_kept(read):
                    self._read_environment_too(read)
            elif name not in CURRENT_MODULE_SETTINGS or not is_set:
                self._draft.stop(read, f"`openai.{name}` is read, and holds something only where it is set since 1.0")
        if self._order.minds_failures and any(not request.legacy.is_async for request in home.requests):
            self._retry_nothing(home)

    def _is_set_before(self, read: cst.Attribute, home: Home) -> bool:
        """Whether a setting has certainly been made when it is read: by the module, or in the function that reads it."""
        rows = self._homes.body_of(None)
        for setting in home.later:
            if setting.name != read.attr.value:
                continue
            if any(setting.line is line for line in rows) and self._tree.unit(read) is not None:
                return True
            block = setting.block.body if isinstance(setting.block, (cst.Module, cst.IndentedBlock)) else ()
            if self._tree.index_among(block, setting.target) < self._tree.index_among(block, read):
                return True
        return False

    def _is_kept(self, read: cst.Attribute) -> bool:
        """Whether a key is only put aside, to be set again: `old, openai.api_key = openai.api_key, key`."""
        parent = self._tree.parents[read]
        if isinstance(parent, cst.Element):
            parent = self._tree.parents[self._tree.parents[parent]]
        return isinstance(parent, cst.Assign)

    def _read_environment_too(self, read: cst.Attribute) -> None:
        """0.x had the key of the environment in `openai.api_key` from the start."""
        environ, quote = self._names.of_module("os.environ", read), self._draft.quote_at(read)
        self._draft.wrap(read, "(", f" or {environ}.get({quote}OPENAI_API_KEY{quote}))")

    def _end_with_slash(self, value: cst.BaseExpression) -> None:
        """The module puts paths behind its address as it is."""
        text = self._usage.values.text(value)
        if isinstance(value, cst.SimpleString) and text is not None:
            if not text.endswith("/"):
                self._draft.replace(value, f"{value.prefix}{value.quote}{value.raw_value}/{value.quote}")
            return
        quote = self._draft.quote_at(value)
        before, after = ("(", ")") if type(value).__name__ in LOOSE and not value.lpar else ("", "")
        with self._draft.or_stop(value):
            self._draft.add(self._draft.editor.insert_before(value, before))
            self._draft.append_whole(value, f"{after}.rstrip({quote}/{quote}) + {quote}/{quote}")

    def _retry_nothing(self, home: Home) -> None:
        body = self._homes.body_of(None)
        index = self._names.last_import(body, self._order.first(body))
        if index < 0:
            self._draft.stop(home.requests[0].node, "there is no place to say that failed requests are not repeated")
            return
        row = body[index]
        if isinstance(row, cst.Try):  # without the SDK, nothing can be set of it
            block = row.body.body
            row = block[self._names.last_import(block, len(block))]
        with self._draft.or_stop(row):
            module = self._names.module(row)
            self._draft.add(self._draft.editor.insert_statement(row, "", f"{module}.max_retries = 0", behind=True))
