"""Which credentials are empty, or may be: a text without a character, or the default of a variable that is not set."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from oaklint.python import cst
from oaklint.python.command_line import CommandLine
from oaklint.python.nonempty import NonEmpty
from oaklint.python.sources import Part, Source, Sources
from oaklint.python.tree import argument_of, last_part
from oaklint.sdk.environment_names import FAILING_READERS, GETENV
from oaklint.usage.credentials.sinks import Sink

if TYPE_CHECKING:
    from oaklint.usage.usage import Usage

# They make text of text, and nothing of nothing.
_WRAPPERS = {"str", "SecretStr", "cast"}
_METHODS = {"strip", "rstrip", "lstrip", "get_secret_value"}
# Classes whose fields are filled from the environment, and keep their default where that has nothing.
_FROM_ENVIRONMENT = "BaseSettings"


class Blank(NamedTuple):
    """A literal without a character, or with blanks alone, that becomes a credential.

    literal: where it stands. text: what it is. source: where it comes from, and by which way.
    getter:  the call whose default it is, if it is one.
    is_default: whether something else stands in its place where that is given.
    is_one_of_several: whether the credential may come from elsewhere as well.
    """

    literal: cst.BaseExpression
    text: str
    source: Source
    getter: cst.Call | None
    is_default: bool
    is_one_of_several: bool


class Blanks:
    """Finds them, as far as nothing on the way asks whether they are empty."""

    def __init__(self, usage: Usage) -> None:
        self._usage = usage
        self._values = usage.values
        self._command_line = CommandLine(usage.resolver, usage.values)
        self._sources = Sources(usage.resolver, usage.values, self._unwrap)

    @cached_property
    def _non_empty(self) -> NonEmpty:
        return NonEmpty(self._usage.resolver, self._values, self._usage.told)

    def of(self, sink: Sink) -> Iterator[Blank]:
        sources = self._sources.of(sink.given)
        for source in sources:
            blank = self._blank(source, is_one_of_several=len(sources) > 1)
            if blank is None or self._may_be_given(source) or self._non_empty.is_made_sure(source):
                continue
            if blank.getter is None or not self._is_there(blank.getter, sink, source):
                yield blank

    def _blank(self, source: Source, *, is_one_of_several: bool) -> Blank | None:
        node = source.value
        getter = node if isinstance(node, cst.Call) else None
        literal = self._default(getter) if getter is not None else node
        if source.part is not None or not isinstance(literal, cst.BaseString):
            return None
        parents = (self._usage.tree.parents[each] for each in (literal, *(step.node for step in source.way)))
        is_unclear = is_one_of_several and any(isinstance(each, cst.Element) for each in parents)
        if is_unclear or self._is_declaration(literal, is_one_of_several=is_one_of_several):
            return None  # what stands beside it may say that no key is needed, `return "local", ""`, or who sets it
        text = self._values.text(literal)
        if text is None or text.strip():
            return None
        declared = self._usage.tree.parents[literal]
        if isinstance(declared, cst.Param) and self._command_line.is_checked(declared):
            return None
        is_field = isinstance(declared, cst.AnnAssign) and self._usage.tree.scopes[declared].kind == "class"
        is_option = isinstance(declared, cst.Arg) and declared.keyword is not None and declared.keyword.value == "default"
        is_default = getter is not None or is_field or is_option or isinstance(declared, cst.Param)
        return Blank(literal, text, source, getter, is_default, is_one_of_several)

    def _is_declaration(self, literal: cst.BaseExpression, *, is_one_of_several: bool) -> bool:
        """Whether the program only says that there is a name, which a function sets, `global KEY`, or an item of what others may
        fill: `st.session_state["key"] = ""`.
        """
        assign = self._usage.tree.parents.get(literal)
        target = assign.targets[0].target if isinstance(assign, cst.Assign) else None
        if isinstance(target, cst.Subscript):
            return "os.environ" not in self._usage.resolver.names(target.value)
        if not isinstance(target, cst.Name) or not is_one_of_several:
            return False
        units = {self._usage.tree.unit(binding.node) for binding in self._usage.tree.bindings_of(target)}
        return len(units) > 1

    def _unwrap(self, node: cst.BaseExpression, part: Part) -> Iterator[cst.BaseExpression]:
        """What is empty where this is made of something empty."""
        default = self._default(node) if isinstance(node, cst.Call) else None
        yield from [default] if isinstance(default, cst.Call) else _inside(node, part)

    def _default(self, call: cst.Call) -> cst.BaseExpression | None:
        """What a call gives where there is nothing of the name that it asks for: `os.getenv(name, "")`."""
        names, asked = self._usage.resolver.names(call.func), argument_of(call, 0)
        is_lookup = last_part(call.func) == "get" and asked is not None and self._values.text(asked) is not None
        if names & FAILING_READERS and any(name.startswith("environ.") for name in names):
            return argument_of(call, "default")  # django-environ has something else in second place
        if not (names & (GETENV | FAILING_READERS) or is_lookup):
            return None
        return argument_of(call, "default", "fallback", 1)

    def _is_there(self, getter: cst.Call, sink: Sink, source: Source) -> bool:
        """Whether the variable is sure to be set where it is asked for, or where its value is used."""
        name = self._values.text(getter.args[0].value) if getter.args else None
        steps = [sink.given, *(step.node for step in source.way), source.value]
        if name is None:
            return False
        if not self._usage.resolver.names(getter.func) & (GETENV | FAILING_READERS) and self._non_empty.is_tested_as(name):
            return True
        demands = (self._usage.demands, *(each.demands for each in self._usage.importers.all))
        return any(each.is_required(name, getter) for each in demands) or bool(self._usage.presence.sure_at(steps, {name}))

    def _may_be_given(self, source: Source) -> bool:
        """Whether an attribute on the way has its value only until somebody gives it another, or its class asks for one."""
        attributes = [node for node, _ in source.way if isinstance(node, cst.Attribute)]
        if any(map(self._usage.absences.is_checked_by_class, attributes)):
            return True
        given = [node for node in attributes if self._values.may_be_given(node)]
        return any(self._values.is_set_elsewhere(node) or not self._keeps_default(node) for node in given)

    def _keeps_default(self, node: cst.Attribute) -> bool:
        """Whether objects have what their class says: nobody hands them anything, or what fills them is the environment."""
        resolver = self._usage.resolver
        for owner in resolver.definitions.classes(name.removesuffix("()") for name in resolver.names(node.value)):
            made = resolver.calls.by_name.get(owner.name.value, ())
            from_environment = any(last_part(base.value) == _FROM_ENVIRONMENT for base in owner.bases)
            is_known = bool(made) or not (owner.bases or owner.decorators) or self._is_factory(owner)
            if not from_environment and (any(call.args for call in made) or not is_known):
                return False
        return True

    def _is_factory(self, owner: cst.ClassDef) -> bool:
        """`field(default_factory=Settings)`"""
        users = (self._usage.tree.parents.get(use) for use in self._usage.tree.uses_of(owner.name))
        named = (user.keyword.value for user in users if isinstance(user, cst.Arg) and user.keyword is not None)
        return any(name in ("default_factory", "factory") for name in named)


def _inside(node: cst.BaseExpression, part: Part) -> Iterator[cst.BaseExpression]:
    """What text is made of that is empty where this is."""
    if part is not None:
        return
    if isinstance(node, cst.FormattedString) and len(node.parts) == 1:
        yield from (each.expression for each in node.parts if isinstance(each, cst.FormattedStringExpression))
    elif isinstance(node, cst.Call) and last_part(node.func) in _WRAPPERS and node.args:
        yield node.args[-1 if last_part(node.func) == "cast" else 0].value
    elif isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute) and node.func.attr.value in _METHODS:
        yield node.func.value
