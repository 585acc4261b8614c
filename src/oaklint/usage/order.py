"""Whether control may come from one place of a program to another, also through the functions that they stand in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oaklint.python import cst
from oaklint.python.definitions import is_initializer
from oaklint.python.flow import reaches

if TYPE_CHECKING:
    from oaklint.usage.usage import Usage


def leads_to(first: cst.CSTNode, second: cst.CSTNode, usage: Usage) -> bool:
    """Whether a path runs from one node to another, also through the functions that they stand in."""
    if isinstance(usage.tree.unit(first), cst.Module):  # of another module, which is run where it is imported
        running = (
            each for each in usage.writes.importing.get(None, ()) if usage.tree.unit(first) in usage.writes.modules_run_by(each)
        )
        return any(leads_to(statement, second, usage) for statement in running)
    unit = usage.tree.unit(second)
    befores, afters = _places(first, usage), _places(second, usage)
    for before in befores:
        for after in afters:
            shared = usage.tree.unit(before)
            comparable = before is not after and shared is usage.tree.unit(after)  # one call says nothing of the order in it
            graph = usage.resolver.graph(shared) if comparable else None
            if graph is not None and reaches(graph.blocks_of(before), graph.blocks_of(after)):
                return True
    if usage.tree.unit(first) is None and unit is not None:
        return not any(usage.tree.unit(after) is None for after in afters)  # others call it, when the module has been imported
    # An object is made before its other methods run.
    begins = usage.tree.unit(first)
    owner = usage.resolver.definitions.class_of(first) if is_initializer(begins) else None
    return owner is not None and owner is usage.resolver.definitions.class_of(second)


def _places(node: cst.CSTNode, usage: Usage) -> list[cst.CSTNode]:
    """The node, and the calls by which the program comes to it."""
    unit = usage.tree.unit(node)
    return [node, *(usage.resolver.calls.leading_to(unit) if isinstance(unit, cst.FunctionDef) else ())]
