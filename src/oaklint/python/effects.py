"""What calling a function of the program changes that its caller can see: globals, attributes of objects, nonlocal names."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from oaklint.python import cst
from oaklint.python.assignments import assigned
from oaklint.python.definitions import module_name
from oaklint.python.names import Resolver
from oaklint.python.places import place
from oaklint.python.scopes import CodeUnit, Scope
from oaklint.python.tree import last_part, parameters, positional

_MAX_DEPTH = 3
_TAKE_OUT = {"get_nowait", "heappop", "pop", "popitem", "popleft"}


class Effect(NamedTuple):
    """A change. key: the name or attribute, as `place` writes it where the function is called. value: what it is set to; None
    where it is counted up or down, or deleted. method: what is called of it, where it is not set: `stop.set`, or what it is
    handed to: `heapq.heappush`. at: where the function does so, or the call by which it has it done.
    """

    key: str
    value: cst.BaseExpression | None
    method: cst.Attribute | None
    at: cst.CSTNode


class _Change(NamedTuple):
    """A change as the function makes it: of a name or attribute, where `home` is the scope of the name that it begins with."""

    home: Scope
    root: str
    rest: str
    value: cst.BaseExpression | None
    method: cst.Attribute | None
    at: cst.CSTNode


class Effects:
    """Finds what functions change."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver
        self._changes: dict[tuple[cst.FunctionDef, int], list[_Change]] = {}
        self._effects: dict[tuple[cst.Call, bool], list[Effect]] = {}

    def of(self, call: cst.Call, *, is_told: bool = False) -> list[Effect]:
        """What the call of a function of the program changes, in the caller's terms.

        is_told: whether it is handed the exception, so that all methods count that it calls, and not only those in handlers.
        """
        found = self._effects.get((call, is_told))
        if found is None:
            found = self._effects[call, is_told] = [*self._find(call, is_told)]
        return found

    def _find(self, call: cst.Call, is_told: bool) -> Iterator[Effect]:
        for function in self._resolver.calls.functions(call):
            for change in self._changes_by(function):
                if change.method is not None and not is_told and not self._resolver.tree.in_handler(change.method):
                    continue
                for root in self._seen_as(change, call, function):
                    yield Effect(root + change.rest, change.value, change.method, change.at)

    def _changes_by(self, function: cst.FunctionDef, levels: int = _MAX_DEPTH) -> list[_Change]:
        """What a function changes by itself, and by what it calls, so many levels down."""
        found = self._changes.get((function, levels))
        if found is None:
            # Deeper levels are other questions, so that a function that calls itself comes to an end.
            below = self._changes_by_callees(function, levels - 1) if levels else ()
            found = self._changes[function, levels] = list(dict.fromkeys((*self._own_changes(function), *below)))
        return found

    def _changes_by_callees(self, function: cst.FunctionDef, levels: int) -> Iterator[_Change]:
        for call in self._resolver.tree.calls_in(function):
            for inner in self._resolver.calls.functions(call):
                for change in self._changes_by(inner, levels):
                    for root in self._seen_as(change, call, inner):
                        head, dot, rest = root.partition(".")
                        yield from self._change(function, call, head, f"{dot}{rest}{change.rest}", change.value, change.method)

    def _own_changes(self, function: cst.FunctionDef) -> Iterator[_Change]:
        for target, value in self._assignments.get(function, ()):
            if (key := place(target)) is not None:
                counted = isinstance(value, cst.BinaryOperation) and place(value.left) == key
                head = _root(target)
                yield from self._change(function, target, head, key[len(head) :], None if counted else value)
        for method in self._methods_called.get(function, ()):
            owner = self._owner_of(method)
            if (key := place(owner)) is not None:
                head = _root(owner)
                yield from self._change(function, owner, head, key[len(head) :], None, method)

    def _owner_of(self, method: cst.Attribute) -> cst.BaseExpression:
        """What a method changes: its object, or the heap that it is handed."""
        call = self._resolver.tree.parents[method]
        is_of_heaps = any(name.startswith("heapq.") for name in self._resolver.names(method))
        return call.args[0].value if is_of_heaps and isinstance(call, cst.Call) and call.args else method.value

    @cached_property
    def _methods_called(self) -> dict[CodeUnit | None, list[cst.Attribute]]:
        """The methods that are called by statements of their own, or take something out, by unit, but for those that the program
        defines.
        """
        tree = self._resolver.tree
        found: dict[CodeUnit | None, list[cst.Attribute]] = {}
        for call in tree.nodes.get(cst.Call, ()):
            assert isinstance(call, cst.Call)
            if isinstance(call.func, cst.Attribute) and not self._resolver.calls.functions(call):
                parent = tree.parents[call]
                statement = tree.parents[parent] if isinstance(parent, cst.Await) else parent
                if isinstance(statement, cst.Expr) or takes_out(call):
                    found.setdefault(tree.unit(call), []).append(call.func)
        return found

    @cached_property
    def _assignments(self) -> dict[CodeUnit | None, list[tuple[cst.BaseExpression, cst.BaseExpression | None]]]:
        """The targets of assignments with their values, by unit; `x += 1` sets to nothing that is known."""
        tree = self._resolver.tree
        found: dict[CodeUnit | None, list[tuple[cst.BaseExpression, cst.BaseExpression | None]]] = {}
        for node_type in (cst.Assign, cst.AnnAssign, cst.AugAssign):
            for node in tree.nodes.get(node_type, ()):
                changed = [(node.target, None)] if isinstance(node, cst.AugAssign) else assigned(node)
                found.setdefault(tree.unit(node), []).extend(changed)
        return found

    def _change(
        self,
        function: cst.FunctionDef,
        node: cst.CSTNode,
        root: str,
        rest: str,
        value: cst.BaseExpression | None,
        method: cst.Attribute | None = None,
    ) -> Iterator[_Change]:
        """The change, unless it is one of the function's own locals that nobody else sees."""
        scope = self._resolver.tree.scopes.get(node)
        home = scope.lookup(root) if scope is not None else None
        if home is None:
            return
        is_own = home.node is function
        is_within = bool(rest) or method is not None
        if not is_own or (is_within and any(binding.kind == "parameter" for binding in home.bindings.get(root, ()))):
            yield _Change(home, root, rest, value, method, node)

    def _seen_as(self, change: _Change, call: cst.Call, function: cst.FunctionDef) -> Iterator[str]:
        """What the name that a change begins with is called where the function is called."""
        scope = self._resolver.tree.scopes[call]
        if change.home.node is function:
            owner = self._argument(call, function, change.root)
            if owner is not None and (key := place(owner)) is not None:
                yield key
        elif scope.lookup(change.root) is change.home:
            yield change.root
        elif change.home.kind == "module":
            here = scope.outermost
            if change.home is not here:
                for name, bindings in here.bindings.items():
                    if any(binding.kind == "import" and self._is_module(binding.node, name, change.home) for binding in bindings):
                        yield f"{name}.{change.root}"

    def _is_module(self, alias: cst.CSTNode, name: str, module: Scope) -> bool:
        bindings = self._resolver.tree.scopes[alias].outermost.bindings.get(name, ())
        names = {each for binding in bindings for each in self._resolver.bound(binding)}
        return module_name(module) in names

    def _argument(self, call: cst.Call, function: cst.FunctionDef, name: str) -> cst.BaseExpression | None:
        """What the call hands to a parameter; for the first one of a method, the object."""
        in_order = positional(function)
        if in_order and in_order[0].name.value == name and self._resolver.tree.scopes[function].kind == "class":
            return call.func.value if isinstance(call.func, cst.Attribute) else None
        for param in parameters(function):
            if param.name.value == name:
                return self._resolver.calls.argument_for(call, function, param)
        return None


def takes_out(call: cst.Call) -> bool:
    """Whether a call of a method takes something out of its object: `queue.get()`, not `mapping.get(key)`."""
    name = last_part(call.func)
    return isinstance(call.func, cst.Attribute) and (name in _TAKE_OUT or (name == "get" and not call.args))


def _root(node: cst.BaseExpression) -> str:
    while isinstance(node, (cst.Attribute, cst.Subscript)):
        node = node.value
    return node.value if isinstance(node, cst.Name) else ""
