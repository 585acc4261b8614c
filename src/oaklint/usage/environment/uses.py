"""Where a program uses the client that it keeps somewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from oaklint.python import cst
from oaklint.python.flow import Block, Graph, reaches
from oaklint.python.scopes import CodeUnit
from oaklint.python.tree import argument_of, last_part
from oaklint.sdk.clients import COPIES, SETTINGS
from oaklint.usage.context import Node
from oaklint.usage.environment.kept import Kept

if TYPE_CHECKING:
    from oaklint.usage.usage import Usage


class Uses:
    """From the place in which a client is kept to its uses: by name, through what was made of it, or by a function."""

    def __init__(self, usage: Usage, kept: Kept) -> None:
        self._usage = usage
        self._kept = kept
        self._known_to_use: dict[cst.FunctionDef, bool] = {}
        self._known_within: dict[Graph, dict[Block, cst.CSTNode]] = {}

    @cached_property
    def elsewhere(self) -> cst.CSTNode | None:
        """Where another function uses the client, that nothing in this file is known to have called before the write."""
        if self._kept.is_rebuilt_elsewhere or (isinstance(self._kept.unit, cst.FunctionDef) and self._is_built_when_needed()):
            return None
        for node in self.by_the_program:
            unit = self._usage.tree.unit(node)
            if unit is not self._kept.unit and isinstance(unit, cst.FunctionDef):
                if self._kept.is_global() and isinstance(self._kept.unit, cst.FunctionDef):
                    known = self._is_only_run_by(self._kept.unit, unit)
                else:
                    known = self._kept.unit is None and self._calls_at_module_level(unit)
                if not known:
                    return node
        return None

    def by_registered(self) -> cst.CSTNode | None:
        """Where functions of other modules use the client that others call."""
        for node in self.by_the_program:
            unit = self._usage.tree.unit(node)
            if not self._usage.tree.is_own(node) and isinstance(unit, cst.FunctionDef) and unit is not self._kept.unit:
                return node
        return None

    def _is_only_run_by(self, runner: cst.FunctionDef, function: cst.FunctionDef) -> bool:
        """Whether a function runs nowhere but in another one, or in the module itself, as far as is seen."""
        pending, seen = [function], {runner, function}
        while pending:
            current = pending.pop()
            around = {self._usage.tree.unit(run) for run in self._usage.handlers.runs(current)}
            if not around:
                return False
            further = [unit for unit in around - seen if isinstance(unit, cst.FunctionDef)]
            pending += further
            seen |= set(further)
        return True

    @cached_property
    def by_the_program(self) -> list[cst.CSTNode]:
        """Where the program itself uses the client; one of another module also by running a function of it that does, or
        having it run that is registered there.
        """
        return list(self._find_by_the_program())

    def _find_by_the_program(self) -> Iterator[cst.CSTNode]:
        for node in self._kept.loads:
            if self._usage.tree.is_own(node) and self._kept.default is None:
                yield node
            elif isinstance(unit := self._usage.tree.unit(node), cst.FunctionDef):
                yield from (run for run in self._runs_using(node) if self._usage.tree.is_own(run))
                if self._usage.handlers.is_registered(unit):
                    yield node

    def _runs_using(self, use: cst.CSTNode) -> Iterable[cst.BaseExpression]:
        """Where functions run that come to a use of the client before they build it again; one that has it by default, where it
        is handed no other.
        """
        found: dict[cst.BaseExpression, None] = {}
        pending: list[cst.CSTNode] = [use]
        while pending:
            node = pending.pop()
            function = self._usage.tree.unit(node)
            runs: list[cst.BaseExpression] = []
            if isinstance(function, cst.FunctionDef) and self._is_met(node):
                runs += (*self._usage.handlers.runs(function), *self._usage.handlers.given_away(function))
            for run in runs:
                made = self._outside_lambdas(run, None)
                is_no_use = run in self._kept.handed_out and self._is_no_use(run)
                if made not in found and not is_no_use and not self._hands_another(run):
                    found[made] = None
                    pending.append(made)
        return found

    def _outside_lambdas(self, node: Node, within: CodeUnit | None) -> Node | cst.Lambda:
        """A node of a unit, or else the outermost lambda around it: that is made of what it asks, wherever it runs."""
        found: Node | cst.Lambda = node
        while isinstance(unit := self._usage.tree.unit(found), cst.Lambda) and unit is not within:
            found = unit
        return found

    def _is_met(self, use: cst.CSTNode) -> bool:
        """Whether the place still holds at a use what it held when the function around it was called."""
        graph = self._usage.graph_of(use)
        if graph is None:
            return False
        rebuilding = self._kept.rebuilding(graph)
        uses = graph.blocks_of(use)
        if reaches((edge.target for each in rebuilding for edge in each.edges), uses):
            return False  # it may as well be what has been built again
        return reaches([graph.entry], uses, without=lambda edge: edge.source in rebuilding)

    def _hands_another(self, run: cst.BaseExpression) -> bool:
        if self._kept.default is None or not isinstance(run, cst.Call):
            return False
        function = self._usage.tree.scopes[self._kept.default].node
        if not isinstance(function, cst.FunctionDef) or function not in self._usage.resolver.calls.functions(run):
            return False
        hidden = any(arg.star for arg in run.args)
        return hidden or self._usage.resolver.calls.argument_for(run, function, self._kept.default) is not None

    def _calls_at_module_level(self, function: cst.FunctionDef) -> bool:
        """Whether the module itself runs a function, by calls, be it in a thread."""
        pending, seen = [function], {function}
        while pending:
            for run in self._usage.handlers.runs(pending.pop()):
                is_run_there = isinstance(run, cst.Call) or self._usage.handlers.is_run_at_once(run)
                around = self._usage.handlers.unit_around(run) if is_run_there else function
                if around is None:
                    return True
                if isinstance(around, cst.FunctionDef) and around not in seen:
                    seen.add(around)
                    pending.append(around)
        return False

    def within(self, graph: Graph) -> dict[Block, cst.CSTNode]:
        """The blocks of a graph that use the client, with what does it: by name, through what was made of it, or by a function
        that uses it.
        """
        if graph not in self._known_within:
            self._known_within[graph] = self._find_within(graph)
        return self._known_within[graph]

    def _find_within(self, graph: Graph) -> dict[Block, cst.CSTNode]:
        usage = self._usage
        found: dict[Block, cst.CSTNode] = {}
        for load in self._kept.loads:
            if self._is_no_use(load):
                continue
            node = self._outside_lambdas(load, graph.unit)
            unit = usage.tree.unit(node)
            if isinstance(node, cst.Lambda) and self._is_never_asked(node):
                continue
            if unit is graph.unit:
                found.update(dict.fromkeys(graph.blocks_of(node), node))
                for name in self._derived_from(node):
                    for use in usage.tree.named(name):
                        if isinstance(use, cst.Name) and self._is_load_of(use, name, graph):
                            found.update(dict.fromkeys(graph.blocks_of(use), use))
            elif isinstance(unit, cst.FunctionDef):
                for run in self._runs_using(node):
                    if usage.tree.unit(run) is graph.unit:
                        found.update(dict.fromkeys(graph.blocks_of(run), run))
        return found

    def _is_never_asked(self, function: cst.Lambda) -> bool:
        """Whether nothing is done with a lambda, but to give it a name."""
        kept = self._usage.tree.parents[function]
        target = kept.targets[0].target if isinstance(kept, cst.Assign) and len(kept.targets) == 1 else None
        if not isinstance(target, cst.Name) or self._usage.tree.unit(kept) is None:
            return False  # others may bring in what a module keeps
        return not self._usage.tree.uses_of(target)

    def _is_rebuilt_by(self, node: cst.CSTNode) -> bool:
        """`chat.connect()` or `connect(chat)`, which builds the object's client again, and does not use it before."""
        part = self._usage.tree.parents.get(node)
        call = self._usage.tree.parents.get(part) if isinstance(part, (cst.Attribute, cst.Arg)) else None
        if not isinstance(call, cst.Call) or call not in self._kept.calls_rebuilding:
            return False
        return not any(map(self._uses_first, self._usage.resolver.calls.functions(call)))

    def _uses_first(self, function: cst.FunctionDef) -> bool:
        """Whether a function uses the client in the object which is kept, before it builds it again."""
        if function not in self._known_to_use:
            self._known_to_use[function] = False  # what it calls may call it
            uses = [
                node for node in self._kept.mentions_inside if not self._usage.tree.is_store(node) and not self._is_no_use(node)
            ]
            runs = (run for use in uses for run in self._runs_using(use))
            found = any(self._usage.tree.unit(node) is function and self._is_met(node) for node in (*uses, *runs))
            self._known_to_use[function] = found
        return self._known_to_use[function]

    def _is_no_use(self, node: cst.CSTNode) -> bool:
        """Whether the client is spoken of, and not asked: its settings are changed, it is copied with another key, or closed."""
        parent = self._usage.tree.parents.get(node)
        closes = isinstance(parent, cst.Attribute) and parent.attr.value == "close"
        return (
            closes
            or self._kept.set_by(node) is not None
            or self._gets_key(node)
            or self._is_tested(node)
            or self._is_rebuilt_by(node)
            or self._is_asked_for_another(node)
            or any(around in self._kept.stores_by_text for around in self._usage.tree.expression_around(node))
        )

    def _is_tested(self, node: cst.CSTNode) -> bool:
        """Whether nothing is asked but whether there is one (`if client is None`, `if not client`), or what its settings are
        (`assert client.api_key == key`).
        """
        parents = self._usage.tree.parents
        parent = parents.get(node)
        if isinstance(parent, cst.Attribute) and parent.attr.value in SETTINGS:
            return isinstance(parents.get(parent), (cst.Comparison, cst.ComparisonTarget))
        if isinstance(parent, (cst.If, cst.While, cst.IfExp, cst.Assert)):
            return node is parent.test
        return isinstance(parent, cst.Comparison) or (
            isinstance(parent, cst.UnaryOperation) and isinstance(parent.operator, cst.Not)
        )

    def _is_asked_for_another(self, node: cst.CSTNode) -> bool:
        """Whether the object which is kept is asked for something that has nothing to do with the client in it, or sets it."""
        attribute = self._usage.tree.parents.get(node)
        if not self._kept.members or not isinstance(attribute, cst.Attribute) or attribute.value is not node:
            return False
        if any(member.is_at(attribute) for member in self._kept.members):
            return self._kept.is_changed(attribute) or self._is_no_use(attribute)
        resolver = self._usage.resolver
        functions = [*resolver.definitions.functions(resolver.names(attribute)), *resolver.calls.properties(attribute)]
        if functions:
            return not any(function in self._functions_inside for function in functions)
        return bool(resolver.attribute_values(attribute)) and attribute.attr.value not in self._names_inside

    def _gets_key(self, node: cst.CSTNode) -> bool:
        """`client.with_options(api_key=...)`, which uses the client for all but its key."""
        method = self._usage.tree.parents.get(self._kept.held_at(node))
        call = self._usage.tree.parents.get(method) if isinstance(method, cst.Attribute) else None
        if isinstance(method, cst.Attribute) and isinstance(call, cst.Call) and method.attr.value in COPIES:
            return argument_of(call, "api_key") is not None
        return False

    def _derived_from(self, node: cst.CSTNode) -> Iterator[str]:
        """The names of objects that were handed the client: `agent = Agent(client)`, `chat = client.chat`."""
        parents = self._usage.tree.parents
        parent = parents.get(node)
        while isinstance(parent, (cst.Attribute, cst.Arg, cst.Call)):
            if isinstance(parent, cst.Call) and (self._gives_answer(parent) or self._gives_result(parent, node)):
                return
            if isinstance(parent, cst.Attribute) and parent.attr.value in SETTINGS:
                return
            parent = parents.get(parent)
        if isinstance(parent, cst.Assign):
            for target in parent.targets:
                if isinstance(target.target, cst.Name):
                    yield target.target.value

    def _gives_answer(self, call: cst.Call) -> bool:
        """Whether what a call gives is the answer to a request, as far as is seen, and no part of the client."""
        functions = self._usage.resolver.calls.functions(call)
        return self._usage.clients.is_request(call) or any(map(self._usage.ingredients.asks, functions))

    def _gives_result(self, call: cst.Call, node: cst.CSTNode) -> bool:
        """Whether a call waits for the answer to a request that a lambda makes: `pool.submit(lambda: ask(client)).result()`."""
        asked = node.body if isinstance(node, cst.Lambda) else None
        return isinstance(asked, cst.Call) and last_part(call.func) == "result" and self._gives_answer(asked)

    def _is_load_of(self, node: cst.Name, name: str, graph: Graph) -> bool:
        return node.value == name and self._usage.tree.unit(node) is graph.unit and not self._usage.tree.is_store(node)

    @cached_property
    def _names_inside(self) -> set[str]:
        return set[str]().union(*(member.with_derived() for member in self._kept.members))

    @cached_property
    def _functions_inside(self) -> set[CodeUnit | None]:
        """The functions that use the client in such an object, themselves or by what they call."""
        attributes = (node for node in self._usage.tree.nodes.get(cst.Attribute, ()) if isinstance(node, cst.Attribute))
        uses = [node for node in attributes if node.attr.value in self._names_inside and not self._kept.is_changed(node)]
        units = {self._usage.tree.unit(use) for use in uses}
        runs = (run for unit in units if isinstance(unit, cst.FunctionDef) for run in self._usage.handlers.runs_of(unit))
        return units | {self._usage.tree.unit(run) for run in runs}

    def _is_built_when_needed(self) -> bool:
        """Whether whoever comes first builds it: then it is not known which use comes behind which."""
        return isinstance(self._kept.site, cst.Call) and len(self._kept.steps) > 1 and self._kept.is_built_once
