"""Whether a program has made sure that something is not None where it uses it: by a test, or by what would have failed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from oaklint.python import cst
from oaklint.python.names import Resolver
from oaklint.python.places import place, places
from oaklint.python.scopes import Binding, CodeUnit
from oaklint.python.told import Asked, Told, compared
from oaklint.python.tree import fields_of, last_part, parameters, walk
from oaklint.python.values import UNKNOWN, Values

# What is called so is taken to refuse what it is handed, if that is None, where it is not seen.
_CHECKS = re.compile(r"assert|check|ensure|guard|need|requir|valid|verif", re.IGNORECASE)
# So many answers of other tests are taken into account on the ways to a use.
_MOST_MEANINGS = 20
# What fields are told of the text that they take.
_CONSTRAINTS = {"min_length", "pattern", "regex"}


class _Meaning(NamedTuple):
    """What a condition says of a place: whether it is None, or true."""

    place: str
    of_none: bool
    answer: bool


class Nullness:
    """Asks on the ways on which control comes to the use of a name."""

    def __init__(self, resolver: Resolver, values: Values, told: Told) -> None:
        self._resolver = resolver
        self._tree = resolver.tree
        self._values = values
        self._told = told
        self._ensuring: dict[tuple[cst.FunctionDef, str], bool] = {}

    def is_ensured(self, use: cst.BaseExpression, binding: Binding | None = None) -> bool:
        """Whether a name or attribute is never None where it is used, as far as it comes from one of its bindings there."""
        key = place(use)
        if key is None:
            return False
        unit = self._tree.unit(use)
        if self._resolver.graph(unit) is None:
            return True
        if binding is not None and (home := self._tree.unit(binding.node)) is not unit:
            is_made_sure = self._is_tested_in_others(use, key, unit, home) or self.is_ensured_behind(binding.node, key)
            return is_made_sure or self._told.at(use, self._asked(key, use))
        if isinstance(use, cst.Attribute) and binding is None and self._is_tested_in_others(use, key, unit):
            return True
        return self._told.at(use, self._asked(key, use), [binding] if binding is not None else None)

    def is_told(self, key: str, where: cst.BaseExpression) -> bool:
        """Whether control comes to an expression only where something, by what `place` writes, was found not to be None."""
        return self._told.at(where, self._asked(key, where))

    def is_ensured_behind(self, node: cst.CSTNode, key: str) -> bool:
        """Whether the unit that a node stands in comes to its end behind it only where something is not None."""
        graph = self._resolver.graph(self._tree.unit(node))
        starts = [edge.target for block in graph.blocks_of(node) for edge in block.edges] if graph is not None else []
        return graph is None or self._told.on_all_ways(starts, [graph.returned], self._asked(key))

    def _asked(self, key: str, use: cst.BaseExpression | None = None) -> Asked:
        """use: where it is used, if it is asked for one place alone."""
        known: dict[_Meaning, bool] = {}

        def is_excluded(test: cst.BaseExpression, outcome: bool) -> bool:
            # `if not key and client is None: raise`: where there is no client, there is a key.
            meant = self._meaning(test, not outcome)
            if use is None or meant is None or meant.place == key or len(self._tests.get(meant.place, ())) < 2:
                return False  # it takes another test of the same name
            if meant not in known and len(known) < _MOST_MEANINGS:
                known[meant] = self._told.at(use, Asked(lambda other, comes_out: self._meaning(other, comes_out) == meant))
            return known.get(meant, False)

        return Asked(
            lambda test, outcome: self.is_told_by(test, outcome, key), lambda part: self._fails_for_none(part, key), is_excluded
        )

    def _meaning(self, test: cst.BaseExpression, outcome: bool) -> _Meaning | None:
        """What a condition that comes out so says of a name that has one value alone."""
        if isinstance(test, cst.UnaryOperation) and isinstance(test.operator, cst.Not):
            return self._meaning(test.expression, not outcome)
        compares = compared(test, outcome)
        name = compares.left if compares is not None else test
        if not isinstance(name, cst.Name) or len(self._tree.bindings_of(name)) != 1:
            return None
        if compares is None:
            return _Meaning(name.value, of_none=False, answer=outcome)
        is_none = self._values.value(compares.right) is None
        return _Meaning(name.value, of_none=True, answer=compares.is_same) if is_none else None

    def _is_tested_in_others(self, use: cst.BaseExpression, key: str, *units: CodeUnit | None) -> bool:
        """Whether other units than some ask for a name, or for an attribute of the same object, or the program does so before all
        else when it is started.
        """
        return any(
            (self._tree.unit(test) not in units or self._is_in_main(test) or self._is_in_decorator(test))
            and self._may_be_of_same(test, use)
            for test in self._tests.get(key, ())
        )

    def is_tested_by(self, owner: cst.ClassDef, attribute: str) -> bool:
        """Whether a class asks for an attribute of its objects: in its methods, by a decorator that is told the name, or where it
        declares it.
        """
        if any(self._is_constrained(line) for line in fields_of(owner, attribute)):
            return True
        if any(self._resolver.definitions.class_of(test) is owner for test in self._tests.get(f"self.{attribute}", ())):
            return True
        methods = [line for line in owner.body.body if isinstance(line, cst.FunctionDef)]
        if any(self._goes_through(method, attribute) for method in methods):
            return True
        told = (each.decorator for method in methods for each in method.decorators)
        return any(self._values.text(arg.value) == attribute for call in told if isinstance(call, cst.Call) for arg in call.args)

    def _goes_through(self, method: cst.FunctionDef, attribute: str) -> bool:
        """Whether a method asks for attributes by their names: `[name for name in ("key", "url") if not getattr(self, name)]`."""
        if not any("builtins.getattr" in self._resolver.names(call.func) for call in self._tree.calls_in(method)):
            return False
        texts = (part for part in walk(method.body) if isinstance(part, cst.SimpleString))
        return any(self._values.text(text) == attribute for text in texts)

    def _is_constrained(self, field: cst.AnnAssign) -> bool:
        """`key: str = Field(min_length=1)`, `key: Annotated[str, AfterValidator(need)]`, be it by another name."""
        annotation = field.annotation.annotation
        alias = self._resolver.alias(annotation) if isinstance(annotation, (cst.Name, cst.Attribute)) else None
        inside = (part for node in (alias or annotation, field.value) if node is not None for part in walk(node))
        calls = [part for part in inside if isinstance(part, cst.Call)]
        keywords = {arg.keyword.value for call in calls for arg in call.args if arg.keyword is not None}
        return bool(keywords & _CONSTRAINTS) or any(last_part(call.func).endswith("Validator") for call in calls)

    def _is_in_decorator(self, test: cst.CSTNode) -> bool:
        return any(isinstance(each, cst.Decorator) for each in self._tree.ancestors(test))

    def _is_in_main(self, test: cst.CSTNode) -> bool:
        around = (each.test for each in self._tree.ancestors(test) if isinstance(each, cst.If))
        return any("__name__" in places(each) for each in around)

    def _may_be_of_same(self, one: cst.CSTNode, other: cst.CSTNode) -> bool:
        """Whether `self` in two places may be the same object."""
        owners = [self._resolver.definitions.class_of(node) for node in (one, other)]
        families = [self._resolver.hierarchy.family(owner) if owner is not None else None for owner in owners]
        return families[0] is None or families[1] is None or bool(families[0] & families[1])

    @cached_property
    def _tests(self) -> dict[str, list[cst.BaseExpression]]:
        """The conditions of the program by the names and attributes, as `place` writes them, that they ask for."""
        found: dict[str, list[cst.BaseExpression]] = {}
        for kind in (cst.If, cst.IfExp, cst.While, cst.Assert):
            for node in self._tree.nodes.get(kind, ()):
                assert isinstance(node, (cst.If, cst.IfExp, cst.While, cst.Assert))
                for key in places(node.test):
                    found.setdefault(key, []).append(node.test)
        for call in self._resolver.calls.by_name.get("skipif", ()):
            for condition in (arg.value for arg in call.args[:1]):
                for key in places(condition):
                    found.setdefault(key, []).append(condition)
        return found

    def _fails_for_none(self, part: cst.CSTNode, key: str) -> bool:
        """`key.strip()`, `key[:4]`, `len(key)`, and a call that may refuse it: of what is not seen, anything is believed."""
        if isinstance(part, (cst.Attribute, cst.Subscript)):
            return place(part.value) == key and not self._tree.is_store(part)
        if not isinstance(part, cst.Call) or not any(place(arg.value) == key for arg in part.args):
            return False
        if "builtins.len" in self._resolver.names(part.func):
            return True
        functions = self._resolver.calls.functions(part)
        if functions:
            return all(self._refuses(function, part, key) for function in functions)
        return is_called_check(part)

    def _refuses(self, function: cst.FunctionDef, call: cst.Call, key: str) -> bool:
        """Whether a function does not come back where what it is handed is None."""
        for param in parameters(function):
            argument = self._resolver.calls.argument_for(call, function, param)
            if argument is not None and place(argument) == key:
                question = function, param.name.value
                if question not in self._ensuring:
                    self._ensuring[question] = False  # what it calls may call it
                    graph = self._resolver.graph(function)
                    self._ensuring[question] = graph is not None and self._told.on_all_ways(
                        [graph.entry], [graph.returned], self._asked(param.name.value)
                    )
                return self._ensuring[question]
        return False

    def is_told_by(self, test: cst.BaseExpression, outcome: bool, key: str) -> bool:
        """Whether a condition that comes out so says that something is not None."""
        compares = compared(test, outcome)
        if compares is None:
            return outcome and (key in _written(test) or (isinstance(test, cst.Call) and self._is_told_by_call(test, key)))
        left, right, is_same = compares
        if key in _written(left):
            values = self._constants(right)
            return not (is_same and (UNKNOWN in values)) and (None in values) is not is_same
        among = right.elements if isinstance(right, (cst.Tuple, cst.List, cst.Set)) else ()
        return not is_same and any(place(each.value) == key for each in among) and self._values.value(left) is None

    def _constants(self, node: cst.BaseExpression) -> list[object]:
        """What an expression is, or its elements are."""
        if isinstance(node, (cst.Tuple, cst.List, cst.Set)):
            return [self._values.value(element.value) for element in node.elements]
        value = self._values.value(node)
        return [*value] if isinstance(value, tuple) else [value]

    def _is_told_by_call(self, test: cst.Call, key: str) -> bool:
        """`isinstance(key, str)`, `all([key, url])`, `bool(key)`, and what is called a check."""
        names = self._resolver.names(test.func)
        if names & {"builtins.isinstance", "builtins.bool", "builtins.len"}:
            return bool(test.args) and place(test.args[0].value) == key
        if "builtins.any" in names and test.args and isinstance(found := test.args[0].value, cst.GeneratorExp):
            return key in _written(found.elt)
        if "builtins.all" in names and test.args:
            return any(place(part) == key for part in _expressions(test.args[0].value))
        return is_called_check(test) and any(place(arg.value) == key for arg in test.args)


def _written(node: cst.BaseExpression) -> set[str | None]:
    """How what a test asks for is written: as `place` does."""
    return {place(node.target), place(node.value)} if isinstance(node, cst.NamedExpr) else {place(node)}


def _expressions(node: cst.CSTNode) -> Iterator[cst.BaseExpression]:
    return (part for part in walk(node) if isinstance(part, cst.BaseExpression))


def is_called_check(call: cst.Call) -> bool:
    """Whether the name of what is called says that it refuses what it is handed, if that is None."""
    return _CHECKS.search(last_part(call.func)) is not None
