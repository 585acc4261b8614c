"""What clients read from the environment when they are built, and what a program has read from it for them."""

from __future__ import annotations

from typing import NamedTuple

from oaklint.python import cst
from oaklint.python.definitions import UNKNOWN
from oaklint.python.places import place
from oaklint.python.tree import index_of, walk
from oaklint.python.values import Values
from oaklint.sdk.clients import CREDENTIAL_ENVIRONMENT, MODULE_CLIENT_READS
from oaklint.sdk.releases import numbers
from oaklint.usage.constructions import Construction
from oaklint.usage.context import Context

GETTERS = {"os.getenv", "os.environ.get"}
# Bases of classes whose attributes are what the class says, unless an object is handed something else.
_PLAIN_BASES = {"builtins.object", "pydantic.BaseModel"}
# Through how many names, and calls, a key is followed to where it is read.
_MAX_STEPS = 4
READERS = GETTERS | {"os.environ.__getitem__", "environs.Env()", "environs.Env().str"}


class EnvironmentValue(NamedTuple):
    """A value that is taken from the environment and kept in a name.

    node: the expression that reads it. name: the environment's name. target: the program's.
    certain: whether reading fails where the environment has no such name.
    """

    node: cst.BaseExpression
    name: str
    target: cst.BaseExpression
    certain: bool


