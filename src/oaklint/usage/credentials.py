"""Where a program hands the SDK a credential: arguments, module settings, environment names, headers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from oaklint.python import cst
from oaklint.sdk.clients import CREDENTIAL_ARGUMENTS, CREDENTIAL_ENVIRONMENT, is_openai_host, url_host
from oaklint.usage.usage import Usage

Host = Literal["openai", "other", "unknown"]

# Constructors of other packages that hand their key on to the SDK, and the argument that carries it.
_WRAPPERS = re.compile(r"(?:langchain\w*|llama_index)\.(?:\w+\.)*(?:Async|Azure)?(?:Chat)?OpenAI(?:Embeddings?|Embedding|LLM)?$")
_KEY_ARGUMENTS = {"api_key", "openai_api_key"}


class Sink(NamedTuple):
    """A place where a value becomes a credential.

    value: the expression that flows in. what: how to speak of the place. host: where the key is sent to, as far as that is known.
    """

    value: cst.BaseExpression
    what: str
    host: Host


def sinks(usage: Usage) -> Iterator[Sink]:
    """Every place of the program where a credential for the SDK is given as an expression."""
    for call in usage.nodes(cst.Call):
        yield from _of_call(call, usage)
    for assign in usage.nodes(cst.Assign):
        for target in assign.targets:
            yield from _of_target(target.target, assign.value, usage)
    for annotated in usage.nodes(cst.AnnAssign):
        if annotated.value is not None:
            yield from _of_target(annotated.target, annotated.value, usage)


def _of_call(call: cst.Call, usage: Usage) -> Iterator[Sink]:
    construction = usage.clients.construction(call)
    names = usage.resolver.names(call.func)
    if construction is not None or any(_WRAPPERS.match(name) for name in names):
        host = _host_of(call, usage)
        arguments = CREDENTIAL_ARGUMENTS | _KEY_ARGUMENTS if construction is None else CREDENTIAL_ARGUMENTS
        for name, value in _arguments(call, usage):
            if name in arguments:
                yield from _alternatives(value, f"`{name}=`", host, usage)
            elif name == "default_headers":
                yield from _of_headers(value, host, usage)
        return
    if isinstance(call.func, cst.Attribute) and call.func.attr.value in ("with_options", "copy") and usage.clients.is_client(call.func.value):
        for name, value in _arguments(call, usage):
            if name in CREDENTIAL_ARGUMENTS:
                yield from _alternatives(value, f"`{name}=`", _host_of(call, usage), usage)
        return
    if usage.clients.is_request(call):
        for name, value in _arguments(call, usage):
            if name == "extra_headers":
                yield from _of_headers(value, "unknown", usage)
            elif name == "api_key":
                yield from _alternatives(value, "`api_key=`", _module_host(usage), usage)
        return
    positional = [arg.value for arg in call.args if arg.keyword is None and not arg.star]
    if names & {"os.getenv", "os.environ.get"} and len(positional) == 2:
        if usage.values.text(positional[0]) in CREDENTIAL_ENVIRONMENT:
            yield from _alternatives(positional[1], f"the default of `{usage.values.text(positional[0])}`", _module_host(usage), usage)
    elif names & {"os.environ.setdefault", "os.putenv"} and len(positional) == 2:
        if usage.values.text(positional[0]) in CREDENTIAL_ENVIRONMENT:
            yield from _alternatives(positional[1], f"`{usage.values.text(positional[0])}`", _module_host(usage), usage)
    elif "os.environ.update" in names:
        for name, value in _arguments(call, usage):
            if name in CREDENTIAL_ENVIRONMENT:
                yield from _alternatives(value, f"`{name}`", _module_host(usage), usage)
    elif "builtins.setattr" in names and len(positional) == 3 and "openai" in usage.resolver.names(positional[0]):
        if usage.values.text(positional[1]) == "api_key":
            yield from _alternatives(positional[2], "`openai.api_key`", _module_host(usage), usage)


def _arguments(call: cst.Call, usage: Usage) -> Iterator[tuple[str, cst.BaseExpression]]:
    """Keyword arguments, `**{...}` included; for a call with a dictionary as its argument, the entries of that."""
    for arg in call.args:
        if arg.keyword is not None:
            yield arg.keyword.value, arg.value
        elif isinstance(arg.value, cst.Dict) and arg.star in ("**", ""):
            for element in arg.value.elements:
                if isinstance(element, cst.DictElement):
                    key = usage.values.text(element.key)
                    if key is not None:
                        yield key, element.value


def _of_target(target: cst.BaseExpression, value: cst.BaseExpression, usage: Usage) -> Iterator[Sink]:
    if isinstance(target, (cst.Tuple, cst.List)) and isinstance(value, (cst.Tuple, cst.List)) and len(target.elements) == len(value.elements):
        for element, expression in zip(target.elements, value.elements, strict=True):
            yield from _of_target(element.value, expression.value, usage)
    elif isinstance(target, cst.Attribute) and target.attr.value == "api_key":
        if "openai" in usage.clients.names(target.value):
            yield from _alternatives(value, "`openai.api_key`", _module_host(usage), usage)
        elif usage.clients.is_client(target.value):
            yield from _alternatives(value, "`client.api_key`", "unknown", usage)
    elif isinstance(target, cst.Subscript) and "os.environ" in usage.resolver.names(target.value):
        part = target.slice[0].slice
        name = usage.values.text(part.value) if isinstance(part, cst.Index) else None
        if name in CREDENTIAL_ENVIRONMENT:
            yield from _alternatives(value, f"`{name}`", _module_host(usage), usage)


def _of_headers(value: cst.BaseExpression, host: Host, usage: Usage) -> Iterator[Sink]:
    if isinstance(value, cst.Dict):
        for element in value.elements:
            if isinstance(element, cst.DictElement) and (usage.values.text(element.key) or "").lower() == "authorization":
                yield Sink(element.value, "the Authorization header", host)


def _alternatives(value: cst.BaseExpression, what: str, host: Host, usage: Usage) -> Iterator[Sink]:
    """The values that an expression may have: `a or b`, `a if c else b`, and the default of a getenv call."""
    if isinstance(value, cst.BooleanOperation):
        yield from _alternatives(value.left, what, host, usage)
        yield from _alternatives(value.right, what, host, usage)
    elif isinstance(value, cst.IfExp):
        yield from _alternatives(value.body, what, host, usage)
        yield from _alternatives(value.orelse, what, host, usage)
    elif isinstance(value, cst.Call) and usage.resolver.names(value.func) & {"os.getenv", "os.environ.get"} and len(value.args) == 2:
        # With one of the SDK's own names it is a sink by itself.
        if usage.values.text(value.args[0].value) not in CREDENTIAL_ENVIRONMENT:
            yield Sink(value.args[1].value, f"the default of the key for {what}", host)
    else:
        yield Sink(_origin(value, usage), what, host)


def _origin(value: cst.BaseExpression, usage: Usage) -> cst.BaseExpression:
    """Where the value is written down, for a name or attribute that is bound once."""
    for _ in range(5):
        if isinstance(value, cst.Name):
            bindings = usage.resolver.bindings(value)
            values = [binding.value for binding in bindings if binding.kind in ("assign", "annotated") and binding.value is not None]
            values = values if len(values) == len(bindings) else []
        elif isinstance(value, cst.Attribute):
            values = list(usage.resolver.attribute_values(value))
        else:
            break
        if len(values) != 1:
            break
        value = values[0]
    return value


def _host_of(call: cst.Call, usage: Usage) -> Host:
    """Where a client sends its key: a `base_url` or an endpoint decides."""
    if any(arg.star == "**" and not isinstance(arg.value, cst.Dict) for arg in call.args):
        return "unknown"
    for name, value in _arguments(call, usage):
        if name in ("base_url", "openai_api_base", "api_base", "azure_endpoint", "openai_api_endpoint"):
            return _host(value, usage)
        if name in ("http_client", "provider"):
            return "unknown"
    if isinstance(call.func, cst.Attribute) and call.func.attr.value in ("with_options", "copy"):
        return "unknown"
    return _environment_host(usage)


def _host(value: cst.BaseExpression, usage: Usage) -> Host:
    text = usage.values.text(value)
    if text is None:
        return "openai" if usage.values.value(value) is None else "unknown"
    host = url_host(text)
    return "unknown" if host is None else "openai" if is_openai_host(host) else "other"


def _module_host(usage: Usage) -> Host:
    """Where the module client sends its key: `openai.api_base` and `openai.base_url` decide."""
    for assign in usage.nodes(cst.Assign):
        for target in assign.targets:
            place = target.target
            if isinstance(place, cst.Attribute) and place.attr.value in ("api_base", "base_url") and "openai" in usage.clients.names(place.value):
                return _host(assign.value, usage)
    # A client in the same file that goes elsewhere makes it likely that the environment is meant for it.
    for construction in usage.clients.constructions:
        if construction.argument("base_url") is not None or construction.is_open:
            return "unknown"
    return _environment_host(usage)


def _environment_host(usage: Usage) -> Host:
    """`OPENAI_BASE_URL` and `OPENAI_API_BASE`, where the program itself sets them."""
    for write in usage.environment.writes:
        if write.names & {"OPENAI_BASE_URL", "OPENAI_API_BASE"}:
            return "unknown"
    return "openai"
