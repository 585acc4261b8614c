"""Libraries that run a function again when it raises: how each says for which exceptions, how often, and what comes in the end.

The proofs run on what the package index offers: tenacity, backoff, stamina, retrying, retry2, opnieuw, celery, dramatiq, huey,
arq, rq, Dask, Prefect and Airflow. Also measured on tenacity 8.2.3, backoff 1.11.1, stamina 23.1.0, retrying 1.3.3, retry 0.9.2
and opnieuw 1.2.1.

- Prefect: `retries=2` of a task or flow is 3 runs, for any exception that `retry_condition_fn` does not refuse.
- Airflow: `retries=2` is 3 runs for any exception but `AirflowFailException`, with which there is one, and so there is without
  it; a task that has none takes the `retries` in the `default_args` of its DAG. `task.python` does as `task`.
- Ray 2.60.0, measured once because of its size: exceptions lead to another run only with `retry_exceptions`, True or a list of
  classes; then there are 4 runs in all, or `max_retries` and one; -1 is no end to them.

Modal runs nothing on this machine. Its reference, https://modal.com/docs/reference/modal.Retries, says that `retries=4` and
`retries=modal.Retries(max_retries=4)` are 4 runs after the first, for whatever the function raises.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

Manner = Literal["given", "strategy"]
Handed = Literal["count", "exception", "failed", ""]


class RetryDecorator(NamedTuple):
    """A decorator, or object, that retries.

    condition:  the argument that says which exceptions: classes or a function of the exception ("given"), or one of tenacity's
                conditions ("strategy"). Empty: there is none.
    default:    whether all exceptions are retried where the condition is not given.
    results:    the argument that says which results lead to another run, a function or one of tenacity's conditions, and what
                becomes of such a result in the end: it is handed back ("swallowed"), or an exception takes its place
                ("replaced"). empty: whether what is empty leads to another run where that is not given.
    predicate:  an argument that decides by more than the exception, a function, and what it is handed, in this order: how many
                runs there have been after the first ("count"), the "exception", what holds it as a future does ("failed"), or
                something else (""). With "count" it decides in the place of the counter.
    parameters: what positional arguments are called, in their order.
    gives_up:   the argument that makes exceptions of that, classes or a function of the exception.
    counter:    the argument that counts, and `first` what it leaves out: 0 where it counts runs, 1 where it counts those after
                the first. tries: how many runs there are where it is not given; None: no end to them.
    held:       the argument that counts, where the counter is handed an object: `Retry(max=3)`.
    endless:    values of that argument that mean "for ever".
    limits:     other arguments any of which ends the retrying, unless it is None. limited: whether one does so by default.
    swallows:   an argument by which the last error is not raised, and the value that says so (None: any).
    wraps:      the exception that is raised in the error's place in the end, the argument that decides on that, and the value
                of it with which it is; it is False where it is not given.
    between:    arguments that are called before the next run.
    awaits:     whether coroutine functions are retried, too. A coroutine that is not awaited never raises.
    deferred:   whether it is a worker that retries: who calls the function himself gets the error at once.
    """

    library: str
    condition: str = ""
    manner: Manner = "given"
    default: bool = True
    results: tuple[str, Literal["swallowed", "replaced"]] = ("", "replaced")
    empty: bool = False
    predicate: tuple[str, tuple[Handed, ...]] = ("", ())
    parameters: tuple[str, ...] = ()
    gives_up: str = ""
    counter: str = ""
    first: int = 0
    tries: int | None = None
    held: str = ""
    endless: tuple[int | None, ...] = ()
    limits: tuple[str, ...] = ()
    limited: bool = False
    swallows: tuple[str, bool | None] = ("", None)
    wraps: tuple[str, str, bool] = ("", "", False)
    between: tuple[str, ...] = ()
    awaits: bool = True
    deferred: bool = False


TENACITY = RetryDecorator(
    "tenacity",
    "retry",
    "strategy",
    results=("retry", "replaced"),
    parameters=("sleep", "stop", "wait", "retry", "before", "after", "before_sleep", "reraise"),
    counter="stop",
    swallows=("retry_error_callback", None),
    wraps=("tenacity.RetryError", "reraise", False),
    between=("before", "after", "before_sleep", "sleep", "wait"),
)
STAMINA = RetryDecorator(
    "stamina",
    "on",
    default=False,
    parameters=("on", "attempts", "timeout"),
    counter="attempts",
    tries=10,
    endless=(None,),
    limits=("timeout",),
    limited=True,
)
STAMINA_CALLER = STAMINA._replace(parameters=("attempts", "timeout"))
STAMINA_SWITCHES = frozenset({"stamina.set_active", "stamina.set_testing"})
_RETRYING = RetryDecorator(
    "retrying",
    "retry_on_exception",
    results=("retry_on_result", "replaced"),
    counter="stop_max_attempt_number",
    limits=("stop_max_delay", "stop_func", "stop"),
    wraps=("retrying.RetryError", "wrap_exception", True),
    between=("before_attempts", "after_attempts", "wait_func"),
    awaits=False,
)
_RETRY = RetryDecorator(
    "retry",
    "exceptions",
    parameters=("exceptions", "tries"),
    gives_up="on_exception",
    counter="tries",
    endless=(-1,),
    between=("on_exception",),
    awaits=False,
)
_OPNIEUW = RetryDecorator("opnieuw", "retry_on_exceptions", default=False, counter="max_calls_total", tries=3)
CELERY = RetryDecorator(
    "celery",
    "autoretry_for",
    default=False,
    gives_up="dont_autoretry_for",
    counter="max_retries",
    first=1,
    tries=4,
    endless=(None,),
    awaits=False,
    deferred=True,
)
_DRAMATIQ = RetryDecorator(
    "dramatiq",
    predicate=("retry_when", ("count", "exception")),
    gives_up="throws",
    counter="max_retries",
    first=1,
    tries=21,
    endless=(None,),
    deferred=True,
)
# These retry nothing unless they are told how often, and then everything.
_HUEY = RetryDecorator("huey", counter="retries", first=1, tries=1, awaits=False, deferred=True)
_PREFECT = RetryDecorator("Prefect", predicate=("retry_condition_fn", ("", "", "failed")), counter="retries", first=1, tries=1)
AIRFLOW = RetryDecorator("Airflow", counter="retries", first=1, tries=1, deferred=True)
_MODAL = RetryDecorator("Modal", counter="retries", first=1, tries=1, held="max_retries", deferred=True)
_RQ = RetryDecorator("rq", parameters=("f",), counter="retry", first=1, tries=1, held="max", deferred=True)
_RAY = RetryDecorator(
    "Ray", "retry_exceptions", default=False, counter="max_retries", first=1, tries=4, endless=(-1,), deferred=True
)
_DASK = RetryDecorator("Dask", parameters=("func",), counter="retries", first=1, tries=1, deferred=True)

RETRY_DECORATORS: dict[str, RetryDecorator] = {
    "tenacity.retry": TENACITY._replace(parameters=()),
    "tenacity.Retrying": TENACITY,
    "tenacity.AsyncRetrying": TENACITY,
    "tenacity.asyncio.AsyncRetrying": TENACITY,
    "tenacity._asyncio.AsyncRetrying": TENACITY,
    "backoff.on_exception": RetryDecorator(
        "backoff",
        "exception",
        default=False,
        parameters=("wait_gen", "exception"),
        gives_up="giveup",
        counter="max_tries",
        endless=(None,),
        limits=("max_time",),
        swallows=("raise_on_giveup", False),
        between=("on_backoff",),
    ),
    "backoff.on_predicate": RetryDecorator(
        "backoff",
        default=False,
        results=("predicate", "swallowed"),
        empty=True,
        parameters=("wait_gen", "predicate"),
        counter="max_tries",
        endless=(None,),
        limits=("max_time",),
        between=("on_backoff",),
    ),
    "stamina.retry": STAMINA._replace(parameters=()),
    "stamina.retry_context": STAMINA,
    "stamina.RetryingCaller": STAMINA_CALLER,
    "stamina.AsyncRetryingCaller": STAMINA_CALLER,
    "retrying.retry": _RETRYING,
    "retrying.Retrying": _RETRYING,
    "retry.retry": _RETRY,
    "retry.api.retry": _RETRY,
    "opnieuw.retry": _OPNIEUW,
    "opnieuw.retry_async": _OPNIEUW,
    "celery.shared_task": CELERY,
    "dramatiq.actor": _DRAMATIQ,
    "prefect.task": _PREFECT,
    "prefect.flow": _PREFECT._replace(predicate=("", ())),
    "airflow.decorators.task": AIRFLOW,
    "airflow.decorators.task.python": AIRFLOW,
    "airflow.sdk.task": AIRFLOW,
    "airflow.sdk.task.python": AIRFLOW,
    "ray.remote": _RAY,
    "rq.decorators.job": _RQ._replace(parameters=()),
}
# Functions and classes that are handed what to run next to the settings, by the argument that says what.
RETRY_CALLS: dict[str, tuple[RetryDecorator, str]] = {
    "retry.api.retry_call": (_RETRY._replace(parameters=("f", "fargs", "fkwargs", "exceptions", "tries")), "f"),
    "airflow.operators.python.PythonOperator": (AIRFLOW, "python_callable"),
    "airflow.providers.standard.operators.python.PythonOperator": (AIRFLOW, "python_callable"),
    "rq.Queue().enqueue": (_RQ, "f"),
    "rq.Queue().enqueue_call": (_RQ._replace(parameters=("func",)), "func"),
    "rq.Queue().enqueue_at": (_RQ._replace(parameters=("datetime", "f")), "f"),
    "rq.Queue().enqueue_in": (_RQ._replace(parameters=("time_delta", "func")), "func"),
    **{
        f"{package}.Client().{method}": (_DASK, "func")
        for package in ("distributed", "dask.distributed")
        for method in ("submit", "map")
    },
}
# What the tasks in a DAG take their arguments from that have none of their own, in `default_args=`.
DAGS = frozenset({"airflow.DAG", "airflow.models.DAG", "airflow.models.dag.DAG", "airflow.sdk.DAG"})
DAGS |= {"airflow.decorators.dag", "airflow.sdk.dag"}
# Decorators that are methods of an application object, which is often imported from elsewhere in the project.
_METHODS: tuple[tuple[re.Pattern[str], RetryDecorator], ...] = (
    (re.compile(r"modal\.(?:App|Stub)\(\)\.function$"), _MODAL),
    (re.compile(r"huey\.\w+\(\)\.(?:task|periodic_task)$|.*\bhuey\.(?:task|periodic_task)$"), _HUEY),
    (re.compile(r"(?!prefect|airflow|invoke|@).*\.(?:task|shared_task)$"), CELERY),
)
# How what they raise in the end gives back the exception that it wraps: what raises it by itself, and what stands for it.
UNWRAPPING = (".reraise", "last_attempt.result")
WRAPPED = ("last_attempt.exception", ".__cause__")
CURRENT_TASK = "celery.current_task"
# The classes whose subclasses are tasks, with `run` for their function and settings for attributes.
CELERY_TASKS = frozenset({"celery.Task", "celery.app.task.Task", "celery.Celery().Task"})

# Exceptions with which a job asks to be run again: the library, and whether its worker puts an end to that.
REQUEUES: dict[str, tuple[str, bool]] = {
    "arq.Retry": ("arq", True),
    "arq.worker.Retry": ("arq", True),
    "huey.RetryTask": ("huey", False),
    "huey.exceptions.RetryTask": ("huey", False),
}
# With this one the function asks for it itself, whatever the condition says.
TRY_AGAIN = "tenacity.TryAgain"
# Exceptions for which a worker does not run a task again, or that say so themselves.
FINAL = frozenset(
    {
        "airflow.exceptions.AirflowFailException",
        "airflow.exceptions.AirflowSkipException",
        "airflow.sdk.exceptions.AirflowFailException",
        "airflow.sdk.exceptions.AirflowSkipException",
        "celery.exceptions.Ignore",
        "celery.exceptions.Reject",
        "celery.exceptions.Retry",
        "huey.CancelExecution",
        "huey.exceptions.CancelExecution",
    }
)


def decorator_named(name: str) -> RetryDecorator | None:
    """The decorator that a qualified name stands for; None for all others."""
    found = RETRY_DECORATORS.get(name)
    if found is None:
        found = next((decorator for pattern, decorator in _METHODS if pattern.match(name)), None)
    return found
