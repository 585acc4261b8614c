"""Where new work comes from: queues, files, services, and somebody who is asked."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator

from oaklint.python import cst
from oaklint.python.effects import takes_out
from oaklint.python.places import place, places
from oaklint.python.tree import index_of, last_part, parameters, walk
from oaklint.usage.context import Context
from oaklint.usage.ingredients import PUTS

# Calls that bring something new each time, whatever they are handed; `get` and `ask` only where their owner is named like a queue
# or a dialogue.
_TAKES = {
    "input", "prompt", "next", "anext", "pop", "popleft", "popitem", "heappop", "get_nowait", "recv", "receive", "receive_text",
    "receive_json", "receive_message", "receive_messages", "get_message", "get_updates", "getUpdates", "read", "readline",
    "accept", "poll", "listen", "record", "capture", "lpop", "blpop", "rpop", "brpop", "dequeue", "fetchone", "fetchrow",
    "fetchmany", "fetchall", "first", "one_or_none", "scalar", "select_one",
}  # fmt: skip
_TAKES_FROM = {"get", "ask"}
_OWNERS = re.compile(r"(?:queues?|^q|_q|todo|pending|tasks|jobs|inbox|stack|prompt|console|click|questionary|redis)$")
_PYTHONS_OWN = {*sys.stdlib_module_names, "builtins"}
_TYPES = (str, bytes, list, tuple, dict, set)
_DIALOGUE = {"input", "prompt"}
_ASKS_SOMEBODY = {
    *("builtins.input", "getpass.getpass", "click.prompt", "click.confirm", "click.getchar", "typer.prompt", "typer.confirm"),
    *("rich.prompt.Prompt.ask", "rich.prompt.Confirm.ask", "rich.prompt.IntPrompt.ask", "inquirer.prompt"),
    *("tkinter.messagebox.askretrycancel", "tkinter.messagebox.askyesno", "tkinter.messagebox.askokcancel"),
    *("aioconsole.ainput", "prompt_toolkit.PromptSession().prompt", "prompt_toolkit.PromptSession().prompt_async"),
    *("questionary.confirm().ask", "questionary.select().ask", "questionary.text().ask", "questionary.password().ask"),
}
_FETCHES = {f"{library}.{how}" for library in ("requests", "httpx") for how in ("get", "post", "request")}


class Sources:
    """Tells the calls that bring something new each time."""

    def __init__(self, context: Context) -> None:
        self._tree = context.tree
        self._resolver = context.resolver
        self._clients = context.clients
        self._effects = context.flow.effects
        self._ingredients = context.ingredients

    def asks_somebody(self, call: cst.Call) -> bool:
        """Whether somebody is asked whether, or with what, to go on, be it by a function of the program."""
        return any(map(self._is_dialogue, (call, *self._resolver.calls.below(call))))

    def _is_dialogue(self, call: cst.Call) -> bool:
        if self._resolver.calls.functions(call):
            return False
        handed = (arg.value for arg in call.args if isinstance(arg.value, (cst.Name, cst.Attribute)))
        names = self._resolver.names(call.func).union(*map(self._resolver.names, handed))
        return (isinstance(call.func, cst.Name) and last_part(call.func) in _DIALOGUE) or bool(names & _ASKS_SOMEBODY)

    def brings_something(self, call: cst.Call) -> bool:
        """Whether a call brings something new each time, although it is handed the same, be it by a function of the program."""
        if any(map(self._takes, (call, *self._resolver.calls.below(call)))) or self._moves_on(call):
            return True
        # A function that is not seen and is handed nothing: `take_command()`.
        unseen = isinstance(call.func, cst.Name) and not call.args and not self._resolver.calls.functions(call)
        return unseen and not self.is_of_python(call) and not self._clients.is_client(call)

    def is_of_python(self, call: cst.Call) -> bool:
        """Whether what is called is of Python's own library, or a method that its own types have."""
        if isinstance(call.func, cst.Attribute) and any(hasattr(kind, call.func.attr.value) for kind in _TYPES):
            return True
        return any(each.partition(".")[0] in _PYTHONS_OWN for each in self._resolver.names(call.func))

    def _moves_on(self, call: cst.Call) -> bool:
        """Whether a function of the program counts on, or leaves the rest of, what it gives something of: `part = self.rows[:5]`,
        `self.rows = self.rows[5:]`.
        """
        functions = self._resolver.calls.functions(call)
        items = (node for function in functions for node in self._tree.nodes_in(function, cst.Subscript))
        picked_by = {_attribute(key) for item in items for key in places(item.slice[0])}
        moved = {
            _attribute(effect.key)
            for effect in self._effects.of(call)
            if effect.method is None and (effect.value is None or _is_rest_of(effect.value, effect.key))
            if effect.value is not None or _attribute(effect.key) in picked_by
        }
        given = (
            self._ingredients.behind(set().union(*map(places, self._resolver.returned_values(function))), function)
            for function in (functions if moved else ())
        )
        return any(not moved.isdisjoint(map(_attribute, keys)) for keys in given)

    def _takes(self, call: cst.Call) -> bool:
        """Whether a call takes something out of a queue, a file or the like."""
        if self._resolver.calls.functions(call):
            return False
        name, names = last_part(call.func), self._resolver.names(call.func)
        if any(each.endswith("Queue().get") or each in _FETCHES for each in names) or (name == "get" and not call.args):
            return True  # a mapping is asked for something
        if name in _TAKES_FROM:
            return isinstance(call.func, cst.Attribute) and _OWNERS.search((place(call.func.value) or "").lower()) is not None
        if name in _TAKES:
            return not any(each.startswith("builtins.open()") for each in names) or self._reads_on(call)
        return False

    def _reads_on(self, call: cst.Call) -> bool:
        """Whether a call reads a file piece by piece that was opened before the innermost loop."""
        loop = next((node for node in self._tree.ancestors(call) if isinstance(node, (cst.For, cst.While))), call)
        file = call.func.value if isinstance(call.func, cst.Attribute) else None
        if last_part(call.func) != "readline" and not call.args:
            return False
        bindings = self._resolver.bindings(file) if isinstance(file, cst.Name) else ()
        if isinstance(file, cst.Attribute):
            return True
        return bool(bindings) and not any(loop in self._tree.ancestors(binding.node) for binding in bindings)

    def put_by(self, call: cst.Call) -> Iterator[tuple[str | None, cst.Call]]:
        """The collections that a call puts something into, each with the call that does it, here or in a function that is handed
        what it puts there.
        """
        if not self._resolver.calls.functions(call):
            if last_part(call.func) in PUTS:
                yield self.collection(call), call
        else:
            for effect in self._effects.of(call, is_told=True):
                put = self._tree.parents[effect.method] if effect.method is not None else None
                if isinstance(put, cst.Call) and last_part(put.func) in PUTS and self._is_handed_on(put):
                    yield effect.key, put

    def _is_handed_on(self, put: cst.Call) -> bool:
        """Whether what a function puts somewhere is, or holds, what it was handed, and not a part of that."""
        function = self._tree.unit(put)
        own = {param.name.value for param in parameters(function)} if isinstance(function, cst.FunctionDef) else set[str]()
        names = (part for arg in put.args for part in walk(arg.value) if isinstance(part, cst.Name) and part.value in own)
        return any(not isinstance(self._tree.parents[name], (cst.Attribute, cst.Subscript)) for name in names)

    def taken_from(self, call: cst.Call) -> set[str]:
        """The collections that a call takes what it comes back with out of, here or in a function."""
        if not self._resolver.calls.functions(call):
            return {owner} if (owner := self.collection(call)) is not None else set()
        effects = self._effects.of(call, is_told=True)
        methods = ((effect.key, effect.method) for effect in effects if effect.method is not None)
        takes = ((key, self._tree.parents[method]) for key, method in methods)
        return {key for key, take in takes if isinstance(take, cst.Call) and takes_out(take) and self._is_returned(take)}

    def _is_returned(self, take: cst.Call) -> bool:
        """Whether a function returns what it takes out, be it by a name, or what is in that."""
        function = self._tree.unit(take)
        statement = next((each for each in self._tree.ancestors(take) if isinstance(each, (cst.Assign, cst.Return))), None)
        if isinstance(statement, cst.Return) or not isinstance(function, cst.FunctionDef):
            return isinstance(statement, cst.Return)
        named = set().union(*(places(target.target) for target in statement.targets)) if statement is not None else set()
        returned = (node.value for node in self._tree.nodes_in(function, cst.Return) if isinstance(node, cst.Return))
        return any(value is not None and bool(places(value) & named) for value in returned)

    def collection(self, call: cst.Call) -> str | None:
        """What a call takes something out of, or puts something into: its object, or the heap that it is handed."""
        if any(name.startswith("heapq.") for name in self._resolver.names(call.func)):
            return place(call.args[0].value) if call.args else None
        return place(call.func.value) if isinstance(call.func, cst.Attribute) else None


def _attribute(key: str) -> str:
    """The last part of a place: in a function, its object may have another name."""
    return key.rpartition(".")[2]


def _is_rest_of(value: cst.BaseExpression, key: str) -> bool:
    """Whether a value is a slice of what is known by the same attribute."""
    sliced = place(value.value) if isinstance(value, cst.Subscript) and index_of(value) is None else None
    return sliced is not None and _attribute(sliced) == _attribute(key)
