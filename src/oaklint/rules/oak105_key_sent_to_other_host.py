"""## What it does
Finds clients whose `base_url` leads to another host than OpenAI's, and whose key may be None.

- `OpenAI(base_url=OTHER, api_key=os.getenv("OTHER_KEY"))`, directly, through names, parameters and functions, and with anything
  else that may give None: `config.get("key")`, `key or None`, a parameter or field that is None by default;
- `OpenAI(base_url=OTHER)` without any key, or with options that get one only where there is one;
- settings of several hosts in a table, `OpenAI(base_url=row.url, api_key=os.getenv(row.variable))`;
- the same for classes of other packages that fall back like the SDK: `ChatOpenAI(openai_api_base=OTHER)` of LangChain, and those
  of LlamaIndex, Pydantic AI, the Agents SDK, Agno and smolagents;
- `client.with_options(base_url=OTHER)`, `client.copy(base_url=OTHER)` and `client.base_url = OTHER`, of a client that was built
  for OpenAI: it keeps its key;
- `openai.base_url = OTHER`, where requests go through the module and nothing sets `openai.api_key`.

Not reported are addresses of this machine and of private networks, those that the program text does not show, and services that
hand requests on to OpenAI with its key; keys that the program makes sure of beforehand (`if not key: raise ...`); programs that
set or remove `OPENAI_API_KEY` by themselves, or read the key from it on purpose; and clients with an Authorization header of
their own, or with headers or a transport that are not seen.

## Why is this bad?
For `api_key=None` the SDK looks into the environment, whatever the `base_url`: where the other service's variable is not set, the
key in `OPENAI_API_KEY` is sent to that service, which can use it. Nothing is raised by the SDK, and what comes back is at best a
401 of the other service. Measured on openai 1.0.0, 1.55.3, 1.109.1, 2.54.0 and 3.54.0, the copies and settings on the last three.
`os.environ["OTHER_KEY"]` fails with `KeyError` instead. Measured on the classes of the other packages, too: langchain 0.0.354,
langchain-community 0.3.27, langchain-openai 0.2.14 and 1.7.4, llama-index-llms-openai 0.8.3, pydantic-ai-slim 2.31.1,
openai-agents 0.20.0, agno 3.1.10 and smolagents 1.26.0.

## Example
```python
import os

from openai import OpenAI

client = OpenAI(base_url="https://api.deepseek.com", api_key=os.getenv("DEEPSEEK_API_KEY"))
client.models.list()
```

Use instead:
```python
import os

from openai import OpenAI

client = OpenAI(base_url="https://api.deepseek.com", api_key=os.environ["DEEPSEEK_API_KEY"])
client.models.list()
```

## Fix safety
The fix turns `os.getenv("OTHER_KEY")` and `os.environ.get("OTHER_KEY")` into `os.environ["OTHER_KEY"]`. It is unsafe: where the
variable is not set, the program ends with `KeyError`, which is its purpose. There is none where no variable is named, where the
key may be None for another reason, too, and for a default, which is evaluated in any case: `os.getenv("A", os.getenv("B"))`.

## References
- [Usage of the SDK](https://github.com/openai/openai-python#usage)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from itertools import islice

from oaklint.diagnostic import Severity
from oaklint.python import cst
from oaklint.python.assignments import assigned
from oaklint.python.definitions import last_name
from oaklint.python.edits import Editor
from oaklint.python.places import place
from oaklint.python.tree import index_of
from oaklint.rules import IMPORTS_OPENAI, Finding, Needs, Repair
from oaklint.rules.needs import IMPORTS_WRAPPER, Pattern, Reach
from oaklint.sdk.clients import COPIES
from oaklint.sdk.wrappers import Wrapper, wrapper
from oaklint.usage import Usage
from oaklint.usage.constructions import Construction
from oaklint.usage.credentials.absence import Absence
from oaklint.usage.credentials.authorization import is_authorized
from oaklint.usage.module_client import is_module, makes_requests, sets_credentials
from oaklint.usage.repairs import is_fallback

# The address may stand in a module that the file imports.
NEEDS: Needs = (
    (IMPORTS_OPENAI, IMPORTS_WRAPPER),
    (Reach(Pattern(b"base_url", b"base_url")), Reach(Pattern(b"api_base", b"api_base"))),
)
SEVERITY: Severity = "error"

_VARIABLE = "OPENAI_API_KEY"
# Other credentials of a client; and, for other packages, the client itself.
_OTHERWISE = {"workload_identity", "provider"}
_CLIENTS = {*_OTHERWISE, "openai_client", "client", "async_client", "root_client", "root_async_client", "http_async_client"}
_ADDRESSES = ("base_url", "api_base", "openai_api_base")


def visit_Call(call: cst.Call, usage: Usage) -> Iterator[Finding]:
    of_base = usage.constructions.of_base(call)
    built = [of_base] if of_base is not None else usage.constructions.all_through(call)
    found = [finding for construction in built for finding in _built(call, construction, usage)]
    if isinstance(call.func, cst.Attribute) and call.func.attr.value in COPIES and usage.clients.is_client(call.func.value):
        arguments = _arguments(call, usage)
        if arguments is not None and _keeps_key(arguments, usage) and _is_for_openai(call.func.value, usage):
            found += _kept(call, arguments.get("base_url"), f"`{call.func.attr.value}(base_url=...)`", usage)
    elif (other := wrapper(usage.resolver.names(call.func))) is not None and other.falls_back and not usage.entries.is_open(call):
        found += _wrapped(call, other, dict(usage.entries.of_call(call)), usage)
    yield from found if found and not _is_told_on_purpose(usage) else ()


def visit_Assign(node: cst.Assign, usage: Usage) -> Iterator[Finding]:
    found: list[Finding] = []
    for target, value in assigned(node):
        if not isinstance(target, cst.Attribute) or target.attr.value != "base_url":
            continue
        if is_module(target.value, usage):
            if usage.generation and makes_requests(usage) and not sets_credentials(usage):
                found += _of_module(target, value, usage)
        elif usage.clients.is_client(target.value) and _is_for_openai(target.value, usage):
            found += _kept(target, value, "`client.base_url = ...`", usage) if not _gets_key(target.value, usage) else ()
    yield from found if found and not _is_told_on_purpose(usage) else ()


def _gets_key(client: cst.BaseExpression, usage: Usage) -> bool:
    """Whether the program sets the key of a client that is built already."""
    targets = (target for target, _ in usage.resolver.attributes.assignments() if isinstance(target, cst.Attribute))
    return any(target.attr.value == "api_key" and place(target.value) == place(client) for target in targets)


def _of_module(target: cst.Attribute, address: cst.BaseExpression, usage: Usage) -> Iterator[Finding]:
    for host in _host(address, usage):
        yield Finding(
            target,
            f"Nothing sets `openai.api_key`, so the module sends the key in `{_VARIABLE}` to {host}."
            " Set `openai.api_key` to the key for that host",
        )


def _built(site: cst.Call, construction: Construction, usage: Usage) -> Iterator[Finding]:
    if "Azure" in construction.constructor.name or "Bedrock" in construction.constructor.name:
        return  # they read names of their own
    inside = _arguments(construction.call, usage)
    arguments = inside if site is construction.call else construction.arguments
    if inside is None or arguments is None or any(arg.star == "**" for arg in construction.given):
        return
    if site is not construction.call and (address := inside.get("base_url")) is not None:
        if usage.tables.column(address) is not None or any(True for _ in _host(address, usage)):
            return  # it is reported there
    arguments = {**arguments, **{arg.keyword.value: arg.value for arg in construction.given if arg.keyword is not None}}
    if not arguments.keys() & _OTHERWISE:
        yield from _leading_away(site, arguments, ("base_url", "api_key"), "the SDK", usage)


def _wrapped(call: cst.Call, other: Wrapper, arguments: Mapping[str, cst.BaseExpression], usage: Usage) -> Iterator[Finding]:
    """What another package's class does, which builds the client."""
    if not arguments.keys() & _CLIENTS:
        names = [next((name for name in arguments if name in among), "") for among in (_ADDRESSES, other.credentials)]
        yield from _leading_away(call, arguments, (names[0], names[1]), f"`{last_name(call.func)}`", usage)


