"""Whether a statement may run earlier than it does."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from oaklint.python import cst
from oaklint.python.names import Resolver
from oaklint.python.tree import Tree, walk


def moved_above(
    node: cst.CSTNode, target: cst.CSTNode, resolver: Resolver, disturbs: Callable[[cst.CSTNode], bool]
) -> Sequence[cst.SimpleStatementLine] | None:
    """The lines that have to be moved above the line of `target` so that the line of `node` runs before it and means the same:
    that line, and the imports between the two that it needs. None where it cannot be moved, or nobody can say.

    Both lines stand in the same block, with nothing between them that control could leave by; what the line uses is neither bound
    nor, unless it was imported, mentioned between them; and no node between them is one that `disturbs`.
    """
    tree = resolver.tree
    line, earlier = _line(node, tree), _line(target, tree)
    if line is None or earlier is None or tree.parents[line] is not tree.parents[earlier]:
        return None
    block = tree.parents[line]
    statements: Sequence[cst.CSTNode] = block.body if isinstance(block, (cst.Module, cst.IndentedBlock)) else ()
    if line not in statements or earlier not in statements:
        return None
    start, end = statements.index(earlier), statements.index(line)
    between = statements[start + 1 : end]
    if start >= end or not all(map(_is_passed_through, (earlier, *between))):
        return None
    if any(disturbs(part) for statement in between for part in walk(statement)):
        return None
    if any(isinstance(part, (cst.Await, cst.Yield, cst.Lambda)) for part in walk(line)):
        return None
    if any(isinstance(part, cst.Call) and resolver.calls.functions(part) for part in walk(line)):
        return None  # it may use anything
    imports: list[cst.SimpleStatementLine] = []
    passed = {part for statement in (earlier, *between) for part in walk(statement)}
    for name in _used(line, tree):
        bindings = tree.bindings_of(name)
        bound = [binding for binding in bindings if binding.node in passed]
        for binding in bound:
            imported = _line(binding.node, tree)
            if binding.kind != "import" or imported is None or imported not in between or not _is_import(imported):
                return None
            if imported not in imports:
                imports.append(imported)
        is_import = all(binding.kind == "import" for binding in bindings)
        if not is_import and any(isinstance(part, cst.Name) and part.value == name.value for part in passed):
            return None  # what it names may have been changed
    imports.sort(key=statements.index)
    return (*imports, line)


def _line(node: cst.CSTNode, tree: Tree) -> cst.SimpleStatementLine | None:
    return next((each for each in (node, *tree.ancestors(node)) if isinstance(each, cst.SimpleStatementLine)), None)


def _is_passed_through(statement: cst.CSTNode) -> bool:
    """Whether control goes on behind a statement unless it raises: a simple one, or a definition."""
    if isinstance(statement, cst.SimpleStatementLine):
        jumps = (cst.Return, cst.Raise, cst.Break, cst.Continue, cst.Assert)
        return not any(isinstance(part, jumps) for part in statement.body)
    return isinstance(statement, (cst.FunctionDef, cst.ClassDef))


def _is_import(line: cst.SimpleStatementLine) -> bool:
    return all(isinstance(part, (cst.Import, cst.ImportFrom)) for part in line.body)


def _used(line: cst.SimpleStatementLine, tree: Tree) -> Iterator[cst.Name]:
    """The names that a line uses or binds; those of attributes and keywords are none."""
    for node in walk(line):
        if isinstance(node, cst.Name):
            parent = tree.parents[node]
            is_attribute = isinstance(parent, cst.Attribute) and parent.attr is node
            is_keyword = isinstance(parent, cst.Arg) and parent.keyword is node
            if not is_attribute and not is_keyword:
                yield node
