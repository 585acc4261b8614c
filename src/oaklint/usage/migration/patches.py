"""Tests that put something in the place of a method of openai 0.x: they do so to the method of the resource since 1.0.

`openai.resources.chat.completions.Completions.create` is found there whichever client asks, and wherever that stands.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from oaklint.python import cst
from oaklint.python.tree import argument_of, last_part, positional
from oaklint.sdk.legacy import CLIENT_SETTINGS, LEGACY_CLASSES, LegacyCall, legacy_method, legacy_methods
from oaklint.sdk.legacy_calls import rewriting
from oaklint.sdk.resources import is_seen_as_async, resource_class
from oaklint.source import Change, Span
from oaklint.usage.migration.calls import Calls
from oaklint.usage.migration.draft import Draft
from oaklint.usage.migration.fakes import MADE, MOCKS, Fakes, reads_of
from oaklint.usage.migration.homes import Homes
from oaklint.usage.migration.names import Names
from oaklint.usage.migration.new_clients import NewClients
from oaklint.usage.migration.patched import ASSERTIONS, INDIFFERENT, LAST_CALL, LISTS_OF_CALLS, Patch, Patched, Target

if TYPE_CHECKING:
    from oaklint.usage.usage import Usage


class Patches:
    """Rewrites them, with what they answer and what is asked of them later."""

    def __init__(
        self, usage: Usage, draft: Draft, names: Names, patched: Patched, calls: Calls, clients: NewClients, homes: Homes
    ) -> None:
        self._usage = usage
        self._tree = usage.tree
        self._resolver = usage.resolver
        self._draft = draft
        self._names = names
        self._patched = patched
        self._calls = calls
        self._clients = clients
        self._homes = homes
        self._fakes = Fakes(usage, draft, names, patched)
        self._methods: dict[Patch, set[LegacyCall]] = {}
        self._followed: set[tuple[cst.CSTNode, Patch]] = set()

    def migrate(self) -> None:
        for node, reason in self._patched.strange:
            self._draft.stop(node, reason)
        for assign, value, legacy in self._patched.originals:
            self._keep_original(assign, value, legacy)
        for node, target in self._patched.mentions:
            self._ask_by_name(node, target)
        for patch in self._patched.all:
            self._migrate(patch)
        self._fakes.settle()
        for call in self._usage.nodes(cst.Call):
            if self._resolver.names(call.func) & MADE and not self._fakes.knows(call):
                self._draft.stop(call, "what answers it is made for cannot be seen")

    def _ask_by_name(self, node: cst.Attribute, target: Target) -> None:
        """`openai.ChatCompletion.create.assert_called_once()`"""
        legacy = target.legacy
        patches = [each for each in self._patched.all if each.target in (target, Target(target.cls, ""))]
        if legacy is None or not patches:
            self._draft.stop(node, "where it is replaced by a mock cannot be seen")
            return
        for patch in patches:
            self._methods.setdefault(patch, set()).add(legacy)
        cls = self._class(legacy, node)
        if cls is not None:
            self._draft.replace(node, f"{self._names.of_module(cls, node)}.{_method(legacy)}")
        self._follow(node, patches[0], target)

    def _keep_original(self, assign: cst.Assign, value: cst.Attribute, legacy: LegacyCall) -> None:
        cls = self._class(legacy, value)
        if cls is not None:
            self._draft.replace(value, f"{self._names.of_module(cls, value)}.{_method(legacy)}")

    def _class(self, legacy: LegacyCall, at: cst.CSTNode) -> str | None:
        """The class that has the method since 1.0."""
        rules = rewriting(legacy)
        if legacy.successor is None or rules is None or rules.by_hand:
            self._draft.stop(at, f"`{legacy.name}` has no successor: {legacy.note}")
            return None
        return resource_class(legacy.successor.rpartition(".")[0], is_async=legacy.is_async)

    # One place.

    def _migrate(self, patch: Patch) -> None:
        target = patch.target
        if not target.cls and target.name:
            self._migrate_setting(patch)
            return
        for name, value in self._given(patch):
            self._configure(patch, name, value, target.legacy)
        if patch.new is not None:
            self._replaced_by(patch, patch.new)
        for mock in self._mocks(patch):
            self._follow(mock, patch, target)
        found = self._methods.get(patch, set()) | ({target.legacy} if target.legacy is not None else set())
        if len(found) != 1:
            reason = "it stands in the place of several methods" if found else "which method it is for cannot be seen"
            self._draft.stop(patch.where, reason)
            return
        legacy = found.pop()
        cls = self._class(legacy, patch.where)
        if cls is not None:
            self._rename_target(patch, cls, _method(legacy))
            self._make_async(patch, legacy)

    def _given(self, patch: Patch) -> Iterator[tuple[str, cst.BaseExpression]]:
        """How a mock is set up where it is made: `return_value=`, `side_effect=`."""
        if isinstance(patch.node, cst.Call) and patch.makes:
            for arg in patch.node.args:
                if arg.keyword is not None:
                    yield arg.keyword.value, arg.value
                elif arg.star:
                    yield from self._spread(arg.value)

    def _spread(self, node: cst.BaseExpression) -> Iterator[tuple[str, cst.BaseExpression]]:
        """`**{"return_value": ...}`"""
        display = self._resolver.display(node)
        elements = display.elements if isinstance(display, cst.Dict) else ()
        pairs = [(self._usage.values.text(each.key), each.value) for each in elements if isinstance(each, cst.DictElement)]
        if not pairs or len(pairs) != len(elements):
            self._draft.stop(node, "what it is set up with cannot be seen")
        for key, value in pairs:
            if key is None or "." in key:
                self._draft.stop(value, "what it is set up with cannot be seen")
            else:
                yield key, value

    def _configure(self, patch: Patch, name: str, value: cst.BaseExpression, legacy: LegacyCall | None) -> None:
        if name not in ("return_value", "side_effect", "wraps"):
            return
        if legacy is None or name == "wraps":
            self._draft.stop(value, "which method it is for cannot be seen")
        elif name == "return_value":
            self._fakes.answer(value, legacy)
        else:
            self._fakes.effect(value, legacy)

    def _replaced_by(self, patch: Patch, new: cst.BaseExpression) -> None:
        """What stands in the place of a method: a mock, or a function that takes no `self`."""
        legacy = patch.target.legacy
        if legacy is None:
            self._replaced_by_class(patch, new)
            return
        if any(value is not new and self._is_original(new, legacy) for _, value, legacy in self._patched.originals):
            return
        mocks = [each for each in (new, *self._values(new)) if isinstance(each, cst.Call) and last_part(each.func) in MOCKS]
        for mock in mocks:
            for arg in mock.args:
                if arg.keyword is not None:
                    self._configure(patch, arg.keyword.value, arg.value, legacy)
        if mocks:
            return
        if not self._fakes.function(new, legacy):
            self._draft.stop(new, "what it is replaced by cannot be followed")
        elif not self._is_bound_already(new):
            self._draft.wrap(new, "staticmethod(", ")")

    def _replaced_by_class(self, patch: Patch, new: cst.BaseExpression) -> None:
        """A class of 0.x is replaced by one of the program, or an object of it, that has the one method that is called."""
        names = {name.removesuffix("()") for name in self._resolver.names(new)}
        classes = list(self._resolver.definitions.classes(names))
        found = {
            legacy: functions
            for definition in classes
            for legacy in (legacy_methods(patch.target.cls) if patch.target.cls else ())
            if (functions := self._resolver.methods(definition, legacy.method))
        }
        if len(found) != 1 or len(classes) != 1 or classes[0].bases:
            self._draft.stop(new, "the whole class, or module, is replaced by something of the program's own")
            return
        legacy, functions = found.popitem()
        self._methods.setdefault(patch, set()).add(legacy)
        for function in functions:
            self._fakes.definition(function, legacy)
        self._draft.wrap(new, "staticmethod(", f".{legacy.method})")

    def _values(self, node: cst.BaseExpression) -> list[cst.BaseExpression]:
        return self._resolver.values_of(node) if isinstance(node, (cst.Name, cst.Attribute)) else []

    def _is_original(self, node: cst.BaseExpression, legacy: LegacyCall) -> bool:
        kept = {value for _, value, of in self._patched.originals if of == legacy}
        return node in kept or any(each in kept for each in self._values(node))

    def _is_bound_already(self, node: cst.BaseExpression) -> bool:
        made = {"builtins.staticmethod", "builtins.classmethod", "functools.partial"}
        if isinstance(node, cst.Call):
            return bool(self._resolver.names(node.func) & made)
        functions = self._resolver.definitions.functions(self._resolver.names(node))
        return any(self._resolver.names(each.decorator) & made for function in functions for each in function.decorators)

    # Where it is.

    def _rename_target(self, patch: Patch, cls: str, method: str) -> None:
        node = patch.node
        if patch.how == "assigned":
            self._draft.replace(patch.where, f"{self._names.of_module(cls, patch.where)}.{method}")
        elif patch.how == "text":
            self._rename_text(patch, f"{cls}.{method}")
        elif isinstance(node, cst.Call):
            if self._resolver.names(node.func) & {"builtins.setattr"}:
                self._draft.replace(node.args[0].value, self._names.of_module(cls, node))
                self._draft.replace(node.args[1].value, self._quoted(method, node))
            else:
                self._name_by_text(patch, node, f"{cls}.{method}")

    def _quoted(self, text: str, at: cst.CSTNode) -> str:
        quote = self._draft.quote_at(at)
        return f"{quote}{text}{quote}"

    def _rename_text(self, patch: Patch, target: str) -> None:
        where = patch.where
        if isinstance(where, (cst.Name, cst.Attribute)):
            values = self._values(where)
            reads = (use for use in self._tree.named(last_part(where)) if not self._tree.is_store(use))
            if len(values) != 1 or not all(map(self._names_patch, reads)):
                self._draft.stop(where, "its name is used elsewhere, too")
                return
            where = values[0]
        if isinstance(where, cst.SimpleString) and not where.prefix:
            self._draft.replace(where, f"{where.quote}{target}{where.quote}")
        else:
            self._draft.replace_whole(where, self._quoted(target, patch.node))

    def _names_patch(self, node: cst.CSTNode) -> bool:
        return any(patch.where is node for patch in self._patched.all)

    def _name_by_text(self, patch: Patch, call: cst.Call, target: str) -> None:
        """`patch.object(openai.ChatCompletion, "create")` as `patch("...")`."""
        first, second = call.args[0], call.args[1]
        if first.keyword is not None or second.keyword is not None:
            self._draft.stop(patch.where, "what it replaces is given by keywords")
            return
        if last_part(call.func) == "object" and isinstance(call.func, cst.Attribute):
            self._draft.replace_tail(call.func, call.func.value, "")
        with self._draft.or_stop(call):
            start, end = self._draft.editor.outer_span(first.value), self._draft.editor.outer_span(second.value)
            self._draft.add(Change(Span(start.cell, start.start, end.end), self._quoted(target, call)))
        self._draft.drop(first)

    def _make_async(self, patch: Patch, legacy: LegacyCall) -> None:
        """Has a mock made that can be awaited, where `patch` would not see to that by itself any more."""
        call = patch.node
        if not patch.makes or not legacy.is_async or is_seen_as_async(legacy.successor or "") or not isinstance(call, cst.Call):
            return
        if argument_of(call, "new_callable") is None and argument_of(call, "autospec") is None:
            with self._draft.or_stop(call):
                mock = self._names.of_module("unittest.mock.AsyncMock", call)
                self._draft.add(*self._draft.editor.add_argument(call, f"new_callable={mock}"))

    def _migrate_setting(self, patch: Patch) -> None:
        """`patch("openai.api_key", "...")`: of the client, where that is built in this file."""
        attribute, name = CLIENT_SETTINGS.get(patch.target.name), patch.target.name
        home = next((home for home in self._homes.all if home.unit is None), None)
        if home is not None and home.kind == "module" and attribute == name:
            return
        if (
            attribute is None
            or home is None
            or home.kind != "variable"
            or self._clients.constructions.is_azure(home)
            or patch.new is None
        ):
            self._draft.stop(patch.where, f"`openai.{name}` is replaced: it is for the client to have since 1.0")
            return
        call = patch.node
        if len(self._homes.all) != 1 or len(home.kinds) != 1 or not isinstance(call, cst.Call):
            self._draft.stop(patch.where, "there is more than one client that would have it")
            return
        client = home.clients[0]
        if patch.how == "object":
            self._draft.replace(call.args[0].value, client)
            if attribute != name:
                self._draft.replace(call.args[1].value, self._quoted(attribute, call))
        else:
            if last_part(call.func) == "patch":
                self._draft.append(call.func, ".object")
            self._draft.replace(patch.where, f"{client}, {self._quoted(attribute, call)}")

    # Mocks.

    def _mocks(self, patch: Patch) -> Iterator[cst.BaseExpression]:
        """The expressions that are the mock, before anybody gives it a name, and the names that a decorator gives it."""
        call = patch.node
        if patch.new is not None:
            if isinstance(patch.new, (cst.Name, cst.Attribute)):
                made = [each for each in self._values(patch.new) if isinstance(each, cst.Call) and last_part(each.func) in MOCKS]
                yield from made
            elif isinstance(patch.new, cst.Call) and last_part(patch.new.func) in MOCKS:
                yield patch.new
                if isinstance(call, cst.Call):
                    yield call  # `with patch("...", MagicMock()) as create`
            return
        assert isinstance(call, cst.Call)
        parent = self._tree.parents[call]
        if isinstance(parent, cst.Decorator):
            self._decorates(parent, patch)
        else:
            yield call

    def _decorates(self, decorator: cst.Decorator, patch: Patch) -> None:
        """Goes on to the parameter that a decorator hands its mock to, in the function or in each test of the class."""
        owner = self._tree.parents[decorator]
        if isinstance(owner, cst.FunctionDef):
            self._handed(owner, owner.decorators, decorator, 0, patch)
        elif isinstance(owner, cst.ClassDef):
            for line in owner.body.body:
                if isinstance(line, cst.FunctionDef) and line.name.value.startswith("test"):
                    own = sum(self._hands_over(each) for each in line.decorators)
                    self._handed(line, owner.decorators, decorator, own, patch)

    def _handed(self, function: cst.FunctionDef, decorators: object, decorator: cst.Decorator, before: int, patch: Patch) -> None:
        assert isinstance(decorators, (list, tuple))
        below = decorators[next(i for i, each in enumerate(decorators) if each is decorator) + 1 :]
        place = before + sum(self._hands_over(each) for each in below)
        params = positional(function)
        is_method = isinstance(self._tree.scopes[function].node, cst.ClassDef)
        is_static = any(last_part(each.decorator) == "staticmethod" for each in function.decorators)
        params = params[1:] if is_method and not is_static else params
        if place >= len(params):
            if function.params.star_arg is None or not isinstance(function.params.star_arg, cst.Param):
                self._draft.stop(function.name, "where its mocks are handed over cannot be seen")
            return
        for use in reads_of(params[place].name, self._tree):
            self._follow(use, patch, patch.target)

    @staticmethod
    def _hands_over(decorator: cst.Decorator) -> bool:
        """Whether a decorator hands a mock to what it decorates."""
        call = decorator.decorator
        if not isinstance(call, cst.Call):
            return False
        last = last_part(call.func)
        if last == "patch":
            return argument_of(call, 1, "new") is None
        is_object = last == "object" and isinstance(call.func, cst.Attribute) and last_part(call.func.value) == "patch"
        return is_object and argument_of(call, 2, "new") is None

    def _follow(self, node: cst.BaseExpression, patch: Patch, target: Target) -> None:
        """node: an expression that is the mock, or the patcher that makes it; target: what it stands for."""
        if (node, patch) in self._followed:
            return
        self._followed.add((node, patch))
        parent = self._tree.parents[node]
        match parent:
            case cst.Attribute() if parent.value is node:
                self._attribute(parent, node, patch, target)
            case cst.Assign():
                for each in parent.targets:
                    self._kept(each.target, patch, target)
            case cst.AnnAssign() if parent.value is node:
                self._kept(parent.target, patch, target)
            case cst.WithItem() if parent.item is node:
                if parent.asname is not None:
                    self._kept(parent.asname.name, patch, target)
            case cst.NamedExpr() if parent.value is node:
                self._kept(parent.target, patch, target)
            case cst.Arg():
                self._handed_on(parent, node, patch, target)
            case cst.Return() | cst.Yield():
                self._comes_of(self._tree.unit(parent), node, patch, target)
            case cst.Expr() | cst.Assert() | cst.Comparison() | cst.ComparisonTarget() | cst.UnaryOperation() | cst.Decorator():
                pass
            case cst.Call() if parent.func is node and target.legacy is not None:
                self._calls.arguments.rewrite_recorded(parent, target.legacy)
            case _:
                self._draft.stop(node, "what is done with the mock cannot be followed")

    def _kept(self, target: cst.BaseExpression, patch: Patch, of: Target) -> None:
        if isinstance(target, (cst.Name, cst.Attribute)):
            for use in reads_of(target, self._tree):
                self._follow(use, patch, of)
        else:
            self._draft.stop(target, "what is done with the mock cannot be followed")

    def _handed_on(self, arg: cst.Arg, node: cst.BaseExpression, patch: Patch, target: Target) -> None:
        call = self._tree.parents[arg]
        if not isinstance(call, cst.Call) or call is patch.node or any(call is each.node for each in self._patched.all):
            return
        if last_part(call.func) in ("enter_context", "enter_async_context"):
            self._follow(call, patch, target)
            return
        graph, taken = self._resolver.calls, False
        for function in graph.functions(call):
            for param in (*positional(function), *function.params.kwonly_params):
                if graph.argument_for(call, function, param) is node:
                    taken = True
                    for use in reads_of(param.name, self._tree):
                        self._follow(use, patch, target)
        if not taken and last_part(call.func) not in ("print", "len", "addCleanup"):
            self._draft.stop(node, "what is done with the mock cannot be followed")

    def _comes_of(self, unit: object, node: cst.BaseExpression, patch: Patch, target: Target) -> None:
        """Goes on to the tests that ask for a fixture, or to the calls of a function."""
        if not isinstance(unit, cst.FunctionDef):
            self._draft.stop(node, "what is done with the mock cannot be followed")
            return
        for function in self._usage.nodes(cst.FunctionDef):
            for param in function.params.params:
                if param.name.value == unit.name.value and self._resolver.fixtures.behind(param.name) is unit:
                    for use in reads_of(param.name, self._tree):
                        self._follow(use, patch, target)
        for call in self._resolver.calls.of(unit):
            self._follow(call, patch, target)

    def _attribute(self, node: cst.Attribute, root: cst.BaseExpression, patch: Patch, target: Target) -> None:
        name = node.attr.value
        if name in ("start", "__enter__") and self._is_called(node):
            self._follow(self._tree.parents[node], patch, target)  # type: ignore[arg-type]
        elif target.legacy is None and name not in INDIFFERENT:
            self._part(node, root, patch, target)
        elif target.legacy is not None:
            self._attribute_of_mock(node, name, patch, target.legacy)

    def _is_called(self, node: cst.Attribute) -> bool:
        parent = self._tree.parents[node]
        return isinstance(parent, cst.Call) and parent.func is node

    def _part(self, node: cst.Attribute, root: cst.BaseExpression, patch: Patch, target: Target) -> None:
        """`mock_openai.ChatCompletion`, and of that `.create`, where all of openai or a class of it is replaced by a mock."""
        name = node.attr.value
        if not target.cls and name in LEGACY_CLASSES and isinstance(self._tree.parents[node], cst.Attribute):
            above = self._tree.parents[node]
            assert isinstance(above, cst.Attribute)
            self._part(above, root, patch, Target(name, ""))
            return
        legacy = legacy_method(target.cls, name) if target.cls else None
        if legacy is None or self._tree.is_store(node):
            self._draft.stop(node, "a mock of openai, or of a class of it, is asked for more than one method")
            return
        self._methods.setdefault(patch, set()).add(legacy)
        self._draft.replace_tail(node, root, "")
        self._follow(node, patch, Target(target.cls, name))

    def _attribute_of_mock(self, node: cst.Attribute, name: str, patch: Patch, legacy: LegacyCall) -> None:
        parent = self._tree.parents[node]
        call = parent if isinstance(parent, cst.Call) and parent.func is node else None
        if name in ("return_value", "side_effect") and isinstance(parent, cst.AssignTarget):
            assign = self._tree.parents[parent]
            assert isinstance(assign, cst.Assign)
            self._configure(patch, name, assign.value, legacy)
        elif name == "return_value":
            self._fakes.path(node, legacy)
        elif name == "configure_mock" and call is not None:
            for arg in call.args:
                if arg.keyword is None:
                    for key, value in self._spread(arg.value):
                        self._configure(patch, key, value, legacy)
                else:
                    self._configure(patch, arg.keyword.value, arg.value, legacy)
        elif name in ASSERTIONS and call is not None:
            self._stop_at_autospec(node, patch)
            self._calls.arguments.rewrite_recorded(call, legacy)
        elif name in ("assert_has_calls", "assert_has_awaits") and call is not None and call.args:
            self._stop_at_autospec(node, patch)
            self._expected_calls(call.args[0].value, legacy)
        elif name in LAST_CALL:
            self._stop_at_autospec(node, patch)
            self._call_args(node, legacy)
        elif name in LISTS_OF_CALLS:
            self._stop_at_autospec(node, patch)
            self._list_of_calls(node, legacy)
        elif name not in INDIFFERENT:
            self._draft.stop(node, f"what `{name}` is for a mock of the method cannot be told")

    def _stop_at_autospec(self, node: cst.CSTNode, patch: Patch) -> None:
        given = argument_of(patch.node, "autospec") if isinstance(patch.node, cst.Call) else None
        if given is not None and self._usage.values.value(given) is not False:
            self._draft.stop(node, "a method with a specification records the object that it is called of, too, since 1.0")

    # Recorded calls.

    def _expected_calls(self, node: cst.BaseExpression, legacy: LegacyCall) -> None:
        """`[call(engine="...")]`"""
        if isinstance(node, (cst.List, cst.Tuple)):
            for element in node.elements:
                self._expected_call(element.value, legacy)
        else:
            self._expected_call(node, legacy)

    def _expected_call(self, node: cst.BaseExpression, legacy: LegacyCall) -> None:
        if isinstance(node, cst.Call) and last_part(node.func) == "call":
            self._calls.arguments.rewrite_recorded(node, legacy)
        else:
            self._draft.stop(node, "which arguments are expected here cannot be seen")

    def _list_of_calls(self, node: cst.BaseExpression, legacy: LegacyCall) -> None:
        parent = self._tree.parents[node]
        match parent:
            case cst.Subscript() if parent.value is node:
                self._call_args(parent, legacy)
            case cst.For() | cst.CompFor() if parent.iter is node and isinstance(parent.target, cst.Name):
                for use in reads_of(parent.target, self._tree):
                    self._call_args(use, legacy)
            case cst.Comparison():
                for each in parent.comparisons:
                    self._expected_calls(each.comparator, legacy)
            case cst.Arg():
                call = self._tree.parents[parent]
                if isinstance(call, cst.Call) and last_part(call.func) == "assertEqual":
                    for arg in call.args[:2]:
                        if arg.value is not node:
                            self._expected_calls(arg.value, legacy)
                elif not isinstance(call, cst.Call) or last_part(call.func) not in ("len", "print", "assertTrue", "assertFalse"):
                    self._draft.stop(node, "what is done with the recorded calls cannot be followed")
            case _:
                self._draft.stop(node, "what is done with the recorded calls cannot be followed")

    def _call_args(self, node: cst.BaseExpression, legacy: LegacyCall) -> None:
        """One recorded call."""
        parent = self._tree.parents[node]
        match parent:
            case cst.Attribute() if parent.value is node:
                if parent.attr.value == "kwargs":
                    self._fakes.arguments(parent, legacy)
                elif parent.attr.value == "args":
                    self._positional(parent, legacy)
                else:
                    self._draft.stop(parent, "what is done with the recorded call cannot be followed")
            case cst.Subscript() if parent.value is node:
                index = parent.slice[0].slice
                value = self._usage.values.value(index.value) if isinstance(index, cst.Index) else None
                if value in (-1, 1, 2):
                    self._fakes.arguments(parent, legacy)
                elif value == 0 and not self._is_whole(node):
                    self._positional(parent, legacy)
                else:
                    self._draft.stop(parent, "what is done with the recorded call cannot be followed")
            case cst.Assign():
                for each in parent.targets:
                    self._unpacked(each.target, legacy)
            case cst.Comparison():
                for other in parent.comparisons:
                    self._expected_call(other.comparator, legacy)
            case cst.ComparisonTarget():
                pass
            case cst.Arg():
                call = self._tree.parents[parent]
                if isinstance(call, cst.Call) and last_part(call.func) == "assertEqual":
                    for arg in call.args[:2]:
                        if arg.value is not node:
                            self._expected_call(arg.value, legacy)
                elif not isinstance(call, cst.Call) or last_part(call.func) not in ("print", "assertIsNone", "assertIsNotNone"):
                    self._draft.stop(node, "what is done with the recorded call cannot be followed")
            case _:
                self._draft.stop(node, "what is done with the recorded call cannot be followed")

    @staticmethod
    def _is_whole(node: cst.BaseExpression) -> bool:
        return isinstance(node, cst.Attribute) and node.attr.value == "mock_calls"

    def _positional(self, node: cst.BaseExpression, legacy: LegacyCall) -> None:
        rules = rewriting(legacy)
        parent = self._tree.parents[node]
        if isinstance(parent, cst.Subscript) and not (rules is not None and rules.stay):
            self._draft.stop(node, "arguments are given by their names since 1.0")

    def _unpacked(self, target: cst.BaseExpression, legacy: LegacyCall) -> None:
        """`args, kwargs = create.call_args`"""
        if isinstance(target, (cst.Tuple, cst.List)) and len(target.elements) in (2, 3):
            keywords = target.elements[-1].value
            for use in reads_of(keywords, self._tree) if isinstance(keywords, cst.Name) else ():
                self._fakes.arguments(use, legacy)
            others = target.elements[-2].value
            for use in reads_of(others, self._tree) if isinstance(others, cst.Name) else ():
                self._positional(use, legacy)
        elif isinstance(target, cst.Name):
            for use in reads_of(target, self._tree):
                self._call_args(use, legacy)
        else:
            self._draft.stop(target, "what is done with the recorded call cannot be followed")


def _method(legacy: LegacyCall) -> str:
    return (legacy.successor or "").rpartition(".")[2]
