"""Where a program hands the SDK a credential: arguments, module settings, environment names, headers."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Literal, NamedTuple, TypeAlias

from oaklint.python import cst
from oaklint.python.assignments import assigned
from oaklint.sdk.clients import COPIES, CREDENTIAL_ARGUMENTS, CREDENTIAL_ENVIRONMENT
from oaklint.usage.context import Context
from oaklint.usage.credentials.entries import Entries
from oaklint.usage.credentials.hosts import Host, Hosts
from oaklint.usage.credentials.origins import GETENV, Origins
from oaklint.usage.environment.reads import subscript_text

# The nodes that can hold a sink.
Handover: TypeAlias = "cst.Call | cst.Assign | cst.AnnAssign"
# `argument` of a client, a copy of one, a request or another package's class; `setting` of the module or of a client;
# `environment`: a variable that is set; `default`: what `os.getenv` gives in place of a variable; `header`.
Kind = Literal["argument", "setting", "environment", "default", "header"]

# Classes of LangChain and LlamaIndex that build a client of the SDK, such as `langchain_openai.ChatOpenAI` and
# `llama_index.llms.openai.AzureOpenAI`.
_WRAPPERS = re.compile(r"(?:langchain\w*|llama_index)\.(?:\w+\.)*(?:Async|Azure)?(?:Chat)?OpenAI(?:Embeddings?|LLM)?$")
_WRAPPER_ARGUMENTS = CREDENTIAL_ARGUMENTS | {"openai_api_key"}

# For the screen of rules: what brings a credential to the SDK in a file that does not import it, and what a credential goes by.
CARRIERS = ("environ", "getenv", "putenv", "langchain", "llama_index")
CREDENTIAL_NAMES = (*sorted(CREDENTIAL_ARGUMENTS | CREDENTIAL_ENVIRONMENT), "uthorization", "AUTHORIZATION")

_SETENV = {"os.environ.setdefault", "os.putenv"}


class Sink(NamedTuple):
    """A place where a value becomes a credential.

    value: the expression that flows in, followed to where it is written down: one of several, where there are alternatives.
    what:  how to speak of the place.
    host:  where the credential is sent to.
    kind, name: what sort of place it is, and the name of the argument, attribute, variable or header.
    given: what stands at the place itself.
    """

    value: cst.BaseExpression
    what: str
    host: Host
    kind: Kind
    name: str
    given: cst.BaseExpression


class Sinks:
    """Finds them, call by call and assignment by assignment."""

    def __init__(self, context: Context, origins: Origins, entries: Entries, hosts: Hosts) -> None:
        self._context = context
        self._origins = origins
        self._entries = entries
        self._hosts = hosts
        self._found: dict[cst.CSTNode, list[Sink]] = {}

    def written(self, node: Handover) -> Iterator[tuple[Sink, str]]:
        """The sinks that a node holds and whose text the program itself decides, as far as they lead to OpenAI."""
        for sink in self.of(node):
            text = self._context.values.text(sink.value)
            if text is not None and sink.host == "openai":
                yield sink, text.removeprefix("Bearer ").strip()

    def of(self, node: Handover) -> list[Sink]:
        """The places in a call or an assignment where a credential for the SDK is given as an expression."""
        if node not in self._found:
            self._found[node] = [each for place in self.places(node) for each in self._alternatives(place)]
        return self._found[node]

    def places(self, node: Handover) -> Iterator[Sink]:
        """The same, each once, with what is given there not followed."""
        if isinstance(node, cst.Call):
            yield from self._of_call(node)
        for target, given in assigned(node):
            yield from self._of_target(target, given)

    def _alternatives(self, sink: Sink) -> Iterator[Sink]:
        for value, is_default in self._origins.alternatives(sink.given):
            yield sink._replace(value=value, what=f"the default of {sink.what}" if is_default else sink.what)

    # Calls.

    def _of_call(self, call: cst.Call) -> Iterator[Sink]:
        context, names = self._context, self._context.resolver.names(call.func)
        if context.constructions.of(call) is not None:
            yield from self._of_arguments(call, CREDENTIAL_ARGUMENTS, "default_headers", self._hosts.of_new_client(call))
        elif any(map(_WRAPPERS.match, names)):
            yield from self._of_arguments(call, _WRAPPER_ARGUMENTS, "default_headers", self._hosts.of_new_client(call))
        elif self._is_copy_of_client(call):
            yield from self._of_arguments(call, CREDENTIAL_ARGUMENTS, "default_headers", self._hosts.usual)
        elif context.clients.is_request(call):
            yield from self._of_arguments(call, {"api_key"}, "extra_headers", self._hosts.of_module)
        else:
            yield from self._of_environment_call(call, names)

    def _is_copy_of_client(self, call: cst.Call) -> bool:
        """`client.with_options(api_key=...)`"""
        func = call.func
        return isinstance(func, cst.Attribute) and func.attr.value in COPIES and self._context.clients.is_client(func.value)

    def _of_arguments(self, call: cst.Call, credentials: Collection[str], headers: str, host: Host) -> Iterator[Sink]:
        for name, value in self._entries.of_call(call):
            if name in credentials:
                yield _sink(value, f"`{name}=`", host, "argument", name)
            elif name == headers:
                for header, entry in self._entries.of(value):
                    if header.lower() == "authorization":
                        yield _sink(entry, "the Authorization header", host, "header", header)

    def _of_environment_call(self, call: cst.Call, names: frozenset[str]) -> Iterator[Sink]:
        positional = [arg.value for arg in call.args if arg.keyword is None and not arg.star]
        if "os.environ.update" in names:
            for name, value in self._entries.of_call(call):
                if name in CREDENTIAL_ENVIRONMENT:
                    yield _sink(value, f"`{name}`", self._hosts.of_module, "environment", name)
        elif "builtins.setattr" in names and len(positional) == 3:
            if "openai" in self._context.clients.names(positional[0]) and self._context.values.text(positional[1]) == "api_key":
                yield _sink(positional[2], "`openai.api_key`", self._hosts.of_module, "setting", "api_key")
        elif names & (GETENV | _SETENV) and len(positional) == 2:
            name = self._context.values.text(positional[0]) or ""
            if name in CREDENTIAL_ENVIRONMENT and names & GETENV:
                yield _sink(positional[1], f"the default of `{name}`", self._hosts.of_module, "default", name)
            elif name in CREDENTIAL_ENVIRONMENT:
                yield _sink(positional[1], f"`{name}`", self._hosts.of_module, "environment", name)

    # Assignments.

    def _of_target(self, target: cst.BaseExpression, value: cst.BaseExpression) -> Iterator[Sink]:
        clients = self._context.clients
        if isinstance(target, cst.Attribute) and target.attr.value == "api_key":
            if "openai" in clients.names(target.value):
                yield _sink(value, "`openai.api_key`", self._hosts.of_module, "setting", "api_key")
            elif clients.is_client(target.value):
                yield _sink(value, "`client.api_key`", self._hosts.usual, "setting", "api_key")
        elif isinstance(target, cst.Subscript) and "os.environ" in self._context.resolver.names(target.value):
            name = subscript_text(target, self._context.values)
            if name in CREDENTIAL_ENVIRONMENT:
                yield _sink(value, f"`{name}`", self._hosts.of_module, "environment", name)


def _sink(given: cst.BaseExpression, what: str, host: Host, kind: Kind, name: str) -> Sink:
    return Sink(given, what, host, kind, name, given)
