"""What a name or expression stands for, as qualified names.

A qualified name is text: `openai.OpenAI` for what an import brings in, `builtins.print` for what nothing binds, `@ask` and
`@Bot.ask` for what the program itself defines, `@app.llm:ask` for what a module of its project does, `@app.llm:` for that module.
`()` stands for a call: `openai.OpenAI()` is an instance, and
`openai.OpenAI().chat.completions.create` what its attributes lead to. Calls of the program's own functions are replaced by
what they return. An expression may have several qualified names (two branches, two bindings) and has the one name `?`
where nothing is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from itertools import chain, takewhile
from types import MappingProxyType

from oaklint.python import cst
from oaklint.python.attributes import Attributes
from oaklint.python.call_graph import CallGraph
from oaklint.python.clauses import Clauses
from oaklint.python.containers import Containers
from oaklint.python.definitions import (
    MAX_NAMES,
    NOT_KNOWN,
    NOTHING,
    UNKNOWN,
    Definitions,
    Names,
    is_abstract,
    is_property,
    last_name,
    module_name,
)
from oaklint.python.fixpoint import Fixpoint
from oaklint.python.fixtures import Fixtures
from oaklint.python.flow import Block, Graph, GraphTooLarge
from oaklint.python.hierarchy import Hierarchy
from oaklint.python.inputs import Inputs
from oaklint.python.overrides import Overrides
from oaklint.python.places import is_builtin, place
from oaklint.python.reaching import Reaching
from oaklint.python.scopes import Binding, CodeUnit, Scope
from oaklint.python.tree import Tree, argument_of, dotted_name, index_of, last_part, positional

_NO_EXPORTS: Mapping[str, frozenset[str]] = MappingProxyType({})

_LITERALS = {
    "SimpleString": "builtins.str()",
    "ConcatenatedString": "builtins.str()",
    "FormattedString": "builtins.str()",
    "Integer": "builtins.int()",
    "Float": "builtins.float()",
    "Tuple": "builtins.tuple()",
    "List": "builtins.list()",
    "ListComp": "builtins.list()",
    "Dict": "builtins.dict()",
    "DictComp": "builtins.dict()",
    "Set": "builtins.set()",
    "SetComp": "builtins.set()",
}
# Functions whose answer is that of the coroutine that they are handed.
HANDS_BACK = frozenset({"asyncio.wait_for", "asyncio.shield", "asyncio.run"})
# What they stand for, when it is awaited, is the answer of what they are handed.
STARTS_TASK = frozenset({"asyncio.create_task", "asyncio.ensure_future"})
# What they make of a function does what the function does; what they stand for is what the function returns.
_STANDS_FOR_ARGUMENT = {"functools.partial", *HANDS_BACK}
_INJECTORS = {"fastapi.Depends", "fastapi.Security", "fastapi.params.Depends"}
# Views of the same thing, in bytes.
_THE_SAME = {"os.environb": "os.environ", "os.getenvb": "os.getenv"}
# What stands for the value of an attribute of a class that it does not say.
_FIELDS = {"dataclasses.field()", "pydantic.Field()", "pydantic.PrivateAttr()", "attrs.field()", "attr.ib()"}
_CONTEXT_MANAGERS = {"contextlib.contextmanager", "contextlib.asynccontextmanager"}
# Methods by which a collection gets items, or loses them.
CHANGES = {"append", "appendleft", "extend", "insert", "add", "update", "setdefault"}
CHANGES |= {"remove", "discard", "pop", "popleft", "popitem", "clear"}
# They pick one of several.
PICKS = {"random.choice", "random.Random().choice", "random.SystemRandom().choice", "secrets.choice"}
_IMPORTERS = {"importlib.import_module", "builtins.__import__"}
_LAST_OF_IMPORTERS = {"import_module", "__import__"}
# What star imports of numpy, os and math put in the place of Python's own.
_REPLACED = {"open", "pow", "abs", "all", "any", "max", "min", "round", "sum", "bool", "bytes", "float", "int", "str", "object"}
# In an annotation, what stands in these brackets is what the value is.
_TRANSPARENT_GENERICS = {"Optional", "Union", "Annotated", "Final", "ClassVar", "Mapped"}


class Resolver:
    """Qualified names of expressions, following bindings along the control flow where a name has several."""

    def __init__(self, tree: Tree, exports: Mapping[str, frozenset[str]] = _NO_EXPORTS) -> None:
        """exports: what a star import brings in, by package, where that is known."""
        self.tree = tree
        self._exports = exports
        self.definitions = Definitions(tree)
        self.attributes = Attributes(tree, self.definitions)
        self._graphs: dict[CodeUnit | None, Graph | None] = {}
        self._reaching_in: dict[tuple[Graph, Binding], Reaching | None] = {}
        self._fixpoint = Fixpoint()
        self.clauses = Clauses(self, self._fixpoint)
        self.hierarchy = Hierarchy(self, self._fixpoint)
        self.containers = Containers(self, self._fixpoint)
        self.calls = CallGraph(self, self._fixpoint)
        self.inputs = Inputs(self)
        self.fixtures = Fixtures(self)
        self._overrides = Overrides(self.attributes)
        self._run_by: dict[cst.CSTNode, list[cst.Module]] = {}

    def graph(self, unit: CodeUnit | None) -> Graph | None:
        """The control-flow graph of a unit; None where it would be too large."""
        if unit not in self._graphs:
            try:
                self._graphs[unit] = Graph(self.tree, unit)
            except GraphTooLarge:
                self._graphs[unit] = None
        return self._graphs[unit]

    def names(self, node: cst.BaseExpression) -> Names:
        """All that the expression may stand for; never empty, but while a circle of names is being followed."""
        found = self._fixpoint.ask(node, lambda: self._resolve(node), NOTHING, _and_more)
        return found or (NOT_KNOWN if self._fixpoint.is_final(node) else NOTHING)

    def name(self, node: cst.BaseExpression) -> str:
        """The one thing that the expression stands for; `?` if there are several."""
        names = self.names(node)
        return next(iter(names)) if len(names) == 1 else UNKNOWN

    def _union(self, nodes: Iterable[cst.BaseExpression]) -> Names:
        return NOTHING.union(*(self.names(node) for node in nodes))

    def _resolve(self, node: cst.BaseExpression) -> Names:
        found = self._stands_for(node)
        return found if len(found) <= MAX_NAMES else NOT_KNOWN

    def _stands_for(self, node: cst.BaseExpression) -> Names:
        if isinstance(node, cst.Name):
            return self._resolve_name(node)
        if isinstance(node, cst.Attribute):
            kept = self._place(node)
            return self._attribute(self.names(node.value), node.attr.value, self._method_of(node)) if kept is None else kept
        if isinstance(node, cst.Call):
            return self._call(node)
        if isinstance(node, cst.Await):
            return self.names(node.expression)
        if isinstance(node, cst.NamedExpr):
            return self.names(node.value)
        if isinstance(node, cst.IfExp):
            return self._union((node.body, node.orelse))
        if isinstance(node, cst.BooleanOperation):
            return self._union((node.left, node.right))
        if isinstance(node, cst.Subscript):
            kept = self._place(node)
            return self._generic(node) or self._item(node) if kept is None else kept
        literal = _LITERALS.get(type(node).__name__)
        return frozenset({literal}) if literal is not None else NOT_KNOWN

    def _item(self, node: cst.Subscript) -> Names:
        """What a dictionary has for a key: for one that is written down, that one alone."""
        entry = self.entry(node)
        return self.containers.values(node.value) if entry is None else self._union(entry) or NOT_KNOWN

    def entry(self, node: cst.Subscript) -> list[cst.BaseExpression] | None:
        """What the one dictionary that a name stands for has for a key that is written down, if it has it, in a list; None where
        that is not known.
        """
        display, index = self.display(node.value), index_of(node)
        key = _text(index) if index is not None else None
        if not isinstance(display, cst.Dict) or key is None:
            return None
        if not all(isinstance(each, cst.DictElement) for each in display.elements):
            return None
        return [each.value for each in display.elements if isinstance(each, cst.DictElement) and _text(each.key) == key][-1:]

    def _generic(self, node: cst.Subscript) -> Names:
        """The classes of the program that stand before the brackets: `Extractor[Invoice]`."""
        names = self.names(node.value)
        return names if any(True for _ in self.definitions.classes(names)) else NOTHING

    # Names.

    def _resolve_name(self, node: cst.Name) -> Names:
        scope = self.tree.scopes.get(node)
        if scope is None:
            return NOT_KNOWN
        if scope.lookup(node.value) is None and not self._from_star_imports(node.value, node):
            return self._starred(node.value, node) if scope.has_star_import() else frozenset({f"builtins.{node.value}"})
        bindings = self.bindings(node)
        return NOTHING.union(*map(self.bound, bindings)) if bindings else NOT_KNOWN

    def _starred(self, name: str, at: cst.CSTNode) -> Names:
        """What a name stands for that nothing binds, unless a star import does: the last one whose exports are known to have it,
        or not. What is Python's own is taken to stay so, as a rule.
        """
        builtin = f"builtins.{name}"
        stays = is_builtin(builtin) and name not in _REPLACED
        for star, exports in self._star_imports(self.tree.scopes[at].outermost):
            if exports is None and not stays:
                return NOT_KNOWN
            if exports is not None and name in exports:
                return frozenset({f"{star}.{name}"})
        return frozenset({builtin})

    def unbound(self, name: str, at: cst.CSTNode) -> Names:
        """What a name stands for where a node is evaluated, if only star imports of packages can have brought it in."""
        bound = self.tree.scopes[at].lookup(name) is not None or self._from_star_imports(name, at)
        return NOTHING if bound else self._starred(name, at)

    def star_import_of(self, node: cst.Name) -> str | None:
        """The package whose star import brings in what a name stands for; None if anything else may: another star import, too."""
        starred = self.unbound(node.value, node)
        stars = self.tree.scopes[node].outermost.star_imports
        return stars[0] if len(stars) == 1 and starred == {f"{stars[0]}.{node.value}"} else None

    def _star_imports(self, module: Scope, within: tuple[Scope, ...] = ()) -> Iterator[tuple[str, Names | None]]:
        """The modules that a module imports all of, the last one first, and those that these do, each with what it exports; None
        where that is not seen. What followed modules bind themselves is not asked here.
        """
        for star in reversed(module.star_imports):
            source = self.tree.imports_of(module).get(star)
            if source is None:
                yield star, self._exports.get(star)
            elif source not in within:
                yield from self._star_imports(source, (*within, module))

    def bindings(self, node: cst.Name) -> list[Binding]:
        """The bindings that may be in force where the name is used; for an import of what another module of the project binds,
        those of that module.
        """
        home = self.tree.scopes[node].lookup(node.value)
        if home is None:
            return self._from_star_imports(node.value, node)
        found = self._in_force(node, home)
        if not found and home.kind == "class" and home.parent is not None:
            # What a class body has not bound yet is the outside's.
            home = home.parent.lookup(node.value)
            found = self._in_force(node, home) if home is not None else []
        if not self.tree.imported:
            return found
        return [behind for binding in found for behind in (self._imported(binding) or [binding])]

    def _in_force(self, node: cst.Name, home: Scope) -> list[Binding]:
        """The bindings of the scope that may be in force where the name is used."""
        bindings = home.bindings.get(node.value, [])
        if home.kind == "comprehension" or (len(bindings) <= 1 and home.kind != "class"):
            return bindings
        unit = self.tree.unit(node)
        if home.kind != "class" and home.node is not unit:
            return bindings  # a closure, or a global used in a function: any binding may be the last
        graph = self.graph(unit)
        if graph is None:
            return bindings
        own = [binding for binding in bindings if binding.node is node]  # a target refers to itself
        return own or self._reaching(graph, graph.blocks_of(node), bindings)

    def _reaching(self, graph: Graph, uses: list[Block], bindings: list[Binding]) -> list[Binding]:
        """Those of all bindings of a name in a scope from which a path leads to the use without another one on it."""
        question = graph, bindings[0]
        if question not in self._reaching_in:
            elsewhere = any(each.kind != "parameter" and self.tree.unit(each.node) is not graph.unit for each in bindings)
            self._reaching_in[question] = None if elsewhere else Reaching(graph, bindings)
        found = self._reaching_in[question]
        return found.at(uses) if found is not None else bindings  # bound from another function by `global`

    def bound(self, binding: Binding) -> Names:
        """What a name stands for by one of its bindings."""
        return self._fixpoint.ask(binding, lambda: self._bound_names(binding), NOTHING, _and_more)

    def _bound_names(self, binding: Binding) -> Names:
        node = binding.node
        match binding.kind:
            case "import":
                behind = self._imported(binding)
                if behind:
                    return NOTHING.union(*map(self.bound, behind))
                module = self.tree.imports_of(self.tree.scopes[node]).get(binding.qualified)
                qualified = _THE_SAME.get(binding.qualified, binding.qualified)
                return frozenset({module_name(module) if module is not None else qualified})
            case "function" | "class":
                assert isinstance(node, (cst.FunctionDef, cst.ClassDef))
                return frozenset({self.definitions.name(node)})
            case "assign" | "item" if binding.whole is not None:
                return self.containers.part(binding.whole, binding.index, of_each=binding.kind == "item")
            case "assign" | "context":
                return self.names(binding.value) if binding.value is not None else NOT_KNOWN
            case "annotated":
                if binding.value is not None:
                    known = self.names(binding.value) - {UNKNOWN, "builtins.None", *_FIELDS}
                    if known:
                        return known
                return self.annotated(binding.annotation)
            case "item":
                return self.containers.elements(binding.value) if binding.value is not None else NOT_KNOWN
            case "exception":
                return _instances(self.clauses.caught(binding.value)) if binding.value is not None else NOT_KNOWN
            case "parameter":
                return self._parameter(binding)
            case "pattern":
                return self.annotated(binding.annotation)
            case _:
                return NOT_KNOWN

    # What other modules of the project define.

    def _imported(self, binding: Binding) -> tuple[Binding, ...]:
        """What an import brings in from a module that is followed; nothing for all other bindings, and for modules as a whole."""
        if binding.kind != "import":
            return ()
        home, name = _module_and_name(binding.qualified)
        module = self.tree.imports_of(self.tree.scopes[binding.node]).get(home)
        return self.exports(module, name) if module is not None else ()

    def exports(self, module: Scope, name: str) -> tuple[Binding, ...]:
        """The bindings of a module's name that are in force when it has run, or may be later."""
        return self._fixpoint.ask((module, name), lambda: tuple(self._exported(module, name)), ())

    def _exported(self, module: Scope, name: str) -> list[Binding]:
        bindings = module.bindings.get(name, [])
        found = [binding for binding in bindings if binding.kind != "delete"]
        if len(found) > 1 and isinstance(module.node, cst.Module) and (graph := self.graph(module.node)) is not None:
            found = [each for each in self._reaching(graph, [graph.returned], bindings) if each.kind != "delete"]
        if not found:
            sources = (self.tree.imports_of(module).get(star) for star in module.star_imports)
            found = [binding for source in sources if source is not None for binding in self.exports(source, name)]
        # Star imports in a circle bring the same in by many ways.
        return list(dict.fromkeys(behind for binding in found for behind in (self._imported(binding) or [binding])))

    def _from_star_imports(self, name: str, at: cst.CSTNode) -> list[Binding]:
        """The bindings of a name in followed modules, where a node is evaluated and nothing but a star import can bring it in."""
        module = self.tree.scopes[at].outermost
        sources = (self.tree.imports_of(module).get(star) for star in module.star_imports)
        return [binding for source in sources if source is not None for binding in self.exports(source, name)]

    def imported_modules(self, statement: cst.CSTNode) -> list[cst.Module]:
        """The followed modules that an import statement, or a call that imports, runs; packages before what stands in them."""
        if statement not in self._run_by:
            links = self.tree.imports_of(self.tree.scopes[statement])
            called = self._imported_by_call(statement) if isinstance(statement, cst.Call) else None
            named = _named_modules(statement) if called is None else _with_packages(called)
            found = [links[name].node for name in named if name in links]
            self._run_by[statement] = [node for node in dict.fromkeys(found) if isinstance(node, cst.Module)]
        return self._run_by[statement]

    def _imported_by_call(self, call: cst.Call) -> str | None:
        """The module that `importlib.import_module("...")` brings in."""
        imports = last_part(call.func) in _LAST_OF_IMPORTERS and not _IMPORTERS.isdisjoint(self.names(call.func))
        return _imported_module(call) if imports else None

    def unseen_modules(self, statement: cst.CSTNode) -> list[str]:
        """The modules, as written, that an import statement imports (from), and whose source is not seen."""
        links = self.tree.imports_of(self.tree.scopes[statement])
        if isinstance(statement, cst.Import):
            written = [dotted_name(alias.name) or "" for alias in statement.names]
        elif isinstance(statement, cst.ImportFrom):
            # A package that is a mere folder, or empty, does nothing; what is imported from it is seen.
            names = () if isinstance(statement.names, cst.ImportStar) else statement.names
            brought_in = _named_modules(statement)[-len(names) :] if names else []
            is_seen = bool(brought_in) and all(name in links for name in brought_in)
            written = [] if is_seen else ["." * len(statement.relative) + (dotted_name(statement.module) or "")]
        else:
            written = []
        return [name for name in written if name not in links]

    @cached_property
    def _modules(self) -> dict[str, Scope]:
        return {module_name(scope): scope for scope in (self.tree.module, *self.tree.imported)}

    @cached_property
    def _written_modules(self) -> dict[str, Scope]:
        """The followed modules by the absolute names under which any of them is imported."""
        importers = (self.tree.module, *self.tree.imported)
        return {written: module for importer in reversed(importers) for written, module in self.tree.imports_of(importer).items()}

    def bindings_behind(self, node: cst.Name | cst.Attribute) -> list[Binding]:
        """The bindings that a name, or an attribute of a module of the project, refers to."""
        if isinstance(node, cst.Name):
            return self.bindings(node)
        modules = (self._modules.get(name) for name in self.names(node.value))
        return [binding for module in modules if module is not None for binding in self.exports(module, node.attr.value)]

    def display(self, node: cst.BaseExpression) -> cst.Dict | cst.Tuple | cst.List | cst.Set | None:
        """The one dictionary, tuple, list or set that an expression stands for: itself, or what its name is bound to, be it in
        another module; None where others are possible, or it changes.
        """
        if isinstance(node, (cst.Dict, cst.Tuple, cst.List, cst.Set)):
            return node
        values = [binding.value for binding in self.bindings(node)] if isinstance(node, cst.Name) else []
        if isinstance(node, cst.Attribute):
            values = [*self.attribute_values(node)]
        value = values[0] if len(values) == 1 and not self.is_changed_later(node) else None
        return value if isinstance(value, (cst.Dict, cst.Tuple, cst.List, cst.Set)) else None

    def is_context_manager(self, function: cst.FunctionDef) -> bool:
        """Whether a generator is what a `with` enters, up to its `yield`: `@contextmanager`."""
        return any(self.names(each.decorator) & _CONTEXT_MANAGERS for each in function.decorators)

    def is_changed_later(self, node: cst.BaseExpression) -> bool:
        """Whether something of that name gets items, or loses them, after it was made."""
        return last_name(node) in self._filled_later

    @cached_property
    def _filled_later(self) -> frozenset[str]:
        """The last parts of the names of what gets items, or loses them, after it was made."""
        stores = (target.value for target, _ in self.attributes.assignments() if isinstance(target, cst.Subscript))
        calls = (call.func for call in self.tree.nodes.get(cst.Call, ()) if isinstance(call, cst.Call))
        methods = (func for func in calls if isinstance(func, cst.Attribute) and func.attr.value in CHANGES)
        added = (node.target for node in self.tree.nodes.get(cst.AugAssign, ()) if isinstance(node, cst.AugAssign))
        return frozenset(map(last_name, (*stores, *(method.value for method in methods), *added)))

    def annotated(self, annotation: cst.BaseExpression | None) -> Names:
        """Instances of what an annotation names."""
        if annotation is None:
            return NOT_KNOWN
        if isinstance(annotation, cst.SimpleString):
            text = annotation.evaluated_value
            try:
                parsed = cst.parse_expression(text) if isinstance(text, str) and len(text) < 200 else None
            except Exception:  # LibCST raises whatever it likes on what is no expression
                parsed = None
            dotted = dotted_name(parsed)
            if dotted is None:
                return NOT_KNOWN
            head, _, rest = dotted.partition(".")
            home = self.tree.scopes[annotation].lookup(head)
            bound = NOTHING.union(*(self.bound(b) for b in home.bindings[head])) if home is not None else NOTHING
            return _instances(self._attribute(bound, rest) if rest else bound) if home is not None else NOT_KNOWN
        if isinstance(annotation, cst.BinaryOperation) and isinstance(annotation.operator, cst.BitOr):
            return (self.annotated(annotation.left) | self.annotated(annotation.right)) - {"builtins.None()"}
        if isinstance(annotation, cst.Subscript):
            generic = (dotted_name(annotation.value) or "").rpartition(".")[2]
            if generic not in _TRANSPARENT_GENERICS:
                return _instances(self._generic(annotation))
            slices = (element.slice for element in annotation.slice)
            inside = [self.annotated(part.value) for part in slices if isinstance(part, cst.Index)]
            return NOTHING.union(*(inside[:1] if generic == "Annotated" else inside)) - {"builtins.None()"}
        if isinstance(annotation, (cst.Name, cst.Attribute)):
            alias = self.alias(annotation)
            if alias is not None:  # which may be made of itself
                return self._fixpoint.ask((alias, "annotated"), lambda: self.annotated(alias), NOTHING)
            return _instances(self.names(annotation))
        return NOT_KNOWN

    def alias(self, annotation: cst.Name | cst.Attribute) -> cst.Subscript | None:
        """What an annotation is short for: `Desk = Annotated[Settings, Depends(settings)]`."""
        bindings = self.bindings_behind(annotation)
        value = bindings[0].value if len(bindings) == 1 and bindings[0].kind in ("assign", "annotated") else None
        return value if isinstance(value, cst.Subscript) else None

    # Parameters: `self`, the annotation, the default, and what the program's own calls hand in.

    def _parameter(self, binding: Binding) -> Names:
        param, function = binding.node, self.tree.scopes[binding.node].node
        assert isinstance(param, cst.Param)
        if not isinstance(function, cst.FunctionDef):
            return self.names(binding.value) if binding.value is not None else NOT_KNOWN  # `lambda client=client: ...`
        if param.star:
            return frozenset({"builtins.tuple()" if param.star == "*" else "builtins.dict()"})
        owner = self.tree.scopes[function]
        in_order = positional(function)
        decorators = {dotted_name(decorator.decorator) for decorator in function.decorators}
        if (
            owner.kind == "class"
            and isinstance(owner.node, cst.ClassDef)
            and in_order[:1] == [param]
            and "staticmethod" not in decorators
        ):
            name = self.definitions.name(owner.node)
            return frozenset({name if "classmethod" in decorators or function.name.value == "__new__" else f"{name}()"})
        annotated = self.annotated(binding.annotation) - {UNKNOWN}
        if annotated:
            return annotated
        default = self.names(binding.value) - {UNKNOWN, "builtins.None"} if binding.value is not None else NOTHING
        handed = self.calls.handed_to(param)
        return default | self._union(handed) if default or handed else NOT_KNOWN

    # Attributes.

    def methods(self, definition: cst.ClassDef, name: str) -> list[cst.FunctionDef]:
        """The methods of that name which an object of a class has, be they a base's."""
        return list(self.definitions.functions(self._member(self.definitions.name(definition), name) or ()))

    def _method_of(self, node: cst.Attribute) -> str:
        """The name of the method in which an attribute of `self` is asked for."""
        unit = self.tree.unit(node)
        return unit.name.value if isinstance(unit, cst.FunctionDef) and self.attributes.is_of_self(node) else ""

    def _attribute(self, owners: Names, attribute: str, within: str = "") -> Names:
        """What an attribute of some things stands for. within: the method that asks for it of its own object."""
        found = NOTHING
        for owner in owners:
            if (module := self._modules.get(owner)) is not None:
                found |= self._of_module(module, attribute)
                continue
            if attribute == "__class__":
                found |= {owner.removesuffix("()")}
                continue
            member = self._member(owner.removesuffix("()"), attribute, within) if owner.startswith("@") else None
            if member is not None:
                found |= member
            else:
                # `import app.llm` where `app` is a folder and no module.
                name = f"{owner}.{attribute}"
                module = self._written_modules.get(name)
                found |= {module_name(module) if module is not None else _THE_SAME.get(name, name)}
        return found

    def _of_module(self, module: Scope, attribute: str) -> Names:
        """What an attribute of a module of the project stands for: something that it binds, or a module in it."""
        bindings = self.exports(module, attribute)
        if bindings:
            return NOTHING.union(*map(self.bound, bindings))
        inner = self._written_modules.get(f"{module.name}.{attribute}")
        return frozenset({module_name(inner)}) if inner is not None else NOT_KNOWN

    def _member(self, class_name: str, attribute: str, within: str = "") -> Names | None:
        """What an attribute of one of the program's own classes, or of an instance of it, stands for, be it a base's; None where
        none of them has it. within: the method that asks for an attribute of its own object.
        """
        nothing: Names | None = NOTHING
        question = (class_name, attribute, within, "member")  # an attribute may have the name of another question
        return self._fixpoint.ask(question, lambda: self._find_member(class_name, attribute, within), nothing, _and_more_if_any)

    def _find_member(self, class_name: str, attribute: str, within: str) -> Names | None:
        found: list[Names] = []
        for definition in self.definitions.classes((class_name,)):
            if within and (replacing := self._replacing(definition, attribute, within)):
                members = (self._member(self.definitions.name(heir), attribute) for heir in replacing)
                found += (names for names in members if names is not None)
                continue
            found += self._own_member(definition, attribute)
            if not NOTHING.union(*found) - {"builtins.None", UNKNOWN}:
                parents = (name for base in definition.bases for name in self.names(base.value))
                inherited = (self._member(parent, attribute, within) for parent in parents)
                found += (names for names in inherited if names is not None)
            if not NOTHING.union(*found) - {"builtins.None", UNKNOWN}:
                # It is for the subclasses to say.
                heirs = self.hierarchy.heirs(definition, but_for=partial(self._differs, definition, within))
                found += (names for heir in heirs for names in self._own_member(heir, attribute))
        return NOTHING.union(*found) if found else None

    def _differs(self, base: cst.ClassDef, method: str, heir: cst.ClassDef) -> bool:
        """Whether a method of a base may do something else in a class that inherits from it."""
        if not method:
            return False
        others = self.hierarchy.bases(heir) - self.hierarchy.bases(base) - {self.definitions.name(base)}
        return any(self._overrides.of(each, base, method) for each in (heir, *self.definitions.classes(others)))

    def _replacing(self, base: cst.ClassDef, attribute: str, within: str) -> list[cst.ClassDef]:
        """The classes whose objects a method of a base serves, where it is these alone that the program makes, and one has the
        attribute that the method asks for anew.
        """
        served, is_anew = [], False
        for heir in self.hierarchy.made(base):
            before = [*takewhile(lambda each: each is not base, self.hierarchy.ancestry(heir))]
            if not any(True for each in before for _ in self.definitions.functions((f"{self.definitions.name(each)}.{within}",))):
                served.append(heir)
                is_anew = is_anew or any(self.attributes.has(each, attribute) for each in before)
        return served if is_anew else []

    def _own_member(self, definition: cst.ClassDef, attribute: str) -> Iterator[Names]:
        """What a class, its bases left out, says that an attribute stands for; nothing where that is left to its subclasses."""
        class_name = self.definitions.name(definition)
        for function in self.definitions.functions((f"{class_name}.{attribute}",)):
            if is_abstract(function) and self.hierarchy.children(class_name):
                continue
            yield self._returns(function) if is_property(function) else frozenset({f"{class_name}.{attribute}"})
        yield from map(self.bound, self.attributes.in_class_body(definition, attribute))
        yield from map(self.names, self.attributes.assigned.get((definition, attribute), ()))
        yield from map(self.names, self._handed_to_field(definition, attribute))

    def values_of(self, node: cst.BaseExpression) -> list[cst.BaseExpression]:
        """The expressions that a name or attribute is set to, be it by `with ... as`; anything else is its own value."""
        if isinstance(node, cst.Name):
            bindings = (binding for binding in self.bindings(node) if binding.kind in ("assign", "annotated", "context"))
            return [binding.value for binding in bindings if binding.value is not None]
        return self.attribute_values(node) if isinstance(node, cst.Attribute) else [node]

    def lambdas(self, call: cst.Call) -> list[cst.Lambda]:
        """The `lambda`s that a call runs by a name."""
        return [value for value in self.values_of(call.func) if isinstance(value, cst.Lambda)]

    def called_by_python(self, node: cst.BaseExpression, method: str) -> list[cst.FunctionDef]:
        """The methods of the program that Python calls by itself of the object that an expression is: `__bool__` in a test."""
        made = (name.removesuffix("()") for name in self.names(node) if name.endswith("()"))
        return [*self.definitions.functions(f"{name}.{method}" for name in made)]

    def asked_whether_true(self, node: cst.BaseExpression) -> list[cst.FunctionDef]:
        """The methods of the program by which Python finds out whether an object is true: without `__bool__`, how long it is."""
        return self.called_by_python(node, "__bool__") or self.called_by_python(node, "__len__")

    def is_managed(self, node: cst.Attribute) -> bool:
        """Whether the class of an object has a property, or a descriptor, in place of an attribute: what is set there may be
        something else when it is read.
        """
        if self.calls.properties(node):
            return True
        for owner in self.definitions.classes(name.removesuffix("()") for name in self.names(node.value)):
            for binding in self.attributes.in_class_body(owner, node.attr.value):
                made = self.names(binding.value.func) if isinstance(binding.value, cst.Call) else ()
                if any(self.methods(each, "__set__") for each in self.definitions.classes(made)):
                    return True
        return False

    def is_wrapped(self, function: cst.FunctionDef) -> bool:
        """Whether another function of the program stands between a function and who calls it, as its decorator."""
        decorators = (
            each.decorator.func if isinstance(each.decorator, cst.Call) else each.decorator for each in function.decorators
        )
        return any(True for each in decorators for _ in self.definitions.functions(self.names(each)))

    def default_of(self, node: cst.BaseExpression) -> list[cst.BaseExpression]:
        """The default of the parameter that a name is, if no call of the program hands it anything."""
        params = [binding.node for binding in self.bindings(node)] if isinstance(node, cst.Name) else []
        param = params[0] if len(params) == 1 else None
        if not isinstance(param, cst.Param) or param.default is None or self.calls.handed_to(param):
            return []
        return [param.default]

    def attribute_values(self, node: cst.Attribute) -> list[cst.BaseExpression]:
        """The expressions assigned to an attribute of one of the program's own classes (`self.x`, `Settings.x`), or of the first
        of its bases that has it, or of a module.
        """
        found: list[cst.BaseExpression] = []
        for name in self.names(node.value):
            if (module := self._modules.get(name)) is not None:
                found += [binding.value for binding in self.exports(module, node.attr.value) if binding.value is not None]
            for definition in self.definitions.classes((name.removesuffix("()"),)):
                within = self._method_of(node)
                for served in (within and self._replacing(definition, node.attr.value, within)) or [definition]:
                    given = (self.given_in(each, node.attr.value) for each in self.hierarchy.ancestry(served))
                    found += next(filter(None, given), [])
                found += self._put_into(place(node), self.tree.scopes[node])
        return found

    def given_in(self, definition: cst.ClassDef, attribute: str) -> list[cst.BaseExpression]:
        """The expressions that a class itself says an attribute is set to, be it by who makes its objects."""
        bindings = self.attributes.in_class_body(definition, attribute)
        if bindings and self.attributes.are_set_by_any_name(definition):
            return []  # an object may have anything in its place
        found = [binding.value for binding in bindings if binding.value is not None]
        found += self.attributes.assigned.get((definition, attribute), ())
        found += self._handed_to_field(definition, attribute)
        found += self._put_into(f"{definition.name.value}.{attribute}", self.tree.scopes[definition])
        found += self.attributes.replaced.get(attribute, ()) if found else ()
        return found

    def _put_into(self, key: str | None, scope: Scope) -> Sequence[cst.BaseExpression]:
        """What is assigned to an attribute of something by the name that it has in a scope: `settings.retry_on = ...`."""
        return self._set_by_name.get((scope.lookup(key.partition(".")[0]), key), ()) if key is not None else ()

    @cached_property
    def _set_by_name(self) -> dict[tuple[Scope | None, str], list[cst.BaseExpression]]:
        """The values that attributes get by the names of their objects, with the scopes of these names."""
        found: dict[tuple[Scope | None, str], list[cst.BaseExpression]] = {}
        for target, value in chain.from_iterable(self.attributes.set_outside.values()):
            if (key := place(target)) is not None:
                found.setdefault((self.tree.scopes[target].lookup(key.partition(".")[0]), key), []).append(value)
        return found

    def set_by_users(self, node: cst.Attribute) -> Iterator[cst.BaseExpression]:
        """What those who use an object set an attribute of `self` to, by whatever name they have for it: `retry.on = ...`."""
        owner = self.attributes.owner_of_self(node.value) if isinstance(node.value, cst.Name) else None
        family = self.hierarchy.family(owner) if owner is not None else NOTHING
        for target, value in self.attributes.set_outside.get(node.attr.value, ()) if family else ():
            if family & {name.removesuffix("()") for name in self.names(target.value)}:
                yield value

    def _handed_to_field(self, definition: cst.ClassDef, attribute: str) -> tuple[cst.BaseExpression, ...]:
        """What the program's calls of a class hand to a field that its body declares, as for a dataclass."""
        question = definition, attribute, "handed"
        return self._fixpoint.ask(question, lambda: tuple(self._find_handed_to_field(definition, attribute)), ())

    def _find_handed_to_field(self, definition: cst.ClassDef, attribute: str) -> Iterator[cst.BaseExpression]:
        declared = self.attributes.bound_in(definition)
        fields = [name for name, bindings in declared.items() if any(binding.kind == "annotated" for binding in bindings)]
        if attribute not in fields or any(each.name.value == "__init__" for each in self.hierarchy.initializers(definition)):
            return
        name = self.definitions.name(definition)
        for call in self.calls.by_name.get(definition.name.value, ()):
            handed = self._given_to(call, attribute, fields)
            if handed is not None and name in self.names(call.func):
                yield handed

    def _given_to(self, call: cst.Call, parameter: str, parameters: Sequence[str]) -> cst.BaseExpression | None:
        """The argument of a call for one of its parameters, which are named in their order; None where it is not seen."""
        return argument_of(call, parameter, parameters.index(parameter))

    def annotations_of(self, node: cst.Attribute) -> list[cst.BaseExpression]:
        """What an attribute of one of the program's own classes is declared to be, in its body or where it is assigned."""
        owners = self.definitions.classes(name.removesuffix("()") for name in self.names(node.value))
        return [annotation for owner in owners for annotation in self.attributes.annotations(owner, node.attr.value)]

    # Places: attributes and items of objects that the program does not define (`st.session_state.client`, `clients["a"]`).

    @cached_property
    def _places(self) -> dict[tuple[Scope, str], list[cst.BaseExpression]]:
        found: dict[tuple[Scope, str], list[cst.BaseExpression]] = {}
        for target, value in self.attributes.assignments():
            if isinstance(target, (cst.Attribute, cst.Subscript)):
                key = place(target)
                if key is not None and not (isinstance(target, cst.Attribute) and self.attributes.is_of_self(target)):
                    found.setdefault((self.tree.scopes[target].outermost, key), []).append(value)
        return found

    def _place(self, node: cst.Attribute | cst.Subscript) -> Names | None:
        """What was put into a place; None where nothing is known to have been."""
        key = place(node)
        question = self.tree.scopes[node].outermost, key or ""
        values = self._places.get(question) if key is not None and "." in key else None
        if not values:
            return None
        found = self._fixpoint.ask(question, lambda: self._union(values), NOTHING, _and_more)
        return found - NOT_KNOWN or (None if found else NOTHING)

    # Calls.

    def _call(self, node: cst.Call) -> Names:
        found = NOTHING
        if isinstance(node.func, cst.Attribute) and node.func.attr.value == "get" and node.args:
            looked_up = self.containers.values(node.func.value) - NOT_KNOWN
            if looked_up:
                return looked_up | (self.names(node.args[1].value) if len(node.args) > 1 else NOTHING)
        for name in self.names(node.func):
            if name in _STANDS_FOR_ARGUMENT and node.args:
                found |= self.names(node.args[0].value)
                continue
            if name in PICKS and node.args:
                found |= self.containers.elements(node.args[0].value)
                continue
            if name in _INJECTORS and node.args:
                found |= self.returned_by(node.args[0].value)
                continue
            if name == "builtins.type" and len(node.args) == 1:
                found |= {each.removesuffix("()") for each in self.names(node.args[0].value)}
                continue
            if name == "builtins.getattr" and len(node.args) > 1 and (attribute := _text(node.args[1].value)):
                found |= self._attribute(self.names(node.args[0].value), attribute)
                continue
            if name == "typing.cast" and len(node.args) == 2:
                found |= self.annotated(node.args[0].value)
                continue
            if name == "builtins.super" and (bases := self._bases_at(node)):
                found |= bases
                continue
            if not name.startswith("@"):
                found |= {self._called_in(node) if name in _IMPORTERS else f"{name}()"}
                continue
            functions = list(self.definitions.functions((name,)))
            for function in functions:
                found |= self._returns(function)
            if not functions:
                found |= {f"{name}()"}
        return found

    def _called_in(self, call: cst.Call) -> str:
        """The module that a call imports, by the name that it has in the project, if it is followed."""
        written = _imported_module(call)
        module = self.tree.imports_of(self.tree.scopes[call]).get(written)
        return module_name(module) if module is not None else written

    def _bases_at(self, node: cst.Call) -> Names:
        """What `super()` stands for: an object of one of the bases that the program defines."""
        owner = self.definitions.class_of(node)
        bases = self._union(base.value for base in owner.bases) if owner is not None else NOTHING
        return _instances(frozenset(name for name in bases if name.startswith("@")))

    def returned_by(self, node: cst.BaseExpression) -> Names:
        """What the functions of the program return that an expression names."""
        return NOTHING.union(*map(self._returns, self.definitions.functions(self.names(node))))

    def _returns(self, function: cst.FunctionDef) -> Names:
        """What a function of the program returns, or yields if it is a fixture or context manager."""
        return self._fixpoint.ask((function, "returns"), lambda: self._find_returned(function), NOTHING, _and_more)

    def _find_returned(self, function: cst.FunctionDef) -> Names:
        values = self.returned_values(function)
        found = self._union(values)
        known = found - {"builtins.None"}
        if not known - NOT_KNOWN and function.returns is not None:
            return self.annotated(function.returns.annotation)
        return known or (NOT_KNOWN if found or not values else NOTHING)

    def returned_values(self, function: cst.FunctionDef) -> list[cst.BaseExpression]:
        """The expressions that a function returns or yields."""
        return self._returned_values.get(function, [])

    @cached_property
    def _returned_values(self) -> dict[CodeUnit | None, list[cst.BaseExpression]]:
        found: dict[CodeUnit | None, list[cst.BaseExpression]] = {}
        for node in (*self.tree.nodes.get(cst.Return, ()), *self.tree.nodes.get(cst.Yield, ())):
            assert isinstance(node, (cst.Return, cst.Yield))
            if isinstance(node.value, cst.BaseExpression):
                found.setdefault(self.tree.unit(node), []).append(node.value)
        return found


