"""What runs in a function when it is called: by what the call hands to it."""

from __future__ import annotations

from collections.abc import Sequence

from oaklint.python import cst
from oaklint.python.exceptions import ExceptionFlow
from oaklint.python.facts import NO_STATE, SET, Fact, State
from oaklint.python.names import Resolver
from oaklint.python.tree import parameters


def may_run(
    node: cst.CSTNode, through: Sequence[tuple[cst.BaseExpression, cst.FunctionDef]], resolver: Resolver, flow: ExceptionFlow
) -> bool:
    """Whether a node is, or may be, evaluated when the first of these calls, or reads of properties, runs: each runs a function
    in which the next one stands, the last one the function with the node in it.
    """
    state = NO_STATE
    inside = [*(call for call, _ in through), node][1:]
    for (call, function), following in zip(through, inside, strict=True):
        graph = resolver.graph(function)
        goals = graph.blocks_of(following) if graph is not None and resolver.tree.unit(following) is function else ()
        if graph is None or not goals:
            return True
        facts = flow.known_at(graph, goals, _handed(function, call, state, flow).facts)
        if facts is None:
            return False
        state = State(None, facts=facts)
        if not _is_chosen(following, state, resolver, flow):
            return False
    return True


def _handed(function: cst.FunctionDef, call: cst.BaseExpression, state: State, flow: ExceptionFlow) -> State:
    """What a function knows of its parameters: what is handed over and not known is taken for something."""
    handed = flow.handed(function, call if isinstance(call, cst.Call) else None, state)
    for param in parameters(function):
        known = handed.fact(param.name.value)
        if known is None or known.kind == "given":
            handed = handed.knowing(param.name.value, SET)
    return handed


def _is_chosen(node: cst.CSTNode, state: State, resolver: Resolver, flow: ExceptionFlow) -> bool:
    """Whether a node may be evaluated when its statement is: not the other side of a choice that is known."""
    below = node
    for ancestor in resolver.tree.ancestors(node):
        if isinstance(ancestor, (cst.BaseSmallStatement, cst.BaseCompoundStatement)):
            break
        if isinstance(ancestor, cst.IfExp) and below in (ancestor.body, ancestor.orelse):
            verdict = _truth(flow.known(ancestor.test, state))
            if verdict is not None and below is not (ancestor.body if verdict else ancestor.orelse):
                return False
        if isinstance(ancestor, cst.BooleanOperation) and below is ancestor.right:
            if _truth(flow.known(ancestor.left, state)) is isinstance(ancestor.operator, cst.Or):
                return False
        below = ancestor
    return True


def _truth(fact: Fact | None) -> bool | None:
    if fact is not None and fact.kind == "constant":
        return bool(fact.value)
    return True if fact == SET else None
