"""Calls that only make a coroutine or a generator: nothing is raised before somebody awaits or iterates it."""

from __future__ import annotations

from oaklint.python import cst
from oaklint.usage.context import Context

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
# Expressions whose value holds what their parts make.
_PASS_ON = {"Arg", "IfExp", "BooleanOperation", "Tuple", "List", "Element"}


class Deferred:
    """Finds them."""

    def __init__(self, context: Context) -> None:
        self._tree = context.tree
        self._resolver = context.resolver
        self._clients = context.clients
        self._generators = {self._tree.unit(node) for node in self._tree.nodes.get(cst.Yield, ())}

    def handed_on_by(self, call: cst.Call) -> cst.CSTNode | None:
        """The statement or lambda that what a call makes leaves without having been awaited or iterated, as in
        `return ask(question)`; None where it is run, or kept to be run later.
        """
        inner: cst.CSTNode = call
        for node in self._tree.ancestors(call):
            if isinstance(node, (cst.Lambda, cst.Return, cst.Expr, cst.Yield)):
                return node
            hands_on = (
                isinstance(node, cst.Call) and inner is not node.func and bool(self._resolver.names(node.func) & _HANDED_ON)
            )
            if not hands_on and type(node).__name__ not in _PASS_ON:
                return None
            inner = node
        return None

    def is_made_by(self, call: cst.Call) -> bool:
        """Whether a call makes a coroutine or a generator, as far as what it calls is seen."""
        names = self._clients.names(call.func)
        if any(name.startswith("openai.Async") or name.endswith(".acreate") for name in names):
            return True
        functions = self._resolver.called_functions(call)
        return bool(functions) and all(map(self.is_suspending, functions))

    def is_suspending(self, function: cst.FunctionDef | cst.Lambda) -> bool:
        """Whether a call of the function runs nothing of it yet."""
        if isinstance(function, cst.Lambda):
            return isinstance(function.body, cst.Call) and self.is_made_by(function.body)
        if function in self._generators:
            decorators = (decorator.decorator for decorator in function.decorators)
            named = (each.func if isinstance(each, cst.Call) else each for each in decorators)
            return not any(self._resolver.names(each) & _RUN_AT_ONCE for each in named)
        return function.asynchronous is not None
