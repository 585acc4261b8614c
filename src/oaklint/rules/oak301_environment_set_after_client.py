"""## What it does
Finds environment variables that are set, and `load_dotenv()` calls that run, after a client has already read them.

It follows the control flow of the program, in a notebook from cell to cell: a client is built and takes its key, base URL or
organisation from the environment; later on the same path the environment is changed; and then the client is used again
without having been rebuilt. A client that was given its key as an argument, an environment that was loaded before the client
was built, and a client that is rebuilt before it is used again are no findings.

## Why is this bad?
The constructor reads the environment once, when the client is built. Measured on openai 1.0.0, 1.55.3, 1.109.1, 2.54.0 and
3.54.0: setting or deleting a variable afterwards has no effect on the client. It goes on sending the old key, and fails with
`AuthenticationError` at the first request, or, where there was no key at all, with `OpenAIError` at construction.

## Example
```python
import os

from openai import OpenAI

client = OpenAI()
os.environ["OPENAI_API_KEY"] = os.environ["TEAM_KEY"]
client.models.list()
```

Use instead:
```python
import os

from openai import OpenAI

os.environ["OPENAI_API_KEY"] = os.environ["TEAM_KEY"]
client = OpenAI()
client.models.list()
```

## Fix safety
The fix moves the statement above the one that builds the client, with the imports between them that it needs. It is unsafe: the
client takes another key, which is its purpose. There is none unless both statements stand in the same block, or notebook cell,
with only simple statements and definitions between them, of which none uses the client, has to do with the environment, or
binds or uses what the statement uses.

## References
- [The client's constructor](https://github.com/openai/openai-python#usage)
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from oaklint.diagnostic import Severity
from oaklint.python import cst
from oaklint.python.edits import Editor
from oaklint.python.flow import Block, Graph, Kind, TooManyStates, reaches, search
from oaklint.python.names import place
from oaklint.python.scopes import CodeUnit
from oaklint.python.tree import walk
from oaklint.rules import IMPORTS_OPENAI, Finding, Needs, Repair
from oaklint.usage import Usage
from oaklint.usage.clients import Construction
from oaklint.usage.environment import Write, sets_environment_by_magic
from oaklint.usage.repairs import set_before

NEEDS: Needs = ((IMPORTS_OPENAI,), ("environ", "load_dotenv", "read_env"), ("OpenAI", "Client"))
SEVERITY: Severity = "error"


def visit_Call(call: cst.Call, usage: Usage) -> Iterator[Finding]:
    construction = usage.clients.construction_through(call)
    if construction is None or usage.generation == 0:
        return
    client = _Client.of(construction, usage)
    if client is None:
        return
    for write in client.late_writes():
        what = "`load_dotenv()` runs" if write.loads else f"`{'`, `'.join(sorted(write.names))}` is set"
        yield Finding(
            write.node,
            f"{what} after `{client.place}` was built, which read the environment once and does not see it."
            " Set the environment first, or build the client again",
            related=((call.func, "the client that read the environment is built here"),),
            fix=partial(_fix, write, call, usage),
        )


def _fix(write: Write, client: cst.Call, usage: Usage, editor: Editor) -> Repair:
    return Repair("unsafe", "Set the environment before the client is built", set_before(editor, write, client, usage))


class _Client:
    """A client that takes something from the environment, and the name or attribute that it is kept in."""

    def __init__(self, construction: Construction, usage: Usage, target: cst.BaseExpression, name: str) -> None:
        self._usage = usage
        self._call = construction.site
        self._target = target
        self.place = name
        self._unit = usage.tree.unit(construction.site)
        self._reads = usage.environment.reads(construction, usage.generation)
        self._credential = usage.environment.credential_reads(construction, usage.generation)

    @classmethod
    def of(cls, construction: Construction, usage: Usage) -> _Client | None:
        """The client, if it is kept in a name or attribute; None if it is not kept, or reads nothing."""
        for ancestor in usage.tree.ancestors(construction.site):
            if isinstance(ancestor, (cst.BaseSuite, cst.Module)) or (
                isinstance(ancestor, cst.Call) and usage.clients.is_request(ancestor)
            ):
                return None
            targets: list[cst.BaseExpression] = []
            if isinstance(ancestor, cst.Assign):
                targets = [
                    target for each in ancestor.targets for target in _targets(each.target, ancestor.value, construction.site)
                ]
            elif isinstance(ancestor, (cst.AnnAssign, cst.NamedExpr)):
                targets = [ancestor.target]
            elif (
                isinstance(ancestor, cst.WithItem) and ancestor.asname is not None and isinstance(ancestor.asname.name, cst.Name)
            ):
                targets = [ancestor.asname.name]
            for target in targets:
                name = place(target)
                if name is not None:
                    is_attribute = isinstance(target, cst.Name) and usage.tree.scopes[target].kind == "class"
                    return cls(construction, usage, target, f"self.{name}" if is_attribute else name)
        return None

    def late_writes(self) -> Iterator[Write]:
        """The writes that come too late for this client."""
        environment = self._usage.environment
        reported = set()
        for write in environment.writes_in(self._unit):
            if self._concerns(write) and not self._is_own(write) and self._follows_here(write.node):
                reported.add(write.node)
                yield write
        for write in environment.writes:
            unit = self._usage.tree.unit(write.node)
            if isinstance(unit, cst.FunctionDef) and unit is not self._unit and self._concerns(write):
                calls = self._calls_leading_to(unit)
                if reported.isdisjoint(calls) and self._runs_later(write, unit, calls):
                    yield write

    def _concerns(self, write: Write) -> bool:
        """Whether the client would have taken what is written, and nothing had, or may have, set it before."""
        names = self._credential if write.loads else write.names & self._reads
        return bool(names) and not self._was_set_before(names)

    def _is_own(self, write: Write) -> bool:
        """Whether the value written is taken from the client itself."""
        return isinstance(write.node, cst.Assign) and any(self._is_place(node) for node in walk(write.node.value))

    # Within one unit.

    def _follows_here(self, write: cst.CSTNode) -> bool:
        """Whether a path runs from the construction to the write and on to a use, without another construction."""
        graph = self._usage.resolver.graph(self._unit)
        if graph is None:
            return False
        writing = set(graph.blocks_of(write))
        using = self._using(graph)
        rebuilding = self._rebuilding(graph)
        starts = [
            (edge.target, False) for block in graph.blocks_of(self._call) for edge in block.edges if edge.kind is not Kind.RAISE
        ]

        def successors(block: Block, late: bool) -> Iterator[tuple[Block, bool]]:
            if block not in rebuilding:
                after = late or block in writing
                yield from ((edge.target, after) for edge in block.edges)

        ends = using | {graph.returned} if self._is_kept() and self._used_elsewhere() else using
        try:
            return search(starts, successors, lambda block, late: late and block in ends) is not None
        except TooManyStates:
            return False

    def _is_kept(self) -> bool:
        """Whether the client outlives its unit: a global, or an attribute of `self`."""
        return self._unit is None or "." in self.place or self._declares_global()

    def _declares_global(self) -> bool:
        if not isinstance(self._target, cst.Name):
            return False
        home = self._usage.tree.scopes[self._target].lookup(self._target.value)
        return home is not None and home.node is None and self._unit is not None

    def _used_elsewhere(self) -> bool:
        """Whether another function uses the client, that nothing in this file is known to have called before the write."""
        if self._rebuilt_elsewhere():
            return False
        for node in self._loads():
            unit = self._usage.tree.unit(node)
            if unit is not self._unit and isinstance(unit, cst.FunctionDef) and not self._calls_at_module_level(unit):
                return True
        return False

    def _calls_at_module_level(self, function: cst.FunctionDef) -> list[cst.Call]:
        return [call for call in self._usage.resolver.calls_of(function) if self._usage.tree.unit(call) is None]

    def _rebuilt_elsewhere(self) -> bool:
        return any(self._usage.tree.unit(node) is not self._unit and not self._is_empty(node) for node in self._stores())

    def _is_empty(self, target: cst.CSTNode) -> bool:
        """`client = None`."""
        parent = self._usage.tree.parents[target]
        assign = self._usage.tree.parents.get(parent) if isinstance(parent, cst.AssignTarget) else parent
        return (
            isinstance(assign, (cst.Assign, cst.AnnAssign))
            and isinstance(assign.value, cst.Name)
            and assign.value.value == "None"
        )

    # Through calls.

    def _runs_later(self, write: Write, function: cst.FunctionDef, calls: list[cst.Call]) -> bool:
        """Whether a write in another function, to which those calls lead, can only run after the construction, before a use."""
        usage = self._usage
        if self._rebuilt_elsewhere() or self._serves_another(write.node, function):
            return False
        here = [call for call in calls if usage.tree.unit(call) is self._unit]
        if here:
            return all(self._is_behind(call) for call in here) and self._is_used_behind(write.node, function)
        if self.place.startswith("self."):
            # It exists before any other method of its own class runs.
            if not self._is_built_first() or usage.resolver.definitions.class_of(function) is not self._owner():
                return False
        elif self._unit is not None:
            return False  # a module-level client exists before any function runs
        used_elsewhere = any(usage.tree.unit(node) not in (function, self._unit) for node in self._loads())
        return used_elsewhere or self._is_used_behind(write.node, function)

    def _is_behind(self, node: cst.CSTNode) -> bool:
        """Whether the construction has always run when a node of its unit does."""
        graph = self._usage.resolver.graph(self._unit)
        if graph is None:
            return False
        return all(any(graph.dominates(built, block) for built in graph.blocks_of(self._call)) for block in graph.blocks_of(node))

    def _serves_another(self, write: cst.CSTNode, function: cst.FunctionDef) -> bool:
        """Whether a client is built behind the write in the write's own function: that one, it seems, is meant."""
        graph = self._usage.resolver.graph(function)
        if graph is None:
            return True
        sites = {
            block
            for call in self._usage.nodes(cst.Call)
            if self._usage.tree.unit(call) is function and self._usage.clients.construction_through(call) is not None
            for block in graph.blocks_of(call)
        }
        return any(reaches(start, site) for start in graph.blocks_of(write) for site in sites)

    def _calls_leading_to(self, function: cst.FunctionDef) -> list[cst.Call]:
        """The calls of a function, and of the functions that call it."""
        found: list[cst.Call] = []
        pending, seen = [function], {function}
        while pending:
            for call in self._usage.resolver.calls_of(pending.pop()):
                found.append(call)
                caller = self._usage.tree.unit(call)
                if isinstance(caller, cst.FunctionDef) and caller not in seen:
                    seen.add(caller)
                    pending.append(caller)
        return found

    def _is_built_first(self) -> bool:
        """Whether an attribute is bound in the class body or in `__init__`."""
        in_class_body = self._usage.tree.scopes[self._target].kind == "class"
        return in_class_body or (isinstance(self._unit, cst.FunctionDef) and self._unit.name.value == "__init__")

    def _owner(self) -> cst.ClassDef | None:
        return self._usage.resolver.definitions.class_of(self._call)

    def _is_used_behind(self, write: cst.CSTNode, function: cst.FunctionDef) -> bool:
        """Whether a path runs from the write to a use of the client in the write's own function."""
        graph = self._usage.resolver.graph(function)
        if graph is None:
            return False
        using, rebuilding = self._using(graph), self._rebuilding(graph)
        starts = [edge.target for block in graph.blocks_of(write) for edge in block.edges]
        return any(reaches(start, use, without=lambda edge: edge.source in rebuilding) for start in starts for use in using)

    # What was there before.

    def _was_set_before(self, names: frozenset[str]) -> bool:
        """Whether one of the names was, or may have been, set on a path that leads to the construction."""
        usage = self._usage
        cell = self._cell_index(self._call)
        for index, code_cell in enumerate(usage.program.cells.values()):
            if index <= cell and code_cell.number is not None and sets_environment_by_magic(code_cell.text):
                return True
        if self._set_in(self._unit, self._call, names):
            return True
        if isinstance(self._unit, cst.FunctionDef):
            calls = self._calls_leading_to(self._unit)
            if any(self._set_in(usage.tree.unit(call), call, names) for call in calls):
                return True
            # Others call it, when the module has been imported.
            return not any(usage.tree.unit(call) is None for call in calls) and self._set_in(None, None, names)
        return False

    def _cell_index(self, node: cst.CSTNode) -> int:
        *_, root = (node, *self._usage.tree.ancestors(node))
        return list(self._usage.program.cells).index(root) if isinstance(root, cst.Module) else 0

    def _set_in(self, unit: CodeUnit | None, before: cst.CSTNode | None, names: frozenset[str]) -> bool:
        """Whether something in the unit sets one of the names on a path to `before` (None: anywhere in it)."""
        usage = self._usage
        graph = usage.resolver.graph(unit)
        if graph is None:
            return True
        loading = set()
        for write in usage.environment.writes:
            if usage.tree.unit(write.node) is unit and write.may_set(names):
                loading |= set(graph.blocks_of(write.node))
        for call in usage.nodes(cst.Call):
            if usage.tree.unit(call) is unit and call is not self._call and call is not before:
                concerns = any(write.may_set(names) for write in usage.environment.writes_during(call))
                if concerns or usage.environment.may_load(call):
                    loading |= set(graph.blocks_of(call))
        goals = set(graph.blocks_of(before)) if before is not None else {graph.returned}
        return any(reaches(block, goal) for block in loading - goals for goal in goals)

    # Where the client is mentioned.

    def _is_place(self, node: cst.CSTNode) -> bool:
        return (
            isinstance(node, (cst.Name, cst.Attribute))
            and node is not self._target
            and place(node) == self.place
            and self._same_scope(node)
        )

    def _same_scope(self, node: cst.CSTNode) -> bool:
        if not isinstance(node, cst.Name) or not isinstance(self._target, cst.Name):
            if not self.place.startswith("self."):
                return "." in self.place
            return self._usage.resolver.definitions.class_of(node) is self._owner()
        scopes = self._usage.tree.scopes
        return scopes[node].lookup(node.value) is scopes[self._target].lookup(self._target.value)

    def _mentions(self) -> Iterator[cst.Name | cst.Attribute]:
        for node_type in (cst.Name, cst.Attribute):
            for node in self._usage.tree.nodes.get(node_type, ()):
                if isinstance(node, (cst.Name, cst.Attribute)) and self._is_place(node):
                    yield node

    def _is_store(self, node: cst.CSTNode) -> bool:
        parent = self._usage.tree.parents.get(node)
        return isinstance(parent, (cst.AssignTarget, cst.AsName, cst.Del, cst.Param, cst.NameItem)) or (
            isinstance(parent, (cst.AnnAssign, cst.NamedExpr)) and parent.target is node
        )

    def _loads(self) -> Iterator[cst.CSTNode]:
        for node in self._mentions():
            if not self._is_store(node):
                yield node

    def _stores(self) -> Iterator[cst.CSTNode]:
        for node in self._mentions():
            if self._is_store(node):
                yield node

    def _using(self, graph: Graph) -> set[Block]:
        """The blocks of a graph that use the client: by name, through what was made of it, or by a function that uses it."""
        usage = self._usage
        found: set[Block] = set()
        for node in self._loads():
            unit = usage.tree.unit(node)
            while isinstance(unit, cst.Lambda) and unit is not graph.unit:
                node, unit = unit, usage.tree.unit(unit)  # a lambda is made of the client, wherever it runs
            if unit is graph.unit:
                if not self._sets_key(node) and not self._gets_key(node):
                    found |= set(graph.blocks_of(node))
                    for name in self._derived_from(node):
                        found |= {
                            block
                            for use in usage.nodes(cst.Name)
                            if self._is_load_of(use, name, graph)
                            for block in graph.blocks_of(use)
                        }
            elif isinstance(unit, cst.FunctionDef):
                for call in self._calls_leading_to(unit):
                    if usage.tree.unit(call) is graph.unit:
                        found |= set(graph.blocks_of(call))
        return found

    def _sets_key(self, node: cst.CSTNode) -> bool:
        """`client.api_key = ...`, which works at any time."""
        parent = self._usage.tree.parents.get(node)
        return isinstance(parent, cst.Attribute) and parent.attr.value == "api_key" and self._is_store(parent)

    def _gets_key(self, node: cst.CSTNode) -> bool:
        """`client.with_options(api_key=...)`, which uses the client for all but its key."""
        method = self._usage.tree.parents.get(node)
        call = self._usage.tree.parents.get(method) if isinstance(method, cst.Attribute) else None
        if isinstance(method, cst.Attribute) and isinstance(call, cst.Call) and method.attr.value in ("with_options", "copy"):
            return any(arg.keyword is not None and arg.keyword.value == "api_key" for arg in call.args)
        return False

    def _derived_from(self, node: cst.CSTNode) -> Iterator[str]:
        """The names of objects that were handed the client: `agent = Agent(client)`, `chat = client.chat`."""
        parents = self._usage.tree.parents
        parent = parents.get(node)
        while isinstance(parent, (cst.Attribute, cst.Arg, cst.Call)):
            if isinstance(parent, cst.Call) and self._usage.clients.is_request(parent):
                return
            parent = parents.get(parent)
        if isinstance(parent, cst.Assign):
            for target in parent.targets:
                if isinstance(target.target, cst.Name):
                    yield target.target.value

    def _is_load_of(self, node: cst.Name, name: str, graph: Graph) -> bool:
        return node.value == name and self._usage.tree.unit(node) is graph.unit and not self._is_store(node)

    def _rebuilding(self, graph: Graph) -> set[Block]:
        """The blocks of a graph behind which the place holds another client, or the client another key."""
        found = {block for node in self._stores() if self._usage.tree.unit(node) is graph.unit for block in graph.blocks_of(node)}
        if self._unit is graph.unit:
            found |= set(graph.blocks_of(self._call))
        for node in self._loads():
            if self._usage.tree.unit(node) is graph.unit and self._sets_key(node):
                found |= set(graph.blocks_of(node))
        return found


def _targets(target: cst.BaseExpression, value: cst.BaseExpression, site: cst.Call) -> list[cst.BaseExpression]:
    """What the part of an assigned value that holds the site is assigned to: for `a, b = OpenAI(), 1` the name `a`."""
    if (
        isinstance(target, (cst.Tuple, cst.List))
        and isinstance(value, (cst.Tuple, cst.List))
        and len(target.elements) == len(value.elements)
    ):
        pairs = zip(target.elements, value.elements, strict=True)
        return [found for into, part in pairs for found in _targets(into.value, part.value, site)]
    return [target] if site in walk(value) else []
