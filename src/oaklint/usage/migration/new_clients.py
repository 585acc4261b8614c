"""The building of clients, in place of what sets up the module `openai`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from oaklint.python import cst
from oaklint.python.edits import LOOSE
from oaklint.python.tree import last_part, walk
from oaklint.sdk.legacy import CURRENT_MODULE_SETTINGS, MODULE_SETTINGS, means_azure, means_token
from oaklint.usage.migration.draft import Draft
from oaklint.usage.migration.homes import LATER, Home, Homes, blocks_of
from oaklint.usage.migration.names import Names, is_import_row
from oaklint.usage.migration.request_order import RequestOrder
from oaklint.usage.migration.settings import Setting, Settings

if TYPE_CHECKING:
    from oaklint.usage.usage import Usage

# In this order they are handed to a client.
_CREDENTIALS = ("api_key", "azure_ad_token", "azure_ad_token_provider")
_ORDER = (*_CREDENTIALS, "organization", "project", "base_url", "azure_endpoint", "api_version")
# What a client has as an attribute, under the name that it had before.
_ATTRIBUTES = ("api_key", "organization")
# What the HTTP client has to be told.
_OF_HTTP = ("proxy", "verify_ssl_certs", "ca_bundle_path", "requestssession", "aiosession")
_WIDTH = 100


class NewClients:
    """Writes the constructions, and what takes the place of settings and of what is read of them."""

    def __init__(self, usage: Usage, draft: Draft, names: Names, homes: Homes, settings: Settings, order: RequestOrder) -> None:
        self._usage = usage
        self._tree = usage.tree
        self._draft = draft
        self._names = names
        self._homes = homes
        self._settings = settings
        self._order = order
        # The variables that settings are kept in until a client is built with them.
        self._slots: dict[Setting, str] = {}

    @property
    def _is_module(self) -> bool:
        return any(home.kind == "module" for home in self._homes.all)

    @property
    def retries_nothing(self) -> bool:
        """Whether clients are told not to repeat failed requests, because the program does what is to be done."""
        return self._order.minds_failures

    def prepare(self) -> None:
        """Says what will be gone, before anybody asks how a name is to be written."""
        for node in (*(setting.target for setting in self._settings.idle), *self._settings.sessions):
            self._draft.drop(node)
        if self._is_module:
            return
        for node in (*(setting.target for setting in self._settings.all), *self._settings.reads):
            self._draft.drop(node)

    def migrate(self) -> None:
        for setting in self._settings.idle:
            self._remove(setting)
        for statement in self._settings.sessions:
            self._remove_session(statement)
        for node in self._settings.strange:
            if not (self._is_module and isinstance(node, cst.Attribute)):
                self._draft.stop(node, "it sets something of the module in a way that cannot be followed")
        for home in self._homes.all:
            if home.is_there:
                continue
            if home.kind == "module":
                self._set_up_module(home)
            elif home.settings or not all(brings_key(request.call) for request in home.requests):
                self._build(home)
        settled = {setting for home in self._homes.all for setting in (*home.settings, *home.later)}
        for setting in self._settings.all:
            if setting not in settled:
                reason = "it is set where no request follows" if self._homes.all else "no request is made here: who makes them?"
                self._draft.stop(setting.target, reason)

    # Azure, or not.

    def is_azure(self, home: Home) -> bool:
        """Whether a home has a client of Azure, be it only on one of several ways."""
        return self._says_azure(home.settings)

    def _says_azure(self, settings: Sequence[Setting]) -> bool:
        return any(self._is_azure(setting, settings) for setting in settings if setting.name == "api_type")

    def _is_azure(self, setting: Setting, settings: Sequence[Setting]) -> bool:
        text = self._usage.values.text(setting.value)
        if text is not None:
            return means_azure(text)
        default = self._usage.values.text(_last_argument(setting.value))
        if any(each.name == "api_version" for each in settings) or means_azure(default or ""):
            return True  # only Azure has versions
        self._draft.stop(setting.value, "whether it means Azure cannot be seen")
        return False

    def _is_token(self, settings: Sequence[Setting]) -> bool:
        """Whether the key is a token of Azure's directory."""
        kinds = (self._usage.values.text(each.value) for each in settings if each.name == "api_type")
        return any(means_token(kind or "") for kind in kinds)

    # Where a client is built.

    def _build(self, home: Home) -> None:
        body = self._body_of(home)
        first = self._order.first(body)
        late = [setting for setting in home.settings if self._top(setting.target, body) > first]
        home.settings = [setting for setting in home.settings if setting not in late]
        home.later = [*late, *home.later]
        if self._is_token(home.settings) and any(setting.name == "api_key" for setting in home.later):
            self._keep_token(home)
        for setting in home.later:
            self._set_later(setting, home)
        if any(self._top(setting.target, body) == first for setting in home.settings) and not self._are_branches(home.settings):
            self._draft.stop(home.settings[0].target, "requests are made where it is set, on one way or another")
        if home.is_global and isinstance(home.unit, cst.FunctionDef):
            self._declare(home.unit, home.clients)
        if self._are_branches(home.settings):
            for block in blocks_of(home.settings):
                self._build_at([each for each in home.settings if each.block is block], home)
        elif (choice := self._choice_of_azure(home.settings)) is not None and 0 <= self._top(choice, body) < first:
            self._build_by_choice(choice, home, body)
        elif home.settings:
            self._build_with_slots(home, body)
        else:
            self._build_fresh(home, body)
        self._replace_reads(home, body)

    def _keep_token(self, home: Home) -> None:
        """Keeps the token of Azure's directory, of which there will be others, in a variable that the client reads each time."""
        if home.kind != "variable" or home.unit is not None:
            return
        home.token = self._homes.free("azure_ad_token", "openai_ad_token")
        first = [setting for setting in home.settings if setting.name == "api_key"]
        self._slots.update(dict.fromkeys(first, home.token))
        later = [setting for setting in home.later if setting.name == "api_key"]
        for setting in (*first, *later):
            self._draft.replace(setting.target, home.token)
        for unit in {setting.unit: None for setting in later}:
            if isinstance(unit, cst.FunctionDef):
                self._declare(unit, [home.token])

    def _declare(self, function: cst.FunctionDef, variables: Sequence[str]) -> None:
        """`global client`, before all else that a function does."""
        first = next((line for line in function.body.body if not _is_docstring(line)), None)
        if first is None or not isinstance(function.body, cst.IndentedBlock):
            self._draft.stop(function.name, "it has no row for a `global` statement")
            return
        with self._draft.or_stop(first):
            self._draft.add(self._draft.editor.insert_statement(first, f"global {', '.join(variables)}"))

    def _body_of(self, home: Home) -> list[cst.CSTNode]:
        """The statements among which a client is built: those of one block, if all that matters is there."""
        body = self._homes.body_of(home.unit)
        block = home.settings[0].block if home.settings else self._block_of_import(home)
        if not isinstance(block, cst.IndentedBlock) or any(setting.block is not block for setting in home.settings):
            return body
        if self._is_main(block) or (home.is_global and not self._decides_on_value(block, home)):
            return list(block.body)
        index = self._top(block, body)
        is_whole = index < 0 or any(line is block.body[0] for line in body)
        others = (line for number, line in enumerate(body) if number != index)
        if home.settings:
            is_enough = not any(map(self._order.comes_to_request, others)) and self._order.first(body) == index
        else:
            is_enough = self._last_preparation(home, body) <= index
        return list(block.body) if is_enough and not is_whole else body

    def _is_main(self, block: cst.CSTNode) -> bool:
        """Whether a block is what runs if the file is run by itself: `if __name__ == "__main__":`"""
        holder = self._tree.parents.get(block)
        asked = holder.test if isinstance(holder, cst.If) else None
        return isinstance(asked, cst.Comparison) and "__name__" in {
            last_part(asked.left),
            *(last_part(each.comparator) for each in asked.comparisons),
        }

    def _decides_on_value(self, block: cst.CSTNode, home: Home) -> bool:
        """Whether a condition asks for what is set: `if key: openai.api_key = key`. Any other may let it be set only once."""
        holder = self._tree.parents.get(block)
        asked = {node.value for node in walk(holder.test) if isinstance(node, cst.Name)} if isinstance(holder, cst.If) else set()
        return any(isinstance(node, cst.Name) and node.value in asked for each in home.settings for node in walk(each.value))

    def _block_of_import(self, home: Home) -> cst.CSTNode | None:
        """The block that the SDK is imported in, if only there."""
        scopes = {self._names.scope_of(request.node) for request in home.requests}
        statements = (item.statement for item in self._names.items if item.scope in scopes)
        blocks = {id(block): block for each in statements for block in [self._tree.parents[self._tree.parents[each]]]}
        return next(iter(blocks.values())) if len(blocks) == 1 else None

    def _top(self, node: cst.CSTNode, body: Sequence[cst.CSTNode]) -> int:
        """Which statement of a body a node stands in; -1 for none."""
        around = {id(node), *(id(each) for each in self._tree.ancestors(node))}
        return next((index for index, line in enumerate(body) if id(line) in around), -1)

    def _last_preparation(self, home: Home, body: Sequence[cst.CSTNode]) -> int:
        """The last statement before the first request that sets up the environment, if the client will read it, or may end the
        program when something is missing; else -1.
        """
        if any(setting.name == "api_key" for setting in home.settings):
            return -1
        first = self._order.first(body)
        writes = (self._top(write.node, body) for write in self._usage.writes.all if self._tree.is_own(write.node))
        guards = (index for index, line in enumerate(body) if isinstance(line, cst.If) and _leaves(line.body))
        return max((index for index in (*writes, *guards) if index < first), default=-1)

    def _build_fresh(self, home: Home, body: Sequence[cst.CSTNode]) -> None:
        """Builds a client of nothing but the environment: behind the imports and what sets up the environment."""
        prepared = self._last_preparation(home, body)
        last = max(self._last_import(body, prepared), prepared)
        first = next((line for line in body if not _is_docstring(line)), body[0])
        if last < 0 and isinstance(home.unit, cst.FunctionDef) and isinstance(home.unit.body, cst.IndentedBlock):
            with self._draft.or_stop(first):
                lines = self._statements([], home, first, self._draft.editor.indentation_of(first))
                self._draft.add(self._draft.editor.insert_statement(first, *lines))
        else:
            self._build_behind([], home, body[max(last, 0)])

    def _last_import(self, body: Sequence[cst.CSTNode], prepared: int = -1) -> int:
        """The last of the imports that the SDK is imported among, before the first request; -1 for none."""
        first = self._order.first(body)
        found = [
            index
            for index, line in enumerate(body[:first])
            if self._imports_sdk(line) or (index < prepared and is_import_row(line))
        ]
        last = max(found, default=-1)
        while last >= 0 and last + 1 < first and is_import_row(body[last + 1]):
            last += 1
        return last

    def _imports_sdk(self, line: cst.CSTNode) -> bool:
        if isinstance(line, (cst.FunctionDef, cst.ClassDef)):
            return False
        return any(self._names.imports_sdk(node) for node in walk(line) if isinstance(node, (cst.Import, cst.ImportFrom)))

    # Settings on several ways, or kept until they are needed.

    def _are_branches(self, settings: Sequence[Setting]) -> bool:
        """Whether settings stand in several blocks, each of which is one way of a choice and sets all that is set there."""
        blocks = list(blocks_of(settings))
        choices = [self._choice(block) for block in blocks]
        if len(blocks) < 2 or None in choices or len({id(choice) for choice in choices}) > 1:
            return False
        names = [{setting.name for setting in settings if setting.block is block} for block in blocks]
        return any(setting.name == "api_type" for setting in settings) or all(each == names[0] for each in names)

    def _choice(self, block: cst.CSTNode) -> cst.CSTNode | None:
        """The outermost `if` of a chain that a block is one way of."""
        parent = self._tree.parents.get(block)
        if isinstance(parent, cst.Else):
            parent = self._tree.parents[parent]
        if not isinstance(parent, cst.If):
            return None
        above = self._tree.parents.get(parent)
        while isinstance(above, cst.If) and above.orelse is parent:
            parent, above = above, self._tree.parents.get(above)
        return parent

    def _choice_of_azure(self, settings: Sequence[Setting]) -> cst.If | None:
        """The `if` that decides whether Azure is asked, on one of its ways or several."""
        choices = {id(choice): choice for each in settings if each.name == "api_type" for choice in [self._choice(each.block)]}
        choice = next(iter(choices.values()), None)
        return choice if len(choices) == 1 and isinstance(choice, cst.If) else None

    def _build_by_choice(self, choice: cst.If, home: Home, body: Sequence[cst.CSTNode]) -> None:
        """Builds a client on each way of an `if`, with what is set before it and what is set there."""
        at, blocks = self._top(choice, body), list(_ways(choice))
        common = [each for each in home.settings if not any(each.block is block for block in blocks)]
        for setting in common:
            if self._top(setting.target, body) > at or self._choice(setting.block) is choice:
                self._draft.stop(setting.target, "which class of client it takes is decided before this is set")
        by_name: dict[str, list[Setting]] = {}
        for setting in common:
            by_name.setdefault(setting.name, []).append(setting)
        for name, group in by_name.items():
            if any(self._may_change(setting, at, body) for setting in group):
                self._make_slot(name, group, body)
            else:
                for setting in group:
                    self._remove(setting)
        before = [group[-1] for group in by_name.values()]
        for block in blocks:
            own = [each for each in home.settings if each.block is block]
            if own:
                self._build_at([*before, *own], home)
            elif not _leaves(block):
                self._build_behind(before, home, block.body[-1])
        if not isinstance(_last_way(choice), cst.Else):
            self._build_otherwise(before, home, choice)

    def _build_otherwise(self, settings: Sequence[Setting], home: Home, choice: cst.If) -> None:
        """Adds the way that an `if` does not have."""
        with self._draft.or_stop(choice):
            editor = self._draft.editor
            outer, inner = editor.indentation_of(choice), editor.indentation_of(choice.body.body[0])
            lines = self._statements(settings, home, choice, inner)
            step = inner.removeprefix(outer)
            self._draft.add(editor.insert_statement(choice, "else:", *(step + line for line in lines), behind=True))

    def _build_with_slots(self, home: Home, body: Sequence[cst.CSTNode]) -> None:
        """Builds a client where the last setting is made, or behind that, with what has been set before kept in variables."""
        settings, first = home.settings, self._order.first(body)
        reads = [
            read for read in self._settings.reads if 0 <= self._top(read, body) <= first and self._tree.unit(read) is home.unit
        ]
        places = [self._top(node, body) for node in (*(setting.target for setting in settings), *reads)]
        last_place = max((place for place in places if place < first), default=-1)
        end = max(last_place, self._last_preparation(home, body))
        by_name: dict[str, list[Setting]] = {}
        for setting in settings:
            by_name.setdefault(setting.name, []).append(setting)
        for name, group in by_name.items():
            if group[0] in self._slots:
                continue
            is_read = any(read.attr.value == name for read in reads)
            if is_read or any(self._may_change(setting, end, body) for setting in group):
                self._make_slot(name, group, body)
            else:
                for setting in group[:-1]:
                    self._remove(setting)
        last = [group[-1] for group in by_name.values()]
        anchor = next((setting for setting in reversed(settings) if setting in last and setting not in self._slots), None)
        if anchor is not None and self._top(anchor.target, body) == end == last_place:
            self._build_at(last, home, anchor=anchor)
        else:
            self._build_behind(last, home, body[end])

    def _may_change(self, setting: Setting, end: int, body: Sequence[cst.CSTNode]) -> bool:
        """Whether a setting is made only on some ways, or what it is made of may be something else when the client is built."""
        start = self._top(setting.target, body)
        if setting.line is not body[start]:
            return True
        read = {node.value for node in walk(setting.value) if isinstance(node, cst.Name)}
        names = (node for line in body[start + 1 : end + 1] for node in walk(line) if isinstance(node, cst.Name))
        return any(node.value in read and self._tree.is_store(node) for node in names)

    def _make_slot(self, name: str, group: Sequence[Setting], body: Sequence[cst.CSTNode]) -> None:
        """Keeps a setting in a variable until the client is built."""
        if name == "api_type":
            self._draft.stop(group[0].target, "which class of client it takes is decided while the program runs")
        slot = f"openai_{name}" if self._is_variable(name) else name
        for setting in group:
            self._slots[setting] = slot
            self._draft.replace(setting.target, slot)
        first = self._top(group[0].target, body)
        if group[0].line is not body[first] and not self._is_on_all_ways(group):
            with self._draft.or_stop(group[0].target):
                self._draft.add(self._draft.editor.insert_statement(body[first], f"{slot} = None"))

    def _is_variable(self, name: str) -> bool:
        """Whether anything in the program is called like that, attributes and arguments of calls apart."""
        return any(node.value == name and not self._tree.is_label(node) for node in self._usage.nodes(cst.Name))

    def _is_on_all_ways(self, group: Sequence[Setting]) -> bool:
        """Whether an `if` makes a setting on each of its ways."""
        choices = {id(choice): choice for choice in map(self._choice, blocks_of(group))}
        here = next(iter(choices.values()))
        if len(choices) != 1 or here is None:
            return False
        blocks = {id(block) for block in blocks_of(group)}
        while isinstance(here, cst.If):
            if id(here.body) not in blocks and not _leaves(here.body):
                return False
            here = here.orelse
        return isinstance(here, cst.Else) and (id(here.body) in blocks or _leaves(here.body))

    # The statements.

    def _build_at(self, settings: Sequence[Setting], home: Home, anchor: Setting | None = None) -> None:
        """Builds a client in place of the last of some settings, or of one of them."""
        anchor = anchor or settings[-1]
        with self._draft.or_stop(anchor.target):
            lines = self._statements(settings, home, anchor.target, self._draft.editor.indentation_of(anchor.line))
            with_comments = any("  #" in line for line in lines)
            for setting in settings:
                if setting.statement is not anchor.statement and setting not in self._slots:
                    self._remove(setting, with_comment=with_comments)
            if with_comments:
                self._draft.add(self._draft.editor.remove_comment_behind(anchor.statement))
            if anchor.others:
                self._keep_others(anchor)
                self._draft.add(self._draft.editor.insert_statement(anchor.line, *lines, behind=True))
            else:
                self._draft.add(self._draft.editor.replace_statement(anchor.statement, lines))

    def _build_behind(self, settings: Sequence[Setting], home: Home, line: cst.CSTNode) -> None:
        with self._draft.or_stop(line):
            editor = self._draft.editor
            lines = self._statements(settings, home, line, editor.indentation_of(line))
            for setting in settings:
                if setting not in self._slots:
                    self._remove(setting, with_comment=any("  #" in each for each in lines))
            gap = [""] if is_import_row(line) or isinstance(line, cst.If) else []
            self._draft.add(editor.insert_statement(line, *gap, *lines, behind=True))

    def _statements(self, settings: Sequence[Setting], home: Home, at: cst.CSTNode, indentation: str) -> list[str]:
        """The statements that build the client, or both of them, by what is set."""
        is_empty = home.token and home.token not in self._slots.values()
        lines = [f"{home.token} = None"] if is_empty else []
        for is_async, target in zip(home.kinds, home.clients, strict=True):
            arguments = self._arguments(settings, home, is_async=is_async, at=at)
            if target != home.clients[0]:
                arguments = [(name, self._again(name, text, home)) for name, text in arguments]
            comments = self._comments(settings, [name for name, _ in arguments])
            texts = [f"{name}={text}" for name, text in arguments]
            constructor = self.constructor(settings, is_async=is_async, at=at)
            whole = f"{target} = {constructor}({', '.join(texts)})"
            shown = self._draft.unmarked(whole)
            if not comments and (len(indentation) + len(shown) <= _WIDTH or not texts or "\n" in shown):
                lines.append(whole)
            else:
                rows = (f"    {name}={text},{comments.get(name, '')}" for name, text in arguments)
                lines += [f"{target} = {constructor}(", *rows, ")"]
        return lines

    def _comments(self, settings: Sequence[Setting], arguments: Sequence[str]) -> dict[str, str]:
        """What is said of settings at the end of their rows, by the arguments that they become; where each becomes one."""
        said = {}
        for setting in settings:
            with self._draft.or_stop(setting.target):
                if comment := self._draft.editor.comment_behind(setting.statement):
                    said[self._name_of(setting, settings)] = f"  {comment}"
        return said if len(arguments) > 1 and said.keys() <= set(arguments) else {}

    def _name_of(self, setting: Setting, settings: Sequence[Setting]) -> str:
        is_azure, is_token = self._says_azure(settings), self._is_token(settings)
        return self._argument(setting, "x", is_azure=is_azure, is_token=is_token)[0] if setting.name not in _OF_HTTP else ""

    def _again(self, name: str, text: str, home: Home) -> str:
        """What is handed to a second client: a value that is asked for only once is taken from the first."""
        shown = self._draft.unmarked(text)
        is_simple = "(" not in shown or shown.startswith(("os.getenv(", "os.environ"))
        return text if is_simple or name not in ("api_key", "base_url", "organization") else f"{home.sync}.{name}"

    def constructor(self, settings: Sequence[Setting], *, is_async: bool, at: cst.CSTNode) -> str:
        """How the class of a client is written at a place, by what is set for it."""
        return self._names.of_sdk(f"{'Async' if is_async else ''}{'Azure' if self._says_azure(settings) else ''}OpenAI", at)

    def _arguments(self, settings: Sequence[Setting], home: Home, *, is_async: bool, at: cst.CSTNode) -> list[tuple[str, str]]:
        """The arguments that a client is built with, each with its name."""
        found: dict[str, str] = {}
        is_azure = self._says_azure(settings)
        if http := self._http_arguments(settings):
            http_client = self._names.of_sdk(f"Default{'Async' if is_async else ''}HttpxClient", at)
            found["http_client"] = f"{http_client}({', '.join(http)})"
        for setting in settings:
            if setting.name in _OF_HTTP:
                continue
            text = self._slots.get(setting) or self._draft.carried(setting.value)
            name, value = self._argument(setting, text, is_azure=is_azure, is_token=self._is_token(settings))
            if name:
                found[name] = value
        if home.token:
            found.pop("azure_ad_token", None)
            found["azure_ad_token_provider"] = f"lambda: {home.token}"
        if is_azure and not {"azure_endpoint", "base_url"} & found.keys():
            self._draft.stop(home.requests[0].node, "the address of the Azure resource is not set here")
        if is_azure and not found.keys() & set(_CREDENTIALS):
            self._draft.stop(home.requests[0].node, "the key of the Azure resource is not set here")
        if self._order.minds_failures:
            found["max_retries"] = "0"
        if is_async and home.outlives_requests and self._order.has_many_loops:
            # No connection of one event loop is used in another: 0.x opened one for each request anyway.
            quote = self._draft.quote_at(at)
            found["default_headers"] = f"{{{quote}Connection{quote}: {quote}close{quote}}}"
        order = [name for name in _ORDER if name in found]
        return [(name, found[name]) for name in (*order, *(name for name in found if name not in order))]

    def _http_arguments(self, settings: Sequence[Setting]) -> list[str]:
        """What the HTTP client has to be told, if anything."""
        found = []
        for setting in settings:
            if setting.name == "verify_ssl_certs" and self._usage.values.value(setting.value) is False:
                found.append("verify=False")
            elif setting.name == "proxy" and (address := self._proxy(setting)) is not None:
                found.append(f"proxy={address}")
            elif setting.name in _OF_HTTP and not self._is_nothing(setting):
                self._draft.stop(setting.target, MODULE_SETTINGS[setting.name].note)
        return found

    def _proxy(self, setting: Setting) -> str | None:
        """How the address of a proxy is written; None for a dict, which 0.x took as well, but for one with an entry for https."""
        value, slot = setting.value, self._slots.get(setting)
        known = self._usage.origins.of(value)
        if (entry := _entry(known, "https")) is not None and slot is None:
            if known is value:
                return self._draft.carried(entry)
            quote = self._draft.quote_at(value)
            return f"{self._draft.carried(value)}[{quote}https{quote}]"
        if isinstance(known, (cst.Dict, cst.DictComp)) or last_part(value).lower().endswith("proxies"):
            return None
        default = self._usage.values.text(_last_argument(value)) if isinstance(value, cst.Call) else None
        return (slot or self._draft.carried(value)) + (" or None" if default == "" else "")

    def _argument(self, setting: Setting, text: str, *, is_azure: bool, is_token: bool) -> tuple[str, str]:
        """The constructor's argument for a setting; an empty name where it takes none."""
        name, known = setting.name, MODULE_SETTINGS.get(setting.name)
        is_nothing = self._draft.unmarked(text) in ("None", "False")
        match name:
            case "api_key" if is_token:
                return "azure_ad_token", text
            case "api_base" if is_azure:
                return "azure_endpoint", text
            case "api_base":
                return "base_url", text
            case "api_key_path" if not is_nothing:
                return "api_key", f"open({text}).read().strip()"
            case "api_version" if is_azure:
                return "api_version", text
            case "api_type" | "api_version" | "enable_telemetry" | "app_info":
                return "", ""
            case _ if known is not None and is_nothing and not known.kept:
                return "", ""
            case _ if name in CURRENT_MODULE_SETTINGS:
                return name, text
        self._draft.stop(setting.target, known.note if known is not None else f"`openai.{name}` is nothing that openai reads")
        return "", ""

    def _is_nothing(self, setting: Setting) -> bool:
        """Whether a setting says what is so anyway."""
        is_none = isinstance(setting.value, cst.Name) and setting.value.value == "None"
        return is_none or (setting.name == "verify_ssl_certs" and self._usage.values.value(setting.value) is True)

    def _remove(self, setting: Setting, *, with_comment: bool = False) -> None:
        with self._draft.or_stop(setting.target):
            if setting.others:
                self._keep_others(setting)
            else:
                self._draft.add(*self._draft.editor.remove_statement(setting.statement, with_comment=with_comment))

    def _remove_session(self, statement: cst.Expr) -> None:
        """Takes a statement away, and the import of what only it has named."""
        with self._draft.or_stop(statement):
            self._draft.add(*self._draft.editor.remove_statement(statement))
            for name in (node for node in walk(statement) if isinstance(node, cst.Name) and not self._tree.is_label(node)):
                uses = (use for use in self._tree.uses_of(name) if not self._tree.is_store(use))
                only = self._import_of(name)
                if only is not None and all(map(self._draft.is_gone, uses)):
                    self._draft.add(*self._draft.editor.remove_statement(only))

    def _import_of(self, name: cst.Name) -> cst.CSTNode | None:
        """The statement that imports a name, and no other."""
        aliases = [each.node for each in self._usage.resolver.bindings(name) if each.kind == "import"]
        statement = self._tree.parents[aliases[0]] if aliases else None
        if not isinstance(statement, (cst.Import, cst.ImportFrom)) or self._names.imports_sdk(statement):
            return None
        return statement if not isinstance(statement.names, cst.ImportStar) and len(statement.names) == 1 else None

    def _keep_others(self, setting: Setting) -> None:
        """Takes a setting out of `openai.api_key = key = ...`."""
        statement = setting.statement
        assert isinstance(statement, cst.Assign)
        targets = [each.target for each in statement.targets]
        behind = [*targets, statement.value][targets.index(setting.target) + 1]
        self._draft.add(self._draft.editor.cut(setting.target, behind))

    # What comes later, and what is read.

    def _set_later(self, setting: Setting, home: Home) -> None:
        """`client.api_key = ...`, where the client is there already."""
        attribute = LATER.get(setting.name)
        if home.token and setting.name == "api_key":
            return
        if attribute is None or setting.others or (self.is_azure(home) and attribute != "api_key"):
            self._draft.stop(setting.target, "it is set when the client has been built already")
        else:
            self._draft.replace(setting.target, " = ".join(f"{client}.{attribute}" for client in home.clients))

    def _replace_reads(self, home: Home, body: Sequence[cst.CSTNode]) -> None:
        """Reads a setting from where it is now."""
        slots = {setting.name: slot for setting, slot in self._slots.items() if setting in home.settings}
        for read in self._settings.reads:
            name, unit = read.attr.value, self._tree.unit(read)
            is_reached = home.unit is None or unit is home.unit or home.is_global
            if unit is home.unit and name in slots and self._top(read, body) <= self._order.first(body):
                self._draft.replace(read, slots[name])
            elif name == "api_key" and home.token:
                self._draft.replace(read, home.token)
            elif name in _ATTRIBUTES and is_reached and not self._is_token(home.settings):
                self._draft.replace(read, f"{home.clients[0]}.{name}")
            elif len(self._homes.all) == 1:
                self._draft.stop(read, f"`openai.{name}` is read where it cannot be known any more")

    # The module as a client.

    def _set_up_module(self, home: Home) -> None:
        """Leaves the settings to the module, under the names that they have since 1.0."""
        for setting in home.later:
            if setting.name == "api_type":
                self._remove(setting)
            elif setting.name == "api_base":
                self._draft.replace(setting.target.attr, "base_url")
                self._end_with_slash(setting.value)
        for read in self._settings.reads:
            name = read.attr.value
            is_set = self._is_set_before(read, home)
            if name == "api_base" and is_set:
                self._draft.replace(read.attr, "base_url")
            elif name == "api_key" and not is_set:
                if not self._is_kept(read):
                    self._read_environment_too(read)
            elif name not in CURRENT_MODULE_SETTINGS or not is_set:
                self._draft.stop(read, f"`openai.{name}` is read, and holds something only where it is set since 1.0")
        if self._order.minds_failures:
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
            if self._top(setting.target, block) < self._top(read, block):
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
        index = self._last_import(body)
        if index < 0:
            where = home.requests[0].node if home.requests else home.later[0].target
            self._draft.stop(where, "there is no place to say that failed requests are not repeated")
            return
        with self._draft.or_stop(body[index]):
            module = self._names.module(body[index])
            self._draft.add(self._draft.editor.insert_statement(body[index], "", f"{module}.max_retries = 0", behind=True))


