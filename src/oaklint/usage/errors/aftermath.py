"""Whether anybody learns of an AuthenticationError that a clause has stopped, or anything is done about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

from oaklint.python import cst
from oaklint.python.facts import Fact, State
from oaklint.python.flow import Block, TooManyStates
from oaklint.python.places import place, places
from oaklint.python.scopes import CodeUnit
from oaklint.python.tree import evaluated, parameters, walk
from oaklint.python.values import UNKNOWN
from oaklint.usage.errors.auth_errors import Catch, Clause
from oaklint.usage.errors.outcomes import Outcomes, Ways, asks_for_validity, changed_by, is_question, tests_in
from oaklint.usage.importers import Importers

# Calls that neither tell anybody nor change anything.
_IDLE = {"time.sleep", "asyncio.sleep", "anyio.sleep", "trio.sleep"}
_EMPTY = {f"builtins.{name}" for name in ("dict", "list", "set", "tuple", "str", "frozenset", "int", "float", "bytes")}
_MAX_DEPTH = 3


class Aftermath:
    """Judges what is done about the errors that clauses stop."""

    def __init__(self, outcomes: Outcomes, importers: Importers) -> None:
        self._outcomes = outcomes
        self._importers = importers

    def is_silenced(self, clause: Clause) -> bool:
        """Whether nobody learns of an error that stops at the clause, and nothing is done about it."""
        catches = self._outcomes.of(clause)
        if not catches or self._answers_a_question(clause, catches) or self._outcomes.is_retry(clause):
            return False
        if not self._is_for_keys_alone(clause) and all(map(self._is_only_better, catches)):
            return False
        try:
            return all(self._is_lost(catch) for catch in catches)
        except TooManyStates:
            return False

    def _answers_a_question(self, clause: Clause, catches: Iterable[Catch]) -> bool:
        """Whether its function asks whether the key is good, and not what the service has to say of what it is handed:
        `is_rude(text)`.
        """
        unit = self._outcomes.tree.unit(clause)
        if not isinstance(unit, cst.FunctionDef) or not is_question(unit.name.value):
            return False
        handed = {param.name.value for param in parameters(unit)} - {"self", "cls"}
        if all(handed.isdisjoint(self._outcomes.context.ingredients.of(catch.call)) for catch in catches):
            return True
        return asks_for_validity(unit.name.value) or all(map(self._is_settled, self._outcomes.resolver.returned_values(unit)))

    def _is_for_keys_alone(self, clause: Clause) -> bool:
        """Whether a clause is for what is wrong with keys and nothing else."""
        suppressing = clause.item if isinstance(clause, cst.WithItem) else clause
        types = [arg.value for arg in suppressing.args] if isinstance(suppressing, cst.Call) else [getattr(clause, "type", None)]
        return all(each is None or self._outcomes.errors.names_refusals_alone(each) for each in types)

    def _is_only_better(self, catch: Catch) -> bool:
        """Whether what a request is asked for has been worked out before in another way, which does where it fails: `label =
        by_rules(text)`.
        """
        tree = self._outcomes.tree
        kept = next((node for node in tree.ancestors(catch.call) if isinstance(node, cst.Assign)), None)
        name = kept.targets[0].target if kept is not None else None
        bindings = tree.bindings_of(name) if isinstance(name, cst.Name) else ()
        before = [each.value for each in bindings if all(node is not kept for node in tree.ancestors(each.node))]
        return bool(before) and all(value is not None and self._is_worked_out(value) for value in before)

    def _is_worked_out(self, value: cst.BaseExpression) -> bool:
        """Whether a call makes a value out of something: `by_rules(text)`, `text.splitlines()[0]`, not `Counter()`."""
        calls = [part for part in walk(value) if isinstance(part, cst.Call)]
        used = {part for call in calls for part in walk(call) if isinstance(part, cst.Name) and part is not call.func}
        bound = (binding.kind for name in used for binding in self._outcomes.tree.bindings_of(name))
        return any(kind not in ("import", "class", "function") for kind in bound)

    def _is_settled(self, value: cst.BaseExpression) -> bool:
        """Whether a value is one of some constants."""
        bound = [each.value for each in self._outcomes.tree.bindings_of(value)] if isinstance(value, cst.Name) else []
        return all(each is not None and self._outcomes.values.value(each) is not UNKNOWN for each in bound or (value,))

    def _is_lost(self, catch: Catch) -> bool:
        ways = self._outcomes.behind(catch)
        return ways is not None and ways.may_succeed and not self._is_told(ways, 0)

    def _is_told(self, ways: Ways, depth: int) -> bool:
        """Whether something is done because of the failure, or its traces are looked at, here or by the callers."""
        if any(self._acts(node, state) or self._switches(node, ways) for node, state in ways.of_failure()):
            return True
        if self._shows_traces(ways) or self._looks_at_traces(ways) or self._outcomes.asks_otherwise(ways):
            return True
        telling = self._outcomes.handed_on(ways) - self._handed_on_as_well(ways)
        return any(self.is_told_by_callers(ways.graph.unit, value, depth) for value in telling)

    def _handed_on_as_well(self, ways: Ways) -> set[Fact]:
        """The values that the unit may return after the failure, but may return after a success, too."""
        found: set[Fact] = set()
        for block, state in ways.failed:
            value = block.node.value if isinstance(block.node, cst.Return) else None
            fact = state.fact(value.value) if isinstance(value, cst.Name) else None
            if isinstance(value, cst.Name) and fact is not None and (fact.value or fact.value is False):
                found |= {fact} if fact.kind == "constant" and not self._is_telling(value, fact) else set()
        return found

    def _acts(self, node: cst.CSTNode, state: State) -> bool:
        """Whether a statement, or condition, tells somebody of the failure or changes something."""
        if any(isinstance(part, cst.Call) and not self._is_idle(part) for part in evaluated(node)):
            return True
        value = _given(node)
        if value is not None:
            return not self._is_empty(value, state)
        return isinstance(node, _changes()) and not self._is_counted_for_nobody(node)

    def _is_counted_for_nobody(self, node: cst.CSTNode) -> bool:
        """Whether a statement counts in a local name that is never read."""
        tree, name = self._outcomes.tree, node.target if isinstance(node, cst.AugAssign) else None
        if not isinstance(node, cst.AugAssign) or not isinstance(name, cst.Name) or not isinstance(node.value, cst.Integer):
            return False
        home = tree.scopes[name].lookup(name.value)
        return home is not None and home.kind == "function" and all(map(self._is_written, tree.uses_of(name)))

    def _is_written(self, node: cst.Name) -> bool:
        """Whether a name is only set there, or counted on."""
        parent = self._outcomes.tree.parents[node]
        return self._outcomes.tree.is_store(node) or (isinstance(parent, cst.AugAssign) and parent.target is node)

    def _switches(self, node: cst.CSTNode, ways: Ways) -> bool:
        """Whether a statement sets a variable of the module that success leaves alone: `client = None`."""
        tree = self._outcomes.tree
        targets = [target.target for target in node.targets] if isinstance(node, cst.Assign) else []
        set_here = [target for target in targets if isinstance(target, cst.Name)]
        names = {name.value for name in set_here if tree.scopes[name].lookup(name.value) is tree.module}
        return not names <= set().union(*map(changed_by, ways.left_undone()))

    def _is_idle(self, call: cst.Call) -> bool:
        names = self._outcomes.resolver.names(call.func)
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
            return not node.args and self._outcomes.resolver.names(node.func) <= _EMPTY
        fact = self._outcomes.flow.known(node, state)
        return fact is not None and fact.kind == "constant" and not fact.value and fact.value is not False

    # Traces: names that success would have bound, or changed.

    def _shows_traces(self, ways: Ways) -> bool:
        """Whether a name is used, in what runs either way, that holds something else than nothing because of the failure."""
        traces = set().union(*map(changed_by, ways.left_undone()))
        for block, state in ways.failed:
            for part in evaluated(block.node) if block.node is not None and traces else ():
                if isinstance(part, (cst.Name, cst.Attribute)) and (key := place(part)) in traces and key is not None:
                    fact = state.fact(key)
                    if fact is not None and fact.kind == "constant" and self._is_telling(part, fact):
                        return True
                    if fact is None and self._is_flag(part):
                        return True
        return False

    def _is_telling(self, node: cst.Name | cst.Attribute, fact: Fact) -> bool:
        """Whether a value tells of the failure: nothing does not, nor what an object has held before, nor does what success may
        give as well.
        """
        if isinstance(node, cst.Name):
            if self._is_taken_over(node) or self._is_given_as_well(node, fact):
                return False
            if isinstance(fact.value, (bool, str)) and not _is_message(fact.value):
                return bool(fact.value or fact.value is False) and self._is_settled(node)
        return bool(fact.value) or fact.value is False

    def _is_taken_over(self, node: cst.Name) -> bool:
        """Whether what a name holds without success is what an attribute has held before: `title = note.title`."""
        values = [binding.value for binding in self._outcomes.tree.bindings_of(node)]
        before = [value for value in values if not isinstance(value, (cst.Call, cst.Await))]
        return bool(before) and all(isinstance(value, cst.Attribute) for value in before)

    def _is_given_as_well(self, node: cst.Name, fact: Fact) -> bool:
        """Whether success may give the same value: `label = answer or label`."""
        values = [binding.value for binding in self._outcomes.tree.bindings_of(node)]
        sides = (side for value in values if value is not None for side in _sides_of(value) if side is not value)
        return any(place(side) == node.value or self._outcomes.values.value(side) == fact.value for side in sides)

    def _is_flag(self, node: cst.Name | cst.Attribute) -> bool:
        """Whether a name is False until there is success."""
        bindings = self._outcomes.resolver.bindings(node) if isinstance(node, cst.Name) else ()
        return any(binding.value is not None and self._outcomes.values.value(binding.value) is False for binding in bindings)

    def _looks_at_traces(self, ways: Ways) -> bool:
        traces = set().union(*map(changed_by, ways.left_undone()))
        if self._is_tested_elsewhere(ways.graph.unit, traces):
            return True
        for block, state in ways.failed:
            for test in tests_in(block) if not self._gives_label(block, state) else ():
                if self._tells(test, block, state, traces, ways) and not self._is_decided(test, block, state, ways):
                    return True
        return False

    def _gives_label(self, block: Block, state: State) -> bool:
        """Whether a block returns the one of two values that is no message, `word if word in WORDS else "unknown"`, or the
        opposite of a value that tells nothing, `not flagged`.
        """
        value = block.node.value if isinstance(block.node, cst.Return) else None
        if isinstance(value, cst.UnaryOperation) and isinstance(value.expression, cst.Name):
            known = state.fact(value.expression.value)
            return known is not None and known.kind == "constant" and not self._is_telling(value.expression, known)
        fact = self._outcomes.flow.known(value, state) if isinstance(value, cst.IfExp) else None
        return fact is not None and fact.kind == "constant" and isinstance(fact.value, str) and not _is_message(fact.value)

    def _tells(self, test: cst.BaseExpression, block: Block, state: State, traces: set[str], ways: Ways) -> bool:
        """Whether a test looks at a trace; what the next item of a loop holds tells nothing of the one that has failed."""
        asked = places(test)
        others = set().union(*(places(loop.target) for loop in ways.loops if isinstance(loop, cst.For)))
        if not state.lap or not others:
            return bool(asked & traces)
        of_items = {trace for trace in traces if trace.partition(".")[0] in others}
        if asked & (traces - of_items):
            return True
        is_behind = not any(loop in self._outcomes.tree.ancestors(test) for loop in ways.loops)
        return is_behind and bool({*map(_attribute, asked)} & {*map(_attribute, of_items)} - {""})

    def _is_decided(self, test: cst.BaseExpression, block: Block, state: State, ways: Ways) -> bool:
        """Whether a test has a known outcome both ways: then the graph shows what comes of it."""
        if test is not block.node:
            return False
        states = [state, *(other for there, other in ways.succeeded if there.node is block.node)]
        facts = [self._outcomes.flow.known(test, each) for each in states]
        return all(fact is not None and fact.kind in ("constant", "set") and fact.value != () for fact in facts)

    def _is_tested_elsewhere(self, unit: CodeUnit | None, traces: set[str]) -> bool:
        """Whether another function tests an attribute, or a variable of the module, that success would have changed."""
        tree = self._outcomes.tree
        own = tree.scopes[unit.body].bindings if isinstance(unit, cst.FunctionDef) else {}
        of_module = tree.module.bindings.keys() - own.keys()
        shared = {trace for trace in traces if "." in trace or unit is None or trace in of_module}
        looking = [node for node, tested in self._tests.items() if tested & shared and tree.unit(node) is not unit]
        if all(trace.startswith("self.") for trace in shared):
            looking = [node for node in looking if self._may_be_of_the_same(node, unit)]
        again = self._leading_to(unit) if looking and isinstance(unit, cst.FunctionDef) else set()
        return any(not isinstance(node, cst.If) or again.isdisjoint(walk(node.body)) for node in looking)

    def _may_be_of_the_same(self, node: cst.CSTNode, unit: CodeUnit | None) -> bool:
        """Whether `self` may be the same object in two places."""
        class_of, hierarchy = self._outcomes.resolver.definitions.class_of, self._outcomes.resolver.hierarchy
        return hierarchy.are_related(class_of(node), class_of(unit) if unit is not None else None)

    @cached_property
    def _tests(self) -> dict[cst.CSTNode, set[str]]:
        """The statements and expressions of the program that test something, with the names and attributes that they test."""
        found: dict[cst.CSTNode, set[str]] = {}
        for kind in (cst.If, cst.While, cst.IfExp, cst.Assert):
            for node in self._outcomes.tree.nodes.get(kind, ()):
                assert isinstance(node, (cst.If, cst.While, cst.IfExp, cst.Assert))
                found[node] = places(node.test)
        return found

    def _leading_to(self, function: cst.FunctionDef) -> set[cst.CSTNode]:
        """The calls by which a function comes to be called, at once or in a thread: who makes one where something is missing asks
        for it again, and tells nobody.
        """
        tree, calls, threads = self._outcomes.tree, self._outcomes.resolver.calls, self._outcomes.context.threads
        made = (call for call in tree.nodes.get(cst.Call, ()) if isinstance(call, cst.Call))
        later = [call for call in made if function in (*threads.called_later_by(call), *threads.started_by(call))]
        starting = (unit for call in later if isinstance(unit := tree.unit(call), cst.FunctionDef))
        return {*later, *(call for each in (function, *starting) for call in calls.leading_to(each))}

    # The callers of a function that hands on an empty value.

    def is_told_by_callers(self, unit: CodeUnit | None, value: Fact, depth: int) -> bool:
        """Whether those who call a function do something about the empty value, be it in other files; `depth`: through how many
        functions it has come.
        """
        if not isinstance(unit, cst.FunctionDef) or depth >= _MAX_DEPTH:
            return False
        for call in self._outcomes.resolver.calls.of(unit):
            if self._outcomes.is_tested(call):
                return True
            ways = self._outcomes.after_value(call, value)
            if ways is not None and self._is_told(ways, depth + 1):
                return True
            home = self._outcomes.tree.unit(call)
            if home is not unit and self._is_returned(call) and self.is_told_by_callers(home, value, depth + 1):
                return True
        if depth:
            return False
        return any(other.aftermath.is_told_by_callers(same, value, 1) for other, same in self._importers.of(unit))

    def _is_returned(self, call: cst.Call) -> bool:
        return any(
            isinstance(self._outcomes.tree.parents.get(node), cst.Return) for node in (call, self._outcomes.tree.parents[call])
        )


def _attribute(key: str) -> str:
    """The last attribute of a place; nothing where it has none."""
    return key.rpartition(".")[2] if "." in key else ""


def _given(node: cst.CSTNode) -> cst.BaseExpression | None:
    """The value that a statement returns, yields, or binds to nothing but names."""
    if isinstance(node, cst.Assign):
        return node.value if all(isinstance(target.target, (cst.Name, cst.Tuple)) for target in node.targets) else None
    if isinstance(node, cst.AnnAssign):
        return node.value if isinstance(node.target, cst.Name) else None
    if isinstance(node, cst.Expr) and isinstance(node.value, cst.Yield):
        node = node.value
    value = node.value if isinstance(node, (cst.Return, cst.Yield)) else None
    return value if isinstance(value, cst.BaseExpression) else None


def _is_message(value: object) -> bool:
    """Whether a value is a text that is written for somebody to read, and no label."""
    return isinstance(value, str) and " " in value.strip()


def _sides_of(value: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
    """The expressions of which a choice gives one: both sides of an `or`, or of a conditional expression."""
    if isinstance(value, cst.BooleanOperation) and isinstance(value.operator, cst.Or):
        yield from (*_sides_of(value.left), *_sides_of(value.right))
    elif isinstance(value, cst.IfExp):
        yield from (*_sides_of(value.body), *_sides_of(value.orelse))
    else:
        yield value


def _changes() -> tuple[type[cst.CSTNode], ...]:
    """Statements that do something, whatever stands in them."""
    return (
        *(cst.Raise, cst.Assert, cst.Break, cst.Assign, cst.AnnAssign, cst.AugAssign, cst.Del),
        *(cst.FunctionDef, cst.ClassDef),
    )
