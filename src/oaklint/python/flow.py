"""The control-flow graph of one code unit (module, function or lambda), with exception edges.

A block holds one simple statement, one condition or one clause header: since nearly everything may raise, longer blocks would
be split anyway. Conditions are taken apart at `and`, `or` and `not`, so that an edge says which atomic test went which way.
A `finally` body is copied for each way that leads into it (falling through, an exception, `return`, `break`, `continue`), as the
compiler does, so that every path through the graph is a path of the program.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple, TypeVar

from oaklint.python import cst
from oaklint.python.scopes import CodeUnit
from oaklint.python.tree import Tree, children, walk

MAX_BLOCKS = 20_000


class Kind(Enum):
    """Why control takes an edge."""

    NEXT = auto()  # on to what follows
    TRUE = auto()  # the condition held; a loop has another item; a pattern matched
    FALSE = auto()  # it did not
    AGAIN = auto()  # back to the head of a loop
    RAISE = auto()  # an exception leaves the block for the innermost clause, `with`, `finally` or the exit
    CATCH = auto()  # an exception enters a clause's body, or a `with` that swallows it
    MISS = auto()  # an exception passes a clause, `with` or `finally` by


class Edge(NamedTuple):
    source: Block
    target: Block
    kind: Kind


@dataclass(eq=False)
class Block:
    """node: the statement, condition or clause header that runs here; None for the entry, the exits and joins."""

    node: cst.CSTNode | None
    edges: list[Edge] = field(default_factory=list, repr=False)
    incoming: list[Edge] = field(default_factory=list, repr=False)

    @property
    def catches(self) -> bool:
        """Whether an exception that comes here may stop here: a clause, or the end of a `with`."""
        return any(edge.kind is Kind.CATCH for edge in self.edges)

    def to(self, target: Block, kind: Kind = Kind.NEXT) -> None:
        if not any(edge.target is target and edge.kind is kind for edge in self.edges):
            edge = Edge(self, target, kind)
            self.edges.append(edge)
            target.incoming.append(edge)


class GraphTooLarge(Exception):
    """A code unit has so many paths through `finally` bodies, or so many statements, that no graph is built."""


# Ends that lead nowhere yet: the edges to draw once the next block is known.
Ends = list[tuple[Block, Kind]]


class Graph:
    """The control-flow graph of a code unit.

    entry: where control comes in; `returned` and `raised`: where it leaves.
    """

    def __init__(self, tree: Tree, unit: CodeUnit | None) -> None:
        self.unit = unit
        self.entry = Block(None)
        self.returned = Block(None)
        self.raised = Block(None)
        self.blocks: list[Block] = [self.entry, self.returned, self.raised]
        self._blocks_of: dict[cst.CSTNode, list[Block]] = {}
        self._tree = tree
        _Builder(self).build()

    def blocks_of(self, node: cst.CSTNode) -> list[Block]:
        """The blocks (more than one only inside a `finally`) in which a node of this unit is evaluated."""
        found = self._blocks_of.get(node)
        if found is None:
            around = map(self._blocks_of.get, self._tree.ancestors(node))
            found = self._blocks_of[node] = next((blocks for blocks in around if blocks is not None), [])
        return found

    def add(self, node: cst.CSTNode | None, *, evaluates: bool = True) -> Block:
        """A new block; `evaluates` says that `blocks_of` is to find it for the node and what stands in it."""
        if len(self.blocks) >= MAX_BLOCKS:
            raise GraphTooLarge
        block = Block(node)
        self.blocks.append(block)
        if node is not None and evaluates:
            self._blocks_of.setdefault(node, []).append(block)
        return block

    @cached_property
    def circles(self) -> dict[Block, int]:
        """The number of the circle (strongly connected component) of each block: the blocks to which paths lead from it that also
        lead back. No path leads to a circle with a lower number.
        """
        found: dict[Block, int] = {}
        for number, first in enumerate(reversed(self._by_end())):
            pending = [first] if first not in found else []
            while pending:
                block = pending.pop()
                found[block] = number
                pending += [edge.source for edge in block.incoming if edge.source not in found]
        return found

    def _by_end(self) -> list[Block]:
        """The blocks in the order in which a walk that goes deep first is done with them."""
        done: list[Block] = []
        seen: set[Block] = set()
        for start in self.blocks:
            stack = [(start, iter(start.edges))] if start not in seen else []
            seen.add(start)
            while stack:
                block, edges = stack[-1]
                following = next((edge.target for edge in edges if edge.target not in seen), None)
                if following is None:
                    done.append(block)
                    stack.pop()
                else:
                    seen.add(following)
                    stack.append((following, iter(following.edges)))
        return done

    def between(self, starts: Collection[Block], goals: Collection[Block], barred: Collection[Block]) -> set[Block]:
        """The blocks to which a path runs from one of some blocks, none of `barred` being on its way, and that lead to one of
        others. Only what lies between these is looked at.
        """
        if not starts or not goals:
            return set()
        circles = self.circles
        first, last = min(map(circles.__getitem__, starts)), max(map(circles.__getitem__, goals))
        behind = all_reached(starts, without=lambda edge: edge.source in barred or circles[edge.target] > last)
        return behind & leading_to(goals, without=lambda edge: circles[edge.source] < first)

    def dominates(self, first: Block, second: Block) -> bool:
        """Whether every path from the entry to `second` runs through `first`."""
        return first is second or not reaches([self.entry], [second], without=lambda edge: edge.target is first)


State = TypeVar("State")


def reaches(starts: Iterable[Block], goals: Collection[Block], *, without: Callable[[Edge], bool] = lambda edge: False) -> bool:
    """Whether a path (of no edges, too) runs from one of some blocks to one of others, over edges that `without` does not
    exclude.
    """
    return reached(starts, goals, without=without) is not None


def reached(
    starts: Iterable[Block], goals: Collection[Block], *, without: Callable[[Edge], bool] = lambda edge: False
) -> Block | None:
    """The nearest of the goals to which such a path runs; None without one."""
    seen = dict.fromkeys(starts)
    queue = [*seen]
    for block in queue:
        if block in goals:
            return block
        for edge in block.edges:
            if edge.target not in seen and not without(edge):
                seen[edge.target] = None
                queue.append(edge.target)
    return None


def reachable(start: Block, ends: Collection[Block] = ()) -> set[Block]:
    """The blocks to which a path runs, none of `ends` being on its way."""
    return all_reached([start], without=lambda edge: edge.source in ends)


def all_reached(starts: Iterable[Block], *, without: Callable[[Edge], bool] = lambda edge: False) -> set[Block]:
    """The blocks to which a path (of no edges, too) runs from one of some blocks, over edges that `without` does not exclude."""
    found = set(starts)
    stack = [*found]
    while stack:
        further = {edge.target for edge in stack.pop().edges if not without(edge)} - found
        found |= further
        stack += further
    return found


def leading_to(goals: Iterable[Block], *, without: Callable[[Edge], bool] = lambda edge: False) -> set[Block]:
    """The blocks from which a path (of no edges, too) runs to one of some blocks, over edges that `without` does not exclude."""
    found = set(goals)
    stack = [*found]
    while stack:
        further = {edge.source for edge in stack.pop().incoming if not without(edge)} - found
        found |= further
        stack += further
    return found


class TooManyStates(Exception):
    """A search was given up because its states multiplied; its answer is not known."""


def last_catch(path: Sequence[Block]) -> cst.ExceptHandler | cst.ExceptStarHandler | cst.WithItem | None:
    """The clause, or `with`, at which an exception stopped travelling that takes that path; what comes of it within a clause may
    stop there.
    """
    found = None
    for block, following in pairwise(path):
        if isinstance(block.node, (cst.ExceptHandler, cst.ExceptStarHandler, cst.WithItem)):
            if any(edge.target is following and edge.kind is Kind.CATCH for edge in block.edges):
                found = block.node if found is None or block.node not in {*walk(found)} else found
    return found


def search(
    starts: Iterable[tuple[Block, State]],
    successors: Callable[[Block, State], Iterable[tuple[Block, State]]],
    goal: Callable[[Block, State], bool],
    *,
    limit: int = 20_000,
) -> list[Block] | None:
    """The blocks of a shortest path from a start to a goal over (block, state) pairs; None if there is none.

    The state is whatever has to be remembered along a path; it must be hashable. Raises TooManyStates beyond `limit` pairs.
    """
    came_from: dict[tuple[Block, State], tuple[Block, State] | None] = {}
    queue: list[tuple[Block, State]] = []
    for start in starts:
        if start not in came_from:
            came_from[start] = None
            queue.append(start)
    for here in queue:
        if goal(*here):
            path = []
            step: tuple[Block, State] | None = here
            while step is not None:
                path.append(step[0])
                step = came_from[step]
            return path[::-1]
        for following in successors(*here):
            if following not in came_from:
                if len(came_from) >= limit:
                    raise TooManyStates
                came_from[following] = here
                queue.append(following)
    return None


class _Loop(NamedTuple):
    """A loop around the statement being built: where each round ends, `continue` included, and the ends that `break` leaves."""

    again: Block
    breaks: Ends


class _Finally(NamedTuple):
    """A `finally` around the statement being built, with its copies for jumps and the surroundings that it runs in."""

    body: cst.Finally
    outer: _Surroundings
    copies: dict[tuple[str, Block | None], Block]


class _Surroundings(NamedTuple):
    """What encloses the statement being built.

    handler: where an exception goes. frames: loops and `finally`s, innermost last.
    """

    handler: Block
    frames: tuple[_Loop | _Finally, ...] = ()


class _Builder:
    """Builds a graph statement by statement; `ends` is what still has to be tied to the next block."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.around = _Surroundings(graph.raised)

    def build(self) -> None:
        graph, unit = self.graph, self.graph.unit
        ends: Ends = [(graph.entry, Kind.NEXT)]
        if unit is None:
            for root in graph._tree.roots:
                ends = self._suite(root.body, ends)
        elif isinstance(unit, cst.Module):
            ends = self._suite(unit.body, ends)
        elif isinstance(unit.body, cst.BaseSuite):
            ends = self._suite(unit.body.body, ends)
        else:
            ends = self._evaluate(unit.body, ends)
        self._tie(ends, graph.returned)

    # Small steps.

    @staticmethod
    def _tie(ends: Ends, target: Block) -> None:
        for block, kind in ends:
            block.to(target, kind)

    def _block(self, node: cst.CSTNode | None, ends: Ends, *, raises: bool = True) -> Block:
        block = self.graph.add(node)
        self._tie(ends, block)
        if raises:
            block.to(self.around.handler, Kind.RAISE)
        return block

    def _evaluate(self, node: cst.CSTNode, ends: Ends, *, raises: bool = True) -> Ends:
        """A statement or expression that runs straight through, after the comprehensions inside it."""
        return [(self._block(node, self._comprehensions(node, ends), raises=raises), Kind.NEXT)]

    def _comprehensions(self, node: cst.CSTNode, ends: Ends) -> Ends:
        """A block that may run again, or not at all, for each comprehension evaluated as part of the node."""
        if node not in self.graph._tree.holding_comprehensions:
            return ends
        for comprehension in _inner_comprehensions(node):
            body = self._block(comprehension, ends)
            body.to(body, Kind.AGAIN)
            ends = [*ends, (body, Kind.NEXT)]
        return ends

    def _inside(self, around: _Surroundings, build: Callable[[], Ends]) -> Ends:
        saved, self.around = self.around, around
        try:
            return build()
        finally:
            self.around = saved

    # Conditions.

    def _condition(self, test: cst.BaseExpression, ends: Ends) -> tuple[Ends, Ends]:
        """The ends on which the condition holds and those on which it does not."""
        if isinstance(test, cst.UnaryOperation) and isinstance(test.operator, cst.Not):
            true, false = self._condition(test.expression, ends)
            return false, true
        if isinstance(test, cst.BooleanOperation):
            true, false = self._condition(test.left, ends)
            if isinstance(test.operator, cst.And):
                true, more = self._condition(test.right, true)
                return true, [*false, *more]
            more, false = self._condition(test.right, false)
            return [*true, *more], false
        truth = _constant_truth(test)
        block = self._block(test, self._comprehensions(test, ends), raises=truth is None)
        return ([] if truth is False else [(block, Kind.TRUE)], [] if truth is True else [(block, Kind.FALSE)])

    # Statements.

    def _suite(self, statements: Sequence[cst.CSTNode], ends: Ends) -> Ends:
        for statement in statements:
            if isinstance(statement, cst.SimpleStatementLine):
                ends = self._suite(statement.body, ends)
                continue
            build = _STATEMENTS.get(type(statement).__name__)
            ends = build(self, statement, ends) if build is not None else self._evaluate(statement, ends)
        return ends

    def _body(self, node: cst.BaseSuite, ends: Ends) -> Ends:
        return self._suite(node.body, ends)

    def _if(self, node: cst.If, ends: Ends) -> Ends:
        after: Ends = []
        branch: cst.If | cst.Else | None = node
        while isinstance(branch, cst.If):
            true, ends = self._condition(branch.test, ends)
            after += self._body(branch.body, true)
            branch = branch.orelse
        if branch is not None:
            ends = self._body(branch.body, ends)
        return [*after, *ends]

    def _while(self, node: cst.While, ends: Ends) -> Ends:
        # The loop itself is the block that `continue` and the end of the body come back to.
        head = self._block(node, ends, raises=False)
        true, false = self._condition(node.test, [(head, Kind.NEXT)])
        return self._loop(node, head, true, false)

    def _for(self, node: cst.For, ends: Ends) -> Ends:
        if self.graph._tree.asked_each_round(node) is not None:
            head = self._block(node, ends, raises=False)
            asking = self._block(node.iter, [(head, Kind.NEXT)])
            return self._loop(node, head, [(asking, Kind.TRUE)], [(asking, Kind.FALSE)])
        head = self._block(node, self._evaluate(node.iter, ends))
        return self._loop(node, head, [(head, Kind.TRUE)], [(head, Kind.FALSE)])

    def _loop(self, node: cst.While | cst.For, head: Block, enter: Ends, leave: Ends) -> Ends:
        breaks: Ends = []
        again = self.graph.add(None)
        again.to(head, Kind.AGAIN)
        inside = _Surroundings(self.around.handler, (*self.around.frames, _Loop(again, breaks)))
        self._tie(self._inside(inside, lambda: self._body(node.body, enter)), again)
        if node.orelse is not None:
            leave = self._body(node.orelse.body, leave)
        return [*leave, *breaks]

    def _with(self, node: cst.With, ends: Ends) -> Ends:
        return self._with_items(node, list(node.items), ends)

    def _with_items(self, node: cst.With, items: list[cst.WithItem], ends: Ends) -> Ends:
        if not items:
            return self._body(node.body, ends)
        manager = items[0]
        ends = self._evaluate(manager, ends)
        leaving = self.graph.add(manager, evaluates=False)
        leaving.to(self.around.handler, Kind.MISS)
        inside = _Surroundings(leaving, self.around.frames)
        after = self._inside(inside, lambda: self._with_items(node, items[1:], ends))
        return [*after, (leaving, Kind.CATCH)]

    def _match(self, node: cst.Match, ends: Ends) -> Ends:
        ends = self._evaluate(node.subject, ends)
        after: Ends = []
        for case in node.cases:
            pattern = self._block(case, ends)
            matched: Ends = [(pattern, Kind.TRUE)]
            irrefutable = isinstance(case.pattern, cst.MatchAs) and case.pattern.pattern is None
            ends = [] if irrefutable else [(pattern, Kind.FALSE)]
            if case.guard is not None:
                matched, refused = self._condition(case.guard, matched)
                ends = [*ends, *refused]
            after += self._body(case.body, matched)
        return [*after, *ends]

    def _try(self, node: cst.Try | cst.TryStar, ends: Ends) -> Ends:
        outer = self.around
        if node.finalbody is not None:
            # What an exception that nobody caught runs through on its way out.
            unwinding, unwound = self.graph.add(None), self.graph.add(None)
            self._tie(self._body(node.finalbody.body, [(unwinding, Kind.NEXT)]), unwound)
            unwound.to(outer.handler, Kind.MISS)
            frame = _Finally(node.finalbody, outer, {})
            guarded = _Surroundings(unwinding, (*outer.frames, frame))
        else:
            guarded = outer
        ends = self._inside(guarded, lambda: self._try_except(node, ends))
        return self._body(node.finalbody.body, ends) if node.finalbody is not None else ends

    def _try_except(self, node: cst.Try | cst.TryStar, ends: Ends) -> Ends:
        handlers: Sequence[cst.ExceptHandler | cst.ExceptStarHandler] = node.handlers
        clauses = [self.graph.add(handler) for handler in handlers]
        for index, handler in enumerate(handlers):
            if handler.type is not None:
                following = clauses[index + 1] if index + 1 < len(clauses) else self.around.handler
                clauses[index].to(following, Kind.MISS)
        inside = _Surroundings(clauses[0], self.around.frames) if clauses else self.around
        ends = self._inside(inside, lambda: self._body(node.body, ends))
        if node.orelse is not None:
            ends = self._body(node.orelse.body, ends)
        for clause, handler in zip(clauses, handlers, strict=True):
            ends = [*ends, *self._body(handler.body, [(clause, Kind.CATCH)])]
        return ends

    def _class(self, node: cst.ClassDef, ends: Ends) -> Ends:
        return self._body(node.body, self._evaluate(node, ends))

    def _assert(self, node: cst.Assert, ends: Ends) -> Ends:
        true, false = self._condition(node.test, ends)
        if false:
            self._block(node, false)
        return true

    def _raise(self, node: cst.Raise, ends: Ends) -> Ends:
        self._block(node, self._comprehensions(node, ends))
        return []

    def _return(self, node: cst.Return, ends: Ends) -> Ends:
        self._jump("return", self.graph.returned, self._evaluate(node, ends))
        return []

    def _break(self, node: cst.Break, ends: Ends) -> Ends:
        self._jump("break", None, self._evaluate(node, ends, raises=False))
        return []

    def _continue(self, node: cst.Continue, ends: Ends) -> Ends:
        self._jump("continue", None, self._evaluate(node, ends, raises=False))
        return []

    def _simple(self, node: cst.CSTNode, ends: Ends) -> Ends:
        return self._evaluate(node, ends, raises=False)

    def _jump(self, how: str, target: Block | None, ends: Ends) -> None:
        """Leaves the statement for the loop's head, the loop's end or the exit, through every `finally` on the way."""
        for index in range(len(self.around.frames) - 1, -1, -1):
            frame = self.around.frames[index]
            if isinstance(frame, _Loop):
                if how == "continue":
                    self._tie(ends, frame.again)
                    return
                if how == "break":
                    frame.breaks.extend(ends)
                    return
                continue
            # One copy serves all jumps of a kind that end in the same place.
            key = (how, target)
            copy = frame.copies.get(key)
            if copy is not None:
                self._tie(ends, copy)
                return
            entry = self.graph.add(None)
            frame.copies[key] = entry
            self._tie(ends, entry)
            body = frame.body.body
            ends = self._inside(frame.outer, lambda body=body, entry=entry: self._body(body, [(entry, Kind.NEXT)]))  # type: ignore[misc]
        if target is not None:
            self._tie(ends, target)


