"""What a program writes into the environment: itself, by the functions that it calls, and by the modules that it imports."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import takewhile
from types import MappingProxyType
from typing import NamedTuple

from oaklint.python import cst
from oaklint.python.assignments import assigned
from oaklint.python.command_line import CommandLine
from oaklint.python.flow import Block, Graph, all_reached, reaches
from oaklint.python.places import place
from oaklint.python.scopes import Binding, CodeUnit, Scope
from oaklint.python.shell import assigned_by, loads_file, overrides
from oaklint.python.tree import dotted_name, index_of, last_part, parameters, walk
from oaklint.sdk.clients import CREDENTIAL_ENVIRONMENT
from oaklint.sdk.environment_names import leaves_it_alone
from oaklint.usage.constructions import is_base
from oaklint.usage.context import Context
from oaklint.usage.environment.mappings import FILES, Held, Mappings
from oaklint.usage.environment.members import Member
from oaklint.usage.environment.reads import READERS, subscript_text

# Before environs 15.0 they set the environment; since then what they read is for those alone who ask the object (measured on
# 11.2.1, 14.5.0, 15.0.0 and 15.2.0).
_FOR_ITSELF = {"environs.Env().read_env", "environs.env.read_env"}
_LOADERS = {
    "dotenv.load_dotenv",
    "dotenv.main.load_dotenv",
    "environ.Env.read_env",
    "environ.Env().read_env",
    *_FOR_ITSELF,
}
# Modules that are not found and whose names say that they may do so when they are imported.
_SETTINGS_MODULES = {
    "config", "configs", "configuration", "conf", "settings", "env", "environment", "secrets", "credentials", "keys", "setup",
    "bootstrap", "constants", "common",
}  # fmt: skip
# What is imported from another is taken for such a module where it is called so: `from app import config`.
_SETTINGS = {"config", "settings"}
# Objects that load nothing before they are asked to.
_OBJECTS = {"environs.Env", "environ.Env"}
# The last part of what writes, where it is an attribute: most calls need not be resolved.
_WRITING_METHODS = {"load_dotenv", "read_env", "setdefault", "__setitem__", "update", "dict", "setenv"}
_WRITING_WORDS = {"environ", "environb", "load_dotenv", "read_env", "setenv"}
_PATCHERS = {"unittest.mock.patch.dict", "mock.patch.dict"}
_MAX_DEPTH = 3
_NOTHING: Mapping[str, cst.BaseExpression] = MappingProxyType({})
# Functions that ask a store for a secret of some name.
_OF_SECRETS = re.compile(r"(?:get|fetch|read|load|access|retrieve)_?(?:\w+_)?secret", re.IGNORECASE)
# Calls into code that is not seen, whose names say that they may set up the environment.
_MAY_LOAD = re.compile(r"env|secret|credential|config|setup|settings|api_?key|token|dotenv|login|authenticat", re.IGNORECASE)


class Write(NamedTuple):
    """A statement or call that changes the environment.

    node:  what does it.
    names: the names that it sets; empty where they are not known.
    loads: whether it loads a file, which may set any name.
    overrides: whether it sets a name that is there already; what loads a file leaves it as it is, unless it is told.
    key:   the expression for a single name that it sets, if there is one.
    values: what it sets names to, where that is written down, each with the name; that is empty where it is not known.
    others: whether it may set other names, too.
    body:  the `with` statement for whose body alone it is so.
    origin: the statement or call that writes, where `node` is what makes it run: a call of a function, an import.
    for_itself: whether some versions of what loads the file keep it to themselves.
    is_for_good: whether it stays so, or is put back when a test has run.
    """

    node: cst.CSTNode
    names: frozenset[str]
    loads: bool = False
    overrides: bool = True
    key: cst.BaseExpression | None = None
    values: tuple[tuple[str, cst.BaseExpression], ...] = ()
    others: bool = False
    body: cst.With | None = None
    origin: cst.CSTNode | None = None
    for_itself: bool = False
    is_for_good: bool = True

    def may_set(self, names: frozenset[str]) -> bool:
        """Whether it sets one of the names, as far as is known what it sets."""
        return self.others or not self.names or bool(self.names & names)

    @property
    def value(self) -> cst.BaseExpression | None:
        """What it sets all its names to, if that is one and the same."""
        values = {value for _, value in self.values}
        return values.pop() if len(values) == 1 else None


class Writes:
    """Finds what is written."""

    def __init__(self, context: Context) -> None:
        self._program = context.program
        self._tree = context.tree
        self._resolver = context.resolver
        self._threads = context.threads
        self._values = context.values
        self._constructions = context.constructions
        self._mappings = Mappings(context)
        self._known_inside: dict[tuple[CodeUnit | None, int], list[Write]] = {}
        self._known_modules: dict[cst.CSTNode, list[cst.Module]] = {}
        self._known_to_load: dict[cst.CSTNode, bool] = {}
        self._done_by: dict[cst.CSTNode, list[Write]] = {}
        self._known_to_put_back: dict[CodeUnit | None, list[tuple[Write, cst.CSTNode]]] = {}
        self._known_restoring: dict[tuple[Graph, cst.CSTNode, frozenset[str]], set[Block]] = {}
        self._command_line = CommandLine(context.resolver, context.values)

    @cached_property
    def all(self) -> list[Write]:
        """The statements and calls that write to the environment themselves."""
        found: list[Write] = []
        modules = self._mentioning
        for node_type in (cst.Assign, cst.AnnAssign, cst.AugAssign, cst.Call) if modules else ():
            for node in self._tree.nodes.get(node_type, ()):
                write = self._write(node) if self._tree.scopes[node].outermost in modules else None
                if write is not None:
                    found.append(write)
        for node, magic in self._program.magics.items():
            name = assigned_by(magic)
            if name is not None:
                found.append(Write(node, frozenset({name})))
            elif loads_file(magic):
                found.append(Write(node, frozenset(), loads=True, overrides=overrides(magic)))
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
        for node in self._tree.nodes.get(cst.SimpleString, ()):
            if isinstance(node, cst.SimpleString) and node.value[1:-1] == "os.environ":  # for `patch.dict`
                found.add(self._tree.scopes[node].outermost)
        return found

    def _write(self, node: cst.CSTNode) -> Write | None:
        if isinstance(node, cst.Call):
            return self._call(node)
        if isinstance(node, cst.AugAssign):
            return self._several(node, [node.value]) if "os.environ" in self._resolver.names(node.target) else None
        written = [
            self._single(node, index_of(target), value)
            for target, value in assigned(node)
            if isinstance(target, cst.Subscript) and "os.environ" in self._resolver.names(target.value)
        ]
        if len(written) < 2:
            return next(iter(written), None)
        # `os.environ["A"], os.environ["B"] = a, b`
        names = frozenset[str]().union(*(each.names for each in written))
        values = tuple(value for each in written for value in each.values)
        others = any(each.others or not each.names for each in written)
        return Write(node, names, any(each.loads for each in written), values=values, others=others)

    def _call(self, call: cst.Call) -> Write | None:
        func = call.func
        if isinstance(func, cst.Attribute) and func.attr.value not in _WRITING_METHODS:
            return None
        names = self._resolver.names(func)
        if names & _LOADERS:
            is_told = self._is_told_to_override(call)
            return Write(call, frozenset(), loads=True, for_itself=bool(names & _FOR_ITSELF), overrides=is_told)
        if names & {"os.environ.setdefault", "os.environ.__setitem__"} and call.args:
            written = self._single(call, call.args[0].value, _second(call))
            return written._replace(overrides="os.environ.setdefault" not in names)
        if "os.environ.update" in names:
            keywords = {arg.keyword.value: arg.value for arg in call.args if arg.keyword is not None}
            return self._several(call, [arg.value for arg in call.args if arg.keyword is None and arg.star != "*"], keywords)
        if names & _PATCHERS and call.args and self._is_environment(call.args[0].value) and not self._is_never_started(call):
            named = [arg.value for arg in call.args[1:] if arg.keyword is None or arg.keyword.value == "values"]
            given = {arg.keyword.value: arg.value for arg in call.args if arg.keyword is not None}
            keywords = {name: value for name, value in given.items() if name not in ("values", "clear", "in_dict")}
            item = self._tree.parents.get(call)
            body = self._tree.parents.get(item) if isinstance(item, cst.WithItem) else None
            return self._several(call, named, keywords)._replace(
                body=body if isinstance(body, cst.With) else None, is_for_good=False
            )
        if isinstance(call.func, cst.Attribute) and call.func.attr.value == "setenv" and len(call.args) >= 2:
            return self._single(call, call.args[0].value, _second(call))._replace(is_for_good=False)  # pytest's monkeypatch
        return None

    def _is_never_started(self, patcher: cst.Call) -> bool:
        """Whether nothing is done with what would patch the environment, but to keep it."""
        kept = self._tree.parents.get(patcher)
        target = kept.targets[0].target if isinstance(kept, cst.Assign) and len(kept.targets) == 1 else None
        if isinstance(target, cst.Name):
            return not self._tree.uses_of(target)
        owner = self._resolver.definitions.class_of(target) if target is not None and place(target) is not None else None
        if owner is None or not isinstance(target, cst.Attribute):
            return False
        member = Member(self._resolver, owner, target.attr.value)
        return not any(member.is_at(node) and node is not target for node in self._tree.named(member.name))

    def _is_told_to_override(self, loader: cst.Call) -> bool:
        options = (arg for arg in loader.args if arg.keyword is not None and arg.keyword.value in ("override", "overwrite"))
        return any(self._values.value(arg.value) is True for arg in options)

    def _is_environment(self, node: cst.BaseExpression) -> bool:
        return "os.environ" in self._resolver.names(node) or self._values.value(node) == "os.environ"

    def _several(
        self, node: cst.CSTNode, sources: Iterable[cst.BaseExpression], keywords: Mapping[str, cst.BaseExpression] = _NOTHING
    ) -> Write:
        """A write of all that is in some dictionaries."""
        held = Held(frozenset(keywords), tuple(keywords.items()))
        for source in sources:
            held |= self._mappings.held_by(source)
        return Write(node, held.names, held.loads, values=held.values, others=held.others)

    def _single(self, node: cst.CSTNode, key: cst.BaseExpression | None, value: cst.BaseExpression | None) -> Write:
        name = self._values.text(key) if key is not None else None
        held = Held(frozenset({name}) if name is not None else frozenset())
        overrides = True
        if name is None and key is not None and (counted := self._mappings.counted_off(key)) is not None:
            held, overrides = counted, not self._is_asked(node)
        values = held.values
        if value is not None and not (key is not None and self._mappings.is_beside(value, key)):
            values = tuple((each, value) for each in sorted(held.names) or [""])
        return Write(node, held.names, held.loads, overrides, key, values, held.others)

    def _is_asked(self, node: cst.CSTNode) -> bool:
        """Whether it depends on a condition in a loop: `if name not in os.environ`."""
        around = self._tree.ancestors(node)
        return any(isinstance(each, cst.If) for each in takewhile(lambda each: not isinstance(each, cst.For), around))

    def within(self, unit: CodeUnit | None) -> list[Write]:
        """The writes of a unit; a call of one of the program's functions counts for what is written in it, an import for what the
        module writes when it runs.
        """
        return self._inside(unit, 0)

    def _inside(self, unit: CodeUnit | None, depth: int) -> list[Write]:
        """The writes of a unit that is run through so many calls."""
        found = self._known_inside.get((unit, depth))
        if found is None:
            writes = list(self._direct.get(unit, ()))
            for call in self.calling.get(unit, ()):
                writes += self.during(call, depth)
            for node in self.importing.get(unit, ()):
                writes += self.at_import(node, depth)
            # What runs by several ways is written once.
            found = self._known_inside[unit, depth] = list(dict.fromkeys(writes))
        return found

    @cached_property
    def _direct(self) -> dict[CodeUnit | None, list[Write]]:
        found: dict[CodeUnit | None, list[Write]] = {}
        for write in self.all:
            # What a decorator patches is so only while the function runs.
            if not any(isinstance(ancestor, cst.Decorator) for ancestor in self._tree.ancestors(write.node)):
                found.setdefault(self._tree.unit(write.node), []).append(write)
        return found

    @cached_property
    def _direct_by(self) -> dict[cst.CSTNode, list[Write]]:
        """What is written by a node itself, not by what it runs; without decorators."""
        found: dict[cst.CSTNode, list[Write]] = {}
        for write in (write for writes in self._direct.values() for write in writes):
            found.setdefault(write.node, []).append(write)
        return found

    @cached_property
    def for_functions(self) -> list[tuple[Write, cst.FunctionDef]]:
        """The writes that are done in functions, be it by what they call in other files, or for them by decorators, each with the
        function.
        """
        found = [(write, unit) for unit, writes in self._direct.items() if isinstance(unit, cst.FunctionDef) for write in writes]
        own = (node for node in self._tree.own.get(cst.FunctionDef, ()) if isinstance(node, cst.FunctionDef))
        found += [(write, function) for function in own for write in self._done_elsewhere(function)]
        return found + [(write, function) for function, writes in self._patched.items() for write in writes]

    def _done_elsewhere(self, function: cst.FunctionDef) -> Iterator[Write]:
        """The writes of functions in other files that a function calls itself."""
        for write in self.within(function):
            called = self._resolver.calls.functions(write.node) if isinstance(write.node, cst.Call) else ()
            if write.origin is not None and called and not any(map(self._tree.is_own, called)):
                yield write

    def patched_for(self, function: CodeUnit | None) -> list[Write]:
        """The writes that a decorator does for as long as the function runs."""
        return self._patched.get(function, []) if isinstance(function, cst.FunctionDef) else []

    @cached_property
    def _patched(self) -> dict[cst.FunctionDef, list[Write]]:
        found: dict[cst.FunctionDef, list[Write]] = {}
        for write in self.all:
            for function in self._decorated_with(write):
                found.setdefault(function, []).append(write)
        return found

    def _decorated_with(self, write: Write) -> list[cst.FunctionDef]:
        """The functions for which a decorator writes: the one that it stands at, or the tests of the class."""
        decorator = next((each for each in self._tree.ancestors(write.node) if isinstance(each, cst.Decorator)), None)
        decorated = self._tree.parents[decorator] if decorator is not None else None
        if isinstance(decorated, cst.ClassDef):
            methods = (line for line in decorated.body.body if isinstance(line, cst.FunctionDef))
            return [method for method in methods if method.name.value.startswith("test")]
        return [decorated] if isinstance(decorated, cst.FunctionDef) else []

    # Imports, which run the module.

    @cached_property
    def importing(self) -> dict[CodeUnit | None, list[cst.CSTNode]]:
        """The import statements, and the calls that import modules of the project, by the unit in which they stand."""
        found: dict[CodeUnit | None, list[cst.CSTNode]] = {}
        called = filter(self._resolver.imported_modules, self._tree.nodes.get(cst.Call, ()))
        for node in (*self._tree.nodes.get(cst.Import, ()), *self._tree.nodes.get(cst.ImportFrom, ()), *called):
            found.setdefault(self._tree.unit(node), []).append(node)
        return found

    def at_import(self, node: cst.CSTNode, depth: int = 0) -> list[Write]:
        """What the modules of the project that an import statement runs write, each with the statement as its node."""
        found: list[Write] = []
        for module in self.modules_run_by(node) if depth < _MAX_DEPTH else ():
            called = (write for call in self.calling.get(module, ()) for write in self.during(call, depth))
            for write in (*self._direct.get(module, ()), *called):
                found.append(write._replace(node=node, origin=write.origin or write.node))
        return found

    def modules_run_by(self, node: cst.CSTNode) -> list[cst.Module]:
        """The modules of the project that an import statement runs, with all that these import when they run."""
        found = self._known_modules.get(node)
        if found is None:
            modules: dict[cst.Module, None] = {}
            pending = [node]
            while pending:
                for module in self._resolver.imported_modules(pending.pop()):
                    if module not in modules:
                        modules[module] = None
                        pending += self.importing.get(module, ())
            found = self._known_modules[node] = list(modules)
        return found

    def imports_back(self, node: cst.CSTNode) -> bool:
        """Whether a module that an import statement runs imports the program itself: which of them runs first is not known."""
        links = (self._tree.imports_of(self._tree.scopes[module.body[0]]) for module in self.modules_run_by(node) if module.body)
        return any(self._tree.module in found.values() for found in links)

    def during(self, call: cst.Call, depth: int = 0) -> list[Write]:
        """What is written in the program's functions while a call of them runs, each with the call as its node."""
        functions = self._run_by(call) if depth < _MAX_DEPTH else ()
        return [self._handed(write, call, function) for function in functions for write in self._inside(function, depth + 1)]

    def _run_by(self, call: cst.Call) -> tuple[cst.FunctionDef, ...]:
        """The program's own functions that a call runs, or has run in a thread."""
        return *self._resolver.calls.functions(call), *self._threads.started_by(call)

    def _handed(self, write: Write, call: cst.Call, function: cst.FunctionDef) -> Write:
        """A write in a function as the call that runs it; what the function is handed is the call's argument."""

        def seen(node: cst.BaseExpression | None) -> cst.BaseExpression | None:
            """A parameter of the function as what the call hands to it; anything else as it is."""
            bindings = self._resolver.bindings(node) if isinstance(node, cst.Name) else []
            param = bindings[0].node if len(bindings) == 1 else None
            if not isinstance(param, cst.Param) or param not in parameters(function):
                return node
            argument = self._resolver.calls.argument_for(call, function, param)
            return argument if argument is not None else param.default

        handed = write._replace(values=tuple((name, seen(value) or value) for name, value in write.values))
        if not write.names and (key := seen(write.key)) is not write.key:
            handed = self._single(call, key, handed.value)._replace(overrides=write.overrides)
        body = self._body_in_which_it_holds(write, call, function)
        return handed._replace(node=call, origin=write.origin or write.node, body=body or write.body)

    def _body_in_which_it_holds(self, write: Write, call: cst.Call, function: cst.FunctionDef) -> cst.With | None:
        """The `with` that a call of a `@contextmanager` stands at the head of, if that takes back what it writes."""
        item = self._tree.parents[call]
        entered = self._tree.parents[item] if isinstance(item, cst.WithItem) else None
        graph = self._resolver.graph(function)
        if not isinstance(entered, cst.With) or graph is None or not self._resolver.is_context_manager(function):
            return None
        yields = [block for node in self._tree.nodes_in(function, cst.Yield) for block in graph.blocks_of(node)]
        others = (other for other in self._direct.get(function, ()) if other is not write and other.names == write.names)
        is_taken_back = any(reaches(yields, graph.blocks_of(other.node)) for other in others)
        return entered if is_taken_back and reaches(graph.blocks_of(write.node), yields) else None

    @cached_property
    def calling(self) -> dict[CodeUnit | None, list[cst.Call]]:
        """The calls of the program's own functions, by the unit in which they stand."""
        found: dict[CodeUnit | None, list[cst.Call]] = {}
        for call in self._tree.nodes.get(cst.Call, ()):
            assert isinstance(call, cst.Call)
            if self._run_by(call):
                found.setdefault(self._tree.unit(call), []).append(call)
        return found

    def _reads(self, node: cst.Call | cst.Subscript) -> bool:
        if isinstance(node, cst.Call):
            return bool(self._resolver.names(node.func) & READERS)
        return "os.environ" in self._resolver.names(node.value)

    def read_for(self, write: Write) -> cst.CSTNode | None:
        """Where the program has read from the environment what is now put back there: `saved` for `os.environ["X"] = saved`."""
        value = write.value
        if isinstance(value, cst.BooleanOperation) and self._values.value(value.right) == "":
            value = value.left  # `saved or ""`: nothing else stands for what was not there
        is_item = isinstance(value, cst.Subscript) and len(write.names) > 0
        kept = value.value if is_item and isinstance(value, cst.Subscript) else value
        sources = [binding.value for binding in self._resolver.bindings(kept)] if isinstance(kept, cst.Name) else []
        if isinstance(kept, cst.Attribute):
            sources += self._resolver.attribute_values(kept)
        for read in sources:
            if is_item and isinstance(read, (cst.Dict, cst.DictComp)):  # `{name: os.environ.get(name) for name in NAMES}`
                asked = (part for part in walk(read) if isinstance(part, (cst.Call, cst.Subscript)))
                found = (part for part in asked if self._reads(part))
                if (first := next(found, None)) is not None:
                    return first
            if isinstance(read, cst.Call) and self._resolver.names(read.func) & (READERS | {"os.environ.pop"}) and read.args:
                name = self._values.text(read.args[0].value)
            elif isinstance(read, cst.Subscript) and "os.environ" in self._resolver.names(read.value):
                name = subscript_text(read, self._values)
            else:
                name = None
            if name is not None and write.names == {name}:
                return read
        return None

    def restoring(self, write: Write, graph: Graph) -> set[Block]:
        """The blocks that put back what the environment had held before a write."""
        if write.loads:
            return set()
        key = graph, write.node, write.names
        found = self._known_restoring.get(key)
        if found is None:
            found = self._known_restoring[key] = set()
            # In one call, they have their own order.
            others = [
                (other, read)
                for other, read in self._putting_back(graph.unit)
                if other.names == write.names and other.node is not write.node
            ]
            behind = all_reached(graph.blocks_of(write.node)) if others else set()
            for other, read in others:
                if behind.isdisjoint(graph.blocks_of(read)):
                    found.update(graph.blocks_of(other.node))
        return found

    def _putting_back(self, unit: CodeUnit | None) -> list[tuple[Write, cst.CSTNode]]:
        """The writes of a unit that put back what was read from the environment, each with where."""
        found = self._known_to_put_back.get(unit)
        if found is None:
            reads = ((write, self.read_for(write)) for write in self.within(unit))
            found = self._known_to_put_back[unit] = [(write, read) for write, read in reads if read is not None]
        return found

    def differing_from(self, write: Write) -> frozenset[cst.CSTNode]:
        """The writes of the same name that surely set it to something else: they read other names, or hold another constant. (Two
        constants for a key are two placeholders.) What is loaded from a file is not what another name, the command line, a
        constant or a store of secrets has to say; nor is what a module sets that is not seen, and knows of that store. In a loop
        over values it is the write itself, one round before. A module that is not seen, and hands out the value for the program
        to set it, is not taken to have set it.
        """
        if not write.overrides:
            return frozenset()
        if self._takes_items(write):
            return frozenset({write.origin or write.node})
        givers = frozenset(self._givers(write.value))
        if len(write.names) != 1 or (source := self._taken_from(write)) is None:
            return givers
        if source in {("environment", name) for name in write.names}:
            return frozenset()
        others = {node for node, taken in self._sources.get(write.names, ()) if taken != source}
        differing = givers.union(others.union(self.loading) - {write.origin or write.node})
        return differing.union(*self.importing.values()) if source[0] == "secret" else differing

    def _givers(self, value: cst.BaseExpression | None, depth: int = 0) -> Iterator[cst.CSTNode]:
        """The imports of modules that are not seen from which a value comes, or the parameter, and the calls on its way:
        `settings.key`, `load_settings()["key"]`.
        """
        calls: list[cst.CSTNode] = []
        while isinstance(value, (cst.Attribute, cst.Subscript, cst.Call)):
            calls += [value] if isinstance(value, cst.Call) else []
            value = value.func if isinstance(value, cst.Call) else value.value
        bindings = self._resolver.bindings(value) if isinstance(value, cst.Name) and depth < _MAX_DEPTH else []
        if len(bindings) != 1:
            return
        found = [*self._givers(bindings[0].value, depth + 1)]
        if bindings[0].kind == "import" and bindings[0] not in self._told_to_act:
            around = (bindings[0].node, *self._tree.ancestors(bindings[0].node))
            found += (node for node in around if self._resolver.unseen_modules(node))
        if bindings[0].kind == "parameter" and bindings[0] not in self._told_to_act:
            found.append(bindings[0].node)
        yield from (*found, *calls) if found else ()

    @cached_property
    def _handing_out(self) -> frozenset[cst.CSTNode]:
        """The calls that hand out a value for the program to set it."""
        return frozenset(node for write in self.all for node in self._givers(write.value) if isinstance(node, cst.Call))

    @cached_property
    def _told_to_act(self) -> set[Binding]:
        """What calls are made of, or of something in it, that are statements of their own: `settings.load()`."""
        found: set[Binding] = set()
        for statement in self._tree.nodes.get(cst.Expr, ()):
            node = statement.value if isinstance(statement, cst.Expr) else None
            while isinstance(node, (cst.Await, cst.Call, cst.Attribute)):
                node = node.expression if isinstance(node, cst.Await) else node.func if isinstance(node, cst.Call) else node.value
            if isinstance(node, cst.Name):
                found.update(self._resolver.bindings(node))
        return found

    @cached_property
    def loading(self) -> list[cst.CSTNode]:
        """The calls that load a file."""
        return [write.node for write in self.all if write.loads]

    @cached_property
    def _sources(self) -> dict[frozenset[str], list[tuple[cst.CSTNode, tuple[str, object]]]]:
        """The writes by the names that they set, with what they set them to, where that can be compared."""
        found: dict[frozenset[str], list[tuple[cst.CSTNode, tuple[str, object]]]] = {}
        for write in self.all:
            if (source := self._taken_from(write)) is not None:
                found.setdefault(write.names, []).append((write.node, source))
        return found

    def _takes_items(self, write: Write) -> bool:
        names = (part for part in walk(write.value) if isinstance(part, cst.Name)) if write.value is not None else ()
        return any(binding.kind == "item" for name in names for binding in self._resolver.bindings(name))

    def _taken_from(self, write: Write) -> tuple[str, object] | None:
        """What a single name is set to, as far as two of these can be compared."""
        value = write.value
        if isinstance(value, cst.Subscript) and "os.environ" in self._resolver.names(value.value):
            name = subscript_text(value, self._values)
            return ("environment", name) if name is not None else None
        if isinstance(value, cst.Call) and value.args and _OF_SECRETS.search(last_part(value.func)):
            is_told = any(self._values.text(arg.value) in write.names for arg in value.args)
            return None if is_told else ("secret", value)
        argument = self._command_line.argument(value) if value is not None else None
        if argument is not None:
            return "argument", argument
        constant = self._values.value(value) if value is not None and not write.names & CREDENTIAL_ENVIRONMENT else None
        return ("constant", constant) if isinstance(constant, str) else None

    # What may set it.

    def statements_in(self, unit: CodeUnit | None) -> Iterator[cst.CSTNode]:
        """The statements and calls of a unit that may change the environment, themselves or by what they run."""
        yield from (write.node for write in self._direct.get(unit, ()))
        yield from self._tree.calls_in(unit)
        yield from self.importing.get(unit, ())

    def by(self, node: cst.CSTNode) -> list[Write]:
        """What is written when a statement or call runs."""
        if node not in self._done_by:
            called = self.during(node) if isinstance(node, cst.Call) else ()
            self._done_by[node] = [*self._direct_by.get(node, ()), *called, *self.at_import(node)]
        return self._done_by[node]

    def may_load(self, node: cst.CSTNode) -> bool:
        """Whether a call of code, or an import of a module, that is not seen may set up the environment, as far as its name
        tells; what is seen, by what it calls and imports in turn.
        """
        if node not in self._known_to_load:
            self._known_to_load[node] = False  # what it calls may call it
            called = self._run_by(node) if isinstance(node, cst.Call) else ()
            units: tuple[CodeUnit, ...] = (*called, *self.modules_run_by(node))
            inside = (each for unit in units for each in self.statements_in(unit))
            self._known_to_load[node] = self._is_unseen_setup(node) or any(map(self.may_load, inside))
        return self._known_to_load[node]

    def _is_unseen_setup(self, node: cst.CSTNode) -> bool:
        if not isinstance(node, cst.Call):
            unseen = [name for name in self._resolver.unseen_modules(node) if not leaves_it_alone(name)]
            brought_in = node.names if isinstance(node, cst.ImportFrom) and not isinstance(node.names, cst.ImportStar) else ()
            if unseen and not _SETTINGS.isdisjoint(dotted_name(alias.name) for alias in brought_in):
                return True
            return any(part in _SETTINGS_MODULES for name in unseen for part in name.lower().split("."))
        names = self._resolver.names(node.func)
        if (
            node in self._handing_out
            or self._resolver.calls.functions(node)
            or self._makes_known_object(names)
            or self._is_for_known_base(node)
            or self._constructions.of(node) is not None
            or names & (READERS | FILES | _OBJECTS)
            or all(leaves_it_alone(name) and not name.startswith("builtins.") for name in names)
        ):
            return False
        write = self._call(node)
        if write is not None and (write.loads or write.names) and not write.others:
            return False  # it is seen what that does
        name = last_part(node.func)
        return bool(_MAY_LOAD.search(name)) and not name.startswith(("get_logger", "delenv"))

    def _makes_known_object(self, names: frozenset[str]) -> bool:
        """Whether an object of one of the program's classes is made, and its bases are seen or leave the environment alone."""
        return self._has_known_bases(list(self._resolver.definitions.classes(names)))

    def _is_for_known_base(self, call: cst.Call) -> bool:
        """Likewise, where `super().setUp()` runs what the bases of the class around it have."""
        is_for_base = isinstance(call.func, cst.Attribute) and is_base(call.func.value)
        owner = self._resolver.definitions.class_of(call) if is_for_base else None
        return owner is not None and self._has_known_bases([owner])

    def _has_known_bases(self, classes: list[cst.ClassDef]) -> bool:
        bases = (name for each in classes for base in each.bases for name in self._resolver.names(base.value))
        return bool(classes) and all(name.startswith("@") or leaves_it_alone(name) for name in bases)


def _second(call: cst.Call) -> cst.BaseExpression | None:
    return call.args[1].value if len(call.args) > 1 else None
