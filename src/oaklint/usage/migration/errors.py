"""The errors of openai 0.x: their classes, wherever a program names one, and the order of the clauses that do."""

from __future__ import annotations

import builtins
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import combinations, takewhile
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from oaklint.python import cst
from oaklint.python.edits import Handler
from oaklint.python.imported_names import written_as
from oaklint.python.places import is_builtin, place
from oaklint.python.tree import argument_of, dotted_name, last_part, walk
from oaklint.sdk.exceptions import NEWEST, STATUS_OF, exception_ancestors, exception_name
from oaklint.sdk.legacy import (
    ALSO_CAUGHT,
    APART_FROM_API_ERROR,
    DECLARED_AS,
    NARROWER,
    PLAIN_ERRORS,
    REMOVED_ERRORS,
    SURVIVING_ERRORS,
    UNAVAILABLE_STATUS,
)
from oaklint.usage.generation import generation
from oaklint.usage.guards import NO_ATTRIBUTE, NO_MODULE, NO_NAME
from oaklint.usage.migration.draft import Draft
from oaklint.usage.migration.error_attributes import ErrorAttributes
from oaklint.usage.migration.merging import merge
from oaklint.usage.migration.names import Names

if TYPE_CHECKING:
    from oaklint.usage.usage import Usage

Display: TypeAlias = "cst.Tuple | cst.List | cst.Set"

# Functions that take a class of exceptions or a tuple of these.
_TAKE_TUPLES = frozenset(
    {
        *("isinstance", "issubclass", "suppress", "raises", "assertRaises", "assertRaisesRegex", "xfail", "on_exception"),
        *("retry_if_exception_type", "retry_if_not_exception_type", "retry_unless_exception_type"),
        *("retry_if_exception_cause_type", "retry"),
    }
)
# What a mock is told to raise, which makes an exception of a class by itself.
_RAISING_ARGUMENTS = frozenset({"side_effect", "exception"})
_MOCKS = ("unittest.mock.Mock", "unittest.mock.MagicMock")
_TESTING = ("pytest.raises", "unittest.TestCase")
# Since 1.0 both are InternalServerError.
_SERVER_ERRORS = frozenset({"APIError", "ServiceUnavailableError"})
_ANY = frozenset({"OpenAIError", "openai.OpenAIError", "builtins.Exception", "builtins.BaseException"})


class _Named(NamedTuple):
    """A place where a class of 0.x is named. name: its last part, `RateLimitError`."""

    node: cst.Name | cst.Attribute
    name: str


