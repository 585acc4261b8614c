"""Decorators that a program defines itself: which parameter receives the function, and what then stands in its place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

from oaklint.python import cst
from oaklint.python.facts import NO_STATE, Facts, State
from oaklint.python.places import place
from oaklint.python.tree import positional
from oaklint.usage.context import Context

Definition: TypeAlias = "cst.FunctionDef | cst.ClassDef"
Function: TypeAlias = "cst.FunctionDef | cst.Lambda"

_MAX_DEPTH = 4


class OwnDecorator(NamedTuple):
    """A decorator of the program, as it is set up.

    definition: the function or class. param: the parameter that receives the decorated function.
    home:       where its code stands: the same, or a base of the class.
    wrappers:   what may be called in the function's place afterwards.
    facts:      what is known of the names that it is set up with.
    """

    definition: Definition
    param: cst.Param
    home: Definition
    wrappers: tuple[Function, ...]
    facts: Facts

    def wrappers_of_another_kind(self, function: cst.FunctionDef) -> frozenset[Function]:
        """The wrappers that do not stand in that function's place, where some are coroutine functions and some are not."""
        same = [_is_coroutine(wrapper) is _is_coroutine(function) for wrapper in self.wrappers]
        return frozenset(wrapper for wrapper, fits in zip(self.wrappers, same, strict=True) if not fits and any(same))


