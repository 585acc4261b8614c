"""Functions that run in threads: when they begin at the earliest, and when they have surely come back."""

from __future__ import annotations

from collections.abc import Iterator

from oaklint.python import cst
from oaklint.python.names import Resolver
from oaklint.python.tree import Tree

_THREADS = {"threading.Thread": ("target", 1), "threading.Timer": ("function", 1)}
_POOLS = {"concurrent.futures.ThreadPoolExecutor()", "concurrent.futures.thread.ThreadPoolExecutor()"}
# Functions that run what they are handed in a thread, by its position.
_RUNNERS = {
    "asyncio.to_thread": 0,
    "anyio.to_thread.run_sync": 0,
    "starlette.concurrency.run_in_threadpool": 0,
    "fastapi.concurrency.run_in_threadpool": 0,
}
# What calls a function some time later, by the position at which it is handed: by name, and methods of whatever loop or window.
_LATER = {"threading.Timer": 1}
_LATER_BY = {
    "call_later": 1, "call_at": 1, "call_soon": 0, "call_soon_threadsafe": 0, "after": 1, "singleShot": 1,
    "enter": 2, "enterabs": 2, "submit": 0,
}  # fmt: skip


class Threads:
    """Finds the calls by which functions of a program run in threads."""

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
                return next(iter(_at(position, call)), None)
        return None

    def called_later_by(self, call: cst.Call) -> tuple[cst.FunctionDef, ...]:
        """The functions that a call hands over to be called some time later: `Timer(30, ask)`, `window.after(500, ask)`."""
        positions = {position for name in self._resolver.names(call.func) if (position := _LATER.get(name)) is not None}
        if isinstance(call.func, cst.Attribute):
            positions |= {_LATER_BY.get(call.func.attr.value, -1)}
        return tuple(each for position in positions - {-1} for each in self._handed(call, position, "function"))

    def is_thread(self, call: cst.Call) -> bool:
        """Whether a call makes a thread, which is still to be started."""
        return any(name in _THREADS for name in self._resolver.names(call.func))

    def _run_by_thread(self, thread: cst.BaseExpression) -> Iterator[cst.FunctionDef]:
        for origin in self._resolver.values_of(thread):
            for name in self._resolver.names(origin.func) if isinstance(origin, cst.Call) else ():
                assert isinstance(origin, cst.Call)
                if name in _THREADS:
                    keyword, position = _THREADS[name]
                    yield from self._handed(origin, position, keyword)
        for definition in self._resolver.definitions.classes(name.removesuffix("()") for name in self._resolver.names(thread)):
            if any("threading.Thread" in self._resolver.names(base.value) for base in definition.bases):
                yield from self._resolver.methods(definition, "run")

    def _handed(self, call: cst.Call, position: int, keyword: str | None = None) -> Iterator[cst.FunctionDef]:
        given = [
            arg.value for arg in call.args if keyword is not None and arg.keyword is not None and arg.keyword.value == keyword
        ]
        for value in given or _at(position, call):
            yield from self._resolver.definitions.functions(self._resolver.names(value))


def _at(position: int, call: cst.Call) -> list[cst.BaseExpression]:
    in_order = [arg.value for arg in call.args if arg.keyword is None and not arg.star]
    return in_order[position : position + 1]
