"""The name or attribute that a client is kept in: where the program uses it, and where it keeps another one there."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from oaklint.python import cst
from oaklint.python.flow import Block, Graph, reaches
from oaklint.python.places import place
from oaklint.python.scopes import CodeUnit
from oaklint.python.tree import walk
from oaklint.sdk.clients import COPIES, SETTINGS

if TYPE_CHECKING:
    from oaklint.usage.usage import Usage


class Kept:
    """The place in which what was built is kept.

    built: what is kept: the call of a constructor, or an expression that reads a variable.
    site:  what makes that run: the same, a call of one of the program's functions or classes, or an import.
    place: the name or attribute, as `places.place` writes it. target: where it is bound to what was built.
    """

    def __init__(self, usage: Usage, built: cst.CSTNode, site: cst.CSTNode, target: cst.BaseExpression, name: str) -> None:
        self._usage = usage
        self.built = built
        self.site = site
        self.target = target
        self.place = name
        self.unit = usage.tree.unit(site)
        parent = usage.tree.parents.get(target)
        self._default = parent if isinstance(parent, cst.Param) else None
        self._home = usage.tree.scopes[target].outermost
        self._known_rebuilding: dict[Graph, set[Block]] = {}

    def is_ours(self, node: cst.CSTNode) -> bool:
        """Whether a node stands in the program itself, not in a module that it imports."""
        return self._usage.tree.scopes[node].outermost is self._usage.tree.module

    def outlives_its_unit(self) -> bool:
        """Whether the client outlives its unit: a global, or an attribute of `self`."""
        return self.unit is None or "." in self.place or self.lives_on()

    def lives_on(self) -> bool:
        """Whether it is kept as long as its module: in a name of the module or of a class in it, or as a default."""
        is_of_class = self._usage.tree.scopes[self.target].kind == "class"
        return self._default is not None or is_of_class or self.is_global()

    def is_global(self) -> bool:
        if not isinstance(self.target, cst.Name):
            return False
        home = self._usage.tree.scopes[self.target].lookup(self.target.value)
        return home is not None and home.kind == "module"

    def is_used_elsewhere(self) -> bool:
        """Whether another function uses the client, that nothing in this file is known to have called before the write."""
        if self.is_rebuilt_elsewhere():
            return False
        for node in self.uses_by_the_program():
            unit = self._usage.tree.unit(node)
            if unit is not self.unit and isinstance(unit, cst.FunctionDef):
                if isinstance(self.unit, cst.FunctionDef) or not self._calls_at_module_level(unit):
                    return True
        return False

    def uses_by_the_program(self) -> Iterator[cst.CSTNode]:
        """Where the program itself uses the client; one of another module also by running a function of it that does, or
        having it run that is registered there.
        """
        for node in self.loads():
            if self.is_ours(node) and self._default is None:
                yield node
            elif isinstance(unit := self._usage.tree.unit(node), cst.FunctionDef):
                yield from (run for run in self._runs_of(unit) if self.is_ours(run))
                if self._usage.handlers.is_registered(unit):
                    yield node

    def _runs_of(self, function: cst.FunctionDef) -> list[cst.BaseExpression]:
        """Where a function runs that uses the client; one that has it by default where it is handed no other."""
        return self._usage.handlers.runs_of(function, without=self._hands_another)

    def _hands_another(self, run: cst.BaseExpression) -> bool:
        if self._default is None or not isinstance(run, cst.Call):
            return False
        function = self._usage.tree.scopes[self._default].node
        if not isinstance(function, cst.FunctionDef) or function not in self._usage.resolver.called_functions(run):
            return False
        hidden = any(arg.star for arg in run.args)
        return hidden or self._usage.resolver.argument_for(run, function, self._default) is not None

    def _calls_at_module_level(self, function: cst.FunctionDef) -> list[cst.Call]:
        calls = self._usage.resolver.calls_leading_to(function)
        return [call for call in calls if self._usage.tree.unit(call) is None]

    def is_rebuilt_elsewhere(self) -> bool:
        return any(self._usage.tree.unit(node) is not self.unit and not self._is_empty(node) for node in self._stores())

    def _is_empty(self, target: cst.CSTNode) -> bool:
        """`client = None`."""
        parent = self._usage.tree.parents[target]
        assign = self._usage.tree.parents.get(parent) if isinstance(parent, cst.AssignTarget) else parent
        return (
            isinstance(assign, (cst.Assign, cst.AnnAssign))
            and isinstance(assign.value, cst.Name)
            and assign.value.value == "None"
        )

    def is_built_first(self) -> bool:
        """Whether an attribute is bound in the class body or in `__init__`."""
        in_class_body = self._usage.tree.scopes[self.target].kind == "class"
        return in_class_body or _is_initializer(self.unit)

    def owner(self) -> cst.ClassDef | None:
        return self._usage.resolver.definitions.class_of(self.target)

    def is_place(self, node: cst.CSTNode) -> bool:
        if node is self.target or not isinstance(node, (cst.Name, cst.Attribute)):
            return False
        if self.place.startswith("self."):
            return self._is_member(node)
        if self._usage.tree.scopes[node].outermost is not self._home:
            return self._is_imported(node)
        return place(node) == self.place and self._same_scope(node)

    def _is_member(self, node: cst.Name | cst.Attribute) -> bool:
        """Whether it is the attribute, of the class or of an object of it."""
        owner = self.owner()
        if not isinstance(node, cst.Attribute) or f"self.{node.attr.value}" != self.place or owner is None:
            return False
        name = self._usage.resolver.definitions.name(owner)
        return any(found.removesuffix("()") == name for found in self._usage.resolver.names(node.value))

    def _is_imported(self, node: cst.Name | cst.Attribute) -> bool:
        """Whether a name or attribute in another module stands for what is kept in a module's own name."""
        if not isinstance(self.target, cst.Name) or not self.is_global():
            return False
        bindings = self._usage.resolver.bindings_behind(node)
        return any(binding.node is self.target for binding in bindings)

    def _same_scope(self, node: cst.CSTNode) -> bool:
        if not isinstance(node, cst.Name) or not isinstance(self.target, cst.Name):
            return "." in self.place
        scopes = self._usage.tree.scopes
        return scopes[node].lookup(node.value) is scopes[self.target].lookup(self.target.value)

    @cached_property
    def _mentions(self) -> list[cst.Name | cst.Attribute]:
        nodes = self._usage.tree.nodes
        candidates = (*nodes.get(cst.Name, ()), *nodes.get(cst.Attribute, ()))
        return [node for node in candidates if isinstance(node, (cst.Name, cst.Attribute)) and self.is_place(node)]

    def _is_store(self, node: cst.CSTNode) -> bool:
        parent = self._usage.tree.parents.get(node)
        return isinstance(parent, (cst.AssignTarget, cst.AsName, cst.Del, cst.Param, cst.NameItem, cst.ImportAlias)) or (
            isinstance(parent, (cst.AnnAssign, cst.NamedExpr)) and parent.target is node
        )

    def loads(self) -> Iterator[cst.CSTNode]:
        for node in self._mentions:
            if not self._is_store(node):
                yield node

    def _stores(self) -> Iterator[cst.CSTNode]:
        for node in self._mentions:
            if self._is_store(node):
                yield node

    def using(self, graph: Graph) -> dict[Block, cst.CSTNode]:
        """The blocks of a graph that use the client, with what does it: by name, through what was made of it, or by a function
        that uses it.
        """
        usage = self._usage
        found: dict[Block, cst.CSTNode] = {}
        for load in self.loads():
            node: cst.CSTNode = load
            unit = usage.tree.unit(node)
            while isinstance(unit, cst.Lambda) and unit is not graph.unit:
                node, unit = unit, usage.tree.unit(unit)  # a lambda is made of the client, wherever it runs
            if unit is graph.unit:
                if not self._is_no_use(node):
                    found.update(dict.fromkeys(graph.blocks_of(node), node))
                    for name in self._derived_from(node):
                        for use in usage.tree.nodes.get(cst.Name, ()):
                            if isinstance(use, cst.Name) and self._is_load_of(use, name, graph):
                                found.update(dict.fromkeys(graph.blocks_of(use), use))
            elif isinstance(unit, cst.FunctionDef):
                for run in self._runs_of(unit):
                    if usage.tree.unit(run) is graph.unit:
                        found.update(dict.fromkeys(graph.blocks_of(run), run))
        return found

    def _is_rebuilt_by(self, node: cst.CSTNode) -> bool:
        """`chat.connect()`, which builds the object's client again, and does not use it before."""
        method = self._usage.tree.parents.get(node)
        call = self._usage.tree.parents.get(method) if isinstance(method, cst.Attribute) else None
        if not isinstance(call, cst.Call) or call not in self._calls_rebuilding:
            return False
        return not any(map(self._uses_first, self._usage.resolver.called_functions(call)))

    def _uses_first(self, method: cst.FunctionDef) -> bool:
        """Whether a method of the object uses the client, before it builds it again."""
        graph = self._usage.resolver.graph(method)
        if graph is None:
            return False
        rebuilding = self.rebuilding(graph)
        uses: list[cst.CSTNode] = [node for node in self._mentions_inside if not self._is_store(node)]
        for unit in {unit for use in uses if isinstance(unit := self._usage.tree.unit(use), cst.FunctionDef)}:
            uses += self._usage.resolver.calls_leading_to(unit)
        using = (block for use in uses if self._usage.tree.unit(use) is method for block in graph.blocks_of(use))
        return any(reaches(graph.entry, block, without=lambda edge: edge.source in rebuilding) for block in using)

    def _is_no_use(self, node: cst.CSTNode) -> bool:
        """Whether the client is spoken of, and not asked: its settings are changed, it is copied with another key, or closed."""
        parent = self._usage.tree.parents.get(node)
        closes = isinstance(parent, cst.Attribute) and parent.attr.value == "close"
        return closes or self.set_by(node) is not None or self._gets_key(node) or self._is_rebuilt_by(node)

    def set_by(self, node: cst.CSTNode) -> frozenset[str] | None:
        """The variables in whose place something is set: `client.api_key = ...`, which works at any time."""
        parent = self._usage.tree.parents.get(node)
        return SETTINGS.get(parent.attr.value) if isinstance(parent, cst.Attribute) and self._is_store(parent) else None

    def _gets_key(self, node: cst.CSTNode) -> bool:
        """`client.with_options(api_key=...)`, which uses the client for all but its key."""
        method = self._usage.tree.parents.get(node)
        call = self._usage.tree.parents.get(method) if isinstance(method, cst.Attribute) else None
        if isinstance(method, cst.Attribute) and isinstance(call, cst.Call) and method.attr.value in COPIES:
            return any(arg.keyword is not None and arg.keyword.value == "api_key" for arg in call.args)
        return False

    def _derived_from(self, node: cst.CSTNode) -> Iterator[str]:
        """The names of objects that were handed the client: `agent = Agent(client)`, `chat = client.chat`."""
        parents = self._usage.tree.parents
        parent = parents.get(node)
        while isinstance(parent, (cst.Attribute, cst.Arg, cst.Call)):
            if isinstance(parent, cst.Call) and self._usage.clients.is_request(parent):
                return
            parent = parents.get(parent)
        if isinstance(parent, cst.Assign):
            for target in parent.targets:
                if isinstance(target.target, cst.Name):
                    yield target.target.value

    def _is_load_of(self, node: cst.Name, name: str, graph: Graph) -> bool:
        return node.value == name and self._usage.tree.unit(node) is graph.unit and not self._is_store(node)

    def rebuilding(self, graph: Graph) -> set[Block]:
        """The blocks of a graph behind which the place holds another client, or the client another key."""
        found = self._known_rebuilding.get(graph)
        if found is None:
            found = self._known_rebuilding[graph] = set(self._find_rebuilding(graph))
        return found

    def _find_rebuilding(self, graph: Graph) -> Iterator[Block]:
        tree = self._usage.tree
        if self.unit is graph.unit:
            yield from graph.blocks_of(self.site)
        for node in (*self._stores(), *self._stores_inside, *self._calls_rebuilding):
            if tree.unit(node) is graph.unit:
                yield from graph.blocks_of(node)

    @cached_property
    def _calls_rebuilding(self) -> set[cst.CSTNode]:
        """The calls of functions that bind the place again."""
        found: set[cst.CSTNode] = set()
        for node in (*self._stores(), *self._stores_inside):
            unit = self._usage.tree.unit(node)
            if isinstance(unit, cst.FunctionDef) and not self._is_empty(node):
                calls = self._usage.resolver.calls_leading_to(unit)
                found.update(call for call in calls if self._usage.tree.unit(call) is not unit and not self._makes_another(call))
        return found

    def _makes_another(self, call: cst.Call) -> bool:
        """Whether a call makes an object with a client, not the one that is kept: the same call, or another of its class."""
        owner = self._usage.resolver.definitions.class_of(self.built)
        initializers = (each for each in self._usage.resolver.called_functions(call) if each.name.value == "__init__")
        return call is self.site or (
            owner is not None and any(self._usage.resolver.definitions.class_of(each) is owner for each in initializers)
        )

    @cached_property
    def _stores_inside(self) -> list[cst.CSTNode]:
        """Where the attribute is bound again that the client has in the object which is kept: `self.client = ...`."""
        stores = (node for node in self._mentions_inside if self._is_store(node))
        return [node for node in stores if not _is_initializer(self._usage.tree.unit(node))]

    @cached_property
    def _mentions_inside(self) -> list[cst.CSTNode]:
        """Where the object which is kept speaks of the attribute that the client has in it."""
        if self.built is self.site or not isinstance(self.site, cst.Call):
            return []
        definitions = self._usage.resolver.definitions
        owner = definitions.class_of(self.built)
        kept = {place(target) for target in kept_in(self.built, self._usage)}
        attributes = (node for node in self._usage.tree.nodes.get(cst.Attribute, ()) if isinstance(node, cst.Attribute))
        return [node for node in attributes if owner is not None and place(node) in kept and definitions.class_of(node) is owner]


