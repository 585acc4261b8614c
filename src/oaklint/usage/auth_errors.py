"""Where the AuthenticationError of a request goes: whether it leaves its function, whether it leads back to the request."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Literal, NamedTuple

from oaklint.python import cst
from oaklint.python.exceptions import ExceptionFlow, Fact, State, Thrown
from oaklint.python.flow import Block, Edge, Graph, Kind, TooManyStates
from oaklint.python.names import Resolver, place
from oaklint.python.scopes import CodeUnit
from oaklint.python.tree import Tree, walk
from oaklint.python.values import UNKNOWN, Values
from oaklint.sdk.exceptions import (
    AUTHENTICATION_STATUS,
    ERROR_ATTRIBUTE_NAMES,
    authentication_error,
    exception_ancestors,
)
from oaklint.usage.clients import Clients

# What is asked of an error's text to recognise a bad key. Other words ("rate limit", "timeout") are not in it.
_SAID = ("401", "api key", "api_key", "apikey", "auth", "credential", "incorrect", "invalid", "permission", "error code", "token")

_TEXT = "error code: 401 - incorrect api key provided"

# Calls that bring new work: behind one, the request is another one.
_FRESH_WORK = {"input", "get", "get_nowait", "popleft", "pop", "recv", "receive", "receive_text", "receive_json", "readline", "accept", "poll", "lpop", "blpop", "rpop", "brpop", "prompt", "listen", "ask"}  # fmt: skip
_FRESH_OWNERS = ("queue", "queues", "q", "todo", "pending", "tasks", "jobs", "socket", "websocket", "ws", "stdin", "sys.stdin", "consumer", "stack", "prompt", "console", "session", "redis", "click", "questionary")  # fmt: skip
_REQUEUES = {"put", "put_nowait", "append", "appendleft", "add", "insert", "push", "lpush", "rpush", "extend"}
_RENEWALS = {"rotate", "refresh", "reload", "renew", "switch", "next", "change", "reset", "cycle", "swap", "pick", "choose", "random", "load", "set", "use", "update"}  # fmt: skip
_CREDENTIALS = {"key", "keys", "apikey", "apikeys", "credential", "credentials", "auth", "client", "account", "accounts", "env"}
_COUNTED = {"builtins.range", "itertools.count", "itertools.repeat", "six.moves.range", "tqdm.trange", "tqdm.auto.trange"}
_PASSED_ON = {"tqdm.tqdm", "tqdm.auto.tqdm", "builtins.enumerate", "builtins.list", "builtins.iter", "builtins.reversed"}

Bound = Literal["unbounded", "swallowed", "raised"]


class Retry(NamedTuple):
    """A path on which an AuthenticationError leads back to the request that raised it.

    clause: the `except` clause (or `with suppress(...)`) that keeps the error from leaving.
    around: the loop, or the call of the function itself, by which control gets back.
    bound:  "unbounded" if nothing but success ends it; else what happens when the attempts are used up.
    attempts: how many requests are made in all, where the program says it as a constant.
    """

    request: cst.Call
    clause: cst.ExceptHandler | cst.ExceptStarHandler | cst.WithItem
    around: cst.CSTNode
    bound: Bound
    attempts: int | None


class AuthErrors:
    """Follows the AuthenticationError of each request of a program."""

    def __init__(self, tree: Tree, resolver: Resolver, values: Values, flow: ExceptionFlow, clients: Clients, generation: int) -> None:
        self._tree = tree
        self._resolver = resolver
        self._values = values
        self._flow = flow
        self._clients = clients
        self._escaping: dict[CodeUnit, frozenset[Thrown]] = {}
        self._searching: set[CodeUnit] = set()
        self.error = _authentication_error(generation)

    # What raises it.

    def raised_by(self, call: cst.Call) -> frozenset[Thrown]:
        """The AuthenticationError, or what became of it, that the call may raise: itself a request, or running a function that makes one."""
        if self._clients.is_request(call):
            return frozenset({self.error})
        if self._kept_as_result(call):
            return frozenset()
        return frozenset().union(*(self.escaping(function) for function in self._run_by(call)))

    def _run_by(self, call: cst.Call) -> Iterator[cst.FunctionDef]:
        """The program's functions that run while the call is made: the one called, or one handed to something that runs it."""
        functions = self._resolver.called_functions(call)
        yield from functions
        names = self._resolver.names(call.func)
        if names & {"asyncio.to_thread", "anyio.to_thread.run_sync"} or any(name.endswith(".run_in_executor") for name in names):
            for arg in call.args[:2]:
                if isinstance(arg.value, (cst.Name, cst.Attribute)):
                    yield from self._resolver.definitions.functions(self._resolver.names(arg.value))

    def _kept_as_result(self, call: cst.Call) -> bool:
        """Whether the call is an argument of a `gather(..., return_exceptions=True)`."""
        for ancestor in self._tree.ancestors(call):
            if isinstance(ancestor, cst.BaseSuite):
                return False
            if isinstance(ancestor, cst.Call):
                for arg in ancestor.args:
                    if arg.keyword is not None and arg.keyword.value == "return_exceptions":
                        return self._values.value(arg.value) is True
        return False

    def escaping(self, unit: CodeUnit) -> frozenset[Thrown]:
        """The AuthenticationError of the unit's requests, or what its handlers raise in its place, as far as it leaves the unit."""
        found = self._escaping.get(unit)
        if found is not None:
            return found
        if unit in self._searching:
            return frozenset()
        self._searching.add(unit)
        try:
            found = frozenset().union(*(self._leaving(call, thrown) for call, thrown in self._raising_calls(unit)))
        finally:
            self._searching.discard(unit)
        if not self._searching:
            self._escaping[unit] = found
        return found

    def _raising_calls(self, unit: CodeUnit | None) -> Iterator[tuple[cst.Call, Thrown]]:
        for call in self._calls_in(unit):
            for thrown in self.raised_by(call):
                yield call, thrown

    def _calls_in(self, unit: CodeUnit | None) -> list[cst.Call]:
        if not hasattr(self, "_calls_by_unit"):
            self._calls_by_unit: dict[CodeUnit | None, list[cst.Call]] = {}
            for call in self._tree.nodes.get(cst.Call, ()):
                assert isinstance(call, cst.Call)
                self._calls_by_unit.setdefault(self._tree.unit(call), []).append(call)
        return self._calls_by_unit.get(unit, [])

    def _leaving(self, call: cst.Call, thrown: Thrown) -> frozenset[Thrown]:
        graph = self._resolver.graph(self._tree.unit(call))
        if graph is None:
            return frozenset()
        found: set[Thrown] = set()

        def leaves(block: Block, state: State) -> bool:
            if block is graph.raised and state.flying is not None and state.flying.name != "builtins.SystemExit":
                found.add(state.flying)
            return False

        try:
            self._flow.search(graph, self._flow.raised_at(graph.blocks_of(call), thrown), leaves)
        except TooManyStates:
            return frozenset()
        return frozenset(found)

    # Where it leads.

    def retries(self, call: cst.Call) -> list[Retry]:
        """The ways in which an error raised by the call leads back to the call."""
        found: list[Retry] = []
        for thrown in self.raised_by(call):
            retry = _Lap(self, call, thrown).retry()
            if retry is not None and retry.clause not in [other.clause for other in found]:
                found.append(retry)
        return found


    def retries_of_parameter(self, decorator: cst.FunctionDef, thrown: frozenset[Thrown]) -> list[Retry]:
        """The ways in which a decorator that the program defines runs the function it is given again, when that raises."""
        found: list[Retry] = []
        for call in self._tree.nodes.get(cst.Call, ()):
            assert isinstance(call, cst.Call)
            if isinstance(call.func, cst.Name) and self._is_decorated(call.func, decorator):
                for error in thrown:
                    retry = _Lap(self, call, error).retry()
                    if retry is not None:
                        found.append(retry)
        return found

    def _is_decorated(self, name: cst.Name, decorator: cst.FunctionDef) -> bool:
        """Whether a name in a wrapper stands for a parameter of the decorator, or of the function that the decorator returns."""
        home = self._tree.scopes[name].lookup(name.value)
        unit = self._tree.unit(name)
        if home is None or home.node is unit or not isinstance(home.node, cst.FunctionDef):
            return False
        if not any(binding.kind == "parameter" for binding in home.bindings.get(name.value, ())):
            return False
        return home.node is decorator or decorator in self._tree.ancestors(home.node)


