"""Tables from which a program takes a row at a time: `PROVIDERS = {"groq": Provider("https://api.groq.com", "GROQ_API_KEY")}`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

from oaklint.python import cst
from oaklint.python.names import Resolver
from oaklint.python.scopes import Binding
from oaklint.python.tree import argument_of, index_of
from oaklint.python.values import Values

# A dictionary, whose values are the rows, or a list of them.
Table: TypeAlias = "cst.Dict | cst.List | cst.Tuple"

_MOST_STEPS = 6


class Column(NamedTuple):
    """What an expression takes of whichever row it has: a field, by its name or place; None for the row itself."""

    table: Table
    field: str | int | None = None


class Tables:
    """Finds what expressions take of tables that are written down, and keeps what stands in one row together."""

    def __init__(self, resolver: Resolver, values: Values) -> None:
        self._resolver = resolver
        self._values = values

    def together(self, *nodes: cst.BaseExpression) -> Iterator[tuple[cst.BaseExpression, ...]]:
        """What some expressions are at the same time, row by row; nothing where none of them is of a table, or they are of
        several. One that is of no table is what it is for all rows.
        """
        columns = [self.column(node) for node in nodes]
        tables = {column.table for column in columns if column is not None}
        for row in _rows(tables.pop()) if len(tables) == 1 else ():
            cells = [self._cell(row, column) if column is not None else node for node, column in zip(nodes, columns, strict=True)]
            found = tuple(cell for cell in cells if cell is not None)
            if len(found) == len(nodes):
                yield found

    def column(self, node: cst.BaseExpression, steps: int = _MOST_STEPS) -> Column | None:
        """The column that an expression is of, through the names by which it gets there."""
        if not steps:
            return None
        if isinstance(node, cst.Name):
            return self._of_name(node, steps)
        if isinstance(node, cst.Attribute):
            return self._within(node.value, node.attr.value, steps)
        if isinstance(node, cst.Subscript) and (index := index_of(node)) is not None:
            field = self._values.value(index)
            return self._within(node.value, field, steps) if isinstance(field, (str, int)) else self._row_of(node.value)
        if isinstance(node, cst.Call):
            return self._of_call(node, steps)
        return None

    def _of_name(self, name: cst.Name, steps: int) -> Column | None:
        bindings = self._resolver.bindings(name)
        binding = bindings[0] if len(bindings) == 1 else None
        if binding is None:
            return None
        if binding.kind == "item":
            return self._of_item(binding)
        if isinstance(binding.node, cst.Param):
            handed = {self.column(value, steps - 1) for value in self._resolver.calls.handed_to(binding.node)}
            return handed.pop() if len(handed) == 1 and binding.value is None else None
        if binding.whole is not None:
            return self._within(binding.whole, binding.index, steps)
        return self.column(binding.value, steps - 1) if binding.kind in ("assign", "annotated") and binding.value else None

    def _of_item(self, binding: Binding) -> Column | None:
        """`for row in TABLE`, `for name, row in TABLE.items()`, `for url, variable in TABLE.values()`"""
        iterable = binding.value or binding.whole
        view = iterable.func if isinstance(iterable, cst.Call) and not iterable.args else None
        if isinstance(view, cst.Attribute) and view.attr.value == "items":
            return self._row_of(view.value) if binding.whole is not None and binding.index == 1 else None
        is_of_values = isinstance(view, cst.Attribute) and view.attr.value == "values"
        row = self._row_of(view.value if is_of_values else iterable)  # type: ignore[union-attr, arg-type]
        if row is None or isinstance(row.table, cst.Dict) is not is_of_values:
            return None
        return row._replace(field=binding.index) if binding.whole is not None else row

    def _of_call(self, call: cst.Call, steps: int) -> Column | None:
        """`TABLE.get(name)`, and what a function of the program gives back."""
        func = call.func
        if isinstance(func, cst.Attribute) and func.attr.value == "get" and call.args:
            asked = self._values.value(call.args[0].value)
            return self._within(func.value, asked, steps) if isinstance(asked, str) else self._row_of(func.value)
        returned = [value for each in self._resolver.calls.functions(call) for value in self._resolver.returned_values(each)]
        return self.column(returned[0], steps - 1) if len(returned) == 1 else None

    def _within(self, row: cst.BaseExpression, field: str | int, steps: int) -> Column | None:
        found = self.column(row, steps - 1)
        return found._replace(field=field) if found is not None and found.field is None else None

    def _row_of(self, table: cst.BaseExpression) -> Column | None:
        display = self._resolver.display(table)
        return Column(display) if isinstance(display, (cst.Dict, cst.List, cst.Tuple)) else None

    def _cell(self, row: cst.BaseExpression, column: Column) -> cst.BaseExpression | None:
        """What a row has in a column, where that is written down."""
        field = column.field
        if field is None:
            return row
        if isinstance(row, cst.Dict):
            named = (each for each in row.elements if isinstance(each, cst.DictElement))
            return next((each.value for each in named if self._values.value(each.key) == field), None)
        if isinstance(row, (cst.List, cst.Tuple)):
            return row.elements[field].value if isinstance(field, int) and field < len(row.elements) else None
        return self._handed(row, field) if isinstance(row, cst.Call) else None

    def _handed(self, row: cst.Call, field: str | int) -> cst.BaseExpression | None:
        """What an object has in a field that its class declares, as for a dataclass, or is handed by that name."""
        for definition in self._resolver.definitions.classes(self._resolver.names(row.func)):
            bound = self._resolver.attributes.bound_in(definition)
            fields = [name for name, bindings in bound.items() if any(binding.kind == "annotated" for binding in bindings)]
            name = fields[field] if isinstance(field, int) and field < len(fields) else field
            if isinstance(name, str):
                return argument_of(row, name, fields.index(name)) if name in fields else argument_of(row, name)
        return argument_of(row, field)


def _rows(table: Table) -> Iterator[cst.BaseExpression]:
    yield from (element.value for element in table.elements)
