"""What `sdk/retry_libraries.py` says of each library, and what OAK402 makes of it, against the libraries themselves.

Each program is run with a wrong key. It must make as many requests as the finding says, and end as the finding says; where there is
no finding, one request must be all there is.
"""

from __future__ import annotations

import ast
import re

import pytest

from oaklint.engine import Settings, check
from oaklint.sdk import retry_libraries
from tests.proofs.environments import Environment
from tests.proofs.running import run
from tests.proofs.server import Server

newest = pytest.mark.parametrize("environment", ["3"], indirect=True)

REFUSED = "openai.AuthenticationError"
BEFORE = """\
import openai
client = openai.OpenAI()
def ask():
    return client.models.list()
"""
DEFINED = "def ask():\n    return client.models.list()\n"
RETRY = "import tenacity\nfrom tenacity import retry\nS = tenacity.stop_after_attempt\n"


def tenacity(arguments: str) -> str:
    return f"{RETRY}@retry({arguments})\n{DEFINED}ask()"


def backoff(arguments: str) -> str:
    return f"import backoff\n@backoff.on_exception(backoff.expo, {arguments})\n{DEFINED}ask()"


def stamina(arguments: str) -> str:
    return f"import stamina\n@stamina.retry({arguments})\n{DEFINED}ask()"


def retrying(arguments: str) -> str:
    return f"from retrying import retry\n@retry({arguments})\n{DEFINED}ask()"


def retry(arguments: str) -> str:
    return f"from retry import retry\n@retry({arguments})\n{DEFINED}ask()"


def celery(arguments: str, body: str = DEFINED) -> str:
    before = "from celery import Celery, Task\napp = Celery(broker='memory://', backend='cache+memory://')\n"
    before += "app.conf.task_always_eager = True\n"
    return f"{before}@app.task({arguments})\n{body}print(type(ask.apply().result).__name__)"


def celery_by_itself(arguments: str, call: str) -> str:
    body = f"def ask(self):\n    try:\n        return client.models.list()\n    except Exception as error:\n        {call}\n"
    return celery(f"bind=True{arguments}", body)


def dramatiq(arguments: str) -> str:
    return f"""\
import dramatiq
from dramatiq.brokers.stub import StubBroker
broker = StubBroker()
dramatiq.set_broker(broker)
broker.emit_after("process_boot")
@dramatiq.actor(min_backoff=1, max_backoff=1{arguments})
{DEFINED}worker = dramatiq.Worker(broker, worker_timeout=10)
worker.start()
ask.send()
broker.join(ask.queue_name, fail_fast=False)
worker.join()
worker.stop()
"""


def huey(arguments: str) -> str:
    return f"from huey import MemoryHuey\nhuey = MemoryHuey(immediate=True)\n@huey.task({arguments})\n{DEFINED}ask()"


def rq(enqueued: str) -> str:
    return f"""\
import datetime, sys
from fakeredis import FakeStrictRedis
from rq import Queue, Retry, SimpleWorker
from rq.decorators import job
sys.modules["jobs"] = sys.modules["__main__"]  # a worker has to be able to import them
queue = Queue(connection=FakeStrictRedis())
def ask():
    return client.models.list()
ask.__module__ = "jobs"
{enqueued}
SimpleWorker([queue], connection=queue.connection).work(burst=True)
"""


def dask(handed_over: str) -> str:
    # What is handed over is pickled, which a client cannot be.
    return f"""\
from distributed import Client
def ask(number=0):
    return openai.OpenAI().models.list()
cluster = Client(processes=False, dashboard_address=None, n_workers=1, threads_per_worker=1)
future = cluster.{handed_over}
future.exception()
cluster.close()
"""


def arq(asks: str, settings: str = "") -> str:
    return f"""\
import asyncio
import arq.worker
from arq.connections import ArqRedis
from fakeredis.aioredis import FakeConnection
from redis.asyncio import ConnectionPool
async def quietly(pool, log): pass
arq.worker.log_redis_info = quietly  # it asks for what this server does not know
async def ask(ctx):
    try:
        return client.models.list()
    except openai.OpenAIError:
        {asks}
async def main():
    pool = ArqRedis(ConnectionPool(connection_class=FakeConnection))
    await pool.enqueue_job("ask")
    await arq.Worker([ask], redis_pool=pool, burst=True, handle_signals=False{settings}).main()
asyncio.run(main())
"""


