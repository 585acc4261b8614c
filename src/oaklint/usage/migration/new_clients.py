"""Where the clients are built that take the place of the module `openai`, out of what the program sets of the module."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from oaklint.python import cst
from oaklint.python.scopes import CodeUnit
from oaklint.python.tree import last_part, walk
from oaklint.sdk.legacy import CURRENT_MODULE_SETTINGS, MODULE_SETTINGS
from oaklint.usage.migration.draft import Draft
from oaklint.usage.migration.names import Names
from oaklint.usage.migration.requests import Request, Requests
from oaklint.usage.migration.settings import Setting, Settings

if TYPE_CHECKING:
    from oaklint.usage.usage import Usage

_AZURE = {"azure", "azure_ad", "azuread"}
# In this order they are handed to a client.
_ORDER = ("api_key", "azure_ad_token", "organization", "project", "base_url", "azure_endpoint", "api_version")
# What a client can be given later, too.
_LATER = {"api_key": "api_key", "organization": "organization", "api_base": "base_url", "base_url": "base_url"}
_WIDTH = 100
_DECORATORS = ("retry", "backoff", "on_exception", "stamina")


@dataclass
class Home:
    """Where a client is kept: in a variable of the module or of a function, or in an attribute of the objects of a class.

    unit:     the function, or None for the module; of an attribute, the method that sets it.
    owner:    the class whose objects keep it. is_global: whether a function sets a variable of the module.
    settings: what it is built with, in the order of the text.
    """

    kind: Literal["variable", "attribute"]
    unit: CodeUnit | None
    owner: cst.ClassDef | None = None
    is_global: bool = False
    settings: list[Setting] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    sync: str = ""
    asynchronous: str = ""

    def name_for(self, request: Request) -> str:
        return self.asynchronous if request.legacy.is_async else self.sync


class NewClients:
    """Decides where clients live, and writes their construction in place of the settings."""

    def __init__(self, usage: Usage, draft: Draft, names: Names, requests: Requests, settings: Settings) -> None:
        self._usage = usage
        self._tree = usage.tree
        self._draft = draft
        self._names = names
        self._requests = requests
        self._settings = settings
        self._slots: dict[Setting, str] = {}
        self._done: set[Setting] = set()

    # Homes.

    @cached_property
    def homes(self) -> list[Home]:
        """All clients that the program needs."""
        found: dict[object, Home] = {}
        for request in self._requests.all:
            key, home = self._home(request)
            found.setdefault(key, home).requests.append(request)
        homes = list(found.values())
        for home in homes:
            self._name(home, homes)
        return homes

    def of(self, request: Request) -> Home:
        return next(home for home in self.homes if request in home.requests)

    @cached_property
    def _by_unit(self) -> dict[CodeUnit | None, list[Setting]]:
        found: dict[CodeUnit | None, list[Setting]] = {}
        for setting in self._settings.all:
            found.setdefault(setting.unit, []).append(setting)
        return found

    @cached_property
    def _mode(self) -> Literal["module", "parts", "global"]:
        """Whether the whole program has one client, from settings of the module; or its parts have their own; or a function sets
        the one.
        """
        if None in self._by_unit or not self._by_unit:
            return "module"
        rest = [request for request in self._requests.all if self._part(request) is None]
        return "global" if rest else "parts"

    def _part(self, request: Request) -> tuple[cst.ClassDef | None, CodeUnit | None] | None:
        """The class, or else the function, that sets what a request needs."""
        owner = self._class_around(request.node)
        units = list(self._units_around(request.node))
        own = next((unit for unit in units if unit in self._by_unit), None)
        setters = [unit for unit in self._by_unit if owner is not None and self._class_of(unit) is owner]
        if setters and (own is None or any(self._needs_attribute(owner, unit) for unit in setters)):
            return owner, setters[0]
        return (None, own) if own is not None else None

    def _needs_attribute(self, owner: cst.ClassDef | None, setter: CodeUnit | None) -> bool:
        """Whether other methods of a class make requests with what one of them has set."""
        within = (request for request in self._requests.all if self._class_around(request.node) is owner)
        return any(not any(unit in self._by_unit for unit in self._units_around(request.node)) for request in within)

    def _home(self, request: Request) -> tuple[object, Home]:
        if self._mode == "parts":
            part = self._part(request)
            assert part is not None
            owner, unit = part
            if owner is not None:
                units = [each for each in self._by_unit if self._class_of(each) is owner]
                if len(units) > 1:
                    self._draft.stop(owner.name, "several of its methods set what its requests need")
                return owner, Home("attribute", unit, owner, settings=self._by_unit[unit])
            return unit, Home("variable", unit, settings=self._by_unit[unit])
        if self._mode == "global":
            units = list(self._by_unit)
            if len(units) > 1:
                self._draft.stop(self._by_unit[units[1]][0].target, "several functions set what other functions need")
            return None, Home("variable", units[0], is_global=True, settings=self._by_unit[units[0]])
        scope = self._names.scope_of(request.node)
        unit = scope.node if scope is not None else None
        if isinstance(unit, cst.FunctionDef) and None not in self._by_unit:
            return unit, Home("variable", unit)
        return None, Home("variable", None, settings=self._by_unit.get(None, []))

    def _units_around(self, node: cst.CSTNode) -> Iterator[CodeUnit]:
        return (each for each in self._tree.ancestors(node) if isinstance(each, cst.FunctionDef))

    def _class_of(self, unit: CodeUnit | None) -> cst.ClassDef | None:
        """The class that a function is a method of."""
        node = self._tree.scopes[unit].node if isinstance(unit, cst.FunctionDef) else None
        return node if isinstance(node, cst.ClassDef) else None

    def _class_around(self, node: cst.CSTNode) -> cst.ClassDef | None:
        return next((each for each in self._tree.ancestors(node) if isinstance(each, cst.ClassDef)), None)

    # Names of clients.

    @cached_property
    def _taken(self) -> set[str]:
        return {node.value for node in self._usage.nodes(cst.Name)}

    def _name(self, home: Home, homes: Sequence[Home]) -> None:
        kinds = {request.legacy.is_async for request in home.requests}
        prefix = f"{self._self_of(home)}." if home.kind == "attribute" else ""
        plain = self._free("client", "openai_client", "openai_sync_client")
        other = self._free("async_client", "openai_async_client", "async_openai_client")
        home.sync = prefix + plain
        home.asynchronous = prefix + (other if len(kinds) == 2 else plain)

    def _free(self, *names: str) -> str:
        return next((name for name in names if name not in self._taken), names[-1])

    def _self_of(self, home: Home) -> str:
        unit = home.unit
        if isinstance(unit, cst.FunctionDef) and unit.params.params:
            return unit.params.params[0].name.value
        self._draft.stop(home.requests[0].node, "its class has no object to keep a client in")
        return "self"

    # What is set.

    def prepare(self) -> None:
        """Says what will be gone, before anybody asks how a name is to be written."""
        for node in self._settings.strange:
            self._draft.stop(node, "it sets something of the module in a way that cannot be followed")
        for setting in self._settings.all:
            self._draft.drop(setting.target)
        for read in self._settings.reads:
            self._draft.drop(read)

    def migrate(self) -> None:
        """Writes the constructions, and what takes the place of settings and of what is read of them."""
        if not self._requests.all:
            for setting in self._settings.all[:1]:
                self._draft.stop(setting.target, "no request is made here: where the client is built cannot be told")
            return
        if self._mode == "module" and None in self._by_unit:
            later = [setting for unit, settings in self._by_unit.items() if unit is not None for setting in settings]
        else:
            later = []
        for home in self.homes:
            if all(self._is_inline(request, home) for request in home.requests) and not home.settings:
                continue
            self._build(home, [setting for setting in later if home.unit is None])
        self._drop_unused()

    def _drop_unused(self) -> None:
        for setting in self._settings.all:
            if setting not in self._done:
                self._draft.stop(setting.target, "it is set where no request follows")

    def is_azure(self, home: Home) -> bool:
        """Whether a home has a client of Azure, be it only on one of several ways."""
        return self._says_azure(home.settings)

    def _says_azure(self, settings: Sequence[Setting]) -> bool:
        return any(self._is_azure(setting, settings) for setting in settings if setting.name == "api_type")

    def _is_azure(self, setting: Setting, settings: Sequence[Setting]) -> bool:
        text = self._usage.values.text(setting.value)
        if text is not None:
            return text.lower().replace("-", "_") in _AZURE
        has_version = any(each.name == "api_version" for each in settings)
        default = self._usage.values.text(_last_argument(setting.value))
        if has_version or (default is not None and default.lower() in _AZURE):
            return True
        self._draft.stop(setting.value, "whether it means Azure cannot be seen")
        return False

    def _is_inline(self, request: Request, home: Home) -> bool:
        """Whether a request brings its own key, where the program has no other."""
        return request.is_own and request.call is not None and any(
            arg.keyword is not None and arg.keyword.value == "api_key" for arg in request.call.args
        )

    def constructor(self, settings: Sequence[Setting], *, is_async: bool, at: cst.CSTNode) -> str:
        name = f"{'Async' if is_async else ''}{'Azure' if self._says_azure(settings) else ''}OpenAI"
        return self._names.of_sdk(name, at)

    # Building.

    def _build(self, home: Home, later: Sequence[Setting]) -> None:
        after = [setting for setting in home.settings if self._is_behind_first_use(setting, home)]
        settings = [setting for setting in home.settings if setting not in after]
        home.settings = settings
        self._done.update((*settings, *after, *later))
        blocks = {id(setting.block): setting.block for setting in settings}
        body = self._body_of(home)
        for setting in (*after, *later):
            self._set_later(setting, home)
        if len(blocks) > 1 and self._branches(settings):
            for block in blocks.values():
                self._build_at([each for each in settings if each.block is block], home)
        elif settings:
            self._build_with_slots(settings, home, body)
        else:
            self._build_fresh(home, body)
        self._replace_reads(home)

    def _body_of(self, home: Home) -> list[cst.CSTNode]:
        """The statements of the function, or of all cells, in their order; of one block in it, if all that matters is there."""
        body: list[cst.CSTNode] = [line for root in self._tree.roots for line in root.body]
        if isinstance(home.unit, cst.FunctionDef):
            body = list(home.unit.body.body)
        block = home.settings[0].block if home.settings else self._block_of_import(home)
        if not isinstance(block, cst.IndentedBlock) or any(setting.block is not block for setting in home.settings):
            return body
        if home.is_global and not self._decides_on_value(block, home):
            return list(block.body)
        index = self._top(block, body)
        is_whole = index < 0 or any(line is block.body[0] for line in body)
        is_enough = self._first_use(home, body) <= index if home.settings else self._last_preparation(home, body) <= index
        return list(block.body) if is_enough and not is_whole else body

    def _decides_on_value(self, block: cst.CSTNode, home: Home) -> bool:
        """Whether a condition asks for what is set: `if key: openai.api_key = key`. Any other may let it be set only once."""
        holder = self._tree.parents.get(block)
        asked = {node.value for node in walk(holder.test) if isinstance(node, cst.Name)} if isinstance(holder, cst.If) else set()
        return any(isinstance(node, cst.Name) and node.value in asked for each in home.settings for node in walk(each.value))

    def _block_of_import(self, home: Home) -> cst.CSTNode | None:
        """The block that the SDK is imported in, if only there."""
        scopes = {self._names.scope_of(request.node) for request in home.requests}
        items = [item for item in self._names.items if item.scope in scopes]
        blocks = {id(block): block for item in items for block in [self._tree.parents[self._tree.parents[item.statement]]]}
        return next(iter(blocks.values())) if len(blocks) == 1 else None

    def _top(self, node: cst.CSTNode, body: Sequence[cst.CSTNode]) -> int:
        """Which statement of a body a node stands in; -1 for none."""
        around = {id(node), *(id(each) for each in self._tree.ancestors(node))}
        return next((index for index, line in enumerate(body) if id(line) in around), -1)

    def _is_behind_first_use(self, setting: Setting, home: Home) -> bool:
        body = self._body_of(home)
        return self._top(setting.target, body) > self._first_use(home, body)

    def _first_use(self, home: Home, body: Sequence[cst.CSTNode]) -> int:
        """The first statement of a body that may come to a request; the number of statements, if none does."""
        return next((index for index, line in enumerate(body) if self._may_request(line, home)), len(body))

    def _may_request(self, line: cst.CSTNode, home: Home) -> bool:
        if isinstance(line, (cst.FunctionDef, cst.ClassDef)):
            return any(self._runs(node) for node in _evaluated_by_definition(line))
        return any(self._runs(node) for node in _evaluated(line))

    def _runs(self, node: cst.CSTNode) -> bool:
        if any(node is request.node for request in self._requests.all):
            return True
        if isinstance(node, cst.Call):
            return any(each in self._requesting for each in self._resolved(node))
        return isinstance(node, (cst.Name, cst.Attribute)) and bool(
            set(self._usage.resolver.definitions.functions(self._usage.resolver.names(node))) & self._requesting
        ) and not isinstance(self._tree.parents[node], cst.Call)

    def _resolved(self, call: cst.Call) -> set[cst.CSTNode]:
        found: set[cst.CSTNode] = set(self._usage.resolver.calls.functions(call))
        return found

    @cached_property
    def _requesting(self) -> set[cst.CSTNode]:
        """The functions that make a request, or call one that does."""
        found: set[cst.CSTNode] = set()
        for request in self._requests.all:
            found.update(self._units_around(request.node))
        grows = True
        while grows:
            grows = False
            for call in self._usage.nodes(cst.Call):
                around = [unit for unit in self._units_around(call) if unit not in found]
                if around and self._resolved(call) & found:
                    found.update(around)
                    grows = True
        return found

    def _branches(self, settings: Sequence[Setting]) -> bool:
        """Whether each of several blocks is one way of a choice, and sets all that is set."""
        names = [{setting.name for setting in settings if setting.block is block} for block in self._blocks(settings)]
        choices = {id(self._choice(block)) for block in self._blocks(settings)}
        has_type = any(setting.name == "api_type" for setting in settings)
        return len(choices) == 1 and None not in map(self._choice, self._blocks(settings)) and (
            has_type or all(each == names[0] for each in names)
        )

    @staticmethod
    def _blocks(settings: Sequence[Setting]) -> list[cst.CSTNode]:
        return list({id(setting.block): setting.block for setting in settings}.values())

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

    def _build_with_slots(self, settings: Sequence[Setting], home: Home, body: Sequence[cst.CSTNode]) -> None:
        """Builds a client where the last setting is made, or behind that, with what has been set before kept in variables."""
        last = max(self._top(setting.target, body) for setting in settings)
        reads = [read for read in self._reads_in(home) if self._top(read, body) <= self._first_use(home, body)]
        read_names = {read.attr.value for read in reads if self._top(read, body) >= 0}
        end = max((last, *(self._top(read, body) for read in reads)))
        end = max(end, self._last_preparation(home, body))
        for setting in settings:
            index = self._top(setting.target, body)
            is_nested = setting.line is not body[index]
            if is_nested or setting.name in read_names or self._changes_between(setting, index, end, body):
                self._slots[setting] = ""
        by_name: dict[str, list[Setting]] = {}
        for setting in settings:
            by_name.setdefault(setting.name, []).append(setting)
        for name, group in by_name.items():
            if any(setting in self._slots for setting in group):
                self._make_slot(name, group, body)
            elif len(group) > 1:
                for setting in group[:-1]:
                    self._remove(setting)
        plain = [group[-1] for group in by_name.values()]
        anchor = next((setting for setting in reversed(plain) if setting not in self._slots), None)
        if anchor is not None and self._top(anchor.target, body) == end and self._is_all_before(plain, anchor, body):
            self._build_at(plain, home, anchor=anchor)
        else:
            self._build_behind(plain, home, body[end])

    def _is_all_before(self, settings: Sequence[Setting], anchor: Setting, body: Sequence[cst.CSTNode]) -> bool:
        return all(self._top(setting.target, body) <= self._top(anchor.target, body) for setting in settings)

    def _make_slot(self, name: str, group: Sequence[Setting], body: Sequence[cst.CSTNode]) -> None:
        """Keeps a setting in a variable until the client is built."""
        slot = f"openai_{name}" if self._is_variable(name) else name
        if name == "api_type":
            self._draft.stop(group[0].target, "which class of client it takes is decided while the program runs")
        for setting in group:
            self._slots[setting] = slot
            self._draft.replace(setting.target, slot)
        first = self._top(group[0].target, body)
        is_certain = any(setting.line is body[self._top(setting.target, body)] for setting in group[:1])
        if not is_certain and not self._is_exhaustive(group):
            with self._draft.or_stop(group[0].target):
                self._draft.add(self._draft.editor.insert_statement(body[first], f"{slot} = None"))

    def _is_variable(self, name: str) -> bool:
        """Whether anything in the program is called like that, attributes and arguments of calls apart."""
        return any(node.value == name and not self._tree.is_label(node) for node in self._usage.nodes(cst.Name))

    def _is_exhaustive(self, group: Sequence[Setting]) -> bool:
        """Whether an `if` sets it on each of its ways."""
        choices = {id(self._choice(setting.block)): self._choice(setting.block) for setting in group}
        choice = next(iter(choices.values()))
        if len(choices) != 1 or choice is None:
            return False
        blocks = {id(setting.block) for setting in group}
        here: cst.CSTNode | None = choice
        while isinstance(here, cst.If):
            if id(here.body) not in blocks and not _leaves(here.body):
                return False
            here = here.orelse
        return isinstance(here, cst.Else) and (id(here.body) in blocks or _leaves(here.body))

    def _changes_between(self, setting: Setting, start: int, end: int, body: Sequence[cst.CSTNode]) -> bool:
        """Whether what a setting is made of may be something else by the time that the client is built."""
        read = {node.value for node in walk(setting.value) if isinstance(node, cst.Name)}
        for line in body[start + 1 : end + 1]:
            bound = {node.value for node in walk(line) if isinstance(node, cst.Name) and self._tree.is_store(node)}
            if bound & read:
                return True
        return False

    def _last_preparation(self, home: Home, body: Sequence[cst.CSTNode]) -> int:
        """The last statement before the first request that sets up the environment, if the client will read it; else -1."""
        if any(setting.name == "api_key" for setting in home.settings):
            return -1
        first = self._first_use(home, body)
        writes = [self._top(write.node, body) for write in self._usage.writes.all if self._tree.is_own(write.node)]
        return max((index for index in writes if index < first), default=-1)

    def _build_fresh(self, home: Home, body: Sequence[cst.CSTNode]) -> None:
        """Builds a client of nothing but the environment: behind the imports and what sets up the environment."""
        first = self._first_use(home, body)
        prepared = self._last_preparation(home, body)
        imported = max(
            (index for index, line in enumerate(body[:first]) if self._imports_sdk(line) or (index < prepared and _is_import(line))),
            default=-1,
        )
        while imported + 1 < first and _is_import(body[imported + 1]):
            imported += 1
        self._build_behind([], home, body[max(imported, prepared)] if max(imported, prepared) >= 0 else body[0])

    def _imports_sdk(self, line: cst.CSTNode) -> bool:
        return any(
            isinstance(node, cst.ImportAlias) and any(item.alias is node for item in self._names.items) for node in walk(line)
        ) and not isinstance(line, (cst.FunctionDef, cst.ClassDef))

    def _build_at(self, settings: Sequence[Setting], home: Home, anchor: Setting | None = None) -> None:
        """Builds a client in place of the last of some settings, or of one of them."""
        anchor = anchor or settings[-1]
        for setting in settings:
            if setting.statement is not anchor.statement and setting not in self._slots:
                self._remove(setting)
        with self._draft.or_stop(anchor.target):
            lines = self._statements(settings, home, anchor.target, self._draft.editor.indentation_of(anchor.line))
            if anchor.others:
                self._keep_others(anchor)
                self._draft.add(self._draft.editor.insert_statement(anchor.line, *lines, behind=True))
            else:
                self._draft.add(self._draft.editor.replace_statement(anchor.statement, lines))

    def _build_behind(self, settings: Sequence[Setting], home: Home, line: cst.CSTNode) -> None:
        for setting in settings:
            if setting not in self._slots:
                self._remove(setting)
        with self._draft.or_stop(line):
            editor = self._draft.editor
            lines = self._statements(settings, home, line, editor.indentation_of(line))
            gap = [""] if _is_import(line) else []
            self._draft.add(editor.insert_statement(line, *gap, *lines, behind=True))

    def _statements(self, settings: Sequence[Setting], home: Home, at: cst.CSTNode, indentation: str) -> list[str]:
        """The statements that build the client, or both of them, by what is set."""
        arguments = self._arguments(settings, home)
        kinds = sorted({request.legacy.is_async for request in home.requests})
        lines = []
        if home.is_global:
            targets = ", ".join(home.asynchronous if kind else home.sync for kind in kinds)
            lines.append(f"global {targets}")
        for index, kind in enumerate(kinds):
            target = home.asynchronous if kind else home.sync
            given = arguments if not index else [(name, self._again(name, text, home)) for name, text in arguments]
            texts = [f"{name}={text}" for name, text in given]
            constructor = self.constructor(settings, is_async=kind, at=at)
            whole = f"{target} = {constructor}({', '.join(texts)})"
            if len(indentation) + len(whole) <= _WIDTH or not texts or "\n" in whole:
                lines.append(whole)
            else:
                lines += [f"{target} = {constructor}(", *(f"    {text}," for text in texts), ")"]
        return lines

    @staticmethod
    def _again(name: str, text: str, home: Home) -> str:
        """What is handed to a second client: a value that is asked for only once is taken from the first."""
        is_simple = "(" not in text or text.startswith(("os.getenv(", "os.environ"))
        return text if is_simple or name not in ("api_key", "base_url", "organization") else f"{home.sync}.{name}"

    def _arguments(self, settings: Sequence[Setting], home: Home) -> list[tuple[str, str]]:
        found: dict[str, str] = {}
        is_azure = self._says_azure(settings)
        for setting in settings:
            text = self._slots.get(setting) or self._draft.text(setting.value)
            name, value = self._argument(setting, text, is_azure, settings)
            if name:
                found[name] = value
        if is_azure and "azure_endpoint" not in found and "base_url" not in found:
            self._draft.stop(home.requests[0].node, "the address of the Azure resource is not set here")
        if is_azure and "api_key" not in found and "azure_ad_token" not in found:
            self._draft.stop(home.requests[0].node, "the key of the Azure resource is not set here")
        if self._minds_failures:
            found["max_retries"] = "0"
        order = [name for name in _ORDER if name in found]
        return [(name, found[name]) for name in (*order, *(name for name in found if name not in order))]

    def _argument(self, setting: Setting, text: str, is_azure: bool, settings: Sequence[Setting]) -> tuple[str, str]:
        """The constructor's argument for a setting; an empty name where it takes none."""
        name = setting.name
        is_nothing = text in ("None", "False")
        match name:
            case "api_type":
                return "", ""
            case "api_key" if is_azure and self._is_ad(settings):
                return "azure_ad_token", text
            case "api_base":
                return ("azure_endpoint" if is_azure else "base_url"), text
            case "api_version":
                return ("api_version", text) if is_azure else ("", "")
            case "api_key_path":
                return ("", "") if is_nothing else ("api_key", f"open({text}).read().strip()")
            case "enable_telemetry" | "app_info":
                return "", ""
            case _ if name in CURRENT_MODULE_SETTINGS:
                return name, text
            case _ if is_nothing and name in MODULE_SETTINGS:
                return "", ""
        known = MODULE_SETTINGS.get(name)
        self._draft.stop(setting.target, known.note if known is not None else f"`openai.{name}` is nothing that openai reads")
        return "", ""

    def _is_ad(self, settings: Sequence[Setting]) -> bool:
        kinds = (self._usage.values.text(each.value) for each in settings if each.name == "api_type")
        return any(kind is not None and kind.lower() in ("azure_ad", "azuread") for kind in kinds)

    def _remove(self, setting: Setting) -> None:
        with self._draft.or_stop(setting.target):
            if setting.others:
                self._keep_others(setting)
            else:
                self._draft.add(*self._draft.editor.remove_statement(setting.statement))

    def _keep_others(self, setting: Setting) -> None:
        """Takes a setting out of `openai.api_key = key = ...`."""
        statement = setting.statement
        assert isinstance(statement, cst.Assign)
        own = next(each for each in statement.targets if each.target is setting.target)
        index = next(number for number, each in enumerate(statement.targets) if each is own)
        behind = statement.targets[index + 1].target if index + 1 < len(statement.targets) else statement.value
        self._draft.add(self._draft.editor.cut(own.target, behind))

    # What comes later, and what is read.

    def _set_later(self, setting: Setting, home: Home) -> None:
        """`client.api_key = ...`, where the client is there already."""
        attribute = _LATER.get(setting.name)
        if attribute is None or self.is_azure(home) and attribute != "api_key" or setting.others:
            self._draft.stop(setting.target, "it is set when the client has been built already")
            return
        kinds = sorted({request.legacy.is_async for request in home.requests})
        targets = [f"{home.asynchronous if kind else home.sync}.{attribute}" for kind in kinds]
        self._draft.replace(setting.target, " = ".join(targets))

    def _reads_in(self, home: Home) -> list[cst.Attribute]:
        return [read for read in self._settings.reads if self._tree.unit(read) is home.unit]

    def _replace_reads(self, home: Home) -> None:
        """Reads a setting from where it is now."""
        slots = {setting.name: slot for setting, slot in self._slots.items() if setting in home.settings}
        body = self._body_of(home)
        for read in self._settings.reads:
            name, unit = read.attr.value, self._tree.unit(read)
            if unit is home.unit and name in slots and self._top(read, body) <= self._first_use(home, body):
                self._draft.replace(read, slots[name])
            elif name in ("api_key", "organization") and (home.unit is None or unit is home.unit or home.is_global):
                self._draft.replace(read, f"{home.sync if self._has_sync(home) else home.asynchronous}.{name}")
            elif len(self.homes) == 1:
                self._draft.stop(read, f"`openai.{name}` is read where it cannot be known any more")

    @staticmethod
    def _has_sync(home: Home) -> bool:
        return any(not request.legacy.is_async for request in home.requests)

    @cached_property
    def _minds_failures(self) -> bool:
        """Whether the program answers failed requests itself, or repeats them: 0.x sent each of its requests once."""
        for node in self._tree.own.get(cst.Try, ()):
            assert isinstance(node, cst.Try)
            if node.handlers and any(self._runs(part) for part in walk(node.body)):
                return True
        decorators = (each.decorator for unit in self._requesting if isinstance(unit, cst.FunctionDef) for each in unit.decorators)
        called = (each.func if isinstance(each, cst.Call) else each for each in decorators)
        return any(word in last_part(each).lower() for each in called for word in _DECORATORS)


