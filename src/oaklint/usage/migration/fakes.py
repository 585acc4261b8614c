"""Answers that tests make up: dicts in openai 0.x, of which objects are made, since the code under test reads attributes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Literal, TypeAlias

from oaklint.python import cst
from oaklint.python.tree import Tree, called, dotted_name, last_part, positional
from oaklint.sdk.answers import Field, answer, field
from oaklint.sdk.legacy import CALL_ARGUMENTS, LegacyCall
from oaklint.sdk.legacy_calls import rewriting
from oaklint.sdk.resources import IMPORTABLE, types_of
from oaklint.usage.migration.draft import Draft
from oaklint.usage.migration.names import Names
from oaklint.usage.migration.patched import Patched

if TYPE_CHECKING:
    from oaklint.usage.usage import Usage

# dict: what can be made an object where it is handed over. object: what has attributes, and is changed where it is made.
# list: several answers, or chunks of one. plain: nothing that is read further.
Kind: TypeAlias = Literal["dict", "object", "list", "generator", "plain", "function"]
Function: TypeAlias = "cst.FunctionDef | cst.Lambda"

MOCKS = frozenset({"MagicMock", "Mock", "AsyncMock", "NonCallableMock", "NonCallableMagicMock"})
_OBJECTS = MOCKS | {"SimpleNamespace", "Namespace"}
MADE = {
    "openai.openai_object.OpenAIObject.construct_from",
    "openai.util.convert_to_openai_object",
    *("openai.ChatCompletion.construct_from", "openai.Completion.construct_from", "openai.Embedding.construct_from"),
}
_ITERATORS = frozenset({"builtins.iter", "collections.deque", "itertools.cycle", "itertools.repeat"})
_LISTS = frozenset({"builtins.iter", "builtins.list", "builtins.tuple"})
_PLAIN = ("SimpleString", "FormattedString", "ConcatenatedString", "Integer", "Float", "UnaryOperation")
_GONE = frozenset({"api_key", "api_base", "api_type", "api_version", "organization", "request_id"})
# How an object, or a class, is called in its own methods.
_OWN = {"self", "cls"}
_UNKNOWN = "what it answers cannot be followed"


class Fakes:
    """Makes objects of them, and has functions that answer in the place of a method take its arguments of today."""

    def __init__(self, usage: Usage, draft: Draft, names: Names, patched: Patched) -> None:
        self._usage = usage
        self._patched = patched
        self._tree = usage.tree
        self._resolver = usage.resolver
        self._draft = draft
        self._names = names
        self._done: dict[cst.CSTNode, object] = {}
        self._asked: set[cst.CSTNode] = set()
        # Calls that answer a dict, with the type that is to be made of it; and what gives such a dict in the place of a method.
        self._calls: dict[cst.Call, tuple[str, bool]] = {}
        self._answering: list[cst.FunctionDef] = []

    # What is to be converted.

    def answer(self, node: cst.BaseExpression, legacy: LegacyCall) -> None:
        """Something that is answered in the place of a method."""
        found, rules = answer(legacy.successor or ""), rewriting(legacy)
        if found is None or rules is None or rules.suffix or found.type is None:
            if self._kind(node) != "plain" or (rules is not None and rules.suffix):
                self._draft.stop(node, f"what `{legacy.name}` answers has another form")
            return
        self._convert(node, found.type, several=found.chunk or "", is_async=legacy.is_async)

    def effect(self, node: cst.BaseExpression, legacy: LegacyCall) -> None:
        """What a mock is told to do when it is called: to answer one after the other, to call something, to raise something."""
        if isinstance(node, (cst.List, cst.Tuple)):
            for element in node.elements:
                if not self._is_error(element.value):
                    self.answer(element.value, legacy)
        elif isinstance(node, cst.Call) and self._resolver.names(node.func) & _ITERATORS:
            if len(node.args) == 1:
                self.effect(node.args[0].value, legacy)
            else:
                self._draft.stop(node, _UNKNOWN)
        elif self._is_error(node) or (isinstance(node, cst.Name) and node.value == "None"):
            pass
        elif (values := self._resolver.values_of(node)) and all(isinstance(each, (cst.List, cst.Tuple)) for each in values):
            for each in values:
                if self._once(each, legacy):
                    self.effect(each, legacy)
            self._stop_where_others_use(node)
        elif not self.function(node, legacy):
            self._draft.stop(node, _UNKNOWN)

    def function(self, node: cst.BaseExpression, legacy: LegacyCall) -> bool:
        """A function that is called in the place of a method; False where it is none that can be seen."""
        functions = list(self._functions(node))
        for each in functions:
            self.definition(each, legacy)
        return bool(functions)

    def definition(self, function: Function, legacy: LegacyCall) -> None:
        """The same for the function itself."""
        if self._once(function, legacy):
            self._rewrite_function(function, legacy)

    def path(self, node: cst.BaseExpression, legacy: LegacyCall) -> None:
        """What is set of an answer, bit by bit: `create.return_value.choices = [...]`. node: the answer, as it is named there."""
        found = answer(legacy.successor or "")
        if found is not None and found.type is not None:
            self._follow_path(node, found.type, found.chunk or "", legacy.is_async)

    def knows(self, node: cst.CSTNode) -> bool:
        """Whether something has been converted in its place."""
        return node in self._done

    # Functions.

    def _functions(self, node: cst.BaseExpression) -> Iterator[Function]:
        values = [node, *self._resolver.values_of(node)]
        for each in values:
            if isinstance(each, cst.Lambda):
                yield each
            elif isinstance(each, cst.Call):
                names = self._resolver.names(each.func)
                if names & {"builtins.staticmethod", "builtins.classmethod", "functools.partial"} and each.args:
                    yield from self._functions(each.args[0].value)
                else:
                    for maker in self._resolver.calls.functions(each):
                        for value in self._resolver.returned_values(maker):
                            if value is not node:
                                yield from self._functions(value)
        names = self._resolver.names(node)
        yield from self._resolver.definitions.functions(names)
        for definition in self._resolver.definitions.classes(name.removesuffix("()") for name in names if name.endswith("()")):
            yield from self._resolver.methods(definition, "__call__")

    def _rewrite_function(self, function: Function, legacy: LegacyCall) -> None:
        params = function.params
        for param in (*positional(function), *params.kwonly_params):
            self._rename_parameter(param, legacy)
        for star in (params.star_kwarg, params.star_arg):
            if isinstance(star, cst.Param):
                for use in self._tree.uses_of(star.name):
                    if star is params.star_kwarg:
                        self.arguments(use, legacy)
                    elif isinstance(self._tree.parents[use], cst.Subscript):
                        self._draft.stop(use, "arguments are given by their names since 1.0")
        if isinstance(function, cst.Lambda):
            self.answer(function.body, legacy)
            return
        self._answering.append(function)
        found = answer(legacy.successor or "")
        is_generator = bool(self._tree.nodes_in(function, cst.Yield))
        for value in self._resolver.returned_values(function):
            if is_generator and found is not None and found.chunk:
                self._convert(value, found.chunk, is_async=legacy.is_async)
            else:
                self.answer(value, legacy)

    def _rename_parameter(self, param: cst.Param, legacy: LegacyCall) -> None:
        name = param.name.value
        new = self._today(name, legacy, param)
        if new == name or not new:
            return
        if self._tree.scopes[param].lookup(new) is not None and self._tree.scopes[param.name].bindings.get(new):
            self._draft.stop(param, f"the name {new} is taken")
        for use in dict.fromkeys((param.name, *self._tree.uses_of(param.name))):
            self._draft.replace(use, new)

    def _today(self, name: str, legacy: LegacyCall, at: cst.CSTNode) -> str:
        """How an argument is called since 1.0; empty, and an obstacle, where it is none any more."""
        rules = rewriting(legacy)
        if rules is not None and name in rules.renamed:
            return rules.renamed[name]
        if name in _GONE or (rules is not None and (name in rules.grouped or name in rules.refused or name == rules.filename)):
            self._draft.stop(at, f"`{name}` is no argument of a request any more")
            return ""
        known = CALL_ARGUMENTS.get(name)
        return known.name or name if known is not None else name

    # Arguments that have been recorded.

    def arguments(self, node: cst.BaseExpression, legacy: LegacyCall) -> None:
        """The arguments of a call by their names, as a dict that the test reads."""
        if node in self._asked:
            return
        self._asked.add(node)
        parent = self._tree.parents[node]
        match parent:
            case cst.Subscript() if parent.value is node:
                for element in parent.slice:
                    if isinstance(element.slice, cst.Index):
                        self._rename_key(element.slice.value, legacy)
            case cst.Attribute() if parent.value is node:
                call = self._tree.parents[parent]
                if isinstance(call, cst.Call) and call.func is parent and parent.attr.value in ("get", "pop", "setdefault"):
                    self._rename_key(call.args[0].value, legacy)
                elif parent.attr.value == "copy" and isinstance(call, cst.Call):
                    self.arguments(call, legacy)
            case cst.ComparisonTarget():
                whole = self._tree.parents[parent]
                if isinstance(parent.operator, (cst.In, cst.NotIn)) and isinstance(whole, cst.Comparison):
                    self._rename_key(whole.left, legacy)
            case cst.Comparison():
                for each in parent.comparisons:
                    self.expected(each.comparator, legacy)
            case cst.Assign():
                for target in parent.targets:
                    if isinstance(target.target, (cst.Name, cst.Attribute)):
                        self._arguments_kept(target.target, legacy)
                    else:
                        self._unless_harmless(node, legacy)
            case cst.Arg() if parent.star == "**":
                pass
            case cst.Arg():
                self._arguments_handed(parent, node, legacy)
            case _:
                self._unless_harmless(node, legacy)

    def expected(self, node: cst.BaseExpression, legacy: LegacyCall) -> None:
        """What recorded arguments are compared with."""
        display = node if isinstance(node, cst.Dict) else self._resolver.display(node)
        if isinstance(display, cst.Dict):
            for element in display.elements:
                if isinstance(element, cst.DictElement):
                    self._rename_key(element.key, legacy)
        else:
            self._unless_harmless(node, legacy)

    def _arguments_kept(self, target: cst.Name | cst.Attribute, legacy: LegacyCall) -> None:
        for use in reads_of(target, self._tree):
            self.arguments(use, legacy)

    def _arguments_handed(self, arg: cst.Arg, node: cst.BaseExpression, legacy: LegacyCall) -> None:
        """`captured.update(kwargs)`, `calls.append(kwargs)`"""
        call = self._tree.parents[arg]
        func = call.func if isinstance(call, cst.Call) else None
        keeper = func.value if isinstance(func, cst.Attribute) and isinstance(func.value, (cst.Name, cst.Attribute)) else None
        method = func.attr.value if isinstance(func, cst.Attribute) else ""
        if keeper is not None and method == "update":
            for use in reads_of(keeper, self._tree):
                self.arguments(use, legacy)
        elif keeper is not None and method == "append":
            for use in reads_of(keeper, self._tree):
                self._several_arguments(use, legacy)
        elif isinstance(call, cst.Call) and last_part(call.func) in ("assertEqual", "assertDictEqual"):
            for other in call.args[:2]:
                if other is not arg:
                    self.expected(other.value, legacy)
        elif isinstance(call, cst.Call) and last_part(call.func) in ("assertIn", "assertNotIn") and call.args[0] is not arg:
            self._rename_key(call.args[0].value, legacy)
        elif isinstance(call, cst.Call) and last_part(call.func) not in ("len", "print", "bool", "dict", "str", "repr"):
            self._unless_harmless(node, legacy)

    def _several_arguments(self, node: cst.BaseExpression, legacy: LegacyCall) -> None:
        """A list of the arguments of several calls."""
        parent = self._tree.parents[node]
        match parent:
            case cst.Subscript() if parent.value is node:
                self.arguments(parent, legacy)
            case cst.For() | cst.CompFor() if parent.iter is node and isinstance(parent.target, cst.Name):
                for use in reads_of(parent.target, self._tree):
                    self.arguments(use, legacy)
            case cst.Arg():
                call = self._tree.parents[parent]
                if not isinstance(call, cst.Call) or last_part(call.func) not in ("len", "print", "bool"):
                    self._unless_harmless(node, legacy)
            case cst.Attribute() | cst.Assert() | cst.UnaryOperation():
                pass
            case cst.Comparison():
                for each in parent.comparisons:
                    items = each.comparator.elements if isinstance(each.comparator, cst.List) else ()
                    for item in items:
                        self.expected(item.value, legacy)
            case _:
                self._unless_harmless(node, legacy)

    def _rename_key(self, node: cst.BaseExpression, legacy: LegacyCall) -> None:
        key = self._usage.values.text(node)
        new = self._today(key, legacy, node) if key else ""
        if key and new and new != key:
            if isinstance(node, cst.SimpleString):
                self._draft.replace(node, f"{node.quote}{new}{node.quote}")
            else:
                self._draft.stop(node, f"`{key}` is called `{new}` since 1.0")

    def _unless_harmless(self, node: cst.BaseExpression, legacy: LegacyCall) -> None:
        if self._named_elsewhere:
            self._draft.stop(node, f"`{self._named_elsewhere}` may be looked for among the arguments here")

    @cached_property
    def _named_elsewhere(self) -> str:
        """An argument that has another name since 1.0, or is none, that the program speaks of by a text."""
        texts = {self._usage.values.text(node) for node in self._usage.nodes(cst.SimpleString)}
        return next((name for name in (*CALL_ARGUMENTS, *_GONE) if name in texts), "")

    # Kinds.

    def _kind(self, node: cst.BaseExpression, seen: frozenset[cst.CSTNode] = frozenset()) -> Kind | None:
        """What kind of thing an expression is; None where that is not seen."""
        if node in seen:
            return None
        seen |= {node}
        match node:
            case cst.Dict() | cst.DictComp():
                return "dict"
            case cst.List() | cst.Tuple() | cst.ListComp() | cst.GeneratorExp():
                return "list"
            case cst.Lambda():
                return "function"
            case cst.Await():
                return self._kind(node.expression, seen)
            case cst.IfExp():
                return self._common((node.body, node.orelse), seen)
            case cst.BooleanOperation():
                return self._common((node.left, node.right), seen)
            case cst.Call():
                return self._kind_of_call(node, seen)
            case cst.Name() if node.value in ("None", "True", "False"):
                return "plain"
            case cst.Subscript():
                return self._common(self._items(node.value), seen)
            case cst.Name() | cst.Attribute():
                return self._common(self._values(node), seen)
        return "plain" if type(node).__name__ in _PLAIN else None

    def _common(self, nodes: Iterable[cst.BaseExpression], seen: frozenset[cst.CSTNode]) -> Kind | None:
        kinds = {self._kind(each, seen) for each in nodes}
        others = kinds - {"plain"}
        return others.pop() if len(others) == 1 else "plain" if kinds == {"plain"} else None

    def _values(self, node: cst.Name | cst.Attribute) -> list[cst.BaseExpression]:
        """What a name or attribute may stand for: what it is set to, handed, or what the fixture of that name returns."""
        found = list(self._resolver.values_of(node))
        if not isinstance(node, cst.Name):
            return found
        for binding in self._resolver.bindings(node):
            if binding.kind == "parameter" and isinstance(binding.node, cst.Param):
                found += self._resolver.calls.handed_to(binding.node)
                found += [binding.node.default] if binding.node.default is not None else []
        return found

    def _items(self, node: cst.BaseExpression) -> list[cst.BaseExpression]:
        """What may be found in a list or dict that is written down."""
        found: list[cst.BaseExpression] = []
        for each in [node, *(self._values(node) if isinstance(node, (cst.Name, cst.Attribute)) else [])]:
            if isinstance(each, (cst.List, cst.Tuple, cst.Dict)):
                found += [element.value for element in each.elements]
            elif isinstance(each, cst.Call) and self._resolver.names(each.func) & _ITERATORS:
                found += self._items(each.args[0].value) if each.args else []
        return found

    def _kind_of_call(self, call: cst.Call, seen: frozenset[cst.CSTNode]) -> Kind | None:
        names, last = self._resolver.names(call.func), last_part(call.func)
        if names & {"builtins.dict", "json.loads", "json.load"}:
            return "dict"
        if names & {"copy.deepcopy", "copy.copy"} and call.args:
            return self._kind(call.args[0].value, seen)
        if names & _LISTS:
            return "list"
        if names & {"builtins.str", "builtins.int", "builtins.float", "builtins.len"} or last in ("throw", "join", "format"):
            return "plain"
        if isinstance(call.func, cst.Attribute) and last == "copy":
            return self._kind(call.func.value, seen)
        if isinstance(call.func, cst.Attribute) and last in ("pop", "popleft", "get") and (items := self._items(call.func.value)):
            return self._common(items, seen)
        if names & {"builtins.next"} and (items := self._items(call.args[0].value)):
            return self._common(items, seen)
        if last in _OBJECTS or names & MADE:
            return "object"
        for definition in self._classes_made(call):
            if self._is_dict(definition):
                return "dict"
            if self._resolver.methods(definition, "__getitem__"):
                return None
            return "object"
        functions = self._resolver.calls.functions(call)
        if any(self._tree.nodes_in(each, cst.Yield) for each in functions):
            return "generator"
        if not functions and self._usage.clients.is_request(call):
            return "plain"  # what is asked of the service all the same
        values = [value for each in functions for value in self._resolver.returned_values(each)]
        return self._common(values, seen) if values else None

    def _classes_made(self, call: cst.Call) -> Iterator[cst.ClassDef]:
        return self._resolver.definitions.classes(self._resolver.names(call.func))

    def _is_dict(self, definition: cst.ClassDef) -> bool:
        bases = {name for base in definition.bases for name in self._resolver.names(base.value)}
        return bool(bases & {"builtins.dict", "collections.UserDict", "collections.OrderedDict", "collections.defaultdict"})

    def _is_error(self, node: cst.BaseExpression) -> bool:
        """Whether it is an exception, or a class of them."""
        names = self._resolver.names(called(node)) | {last_part(called(node))}
        if any(name.endswith(("Error", "Exception", "Timeout", "Interrupt", "Exit", "TryAgain")) for name in names):
            return True
        if isinstance(node, cst.Call):
            return False
        values = self._resolver.values_of(node) if isinstance(node, (cst.Name, cst.Attribute)) else []
        return bool(values) and all(isinstance(each, cst.Call) and self._is_error(each) for each in values)

    # Converting.

    def _once(self, node: cst.CSTNode, key: object) -> bool:
        """Whether it is the first time; an obstacle where it was for something else then."""
        if node not in self._done:
            self._done[node] = key
            return True
        if self._done[node] != key:
            self._draft.stop(node, "it answers for different methods")
        return False

    def _convert(self, node: cst.BaseExpression, name: str, *, several: str = "", is_async: bool = False) -> None:
        """name: the type of an answer. several: that of its parts, where a list or a generator of these may stand for it."""
        kind = self._kind(node)
        if kind is None and isinstance(node, cst.IfExp):
            for each in (node.body, node.orelse):
                self._convert(each, name, several=several, is_async=is_async)
        elif kind == "dict" and name:
            self._wrap(node, name, is_async)
        elif kind in ("list", "generator") and several:
            self._convert_several(node, several, is_async)
        elif kind == "object":
            if self._once(node, (name, several)):
                self._convert_object(node, name, several, is_async)
        elif kind != "plain":
            self._draft.stop(node, _UNKNOWN)

    def _written(self, name: str, at: cst.CSTNode, is_async: bool) -> str:
        if name not in IMPORTABLE:
            self._draft.stop(at, "an object of this type cannot be made")
            return name
        written = [self._names.of_module(each, at) for each in types_of(name, is_async=is_async)]
        return written[0] if len(written) == 1 else f"{written[0]}[{written[1]}]"

    def _wrap(self, node: cst.BaseExpression, name: str, is_async: bool) -> None:
        if isinstance(node, (cst.Name, cst.Attribute)) and self._is_changed_behind(node):
            self._draft.stop(node, "the answer is changed after it has been handed over")
        if not self._once(node, name):
            return
        if isinstance(node, cst.Call):
            self._calls[node] = name, is_async
        else:
            self._construct(node, name, is_async)

    def _construct(self, node: cst.BaseExpression, name: str, is_async: bool) -> None:
        self._draft.wrap(node, f"{self._written(name, node, is_async)}.construct(**", ")")

    def settle(self) -> None:
        """Writes what could not be told before all was known: whether a function gives a dict, or by now an object."""
        returned = self._resolver.returned_values
        answering = {each for each in self._answering if any(value in self._done for value in returned(each))}
        for call, (name, is_async) in self._calls.items():
            functions = set(self._resolver.calls.functions(call))
            if not functions & answering:
                self._construct(call, name, is_async)
            elif not functions <= answering:
                self._draft.stop(call, _UNKNOWN)
        for function in answering:
            for call in self._resolver.calls.of(function):
                is_used = not isinstance(self._tree.parents[call], cst.Expr)
                if is_used and call not in self._done and not self._patched.names_method(call.func):
                    self._draft.stop(call, "what answers in the place of a method is called here, too")

    def _is_changed_behind(self, node: cst.Name | cst.Attribute) -> bool:
        if not self._resolver.is_changed_later(node):
            return False
        here, unit = self._draft.editor.span(node).start, self._tree.unit(node)
        for use in self._tree.named(last_part(node)):
            inner: cst.CSTNode = use
            while isinstance(self._tree.parents[inner], (cst.Subscript, cst.Attribute)):
                inner = self._tree.parents[inner]
            changes = inner is not use and (self._tree.is_store(inner) or isinstance(self._tree.parents[inner], cst.Call))
            if changes and (self._tree.unit(use) is not unit or self._draft.editor.span(use).start > here):
                return True
        return False

    def _convert_several(self, node: cst.BaseExpression, name: str, is_async: bool) -> None:
        match node:
            case cst.List() | cst.Tuple():
                for element in node.elements:
                    self._convert(element.value, name, is_async=is_async)
            case cst.ListComp() | cst.GeneratorExp():
                self._convert_item(node, name, is_async)
            case cst.Call() if self._resolver.names(node.func) & _LISTS and node.args:
                self._convert(node.args[0].value, "", several=name, is_async=is_async)
            case cst.Call():
                self._once(node, name)
                for function in self._resolver.calls.functions(node):
                    self._answering.append(function)
                    for value in self._resolver.returned_values(function):
                        if self._tree.nodes_in(function, cst.Yield):
                            if self._once(value, name):
                                self._convert_item_of(value, name, is_async)
                        else:
                            self._convert(value, "", several=name, is_async=is_async)
            case cst.Name() | cst.Attribute():
                items = self._items(node)
                if items and all(self._kind(each) == "dict" for each in items) and not self._is_changed_behind(node):
                    if self._once(node, name):
                        self._draft.wrap(node, f"[{self._written(name, node, is_async)}.construct(**each) for each in ", "]")
                else:
                    for value in self._values(node):
                        self._convert(value, "", several=name, is_async=is_async)
                    self._stop_where_others_use(node)
            case _:
                self._draft.stop(node, _UNKNOWN)

    def _convert_item(self, node: cst.ListComp | cst.GeneratorExp, name: str, is_async: bool) -> None:
        self._convert_item_of(node.elt, name, is_async)

    def _convert_item_of(self, node: cst.BaseExpression, name: str, is_async: bool) -> None:
        """One of several that a loop makes: a dict by its form, or a name for what the loop goes through."""
        if self._kind(node) is None and isinstance(node, cst.Name):
            loops = [b.value for b in self._resolver.bindings(node) if b.value is not None]
            items = [item for each in loops for item in self._items(each)]
            if items and all(self._kind(each) == "dict" for each in items):
                self._construct(node, name, is_async)
                return
        self._done.pop(node, None)
        self._convert(node, name, is_async=is_async)

    def _stop_where_others_use(self, node: cst.BaseExpression) -> None:
        """Stops where what has been changed in its place is read elsewhere."""
        if isinstance(node, cst.Name) and len(reads_of(node, self._tree)) > 1:
            self._draft.stop(node, "what it answers is used elsewhere, too")

    # Objects.

    def _convert_object(self, node: cst.BaseExpression, name: str, several: str, is_async: bool) -> None:
        """Changes what has attributes in the place where it is made."""
        match node:
            case cst.Call():
                self._convert_made(node, name, several, is_async)
            case cst.Name() | cst.Attribute():
                for value in self._values(node):
                    self._convert(value, name, several=several, is_async=is_async)
                for use in reads_of(node, self._tree):
                    self._follow_path(use, name, several, is_async)
            case cst.Await():
                self._convert(node.expression, name, several=several, is_async=is_async)
            case cst.IfExp():
                self._convert(node.body, name, several=several, is_async=is_async)
                self._convert(node.orelse, name, several=several, is_async=is_async)
            case cst.Subscript():
                for value in self._items(node.value):
                    self._convert(value, name, several=several, is_async=is_async)
            case _:
                self._draft.stop(node, _UNKNOWN)

    def _convert_made(self, call: cst.Call, name: str, several: str, is_async: bool) -> None:
        names = self._resolver.names(call.func)
        if names & MADE:
            self._convert_constructed(call, name, is_async)
        elif last_part(call.func) in _OBJECTS:
            for arg in call.args:
                if arg.keyword is not None:
                    self._convert_member(arg.value, arg.keyword.value, name, is_async)
                elif arg.star == "**":
                    self._convert_spread(arg.value, name, is_async)
        elif names & {"copy.deepcopy", "copy.copy"}:
            self._convert(call.args[0].value, name, several=several, is_async=is_async)
        elif definitions := list(self._classes_made(call)):
            for definition in definitions:
                self._convert_class(definition, name, is_async)
        else:
            for function in self._resolver.calls.functions(call):
                for value in self._resolver.returned_values(function):
                    self._convert(value, name, several=several, is_async=is_async)

    def _convert_constructed(self, call: cst.Call, name: str, is_async: bool) -> None:
        """`OpenAIObject.construct_from({...}, key)`"""
        first = call.args[0] if call.args else None
        keyword = first.keyword.value if first is not None and first.keyword is not None else None
        if first is None or first.star or not name or keyword not in (None, "values", "resp"):
            self._draft.stop(call, _UNKNOWN)
            return
        self._draft.replace(call.func, f"{self._written(name, call, is_async)}.construct")
        if first.keyword is not None:
            self._draft.replace(first, f"**{self._draft.text(first.value)}")
        else:
            self._draft.wrap(first.value, "**", "")
        for arg in call.args[1:]:
            self._draft.take_argument(call, arg)

    def _convert_spread(self, node: cst.BaseExpression, name: str, is_async: bool) -> None:
        display = self._resolver.display(node)
        if not isinstance(display, cst.Dict):
            self._draft.stop(node, _UNKNOWN)
            return
        for element in display.elements:
            key = self._usage.values.text(element.key) if isinstance(element, cst.DictElement) else None
            if key is None or "." in key:
                self._draft.stop(element.value, _UNKNOWN)
            else:
                self._convert_member(element.value, key, name, is_async)

    def _convert_member(self, node: cst.BaseExpression, attribute: str, name: str, is_async: bool) -> None:
        found = self._field(name, attribute)
        if attribute == "__getitem__":
            self._draft.stop(node, "the answer is read by its attributes since 1.0")
        elif found is not None and found.type:
            if found.is_list:
                self._convert(node, "", several=found.type, is_async=is_async)
            else:
                self._convert(node, found.type, is_async=is_async)

    @staticmethod
    def _field(name: str, attribute: str) -> Field | None:
        return field(name, attribute) if name else None

    def _convert_class(self, definition: cst.ClassDef, name: str, is_async: bool) -> None:
        """The attributes that objects of a class of the program have."""
        for node in self._usage.nodes(cst.Assign):
            for each in node.targets:
                target = each.target
                in_body = isinstance(target, cst.Name) and self._tree.scopes[target].node is definition
                if in_body and isinstance(target, cst.Name):
                    self._convert_member(node.value, target.value, name, is_async)
                elif isinstance(target, cst.Attribute) and dotted_name(target.value) == "self":
                    if self._resolver.definitions.class_of(node) is definition:
                        self._convert_member(node.value, target.attr.value, name, is_async)
        for method in ("__iter__", "__aiter__", "__next__", "__anext__"):
            if self._resolver.methods(definition, method):
                self._draft.stop(definition.name, "an answer that comes in chunks is made by a class")

    # Bit by bit.

    def _follow_path(self, node: cst.BaseExpression, name: str, several: str, is_async: bool) -> None:
        """What is set of an object, or of what it holds. several: of what type its items are."""
        parent = self._tree.parents[node]
        match parent:
            case cst.Attribute() if parent.value is node:
                attribute = parent.attr.value
                if attribute in ("__iter__", "__aiter__", "__enter__", "__aenter__"):
                    above = self._tree.parents[parent]
                    if isinstance(above, cst.Attribute) and above.attr.value == "return_value":
                        self._follow_path(above, name if "enter" in attribute else "", several, is_async)
                    return
                if attribute in ("__getitem__", "get", "to_dict", "to_dict_recursive"):
                    self._draft.stop(parent, "the answer is read by its attributes since 1.0")
                    return
                found = self._field(name, attribute)
                if found is not None and found.type:
                    one, more = ("", found.type) if found.is_list else (found.type, "")
                    self._follow_path(parent, one, more, is_async)
            case cst.Subscript() if parent.value is node:
                index = parent.slice[0].slice
                key = self._usage.values.value(index.value) if isinstance(index, cst.Index) else None
                if isinstance(key, str):
                    self._draft.stop(parent, "the answer is read by its attributes since 1.0")
                elif several:
                    self._follow_path(parent, several, "", is_async)
            case cst.Comparison() | cst.ComparisonTarget() if name or several:
                self._draft.stop(node, "the answer is compared as a whole")
            case cst.Arg() if name or several:
                call = self._tree.parents[parent]
                if isinstance(call, cst.Call) and last_part(call.func).startswith("assert"):
                    self._draft.stop(node, "the answer is compared as a whole")
            case cst.AssignTarget():
                assign = self._tree.parents[parent]
                if isinstance(assign, cst.Assign) and not isinstance(node, cst.Name):
                    self._convert(assign.value, name, several=several, is_async=is_async)


def reads_of(target: cst.BaseExpression, tree: Tree) -> list[cst.BaseExpression]:
    """Where something that has been bound, to a name or an attribute, is read."""
    uses: list[cst.BaseExpression] = []
    if isinstance(target, cst.Name):
        uses += tree.uses_of(target)
    elif isinstance(target, cst.Attribute):
        owners = {dotted_name(target.value)} | (_OWN if dotted_name(target.value) in _OWN else set())
        named = (use for use in tree.named(target.attr.value) if isinstance(use, cst.Attribute))
        uses += (use for use in named if use is not target and dotted_name(use.value) in owners)
    return [use for use in uses if not tree.is_store(use)]
