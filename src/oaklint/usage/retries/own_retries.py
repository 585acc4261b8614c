"""How often the SDK repeats a request by itself: the `max_retries` of the client that makes it."""

from __future__ import annotations

from collections.abc import Iterator

from oaklint.python import cst
from oaklint.python.assignments import assigned
from oaklint.python.scopes import CodeUnit
from oaklint.python.tree import argument_of
from oaklint.sdk.clients import COPIES
from oaklint.sdk.exceptions import DEFAULT_MAX_RETRIES
from oaklint.usage.context import Context

_MAX_DEPTH = 4


class OwnRetries:
    """Follows a request back to where its client is built."""

    def __init__(self, context: Context) -> None:
        self._tree = context.tree
        self._resolver = context.resolver
        self._values = context.values
        self._clients = context.clients
        self._constructions = context.constructions

    def behind(self, call: cst.Call) -> int | None:
        """How often the SDK repeats the request that a call makes, or runs into; None where that is not known, or differs."""
        return _common(self._repeats(request) for request in self._requests(call, 0))

    def inside(self, unit: CodeUnit) -> int | None:
        """The same for the requests of a function, or of what it calls."""
        return _common(self._repeats(request) for request in self._requests_in(unit, 0))

    def of_method(self, method: cst.BaseExpression) -> int | None:
        """The same for a method that is handed over to be called."""
        return self._of(method, 0)

    def _requests(self, call: cst.Call, depth: int) -> Iterator[cst.Call]:
        if self._clients.is_request(call):
            yield call
        elif depth < _MAX_DEPTH:
            for function in self._resolver.calls.functions(call):
                yield from self._requests_in(function, depth + 1)

    def _requests_in(self, unit: CodeUnit, depth: int) -> Iterator[cst.Call]:
        for call in self._tree.calls_in(unit):
            yield from self._requests(call, depth)

    def _repeats(self, request: cst.Call) -> int | None:
        if self._clients.names_request(request.func):
            return self._of(request.func, 0)
        handed = (arg.value for arg in request.args[:2] if self._clients.names_request(arg.value))
        return _common(self._of(method, 0) for method in handed)

    def _of(self, node: cst.BaseExpression, depth: int) -> int | None:
        """The setting of the client that an expression stands for, or leads on from."""
        if depth > 3 * _MAX_DEPTH:
            return None
        if isinstance(node, cst.Await):
            return self._of(node.expression, depth + 1)
        if isinstance(node, cst.Call):
            return self._of_call(node, depth)
        if isinstance(node, (cst.Name, cst.Attribute)):
            if self._resolver.names(node) == {"openai"}:
                return self._of_module()
            values = self._values_of(node)
            if values:
                return _common(self._of(value, depth + 1) for value in values)
            return self._of(node.value, depth + 1) if isinstance(node, cst.Attribute) else None
        return None

    def _of_call(self, call: cst.Call, depth: int) -> int | None:
        construction = self._constructions.of(call)
        copies = isinstance(call.func, cst.Attribute) and call.func.attr.value in COPIES
        if construction is None and not copies:
            returned = [
                value for function in self._resolver.calls.functions(call) for value in self._resolver.returned_values(function)
            ]
            return _common(self._of(value, depth + 1) for value in returned)
        if any(arg.star for arg in call.args):
            return None
        if (given := argument_of(call, "max_retries")) is not None:
            value = self._values.value(given)
            return value if isinstance(value, int) else None
        if construction is not None:
            return DEFAULT_MAX_RETRIES
        assert isinstance(call.func, cst.Attribute)
        return self._of(call.func.value, depth + 1)

    def _of_module(self) -> int | None:
        """The setting of the module client."""
        for node in self._tree.nodes.get(cst.Assign, ()):
            for target, setting in assigned(node):
                if isinstance(target, cst.Attribute) and target.attr.value == "max_retries":
                    if self._resolver.names(target.value) == {"openai"}:
                        value = self._values.value(setting)
                        return value if isinstance(value, int) else None
        return DEFAULT_MAX_RETRIES

    def _values_of(self, node: cst.Name | cst.Attribute) -> list[cst.BaseExpression]:
        """What a name or attribute is set to, or handed."""
        bindings = self._resolver.bindings(node) if isinstance(node, cst.Name) else ()
        params = (binding.node for binding in bindings if isinstance(binding.node, cst.Param))
        return [*self._resolver.values_of(node), *(value for param in params for value in self._resolver.calls.handed_to(param))]


def _common(found: Iterator[int | None]) -> int | None:
    values = set(found)
    return values.pop() if len(values) == 1 else None
