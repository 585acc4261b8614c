"""Where the value of an expression may come from: by names, attributes, parameters, functions of the program and alternatives."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Literal, NamedTuple, TypeAlias

from oaklint.python import cst
from oaklint.python.command_line import CommandLine
from oaklint.python.definitions import INITIALIZERS
from oaklint.python.names import Resolver
from oaklint.python.scopes import Binding
from oaklint.python.tree import alternatives, has_star, index_of
from oaklint.python.values import FIELDS, Values, default_of_field

_MOST_STEPS = 12
_MOST_SOURCES = 50

# Which one of several things: its index, or any of them, as a loop gives one after the other; None for a thing by itself.
Part: TypeAlias = 'int | Literal["each"] | None'
# What an operation makes its result of, where that counts as the same value; nothing for all others.
Unwrap: TypeAlias = "Callable[[cst.BaseExpression, Part], Iterable[cst.BaseExpression]]"


class Step(NamedTuple):
    """An expression by which a value comes to a place. binding: what gives it to a name."""

    node: cst.BaseExpression
    binding: Binding | None = None


class Source(NamedTuple):
    """One of the expressions that a value may come from, itself or a part of it.

    way: the steps that lead there, the one at the place itself first.
    """

    value: cst.BaseExpression
    way: tuple[Step, ...] = ()
    part: Part = None


class _Hop(NamedTuple):
    """Where a step leads. calls: those by which that comes to functions of the program, the innermost last."""

    value: cst.BaseExpression
    part: Part
    calls: tuple[cst.Call, ...]
    binding: Binding | None = None


class Sources:
    """Follows values backwards, through what counts as the same value, to what the program does not say more of."""

    def __init__(self, resolver: Resolver, values: Values, unwrap: Unwrap) -> None:
        self._resolver = resolver
        self._values = values
        self._unwrap = unwrap
        self._command_line = CommandLine(resolver, values)

    def of(self, node: cst.BaseExpression) -> list[Source]:
        """All that the value may come from; nothing where there is too much of it."""
        found: list[Source] = []
        for source in self._follow(_Hop(node, None, ()), ()):
            found.append(source)
            if len(found) > _MOST_SOURCES:
                return []
        return found

    def _follow(self, here: _Hop, way: tuple[Step, ...]) -> Iterator[Source]:
        if any(step.node is here.value for step in way):
            return  # it is made of itself
        hops = list(self._behind(here)) if len(way) < _MOST_STEPS else []
        for hop in hops:
            if hop.value is not here.value:
                yield from self._follow(hop, (*way, Step(here.value, hop.binding)))
        if not hops or any(hop.value is here.value for hop in hops):
            yield Source(here.value, way, here.part)

    def _behind(self, here: _Hop) -> Iterator[_Hop]:
        """What an expression is made of; the expression itself where there is more to it that is not seen."""
        node, part, calls, _ = here
        if isinstance(node, cst.Name):
            yield from self._behind_name(node, here)
            return
        if same := alternatives(node):
            yield from (_Hop(each, part, calls) for each in same)
            return
        if isinstance(node, (cst.Tuple, cst.List)) and part is not None:
            within = _elements(node, part)
        else:
            within = [*self._unwrap(node, part)]
        if within:
            yield from (_Hop(each, None, calls) for each in within)
            return
        yield from self._returned(node, here)
        if isinstance(node, cst.Call) and self._resolver.names(node.func) & FIELDS:
            yield from (_Hop(value, part, ()) for value in filter(None, [default_of_field(node)]))
        if isinstance(node, cst.Attribute) and not self._resolver.is_managed(node):
            yield from (_Hop(value, part, ()) for value in self._resolver.attribute_values(node))
            yield from self._declared(here)
        elif isinstance(node, cst.Subscript) and part is None:
            yield from self._picked(node, here)

    def _behind_name(self, node: cst.Name, here: _Hop) -> Iterator[_Hop]:
        for binding in self._resolver.bindings(node):
            if isinstance(binding.node, cst.Param):
                yield from self._handed(binding.node, binding, here)
            elif binding.whole is not None and binding.kind == "assign" and here.part is None:
                yield _Hop(binding.whole, binding.index, here.calls, binding)
            elif binding.value is not None and binding.kind in ("assign", "annotated"):
                yield _Hop(binding.value, here.part, here.calls, binding)
            elif binding.value is not None and binding.kind == "item" and here.part is None:
                yield _Hop(binding.value, "each", here.calls, binding)
            else:
                yield _Hop(node, here.part, (), binding)

    def _handed(self, param: cst.Param, binding: Binding, here: _Hop) -> Iterator[_Hop]:
        """What a parameter receives: by the call that has been followed into its function, or else by any; and its default, where
        a call leaves it out, or the program has none.
        """
        graph, function = self._resolver.calls, self._resolver.tree.scopes[param].node
        if not isinstance(function, cst.FunctionDef):
            yield _Hop(here.value, here.part, ())
            return
        followed = [call for call in here.calls[-1:] if function in graph.functions(call)]
        made = followed or graph.of(function)
        given = [graph.argument_for(call, function, param) for call in made]
        for value in given:
            if value is not None:
                yield _Hop(value, here.part, here.calls[:-1] if followed else (), binding)
        leaves_out = any(value is None and not _is_open(call) for call, value in zip(made, given, strict=True))
        if param.default is not None and (leaves_out or not made):
            yield _Hop(param.default, here.part, (), binding)
        elif not any(given):
            yield _Hop(here.value, here.part, ())
            yield from self._declared(here, binding)

    def _declared(self, here: _Hop, binding: Binding | None = None) -> Iterator[_Hop]:
        """What an argument of the command line is where the user gives none."""
        if (default := self._command_line.default(here.value)) is not None:
            yield _Hop(default, here.part, (), binding)
            yield _Hop(here.value, here.part, ())

    def _returned(self, node: cst.BaseExpression, here: _Hop) -> Iterator[_Hop]:
        """What the functions of the program return that a call, or the reading of a property, runs."""
        if not isinstance(node, (cst.Call, cst.Attribute)):
            return
        if isinstance(node, cst.Call):
            yield from (_Hop(each.body, here.part, here.calls) for each in self._resolver.lambdas(node))
        for function in self._resolver.calls.functions(node):
            if self._resolver.is_wrapped(function):
                yield _Hop(node, here.part, ())
            elif function.name.value not in INITIALIZERS and not self._resolver.tree.nodes_in(function, cst.Yield):
                calls = (*here.calls, node) if isinstance(node, cst.Call) else ()
                yield from (_Hop(value, here.part, calls) for value in self._resolver.returned_values(function))

    def _picked(self, node: cst.Subscript, here: _Hop) -> Iterator[_Hop]:
        """What an item of a dictionary is that is written down, or which part of what."""
        entry, index = self._resolver.entry(node), index_of(node)
        picked = self._values.value(index) if index is not None else None
        if entry:
            yield from (_Hop(value, None, here.calls) for value in entry)
        elif isinstance(picked, int):
            yield _Hop(node.value, picked, here.calls)
        elif isinstance(picked, str) and "os.environ" not in self._resolver.names(node.value):
            put = self._resolver.attributes.put_into(node)
            yield from (_Hop(value, None, ()) for _, value in put if len(put) == 1)


def _elements(display: cst.Tuple | cst.List, part: Part) -> list[cst.BaseExpression]:
    """The elements of a tuple or list that a part of it may be."""
    values = [element.value for element in display.elements]
    if has_star(display):
        return []
    return values[part : part + 1 or None] if isinstance(part, int) else values


def _is_open(call: cst.Call) -> bool:
    """Whether a call may hand in more than is seen: `*args`, `**kwargs`."""
    return any(arg.star for arg in call.args)
