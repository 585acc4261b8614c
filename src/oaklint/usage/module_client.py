"""The module `openai` as a client: its settings, `openai.api_key = ...`, and its requests, `openai.models.list()`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import TypeAlias

from oaklint.python import cst
from oaklint.python.assignments import assigned
from oaklint.python.places import is_builtin, place
from oaklint.python.tree import dotted_name, walk
from oaklint.sdk.clients import CREDENTIAL_ENVIRONMENT, REQUEST_ROOTS
from oaklint.sdk.environment_names import READERS_OF_THEIR_OWN, leaves_it_alone
from oaklint.sdk.legacy import LEGACY_CLASSES, is_lost_azure
from oaklint.usage.constructions import Construction
from oaklint.usage.environment.mentions import TYPED_IN
from oaklint.usage.guards import NO_EXCEPTION
from oaklint.usage.order import leads_to
from oaklint.usage.usage import Usage

# Objects that hold a program's settings go by these names.
_READ_FROM_FILES = {
    *("json.load()", "json.loads()", "tomllib.load()", "tomllib.loads()", "yaml.safe_load()", "yaml.load()"),
    *("configparser.ConfigParser()", "configparser.RawConfigParser()"),
}
_PLAIN_BASES = {"abc.ABC", "builtins.object", "typing.NamedTuple", "typing.Protocol"}
_SETTINGS_BASES = {"pydantic.BaseSettings", "pydantic_settings.BaseSettings"}
_SETTINGS = re.compile(r"(?:^|[._])(?:\w*conf(?:ig\w*)?|env\w*|secrets?|\w*settings?)(?:[._]|$)", re.IGNORECASE)
# From the name `environ` up to the call of `os.environ.get`.
_MAX_AROUND = 3
# The nodes that can hold an assignment to an attribute.
Assigning: TypeAlias = "cst.Assign | cst.AnnAssign | cst.Call"


def assigned_attributes(node: Assigning, usage: Usage) -> Iterator[tuple[cst.BaseExpression, str, cst.CSTNode]]:
    """The attributes that a statement, or `setattr`, assigns to: the owner, the attribute's name, and the node to mark."""
    if isinstance(node, cst.Call):
        if len(node.args) == 3 and "builtins.setattr" in usage.resolver.names(node.func):
            name = usage.values.text(node.args[1].value)
            if name is not None:
                yield node.args[0].value, name, node
        return
    if isinstance(node, cst.Assign):
        targets = [target.target for target in node.targets]
    else:
        targets = [node.target] if node.value is not None else []
    for target in targets:
        yield from _attributes(target)


def _attributes(target: cst.BaseExpression) -> Iterator[tuple[cst.BaseExpression, str, cst.CSTNode]]:
    if isinstance(target, (cst.Tuple, cst.List)):
        for element in target.elements:
            yield from _attributes(element.value)
    elif isinstance(target, cst.Attribute):
        yield target.value, target.attr.value, target


def set_value(node: Assigning, where: cst.CSTNode) -> cst.BaseExpression | None:
    """What one of these attributes is set to, by the node that is marked for it; None where that is not taken apart."""
    if isinstance(node, cst.Call):
        return node.args[2].value
    return next((value for target, value in assigned(node) if target is where), None)


def loses_azure(setting: str, value: cst.BaseExpression | None, usage: Usage) -> bool:
    """Whether `openai.api_type` is set to what only 0.x took for Azure."""
    api_type = usage.values.value(value) if setting == "api_type" and value is not None else None
    return isinstance(api_type, str) and is_lost_azure(api_type)


def is_module(node: cst.BaseExpression, usage: Usage) -> bool:
    return "openai" in usage.clients.names(node)


def is_configured(usage: Usage) -> bool:
    """Whether the program gives the module a key, and so the module client."""
    nodes: list[Assigning] = [*usage.nodes(cst.Assign), *usage.nodes(cst.AnnAssign), *usage.nodes(cst.Call)]
    given = (node for node in nodes if isinstance(node, cst.Call) or node.value is None or usage.values.value(node.value) != "")
    found = (assigned for node in given for assigned in assigned_attributes(node, usage))
    return any(name == "api_key" and is_module(owner, usage) for owner, name, _ in found)


def sets_credentials(usage: Usage) -> bool:
    """Whether something sets the key or the headers of the module, or has it ask Azure."""
    nodes: list[Assigning] = [*usage.nodes(cst.Call), *usage.nodes(cst.Assign), *usage.nodes(cst.AnnAssign)]
    for node in nodes:
        for owner, name, _ in assigned_attributes(node, usage):
            if is_module(owner, usage) and name in ("api_key", "default_headers", "http_client", "api_type"):
                return True
    return False


def makes_requests(usage: Usage) -> bool:
    """Whether the program makes a request through the module itself, in the manner of 1.0 and later."""
    return any(is_request(call, usage) for call in usage.nodes(cst.Call))


