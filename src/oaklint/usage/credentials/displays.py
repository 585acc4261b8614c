"""Which calls show the text of what they are given, and what becomes of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import NamedTuple

from oaklint.python import cst
from oaklint.python.places import words
from oaklint.python.texts import Texts
from oaklint.python.tree import last_part, parameters, walk
from oaklint.sdk.displays import Shown, shown_by, shown_by_object
from oaklint.usage.context import Context

_STREAMS = {"sys.stdout", "sys.stderr", "sys.__stdout__", "sys.__stderr__"}
_ASKS = {"input", "getpass", "prompt", "confirm"}
# Arguments that say how something is shown, and are not.
_NOT_SHOWN = {"end", "file", "flush", "sep", "level", "exc_info", "stack_info", "stacklevel", "category"}
# What takes secrets out of what is logged stands in one of these, or in a processor, and speaks of it.
_FILTERS = {"logging.Filter", "logging.Formatter"}
_HIDES = re.compile(r"redact|mask|secret|sensitive|censor|scrub|hid(?:e|ing|den)|saniti|credential|\*\*\*", re.IGNORECASE)
_SAYS_SECRET = {"key", "keys", "apikey", "token", "secret", "credential", "credentials"}


class Display(NamedTuple):
    """An argument whose text is shown whole."""

    value: cst.BaseExpression
    shown: Shown


class Displays:
    """Finds what calls show: those of Python and of packages, and those of functions of the program that hand it on."""

    def __init__(self, context: Context, texts: Texts) -> None:
        self._context = context
        self._resolver = context.resolver
        self._texts = texts

    def of(self, call: cst.Call) -> Iterator[Display]:
        """What a call shows of its arguments."""
        yield from self._own(call)
        for function in self._resolver.calls.functions(call):
            for param in parameters(function):
                given = self._resolver.calls.argument_for(call, function, param) if param in self._parameters else None
                if given is not None:
                    yield Display(given, self._parameters[param])

    def _own(self, call: cst.Call) -> Iterator[Display]:
        shown = self._how(call)
        if shown is not None:
            yield from (Display(value, shown) for value in self._values(call, shown))

    def _how(self, call: cst.Call) -> Shown | None:
        shown: Shown | None = next(filter(None, map(shown_by, self._resolver.names(call.func))), None)
        if shown is None and isinstance(call.func, cst.Attribute) and not self._resolver.calls.functions(call):
            shown = shown_by_object(last_part(call.func.value), call.func.attr.value)
        return shown if shown != "logged" or not self._is_log_filtered else None

    @cached_property
    def _is_log_filtered(self) -> bool:
        """Whether the program takes secrets out of what it logs: a `logging.Filter` or `Formatter`, a processor of structlog."""
        classes = [node for node in self._context.tree.nodes.get(cst.ClassDef, ()) if isinstance(node, cst.ClassDef)]
        filters = [each for each in classes if any(self._resolver.names(base.value) & _FILTERS for base in each.bases)]
        named = (node for name in ("addFilter", "configure") for node in self._resolver.calls.by_name.get(name, ()))
        handed = (part for call in named for arg in call.args for part in walk(arg.value) if isinstance(part, cst.Name))
        functions = (each for name in handed for each in self._resolver.definitions.functions(self._resolver.names(name)))
        return any(_HIDES.search(word) for each in (*filters, *functions) for word in _spoken(each))

    @cached_property
    def _parameters(self) -> dict[cst.Param, Shown]:
        """The parameters that functions of the program show, unless they are called like a secret."""
        found: dict[cst.Param, Shown] = {}
        for call in self._context.nodes(cst.Call):
            for value, shown in self._own(call):
                for name in self._names_in(value):
                    params = (binding.node for binding in self._resolver.bindings(name))
                    found.update(
                        (param, shown)
                        for param in params
                        if isinstance(param, cst.Param) and not param.star and not is_called_secret(param.name.value)
                    )
        return found

    def _names_in(self, value: cst.BaseExpression) -> Iterator[cst.Name]:
        """The names that stand whole in a text."""
        if isinstance(value, cst.Name):
            yield value
        for part in self._texts.parts(value):
            yield from self._names_in(part)

    def _values(self, call: cst.Call, shown: Shown) -> Iterable[cst.BaseExpression]:
        keywords = {arg.keyword.value: arg.value for arg in call.args if arg.keyword is not None}
        in_order = [value for arg in call.args if arg.keyword is None for value in self._given(arg)]
        if last_part(call.func) in _ASKS:
            return in_order[:1]
        if "file" in keywords and not self._resolver.names(keywords["file"]) & _STREAMS:
            return ()
        if shown == "logged":
            in_order = in_order[1:] if last_part(call.func) == "log" and len(in_order) > 1 else in_order
            cut = self._texts.cut_by_format(in_order[0]) if in_order else set()
            keywords = {name: value for name, value in keywords.items() if name not in cut}
            in_order = [*in_order[:1], *self._filled_in(in_order, cut)]
        return [*in_order, *(value for name, value in keywords.items() if name not in _NOT_SHOWN)]

    def _given(self, arg: cst.Arg) -> Iterable[cst.BaseExpression]:
        """What an argument hands over whole; of a mapping behind a star, its names alone."""
        return self._texts.elements(arg.value) if arg.star == "*" else [arg.value]

    def _filled_in(self, logged: list[cst.BaseExpression], cut: set[str]) -> Iterable[cst.BaseExpression]:
        """What a log takes over whole of what it is given besides its message."""
        template = self._context.values.fold(logged[0]) if len(logged) > 1 else None
        if isinstance(template, str) and "%" in template:
            return self._texts.put_in_order(logged[0], logged[1:])
        return [value for index, value in enumerate(logged[1:]) if str(index) not in cut]


def _spoken(definition: cst.CSTNode) -> Iterator[str]:
    """The names and texts in a definition."""
    for part in walk(definition):
        if isinstance(part, (cst.Name, cst.SimpleString)):
            yield part.value


def is_called_secret(name: str) -> bool:
    """Whether a parameter is known for what it is by its name, so that it is spoken of where it is shown."""
    return bool(words(name) & _SAYS_SECRET)
