"""The exceptions that a program raises itself: their classes, ancestors and attributes."""

from __future__ import annotations

import builtins
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

from oaklint.python import cst, definitions
from oaklint.python.facts import EXCEPTION, MADE_OF, TEXT, Fact, State, Thrown, decided
from oaklint.python.instances import Instances
from oaklint.python.names import Resolver
from oaklint.python.patterns import Pattern
from oaklint.python.places import is_builtin, place
from oaklint.python.values import UNKNOWN

if TYPE_CHECKING:
    from oaklint.python.exceptions import ExceptionFlow

# A part of a text: what it says, EXCEPTION for the text of the exception that is being handled, None for what is not known.
Part: TypeAlias = "str | Fact | None"
# Under this, which is no attribute, the text of an exception is kept among its attributes: two that say different things differ.
_TEXT = "str()"
_BESIDE_EXCEPTION = {f"builtins.{name}" for name in ("BaseException", "SystemExit", "KeyboardInterrupt", "GeneratorExit")}


def is_of_unknown_class(thrown: Thrown) -> bool:
    """Whether it is not seen what is raised: `raise error.__cause__`, or what a method of an object gives."""
    return thrown.name == definitions.UNKNOWN or "()." in thrown.name


class Raised:
    """Finds what is known of them."""

    def __init__(self, resolver: Resolver, flow: ExceptionFlow, instances: Instances) -> None:
        self._resolver = resolver
        self._flow = flow
        self._instances = instances

    def by(self, statement: cst.Raise, state: State) -> Thrown:
        """The exception that a `raise` raises, as far as its class is known."""
        assert statement.exc is not None
        operand = statement.exc
        call = operand if isinstance(operand, cst.Call) else None
        made_of = self._resolver.name(operand) if call is None else self._flow.knowledge.class_made_by(call, state)
        name = made_of.removesuffix("()")
        made = self._returned(call, state) if call is not None and not self._instances.are_known(name) else {}
        if MADE_OF in made:
            name = made.pop(MADE_OF)
        elif call is not None and self._resolver.calls.functions(call):
            name = self._resolver.name(call).removesuffix("()")  # one of Python's own
        thrown = replace(self.of_class(name), raised_by=statement)
        if name.startswith("@"):
            attributes = (made or self._attributes(name, call, state)) | dict.fromkeys(self._set_on(operand), UNKNOWN)
            thrown = replace(thrown, attributes=attributes)
        elif call is not None and is_builtin(name):
            thrown = replace(thrown, has=partial(hasattr, getattr(builtins, name.partition(".")[2], None)))
        behind = state.handled
        text = self._text(name, call, state)
        if text is not None:
            thrown = replace(
                thrown,
                attributes={**thrown.attributes, _TEXT: text},
                says=partial(_says, text, behind),
                matches=partial(_matches, text, behind),
            )
        if behind is None or statement.cause is None or self._flow.known(statement.cause.item, state) != EXCEPTION:
            return thrown
        return replace(thrown, causes=behind.classes | behind.causes)

    def _returned(self, call: cst.Call, state: State) -> dict[str, Any]:
        """The class, and the attributes, of an exception that a function of the program makes: `raise translated(error)`."""
        fact = self._flow.known(call, state)
        found: dict[str, Any] = {}
        for key, part in fact.value if fact is not None and fact.kind == "parts" else ():
            if isinstance(key, str):
                is_known = part is not None and part.kind == "constant"
                is_open = not is_known or (key != MADE_OF and self._instances.is_set_later(key))
                found[key] = UNKNOWN if is_open else part.value
        return found

    def of_class(self, name: str) -> Thrown:
        """An exception of the class with that qualified name, as far as it is known."""
        if name.startswith("builtins."):
            return Thrown.builtin(name.partition(".")[2])
        ancestors = {name, *self._ancestors(name), "builtins.BaseException"}
        if not _leaves_exceptions(self._ancestors(name)):
            ancestors.add("builtins.Exception")
        return Thrown(name, frozenset(ancestors), has=partial(self._has, name) if name.startswith("@") else lambda _: None)

    def _ancestors(self, name: str) -> set[str]:
        return {parent for definition in self._instances.lineage(name) for parent in self._instances.parents(definition)}

    def _attributes(self, name: str, call: cst.Call | None, state: State) -> dict[str, Any]:
        """The attributes that the class or the constructor sets to something known, by what that is handed."""
        found = self._instances.attributes(name, call, state)
        return {attribute: fact.value for attribute, fact in found.items() if fact is not None and fact.kind == "constant"}

    def _text(self, name: str, call: cst.Call | None, state: State) -> tuple[Part, ...] | None:
        """What the text of an exception is put together from, where its class leaves that to Python; None where it is open."""
        if call is None or len(call.args) != 1 or call.args[0].star or call.args[0].keyword is not None:
            return None
        methods = (
            f"{definition}.{method}" for definition in self._names_of(name) for method in ("__init__", "__str__", "__new__")
        )
        if any(True for _ in self._resolver.definitions.functions(methods)):
            return None
        value = call.args[0].value
        parts = value.parts if isinstance(value, cst.FormattedString) else [value]
        return tuple(self._part(part, state) for part in parts)

    def _names_of(self, name: str) -> set[str]:
        return {name, *(self._resolver.definitions.name(definition) for definition in self._instances.lineage(name))}

    def _part(self, part: cst.CSTNode, state: State) -> Part:
        if isinstance(part, cst.FormattedStringText):
            return part.value
        value = part.expression if isinstance(part, cst.FormattedStringExpression) else part
        assert isinstance(value, cst.BaseExpression)
        fact = self._flow.known(value, state)
        if fact in (TEXT, EXCEPTION):
            return EXCEPTION
        if fact is not None and fact.kind == "constant":
            return str(fact.value)
        return "" if isinstance(value, cst.Attribute) and fact is None else None  # `self.name` says who failed, not how

    def _set_on(self, raised: cst.BaseExpression) -> set[str]:
        """The attributes that an exception is given after it was made, perhaps: `error.retryable = False`."""
        tree = self._resolver.tree
        nodes = tree.nodes_in(tree.unit(raised), cst.Assign) if isinstance(raised, cst.Name) else ()
        targets = (target.target for node in nodes if isinstance(node, cst.Assign) for target in node.targets)
        attributes = (target for target in targets if isinstance(target, cst.Attribute))
        found = {attribute.attr.value for attribute in attributes if place(attribute.value) == place(raised)}
        calls = tree.calls_in(tree.unit(raised)) if isinstance(raised, cst.Name) else ()
        for call in calls:
            if len(call.args) == 3 and "builtins.setattr" in self._resolver.names(call.func):
                name = call.args[1].value
                if place(call.args[0].value) == place(raised) and isinstance(name, cst.SimpleString):
                    found.add(str(name.evaluated_value))
        return found

    def _has(self, name: str, attribute: str) -> bool | None:
        """Whether an instance of one of the program's classes has an attribute; None where that depends on other classes."""
        lineage = list(self._instances.lineage(name))
        if any(self._resolver.attributes.has(definition, attribute) for definition in lineage) or hasattr(Exception, attribute):
            return True
        parents = (parent for definition in lineage for parent in self._instances.parents(definition))
        return False if all(parent.startswith("@") or is_builtin(parent) for parent in parents) else None