class Errors:
    """Rewrites the names of classes of errors so that the same errors are caught by the same clauses as far as that can be."""

    def __init__(self, usage: Usage, draft: Draft, names: Names) -> None:
        self._usage = usage
        self._tree = usage.tree
        self._draft = draft
        self._names = names
        # `openai.APIError` means another class in a program that has left 0.x behind.
        self._is_legacy = generation(usage.tree, usage.resolver, "auto", None) == 0
        self._whole: set[_Named] = set()  # those for an APIError that may stay as wide as it has become

    def migrate(self) -> None:
        """Adds to the draft what has to change, and what cannot."""
        for statement in self._usage.nodes(cst.Try):
            self._put_in_order(statement.handlers)
        for group in self._usage.nodes(cst.TryStar):
            self._put_in_order(group.handlers)
        self._part_tests()
        for display in dict.fromkeys(map(self._display_around, self._named)):
            if display is not None:
                self._rewrite_display(display)
        for named in self._named.values():
            if self._display_around(named.node) is None:
                self._rewrite(named)

        for dictionary in self._usage.nodes(cst.Dict):
            self._stop_at_same_keys(dictionary)
        for display in self._usage.nodes(cst.List):
            self._stop_at_same_rows(display.elements)
        for table in self._usage.nodes(cst.Tuple):
            self._stop_at_same_rows(table.elements)
        for call in self._usage.nodes(cst.Call):
            made = {last for name in self._usage.resolver.names(call.func) if (last := self._legacy_class(name))} - PLAIN_ERRORS
            if made and call.func not in self._named:
                self._draft.stop(call, f"`{min(made)}` is made with other arguments since 1.0")
        self._rewrite_texts()
        ErrorAttributes(self._usage, self._draft, self._today, is_legacy=self._is_legacy).migrate()

    def _today(self, qualified: str) -> Iterator[str]:
        """The classes that a clause for one, by its qualified name, stands for when it has been rewritten."""
        name = self._legacy_class(qualified)
        if name is None:
            yield exception_name(qualified, NEWEST) or qualified
            return
        if name not in NARROWER or self._whole:
            yield REMOVED_ERRORS[name].name or "openai.OpenAIError"
        if name in NARROWER:
            yield NARROWER[name]
        yield from ALSO_CAUGHT.get(name, ())

    @property
    def any(self) -> bool:
        """Whether the program names one."""
        return bool(self._named)

    # Where they are named.

    @cached_property
    def _named(self) -> dict[cst.CSTNode, _Named]:
        return {each.node: each for each in self._find_named()}

    def _find_named(self) -> Iterator[_Named]:
        nodes: list[cst.Name | cst.Attribute] = [*self._usage.nodes(cst.Attribute), *self._usage.nodes(cst.Name)]
        for node in nodes:
            names = self._names_of(node) if self._may_name(node) else frozenset[str]()
            found = {last for name in names if (last := self._legacy_class(name))}
            if names == {"openai.Timeout"} and self._is_among_errors(node):
                found = {"Timeout"}
            if "openai.error" in names:
                self._rewrite_module(node)
            if not found or self._is_guarded(node):
                continue
            if len(names) > 1:
                self._draft.stop(node, "it may stand for one of several things, not all of which openai 0.x had")
            else:
                yield _Named(node, found.pop())

    def _may_name(self, node: cst.Name | cst.Attribute) -> bool:
        """Whether a node may be the name of something of the SDK, as it is imported, where it is used."""
        if any(isinstance(each, (cst.Import, cst.ImportFrom)) for each in self._tree.ancestors(node)):
            return False
        if isinstance(node, cst.Attribute):
            return node.attr.value in REMOVED_ERRORS or node.attr.value == "error"
        if self._tree.is_label(node) or self._tree.is_store(node):
            return False
        bindings = self._usage.resolver.bindings(node)
        return all(each.kind == "import" for each in bindings) if bindings else self._names.is_starred(node)

    def _names_of(self, node: cst.Name | cst.Attribute) -> frozenset[str]:
        """The qualified names of a class, whatever the program has put in its place."""
        if isinstance(node, cst.Name):
            return self._usage.clients.names(node)
        return frozenset(f"{owner}.{node.attr.value}" for owner in self._usage.clients.names(node.value))

    def _legacy_class(self, qualified: str) -> str | None:
        """The class of 0.x that a qualified name stands for."""
        module, _, name = qualified.rpartition(".")
        if name not in REMOVED_ERRORS or module not in ("openai", "openai.error"):
            return None
        is_gone = module == "openai.error" or name not in SURVIVING_ERRORS | {"Timeout"}
        return name if is_gone or (self._is_legacy and name != "Timeout") else None

    def _is_among_errors(self, node: cst.BaseExpression) -> bool:
        """Whether a class is used as one of exceptions: `openai.Timeout` is something else since 1.0."""
        display = self._display_around(node)
        if display is None:
            return self._takes_tuple(node, follow=False)
        others = (name for each in display.elements for name in self._usage.clients.names(each.value))
        return any(exception_name(name, 0) or exception_name(name, NEWEST) for name in others)

    def _is_guarded(self, node: cst.Name | cst.Attribute) -> bool:
        """Whether the program asks for the SDK's version before it comes to this, or has imported it like that."""
        guards = self._usage.guards
        bindings = self._usage.resolver.bindings(node) if isinstance(node, cst.Name) else []
        expects = (each for each in bindings if not self._is_only_tried(each.node))
        return guards.guards(node, NO_ATTRIBUTE) or any(guards.guards(each.node, NO_MODULE | NO_NAME) for each in expects)

    def _is_only_tried(self, node: cst.CSTNode) -> bool:
        """Whether a failing import leaves a program without the SDK, and not with another release of it."""
        tried = next((each for each in self._tree.ancestors(node) if isinstance(each, cst.Try)), None)
        parts = (part for handler in tried.handlers for part in walk(handler)) if tried is not None else ()
        modules = (part.module for part in parts if isinstance(part, cst.ImportFrom))
        return tried is not None and all((dotted_name(module) or "").partition(".")[0] != "openai" for module in modules)

    def _rewrite_module(self, node: cst.Name | cst.Attribute) -> None:
        parent = self._tree.parents[node]
        owns = isinstance(parent, cst.Attribute) and parent.value is node
        if not owns and not self._is_guarded(node):
            self._draft.stop(node, "the module `openai.error` is handed on, and is gone since 1.0")
        elif isinstance(parent, cst.Attribute) and parent.attr.value not in REMOVED_ERRORS and not self._is_guarded(node):
            self._draft.stop(parent, "openai 0.x had no such class of errors, or it is not known what became of it")

    # What they become.

    def _successors(self, named: _Named) -> tuple[str, ...]:
        """What has to be named in place of a class of 0.x, without the package; nothing where it has no successor."""
        successor = REMOVED_ERRORS[named.name].name
        if named.name in NARROWER and named not in self._whole:
            successor = NARROWER[named.name]
        found = (successor, *ALSO_CAUGHT.get(named.name, ())) if successor is not None else ()
        return tuple(name.removeprefix("openai.") for name in found)

    def _written(self, named: _Named) -> tuple[str, ...]:
        return tuple(self._names.written(name, named.node) for name in self._successors(named))

    def _replace(self, named: _Named, text: str) -> None:
        if text != self._draft.text(named.node):
            self._draft.replace(named.node, text)

    def _rewrite(self, named: _Named) -> None:
        """Rewrites a class that stands by itself."""
        node, parent = named.node, self._tree.parents[named.node]
        if self._tree.is_store(node):
            self._draft.stop(node, "a class of `openai.error` is replaced")
        elif isinstance(parent, cst.Call) and parent.func is node:
            self._rewrite_made(named, parent)
        elif isinstance(parent, cst.Attribute):
            self._draft.stop(parent, f"it is not known what became of this attribute of `{named.name}`")
        elif not self._successors(named):
            self._draft.stop(node, f"`{named.name}` has no successor: {REMOVED_ERRORS[named.name].note}")
        elif self._is_made_elsewhere(node) and named.name not in PLAIN_ERRORS:
            if isinstance(parent, cst.Raise) or not self._make_double(named, None):
                self._draft.stop(node, f"`{named.name}` takes other arguments since 1.0")
        elif isinstance(parent, cst.Arg) and isinstance(self._tree.parents[parent], cst.ClassDef):
            self._rewrite_base(named, self._tree.parents[parent])
        elif self._is_in_annotation(node) and named.name in DECLARED_AS:
            self._replace(named, self._names.written(DECLARED_AS[named.name].removeprefix("openai."), node))
        else:
            self._rewrite_value(named)

    def _rewrite_value(self, named: _Named) -> None:
        """Rewrites a class that is handed over or kept as it is, be it as several."""
        written = self._written(named)
        if len(written) == 1:
            self._replace(named, written[0])
        elif isinstance(self._tree.parents[named.node], cst.BinaryOperation):
            self._replace(named, " | ".join(written) if not self._is_added(named.node) else "?")
        elif isinstance(entry := self._tree.parents[named.node], cst.DictElement) and entry.key is named.node:
            value = self._draft.carried(entry.value)
            self._draft.replace(entry, ", ".join(f"{name}: {value}" for name in written))
        elif self._takes_tuple(named.node):
            text = ", ".join(written)
            self._replace(named, text if named.node.lpar else f"({text})")
        else:
            names = " and ".join(f"`{name}`" for name in self._successors(named))
            self._draft.stop(named.node, f"`{named.name}` has become {names}, and one class is asked for")

    def _stop_at_same_keys(self, dictionary: cst.Dict) -> None:
        """Two classes that have become one cannot both be keys of a dictionary."""
        keys = [each.key for each in dictionary.elements if isinstance(each, cst.DictElement)]
        today = [name for key in keys if (named := self._named.get(key)) is not None for name in self._successors(named)]
        if len(set(today)) < len(today):
            self._draft.stop(dictionary, "two of its keys are one class since 1.0")

    def _stop_at_same_rows(self, table: Sequence[cst.BaseElement]) -> None:
        """Nor can rows of a table tell them apart: `[((APIError,), "server"), ((ServiceUnavailableError,), "busy")]`."""
        rows = [each.value for each in table if isinstance(each.value, (cst.List, cst.Tuple, cst.Call))]
        today = [{name for named in self._named_in(row) for name in self._successors(named)} for row in rows]
        for (one, first), (other, second) in combinations(zip(rows, today, strict=True), 2):
            if first & second and not self._say_the_same(one, other):
                self._draft.stop(other, "what it is about is one class with that of another row since 1.0")

    def _named_in(self, node: cst.CSTNode) -> list[_Named]:
        return [named for part in walk(node) if (named := self._named.get(part)) is not None]

    def _say_the_same(self, *rows: cst.BaseExpression) -> bool:
        """Whether rows of a table differ in nothing but the classes that they name."""
        texts = []
        for row in rows:
            text = self._draft.text(row)
            for named in self._named_in(row):
                text = text.replace(self._draft.text(named.node), "")
            texts.append(text)
        return len(set(texts)) == 1

    def _is_added(self, node: cst.CSTNode) -> bool:
        parent = self._tree.parents[node]
        return isinstance(parent, cst.BinaryOperation) and not isinstance(parent.operator, cst.BitOr)

    def _takes_tuple(self, node: cst.BaseExpression, *, follow: bool = True) -> bool:
        """Whether a tuple of classes may stand where a class does. follow: be it under a name."""
        parent = self._tree.parents[node]
        if isinstance(parent, (cst.ExceptHandler, cst.ExceptStarHandler)):
            return True
        if isinstance(parent, cst.Arg):
            call = self._tree.parents[parent]
            return isinstance(call, cst.Call) and last_part(call.func) in _TAKE_TUPLES
        if follow and isinstance(parent, (cst.Assign, cst.AnnAssign)):
            targets = [parent.target] if isinstance(parent, cst.AnnAssign) else [each.target for each in parent.targets]
            return all(isinstance(each, cst.Name) and self._is_used_as_tuple(each) for each in targets)
        return False

    def _is_used_as_tuple(self, name: cst.Name) -> bool:
        return all(self._takes_tuple(use) for use in self._tree.uses_of(name) if not self._tree.is_store(use))

    def _rewrite_made(self, named: _Named, call: cst.Call) -> None:
        """An exception is made: since 1.0 most of them are made of the response."""
        is_plain = all(arg.keyword is None and not arg.star for arg in call.args) and len(call.args) <= 1
        if named.name in PLAIN_ERRORS and is_plain:
            self._replace(named, self._written(named)[0])
        elif not self._make_double(named, call) and not self._make_of_caught(named, call):
            self._draft.stop(call, f"`{named.name}` is made with other arguments since 1.0")

    def _make_double(self, named: _Named, call: cst.Call | None) -> bool:
        """In a test, or where mocks are known, makes the error of a response or request that is one. Whether that can be done.

        call: how it has been made in 0.x; None for a class that a mock is told to raise.
        """
        at = call if call is not None else named.node
        mock = next((each for name in _MOCKS if (each := written_as(name, at, self._usage.resolver))), None)
        args = call.args if call is not None else ()
        names = {arg.keyword.value for arg in args if arg.keyword is not None}
        places = sum(arg.keyword is None for arg in args)
        known = {"message", "http_status", "code"} | ({"param"} if named.name == "InvalidRequestError" else set())
        if (mock is None and not self._is_in_test(at)) or any(arg.star for arg in args) or not names <= known:
            return False
        if places > 1 + (named.name == "InvalidRequestError"):
            return False
        param = argument_of(call, 1, "param") if call is not None and "param" in known else None
        more = {"param": param, "code": argument_of(call, "code") if call is not None else None}
        first = argument_of(call, 0, "message") if call is not None else None
        if first is not None and not isinstance(first, (cst.SimpleString, cst.FormattedString, cst.Name)):
            return False
        quote = self._draft.quote_at(at)
        message = self._draft.text(first) if first is not None else f"{quote}<empty message>{quote}"
        number = argument_of(call, "http_status") if call is not None else None
        said = {"message": message, **{name: self._draft.text(each) for name, each in more.items() if each is not None}}
        said = {name: text for name, text in said.items() if text != "None"}
        if named.name == "Timeout" and first is not None and self._is_spoken_of(first):
            return False
        text = self._double(named, said, number, mock or self._names.of_module(_MOCKS[0], at), quote)
        if not text:
            return False
        self._draft.replace(at, text)
        return True

    def _is_in_test(self, node: cst.CSTNode) -> bool:
        around = (each.name.value for each in self._tree.ancestors(node) if isinstance(each, (cst.FunctionDef, cst.ClassDef)))
        if any(name.lower().startswith("test") for name in around):
            return True
        return any(written_as(name, node, self._usage.resolver) for name in _TESTING)

    def _make_of_caught(self, named: _Named, call: cst.Call) -> bool:
        """Makes the error of the response that the error has which the clause around it has caught, if all that this catches
        have one. Whether that can be done.
        """
        around = (each for each in self._tree.ancestors(call) if isinstance(each, (cst.ExceptHandler, cst.FunctionDef)))
        handler = next(around, None)
        if not isinstance(handler, cst.ExceptHandler) or handler.type is None or handler.name is None:
            return False
        caught = map(self._legacy_class, self._usage.resolver.clauses.caught(handler.type))
        message, error = argument_of(call, 0, "message"), self._draft.text(handler.name.name)
        if message is None or len(call.args) > 1 or not all(map(self._has_status, (named.name, *caught))):
            return False
        written = self._names.written(self._successors(named)[0], named.node)
        told = f"{self._draft.carried(message)}, response={error}.response, body={error}.body"
        self._draft.replace(call, f"{written}({told})")
        return True

    @staticmethod
    def _has_status(name: str | None) -> bool:
        """Whether what an error of 0.x has become is always raised for a response."""
        return name is not None and name not in NARROWER and REMOVED_ERRORS[name].name in STATUS_OF

    def _double(self, named: _Named, body: dict[str, str], number: cst.BaseExpression | None, mock: str, quote: str) -> str:
        """How an error is written that is made of a mock; empty where that cannot be. body: what the service has said."""
        message = body["message"]
        successors = self._successors(named)
        if successors == ("APIConnectionError",):
            return f"{self._names.written(successors[0], named.node)}(message={message}, request={mock}())"
        if successors == ("APITimeoutError",):  # which says what it says
            return f"{self._names.written(successors[0], named.node)}(request={mock}())"
        status = STATUS_OF.get(f"openai.{successors[0]}") if successors else None
        if status is None:
            return ""
        if named.name == "ServiceUnavailableError":
            status = UNAVAILABLE_STATUS
        value = self._usage.values.value(number) if number is not None else None
        fitting = next((each for each in successors if STATUS_OF.get(f"openai.{each}") == value), successors[0])
        said = self._draft.text(number) if number is not None else str(status)
        told = ", ".join(f"{quote}{name}{quote}: {text}" for name, text in body.items())
        written = self._names.written(fitting, named.node)
        return f"{written}({message}, response={mock}(status_code={said}, headers={{}}), body={{{told}}})"

    def _is_spoken_of(self, message: cst.BaseExpression) -> bool:
        """Whether the program has the text of a message anywhere else, or it is no text that is written down."""
        text = self._usage.values.text(message)
        if text is None:
            return True
        others = (node for node in self._usage.nodes(cst.SimpleString) if node is not message)
        return any(text in (self._usage.values.text(node) or "") for node in others)

    def _is_made_elsewhere(self, node: cst.CSTNode) -> bool:
        """Whether an exception is made of a class that is handed over as it is: by `raise`, or by a mock."""
        parent = self._tree.parents[node]
        if isinstance(parent, cst.Arg):
            return parent.keyword is not None and parent.keyword.value in _RAISING_ARGUMENTS
        if isinstance(parent, cst.Assign):
            return any(last_part(each.target) in _RAISING_ARGUMENTS for each in parent.targets)
        return isinstance(parent, cst.Raise) and parent.exc is node

    def _rewrite_base(self, named: _Named, definition: cst.CSTNode) -> None:
        """A class of the program inherits from one of 0.x."""
        assert isinstance(definition, cst.ClassDef)
        if named.name not in PLAIN_ERRORS:
            self._draft.stop(definition.name, f"its base `{named.name}` takes other arguments since 1.0")
            return
        makes = (call for call in self._usage.nodes(cst.Call) if self._hands_to_base(call, definition))
        for call in makes:
            if any(arg.keyword is not None or arg.star for arg in call.args) or len(call.args) > 1:
                self._draft.stop(call, f"`{named.name}` takes nothing but a message since 1.0")
        self._replace(named, self._written(named)[0])

    def _hands_to_base(self, call: cst.Call, definition: cst.ClassDef) -> bool:
        """Whether a call hands arguments to what a class has inherited its `__init__` from."""
        func, resolver = call.func, self._usage.resolver
        if isinstance(func, cst.Attribute) and func.attr.value == "__init__":
            return definition in self._tree.ancestors(call)
        return resolver.definitions.name(definition) in resolver.names(func) and not resolver.hierarchy.initializers(definition)

    def _is_in_annotation(self, node: cst.CSTNode) -> bool:
        around = takewhile(
            lambda each: isinstance(each, (cst.BaseExpression, cst.BaseSlice, cst.SubscriptElement, cst.Annotation)),
            self._tree.ancestors(node),
        )
        return any(isinstance(each, cst.Annotation) for each in around)

    # Several classes in brackets.

    def _display_around(self, node: cst.CSTNode) -> Display | None:
        """The tuple, list or set that a class is one element of."""
        parent = self._tree.parents[node]
        around = self._tree.parents[parent] if isinstance(parent, cst.Element) else None
        return around if isinstance(around, (cst.Tuple, cst.List, cst.Set)) else None

    def _rewrite_display(self, display: Display) -> None:
        """Rewrites the classes in brackets: what has become two is both, what has become the same is named once."""
        elements = [*display.elements]
        texts: list[tuple[str, ...] | None] = []  # None: an element that stays as it is
        seen = {self._draft.text(each.value) for each in elements if each.value not in self._named}
        for element in elements:
            named = self._named.get(element.value)
            if named is not None and named.name not in PLAIN_ERRORS and self._is_made_elsewhere(display):
                self._draft.stop(named.node, f"`{named.name}` takes other arguments since 1.0")
            written = [text for text in self._written(named) if text not in seen] if named is not None else None
            seen.update(written or ())
            texts.append(tuple(written) if written is not None else None)
        kept = [element for element, text in zip(elements, texts, strict=True) if text != ()]
        if not kept:
            self._draft.stop(display, "nothing took the place of any of these")
        elif len(kept) == 1 < len(elements) and isinstance(display, cst.Tuple):
            self._rewrite_single(display, kept[0].value, texts[elements.index(kept[0])])
        else:
            for element, text in zip(elements, texts, strict=True):
                if text:
                    self._replace(self._named[element.value], self._joined(element, text))
            self._drop([each for each in elements if each not in kept], elements, kept)

    def _joined(self, element: cst.BaseElement, texts: Sequence[str]) -> str:
        """Several names in place of one: each on a row of its own where that one has one."""
        cell, start, _ = self._draft.editor.span(element.value)
        begin = cell.lines.starts[cell.lines.location(start).row - 1]
        blank = cell.text[begin:start]
        own_row = not blank.strip() and isinstance(element.comma, cst.Comma)
        line_end = "\r\n" if cell.text[:begin].endswith("\r\n") else "\n"
        return f",{line_end}{blank}".join(texts) if own_row and begin else ", ".join(texts)

    def _rewrite_single(self, display: cst.Tuple, kept: cst.BaseExpression, texts: tuple[str, ...] | None) -> None:
        """Only one element is left; texts: what has become of it."""
        written = texts if texts is not None else (self._draft.text(kept),)
        if len(written) > 1:
            self._draft.replace(display, ", ".join(written))
        elif display.lpar and self._takes_tuple(display, follow=False) and isinstance(kept, (cst.Name, cst.Attribute)):
            self._draft.replace_whole(display, written[0])
        else:
            self._draft.replace(display, f"{written[0]},")

    def _drop(
        self, dropped: Sequence[cst.BaseElement], elements: Sequence[cst.BaseElement], kept: Sequence[cst.BaseElement]
    ) -> None:
        """Takes elements away, with the commas behind them, or before them at the end."""
        span, last = self._draft.editor.span, elements.index(kept[-1])
        for element in dropped:
            index = elements.index(element)
            if index < last:
                self._draft.delete_between(element.value, span(element.value).start, span(elements[index + 1].value).start)
            else:
                before = elements[index - 1].value
                self._draft.delete_between(element.value, span(before).end, span(element.value).end)

    # Names that are compared: `type(error).__name__ == "Timeout"`.

    def _rewrite_texts(self) -> None:
        for comparison in self._usage.nodes(cst.Comparison) if self._is_legacy else ():
            sides = [comparison.left, *(each.comparator for each in comparison.comparisons)]
            if any(isinstance(side, cst.Attribute) and side.attr.value == "__name__" for side in sides):
                for side in sides:
                    self._rewrite_text(side, is_among=False)
                    for element in side.elements if isinstance(side, (cst.Tuple, cst.List, cst.Set)) else ():
                        self._rewrite_text(element.value, is_among=True)

    def _rewrite_text(self, text: cst.BaseExpression, *, is_among: bool) -> None:
        name = text.evaluated_value if isinstance(text, cst.SimpleString) else None
        if not isinstance(name, str) or name not in REMOVED_ERRORS:
            return
        new = [each for each in (NARROWER.get(name) or REMOVED_ERRORS[name].name, *ALSO_CAUGHT.get(name, ())) if each]
        if not new or (len(new) > 1 and not is_among) or hasattr(builtins, name):
            self._draft.stop(text, f"the name of `openai.error.{name}` is compared, which is another one since 1.0")
        elif new != [f"openai.{name}"]:
            old = self._draft.text(text)
            self._draft.replace(text, ", ".join(old.replace(name, each.removeprefix("openai.")) for each in new))

    # Clauses.

    def _put_in_order(self, handlers: Sequence[Handler]) -> None:
        """Says how wide the APIError of a clause may be, and puts clauses together, or in another order, that catch more now."""
        caught = [self._caught(each) for each in handlers]
        for index, handler in enumerate(handlers):
            named = [each for node in self._elements(handler) if (each := self._named.get(node)) is not None]
            others = set[str]().union(*caught[:index]) | (caught[index] - {"APIError"})
            later = set[str]().union(*caught[index + 1 :])
            if self._covers(others) and "TryAgain" not in later:
                self._whole.update(each for each in named if each.name == "APIError")
        self._move_timeouts(handlers, caught)
        self._put_together(handlers, caught)

    def _elements(self, handler: Handler) -> list[cst.BaseExpression]:
        if isinstance(handler.type, cst.Tuple):
            return [each.value for each in handler.type.elements]
        return [handler.type] if handler.type is not None else []

    def _caught(self, handler: Handler) -> frozenset[str]:
        """The classes that a clause names, those of 0.x by their last part alone; BaseException for a bare one."""
        if handler.type is None:
            return frozenset({"builtins.BaseException"})
        names = self._usage.resolver.clauses.caught(handler.type)
        canonical = (self._usage.clients.canonical(name) for name in names)
        return frozenset(self._legacy_class(name) or name for name in canonical)

    def _covers(self, caught: frozenset[str] | set[str]) -> bool:
        """Whether clauses that name these leave nothing to an APIError of today but what that of 0.x caught."""
        return set(self._kinds(caught)) >= APART_FROM_API_ERROR

    def _kinds(self, caught: frozenset[str] | set[str]) -> Iterator[str]:
        """The errors of today that end up at clauses which name these."""
        for name in caught:
            successor = REMOVED_ERRORS[name].name if name in REMOVED_ERRORS else exception_name(name, NEWEST)
            if name in _ANY:
                yield from APART_FROM_API_ERROR
            elif name in REMOVED_ERRORS and name != "APIError" and successor is not None:
                yield from (successor, *ALSO_CAUGHT.get(name, ()))
            elif name not in REMOVED_ERRORS and successor is not None:
                yield from (kind for kind in APART_FROM_API_ERROR if successor in exception_ancestors(kind, NEWEST))

    def _move_timeouts(self, handlers: Sequence[Handler], caught: Sequence[frozenset[str]]) -> None:
        wide = next((number for number, names in enumerate(caught) if "APIConnectionError" in names), None)
        late = next((number for number, names in enumerate(caught) if "Timeout" in names), None)
        if wide is None or late is None or late <= wide:
            return
        passed = set[str]().union(*caught[wide:late])
        own = caught[late] - {"Timeout"}
        if "APIConnectionError" in own or any(self._may_overlap(one, other) for one in own for other in passed):
            self._draft.stop(handlers[late], "since 1.0 the clause for APIConnectionError above has caught every timeout")
        else:
            self._draft.move(handlers[late], before=handlers[wide])

    def _may_overlap(self, one: str, other: str) -> bool:
        """Whether one exception may be an instance of both."""
        if {one, other} & _ANY:
            return True
        if one in REMOVED_ERRORS and other in REMOVED_ERRORS:
            return one == other
        return not ((one in REMOVED_ERRORS and is_builtin(other)) or (other in REMOVED_ERRORS and is_builtin(one)))

    def _put_together(self, handlers: Sequence[Handler], caught: Sequence[frozenset[str]]) -> None:
        """Makes one clause of two that are for what is one class since 1.0, of which only the status tells."""
        both = [index for index, names in enumerate(caught) if names & _SERVER_ERRORS]
        if len(both) < 2:
            return
        first, second = (handlers[index] for index in both[:2])
        self._whole -= {each for node in self._elements(first) + self._elements(second) if (each := self._named.get(node))}
        passed = set[str]().union(*caught[both[0] + 1 : both[1]])
        if len(both) > 2 or any(len(caught[index]) > 1 for index in both) or passed & _ANY:
            self._draft.stop(
                second, "since 1.0 status 503 raises InternalServerError as 500 does, and the clauses are for others, too"
            )
            return
        by_status = "==" if "ServiceUnavailableError" in caught[both[0]] else "!="
        merge(first, second, f"status_code {by_status} {UNAVAILABLE_STATUS}", self._tree, self._draft)

    # Tests.

    def _part_tests(self) -> None:
        """Makes tests by `isinstance` as narrow as they were, where a function asks for both of what is one class since 1.0, or
        one below the other: `isinstance(error, openai.InternalServerError) and error.status_code == 503`.
        """
        asked: dict[tuple[object, str], dict[str, list[tuple[cst.Call, _Named]]]] = {}
        for named in self._named.values():
            arg = self._tree.parents[named.node]
            call = self._tree.parents[arg] if isinstance(arg, cst.Arg) else None
            if (
                isinstance(call, cst.Call)
                and len(call.args) == 2
                and self._usage.resolver.name(call.func) == "builtins.isinstance"
            ):
                if (key := place(call.args[0].value)) is not None:
                    tests = asked.setdefault((self._tree.unit(call), key), {})
                    tests.setdefault(named.name, []).append((call, named))
        for (unit, key), tests in asked.items():
            for named in self._among_others(unit, key):
                self._part_from_others(named, key, tests)
            if tests.keys() >= _SERVER_ERRORS:
                for name, operator in (("ServiceUnavailableError", "=="), ("APIError", "!=")):
                    for call, _ in tests[name]:
                        self._narrow(call, f"{key}.status_code {operator} {UNAVAILABLE_STATUS}")
            if tests.keys() >= {"APIConnectionError", "Timeout"}:
                for call, named in tests["APIConnectionError"]:
                    timeout = self._names.written("APITimeoutError", named.node)
                    self._narrow(call, f"not isinstance({key}, {timeout})")

    def _part_from_others(self, named: _Named, key: str, tests: Mapping[str, Sequence[tuple[cst.Call, _Named]]]) -> None:
        """The same where a class is asked for among others: only if the test for the other class comes first."""
        if not {named.name, *tests} >= _SERVER_ERRORS or named.name in tests:
            return
        others = tests[next(iter(_SERVER_ERRORS - {named.name}))]
        order = {each.node: number for number, each in enumerate(self._named.values())}
        if any(order[other.node] > order[named.node] for _, other in others) or named.name == "APIError":
            self._draft.stop(named.node, f"since 1.0 status {UNAVAILABLE_STATUS} is told by the class that 500 has, too")
            return
        for call, _ in others:
            self._narrow(call, f"{key}.status_code != {UNAVAILABLE_STATUS}")

    def _among_others(self, unit: object, key: str) -> Iterator[_Named]:
        """The classes of server errors that a function asks for together with others: `isinstance(error, (...))`."""
        for named in self._named.values():
            display = self._display_around(named.node)
            arg = self._tree.parents[display] if display is not None else None
            call = self._tree.parents[arg] if isinstance(arg, cst.Arg) else None
            if named.name in _SERVER_ERRORS and isinstance(call, cst.Call) and self._tree.unit(call) is unit:
                if len(call.args) == 2 and place(call.args[0].value) == key:
                    yield named

    def _narrow(self, call: cst.Call, condition: str) -> None:
        parent = self._tree.parents[call]
        stands_alone = isinstance(parent, (cst.If, cst.While, cst.IfExp, cst.Return, cst.Assign)) or bool(call.lpar)
        if stands_alone or (isinstance(parent, cst.BooleanOperation) and isinstance(parent.operator, cst.And)):
            self._draft.wrap(call, "", f" and {condition}")
        else:
            self._draft.wrap(call, "(", f" and {condition})")