def is_request(call: cst.Call, usage: Usage) -> bool:
    """Whether a call makes a request through the module, in the manner of 1.0 and later."""
    if not usage.clients.is_request(call) or not isinstance(call.func, cst.Attribute):
        return False
    names = (name for name in usage.clients.names(call.func) if name.startswith("openai.") and "()" not in name)
    return any(not name.split(".")[1][:1].isupper() for name in names)


def hands_on(setting: str, usage: Usage) -> bool:
    """Whether the program gives a client what it has put into the module: `OpenAI(api_key=openai.api_key)`."""
    arguments = (arg.value for construction in usage.constructions.in_program for arg in construction.call.args)
    return any(isinstance(value, cst.Attribute) and _is_setting(value, setting, usage) for value in arguments)


def misses_client(where: cst.CSTNode, usage: Usage) -> Construction | None:
    """The client that an assignment of `openai.api_key` is meant for, and that is built without a key all the same.

    It is there only if nothing else can have use for the setting, and nothing else the key for the client can come from, unless
    it is the key of who sits before the program.
    """
    if usage.generation == 0 or usage.targets_legacy or _is_of_use(usage) or _mirrors_environment(where, usage):
        return None
    may_be_set = usage.preparation.may_set_on_purpose if _is_typed_in(where, usage) else usage.preparation.may_set
    # What is assigned in another module is asked about by an importer of it.
    for construction in usage.constructions.in_program if usage.tree.is_own(where) else usage.constructions.followed:
        names = usage.environment.credential_reads(construction, usage.generation)
        if (
            names & usage.environment.relied_on(construction, usage.generation)
            and (leads_to(where, construction.site, usage) or _are_called_back(where, construction.site, usage))
            and not may_be_set(names)
            and not usage.preparation.speaks_of(names)
            and not usage.guards.guards(construction.call, NO_EXCEPTION)
            and not usage.guards.guards(where, NO_EXCEPTION)
        ):
            return construction
    return None


def missed_by_importers(where: cst.CSTNode, usage: Usage) -> tuple[Usage, Construction] | None:
    """The same, with its program, where a module sets the key and others, that import it, build the clients: none of the programs
    that they are part of has use for it, and one misses it.
    """
    if usage.generation == 0 or usage.constructions.followed:
        return None
    importers = usage.importers.all
    programs = [*importers, *(further for other in importers for further in other.importers.all)]
    programs = [other for other in programs if where in other.tree.scopes]
    if any(map(_is_of_use, programs)):
        return None
    found = ((other, construction) for other in programs if (construction := misses_client(where, other)) is not None)
    return next(found, None)


def _is_of_use(usage: Usage) -> bool:
    """Whether anything may read the module's key: its own requests, of any release, other packages, or the program itself."""
    if any(module.partition(".")[0] in READERS_OF_THEIR_OWN for module in _imported_unseen(usage)) or is_handed_over(usage):
        return True
    for node in usage.tree.nodes.get(cst.Attribute, ()):
        if isinstance(node, cst.Attribute) and is_module(node.value, usage):
            name = node.attr.value
            if name in REQUEST_ROOTS or name in LEGACY_CLASSES or (name == "api_key" and is_handed_on(node, usage)):
                return True
    return False


def _imported_unseen(usage: Usage) -> Iterator[str]:
    statements = (*usage.tree.nodes.get(cst.Import, ()), *usage.tree.nodes.get(cst.ImportFrom, ()))
    return (module for statement in statements for module in usage.resolver.unseen_modules(statement))


def is_handed_over(usage: Usage) -> bool:
    """Whether the program hands the module to something, but to set one of its attributes by name."""
    for call in usage.tree.nodes.get(cst.Call, ()):
        assert isinstance(call, cst.Call)
        handed = (arg.value for arg in call.args if isinstance(arg.value, (cst.Name, cst.Attribute)))
        if any(is_module(value, usage) for value in handed) and "builtins.setattr" not in usage.resolver.names(call.func):
            return True
    return False


def _is_typed_in(where: cst.CSTNode, usage: Usage) -> bool:
    """Whether the value is what the user has typed, and nothing that is not seen is handed it, which may set the environment."""
    assignment = next((node for node in usage.tree.ancestors(where) if isinstance(node, (cst.Assign, cst.AnnAssign))), None)
    value = assignment.value if assignment is not None else None
    for use in usage.tree.uses_of(value) if isinstance(value, cst.Name) else ():
        call = next((node for node in usage.tree.ancestors(use) if isinstance(node, cst.Call)), None)
        names = usage.resolver.names(call.func) if call is not None and not usage.resolver.calls.functions(call) else ()
        if not all(is_builtin(name) or name.startswith(("openai.", "streamlit.")) for name in names):
            return False
    return value is not None and any(name.removesuffix("()") in TYPED_IN for name in usage.resolver.names(value))


def _mirrors_environment(where: cst.CSTNode, usage: Usage) -> bool:
    """Whether the value comes from settings that are not seen, which may have it from the client's environment, too."""
    for ancestor in (where, *usage.tree.ancestors(where)):
        if isinstance(ancestor, (cst.Assign, cst.AnnAssign, cst.Call)):
            places = (node for node in walk(ancestor) if isinstance(node, (cst.Name, cst.Attribute)))
            whole = (node for node in places if not isinstance(usage.tree.parents.get(node), cst.Attribute))
            return any(_SETTINGS.search(dotted_name(node) or "") and not _is_seen(node, usage) for node in whole)
    return False


