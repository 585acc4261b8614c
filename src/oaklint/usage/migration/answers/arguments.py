"""What becomes of answers that are handed to functions: of Python, of libraries, and of the program."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from oaklint.python import cst
from oaklint.python.tree import last_part, parameters
from oaklint.sdk.legacy import LEGACY_TYPES
from oaklint.usage.migration.answers.fields import classes_named
from oaklint.usage.migration.answers.shapes import Shape, pending, plain, several

if TYPE_CHECKING:
    from oaklint.usage.migration.answers.following import Following
    from oaklint.usage.usage import Usage

_TEXT = {"builtins.print", "builtins.str", "builtins.format", "click.echo", "typer.echo"}
_LOGGING = {"debug", "info", "warning", "error", "critical", "exception", "log"}
_COPY = {"copy.copy", "copy.deepcopy"}
_MATERIALIZES = {"builtins.list", "builtins.tuple", "builtins.sorted", "builtins.reversed"}
# What hands back the same, or the same in another order.
_SAME = _COPY | _MATERIALIZES | {"builtins.iter", "builtins.filter", "random.sample", "itertools.islice", "itertools.chain"}
_SAME |= {"tqdm.tqdm", "tqdm.auto.tqdm"}
_FIRST = {"builtins.next", "builtins.max", "builtins.min", "random.choice", "builtins.anext"}
# What asks a question that is answered alike for an object.
_ASKS = {"builtins.bool", "builtins.id", "builtins.type", "builtins.any", "builtins.all", "builtins.callable"}
_RUNS = {"asyncio.run", "asyncio.get_event_loop().run_until_complete", "asyncio.new_event_loop().run_until_complete"}
_STARTS = {"asyncio.create_task", "asyncio.ensure_future", "asyncio.wait_for", "asyncio.shield"}
_STARTS |= {"asyncio.as_completed", "concurrent.futures.as_completed"}
_STARTING = ("create_task", "run_coroutine_threadsafe", "wait_for")
_JSON = {"json.dumps", "json.dump", "simplejson.dumps", "ujson.dumps", "orjson.dumps"}
_BY_NAME = {"builtins.hasattr", "builtins.getattr"}
_DICTS = {"builtins.dict", "builtins.vars"}
_PUT_ONE = {"append", "insert", "appendleft", "add", "put", "put_nowait", "setdefault"}
# They make a function of a function. The others run it at some time, or for each of several things.
_FUNCTIONS = {"functools.partial", "functools.lru_cache", "functools.cache", "functools.wraps"}
_RUN_LATER = ("to_thread", "run_in_executor", "submit", "apply_async", "run_coroutine_threadsafe", "run_sync")
_RUN_FOR_EACH = ("map", "imap", "imap_unordered", "starmap")


class Arguments:
    """Goes on to what functions do with what they are handed."""

    def __init__(self, usage: Usage, following: Following) -> None:
        self._usage = usage
        self._tree = usage.tree
        self._resolver = usage.resolver
        self._following = following
        self._record = following.record

    def handed_over(self, call: cst.Call, arg: cst.Arg, node: cst.BaseExpression, shape: Shape) -> None:
        """node: what a call is handed as an argument."""
        names, last = self._usage.clients.names(call.func), last_part(call.func)
        is_first = call.args[0] is arg
        if arg.star:
            self._spread(call, arg, node, shape, names)
        elif names & _TEXT or (last in _LOGGING and isinstance(call.func, cst.Attribute)):
            self._following.shown(node, shape)
        elif (names & _JSON and is_first) or names & _DICTS:
            self._following.hand_on(node, shape, is_whole=True)
        elif names & _BY_NAME and is_first and (shape.is_object or shape.form == "dict"):
            self._following.asked_by_name(call, node, shape)
        elif "builtins.isinstance" in names:
            self._asked_for_class(call, node, shape)
        elif names & _ASKS or ("builtins.len" in names and not shape.is_object):
            pass
        elif names & _SAME and (is_first or "builtins.filter" in names):
            self._handed_back(call, node, shape, names)
        elif names & _FIRST and shape.item is not None:
            if self.is_asked_by_key(call, shape):
                self._following.push(call, pending(shape.item) if "builtins.anext" in names else shape.item)
            else:
                self._following.hand_on(node, shape)
                self._following.push(call, plain(shape.item))
        elif names & {"builtins.enumerate", "builtins.zip"}:
            self._paired(call, arg, shape, names)
        elif "builtins.map" in names:
            self._mapped(call, node, shape, is_first=is_first)
        elif names & _RUNS or last == "run_until_complete":
            self._following.push(call, shape.of if shape.form == "pending" else shape)
        elif "asyncio.gather" in names:
            self._following.push(call, _gathered(shape))
        elif shape.form != "function" and (names & _STARTS or last in _STARTING):
            self._following.push(call, shape)
        elif shape.form == "function":
            self._function_handed(call, node, shape, names, last)
        else:
            self._to_function(call, node, shape)

    def _spread(self, call: cst.Call, arg: cst.Arg, node: cst.BaseExpression, shape: Shape, names: frozenset[str]) -> None:
        """`*answers`, `**answer`"""
        if arg.star == "*" and shape.form == "list" and "asyncio.gather" in names:
            self._following.push(call, _gathered(shape.of))
        elif shape.form == "tuple" and not shape.is_plain:
            self._record.stop(node, "the answer is handed on to where it cannot be followed")
        else:
            self._following.hand_on(node, shape, is_whole=arg.star == "**")

    def _asked_for_class(self, call: cst.Call, node: cst.BaseExpression, shape: Shape) -> None:
        kinds = {name for each in call.args[1:] for name in classes_named(each.value, self._resolver)}
        if kinds & {"builtins.dict", "builtins.list"} and shape.is_object:
            self._record.stop(node, "the answer is no dict any more")
        elif kinds & LEGACY_TYPES.keys() and shape.form == "dict":
            self._record.stop(node, "the answer is a plain dict here")

    def _handed_back(self, call: cst.Call, node: cst.BaseExpression, shape: Shape, names: frozenset[str]) -> None:
        """`list(stream)`, `sorted(data, key=...)`, `deepcopy(answer)`"""
        item = shape.item if shape.form in ("stream", "page") else None
        if shape.form == "object" and not names & _COPY:
            self._following.hand_on(node, shape)
        elif not self.is_asked_by_key(call, shape):
            self._following.hand_on(node, shape)
            self._following.push(call, plain(shape))
        else:
            self._following.push(call, several(item) if item is not None and names & _MATERIALIZES else shape)

    def _paired(self, call: cst.Call, arg: cst.Arg, shape: Shape, names: frozenset[str]) -> None:
        """`enumerate(data)`, `zip(texts, data)`"""
        known = self._following.trail.shapes
        items = (
            shape.item if each is arg else next((one.item for one in known.get(each.value, ()) if one.item is not None), None)
            for each in call.args
        )
        parts = (None, shape.item) if "builtins.enumerate" in names else tuple(items)
        self._following.push(call, several(Shape("tuple", parts=parts)))

    def is_asked_by_key(self, call: cst.Call, shape: Shape) -> bool:
        """Goes on with `sorted(data, key=lambda each: each["index"])`. False where the key takes something else than is known."""
        for arg in call.args:
            is_first = arg is call.args[0] and isinstance(arg.value, cst.Lambda)
            if ((arg.keyword is not None and arg.keyword.value == "key") or is_first) and shape.item is not None:
                if not self._called_with(arg.value, shape.item) and isinstance(arg.value, cst.Call):
                    return False
        return True

    def _called_with(self, called: cst.BaseExpression, shape: Shape) -> bool:
        """Hands something to the first parameter of a lambda, or of a function of the program. Whether there is one."""
        functions: list[cst.Lambda | cst.FunctionDef] = [called] if isinstance(called, cst.Lambda) else [*self._lambdas(called)]
        functions += self._resolver.definitions.functions(self._resolver.names(called))
        params = [each.params.params[0] for each in functions if each.params.params]
        for param in params:
            self._following.read_names(param.name, param, shape, called)
        return bool(params)

    def _mapped(self, call: cst.Call, node: cst.BaseExpression, shape: Shape, *, is_first: bool) -> None:
        if is_first and shape.form == "function" and shape.of is not None:
            self._following.push(call, several(shape.of))
        elif not is_first and shape.item is not None and not self._called_with(call.args[0].value, shape.item):
            self._following.hand_on(node, shape)

    def _function_handed(self, call: cst.Call, node: cst.BaseExpression, shape: Shape, names: frozenset[str], last: str) -> None:
        """What comes of a function that is handed over: of `asyncio.to_thread(function)`, `pool.submit(function)`."""
        of = shape.of
        assert of is not None
        if names & _FUNCTIONS or isinstance(call.func, cst.Call):
            self._following.push(call, shape)  # `retry(...)(function)` is one, too
        elif last in _RUN_LATER:
            self._following.push(call, pending(of))
        elif last in _RUN_FOR_EACH and call.args[0].value is node:
            self._following.push(call, several(of))
        elif last == "apply":
            self._following.push(call, of)
        elif last not in ("Thread", "Timer"):
            self._to_function(call, node, shape)

    def _to_function(self, call: cst.Call, node: cst.BaseExpression, shape: Shape) -> None:
        """What a function of the program does with it, or else what it was."""
        graph, taken = self._resolver.calls, False
        for function in self._lambdas(call.func):
            for arg, param in zip(call.args, function.params.params, strict=False):
                if arg.value is node:
                    self._following.read_names(param.name, param, shape, node)
                    taken = True
        for each in filter(self._tree.is_own, graph.functions(call)):
            for param in parameters(each):
                if graph.argument_for(call, each, param) is node:
                    self._following.read_names(param.name, param, shape, node)
                    taken = True
        if not taken and not self._is_dropped(call, shape) and not self._is_taken_as_object(call, node, shape):
            self._following.hand_on(node, shape)
            self._put_in(call, node, shape)

    def _lambdas(self, called: cst.BaseExpression) -> Iterator[cst.Lambda]:
        """The functions without a name that a variable holds."""
        for binding in self._resolver.bindings(called) if isinstance(called, cst.Name) else ():
            if isinstance(binding.value, cst.Lambda):
                yield binding.value

    def _put_in(self, call: cst.Call, node: cst.BaseExpression, shape: Shape) -> None:
        """Goes on with the list that an answer, or several, are put in, or the fields of an object."""
        for made in self._resolver.definitions.classes(self._resolver.names(call.func)):
            fields = [each.target.value for each in _annotated(made) if isinstance(each.target, cst.Name)]
            for index, arg in enumerate(call.args):
                if arg.value is node and (arg.keyword is not None or index < len(fields)):
                    name = arg.keyword.value if arg.keyword is not None else fields[index]
                    self._following.read_attributes(name, plain(shape))
        if isinstance(call.func, cst.Attribute):
            if call.func.attr.value in _PUT_ONE:
                self._following.collect(call.func.value, shape)
            elif call.func.attr.value == "extend" and shape.item is not None:
                self._following.collect(call.func.value, shape.item)

    def _is_taken_as_object(self, call: cst.Call, node: cst.BaseExpression, shape: Shape) -> bool:
        """Whether other files of the project have the function, and read attributes of what it is handed."""
        form = self._following.elsewhere.takes(last_part(call.func), shape.type) if shape.form == "object" else None
        if form == "both":
            self._record.stop(node, f"it is not the same to all that other files call `{last_part(call.func)}`")
        return form == "object"

    def _is_dropped(self, call: cst.Call, shape: Shape) -> bool:
        """Whether something unknown is handed a function or coroutine and its own answer is not used."""
        return shape.form in ("function", "pending") and isinstance(self._tree.parents[call], cst.Expr)


def _annotated(made: cst.ClassDef) -> Iterator[cst.AnnAssign]:
    """The fields that a class declares."""
    for line in made.body.body:
        if isinstance(line, cst.SimpleStatementLine):
            yield from (part for part in line.body if isinstance(part, cst.AnnAssign))


def _gathered(shape: Shape | None) -> Shape | None:
    """What `asyncio.gather` gives for something that is awaited."""
    return pending(several(shape.of)) if shape is not None and shape.form == "pending" and shape.of is not None else None
