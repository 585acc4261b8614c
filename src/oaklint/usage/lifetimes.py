"""How long a client lives with what it read from the environment when it was built, and what is written there too late for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Literal, NamedTuple

from oaklint.python import cst
from oaklint.python.flow import Block, Edge, Graph, Kind, TooManyStates, reaches, search
from oaklint.python.handing import may_run
from oaklint.python.names import place
from oaklint.python.scopes import CodeUnit
from oaklint.python.tree import walk
from oaklint.sdk.clients import SETTINGS
from oaklint.usage.clients import Construction
from oaklint.usage.environment import EnvironmentValue
from oaklint.usage.writes import Write

if TYPE_CHECKING:
    from oaklint.usage.usage import Usage


_MAX_DEPTH = 4


class LateWrite(NamedTuple):
    """A write to the environment that comes too late.

    write: its node is where it happens. use: where the client is used all the same; None if that is somewhere else, later on.
    """

    write: Write
    use: cst.CSTNode | None


class Lifetime:
    """What was taken from the environment when `site` ran, and the name or attribute that it is kept in ever since.

    kept:  "client" for a client built there, "key" for a variable that a client is given later.
    built: the call of the constructor, or the expression that reads the variable.
    site:  what makes that run: the same, a call of one of the program's functions or classes, or an import.
    place: the name or attribute, as `names.place` writes it.
    """

    def __init__(
        self,
        usage: Usage,
        construction: Construction,
        site: cst.CSTNode,
        target: cst.BaseExpression,
        name: str,
        *,
        variable: EnvironmentValue | None = None,
    ) -> None:
        self._usage = usage
        self._construction = construction
        self.kept: Literal["client", "key"] = "client" if variable is None else "key"
        self.built: cst.CSTNode = construction.call if variable is None else variable.node
        self.site = site
        self.place = name
        self._target = target
        parent = usage.tree.parents.get(target)
        self._default = parent if isinstance(parent, cst.Param) else None
        self._unit = usage.tree.unit(site)
        self._home = usage.tree.scopes[target].outermost
        self._known_rebuilding: dict[Graph, set[Block]] = {}
        if variable is None:
            self._reads = usage.environment.reads(construction, usage.generation)
            self._credential = usage.environment.credential_reads(construction, usage.generation)
            self._certain = usage.environment.certain_reads(construction)
        else:
            self._reads = self._credential = frozenset({variable.name})
            self._certain = self._reads if variable.certain else frozenset()

    def late_writes(self) -> Iterator[LateWrite]:
        """The writes of the program itself that come too late."""
        graph = self._usage.resolver.graph(self._unit)
        if not self._reads or graph is None:
            return
        starts = [edge.target for block in graph.blocks_of(self.site) for edge in block.edges if edge.kind is not Kind.RAISE]
        reported: set[cst.CSTNode] = set()
        # In a circle of imports the module may have been there, or half there, before this one began.
        is_import = isinstance(self.site, (cst.Import, cst.ImportFrom))
        in_circle = is_import and self._unit is None and self._usage.writes.imports_back(self.site)
        for late in _innermost(self._late_in(graph, starts), self._usage) if not in_circle else ():
            reported |= {late.write.node, late.write.origin or late.write.node}
            yield late
        writes = self._usage.writes
        for write in writes.all:
            function = self._usage.tree.unit(write.node)
            if isinstance(function, cst.FunctionDef) and function is not self._unit and self._is_ours(function):
                if write.node not in reported and write in writes.within(function) and self._concerns(write):
                    if self._runs_later(write, function):
                        yield LateWrite(write, None)

    def _late_in(self, graph: Graph, starts: Sequence[Block], entered: tuple[CodeUnit, ...] = ()) -> Iterator[LateWrite]:
        """The late writes of a unit in which the client exists from those blocks on.

        entered: the functions through whose calls control has come here.
        """
        for write in self._usage.writes.within(graph.unit):
            if self._concerns(write) and not self._is_own(write):
                inside = list(self._late_inside(write, graph, starts, entered))
                yield from inside
                if not inside and self._lasts(write) and (late := self._followed(write, graph, starts, entered)) is not None:
                    yield late

    def _late_inside(
        self, write: Write, graph: Graph, starts: Sequence[Block], entered: tuple[CodeUnit, ...]
    ) -> Iterator[LateWrite]:
        """The late write within the functions that a call runs, if they use the client behind it, too: then that is where to tell
        of it.
        """
        if not isinstance(write.node, cst.Call) or len(entered) >= _MAX_DEPTH:
            return
        rebuilding = self._rebuilding(graph)
        calls = graph.blocks_of(write.node)
        if not any(reaches(start, call, without=lambda edge: edge.source in rebuilding) for start in starts for call in calls):
            return
        for function in self._usage.resolver.called_functions(write.node):
            inner = self._usage.resolver.graph(function)
            if inner is not None and self._is_ours(function) and function not in entered:
                for late in self._late_in(inner, [inner.entry], (*entered, function)):
                    if (late.write.origin or late.write.node) is write.origin:
                        yield late

    def _is_ours(self, node: cst.CSTNode) -> bool:
        """Whether a node stands in the program itself, not in a module that it imports."""
        return self._usage.tree.scopes[node].outermost is self._usage.tree.module

    def _concerns(self, write: Write) -> bool:
        """Whether what is written would have been taken, and nothing had, or may have, set it before."""
        names = self._credential if write.loads else write.names & self._reads
        if not write.overrides:
            names -= self._certain  # `os.environ["X"]` succeeded, so X stays as it was
        if not names or write.node is self.site:
            return False
        if self._usage.writes.read_for(write) is not None or self._meets_doubles(write) or self._is_set_beside(write):
            return False
        others = self._usage.writes.differing_from(write)
        return not self._usage.preparation.may_have_set(names, self.site, self.built, others)

    def _meets_doubles(self, write: Write) -> bool:
        units = {self._usage.tree.unit(write.node), self._usage.tree.unit(write.origin or write.node)}
        return any(map(self._usage.doubles.replace, units))

    def _is_own(self, write: Write) -> bool:
        """Whether the value written is taken from the client itself, or is the variable."""
        return isinstance(write.node, cst.Assign) and any(self._is_place(node) for node in walk(write.node.value))

    # Within one unit.

    def _followed(self, write: Write, graph: Graph, starts: Sequence[Block], entered: tuple[CodeUnit, ...]) -> LateWrite | None:
        """The write, if a path runs through it to a use, without another construction."""
        writing = set(graph.blocks_of(write.node))
        using = self._using_within(write, graph)
        rebuilding = self._rebuilding(graph)
        over = self._over(write, graph)

        def successors(block: Block, late: bool) -> Iterator[tuple[Block, bool]]:
            if block not in rebuilding:
                after = (late or block in writing) and block not in over
                stops = self._usage.flow.stops(block)
                yield from ((edge.target, after) for edge in block.edges if not stops or edge.kind is Kind.RAISE)

        ends = set(using)
        if (
            write.body is None
            and not self._restoring(write, graph)
            and not entered
            and self._is_kept()
            and self._used_elsewhere()
        ):
            ends.add(graph.returned)
        try:
            path = search(((start, False) for start in starts), successors, lambda block, late: late and block in ends)
        except TooManyStates:
            return None
        return LateWrite(write, using.get(path[-1])) if path is not None else None

    def _using_within(self, write: Write, graph: Graph) -> dict[Block, cst.CSTNode]:
        """The blocks that use the client while it is so as it was written, and for nobody else."""
        if write.body is not None and write.origin is not None and write.origin is not write.node:
            return {}  # the body of the `with` has ended when the call comes back
        found: dict[Block, cst.CSTNode] = {}
        readers = self._readers(write)
        for block, node in self._using(graph).items():
            around = list(self._usage.tree.ancestors(node))
            first = [call for call in readers if call is not node and call not in around and block in graph.blocks_of(call)]
            if not first and (write.body is None or write.body in around):
                found[block] = node
        return found

    def _over(self, write: Write, graph: Graph) -> set[Block]:
        """The blocks behind which a write is no longer missed: it is taken back, meant for another, or told to the client."""
        ends = (node for node in (*self._readers(write), *self._setting(write)) if self._usage.tree.unit(node) is graph.unit)
        return self._restoring(write, graph) | {block for node in ends for block in graph.blocks_of(node)}

    def _readers(self, write: Write) -> set[cst.CSTNode]:
        """What else reads what is written: another client, it seems, is meant; a file that is loaded is for all of them."""
        return self._usage.readers.of(write.names, self._construction.call) - {self.site} if not write.loads else set()

    def _restoring(self, write: Write, graph: Graph) -> set[Block]:
        """The blocks that put back what the environment had held before the write."""
        found: set[Block] = set()
        for other in self._usage.writes.within(graph.unit) if not write.loads else ():
            read = self._usage.writes.read_for(other) if other.names == write.names else None
            if read is not None and not any(
                reaches(start, goal) for start in graph.blocks_of(write.node) for goal in graph.blocks_of(read)
            ):
                found.update(graph.blocks_of(other.node))
        return found

    def _lasts(self, write: Write) -> bool:
        """Whether the function in which it is written comes back, and does not itself build the client again."""
        function = self._usage.tree.unit(write.origin) if write.origin is not None else None
        graph = self._usage.resolver.graph(function) if isinstance(function, cst.FunctionDef) else None
        if graph is None or write.origin is None:
            return True
        barred = self._rebuilding(graph) | self._over(write, graph)

        def ends(edge: Edge) -> bool:
            return edge.source in barred or (edge.kind is not Kind.RAISE and self._usage.flow.stops(edge.source))

        return any(reaches(block, graph.returned, without=ends) for block in graph.blocks_of(write.origin))

    def _is_kept(self) -> bool:
        """Whether the client outlives its unit: a global, or an attribute of `self`."""
        return self._unit is None or "." in self.place or self._lives_on()

    def _lives_on(self) -> bool:
        """Whether it is kept as long as its module: in a name of the module or of a class in it, or as a default."""
        is_of_class = self._usage.tree.scopes[self._target].kind == "class"
        return self._default is not None or is_of_class or self._is_global()

    def _is_global(self) -> bool:
        if not isinstance(self._target, cst.Name):
            return False
        home = self._usage.tree.scopes[self._target].lookup(self._target.value)
        return home is not None and home.kind == "module"

    def _used_elsewhere(self) -> bool:
        """Whether another function uses the client, that nothing in this file is known to have called before the write."""
        if self._rebuilt_elsewhere():
            return False
        for node in self._uses_by_the_program():
            unit = self._usage.tree.unit(node)
            if unit is not self._unit and isinstance(unit, cst.FunctionDef):
                if isinstance(self._unit, cst.FunctionDef) or not self._calls_at_module_level(unit):
                    return True
        return False

    def _uses_by_the_program(self) -> Iterator[cst.CSTNode]:
        """Where the program itself uses the client; one of another module also by running a function of it that does, or
        having it run that is registered there.
        """
        for node in self._loads():
            if self._is_ours(node) and self._default is None:
                yield node
            elif isinstance(unit := self._usage.tree.unit(node), cst.FunctionDef):
                yield from (run for run in self._runs_of(unit) if self._is_ours(run))
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

    def _rebuilt_elsewhere(self) -> bool:
        return any(self._usage.tree.unit(node) is not self._unit and not self._is_empty(node) for node in self._stores())

    def _is_empty(self, target: cst.CSTNode) -> bool:
        """`client = None`."""
        parent = self._usage.tree.parents[target]
        assign = self._usage.tree.parents.get(parent) if isinstance(parent, cst.AssignTarget) else parent
        return (
            isinstance(assign, (cst.Assign, cst.AnnAssign))
            and isinstance(assign.value, cst.Name)
            and assign.value.value == "None"
        )

    # Through calls.

    def _runs_later(self, write: Write, function: cst.FunctionDef) -> bool:
        """Whether a write in another function, which nothing in the program calls, can only run after the construction, before a
        use.
        """
        usage = self._usage
        if self._rebuilt_elsewhere() or self._serves_another(write.node, function):
            return False
        calls = usage.resolver.calls_leading_to(function)
        if any(usage.tree.unit(call) is self._unit for call in calls):
            return False  # then it is known what is called when
        if self.place.startswith("self."):
            # It exists before any other method of its own class runs; one of the class itself before any function.
            if not self._is_built_first():
                return False
            if usage.resolver.definitions.class_of(function) is not self._owner():
                return self._unit is None and self._is_used_behind(write, function)
            if any(usage.resolver.definitions.class_of(call) is not self._owner() for call in calls):
                return False  # the object that is called is looked at for itself
        elif self._unit is not None:
            return False  # a module-level client exists before any function runs
        used_elsewhere = any(usage.tree.unit(node) not in (function, self._unit) for node in self._uses_by_the_program())
        return (used_elsewhere and not self._is_temporary(write)) or self._is_used_behind(write, function)

    def _serves_another(self, write: cst.CSTNode, function: cst.FunctionDef) -> bool:
        """Whether a client is built behind the write in the write's own function: that one, it seems, is meant."""
        graph = self._usage.resolver.graph(function)
        if graph is None:
            return True
        sites: set[Block] = {
            block
            for call in self._usage.tree.calls_in(function)
            if self._usage.clients.construction_through(call) is not None
            for block in graph.blocks_of(call)
        }
        return any(reaches(start, site) for start in graph.blocks_of(write) for site in sites)

    def _is_built_first(self) -> bool:
        """Whether an attribute is bound in the class body or in `__init__`."""
        in_class_body = self._usage.tree.scopes[self._target].kind == "class"
        return in_class_body or _is_initializer(self._unit)

    def _owner(self) -> cst.ClassDef | None:
        return self._usage.resolver.definitions.class_of(self._target)

    def _is_temporary(self, write: Write) -> bool:
        """Whether the function that writes takes it back itself, or is a test, for which that is done."""
        unit = self._usage.tree.unit(write.node)
        if isinstance(unit, cst.FunctionDef) and unit.name.value.startswith("test"):
            return True
        graph = self._usage.graph_of(write.node)
        return write.body is not None or (graph is not None and bool(self._restoring(write, graph)))

    def _is_used_behind(self, write: Write, function: cst.FunctionDef) -> bool:
        """Whether a path runs from the write to a use of the client in the write's own function."""
        graph = self._usage.resolver.graph(function)
        if graph is None:
            return False
        using, barred = self._using_within(write, graph), self._rebuilding(graph) | self._over(write, graph)
        starts = [edge.target for block in graph.blocks_of(write.node) for edge in block.edges]
        return any(reaches(start, use, without=lambda edge: edge.source in barred) for start in starts for use in using)

    # Where the client is mentioned.

    def _is_place(self, node: cst.CSTNode) -> bool:
        if node is self._target or not isinstance(node, (cst.Name, cst.Attribute)):
            return False
        if self.place.startswith("self."):
            return self._is_member(node)
        if self._usage.tree.scopes[node].outermost is not self._home:
            return self._is_imported(node)
        return place(node) == self.place and self._same_scope(node)

    def _is_member(self, node: cst.Name | cst.Attribute) -> bool:
        """Whether it is the attribute, of the class or of an object of it."""
        owner = self._owner()
        if not isinstance(node, cst.Attribute) or f"self.{node.attr.value}" != self.place or owner is None:
            return False
        name = self._usage.resolver.definitions.name(owner)
        return any(found.removesuffix("()") == name for found in self._usage.resolver.names(node.value))

    def _is_imported(self, node: cst.Name | cst.Attribute) -> bool:
        """Whether a name or attribute in another module stands for what is kept in a module's own name."""
        if not isinstance(self._target, cst.Name) or not self._is_global():
            return False
        bindings = self._usage.resolver.bindings_behind(node)
        return any(binding.node is self._target for binding in bindings)

    def _same_scope(self, node: cst.CSTNode) -> bool:
        if not isinstance(node, cst.Name) or not isinstance(self._target, cst.Name):
            return "." in self.place
        scopes = self._usage.tree.scopes
        return scopes[node].lookup(node.value) is scopes[self._target].lookup(self._target.value)

    @cached_property
    def _mentions(self) -> list[cst.Name | cst.Attribute]:
        nodes = self._usage.tree.nodes
        candidates = (*nodes.get(cst.Name, ()), *nodes.get(cst.Attribute, ()))
        return [node for node in candidates if isinstance(node, (cst.Name, cst.Attribute)) and self._is_place(node)]

    def _is_store(self, node: cst.CSTNode) -> bool:
        parent = self._usage.tree.parents.get(node)
        return isinstance(parent, (cst.AssignTarget, cst.AsName, cst.Del, cst.Param, cst.NameItem, cst.ImportAlias)) or (
            isinstance(parent, (cst.AnnAssign, cst.NamedExpr)) and parent.target is node
        )

    def _loads(self) -> Iterator[cst.CSTNode]:
        for node in self._mentions:
            if not self._is_store(node):
                yield node

    def _stores(self) -> Iterator[cst.CSTNode]:
        for node in self._mentions:
            if self._is_store(node):
                yield node

    def _using(self, graph: Graph) -> dict[Block, cst.CSTNode]:
        """The blocks of a graph that use the client, with what does it: by name, through what was made of it, or by a function
        that uses it.
        """
        usage = self._usage
        found: dict[Block, cst.CSTNode] = {}
        for load in self._loads():
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
        rebuilding = self._rebuilding(graph)
        uses: list[cst.CSTNode] = [node for node in self._mentions_inside if not self._is_store(node)]
        for unit in {unit for use in uses if isinstance(unit := self._usage.tree.unit(use), cst.FunctionDef)}:
            uses += self._usage.resolver.calls_leading_to(unit)
        using = (block for use in uses if self._usage.tree.unit(use) is method for block in graph.blocks_of(use))
        return any(reaches(graph.entry, block, without=lambda edge: edge.source in rebuilding) for block in using)

    def _is_no_use(self, node: cst.CSTNode) -> bool:
        """Whether the client is spoken of, and not asked: its settings are changed, it is copied with another key, or closed."""
        parent = self._usage.tree.parents.get(node)
        closes = isinstance(parent, cst.Attribute) and parent.attr.value == "close"
        return closes or self._set_by(node) is not None or self._gets_key(node) or self._is_rebuilt_by(node)

    def _set_by(self, node: cst.CSTNode) -> frozenset[str] | None:
        """The variables in whose place something is set: `client.api_key = ...`, which works at any time."""
        parent = self._usage.tree.parents.get(node)
        return SETTINGS.get(parent.attr.value) if isinstance(parent, cst.Attribute) and self._is_store(parent) else None

    def _setting(self, write: Write) -> list[cst.CSTNode]:
        """Where the client is set to what is written, too."""
        names = self._credential if write.loads else write.names & self._reads
        return [node for node in self._loads() if names <= (self._set_by(node) or frozenset())]

    def _is_set_beside(self, write: Write) -> bool:
        """Whether the client is set to it in the same row of statements."""
        suite = self._suite_of(write.origin or write.node)
        return any(self._suite_of(node) is suite for node in self._setting(write))

    def _suite_of(self, node: cst.CSTNode) -> cst.CSTNode | None:
        suites = (each for each in self._usage.tree.ancestors(node) if isinstance(each, (cst.BaseSuite, cst.Module)))
        return next(suites, None)

    def _gets_key(self, node: cst.CSTNode) -> bool:
        """`client.with_options(api_key=...)`, which uses the client for all but its key."""
        method = self._usage.tree.parents.get(node)
        call = self._usage.tree.parents.get(method) if isinstance(method, cst.Attribute) else None
        if isinstance(method, cst.Attribute) and isinstance(call, cst.Call) and method.attr.value in ("with_options", "copy"):
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

    def _rebuilding(self, graph: Graph) -> set[Block]:
        """The blocks of a graph behind which the place holds another client, or the client another key."""
        found = self._known_rebuilding.get(graph)
        if found is None:
            found = self._known_rebuilding[graph] = set(self._find_rebuilding(graph))
        return found

    def _find_rebuilding(self, graph: Graph) -> Iterator[Block]:
        tree = self._usage.tree
        if self._unit is graph.unit:
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
        kept = {place(target) for target in _kept_in(self.built, self._usage)}
        attributes = (node for node in self._usage.tree.nodes.get(cst.Attribute, ()) if isinstance(node, cst.Attribute))
        return [node for node in attributes if owner is not None and place(node) in kept and definitions.class_of(node) is owner]


