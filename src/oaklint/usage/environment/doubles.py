"""What a test puts in the place of the real thing: then its clients ask nobody, and what they were built with is no matter."""

from __future__ import annotations

from oaklint.python import cst
from oaklint.python.scopes import CodeUnit
from oaklint.python.tree import dotted_name
from oaklint.usage.context import Context

_REPLACING = {f"{mock}.patch{how}" for mock in ("unittest.mock", "mock") for how in ("", ".object", ".multiple")}
_MOCKS = ("unittest.mock.", "mock.")
# Packages that answer for a service, and what their fixtures are called.
_ANSWERING = {"aioresponses", "httpretty", "pytest_httpx", "requests_mock", "respx", "responses", "vcr"}
_FIXTURES = {"aioresponses", "httpx_mock", "requests_mock", "respx_mock", "responses", "vcr"}


class Doubles:
    """Finds the tests that replace something."""

    def __init__(self, context: Context) -> None:
        self._fixtures = context.resolver.fixtures
        self._tree = context.tree
        self._resolver = context.resolver
        self._values = context.values

    def put(self, call: cst.Call) -> tuple[cst.BaseExpression, str] | None:
        """The owner and the name of an attribute that a test puts where there need not be one, but for properties:
        `monkeypatch.setattr(owner, "name", value, raising=False)`, `patch.object(owner, "name", value, create=True)`.
        """
        given = [arg.value for arg in call.args if arg.keyword is None and not arg.star]
        told = {(arg.keyword.value, self._values.value(arg.value)) for arg in call.args if arg.keyword is not None}
        if len(given) < 3 or not told & {("raising", False), ("create", True)} or not self._is_double(call):
            return None
        if any(name.lower().endswith(("property()", "propertymock()")) for name in self._resolver.names(given[2])):
            return None
        name = self._values.text(given[1])
        return (given[0], name) if name is not None else None

    def replace_more_of(self, package: str, attribute: str) -> bool:
        """Whether anything in the program puts something in the place of a part of a package that is not that attribute."""
        calls = (call for call in self._tree.nodes.get(cst.Call, ()) if isinstance(call, cst.Call) and call.args)
        for call in filter(self._is_double, calls):
            first, *others = [self._values.text(arg.value) for arg in call.args]
            names = {first} if first is not None else self._resolver.names(call.args[0].value)
            if any(name.partition(".")[0] == package for name in names) and attribute not in others[:1]:
                return True
        return False

    def replace(self, unit: CodeUnit | None) -> bool:
        """Whether a function replaces something while it runs, itself, by its decorators, or by the fixtures that it asks for."""
        return isinstance(unit, cst.FunctionDef) and any(map(self._replaces, (unit, *self._fixtures.before(unit))))

    def _replaces(self, function: cst.FunctionDef) -> bool:
        owner = self._resolver.definitions.class_of(function)
        decorators = [each.decorator for each in (*function.decorators, *(owner.decorators if owner is not None else ()))]
        asked_for = {param.name.value for param in function.params.params}
        return (
            bool(asked_for & _FIXTURES)
            or any(map(self._is_double, decorators))
            or any(self._is_double(call) or self._is_put_inside(call) for call in self._tree.calls_in(function))
        )

    def _is_put_inside(self, call: cst.Call) -> bool:
        """Whether a call makes a mock for a part of something: `client.models.list = Mock()`."""
        assign = self._tree.parents.get(call)
        targets = [each.target for each in assign.targets] if isinstance(assign, cst.Assign) else []
        inside = any(isinstance(each, cst.Attribute) and dotted_name(each.value) not in (None, "self", "cls") for each in targets)
        return inside and any(name.startswith(_MOCKS) for name in self._resolver.names(call.func))

    def _is_double(self, node: cst.BaseExpression) -> bool:
        called = node.func if isinstance(node, cst.Call) else node
        written = dotted_name(called) or ""
        if written.endswith(".setattr") or written.startswith("mocker.patch"):
            return True
        if written.startswith("pytest.mark.") and written.rpartition(".")[2] in _FIXTURES | _ANSWERING:
            return True
        return any(name in _REPLACING or name.partition(".")[0] in _ANSWERING for name in self._resolver.names(called))