def _leading_away(
    site: cst.Call, arguments: Mapping[str, cst.BaseExpression], names: tuple[str, str], who: str, usage: Usage
) -> Iterator[Finding]:
    """names: those of the arguments with the address and the key. who: falls back to the variable."""
    address, key = (arguments.get(name) for name in names)
    if is_authorized(arguments, usage) or _is_taken_away(site, usage):
        return
    for leak in islice(usage.leaks.of(site, address, key), 1):
        variable = leak.absence.variable
        lack = f"Without `{variable}` in the environment" if variable is not None else "Without a key"
        remedy, is_fixable = "Give it the key for that host, and fail where there is none", variable is not None and leak.is_own
        if is_fixable:
            name = leak.absence.name
            spelled = place(name) if isinstance(name, (cst.Name, cst.Attribute)) else f'"{variable}"'
            remedy = f"Read it as `os.environ[{spelled}]`, which fails instead"
        yield Finding(
            site,
            f"{lack} the client sends the one in `{_VARIABLE}` to {leak.host}: for None {who} falls back to it, whatever the"
            f" `{names[0]}`. {remedy}",
            fix=partial(_require, leak.absence, key, usage) if is_fixable else None,
        )


def _is_taken_away(site: cst.Call, usage: Usage) -> bool:
    """Whether a context manager around is told the name of the variable: `with without("OPENAI_API_KEY"):`"""
    items = (item.item for around in usage.tree.ancestors(site) if isinstance(around, cst.With) for item in around.items)
    given = (arg.value for item in items if isinstance(item, cst.Call) for arg in item.args)
    return any(usage.values.text(each) == _VARIABLE for each in given)


