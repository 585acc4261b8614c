"""On which names it depends where control goes."""

from __future__ import annotations

from collections.abc import Iterator

from oaklint.python import cst
from oaklint.python.flow import Kind
from oaklint.python.names import Resolver
from oaklint.python.places import places
from oaklint.python.scopes import CodeUnit
from oaklint.python.tree import children, evaluated


def decisive_places(resolver: Resolver, unit: CodeUnit | None) -> set[str]:
    """The names and attributes, as `place` writes them, in the conditions, clauses, raised and returned values of a unit, in what
    it calls by a name, or hands to functions of the program, and in what those come from.
    """
    graph = resolver.graph(unit)
    found: set[str] = set()
    returned: set[str] = set()
    steps: list[tuple[set[str], set[str]]] = []
    for block in graph.blocks if graph is not None else ():
        node = block.node
        if node is None:
            continue
        branches = any(edge.kind in (Kind.TRUE, Kind.FALSE) for edge in block.edges)
        if branches or isinstance(node, (cst.Raise, cst.Return, cst.ExceptHandler, cst.ExceptStarHandler, cst.Match)):
            parts = [node.type] if isinstance(node, (cst.ExceptHandler, cst.ExceptStarHandler)) else [node]
            for part in parts:
                found |= places(part) if part is not None else set()
        if isinstance(node, cst.Return) and isinstance(node.value, cst.Name):
            returned.add(node.value.value)
        tested = node.iter if isinstance(node, cst.For) else node
        if branches and isinstance(tested, (cst.Name, cst.Attribute)):
            run = resolver.asked_whether_true(node) if tested is node else resolver.called_by_python(tested, "__next__")
            found |= {key for function in run for _, key in resolver.inputs.of(function, tested)}
        if isinstance(node, cst.MatchCase):
            match = resolver.tree.parents[node]
            found |= places(match.subject) if isinstance(match, cst.Match) else set()
        for part in evaluated(node):
            if isinstance(part, cst.Call) and isinstance(part.func, cst.Name):
                found.add(part.func.value)
            if isinstance(part, cst.Call) and (functions := resolver.calls.functions(part)):
                found |= places(part)
                owner = part.func.value if isinstance(part.func, cst.Attribute) else None
                for function in functions:
                    asked = None if branches else _asked_to_raise(resolver, function)
                    found |= {key for read, key in resolver.inputs.of(function, owner) if asked is None or read in asked}
            elif isinstance(part, cst.Attribute) and branches:
                found |= {
                    key for function in resolver.calls.properties(part) for _, key in resolver.inputs.of(function, part.value)
                }
            elif isinstance(part, cst.IfExp):
                found |= places(part.test)
            elif isinstance(part, cst.Assign):
                steps.append((set().union(*(places(target.target) for target in part.targets)), places(part.value)))
            elif isinstance(part, (cst.AnnAssign, cst.AugAssign, cst.NamedExpr)) and part.value is not None:
                steps.append((places(part.target), places(part.value)))
    # Whoever is handed an object back asks for its attributes.
    found |= {key for targets, _ in steps for key in targets if key.partition(".")[0] in returned}
    while used := [step for step in steps if step[0] & found and not step[1] <= found]:
        for _, sources in used:
            found |= sources
    return found


def _asked_to_raise(resolver: Resolver, function: cst.FunctionDef) -> set[str]:
    """The names and attributes that the conditions ask for on which a function raises."""
    raises = resolver.tree.nodes_in(function, cst.Raise)
    around = {node for each in raises for node in resolver.tree.ancestors(each)}
    return set().union(*(places(node.test) for node in around if isinstance(node, cst.If)))


def certainly_evaluated(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """What is evaluated whenever a block runs; not what stands behind `and`, `or`, `if` and in comprehensions."""
    stack: list[cst.CSTNode | None] = [node]
    while stack:
        here = stack.pop()
        if here is not None:
            yield here
        match here:
            case cst.Name():
                pass
            case cst.Attribute() | cst.Arg() | cst.NamedExpr() | cst.AnnAssign():
                stack.append(here.value)
            case cst.Assign():
                targets = (target.target for target in here.targets)
                stack += [here.value, *(target for target in targets if not isinstance(target, (cst.Name, cst.Tuple, cst.List)))]
            case cst.BooleanOperation():
                stack.append(here.left)
            case cst.IfExp():
                stack.append(here.test)
            case cst.ExceptHandler() | cst.ExceptStarHandler():
                stack.append(here.type)
            case cst.WithItem():
                stack.append(here.item)
            case cst.ListComp() | cst.SetComp() | cst.DictComp() | cst.GeneratorExp():
                stack.append(here.for_in.iter)
            case None | cst.Lambda() | cst.For() | cst.While() | cst.FunctionDef() | cst.ClassDef() | cst.MatchCase():
                pass
            case cst.Import() | cst.ImportFrom() | cst.Global() | cst.Nonlocal() | cst.Del() | cst.BaseSuite():
                pass
            case _:
                stack.extend(children(here))
