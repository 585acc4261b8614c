"""What makes the request of the next round another one than the one that failed: new work, the next item, other credentials."""

from __future__ import annotations

from collections.abc import Callable, Collection

from oaklint.python import cst
from oaklint.python.assignments import assigned
from oaklint.python.flow import Graph, Kind, leading_to
from oaklint.python.places import place, places
from oaklint.python.tree import Run, Tree, arguments, children, index_of, parameters, walk
from oaklint.usage.context import Context
from oaklint.usage.errors.items import Items
from oaklint.usage.errors.progress import Progress
from oaklint.usage.errors.repeated import OfRepeated, Repeated
from oaklint.usage.errors.rounds import is_among, kept_in
from oaklint.usage.errors.sources import Sources


class NextRequest(OfRepeated):
    """A call that makes a request, and what has to happen before it is made again for that to be another request.

    items: which of the loops around it work through items.
    """

    def __init__(
        self,
        context: Context,
        graph: Graph,
        call: Run,
        done_on_failure: Callable[[], Collection[cst.CSTNode]] | None = None,
    ) -> None:
        """done_on_failure: what may run between the failure and the next request; asked for when it matters."""
        super().__init__(Repeated(context, graph, call, done_on_failure))
        self._sources = Sources(context)
        self._progress = Progress(self._repeated)
        self._changing: dict[cst.CSTNode, bool] = {}
        self.items = Items(self._repeated)

    def is_changed_by(self, node: cst.CSTNode) -> bool:
        """Whether a statement, condition or header that runs between the two gives the next one other work or other
        credentials.
        """
        found = self._changing.get(node)
        if found is None:
            found = self._takes_new_work(node) or self._progress.is_made_by(node) or self.renews_credentials(node)
            self._changing[node] = found
        return found

    def is_changed_by_recursion(self, call: cst.Call) -> bool:
        """Whether a function that calls itself hands itself other work than it was handed."""
        if not isinstance(self._unit, cst.FunctionDef):
            return False
        if not self._context.runs(call, self._unit):
            return not self._comes_back_with_the_same(call, self._unit)
        if self._is_of_another_object(call) or any(arg.star for arg in call.args):
            return True
        for param in self._deciding(self._unit):
            argument, name = self._resolver.calls.argument_for(call, self._unit, param), param.name.value
            if argument is not None and place(argument) != name:
                if not (_is_part_of(argument, name, self._tree) and self._progress.is_same_work(call, name)):
                    return True
        return False

    def _deciding(self, unit: cst.FunctionDef) -> list[cst.Param]:
        """The parameters that say what the request is about, or which client makes it."""
        deciding = self._repeated.ingredients | self._repeated.renewals.picks.by
        return [param for param in parameters(unit) if param.name.value in deciding - {"self", "cls"}]

    def _comes_back_with_the_same(self, call: cst.Call, unit: cst.FunctionDef) -> bool:
        """Whether a function through which another one calls itself hands that what it was handed, and changes nothing that the
        request is made of; further functions in between are not followed.
        """
        deciding, functions = self._deciding(unit), self._resolver.calls.functions(call)
        changed = {effect.key for effect in self._context.flow.effects.of(call)}
        if changed & (self._repeated.ingredients | self._repeated.renewals.picks.all):
            return False
        # What one of them notes, and either asks, is not followed from the one to the other.
        targets = [target for node in self._tree.nodes_in(unit, cst.Assign) for target, _ in assigned(node)]
        targets += [node.target for node in self._tree.nodes_in(unit, cst.AugAssign)]
        noted = changed | {key for target in targets if (key := place(target)) is not None and "." in key}
        asked = set().union(*map(self._context.flow.changes.decisive, (unit, *functions)))
        if noted & asked:
            return False
        for function in functions if deciding else ():
            back = self._context.calls_back(function, unit)
            if not back or not all(self._hands_back(each, function, call, param) for each in back for param in deciding):
                return False
        return True

    def _hands_back(self, back: cst.Call, function: cst.FunctionDef, call: cst.Call, param: cst.Param) -> bool:
        """Whether a function, which the call runs, calls the unit with what it was handed by that for a parameter of the unit."""
        assert isinstance(self._unit, cst.FunctionDef)
        argument = self._resolver.calls.argument_for(back, self._unit, param)
        key = place(argument) if argument is not None else None
        own = next((each for each in parameters(function) if each.name.value == key), None)
        is_bound_again = own is not None and len(self._tree.scopes[function.body].bindings[own.name.value]) > 1
        if own is None or is_bound_again or self._is_of_another_object(back):
            return False
        handed = self._resolver.calls.argument_for(call, function, own)
        return handed is not None and place(handed) == param.name.value

    def _is_of_another_object(self, call: cst.Call) -> bool:
        """Whether a method calls itself of something else than its own object, which may have another client."""
        if not isinstance(self._unit, cst.FunctionDef) or self._tree.scopes[self._unit].kind != "class":
            return False
        at_once = self._unit in self._resolver.calls.functions(call)
        methods = [call.func] if at_once else [arg.value for arg in call.args]  # `Timer(30, self.refresh)`
        named = (each for each in methods if isinstance(each, cst.Attribute) and each.attr.value == self._unit.name.value)
        return not all(map(self._resolver.attributes.is_of_self, named))

    def changes_by_itself(self) -> bool:
        """Whether what the call runs, whichever function it is, takes the next key or other work each time, before it makes its
        request.
        """
        functions = self._resolver.calls.functions(self._call)
        return bool(functions) and all(map(self._is_another_in_each_run, functions))

    def _is_another_in_each_run(self, function: cst.FunctionDef) -> bool:
        def takes() -> bool:
            return self._repeated.renewals.in_each_run(function) or takes_work(function, self._context)

        return self._context.flow.once("others in each run", function, takes)

    def renews_credentials(self, node: cst.CSTNode) -> bool:
        """Whether a statement gives the next request another key."""
        return self._repeated.renewals.renews(node)

    # New work.

    def _takes_new_work(self, node: cst.CSTNode) -> bool:
        for call in self._tree.calls_by(node):
            if self._sources.asks_somebody(call):
                return True
            brings = self._sources.brings_something(call) or self._is_asked_for_work(call)
            if brings and not self._is_put_back(call) and (self._is_part_of_request(call) or self._repeated.feeds(node)):
                return True
        return False

    def _is_asked_for_work(self, call: cst.Call) -> bool:
        """Whether something of the program, or that it does not see, and that is handed nothing, says what to do in each round of
        a loop that no answer ends.
        """
        if call.args or call is self._call or self._sources.is_of_python(call):
            return False
        around = (node for node in self._tree.ancestors(call) if node in self._loops)
        loop = next(around, None)
        return isinstance(loop, cst.While) and not self._repeated.is_left(loop) and not self._is_made_in(loop, call.func)

    def _is_made_in(self, loop: cst.While, node: cst.BaseExpression) -> bool:
        """Whether what something is asked of is another one in each round."""
        while isinstance(node, cst.Attribute):
            node = node.value
        bindings = self._resolver.bindings(node) if isinstance(node, cst.Name) else ()
        return not isinstance(node, cst.Name) or any(loop in self._tree.ancestors(binding.node) for binding in bindings)

    def _is_part_of_request(self, call: cst.Call) -> bool:
        return any(call in walk(arg) for arg in arguments(self._call))

    def _is_of_work(self, call: cst.Call, take: cst.Call) -> bool:
        """Whether a call is handed something, if anything, of what another call has taken out for the request."""
        handed = set().union(*(_held_in(arg.value) for arg in call.args))
        return not any(places(arg.value) for arg in call.args) or bool(
            self._context.ingredients.behind(handed, self._unit) & self._taken_by(take)
        )

    def _taken_by(self, take: cst.Call) -> set[str]:
        """What of the request a call has taken out."""
        statement = next((each for each in self._tree.ancestors(take) if isinstance(each, cst.Assign)), None)
        targets = [target.target for target in statement.targets] if statement is not None else []
        return set().union(*map(places, targets)) & self._repeated.ingredients or self._repeated.ingredients

    def _is_put_back(self, call: cst.Call) -> bool:
        """Whether a handler that the failure leads to puts something into the queue that the call takes from, be it by a function
        of the program, or into the dictionary, by a key.
        """
        owners, in_handler = self._sources.taken_from(call), self._tree.in_handler
        handling = filter(in_handler, self._tree.calls_in(self._unit))
        told = (inner for inner in handling if self._is_of_work(inner, call))
        into: list[cst.CSTNode] = [put for inner in told for owner, put in self._sources.put_by(inner) if owner in owners]
        items = (node for node in self._tree.nodes_in(self._unit, cst.Assign) if in_handler(node) and kept_in(node) in owners)
        into += (node for node in items if _put_by_key(node) & self._taken_by(call))
        if not into or self._repeated.done_on_failure is None:
            return bool(into)
        done = self._repeated.done_on_failure()
        graphs = ((put, self._resolver.graph(self._tree.unit(put))) for put in into)
        return any(graph is not None and is_among(put, done, graph) for put, graph in graphs)


