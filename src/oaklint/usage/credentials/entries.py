"""What keyword arguments and dictionaries hand over by name."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from oaklint.python import cst
from oaklint.python.attributes import Key
from oaklint.python.places import place
from oaklint.python.tree import index_of
from oaklint.usage.context import Context

if TYPE_CHECKING:
    from oaklint.usage.credentials.origins import Origins

Entry = tuple[str, "cst.BaseExpression"]

_COPIES = {"copy.copy", "copy.deepcopy"}
# Methods that leave a dictionary as it is.
_ASKS = {"copy", "get", "items", "keys", "values"}


class Mapping(NamedTuple):
    """The entries of a dictionary that are written down. is_whole: whether there are no others."""

    entries: tuple[Entry, ...] = ()
    is_whole: bool = False

    def __or__(self, more: object) -> Mapping:
        """What it is with another on top of it."""
        assert isinstance(more, Mapping)
        replaced = {name for name, _ in more.entries}
        kept = tuple(entry for entry in self.entries if entry[0] not in replaced)
        return Mapping(kept + more.entries, self.is_whole and more.is_whole)


_UNKNOWN, _EMPTY = Mapping(), Mapping(is_whole=True)


class Entries:
    """The entries of calls and dictionaries whose names are known."""

    def __init__(self, context: Context, origins: Origins) -> None:
        self._context = context
        self._tree = context.tree
        self._resolver = context.resolver
        self._origins = origins
        self._known: dict[cst.BaseExpression, Mapping] = {}
        self._staying: dict[Key, bool] = {}

    def of_call(self, call: cst.Call) -> Iterator[Entry]:
        """Keyword arguments, and the entries of dictionaries that are given as `**`."""
        for arg in call.args:
            if arg.keyword is not None:
                yield arg.keyword.value, arg.value
            elif arg.star == "**":
                yield from self.of(arg.value)

    def is_open(self, call: cst.Call) -> bool:
        """Whether `**` may hand over something that is not seen."""
        return any(arg.star == "**" and not self._mapping(arg.value).is_whole for arg in call.args)

    def of(self, value: cst.BaseExpression) -> tuple[Entry, ...]:
        """Those of a dictionary that is written down, in place or behind a name."""
        return self._mapping(value).entries

    def named(self, value: cst.BaseExpression, name: str) -> list[cst.BaseExpression]:
        """The values that a dictionary may have under a name."""
        return [entry for key, entry in self.of(value) if key == name]

    def _mapping(self, value: cst.BaseExpression) -> Mapping:
        if value not in self._known:
            self._known[value] = _UNKNOWN  # a dictionary that is made of itself
            self._known[value] = self._find(value)
        return self._known[value]

    def _find(self, value: cst.BaseExpression) -> Mapping:
        if isinstance(value, cst.Dict):
            return self._written(value)
        if isinstance(value, cst.BinaryOperation) and isinstance(value.operator, cst.BitOr):
            return self._mapping(value.left) | self._mapping(value.right)
        if isinstance(value, cst.Call) and "builtins.dict" in self._resolver.names(value.func):
            found = _EMPTY
            for arg in value.args:
                by_name = Mapping(((arg.keyword.value, arg.value),), True) if arg.keyword is not None else None
                found |= self._mapping(arg.value) if by_name is None else by_name
            return found
        if isinstance(value, cst.Call) and value.args and self._resolver.names(value.func) & _COPIES:
            return self._mapping(value.args[0].value)
        if isinstance(value, cst.Call) and isinstance(value.func, cst.Attribute) and value.func.attr.value == "copy":
            return self._mapping(value.func.value)
        if isinstance(value, cst.Call):  # by the name under which a function has made it, it may have got more
            functions = self._resolver.calls.functions(value)
            returned = [each for function in functions for each in self._resolver.returned_values(function)]
            return self._mapping(returned[0]) if len(returned) == 1 else _UNKNOWN
        origins = [origin.value for origin in self._origins.alternatives(value)]
        known = origins[0] if len(origins) == 1 else None
        found = self._mapping(known) if known is not None and known is not value else _UNKNOWN
        if isinstance(value, (cst.Name, cst.Attribute)):
            if not self._stays(value):
                return _UNKNOWN
            found |= Mapping(tuple(self._stored.get(self._resolver.attributes.key(value), ())), True)
        return found

    def _written(self, display: cst.Dict) -> Mapping:
        found, pairs, is_whole = _EMPTY, list[Entry](), True
        for element in display.elements:
            if not isinstance(element, cst.DictElement):
                found = found | Mapping(tuple(pairs), True) | self._mapping(element.value)
                pairs = []
            elif (key := self._context.values.text(element.key)) is not None:
                pairs.append((key, element.value))
            else:
                is_whole = False
        return found | Mapping(tuple(pairs), is_whole)

    @cached_property
    def _stored(self) -> dict[Key | None, list[Entry]]:
        """What is put into dictionaries when they are made already, `options["api_key"] = key`, by their names."""
        found: dict[Key | None, list[Entry]] = {}
        for target, value in self._resolver.attributes.assignments():
            index = index_of(target) if isinstance(target, cst.Subscript) else None
            key = self._context.values.text(index) if index is not None else None
            owner = self._resolver.attributes.key(target.value) if isinstance(target, cst.Subscript) else None
            if key is not None and owner is not None:
                found.setdefault(owner, []).append((key, value))
        return found

    def _stays(self, value: cst.Name | cst.Attribute) -> bool:
        """Whether a dictionary changes by `options["name"] = ...` alone, as far as its name tells."""
        key = self._resolver.attributes.key(value)
        if key is None:
            return False
        if key not in self._staying:
            uses = self._tree.uses_of(value) if isinstance(value, cst.Name) else self._tree.named(value.attr.value)
            alike = (use for use in uses if place(use) == key[1])
            self._staying[key] = all(map(self._leaves, alike))
        return self._staying[key]

    def _leaves(self, use: cst.BaseExpression) -> bool:
        parent = self._tree.parents[use]
        if isinstance(parent, cst.Attribute):
            return parent.attr.value in _ASKS
        if isinstance(parent, cst.Arg):
            call = self._tree.parents[parent]
            is_named = bool(parent.star) or parent.keyword is not None
            return is_named or not (isinstance(call, cst.Call) and self._resolver.calls.functions(call))
        if isinstance(parent, cst.Subscript):
            return not isinstance(self._tree.parents[parent], cst.Del)
        return not isinstance(parent, (cst.AugAssign, cst.Del))