class _Lap:
    """The search for a way from one call's AuthenticationError back to the call, within the call's function."""

    def __init__(self, errors: AuthErrors, call: cst.Call, thrown: Thrown) -> None:
        self._errors = errors
        self._tree, self._resolver, self._values, self._flow = errors._tree, errors._resolver, errors._values, errors._flow
        self._clients = errors._clients
        self._call = call
        self._thrown = thrown
        self._unit = self._tree.unit(call)
        graph = self._resolver.graph(self._unit)
        self._blocks = set(graph.blocks_of(call)) if graph is not None else set()
        self._graph = graph
        self._loops = [node for node in self._tree.ancestors(call) if isinstance(node, (cst.For, cst.While))]

    def retry(self) -> Retry | None:
        graph = self._graph
        if graph is None or not (self._loops or self._calls_itself()) or self._renewed_on_the_way():
            return None
        try:
            # Twice around: a flag that lets it happen once only is no retry to speak of.
            path = self._search(graph, self._is_second_lap)
            if path is None:
                return None
            return self._described(graph, path)
        except TooManyStates:
            return None

    def _search(
        self, graph: Graph, goal: Callable[[Block, State], bool], arrive: Callable[[Edge, State], State | None] | None = None
    ) -> list[Block] | None:
        starts = self._flow.raised_at(self._blocks, self._thrown)
        return self._flow.search(graph, starts, goal, stop=self._stops, arrive=arrive or self._arrive, jumps=self._jumps)

    def _is_second_lap(self, block: Block, state: State) -> bool:
        return state.lap >= 2 and state.flying is None and block in self._blocks

    def _jumps(self, block: Block, state: State) -> Iterator[tuple[Block, State]]:
        """Ways on that are no edges: the request fails again, and the function calls itself."""
        if block in self._blocks and state.lap < 2:
            yield from self._flow.raised_at([block], self._thrown, state)
        if self._graph is not None and state.handled is not None:
            for call in self._self_calls_at(block):
                yield self._graph.entry, self._entered(call, state)

    def _arrive(self, edge: Edge, state: State) -> State | None:
        """Counts laps, and closes two ways: the one on which the request succeeds, and the one to the next item of a loop over items."""
        if edge.source in self._blocks and state.flying is None:
            return None
        if edge.target in self._blocks and state.flying is None:
            state = state._replace(lap=min(2, state.lap + 1))
        if edge.kind is Kind.AGAIN and isinstance(edge.target.node, cst.For) and self._is_over_items(edge.target.node):
            return None
        if edge.kind is Kind.AGAIN and not isinstance(edge.target.node, (cst.For, cst.While)):
            return None  # the next item of a comprehension
        return state

    def _stops(self, block: Block, state: State) -> bool:
        """Whether something happens here that makes the next request another one: new credentials, new work, the next item."""
        if state.flying is not None:
            return False
        node = block.node
        if node is None or state.handled is None:
            return False
        return self._renews_credentials(node, state) or self._takes_new_work(node, state) or self._advances(node)

    # Recursion.

    def _calls_itself(self) -> bool:
        return bool(self._self_calls())

    def _self_calls(self) -> list[cst.Call]:
        if not isinstance(self._unit, cst.FunctionDef):
            return []
        return [call for call in self._resolver.calls_of(self._unit) if self._tree.unit(call) is self._unit and call is not self._call]

    def _self_calls_at(self, block: Block) -> list[cst.Call]:
        graph = self._graph
        return [call for call in self._self_calls() if graph is not None and block in graph.blocks_of(call)]

    def _entered(self, call: cst.Call, state: State) -> State:
        """The state in which the function begins anew: what it is handed is known, its locals are not."""
        assert isinstance(self._unit, cst.FunctionDef)
        inner = State(None, state.handled, frozenset(item for item in state.facts if item[0].startswith("self.")), state.lap)
        params = self._unit.params
        for param in (*params.posonly_params, *params.params, *params.kwonly_params):
            argument = self._resolver.argument_for(call, self._unit, param)
            value = argument if argument is not None else param.default
            fact = self._flow.known(value, state) if value is not None else None
            if fact is not None and fact.kind == "constant":
                inner = inner.knowing(param.name.value, fact)
        return inner

    # Loops.

    def _is_over_items(self, loop: cst.For) -> bool:
        """Whether a `for` loop works through items rather than counting attempts."""
        iterable = loop.iter
        while isinstance(iterable, cst.Call) and iterable.args and self._resolver.names(iterable.func) & _PASSED_ON:
            iterable = iterable.args[0].value
        if isinstance(iterable, cst.Call) and self._resolver.names(iterable.func) & _COUNTED:
            return self._measures_items(iterable) or self._picks_with(loop)
        value = self._values.value(iterable)
        if isinstance(value, tuple) and value and all(isinstance(item, (int, float)) for item in value):
            return self._picks_with(loop)
        return True

    def _measures_items(self, counted: cst.Call) -> bool:
        """`range(len(items))`, `range(df.shape[0])`, `range(0, total, batch_size)`."""
        if len(counted.args) == 3:
            return True
        for node in walk(counted):
            if isinstance(node, cst.Call) and "builtins.len" in self._resolver.names(node.func):
                return True
            if isinstance(node, cst.Attribute) and node.attr.value in ("shape", "size"):
                return True
            if isinstance(node, cst.Name) and node is not counted.func:
                for binding in self._resolver.bindings(node):
                    if isinstance(binding.value, cst.Call) and "builtins.len" in self._resolver.names(binding.value.func):
                        return True
        return False

    def _picks_with(self, loop: cst.For) -> bool:
        """Whether the loop's variable picks what the request is about: as an index, or as part of the request."""
        if not isinstance(loop.target, cst.Name):
            return isinstance(loop.target, cst.Tuple)
        name = loop.target.value
        for node in walk(loop.body):
            if isinstance(node, cst.Subscript) and any(_mentions(part, name) for part in node.slice) and self._is_data(node.value):
                return True
        return any(_mentions(arg, name) for arg in self._call.args)

    def _is_data(self, container: cst.BaseExpression) -> bool:
        """Whether what is indexed is more than a table of delays or models to fall back to."""
        named = place(container) or ""
        return not any(word in named.lower() for word in ("delay", "wait", "backoff", "sleep", "interval"))

    def _advances(self, node: cst.CSTNode) -> bool:
        """`index += 1` of a `while` loop that takes `items[index]`."""
        if not isinstance(node, cst.AugAssign) or not isinstance(node.target, cst.Name):
            return False
        name = node.target.value
        for loop in self._loops:
            if isinstance(loop, cst.While):
                for inner in walk(loop.body):
                    if isinstance(inner, cst.Subscript) and any(_mentions(part, name) for part in inner.slice) and self._is_data(inner.value):
                        return True
        return any(_mentions(arg, name) for arg in self._call.args)

    # New work and new credentials.

    def _takes_new_work(self, node: cst.CSTNode, state: State) -> bool:
        for call in _own_calls(node):
            func = call.func
            name = func.attr.value if isinstance(func, cst.Attribute) else func.value if isinstance(func, cst.Name) else ""
            if name in _REQUEUES and state.handled is not None and self._in_handler(call):
                return False
            if name not in _FRESH_WORK:
                continue
            if isinstance(func, cst.Name):
                return name in ("input", "prompt")
            owner = (place(func.value) or "").lower() if isinstance(func, cst.Attribute) else ""
            last = owner.rpartition(".")[2]
            if (last.lstrip("_") in _FRESH_OWNERS or last.endswith(("queue", "_q", "socket"))) and not self._is_put_back(owner):
                return True
        return False

    def _in_handler(self, node: cst.CSTNode) -> bool:
        return any(isinstance(ancestor, cst.ExceptHandler) for ancestor in self._tree.ancestors(node))

    def _is_put_back(self, owner: str) -> bool:
        """Whether a handler of the function puts something into the queue again."""
        for handler in self._tree.nodes.get(cst.ExceptHandler, ()):
            if self._tree.unit(handler) is self._unit:
                for node in walk(handler):
                    if isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute) and node.func.attr.value in _REQUEUES:
                        if (place(node.func.value) or "").lower() == owner:
                            return True
        return False

    def _renews_credentials(self, node: cst.CSTNode, state: State) -> bool:
        """Whether a statement gives the next request another key: a new client in a handler, a key that varies, `rotate_key()`."""
        if isinstance(node, (cst.Assign, cst.AnnAssign)) and node.value is not None:
            targets = [target.target for target in node.targets] if isinstance(node, cst.Assign) else [node.target]
            for target in targets:
                name = (place(target) or "").rpartition(".")[2].lower()
                if name.endswith(("api_key", "apikey")) and (self._in_handler(node) or self._varies(node.value)):
                    return True
                if self._clients.is_client(node.value) and (self._in_handler(node) or self._built_from_varying(node.value)):
                    return True
        return any(_sounds_like_renewal(call) for call in _own_calls(node))

    def _renewed_on_the_way(self) -> bool:
        """Whether a function that the call runs takes the next key each time, before it makes its request."""
        functions = self._resolver.called_functions(self._call)
        return any(_sounds_like_renewal(node) for function in functions for node in walk(function.body) if isinstance(node, cst.Call))

    def _built_from_varying(self, value: cst.BaseExpression) -> bool:
        return isinstance(value, cst.Call) and any(
            arg.keyword is not None and arg.keyword.value == "api_key" and self._varies(arg.value) for arg in value.args
        )

    def _varies(self, value: cst.BaseExpression) -> bool:
        """Whether a key may be another one each time: picked, called for, or a variable that the loop changes."""
        if isinstance(value, cst.Subscript):
            return "os.environ" not in self._resolver.names(value.value)
        if isinstance(value, cst.Call):
            return not self._resolver.names(value.func) & {"os.getenv", "os.environ.get", "builtins.str"}
        if isinstance(value, cst.Name):
            return any(binding.kind == "item" or self._inside_loop(binding.node) for binding in self._resolver.bindings(value))
        return False

    def _inside_loop(self, node: cst.CSTNode) -> bool:
        return any(ancestor in self._loops for ancestor in self._tree.ancestors(node))

    # What the path says.

    def _described(self, graph: Graph, path: list[Block]) -> Retry | None:
        lap: list[Block] = []
        for block in path:
            lap.append(block)
            if block in self._blocks:
                break
        clause = _last_catch(lap)
        if clause is None:
            return None
        around = self._way_around(lap)
        bound, attempts = self._bound(graph, around)
        return Retry(self._call, clause, around, bound, attempts)

    def _way_around(self, lap: list[Block]) -> cst.CSTNode:
        """The innermost loop that the path goes round in; without one, the function that calls itself."""
        for block in lap:
            if block.node in self._loops:
                assert block.node is not None
                return block.node
        return self._unit if self._unit is not None else self._call

    def _bound(self, graph: Graph, around: cst.CSTNode) -> tuple[Bound, int | None]:
        """What happens in the end, if no request ever succeeds."""
        ends: set[str] = set()

        def note(block: Block, state: State) -> bool:
            if block is graph.returned:
                ends.add("returned")
            elif block is graph.raised:
                ends.add("raised")
            return False

        def arrive(edge: Edge, state: State) -> State | None:
            arrived = self._arrive(edge, state)
            if arrived is None and edge.kind is Kind.AGAIN:
                ends.add("returned")  # it goes on with the next item
            return arrived

        self._search(graph, note, arrive)
        attempts = self._attempts(around)
        if not ends:
            return "unbounded", None
        return ("swallowed" if "returned" in ends else "raised"), attempts

    def _attempts(self, around: cst.CSTNode) -> int | None:
        if isinstance(around, cst.For) and isinstance(around.iter, cst.Call):
            bounds = [self._values.value(arg.value) for arg in around.iter.args]
            if bounds and all(isinstance(bound, int) for bound in bounds) and "builtins.range" in self._resolver.names(around.iter.func):
                return len(range(*bounds)) if len(bounds) <= 2 else None
        return None


