"""Whether a `for` loop around a request works through items, or counts attempts."""

from __future__ import annotations

from oaklint.python import cst
from oaklint.python.definitions import does_nothing, statements_in
from oaklint.python.facts import NO_STATE, SET
from oaklint.python.places import place, places, words
from oaklint.python.scopes import Binding
from oaklint.python.tree import arguments, last_part, walk
from oaklint.usage.errors.repeated import OfRepeated, indexes, is_pause
from oaklint.usage.errors.rounds import Loop, Rounds

# Who loops over these asks with something else each time, not for something else.
DOORS = {"key", "keys", "apikey", "token", "credential", "credentials", "client", "account", "provider", "endpoint"}

_COUNTED = {"builtins.range", "itertools.count", "itertools.repeat", "six.moves.range", "tqdm.trange", "tqdm.auto.trange"}
_TELLS = {"log", "debug", "info", "warning", "error", "exception", "print"}
_PASSED_ON = {"tqdm.tqdm", "tqdm.auto.tqdm", "builtins.enumerate", "builtins.list", "builtins.iter", "builtins.reversed"}


class Items(OfRepeated):
    """Judges the loops around a call."""

    def are_iterated(self, loop: cst.For) -> bool:
        """Whether a loop works through items rather than counting attempts."""
        is_asked = self._tree.asked_each_round(loop) is not None and loop.iter in (self._call, *self._tree.ancestors(self._call))
        if is_asked or self._is_manager(loop):
            return False
        iterable = loop.iter
        while isinstance(iterable, cst.Call) and iterable.args and self._resolver.names(iterable.func) & _PASSED_ON:
            iterable = iterable.args[0].value
        if isinstance(iterable, cst.Call) and self._counts(iterable):
            measured = self._measures_items(iterable) and not self._waits_with(loop) and self._matters(loop)
            asks_once = self._repeated.is_left(loop) or self._forgets_answers(loop)
            is_sampling = not asks_once and not self._keeps_failed_within(loop) and self._goes_on()
            return measured or self._picks_with(loop) or is_sampling
        value = self._values.value(iterable)
        if isinstance(value, tuple) and value and all(isinstance(item, (int, float)) for item in value):
            return self._picks_with(loop) or (bool(self._uses_of(loop)) and not self._sleeps_with(loop))
        return not (self._sleeps_with(loop) and not self._picks_with(loop) and self._repeated.is_left(loop))

    def _is_manager(self, loop: cst.For) -> bool:
        """Whether a loop gives what a `with` around the request is for, and nothing else: `with attempt:`."""
        if not isinstance(loop.iter, cst.Call) or not self._resolver.calls.functions(loop.iter):
            return False
        managers = (item.item for node in self._tree.ancestors(self._call) if isinstance(node, cst.With) for item in node.items)
        return place(loop.target) in set(map(place, managers)) - {None} and not self._picks_with(loop)

    def _counts(self, iterable: cst.Call) -> bool:
        """Whether what a loop goes through are the numbers of its rounds, be they given by generators of the program."""
        functions = self._resolver.calls.functions(iterable)
        if functions and all(map(self._only_counts, functions)):
            return not self._context.flow.effects.of(iterable)
        return bool(self._resolver.names(iterable.func) & _COUNTED)

    def _only_counts(self, generator: cst.FunctionDef) -> bool:
        """Whether a generator does nothing but count, wait and tell of it, and goes by nothing but its numbers."""
        yields, nodes_in = self._tree.nodes_in(generator, cst.Yield), self._tree.nodes_in
        tests = [*(each.test for each in nodes_in(generator, cst.If)), *(each.test for each in nodes_in(generator, cst.While))]
        asked = [part for test in (*tests, *(each.test for each in nodes_in(generator, cst.IfExp))) for part in walk(test)]
        if any(isinstance(part, (cst.Call, cst.Attribute, cst.Subscript)) for part in asked):
            return False
        calls = (call for call in self._tree.calls_in(generator) if not any(map(is_pause, (call, *self._tree.ancestors(call)))))
        if self._tree.nodes_in(generator, cst.Raise) or not all(map(self._only_tells, calls)):
            return False
        are_numbers = bool(yields) and all(self._is_number(each.value) for each in yields)
        return are_numbers and all(self._is_limit(part) for part in asked if isinstance(part, cst.Name))

    def _only_tells(self, call: cst.Call) -> bool:
        return bool(self._resolver.names(call.func) & _COUNTED) or last_part(call.func) in _TELLS

    def _is_number(self, node: cst.CSTNode | None) -> bool:
        """Whether a generator gives nothing, or a number that it counts."""
        if node is None or isinstance(node, cst.Integer):
            return True
        bindings = self._tree.bindings_of(node) if isinstance(node, cst.Name) else ()
        return bool(bindings) and all(map(self._is_count, bindings))

    def _is_count(self, binding: Binding) -> bool:
        if binding.kind == "item":
            return isinstance(binding.value, cst.Call) and bool(self._resolver.names(binding.value.func) & _COUNTED)
        return binding.kind == "augment" or isinstance(binding.value, cst.Integer)

    def _is_limit(self, name: cst.Name) -> bool:
        """Whether a name in a test is a number that is counted, or that such a one is compared with."""
        compared = isinstance(self._tree.parents[name], (cst.Comparison, cst.ComparisonTarget, cst.BinaryOperation))
        is_own = any(isinstance(binding.node, cst.Param) for binding in self._tree.bindings_of(name))
        return self._is_number(name) or name.value in ("True", "None") or (compared and is_own)

    def are_repeated(self, loop: cst.For) -> bool:
        """Whether a loop over items stands in one that goes through them again: through all until there is success, or through
        those that have failed.
        """
        around = next((node for node in self._tree.ancestors(loop) if node in self._loops), None)
        if not isinstance(around, (cst.For, cst.While)) or not self.are_iterated(loop):
            return False
        if isinstance(around, cst.For) and self.are_iterated(around):
            return False
        if any(words(name) & DOORS for name in places(loop.target)):
            return False  # another one may have the right key
        return self._keeps_failed(loop, around) or (self._repeated.is_left(around) and self._is_over_the_same(loop, around))

    def _is_over_the_same(self, loop: cst.For, around: Loop) -> bool:
        if isinstance(loop.iter, (cst.Tuple, cst.List)):
            return True
        # A name that nothing in the outer loop binds, or calls a method of.
        key = place(loop.iter)
        inside = (node for node in walk(around.body) if isinstance(node, (cst.Name, cst.Attribute)) and place(node) == key)
        return key is not None and all(node is loop.iter for node in inside)

    def _keeps_failed_within(self, around: cst.For) -> bool:
        """Whether a loop in it, over items or over the answers, sees to it that the next round is for what has failed."""
        within = (node for node in walk(around.body) if isinstance(node, cst.For))
        return any(self._keeps_failed(loop, around, alone=True) for loop in within)

    def _keeps_failed(self, loop: cst.For, around: Loop, *, alone: bool = False) -> bool:
        if self._repeated.done_on_failure is None:
            return False
        rounds = Rounds(self._context, self._graph, self._call, loop, around)
        return rounds.keep_failed(self._repeated.done_on_failure(), alone=alone)

    def _goes_on(self) -> bool:
        """Whether a success of the request leads to the next round as well: that is for another sample, then."""
        with self._context.flow.returning(self._call, SET):
            requests = self._context.deferred.blocks_of(self._call)
            starts = [(edge.target, state) for block in requests for edge, state in self._context.flow.steps(block, NO_STATE)]
            return self._context.flow.search(self._graph, starts, lambda block, _: block in requests) is not None

    def _forgets_answers(self, loop: cst.For) -> bool:
        """Whether a loop does nothing but try to get an answer, each time in the place of the one before, for what stands behind
        it.
        """
        tried = loop.body.body[0] if len(loop.body.body) == 1 else None
        doing = [part for part in statements_in(tried.body) if not does_nothing(part)] if isinstance(tried, cst.Try) else []
        target = doing[0].targets[0].target if len(doing) == 1 and isinstance(doing[0], cst.Assign) else None
        if not isinstance(tried, cst.Try) or not isinstance(target, cst.Name) or not all(map(_only_waits, tried.handlers)):
            return False
        if all(node is not doing[0] for node in self._tree.ancestors(self._call)):
            return False
        if any(isinstance(part, cst.Call) for arg in arguments(self._call) for part in walk(arg)):
            return False  # what is asked may be something else each time
        uses = [use for use in self._tree.uses_of(target) if not self._tree.is_store(use)]
        return bool(uses) and not any(loop in self._tree.ancestors(use) for use in uses)

    def _measures_items(self, counted: cst.Call) -> bool:
        """`range(len(items))`, `range(df.shape[0])`, `range(0, total, batch_size)`; `range(attempts, 0, -1)` counts."""
        if len(counted.args) == 3 and self._values.value(counted.args[2].value) not in (1, -1):
            return True
        for node in walk(counted):
            if isinstance(node, cst.Call) and "builtins.len" in self._resolver.names(node.func):
                return True
            if isinstance(node, cst.Attribute) and node.attr.value in ("shape", "size"):
                return True
            if isinstance(node, cst.Name) and node is not counted.func:
                for binding in self._resolver.bindings(node):
                    if isinstance(binding.value, cst.Call) and "builtins.len" in self._resolver.names(binding.value.func):
                        return True
        return False

    def _matters(self, loop: cst.For) -> bool:
        """Whether the loop's variable is used, or what the loop measures is what the request is about, or has its client."""
        picks = self._repeated.renewals.picks
        return bool(self._uses_of(loop) or places(loop.iter) & (self._repeated.ingredients | picks.all))

    def _picks_with(self, loop: cst.For) -> bool:
        """Whether the loop's variable picks what the request is about: as an index, or as part of it."""
        # Another loop before this one may have the same variable.
        made_of = self._context.ingredients.of(self._call, within=loop)
        names, picked_by = places(loop.target), self._repeated.renewals.picks.by
        return bool(names & (made_of | picked_by)) or any(self._repeated.is_index(name, loop) for name in names)

    def _waits_with(self, loop: cst.For) -> bool:
        """Whether the loop's variable is there to pick how long to wait: `sleep(pauses[attempt])`."""
        if not isinstance(loop.target, cst.Name) or self._picks_with(loop):
            return False
        return any(isinstance(node, cst.Subscript) and loop.target.value in indexes(node) for node in walk(loop.body))

    def _sleeps_with(self, loop: cst.For) -> bool:
        """Whether the loop's variable says how long to wait."""
        return any(is_pause(around) for use in self._uses_of(loop) for around in self._tree.ancestors(use))

    def _uses_of(self, loop: cst.For) -> list[cst.Name]:
        """Where the loop's variable, or one of them, is used."""
        return [node for node in walk(loop.body) if isinstance(node, cst.Name) and node.value in places(loop.target)]


def _only_waits(handler: cst.ExceptHandler) -> bool:
    """Whether a clause waits, and counts nothing."""
    parts = [*walk(handler.body)]
    return any(map(is_pause, parts)) and not any(isinstance(part, cst.AugAssign) for part in parts)
