"""Where the keys of clients are sent to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Literal, NamedTuple

from oaklint.python import cst
from oaklint.python.assignments import assigned
from oaklint.python.tree import alternatives, argument_of
from oaklint.python.values import HOLE
from oaklint.sdk.clients import GATEWAYS, is_local_host, is_openai_host, serves_openai, url_host
from oaklint.sdk.http_libraries import HARMLESS_OPTIONS, HTTP_CLIENTS, REQUESTS, SESSIONS
from oaklint.sdk.wrappers import SETTINGS_OF_WRAPPERS, Wrapper, is_openai_model, wrapper
from oaklint.usage.context import Context
from oaklint.usage.credentials.origins import Origins
from oaklint.usage.environment.writes import Writes

# To OpenAI (or Azure, which serves its models), to somebody else, or the program does not tell.
Host = Literal["openai", "other", "unknown"]

# Arguments of clients and wrappers that say where the key goes, and those that may lead it anywhere.
_ADDRESSES = {"base_url", "openai_api_base", "api_base", "azure_endpoint", "openai_api_endpoint"}
_TRANSPORTS = {
    *("http_client", "http_async_client", "async_http_client", "provider", "openai_client", "async_client", "client_kwargs"),
}
# Through how many names and conditions an address is followed in one unit.
_MOST_STEPS = 5
_MODELS = ("model", "model_id", "model_name")
_PROVIDERS = ("model_provider", "custom_llm_provider", "api_type")


class Stranger(NamedTuple):
    """A host to which OpenAI's key must not go. way: the expressions by which an address comes to it where it is used."""

    host: str
    way: tuple[cst.BaseExpression, ...]