def _last_argument(node: cst.BaseExpression) -> cst.BaseExpression:
    return node.args[-1].value if isinstance(node, cst.Call) and node.args else node


def _is_import(line: cst.CSTNode) -> bool:
    return isinstance(line, cst.SimpleStatementLine) and isinstance(line.body[0], (cst.Import, cst.ImportFrom))


def _leaves(block: cst.BaseSuite) -> bool:
    """Whether control does not come out of a block at its end."""
    last = block.body[-1] if block.body else None
    if isinstance(last, cst.SimpleStatementLine):
        last = last.body[-1]
    if isinstance(last, (cst.Raise, cst.Return)):
        return True
    is_call = isinstance(last, cst.Expr) and isinstance(last.value, cst.Call)
    return is_call and isinstance(last, cst.Expr) and isinstance(last.value, cst.Call) and last_part(last.value.func) in ("exit", "_exit", "quit")


def _evaluated(line: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """What runs when a statement does, bodies of compound statements included, those of functions not."""
    stack = [line]
    while stack:
        here = stack.pop()
        yield here
        if isinstance(here, (cst.FunctionDef, cst.Lambda)):
            continue
        from oaklint.python.tree import children

        stack += children(here)


def _evaluated_by_definition(node: cst.FunctionDef | cst.ClassDef) -> Iterable[cst.CSTNode]:
    if isinstance(node, cst.ClassDef):
        return _evaluated(node.body)
    return (part for decorator in node.decorators for part in walk(decorator) if isinstance(part, cst.Call))
