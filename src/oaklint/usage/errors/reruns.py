"""Where a decorator, or a retry object, runs a function again because of the AuthenticationError that it raises."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from oaklint.python import cst
from oaklint.python.facts import State, Thrown
from oaklint.python.flow import Block, Graph, TooManyStates, last_catch
from oaklint.python.places import place
from oaklint.python.raised import is_of_unknown_class
from oaklint.python.scopes import Scope
from oaklint.python.tree import Run, argument_of, positional, walk
from oaklint.sdk.retry_libraries import CELERY, CURRENT_TASK, REQUEUES, STAMINA_CALLER, UNWRAPPING, WRAPPED
from oaklint.usage.context import Context
from oaklint.usage.errors.auth_errors import AuthErrors, Clause
from oaklint.usage.errors.loops import Loops
from oaklint.usage.errors.made import times
from oaklint.usage.errors.renewals import Renewals
from oaklint.usage.retries.policies import Policy
from oaklint.usage.retries.retries import Bound, Retries

_MAX_DEPTH = 4


class Rerun(NamedTuple):
    """That a function is run again when it raises an AuthenticationError.

    where: the decorator or object that does it, or the call that hands a function to what does it in another file.
    by: the library, or the name of the program's own decorator or function.
    bound, attempts, by_default: as in `Retry`.
    clause, around: the clause inside the decorator that sends the error back, and what leads around again there; or the clause in
            the function at which the error stops, where it is run again for what it then hands back. request: in that case, the
            call in it that raises.
    became: the exception that the error has become when it is met there, if it always has. is_for_the_error_itself: whether that
            would be run again for as well.
    policy: how a library's decorator or object is set up; None where it is not that, or where what it runs again is not the
            AuthenticationError itself but what that has become.
    said_by: what says for which errors, or results, that is: where the policy is set up, if that is in another file, else its
            condition.
    source: what is run again: a function, lambda or method, or the loop around a `with attempt:`; None for a task that asks for
            it itself.
    asked_in: for such a task, the call in it that raises, and the clause in which it asks.
    """

    where: cst.CSTNode
    by: str
    bound: Bound
    attempts: int | None
    clause: Clause | None = None
    policy: Policy | None = None
    said_by: cst.CSTNode | None = None
    source: cst.CSTNode | None = None
    around: cst.CSTNode | None = None
    request: Run | None = None
    became: Thrown | None = None
    is_for_the_error_itself: bool = True
    asked_in: tuple[Run, Clause] | None = None
    by_default: bool = False


class Reruns:
    """From decorators, calls, loops and raised exceptions to what is run again, and how often."""

    def __init__(self, context: Context, policies: Retries, errors: AuthErrors, loops: Loops) -> None:
        self._tree = context.tree
        self._resolver = context.resolver
        self._values = context.values
        self._flow = context.flow
        self._policies = policies
        self._errors = errors
        self._loops = loops
        self._renewals = Renewals(context)

    # Decorators.

    def by_decorator(self, decorator: cst.Decorator) -> Iterator[Rerun]:
        function = self._decorated(decorator)
        if function is None or self._tree.nodes_in(function, cst.Yield):
            return  # a generator raises when it is iterated, behind the decorator's back
        thrown = self._errors.reaching(decorator, function)
        policy = self._policies.policy(decorator.decorator, self._errors.state(function))
        if (not thrown and policy is None) or self._renewals.in_each_run(function):
            return
        if policy is not None:
            if policy.decorator.awaits or function.asynchronous is None:
                by_error = [*self._judged(policy, decorator, thrown, function, None, self._made_below(decorator, function))]
                yield from by_error or self._judged_by_results(policy, decorator, function)
            return
        own = self._errors.own_decorator(decorator.decorator)
        if own is not None and not self._errors.is_deep:
            with self._errors.decorating(own, function, thrown):
                unfit = own.wrappers_of_another_kind(function)
                for rerun in self._within(own.home):
                    if not unfit.intersection(self._tree.ancestors(rerun.where)):
                        attempts = times(rerun.attempts, self._made_below(decorator, function))
                        by = own.definition.name.value
                        yield rerun._replace(where=decorator, by=by, source=function, attempts=attempts)
                        return

    def _decorated(self, decorator: cst.Decorator) -> cst.FunctionDef | None:
        """The function that a decorator decorates; for a class, its constructor."""
        definition = self._tree.parents[decorator]
        if isinstance(definition, cst.ClassDef):
            name = f"{self._resolver.definitions.name(definition)}.__init__"
            return next(self._resolver.definitions.functions((name,)), None)
        return definition if isinstance(definition, cst.FunctionDef) else None

    def _made_below(self, decorator: cst.Decorator, function: cst.FunctionDef) -> int | None:
        """How many requests come of each run of a function by a decorator."""
        below = function.decorators
        if decorator in below:
            below = below[below.index(decorator) + 1 :]
        return self._loops.made.by_function(function, below)

    def by_class(self, definition: cst.ClassDef) -> Iterator[Rerun]:
        """`class Ask(celery.Task): autoretry_for = (Exception,)`."""
        policy = self._policies.task_class(definition)
        if policy is not None:
            name = f"{self._resolver.definitions.name(definition)}.run"
            for function in self._resolver.definitions.functions((name,)):
                made = self._loops.made.by_function(function, ())
                yield from self._judged(policy, definition.name, self._errors.escaping(function), function, made=made)

    def _within(self, definition: cst.CSTNode, depth: int = 0) -> Iterator[Rerun]:
        """What runs a function again that the definition was handed, in it or in functions that it hands it on to."""
        for retry in self._loops.retries_within(definition):
            became = self._errors.became(self._errors.caught_at(retry.request, retry.clause))
            itself = self._errors.is_caught_by(retry.clause)
            yield Rerun(
                retry.request,
                "",
                retry.bound,
                retry.attempts,
                retry.clause,
                around=retry.around,
                became=became,
                is_for_the_error_itself=itself,
                by_default=retry.by_default,
            )
        for node in walk(definition):
            if node not in self._tree.scopes:
                continue
            if isinstance(node, cst.For):
                yield from self.by_loop(node)
            elif isinstance(node, cst.Decorator):
                yield from self.by_decorator(node)
            elif isinstance(node, cst.Call):
                yield from self.by_call(node)
                for function in self._resolver.calls.functions(node) if depth < _MAX_DEPTH else ():
                    with self._errors.entering(function, node) as raises:
                        if raises:
                            yield from self._within(function, depth + 1)

    # Objects.

    def by_call(self, call: cst.Call) -> Iterator[Rerun]:
        """`Retrying(...)(function, ...)`, `retry_call(function, ...)`, and a decorator called by hand: `retry(...)(function)`."""
        state = self._errors.state(call)
        handed = self._policies.handed_call(call)
        if handed is not None:
            made = self._loops.made.by_source(handed[1])
            yield from self._judged(handed[0]._replace(state=state), call, self._raised_by(handed[1]), handed[1], call, made)
            return
        if self._is_retry_with(call):
            yield from self._by_retry_with(call)
            return
        arguments = [arg.value for arg in call.args if not arg.star and arg.keyword is None]
        if not arguments or self._is_retry_with(call.func):
            return
        policy = self._policies.policy(call if self._policies.decorator(call.func) is not None else call.func, state)
        if policy is None:
            return
        if policy.decorator is STAMINA_CALLER and policy.source is not call and "on" not in policy.arguments:
            policy = policy._replace(arguments={**policy.arguments, "on": arguments.pop(0)}, source=call)
        if arguments:
            thrown = self._raised_by(arguments[0], awaited="Async" in self._resolver.name(call.func))
            made = self._loops.made.by_source(arguments[0])
            yield from self._judged(policy, self._here(policy, call), thrown, arguments[0], call, made)

    def by_handing_over(self, call: cst.Call) -> Iterator[Rerun]:
        """`call(ask, "How are you?")`, where `call` runs what it is handed again, and the clause, or object, by which it does so
        stands in another file.
        """
        own = self._file(call)
        handed = [arg.value for arg in call.args if self._may_be_callable(arg.value)]
        for function in self._resolver.calls.functions(call) if handed else ():
            with self._errors.entering(function, call) as raises:
                if not raises or self._brings_credentials(handed):
                    continue
                for rerun in self._within(function):
                    if self._file(rerun.clause or rerun.where) is not own:
                        source = self._raising(handed)
                        yield rerun._replace(
                            where=call,
                            by=self._said(function),
                            bound=self._end_behind(call, rerun.bound, self._errors.raised_by(call)),
                            attempts=times(rerun.attempts, self._loops.made.by_source(source)),
                            policy=None,
                            source=source,
                        )
                        return

    def _said(self, function: cst.FunctionDef) -> str:
        """What a function is called in a message: an object that is called, by its class."""
        owner = self._resolver.definitions.class_of(function) if function.name.value == "__call__" else None
        return (owner or function).name.value

    def _may_be_callable(self, node: cst.BaseExpression) -> bool:
        """Whether an argument may be a function; what the function around it was handed itself, its callers have handed over."""
        if isinstance(node, cst.Name):
            return not any(isinstance(binding.node, cst.Param) for binding in self._resolver.bindings(node))
        return isinstance(node, (cst.Attribute, cst.Lambda, cst.Call))

    def _brings_credentials(self, handed: Sequence[cst.BaseExpression]) -> bool:
        """Whether one of the functions that are handed over takes other credentials each time it is run."""
        functions = self._resolver.definitions.functions({name for node in handed for name in self._resolver.names(node)})
        return any(map(self._renewals.in_each_run, functions))

    def _raising(self, handed: Sequence[cst.BaseExpression]) -> cst.BaseExpression | None:
        return next((node for node in handed if self._errors.raised_by_callable(node)), None)

    def _here(self, policy: Policy, applied: cst.CSTNode) -> cst.CSTNode:
        """Where a policy is set up; where it is applied, if it is set up in another file."""
        return policy.source if self._file(policy.source) is self._file(applied) else applied

    def _file(self, node: cst.CSTNode) -> Scope:
        """The module that a node stands in."""
        return self._tree.scopes[node].outermost

    def _is_retry_with(self, node: cst.BaseExpression) -> bool:
        return isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute) and node.func.attr.value == "retry_with"

    def _by_retry_with(self, call: cst.Call) -> Iterator[Rerun]:
        """`ask.retry_with(retry=...)`; where only other things are changed, the decorator's finding stands for it."""
        assert isinstance(call.func, cst.Attribute)
        policy = self._policies.policy(call)
        if policy is not None and argument_of(call, "retry") is not None:
            for function in self._resolver.definitions.functions(self._resolver.names(call.func.value)):
                yield from self._judged(policy, call, self._errors.escaping(function), function)

    def _raised_by(self, function: cst.BaseExpression, *, awaited: bool = True) -> frozenset[Thrown]:
        """What a function that is handed over raises when it runs."""
        if isinstance(function, cst.Lambda) and not awaited and self._errors.suspends(function):
            return frozenset()
        return self._errors.raised_by_callable(function)

    def by_loop(self, loop: cst.For) -> Iterator[Rerun]:
        """`for attempt in Retrying(...): with attempt: ...`."""
        if not isinstance(loop.iter, (cst.Call, cst.Name, cst.Attribute)):
            return
        policy = self._policies.policy(loop.iter, self._errors.state(loop))
        if policy is None or policy.decorator.library not in ("tenacity", "stamina"):
            return
        thrown: set[Thrown] = set()
        for node in walk(loop.body):
            if isinstance(node, cst.Call):
                thrown |= {error for error in self._errors.raised_by(node) if self._reaches_attempt(node, error, loop)}
        if not any(self._renewals.renews(node) for node in walk(loop.body)):
            made = self._loops.made.by_source(loop)
            yield from self._judged(policy, self._here(policy, loop.iter), thrown, loop, loop, made)

    def _reaches_attempt(self, call: cst.Call, error: Thrown, loop: cst.For) -> bool:
        """Whether the error gets as far as the `with attempt:` around the call."""
        if not isinstance(loop.target, cst.Name):
            return False
        name = loop.target.value

        def is_attempt(node: cst.CSTNode | None) -> bool:
            return isinstance(node, cst.WithItem) and isinstance(node.item, cst.Name) and node.item.value == name

        return self._way(call, error, lambda node, state: state.flying == error and is_attempt(node)) is not None

    # Functions that ask for it themselves.

    def by_request_for_retry(self, call: cst.Call) -> Iterator[Rerun]:
        """`self.retry(exc=error)` in a celery task."""
        function = self._tree.unit(call)
        if (
            not isinstance(function, cst.FunctionDef)
            or not isinstance(call.func, cst.Attribute)
            or call.func.attr.value != "retry"
        ):
            return
        policy = self._task(function, call.func.value)
        if policy is None:
            return
        arguments = {arg.keyword.value: arg.value for arg in call.args if arg.keyword is not None}
        count = arguments.get(CELERY.counter)
        if count is not None and self._values.value(count) is not None:  # None means what the task says, here
            policy = policy._replace(arguments={**policy.arguments, CELERY.counter: count})
        if self._policies.attempts(policy) != 1 and not self._renewals.in_each_run(function):
            attempts = self._policies.attempts(policy) if not self._counts_its_runs(function) else None
            yield from self._asked_for(call, CELERY.library, self._policies.bound(policy), attempts)

    def _counts_its_runs(self, function: cst.FunctionDef) -> bool:
        """Whether a task goes by how often it has been run, not by the number of its policy: `self.request.retries`."""
        for node in self._tree.nodes_in(function, cst.Comparison):
            named = {part.attr.value for part in walk(node) if isinstance(part, cst.Attribute)}
            if "retries" in named and CELERY.counter not in named:
                return True
        return False

    def _task(self, function: cst.FunctionDef, owner: cst.BaseExpression) -> Policy | None:
        """The celery policy of a function, if `owner` stands for its task: its first parameter, its name, or `current_task`."""
        home = self._tree.scopes[function].node
        params = positional(function)
        is_first = isinstance(owner, cst.Name) and bool(params) and params[0].name.value == owner.value
        if isinstance(home, cst.ClassDef) and function.name.value == "run" and is_first:
            return self._policies.task_class(home)
        policies = (self._policies.policy(decorator.decorator) for decorator in function.decorators)
        for policy in policies:
            if policy is not None and policy.decorator is CELERY:
                bound = policy.arguments.get("bind")
                if is_first and bound is not None and self._values.value(bound) is True:
                    return policy
                if self._resolver.names(owner) & {self._resolver.definitions.name(function), CURRENT_TASK}:
                    return policy
        return None

    def by_raise(self, statement: cst.Raise) -> Iterator[Rerun]:
        """`raise arq.Retry()`."""
        if statement.exc is None or not isinstance(self._tree.unit(statement), cst.FunctionDef):
            return
        raised = statement.exc.func if isinstance(statement.exc, cst.Call) else statement.exc
        for name in self._resolver.names(raised):
            if name in REQUEUES:
                library, ends = REQUEUES[name]
                yield from self._asked_for(statement, library, "raised" if ends else "unbounded", None)

    def _asked_for(self, goal: cst.CSTNode, by: str, bound: Bound, attempts: int | None) -> Iterator[Rerun]:
        """The rerun for which a node asks, if control gets there because a request of its function has raised the error."""
        unit = self._tree.unit(goal)
        graph = self._resolver.graph(unit)
        blocks = graph.blocks_of(goal) if graph is not None else []

        def asks(node: cst.CSTNode | None, state: State) -> bool:
            return state.flying is None and state.handled is not None and any(node is block.node for block in blocks)

        for call, error in self._errors.raising_calls(unit):
            path = self._way(call, error, asks)
            if path is not None:
                clause = last_catch(path)
                yield Rerun(goal, by, bound, attempts, asked_in=(call, clause) if clause is not None else None)
                return

    def _way(self, call: Run, error: Thrown, goal: Callable[[cst.CSTNode | None, State], bool]) -> list[Block] | None:
        """A way from a call that raises the error to a goal; None without one."""
        graph = self._resolver.graph(self._tree.unit(call))
        if graph is None:
            return None
        try:
            starts = self._errors.failing(call, error, self._errors.state(call))
            return self._flow.search(graph, starts, lambda block, state: goal(block.node, state))
        except TooManyStates:
            return None

    def _judged_by_results(self, policy: Policy, decorator: cst.Decorator, function: cst.FunctionDef) -> Iterator[Rerun]:
        """Whether it is run again for what the function hands back where its request has failed."""
        if not policy.decorator.results[0] or decorator not in function.decorators[-1:] or self._renews_between(policy):
            return
        for failure in self._loops.failures.handed_back_by(function):
            if self._policies.retries_result(policy, failure.value):
                bound = self._policies.bound(policy, of_result=True)
                attempts = times(self._policies.attempts(policy), self._made_below(decorator, function))
                yield Rerun(
                    decorator,
                    policy.decorator.library,
                    bound,
                    attempts,
                    failure.clause,
                    policy,
                    self._said_by(policy, decorator, policy.decorator.results[0]),
                    request=failure.request,
                )
                return

    def _said_by(self, policy: Policy, where: cst.CSTNode, *conditions: str) -> cst.CSTNode | None:
        if self._file(policy.source) is not self._file(where):
            return policy.source
        return next((policy.arguments[name] for name in conditions if name in policy.arguments), None)

    def _judged(
        self,
        policy: Policy,
        where: cst.CSTNode,
        thrown: Iterable[Thrown],
        source: cst.CSTNode,
        run_by: cst.Call | cst.For | None = None,
        made: int | None = 1,
    ) -> Iterator[Rerun]:
        """run_by: what runs it, where that stands in a function, which sees what comes of it in the end. made: how many requests
        come of each run.
        """
        retried = {error for error in thrown if self._policies.retries(policy, error)}
        if not retried:
            return
        if not self._renews_between(policy):
            bound = self._policies.bound(policy)
            runs = self._policies.attempts(policy)
            by_default = runs is None
            attempts = times(self._policies.attempts(policy, by_default=by_default), made)
            became = self._errors.became(retried)
            if run_by is not None and not policy.decorator.deferred:
                outcomes = (self._policies.outcome(policy, error) for error in retried)
                bound = self._end_behind(run_by, bound, [outcome for outcome in outcomes if outcome is not None])
            if bound == "raised" and not all(map(self._errors.is_original, retried)):
                bound = "replaced" if became is not None else "either"
            yield Rerun(
                where,
                policy.decorator.library,
                bound,
                attempts,
                policy=policy if retried == {self._errors.error} else None,
                said_by=self._said_by(policy, where, policy.decorator.predicate[0], policy.decorator.condition),
                source=source,
                became=became,
                is_for_the_error_itself=self._policies.retries(policy, self._errors.error) is not False,
                by_default=by_default,
            )

    def _end_behind(self, run_by: cst.Call | cst.For, bound: Bound, outcomes: Collection[Thrown]) -> Bound:
        """What becomes of the error in the function around what has run another one again, and raises one of these in the end.

        bound: what does by itself.
        """
        graph = self._resolver.graph(self._tree.unit(run_by))
        if bound in ("unbounded", "swallowed") or graph is None:
            return bound
        state = self._errors.state(run_by)
        try:
            each = (self._flow.raised_at(graph.blocks_of(run_by), outcome, state) for outcome in outcomes)
            starts = [*chain.from_iterable(each)]
            if any(map(self._errors.is_original, self._unwrapped(graph, starts))):
                return "raised"
            met = self._flow.met_behind(starts)
        except TooManyStates:
            return bound
        ends = {flying for block, flying in met if block in (graph.returned, graph.raised)}
        if not ends or any(flying is not None and self._errors.is_original(flying) for flying in ends):
            return bound
        if any(flying is not None and is_of_unknown_class(flying) for flying in ends):
            return "either"
        return "swallowed" if ends == {None} else "replaced"

    def _unwrapped(self, graph: Graph, starts: Iterable[tuple[Block, State]]) -> Iterator[Thrown]:
        """The error that gets out of a function again where it is raised out of the exception in which it was wrapped."""
        pairs: list[tuple[Block, State]] = []

        def note(block: Block, state: State) -> bool:
            if state.handled is not None and not self._errors.is_original(state.handled) and block.node is not None:
                if state.flying is None and self._unwraps(block.node):
                    pairs.append((block, state))
            return False

        self._flow.search(graph, starts, note)
        raised = (self._flow.raised_at([block], self._errors.error, state) for block, state in pairs)
        met = self._flow.met_behind([*chain.from_iterable(raised)])
        return (flying for block, flying in met if block is graph.raised and flying is not None)

    def _unwraps(self, node: cst.CSTNode) -> bool:
        """`error.reraise()`, `error.last_attempt.result()`, `raise error.last_attempt.exception()`."""
        if isinstance(node, cst.Raise) and node.exc is not None:
            raised = node.exc.func if isinstance(node.exc, cst.Call) else node.exc
            if (place(raised) or "").endswith(WRAPPED):
                return True
        return any((place(call.func) or "").endswith(UNWRAPPING) for call in self._tree.calls_by(node))

    def _renews_between(self, policy: Policy) -> bool:
        """Whether what is called before the next run gives it other credentials."""
        between = (policy.arguments[name] for name in policy.decorator.between if name in policy.arguments)
        return any(map(self._renewals.by_callback, between))
