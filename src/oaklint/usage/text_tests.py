"""Tests that recognise an AuthenticationError by its text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import takewhile
from typing import NamedTuple

from oaklint.python import cst
from oaklint.python.exceptions import ExceptionFlow
from oaklint.python.facts import CLASS, CODE, EXCEPTION, TEXT, State
from oaklint.python.flow import Block, Edge, Graph, Kind, TooManyStates
from oaklint.python.names import Resolver
from oaklint.python.tree import Tree, evaluated, walk
from oaklint.python.values import Values
from oaklint.sdk.exceptions import AUTHENTICATION_STATUS, MISSING_KEY_TEXTS, is_about_authentication
from oaklint.usage.auth_errors import AuthErrors, Catch
from oaklint.usage.clients import Clients
from oaklint.usage.laps import Clause

_METHODS = {"startswith", "endswith", "find", "rfind", "index", "count", "__contains__"}
_SEARCHES = {"search", "match", "fullmatch", "findall", "finditer"}
_CHANGES_CASE = {"lower", "upper", "casefold", "strip"}
# Packages whose calls fail with a 401 of their own.
_NETWORK = {
    *("requests", "httpx", "aiohttp", "urllib", "urllib3", "http", "boto3", "botocore", "github", "supabase", "pinecone"),
    *("qdrant_client", "weaviate", "elevenlabs", "slack_sdk", "notion_client", "telegram", "discord", "tweepy", "stripe"),
}
_MAX_DEPTH = 3


class TextTest(NamedTuple):
    """A test of an exception's text.

    words: those of the words looked for that are about authentication; text or patterns. others: whether there are more.
    beside: all tests of the text in the same expression.
    """

    node: cst.CSTNode
    words: tuple[str, ...]
    is_pattern: bool
    clause: Clause
    others: bool = False
    beside: tuple[TextTest, ...] = ()


class TextTests:
    """Finds the tests that decide by text whether an exception is an AuthenticationError."""

    def __init__(
        self, tree: Tree, resolver: Resolver, values: Values, flow: ExceptionFlow, clients: Clients, errors: AuthErrors
    ) -> None:
        self._tree = tree
        self._resolver = resolver
        self._values = values
        self._flow = flow
        self._clients = clients
        self._errors = errors

    def of(self, clause: Clause) -> list[TextTest]:
        """The tests that an AuthenticationError caught by the clause comes to before it has been recognised otherwise."""
        found: dict[cst.CSTNode, TextTest] = {}
        if isinstance(clause, cst.WithItem) or (clause.type is not None and self._errors.names_it_alone(clause.type)):
            return []
        for catch in self._errors.catches.get(clause, ()):
            if self._errors.is_original(catch.thrown) and self._is_surely_openai(catch):
                graph = self._resolver.graph(self._tree.unit(catch.call))
                if graph is not None:
                    starts = self._flow.raised_at(graph.blocks_of(catch.call), catch.thrown)
                    for test in self._tests_behind(graph, starts, catch, 0):
                        found.setdefault(test.node, test)
        return list(found.values())

    # Where to look.

    def _tests_behind(self, graph: Graph, starts: Iterable[tuple[Block, State]], catch: Catch, depth: int) -> list[TextTest]:
        found: list[TextTest] = []

        def look(block: Block, state: State) -> bool:
            if block.node is not None and state.flying is None and state.handled == catch.thrown:
                found.extend(self._tests_in(block.node, state, catch, depth))
            return False

        def stop(block: Block, state: State) -> bool:
            return state.flying is None and block in graph.blocks_of(catch.call)

        def arrive(edge: Edge, state: State) -> State | None:
            if edge.kind is Kind.CATCH and edge.source.node is not catch.clause:
                return None
            return None if edge.kind in (Kind.TRUE, Kind.FALSE) and self._is_recognised_by(edge.source.node, state) else state

        try:
            self._flow.search(graph, starts, look, stop=stop, arrive=arrive)
        except TooManyStates:
            return []
        return found

    def _tests_in(self, node: cst.CSTNode, state: State, catch: Catch, depth: int) -> Iterator[TextTest]:
        for part in evaluated(node):
            test = self._test(part, state, catch)
            if test.words and not self._is_also_recognised(part, state):
                *_, whole = (part, *self._around(part))
                yield test._replace(beside=tuple(self._test(other, state, catch) for other in walk(whole)))
            if isinstance(part, cst.Call) and depth < _MAX_DEPTH:
                if any(self._flow.known(arg.value, state) in (EXCEPTION, TEXT) for arg in part.args):
                    yield from self._tests_in_functions(part, state, catch, depth)
        if isinstance(node, cst.MatchCase):
            yield from self._tests_in_case(node, state, catch)

    def _test(self, node: cst.CSTNode, state: State, catch: Catch) -> TextTest:
        """What an expression looks for in the exception's text; no words at all where it is no such test."""
        words, is_pattern = self._looked_for(node, state)
        about = tuple(word for word in words if is_about_authentication(word))
        if about and not is_pattern and self._is_built_with(catch):
            about = tuple(word for word in about if not _is_said_of_missing_key(word))
        return TextTest(node, about, is_pattern, catch.clause, len(about) < len(words))

    def _around(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """The parts of an expression around a node, up to the statement."""
        statements = (cst.BaseSmallStatement, cst.BaseCompoundStatement, cst.MatchCase)
        return takewhile(lambda each: not isinstance(each, statements), self._tree.ancestors(node))

    def _tests_in_functions(self, call: cst.Call, state: State, catch: Catch, depth: int) -> Iterator[TextTest]:
        for function in self._resolver.called_functions(call):
            graph = self._resolver.graph(function)
            if graph is not None:
                start = graph.entry, self._flow.handed(function, call, state)
                yield from self._tests_behind(graph, [start], catch, depth + 1)

    def _tests_in_case(self, case: cst.MatchCase, state: State, catch: Catch) -> Iterator[TextTest]:
        match = self._tree.parents[case]
        if isinstance(match, cst.Match) and self._flow.known(match.subject, state) == TEXT:
            patterns = [part.value for part in walk(case.pattern) if isinstance(part, cst.MatchValue)]
            words = tuple(word for pattern in patterns for word in self._words(pattern) if is_about_authentication(word))
            if words:
                yield TextTest(case.pattern, words, False, catch.clause)

    # What is looked for.

    def _looked_for(self, node: cst.CSTNode, state: State) -> tuple[tuple[str, ...], bool]:
        """The words that an expression looks for in the exception's text, and whether they are patterns."""
        if isinstance(node, cst.Comparison) and len(node.comparisons) == 1:
            operator, right = node.comparisons[0].operator, node.comparisons[0].comparator
            if isinstance(operator, (cst.In, cst.NotIn, cst.Equal, cst.NotEqual)):
                if self._flow.known(right, state) == TEXT:
                    return self._words(node.left), False
                if self._flow.known(node.left, state) == TEXT:
                    return self._words(right), False
        if isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute) and node.args:
            if node.func.attr.value in _METHODS and self._flow.known(node.func.value, state) == TEXT:
                return self._words(node.args[0].value), False
            if node.func.attr.value in _SEARCHES:
                if any(self._flow.known(arg.value, state) == TEXT for arg in node.args[:2]):
                    return self._words(self._pattern(node, node.func)), True
        return (), False

    def _pattern(self, call: cst.Call, func: cst.Attribute) -> cst.BaseExpression:
        """The pattern of `re.search(pattern, text)` or `re.compile(pattern).search(text)`."""
        compiled: cst.BaseExpression = func.value
        if isinstance(compiled, cst.Name):
            values = [binding.value for binding in self._resolver.bindings(compiled) if binding.value is not None]
            compiled = values[0] if len(values) == 1 else compiled
        if isinstance(compiled, cst.Call) and compiled.args and "re.compile" in self._resolver.names(compiled.func):
            return compiled.args[0].value
        return call.args[0].value

    def _words(self, needle: cst.BaseExpression) -> tuple[str, ...]:
        if isinstance(needle, cst.Call) and isinstance(needle.func, cst.Attribute) and needle.func.attr.value in _CHANGES_CASE:
            needle = needle.func.value
        value = self._values.value(needle)
        if isinstance(needle, cst.Name) and not isinstance(value, (str, tuple)):
            items = [binding.value for binding in self._resolver.bindings(needle) if binding.kind == "item"]
            value = self._values.value(items[0]) if len(items) == 1 and items[0] is not None else None
        found = value if isinstance(value, tuple) else (value,)
        return tuple(word for word in found if isinstance(word, str))

    # What recognises it rightly.

    def _is_recognised_by(self, node: cst.CSTNode | None, state: State) -> bool:
        """Whether a condition asks for the class, the status or the code of an AuthenticationError."""
        if isinstance(node, cst.MatchCase):
            return any(self._names_it(part) for part in walk(node.pattern))
        return node is not None and any(self._asks_for_it(part, state) for part in evaluated(node))

    def _names_it(self, pattern: cst.CSTNode) -> bool:
        if isinstance(pattern, cst.MatchClass):
            return self._errors.names_it(pattern.cls)
        return isinstance(pattern, cst.MatchValue) and self._values.value(pattern.value) == AUTHENTICATION_STATUS

    def _asks_for_it(self, node: cst.CSTNode, state: State) -> bool:
        if isinstance(node, cst.Call) and len(node.args) == 2:
            if self._resolver.names(node.func) & {"builtins.isinstance", "builtins.issubclass"}:
                return self._errors.names_it(node.args[1].value)
        if not isinstance(node, cst.Comparison) or len(node.comparisons) != 1:
            return False
        for side, other in ((node.left, node.comparisons[0].comparator), (node.comparisons[0].comparator, node.left)):
            fact = self._flow.known(side, state)
            expected = self._values.value(other)
            values = expected if isinstance(expected, tuple) else (expected,)
            if fact == CLASS and self._errors.names_it(other):
                return True
            if fact == CODE and any(isinstance(value, str) and is_about_authentication(value) for value in values):
                return True
            if fact is not None and fact.told and any(value == fact.value for value in values):
                return True
        return False

    def _is_also_recognised(self, node: cst.CSTNode, state: State) -> bool:
        """Whether the same expression asks for more than the text: so that it holds without it, `"401" in str(e) or ...`, or so
        that the text is asked for only behind that, `... and "401" in str(e)`.
        """
        below = node
        for around in self._around(node):
            others: list[cst.CSTNode] = []
            if isinstance(around, cst.BooleanOperation):
                others = [around.left, around.right] if isinstance(around.operator, cst.Or) else [around.left]
            elif isinstance(around, cst.IfExp):
                others = [around.test]
            if any(other is not below and any(self._asks_for_it(part, state) for part in walk(other)) for other in others):
                return True
            below = around
        return False

    # Whose error it is.

    def _is_built_with(self, catch: Catch) -> bool:
        """Whether the `try` also builds a client, which fails with an error of its own where there is no key."""
        guarded = self._tree.parents[catch.clause]
        return isinstance(guarded, (cst.Try, cst.TryStar)) and any(
            self._clients.construction_through(node) is not None for node in walk(guarded.body) if isinstance(node, cst.Call)
        )

    def _is_surely_openai(self, catch: Catch) -> bool:
        """Whether no other service's error can come to the clause by the same way."""
        if isinstance(catch.clause, cst.WithItem):
            return False
        types = catch.clause.type
        if types is not None and all(name.startswith("openai.") for name in self._resolver.caught(types)):
            return True
        guarded = self._tree.parents[catch.clause]
        return isinstance(guarded, (cst.Try, cst.TryStar)) and not self._asks_others(guarded.body, 0)

    def _asks_others(self, body: cst.CSTNode, depth: int) -> bool:
        for node in walk(body):
            if isinstance(node, cst.Call):
                if any(self._is_other(name) for name in self._resolver.names(node.func)):
                    return True
                if depth < _MAX_DEPTH and any(
                    self._asks_others(function.body, depth + 1) for function in self._resolver.called_functions(node)
                ):
                    return True
        return False

    def _is_other(self, name: str) -> bool:
        package = name.partition(".")[0].partition("()")[0]
        return package in _NETWORK or self._clients.is_rival(package)


def _is_said_of_missing_key(word: str) -> bool:
    return any(word.lower() in text.lower() for text in MISSING_KEY_TEXTS)