class Hosts:
    """Tells the hosts of clients from their arguments, the module's settings and the environment."""

    def __init__(self, context: Context, origins: Origins, writes: Writes) -> None:
        self._context = context
        self._origins = origins
        self._entries = origins.entries
        self._writes = writes

    def of_new_client(self, call: cst.Call, addresses: Collection[str] = ()) -> Host:
        """Where a new client sends its key: a `base_url` or an endpoint decides. addresses: further arguments that say so."""
        if self._entries.is_open(call):
            return "unknown"
        return self._of_arguments(dict(self._entries.of_call(call)), addresses)

    def _of_arguments(self, arguments: Mapping[str, cst.BaseExpression], addresses: Collection[str] = ()) -> Host:
        if any(name in _TRANSPORTS and self._may_lead_elsewhere(value) for name, value in arguments.items()):
            return "unknown"
        for name, value in arguments.items():
            if name in _ADDRESSES or name in addresses:
                return self._of_address(name, value)
        return self._of_environment

    def strangers(self, address: cst.BaseExpression, way: tuple[cst.BaseExpression, ...] = ()) -> Iterator[Stranger]:
        """The hosts that an address may lead to which are neither OpenAI's, nor near, nor meant to have OpenAI's keys."""
        if (among := self._choices(address)) and len(way) < _MOST_STEPS:
            for each in among:
                yield from self.strangers(each, (*way, each))
            return
        for each, _ in self._origins.alternatives(address, but_for=("argument",)):
            if each is not address and isinstance(each, (cst.IfExp, cst.BooleanOperation)):
                yield from self.strangers(each, way)
            url = self._context.values.fold(each)
            host = url_host(url) if isinstance(url, str) else None
            if host is not None and HOLE not in host and not (is_openai_host(host) or is_local_host(host) or host in GATEWAYS):
                yield Stranger(host, way)

    def _choices(self, address: cst.BaseExpression) -> list[cst.BaseExpression]:
        """What an address is in the same unit, by a condition or by what its name is set to there."""
        if not isinstance(address, cst.Name):
            return alternatives(address)
        bindings, tree = self._context.resolver.bindings(address), self._context.tree
        values = [each.value for each in bindings if each.kind in ("assign", "annotated") and each.value is not None]
        return values if len(values) == len(bindings) and all(tree.unit(each) is tree.unit(address) for each in values) else []

    def of_configuration(self, entries: Mapping[str, cst.BaseExpression]) -> Host:
        """Where a key goes that stands in a dictionary with the model and the address that it is for."""
        return self._of_arguments(entries) if self._is_for_openai(entries) else "unknown"

    def of_wrapper(self, call: cst.Call, wrapper: Wrapper) -> Host:
        """Where another package's class or function sends the key that it is handed."""
        if wrapper.by_model and not self._asks_openai(call):
            return "unknown"
        return self.of_new_client(call, wrapper.addresses)

    def of_request(self, call: cst.Call, position: int, name: str) -> Host:
        """Where a request goes that is made by an HTTP library, by the place and the name of its address, which may be a path
        behind the address of a session.
        """
        address = argument_of(call, name, position)
        if address is None:
            return "unknown"
        path = self._context.values.fold(address)
        is_relative = isinstance(path, str) and url_host(path) is None and not path.startswith(HOLE)
        if is_relative and isinstance(call.func, cst.Attribute):
            return self._of_address_of_session(call.func.value) or "unknown"
        return self._of_address(name, address)

    def of_session(self, session: cst.BaseExpression) -> Host:
        """Where the requests of a session of an HTTP library go: to the address that it was given, or else where its own go that
        are seen, or those of all.
        """
        return self._of_address_of_session(session) or self._of_requests(self._made_by(session)) or self._of_all_requests

    def _of_address_of_session(self, session: cst.BaseExpression) -> Host | None:
        made = (value for value in self._context.resolver.values_of(session) if isinstance(value, cst.Call))
        for call in made:
            for name in self._context.resolver.names(call.func) & SESSIONS.keys():
                if (address := argument_of(call, *SESSIONS[name])) is not None:
                    return self._of_address(str(SESSIONS[name][0]), address)
        return None

    def _made_by(self, session: cst.BaseExpression) -> list[cst.Call]:
        """The requests that a session makes."""
        made = {session, *self._context.resolver.values_of(session)}
        return [call for value in made for call in self._requests_of.get(value, ())]

    @cached_property
    def _requests_of(self) -> dict[cst.BaseExpression, list[cst.Call]]:
        """The requests of the program by what makes the objects whose methods they are."""
        found: dict[cst.BaseExpression, list[cst.Call]] = {}
        for call in self._context.nodes(cst.Call):
            if isinstance(call.func, cst.Attribute) and self._context.resolver.names(call.func) & REQUESTS.keys():
                for value in self._context.resolver.values_of(call.func.value):
                    found.setdefault(value, []).append(call)
        return found

    def _of_requests(self, calls: Iterable[cst.Call]) -> Host | None:
        """Where all requests go among some calls; None where none is one."""
        found: set[Host] = set()
        for call in calls:
            for name in self._context.resolver.names(call.func) & REQUESTS.keys():
                found.add(self.of_request(call, REQUESTS[name], "url"))
        return found.pop() if len(found) == 1 else "unknown" if found else None

    @cached_property
    def _of_all_requests(self) -> Host:
        return self._of_requests(self._context.nodes(cst.Call)) or "unknown"

    @cached_property
    def of_module(self) -> Host:
        """Where the module client sends its key: `openai.api_base` and `openai.base_url` decide."""
        for target, value in self._addresses_set:
            if "openai" in self._context.clients.names(target.value):
                return self._of_address(target.attr.value, value)
        return self._of_clients(with_own_keys=False)

    @cached_property
    def usual(self) -> Host:
        """Where the program's clients send their keys, as long as it gives none of them another address."""
        return self._of_clients(with_own_keys=True)

    def _of_clients(self, *, with_own_keys: bool) -> Host:
        """The same, of all clients, or of those that have no key of their own, if there are any."""
        is_usual, is_led_elsewhere = False, False
        for call in self._context.nodes(cst.Call):
            arguments = dict(self._entries.of_call(call))
            addresses = [name for name in arguments if name in _ADDRESSES]
            if any(self._of_address(name, arguments[name]) != "openai" for name in addresses):
                if with_own_keys or "api_key" not in arguments:
                    return "unknown"
                is_led_elsewhere = True
            elif not addresses and not is_usual:
                is_client = self._context.constructions.of(call) is not None
                is_usual = is_client or wrapper(self._context.resolver.names(call.func)) is not None
        if is_led_elsewhere and not is_usual:
            return "unknown"
        if any(self._entries.is_open(construction.call) for construction in self._context.constructions.in_program):
            return "unknown"
        return self._of_environment

    @cached_property
    def of_any_model(self) -> Host:
        """Where a key goes that serves whatever model the program asks."""
        for call in self._context.nodes(cst.Call):
            found = wrapper(self._context.resolver.names(call.func))
            if found is not None and found.by_model and not self._asks_openai(call):
                return "unknown"
        return self.usual

    @cached_property
    def _of_environment(self) -> Host:
        """Where a client goes that takes its address from the environment, which the program itself may set."""
        written = any(write.names & {"OPENAI_BASE_URL", "OPENAI_API_BASE"} for write in self._writes.all)
        return "unknown" if written or any(map(self._is_led_elsewhere, self._addresses_set)) else "openai"

    @cached_property
    def _addresses_set(self) -> list[tuple[cst.Attribute, cst.BaseExpression]]:
        """What attributes that hold addresses are set to: `client.base_url = ...`"""
        pairs = (pair for assign in self._context.nodes(cst.Assign) for pair in assigned(assign))
        return [
            (target, value)
            for target, value in pairs
            if isinstance(target, cst.Attribute) and target.attr.value in ("api_base", "base_url")
        ]

    def _is_led_elsewhere(self, setting: tuple[cst.Attribute, cst.BaseExpression]) -> bool:
        """Whether a client, or a package that hands keys on, is told another address."""
        target, value = setting
        is_told = self._context.clients.is_client(target.value)
        is_told = is_told or bool(self._context.resolver.names(target.value) & SETTINGS_OF_WRAPPERS.keys())
        return is_told and self._of_address(target.attr.value, value) != "openai"

    def _of_address(self, argument: str, address: cst.BaseExpression) -> Host:
        found = {self._of_one(argument, each.value, each.is_default) for each in self._origins.alternatives(address)}
        return found.pop() if len(found) == 1 else "unknown"

    def _of_one(self, argument: str, address: cst.BaseExpression, is_default: bool) -> Host:
        value = self._context.values.fold(address)
        if argument == "azure_endpoint" and not isinstance(value, str):
            return "openai"
        if is_default and argument != "azure_endpoint":
            return "unknown"
        if value is None:
            return "openai"
        url = f"https://{value}" if argument == "host" else value
        host = url_host(url) if isinstance(url, str) else None
        if host is None:
            return "unknown"
        return "openai" if serves_openai(host) else "unknown" if HOLE in host else "other"

    def _may_lead_elsewhere(self, transport: cst.BaseExpression) -> bool:
        """Whether a transport is more than a client of httpx with options that say nothing of an address."""
        made = self._origins.of(transport)
        if self._context.values.value(made) is None:
            return False
        if not isinstance(made, cst.Call) or not self._context.resolver.names(made.func) <= HTTP_CLIENTS:
            return True
        return any(arg.keyword is None or arg.keyword.value not in HARMLESS_OPTIONS for arg in made.args)

    def _asks_openai(self, call: cst.Call) -> bool:
        """Whether a call that is told a model is told one of OpenAI's."""
        first = call.args[0].value if call.args and call.args[0].keyword is None and not call.args[0].star else None
        return self._is_for_openai(dict(self._entries.of_call(call)), first)

    def _is_for_openai(self, entries: Mapping[str, cst.BaseExpression], first: cst.BaseExpression | None = None) -> bool:
        provider = next((entries[name] for name in _PROVIDERS if name in entries), None)
        if provider is not None and self._context.values.value(provider) is not None:
            return self._context.values.text(provider) in ("openai", "azure", "azure_openai")
        model = next((entries[name] for name in _MODELS if name in entries), first)
        text = self._context.values.text(model) if model is not None else None
        return text is not None and is_openai_model(text)
