"""What gives the next request other credentials: another client, another key, a pool of keys that moves on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property

from oaklint.python import cst
from oaklint.python.names import PICKS
from oaklint.python.places import place, places
from oaklint.python.scopes import CodeUnit
from oaklint.python.tree import Run, callee, last_part, walk
from oaklint.usage.constructions import Construction
from oaklint.usage.context import Context
from oaklint.usage.errors.picks import READS, Picks, kept_by
from oaklint.usage.errors.rounds import TAKE_AWAY
from oaklint.usage.errors.varying import Varying, names_renewal
from oaklint.usage.ingredients import PUTS

# Arguments of a constructor that may be functions, which are asked for the key of each request.
_ASKED_FOR = ("api_key", "azure_ad_token_provider")
_KEY_NAME = re.compile(r"(?:api_?key|azure_ad_token)'?$", re.IGNORECASE)

# Methods that add to a collection, or take away from it: `refused.add(name)`.
_FILL_OR_EMPTY = PUTS | TAKE_AWAY


class Renewals:
    """Says of a statement, or of a function, whether it gives the next request other credentials."""

    def __init__(self, context: Context, loops: Sequence[cst.CSTNode] = (), request: Run | None = None) -> None:
        """loops: what is run again, in which a variable may have another value each time. request: the call made there."""
        self._tree = context.tree
        self._resolver = context.resolver
        self._values = context.values
        self._clients = context.clients
        self._constructions = context.constructions
        self._context = context
        self._loops = loops
        self._request = request
        self._renewing: dict[tuple[cst.FunctionDef, bool, bool], bool] = {}
        self._varying = Varying(context, loops)
        self.picks = Picks(context, loops, request)

    def renews(self, node: cst.CSTNode, *, between: bool = False) -> bool:
        """Whether a statement gives the next request another key: a new client in a handler, a key that varies,
        `rotate_key()`.

        between: whether it runs only between two requests, as a handler does.
        """
        between = between or self._is_between(node)
        return self._sets(node, between) or any(self._is_renewal(call, between) for call in self._tree.calls_by(node))

    def _is_between(self, node: cst.CSTNode) -> bool:
        """Whether a node stands in a handler, and the request does not."""
        return any(handler not in self._around_request for handler in self._tree.handlers_around(node))

    @cached_property
    def _around_request(self) -> set[cst.CSTNode]:
        return {*self._tree.ancestors(self._request)} if self._request is not None else set()

    # `certain`: as for `Varying`.

    def _sets(self, node: cst.CSTNode, between: bool, certain: bool = False) -> bool:
        """Whether a statement keeps another client, or another key, or moves on what the client or its key is picked by."""
        if isinstance(node, cst.Assign):
            targets = [target.target for target in node.targets]
        elif isinstance(node, (cst.AnnAssign, cst.AugAssign)):
            targets = [node.target]
        else:
            return between and self._takes_out(node)
        if node.value is None:
            return False
        kept = {key for target in targets for key in kept_by(target)}
        if any(map(_KEY_NAME.search, kept)) and (between or self._varying.varies(node.value, certain)):
            return not (self._client_stays and any(map(self._is_in_environment, targets)))
        if not between:
            return False
        if any(isinstance(target, (cst.Attribute, cst.Subscript)) and _last(target) in self._asked_for_key for target in targets):
            return True
        owners = (target.value for target in targets if isinstance(target, cst.Attribute))
        kept |= {owner.value for owner in owners if isinstance(owner, cst.Name) and self._is_picked(owner)}
        if not self._is_of_family(node):
            kept = {key for key in kept if not key.startswith("self.")}
        return self._clients.is_client(node.value) or not kept.isdisjoint(self.picks.all)

    def _is_in_environment(self, target: cst.BaseExpression) -> bool:
        return isinstance(target, cst.Subscript) and "os.environ" in self._resolver.names(target.value)

    @cached_property
    def _built(self) -> list[Construction | None]:
        """The constructions that what the client of the request is kept in is set to; None for what is none."""
        owner = callee(self._request) if self._request is not None else None
        while isinstance(owner, cst.Attribute) and not self._clients.is_client(owner):
            owner = owner.value
        made = self._resolver.values_of(owner) if isinstance(owner, (cst.Name, cst.Attribute)) else []
        return [self._constructions.through(value) if isinstance(value, cst.Call) else None for value in made]

    @cached_property
    def _key_is_asked_for(self) -> bool:
        """Whether the client of the request was given a function, or what can be called, which says the key for each request:
        whatever the program does in between may change what that says.
        """
        return bool(self._saying_the_key)

    @cached_property
    def _saying_the_key(self) -> list[CodeUnit]:
        """The functions that the client of the request was given, or what it was given that can be called, to say the key."""
        built = [each for each in self._built if each is not None]
        keys = [key for each in built for name in _ASKED_FOR if (key := each.argument(name)) is not None]
        return [unit for key in keys for unit in ([key] if isinstance(key, cst.Lambda) else self._functions_at(key))]

    @cached_property
    def _asked_for_key(self) -> set[str]:
        """The last names of what these look at, themselves or by what they call."""
        inner = [call for unit in self._saying_the_key for call in self._tree.calls_in(unit)]
        run = {*self._saying_the_key, *(each for call in inner for each in self._resolver.calls.functions(call))}
        return {key.rpartition(".")[2] for unit in run for key in places(unit)}

    def _functions_at(self, node: cst.BaseExpression) -> list[cst.FunctionDef]:
        """The functions of the program that run when what an expression stands for is called."""
        named = self._resolver.definitions.functions(self._resolver.names(node))
        return [*named, *self._resolver.called_by_python(node, "__call__")]

    @cached_property
    def _client_stays(self) -> bool:
        """Whether the client of the request is built before, and by nothing that is run again: it does not see the environment
        any more.
        """
        built = [each.site for each in self._built if each is not None]
        if self._request is not None and not self._loops:
            if any(self._tree.unit(site) is self._tree.unit(self._request) for site in built):
                return False  # a function that calls itself builds it anew
        again = (loop in self._tree.ancestors(site) for site in built for loop in self._loops)
        return bool(built) and None not in self._built and not any(again)

    def _is_of_family(self, node: cst.CSTNode) -> bool:
        """Whether `self` may be the object there that it is where the request is made."""
        if self._request is None:
            return True
        here, there = (self._resolver.definitions.class_of(each) for each in (node, self._request))
        return self._resolver.hierarchy.are_related(here, there)

    def _is_picked(self, name: cst.Name) -> bool:
        """Whether a name stands for what was picked in what is run again: what is noted of that may decide on the next one."""
        bindings = self._resolver.bindings(name) if not self._clients.is_client(name) else ()
        return any(loop in self._tree.ancestors(binding.node) for binding in bindings for loop in self._loops)

    def _takes_out(self, node: cst.CSTNode) -> bool:
        """Whether a statement takes something out of what the client, or its key, comes from: `del self.clients[name]`."""
        deleted = node.target if isinstance(node, cst.Del) else None
        return isinstance(deleted, cst.Subscript) and place(deleted.value) in self.picks.pools

    def _is_renewal(self, call: cst.Call, between: bool, certain: bool = False) -> bool:
        """Whether a call renews: by what it runs, where that is seen, else by its name."""
        if self._constructions.is_thrown_away(call):
            return False
        if between and self._key_is_asked_for and self._resolver.calls.functions(call):
            return True
        if any(self._varying.varies(key, certain) for key in self._constructions.keys_handed_by(call)):
            return True
        if self._resolver.names(call.func) & PICKS and self._clients.is_client(call):
            return True
        if "builtins.setattr" in self._resolver.names(call.func) and len(call.args) == 3 and between:
            attribute, value = self._values.text(call.args[1].value) or "", call.args[2].value
            return bool(_KEY_NAME.search(attribute)) or self._clients.is_client(value)
        functions = self._resolver.calls.functions(call) or self._advanced_by(call)
        if functions:
            if call is not self._request and self.picks.are_changed_by(call, between=between):
                return True
            # What makes the request itself, because it calls itself, does not only run in between.
            asking = self._tree.unit(self._request) if self._request is not None else None
            return all(self._renews_inside(each, between and each is not asking, certain=True) for each in functions)
        if any(self._renews_inside(each, between, certain=True) for each in self._of_what_is_run_again(call)):
            return True
        owner, method = place(call.func.value) if isinstance(call.func, cst.Attribute) else None, last_part(call.func)
        picks = self.picks.pools if method not in _FILL_OR_EMPTY else self.picks.all
        return names_renewal(call.func) or (between and owner in picks and method not in READS)

    def _advanced_by(self, call: cst.Call) -> list[cst.FunctionDef]:
        """The generators of the program of which a call asks for the next value: `next(turns)`."""
        if not call.args or not self._resolver.names(call.func) & {"builtins.next", "builtins.anext"}:
            return []
        made = (value for value in self._resolver.values_of(call.args[0].value) if isinstance(value, cst.Call))
        return [function for value in made for function in self._resolver.calls.functions(value)]

    def _renews_inside(self, function: cst.FunctionDef, between: bool, certain: bool = False) -> bool:
        """Whether something in a function renews."""
        question = (function, between, certain)
        known = self._renewing.get(question)
        if known is None:
            self._renewing[question] = False  # a function that calls itself renews nothing more
            known = self._renewing[question] = any(self._renewals_inside(function, between, certain))
        return known

    def _renewals_inside(self, function: cst.FunctionDef, between: bool, certain: bool) -> Iterator[bool]:
        # What makes a request itself may have a client of its own for it.
        asks = self._context.ingredients.asks(function)
        for node_type in (cst.Assign, cst.AnnAssign, cst.AugAssign):
            for node in self._tree.nodes_in(function, node_type):
                assert isinstance(node, (cst.Assign, cst.AnnAssign, cst.AugAssign))
                lasts = between and (not asks or self._outlasts(node, function))
                yield self._sets(node, lasts or self._is_between(node), certain)
        for call in self._tree.calls_in(function):
            yield self._is_renewal(call, (between and not asks) or self._is_between(call), certain)

    def _outlasts(self, node: cst.Assign | cst.AnnAssign | cst.AugAssign, function: cst.FunctionDef) -> bool:
        """Whether something that a function sets is still there when it has run."""
        targets = [target.target for target in node.targets] if isinstance(node, cst.Assign) else [node.target]
        own = self._tree.scopes[function.body].bindings
        return any("." in key or key not in own for target in targets for key in kept_by(target))

    def in_each_run(self, function: cst.FunctionDef) -> bool:
        """Whether a function takes other credentials each time it is run, or renews them before it raises."""
        requests: list[Run | None] = [*filter(self._clients.is_request, self._tree.calls_in(function))]
        each = (Renewals(self._context, (function,), request) for request in requests or [None])
        return any(renewals._renews_inside(function, between=False) for renewals in each)

    def by_callback(self, callback: cst.BaseExpression) -> bool:
        """Whether a function that is called between two runs gives the second one other credentials."""
        if isinstance(callback, cst.Lambda):
            return any(self.renews(node, between=True) for node in walk(callback.body))
        if isinstance(callback, (cst.Tuple, cst.List)):
            return any(self.by_callback(element.value) for element in callback.elements)
        functions = self._functions_at(callback)
        if isinstance(callback, cst.Call):
            functions += self._resolver.calls.functions(callback)
        if any(self._renews_inside(function, between=True) for function in functions):
            return True
        return not functions and isinstance(callback, (cst.Name, cst.Attribute)) and names_renewal(callback)

    def _of_what_is_run_again(self, call: cst.Call) -> list[cst.FunctionDef]:
        """The methods that a call by a hook of a retry library may run, if it is of something that the function was handed which
        is run again: `state.args[0].login()`. Any class may be meant.
        """
        method = call.func
        if not isinstance(method, cst.Attribute) or not self._is_handed_to_hook(method.value):
            return []
        return [each for each in self._methods if each.name.value == method.attr.value]

    def _is_handed_to_hook(self, node: cst.BaseExpression) -> bool:
        """`state.args[0]`, `details["args"][0]`, or a name for it."""
        if isinstance(node, cst.Name):
            bindings = self._resolver.bindings(node)
            return any(_is_arguments(binding.whole) or _is_argument(binding.value) for binding in bindings)
        return _is_argument(node)

    @cached_property
    def _methods(self) -> list[cst.FunctionDef]:
        functions = (node for node in self._tree.nodes.get(cst.FunctionDef, ()) if isinstance(node, cst.FunctionDef))
        return [function for function in functions if self._tree.scopes[function].kind == "class"]


def _last(target: cst.Attribute | cst.Subscript) -> str:
    """The name of the attribute, or that of the collection."""
    return target.attr.value if isinstance(target, cst.Attribute) else last_part(target.value)


def _is_arguments(node: cst.BaseExpression | None) -> bool:
    """Whether something are the arguments of a call, as the hooks of retry libraries are handed them."""
    if isinstance(node, cst.Attribute):
        return node.attr.value in ("args", "kwargs")
    return isinstance(node, cst.Subscript) and (place(node) or "").endswith((".'args'", ".'kwargs'"))


def _is_argument(node: cst.BaseExpression | None) -> bool:
    return isinstance(node, cst.Subscript) and _is_arguments(node.value)
