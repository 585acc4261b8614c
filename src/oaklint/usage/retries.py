"""What retry decorators and retry objects do with an exception."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from oaklint.python import cst
from oaklint.python.exceptions import EXCEPTION, ExceptionFlow, State, Thrown, decided
from oaklint.python.names import Resolver
from oaklint.python.values import Values
from oaklint.sdk.retry_libraries import CELERY_TASK, RETRY_DECORATORS, RetryDecorator

_MAX_DEPTH = 6


class Policy(NamedTuple):
    """A retry decorator or object as it is set up: the library's, and the arguments by name.

    source: the call that sets it up, or the bare decorator.
    """

    decorator: RetryDecorator
    arguments: dict[str, cst.BaseExpression]
    source: cst.BaseExpression


class Retries:
    """Reads the retry policies of a program."""

    def __init__(self, resolver: Resolver, values: Values, flow: ExceptionFlow) -> None:
        self._resolver = resolver
        self._values = values
        self._flow = flow

    def policy(self, node: cst.BaseExpression, depth: int = 0) -> Policy | None:
        """The policy that a decorator or retry object stands for; None if it is none, or is set up in a way that cannot be
        read.
        """
        if depth > _MAX_DEPTH:
            return None
        if isinstance(node, cst.Call):
            decorator = self._decorator(node.func)
            if decorator is not None:
                arguments = self._arguments(node, decorator)
                if arguments is None or (decorator is CELERY_TASK and decorator.condition not in arguments):
                    return None
                return Policy(decorator, arguments, node)
            functions = list(self._resolver.definitions.functions(self._resolver.names(node.func)))
            returned = [value for function in functions for value in self._resolver.returned_values(function)]
            return self.policy(returned[0], depth + 1) if len(returned) == 1 else None
        if isinstance(node, cst.Attribute) and node.attr.value in ("wraps", "call", "copy"):
            return self.policy(node.value, depth + 1)
        if isinstance(node, (cst.Name, cst.Attribute)):
            decorator = self._decorator(node)
            if decorator is not None:
                return Policy(decorator, {}, node) if decorator.default else None
            values = self._values_of(node)
            return self.policy(values[0], depth + 1) if len(values) == 1 else None
        return None

    def _values_of(self, node: cst.Name | cst.Attribute) -> list[cst.BaseExpression]:
        if isinstance(node, cst.Attribute):
            return self._resolver.attribute_values(node)
        return [
            binding.value
            for binding in self._resolver.bindings(node)
            if binding.kind in ("assign", "annotated") and binding.value is not None
        ]

    def _decorator(self, node: cst.BaseExpression) -> RetryDecorator | None:
        for name in self._resolver.names(node):
            if name in RETRY_DECORATORS:
                return RETRY_DECORATORS[name]
            if name.endswith((".task", ".shared_task")) and not name.startswith(("prefect", "airflow", "invoke", "@")):
                return CELERY_TASK
        return None

    def _arguments(self, call: cst.Call, decorator: RetryDecorator) -> dict[str, cst.BaseExpression] | None:
        """The arguments by name; None where `*` or `**` hides some of them."""
        found: dict[str, cst.BaseExpression] = {}
        for index, arg in enumerate(call.args):
            if arg.star == "**":
                settings = self._settings(arg.value)
                if settings is None:
                    return None
                found.update(settings)
            elif arg.star:
                return None
            elif arg.keyword is not None:
                found[arg.keyword.value] = arg.value
            elif index == decorator.position:
                found[decorator.condition] = arg.value
        return found

    def _settings(self, node: cst.BaseExpression) -> dict[str, cst.BaseExpression] | None:
        """The entries of a dictionary that the program writes down, under the name it is given."""
        if isinstance(node, (cst.Name, cst.Attribute)):
            values = self._values_of(node)
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
        decorator = policy.decorator
        gives_up = policy.arguments.get(decorator.gives_up)
        if gives_up is not None:
            verdict = self._flow.catches(gives_up, thrown) if decorator is CELERY_TASK else self._predicate(gives_up, thrown)
            if verdict is not False:
                return None if verdict is None else False
        condition = policy.arguments.get(decorator.condition)
        if condition is None:
            return decorator.default and not self._by_result_only(policy)
        if decorator.manner == "types":
            return self._flow.catches(condition, thrown)
        return self._predicate(condition, thrown) if decorator.manner == "predicate" else self._strategy(condition, thrown)

    @staticmethod
    def _by_result_only(policy: Policy) -> bool:
        return policy.decorator.library == "retrying" and "retry_on_result" in policy.arguments

    def _strategy(self, node: cst.BaseExpression, thrown: Thrown, depth: int = 0) -> bool | None:
        """What one of tenacity's conditions, or a combination of them, says to the exception."""
        if depth > _MAX_DEPTH:
            return None
        if isinstance(node, cst.BinaryOperation) and isinstance(node.operator, (cst.BitOr, cst.BitAnd)):
            sides = [self._strategy(side, thrown, depth + 1) for side in (node.left, node.right)]
            return decided(sides, by=isinstance(node.operator, cst.BitOr))
        name = next(iter(self._tenacity_names(node.func if isinstance(node, cst.Call) else node)), "")
        if isinstance(node, cst.Call):
            first = next((arg.value for arg in node.args if not arg.star), None)
            match name:
                case "retry_if_exception_type":
                    return True if first is None else self._flow.catches(first, thrown)
                case "retry_if_not_exception_type" | "retry_unless_exception_type":
                    caught = self._flow.catches(first, thrown) if first is not None else True
                    return None if caught is None else not caught
                case "retry_if_exception":
                    return self._predicate(first, thrown) if first is not None else None
                case "retry_if_result" | "retry_if_not_result":
                    return False
                case "retry_any" | "retry_all":
                    return decided((self._strategy(arg.value, thrown, depth + 1) for arg in node.args), by=name == "retry_any")
            functions = self._resolver.called_functions(node)
            returned = [value for function in functions for value in self._resolver.returned_values(function)]
            return self._strategy(returned[0], thrown, depth + 1) if len(returned) == 1 else None
        if name in ("retry_always", "retry_never"):
            return name == "retry_always"
        if isinstance(node, (cst.Name, cst.Attribute)):
            values = self._values_of(node)
            return self._strategy(values[0], thrown, depth + 1) if len(values) == 1 else None
        return None

    def _tenacity_names(self, node: cst.BaseExpression) -> Iterator[str]:
        for name in self._resolver.names(node):
            if name.startswith("tenacity."):
                yield name.rpartition(".")[2]

    def _predicate(self, node: cst.BaseExpression, thrown: Thrown) -> bool | None:
        """What a function of the exception says to it."""
        state = State(None, thrown)
        if isinstance(node, cst.Lambda):
            if len(node.params.params) == 1:
                state = state.knowing(node.params.params[0].name.value, EXCEPTION)
                fact = self._flow.known(node.body, state)
                return bool(fact.value) if fact is not None and fact.kind == "constant" else None
            return None
        functions = list(self._resolver.definitions.functions(self._resolver.names(node)))
        return self._flow.verdict(functions[0], thrown) if len(functions) == 1 else None

    # How often.

    def attempts(self, policy: Policy) -> int | None:
        """How many requests are made in all, where it is a constant."""
        decorator = policy.decorator
        argument = policy.arguments.get(decorator.attempts)
        if argument is None:
            return decorator.default_attempts
        if isinstance(argument, cst.Call) and "stop_after_attempt" in self._tenacity_names(argument.func) and argument.args:
            argument = argument.args[0].value
        value = self._values.value(argument)
        return value if isinstance(value, int) and value > 0 else None

    def is_bounded(self, policy: Policy) -> bool:
        return bool(policy.decorator.bounds & policy.arguments.keys()) or policy.decorator.default_attempts is not None