def _is_seen(node: cst.Name | cst.Attribute, usage: Usage) -> bool:
    """Whether settings are of `os`, read from a file that is none of an environment, or an object whose class is seen."""
    names = usage.resolver.names(node)
    owner: cst.BaseExpression = node
    while isinstance(owner, cst.Attribute):
        owner = owner.value
    owners = usage.resolver.names(owner)
    is_plain = all(_is_plain(name, usage) or name == "pathlib.Path()" for name in owners)
    return is_plain or all(name.startswith("os.") or name in _READ_FROM_FILES for name in names)


def _is_plain(name: str, usage: Usage) -> bool:
    """Whether something is an object of a class of the program that inherits from nothing that may read settings for it, in a
    program that asks the environment for nothing but what it writes down.
    """
    definitions, hierarchy = usage.resolver.definitions, usage.resolver.hierarchy
    made = definitions.classes((name.removesuffix("()"),)) if name.endswith("()") else ()
    seen = [each for definition in made for each in hierarchy.ancestry(definition)]
    bases = [(each, usage.resolver.names(base.value)) for each in seen for base in each.bases]
    is_own = bool(seen) and all(
        names <= _PLAIN_BASES or any(definitions.classes(names)) or (names <= _SETTINGS_BASES and _reads_other_names(each, usage))
        for each, names in bases
    )
    return is_own and not _asks_by_any_name(usage)


def _reads_other_names(definition: cst.ClassDef, usage: Usage) -> bool:
    """Whether a class of pydantic's settings takes its fields from variables that no client reads: the fields' names, with a
    prefix, in any case.
    """
    prefix: str | None = ""
    fields: list[str] = []
    for node in walk(definition.body):
        if isinstance(node, cst.Arg) and node.keyword is not None:
            if node.keyword.value in ("alias", "validation_alias", "env"):
                return False
            if node.keyword.value == "env_prefix":
                prefix = usage.values.text(node.value)
        elif isinstance(node, cst.Assign) and place(node.targets[0].target) == "env_prefix":
            prefix = usage.values.text(node.value)
        elif isinstance(node, cst.AnnAssign) and isinstance(node.target, cst.Name):
            fields.append(node.target.value)
    return prefix is not None and not any(f"{prefix}{field}".upper() in CREDENTIAL_ENVIRONMENT for field in fields)


def _asks_by_any_name(usage: Usage) -> bool:
    """Whether the program may ask the environment for any name: `os.environ[f"{provider}_API_KEY"]`, `dict(os.environ)`."""
    for node in (*usage.tree.named("environ"), *usage.tree.named("getenv")):
        around = [*islice(usage.tree.ancestors(node), _MAX_AROUND)]
        asked = (usage.environment.key_read_by(each) for each in around if isinstance(each, cst.BaseExpression))
        is_written_down = any(isinstance(key, (cst.SimpleString, cst.Name)) and usage.values.text(key) for key in asked)
        if not is_written_down and not any(isinstance(each, cst.ImportAlias) for each in around):
            return True
    return False


def is_handed_on(node: cst.Attribute, usage: Usage) -> bool:
    """Whether the value of `openai.api_key` goes anywhere but into a test."""
    below: cst.CSTNode = node
    for ancestor in usage.tree.ancestors(node):
        is_target = isinstance(ancestor, cst.AnnAssign) and below is ancestor.target
        if is_target or isinstance(ancestor, (cst.AssignTarget, cst.Del)):
            return False
        if isinstance(ancestor, (cst.If, cst.IfExp, cst.While, cst.Assert)) and below is ancestor.test:
            return False
        if isinstance(ancestor, cst.Call) and usage.resolver.names(ancestor.func) & {"builtins.print", "builtins.setattr"}:
            return False
        if isinstance(ancestor, (cst.BaseSmallStatement, cst.BaseCompoundStatement)):
            return not isinstance(ancestor, cst.Expr) or below is not node
        below = ancestor
    return True


def _is_setting(node: cst.Attribute, setting: str, usage: Usage) -> bool:
    return node.attr.value == setting and is_module(node.value, usage)


def _are_called_back(first: cst.CSTNode, second: cst.CSTNode, usage: Usage) -> bool:
    """Whether two nodes stand in two functions that others call, in any order, and the first is not meant for its own client, or
    for what is not seen.
    """
    units = {usage.tree.unit(first), usage.tree.unit(second)}
    if len(units) < 2 or not all(isinstance(unit, cst.FunctionDef) and usage.handlers.is_called_back(unit) for unit in units):
        return False
    builds = any(usage.constructions.through(call) is not None for call in usage.tree.calls_in(usage.tree.unit(first)))
    return not builds and all(map(leaves_it_alone, _imported_unseen(usage)))
