"""For which exceptions, and for which results, retry decorators and retry objects run a function again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import TypeAlias

from oaklint.python import cst
from oaklint.python.definitions import Names
from oaklint.python.facts import EXCEPTION, FAILED, HOLDER, NO_STATE, OPAQUE, Fact, State, Thrown, decided
from oaklint.python.flow import reachable
from oaklint.python.patterns import Pattern
from oaklint.python.tree import argument_of, positional, walk
from oaklint.sdk.exceptions import is_about_authentication
from oaklint.sdk.retry_libraries import FINAL, STAMINA, STAMINA_SWITCHES, TENACITY, TRY_AGAIN
from oaklint.usage.context import Context
from oaklint.usage.retries.policies import Policy

_MAX_DEPTH = 6
# A pattern of `retry_if_exception_message` that is found in a text, rather than only at its beginning.
_ANYWHERE = re.compile(r"\^?\.\*\??([\w -]+)(?:\.\*)?\$?")
_OF_RESULTS = {"retry_if_result", "retry_if_not_result"}

# How a run has ended: with an exception, or with a result of which that is known.
Outcome: TypeAlias = "Thrown | Fact"


class Conditions:
    """From a policy and an outcome to whether that leads to another run; None where the condition cannot be read."""

    def __init__(self, context: Context) -> None:
        self._resolver = context.resolver
        self._values = context.values
        self._flow = context.flow

    def lets_out(self, policy: Policy, thrown: Thrown) -> bool:
        """Whether tenacity's `stop` ends it for the exception, or a function that is called before the next run raises."""
        stop = policy.arguments.get(policy.decorator.counter) if policy.decorator.manner == "strategy" else None
        if stop is not None and self._strategy(stop, thrown, policy.state):
            return True
        callbacks = (policy.arguments[name] for name in policy.decorator.between if name in policy.arguments)
        return any(self._raises(function, thrown) for callback in callbacks for function in self.functions(callback))

    def _raises(self, callback: cst.FunctionDef, thrown: Thrown) -> bool:
        """Whether a function never returns that is handed the outcome."""
        params = [param for param in callback.params.params if param.name.value not in ("self", "cls")]
        if not params:
            return False
        ends = self._flow.called.ends(callback, State(None, thrown).knowing(params[0].name.value, HOLDER))
        return bool(ends) and None not in ends

    def matches(self, policy: Policy, thrown: Thrown) -> bool | None:
        """Whether it is one of the exceptions that the policy is for."""
        decorator, arguments = policy.decorator, policy.arguments
        if (thrown.classes & FINAL and decorator.deferred) or self.is_off(policy):
            return False
        if decorator.library == TENACITY.library and TRY_AGAIN in thrown.classes:
            return True
        gives_up = arguments.get(decorator.gives_up)
        if gives_up is not None:
            verdict = self._applies(gives_up, thrown, policy.state)
            if verdict is not False:
                return None if verdict is None else False
        if decorator.predicate[0] in arguments:
            return self.decides(policy, 0, thrown)
        condition = arguments.get(decorator.condition)
        if condition is None:
            return decorator.default
        return (
            self._strategy(condition, thrown, policy.state)
            if decorator.manner == "strategy"
            else self._applies(condition, thrown, policy.state)
        )

    def matches_result(self, policy: Policy, result: Fact) -> bool | None:
        """Whether it is one of the results that the policy is for."""
        if self.is_off(policy):
            return False
        condition = policy.arguments.get(policy.decorator.results[0])
        if condition is None:
            return policy.decorator.empty and self._flow.knowledge.truth(result) is False
        if policy.decorator.manner == "strategy":
            return self._strategy(condition, result, policy.state)
        return self._predicate_of_result(condition, result, policy.state)

    def is_off(self, policy: Policy) -> bool:
        """Whether the policy is, or may be, switched off."""
        if policy.decorator.library == STAMINA.library and self._is_switched:
            return True
        enabled = policy.arguments.get("enabled")
        return policy.decorator.library == TENACITY.library and enabled is not None and self._values.value(enabled) is not True

    @cached_property
    def _is_switched(self) -> bool:
        """Whether the program switches stamina on and off, or to a manner for tests."""
        calls = self._resolver.tree.nodes.get(cst.Call, ())
        return any(isinstance(call, cst.Call) and self._resolver.names(call.func) & STAMINA_SWITCHES for call in calls)

    def _applies(self, node: cst.BaseExpression, thrown: Thrown, state: State) -> bool | None:
        """What classes, or a function of the exception, say to it."""
        fact = state.fact(node.value) if isinstance(node, cst.Name) else None
        if fact is not None and fact.kind == "given":
            node = fact.value
        if isinstance(value := self._values.value(node), bool):
            return value  # all exceptions, or none
        is_function = isinstance(node, (cst.Lambda, cst.Call)) or bool(self.functions(node))
        return self._predicate(node, thrown, state) if is_function else self._flow.catches(node, thrown, state)

    def decides(self, policy: Policy, count: int, thrown: Thrown | None = None) -> bool | None:
        """What the policy's predicate says after so many runs behind the first; without an exception, whatever the last was."""
        argument, handed = policy.decorator.predicate
        facts = {"count": Fact("constant", count), "exception": EXCEPTION, "failed": FAILED, "": OPAQUE}
        node = policy.arguments[argument]
        functions: list[cst.FunctionDef | cst.Lambda] = [*self.functions(node), *self._resolver.calls.lambdas(node)]
        if len(functions) != 1:
            return None
        params = positional(functions[0])
        if len(params) != len(handed):
            return None
        state = State(None, thrown)
        for param, kind in zip(params, handed, strict=True):
            state = state.knowing(param.name.value, facts[kind])
        return self._flow.is_true(functions[0], state)

    def _strategy(self, node: cst.BaseExpression, outcome: Outcome, state: State, depth: int = 0) -> bool | None:
        """What one of tenacity's conditions, or a combination of them, says to the exception, or to a result."""
        if depth > _MAX_DEPTH:
            return None
        if isinstance(node, cst.BinaryOperation) and isinstance(node.operator, (cst.BitOr, cst.BitAnd)):
            sides = [self._strategy(side, outcome, state, depth + 1) for side in (node.left, node.right)]
            return decided(sides, by=isinstance(node.operator, cst.BitOr))
        if isinstance(node, cst.Lambda):
            return self._predicate_of_outcome(node, outcome, state)
        if isinstance(node, cst.Call):
            if name := next(tenacity_names(self._resolver.names(node.func)), ""):
                return self._condition(name, node, outcome, state, depth)
            return self._own_strategy(node, outcome, state, depth)
        name = next(tenacity_names(self._resolver.names(node)), "")
        if name in ("retry_always", "retry_never"):
            return name == "retry_always"
        if isinstance(node, (cst.Name, cst.Attribute)):
            fact = state.fact(node.value) if isinstance(node, cst.Name) else None
            if fact is not None and fact.kind == "given":
                return self._strategy(fact.value, outcome, NO_STATE, depth + 1)
            if self.functions(node):
                return self._predicate_of_outcome(node, outcome, state)
            values = self._resolver.values_of(node)
            return self._strategy(values[0], outcome, state, depth + 1) if len(values) == 1 else None
        return None

    def _condition(self, name: str, node: cst.Call, outcome: Outcome, state: State, depth: int) -> bool | None:
        """What one of tenacity's own conditions says."""
        if name in ("retry_any", "retry_all", "stop_any", "stop_all"):
            sides = [self._strategy(arg.value, outcome, state, depth + 1) for arg in node.args]
            return decided(sides, by=name.endswith("_any"))
        arguments = {arg.keyword.value: arg.value for arg in node.args if arg.keyword is not None}
        first = argument_of(node, 0)
        if isinstance(outcome, Thrown):
            return self._condition_on_exception(name, arguments, first, outcome, state)
        if name == "retry_unless_exception_type":
            return True  # it is for what goes on until there is one
        predicate = arguments.get("predicate", first)
        if name not in _OF_RESULTS or predicate is None:
            return False
        verdict = self._predicate_of_result(predicate, outcome, state)
        return verdict if verdict is None or name == "retry_if_result" else not verdict

    def _condition_on_exception(
        self, name: str, arguments: dict[str, cst.BaseExpression], first: cst.BaseExpression | None, thrown: Thrown, state: State
    ) -> bool | None:
        types = arguments.get("exception_types", first)
        match name:
            case "retry_if_exception_type" | "retry_if_not_exception_type" | "retry_unless_exception_type":
                caught = self._flow.is_instance(types, thrown, state) if types is not None else True
                return caught if caught is None or name == "retry_if_exception_type" else not caught
            case "retry_if_exception":
                predicate = arguments.get("predicate", first)
                return self._predicate(predicate, thrown, state) if predicate is not None else None
            case "retry_if_exception_message" | "retry_if_not_exception_message":
                said = self._message(arguments.get("message", first), arguments.get("match"), thrown)
                return said if said is None or name == "retry_if_exception_message" else not said
            case "retry_if_exception_cause_type":
                cause = Thrown(thrown.name, thrown.causes)
                if types is None or not cause.classes:
                    return bool(cause.classes)
                return self._flow.is_instance(types, cause, state)
            case "retry_if_result" | "retry_if_not_result":
                return False
        return None

    def _message(self, message: cst.BaseExpression | None, pattern: cst.BaseExpression | None, thrown: Thrown) -> bool | None:
        """Whether the exception's text is a message, or a pattern fits it, which begins where the text begins.

        Where words about authentication are not found, what the asker meant is not known.
        """
        asked = pattern or message
        text = self._values.text(asked) if asked is not None else None
        if text is None:
            return None
        if pattern is not None and (found := _ANYWHERE.fullmatch(text)) is not None:
            return thrown.writes(found[1])
        if pattern is not None and text == ".*":
            return True
        if pattern is not None:
            return thrown.matches(Pattern(text, "match"))
        is_another = bool(thrown.texts) and text not in thrown.texts and not is_about_authentication(text)
        return False if is_another else None

    def _own_strategy(self, node: cst.Call, outcome: Outcome, state: State, depth: int) -> bool | None:
        """A condition that the program makes: by a function that returns one, or as a class of its own."""
        names = self._resolver.names(node.func)
        for definition in self._resolver.definitions.classes(names):
            own = self._resolver.definitions.name(definition)
            called = list(self._resolver.definitions.functions((f"{own}.__call__",)))
            if called:
                if not isinstance(outcome, Thrown):
                    return None
                return self._flow.verdict(called[0], outcome, state, of_outcome=True)
            for base in definition.bases:
                for name in tenacity_names(self._resolver.names(base.value)):
                    for call in self._super_calls(f"{own}.__init__"):
                        return self._condition(name, call, outcome, state, depth + 1)
            return None
        functions = list(self._resolver.definitions.functions(names))
        returned = [(function, value) for function in functions for value in self._resolver.returned_values(function)]
        if len(returned) != 1:
            return None
        function, value = returned[0]
        return self._strategy(value, outcome, self._flow.handed(function, node, state), depth + 1)

    def _super_calls(self, init: str) -> Iterator[cst.Call]:
        """The calls of `super().__init__` in a constructor."""
        for function in self._resolver.definitions.functions((init,)):
            for call in self._resolver.tree.nodes.get(cst.Call, ()):
                assert isinstance(call, cst.Call)
                if self._resolver.tree.unit(call) is function and isinstance(call.func, cst.Attribute):
                    owner = call.func.value
                    if call.func.attr.value == "__init__" and isinstance(owner, cst.Call):
                        if "builtins.super" in self._resolver.names(owner.func):
                            yield call

    def functions(self, node: cst.BaseExpression) -> list[cst.FunctionDef]:
        return list(self._resolver.definitions.functions(self._resolver.names(node)))

    def _predicate(self, node: cst.BaseExpression, thrown: Thrown, state: State, *, of_outcome: bool = False) -> bool | None:
        """What a function of the exception, or of the outcome that holds it, says to it."""
        fact = state.fact(node.value) if isinstance(node, cst.Name) else None
        if fact is not None and fact.kind == "given":
            node = fact.value
        if isinstance(node, cst.Lambda):
            if len(node.params.params) != 1:
                return None
            name = node.params.params[0].name.value
            known = State(None, thrown, state.facts).knowing(name, HOLDER if of_outcome else EXCEPTION)
            found = self._flow.known(node.body, known)
            return bool(found.value) if found is not None and found.kind == "constant" else None
        if isinstance(node, cst.Call) and "functools.partial" in self._resolver.names(node.func) and node.args:
            functions = self.functions(node.args[0].value)
            if len(functions) != 1:
                return None
            rest = node.with_changes(args=node.args[1:])
            known = State(None, thrown, frozenset())
            for param in (*functions[0].params.params, *functions[0].params.kwonly_params):
                value = self._resolver.calls.argument_for(rest, functions[0], param)
                if value is not None:
                    known = known.knowing(param.name.value, self._flow.given(value, state))
            return self._flow.verdict(functions[0], thrown, known)
        functions = self.functions(node)
        return self._flow.verdict(functions[0], thrown, of_outcome=of_outcome) if len(functions) == 1 else None

    def _predicate_of_outcome(self, node: cst.BaseExpression, outcome: Outcome, state: State) -> bool | None:
        """What a function of tenacity's state says to the exception; to results, that is not seen."""
        return self._predicate(node, outcome, state, of_outcome=True) if isinstance(outcome, Thrown) else None

    def _predicate_of_result(self, node: cst.BaseExpression, result: Fact, state: State) -> bool | None:
        """What a function of the result says to it."""
        fact = state.fact(node.value) if isinstance(node, cst.Name) else None
        if fact is not None and fact.kind == "given":
            node = fact.value
        called = self._flow.called
        answers = [called.answer_of_lambda(function, [result], NO_STATE) for function in self._resolver.calls.lambdas(node)]
        for function in self.functions(node):
            names = [param.name.value for param in positional(function)[-1:]]
            answers += [called.returned(function, NO_STATE.knowing(name, result)) for name in names]
        verdict = self._flow.knowledge.truth(answers[0]) if len(answers) == 1 else None
        return verdict if isinstance(verdict, bool) else None

    def is_for_results(self, policy: Policy) -> bool:
        """Whether a condition of tenacity's asks for results, be it beside exceptions."""
        condition = policy.arguments.get(policy.decorator.condition) if policy.decorator.manner == "strategy" else None
        named = [part for part in walk(condition) if isinstance(part, (cst.Name, cst.Attribute))] if condition is not None else []
        behind = (value for part in named for value in self._resolver.values_of(part))
        asked = (*named, *(part.func for value in behind for part in walk(value) if isinstance(part, cst.Call)))
        return any(not _OF_RESULTS.isdisjoint(self._tenacity_names(part)) for part in asked)

    def may_end(self, policy: Policy) -> bool:
        """Whether functions of the program that are called between the runs, or decide when to stop, may put an end to them for
        reasons of their own.
        """
        between = (policy.arguments[name] for name in policy.decorator.between if name in policy.arguments)
        called = (function for callback in between for function in self.functions(callback))
        if any(self._resolver.tree.nodes_in(function, cst.Raise) for function in called):
            return True
        stop = policy.arguments.get(policy.decorator.counter) if policy.decorator.manner == "strategy" else None
        parts = [part for part in walk(stop) if isinstance(part, (cst.Name, cst.Attribute))] if stop is not None else []
        return any(self.functions(part) or "stop_when_event_set" in self._tenacity_names(part) for part in parts)

    def hands_back_outcome(self, callback: cst.BaseExpression) -> bool:
        """Whether a callback asks the outcome of the last run for its result, and so raises what that has raised."""
        functions: list[cst.CSTNode] = [*self.functions(callback), *self._resolver.calls.lambdas(callback)]
        parts = (part for function in functions for part in walk(function))
        return any(isinstance(part, cst.Attribute) and part.attr.value in ("result", "reraise") for part in parts)

    def never_returns(self, callback: cst.BaseExpression) -> bool:
        """Whether a callback is a function of the program that always raises."""
        graphs = [graph for function in self.functions(callback) if (graph := self._resolver.graph(function)) is not None]
        return bool(graphs) and not any(graph.returned in reachable(graph.entry) for graph in graphs)

    def _tenacity_names(self, node: cst.BaseExpression) -> set[str]:
        return set(tenacity_names(self._resolver.names(node)))

    def predicates(self, policy: Policy) -> Iterator[cst.FunctionDef | cst.Lambda]:
        """The functions of the exception by which a policy decides."""
        for argument in (policy.decorator.condition, policy.decorator.gives_up):
            given = policy.arguments.get(argument)
            nodes = [given] if given is not None else []
            if given is not None and policy.decorator.manner == "strategy":
                calls = (part for part in walk(given) if isinstance(part, cst.Call))
                asking = (call for call in calls if "retry_if_exception" in tenacity_names(self._resolver.names(call.func)))
                nodes = [arg.value for call in asking for arg in call.args]
            for node in nodes:
                yield from self._resolver.calls.lambdas(node)
                yield from self.functions(node)


def tenacity_names(names: Names) -> Iterator[str]:
    """What qualified names are called in tenacity."""
    return (name.rpartition(".")[2] for name in names if name.startswith("tenacity."))
