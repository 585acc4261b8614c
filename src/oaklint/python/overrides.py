"""What a class changes of what a method of its base does."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property

from oaklint.python import cst
from oaklint.python.attributes import Attributes
from oaklint.python.definitions import is_abstract
from oaklint.python.tree import positional, walk


class Overrides:
    """Says whether a class that inherits a method changes what comes of it."""

    def __init__(self, attributes: Attributes) -> None:
        self._attributes = attributes
        self._used: dict[cst.ClassDef, dict[str, set[str]]] = {}
        self._decisive_for: dict[tuple[cst.ClassDef, str], set[str]] = {}
        self._changed_by: dict[tuple[cst.ClassDef, cst.ClassDef], set[str]] = {}

    def of(self, heir: cst.ClassDef, base: cst.ClassDef, method: str) -> bool:
        """Whether a class defines anew a method of its base, or what leads to it there, or what the base's loops and clauses go
        by, so that the method may not be run, or something else may come of it.
        """
        changed = self._changed(heir, base)
        return bool(changed) and not changed.isdisjoint(self._decisive(base, method))

    def _changed(self, heir: cst.ClassDef, base: cst.ClassDef) -> set[str]:
        """The methods and attributes of a base that a class defines anew, or gives other values."""
        found = self._changed_by.get((heir, base))
        if found is None:
            both = self._defined_in(heir) & self._defined_in(base) - {"__init__"}
            found = {name for name in both if not self._is_harmless(heir, name)} | self._set_through_constructor(heir, base)
            self._changed_by[heir, base] = found
        return found

    def _set_through_constructor(self, heir: cst.ClassDef, base: cst.ClassDef) -> set[str]:
        """The attributes that a base sets to what its constructor is handed, where a class hands it a constant by
        `super().__init__(attempts=1)` that may decide.
        """
        handed: set[str] = set()
        for call in (node for node in walk(heir.body) if isinstance(node, cst.Call) and _is_of_super(node)):
            in_order = [param.name.value for param in self._constructor_parameters(base)][1:]
            named = ((arg.keyword.value, arg.value) for arg in call.args if arg.keyword is not None)
            given = zip(in_order, (arg.value for arg in call.args if arg.keyword is None and not arg.star), strict=False)
            handed |= {name for name, value in (*named, *given) if _may_decide(value)}
        kept = ((name, value) for (owner, name), values in self._attributes.assigned.items() if owner is base for value in values)
        return {name for name, value in kept if isinstance(value, cst.Name) and value.value in handed}

    def _constructor_parameters(self, definition: cst.ClassDef) -> list[cst.Param]:
        methods = (line for line in definition.body.body if isinstance(line, cst.FunctionDef))
        return next((positional(method) for method in methods if method.name.value == "__init__"), [])

    def _decisive(self, definition: cst.ClassDef, method: str) -> set[str]:
        """A method of a class, those by which it comes to be called in the class, and what their loops and clauses ask about what
        to do.
        """
        found = self._decisive_for.get((definition, method))
        if found is None:
            used = self._used_by_methods(definition)
            # What has a name for all is called from elsewhere, too.
            private = {name: set(filter(_is_private, uses)) for name, uses in used.items()}
            leading = _closed({method}, lambda names: {name for name, uses in private.items() if uses & names})
            methods = (line for line in definition.body.body if isinstance(line, cst.FunctionDef) and line.name.value in leading)
            deciding = [part for each in methods for node in walk(each) for part in _deciding_parts(node)]
            asked = {name for part in deciding for name in self._of_self_in(part)}
            told = self._only_told(definition, deciding)
            found = leading | asked
            found |= _closed(asked - told, lambda names: {used_there for name in names for used_there in used.get(name, ())})
            self._decisive_for[definition, method] = found
        return found

    def _only_told(self, definition: cst.ClassDef, deciding: Sequence[cst.CSTNode]) -> set[str]:
        """The methods of a class that some nodes only call to tell them something: nothing comes of that, as they never raise,
        and call no others of the class.
        """
        statements = {_called(node) for part in deciding for node in walk(part) if isinstance(node, cst.Expr)}
        otherwise = {
            node.attr.value
            for part in deciding
            for node in walk(part)
            if isinstance(node, cst.Attribute) and node not in statements and self._attributes.is_of_self(node)
        }
        methods = [line for line in definition.body.body if isinstance(line, cst.FunctionDef)]
        quiet = {method.name.value for method in methods if not any(map(self._may_decide_more, walk(method)))}
        return {method.attr.value for method in statements if isinstance(method, cst.Attribute)} & quiet - otherwise

    def _may_decide_more(self, node: cst.CSTNode) -> bool:
        if isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute):
            return self._attributes.is_of_self(node.func)
        return isinstance(node, cst.Raise)

    def _used_by_methods(self, definition: cst.ClassDef) -> dict[str, set[str]]:
        """The attributes and methods of its own that each method of a class uses."""
        found = self._used.get(definition)
        if found is None:
            methods = (line for line in definition.body.body if isinstance(line, cst.FunctionDef))
            found = self._used[definition] = {method.name.value: self._of_self_in(method) for method in methods}
        return found

    def _of_self_in(self, node: cst.CSTNode) -> set[str]:
        attributes = (part for part in walk(node) if isinstance(part, cst.Attribute))
        return {attribute.attr.value for attribute in attributes if self._attributes.is_of_self(attribute)}

    def _defined_in(self, definition: cst.ClassDef) -> set[str]:
        """The methods of a class that are not left to its subclasses, and the names to which its body or methods give a value."""
        functions = (line for line in definition.body.body if isinstance(line, cst.FunctionDef))
        bodies = self._attributes.bound_in(definition).items()
        bound = (name for name, bindings in bodies if any(binding.value is not None for binding in bindings))
        methods = (function.name.value for function in functions if not is_abstract(function))
        return {*bound, *methods, *self._assigned_names.get(definition, ())}

    @cached_property
    def _assigned_names(self) -> dict[cst.ClassDef, set[str]]:
        found: dict[cst.ClassDef, set[str]] = {}
        for owner, name in self._attributes.assigned:
            found.setdefault(owner, set()).add(name)
        return found

    def _is_harmless(self, definition: cst.ClassDef, name: str) -> bool:
        """Whether the body of a class binds a name to a text, which is what it is called, or to a number greater than one: a few
        turns more or less are as good as each other.
        """
        values = [binding.value for binding in self._attributes.in_class_body(definition, name)]
        return bool(values) and all(value is not None and _is_text_or_number(value) for value in values)


def _called(statement: cst.Expr) -> cst.BaseExpression | None:
    """What a statement calls that does nothing else."""
    call = statement.value.expression if isinstance(statement.value, cst.Await) else statement.value
    return call.func if isinstance(call, cst.Call) else None


def _is_of_super(call: cst.Call) -> bool:
    """`super().__init__(...)`"""
    if not isinstance(call.func, cst.Attribute) or call.func.attr.value != "__init__":
        return False
    owner = call.func.value
    return isinstance(owner, cst.Call) and isinstance(owner.func, cst.Name) and owner.func.value == "super"


def _may_decide(value: cst.BaseExpression) -> bool:
    """Whether what is handed over may decide on another turn: a class, or a constant but for texts and numbers above one."""
    if isinstance(value, cst.Name):
        return value.value[:1].isupper()  # a class, True, None; what is handed on says nothing
    return isinstance(value, (cst.Integer, cst.Float, cst.Tuple, cst.Attribute)) and not _is_text_or_number(value)


def _is_private(name: str) -> bool:
    return name.startswith("_") and not name.endswith("__")


def _is_text_or_number(value: cst.BaseExpression) -> bool:
    """Whether it is a text, or a number greater than one."""
    return isinstance(value, cst.BaseString) or (isinstance(value, (cst.Integer, cst.Float)) and value.evaluated_value > 1)


def _closed(found: set[str], further: Callable[[set[str]], set[str]]) -> set[str]:
    """The names, those to which they lead, and so on."""
    while more := further(found) - found:
        found = found | more
    return found


def _deciding_parts(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """What decides on what becomes of an error, and whether there is another turn, if a node does."""
    if isinstance(node, (cst.ExceptHandler, cst.ExceptStarHandler, cst.Decorator)):
        yield node
    elif isinstance(node, cst.For):
        yield node.iter
    elif isinstance(node, cst.WithItem):
        yield node.item
    elif isinstance(node, cst.While):
        yield node.test
