"""A program: the parsed cells of a source, and everything that can be asked about their meaning."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import cached_property
from types import MappingProxyType

from oaklint.python import cst
from oaklint.python.imports import Imports, follow, parse_file
from oaklint.python.names import Resolver
from oaklint.python.parse import Unparsable, parse
from oaklint.python.positions import locate
from oaklint.python.scopes import Scope
from oaklint.python.tree import Tree, Walk
from oaklint.python.values import Values
from oaklint.source import Cell, InProject, Source, Span, UnreadableSource, read_source


class Program:
    """The code cells of a source as one program, in the order in which they run, and the modules of its project that it imports.

    cells:      the cells that could be parsed, each with its tree.
    unparsable: the others, each with what is wrong with it.
    """

    def __init__(
        self,
        source: Source,
        *,
        follow_imports: bool = False,
        exports: Mapping[str, frozenset[str]] = MappingProxyType({}),
    ) -> None:
        """follow_imports: whether the modules that it imports are looked for, where it is known where the source stands.
        exports: what star imports bring in, by package.
        """
        self.source = source
        self._exports = exports
        self._follows = follow_imports and source.place is not None
        self.cells: dict[cst.Module, Cell] = {}
        self.unparsable: list[tuple[Cell, Unparsable]] = []
        for cell in source.code_cells:
            assert cell.code is not None
            try:
                self.cells[self._parse(cell.code)] = cell
            except Unparsable as error:
                self.unparsable.append((cell, error))

    def of_file(self, path: str) -> Program | None:
        """The program of another file of the project, by its absolute path; None where it cannot be read, or no imports are
        followed.
        """
        place = self.source.place if self._follows else None
        if place is None:
            return None
        try:
            source = read_source(path, place.modules.read(path))
        except UnreadableSource:
            return None
        cells = tuple(replace(cell, path=path) for cell in source.cells)
        source = replace(source, place=InProject(path, place.modules), cells=cells)
        return Program(source, follow_imports=True, exports=self._exports)

    def _parse(self, code: str) -> cst.Module:
        place = self.source.place if self._follows and not self.source.notebook else None
        return parse_file(place.path, code) if place is not None else parse(code)

    @cached_property
    def _imports(self) -> Imports:
        return follow(self.source) if self._follows else Imports({}, {})

    @cached_property
    def tree(self) -> Tree:
        modules = self._imports.modules
        own = Walk(tuple(self.cells), Scope("module", None, None))
        tree = Tree(own, [module.parsed.walk for module in modules.values()])
        scopes = {path: module.parsed.walk.module for path, module in modules.items()}
        if self.source.place is not None:
            scopes[self.source.place.path] = tree.module
        tree.link({scopes[path]: _scopes_of(module.imports, scopes) for path, module in modules.items()})
        tree.link({tree.module: _scopes_of(self._imports.written, scopes)})
        return tree

    @cached_property
    def resolver(self) -> Resolver:
        return Resolver(self.tree, self._exports)

    @cached_property
    def values(self) -> Values:
        return Values(self.resolver)

    @cached_property
    def _cells_of_imports(self) -> dict[cst.Module, Cell]:
        return {module.parsed.root: module.parsed.cell for module in self._imports.modules.values()}

    @cached_property
    def magics(self) -> dict[cst.CSTNode, str]:
        """The magics of a notebook (`%env NAME=value`), each by the statement that stands in for it in the tree."""
        cells = [root for root, cell in self.cells.items() if cell.code != cell.text and "%" in cell.text]
        if not cells:
            return {}
        fillers = [node for node in self.tree.own.get(cst.Pass, ()) if any(root in cells for root in self.tree.ancestors(node))]
        found = {}
        for node, span in self.spans(fillers).items():
            row = span.cell.lines.location(span.start).row
            text = span.cell.text[span.start : span.cell.lines.starts[row - 1] + len(span.cell.lines.line(row))]
            if text.startswith("%"):
                found[node] = text
        return found

    def spans(self, nodes: Collection[cst.CSTNode]) -> dict[cst.CSTNode, Span]:
        """Where nodes stand; each cell that holds one is generated once. A compound statement or clause is where its first row
        is.
        """
        by_root: dict[cst.Module, list[cst.CSTNode]] = {}
        for node in nodes:
            *_, root = (node, *self.tree.ancestors(node))
            assert isinstance(root, cst.Module)
            by_root.setdefault(root, []).append(node)
        found: dict[cst.CSTNode, Span] = {}
        for root, wanted in by_root.items():
            cell = self.cells.get(root) or self._cells_of_imports[root]
            assert cell.code is not None
            for node, (start, end) in locate(root, cell.code, wanted).items():
                if isinstance(getattr(node, "body", None), cst.BaseSuite):
                    row = cell.lines.location(start).row
                    end = min(end, cell.lines.starts[row - 1] + len(cell.lines.line(row).rstrip()))
                found[node] = Span(cell, start, end)
        return found


def _scopes_of(imports: Mapping[str, str], scopes: Mapping[str, Scope]) -> dict[str, Scope]:
    return {written: scopes[path] for written, path in imports.items()}
