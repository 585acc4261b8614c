"""What is known of the value of an expression on a path, and with it of the tests that are made there.

Tests on the exception (`isinstance`, `type(e) is`, its status, its text) and on names with known values are decided where they
can be.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from oaklint.python import cst
from oaklint.python.arithmetic import calculate
from oaklint.python.availability import Availability
from oaklint.python.definitions import UNKNOWN as NOT_NAMED
from oaklint.python.facts import (
    ANSWER,
    BODY,
    CLASS,
    CODE,
    EXCEPTION,
    FAILED,
    HOLDER,
    KEPT,
    MADE_OF,
    NONE,
    OPAQUE,
    RESPONSE,
    REST,
    SET,
    TEXT,
    TEXTS,
    TOUCHED,
    UNBOUND,
    ZERO,
    Fact,
    State,
    calculated,
    combined,
    comes_from_error,
    decided,
    each_of,
    is_judged,
    judged,
    negated_fact,
    part_of,
)
from oaklint.python.inquiries import TEXT_TESTS, Inquiries
from oaklint.python.names import HANDS_BACK, STARTS_TASK, Resolver
from oaklint.python.places import is_builtin, place
from oaklint.python.tree import Run, has_star, index_of, parameters, walk
from oaklint.python.values import TEXT_METHODS, UNKNOWN, Values

if TYPE_CHECKING:
    from oaklint.python.exceptions import ExceptionFlow

_KEEPS_TEXT = {"lower", "upper", "casefold", "strip", "title", "format", "join", "replace"}
_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "Equal": lambda left, right: left == right,
    "NotEqual": lambda left, right: left != right,
    "LessThan": lambda left, right: left < right,
    "LessThanEqual": lambda left, right: left <= right,
    "GreaterThan": lambda left, right: left > right,
    "GreaterThanEqual": lambda left, right: left >= right,
    "In": lambda left, right: left in right,
    "NotIn": lambda left, right: left not in right,
    "Is": lambda left, right: left is right or (isinstance(left, (bool, int, str)) and left == right),
    "IsNot": lambda left, right: not (left is right or (isinstance(left, (bool, int, str)) and left == right)),
}
# What gives the answers of all that it is handed, or what the same list or generator gives.
_GATHERS = {"asyncio.gather", "builtins.list", "builtins.tuple", "tqdm.asyncio.tqdm.gather", "tqdm.asyncio.tqdm_asyncio.gather"}
# What tells the time never gives None.
_TELLS_TIME = {
    *("time.time", "time.monotonic", "time.perf_counter", "datetime.datetime.now", "datetime.datetime.utcnow"),
    *("datetime.datetime.today", "django.utils.timezone.now"),
}
# Kinds of facts about what is true.
_TRUE = {"exception", "class", "text", "response", "set", "kept", "failed", "holder", "parts", "among"}
# What makes a dictionary of the attributes of an object.
_SAME_PARTS = {"builtins.vars", "dataclasses.asdict", "attr.asdict", "attrs.asdict"}
_SAME_PARTS_METHODS = {"_asdict", "dict", "model_dump"}
# The qualified name of what is a class, by how it is written.
_IS_CLASS = re.compile(r"^(?!builtins\.(?:False|None)$)[^@?].*\.[A-Z]+[a-z]\w*$")
_BY_NAME = {"builtins.hasattr", "builtins.getattr"}
_BY_PATTERN = {f"{owner}.{tried}" for owner in ("re", "re.compile()") for tried in ("search", "match", "fullmatch", "findall")}
_CONVERSIONS: dict[str, Callable[[Any], Any]] = {"builtins.str": str, "builtins.int": int}


class Knowledge:
    """From an expression and a state to the fact that is known of its value."""

    def __init__(self, resolver: Resolver, values: Values, flow: ExceptionFlow, is_there: Callable[[str], bool | None]) -> None:
        self._resolver = resolver
        self._values = values
        self._flow = flow
        self._availability = Availability(resolver, values, is_there)
        self._returning: dict[Run, Fact] = {}
        self._assigning: dict[Run, tuple[Collection[cst.CSTNode], Fact]] = {}
        self.inquiries = Inquiries(resolver, values, flow)

    def handed_back(self, call: Run) -> Fact | None:
        """What a call is taken to return at the moment."""
        return self._returning.get(call)

    @contextmanager
    def returning(self, call: Run, fact: Fact, undone: Collection[cst.CSTNode] = (), assigned: Fact = OPAQUE) -> Iterator[None]:
        """For as long as a call is taken to return that, without having assigned some values; what is known of the others."""
        outer = self._returning, self._assigning
        self._returning, self._assigning = outer[0] | {call: fact}, outer[1] | {call: (undone, assigned)}
        try:
            with self._flow.memo.supposing():
                yield
        finally:
            self._returning, self._assigning = outer

    def assigned_by(self, call: Run, value: cst.BaseExpression) -> Fact | None:
        """What is known of a value, not a constant, that a call assigns; None if it is taken not to do so at the moment."""
        undone, assigned = self._assigning.get(call, ((), OPAQUE))
        return assigned if value not in undone else None

    def is_supposed(self, call: Run) -> bool:
        """Whether it is supposed at the moment what a call does."""
        return call in self._assigning

    def known(self, node: cst.BaseExpression, state: State) -> Fact | None:
        """What is known of the value of an expression on a path; None for nothing."""
        key = place(node)
        if key is not None:
            fact = state.fact(key)
            if fact is not None:
                return fact if fact != UNBOUND else None
        look = _LOOKS.get(type(node).__name__)
        found = look(self, node, state) if look is not None else None
        if found is not None:
            return found
        if not self._is_constant(node):
            return self._availability.known(node) if isinstance(node, cst.Name) else None
        value = self._values.value(node)
        if value is UNKNOWN or (value == () and key is not None):
            return None  # a list that was empty may have been filled since
        return Fact("constant", value)

    def _is_constant(self, node: cst.BaseExpression) -> bool:
        """Whether a name has one binding only, so that it keeps its value."""
        return not isinstance(node, cst.Name) or len(self._resolver.tree.bindings_of(node)) <= 1

    def truth(self, fact: Fact | None) -> bool | Fact | None:
        if fact is None:
            return None
        if fact.kind == "constant":
            return bool(fact.value)
        if fact.kind == "given":
            return self._is_something(fact.value) or None
        if fact.kind == "opaque":
            return OPAQUE
        return True if fact.kind in _TRUE else None

    def _is_something(self, value: cst.BaseExpression) -> bool:
        """Whether a value is true because of what it is: a function, a class, or a tuple or dictionary with something in it."""
        if isinstance(value, (cst.Tuple, cst.List, cst.Dict, cst.Set)):
            return bool(value.elements)
        if isinstance(value, cst.Lambda):
            return True
        names = self._resolver.names(value) if isinstance(value, (cst.Name, cst.Attribute)) else ()
        defined = (*self._resolver.definitions.functions(names), *self._resolver.definitions.classes(names))
        return bool(defined) or (bool(names) and all(_IS_CLASS.search(name) for name in names))

    def parts(self, made: cst.BaseExpression, state: State) -> Fact | None:
        """What is known of the items of a tuple or dictionary, or of the attributes of an object of the program, that an
        expression makes; None for all else.
        """
        found: dict[object, Fact | None] = {}
        if isinstance(made, (cst.Tuple, cst.List)) and made.elements:
            if any(isinstance(element, cst.StarredElement) for element in made.elements):
                return None
            found = {number: self.returned(element.value, state) for number, element in enumerate(made.elements)}
        elif isinstance(made, cst.Dict) and made.elements:
            for element in made.elements:
                if not isinstance(element, cst.DictElement):
                    found = {}  # which may replace those before
                key = self._values.value(element.key) if isinstance(element, cst.DictElement) else UNKNOWN
                found[REST if key is UNKNOWN else key] = self.returned(element.value, state) if key is not UNKNOWN else None
        elif isinstance(made, cst.Call) and self._flow.instances.are_known(name := self.class_made_by(made, state)):
            if self._flow.instances.make_themselves(name) or self._resolver.calls.partials(made.func):
                return None
            found.update(self._flow.instances.attributes(name, made, state))
            if self._flow.instances.are_tuples(name):
                found.update(dict(enumerate(found.values())))
            found[MADE_OF] = Fact("constant", name)
        else:
            return None
        return Fact("parts", tuple((key, _as_part(fact)) for key, fact in found.items()))

    def class_made_by(self, call: cst.Call, state: State) -> str:
        """The qualified name of the class that a call calls, be it one that was looked up: `kind = ERRORS[error.status_code]`;
        unknown where the lookup is open.
        """
        given = state.fact(key) if (key := place(call.func)) is not None else None
        if isinstance(call.func, (cst.Call, cst.Subscript)):
            given = self.known(call.func, state)
        named = given.value if given is not None and given.kind == "given" else call.func
        return NOT_NAMED if given == OPAQUE or self._resolver.calls.partials(named) else self._resolver.name(named)

    def returned(self, value: cst.BaseExpression, state: State) -> Fact | None:
        """What is known of a value that a function returns: part by part, where it is made of some."""
        made = self.parts(value, state)
        if made is None and isinstance(value, cst.Name) and state.fact(value.value) is None:
            made = self._filled_in(value, state)
        return made if made is not None else self.known(value, state)

    def _filled_in(self, name: cst.Name, state: State) -> Fact | None:
        """What is known, part by part, of an object that a function has made, and whose attributes it may have set since."""
        values = self._resolver.values_of(name)
        made = self.parts(values[0], state) if len(values) == 1 and isinstance(values[0], cst.Call) else None
        if made is None:
            return None
        unit = self._resolver.tree.unit(name)
        assigned = (target.target for node in self._resolver.tree.nodes_in(unit, cst.Assign) for target in node.targets)
        set_here = {key for target in assigned if (key := place(target)) is not None}
        parts: dict[object, Fact | None] = {}
        for key, part in made.value:
            if (attribute := f"{name.value}.{key}") in set_here:
                parts[key] = _as_part(state.fact(attribute))
            else:
                parts[key] = part if key == MADE_OF or not self._flow.instances.is_set_later(str(key)) else None
        return Fact("parts", tuple(parts.items()))

    def _look_attribute(self, node: cst.Attribute, state: State) -> Fact | None:
        if node in self._returning:
            return self._returning[node]
        owner, name = self.known(node.value, state), node.attr.value
        if owner is None:
            return self._flow.called.answered(self._resolver.calls.properties(node), None, node.value, state)
        if owner in (TOUCHED, OPAQUE):
            return OPAQUE
        if owner.kind == "parts":
            return owner if name == "__dict__" else self._of_parts(node, owner, state)
        if owner == FAILED:
            return Fact("constant", True) if name == "failed" else None
        if owner == HOLDER:
            return FAILED if name == "outcome" else None
        if state.handled is not None and owner in (EXCEPTION, RESPONSE, CLASS):
            return self.inquiries.attribute(owner, node, state.handled)
        return OPAQUE if owner in (CLASS, KEPT) or owner.told else None

    def _of_parts(self, node: cst.Attribute, owner: Fact, state: State) -> Fact | None:
        """What an object says that is known by its parts: an attribute, or a property by these."""
        if not (functions := self._resolver.calls.properties(node)):
            return part_of(owner, node.attr.value)
        return self._flow.called.answered(functions, None, node.value, state) or (OPAQUE if is_judged(owner) else None)

    def _look_call(self, node: cst.Call, state: State) -> Fact | None:
        if node in self._returning:
            return self._returning[node]
        return self._flow.once("answers", (node, state), lambda: self._find_answer(node, state))

    def _find_answer(self, node: cst.Call, state: State) -> Fact | None:
        """What a call returns, by what it calls, of what, and what it is handed."""
        method = node.func.attr.value if isinstance(node.func, cst.Attribute) else ""
        owner = self.known(node.func.value, state) if isinstance(node.func, cst.Attribute) else None
        arguments = [arg.value for arg in node.args]
        known = [self.known(argument, state) for argument in arguments]
        names = self._resolver.names(node.func)
        thrown = state.handled
        if owner in (TOUCHED, OPAQUE) or (owner is not None and owner.kind == "among"):
            return OPAQUE
        if method in _KEEPS_TEXT:
            if owner == TEXT or TEXT in known or EXCEPTION in known:
                return TEXT
            if owner == BODY or BODY in known:
                return BODY
            if owner is not None and owner.kind == "constant" and isinstance(owner.value, str):
                return self._by_text_method(method, owner, known)
        if method in TEXT_TESTS:
            return self.inquiries.in_text(method, owner, arguments, known, state)
        if names & _BY_PATTERN and any(fact in TEXTS for fact in known[:2]):
            return self.inquiries.by_pattern(node, method, state)
        if method in ("exception", "result") and owner == FAILED and not self.raises_result(node, state):
            return EXCEPTION
        if names & (HANDS_BACK | STARTS_TASK) and known:
            return known[0]
        if names & _GATHERS and (among := next((fact for fact in known if fact is not None and fact.kind == "among"), None)):
            return among
        if "builtins.tuple" in names and known and known[0] is not None and _is_tuple(known[0]):
            return known[0]
        kept = owner if method in _SAME_PARTS_METHODS else known[0] if names & _SAME_PARTS and known else None
        if kept is not None and kept.kind == "parts":
            return kept
        if names & _BY_NAME and len(arguments) > 1 and (held := self._by_name(arguments, state)) is not None:
            return Fact("constant", True) if "builtins.hasattr" in names else held
        if "traceback.format_exc" in names:
            return TEXT
        if "sys.exc_info" in names or names & _TELLS_TIME:
            return SET
        if names & {"builtins.filter", "builtins.map"} and arguments and self._asks_error(arguments[0], state):
            return OPAQUE
        if "builtins.len" in names and known and known[0] == Fact("constant", ()):
            return ZERO  # of what is not empty, it is not known how much has come since
        if names & {"builtins.any", "builtins.all"} and len(node.args) == 1:
            decisive = "builtins.any" in names
            if isinstance(arguments[0], (cst.List, cst.Tuple)) and not has_star(arguments[0]):
                verdicts = [self.truth(self.known(element.value, state)) for element in arguments[0].elements]
                return combined(verdicts, decisive=decisive)
            if isinstance(arguments[0], (cst.GeneratorExp, cst.ListComp)):
                inside = self._flow.iterations.inside(arguments[0].for_in, state)
                if inside is not state and not arguments[0].for_in.ifs:
                    return self.known(arguments[0].elt, inside)  # a wrong key has all of them fail alike
                return self.inquiries.by_quantifier(arguments[0], state, decisive=decisive)
        if method == "get" and owner is None and isinstance(node.func, cst.Attribute) and arguments:
            looked_up = self._looked_up(node.func.value, arguments[0], state, otherwise=arguments[1:])
            if looked_up not in (None, OPAQUE):
                return looked_up
        if method in ("json", "read", "get"):
            if owner in (BODY, RESPONSE):
                return BODY
            if owner is not None and owner.kind == "parts" and arguments:
                return part_of(owner, self._values.value(arguments[0]))
        if "builtins.isinstance" in names and len(known) == 2 and known[0] is not None:
            if known[0].kind == "constant":
                return self._is_instance(known[0].value, arguments[1])
            if known[0].kind == "parts" and (made := part_of(known[0], MADE_OF)) is not None and made.kind == "constant":
                is_one = self._flow.instances.is_instance(made.value, arguments[1])
                return Fact("constant", is_one, True) if is_one is not None else OPAQUE
            if known[0] == ANSWER and all(map(_names_exception, self._resolver.clauses.caught(arguments[1]))):
                return Fact("constant", False)
        if any(fact in known for fact in (EXCEPTION, CLASS, *TEXTS, CODE, RESPONSE, FAILED, HOLDER)):
            return self.inquiries.by_call(node, names, arguments, known, thrown, state)
        if "builtins.bool" in names and known and isinstance(verdict := self.truth(known[0]), bool):
            return Fact("constant", verdict, known[0] is not None and known[0].told)
        convert = next((_CONVERSIONS[name] for name in names if name in _CONVERSIONS), None)
        if convert is not None and known and known[0] is not None and known[0].told:
            return calculated(convert, known[0])
        functions = self._flow.called.functions(node, state)
        itself = node.func.value if isinstance(node.func, cst.Attribute) else None
        if owner is not None and owner.kind == "parts" and functions:
            return self._flow.called.answered(functions, node, itself, state) or (OPAQUE if is_judged(owner) else None)
        if any(map(comes_from_error, (owner, *known))):
            return OPAQUE  # `DELAYS.get(error.status_code)`
        if names & {"builtins.str", "builtins.dict", "builtins.list"} and arguments:
            return SET
        if state.handled is None and not any(comes_from_error(fact) for _, fact in state.facts):
            return None
        answer = self._flow.called.answered(functions, node, itself, state)
        if answer is None and owner == EXCEPTION and state.handled is not None and state.handled.name.startswith("@"):
            return OPAQUE  # the program's own exceptions are made to be asked
        return answer

    def _by_name(self, arguments: Sequence[cst.BaseExpression], state: State) -> Fact | None:
        """What is known of the attribute that `hasattr` or `getattr` is asked for by its name, if it is there."""
        owner, name = place(arguments[0]), self._values.text(arguments[1])
        fact = state.fact(f"{owner}.{name}") if owner is not None and name is not None else None
        return fact if fact != UNBOUND else None

    def _by_text_method(self, method: str, text: Fact, known: list[Fact | None]) -> Fact | None:
        """What a method makes of a constant text and of other constants."""
        given = [fact for fact in known if fact is not None and fact.kind == "constant"]
        made = calculated(TEXT_METHODS.get(method), text, *given) if len(given) == len(known) else None
        return made if made is not None and made.value is not UNKNOWN else None

    def _is_instance(self, value: object, types: cst.BaseExpression) -> Fact | None:
        """Whether a constant is of one of these types; None if one of them is no type of Python's own."""
        names = self._resolver.clauses.caught(types)
        if not names or not all(map(is_builtin, names)):
            return None
        return Fact("constant", any(f"builtins.{ancestor.__name__}" in names for ancestor in type(value).__mro__))

    def raises_result(self, call: cst.Call, state: State) -> bool:
        """Whether a call asks a future that has failed for its result, and does not say that it wants the exception back."""
        if not isinstance(call.func, cst.Attribute) or call.func.attr.value != "result":
            return False
        wanted = (arg.keyword is not None and arg.keyword.value == "raise_on_failure" for arg in call.args)  # of Prefect
        return self.known(call.func.value, state) == FAILED and not any(wanted)

    def _look_comparison(self, node: cst.Comparison, state: State) -> Fact | None:
        sides = [node.left, *(part.comparator for part in node.comparisons)]
        if len(sides) == 2:
            return self._compared(sides[0], type(node.comparisons[0].operator).__name__, sides[1], state)
        operators = (type(part.operator).__name__ for part in node.comparisons)
        pairs = zip(sides, operators, sides[1:], strict=False)
        return combined(
            [self.truth(self._compared(left, operator, right, state)) for left, operator, right in pairs], decisive=False
        )

    def _compared(self, left_node: cst.BaseExpression, compare: str, right_node: cst.BaseExpression, state: State) -> Fact | None:
        """The verdict of one comparison; `compare` is the name of the operator's class."""
        left, right = self.known(left_node, state), self.known(right_node, state)
        negated = compare in ("NotIn", "NotEqual", "IsNot")
        if compare in ("In", "NotIn") and right is not None and right.kind == "parts":
            keys = {key for key, _ in right.value}
            are_names = not any(isinstance(key, int) for key in keys)  # a tuple is asked for its items
            if are_names and left is not None and left.kind == "constant" and (left.value in keys or REST not in keys):
                return Fact("constant", (left.value in keys) is not negated)
        if compare in ("In", "NotIn") and right in (*TEXTS, EXCEPTION):
            return negated_fact(self.inquiries.mentions(left_node, state, right or TEXT), negated)
        if left in (*TEXTS, CODE) and compare in ("Equal", "NotEqual", "In", "NotIn"):
            return negated_fact(self.inquiries.mentions(right_node, state, left or TEXT), negated)
        if left == CLASS and state.handled is not None and compare in ("Is", "IsNot", "Equal", "NotEqual", "In", "NotIn"):
            return negated_fact(self.inquiries.is_of_class(right_node, state), negated)
        if OPAQUE in (left, right):
            return OPAQUE
        if (
            compare in ("In", "NotIn")
            and right is None
            and isinstance(right_node, cst.Call)
            and left is not None
            and left._replace(told=False) == NONE
        ):
            return Fact("constant", negated, left.told)  # nobody asks whether nothing is among what is allowed
        if left is not None and left.kind == "given" and self._is_same(left.value, right_node):
            return calculated(_COMPARISONS.get(compare), ZERO, ZERO)
        if left is not None and right is not None and right.kind == "constant":
            members = [fact.kind == "constant" and isinstance(fact.value, cst.CSTNode) for fact in (left, right)]
            if any(members) and not (all(members) and compare in ("Equal", "NotEqual", "Is", "IsNot")):
                return OPAQUE  # the member of an enumeration that may be a number or text
            if left.kind == "constant":
                return calculated(_COMPARISONS.get(compare), left, right)
            if right.value is None and compare in ("Is", "IsNot", "Equal", "NotEqual"):
                return Fact("constant", negated)
        return OPAQUE if _tells_of_error(left) or _tells_of_error(right) else None

    def _is_same(self, one: cst.BaseExpression, other: cst.BaseExpression) -> bool:
        """Whether both are one and the same parameter."""
        if not isinstance(one, cst.Name) or not isinstance(other, cst.Name) or not self.is_parameter(one):
            return False
        return self._resolver.tree.bindings_of(one) == self._resolver.tree.bindings_of(other)

    def is_parameter(self, name: cst.Name) -> bool:
        """Whether a name is a parameter that keeps its value."""
        return [binding.kind for binding in self._resolver.tree.bindings_of(name)] == ["parameter"]

    def _look_subscript(self, node: cst.Subscript, state: State) -> Fact | None:
        owner, index = node.value, index_of(node)
        which = self._values.value(index) if index is not None else None
        if isinstance(owner, cst.Call) and "sys.exc_info" in self._resolver.names(owner.func):
            return (CLASS if which == 0 else EXCEPTION if which == 1 else None) if state.handled is not None else None
        known = self.known(owner, state)
        if known == HOLDER:
            return EXCEPTION if which == "exception" else None
        if known is not None and known.kind == "parts":
            return part_of(known, which)
        if known is None and index is not None:
            return self._looked_up(owner, index, state)
        if known in (OPAQUE, TOUCHED) or (known is not None and known.kind == "among"):
            return OPAQUE
        return known if known in TEXTS else BODY if known == RESPONSE else None

    def is_told(self, item: cst.Subscript, state: State) -> bool:
        """Whether an item is picked by what the exception is: `failures[type(error)]`."""
        index = index_of(item)
        return index is not None and comes_from_error(self.known(index, state))

    def is_lacking(self, item: cst.Subscript, state: State) -> bool:
        """Whether a dictionary has nothing under the key that it is asked for: `PAUSES[error.status_code]`."""
        key = index_of(item)
        asked = self.known(key, state) if key is not None else None
        display = self._resolver.display(item.value) if asked is not None and asked.kind == "constant" and asked.told else None
        if asked is None or not isinstance(display, cst.Dict) or self._resolver.tree.is_store(item):
            return False
        keys = [self._values.value(each.key) if isinstance(each, cst.DictElement) else UNKNOWN for each in display.elements]
        return UNKNOWN not in keys and asked.value not in keys

    def _looked_up(
        self, table: cst.BaseExpression, key: cst.BaseExpression, state: State, otherwise: Sequence[cst.BaseExpression] = ()
    ) -> Fact | None:
        """What a dictionary has for what is known: `ACTIONS[is_fatal(error)]`; `otherwise`: what stands in its place where it has
        nothing.
        """
        asked, display = self.known(key, state), self._resolver.display(table)
        if asked == CLASS and state.handled is not None and isinstance(display, cst.Dict) and not otherwise:
            return self.inquiries.entry(display, state, OPAQUE)
        if asked is None or asked.kind != "constant" or not isinstance(display, cst.Dict):
            return OPAQUE if comes_from_error(asked) else None
        for element in reversed(display.elements):
            found = self._values.value(element.key) if isinstance(element, cst.DictElement) else UNKNOWN
            if found is UNKNOWN:
                return OPAQUE if asked.told else None
            if found == asked.value:
                return self.item(element.value, state)
        return self.item(otherwise[0], state) if otherwise else None

    def item(self, value: cst.BaseExpression, state: State) -> Fact | None:
        """What is known of an item of a dictionary: of a class of the program, at least which it is."""
        fact = self.known(value, state)
        is_class = fact is None and self._flow.instances.are_known(self._resolver.name(value))
        return Fact("given", value) if is_class else fact

    def _look_formatted(self, node: cst.FormattedString, state: State) -> Fact | None:
        parts = [self.known(part.expression, state) for part in node.parts if isinstance(part, cst.FormattedStringExpression)]
        return BODY if BODY in parts or CODE in parts else TEXT if TEXT in parts or EXCEPTION in parts else SET

    def _look_not(self, node: cst.UnaryOperation, state: State) -> Fact | None:
        if not isinstance(node.operator, cst.Not):
            return None
        fact = self.known(node.expression, state)
        verdict = self.truth(fact)
        return OPAQUE if verdict is OPAQUE else Fact("constant", not verdict) if isinstance(verdict, bool) else None

    def _look_boolean(self, node: cst.BooleanOperation, state: State) -> Fact | None:
        facts = [self.known(side, state) for side in (node.left, node.right)]
        decisive = isinstance(node.operator, cst.Or)
        first = self.truth(facts[0])
        if isinstance(first, bool) and facts[first is not decisive] is not None:
            return facts[first is not decisive]  # the value of the one side or of the other
        if decisive and facts[0] in (BODY, CODE):
            return facts[0]  # `error.body or {}`
        return combined([self.truth(fact) for fact in facts], decisive=decisive)

    def _look_arithmetic(self, node: cst.BinaryOperation, state: State) -> Fact | None:
        left, right = self.known(node.left, state), self.known(node.right, state)
        if isinstance(node.operator, (cst.Add, cst.Modulo)) and {left, right} & {TEXT, EXCEPTION}:
            return BODY if {left, right} & {BODY, CODE} else TEXT
        made = None
        if left is not None and right is not None and left.kind == right.kind == "constant":
            made = calculated(partial(calculate, type(node.operator).__name__), left, right)
        return made or (OPAQUE if comes_from_error(left) or comes_from_error(right) else None)

    def _look_choice(self, node: cst.IfExp, state: State) -> Fact | None:
        test = self.known(node.test, state)
        verdict = self.truth(test)
        if isinstance(verdict, bool):
            chosen = self.known(node.body if verdict else node.orelse, state)
            return judged(chosen) if chosen is not None and comes_from_error(test) else chosen
        body, orelse = self.known(node.body, state), self.known(node.orelse, state)
        return body if body == orelse else OPAQUE if verdict is OPAQUE else None

    def _look_walrus(self, node: cst.NamedExpr, state: State) -> Fact | None:
        # Where the name is followed, it has the value by now: a condition is judged in the state behind it.
        return self.known(node.target, state) or self.known(node.value, state)

    def _look_await(self, node: cst.Await, state: State) -> Fact | None:
        return self.known(node.expression, state)

    def _asks_error(self, function: cst.BaseExpression, state: State) -> bool:
        """Whether a lambda asks the exception, which it is not handed: `filter(lambda judge: judge(error), JUDGES)`."""
        if not isinstance(function, cst.Lambda):
            return False
        for param in parameters(function):
            state = state.knowing(param.name.value, None)
        return comes_from_error(self.known(function.body, state))

    def _look_display(self, node: cst.BaseExpression, state: State) -> Fact | None:
        return SET if getattr(node, "elements", True) else Fact("constant", ())

    def _look_comprehension(self, node: cst.ListComp | cst.DictComp | cst.SetComp, state: State) -> Fact | None:
        """Something where there is no condition, or it holds for the items; there are some."""
        inside = self._flow.iterations.inside(node.for_in, state)
        if inside is state and self._is_of_verdict(node, state):
            return OPAQUE
        if (among := self._among(node, state)) is not None:
            return among
        tests = [self.truth(self.known(condition.test, inside)) for condition in node.for_in.ifs]
        verdict = decided((test if isinstance(test, bool) else None for test in tests), by=False)
        if verdict and inside is not state:
            picks_errors = isinstance(node, (cst.ListComp, cst.SetComp)) and self.known(node.elt, inside) == EXCEPTION
            return Fact("among", EXCEPTION if picks_errors else OPAQUE)
        return SET if verdict else Fact("constant", ()) if verdict is False else OPAQUE if OPAQUE in tests else None

    def _look_generator(self, node: cst.GeneratorExp, state: State) -> Fact | None:
        if self._is_of_verdict(node, state) or self._flow.iterations.inside(node.for_in, state) is not state:
            return OPAQUE
        if (among := self._among(node, state)) is not None:
            return among
        asked = (node.elt, *(condition.test for condition in node.for_in.ifs))
        return OPAQUE if any(comes_from_error(self.known(part, state)) for part in asked) else None

    def _among(self, node: cst.BaseComp, state: State) -> Fact | None:
        """What a comprehension makes if a call in it is taken to return something: `[ask(each) for each in prompts]`."""
        made = getattr(node, "elt", None)
        if made is None or not any(call in self._returning for call in walk(made)):
            return None
        fact = self.known(made, state)
        return Fact("among", fact) if fact is not None else None

    def _is_of_verdict(self, node: cst.BaseComp, state: State) -> bool:
        """Whether a comprehension goes through what code that is not seen made of the exception."""
        return each_of(self.known(node.for_in.iter, state)) == OPAQUE