def _module_and_name(qualified: str) -> tuple[str, str]:
    """`from app.llm import ask` and `from . import llm` by their parts: `("app.llm", "ask")`, `(".", "llm")`."""
    dots = len(qualified) - len(qualified.lstrip("."))
    home, _, name = qualified[dots:].rpartition(".")
    return qualified[:dots] + home, name


def _named_modules(statement: cst.CSTNode) -> list[str]:
    """The modules that an import statement names, as written: `import a.b` names `a` and `a.b`, `from . import c` may `.c`."""
    found: list[str] = []
    if isinstance(statement, cst.Import):
        for alias in statement.names:
            found += _with_packages(dotted_name(alias.name) or "")
    elif isinstance(statement, cst.ImportFrom):
        dots = "." * len(statement.relative)
        parts = (dotted_name(statement.module) or "").split(".") if statement.module is not None else []
        found += (dots + ".".join(parts[:length]) for length in range(0 if dots else 1, len(parts) + 1))
        names = statement.names if not isinstance(statement.names, cst.ImportStar) else ()
        home = found[-1] if found else dots
        found += (f"{home}{'' if home.endswith('.') else '.'}{dotted_name(alias.name)}" for alias in names)
    return found


def _with_packages(module: str) -> list[str]:
    """A module and the packages in which it stands, which come first."""
    parts = module.split(".")
    return [".".join(parts[:length]) for length in range(1, len(parts) + 1)]


def _and_more(names: Names, _: Names) -> Names:
    """The answer in a circle that feeds itself: what is known so far, and something else."""
    return names | NOT_KNOWN


def _and_more_if_any(names: Names | None, _: Names | None) -> Names | None:
    return names | NOT_KNOWN if names is not None else None


def _instances(names: Names) -> Names:
    """Instances of classes; where none of them is known, of something unknown."""
    return frozenset(f"{name}()" for name in names if name != UNKNOWN) or names


def _imported_module(call: cst.Call) -> str:
    """The module that `importlib.import_module("...")` brings in, where its name is written down in full."""
    name = call.args[0].value if len(call.args) == 1 else None
    text = _text(name)
    return text if text is not None and text.replace(".", "_").isidentifier() else UNKNOWN


def _text(node: cst.BaseExpression | None) -> str | None:
    """The text that a literal is."""
    text = node.evaluated_value if isinstance(node, cst.SimpleString) else None
    return text if isinstance(text, str) else None
