"""How the fields of answers are read, and asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from oaklint.python import cst
from oaklint.python.names import Resolver
from oaklint.python.tree import index_of, last_part
from oaklint.sdk.answers import SENT_WITH_ANSWERS, Field, field
from oaklint.usage.migration.answers.record import Record
from oaklint.usage.migration.answers.shapes import Shape, held_by, several

if TYPE_CHECKING:
    from oaklint.usage.usage import Usage

_WITHOUT_ORDER = {f"builtins.{name}" for name in ("any", "all", "max", "min", "sum", "len", "sorted", "set", "frozenset")}
_ABSENT = {"builtins.KeyError", "builtins.LookupError", "builtins.AttributeError"}
# What a 0.x answer told about the request.
_GONE = {"response_ms", "openai_id", "api_key", "api_base_override", "typed_api_type", "api_type", "engine"}

Push: TypeAlias = "Callable[[cst.BaseExpression, Shape | None], None]"


class Fields:
    """Rewrites what reads them. push: goes on with what is read."""

    def __init__(self, usage: Usage, record: Record, push: Push) -> None:
        self._usage = usage
        self._tree = usage.tree
        self._resolver = usage.resolver
        self._draft = record.draft
        self._record = record
        self._push = push

    def attribute(self, node: cst.Attribute, shape: Shape) -> None:
        name, call = node.attr.value, self._tree.parents[node]
        called = call if isinstance(call, cst.Call) and call.func is node else None
        if shape.form == "pending":
            if called is not None and name == "result":
                self._push(called, shape.of)
            return
        if shape.form == "list":
            if called is not None and name in ("pop", "copy", "popleft", "__getitem__", "get", "values"):
                self._push(called, shape if name in ("copy", "values") else shape.of)
            elif called is not None and name == "items":
                self._push(called, several(Shape("tuple", parts=(None, shape.of))))
            return
        if shape.keys and called is not None and name in ("get", "pop") and called.args:
            if (key := self._usage.values.text(called.args[0].value)) in shape.keys:
                self._push(called, shape.parts[shape.keys.index(key)])
            return
        if shape.form == "dict":
            self._attribute_of_dict(node, called, shape)
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
            self._record.stop(node, f"an answer has no `{name}` any more: `client.with_raw_response` tells the headers")
        elif (found := self._field(node, shape, name)) is not None:
            if found.attribute != name:
                self._record.replace_tail(node, node.value, f".{found.attribute}")
            self._push(node, held_by(found, shape))

    def _attribute_of_dict(self, node: cst.Attribute, called: cst.Call | None, shape: Shape) -> None:
        """`answer.choices`, where the answer is a plain dict, which has no attributes for its keys."""
        name = node.attr.value
        if called is None or not hasattr(dict, name):
            found, quote = field(shape.type, name), self._draft.quote_at(node)
            if called is not None and name in ("to_dict", "to_dict_recursive"):
                self._record.only(called, node.value, "", "")
                self._push(called, shape)
                return
            self._record.replace_tail(node, node.value, f"[{quote}{name}{quote}]")
            self._push(node, held_by(found, shape) if found is not None else None)
        elif name == "copy":
            self._push(called, shape)
        elif name in ("get", "pop") and called.args:
            self._push_key(called, called.args[0].value, shape)

    def _push_key(self, node: cst.BaseExpression, key: cst.BaseExpression, shape: Shape) -> None:
        """Goes on with what a plain dict holds for a key."""
        text = self._usage.values.text(key)
        found = field(shape.type, text) if text is not None else None
        self._push(node, held_by(found, shape) if found is not None else None)

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
        self._record.note(whole, owner, f".{found.attribute if found is not None else key}")
        if found is None:
            if not key.isidentifier():
                self._record.stop(whole, f"an answer has no attribute for {key!r}")
                return
            self._record.around(whole, owner, "getattr(", f", {quote}{key}{quote}, {text})")
            return
        inner = held_by(found, shape)
        if shape.may_miss:
            self._record.around(whole, owner, "getattr(", f", {quote}{found.attribute}{quote}, {text})")
        elif default is None and found.optional and inner is not None and not self._is_sent(key, shape):
            self._record.replace_tail(whole, owner, f".{found.attribute}")
            inner = replace(inner, optional=True)
        elif default is None or not found.optional or (self._usage.values.value(default) is None and text == "None"):
            self._record.replace_tail(whole, owner, f".{found.attribute}")
        elif isinstance(default, (cst.Dict, cst.List)) and inner is not None and inner.is_object:
            self._record.replace_tail(whole, owner, f".{found.attribute}")
            inner = replace(inner, may_miss=True)
        else:
            before, after = ("", "") if self._stands_free(whole) else ("(", ")")
            self._record.around(whole, owner, before, f".{found.attribute} or {text}{after}")
        self._push(whole, inner)

    @staticmethod
    def _is_sent(name: str, shape: Shape) -> bool:
        """Whether a field is there, whatever the SDK allows for."""
        return name in SENT_WITH_ANSWERS and shape.form in ("object", "stream") and not shape.type.endswith(("Chunk", "Delta"))

    def _stands_free(self, node: cst.BaseExpression) -> bool:
        """Whether an expression may be any other without parentheses around it."""
        parent = self._tree.parents[node]
        free = (
            cst.Assign,
            cst.AnnAssign,
            cst.AugAssign,
            cst.Return,
            cst.Arg,
            cst.Element,
            cst.Expr,
            cst.DictElement,
            cst.If,
            cst.While,
        )
        return bool(node.lpar) or (isinstance(parent, free) and not (isinstance(parent, cst.Arg) and parent.star))

    def _to_plain_dict(self, call: cst.Call, node: cst.Attribute, shape: Shape) -> None:
        """`answer.to_dict_recursive()`, and `to_dict()`, which there is again."""
        if node.attr.value != "to_dict":
            self._record.note(node, node.value, ".to_dict()")
            self._record.replace_tail(node, node.value, ".to_dict")

    def _as_dict_here(self, node: cst.BaseExpression, shape: Shape) -> None:
        """Reads from the dict that it was: `answer.items()`."""
        owner = node.value if isinstance(node, (cst.Attribute, cst.Subscript)) else node
        if isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute):
            owner = node.func.value
        if shape.form == "stream":
            self._record.stop(node, "the answer may come in chunks, and is used as a dict")
        elif isinstance(node, cst.Attribute):
            self._record.replace_tail(node, owner, f".to_dict().{node.attr.value}")
        else:
            self._record.append(owner, ".to_dict()")

    def _from_dict(self, call: cst.Call, node: cst.Attribute, shape: Shape) -> None:
        if node.attr.value == "values" and not self._is_order_lost(call):
            self._record.stop(node, "its values come in another order than in 0.x")
        self._record.note(node, node.value, f".to_dict().{node.attr.value}()")
        self._as_dict_here(node, shape)

    def _is_order_lost(self, call: cst.Call) -> bool:
        """Whether a call is all that a function is given which asks for no order: `max(scores.values())`."""
        arg = self._tree.parents[call]
        taker = self._tree.parents[arg]
        names = self._resolver.names(taker.func) if isinstance(arg, cst.Arg) and isinstance(taker, cst.Call) else frozenset()
        return not (isinstance(arg, cst.Arg) and arg.star) and bool(names & _WITHOUT_ORDER)

    def _changed(self, call: cst.Call, node: cst.Attribute, shape: Shape) -> None:
        self._record.stop(node, "the answer is changed as a dict")

    def subscript(self, node: cst.Subscript, shape: Shape) -> None:
        index = index_of(node)
        if shape.form in ("list", "tuple"):
            value = self._usage.values.value(index) if index is not None else None
            if shape.form == "list":
                self._push(node, shape if index is None else shape.of)
            elif value in shape.keys:
                self._push(node, shape.parts[shape.keys.index(value)])
            elif isinstance(value, int) and -len(shape.parts) <= value < len(shape.parts):
                self._push(node, shape.parts[value])
            return
        if shape.form == "dict" and index is not None:
            self._push_key(node, index, shape)
        if not shape.is_object:
            return
        if index is None:
            if shape.form == "page":
                self._record.stop(node, "a page has no slices")
            return
        key = self._usage.values.value(index)
        if isinstance(key, str):
            known = field(shape.type, key)
            self._record.note(node, node.value, f".{known.attribute if known is not None else key}")
        if isinstance(key, int) and shape.form == "page":
            self._record.append(node.value, ".data")
            self._push(node, shape.item)
            return
        if isinstance(self._tree.parents[node], cst.Del):
            self._record.stop(node, "the answer is changed as a dict")
            return
        if not isinstance(key, str):
            if self._tree.is_store(node):
                self._record.stop(node, "the answer is changed as a dict")
            else:
                self._as_dict_here(node, shape)
            return
        found = self._field(node, shape, key)
        attribute = found.attribute if found is not None else key
        if not attribute.isidentifier():
            self._record.stop(node, f"an answer has no attribute for {key!r}")
            return
        if found is not None and found.optional and not self._is_sent(key, shape) and self._minds_absence(node):
            if not self._catch_absence(node):
                self._record.stop(node, f"`{attribute}` is None where 0.x raised KeyError")
                return
        if found is None and self._minds_absence(node):
            self._record.stop(node, f"where `{attribute}` is missing, another error is raised than in 0.x")
            return
        if shape.may_miss and not self._tree.is_store(node):
            self._record.stop(node, "it may be None, which has no attributes")
            return
        self._record.replace_tail(node, node.value, f".{attribute}")
        if found is not None:
            self._push(node, held_by(found, shape))

    def _field(self, node: cst.CSTNode, shape: Shape, name: str) -> Field | None:
        """What an object has for a name on the wire."""
        if shape.limit is not None and name not in shape.limit and not (shape.form == "page" and name == "data"):
            self._record.stop(node, f"the answer has no `{name}` any more")
        return field(shape.type, name)

    def _minds_absence(self, node: cst.CSTNode) -> bool:
        """Whether a clause around a node waits for a KeyError."""
        return any(True for _ in self._waiting(node))

    def _waiting(self, node: cst.CSTNode) -> Iterator[cst.ExceptHandler]:
        """The clauses around a node that wait for a KeyError, the innermost first."""
        inside = node
        for around in self._tree.ancestors(node):
            if isinstance(around, (cst.FunctionDef, cst.Lambda)):
                return
            if isinstance(around, cst.Try) and inside is around.body:
                for handler in around.handlers:
                    if handler.type is not None and _ABSENT & classes_named(handler.type, self._resolver):
                        yield handler
            inside = around

    def _catch_absence(self, node: cst.BaseExpression) -> bool:
        """Makes the clause that waits for a KeyError catch what is raised instead, where something is read of what may be None.
        Whether it does.
        """
        reader, handler = self._tree.parents[node], next(self._waiting(node))
        types = handler.type
        if not isinstance(reader, (cst.Subscript, cst.Attribute)) or reader.value is not node or types is None:
            return False
        if "builtins.AttributeError" in classes_named(types, self._resolver):
            return True
        if isinstance(types, cst.Tuple) and types.elements:
            self._record.append(types.elements[-1].value, ", AttributeError")
        elif isinstance(types, cst.Name):
            self._record.wrap(types, "(", ", AttributeError)")
        else:
            return False
        return True

    def asked_for_key(self, target: cst.ComparisonTarget, node: cst.BaseExpression, shape: Shape) -> None:
        """`"content" in delta`"""
        if not isinstance(target.operator, (cst.In, cst.NotIn)) or not shape.is_object:
            return
        whole = self._tree.parents[target]
        assert isinstance(whole, cst.Comparison)
        key = self._usage.values.text(whole.left)
        if key is None or len(whole.comparisons) != 1 or shape.form == "stream":
            self._record.stop(node, "which key is asked for cannot be seen")
            return
        negated = isinstance(target.operator, cst.NotIn)
        known = field(shape.type, key) is not None
        self._record.note(whole, node, f".{key} is {'' if negated else 'not '}None" if known else f"hasattr(..., '{key}')")
        self._is_there(whole, node, key, negated, shape)

    def _is_there(self, whole: cst.BaseExpression, owner: cst.BaseExpression, key: str, negated: bool, shape: Shape) -> None:
        """Asks in place of an expression whether an object has a field."""
        found = self._field(whole, shape, key)
        text = self._draft.text(owner)
        if found is not None and not shape.may_miss:
            outside = self._tree.parents[whole]
            if isinstance(outside, cst.UnaryOperation) and isinstance(outside.operator, cst.Not) and not outside.lpar:
                whole, negated = outside, not negated
            asked = f".{found.attribute} is {'' if negated else 'not '}None"
            if isinstance(self._tree.parents[whole], (cst.UnaryOperation, cst.Comparison)) and not whole.lpar:
                self._record.only(whole, owner, "(", f"{asked})")
            else:
                self._record.only(whole, owner, "", asked)
        elif key.isidentifier():
            quote = self._draft.quote_at(whole)
            self._record.only(whole, owner, f"{'not ' if negated else ''}hasattr(", f", {quote}{key}{quote})")
        else:
            self._record.stop(whole, f"`{text}` has no attribute for {key!r}")

    def asked_by_name(self, call: cst.Call, node: cst.BaseExpression, shape: Shape) -> None:
        """`hasattr(delta, "content")`, `getattr(delta, "content", "")`"""
        key = self._usage.values.text(call.args[1].value) if len(call.args) > 1 else None
        if key is None:
            return
        if shape.form == "dict":
            self._asked_of_dict(call, node, shape)
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
                self._record.only(call, node, before, f".{found.attribute} or {text}{after}")
                self._push(call, held_by(found, shape))
            elif found is not None:
                self._push(call, held_by(found, shape))

    def _asked_of_dict(self, call: cst.Call, node: cst.BaseExpression, shape: Shape) -> None:
        key, *default = (self._draft.text(arg.value) for arg in call.args[1:])
        if last_part(call.func) == "hasattr":
            before, after = ("", "") if self._stands_free(call) else ("(", ")")
            self._record.only(call, node, f"{before}{key} in ", after)
        else:
            self._record.only(call, node, "", f".get({key}, {default[0]})" if default else f"[{key}]")
            self._push_key(call, call.args[1].value, shape)


_Method: TypeAlias = "Callable[[Fields, cst.Call, cst.Attribute, Shape], None]"
_METHODS: dict[str, _Method] = {
    "get": Fields._get,
    "to_dict_recursive": Fields._to_plain_dict,
    "to_dict": Fields._to_plain_dict,
    **dict.fromkeys(("keys", "values", "items", "__getitem__", "__contains__"), Fields._from_dict),
    **dict.fromkeys(("pop", "update", "setdefault", "popitem", "clear", "__setitem__", "refresh", "wait"), Fields._changed),
}


def classes_named(types: cst.BaseExpression, resolver: Resolver) -> set[str]:
    """The qualified names of a class, or of those in a tuple."""
    parts = [element.value for element in types.elements] if isinstance(types, (cst.Tuple, cst.List)) else [types]
    return {name for part in parts for name in resolver.names(part)}
