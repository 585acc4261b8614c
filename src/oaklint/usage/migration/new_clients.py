"""The building of clients, in place of what sets up the module `openai`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from oaklint.python import cst
from oaklint.python.tree import last_part, walk
from oaklint.usage.migration.constructions import Constructions
from oaklint.usage.migration.draft import Draft
from oaklint.usage.migration.homes import Home, Homes, blocks_of
from oaklint.usage.migration.module_client import ModuleClient
from oaklint.usage.migration.names import Names, is_import_row
from oaklint.usage.migration.request_order import RequestOrder
from oaklint.usage.migration.settings import LATER, Setting, Settings, keep_others, remove

if TYPE_CHECKING:
    from oaklint.usage.usage import Usage

# What a client has as an attribute, under the name that it had before.
_ATTRIBUTES = ("api_key", "organization")


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
        self.constructions = Constructions(usage, draft, names, order)

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
            remove(setting, self._draft)
        for statement in self._settings.sessions:
            self._remove_session(statement)
        for node in self._settings.strange:
            if not (self._is_module and isinstance(node, cst.Attribute)):
                self._draft.stop(node, "it sets something of the module in a way that cannot be followed")
        for home in self._homes.all:
            if home.is_there:
                continue
            if home.kind == "module":
                ModuleClient(self._usage, self._draft, self._names, self._homes, self._settings, self._order).set_up(home)
            elif home.settings or not self._homes.options.bring_key(home.requests):
                self._build(home)
        settled = {setting for home in self._homes.all for setting in (*home.settings, *home.later)}
        for setting in self._settings.all:
            if setting not in settled:
                reason = "it is set where no request follows" if self._homes.all else self._homes.shared.without_requests
                self._draft.stop(setting.target, reason)

    # Where a client is built.

    def _build(self, home: Home) -> None:
        body = self._body_of(home)
        first = self._order.first(body)
        late = [setting for setting in home.settings if self._tree.index_among(body, setting.target) > first]
        home.settings = [setting for setting in home.settings if setting not in late]
        home.later = [*late, *home.later]
        if self.constructions.is_token(home.settings) and any(setting.name == "api_key" for setting in home.later):
            self._keep_token(home)
        for setting in home.later:
            self._set_later(setting, home)
        are_branches = self._are_branches(home.settings)
        if not are_branches and any(self._tree.index_among(body, setting.target) == first for setting in home.settings):
            self._draft.stop(home.settings[0].target, "requests are made where it is set, on one way or another")
        if home.is_global and isinstance(home.unit, cst.FunctionDef):
            self._declare(home.unit, home.clients)
        if are_branches:
            for block in blocks_of(home.settings):
                self._build_at([each for each in home.settings if each.block is block], home)
        elif (choice := self._choice_of_azure(home.settings)) is not None and 0 <= self._tree.index_among(body, choice) < first:
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
        self.constructions.slots.update(dict.fromkeys(first, home.token))
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
        if self._needs_sdk(block, home) or self._is_main(block) or (home.is_global and not self._decides_on_value(block, home)):
            return list(block.body)
        index = self._tree.index_among(body, block)
        is_whole = index < 0 or any(line is block.body[0] for line in body)
        others = (line for number, line in enumerate(body) if number != index)
        if home.settings:
            is_enough = not any(map(self._order.comes_to_request, others)) and self._order.first(body) == index
        else:
            is_enough = self._last_preparation(home, body) <= index
        return list(block.body) if is_enough and not is_whole else body

    def _needs_sdk(self, block: cst.CSTNode, home: Home) -> bool:
        """Whether a block runs only where the SDK could be imported: that of the attempt, or `if HAS_OPENAI:`, which it sets."""
        imported = self._block_of_import(home)
        attempt, holder = self._tree.parents.get(imported) if imported is not None else None, self._tree.parents.get(block)
        if not isinstance(attempt, cst.Try) or not isinstance(holder, cst.If):
            return block is imported and isinstance(attempt, cst.Try)
        told = {item.binding.name for item in self._names.items}
        told |= {node.value for node in walk(attempt) if isinstance(node, cst.Name) and self._tree.is_store(node)}
        return any(isinstance(node, cst.Name) and node.value in told for node in walk(holder.test))

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

    def _last_preparation(self, home: Home, body: Sequence[cst.CSTNode]) -> int:
        """The last statement before the first request that sets up the environment, if the client will read it, or may end the
        program when something is missing; else -1.
        """
        if any(setting.name == "api_key" for setting in home.settings):
            return -1
        first = self._order.first(body)
        writes = (self._tree.index_among(body, write.node) for write in self._usage.writes.all if self._tree.is_own(write.node))
        guards = (index for index, line in enumerate(body) if isinstance(line, cst.If) and _leaves(line.body))
        return max((index for index in (*writes, *guards) if index < first), default=-1)

    def _build_fresh(self, home: Home, body: Sequence[cst.CSTNode]) -> None:
        """Builds a client of nothing but the environment: behind the imports and what sets up the environment."""
        prepared = self._last_preparation(home, body)
        last = max(self._names.last_import(body, self._order.first(body), prepared), prepared)
        first = next((line for line in body if not _is_docstring(line)), body[0])
        if last < 0 and isinstance(home.unit, cst.FunctionDef) and isinstance(home.unit.body, cst.IndentedBlock):
            with self._draft.or_stop(first):
                lines = self.constructions.statements([], home, first, self._draft.editor.indentation_of(first))
                self._draft.add(self._draft.editor.insert_statement(first, *lines))
        else:
            self._build_behind([], home, body[max(last, 0)])

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
        at, blocks = self._tree.index_among(body, choice), list(_ways(choice))
        common = [each for each in home.settings if not any(each.block is block for block in blocks)]
        for setting in common:
            if self._tree.index_among(body, setting.target) > at or self._choice(setting.block) is choice:
                self._draft.stop(setting.target, "which class of client it takes is decided before this is set")
        by_name: dict[str, list[Setting]] = {}
        for setting in common:
            by_name.setdefault(setting.name, []).append(setting)
        for name, group in by_name.items():
            if any(self._may_change(setting, at, body) for setting in group):
                self._make_slot(name, group, body)
            else:
                for setting in group:
                    remove(setting, self._draft)
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
            lines = self.constructions.statements(settings, home, choice, inner)
            step = inner.removeprefix(outer)
            self._draft.add(editor.insert_statement(choice, "else:", *(step + line for line in lines), behind=True))

    def _build_with_slots(self, home: Home, body: Sequence[cst.CSTNode]) -> None:
        """Builds a client where the last setting is made, or behind that, with what has been set before kept in variables."""
        settings, first = home.settings, self._order.first(body)
        reads = [
            read
            for read in self._settings.reads
            if 0 <= self._tree.index_among(body, read) <= first and self._tree.unit(read) is home.unit
        ]
        places = [self._tree.index_among(body, node) for node in (*(setting.target for setting in settings), *reads)]
        last_place = max((place for place in places if place < first), default=-1)
        end = max(last_place, self._last_preparation(home, body))
        by_name: dict[str, list[Setting]] = {}
        for setting in settings:
            by_name.setdefault(setting.name, []).append(setting)
        for name, group in by_name.items():
            if group[0] in self.constructions.slots:
                continue
            is_read = any(read.attr.value == name for read in reads)
            if is_read or any(self._may_change(setting, end, body) for setting in group):
                self._make_slot(name, group, body)
            else:
                for setting in group[:-1]:
                    remove(setting, self._draft)
        last = [group[-1] for group in by_name.values()]
        anchor = next(
            (setting for setting in reversed(settings) if setting in last and setting not in self.constructions.slots), None
        )
        if anchor is not None and self._tree.index_among(body, anchor.target) == end == last_place:
            self._build_at(last, home, anchor=anchor)
        else:
            self._build_behind(last, home, body[end])

    def _may_change(self, setting: Setting, end: int, body: Sequence[cst.CSTNode]) -> bool:
        """Whether a setting is made only on some ways, or what it is made of may be something else when the client is built."""
        start = self._tree.index_among(body, setting.target)
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
            self.constructions.slots[setting] = slot
            self._draft.replace(setting.target, slot)
        first = self._tree.index_among(body, group[0].target)
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
            lines = self.constructions.statements(settings, home, anchor.target, self._draft.editor.indentation_of(anchor.line))
            with_comments = any("  #" in line for line in lines)
            for setting in settings:
                if setting.statement is not anchor.statement and setting not in self.constructions.slots:
                    remove(setting, self._draft, with_comment=with_comments)
            if with_comments:
                self._draft.add(self._draft.editor.remove_comment_behind(anchor.statement))
            if anchor.others:
                keep_others(anchor, self._draft)
                self._draft.add(self._draft.editor.insert_statement(anchor.line, *lines, behind=True))
            else:
                self._draft.add(self._draft.editor.replace_statement(anchor.statement, lines))

    def _build_behind(self, settings: Sequence[Setting], home: Home, line: cst.CSTNode) -> None:
        with self._draft.or_stop(line):
            editor = self._draft.editor
            lines = self.constructions.statements(settings, home, line, editor.indentation_of(line))
            for setting in settings:
                if setting not in self.constructions.slots:
                    remove(setting, self._draft, with_comment=any("  #" in each for each in lines))
            gap = [""] if is_import_row(line) or isinstance(line, cst.If) else []
            self._draft.add(editor.insert_statement(line, *gap, *lines, behind=True))

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

    # What comes later, and what is read.

    def _set_later(self, setting: Setting, home: Home) -> None:
        """`client.api_key = ...`, where the client is there already."""
        attribute = LATER.get(setting.name)
        if home.token and setting.name == "api_key":
            return
        if attribute is None or setting.others or (self.constructions.is_azure(home) and attribute != "api_key"):
            self._draft.stop(setting.target, "it is set when the client has been built already")
        else:
            self._draft.replace(setting.target, " = ".join(f"{client}.{attribute}" for client in home.clients))

    def _replace_reads(self, home: Home, body: Sequence[cst.CSTNode]) -> None:
        """Reads a setting from where it is now."""
        slots = {setting.name: slot for setting, slot in self.constructions.slots.items() if setting in home.settings}
        for read in self._settings.reads:
            name, unit = read.attr.value, self._tree.unit(read)
            is_reached = home.unit is None or unit is home.unit or home.is_global
            if unit is home.unit and name in slots and self._tree.index_among(body, read) <= self._order.first(body):
                self._draft.replace(read, slots[name])
            elif name == "api_key" and home.token:
                self._draft.replace(read, home.token)
            elif name in _ATTRIBUTES and is_reached and not self.constructions.is_token(home.settings):
                self._draft.replace(read, f"{home.clients[0]}.{name}")
            elif len(self._homes.all) == 1:
                self._draft.stop(read, f"`openai.{name}` is read where it cannot be known any more")


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
