"""What OAK401 and OAK402 say alike: how long a request is made again, what comes then, and how bad that is."""

from __future__ import annotations

from oaklint.diagnostic import Severity
from oaklint.usage.retries import Bound

# Without an end, or with one that nobody hears of, the program fails without saying so; otherwise it only says so late.
SEVERITIES: dict[Bound, Severity] = {"unbounded": "error", "swallowed": "error", "raised": "warning"}


def how_long(bound: Bound, attempts: int | None) -> str:
    times = f"{attempts} times in all" if attempts is not None else "again and again"
    if bound == "unbounded":
        return "without end"
    return f"{times}, and then swallows it" if bound == "swallowed" else f"{times}, before it is raised"