WITHOUT_END = None
# The program, how many requests it makes, and what it raises in the end (None: nothing, or a worker keeps it to itself).
CASES: list[tuple[str, int | None, str | None]] = [
    # tenacity
    (tenacity(""), WITHOUT_END, None),
    (f"{RETRY}@retry\n{DEFINED}ask()", WITHOUT_END, None),
    (tenacity("stop=S(3)"), 3, "tenacity.RetryError"),
    (tenacity("stop=S(3), reraise=True"), 3, REFUSED),
    (tenacity("stop=S(1)"), 1, "tenacity.RetryError"),
    (tenacity("stop=S(3) | tenacity.stop_after_delay(600)"), 3, "tenacity.RetryError"),
    (tenacity("stop=S(3) & S(5)"), 5, "tenacity.RetryError"),
    (tenacity("stop=tenacity.stop_any(S(3), S(5))"), 3, "tenacity.RetryError"),
    (tenacity("stop=tenacity.stop_all(S(3), S(5))"), 5, "tenacity.RetryError"),
    (tenacity("stop=tenacity.stop_never"), WITHOUT_END, None),
    (tenacity("stop=S(3), retry_error_callback=lambda state: None"), 3, None),
    (tenacity("stop=S(3), enabled=False"), 1, REFUSED),
    (tenacity("stop=S(3), retry=tenacity.retry_if_exception_type()"), 3, "tenacity.RetryError"),
    (tenacity("stop=S(3), retry=tenacity.retry_if_exception_type((openai.APIStatusError, OSError))"), 3, "tenacity.RetryError"),
    (tenacity("stop=S(3), retry=tenacity.retry_if_exception_type(openai.RateLimitError)"), 1, REFUSED),
    (tenacity("stop=S(3), retry=tenacity.retry_if_not_exception_type(openai.RateLimitError)"), 3, "tenacity.RetryError"),
    (tenacity("stop=S(3), retry=tenacity.retry_unless_exception_type(openai.APIStatusError)"), 1, REFUSED),
    (tenacity("stop=S(3), retry=tenacity.retry_if_exception(lambda e: e.status_code == 401)"), 3, "tenacity.RetryError"),
    (tenacity("stop=S(3), retry=tenacity.retry_if_exception_message(match='.*401.*')"), 3, "tenacity.RetryError"),
    (tenacity("stop=S(3), retry=tenacity.retry_if_exception_message(match='401')"), 1, REFUSED),
    (tenacity("stop=S(3), retry=tenacity.retry_if_not_exception_message(match='.*401.*')"), 1, REFUSED),
    (tenacity("stop=S(3), retry=tenacity.retry_if_not_exception_message(match='.*quota.*')"), 3, "tenacity.RetryError"),
    (tenacity("stop=S(3), retry=tenacity.retry_if_exception_message(match='Error code: 40[013]')"), 3, "tenacity.RetryError"),
    (tenacity("stop=S(3), retry=tenacity.retry_if_not_exception_message(message='no')"), 3, "tenacity.RetryError"),
    (tenacity("stop=S(3), retry=tenacity.retry_if_exception_cause_type(openai.OpenAIError)"), 1, REFUSED),
    (
        f"{RETRY}@retry(stop=S(3), retry=tenacity.retry_if_exception_cause_type(openai.APIError))\ndef again():\n    try:\n"
        "        ask()\n    except openai.OpenAIError as error:\n        raise OSError from error\nagain()",
        3,
        "tenacity.RetryError",
    ),
    (tenacity("stop=lambda state: isinstance(state.outcome.exception(), openai.APIError)"), 1, "tenacity.RetryError"),
    (
        f"{RETRY}def let_out(state):\n    raise state.outcome.exception()\n@retry(stop=S(3), before_sleep=let_out)\n{DEFINED}ask()",
        1,
        REFUSED,
    ),
    (tenacity("stop=S(3), retry=tenacity.retry_if_result(lambda answer: True)"), 1, REFUSED),
    (tenacity("stop=S(3), retry=tenacity.retry_always"), 3, "tenacity.RetryError"),
    (tenacity("stop=S(3), retry=tenacity.retry_never"), 1, REFUSED),
    (tenacity("stop=S(3), retry=lambda state: state.outcome.failed"), 3, "tenacity.RetryError"),
    (
        f"{RETRY}def again(state):\n    try:\n        state.outcome.result()\n    except openai.APIError:\n        return False\n"
        f"    except Exception:\n        return True\n@retry(stop=S(3), retry=again)\n{DEFINED}ask()",
        1,
        REFUSED,
    ),
    (f"{RETRY}retry(ask)()", WITHOUT_END, None),
    (f"{RETRY}tenacity.Retrying(stop=S(3))(ask)", 3, "tenacity.RetryError"),
    (f"{RETRY}tenacity.Retrying(stop=S(1)).copy(stop=S(4)).wraps(ask)()", 4, "tenacity.RetryError"),
    (f"{RETRY}for attempt in tenacity.Retrying(stop=S(3)):\n    with attempt:\n        ask()", 3, "tenacity.RetryError"),
    (
        f"{RETRY}@retry(retry=tenacity.retry_never)\n{DEFINED}ask.retry_with(retry=tenacity.retry_always, stop=S(4))()",
        4,
        "tenacity.RetryError",
    ),
    (
        f"{RETRY}@retry(stop=S(3), retry=tenacity.retry_if_exception_type(OSError))\ndef again():\n    try:\n        ask()\n"
        "    except openai.OpenAIError:\n        raise tenacity.TryAgain\nagain()",
        3,
        "tenacity.RetryError",
    ),
    # The first decorator wraps the error, so that the second does not know it.
    (
        f"import backoff\n{RETRY}@backoff.on_exception(backoff.expo, openai.OpenAIError)\n@retry(stop=S(1))\n{DEFINED}ask()",
        1,
        "tenacity.RetryError",
    ),
    # A generator raises when it is iterated, a coroutine when it is awaited.
    (f"{RETRY}@retry(stop=S(3))\ndef each():\n    yield client.models.list()\nlist(each())", 1, REFUSED),
    (
        f"import asyncio\n{RETRY}aclient = openai.AsyncOpenAI()\n@retry(stop=S(3))\nasync def again():\n"
        "    return await aclient.responses.create(model='m', input='?')\nasyncio.run(again())",
        3,
        "tenacity.RetryError",
    ),
    (
        f"import asyncio\n{RETRY}aclient = openai.AsyncOpenAI()\n@retry(stop=S(3))\ndef once():\n"
        "    return aclient.responses.create(model='m', input='?')\nasync def main():\n    await once()\nasyncio.run(main())",
        1,
        REFUSED,
    ),
    # backoff
    (backoff("openai.OpenAIError"), WITHOUT_END, None),
    (backoff("Exception, max_tries=3"), 3, REFUSED),
    (backoff("Exception, max_tries=None"), WITHOUT_END, None),
    (backoff("Exception, max_tries=1"), 1, REFUSED),
    (backoff("Exception, max_tries=3, raise_on_giveup=False"), 3, None),
    (backoff("(OSError, openai.RateLimitError), max_tries=3"), 1, REFUSED),
    (backoff("Exception, max_tries=3, giveup=lambda e: e.status_code < 500"), 1, REFUSED),
    (
        f"def let_out(details):\n    raise details['exception']\n{backoff('Exception, max_tries=3, on_backoff=let_out')}",
        1,
        REFUSED,
    ),
    ("import backoff\n@backoff.on_predicate(backoff.expo, lambda answer: True, max_tries=3)\n" + DEFINED + "ask()", 1, REFUSED),
    # stamina
    (stamina("on=openai.OpenAIError"), 10, REFUSED),
    (stamina("on=openai.OpenAIError, attempts=3"), 3, REFUSED),
    (stamina("on=openai.OpenAIError, attempts=None, timeout=None"), WITHOUT_END, None),
    (stamina("on=lambda e: e.status_code == 401, attempts=3"), 3, REFUSED),
    (stamina("on=(openai.RateLimitError, openai.APITimeoutError)"), 1, REFUSED),
    ("import stamina\nfor attempt in stamina.retry_context(Exception, 3):\n    with attempt:\n        ask()", 3, REFUSED),
    ("import stamina\nstamina.RetryingCaller(attempts=3)(Exception, ask)", 3, REFUSED),
    ("import stamina\nstamina.RetryingCaller(attempts=3).on(Exception)(ask)", 3, REFUSED),
    ("import stamina\nstamina.RetryingCaller(attempts=3).on(openai.RateLimitError)(ask)", 1, REFUSED),
    (f"{stamina('on=Exception, attempts=3')}".replace("@", "stamina.set_active(False)\n@", 1), 1, REFUSED),
    # retrying
    (f"from retrying import retry\n@retry\n{DEFINED}ask()", WITHOUT_END, None),
    (retrying("stop_max_attempt_number=3"), 3, REFUSED),
    (retrying("stop_max_attempt_number=3, wrap_exception=True"), 3, "retrying.RetryError"),
    (retrying("stop_max_attempt_number=3, retry_on_exception=(OSError,)"), 1, REFUSED),
    (retrying("stop_max_attempt_number=3, retry_on_exception=lambda e: isinstance(e, openai.APIError)"), 3, REFUSED),
    (retrying("stop_max_attempt_number=3, retry_on_result=lambda answer: answer is None"), 3, REFUSED),
    ("from retrying import Retrying\nRetrying(stop_max_attempt_number=3).call(ask)", 3, REFUSED),
    # retry
    (retry(""), WITHOUT_END, None),
    (retry("tries=3"), 3, REFUSED),
    (retry("Exception, 3"), 3, REFUSED),
    (retry("tries=1"), 1, REFUSED),
    (retry("openai.RateLimitError, tries=3"), 1, REFUSED),
    ("from retry.api import retry_call\nretry_call(ask, tries=3)", 3, REFUSED),
    ("from retry.api import retry_call\nretry_call(ask, exceptions=OSError, tries=3)", 1, REFUSED),
    # opnieuw
    (f"from opnieuw import retry\n@retry(retry_on_exceptions=openai.APIError)\n{DEFINED}ask()", 3, REFUSED),
    (f"from opnieuw import retry\n@retry(retry_on_exceptions=OSError)\n{DEFINED}ask()", 1, REFUSED),
    # celery
    (celery("name='plain'"), 1, None),
    (celery("autoretry_for=(Exception,)"), 4, None),
    (celery("autoretry_for=(Exception,), max_retries=2"), 3, None),
    (celery("autoretry_for=(Exception,), max_retries=0"), 1, None),
    (celery("autoretry_for=(Exception,), max_retries=None"), WITHOUT_END, None),
    (celery("autoretry_for=(Exception,), retry_kwargs={'max_retries': 5}, max_retries=2"), 6, None),
    (celery("autoretry_for=(Exception,), dont_autoretry_for=(openai.APIError,)"), 1, None),
    (celery("autoretry_for=(Exception,), throws=(openai.APIError,)"), 4, None),
    (celery_by_itself("", "raise self.retry(exc=error)"), 4, None),
    (celery_by_itself(", max_retries=2", "self.retry(exc=error)"), 3, None),
    (celery_by_itself("", "self.retry(exc=error, max_retries=1)"), 2, None),
    (celery_by_itself(", max_retries=0", "self.retry(exc=error)"), 1, None),
    (celery_by_itself(", max_retries=2", "self.retry(exc=error, max_retries=None)"), 3, None),
    (celery_by_itself(", max_retries=2", "from celery import current_task; current_task.retry(exc=error)"), 3, None),
    # dramatiq
    (dramatiq(", max_retries=3"), 4, None),
    (dramatiq(", max_retries=0"), 1, None),
    (dramatiq(", max_retries=3, throws=(openai.APIError,)"), 1, None),
    (dramatiq(", retry_when=lambda retries, error: retries < 3"), 4, None),
    (dramatiq(", max_retries=1, retry_when=lambda retries, error: retries < 2"), 3, None),
    (dramatiq(", retry_when=lambda retries, error: not isinstance(error, openai.APIError)"), 1, None),
    (dramatiq(", throws=openai.APIError, retry_when=lambda retries, error: retries < 3"), 1, None),
    # huey
    (huey(""), 1, None),
    (huey("retries=2"), 3, None),
    # rq
    (rq("queue.enqueue(ask)"), 1, None),
    (rq("queue.enqueue(ask, retry=Retry(max=3))"), 4, None),
    (rq("queue.enqueue(ask, retry=Retry(3))"), 4, None),
    (rq("queue.enqueue_call(ask, retry=Retry(max=1))"), 2, None),
    (rq("queue.enqueue_job(queue.enqueue_in(datetime.timedelta(0), ask, retry=Retry(max=2)))"), 3, None),
    (rq(f"@job(queue, queue.connection, retry=Retry(max=2))\n{DEFINED}ask.__module__ = 'jobs'\nask.delay()"), 3, None),
    # Dask
    (dask("submit(ask)"), 1, None),
    (dask("submit(ask, retries=3)"), 4, None),
    (dask("map(ask, [1], retries=2)[0]"), 3, None),
]