def _names_exception(name: str) -> bool:
    return name.endswith(("Error", "Exception", "builtins.BaseException"))


def _tells_of_error(fact: Fact | None) -> bool:
    """Whether who compares a value asks what has become of the request: the other side is made for that question."""
    return fact is not None and (fact.told or fact.kind in ("kept", "among") or is_judged(fact))


def _is_tuple(fact: Fact) -> bool:
    """Whether that is known of a value which is no other thing as a tuple."""
    if fact.kind == "given":
        return isinstance(fact.value, (cst.Tuple, cst.List))
    return fact.kind == "constant" and isinstance(fact.value, tuple)


def _as_part(fact: Fact | None) -> Fact | None:
    """What is known of a part by who gets it: the kind of the exception can be asked of it, and that is asked rightly."""
    return KEPT if fact in (EXCEPTION, CLASS, RESPONSE) else OPAQUE if fact in (CODE, BODY) else fact


_LOOKS: dict[str, Callable[..., Fact | None]] = {
    "Attribute": Knowledge._look_attribute,
    "Call": Knowledge._look_call,
    "Comparison": Knowledge._look_comparison,
    "Subscript": Knowledge._look_subscript,
    "FormattedString": Knowledge._look_formatted,
    "UnaryOperation": Knowledge._look_not,
    "BooleanOperation": Knowledge._look_boolean,
    "BinaryOperation": Knowledge._look_arithmetic,
    "IfExp": Knowledge._look_choice,
    "NamedExpr": Knowledge._look_walrus,
    "Await": Knowledge._look_await,
    "Dict": Knowledge._look_display,
    "ListComp": Knowledge._look_comprehension,
    "DictComp": Knowledge._look_comprehension,
    "SetComp": Knowledge._look_comprehension,
    "GeneratorExp": Knowledge._look_generator,
}
