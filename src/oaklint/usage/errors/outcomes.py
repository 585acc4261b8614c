"""What follows a call that may fail: where control goes where it has failed, and where it has succeeded.

Two searches over the graph begin at the request: one where it has failed and the clause is entered, one where it has succeeded.
What only the first reaches is done because of the failure; what only the second reaches is left undone by it. Where a function
hands the failure on as an empty value, the same is asked of its callers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from oaklint.python import cst
from oaklint.python.facts import NONE, SET, Fact, State
from oaklint.python.flow import Block, Edge, Graph, Kind
from oaklint.python.places import place, places, words
from oaklint.python.tree import Run, callee, evaluated
from oaklint.usage.context import Context
from oaklint.usage.errors.auth_errors import AuthErrors, Catch, Clause
from oaklint.usage.errors.items import DOORS
from oaklint.usage.errors.loops import Loops
from oaklint.usage.errors.next_request import NextRequest

# A function whose name begins with, or holds, one of these words answers a question: whatever it returns is the answer.
_BEGINS_QUESTION = {"is", "has", "can", "are", "test", "tests"}
_ASKS = {
    *("check", "checks", "valid", "validate", "validates", "validation", "validator", "verify", "verifies", "probe", "ping"),
    *("health", "healthy", "healthcheck", "available", "availability", "works", "authenticated"),
}
_MUTATORS = {"append", "add", "extend", "insert", "update", "setdefault", "put", "put_nowait", "write", "appendleft", "push"}

Pair = tuple[Block, State]


@dataclass(frozen=True)
class Ways:
    """Where control goes behind a call, until it comes back to it: where it has failed, and where it has succeeded.

    own: the blocks in which the call is run. loops: the loops around it. The lap of a state says whether the next round of one
    has been begun.
    """

    graph: Graph
    call: Run
    own: list[Block]
    loops: list[cst.For | cst.While]
    failed: frozenset[Pair]
    succeeded: frozenset[Pair]

    def of_failure(self) -> Iterator[tuple[cst.CSTNode, State]]:
        """What runs only where the call has failed."""
        common = {block.node for block, _ in self.succeeded}
        yield from (
            (block.node, state)
            for block, state in self.failed
            if block.node is not None and block.node not in common and block not in self.own
        )

    def left_undone(self) -> set[cst.CSTNode]:
        """What runs only where the call has succeeded; the statement that holds the call, too."""
        common = {block.node for block, _ in self.failed}
        return {block.node for block, _ in self.succeeded if block.node is not None and block.node not in common} | {
            block.node for block in self.own if block.node is not None
        }

    @property
    def may_succeed(self) -> bool:
        """Whether success is no failure itself, as it is where a test expects the error."""
        return any(block is self.graph.returned or block in self.own for block, _ in self.succeeded)


class Outcomes:
    """Asks, of the errors that stop at a clause, what follows."""

    def __init__(self, context: Context, errors: AuthErrors, loops: Loops) -> None:
        self.context = context
        self.tree = context.tree
        self.resolver = context.resolver
        self.values = context.values
        self.flow = context.flow
        self.clients = context.clients
        self.errors = errors
        self._loops = loops

    def of(self, clause: Clause) -> list[Catch]:
        """The AuthenticationErrors that stop at the clause, as the requests raised them."""
        return [catch for catch in self.errors.catches.get(clause, ()) if self.errors.is_original(catch.thrown)]

    def is_retry(self, clause: Clause) -> bool:
        """Whether the clause sends the error back to the request."""
        return any(retry.clause is clause for catch in self.of(clause) for retry in self._loops.retries(catch.call))

    # The two searches.

    def behind(self, catch: Catch) -> Ways | None:
        graph = self.resolver.graph(self.tree.unit(catch.call))
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
            starts = self.flow.raised_at([block], catch.thrown, state)
            self.flow.search(graph, starts, lambda *_: False, arrive=arrive)
        return self._ways(graph, catch.call, entered, self._succeeded(arrived))

    def after_value(self, call: Run, value: Fact) -> Ways | None:
        """The ways behind a call that hands back an empty value instead of an answer."""
        graph = self.resolver.graph(self.tree.unit(call))
        if graph is None:
            return None
        arrived = self._arrived(graph, call)
        return self._ways(graph, call, self._bound(arrived, value), self._succeeded(arrived))

    def _arrived(self, graph: Graph, call: Run) -> list[Pair]:
        """The states in which control first comes to a call; what is known of collections may be outdated by then."""
        blocks = self.context.deferred.blocks_of(call)
        found: list[Pair] = []

        def note(block: Block, state: State) -> bool:
            if block in blocks and state.flying is None:
                facts = frozenset(item for item in state.facts if not isinstance(item[1].value, (tuple, cst.CSTNode)))
                if (pair := (block, State(None, facts=facts))) not in found:
                    found.append(pair)
            return False

        def stop(block: Block, state: State) -> bool:
            return block in blocks

        self.flow.search(graph, [(graph.entry, State(None))], note, stop=stop)
        return found or [(block, State(None)) for block in blocks]

    def _succeeded(self, arrived: Iterable[Pair]) -> set[Pair]:
        return self._bound(arrived, SET)

    def _bound(self, arrived: Iterable[Pair], value: Fact) -> set[Pair]:
        """Where control goes on, with the names that the statement binds bound to a value."""
        found: set[Pair] = set()
        for block, before in arrived:
            targets = _targets(block.node)
            for edge, state in self.flow.steps(block, before):
                for target in targets:
                    state = state.knowing(target, value)
                found.add((edge.target, state))
        return found

    def _ways(self, graph: Graph, call: Run, failed: Iterable[Pair], succeeded: Iterable[Pair]) -> Ways:
        own = self.context.deferred.blocks_of(call)
        loops = [node for node in self.tree.ancestors(call) if isinstance(node, (cst.For, cst.While))]
        reached = (self._reached(graph, own, loops, starts) for starts in (failed, succeeded))
        return Ways(graph, call, own, loops, *reached)

    def _reached(
        self, graph: Graph, own: list[Block], loops: list[cst.For | cst.While], starts: Iterable[Pair]
    ) -> frozenset[Pair]:
        found: set[Pair] = set()

        def note(block: Block, state: State) -> bool:
            found.add((block, state))
            return False

        def stop(block: Block, state: State) -> bool:
            return block in own and state.flying is None

        def arrive(edge: Edge, state: State) -> State | None:
            return state._replace(lap=1) if edge.kind is Kind.AGAIN and edge.target.node in loops else state

        starts = [(block, state._replace(lap=0)) for block, state in starts]
        self.flow.search(graph, starts, note, stop=stop, arrive=arrive)
        return frozenset(found)

    # What is handed on, and looked at.

    def handed_on(self, ways: Ways) -> set[Fact]:
        """The empty values that the unit may return after the failure."""
        if not isinstance(ways.graph.unit, cst.FunctionDef):
            return set()
        found: set[Fact] = set()
        for block, state in ways.failed:
            if isinstance(block.node, cst.Return) and state.flying is None:
                value = block.node.value
                fact = NONE if value is None else self.flow.known(value, state)
                if fact is not None and fact.kind == "constant":
                    found.add(fact)
        fell_off = any(block is ways.graph.returned and state.flying is None for block, state in ways.failed)
        return found or ({NONE} if fell_off else set())

    def is_tested(self, call: Run) -> bool:
        """Whether the value of a call is looked at where it stands: `if not ask():`, `ask() or sys.exit()`."""
        graph = self.resolver.graph(self.tree.unit(call))
        for block in self.context.deferred.blocks_of(call) if graph is not None else ():
            for test in tests_in(block):
                if call in evaluated(test):
                    return True
        return False

    def asks_otherwise(self, ways: Ways) -> bool:
        """Whether the call, when control comes to it again, is made with other credentials or of another client."""
        following = NextRequest(self.context, ways.graph, ways.call)
        again = [block for block in ways.own if any(block is there for there, _ in ways.failed)]
        if not again:
            return False
        if any(block.node is not None and following.renews_credentials(block.node) for block, _ in ways.failed):
            return True
        loops = (loop for loop in ways.loops if isinstance(loop, cst.For))
        asked = places(callee(ways.call))
        return any(places(loop.target) & asked or any(words(name) & DOORS for name in places(loop.target)) for loop in loops)


def is_question(name: str) -> bool:
    return asks_for_validity(name) or bool(words(name.strip("_").partition("_")[0]) & _BEGINS_QUESTION)


def asks_for_validity(name: str) -> bool:
    """Whether a function says by its name that it tries out whether something works."""
    return bool(words(name) & _ASKS)


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


def changed_by(node: cst.CSTNode) -> set[str]:
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


def tests_in(block: Block) -> list[cst.BaseExpression]:
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