def lifetimes(node: cst.CSTNode, usage: Usage) -> Iterator[Lifetime]:
    """What a call or import statement of the program takes from the environment, where it is kept."""
    if isinstance(node, cst.Call):
        yield from _of_call(node, usage)
        for function in usage.resolver.called_functions(node):
            # `connect()`, where the function keeps the client in a global name.
            for kept in (found for call in usage.tree.calls_in(function) for found in _of_call(call, usage)):
                runs = may_run(kept.site, [(node, function)], usage.resolver, usage.flow)
                if runs and kept._is_global() and kept.kept == "client":
                    yield Lifetime(usage, kept._construction, node, kept._target, kept.place)
    elif _is_run(node, usage):
        for module in usage.writes.modules_run_by(node):
            for kept in (found for call in usage.tree.calls_in(module) for found in _of_call(call, usage)):
                if kept._lives_on() and kept.kept == "client":
                    yield Lifetime(usage, kept._construction, node, kept._target, kept.place)


def _is_initializer(unit: CodeUnit | None) -> bool:
    return isinstance(unit, cst.FunctionDef) and unit.name.value == "__init__"


def _innermost(found: Iterable[LateWrite], usage: Usage) -> list[LateWrite]:
    """Each write once, if it runs by several calls: where one of these stands in a function that uses the client behind it."""
    by_origin: dict[cst.CSTNode, list[LateWrite]] = {}
    for late in found:
        by_origin.setdefault(late.write.origin or late.write.node, []).append(late)
    chosen: list[LateWrite] = []
    for several in by_origin.values():
        inside = [late for late in several if isinstance(usage.tree.unit(late.write.node), cst.FunctionDef)]
        chosen += inside or several
    return chosen