@newest
@pytest.mark.parametrize(("program", "requests", "raised"), CASES)
def test_as_many_requests_as_the_finding_says(
    environment: Environment, program: str, requests: int | None, raised: str | None
) -> None:
    program = BEFORE + program
    with Server() as server:
        outcome = run(program, environment, server=server, key="wrong")
    assert not outcome.timed_out, outcome.stderr
    assert outcome.endless == (requests is WITHOUT_END), outcome.stderr
    if requests is not WITHOUT_END:
        assert outcome.requests == requests, outcome.stdout + outcome.stderr
        assert outcome.raised == raised, outcome.stderr
    found = [d for d in check("program.py", program.encode(), Settings()) if d.code == "OAK402"]
    if requests == 1:
        assert found == []
        return
    (finding,) = found
    if requests is WITHOUT_END:
        assert "without end" in finding.message
        assert finding.severity == "error"
    else:
        assert f"{requests} times in all" in finding.message
        swallowed = "swallows" in finding.message
        assert swallowed == ("retry_error_callback" in program or "raise_on_giveup" in program)
        assert finding.severity == ("error" if swallowed else "warning")
        assert ("another error" in finding.message) == (raised is not None and raised.endswith(".RetryError"))


@newest
@pytest.mark.parametrize(
    ("program", "requests"),
    [
        (arq("raise arq.Retry"), 5),
        (arq("raise arq.worker.Retry(defer=0)", ", max_tries=3"), 3),
        (arq("raise"), 1),
    ],
)
def test_a_job_that_asks_to_be_run_again(environment: Environment, program: str, requests: int) -> None:
    """How often that is stands with the worker, which is another program as a rule; the finding does not say it."""
    program = BEFORE + program
    with Server() as server:
        outcome = run(program, environment, server=server, key="wrong")
    assert outcome.requests == requests, outcome.stderr
    found = [d.message for d in check("program.py", program.encode(), Settings()) if d.code == "OAK402"]
    assert ["again and again, before it is raised" in message for message in found] == [True] * (requests > 1)