class Environment:
    """Finds what is read from the environment."""

    def __init__(self, context: Context) -> None:
        self._tree = context.tree
        self._resolver = context.resolver
        self._values = context.values
        self._clients = context.clients
        self._constructions = context.constructions
        self._flow = context.flow
        self._release = context.release

    def reads(self, construction: Construction, generation: int) -> frozenset[str]:
        """The names that the client takes something from when it is built, directly or through its arguments."""
        if construction.is_open:
            return frozenset()
        given = construction.arguments.values()
        return self.relied_on(construction, generation).union(*(self._read_in(value, construction) for value in given))

    def reads_then(self, construction: Construction, generation: int) -> frozenset[str]:
        """Those of them that are not in a variable already."""
        given = (value for value in construction.arguments.values() if not isinstance(value, cst.Name))
        return self.relied_on(construction, generation).union(*(self._read_in(value, construction) for value in given))

    def relied_on(self, construction: Construction, generation: int) -> frozenset[str]:
        """The names that the constructor itself reads, because no argument stands in for them."""
        if construction.is_open:
            return frozenset()
        explicit = frozenset(name for name, value in construction.arguments.items() if self._values.value(value) is not None)
        reads, first_reads = construction.constructor.reads, construction.constructor.first_reads
        named = (read.name for read in reads if generation in read.generations and not read.unless & explicit)
        return frozenset(name for name in named if self._release is None or numbers(first_reads(name)) <= self._release)

    def credential_reads(self, construction: Construction, generation: int) -> frozenset[str]:
        """The names that the key itself comes from; none if it is handed over."""
        credential = construction.argument("api_key")
        if credential is not None and self._values.value(credential) is not None:
            return self._read_in(credential, construction)
        if any(construction.argument(name) is not None for name in construction.constructor.credentials - {"api_key"}):
            return frozenset()
        return self.reads(construction, generation) & CREDENTIAL_ENVIRONMENT

    def certain_reads(self, construction: Construction) -> frozenset[str]:
        """The names that the environment holds for sure when the client is built: reading them would have failed otherwise."""
        return frozenset().union(*(self._surely_read_in(value, construction) for value in construction.arguments.values()))

    def key_variable(self, construction: Construction, generation: int) -> EnvironmentValue | None:
        """The variable that the client's key comes from, if it was read from the environment before, and its being too old
        matters: for `None` the constructor looks into the environment itself.
        """
        credential = construction.argument("api_key")
        value, target = self._kept_value(credential) if credential is not None else (None, None)
        names = self._read_in(value, construction) if value is not None else frozenset[str]()
        if value is None or target is None or len(names) != 1 or isinstance(value, (cst.Name, cst.BooleanOperation)):
            return None
        (name,) = names
        certain = isinstance(value, cst.Subscript)
        # The fallback for a name that is not set: the constructor's own look into the environment, unless there is another.
        has_default = isinstance(value, cst.Call) and len(value.args) > 1 and self._values.value(value.args[1].value) is not None
        falls_back = not certain and not has_default and construction.constructor.reads_environment(name, generation=generation)
        return None if falls_back else EnvironmentValue(value, name, target, certain)

    def key_told(self, node: cst.Assign, generation: int) -> EnvironmentValue | None:
        """What a client, or the module `openai`, is told as its key, if that is read from the environment: the target of
        `client.api_key = ...` is the client. For `None` the module looks into the environment itself, and a client does not.
        """
        told, name = node.targets[0].target, self.read_by(node.value)
        if name is None or not isinstance(told, cst.Attribute) or told.attr.value != "api_key":
            return None
        certain = isinstance(node.value, cst.Subscript)
        if "openai" in self._clients.names(told.value):
            has_default = isinstance(node.value, cst.Call) and len(node.value.args) > 1
            reads = {read.name for read in MODULE_CLIENT_READS if generation in read.generations}
            matters = certain or has_default or name not in reads
        else:
            matters = self._clients.is_client(told.value)
        return EnvironmentValue(node.value, name, told.value, certain) if matters else None

    def _kept_value(self, node: cst.BaseExpression) -> tuple[cst.BaseExpression | None, cst.BaseExpression | None]:
        """The one value that a name, an attribute of a module, of a class or of `self`, or a parameter that is never given has,
        and what that is assigned to.
        """
        bindings = self._resolver.bindings_behind(node) if isinstance(node, (cst.Name, cst.Attribute)) else []
        if len(bindings) == 1 and isinstance(target := bindings[0].node, cst.Name):
            return bindings[0].value if bindings[0].kind in ("assign", "annotated") else None, target
        if len(bindings) == 1 and isinstance(param := bindings[0].node, cst.Param):
            return param.default if not self._is_given(param) else None, param.name
        is_known = isinstance(node, cst.Attribute) and not bindings and UNKNOWN not in self._resolver.names(node.value)
        values = self._resolver.attribute_values(node) if is_known and isinstance(node, cst.Attribute) else []
        targets = self._constructions.kept_in(values[0]) if len(values) == 1 else []
        if len(targets) == 1 and self._tree.scopes[targets[0]].kind == "class" and self._may_be_set_otherwise(targets[0]):
            return None, None
        return (values[0], targets[0]) if len(targets) == 1 else (None, None)

    def _is_given(self, param: cst.Param) -> bool:
        """Whether a call may hand something to a parameter, or somebody to whom the function is handed."""
        function = self._tree.scopes[param].node
        if not isinstance(function, cst.FunctionDef) or self._resolver.calls.handed_to(param):
            return True
        arguments = (arg.value for arg in self._tree.nodes.get(cst.Arg, ()) if isinstance(arg, cst.Arg))
        alike = (value for value in arguments if place(value) == function.name.value)
        is_handed_over = any(function in self._resolver.definitions.functions(self._resolver.names(value)) for value in alike)
        return is_handed_over or any(arg.star for call in self._resolver.calls.of(function) for arg in call.args)

    def _may_be_set_otherwise(self, field: cst.BaseExpression) -> bool:
        """Whether an object, when it is made, may have something else in an attribute than its class says: what it is handed, or
        what a base that is not seen reads.
        """
        owner = self._resolver.definitions.class_of(field)
        if owner is None or owner.keywords or any(self._resolver.names(base.value) - _PLAIN_BASES for base in owner.bases):
            return True
        calls = (call for call in self._tree.nodes.get(cst.Call, ()) if isinstance(call, cst.Call) and call.args)
        return any(self._may_set(call, place(field), self._resolver.definitions.name(owner)) for call in calls)

    def _may_set(self, call: cst.Call, field: str | None, owner: str) -> bool:
        """Whether a call makes an object of a class with its own value for a field: `Config(key=...)`, `Config.parse(text)`,
        `setattr(Config, ...)`.
        """
        names = self._resolver.names(call.func)
        if owner in names:
            return any(arg.keyword is None or arg.keyword.value == field for arg in call.args)
        if "builtins.setattr" in names:
            return bool(self._resolver.names(call.args[0].value) & {owner, f"{owner}()"})
        return any(name.startswith(f"{owner}.") for name in names) and not self._resolver.calls.functions(call)

    def may_be_missing(self, node: cst.BaseExpression) -> bool:
        """Whether an expression is None where the environment lacks a name: `os.getenv("X")`, or a name bound to it that is
        handed on untested; of what is not known, nothing is said.
        """
        if self._values.value(node) is None:
            return True
        if isinstance(node, cst.Call):
            return bool(self._resolver.names(node.func) & GETTERS) and len(node.args) == 1
        if isinstance(node, cst.Name):
            bindings = self._resolver.bindings(node)
            if len(bindings) == 1 and bindings[0].kind == "assign" and isinstance(bindings[0].value, cst.Call):
                is_handed_on = isinstance(bindings[0].node, cst.Name) and all(
                    isinstance(self._tree.parents.get(use), cst.Arg) for use in self._tree.uses_of(bindings[0].node)
                )
                return is_handed_on and self.may_be_missing(bindings[0].value)
        return False

    def _read_in(self, node: cst.BaseExpression, construction: Construction, depth: int = 0) -> frozenset[str]:
        """The environment names that an expression is read from: `os.getenv("X")`, or a variable bound to that."""
        node = _unstripped(node)
        if (handed := self._seen_from_site(node, construction)) is not node:
            return self._read_in(handed, construction, depth + 1) if depth < _MAX_STEPS else frozenset()
        if (name := self.read_by(node)) is not None:
            return frozenset({name})
        if isinstance(node, cst.BooleanOperation):
            left = self._seen_from_site(node.left, construction)
            if isinstance(left, cst.SimpleString) and isinstance(node.operator, cst.Or):
                return frozenset()  # `key or os.getenv("X")` with a key
            return self._read_in(node.left, construction, depth) | self._read_in(node.right, construction, depth)
        if isinstance(node, cst.Name) and depth < _MAX_STEPS:
            values = self._resolver.values_of(node)
            return frozenset().union(*(self._read_in(value, construction, depth + 1) for value in values))
        return frozenset()

    def _seen_from_site(self, node: cst.BaseExpression, construction: Construction) -> cst.BaseExpression:
        """What a parameter of the function that builds a client receives; any other expression as it is."""
        is_inside = self._tree.unit(node) is self._tree.unit(construction.call)
        return construction.seen_from_site(node) if is_inside else node

    def read_by(self, node: cst.BaseExpression) -> str | None:
        """The name of the variable that an expression is the value of: `os.getenv("X")`, `os.environ["X"].strip()`."""
        key = self.key_read_by(node)
        return self._values.text(key) if key is not None else None

    def key_read_by(self, node: cst.BaseExpression) -> cst.BaseExpression | None:
        """The expression for that name."""
        node = _unstripped(node)
        if isinstance(node, cst.Call) and self._resolver.names(node.func) & READERS and node.args:
            return node.args[0].value
        if isinstance(node, cst.Subscript) and "os.environ" in self._resolver.names(node.value):
            return index_of(node)
        return None

    def holds(self, node: cst.BaseExpression) -> str | None:
        """The name of the variable that holds, when the program begins, what an expression is the value of: Streamlit puts the
        secrets that stand at the root of their file into the environment (its documentation, "Secrets management").
        """
        if isinstance(node, cst.Subscript) and "streamlit.secrets" in self._resolver.names(node.value):
            return subscript_text(node, self._values)
        return self.read_by(node)

    def _surely_read_in(self, node: cst.BaseExpression, construction: Construction, depth: int = 0) -> frozenset[str]:
        """The names without which an expression, or the variable that it is, has no value: `os.environ["X"]`."""
        node = _unstripped(node)
        if (handed := self._seen_from_site(node, construction)) is not node:
            return self._surely_read_in(handed, construction, depth + 1) if depth < _MAX_STEPS else frozenset()
        if isinstance(node, cst.BooleanOperation):
            is_required = isinstance(node.right, cst.Call) and self._flow.never_comes_back(node.right)  # `... or sys.exit()`
            return (self._read_in if is_required else self._surely_read_in)(node.left, construction, depth)
        if isinstance(node, cst.Name) and depth < _MAX_STEPS:
            values = [binding.value for binding in self._resolver.bindings(node)]
            found = [
                self._surely_read_in(value, construction, depth + 1) if value is not None else frozenset() for value in values
            ]
            return frozenset.intersection(*found) if found else frozenset()
        is_certain = isinstance(node, cst.Subscript) or (
            isinstance(node, cst.Call) and len(node.args) == 1 and bool(self._resolver.names(node.func) & READERS - GETTERS)
        )
        return self._read_in(node, construction, depth) if is_certain else frozenset()

    def was_read_before(self, construction: Construction) -> bool:
        """Whether a name that the client is handed holds what was read from the environment, at some earlier time."""
        parts = (part for arg in construction.call.args for part in walk(arg.value))
        return any(self._read_in(part, construction) for part in parts if isinstance(part, cst.Name))


def _unstripped(node: cst.BaseExpression) -> cst.BaseExpression:
    """`os.getenv("X")` for `os.getenv("X").strip()`."""
    method = node.func if isinstance(node, cst.Call) else None
    return method.value if isinstance(method, cst.Attribute) and method.attr.value in ("strip", "rstrip") else node


def subscript_text(node: cst.Subscript, values: Values) -> str | None:
    """The text in `mapping["text"]`."""
    index = index_of(node)
    return values.text(index) if index is not None else None
