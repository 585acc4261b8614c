"""Where the client of a request comes from: what it is kept in, picked by, or taken out of."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from functools import cached_property
from itertools import takewhile

from oaklint.python import cst
from oaklint.python.places import named, place, places
from oaklint.python.tree import Run, callee, index_of
from oaklint.sdk.clients import COPIES
from oaklint.usage.context import Context

# Methods that leave what they are called of as it is: of collections, and those that tell of something.
READS = {"get", "items", "keys", "values", "index", "count", "copy", "log", "debug", "info", "warning", "error", "exception"}
# Arguments that say of a copy of a client how it asks, and not as whom.
_PATIENCE = {"timeout", "max_retries"}
# How deep functions are looked into for what they pick a client by.
_MAX_LEVELS = 2


class Picks:
    """From a request to the names and attributes that its client hangs on, as `place` writes them where the request is made."""

    def __init__(
        self,
        context: Context,
        loops: Sequence[cst.CSTNode],
        request: Run | None,
        entered: frozenset[cst.FunctionDef] = frozenset(),
    ) -> None:
        """loops: what is run again, the innermost first. request: the call that is made there; of none nothing is known. entered:
        the functions through which the request is met, which are not looked into once more.
        """
        self._tree = context.tree
        self._resolver = context.resolver
        self._clients = context.clients
        self._constructions = context.constructions
        self._context = context
        self._loops = loops
        self._request = request
        self._entered = entered
        self._effects = context.flow.effects

    @cached_property
    def all(self) -> frozenset[str]:
        """That of which a change may make another client of it."""
        return self.by | self.pools

    @cached_property
    def pools(self) -> frozenset[str]:
        """What the client of the request is taken out of, or is asked for, and what the keys come from that clients are given in
        its function.
        """
        calls = self._tree.calls_in(self._tree.unit(self._request)) if self._request is not None else ()
        handed = {value for call in calls for value in self._constructions.keys_handed_by(call)}
        found = set().union(*map(places, handed)) - {key for value in handed for key in self._modules_in(value)}
        for node in self._leading:
            owner: cst.BaseExpression | None = None
            if isinstance(node, cst.Subscript):
                owner = node.value
            elif isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute):
                owner = node.func.value if not self._clients.is_client(node.func.value) else None
            if owner is not None and not self._is_module(owner):
                found |= {key for key in (place(owner),) if key not in (None, "self", "cls")}
        return frozenset(found)

    @cached_property
    def by(self) -> frozenset[str]:
        """What the client of the request is kept in, or is picked by, be it in functions."""
        found: set[str] = set(self._inside)
        for node in self._leading:
            found |= {key for key in (place(node),) if key not in (None, "self", "cls")}
            if isinstance(node, cst.Subscript):
                found |= places(node.slice[0])
            elif isinstance(node, cst.IfExp):
                found |= places(node.test) if self._origin(node.body) != self._origin(node.orelse) else set()
            elif isinstance(node, cst.BaseComp):
                found |= places(node.for_in)
            elif isinstance(node, cst.Name):
                found |= self._chosen_by(node)
            elif isinstance(node, cst.Call):
                found |= set().union(*map(places, self._deciding_arguments(node)))
            if isinstance(node, (cst.Attribute, cst.Call)):
                for function in self._resolver.calls.functions(node):
                    found |= {key for _, key in self._resolver.inputs.of(function, _owner(node), _MAX_LEVELS)}
        return frozenset(found)

    @cached_property
    def _inside(self) -> frozenset[str]:
        """The same of the requests in the function that the request runs, in its caller's terms."""
        found: set[str] = set()
        if self._request is None:
            return frozenset()
        for function in {*self._resolver.calls.functions(self._request)} - self._entered:
            seen_as = dict(self._resolver.inputs.of(function, _owner(self._request)))
            for request in filter(self._clients.is_request, self._tree.calls_in(function)):
                inner = Picks(self._context, (function,), request, self._entered | {function})
                found |= {seen_as[key] for key in inner.all if key in seen_as}
        return frozenset(found)

    def _origin(self, client: cst.BaseExpression, depth: int = 0) -> Hashable:
        """What has the key that a client has: itself, or the one of which it is a copy that only has more patience."""
        values = self._resolver.values_of(client) if isinstance(client, (cst.Name, cst.Attribute)) else [client]
        copied = _copied_by(values[0]) if len(values) == 1 and depth < _MAX_LEVELS else None
        if copied is not None:
            return self._origin(copied, depth + 1)
        bindings = self._resolver.bindings(client) if isinstance(client, cst.Name) else ()
        if isinstance(client, cst.Attribute) and len(values) < 2:
            return place(client) or client
        return bindings[0] if len(bindings) == 1 else client

    def _chosen_by(self, name: cst.Name) -> set[str]:
        """What it depends on in the loops which of its values a name has."""
        found: set[str] = set()
        for binding in self._resolver.bindings(name):
            ancestors = [*self._tree.ancestors(binding.node)]
            if any(loop in ancestors for loop in self._loops):
                inside = takewhile(lambda node: node not in self._loops, ancestors)
                found |= {key for node in inside if isinstance(node, cst.If) for key in places(node.test)}
        return found

    @cached_property
    def _leading(self) -> list[cst.BaseExpression]:
        """The expressions by which the request comes to its client, and what the names among them are bound to."""
        found: dict[cst.BaseExpression, None] = {}
        pending: list[cst.BaseExpression] = []
        if self._request is not None:
            called = callee(self._request)
            pending = [called.value if isinstance(called, cst.Attribute) else called]
        while pending:
            node = pending.pop()
            if node in found or self._is_module(node):
                continue
            found[node] = None
            if isinstance(node, (cst.Attribute, cst.Subscript)):
                pending.append(node.value)
                pending += [index] if isinstance(node, cst.Subscript) and (index := index_of(node)) is not None else []
            elif isinstance(node, cst.Call):
                pending += [node.func, *self._deciding_arguments(node)]
            elif isinstance(node, cst.IfExp):
                pending += [node.body, node.orelse]
            elif isinstance(node, cst.Name):
                pending += self._assigned_to(node)
        return [*found]

    def _modules_in(self, value: cst.BaseExpression) -> Iterator[str]:
        return (node.value for node in named(value) if isinstance(node, cst.Name) and self._is_module(node))

    def _is_module(self, node: cst.BaseExpression) -> bool:
        """`asyncio` of `asyncio.to_thread(request)`."""
        bindings = self._resolver.bindings(node) if isinstance(node, cst.Name) else ()
        return any(isinstance(self._tree.parents.get(binding.node), cst.Import) for binding in bindings)

    def _deciding_arguments(self, call: cst.Call) -> Sequence[cst.BaseExpression]:
        """The arguments of a call that say which client it gives: of the SDK's own constructors, the keys."""
        is_built = self._constructions.of(call) is not None
        return self._constructions.keys_handed_by(call) if is_built else [arg.value for arg in call.args]

    def _assigned_to(self, name: cst.Name) -> Iterator[cst.BaseExpression]:
        """The values that a name has been given, or was taken out of."""
        for binding in self._resolver.bindings(name):
            if binding.kind in ("assign", "annotated", "context"):
                around = (node for node in self._tree.ancestors(binding.node) if isinstance(node, cst.Assign))
                whole = next(around, None) if binding.value is None else None
                value = whole.value if whole is not None else binding.value
                yield from [value] if value is not None else []

    def are_changed_by(self, call: cst.Call, *, between: bool) -> bool:
        """Whether a function of the program changes what the client is picked by, or counts on where it picks the client.

        between: whether it is called only between two requests.
        """
        counts = call in self._leading
        effects = self._effects.of(call)
        if any(effect.key in self.all and (between or (counts and _is_counted(effect.key, effect.value))) for effect in effects):
            return True
        return between and not self.all.isdisjoint(self._changed_by_methods(call))

    def _changed_by_methods(self, call: cst.Call) -> Iterator[str]:
        """What a function of the program calls methods of that are not seen, and may change it, in its caller's terms."""
        for function in self._resolver.calls.functions(call):
            seen_as = dict(self._resolver.inputs.of(function, _owner(call)))
            for inner in self._tree.calls_in(function):
                if isinstance(inner.func, cst.Attribute) and inner.func.attr.value not in READS:
                    key = place(inner.func.value)
                    is_seen = self._resolver.calls.functions(inner) or self._clients.is_request(inner)
                    if key in seen_as and not is_seen and not self._constructions.is_thrown_away(inner):
                        yield seen_as[key]


