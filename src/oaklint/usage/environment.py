"""What a program writes into the environment, and what its clients read from it when they are built."""

from __future__ import annotations

import re
from functools import cached_property
from typing import NamedTuple

from oaklint.python import cst
from oaklint.python.names import Resolver
from oaklint.python.scopes import CodeUnit
from oaklint.python.tree import Tree, walk
from oaklint.python.values import Values
from oaklint.sdk.clients import CREDENTIAL_ENVIRONMENT
from oaklint.usage.clients import Clients, Construction

_LOADERS = {
    "dotenv.load_dotenv",
    "dotenv.main.load_dotenv",
    "environs.Env().read_env",
    "environs.env.read_env",
    "environ.Env.read_env",
    "environ.Env().read_env",
}
_READERS = {"os.getenv", "os.environ.get", "os.environ.__getitem__", "environs.Env()", "environs.Env().str"}
_MAX_DEPTH = 3
# Calls into code that is not seen, whose names say that they may set up the environment.
_MAY_LOAD = re.compile(r"env|secret|credential|config|setup|settings|api_?key|token|dotenv|login|authenticat", re.IGNORECASE)
_MAGIC = re.compile(r"^[ \t]*%(?:env|set_env|dotenv|load_ext[ \t]+dotenv)\b", re.MULTILINE)


class Write(NamedTuple):
    """A statement or call that changes the environment.

    node:  what does it.
    names: the names that it sets; empty where they are not known.
    loads: whether it loads a file, which may set any name.
    key:   the expression for a single name that it sets, if there is one.
    """

    node: cst.CSTNode
    names: frozenset[str]
    loads: bool = False
    key: cst.BaseExpression | None = None

    def may_set(self, names: frozenset[str]) -> bool:
        """Whether it sets one of the names, as far as is known what it sets."""
        return not self.names or bool(self.names & names)


