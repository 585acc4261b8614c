"""What runs before a test, and what it is handed: by pytest's fixtures that it asks for, and what its class sets up."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from oaklint.python import cst
from oaklint.python.definitions import last_name
from oaklint.python.scopes import CodeUnit, Scope
from oaklint.python.tree import argument_of, parameters, walk

if TYPE_CHECKING:
    from oaklint.python.names import Resolver

# Methods that run before the tests of their class, and functions that run before those of their module.
_SETUPS = {"setUp", "asyncSetUp", "setUpClass", "setup_method", "setup_class"}
_MODULE_SETUPS = {"setUpModule", "setup_module", "setup_function"}
_CONFTEST_SETUPS = {"pytest_configure", "pytest_sessionstart", "pytest_runtest_setup"}
_FOR_EACH = {"setUp", "asyncSetUp", "setup_method", "setup_function", "pytest_runtest_setup"}
# Fixtures of pytest and its plugins that do nothing by themselves.
_INERT = {
    "anyio_backend", "cache", "capfd", "caplog", "capsys", "event_loop", "mocker", "monkeypatch", "pytestconfig", "recwarn",
    "request", "subtests", "tmp_path", "tmp_path_factory", "tmpdir",
}  # fmt: skip


class Fixtures:
    """Finds it, as far as it stands in the program."""

    def __init__(self, resolver: Resolver) -> None:
        self._tree = resolver.tree
        self._resolver = resolver
        self._definitions = resolver.definitions
        self._known_before: dict[cst.FunctionDef, list[cst.FunctionDef]] = {}
        self._known_sources: dict[cst.FunctionDef, list[cst.FunctionDef]] = {}

    def is_setup(self, unit: CodeUnit | None) -> bool:
        """Whether a function runs before each test, or before all, of its class or module."""
        return isinstance(unit, cst.FunctionDef) and (unit in self._setups or (unit in self._named and _is_for_all(unit)))

    def is_fixture(self, unit: CodeUnit | None) -> bool:
        return unit in self._named

    def is_for_tests(self, unit: CodeUnit | None) -> bool:
        """Whether a function runs for nothing but the tests behind it."""
        return self.is_fixture(unit) or unit in self._setups

    def is_for_each(self, unit: CodeUnit | None) -> bool:
        """Whether a fixture or setup runs anew before each test, behind what runs once before all of a class or module."""
        if isinstance(unit, cst.FunctionDef) and self.is_fixture(unit):
            return all(_option(decorator, "scope") is None for decorator in unit.decorators)
        return isinstance(unit, cst.FunctionDef) and unit in self._setups and unit.name.value in _FOR_EACH

    def tests_behind(self, setup: cst.FunctionDef) -> list[cst.FunctionDef]:
        """The tests before which a fixture or setup runs, but for those that are skipped."""
        tests = (each for each in self._functions if each.name.value.startswith("test") and not self._is_skipped(each))
        return [each for each in tests if setup in self.before(each)]

    def _is_skipped(self, test: cst.FunctionDef) -> bool:
        owner = self._definitions.class_of(test)
        decorators = (*test.decorators, *(owner.decorators if owner is not None else ()))
        return any(last_name(each.decorator) == "skip" for each in decorators)

    def behind(self, node: cst.Name) -> cst.FunctionDef | None:
        """The fixture that a parameter of a test, or of another fixture, stands for; None if it is none, or not seen which."""
        home = self._tree.scopes[node].lookup(node.value)
        test = home.node if home is not None else None
        if home is None or not isinstance(test, cst.FunctionDef):
            return None
        if not test.name.value.startswith("test") and not self.is_fixture(test):
            return None
        if len(home.bindings[node.value]) != 1 or node.value not in self._asked_for(test):
            return None
        found = [fixture for fixture in self._fixtures_called(node.value) if self._is_at_hand(fixture, test)]
        nearest = [fixture for fixture in found if not self._is_of_conftest(fixture)]
        if not nearest and self._may_bring_in(node.value, test):
            return None
        nearest = nearest or found[:1]  # conftests are followed from the nearest on
        return nearest[0] if len(nearest) == 1 else None

    def sources(self, fixture: cst.FunctionDef) -> list[cst.FunctionDef]:
        """A fixture, and those of whose values it makes its own: `return Bot(client)`."""
        found = self._known_sources.get(fixture)
        if found is None:
            found = self._known_sources[fixture] = [fixture]
            for each in found:
                values = self._resolver.returned_values(each)
                made = (origin for value in values for origin in (value, *self._resolver.values_of(value)))
                names = (node for origin in made for node in walk(origin) if isinstance(node, cst.Name))
                found += dict.fromkeys(behind for name in names if (behind := self.behind(name)) and behind not in found)
        return found

    def _may_bring_in(self, name: str, test: cst.FunctionDef) -> bool:
        """Whether an import may bring a fixture of that name into the module of a test, or into a conftest."""
        conftests = filter(_is_conftest, self._tree.imported)
        return any(
            scope.star_imports or any(binding.kind == "import" for binding in scope.bindings.get(name, ()))
            for scope in (self._tree.scopes[test].outermost, *conftests)
        )

    def before(self, function: cst.FunctionDef) -> list[cst.FunctionDef]:
        """The functions of the program that run before a test or a fixture, in no particular order."""
        found = self._known_before.get(function)
        if found is None:
            found = self._known_before[function] = []
            pending = [function]
            while pending:
                further = [each for each in self._directly_before(pending.pop()) if each not in (function, *found)]
                found += further
                pending += further
        return found

    def asks_for_unseen(self, function: cst.FunctionDef) -> bool:
        """Whether a test depends on a fixture that is not seen, be it by another one."""
        asked_for = {name for each in (function, *self.before(function)) for name in self._asked_for(each)}
        return any(not self._fixtures_called(name) for name in asked_for - _INERT)

    def _directly_before(self, function: cst.FunctionDef) -> Iterator[cst.FunctionDef]:
        for name in self._asked_for(function):
            yield from self._fixtures_called(name)
        if not self.is_fixture(function):
            yield from (fixture for fixture in self._named if _is_for_all(fixture))
            yield from (setup for setup in self._setups if self._is_at_hand(setup, function))

    def _is_at_hand(self, function: cst.FunctionDef, test: cst.FunctionDef) -> bool:
        """Whether a fixture or setup stands in the class of a test, in its module, or in a conftest."""
        owner, its = self._definitions.class_of(function), self._definitions.class_of(test)
        if owner is not None:
            return its is not None and self._definitions.name(its) in self._resolver.hierarchy.family(owner)
        return self._tree.scopes[function].outermost is self._tree.scopes[test].outermost or self._is_of_conftest(function)

    def _is_of_conftest(self, function: cst.FunctionDef) -> bool:
        """Whether a function stands in a `conftest.py`, whose fixtures tests may ask for without an import."""
        return _is_conftest(self._tree.scopes[function].outermost)

    def _fixtures_called(self, name: str) -> list[cst.FunctionDef]:
        return [fixture for fixture, called in self._named.items() if called == name]

    def _asked_for(self, function: cst.FunctionDef) -> set[str]:
        """The fixtures that a test or fixture names: as parameters, but for those that `parametrize` fills, and in
        `usefixtures`.
        """
        names = {param.name.value for param in parameters(function) if param.default is None} - {"self", "cls"}
        owner = self._definitions.class_of(function)
        decorators = (*function.decorators, *(owner.decorators if owner is not None else ()))
        for mark in (*(decorator.decorator for decorator in decorators), *self._marks_of_all(function, owner)):
            marked = {word for text in _texts(mark) for word in re.findall(r"\w+", text)}
            if last_name(mark) == "parametrize":
                names -= marked
            elif last_name(mark) == "usefixtures":
                names |= marked
        return names

    def _marks_of_all(self, test: cst.FunctionDef, owner: cst.ClassDef | None) -> Iterator[cst.BaseExpression]:
        """The marks that `pytestmark` sets for all tests of a module, or of a class."""
        scopes = [self._tree.scopes[test].outermost, *([self._tree.scopes[owner.body]] if owner is not None else [])]
        for scope in scopes:
            for binding in scope.bindings.get("pytestmark", ()):
                listed = binding.value.elements if isinstance(binding.value, (cst.List, cst.Tuple)) else ()
                yield from (element.value for element in listed)
                yield from () if listed or binding.value is None else (binding.value,)

    @cached_property
    def _functions(self) -> list[cst.FunctionDef]:
        return [node for node in self._tree.nodes.get(cst.FunctionDef, ()) if isinstance(node, cst.FunctionDef)]

    @cached_property
    def _setups(self) -> list[cst.FunctionDef]:
        found: list[cst.FunctionDef] = []
        for function in self._functions:
            names = _SETUPS if self._definitions.class_of(function) is not None else _MODULE_SETUPS
            names = names | _CONFTEST_SETUPS if self._is_of_conftest(function) else names
            found += [function] if function.name.value in names else []
        return found

    @cached_property
    def _named(self) -> dict[cst.FunctionDef, str]:
        """The fixtures of the program, each with the name by which it is asked for."""
        found: dict[cst.FunctionDef, str] = {}
        for function in self._functions:
            for decorator in function.decorators:
                if last_name(decorator.decorator).endswith("fixture"):
                    name = _option(decorator, "name")
                    text = name.evaluated_value if isinstance(name, cst.SimpleString) else None
                    found[function] = text if isinstance(text, str) else function.name.value
        return found


def _is_conftest(module: Scope) -> bool:
    name, _, _ = module.name.rpartition(".")[2].partition("#")  # of several with one name, each has a number
    return name == "conftest"


def _is_for_all(fixture: cst.FunctionDef) -> bool:
    """`@pytest.fixture(autouse=True)`."""
    options = (_option(decorator, "autouse") for decorator in fixture.decorators)
    return any(option is not None and not (isinstance(option, cst.Name) and option.value == "False") for option in options)


def _option(decorator: cst.Decorator, name: str) -> cst.BaseExpression | None:
    call = decorator.decorator
    return argument_of(call, name) if isinstance(call, cst.Call) else None


def _texts(mark: cst.BaseExpression) -> Iterator[str]:
    for part in walk(mark):
        if isinstance(part, cst.SimpleString) and isinstance(part.evaluated_value, str):
            yield part.evaluated_value
