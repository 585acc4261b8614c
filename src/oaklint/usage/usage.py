"""The one object that rules ask."""

from __future__ import annotations

from functools import cached_property

from oaklint.python.facts import Thrown
from oaklint.python.program import Program
from oaklint.python.reading import Readings
from oaklint.python.sharing import Sharing
from oaklint.python.tables import Tables
from oaklint.python.texts import Texts
from oaklint.sdk.clients import HEADERS
from oaklint.usage.answers import AnswerReadings
from oaklint.usage.context import Context
from oaklint.usage.credentials.absence import Absences
from oaklint.usage.credentials.blanks import Blanks
from oaklint.usage.credentials.displays import Displays
from oaklint.usage.credentials.entries import Entries
from oaklint.usage.credentials.handed_over import HandedOver
from oaklint.usage.credentials.hosts import Hosts
from oaklint.usage.credentials.leaks import Leaks
from oaklint.usage.credentials.origins import Origins
from oaklint.usage.credentials.ruled_out import RuledOut
from oaklint.usage.credentials.sinks import Sinks
from oaklint.usage.credentials.whole_keys import WholeKeys
from oaklint.usage.environment.beginnings import Beginnings
from oaklint.usage.environment.demands import Demands
from oaklint.usage.environment.doubles import Doubles
from oaklint.usage.environment.handlers import Handlers
from oaklint.usage.environment.mentions import Mentions
from oaklint.usage.environment.preparation import Preparation
from oaklint.usage.environment.presence import Presence
from oaklint.usage.environment.readers import Readers
from oaklint.usage.environment.reads import Environment
from oaklint.usage.environment.uses_by_tests import UsesByTests
from oaklint.usage.environment.writes import Writes
from oaklint.usage.errors.aftermath import Aftermath
from oaklint.usage.errors.attributes import ErrorReads
from oaklint.usage.errors.auth_errors import AuthErrors
from oaklint.usage.errors.built_only import BuiltOnly
from oaklint.usage.errors.loops import Loops
from oaklint.usage.errors.next_items import NextItems
from oaklint.usage.errors.outcomes import Outcomes
from oaklint.usage.errors.reruns import Reruns
from oaklint.usage.errors.sdk_errors import transient_errors
from oaklint.usage.errors.text_tests import TextTests
from oaklint.usage.guards import Guards
from oaklint.usage.importers import Importers
from oaklint.usage.migration.migration import Migration
from oaklint.usage.retries.decorators import Decorators
from oaklint.usage.retries.own_retries import OwnRetries
from oaklint.usage.retries.retries import Retries


class Usage(Context):
    """What a program does with the SDK; each part is worked out when first asked for."""

    def of(self, program: Program) -> Usage:
        """The same for another program of the project."""
        return Usage(program, target_sdk=self._target_sdk, declared_sdk=self._declared_sdk)

    @cached_property
    def guards(self) -> Guards:
        return Guards(self)

    @cached_property
    def importers(self) -> Importers:
        return Importers(self)

    @cached_property
    def answers(self) -> AnswerReadings:
        return AnswerReadings(self)

    @cached_property
    def migration(self) -> Migration:
        return Migration(self)

    # Credentials.

    @cached_property
    def origins(self) -> Origins:
        return Origins(self)

    @cached_property
    def readings(self) -> Readings:
        return Readings(self.resolver, self.values)

    @cached_property
    def blanks(self) -> Blanks:
        return Blanks(self)

    @cached_property
    def entries(self) -> Entries:
        return self.origins.entries

    @cached_property
    def hosts(self) -> Hosts:
        return Hosts(self, self.origins, self.writes)

    @cached_property
    def absences(self) -> Absences:
        return Absences(self)

    @cached_property
    def leaks(self) -> Leaks:
        return Leaks(self)

    @cached_property
    def sinks(self) -> Sinks:
        return Sinks(self, self.origins, self.hosts, self.writes)

    @cached_property
    def texts(self) -> Texts:
        return Texts(self.resolver, self.values, HEADERS)

    @cached_property
    def sharing(self) -> Sharing:
        return Sharing(self.program)

    @cached_property
    def tables(self) -> Tables:
        return Tables(self.resolver, self.values)

    @cached_property
    def displays(self) -> Displays:
        return Displays(self, self.texts)

    @cached_property
    def whole_keys(self) -> WholeKeys:
        return WholeKeys(self, HandedOver(self, self.sinks, self.environment, self.texts), RuledOut(self, self.environment))

    # The environment.

    @cached_property
    def environment(self) -> Environment:
        return Environment(self)

    @cached_property
    def beginnings(self) -> Beginnings:
        return Beginnings(self)

    @cached_property
    def writes(self) -> Writes:
        return Writes(self)

    @cached_property
    def mentions(self) -> Mentions:
        return Mentions(self, self.writes)

    @cached_property
    def readers(self) -> Readers:
        return Readers(self, self.environment, self.mentions)

    @cached_property
    def preparation(self) -> Preparation:
        return Preparation(self, self.writes)

    @cached_property
    def demands(self) -> Demands:
        return Demands(self)

    @cached_property
    def presence(self) -> Presence:
        return Presence(self)

    @cached_property
    def handlers(self) -> Handlers:
        return Handlers(self)

    @cached_property
    def doubles(self) -> Doubles:
        return Doubles(self)

    @cached_property
    def uses_by_tests(self) -> UsesByTests:
        return UsesByTests(self)

    # Retries.

    @cached_property
    def retries(self) -> Retries:
        return Retries(self)

    @cached_property
    def own_retries(self) -> OwnRetries:
        return OwnRetries(self)

    # Where errors go.

    @cached_property
    def auth_errors(self) -> AuthErrors:
        return self._errors()

    @cached_property
    def loops(self) -> Loops:
        return Loops(self, self.auth_errors)

    @cached_property
    def reruns(self) -> Reruns:
        return Reruns(self, self.retries, self.auth_errors, self.loops)

    @cached_property
    def transient_loops(self) -> list[Loops]:
        """The same for each of the errors that the SDK retries by itself."""
        return [Loops(self, errors) for errors in self._transient_errors]

    @cached_property
    def transient_reruns(self) -> list[Reruns]:
        return [Reruns(self, self.retries, *each) for each in zip(self._transient_errors, self.transient_loops, strict=True)]

    @cached_property
    def _transient_errors(self) -> list[AuthErrors]:
        return [self._errors(error) for error in transient_errors(self.generation)]

    def _errors(self, error: Thrown | None = None) -> AuthErrors:
        return AuthErrors(self, self.retries, Decorators(self), error)

    @cached_property
    def error_reads(self) -> ErrorReads:
        return ErrorReads(self)

    @cached_property
    def outcomes(self) -> Outcomes:
        return Outcomes(self, self.auth_errors, self.loops)

    @cached_property
    def aftermath(self) -> Aftermath:
        return Aftermath(self.outcomes, self.importers)

    @cached_property
    def next_items(self) -> NextItems:
        return NextItems(self.outcomes)

    @cached_property
    def text_tests(self) -> TextTests:
        return TextTests(self, self.retries, self.auth_errors)

    @cached_property
    def built_only(self) -> BuiltOnly:
        return BuiltOnly(self, self.auth_errors)