class Environment:
    """Finds reads and writes of the environment."""

    def __init__(self, tree: Tree, resolver: Resolver, values: Values, clients: Clients) -> None:
        self._tree = tree
        self._resolver = resolver
        self._values = values
        self._clients = clients

    # Reads.

    def reads(self, construction: Construction, generation: int) -> frozenset[str]:
        """The names that the client takes something from when it is built, directly or through its arguments."""
        if construction.is_open:
            return frozenset()
        given = {arg.keyword.value: arg.value for arg in construction.call.args if arg.keyword is not None}
        explicit = frozenset(name for name, value in given.items() if self._values.value(value) is not None)
        names = {
            read.name for read in construction.constructor.reads if generation in read.generations and not read.unless & explicit
        }
        for value in given.values():
            names |= self._read_in(value)
        return frozenset(names)

    def credential_reads(self, construction: Construction, generation: int) -> frozenset[str]:
        """The names that the key itself comes from; none if it is handed over."""
        credential = construction.argument("api_key")
        if credential is not None and self._values.value(credential) is not None:
            return self._read_in(credential)
        if any(construction.argument(name) is not None for name in construction.constructor.credentials - {"api_key"}):
            return frozenset()
        return self.reads(construction, generation) & CREDENTIAL_ENVIRONMENT

    def _read_in(self, node: cst.BaseExpression, depth: int = 0) -> frozenset[str]:
        """The environment names that an expression is read from: `os.getenv("X")`, or a variable bound to that."""
        if isinstance(node, cst.Call):
            if self._resolver.names(node.func) & _READERS and node.args:
                name = self._values.text(node.args[0].value)
                return frozenset({name}) if name is not None else frozenset()
            if isinstance(node.func, cst.Attribute) and node.func.attr.value in ("strip", "rstrip"):
                return self._read_in(node.func.value, depth)
        if isinstance(node, cst.Subscript) and "os.environ" in self._resolver.names(node.value):
            name = self._index(node)
            return frozenset({name}) if name is not None else frozenset()
        if isinstance(node, cst.BooleanOperation):
            return self._read_in(node.left, depth) | self._read_in(node.right, depth)
        if isinstance(node, cst.Name) and depth < 3:
            values = [binding.value for binding in self._resolver.bindings(node) if binding.kind in ("assign", "annotated")]
            return frozenset().union(*(self._read_in(value, depth + 1) for value in values if value is not None))
        return frozenset()

    def was_read_before(self, construction: Construction) -> bool:
        """Whether a name that the client is handed holds what was read from the environment, at some earlier time."""
        parts = (part for arg in construction.call.args for part in walk(arg.value))
        return any(self._read_in(part) for part in parts if isinstance(part, cst.Name))

    def _index(self, node: cst.Subscript) -> str | None:
        part = node.slice[0].slice
        return self._values.text(part.value) if isinstance(part, cst.Index) else None

    # Writes.

    @cached_property
    def writes(self) -> list[Write]:
        """The statements and calls that write to the environment themselves."""
        found: list[Write] = []
        for node_type in (cst.Assign, cst.AnnAssign, cst.AugAssign, cst.Call):
            for node in self._tree.nodes.get(node_type, ()):
                write = self._write(node)
                if write is not None:
                    found.append(write)
        return found

    def _write(self, node: cst.CSTNode) -> Write | None:
        if isinstance(node, cst.Call):
            return self._call(node)
        if isinstance(node, cst.AugAssign):
            return Write(node, self._keys(node.value)) if "os.environ" in self._resolver.names(node.target) else None
        targets = [target.target for target in node.targets] if isinstance(node, cst.Assign) else []
        if isinstance(node, cst.AnnAssign) and node.value is not None:
            targets = [node.target]
        for target in targets:
            if isinstance(target, cst.Subscript) and "os.environ" in self._resolver.names(target.value):
                part = target.slice[0].slice
                return self._single(node, part.value if isinstance(part, cst.Index) else None)
        return None

    def _call(self, call: cst.Call) -> Write | None:
        names = self._resolver.names(call.func)
        if names & _LOADERS:
            return Write(call, frozenset(), loads=True)
        if names & {"os.environ.setdefault", "os.environ.__setitem__"} and call.args:
            return self._single(call, call.args[0].value)
        if "os.environ.update" in names:
            keywords = frozenset(arg.keyword.value for arg in call.args if arg.keyword is not None)
            return Write(call, keywords.union(*(self._keys(arg.value) for arg in call.args if arg.keyword is None)))
        return None

    def _single(self, node: cst.CSTNode, key: cst.BaseExpression | None) -> Write:
        name = self._values.text(key) if key is not None else None
        return Write(node, frozenset({name}) if name is not None else frozenset(), key=key)

    def _keys(self, node: cst.BaseExpression) -> frozenset[str]:
        if not isinstance(node, cst.Dict):
            return frozenset()
        keys = (self._values.text(element.key) for element in node.elements if isinstance(element, cst.DictElement))
        return frozenset(key for key in keys if key is not None)

    def writes_in(self, unit: CodeUnit | None) -> list[Write]:
        """The writes of a unit, in the order of the text; a call of one of the program's functions counts for what is written in
        it.
        """
        found = [write for write in self.writes if self._tree.unit(write.node) is unit]
        for call in self._calling.get(unit, ()):
            found += self.writes_during(call)
        return found

    def writes_during(self, call: cst.Call, depth: int = 0) -> list[Write]:
        """What is written in the program's functions while a call of them runs, each with the call as its node."""
        found = []
        for function in self._resolver.called_functions(call) if depth < _MAX_DEPTH else ():
            for write in self.writes:
                if self._tree.unit(write.node) is function:
                    found.append(self._handed(write, call, function))
            for inner in self._calling.get(function, ()):
                found += (self._handed(write, call, function) for write in self.writes_during(inner, depth + 1))
        return found

    def _handed(self, write: Write, call: cst.Call, function: cst.FunctionDef) -> Write:
        """A write in a function as the call that runs it; a name that the function is handed is the call's argument."""
        params = (*function.params.posonly_params, *function.params.params, *function.params.kwonly_params)
        for param in params:
            if isinstance(write.key, cst.Name) and write.key.value == param.name.value and not write.names:
                argument = self._resolver.argument_for(call, function, param)
                return self._single(call, argument if argument is not None else param.default)
        return write._replace(node=call)

    @cached_property
    def _calling(self) -> dict[CodeUnit | None, list[cst.Call]]:
        """The calls of the program's own functions, by the unit in which they stand."""
        found: dict[CodeUnit | None, list[cst.Call]] = {}
        for call in self._tree.nodes.get(cst.Call, ()):
            assert isinstance(call, cst.Call)
            if self._resolver.called_functions(call):
                found.setdefault(self._tree.unit(call), []).append(call)
        return found

    def may_load(self, call: cst.Call) -> bool:
        """Whether a call of code that is not seen may set up the environment, as far as its name tells."""
        if (
            self._resolver.called_functions(call)
            or self._clients.construction(call) is not None
            or self._resolver.names(call.func) & _READERS
        ):
            return False
        name = (
            call.func.attr.value
            if isinstance(call.func, cst.Attribute)
            else call.func.value
            if isinstance(call.func, cst.Name)
            else ""
        )
        return bool(_MAY_LOAD.search(name)) and not name.startswith(("get_logger", "basicConfig"))


def sets_environment_by_magic(text: str) -> bool:
    """Whether a notebook cell's text holds `%env`, `%dotenv` or the like."""
    return _MAGIC.search(text) is not None
