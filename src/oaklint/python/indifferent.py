"""Conditions of which it does not matter which way they go: what they choose between is told, or waited for, and no more."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from oaklint.python import cst
from oaklint.python.definitions import does_nothing
from oaklint.python.names import Resolver
from oaklint.python.places import place, places
from oaklint.python.tree import last_part, walk

# Functions and methods of others that tell of something, or wait, and come back.
_COME_BACK = {"print", "log", "debug", "info", "warning", "warn", "error", "exception", "critical", "sleep"}
_CALCULATE = {"min", "max", "uniform", "random", "randint", "int", "float", "str", "len", "time", "monotonic"}


def is_indifferent(test: cst.BaseExpression, decisive: Collection[str], resolver: Resolver) -> bool:
    """Whether control goes on behind an `if` whichever way its condition, or a part of that, goes, and nothing else comes of it.

    decisive: the names and attributes on which it depends where control goes.
    """
    inner: cst.CSTNode = test
    for around in resolver.tree.ancestors(test):
        if isinstance(around, cst.If):
            return around.test is inner and all(_goes_on(each, decisive, resolver) for each in _branches(around))
        if not isinstance(around, (cst.BooleanOperation, cst.UnaryOperation)):
            return False
        inner = around
    return False


def _branches(statement: cst.If) -> Iterator[cst.CSTNode]:
    """The statements in the branches of an `if`; an `elif` is one."""
    yield from statement.body.body
    if isinstance(statement.orelse, cst.Else):
        yield from statement.orelse.body.body
    elif statement.orelse is not None:
        yield statement.orelse


def _goes_on(statement: cst.CSTNode, decisive: Collection[str], resolver: Resolver) -> bool:
    if isinstance(statement, cst.If):
        return all(_goes_on(each, decisive, resolver) for each in _branches(statement))
    if isinstance(statement, cst.SimpleStatementLine):
        return all(_goes_on(part, decisive, resolver) for part in statement.body)
    if isinstance(statement, (cst.Assign, cst.AnnAssign, cst.AugAssign)):
        return _calculates(statement, decisive)
    value = statement.value if isinstance(statement, cst.Expr) else None
    call = value.expression if isinstance(value, cst.Await) else value
    return does_nothing(statement) or (isinstance(call, cst.Call) and _comes_back(call, resolver))


def _comes_back(call: cst.Call, resolver: Resolver) -> bool:
    owner = place(call.func.value) if isinstance(call.func, cst.Attribute) else None
    is_of_parser = owner is not None and "pars" in owner  # whose `error` ends the program
    return last_part(call.func) in _COME_BACK and not is_of_parser and not resolver.calls.functions(call)


def _calculates(statement: cst.Assign | cst.AnnAssign | cst.AugAssign, decisive: Collection[str]) -> bool:
    """Whether a statement binds a name to a number or the like that decides on nothing."""
    targets = [each.target for each in statement.targets] if isinstance(statement, cst.Assign) else [statement.target]
    if not all(isinstance(target, cst.Name) and places(target).isdisjoint(decisive) for target in targets):
        return False
    parts = walk(statement.value) if statement.value is not None else ()
    return all(last_part(part.func) in _CALCULATE for part in parts if isinstance(part, cst.Call))