class Decorators:
    """Finds the program's own decorators by their definition."""

    def __init__(self, context: Context) -> None:
        self._resolver = context.resolver
        self._tree = context.tree
        self._flow = context.flow

    def decorator(self, node: cst.BaseExpression, depth: int = 0) -> OwnDecorator | None:
        """The decorator that an expression stands for; None if the program does not define it, or not in one way only."""
        if depth > _MAX_DEPTH:
            return None
        if isinstance(node, cst.Name):
            values = [binding.value for binding in self._resolver.bindings(node) if binding.kind == "assign"]
            if len(values) == 1 and isinstance(values[0], cst.Call):
                return self.decorator(values[0], depth + 1)
        setup = node if isinstance(node, cst.Call) else None
        if setup is not None and "functools.partial" in self._resolver.names(setup.func):
            return self._partial(setup, NO_STATE)
        names = self._resolver.names(setup.func if setup is not None else node)
        functions = list(self._resolver.definitions.functions(names))
        classes = list(self._resolver.definitions.classes(names))
        if len(functions) == 1 and not classes:
            return self._function(functions[0], setup, bound=self._is_bound(node))
        return self._class(classes[0], setup) if len(classes) == 1 and not functions else None

    def _function(self, function: cst.FunctionDef, setup: cst.Call | None, *, bound: bool) -> OwnDecorator | None:
        facts = self._flow.handed(function, setup, NO_STATE).facts
        if setup is None:
            applied = self._applied_by(function, bound=bound)
            if applied is not None:
                return self._receiving(function, applied, facts)
            return self._receiving(function, function, facts, bound=bound)
        for value in self._resolver.returned_values(function):
            if isinstance(value, cst.Call) and "functools.partial" in self._resolver.names(value.func) and value.args:
                return self._partial(value, State(None, facts=facts))
            for inner in self._units(value):
                if isinstance(inner, cst.Lambda) or self._is_inside(inner, function):
                    found = self._receiving(function, inner, facts)
                    if found is not None:
                        return found
        return None

    def _applied_by(self, function: cst.FunctionDef, *, bound: bool) -> cst.FunctionDef | None:
        """The decorator inside a function that it applies by itself where it is not set up:
        `return decorate if function is None else decorate(function)`.
        """
        param = self._first_parameter(function, bound=bound)
        if param is None:
            return None
        found: set[cst.FunctionDef] = set()
        for value in self._resolver.returned_values(function):
            for part in (value.body, value.orelse) if isinstance(value, cst.IfExp) else (value,):
                if isinstance(part, cst.Call) and len(part.args) == 1 and place(part.args[0].value) == param.name.value:
                    applied = self._resolver.calls.functions(part)
                    found.update(each for each in applied if self._is_inside(each, function))
        return found.pop() if len(found) == 1 else None

    def _partial(self, call: cst.Call, state: State) -> OwnDecorator | None:
        """`functools.partial(decorator, attempts=3)`"""
        if not call.args:
            return None
        functions = list(self._resolver.definitions.functions(self._resolver.names(call.args[0].value)))
        if len(functions) != 1:
            return None
        given = call.with_changes(args=[arg for arg in call.args[1:] if arg.keyword is not None])
        return self._receiving(functions[0], functions[0], self._flow.handed(functions[0], given, state).facts)

    def _class(self, definition: cst.ClassDef, setup: cst.Call | None) -> OwnDecorator | None:
        name = self._resolver.definitions.name(definition)
        init, called = self._method(name, "__init__"), self._method(name, "__call__")
        if called is None:
            return None
        if setup is None:
            param = self._first_parameter(init, bound=True) if init is not None else None
            home = self._resolver.definitions.class_of(called) or definition
            return OwnDecorator(definition, param, home, (called,), frozenset()) if param is not None else None
        return self._receiving(definition, called, self._settings(name, setup), bound=True)

    def _method(self, name: str, method: str) -> cst.FunctionDef | None:
        """The method of a class, by its qualified name, be it one that it inherits."""
        owners = map(self._resolver.definitions.name, self._flow.instances.lineage(name))
        return next(self._resolver.definitions.functions(f"{owner}.{method}" for owner in owners), None)

    def _settings(self, name: str, setup: cst.Call) -> Facts:
        """What is known of the attributes of the object that a decorator makes, as `self` has them."""
        instances = self._flow.instances
        known = instances.attributes(name, setup, NO_STATE).items()
        return frozenset((f"self.{key}", fact) for key, fact in known if fact is not None and not instances.is_set_later(key))

    def _is_bound(self, node: cst.BaseExpression) -> bool:
        """Whether a decorator is a method of an object, rather than a function, be it one in a class body."""
        return isinstance(node, cst.Attribute) and any(name.endswith("()") for name in self._resolver.names(node.value))

    def _receiving(self, definition: Definition, unit: Function, facts: Facts, *, bound: bool = False) -> OwnDecorator | None:
        """The decorator whose function is received by the first parameter of that unit."""
        param = self._first_parameter(unit, bound=bound)
        if param is None:
            return None
        returned = [unit.body] if isinstance(unit, cst.Lambda) else self._resolver.returned_values(unit)
        wrappers = [inner for value in returned for inner in self._units(value) if self._is_inside(inner, unit)]
        # What it is where nothing is handed to it, `function=None`, it is not here.
        known = frozenset(fact for fact in facts if fact[0] != param.name.value)
        home = self._resolver.definitions.class_of(param) if isinstance(definition, cst.ClassDef) else None
        return OwnDecorator(definition, param, home or definition, tuple(wrappers), known)

    def _first_parameter(self, unit: Function, *, bound: bool) -> cst.Param | None:
        """The first parameter that is handed over; a bound method has its first already, unless it is static."""
        params = positional(unit)
        if bound and isinstance(unit, cst.FunctionDef):
            static = any(isinstance(d.decorator, cst.Name) and d.decorator.value == "staticmethod" for d in unit.decorators)
            params = params if static else params[1:]
        return params[0] if params else None

    def _units(self, value: cst.BaseExpression) -> Iterator[Function]:
        """The functions and lambdas that an expression stands for."""
        if isinstance(value, cst.Lambda):
            yield value
        elif isinstance(value, cst.IfExp):
            yield from self._units(value.body)
            yield from self._units(value.orelse)
        elif isinstance(value, (cst.Name, cst.Attribute)):
            yield from self._resolver.definitions.functions(self._resolver.names(value))
        elif isinstance(value, cst.Call) and len(value.args) == 1:  # `functools.wraps(function)(wrapper)`
            yield from self._units(value.args[0].value)
        elif isinstance(value, cst.Call) and len(value.args) == 2:  # `cast(F, wrapper)`, `update_wrapper(wrapper, function)`
            names = self._resolver.names(value.func)
            if names & {"typing.cast", "functools.update_wrapper"}:
                yield from self._units(value.args["typing.cast" in names].value)

    def _is_inside(self, inner: Function, outer: Function) -> bool:
        return outer in self._tree.ancestors(inner)


def _is_coroutine(function: Function) -> bool:
    return isinstance(function, cst.FunctionDef) and function.asynchronous is not None
