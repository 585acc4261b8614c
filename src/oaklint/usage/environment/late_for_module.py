"""What is written into the environment too late for the module `openai` itself: it has read that, and keeps what was there."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from oaklint.python import cst
from oaklint.python.flow import Graph, Kind, reaches
from oaklint.python.scopes import CodeUnit
from oaklint.python.tree import walk
from oaklint.sdk.clients import CREDENTIAL_ENVIRONMENT, MODULE_CLIENT_READS, READ_AT_IMPORT_0
from oaklint.usage.environment.writes import Write
from oaklint.usage.module_client import is_handed_over, is_module, is_request
from oaklint.usage.usage import Usage


def late_for_module(usage: Usage) -> Iterator[tuple[cst.CSTNode, Write, cst.CSTNode]]:
    """The writes to the environment behind what has read it, each with that before it, and with a request that misses it or what
    runs one: before it stands the first request, with which the module client is built, and in 0.x the import of the module.
    Nothing where the program gives the module its settings.
    """
    yield from _behind_import(usage) if usage.generation == 0 else _behind_request(usage)


def _behind_request(usage: Usage) -> Iterator[tuple[cst.CSTNode, Write, cst.CSTNode]]:
    reads = frozenset(read.name for read in MODULE_CLIENT_READS if usage.generation in read.generations)
    if not any(_may_write(write, reads) for write in usage.writes.all):
        return  # before every call of the program is looked at
    requests = [call for call in _calls(usage) if is_request(call, usage)]
    if not requests or _is_set(usage):
        return
    for unit, runs in _by_unit(requests, usage).items():
        graph = usage.resolver.graph(unit)
        for write in usage.writes.within(unit) if graph is not None and not usage.doubles.replace(unit) else ():
            names = reads & CREDENTIAL_ENVIRONMENT if write.loads and write.overrides else write.names & reads
            if not names or graph is None:
                continue
            before = next((run for run in runs if _leads_to(run, write.node, graph, usage)), None)
            behind = next((run for run in runs if _leads_to(write.node, run, graph, usage)), None)
            if before is not None and behind is not None and _is_missed(write, names, before, usage):
                yield before, write, behind


def _behind_import(usage: Usage) -> Iterator[tuple[cst.CSTNode, Write, cst.CSTNode]]:
    writes = [write for write in usage.writes.all if write.loads or write.names & READ_AT_IMPORT_0]
    requests = [call for call in _calls(usage) if usage.clients.is_request(call)] if writes else []
    imported = next(_imports_of_module(usage), None) if requests else None
    if imported is None or _has_keys(requests, usage) or _asks_for_key(usage) or _may_be_set_unseen(usage):
        return
    statement, reading = imported
    asking = _by_unit(requests, usage)
    for unit in dict.fromkeys((None, *asking)):
        graph = usage.resolver.graph(unit)
        for write in usage.writes.within(unit) if graph is not None and not usage.doubles.replace(unit) else ():
            names = READ_AT_IMPORT_0 & CREDENTIAL_ENVIRONMENT if write.loads else write.names & READ_AT_IMPORT_0
            if not names or graph is None or (unit is None and not _leads_to(statement, write.node, graph, usage)):
                continue  # a function runs when its module has been imported
            # Others run what the module itself does not.
            others = (call for call in requests if unit is None and _is_registered(call, usage))
            here = (run for run in asking.get(unit, ()) if _leads_to(write.node, run, graph, usage))
            behind = next(chain(here, others), None)
            if (
                behind is not None
                and not _is_read_before(write, names, graph, usage)
                and _is_missed(write, names, statement, usage)
            ):
                yield reading, write, behind


def _calls(usage: Usage) -> Iterator[cst.Call]:
    return (call for call in usage.tree.nodes.get(cst.Call, ()) if isinstance(call, cst.Call))


def _by_unit(requests: list[cst.Call], usage: Usage) -> dict[CodeUnit | None, list[cst.CSTNode]]:
    """The requests, and what runs the functions that make them, by what they stand in."""
    asking: dict[CodeUnit | None, list[cst.CSTNode]] = {}
    for call in requests:
        unit = usage.tree.unit(call)
        for run in (call, *(usage.handlers.runs_of(unit) if isinstance(unit, cst.FunctionDef) else ())):
            asking.setdefault(usage.tree.unit(run), []).append(run)
    return asking


def _is_missed(write: Write, names: frozenset[str], before: cst.CSTNode, usage: Usage) -> bool:
    """Whether what is written is told to nobody else, and nothing has, or may have, set it before."""
    if usage.writes.read_for(write) is not None or _is_own(write, usage):
        return False
    return not usage.preparation.may_have_set(names, [before], besides=usage.writes.differing_from(write))


def _imports_of_module(usage: Usage) -> Iterator[tuple[cst.CSTNode, cst.CSTNode]]:
    """The statements of the program's own module that make the module `openai` be imported, in their order, each with the one
    that does it in the end, in the same file or in another.
    """
    for statement in filter(usage.beginnings.is_run, usage.writes.importing.get(None, ())):
        if _imports_module(statement, usage):
            yield statement, statement
        for module in usage.writes.modules_run_by(statement):
            inner = (each for each in usage.writes.importing.get(module, ()) if _imports_module(each, usage))
            yield from ((statement, each) for each in inner)


def _imports_module(statement: cst.CSTNode, usage: Usage) -> bool:
    return any(module.partition(".")[0] == "openai" for module in usage.resolver.unseen_modules(statement))


def _has_keys(requests: list[cst.Call], usage: Usage) -> bool:
    """Whether requests are, or may be, handed keys of their own."""
    by_name = (arg.keyword.value for arg in usage.nodes(cst.Arg) if arg.keyword is not None)
    return "api_key" in by_name or any(arg.star for call in requests for arg in call.args)


def _may_be_set_unseen(usage: Usage) -> bool:
    """Whether the module, or the environment, may be set by files that are not seen, or by those that import this one."""
    return _is_set(usage) or usage.preparation.imports_setup or usage.importers.are_there() or usage.mentions.starts_processes


def _asks_for_key(usage: Usage) -> bool:
    """Whether the program looks whether the module has a key."""
    attributes = (node for node in usage.tree.nodes.get(cst.Attribute, ()) if isinstance(node, cst.Attribute))
    return any(node.attr.value == "api_key" and is_module(node.value, usage) for node in attributes)


def _is_own(write: Write, usage: Usage) -> bool:
    """Whether what is written is what the module has: `openai.api_key`."""
    parts = [part for _, value in write.values for part in walk(value)]
    return any(isinstance(part, cst.Attribute) and is_module(part.value, usage) for part in parts)


def _may_write(write: Write, names: frozenset[str]) -> bool:
    """Whether a write can set one of the names over what is there, whatever the function that it stands in is handed."""
    is_handed = isinstance(write.key, cst.Name) and not write.names
    return is_handed or bool(write.names & names) or (write.loads and write.overrides)


def _leads_to(first: cst.CSTNode, second: cst.CSTNode, graph: Graph, usage: Usage) -> bool:
    """Whether a path runs from where something has run without an exception to something else."""
    behind = (edge.target for block in graph.blocks_of(first) for edge in block.edges if edge.kind is not Kind.RAISE)
    return first is not second and reaches(
        behind, graph.blocks_of(second), without=lambda edge: edge.kind is not Kind.RAISE and usage.flow.stops(edge.source)
    )


def _is_registered(call: cst.Call, usage: Usage) -> bool:
    unit = usage.tree.unit(call)
    return isinstance(unit, cst.FunctionDef) and usage.handlers.is_registered(unit)


def _is_read_before(write: Write, names: frozenset[str], graph: Graph, usage: Usage) -> bool:
    """Whether the program reads one of the names before it is written: then it seems to be there."""
    mentions = (mention for name in names for mention in usage.mentions.by_name.get(name, ()) if mention.kind != "write")
    return any(_leads_to(mention.node, write.node, graph, usage) for mention in mentions)


def _is_set(usage: Usage) -> bool:
    """Whether the program may give the module settings, or make it forget its client: `openai.api_key = ...`, or by handing it to
    somebody: `setattr(openai, ...)`, `importlib.reload(openai)`.
    """
    attributes = (node for node in usage.tree.nodes.get(cst.Attribute, ()) if isinstance(node, cst.Attribute))
    own = [node for node in attributes if is_module(node.value, usage)]
    by_name = "setattr" in usage.resolver.calls.by_name and any(
        is_module(arg.value, usage) for call in usage.resolver.calls.by_name["setattr"] for arg in call.args[:1]
    )
    is_set = any(node.attr.value == "_reset_client" or usage.tree.is_store(node) for node in own)
    return is_set or by_name or is_handed_over(usage)
