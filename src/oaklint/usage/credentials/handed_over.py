"""What a program hands to the SDK as a key: names, attributes, items, and variables of the environment."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from functools import cached_property

from oaklint.python import cst
from oaklint.python.flow import reaches
from oaklint.python.names import Resolver
from oaklint.python.places import place
from oaklint.python.scopes import Binding
from oaklint.python.texts import Texts
from oaklint.python.tree import argument_of
from oaklint.sdk.secrets import SECRETS
from oaklint.usage.context import Context
from oaklint.usage.credentials.sinks import Handover, Sink, Sinks
from oaklint.usage.environment.reads import Environment


class HandedOver:
    """Follows what the sinks are given back to all that has held it on the way."""

    def __init__(self, context: Context, sinks: Sinks, environment: Environment, texts: Texts) -> None:
        self._context = context
        self._resolver = context.resolver
        self._sinks = sinks
        self._environment = environment
        self._texts = texts

    def by_binding(self, binding: Binding) -> Sink | None:
        """Where the value that a name has by one of its bindings is handed over."""
        return self._found.get(binding)

    def by_variable(self, name: str) -> Sink | None:
        """Where what a variable of the environment holds is."""
        return self._found.get(("variable", name))

    def by_place(self, node: cst.Attribute | cst.Subscript) -> Sink | None:
        """Where what an attribute or item holds is: by the class of its object, or by how it is written."""
        sink = self._found.get(self._resolver.attributes.key(node)) if place(node) is not None else None
        if isinstance(node, cst.Attribute) and sink is None:
            family = {name for owner in self.owners(node) for name in self._resolver.hierarchy.family(owner)}
            owners = self._resolver.definitions.classes(sorted(family))
            sink = next(filter(None, (self._found.get((owner, node.attr.value)) for owner in owners)), None)
        return sink if sink is not None and not self._is_another_here(node) else None

    def _is_another_here(self, node: cst.Attribute | cst.Subscript) -> bool:
        """Whether an attribute or item is set before where it stands to what goes to nobody from there: the key of another."""
        written, tree, graph = place(node), self._context.tree, self._context.graph_of(node)
        targets = [target for target, _ in self._texts.set_here(node)]
        uses = [each for each in self._found if isinstance(each, (cst.Attribute, cst.Subscript)) and place(each) == written]
        if graph is None or not targets or any(tree.unit(each) is not tree.unit(node) for each in uses):
            return False
        return not any(reaches(graph.blocks_of(target), graph.blocks_of(use)) for target in targets for use in uses)

    def within(self, name: cst.Name) -> Sink | None:
        """Where an attribute of what has a name is handed over: `args.api_key` for `args`."""
        home, begin = self._context.tree.scopes[name].lookup(name.value), f"{name.value}."
        kept = ((key, sink) for key, sink in self._found.items() if isinstance(key, tuple) and key[0] is home)
        return next((sink for key, sink in kept if isinstance(key[1], str) and key[1].startswith(begin)), None)

    def by_secret(self, secret: cst.BaseExpression) -> Sink | None:
        """Where the text that a `SecretStr` covers is."""
        return self._found.get((self._resolver.attributes.key(secret), "secret")) if place(secret) is not None else None

    def by_field(self, owner: cst.ClassDef, name: str) -> Sink | None:
        """Where what the objects of a class have in a field is."""
        return self._found.get((owner, name))

    @cached_property
    def _found(self) -> dict[Hashable, Sink]:
        found: dict[Hashable, Sink] = {}
        nodes: tuple[type[Handover], ...] = (cst.Call, cst.Assign, cst.AnnAssign)
        for node_type in nodes:
            for node in self._context.nodes(node_type):
                own = (sink for sink in self._sinks.of(node) if sink.kind != "header" or sink.host != "other")
                for sink in own:
                    self._follow(sink.given, sink, found, may_be_covered=self._takes_secrets(node, sink))
        return found

    def _takes_secrets(self, node: Handover, sink: Sink) -> bool:
        """Whether a class of another package is given the key, which takes text that covers itself as well."""
        return isinstance(node, cst.Call) and sink.kind == "argument" and self._context.constructions.of(node) is None

    def _follow(self, value: cst.BaseExpression, sink: Sink, found: dict[Hashable, Sink], *, may_be_covered: bool) -> None:
        pending = [value]
        while pending:
            value = pending.pop()
            if value not in found:
                found[value] = sink
                if not (may_be_covered and isinstance(value, (cst.Attribute, cst.Subscript))):
                    found.update((key, sink) for key in self._keys(value) if key not in found)
                pending += self._before(value)

    def _keys(self, value: cst.BaseExpression) -> Iterator[Hashable]:
        """What a value is known by elsewhere."""
        if isinstance(value, cst.Name):
            yield from self._resolver.bindings(value)
        if isinstance(value, (cst.Attribute, cst.Subscript)) and place(value) is not None:
            yield self._resolver.attributes.key(value)
        if isinstance(value, cst.Attribute):
            yield from ((owner, value.attr.value) for owner in self.owners(value))
        if isinstance(value, cst.Call) and isinstance(value.func, cst.Attribute) and value.func.attr.value == "get_secret_value":
            yield self._resolver.attributes.key(value.func.value), "secret"
        variable = self._environment.read_by(value)
        if variable is not None:
            yield "variable", variable

    def _before(self, value: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
        """The expressions that a value comes from as it is, or with no more than `Bearer` around it."""
        if isinstance(value, cst.Name):
            for binding in self._resolver.bindings(value):
                if binding.kind in ("assign", "annotated") and binding.value is not None:
                    yield binding.value
                elif binding.kind == "parameter" and isinstance(binding.node, cst.Param):
                    yield from self._resolver.calls.handed_to(binding.node)
        elif isinstance(value, cst.Attribute):
            here = [given for _, given in self._texts.set_here(value)]
            yield from here or self._resolver.attribute_values(value)
        elif isinstance(value, cst.Call) and self._makes_text(value):
            return  # of an object that may cover it
        elif isinstance(value, cst.Call):
            if self._resolver.names(value.func) & SECRETS:
                yield from (arg.value for arg in value.args[:1])
            elif not value.args:  # what a function gives for what it is handed is not the same for others
                for function in self._resolver.calls.functions(value):
                    yield from self._resolver.returned_values(function)
        if not isinstance(value, (cst.BinaryOperation, cst.Dict, cst.Tuple, cst.List, cst.Set)):
            parts = [*self._texts.parts(value)]
            if len(parts) == 1 or not isinstance(value, (cst.FormattedString, cst.Call)):
                yield from parts

    def _makes_text(self, call: cst.Call) -> bool:
        """`str(key)`, for `key = config("OPENAI_API_KEY", cast=Secret)`"""
        if "builtins.str" not in self._resolver.names(call.func) or len(call.args) != 1:
            return False
        made = (each for each in self._resolver.values_of(call.args[0].value) if isinstance(each, cst.Call))
        return any(is_cast(each, self._resolver) for each in made)

    def owners(self, node: cst.Attribute) -> Iterator[cst.ClassDef]:
        """The classes of the program of which the object of an attribute may be."""
        yield from self._resolver.definitions.classes(name.removesuffix("()") for name in self._resolver.names(node.value))


def is_cast(call: cst.Call, resolver: Resolver) -> bool:
    """Whether a setting is read as an object, which may cover its text: `config("OPENAI_API_KEY", cast=Secret)`."""
    kind = argument_of(call, "cast")
    return kind is not None and "builtins.str" not in resolver.names(kind)
