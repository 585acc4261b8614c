"""One read-only walk over the LibCST trees of a program: parents, nodes by type, scopes and what they bind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields
from functools import cache, cached_property
from itertools import takewhile
from typing import Any, TypeAlias, TypeVar

from oaklint.python import cst
from oaklint.python.scopes import Binding, BindingKind, CodeUnit, Scope

Comprehension: TypeAlias = "cst.ListComp | cst.SetComp | cst.DictComp | cst.GeneratorExp"
# What may run a function: a call, or the reading of an attribute that may be a property.
Run: TypeAlias = "cst.Call | cst.Attribute"
Node = TypeVar("Node", bound="cst.CSTNode")
Scoped: TypeAlias = "Iterator[tuple[cst.CSTNode, Scope]]"

# Fields that hold only layout. Comments are read from the text, not from the tree.
_LAYOUT = ("whitespace", "leading_lines", "lines_after", "lpar", "rpar", "lbracket", "rbracket", "lbrace", "rbrace")
_PUNCTUATION = {"comma", "semicolon", "colon", "dot", "equal", "header", "footer", "operator", "separator", "indent", "newline"}


@cache
def _child_fields(node_type: type[cst.CSTNode]) -> tuple[str, ...]:
    """The fields of a node type in which meaningful children stand."""
    names = (field.name for field in fields(node_type))
    return tuple(name for name in names if not name.startswith(_LAYOUT) and name not in _PUNCTUATION)


@cache
def _is_node(node_type: type) -> bool:
    """Whether a type is one of nodes; to ask `isinstance` takes longer, since all of them are abstract base classes."""
    return issubclass(node_type, cst.CSTNode)


def dotted_name(node: cst.CSTNode | None) -> str | None:
    """`a.b.c` as text if the node is a name or a chain of attributes of one, else None."""
    parts: list[str] = []
    while isinstance(node, cst.Attribute):
        parts.append(node.attr.value)
        node = node.value
    if not isinstance(node, cst.Name):
        return None
    parts.append(node.value)
    return ".".join(reversed(parts))


def last_part(node: cst.CSTNode) -> str:
    """`create` of `client.responses.create`, whatever stands before it, and a name itself; nothing for anything else."""
    if isinstance(node, cst.Attribute):
        return node.attr.value
    return node.value if isinstance(node, cst.Name) else ""


def children(node: cst.CSTNode) -> list[cst.CSTNode]:
    """The meaningful children of a node; whitespace and punctuation are left out."""
    found: list[cst.CSTNode] = []
    for name in _child_fields(type(node)):
        value = getattr(node, name)
        if value is None or value.__class__ is str:
            continue
        if isinstance(value, (list, tuple)):
            found.extend(value)
        elif _is_node(value.__class__):
            found.append(value)
    return found


def walk(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """The node and everything meaningful below it, in no particular order."""
    stack = [node]
    while stack:
        here = stack.pop()
        yield here
        stack.extend(children(here))


def is_link(node: cst.CSTNode | None) -> bool:
    """Whether an expression may be one of a chain: `head + body + tail`, `"head" "body" "tail"`."""
    return isinstance(node, (cst.BinaryOperation, cst.ConcatenatedString))


def arguments(run: Run) -> Sequence[cst.Arg]:
    return run.args if isinstance(run, cst.Call) else ()


def callee(run: Run) -> cst.BaseExpression:
    """What names the function that is run."""
    return run.func if isinstance(run, cst.Call) else run


def called(node: cst.BaseExpression) -> cst.BaseExpression:
    """What a call calls; any other expression itself, such as a decorator without arguments."""
    return node.func if isinstance(node, cst.Call) else node


def parameters(function: cst.FunctionDef | cst.Lambda) -> tuple[cst.Param, ...]:
    """The parameters of a function that take one argument each: all but `*args` and `**kwargs`."""
    params = function.params
    return (*params.posonly_params, *params.params, *params.kwonly_params)


def fields_of(owner: cst.ClassDef, name: str) -> list[cst.AnnAssign]:
    """The declarations of a field in the body of a class."""
    lines = (line for line in owner.body.body if isinstance(line, cst.SimpleStatementLine))
    declared = (part for line in lines for part in line.body if isinstance(part, cst.AnnAssign))
    return [part for part in declared if isinstance(part.target, cst.Name) and part.target.value == name]


def positional(function: cst.FunctionDef | cst.Lambda) -> list[cst.Param]:
    """The parameters of a function that may be given by their position."""
    return [*function.params.posonly_params, *function.params.params]


def evaluated(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """What is evaluated when a simple statement, a condition or the header of a compound statement runs, in no particular order.

    Bodies are left out, those of lambdas as well as those of statements.
    """
    if isinstance(node, cst.For):
        node = node.target  # the iterable is evaluated once, before the loop
    elif isinstance(node, cst.While):
        return  # its condition stands for itself
    elif isinstance(node, cst.MatchCase):
        node = node.pattern
    stack = [node]
    while stack:
        here = stack.pop()
        yield here
        if isinstance(here, cst.Lambda):
            continue
        stack.extend(child for child in children(here) if not isinstance(child, cst.BaseSuite))


class Walk:
    """What one walk over the parsed cells of a program, or over a module, finds out.

    parents: each node's parent; the roots have none.
    nodes:   all nodes by their exact type, each list in the order of the walk.
    scopes:  the scope that each node is evaluated in.
    module:  the outermost scope, shared by all cells.
    """

    def __init__(self, roots: Sequence[cst.Module], module: Scope) -> None:
        self.roots = tuple(roots)
        self.module = module
        self.parents: dict[cst.CSTNode, cst.CSTNode] = {}
        self.nodes: defaultdict[type[cst.CSTNode], list[cst.CSTNode]] = defaultdict(list)
        self.scopes: dict[cst.CSTNode, Scope] = {}
        self._walk(self.roots)

    def _walk(self, roots: Sequence[cst.Module]) -> None:
        parents, nodes, scopes = self.parents, self.nodes, self.scopes
        binders = {getattr(cst, name): bind for name, bind in _BINDERS.items()}
        openers = {getattr(cst, name): children for name, children in _SCOPED.items()}
        stack: list[tuple[cst.CSTNode, Scope]] = [(root, self.module) for root in reversed(roots)]
        while stack:
            node, scope = stack.pop()
            node_type = type(node)
            nodes[node_type].append(node)
            scopes[node] = scope
            bind = binders.get(node_type)
            if bind is not None:
                bind(self, node, scope)
            scoped = openers.get(node_type)
            pending = [(child, scope) for child in children(node)] if scoped is None else list(scoped(self, node, scope))
            for child, _ in pending:
                parents[child] = node
            stack.extend(reversed(pending))

    # The children of nodes that open a scope, each with the scope that it is evaluated in.

    def _of_function(self, node: cst.FunctionDef, scope: Scope) -> Scoped:
        inner = scope.open("function", node)
        yield from ((decorator, scope) for decorator in node.decorators)
        yield node.name, scope
        yield node.params, inner  # parameters bind inside; `_of_parameter` hands defaults and annotations back out
        if node.returns is not None:
            yield node.returns, scope
        yield node.body, inner

    def _of_lambda(self, node: cst.Lambda, scope: Scope) -> Scoped:
        inner = scope.open("lambda", node)
        yield node.params, inner
        yield node.body, inner

    def _of_parameter(self, node: cst.Param, scope: Scope) -> Scoped:
        outside = scope.parent or scope
        yield node.name, scope
        yield from ((part, outside) for part in (node.annotation, node.default) if part is not None)

    def _of_class(self, node: cst.ClassDef, scope: Scope) -> Scoped:
        inner = scope.open("class", node)
        yield from ((child, scope) for child in (*node.decorators, node.name, *node.bases, *node.keywords))
        yield node.body, inner

    def _of_comprehension(self, node: Comprehension, scope: Scope) -> Scoped:
        inner = scope.open("comprehension", node)
        # The clauses come first: they bind what the element uses.
        yield node.for_in, inner
        yield from ((child, inner) for child in children(node) if child is not node.for_in)

    def _of_clause(self, node: cst.CompFor, scope: Scope) -> Scoped:
        # The first iterable belongs to the outside.
        outermost = not isinstance(self.parents[node], cst.CompFor)
        yield node.iter, (scope.parent or scope) if outermost else scope
        yield from ((child, scope) for child in children(node) if child is not node.iter)

    # What each kind of node binds.

    def _bind_target(
        self,
        target: cst.CSTNode,
        scope: Scope,
        kind: BindingKind,
        value: cst.BaseExpression | None,
        whole: cst.BaseExpression | None = None,
        index: int = 0,
    ) -> None:
        if isinstance(target, cst.Name):
            scope.bind(Binding(target.value, kind, target, value, whole=whole, index=index))
        elif isinstance(target, (cst.Tuple, cst.List)):
            values: list[cst.BaseExpression | None] = [None] * len(target.elements)
            starred = any(isinstance(element, cst.StarredElement) for element in target.elements)
            if isinstance(value, (cst.Tuple, cst.List)) and len(value.elements) == len(values) and not starred:
                values = [element.value for element in value.elements]
            whole = value if values.count(None) == len(values) and not starred else None
            for index, (element, part) in enumerate(zip(target.elements, values, strict=True)):
                self._bind_target(element.value, scope, kind, part, whole, index)
        elif isinstance(target, cst.StarredElement):
            self._bind_target(target.value, scope, kind, None)

    def _assign(self, node: cst.Assign, scope: Scope) -> None:
        for target in node.targets:
            self._bind_target(target.target, scope, "assign", node.value)

    def _annotated(self, node: cst.AnnAssign, scope: Scope) -> None:
        if isinstance(node.target, cst.Name):
            scope.bind(Binding(node.target.value, "annotated", node.target, node.value, annotation=node.annotation.annotation))

    def _augmented(self, node: cst.AugAssign, scope: Scope) -> None:
        self._bind_target(node.target, scope, "augment", None)

    def _walrus(self, node: cst.NamedExpr, scope: Scope) -> None:
        while scope.kind == "comprehension" and scope.parent is not None:
            scope = scope.parent
        self._bind_target(node.target, scope, "assign", node.value)

    def _loop(self, node: cst.For | cst.CompFor, scope: Scope) -> None:
        self._bind_target(node.target, scope, "item", node.iter)

    def _with_item(self, node: cst.WithItem, scope: Scope) -> None:
        if node.asname is not None:
            self._bind_target(node.asname.name, scope, "context", node.item)

    def _handler(self, node: cst.ExceptHandler | cst.ExceptStarHandler, scope: Scope) -> None:
        if node.name is not None:
            self._bind_target(node.name.name, scope, "exception", node.type)

    def _delete(self, node: cst.Del, scope: Scope) -> None:
        self._bind_target(node.target, scope, "delete", None)

    def _function(self, node: cst.FunctionDef, scope: Scope) -> None:
        scope.bind(Binding(node.name.value, "function", node, None))

    def _class(self, node: cst.ClassDef, scope: Scope) -> None:
        scope.bind(Binding(node.name.value, "class", node, None))

    def _parameter(self, node: cst.Param, scope: Scope) -> None:
        annotation = node.annotation.annotation if node.annotation is not None else None
        scope.bind(Binding(node.name.value, "parameter", node, node.default, annotation=annotation))

    def _pattern(self, node: cst.MatchAs | cst.MatchStar, scope: Scope) -> None:
        if node.name is not None:
            inner = node.pattern if isinstance(node, cst.MatchAs) else None
            declared = inner.cls if isinstance(inner, cst.MatchClass) else None
            scope.bind(Binding(node.name.value, "pattern", node.name, None, annotation=declared))

    def _declared(self, node: cst.Global | cst.Nonlocal, scope: Scope) -> None:
        for item in node.names:
            scope.declare(item.name.value, scope.outermost if isinstance(node, cst.Global) else None)

    def _import(self, node: cst.Import, scope: Scope) -> None:
        for alias in node.names:
            dotted = dotted_name(alias.name)
            if dotted is None:
                continue
            if alias.asname is not None and isinstance(alias.asname.name, cst.Name):
                scope.bind(Binding(alias.asname.name.value, "import", alias, None, qualified=dotted))
            else:
                top = dotted.partition(".")[0]
                scope.bind(Binding(top, "import", alias, None, qualified=top))

    def _import_from(self, node: cst.ImportFrom, scope: Scope) -> None:
        module = "." * len(node.relative) + ((dotted_name(node.module) or "") if node.module is not None else "")
        if isinstance(node.names, cst.ImportStar):
            scope.star_imports.append(module)
            return
        for alias in node.names:
            name = dotted_name(alias.name)
            bound = alias.asname.name if alias.asname is not None else alias.name
            if name is not None and isinstance(bound, cst.Name):
                joined = f"{module}{name}" if module.endswith(".") else f"{module}.{name}"
                scope.bind(Binding(bound.value, "import", alias, None, qualified=joined))


class Tree:
    """A program and the modules of its project that it imports, each walked once.

    parents, scopes: as in `Walk`, of all of them.
    nodes:    likewise, those of the program itself first. own: only these.
    imported: the scopes of the modules.
    """

    def __init__(self, program: Walk, imported: Sequence[Walk] = ()) -> None:
        self.roots = program.roots
        self.module = program.module
        self.parents = program.parents
        self.scopes = program.scopes
        self.nodes: Mapping[type[cst.CSTNode], Sequence[cst.CSTNode]] = program.nodes
        self.own: Mapping[type[cst.CSTNode], Sequence[cst.CSTNode]] = program.nodes
        self.imported = [walk.module for walk in imported]
        self._imports: dict[Scope, Mapping[str, Scope]] = {}
        self._by_unit: dict[type[cst.CSTNode], dict[CodeUnit | None, list[cst.CSTNode]]] = {}
        self._calls_by: dict[cst.CSTNode, list[cst.Call]] = {}
        if imported:
            # A module may have been walked for another program: what it found is copied, not shared.
            self.parents, self.scopes = dict(program.parents), dict(program.scopes)
            nodes = defaultdict(list, {node_type: list(found) for node_type, found in program.nodes.items()})
            for walk in imported:
                self.parents.update(walk.parents)
                self.scopes.update(walk.scopes)
                for node_type, found in walk.nodes.items():
                    nodes[node_type] += found
            self.nodes = nodes

    def is_own(self, node: cst.CSTNode) -> bool:
        """Whether a node stands in the program itself, not in a module that it imports."""
        return self.scopes[node].outermost is self.module

    def link(self, imports: Mapping[Scope, Mapping[str, Scope]]) -> None:
        """Says what the modules import from each other: for each, the scopes of the others by the names as they are written."""
        self._imports.update(imports)

    def imports_of(self, scope: Scope) -> Mapping[str, Scope]:
        """The followed modules that the module of a scope imports, by the names as they are written there."""
        return self._imports.get(scope.outermost, {})

    def ancestors(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """The parent, its parent, and so on up to the module."""
        parent = self.parents.get(node)
        while parent is not None:
            yield parent
            parent = self.parents.get(parent)

    def index_among(self, statements: Sequence[cst.CSTNode], node: cst.CSTNode) -> int:
        """Which of some statements a node is, or stands in, from 0; -1 for none."""
        around = {id(node), *(id(each) for each in self.ancestors(node))}
        return next((index for index, line in enumerate(statements) if id(line) in around), -1)

    def qualified_scope(self, node: cst.CSTNode) -> str:
        """The functions and classes that a node belongs to, itself among them: `Bot.ask`; empty at the top of a module."""
        around = (each for each in (node, *self.ancestors(node)) if isinstance(each, (cst.FunctionDef, cst.ClassDef)))
        return ".".join(reversed([each.name.value for each in around]))

    def in_handler(self, node: cst.CSTNode) -> bool:
        return any(True for _ in self.handlers_around(node))

    def asked_each_round(self, loop: cst.CSTNode | None) -> tuple[cst.BaseExpression, cst.BaseExpression] | None:
        """What a `for` calls in each of its rounds, and the answer that ends it: `for state in iter(ask, "done")`."""
        made = loop.iter if isinstance(loop, cst.For) else None
        if not isinstance(made, cst.Call) or not isinstance(made.func, cst.Name) or made.func.value != "iter":
            return None
        in_order = [arg.value for arg in made.args if arg.keyword is None and not arg.star]
        is_own = self.scopes[made].lookup("iter") is not None
        return (in_order[0], in_order[1]) if len(in_order) == len(made.args) == 2 and not is_own else None

    def handlers_around(self, node: cst.CSTNode) -> Iterator[cst.ExceptHandler | cst.ExceptStarHandler]:
        """The handlers in which a node stands, the innermost first."""
        return (each for each in self.ancestors(node) if isinstance(each, (cst.ExceptHandler, cst.ExceptStarHandler)))

    def unit(self, node: cst.CSTNode) -> CodeUnit | None:
        """The function, lambda or imported module whose body the node is evaluated in; None for the program's own module."""
        scope: Scope | None = self.scopes[node]
        while scope is not None and scope.kind in ("class", "comprehension"):
            scope = scope.parent
        node_of_scope = scope.node if scope is not None else None
        return node_of_scope if isinstance(node_of_scope, (cst.FunctionDef, cst.Lambda, cst.Module)) else None

    @cached_property
    def holding_comprehensions(self) -> set[cst.CSTNode]:
        """The comprehensions, and all that evaluates them as part of itself: most has none."""
        found: set[cst.CSTNode] = set()
        for node_type in (cst.ListComp, cst.SetComp, cst.DictComp, cst.GeneratorExp):
            for node in self.nodes.get(node_type, ()):
                here: cst.CSTNode | None = node
                while here is not None and here not in found and not isinstance(here, (cst.Lambda, cst.BaseSuite)):
                    found.add(here)
                    here = self.parents.get(here)
        return found

    def bindings_of(self, name: cst.Name) -> list[Binding]:
        """Everything that binds the variable which a name is; nothing for a builtin."""
        home = self.scopes[name].lookup(name.value)
        return home.bindings.get(name.value, []) if home is not None else []

    def uses_of(self, target: cst.Name) -> list[cst.Name]:
        """The other places where the variable stands that a name is one of."""
        home = self.scopes[target].lookup(target.value)
        named = (node for node in self.named(target.value) if isinstance(node, cst.Name) and node is not target)
        return [node for node in named if self.scopes[node].lookup(node.value) is home and not self.is_label(node)]

    def expression_around(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """The expressions, and arguments of calls, that a node is part of, the innermost first."""
        return takewhile(lambda each: isinstance(each, (cst.BaseExpression, cst.Arg)), self.ancestors(node))

    @staticmethod
    def chain(node: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
        """An expression and those that it begins with: of `a.b[0](c)`, that, `a.b[0]`, `a.b` and `a`."""
        here: cst.BaseExpression | None = node
        while here is not None:
            yield here
            here = (
                here.func
                if isinstance(here, cst.Call)
                else here.value
                if isinstance(here, (cst.Attribute, cst.Subscript))
                else None
            )

    def is_store(self, node: cst.CSTNode) -> bool:
        """Whether a name or attribute is bound or deleted where it stands, be it among others."""
        parent = self.parents.get(node)
        while isinstance(parent, (cst.Element, cst.Tuple, cst.List)):
            node, parent = parent, self.parents.get(parent)
        if isinstance(parent, (cst.AssignTarget, cst.AsName, cst.Del, cst.NameItem, cst.ImportAlias)):
            return True
        if isinstance(parent, cst.Param):
            return parent.name is node
        return isinstance(parent, (cst.AnnAssign, cst.NamedExpr, cst.For, cst.CompFor)) and parent.target is node

    def is_label(self, node: cst.CSTNode) -> bool:
        """Whether a name is that of an attribute or keyword, and stands for nothing by itself."""
        parent = self.parents[node]
        return (isinstance(parent, cst.Attribute) and parent.attr is node) or (
            isinstance(parent, cst.Arg) and parent.keyword is node
        )

    def named(self, last: str | None) -> Sequence[cst.Name | cst.Attribute]:
        """The names, and the attributes, that end with a name; without one, all of them."""
        return self._named.get(last, ())

    @cached_property
    def _named(self) -> dict[str | None, list[cst.Name | cst.Attribute]]:
        found: dict[str | None, list[cst.Name | cst.Attribute]] = {None: []}
        for node in (*self.nodes.get(cst.Name, ()), *self.nodes.get(cst.Attribute, ())):
            assert isinstance(node, (cst.Name, cst.Attribute))
            last = node.value if isinstance(node, cst.Name) else node.attr.value
            found.setdefault(last, []).append(node)
            found[None].append(node)
        return found

    def calls_in(self, unit: CodeUnit | None) -> list[cst.Call]:
        """The calls that are evaluated in the unit itself, in the order of the text."""
        return self.nodes_in(unit, cst.Call)

    def calls_by(self, node: cst.CSTNode) -> list[cst.Call]:
        """The calls that are evaluated when a simple statement, a condition or a header runs."""
        found = self._calls_by.get(node)
        if found is None:
            found = self._calls_by[node] = [part for part in evaluated(node) if isinstance(part, cst.Call)]
        return found

    def nodes_in(self, unit: CodeUnit | None, node_type: type[Node]) -> list[Node]:
        """The nodes of exactly this type that are evaluated in the unit itself, in the order of the text."""
        found = self._by_unit.get(node_type)
        if found is None:
            found = self._by_unit[node_type] = {}
            for node in self.nodes.get(node_type, ()):
                found.setdefault(self.unit(node), []).append(node)
        return found.get(unit, [])  # type: ignore[return-value]


_SCOPED: dict[str, Callable[[Walk, Any, Scope], Scoped]] = {
    "FunctionDef": Walk._of_function,
    "Lambda": Walk._of_lambda,
    "Param": Walk._of_parameter,
    "ClassDef": Walk._of_class,
    "ListComp": Walk._of_comprehension,
    "SetComp": Walk._of_comprehension,
    "DictComp": Walk._of_comprehension,
    "GeneratorExp": Walk._of_comprehension,
    "CompFor": Walk._of_clause,
}

_BINDERS: dict[str, Callable[[Walk, Any, Scope], None]] = {
    "Assign": Walk._assign,
    "AnnAssign": Walk._annotated,
    "AugAssign": Walk._augmented,
    "NamedExpr": Walk._walrus,
    "For": Walk._loop,
    "CompFor": Walk._loop,
    "WithItem": Walk._with_item,
    "ExceptHandler": Walk._handler,
    "ExceptStarHandler": Walk._handler,
    "Del": Walk._delete,
    "FunctionDef": Walk._function,
    "ClassDef": Walk._class,
    "Param": Walk._parameter,
    "MatchAs": Walk._pattern,
    "MatchStar": Walk._pattern,
    "Global": Walk._declared,
    "Nonlocal": Walk._declared,
    "Import": Walk._import,
    "ImportFrom": Walk._import_from,
}


def index_of(item: cst.Subscript) -> cst.BaseExpression | None:
    """What picks an item, `key` of `table[key]`; None for a slice."""
    index = item.slice[0].slice
    return index.value if isinstance(index, cst.Index) and len(item.slice) == 1 else None


def argument_of(call: cst.Call, *by: str | int) -> cst.BaseExpression | None:
    """The argument that a call gives by a name, or at a place from 0; of several of these, the first that is seen."""
    in_order = [*takewhile(lambda arg: arg.keyword is None and not arg.star, call.args)]
    for each in by:
        if isinstance(each, int):
            found = in_order[each : each + 1]
        else:
            found = [arg for arg in call.args if arg.keyword is not None and arg.keyword.value == each]
        if found:
            return found[0].value
    return None


def operands(node: cst.BaseExpression, operator: type[cst.BaseBooleanOp]) -> list[cst.BaseExpression]:
    """What a chain of `and`s, or of `or`s, is made of; anything else is its only operand."""
    if isinstance(node, cst.BooleanOperation) and isinstance(node.operator, operator):
        return [*operands(node.left, operator), *operands(node.right, operator)]
    return [node]


def alternatives(node: cst.CSTNode) -> list[cst.BaseExpression]:
    """What an expression is as it stands: one of the sides of a choice, what `:=` binds, what `await` waits for; nothing for
    others.
    """
    match node:
        case cst.BooleanOperation():
            return [node.left, node.right] if isinstance(node.operator, cst.Or) else [node.right]
        case cst.IfExp():
            return [node.body, node.orelse]
        case cst.NamedExpr():
            return [node.value]
        case cst.Await():
            return [node.expression]
        case _:
            return []


def has_star(display: cst.Tuple | cst.List) -> bool:
    """Whether a tuple or list has an element that stands for several: `first, *rest`."""
    return any(isinstance(element, cst.StarredElement) for element in display.elements)
