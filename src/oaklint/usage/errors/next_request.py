"""What makes the request of the next round another one than the one that failed: new work, the next item, other credentials."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from functools import cached_property
from itertools import takewhile

from oaklint.python import cst
from oaklint.python.definitions import does_nothing, statements_in
from oaklint.python.effects import Effects
from oaklint.python.facts import NO_STATE, SET
from oaklint.python.flow import Edge, Graph, Kind, leading_to, reaches
from oaklint.python.places import place, places, words
from oaklint.python.tree import Run, Tree, arguments, evaluated, last_part, parameters, walk
from oaklint.usage.context import Context
from oaklint.usage.errors.picks import kept_by
from oaklint.usage.errors.renewals import Renewals
from oaklint.usage.errors.rounds import TAKE_AWAY, Loop, Rounds, is_among, kept_in, left_out_of
from oaklint.usage.errors.sources import Sources
from oaklint.usage.ingredients import PUTS, step_of

# Who loops over these asks with something else each time, not for something else.
DOORS = {"key", "keys", "apikey", "token", "credential", "credentials", "client", "account", "provider", "endpoint"}

_COUNTED = {"builtins.range", "itertools.count", "itertools.repeat", "six.moves.range", "tqdm.trange", "tqdm.auto.trange"}
_PASSED_ON = {"tqdm.tqdm", "tqdm.auto.tqdm", "builtins.enumerate", "builtins.list", "builtins.iter", "builtins.reversed"}
_ATTEMPTS = {"attempt", "attempts", "tries", "retry", "retries", "failures"}
_COLLECTIONS = {"builtins.list()", "builtins.set()", "builtins.dict()"}
_PAUSES = ("delay", "wait", "backoff", "sleep", "interval", "pause", "seconds")


class NextRequest:
    """A call that makes a request, and what has to happen before it is made again for that to be another request."""

    def __init__(
        self,
        context: Context,
        graph: Graph,
        call: Run,
        done_on_failure: Callable[[], Collection[cst.CSTNode]] | None = None,
    ) -> None:
        """done_on_failure: what may run between the failure and the next request; asked for when it matters."""
        self._context = context
        self._call = call
        self._done_on_failure = done_on_failure
        self._tree = context.tree
        self._resolver = context.resolver
        self._values = context.values
        self._sources = Sources(context)
        self._graph = graph
        self._unit = self._tree.unit(call)
        self._changing: dict[cst.CSTNode, bool] = {}
        self._loops: list[Loop] = [node for node in self._tree.ancestors(call) if isinstance(node, (cst.For, cst.While))]

    def is_changed_by(self, node: cst.CSTNode) -> bool:
        """Whether a statement, condition or header that runs between the two gives the next one other work or other
        credentials.
        """
        found = self._changing.get(node)
        if found is None:
            found = self._takes_new_work(node) or self._advances(node) or self.renews_credentials(node) or self._crosses_out(node)
            self._changing[node] = found
        return found

    def is_changed_by_recursion(self, call: cst.Call) -> bool:
        """Whether a function that calls itself hands itself other work than it was handed."""
        if not isinstance(self._unit, cst.FunctionDef):
            return False
        if not self._context.runs(call, self._unit):
            # Through others: what they hand on is not followed.
            handed = {param.name.value for param in parameters(self._unit)}
            return bool(handed & self._ingredients) or any(effect.method is None for effect in Effects(self._resolver).of(call))
        if self._is_of_another_object(call) or any(arg.star for arg in call.args):
            return True
        for param in parameters(self._unit):
            argument = self._resolver.calls.argument_for(call, self._unit, param)
            counts = param.name.value in self._ingredients | self._renewals.picks.by
            if counts and argument is not None and place(argument) != param.name.value:
                if not (_is_part_of(argument, param.name.value, self._tree) and self._is_same_work(call, param.name.value)):
                    return True
        return False

    def _is_same_work(self, node: cst.CSTNode, key: str) -> bool:
        """Whether what is left of something, `key` as `place` writes it, is asked with because of the failure alone: for the same
        work as before, only with less of it.
        """
        if key in self._renewals.picks.by or words(key) & DOORS:
            return False
        return not self._succeeds_to([node], without=lambda _: False) and not self._is_picked_from(key)

    def _is_picked_from(self, key: str) -> bool:
        """Whether a part of something is taken before each request: `prompts[0]`, `todo[:10]`."""
        before = leading_to(
            self._context.deferred.blocks_of(self._call), without=lambda edge: edge.kind in (Kind.RAISE, Kind.AGAIN)
        )
        nodes = {block.node for block in before}
        parts = (item for item in self._tree.nodes_in(self._unit, cst.Subscript) if place(item.value) == key)
        return any(block.node in nodes for item in parts for block in self._graph.blocks_of(item))

    def _is_of_another_object(self, call: cst.Call) -> bool:
        """Whether a method calls itself of something else than its own object, which may have another client."""
        if not isinstance(self._unit, cst.FunctionDef) or self._tree.scopes[self._unit].kind != "class":
            return False
        at_once = self._unit in self._resolver.calls.functions(call)
        methods = [call.func] if at_once else [arg.value for arg in call.args]  # `Timer(30, self.refresh)`
        named = (each for each in methods if isinstance(each, cst.Attribute) and each.attr.value == self._unit.name.value)
        return not all(map(self._resolver.attributes.is_of_self, named))

    def changes_by_itself(self) -> bool:
        """Whether what the call runs, whichever function it is, takes the next key or other work each time, before it makes its
        request.
        """
        functions = self._resolver.calls.functions(self._call)
        return bool(functions) and all(map(self._is_another_in_each_run, functions))

    def _is_another_in_each_run(self, function: cst.FunctionDef) -> bool:
        return self._context.flow.once(
            "others in each run", function, lambda: self._renewals.in_each_run(function) or takes_work(function, self._context)
        )

    @cached_property
    def _ingredients(self) -> set[str]:
        return self._context.ingredients.of(self._call)

    def _feeds(self, node: cst.CSTNode) -> bool:
        """Whether the statement puts something into what the request is made of."""
        return any(step.targets & self._ingredients for step in filter(None, map(step_of, evaluated(node))))

    # New work.

    def _takes_new_work(self, node: cst.CSTNode) -> bool:
        for call in self._tree.calls_by(node):
            if self._sources.asks_somebody(call):
                return True
            brings = self._sources.brings_something(call) or self._is_asked_for_work(call)
            if brings and not self._is_put_back(call) and (self._is_part_of_request(call) or self._feeds(node)):
                return True
        return False

    def _is_asked_for_work(self, call: cst.Call) -> bool:
        """Whether a function of the program, which is handed nothing, says what to do in each round of a loop that no answer
        ends.
        """
        if call.args or not self._resolver.calls.functions(call):
            return False
        around = (node for node in self._tree.ancestors(call) if node in self._loops)
        loop = next(around, None)
        return isinstance(loop, cst.While) and not self._is_left(loop)

    def _is_part_of_request(self, call: cst.Call) -> bool:
        return any(call in walk(arg) for arg in arguments(self._call))

    def _is_put_back(self, call: cst.Call) -> bool:
        """Whether a handler that the failure leads to puts something into the queue that the call takes from, be it by a function
        of the program.
        """
        owners = self._sources.taken_from(call)
        handling = filter(self._tree.in_handler, self._tree.calls_in(self._unit))
        into = [put for inner in handling for collection, put in self._sources.put_by(inner) if collection in owners]
        if not into or self._done_on_failure is None:
            return bool(into)
        done = self._done_on_failure()
        graphs = ((put, self._resolver.graph(self._tree.unit(put))) for put in into)
        return any(graph is not None and is_among(put, done, graph) for put, graph in graphs)

    # The next item.

    def is_over_items(self, loop: cst.For) -> bool:
        """Whether a `for` loop works through items rather than counting attempts."""
        if self._is_manager(loop):
            return False
        iterable = loop.iter
        while isinstance(iterable, cst.Call) and iterable.args and self._resolver.names(iterable.func) & _PASSED_ON:
            iterable = iterable.args[0].value
        if isinstance(iterable, cst.Call) and self._resolver.names(iterable.func) & _COUNTED:
            measured = self._measures_items(iterable) and not self._waits_with(loop)
            asks_once = self._is_left(loop) or self._forgets_answers(loop)
            is_sampling = not asks_once and not self._keeps_failed_within(loop) and self._goes_on()
            return measured or self._picks_with(loop) or is_sampling
        value = self._values.value(iterable)
        if isinstance(value, tuple) and value and all(isinstance(item, (int, float)) for item in value):
            return self._picks_with(loop) or (bool(self._uses_of(loop)) and not self._sleeps_with(loop))
        return not (self._sleeps_with(loop) and not self._picks_with(loop) and self._is_left(loop))

    def _is_manager(self, loop: cst.For) -> bool:
        """Whether a loop gives what a `with` around the request is for, and nothing else: `with attempt:`."""
        if not isinstance(loop.iter, cst.Call) or not self._resolver.calls.functions(loop.iter):
            return False
        managers = (item.item for node in self._tree.ancestors(self._call) if isinstance(node, cst.With) for item in node.items)
        return place(loop.target) in set(map(place, managers)) - {None} and not self._picks_with(loop)

    def repeats_items(self, loop: cst.For) -> bool:
        """Whether a loop over items stands in one that goes through them again: through all until there is success, or through
        those that have failed.
        """
        around = next((node for node in self._tree.ancestors(loop) if node in self._loops), None)
        if not isinstance(around, (cst.For, cst.While)) or not self.is_over_items(loop):
            return False
        if isinstance(around, cst.For) and self.is_over_items(around):
            return False
        if any(words(name) & DOORS for name in places(loop.target)):
            return False  # another one may have the right key
        return self._keeps_failed(loop, around) or (self._is_left(around) and self._is_over_the_same(loop, around))

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
        if self._done_on_failure is None:
            return False
        rounds = Rounds(self._context, self._graph, self._call, loop, around)
        return rounds.keep_failed(self._done_on_failure(), alone=alone)

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
        uses = [use for use in self._tree.uses_of(target) if not isinstance(self._tree.parents[use], cst.AssignTarget)]
        return bool(uses) and not any(loop in self._tree.ancestors(use) for use in uses)

    def _is_left(self, loop: Loop) -> bool:
        """Whether a success of the request may lead out of a loop before its next round, be it by rounds of loops in it."""
        return self._succeeds_to(self._ends_of(loop), lambda edge: edge.kind is Kind.AGAIN and edge.target.node is loop)

    def _ends_of(self, loop: Loop) -> Iterator[cst.CSTNode]:
        """The statements in a loop that end it."""
        return (node for node in walk(loop.body) if isinstance(node, cst.Return) or self._is_break_of(node, loop))

    def _is_break_of(self, node: cst.CSTNode, loop: Loop) -> bool:
        around = (each for each in self._tree.ancestors(node) if isinstance(each, (cst.For, cst.While)))
        return isinstance(node, cst.Break) and next(around, None) is loop

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

    def _picks_with(self, loop: cst.For) -> bool:
        """Whether the loop's variable picks what the request is about: as an index, or as part of it."""
        # Another loop before this one may have the same variable.
        made_of = self._context.ingredients.of(self._call, within=loop)
        names = places(loop.target)
        return not names.isdisjoint(made_of | self._renewals.picks.by) or any(self._is_index(name, loop) for name in names)

    def _waits_with(self, loop: cst.For) -> bool:
        """Whether the loop's variable is there to pick how long to wait: `sleep(pauses[attempt])`."""
        if not isinstance(loop.target, cst.Name) or self._picks_with(loop):
            return False
        return any(isinstance(node, cst.Subscript) and loop.target.value in _indexes(node) for node in walk(loop.body))

    def _sleeps_with(self, loop: cst.For) -> bool:
        """Whether the loop's variable says how long to wait."""
        return any(_is_pause(around) for use in self._uses_of(loop) for around in self._tree.ancestors(use))

    def _uses_of(self, loop: cst.For) -> list[cst.Name]:
        """Where the loop's variable, or one of them, is used."""
        return [node for node in walk(loop.body) if isinstance(node, cst.Name) and node.value in places(loop.target)]

    def _succeeds_to(self, ends: Iterable[cst.CSTNode], without: Callable[[Edge], bool]) -> bool:
        """Whether a success of the request may lead to one of these nodes, without such an edge."""
        requests = self._context.deferred.blocks_of(self._call)
        goals = [block for node in ends if self._tree.unit(node) is self._unit for block in self._graph.blocks_of(node)]
        return reaches(requests, goals, without=lambda edge: edge.kind is Kind.RAISE or without(edge))

    def _advances(self, node: cst.CSTNode) -> bool:
        """`index += 1` where the index picks an item, or is part of the request; `items = items[1:]`, `del items[0]`; also
        `pairs, state = next_pairs(state)`, and `start = end`, where the end was made of the start.
        """
        if self._takes_off(node) or self._takes_turn(node) or self._leaves_out(node) or self._sorts_out(node):
            return True
        if any(map(self._picks_by_length, self._grown_by(node))):
            return True
        if isinstance(node, cst.AugAssign):
            target, value = node.target, node.value
        elif isinstance(node, cst.Assign) and isinstance(node.value, cst.BinaryOperation):
            target, value = node.targets[0].target, node.value.right
            if place(target) != place(node.value.left):
                return False
        elif isinstance(node, cst.Assign) and self._moves_on(node):
            target, value = node.targets[0].target, node.value
        else:
            return False
        counter = place(target)
        if counter is None or self._resolver.names(value) & {"builtins.str()", "builtins.list()"} or self._is_collection(target):
            return False
        loops = (loop for loop in self._loops if isinstance(loop, cst.While))
        owner, _, last = counter.rpartition(".")
        # With an item, it may be kept how often that has been tried.
        is_of_item = owner not in ("", "self") and bool(words(last) & _ATTEMPTS)
        counts = (counter in self._ingredients and not is_of_item) or counter in self._renewals.picks.by
        return counts or any(self._is_index(counter, loop) for loop in loops)

    def _grown_by(self, node: cst.CSTNode) -> Iterator[str]:
        """The collections that a statement makes longer."""
        grown = [kept_in(part) for part in (node, *self._tree.calls_by(node))]
        grown += [place(node.target)] if isinstance(node, cst.AugAssign) and self._is_collection(node.target) else []
        return (key for key in grown if key is not None)

    def _picks_by_length(self, key: str) -> bool:
        """Whether it says what is next how many items a collection has: `questions[len(answers)]`."""
        if key not in self._ingredients:
            return False
        calls = (node for loop in self._loops for node in walk(loop.body) if isinstance(node, cst.Call))
        lengths = (call for call in calls if key in {place(arg.value) for arg in call.args[:1]})
        return any("builtins.len" in self._resolver.names(length.func) and self._picks_what_is_next(length) for length in lengths)

    def _picks_what_is_next(self, node: cst.CSTNode) -> bool:
        """Whether an expression is part of the request, or of what that is made of."""
        around = takewhile(lambda each: not isinstance(each, cst.BaseSuite), (node, *self._tree.ancestors(node)))
        return any(each is self._call or self._feeds(each) for each in around)

    def _moves_on(self, node: cst.Assign) -> bool:
        """Whether what a `while` goes by, or what it asks with, is set to something that was made of it: `seen = rows[-1].id`,
        where the request is about `rows = newer_than(seen)`.
        """
        target, loops = node.targets[0].target, [loop for loop in self._loops if isinstance(loop, cst.While)]
        key = place(target)
        goes_by = isinstance(node.value, (cst.Name, cst.IfExp)) and any(key in places(loop.test) for loop in loops)
        is_kept = key in self._ingredients and any(self._is_set_before(target, loop) for loop in loops)
        asks_with = isinstance(node.value, (cst.Attribute, cst.Subscript)) and is_kept
        if key is None or not (goes_by or asks_with):
            return False
        made_of = places(node.value) - {key}
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
        done = self._done_on_failure() if self._done_on_failure is not None else ()
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
        if not isinstance(node, cst.Assign) or not isinstance(node.value, (cst.ListComp, cst.SetComp, cst.DictComp)):
            return False
        left = place(node.targets[0].target)
        asked = set().union(*(places(condition.test) for condition in node.value.for_in.ifs))
        return left in places(node.value.for_in.iter) and any(left in places(pick) for pick in self._picks_of(asked))

    def _minded_by(self, pick: cst.Call | cst.Subscript) -> set[str]:
        """What a call is handed that picks something, and what was left out of that, or of what an item is taken from."""
        handed = [arg.value for arg in pick.args] if isinstance(pick, cst.Call) else []
        sources = set().union(*map(places, handed if isinstance(pick, cst.Call) else [pick.value]))
        found = set().union(*map(places, handed))
        for target, value in self._assigned_in_loops():
            if place(target) in sources:
                found |= left_out_of(value)
        return found

    def _assigned_in_loops(self) -> Iterator[tuple[cst.BaseExpression, cst.BaseExpression]]:
        for loop in self._loops:
            for node in walk(loop.body):
                if isinstance(node, cst.Assign):
                    yield from ((each.target, node.value) for each in node.targets)
                elif isinstance(node, cst.AnnAssign) and node.value is not None:
                    yield node.target, node.value

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
        """Whether a call hands on what the request is made of, together with what it is to be handed for the next."""
        if not isinstance(node, cst.Assign) or not isinstance(node.value, cst.Call):
            return False
        target = node.targets[0].target
        if not isinstance(target, cst.Tuple):
            return False
        bound = {key for element in target.elements if (key := place(element.value)) is not None}
        handed = {key for arg in node.value.args if (key := place(arg.value)) is not None}
        # Names begin anew in a function that calls itself.
        calls = () if self._loops else self._context.self_calls(self._unit)
        on = set().union(*(places(arg.value) for call in calls for arg in call.args))
        kept = {key for key in bound & handed if self._loops or "." in key or key in on}
        return bool(kept and bound & self._ingredients)

    def _takes_off(self, node: cst.CSTNode) -> bool:
        """Whether the next of several things comes to its turn, because something is taken from what the request is made of."""
        key = _shortened_by(node)
        if key is None or key not in self._ingredients:
            return False
        takes_one = isinstance(node, cst.Assign) and not isinstance(node.value, cst.Subscript)
        is_left = any(map(self._is_left, self._loops[:1]))
        return takes_one or not is_left or not self._is_same_work(node, key)

    def _is_index(self, name: str, loop: Loop) -> bool:
        """Whether a name picks something in a loop, other than how long to wait."""
        for node in walk(loop.body):
            if isinstance(node, cst.Subscript) and name in _indexes(node) and not any(map(_is_pause, self._tree.ancestors(node))):
                if not any(word in (place(node.value) or "").lower() for word in _PAUSES):
                    return True
        return False

    # Other credentials.

    def renews_credentials(self, node: cst.CSTNode) -> bool:
        """Whether a statement gives the next request another key."""
        return self._renewals.renews(node)

    @cached_property
    def _renewals(self) -> Renewals:
        return Renewals(self._context, self._loops, self._call)


