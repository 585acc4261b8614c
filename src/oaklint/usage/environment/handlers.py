"""Which functions does somebody else run: a framework with which they are registered, or what they are handed to?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property

from oaklint.python import cst
from oaklint.python.definitions import UNKNOWN, named_by
from oaklint.python.scopes import CodeUnit
from oaklint.usage.context import Context

# Methods of applications, routers, bots, schedulers and the like by which a function is registered.
_REGISTERING = {
    "action", "agent", "api_route", "callback", "callback_query", "callback_query_handler", "chat", "command", "cron",
    "delete", "event", "event_handler", "get", "group", "handle", "handler", "head", "hybrid_command", "job", "listen",
    "listener", "message", "message_handler", "on", "on_chat_start", "on_event", "on_message", "options", "patch",
    "periodic_task", "post", "prompt", "put", "register", "resource", "route", "schedule", "scheduled_job", "shortcut",
    "slash_command", "subscribe", "subscriber", "task", "tool", "view", "websocket",
}  # fmt: skip

# Methods, of data frames and pools mostly, and functions that run at once what they are handed.
_APPLYING = {"agg", "aggregate", "apply", "applymap", "assign", "map", "map_elements", "progress_apply", "progress_map"}
_APPLYING |= {"starmap", "transform"}
_APPLY = {"builtins.max", "builtins.min", "builtins.sorted", "functools.reduce"}
# These do so when somebody asks for what they give.
_APPLY_LATER = {"builtins.filter", "builtins.map"}


class Handlers:
    """Finds functions that run though nothing in the program calls them."""

    def __init__(self, context: Context) -> None:
        self._tree = context.tree
        self._resolver = context.resolver
        self._threads = context.threads

    def runs_of(
        self, function: cst.FunctionDef, *, without: Callable[[cst.BaseExpression], bool] = lambda run: False
    ) -> list[cst.BaseExpression]:
        """Where the program calls a function, or hands it over to be called, or does so with a function in which that stands;
        `without` says which of them do not count.
        """
        found: list[cst.BaseExpression] = []
        pending, seen = [function], {function}
        while pending:
            for run in self.runs(pending.pop()):
                if without(run):
                    continue
                found.append(run)
                around = self._tree.unit(run)
                if isinstance(around, cst.FunctionDef) and around not in seen:
                    seen.add(around)
                    pending.append(around)
        return found

    def runs(self, function: cst.FunctionDef) -> tuple[cst.BaseExpression, ...]:
        """Where the program calls a function itself, reads it as a property, or hands it over to be called."""
        return (
            *self._resolver.calls.of(function),
            *self._resolver.calls.reads_of(function),
            *self._handed_over.get(function, ()),
        )

    def is_run_at_once(self, value: cst.BaseExpression) -> bool:
        """Whether what a function is handed to runs it there and then: `texts.map(ask)`, `sorted(texts, key=rate)`."""
        arg = self._tree.parents.get(value)
        call = self._tree.parents.get(arg) if isinstance(arg, cst.Arg) else None
        if not isinstance(call, cst.Call) or self._resolver.calls.functions(call):
            return False
        is_method = isinstance(call.func, cst.Attribute) and call.func.attr.value in _APPLYING
        names = self._resolver.names(call.func)
        is_used_up = isinstance(self._tree.parents[call], (cst.Arg, cst.For, cst.CompFor, cst.StarredElement))
        return is_method or not _APPLY.isdisjoint(names) or (is_used_up and not _APPLY_LATER.isdisjoint(names))

    def unit_around(self, run: cst.BaseExpression) -> CodeUnit | None:
        """The function in which something runs; a lambda that is run where it stands is a part of the one around it."""
        unit = self._tree.unit(run)
        while isinstance(unit, cst.Lambda) and self.is_run_at_once(unit):
            unit = self._tree.unit(unit)
        return unit

    def is_called_back(self, function: cst.FunctionDef) -> bool:
        """Whether the program leaves it to others to call a function, at any time: it registers it, or hands it to a method of
        something, `button.click(save)`.
        """
        handed = (self._tree.parents[self._tree.parents[value]] for value in self._handed_over.get(function, ()))
        takers = (call.func for call in handed if isinstance(call, cst.Call))
        is_handed = any(isinstance(taker, cst.Attribute) for taker in takers) and not self._resolver.calls.of(function)
        return self.is_registered(function) or is_handed

    def is_registered(self, function: cst.FunctionDef) -> bool:
        """Whether a decorator registers it, or a function that runs it: `@router.post("/")`, where `router` is some object, or,
        for a method, `@commands.command()`, of a package.
        """
        around = (self._tree.unit(run) for run in self.runs_of(function))
        functions = (function, *(each for each in around if isinstance(each, cst.FunctionDef)))
        return any(self._registers(each.decorator, function) for function in functions for each in function.decorators)

    def _registers(self, decorator: cst.BaseExpression, function: cst.FunctionDef) -> bool:
        method = named_by(decorator)
        if not isinstance(method, cst.Attribute) or method.attr.value not in _REGISTERING:
            return False
        names = self._resolver.names(method.value)
        is_of_package = not any(name.startswith("@") for name in names) and UNKNOWN not in names
        return any(name.endswith("()") for name in names) or (is_of_package and self._tree.scopes[function].kind == "class")

    @cached_property
    def _handed_over(self) -> dict[cst.FunctionDef, list[cst.BaseExpression]]:
        """Where functions are handed over to be run; what runs in a thread does so when that is started."""
        found: dict[cst.FunctionDef, list[cst.BaseExpression]] = {}
        for call in self._tree.nodes.get(cst.Call, ()):
            assert isinstance(call, cst.Call)
            for function in self._threads.started_by(call):
                found.setdefault(function, []).append(call)
        in_threads = set(found)
        for value in self._arguments():
            arg = self._tree.parents[value]
            call = self._tree.parents[arg]
            assert isinstance(call, cst.Call)
            for function in self._resolver.definitions.functions(self._resolver.names(value)):
                starts = function in in_threads and (self._threads.is_thread(call) or call in found[function])
                if not starts:
                    found.setdefault(function, []).append(value)
        return found

    def given_away(self, function: cst.FunctionDef) -> tuple[cst.BaseExpression, ...]:
        """Where the program returns a function, or collects it: others run it some time behind that, if at all."""
        return tuple(self._known_to_give_away.get(function, ()))

    @cached_property
    def _known_to_give_away(self) -> dict[cst.FunctionDef, list[cst.BaseExpression]]:
        found: dict[cst.FunctionDef, list[cst.BaseExpression]] = {}
        for value in self._given_away():
            for function in self._resolver.definitions.functions(self._resolver.names(value)):
                found.setdefault(function, []).append(value)
        return found

    def _given_away(self) -> Iterator[cst.Name | cst.Attribute]:
        """What functions return as it is, and what is collected: `return service.ask`, `{"ask": ask}`."""
        for kind in (cst.Return, cst.Element, cst.DictElement):
            for node in self._tree.nodes.get(kind, ()):
                assert isinstance(node, (cst.Return, cst.Element, cst.DictElement))
                if isinstance(node.value, (cst.Name, cst.Attribute)):
                    yield node.value

    def _arguments(self) -> Iterator[cst.Name | cst.Attribute]:
        names = {node.name.value for node in self._tree.nodes.get(cst.FunctionDef, ()) if isinstance(node, cst.FunctionDef)}
        for arg in self._tree.nodes.get(cst.Arg, ()):
            value = arg.value if isinstance(arg, cst.Arg) and isinstance(self._tree.parents[arg], cst.Call) else None
            if isinstance(value, cst.Name) or (isinstance(value, cst.Attribute) and value.attr.value in names):
                yield value
