"""Which expressions hold a whole key, and where it comes from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from oaklint.python import cst
from oaklint.python.definitions import UNKNOWN, Names
from oaklint.python.scopes import Binding
from oaklint.python.tree import index_of, last_part
from oaklint.sdk.clients import CREDENTIAL_ATTRIBUTES
from oaklint.sdk.displays import HOLDERS
from oaklint.sdk.environment_names import names_key
from oaklint.sdk.keys import find_keys, is_dummy, is_placeholder
from oaklint.sdk.secrets import SECRETS
from oaklint.usage.credentials.displays import is_called_secret
from oaklint.usage.credentials.handed_over import HandedOver, is_cast
from oaklint.usage.credentials.ruled_out import RuledOut
from oaklint.usage.environment.mentions import TYPED_IN

if TYPE_CHECKING:
    from oaklint.usage.usage import Usage

# Besides the environment: what gives, for the name of a variable or of a secret, its text.
_KEEPERS = {
    *("decouple.config", "dotenv.get_key", "environ.Env()", "starlette.config.Config()", "google.colab.userdata.get"),
    *("kaggle_secrets.UserSecretsClient().get_secret", "builtins.dbutils.secrets.get", "os.environ.pop"),
    *("os.environ.setdefault", "streamlit.secrets.get", "dotenv.dotenv_values().get", "airflow.models.Variable.get"),
    *("airflow.sdk.Variable.get", "os.environ.__getitem__", "environs.Env().str", "environs.Env()"),
}
_MAPPINGS = {"os.environ", "streamlit.secrets", "dotenv.dotenv_values()"}
# The headers of a request that has failed: `e.request.headers`. Their own text covers the key.
_SENT_HEADERS = re.compile(r"openai\.\w+\(\)\.(?:response\.)?request\.headers")
_ARGUMENTS = "argparse.ArgumentParser().parse_args()"
_ASKS_FOR_KEY = re.compile(r"open\s?ai\b.*\b(?:key|token)", re.IGNORECASE)
_PLAIN_TEXT = {"builtins.str()", "builtins.None()", UNKNOWN}


class Key(NamedTuple):
    """A key that stands whole in a text.

    value:  the expression that is it, where the text is made.
    origin: where it comes from. what: how to speak of that: `read from X`. given: what is handed over, if that is seen.
    """

    value: cst.BaseExpression
    origin: cst.CSTNode
    what: str
    given: cst.BaseExpression | None = None


class WholeKeys:
    """Finds keys in what texts are made of, by where they come from and by what is done with them elsewhere."""

    def __init__(self, usage: Usage, handed_over: HandedOver, ruled_out: RuledOut) -> None:
        self._usage = usage
        self._tree = usage.tree
        self._resolver = usage.resolver
        self._values = usage.values
        self._texts = usage.texts
        self._handed_over = handed_over
        self._ruled_out = ruled_out

    def in_text(self, node: cst.BaseExpression) -> Iterator[Key]:
        """The keys that stand whole in the text of an expression, where control comes to it with a key at all."""
        yield from self._in_text(node, set())

    def _in_text(self, node: cst.BaseExpression, seen: set[cst.CSTNode]) -> Iterator[Key]:
        if node in seen:
            return
        seen.add(node)
        key = self.of(node)
        found = [key] if key is not None else [each for part in self._within(node) for each in self._in_text(part, seen)]
        if found and not self._ruled_out.is_sure(node):
            yield from (each for each in found if each.given is None or not self._is_of_another(node, each.given))

    def _is_of_another(self, node: cst.BaseExpression, given: cst.BaseExpression) -> bool:
        """Whether what is handed over in some place is surely not what an expression has."""
        return self._are_strangers(node, given) or self._ruled_out.is_for_another(node, given)

    def _are_strangers(self, node: cst.BaseExpression, given: cst.BaseExpression) -> bool:
        """Whether two attributes are never of the same object: a base that several classes share serves each with its own key."""
        one, other = (self._classes(each) if isinstance(each, cst.Attribute) else set() for each in (node, given))
        return bool(one and other) and one.isdisjoint(other)

    def _classes(self, node: cst.Attribute) -> set[cst.ClassDef]:
        owners = [*self._handed_over.owners(node)]
        return {*owners, *(heir for owner in owners for heir in self._resolver.hierarchy.heirs(owner))}

    def _within(self, node: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
        """What stands whole in the text of an expression, be it behind names."""
        yield from self._texts.parts(node)
        yield from self._texts.behind(node) if not self._is_covered(node) else ()
        for binding in self._resolver.bindings(node) if isinstance(node, cst.Name) else ():
            if isinstance(binding.node, cst.Param) and is_called_secret(binding.name):
                yield from self._resolver.calls.handed_to(binding.node)
        if isinstance(node, cst.Call) and self._resolver.names(node.func) & HOLDERS:
            yield from (arg.value for arg in node.args)
        for field in self._texts.fields(node):
            yield from field.values if self._is_plain(field.annotation) else ()

    # Where keys come from.

    def of(self, node: cst.BaseExpression) -> Key | None:
        """The key that an expression is, by itself or by what is done with it elsewhere."""
        if isinstance(node, (cst.Name, cst.Attribute)) and self._is_environment(node):
            return Key(node, node, "in `os.environ` with everything else")
        if isinstance(node, cst.Name):
            return self._of_name(node) or self._of_arguments(node) or self._of_fields(node)
        if isinstance(node, (cst.Call, cst.Subscript)):
            variable = self._variable(node)
            if variable is not None:
                return Key(node, node, f"read from `{variable}`")
        if self._is_sent_header(node):
            return Key(node, node, "in the header of the request")
        if isinstance(node, cst.Call) and node.args and "builtins.vars" in self._resolver.names(node.func):
            if self._usage.clients.is_client(node.args[0].value):
                return Key(node, node, "with all that the client keeps")
        if isinstance(node, cst.Attribute) and node.attr.value in CREDENTIAL_ATTRIBUTES:
            if "openai" in self._usage.clients.names(node.value):
                return Key(node, node, f"`openai.{node.attr.value}`")
            if self._usage.clients.is_client(node.value) and not self._has_dummy(node):
                return Key(node, node, f"`{node.attr.value}` of the client")
        if isinstance(node, cst.Call) and last_part(node.func) == "get_secret_value" and isinstance(node.func, cst.Attribute):
            return self._of_secret(node, node.func.value)
        if isinstance(node, (cst.Attribute, cst.Subscript)):
            return self._of_place(node) or self._of_fields(node)
        return None

    def _is_environment(self, node: cst.Name | cst.Attribute) -> bool:
        """Whether an expression is the whole environment, of a program that has a key there."""
        return last_part(node) != "get" and "os.environ" in self._resolver.names(node) and self._keeps_keys_there

    @cached_property
    def _keeps_keys_there(self) -> bool:
        texts = (node.evaluated_value for node in self._usage.nodes(cst.SimpleString))
        if any(isinstance(text, str) and names_key(text) for text in texts):
            return True
        return any(
            self._usage.environment.credential_reads(construction, self._usage.generation or 1)
            for construction in self._usage.constructions.in_program
        )

    def _variable(self, node: cst.Call | cst.Subscript) -> str | None:
        """The name of the variable, or of the secret kept elsewhere, that an expression reads, if that is a key."""
        names = self._resolver.names(node.value if isinstance(node, cst.Subscript) else node.func)
        if isinstance(node, cst.Subscript):
            index = index_of(node)
            asked = [index] if index is not None and names & _MAPPINGS else []
        elif is_cast(node, self._resolver):
            return None
        elif names & _KEEPERS or names & {"os.getenv", "os.environ.get"}:
            asked = [arg.value for arg in node.args[:2]]
        else:
            asked = [*self._asked_by_helper(node)]
        found = (name for each in asked for name in self._texts_of(each) if self._holds_key(name))
        return next(found, None)

    def _holds_key(self, variable: str) -> bool:
        return variable not in self._made_up and (names_key(variable) or self._handed_over.by_variable(variable) is not None)

    @cached_property
    def _made_up(self) -> frozenset[str]:
        """The variables that the program itself sets, to nothing but what is no key: tests do so."""
        written: dict[str, list[cst.BaseExpression]] = {}
        for write in self._usage.writes.all:
            for name, value in write.values:
                written.setdefault(name, []).append(value)
        return frozenset(name for name, values in written.items() if all(map(self._is_none, values)))

    def _texts_of(self, node: cst.BaseExpression) -> Iterator[str]:
        """The text that an expression is, or each that a loop gives it in turn."""
        text = self._values.text(node)
        if text is not None:
            yield text
        elif isinstance(node, cst.Name):
            for binding in self._resolver.bindings(node):
                each = self._values.value(binding.value) if binding.kind == "item" and binding.value is not None else None
                yield from (part for part in each if isinstance(part, str)) if isinstance(each, tuple) else ()

    def _asked_by_helper(self, call: cst.Call) -> Iterator[cst.BaseExpression]:
        """The name of the variable that a function is handed and reads: `def need(name): return os.environ[name]`."""
        for function in self._resolver.calls.functions(call):
            for returned in self._resolver.returned_values(function):
                parts = (returned, *self._texts.parts(returned))
                for value in (each for part in parts for each in self._resolver.values_of(part)):
                    name = self._usage.environment.key_read_by(value)
                    params = [each.node for each in self._resolver.bindings(name)] if isinstance(name, cst.Name) else []
                    for param in params:
                        given = self._resolver.calls.argument_for(call, function, param) if isinstance(param, cst.Param) else None
                        if given is not None:
                            yield given

    def _is_sent_header(self, node: cst.BaseExpression) -> bool:
        """`e.request.headers["authorization"]`, and all of them in a dictionary that does not cover it."""
        if isinstance(node, cst.Subscript):
            index = index_of(node)
            return index is not None and self._is_authorization(index) and self._are_sent(node.value)
        if not isinstance(node, cst.Call) or len(node.args) != 1:
            return False
        if isinstance(node.func, cst.Attribute) and node.func.attr.value == "get":
            return self._is_authorization(node.args[0].value) and self._are_sent(node.func.value)
        return "builtins.dict" in self._resolver.names(node.func) and self._are_sent(node.args[0].value)

    def _is_authorization(self, header: cst.BaseExpression) -> bool:
        return (self._values.text(header) or "").lower() == "authorization"

    def _are_sent(self, headers: cst.BaseExpression) -> bool:
        return any(_SENT_HEADERS.fullmatch(name) for name in self._resolver.names(headers))

    def _has_dummy(self, node: cst.Attribute) -> bool:
        """Whether the client whose key is asked for was built with one that is none."""
        for call in self._resolver.values_of(node.value):
            construction = self._usage.constructions.of(call) if isinstance(call, cst.Call) else None
            given = construction.argument("api_key") if construction is not None else None
            if given is not None and self._is_none(given):
                return True
        return False

    def _is_none(self, value: cst.BaseExpression) -> bool:
        """Whether a value is known to be no key: None, empty, made up, or to be replaced."""
        known = self._values.value(value)
        if known is None:
            return True
        text = self._values.text(value)
        return text is not None and not any(find_keys(text)) and (not text or is_dummy(text) or is_placeholder(text))

    def _of_name(self, node: cst.Name) -> Key | None:
        for binding in self._resolver.bindings(node):
            if not self._may_be_key(binding):
                continue
            sink = self._handed_over.by_binding(binding)
            if sink is not None:
                return Key(node, binding.node, f"given as {sink.what}", sink.given)
            if self._is_evident(binding):
                return Key(node, binding.node, "as its name says")
        return None

    def _of_arguments(self, node: cst.Name) -> Key | None:
        """The key among the arguments of a command line, where the name is that of them all."""
        if _ARGUMENTS not in self._resolver.names(node):
            return None
        sink = self._handed_over.within(node)
        return Key(node, sink.given, f"given as {sink.what}") if sink is not None else None

    def _of_fields(self, node: cst.Name | cst.Attribute | cst.Subscript) -> Key | None:
        """The key among the fields of an object that shows them all."""
        for field in self._texts.fields(node):
            if self._is_plain(field.annotation) and not (field.values and all(map(self._is_none, field.values))):
                sink = self._handed_over.by_field(field.owner, field.name)
                if sink is not None:
                    return Key(node, sink.given, f"given as {sink.what}")
                if names_key(field.name):
                    return Key(node, field.owner, f"in the field `{field.name}`")
        return None

    def _may_be_key(self, binding: Binding) -> bool:
        """Whether a name may be the text of a key: no function, no placeholder, nothing that covers its text."""
        if binding.kind in ("function", "class", "delete", "augment", "exception"):
            return False
        if binding.kind in ("assign", "annotated") and binding.value is not None and self._is_none(binding.value):
            return False
        return self._is_text(self._resolver.bound(binding))

    def _is_evident(self, binding: Binding) -> bool:
        """Whether a name says that it is a key, and nothing that is seen says otherwise; or its value is a literal key."""
        value = binding.value
        if binding.kind in ("assign", "annotated") and value is not None:
            for made in (value, *self._texts.parts(value)):
                if isinstance(made, cst.Call) and self._resolver.names(made.func) & TYPED_IN:
                    asked = (self._values.fold(arg.value) for arg in made.args)
                    return names_key(binding.name) or any(isinstance(each, str) and _ASKS_FOR_KEY.search(each) for each in asked)
            return any(find_keys(self._values.text(value) or ""))
        if binding.kind == "parameter" and isinstance(binding.node, cst.Param) and names_key(binding.name):
            return self._is_plain(binding.annotation) and not self._resolver.calls.handed_to(binding.node)
        return binding.kind == "import" and names_key(binding.name) and not self._is_looked_up(binding)

    def _is_looked_up(self, binding: Binding) -> bool:
        """Whether a name that is imported is used as the name of something: `os.environ[OPENAI_API_KEY]`."""
        alike = (node for node in self._tree.named(binding.name) if isinstance(node, cst.Name))
        return any(
            isinstance(self._tree.parents.get(node), (cst.Index, cst.DictElement, cst.Comparison)) or self._is_asked_for(node)
            for node in alike
        )

    def _is_asked_for(self, node: cst.Name) -> bool:
        arg = self._tree.parents.get(node)
        call = self._tree.parents.get(arg) if isinstance(arg, cst.Arg) else None
        return isinstance(call, cst.Call) and last_part(call.func) in ("get", "getenv", "pop")

    def _is_declared(self, node: cst.BaseExpression) -> bool:
        """Whether the class of an object says that an attribute is text, and not which."""
        if not isinstance(node, cst.Attribute) or self._resolver.attribute_values(node):
            return False
        declared = self._resolver.annotations_of(node)
        return bool(declared) and all(map(self._is_plain, declared))

    def _is_covered(self, node: cst.BaseExpression) -> bool:
        """Whether the class of an object declares an attribute as something that covers its text."""
        declared = self._resolver.annotations_of(node) if isinstance(node, cst.Attribute) else []
        return any(name.removesuffix("()") in SECRETS for each in declared for name in self._resolver.annotated(each))

    def _is_plain(self, annotation: cst.BaseExpression | None) -> bool:
        """Whether a declaration says that something is text, or nothing."""
        return annotation is None or self._resolver.annotated(annotation) <= _PLAIN_TEXT

    def _of_place(self, node: cst.Attribute | cst.Subscript) -> Key | None:
        sink = self._handed_over.by_place(node)
        if sink is None:
            owners = self._resolver.names(node.value) if isinstance(node, cst.Attribute) and names_key(node.attr.value) else ()
            is_module = any(self._is_module(name, node.value) for name in owners)
            is_evident = _ARGUMENTS in owners or is_module or (bool(owners) and self._is_declared(node))
            return Key(node, node, "as its name says") if is_evident else None
        values = self._resolver.attribute_values(node) if isinstance(node, cst.Attribute) else []
        if (values and all(map(self._is_none, values))) or not self._is_text(self._resolver.names(node)):
            return None
        return Key(node, sink.given, f"given as {sink.what}")

    def _is_text(self, names: Names) -> bool:
        """Whether what has some qualified names may be plain text: no function or class, nothing that covers its text."""
        definitions = self._resolver.definitions
        is_defined = any(True for _ in (*definitions.functions(names), *definitions.classes(names)))
        return not is_defined and not any(name.removesuffix("()") in SECRETS for name in names)

    def _is_module(self, name: str, node: cst.BaseExpression) -> bool:
        """Whether a qualified name is that of a module as a whole: `import config`."""
        bindings = self._resolver.bindings(node) if isinstance(node, cst.Name) else []
        aliases = [self._tree.parents.get(each.node) for each in bindings if each.kind == "import" and each.qualified == name]
        return any(isinstance(each, cst.Import) for each in aliases)

    def _of_secret(self, node: cst.Call, secret: cst.BaseExpression) -> Key | None:
        """What a secret that covers itself gives away when asked."""
        sink = self._handed_over.by_secret(secret)
        if sink is not None:
            return Key(node, sink.given, f"given as {sink.what}")
        if names_key(last_part(secret)):
            return Key(node, node, "as its name says")
        for made in self._resolver.values_of(secret):
            if isinstance(made, cst.Call) and made.args and self._resolver.names(made.func) & SECRETS:
                key = next(iter(self.in_text(made.args[0].value)), None)
                if key is not None:
                    return key._replace(value=node)
        return None
