"""What a program does once a clause has stopped the AuthenticationError of a request.

Two searches over the graph begin at the request: one where it has failed and the clause is entered, one where it has succeeded.
What only the first reaches is done because of the failure, and a condition on what the failure has left undone looks at it.
Where a function hands the failure on as an empty value, its callers are asked in turn.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from oaklint.python import cst
from oaklint.python.exceptions import SET, ExceptionFlow, Fact, State
from oaklint.python.flow import Block, Edge, Graph, Kind, TooManyStates
from oaklint.python.names import Resolver, is_builtin, place, places, words
from oaklint.python.scopes import CodeUnit
from oaklint.python.tree import Tree, evaluated
from oaklint.python.values import Values
from oaklint.usage.auth_errors import AuthErrors, Catch, Clause
from oaklint.usage.clients import Clients
from oaklint.usage.next_request import NextRequest

# A function whose name begins with, or holds, one of these words answers a question: whatever it returns is the answer.
_BEGINS_QUESTION = {"is", "has", "can", "are", "test", "tests"}
_ASKS = {
    *("check", "checks", "valid", "validate", "validates", "validation", "validator", "verify", "verifies", "probe", "ping"),
    *("health", "healthy", "healthcheck", "available", "availability", "works", "authenticated"),
}
# Calls that neither tell anybody nor change anything.
_IDLE = {"time.sleep", "asyncio.sleep", "anyio.sleep", "trio.sleep"}
_EMPTY = {f"builtins.{name}" for name in ("dict", "list", "set", "tuple", "str", "frozenset", "int", "float", "bytes")}
_MUTATORS = {"append", "add", "extend", "insert", "update", "setdefault", "put", "put_nowait", "write", "appendleft", "push"}
# Who loops over these asks with something else each time, not for something else.
_ANOTHER_DOOR = {"key", "keys", "apikey", "token", "credential", "credentials", "client", "account", "provider", "endpoint"}
_MAX_DEPTH = 3

Pair = tuple[Block, State]
NOTHING = Fact("constant", None)


class NextItem(NamedTuple):
    """A loop, or comprehension, that goes on to its next item after the failure. call: the one that fails for each of them."""

    loop: cst.CSTNode
    call: cst.Call


@dataclass(frozen=True)
class Ways:
    """Where control goes behind a call, until it comes back to it: where it has failed, and where it has succeeded.

    The lap of a state says whether the next item of a loop around the call has been begun.
    """

    graph: Graph
    call: cst.Call
    failed: frozenset[Pair]
    succeeded: frozenset[Pair]

    def of_failure(self) -> Iterator[tuple[cst.CSTNode, State]]:
        """What runs only where the call has failed."""
        common = {block.node for block, _ in self.succeeded}
        own = self.graph.blocks_of(self.call)
        yield from (
            (block.node, state)
            for block, state in self.failed
            if block.node is not None and block.node not in common and block not in own
        )

    def left_undone(self) -> set[cst.CSTNode]:
        """What runs only where the call has succeeded; the statement that holds the call, too."""
        common = {block.node for block, _ in self.failed}
        own = {block.node for block in self.graph.blocks_of(self.call)}
        return {block.node for block, _ in self.succeeded if block.node is not None and block.node not in common} | {
            node for node in own if node is not None
        }

    @property
    def may_succeed(self) -> bool:
        """Whether success is no failure itself, as it is where a test expects the error."""
        own = self.graph.blocks_of(self.call)
        return any(block is self.graph.returned or block in own for block, _ in self.succeeded)


class Aftermath:
    """Judges what is done about the errors that clauses stop."""

    def __init__(
        self, tree: Tree, resolver: Resolver, values: Values, flow: ExceptionFlow, clients: Clients, errors: AuthErrors
    ) -> None:
        self._tree = tree
        self._resolver = resolver
        self._values = values
        self._flow = flow
        self._clients = clients
        self._errors = errors

    def of(self, clause: Clause) -> list[Catch]:
        """The AuthenticationErrors that stop at the clause, as the requests raised them."""
        return [catch for catch in self._errors.catches.get(clause, ()) if catch.thrown == self._errors.error]

    def is_retry(self, clause: Clause) -> bool:
        """Whether the clause sends the error back to the request."""
        return any(retry.clause is clause for catch in self.of(clause) for retry in self._errors.retries(catch.call))

    # Silence.

    def is_silenced(self, clause: Clause) -> bool:
        """Whether nobody learns of an error that stops at the clause, and nothing is done about it."""
        catches = self.of(clause)
        if not catches or self._answers_a_question(clause) or self.is_retry(clause):
            return False
        try:
            return all(self._is_lost(catch) for catch in catches)
        except TooManyStates:
            return False

    def _answers_a_question(self, clause: Clause) -> bool:
        unit = self._tree.unit(clause)
        return isinstance(unit, cst.FunctionDef) and _is_question(unit.name.value)

    def _is_lost(self, catch: Catch) -> bool:
        ways = self._behind(catch)
        return ways is not None and ways.may_succeed and not self._is_told(ways, 0)

    def _is_told(self, ways: Ways, depth: int) -> bool:
        """Whether something is done because of the failure, or its traces are looked at, here or by the callers."""
        if any(self._acts(node, state) for node, state in ways.of_failure()):
            return True
        if self._shows_traces(ways) or self._looks_at_traces(ways) or self._asks_otherwise(ways):
            return True
        return any(self._is_told_by_callers(ways.graph.unit, value, depth) for value in self._handed_on(ways))

    def _acts(self, node: cst.CSTNode, state: State) -> bool:
        """Whether a statement, or condition, tells somebody of the failure or changes something."""
        if any(isinstance(part, cst.Call) and not self._is_idle(part) for part in evaluated(node)):
            return True
        if isinstance(node, (cst.Return, cst.Expr)) or (isinstance(node, cst.Assign) and _binds_names(node)):
            value = node.value.value if isinstance(node, cst.Expr) and isinstance(node.value, cst.Yield) else node.value
            if isinstance(node, cst.Expr) and value is node.value:
                return False
            return isinstance(value, cst.BaseExpression) and not self._is_empty(value, state)
        if isinstance(node, cst.AnnAssign) and isinstance(node.target, cst.Name):
            return node.value is not None and not self._is_empty(node.value, state)
        changes = (
            cst.Raise,
            cst.Assert,
            cst.Break,
            cst.Assign,
            cst.AnnAssign,
            cst.AugAssign,
            cst.Del,
            cst.FunctionDef,
            cst.ClassDef,
        )
        return isinstance(node, changes)

    def _is_idle(self, call: cst.Call) -> bool:
        names = self._resolver.names(call.func)
        return names <= _IDLE or (names <= _EMPTY and not call.args)

    def _is_empty(self, node: cst.BaseExpression, state: State) -> bool:
        """Whether a value tells nothing: None, "", 0, an empty collection, or a tuple of these. False is an answer."""
        if isinstance(node, cst.Await):
            node = node.expression
        if isinstance(node, cst.Dict):
            return not node.elements
        if isinstance(node, cst.Tuple):
            return all(self._is_empty(element.value, state) for element in node.elements)
        if isinstance(node, cst.Call):
            return not node.args and self._resolver.names(node.func) <= _EMPTY
        fact = self._flow.known(node, state)
        return fact is not None and fact.kind == "constant" and not fact.value and fact.value is not False

    # Traces: names that success would have bound, or changed.

    def _shows_traces(self, ways: Ways) -> bool:
        """Whether a name is used, in what runs either way, that holds something else than nothing because of the failure."""
        traces = set().union(*map(_changed_by, ways.left_undone()))
        for block, state in ways.failed:
            for part in evaluated(block.node) if block.node is not None and traces else ():
                if isinstance(part, (cst.Name, cst.Attribute)) and (key := place(part)) in traces and key is not None:
                    fact = state.fact(key)
                    if fact is not None and fact.kind == "constant" and (fact.value or fact.value is False):
                        return True
        return False

    def _looks_at_traces(self, ways: Ways) -> bool:
        traces = set().union(*map(_changed_by, ways.left_undone()))
        if self._is_tested_elsewhere(ways.graph.unit, traces):
            return True
        for block, state in ways.failed:
            for test in _tests(block):
                if places(test) & traces and not self._is_decided(test, block, state, ways):
                    return True
        return False

    def _is_decided(self, test: cst.BaseExpression, block: Block, state: State, ways: Ways) -> bool:
        """Whether a test has a known outcome both ways: then the graph shows what comes of it."""
        if test is not block.node:
            return False
        states = [state, *(other for there, other in ways.succeeded if there.node is block.node)]
        facts = [self._flow.known(test, each) for each in states]
        return all(fact is not None and fact.kind in ("constant", "set") and fact.value != () for fact in facts)

    def _is_tested_elsewhere(self, unit: CodeUnit | None, traces: set[str]) -> bool:
        """Whether another function tests an attribute, or a variable of the module, that success would have changed."""
        shared = {trace for trace in traces if "." in trace or unit is None or trace in self._tree.module.bindings}
        return any(bool(tested & shared) for elsewhere, tested in self._tested_by_unit.items() if elsewhere is not unit)

    @cached_property
    def _tested_by_unit(self) -> dict[CodeUnit | None, set[str]]:
        found: dict[CodeUnit | None, set[str]] = {}
        for kind in (cst.If, cst.While, cst.IfExp, cst.Assert):
            for node in self._tree.nodes.get(kind, ()):
                assert isinstance(node, (cst.If, cst.While, cst.IfExp, cst.Assert))
                found.setdefault(self._tree.unit(node), set()).update(places(node.test))
        return found

    # What a function hands on to its callers.

    def _handed_on(self, ways: Ways) -> set[Fact]:
        """The empty values that the unit may return after the failure."""
        if not isinstance(ways.graph.unit, cst.FunctionDef):
            return set()
        found: set[Fact] = set()
        for block, state in ways.failed:
            if isinstance(block.node, cst.Return) and state.flying is None:
                value = block.node.value
                fact = NOTHING if value is None else self._flow.known(value, state)
                if fact is not None and fact.kind == "constant":
                    found.add(fact)
        fell_off = any(block is ways.graph.returned and state.flying is None for block, state in ways.failed)
        return found or ({NOTHING} if fell_off else set())

    def _is_told_by_callers(self, unit: CodeUnit | None, value: Fact, depth: int) -> bool:
        if not isinstance(unit, cst.FunctionDef) or depth >= _MAX_DEPTH:
            return False
        for call in self._resolver.calls_of(unit):
            if self._is_tested(call):
                return True
            ways = self._after_value(call, value)
            if ways is not None and self._is_told(ways, depth + 1):
                return True
            home = self._tree.unit(call)
            if home is not unit and self._is_returned(call) and self._is_told_by_callers(home, value, depth + 1):
                return True
        return False

    def _is_tested(self, call: cst.Call) -> bool:
        """Whether the value of a call is looked at where it stands: `if not ask():`, `ask() or sys.exit()`."""
        graph = self._resolver.graph(self._tree.unit(call))
        for block in graph.blocks_of(call) if graph is not None else ():
            for test in _tests(block):
                if call in evaluated(test):
                    return True
        return False

    def _is_returned(self, call: cst.Call) -> bool:
        return any(isinstance(self._tree.parents.get(node), cst.Return) for node in (call, self._tree.parents[call]))

    # The two searches.

    def _behind(self, catch: Catch) -> Ways | None:
        graph = self._resolver.graph(self._tree.unit(catch.call))
        if graph is None:
            return None
        entered: set[Pair] = set()

        def arrive(edge: Edge, state: State) -> State | None:
            if edge.kind is Kind.CATCH and edge.source.node is catch.clause and state.handled is not None:
                entered.add((edge.target, state))
                return None
            return state

        arrived = self._arrived(graph, catch.call)
        for block, state in arrived:
            starts = self._flow.raised_at([block], self._errors.error, state)
            self._flow.search(graph, starts, lambda *_: False, arrive=arrive)
        return self._ways(graph, catch.call, entered, self._succeeded(arrived))

    def _after_value(self, call: cst.Call, value: Fact) -> Ways | None:
        """The ways behind a call that hands back an empty value instead of an answer."""
        graph = self._resolver.graph(self._tree.unit(call))
        if graph is None:
            return None
        arrived = self._arrived(graph, call)
        return self._ways(graph, call, self._bound(arrived, value), self._succeeded(arrived))

    def _arrived(self, graph: Graph, call: cst.Call) -> list[Pair]:
        """The states in which control first comes to a call; what is known of collections may be outdated by then."""
        blocks = graph.blocks_of(call)
        found: list[Pair] = []

        def note(block: Block, state: State) -> bool:
            if block in blocks and state.flying is None:
                facts = frozenset(item for item in state.facts if not isinstance(item[1].value, (tuple, cst.CSTNode)))
                if (pair := (block, State(None, facts=facts))) not in found:
                    found.append(pair)
            return False

        def stop(block: Block, state: State) -> bool:
            return block in blocks

        self._flow.search(graph, [(graph.entry, State(None))], note, stop=stop)
        return found or [(block, State(None)) for block in blocks]

    def _succeeded(self, arrived: Iterable[Pair]) -> set[Pair]:
        return self._bound(arrived, SET)

    def _bound(self, arrived: Iterable[Pair], value: Fact) -> set[Pair]:
        """Where control goes on, with the names that the statement binds bound to a value."""
        found: set[Pair] = set()
        for block, before in arrived:
            targets = _targets(block.node)
            for edge, state in self._flow.steps(block, before):
                for target in targets:
                    state = state.knowing(target, value)
                found.add((edge.target, state))
        return found

    def _ways(self, graph: Graph, call: cst.Call, failed: Iterable[Pair], succeeded: Iterable[Pair]) -> Ways:
        return Ways(graph, call, self._reached(graph, call, failed), self._reached(graph, call, succeeded))

    def _reached(self, graph: Graph, call: cst.Call, starts: Iterable[Pair]) -> frozenset[Pair]:
        blocks = graph.blocks_of(call)
        loops = [node for node in self._tree.ancestors(call) if isinstance(node, (cst.For, cst.While))]
        found: set[Pair] = set()

        def note(block: Block, state: State) -> bool:
            found.add((block, state))
            return False

        def stop(block: Block, state: State) -> bool:
            return block in blocks and state.flying is None

        def arrive(edge: Edge, state: State) -> State | None:
            return state._replace(lap=1) if edge.kind is Kind.AGAIN and edge.target.node in loops else state

        starts = [(block, state._replace(lap=0)) for block, state in starts]
        self._flow.search(graph, starts, note, stop=stop, arrive=arrive)
        return frozenset(found)

    # The next item.

    def next_items(self, clause: Clause) -> list[NextItem]:
        """The loops over items that go on, after an error has stopped at the clause, as if only this item had failed."""
        if self.is_retry(clause):
            return []
        found: list[NextItem] = []
        try:
            for catch in self.of(clause):
                ways = self._behind(catch)
                if ways is not None:
                    found += self._next_items(ways, catch.call, 0)
        except TooManyStates:
            return []
        return found

    def _next_items(self, ways: Ways, call: cst.Call, depth: int) -> Iterator[NextItem]:
        if not ways.may_succeed or self._falls_back(ways):
            return
        for loop in self._loops_over_items(ways.graph, ways.call):
            if self._goes_on(ways, loop):
                yield NextItem(loop, ways.call)
            return
        unit = ways.graph.unit
        if depth >= _MAX_DEPTH or not isinstance(unit, cst.FunctionDef) or _is_question(unit.name.value):
            return
        values = self._handed_on(ways)
        if not values or any(block is ways.graph.raised for block, _ in ways.failed):
            return
        for site in self._resolver.calls_of(unit):
            if self._tree.unit(site) is unit or self._is_tested(site):
                continue
            comprehension = self._comprehension_over_items(site)
            if comprehension is not None:
                yield NextItem(comprehension, site)
                continue
            behind = self._after_value(site, next(iter(values)))
            if behind is not None:
                yield from self._next_items(behind, call, depth + 1)

    def _loops_over_items(self, graph: Graph, call: cst.Call) -> list[cst.For]:
        following = NextRequest(call, self._tree, self._resolver, self._values, self._clients, graph)
        unit = self._tree.unit(call)
        return [
            node
            for node in self._tree.ancestors(call)
            if isinstance(node, cst.For) and self._tree.unit(node) is unit and following.is_over_items(node)
        ]

    def _comprehension_over_items(self, call: cst.Call) -> cst.CSTNode | None:
        unit = self._tree.unit(call)
        for node in self._tree.ancestors(call):
            if isinstance(node, (cst.ListComp, cst.SetComp, cst.DictComp, cst.GeneratorExp)) and self._tree.unit(node) is unit:
                iterable = node.for_in.iter
                counted = isinstance(iterable, cst.Call) and "builtins.range" in self._resolver.names(iterable.func)
                another = any(words(name) & _ANOTHER_DOOR for name in places(node.for_in.target))
                return None if counted or another else node
        return None

    def _goes_on(self, ways: Ways, loop: cst.For) -> bool:
        """Whether the failure leads to the loop's next item, and on no way out of the loop."""
        if any(words(name) & _ANOTHER_DOOR for name in places(loop.target)) or self._asks_otherwise(ways):
            return False
        own = ways.graph.blocks_of(ways.call)
        if not any(block in own and state.lap for block, state in ways.failed):
            return False
        noted = set().union(*(_changed_by(node) for node, state in ways.of_failure() if not state.lap))
        for block, state in ways.failed:
            if not state.lap and self._leaves(block, loop, ways.graph):
                return False
            if block.node is not None and loop in self._tree.ancestors(block.node):
                if any(places(test) & noted for test in _tests(block)):
                    return False
        return True

    def _leaves(self, block: Block, loop: cst.For, graph: Graph) -> bool:
        if block in (graph.raised, graph.returned) or isinstance(block.node, (cst.Return, cst.Raise)):
            return True
        if isinstance(block.node, cst.Break):
            around = next((node for node in self._tree.ancestors(block.node) if isinstance(node, (cst.For, cst.While))), None)
            return around is loop
        return False

    def _falls_back(self, ways: Ways) -> bool:
        """Whether something else is asked in place of the failed request: what is done with the answer is the same."""
        for node, _ in ways.of_failure():
            for part in evaluated(node):
                if isinstance(part, cst.Call) and not isinstance(self._tree.parents.get(part), cst.Expr):
                    arguments = set().union(*(places(arg.value) for arg in part.args))
                    names = self._resolver.names(part.func)
                    inner = set().union(*(places(arg.value) for arg in ways.call.args))
                    if arguments & inner and not any(is_builtin(name) for name in names):
                        return True
        return False

    def _asks_otherwise(self, ways: Ways) -> bool:
        """Whether the call, when control comes to it again, is made with other credentials or of another client."""
        following = NextRequest(ways.call, self._tree, self._resolver, self._values, self._clients, ways.graph)
        again = [block for block in ways.graph.blocks_of(ways.call) if any(block is there for there, _ in ways.failed)]
        if not again:
            return False
        if any(block.node is not None and following.renews_credentials(block.node) for block, _ in ways.failed):
            return True
        loops = (node for node in self._tree.ancestors(ways.call) if isinstance(node, cst.For))
        asked = places(ways.call.func)
        return any(
            places(loop.target) & asked or any(words(name) & _ANOTHER_DOOR for name in places(loop.target)) for loop in loops
        )


