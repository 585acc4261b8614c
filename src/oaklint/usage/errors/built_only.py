"""Whether a `try` guards nothing but the building of a client: no error of a request can come to its clauses."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

from oaklint.python import cst
from oaklint.python.definitions import INITIALIZERS, UNKNOWN, Names, named_by, statements_in
from oaklint.python.facts import State
from oaklint.python.flow import Block, Graph, TooManyStates
from oaklint.python.places import is_builtin
from oaklint.python.tree import evaluated
from oaklint.sdk.clients import COPIES
from oaklint.usage.constructions import factories_of
from oaklint.usage.context import Context
from oaklint.usage.errors.auth_errors import AuthErrors

_MAX_DEPTH = 3
# What surely makes no request, by the beginnings of qualified names, and methods of text and loggers.
_HARMLESS = (
    *("os.", "dotenv.", "logging.", "getpass.", "pathlib.", "sys.", "time.", "warnings.", "httpx.", "json.", "streamlit."),
    *("sqlite3.", "re.", "datetime.", "collections.", "uuid.", "hashlib.", "base64.", "tempfile.", "configparser.", "tomllib."),
    *("environs.", "string.", "random.", "secrets.", "decimal.", "platform.", "socket.gethostname", "shutil.which"),
    *("click.echo", "click.secho", "typer.echo", "typer.secho", "rich.", "structlog.", "loguru.", "functools.", "contextlib."),
)
# Methods that run when an object is made.
_MAKES = {*INITIALIZERS, "__new__", "__setattr__"}
_HARMLESS_METHODS = ("strip", "get", "get_secret_value", "info", "debug")

Try: TypeAlias = "cst.Try | cst.TryStar"


class BuiltOnly:
    """Judges what may raise an AuthenticationError into the clauses of a `try`."""

    def __init__(self, context: Context, errors: AuthErrors) -> None:
        self._tree = context.tree
        self._resolver = context.resolver
        self._values = context.values
        self._flow = context.flow
        self._constructions = context.constructions
        self._clients = context.clients
        self._errors = errors
        self._quiet: dict[cst.FunctionDef, bool] = {}

    def guards(self, node: Try) -> bool:
        """Whether a client is built there, and nothing that may make a request raises into the clauses."""
        graph = self._resolver.graph(self._tree.unit(node))
        if graph is None:
            return False
        inside = [block for block in graph.blocks if block.node is not None and node.body in self._tree.ancestors(block.node)]

        def arrives(block: Block, state: State) -> bool:
            return block.node in node.handlers

        asking = (block for block in inside if self._may_ask(block, 0))
        return self._builds(inside, 0) and not any(self._raises_to(block, graph, arrives) for block in asking)

    def _raises_to(self, block: Block, graph: Graph, arrives: Callable[[Block, State], bool]) -> bool:
        """Whether an AuthenticationError may get from a block to a place; through a clause of unknown types, too."""

        def goal(there: Block, state: State) -> bool:
            if state.flying is None:
                return False
            if isinstance(there.node, (cst.ExceptHandler, cst.ExceptStarHandler)) and there.catches:
                if self._flow.catches(there.node.type, state.flying, state) is None:
                    return True
            return arrives(there, state)

        try:
            return self._flow.search(graph, self._flow.raised_at([block], self._errors.error), goal) is not None
        except TooManyStates:
            return True

    def _builds(self, blocks: Sequence[Block], depth: int) -> bool:
        for call in (part for block in blocks for part in _parts(block) if isinstance(part, cst.Call)):
            if self._constructions.through(call) is not None:
                return True
            for function in self._resolver.calls.functions(call) if depth < _MAX_DEPTH else ():
                graph = self._resolver.graph(function)
                if graph is not None and self._builds(graph.blocks, depth + 1):
                    return True
        return False

    # What may make a request.

    def _may_ask(self, block: Block, depth: int) -> bool:
        """Whether what a block does may make a request, or is not seen."""
        node = block.node
        if isinstance(node, cst.Raise):
            return node.exc is not None and not self._is_other_error(node.exc)
        if isinstance(node, cst.For):
            return not self._is_counted(node)
        return any(self._is_asking(part, depth) for part in _parts(block))

    def _is_asking(self, part: cst.CSTNode, depth: int) -> bool:
        if isinstance(part, cst.Call):
            return self._constructions.of(part) is None and not self._is_harmless(part, depth)
        if isinstance(part, cst.WithItem):
            if not isinstance(part.item, cst.Call) or self._resolver.calls.functions(part.item):
                return True
            return any(True for _ in self._resolver.definitions.classes(self._resolver.names(part.item.func)))
        if isinstance(part, cst.Attribute):
            owners = self._resolver.names(part.value)
            properties = self._resolver.definitions.functions(f"{name.removesuffix('()')}.{part.attr.value}" for name in owners)
            return any(function.decorators and not self._is_quiet(function, depth) for function in properties)
        if isinstance(part, cst.ImportFrom) and part.relative:
            return True
        if isinstance(part, (cst.Import, cst.ImportFrom)):
            return bool(self._resolver.imported_modules(part))
        return isinstance(part, (cst.Await, cst.Yield, cst.CompFor, cst.Decorator))

    def _is_harmless(self, call: cst.Call, depth: int) -> bool:
        functions = self._resolver.calls.functions(call)
        names = self._resolver.names(call.func)
        if functions:
            return not any(name.startswith(UNKNOWN) for name in names) and all(
                self._is_quiet(function, depth) for function in functions
            )
        if all(map(self._is_named_harmless, names)) or self._only_fills_fields(names, depth):
            return True
        if not isinstance(call.func, cst.Attribute):
            return False
        is_copy = call.func.attr.value in COPIES and self._clients.is_client(call.func.value)
        is_text = call.func.attr.value in _HARMLESS_METHODS and self._values.value(call.func.value) is not None
        return is_copy or is_text

    def _only_fills_fields(self, names: Names, depth: int) -> bool:
        """Whether these are classes that have nothing but fields when an object is made, as dataclasses do."""
        classes = [*self._resolver.definitions.classes(names)]
        return bool(classes) and all(self._is_plain(each, depth) for each in classes)

    def _is_plain(self, definition: cst.ClassDef, depth: int) -> bool:
        if definition.bases or definition.keywords:
            return False
        methods = {node.name.value for node in statements_in(definition.body) if isinstance(node, cst.FunctionDef)}
        decorators = (self._resolver.names(named_by(each.decorator)) for each in definition.decorators)
        if not methods.isdisjoint(_MAKES) or not all("dataclasses.dataclass" in names for names in decorators):
            return False
        return not any(self._is_asking_factory(factory, depth) for factory in factories_of(definition))

    def _is_asking_factory(self, factory: cst.BaseExpression, depth: int) -> bool:
        if isinstance(factory, cst.Lambda):
            return any(self._is_asking(part, depth) for part in evaluated(factory.body))
        names = self._resolver.names(factory)
        functions = [*self._resolver.definitions.functions(names)]
        if functions:
            return not all(self._is_quiet(function, depth) for function in functions)
        return not all(self._is_named_harmless(name) or self._constructions.constructor(name) is not None for name in names)

    def _is_named_harmless(self, name: str) -> bool:
        return name.startswith(_HARMLESS) or is_builtin(name)

    def _is_quiet(self, function: cst.FunctionDef, depth: int) -> bool:
        """Whether no error of a request can leave a function."""
        found = self._quiet.get(function)
        if found is None:
            graph = self._resolver.graph(function) if depth < _MAX_DEPTH else None
            if graph is None or not self._are_harmless(function.decorators):
                return False
            asking = [block for block in graph.blocks if self._may_ask(block, depth + 1)]
            found = not any(self._raises_to(block, graph, lambda there, _: there is graph.raised) for block in asking)
            self._quiet[function] = found
        return found

    def _are_harmless(self, decorators: Sequence[cst.Decorator]) -> bool:
        names = (name for each in decorators for name in self._resolver.names(named_by(each.decorator)))
        return all(map(self._is_named_harmless, names))

    def _is_other_error(self, raised: cst.BaseExpression) -> bool:
        """Whether what is raised is seen to be no AuthenticationError."""
        names = self._resolver.names(raised.func if isinstance(raised, cst.Call) else raised)
        own = (name for name in names if not is_builtin(name))
        return all(
            name.startswith("openai.") and self._errors.error.name not in self._errors.exception(name).classes for name in own
        )

    def _is_counted(self, loop: cst.For) -> bool:
        if isinstance(loop.iter, cst.Call):
            return "builtins.range" in self._resolver.names(loop.iter.func)
        return isinstance(self._values.value(loop.iter), tuple)


def _parts(block: Block) -> Iterator[cst.CSTNode]:
    """What a block evaluates; the body of a function that is defined there is not run."""
    if block.node is not None:
        yield from evaluated(block.node)
