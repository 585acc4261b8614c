"""How long a client lives with what it read from the environment when it was built, and what is written there too late for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Literal, NamedTuple

from oaklint.python import cst
from oaklint.python.definitions import UNKNOWN
from oaklint.python.flow import Block, Edge, Graph, Kind, TooManyStates, all_reached, leading_to, reached, reaches, search
from oaklint.python.places import place
from oaklint.python.scopes import CodeUnit
from oaklint.python.tree import evaluated, walk
from oaklint.usage.constructions import Construction
from oaklint.usage.environment.echoes import Echoes
from oaklint.usage.environment.kept import Kept
from oaklint.usage.environment.reads import EnvironmentValue
from oaklint.usage.environment.uses import Uses
from oaklint.usage.environment.writes import Write

if TYPE_CHECKING:
    from oaklint.usage.usage import Usage


_MAX_DEPTH = 4
# They run a page of Streamlit from the top.
_RERUNS = {"streamlit.rerun", "streamlit.experimental_rerun"}


class LateWrite(NamedTuple):
    """A write to the environment that comes too late.

    write: its node is where it happens. use: where the client is used all the same.
    """

    write: Write
    use: cst.CSTNode


class Lifetime:
    """What was taken from the environment when something was built, and is kept ever since.

    steps: as in `Kept`. construction: the client's, if it is known.
    kind: "client" for a client built there, "key" for a variable that a client is given later.
    kept: the name or attribute.
    """

    def __init__(
        self,
        usage: Usage,
        construction: Construction | None,
        steps: Sequence[cst.CSTNode],
        target: cst.BaseExpression,
        name: str,
        *,
        variable: EnvironmentValue | None = None,
    ) -> None:
        self._usage = usage
        self._construction = construction
        self.kind: Literal["client", "key"] = "client" if variable is None else "key"
        self.kept = Kept(usage, steps, target, name)
        self._uses = Uses(usage, self.kept)
        self._echoes = Echoes(usage, construction, self.kept)
        self._known_reruns: dict[Graph, dict[Block, cst.CSTNode]] = {}
        if variable is None:
            assert construction is not None
            self._reads = usage.environment.reads(construction, usage.generation)
            self._credential = usage.environment.credential_reads(construction, usage.generation)
            self._certain = usage.environment.certain_reads(construction)
        else:
            self._reads = self._credential = frozenset({variable.name})
            self._certain = self._reads if variable.certain else frozenset()

    def as_run_by(self, *nodes: cst.CSTNode) -> Lifetime:
        """The same, where calls or imports make it run, one within the other."""
        steps = (*nodes, *self.kept.steps)
        return Lifetime(self._usage, self._construction, steps, self.kept.target, self.kept.place)

    def late_writes(self) -> Iterator[LateWrite]:
        """The writes of the program itself that come too late, and of which nothing has been told yet."""
        told = self._usage.beginnings.told
        for late in self._find_late_writes():
            if late.write.node not in told:
                told.add(late.write.node)
                yield late

    def _find_late_writes(self) -> Iterator[LateWrite]:
        graph = self._usage.resolver.graph(self.kept.unit)
        if not self._reads or graph is None:
            return
        starts = [edge.target for block in graph.blocks_of(self.kept.site) for edge in block.edges if edge.kind is not Kind.RAISE]
        starts += [graph.entry] if isinstance(self.kept.site, cst.Param) else self._refused(graph)
        reported: set[cst.CSTNode] = set()
        for late in _innermost(self._late_in(graph, starts), self._usage) if not self._begins_unseen() else ():
            reported |= {late.write.node, late.write.origin or late.write.node}
            yield self._told_of_where_it_is_written(late)
        for write, function in self._usage.writes.for_functions:
            is_known = write.node in reported or write.node in self._usage.beginnings.told
            if function is not self.kept.unit and self._usage.tree.is_own(function) and not is_known and self._is_for(write):
                if (use := self._used_later(write, function)) is not None and self._concerns(write, function):
                    reported.add(write.node)
                    yield LateWrite(write, use)

    def _refused(self, graph: Graph) -> Iterator[Block]:
        """Where the refusal of its key is met, if the client makes a request in the very expression that builds it: no
        constructor raises an AuthenticationError.
        """
        asking = [each for each in self._usage.tree.expression_around(self.kept.site) if isinstance(each, cst.Call)]
        errors = self._usage.auth_errors
        for clause, catches in errors.catches.items() if asking else ():
            if isinstance(clause, cst.ExceptHandler) and clause.type is not None and errors.names_it_alone(clause.type):
                if any(catch.call in asking for catch in catches):
                    yield from graph.blocks_of(clause)

    def _told_of_where_it_is_written(self, late: LateWrite) -> LateWrite:
        """The same, of the statement that writes, instead of the one call that makes it run."""
        origin = late.write.origin
        function = self._usage.tree.unit(origin) if origin is not None else None
        if origin is None or not self._usage.tree.is_own(origin):
            return late
        is_run_once = isinstance(function, cst.FunctionDef) and len(self._usage.handlers.runs(function)) == 1
        return late._replace(write=late.write._replace(node=origin)) if is_run_once else late

    def _begins_unseen(self) -> bool:
        """Whether it is not seen what comes behind it in its own unit: a fixture's client is for others, and in a circle of
        imports the module may have been there, or half there, before this one began.
        """
        is_import = self._usage.resolver.imported_modules(self.kept.site)
        in_circle = bool(is_import) and self.kept.unit is None and self._usage.writes.imports_back(self.kept.site)
        return in_circle or self.kept.is_of_fixture()

    def _late_in(self, graph: Graph, starts: Sequence[Block], entered: tuple[CodeUnit, ...] = ()) -> Iterator[LateWrite]:
        """The late writes of a unit in which the client exists from those blocks on.

        entered: the functions through whose calls control has come here.
        """
        uses = {*self._uses.within(graph), *self._reruns_in(graph)}
        # All writes have them in common, but for whether the client may be used when the unit is left.
        known: dict[bool, tuple[set[Block], set[Block]]] = {}
        for write in self._usage.writes.within(graph.unit):
            if graph.unit is None and write.origin is None and write.node in self._usage.beginnings.told:
                continue  # what functions write may be told of in another place, too
            used = self._used_when_left(graph, write)
            is_left = used is not None
            if is_left not in known:
                known[is_left] = self._ways(graph, starts, uses | {graph.returned} if is_left else uses)
            between, met = known[is_left]
            # What a call runs may use the client itself.
            ways = between if isinstance(write.node, cst.Call) else met
            if not ways.isdisjoint(graph.blocks_of(write.node)) and self._concerns(write, graph.unit):
                inside = list(self._late_inside(write, entered))
                yield from inside
                if not inside and self._lasts(write) and (late := self._followed(write, graph, met, None if entered else used)):
                    yield late

    def _ways(self, graph: Graph, starts: Sequence[Block], ends: set[Block]) -> tuple[set[Block], set[Block]]:
        """The blocks to which control comes from some before the client is built again, and that lead to others; and those of
        them that do so before that, too, as far as is known of what is called.
        """
        rebuilding = self.kept.rebuilding(graph)
        between = graph.between(starts, ends, rebuilding)

        def bars(edge: Edge) -> bool:
            is_outside = edge.source not in between or edge.target not in between
            return is_outside or edge.source in rebuilding or self._bars(edge)

        met = all_reached(between.intersection(starts), without=bars) & leading_to(between.intersection(ends), without=bars)
        return between, met

    def _used_when_left(self, graph: Graph, write: Write) -> cst.CSTNode | None:
        """Where the client may be used when the unit that writes has come back."""
        if not self.kept.outlives_its_unit():
            return None
        # An attribute may be another object's there.
        is_one = self.kept.is_built_once and (self.kept.is_of_keeping_function() or self.kept.is_global())
        return self._uses.elsewhere or (self._used_by_callers(graph.unit, write) if is_one else None)

    def _used_by_callers(self, unit: CodeUnit | None, write: Write) -> cst.CSTNode | None:
        """Where the client that a function leaves behind is used behind a call of that, whatever it comes back with, without
        another construction.
        """
        for call in self._usage.resolver.calls.of(unit) if isinstance(unit, cst.FunctionDef) else ():
            graph, parent = self._usage.graph_of(call), self._usage.tree.parents[call]
            is_statement = isinstance(self._usage.tree.parents[parent] if isinstance(parent, cst.Await) else parent, cst.Expr)
            if graph is not None and graph.unit is not unit and is_statement:
                behind = (edge.target for block in graph.blocks_of(call) for edge in block.edges if edge.kind is not Kind.RAISE)
                used = self._nearest_use(behind, self._uses.within(graph), self._behind_its_end(write, graph))
                if used is not None:
                    return used
        return None

    def _nearest_use(
        self, starts: Iterable[Block], using: Mapping[Block, cst.CSTNode], without: Callable[[Edge], bool]
    ) -> cst.CSTNode | None:
        """The nearest use to which a path runs, over edges that `without` does not exclude."""
        block = reached(starts, using, without=without)
        return using[block] if block is not None else None

    def _late_inside(self, write: Write, entered: tuple[CodeUnit, ...]) -> Iterator[LateWrite]:
        """The late write within the functions that a call runs, if they use the client behind it, too: then that is where to tell
        of it.
        """
        if not isinstance(write.node, cst.Call) or len(entered) >= _MAX_DEPTH:
            return
        for function in self._usage.resolver.calls.functions(write.node):
            inner = self._usage.resolver.graph(function)
            if inner is not None and self._has_own_turn(function) and function not in entered:
                for late in self._late_in(inner, [inner.entry], (*entered, function)):
                    if (late.write.origin or late.write.node) is write.origin:
                        yield late

    def _has_own_turn(self, function: cst.FunctionDef) -> bool:
        """Whether a function stands in the program itself, or in a file that will be told of it: one that has the client."""
        if self._usage.tree.is_own(function):
            return True
        here, home = (self._usage.tree.scopes[node].outermost for node in (function, self.kept.target))
        importing = self._usage.writes.importing.get(here.node, ()) if isinstance(here.node, cst.Module) else ()
        return here is home or any(home.node in self._usage.writes.modules_run_by(each) for each in importing)

    def _is_for(self, write: Write) -> bool:
        """Whether the client reads what is written, or may do so."""
        return bool(self._credential if write.loads else write.names & self._reads)

    def _concerns(self, write: Write, unit: CodeUnit | None) -> bool:
        """Whether what is written in, or for, a unit would have been taken, and nothing had, or may have, set it before."""
        names = self._credential if write.loads else (write.names & self._reads) - self._echoes.in_write(write)
        if not write.overrides:
            # `os.environ["X"]` succeeded, so X stays as it was; a file is loaded for the key.
            certain = self._certain | self._usage.presence.sure_at(self.kept.steps, names)
            names = frozenset() if write.loads and certain & self._credential else names - certain
        if not names or write.node is self.kept.site:
            return False
        if self._usage.writes.read_for(write) is not None or self._meets_doubles(write, unit) or self._is_set_beside(write):
            return False
        others = self._usage.writes.differing_from(write)
        if write.loads and write.overrides and self._follows_a_refusal(write):
            others = others.union(self._usage.writes.loading)  # it is loaded again for what stands there now
        return not self._usage.preparation.may_have_set(names, self.kept.steps, others)

    def _follows_a_refusal(self, write: Write) -> bool:
        """Whether it is written because the key of this very client was refused: in a clause for the AuthenticationError."""
        errors, handlers = self._usage.auth_errors, self._usage.tree.handlers_around(write.origin or write.node)
        named = (each for each in handlers if each.type is not None and errors.names_it(each.type))
        return any(self._is_asked_by(catch.call) for each in named for catch in errors.catches.get(each, ()))

    def _is_asked_by(self, call: cst.CSTNode) -> bool:
        """Whether a call asks the client, itself or by the function that it runs."""
        graph = self._usage.graph_of(call)
        return graph is not None and not {*self._uses.within(graph).values()}.isdisjoint(walk(call))

    def _meets_doubles(self, write: Write, unit: CodeUnit | None) -> bool:
        units = {unit, self._usage.tree.unit(write.origin or write.node)}
        return any(map(self._usage.doubles.replace, units))

    def _followed(self, write: Write, graph: Graph, met: set[Block], used: cst.CSTNode | None) -> LateWrite | None:
        """The write, if a path runs from it to a use, without another construction.

        met: the blocks to which control comes. used: the use to which the end of the unit leads.
        """
        ends = self._reruns_in(graph)
        if used is not None and write.body is None and not self._usage.writes.restoring(write, graph):
            ends = {**ends, graph.returned: used}
        is_over = self._behind_its_end(write, graph)

        def successors(block: Block, late: bool) -> Iterator[tuple[Block, bool]]:
            return ((edge.target, True) for edge in block.edges if not is_over(edge) and not self._bars(edge))

        def is_end(block: Block, late: bool) -> bool:
            return late and (block in ends or self._used_at(block, write, graph) is not None)

        try:
            path = search(((block, False) for block in graph.blocks_of(write.node) if block in met), successors, is_end)
        except TooManyStates:
            return None
        if path is None:
            return None
        using = self._used_at(path[-1], write, graph)
        return LateWrite(write, using or ends[path[-1]])

    def _bars(self, edge: Edge) -> bool:
        """Whether control never takes an edge: what is called does not come back, or a `with` lets out what ends the program."""
        lets_out = edge.kind is Kind.CATCH and self._usage.flow.lets_out(edge.source)
        return lets_out or self._stops(edge)

    def _reruns_in(self, graph: Graph) -> dict[Block, cst.CSTNode]:
        """Where a page of Streamlit is run again, and the client is still there, with where it is used then."""
        if graph not in self._known_reruns:
            self._known_reruns[graph] = self._find_reruns(graph)
        return self._known_reruns[graph]

    def _find_reruns(self, graph: Graph) -> dict[Block, cst.CSTNode]:
        uses = [*self._uses.within(graph).values()] if self.kept.survives_a_rerun() else []
        if not uses:
            return {}
        calls = self._usage.tree.calls_in(graph.unit)
        again = (call for call in calls if not _RERUNS.isdisjoint(self._usage.resolver.names(call.func)))
        return {block: uses[0] for call in again for block in graph.blocks_of(call)}

    def _using_within(self, write: Write, graph: Graph) -> dict[Block, cst.CSTNode]:
        """The blocks that use the client while it is so as it was written, and for nobody else."""
        found = ((block, self._used_at(block, write, graph)) for block in self._uses.within(graph))
        return {block: node for block, node in found if node is not None}

    def _used_at(self, block: Block, write: Write, graph: Graph) -> cst.CSTNode | None:
        """What uses the client in such a block."""
        node = self._uses.within(graph).get(block)
        if node is None or (write.body is not None and not self._is_entered_at(write)):
            return None  # the body of a `with` has ended when the call comes back
        around = list(self._usage.tree.ancestors(node))
        others = (call for call in self._usage.readers.within(graph, write.names).get(block, ()) if call is not node)
        if any(call not in around and self._is_read_by(call, write) for call in others):
            return None
        return node if write.body is None or write.body in around else None

    def _behind_its_end(self, write: Write, graph: Graph) -> Callable[[Edge], bool]:
        """Whether an edge comes from where another client is built, or where a write is no longer missed: it is taken back, meant
        for another, or told to the client.
        """
        tree, rebuilding, restoring = self._usage.tree, self.kept.rebuilding(graph), self._usage.writes.restoring(write, graph)
        setting = {block for node in self._setting(write) if tree.unit(node) is graph.unit for block in graph.blocks_of(node)}
        reading = self._usage.readers.within(graph, write.names)

        def is_behind(edge: Edge) -> bool:
            block = edge.source
            return (
                block in rebuilding
                or block in restoring
                or block in setting
                or any(self._is_read_by(call, write) for call in reading.get(block, ()) if tree.unit(call) is graph.unit)
            )

        return is_behind

    def _is_read_by(self, call: cst.CSTNode, write: Write) -> bool:
        """Whether a call is another one that reads what is written: another client, it seems, is meant; a file that is loaded is
        for all of them.
        """
        if write.loads or call in self.kept.steps:
            return False
        # What a function or class has built for this one, it builds anew for others.
        builds_anew = len(self.kept.steps) > 1 and not self.kept.is_built_once
        own = self._construction.call if self._construction is not None and not builds_anew else None
        if not self._usage.readers.read(call, write.names, own):
            return False
        # What the written value comes from has read before.
        return write.origin not in (None, write.node) or write.node not in self._usage.tree.ancestors(call)

    def _lasts(self, write: Write) -> bool:
        """Whether the function in which it is written comes back, and does not itself build the client again."""
        if write.body is not None and self._is_entered_at(write):
            return True
        function = self._usage.tree.unit(write.origin) if write.origin is not None else None
        graph = self._usage.resolver.graph(function) if isinstance(function, cst.FunctionDef) else None
        return graph is None or write.origin is None or self._is_left_by(write, graph, graph.blocks_of(write.origin))

    def _is_entered_at(self, write: Write) -> bool:
        """Whether it holds for the body of the `with` that it stands at the head of."""
        return any(around is write.body for around in self._usage.tree.ancestors(write.node))

    def _is_left_by(self, write: Write, graph: Graph, blocks: Iterable[Block]) -> bool:
        """Whether a function comes back with what it has written in some blocks, and has not built the client again; or does not
        come back, and others run meanwhile.
        """
        is_over = self._behind_its_end(write, graph)

        def ends(edge: Edge) -> bool:
            return is_over(edge) or self._stops(edge)

        comes_back = reaches(blocks, [graph.returned], without=self._stops)
        return not comes_back or reaches(blocks, [graph.returned], without=ends)

    def _stops(self, edge: Edge) -> bool:
        return edge.kind is not Kind.RAISE and self._usage.flow.stops(edge.source)

    def _used_later(self, write: Write, function: cst.FunctionDef) -> cst.CSTNode | None:
        """The use before which a write in another function, which nothing in the program calls, can run, after the construction
        in any case.
        """
        usage = self._usage
        if self.kept.is_rebuilt_elsewhere and not (self._is_rebuilt_alike() and self._is_used_at_once(write, function)):
            return None
        calls = usage.resolver.calls.leading_to(function)
        called = [call for call in calls if usage.tree.unit(call) is self.kept.unit]
        # Then it is known what is called when, but for what a decorator does around it.
        if called and not (write in usage.writes.patched_for(function) and any(map(self._is_behind, called))):
            return None
        if self._serves_another(write, function):
            return None
        if called:
            return self._used_behind(write, function)
        if self.kept.place.startswith("self."):
            # It exists before any other method of its own class runs; one of the class itself before any function.
            if not self.kept.is_built_first():
                return None
            if not self.kept.is_of_family(function):
                if self.kept.unit is not None:
                    return None
                return self._used_behind(write, function) or self._uses.by_registered()
            if not all(map(self.kept.is_of_family, calls)):
                # The object that is called is looked at for itself, but for what happens within the method.
                return self._used_behind(write, function)
        elif self.kept.unit is not None and not self.kept.is_built_for_tests():
            return None  # a module-level client exists before any function runs
        tests = usage.uses_by_tests
        if self.kept.is_built_for_tests():
            names = self._credential if write.loads else write.names & self._reads
            if tests.is_for_requests(function) and not tests.is_prepared(function, names, self.kept):
                return self._used_behind(write, function)
            is_left = usage.resolver.fixtures.is_for_each(function) and self._is_left_to_tests(write, function)
            return tests.use_behind_each(function, names, self.kept, self._uses) if is_left else None
        used = self._used_behind(write, function)
        graph = usage.resolver.graph(function)
        if used is not None or graph is None or not self._is_left_by(write, graph, _blocks_of(write, graph)):
            return used
        if usage.resolver.fixtures.is_for_tests(function):
            return tests.use_behind(function, self._uses)
        if self._is_temporary(write, function):
            return None
        uses = self._uses.by_the_program
        return next((node for node in uses if usage.tree.unit(node) not in (function, self.kept.unit)), None)

    def _is_left_to_tests(self, write: Write, setup: cst.FunctionDef) -> bool:
        """Whether it is still so when a setup has come back, or where a fixture yields."""
        graph = self._usage.resolver.graph(setup)
        yields = self._usage.tree.nodes_in(setup, cst.Yield)
        if graph is None or (write.body is not None and not yields):
            return False
        within = (each for each in yields if write.body is None or write.body in self._usage.tree.ancestors(each))
        ends = [block for each in within for block in graph.blocks_of(each)] if yields else [graph.returned]
        return reaches(_blocks_of(write, graph), ends, without=self._behind_its_end(write, graph))

    def _is_behind(self, node: cst.CSTNode) -> bool:
        """Whether a path leads from the building of the client to another node of the same unit."""
        graph = self._usage.graph_of(node)
        return graph is not None and reaches(
            (edge.target for block in graph.blocks_of(self.kept.site) for edge in block.edges), graph.blocks_of(node)
        )

    def _is_rebuilt_alike(self) -> bool:
        """Whether all that is put in its place elsewhere are clients that read the same from the environment, once."""
        usage = self._usage
        built = [
            usage.constructions.through(value) if isinstance(value, cst.Call) else None for value in self.kept.replacements()
        ]
        return all(each is not None and self._reads <= usage.environment.reads(each, usage.generation) for each in built)

    def _serves_another(self, write: Write, function: cst.FunctionDef) -> bool:
        """Whether a client is built behind the write in the write's own function, or another program started: that one, it seems,
        is meant.
        """
        graph = self._usage.resolver.graph(function)
        if graph is None:
            return True
        sites: set[Block] = {
            block
            for call in self._usage.tree.calls_in(function)
            if self._is_read_by(call, write) or self._builds_another(call)
            for block in graph.blocks_of(call)
        }
        return reaches(_blocks_of(write, graph), sites)

    def _builds_another(self, call: cst.Call) -> bool:
        """Whether a call builds a client, or has an object build one that it then keeps, be it by a property; where it is a key
        that is kept, none that has it.
        """
        constructions = self._usage.constructions
        built = constructions.through(call)
        if built is not None:
            return self.kind == "client" or not self._has_key(built)
        kept = (each for _, each in constructions.kept_in_object(call))
        return any(each.call is not self.kept.built and not (self.kind == "key" and self._has_key(each)) for each in kept)

    def _has_key(self, construction: Construction) -> bool:
        """Whether a client gets the key that is kept."""
        variable = self._usage.environment.key_variable(construction, self._usage.generation)
        return variable is not None and variable.target is self.kept.target

    def _is_temporary(self, write: Write, function: cst.FunctionDef) -> bool:
        """Whether the function that writes takes it back itself, or is one for which that is done, as it is for tests."""
        if function.name.value.startswith("test") or write in self._usage.writes.patched_for(function):
            return True
        graph = self._usage.resolver.graph(function)
        return write.body is not None or (graph is not None and bool(self._usage.writes.restoring(write, graph)))

    def _used_behind(self, write: Write, function: cst.FunctionDef) -> cst.CSTNode | None:
        """The use of the client in the write's own function to which a path runs from the write."""
        graph = self._usage.resolver.graph(function)
        if graph is None:
            return None
        starts = [edge.target for block in _blocks_of(write, graph) for edge in block.edges]
        return self._nearest_use(starts, self._using_within(write, graph), self._behind_its_end(write, graph))

    def _is_used_at_once(self, write: Write, function: cst.FunctionDef) -> bool:
        """Whether it is used behind the write, with nothing in between that may build it again by what is not seen."""
        graph = self._usage.resolver.graph(function)
        if graph is None or function.decorators:
            return False
        using = {block for block, node in self._using_within(write, graph).items() if not self._may_rebuild_first(node)}
        is_over = self._behind_its_end(write, graph)
        calling = {
            block for block in graph.blocks if block not in using and block.node is not None and self._may_call(block.node)
        }
        starts = [edge.target for block in _blocks_of(write, graph) for edge in block.edges]
        return reaches(starts, using, without=lambda edge: edge.source in calling or is_over(edge))

    def _may_rebuild_first(self, use: cst.CSTNode) -> bool:
        """Whether a use may come to the client by what builds it again: a setter, or a decorator."""
        functions = self._usage.resolver.calls.functions(use) if isinstance(use, cst.Call) else ()
        return self._usage.tree.is_store(use) or any(function.decorators for function in functions)

    def _may_call(self, node: cst.CSTNode) -> bool:
        """Whether something of the program runs where a block does, or of the object: a method, a property, a manager."""
        own = ("self.", "cls.")
        for part in (node, *evaluated(node)):
            if isinstance(part, cst.WithItem) or (isinstance(part, cst.Attribute) and self._usage.tree.is_store(part)):
                return True
            if isinstance(part, cst.Call):
                called = place(part.func) or ""
                names = self._usage.resolver.names(part.func)
                if not called or called.startswith(own) or any(name.startswith(("@", UNKNOWN)) for name in names):
                    return True
        return False

    def _setting(self, write: Write) -> list[cst.CSTNode]:
        """Where the client is set to what is written, too, be it name by name."""
        names = self._credential if write.loads else write.names & self._reads
        setting = [node for node, told in self._told.items() if not names.isdisjoint(told)]
        return setting if names <= frozenset().union(*map(self._told.__getitem__, setting)) else []

    @cached_property
    def _told(self) -> dict[cst.CSTNode, frozenset[str]]:
        """Where the client is set to something that the environment holds, too, with the names that it has there."""
        return {node: told for node in (*self.kept.loads, *self.kept.handed_out) if (told := self.kept.set_by(node))}

    def _is_set_beside(self, write: Write) -> bool:
        """Whether the client is set to it in the same row of statements."""
        suite = self._suite_of(write.origin or write.node)
        return any(self._suite_of(node) is suite for node in self._setting(write))

    def _suite_of(self, node: cst.CSTNode) -> cst.CSTNode | None:
        suites = (each for each in self._usage.tree.ancestors(node) if isinstance(each, (cst.BaseSuite, cst.Module)))
        return next(suites, None)


def _blocks_of(write: Write, graph: Graph) -> list[Block]:
    """Where a write happens in a function, be it by a decorator, before all else."""
    return graph.blocks_of(write.node) or [graph.entry]


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
