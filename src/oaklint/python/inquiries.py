"""What code asks of the exception in flight, and what that says: its class, its attributes, its text."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from oaklint.python import cst
from oaklint.python.definitions import Names
from oaklint.python.facts import (
    BODY,
    CLASS,
    CODE,
    EXCEPTION,
    HOLDER,
    OPAQUE,
    RESPONSE,
    SET,
    TEXT,
    TEXTS,
    Fact,
    State,
    Thrown,
    calculated,
    combined,
    decided,
    each_of,
    judged,
)
from oaklint.python.names import Resolver
from oaklint.python.patterns import PATTERN_METHODS, Pattern, pattern_of
from oaklint.python.places import place
from oaklint.python.values import UNKNOWN, Values

if TYPE_CHECKING:
    from oaklint.python.exceptions import ExceptionFlow

_TEXT_OF = {"builtins.str", "builtins.repr", "builtins.format", "traceback.format_exc", "traceback.format_exception"}
_TEXT_ATTRIBUTES = {"message", "user_message", "args"}
CODE_ATTRIBUTES = {"code", "type"}
_BODY_ATTRIBUTES = {"__dict__", "error", "body", "json_body", "http_body", "detail"}
# Attributes of a response of httpx, by the hundreds of the statuses for which they are true.
_KINDS_OF_STATUS = {"is_success": {2}, "is_redirect": {3}, "is_client_error": {4}, "is_server_error": {5}, "is_error": {4, 5}}
_BODY_OF_RESPONSE = {"text", "content", "json", "read"}
TEXT_TESTS: dict[str, Callable[[Any, Any], Any]] = {
    "startswith": lambda text, start: text.startswith(start),
    "endswith": lambda text, end: text.endswith(end),
    "find": lambda text, part: text.find(part),
    "rfind": lambda text, part: text.rfind(part),
    "count": lambda text, part: text.count(part),
}
_PLACES = {"find", "rfind"}


class Inquiries:
    """From questions about the exception to their answers, as far as these are known."""

    def __init__(self, resolver: Resolver, values: Values, flow: ExceptionFlow) -> None:
        self._resolver = resolver
        self._values = values
        self._flow = flow

    def attribute(self, owner: Fact, node: cst.Attribute, thrown: Thrown) -> Fact | None:
        """What an attribute says: of the exception, of its class, or of the response that it holds."""
        name = node.attr.value
        if owner == CLASS:
            return _of_class(name, thrown)
        if name in thrown.attributes:
            return told(thrown, name)
        if thrown.inside is not None and name == "exceptions":
            return OPAQUE
        if owner == RESPONSE:
            return BODY if name in _BODY_OF_RESPONSE else _of_status(name, thrown)
        if thrown.name.startswith("@"):
            return self._of_own_exception(node)
        found = {"response": RESPONSE, "__class__": CLASS} | dict.fromkeys(CODE_ATTRIBUTES, CODE)
        return found.get(name) or (TEXT if name in _TEXT_ATTRIBUTES else BODY if name in _BODY_ATTRIBUTES else None)

    def _of_own_exception(self, node: cst.Attribute) -> Fact | None:
        """What is known of an attribute that one of the program's own exceptions has, and that was made up for it to be asked."""
        if node.attr.value in _TEXT_ATTRIBUTES:
            return TEXT
        value = self._values.value(node)
        return OPAQUE if value is UNKNOWN else Fact("constant", value)

    def in_text(
        self,
        method: str,
        text: Fact | None,
        arguments: list[cst.BaseExpression],
        known: list[Fact | None],
        state: State,
    ) -> Fact | None:
        """What a method says that looks for something in a text: in a constant, or in that of the exception."""
        if text is not None and text.kind == "constant" and len(known) == 1 and known[0] is not None:
            return calculated(TEXT_TESTS[method], text, known[0])
        said = self.mentions(arguments[0], state, text) if arguments and text is not None and text in TEXTS else None
        if said is not None and said.kind == "constant" and method in _PLACES:
            return self._place(method, arguments[0], state) if said.value else Fact("constant", -1)
        return said

    def _place(self, method: str, word: cst.BaseExpression, state: State) -> Fact:
        """Where a word stands that the exception's text holds: what `find` says of it, or `rfind`."""
        part = self._text(self._flow.known(word, state)) or ""
        texts = state.handled.texts if state.handled is not None else ()
        found = {TEXT_TESTS[method](each, part) for text in texts for each in (text, text.lower()) if part in each}
        if not found or (len(found) > 1 and 0 in found):
            return OPAQUE
        return Fact("constant", min(found))  # of several, none of which is the beginning, the first

    def by_pattern(self, call: cst.Call, method: str, state: State) -> Fact | None:
        """What a search of the exception's text for a pattern finds: `re.search(r"after (\\d+)", str(error))`."""
        expression, flags = pattern_of(call, self._resolver)
        text = self._values.text(expression)
        if text is None or state.handled is None:
            return OPAQUE
        pattern = Pattern(text, PATTERN_METHODS[method], flags)
        verdict = state.handled.matches(pattern)
        if verdict is False and state.handled.matches(pattern._replace(method="search").without_case()) is not False:
            return OPAQUE  # it may be another text that the exception's has become a part of, or all in small letters
        if verdict is None:
            return OPAQUE
        return judged(SET) if verdict else Fact("constant", () if method == "findall" else None)

    def by_call(
        self,
        node: cst.Call,
        names: Names,
        arguments: list[cst.BaseExpression],
        known: list[Fact | None],
        thrown: Thrown | None,
        state: State,
    ) -> Fact | None:
        """A call that is handed the exception, or something of it."""
        first = known[0] if known else None
        if thrown is not None and len(arguments) == 2 and first in (EXCEPTION, CLASS):
            expected = EXCEPTION if "builtins.isinstance" in names else CLASS if "builtins.issubclass" in names else None
            if first == expected:
                verdict = self._flow.is_instance(arguments[1], thrown, state)
                return Fact("constant", verdict, True) if verdict is not None else OPAQUE
        if first == HOLDER and "builtins.isinstance" in names and len(arguments) == 2:
            # What holds an exception is none, as who takes it for one has to learn.
            are_others = all(map(_may_be_exception, self._resolver.clauses.caught(arguments[1])))
            return Fact("constant", False) if are_others else OPAQUE
        if "builtins.type" in names and first == EXCEPTION:
            return CLASS
        if first == CLASS and isinstance(node.func, cst.Attribute) and node.func.attr.value == "get":
            nothing = Fact("constant", None, True)
            otherwise = (self._flow.knowledge.item(arguments[1], state) or OPAQUE) if arguments[1:] else nothing
            table = self._resolver.display(node.func.value)
            return self.entry(table, state, otherwise) if isinstance(table, cst.Dict) else OPAQUE
        asks = names & {"builtins.getattr", "builtins.hasattr"} and len(arguments) > 1
        if first in (EXCEPTION, RESPONSE) and thrown is not None and asks:
            attribute = self._text(known[1])
            if attribute is not None and attribute in thrown.attributes:
                return told(thrown, attribute) if "builtins.getattr" in names else Fact("constant", True)
            if first == EXCEPTION and attribute is not None and thrown.has(attribute) is False:
                if "builtins.hasattr" in names:
                    return Fact("constant", False, True)
                return self._flow.known(arguments[2], state) if len(arguments) == 3 else None
            if first == EXCEPTION and thrown.name.startswith("@"):
                return OPAQUE
            if attribute == "response":
                return RESPONSE if "builtins.getattr" in names else Fact("constant", True)
            if attribute in _BODY_ATTRIBUTES:
                return BODY
            return CODE if attribute in CODE_ATTRIBUTES else TEXT if attribute in _TEXT_ATTRIBUTES else None
        if names & _TEXT_OF:
            if first == CLASS and thrown is not None:
                return Fact("constant", f"<class '{thrown.name}'>", True)
            return BODY if BODY in known or CODE in known else TEXT
        functions = self._flow.called.functions(node, state)
        if len(functions) == 1 and self._flow.called.varies(functions[0], node, state):
            return None  # on how often it was called, say
        verdicts = {self._flow.called.answer(each, node, state) for each in (*functions, *self._resolver.calls.overriding(node))}
        verdicts |= {
            self._flow.called.answer_of_lambda(function, known, state) for function in self._flow.called.lambdas(node, state)
        }
        if verdicts:
            return judged(verdicts.pop() if len(verdicts) == 1 else None)
        return OPAQUE

    @staticmethod
    def _text(fact: Fact | None) -> str | None:
        """The text that is known."""
        if fact is None or fact.kind != "constant" or not isinstance(fact.value, str):
            return None
        return fact.value

    def entry(self, table: cst.Dict, state: State, otherwise: Fact) -> Fact:
        """What a dictionary has for the exception's class, be it what stands in its place: `ACTIONS.get(type(error), "wait")`."""
        for element in table.elements:
            found = self.is_of_class(element.key, state) if isinstance(element, cst.DictElement) else OPAQUE
            if found.kind != "constant":
                return OPAQUE
            if found.value:
                return self._flow.knowledge.item(element.value, state) or OPAQUE
        return otherwise

    def is_of_class(self, types: cst.BaseExpression, state: State) -> Fact:
        """Whether the exception is of exactly one of these classes."""
        assert state.handled is not None
        names = self._resolver.clauses.caught(types)
        own = {state.handled.name}
        if names & own or all(self._flow.is_unrelated(name) or name in state.handled.classes for name in names):
            return Fact("constant", bool(names & own))
        return OPAQUE

    def mentions(self, needle: cst.BaseExpression, state: State, within: Fact = TEXT) -> Fact | None:
        """Whether the exception's text holds a text, or one of several; or its code, or what the service answered."""
        known = self._flow.known(needle, state)
        value = known.value if known is not None and known.kind == "constant" else self._values.value(needle)
        words = [value] if isinstance(value, str) else list(value) if isinstance(value, tuple) else []
        if not words or state.handled is None or not all(isinstance(word, str) for word in words):
            return OPAQUE
        holds = state.handled.writes if within in (TEXT, EXCEPTION) else state.handled.says
        verdict = decided(map(holds, words), by=True)
        return Fact("constant", verdict) if verdict is not None else None

    def by_quantifier(self, generator: cst.GeneratorExp | cst.ListComp, state: State, *, decisive: bool) -> Fact | None:
        """`any(word in str(e) for word in WORDS)`; decisive: what one of many decides, True for `any` and False for `all`."""
        if each_of(self._flow.known(generator.for_in.iter, state)) == OPAQUE:
            return OPAQUE
        found = self._by_any(generator, state) if decisive else None
        if found is not None or generator.for_in.inner_for_in is not None:
            return found
        verdicts: list[bool | Fact | None] = []
        for inside in self._flow.iterations.each(generator.for_in, state):
            tests = [self._truth(condition.test, inside) for condition in generator.for_in.ifs]
            verdict = self._truth(generator.elt, inside)
            unsure = [test for test in tests if test is not True]
            if False not in tests:
                verdicts.append(unsure[0] if unsure and verdict is not (not decisive) else verdict)
        return combined(verdicts, decisive=decisive)

    def _truth(self, node: cst.BaseExpression, state: State) -> bool | Fact | None:
        return self._flow.knowledge.truth(self._flow.known(node, state))

    def _by_any(self, generator: cst.GeneratorExp | cst.ListComp, state: State) -> Fact | None:
        test = generator.elt
        if isinstance(test, cst.Comparison) and len(test.comparisons) == 1 and isinstance(test.comparisons[0].operator, cst.In):
            searched = self._flow.known(test.comparisons[0].comparator, state)
            if searched in (*TEXTS, EXCEPTION):
                return self.mentions(generator.for_in.iter, state, searched or TEXT)
            words = self._values.value(generator.for_in.iter)
            if searched is not None and searched.kind == "constant" and isinstance(words, tuple):
                return calculated(lambda text: any(word in text for word in words), searched)
        if not isinstance(test, cst.Call) or len(test.args) != 2 or state.handled is None:
            return None
        if "builtins.isinstance" in self._resolver.names(test.func):
            target = generator.for_in.target
            if self._flow.known(test.args[0].value, state) == EXCEPTION and place(test.args[1].value) == place(target):
                verdict = self._flow.is_instance(generator.for_in.iter, state.handled, state)
                return Fact("constant", verdict, True) if verdict is not None else OPAQUE
        return None


def _may_be_exception(name: str) -> bool:
    """Whether a class may be one of exceptions, and none of what holds them: those of the program, and those called so."""
    return name.startswith("@") or name.endswith(("Error", "Exception"))


def told(thrown: Thrown, attribute: str) -> Fact:
    """What an attribute says that an exception is known to have."""
    value = thrown.attributes[attribute]
    return OPAQUE if value is UNKNOWN else Fact("constant", value, True)


def _of_status(name: str, thrown: Thrown) -> Fact | None:
    """What an attribute of the response says of its status."""
    status = thrown.attributes.get("status_code")
    return Fact("constant", status // 100 in _KINDS_OF_STATUS[name], True) if name in _KINDS_OF_STATUS and status else None


def _of_class(name: str, thrown: Thrown) -> Fact:
    """What an attribute of the exception's class says."""
    if name in ("__name__", "__qualname__"):
        return Fact("constant", re.split("[.:]", thrown.name)[-1], True)
    if name == "__module__" and not thrown.name.startswith("@"):
        return Fact("constant", thrown.name.rpartition(".")[0], True)
    return OPAQUE  # `type(error).__mro__`
