"""What may have set up the environment for a client: on a path that leads to its construction, or anywhere in the program."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cached_property

from oaklint.python import cst
from oaklint.python.flow import Graph, leading_to
from oaklint.python.scopes import CodeUnit
from oaklint.python.shell import commands, loads_by_magic, magic_assignments
from oaklint.sdk.environment_names import LOADERS_OF_THEIR_OWN, leaves_it_alone
from oaklint.source import Cell
from oaklint.usage.context import Context
from oaklint.usage.environment.mentions import OTHER_KEEPERS
from oaklint.usage.environment.writes import Writes

# Modules of a project that are likely to load an environment when they are imported.
_SETS_UP = re.compile(
    r"_*(?:\w+_)?(?:app|base|commons?|conf|config\w*|constants?|core|creds?|credentials?|dotenv|env\w*|globals?|helpers?|init\w*"
    r"|keys?|secrets?|settings?|setup\w*|src|utils?)",
    re.IGNORECASE,
)


class Preparation:
    """Where the environment of a program may come from."""

    def __init__(self, context: Context, writes: Writes) -> None:
        self._program = context.program
        self._tree = context.tree
        self._resolver = context.resolver
        self._writes = writes
        self._setting: dict[CodeUnit | None, list[cst.CSTNode]] = {}
        self._on_the_way: dict[tuple[Graph, cst.CSTNode | None], list[cst.CSTNode]] = {}

    # Anywhere.

    def may_set(self, names: frozenset[str]) -> bool:
        """Whether the program, or something that it imports or calls and that is not seen, may set one of the names at all."""
        return self._imports_loader or self.may_set_on_purpose(names)

    def may_set_on_purpose(self, names: frozenset[str]) -> bool:
        """The same, but for the packages that fill the environment by themselves."""
        if self.imports_setup or self._calls_setup or any(write.may_set(names) for write in self._writes.all):
            return True
        return any(_sets_by_magic(cell, names) for cell in self._program.source.cells)

    def speaks_of(self, names: frozenset[str], besides: Collection[cst.CSTNode] = ()) -> bool:
        """Whether the program has one of the names in a text, besides some: it reads the variable, or tells its user of it."""
        word = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, names))})(?!\w)")
        return any(word.search(text) for node, text in self._texts if node not in besides)

    @cached_property
    def _texts(self) -> list[tuple[cst.CSTNode | None, str]]:
        return list(self._spoken())

    def _spoken(self) -> Iterator[tuple[cst.CSTNode | None, str]]:
        for kind in (cst.SimpleString, cst.FormattedStringText):
            for node in self._tree.nodes.get(kind, ()):
                assert isinstance(node, (cst.SimpleString, cst.FormattedStringText))
                if not self._asks_another(node):
                    yield node, node.value
        for arg in self._tree.nodes.get(cst.Arg, ()):
            if isinstance(arg, cst.Arg) and arg.keyword is not None:
                yield arg.keyword, arg.keyword.value
        for cell in self._program.source.cells:
            yield from ((None, command) for command in commands(cell))
            if cell.kind == "code" and cell.code is None:
                yield None, cell.text

    def _asks_another(self, node: cst.CSTNode) -> bool:
        for ancestor in self._tree.ancestors(node):
            if isinstance(ancestor, (cst.Call, cst.Subscript)):
                return isinstance(ancestor, cst.Call) and bool(self._resolver.names(ancestor.func) & OTHER_KEEPERS)
        return False

    @cached_property
    def _calls_setup(self) -> bool:
        calls = (call for call in self._tree.nodes.get(cst.Call, ()) if isinstance(call, cst.Call))
        return any(map(self._writes.may_load, calls))

    @cached_property
    def imports_setup(self) -> bool:
        """Whether the program imports a module that is not seen, and by whose name it may set up something."""
        return any(_is_setup(module) and not _is_loader(module) for module in self._unseen)

    @cached_property
    def _imports_loader(self) -> bool:
        return any(map(_is_loader, self._unseen))

    @cached_property
    def _unseen(self) -> list[str]:
        statements = (*self._tree.nodes.get(cst.Import, ()), *self._tree.nodes.get(cst.ImportFrom, ()))
        return [module for statement in statements for module in self._resolver.unseen_modules(statement)]

    # On the way to a construction.

    def may_have_set(
        self, names: frozenset[str], steps: Sequence[cst.CSTNode], besides: frozenset[cst.CSTNode] = frozenset()
    ) -> bool:
        """Whether one of the names was, or may have been, set on a path that leads to the building of a client.

        steps:   what makes it run, one within the other: calls of functions, or an import, up to the construction.
        besides: writes that do not count.
        """
        besides |= set(steps)
        site = steps[0]
        if any(_sets_by_magic(cell, names) for cell in self._cells_until(site) if cell.code is None):
            return True
        units = {self._tree.unit(step): step for step in reversed(steps)}
        if any(self._set_in(unit, step, names, besides) for unit, step in units.items()):
            return True
        if self._writes.modules_run_by(site) and self._is_set_by(site, names, besides):
            return True  # by another module that the same import runs
        unit = self._tree.unit(site)
        if isinstance(unit, cst.FunctionDef):
            calls = self._resolver.calls.leading_to(unit)
            if any(self._set_in(self._tree.unit(call), call, names, besides) for call in calls):
                return True
            # Others call it, when the module has been imported.
            module = self._tree.scopes[unit].outermost.node
            top = module if isinstance(module, cst.Module) else None
            return not any(self._tree.unit(call) is top for call in calls) and self._set_in(top, None, names, besides)
        return False

    def may_be_set_by(self, function: cst.FunctionDef, names: frozenset[str], besides: frozenset[cst.CSTNode]) -> bool:
        """Whether one of the names is, or may have been, set when a function comes back."""
        return self._set_in(function, None, names, besides)

    def _cells_until(self, node: cst.CSTNode) -> Iterable[Cell]:
        *_, root = (node, *self._tree.ancestors(node))
        cells = self._program.source.cells
        own = self._program.cells.get(root) if isinstance(root, cst.Module) else None
        return cells[: cells.index(own) + 1] if own is not None else cells

    def _set_in(
        self, unit: CodeUnit | None, before: cst.CSTNode | None, names: frozenset[str], besides: frozenset[cst.CSTNode]
    ) -> bool:
        """Whether something in the unit, `besides` apart, may set one of the names on a path to `before` (None: anywhere)."""
        graph = self._resolver.graph(unit)
        if graph is None or any(write.may_set(names) for write in self._writes.patched_for(unit)):
            return True
        if (graph, before) not in self._on_the_way:
            self._on_the_way[graph, before] = list(self._setting_before(before, graph))
        nodes = (node for node in self._on_the_way[graph, before] if node not in besides)
        return any(self._is_set_by(node, names, besides) for node in nodes)

    def _setting_before(self, before: cst.CSTNode | None, graph: Graph) -> Iterator[cst.CSTNode]:
        """What sets, or may set, anything on a path to a node of a unit (None: to its end)."""
        nodes = [node for node in self._setting_in(graph.unit) if node is not before]
        goals = graph.blocks_of(before) if before is not None else [graph.returned]
        leading = leading_to(goals).difference(goals) if nodes else ()
        return (node for node in nodes if any(block in leading for block in graph.blocks_of(node)))

    def _setting_in(self, unit: CodeUnit | None) -> list[cst.CSTNode]:
        """The statements, calls and imports in a unit that set, or may set, anything."""
        if unit not in self._setting:
            found = dict.fromkeys(self._writes.statements_in(unit))
            self._setting[unit] = [node for node in found if self._writes.by(node) or self._writes.may_load(node)]
        return self._setting[unit]

    def _is_set_by(self, node: cst.CSTNode, names: frozenset[str], besides: frozenset[cst.CSTNode]) -> bool:
        """Whether a write, a call or an import sets, or may set, one of the names."""
        writes = self._writes.by(node)
        counting = (write for write in writes if (write.origin or write.node) not in besides)
        return any(write.may_set(names) for write in counting) or self._writes.may_load(node)


def _sets_by_magic(cell: Cell, names: frozenset[str]) -> bool:
    return loads_by_magic(cell) or any(assigned.name in names for assigned in magic_assignments(cell))


def _is_setup(imported: str) -> bool:
    """Whether a module that is not seen may set up the environment."""
    top, *rest = imported.split(".")
    if not top or _is_loader(imported):
        return True
    if top == "dotenv" or leaves_it_alone(top):
        return False  # what `load_dotenv()` does is no matter of importing it
    return any(map(_SETS_UP.fullmatch, (top, *rest)))


def _is_loader(imported: str) -> bool:
    return imported.partition(".")[0] in LOADERS_OF_THEIR_OWN