def _is_question(name: str) -> bool:
    return bool(words(name) & _ASKS or words(name.strip("_").partition("_")[0]) & _BEGINS_QUESTION)


def _binds_names(node: cst.Assign) -> bool:
    return all(isinstance(target.target, (cst.Name, cst.Tuple)) for target in node.targets)


def _targets(node: cst.CSTNode | None) -> list[str]:
    """The names and attributes that a statement binds to its value."""
    found: list[cst.BaseExpression] = []
    if isinstance(node, cst.Assign):
        found = [target.target for target in node.targets]
    elif isinstance(node, cst.AnnAssign):
        found = [node.target]
    for part in evaluated(node) if node is not None else ():
        if isinstance(part, cst.NamedExpr):
            found.append(part.target)
    return [key for target in found if (key := place(target)) is not None]


def _changed_by(node: cst.CSTNode) -> set[str]:
    """The names and attributes that a statement binds, or puts something into."""
    found: set[str] = set()
    for part in (node, *evaluated(node)):
        if isinstance(part, cst.Assign):
            found |= set().union(*(places(target.target) for target in part.targets))
        elif isinstance(part, (cst.AnnAssign, cst.AugAssign, cst.NamedExpr)):
            found |= places(part.target)
        elif isinstance(part, cst.WithItem) and part.asname is not None:
            found |= places(part.asname.name)
        elif isinstance(part, cst.Call) and isinstance(part.func, cst.Attribute) and part.func.attr.value in _MUTATORS:
            found |= places(part.func.value)
    return found


def _tests(block: Block) -> list[cst.BaseExpression]:
    """The conditions in what a block evaluates."""
    node = block.node
    if node is None:
        return []
    if isinstance(node, cst.BaseExpression) and any(edge.kind in (Kind.TRUE, Kind.FALSE) for edge in block.edges):
        return [node]
    found: list[cst.BaseExpression] = []
    for part in evaluated(node):
        if isinstance(part, (cst.Comparison, cst.BooleanOperation)):
            found.append(part)
        elif isinstance(part, cst.IfExp):
            found.append(part.test)
        elif isinstance(part, cst.UnaryOperation) and isinstance(part.operator, cst.Not):
            found.append(part)
    return found
