"""What a program does with the answers of its requests: dicts in openai 0.x, objects with attributes since 1.0.

An answer, and what is taken out of it, is followed from the request to where it is used: through names, attributes, functions,
loops and containers that are taken apart again. Where it is read, the reading is rewritten; where it is handed on to what cannot
be followed, it is handed on as a plain dict, which is what it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from oaklint.python import cst
from oaklint.python.scopes import Binding
from oaklint.python.tree import index_of, last_part
from oaklint.sdk.answers import Field, field
from oaklint.usage.migration.draft import Draft

if TYPE_CHECKING:
    from oaklint.usage.usage import Usage

# How often what cannot be one thing at a time is handed on as a dict instead, and all is followed anew.
_MAX_ROUNDS = 20

_TEXT = {"builtins.print", "builtins.str", "builtins.format", "click.echo", "typer.echo"}
_LOGGING = {"debug", "info", "warning", "error", "critical", "exception", "log"}
# What hands back the same, or the same in another order.
_SAME = {"copy.copy", "copy.deepcopy", "builtins.list", "builtins.tuple", "builtins.iter", "builtins.reversed", "builtins.sorted"}
_SAME |= {"builtins.filter", "random.sample", "itertools.islice", "tqdm.tqdm", "tqdm.auto.tqdm", "itertools.chain"}
_FIRST = {"builtins.next", "builtins.max", "builtins.min", "random.choice", "builtins.anext"}
# What asks a question that is answered alike for an object.
_ASKS = {"builtins.bool", "builtins.id", "builtins.type", "builtins.any", "builtins.all", "builtins.callable"}
_RUNS = {"asyncio.run", "asyncio.get_event_loop().run_until_complete", "asyncio.new_event_loop().run_until_complete"}
_STARTS = {"asyncio.create_task", "asyncio.ensure_future", "asyncio.wait_for", "asyncio.shield"}
_JSON = {"json.dumps", "json.dump", "simplejson.dumps", "ujson.dumps", "orjson.dumps"}
_WITHOUT_ORDER = {f"builtins.{name}" for name in ("any", "all", "max", "min", "sum", "len", "sorted", "set", "frozenset")}
_DICTS = {"builtins.dict", "builtins.vars"}


@dataclass(frozen=True)
class Shape:
    """What an expression is, as far as answers are concerned.

    object:   a value of the SDK, of a type. page: a list of such, as it is answered. list: several of what `of` says.
    stream:   an answer that may come in chunks, of the type `chunk`.
    pending:  what gives it when it is awaited, or asked for its result. function: what gives it when it is called.
    tuple:    several things, by their places.
    may_miss: whether it may be None where 0.x had nothing.
    limit:    the only fields that it still has, if it has lost some.
    """

    form: Literal["object", "page", "list", "stream", "pending", "function", "tuple"]
    type: str = ""
    chunk: str = ""
    of: Shape | None = None
    parts: tuple[Shape | None, ...] = ()
    may_miss: bool = False
    limit: frozenset[str] | None = None

    @property
    def item(self) -> Shape | None:
        """What a loop over it gives."""
        match self.form:
            case "list":
                return self.of
            case "page":
                found = field(self.type, "data")
                return Shape("object", found.type, limit=self.limit) if found is not None and found.type else None
            case "stream":
                return Shape("object", self.chunk)
            case _:
                return None

    @property
    def is_object(self) -> bool:
        """Whether it is, or may be, an object with fields."""
        return self.form in ("object", "page", "stream")


def several(of: Shape | None) -> Shape:
    return Shape("list", of=of)


def pending(of: Shape) -> Shape:
    return Shape("pending", of=of)


def function(of: Shape) -> Shape:
    return Shape("function", of=of)


Starts: TypeAlias = "Iterable[tuple[cst.BaseExpression, Shape]]"


class Reading(NamedTuple):
    """A place where an answer is read as the dict that it was. instead: how it is read since 1.0, in a few words."""

    node: cst.BaseExpression
    owner: cst.BaseExpression
    instead: str


class Answers:
    """Follows answers through a program, to tell how it reads them, or to rewrite that."""

    def __init__(self, usage: Usage, draft: Draft) -> None:
        self._usage = usage
        self._draft = draft

    def migrate(self, starts: Starts) -> None:
        """starts: the expressions that answers come from, be it the calls or the methods that are handed over."""
        round_ = self._followed(starts)
        if round_ is not None:
            round_.write()

    def readings(self, starts: Starts) -> list[Reading]:
        """Where answers are read as dicts."""
        round_ = self._followed(starts)
        return list(round_.readings.values()) if round_ is not None else []

    def _followed(self, starts: Starts) -> _Round | None:
        first, handed_on = list(starts), set[cst.CSTNode]()
        for _ in range(_MAX_ROUNDS):
            round_ = _Round(self._usage, self._draft, handed_on)
            round_.follow(first)
            mixed = round_.mixed() - handed_on
            if not mixed:
                return round_
            handed_on |= mixed
        self._draft.stop(first[0][0], "what becomes of its answer cannot be followed")
        return None


_Edit = tuple[str, tuple[object, ...]]


class _Round:
    """One attempt: with what is handed on as a dict given."""

    def __init__(self, usage: Usage, draft: Draft, handed_on: set[cst.CSTNode]) -> None:
        self._usage = usage
        self._tree = usage.tree
        self._resolver = usage.resolver
        self._draft = draft
        self._handed_on = handed_on
        self.shapes: dict[cst.CSTNode, set[Shape]] = {}
        # What is written, by the expression and whether that is read there or given away.
        self._edits: dict[tuple[cst.CSTNode, bool], set[_Edit]] = {}
        self.readings: dict[cst.CSTNode, Reading] = {}
        self._stops: dict[cst.CSTNode, str] = {}
        self._pending: list[tuple[cst.BaseExpression, Shape]] = []
        # From what was bound (targets, parameters, functions) to the expressions that it was bound to.
        self._bound: dict[cst.CSTNode, set[cst.BaseExpression]] = {}
        self._read: set[cst.Name] = set()
        self._attributes: dict[str, set[cst.BaseExpression]] = {}
        self._returning: dict[cst.FunctionDef, set[cst.BaseExpression]] = {}

    # Following.

    def follow(self, starts: Iterable[tuple[cst.BaseExpression, Shape]]) -> None:
        self._pending += starts
        while self._pending:
            node, shape = self._pending.pop()
            known = self.shapes.setdefault(node, set())
            if shape not in known:
                known.add(shape)
                self._used(node, shape)

    def _push(self, node: cst.BaseExpression, shape: Shape | None) -> None:
        if shape is not None:
            self._pending.append((node, shape))

    def _field(self, node: cst.CSTNode, shape: Shape, name: str) -> Field | None:
        """What an object has for a name on the wire."""
        if shape.limit is not None and name not in shape.limit and not (shape.form == "page" and name == "data"):
            self._stop(node, f"the answer has no `{name}` any more")
        return field(shape.type, name)

    def _edit(self, node: cst.CSTNode, kind: str, *arguments: object) -> None:
        self._edits.setdefault((node, kind in ("append", "wrap")), set()).add((kind, arguments))

    def _note(self, node: cst.BaseExpression, owner: cst.BaseExpression, instead: str) -> None:
        self.readings.setdefault(node, Reading(node, owner, instead))

    def _stop(self, node: cst.CSTNode, reason: str) -> None:
        self._stops.setdefault(node, reason)

    def _used(self, node: cst.BaseExpression, shape: Shape) -> None:
        """Goes on to what is done with an expression."""
        if node in self._handed_on:
            self._hand_on(node, shape)
            return
        parent = self._tree.parents[node]
        match parent:
            case cst.Attribute() if parent.value is node:
                self._attribute(parent, shape)
            case cst.Subscript() if parent.value is node:
                self._subscript(parent, shape)
            case cst.Call() if parent.func is node:
                self._push(parent, shape.of if shape.form == "function" else None)
            case cst.Arg():
                call = self._tree.parents[parent]
                if isinstance(call, cst.Call):
                    self._argument(call, parent, node, shape)
            case cst.Await():
                self._push(parent, shape.of if shape.form == "pending" else shape)
            case cst.Assign():
                for target in parent.targets:
                    self._bind(target.target, shape, node)
            case cst.AnnAssign():
                self._bind(parent.target, shape, node)
            case cst.NamedExpr() if parent.value is node:
                self._bind(parent.target, shape, node)
                self._push(parent, shape)
            case cst.For() | cst.CompFor() if parent.iter is node:
                self._iterate(parent, node, shape)
            case cst.Return():
                self._returned(parent, node, shape)
            case cst.Lambda() if parent.body is node:
                self._push(parent, function(shape))
            case cst.Yield():
                self._yielded(parent, node, several(shape))
            case cst.From():
                self._yielded(parent, node, several(shape.item) if shape.item is not None else shape)
            case cst.BooleanOperation() | cst.IfExp():
                if not (isinstance(parent, cst.IfExp) and parent.test is node):
                    self._push(parent, shape)
            case cst.ListComp() | cst.GeneratorExp() | cst.SetComp() if parent.elt is node:
                self._push(parent, several(shape))
            case cst.Element():
                self._element(parent, node, shape)
            case cst.StarredElement():
                self._starred(parent, node, shape)
            case cst.DictElement() | cst.DictComp() if parent.value is node:
                self._hand_on(node, shape)
            case cst.StarredDictElement():
                self._hand_on(node, shape)
            case cst.Comparison() if self._is_compared(parent.comparisons[0], parent.comparisons[0].comparator, shape):
                self._hand_on(node, shape)
            case cst.ComparisonTarget() if self._is_compared(parent, None, shape):
                self._hand_on(node, shape)
            case cst.ComparisonTarget():
                self._asked_for_key(parent, node, shape)
            case cst.FormattedStringExpression():
                self._shown(node, shape)
            case cst.BinaryOperation():
                self._operand(parent, node, shape)
            case cst.AugAssign() if parent.value is node:
                self._hand_on(node, shape)
            case cst.Match() | cst.WithItem():
                if shape.is_object or shape.form == "stream":
                    self._stop(node, "what is done with the answer here is not followed")
            case _:
                pass  # it is only asked whether it is there

    @staticmethod
    def _is_compared(target: cst.ComparisonTarget, other: cst.BaseExpression | None, shape: Shape) -> bool:
        """Whether an answer is compared, as a whole, with something else than nothing."""
        is_nothing = isinstance(other, cst.Name) and other.value == "None"
        is_whole = shape.is_object or (shape.form == "list" and shape.of is not None and shape.of.is_object)
        return isinstance(target.operator, (cst.Equal, cst.NotEqual)) and is_whole and not is_nothing

    def _hand_on(self, node: cst.BaseExpression, shape: Shape) -> None:
        """Gives away what cannot be followed further: as the plain dict that it was in 0.x."""
        match shape.form:
            case "object" | "page" if shape.may_miss:
                self._stop(node, "the answer may have nothing here, and is handed on")
            case "object" | "page":
                self._edit(node, "append", ".to_dict()")
            case "list" if shape.of is not None and shape.of.form == "object":
                self._edit(node, "wrap", "[each.to_dict() for each in ", "]")
            case "list" if shape.of is None:
                pass
            case _:
                self._stop(node, "the answer is handed on to where it cannot be followed")

    def _shown(self, node: cst.BaseExpression, shape: Shape) -> None:
        """0.x wrote an answer as JSON."""
        if shape.form in ("object", "page") and not shape.may_miss and not shape.type.endswith("Logprobs"):
            self._edit(node, "append", ".to_json()")

    # Reading.

    def _attribute(self, node: cst.Attribute, shape: Shape) -> None:
        name, call = node.attr.value, self._tree.parents[node]
        called = call if isinstance(call, cst.Call) and call.func is node else None
        if shape.form == "pending":
            if called is not None and name == "result":
                self._push(called, shape.of)
            return
        if shape.form == "list":
            if called is not None and name in ("pop", "copy", "popleft", "__getitem__", "get"):
                self._push(called, shape if name == "copy" else shape.of)
            return
        if shape.form == "stream" and called is not None and name in ("__next__", "__anext__", "close", "aclose", "__aiter__"):
            self._push(called, shape.item if "next" in name else shape if name == "__aiter__" else None)
            return
        if not shape.is_object:
            return
        if called is not None and name in _METHODS:
            _METHODS[name](self, called, node, shape)
        elif name in ("get", "keys", "values", "items"):
            self._as_dict_here(node, shape)
        elif name in _GONE:
            self._stop(node, f"an answer has no `{name}` any more: `client.with_raw_response` tells the headers")
        elif (found := self._field(node, shape, name)) is not None:
            if found.attribute != name:
                self._edit(node, "replace_tail", node.value, f".{found.attribute}")
            self._push(node, _shape(found, shape))

    def _get(self, call: cst.Call, node: cst.Attribute, shape: Shape) -> None:
        """`answer.get("key", default)`"""
        given = [arg.value for arg in call.args]
        key = self._usage.values.text(given[0]) if given else None
        if key is None or len(given) > 2 or any(arg.star or arg.keyword for arg in call.args):
            self._as_dict_here(node, shape)
            return
        self._get_field(call, node.value, key, given[1] if len(given) == 2 else None, shape)

    def _get_field(
        self, whole: cst.BaseExpression, owner: cst.BaseExpression, key: str, default: cst.BaseExpression | None, shape: Shape
    ) -> None:
        """Reads a field in place of an expression that has a default for where it is missing."""
        found = self._field(whole, shape, key)
        text = "None" if default is None else self._draft.text(default)
        quote = self._draft.quote_at(whole)
        self._note(whole, owner, f".{found.attribute if found is not None else key}")
        if found is None:
            if not key.isidentifier():
                self._stop(whole, f"an answer has no attribute for {key!r}")
                return
            self._edit(whole, "around", owner, "getattr(", f", {quote}{key}{quote}, {text})")
            return
        inner = _shape(found, shape)
        if shape.may_miss and (found.optional or default is not None):
            self._edit(whole, "around", owner, "getattr(", f", {quote}{found.attribute}{quote}, {text})")
        elif default is None or not found.optional or self._usage.values.value(default) is None and text == "None":
            self._edit(whole, "replace_tail", owner, f".{found.attribute}")
        elif isinstance(default, (cst.Dict, cst.List)) and inner is not None and inner.is_object:
            self._edit(whole, "replace_tail", owner, f".{found.attribute}")
            inner = replace(inner, may_miss=True)
        else:
            before, after = ("", "") if self._stands_free(whole) else ("(", ")")
            self._edit(whole, "around", owner, before, f".{found.attribute} or {text}{after}")
        self._push(whole, inner)

    def _stands_free(self, node: cst.BaseExpression) -> bool:
        """Whether an expression may be any other without parentheses around it."""
        parent = self._tree.parents[node]
        free = (cst.Assign, cst.AnnAssign, cst.AugAssign, cst.Return, cst.Arg, cst.Element, cst.Expr, cst.DictElement, cst.If, cst.While)
        return bool(node.lpar) or (isinstance(parent, free) and not (isinstance(parent, cst.Arg) and parent.star))

    def _to_plain_dict(self, call: cst.Call, node: cst.Attribute, shape: Shape) -> None:
        """`answer.to_dict_recursive()`, and `to_dict()`, which there is again."""
        if node.attr.value != "to_dict":
            self._note(node, node.value, ".to_dict()")
            self._edit(node, "replace_tail", node.value, ".to_dict")

    def _as_dict_here(self, node: cst.BaseExpression, shape: Shape) -> None:
        """Reads from the dict that it was: `answer.items()`."""
        owner = node.value if isinstance(node, (cst.Attribute, cst.Subscript)) else node
        if isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute):
            owner = node.func.value
        if shape.form == "stream":
            self._stop(node, "the answer may come in chunks, and is used as a dict")
        else:
            self._edit(owner, "append", ".to_dict()")

    def _from_dict(self, call: cst.Call, node: cst.Attribute, shape: Shape) -> None:
        if node.attr.value == "values" and not self._is_order_lost(call):
            self._stop(node, "its values come in another order than in 0.x")
        self._note(node, node.value, f".to_dict().{node.attr.value}()")
        self._as_dict_here(node, shape)

    def _is_order_lost(self, call: cst.Call) -> bool:
        """Whether a call is all that a function is given which asks for no order: `max(scores.values())`."""
        arg = self._tree.parents[call]
        taker = self._tree.parents[arg]
        names = self._resolver.names(taker.func) if isinstance(arg, cst.Arg) and isinstance(taker, cst.Call) else frozenset()
        return not (isinstance(arg, cst.Arg) and arg.star) and bool(names & _WITHOUT_ORDER)

    def _changed(self, call: cst.Call, node: cst.Attribute, shape: Shape) -> None:
        self._stop(node, "the answer is changed as a dict")

    def _subscript(self, node: cst.Subscript, shape: Shape) -> None:
        index = index_of(node)
        if shape.form in ("list", "tuple"):
            value = self._usage.values.value(index) if index is not None else None
            if shape.form == "list":
                self._push(node, shape if index is None else shape.of)
            elif isinstance(value, int) and -len(shape.parts) <= value < len(shape.parts):
                self._push(node, shape.parts[value])
            return
        if not shape.is_object:
            return
        if index is None:
            if shape.form == "page":
                self._stop(node, "a page has no slices")
            return
        key = self._usage.values.value(index)
        if isinstance(key, str):
            known = field(shape.type, key)
            self._note(node, node.value, f".{known.attribute if known is not None else key}")
        if isinstance(key, int) and shape.form == "page":
            self._edit(node.value, "append", ".data")
            self._push(node, shape.item)
            return
        if isinstance(self._tree.parents[node], cst.Del):
            self._stop(node, "the answer is changed as a dict")
            return
        if not isinstance(key, str):
            if self._tree.is_store(node):
                self._stop(node, "the answer is changed as a dict")
            else:
                self._as_dict_here(node, shape)
            return
        found = self._field(node, shape, key)
        attribute = found.attribute if found is not None else key
        if not attribute.isidentifier():
            self._stop(node, f"an answer has no attribute for {key!r}")
            return
        if found is not None and found.optional and self._minds_absence(node):
            self._stop(node, f"`{attribute}` is None where 0.x raised KeyError")
            return
        if found is None and self._minds_absence(node):
            self._stop(node, f"where `{attribute}` is missing, another error is raised than in 0.x")
            return
        if shape.may_miss and not self._tree.is_store(node):
            self._stop(node, "it may be None, which has no attributes")
            return
        self._edit(node, "replace_tail", node.value, f".{attribute}")
        if found is not None:
            self._push(node, _shape(found, shape))

    def _minds_absence(self, node: cst.CSTNode) -> bool:
        """Whether a clause around a node waits for a KeyError."""
        inside = node
        for around in self._tree.ancestors(node):
            if isinstance(around, (cst.FunctionDef, cst.Lambda)):
                return False
            if isinstance(around, cst.Try) and inside is around.body:
                types = [handler.type for handler in around.handlers if handler.type is not None]
                if any({"builtins.KeyError", "builtins.LookupError", "builtins.AttributeError"} & self._classes(t) for t in types):
                    return True
            inside = around
        return False

    def _classes(self, types: cst.BaseExpression) -> set[str]:
        parts = [element.value for element in types.elements] if isinstance(types, (cst.Tuple, cst.List)) else [types]
        return {name for part in parts for name in self._resolver.names(part)}

    def _asked_for_key(self, target: cst.ComparisonTarget, node: cst.BaseExpression, shape: Shape) -> None:
        """`"content" in delta`"""
        if not isinstance(target.operator, (cst.In, cst.NotIn)) or not shape.is_object:
            return
        whole = self._tree.parents[target]
        assert isinstance(whole, cst.Comparison)
        key = self._usage.values.text(whole.left)
        if key is None or len(whole.comparisons) != 1 or shape.form == "stream":
            self._stop(node, "which key is asked for cannot be seen")
            return
        negated = isinstance(target.operator, cst.NotIn)
        self._note(whole, node, f".{key} is {'' if negated else 'not '}None")
        self._is_there(whole, node, key, negated, shape)

    def _is_there(self, whole: cst.BaseExpression, owner: cst.BaseExpression, key: str, negated: bool, shape: Shape) -> None:
        """Asks in place of an expression whether an object has a field."""
        found = self._field(whole, shape, key)
        text = self._draft.text(owner)
        if found is not None and not shape.may_miss:
            asked = f".{found.attribute} is {'' if negated else 'not '}None"
            if isinstance(self._tree.parents[whole], (cst.UnaryOperation, cst.Comparison)) and not whole.lpar:
                self._edit(whole, "only", owner, "(", f"{asked})")
            else:
                self._edit(whole, "only", owner, "", asked)
        elif key.isidentifier():
            quote = self._draft.quote_at(whole)
            self._edit(whole, "only", owner, f"{'not ' if negated else ''}hasattr(", f", {quote}{key}{quote})")
        else:
            self._stop(whole, f"`{text}` has no attribute for {key!r}")

    def _operand(self, node: cst.BinaryOperation, operand: cst.BaseExpression, shape: Shape) -> None:
        if isinstance(node.operator, cst.Modulo) and operand is node.right:
            self._shown(operand, shape)
        elif shape.form in ("list", "page"):
            self._hand_on(operand, shape)

    # Handing over.

    def _argument(self, call: cst.Call, arg: cst.Arg, node: cst.BaseExpression, shape: Shape) -> None:
        names = self._usage.clients.names(call.func)
        last = last_part(call.func)
        place = next((index for index, each in enumerate(call.args) if each is arg), 0)
        if arg.star:
            if arg.star == "*" and shape.form == "list" and names & {"asyncio.gather"}:
                self._push(call, self._gathered(shape.of))
            elif shape.form == "tuple":
                self._stop(node, "the answer is handed on to where it cannot be followed")
            else:
                self._hand_on(node, shape)
        elif names & _TEXT or (last in _LOGGING and isinstance(call.func, cst.Attribute)):
            self._shown(node, shape)
        elif names & _JSON and place == 0 or names & _DICTS:
            self._hand_on(node, shape)
        elif names & {"builtins.hasattr", "builtins.getattr"} and place == 0 and shape.is_object:
            self._asked_by_name(call, node, shape)
        elif names & {"builtins.isinstance"} and place == 0:
            kinds = {name for each in call.args[1:] for name in self._classes(each.value)}
            if kinds & {"builtins.dict", "builtins.list"} and shape.is_object:
                self._stop(node, "the answer is no dict any more")
        elif names & _ASKS or (names & {"builtins.len"} and not shape.is_object):
            pass
        elif names & _SAME and (place == 0 or names & {"builtins.filter"}):
            item = shape.item if shape.form in ("stream", "page") else None
            if shape.form == "object":
                if names & {"copy.copy", "copy.deepcopy"}:
                    self._push(call, shape)
                else:
                    self._hand_on(node, shape)
            else:
                self._push(call, several(item) if item is not None and names & _MATERIALIZES else shape)
            self._keyed(call, shape)
        elif names & _FIRST and shape.item is not None:
            self._push(call, pending(shape.item) if names & {"builtins.anext"} else shape.item)
            self._keyed(call, shape)
        elif names & {"builtins.enumerate"}:
            self._push(call, several(Shape("tuple", parts=(None, shape.item))))
        elif names & {"builtins.zip"}:
            parts = [None] * len(call.args)
            known = [
                next((each.item for each in self.shapes.get(other.value, ()) if each.item), None) if other is not arg else shape.item
                for other in call.args
            ]
            self._push(call, several(Shape("tuple", parts=tuple(known or parts))))
        elif names & {"builtins.map"}:
            self._mapped(call, place, node, shape)
        elif names & _RUNS or last == "run_until_complete":
            self._push(call, shape.of if shape.form == "pending" else shape)
        elif names & _STARTS or last in ("create_task", "run_coroutine_threadsafe", "wait_for"):
            self._push(call, shape)
        elif names & {"asyncio.gather"}:
            self._push(call, self._gathered(shape))
        elif names & {"asyncio.as_completed", "concurrent.futures.as_completed"}:
            self._push(call, shape)
        elif shape.form == "function":
            self._function_handed(call, place, node, shape, names, last)
        else:
            self._to_function(call, node, shape)

    def _gathered(self, shape: Shape | None) -> Shape | None:
        return pending(several(shape.of)) if shape is not None and shape.form == "pending" else None

    def _keyed(self, call: cst.Call, shape: Shape) -> None:
        """`sorted(data, key=lambda each: each["index"])`"""
        for arg in call.args:
            is_first = arg is call.args[0] and isinstance(arg.value, cst.Lambda)
            if ((arg.keyword is not None and arg.keyword.value == "key") or is_first) and shape.item is not None:
                self._called_with(arg.value, shape.item)

    def _called_with(self, called: cst.BaseExpression, shape: Shape) -> None:
        """Hands something to the first parameter of a lambda, or of a function of the program."""
        if isinstance(called, cst.Lambda) and called.params.params:
            self._read_names(called.params.params[0].name, called.params.params[0], shape, called)
        else:
            for each in self._resolver.definitions.functions(self._resolver.names(called)):
                if each.params.params:
                    self._read_names(each.params.params[0].name, each.params.params[0], shape, called)

    def _mapped(self, call: cst.Call, place: int, node: cst.BaseExpression, shape: Shape) -> None:
        if place == 0 and shape.form == "function":
            self._push(call, several(shape.of))
        elif place == 1 and shape.item is not None:
            self._called_with(call.args[0].value, shape.item)

    def _function_handed(
        self, call: cst.Call, place: int, node: cst.BaseExpression, shape: Shape, names: frozenset[str], last: str
    ) -> None:
        """What comes of a function that is handed over: of `asyncio.to_thread(function)`, `pool.submit(function)`."""
        of = shape.of
        assert of is not None
        if names & {"functools.partial", "functools.lru_cache", "functools.cache", "functools.wraps"}:
            self._push(call, shape)
        elif names & {"asyncio.to_thread", "anyio.to_thread.run_sync"} or last in ("to_thread", "run_in_executor"):
            self._push(call, pending(of))
        elif last in ("submit", "apply_async", "run_coroutine_threadsafe"):
            self._push(call, pending(of))
        elif last in ("map", "imap", "imap_unordered", "starmap") and place == 0:
            self._push(call, several(of))
        elif last == "apply":
            self._push(call, of)
        elif isinstance(call.func, cst.Call):
            self._push(call, shape)  # `retry(...)(function)`
        elif names & {"threading.Thread"} or last in ("Thread", "Timer"):
            pass
        else:
            self._to_function(call, node, shape)

    def _to_function(self, call: cst.Call, node: cst.BaseExpression, shape: Shape) -> None:
        """What a function of the program does with it, or else what it was."""
        graph = self._resolver.calls
        functions = graph.functions(call)
        taken = False
        for each in functions:
            params = [*each.params.posonly_params, *each.params.params, *each.params.kwonly_params]
            for param in params:
                if graph.argument_for(call, each, param) is node:
                    self._read_names(param.name, param, shape, node)
                    taken = True
        if not taken and self._is_gotten_back(call, shape):
            return
        if not taken:
            self._hand_on(node, shape)

    def _is_gotten_back(self, call: cst.Call, shape: Shape) -> bool:
        """Whether something unknown is handed a function or coroutine and its own answer is not used."""
        return shape.form in ("function", "pending") and isinstance(self._tree.parents[call], cst.Expr)

    def _asked_by_name(self, call: cst.Call, node: cst.BaseExpression, shape: Shape) -> None:
        """`hasattr(delta, "content")`, `getattr(delta, "content", "")`"""
        key = self._usage.values.text(call.args[1].value) if len(call.args) > 1 else None
        if key is None:
            return
        if last_part(call.func) == "hasattr":
            found = field(shape.type, key)
            if found is not None and found.optional:
                self._is_there(call, node, key, False, shape)
        elif len(call.args) == 3:
            found = field(shape.type, key)
            text = self._draft.text(call.args[2].value)
            if found is not None and found.optional and text != "None":
                before, after = ("", "") if self._stands_free(call) else ("(", ")")
                self._edit(call, "only", node, before, f".{found.attribute} or {text}{after}")
                self._push(call, _shape(found, shape))
            elif found is not None:
                self._push(call, _shape(found, shape))

    def _element(self, element: cst.Element, node: cst.BaseExpression, shape: Shape) -> None:
        display = self._tree.parents[element]
        holder = self._tree.parents.get(display)
        if isinstance(display, cst.Tuple) and isinstance(holder, (cst.Return, cst.Yield)):
            parts = tuple(
                shape if each is element else next(iter(self.shapes.get(each.value, ())), None) for each in display.elements
            )
            self._push(display, Shape("tuple", parts=parts))
        elif isinstance(display, cst.Tuple) and isinstance(holder, cst.Assign):
            for target in holder.targets:
                into = target.target
                if isinstance(into, (cst.Tuple, cst.List)) and len(into.elements) == len(display.elements):
                    index = next(number for number, each in enumerate(display.elements) if each is element)
                    self._bind(into.elements[index].value, shape, node)
                else:
                    self._hand_on(node, shape)
        elif shape.form in ("pending", "function"):
            if isinstance(display, (cst.List, cst.Tuple)):
                self._push(display, several(shape))
        else:
            self._hand_on(node, shape)

    def _starred(self, element: cst.StarredElement, node: cst.BaseExpression, shape: Shape) -> None:
        if shape.form == "page":
            self._edit(node, "append", ".data")
            shape = several(shape.item)
        self._hand_on(node, shape)

    # Names.

    def _bind(self, target: cst.BaseExpression, shape: Shape, value: cst.BaseExpression) -> None:
        if isinstance(target, cst.Name):
            self._read_names(target, target, shape, value)
        elif isinstance(target, cst.Attribute):
            self._attributes.setdefault(target.attr.value, set()).add(value)
            for read in self._tree.named(target.attr.value):
                if isinstance(read, cst.Attribute) and not self._tree.is_store(read) and self._tree.is_own(read):
                    self._push(read, shape)
        elif isinstance(target, (cst.Tuple, cst.List)):
            for index, element in enumerate(target.elements):
                part = shape.of if shape.form == "list" else shape.item
                if shape.form == "tuple":
                    part = shape.parts[index] if index < len(shape.parts) else None
                if isinstance(element, cst.StarredElement):
                    part = several(part) if part is not None else None
                if part is not None:
                    self._bind(element.value, part, value)
        elif isinstance(target, cst.Subscript):
            if shape.form in ("pending", "function"):
                self._stop(target, "the answer is kept where it cannot be followed")
            else:
                self._hand_on(value, shape)

    def _read_names(self, name: cst.Name, node: cst.CSTNode, shape: Shape, value: cst.BaseExpression) -> None:
        """Goes on to where a variable is read that gets something by a target or parameter."""
        self._bound.setdefault(node, set()).add(value)
        for use in self._tree.uses_of(name):
            if self._tree.is_store(use):
                continue
            if any(binding.node is node for binding in self._resolver.bindings(use)):
                self._read.add(use)
                self._push(use, shape)

    def _iterate(self, loop: cst.For | cst.CompFor, node: cst.BaseExpression, shape: Shape) -> None:
        if shape.form == "object":
            self._hand_on(node, shape)
        elif shape.form == "page":
            self._edit(node, "append", ".data")
            self._bind(loop.target, shape.item, node) if shape.item else None
        elif shape.item is not None:
            self._bind(loop.target, shape.item, node)

    def _returned(self, statement: cst.Return, node: cst.BaseExpression, shape: Shape) -> None:
        unit = self._tree.unit(statement)
        if isinstance(unit, cst.FunctionDef) and not self._tree.nodes_in(unit, cst.Yield):
            self._returning.setdefault(unit, set()).add(node)
            self._comes_of(unit, pending(shape) if unit.asynchronous is not None else shape, node)

    def _yielded(self, node: cst.Yield | cst.From, value: cst.BaseExpression, shape: Shape) -> None:
        unit = self._tree.unit(node)
        if isinstance(unit, cst.FunctionDef):
            if unit.decorators and any("fixture" in last_part(_called(each.decorator)) for each in unit.decorators):
                self._stop(value, "the answer is handed on to where it cannot be followed")
            self._comes_of(unit, shape, value)

    def _comes_of(self, unit: cst.FunctionDef, shape: Shape, value: cst.BaseExpression) -> None:
        """Goes on to where a function is called, read as a property, or handed over."""
        if any(True for _ in self._usage.importers.of(unit)):
            self._stop(value, f"other files use what `{unit.name.value}` returns")
        for call in self._resolver.calls.of(unit):
            if self._tree.is_own(call) and unit in self._resolver.calls.functions(call):
                self._push(call, shape)
        for read in self._resolver.calls.reads_of(unit):
            self._push(read, shape)
        for decorator in unit.decorators:
            self._decorated(decorator.decorator, function(shape), value)
        name = self._resolver.definitions.name(unit)
        for mention in self._tree.named(unit.name.value):
            parent = self._tree.parents[mention]
            is_called = isinstance(parent, cst.Call) and parent.func is mention
            if mention is unit.name or is_called or self._tree.is_store(mention) or self._tree.is_label(mention):
                continue
            if name in self._resolver.names(mention) and self._tree.is_own(mention):
                self._push(mention, function(shape))

    def _decorated(self, decorator: cst.BaseExpression, shape: Shape, value: cst.BaseExpression) -> None:
        """Goes on into a decorator of the program, be it one that a function makes."""
        named = decorator.func if isinstance(decorator, cst.Call) else decorator
        functions = list(self._resolver.definitions.functions(self._resolver.names(named)))
        if isinstance(decorator, cst.Call):
            returned = (inner for each in functions for inner in self._resolver.returned_values(each))
            functions = [made for each in returned for made in self._resolver.definitions.functions(self._resolver.names(each))]
        for each in functions:
            if each.params.params:
                self._read_names(each.params.params[0].name, each.params.params[0], shape, value)

    # What is one thing at one time, and another at another.

    def mixed(self) -> set[cst.CSTNode]:
        """The expressions whose value comes to a name, attribute or caller that may get something else from elsewhere."""
        found: set[cst.CSTNode] = set()
        for use in self._read:
            bindings = self._resolver.bindings(use)
            if not all(self._fits(binding) for binding in bindings):
                found |= {value for binding in bindings for value in self._bound.get(binding.node, ())}
        for name, values in self._attributes.items():
            if not all(value in values or self._is_neutral(value) for value in self._stored(name)):
                found |= values
        for unit, values in self._returning.items():
            others = [value for value in self._resolver.returned_values(unit) if value not in values]
            if not all(self._is_neutral(value) for value in others):
                found |= values
        return {node for node in found if not self._is_only_iterated(node)}

    def _is_only_iterated(self, node: cst.CSTNode) -> bool:
        parent = self._tree.parents.get(node)
        return isinstance(parent, (cst.For, cst.CompFor)) and parent.iter is node

    def _fits(self, binding: Binding) -> bool:
        if binding.node in self._bound:
            return binding.kind != "parameter" or self._gets_nothing_else(binding)
        if binding.kind in ("delete", "import", "class"):
            return binding.kind == "delete"
        return binding.value is not None and binding.kind in ("assign", "annotated") and self._is_neutral(binding.value)

    def _gets_nothing_else(self, binding: Binding) -> bool:
        unit = self._tree.scopes[binding.node].node
        if not isinstance(unit, cst.FunctionDef) or not isinstance(binding.node, cst.Param):
            return True
        graph = self._resolver.calls
        given = (graph.argument_for(call, unit, binding.node) for call in graph.of(unit))
        return all(value is None or value in self.shapes or self._is_neutral(value) for value in given)

    def _is_neutral(self, value: cst.BaseExpression) -> bool:
        """Whether it is handled like nothing: None, a plain value, an empty list."""
        if isinstance(value, cst.Tuple):
            return True
        if isinstance(value, (cst.List, cst.ListComp)):
            return isinstance(value, cst.List) and not value.elements
        if value in self.shapes or isinstance(value, (cst.SimpleString, cst.FormattedString, cst.ConcatenatedString)):
            return True
        return isinstance(value, (cst.Name, cst.Integer, cst.Float)) and (
            not isinstance(value, cst.Name) or value.value in ("None", "True", "False")
        )

    def _stored(self, name: str) -> Iterator[cst.BaseExpression]:
        for node in self._tree.own.get(cst.Assign, ()):
            assert isinstance(node, cst.Assign)
            if any(isinstance(each.target, cst.Attribute) and each.target.attr.value == name for each in node.targets):
                yield node.value

    # Writing.

    def write(self) -> None:
        for node, reason in self._stops.items():
            self._draft.stop(node, reason)
        for (node, _), edits in sorted(self._edits.items(), key=lambda entry: entry[0][1]):
            chosen = next(iter(edits)) if len(edits) == 1 else _for_all(edits)
            if chosen is None:
                self._draft.stop(node, "it may be one of several things here")
                continue
            kind, arguments = chosen
            _WRITERS[kind](self._draft, node, *arguments)


_MATERIALIZES = {"builtins.list", "builtins.tuple", "builtins.sorted", "builtins.reversed"}
_GONE = {"response_ms", "openai_id", "api_key", "api_base_override", "typed_api_type", "api_type", "engine"}
_METHODS: dict[str, Callable[[_Round, cst.Call, cst.Attribute, Shape], None]] = {
    "get": _Round._get,
    "to_dict_recursive": _Round._to_plain_dict,
    "to_dict": _Round._to_plain_dict,
    **dict.fromkeys(("keys", "values", "items", "__getitem__", "__contains__"), _Round._from_dict),
    **dict.fromkeys(("pop", "update", "setdefault", "popitem", "clear", "__setitem__", "refresh", "wait"), _Round._changed),
}


def _for_all(edits: Iterable[_Edit]) -> _Edit | None:
    """Of several ways to read something, that which suits answers of all kinds: by a name and a default."""
    return next((edit for edit in edits if edit[0] == "around" and "getattr(" in edit[1]), None)


def _called(node: cst.BaseExpression) -> cst.BaseExpression:
    return node.func if isinstance(node, cst.Call) else node


def _write_around(draft: Draft, node: cst.BaseExpression, owner: cst.BaseExpression, before: str, after: str) -> None:
    """Puts text before an expression that another one begins with, and other text in place of what stands behind it."""
    draft.replace_tail(node, owner, after)
    with draft.or_stop(node):
        draft.add(draft.editor.insert_before(node, before))


def _write_only(draft: Draft, node: cst.BaseExpression, owner: cst.BaseExpression, before: str, after: str) -> None:
    """Leaves of an expression only one that stands in it, with text on both sides."""
    with draft.or_stop(node):
        draft.add(*draft.editor.keep_only(node, owner, before, after))


_WRITERS: dict[str, Callable[..., None]] = {
    "append": Draft.append,
    "wrap": Draft.wrap,
    "replace_tail": Draft.replace_tail,
    "around": _write_around,
    "only": _write_only,
}


def _shape(found: Field, of: Shape) -> Shape | None:
    """What a field holds, as far as it is to be followed."""
    if not found.type:
        return None
    one = Shape("object", found.type, limit=of.limit if of.form == "page" else None)
    return several(one) if found.is_list else one
