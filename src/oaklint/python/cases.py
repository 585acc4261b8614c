"""Whether the patterns of a `match` fit what is known of its subject, and what their names stand for then."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from oaklint.python import cst
from oaklint.python.facts import CLASS, CODE, EXCEPTION, MADE_OF, TEXTS, Fact, State, Thrown, decided, part_of
from oaklint.python.inquiries import CODE_ATTRIBUTES, Inquiries, told
from oaklint.python.values import Values

if TYPE_CHECKING:
    from oaklint.python.exceptions import ExceptionFlow


class Cases:
    """From a pattern and the fact that is known of the subject to whether the one fits the other."""

    def __init__(self, values: Values, flow: ExceptionFlow, inquiries: Inquiries) -> None:
        self._values = values
        self._flow = flow
        self._inquiries = inquiries

    def fits(self, pattern: cst.MatchPattern | None, subject: Fact | None, state: State) -> bool | None:
        """Whether a pattern fits what is known of a subject; None where that depends on more."""
        if pattern is None:
            return True
        if isinstance(pattern, cst.MatchAs):
            return self.fits(pattern.pattern, subject, state)
        if isinstance(pattern, cst.MatchOr):
            return decided((self.fits(element.pattern, subject, state) for element in pattern.patterns), by=True)
        if isinstance(pattern, cst.MatchValue) and subject == CLASS:
            found = self._inquiries.is_of_class(pattern.value, state)
            return bool(found.value) if found.kind == "constant" else None
        if isinstance(pattern, (cst.MatchValue, cst.MatchSingleton)):
            if subject in (*TEXTS, CODE):
                said = self._inquiries.mentions(pattern.value, state, subject or TEXTS[0])
                return bool(said.value) if said is not None and said.kind == "constant" else None
            expected = self._flow.known(pattern.value, state)
            if subject is None or expected is None or not subject.kind == expected.kind == "constant":
                return None
            return bool(subject.value == expected.value)
        if isinstance(pattern, cst.MatchMapping) and subject is not None and subject.kind == "parts":
            keys = [self._values.value(element.key) for element in pattern.elements]
            if not all(key in dict(subject.value) for key in keys):
                return None  # it may have others
            parts = (part_of(subject, key) for key in keys)
            pairs = zip(pattern.elements, parts, strict=True)
            return decided((self.fits(each.pattern, part, state) for each, part in pairs), by=False)
        if isinstance(pattern, cst.MatchClass) and subject == EXCEPTION and state.handled is not None and not pattern.patterns:
            fits = [self.fits(keyword.pattern, _of_error(keyword, state.handled), state) for keyword in pattern.kwds]
            return decided([self._flow.is_instance(pattern.cls, state.handled), *fits], by=False)
        if isinstance(pattern, (cst.MatchList, cst.MatchTuple)) and subject is not None and subject.kind == "among":
            elements = (each.value for each in pattern.patterns if isinstance(each, cst.MatchSequenceElement))
            return decided((self.fits(each, subject.value, state) for each in elements), by=True)
        if isinstance(pattern, (cst.MatchList, cst.MatchTuple)) and subject is not None and subject.kind == "parts":
            items = [each.value for each in pattern.patterns if isinstance(each, cst.MatchSequenceElement)]
            if len(items) < len(pattern.patterns) or dict(subject.value).keys() != {*range(len(items))}:
                return None
            fits = [self.fits(each, part_of(subject, number), state) for number, each in enumerate(items)]
            return decided(fits, by=False)
        if isinstance(pattern, cst.MatchClass) and subject is not None and (made := _class_of(subject)) is not None:
            fits = [self.fits(inner, part, state) for inner, part in self._of_object(pattern, subject, made)]
            return decided([self._flow.instances.is_instance(made, pattern.cls), *fits], by=False)
        return None

    def captured(self, pattern: cst.MatchPattern | None, subject: Fact | None, state: State) -> Iterator[tuple[str, Fact | None]]:
        """The names that a pattern binds to what it finds in a subject, with what is known of that."""
        if isinstance(pattern, cst.MatchAs):
            yield from self.captured(pattern.pattern, subject, state)
            if pattern.name is not None:
                yield pattern.name.value, subject
        elif isinstance(pattern, cst.MatchClass) and subject == EXCEPTION and state.handled is not None:
            for keyword in pattern.kwds:
                yield from self.captured(keyword.pattern, _of_error(keyword, state.handled), state)
        elif isinstance(pattern, cst.MatchClass) and subject is not None and (made := _class_of(subject)) is not None:
            for inner, part in self._of_object(pattern, subject, made):
                yield from self.captured(inner, part, state)

    def _of_object(self, pattern: cst.MatchClass, subject: Fact, made: str) -> Iterator[tuple[cst.MatchPattern, Fact | None]]:
        """The patterns in one for an object of a class, each with what is known of the attribute that it is for."""
        names = self._flow.instances.by_position(made)
        for element, name in zip(pattern.patterns, names, strict=False):
            yield element.value, part_of(subject, name)
        yield from ((keyword.pattern, part_of(subject, keyword.key.value)) for keyword in pattern.kwds)


def _class_of(subject: Fact) -> str | None:
    """The qualified name of the class of an object that is known by its parts."""
    made = part_of(subject, MADE_OF) if subject.kind == "parts" else None
    return made.value if made is not None and made.kind == "constant" else None


def _of_error(keyword: cst.MatchKeywordElement, thrown: Thrown) -> Fact | None:
    """What is known of the attribute of an exception that a pattern names."""
    name = keyword.key.value
    if name in thrown.attributes:
        return told(thrown, name)
    return CODE if name in CODE_ATTRIBUTES else None
