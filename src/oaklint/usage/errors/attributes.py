"""Which attributes of errors of the SDK does a program read, and what is known of these errors?"""

from __future__ import annotations

import builtins
from collections.abc import Collection, Iterator
from functools import partial
from typing import NamedTuple, TypeAlias

from oaklint.python import cst
from oaklint.python.definitions import UNKNOWN
from oaklint.python.places import place
from oaklint.python.told import Asked
from oaklint.python.tree import last_part
from oaklint.sdk.exceptions import NEWEST, exception_name
from oaklint.sdk.legacy import REMOVED_ERRORS
from oaklint.usage.context import Context

_ASKING = {"builtins.getattr": "getattr", "builtins.hasattr": "hasattr"}
# What holds the exception that a test has waited for, by what has waited for it.
_EXPECTED = {"value": {"raises"}, "exception": {"assertRaises", "assertRaisesRegex"}}
_CAUSES = ("__cause__", "__context__")
# What a future answers that has ended: `attempt.exception()`.
_ASKED = ".exception"
_ANY = frozenset({"builtins.Exception", "builtins.BaseException"})


class Read(NamedTuple):
    """An attribute of an error that is read: `error.http_status`, `getattr(error, "http_status")`, or asked for by `hasattr`.

    error:   the expression of the error. how: `.`, `getattr` or `hasattr`.
    classes: the qualified names of the classes of the SDK that it may be of. others: those of other classes, `?` for anything.
    """

    node: cst.Attribute | cst.Call
    error: cst.BaseExpression
    attribute: str
    how: str
    classes: frozenset[str]
    others: frozenset[str]

    @property
    def is_certain(self) -> bool:
        """Whether it is an error of the SDK, or a class of Python's own that has no such attribute."""
        return bool(self.classes) and not self.others & _ANY and all(self._lacks(name) for name in self.others)

    @property
    def is_wide(self) -> bool:
        """Whether it may be any exception."""
        return bool(self.others & _ANY)

    @property
    def is_exception(self) -> bool:
        """Whether it is an exception of the SDK or of Python's own, if not both."""
        return bool(self.classes | self.others) and all(_is_exception(name) for name in self.others)

    def _lacks(self, name: str) -> bool:
        return _is_exception(name) and not hasattr(getattr(builtins, name.removeprefix("builtins.")), self.attribute)


Types: TypeAlias = "list[cst.BaseExpression]"


class ErrorReads:
    """Finds them, through assignments, parameters and tests by `isinstance`."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._tree = context.tree
        self._resolver = context.resolver

    def of(self, attributes: Collection[str]) -> Iterator[Read]:
        """The reads of attributes with these names in the program itself."""
        for node in self._context.nodes(cst.Attribute):
            if node.attr.value in attributes and (read := self.read(node)) is not None:
                yield read
        for call in self._context.nodes(cst.Call):
            if last_part(call.func) in ("getattr", "hasattr") and (read := self._asked(call, attributes)) is not None:
                yield read

    def read(self, node: cst.Attribute) -> Read | None:
        """What an attribute is read of, if that may be an error of the SDK."""
        if self._tree.is_store(node):
            return None
        classes, others = self.classes(node.value)
        return Read(node, node.value, node.attr.value, ".", classes, others) if classes or others else None

    def _asked(self, call: cst.Call, attributes: Collection[str]) -> Read | None:
        how = _ASKING.get(self._resolver.name(call.func))
        name = self._context.values.text(call.args[1].value) if how is not None and len(call.args) > 1 else None
        if how is None or name is None or name not in attributes:
            return None
        error = call.args[0].value
        classes, others = self.classes(error)
        return Read(call, error, name, how, classes, others) if classes or others else None

    def classes(self, node: cst.BaseExpression) -> tuple[frozenset[str], frozenset[str]]:
        """The classes of the SDK that something may be an error of, and others; neither for what is no exception."""
        expected = self._expected(node)
        if expected is not None:
            names = self._resolver.clauses.caught(expected)
            return frozenset(filter(is_sdk_error, names)), frozenset(name for name in names if not is_sdk_error(name))
        if isinstance(node, cst.Attribute) and node.attr.value in _CAUSES:
            return frozenset(), frozenset({"builtins.BaseException"})
        names = self._context.clients.names(node) - {"builtins.None"}
        made = (name.removesuffix("()") for name in names if name.endswith("()"))
        instances = {"builtins.BaseException" if name.endswith(_ASKED) else name for name in made}
        of_sdk = frozenset(filter(is_sdk_error, instances))
        others = frozenset(instances - of_sdk) | (names & {UNKNOWN})
        if len(of_sdk) + len(others) < len(names):
            return frozenset(), frozenset()  # a class, or something else that is imported
        if (others or not of_sdk) and (narrowed := self._narrowed(node)):
            return narrowed, frozenset()
        return of_sdk, others

    def _expected(self, node: cst.BaseExpression) -> cst.BaseExpression | None:
        """The classes of what a test has waited for: `info.value` behind `with pytest.raises(...) as info`."""
        if not isinstance(node, cst.Attribute) or node.attr.value not in _EXPECTED or not isinstance(node.value, cst.Name):
            return None
        entered = [each.value for each in self._resolver.bindings(node.value) if each.kind == "context"]
        call = entered[0] if len(entered) == 1 else None
        is_wait = isinstance(call, cst.Call) and last_part(call.func) in _EXPECTED[node.attr.value]
        return call.args[0].value if isinstance(call, cst.Call) and is_wait and call.args else None

    def _narrowed(self, node: cst.BaseExpression) -> frozenset[str]:
        """The classes of the SDK that a test on every way to something has told it to be of."""
        if (key := place(node)) is None:
            return frozenset()
        found: Types = []
        told = self._context.told.at(node, Asked(partial(self._is_told, key, found)))
        return frozenset().union(*map(self._resolver.clauses.caught, found)) if told else frozenset()

    def _is_told(self, key: str, found: Types, test: cst.BaseExpression, outcome: bool) -> bool:
        if not outcome or not isinstance(test, cst.Call) or len(test.args) != 2 or place(test.args[0].value) != key:
            return False
        types = test.args[1].value
        if self._resolver.name(test.func) != "builtins.isinstance" or not all(
            map(is_sdk_error, self._resolver.clauses.caught(types))
        ):
            return False
        found.append(types)
        return True

    def is_asked_for(self, read: Read) -> bool:
        """Whether the program has asked whether the attribute is there, by `hasattr`, on every way to where it is read."""
        key = place(read.error)

        def asks(test: cst.BaseExpression, outcome: bool) -> bool:
            return (
                outcome
                and isinstance(test, cst.Call)
                and self._resolver.name(test.func) == "builtins.hasattr"
                and len(test.args) == 2
                and place(test.args[0].value) == key
                and self._context.values.text(test.args[1].value) == read.attribute
            )

        return key is not None and self._context.told.at(read.error, Asked(asks))


def is_sdk_error(qualified: str) -> bool:
    """Whether a qualified name is that of an error of the SDK, in any generation, or of one that is carried over halfway."""
    if exception_name(qualified, 0) or exception_name(qualified, NEWEST):
        return True
    module, _, name = qualified.rpartition(".")
    return module == "openai" and name in REMOVED_ERRORS and name != "Timeout"


def _is_exception(name: str) -> bool:
    found = getattr(builtins, name.removeprefix("builtins."), None) if name.startswith("builtins.") else None
    return isinstance(found, type) and issubclass(found, BaseException)
