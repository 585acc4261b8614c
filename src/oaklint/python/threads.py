"""Functions that run in threads, or some time later: when they begin at the earliest, and when they have surely come back."""

from __future__ import annotations

from collections.abc import Iterator

from oaklint.python import cst
from oaklint.python.names import Resolver
from oaklint.python.places import place
from oaklint.python.tree import Tree, argument_of, has_star

_THREADS = {"threading.Thread": ("target", 1), "threading.Timer": ("function", 1)}
_POOLS = {"concurrent.futures.ThreadPoolExecutor()", "concurrent.futures.thread.ThreadPoolExecutor()"}
# Functions that run what they are handed in a thread, by its position.
_RUNNERS = {
    "asyncio.to_thread": 0,
    "anyio.to_thread.run_sync": 0,
    "starlette.concurrency.run_in_threadpool": 0,
    "fastapi.concurrency.run_in_threadpool": 0,
}
# What calls a function some time later, by the position at which it is handed: methods of whatever loop or window, and others.
_LATER_BY = {"call_later": 1, "call_at": 1, "call_soon": 0, "call_soon_threadsafe": 0, "after": 1, "singleShot": 1}
_TIMER = "threading.Timer"
_SCHEDULER = "sched.scheduler()."
_SCHEDULES = {"enter": 2, "enterabs": 2}


class Threads:
    """Finds the calls by which functions of a program run in threads, or some time later."""

    def __init__(self, tree: Tree, resolver: Resolver) -> None:
        self._tree = tree
        self._resolver = resolver

    def started_by(self, call: cst.Call) -> tuple[cst.FunctionDef, ...]:
        """The functions that begin with a call, or some time later: `thread.start()`, `pool.submit(work)`."""
        method = call.func if isinstance(call.func, cst.Attribute) else None
        if method is not None and method.attr.value == "start":
            return tuple(self._run_by_thread(method.value))
        if method is not None and method.attr.value in ("submit", "map") and _POOLS & self._resolver.names(method.value):
            return tuple(self._handed(call, 0))
        if (work := self.handed_over(call)) is not None:
            return tuple(self._resolver.definitions.functions(self._resolver.names(work)))
        return ()

    def ended_by(self, call: cst.Call) -> tuple[cst.FunctionDef, ...]:
        """The functions that have come back when a call comes back: `thread.join()`, `future.result()`, an awaited
        `asyncio.to_thread(work)`.
        """
        method = call.func if isinstance(call.func, cst.Attribute) else None
        if method is not None and method.attr.value == "join" and not call.args:
            return tuple(self._run_by_thread(method.value))
        if method is not None and method.attr.value == "result":
            submitted = (origin for origin in self._resolver.values_of(method.value) if isinstance(origin, cst.Call))
            return tuple(function for origin in submitted for function in self.started_by(origin))
        if self.handed_over(call) is not None and isinstance(self._tree.parents.get(call), cst.Await):
            return self.started_by(call)
        return ()

    def handed_over(self, call: cst.Call) -> cst.BaseExpression | None:
        """What a call is handed to run it in a thread, and hand back what that returns: `asyncio.to_thread(work)`."""
        for name in self._resolver.names(call.func):
            position = 1 if name.endswith(".run_in_executor") else _RUNNERS.get(name)
            if position is not None:
                return argument_of(call, position)
        return None

    def called_later_by(self, call: cst.Call) -> tuple[cst.FunctionDef, ...]:
        """The functions that a call hands over to be called some time later: `Timer(30, ask).start()`, `window.after(500, ask)`;
        none where it is not seen what these are handed.
        """
        position = self._position_later(call)
        is_seen = position is not None and not any(map(_is_hidden, call.args))
        return tuple(self._handed(call, "function", position)) if position is not None and is_seen else ()

    def _position_later(self, call: cst.Call) -> int | None:
        """At which place a call is handed what it calls later."""
        names = self._resolver.names(call.func)
        method = call.func.attr.value if isinstance(call.func, cst.Attribute) else ""
        owner = call.func.value if isinstance(call.func, cst.Attribute) else None
        if _TIMER in names:
            return 1 if self._is_started(call) else None
        if any(name.startswith(_SCHEDULER) for name in names):
            return _SCHEDULES.get(method)
        if method == "submit" and owner is not None and _POOLS & self._resolver.names(owner):
            return 0
        position = _LATER_BY.get(method)
        is_delay = position == 0 or not self._handed(call, 0)
        return position if is_delay else None

    def _is_started(self, timer: cst.Call) -> bool:
        """Whether a timer is started where it is made, and never stopped in the same function."""
        parent = self._tree.parents[timer]
        if isinstance(parent, cst.Attribute):
            return parent.attr.value == "start"
        targets = parent.targets if isinstance(parent, cst.Assign) else ()
        kept = {key for target in targets if (key := place(target.target)) is not None}
        told = [
            (each.func.attr.value, each)
            for each in self._tree.calls_in(self._tree.unit(timer))
            if isinstance(each.func, cst.Attribute) and place(each.func.value) in kept
        ]
        started = any(method == "start" and self._suite_of(each) is self._suite_of(timer) for method, each in told)
        return started and not any(method == "cancel" for method, _ in told)

    def _suite_of(self, call: cst.Call) -> cst.CSTNode | None:
        """The suite in whose own statements a call stands."""
        lines = (each for each in self._tree.ancestors(call) if isinstance(each, cst.SimpleStatementLine))
        return next((self._tree.parents[line] for line in lines), None)

    def _functions_at(self, node: cst.BaseExpression) -> Iterator[cst.FunctionDef]:
        return self._resolver.definitions.functions(self._resolver.names(node))

    def is_thread(self, call: cst.Call) -> bool:
        """Whether a call makes a thread, which is still to be started."""
        return any(name in _THREADS for name in self._resolver.names(call.func))

    def _run_by_thread(self, thread: cst.BaseExpression) -> Iterator[cst.FunctionDef]:
        for origin in self._resolver.values_of(thread):
            for name in self._resolver.names(origin.func) if isinstance(origin, cst.Call) else ():
                assert isinstance(origin, cst.Call)
                if name in _THREADS:
                    yield from self._handed(origin, *_THREADS[name])
        for definition in self._resolver.definitions.classes(name.removesuffix("()") for name in self._resolver.names(thread)):
            if any("threading.Thread" in self._resolver.names(base.value) for base in definition.bases):
                yield from self._resolver.methods(definition, "run")

    def _handed(self, call: cst.Call, *by: str | int) -> list[cst.FunctionDef]:
        value = argument_of(call, *by)
        return [*self._functions_at(value)] if value is not None else []


def _is_hidden(arg: cst.Arg) -> bool:
    """Whether it is not seen one by one what an argument hands over."""
    by_name = arg.keyword is not None and arg.keyword.value == "kwargs"
    return bool(arg.star) or by_name or (isinstance(arg.value, (cst.Tuple, cst.List)) and has_star(arg.value))
