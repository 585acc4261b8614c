"""What names say of packages that are there: `HAVE_PACKAGE = True` behind an import, and False where that fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from oaklint.python import cst
from oaklint.python.facts import Fact
from oaklint.python.names import Resolver
from oaklint.python.scopes import Binding
from oaklint.python.tree import dotted_name, walk
from oaklint.python.values import UNKNOWN, Values


class Availability:
    """From such names to what they stand for where the packages are there."""

    def __init__(self, resolver: Resolver, values: Values, is_there: Callable[[str], bool | None]) -> None:
        """is_there: whether what has that qualified name is there to be imported; None where that is not known."""
        self._resolver = resolver
        self._values = values
        self._is_there = is_there
        self._known: dict[cst.Name, Fact | None] = {}

    def known(self, name: cst.Name) -> Fact | None:
        """The constant that a name stands for; None if it is not such a name."""
        if name not in self._known:
            self._known[name] = next(self._told_by(self._resolver.bindings(name)), None)
        return self._known[name]

    def _told_by(self, bindings: list[Binding]) -> Iterator[Fact]:
        """What a name is told behind an import that does not fail, unless it may be set to something else later."""
        for number, binding in enumerate(bindings) if len(bindings) > 1 else ():
            statement = self._tried(binding)
            if statement is None or not self._succeeds(statement):
                continue
            handled = {node for handler in statement.handlers for node in walk(handler)}
            value = self._values.value(binding.value) if binding.value is not None else UNKNOWN
            if value is not UNKNOWN and all(later.node in handled for later in bindings[number + 1 :]):
                yield Fact("constant", value)

    def _succeeds(self, statement: cst.Try) -> bool:
        """Whether something is imported in a `try` that is there, and nothing of the same package that is not."""
        verdicts = {self._is_there(name) for name in _imported(statement.body)}
        return True in verdicts and False not in verdicts

    def _tried(self, binding: Binding) -> cst.Try | None:
        """The `try` whose body, or `else`, binds a name."""
        part: cst.CSTNode = binding.node
        for around in self._resolver.tree.ancestors(binding.node):
            if isinstance(around, (cst.FunctionDef, cst.ClassDef, cst.ExceptHandler)):
                return None
            if isinstance(around, cst.Try):
                return around if part in (around.body, around.orelse) else None
            part = around
        return None


def _imported(body: cst.BaseSuite) -> Iterator[str]:
    """The qualified names of what is imported in a suite."""
    for node in walk(body):
        if isinstance(node, cst.Import):
            yield from (dotted_name(alias.name) or "" for alias in node.names)
        elif isinstance(node, cst.ImportFrom) and not node.relative and not isinstance(node.names, cst.ImportStar):
            yield from (f"{dotted_name(node.module)}.{dotted_name(alias.name)}" for alias in node.names)
