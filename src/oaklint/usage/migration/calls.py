"""How a call of a 0.x method is written as one of a client's method."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Literal

from oaklint.python import cst
from oaklint.sdk.answers import answer
from oaklint.sdk.legacy import CLIENT_SETTINGS, LEGACY_CLASSES, LegacyCall
from oaklint.sdk.legacy_calls import rewriting
from oaklint.usage.guards import REMOVED_CALL
from oaklint.usage.migration.answers.shapes import Shape, function, pending
from oaklint.usage.migration.call_arguments import CallArguments
from oaklint.usage.migration.client_options import is_of_client
from oaklint.usage.migration.draft import Draft
from oaklint.usage.migration.elsewhere import Elsewhere
from oaklint.usage.migration.homes import Home, Homes
from oaklint.usage.migration.names import Names
from oaklint.usage.migration.new_clients import NewClients
from oaklint.usage.migration.requests import Request, Requests

if TYPE_CHECKING:
    from oaklint.usage.usage import Usage

# Resources whose methods are called as in 0.x.
_RESOURCES = {
    "ChatCompletion": "chat.completions",
    "Completion": "completions",
    "Embedding": "embeddings",
    "Moderation": "moderations",
}


class Calls:
    """Rewrites requests, each for the client that it belongs to."""

    def __init__(self, usage: Usage, draft: Draft, names: Names, requests: Requests, homes: Homes, clients: NewClients) -> None:
        self._usage = usage
        self._tree = usage.tree
        self._draft = draft
        self._names = names
        self._requests = requests
        self._homes = homes
        self._clients = clients
        self.arguments = CallArguments(usage, draft, names, requests, homes, clients)

    def prepare(self) -> None:
        """Says which names will be gone."""
        for request in self._requests.all:
            if self._names.is_direct(request.node):
                self._draft.drop(request.node)
        for node in self._requests.classes:
            self._draft.drop(node)

    def _stop_at_unseen(self) -> None:
        """What is asked of the module by a name that is put together, or only to see whether it is there."""
        classes = {f"openai.{name}" for name in LEGACY_CLASSES}
        for call in self._usage.nodes(cst.Call):
            names = self._usage.resolver.names(call.func)
            if names & {"builtins.getattr", "builtins.hasattr"} and len(call.args) > 1:
                text, asked = self._usage.values.text(call.args[1].value), self._usage.clients.names(call.args[0].value)
                if asked & classes or ("openai" in asked and (text is None or text in LEGACY_CLASSES)):
                    self._draft.stop(call, "which part of openai it asks for is told apart while the program runs")

    def migrate(self) -> list[tuple[cst.BaseExpression, Shape]]:
        """Rewrites all of them. What their answers come from, each with what that is."""
        starts = []
        self._stop_at_unseen()
        for request in self._requests.all:
            shape = self._shape(request.legacy, request.call if request.is_own else None)
            self._rewrite(request)
            if shape is not None:
                starts.append((request.node, function(shape)))
        for request in self._requests.on_clients:
            self._rewrite_on_client(request)
            shape = self._shape(request.legacy, request.call)
            if shape is not None:
                starts.append((request.node, function(shape)))
        for call, legacy in self._requests.by_another_name:
            self.arguments.rewrite(call, legacy, call.args)
            shape = self._shape(legacy, call)
            if shape is not None:
                starts.append((call, shape))
        for node in self._requests.classes:
            self._rewrite_class(node)
        return starts

    def _shape(self, legacy: LegacyCall, call: cst.Call | None) -> Shape | None:
        """What a call gives."""
        found = answer(legacy.successor or "")
        if found is None:
            return None
        shape: Shape | None
        type_name, may_be_text = found.type, False
        given = self._argument(call, "response_format") if call is not None else None
        if given is not None and found.formats:
            text = self._usage.values.text(given)
            may_be_text = text is None
            # Where it is not seen, that which has all fields.
            type_name = found.formats["verbose_json"] if text is None else found.formats.get(text, type_name)
        if type_name is None or legacy.successor == "files.wait_for_processing":
            return None
        rules = rewriting(legacy)
        form: Literal["page", "object"] = "page" if found.is_page else "object"
        limit = rules.answered if rules is not None else None
        shape = Shape(form, type_name, limit=limit, may_be_text=may_be_text)
        if found.chunk is not None and self._may_stream(call):
            shape = Shape("stream", type_name, chunk=found.chunk)
        return pending(shape) if legacy.is_async else shape

    def _may_stream(self, call: cst.Call | None) -> bool:
        given = self._argument(call, "stream")
        if given is None:
            is_open = call is None or any(arg.star == "**" for arg in call.args)
            return is_open and (self._speaks_of_streams or self._is_streamed_elsewhere(call))
        return not (isinstance(given, cst.Name) and given.value in ("False", "None"))

    @cached_property
    def _speaks_of_streams(self) -> bool:
        """Whether the program names the argument anywhere."""
        keywords = (arg.keyword for call in self._usage.nodes(cst.Call) for arg in call.args)
        if any(keyword is not None and keyword.value == "stream" for keyword in keywords):
            return True
        return any(self._usage.values.text(node) == "stream" for node in self._usage.nodes(cst.SimpleString))

    def _is_streamed_elsewhere(self, call: cst.Call | None) -> bool:
        """Whether another file may hand the argument to the function that hands it on."""
        around = self._usage.tree.ancestors(call) if call is not None else ()
        names = (each.name.value for each in around if isinstance(each, cst.FunctionDef))
        elsewhere = Elsewhere(self._usage)
        return elsewhere.speaks_of_streams and any(elsewhere.user_of(name) is not None for name in names)

    @staticmethod
    def _argument(call: cst.Call | None, name: str) -> cst.BaseExpression | None:
        args = call.args if call is not None else ()
        return next((arg.value for arg in args if arg.keyword is not None and arg.keyword.value == name), None)

    # Methods.

    def _rewrite(self, request: Request) -> None:
        legacy, node = request.legacy, request.node
        if legacy.successor is None:
            self._draft.stop(node, f"`{legacy.name}` has no successor: {legacy.note}")
            return
        rules = rewriting(legacy)
        assert rules is not None
        home = self._homes.of(request)
        if self._usage.guards.guards(node, REMOVED_CALL):
            self._draft.stop(node, "the program asks which SDK is installed")
        reason = rules.by_hand or (rules.on_azure if self._clients.constructions.is_azure(home) else "")
        if reason:
            self._draft.stop(node, f"`{legacy.name}` is not the same as `{legacy.successor}`: {reason}")
            return
        if not self._names.is_direct(node):
            self._rename_method(request)
        else:
            self._draft.replace(node, f"{self._client(request, home)}.{legacy.successor}")
        if request.call is None:
            if rules.suffix:
                self._draft.stop(node, f"what `{legacy.name}` answers has another form")
            return
        args = list(request.call.args)
        if not request.is_own:
            index = next((number for number, arg in enumerate(args) if arg.value is node), 0)
            args = args[index + 1 :]
        self.arguments.rewrite(request.call, legacy, args)
        self.arguments.rewrite_spread(request.call, legacy)
        if rules.suffix and request.is_own:
            self._answer_as_before(request.call, rules.suffix)
        elif rules.suffix:
            self._draft.stop(node, f"what `{legacy.name}` answers has another form")

    def _rewrite_on_client(self, request: Request) -> None:
        """`client.Completion.create(...)`"""
        legacy, node, call = request.legacy, request.node, request.call
        rules = rewriting(legacy)
        owner = node.value.value if isinstance(node, cst.Attribute) and isinstance(node.value, cst.Attribute) else None
        options = [arg for arg in call.args if arg.keyword is not None and is_of_client(arg.keyword.value)] if call else []
        is_plain = rules is not None and not (rules.by_hand or rules.suffix or options)
        if call is None or owner is None or legacy.successor is None or not is_plain:
            self._draft.stop(node, f"a client has no `{legacy.cls}`")
            return
        self._draft.replace_tail(node, owner, f".{legacy.successor}")
        self.arguments.rewrite(call, legacy, call.args)
        self.arguments.rewrite_spread(call, legacy)

    def _answer_as_before(self, call: cst.Call, suffix: str) -> None:
        """Makes of an answer what 0.x answered."""
        parent = self._tree.parents[call]
        self._draft.append(parent if isinstance(parent, cst.Await) else call, suffix)

    def _rename_method(self, request: Request) -> None:
        """A method of a class that goes by another name here: `api = openai.ChatCompletion`."""
        assert isinstance(request.node, cst.Attribute)
        resource, _, method = (request.legacy.successor or "").rpartition(".")
        if _RESOURCES.get(request.legacy.cls) != resource:
            self._draft.stop(request.node, "its class goes by another name here")
        elif method != request.node.attr.value:
            self._draft.replace(request.node.attr, method)

    def _rewrite_class(self, node: cst.BaseExpression) -> None:
        """A class that is handed over, or gets another name."""
        names = self._usage.clients.names(node)
        cls = next(iter(names)).removeprefix("openai.")
        home = next(iter(self._homes.all), None)
        parent = self._tree.parents[node]
        is_value = isinstance(parent, (cst.Assign, cst.Call, cst.IfExp, cst.DictElement, cst.Element, cst.Return)) or (
            isinstance(parent, (cst.Arg, cst.Param)) and not self._is_asked_for(parent)
        )
        by_alias = [each for each in self._requests.all if not self._names.is_direct(each.node)]
        kinds = {each.legacy.is_async for each in by_alias if each.legacy.cls == cls}
        is_sync = True not in kinds
        is_client = home is not None and len(kinds) < 2 and (home.kind == "variable" or (home.kind == "module" and is_sync))
        if cls not in _RESOURCES or len(names) > 1 or home is None or not is_value or not is_client:
            self._draft.stop(node, f"`{'` or `'.join(sorted(names))}` is used as a class")
        elif self._names.is_direct(node):
            own = home.asynchronous if kinds == {True} else home.sync
            client = f"{self._names.module_of(node) if home.kind == 'module' else own}.{_RESOURCES[cls]}"
            made = self._tree.parents[node]
            if isinstance(made, cst.Call) and made.func is node and not made.args:
                self._draft.replace(made, client)  # an instance does what the class does
            else:
                self._draft.replace(node, client)

    def _is_asked_for(self, parent: cst.Arg | cst.Param) -> bool:
        """Whether a class is what something is made from, an instance of, or annotated with."""
        call = self._tree.parents[parent]
        names = self._usage.resolver.names(call.func) if isinstance(call, cst.Call) else frozenset()
        return isinstance(call, cst.ClassDef) or bool(names & {"builtins.isinstance", "builtins.issubclass"})

    def _client(self, request: Request, home: Home) -> str:
        """The client that a request is made by, as an expression."""
        options = self._homes.options.of(request)
        if self._is_for_azure(request, options):
            return self._of_its_own(request, options)
        texts = [f"{CLIENT_SETTINGS[name]}={text}" for name, text in options.items() if name in CLIENT_SETTINGS]
        if home.kind == "module":
            return self._module_of(request, texts)
        if "api_key" in options and not home.settings and self._homes.options.bring_key(home.requests):
            constructor = self._clients.constructions.constructor((), is_async=request.legacy.is_async, at=request.node)
            return f"{constructor}({', '.join([*texts, *self._retries])})"
        client = home.client_of(request)
        return f"{client}.with_options({', '.join(texts)})" if texts else client

    def _is_for_azure(self, request: Request, options: dict[str, str]) -> bool:
        kind = options.get("api_type")
        if kind is None:
            if "api_version" in options:
                self._draft.stop(request.node, "whether it asks Azure cannot be seen")
            return False
        kind = self._draft.unmarked(kind)
        if kind.strip("'\"") == "azure" or kind.endswith("]"):
            return True
        self._draft.stop(request.node, "whether it asks Azure cannot be seen")
        return False

    def _module_of(self, request: Request, texts: list[str]) -> str:
        """The module as a client, or one for a single request with what is set of the module, as it has no options, and is never
        asynchronous.
        """
        module, is_async, shared = self._names.module_of(request.node), request.legacy.is_async, self._homes.shared
        if not texts and not is_async:
            return module
        given = {text.partition("=")[0] for text in texts}
        others = [f"{name}={module}.{name}" for name in shared.arguments if name not in given]
        if shared.is_azure and (not shared.is_always_azure or "base_url" in given):
            self._draft.stop(request.node, "which class of client it takes is decided while the program runs")
        constructor = f"{'Async' if is_async else ''}{'Azure' if shared.is_azure else ''}OpenAI"
        return f"{module}.{constructor}({', '.join([*texts, *others, *self._retries])})"

    @property
    def _retries(self) -> list[str]:
        """What keeps a client from repeating requests that have failed, if that is to be."""
        return ["max_retries=0"] if self._clients.retries_nothing else []

    def _of_its_own(self, request: Request, options: dict[str, str]) -> str:
        """A client of Azure for one request that says all that it takes."""
        if not {"api_base", "api_version", "api_key"} <= options.keys():
            self._draft.stop(request.node, "its arguments do not say all that a client of Azure takes")
            return ""
        names = {"api_key": "api_key", "api_base": "azure_endpoint", "api_version": "api_version"}
        texts = [f"{argument}={options[name]}" for name, argument in names.items()]
        texts += self._retries
        constructor = self._names.of_sdk(f"{'Async' if request.legacy.is_async else ''}AzureOpenAI", request.node)
        return f"{constructor}({', '.join(texts)})"
