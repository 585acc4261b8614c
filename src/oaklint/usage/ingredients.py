"""What requests are made of: the names and attributes that their content comes from, by any number of steps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from itertools import chain
from typing import NamedTuple

from oaklint.python import cst
from oaklint.python.assignments import assigned
from oaklint.python.names import Resolver
from oaklint.python.places import place, places
from oaklint.python.scopes import CodeUnit
from oaklint.python.tree import Run, Tree, arguments, callee, index_of, last_part, parameters, walk
from oaklint.usage.clients import Clients

# Methods by which a collection gets something.
PUTS = {"put", "put_nowait", "append", "appendleft", "add", "insert", "push", "lpush", "rpush", "extend", "heappush", "update"}
# Arguments that say how to answer, not what.
_SETTINGS = {
    "temperature",
    "top_p",
    "timeout",
    "request_timeout",
    "max_tokens",
    "max_completion_tokens",
    "max_output_tokens",
    "stream",
    "metadata",
    "safety_identifier",
}
# Calls that make a text of all that they are handed.
_KEEP_ALL = {"dumps", "format", "join", "str"}
_MAX_DEPTH = 3
# The types of nodes that may be a step.
_STEPS = ("Assign", "AnnAssign", "AugAssign", "NamedExpr", "For", "CompFor", "WithItem", "Call")


class Step(NamedTuple):
    """What a node puts something into, and what that comes from, as `place` writes it."""

    node: cst.CSTNode
    targets: set[str]
    sources: set[str]


class Ingredients:
    """Finds it; the steps of each function are listed once."""

    def __init__(self, tree: Tree, resolver: Resolver, clients: Clients) -> None:
        self._tree = tree
        self._resolver = resolver
        self._clients = clients
        self._needed: dict[cst.FunctionDef, set[str] | None] = {}
        # By unit, by the loop around the steps or None, by what they put something into.
        self._steps: dict[CodeUnit | None, dict[cst.For | None, dict[str, set[str]]]] = {}

    def of(self, call: Run, within: cst.For | None = None, begin: Collection[str] = ()) -> set[str]:
        """What the content of a request comes from, as `place` writes it; `within`: by steps in this loop of its function alone;
        `begin`: what else is looked for.
        """
        found = set().union(*map(_content, self._handed_to_request(call))).union(begin)
        return self.behind(found, self._tree.unit(call), within)

    def has_whole(self, call: Run, key: str, depth: int = 0) -> bool:
        """Whether something, `key` as `place` writes it, goes into the content of a request as a whole: as it is, or in a text, a
        list or a dictionary, be it by a name or through functions; not what is taken or made of it.
        """
        if isinstance(call, cst.Call) and self._clients.is_request(call):
            return any(self._has_within(arg.value, key, 0) for arg in arguments(call) if not _is_setting(arg))
        for function in self._resolver.calls.functions(call) if depth < _MAX_DEPTH else ():
            handed = (
                (param.name.value, self._resolver.calls.argument_for(call, function, param)) for param in parameters(function)
            )
            keys = [name for name, argument in handed if argument is not None and self._has_within(argument, key, 0)]
            keys += [key] if key.startswith("self.") else []
            if any(self.has_whole(inner, each, depth + 1) for each in keys for inner in self._tree.calls_in(function)):
                return True
        return False

    def _has_within(self, node: cst.CSTNode, key: str, depth: int) -> bool:
        if isinstance(node, cst.BaseExpression) and place(node) == key:
            return True
        if isinstance(node, cst.Name):
            values = (binding.value for binding in self._tree.bindings_of(node) if binding.kind in ("assign", "annotated"))
            return depth < _MAX_DEPTH and any(value is not None and self._has_within(value, key, depth + 1) for value in values)
        parts: list[cst.CSTNode] = []
        if isinstance(node, (cst.Dict, cst.List, cst.Tuple)):
            parts += (element.value for element in node.elements)
        elif isinstance(node, cst.FormattedString):
            parts += (part.expression for part in node.parts if isinstance(part, cst.FormattedStringExpression))
        elif isinstance(node, (cst.BinaryOperation, cst.ConcatenatedString)):
            parts += (node.left, node.right)
        elif isinstance(node, cst.Call) and last_part(node.func) in _KEEP_ALL:
            parts += (arg.value for arg in node.args)
        return any(self._has_within(part, key, depth) for part in parts)

    def behind(self, names: Collection[str], unit: CodeUnit | None, within: cst.For | None = None) -> set[str]:
        """Some names and attributes, and what they come from, by steps in a unit, or in a loop of it."""
        found = {*names}
        sources = self._sources(unit, within)
        pending = [*found]
        while pending:
            further = sources.get(pending.pop(), set()) - found
            pending += further
            found |= further
        return found

    def _handed_to_request(self, call: Run) -> Iterator[cst.Arg]:
        """The arguments of a call on which it may depend what is asked: not those that a function of the program only notes, or
        by which it only tells the service how to answer.
        """
        functions = self._resolver.calls.functions(call)
        unused = {
            argument
            for function in functions
            for param in parameters(function)
            if self._is_unused(param.name.value, function)
            if (argument := self._resolver.calls.argument_for(call, function, param)) is not None
        }
        return (arg for arg in arguments(call) if len(functions) != 1 or arg.value not in unused)

    def _is_unused(self, name: str, function: cst.FunctionDef) -> bool:
        """Whether a parameter of a function is nothing that its requests are made of."""
        needed = self._needed_by(function)
        if needed is None:
            return False
        requests = [call for call in self._tree.calls_in(function) if self._clients.is_request(call)]
        told = any(_is_setting(arg) and places(arg.value) == {name} for call in requests for arg in arguments(call))
        return name not in needed or (told and all(name not in self.of(call) for call in requests))

    def _needed_by(self, function: cst.FunctionDef) -> set[str] | None:
        """The names on which it may depend what a function asks, and whom; None if no request is seen in it."""
        if function not in self._needed:
            self._needed[function] = None  # what calls itself is not looked into again
            self._needed[function] = self._find_needed(function)
        return self._needed[function]

    def _find_needed(self, function: cst.FunctionDef) -> set[str] | None:
        asking = [call for call in self._tree.calls_in(function) if self._may_ask(call)]
        if not asking:
            return None
        tests: list[cst.BaseExpression] = [node.test for node in self._tree.nodes_in(function, cst.If)]
        tests += (node.test for node in self._tree.nodes_in(function, cst.While))
        tests += (node.test for node in self._tree.nodes_in(function, cst.IfExp))
        tests += (node.subject for node in self._tree.nodes_in(function, cst.Match))
        inner = (node for node in walk(function.body) if isinstance(node, (cst.FunctionDef, cst.Lambda)))
        found = self._kept_outside(function).union(*map(places, (*tests, *(each.body for each in inner))))
        for call in asking:
            found |= self.of(call, begin=found | places(callee(call)))
        return found

    def _kept_outside(self, function: cst.FunctionDef) -> set[str]:
        """What a function keeps in attributes and names from outside, or hands to others that may: requests may come from it."""
        own = self._tree.scopes[function.body].bindings
        steps = self._sources(function).items()
        found = set().union(*(sources for target, sources in steps if "." in target or target not in own))
        calls = (
            call for call in self._tree.calls_in(function) if self._resolver.calls.functions(call) and not self._may_ask(call)
        )
        return found.union(*(places(arg.value) for call in calls for arg in call.args))

    def asks(self, function: cst.FunctionDef) -> bool:
        """Whether a function is seen to make a request, be it by others."""
        return self._needed_by(function) is not None

    def _may_ask(self, call: cst.Call) -> bool:
        return self._clients.is_request(call) or any(map(self.asks, self._resolver.calls.functions(call)))

    def _sources(self, unit: CodeUnit | None, within: cst.For | None = None) -> Mapping[str, set[str]]:
        """What is put into each name and attribute by the steps in a unit, or in a loop of it."""
        if unit not in self._steps:
            found = self._steps[unit] = defaultdict(lambda: defaultdict(set))
            for node_type in _STEPS:
                for step in chain.from_iterable(map(steps_of, self._tree.nodes_in(unit, getattr(cst, node_type)))):
                    loops = (around for around in self._tree.ancestors(step.node) if isinstance(around, cst.For))
                    for around in (None, *loops):
                        for target in step.targets:
                            found[around][target] |= step.sources
        return self._steps[unit].get(within, {})


def steps_of(node: cst.CSTNode) -> Iterator[Step]:
    """The steps that a node takes."""
    for target, value in assigned(node):
        if not _is_setting(target):
            yield Step(node, places(target), _content(value))
    if isinstance(node, cst.AugAssign):
        yield Step(node, places(node.target), _content(node.value))
    elif isinstance(node, (cst.For, cst.CompFor)):
        yield Step(node, places(node.target), places(node.iter))
    elif isinstance(node, cst.WithItem) and node.asname is not None:
        yield Step(node, places(node.asname.name), places(node.item))
    elif isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute) and node.func.attr.value in PUTS:
        yield Step(node, places(node.func.value), set().union(*map(_content, node.args)))


def _content(node: cst.CSTNode) -> set[str]:
    """The names and attributes in an expression, without what only says how to answer."""
    if _is_setting(node):
        return set()
    if isinstance(node, cst.Dict):
        return set().union(*map(_content, node.elements))
    if isinstance(node, cst.Call):
        return places(node.func).union(*map(_content, node.args))
    if isinstance(node, (cst.Arg, cst.DictElement)):
        return _content(node.value)
    return places(node)


def _is_setting(node: cst.CSTNode) -> bool:
    """Whether a keyword argument, an entry of a dictionary or an item that is put into one says how to answer."""
    if isinstance(node, cst.Arg):
        return node.keyword is not None and node.keyword.value in _SETTINGS
    key: cst.CSTNode | None = None
    if isinstance(node, cst.DictElement):
        key = node.key
    elif isinstance(node, cst.Subscript):
        key = index_of(node)
    return isinstance(key, cst.SimpleString) and key.evaluated_value in _SETTINGS
