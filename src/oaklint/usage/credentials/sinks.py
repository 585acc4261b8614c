"""Where a program hands the SDK, or OpenAI itself, a credential: arguments, settings, environment names, headers."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cached_property
from typing import Literal, NamedTuple, TypeAlias

from oaklint.python import cst
from oaklint.python.assignments import assigned
from oaklint.python.shell import values_by_magic, values_exported
from oaklint.python.tree import argument_of, is_link, last_part
from oaklint.python.values import HOLE
from oaklint.sdk.clients import COPIES, CREDENTIAL_ARGUMENTS, CREDENTIAL_ENVIRONMENT
from oaklint.sdk.environment_names import DEFAULTING_READERS, SETTERS, SETTINGS_CLASSES
from oaklint.sdk.http_libraries import (
    ADDRESS,
    ADDS_HEADER,
    CREDENTIAL_HEADERS,
    HEADERS,
    HEADERS_POSITION,
    REQUESTS,
    SESSIONS,
)
from oaklint.sdk.wrappers import CONFIGURATIONS, REFERENCE, SETTINGS_OF_WRAPPERS, wrapper
from oaklint.source import Span
from oaklint.usage.context import Context
from oaklint.usage.credentials.hosts import Host, Hosts
from oaklint.usage.credentials.origins import Origins, Step
from oaklint.usage.environment.reads import subscript_text
from oaklint.usage.environment.writes import Write, Writes

# The nodes that can hold a sink.
Handover: TypeAlias = "cst.Call | cst.Assign | cst.AnnAssign | cst.AugAssign"
# `argument` of a client, a copy of one, a request or another package's class; `setting` of the module or of a client;
# `environment`: a variable that is set; `process`, `patch`: the same for another process, or for a test, alone;
# `default`: what stands in for a variable; `header`.
Kind = Literal["argument", "setting", "environment", "process", "patch", "default", "header"]

# Arguments by which a call is told the variables of what it runs.
_ENVIRONMENTS = {"env", "environment", "env_vars"}
# How deep dictionaries stand in each other.
_MAX_DEPTH = 4
_OBJECTS_WITH_HEADERS = {f"{name}()" for name in SESSIONS}


class Sink(NamedTuple):
    """A place where a value becomes a credential.

    value: the expression that flows in, followed to where it is written down: one of several, where there are alternatives.
    what:  how to speak of the place.
    host:  where the credential is sent to.
    kind, name: what sort of place it is, and the name of the argument, attribute, variable or header.
    given: what stands at the place itself; in a header, behind `Bearer`.
    is_default: whether something else is taken in its stead where that is given.
    """

    value: cst.BaseExpression
    what: str
    host: Host
    kind: Kind
    name: str
    given: cst.BaseExpression
    is_default: bool = False

    def as_default(self) -> Sink:
        return self if self.is_default else self._replace(what=f"the default of {self.what}", is_default=True)


class InMagic(NamedTuple):
    """A value that a magic or a shell line gives to a variable: `%env OPENAI_API_KEY=...`.

    what:  how to speak of the place. name: that of the variable.
    lasts: whether it is set for the program, not for a shell that ends with the line.
    """

    span: Span
    text: str
    what: str
    name: str
    lasts: bool
    kind: Kind = "environment"
    is_default: bool = False


class Sinks:
    """Finds them, call by call and assignment by assignment."""

    def __init__(self, context: Context, origins: Origins, hosts: Hosts, writes: Writes) -> None:
        self._context = context
        self._resolver = context.resolver
        self._origins = origins
        self._entries = origins.entries
        self._hosts = hosts
        self._writes = writes
        self._found: dict[cst.CSTNode, list[Sink]] = {}
        self._reached_by: dict[cst.BaseExpression, cst.CSTNode] = {}

    def written(self, node: Handover) -> Iterator[tuple[Sink, str]]:
        """The sinks that a node holds and whose text the program itself decides, as far as they lead to OpenAI; one that comes
        from the same place as another is left out.
        """
        for sink in self.of(node):
            text = self._text(sink.value)
            if text is not None and sink.host == "openai" and self._reached_by.setdefault(sink.value, node) is node:
                yield sink, text.removeprefix("Bearer ")

    def _text(self, value: cst.BaseExpression) -> str | None:
        """The text of a value, or what its pieces come to."""
        text = self._context.values.text(value)
        if text is None and (is_link(value) or isinstance(value, cst.FormattedString)):
            text = next(filter(None, (assembly.text(value) for assembly in self._context.assemblies)), None)
        return text if text is not None and HOLE not in text else None

    def in_magics(self) -> Iterator[InMagic]:
        """What magics and shell lines of a notebook set the variables of OpenAI's credentials to, if that is where they lead."""
        cells = [cell for cell in self._context.program.source.cells if cell.code != cell.text]
        if cells and self._hosts.of_module == "openai":
            found = [(each, True) for cell in cells for each in values_by_magic(cell)]
            found += [(each, False) for cell in cells for each in values_exported(cell)]
            for (name, span), lasts in found:
                if name in CREDENTIAL_ENVIRONMENT:
                    yield InMagic(span, span.cell.text[span.start : span.end].strip(), f"`{name}`", name, lasts)

    def of(self, node: Handover) -> list[Sink]:
        """The places in a call or an assignment where a credential for the SDK is given as an expression."""
        if node not in self._found:
            self._found[node] = self._of(node)
        return self._found[node]

    def unconverted(self, node: Handover) -> list[Sink]:
        """The same, followed only as far as it is the very value that gets there."""
        return self._of(node, but_for=("conversion",))

    def _of(self, node: Handover, but_for: tuple[Step, ...] = ()) -> list[Sink]:
        found = (each for place in self.places(node) for each in self._alternatives(place, but_for))
        return [*{(each.name, each.value): each for each in found}.values()]

    def places(self, node: Handover) -> Iterator[Sink]:
        """The same, each once, with what is given there not followed."""
        for write in self._written.get(node, ()):
            kind: Kind = "environment" if write.is_for_good else "patch"
            for name, value in write.values:
                for sink in self._variable(name, value, kind):
                    yield sink if write.overrides else sink.as_default()
        if isinstance(node, cst.Call):
            yield from self._of_call(node)
        for target, given in assigned(node):
            yield from self._of_target(target, given)

    def _alternatives(self, sink: Sink, but_for: tuple[Step, ...]) -> Iterator[Sink]:
        for value, is_default in self._origins.alternatives(sink.given, but_for):
            found = sink._replace(value=value)
            yield found.as_default() if is_default else found

    @cached_property
    def _written(self) -> dict[cst.CSTNode, list[Write]]:
        found: dict[cst.CSTNode, list[Write]] = {}
        for write in self._writes.all:
            found.setdefault(write.node, []).append(write)
        return found

    def _in_place_of(self, call: cst.Call) -> cst.BaseExpression | None:
        """What is taken where a call gives nothing: `os.getenv("OPENAI_API_KEY") or "..."`."""
        around = self._context.tree.parents.get(call)
        is_first = isinstance(around, cst.BooleanOperation) and isinstance(around.operator, cst.Or) and around.left is call
        return around.right if is_first else None  # type: ignore[union-attr]

    def _variable(self, name: str | None, value: cst.BaseExpression | None, kind: Kind = "environment") -> Iterator[Sink]:
        if name in CREDENTIAL_ENVIRONMENT and value is not None:
            sink = _sink(value, f"`{name}`", self._hosts.of_module, kind, name)
            yield sink.as_default() if kind == "default" else sink

    # Calls.

    def _of_call(self, call: cst.Call) -> Iterator[Sink]:
        context, hosts, names = self._context, self._hosts, self._resolver.names(call.func)
        constructions = context.constructions
        if constructions.of(call) or constructions.of_base(call) or self._prepares_client(call):
            yield from self._of_arguments(call, CREDENTIAL_ARGUMENTS, "default_headers", hosts.of_new_client(call))
        elif self._is_copy_of_client(call):
            yield from self._of_arguments(call, CREDENTIAL_ARGUMENTS, "default_headers", hosts.usual)
        elif context.clients.is_request(call):
            yield from self._of_arguments(call, {"api_key"}, "extra_headers", hosts.of_module)
        elif (found := wrapper(names)) is not None:
            host = hosts.of_wrapper(call, found)
            yield from self._of_arguments(call, found.credentials, "default_headers", host)
            if found.position is not None and (value := argument_of(call, found.position)) is not None:
                yield _sink(value, f"the key of `{last_part(call.func)}`", host, "argument", "key")
        else:
            yield from self._of_http_call(call, names)
            yield from self._of_environment_call(call, names)
            packages = {name.partition(".")[0] for name in names}
            for argument in (argument for package in packages & CONFIGURATIONS.keys() for argument in CONFIGURATIONS[package]):
                yield from self._of_configuration(argument_of(call, argument))

    def _prepares_client(self, call: cst.Call) -> bool:
        """`partial(OpenAI, api_key=...)`"""
        if not call.args or "functools.partial" not in self._resolver.names(call.func):
            return False
        names = self._resolver.names(call.args[0].value)
        return any(self._context.constructions.constructor(name) is not None for name in names)

    def _is_copy_of_client(self, call: cst.Call) -> bool:
        """`client.with_options(api_key=...)`"""
        func = call.func
        return isinstance(func, cst.Attribute) and func.attr.value in COPIES and self._context.clients.is_client(func.value)

    def _of_arguments(self, call: cst.Call, credentials: Collection[str], headers: str, host: Host) -> Iterator[Sink]:
        for name, value in self._entries.of_call(call):
            if name in credentials:
                yield _sink(value, f"`{name}=`", host, "argument", name)
            elif name == headers:
                yield from self._of_headers(value, host)

    def _of_configuration(self, value: cst.BaseExpression | None, depth: int = 0) -> Iterator[Sink]:
        """The keys in a dictionary, or a list of such, that say which model is asked: `[{"model": "gpt-5", "api_key": ...}]`."""
        for origin in self._origins.alternatives(value) if value is not None and depth < _MAX_DEPTH else ():
            if isinstance(origin.value, (cst.List, cst.Tuple)):
                inside = [element.value for element in origin.value.elements]
            else:
                entries = dict(self._entries.of(origin.value))
                key = entries.get("api_key")
                if key is not None and not (self._context.values.text(key) or "").startswith(REFERENCE):
                    yield _sink(key, "`api_key`", self._hosts.of_configuration(entries), "argument", "api_key")
                inside = [*entries.values()]
            for each in inside:
                yield from self._of_configuration(each, depth + 1)

    def _of_environment_call(self, call: cst.Call, names: frozenset[str]) -> Iterator[Sink]:
        text = self._context.values.text
        first, second = argument_of(call, 0), argument_of(call, 1)
        if "builtins.setattr" in names and first is not None and second is not None and text(second) == "api_key":
            if (value := argument_of(call, 2)) is not None:
                yield from self._of_setting(first, "api_key", value)
        elif "os.environ.update" in names and first is not None:
            for variable, entry in self._entries.of(first):
                yield from self._variable(variable, entry)
        elif names & DEFAULTING_READERS and first is not None:
            yield from self._variable(text(first), argument_of(call, "default", 1) or self._in_place_of(call), "default")
        elif setter := next(iter(names & SETTERS.keys()), None):
            name, value = (argument_of(call, *by) for by in SETTERS[setter])
            yield from self._variable(text(name) if name is not None else None, value)
        for arg in call.args:
            if arg.keyword is not None and arg.keyword.value in _ENVIRONMENTS:
                for variable, entry in self._entries.of(arg.value):
                    yield from self._variable(variable, entry, "process")

    # Headers.

    def _of_http_call(self, call: cst.Call, names: frozenset[str]) -> Iterator[Sink]:
        headers = next(filter(None, (argument_of(call, name) for name in HEADERS)), None)
        for name in names & REQUESTS.keys():
            given = headers or (argument_of(call, HEADERS_POSITION[name]) if name in HEADERS_POSITION else None)
            if given is not None:
                yield from self._of_headers(given, self._hosts.of_request(call, REQUESTS[name], ADDRESS))
        if names & SESSIONS.keys() and headers is not None:
            yield from self._of_headers(headers, self._hosts.of_session(call))
        first, second = argument_of(call, 0), argument_of(call, 1)
        if isinstance(call.func, cst.Attribute) and first is not None:
            if call.func.attr.value == "update" and (host := self._host_of_headers(call.func.value)) is not None:
                yield from self._of_headers(first, host)
            elif call.func.attr.value in ADDS_HEADER and second is not None:
                yield from self._of_added_header(call.func.value, self._context.values.text(first), second)

    def _of_added_header(self, request: cst.BaseExpression, header: str | None, value: cst.BaseExpression) -> Iterator[Sink]:
        """`request.add_header("Authorization", ...)`"""
        for made in self._made(request):
            for name in (names := self._resolver.names(made.func)) & REQUESTS.keys():
                yield from self._header(header, value, self._hosts.of_request(made, REQUESTS[name], ADDRESS))
            if names & SESSIONS.keys():
                yield from self._header(header, value, self._hosts.of_session(made))

    def _host_of_headers(self, node: cst.BaseExpression) -> Host | None:
        """Where the headers of a session go, `session.headers`; None for anything else."""
        if not isinstance(node, cst.Attribute) or node.attr.value != "headers":
            return None
        if not self._resolver.names(node.value) & _OBJECTS_WITH_HEADERS:
            return None
        return self._hosts.of_session(node.value)

    def _made(self, node: cst.BaseExpression) -> Iterator[cst.Call]:
        """The calls that may have made an object."""
        yield from (value for value in self._resolver.values_of(node) if isinstance(value, cst.Call))

    def _of_headers(self, headers: cst.BaseExpression, host: Host) -> Iterator[Sink]:
        for name, value in self._entries.of(headers):
            yield from self._header(name, value, host)

    def _header(self, name: str | None, value: cst.BaseExpression, host: Host) -> Iterator[Sink]:
        if name is not None and name.lower() in CREDENTIAL_HEADERS:
            yield _sink(self._behind_scheme(value), f"the {name} header", host, "header", name)

    def _behind_scheme(self, value: cst.BaseExpression) -> cst.BaseExpression:
        """What stands behind `Bearer` in a header: `key` in `f"Bearer {key}"` and its kin."""
        scheme: str | None = None
        inner: cst.BaseExpression | None = None
        if isinstance(value, cst.FormattedString) and len(value.parts) == 2:
            text, part = value.parts
            if isinstance(text, cst.FormattedStringText) and isinstance(part, cst.FormattedStringExpression):
                scheme, inner = text.value, part.expression
        elif isinstance(value, cst.BinaryOperation):
            scheme, inner = self._context.values.text(value.left), value.right
        elif isinstance(value, cst.Call) and isinstance(value.func, cst.Attribute) and value.func.attr.value == "format":
            scheme, inner = self._context.values.text(value.func.value), argument_of(value, 0)
        is_scheme = scheme is not None and scheme.strip().rstrip("%s{}").strip().lower() == "bearer"
        return inner if is_scheme and inner is not None else value

    # Assignments.

    def _of_target(self, target: cst.BaseExpression, value: cst.BaseExpression) -> Iterator[Sink]:
        if isinstance(target, cst.Attribute):
            yield from self._of_setting(target.value, target.attr.value, value)
            if (host := self._host_of_headers(target)) is not None:
                yield from self._of_headers(value, host)
        elif isinstance(target, cst.Subscript):
            host = self._host_of_headers(target.value)
            if host is not None:
                yield from self._header(subscript_text(target, self._context.values), value, host)
        elif isinstance(target, cst.Name) and self._context.tree.scopes[target].kind == "class":
            yield from self._of_field(target, value)

    def _of_setting(self, owner: cst.BaseExpression, attribute: str, value: cst.BaseExpression) -> Iterator[Sink]:
        clients, hosts = self._context.clients, self._hosts
        if attribute == "api_key":
            if "openai" in clients.names(owner):
                yield _sink(value, "`openai.api_key`", hosts.of_module, "setting", attribute)
            elif clients.is_client(owner):
                yield _sink(value, "`client.api_key`", hosts.usual, "setting", attribute)
        for name in self._resolver.names(owner) & SETTINGS_OF_WRAPPERS.keys():
            if attribute in SETTINGS_OF_WRAPPERS[name]:
                host = hosts.of_any_model if attribute == "api_key" else hosts.usual
                yield _sink(value, f"`{name}.{attribute}`", host, "setting", attribute)

    def _of_field(self, target: cst.Name, value: cst.BaseExpression) -> Iterator[Sink]:
        """A field that has its value from the environment, if that has it: of a class of settings of pydantic's."""
        owner = self._resolver.definitions.class_of(target)
        lineage = self._resolver.hierarchy.ancestry(owner) if owner is not None else ()
        bases = (self._resolver.names(base.value) for each in lineage for base in each.bases)
        if not any(names & SETTINGS_CLASSES for names in bases):
            return
        names = {target.value.upper()}
        if isinstance(value, cst.Call):
            aliases = (argument_of(value, by) for by in ("alias", "validation_alias", "env"))
            names |= {self._context.values.text(alias) or "" for alias in aliases if alias is not None}
        for name in sorted(names & CREDENTIAL_ENVIRONMENT):
            yield from self._variable(name, value, "default")


def _sink(given: cst.BaseExpression, what: str, host: Host, kind: Kind, name: str) -> Sink:
    return Sink(given, what, host, kind, name, given)
