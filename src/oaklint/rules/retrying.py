"""What OAK401 and OAK402 say alike: how long a request is made again, what comes then, how bad that is, and by which way."""

from __future__ import annotations

import re
from itertools import islice
from typing import TypeAlias

from oaklint.diagnostic import Severity
from oaklint.python import cst
from oaklint.python.edits import Editor
from oaklint.python.facts import Thrown
from oaklint.python.tree import Run, walk
from oaklint.rules import Repair
from oaklint.usage import Usage
from oaklint.usage.errors.auth_errors import Clause
from oaklint.usage.errors.laps import Retry
from oaklint.usage.errors.reruns import Rerun
from oaklint.usage.repairs import authentication_error_at, let_out, with_import
from oaklint.usage.retries.retries import Bound

Step: TypeAlias = "tuple[cst.CSTNode, str]"

# Without an end, or with one that nobody hears of, the program fails without saying so; otherwise it only says so late.
SEVERITIES: dict[Bound, Severity] = {
    "unbounded": "error",
    "swallowed": "error",
    "raised": "warning",
    "replaced": "warning",
    "either": "warning",
}
_ENDS: dict[Bound, str] = {
    "swallowed": "and then swallows it",
    "raised": "before it is raised",
    "replaced": "before another error is raised",
    "either": "before an error is raised",
}


def header_of_clause(clause: cst.CSTNode) -> cst.CSTNode:
    """The part of a clause, or `with suppress(...)`, that stands on its first line."""
    return clause.item if isinstance(clause, cst.WithItem) else clause


def header_of_loop(around: cst.CSTNode) -> cst.CSTNode:
    """What leads back to the request: the header of a loop, what calls a function later, or the function that calls itself."""
    if isinstance(around, cst.While):
        return around.test
    return around.iter if isinstance(around, cst.For) else around


def way_out(request: Run, clause: Clause, usage: Usage, named: str = "this clause", call: Run | None = None) -> str:
    """What to do about an error that stops at a clause.

    named: what to call that. call: what hands back the failure of which the clause knows, if that is not the request itself.
    """
    if isinstance(clause, cst.WithItem):
        return "catch something narrower, so that it gets out"
    if isinstance(clause, cst.Call):
        return "raise it where it is among the results"
    if clause.type is not None and usage.auth_errors.names_it_alone(clause.type):
        advice, imported = f"`raise` it again in {named}", ""
    else:
        advice = f"let it out with `except {authentication_error_at(clause, usage)}: raise` before {_first(clause, named, usage)}"
        imported = with_import(clause, usage)
    around = usage.auth_errors.clause_around(call) if call is not None and call is not request else None
    if around is not None and around is not clause and not _is_for_it(around, usage):
        advice += f", and before {said(around)} around the call"
    advice += imported
    became = usage.auth_errors.became(usage.auth_errors.caught_at(request, clause))
    return unless_it_becomes(became, advice if usage.auth_errors.is_caught_by(clause) else "")


def _first(clause: Clause, named: str, usage: Usage) -> str:
    """The clause before which the error has to be let out: one above it may catch the error where it is still itself."""
    statement = usage.tree.parents.get(clause)
    first = usage.auth_errors.first_to_catch(statement) if isinstance(statement, cst.Try) else None
    return named if first in (None, clause) else f"{said(first)} above {named}"


def _is_for_it(clause: cst.ExceptHandler, usage: Usage) -> bool:
    return clause.type is not None and usage.auth_errors.names_it(clause.type)


def said(clause: Clause) -> str:
    """What to call a clause, or what else stops an error."""
    if isinstance(clause, cst.Call):
        return f"`{cst.Module([]).code_for_node(clause.func)}(..., return_exceptions=True)`"
    if isinstance(clause, cst.WithItem):
        is_made = isinstance(clause.item, cst.Call)
        code = cst.Module([]).code_for_node(clause.item.func if isinstance(clause.item, cst.Call) else clause.item)
        return f"`with {code}{'(...)' if is_made else ''}`" if len(code) < 60 and "\n" not in code else "this `with`"
    if clause.type is None:
        return "this bare `except`"
    code = cst.Module([]).code_for_node(clause.type)
    return f"`except {code}`" if len(code) < 60 and "\n" not in code else "this clause"


def let_out_repair(request: Run, clause: Clause, usage: Usage, editor: Editor) -> Repair | None:
    """Inserts what `way_out` says, where that is a clause."""
    if isinstance(clause, cst.Call):
        return None
    if not all(map(usage.auth_errors.is_original, usage.auth_errors.caught_at(request, clause))):
        return None  # it may have become another exception on the way
    return Repair("unsafe", "Let AuthenticationError out before this clause", let_out(editor, clause, usage))


def unless_it_becomes(became: Thrown | None, advice: str) -> str:
    """What to do about an error, if it has become another one before it comes to what would be changed. advice: what to do there
    about the error itself; empty where there is nothing to do.
    """
    if became is None:
        return advice
    if became.inside is not None:
        return "`raise` the group again where `.subgroup(openai.AuthenticationError)` finds one in it"
    first = f"let it out where it becomes {_named(became)}"
    return f"{first}, and then {advice}" if advice else first


def caught(clause: Clause, usage: Usage) -> tuple[Step, ...]:
    """The step of a path at which a clause catches the error, and the ones where another file says what it catches, and where
    a function swallows it by which a `with` does so.
    """
    types = clause.type if isinstance(clause, (cst.ExceptHandler, cst.ExceptStarHandler)) else None
    said = said_elsewhere(types, clause, usage, "what it catches is said here")
    swallowing = usage.auth_errors.swallowed_within(clause)
    within = ((header_of_clause(swallowing), "swallowed here"),) if swallowing is not None else ()
    return caught_by(clause), *said, *within


def caught_by(clause: Clause) -> Step:
    return header_of_clause(clause), "caught here"


def said_elsewhere(node: cst.CSTNode | None, where: cst.CSTNode, usage: Usage, text: str) -> tuple[Step, ...]:
    """The step, with that text, of a path at what is asked at some place, if that, or the value of a name in it, or a function,
    stands in another file; of several, the first.
    """
    resolver, scopes = usage.resolver, usage.tree.scopes
    meant = [node] if node is not None else []
    for part in walk(node) if node is not None else ():
        if isinstance(part, (cst.Name, cst.Attribute)):
            meant += (*resolver.values_of(part), *resolver.definitions.functions(resolver.names(part)))
    elsewhere = (each for each in meant if scopes[each].outermost is not scopes[where].outermost)
    return tuple((each, text) for each in islice(elsewhere, 1))


def becoming(became: Thrown | None) -> tuple[Step, ...]:
    """The step of a path at which the error becomes another one, if it does so at a `raise` of the program."""
    if became is None or became.raised_by is None:
        return ()
    return ((became.raised_by, f"becomes {_named(became)} here"),)


def _named(became: Thrown) -> str:
    return f"`{re.split('[.:@]', became.name)[-1]}`"


def how_long(retry: Retry | Rerun) -> str:
    """How often a request is made again, as far as that is known, and what comes then."""
    if retry.bound == "unbounded":
        return "until Python's recursion limit" if isinstance(retry.around, cst.FunctionDef) else "without end"
    return f"{_how_often(retry.attempts, by_default=retry.by_default)}, {_ENDS[retry.bound]}"


def _how_often(attempts: int | None, *, by_default: bool) -> str:
    if attempts is None:
        return "again and again"
    if by_default:
        return f"{attempts} times by default" if attempts > 1 else "as often as it is told to"
    return f"{attempts} times in all"
