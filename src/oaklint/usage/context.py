"""What all parts of `usage` ask: the program, the generation of the SDK that it is written for, and its clients."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from typing import TypeVar

from oaklint.python import cst
from oaklint.python.assembly import Assembly
from oaklint.python.callables import Callables
from oaklint.python.exceptions import ExceptionFlow
from oaklint.python.flow import Graph
from oaklint.python.kinds import Kinds
from oaklint.python.program import Program
from oaklint.python.scopes import CodeUnit
from oaklint.python.threads import Threads
from oaklint.python.told import Told
from oaklint.sdk.exceptions import NOT_EXCEPTIONS
from oaklint.sdk.releases import Releases
from oaklint.sdk.secrets import NO_TEXT, PROVIDERS
from oaklint.usage.clients import Clients
from oaklint.usage.constructions import Constructions
from oaklint.usage.deferred import Deferred
from oaklint.usage.generation import generation, is_new_name, is_removed_name, needs_newer, stand_ins
from oaklint.usage.ingredients import Ingredients

Node = TypeVar("Node", bound="cst.CSTNode")


class Context:
    """A program and what it is written for; each part is worked out when first asked for."""

    def __init__(self, program: Program, *, target_sdk: str = "auto", declared_sdk: frozenset[int] | None = None) -> None:
        """target_sdk: the major version that the user names, or `auto`. declared_sdk: those that the project admits."""
        self.program = program
        self.tree = program.tree
        self.resolver = program.resolver
        self.values = program.values
        self._target_sdk = target_sdk
        self._declared_sdk = declared_sdk
        self._self_calls: dict[cst.FunctionDef, list[cst.Call]] = {}

    @cached_property
    def generation(self) -> int:
        """The major version of the SDK whose names and exception tree the program uses."""
        return generation(self.tree, self.resolver, self._target_sdk, self._declared_sdk)

    @cached_property
    def release(self) -> tuple[int, ...] | None:
        """The one release of the SDK that the project asks for, as numbers; None where others will do."""
        declared = self._declared_sdk if self._target_sdk == "auto" else None
        return declared.only if isinstance(declared, Releases) else None

    @cached_property
    def asked_generation(self) -> int | None:
        """The major version of the SDK that the user or the project asks for; None where it is only taken from the program."""
        return self.generation if self._target_sdk != "auto" or self._declared_sdk else None

    @cached_property
    def targets_legacy(self) -> bool:
        """Whether the user or the project says that the program is to run on openai 0.x: then its 0.x calls are right as they
        are.
        """
        if self._target_sdk != "auto":
            return self._target_sdk == "0"
        return self._declared_sdk == frozenset({0})

    @cached_property
    def excludes_legacy(self) -> bool:
        """Whether the user or the project says that the program is never to run on openai 0.x, or it imports what that does not
        have: then its 0.x calls raise APIRemovedInV1 and ask nobody.
        """
        if self._target_sdk != "auto":
            return self._target_sdk != "0"
        return 0 not in (self._declared_sdk or {0}) or needs_newer(self.tree)

    @cached_property
    def kinds(self) -> Kinds:
        return Kinds(self.resolver, self.values, NO_TEXT)

    @cached_property
    def callables(self) -> Callables:
        return Callables(self.resolver, PROVIDERS)

    @cached_property
    def threads(self) -> Threads:
        return Threads(self.tree, self.resolver)

    @cached_property
    def clients(self) -> Clients:
        return Clients(self.tree, self.resolver, self.threads)

    @cached_property
    def constructions(self) -> Constructions:
        return Constructions(self.tree, self.resolver, self.threads, self.clients)

    @cached_property
    def deferred(self) -> Deferred:
        return Deferred(self.tree, self.resolver, self.values, self.clients)

    @cached_property
    def ingredients(self) -> Ingredients:
        return Ingredients(self.tree, self.resolver, self.clients)

    @cached_property
    def assemblies(self) -> tuple[Assembly, Assembly]:
        """What text may come of an expression: by the first of its alternatives, and by the last."""
        return Assembly(self.resolver, last=False), Assembly(self.resolver, last=True)

    @cached_property
    def flow(self) -> ExceptionFlow:
        return ExceptionFlow(self.resolver, self.values, self._exists, self._is_exception, self._is_there)

    @cached_property
    def told(self) -> Told:
        return Told(self.resolver, self.flow)

    def _is_there(self, name: str) -> bool | None:
        """Whether a program that makes requests is sure to have what a qualified name stands for, since it is of the SDK; None
        for all else.
        """
        return self._exists(name) if name.partition(".")[0] == "openai" else None

    def _exists(self, name: str) -> bool:
        """Whether the generation of the SDK has the exception that a qualified name stands for, and it does not take the place of
        one; of all else nothing is known.
        """
        if not self.generation:
            return not is_new_name(name)
        return not is_removed_name(name) and name not in self._stand_ins

    @cached_property
    def _stand_ins(self) -> frozenset[str]:
        return stand_ins(self.tree)

    def _is_exception(self, name: str) -> bool:
        """Whether what a qualified name stands for can stand in a clause, as far as is known."""
        return not (self.generation and name in NOT_EXCEPTIONS)

    def nodes(self, node_type: type[Node]) -> Iterator[Node]:
        """All nodes of exactly this type in the program itself, in the order of the text."""
        yield from self.tree.own.get(node_type, ())  # type: ignore[misc]

    @cached_property
    def mentioned(self) -> Counter[str]:
        """How often the program itself mentions each name."""
        return Counter(node.value for node in self.nodes(cst.Name))

    def graph_of(self, node: cst.CSTNode) -> Graph | None:
        """The control-flow graph of the function, lambda or module that the node is evaluated in."""
        return self.resolver.graph(self.tree.unit(node))

    def runs(self, call: cst.Call, unit: CodeUnit | None) -> bool:
        """Whether a call runs a function, at once or some time later, and not by another one."""
        return unit in self.resolver.calls.functions(call) or unit in self.threads.called_later_by(call)

    def calls_back(self, function: cst.FunctionDef, unit: CodeUnit | None) -> list[cst.Call]:
        """The calls in a function that run another one, by which that was called."""
        return [call for call in self.tree.calls_in(function) if self.runs(call, unit)]

    def self_calls(self, unit: CodeUnit | None) -> list[cst.Call]:
        """The calls in a function by which it comes to call itself, be it through others or some time later."""
        if not isinstance(unit, cst.FunctionDef):
            return []
        if unit not in self._self_calls:
            leading = (call for call in self.resolver.calls.leading_to(unit) if not self._is_dropped(call))
            later = (call for call in self.tree.calls_in(unit) if unit in self.threads.called_later_by(call))
            self._self_calls[unit] = [*(call for call in leading if self.tree.unit(call) is unit), *later]
        return self._self_calls[unit]

    def _is_dropped(self, call: cst.Call) -> bool:
        """Whether a generator returns what a call makes, which nobody iterates then, if that is one as well."""
        unit, functions = self.tree.unit(call), self.resolver.calls.functions(call)
        is_made = bool(functions) and all(self.tree.nodes_in(function, cst.Yield) for function in functions)
        return is_made and isinstance(self.tree.parents[call], cst.Return) and bool(self.tree.nodes_in(unit, cst.Yield))
