"""What retry decorators and retry objects do with an exception."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Literal, NamedTuple, TypeAlias

from oaklint.python import cst
from oaklint.python.facts import EXCEPTION, FAILED, HOLDER, NO_STATE, OPAQUE, Fact, State, Thrown, decided
from oaklint.python.patterns import fits
from oaklint.python.tree import positional, walk
from oaklint.sdk.exceptions import is_about_authentication
from oaklint.sdk.retry_libraries import (
    AIRFLOW,
    CELERY,
    CELERY_TASKS,
    DAGS,
    FINAL,
    RETRY_CALLS,
    STAMINA,
    STAMINA_CALLER,
    STAMINA_SWITCHES,
    TENACITY,
    TRY_AGAIN,
    RetryDecorator,
    decorator_named,
)
from oaklint.usage.context import Context

# What becomes of an error that is retried: nothing but success ends that; or, when the attempts are used up, it is lost, it is
# raised, or another one is raised that does not say that it comes from it.
Bound = Literal["unbounded", "swallowed", "raised", "replaced"]

_MAX_DEPTH = 6
# How far a predicate is asked that counts by itself.
_MAX_COUNTED = 30
# A pattern of `retry_if_exception_message` that is found in a text, rather than only at its beginning.
_ANYWHERE = re.compile(r"\^?\.\*\??([\w -]+)(?:\.\*)?\$?")


# How a run has ended: with an exception, or with a result of which that is known.
Outcome: TypeAlias = "Thrown | Fact"


class Policy(NamedTuple):
    """A retry decorator or object as it is set up: the library's, and the arguments by name.

    source: the call that sets it up, or the bare decorator. state: what is known of the names in its arguments.
    """

    decorator: RetryDecorator
    arguments: dict[str, cst.BaseExpression]
    source: cst.CSTNode
    state: State = NO_STATE


class Retries:
    """Reads the retry policies of a program."""

    def __init__(self, context: Context) -> None:
        self._resolver = context.resolver
        self._values = context.values
        self._flow = context.flow

    def policy(self, node: cst.BaseExpression, state: State = NO_STATE, depth: int = 0) -> Policy | None:
        """The policy that a decorator or retry object stands for; None if it is none, or is set up in a way that cannot be
        read.

        state: what is known of the names in it.
        """
        if depth > _MAX_DEPTH:
            return None
        if isinstance(node, cst.Call):
            return self._policy_of_call(node, state, depth)
        if isinstance(node, cst.Attribute) and node.attr.value in ("wraps", "call"):
            return self.policy(node.value, state, depth + 1)
        if isinstance(node, (cst.Name, cst.Attribute)):
            decorator = self.decorator(node)
            if decorator is not None:
                return Policy(decorator, self._inherited({}, decorator, node), node, state)
            values = self._resolver.values_of(node)
            return self.policy(values[0], state, depth + 1) if len(values) == 1 else None
        return None

    def _policy_of_call(self, node: cst.Call, state: State, depth: int) -> Policy | None:
        decorator = self.decorator(node.func)
        if decorator is not None:
            arguments = self._arguments(node, decorator)
            return Policy(decorator, self._inherited(arguments, decorator, node), node, state) if arguments is not None else None
        if isinstance(node.func, cst.Attribute) and node.func.attr.value in ("copy", "on", "retry_with"):
            changed = self._changed(node, node.func, state, depth)
            if changed is not None:
                return changed
        functions = list(self._resolver.definitions.functions(self._resolver.names(node.func)))
        returned = [(function, value) for function in functions for value in self._resolver.returned_values(function)]
        if len(returned) != 1:
            return None
        function, value = returned[0]
        return self.policy(value, self._flow.handed(function, node, state), depth + 1)

    def _changed(self, node: cst.Call, func: cst.Attribute, state: State, depth: int) -> Policy | None:
        """`retrying.copy(stop=...)`, `ask.retry_with(stop=...)`, `caller.on(SomeError)`."""
        if func.attr.value == "retry_with":
            functions = self._resolver.definitions.functions(self._resolver.names(func.value))
            decorators = [decorator.decorator for function in functions for decorator in function.decorators]
            found = (self.policy(decorator, depth=depth + 1) for decorator in decorators)
            policies = [policy for policy in found if policy is not None]
            base = policies[0] if len(policies) == 1 else None
        else:
            base = self.policy(func.value, state, depth + 1)
        if base is None:
            return None
        if func.attr.value == "on":
            if base.decorator is not STAMINA_CALLER or not node.args:
                return None
            return base._replace(arguments={**base.arguments, "on": node.args[0].value})
        changes = self._arguments(node, base.decorator)
        if changes is None or base.decorator.library != TENACITY.library:
            return None
        return base._replace(arguments={**base.arguments, **changes}, source=node)

    def handed_call(self, call: cst.Call) -> tuple[Policy, cst.BaseExpression] | None:
        """The policy of a call that is handed a function next to its settings, and that function."""
        for name in self._resolver.names(call.func):
            if name in RETRY_CALLS:
                decorator, keyword = RETRY_CALLS[name]
                arguments = self._arguments(call, decorator)
                if arguments is not None and keyword in arguments:
                    return Policy(decorator, self._inherited(arguments, decorator, call), call), arguments[keyword]
        return None

    def task_class(self, definition: cst.ClassDef) -> Policy | None:
        """The policy of a class that is a task."""
        settings = self._task_settings(definition)
        return Policy(CELERY, settings, definition.name) if settings is not None else None

    def _task_settings(self, definition: cst.ClassDef, depth: int = 0) -> dict[str, cst.BaseExpression] | None:
        """The settings of a class that is a task, those of its bases included; None if it is none."""
        found: dict[str, cst.BaseExpression] | None = None
        for base in reversed(definition.bases) if depth < _MAX_DEPTH else ():
            names = self._resolver.names(base.value)
            if names & CELERY_TASKS:
                found = found or {}
            for own in self._resolver.definitions.classes(names):
                inherited = self._task_settings(own, depth + 1)
                if inherited is not None:
                    found = (found or {}) | inherited
        return found | self._class_settings(definition) if found is not None else None

    def _inherited(
        self, arguments: dict[str, cst.BaseExpression], decorator: RetryDecorator, node: cst.CSTNode
    ) -> dict[str, cst.BaseExpression]:
        """The arguments with those that a task has from its base class, or from the DAG that it is in, and with what is set
        later.
        """
        found: dict[str, cst.BaseExpression] = {}
        if decorator is AIRFLOW and (dag := self._dag_of(node)) is not None:
            given = next((arg.value for arg in dag.args if arg.keyword and arg.keyword.value == "default_args"), None)
            found = (self._settings(given) if given is not None else None) or {}
        base = arguments.get("base") if decorator is CELERY else None
        for definition in self._resolver.definitions.classes(self._resolver.names(base)) if base is not None else ():
            found |= self._task_settings(definition) or self._class_settings(definition)
        decorated = self._resolver.tree.parents.get(self._resolver.tree.parents[node], node)
        return found | arguments | (self._reset.get(decorated, {}) if decorator.library == TENACITY.library else {})

    @cached_property
    def _reset(self) -> dict[cst.CSTNode, dict[str, cst.BaseExpression]]:
        """The settings that functions under tenacity are given afterwards: `ask.retry.stop = stop_after_attempt(1)`."""
        found: dict[cst.CSTNode, dict[str, cst.BaseExpression]] = {}
        for target, value in self._resolver.attributes.assignments():
            owner = target.value if isinstance(target, cst.Attribute) else None
            if isinstance(target, cst.Attribute) and isinstance(owner, cst.Attribute) and owner.attr.value == "retry":
                for function in self._resolver.definitions.functions(self._resolver.names(owner.value)):
                    found.setdefault(function, {})[target.attr.value] = value
        return found

    def _dag_of(self, node: cst.CSTNode) -> cst.Call | None:
        """The call that makes the DAG around a task, or the only one of the program."""
        tree = self._resolver.tree
        for around in tree.ancestors(node):
            if isinstance(around, cst.With):
                makers = [item.item for item in around.items]
            elif isinstance(around, cst.FunctionDef):
                makers = [each.decorator for each in around.decorators]
            else:
                continue
            for maker in makers:
                if isinstance(maker, cst.Call) and self._resolver.names(maker.func) & DAGS:
                    return maker
        return self._dags[0] if len(self._dags) == 1 else None

    @cached_property
    def _dags(self) -> list[cst.Call]:
        calls = self._resolver.tree.own.get(cst.Call, ())
        return [call for call in calls if isinstance(call, cst.Call) and self._resolver.names(call.func) & DAGS]

    def _class_settings(self, definition: cst.ClassDef) -> dict[str, cst.BaseExpression]:
        found: dict[str, cst.BaseExpression] = {}
        for statement in definition.body.body:
            for node in statement.body if isinstance(statement, cst.SimpleStatementLine) else ():
                if isinstance(node, cst.Assign) and isinstance(node.targets[0].target, cst.Name):
                    found[node.targets[0].target.value] = node.value
                elif isinstance(node, cst.AnnAssign) and isinstance(node.target, cst.Name) and node.value is not None:
                    found[node.target.value] = node.value
        return found

    def decorator(self, node: cst.BaseExpression) -> RetryDecorator | None:
        """The library's decorator, or class of retry objects, that an expression names."""
        return next((found for name in self._resolver.names(node) if (found := decorator_named(name)) is not None), None)

    def _arguments(self, call: cst.Call, decorator: RetryDecorator) -> dict[str, cst.BaseExpression] | None:
        """The arguments by name, with those that a `functools.partial` brings; None where `*` or `**` hides some of them."""
        found: dict[str, cst.BaseExpression] = {}
        positions = iter(decorator.parameters)
        for arg in (*(arg for made in self._resolver.calls.partials(call.func) for arg in made.args[1:]), *call.args):
            if arg.star == "**":
                settings = self._settings(arg.value)
                if settings is None:
                    return None
                found.update(settings)
            elif arg.star:
                return None
            elif arg.keyword is not None:
                found[arg.keyword.value] = arg.value
            elif (name := next(positions, None)) is not None:
                found[name] = arg.value
        if decorator is CELERY and "retry_kwargs" in found:
            settings = self._settings(found["retry_kwargs"])
            return found | settings if settings is not None else None
        return found

    def _settings(self, node: cst.BaseExpression) -> dict[str, cst.BaseExpression] | None:
        """The entries of a dictionary that the program writes down, under the name it is given."""
        if isinstance(node, (cst.Name, cst.Attribute)):
            values = self._resolver.values_of(node)
            return (
                self._settings(values[0]) if len(values) == 1 and not isinstance(values[0], (cst.Name, cst.Attribute)) else None
            )
        if isinstance(node, cst.Dict):
            found = {}
            for element in node.elements:
                key = self._values.text(element.key) if isinstance(element, cst.DictElement) else None
                if key is None:
                    return None
                found[key] = element.value
            return found
        if isinstance(node, cst.Call) and "builtins.dict" in self._resolver.names(node.func):
            return {arg.keyword.value: arg.value for arg in node.args if arg.keyword is not None}
        return None

    # Which exceptions.

    def retries(self, policy: Policy, thrown: Thrown) -> bool | None:
        """Whether the policy runs the function again for the exception; None where that cannot be read."""
        verdict = self._matches(policy, thrown) if self.attempts(policy) != 1 else False
        return verdict and not self._is_let_out(policy, thrown)

    def retries_result(self, policy: Policy, result: Fact) -> bool | None:
        """Whether the policy runs the function again for what it returns; None where that cannot be read."""
        if self.attempts(policy) == 1 or self._is_off(policy):
            return False
        condition = policy.arguments.get(policy.decorator.results[0])
        if condition is None:
            return policy.decorator.empty and self._flow.knowledge.truth(result) is False
        if policy.decorator.manner == "strategy":
            return self._strategy(condition, result, policy.state)
        return self._predicate_of_result(condition, result, policy.state)

    def _is_let_out(self, policy: Policy, thrown: Thrown) -> bool:
        """Whether tenacity's `stop` ends it for the exception, or a function that is called before the next run raises."""
        stop = policy.arguments.get(policy.decorator.counter) if policy.decorator.manner == "strategy" else None
        if stop is not None and self._strategy(stop, thrown, policy.state):
            return True
        callbacks = (policy.arguments[name] for name in policy.decorator.between if name in policy.arguments)
        return any(self._raises(function, thrown) for callback in callbacks for function in self._predicates(callback))

    def _raises(self, callback: cst.FunctionDef, thrown: Thrown) -> bool:
        """Whether a function never returns that is handed the outcome."""
        params = [param for param in callback.params.params if param.name.value not in ("self", "cls")]
        if not params:
            return False
        ends = self._flow.called.ends(callback, State(None, thrown).knowing(params[0].name.value, HOLDER))
        return bool(ends) and None not in ends

    def _matches(self, policy: Policy, thrown: Thrown) -> bool | None:
        """Whether it is one of the exceptions that the policy is for."""
        decorator, arguments = policy.decorator, policy.arguments
        if (thrown.classes & FINAL and decorator.deferred) or self._is_off(policy):
            return False
        if decorator.library == TENACITY.library and TRY_AGAIN in thrown.classes:
            return True
        gives_up = arguments.get(decorator.gives_up)
        if gives_up is not None:
            verdict = self._applies(gives_up, thrown, policy.state)
            if verdict is not False:
                return None if verdict is None else False
        if decorator.predicate[0] in arguments:
            return self._decides(policy, 0, thrown)
        condition = arguments.get(decorator.condition)
        if condition is None:
            return decorator.default
        return (
            self._strategy(condition, thrown, policy.state)
            if decorator.manner == "strategy"
            else self._applies(condition, thrown, policy.state)
        )

    def _is_off(self, policy: Policy) -> bool:
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
        is_function = isinstance(node, (cst.Lambda, cst.Call)) or bool(self._predicates(node))
        return self._predicate(node, thrown, state) if is_function else self._flow.catches(node, thrown, state)

    def _decides(self, policy: Policy, count: int, thrown: Thrown | None = None) -> bool | None:
        """What the policy's predicate says after so many runs behind the first; without an exception, whatever the last was."""
        argument, handed = policy.decorator.predicate
        facts = {"count": Fact("constant", count), "exception": EXCEPTION, "failed": FAILED, "": OPAQUE}
        node = policy.arguments[argument]
        functions: list[cst.FunctionDef | cst.Lambda] = [*self._predicates(node), *self._resolver.calls.lambdas(node)]
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
            if any(True for _ in self._tenacity_names(node.func)):
                return self._condition(next(self._tenacity_names(node.func)), node, outcome, state, depth)
            return self._own_strategy(node, outcome, state, depth)
        name = next(self._tenacity_names(node), "")
        if name in ("retry_always", "retry_never"):
            return name == "retry_always"
        if isinstance(node, (cst.Name, cst.Attribute)):
            fact = state.fact(node.value) if isinstance(node, cst.Name) else None
            if fact is not None and fact.kind == "given":
                return self._strategy(fact.value, outcome, NO_STATE, depth + 1)
            if self._predicates(node):
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
        first = next((arg.value for arg in node.args if not arg.star and arg.keyword is None), None)
        if isinstance(outcome, Thrown):
            return self._condition_on_exception(name, arguments, first, outcome, state)
        if name == "retry_unless_exception_type":
            return True  # it is for what goes on until there is one
        predicate = arguments.get("predicate", first)
        if name not in ("retry_if_result", "retry_if_not_result") or predicate is None:
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
            return thrown.says(found[1])
        if pattern is not None and text == ".*":
            return True
        verdicts = {fits(text, said, "match") if pattern is not None else text == said for said in thrown.texts}
        verdict = verdicts.pop() if len(verdicts) == 1 else None
        return None if verdict is False and is_about_authentication(text) else verdict

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
                for name in self._tenacity_names(base.value):
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

    def _tenacity_names(self, node: cst.BaseExpression) -> Iterator[str]:
        for name in self._resolver.names(node):
            if name.startswith("tenacity."):
                yield name.rpartition(".")[2]

    def _predicates(self, node: cst.BaseExpression) -> list[cst.FunctionDef]:
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
            functions = self._predicates(node.args[0].value)
            if len(functions) != 1:
                return None
            rest = node.with_changes(args=node.args[1:])
            known = State(None, thrown, frozenset())
            for param in (*functions[0].params.params, *functions[0].params.kwonly_params):
                value = self._resolver.calls.argument_for(rest, functions[0], param)
                if value is not None:
                    known = known.knowing(param.name.value, self._flow.given(value, state))
            return self._flow.verdict(functions[0], thrown, known)
        functions = self._predicates(node)
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
        for function in self._predicates(node):
            names = [param.name.value for param in positional(function)[-1:]]
            answers += [called.returned(function, NO_STATE.knowing(name, result)) for name in names]
        verdict = self._flow.knowledge.truth(answers[0]) if len(answers) == 1 else None
        return verdict if isinstance(verdict, bool) else None

    def predicates(self, policy: Policy) -> Iterator[cst.FunctionDef | cst.Lambda]:
        """The functions of the exception by which a policy decides."""
        for argument in (policy.decorator.condition, policy.decorator.gives_up):
            given = policy.arguments.get(argument)
            nodes = [given] if given is not None else []
            if given is not None and policy.decorator.manner == "strategy":
                calls = (part for part in walk(given) if isinstance(part, cst.Call))
                asking = (call for call in calls if "retry_if_exception" in self._tenacity_names(call.func))
                nodes = [arg.value for call in asking for arg in call.args]
            for node in nodes:
                yield from self._resolver.calls.lambdas(node)
                yield from self._predicates(node)

    # How often, and what then.

    def attempts(self, policy: Policy) -> int | None:
        """How many runs there are in all, where it is a constant."""
        return self._count(policy)[1]

    def bound(self, policy: Policy, *, of_result: bool = False) -> Bound:
        """What becomes of an exception that the policy retries, or of a result."""
        decorator, arguments = policy.decorator, policy.arguments
        if not self._count(policy)[0]:
            return "unbounded"
        argument, meaning = decorator.swallows
        value = arguments.get(argument)
        if value is not None and not (isinstance(value, cst.Name) and value.value == "None"):
            if meaning is None or self._values.value(value) is meaning:
                return "swallowed"
        return decorator.results[1] if of_result else "raised"

    def outcome(self, policy: Policy, thrown: Thrown) -> Thrown | None:
        """What who calls the function gets to see of an exception; None for nothing."""
        decorator = policy.decorator
        argument, meaning = decorator.swallows
        if decorator.deferred:
            return thrown
        verdict = self._matches(policy, thrown)
        if not verdict and meaning is not False:
            return thrown
        if (verdict and self.bound(policy) != "raised") or (not verdict and argument in policy.arguments):
            return None
        raised, prevented = decorator.wraps
        reraise = policy.arguments.get(prevented)
        if raised and (reraise is None or self._values.value(reraise) is False):
            return Thrown(raised, frozenset({raised, "builtins.Exception", "builtins.BaseException"}))
        return thrown

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
        numbers += [value for function in self._predicates(argument) for value in self._resolver.returned_values(function)]
        number = numbers[0] if len(numbers) == 1 else argument
        return self._flow.known(number, state) if not self._values.may_be_given(number) else None

    def _count_by_predicate(self, policy: Policy) -> tuple[bool, int | None]:
        says = [self._decides(policy, count) for count in range(_MAX_COUNTED)]
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
        name = next(self._tenacity_names(node.func if isinstance(node, cst.Call) else node), "")
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
