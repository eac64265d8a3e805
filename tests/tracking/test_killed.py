"""What a killed process leaves going on is closed by the next one that starts."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from mlflow.tracking import MlflowClient

from bridge.testing.servers import mlflow_server
from tests.flows.conftest import Script
from tests.tracking.conftest import every_run, mlflow_remarks, script

pytestmark = [*mlflow_remarks, pytest.mark.matrix]

__all__ = ["script"]

DOOMED = """
    import sys, time
    from bridge import flow, task
    {first}

    @task
    def step(end):
        {inside}
        if end == "no":
            print("killed from here", flush=True)
            time.sleep(100)

    @flow(run_scope="task")
    def doomed(end: str):
        step(end)

    doomed(sys.argv[1])
"""

WITH_RUNS_OF_HIS_OWN = DOOMED.format(
    first="import mlflow", inside='mlflow.start_run(run_name="mine", nested=True); mlflow.log_metric("reached", 1)'
)
WITHOUT_MLFLOW = DOOMED.format(first="", inside="")


@pytest.fixture(params=["sqlite", "server"])
def tracking(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Where runs are tracked."""
    with ExitStack() as running:
        if request.param == "server":
            yield running.enter_context(mlflow_server(tmp_path / "server"))
        else:
            yield f"sqlite:///{tmp_path / 'killed.db'}"


def statuses_in(tracking: str) -> list[str]:
    return sorted(run.info.status for run in every_run(MlflowClient(tracking)))


@pytest.mark.parametrize("code", [WITH_RUNS_OF_HIS_OWN, WITHOUT_MLFLOW], ids=["with-mlflow", "without"])
def test_runs_of_tasks_and_the_users_own_are_closed_as_killed(script: Script, tracking: str, code: str) -> None:
    process = script.start(code, "no", MLFLOW_TRACKING_URI=tracking, BRIDGE_ON_ERROR="warn")
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line.strip() == "killed from here", process.communicate()[1]
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    exit_code, _, err = script.run(code, "yes", MLFLOW_TRACKING_URI=tracking, BRIDGE_ON_ERROR="warn")
    assert exit_code == 0, err
    assert "bridge:" not in err
    own = 1 if "mine" in code else 0
    wanted = ["FINISHED"] * (2 + own) + ["KILLED"] * (2 + own)
    until = time.monotonic() + 60  # the killed process's tracker may still be at work
    while (found := statuses_in(tracking)) != wanted and time.monotonic() < until:
        time.sleep(0.5)
    assert found == wanted
