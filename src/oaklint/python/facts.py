"""What is known on a path: the exception in flight, and facts about values."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from oaklint.python import cst
    from oaklint.python.patterns import Pattern


@dataclass(frozen=True)
class Thrown:
    """An exception in flight.

    name:       the qualified name of its class.
    classes:    the qualified names of that class under all the names it has, and of all its ancestors.
    attributes: what is known of the exception's attributes; UNKNOWN for one that is set to something that is not known.
    has:        whether it has an attribute; None where that is not known.
    says:       whether the exception's text, or its code or type, holds a word; None where that is not known.
    matches:    whether a pattern fits the exception's text; None where that is not known.
    texts:      what its text is by one release after the other; empty where that is not known.
    causes:     the qualified names of the classes, and of their ancestors, that it was raised `from`, and these in turn.
    inside:     what stands in it, if it is a group of exceptions.
    raised_by:  the `raise` of the program that raises it; of several that raise the same, one.
    """

    name: str
    classes: frozenset[str]
    attributes: Mapping[str, Any] = field(default_factory=dict, hash=False)
    has: Callable[[str], bool | None] = field(default=lambda attribute: None, hash=False, compare=False)
    says: Callable[[str], bool | None] = field(default=lambda word: None, hash=False, compare=False)
    matches: Callable[[Pattern], bool | None] = field(default=lambda pattern: None, hash=False, compare=False)
    texts: tuple[str, ...] = field(default=(), hash=False, compare=False)
    causes: frozenset[str] = frozenset()
    inside: Thrown | None = None
    raised_by: cst.Raise | None = field(default=None, hash=False, compare=False)

    @classmethod
    def builtin(cls, name: str) -> Thrown:
        found = getattr(builtins, name, Exception)
        ancestors = found.__mro__ if isinstance(found, type) and issubclass(found, BaseException) else Exception.__mro__
        return cls(f"builtins.{name}", frozenset(f"builtins.{ancestor.__name__}" for ancestor in ancestors[:-1]))

    def writes(self, word: str) -> bool | None:
        """Whether the exception's text holds a word, whatever the capitals: what the last release has left out is not found."""
        releases = [word.lower() in text.lower() for text in self.texts]
        return False if True in releases and not releases[-1] else self.says(word)

    def grouped(self) -> Thrown:
        """A group with the exception in it. Who looks in the group's text for words of the exception's, means the exception."""
        return replace(self.builtin("ExceptionGroup"), says=lambda word: self.writes(word) is True, inside=self)


class Fact(NamedTuple):
    """What is known of a value: a constant, or in which way it comes from the exception.

    kind: "constant" (then `value` is it), "exception", "class" (of the exception), "text" (of it), "body" (what the service
          answered, or something of it), "response", "code", "set" (anything but None, and true; ANSWER is no exception, either),
          "opaque" (a verdict of code that is not seen), "kept" (the exception, or something of it, kept for others to ask),
          "failed" (a future that holds it), "holder" (what has such a future for its `outcome`, or holds the exception under that
          key), "touched" (an object whose method, which is not seen, was called because of it), "unbound" (a local name without a
          value), "given" (what the expression `value` stands for, where it was handed over), "parts" (a tuple, dictionary or
          object: `value` says what is known of its items or attributes, in pairs), "among" (what holds several things: `value`
          says what is known of one).
    told: whether a constant was told by the exception, as its status is: what comes of a test on it is then no matter of chance.
    """

    kind: str
    value: Any = None
    told: bool = False


EXCEPTION, CLASS, TEXT, RESPONSE, CODE = Fact("exception"), Fact("class"), Fact("text"), Fact("response"), Fact("code")
BODY, SET, OPAQUE, FAILED = Fact("body"), Fact("set"), Fact("opaque"), Fact("failed")
KEPT = Fact("kept")
ANSWER = Fact("set", "answer")
NONE, ZERO = Fact("constant", None), Fact("constant", 0)
HOLDER, TOUCHED, UNBOUND = Fact("holder"), Fact("touched"), Fact("unbound")
# The key of those parts of a dictionary that are not known one by one.
REST = "**"
# The key under which the parts of an object say of which class it is, by its qualified name.
MADE_OF = "__class__"
# What `except*` names: a group with the exception in it, of which nothing else is known.
GROUP = Fact("parts", (("exceptions", Fact("among", EXCEPTION)), (REST, OPAQUE)))
# Both hold words to look for; only the first is put together by the library that raises the exception.
TEXTS = (TEXT, BODY)


