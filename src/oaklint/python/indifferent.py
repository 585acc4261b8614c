"""Conditions of which it does not matter which way they go: what they choose between is told, or waited for, and no more."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from oaklint.python import cst
from oaklint.python.definitions import does_nothing
from oaklint.python.names import Resolver
from oaklint.python.places import place, words
from oaklint.python.tree import last_part, walk

# Functions that tell of something, or wait, and come back; methods of loggers that do.
_COME_BACK = {"builtins.print", "traceback.print_exc", "warnings.warn"}
_COME_BACK |= {f"{module}.sleep" for module in ("time", "asyncio", "anyio", "trio")}
_LOGGERS = {"log", "logger", "logging"}
_OF_LOGGERS = {"log", "debug", "info", "warning", "warn", "error", "exception", "critical"}
_CALCULATE = {"min", "max", "uniform", "random", "randint", "int", "float", "str", "len", "time", "monotonic"}
# What is asked by such a name changes nothing.
_IS_QUESTION = re.compile(r"_*(?:is|has|was|are|can|should|isinstance|issubclass|hasattr|getattr|str|type|len)(?:_|\Z)")


def is_indifferent(test: cst.BaseExpression, decisive: Collection[str], resolver: Resolver) -> bool:
    """Whether control goes on behind an `if` whichever way its condition, or a part of that, goes, and nothing else comes of it.

    decisive: the names and attributes on which it depends where control goes.
    """
    inner: cst.CSTNode = test
    if not all(_IS_QUESTION.match(last_part(part.func)) for part in walk(test) if isinstance(part, cst.Call)):
        return False
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
        return _calculates(statement, decisive, resolver)
    value = statement.value if isinstance(statement, cst.Expr) else None
    call = value.expression if isinstance(value, cst.Await) else value
    return does_nothing(statement) or (isinstance(call, cst.Call) and _comes_back(call, resolver))


def _comes_back(call: cst.Call, resolver: Resolver) -> bool:
    if resolver.calls.functions(call):
        return False
    owner = place(call.func.value) if isinstance(call.func, cst.Attribute) else None
    is_logger = owner is not None and not _LOGGERS.isdisjoint(words(owner.rpartition(".")[2]))
    return bool(resolver.names(call.func) & _COME_BACK) or (is_logger and last_part(call.func) in _OF_LOGGERS)


def _calculates(statement: cst.Assign | cst.AnnAssign | cst.AugAssign, decisive: Collection[str], resolver: Resolver) -> bool:
    """Whether a statement binds a name to a number or the like that is told, or waited for, and no more."""
    targets = [each.target for each in statement.targets] if isinstance(statement, cst.Assign) else [statement.target]
    for target in targets:
        if not isinstance(target, cst.Name) or target.value in decisive:
            return False
        uses = (use for use in resolver.tree.uses_of(target) if not resolver.tree.is_store(use))
        if not all(any(_comes_back(each, resolver) for each in _calls_around(use, resolver)) for use in uses):
            return False
    parts = walk(statement.value) if statement.value is not None else ()
    return all(last_part(part.func) in _CALCULATE for part in parts if isinstance(part, cst.Call))


def _calls_around(node: cst.CSTNode, resolver: Resolver) -> Iterator[cst.Call]:
    return (each for each in resolver.tree.expression_around(node) if isinstance(each, cst.Call))