NOTHING = "def ask():\n    try:\n        return client.models.list()\n    except openai.OpenAIError:\n        return None\n"


@newest
@pytest.mark.parametrize(
    ("decorator", "requests", "raised", "says"),
    [
        (f"{RETRY}@retry(retry=tenacity.retry_if_result(lambda r: r is None), stop=S(3))", 3, "tenacity.RetryError", "another"),
        (
            f"{RETRY}@retry(retry=tenacity.retry_if_result(lambda r: r is None), stop=S(3), reraise=True)",
            3,
            "tenacity.RetryError",
            "another",
        ),
        (
            f"{RETRY}@retry(retry=tenacity.retry_if_not_result(bool) | tenacity.retry_if_result(lambda r: not r), stop=S(3))",
            3,
            "tenacity.RetryError",
            "another",
        ),
        (
            f"{RETRY}@retry(retry=tenacity.retry_if_result(lambda r: not r), stop=S(3), retry_error_callback=print)",
            3,
            None,
            "swallows",
        ),
        (f"{RETRY}@retry(retry=tenacity.retry_if_result(lambda r: not r))", WITHOUT_END, None, "without end"),
        (f"{RETRY}@retry(retry=tenacity.retry_unless_exception_type(OSError), stop=S(3))", 3, "tenacity.RetryError", "another"),
        (f"{RETRY}@retry(retry=tenacity.retry_if_result(lambda r: r == 5), stop=S(3))", 1, None, ""),
        (f"{RETRY}@retry(stop=S(3))", 1, None, ""),
        ("import backoff\n@backoff.on_predicate(backoff.expo, max_tries=3)", 3, None, "swallows"),
        ("import backoff\n@backoff.on_predicate(backoff.expo, lambda r: r is None, max_tries=3)", 3, None, "swallows"),
        ("import backoff\n@backoff.on_predicate(backoff.constant)", WITHOUT_END, None, "without end"),
        ("import backoff\n@backoff.on_predicate(backoff.expo, lambda r: r == 5, max_tries=3)", 1, None, ""),
        (
            "from retrying import retry\n@retry(retry_on_result=lambda r: r is None, stop_max_attempt_number=3)",
            3,
            "retrying.RetryError",
            "another",
        ),
    ],
)
def test_what_is_handed_back_instead_of_the_error(
    environment: Environment, decorator: str, requests: int | None, raised: str | None, says: str
) -> None:
    program = f"{BEFORE}{decorator}\n{NOTHING}ask()"
    with Server() as server:
        outcome = run(program, environment, server=server, key="wrong")
    assert outcome.endless == (requests is WITHOUT_END), outcome.stderr
    if requests is not WITHOUT_END:
        assert (outcome.requests, outcome.raised) == (requests, raised), outcome.stderr
    found = [d.message for d in check("program.py", program.encode(), Settings()) if d.code == "OAK402"]
    assert [says in message for message in found] == [True] * (requests != 1)


