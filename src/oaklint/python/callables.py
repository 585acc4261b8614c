"""What comes of calling something without arguments: its answer, or what has to be awaited for it."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal

from oaklint.python import cst
from oaklint.python.definitions import UNKNOWN
from oaklint.python.names import Resolver
from oaklint.python.places import is_builtin
from oaklint.python.tree import positional

# How it answers when it is called. `stuck`: it asks for arguments, so that calling it without any fails.
Manner = Literal["sync", "async", "stuck"]

# Decorators that leave a function what it is.
_TRANSPARENT = {
    *("functools.wraps()", "functools.lru_cache", "functools.lru_cache()", "functools.cache", "builtins.staticmethod"),
    *("builtins.classmethod", "typing.override", "typing_extensions.override"),
}
# Functions that cannot be called without arguments, and that can.
_ASKING = {"os.getenv", "os.environ.get", "os.environ.__getitem__", "keyring.get_password"}
_ANSWERING = {"builtins.input", "getpass.getpass"}
# What they make is text, whatever they belong to.
_TEXT_METHODS = {"strip", "rstrip", "lstrip", "decode", "removeprefix", "removesuffix", "lower", "upper"}
_AWAITABLE = ("Awaitable", "Coroutine", "Future")
_MAX_STEPS = 5


class Callables:
    """Tells what is called in which manner, where the program text leaves no doubt."""

    def __init__(self, resolver: Resolver, others: Mapping[str, Literal["sync", "async"]]) -> None:
        """others: what further functions, and what others make, are like, by their qualified names."""
        self._resolver = resolver
        self._tree = resolver.tree
        self._others = others

    def manner(self, node: cst.BaseExpression) -> Manner | None:
        """How an expression answers that is called without arguments; None for what is not known, or not known to be called."""
        return self._manner(node, _MAX_STEPS)

    def _manner(self, node: cst.BaseExpression, steps: int) -> Manner | None:
        if not steps:
            return None
        if isinstance(node, cst.Lambda):
            return self._of_lambda(node, steps)
        if isinstance(node, cst.Call):
            return self._of_made(node, steps)
        if isinstance(node, cst.Name):
            bindings = self._resolver.bindings(node)
            by_binding = (self._by_binding(node, binding.value, steps) for binding in bindings)
            return _agreed(by_binding) if bindings else self._by_names(node, steps)
        if isinstance(node, cst.Attribute):
            values = self._resolver.attribute_values(node)
            return _agreed(self._by_binding(node, value, steps) for value in values) if values else self._by_names(node, steps)
        return None

    def is_callable(self, node: cst.BaseExpression) -> bool:
        """Whether an expression is a function for sure, in whatever manner it answers."""
        if isinstance(node, cst.Lambda) or self.manner(node) is not None:
            return True
        if not isinstance(node, (cst.Name, cst.Attribute)):
            return False
        names = self._resolver.names(node)
        return len([*self._resolver.definitions.functions(names)]) >= len(names) > 0

    def _by_binding(self, node: cst.Name | cst.Attribute, value: cst.BaseExpression | None, steps: int) -> Manner | None:
        if isinstance(value, (cst.Lambda, cst.Call, cst.Name, cst.Attribute)):
            return self._manner(value, steps - 1)
        return self._by_names(node, steps) or (self._by_annotation(node) if isinstance(node, cst.Name) else None)

    def _of_lambda(self, node: cst.Lambda, steps: int) -> Manner | None:
        params = node.params
        if any(param.default is None for param in (*params.posonly_params, *params.params, *params.kwonly_params)):
            return "stuck"
        return self._of_answer(node.body, steps)

    def _of_made(self, call: cst.Call, steps: int) -> Manner | None:
        """A partial, an object that can be called, or what a function returns."""
        names = self._resolver.names(call.func)
        if "functools.partial" in names and call.args:
            found = self._manner(call.args[0].value, steps - 1)
            return self._of_asking(call) if found == "stuck" else found
        instances = [name for name in self._resolver.names(call) if name.startswith("@") and name.endswith("()")]
        if instances and len(instances) == len(self._resolver.names(call)):
            return self._of_instances(instances, steps)
        functions = self._resolver.calls.functions(call)
        if functions and not any(function.asynchronous is not None or function.decorators for function in functions):
            returned = (value for function in functions for value in self._resolver.returned_values(function))
            return _agreed(self._manner(value, steps - 1) for value in returned)
        return self._by_names(call, steps)

    def _of_asking(self, partial: cst.Call) -> Manner | None:
        """A partial of something that asks for arguments, and may have got them."""
        called, given = partial.args[0].value, partial.args[1:]
        functions = self._resolver.definitions.functions(self._resolver.names(called))
        is_bound, is_open = isinstance(called, cst.Attribute), any(arg.star for arg in given)
        if not given or (not is_open and any(self._asked(each, given, is_bound=is_bound) for each in functions)):
            return "stuck"
        return self._of_called(called, _MAX_STEPS)

    def _asked(self, function: cst.FunctionDef, given: Sequence[cst.Arg] = (), *, is_bound: bool) -> set[str]:
        """The parameters that a function still needs when it has got some arguments. is_bound: a method has its object."""
        is_static = any("builtins.staticmethod" in self._resolver.names(each.decorator) for each in function.decorators)
        is_method = is_bound and self._tree.scopes[function].kind == "class" and not is_static
        in_order = positional(function)[is_method + len([arg for arg in given if arg.keyword is None]) :]
        needed = (param for param in (*in_order, *function.params.kwonly_params) if param.default is None)
        return {param.name.value for param in needed} - {arg.keyword.value for arg in given if arg.keyword is not None}

    def _of_instances(self, instances: list[str], steps: int) -> Manner | None:
        owners = [*self._resolver.definitions.classes(name.removesuffix("()") for name in instances)]
        methods = [method for owner in owners for method in self._resolver.methods(owner, "__call__")[-1:]]
        is_seen = len(methods) == len(owners)
        return _agreed(self._of_function(method, steps, is_bound=True) for method in methods) if is_seen else None

    def _by_names(self, node: cst.BaseExpression, steps: int) -> Manner | None:
        names = self._resolver.names(node)
        functions = [*self._resolver.definitions.functions(names)]
        if functions:
            is_seen = len(functions) == len(names)
            is_bound = isinstance(node, cst.Attribute)
            return _agreed(self._of_function(each, steps, is_bound=is_bound) for each in functions) if is_seen else None
        if names <= _ASKING:
            return "stuck"
        instances = [name for name in names if name.startswith("@") and name.endswith("()")]
        if instances and len(instances) == len(names):
            return self._of_instances(instances, steps)
        if names <= _ANSWERING:
            return "sync"
        return _agreed(map(self._others.get, names))

    def _of_function(self, function: cst.FunctionDef, steps: int, *, is_bound: bool) -> Manner | None:
        if self._is_decorated(function):
            return None
        return "stuck" if self._asked(function, is_bound=is_bound) else self._of_body(function, steps)

    def _is_decorated(self, function: cst.FunctionDef) -> bool:
        """Whether something may have made another function of it."""
        return any(not self._resolver.names(each.decorator) <= _TRANSPARENT for each in function.decorators)

    def _of_body(self, function: cst.FunctionDef, steps: int) -> Manner | None:
        if self._tree.nodes_in(function, cst.Yield):
            return None
        if function.asynchronous is not None:
            return "async"
        if function.returns is not None and [*_names_in(function.returns.annotation)] == ["str"]:
            return "sync"
        return _agreed(self._of_answer(value, steps) for value in self._resolver.returned_values(function))

    def _of_called(self, node: cst.BaseExpression, steps: int) -> Manner | None:
        """How something answers whatever it is called with."""
        functions = [*self._resolver.definitions.functions(self._resolver.names(node))]
        if functions:
            is_plain = steps and not any(self._is_decorated(function) for function in functions)
            return _agreed(self._of_body(function, steps - 1) for function in functions) if is_plain else None
        names = self._resolver.names(node)
        return "sync" if all(_is_plain(name) or self._others.get(name) == "sync" for name in names) else None

    def _of_answer(self, value: cst.BaseExpression, steps: int) -> Manner | None:
        """`async` where an answer is a coroutine, `sync` where it is none."""
        if not steps:
            return None
        if isinstance(value, (cst.IfExp, cst.BooleanOperation)):
            parts = [value.body, value.orelse] if isinstance(value, cst.IfExp) else [value.left, value.right]
            return _agreed(self._of_answer(part, steps) for part in parts)
        if isinstance(value, cst.Call):
            return self._of_call(value, steps)
        if isinstance(value, cst.Name):
            origins = [binding.value for binding in self._resolver.bindings(value)]
            if any(isinstance(origin, (cst.Call, cst.Lambda)) or origin is None for origin in origins):
                calls = [origin for origin in origins if isinstance(origin, cst.Call)]
                return _agreed(self._of_call(call, steps - 1) for call in calls) if len(calls) == len(origins) else None
        return "sync"

    def _of_call(self, call: cst.Call, steps: int) -> Manner | None:
        found = self._of_called(call.func, steps - 1)
        if found is None and isinstance(call.func, cst.Attribute):
            if call.func.attr.value in _TEXT_METHODS:
                return "sync"
            # What a method makes of text is text; what is made of what is not known may be anything.
            owner = call.func.value
            is_text = self._resolver.names(owner) <= {"builtins.str()", "os.getenv()", "os.environ.get()"}
            of_call = self._of_call(owner, steps - 1) if isinstance(owner, cst.Call) and steps > 1 else None
            is_of_text = call.func.attr.value in ("read", "read_text")
            return "sync" if is_text or (is_of_text and of_call == "sync") else None
        return found

    def _by_annotation(self, node: cst.Name) -> Manner | None:
        """What a parameter is declared to be: `Callable[[], str]`, `Callable[[], Awaitable[str]]`."""
        return _agreed(_declared(binding.annotation) for binding in self._resolver.bindings(node))


def _agreed(manners: Iterable[Manner | None]) -> Manner | None:
    """The one manner that several have in common."""
    found = {*manners}
    return found.pop() if len(found) == 1 else None


def _is_plain(name: str) -> bool:
    """Whether a name is that of a function of Python or its library, and it makes nothing that has to be awaited."""
    if name == UNKNOWN or name.startswith("@") or "()" in name or "." not in name:
        return False
    package = name.partition(".")[0]
    if package == "builtins":
        return is_builtin(name) and name[len("builtins.") :].islower()
    return package in sys.stdlib_module_names and package not in ("asyncio", "concurrent", "contextlib", "unittest", "typing")


def _declared(annotation: cst.BaseExpression | None) -> Manner | None:
    if not isinstance(annotation, cst.Subscript) or len(annotation.slice) != 2:
        return None
    name, answer = annotation.value, annotation.slice[1].slice
    of = name.attr.value if isinstance(name, cst.Attribute) else name.value if isinstance(name, cst.Name) else ""
    if of != "Callable" or not isinstance(answer, cst.Index):
        return None
    names = [*_names_in(answer.value)]
    if any(each in _AWAITABLE for each in names):
        return "async"
    return "sync" if names == ["str"] else None


def _names_in(annotation: cst.BaseExpression) -> Iterator[str]:
    if isinstance(annotation, cst.Name):
        yield annotation.value
    elif isinstance(annotation, cst.Attribute):
        yield annotation.attr.value
    elif isinstance(annotation, cst.Subscript):
        yield from _names_in(annotation.value)
