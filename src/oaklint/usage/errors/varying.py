"""Whether a key, or what it is made of, may be another one each time that it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from oaklint.python import cst
from oaklint.python.places import words
from oaklint.python.scopes import Binding
from oaklint.python.tree import index_of, last_part, walk
from oaklint.python.values import UNKNOWN
from oaklint.usage.context import Context

# Words by which the name of a function that is not seen says that it renews something, and what.
_RENEWS = {
    "rotate", "refresh", "reload", "renew", "switch", "next", "change", "reset", "cycle", "swap", "pick",
    "choose", "select", "random", "load", "set", "use", "update",
}  # fmt: skip
_CREDENTIALS = {"key", "keys", "apikey", "apikeys", "credential", "credentials", "auth", "client", "account", "accounts", "env"}
# Words by which something says that it has what was set up once.
_SETTLED = {"settings", "config", "configuration"}
# Calls that take the next one, or any one, of several.
_TAKES = {"next", "anext", "pop", "popleft", "popitem", "choice", "choices", "get_nowait", "lpop", "rpop"}


class Varying:
    """Says it of the expression for a key, by what is seen of where that comes from."""

    def __init__(self, context: Context, loops: Sequence[cst.CSTNode] = (), followed: set[cst.CSTNode] | None = None) -> None:
        """loops: what is run again, in which a variable may have another value each time. followed: the bindings, functions and
        properties through which the question has come here.
        """
        self._tree = context.tree
        self._resolver = context.resolver
        self._values = context.values
        self._context = context
        self._loops = loops
        self._followed = followed if followed is not None else set()

    def varies(self, value: cst.BaseExpression, certain: bool) -> bool:
        """Whether a key may be another one each time: picked, called for, or a variable that the loop changes.

        certain: what is called for is taken to be the same each time, unless it is seen to be taken from several.
        """
        if isinstance(value, cst.Subscript):  # a number picks another one when those before are gone
            is_by_name = not isinstance(index_of(value), (cst.Integer, cst.UnaryOperation)) and not self._is_picked_anew(value)
            if "os.environ" in self._resolver.names(value.value):
                return False
            # An item by its name is another one if what it is taken from is fetched anew where the key is made.
            return not is_by_name or (not certain and bool(self._followed) and self.varies(value.value, certain))
        if isinstance(value, cst.IfExp):
            tested = (node for node in walk(value.test) if isinstance(node, cst.Name))
            return any(self.varies(each, certain) for each in (*tested, value.body, value.orelse))
        if isinstance(value, cst.Attribute) and (properties := self._resolver.calls.properties(value)):
            return any(self._varies_in(each, certain) for each in properties)
        if isinstance(value, cst.Attribute):  # `credential.get_token(scope).token`
            return isinstance(value.value, cst.Call) and self.varies(value.value, certain)
        if isinstance(value, cst.Call):
            if last_part(value.func) in _TAKES or names_renewal(value.func):
                return True
            if certain or self._gives_settings(value):
                return False
            if functions := self._resolver.calls.functions(value):
                return any(self._varies_in(function, certain=False) for function in functions)
            return not self._resolver.names(value.func) & {"os.getenv", "os.environ.get", "builtins.str"}
        if isinstance(value, cst.Await):
            return self.varies(value.expression, certain)
        if isinstance(value, (cst.FormattedString, cst.BinaryOperation, cst.BooleanOperation)):
            return any(self.varies(part, certain) for part in walk(value) if isinstance(part, cst.Call))
        if isinstance(value, cst.Name):
            return any(
                binding.kind == "item" or self._is_set_again(binding, certain) for binding in self._resolver.bindings(value)
            )
        return False

    def _is_picked_anew(self, item: cst.Subscript) -> bool:
        """Whether what an item is picked by may be another thing each time: all but texts, and names that keep their values."""
        inner = item.value
        if isinstance(inner, cst.Subscript) and self._is_picked_anew(inner):
            return True
        index = index_of(item)
        if isinstance(index, cst.Name):
            return any(binding.kind != "parameter" for binding in self._resolver.bindings(index))
        return not isinstance(index, cst.SimpleString)

    def _gives_settings(self, call: cst.Call) -> bool:
        """Whether a call gives what was set up once, `get_settings()` or `config.get("key")`, or makes an object of a class that
        only has fields, and what these say.
        """
        is_item = isinstance(call.func, cst.Attribute) and call.func.attr.value == "get"
        named = call.func.value if is_item and isinstance(call.func, cst.Attribute) else call.func
        functions = self._resolver.calls.functions(call)
        if words(last_part(named)) & _SETTLED and not functions:
            return True
        classes = [*self._resolver.definitions.classes(self._resolver.names(call.func))]
        return bool(classes) and not call.args and not functions

    def _varies_in(self, function: cst.FunctionDef, certain: bool = True) -> bool:
        """Whether what a function returns, or a property, is another thing each time."""
        inside = Varying(self._context, (function,), self._followed)
        values = self._resolver.returned_values(function)
        return self._following(function, lambda: any(inside.varies(value, certain) for value in values))

    def _following(self, node: cst.CSTNode, varies: Callable[[], bool]) -> bool:
        """Whether something varies; what is made of itself is not another thing because of that."""
        if node in self._followed:
            return False
        self._followed.add(node)
        try:
            return varies()
        finally:
            self._followed.discard(node)

    def _is_set_again(self, binding: Binding, certain: bool) -> bool:
        """Whether a variable is set in what is run again, to something that may be another thing each time."""
        inside = any(ancestor in self._loops for ancestor in self._tree.ancestors(binding.node))
        is_constant = binding.value is not None and self._values.value(binding.value) is not UNKNOWN
        if not inside or binding.kind == "parameter" or is_constant:
            return False
        value = binding.value
        if not isinstance(value, cst.Name) and not any(isinstance(loop, cst.FunctionDef) for loop in self._loops):
            return True
        return value is not None and self._following(binding.node, lambda: self.varies(value, certain))


def names_renewal(node: cst.BaseExpression) -> bool:
    """Whether a name is that of a renewal: `rotate_key`, `self.refresh_credentials`, `use_next_api_key`."""
    said = words(last_part(node))
    return bool(said & _RENEWS and said & _CREDENTIALS)
