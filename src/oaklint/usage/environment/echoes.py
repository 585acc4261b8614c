"""What is written into the environment and is not meant for a client: it repeats what that has already, or takes it away."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from oaklint.python import cst
from oaklint.python.places import named, place
from oaklint.usage.constructions import Construction
from oaklint.usage.environment.kept import Kept
from oaklint.usage.environment.writes import Write

if TYPE_CHECKING:
    from oaklint.usage.usage import Usage

_MAX_DEPTH = 4
# What runs code that others have written.
_RUNS_CODE = {"exec", "eval", "execfile", "run_path", "run_module"}


class Echoes:
    """Finds it, for one client: its own key, what it was handed, what the environment holds anyway, and nothing at all."""

    def __init__(self, usage: Usage, construction: Construction | None, kept: Kept) -> None:
        self._usage = usage
        self._construction = construction
        self._kept = kept

    def in_write(self, write: Write) -> frozenset[str]:
        """The names that a write sets to that."""
        return frozenset(name for name, value in write.values if self._repeats(value, name, write))

    def _repeats(self, value: cst.BaseExpression, name: str, write: Write) -> bool:
        environment = self._usage.environment
        if self._usage.values.value(value) == "":
            return not self._is_to_be_filled_in(write)
        read = environment.key_read_by(value)
        is_same = isinstance(write.key, cst.Name) and isinstance(read, cst.Name) and write.key.value == read.value
        return is_same or environment.holds(value) == name or any(map(self._is_of_client, named(value)))

    def _is_to_be_filled_in(self, write: Write) -> bool:
        """Whether an empty text stands for a key that was taken out of a script before others got to see that; elsewhere it is
        meant for those who must not see the key.
        """
        runs_others = self._usage.mentions.starts_processes or not _RUNS_CODE.isdisjoint(self._usage.resolver.calls.by_name)
        if self._usage.tree.unit(write.node) is not None or runs_others:
            return False
        texts = (self._usage.values.text(node) for node in self._usage.nodes(cst.SimpleString))
        return sum(text in write.names for text in texts) == 1  # it is neither saved nor put back

    def _is_of_client(self, node: cst.BaseExpression, depth: int = 0) -> bool:
        """Whether it is the client, or what it was handed, by whatever name."""
        is_handed_out = isinstance(node, cst.Attribute) and node.value in self._kept.handed_out
        if is_handed_out or self._kept.is_place(node) or self._was_handed(node):
            return True
        bindings = self._usage.resolver.bindings(node) if isinstance(node, cst.Name) and depth < _MAX_DEPTH else ()
        for binding in bindings:
            values = [binding.value] if binding.kind in ("assign", "annotated") else []
            if isinstance(binding.node, cst.Param):
                values += self._usage.resolver.calls.handed_to(binding.node)
            parts = (part for value in values if value is not None for part in named(value))
            if any(self._is_of_client(part, depth + 1) for part in parts):
                return True
        return False

    def _was_handed(self, node: cst.BaseExpression) -> bool:
        if isinstance(node, cst.Name):
            bound = self._usage.resolver.bindings(node)
            given = (each for each in self._handed if isinstance(each, cst.Name) and each.value == node.value)
            return any(binding in bound for each in given for binding in self._usage.resolver.bindings(each))
        return place(node) in {place(each) for each in self._handed if isinstance(each, (cst.Attribute, cst.Subscript))}

    @cached_property
    def _handed(self) -> list[cst.BaseExpression]:
        """The names, attributes and items in the arguments that the client was built with; what they are taken from holds more
        than that.
        """
        if self._construction is None:
            return []
        found: list[cst.BaseExpression] = []
        for part in (part for value in self._construction.arguments.values() for part in named(value)):
            seen = self._construction.seen_from_site(part)
            if seen is not part or not self._is_owner(part):
                found.append(seen)
        return found

    def _is_owner(self, node: cst.BaseExpression) -> bool:
        """Whether an attribute or a certain item of it is what is meant."""
        parents = self._usage.tree.parents
        taken = parents.get(node)
        if not isinstance(taken, (cst.Attribute, cst.Subscript)) or taken.value is not node or place(taken) is None:
            return False
        user = parents.get(taken)
        return not (isinstance(user, cst.Call) and user.func is taken)
