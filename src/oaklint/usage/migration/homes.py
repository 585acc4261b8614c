"""Where clients live that take the place of the module `openai`: which of them a program needs, and what each is set up with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain, count
from typing import TYPE_CHECKING, Literal

from oaklint.python import cst
from oaklint.python.definitions import INITIALIZERS
from oaklint.python.scopes import CodeUnit
from oaklint.python.tree import last_part, walk
from oaklint.usage.migration.client_options import ClientOptions
from oaklint.usage.migration.draft import Draft
from oaklint.usage.migration.names import Names
from oaklint.usage.migration.request_order import RequestOrder, runs_in_order
from oaklint.usage.migration.requests import Request, Requests
from oaklint.usage.migration.settings import LATER, Setting, Settings
from oaklint.usage.migration.shared_module import SharedModule

if TYPE_CHECKING:
    from oaklint.usage.usage import Usage

# What the calls that prepare a module are made of.
_PREPARING = ("logging.", "warnings.", "sys.", "os.", "random.", "dotenv.", "nest_asyncio.", "builtins.print")


@dataclass
class Home:
    """Where a client is kept: in a variable of the module or of a function, or in an attribute of the objects of a class; or it
    is the module itself, which is a client, too, and is set up anew as often as the program likes.

    unit:      the function, or None for the module; of an attribute, the method that sets it.
    is_global: whether a function sets a variable of the module.
    settings:  what it is built with. later: what is set when it is there already. Both in the order of the text.
    sync, asynchronous: how the clients are called. is_there: whether the program builds it already.
    is_azure:  whether the module asks Azure.
    token:     the variable of the module that its client reads for each request, where functions put a new token of Azure there.
    """

    kind: Literal["variable", "attribute", "module"]
    unit: CodeUnit | None = None
    is_global: bool = False
    settings: list[Setting] = field(default_factory=list)
    later: list[Setting] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    sync: str = "client"
    asynchronous: str = "client"
    is_there: bool = False
    is_azure: bool = False
    token: str = ""

    def client_of(self, request: Request) -> str:
        return self.asynchronous if request.legacy.is_async else self.sync

    @property
    def outlives_requests(self) -> bool:
        """Whether its clients may make more requests when the function that built them has ended."""
        return self.kind == "attribute" or self.unit is None or self.is_global

    @property
    def kinds(self) -> list[bool]:
        """Whether the clients that it has are asynchronous."""
        return sorted({request.legacy.is_async for request in self.requests})

    @property
    def clients(self) -> list[str]:
        return [self.asynchronous if kind else self.sync for kind in self.kinds]


class Homes:
    """Finds them."""

    def __init__(
        self,
        usage: Usage,
        draft: Draft,
        names: Names,
        requests: Requests,
        settings: Settings,
        order: RequestOrder,
        *,
        by_module: bool,
    ) -> None:
        """by_module: whether the module is to be the client, whatever else would do."""
        self._usage = usage
        self._tree = usage.tree
        self._draft = draft
        self._names = names
        self._requests = requests
        self._settings = settings
        self._order = order
        self._by_module = by_module
        self.shared = SharedModule(usage, settings)
        self.options = ClientOptions(usage, draft)

    @cached_property
    def all(self) -> list[Home]:
        """All that the program needs, each with the requests that are made by its clients."""
        if not self._requests.all and self.shared.is_setup:
            return [self._module]
        found: dict[object, Home] = {}
        for request in self._requests.all:
            key = self._key(request)
            if key not in found:
                found[key] = self._home(request)
            found[key].requests.append(request)
        homes = list(found.values())
        for home in homes:
            self._name(home)
        return homes

    @property
    def _module(self) -> Home:
        return Home("module", later=list(self._settings.all), is_azure=self.shared.is_azure)

    def of(self, request: Request) -> Home:
        return next(home for home in self.all if request in home.requests)

    def body_of(self, unit: CodeUnit | None) -> list[cst.CSTNode]:
        """The statements of a function, or those of all cells in their order."""
        if isinstance(unit, cst.FunctionDef):
            return list(unit.body.body)
        return [line for root in self._tree.roots for line in root.body]

    # One client for all, or one for each part of the program.

    @cached_property
    def _by_unit(self) -> dict[CodeUnit | None, list[Setting]]:
        found: dict[CodeUnit | None, list[Setting]] = {}
        for setting in self._settings.all:
            found.setdefault(setting.unit, []).append(setting)
        return found

    @cached_property
    def _plan(self) -> Literal["one", "parts", "function", "each", "module"]:
        """One client of the module; one for each function or class that sets a key; one that a function sets for the others; one
        for each function that makes requests; or none, where what is set changes on ways that cannot be told.
        """
        if self._by_module:
            if not self.shared.fits:
                self._draft.stop(self.body_of(None)[0], "the module cannot be its client")
            return "module"
        if not self._by_unit:
            return self._without_settings
        plan: Literal["one", "parts", "function"] = "one" if None in self._by_unit else "function"
        if plan == "function" and all(self._part(request) is not None for request in self._requests.all):
            plan = "parts"
        if self._order.uses_module and not self.shared.fits:
            self._draft.stop(self._settings.all[0].target, "the module is a client of today, too, and set up for it")
        if (other := self.shared.user) is not None and not self.shared.fits and plan != "parts":
            self._draft.stop(self._settings.all[0].target, f"{other} has to do with it, and sees no client of this file")
        is_shared = other is not None or self._order.uses_module
        is_module = (is_shared and self.shared.fits) or (self._can_be_module and self._is_unruly(plan))
        return "module" if is_module else plan

    @property
    def _without_settings(self) -> Literal["one", "each", "module"]:
        setter = self.shared.setter
        if setter is None and (not self._is_early or all(map(self._importing_function, self._requests.all))):
            return "one"
        if setter is None and not self._can_be_module:
            return "each"
        if not self.shared.fits:
            self._draft.stop(self._requests.all[0].node, f"{setter} sets up the module openai, which no client sees")
        return "module"

    @property
    def _is_early(self) -> bool:
        """Whether a client of the module would be built when there may be no key yet: when others import a file that does nothing
        by itself, or before a function looks for the key.
        """
        if any(self._order.comes_to_request(line) for line in self.body_of(None)):
            return self._minds_key
        return self._minds_key or not any(map(self._starts_something, self.body_of(None)))

    @property
    def _minds_key(self) -> bool:
        """Whether a function looks for the key in the environment, or sets it there."""
        texts = (node for node in self._usage.nodes(cst.SimpleString) if self._usage.values.text(node) == "OPENAI_API_KEY")
        return any(isinstance(self._tree.unit(text), cst.FunctionDef) for text in texts)

    def _starts_something(self, line: cst.CSTNode) -> bool:
        """Whether a statement of the module is more than a preparation: `app.run()`, `if __name__ == "__main__":`."""
        if isinstance(line, cst.If) and "__name__" in {last_part(node) for node in walk(line.test)}:
            return True
        calls = [node.value for node in runs_in_order(line) if isinstance(node, cst.Expr) and isinstance(node.value, cst.Call)]
        names = (self._usage.resolver.names(call.func) for call in calls if isinstance(call, cst.Call))
        return not all(any(name.startswith(_PREPARING) for name in each) for each in names)

    def _is_unruly(self, plan: Literal["one", "parts", "function"]) -> bool:
        """Whether what the module is set to changes in ways that no client of its own follows."""
        if any(isinstance(node, cst.Attribute) for node in self._settings.strange) or self._order.uses_module:
            return True
        if not any(setting.name.startswith("api_key") for setting in self._settings.all) and self.options.bring_key(
            self._requests.all
        ):
            return True  # there may be no key when a client of its own would be built
        if any(read.attr.value == "api_key" and self._is_asked_for(read) for read in self._settings.reads):
            return True
        reads = {(self._tree.unit(read), read.attr.value) for read in self._settings.reads}
        if plan == "one":
            return any(unit is not None and name not in LATER for unit, name in reads)
        units = list(self._by_unit)
        if any(unit not in units for unit, _ in reads):
            return True
        if plan == "function":
            first = units[0]
            is_first = isinstance(first, cst.FunctionDef) and self._order.runs_before(first, self.body_of(None))
            return len(units) > 1 or not is_first
        owners = [owner for unit in units if (owner := self._class_of(unit)) is not None]
        return len(owners) > len(set(owners)) and any(self._shares(owner) for owner in owners)

    def _is_asked_for(self, read: cst.Attribute) -> bool:
        """Whether a program asks if there is a key: without one, no client can be built."""
        parent = self._tree.parents[read]
        if isinstance(parent, cst.Comparison):
            return any(isinstance(each.operator, (cst.Is, cst.IsNot)) for each in parent.comparisons)
        if isinstance(parent, cst.BooleanOperation):
            return parent.left is read
        if isinstance(parent, cst.UnaryOperation):
            return isinstance(parent.operator, cst.Not)
        return isinstance(parent, (cst.If, cst.IfExp, cst.Assert)) and parent.test is read

    @property
    def _can_be_module(self) -> bool:
        """Whether the module as a client can do what the program does, and that as well: it is never asynchronous."""
        return (
            self.shared.fits and not self.shared.is_azure and not any(request.legacy.is_async for request in self._requests.all)
        )

    def _part(self, request: Request) -> tuple[cst.ClassDef | None, CodeUnit | None] | None:
        """The class, or else the function, that sets what a request needs."""
        owner = next((each for each in self._tree.ancestors(request.node) if isinstance(each, cst.ClassDef)), None)
        own = next((unit for unit in self._order.functions_around(request.node) if unit in self._by_unit), None)
        setters = [unit for unit in self._by_unit if owner is not None and self._class_of(unit) is owner]
        if setters and (own is None or self._shares(owner)):
            return owner, next(filter(self._is_sure, setters), setters[0])
        return (None, own) if own is not None else None

    def _shares(self, owner: cst.ClassDef | None) -> bool:
        """Whether methods of a class make requests with what another one of them has set."""
        within = (each.node for each in self._requests.all if any(owner is around for around in self._tree.ancestors(each.node)))
        return any(not set(self._order.functions_around(node)) & self._by_unit.keys() for node in within)

    def _is_sure(self, unit: CodeUnit | None) -> bool:
        """Whether a method runs for every object of its class, before anything else can ask for a client."""
        owner = self._class_of(unit)
        if owner is None or not isinstance(unit, cst.FunctionDef):
            return False
        if unit.name.value in INITIALIZERS:
            return True
        own = (each for each in owner.body.body if isinstance(each, cst.FunctionDef) and each.name.value in INITIALIZERS)
        rows = (row for each in own for row in each.body.body if isinstance(row, cst.SimpleStatementLine))
        called = (part.value for row in rows for part in row.body if isinstance(part, cst.Expr))
        return any(isinstance(call, cst.Call) and unit in self._usage.resolver.calls.functions(call) for call in called)

    def _class_of(self, unit: CodeUnit | None) -> cst.ClassDef | None:
        """The class that a function is a method of."""
        node = self._tree.scopes[unit].node if isinstance(unit, cst.FunctionDef) else None
        return node if isinstance(node, cst.ClassDef) else None

    def _key(self, request: Request) -> object:
        """The same for all requests that have one home."""
        if self._plan == "parts":
            part = self._part(request)
            return part[0] or part[1] if part is not None else None
        if self._plan == "each":
            return next(iter(self._order.functions_around(request.node)), None)
        return self._importing_function(request) if self._plan == "one" else None

    def _importing_function(self, request: Request) -> cst.FunctionDef | None:
        """The function that the SDK is imported in for a request, and only there."""
        scope = self._names.scope_of(request.node)
        unit = scope.node if scope is not None else None
        return unit if isinstance(unit, cst.FunctionDef) and not self._by_unit else None

    def _home(self, request: Request) -> Home:
        match self._plan:
            case "module":
                return self._module
            case "each":
                return Home("variable", next(iter(self._order.functions_around(request.node)), None))
            case "function":
                unit, *others = self._by_unit
                if others:
                    self._draft.stop(self._by_unit[others[0]][0].target, "several functions set what other functions need")
                return Home("variable", unit, is_global=True, settings=self._by_unit[unit])
            case "parts":
                part = self._part(request)
                assert part is not None
                owner, unit = part
                others = [each for each in self._by_unit if each is not unit and self._class_of(each) is owner]
                later = [setting for each in others if owner is not None for setting in self._by_unit[each]]
                kind: Literal["attribute", "variable"] = "attribute" if owner is not None else "variable"
                return Home(kind, unit, settings=self._by_unit[unit], later=later)
        later = [setting for unit, settings in self._by_unit.items() if unit is not None for setting in settings]
        return Home("variable", self._importing_function(request), settings=self._by_unit.get(None, []), later=later)

    # How clients are called.

    @cached_property
    def _taken(self) -> set[str]:
        return {node.value for node in self._usage.nodes(cst.Name)}

    def _name(self, home: Home) -> None:
        if (known := self._existing(home)) is not None:
            home.sync = home.asynchronous = known
            home.is_there = True
            return
        prefix = f"{self._self_of(home)}." if home.kind == "attribute" else ""
        plain = self.free("client", "openai_client", "openai_sync_client")
        other = self.free("async_client", "openai_async_client", "async_openai_client")
        home.sync = prefix + plain
        home.asynchronous = prefix + (other if len(home.kinds) == 2 else plain)

    def _existing(self, home: Home) -> str | None:
        """The variable of the module with a client that the program has for itself, if that is what a home needs."""
        if home.kind != "variable" or home.unit is not None or home.settings or home.later or len(home.kinds) > 1:
            return None
        wanted = "AsyncOpenAI" if home.kinds[0] else "OpenAI"
        for construction in self._usage.constructions.in_program:
            statement = self._tree.parents[construction.call]
            target = statement.targets[0].target if isinstance(statement, cst.Assign) else None
            is_only = isinstance(target, cst.Name) and len(self._tree.bindings_of(target)) == 1
            line = self._tree.parents.get(statement)
            at_top = line is not None and isinstance(self._tree.parents.get(line), cst.Module)
            is_plain = construction.constructor.name == wanted and not construction.call.args
            is_plain = is_plain and not (home.kinds[0] and self._order.has_many_loops)
            if is_plain and is_only and at_top and isinstance(target, cst.Name) and self._is_before_requests(line):
                return target.value
        return None

    def _is_before_requests(self, line: cst.CSTNode | None) -> bool:
        """Whether a statement of the module comes before its first request."""
        body = self.body_of(None)
        return any(line is each for each in body[: self._order.first(body)])

    def free(self, *names: str) -> str:
        """The first of some names that the program does not have yet, or else the last one with a number."""
        others = (f"{names[-1]}_{number}" for number in count(2))
        return next(name for name in chain(names, others) if name not in self._taken)

    def _self_of(self, home: Home) -> str:
        """How the methods of a class call its object, if the client is there when they make their requests."""
        name = _first_parameter(home.unit)
        if name is None or not self._is_sure(home.unit):
            self._draft.stop(home.requests[0].node, "its class has no object that is sure to have a client")
            return "self"
        owner = self._class_of(home.unit)
        for node in (*(request.node for request in home.requests), *(setting.target for setting in home.later)):
            methods = [each for each in self._order.functions_around(node) if self._class_of(each) is owner]
            if not methods or _first_parameter(methods[0]) != name:
                self._draft.stop(node, f"there is no `{name}` here")
        return name


def blocks_of(settings: Sequence[Setting]) -> Iterator[cst.CSTNode]:
    """The blocks that settings stand in, each once."""
    yield from {id(setting.block): setting.block for setting in settings}.values()


def _first_parameter(function: CodeUnit | None) -> str | None:
    """What a method calls the object that it is one of; None where it is no such method."""
    if not isinstance(function, cst.FunctionDef) or not function.params.params:
        return None
    if function.params.params[0].name.value == "self":
        return "self"
    bare = all(
        last_part(each.decorator) not in ("classmethod", "staticmethod") and not isinstance(each.decorator, cst.Call)
        for each in function.decorators
    )
    return function.params.params[0].name.value if bare else None