def _arguments(call: cst.Call, usage: Usage) -> Mapping[str, cst.BaseExpression] | None:
    """What a call is given by name; None where `**options` may give it an address or a key."""
    arguments = dict(usage.entries.of_call(call))
    is_open = any(arg.star == "**" and not any(usage.entries.of(arg.value)) for arg in call.args)
    return arguments if not is_open or {"api_key", "base_url"} <= arguments.keys() else None


def _host(address: cst.BaseExpression | None, usage: Usage) -> Iterator[str]:
    """The other host that an address leads to, if any."""
    yield from (stranger.host for stranger in islice(usage.hosts.strangers(address), 1)) if address is not None else ()


# Clients that have a key already.


def _kept(where: cst.CSTNode, address: cst.BaseExpression | None, what: str, usage: Usage) -> Iterator[Finding]:
    for host in _host(address, usage):
        yield Finding(
            where,
            f"{what} keeps the client's key, which is then sent to {host}. Build a client of its own for that host, with its key",
        )


def _keeps_key(arguments: Mapping[str, cst.BaseExpression], usage: Usage) -> bool:
    key = arguments.get("api_key")
    return (key is None or usage.absences.of(key) is not None) and not is_authorized(arguments, usage)


def _is_for_openai(client: cst.BaseExpression, usage: Usage) -> bool:
    """Whether a client was built with OpenAI's key, for OpenAI."""
    origins = usage.resolver.values_of(client)
    built = [usage.constructions.through(origin) if isinstance(origin, cst.Call) else None for origin in origins]
    return bool(built) and all(each is not None and _has_openai_key(each, usage) for each in built)


def _has_openai_key(construction: Construction, usage: Usage) -> bool:
    arguments = _arguments(construction.call, usage)
    if arguments is None or construction.given or arguments.keys() & {"base_url", *_OTHERWISE}:
        return False
    if "Azure" in construction.constructor.name or "Bedrock" in construction.constructor.name:
        return False
    key = construction.argument("api_key")
    is_read = key is not None and usage.environment.read_by(usage.origins.of(key)) == _VARIABLE
    return (is_read or key is None or usage.values.value(key) is None) and not is_authorized(arguments, usage)


# Programs that know what they do.


def _is_told_on_purpose(usage: Usage) -> bool:
    """Whether the program decides by itself what `OPENAI_API_KEY` holds, or takes it away."""
    if any(_VARIABLE in write.names for write in usage.writes.all):
        return True
    keywords = (usage.tree.parents[name] for name in usage.tree.named(_VARIABLE) if usage.tree.is_label(name))
    calls = (usage.tree.parents[arg] for arg in keywords if isinstance(arg, cst.Arg))
    if any(usage.resolver.calls.functions(call) for call in calls if isinstance(call, cst.Call)):
        return True  # `with environment(OPENAI_API_KEY=...):`
    popped = (call for call in usage.nodes(cst.Call) if call.args and "os.environ.pop" in usage.resolver.names(call.func))
    items = (item for item in usage.nodes(cst.Subscript) if isinstance(usage.tree.parents.get(item), cst.Del))
    deleted = (index_of(item) for item in items if "os.environ" in usage.resolver.names(item.value))
    taken = (*(call.args[0].value for call in popped), *deleted)
    return any(name is not None and usage.values.text(name) == _VARIABLE for name in taken)


def _require(absence: Absence, key: cst.BaseExpression | None, usage: Usage, editor: Editor) -> Repair | None:
    """`os.environ["X"]` in place of `os.getenv("X")`."""
    call = absence.where
    if not isinstance(call, cst.Call) or (absence.name is None and usage.values.text(call.args[0].value) != absence.variable):
        return None
    others = usage.absences.all_of(key) if key is not None else ()
    if is_fallback(call, usage) or any(other.variable is None and other.name is None for other in others):
        return None  # it would fail where it need not, or be None all the same
    environ = editor.reference("os.environ", call)
    changes = (*environ.changes, editor.replace_whole(call, f"{environ.text}[{editor.text(call.args[0].value)}]"))
    return Repair("unsafe", "Fail where the variable is not set", changes)
