"""What a program writes into the environment, and what its clients read from it when they are built."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

from oaklint.python import cst
from oaklint.python.names import Resolver
from oaklint.python.scopes import CodeUnit
from oaklint.python.tree import Tree
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
_MAPPINGS_OF_FILES = {"dotenv.dotenv_values", "dotenv.main.dotenv_values"}
_PATCHERS = {"unittest.mock.patch.dict", "mock.patch.dict"}
_MAX_DEPTH = 3
# Calls into code that is not seen, whose names say that they may set up the environment.
_MAY_LOAD = re.compile(r"env|secret|credential|config|setup|settings|api_?key|token|dotenv|login|authenticat", re.IGNORECASE)
# Modules that are not found and whose names say that they may do so when they are imported.
_SETTINGS_MODULES = {
    "config", "configs", "configuration", "conf", "settings", "env", "environment", "secrets", "credentials", "keys", "setup",
    "bootstrap", "constants", "common",
}  # fmt: skip
_MAGIC = re.compile(r"%(?:set_)?env[ \t]+(?P<name>\w+)[ \t]*[=\s][ \t]*\S|%(?P<loads>dotenv)\b")


class Write(NamedTuple):
    """A statement or call that changes the environment.

    node:  what does it.
    names: the names that it sets; empty where they are not known.
    loads: whether it loads a file, which may set any name.
    key:   the expression for a single name that it sets, if there is one.
    origin: the statement or call that writes, where `node` is what makes it run: a call of a function, an import.
    """

    node: cst.CSTNode
    names: frozenset[str]
    loads: bool = False
    key: cst.BaseExpression | None = None
    origin: cst.CSTNode | None = None

    def may_set(self, names: frozenset[str]) -> bool:
        """Whether it sets one of the names, as far as is known what it sets."""
        return not self.names or bool(self.names & names)


class EnvironmentValue(NamedTuple):
    """A value that is taken from the environment and kept in a name.

    node: the expression that reads it. name: the environment's name. target: the program's.
    certain: whether reading fails where the environment has no such name.
    """

    node: cst.BaseExpression
    name: str
    target: cst.CSTNode
    certain: bool


class Environment:
    """Finds reads and writes of the environment."""

    def __init__(
        self, tree: Tree, resolver: Resolver, values: Values, clients: Clients, magics: Callable[[], Mapping[cst.CSTNode, str]]
    ) -> None:
        self._magics = magics
        self._tree = tree
        self._resolver = resolver
        self._values = values
        self._clients = clients

    # Reads.

    def reads(self, construction: Construction, generation: int) -> frozenset[str]:
        """The names that the client takes something from when it is built, directly or through its arguments."""
        if construction.is_open:
            return frozenset()
        given = construction.arguments
        explicit = frozenset(name for name, value in given.items() if self._values.value(value) is not None)
        names = {
            read.name for read in construction.constructor.reads if generation in read.generations and not read.unless & explicit
        }
        for value in given.values():
            names |= self._read_in(value, construction)
        return frozenset(names)

    def credential_reads(self, construction: Construction, generation: int) -> frozenset[str]:
        """The names that the key itself comes from; none if it is handed over."""
        credential = construction.argument("api_key")
        if credential is not None and self._values.value(credential) is not None:
            return self._read_in(credential, construction)
        if any(construction.argument(name) is not None for name in construction.constructor.credentials - {"api_key"}):
            return frozenset()
        return self.reads(construction, generation) & CREDENTIAL_ENVIRONMENT

    def key_variable(self, construction: Construction, generation: int) -> EnvironmentValue | None:
        """The variable that the client's key comes from, if it was read from the environment before, and its being too old
        matters: for `None` the constructor looks into the environment itself.
        """
        credential = construction.argument("api_key")
        bindings = self._resolver.bindings(credential) if isinstance(credential, cst.Name) else []
        if len(bindings) != 1 or bindings[0].value is None or bindings[0].kind not in ("assign", "annotated"):
            return None
        value = bindings[0].value
        names = self._read_in(value, construction)
        if len(names) != 1 or isinstance(value, (cst.Name, cst.BooleanOperation)):
            return None
        (name,) = names
        certain = isinstance(value, cst.Subscript)
        # The fallback for a name that is not set: the constructor's own look into the environment, unless there is another.
        has_default = isinstance(value, cst.Call) and len(value.args) > 1 and self._values.value(value.args[1].value) is not None
        falls_back = not certain and not has_default and construction.constructor.reads_environment(name, generation=generation)
        return None if falls_back else EnvironmentValue(value, name, bindings[0].node, certain)

    def _read_in(self, node: cst.BaseExpression, construction: Construction, depth: int = 0) -> frozenset[str]:
        """The environment names that an expression is read from: `os.getenv("X")`, or a variable bound to that."""
        node = construction.seen_from_site(node)
        if isinstance(node, cst.Call):
            if self._resolver.names(node.func) & _READERS and node.args:
                name = self._values.text(node.args[0].value)
                return frozenset({name}) if name is not None else frozenset()
            if isinstance(node.func, cst.Attribute) and node.func.attr.value in ("strip", "rstrip"):
                return self._read_in(node.func.value, construction, depth)
        if isinstance(node, cst.Subscript) and "os.environ" in self._resolver.names(node.value):
            name = self._index(node)
            return frozenset({name}) if name is not None else frozenset()
        if isinstance(node, cst.BooleanOperation):
            left = construction.seen_from_site(node.left)
            if isinstance(left, cst.SimpleString) and isinstance(node.operator, cst.Or):
                return frozenset()  # `key or os.getenv("X")` with a key
            return self._read_in(left, construction, depth) | self._read_in(node.right, construction, depth)
        if isinstance(node, cst.Name) and depth < 3:
            values = [binding.value for binding in self._resolver.bindings(node) if binding.kind in ("assign", "annotated")]
            return frozenset().union(*(self._read_in(value, construction, depth + 1) for value in values if value is not None))
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
                write = self._write(node)
                if write is not None:
                    found.append(write)
        for node, magic in self._magics().items():
            match = _MAGIC.match(magic)
            if match is not None:
                found.append(Write(node, frozenset({match["name"]}) if match["name"] else frozenset(), bool(match["loads"])))
        return found

    def _write(self, node: cst.CSTNode) -> Write | None:
        if isinstance(node, cst.Call):
            return self._call(node)
        if isinstance(node, cst.AugAssign):
            return self._update(node, [node.value]) if "os.environ" in self._resolver.names(node.target) else None
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
            return self._update(call, [arg.value for arg in call.args if arg.keyword is None], keywords)
        if names & _PATCHERS and call.args and self._is_environment(call.args[0].value):
            named = [arg.value for arg in call.args[1:] if arg.keyword is None or arg.keyword.value == "values"]
            options = frozenset({"values", "clear", "in_dict"})
            keywords = frozenset(arg.keyword.value for arg in call.args if arg.keyword is not None) - options
            return self._update(call, named, keywords)
        if isinstance(call.func, cst.Attribute) and call.func.attr.value == "setenv" and len(call.args) >= 2:
            return self._single(call, call.args[0].value)  # pytest's monkeypatch
        return None

    def _is_environment(self, node: cst.BaseExpression) -> bool:
        return "os.environ" in self._resolver.names(node) or self._values.value(node) == "os.environ"

    def _update(self, node: cst.CSTNode, mappings: list[cst.BaseExpression], names: frozenset[str] = frozenset()) -> Write:
        files = (mapping for mapping in mappings if isinstance(mapping, cst.Call))
        loads = any(self._resolver.names(file.func) & _MAPPINGS_OF_FILES for file in files)
        return Write(node, names.union(*map(self._keys, mappings)), loads)

    def _single(self, node: cst.CSTNode, key: cst.BaseExpression | None) -> Write:
        name = self._values.text(key) if key is not None else None
        return Write(node, frozenset({name}) if name is not None else frozenset(), key=key)

    def _keys(self, node: cst.BaseExpression) -> frozenset[str]:
        if not isinstance(node, cst.Dict):
            return frozenset()
        keys = (self._values.text(element.key) for element in node.elements if isinstance(element, cst.DictElement))
        return frozenset(key for key in keys if key is not None)

    def writes_in(self, unit: CodeUnit | None) -> list[Write]:
        """The writes of a unit; a call of one of the program's functions counts for what is written in it, an import for what the
        module writes when it runs.
        """
        found = list(self._direct.get(unit, ()))
        for call in self._calling.get(unit, ()):
            found += self.writes_during(call)
        for node in self._importing.get(unit, ()):
            found += self.writes_at_import(node)
        return found

    @cached_property
    def _direct(self) -> dict[CodeUnit | None, list[Write]]:
        found: dict[CodeUnit | None, list[Write]] = {}
        for write in self.writes:
            # What a decorator patches is so only while the function runs.
            if not any(isinstance(ancestor, cst.Decorator) for ancestor in self._tree.ancestors(write.node)):
                found.setdefault(self._tree.unit(write.node), []).append(write)
        return found

    def patched_for(self, function: CodeUnit | None) -> list[Write]:
        """The writes that a decorator does for as long as the function runs."""
        decorators = function.decorators if isinstance(function, cst.FunctionDef) else ()
        return [write for write in self.writes if any(parent in decorators for parent in self._tree.ancestors(write.node))]

    # Imports, which run the module.

    @cached_property
    def _importing(self) -> dict[CodeUnit | None, list[cst.CSTNode]]:
        """The import statements by the unit in which they stand."""
        found: dict[CodeUnit | None, list[cst.CSTNode]] = {}
        for node_type in (cst.Import, cst.ImportFrom):
            for node in self._tree.nodes.get(node_type, ()):
                found.setdefault(self._tree.unit(node), []).append(node)
        return found

    def writes_at_import(self, node: cst.CSTNode) -> list[Write]:
        """What the modules of the project that an import statement runs write, each with the statement as its node."""
        found: list[Write] = []
        for module in self.modules_run_by(node):
            for write in (*self._direct.get(module, ()), *self._called_in(module)):
                found.append(write._replace(node=node, origin=write.origin or write.node))
        return found

    def _called_in(self, module: cst.Module) -> Iterator[Write]:
        for call in self._calling.get(module, ()):
            yield from self.writes_during(call)

    def modules_run_by(self, node: cst.CSTNode) -> list[cst.Module]:
        """The modules of the project that an import statement runs, with all that these import when they run."""
        found: list[cst.Module] = []
        pending = [node]
        while pending:
            for module in self._resolver.imported_modules(pending.pop()):
                if module not in found:
                    found.append(module)
                    pending += self._importing.get(module, ())
        return found

    def writes_during(self, call: cst.Call, depth: int = 0) -> list[Write]:
        """What is written in the program's functions while a call of them runs, each with the call as its node."""
        found: list[Write] = []
        for function in self._resolver.called_functions(call) if depth < _MAX_DEPTH else ():
            found += (self._handed(write, call, function) for write in self._direct.get(function, ()))
            for inner in self._calling.get(function, ()):
                found += (self._handed(write, call, function) for write in self.writes_during(inner, depth + 1))
        return found

    def _handed(self, write: Write, call: cst.Call, function: cst.FunctionDef) -> Write:
        """A write in a function as the call that runs it; a name that the function is handed is the call's argument."""
        params = (*function.params.posonly_params, *function.params.params, *function.params.kwonly_params)
        for param in params:
            if isinstance(write.key, cst.Name) and write.key.value == param.name.value and not write.names:
                argument = self._resolver.argument_for(call, function, param)
                handed = self._single(call, argument if argument is not None else param.default)
                return handed._replace(origin=write.origin or write.node)
        return write._replace(node=call, origin=write.origin or write.node)

    @cached_property
    def _calling(self) -> dict[CodeUnit | None, list[cst.Call]]:
        """The calls of the program's own functions, by the unit in which they stand."""
        found: dict[CodeUnit | None, list[cst.Call]] = {}
        for call in self._tree.nodes.get(cst.Call, ()):
            assert isinstance(call, cst.Call)
            if self._resolver.called_functions(call):
                found.setdefault(self._tree.unit(call), []).append(call)
        return found

    # What may set it.

    def statements_in(self, unit: CodeUnit | None) -> Iterator[cst.CSTNode]:
        """The statements and calls of a unit that may change the environment, themselves or by what they run."""
        yield from (write.node for write in self._direct.get(unit, ()))
        yield from self._tree.calls_in(unit)
        yield from self._importing.get(unit, ())

    def writes_by(self, node: cst.CSTNode) -> list[Write]:
        """What is written when a statement or call runs."""
        direct = [write for write in self._direct.get(self._tree.unit(node), ()) if write.node is node]
        if isinstance(node, cst.Call):
            return direct + self.writes_during(node)
        return direct + self.writes_at_import(node)

    def may_load(self, node: cst.CSTNode) -> bool:
        """Whether a call of code, or an import of a module, that is not seen may set up the environment, as far as its name
        tells.
        """
        if not isinstance(node, cst.Call):
            unseen = self._resolver.unseen_modules(node)
            return any(part in _SETTINGS_MODULES for name in unseen for part in name.lower().split("."))
        if (
            self._resolver.called_functions(node)
            or self._clients.construction(node) is not None
            or self._resolver.names(node.func) & _READERS
        ):
            return False
        func = node.func
        name = func.attr.value if isinstance(func, cst.Attribute) else func.value if isinstance(func, cst.Name) else ""
        return bool(_MAY_LOAD.search(name)) and not name.startswith(("get_logger", "basicConfig"))
