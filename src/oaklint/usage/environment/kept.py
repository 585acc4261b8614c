"""The name or attribute that a client is kept in, and where the program keeps another one there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

from oaklint.python import cst
from oaklint.python.definitions import is_initializer, module_name
from oaklint.python.facts import SET, Facts
from oaklint.python.flow import Block, Graph
from oaklint.python.places import place
from oaklint.python.tree import index_of, walk
from oaklint.sdk.clients import SETTINGS
from oaklint.usage.environment.members import Member

if TYPE_CHECKING:
    from oaklint.usage.usage import Usage

# What the functions have that keep what they have returned once.
_FORGETS = ("cache_clear", "clear")
_OF_CACHE = (*_FORGETS, "cache_info", "cache_parameters")
# By them, a module runs again, at once or with the next import.
_RUN_AGAIN = {"importlib.reload", "sys.modules.pop"}
# By them, attributes are set and deleted by their names as texts.
_BY_TEXT = ("__dict__", "vars", "delattr", "setattr")


class Kept:
    """The place in which what was built is kept.

    steps: what makes it run that something is built, one step within the other: a call of one of the program's functions or
           classes or an import, which is the `site`, and so on to the constructor or the expression that reads a variable, which
           is what was `built`; often one and the same.
    place: the name or attribute, as `places.place` writes it. target: where it is bound to what was built.
    """

    def __init__(self, usage: Usage, steps: Sequence[cst.CSTNode], target: cst.BaseExpression, name: str) -> None:
        self._usage = usage
        self.steps = tuple(steps)
        self.site, self.built = steps[0], steps[-1]
        self.target = target
        self.place = name
        self.unit = usage.tree.unit(self.site)
        parent = usage.tree.parents.get(target)
        self.default = parent if isinstance(parent, cst.Param) else None
        # What is kept may be the key that was told to what is in the place: `client.api_key = ...`.
        self._is_told = isinstance(parent, cst.Attribute) and isinstance(usage.tree.parents[parent], cst.AssignTarget)
        self._is_in_module = self._is_told and "openai" in usage.clients.names(target)
        self._home = usage.tree.scopes[target].outermost
        self._known_rebuilding: dict[Graph, set[Block]] = {}
        self._known_to_replace: dict[cst.CSTNode, bool] = {}

    @property
    def shown(self) -> str:
        """How to speak of the place."""
        owner = self.owner() if self._usage.tree.scopes[self.target].kind == "class" else None
        if owner is not None:
            return f"{owner.name.value}.{place(self.target)}"
        if self.is_of_keeping_function() and not self.is_of_fixture():
            return f"{self.place}()"
        return f"{self.place}.api_key" if self._is_told else self.place

    def outlives_its_unit(self) -> bool:
        """Whether the client outlives its unit: a global, an attribute of `self`, or what a function keeps."""
        return self.unit is None or "." in self.place or self.is_of_keeping_function() or self.lives_on()

    def lives_on(self) -> bool:
        """Whether it is kept as long as its module: in a name of the module or of a class in it, or as a default."""
        is_of_class = self._usage.tree.scopes[self.target].kind == "class"
        return self.default is not None or is_of_class or self.is_global()

    def is_global(self) -> bool:
        return self._usage.constructions.is_global(self.target)

    def survives_a_rerun(self) -> bool:
        """Whether it is still there when a page of Streamlit is run again: in the cache, or in the state of the session."""
        return self.is_of_keeping_function() or ".session_state." in f"{self.place}."

    def is_of_keeping_function(self) -> bool:
        """Whether it is the result of a function that keeps it, and has the function's name."""
        return isinstance(self._usage.tree.parents[self.target], cst.FunctionDef)

    @cached_property
    def is_built_once(self) -> bool:
        """Whether the same calls come to the same client whenever they are made, since what is there stays there."""
        if any(map(self._usage.resolver.imported_modules, self.steps)):
            return True
        tree = self._usage.tree
        if self.is_of_keeping_function() or self._usage.resolver.calls.kept_properties(self.steps):
            return True
        targets = (self._usage.constructions.kept_in(step) for step in self.steps[1:])
        stores = ([each for each in kept if isinstance(tree.unit(each), cst.FunctionDef)] for kept in targets)
        first = next(filter(None, stores), [])  # what runs within that runs as often
        return bool(first) and not any(map(self._may_replace, first))

    @cached_property
    def is_rebuilt_elsewhere(self) -> bool:
        if is_initializer(self.unit) and self.calls_rebuilding:
            return True  # `self.__init__()`
        is_emptied = any(self._usage.tree.unit(node) is not self.unit for node in self._emptied)
        return is_emptied or any(True for _ in self.replacements())

    def replacements(self) -> Iterator[cst.BaseExpression | None]:
        """What is put in its place in other units, other than None; nothing where that is not an assignment."""
        for node in self._stores:
            value = self._assigned_to(node)
            is_empty = isinstance(value, cst.Name) and value.value == "None"
            if self._usage.tree.unit(node) is not self.unit and not is_empty:
                yield value

    def _assigned_to(self, target: cst.CSTNode) -> cst.BaseExpression | None:
        parent = self._usage.tree.parents[target]
        assign = self._usage.tree.parents.get(parent) if isinstance(parent, cst.AssignTarget) else parent
        return assign.value if isinstance(assign, (cst.Assign, cst.AnnAssign)) else None

    def is_built_first(self) -> bool:
        """Whether an attribute is bound in the class body, in `__init__`, or before each test."""
        in_class_body = self._usage.tree.scopes[self.target].kind == "class" and not self.is_of_keeping_function()
        return in_class_body or is_initializer(self.unit) or self.is_built_for_tests()

    def is_built_for_tests(self) -> bool:
        """Whether it is built before each test, or before all of them."""
        return self.is_of_fixture() or self._usage.resolver.fixtures.is_setup(self.unit)

    def is_of_fixture(self) -> bool:
        """Whether it is what a fixture returns, and has the fixture's name; the parameters of tests stand for it."""
        return self._usage.tree.parents[self.target] is self.unit and self._usage.resolver.fixtures.is_fixture(self.unit)

    def is_of_family(self, node: cst.CSTNode) -> bool:
        """Whether a node stands in the class in which an attribute is kept, in a base of it, or in one that inherits from it."""
        definitions = self._usage.resolver.definitions
        found = definitions.class_of(node)
        return found is not None and self._attribute is not None and definitions.name(found) in self._attribute.family

    def owner(self) -> cst.ClassDef | None:
        return self._usage.resolver.definitions.class_of(self.target)

    def is_place(self, node: cst.CSTNode) -> bool:
        if node is self.target or not isinstance(node, (cst.Name, cst.Attribute)) or self._usage.tree.is_label(node):
            return False
        if self._attribute is not None:
            return self._attribute.is_at(node)
        if self.is_of_fixture():
            is_parameter = isinstance(self._usage.tree.parents[node], cst.Param)
            fixture = self._usage.resolver.fixtures.behind(node) if isinstance(node, cst.Name) and not is_parameter else None
            return fixture is not None and self.unit in self._usage.resolver.fixtures.sources(fixture)
        if self._usage.tree.scopes[node].outermost is not self._home:
            return self._is_imported(node)
        return place(node) == self.place and self._same_scope(node)

    @cached_property
    def _attribute(self) -> Member | None:
        """The place, where it is an attribute of an object of one of the program's classes, or of the class."""
        owner = self.owner()
        is_own = owner is not None and self.place.startswith("self.")
        return Member(self._usage.resolver, owner, self.place.removeprefix("self.")) if owner is not None and is_own else None

    def _is_imported(self, node: cst.Name | cst.Attribute) -> bool:
        """Whether a name or attribute in another module stands for what is kept in a module's own name."""
        if self.is_of_keeping_function():
            bound: cst.CSTNode = self._usage.tree.parents[self.target]
        elif isinstance(self.target, cst.Name) and self.is_global():
            bound = self.target
        else:
            return False
        return any(binding.node is bound for binding in self._usage.resolver.bindings_behind(node))

    def _same_scope(self, node: cst.CSTNode) -> bool:
        if not isinstance(node, cst.Name) or not isinstance(self.target, cst.Name):
            return "." in self.place
        scopes = self._usage.tree.scopes
        return scopes[node].lookup(node.value) is scopes[self.target].lookup(self.target.value)

    @cached_property
    def _mentions(self) -> list[cst.Name | cst.Attribute]:
        tree = self._usage.tree
        # Other modules, and those who ask for a fixture, may call it otherwise.
        is_called_so = not tree.imported and not self.is_of_fixture()
        return [*filter(self.is_place, tree.named(self.place.rpartition(".")[2] if is_called_so else None))]

    @cached_property
    def loads(self) -> list[cst.CSTNode]:
        return list(self._find_loads())

    def _find_loads(self) -> Iterator[cst.CSTNode]:
        for node in self._mentions:
            if self.is_of_keeping_function() and self._is_function_itself(node):
                continue
            if not self._usage.tree.is_store(node) and (not self._is_in_module or self._asks(node)):
                call = self.held_at(node)
                if not isinstance(call, cst.Call) or not call.args:  # for other arguments it has other clients
                    yield node

    @cached_property
    def handed_out(self) -> frozenset[cst.CSTNode]:
        """The calls of functions that return what is in the place."""
        returned = (node for node in self.loads if isinstance(self._usage.tree.parents[node], cst.Return))
        functions = {unit for unit in map(self._usage.tree.unit, returned) if isinstance(unit, cst.FunctionDef)}
        return frozenset(call for function in functions for call in self._usage.resolver.calls.of(function))

    def _asks(self, node: cst.CSTNode) -> bool:
        """Whether a request is made through a node: `openai.models.list()`."""
        parents = self._usage.tree.parents
        while isinstance(parent := parents[node], cst.Attribute) and parent.value is node:
            node = parent
        return isinstance(parent, cst.Call) and parent.func is node and self._usage.clients.is_request(parent)

    @cached_property
    def _stores(self) -> list[cst.CSTNode]:
        return list(self._find_stores())

    def _find_stores(self) -> Iterator[cst.CSTNode]:
        for node in self._mentions:
            parent = self._usage.tree.parents[node]
            brought_in = isinstance(parent, cst.ImportAlias) and self._usage.tree.scopes[node].outermost is not self._home
            if self._usage.tree.is_store(node) and not isinstance(parent, cst.NameItem) and not brought_in:
                yield node
        if self._is_told:
            yield from filter(self._is_told_key, self._mentions)

    def _is_told_key(self, node: cst.CSTNode) -> bool:
        parent = self._usage.tree.parents[node]
        return isinstance(parent, cst.Attribute) and parent.attr.value == "api_key" and self._usage.tree.is_store(parent)

    def is_changed(self, node: cst.CSTNode) -> bool:
        """Whether the place is bound to something else there, or the client in it gets another key or address."""
        return self._usage.tree.is_store(node) or self.set_by(node) is not None

    def set_by(self, node: cst.CSTNode) -> frozenset[str] | None:
        """The variables in whose place something is set: `client.api_key = ...`, which works at any time."""
        tree = self._usage.tree
        parent = tree.parents.get(self.held_at(node))
        return SETTINGS.get(parent.attr.value) if isinstance(parent, cst.Attribute) and tree.is_store(parent) else None

    def held_at(self, node: cst.CSTNode) -> cst.CSTNode:
        """The expression for the client where the place is named: the call of a function that keeps it."""
        parent = self._usage.tree.parents.get(node)
        return parent if self.is_of_keeping_function() and isinstance(parent, cst.Call) and parent.func is node else node

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
        for node in self._all_stores:
            if tree.unit(node) is graph.unit and self._may_replace(node):
                yield from graph.blocks_of(node)
        for call in self.calls_rebuilding:
            if tree.unit(call) is graph.unit:
                yield from graph.blocks_of(call)

    @cached_property
    def calls_rebuilding(self) -> set[cst.CSTNode]:
        """The calls of functions that bind the place again, though it holds something, and of what runs its module again."""
        found: set[cst.CSTNode] = set()
        for node in self._all_stores:
            unit = self._usage.tree.unit(node)
            if isinstance(unit, cst.FunctionDef) and self._may_replace(node):
                runs = self._usage.handlers.runs_of(unit, without=self._makes_another)
                found.update(run for run in runs if isinstance(run, cst.Call) and self._usage.tree.unit(run) is not unit)
        return found | set(self._reloads())

    def _reloads(self) -> Iterator[cst.CSTNode]:
        """`importlib.reload(llm)`, which runs the module again; and what has the next import do so: `del sys.modules["app.llm"]`,
        `sys.modules.pop("app.llm")`.
        """
        resolver, tree = self._usage.resolver, self._usage.tree
        for call in tree.nodes.get(cst.Call, ()) if self._home is not tree.module else ():
            if isinstance(call, cst.Call) and call.args and (names := resolver.names(call.func) & _RUN_AGAIN):
                told = call.args[0].value
                of_object = "importlib.reload" in names and module_name(self._home) in resolver.names(told)
                if of_object or ("sys.modules.pop" in names and self._is_home(told)):
                    yield call
        for node in tree.named("modules") if self._home is not tree.module else ():
            item = tree.parents[node]
            index = index_of(item) if isinstance(item, cst.Subscript) and isinstance(tree.parents[item], cst.Del) else None
            if index is not None and "sys.modules" in resolver.names(node) and self._is_home(index):
                yield item

    def _is_home(self, node: cst.BaseExpression) -> bool:
        """Whether a text is the name by which a file imports the module in which the client is kept."""
        name, tree = self._usage.values.text(node), self._usage.tree
        return name is not None and tree.imports_of(tree.scopes[node]).get(name) is self._home

    def _may_replace(self, store: cst.CSTNode) -> bool:
        """Whether control comes to where the place is bound if that holds something: not behind `if client is None`."""
        if store not in self._known_to_replace:
            unit = self._usage.tree.unit(store)
            graph = self._usage.resolver.graph(unit) if isinstance(unit, cst.FunctionDef) else None
            keys = self._usage.constructions.held_in(store) if isinstance(store, cst.BaseExpression) else ()
            held = frozenset((key, SET) for key in keys)
            self._known_to_replace[store] = graph is None or not held or not self._is_barred(store, held, graph)
        return self._known_to_replace[store]

    def _is_barred(self, store: cst.CSTNode, held: Facts, graph: Graph) -> bool:
        """Whether it is because some places hold something that control does not come to a node."""
        flow, goals = self._usage.flow, graph.blocks_of(store)
        if flow.known_at(graph, goals, held) is not None:
            return False
        return flow.known_at(graph, goals, frozenset()) is not None  # an `except` clause is come to in other ways

    def _makes_another(self, run: cst.BaseExpression) -> bool:
        """Whether a call makes an object with a client, not the one that is kept: the same call, or one of its class, or what
        that calls.
        """
        if run is self.site or not isinstance(run, cst.Call):
            return run is self.site
        definitions, unit = self._usage.resolver.definitions, self._usage.tree.unit(run)
        made = list(definitions.classes(self._usage.resolver.names(run.func)))
        if is_initializer(unit) and (owner := definitions.class_of(run)) is not None:
            made.append(owner)
        return any(definitions.name(each) in member.family for each in made for member in self._attributes)

    @cached_property
    def _all_stores(self) -> list[cst.CSTNode]:
        """Where the place, or the client in what is kept there, is bound: the first time, too, but for a default, which no call
        builds anew.
        """
        first = [self.target] if self._usage.tree.is_store(self.target) and self.default is None else []
        return [*first, *self._stores, *self._stores_inside, *self.stores_by_text, *map(self._emptied_from, self._emptied)]

    def _emptied_from(self, node: cst.Attribute) -> cst.CSTNode:
        """From where on the function that keeps the client has forgotten it, if it has kept one: before the loop over several
        such functions, or before the question whether it has.
        """
        found: cst.CSTNode = node
        for around in self._usage.tree.ancestors(node):
            if isinstance(around, (cst.For, cst.BaseComp)):
                found = around.iter if isinstance(around, cst.For) else self._usage.tree.parents[around]
            elif isinstance(around, cst.If) and any(map(_asks_for_cache, walk(around.test))):
                found = around.test
            elif isinstance(around, cst.FunctionDef):
                break
        return found

    def _is_function_itself(self, node: cst.CSTNode) -> bool:
        """Whether a node speaks of the function that keeps the client, and not of that: of its cache, or of it among others."""
        parent = self._usage.tree.parents[node]
        return isinstance(parent, cst.BaseElement) or (isinstance(parent, cst.Attribute) and parent.attr.value in _OF_CACHE)

    @cached_property
    def _emptied(self) -> list[cst.Attribute]:
        """Where the function that keeps the client is made to forget it: `client.cache_clear()`."""
        named = chain.from_iterable(map(self._usage.tree.named, _FORGETS if self.is_of_keeping_function() else ()))
        attributes = (node for node in named if isinstance(node, cst.Attribute))
        keeper = self._usage.tree.parents[self.target]
        return [node for node in attributes if self._usage.constructions.forgets(node, keeper)]

    @cached_property
    def stores_by_text(self) -> list[cst.CSTNode]:
        """Where an attribute that keeps the client is set or forgotten by its name as a text: `self.__dict__.pop("client")`,
        `del vars(bot)["client"]`, `delattr(self, "client")`.
        """
        return list(self._find_stores_by_text())

    def _find_stores_by_text(self) -> Iterator[cst.CSTNode]:
        tree, values = self._usage.tree, self._usage.values
        names = {member.name for member in self._attributes}
        for node in chain.from_iterable(map(tree.named, _BY_TEXT if names else ())):
            for around in tree.expression_around(node):
                told = [arg.value for arg in around.args] if isinstance(around, cst.Call) else []
                if isinstance(around, cst.Subscript) and (index := index_of(around)) is not None:
                    told = [index]
                if any(values.text(value) in names for value in told):
                    yield around

    @cached_property
    def _stores_inside(self) -> list[cst.CSTNode]:
        """Where the client in the object which is kept is replaced, or told another key."""
        return [node for node in self.mentions_inside if self.is_changed(node)]

    @property
    def _attributes(self) -> list[Member]:
        """The attributes that hold the client: the place, if it is one, and those in the object which is kept."""
        return [*self.members, *([self._attribute] if self._attribute is not None else ())]

    @cached_property
    def members(self) -> list[Member]:
        """The attributes that lead to the client in the object which is kept: one, or one of an object in another."""
        constructions, definitions = self._usage.constructions, self._usage.resolver.definitions
        names = [each.name for each in self._usage.resolver.calls.kept_properties(self.steps) if each.name is not self.target]
        owners = ((definitions.class_of(name), name.value) for name in names)
        found = [Member(self._usage.resolver, owner, name) for owner, name in owners if owner is not None]
        for step in self.steps:
            targets = (target for target in constructions.kept_in(step) if target is not self.target)
            attributes = [attribute for target in targets for attribute in constructions.attributes(target)]
            if isinstance(step, cst.BaseExpression):
                attributes += constructions.handed_to(step)
            found += (Member(self._usage.resolver, owner, name) for owner, name in attributes)
        return found

    @cached_property
    def mentions_inside(self) -> list[cst.CSTNode]:
        """Where the program speaks of the client in such an object."""
        attributes = self._usage.tree.nodes.get(cst.Attribute, ()) if self.members else ()
        return [node for node in attributes if any(member.is_at(node) for member in self.members)]


def _asks_for_cache(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.Attribute) and node.attr.value == "cache_info"


def member_name(target: cst.BaseExpression, usage: Usage) -> str | None:
    """The attribute, if a target is one of `self`, or of the class in whose body it stands."""
    if isinstance(target, cst.Name):
        return target.value if usage.tree.scopes[target].kind == "class" else None
    owner, _, name = (place(target) or "").partition(".")
    return name if name and owner in ("self", "cls") else None
