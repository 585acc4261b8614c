"""The functions and classes that a program defines, by the names under which they are known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from oaklint.python import cst
from oaklint.python.scopes import Scope
from oaklint.python.tree import Tree, dotted_name, walk

# What an expression stands for, or may stand for.
Names = frozenset[str]
UNKNOWN = "?"
NOTHING: Names = frozenset()
NOT_KNOWN: Names = frozenset({UNKNOWN})
# How many alternatives one answer may have; beyond this nothing is claimed.
MAX_NAMES = 32

# The methods that run when an object is made.
INITIALIZERS = ("__init__", "__post_init__", "model_post_init")
# What a `with` calls of an object.
ENTERS = ("__enter__", "__aenter__")


def is_initializer(unit: cst.CSTNode | None) -> bool:
    """Whether a function runs when an object is made."""
    return isinstance(unit, cst.FunctionDef) and unit.name.value in INITIALIZERS


class Definitions:
    """The functions and classes that a program defines, by their `@` names."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._paths: dict[cst.CSTNode, str] = {}
        self._replaced: set[cst.CSTNode] = set()
        self._nodes: dict[str, list[cst.FunctionDef | cst.ClassDef]] = {}
        for kind in (cst.FunctionDef, cst.ClassDef):
            for node in tree.nodes.get(kind, ()):
                assert isinstance(node, (cst.FunctionDef, cst.ClassDef))
                if not any(last_name(decorator.decorator) == "overload" for decorator in node.decorators):
                    self._add(node)

    def _add(self, node: cst.FunctionDef | cst.ClassDef) -> None:
        """Among methods, a later definition in the same suite takes the place of one that nothing has got hold of by then."""
        known = self._nodes.setdefault(self.name(node), [])
        suite = self._tree.parents[node]
        if self._tree.scopes[node].kind == "class" and isinstance(node, cst.FunctionDef):
            replaced = [each for each in known if self._tree.parents[each] is suite and not _is_got_hold_of(each, node, suite)]
            self._replaced.update(replaced)
            known[:] = [each for each in known if each not in replaced]
        known.append(node)

    def is_replaced(self, node: cst.CSTNode | None) -> bool:
        """Whether a method never runs, because another one of that name is defined behind it."""
        return node in self._replaced

    def name(self, node: cst.FunctionDef | cst.ClassDef) -> str:
        found = self._paths.get(node)
        if found is None:
            outer: Scope | None = self._tree.scopes[node]
            while outer is not None and not isinstance(outer.node, (cst.FunctionDef, cst.ClassDef)):
                outer = outer.parent
            if outer is not None and isinstance(outer.node, (cst.FunctionDef, cst.ClassDef)):
                prefix = f"{self.name(outer.node)}."
            else:
                module = self._tree.scopes[node].outermost
                prefix = module_name(module) if module.name else "@"
            found = self._paths[node] = prefix + node.name.value
        return found

    def functions(self, names: Iterable[str]) -> Iterator[cst.FunctionDef]:
        for name in names:
            yield from (node for node in self._nodes.get(name, ()) if isinstance(node, cst.FunctionDef))

    def classes(self, names: Iterable[str]) -> Iterator[cst.ClassDef]:
        for name in names:
            yield from (node for node in self._nodes.get(name, ()) if isinstance(node, cst.ClassDef))

    def class_of(self, node: cst.CSTNode) -> cst.ClassDef | None:
        """The class whose body the node's function stands in, directly or in a nested function."""
        scope: Scope | None = self._tree.scopes[node]
        while scope is not None:
            if scope.kind == "class" and isinstance(scope.node, cst.ClassDef):
                return scope.node
            scope = scope.parent
        return None


def _is_got_hold_of(function: cst.FunctionDef | cst.ClassDef, later: cst.CSTNode, suite: cst.CSTNode) -> bool:
    """Whether a decorator, or a statement between two definitions, may keep the first one."""
    body = suite.body if isinstance(suite, cst.IndentedBlock) else []
    between = body[body.index(function) + 1 : body.index(later)] if function in body and later in body else []
    names = (node for statement in between if not isinstance(statement, cst.FunctionDef) for node in walk(statement))
    return bool(function.decorators) or any(isinstance(node, cst.Name) and node.value == function.name.value for node in names)


def module_name(module: Scope) -> str:
    """The qualified name of a module of the project."""
    return f"@{module.name}:"


def is_abstract(function: cst.FunctionDef) -> bool:
    """Whether a method is there to be overridden: it is declared so, does nothing, or raises NotImplementedError in the end."""
    if any(last_name(decorator.decorator).startswith("abstract") for decorator in function.decorators):
        return True
    doing = [part for part in statements_in(function.body) if not does_nothing(part)]
    if not doing:
        return True
    raised = doing[-1].exc if isinstance(doing[-1], cst.Raise) else None
    comes_there = all(isinstance(part, (cst.Assign, cst.AnnAssign, cst.Expr)) for part in doing[:-1])
    return comes_there and raised is not None and last_name(raised) == "NotImplementedError"


def is_property(function: cst.FunctionDef) -> bool:
    return any(last_name(decorator.decorator) in ("property", "cached_property") for decorator in function.decorators)


def statements_in(suite: cst.BaseSuite) -> Iterator[cst.CSTNode]:
    """The statements of a suite, those that share a row one by one."""
    for line in suite.body:
        yield from line.body if isinstance(line, cst.SimpleStatementLine) else (line,)


def does_nothing(statement: cst.CSTNode) -> bool:
    """`pass`, `...`, a docstring, or any other text that stands for itself."""
    if isinstance(statement, cst.Expr):
        return isinstance(statement.value, (cst.SimpleString, cst.ConcatenatedString, cst.Ellipsis))
    return isinstance(statement, cst.Pass)


def last_name(decorator: cst.BaseExpression) -> str:
    """`root_validator` for `@root_validator`, `@pydantic.root_validator` and `@root_validator(pre=True)`."""
    return (dotted_name(named_by(decorator)) or "").rpartition(".")[2]


def named_by(decorator: cst.BaseExpression) -> cst.BaseExpression:
    """What a decorator names, with its arguments or without: `retry` for `@retry(times=3)`."""
    return decorator.func if isinstance(decorator, cst.Call) else decorator
