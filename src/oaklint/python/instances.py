"""The objects that a program makes of its own classes: what is known of their attributes, by what they are made of."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING

from oaklint.python import cst
from oaklint.python.definitions import INITIALIZERS, UNKNOWN, named_by
from oaklint.python.facts import NO_STATE, Fact, State
from oaklint.python.names import CHANGES, Resolver
from oaklint.python.places import places

if TYPE_CHECKING:
    from oaklint.python.exceptions import ExceptionFlow

# Expressions for something of which more is known than its value: which classes it names, which function it is.
_NAMING = ("Tuple", "Name", "Attribute")
# Bases of classes of which objects of other classes may be instances.
_OPEN = {"typing.Protocol", "typing_extensions.Protocol", "abc.ABC"}
# Decorators and bases of classes whose constructor takes the fields, in order and by name.
_DATACLASSES = {
    *("dataclasses.dataclass", "attr.s", "attr.attrs", "attr.dataclass", "attrs.define", "attrs.frozen"),
    *("pydantic.dataclasses.dataclass", "pydantic.BaseModel", "sqlmodel.SQLModel", "typing.NamedTuple", "msgspec.Struct"),
}


class Instances:
    """From a class and the call that makes an object to the facts about its attributes."""

    def __init__(self, resolver: Resolver, flow: ExceptionFlow) -> None:
        self._resolver = resolver
        self._flow = flow
        self._lineages: dict[str, list[cst.ClassDef]] = {}
        self._followed: list[str] = []
        self._set_later: dict[str, bool] = {}

    def attributes(self, name: str, call: cst.Call | None, state: State) -> dict[str, Fact | None]:
        """The attributes that the class of that qualified name, or its constructor, sets, with what is known of them; `call`
        makes the object.
        """
        if name in self._followed:
            return {}  # an object that holds another one of its class
        self._followed.append(name)
        try:
            return self._find_attributes(name, call, state)
        finally:
            self._followed.pop()

    def _find_attributes(self, name: str, call: cst.Call | None, state: State) -> dict[str, Fact | None]:
        found: dict[str, Fact | None] = {}
        lineage = self.lineage(name)
        for definition in reversed(lineage):
            for attribute, bindings in self._resolver.attributes.bound_in(definition).items():
                values = [binding.value for binding in bindings if binding.value is not None]
                found[attribute] = self._value(values[0], NO_STATE) if len(values) == 1 else None
        if call is not None and any(map(self._is_dataclass, lineage)):
            in_order = (arg.value for arg in call.args if arg.keyword is None and not arg.star)
            handed = dict(zip(self._fields(lineage), in_order, strict=False))
            handed |= {arg.keyword.value: arg.value for arg in call.args if arg.keyword is not None}
            found |= {field: self._value(value, state) for field, value in handed.items()}
            if any(arg.star for arg in call.args):
                found |= dict.fromkeys(self._fields(lineage))  # it is not seen which of them are handed over
        constructors = (f"{self._resolver.definitions.name(definition)}.__init__" for definition in lineage)
        constructor = next(self._resolver.definitions.functions(constructors), None)
        begun = self._flow.handed(constructor, call, state) if constructor is not None else state
        for attribute, fact in found.items():
            begun = begun.knowing(f"self.{attribute}", fact)  # until the constructor sets it
        run = self._run_by(constructor, begun) if constructor is not None else {}
        assigned: dict[str, list[cst.BaseExpression]] = {}
        for attribute, values in (item for each in lineage for item in self._resolver.attributes.assigned_in(each).items()):
            assigned.setdefault(attribute, []).extend(value for value in values if self._may_be_first(value, run))
        for attribute, values in assigned.items():
            unit = self._resolver.tree.unit(values[0]) if len(values) == 1 else None
            inside = run.get(unit) if isinstance(unit, cst.FunctionDef) and self._is_run(values[0], unit) else None
            if inside is not None:
                found[attribute] = self._value(values[0], inside)
            elif values:
                found[attribute] = None  # in one case only, or by several constructors
        return found

    def _run_by(self, constructor: cst.FunctionDef, begun: State) -> dict[cst.FunctionDef, State | None]:
        """A constructor, and those of the bases that it calls, each with the state in which it begins; None where it need not be
        called.
        """
        found: dict[cst.FunctionDef, State | None] = {constructor: begun}
        pending = [constructor]
        while pending:
            running = pending.pop()
            for call in self._resolver.tree.calls_in(running):
                is_of_base = isinstance(call.func, cst.Attribute) and call.func.attr.value in INITIALIZERS
                for function in self._resolver.calls.functions(call) if is_of_base else ():
                    if function not in found:
                        state = found[running] if self._is_run(call, running) else None
                        found[function] = self._flow.handed(function, call, state) if state is not None else None
                        pending.append(function)
        return found

    def _may_be_first(self, value: cst.BaseExpression, run: Collection[cst.FunctionDef]) -> bool:
        """Whether a value may be assigned while an object is made; a constructor that another one replaces is not run."""
        unit = self._resolver.tree.unit(value)
        if not isinstance(unit, cst.FunctionDef) or unit.name.value not in INITIALIZERS:
            return False
        return unit in run or unit.name.value != "__init__" or not run

    def by_position(self, name: str) -> list[str]:
        """The attributes for which the patterns of a class without a name are, in their order."""
        lineage = self.lineage(name)
        bindings = (self._resolver.attributes.in_class_body(definition, "__match_args__") for definition in lineage)
        said = next((found[-1].value for found in bindings if found), None)
        if said is None:
            return self._fields(lineage)
        named = self._flow.known(said, NO_STATE)
        return list(named.value) if named is not None and isinstance(named.value, tuple) else []

    def _fields(self, lineage: list[cst.ClassDef]) -> list[str]:
        """The fields that a constructor takes in order, those of the bases first."""
        found: dict[str, None] = {}
        for definition in reversed(lineage):
            if any(_is_set(option, "kw_only") for decorator in definition.decorators for option in _options(decorator)):
                continue
            for attribute, bindings in self._resolver.attributes.bound_in(definition).items():
                declared = [each.annotation for each in bindings if each.annotation is not None]
                if declared and not any("ClassVar" in _last_parts(each) for each in declared):
                    found[attribute] = None
        return [*found]

    def _is_run(self, value: cst.BaseExpression, constructor: cst.FunctionDef) -> bool:
        """Whether a constructor comes to an assignment of a value in any case."""
        graph = self._resolver.graph(constructor)
        blocks = graph.blocks_of(value) if graph is not None else ()
        return graph is not None and any(graph.dominates(block, graph.returned) for block in blocks)

    def _value(self, value: cst.BaseExpression, state: State) -> Fact | None:
        """What is known of the value of an attribute: at least by which expression it is named."""
        value = self._chosen(value, state)
        fact = self._flow.known(value, state)
        if fact is None and type(value).__name__ in _NAMING and not self._is_parameter(value):
            return Fact("given", value)
        return self._flow.knowledge.parts(value, state) if fact is None else fact

    def _chosen(self, value: cst.BaseExpression, state: State) -> cst.BaseExpression:
        """The one of two values that it is, where that is known: `retry_on or (Exception,)`."""
        if isinstance(value, cst.BooleanOperation):
            verdict = self._flow.knowledge.truth(self._flow.known(value.left, state))
            is_first = verdict is isinstance(value.operator, cst.Or)
            return value if not isinstance(verdict, bool) else value.left if is_first else value.right
        if isinstance(value, cst.IfExp):
            verdict = self._flow.knowledge.truth(self._flow.known(value.test, state))
            return value if not isinstance(verdict, bool) else value.body if verdict else value.orelse
        return value

    def _is_parameter(self, value: cst.BaseExpression) -> bool:
        """Whether it is what a function was handed, of which nothing is known."""
        bindings = self._resolver.bindings(value) if isinstance(value, cst.Name) else ()
        return any(isinstance(binding.node, cst.Param) for binding in bindings)

    def is_set_later(self, attribute: str) -> bool:
        """Whether an attribute of that name may be set, or what it holds be changed, anywhere but in a constructor."""
        found = self._set_later.get(attribute)
        if found is None:
            tree = self._resolver.tree
            by_name = any(map(tree.named, ("setattr", "__dict__", "vars")))
            found = self._set_later[attribute] = by_name or any(map(self._is_set_at, tree.named(attribute)))
        return found

    def _is_set_at(self, node: cst.Name | cst.Attribute) -> bool:
        tree = self._resolver.tree
        changed: cst.CSTNode = node
        parent, unit = tree.parents[node], tree.unit(node)
        if isinstance(parent, cst.Subscript) and parent.value is node:
            changed, parent = parent, tree.parents[parent]
        if not isinstance(node, cst.Attribute):
            return False
        if isinstance(parent, cst.Attribute):
            return parent.attr.value in CHANGES
        is_first = isinstance(unit, cst.FunctionDef) and unit.name.value in INITIALIZERS
        is_own = is_first and self._resolver.attributes.is_of_self(node)
        return isinstance(parent, (cst.AugAssign, cst.Del)) or (tree.is_store(changed) and not is_own)

    def lineage(self, name: str) -> list[cst.ClassDef]:
        """A class of the program, and those that it inherits from, as far as the program defines them; each before its bases."""
        if name not in self._lineages:
            done: dict[cst.ClassDef, bool] = {}
            self._follow(name, done)
            self._lineages[name] = [definition for definition, is_done in reversed(done.items()) if is_done]
        return self._lineages[name]

    def _follow(self, name: str, done: dict[cst.ClassDef, bool]) -> None:
        for definition in self._resolver.definitions.classes((name,)):
            if definition not in done:
                done[definition] = False  # a class that inherits from itself
                for parent in reversed([*self.parents(definition)]):
                    self._follow(parent, done)
                del done[definition]
                done[definition] = True

    def parents(self, definition: cst.ClassDef) -> Iterator[str]:
        """The qualified names of what a class inherits from."""
        for base in definition.bases:
            names = self._resolver.names(base.value)
            if UNKNOWN in names and isinstance(base.value, cst.Subscript):  # `Generic[T]`
                names = self._resolver.names(base.value.value)
            yield from names

    def are_known(self, name: str) -> bool:
        """Whether a qualified name is that of a class of the program."""
        return bool(self.lineage(name))

    def is_instance(self, name: str, types: cst.BaseExpression) -> bool | None:
        """Whether an object of the class of that qualified name is of one of these types; None where that is not known."""
        lineage = self.lineage(name)
        own = {self._resolver.definitions.name(definition) for definition in lineage}
        own |= {parent for definition in lineage for parent in self.parents(definition)}
        names = self._resolver.clauses.caught(types)
        if names & own:
            return True
        if any(map(self._is_open, self._resolver.definitions.classes(names))):
            return None
        # What is not the program's own inherits from none of its classes.
        return False if all(name.startswith("@") for name in names) and UNKNOWN not in own else None

    def _is_open(self, definition: cst.ClassDef) -> bool:
        """Whether objects of other classes may count as instances of a class: it is a protocol, or others are registered."""
        return bool(definition.keywords) or not _OPEN.isdisjoint(self.parents(definition))

    def make_themselves(self, name: str) -> bool:
        """Whether a class says which objects its calls make: `__new__`."""
        classes = (self._resolver.definitions.name(definition) for definition in self.lineage(name))
        return any(True for _ in self._resolver.definitions.functions(f"{each}.__new__" for each in classes))

    def are_tuples(self, name: str) -> bool:
        """Whether the objects of a class are tuples of their attributes."""
        return any("typing.NamedTuple" in self.parents(definition) for definition in self.lineage(name))

    def _is_dataclass(self, definition: cst.ClassDef) -> bool:
        named = (self._resolver.names(named_by(each.decorator)) for each in definition.decorators)
        names = {*self.parents(definition)}.union(*named)
        return not _DATACLASSES.isdisjoint(names)


def _options(decorator: cst.Decorator) -> Sequence[cst.Arg]:
    return decorator.decorator.args if isinstance(decorator.decorator, cst.Call) else ()


def _is_set(option: cst.Arg, name: str) -> bool:
    return option.keyword is not None and option.keyword.value == name


def _last_parts(node: cst.BaseExpression) -> set[str]:
    """`ClassVar` for `typing.ClassVar[int]`."""
    return {key.rpartition(".")[2] for key in places(node)}