_OF_ERROR = {"exception", "class", "text", "body", "response", "code", "opaque", "kept", "failed", "holder", "touched", "among"}


# What is known of names and attributes, by `place`.
Facts: TypeAlias = "frozenset[tuple[str, Fact]]"


class State(NamedTuple):
    """flying: the exception on its way to a clause; handled: the one that a bare `raise` would raise again.

    facts: what is known of names and attributes (by `place`), since the exception was raised.
    lap:   free for the query: how often the path has been around.
    """

    flying: Thrown | None
    handled: Thrown | None = None
    facts: Facts = frozenset()
    lap: int = 0

    def fact(self, key: str) -> Fact | None:
        return next((fact for name, fact in self.facts if name == key), None)

    def knowing(self, key: str, fact: Fact | None) -> State:
        others = frozenset(item for item in self.facts if item[0] != key)
        return self._replace(facts=others | {(key, fact)} if fact is not None else others)

    def knowing_nothing_of(self, owner: str) -> State:
        """Without what is known of attributes and items of something named, which has become another thing."""
        within = f"{owner}."
        if not any(key.startswith(within) for key, _ in self.facts):
            return self
        return self._replace(facts=frozenset(item for item in self.facts if not item[0].startswith(within)))


NO_STATE = State(None)


def calculated(operation: Callable[..., Any] | None, *operands: Fact) -> Fact | None:
    """The constant that an operation makes of others, if it can."""
    if operation is None:
        return None
    try:
        return Fact("constant", operation(*(fact.value for fact in operands)), any(fact.told for fact in operands))
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        return None  # the program would fail here, too


def is_judged(fact: Fact | None) -> bool:
    """Whether it is such a verdict, of several parts: asked as a whole, it says what is not known here."""
    return fact is not None and fact.kind == "parts" and part_of(fact, REST) == OPAQUE


def combined(verdicts: list[bool | Fact | None], decisive: bool) -> Fact | None:
    """`or` of verdicts where True decides, `and` where False does."""
    if OPAQUE in verdicts and decisive not in verdicts:
        return OPAQUE
    verdict = decided([verdict if isinstance(verdict, bool) else None for verdict in verdicts], by=decisive)
    return Fact("constant", verdict) if verdict is not None else None


def decided(verdicts: Iterable[bool | None], by: bool) -> bool | None:
    """`or` (by True) or `and` (by False) of verdicts, each True, False or, where nothing is known, None."""
    found = list(verdicts)
    return by if by in found else None if None in found else not by


def part_of(fact: Fact, key: object) -> Fact | None:
    """What is known of an item or attribute of what is known by its parts."""
    parts = dict(fact.value)
    return parts[key] if key in parts else parts.get(REST)


def comes_from_error(fact: Fact | None) -> bool:
    """Whether a value is made of the exception in flight, so that who asks something of it asks what is not chance."""
    return fact is not None and (fact.told or fact.kind in _OF_ERROR or is_judged(fact))


def item_of(fact: Fact | None, index: int) -> Fact | None:
    """What is known of what stands at an index."""
    if fact is None or fact == OPAQUE:
        return fact
    if fact.kind == "parts":
        return part_of(fact, index)
    return calculated(lambda items: items[index], fact) if fact.kind == "constant" else None


def each_of(fact: Fact | None) -> Fact | None:
    """What is known of whatever stands in something: that it is a verdict, where that is one."""
    return OPAQUE if fact == OPAQUE or is_judged(fact) else None


def judged(fact: Fact | None) -> Fact:
    """What is known of the verdict of code that was handed the exception: it knows what is not known here."""
    if fact == SET:
        return Fact("parts", ((REST, OPAQUE),))
    if fact is not None and fact.kind == "constant":
        return fact._replace(told=True)
    if fact is None or fact.kind != "parts":
        return fact or OPAQUE
    parts = {key: part or OPAQUE for key, part in fact.value}
    return Fact("parts", tuple(({REST: OPAQUE} | parts).items()))


def negated_fact(fact: Fact | None, negated: bool) -> Fact | None:
    return fact if fact in (None, OPAQUE) or not negated else Fact("constant", not fact.value)
