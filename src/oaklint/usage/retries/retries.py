"""What retry decorators and retry objects do with an exception, or with a result, and how often."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from typing import Literal

from oaklint.python import cst
from oaklint.python.facts import NO_STATE, Fact, State, Thrown
from oaklint.usage.context import Context
from oaklint.usage.retries.conditions import Conditions, tenacity_names
from oaklint.usage.retries.policies import Policies, Policy

# What becomes of an error that is retried: nothing but success ends that; or, when the attempts are used up, it is lost, it is
# raised, or another one is raised that does not say that it comes from it, or either, by what has been called.
Bound = Literal["unbounded", "swallowed", "raised", "replaced", "either"]

_MAX_DEPTH = 6
# How far a predicate is asked that counts by itself.
_MAX_COUNTED = 30


class Retries(Policies):
    """Reads the retry policies of a program, and says what comes of them."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._conditions = Conditions(context)
        # Whether numbers are taken to be what they are by default.
        self._by_default = False

    def retries(self, policy: Policy, thrown: Thrown) -> bool | None:
        """Whether the policy runs the function again for the exception; None where that cannot be read."""
        verdict = self._conditions.matches(policy, thrown) if self.attempts(policy) != 1 else False
        return verdict and not self._conditions.lets_out(policy, thrown)

    def retries_result(self, policy: Policy, result: Fact) -> bool | None:
        """Whether the policy runs the function again for what it returns; None where that cannot be read."""
        if self.attempts(policy) == 1 or self._conditions.may_end(policy):
            return False
        return self._conditions.matches_result(policy, result)

    def is_for_results(self, policy: Policy) -> bool:
        """Whether a condition of tenacity's asks for results, be it beside exceptions."""
        return self._conditions.is_for_results(policy)

    def predicates(self, policy: Policy) -> Iterator[cst.FunctionDef | cst.Lambda]:
        """The functions of the exception by which a policy decides."""
        return self._conditions.predicates(policy)

    def attempts(self, policy: Policy, *, by_default: bool = False) -> int | None:
        """How many runs there are in all, where it is a constant, or is one by default."""
        with self._taking_defaults(by_default):
            return self._count(policy)[1]

    @contextmanager
    def _taking_defaults(self, taken: bool) -> Iterator[None]:
        usual, self._by_default = self._by_default, taken
        try:
            yield
        finally:
            self._by_default = usual

    def runs(self, policy: Policy, thrown: Collection[Thrown]) -> int | None:
        """How many runs there are at once, whatever of these a function raises; None where that is not a constant."""
        verdicts = {self.retries(policy, each) for each in thrown} if not policy.decorator.deferred else {False}
        if verdicts <= {False}:
            return 1
        return self.attempts(policy) if verdicts == {True} else None

    def bound(self, policy: Policy, *, of_result: bool = False) -> Bound:
        """What becomes of an exception that the policy retries, or of a result."""
        decorator, arguments = policy.decorator, policy.arguments
        if not self._count(policy)[0]:
            return "unbounded"
        argument, meaning = decorator.swallows
        value = arguments.get(argument)
        if value is not None and not (isinstance(value, cst.Name) and value.value == "None"):
            if meaning is None and not of_result and self._conditions.hands_back_outcome(value):
                return "raised"
            if meaning is None or self._values.value(value) is meaning:
                return "replaced" if self._gives_up_with_another(policy) else "swallowed"
        if of_result:
            return decorator.results[1]
        return "replaced" if self._wraps(policy) else "raised"

    def outcome(self, policy: Policy, thrown: Thrown) -> Thrown | None:
        """What who calls the function gets to see of an exception; None for nothing."""
        decorator = policy.decorator
        argument, meaning = decorator.swallows
        if decorator.deferred:
            return thrown
        verdict = self._conditions.matches(policy, thrown)
        if not verdict and meaning is not False:
            return thrown
        if (verdict and self.bound(policy) not in ("raised", "replaced")) or (not verdict and argument in policy.arguments):
            return None
        if self._gives_up_with_another(policy):
            return None
        raised = decorator.wraps[0]
        return (
            Thrown(raised, frozenset({raised, "builtins.Exception", "builtins.BaseException"})) if self._wraps(policy) else thrown
        )

    def _gives_up_with_another(self, policy: Policy) -> bool:
        """Whether what it calls in the end, instead of raising anything, is a function of the program that always raises."""
        argument, meaning = policy.decorator.swallows
        value = policy.arguments.get(argument)
        return value is not None and meaning is None and self._conditions.never_returns(value)

    def _wraps(self, policy: Policy) -> bool:
        """Whether an exception of its own is raised in the end: tenacity's `RetryError`, unless it is told to `reraise`."""
        raised, argument, meaning = policy.decorator.wraps
        value = policy.arguments.get(argument)
        return bool(raised) and (self._values.value(value) if value is not None else False) is meaning

    def _count(self, policy: Policy) -> tuple[bool, int | None]:
        """Whether the runs come to an end, and after how many of them, where that is a constant."""
        decorator, arguments = policy.decorator, policy.arguments
        if decorator.predicate[0] in arguments and "count" in decorator.predicate[1]:
            return self._count_by_predicate(policy)
        limits = [arguments[name] for name in decorator.limits if name in arguments]
        limited = any(not (isinstance(limit, cst.Name) and limit.value == "None") for limit in limits)
        limited = limited or (decorator.limited and not limits)
        argument = arguments.get(decorator.counter)
        if argument is None:
            return limited or decorator.tries is not None, decorator.tries
        if decorator.manner == "strategy":
            return self._stop(argument, policy.state)
        if isinstance(argument, cst.Call) and decorator.held:
            inner = (arg.value for arg in argument.args if arg.keyword is None or arg.keyword.value == decorator.held)
            argument = next(inner, argument)
        fact = self._counted(argument, policy.state)
        if fact is None or fact.kind != "constant":
            return True, None
        if fact.value in decorator.endless:
            return limited, None
        return True, max(1, fact.value + decorator.first) if isinstance(fact.value, int) else decorator.tries

    def _counted(self, argument: cst.BaseExpression, state: State) -> Fact | None:
        """What is known of a number, or of the one that a function returns which is asked for it: `max_tries=lambda: 3`."""
        numbers = [found.body for found in self._resolver.calls.lambdas(argument)]
        numbers += [
            value for function in self._conditions.functions(argument) for value in self._resolver.returned_values(function)
        ]
        number = numbers[0] if len(numbers) == 1 else argument
        if self._by_default and not self._values.is_set_elsewhere(number):
            return self._flow.known(number, self._flow.supposing_defaults([number], state))
        return self._flow.known(number, state) if not self._values.may_be_given(number) else None

    def _count_by_predicate(self, policy: Policy) -> tuple[bool, int | None]:
        says = [self._conditions.decides(policy, count) for count in range(_MAX_COUNTED)]
        if False in says:
            return True, says.index(False) + 1 if None not in says[: says.index(False)] else None
        return None in says, None

    def _stop(self, node: cst.BaseExpression, state: State, depth: int = 0) -> tuple[bool, int | None]:
        """Whether one of tenacity's `stop`s, or a combination of them, comes to pass, and after how many runs."""
        fact = state.fact(node.value) if isinstance(node, cst.Name) else None
        if fact is not None and fact.kind == "given":
            return self._stop(fact.value, NO_STATE, depth + 1)
        if depth > _MAX_DEPTH:
            return True, None
        if isinstance(node, cst.BinaryOperation) and isinstance(node.operator, (cst.BitOr, cst.BitAnd)):
            return self._stops((node.left, node.right), state, depth, any_ends=isinstance(node.operator, cst.BitOr))
        name = next(tenacity_names(self._resolver.names(node.func if isinstance(node, cst.Call) else node)), "")
        if name == "stop_never":
            return False, None
        if isinstance(node, cst.Call) and node.args:
            arguments = [arg.value for arg in node.args]
            if name == "stop_after_attempt":
                found = self._counted(arguments[0], state)
                value = found.value if found is not None and found.kind == "constant" else None
                return True, max(1, value) if isinstance(value, int) else None
            if name in ("stop_any", "stop_all"):
                return self._stops(arguments, state, depth, any_ends=name == "stop_any")
        if isinstance(node, (cst.Name, cst.Attribute)) and len(values := self._resolver.values_of(node)) == 1:
            return self._stop(values[0], state, depth + 1)
        return True, None

    def _stops(self, nodes: Iterable[cst.BaseExpression], state: State, depth: int, *, any_ends: bool) -> tuple[bool, int | None]:
        found = [self._stop(node, state, depth + 1) for node in nodes]
        counts = [count for _, count in found if count is not None]
        if any_ends:
            return any(ends for ends, _ in found), min(counts, default=None)
        return all(ends for ends, _ in found), max(counts) if len(counts) == len(found) and counts else None
