"""Which parts of a program come to a request of 0.x, and when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from oaklint.python import cst
from oaklint.python.tree import children, last_part, walk
from oaklint.sdk.legacy import LEGACY_CLASSES
from oaklint.usage.migration.elsewhere import Elsewhere
from oaklint.usage.migration.requests import Requests

if TYPE_CHECKING:
    from oaklint.usage.usage import Usage

_STARTS_LOOP = {"asyncio.run", "asyncio.new_event_loop", "anyio.run", "trio.run"}
# What functions are called that a program runs by once.
_ENTRIES = {"main", "cli"}
# In the names of decorators that run a function again.
_RETRYING = ("retry", "backoff", "on_exception", "stamina")
# Errors of 0.x that are as they are: nothing repeats these requests. And what has nothing to do with requests.
_FINAL = {"AuthenticationError", "PermissionError", "InvalidRequestError", "InvalidAPIType", "SignatureVerificationError"}
_FINAL |= {"KeyboardInterrupt", "SystemExit", "KeyError", "IndexError", "ValueError", "JSONDecodeError", "FileNotFoundError"}
_FINAL |= {"TypeError", "AttributeError", "EOFError", "StopIteration", "ImportError", "AssertionError", "UnicodeDecodeError"}


class RequestOrder:
    """Tells what runs a request, be it through functions of the program."""

    def __init__(self, usage: Usage, requests: Requests) -> None:
        self._usage = usage
        self._tree = usage.tree
        self._requests = requests

    def functions_around(self, node: cst.CSTNode) -> list[cst.FunctionDef]:
        """The functions that a node stands in, the innermost first."""
        return [each for each in self._tree.ancestors(node) if isinstance(each, cst.FunctionDef)]

    @cached_property
    def functions(self) -> set[cst.FunctionDef]:
        """The functions that make a request, or call one that does."""
        found: set[cst.FunctionDef] = set()
        for request in self._requests.all:
            found.update(self.functions_around(request.node))
        callers: dict[cst.FunctionDef, list[cst.FunctionDef]] = {}
        for call in self._usage.nodes(cst.Call):
            for function in self._usage.resolver.calls.functions(call):
                callers.setdefault(function, []).extend(self.functions_around(call))
        pending = [*found]
        while pending:
            for caller in callers.get(pending.pop(), ()):
                if caller not in found:
                    found.add(caller)
                    pending.append(caller)
        return found

    @cached_property
    def _nodes(self) -> set[cst.CSTNode]:
        return {request.node for request in self._requests.all} | {call for call, _ in self._requests.by_another_name}

    def runs(self, node: cst.CSTNode) -> bool:
        """Whether a node is a request, or calls or hands over a function that makes one."""
        if node in self._nodes:
            return True
        if isinstance(node, cst.Call):
            return any(each in self.functions for each in self._usage.resolver.calls.functions(node))
        if not isinstance(node, (cst.Name, cst.Attribute)) or isinstance(self._tree.parents[node], (cst.Call, cst.FunctionDef)):
            return False
        named = self._usage.resolver.definitions.functions(self._usage.resolver.names(node))
        return any(each in self.functions for each in named)

    def comes_to_request(self, statement: cst.CSTNode) -> bool:
        """Whether running a statement may make a request."""
        return any(map(self.runs, runs_in_order(statement)))

    def first(self, body: Sequence[cst.CSTNode]) -> int:
        """The first statement of a body that may make a request; the number of statements, if none does."""
        return next((index for index, line in enumerate(body) if self.comes_to_request(line)), len(body))

    def runs_before(self, function: cst.FunctionDef, body: Sequence[cst.CSTNode]) -> bool:
        """Whether a function is certainly called before the first request that a body comes to."""
        for statement in body:
            for node in runs_in_order(statement):
                called = self._usage.resolver.calls.functions(node) if isinstance(node, cst.Call) else ()
                if function in called:
                    return True
                inner = next((each for each in called if each in self.functions), None)
                if inner is not None:
                    return self.runs_before(function, inner.body.body)
                if self.runs(node):
                    return False
        return False

    @cached_property
    def has_many_loops(self) -> bool:
        """Whether a program may start another event loop when one has ended: by a second `asyncio.run(...)`, or one in a loop."""
        starts = [call for call in self._usage.nodes(cst.Call) if self._usage.resolver.names(call.func) & _STARTS_LOOP]
        return len(starts) > 1 or any(map(self._runs_often, starts))

    def _runs_often(self, call: cst.Call) -> bool:
        if any(isinstance(each, (cst.For, cst.While, cst.CompFor)) for each in self._tree.ancestors(call)):
            return True
        function = next(iter(self.functions_around(call)), None)
        if function is None:
            return False
        calls = len(self._usage.resolver.calls.of(function))
        return calls > 1 or (calls == 0 and function.name.value not in _ENTRIES)

    @cached_property
    def uses_module(self) -> bool:
        """Whether the program makes requests of today by the module as a client."""
        names = (name for call in self._usage.nodes(cst.Call) for name in self._usage.clients.names(call.func))
        paths = (self._usage.clients.request_path(name) for name in names if "()" not in name)
        return any(path is not None and path[0] not in LEGACY_CLASSES for path in paths)

    @cached_property
    def minds_failures(self) -> bool:
        """Whether the program answers failed requests itself, or repeats them, or leaves that to a file that knows of their
        errors: 0.x sent each of its requests once.
        """
        for node in self._usage.nodes(cst.Try):
            passing = [handler for handler in node.handlers if self._is_for_passing(handler)]
            if any(map(self._is_of_sdk, passing)) or (passing and any(map(self.runs, walk(node.body)))):
                return True
        if any(map(self._tells_failures, self._usage.nodes(cst.Call))):
            return True
        decorators = (each.decorator for function in self.functions for each in function.decorators)
        called = (each.func if isinstance(each, cst.Call) else each for each in decorators)
        if any(word in last_part(each).lower() for each in called for word in _RETRYING):
            return True
        return Elsewhere(self._usage).minder is not None

    def _is_for_passing(self, handler: cst.ExceptHandler) -> bool:
        """Whether a clause is for what the SDK of today repeats by itself: limits, timeouts, trouble of the server."""
        names = {name.rpartition(".")[2] for name in self._names_in(handler)}
        return handler.type is None or bool(names - _FINAL)

    def _is_of_sdk(self, handler: cst.ExceptHandler) -> bool:
        return any(name.startswith("openai.") for name in self._names_in(handler))

    def _names_in(self, handler: cst.ExceptHandler) -> set[str]:
        """The qualified names of the classes that a clause is for."""
        types = handler.type
        parts = [each.value for each in types.elements] if isinstance(types, (cst.Tuple, cst.List)) else [types]
        return {name for part in parts if part is not None for name in self._usage.resolver.names(part)}

    def _tells_failures(self, call: cst.Call) -> bool:
        """`asyncio.gather(..., return_exceptions=True)`, `future.exception()`, `suppress(Exception)`"""
        is_told = any(arg.keyword is not None and arg.keyword.value == "return_exceptions" for arg in call.args)
        return is_told or (last_part(call.func) == "exception" and not call.args) or last_part(call.func) == "suppress"


def runs_in_order(statement: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """What runs when a statement does, in the order of the text: bodies of compound statements and classes, decorators and
    defaults included, those of functions not.
    """
    stack = [statement]
    while stack:
        here = stack.pop()
        yield here
        if isinstance(here, cst.FunctionDef):
            stack += [*reversed(here.decorators), here.params]
        elif not isinstance(here, cst.Lambda):
            stack += reversed(children(here))
