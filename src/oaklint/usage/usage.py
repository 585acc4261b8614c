"""The one object that rules ask."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TypeVar

from oaklint.python import cst
from oaklint.python.exceptions import ExceptionFlow
from oaklint.python.facts import Thrown
from oaklint.python.flow import Graph
from oaklint.python.program import Program
from oaklint.usage.aftermath import Aftermath
from oaklint.usage.auth_errors import AuthErrors, transient_errors
from oaklint.usage.built_only import BuiltOnly
from oaklint.usage.clients import Clients
from oaklint.usage.decorators import Decorators
from oaklint.usage.doubles import Doubles
from oaklint.usage.environment import Environment
from oaklint.usage.generation import generation, is_new_name, is_removed_name
from oaklint.usage.guards import Guards
from oaklint.usage.handlers import Handlers
from oaklint.usage.mentions import Mentions
from oaklint.usage.next_items import NextItems
from oaklint.usage.outcomes import Outcomes
from oaklint.usage.own_retries import OwnRetries
from oaklint.usage.preparation import Preparation
from oaklint.usage.readers import Readers
from oaklint.usage.reruns import Reruns
from oaklint.usage.retries import Retries
from oaklint.usage.text_tests import TextTests
from oaklint.usage.writes import Writes

Node = TypeVar("Node", bound="cst.CSTNode")


class Usage:
    """A program, the generation of the SDK that it is written for, and what it does with it; each part is worked out when first
    asked for.
    """

    def __init__(self, program: Program, *, target_sdk: str = "auto", declared_sdk: frozenset[int] | None = None) -> None:
        self.program = program
        self.tree = program.tree
        self.resolver = program.resolver
        self.values = program.values
        self._target_sdk = target_sdk
        self._declared_sdk = declared_sdk

    @cached_property
    def generation(self) -> int:
        """The major version of the SDK whose names and exception tree the program uses."""
        return generation(self.tree, self.resolver, self._target_sdk, self._declared_sdk)

    @cached_property
    def targets_legacy(self) -> bool:
        """Whether the user or the project says that the program is to run on openai 0.x: then its 0.x calls are right as they
        are.
        """
        if self._target_sdk != "auto":
            return self._target_sdk == "0"
        return self._declared_sdk == frozenset({0})

    @cached_property
    def clients(self) -> Clients:
        return Clients(self.tree, self.resolver)

    @cached_property
    def environment(self) -> Environment:
        return Environment(self.tree, self.resolver, self.values)

    @cached_property
    def writes(self) -> Writes:
        return Writes(self.tree, self.resolver, self.values, self.clients, lambda: self.program.magics)

    @cached_property
    def mentions(self) -> Mentions:
        return Mentions(self.tree, self.resolver, self.writes)

    @cached_property
    def readers(self) -> Readers:
        return Readers(self.tree, self.resolver, self.clients, self.environment, self.mentions, self.generation)

    @cached_property
    def handlers(self) -> Handlers:
        return Handlers(self.tree, self.resolver)

    @cached_property
    def doubles(self) -> Doubles:
        return Doubles(self.tree, self.resolver)

    @cached_property
    def preparation(self) -> Preparation:
        return Preparation(self.program, self.writes)

    @cached_property
    def flow(self) -> ExceptionFlow:
        return ExceptionFlow(self.resolver, self.values, self._exists)

    def _exists(self, name: str) -> bool:
        """Whether the generation of the SDK has what a qualified name stands for; of all else nothing is known."""
        return not (is_removed_name(name) if self.generation else is_new_name(name))

    @cached_property
    def auth_errors(self) -> AuthErrors:
        return self._errors()

    def _errors(self, error: Thrown | None = None) -> AuthErrors:
        parts = (self.tree, self.resolver, self.values, self.flow, self.clients, self.retries)
        return AuthErrors(*parts, Decorators(self.resolver, self.flow), self.generation, error)

    def _reruns(self, errors: AuthErrors) -> Reruns:
        return Reruns(self.tree, self.resolver, self.values, self.flow, self.clients, self.retries, errors)

    @cached_property
    def transient_errors(self) -> list[AuthErrors]:
        """Where each of the errors goes that the SDK retries by itself."""
        return [self._errors(error) for error in transient_errors(self.generation)]

    @cached_property
    def transient_reruns(self) -> list[Reruns]:
        return [self._reruns(errors) for errors in self.transient_errors]

    @cached_property
    def aftermath(self) -> Aftermath:
        return Aftermath(self.outcomes)

    @cached_property
    def next_items(self) -> NextItems:
        return NextItems(self.outcomes)

    @cached_property
    def outcomes(self) -> Outcomes:
        return Outcomes(self.tree, self.resolver, self.values, self.flow, self.clients, self.auth_errors)

    @cached_property
    def text_tests(self) -> TextTests:
        parts = (self.tree, self.resolver, self.values, self.flow, self.clients, self.auth_errors)
        return TextTests(*parts, self.generation)

    @cached_property
    def built_only(self) -> BuiltOnly:
        return BuiltOnly(self.tree, self.resolver, self.values, self.flow, self.clients, self.auth_errors)

    @cached_property
    def own_retries(self) -> OwnRetries:
        return OwnRetries(self.tree, self.resolver, self.values, self.clients)

    @cached_property
    def retries(self) -> Retries:
        return Retries(self.resolver, self.values, self.flow)

    @cached_property
    def reruns(self) -> Reruns:
        return self._reruns(self.auth_errors)

    @cached_property
    def guards(self) -> Guards:
        return Guards(self.program.source.name, self.tree, self.resolver, self.values)

    def nodes(self, node_type: type[Node]) -> Iterator[Node]:
        """All nodes of exactly this type in the program itself, in the order of the text."""
        yield from self.tree.own.get(node_type, ())  # type: ignore[misc]

    def graph_of(self, node: cst.CSTNode) -> Graph | None:
        """The control-flow graph of the function, lambda or module that the node is evaluated in."""
        return self.resolver.graph(self.tree.unit(node))
