"""What tests do with a client that was built before them."""

from __future__ import annotations

import builtins
from collections.abc import Iterator
from typing import TYPE_CHECKING

from oaklint.python import cst
from oaklint.python.tree import dotted_name, walk
from oaklint.usage.constructions import is_base
from oaklint.usage.environment.kept import Kept
from oaklint.usage.environment.uses import Uses

if TYPE_CHECKING:
    from oaklint.usage.usage import Usage

_MAX_DEPTH = 3
# Calls of functions, or of methods of what they return, that do not take a key from the environment.
_OF_TEXTS = {"startswith", "endswith", "strip", "lower", "upper", "split", "splitlines", "count"}
_HANDING = {"self.addCleanup", "self.addAsyncCleanup", "self.enterContext", "self.enterAsyncContext"}
_HARMLESS = ("os.", "json.", "logging.", "re.", "time.", "datetime.", "pytest.raises", "pytest.approx")


class UsesByTests:
    """Finds out whether they can only mean that client when they set the environment."""

    def __init__(self, usage: Usage) -> None:
        self._usage = usage

    def is_for_requests(self, test: cst.FunctionDef, depth: int = 0) -> bool:
        """Whether a test makes requests, be it by functions, and does nothing else that could read what is written."""
        calls = self._usage.tree.calls_in(test)
        return any(self._asks(call, depth) for call in calls) and self._only_asks(test, depth)

    def _only_asks(self, function: cst.FunctionDef, depth: int = 0) -> bool:
        """Whether a function does nothing but write and make requests that could read what is written."""
        writing = {write.node for write in self._usage.writes.within(function)}
        calls = (call for call in self._usage.tree.calls_in(function) if call not in writing)
        return all(self._asks(call, depth) or self._is_harmless(call) or self._starts(call, writing) for call in calls)

    def _starts(self, call: cst.Call, writing: set[cst.CSTNode]) -> bool:
        """Whether a call starts or ends what writes: `patcher.start()`, `self.addCleanup(patcher.stop)`."""
        started = call.func.value if isinstance(call.func, cst.Attribute) else None
        is_writing = started is not None and not writing.isdisjoint(self._usage.resolver.values_of(started))
        return is_writing or dotted_name(call.func) in _HANDING

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
        if functions:  # a setup of the base has its own turn
            is_setup = self._usage.resolver.fixtures.is_for_tests
            return all(is_setup(function) or self._only_tells(function, depth + 1) for function in functions)
        if isinstance(call.func, cst.Attribute) and is_base(call.func.value):
            return not self._usage.writes.may_load(call)
        is_of_text = isinstance(call.func, cst.Attribute) and call.func.attr.value in _OF_TEXTS
        name = self._usage.resolver.name(call.func)
        is_builtin = name.startswith("builtins.") and hasattr(builtins, name.split(".")[1])  # what is not seen is called so, too
        is_harmless = is_of_text or is_builtin or name.startswith(_HARMLESS)
        return is_harmless and not self._usage.mentions.starts_process(call)

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

    def use_behind_each(self, setup: cst.FunctionDef, names: frozenset[str], kept: Kept, uses: Uses) -> cst.CSTNode | None:
        """Where a test uses a client that was built once before all of them, and the setup before each sets the names for nothing
        else.
        """
        fixtures, tests = self._usage.resolver.fixtures, self._usage.resolver.fixtures.tests_behind(setup)
        if fixtures.is_for_each(kept.unit) or not all(self._is_for(test, setup, names, kept) for test in tests):
            return None
        asking = [each for each in tests if kept.unit in fixtures.before(each) and not self._usage.doubles.replace(each)]
        graphs = (self._usage.resolver.graph(test) for test in asking if self.is_for_requests(test))
        return next((use for graph in graphs if graph is not None for use in uses.within(graph).values()), None)

    def _is_for(self, test: cst.FunctionDef, setup: cst.FunctionDef, names: frozenset[str], kept: Kept) -> bool:
        """Whether a test, and what runs before it, could read the names by requests alone, and the setup alone sets them."""
        fixtures, preparation, besides = self._usage.resolver.fixtures, self._usage.preparation, frozenset(kept.steps)
        before = [each for each in fixtures.before(test) if each is not setup]
        return (
            not fixtures.asks_for_unseen(test)
            and all(self._only_asks(each) for each in (test, setup, *before) if each is not kept.unit)
            and names.isdisjoint(self._read_in(test))
            and not any(preparation.may_be_set_by(each, names, besides) for each in before)
        )

    def _read_in(self, test: cst.FunctionDef) -> Iterator[str | None]:
        """The variables that a test reads itself."""
        tree = self._usage.tree
        items = (node for node in tree.nodes_in(test, cst.Subscript) if not tree.is_store(node))
        yield from map(self._usage.environment.read_by, (*items, *tree.calls_in(test)))

    def _built(self, test: cst.FunctionDef) -> Iterator[bool]:
        for function in (test, *self._usage.resolver.fixtures.before(test)):
            for call in self._usage.tree.calls_in(function):
                yield self._usage.constructions.through(call) is not None
