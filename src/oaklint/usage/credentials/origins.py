"""Where a credential is written down that reaches a place by names, attributes, items, parameters, calls and alternatives."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Literal, NamedTuple

from oaklint.python import cst
from oaklint.python.command_line import CommandLine
from oaklint.python.names import PICKS
from oaklint.python.tree import alternatives, argument_of, index_of
from oaklint.python.values import FIELDS, default_of_field
from oaklint.sdk.clients import CREDENTIAL_ENVIRONMENT
from oaklint.sdk.environment_names import DEFAULTING_READERS
from oaklint.sdk.wrappers import WRAPPED_SECRETS
from oaklint.usage.context import Context
from oaklint.usage.credentials.entries import Entries

# Steps that can be left out: to what calls hand a parameter, and to what is made of something else, such as text of it.
Step = Literal["argument", "conversion"]

# How many expressions a value is followed through at most.
_MOST_STEPS = 40
# What declares a field, or an option of a command, has its default first.
_DECLARATIONS = FIELDS | {"typer.Option", "typer.Argument"}
_NAMESPACES = {"types.SimpleNamespace", "argparse.Namespace"}
_CONVERSIONS = WRAPPED_SECRETS | {"builtins.str"}
_CLEANINGS = {"strip", "rstrip", "lstrip", "get_secret_value", "resolve_value"}


class Alternative(NamedTuple):
    """One of the expressions that a value may come from. is_default: it is what stands in for a variable that is not set."""

    value: cst.BaseExpression
    is_default: bool = False


class Origins:
    """Follows values to where they are written down."""

    def __init__(self, context: Context) -> None:
        self._values = context.values
        self._resolver = context.resolver
        self._command_line = CommandLine(context.resolver, context.values)
        self.entries = Entries(context, self)

    def alternatives(self, value: cst.BaseExpression, but_for: tuple[Step, ...] = ()) -> Iterator[Alternative]:
        """The expressions that a value may come from; one that cannot be followed further stands for itself.

        but_for: the steps by which it is not followed.
        """
        yield from self._follow(Alternative(value), but_for, {}, ())

    def of(self, value: cst.BaseExpression) -> cst.BaseExpression:
        """Where a value is written down, if it can only come from there; else the value itself."""
        found = [*self.alternatives(value)]
        return found[0].value if len(found) == 1 else value

    def _follow(
        self, here: Alternative, but_for: tuple[Step, ...], seen: dict[Hashable, None], calls: tuple[cst.Call, ...]
    ) -> Iterator[Alternative]:
        """calls: those by which that has come to functions of the program, the innermost last."""
        if (here.value, calls) in seen or len(seen) >= _MOST_STEPS:
            return
        seen[here.value, calls] = None
        if (handed := self._handed(here.value, calls)) is not None and "argument" not in but_for:
            yield from self._follow(here._replace(value=handed[0]), but_for, seen, handed[1])
            return
        steps = self._steps(here.value, but_for)
        if steps is None:
            yield here
        within = (*calls, here.value) if isinstance(here.value, cst.Call) else calls
        for step in steps or ():
            further = step._replace(is_default=step.is_default or here.is_default)
            if step.value is here.value:
                yield further  # there may be others, which are not seen
            else:
                yield from self._follow(further, but_for, seen, within)

    def _handed(
        self, value: cst.BaseExpression, calls: tuple[cst.Call, ...]
    ) -> tuple[cst.BaseExpression, tuple[cst.Call, ...]] | None:
        """What a parameter has from the call that has been followed into its function, be it by default, and the calls around
        that one.
        """
        bindings = self._resolver.bindings(value) if isinstance(value, cst.Name) and calls else []
        param = bindings[0].node if len(bindings) == 1 else None
        function = self._resolver.tree.scopes[param].node if isinstance(param, cst.Param) else None
        for index in reversed(range(len(calls))):
            if isinstance(function, cst.FunctionDef) and function in self._resolver.calls.functions(calls[index]):
                argument = self._resolver.calls.argument_for(calls[index], function, param)  # type: ignore[arg-type]
                is_left_out = argument is None and not any(arg.star for arg in calls[index].args)
                given = param.default if is_left_out else argument  # type: ignore[union-attr]
                return (given, calls[:index]) if given is not None else None
        return None

    def _steps(self, value: cst.BaseExpression, but_for: tuple[Step, ...]) -> list[Alternative] | None:
        """What an expression has its value from; None where that is the expression itself, or nobody knows."""
        if "conversion" in but_for and self._converts(value):
            return None
        if isinstance(value, cst.Call):
            return self._called(value)
        if isinstance(value, cst.Name):
            return _alternatives(self._bound(value, but_for))
        return _alternatives(self._behind(value))

    def _converts(self, value: cst.BaseExpression) -> bool:
        """Whether an expression makes its value of another one, and is not that one itself."""
        if not isinstance(value, cst.Call):
            return isinstance(value, (cst.Await, cst.Lambda))
        if isinstance(value.func, cst.Attribute) and value.func.attr.value in _CLEANINGS:
            return True
        is_generator = any(
            function.asynchronous is not None or self._resolver.tree.nodes_in(function, cst.Yield)
            for function in self._resolver.calls.functions(value)
        )
        return is_generator or bool(self._resolver.names(value.func) & _CONVERSIONS)

    def _behind(self, value: cst.BaseExpression) -> list[cst.BaseExpression]:
        if isinstance(value, cst.Lambda):
            return [value.body] if not value.params.params else []
        if isinstance(value, cst.Attribute):
            functions = self._resolver.calls.properties(value)
            returned = [each for function in functions for each in self._resolver.returned_values(function)]
            return returned or self._resolver.attribute_values(value) or self._declared(value)
        return self._item(value) if isinstance(value, cst.Subscript) else alternatives(value)

    def _bound(self, name: cst.Name, but_for: tuple[Step, ...]) -> list[cst.BaseExpression]:
        """What a name may be bound to; the name itself is among it if it may be something else as well."""
        found: list[cst.BaseExpression] = []
        for binding in self._resolver.bindings(name):
            if binding.kind in ("assign", "annotated") and binding.value is not None:
                found.append(binding.value)
            elif binding.kind == "item" and binding.value is not None:
                found += self._elements(binding.value) or [name]
            elif binding.kind == "parameter" and isinstance(binding.node, cst.Param):
                found += [binding.value] if binding.value is not None else []
                found += self._resolver.calls.handed_to(binding.node) if "argument" not in but_for else []
                found += [default] if (default := self._command_line.default(name)) is not None else []
                found.append(name)
            else:
                found.append(name)
        return found if found != [name] * len(found) else []

    def _declared(self, attribute: cst.Attribute) -> list[cst.BaseExpression]:
        """The default of an argument of the command line, what a namespace was made with, or a member of an enumeration."""
        if (default := self._command_line.default(attribute)) is not None:
            return [default]
        made = (each for each in self._resolver.values_of(attribute.value) if isinstance(each, cst.Call))
        spaces = (each for each in made if self._resolver.names(each.func) & _NAMESPACES)
        if given := [value for each in spaces for name, value in self.entries.of_call(each) if name == attribute.attr.value]:
            return given
        return [attribute.value] if attribute.attr.value == "value" and isinstance(attribute.value, cst.Attribute) else []

    def _elements(self, value: cst.BaseExpression) -> list[cst.BaseExpression]:
        display = self._resolver.display(value)
        return [each.value for each in display.elements] if isinstance(display, (cst.List, cst.Tuple, cst.Set)) else []

    def _item(self, item: cst.Subscript) -> list[cst.BaseExpression]:
        index = index_of(item)
        key = self._values.value(index) if index is not None else None
        if isinstance(key, int):
            elements = self._elements(item.value)
            return elements[key : key + 1] if key >= 0 else elements[key:][:1]
        return self.entries.named(item.value, key) if isinstance(key, str) else []

    # Calls.

    def _called(self, call: cst.Call) -> list[Alternative] | None:
        func, names = call.func, self._resolver.names(call.func)
        first = argument_of(call, 0)
        if names & DEFAULTING_READERS:
            if (default := argument_of(call, "default", 1)) is None:
                return None
            # With one of the SDK's own names it is a sink by itself.
            is_sink = self._values.text(call.args[0].value) in CREDENTIAL_ENVIRONMENT
            return [] if is_sink else [Alternative(default, is_default=True)]
        if names & _DECLARATIONS:
            default = default_of_field(call)
            return [Alternative(default)] if default is not None else None
        if names & _CONVERSIONS and first is not None:
            return [Alternative(first)]
        if names & PICKS and first is not None:
            return _alternatives(self._elements(first))
        if isinstance(func, cst.Attribute):
            if func.attr.value in _CLEANINGS:
                return [Alternative(func.value)]
            key = self._values.text(first) if func.attr.value == "get" and first is not None else None
            found = self.entries.named(func.value, key) if key is not None else []
            if found:
                return _alternatives(found)
        functions = [each for each in self._resolver.calls.functions(call) if each.name.value != "__init__"]
        returned = [value for function in functions for value in self._resolver.returned_values(function)]
        return _alternatives([*returned, *(each.body for each in self._resolver.lambdas(call))])


def _alternatives(values: list[cst.BaseExpression]) -> list[Alternative] | None:
    return [*map(Alternative, values)] or None
