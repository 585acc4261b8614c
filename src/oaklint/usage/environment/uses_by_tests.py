"""What tests do with a client that was built before them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from oaklint.python import cst
from oaklint.python.tree import dotted_name, walk
from oaklint.usage.environment.kept import Kept
from oaklint.usage.environment.uses import Uses

if TYPE_CHECKING:
    from oaklint.usage.usage import Usage

_MAX_DEPTH = 3
# Calls of functions, or of methods of what they return, that do not take a key from the environment.
_OF_TEXTS = {"startswith", "endswith", "strip", "lower", "upper", "split", "splitlines", "count"}
_HARMLESS = ("builtins.", "os.", "json.", "logging.", "re.", "time.", "datetime.", "pytest.raises", "pytest.approx")


class UsesByTests:
    """Finds out whether they can only mean that client when they set the environment."""

    def __init__(self, usage: Usage) -> None:
        self._usage = usage

    def is_for_requests(self, test: cst.FunctionDef, depth: int = 0) -> bool:
        """Whether a test makes requests, be it by functions, and does nothing else that could read what is written."""
        usage = self._usage
        calls = usage.tree.calls_in(test)
        writing = {write.node for write in usage.writes.within(test)}
        requests = {call for call in calls if self._asks(call, depth)}
        return bool(requests) and all(map(self._is_harmless, set(calls) - writing - requests))

    def _asks(self, call: cst.Call, depth: int) -> bool:
        functions = self._usage.resolver.calls.functions(call) if depth < _MAX_DEPTH else ()
        inside = bool(functions) and all(self.is_for_requests(function, depth + 1) for function in functions)
        return inside or self._usage.clients.is_request(call)

    def _is_harmless(self, call: cst.Call, depth: int = 0) -> bool:
        """Whether a call asserts something, makes what is raised, asks no more than the answer to a request, or runs a function
        that does no more.
        """
        if isinstance(self._usage.tree.parents.get(call), cst.Raise):
            return True
        if (dotted_name(call.func) or "").startswith("self.assert") or self._is_of_answer(call.func):
            return True
        functions = self._usage.resolver.calls.functions(call) if depth < _MAX_DEPTH else ()
        if functions:
            return all(self._only_tells(function, depth + 1) for function in functions)
        is_of_text = isinstance(call.func, cst.Attribute) and call.func.attr.value in _OF_TEXTS
        return is_of_text or self._usage.resolver.name(call.func).startswith(_HARMLESS)

    def _only_tells(self, function: cst.FunctionDef, depth: int) -> bool:
        """Whether a function returns something, and neither changes anything nor looks into the environment."""
        lines = [line for line in function.body.body if isinstance(line, cst.SimpleStatementLine)]
        statements = [part for line in lines for part in line.body]
        if len(lines) < len(function.body.body) or not all(isinstance(part, (cst.Return, cst.Expr)) for part in statements):
            return False
        parts = [part for statement in statements for part in walk(statement)]
        named = (part for part in parts if isinstance(part, (cst.Name, cst.Attribute)))
        names = (name for part in named for name in self._usage.resolver.names(part))
        if any(name.startswith("os.") and "()" not in name for name in names):
            return False  # what has been read before is another matter
        return all(self._is_harmless(part, depth) for part in parts if isinstance(part, cst.Call))

    def _is_of_answer(self, node: cst.BaseExpression) -> bool:
        while isinstance(node, (cst.Attribute, cst.Subscript)):
            node = node.value
        values = self._usage.resolver.values_of(node)
        return any(isinstance(value, cst.Call) and self._usage.clients.is_request(value) for value in values)

    def is_prepared(self, test: cst.FunctionDef, names: frozenset[str], kept: Kept) -> bool:
        """Whether what runs before a test has set one of the names, or may have."""
        fixtures, besides = self._usage.resolver.fixtures, frozenset(kept.steps)
        if fixtures.asks_for_unseen(test):
            return True
        return any(self._usage.preparation.may_be_set_by(each, names, besides) for each in fixtures.before(test))

    def use_behind(self, setup: cst.FunctionDef, uses: Uses) -> cst.CSTNode | None:
        """Where a test behind a fixture or setup uses the client, and none is built for the test."""
        for test in self._usage.resolver.fixtures.tests_behind(setup):
            graph = self._usage.resolver.graph(test)
            used = [*uses.within(graph).values()] if graph is not None else []
            if used and not self._usage.doubles.replace(test) and not any(self._built(test)):
                return used[0]
        return None

    def _built(self, test: cst.FunctionDef) -> Iterator[bool]:
        for function in (test, *self._usage.resolver.fixtures.before(test)):
            for call in self._usage.tree.calls_in(function):
                yield self._usage.constructions.through(call) is not None
