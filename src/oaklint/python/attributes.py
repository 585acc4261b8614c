"""What class bodies and methods set: the attributes of the classes of a program and of their instances."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TypeAlias

from oaklint.python import cst
from oaklint.python.assignments import Pair, assigned
from oaklint.python.definitions import Definitions, last_name
from oaklint.python.places import place
from oaklint.python.scopes import Binding, Scope
from oaklint.python.tree import Tree, index_of, last_part, positional

# Methods that pydantic (and LangChain on it) hands the fields of an object that is being made, as a dictionary.
_VALIDATORS = {"root_validator", "model_validator", "pre_init"}
# What makes a copy of an object with other values for some of its attributes.
_REPLACING = {"replace", "_replace", "evolve"}

Key: TypeAlias = "tuple[Scope | None, str]"


class Attributes:
    """Finds where they are set; what they stand for is the resolver's to say."""

    def __init__(self, tree: Tree, definitions: Definitions) -> None:
        self._tree = tree
        self._definitions = definitions
        self._in_bodies: dict[cst.ClassDef, dict[str, list[Binding]]] = {}

    def in_class_body(self, definition: cst.ClassDef, attribute: str) -> list[Binding]:
        """The bindings of an attribute in the body of the class itself."""
        return self.bound_in(definition).get(attribute, [])

    def bound_in(self, definition: cst.ClassDef) -> dict[str, list[Binding]]:
        """The names that the body of a class assigns or declares, with these bindings."""
        if (known := self._in_bodies.get(definition)) is not None:
            return known
        scopes = (self._tree.scopes.get(line) for line in definition.body.body)
        body = next((scope for scope in scopes if scope is not None and scope.node is definition), None)
        found = self._in_bodies[definition] = dict[str, list[Binding]]()
        for name, bindings in body.bindings.items() if body is not None else ():
            if set_there := [binding for binding in bindings if binding.kind in ("assign", "annotated")]:
                found[name] = set_there
        return found

    def has(self, definition: cst.ClassDef, attribute: str) -> bool:
        """Whether a class has an attribute or method of its own, or its methods set it."""
        if (definition, attribute) in self.assigned or self.in_class_body(definition, attribute):
            return True
        return any(True for _ in self._definitions.functions((f"{self._definitions.name(definition)}.{attribute}",)))

    def are_set_by_any_name(self, definition: cst.ClassDef) -> bool:
        """Whether the methods of a class set attributes of an object whose names are not seen: `setattr(self, name, value)`,
        `self.__dict__.update(options)`.
        """
        return definition in self._setting_by_any_name

    @cached_property
    def _setting_by_any_name(self) -> set[cst.ClassDef]:
        calls = (call for call in self._tree.nodes.get(cst.Call, ()) if isinstance(call, cst.Call))
        owners = (owner for call in calls if isinstance(owner := _set_by_any_name(call), cst.Name))
        return {definition for owner in owners if (definition := self.owner_of_self(owner)) is not None}

    def annotations(self, definition: cst.ClassDef, attribute: str) -> list[cst.BaseExpression]:
        """What an attribute is declared to be, in the body of the class or where its methods assign it."""
        in_body = (binding.annotation for binding in self.in_class_body(definition, attribute))
        return [*filter(None, in_body), *self._annotated.get((definition, attribute), ())]

    @cached_property
    def _annotated(self) -> dict[tuple[cst.ClassDef, str], list[cst.BaseExpression]]:
        found: dict[tuple[cst.ClassDef, str], list[cst.BaseExpression]] = {}
        for node in self._tree.nodes.get(cst.AnnAssign, ()):
            assert isinstance(node, cst.AnnAssign)
            if isinstance(node.target, cst.Attribute) and isinstance(node.target.value, cst.Name):
                owner = self.owner_of_self(node.target.value)
                if owner is not None:
                    found.setdefault((owner, node.target.attr.value), []).append(node.annotation.annotation)
        return found

    def assigned_in(self, definition: cst.ClassDef) -> dict[str, list[cst.BaseExpression]]:
        """What the methods of a class assign to attributes of `self` or `cls`, by attribute."""
        return self._assigned_by_class.get(definition, {})

    @cached_property
    def _assigned_by_class(self) -> dict[cst.ClassDef, dict[str, list[cst.BaseExpression]]]:
        found: dict[cst.ClassDef, dict[str, list[cst.BaseExpression]]] = {}
        for (owner, attribute), values in self.assigned.items():
            found.setdefault(owner, {})[attribute] = values
        return found

    @cached_property
    def assigned(self) -> dict[tuple[cst.ClassDef, str], list[cst.BaseExpression]]:
        """What methods assign to attributes of `self` or `cls`, by class and attribute."""
        found: dict[tuple[cst.ClassDef, str], list[cst.BaseExpression]] = {}
        for target, value in self.assignments():
            if isinstance(target, cst.Attribute) and isinstance(target.value, cst.Name):
                owner = self.owner_of_self(target.value)
                if owner is not None:
                    found.setdefault((owner, target.attr.value), []).append(value)
            elif isinstance(target, cst.Subscript) and (field := self._validated_field(target)) is not None:
                found.setdefault(field, []).append(value)
        return found

    def _validated_field(self, target: cst.Subscript) -> tuple[cst.ClassDef, str] | None:
        """The field that a validator of pydantic sets through the dictionary that it is handed: `values["client"] = ...`."""
        function = self._tree.unit(target)
        if not isinstance(function, cst.FunctionDef):
            return None
        owner, key = self._tree.scopes[function].node, index_of(target)
        if not isinstance(owner, cst.ClassDef) or not isinstance(key, cst.SimpleString) or not isinstance(target.value, cst.Name):
            return None
        field = key.evaluated_value
        handed = function.params.params[1:2]
        is_validator = any(last_name(decorator.decorator) in _VALIDATORS for decorator in function.decorators)
        if not is_validator or not handed or handed[0].name.value != target.value.value or not isinstance(field, str):
            return None
        is_field = any(binding.kind == "annotated" for binding in self.in_class_body(owner, field))
        return (owner, field) if is_field else None

    def owner_of_self(self, name: cst.Name) -> cst.ClassDef | None:
        """The class whose instance (or itself) a name stands for because it is a method's first parameter."""
        scope = self._tree.scopes.get(name)
        home = scope.lookup(name.value) if scope is not None else None
        if home is None or not isinstance(home.node, cst.FunctionDef):
            return None
        in_order = positional(home.node)
        owner = self._tree.scopes[home.node]
        if in_order and in_order[0].name.value == name.value and isinstance(owner.node, cst.ClassDef):
            return owner.node
        return None

    def assignments(self) -> Iterator[Pair]:
        """The targets of all assignments of the program, each with what is assigned to it."""
        for node_type in (cst.Assign, cst.AnnAssign):
            for node in self._tree.nodes.get(node_type, ()):
                yield from assigned(node)

    def key(self, node: cst.BaseExpression) -> Key | None:
        """What a name, attribute or item is called, and the scope of the name that it begins with; None for anything else."""
        written = place(node)
        return (self._tree.scopes[node].lookup(written.partition(".")[0]), written) if written is not None else None

    def put_into(self, node: cst.BaseExpression) -> Sequence[Pair]:
        """The assignments to an attribute or item, by whatever is called so."""
        return self._put.get(self.key(node), ())

    @cached_property
    def _put(self) -> dict[Key | None, list[Pair]]:
        found: dict[Key | None, list[Pair]] = {}
        for target, value in self.assignments():
            if isinstance(target, (cst.Attribute, cst.Subscript)) and (key := self.key(target)) is not None:
                found.setdefault(key, []).append((target, value))
        return found

    @cached_property
    def set_outside(self) -> dict[str, list[tuple[cst.Attribute, cst.BaseExpression]]]:
        """The assignments to attributes of anything but `self`, by the name of the attribute."""
        found: dict[str, list[tuple[cst.Attribute, cst.BaseExpression]]] = {}
        for target, value in self.assignments():
            if isinstance(target, cst.Attribute) and not self.is_of_self(target):
                found.setdefault(target.attr.value, []).append((target, value))
        return found

    @cached_property
    def replaced(self) -> dict[str, list[cst.BaseExpression]]:
        """What copies of objects are given in the place of an attribute: `dataclasses.replace(policy, attempts=5)`."""
        found: dict[str, list[cst.BaseExpression]] = {}
        for node in (each for last in _REPLACING for each in self._tree.named(last)):
            call = self._tree.parents[node]
            for arg in call.args if isinstance(call, cst.Call) and call.func is node else ():
                if arg.keyword is not None:
                    found.setdefault(arg.keyword.value, []).append(arg.value)
        return found

    @cached_property
    def augmented(self) -> dict[str, list[cst.Attribute]]:
        """The attributes that are set to something made of what they were, `self.tries += 1`, by their names."""
        found: dict[str, list[cst.Attribute]] = {}
        for node in self._tree.nodes.get(cst.AugAssign, ()):
            if isinstance(node, cst.AugAssign) and isinstance(node.target, cst.Attribute):
                found.setdefault(node.target.attr.value, []).append(node.target)
        return found

    def is_of_self(self, target: cst.Attribute) -> bool:
        """Whether it is an attribute of `self` or `cls`."""
        return isinstance(target.value, cst.Name) and self.owner_of_self(target.value) is not None


def _set_by_any_name(call: cst.Call) -> cst.BaseExpression | None:
    """The object of which a call sets attributes whose names are not seen."""
    if last_part(call.func) == "setattr" and len(call.args) == 3:
        return call.args[0].value if not isinstance(call.args[1].value, cst.SimpleString) else None
    updated = call.func.value if isinstance(call.func, cst.Attribute) and call.func.attr.value == "update" else None
    if isinstance(updated, cst.Attribute) and updated.attr.value == "__dict__":
        return updated.value
    is_of_object = isinstance(updated, cst.Call) and last_part(updated.func) == "vars" and bool(updated.args)
    return updated.args[0].value if isinstance(updated, cst.Call) and is_of_object else None
