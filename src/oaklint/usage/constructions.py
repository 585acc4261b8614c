"""Where clients of the SDK are built, by what calls, and what they are kept in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

from oaklint.python import cst
from oaklint.python.assignments import assigned
from oaklint.python.definitions import ENTERS, INITIALIZERS, named_by, statements_in
from oaklint.python.names import Resolver
from oaklint.python.places import place, places
from oaklint.python.threads import Threads
from oaklint.python.tree import Tree, argument_of, parameters, walk
from oaklint.sdk.clients import CONSTRUCTORS, COPIES, SETTINGS, Constructor
from oaklint.usage.clients import Clients

# Decorators by which a function runs only once for the same arguments.
_CACHES = {"functools.lru_cache", "functools.cache", "streamlit.cache_resource"}
# Through how many functions a client is followed to where it is built.
_MAX_DEPTH = 5


class Construction(NamedTuple):
    """The building of a client.

    call:        the call of the constructor, with its arguments. constructor: what the SDK's class does when it is called.
    site:        the call that makes it happen where a client is wanted: the same, or a call of a function that returns the
                 client, or an object with it, or of a class that keeps it in an attribute.
    through:     the calls, and reads of properties, by which that comes to the constructor, each with the function that it runs;
                 the site is the first.
    handed:      what the last of them hands to the parameters of its function, as seen from the site, its defaults included;
                 None where that is not known.
    given:       the arguments that the constructor has got before it is called: `partial(OpenAI, api_key=key)`.
    """

    call: cst.Call
    constructor: Constructor
    site: cst.BaseExpression
    through: tuple[tuple[cst.BaseExpression, cst.FunctionDef], ...] = ()
    handed: Mapping[str, cst.BaseExpression | None] = MappingProxyType({})
    given: tuple[cst.Arg, ...] = ()

    @property
    def steps(self) -> tuple[cst.BaseExpression, ...]:
        """What runs from the site to the constructor, each in the function that the one before calls."""
        return tuple(dict.fromkeys((self.site, *(call for call, _ in self.through), self.call)))

    @property
    def arguments(self) -> dict[str, cst.BaseExpression]:
        """The keyword arguments that are given."""
        args = (*self.given, *self.call.args)
        return {arg.keyword.value: self.seen_from_site(arg.value) for arg in args if arg.keyword is not None}

    def argument(self, name: str) -> cst.BaseExpression | None:
        """The keyword argument of that name, if it is given."""
        return self.arguments.get(name)

    def seen_from_site(self, value: cst.BaseExpression) -> cst.BaseExpression:
        """What a parameter of the function around the call receives from the site; any other expression as it is."""
        handed = self.handed.get(value.value) if isinstance(value, cst.Name) else None
        return handed if handed is not None else value

    @property
    def is_open(self) -> bool:
        """Whether `**kwargs` may hand in anything."""
        return any(arg.star == "**" for arg in (*self.given, *self.call.args))


_Find: TypeAlias = "Callable[[cst.FunctionDef, cst.ClassDef | None], Iterator[Construction]]"


class Constructions:
    """From calls, functions and objects to the clients that they build, and to the names and attributes that hold these."""

    def __init__(self, tree: Tree, resolver: Resolver, threads: Threads, clients: Clients) -> None:
        self._tree = tree
        self._threads = threads
        self._resolver = resolver
        self._clients = clients
        self._keys_handed: dict[cst.Call, tuple[cst.BaseExpression, ...]] = {}
        self._built_by: dict[tuple[str, cst.FunctionDef, cst.ClassDef | None], tuple[Construction, ...]] = {}

    @cached_property
    def in_program(self) -> list[Construction]:
        """Every call in the program itself that builds a client, in the order of the text."""
        found = []
        for call in self._tree.own.get(cst.Call, ()):
            assert isinstance(call, cst.Call)
            construction = self.of(call)
            if construction is not None:
                found.append(construction)
        return found

    @cached_property
    def followed(self) -> list[Construction]:
        """The same in the program and the modules that it imports."""
        calls = (call for call in self._tree.nodes.get(cst.Call, ()) if isinstance(call, cst.Call))
        return [construction for call in calls if (construction := self.of(call)) is not None]

    def of(self, call: cst.Call) -> Construction | None:
        """The construction that a call of one of the SDK's constructors is, be it by a class that has none of its own."""
        for name in self._resolver.names(call.func):
            constructor = self.constructor(name) or self._inherited(name)
            if constructor is not None:
                return Construction(call, constructor, call, given=self._given_before(call.func))
        return None

    def _inherited(self, name: str) -> Constructor | None:
        """The constructor of the SDK that a class of the program has from its base."""
        for definition in self._resolver.definitions.classes((name,)):
            if not any(True for _ in self._resolver.hierarchy.initializers(definition)):
                return next(filter(None, map(self._constructor_of_base, self._resolver.hierarchy.ancestry(definition))), None)
        return None

    def _constructor_of_base(self, definition: cst.ClassDef) -> Constructor | None:
        names = (name for base in definition.bases for name in self._resolver.names(base.value))
        return next(filter(None, map(self.constructor, names)), None)

    def of_base(self, call: cst.Call) -> Construction | None:
        """The construction that `super().__init__(...)` is part of, in a class that is made from one of the SDK's."""
        func = call.func
        if not isinstance(func, cst.Attribute) or func.attr.value != "__init__" or not is_base(func.value):
            return None
        owner = self._resolver.definitions.class_of(call)
        constructor = self._constructor_of_base(owner) if owner is not None else None
        return Construction(call, constructor, call) if constructor is not None else None

    def _given_before(self, func: cst.BaseExpression) -> tuple[cst.Arg, ...]:
        return tuple(arg for each in self._resolver.calls.partials(func) for arg in each.args[1:])

    def constructor(self, name: str) -> Constructor | None:
        """The constructor of the SDK that has a qualified name, if it is one."""
        return CONSTRUCTORS.get(self._clients.canonical(name))

    def through(self, call: cst.Call) -> Construction | None:
        """The construction, if the call is one or is a call of a function of the program that returns what it builds."""
        return next(self.all_through(call), None)

    def all_through(self, call: cst.Call) -> Iterator[Construction]:
        """Likewise, each that a function may return: which one may depend on what it is handed."""
        found = self.of(call)
        if found is not None:
            yield found
            return
        yield from self._made_by(call, None)
        yield from self._field_of(call)

    def is_thrown_away(self, call: cst.Call) -> bool:
        """Whether a call makes a copy of a client, with other settings, that nobody keeps: `client.with_options(api_key=key)`."""
        if not isinstance(call.func, cst.Attribute) or call.func.attr.value not in COPIES:
            return False
        return isinstance(self._tree.parents[call], cst.Expr) and self._clients.is_client(call.func.value)

    def keys_handed_by(self, call: cst.Call) -> tuple[cst.BaseExpression, ...]:
        """The keys and addresses that a call gives to a client, itself or by functions that hand on what they are handed."""
        if call not in self._keys_handed:
            self._keys_handed[call] = ()  # a function that calls itself hands on nothing more
            self._keys_handed[call] = tuple(self._find_keys(call))
        return self._keys_handed[call]

    def _find_keys(self, call: cst.Call) -> Iterator[cst.BaseExpression]:
        if self.is_thrown_away(call):
            return
        for function in self._resolver.calls.functions(call):
            handed = {
                param.name.value: self._resolver.calls.argument_for(call, function, param) for param in parameters(function)
            }
            inside = (key for inner in self._tree.calls_in(function) for key in self.keys_handed_by(inner))
            yield from (argument for key in inside if (argument := handed.get(place(key) or "")) is not None)
        construction = self.through(call)
        given = construction.arguments if construction is not None else {}
        yield from (given[name] for name in ("api_key", "base_url", "azure_endpoint") if name in given)
        is_copy = isinstance(call.func, cst.Attribute) and call.func.attr.value in COPIES
        # Requests of openai 0.x take a key of their own.
        if is_copy or (construction is None and self._resolver.name(call.func).startswith("openai.")):
            yield from filter(None, [argument_of(call, "api_key")])

    def _made_by(self, call: cst.Call, owner: cst.ClassDef | None) -> Iterator[Construction]:
        """What the program's own functions and classes build for a call, and hand back; owner: the class of the object whose
        method makes the call.
        """
        for function, inside in self._called(call, owner):
            finds: list[_Find] = [self._kept_by] if function.name.value in INITIALIZERS else [self._returned_by]
            if function.name.value in ENTERS:
                finds.append(self._kept_by)
            for inner in (inner for find in finds for inner in self._known(find, function, inside)):
                yield self._through(call, function, inner)

    def _through(self, call: cst.BaseExpression, function: cst.FunctionDef, inner: Construction) -> Construction:
        through = ((call, function), *inner.through)
        return inner._replace(site=call, through=through, handed=self._handed(through))

    def _called(self, call: cst.Call, owner: cst.ClassDef | None) -> Iterator[tuple[cst.FunctionDef, cst.ClassDef | None]]:
        """The functions that a call runs, each with the class of the object that it is run for; a method of the same object is
        that of its class, not of the base in which it is called.
        """
        resolver, definitions = self._resolver, self._resolver.definitions
        method = call.func if isinstance(call.func, cst.Attribute) else None
        if owner is not None and method is not None and is_base(method.value):
            yield from ((function, owner) for function in resolver.calls.functions(call))
        elif owner is not None and method is not None and place(method.value) in ("self", "cls"):
            yield from ((function, owner) for function in resolver.methods(owner, method.attr.value))
        else:
            names = resolver.names(call.func)
            for made in [owner] if owner is not None and place(call.func) == "cls" else definitions.classes(names):
                yield from ((function, made) for function in resolver.hierarchy.initializers(made))
                yield from ((function, made) for function in resolver.methods(made, "__new__"))
                if isinstance(self._tree.parents[call], cst.WithItem):
                    yield from ((function, made) for name in ENTERS for function in resolver.methods(made, name))
            owners = resolver.names(method.value) if method is not None else ()
            its_class = next(definitions.classes(name.removesuffix("()") for name in owners), None)
            yield from ((function, its_class) for function in definitions.functions(names))
            yield from ((function, definitions.class_of(function)) for function in self._threads.ended_by(call))

    def returned_by(self, function: cst.FunctionDef) -> tuple[Construction, ...]:
        """The clients that a function builds, itself or by what it calls, and returns or yields."""
        return self._known(self._returned_by, function, self._resolver.definitions.class_of(function))

    def _known(self, find: _Find, function: cst.FunctionDef, owner: cst.ClassDef | None) -> tuple[Construction, ...]:
        """What `_kept_by` or `_returned_by` finds; each function is looked into once."""
        question = (find.__name__, function, owner)
        if question not in self._built_by:
            self._built_by[question] = ()  # what it calls may call it
            self._built_by[question] = tuple(each for each in find(function, owner) if len(each.through) < _MAX_DEPTH)
        return self._built_by[question]

    def _returned_by(self, function: cst.FunctionDef, owner: cst.ClassDef | None) -> Iterator[Construction]:
        """The clients that a function builds and returns, in objects, too."""
        for value in self._resolver.returned_values(function):
            for origin in self._resolver.values_of(value):
                if isinstance(origin, cst.Call):
                    yield from self._behind(origin, owner)
                    if origin.args and self.makes_object(origin):
                        handed = (arg.value for arg in origin.args if isinstance(arg.value, cst.Call))
                        yield from (inner for call in handed for inner in self._behind(call, owner))
            if isinstance(value, cst.Name):
                if (inner := self._enclosed_by(value, function)) is not None:
                    yield inner
                yield from self._kept_in_object(value.value, function, owner)

    def makes_object(self, call: cst.Call) -> bool:
        """Whether a call makes an object of one of the program's classes."""
        return any(True for _ in self._resolver.definitions.classes(self._resolver.names(call.func)))

    def _behind(self, call: cst.Call, owner: cst.ClassDef | None) -> Iterator[Construction]:
        inner = self.of(call)
        yield from (inner,) if inner is not None else self._made_by(call, owner)

    def _enclosed_by(self, returned: cst.Name, function: cst.FunctionDef) -> Construction | None:
        """The client that a function builds for an inner one, which it returns, to use."""
        for closure in self._resolver.definitions.functions(self._resolver.names(returned)):
            if self._tree.unit(closure) is function:
                used = places(closure.body)
                for call in self._tree.calls_in(function):
                    inner = self.of(call)
                    if inner is not None and any(place(target) in used for target in self.kept_in(call)):
                        return inner
        return None

    def keeping_function(self, call: cst.Call) -> cst.FunctionDef | None:
        """The function that a call calls, if it keeps what it has returned once: `@lru_cache def client(): ...`."""
        for function in self._resolver.calls.functions(call):
            if any(self._resolver.names(named_by(each.decorator)) & _CACHES for each in function.decorators):
                return function
        return None

    def forgets(self, method: cst.Attribute, keeper: cst.CSTNode) -> bool:
        """Whether a method makes such a function forget what it keeps, be it with all others, or it is not seen which one."""
        names = self._resolver.names(method.value)
        functions = list(self._resolver.definitions.functions(names))
        is_unseen = method.attr.value == "cache_clear" and not functions
        return keeper in functions or is_unseen or not names.isdisjoint(_CACHES)

    def _kept_by(self, method: cst.FunctionDef, owner: cst.ClassDef | None) -> Iterator[Construction]:
        """The clients that `__init__`, or a method that it calls, may keep in an attribute of the object."""
        yield from self._kept_in_object("self", method, owner)
        for call in self._tree.calls_in(method):
            object_of = call.func.value if isinstance(call.func, cst.Attribute) else None
            if object_of is not None and (is_base(object_of) or place(object_of) == "self"):
                for function, inside in self._called(call, owner):
                    yield from (self._through(call, function, each) for each in self._known(self._kept_by, function, inside))
        for read in self._tree.nodes_in(method, cst.Attribute):
            if place(read.value) == "self":
                yield from self._kept_by_property(read, owner)

    def _kept_by_property(self, read: cst.Attribute, owner: cst.ClassDef | None) -> Iterator[Construction]:
        """The clients that an object keeps when a property is read, in the property itself or in another attribute."""
        once = self._resolver.calls.kept_properties([read])
        for function in self._resolver.calls.properties(read):
            find = self._returned_by if function in once else self._kept_by
            yield from (self._through(read, function, inner) for inner in self._known(find, function, owner))

    def kept_in_object(self, call: cst.Call) -> Iterator[tuple[cst.BaseExpression, Construction]]:
        """The objects that keep a client in an attribute when a call runs, as the call speaks of them: `bot` in `bot.ask()`."""
        for function, owner in self._called(call, None):
            of = call.func.value if isinstance(call.func, cst.Attribute) and owner is not None else None
            is_making = function.name.value in (*INITIALIZERS, *ENTERS, "__new__")
            if of is not None and (not is_making or is_base(of)):
                yield from ((of, self._through(call, function, inner)) for inner in self._known(self._kept_by, function, owner))
        read = call.func
        while isinstance(read, cst.Attribute):
            yield from self.kept_when_read(read)
            read = read.value

    def kept_when_read(self, read: cst.Attribute) -> Iterator[tuple[cst.BaseExpression, Construction]]:
        """The object that keeps a client when a property of it is read: `bot` in `bot.client`."""
        if read.attr.value in self._names_of_kept:
            yield from ((read.value, inner) for inner in self._kept_by_property(read, None))

    @cached_property
    def _names_of_kept(self) -> set[str]:
        """The names of the functions that are decorated, properties among them."""
        functions = (node for node in self._tree.nodes.get(cst.FunctionDef, ()) if isinstance(node, cst.FunctionDef))
        return {function.name.value for function in functions if function.decorators}

    def kept_in_module(self, call: cst.Call) -> Iterator[Construction]:
        """The clients that the functions which a call runs keep in names of their modules, or for their classes."""
        for function, owner in self._called(call, None):
            yield from (self._through(call, function, inner) for inner in self._known(self._kept_globally, function, owner))

    def _kept_globally(self, function: cst.FunctionDef, owner: cst.ClassDef | None) -> Iterator[Construction]:
        for call in self._tree.calls_in(function):
            if any(self.is_global(target) or self.is_of_class(target) for target in self.kept_in(call)):
                yield from self._behind(call, owner)
            for called, inside in self._called(call, owner):
                inner = self._known(self._kept_globally, called, inside)
                yield from (self._through(call, called, each) for each in inner)

    def targets(self, construction: Construction) -> list[cst.BaseExpression]:
        """What the client is kept in on its way to the site."""
        return [target for step in construction.steps for target in self.kept_in(step)]

    def is_global(self, target: cst.BaseExpression) -> bool:
        """Whether a target is a name of a module."""
        home = self._tree.scopes[target].lookup(target.value) if isinstance(target, cst.Name) else None
        return home is not None and home.kind == "module"

    def is_of_class(self, target: cst.BaseExpression) -> bool:
        """Whether a target is an attribute of the class around it, or of an object that is kept in one: `cls.bot.client`."""
        first = (place(target) or "").partition(".")[0]
        owner = self._resolver.definitions.class_of(target)
        if owner is None or not isinstance(target, cst.Attribute) or not isinstance(self._tree.unit(target), cst.FunctionDef):
            return False
        return first in ("cls", owner.name.value) or any(map(self.is_of_class, self._assigned_on(target.value)))

    def held_in(self, target: cst.BaseExpression) -> Iterator[str]:
        """The place that a target is, and those that hold something, too, when it does: `cls.bot` for `cls.bot.client`, and for
        `bot.client` where there is `cls.bot = bot`.
        """
        held: cst.BaseExpression | None = target
        while held is not None and (name := place(held)) is not None:
            yield from (name,) if held is target or isinstance(held, cst.Attribute) else ()
            held = held.value if isinstance(held, cst.Attribute) else None
            yield from filter(None, map(place, self._assigned_on(held) if held is not None else ()))

    def _kept_in_object(self, name: str, function: cst.FunctionDef, owner: cst.ClassDef | None) -> Iterator[Construction]:
        """The clients that a function keeps in attributes of an object of that name."""
        for call in self._tree.calls_in(function):
            if any((place(target) or "").startswith(f"{name}.") for target in self.kept_in(call)):
                yield from self._behind(call, owner)

    # Where they are kept.

    def kept_in(self, site: cst.CSTNode) -> list[cst.BaseExpression]:
        """The names and attributes that a call's result, or something which is made of it, is kept in."""
        for ancestor in self._tree.ancestors(site):
            if isinstance(ancestor, (cst.BaseSuite, cst.Module)) or self._is_left_at(ancestor):
                break
            if isinstance(ancestor, cst.Assign):
                found = [target for target, value in assigned(ancestor) if site in walk(value)]
                return [further for target in found for further in (target, *self._assigned_on(target))]
            if isinstance(ancestor, (cst.AnnAssign, cst.NamedExpr)):
                return [ancestor.target]
            if isinstance(ancestor, cst.Param):
                return [ancestor.name]
            if isinstance(ancestor, cst.WithItem) and ancestor.asname is not None and isinstance(ancestor.asname.name, cst.Name):
                return [ancestor.asname.name]
        return []

    def _is_left_at(self, node: cst.CSTNode) -> bool:
        """Whether an expression asks a client for something, and is not made of it."""
        if isinstance(node, cst.Attribute):
            return node.attr.value in SETTINGS
        return isinstance(node, cst.Call) and (self._clients.is_request(node) or self._answers(node))

    def _answers(self, call: cst.Call) -> bool:
        """Whether a function of the program hands back something else than an object: it has used what it was handed."""
        functions = self._resolver.calls.functions(call)
        if not functions or any(function.name.value in INITIALIZERS for function in functions):
            return False
        values = [value for function in functions for value in self._resolver.returned_values(function)]
        return not any(
            self._clients.is_client(value) or any(name.startswith("@") for name in self._clients.names(value)) for value in values
        )

    def _assigned_on(self, target: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
        """The attributes that a function assigns a name of its own to: `client = OpenAI()`, `self.client = client`."""
        if isinstance(target, cst.Name) and isinstance(self._tree.unit(target), cst.FunctionDef):
            for use in self._tree.uses_of(target):
                assigned = self._tree.parents[use]
                if isinstance(assigned, cst.Assign) and assigned.value is use:
                    yield from (each.target for each in assigned.targets if isinstance(each.target, cst.Attribute))

    def attributes(self, target: cst.BaseExpression) -> Iterator[tuple[cst.ClassDef, str]]:
        """The attribute that a target is, with the class of the object, if that is one of the program's."""
        definitions = self._resolver.definitions
        if isinstance(target, cst.Attribute):
            owners = (name.removesuffix("()") for name in self._resolver.names(target.value))
            yield from ((owner, target.attr.value) for owner in definitions.classes(owners))
        elif isinstance(target, cst.Name) and self._tree.scopes[target].kind == "class":
            owner = definitions.class_of(target)
            yield from [(owner, target.value)] if owner is not None else []

    def handed_to(self, value: cst.BaseExpression) -> Iterator[tuple[cst.ClassDef, str]]:
        """The attributes in which an object keeps what it is handed when it is made: `Bot(OpenAI())`."""
        arg = self._tree.parents.get(value)
        call = self._tree.parents.get(arg) if isinstance(arg, cst.Arg) else None
        for owner in self._resolver.definitions.classes(self._resolver.names(call.func)) if isinstance(call, cst.Call) else ():
            assert isinstance(call, cst.Call)
            initializers = [*self._resolver.hierarchy.initializers(owner)]
            if not initializers:
                yield from ((owner, field) for field in self._field_given(call, value, owner))
            for function in initializers:
                params = parameters(function)
                given = {p.name.value for p in params if self._resolver.calls.argument_for(call, function, p) is value}
                for (definition, attribute), values in self._resolver.attributes.assigned.items():
                    if definition is self._resolver.definitions.class_of(function):
                        if any(isinstance(part, cst.Name) and part.value in given for each in values for part in walk(each)):
                            yield definition, attribute

    def _field_given(self, call: cst.Call, value: cst.BaseExpression, owner: cst.ClassDef) -> Iterator[str]:
        """The field of a dataclass that a call hands a value."""
        in_order = [place(field.target) or "" for field in self._fields_of(owner)]
        for arg, name in zip(call.args, in_order, strict=False):
            if arg.value is value:
                yield arg.keyword.value if arg.keyword is not None else name

    def _field_of(self, call: cst.Call) -> Iterator[Construction]:
        """The client that a dataclass builds where none is given: `client: OpenAI = field(default_factory=OpenAI)`."""
        given = {arg.keyword.value for arg in call.args if arg.keyword is not None}
        in_order = sum(arg.keyword is None for arg in call.args)
        for definition in self._resolver.definitions.classes(self._resolver.names(call.func)):
            for field in self._fields_of(definition)[in_order:]:
                if isinstance(field.value, cst.Call) and place(field.target) not in given:
                    yield from self._made_by_factory(field.value, call)

    def in_fields(self, definition: cst.ClassDef) -> Iterator[tuple[cst.BaseExpression, Construction]]:
        """The fields of a dataclass for which it builds a client where none is given, before `__post_init__` runs."""
        for field in self._fields_of(definition):
            if isinstance(field.value, cst.Call):
                yield from ((field.target, inner) for inner in self._made_by_factory(field.value, field.value))

    def _fields_of(self, definition: cst.ClassDef) -> list[cst.AnnAssign]:
        """The fields of a dataclass in their order, those of its bases first; one of the same name keeps the place."""
        lineage = reversed(self._resolver.hierarchy.ancestry(definition))
        return list({place(field.target): field for each in lineage for field in _fields(each)}.values())

    def _made_by_factory(self, field: cst.Call, site: cst.Call) -> Iterator[Construction]:
        factory = _factory(field)
        for name in self._resolver.names(factory) if factory is not None else ():
            if factory is not None and (constructor := self.constructor(name)) is not None:
                yield Construction(field, constructor, site, given=self._given_before(factory))
            for function in self._resolver.definitions.functions((name,)):
                for inner in self._known(self._returned_by, function, None):
                    yield self._through(field, function, inner)._replace(site=site)
        if isinstance(factory, cst.Lambda) and isinstance(factory.body, cst.Call):
            yield from (inner._replace(site=site) for inner in self._behind(factory.body, None))

    def _handed(self, through: tuple[tuple[cst.BaseExpression, cst.FunctionDef], ...]) -> dict[str, cst.BaseExpression | None]:
        """What the last of these calls hands over, with what the calls before have handed to it in place of its names."""
        known: dict[str, cst.BaseExpression | None] = {}
        for call, function in through:
            hidden = isinstance(call, cst.Call) and any(arg.star for arg in call.args)
            found: dict[str, cst.BaseExpression | None] = {}
            for param in parameters(function):
                argument = self._resolver.calls.argument_for(call, function, param) if isinstance(call, cst.Call) else None
                value = argument if argument is not None or hidden else param.default
                found[param.name.value] = known.get(value.value, value) if isinstance(value, cst.Name) else value
            known = found
        return known


def factories_of(definition: cst.ClassDef) -> Iterator[cst.BaseExpression]:
    """What the fields of a dataclass are made by, where nothing is handed over: `field(default_factory=list)`."""
    calls = (field.value for field in _fields(definition) if isinstance(field.value, cst.Call))
    return filter(None, map(_factory, calls))


def _fields(definition: cst.ClassDef) -> list[cst.AnnAssign]:
    return [node for node in statements_in(definition.body) if isinstance(node, cst.AnnAssign)]


def _factory(field: cst.Call) -> cst.BaseExpression | None:
    named = ((arg.keyword.value, arg.value) for arg in field.args if arg.keyword is not None)
    return next((value for name, value in named if name in ("default_factory", "factory")), None)


def is_base(node: cst.BaseExpression | None) -> bool:
    """Whether it is `super()`, of which the methods run for the same object."""
    return isinstance(node, cst.Call) and place(node.func) == "super"
