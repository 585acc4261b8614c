"""Where a program hands the SDK a credential: arguments, module settings, environment names, headers."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Literal, NamedTuple, TypeAlias
from weakref import WeakKeyDictionary

from oaklint.python import cst
from oaklint.python.assignments import assigned
from oaklint.sdk.clients import COPIES, CREDENTIAL_ARGUMENTS, CREDENTIAL_ENVIRONMENT, serves_openai, url_host
from oaklint.usage.environment.reads import subscript_text
from oaklint.usage.usage import Usage

# Where a credential is sent to: to OpenAI (or Azure, which serves its models), to somebody else, or the program does not tell.
Host = Literal["openai", "other", "unknown"]
# The nodes that can hold a sink.
Handover: TypeAlias = "cst.Call | cst.Assign | cst.AnnAssign"

# Classes of LangChain and LlamaIndex that build a client of the SDK, such as `langchain_openai.ChatOpenAI` and
# `llama_index.llms.openai.AzureOpenAI`.
_WRAPPERS = re.compile(r"(?:langchain\w*|llama_index)\.(?:\w+\.)*(?:Async|Azure)?(?:Chat)?OpenAI(?:Embeddings?|LLM)?$")
_WRAPPER_ARGUMENTS = CREDENTIAL_ARGUMENTS | {"openai_api_key"}
# Arguments of clients and wrappers that say where the key goes, and those that may lead it anywhere.
_ADDRESSES = {"base_url", "openai_api_base", "api_base", "azure_endpoint", "openai_api_endpoint"}
_TRANSPORTS = {"http_client", "provider"}

# For the screen of rules: what brings a credential to the SDK in a file that does not import it, and what a credential goes by.
CARRIERS = ("environ", "getenv", "putenv", "langchain", "llama_index")
CREDENTIAL_NAMES = (*sorted(CREDENTIAL_ARGUMENTS | CREDENTIAL_ENVIRONMENT), "uthorization", "AUTHORIZATION")

_GETENV = {"os.getenv", "os.environ.get"}
_SETENV = {"os.environ.setdefault", "os.putenv"}


class Sink(NamedTuple):
    """A place where a value becomes a credential.

    value: the expression that flows in, followed to where it is written down.
    what:  how to speak of the place.
    host:  where the credential is sent to.
    """

    value: cst.BaseExpression
    what: str
    host: Host


def written_credentials(node: Handover, usage: Usage) -> Iterator[tuple[Sink, str]]:
    """The sinks that a node holds and whose text the program itself decides, as far as they lead to OpenAI."""
    for sink in sinks(node, usage):
        text = usage.values.text(sink.value)
        if text is not None and sink.host == "openai":
            yield sink, text.removeprefix("Bearer ").strip()


def sinks(node: Handover, usage: Usage) -> Iterator[Sink]:
    """The places in a call or an assignment where a credential for the SDK is given as an expression."""
    if isinstance(node, cst.Call):
        for value, what, host in _of_call(node, usage):
            yield from _alternatives(value, what, host, usage)
    for target, given in assigned(node):
        for value, what, host in _of_target(target, given, usage):
            yield from _alternatives(value, what, host, usage)


# Calls.


def _of_call(call: cst.Call, usage: Usage) -> Iterator[Sink]:
    names = usage.resolver.names(call.func)
    if usage.constructions.of(call) is not None:
        yield from _of_arguments(call, CREDENTIAL_ARGUMENTS, "default_headers", _new_client_host(call, usage), usage)
    elif any(map(_WRAPPERS.match, names)):
        yield from _of_arguments(call, _WRAPPER_ARGUMENTS, "default_headers", _new_client_host(call, usage), usage)
    elif _is_copy_of_client(call, usage):
        yield from _of_arguments(call, CREDENTIAL_ARGUMENTS, "default_headers", _usual_host(usage), usage)
    elif usage.clients.is_request(call):
        yield from _of_arguments(call, {"api_key"}, "extra_headers", _module_host(usage), usage)
    else:
        yield from _of_environment_call(call, names, usage)


def _is_copy_of_client(call: cst.Call, usage: Usage) -> bool:
    """`client.with_options(api_key=...)`"""
    func = call.func
    return isinstance(func, cst.Attribute) and func.attr.value in COPIES and usage.clients.is_client(func.value)


def _of_arguments(call: cst.Call, credentials: Collection[str], headers: str, host: Host, usage: Usage) -> Iterator[Sink]:
    for name, value in _arguments(call, usage):
        if name in credentials:
            yield Sink(value, f"`{name}=`", host)
        elif name == headers:
            yield from _of_headers(value, host, usage)


def _of_headers(headers: cst.BaseExpression, host: Host, usage: Usage) -> Iterator[Sink]:
    for name, value in _entries(headers, usage):
        if name.lower() == "authorization":
            yield Sink(value, "the Authorization header", host)


def _of_environment_call(call: cst.Call, names: frozenset[str], usage: Usage) -> Iterator[Sink]:
    positional = [arg.value for arg in call.args if arg.keyword is None and not arg.star]
    if "os.environ.update" in names:
        for name, value in _arguments(call, usage):
            if name in CREDENTIAL_ENVIRONMENT:
                yield Sink(value, f"`{name}`", _module_host(usage))
    elif "builtins.setattr" in names and len(positional) == 3:
        if "openai" in usage.clients.names(positional[0]) and usage.values.text(positional[1]) == "api_key":
            yield Sink(positional[2], "`openai.api_key`", _module_host(usage))
    elif names & (_GETENV | _SETENV) and len(positional) == 2:
        name = usage.values.text(positional[0]) or ""
        if name in CREDENTIAL_ENVIRONMENT:
            what = f"the default of `{name}`" if names & _GETENV else f"`{name}`"
            yield Sink(positional[1], what, _module_host(usage))


def _arguments(call: cst.Call, usage: Usage) -> Iterator[tuple[str, cst.BaseExpression]]:
    """Keyword arguments, and the entries of dictionaries that are given as `{...}` or `**{...}`."""
    for arg in call.args:
        if arg.keyword is not None:
            yield arg.keyword.value, arg.value
        elif arg.star in ("**", ""):
            yield from _entries(arg.value, usage)


def _entries(value: cst.BaseExpression, usage: Usage) -> Iterator[tuple[str, cst.BaseExpression]]:
    """The entries with known keys of a dictionary that is written down, in place or behind a name that nothing else mentions."""
    if isinstance(value, cst.Name) and usage.mentioned[value.value] == 2:
        value = _origin(value, usage)
    if isinstance(value, cst.Dict):
        for element in value.elements:
            key = usage.values.text(element.key) if isinstance(element, cst.DictElement) else None
            if key is not None:
                yield key, element.value


# Assignments.


def _of_target(target: cst.BaseExpression, value: cst.BaseExpression, usage: Usage) -> Iterator[Sink]:
    if isinstance(target, cst.Attribute) and target.attr.value == "api_key":
        if "openai" in usage.clients.names(target.value):
            yield Sink(value, "`openai.api_key`", _module_host(usage))
        elif usage.clients.is_client(target.value):
            yield Sink(value, "`client.api_key`", _usual_host(usage))
    elif isinstance(target, cst.Subscript) and "os.environ" in usage.resolver.names(target.value):
        name = subscript_text(target, usage.values)
        if name in CREDENTIAL_ENVIRONMENT:
            yield Sink(value, f"`{name}`", _module_host(usage))


# Values.


def _alternatives(value: cst.BaseExpression, what: str, host: Host, usage: Usage) -> Iterator[Sink]:
    """The values that an expression may have: `a or b`, `a if c else b`, and the default of a getenv call."""
    if isinstance(value, cst.BooleanOperation):
        parts = [value.left, value.right] if isinstance(value.operator, cst.Or) else [value.right]
    elif isinstance(value, cst.IfExp):
        parts = [value.body, value.orelse]
    else:
        parts = []
    for part in parts:
        yield from _alternatives(part, what, host, usage)
    if parts:
        return
    origin = _origin(value, usage)
    if isinstance(origin, cst.Call) and usage.resolver.names(origin.func) & _GETENV and len(origin.args) == 2:
        # With one of the SDK's own names it is a sink by itself.
        if usage.values.text(origin.args[0].value) not in CREDENTIAL_ENVIRONMENT:
            yield Sink(origin.args[1].value, f"the default of {what}", host)
    else:
        yield Sink(origin, what, host)


def _origin(value: cst.BaseExpression, usage: Usage) -> cst.BaseExpression:
    """Where the value is written down, for a name or attribute that is bound once, or a parameter with a default."""
    for _ in range(5):
        if isinstance(value, cst.Name):
            bindings = usage.resolver.bindings(value)
            kinds = ("assign", "annotated", "parameter")
            values = [binding.value for binding in bindings if binding.kind in kinds and binding.value is not None]
            values = values if len(values) == len(bindings) else []
        elif isinstance(value, cst.Attribute):
            values = usage.resolver.attribute_values(value)
        else:
            break
        if len(values) != 1:
            break
        value = values[0]
    return value


# Hosts.


def _new_client_host(call: cst.Call, usage: Usage) -> Host:
    """Where a new client sends its key: a `base_url` or an endpoint decides."""
    if any(arg.star == "**" and not any(_entries(arg.value, usage)) for arg in call.args):
        return "unknown"
    arguments = dict(_arguments(call, usage))
    if arguments.keys() & _TRANSPORTS:
        return "unknown"
    for name, value in arguments.items():
        if name in _ADDRESSES:
            return _host(name, value, usage)
    return _environment_host(usage)


def _module_host(usage: Usage) -> Host:
    """Where the module client sends its key: `openai.api_base` and `openai.base_url` decide."""
    found = _module_hosts.get(usage)
    if found is None:
        found = _module_hosts[usage] = _find_module_host(usage)
    return found


def _find_module_host(usage: Usage) -> Host:
    for target, value in (pair for assign in usage.nodes(cst.Assign) for pair in assigned(assign)):
        if isinstance(target, cst.Attribute) and target.attr.value in ("api_base", "base_url"):
            if "openai" in usage.clients.names(target.value):
                return _host(target.attr.value, value, usage)
    return _usual_host(usage)


def _usual_host(usage: Usage) -> Host:
    """Where the program's clients send their keys, as long as it gives none of them another address."""
    found = _usual_hosts.get(usage)
    if found is None:
        found = _usual_hosts[usage] = _find_usual_host(usage)
    return found


# By program, for as long as that is looked at: each credential asks for it.
_usual_hosts: WeakKeyDictionary[Usage, Host] = WeakKeyDictionary()
_module_hosts: WeakKeyDictionary[Usage, Host] = WeakKeyDictionary()


def _find_usual_host(usage: Usage) -> Host:
    for call in usage.nodes(cst.Call):
        for name, value in _arguments(call, usage):
            if name in _ADDRESSES and _host(name, value, usage) != "openai":
                return "unknown"
    if any(construction.is_open for construction in usage.constructions.in_program):
        return "unknown"
    return _environment_host(usage)


def _environment_host(usage: Usage) -> Host:
    """Where a client goes that takes its address from the environment, which the program itself may set."""
    written = any(write.names & {"OPENAI_BASE_URL", "OPENAI_API_BASE"} for write in usage.writes.all)
    return "unknown" if written else "openai"


def _host(argument: str, address: cst.BaseExpression, usage: Usage) -> Host:
    value = usage.values.value(address)
    if value is None or (argument == "azure_endpoint" and not isinstance(value, str)):
        return "openai"
    host = url_host(value) if isinstance(value, str) else None
    if host is None:
        return "unknown"
    return "openai" if serves_openai(host) else "other"
