"""Whether a loop gets on: whether what is done in it makes the next of several things come to its turn."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import takewhile
from typing import TypeGuard

from oaklint.python import cst
from oaklint.python.assignments import Pair, assigned
from oaklint.python.names import Resolver
from oaklint.python.places import place, places, words
from oaklint.python.tree import last_part, walk
from oaklint.usage.errors.items import DOORS
from oaklint.usage.errors.picks import kept_by
from oaklint.usage.errors.repeated import OfRepeated
from oaklint.usage.errors.rounds import TAKE_AWAY, Loop, kept_in, left_out_of
from oaklint.usage.ingredients import PUTS

_ATTEMPTS = {"attempt", "attempts", "tries", "retry", "retries", "failures"}
_COLLECTIONS = {"builtins.list()", "builtins.set()", "builtins.dict()"}


class Progress(OfRepeated):
    """Judges the statements of a loop around a request."""

    def is_made_by(self, node: cst.CSTNode) -> bool:
        """Whether a statement goes on to the next."""
        return self._advances(node) or self._crosses_out(node)

    def _advances(self, node: cst.CSTNode) -> bool:
        """`index += 1` where the index picks an item, or is part of the request; `items = items[1:]`, `del items[0]`; also
        `pairs, state = next_pairs(state)`, and `start = end`, where the end was made of the start.
        """
        if self._takes_off(node) or self._takes_turn(node) or self._leaves_out(node) or self._sorts_out(node):
            return True
        if any(map(self._picks_by_length, self._grown_by(node))):
            return True
        return any(self._picks_next(target, value) for target, value in self._moved_by(node))

    def _moved_by(self, node: cst.CSTNode) -> Iterator[Pair]:
        """What a statement sets to something that was made of it, each with what is added, or with what it is set to."""
        if isinstance(node, cst.AugAssign):
            yield node.target, node.value
        for target, value in assigned(node):
            if isinstance(value, cst.BinaryOperation) and place(target) == place(value.left):
                yield target, value.right
            elif self._is_made_of(target, value) or self._moves_on(target, value):
                yield target, value

    def _picks_next(self, target: cst.BaseExpression, value: cst.BaseExpression) -> bool:
        """Whether what is moved on by a value picks what the request is about, or is part of it."""
        counter = place(target)
        if counter is None or self._resolver.names(value) & {"builtins.str()", "builtins.list()"} or self._is_collection(target):
            return False
        loops = (loop for loop in self._loops if isinstance(loop, cst.While))
        owner, _, last = counter.rpartition(".")
        # With an item, it may be kept how often that has been tried.
        is_of_item = owner not in ("", "self") and bool(words(last) & _ATTEMPTS)
        counts = (counter in self._repeated.ingredients and not is_of_item) or counter in self._repeated.renewals.picks.by
        return counts or any(self._repeated.is_index(counter, loop) for loop in loops)

    def _grown_by(self, node: cst.CSTNode) -> Iterator[str]:
        """The collections that a statement makes longer."""
        grown = [kept_in(part) for part in (node, *self._tree.calls_by(node))]
        grown += [place(node.target)] if isinstance(node, cst.AugAssign) and self._is_collection(node.target) else []
        return (key for key in grown if key is not None)

    def _picks_by_length(self, key: str) -> bool:
        """Whether it says what is next how many items a collection has: `questions[len(answers)]`."""
        if key not in self._repeated.ingredients:
            return False
        calls = (node for loop in self._loops for node in walk(loop.body) if isinstance(node, cst.Call))
        lengths = (call for call in calls if key in {place(arg.value) for arg in call.args[:1]})
        return any("builtins.len" in self._resolver.names(length.func) and self._picks_what_is_next(length) for length in lengths)

    def _picks_what_is_next(self, node: cst.CSTNode) -> bool:
        """Whether an expression is part of the request, or of what that is made of."""
        around = takewhile(lambda each: not isinstance(each, cst.BaseSuite), (node, *self._tree.ancestors(node)))
        return any(each is self._call or self._repeated.feeds(each) for each in around)

    def _is_made_of(self, target: cst.BaseExpression, value: cst.BaseExpression) -> bool:
        """Whether all of several numbers of which one is taken are made of what was there: `at = max(at + size - 10, at + 1)`."""
        return _is_of_several(value, self._resolver) and all(
            isinstance(arg.value, cst.BinaryOperation) and place(_first(arg.value)) == place(target) for arg in value.args
        )

    def _moves_on(self, target: cst.BaseExpression, value: cst.BaseExpression) -> bool:
        """Whether what a `while` goes by, or what it asks with, is set to something that was made of it: `seen = rows[-1].id`,
        where the request is about `rows = newer_than(seen)`; `start = end - overlap`, where the end was made of the start.
        """
        loops = [loop for loop in self._loops if isinstance(loop, cst.While)]
        key = place(target)
        is_at_it = isinstance(value, (cst.Name, cst.IfExp, cst.BinaryOperation)) or _is_of_several(value, self._resolver)
        goes_by = is_at_it and any(key in places(loop.test) for loop in loops)
        is_kept = key in self._repeated.ingredients and any(self._is_set_before(target, loop) for loop in loops)
        asks_with = isinstance(value, (cst.Attribute, cst.Subscript)) and is_kept
        if key is None or not (goes_by or asks_with):
            return False
        if isinstance(value, cst.Attribute) and key in places(value):
            return True  # `node = node.next`
        made_of = places(value) - {key}
        return bool(made_of - self._put_into_on_failure()) and key in self._context.ingredients.behind(made_of, self._unit)

    def _is_collection(self, target: cst.BaseExpression) -> bool:
        """Whether a plain name stands for a list, set or dictionary, which gets larger by `+=` and `|=`."""
        bound = [binding.value for binding in self._tree.bindings_of(target)] if isinstance(target, cst.Name) else []
        return any(_COLLECTIONS & self._resolver.names(value) for value in bound if value is not None)

    def _is_set_before(self, target: cst.BaseExpression, loop: Loop) -> bool:
        """Whether something has a value before a loop that sets it."""
        bindings = self._tree.bindings_of(target) if isinstance(target, cst.Name) else ()
        inside = (loop in self._tree.ancestors(binding.node) for binding in bindings)
        return isinstance(target, cst.Attribute) or not all(inside)

    def _put_into_on_failure(self) -> set[str]:
        """The collections that get something because of the failure: what has failed, for the next round."""
        done = self._repeated.done_on_failure() if self._repeated.done_on_failure is not None else ()
        return {key for node in done for part in (node, *self._tree.calls_by(node)) if (key := kept_in(part)) is not None}

    def _leaves_out(self, node: cst.CSTNode) -> bool:
        """`tried.add(vendor)`, where the next vendor is picked by those that have been tried: `vendor = pick(tried)`."""
        for put in self._tree.calls_by(node):
            left_out = place(put.func.value) if isinstance(put.func, cst.Attribute) and last_part(put.func) in PUTS else None
            handed = set().union(*(places(arg.value) for arg in put.args))
            if left_out is not None and any(left_out in self._minded_by(pick) for pick in self._picks_of(handed)):
                return True
        return False

    def _sorts_out(self, node: cst.CSTNode) -> bool:
        """`vendors = [each for each in vendors if each != vendor]`, where the next vendor is picked among these."""
        for target, value in assigned(node):
            if isinstance(value, (cst.ListComp, cst.SetComp, cst.DictComp)):
                left = place(target)
                asked = set().union(*(places(condition.test) for condition in value.for_in.ifs))
                if left in places(value.for_in.iter) and any(left in places(pick) for pick in self._picks_of(asked)):
                    return True
        return False

    def _minded_by(self, pick: cst.Call | cst.Subscript) -> set[str]:
        """What a call is handed that picks something, and what was left out of that, or of what an item is taken from."""
        handed = [arg.value for arg in pick.args] if isinstance(pick, cst.Call) else []
        sources = set().union(*map(places, handed if isinstance(pick, cst.Call) else [pick.value]))
        found = set().union(*map(places, handed))
        for target, value in self._assigned_in_loops():
            if place(target) in sources:
                found |= left_out_of(value)
        return found

    def _assigned_in_loops(self) -> Iterator[Pair]:
        return (pair for loop in self._loops for node in walk(loop.body) for pair in assigned(node))

    def _crosses_out(self, node: cst.CSTNode) -> bool:
        """`providers.remove(provider)`, where a loop over these has made the request with that one."""
        loops = [(places(loop.iter), places(loop.target)) for loop in self._loops if isinstance(loop, cst.For)]
        for call in self._tree.calls_by(node):
            if isinstance(call.func, cst.Attribute) and call.func.attr.value in TAKE_AWAY and len(call.args) == 1:
                owner, item = place(call.func.value), place(call.args[0].value)
                if any(owner in iterated and item in targets for iterated, targets in loops):
                    return True
        return False

    def _picks_of(self, names: Collection[str]) -> Iterator[cst.Call | cst.Subscript]:
        """What in the loops has picked what one of some names stands for: a call, or an item."""
        for target, value in self._assigned_in_loops():
            if isinstance(value, (cst.Call, cst.Subscript)) and not kept_by(target).isdisjoint(names):
                yield value

    def _takes_turn(self, node: cst.CSTNode) -> bool:
        """Whether a call hands on what the request is made of, together with what it is to be handed, or called of, for the next:
        `page, token = next_page(token)`, `chunk, _, text = text.partition("\n")`.
        """
        if not isinstance(node, cst.Assign) or not isinstance(node.value, cst.Call):
            return False
        target = node.targets[0].target
        if not isinstance(target, cst.Tuple):
            return False
        bound = {key for element in target.elements if (key := place(element.value)) is not None}
        owner = [node.value.func.value] if isinstance(node.value.func, cst.Attribute) else []
        handed = {key for each in (*owner, *(arg.value for arg in node.value.args)) if (key := place(each)) is not None}
        # Names begin anew in a function that calls itself.
        calls = () if self._loops else self._context.self_calls(self._unit)
        on = set().union(*(places(arg.value) for call in calls for arg in call.args))
        kept = {key for key in bound & handed if self._loops or "." in key or key in on}
        return bool(kept and bound & self._repeated.ingredients)

    def _takes_off(self, node: cst.CSTNode) -> bool:
        """Whether the next of several things comes to its turn, because something is taken from what the request is made of."""
        key = _shortened_by(node)
        if key is None or key not in self._repeated.ingredients:
            return False
        takes_one = any(key in places(value) and places(target) - {key} for target, value in assigned(node))
        is_left = any(map(self._repeated.is_left, self._loops[:1]))
        return takes_one or not is_left or not self.is_same_work(node, key)

    def is_same_work(self, node: cst.CSTNode, key: str) -> bool:
        """Whether what is left of something, `key` as `place` writes it, is asked with because of the failure alone: for the same
        work as before, only with less of it.
        """
        if key in self._repeated.renewals.picks.by or words(key) & DOORS:
            return False
        is_whole = self._context.ingredients.has_whole(self._call, key)
        return is_whole and not self._repeated.succeeds_to([node], without=lambda _: False)


def _shortened_by(node: cst.CSTNode) -> str | None:
    """What a statement takes something off and leaves the rest of, as `place` writes it: `del items[0]`, `items.pop(0)`,
    `items = items[1:]`, `text = text[end:].strip()`, `item, *items = items`, `item, items = items[0], items[1:]`.
    """
    if isinstance(node, cst.Del):
        return place(node.target.value) if isinstance(node.target, cst.Subscript) else None
    if isinstance(node, cst.Expr) and isinstance(node.value, cst.Call) and isinstance(node.value.func, cst.Attribute):
        return place(node.value.func.value) if last_part(node.value.func) in ("pop", "popleft") else None
    for target, value in assigned(node):
        value = _unstripped(value)
        if isinstance(value, cst.Subscript):
            rest = place(value.value)
        else:
            rest = place(value) if isinstance(target, (cst.Tuple, cst.List)) else None
        if rest in places(target):
            return rest
    return None


def _first(value: cst.BaseExpression) -> cst.BaseExpression:
    """What something is added to, or taken from: `at` in `at + size - 10`."""
    while isinstance(value, cst.BinaryOperation):
        value = value.left
    return value


def _is_of_several(value: cst.BaseExpression, resolver: Resolver) -> TypeGuard[cst.Call]:
    """`max(end - overlap, start + 1)`"""
    return isinstance(value, cst.Call) and bool(resolver.names(value.func) & {"builtins.max", "builtins.min"})


def _unstripped(value: cst.BaseExpression) -> cst.BaseExpression:
    """What blanks are taken off, `text[end:]` of `text[end:].strip()`."""
    method = value.func if isinstance(value, cst.Call) and not value.args else None
    return method.value if isinstance(method, cst.Attribute) and method.attr.value in ("strip", "lstrip", "rstrip") else value
