"""What stands whole in the text of an expression: `key` in `f"key: {key}"`, in `"key: %s" % key`, in `{"key": key}`, in
`Settings(key)`; not in `key[:4]`.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from oaklint.python import cst
from oaklint.python.assignments import Pair
from oaklint.python.flow import Block, reaches
from oaklint.python.names import Resolver
from oaklint.python.scopes import Binding
from oaklint.python.text_methods import TEMPLATE_PART, fields
from oaklint.python.tree import alternatives, index_of, last_part
from oaklint.python.values import Values

# Methods of text whose answer holds that text, but for its case or what stands around it, and functions whose answer holds the
# text of what they are handed.
_KEEPS_TEXT = {
    *("strip", "lstrip", "rstrip", "upper", "lower", "swapcase", "title", "capitalize", "casefold", "expandtabs"),
    *("center", "ljust", "rjust", "zfill", "encode", "decode", "removeprefix", "removesuffix"),
}
_HOLDS_TEXT = {
    *("builtins.str", "builtins.repr", "builtins.ascii", "builtins.bytes", "builtins.dict", "builtins.vars", "json.dumps"),
    *("yaml.dump", "yaml.safe_dump", "pprint.pformat", "textwrap.dedent", "textwrap.indent", "copy.copy", "copy.deepcopy"),
    *("urllib.parse.quote", "urllib.parse.quote_plus", "urllib.parse.urlencode"),
}
# Their answer holds what an iteration gives: of a dictionary, the names alone.
_HOLDS_ELEMENTS = {"builtins.list", "builtins.tuple", "builtins.set", "builtins.sorted"}
_MAPPINGS = {
    *("builtins.dict()", "builtins.vars()", "dataclasses.asdict()", "attrs.asdict()", "attr.asdict()"),
    *("os.environ", "os.environ.copy()"),
}
# The text of their objects holds that of all fields.
_RECORDS = {
    *("pydantic.BaseModel", "pydantic.main.BaseModel", "pydantic.dataclasses.dataclass", "pydantic_settings.BaseSettings"),
    *("pydantic.BaseSettings", "dataclasses.dataclass", "attrs.define", "attrs.frozen", "attr.s", "typing.NamedTuple"),
}
# They make a dictionary, or text, of such an object.
_OF_RECORDS = {"model_dump", "model_dump_json", "dict", "json", "_asdict"}
# The text of these holds that of the values of a dictionary.
_VIEWS = {"values", "items", "copy"}
# By these a dictionary may lose what stands in it.
_LOSES = {"pop", "popitem", "clear", "update"}


class Field(NamedTuple):
    """A field of a class, whose objects show it. values: what it is given."""

    owner: cst.ClassDef
    name: str
    annotation: cst.BaseExpression | None
    values: list[cst.BaseExpression]


class Texts:
    """Takes apart what makes text of other things, and finds what stands behind names."""

    def __init__(self, resolver: Resolver, values: Values, mappings: Iterable[str]) -> None:
        """mappings: what else is a mapping, by the ends of its qualified names."""
        self._resolver = resolver
        self._values = values
        self._mappings = (*_MAPPINGS, *mappings)

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
        elif isinstance(node, (cst.Tuple, cst.List, cst.Set)):
            yield from (element.value for element in node.elements)
        elif isinstance(node, cst.Dict):
            yield from self._in_dictionary(node, set())
        elif isinstance(node, cst.Call):
            yield from self._called(node)
        else:
            yield from alternatives(node)

    def _in_dictionary(self, node: cst.Dict, replaced: set[str | None]) -> Iterator[cst.BaseExpression]:
        """The values of a dictionary, and of others that it takes over, that nothing replaces."""
        for element in reversed(node.elements):
            if isinstance(element, cst.DictElement):
                key = self._values.text(element.key)
                if key is None or key not in replaced:
                    replaced.add(key)
                    yield element.value
            elif replaced and isinstance(other := self._resolver.display(element.value), cst.Dict):
                named = (each for each in other.elements if isinstance(each, cst.DictElement))
                yield from (each.value for each in named if self._values.text(each.key) not in replaced)
            elif not replaced:
                yield element.value

    def _formatted(self, node: cst.FormattedString) -> Iterator[cst.BaseExpression]:
        for part in node.parts:
            if isinstance(part, cst.FormattedStringExpression):
                texts = [each.value for each in part.format_spec or () if isinstance(each, cst.FormattedStringText)]
                if not any("." in text for text in texts):
                    yield part.expression

    def _called(self, call: cst.Call) -> Iterator[cst.BaseExpression]:
        if isinstance(call.func, cst.Attribute):
            method = call.func.attr.value
            if method in _KEEPS_TEXT or (method in _OF_RECORDS | _VIEWS and not call.args):
                yield call.func.value
                return
            if method == "format":
                yield from self._put_into_format(call.func.value, call.args)
                return
            if method == "join" and len(call.args) == 1:
                yield from self.elements(call.args[0].value)
                return
        if self._resolver.names(call.func) & _HOLDS_ELEMENTS:
            yield from (each for arg in call.args[:1] for each in self.elements(arg.value))
        if self._resolver.names(call.func) & _HOLDS_TEXT:
            yield from (arg.value for arg in call.args)

    # Behind names.

    def behind(self, node: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
        """What a name, attribute, item or call stands for, as far as the program says it; parameters are left out."""
        if isinstance(node, cst.Name):
            for binding in self._resolver.bindings(node):
                if binding.kind in ("assign", "annotated") and binding.value is not None:
                    yield from self._still_there(node, binding.value)
            yield from (value for target, value in self._items_put(node) if self._comes_to(target, node))
        elif isinstance(node, cst.Attribute):
            here = [value for _, value in self.set_here(node)]
            yield from here or self._resolver.attribute_values(node) or self._put_into(node)
            for function in self._resolver.calls.functions(node):
                yield from self._resolver.returned_values(function)
        elif isinstance(node, cst.Subscript):
            here = [value for _, value in self.set_here(node)]
            yield from here or self._resolver.entry(node) or self._put_into(node)
        elif isinstance(node, cst.Call) and not node.args:  # for what it is handed it may return other things
            for function in self._resolver.calls.functions(node):
                yield from self._resolver.returned_values(function)

    def _still_there(self, name: cst.Name, value: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
        """What a name was bound to, or those of its entries that nothing replaces later; where some may be gone, nothing."""
        put = self._items_put(name)
        users = (self._resolver.tree.parents.get(use) for use in self._resolver.tree.uses_of(name))
        if any(isinstance(user, cst.Attribute) and user.attr.value in _LOSES for user in users):
            return
        if isinstance(value, cst.Dict):
            yield from self._in_dictionary(value, {self._text_of(target) for target, _ in put} - {None})
        elif not put:
            yield value

    def _text_of(self, item: cst.Subscript) -> str | None:
        index = index_of(item)
        return self._values.text(index) if index is not None else None

    def _items_put(self, name: cst.Name) -> list[tuple[cst.Subscript, cst.BaseExpression]]:
        """What is put into a dictionary, or into one within it, by its name."""
        return self._items.get(self._resolver.attributes.key(name), [])

    @cached_property
    def _items(self) -> dict[Hashable, list[tuple[cst.Subscript, cst.BaseExpression]]]:
        found: dict[Hashable, list[tuple[cst.Subscript, cst.BaseExpression]]] = {}
        for target, value in self._resolver.attributes.assignments():
            owner: cst.BaseExpression = target
            while isinstance(owner, cst.Subscript):
                owner = owner.value
            if isinstance(target, cst.Subscript) and isinstance(owner, cst.Name):
                found.setdefault(self._resolver.attributes.key(owner), []).append((target, value))
        return found

    def _comes_to(self, first: cst.CSTNode, then: cst.CSTNode) -> bool:
        """Whether control may get from one place to another; between functions it always may."""
        graph = self._resolver.graph(self._resolver.tree.unit(then))
        if graph is None or self._resolver.tree.unit(first) is not graph.unit:
            return True
        return reaches(graph.blocks_of(first), graph.blocks_of(then))

    def set_here(self, node: cst.Attribute | cst.Subscript) -> list[Pair]:
        """The assignments in force of an attribute or item, where all ways to it lead through one in its own unit; else none."""
        tree, pairs = self._resolver.tree, self._resolver.attributes.put_into(node)
        graph = self._resolver.graph(tree.unit(node)) if pairs else None
        pairs = [pair for pair in pairs if graph is not None and tree.unit(pair[0]) is graph.unit]
        if graph is None or not pairs:
            return []
        goals, setting = graph.blocks_of(node), {block for target, _ in pairs for block in graph.blocks_of(target)}

        def is_in_force(starts: Iterable[Block]) -> bool:
            return reaches(starts, goals, without=lambda edge: edge.target in setting and edge.target not in goals)

        if is_in_force([graph.entry]):
            return []
        behind = ((pair, [edge.target for block in graph.blocks_of(pair[0]) for edge in block.edges]) for pair in pairs)
        return [pair for pair, starts in behind if is_in_force(starts)]

    def _put_into(self, node: cst.Attribute | cst.Subscript) -> list[cst.BaseExpression]:
        """What the program puts into an attribute or item of something of which no more is seen."""
        return [value for _, value in self._resolver.attributes.put_into(node)]

    def fields(self, node: cst.BaseExpression) -> Iterator[Field]:
        """The fields that the text of an object shows, if it is one of a dataclass of the program, or the like."""
        names = (name.removesuffix("()") for name in self._resolver.names(node) if name.endswith("()"))
        for definition in self._resolver.definitions.classes(names):
            if self._is_record(definition):
                for name, bindings in self._resolver.attributes.bound_in(definition).items():
                    declared = next((each for each in bindings if each.kind == "annotated"), None)
                    if declared is not None and not self._is_left_out(declared):
                        yield Field(definition, name, declared.annotation, self._resolver.given_in(definition, name))

    def _is_record(self, definition: cst.ClassDef) -> bool:
        decorators = [each.decorator for each in definition.decorators]
        said = [
            *(each.func if isinstance(each, cst.Call) else each for each in decorators),
            *(base.value for base in definition.bases),
        ]
        shows = any(self._resolver.methods(definition, each) for each in ("__repr__", "__str__", "__repr_args__"))
        return not shows and any(self._resolver.names(each) & _RECORDS for each in said)

    def _is_left_out(self, declared: Binding) -> bool:
        """`key: str = field(repr=False)`"""
        made = declared.value
        return isinstance(made, cst.Call) and any(
            last_part(arg.keyword) in ("repr", "exclude") for arg in made.args if arg.keyword
        )

    # What templates take over.

    def put_into(self, template: cst.BaseExpression, given: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
        """What `template % given` takes over whole."""
        handed = [element.value for element in given.elements] if isinstance(given, cst.Tuple) else [given]
        yield from self.put_in_order(template, handed)

    def put_in_order(self, template: cst.BaseExpression, given: list[cst.BaseExpression]) -> Iterator[cst.BaseExpression]:
        """What a template of `%`, which may cut some of it, takes over whole, as the functions of `logging` fill it."""
        text = self._template(template)
        places = [place for place in TEMPLATE_PART.finditer(text) if place["type"] != "%"] if text is not None else []
        if len(given) == 1 and any(place["name"] is not None for place in places):
            entries = given[0].elements if isinstance(given[0], cst.Dict) else ()
            whole = {place["name"] for place in places if not place["precision"]}
            for entry in entries:
                if isinstance(entry, cst.DictElement) and self._values.text(entry.key) in whole:
                    yield entry.value
            return
        yield from (value for place, value in zip(places, given, strict=False) if not place["precision"])

    def elements(self, node: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
        """An expression, if an iteration over it gives what its text holds: not where it is a mapping."""
        of = node.func if isinstance(node, cst.Call) else None
        is_of_record = isinstance(of, cst.Attribute) and of.attr.value in _OF_RECORDS
        is_mapping = is_of_record or isinstance(self._resolver.display(node), cst.Dict)
        if not is_mapping and not any(name.endswith(self._mappings) for name in self._resolver.names(node)):
            yield node

    def _put_into_format(self, template: cst.BaseExpression, args: Sequence[cst.Arg]) -> Iterator[cst.BaseExpression]:
        whole = self._whole_fields(template)
        for index, arg in enumerate(args):
            if (arg.keyword.value if arg.keyword is not None else str(index)) in whole and not arg.star:
                yield arg.value

    def cut_by_format(self, template: cst.BaseExpression) -> set[str]:
        """The names and numbers of what a template of `format` takes over in part: `"{:.3}"`."""
        return {name for name, spec in self._fields(template) if "." in spec}

    def _whole_fields(self, template: cst.BaseExpression) -> set[str]:
        """The names and numbers of the arguments that `template.format(...)` takes over whole."""
        return {name for name, spec in self._fields(template) if "." not in spec}

    def _fields(self, template: cst.BaseExpression) -> list[tuple[str, str]]:
        """Each field of a template of `format`, by its name or number, with how it is formatted."""
        try:
            return [(name, spec) for _, name, spec, _ in fields(self._template(template) or "") if name is not None]
        except ValueError:
            return []

    def _template(self, node: cst.BaseExpression) -> str | None:
        """The text of a template, where the program text decides it; what it is itself made of does not matter."""
        text = self._values.fold(node)
        return text if isinstance(text, str) else None
