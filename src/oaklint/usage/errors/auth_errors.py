"""Where the AuthenticationError of a request goes: which calls raise it, where it stops, and whether it leaves its function."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cached_property
from itertools import takewhile
from typing import NamedTuple, TypeAlias

from oaklint.python import cst
from oaklint.python.definitions import ENTERS
from oaklint.python.facts import Fact, Facts, State, Thrown
from oaklint.python.fixpoint import Fixpoint
from oaklint.python.flow import Block, TooManyStates
from oaklint.python.scopes import CodeUnit
from oaklint.python.tree import Run, callee, parameters, walk
from oaklint.sdk.exceptions import NEWEST, REFUSALS, exception_name
from oaklint.usage.context import Context
from oaklint.usage.errors.sdk_errors import authentication_error_of, sdk_error
from oaklint.usage.retries.decorators import Decorators, OwnDecorator
from oaklint.usage.retries.retries import Retries

# What runs the function that it is handed first, once or for each of many things.
_RUN_FOR_EACH = {"builtins.map", "itertools.starmap"}
_RUN_FIRST = _RUN_FOR_EACH | {"builtins.filter"}
_RUN_FIRST |= {"anyio.create_task_group().start_soon", "trio.open_nursery().start_soon"}
_NOTHING: frozenset[Thrown] = frozenset()
# How deep, and how often in all, functions that are handed over are followed.
_MAX_DEPTH = 4
_MAX_FOLLOWED = 2_000


# What stops an error: a clause, `with suppress(...)`, or a call of `gather(..., return_exceptions=True)`.
Clause: TypeAlias = "cst.ExceptHandler | cst.ExceptStarHandler | cst.WithItem | cst.Call"


class Catch(NamedTuple):
    """A clause, or `with suppress(...)`, at which the error of a request stops.

    call: the request, or the call that runs the function that makes it. thrown: what arrives.
    """

    call: Run
    clause: Clause
    thrown: Thrown


class _Handed(NamedTuple):
    """A function that was handed over: what it raises, and whether a call of it only makes a coroutine or a generator."""

    thrown: frozenset[Thrown]
    suspends: bool


class _Assumption(NamedTuple):
    """The functions that were handed over to a definition, each with its parameter, and what else it was handed."""

    definition: cst.CSTNode
    handed: frozenset[tuple[cst.Param, _Handed]]
    facts: Facts


class AuthErrors:
    """Follows the AuthenticationError of each request of a program, or another error that requests raise."""

    def __init__(self, context: Context, policies: Retries, decorators: Decorators, error: Thrown | None = None) -> None:
        self._tree = context.tree
        self._resolver = context.resolver
        self._flow = context.flow
        self._clients = context.clients
        self._policies = policies
        self._decorators = decorators
        self._deferred = context.deferred
        self._threads = context.threads
        self._escaping = Fixpoint()
        self._assumptions: list[_Assumption] = []
        self._followed = 0
        self._generation = context.generation
        self._excludes_legacy = context.excludes_legacy
        self.error = error or authentication_error_of(context.generation, context.release)
        # A program for both generations: a call of the other one raises the error of the other one.
        self._other_error = authentication_error_of(NEWEST if context.generation == 0 else 0) if error is None else self.error

    # What raises it.

    def raised_by(self, call: Run) -> frozenset[Thrown]:
        """The AuthenticationError, or what became of it, that a call may raise, or the reading of a property: itself a request,
        or running a function that makes one. Nothing where others will run what it makes.
        """
        found = self._raised_some_time_by(call)
        return _NOTHING if found and self._handed_on_by(call) is not None else found

    def _handed_on_by(self, call: Run) -> cst.CSTNode | None:
        """The statement or lambda that hands on the coroutine or generator that a call makes."""
        handed = self._assumed(callee(call))
        makes = handed.suspends if handed is not None else self._deferred.is_made_by(call)
        return self._deferred.handed_on_by(call) if makes else None

    def _raised_some_time_by(self, call: Run) -> frozenset[Thrown]:
        found = self._raised_when_run(call)
        return _NOTHING if found and self._deferred.error_kept_by(call) is not None else found

    def kept_for(self, call: Run) -> Iterator[tuple[cst.Call, Thrown]]:
        """What a call raises that is not let out, but handed back in its place, with what does so: `gather`."""
        kept_by = self._deferred.error_kept_by(call)
        yield from ((kept_by, thrown) for thrown in self._raised_when_run(call)) if kept_by is not None else ()

    def gives(self, call: Run, result: Fact) -> Fact:
        """What is known of what a call gives, if that is so of each result: `map` gives one for each of many things."""
        names = self._resolver.names(call.func) if isinstance(call, cst.Call) else frozenset()
        return Fact("among", result) if names & _RUN_FOR_EACH else result

    def _raised_when_run(self, call: Run) -> frozenset[Thrown]:
        if isinstance(call, cst.Call):
            if self._clients.is_request(call):
                is_removed = self._excludes_legacy and self._clients.is_legacy_request(call) is True
                return _NOTHING if is_removed else frozenset({self._raised_by_request(call)})
            for node in (call.func, *self.handed_to_runner(call)):
                assumed = self._assumed(node)
                if assumed is not None:
                    return assumed.thrown
                if node is not call.func and self._clients.names_request(node):
                    return frozenset({self.error})
        found: frozenset[Thrown] = frozenset()
        for function in self._run_by(call):
            with self.entering(function, call):
                found |= self.raised_when_called(function)
        return found

    def request_behind(self, node: cst.CSTNode, depth: int = 0) -> cst.CSTNode | None:
        """The request by which a call, a function or a function that is handed over raises, if it can be told."""
        question = self, node, depth, tuple(self._assumptions)
        return self._flow.once("request behind", question, lambda: self._find_request_behind(node, depth))

    def _find_request_behind(self, node: cst.CSTNode, depth: int) -> cst.CSTNode | None:
        if isinstance(node, cst.Call) and not self._clients.is_request(node):
            units: Iterable[CodeUnit] = (*self._run_by(node), *self._resolver.calls.lambdas(node.func))
            if "functools.partial" in self._resolver.names(node.func) and node.args:
                return self.request_behind(node.args[0].value, depth + 1)
        elif isinstance(node, (cst.Name, cst.Attribute)) and not self._clients.names_request(node):
            units = (*self._resolver.calls.lambdas(node), *self._resolver.definitions.functions(self._resolver.names(node)))
        elif isinstance(node, (cst.FunctionDef, cst.Lambda)):
            units = (node,)
        elif isinstance(node, cst.For):
            return self._first_request((call for call in walk(node.body) if isinstance(call, cst.Call)), depth)
        else:
            return node
        return self._first_request((call for unit in units for call in self._raising_in(unit)), depth)

    def _raising_in(self, unit: CodeUnit) -> list[cst.Call]:
        """The calls in a unit that raise, those first whose error gets out of it."""
        raising = filter(self.raised_by, self._tree.calls_in(unit))
        return sorted(raising, key=lambda call: not any(self._leaving(call, thrown) for thrown in self.raised_by(call)))

    def _first_request(self, calls: Iterable[Run], depth: int) -> cst.CSTNode | None:
        raising = (call for call in calls if depth < _MAX_DEPTH and self.raised_by(call))
        return next((found for call in raising if (found := self.request_behind(call, depth + 1)) is not None), None)

    def _raised_by_request(self, call: cst.Call) -> Thrown:
        is_legacy = self._clients.is_legacy_request(call)
        return self._other_error if is_legacy is not None and is_legacy is not (self._generation == 0) else self.error

    def is_original(self, thrown: Thrown) -> bool:
        """Whether an exception is the error as a request raises it, and has not become another one on its way."""
        return thrown in (self.error, self._other_error)

    def became(self, thrown: Collection[Thrown]) -> Thrown | None:
        """The exception that the error has become on its way, if it always becomes one: of several, the first by its name."""
        others = [each for each in thrown if not self.is_original(each)]
        return min(others, key=lambda each: (each.name, sorted(each.causes))) if len(others) == len(thrown) > 0 else None

    def is_caught_by(self, clause: Clause) -> bool:
        """Whether a clause may catch the error as it is."""
        if not isinstance(clause, (cst.ExceptHandler, cst.ExceptStarHandler)):
            return True
        return self._flow.catches(clause.type, self.error) is not False

    def clause_around(self, call: Run) -> cst.ExceptHandler | None:
        """The clause that would catch the error as it is if a call raised it, in the call's own function."""
        inner: cst.CSTNode = call
        for node in takewhile(lambda each: not isinstance(each, (cst.FunctionDef, cst.Lambda)), self._tree.ancestors(call)):
            if isinstance(node, cst.Try) and inner is node.body and (clause := self.first_to_catch(node)) is not None:
                return clause
            inner = node
        return None

    def first_to_catch(self, statement: cst.Try) -> cst.ExceptHandler | None:
        """The first clause of a `try` that may catch the error as it is."""
        return next(filter(self.is_caught_by, statement.handlers), None)

    def raised_by_callable(self, node: cst.BaseExpression) -> frozenset[Thrown]:
        """What a function that is handed over, by its name or as a lambda, raises when it is called."""
        if self._clients.names_request(node):
            return frozenset({self.error})
        if isinstance(node, cst.Call):
            runs = "functools.partial" in self._resolver.names(node.func) and node.args
            return self.raised_by_callable(node.args[0].value) if runs else frozenset()
        if not isinstance(node, (cst.Name, cst.Attribute, cst.Lambda)):
            return frozenset()
        assumed = self._assumed(node)
        if assumed is not None:
            return assumed.thrown
        units: list[CodeUnit] = [
            *self._resolver.calls.lambdas(node),
            *self._resolver.definitions.functions(self._resolver.names(node)),
        ]
        return _NOTHING.union(*(self.raised_when_called(unit) for unit in units))

    def raised_when_called(self, unit: CodeUnit) -> frozenset[Thrown]:
        """What leaves a function, through its decorators."""
        found = self.escaping(unit)
        if isinstance(unit, cst.FunctionDef):
            for decorator in reversed(unit.decorators):
                found = self._through(decorator.decorator, found, unit)
        return found

    def reaching(self, decorator: cst.Decorator, function: cst.FunctionDef) -> frozenset[Thrown]:
        """What a decorator of the function, or of the class that it constructs, gets to see behind those that stand below it."""
        definition = self._tree.parents[decorator]
        assert isinstance(definition, (cst.FunctionDef, cst.ClassDef))
        found = _NOTHING.union(*(self._leaving(call, thrown) for call, thrown in self.raising_calls(function)))
        for inner in reversed(definition.decorators[definition.decorators.index(decorator) + 1 :]):
            found = self._through(inner.decorator, found, function)
        return found

    def runs_by(self, decorator: cst.Decorator, function: cst.FunctionDef) -> int | None:
        """How often a decorator runs a function, at once, whose request is refused; None where that is not known."""
        thrown = self.reaching(decorator, function)
        policy = self._policies.policy(decorator.decorator, self.state(function))
        if policy is not None:
            return self._policies.runs(policy, thrown)
        own = self.own_decorator(decorator.decorator) if thrown else None
        return 1 if own is None or not any(map(self._may_run_again, walk(own.home))) else None

    def runs_by_loop(self, loop: cst.For) -> int | None:
        """How often `for attempt in Retrying(...)` runs what raises in its body; once, for other loops."""
        policy = self._policies.policy(loop.iter, self.state(loop))
        return self._policies.runs(policy, (self.error,)) if policy is not None else 1

    def _may_run_again(self, node: cst.CSTNode) -> bool:
        if isinstance(node, cst.Call):
            return self._policies.policy(node) is not None
        return isinstance(node, (cst.For, cst.While))

    def _through(self, decorator: cst.BaseExpression, found: frozenset[Thrown], function: cst.FunctionDef) -> frozenset[Thrown]:
        """What is left of a function's exceptions behind a decorator; one that cannot be read is taken to let them pass."""
        if not found:
            return found
        policy = self._policies.policy(decorator)
        if policy is not None:
            outcomes = (self._policies.outcome(policy, thrown) for thrown in found)
            return frozenset(outcome for outcome in outcomes if outcome is not None)
        own = self.own_decorator(decorator)
        if own is None or not own.wrappers or self.is_deep:
            return found
        with self.decorating(own, function, found):
            fit = (wrapper for wrapper in own.wrappers if wrapper not in own.wrappers_of_another_kind(function))
            return frozenset().union(*map(self.raised_when_called, fit))

    # What is handed over to be called: the function that a decorator receives, or an argument of the program's own functions.

    def own_decorator(self, decorator: cst.BaseExpression) -> OwnDecorator | None:
        """The decorator of the program that an expression stands for."""
        return self._decorators.decorator(decorator)

    def decorating(self, own: OwnDecorator, function: cst.FunctionDef, thrown: frozenset[Thrown]) -> AbstractContextManager[None]:
        """For as long as the decorator is taken to receive a function, and that to raise something."""
        handed = _Handed(thrown, self._deferred.is_suspending(function))
        return self._assuming(_Assumption(own.home, frozenset({(own.param, handed)}), own.facts))

    @property
    def is_deep(self) -> bool:
        """Whether functions have been followed into one another so far that no more is claimed."""
        return len(self._assumptions) >= _MAX_DEPTH or self._followed >= _MAX_FOLLOWED

    @contextmanager
    def entering(self, function: CodeUnit, call: Run) -> Iterator[bool]:
        """For as long as the function is taken to be run by that call; says whether the call hands it something that raises."""
        handed: dict[cst.Param, _Handed] = {}
        if isinstance(function, cst.FunctionDef) and not self.is_deep:
            for param in parameters(function):
                argument = self._resolver.calls.argument_for(call, function, param)
                if argument is not None and self._is_callable(argument):
                    handed[param] = _Handed(self.raised_by_callable(argument), self.suspends(argument))
        if not handed or not isinstance(function, cst.FunctionDef):
            yield False
            return
        facts = self._flow.handed(function, call, self.state(call)).facts | self._facts_of_maker(function, call)
        with self._assuming(_Assumption(function, frozenset(handed.items()), facts)):
            yield any(each.thrown for each in handed.values())

    def _facts_of_maker(self, function: cst.FunctionDef, call: Run) -> Facts:
        """What is known in a function by the call that has made it: `retry(attempts=3)(ask)`, be it under a name."""
        called = callee(call)
        makers: list[cst.BaseExpression | None] = [called]
        if isinstance(called, cst.Name):
            makers = [binding.value for binding in self._resolver.bindings(called)]
        if len(makers) != 1 or not isinstance(makers[0], cst.Call):
            return frozenset()
        outer = [each for each in self._resolver.calls.functions(makers[0]) if each in self._tree.ancestors(function)]
        return self._flow.handed(outer[0], makers[0], self.state(call)).facts if len(outer) == 1 else frozenset()

    def _is_callable(self, node: cst.BaseExpression) -> bool:
        """Whether an argument is seen to be a function."""
        if isinstance(node, cst.Lambda) or self._assumed(node) is not None or self._clients.names_request(node):
            return True
        if isinstance(node, cst.Call):
            return "functools.partial" in self._resolver.names(node.func)
        return any(True for _ in self._resolver.definitions.functions(self._resolver.names(node)))

    def suspends(self, node: cst.BaseExpression) -> bool:
        """Whether a call of a function that is handed over only makes a coroutine or a generator."""
        if isinstance(node, cst.Call):
            return bool(node.args) and self.suspends(node.args[0].value)
        if (assumed := self._assumed(node)) is not None:
            return assumed.suspends
        if self._clients.names_request(node):
            return self._clients.suspends(node)
        units: list[cst.FunctionDef | cst.Lambda] = [*self._resolver.calls.lambdas(node)]
        units += self._resolver.definitions.functions(self._resolver.names(node))
        return bool(units) and all(map(self._deferred.is_suspending, units))

    @contextmanager
    def _assuming(self, assumption: _Assumption) -> Iterator[None]:
        self._assumptions.append(assumption)
        try:
            yield
        finally:
            self._assumptions.pop()

    def _assumed(self, node: cst.BaseExpression, depth: int = 0) -> _Handed | None:
        """What is taken to be so of an expression that stands for a function which was handed over; None if it does not."""
        if not self._assumptions or depth > _MAX_DEPTH:
            return None
        values: list[cst.BaseExpression] = []
        if isinstance(node, cst.Name):
            for binding in self._resolver.bindings(node):
                for assumption in reversed(self._assumptions):
                    handed: dict[cst.CSTNode, _Handed] = dict(assumption.handed)
                    if binding.node in handed:
                        return handed[binding.node]
                if binding.kind == "assign" and binding.value is not None:
                    values.append(binding.value)
        elif isinstance(node, cst.Attribute):
            values = self._resolver.attribute_values(node)
        elif isinstance(node, cst.Call) and node.args and "functools.partial" in self._resolver.names(node.func):
            values = [node.args[0].value]
        found = [assumed for value in values if (assumed := self._assumed(value, depth + 1)) is not None]
        if not found:
            return None
        return _Handed(_NOTHING.union(*(each.thrown for each in found)), all(each.suspends for each in found))

    def _facts(self, node: cst.CSTNode) -> Facts:
        """What is known of the settings of the definitions that a node stands in."""
        known: dict[str, Fact] = {}
        if self._assumptions:
            around = set(self._tree.ancestors(node))
            for assumption in self._assumptions:
                if assumption.definition in around:
                    known |= dict(assumption.facts)
        return frozenset(known.items())

    def state(self, node: cst.CSTNode) -> State:
        """What is known where the node stands, by the call or decorator that is being followed."""
        return State(None, facts=self._facts(node))

    def first_failure(self, call: Run) -> State:
        """What is known when the call fails for the first time."""
        return State(None, facts=self._facts(call) | self._flow.unbound_at(self._tree.unit(call), self._deferred.blocks_of(call)))

    def failing(self, call: Run, thrown: Thrown, state: State | None = None) -> list[tuple[Block, State]]:
        """Where the exception goes from a call that raises it, and what is known there."""
        return self._flow.raised_at(self._deferred.blocks_of(call), thrown, state)

    def _run_by(self, call: Run) -> Iterator[CodeUnit]:
        """The program's functions that run while the call is made: the one called, or one handed to something that runs it."""
        yield from self._resolver.calls.functions(call)
        if not isinstance(call, cst.Call):
            return
        yield from self._resolver.calls.lambdas(call.func)
        yield from self._resolver.definitions.functions(self._resolver.calls.behind_partial(call.func))
        yield from self._entered_by(call)
        for node in self.handed_to_runner(call):
            yield from self._resolver.calls.lambdas(node)
            if isinstance(node, (cst.Name, cst.Attribute)):
                yield from self._resolver.definitions.functions(self._resolver.names(node))

    def _entered_by(self, call: cst.Call) -> Iterator[cst.FunctionDef]:
        """The methods that run when what a call makes is entered by `with`."""
        if isinstance(self._tree.parents.get(call), cst.WithItem):
            definitions = self._resolver.definitions
            owners = map(definitions.name, definitions.classes(self._resolver.names(call.func)))
            yield from definitions.functions(f"{owner}.{enter}" for owner in owners for enter in ENTERS)

    def handed_to_runner(self, call: cst.Call) -> Iterator[cst.BaseExpression]:
        """What is handed to a function that runs it elsewhere."""
        names = self._resolver.names(call.func)
        for work in (self._threads.handed_over(call), self._resolver.calls.asked_by(call)):
            if work is not None:
                yield work
        if any(name in _RUN_FIRST or name.endswith(("Executor().map", "Pool().map")) for name in names):
            yield from (arg.value for arg in call.args[:1])
        if self._deferred.is_submitted(call):
            yield from (arg.value for arg in call.args[:1])

    def escaping(self, unit: CodeUnit) -> frozenset[Thrown]:
        """The AuthenticationError of the unit's requests, or what its handlers raise in its place, as far as it leaves the
        unit.
        """
        return self._escaping.ask((unit, self.assumed_in(unit)), lambda: self._find_escaping(unit), _NOTHING)

    def assumed_in(self, unit: CodeUnit) -> tuple[tuple[_Assumption, ...], int]:
        """What is taken to be handed over that makes a difference in a unit, and how deep that is."""
        around = self._outermost(unit)
        return tuple(each for each in self._assumptions if self._outermost(each.definition) is around), len(self._assumptions)

    def _outermost(self, node: cst.CSTNode) -> cst.CSTNode:
        """The outermost function or class that a definition stands in, itself included."""
        around = [each for each in self._tree.ancestors(node) if isinstance(each, (cst.FunctionDef, cst.ClassDef))]
        return around[-1] if around else node

    def _find_escaping(self, unit: CodeUnit) -> frozenset[Thrown]:
        self._followed += bool(self._assumptions)
        leaving = (self._leaving(call, thrown) for call, thrown in self.raising_calls(unit))
        return _NOTHING.union(*leaving, self._handed_out(unit))

    def _handed_out(self, unit: CodeUnit) -> frozenset[Thrown]:
        """What those will meet with who await or iterate what the unit returns: its own handlers are left behind by then."""
        returned = (call for call in self._tree.calls_in(unit) if isinstance(self._handed_on_by(call), (cst.Return, cst.Lambda)))
        return _NOTHING.union(*map(self._raised_some_time_by, returned))

    def raising_calls(self, unit: CodeUnit | None) -> Iterator[tuple[Run, Thrown]]:
        """The calls of a unit, and readings of properties, that may raise it, each with what it raises."""
        for call in self._resolver.calls.runs_in(unit):
            for thrown in self.raised_by(call):
                yield call, thrown

    def _leaving(self, call: Run, thrown: Thrown) -> frozenset[Thrown]:
        graph = self._resolver.graph(self._tree.unit(call))
        if graph is None:
            return frozenset()
        try:
            met = self._flow.met_behind(self.failing(call, thrown, self.first_failure(call)))
        except TooManyStates:
            return frozenset()
        left = (end for block, end in met if block is graph.raised)
        return frozenset(end for end in left if end is not None and end.name != "builtins.SystemExit")

    # Where it stops.

    def exception(self, name: str) -> Thrown:
        """An exception of the class with that qualified name, of the SDK or any other."""
        own = exception_name(name, self._generation)
        return sdk_error(own, self._generation) if own is not None else self._flow.thrown(name)

    def names_it(self, types: cst.BaseExpression) -> bool:
        """Whether a clause with these types names AuthenticationError itself, alone or among others."""
        return any(exception_name(name, self._generation) == self.error.name for name in self._resolver.clauses.caught(types))

    def names_it_alone(self, types: cst.BaseExpression) -> bool:
        """Whether these types are AuthenticationError, or classes below it, and nothing else."""
        return all(
            name in self.error.classes and exception_name(name, self._generation) == self.error.name
            for name in self._resolver.clauses.caught(types)
        )

    def names_refusals_alone(self, types: cst.BaseExpression) -> bool:
        """Whether these types are errors by which the service says what a key is not good for, and nothing else."""
        caught = self._resolver.clauses.caught(types)
        return all(name.startswith("openai.") and name.rpartition(".")[2] in REFUSALS for name in caught)

    @cached_property
    def catches(self) -> dict[Clause, list[Catch]]:
        """The clauses of the program itself at which the error of a request stops, for however short a time."""
        found: dict[Clause, list[Catch]] = {}
        for call in self._resolver.calls.own_runs:
            for thrown in self.raised_by(call):
                for catch in self._catches_of(call, thrown):
                    found.setdefault(catch.clause, []).append(catch)
        return found

    def _catches_of(self, call: Run, thrown: Thrown) -> list[Catch]:
        try:
            met = self._flow.met_behind(self.failing(call, thrown))
        except TooManyStates:
            return []
        found: list[Catch] = []
        for block, caught in met:
            if caught is not None and isinstance(block.node, (cst.ExceptHandler, cst.ExceptStarHandler, cst.WithItem)):
                found.append(Catch(call, block.node, caught))
        return [*dict.fromkeys(found)]

    def caught_at(self, call: Run, clause: cst.CSTNode) -> frozenset[Thrown]:
        """What the call's AuthenticationError has become when a clause catches it."""
        caught = (catch for thrown in self.raised_by(call) for catch in self._catches_of(call, thrown))
        return frozenset(catch.thrown for catch in caught if catch.clause is clause)

    def swallowed_within(self, clause: Clause) -> cst.CSTNode | None:
        """What swallows the error in the function of the program by which a `with` does so; None where it is none."""
        if not isinstance(clause, cst.WithItem):
            return None
        arriving = [catch.thrown for catch in self.catches.get(clause, ())]
        return self._flow.swallowed_by(clause.item, next(iter(arriving), self.error))
