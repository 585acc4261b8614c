"""What a program writes into the environment, and what its clients read from it when they are built."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Literal, NamedTuple

from oaklint.python import cst
from oaklint.python.names import Resolver
from oaklint.python.scopes import CodeUnit, Scope
from oaklint.python.shell import assigned_by, loads_file
from oaklint.python.tree import Tree, dotted_name, walk
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
# Modules that are not found and whose names say that they may do so when they are imported.
_SETTINGS_MODULES = {
    "config", "configs", "configuration", "conf", "settings", "env", "environment", "secrets", "credentials", "keys", "setup",
    "bootstrap", "constants", "common",
}  # fmt: skip
_MAPPINGS_OF_FILES = {"dotenv.dotenv_values", "dotenv.main.dotenv_values"}
# They take a secret from where it is kept, or from the user, and no environment variable is involved.
OTHER_KEEPERS = {"google.colab.userdata.get", "getpass.getpass", "builtins.input"}
# They hand out credentials of their own and leave the environment alone.
_OTHER_CREDENTIALS = ("azure.identity.", "boto3.", "google.auth.", "google.colab.userdata.")
# The last part of what writes, where it is an attribute: most calls need not be resolved.
_WRITING_METHODS = {"load_dotenv", "read_env", "setdefault", "__setitem__", "update", "dict", "setenv"}
_WRITING_WORDS = {"environ", "load_dotenv", "read_env", "setenv"}
_PATCHERS = {"unittest.mock.patch.dict", "mock.patch.dict"}
_GETTERS = {"os.getenv", "os.environ.get"}
_MAX_DEPTH = 3
_NAME = re.compile(r"\s*[A-Za-z][\w-]{3,60}\s*")
_EXITS = {"sys.exit", "os._exit", "exit", "quit"}
# They start other programs, which see this one's environment.
_STARTS_PROCESS = re.compile(
    r"subprocess\.|multiprocessing\.|asyncio\.create_subprocess|os\.(?:exec|popen|posix_spawn|spawn|startfile|system)"
)
# Calls into code that is not seen, whose names say that they may set up the environment.
_MAY_LOAD = re.compile(r"env|secret|credential|config|setup|settings|api_?key|token|dotenv|login|authenticat", re.IGNORECASE)


class Write(NamedTuple):
    """A statement or call that changes the environment.

    node:  what does it.
    names: the names that it sets; empty where they are not known.
    loads: whether it loads a file, which may set any name.
    key:   the expression for a single name that it sets, if there is one.
    others: whether it may set other names, too.
    origin: the statement or call that writes, where `node` is what makes it run: a call of a function, an import.
    """

    node: cst.CSTNode
    names: frozenset[str]
    loads: bool = False
    key: cst.BaseExpression | None = None
    others: bool = False
    origin: cst.CSTNode | None = None

    def may_set(self, names: frozenset[str]) -> bool:
        """Whether it sets one of the names, as far as is known what it sets."""
        return self.others or not self.names or bool(self.names & names)


class Mention(NamedTuple):
    """A place where a program writes down the name of a variable.

    kind: "write": it is set there; "required": the program stops if it is not set; "tested": it is looked at and nothing else;
          "used": anything may be done with it.
    """

    node: cst.CSTNode
    kind: Literal["write", "required", "tested", "used"]


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
        given = construction.arguments.values()
        return self.relied_on(construction, generation).union(*(self._read_in(value, construction) for value in given))

    def relied_on(self, construction: Construction, generation: int) -> frozenset[str]:
        """The names that the constructor itself reads, because no argument stands in for them."""
        if construction.is_open:
            return frozenset()
        explicit = frozenset(name for name, value in construction.arguments.items() if self._values.value(value) is not None)
        reads = construction.constructor.reads
        return frozenset(read.name for read in reads if generation in read.generations and not read.unless & explicit)

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

    def may_be_missing(self, node: cst.BaseExpression) -> bool:
        """Whether an expression is None where the environment lacks a name: `os.getenv("X")`, or a name bound to it that is
        handed on untested; of what is not known, nothing is said.
        """
        if self._values.value(node) is None:
            return True
        if isinstance(node, cst.Call):
            return bool(self._resolver.names(node.func) & _GETTERS) and len(node.args) == 1
        if isinstance(node, cst.Name):
            bindings = self._resolver.bindings(node)
            if len(bindings) == 1 and bindings[0].kind == "assign" and isinstance(bindings[0].value, cst.Call):
                is_handed_on = isinstance(bindings[0].node, cst.Name) and all(
                    isinstance(self._tree.parents.get(use), cst.Arg) for use in self._uses(bindings[0].node)
                )
                return is_handed_on and self.may_be_missing(bindings[0].value)
        return False

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

    def was_read_before(self, construction: Construction) -> bool:
        """Whether a name that the client is handed holds what was read from the environment, at some earlier time."""
        parts = (part for arg in construction.call.args for part in walk(arg.value))
        return any(self._read_in(part, construction) for part in parts if isinstance(part, cst.Name))

    def _index(self, node: cst.Subscript) -> str | None:
        part = node.slice[0].slice
        return self._values.text(part.value) if isinstance(part, cst.Index) else None

    # Writes.

    @cached_property
    def writes(self) -> list[Write]:
        """The statements and calls that write to the environment themselves."""
        found: list[Write] = []
        modules = self._mentioning
        for node_type in (cst.Assign, cst.AnnAssign, cst.AugAssign, cst.Call) if modules else ():
            for node in self._tree.nodes.get(node_type, ()):
                write = self._write(node) if self._tree.scopes[node].outermost in modules else None
                if write is not None:
                    found.append(write)
        for node, magic in self._magics().items():
            name = assigned_by(magic)
            if name is not None or loads_file(magic):
                found.append(Write(node, frozenset({name}) if name is not None else frozenset(), loads=name is None))
        return found

    @cached_property
    def _mentioning(self) -> set[Scope]:
        """The modules that have a word of those that can write: most have none, and need no closer look."""
        found: set[Scope] = set()
        for node in self._tree.nodes.get(cst.Attribute, ()):
            if isinstance(node, cst.Attribute) and node.attr.value in _WRITING_WORDS:
                found.add(self._tree.scopes[node].outermost)
        for node in self._tree.nodes.get(cst.ImportAlias, ()):
            if isinstance(node, cst.ImportAlias) and (dotted_name(node.name) or "").rpartition(".")[2] in _WRITING_WORDS:
                found.add(self._tree.scopes[node].outermost)
        return found

    def _write(self, node: cst.CSTNode) -> Write | None:
        if isinstance(node, cst.Call):
            return self._call(node)
        if isinstance(node, cst.AugAssign):
            return self._several(node, [node.value]) if "os.environ" in self._resolver.names(node.target) else None
        targets = [target.target for target in node.targets] if isinstance(node, cst.Assign) else []
        if isinstance(node, cst.AnnAssign) and node.value is not None:
            targets = [node.target]
        for target in targets:
            if isinstance(target, cst.Subscript) and "os.environ" in self._resolver.names(target.value):
                part = target.slice[0].slice
                return self._single(node, part.value if isinstance(part, cst.Index) else None)
        return None

    def _call(self, call: cst.Call) -> Write | None:
        func = call.func
        if isinstance(func, cst.Attribute) and func.attr.value not in _WRITING_METHODS:
            return None
        names = self._resolver.names(func)
        if names & _LOADERS:
            return Write(call, frozenset(), loads=True)
        if names & {"os.environ.setdefault", "os.environ.__setitem__"} and call.args:
            return self._single(call, call.args[0].value)
        if "os.environ.update" in names:
            keywords = frozenset(arg.keyword.value for arg in call.args if arg.keyword is not None)
            return self._several(call, [arg.value for arg in call.args if arg.keyword is None], keywords)
        if names & _PATCHERS and call.args and self._is_environment(call.args[0].value):
            named = [arg.value for arg in call.args[1:] if arg.keyword is None or arg.keyword.value == "values"]
            options = frozenset({"values", "clear", "in_dict"})
            keywords = frozenset(arg.keyword.value for arg in call.args if arg.keyword is not None) - options
            return self._several(call, named, keywords)
        if isinstance(call.func, cst.Attribute) and call.func.attr.value == "setenv" and len(call.args) >= 2:
            return self._single(call, call.args[0].value)  # pytest's monkeypatch
        return None

    def _is_environment(self, node: cst.BaseExpression) -> bool:
        return "os.environ" in self._resolver.names(node) or self._values.value(node) == "os.environ"

    def _several(self, node: cst.CSTNode, sources: list[cst.BaseExpression], names: frozenset[str] = frozenset()) -> Write:
        """A write of all that is in some dictionaries."""
        keys = [key for source in sources for key in self._keys(source)]
        files = (source for source in sources if isinstance(source, cst.Call))
        loads = any(self._resolver.names(file.func) & _MAPPINGS_OF_FILES for file in files)
        return Write(node, names.union(key for key in keys if key is not None), loads, others=None in keys)

    def _single(self, node: cst.CSTNode, key: cst.BaseExpression | None) -> Write:
        name = self._values.text(key) if key is not None else None
        return Write(node, frozenset({name}) if name is not None else frozenset(), key=key)

    def _keys(self, node: cst.BaseExpression) -> Iterator[str | None]:
        """The keys of a dictionary; None for what is not known."""
        for element in node.elements if isinstance(node, cst.Dict) else (None,):
            yield self._values.text(element.key) if isinstance(element, cst.DictElement) else None

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

    def differing_from(self, write: Write) -> frozenset[cst.CSTNode]:
        """The writes of the same name that surely set it to something else: they read other names, or hold another constant. (Two
        constants for a key are two placeholders.) In a loop over values it is the write itself, one round before.
        """
        if self._takes_items(write):
            return frozenset({write.origin or write.node})
        if len(write.names) != 1 or (key := self._taken_from(write)) is None:
            return frozenset()
        others = (other for other in self.writes if other.names == write.names and other.node is not (write.origin or write.node))
        return frozenset(other.node for other in others if (taken := self._taken_from(other)) is not None and taken != key)

    def _takes_items(self, write: Write) -> bool:
        node = write.origin or write.node
        value = node.value if isinstance(node, cst.Assign) else None
        names = (part for part in walk(value) if isinstance(part, cst.Name)) if value is not None else ()
        return any(binding.kind == "item" for name in names for binding in self._resolver.bindings(name))

    def _taken_from(self, write: Write) -> tuple[str, object] | None:
        """What a single name is set to, as far as two of these can be compared."""
        node = write.origin or write.node
        value = node.value if isinstance(node, cst.Assign) else None
        if isinstance(value, cst.Subscript) and "os.environ" in self._resolver.names(value.value):
            name = self._index(value)
            return ("environment", name) if name is not None else None
        constant = self._values.value(value) if value is not None and not write.names & CREDENTIAL_ENVIRONMENT else None
        return ("constant", constant) if isinstance(constant, str) else None

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
            or self._resolver.names(node.func) & (_READERS | _MAPPINGS_OF_FILES)
            or any(name.startswith(_OTHER_CREDENTIALS) for name in self._resolver.names(node.func))
        ):
            return False
        func = node.func
        name = func.attr.value if isinstance(func, cst.Attribute) else func.value if isinstance(func, cst.Name) else ""
        return bool(_MAY_LOAD.search(name)) and not name.startswith(("get_logger", "basicConfig"))

    # Mentions.

    @cached_property
    def mentions(self) -> dict[str, list[Mention]]:
        """Where the program writes down what may be the name of a variable: as a text, a keyword, or a field of a class."""
        found: dict[str, list[Mention]] = {}
        for node in self._tree.nodes.get(cst.SimpleString, ()):
            assert isinstance(node, cst.SimpleString)
            name = node.evaluated_value
            if isinstance(name, str) and _NAME.fullmatch(name):
                found.setdefault(name, []).append(self._mention(node))
        for arg in self._tree.nodes.get(cst.Arg, ()):
            if isinstance(arg, cst.Arg) and arg.keyword is not None:
                call = self._tree.parents[arg]
                is_write = isinstance(call, cst.Call) and "os.environ.update" in self._resolver.names(call.func)
                found.setdefault(arg.keyword.value, []).append(Mention(arg.keyword, "write" if is_write else "used"))
        for field in self._tree.nodes.get(cst.AnnAssign, ()):
            target = field.target if isinstance(field, cst.AnnAssign) else None
            if isinstance(target, cst.Name) and self._tree.scopes[field].kind == "class":
                for name in {target.value, target.value.upper()}:  # a class of settings may ignore the case
                    found.setdefault(name, []).append(Mention(target, "used"))
        return found

    def _mention(self, node: cst.SimpleString) -> Mention:
        if node in self._write_keys:
            return Mention(node, "write")
        for ancestor in self._tree.ancestors(node):
            if isinstance(ancestor, cst.Call) and self._resolver.names(ancestor.func) & OTHER_KEEPERS:
                return Mention(node, "tested")  # the name of something that is kept elsewhere
            if isinstance(ancestor, (cst.Call, cst.Subscript, cst.Comparison)):
                return Mention(node, self._outcome(ancestor) if self._is_look_up(ancestor, node) else "used")
            if isinstance(ancestor, (cst.BaseSmallStatement, cst.BaseCompoundStatement)):
                # A text that stands for itself, as a docstring does, is nobody's.
                return Mention(node, "tested" if isinstance(ancestor, cst.Expr) and ancestor.value is node else "used")
        return Mention(node, "used")

    @cached_property
    def _write_keys(self) -> set[cst.CSTNode]:
        """The expressions that say what is set."""
        found: set[cst.CSTNode] = {write.key for write in self.writes if write.key is not None}
        for write in self.writes:
            values = [write.node.value] if isinstance(write.node, cst.AugAssign) else []
            if isinstance(write.node, cst.Call):
                values = [arg.value for arg in write.node.args]
            dicts = [value for value in values if isinstance(value, cst.Dict)]
            found |= {element.key for value in dicts for element in value.elements if isinstance(element, cst.DictElement)}
        return found

    def _is_look_up(self, node: cst.CSTNode, key: cst.SimpleString) -> bool:
        """Whether an expression asks the environment for the name, and with nothing to fall back on."""
        if isinstance(node, cst.Call):
            return bool(self._resolver.names(node.func) & _GETTERS) and len(node.args) == 1
        if isinstance(node, cst.Subscript):
            return "os.environ" in self._resolver.names(node.value)
        if isinstance(node, cst.Comparison) and node.left is key and len(node.comparisons) == 1:
            target = node.comparisons[0]
            return isinstance(target.operator, (cst.In, cst.NotIn)) and "os.environ" in self._resolver.names(target.comparator)
        return False

    def _outcome(self, node: cst.CSTNode, *, bound: bool = False) -> Literal["required", "tested", "used"]:
        """What becomes of a value from the environment."""
        for ancestor in self._tree.ancestors(node):
            if isinstance(ancestor, (cst.If, cst.Assert)) and node is ancestor.test:
                return "required" if isinstance(ancestor, cst.Assert) or _leaves(ancestor) else "tested"
            if isinstance(ancestor, (cst.While, cst.IfExp)) and node is ancestor.test:
                return "tested"
            if isinstance(ancestor, cst.Expr):
                return "required" if isinstance(node, cst.Subscript) else "tested"
            if isinstance(ancestor, cst.Assign) and len(ancestor.targets) == 1 and not bound:
                target = ancestor.targets[0].target
                if isinstance(target, cst.Name):
                    found = {self._outcome(use, bound=True) for use in self._uses(target)}
                    return "used" if "used" in found else "required" if "required" in found else "tested"
            if not isinstance(ancestor, (cst.UnaryOperation, cst.BooleanOperation, cst.Comparison, cst.ComparisonTarget)):
                return "used"
            node = ancestor
        return "used"

    def _uses(self, target: cst.Name) -> list[cst.Name]:
        home = self._tree.scopes[target].lookup(target.value)
        found = (node for node in self._tree.nodes.get(cst.Name, ()) if isinstance(node, cst.Name) and node is not target)
        return [node for node in found if node.value == target.value and self._tree.scopes[node].lookup(node.value) is home]

    @cached_property
    def starts_processes(self) -> bool:
        """Whether the program starts others, which may read what it sets."""
        calls = (call for call in self._tree.nodes.get(cst.Call, ()) if isinstance(call, cst.Call))
        return any(_STARTS_PROCESS.match(name) for call in calls for name in self._resolver.names(call.func))


def _leaves(test: cst.If) -> bool:
    """Whether one side of a test ends the matter."""
    branches = [test.body, *([test.orelse.body] if isinstance(test.orelse, cst.Else) else [])]
    for branch in branches:
        last = branch.body[-1] if branch.body else None
        if isinstance(last, cst.SimpleStatementLine):
            last = last.body[-1]
        call = last.value if isinstance(last, cst.Expr) else None
        if isinstance(last, cst.Raise) or (isinstance(call, cst.Call) and (dotted_name(call.func) or "") in _EXITS):
            return True
    return False
