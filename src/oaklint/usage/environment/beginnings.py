"""Where clients begin to live: the calls and imports that build them and keep them somewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from oaklint.python import cst
from oaklint.python.definitions import INITIALIZERS, statements_in
from oaklint.python.flow import reaches
from oaklint.python.handing import may_run
from oaklint.python.places import place
from oaklint.usage.constructions import Construction, factories_of, is_base
from oaklint.usage.environment.kept import Kept, member_name
from oaklint.usage.environment.lifetimes import Lifetime
from oaklint.usage.environment.reads import EnvironmentValue

if TYPE_CHECKING:
    from oaklint.usage.usage import Usage

_MAX_DEPTH = 3
# Where a function comes to an import by more ways than that, they are not looked at.
_MAX_WAYS = 16


class Beginnings:
    """From calls, imports and what tests ask for to the lifetimes of the clients that they build."""

    def __init__(self, usage: Usage) -> None:
        self._usage = usage
        # The writes that come too late: each is told of once, for the client that is built first.
        self.told: set[cst.CSTNode] = set()
        self._known_in: dict[cst.Module, list[Lifetime]] = {}
        self._known_by: dict[cst.Call | cst.Attribute, list[Lifetime]] = {}
        self._known_ways: dict[tuple[cst.FunctionDef, int], list[tuple[cst.CSTNode, ...]]] = {}

    def at(self, node: cst.CSTNode) -> Iterator[Lifetime]:
        """What a call, assignment, import statement or parameter of the program takes from the environment, where it is kept."""
        if isinstance(node, cst.Call):
            yield from self._of_call(node)
            yield from self._of_import(node)
            for lifetime in self._during(node):
                if not lifetime.kept.is_built_once or not self._has_begun(lifetime):
                    yield lifetime
        elif isinstance(node, cst.Attribute):
            yield from (each for each in self._during(node) if not each.kept.is_built_once or not self._has_begun(each))
        elif isinstance(node, cst.Assign):
            yield from self._of_assignment(node)
        elif isinstance(node, cst.Param):
            yield from self._of_parameter(node)
        else:
            yield from self._of_import(node)

    def _of_assignment(self, node: cst.Assign) -> Iterator[Lifetime]:
        """A key that is told to a client, or to the module `openai`."""
        told = self._usage.environment.key_told(node, self._usage.generation)
        name = place(told.target) if told is not None else None
        if told is not None and name is not None:
            member = member_name(told.target, self._usage)
            kept_as = f"self.{member}" if member is not None else name
            yield Lifetime(self._usage, None, (told.node,), told.target, kept_as, variable=told)

    # What a call builds and hands back.

    def _of_call(self, call: cst.Call) -> Iterator[Lifetime]:
        usage = self._usage
        construction = next(filter(self._may_run, usage.constructions.all_through(call)), None)
        if construction is None:
            return
        for target in usage.constructions.kept_in(construction.site):
            name = place(target)
            if name is not None:
                member = member_name(target, usage)
                kept_as = f"self.{member}" if member is not None else name
                lifetime = Lifetime(usage, construction, construction.steps, target, kept_as)
                yield lifetime
                yield from self._in_holders(lifetime.kept, construction)
                break
        keeper = usage.constructions.keeping_function(call)
        if keeper is not None and not call.args:
            yield Lifetime(usage, construction, construction.steps, keeper.name, keeper.name.value)
        unit = usage.tree.unit(call)
        if isinstance(unit, cst.FunctionDef) and usage.resolver.fixtures.is_fixture(unit):
            yield from (lifetime for lifetime in self._of_fixture(unit) if lifetime.kept.site is call)
        yield from self._of_key(construction)

    def _in_holders(self, kept: Kept, construction: Construction) -> Iterator[Lifetime]:
        """The client in the objects that were handed it by a name which is bound again later: `bot = Bot(client)`."""
        usage, parents = self._usage, self._usage.tree.parents
        graph = usage.resolver.graph(kept.unit)
        is_bound_again = isinstance(kept.target, cst.Name) and len(usage.tree.bindings_of(kept.target)) > 1
        if graph is None or not is_bound_again or any(map(kept.set_by, kept.loads)):
            return
        built = graph.blocks_of(kept.site)
        others = [edge.target for block in kept.rebuilding(graph).difference(built) for edge in block.edges]
        for load in kept.loads:
            call = parents[parents[load]] if isinstance(parents[load], cst.Arg) else None
            if isinstance(call, cst.Call) and usage.tree.unit(load) is kept.unit and usage.constructions.makes_object(call):
                handed = graph.blocks_of(load)
                if reaches(built, handed) and not reaches(others, handed):
                    for target in usage.constructions.kept_in(call):
                        if isinstance(target, cst.Name) and len(usage.tree.bindings_of(target)) == 1:
                            yield Lifetime(usage, construction, (load, *construction.steps), target, target.value)

    def _of_parameter(self, param: cst.Param) -> Iterator[Lifetime]:
        """What a test is handed by a fixture of another module, and `__post_init__` in its object, whose fields are there."""
        function = self._usage.tree.scopes[param].node
        if isinstance(function, cst.FunctionDef) and function.name.value in INITIALIZERS[1:]:
            yield from self._of_fields(param, function) if param in function.params.params[:1] else ()
        fixture = self._usage.resolver.fixtures.behind(param.name)
        for source in self._usage.resolver.fixtures.sources(fixture) if fixture is not None else ():
            if not self._usage.tree.is_own(source):
                yield from self._of_fixture(source)

    def _of_fixture(self, fixture: cst.FunctionDef) -> Iterator[Lifetime]:
        for returned in self._usage.constructions.returned_by(fixture):
            yield Lifetime(self._usage, returned, returned.steps, fixture.name, fixture.name.value)

    def _of_fields(self, this: cst.Param, function: cst.FunctionDef) -> Iterator[Lifetime]:
        usage = self._usage
        owner = usage.resolver.definitions.class_of(function)
        made = usage.resolver.calls.of(function)
        built = {each.call for call in made for each in usage.constructions.all_through(call)}
        for target, construction in usage.constructions.in_fields(owner) if owner is not None else ():
            if (not made or construction.call in built) and not self._is_set_by_fields(owner, construction):
                yield Lifetime(usage, construction, (this, *construction.steps), target, f"self.{place(target)}")

    def _is_set_by_fields(self, owner: cst.ClassDef | None, construction: Construction) -> bool:
        """Whether what makes the fields of a dataclass may set what a client among them reads."""
        usage, hierarchy, definitions = self._usage, self._usage.resolver.hierarchy, self._usage.resolver.definitions
        read = usage.environment.reads(construction, usage.generation)
        lineage = hierarchy.ancestry(owner) if owner is not None else ()
        made_by = [usage.resolver.names(factory) for definition in lineage for factory in factories_of(definition)]
        run = [function for names in made_by for function in definitions.functions(names)]
        run += [each for names in made_by for made in definitions.classes(names) for each in hierarchy.initializers(made)]
        return any(usage.preparation.may_be_set_by(each, read, frozenset()) for each in run)

    def _of_key(self, construction: Construction) -> Iterator[Lifetime]:
        """The variable from which a client gets its key; one of another module begins where that is imported."""
        usage = self._usage
        variable = usage.environment.key_variable(construction, usage.generation)
        if variable is not None:
            for steps in self._ways_to(variable.node):
                yield from self._of_variable(variable, construction, steps)

    def _of_variable(
        self, variable: EnvironmentValue, construction: Construction, steps: tuple[cst.CSTNode, ...]
    ) -> Iterator[Lifetime]:
        name, member = place(variable.target), member_name(variable.target, self._usage)
        if name is not None:
            kept_as = f"self.{member}" if member is not None else name
            yield Lifetime(self._usage, construction, steps, variable.target, kept_as, variable=variable)

    def _ways_to(self, read: cst.BaseExpression) -> Iterator[tuple[cst.CSTNode, ...]]:
        """What makes it run that a variable is read."""
        home = self._usage.tree.scopes[read].outermost
        if home is self._usage.tree.module:
            yield (read,)
            return
        for statement in self._usage.writes.importing.get(None, ()):
            if home.node in self._usage.writes.modules_run_by(statement) and self._usage.tree.unit(read) is home.node:
                yield statement, read

    def _may_run(self, construction: Construction) -> bool:
        return may_run(construction.call, construction.through, self._usage.resolver, self._usage.flow)

    # What the functions that it calls keep.

    def _during(self, run: cst.Call | cst.Attribute) -> list[Lifetime]:
        """What the functions that a call runs build and keep, or import, whatever they return: `connect()`, `bot.connect()`; what
        an object keeps when a property is read.
        """
        found = self._known_by.get(run)
        if found is None:
            found = self._known_by[run] = [*(self._of_read(run) if isinstance(run, cst.Attribute) else self._of_run(run))]
        return found

    def _of_read(self, read: cst.Attribute) -> Iterator[Lifetime]:
        """The same of a property, but for one on the way to what is called: that is the call's."""
        node: cst.CSTNode = read
        while isinstance(parent := self._usage.tree.parents[node], cst.Attribute):
            node = parent
        if not isinstance(parent, cst.Call) or parent.func is not node:
            yield from self._in_objects(read, self._usage.constructions.kept_when_read(read))

    def _of_run(self, call: cst.Call) -> Iterator[Lifetime]:
        yield from self._in_modules(call)
        yield from self._in_objects(call, self._usage.constructions.kept_in_object(call))
        for function in self._usage.resolver.calls.functions(call):
            yield from self._by_keeping_functions(call, function)
            for *calls, statement in self._imports_in(function, 1):
                yield from (inner.as_run_by(call, *calls) for inner in self._of_import(statement))

    def _by_keeping_functions(self, call: cst.Call, function: cst.FunctionDef) -> Iterator[Lifetime]:
        """What is kept by functions with a cache that the called one calls, itself or through others:
        `@lru_cache def client(): ...`.
        """
        # The calls by which a function comes to be run, the outermost first, each with the function that it runs.
        pending: list[tuple[tuple[cst.Call, cst.FunctionDef], ...]] = [((call, function),)]
        seen = {function}
        for ways in pending:
            if ways[-1][0] not in self._leading_to_keeping_functions:
                continue
            for inner in self._usage.tree.calls_in(ways[-1][1]):
                if self._usage.constructions.keeping_function(inner) is not None:
                    # What is handed to it from afar may be another thing each time.
                    if (len(ways) == 1 or not inner.args) and may_run(inner, ways, self._usage.resolver, self._usage.flow):
                        kept = (each for each in self._of_call(inner) if each.kept.is_of_keeping_function())
                        yield from (each.as_run_by(*(run for run, _ in ways)) for each in kept)
                elif len(ways) < _MAX_DEPTH:
                    run = (*self._usage.resolver.calls.functions(inner), *self._usage.threads.started_by(inner))
                    further = [each for each in run if each not in seen]
                    seen.update(further)
                    pending += ((*ways, (inner, each)) for each in further)

    @cached_property
    def _leading_to_keeping_functions(self) -> set[cst.BaseExpression]:
        """The calls of functions with a cache, and of the functions that call them, be it in a thread."""
        calls = (call for call in self._usage.tree.nodes.get(cst.Call, ()) if isinstance(call, cst.Call))
        keepers = {keeper for call in calls if (keeper := self._usage.constructions.keeping_function(call)) is not None}
        return {run for keeper in keepers for run in self._usage.handlers.runs_of(keeper)}

    def _in_modules(self, call: cst.Call) -> Iterator[Lifetime]:
        constructions = self._usage.constructions
        for construction in constructions.kept_in_module(call):
            target = next(filter(constructions.is_global, constructions.targets(construction)), None)
            if isinstance(target, cst.Name) and self._may_run(construction):
                yield Lifetime(self._usage, construction, construction.steps, target, target.value)
            held = next(filter(constructions.is_of_class, constructions.targets(construction)), None)
            if isinstance(held, cst.Attribute) and self._is_held_for_good(held) and self._may_run(construction):
                lifetime = Lifetime(self._usage, construction, construction.steps, held, f"self.{held.attr.value}")
                yield from (lifetime,) if lifetime.kept.is_built_once else ()

    def _is_held_for_good(self, held: cst.Attribute) -> bool:
        """Whether nothing else binds what a class holds, and the class has no heirs, of which each has its own."""
        tree, resolver = self._usage.tree, self._usage.resolver
        owner = resolver.definitions.class_of(held)
        if owner is None or resolver.hierarchy.heirs(owner):
            return False
        places = set(self._usage.constructions.held_in(held))
        names = {name for each in places for name in each.split(".")[1:]}
        stores = [node for name in names for node in tree.named(name) if isinstance(node, cst.Attribute) and tree.is_store(node)]
        elsewhere = (node for node in stores if tree.unit(node) is not tree.unit(held))
        texts = map(self._usage.values.text, self._usage.nodes(cst.SimpleString))
        return names.isdisjoint(texts) and all(resolver.definitions.class_of(node) not in (owner, None) for node in elsewhere)

    def _in_objects(self, run: cst.BaseExpression, kept: Iterable[tuple[cst.BaseExpression, Construction]]) -> Iterator[Lifetime]:
        for owner, construction in kept:
            name = "self" if is_base(owner) else place(owner)
            target = self._member(construction) if name == "self" else owner
            if name == "self" and target is not None:
                name = f"self.{member_name(target, self._usage)}"
            is_used = not is_base(owner) or (target is not None and self._is_used_by_heir(run, target))
            if target is not None and name is not None and is_used and self._may_run(construction):
                yield Lifetime(self._usage, construction, (run, *construction.steps), target, name)

    def _is_used_by_heir(self, run: cst.BaseExpression, target: cst.BaseExpression) -> bool:
        """Whether an heir, whose method has its base build the client, uses it, itself or by methods that it has from there."""
        tree, definitions = self._usage.tree, self._usage.resolver.definitions
        heir, name = definitions.class_of(run), member_name(target, self._usage)
        own = {node.name.value for node in statements_in(heir.body) if isinstance(node, cst.FunctionDef)} if heir else set[str]()
        for node in tree.named(name):
            unit = tree.unit(node)
            if not tree.is_store(node) and isinstance(node, cst.Attribute):
                is_of_base = isinstance(unit, cst.FunctionDef) and definitions.class_of(node) is not heir
                if not is_of_base or (isinstance(unit, cst.FunctionDef) and unit.name.value not in own):
                    return True
        return False

    def _member(self, construction: Construction) -> cst.BaseExpression | None:
        """What binds the attribute, or the name of the property, in which an object keeps the client."""
        targets = self._usage.constructions.targets(construction)
        properties = self._usage.resolver.calls.kept_properties(construction.steps)
        candidates = (*targets, *(each.name for each in properties))
        return next((each for each in candidates if member_name(each, self._usage) is not None), None)

    def _imports_in(self, function: cst.FunctionDef, depth: int) -> list[tuple[cst.CSTNode, ...]]:
        """The imports that a function runs, each behind the calls that lead to it."""
        found = self._known_ways.get((function, depth))
        if found is None:
            writes = self._usage.writes
            found = [(statement,) for statement in writes.importing.get(function, ()) if writes.modules_run_by(statement)]
            for call in writes.calling.get(function, ()) if depth < _MAX_DEPTH else ():
                for called in self._usage.resolver.calls.functions(call):
                    found += ((call, *way) for way in self._imports_in(called, depth + 1))
            found = self._known_ways[function, depth] = found if len(found) <= _MAX_WAYS else []
        return found

    def _has_begun(self, lifetime: Lifetime) -> bool:
        """Whether an earlier call, or read of a property, has surely built it already."""
        kept, tree = lifetime.kept, self._usage.tree
        graph = self._usage.resolver.graph(kept.unit)
        runs: list[cst.Call | cst.Attribute] = [*tree.calls_in(kept.unit), *tree.nodes_in(kept.unit, cst.Attribute)]
        for run in runs if graph is not None else ():
            if run is not kept.site and graph is not None:
                if any(other.kept.built is kept.built and other.kept.place == kept.place for other in self._during(run)):
                    earlier, sites = graph.blocks_of(run), graph.blocks_of(kept.site)
                    if all(any(graph.dominates(first, site) for first in earlier) for site in sites):
                        return True
        return False

    # What an import runs.

    def _of_import(self, statement: cst.CSTNode) -> Iterator[Lifetime]:
        """What the modules that an import statement runs build and keep."""
        modules = self._usage.writes.modules_run_by(statement)
        for module in modules if modules and self.is_run(statement) else ():
            yield from (inner.as_run_by(statement) for inner in self._of_module(module))
            for construction, variable in self._keys_of_other_modules:
                if self._usage.tree.unit(variable.node) is module:
                    yield from self._of_variable(variable, construction, (statement, variable.node))

    def _of_module(self, module: cst.Module) -> list[Lifetime]:
        found = self._known_in.get(module)
        if found is None:
            begun = (found for call in self._usage.tree.calls_in(module) for found in self._of_call(call))
            kept = [each for each in begun if each.kept.lives_on() and each.kind == "client"]
            found = self._known_in[module] = kept
        return found

    @cached_property
    def _keys_of_other_modules(self) -> list[tuple[Construction, EnvironmentValue]]:
        """The clients that other modules build with keys from variables, with these."""
        usage = self._usage
        found = []
        for call in usage.tree.nodes.get(cst.Call, ()):
            assert isinstance(call, cst.Call)
            construction = usage.constructions.of(call) if not usage.tree.is_own(call) else None
            variable = usage.environment.key_variable(construction, usage.generation) if construction is not None else None
            if construction is not None and variable is not None:
                found.append((construction, variable))
        return found

    def is_run(self, statement: cst.CSTNode) -> bool:
        """Whether control gets to a statement: not to what only a type checker reads."""
        graph = self._usage.graph_of(statement)
        return graph is not None and reaches([graph.entry], graph.blocks_of(statement))
