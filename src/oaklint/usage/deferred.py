"""Calls that only make a coroutine, a task or a generator: nothing is raised before somebody awaits or iterates it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from oaklint.python import cst
from oaklint.python.assignments import assigned
from oaklint.python.flow import Block
from oaklint.python.names import Resolver
from oaklint.python.scopes import CodeUnit
from oaklint.python.tree import Run, Tree, argument_of, callee, walk
from oaklint.python.values import Values
from oaklint.usage.clients import Clients

# What is handed to them they run some time, or hand on to somebody who does.
_HANDED_ON = {
    *(
        "asyncio.create_task",
        "asyncio.ensure_future",
        "asyncio.gather",
        "asyncio.wait_for",
        "asyncio.shield",
        "functools.partial",
    ),
    *("asyncio.get_event_loop().create_task", "asyncio.get_running_loop().create_task"),
    *(
        "fastapi.responses.StreamingResponse",
        "starlette.responses.StreamingResponse",
        "flask.Response",
        "flask.stream_with_context",
    ),
    *("quart.Response", "django.http.StreamingHttpResponse", "sse_starlette.sse.EventSourceResponse"),
    "sse_starlette.EventSourceResponse",
}
# Generators with these decorators are run by who enters or asks for what they make.
_RUN_AT_ONCE = {"contextlib.contextmanager", "contextlib.asynccontextmanager", "pytest.fixture", "pytest_asyncio.fixture"}
# What is handed to them they iterate.
_ITERATE = {f"builtins.{name}" for name in ("next", "list", "tuple", "set", "dict", "sum", "sorted", "any", "all", "max", "min")}
# What is made of a collection of tasks by them are the tasks again, in whichever order, or those that have ended.
_HAND_OUT = {
    *("concurrent.futures.as_completed", "concurrent.futures.wait", "asyncio.as_completed", "asyncio.wait"),
    *(f"builtins.{name}" for name in ("enumerate", "list", "tuple", "set", "reversed", "zip")),
    *("tqdm.tqdm", "tqdm.auto.tqdm", "rich.progress.track"),
    *("tqdm.asyncio.tqdm.as_completed", "tqdm.asyncio.tqdm_asyncio.as_completed", "tqdm.asyncio.tqdm"),
}
_OF_MAPPINGS = {"items", "keys", "values"}
# Methods by which a collection gets what they are handed.
_ADD = {"append", "appendleft", "add"}
# Expressions that put what stands in them into a collection.
_COLLECT = {"Element", "List", "Set", "Dict", "DictElement", "ListComp", "SetComp", "DictComp", "GeneratorExp"}
# Expressions whose value holds what their parts make.
_PASS_ON = {"Arg", "IfExp", "BooleanOperation", "Tuple", *_COLLECT}
# How often what is made is followed into another name.
_MAX_DEPTH = 2


class Deferred:
    """Tells calls that run at once from those that only make a coroutine or a generator, and finds what runs these."""

    def __init__(self, tree: Tree, resolver: Resolver, values: Values, clients: Clients) -> None:
        self._tree = tree
        self._resolver = resolver
        self._values = values
        self._clients = clients

    def handed_on_by(self, call: Run) -> cst.CSTNode | None:
        """The statement or lambda that what a call makes leaves without having been awaited or iterated, as in
        `return ask(question)`; None where it is run, or kept to be run later.
        """
        inner: cst.CSTNode = call
        for node in self._tree.ancestors(call):
            if isinstance(node, (cst.Lambda, cst.Return, cst.Expr, cst.Yield)):
                return node
            hands_on = isinstance(node, cst.Call) and inner is not node.func and self._hands_on(node)
            if not hands_on and type(node).__name__ not in _PASS_ON:
                return None
            inner = node
        return None

    def blocks_of(self, call: Run) -> list[Block]:
        """Where what a call makes is run, or its result asked for: where it is awaited or iterated, if it is kept in a name until
        then, else where it stands.
        """
        graph = self._resolver.graph(self._tree.unit(call))
        if graph is None:
            return []
        submitted = self.is_submitted(call)
        if not submitted and not self.is_made_by(call):
            return graph.blocks_of(call)
        found = [block for node in self._run_later(call) for block in graph.blocks_of(node)]
        is_left = (submitted and self._result_of(call) is None) or self._collection_of(call) is not None
        return found if found or is_left else graph.blocks_of(call)

    def _run_later(self, call: Run) -> Iterator[cst.CSTNode]:
        """What runs what a call makes, or asks for its result, if it is kept until then."""
        collection = self._collection_of(call)
        if collection is not None:
            for use in self._uses_of(collection) if isinstance(collection, cst.Name) else (collection,):
                yield from self._results_of(use)
        elif (name := self._kept_in(call)) is not None:
            yield from (node for use in self._uses_of(name) if (node := self._run_with(use)) is not None)

    def is_submitted(self, call: Run) -> bool:
        """Whether a call hands a function to an executor, which keeps what it raises until its result is asked for."""
        return isinstance(call, cst.Call) and isinstance(call.func, cst.Attribute) and call.func.attr.value == "submit"

    def _result_of(self, future: cst.CSTNode) -> cst.CSTNode | None:
        """`future.result()`"""
        method = self._tree.parents.get(future)
        call = self._tree.parents.get(method) if isinstance(method, cst.Attribute) and method.attr.value == "result" else None
        return call if isinstance(call, cst.Call) and call.func is method else None

    def _kept_in(self, call: Run) -> cst.Name | None:
        """The name in which the coroutine or task that a call makes is kept."""
        value: cst.CSTNode = call
        for node in self._tree.ancestors(call):
            if isinstance(node, cst.Assign):
                return next((name for name, kept in assigned(node) if isinstance(name, cst.Name) and kept is value), None)
            if self._is_handed_on(node):
                value = node
            elif not isinstance(node, (cst.Arg, cst.BaseElement, cst.Tuple)):
                return None
        return None

    def _run_with(self, name: cst.Name) -> cst.CSTNode | None:
        """What awaits or iterates a name, directly or as an argument, or asks for its result: `await asyncio.wait_for(task, 5)`,
        `next(answers)`, `future.result()`.
        """
        if (result := self._result_of(name)) is not None:
            return result
        for node in self._tree.ancestors(name):
            if isinstance(node, cst.Await):
                return node
            if isinstance(node, (cst.For, cst.CompFor)) and name is node.iter:
                return name
            if isinstance(node, cst.Call) and self._resolver.names(node.func) & _ITERATE:
                return node
            if not isinstance(node, cst.Arg) and not self._is_handed_on(node):
                return None
        return None

    def _collection_of(self, call: Run) -> cst.BaseExpression | None:
        """The name of the collection that gets the task that a call makes, among others: `tasks = [ask(each) for each in
        questions]`, `tasks.append(ask(question))`, `futures[pool.submit(ask, question)] = question`; or the collection itself,
        where it is handed on at once: `as_completed([ask(each) for each in questions])`.
        """
        inner: cst.CSTNode = call
        collected = False
        for node in self._tree.ancestors(call):
            owner: cst.CSTNode | None = None
            if isinstance(node, cst.Assign):
                target = node.targets[0].target
                owner = target.value if isinstance(target, cst.Subscript) else target if collected else None
            elif isinstance(node, cst.Subscript) and inner is not node.value:
                owner = node.value
            elif isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute) and node.func.attr.value in _ADD:
                owner = node.func.value
            elif type(node).__name__ in _COLLECT:
                collected = True
            elif isinstance(node, cst.Call) and collected and self._hands_out(node) and isinstance(inner, cst.Arg):
                return inner.value
            elif not isinstance(node, (cst.Arg, cst.Index, cst.SubscriptElement)) and not self._is_handed_on(node):
                return None
            if owner is not None or isinstance(node, cst.Assign):
                return owner if isinstance(owner, cst.Name) else None
            inner = node
        return None

    def _results_of(self, collection: cst.BaseExpression, depth: int = 0) -> Iterator[cst.CSTNode]:
        """What asks for the results of the tasks in a collection: `await asyncio.gather(*tasks)`, `future.result()` in a loop
        over `as_completed(futures)`.
        """
        handed_out = False
        for node in self._tree.ancestors(collection):
            if isinstance(node, (cst.For, cst.CompFor)):
                loop = node if isinstance(node, cst.For) else self._tree.parents[node]
                uses = (use for target in walk(node.target) if isinstance(target, cst.Name) for use in self._uses_of(target))
                found = (self._run_with(use) for use in uses if loop in self._tree.ancestors(use))
                yield from (asking for asking in found if asking is not None and not isinstance(asking, cst.Name))
            elif isinstance(node, cst.Assign) and depth < _MAX_DEPTH:  # `done, pending = wait(futures)`
                targets = (part for target in node.targets for part in walk(target) if isinstance(part, cst.Name))
                uses = (use for target in targets for use in self._uses_of(target))
                yield from (asking for use in uses for asking in self._results_of(use, depth + 1))
            elif isinstance(node, cst.Await) and not handed_out:
                yield node
            elif isinstance(node, cst.Call):  # what else is handed them, and awaited, awaits them
                handed_out = handed_out or self._hands_out(node)
                continue
            elif isinstance(node, (cst.Arg, cst.Attribute, cst.Await)):
                continue
            return

    def _hands_out(self, call: cst.Call) -> bool:
        is_of_mapping = isinstance(call.func, cst.Attribute) and call.func.attr.value in _OF_MAPPINGS
        return is_of_mapping or not _HAND_OUT.isdisjoint(self._resolver.names(call.func))

    def _is_handed_on(self, node: cst.CSTNode) -> bool:
        """Whether a node is a call of something that runs what it is handed some time."""
        return isinstance(node, cst.Call) and self._hands_on(node)

    def _hands_on(self, call: cst.Call) -> bool:
        return bool(self._resolver.names(call.func) & _HANDED_ON)

    def error_kept_by(self, node: cst.CSTNode, depth: int = 0) -> cst.Call | None:
        """The `gather(..., return_exceptions=True)` that is handed what the node makes, be it by a name."""
        if not self._keeps_errors:
            return None
        for ancestor in self._tree.ancestors(node):
            if isinstance(ancestor, (cst.BaseSuite, cst.Await)):
                return None
            if isinstance(ancestor, cst.Assign) and isinstance(ancestor.targets[0].target, cst.Name) and depth < _MAX_DEPTH:
                kept_by = [self.error_kept_by(use, depth + 1) for use in self._uses_of(ancestor.targets[0].target)]
                return kept_by[0] if kept_by and None not in kept_by else None
            if isinstance(ancestor, cst.Call):
                if (given := argument_of(ancestor, "return_exceptions")) is not None:
                    return ancestor if self._values.value(given) is True else None
        return None

    @cached_property
    def _keeps_errors(self) -> bool:
        """Whether there is such a call at all."""
        keywords = (arg.keyword for arg in self._tree.nodes.get(cst.Arg, ()) if isinstance(arg, cst.Arg))
        return any(keyword is not None and keyword.value == "return_exceptions" for keyword in keywords)

    def _uses_of(self, name: cst.Name) -> list[cst.Name]:
        """Where else the name stands in the same function."""
        return [use for use in self._named.get((self._tree.unit(name), name.value), ()) if use is not name]

    @cached_property
    def _named(self) -> dict[tuple[CodeUnit | None, str], list[cst.Name]]:
        """The names of the program, by the unit in which they stand and what they are."""
        found: dict[tuple[CodeUnit | None, str], list[cst.Name]] = {}
        for node in self._tree.nodes.get(cst.Name, ()):
            assert isinstance(node, cst.Name)
            found.setdefault((self._tree.unit(node), node.value), []).append(node)
        return found

    def is_made_by(self, call: Run) -> bool:
        """Whether a call makes a coroutine or a generator, as far as what it calls is seen."""
        if self._clients.suspends(callee(call)):
            return True
        functions = self._resolver.calls.functions(call)
        return bool(functions) and all(map(self.is_suspending, functions))

    def is_suspending(self, function: cst.FunctionDef | cst.Lambda) -> bool:
        """Whether a call of the function runs nothing of it yet."""
        if isinstance(function, cst.Lambda):
            return isinstance(function.body, cst.Call) and self.is_made_by(function.body)
        if self._tree.nodes_in(function, cst.Yield):
            decorators = (decorator.decorator for decorator in function.decorators)
            named = (each.func if isinstance(each, cst.Call) else each for each in decorators)
            return not any(self._resolver.names(each) & _RUN_AT_ONCE for each in named)
        return function.asynchronous is not None
