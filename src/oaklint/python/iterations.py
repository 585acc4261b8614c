"""What a `for` goes through on the way of an exception: `for kind, what in RULES: if isinstance(error, kind): ...`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

from oaklint.python import cst
from oaklint.python.facts import OPAQUE, Fact, State, Thrown, each_of
from oaklint.python.flow import Kind
from oaklint.python.names import Resolver
from oaklint.python.places import places
from oaklint.python.tree import has_star

if TYPE_CHECKING:
    from oaklint.python.exceptions import ExceptionFlow

# Longer ones are not gone through one by one.
_MAX_ITEMS = 12
_COUNTER = "round of "

# An expression, what is known of a value, or the key and value of a dictionary's item.
Item: TypeAlias = "cst.BaseExpression | tuple[cst.BaseExpression, cst.BaseExpression] | Fact"


class Iterations:
    """From the head of a loop to where control goes from there, and what the loop's names stand for then."""

    def __init__(self, resolver: Resolver, flow: ExceptionFlow) -> None:
        self._resolver = resolver
        self._flow = flow
        self._follows: dict[cst.For, bool] = {}

    def ways(self, loop: cst.For, state: State) -> Mapping[Kind, State]:
        """The kinds of edges that control can take from the head of a loop, each with what is known behind it."""
        if self._resolver.tree.asked_each_round(loop) is not None:
            return {Kind.NEXT: state}
        if self._has_ended(loop.iter, state):
            return {Kind.FALSE: state}
        iterated = self._flow.known(loop.iter, state)
        if (among := self._among(loop.iter, state)) is not None and self._is_asked(loop):
            return self._rounds(loop, among, state)
        if state.handled is None or not self._is_followed(loop, iterated):
            unknown = self._flow.changes.bound(loop.target, None, state)
            return {Kind.TRUE: unknown, Kind.FALSE: unknown}
        count = _counter(loop)
        done = state.fact(count)
        number = done.value if done is not None else 0
        items = self._items(loop.iter, iterated)
        if items is None:
            # Who goes through something because of the exception asks it of each.
            return self._rounds(loop, each_of(iterated), state)
        if number == len(items):
            return {Kind.FALSE: state.knowing(count, None)}
        following = state.knowing(count, Fact("constant", number + 1))
        return {Kind.TRUE: self._bound(loop.target, items[number], following)}

    def asked(self, loop: cst.For, state: State) -> Mapping[Kind, State]:
        """Likewise, from where a loop over `iter(ask, "done")` has asked."""
        answer = self._flow.known(loop.iter, state)
        asked = self._resolver.tree.asked_each_round(loop)
        last = self._flow.known(asked[1], state) if asked is not None else None
        ways = {Kind.TRUE: self._flow.changes.bound(loop.target, answer, state), Kind.FALSE: state}
        if answer is not None and last is not None and answer.kind == last.kind == "constant":
            del ways[Kind.TRUE if answer.value == last.value else Kind.FALSE]
        return ways

    def _has_ended(self, iterator: cst.BaseExpression, state: State) -> bool:
        """Whether an iterator of the program's own has no next thing, by what is known of its attributes."""
        ends: set[Thrown | None] = set()
        for function in self._resolver.called_by_python(iterator, "__next__"):
            begun = State(None, state.handled)
            for read, key in self._resolver.inputs.of(function, iterator):
                begun = begun.knowing(read, state.fact(key))
            ends |= self._flow.called.ends(function, begun)
        return bool(ends) and None not in ends

    def left_by(self, jump: cst.Break, state: State) -> State:
        """What is known behind a `break`: not any more how often control has been around."""
        inside: cst.CSTNode = jump
        for around in self._resolver.tree.ancestors(jump):
            if isinstance(around, (cst.For, cst.While)) and inside is not around.orelse:
                return state.knowing(_counter(around), None)
            inside = around
        return state

    def left_to(self, handler: cst.CSTNode, state: State) -> State:
        """What is known in a clause: not any more how often control has been around in the loops that an exception has left."""
        around = {_counter(loop) for loop in self._resolver.tree.ancestors(handler) if isinstance(loop, (cst.For, cst.While))}
        left = (key for key, _ in state.facts if key.startswith(_COUNTER) and key not in around)
        for key in left:
            state = state.knowing(key, None)
        return state

    def _rounds(self, loop: cst.For, item: Fact | None, state: State) -> Mapping[Kind, State]:
        """The ways of a loop that is taken to go round at least once, and to meet that."""
        count = _counter(loop)
        again = self._flow.changes.bound(loop.target, item, state.knowing(count, Fact("constant", 1)))
        if state.fact(count) is None:
            return {Kind.TRUE: again}
        return {Kind.TRUE: again, Kind.FALSE: state.knowing(count, None)}

    def _among(self, node: cst.BaseExpression, state: State) -> Fact | None:
        """What is known of something that a loop over an expression meets: over what holds it, be it with other things."""
        iterated = self._flow.known(node, state)
        if iterated is not None and iterated.kind == "among":
            found: Fact | None = iterated.value
            return found
        names = self._resolver.names(node.func) if isinstance(node, cst.Call) else frozenset()
        if not isinstance(node, cst.Call) or not names & {"builtins.zip", "builtins.enumerate"}:
            return None
        parts = [self._among(arg.value, state) for arg in node.args]
        if "builtins.enumerate" in names:
            parts = [None, *parts[:1]]
        return Fact("parts", tuple(enumerate(parts))) if any(part is not None for part in parts) else None

    def each(self, comprehension: cst.CompFor, state: State) -> Sequence[State]:
        """What is known in a comprehension of each thing that it goes through; of something, where these are not known."""
        items = self._items(comprehension.iter, self._flow.known(comprehension.iter, state))
        if items is None:
            return [self._flow.changes.bound(comprehension.target, None, state)]
        return [self._bound(comprehension.target, item, state) for item in items]

    def inside(self, comprehension: cst.CompFor, state: State) -> State:
        """What is known in a comprehension that meets something of which that is known."""
        among = self._among(comprehension.iter, state)
        return self._bound(comprehension.target, among, state) if among is not None else state

    def _bound(self, target: cst.BaseExpression, item: Item, state: State) -> State:
        """The state behind an assignment of an item to what a loop names."""
        if isinstance(target, cst.Tuple) and isinstance(item, (cst.Tuple, tuple)) and not has_star(target):
            within = item if isinstance(item, tuple) else [each.value for each in item.elements]
            if len(within) == len(target.elements):
                for element, part in zip(target.elements, within, strict=True):
                    state = self._bound(element.value, part, state)
                return state
        if isinstance(item, cst.BaseExpression):
            item = self._flow.given(item, state)
        return self._flow.changes.bound(target, item if isinstance(item, Fact) else None, state)

    def _is_followed(self, loop: cst.For, iterated: Fact | None) -> bool:
        """Whether a loop is met after the exception was raised, and it depends on its items where control goes."""
        found = self._follows.get(loop)
        if found is None:
            found = self._follows[loop] = self._is_asked(loop) and not self._is_within_loop(loop)
        return found and (self._flow.called.depth > 0 or self._resolver.tree.in_handler(loop) or each_of(iterated) == OPAQUE)

    def _is_asked(self, loop: cst.For) -> bool:
        """Whether it depends on the items of a loop where control goes."""
        return not self._flow.changes.decisive(self._resolver.tree.unit(loop)).isdisjoint(places(loop.target))

    def _is_within_loop(self, loop: cst.For) -> bool:
        """Whether control may leave a loop, and come to it again, without having met the exception once more."""
        for each in self._resolver.tree.ancestors(loop):
            if isinstance(each, (cst.ExceptHandler, cst.ExceptStarHandler, cst.FunctionDef)):
                return False
            if isinstance(each, (cst.For, cst.While)):
                return True
        return False

    def _items(self, node: cst.BaseExpression, iterated: Fact | None) -> Sequence[Item] | None:
        """What a loop goes through, item by item; None where that is not known."""
        found: Sequence[Item] | None = None
        if iterated is not None and iterated.kind == "given":
            node = iterated.value
        elif iterated is not None and iterated.kind == "constant" and isinstance(iterated.value, tuple):
            found = [Fact("constant", value, iterated.told) for value in iterated.value]
        if found is None:
            found = self._written_out(node)
        return found if found is not None and len(found) <= _MAX_ITEMS else None

    def _written_out(self, node: cst.BaseExpression) -> Sequence[Item] | None:
        """The items of a list or the like, or of what a method of a dictionary gives."""
        method = node.func if isinstance(node, cst.Call) and not node.args else None
        if isinstance(method, cst.Attribute) and method.attr.value in ("items", "keys", "values"):
            display, which = self._resolver.display(method.value), method.attr.value
        else:
            display, which = self._resolver.display(node), "keys"
        if isinstance(display, cst.Dict):
            pairs = [each for each in display.elements if isinstance(each, cst.DictElement)]
            if len(pairs) < len(display.elements):
                return None
            if which == "items":
                return [(each.key, each.value) for each in pairs]
            return [each.key if which == "keys" else each.value for each in pairs]
        if display is None or any(isinstance(each, cst.StarredElement) for each in display.elements):
            return None
        return [each.value for each in display.elements]


def _counter(loop: cst.For | cst.While) -> str:
    """The key under which is noted how often control has been around."""
    return f"{_COUNTER}{id(loop)}"
