"""As much of pytest and pytest-mock as the tests of a program need: the SDKs' environments do not have them.

It is laid beside the program as `pytest.py`, and `run(globals())` runs the program's tests.
"""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import os
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from unittest import mock

_fixtures: dict[str, Callable[..., Any]] = {}
# Those that have yielded what they are for, and will be asked to clean up.
_running: list[Iterator[Any]] = []


def fixture(function: Callable[..., Any]) -> Callable[..., Any]:
    _fixtures[function.__name__] = function
    return function


@contextlib.contextmanager
def raises(*types: type[BaseException]) -> Iterator[None]:
    try:
        yield
    except types:
        return
    raise AssertionError(f"none of {types} was raised")


class MonkeyPatch:
    def __init__(self) -> None:
        self._undone = contextlib.ExitStack()

    def setattr(self, target: Any, *rest: Any) -> None:
        if isinstance(target, str):
            path, _, name = target.rpartition(".")
            target, (new,) = pkgutil.resolve_name(path), rest
        else:
            name, new = rest
        old = inspect.getattr_static(target, name) if isinstance(target, type) else getattr(target, name)
        self._undone.callback(setattr, target, name, old)
        setattr(target, name, new)

    def setenv(self, name: str, value: str) -> None:
        self._undone.enter_context(mock.patch.dict(os.environ, {name: value}))

    def undo(self) -> None:
        self._undone.close()


class Mocker:
    MagicMock, Mock, AsyncMock, ANY, call = mock.MagicMock, mock.Mock, mock.AsyncMock, mock.ANY, mock.call

    def __init__(self) -> None:
        self._undone = contextlib.ExitStack()

    def patch(self, *args: Any, **kwargs: Any) -> Any:
        return self._undone.enter_context(mock.patch(*args, **kwargs))

    def undo(self) -> None:
        self._undone.close()


class _Patch:
    """`mocker.patch`, with its `.object`."""

    def __init__(self, mocker: Mocker) -> None:
        self._mocker = mocker

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return Mocker.patch(self._mocker, *args, **kwargs)

    def object(self, *args: Any, **kwargs: Any) -> Any:
        return self._mocker._undone.enter_context(mock.patch.object(*args, **kwargs))


def run(program: Mapping[str, Any]) -> None:
    """Runs the tests among the names of a program, each with the fixtures that it asks for."""
    for name, test in list(program.items()):
        if name.startswith("test_"):
            monkeypatch, mocker = MonkeyPatch(), Mocker()
            mocker.patch = _Patch(mocker)  # type: ignore[method-assign]
            known: dict[str, Any] = {"monkeypatch": monkeypatch, "mocker": mocker}
            try:
                result = _called(test, known)
                if inspect.isawaitable(result):
                    asyncio.run(_awaited(result))
            finally:
                while _running:
                    next(_running.pop(), None)
                mocker.undo()
                monkeypatch.undo()
            print(name, "passed")


def _called(function: Callable[..., Any], known: dict[str, Any]) -> Any:
    for name in _asked_for(function):
        if name not in known:
            known[name] = _called(_fixtures[name], known)
            if inspect.isgenerator(known[name]):
                _running.append(known[name])
                known[name] = next(known[name])
    return function(**{name: known[name] for name in _asked_for(function)})


def _asked_for(function: Callable[..., Any]) -> list[str]:
    """The names of the parameters of a function that `patch` does not see to."""
    made = [each for each in getattr(function, "patchings", ()) if each.new is mock.DEFAULT]
    return list(inspect.signature(function).parameters)[len(made) :]


async def _awaited(result: Any) -> Any:
    return await result