def _last_catch(path: list[Block]) -> cst.ExceptHandler | cst.ExceptStarHandler | cst.WithItem | None:
    """The clause at which the error stopped travelling."""
    found = None
    for block, following in zip(path, path[1:], strict=False):
        if isinstance(block.node, (cst.ExceptHandler, cst.ExceptStarHandler, cst.WithItem)):
            if any(edge.target is following and edge.kind is Kind.CATCH for edge in block.edges):
                found = block.node
    return found


def _sounds_like_renewal(call: cst.Call) -> bool:
    """`rotate_key()`, `self.refresh_credentials()`, `use_next_api_key()`."""
    func = call.func
    name = func.attr.value if isinstance(func, cst.Attribute) else func.value if isinstance(func, cst.Name) else ""
    words = {word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+", name)}
    return bool(words & _RENEWALS and words & _CREDENTIALS)


def _own_calls(node: cst.CSTNode) -> Iterator[cst.Call]:
    """The calls of a simple statement or condition; none for the headers of compound statements."""
    if not isinstance(node, (cst.BaseCompoundStatement, cst.ExceptHandler, cst.ExceptStarHandler, cst.WithItem, cst.MatchCase)):
        for inner in walk(node):
            if isinstance(inner, cst.Call):
                yield inner


def _mentions(node: cst.CSTNode, name: str) -> bool:
    return any(isinstance(inner, cst.Name) and inner.value == name for inner in walk(node))


def _authentication_error(generation: int) -> Thrown:
    """The exception that a wrong key leads to, as the SDK of that generation raises it."""
    name = authentication_error(generation)
    ancestors = exception_ancestors(name, generation)
    classes = {ancestor if ancestor.startswith("openai.") else f"builtins.{ancestor}" for ancestor in ancestors}
    if generation == 0:
        classes |= {"openai.OpenAIError"}
    else:
        classes |= {ancestor.replace("openai.", "openai._exceptions.", 1) for ancestor in ancestors if ancestor.startswith("openai.")}
    status = ERROR_ATTRIBUTE_NAMES[generation].status
    return Thrown(name, frozenset(classes), {status: AUTHENTICATION_STATUS}, _says)


def _says(word: str) -> bool | None:
    """Whether the text of the error holds a word; where it is asked for in other words than the SDK's, what the asker meant counts."""
    lowered = word.lower().strip()
    return lowered in _TEXT or any(said in lowered for said in _SAID) if lowered else None
