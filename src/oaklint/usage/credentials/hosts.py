"""Where the keys of clients are sent to."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Literal

from oaklint.python import cst
from oaklint.python.assignments import assigned
from oaklint.python.values import HOLE
from oaklint.sdk.clients import GATEWAYS, is_local_host, is_openai_host, serves_openai, url_host
from oaklint.usage.context import Context
from oaklint.usage.credentials.entries import Entries
from oaklint.usage.credentials.origins import Origins
from oaklint.usage.environment.writes import Writes

# To OpenAI (or Azure, which serves its models), to somebody else, or the program does not tell.
Host = Literal["openai", "other", "unknown"]

# Arguments of clients and wrappers that say where the key goes, and those that may lead it anywhere.
_ADDRESSES = {"base_url", "openai_api_base", "api_base", "azure_endpoint", "openai_api_endpoint"}
_TRANSPORTS = {"http_client", "provider"}


class Hosts:
    """Tells the hosts of clients from their arguments, the module's settings and the environment."""

    def __init__(self, context: Context, origins: Origins, entries: Entries, writes: Writes) -> None:
        self._context = context
        self._origins = origins
        self._entries = entries
        self._writes = writes

    def of_new_client(self, call: cst.Call) -> Host:
        """Where a new client sends its key: a `base_url` or an endpoint decides."""
        if any(arg.star == "**" and not any(self._entries.of(arg.value)) for arg in call.args):
            return "unknown"
        arguments = dict(self._entries.of_call(call))
        if arguments.keys() & _TRANSPORTS:
            return "unknown"
        for name, value in arguments.items():
            if name in _ADDRESSES:
                return self._of_address(name, value)
        return self._of_environment

    def strangers(self, address: cst.BaseExpression) -> Iterator[str]:
        """The hosts that an address may lead to which are neither OpenAI's, nor near, nor meant to have OpenAI's keys."""
        for each, _ in self._origins.alternatives(address):
            if each is not address and isinstance(each, (cst.IfExp, cst.BooleanOperation)):
                yield from self.strangers(each)
            url = self._context.values.fold(each)
            host = url_host(url) if isinstance(url, str) else None
            if host is not None and HOLE not in host and not (is_openai_host(host) or is_local_host(host) or host in GATEWAYS):
                yield host

    @cached_property
    def of_module(self) -> Host:
        """Where the module client sends its key: `openai.api_base` and `openai.base_url` decide."""
        for target, value in (pair for assign in self._context.nodes(cst.Assign) for pair in assigned(assign)):
            if isinstance(target, cst.Attribute) and target.attr.value in ("api_base", "base_url"):
                if "openai" in self._context.clients.names(target.value):
                    return self._of_address(target.attr.value, value)
        return self.usual

    @cached_property
    def usual(self) -> Host:
        """Where the program's clients send their keys, as long as it gives none of them another address."""
        for call in self._context.nodes(cst.Call):
            for name, value in self._entries.of_call(call):
                if name in _ADDRESSES and self._of_address(name, value) != "openai":
                    return "unknown"
        if any(construction.is_open for construction in self._context.constructions.in_program):
            return "unknown"
        return self._of_environment

    @cached_property
    def _of_environment(self) -> Host:
        """Where a client goes that takes its address from the environment, which the program itself may set."""
        written = any(write.names & {"OPENAI_BASE_URL", "OPENAI_API_BASE"} for write in self._writes.all)
        return "unknown" if written else "openai"

    def _of_address(self, argument: str, address: cst.BaseExpression) -> Host:
        value = self._context.values.value(address)
        if value is None or (argument == "azure_endpoint" and not isinstance(value, str)):
            return "openai"
        host = url_host(value) if isinstance(value, str) else None
        if host is None:
            return "unknown"
        return "openai" if serves_openai(host) else "other"