def _leaves_exceptions(ancestors: set[str]) -> bool:
    """Whether a class with those ancestors is no `Exception`: it inherits from what is above or beside that, and nothing else."""
    own = {each for each in ancestors if is_builtin(each)}
    return bool(own) and own <= _BESIDE_EXCEPTION


def _matches(text: tuple[Part, ...], behind: Thrown | None, pattern: Pattern) -> bool | None:
    """Whether a pattern fits a text that was put together from those parts, in one of which it would do so."""
    verdicts = (
        pattern.fits(part) if isinstance(part, str) else behind.matches(pattern) if part == EXCEPTION and behind else None
        for part in text
    )
    return decided(verdicts, by=True)


def _says(text: tuple[Part, ...], behind: Thrown | None, word: str) -> bool | None:
    """Whether a text that was put together from those parts holds a word; None where that depends."""
    told = [part for part in text if isinstance(part, str)]
    if any(word in part for part in told):
        return True
    others = [part for part in text if part not in told]
    # What else stands in it may be of the exception, too: its code, say.
    verdicts: list[bool | None] = [None for _ in others]
    if behind is not None:
        verdicts = [behind.writes(word) if part == EXCEPTION else behind.says(word) or None for part in others]
    verdicts += [None for part in told if word.casefold() in part.casefold()]
    return True if True in verdicts else None if None in verdicts else False
