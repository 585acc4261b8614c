"""What retry decorators and retry objects are set upon: which policy runs which requests again, and what these raise."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from oaklint.python import cst
from oaklint.python.exceptions import Thrown
from oaklint.python.flow import TooManyStates
from oaklint.usage.auth_errors import AuthErrors
from oaklint.usage.retries import Policy
from oaklint.usage.usage import Usage


class Retried(NamedTuple):
    """A policy at work.

    where:  the decorator, or the call that sets the policy up. thrown: what arrives there.
    source: what it runs: a function, lambda or method, or the loop around a `with attempt:`.
    """

    policy: Policy
    where: cst.CSTNode
    thrown: frozenset[Thrown]
    source: cst.CSTNode


def is_generator(function: cst.FunctionDef, usage: Usage) -> bool:
    """Whether a function raises only when it is iterated, behind a decorator's back."""
    return any(usage.tree.unit(node) is function for node in usage.nodes(cst.Yield))


def by_decorator(decorator: cst.Decorator, errors: AuthErrors, usage: Usage) -> Retried | None:
    """`@retry(...)` over a function that makes requests."""
    function = usage.tree.parents[decorator]
    if not isinstance(function, cst.FunctionDef) or is_generator(function, usage):
        return None
    policy = usage.retries.policy(decorator.decorator)
    return Retried(policy, decorator, errors.escaping(function), function) if policy is not None else None


def by_call(call: cst.Call, errors: AuthErrors, usage: Usage) -> Retried | None:
    """`Retrying(...)(function, ...)`, and the decorator called by hand: `retry(...)(function)`."""
    if not call.args or not isinstance(call.func, (cst.Call, cst.Name, cst.Attribute)):
        return None
    names = usage.resolver.names(call.func)
    if not any(name.startswith(("tenacity.", "backoff.")) and name.endswith("()") for name in names):
        return None
    policy = usage.retries.policy(call.func)
    function = call.args[0].value
    if policy is None or not isinstance(function, (cst.Name, cst.Attribute, cst.Lambda)):
        return None
    return Retried(policy, policy.source, _raised_by(function, errors, usage), function)


def by_loop(loop: cst.For, errors: AuthErrors, usage: Usage) -> Retried | None:
    """`for attempt in Retrying(...): with attempt: ...`."""
    if not isinstance(loop.iter, (cst.Call, cst.Name, cst.Attribute)):
        return None
    policy = usage.retries.policy(loop.iter)
    if policy is None or policy.decorator.library not in ("tenacity", "stamina"):
        return None
    thrown = frozenset(
        error
        for call in calls_within(loop, usage)
        for error in errors.raised_by(call)
        if _reaches_attempt(call, error, loop, usage)
    )
    return Retried(policy, policy.source, thrown, loop)


def calls_within(loop: cst.For, usage: Usage) -> Iterator[cst.Call]:
    return (call for call in usage.nodes(cst.Call) if loop in usage.tree.ancestors(call))


def _reaches_attempt(call: cst.Call, error: Thrown, loop: cst.For, usage: Usage) -> bool:
    """Whether the error gets as far as the `with attempt:` around the call."""
    graph = usage.graph_of(call)
    if graph is None or not isinstance(loop.target, cst.Name):
        return False
    name = loop.target.value

    def is_attempt(node: cst.CSTNode | None) -> bool:
        return isinstance(node, cst.WithItem) and isinstance(node.item, cst.Name) and node.item.value == name

    try:
        starts = usage.flow.raised_at(graph.blocks_of(call), error)
        found = usage.flow.search(graph, starts, lambda block, state: state.flying == error and is_attempt(block.node))
    except TooManyStates:
        return False
    return found is not None


def _raised_by(function: cst.BaseExpression, errors: AuthErrors, usage: Usage) -> frozenset[Thrown]:
    """What a function that is handed over raises when it runs."""
    if isinstance(function, cst.Lambda):
        return errors.escaping(function)
    if usage.clients.names_request(function):
        return frozenset({errors.error})
    definitions = usage.resolver.definitions.functions(usage.resolver.names(function))
    return frozenset().union(*(errors.escaping(definition) for definition in definitions))
