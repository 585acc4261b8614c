"""What tests put in the place of methods and settings of openai 0.x."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Literal, NamedTuple

from oaklint.python import cst
from oaklint.python.tree import argument_of, dotted_name, index_of, last_part
from oaklint.sdk.legacy import LEGACY_CLASSES, MODULE_SETTINGS, REMOVED_SUBMODULES, LegacyCall, legacy_method, legacy_methods

if TYPE_CHECKING:
    from oaklint.usage.usage import Usage

# `openai.ChatCompletion.create`, `app.openai.ChatCompletion`, `openai.api_resources.chat_completion.ChatCompletion.create`
_TARGET = re.compile(r"(?P<home>(?:\w+\.)*)openai(?:\.api_resources(?:\.[a-z_]+)?)?(?:\.(?P<first>\w+))?(?:\.(?P<second>\w+))?")
# `openai.api_requestor.APIRequestor.request`
_SUBMODULE = re.compile(r"(?:\w+\.)*openai\.(?P<name>\w+)(?:\.\w+)*")
# `app.ChatCompletion.create`: a class that another module has imported by its name.
_BY_NAME = re.compile(r"(?:\w+\.)+(?P<first>ChatCompletion)(?:\.(?P<second>\w+))?")
# The same of classes whose names are nothing special.
_PERHAPS = re.compile(
    r"(?:\w+\.)+(?:Completion|Embedding|Moderation|FineTune|FineTuningJob|Audio|Image)\.(?:a?create|a?transcribe)"
)
# What openai 0.x sent its requests by, and what answers in the place of that.
_HTTP = re.compile(r"(?:\w+\.)*(?:requests\.(?:sessions\.)?Session|requests\.adapters\.HTTPAdapter|aiohttp\.ClientSession)\.\w+")
_HTTP_DOUBLES = frozenset({"responses", "requests_mock", "aioresponses", "httpretty"})
# What may be done with a text that is a dotted name without a test being led astray by it.
_HARMLESS = frozenset(
    {
        *("print", "debug", "info", "warning", "error", "exception", "log", "getLogger"),
        *("skip", "fail", "RuntimeError", "dict"),
    }
)
# What a mock has.
ASSERTIONS = frozenset(
    f"assert_{which}" for did in ("called", "awaited") for which in (f"{did}_with", f"{did}_once_with", f"any_{did[:-2]}")
) | {"assert_any_await"}
LISTS_OF_CALLS = frozenset({"call_args_list", "mock_calls", "await_args_list", "method_calls"})
LAST_CALL = frozenset({"call_args", "await_args"})
INDIFFERENT = frozenset(
    {
        *("called", "call_count", "await_count", "awaited", "reset_mock", "assert_called", "assert_called_once", "stop"),
        *("assert_not_called", "assert_awaited", "assert_awaited_once", "assert_not_awaited", "mock_add_spec"),
    }
)
_SET = frozenset({"return_value", "side_effect", "configure_mock", "assert_has_calls", "assert_has_awaits"})
_OF_MOCKS = ASSERTIONS | LISTS_OF_CALLS | LAST_CALL | INDIFFERENT | _SET
_NAMES = frozenset(
    {call.method for cls in LEGACY_CLASSES for call in legacy_methods(cls)} | LEGACY_CLASSES | MODULE_SETTINGS.keys()
)
# What calls are named that replace something.
REPLACING = frozenset({"patch", "object", "multiple", "setattr"})


class Target(NamedTuple):
    """What a dotted name stands for in openai 0.x.

    cls: the class; empty where it is the module. name: the method of it, or the setting of the module; empty where it is neither.
    """

    cls: str
    name: str

    @property
    def qualified(self) -> str:
        return ".".join(filter(None, ("openai", self.cls, self.name)))

    @property
    def legacy(self) -> LegacyCall | None:
        """The method that it is."""
        return legacy_method(self.cls, self.name) if self.cls and self.name else None


_MODULE = Target("", "")


class Patch(NamedTuple):
    """A place where something of 0.x is replaced.

    node:     the call or assignment that does it. where: the text or expression that names what is replaced.
    how:      "text": it is named by a text; "object": by its owner and a text; "assigned": it is assigned to.
    makes:    whether a mock is made, where nothing is given to stand there.
    new:      what is given.
    """

    node: cst.Call | cst.Assign
    where: cst.BaseExpression
    target: Target
    how: Literal["text", "object", "assigned"]
    makes: bool
    new: cst.BaseExpression | None


class Patched:
    """Finds them. strange: what may do the same in another way, and why it cannot be followed."""

    def __init__(self, usage: Usage) -> None:
        self._usage = usage
        self._tree = usage.tree

    @cached_property
    def all(self) -> list[Patch]:
        found = [patch for patch in self._calls if patch.target != _MODULE or self._asks_parts]
        return [*found, *(patch for node in self._usage.nodes(cst.Assign) if (patch := self._of_assignment(node)) is not None)]

    @cached_property
    def _calls(self) -> list[Patch]:
        return [patch for call in self._usage.nodes(cst.Call) if (patch := self._of_call(call)) is not None]

    @property
    def any(self) -> bool:
        """Whether something of 0.x is replaced, be it in a way that cannot be followed."""
        return bool(self.named) or any(patch.target.cls or not patch.target.name for patch in self.all)

    @cached_property
    def named(self) -> dict[cst.CSTNode, str]:
        """The texts that name something of 0.x, and of which it is not known what is done with them."""
        known = {patch.where for patch in self.all}
        texts = [*self._usage.nodes(cst.SimpleString), *self._usage.nodes(cst.FormattedString)]
        named = {text: self._text(text) for text in texts if text not in known and self._is_handed_over(text)}
        return {text: value for text, value in named.items() if self._is_of_0x(value)}

    @cached_property
    def _asks_parts(self) -> bool:
        """Whether the program names a method of a class of 0.x, be it of a mock: `mock_openai.ChatCompletion.create`."""
        nodes = (node for node in self._usage.nodes(cst.Attribute) if isinstance(node.value, cst.Attribute))
        return any(legacy_method(last_part(node.value), node.attr.value) is not None for node in nodes)

    @cached_property
    def owners(self) -> frozenset[cst.CSTNode]:
        """The expressions that name, for this alone, a class of 0.x."""
        return frozenset(patch.where for patch in self.all if patch.how == "object")

    @cached_property
    def originals(self) -> list[tuple[cst.Assign, cst.Attribute, LegacyCall]]:
        """Where a method is kept, to be put back: `original = openai.ChatCompletion.create`."""
        assigned = {patch.target for patch in self.all if patch.how == "assigned"}
        found = []
        for node in self._usage.nodes(cst.Assign):
            value = node.value
            target = self._named(value) if isinstance(value, cst.Attribute) else None
            if target in assigned and isinstance(value, cst.Attribute) and target is not None and target.legacy is not None:
                found.append((node, value, target.legacy))
        return found

    @cached_property
    def mentions(self) -> list[tuple[cst.Attribute, Target]]:
        """Where a method is named to ask the mock in its place: `openai.ChatCompletion.create.assert_called_once()`."""
        found = []
        for node in self._usage.nodes(cst.Attribute):
            parent = self._tree.parents[node]
            if isinstance(parent, cst.Attribute) and parent.value is node and parent.attr.value in _OF_MOCKS:
                target = self._named(node)
                if target is not None and target.legacy is not None:
                    found.append((node, target))
        return found

    @cached_property
    def stored(self) -> dict[cst.CSTNode, str]:
        """What names something of 0.x and is assigned to in a way that cannot be followed: `openai.ChatCompletion = Fake`."""
        known = {patch.where for patch in self.all}
        nodes = [node for node in self._usage.nodes(cst.Attribute) if self._is_assigned(node) and node not in known]
        named = {node: target for node in nodes if (target := self._named(node)) is not None}
        return {node: target.qualified for node, target in named.items() if target.cls}

    def _is_assigned(self, node: cst.Attribute) -> bool:
        return self._tree.is_store(node) and not isinstance(self._tree.parents[node], cst.Param)

    @cached_property
    def strange(self) -> list[tuple[cst.CSTNode, str]]:
        found: list[tuple[cst.CSTNode, str]] = []
        for node in self._usage.nodes(cst.Attribute):
            if node.attr.value == "openai" and self._is_assigned(node) and isinstance(node.value, cst.Name):
                if any(binding.kind == "import" for binding in self._usage.resolver.bindings(node.value)):
                    found.append((node, "the module openai itself is replaced"))
        found += ((node, f"`{name}` is replaced in a way that cannot be followed") for node, name in self.stored.items())
        for text in (*self._usage.nodes(cst.SimpleString), *self._usage.nodes(cst.FormattedString)):
            value = self._text(text)
            if text in self.named or (_PERHAPS.fullmatch(value) and not _target(value) and self._is_handed_over(text)):
                found.append((text, f"what is done with the name `{value}` cannot be followed"))
            elif _HTTP.fullmatch(value) and self._is_handed_over(text):
                found.append((text, f"requests of openai are not sent by `{value}` since 1.0"))
        for alias in self._usage.nodes(cst.ImportAlias):
            statement = self._tree.parents[alias]
            module = dotted_name(statement.module if isinstance(statement, cst.ImportFrom) and statement.module else alias.name)
            if (module or "").partition(".")[0] in _HTTP_DOUBLES:
                found.append((alias, f"requests of openai are not seen by `{module}` since 1.0"))
        found += ((patch.where, "the module openai itself is replaced") for patch in self._calls if patch not in self.all)
        for item in self._usage.nodes(cst.Subscript):
            index = index_of(item)
            if self._tree.is_store(item) and index is not None and "sys.modules" in self._usage.resolver.names(item.value):
                if (self._usage.values.text(index) or "").partition(".")[0] == "openai":
                    found.append((item, "the module openai itself is replaced"))
        for call in self._usage.nodes(cst.Call):
            if _replaces_module(call, self._usage):
                found.append((call, "the module openai itself is replaced"))
            elif last_part(call.func) == "spy" and len(call.args) > 1 and self._by_object(call, None, makes=False) is not None:
                found.append((call, "a method of openai 0.x is spied on"))
        return found

    # One place.

    def _of_call(self, call: cst.Call) -> Patch | None:
        func, args, last = call.func, call.args, last_part(call.func)
        if last not in REPLACING or not args or any(arg.star == "*" for arg in args):
            return None
        names = self._usage.resolver.names(func)
        if last == "patch" and (names & {"unittest.mock.patch", "mock.patch"} or isinstance(func, cst.Attribute)):
            return self._by_text(call, argument_of(call, 0, "target"), argument_of(call, 1, "new"), makes=True)
        if last == "object" and isinstance(func, cst.Attribute) and last_part(func.value) == "patch":
            return self._by_object(call, argument_of(call, 2, "new"), makes=True)
        if last == "setattr":
            if len(args) >= 3 and all(arg.keyword is None for arg in args[:3]):
                return self._by_object(call, args[2].value, makes=False)
            if len(args) >= 2 and isinstance(func, cst.Attribute):
                return self._by_text(call, args[0].value, args[1].value, makes=False)
        return None

    def _by_text(
        self, call: cst.Call, given: cst.BaseExpression | None, new: cst.BaseExpression | None, *, makes: bool
    ) -> Patch | None:
        target = _target(self._text(given)) if given is not None else None
        if given is None or target is None:
            return None
        return Patch(call, given, target, "text", makes and new is None, new)

    def _text(self, node: cst.BaseExpression) -> str:
        """A dotted name that is written down, with any name for what of it is not, such as `{__name__}`; or an empty text."""
        if isinstance(node, cst.FormattedString):
            return "".join(part.value if isinstance(part, cst.FormattedStringText) else "module" for part in node.parts)
        if isinstance(node, cst.BinaryOperation) and isinstance(node.operator, cst.Add):
            return (self._text(node.left) or "module") + self._text(node.right)
        return self._usage.values.text(node) or ""

    def _by_object(self, call: cst.Call, new: cst.BaseExpression | None, *, makes: bool) -> Patch | None:
        owner, name = argument_of(call, 0, "target"), argument_of(call, 1, "attribute")
        text = self._usage.values.text(name) if name is not None else None
        if owner is None or not text:
            return None
        if text == "openai":
            return Patch(call, owner, _MODULE, "object", makes and new is None, new)
        for each in {*self._usage.clients.names(owner), dotted_name(owner) or ""}:
            target = _target(f"{each}.{text}")
            if target is not None:
                return Patch(call, owner, target, "object", makes and new is None, new)
        return None

    def _of_assignment(self, node: cst.Assign) -> Patch | None:
        place = node.targets[0].target
        target = self._named(place) if len(node.targets) == 1 and isinstance(place, cst.Attribute) else None
        if target is None or target.legacy is None:
            return None
        return Patch(node, place, target, "assigned", False, node.value)

    def names_method(self, node: cst.BaseExpression) -> bool:
        """Whether an expression names a method of 0.x, whatever the program has put in its place."""
        target = self._named(node) if isinstance(node, cst.Attribute) else None
        return target is not None and target.legacy is not None

    def _named(self, node: cst.Attribute) -> Target | None:
        """What an expression names, whatever the program has put in its place."""
        if node.attr.value not in _NAMES:
            return None
        for owner in {*self._usage.clients.names(node.value), dotted_name(node.value) or ""}:
            target = _target(f"{owner}.{node.attr.value}", by_name=False)
            if target is not None and (target.cls or target.name):
                return target
        return None

    def _is_handed_over(self, text: cst.CSTNode) -> bool:
        parent = self._tree.parents[text]
        if isinstance(parent, cst.Element):
            return True
        call = self._tree.parents[parent] if isinstance(parent, cst.Arg) else None
        return isinstance(call, cst.Call) and last_part(call.func) not in _HARMLESS

    @staticmethod
    def _is_of_0x(text: str) -> bool:
        found = _SUBMODULE.fullmatch(text)
        if found is not None and found["name"] in REMOVED_SUBMODULES:
            return True
        target = _target(text, by_name=False)
        return target is not None and bool(target.cls)


def _target(text: str, *, by_name: bool = True) -> Target | None:
    """by_name: whether a module may have imported a class by its name."""
    found = _TARGET.fullmatch(text) or (_BY_NAME.fullmatch(text) if by_name else None)
    if found is None:
        return None
    first, second = found["first"] or "", found["second"] or ""
    if not first:
        return Target("", "") if "." in text else None
    if first in LEGACY_CLASSES:
        return Target(first, second) if not second or legacy_method(first, second) is not None else None
    return Target("", first) if first in MODULE_SETTINGS and not second else None


def _replaces_module(call: cst.Call, usage: Usage) -> bool:
    """`monkeypatch.setitem(sys.modules, "openai", fake)`, `patch.dict("sys.modules", {"openai": fake})`"""
    if last_part(call.func) not in ("setitem", "dict") or not call.args:
        return False
    first = call.args[0].value
    if usage.values.text(first) != "sys.modules" and "sys.modules" not in usage.resolver.names(first):
        return False
    given = [arg.value for arg in call.args[1:]]
    displays = (each.elements for each in given if isinstance(each, cst.Dict))
    given += (element.key for elements in displays for element in elements if isinstance(element, cst.DictElement))
    return any((usage.values.text(each) or "").partition(".")[0] == "openai" for each in given)