SIGNATURES = """\
import importlib, inspect
found = {}
for name in NAMES:
    module, _, attribute = name.rpartition(".")
    try:
        value = getattr(importlib.import_module(module), attribute)
    except (ImportError, AttributeError):
        found[name] = None
        continue
    found[name] = list(inspect.signature(value).parameters) if callable(value) else None
print(found)
"""
# What these take, they take as `**options`: where the names of it stand.
BEHIND = {
    "tenacity.retry": "tenacity.Retrying",
    "retrying.retry": "retrying.Retrying",
    "stamina.retry": "stamina.retry_context",
}
# Not installed here, or with arguments that no signature shows.
UNSEEN = ("celery.", "dramatiq.", "prefect.", "airflow.", "ray.", "rq.Queue()", "distributed.", "dask.", "tenacity._asyncio.")


@newest
def test_the_arguments_have_these_names(environment: Environment) -> None:
    decorators = retry_libraries.RETRY_DECORATORS | {name: own for name, (own, _) in retry_libraries.RETRY_CALLS.items()}
    seen = {BEHIND.get(name, name): decorator for name, decorator in decorators.items() if not name.startswith(UNSEEN)}
    with Server() as server:
        outcome = run(f"NAMES = {sorted(seen)}\n{SIGNATURES}", environment, server=server)
    found = ast.literal_eval(outcome.stdout)
    for name, decorator in seen.items():
        parameters = found[name]
        assert parameters is not None, name
        assert list(decorator.parameters) == parameters[: len(decorator.parameters)], name
        named = {decorator.condition, decorator.gives_up, decorator.counter, *decorator.limits, *decorator.between}
        named |= {decorator.swallows[0], decorator.wraps[1], decorator.predicate[0], decorator.results[0]}
        # A caller of stamina is handed its condition by the call, not by the constructor.
        own = {"on"} if name.endswith("Caller") else set()
        assert named - {""} - own <= set(parameters), name


@newest
def test_exceptions_of_the_libraries_are_there(environment: Environment) -> None:
    names = [*retry_libraries.REQUEUES, retry_libraries.TRY_AGAIN, *retry_libraries.CELERY_TASKS, *retry_libraries.FINAL]
    names = [name for name in names if "()" not in name and not name.startswith("airflow.")]
    with Server() as server:
        outcome = run(
            f"NAMES = {names}\n{SIGNATURES.replace('list(inspect.signature(value).parameters)', '[]')}",
            environment,
            server=server,
        )
    assert [name for name, found in ast.literal_eval(outcome.stdout).items() if found is None] == []


def test_every_library_is_spoken_of() -> None:
    """The page names each library that the rule knows."""
    from oaklint.rules import all_rules

    page = next(rule.page.text for rule in all_rules() if rule.code == "OAK402")
    libraries = {own.library for own in retry_libraries.RETRY_DECORATORS.values()} | {"huey", "Modal", "arq"}
    libraries |= {own.library for own, _ in retry_libraries.RETRY_CALLS.values()}
    assert [library for library in sorted(libraries) if not re.search(rf"\b{library}\b", page)] == []
