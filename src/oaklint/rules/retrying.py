"""What OAK401 and OAK402 say alike: how long a request is made again, what comes then, how bad that is, and by which way."""

from __future__ import annotations

from oaklint.diagnostic import Severity
from oaklint.python import cst
from oaklint.usage.retries.policies import Bound

# Without an end, or with one that nobody hears of, the program fails without saying so; otherwise it only says so late.
SEVERITIES: dict[Bound, Severity] = {"unbounded": "error", "swallowed": "error", "raised": "warning", "replaced": "warning"}
_ENDS: dict[Bound, str] = {
    "swallowed": "and then swallows it",
    "raised": "before it is raised",
    "replaced": "before another error is raised",
}


def header_of_clause(clause: cst.CSTNode) -> cst.CSTNode:
    """The part of a clause, or `with suppress(...)`, that stands on its first line."""
    return clause.item if isinstance(clause, cst.WithItem) else clause


def header_of_loop(around: cst.CSTNode) -> cst.CSTNode:
    """What leads back to the request: the header of a loop, what calls a function later, or the function that calls itself."""
    if isinstance(around, cst.While):
        return around.test
    return around.iter if isinstance(around, cst.For) else around


def how_long(bound: Bound, attempts: int | None, around: cst.CSTNode | None = None) -> str:
    """around: what leads back to the request."""
    times = f"{attempts} times in all" if attempts is not None else "again and again"
    if bound == "unbounded":
        return "until Python's recursion limit" if isinstance(around, cst.FunctionDef) else "without end"
    return f"{times}, {_ENDS[bound]}"