def brings_key(call: cst.Call | None) -> bool:
    """Whether a request brings its own key."""
    args = call.args if call is not None else ()
    return any(arg.keyword is not None and arg.keyword.value == "api_key" for arg in args)


def _entry(value: cst.BaseExpression, key: str) -> cst.BaseExpression | None:
    """The entry of a dictionary that is written down."""
    for element in value.elements if isinstance(value, cst.Dict) else ():
        if isinstance(element, cst.DictElement) and isinstance(element.key, cst.SimpleString):
            if element.key.raw_value == key:
                return element.value
    return None


def _last_argument(node: cst.BaseExpression) -> cst.BaseExpression:
    return node.args[-1].value if isinstance(node, cst.Call) and node.args else node


def _is_docstring(line: cst.CSTNode) -> bool:
    value = line.body[0].value if isinstance(line, cst.SimpleStatementLine) and isinstance(line.body[0], cst.Expr) else None
    return isinstance(value, (cst.SimpleString, cst.ConcatenatedString))


def _ways(choice: cst.If) -> Iterator[cst.BaseSuite]:
    """The blocks of an `if` and what it is continued by."""
    way: cst.If | cst.Else | None = choice
    while way is not None:
        yield way.body
        way = way.orelse if isinstance(way, cst.If) else None


def _last_way(choice: cst.If) -> cst.If | cst.Else:
    while isinstance(choice.orelse, cst.If):
        choice = choice.orelse
    return choice.orelse or choice


def _leaves(block: cst.BaseSuite) -> bool:
    """Whether control does not come out of a block at its end."""
    last = block.body[-1] if block.body else None
    if isinstance(last, cst.SimpleStatementLine):
        last = last.body[-1]
    if isinstance(last, (cst.Raise, cst.Return)):
        return True
    called = last.value.func if isinstance(last, cst.Expr) and isinstance(last.value, cst.Call) else None
    return called is not None and last_part(called) in ("exit", "_exit", "quit")
