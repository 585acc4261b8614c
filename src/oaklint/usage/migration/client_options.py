"""What requests of 0.x say that is for their clients to know since 1.0: `create(api_key=...)`, `create(**settings)`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from oaklint.python import cst
from oaklint.python.tree import alternatives, dotted_name
from oaklint.sdk.legacy import CLIENT_SETTINGS
from oaklint.usage.migration.draft import Draft
from oaklint.usage.migration.requests import Request

if TYPE_CHECKING:
    from oaklint.usage.usage import Usage

# Arguments of a request that are for the class of its client to know since 1.0.
OF_AZURE = frozenset({"api_type", "api_version"})


class ClientOptions:
    """Finds it, be it written down in the call or in a dictionary. taken: the entries that a client is given."""

    def __init__(self, usage: Usage, draft: Draft) -> None:
        self._usage = usage
        self._tree = usage.tree
        self._draft = draft
        self.taken: set[cst.DictElement] = set()

    def of(self, request: Request) -> dict[str, str]:
        """What a request says that is a client's to know, as text, by its names in 0.x."""
        found: dict[str, str] = {}
        for arg in request.call.args if request.call is not None else ():
            if arg.keyword is not None and is_of_client(arg.keyword.value):
                found[arg.keyword.value] = self._draft.carried(arg.value)
            elif self.is_of_options(arg):
                assert isinstance(arg.value, cst.Name)
                quote = self._draft.quote_at(arg)
                found |= {name: f"{arg.value.value}[{quote}{name}{quote}]" for name in self.keys(arg.value)}
            elif arg.star == "**":
                found |= {name: self._draft.carried(entry.value) for name, entry in self._entries(request.call, arg)}
        return found

    def bring_key(self, requests: Iterable[Request]) -> bool:
        """Whether all of some requests bring their own keys."""
        return all("api_key" in self.of(request) for request in requests)

    def is_of_options(self, arg: cst.Arg) -> bool:
        """Whether `**settings` hands over what is all a client's to know."""
        keys = self.keys(arg.value) if arg.star == "**" and isinstance(arg.value, cst.Name) else []
        return "api_type" in keys and all(map(is_of_client, keys))

    def keys(self, value: cst.BaseExpression) -> list[str]:
        """The keys of the one dictionary that a name stands for; nothing where these are not known."""
        origins = list(self.mappings(value))
        if len(origins) != 1:
            return []
        (origin,) = origins
        if isinstance(origin, cst.Dict):
            keys = [self._usage.values.text(each.key) if isinstance(each, cst.DictElement) else None for each in origin.elements]
        else:
            keys = [arg.keyword.value if arg.keyword is not None else None for arg in origin.args]
        return [key for key in keys if key is not None] if None not in keys else []

    def mappings(self, value: cst.BaseExpression) -> Iterator[cst.Dict | cst.Call]:
        """The dictionaries, as they are written down, that a value may be."""
        wholes = [value, *self._usage.resolver.values_of(value)]
        for each in (part for whole in wholes for part in [whole, *alternatives(whole)]):
            if isinstance(each, cst.Dict) or (isinstance(each, cst.Call) and dotted_name(each.func) == "dict"):
                yield each

    def is_of_arguments(self, display: cst.Dict, requests: Sequence[cst.Call | None]) -> bool:
        """Whether a dictionary is given to certain requests as `**` and used for nothing else."""
        parent = self._tree.parents[display]
        if isinstance(parent, cst.Arg):
            return True
        target = parent.targets[0].target if isinstance(parent, cst.Assign) else None
        if not isinstance(target, cst.Name):
            return False
        uses = [self._tree.parents[use] for use in self._tree.uses_of(target) if not self._tree.is_store(use)]
        return all(isinstance(use, cst.Arg) and use.star == "**" and self._tree.parents[use] in requests for use in uses)

    def _entries(self, call: cst.Call | None, arg: cst.Arg) -> Iterator[tuple[str, cst.DictElement]]:
        """What of the dictionary that a request is given as `**`, and no other, is a client's to know, and is the same when the
        request is made.
        """
        origins = list(self.mappings(arg.value))
        display = origins[0] if len(origins) == 1 else None
        if not isinstance(display, cst.Dict) or not self.is_of_arguments(display, [call]):
            return
        for entry in display.elements:
            name = self._usage.values.text(entry.key) if isinstance(entry, cst.DictElement) else None
            if name is not None and is_of_client(name) and isinstance(entry, cst.DictElement) and self._is_lasting(entry.value):
                self.taken.add(entry)
                yield name, entry

    def _is_lasting(self, value: cst.BaseExpression) -> bool:
        """Whether an expression has the same value later in a function: a text, a parameter, what the environment holds."""
        if isinstance(value, cst.Name):
            return len(self._tree.bindings_of(value)) == 1
        read = value.value if isinstance(value, cst.Subscript) else value.func if isinstance(value, cst.Call) else value
        from_environment = self._usage.resolver.names(read) & {"os.environ", "os.getenv", "os.environ.get"}
        return bool(from_environment) or isinstance(value, cst.SimpleString)


def is_of_client(name: str) -> bool:
    """Whether an argument of a request of 0.x is for its client to know since 1.0."""
    return name in CLIENT_SETTINGS or name in OF_AZURE
