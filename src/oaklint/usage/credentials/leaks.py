"""Where a client may lead with OpenAI's key, for lack of one of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from oaklint.python import cst
from oaklint.python.places import place
from oaklint.python.tree import argument_of, index_of
from oaklint.usage.credentials.absence import Absence

if TYPE_CHECKING:
    from oaklint.usage.usage import Usage

# Whoever takes his key from there means to send that one.
_OPENAI_KEY = "OPENAI_API_KEY"


class Leak(NamedTuple):
    """A host to which the key must not go, and why there may be no other key for it.

    is_own: whether that is so where the client is built, and not in a table that others use as well.
    """

    host: str
    absence: Absence
    is_own: bool = True


class Leaks:
    """Asks whether an address and the lack of a key come together."""

    def __init__(self, usage: Usage) -> None:
        self._usage = usage

    def of(self, site: cst.Call, address: cst.BaseExpression | None, key: cst.BaseExpression | None) -> Iterator[Leak]:
        """For a client that a call builds with an address and a key: where it may lead without the key."""
        if address is None:
            return
        absence = self._absence(site, key)
        name = absence.name if absence is not None else None
        if key is not None and (rows := [*self._usage.tables.together(address, name or key)]):
            for url, cell in rows:
                found = self._usage.absences.of(cell) if name is None else self._of_variable(cell, absence)
                yield from (leak._replace(is_own=name is not None) for leak in self._by(found, url, None))
        elif name is None:
            yield from self._by(absence, address, key)

    def _by(self, absence: Absence | None, address: cst.BaseExpression, key: cst.BaseExpression | None) -> Iterator[Leak]:
        if absence is None or absence.variable == _OPENAI_KEY:
            return
        for stranger in self._usage.hosts.strangers(address):
            if key is None or not any(self._usage.absences.is_ruled_out(key, where) for where in stranger.way):
                yield Leak(stranger.host, absence)

    def _of_variable(self, name: cst.BaseExpression, absence: Absence | None) -> Absence | None:
        """A lack of the variable that is named in one row of a table, unless the program asks for that."""
        variable = self._usage.values.text(name)
        if absence is None or variable is None or self._usage.absences.is_there(variable, absence.where, told_by=name):
            return None
        return absence._replace(variable=variable)

    def _absence(self, site: cst.Call, key: cst.BaseExpression | None) -> Absence | None:
        """Why there may be no key: it may be None, or it is only given where it is not: `if key: options["api_key"] = key`."""
        if key is None:
            return Absence(site.func)
        tree, graph = self._usage.tree, self._usage.graph_of(site)
        stored = tree.parents.get(key)
        target = stored.targets[0].target if isinstance(stored, cst.Assign) else None
        if isinstance(target, cst.Subscript) and graph is not None and not self._has_other(site, target):
            around = next((each for each in tree.ancestors(target) if isinstance(each, cst.BaseCompoundStatement)), None)
            if isinstance(around, cst.If) and around.orelse is None and self._asked_for(around.test) == place(key):
                if not any(graph.dominates(block, goal) for block in graph.blocks_of(target) for goal in graph.blocks_of(site)):
                    is_lookup = place(around.test) is None
                    return self._usage.absences.of(around.test) or (Absence(around.test) if is_lookup else None)
        return self._usage.absences.of(key)

    def _has_other(self, site: cst.Call, item: cst.Subscript) -> bool:
        """Whether the options that a client is built with have such an item from the beginning."""
        index = index_of(item)
        name = self._usage.values.text(index) if index is not None else None
        made = (value for arg in site.args if arg.star == "**" for value in self._usage.resolver.values_of(arg.value))
        return any(key == name for each in made for key, _ in self._usage.entries.of(each))

    def _asked_for(self, test: cst.BaseExpression) -> str | None:
        """What a condition asks for, as `place` writes it: `key`; `o["key"]` by `o.get("key")` or `"key" in o`."""
        owner, name = None, None
        if isinstance(test, cst.NamedExpr):
            test = test.target
        elif isinstance(test, cst.Call) and isinstance(test.func, cst.Attribute) and test.func.attr.value == "get":
            owner, name = test.func.value, argument_of(test, 0)
        elif isinstance(test, cst.Comparison) and isinstance(test.comparisons[0].operator, cst.In):
            owner, name = test.comparisons[0].comparator, test.left
        text = self._usage.values.text(name) if name is not None else None
        if owner is None or text is None:
            return place(test)
        return f"{place(owner)}.{text!r}"
