"""Tests that recognise an AuthenticationError by its text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, takewhile
from typing import NamedTuple, TypeAlias

from oaklint.python import cst
from oaklint.python.behind import Behind, Pair
from oaklint.python.facts import CLASS, CODE, EXCEPTION, TEXT, State, Thrown
from oaklint.python.flow import Block, Edge, Graph, Kind, TooManyStates
from oaklint.python.patterns import PATTERN_METHODS, Pattern, pattern_of
from oaklint.python.places import place
from oaklint.python.tree import Run, evaluated, last_part, walk
from oaklint.sdk.clients import serves_openai, url_host
from oaklint.sdk.exceptions import (
    AUTHENTICATION_NAMES,
    AUTHENTICATION_STATUS,
    AUTHENTICATION_TEXTS,
    MISSING_KEY_AT_REQUEST,
    MISSING_KEY_TEXTS,
    OTHER_TEXTS,
    authentication_texts,
    is_about_authentication,
    surely_means_authentication,
)
from oaklint.usage.context import Context
from oaklint.usage.errors.auth_errors import AuthErrors, Clause
from oaklint.usage.retries.retries import Retries

# How text is searched for a word, by the method or operator.
_SEARCHES: dict[str, Callable[[str, str], bool]] = {
    **dict.fromkeys(("find", "rfind", "index", "count", "endswith", "__contains__", "In", "NotIn"), str.__contains__),
    "startswith": str.startswith,
    "Equal": str.__eq__,
    "NotEqual": str.__eq__,
}
_METHODS = _SEARCHES.keys() - {"In", "NotIn", "Equal", "NotEqual"}
Change: TypeAlias = Callable[[str], str]
_CHANGES: dict[str, Change] = {"lower": str.lower, "upper": str.upper, "casefold": str.casefold}
_NAMING = {"builtins.repr", "traceback.format_exc", "traceback.format_exception"}
# Packages whose calls fail with a 401 of their own.
_NETWORK = {
    *("requests", "httpx", "aiohttp", "urllib", "urllib3", "http", "boto3", "botocore", "github", "supabase", "pinecone"),
    *("qdrant_client", "weaviate", "elevenlabs", "slack_sdk", "notion_client", "telegram", "discord", "tweepy", "stripe"),
}
_MAX_DEPTH = 3


class TextTest(NamedTuple):
    """A test of an exception's text.

    clause: what the exception comes to, a clause, the retry decorator whose predicate is asked, a function that is handed it, or
            the call of `gather` that hands it back.
    words: those of the words looked for that are about authentication; text or patterns. others: whether there are more.
    holds: the releases in AUTHENTICATION_TEXTS for which it is true. beside: all tests of the text in the same expression.
    """

    node: cst.CSTNode
    words: tuple[str, ...]
    is_pattern: bool
    clause: Clause | cst.Decorator | cst.FunctionDef
    others: bool = False
    holds: frozenset[str] = frozenset()
    beside: tuple[TextTest, ...] = ()


class _Met(NamedTuple):
    """Where the error of a call is met: at a clause, at a retry decorator of the function around the call, in a function that is
    handed it by others, or among the results that `gather` hands back.
    """

    call: Run | cst.FunctionDef
    clause: Clause | cst.Decorator | cst.FunctionDef
    thrown: Thrown


class _Look(NamedTuple):
    """A look into the exception's text: the expression of the text, the words, and whether a text has one of them."""

    text: cst.BaseExpression
    words: tuple[str, ...]
    finds: Callable[[str, str], bool | None]
    is_pattern: bool = False


# By these, frameworks are told of functions for errors.
_REGISTERING = {"exception_handler", "errorhandler", "app_errorhandler", "error_handler"}


