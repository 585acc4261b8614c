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
