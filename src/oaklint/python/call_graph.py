"""Which calls run which functions of a program, and what they hand them: its call graph."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

from oaklint.python import cst
from oaklint.python.definitions import INITIALIZERS, NOTHING, Names, is_property, last_name
from oaklint.python.fixpoint import Fixpoint
from oaklint.python.scopes import CodeUnit
from oaklint.python.tree import Run, arguments, dotted_name, has_star, last_part, positional

if TYPE_CHECKING:
    from oaklint.python.names import Resolver


# How many functions deep what a call has done is followed.
_MAX_LEVELS = 4


class CallGraph:
    """From calls to the functions of the program that they may run, and back; properties are run by reading them."""

    def __init__(self, resolver: Resolver, fixpoint: Fixpoint) -> None:
        self._resolver = resolver
        self._tree = resolver.tree
        self._definitions = resolver.definitions
        self._fixpoint = fixpoint
        self._below: dict[cst.Call, list[cst.Call]] = {}
        self._known: dict[cst.Call, tuple[cst.FunctionDef, ...]] = {}
        self._rests: dict[tuple[Run, cst.FunctionDef], cst.Tuple | None] = {}

    def handed_to(self, param: cst.Param) -> list[cst.BaseExpression]:
        """What the program's own calls hand to a parameter, or the fixture that it names."""
        function = self._tree.scopes[param].node
        if not isinstance(function, cst.FunctionDef):
            return []
        if (fixture := self._resolver.fixtures.behind(param.name)) is not None:
            return self._resolver.returned_values(fixture)
        arguments = (self.argument_for(call, function, param) for call in self.of(function))
        return [argument for argument in arguments if argument is not None]

    def of(self, function: cst.FunctionDef) -> tuple[cst.Call, ...]:
        """The calls by which the program calls one of its own functions, as far as they name it."""
        return self._fixpoint.ask((function, "calls"), lambda: self._find_calls(function), ())

    def _find_calls(self, function: cst.FunctionDef) -> tuple[cst.Call, ...]:
        if function.name.value == "__call__":  # an object may have any name
            calls = (call for call in self._tree.nodes.get(cst.Call, ()) if isinstance(call, cst.Call))
            return tuple(call for call in calls if function in self.functions(call))
        # What is looked up has no name, `DESKS[name]()`, nor has what another function hands out: `retrying(attempts=3)(ask)`.
        called_as, owner = {function.name.value, ""}, self._tree.scopes[function].node
        if function.name.value in INITIALIZERS and isinstance(owner, cst.ClassDef):
            heirs = self._resolver.hierarchy.heirs(owner)
            called_as |= {"cls", owner.name.value, *(heir.name.value for heir in heirs)}
        calls = (call for name in sorted(called_as) for call in self.by_name.get(name, ()))
        return tuple(call for call in calls if function in self.functions(call))

    @cached_property
    def by_name(self) -> Mapping[str, Sequence[cst.Call]]:
        """The calls of the program by the last part of what they call, as it was called before an import renamed it."""
        renamed: dict[str, str] = {}
        for alias in self._tree.nodes.get(cst.ImportAlias, ()):
            if isinstance(alias, cst.ImportAlias) and alias.asname is not None and isinstance(alias.asname.name, cst.Name):
                renamed[alias.asname.name.value] = (dotted_name(alias.name) or "").rpartition(".")[2]
        found: dict[str, list[cst.Call]] = {}
        for call in self._tree.nodes.get(cst.Call, ()):
            assert isinstance(call, cst.Call)
            tail = last_part(call.func)
            found.setdefault(renamed.get(tail, tail), []).append(call)
        return found

    def leading_to(self, function: cst.FunctionDef) -> list[cst.Call]:
        """The calls of a function, and of the functions that call it."""
        found: list[cst.Call] = []
        pending, seen = [function], {function}
        while pending:
            for call in self.of(pending.pop()):
                found.append(call)
                caller = self._tree.unit(call)
                if isinstance(caller, cst.FunctionDef) and caller not in seen:
                    seen.add(caller)
                    pending.append(caller)
        return found

    def functions(self, node: Run) -> tuple[cst.FunctionDef, ...]:
        """The program's own functions that a call may run, for a class its `__init__`, or the property that an attribute is."""
        if isinstance(node, cst.Attribute):
            return tuple(self.properties(node))
        found = self._known.get(node)
        if found is None:
            question = (node, "called")
            nothing: tuple[cst.FunctionDef, ...] = ()
            found = self._fixpoint.ask(question, lambda: tuple(self._called(node)), nothing)
            if self._fixpoint.is_final(question):
                self._known[node] = found
        return found

    def asked_by(self, call: Run) -> cst.BaseExpression | None:
        """What a loop over `iter(ask, "done")` calls in each of its rounds; none that work something out for itself each time."""
        asked, _ = self._tree.asked_each_round(self.loop_asking(call)) or (None, None)
        return asked if not isinstance(asked, cst.Lambda) or len(self._tree.calls_in(asked)) <= 1 else None

    def loop_asking(self, node: cst.CSTNode | None) -> cst.For | None:
        """The loop that begins each of its rounds with a call."""
        loop = self._tree.parents.get(node) if isinstance(node, cst.Call) else None
        return loop if isinstance(loop, cst.For) and loop.iter is node and self._tree.asked_each_round(loop) else None

    def _handed_by(self, call: Run) -> Sequence[cst.Arg]:
        """What a call hands to the function that it runs."""
        asked = self.asked_by(call)
        if isinstance(asked, cst.Lambda):
            return arguments(asked.body) if isinstance(asked.body, cst.Call) else ()
        if asked is not None:
            return [arg for made in self.partials(asked)[:1] for arg in made.args[1:]]
        return arguments(call)

    def _called(self, call: cst.Call) -> Iterator[cst.FunctionDef]:
        asked = self.asked_by(call)
        if isinstance(asked, cst.Lambda) and isinstance(asked.body, cst.Call) and not asked.params.params:
            yield from self.functions(asked.body)
        elif asked is not None:
            yield from self._definitions.functions(self._resolver.names(asked))
        names = self._resolver.names(call.func)
        yield from self._definitions.functions(names)
        for found in self._definitions.classes(names):
            yield from self._resolver.hierarchy.initializers(found)
        instances = (name.removesuffix("()") for name in names if name.startswith("@") and name.endswith("()"))
        for definition in self._definitions.classes(instances):
            methods = (f"{self._definitions.name(each)}.__call__" for each in self._resolver.hierarchy.ancestry(definition))
            yield from islice(self._definitions.functions(methods), 1)

    def below(self, call: cst.Call) -> list[cst.Call]:
        """The calls that the functions make which a call runs, and the functions which these run, some levels down, each once."""
        found = self._below.get(call)
        if found is None:
            found = self._below[call] = []
            level, seen = self.functions(call), set[cst.FunctionDef]()
            for _ in range(_MAX_LEVELS):
                seen.update(level)
                calls = [inner for function in level for inner in self._tree.calls_in(function)]
                found += calls
                run = dict.fromkeys(function for inner in calls for function in self.functions(inner))
                level = tuple(function for function in run if function not in seen)
        return found

    def overriding(self, call: cst.Call) -> list[cst.FunctionDef]:
        """The methods that a call may run instead of those of the class that its object is known to be of."""
        if not isinstance(call.func, cst.Attribute) or self._resolver.attributes.is_of_self(call.func):
            return []
        classes = self._definitions.classes(
            name.removesuffix("()") for name in self._resolver.names(call.func.value) if name.startswith("@")
        )
        heirs = {heir for definition in classes for heir in self._resolver.hierarchy.heirs(definition)}
        names = (f"{self._definitions.name(heir)}.{call.func.attr.value}" for heir in heirs)
        return [*self._definitions.functions(names)]

    def runs_in(self, unit: CodeUnit | None) -> Iterator[Run]:
        """What may run functions in a unit, in the order of the text; of attributes, those with names that properties have."""
        yield from self._tree.calls_in(unit)
        if self._property_names:
            yield from (node for node in self._tree.nodes_in(unit, cst.Attribute) if node.attr.value in self._property_names)

    @cached_property
    def own_runs(self) -> list[Run]:
        """The same in the program itself, without the modules that it imports."""
        found: list[Run] = [node for node in self._tree.own.get(cst.Call, ()) if isinstance(node, cst.Call)]
        if self._property_names:
            attributes = (node for node in self._tree.own.get(cst.Attribute, ()) if isinstance(node, cst.Attribute))
            found += [node for node in attributes if node.attr.value in self._property_names]
        return found

    @cached_property
    def _property_names(self) -> frozenset[str]:
        functions = (node for node in self._tree.nodes.get(cst.FunctionDef, ()) if isinstance(node, cst.FunctionDef))
        return frozenset(function.name.value for function in functions if is_property(function))

    def properties(self, node: cst.Attribute) -> list[cst.FunctionDef]:
        """The functions of the program that run when an attribute is read."""
        if node.attr.value not in self._property_names:
            return []
        owners = [
            name.removesuffix("()") for name in self._resolver.names(node.value) if name.startswith("@") and name.endswith("()")
        ]
        definitions = self._definitions.classes(owners)
        functions = (function for each in definitions for function in self._nearest(each, node.attr.value))
        return [function for function in functions if is_property(function)]

    def _nearest(self, definition: cst.ClassDef, name: str) -> list[cst.FunctionDef]:
        """The function of that name in a class, or else in the nearest of its bases."""
        lineage = self._resolver.hierarchy.ancestry(definition)
        found = (list(self._definitions.functions((f"{self._definitions.name(each)}.{name}",))) for each in lineage)
        return next(filter(None, found), [])

    def kept_properties(self, nodes: Iterable[cst.CSTNode]) -> list[cst.FunctionDef]:
        """The properties read at some nodes that run once, and then are what they have returned."""
        found = (function for node in nodes if isinstance(node, cst.Attribute) for function in self.properties(node))
        return [each for each in found if any(last_name(part.decorator) == "cached_property" for part in each.decorators)]

    def reads_of(self, function: cst.FunctionDef) -> list[cst.Attribute]:
        """Where the program reads a property."""
        if not is_property(function):
            return []
        attributes = (node for node in self._tree.nodes.get(cst.Attribute, ()) if isinstance(node, cst.Attribute))
        return [node for node in attributes if node.attr.value == function.name.value and function in self.properties(node)]

    def behind_partial(self, node: cst.BaseExpression) -> Names:
        """The names of what the `functools.partial` objects call that an expression may stand for."""
        return NOTHING.union(*(self._resolver.names(made.args[0].value) for made in self.partials(node)))

    def partials(self, node: cst.BaseExpression) -> list[cst.Call]:
        """The calls of `functools.partial` that an expression may stand for."""
        calls = (value for value in self._resolver.values_of(node) if isinstance(value, cst.Call) and value.args)
        return [call for call in calls if "functools.partial" in self._resolver.names(call.func)]

    def lambdas(self, node: cst.BaseExpression) -> list[cst.Lambda]:
        """The lambdas that an expression may stand for: itself, or what its name is bound to or was handed."""
        values: list[cst.BaseExpression | None] = [node]
        for binding in self._resolver.bindings(node) if isinstance(node, cst.Name) else ():
            values.append(binding.value)
            if isinstance(binding.node, cst.Param):
                values += self.handed_to(binding.node)
        return [value for value in values if isinstance(value, cst.Lambda)]

    def argument_for(self, call: Run, function: cst.FunctionDef, param: cst.Param) -> cst.BaseExpression | None:
        """The argument of a call that a parameter receives, be it by a call that hands over the function with what it is to be
        handed: `pool.submit(function, ...)`; None where it is not given or hidden behind `*` or `**`.
        """
        name = param.name.value
        handed = self._handed_by(call)
        for arg in handed:
            if arg.keyword is not None and arg.keyword.value == name:
                return arg.value
        in_order = positional(function)
        if param not in in_order or function.name.value in INITIALIZERS[1:]:  # which gets a part of what is given
            return None
        index = in_order.index(param)
        if self._tree.scopes[function].kind == "class" and "staticmethod" not in {
            dotted_name(d.decorator) for d in function.decorators
        }:
            index -= 1
        given = []
        for arg in handed:
            if arg.star or arg.keyword is not None:
                break
            given.append(arg.value)
        if given and function not in self.functions(call):
            handed_over = (number for number, value in enumerate(given) if function in self._functions_named(value))
            given = _handed_on(call, given[next(handed_over, -1) + 1 :])
        return given[index] if 0 <= index < len(given) else None

    def rest_for(self, call: Run, function: cst.FunctionDef) -> cst.Tuple | None:
        """The tuple that `*args` receives from a call of the function: a node of its own, around arguments of it; None
        where there is no such parameter, or some are hidden behind `*`.
        """
        if (call, function) not in self._rests:
            self._rests[call, function] = self._find_rest(call, function)
        return self._rests[call, function]

    def _find_rest(self, call: Run, function: cst.FunctionDef) -> cst.Tuple | None:
        if not isinstance(function.params.star_arg, cst.Param) or function not in self.functions(call):
            return None
        if any(arg.star for arg in arguments(call)):
            return None
        given = [arg.value for arg in arguments(call) if arg.keyword is None]
        own = len(positional(function)) - (self._tree.scopes[function].kind == "class")
        return cst.Tuple([cst.Element(value) for value in given[own:]])

    def _functions_named(self, node: cst.BaseExpression) -> Iterable[cst.FunctionDef]:
        return self._definitions.functions(self._resolver.names(node)) if isinstance(node, (cst.Name, cst.Attribute)) else ()


def _handed_on(call: Run, behind: list[cst.BaseExpression]) -> list[cst.BaseExpression]:
    """What a function is to be handed, by what stands behind it in a call: as it is, or, by what calls functions later, in a
    list: `Timer(5, ask, [prompt])`; nothing where that is not seen.
    """
    keywords = (arg.value for arg in arguments(call) if arg.keyword is not None and arg.keyword.value in ("args", "argument"))
    takes_list = isinstance(call, cst.Call) and last_part(call.func) in ("Timer", "enter", "enterabs")
    together = next(keywords, behind[0] if takes_list and len(behind) == 1 else None)
    if isinstance(together, (cst.Tuple, cst.List)):
        return [] if has_star(together) else [each.value for each in together.elements]
    return behind