class TextTests:
    """Finds the tests that decide by text whether an exception is an AuthenticationError."""

    def __init__(self, context: Context, policies: Retries, errors: AuthErrors) -> None:
        self._tree = context.tree
        self._resolver = context.resolver
        self._values = context.values
        self._flow = context.flow
        self._clients = context.clients
        self._constructions = context.constructions
        self._deferred = context.deferred
        self._policies = policies
        self._errors = errors
        self._parts: dict[cst.CSTNode, list[cst.CSTNode]] = {}
        self._releases = authentication_texts(context.generation)

    def of(self, clause: Clause) -> list[TextTest]:
        """The tests that an AuthenticationError caught by the clause comes to before it has been recognised otherwise."""
        found: dict[cst.CSTNode, TextTest] = {}
        if isinstance(clause, (cst.WithItem, cst.Call)) or (clause.type is not None and self._errors.names_it_alone(clause.type)):
            return []
        for catch in self._errors.catches.get(clause, ()):
            met = _Met(*catch)
            if self._errors.is_original(met.thrown) and self._is_surely_openai(met):
                graph = self._resolver.graph(self._tree.unit(met.call))
                if graph is not None:
                    starts = self._errors.failing(catch.call, met.thrown)
                    for test in self._tests_behind(graph, starts, met, 0):
                        found.setdefault(test.node, test)
        return list(found.values())

    def in_predicates(self) -> list[TextTest]:
        """The tests that an AuthenticationError comes to in the predicates of retry decorators."""
        found: dict[cst.CSTNode, TextTest] = {}
        for decorator in self._tree.own.get(cst.Decorator, ()):
            assert isinstance(decorator, cst.Decorator)
            for test in self._tests_in_predicates_of(decorator):
                found.setdefault(test.node, test)
        return list(found.values())

    def _tests_in_predicates_of(self, decorator: cst.Decorator) -> Iterator[TextTest]:
        function, policy = self._tree.parents[decorator], self._policies.policy(decorator.decorator)
        predicates = list(self._policies.predicates(policy)) if policy is not None else []
        if not predicates or not isinstance(function, cst.FunctionDef):
            return
        for met in (_Met(function, decorator, thrown) for thrown in self._errors.reaching(decorator, function)):
            if self._errors.is_original(met.thrown) and self._is_surely_openai(met):
                for predicate in predicates:
                    params = [param for param in predicate.params.params if param.name.value not in ("self", "cls")]
                    for param in params[:1]:
                        yield from self._tests_in_predicate(predicate, param, met)

    def in_classifiers(self) -> list[TextTest]:
        """The tests that an AuthenticationError comes to in functions that others hand it, and that know of no other service:
        they ask for classes of the SDK as well, or are for errors of the SDK alone.
        """
        found: dict[cst.CSTNode, TextTest] = {}
        if any(map(self._is_other, self._clients.imported)):
            return []
        for function in self._tree.own.get(cst.FunctionDef, ()):
            assert isinstance(function, cst.FunctionDef)
            for param in function.params.params:
                is_of_sdk = self._is_asked_for_class(param, function) or self._is_declared(param, function)
                if is_of_sdk and self._is_handed_by_others(param, function, 0):
                    for test in self._tests_in_predicate(function, param, _Met(function, function, self._errors.error)):
                        found.setdefault(test.node, test)
        return list(found.values())

    def in_results(self) -> list[TextTest]:
        """The tests that an AuthenticationError comes to as one of the results of `gather(..., return_exceptions=True)`."""
        found: dict[cst.CSTNode, TextTest] = {}
        for call in self._resolver.calls.own_runs:
            for met in (_Met(call, *kept) for kept in self._errors.kept_for(call)):
                if self._errors.is_original(met.thrown) and self._is_surely_openai(met):
                    for test in self._tests_of_results(call, met):
                        found.setdefault(test.node, test)
        return list(found.values())

    def _tests_of_results(self, call: Run, met: _Met) -> list[TextTest]:
        graph = self._resolver.graph(self._tree.unit(call))
        if graph is None:
            return []
        with self._flow.returning(call, self._errors.gives(call, EXCEPTION)):
            made = [step for block in graph.blocks_of(call) for step in self._flow.steps(block, State(None, met.thrown))]
            return self._tests_behind(graph, [(edge.target, after) for edge, after in made if after.flying is None], met, 0)

    def _is_handed_by_others(self, param: cst.Param, function: cst.FunctionDef, depth: int) -> bool:
        """Whether it is not seen what a function is handed: where the program calls it, it is, but for what was handed on."""
        if not self._resolver.calls.of(function):
            return True
        for handed in self._resolver.calls.handed_to(param) if depth < _MAX_DEPTH else ():
            for binding in self._resolver.bindings(handed) if isinstance(handed, cst.Name) else ():
                outer = self._tree.unit(handed)
                if isinstance(binding.node, cst.Param) and isinstance(outer, cst.FunctionDef):
                    if self._is_handed_by_others(binding.node, outer, depth + 1):
                        return True
        return False

    def _is_asked_for_class(self, param: cst.Param, function: cst.FunctionDef) -> bool:
        """Whether a function asks what it is handed for a class of the SDK: `isinstance(error, openai.RateLimitError)`."""
        calls = (call for call in self._tree.calls_in(function) if len(call.args) == 2)
        asked = (call.args[1].value for call in calls if place(call.args[0].value) == param.name.value)
        return any(name.startswith("openai.") for types in asked for name in self._resolver.clauses.caught(types))

    def _is_declared(self, param: cst.Param, function: cst.FunctionDef) -> bool:
        """Whether a parameter is declared to be an error of the SDK, of which an AuthenticationError is one among others, or is
        what a framework hands to a function that is registered for these: `@app.exception_handler(OpenAIError)`.
        """
        declared = [param.annotation.annotation] if param.annotation is not None else []
        if param is function.params.params[-1]:
            calls = (each.decorator for each in function.decorators if isinstance(each.decorator, cst.Call))
            declared += (call.args[0].value for call in calls if call.args and last_part(call.func) in _REGISTERING)
        return any(map(self._is_wide, declared))

    def _is_wide(self, types: cst.BaseExpression) -> bool:
        names = self._resolver.clauses.caught(types)
        is_of_sdk = bool(names) and all(name.startswith("openai.") for name in names)
        return is_of_sdk and self._flow.catches(types, self._errors.error) is True and not self._errors.names_it_alone(types)

    def _tests_in_predicate(self, predicate: cst.FunctionDef | cst.Lambda, param: cst.Param, met: _Met) -> Iterator[TextTest]:
        state = State(None, met.thrown).knowing(param.name.value, EXCEPTION)
        graph = self._resolver.graph(predicate) if isinstance(predicate, cst.FunctionDef) else None
        if isinstance(predicate, cst.Lambda):
            yield from self._tests_in(predicate.body, state, met, 0)
        elif graph is not None:
            yield from self._tests_behind(graph, [(graph.entry, state)], met, 0)

    # Where to look.

    def _tests_behind(self, graph: Graph, starts: Iterable[Pair], met: _Met, depth: int) -> list[TextTest]:
        """The tests that the error comes to. The lap of a state says whether it has come to the clause, or into a function."""
        found: list[TextTest] = []
        is_kept = isinstance(met.clause, cst.Call)
        is_met = depth > 0 or isinstance(met.call, cst.FunctionDef) or is_kept
        starts = [(block, state._replace(lap=int(is_met))) for block, state in starts]
        again: list[Block] = []
        if not isinstance(met.call, cst.FunctionDef) and not depth:
            again = graph.blocks_of(met.call) if is_kept else self._deferred.blocks_of(met.call)
        # Behind the call and the clause, it is all the same which they were.
        last = max((graph.circles[block] for block in (*again, *graph.blocks_of(met.clause))), default=-1)
        beyond: dict[Pair, None] = {}

        def look(block: Block, state: State) -> bool:
            if state.lap and graph.circles[block] > last:
                beyond[block, state] = None
            elif block.node is not None and state.flying is None and state.handled == met.thrown and state.lap:
                found.extend(self._tests_in(block.node, state, met, depth))
            return False

        def stop(block: Block, state: State) -> bool:
            return (block, state) in beyond or (state.flying is None and block in again)

        def arrive(edge: Edge, state: State) -> State | None:
            if edge.kind is Kind.CATCH:
                if edge.source.node is met.clause:
                    return state._replace(lap=1)
                return state if not state.lap else None  # a clause on the way may raise it again
            return None if edge.kind in (Kind.TRUE, Kind.FALSE) and self._is_recognised_by(edge.source.node, state) else state

        try:
            self._flow.search(graph, starts, look, stop=stop, arrive=arrive)
            behind = self._flow.once("text tests", self, lambda: Behind(self._further, self._looks_at))
            for node, state in behind.of(beyond):
                if state.handled == met.thrown:
                    found.extend(self._tests_in(node, state, met, depth))
        except TooManyStates:
            return []
        return found

    def _further(self, block: Block, state: State) -> Iterator[Pair]:
        """The ways on of an error that has been caught; not those on which it has been recognised."""
        for edge, after in self._flow.steps(block, state):
            decides = edge.kind in (Kind.TRUE, Kind.FALSE)
            if edge.kind is not Kind.CATCH and not (decides and self._is_recognised_by(block.node, after)):
                yield edge.target, after

    def _looks_at(self, block: Block, state: State) -> Iterator[tuple[cst.CSTNode, State]]:
        """What a block evaluates, if it looks into the text of the error, or hands it to others."""
        node = block.node
        if node is None or state.flying is not None:
            return
        match = self._tree.parents[node] if isinstance(node, cst.MatchCase) else None
        parts = [*self._parts_at(node, state)]
        handed = [(arg.value, inside) for part, inside in parts if isinstance(part, cst.Call) for arg in part.args]
        handed += [(match.subject, state)] if isinstance(match, cst.Match) else []
        is_handed = any(self._flow.known(each, inside) in (EXCEPTION, TEXT) for each, inside in handed)
        if is_handed or any(self._look(part, inside) is not None for part, inside in parts):
            yield node, state

    def _parts_of(self, node: cst.CSTNode) -> list[cst.CSTNode]:
        """The parts of what a block evaluates that may be tests."""
        if node not in self._parts:
            self._parts[node] = [part for part in evaluated(node) if isinstance(part, (cst.Call, cst.Comparison))]
        return self._parts[node]

    def _parts_at(self, node: cst.CSTNode, state: State) -> Iterator[tuple[cst.CSTNode, State]]:
        """The same with what is known where each is evaluated: by what a comprehension around it goes through; not those which it
        does not come to, or not before it has recognised the error.
        """
        for part in self._parts_of(node):
            inside, is_passed = state, False
            around = [each.for_in for each in self._around(part) if isinstance(each, cst.BaseComp)]
            for comprehension in reversed(around):
                inside = self._flow.iterations.inside(comprehension, inside)
                before = (each.test for each in comprehension.ifs if part not in walk(each))
                is_passed |= any(self._truth(test, inside) is False or self._is_recognised_by(test, inside) for test in before)
            if not is_passed:
                yield part, inside

    def _truth(self, node: cst.BaseExpression, state: State) -> object:
        return self._flow.knowledge.truth(self._flow.known(node, state))

    def _tests_in(self, node: cst.CSTNode, state: State, met: _Met, depth: int) -> Iterator[TextTest]:
        for part, inside in self._parts_at(node, state):
            test = self._test(part, inside, met)
            if test.words and not self._is_also_recognised(part, inside):
                *_, whole = (part, *self._around(part))
                yield test._replace(beside=tuple(self._test(other, inside, met) for other in walk(whole)))
            if isinstance(part, cst.Call) and depth < _MAX_DEPTH:
                if any(self._flow.known(arg.value, inside) in (EXCEPTION, TEXT) for arg in part.args):
                    yield from self._tests_in_functions(part, inside, met, depth)
        if isinstance(node, cst.MatchCase):
            yield from self._tests_in_case(node, state, met)

    def _test(self, node: cst.CSTNode, state: State, met: _Met) -> TextTest:
        """What an expression looks for in the exception's text; no words at all where it is no such test."""
        look = self._look(node, state)
        return self._judged(node, look, state, met) if look is not None else TextTest(node, (), False, met.clause)

    def _judged(self, node: cst.CSTNode, look: _Look, state: State, met: _Met) -> TextTest:
        is_named, changes = self._changes_of(look.text, state)
        texts = {release: _text_of(release, whole=is_named) for release in self._releases}
        about: list[str] = []
        holds: set[str] = set()
        for word in look.words:
            releases = {release for release, text in texts.items() if any(look.finds(word, change(text)) for change in changes)}
            if self._is_about(word, look, bool(releases)) and not self._is_said_elsewhere(word, look, met):
                about.append(word)
                holds |= releases
        return TextTest(node, tuple(about), look.is_pattern, met.clause, len(about) < len(look.words), frozenset(holds))

    def _is_about(self, word: str, look: _Look, is_found: bool) -> bool:
        """Whether a word, or pattern, is meant to recognise an AuthenticationError."""
        if not is_found:
            return surely_means_authentication(word)
        return is_about_authentication(word) or (look.is_pattern and not any(look.finds(word, text) for text in OTHER_TEXTS))

    def _around(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """The parts of an expression around a node, up to the statement."""
        statements = (cst.BaseSmallStatement, cst.BaseCompoundStatement, cst.MatchCase)
        return takewhile(lambda each: not isinstance(each, statements), self._tree.ancestors(node))

    def _tests_in_functions(self, call: cst.Call, state: State, met: _Met, depth: int) -> Iterator[TextTest]:
        for function in self._resolver.calls.functions(call):
            graph = self._resolver.graph(function)
            if graph is not None:
                start = graph.entry, self._flow.handed(function, call, state)
                yield from self._tests_behind(graph, [start], met, depth + 1)

    def _tests_in_case(self, case: cst.MatchCase, state: State, met: _Met) -> Iterator[TextTest]:
        match = self._tree.parents[case]
        if isinstance(match, cst.Match) and self._flow.known(match.subject, state) == TEXT:
            patterns = [part.value for part in walk(case.pattern) if isinstance(part, cst.MatchValue)]
            words = tuple(word for pattern in patterns for word in self._words(pattern))
            test = self._judged(case.pattern, _Look(match.subject, words, str.__eq__), state, met)
            if test.words:
                yield test

    # What is looked for.

    def _look(self, node: cst.CSTNode, state: State) -> _Look | None:
        """The look into the exception's text that an expression takes, if it is one."""
        if isinstance(node, cst.Comparison) and len(node.comparisons) == 1:
            right = node.comparisons[0].comparator
            finds = _SEARCHES.get(type(node.comparisons[0].operator).__name__)
            for text, words in ((right, node.left), (node.left, right)):
                if finds is not None and self._flow.known(text, state) == TEXT:
                    return _Look(text, self._words(words), _of_text(finds))
        if isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute) and node.args:
            name, owner = node.func.attr.value, node.func.value
            if name in _METHODS and self._flow.known(owner, state) == TEXT:
                return _Look(owner, self._words(node.args[0].value), _of_text(_SEARCHES[name]))
            searched = next((arg.value for arg in node.args[:2] if self._flow.known(arg.value, state) == TEXT), None)
            if name in PATTERN_METHODS and searched is not None:
                pattern, flags = pattern_of(node, self._resolver)
                method = PATTERN_METHODS[name]
                return _Look(searched, self._words(pattern), lambda word, text: Pattern(word, method, flags).fits(text), True)
        return None

    def _words(self, needle: cst.BaseExpression) -> tuple[str, ...]:
        change: Change = str
        if isinstance(needle, cst.Call) and isinstance(needle.func, cst.Attribute):
            method = needle.func.attr.value
            if method in _CHANGES or method == "strip":
                change, needle = _CHANGES.get(method, str.strip), needle.func.value
        value = self._values.value(needle)
        if isinstance(needle, cst.Name) and not isinstance(value, (str, tuple)):
            items = [binding.value for binding in self._resolver.bindings(needle) if binding.kind == "item"]
            value = self._values.value(items[0]) if len(items) == 1 and items[0] is not None else None
        found = value if isinstance(value, tuple) else (value,)
        return tuple(change(word) for word in found if isinstance(word, str))

    # In what it is looked for.

    def _changes_of(self, text: cst.BaseExpression, state: State) -> tuple[bool, Sequence[Change]]:
        """Whether text holds the name of the exception's class, and what may be done to its letters."""
        parts = list(self._made_of(text, state))
        is_named = any(part is None or self._names_class(part) for part in parts)
        methods = {part.attr.value for part in parts if isinstance(part, cst.Attribute)} & _CHANGES.keys()
        if None in parts or len(methods) > 1:
            return is_named, (str, str.lower, str.upper)
        return is_named, [_CHANGES[method] for method in methods] or [str]

    def _made_of(self, node: cst.BaseExpression, state: State, depth: int = 0) -> Iterator[cst.CSTNode | None]:
        """The parts of an expression, and of what its names stand for; None for what is not seen."""
        for part in walk(node):
            yield part
            if isinstance(part, cst.Call) and self._resolver.calls.functions(part):
                yield None
            if not isinstance(part, cst.Name) or self._tree.is_label(part) or self._flow.known(part, state) == EXCEPTION:
                continue
            for binding in self._resolver.bindings(part):
                if binding.kind in ("assign", "annotated", "item") and binding.value is not None and depth < _MAX_DEPTH:
                    yield from self._made_of(binding.value, state, depth + 1)
                elif binding.kind not in ("exception", "import"):
                    yield None

    def _names_class(self, node: cst.CSTNode) -> bool:
        if isinstance(node, cst.FormattedStringExpression):
            return node.conversion == "r"
        if isinstance(node, cst.SimpleString):
            return "%r" in node.value or "!r" in node.value
        if isinstance(node, cst.Attribute):
            return node.attr.value in ("__class__", "__name__", "__qualname__")
        return isinstance(node, cst.Call) and bool(self._resolver.names(node.func) & _NAMING)

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
                either = isinstance(around.operator, cst.Or)
                if below is around.right and self._truth(around.left, state) is either:
                    return True  # it is not asked for at all
                others = [around.left, around.right] if either else [around.left]
            elif isinstance(around, cst.IfExp):
                others = [around.test]
            if any(other is not below and any(self._asks_for_it(part, state) for part in walk(other)) for other in others):
                return True
            below = around
        return False

    # Whose error it is.

    def _is_said_elsewhere(self, word: str, look: _Look, met: _Met) -> bool:
        """Whether an error that comes to the clause by the same way, and has no class of its own, is recognised by the word."""
        wanted = word if look.is_pattern else word.casefold()
        said = list(self._said_by_program(met))
        if self._is_built_with(met):
            said += MISSING_KEY_TEXTS
        if " " in word.strip():
            said.append(MISSING_KEY_AT_REQUEST)
        return any(look.finds(wanted, text.casefold()) for text in said)

    def _guarded(self, met: _Met) -> cst.CSTNode | None:
        """What is run where the error is met: the body of the `try`, or of the decorated function, or what `gather` is handed, be
        it somewhere in the function.
        """
        if isinstance(met.clause, cst.Call):
            is_made_there = not any(isinstance(arg.value, cst.Name) for arg in met.clause.args if arg.keyword is None)
            return met.clause if is_made_there else self._tree.unit(met.clause)
        around = self._tree.parents[met.clause]
        return around.body if isinstance(around, (cst.Try, cst.TryStar, cst.FunctionDef)) else None

    def _said_by_program(self, met: _Met) -> Iterator[str]:
        """The texts in the `raise` statements of what is run, and of the functions that it calls, but for those in clauses."""
        guarded = self._guarded(met)
        pending: list[tuple[cst.CSTNode, int]] = [(guarded, 0)] if guarded is not None else []
        seen: set[cst.CSTNode] = set()
        while pending:
            body, depth = pending.pop()
            seen.add(body)
            for node in walk(body):
                if isinstance(node, cst.Raise) and not any(map(_is_clause, self._tree.ancestors(node))):
                    yield from self._texts_in(node)
                if isinstance(node, cst.Call) and depth < _MAX_DEPTH:
                    bodies = (function.body for function in self._run_by(node))
                    pending += ((each, depth + 1) for each in bodies if each not in seen)

    def _run_by(self, call: cst.Call) -> list[cst.FunctionDef]:
        """The functions that a call runs, among them those that are handed to it for that."""
        handed = (name for node in self._errors.handed_to_runner(call) for name in self._resolver.names(node))
        return [*self._resolver.calls.functions(call), *self._resolver.definitions.functions(handed)]

    def _texts_in(self, node: cst.Raise) -> Iterator[str]:
        for part in walk(node):
            if isinstance(part, cst.FormattedStringText):
                yield part.value
            elif isinstance(part, (cst.SimpleString, cst.Name)) and (text := self._values.text(part)) is not None:
                yield text

    def _is_built_with(self, met: _Met) -> bool:
        """Whether a client is built there, too, which fails with an error of its own where there is no key."""
        guarded = self._guarded(met)
        calls = (node for node in walk(guarded) if isinstance(node, cst.Call)) if guarded is not None else ()
        return any(self._constructions.through(call) is not None for call in calls)

    def _is_surely_openai(self, met: _Met) -> bool:
        """Whether no other service's error can come there by the same way."""
        if self._speaks_to_others(met):
            return False
        types = met.clause.type if isinstance(met.clause, (cst.ExceptHandler, cst.ExceptStarHandler)) else None
        if types is not None and all(name.startswith("openai.") for name in self._resolver.clauses.caught(types)):
            return True
        guarded = self._guarded(met)
        return guarded is not None and not self._asks_others(guarded)

    def _speaks_to_others(self, met: _Met) -> bool:
        """Whether the client is built for another service, which has its own words; where it is not known which client that is,
        whether one is.
        """
        request = self._errors.request_behind(met.call)
        client = request.func if isinstance(request, cst.Call) else None
        while isinstance(client, cst.Attribute) and not self._clients.is_client(client):
            client = client.value
        built = self._constructions.in_program
        key = place(client) if client is not None else None
        there = [each for each in built if key in {place(target) for target in self._constructions.targets(each)}]
        addresses = (construction.argument("base_url") for construction in there or built)
        return any(address is not None and self._is_of_another(address, 0) for address in addresses)

    def _is_of_another(self, address: cst.BaseExpression, depth: int) -> bool:
        text = self._values.text(address)
        if text is not None:
            host = url_host(text)
            return host is not None and not serves_openai(host)
        bindings = self._resolver.bindings(address) if isinstance(address, cst.Name) else ()
        params = (binding.node for binding in bindings if isinstance(binding.node, cst.Param))
        handed = [value for param in params for value in self._resolver.calls.handed_to(param)]
        if isinstance(address, (cst.Name, cst.Attribute)) and depth < _MAX_DEPTH:
            return any(self._is_of_another(value, depth + 1) for value in (*self._resolver.values_of(address), *handed))
        return False

    def _asks_others(self, body: cst.CSTNode) -> bool:
        own = [node for node in walk(body) if isinstance(node, cst.Call)]
        handed = [node for call in own for node in self._errors.handed_to_runner(call)]
        own += [inner for call in own for function in self._run_by(call) for inner in self._tree.calls_in(function)]
        called = (call.func for call in chain(own, *map(self._resolver.calls.below, own)))
        return any(self._is_other(name) for node in (*handed, *called) for name in self._resolver.names(node))

    def _is_other(self, name: str) -> bool:
        package = name.partition(".")[0].partition("()")[0]
        return package in _NETWORK or self._clients.is_rival(package)


def _text_of(release: str, *, whole: bool) -> str:
    """The text of the error in a release; as a whole, with what `repr()` adds to it."""
    text = AUTHENTICATION_TEXTS[release]
    return f"{AUTHENTICATION_NAMES[release]}: {text}" if whole else text


def _of_text(finds: Callable[[str, str], bool]) -> Callable[[str, str], bool]:
    return lambda word, text: finds(text, word)


def _is_clause(node: cst.CSTNode) -> bool:
    return isinstance(node, (cst.ExceptHandler, cst.ExceptStarHandler))
