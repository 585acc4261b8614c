"""Scopes and the names that they bind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from oaklint.python import cst

ScopeKind = Literal["module", "class", "function", "lambda", "comprehension"]
BindingKind = Literal[
    "assign",
    "annotated",
    "augment",
    "item",
    "context",
    "exception",
    "delete",
    "function",
    "class",
    "parameter",
    "pattern",
    "import",
]

# A piece of code with a control-flow graph of its own. The program itself is the unit None, a module that it imports its root.
CodeUnit: TypeAlias = "cst.FunctionDef | cst.Lambda | cst.Module"


@dataclass(frozen=True, eq=False, slots=True)
class Binding:
    """One place that gives a name its meaning.

    node:  where it takes effect: the target, the parameter, the import alias, or the definition itself.
    value: the expression that the name comes from: the assigned value, the iterable (item), the context manager (context),
           the caught type (exception) or the default (parameter); None where it is not known.
    qualified: what an import binds, with one leading dot for each level of a relative import.
    whole: where the name gets one of several things, `client, model = connect()`, what gives them all; then `value` is None.
    index: the place of that thing among them, from 0.
    """

    name: str
    kind: BindingKind
    node: cst.CSTNode
    value: cst.BaseExpression | None
    annotation: cst.BaseExpression | None = None
    qualified: str = ""
    whole: cst.BaseExpression | None = None
    index: int = 0


class Scope:
    """A module, class, function, lambda or comprehension with the names it binds, each with all its bindings in the order of the
    text.

    name: of a module that is followed, its dotted name; else empty.
    """

    def __init__(self, kind: ScopeKind, node: cst.CSTNode | None, parent: Scope | None) -> None:
        self.kind = kind
        self.node = node
        self.parent = parent
        self.bindings: dict[str, list[Binding]] = {}
        self.star_imports: list[str] = []
        self.name = ""
        self._declared: dict[str, Scope] = {}

    def open(self, kind: ScopeKind, node: cst.CSTNode) -> Scope:
        return Scope(kind, node, self)

    @property
    def outermost(self) -> Scope:
        """The scope of the module that it stands in."""
        scope = self
        while scope.parent is not None:
            scope = scope.parent
        return scope

    def bind(self, binding: Binding) -> None:
        home = self._declared.get(binding.name, self)
        home.bindings.setdefault(binding.name, []).append(binding)

    def declare(self, name: str, home: Scope | None) -> None:
        """A `global` (home: the module) or `nonlocal` (home: None, the nearest enclosing function that binds it) statement."""
        if home is None:
            home = self.parent.lookup(name) if self.parent is not None else None
        if home is not None:
            self._declared[name] = home

    def lookup(self, name: str) -> Scope | None:
        """The scope that a use of the name in this scope refers to; None if no scope of the program binds it."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope._declared:
                return scope._declared[name]
            # A class body's names are not seen from the functions inside it.
            if name in scope.bindings and (scope.kind != "class" or scope is self):
                return scope
            scope = scope.parent
        return None

    def has_star_import(self) -> bool:
        """Whether an unbound name could come from a star import."""
        scope: Scope | None = self
        while scope is not None:
            if scope.star_imports:
                return True
            scope = scope.parent
        return False