def _copied_by(value: cst.BaseExpression) -> cst.BaseExpression | None:
    """The client that a call copies, where it says how the copy asks, and not as whom: `client.with_options(timeout=60)`."""
    if not isinstance(value, cst.Call) or not isinstance(value.func, cst.Attribute) or value.func.attr.value not in COPIES:
        return None
    given = {arg.keyword.value if arg.keyword is not None else None for arg in value.args}
    return value.func.value if given <= _PATIENCE else None


def _is_counted(key: str, value: cst.BaseExpression | None) -> bool:
    """Whether what a name or attribute is set to is made of what it was: `(self.index + 1) % size`; None: it is counted up."""
    last = key.rpartition(".")[2]
    return value is None or (
        isinstance(value, cst.BinaryOperation) and last in {each.rpartition(".")[2] for each in places(value)}
    )


def kept_by(target: cst.BaseExpression) -> set[str]:
    """The names, attributes and items that an assignment sets, and what it sets an item of."""
    if isinstance(target, (cst.Tuple, cst.List)):
        return set().union(*(kept_by(element.value) for element in target.elements))
    kept = [target, target.value] if isinstance(target, cst.Subscript) else [target]
    return {key for each in kept if (key := place(each)) is not None}


def _owner(run: Run) -> cst.BaseExpression:
    """The object whose method is run, or whose attribute is read, or what is called."""
    called = callee(run)
    return called.value if isinstance(called, cst.Attribute) else called
