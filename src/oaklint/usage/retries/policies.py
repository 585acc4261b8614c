"""How retry decorators and retry objects are set up."""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

from oaklint.python import cst
from oaklint.python.facts import NO_STATE, State
from oaklint.sdk.retry_libraries import (
    AIRFLOW,
    CELERY,
    CELERY_TASKS,
    DAGS,
    RETRY_CALLS,
    STAMINA_CALLER,
    TENACITY,
    RetryDecorator,
    decorator_named,
)
from oaklint.usage.context import Context

_MAX_DEPTH = 6


class Policy(NamedTuple):
    """A retry decorator or object as it is set up: the library's, and the arguments by name.

    source: the call that sets it up, or the bare decorator. state: what is known of the names in its arguments.
    """

    decorator: RetryDecorator
    arguments: dict[str, cst.BaseExpression]
    source: cst.CSTNode
    state: State = NO_STATE


class Policies:
    """Reads them."""

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