def takes_work(function: cst.FunctionDef, context: Context) -> bool:
    """Whether a function takes other work each time before it makes its request: `item = queue.get()`."""
    graph = context.resolver.graph(function)
    if graph is None:
        return False
    for request in filter(context.clients.is_request, context.tree.calls_in(function)):
        following = NextRequest(context, graph, request)
        before = leading_to(context.deferred.blocks_of(request), without=lambda edge: edge.kind is Kind.RAISE)
        if any(block.node is not None and following.is_changed_by(block.node) for block in before):
            return True
    return False


def _shortened_by(node: cst.CSTNode) -> str | None:
    """What a statement takes something off and leaves the rest of, as `place` writes it: `del items[0]`, `items.pop(0)`,
    `items = items[1:]`, `item, *items = items`.
    """
    if isinstance(node, cst.Del):
        return place(node.target.value) if isinstance(node.target, cst.Subscript) else None
    if isinstance(node, cst.Expr) and isinstance(node.value, cst.Call) and isinstance(node.value.func, cst.Attribute):
        return place(node.value.func.value) if last_part(node.value.func) in ("pop", "popleft") else None
    if not isinstance(node, cst.Assign):
        return None
    if isinstance(node.value, cst.Subscript):
        rest = place(node.value.value)
    else:
        rest = place(node.value) if isinstance(node.targets[0].target, (cst.Tuple, cst.List)) else None
    return rest if any(rest in places(target.target) for target in node.targets) else None


def _is_part_of(rest: cst.BaseExpression, key: str, tree: Tree) -> bool:
    """Whether an expression is a slice of something, or a name that is bound to one."""
    if isinstance(rest, cst.Name):
        values = [binding.value for binding in tree.bindings_of(rest)]
        return bool(values) and all(isinstance(value, cst.Subscript) and _is_part_of(value, key, tree) for value in values)
    return isinstance(rest, cst.Subscript) and isinstance(rest.slice[0].slice, cst.Slice) and place(rest.value) == key


def _only_waits(handler: cst.ExceptHandler) -> bool:
    """Whether a clause waits, and counts nothing."""
    parts = [*walk(handler.body)]
    return any(map(_is_pause, parts)) and not any(isinstance(part, cst.AugAssign) for part in parts)


def _is_pause(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.Call) and any(word in last_part(node.func).lower() for word in _PAUSES)


def _indexes(node: cst.Subscript) -> set[str]:
    """The names by which an item is picked."""
    return set().union(*map(places, node.slice))
