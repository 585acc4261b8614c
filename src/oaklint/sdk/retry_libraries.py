"""Libraries that run a function again when it raises: how each says for which exceptions, and for how long.

Read off tenacity 9, backoff 2, stamina 25, retrying 1.4, retry 0.9, opnieuw 3 and celery 5.
"""

from __future__ import annotations

from typing import NamedTuple


class RetryDecorator(NamedTuple):
    """A decorator, or object, that retries.

    condition: the argument that says which exceptions; `types` names classes, `predicate` is a function of the exception,
               `strategy` one of tenacity's conditions. Empty: there is none.
    default:   whether all exceptions are retried where the condition is not given.
    position:  where the condition stands among the positional arguments; None if it is keyword-only or may not be given so.
    gives_up:  the argument with which to make exceptions of that, in the same manner: a predicate, or classes.
    bounds:    arguments any of which ends the retrying. attempts: the one that counts requests, with its default.
    """

    library: str
    condition: str
    manner: str
    default: bool
    position: int | None = None
    gives_up: str = ""
    bounds: frozenset[str] = frozenset()
    attempts: str = ""
    default_attempts: int | None = None


_TENACITY = RetryDecorator("tenacity", "retry", "strategy", True, bounds=frozenset({"stop"}), attempts="stop")
_RETRY = RetryDecorator("retry", "exceptions", "types", True, 0, bounds=frozenset({"tries"}), attempts="tries")

_STAMINA = RetryDecorator("stamina", "on", "types", False, None, "", frozenset({"attempts", "timeout"}), "attempts", 10)

RETRY_DECORATORS: dict[str, RetryDecorator] = {
    "tenacity.retry": _TENACITY,
    "tenacity.Retrying": _TENACITY,
    "tenacity.AsyncRetrying": _TENACITY,
    "tenacity.asyncio.AsyncRetrying": _TENACITY,
    "tenacity._asyncio.AsyncRetrying": _TENACITY,
    "backoff.on_exception": RetryDecorator(
        "backoff", "exception", "types", False, 1, "giveup", frozenset({"max_tries", "max_time"}), "max_tries"
    ),
    "stamina.retry": _STAMINA,
    "stamina.retry_context": _STAMINA,
    "retrying.retry": RetryDecorator(
        "retrying",
        "retry_on_exception",
        "predicate",
        True,
        bounds=frozenset({"stop_max_attempt_number", "stop_max_delay", "stop_func"}),
        attempts="stop_max_attempt_number",
    ),
    "retry.retry": _RETRY,
    "retry.api.retry": _RETRY,
    "opnieuw.retry": RetryDecorator(
        "opnieuw", "retry_on_exceptions", "types", False, 0, "", frozenset({"max_calls_total"}), "max_calls_total", 3
    ),
    "opnieuw.retry_async": RetryDecorator(
        "opnieuw", "retry_on_exceptions", "types", False, 0, "", frozenset({"max_calls_total"}), "max_calls_total", 3
    ),
    "celery.shared_task": RetryDecorator(
        "celery", "autoretry_for", "types", False, None, "dont_autoretry_for", frozenset({"max_retries"}), "", 4
    ),
}
CELERY_TASK = RETRY_DECORATORS["celery.shared_task"]
