"""What was right on 1.x and 2.x and is refused since 3.x, where the user or the project asks for that: found, and rewritten."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from oaklint.python import cst
from oaklint.sdk.clients import (
    CREDENTIALS_BY_RANK,
    HTTP_CLIENTS,
    NO_HTTPX_URL_SINCE,
    NO_PROXIES_SINCE,
    SENT_TOGETHER,
    refuses_second_credential,
)
from oaklint.usage.guards import NO_ARGUMENT
from oaklint.usage.migration.draft import Draft

if TYPE_CHECKING:
    from oaklint.usage.constructions import Construction
    from oaklint.usage.usage import Usage


class Refused(NamedTuple):
    """What is refused: the node to mark, and the call that it is an argument of. message: what comes of it, and what to do."""

    where: cst.Arg | cst.BaseExpression
    call: cst.Call
    message: str


class Newest:
    """Finds it."""

    def __init__(self, usage: Usage) -> None:
        self._usage = usage

    @cached_property
    def all(self) -> list[Refused]:
        """In the order of the text; nothing where nobody asks for a generation."""
        generation = self._usage.asked_generation
        if generation is None or generation < min(NO_HTTPX_URL_SINCE, NO_PROXIES_SINCE):
            return []
        calls = (call for call in self._usage.nodes(cst.Call) if not self._usage.guards.guards(call, NO_ARGUMENT))
        return [refused for call in calls for refused in self._refused(call)]

    def _refused(self, call: cst.Call) -> Iterator[Refused]:
        if self._usage.resolver.names(call.func) & HTTP_CLIENTS:
            for arg in call.args:
                if arg.keyword is not None and arg.keyword.value == "proxies":
                    message = "openai uses httpx2 since 3.0, which has no `proxies`: this raises TypeError. Use `proxy`"
                    yield Refused(arg, call, message)
        construction = self._usage.constructions.of(call)
        if construction is None:
            return
        url = construction.argument("base_url")
        if url is not None and self._usage.resolver.names(url) == {"httpx.URL()"}:
            message = "openai takes no URL of httpx since 3.0: this raises TypeError. Give it as text, `str(url)`"
            yield Refused(url, call, message)
        if len(sure := self.credentials(construction)) > 1:
            (first, _), (second, value) = sure[:2]
            name = construction.constructor.name
            message = (
                f"`{first}` and `{second}` exclude each other since openai 3.4: `{name}()` raises MutuallyExclusiveAuthError"
            )
            yield Refused(value, call, f"{message}. Give one of them")

    def credentials(self, construction: Construction) -> list[tuple[str, cst.BaseExpression]]:
        """The credentials that are certainly given where there may be only one, by their names."""
        usage = self._usage
        generation = usage.asked_generation
        if generation is None or not refuses_second_credential(construction.constructor, generation, usage.release):
            return []
        given = construction.arguments.items()
        return [(name, value) for name, value in given if name in construction.constructor.credentials and self._is_there(value)]

    def _is_there(self, value: cst.BaseExpression) -> bool:
        """Whether a credential is certainly not None: a text, a function, or what fails where it cannot be had."""
        usage = self._usage
        value = usage.origins.of(value)
        if isinstance(value, (cst.Lambda, cst.FormattedString)) or isinstance(usage.values.value(value), str):
            return True
        if isinstance(value, cst.Subscript):
            return "os.environ" in usage.resolver.names(value.value)
        names = usage.resolver.names(value)
        return bool(names) and (
            all(name.startswith("azure.identity.") for name in names)
            or any(True for _ in usage.resolver.definitions.functions(names))
        )

    # Rewriting.

    def migrate(self, draft: Draft) -> None:
        """Makes of it what did the same before, and is taken since."""
        for where, call, _ in self.all:
            construction = self._usage.constructions.of(call)
            if isinstance(where, cst.Arg):
                self._rewrite_proxies(where, call, draft)
            elif construction is not None and where is construction.argument("base_url"):
                self._rewrite_url(where, draft)
            elif construction is not None:
                self._leave_one(construction, draft)
        self._remove_import(draft)

    def _rewrite_url(self, url: cst.BaseExpression, draft: Draft) -> None:
        written = url.args[0].value if isinstance(url, cst.Call) and len(url.args) == 1 else None
        if isinstance(written, cst.SimpleString):
            draft.replace(url, draft.text(written))
        else:
            draft.wrap(url, "str(", ")")

    def _remove_import(self, draft: Draft) -> None:
        """Takes `import httpx` away, which openai does not bring along any more, if nothing is left that needs it."""
        for statement in self._usage.nodes(cst.Import):
            alias, *others = statement.names
            if others or alias.asname is not None or not isinstance(alias.name, cst.Name) or alias.name.value != "httpx":
                continue
            uses = self._usage.tree.uses_of(alias.name)
            if uses and all(map(draft.is_gone, uses)):
                with draft.or_stop(statement):
                    draft.add(*draft.editor.remove_statement(statement))

    def _rewrite_proxies(self, arg: cst.Arg, call: cst.Call, draft: Draft) -> None:
        """`proxy=`, where all requests went through the same."""
        value = arg.value
        if isinstance(value, cst.Name) and value.value == "None":
            draft.take_argument(call, arg)
            return
        entries = value.elements if isinstance(value, cst.Dict) else ()
        texts = {draft.text(each.value) for each in entries}
        if isinstance(self._usage.origins.of(value), (cst.Dict, cst.DictComp)) and len(texts) != 1:
            draft.stop(arg, "its requests go through several proxies: give it `mounts`")
        elif arg.keyword is not None:
            draft.replace(arg.keyword, "proxy")
            if texts:
                draft.replace_whole(value, texts.pop())

    def _leave_one(self, construction: Construction, draft: Draft) -> None:
        """Leaves of several credentials the one that was sent."""
        given = [name for name in CREDENTIALS_BY_RANK if name in construction.arguments]
        sure = {name for name, _ in self.credentials(construction)}
        if sure == SENT_TOGETHER:
            draft.stop(construction.call, "some releases sent two of its credentials, and which one counted is not known")
            return
        for arg in construction.call.args:
            name = arg.keyword.value if arg.keyword is not None else None
            if name in given and name != given[0]:
                draft.take_argument(construction.call, arg)
            elif name is None or (name == given[0] and name not in sure):
                draft.stop(arg, "which of its credentials is sent is told apart while the program runs")
