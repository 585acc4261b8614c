"""Which expressions hold a whole key, and where it comes from."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from oaklint.python import cst
from oaklint.python.definitions import UNKNOWN, Names
from oaklint.python.flow import Block, Edge, Graph, Kind, reaches
from oaklint.python.places import place
from oaklint.python.scopes import Binding
from oaklint.python.texts import Texts
from oaklint.python.tree import index_of, last_part
from oaklint.sdk.clients import CREDENTIAL_ATTRIBUTES
from oaklint.sdk.displays import HOLDERS
from oaklint.sdk.environment_names import names_key
from oaklint.sdk.keys import find_keys, is_dummy, is_placeholder
from oaklint.usage.credentials.sinks import Sink
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
_SECRET = {"pydantic.SecretStr", "pydantic.types.SecretStr", "pydantic.v1.SecretStr"}
# The headers of a request that has failed: `e.request.headers`. Their own text covers the key.
_SENT_HEADERS = re.compile(r"openai\.\w+\(\)\.(?:response\.)?request\.headers")
_ARGUMENTS = "argparse.ArgumentParser().parse_args()"
_ASKS_FOR_KEY = re.compile(r"open\s?ai\b.*\b(?:key|token)", re.IGNORECASE)
_PLAIN_TEXT = {"builtins.str()", "builtins.None()", UNKNOWN}
_SHORTER, _LONGER = {"LessThan", "LessThanEqual"}, {"GreaterThan", "GreaterThanEqual"}
_SAME, _OTHER = {"Is", "Equal", "In"}, {"IsNot", "NotEqual", "NotIn"}


class Key(NamedTuple):
    """A key that stands whole in a text.

    value:  the expression that is it, where the text is made.
    origin: where it comes from. what: how to speak of that: `read from X`.
    """

    value: cst.BaseExpression
    origin: cst.CSTNode
    what: str


class WholeKeys:
    """Finds keys in what texts are made of, by where they come from and by what is done with them elsewhere."""

    def __init__(self, usage: Usage) -> None:
        self._usage = usage
        self._tree = usage.tree
        self._resolver = usage.resolver
        self._values = usage.values
        self.texts = Texts(usage.resolver, usage.values)

    def in_text(self, node: cst.BaseExpression) -> Iterator[Key]:
        """The keys that stand whole in the text of an expression, where control comes to it with a key at all."""
        yield from self._in_text(node, set())

    def _in_text(self, node: cst.BaseExpression, seen: set[cst.CSTNode]) -> Iterator[Key]:
        if node in seen:
            return
        seen.add(node)
        key = self.of(node)
        found = [key] if key is not None else [each for part in self._within(node) for each in self._in_text(part, seen)]
        if found and self._may_be_there(node):
            yield from found

    def _within(self, node: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
        """What stands whole in the text of an expression, be it behind names."""
        yield from self.texts.parts(node)
        if isinstance(node, cst.Name):
            for binding in self._resolver.bindings(node):
                if binding.kind in ("assign", "annotated") and binding.value is not None and not self._is_changed(node, binding):
                    yield binding.value
                elif binding.kind == "parameter" and isinstance(binding.node, cst.Param):
                    handed = self._resolver.calls.handed_to(binding.node)
                    yield from (each for each in handed if self.of(each) is not None)
        elif isinstance(node, cst.Attribute):
            yield from self._resolver.attribute_values(node) or self._put_into(node)
        elif isinstance(node, cst.Subscript):
            yield from self._resolver.entry(node) or self._put_into(node)
        elif isinstance(node, cst.Call):
            if self._resolver.names(node.func) & HOLDERS:
                yield from (arg.value for arg in node.args)
            yield from self._returned(node)

    def _returned(self, call: cst.Call) -> Iterator[cst.BaseExpression]:
        """What a function of the program returns; for what it is handed it may return other things."""
        for function in self._resolver.calls.functions(call) if not call.args else ():
            yield from self._resolver.returned_values(function)

    def _is_changed(self, name: cst.Name, binding: Binding) -> bool:
        """Whether entries of a dictionary may be others by then than those that were written down."""
        return isinstance(binding.value, cst.Dict) and self._resolver.is_changed_later(name)

    def _put_into(self, node: cst.Attribute | cst.Subscript) -> list[cst.BaseExpression]:
        """What the program puts into an attribute or item of something of which no more is seen."""
        return self._puts.get(self._named(node), []) if place(node) is not None else []

    @cached_property
    def _puts(self) -> dict[Hashable, list[cst.BaseExpression]]:
        found: dict[Hashable, list[cst.BaseExpression]] = {}
        for target, value in self._resolver.attributes.assignments():
            if isinstance(target, (cst.Attribute, cst.Subscript)) and place(target) is not None:
                found.setdefault(self._named(target), []).append(value)
        return found

    def _named(self, node: cst.BaseExpression) -> Hashable:
        """What a name, attribute or item is called, and the scope of the name that it begins with."""
        key = place(node) or ""
        return self._tree.scopes[node].lookup(key.partition(".")[0]), key

    # Where keys come from.

    def of(self, node: cst.BaseExpression) -> Key | None:
        """The key that an expression is, by itself or by what is done with it elsewhere."""
        if isinstance(node, (cst.Name, cst.Attribute)) and self._is_environment(node):
            return Key(node, node, "in `os.environ` with everything else")
        if isinstance(node, cst.Name):
            return self._of_name(node) or self._of_arguments(node)
        if isinstance(node, (cst.Call, cst.Subscript)):
            variable = self._variable(node)
            if variable is not None:
                return Key(node, node, f"read from `{variable}`")
        if self._is_sent_header(node):
            return Key(node, node, "in the header of the request")
        if isinstance(node, cst.Attribute) and node.attr.value in CREDENTIAL_ATTRIBUTES:
            if "openai" in self._usage.clients.names(node.value):
                return Key(node, node, f"`openai.{node.attr.value}`")
            if self._usage.clients.is_client(node.value) and not self._has_dummy(node):
                return Key(node, node, f"`{node.attr.value}` of the client")
        if isinstance(node, cst.Call) and last_part(node.func) == "get_secret_value" and isinstance(node.func, cst.Attribute):
            return self._of_secret(node, node.func.value)
        if isinstance(node, (cst.Attribute, cst.Subscript)):
            return self._of_place(node)
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
        elif names & _KEEPERS or names & {"os.getenv", "os.environ.get"}:
            asked = [arg.value for arg in node.args[:2]]
        else:
            asked = [*self._asked_by_helper(node)]
        found = (name for each in asked for name in self._texts_of(each) if self._holds_key(name))
        return next(found, None)

    def _holds_key(self, variable: str) -> bool:
        return names_key(variable) or ("variable", variable) in self._handed_over

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
        """The name of the variable that a function of the program is handed and reads: `def need(name): return os.environ[name]`."""
        for function in self._resolver.calls.functions(call):
            for returned in self._resolver.returned_values(function):
                for value in (each for part in (returned, *self.texts.parts(returned)) for each in self._resolver.values_of(part)):
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
            sink = self._handed_over.get(binding)
            if sink is not None:
                return Key(node, binding.node, f"given as {sink.what}")
            if self._is_evident(binding):
                return Key(node, binding.node, "by its name")
        return None

    def _of_arguments(self, node: cst.Name) -> Key | None:
        """The key among the arguments of a command line, where the name is that of them all."""
        if _ARGUMENTS not in self._resolver.names(node):
            return None
        home, name = self._tree.scopes[node].lookup(node.value), f"{node.value}."
        for kept, sink in self._handed_over.items():
            if isinstance(kept, tuple) and kept[0] is home and isinstance(kept[1], str) and kept[1].startswith(name):
                return Key(node, sink.given, f"given as {sink.what}")
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
            if isinstance(value, cst.Call) and self._resolver.names(value.func) & TYPED_IN:
                asked = (self._values.fold(arg.value) for arg in value.args)
                return names_key(binding.name) or any(isinstance(each, str) and _ASKS_FOR_KEY.search(each) for each in asked)
            return any(find_keys(self._values.text(value) or ""))
        if binding.kind == "parameter" and isinstance(binding.node, cst.Param) and names_key(binding.name):
            is_text = binding.annotation is None or self._resolver.annotated(binding.annotation) <= _PLAIN_TEXT
            return is_text and not self._resolver.calls.handed_to(binding.node)
        return binding.kind == "import" and names_key(binding.name)

    def _of_place(self, node: cst.Attribute | cst.Subscript) -> Key | None:
        sink = self._handed_over.get(self._named(node)) if place(node) is not None else None
        if isinstance(node, cst.Attribute):
            for name in self._resolver.definitions.classes(
                name for owner in self._owners(node) for name in self._resolver.hierarchy.family(owner)
            ):
                sink = sink or self._handed_over.get((name, node.attr.value))
            if sink is None and names_key(node.attr.value):
                owners = self._resolver.names(node.value)
                if _ARGUMENTS in owners or any(self._is_module(name, node) for name in owners):
                    return Key(node, node, "by its name")
        if sink is None or any(self._is_none(value) for value in self._values_put(node)):
            return None
        if not self._is_text(self._resolver.names(node)):
            return None
        return Key(node, sink.given, f"given as {sink.what}")

    def _is_text(self, names: Names) -> bool:
        """Whether what has some qualified names may be text: no function or class of the program, nothing that covers its text."""
        definitions = self._resolver.definitions
        is_defined = any(True for _ in (*definitions.functions(names), *definitions.classes(names)))
        return not is_defined and not any(name.removesuffix("()") in _SECRET for name in names)

    def _values_put(self, node: cst.Attribute | cst.Subscript) -> list[cst.BaseExpression]:
        values = self._resolver.attribute_values(node) if isinstance(node, cst.Attribute) else []
        return values if len(values) == 1 else []

    def _is_module(self, name: str, node: cst.Attribute) -> bool:
        """Whether a qualified name is that of a module as a whole: `import config`."""
        bindings = self._resolver.bindings(node.value) if isinstance(node.value, cst.Name) else []
        aliases = [self._tree.parents.get(each.node) for each in bindings if each.kind == "import" and each.qualified == name]
        return any(isinstance(each, cst.Import) for each in aliases)

    def _owners(self, node: cst.Attribute) -> Iterator[cst.ClassDef]:
        """The classes of the program of which the object of an attribute may be."""
        yield from self._resolver.definitions.classes(name.removesuffix("()") for name in self._resolver.names(node.value))

    def _of_secret(self, node: cst.Call, secret: cst.BaseExpression) -> Key | None:
        """What a secret that covers itself gives away when asked."""
        if isinstance(secret, (cst.Name, cst.Attribute, cst.Subscript)):
            sink = self._handed_over.get((self._named(secret), "secret"))
            if sink is not None:
                return Key(node, sink.given, f"given as {sink.what}")
            if names_key(last_part(secret)):
                return Key(node, node, "by its name")
        for made in self._resolver.values_of(secret):
            if isinstance(made, cst.Call) and made.args and self._resolver.names(made.func) & _SECRET:
                key = next(iter(self.in_text(made.args[0].value)), None)
                if key is not None:
                    return key._replace(value=node)
        return None

    # What the program hands to the SDK as a key.

    @cached_property
    def _handed_over(self) -> dict[Hashable, Sink]:
        """The names, attributes, items and variables that the program hands to the SDK as a key."""
        self._handed_over = found = {}  # asked by itself
        for node_type in (cst.Call, cst.Assign, cst.AnnAssign):
            for node in self._usage.nodes(node_type):
                for sink in self._usage.sinks.of(node):
                    self._hand_over(sink.given, sink, found)
        return found

    def _hand_over(self, value: cst.BaseExpression, sink: Sink, found: dict[Hashable, Sink]) -> None:
        if value in found:
            return
        found[value] = sink
        further: list[cst.BaseExpression] = []
        if isinstance(value, cst.Name):
            for binding in self._resolver.bindings(value):
                found.setdefault(binding, sink)
                if binding.kind in ("assign", "annotated") and binding.value is not None:
                    further.append(binding.value)
                elif binding.kind == "parameter" and isinstance(binding.node, cst.Param):
                    further += self._resolver.calls.handed_to(binding.node)
        elif isinstance(value, cst.Attribute):
            for owner in self._owners(value):
                found.setdefault((owner, value.attr.value), sink)
            further += self._resolver.attribute_values(value)
        elif isinstance(value, cst.Call):
            further += self._in_call(value, sink, found)
        if isinstance(value, (cst.Attribute, cst.Subscript)) and place(value) is not None:
            found.setdefault(self._named(value), sink)
        variable = self._usage.environment.read_by(value)
        if variable is not None:
            found.setdefault(("variable", variable), sink)
        holes = [each for each in value.parts if isinstance(each, cst.FormattedStringExpression)] if _is_formatted(value) else []
        if isinstance(value, (cst.BooleanOperation, cst.IfExp, cst.NamedExpr, cst.Await)) or len(holes) == 1:
            further += self.texts.parts(value)
        for each in further:
            self._hand_over(each, sink, found)

    def _in_call(self, call: cst.Call, sink: Sink, found: dict[Hashable, Sink]) -> Iterator[cst.BaseExpression]:
        names = self._resolver.names(call.func)
        if isinstance(call.func, cst.Attribute) and call.func.attr.value == "get_secret_value":
            if place(call.func.value) is not None:
                found.setdefault((self._named(call.func.value), "secret"), sink)
        elif names & _SECRET or "builtins.str" in names:
            yield from (arg.value for arg in call.args[:1])
        elif isinstance(call.func, cst.Attribute) and call.func.attr.value in ("strip", "rstrip", "lstrip"):
            yield call.func.value
        yield from self._returned(call)

    # Where there is none.

    def _may_be_there(self, node: cst.BaseExpression) -> bool:
        """Whether control may come to an expression with a key in it: not behind `if not key`, nor `if len(key) < 8`."""
        inner: cst.CSTNode = node
        for around in self._tree.expression_around(node):
            if isinstance(around, cst.IfExp) and inner is not around.test:
                if self._tells_of_none(around.test, inner is around.body, node):
                    return False
            elif isinstance(around, cst.BooleanOperation) and inner is around.right:
                if self._tells_of_none(around.left, isinstance(around.operator, cst.And), node):
                    return False
            inner = around
        graph = self._usage.graph_of(node)
        goals = graph.blocks_of(node) if graph is not None else []
        if graph is None or not goals:
            return True
        rebound = {block for binding in self._bound_here(node) for block in graph.blocks_of(binding)}

        def excluded(edge: Edge) -> bool:
            return (edge.target in rebound and edge.target not in goals) or self._tells_edge(edge, node)

        return reaches(self._starts(node, graph, excluded), goals, without=excluded)

    def _bound_here(self, node: cst.BaseExpression) -> list[cst.CSTNode]:
        """What sets a name, attribute or item in the unit in which it stands."""
        if isinstance(node, cst.Name):
            return [each.node for each in self._tree.bindings_of(node) if self._tree.unit(each.node) is self._tree.unit(node)]
        return []

    def _starts(self, node: cst.BaseExpression, graph: Graph, excluded: object) -> list[Block]:
        """Where the ways begin on which a name has the value that it may have at a node."""
        assert callable(excluded)
        if isinstance(node, cst.Name):
            here = [each for each in self._resolver.bindings(node) if self._tree.unit(each.node) is graph.unit]
            keys = [each.node for each in here if each.kind != "parameter" and self._may_be_key(each)]
            is_given = not here or any(each.kind == "parameter" for each in here)
        else:
            written = place(node)
            keys = [target for target, _ in self._resolver.attributes.assignments() if written and place(target) == written]
            keys, is_given = [each for each in keys if self._tree.unit(each) is graph.unit], True
        behind = [e.target for key in keys for block in graph.blocks_of(key) for e in block.edges if self._goes_on(e, node)]
        return [*([graph.entry] if is_given else []), *behind]

    def _goes_on(self, edge: Edge, node: cst.BaseExpression) -> bool:
        return edge.kind is not Kind.RAISE and not self._tells_edge(edge, node)

    def _tells_edge(self, edge: Edge, node: cst.BaseExpression) -> bool:
        test = edge.source.node
        if not isinstance(test, cst.BaseExpression) or edge.kind not in (Kind.TRUE, Kind.FALSE):
            return False
        return self._tells_of_none(test, edge.kind is Kind.TRUE, node)

    def _tells_of_none(self, test: cst.BaseExpression, outcome: bool, node: cst.BaseExpression) -> bool:
        """Whether a test that comes out so says that an expression is no key: it is empty, too short, or to be replaced."""
        if isinstance(test, cst.UnaryOperation) and isinstance(test.operator, cst.Not):
            return self._tells_of_none(test.expression, not outcome, node)
        if isinstance(test, cst.BooleanOperation):
            sides = (self._tells_of_none(side, outcome, node) for side in (test.left, test.right))
            return any(sides) if isinstance(test.operator, cst.And) is outcome else all(sides)
        if isinstance(test, cst.Comparison) and len(test.comparisons) == 1:
            return self._compares_with_none(test, outcome, node)
        if isinstance(test, cst.Call) and "builtins.isinstance" in self._resolver.names(test.func) and len(test.args) == 2:
            is_text = "builtins.str" in self._resolver.names(test.args[1].value)
            return self._is_same(test.args[0].value, node) and outcome is not is_text
        if isinstance(test, cst.Call) and isinstance(test.func, cst.Attribute) and test.func.attr.value == "startswith":
            begin = self._values.text(test.args[0].value) if len(test.args) == 1 else None
            is_made_up = begin is not None and not begin.startswith(("sk", "Bearer"))
            return outcome and is_made_up and self._is_same(test.func.value, node)
        return not outcome and self._is_same(test, node)

    def _compares_with_none(self, test: cst.Comparison, outcome: bool, node: cst.BaseExpression) -> bool:
        operator, right = type(test.comparisons[0].operator).__name__, test.comparisons[0].comparator
        left = test.left
        if isinstance(left, cst.Call) and "builtins.len" in self._resolver.names(left.func) and len(left.args) == 1:
            return operator in (_SHORTER if outcome else _LONGER) and self._is_same(left.args[0].value, node)
        is_known = self._values.value(right) is None or self._values.text(right) is not None or _is_display(right)
        return is_known and operator in (_SAME if outcome else _OTHER) and self._is_same(left, node)

    def _is_same(self, tested: cst.BaseExpression, node: cst.BaseExpression) -> bool:
        """Whether a test asks for an expression, be it without the blanks around it, or in lower case."""
        while isinstance(tested, cst.Call) and isinstance(tested.func, cst.Attribute):
            if tested.func.attr.value not in ("strip", "lower", "upper", "lstrip", "rstrip"):
                break
            tested = tested.func.value
        if isinstance(tested, cst.NamedExpr):
            tested = tested.target
        if place(tested) is not None:
            return place(tested) == place(node)
        variable = self._usage.environment.read_by(tested)
        return variable is not None and variable == self._usage.environment.read_by(node)


def _is_formatted(node: cst.BaseExpression) -> bool:
    return isinstance(node, cst.FormattedString)


def _is_display(node: cst.BaseExpression) -> bool:
    return isinstance(node, (cst.Tuple, cst.List, cst.Set))
