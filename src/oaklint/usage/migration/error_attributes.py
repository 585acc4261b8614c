"""The attributes of errors of openai 0.x, where a program reads them: what holds the same since 1.0."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from oaklint.python import cst
from oaklint.python.definitions import UNKNOWN
from oaklint.python.tree import index_of
from oaklint.sdk.exceptions import NEWEST, OF_API_ERRORS, OF_RESPONSES, exception_ancestors, exception_name
from oaklint.sdk.legacy import ERROR_ATTRIBUTES, TELLING_ERROR_ATTRIBUTES
from oaklint.usage.errors.attributes import Read, is_sdk_error
from oaklint.usage.guards import NO_ATTRIBUTE
from oaklint.usage.migration.draft import Draft

if TYPE_CHECKING:
    from oaklint.usage.usage import Usage

# They are called the same, and are not everywhere.
_KEPT = ("code", "request_id")
# Parts of `error.error` that the exception has itself.
_OWN = {"code", "type", "param"}


class ErrorAttributes:
    """Rewrites them.

    today: the classes that an error may be of since 1.0 which a clause for one of 0.x catches, by their qualified names.
    """

    def __init__(self, usage: Usage, draft: Draft, today: Callable[[str], Iterable[str]], *, is_legacy: bool) -> None:
        self._usage = usage
        self._tree = usage.tree
        self._draft = draft
        self._today = today
        self._is_legacy = is_legacy
        self._reads = usage.error_reads

    def migrate(self) -> None:
        for read in self._reads.of({*ERROR_ATTRIBUTES, *_KEPT}):
            if not self._is_right(read):
                self._rewrite(read)
        for node in self._usage.nodes(cst.Attribute):
            if node.attr.value in ERROR_ATTRIBUTES and self._tree.is_store(node):
                classes, others = self._reads.classes(node.value)
                if classes and not others:
                    self._draft.stop(node, f"the attribute `{node.attr.value}` of an error is set, and nothing reads it any more")
        for pattern in self._usage.nodes(cst.MatchClass):
            if any(each.key.value in ERROR_ATTRIBUTES for each in pattern.kwds):
                if any(map(is_sdk_error, self._usage.resolver.clauses.caught(pattern.cls))):
                    self._draft.stop(pattern, "an attribute is asked for that errors do not have any more")

    def _is_right(self, read: Read) -> bool:
        """Whether a read is left as it is: of something else, or in a program that knows both kinds."""
        if self._usage.guards.guards(read.node, NO_ATTRIBUTE):
            return True
        if not self._is_legacy and (read.how != "." or self._reads.is_asked_for(read)):
            return True
        if read.classes:
            return not read.is_exception  # it may be an error of another package
        if not self._is_legacy or read.attribute in _KEPT:
            return True
        return not read.is_wide and (UNKNOWN not in read.others or read.attribute not in TELLING_ERROR_ATTRIBUTES)

    def _rewrite(self, read: Read) -> None:
        if not read.classes and not read.is_wide:
            self._draft.stop(read.node, f"it is not seen whether this `{read.attribute}` is that of an error of openai 0.x")
        elif not read.classes and read.attribute not in TELLING_ERROR_ATTRIBUTES:
            self._draft.stop(
                read.node, f"errors of the SDK have no `{read.attribute}` since 1.0, and it is not seen whose this is"
            )
        elif read.attribute in _KEPT:
            self._keep(read)
        elif read.how == "hasattr":
            self._rewrite_question(read)
        else:
            self._rewrite_read(read)

    # What an error is sure to have.

    def _has(self, read: Read, attribute: str) -> bool:
        """Whether each error that it may be has an attribute of today."""
        if read.others or not read.classes:
            return False
        base = "openai.APIStatusError" if attribute in OF_RESPONSES else "openai.APIError" if attribute in OF_API_ERRORS else "-"
        return all(base in _ancestors(name) for name in self._classes(read))

    def _classes(self, read: Read) -> list[str]:
        return [name for each in read.classes for name in self._today(each)]

    def _is_refusal(self, read: Read) -> bool:
        """Whether the service is sure to have said why in the way that it always does."""
        unsure = {"openai.APIStatusError", "openai.InternalServerError"}
        return self._has(read, "response") and unsure.isdisjoint(self._classes(read))

    def _get(self, read: Read, attribute: str, default: str = "None") -> str:
        """How to read an attribute of today, with a default where it may be missing."""
        error = self._draft.text(read.error)
        if isinstance(read.node, cst.Call):
            if len(read.node.args) > 2:
                default = self._draft.text(read.node.args[2].value)
            elif self._has(read, attribute):
                return f"{error}.{attribute}"
            else:
                default = ""
        elif self._has(read, attribute):
            return f"{error}.{attribute}"
        quote = self._draft.quote_at(read.node)
        return f"getattr({error}, {quote}{attribute}{quote}{f', {default}' if default else ''})"

    # How they are read.

    def _keep(self, read: Read) -> None:
        needed = "response" if read.attribute == "request_id" else "body"
        if read.how == "." and not self._has(read, needed):
            self._draft.replace(read.node, self._get(read, read.attribute))

    def _rewrite_question(self, read: Read) -> None:
        successor = ERROR_ATTRIBUTES[read.attribute].name
        assert isinstance(read.node, cst.Call)
        if successor is None:
            self._draft.stop(read.node, self._no_successor(read))
        else:
            self._rename(read.node, read.attribute, successor.partition(".")[0])

    def _rename(self, call: cst.Call, old: str, new: str) -> None:
        """`getattr(error, "old")`"""
        name = call.args[1].value
        if isinstance(name, cst.SimpleString):
            self._draft.replace(name, self._draft.text(name).replace(old, new))
        else:
            self._draft.stop(call, f"the name `{old}` is not written down where it is used")

    def _no_successor(self, read: Read) -> str:
        note = ERROR_ATTRIBUTES[read.attribute].note
        return f"`{read.attribute}` of errors has no successor{f': {note}' if note else ''}"

    def _rewrite_read(self, read: Read) -> None:
        match read.attribute:
            case "http_status":
                self._rewrite_plain(read, "status_code")
            case "error_type":
                self._rewrite_plain(read, "type")
            case "user_message" | "_message":
                self._rewrite_message(read)
            case "http_body":
                self._rewrite_of_response(read, "text", "None")
            case "headers":
                self._rewrite_of_response(read, "headers", "{}")
            case "organization":
                quote = self._draft.quote_at(read.node)
                self._rewrite_of_response(read, "headers", "{}", f".get({quote}openai-organization{quote})")
            case "json_body":
                self._rewrite_json_body(read)
            case "error" | "construct_error_object":
                self._rewrite_error(read)
            case _:
                self._draft.stop(read.node, self._no_successor(read))

    def _rewrite_plain(self, read: Read, successor: str) -> None:
        if isinstance(read.node, cst.Call):
            self._rename(read.node, read.attribute, successor)
        else:
            self._draft.replace(read.node, self._get(read, successor))

    def _rewrite_message(self, read: Read) -> None:
        """What the service has said. Since 1.0 `message` has the status before it, so it is taken from where it stands alone."""
        error = self._draft.text(read.error)
        if isinstance(read.node, cst.Call):
            self._rename(read.node, read.attribute, "message")
        elif self._is_refusal(read):
            quote = self._draft.quote_at(read.node)
            self._draft.replace(read.node, f"{error}.body[{quote}message{quote}]")
        else:
            self._draft.replace(read.node, f"{error}.message" if self._has(read, "message") else f"str({error})")

    def _rewrite_of_response(self, read: Read, part: str, default: str, rest: str = "") -> None:
        error = self._draft.text(read.error)
        if self._has(read, "response"):
            self._draft.replace(read.node, f"{error}.response.{part}{rest}")
            return
        if isinstance(read.node, cst.Call):
            default = self._draft.text(read.node.args[2].value) if len(read.node.args) > 2 else default
        quote = self._draft.quote_at(read.node)
        response = f"getattr({error}, {quote}response{quote}, None)"
        self._draft.replace(read.node, f"getattr({response}, {quote}{part}{quote}, {default}){rest}")

    # What the service has answered: since 1.0 `body` is what stands under "error" in it.

    def _rewrite_json_body(self, read: Read) -> None:
        body = self._get(read, "body")
        inner = self._inner_error(read.node)
        if inner is not None:
            self._draft.replace(inner, body)
        elif self._is_test(read.node):
            self._draft.replace(read.node, body)
        elif self._has(read, "body") or read.how == ".":
            quote = self._draft.quote_at(read.node)
            in_text = isinstance(self._tree.parents[read.node], cst.FormattedStringExpression)
            text = f"{{{quote}error{quote}: {body}}}"
            self._draft.replace(read.node, f" {text} " if in_text else text)
        else:
            self._draft.stop(read.node, "`json_body` of errors is no more, and it is not seen what this default is for")

    def _inner_error(self, node: cst.BaseExpression) -> cst.BaseExpression | None:
        """`json_body["error"]` and `json_body.get("error", {})` as a whole, by the first part."""
        parent = self._tree.parents[node]
        if isinstance(parent, cst.Subscript) and parent.value is node:
            return parent if self._is_error(index_of(parent)) else None
        call = self._tree.parents[parent] if isinstance(parent, cst.Attribute) and parent.attr.value == "get" else None
        if isinstance(call, cst.Call) and call.func is parent and call.args and self._is_error(call.args[0].value):
            return call
        return None

    def _is_error(self, key: cst.BaseExpression | None) -> bool:
        return isinstance(key, cst.SimpleString) and key.evaluated_value == "error"

    def _is_test(self, node: cst.BaseExpression) -> bool:
        """Whether it is only asked whether there is something, or of what type it is."""
        parent: cst.CSTNode = self._tree.parents[node]
        here: cst.CSTNode = node
        while isinstance(parent, cst.BooleanOperation):
            if isinstance(parent.operator, cst.And) and parent.left is here:
                return True
            here, parent = parent, self._tree.parents[parent]
        if isinstance(parent, (cst.If, cst.While, cst.IfExp, cst.Assert)):
            return parent.test is here
        if isinstance(parent, cst.Arg):
            call = self._tree.parents[parent]
            names = self._usage.resolver.names(call.func) if isinstance(call, cst.Call) else frozenset()
            return (
                isinstance(call, cst.Call) and call.args[0] is parent and bool(names & {"builtins.isinstance", "builtins.bool"})
            )
        if isinstance(parent, cst.Comparison) and parent.left is here:
            operators = [each.operator for each in parent.comparisons]
            return all(isinstance(each, (cst.Is, cst.IsNot)) for each in operators)
        return isinstance(parent, cst.UnaryOperation) and isinstance(parent.operator, cst.Not)

    def _rewrite_error(self, read: Read) -> None:
        """`error.error`, an object whose items could be read as attributes, too."""
        node: cst.BaseExpression = read.node
        if read.attribute == "construct_error_object":
            call = self._tree.parents[node]
            if not isinstance(call, cst.Call) or call.func is not node or call.args:
                self._draft.stop(node, self._no_successor(read))
                return
            node = call
        error, body, parent = self._draft.text(read.error), self._get(read, "body"), self._tree.parents[node]
        if not isinstance(parent, cst.Attribute) or hasattr(dict, parent.attr.value):
            self._draft.replace(node, body)
        elif parent.attr.value in _OWN and self._has(read, "body"):
            self._draft.replace(parent, f"{error}.{parent.attr.value}")
        elif self._tree.is_store(parent):
            self._draft.stop(parent, "what the service has answered is changed")
        else:
            quote = self._draft.quote_at(parent)
            self._draft.replace(parent, f"{body}[{quote}{parent.attr.value}{quote}]")


def _ancestors(name: str) -> tuple[str, ...]:
    return exception_ancestors(name, NEWEST) if exception_name(name, NEWEST) else ()
