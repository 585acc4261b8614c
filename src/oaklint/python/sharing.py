"""Whether what is handed on from one place to another goes somewhere else as well."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice, takewhile
from typing import TYPE_CHECKING

from oaklint.python import cst
from oaklint.python.scopes import Binding
from oaklint.python.tree import last_part, walk

if TYPE_CHECKING:
    from oaklint.python.program import Program
    from oaklint.python.sources import Source

# They see every variable of where they are called, or of the module; every attribute of an object; one that they are told.
_SEE_VARIABLES = ("builtins.locals", "builtins.vars", "builtins.eval", "builtins.exec")
_SEE_MODULE = ("builtins.globals", "builtins.eval", "builtins.exec")
_SEE_ATTRIBUTES = ("builtins.vars", "dataclasses.asdict", "attrs.asdict")
_SEE_BY_NAME = {"builtins.getattr", "operator.attrgetter"}


class Sharing:
    """Asks who reads the names, attributes and dictionaries by which a value is handed on."""

    def __init__(self, program: Program) -> None:
        self._cells = program.source.cells
        self._tree = program.tree
        self._resolver = program.resolver
        self._values = program.values

    def alone(self, place: cst.CSTNode, source: Source) -> list[cst.BaseExpression]:
        """The expressions by which a value comes to a place, the one there first, as far as nothing else takes it on the way."""
        values = [*(step.node for step in source.way), source.value]
        takers: list[tuple[cst.CSTNode, Binding | None]] = [(place, None), *source.way]
        pairs = takewhile(lambda pair: not self.is_shared(pair[0], *pair[1]), zip(values, takers, strict=True))
        return [value for value, _ in pairs]

    def is_shared(self, value: cst.BaseExpression, taker: cst.CSTNode, binding: Binding | None = None) -> bool:
        """Whether others than a taker may get what an expression gives, be it for a look at it.

        taker: what the value comes to in one step, by a name if a binding is given: in `OpenAI(api_key=key)` the call takes
        `key`, and that takes what has been assigned to it.
        """
        for around in self._tree.ancestors(value):
            if isinstance(around, cst.NamedExpr) and any(True for _ in self.readers(around.target)):
                return True
            if isinstance(around, cst.Assign) and len(around.targets) > 1:
                return True
            if around is taker:
                return False
            if isinstance(around, (cst.Lambda, cst.BaseSuite)):
                break
        kept = self._kept_in(value, taker, binding)
        if kept is None or not self._tree.is_own(value):
            return True
        return any(reader is not taker and taker not in self._tree.ancestors(reader) for reader in self.readers(kept))

    def _kept_in(self, value: cst.BaseExpression, taker: cst.CSTNode, binding: Binding | None) -> cst.BaseExpression | None:
        """The name or attribute by which it is handed on; that of the dictionary or the like, if it stands in one."""
        if binding is not None:
            return binding.node.name if isinstance(binding.node, cst.Param) else _as_expression(binding.node)
        if isinstance(taker, cst.Attribute):
            return taker
        limits = (each for each in self._tree.ancestors(value) if isinstance(each, (cst.Lambda, cst.BaseSmallStatement)))
        statement = next(limits, None)
        target = statement.targets[0].target if isinstance(statement, cst.Assign) else getattr(statement, "target", None)
        while isinstance(target, cst.Subscript):
            target = target.value
        return target if isinstance(target, (cst.Name, cst.Attribute)) else None

    def readers(self, target: cst.BaseExpression) -> Iterator[cst.CSTNode]:
        """What may read a variable, or an attribute that is called so, as it is set at some place."""
        name, scope = last_part(target), self._tree.scopes[target]
        if isinstance(target, cst.Name):
            uses = (use for use in self._tree.uses_of(target) if not self._tree.is_store(use))
            yield from (use for use in uses if any(_is_at(each, target) for each in self._resolver.bindings(use)))
            yield from (use for use in self._uses_of(_SEE_VARIABLES) if self._tree.unit(use) is self._tree.unit(target))
            yield from self._exporting(name)
            if scope.lookup(name) is scope.outermost:
                yield from self._uses_of(_SEE_MODULE)
            yield from self._tree.roots[:1] if self._is_in_magic(name) else ()
        if isinstance(target, cst.Attribute) or scope.kind == "class":
            alike = (use for use in self._tree.named(name) if isinstance(use, cst.Attribute))
            yield from (use for use in alike if not self._tree.is_store(use))
            yield from (*self._uses_of(_SEE_ATTRIBUTES), *self._tree.named("__dict__"))
            yield from self._asking_for(name)

    def _uses_of(self, functions: Iterable[str]) -> Iterator[cst.CSTNode]:
        for function in functions:
            alike = (use for use in self._tree.named(function.rpartition(".")[2]) if not self._tree.is_label(use))
            yield from (use for use in alike if function in self._resolver.names(use))

    def _asking_for(self, attribute: str) -> Iterator[cst.CSTNode]:
        """`getattr(settings, "key")`"""
        for call in self._tree.nodes.get(cst.Call, ()):
            if isinstance(call, cst.Call) and self._resolver.names(call.func) & _SEE_BY_NAME:
                texts = {self._values.text(arg.value) for arg in call.args}
                if attribute in texts or texts == {None}:
                    yield call

    def _exporting(self, name: str) -> Iterator[cst.CSTNode]:
        """`__all__ = ["KEY"]`"""
        for exports in self._tree.named("__all__"):
            lines = (each for each in self._tree.ancestors(exports) if isinstance(each, cst.SimpleStatementLine))
            parts = (part for line in islice(lines, 1) for part in walk(line))
            yield from (part for part in parts if isinstance(part, cst.SimpleString) and part.raw_value == name)

    def _is_in_magic(self, name: str) -> bool:
        """`!echo {key}`"""
        written = re.compile(rf"[{{$]{re.escape(name)}\b")
        cells = (cell for cell in self._cells if cell.kind == "code" and cell.code != cell.text)
        return any(len(written.findall(cell.text)) > len(written.findall(cell.code or "")) for cell in cells)


def _is_at(binding: Binding, target: cst.Name) -> bool:
    return target is (binding.node.name if isinstance(binding.node, cst.Param) else binding.node)


def _as_expression(node: cst.CSTNode) -> cst.BaseExpression | None:
    return node if isinstance(node, cst.BaseExpression) else None
