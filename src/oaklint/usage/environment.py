"""What a program writes into the environment, and what its clients read from it when they are built."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from oaklint.python import cst
from oaklint.python.names import Resolver
from oaklint.python.tree import Tree
from oaklint.python.values import Values
from oaklint.sdk.clients import CREDENTIAL_ENVIRONMENT
from oaklint.usage.clients import Clients, Construction

_LOADERS = {"dotenv.load_dotenv", "dotenv.main.load_dotenv", "environs.Env().read_env", "environs.env.read_env", "environ.Env.read_env", "environ.Env().read_env"}
_READERS = {"os.getenv", "os.environ.get", "os.environ.__getitem__", "environs.Env()", "environs.Env().str"}
# Calls into code that is not seen, whose names say that they may set up the environment.
_MAY_LOAD = re.compile(r"env|secret|credential|config|setup|settings|api_?key|token|dotenv|login|authenticat", re.IGNORECASE)
_MAGIC = re.compile(r"^[ \t]*%(?:env|set_env|dotenv|load_ext[ \t]+dotenv)\b", re.MULTILINE)


class Write(NamedTuple):
    """A statement or call that changes the environment.

    node:  what does it. names: the names that it sets; None where that is a file's or another function's affair.
    """

    node: cst.CSTNode
    names: frozenset[str] | None

    @property
    def text(self) -> str:
        return f"`{'`, `'.join(sorted(self.names))}`" if self.names else "the environment"


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
        names = {read.name for read in construction.constructor.reads if generation in read.generations and not read.unless & explicit}
        for value in given.values():
            names |= self._read_in(value)
        return frozenset(names)

    def reads_credential(self, construction: Construction, generation: int) -> bool:
        """Whether the key itself comes from the environment."""
        reads = self.reads(construction, generation)
        credential = construction.argument("api_key")
        if credential is not None and self._values.value(credential) is not None:
            return bool(self._read_in(credential))
        if any(construction.argument(name) is not None for name in construction.constructor.credentials - {"api_key"}):
            return False
        return bool(reads & CREDENTIAL_ENVIRONMENT)

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
                names = self._written(node)
                if names is not None:
                    found.append(Write(node, names or None))
        return found

    def _written(self, node: cst.CSTNode) -> frozenset[str] | None:
        """The names that the node sets; empty where they are not known; None if it sets nothing."""
        if isinstance(node, cst.Call):
            return self._written_by_call(node)
        if isinstance(node, cst.AugAssign):
            return self._keys(node.value) if "os.environ" in self._resolver.names(node.target) else None
        targets = [target.target for target in node.targets] if isinstance(node, cst.Assign) else []
        if isinstance(node, cst.AnnAssign) and node.value is not None:
            targets = [node.target]
        for target in targets:
            if isinstance(target, cst.Subscript) and "os.environ" in self._resolver.names(target.value):
                name = self._index(target)
                return frozenset({name}) if name is not None else frozenset()
        return None

    def _written_by_call(self, call: cst.Call) -> frozenset[str] | None:
        names = self._resolver.names(call.func)
        if names & _LOADERS:
            return frozenset()
        if names & {"os.environ.setdefault", "os.environ.__setitem__"} and call.args:
            name = self._values.text(call.args[0].value)
            return frozenset({name}) if name is not None else frozenset()
        if "os.environ.update" in names:
            keywords = frozenset(arg.keyword.value for arg in call.args if arg.keyword is not None)
            return keywords.union(*(self._keys(arg.value) for arg in call.args if arg.keyword is None))
        return None

    def _keys(self, node: cst.BaseExpression) -> frozenset[str]:
        if not isinstance(node, cst.Dict):
            return frozenset()
        keys = (self._values.text(element.key) for element in node.elements if isinstance(element, cst.DictElement))
        return frozenset(key for key in keys if key is not None)

    def is_loader(self, node: cst.CSTNode) -> bool:
        return isinstance(node, cst.Call) and bool(self._resolver.names(node.func) & _LOADERS)

    def writes_during(self, call: cst.Call, depth: int = 0) -> list[Write]:
        """The writes that run while a call runs: its own, and those in the program's functions that it calls."""
        found = [write for write in self.writes if write.node is call]
        if depth < 3:
            for function in self._resolver.called_functions(call):
                found += [write for write in self.writes if self._tree.unit(write.node) is function]
                for inner in self._calls_in(function):
                    found += self.writes_during(inner, depth + 1)
        return found

    def _calls_in(self, function: cst.FunctionDef) -> Iterator[cst.Call]:
        for call in self._tree.nodes.get(cst.Call, ()):
            assert isinstance(call, cst.Call)
            if self._tree.unit(call) is function and self._resolver.called_functions(call):
                yield call

    def may_load(self, call: cst.Call) -> bool:
        """Whether a call of code that is not seen may set up the environment, as far as its name tells."""
        if self._resolver.called_functions(call) or self._clients.construction(call) is not None or self._resolver.names(call.func) & _READERS:
            return False
        name = call.func.attr.value if isinstance(call.func, cst.Attribute) else call.func.value if isinstance(call.func, cst.Name) else ""
        return bool(_MAY_LOAD.search(name)) and not name.startswith(("get_logger", "basicConfig"))


def sets_environment_by_magic(text: str) -> bool:
    """Whether a notebook cell's text holds `%env`, `%dotenv` or the like."""
    return _MAGIC.search(text) is not None