def _is_run(statement: cst.CSTNode, usage: Usage) -> bool:
    """Whether control gets to a statement: not to what only a type checker reads."""
    graph = usage.graph_of(statement)
    return graph is not None and any(reaches(graph.entry, block) for block in graph.blocks_of(statement))


def _of_call(call: cst.Call, usage: Usage) -> Iterator[Lifetime]:
    found = usage.clients.constructions_through(call)
    construction = next((each for each in found if may_run(each.call, each.through, usage.resolver, usage.flow)), None)
    if construction is None:
        return
    for target in _kept_in(construction.site, usage):
        name = place(target)
        if name is not None:
            is_attribute = isinstance(target, cst.Name) and usage.tree.scopes[target].kind == "class"
            yield Lifetime(usage, construction, construction.site, target, f"self.{name}" if is_attribute else name)
            break
    keeper = usage.clients.keeping_function(call)
    if keeper is not None and not _is_emptied(keeper, usage):
        yield Lifetime(usage, construction, call, keeper.name, keeper.name.value)
    variable = usage.environment.key_variable(construction, usage.generation)
    if variable is not None and isinstance(variable.target, cst.Name):
        yield Lifetime(usage, construction, variable.node, variable.target, variable.target.value, variable=variable)


def _is_emptied(keeper: cst.FunctionDef, usage: Usage) -> bool:
    """Whether a function that keeps what it returned is made to forget it: `client.cache_clear()`."""
    name = usage.resolver.definitions.name(keeper)
    attributes = (node for node in usage.tree.nodes.get(cst.Attribute, ()) if isinstance(node, cst.Attribute))
    return any(node.attr.value in ("cache_clear", "clear") and name in usage.resolver.names(node.value) for node in attributes)


def _kept_in(site: cst.CSTNode, usage: Usage) -> list[cst.BaseExpression]:
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