_STATEMENTS: dict[str, Callable[..., Ends]] = {
    "If": _Builder._if,
    "While": _Builder._while,
    "For": _Builder._for,
    "With": _Builder._with,
    "Match": _Builder._match,
    "Try": _Builder._try,
    "TryStar": _Builder._try,
    "ClassDef": _Builder._class,
    "Assert": _Builder._assert,
    "Raise": _Builder._raise,
    "Return": _Builder._return,
    "Break": _Builder._break,
    "Continue": _Builder._continue,
    "Pass": _Builder._simple,
    "Global": _Builder._simple,
    "Nonlocal": _Builder._simple,
}


def _constant_truth(test: cst.BaseExpression) -> bool | None:
    """Whether a condition is always true (`while True`, `while 1`) or always false; None if it depends."""
    if isinstance(test, cst.Name):
        return {"True": True, "False": False, "None": False, "TYPE_CHECKING": False}.get(test.value)
    if isinstance(test, cst.Attribute) and test.attr.value == "TYPE_CHECKING":
        return False
    if isinstance(test, cst.Integer):
        return test.evaluated_value != 0
    return None


def _inner_comprehensions(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """The comprehensions evaluated as part of a statement, outermost first; not those of nested functions and lambdas."""
    stack = [node]
    while stack:
        here = stack.pop()
        if isinstance(here, (cst.ListComp, cst.SetComp, cst.DictComp, cst.GeneratorExp)):
            yield here
        if isinstance(here, (cst.Lambda, cst.BaseSuite)):
            continue
        stack.extend(children(here))
