"""What a test puts in the place of the real thing: then its clients ask nobody, and what they were built with is no matter."""

from __future__ import annotations

from collections.abc import Iterator

from oaklint.python import cst
from oaklint.python.scopes import CodeUnit
from oaklint.python.tree import dotted_name
from oaklint.usage.context import Context

_REPLACING = {f"{mock}.patch{how}" for mock in ("unittest.mock", "mock") for how in ("", ".object", ".multiple")}
# Packages that answer for a service, and what their fixtures are called.
_ANSWERING = {"aioresponses", "httpretty", "pytest_httpx", "requests_mock", "respx", "responses", "vcr"}
_FIXTURES = {"aioresponses", "httpx_mock", "requests_mock", "respx_mock", "responses", "vcr"}
# Methods that run before the tests of their class.
SETUPS = {"setUp", "asyncSetUp", "setUpClass", "setup_method", "setup_class"}


class Doubles:
    """Finds the tests that replace something."""

    def __init__(self, context: Context) -> None:
        self._tree = context.tree
        self._resolver = context.resolver

    def replace(self, unit: CodeUnit | None) -> bool:
        """Whether a function replaces something while it runs, itself, by its decorators, or by the fixtures that it asks for."""
        return isinstance(unit, cst.FunctionDef) and any(map(self._replaces, (unit, *self._fixtures_of(unit))))

    def _replaces(self, function: cst.FunctionDef) -> bool:
        owner = self._resolver.definitions.class_of(function)
        decorators = [each.decorator for each in (*function.decorators, *(owner.decorators if owner is not None else ()))]
        asked_for = {param.name.value for param in function.params.params}
        return (
            bool(asked_for & _FIXTURES)
            or any(map(self._is_double, decorators))
            or any(self._is_double(call) for call in self._tree.calls_in(function))
        )

    def _is_double(self, node: cst.BaseExpression) -> bool:
        called = node.func if isinstance(node, cst.Call) else node
        written = dotted_name(called) or ""
        if written.endswith(".setattr") or written.startswith("mocker.patch"):
            return True
        return any(name in _REPLACING or name.partition(".")[0] in _ANSWERING for name in self._resolver.names(called))

    def _fixtures_of(self, function: cst.FunctionDef) -> Iterator[cst.FunctionDef]:
        """The functions of the program that run before: fixtures that it names or that all tests get, and its class's setup."""
        asked_for = {param.name.value for param in function.params.params}
        owner = self._resolver.definitions.class_of(function)
        for other in self._tree.nodes.get(cst.FunctionDef, ()):
            assert isinstance(other, cst.FunctionDef)
            if other.name.value in SETUPS:
                runs = owner is not None and self._resolver.definitions.class_of(other) is owner
            else:
                runs = bool(other.decorators) and (other.name.value in asked_for or self._is_for_all(other))
            if runs and other is not function:
                yield other

    def _is_for_all(self, fixture: cst.FunctionDef) -> bool:
        """`@pytest.fixture(autouse=True)`."""
        calls = (each.decorator for each in fixture.decorators if isinstance(each.decorator, cst.Call))
        return any(arg.keyword is not None and arg.keyword.value == "autouse" for call in calls for arg in call.args)