def takes_work(function: cst.FunctionDef, context: Context) -> bool:
    """Whether a function takes other work each time before it makes its request: `item = queue.get()`."""
    graph = context.resolver.graph(function)
    if graph is None:
        return False
    for request in filter(context.clients.is_request, context.tree.calls_in(function)):
        following = NextRequest(context, graph, request)
        before = leading_to(context.deferred.blocks_of(request), without=lambda edge: edge.kind is Kind.RAISE)
        if any(block.node is not None and following.is_changed_by(block.node) for block in before):
            return True
    return False


def _is_part_of(rest: cst.BaseExpression, key: str, tree: Tree) -> bool:
    """Whether an expression is a slice of something, or a name that is bound to one."""
    if isinstance(rest, cst.Name):
        values = [binding.value for binding in tree.bindings_of(rest)]
        return bool(values) and all(isinstance(value, cst.Subscript) and _is_part_of(value, key, tree) for value in values)
    return isinstance(rest, cst.Subscript) and isinstance(rest.slice[0].slice, cst.Slice) and place(rest.value) == key


def _put_by_key(node: cst.Assign) -> set[str]:
    """What a statement that sets an item of a dictionary puts there as a whole: as the value, or as the key."""
    keys = (index_of(each.target) for each in node.targets if isinstance(each.target, cst.Subscript))
    return set().union(*map(_held_in, (node.value, *(key for key in keys if key is not None))))


def _held_in(node: cst.CSTNode) -> set[str]:
    """The names and attributes that stand in an expression as a whole, and not in a text, or in part."""
    is_part = isinstance(node, cst.Subscript) and isinstance(node.slice[0].slice, cst.Slice)
    if is_part or isinstance(node, cst.FormattedString):
        return set()
    if isinstance(node, (cst.Name, cst.Attribute, cst.Subscript)):
        return places(node)
    return set().union(*map(_held_in, children(node)))
