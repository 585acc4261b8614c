"""Whether a key may be None when it is handed over, and for lack of what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from oaklint.python import cst
from oaklint.python.command_line import CommandLine
from oaklint.python.definitions import INITIALIZERS, UNKNOWN
from oaklint.python.nullness import Nullness
from oaklint.python.places import place
from oaklint.python.scopes import Binding
from oaklint.python.told import Asked
from oaklint.python.tree import argument_of, last_part, parameters
from oaklint.python.values import FIELDS, default_of_field
from oaklint.python.values import UNKNOWN as NOT_KNOWN
from oaklint.sdk.environment_names import FAILING_READERS, GETENV

if TYPE_CHECKING:
    from oaklint.usage.usage import Usage

# They answer None where there is no such secret.
_STORES = {"keyring.get_password", "dotenv.get_key"}
# What reads a mapping out of a file or of the environment.
_MAPPINGS = {
    *("builtins.dict()", "json.load()", "json.loads()", "tomllib.load()", "tomllib.loads()", "toml.load()", "toml.loads()"),
    *("yaml.safe_load()", "yaml.load()", "dotenv.dotenv_values()", "os.environ.copy()"),
}
# Through how many names, parameters and functions a key is followed.
_MAX_STEPS = 5

_NOTHING: Mapping[str, cst.BaseExpression] = MappingProxyType({})


class Absence(NamedTuple):
    """That a value may be None.

    where:    the expression that is None then.
    variable: the one whose lack makes it so, if known.
    name:     the expression for its name, where that is taken from a table, and differs from row to row.
    """

    where: cst.BaseExpression
    variable: str | None = None
    name: cst.BaseExpression | None = None


class _Way(NamedTuple):
    """How a value was followed. use: where it is handed over. handed: what the parameters of the function around receive that a
    call of it has led to. steps: how many more may be taken.
    """

    use: cst.BaseExpression
    handed: Mapping[str, cst.BaseExpression] = _NOTHING
    steps: int = _MAX_STEPS

    def on(self, handed: Mapping[str, cst.BaseExpression] = _NOTHING) -> _Way:
        return self._replace(handed=handed, steps=self.steps - 1)


class Absences:
    """Follows keys back to what may give None, past the places where the program has made sure that it does not."""

    def __init__(self, usage: Usage) -> None:
        self._usage = usage
        self._resolver = usage.resolver
        self._tree = usage.tree
        self._values = usage.values
        self._command_line = CommandLine(usage.resolver, usage.values)
        self._tables = usage.tables

    @cached_property
    def _nullness(self) -> Nullness:
        return Nullness(self._resolver, self._values, self._usage.told)

    def of(self, value: cst.BaseExpression) -> Absence | None:
        """Why an expression may be None where it stands; None where it is not, or nobody can tell."""
        return next(self.all_of(value), None)

    def all_of(self, value: cst.BaseExpression) -> Iterator[Absence]:
        """Each reason for that."""
        return self._behind(value, _Way(value))

    def is_ruled_out(self, value: cst.BaseExpression, where: cst.BaseExpression) -> bool:
        """Whether control comes to some place in the same unit only where a value is not None: `URL if key else None`."""
        key = place(value)
        return key is not None and self._tree.unit(value) is self._tree.unit(where) and self._nullness.is_told(key, where)

    def _behind(self, node: cst.BaseExpression, way: _Way) -> Iterator[Absence]:
        if not way.steps:
            return
        if isinstance(node, cst.BooleanOperation):
            if isinstance(node.operator, cst.And):
                yield from self._behind(node.left, way)
            if isinstance(node.operator, cst.And) or not _is_true(self._values.value(node.left)):
                yield from self._behind(node.right, way)
        elif isinstance(node, cst.IfExp):
            yield from self._behind(node.body, way)
            yield from self._behind(node.orelse, way)
        elif isinstance(node, cst.NamedExpr):
            yield from self._behind(node.value, way)
        elif isinstance(node, cst.Call):
            yield from self._behind_call(node, way)
        elif isinstance(node, cst.Name) and node.value == "None":
            yield Absence(node)
        elif isinstance(node, cst.Name):
            yield from self._behind_name(node, way)
        elif isinstance(node, cst.Attribute):
            yield from self._behind_attribute(node, way)

    # Names and attributes.

    def _behind_name(self, node: cst.Name, way: _Way) -> Iterator[Absence]:
        bindings = self._resolver.bindings(node)
        found = [next(self._by_binding(node, binding, way), None) for binding in bindings]
        # Of what another unit binds it is not known which binding is in force.
        is_own = all(self._tree.unit(binding.node) is self._tree.unit(node) for binding in bindings)
        if is_own or None not in found:
            yield from filter(None, found)

    def _by_binding(self, node: cst.Name, binding: Binding, way: _Way) -> Iterator[Absence]:
        if self._nullness.is_ensured(node, binding):
            return
        if binding.kind in ("assign", "annotated") and binding.value is not None:
            is_same = self._tree.unit(binding.node) is self._tree.unit(node)
            yield from self._behind(binding.value, way.on(way.handed if is_same else _NOTHING))
        elif binding.kind == "parameter" and isinstance(binding.node, cst.Param):
            received = way.handed.get(binding.name)
            given = self._behind(received, way.on()) if received is not None else self._behind_parameter(node, binding.node, way)
            yield from given

    def _behind_parameter(self, node: cst.Name, param: cst.Param, way: _Way) -> Iterator[Absence]:
        """None by default, where no call of the program hands in anything else, or what a call hands in."""
        function = self._tree.scopes[param].node
        if not isinstance(function, cst.FunctionDef) or param.star or self._command_line.is_checked(param):
            return
        calls = self._resolver.calls.of(function)
        given = [(call, self._resolver.calls.argument_for(call, function, param)) for call in calls]
        for argument in (argument for _, argument in given if argument is not None):
            yield from self._behind(argument, way.on())
        is_left_out = any(argument is None and not any(arg.star for arg in call.args) for call, argument in given)
        is_called = calls or self._is_listed(function) or self._is_for_base(function)
        if param.default is not None and (is_left_out or not is_called):
            for absence in self._behind(param.default, way.on()):
                yield absence if absence.variable is not None else Absence(node)

    def _is_for_base(self, function: cst.FunctionDef) -> bool:
        """Whether a method may be called by the base of its class, which is not asked here."""
        owner = self._tree.scopes[function].node
        return isinstance(owner, cst.ClassDef) and bool(owner.bases) and function.name.value not in INITIALIZERS

    def _is_listed(self, function: cst.FunctionDef) -> bool:
        """Whether a function, or the class that it initializes, is one of several to choose from: `CLIENTS = {"x": Client}`."""
        owner = self._tree.scopes[function].node
        named = owner.name if isinstance(owner, cst.ClassDef) and function.name.value in INITIALIZERS else function.name
        users = (self._tree.parents.get(use) for use in self._tree.uses_of(named))
        return any(isinstance(user, (cst.DictElement, cst.Element)) for user in users)

    def _behind_attribute(self, node: cst.Attribute, way: _Way) -> Iterator[Absence]:
        values = self._resolver.attribute_values(node)
        if (option := self._command_line.option(node)) is not None and not self._nullness.is_ensured(node):
            default = argument_of(option, "default")
            yield from self._behind(default, way.on()) if default is not None else [Absence(node)]
        for function in self._resolver.calls.properties(node):
            for value in self._resolver.returned_values(function):
                yield from self._behind(value, way.on())
        if not values or self._nullness.is_ensured(node) or any(map(self._is_ensured_when_set, values)):
            return
        if self.is_checked_by_class(node):
            return
        found = [next(self._behind(value, way.on()), None) for value in values]
        if None not in found:
            yield from filter(None, found)

    def is_checked_by_class(self, node: cst.Attribute) -> bool:
        """Whether the class of an object asks for an attribute of its objects, by a validator, or in its methods, or a file does
        that imports the program.
        """
        owners = self._resolver.definitions.classes(name.removesuffix("()") for name in self._resolver.names(node.value))
        is_tested = any(self._nullness.is_tested_by(owner, node.attr.value) for owner in owners)
        return is_tested or self._usage.importers.ask_for(node.attr.value)

    def _is_ensured_when_set(self, value: cst.BaseExpression) -> bool:
        """Whether the name that an attribute is set to is tested behind that."""
        return isinstance(value, cst.Name) and self._nullness.is_ensured_behind(value, value.value)

    # Calls.

    def _behind_call(self, call: cst.Call, way: _Way) -> Iterator[Absence]:
        names = self._resolver.names(call.func)
        if names & GETENV:
            yield from self._behind_getenv(call, way)
        elif names & FAILING_READERS:
            default, name = argument_of(call, "default"), argument_of(call, 0)
            for absence in self._behind(default, way) if default is not None else ():
                yield absence._replace(where=call, variable=self._values.text(name) if name is not None else None)
        elif names & FIELDS:
            yield from self._behind(default, way) if (default := default_of_field(call)) is not None else ()
        elif names & _STORES or self._looks_up(call):
            yield Absence(call)
        else:
            for function in self._resolver.calls.functions(call):
                if function.asynchronous is None and not self._tree.nodes_in(function, cst.Yield):
                    receives = self._received(call, function)
                    for value in self._resolver.returned_values(function):
                        if not self._is_ruled_out_by(receives, value):
                            yield from self._behind(value, way.on(receives))

    def _received(self, call: cst.Call, function: cst.FunctionDef) -> dict[str, cst.BaseExpression]:
        """What a function has for its parameters by a call, be it by default; nothing for those of which that is not known."""
        is_open = any(arg.star for arg in call.args)
        found: dict[str, cst.BaseExpression] = {}
        for param in parameters(function):
            given = self._resolver.calls.argument_for(call, function, param) or (param.default if not is_open else None)
            if given is not None:
                found[param.name.value] = given
        return found

    def _is_ruled_out_by(self, receives: Mapping[str, cst.BaseExpression], value: cst.BaseExpression) -> bool:
        """Whether a function does not come to return a value for what it is handed: `if required: raise ...`"""
        known = {name: self._values.value(each) for name, each in receives.items()}

        def is_refuted(test: cst.BaseExpression, outcome: bool) -> bool:
            constant = known.get(test.value, NOT_KNOWN) if isinstance(test, cst.Name) else NOT_KNOWN
            if constant is not NOT_KNOWN and bool(constant) is not outcome:
                return True
            return key is not None and self._nullness.is_told_by(test, outcome, key)

        key = place(value)
        return self._usage.told.at(value, Asked(is_refuted))

    def _behind_getenv(self, call: cst.Call, way: _Way) -> Iterator[Absence]:
        if len(call.args) > 1:
            absent = next(self._behind(call.args[1].value, way), None)
            if absent is None or absent.variable is not None:
                yield from [absent] if absent is not None else ()
                return
        if not call.args:
            return
        key = call.args[0].value
        if isinstance(key, cst.Name):
            key = way.handed.get(key.value) or key
        name = self._values.text(key)
        if name is not None:
            yield from () if self.is_there(name, call, way.use) else [Absence(call, name)]
        elif self._tables.column(key) is not None and not self._usage.demands.is_made_before(call, key):
            yield Absence(call, name=key)

    def is_there(self, name: str, *where: cst.BaseExpression, told_by: cst.CSTNode | None = None) -> bool:
        """Whether the program has made sure that a variable is set where it is read or used, or sets it.

        told_by: where its name comes from, which is no question for it.
        """
        usage = self._usage
        if any(name in write.names for write in usage.writes.all) or usage.demands.is_asked_for(name, where[0], told_by):
            return True
        return bool(usage.presence.sure_at(where, [name])) or any(name in each.demands.by_name for each in usage.importers.all)

    def _looks_up(self, call: cst.Call) -> bool:
        """Whether a call asks a mapping for what may be missing, `config.get("api_key")`; what is handed in is taken for one."""
        func = call.func
        if not isinstance(func, cst.Attribute) or func.attr.value != "get" or len(call.args) != 1 or call.args[0].star:
            return False
        if self._values.text(call.args[0].value) is None:
            return False
        if isinstance(func.value, cst.Call) and last_part(func.value.func) == "get":  # `config.get("other", {}).get("key")`
            default = argument_of(func.value, 1)
            return isinstance(default, cst.Dict) and not default.elements
        owners = self._resolver.names(func.value)
        return bool(owners & _MAPPINGS) or (owners == {UNKNOWN} and self._is_handed_in(func.value))

    def _is_handed_in(self, node: cst.BaseExpression) -> bool:
        bindings = self._resolver.bindings(node) if isinstance(node, cst.Name) else []
        return bool(bindings) and all(binding.kind == "parameter" for binding in bindings)


def _is_true(value: object) -> bool:
    return isinstance(value, (str, bytes, int)) and bool(value)
