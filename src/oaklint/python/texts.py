"""What stands whole in the text of an expression: `key` in `f"key: {key}"`, in `"key: %s" % key`, in `{"key": key}`; not in
`key[:4]`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from string import Formatter

from oaklint.python import cst
from oaklint.python.names import Resolver
from oaklint.python.values import Values

# Methods of text whose answer holds that text, but for its case or what stands around it, and functions whose answer holds the
# text of what they are handed.
_KEEPS_TEXT = {
    *("strip", "lstrip", "rstrip", "upper", "lower", "swapcase", "title", "capitalize", "casefold", "expandtabs"),
    *("center", "ljust", "rjust", "zfill", "encode", "decode", "removeprefix", "removesuffix"),
}
_HOLDS_TEXT = {
    *("builtins.str", "builtins.repr", "builtins.ascii", "builtins.bytes", "builtins.list", "builtins.tuple", "builtins.set"),
    *("builtins.sorted", "builtins.dict", "json.dumps", "yaml.dump", "yaml.safe_dump", "pprint.pformat", "textwrap.dedent"),
    *("textwrap.indent", "copy.copy", "copy.deepcopy", "builtins.vars"),
}
# What `%` puts something in the place of; with a precision it may cut it.
_PLACE = re.compile(r"%(?:\((?P<name>\w*)\))?[-#0 +]*(?:\d+|\*)?(?P<cut>\.(?:\d+|\*))?[hlL]?(?P<type>[a-zA-Z%])")


class Texts:
    """Takes apart what makes text of other things."""

    def __init__(self, resolver: Resolver, values: Values) -> None:
        self._resolver = resolver
        self._values = values

    def parts(self, node: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
        """The parts of an expression whose text stands whole in its own; for a choice, whichever of them it may be."""
        if isinstance(node, cst.FormattedString):
            yield from self._formatted(node)
        elif isinstance(node, cst.ConcatenatedString):
            yield from (node.left, node.right)
        elif isinstance(node, cst.BinaryOperation):
            if isinstance(node.operator, (cst.Add, cst.BitOr)):
                yield from (node.left, node.right)
            elif isinstance(node.operator, cst.Modulo):
                yield from self.put_into(node.left, node.right)
        elif isinstance(node, cst.BooleanOperation):
            yield from (node.left, node.right) if isinstance(node.operator, cst.Or) else (node.right,)
        elif isinstance(node, cst.IfExp):
            yield from (node.body, node.orelse)
        elif isinstance(node, (cst.Tuple, cst.List, cst.Set, cst.Dict)):
            yield from (element.value for element in node.elements)
        elif isinstance(node, (cst.NamedExpr, cst.Await)):
            yield node.value if isinstance(node, cst.NamedExpr) else node.expression
        elif isinstance(node, cst.Call):
            yield from self._called(node)

    def _formatted(self, node: cst.FormattedString) -> Iterator[cst.BaseExpression]:
        for part in node.parts:
            if isinstance(part, cst.FormattedStringExpression):
                texts = [each.value for each in part.format_spec or () if isinstance(each, cst.FormattedStringText)]
                if not any("." in text for text in texts):
                    yield part.expression

    def _called(self, call: cst.Call) -> Iterator[cst.BaseExpression]:
        if isinstance(call.func, cst.Attribute):
            method = call.func.attr.value
            if method in _KEEPS_TEXT or (method == "copy" and not call.args):
                yield call.func.value
                return
            if method == "format":
                yield from self._put_into_format(call.func.value, call.args)
                return
            if method == "join" and len(call.args) == 1:
                yield call.args[0].value
                return
        if self._resolver.names(call.func) & _HOLDS_TEXT:
            yield from (arg.value for arg in call.args)

    def put_into(self, template: cst.BaseExpression, given: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
        """What `template % given` takes over whole."""
        handed = [element.value for element in given.elements] if isinstance(given, cst.Tuple) else [given]
        yield from self.put_in_order(template, handed)

    def put_in_order(self, template: cst.BaseExpression, given: list[cst.BaseExpression]) -> Iterator[cst.BaseExpression]:
        """What a template of `%` takes over whole of some values, as the functions of `logging` fill it."""
        text = self._template(template)
        places = [place for place in _PLACE.finditer(text) if place["type"] != "%"] if text is not None else []
        if len(given) == 1 and any(place["name"] is not None for place in places):
            entries = given[0].elements if isinstance(given[0], cst.Dict) else ()
            whole = {place["name"] for place in places if place["cut"] is None}
            for entry in entries:
                if isinstance(entry, cst.DictElement) and self._values.text(entry.key) in whole:
                    yield entry.value
            return
        yield from (value for place, value in zip(places, given, strict=False) if place["cut"] is None)

    def _put_into_format(self, template: cst.BaseExpression, args: Sequence[cst.Arg]) -> Iterator[cst.BaseExpression]:
        whole = self._whole_fields(template)
        for index, arg in enumerate(args):
            if (arg.keyword.value if arg.keyword is not None else str(index)) in whole and not arg.star:
                yield arg.value

    def _whole_fields(self, template: cst.BaseExpression) -> set[str]:
        """The names and numbers of the arguments that `template.format(...)` takes over whole."""
        found, count = set[str](), 0
        try:
            fields = [*Formatter().parse(self._template(template) or "")]
        except ValueError:
            return found
        for _, name, spec, _ in fields:
            if name is not None:
                if not name:
                    name, count = str(count), count + 1
                if "." not in (spec or ""):
                    found.add(name)
        return found

    def _template(self, node: cst.BaseExpression) -> str | None:
        """The text of a template, where the program text decides it; what it is itself made of does not matter."""
        text = self._values.fold(node)
        return text if isinstance(text, str) else None
