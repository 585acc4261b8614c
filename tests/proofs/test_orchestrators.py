"""What OAK402 says of tasks that Prefect and Airflow run again, against these two.

Starting either takes many times as long as a task, so that all of its tasks make one program. Each asks for a model of its own
name, by which the server counts the runs.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

import pytest

from oaklint.engine import Settings, check
from tests.proofs.environments import Environment
from tests.proofs.running import Outcome, run
from tests.proofs.server import Server

# What stands above the task, what it does besides the request, and how often it runs.
Case = tuple[str, str, int]

ASK = "return client.models.retrieve(NAME)"
FAILS = "try:\n        {ask}\n    except openai.APIError as error:\n        raise {error}(str(error)) from error"

PREFECT: list[Case] = [
    ("@prefect.task", ASK, 1),
    ("@prefect.task(retries=0)", ASK, 1),
    ("@prefect.task(retries=2)", ASK, 3),
    ("@prefect.task(retries=2, retry_delay_seconds=0)", ASK, 3),
    ("@prefect.task(retries=2, retry_condition_fn=refuses)", ASK, 1),
    ("@prefect.task(retries=2, retry_condition_fn=lambda task, run, state: True)", ASK, 3),
    ("@prefect.flow", ASK, 1),
    ("@prefect.flow(retries=1)", ASK, 2),
]
PREFECT_BEFORE = """\
import openai
import prefect
client = openai.OpenAI()
def refuses(task, task_run, state):
    try:
        state.result()
    except openai.AuthenticationError:
        return False
    return True
"""
# It waits for its server by counting how long it has slept, and sleeping takes no time here.
PREFECT_SETTINGS = {"PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "1000000", "PREFECT_SERVER_ANALYTICS_ENABLED": "false"}

AIRFLOW: list[Case] = [
    ("@task(retries=2, retry_delay=at_once)", ASK, 3),
    ("@task.python(retries=1, retry_delay=at_once)", ASK, 2),
    ("@task(retries=0)", ASK, 1),
    ("@task", ASK, 4),  # by the DAG's default
    ("@task(retries=2, retry_delay=at_once)", FAILS.format(ask=ASK, error="AirflowFailException"), 1),
    ("@task(retries=2, retry_delay=at_once)", FAILS.format(ask=ASK, error="AirflowException"), 3),
]
AIRFLOW_BEFORE = """\
from datetime import datetime, timedelta
import openai
from airflow.sdk import dag, task
from airflow.sdk.exceptions import AirflowException, AirflowFailException
client = openai.OpenAI()
at_once = timedelta(0)
@dag(schedule=None, start_date=datetime(2024, 1, 1), default_args={"retries": 3, "retry_delay": at_once})
def asks():
"""
AIRFLOW_SETTINGS = {"AIRFLOW__CORE__LOAD_EXAMPLES": "False", "AIRFLOW__CORE__DAGS_FOLDER": "dags"}
RUN_THE_DAG = """\
import os, subprocess, sys
os.environ["AIRFLOW__CORE__DAGS_FOLDER"] = os.path.abspath("dags")
for command in ("db migrate", "dags reserialize", "dags test asks"):
    subprocess.run([sys.executable, "-m", "airflow", *command.split()])
"""


def tasks(cases: Sequence[Case]) -> str:
    texts = (f"{above}\ndef ask_{number}():\n    {body}\n" for number, (above, body, _) in enumerate(cases))
    return "".join(text.replace("NAME", f'"ask_{number}"') for number, text in enumerate(texts))


def runs_by_task(outcome: Outcome) -> Mapping[str, int]:
    return Counter(PurePosixPath(request.path).name for request in outcome.sent)


def said_by_task(program: str) -> Mapping[str, int]:
    """How often each task runs by what OAK402 says of it; those that it does not speak of are left out."""
    rows = program.splitlines()
    said = {}
    for finding in check("program.py", program.encode(), Settings()):
        if finding.code == "OAK402":
            below = "\n".join(rows[finding.location.row - 1 :])
            task, times = re.search(r"def (\w+)", below), re.search(r"(\d+) times in all", finding.message)
            assert task, finding
            assert times, finding
            said[task[1]] = int(times[1])
    return said


def assert_as_said(cases: Sequence[Case], program: str, outcome: Outcome) -> None:
    expected = {f"ask_{number}": runs for number, (_, _, runs) in enumerate(cases)}
    assert runs_by_task(outcome) == expected, outcome.stdout + outcome.stderr
    assert said_by_task(program) == {task: runs for task, runs in expected.items() if runs > 1}


@pytest.mark.parametrize("environment", ["prefect"], indirect=True)
def test_tasks_and_flows_of_prefect(environment: Environment) -> None:
    program = PREFECT_BEFORE + tasks(PREFECT)
    called = "".join(f"ask_{number}(return_state=True)\n" for number in range(len(PREFECT)))
    with Server(limit=100) as server:
        outcome = run(
            program + called, environment, server=server, key="wrong", environ=PREFECT_SETTINGS, timeout=180, fork=False
        )
    assert_as_said(PREFECT, program, outcome)


@pytest.mark.parametrize("environment", ["airflow"], indirect=True)
def test_tasks_of_airflow(environment: Environment) -> None:
    inside = tasks(AIRFLOW) + "".join(f"ask_{number}()\n" for number in range(len(AIRFLOW)))
    program = AIRFLOW_BEFORE + re.sub("(?m)^", "    ", inside).rstrip() + "\nasks()\n"
    with Server(limit=100) as server:
        outcome = run(
            RUN_THE_DAG,
            environment,
            server=server,
            key="wrong",
            files={"dags/asks.py": program},
            environ=AIRFLOW_SETTINGS,
            timeout=300,
            fork=False,
        )
    assert_as_said(AIRFLOW, program, outcome)
