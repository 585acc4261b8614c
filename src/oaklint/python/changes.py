"""What a statement changes in what is known: names that it binds, objects whose methods it calls, names without a value."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from math import inf
from typing import TYPE_CHECKING, TypeGuard

from oaklint.python import cst
from oaklint.python.arithmetic import calculate
from oaklint.python.decisive import certainly_evaluated, decisive_places
from oaklint.python.definitions import is_initializer
from oaklint.python.effects import Effect, takes_out
from oaklint.python.facts import (
    NO_STATE,
    OPAQUE,
    SET,
    TOUCHED,
    UNBOUND,
    Fact,
    Facts,
    State,
    calculated,
    comes_from_error,
    each_of,
    item_of,
)
from oaklint.python.flow import Block, Graph, Kind, reachable
from oaklint.python.names import Resolver
from oaklint.python.places import place, places
from oaklint.python.scopes import Binding, CodeUnit
from oaklint.python.tree import evaluated, has_star, walk
from oaklint.python.values import UNKNOWN, Values

if TYPE_CHECKING:
    from oaklint.python.exceptions import ExceptionFlow

# Methods that put something into an object, or tell somebody; whether to go on is not what they decide.
_ADDS = {"append", "appendleft", "add", "insert"}
_FILLS = {
    *("extend", "update", "setdefault", "put", "put_nowait", "task_done", "push", "write", "print"),
    *("debug", "info", "warning", "warn", "error", "exception", "critical", "log", "sleep", "rollback", "close", "flush"),
}
_STATELESS = {*sys.stdlib_module_names, "builtins"}
# A counter is followed this far as a rule, so that what is known of it does not multiply the states.
_MAX_COUNT = 4
# The operators by which it is asked how large something is.
_ORDERS = ("LessThan", "LessThanEqual", "GreaterThan", "GreaterThanEqual")


class Changes:
    """From a block and the state before it to the state behind it: the transfer function of the search."""

    def __init__(self, resolver: Resolver, values: Values, flow: ExceptionFlow) -> None:
        self._resolver = resolver
        self._values = values
        self._flow = flow
        self._bindings: dict[cst.CSTNode, list[tuple[cst.BaseExpression, cst.BaseExpression | None]]] = {}
        self._deciding: dict[CodeUnit | None, frozenset[str]] = {}
        self._bound_in: dict[Graph, dict[str, tuple[float, frozenset[Block]]]] = {}
        self._reads: dict[cst.CSTNode, frozenset[str]] = {}
        self._flags: dict[cst.Name, bool] = {}
        self.max_count = _MAX_COUNT  # what has been found out with another one is not to be kept

    def after(self, block: Block, state: State) -> State:
        """What is known behind a statement, condition or header."""
        node = block.node
        if node is not None:
            state = self._called_on(node, state)
            if node not in self._bindings:
                self._bindings[node] = list(self._bound_by(node))
            counted = self._counted(node, state) if isinstance(node, cst.AugAssign) else None
            for target, value in self._bindings[node]:
                state = self.assigned(target, value, state)
            if counted is not None:
                state = state.knowing(*counted)
            if isinstance(node, cst.MatchCase):
                state = self._captured(node, state)
        return state

    def _captured(self, case: cst.MatchCase, state: State) -> State:
        """What is known of the names in a pattern that fits."""
        match = self._resolver.tree.parents[case]
        assert isinstance(match, cst.Match)
        decisive = self.decisive(self._resolver.tree.unit(case))
        subject = self._flow.knowledge.returned(match.subject, state)
        for name, fact in self._flow.cases.captured(case.pattern, subject, state):
            state = state.knowing(name, fact if name in decisive else None)
        return state

    def _counted(self, node: cst.AugAssign, state: State) -> tuple[str, Fact] | None:
        """What a counter is behind `attempts += 1`, as long as it is small; what `failed += [item]` or `failed |= {item}` adds to
        is not empty.
        """
        key = place(node.target)
        if isinstance(node.value, (cst.List, cst.Tuple, cst.Set, cst.Dict)) and node.value.elements and key is not None:
            return (key, SET) if key in self.decisive(self._resolver.tree.unit(node)) else None
        step = self._flow.knowledge.known(node.value, state)
        before = state.fact(key) if key is not None else None
        if key is None or before is None or step is None or not before.kind == step.kind == "constant":
            return None
        operation = type(node.operator).__name__.removesuffix("Assign")
        after = calculated(partial(calculate, operation), before, step)
        return (key, after) if after is not None and isinstance(after.value, int) and abs(after.value) <= self.max_count else None

    def _called_on(self, node: cst.CSTNode, state: State) -> State:
        """What is known behind the calls in a statement, of that which they may have changed."""
        for call in self._resolver.tree.calls_by(node):
            if self._resolver.calls.functions(call):
                state = self._changed_by_own(call, state)
            elif isinstance(call.func, cst.Attribute):
                # What takes out what another call is handed, `sleep(pauses.pop(0))`, is asked for that.
                is_statement = isinstance(node, cst.Expr) and (not takes_out(call) or node.value is call)
                state = self._changed_by_method(call.func, is_statement, state)
        return state

    def _changed_by_own(self, call: cst.Call, state: State) -> State:
        """What is known behind a call of a function of the program."""
        decisive = self.decisive(self._resolver.tree.unit(call))
        is_told = any(comes_from_error(self._flow.knowledge.known(arg.value, state)) for arg in call.args)
        changes: dict[str, list[Effect]] = {}
        for effect in self._flow.effects.of(call, is_told=is_told):
            changes.setdefault(effect.key, []).append(effect)
        before = state
        for key, effects in changes.items():
            if (last := f"{key}.-1") in decisive and any(each.method and each.method.attr.value == "append" for each in effects):
                state = state.knowing(last, OPAQUE)  # it may be the exception
            if key in decisive:
                state = self._changed_by_effects(key, effects, call, is_told, before, state)
        return state

    def _changed_by_effects(
        self, key: str, effects: Sequence[Effect], call: cst.Call, is_told: bool, before: State, state: State
    ) -> State:
        """What is known behind a call of what it may change in these ways."""
        settings = [each for each in effects if each.value is not None or (each.method and each.method.attr.value in _ADDS)]
        last = self._flow.called.last_of(settings, call, before) if not self._flow.knowledge.is_supposed(call) else None
        if last is not None:
            if not last:
                return state.knowing(key, OPAQUE)
            if None in last and len(last) > 1:
                return state.knowing(key, None)  # it may be set, or not
            effects = [each for each in effects if each not in settings or each in last]
        ways = {each.value for each in effects if each.method is None}
        for _, value, method, _ in effects:
            if method is not None and method.attr.value in _ADDS:
                state = state.knowing(key, SET)  # it is not empty now
            elif method is not None:
                state = state.knowing(key, TOUCHED) if state.fact(key) is None and self._touches(method) else state
            elif len(ways) > 1 and (is_told or last is not None):
                state = state.knowing(key, self._one_of(ways, is_told=is_told))
            elif value is None:
                state = state.knowing(key, None)
            elif (fact := self._flow.knowledge.assigned_by(call, value)) is not None:
                state = state.knowing(key, self._assigned_within(value, fact))
        return state

    def _one_of(self, values: set[cst.BaseExpression | None], *, is_told: bool) -> Fact | None:
        """What is known where a function assigns one of some values: which of them depends on what it is told, unless it is
        counted.
        """
        facts = [self._assigned_within(value, OPAQUE) if value is not None else None for value in values]
        if all(self._flow.knowledge.truth(fact) is True for fact in facts):
            return SET
        return OPAQUE if is_told and not self._are_counted(values) else None

    def _assigned_within(self, value: cst.BaseExpression, otherwise: Fact) -> Fact | None:
        """What is known of a value that a function assigns: nothing where it says how often something has been done, `self.open =
        self.failures >= 3`, or lately, or where that chooses it.
        """
        known = self._values.value(value)
        if known is not UNKNOWN:
            return Fact("constant", known)
        if self._is_counted(value.test if isinstance(value, cst.IfExp) else value) or _are_late(value):
            return None
        return SET if otherwise == OPAQUE and self._flow.knowledge.known(value, NO_STATE) == SET else otherwise

    def _are_counted(self, values: Iterable[cst.BaseExpression | None]) -> bool:
        """Whether it is chosen by how large something is which of some values is assigned: the one until then, or the other."""
        choices = {self._choice_around(value) if value is not None else None for value in values}
        choice = choices.pop() if len(choices) == 1 else None
        return choice is not None and self._is_counted(choice.test)

    def _choice_around(self, value: cst.BaseExpression) -> cst.If | None:
        return next((each for each in self._resolver.tree.ancestors(value) if isinstance(each, cst.If)), None)

    def _is_counted(self, test: cst.BaseExpression) -> bool:
        """Whether a condition asks how often something has been done: `self.attempts < self.limit`, where the one is counted, the
        other stays as it was made, and neither has to do with what a function is told.
        """
        if not _is_by_size(test):
            return False
        sides = [test.left, *(each.comparator for each in test.comparisons)]
        return all(isinstance(side, cst.Integer) or self._only_counts(side) for side in sides)

    def _only_counts(self, node: cst.BaseExpression) -> bool:
        """Whether an attribute of `self` is set where its object is made, and from then on counted up or down."""
        resolver, tree = self._resolver, self._resolver.tree
        if not isinstance(node, cst.Attribute) or not resolver.attributes.is_of_self(node):
            return False
        owner = resolver.definitions.class_of(node)
        if owner is None or resolver.attributes.are_set_by_any_name(owner):
            return False
        for each in tree.named(node.attr.value):
            parent = tree.parents[each]
            if tree.is_store(each) and tree.scopes[each].kind != "class" and not is_initializer(tree.unit(each)):
                return False
            if isinstance(parent, cst.AugAssign) and parent.target is each and self._values.value(parent.value) != 1:
                return False
        return True

    def _changed_by_method(self, method: cst.Attribute, is_statement: bool, state: State) -> State:
        """What is known behind a call of a method that is not seen."""
        key, name = place(method.value), method.attr.value
        if key is None or key not in self.decisive(self._resolver.tree.unit(method)):
            return state
        known = state.fact(key)
        state = self._with_items(key, method, state)
        if name == "clear":
            return state.knowing(key, Fact("constant", ()))
        if known == SET and name not in _ADDS:
            return state.knowing(key, None)
        if name in _ADDS and (state.handled is not None or known is not None):
            return state.knowing(key, SET)  # it is not empty now
        if name in ("extend", "update") and (self._adds_error(method, state) or self._adds_items(method)):
            return state.knowing(key, SET)
        if name in _FILLS and known is not None and known.kind == "constant":
            return state.knowing(key, None)
        if state.handled is None or known == SET:
            return state
        return state.knowing(key, TOUCHED) if is_statement and known is None and self._touches(method) else state

    def _adds_error(self, method: cst.Attribute, state: State) -> bool:
        """Whether what a collection gets comes from the exception: `refused.extend(group.exceptions)`."""
        call = self._resolver.tree.parents[method]
        arguments = call.args if isinstance(call, cst.Call) else ()
        return any(comes_from_error(self._flow.knowledge.known(arg.value, state)) for arg in arguments)

    def _adds_items(self, method: cst.Attribute) -> bool:
        """Whether it is written out what a collection gets: `messages.extend([message])`."""
        call = self._resolver.tree.parents[method]
        displays = (arg.value for arg in call.args) if isinstance(call, cst.Call) else ()
        items = [each.elements for each in displays if isinstance(each, (cst.List, cst.Tuple, cst.Set, cst.Dict))]
        return any(isinstance(item, (cst.Element, cst.DictElement)) for each in items for item in each)

    def _with_items(self, key: str, method: cst.Attribute, state: State) -> State:
        """What is known of the last item of a list, and of the first, behind a call of one of its methods:
        `errors.append(error)`.
        """
        call, first, last = self._resolver.tree.parents[method], f"{key}.0", f"{key}.-1"
        decisive = self.decisive(self._resolver.tree.unit(method))
        if first not in decisive and last not in decisive:
            return state
        added = call.args[0].value if method.attr.value == "append" and isinstance(call, cst.Call) and call.args else None
        fact = self._flow.knowledge.known(added, state) if added is not None else None
        if first in decisive and state.fact(first) is None:
            state = state.knowing(first, fact)  # a wrong key fails from the beginning
        return state.knowing(last, fact) if last in decisive else state

    def _touches(self, method: cst.Attribute) -> bool:
        """Whether a method may change what its object answers later."""
        return method.attr.value not in _FILLS | _ADDS and self._is_object(method.value)

    def _is_object(self, node: cst.BaseExpression) -> bool:
        """Whether an expression may be something that keeps a state, and is not known to be a module of the standard library."""
        return all(name.endswith("()") or name.partition(".")[0] not in _STATELESS for name in self._resolver.names(node))

    def unbound_at(self, unit: CodeUnit | None, blocks: Iterable[Block]) -> Facts:
        """The local names of a function that have no value yet when control first comes to one of the blocks, and get none before
        it has come through there.
        """
        graph = self._resolver.graph(unit)
        if not isinstance(unit, cst.FunctionDef) or graph is None:
            return frozenset()
        goals = frozenset(blocks)
        first = min((graph.circles[goal] for goal in goals), default=0)
        # What is bound in a circle before those of the goals is bound without them.
        later = {name: binding for name, (circle, binding) in self._binding(graph).items() if circle >= first}
        if not later:
            return frozenset()
        failed = (edge.target for goal in goals for edge in goal.edges if edge.kind is Kind.RAISE)
        without = set().union(reachable(graph.entry, goals), *(reachable(target, goals) for target in failed)) - goals
        return frozenset((name, UNBOUND) for name, binding in later.items() if binding.isdisjoint(without))

    def _binding(self, graph: Graph) -> dict[str, tuple[float, frozenset[Block]]]:
        """The local names of a function with the blocks that bind them, and with the first circle in which one is that control
        may come to; for what is bound or deleted in other ways, nothing is claimed.
        """
        found = self._bound_in.get(graph)
        if found is None:
            assert isinstance(graph.unit, cst.FunctionDef)
            run = reachable(graph.entry)
            found = self._bound_in[graph] = {}
            for name, bindings in self._resolver.tree.scopes[graph.unit.body].bindings.items():
                if not any(self._is_bound_otherwise(binding, graph) for binding in bindings):
                    blocks = frozenset(block for binding in bindings for block in graph.blocks_of(binding.node))
                    found[name] = min((graph.circles[block] for block in blocks & run), default=inf), blocks
        return found

    def _is_bound_otherwise(self, binding: Binding, graph: Graph) -> bool:
        if binding.kind in ("parameter", "delete") or self._resolver.tree.unit(binding.node) is not graph.unit:
            return True
        return isinstance(self._resolver.tree.parents[binding.node], cst.NamedExpr)

    def reads_unbound(self, node: cst.CSTNode, state: State) -> bool:
        """Whether a block begins by reading a name that has no value."""
        unbound = {name for name, fact in state.facts if fact == UNBOUND}
        if not unbound:
            return False
        if node not in self._reads:
            self._reads[node] = frozenset(part.value for part in certainly_evaluated(node) if isinstance(part, cst.Name))
        return not unbound.isdisjoint(self._reads[node])

    def _bound_by(self, node: cst.CSTNode) -> Iterator[tuple[cst.BaseExpression, cst.BaseExpression | None]]:
        """The targets that a block binds, each with the expression that it then stands for; None where that is not said."""
        for part in evaluated(node):
            if isinstance(part, cst.NamedExpr):
                yield part.target, part.value
        if isinstance(node, cst.Assign):
            yield from ((target.target, node.value) for target in node.targets)
        elif isinstance(node, cst.AnnAssign) and node.value is not None:
            yield node.target, node.value
        elif isinstance(node, (cst.AugAssign, cst.Del)):
            yield node.target, None
        elif isinstance(node, cst.WithItem) and node.asname is not None:
            yield node.asname.name, None
        elif isinstance(node, (cst.FunctionDef, cst.ClassDef)):
            yield node.name, None
        elif isinstance(node, (cst.Import, cst.ImportFrom)) and not isinstance(node.names, cst.ImportStar):
            for alias in node.names:
                bound: cst.BaseExpression = alias.asname.name if alias.asname is not None else alias.name
                while isinstance(bound, cst.Attribute):
                    bound = bound.value
                yield bound, None
        elif isinstance(node, cst.MatchCase):
            for part in walk(node.pattern):
                if isinstance(part, (cst.MatchAs, cst.MatchStar)) and part.name is not None:
                    yield part.name, None

    def assigned(self, target: cst.BaseExpression, value: cst.BaseExpression | None, state: State) -> State:
        """The state behind an assignment of the value of an expression; None for one that is not said."""
        if isinstance(target, (cst.Tuple, cst.List)) and isinstance(value, (cst.Tuple, cst.List)):
            if len(target.elements) == len(value.elements) and not has_star(target) and not has_star(value):
                before = state  # all values are there before the first is assigned: `this, other = other, this`
                for element, part in zip(target.elements, value.elements, strict=True):
                    state = self._assigned_as(element.value, part.value, before, state)
                return state
        fact = self._flow.knowledge.known(value, state) if value is not None else None
        if fact is None and isinstance(value, cst.Name) and self._flow.knowledge.is_parameter(value):
            fact = Fact("given", value)
        return self.bound(target, fact, state)

    def _assigned_as(self, target: cst.BaseExpression, value: cst.BaseExpression, before: State, state: State) -> State:
        """The state behind an assignment of what a value was before."""
        if isinstance(target, (cst.Tuple, cst.List)):
            return self.assigned(target, value, state)
        return self.bound(target, self._flow.knowledge.known(value, before), state)

    def bound(self, target: cst.BaseExpression, fact: Fact | None, state: State) -> State:
        """The state behind an assignment of something of which that is known."""
        if isinstance(target, (cst.Tuple, cst.List)):
            is_whole = not has_star(target)
            for number, element in enumerate(target.elements):
                state = self.bound(element.value, item_of(fact, number) if is_whole else each_of(fact), state)
            return state
        if isinstance(target, cst.Subscript) and self._flow.knowledge.is_told(target, state):
            target, fact = target.value, TOUCHED  # it has an entry now for an error of that kind
        state = self._filled(target.value, state) if isinstance(target, cst.Subscript) else state
        key = place(target)
        state = state.knowing_nothing_of(key) if key is not None else state
        # What decides nothing would only multiply the states.
        if key is None or key not in self.decisive(self._resolver.tree.unit(target)):
            return state.knowing(key, None) if key is not None and state.fact(key) == UNBOUND else state
        return state.knowing(key, fact)

    def _filled(self, collection: cst.BaseExpression, state: State) -> State:
        """The state behind an assignment to an item of a collection: it is not empty now."""
        key = place(collection)
        if key is None or key not in self.decisive(self._resolver.tree.unit(collection)):
            return state
        known = state.fact(key)
        is_told = state.handled is not None if known is None else known.kind == "constant"
        return state.knowing(key, SET) if is_told else state

    def is_flag(self, name: cst.Name) -> bool:
        """Whether a name is only ever set to True or False, and by its function alone, so that who has asked for it knows it."""
        found = self._flags.get(name)
        if found is None:
            tree, bindings = self._resolver.tree, self._resolver.tree.bindings_of(name)
            found = self._flags[name] = bool(bindings) and all(
                binding.value is not None
                and tree.unit(binding.node) is tree.unit(name)
                and isinstance(self._values.value(binding.value), bool)
                for binding in bindings
            )
        return found

    def decisive(self, unit: CodeUnit | None) -> frozenset[str]:
        """The names and attributes in a unit on which it may depend where control goes, directly or by what they are made of."""
        found = self._deciding.get(unit)
        if found is None:
            found = self._deciding[unit] = frozenset(decisive_places(self._resolver, unit))
        return found


def _are_late(value: cst.BaseExpression) -> bool:
    """Whether a value is what is left of some numbers by how large they are: `[time for time in self.times if time > start]`."""
    if not isinstance(value, cst.ListComp) or not isinstance(value.elt, cst.Name):
        return False
    item = value.elt.value
    for condition in value.for_in.ifs:
        operands = places(condition.test)
        if not _is_by_size(condition.test) or item not in operands or any(key.startswith(f"{item}.") for key in operands):
            return False
    return bool(value.for_in.ifs)


def _is_by_size(test: cst.BaseExpression) -> TypeGuard[cst.Comparison]:
    """Whether a condition asks how large something is."""
    return isinstance(test, cst.Comparison) and all(type(each.operator).__name__ in _ORDERS for each in test.comparisons)