def _is_initializer(unit: CodeUnit | None) -> bool:
    return isinstance(unit, cst.FunctionDef) and unit.name.value == "__init__"


def kept_in(site: cst.CSTNode, usage: Usage) -> list[cst.BaseExpression]:
    """The names and attributes that a call's result is kept in."""
    for ancestor in usage.tree.ancestors(site):
        if isinstance(ancestor, (cst.BaseSuite, cst.Module)):
            break
        if isinstance(ancestor, cst.Call) and usage.clients.is_request(ancestor):
            break
        if isinstance(ancestor, cst.Assign):
            return [target for each in ancestor.targets for target in _targets(each.target, ancestor.value, site)]
        if isinstance(ancestor, (cst.AnnAssign, cst.NamedExpr)):
            return [ancestor.target]
        if isinstance(ancestor, cst.Param):
            return [ancestor.name]
        if isinstance(ancestor, cst.WithItem) and ancestor.asname is not None and isinstance(ancestor.asname.name, cst.Name):
            return [ancestor.asname.name]
    return []


def _targets(target: cst.BaseExpression, value: cst.BaseExpression, site: cst.CSTNode) -> list[cst.BaseExpression]:
    """What the part of an assigned value that holds the site is assigned to: for `a, b = OpenAI(), 1` the name `a`."""
    if (
        isinstance(target, (cst.Tuple, cst.List))
        and isinstance(value, (cst.Tuple, cst.List))
        and len(target.elements) == len(value.elements)
    ):
        pairs = zip(target.elements, value.elements, strict=True)
        return [found for into, part in pairs for found in _targets(into.value, part.value, site)]
    return [target] if site in walk(value) else []
