"""Which calls of a unit make their requests alike: a key that is wrong for one of them is wrong for all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence

from oaklint.python import cst
from oaklint.python.flow import Block
from oaklint.python.places import place
from oaklint.python.scopes import CodeUnit
from oaklint.python.tree import Run, arguments
from oaklint.usage.context import Context


class Makers:
    """From a call to where requests are made by the same client, as far as that is seen by its name, or by the same function."""

    def __init__(self, context: Context, unit: CodeUnit | None) -> None:
        self._context = context
        self._resolver = context.resolver
        self._clients = context.clients
        self._by_maker: defaultdict[Hashable, defaultdict[Block, list[Run]]] = defaultdict(lambda: defaultdict(list))
        for call in context.tree.calls_in(unit):
            if (maker := self._maker_of(call)) is not None:
                for block in context.deferred.blocks_of(call):
                    self._by_maker[maker][block].append(call)

    def alike(self, call: Run) -> Mapping[Block, Sequence[Run]]:
        """The blocks of the unit in which requests are made as a call of it makes its own, each with the calls that make them."""
        return self._by_maker.get(self._maker_of(call)) or {block: [call] for block in self._context.deferred.blocks_of(call)}

    def _maker_of(self, call: Run) -> Hashable:
        """What makes the request of a call: a client, by its name, be it handed to a function, functions of the program, or a
        function that was handed over; None for nothing of the kind.
        """
        functions = self._resolver.calls.functions(call)
        if functions and all(map(self._context.ingredients.asks, functions)):
            handed = (place(arg.value) for arg in arguments(call) if self._clients.is_client(arg.value))
            return next((client for client in handed if client is not None), functions)
        return self._client_of(call) or functions or self._handed_over(call)

    def _client_of(self, call: Run) -> str | None:
        """The name or attribute of the client by which a request is made, be it the module itself."""
        if not isinstance(call, cst.Call) or not self._clients.is_request(call):
            return None
        node = call.func
        while isinstance(node, cst.Attribute) and not self._clients.is_client(node):
            node = node.value
        return place(node) if self._clients.is_client(node) or "openai" in self._clients.names(node) else None

    def _handed_over(self, call: Run) -> cst.CSTNode | None:
        """The parameter that is called."""
        bindings = self._resolver.bindings(call.func) if isinstance(call, cst.Call) and isinstance(call.func, cst.Name) else ()
        params = [binding.node for binding in bindings if isinstance(binding.node, cst.Param)]
        return params[0] if len(params) == 1 else None
