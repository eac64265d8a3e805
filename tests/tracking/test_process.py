"""The tracker's own process: what a user's script leaves when it does not load MLflow itself."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest
from mlflow.entities import Run

from bridge.workspace import current
from tests.tracking.conftest import Script, metrics_of, mlflow_remarks
from tests.tracking.test_scripts import alone, home_of, left_in, runs_in, the_run_in

__all__ = ["alone"]

pytestmark = [pytest.mark.slow, *mlflow_remarks]

TRACKED = """
    import sys
    from typing import Annotated
    from bridge import Metrics, flow, task

    @task
    def measure(n) -> Annotated[dict, Metrics()]:
        return {"n": n}

    @flow
    def inner(n: int):
        return measure(n)

    @flow
    def outer(n: int):
        return inner(n)
"""


def tracked(code: str) -> str:
    return TRACKED + code


def wait_for_status(database: Path, status: str) -> list[Run]:
    """The process that does it is nobody's child any more."""
    for _ in range(200):
        runs = runs_in(database) if database.exists() else []
        if runs and {run.info.status for run in runs} == {status}:
            return runs
        time.sleep(0.1)
    raise AssertionError(f"{[(run.info.run_name, run.info.status) for run in runs]}, not {status}")


def test_a_script_that_loads_no_mlflow_is_tracked_whole_without_loading_it(alone: Script) -> None:
    exit_code, out, err = alone.run(tracked("    outer(7)\n    print('mlflow' in sys.modules)"))
    assert (exit_code, out.strip()) == (0, "False"), err
    assert "bridge:" not in err
    runs = {run.data.tags["bridge.flow"]: run for run in runs_in(home_of(alone) / "mlflow.db")}
    assert {name: run.info.status for name, run in runs.items()} == {"outer": "FINISHED", "inner": "FINISHED"}
    assert metrics_of(runs["inner"]) == {"n": 7.0}
    assert runs["inner"].data.tags["mlflow.parentRunId"] == runs["outer"].info.run_id
    assert [run.tracking_id for run in current().catalog.runs(flow="outer")] == [runs["outer"].info.run_id]
    assert left_in(alone.cwd) == []


def test_whoever_loads_mlflow_after_a_flow_finds_its_run_whole(alone: Script) -> None:
    look = """
    outer(7)
    import mlflow
    found = mlflow.search_runs(search_all_experiments=True, output_format="list")
    print(sorted((run.data.tags["bridge.flow"], run.info.status, run.data.metrics.get("n")) for run in found))
    """
    exit_code, out, err = alone.run(tracked(look))
    assert exit_code == 0, err
    assert out.strip() == "[('inner', 'FINISHED', 7.0), ('outer', 'FINISHED', None)]"


@pytest.mark.matrix
def test_flows_before_and_after_mlflow_is_loaded_are_all_tracked(alone: Script) -> None:
    mixed = """
    @flow
    def looking():
        measure(1)
        import mlflow
        mlflow.log_metric("own", 2)
        inner(3)

    looking()
    outer(7)
    """
    exit_code, _, err = alone.run(tracked(mixed))
    assert exit_code == 0, err
    assert "bridge:" not in err
    runs = runs_in(home_of(alone) / "mlflow.db")
    by_flow = {run.data.tags["bridge.flow"]: run for run in runs if "mlflow.parentRunId" not in run.data.tags}
    assert metrics_of(by_flow["looking"]) == {"n": 1.0, "own": 2.0}
    assert by_flow.keys() == {"looking", "outer"}
    children = [run for run in runs if "mlflow.parentRunId" in run.data.tags]
    assert sorted(run.data.metrics["n"] for run in children) == [3.0, 7.0]
    assert {run.info.status for run in runs} == {"FINISHED"}


@pytest.mark.matrix
def test_what_a_killed_process_has_sent_is_tracked_and_its_runs_end_as_killed(alone: Script) -> None:
    stopping = """
    import time

    @flow
    def doomed():
        outer(7)
        print("killed from here", flush=True)
        time.sleep(100)

    doomed()
    """
    process = alone.start(tracked(stopping))
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "killed from here"
    process.kill()
    process.communicate()  # returns: the tracker's process holds none of the pipes
    database = home_of(alone) / "mlflow.db"
    for _ in range(900):
        runs = {run.data.tags["bridge.flow"]: run for run in runs_in(database)} if database.exists() else {}
        if len(runs) == 3 and "RUNNING" not in {run.info.status for run in runs.values()}:
            break
        time.sleep(0.1)
    statuses = {name: run.info.status for name, run in runs.items()}
    assert statuses == {"doomed": "KILLED", "outer": "FINISHED", "inner": "FINISHED"}
    assert metrics_of(runs["inner"]) == {"n": 7.0}


def test_ctrl_c_in_a_flow_leaves_no_run_running(alone: Script) -> None:
    stopping = """
    import time

    @flow
    def stopped():
        measure(1)
        print("stopped from here", flush=True)
        time.sleep(100)

    stopped()
    """
    process = alone.start(tracked(stopping))
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "stopped from here"
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=100)
    (run,) = runs_in(home_of(alone) / "mlflow.db")
    assert run.info.status != "RUNNING"
    assert metrics_of(run) == {"n": 1.0}


@pytest.mark.matrix
def test_a_killed_tracker_process_costs_one_warning_and_the_next_flow_is_tracked(alone: Script) -> None:
    shooting = """
    import os, signal, time
    from bridge.workspace import current

    @flow
    def robbed():
        line = current().tracker._process._line
        while not line.is_ready:
            time.sleep(0.05)
        os.kill(line._there.pid, signal.SIGKILL)
        return inner(1)

    print(robbed())
    print(outer(2))
    """
    exit_code, out, err = alone.run(tracked(shooting))
    assert exit_code == 0, err
    assert out.split("\n")[:2] == ["{'n': 1}", "{'n': 2}"]
    assert err.count("bridge:") == 1, err
    assert "Traceback" not in err
    finished = [run for run in runs_in(home_of(alone) / "mlflow.db") if run.data.tags["bridge.flow"] == "outer"]
    assert [run.info.status for run in finished] == ["FINISHED"]


@pytest.mark.matrix
def test_where_no_process_can_be_started_a_thread_tracks(alone: Script) -> None:
    without = """
    sys.executable = "/nowhere/python"
    outer(7)
    """
    exit_code, _, err = alone.run(tracked(without))
    assert exit_code == 0, err
    assert len(runs_in(home_of(alone) / "mlflow.db")) == 2
    assert "Traceback" not in err


@pytest.mark.matrix
def test_an_interpreter_that_cannot_serve_is_asked_once_and_then_a_thread_tracks(alone: Script) -> None:
    other = """
    import time
    from bridge.tracking import ahead
    ahead.drop()  # the one that was started with the right interpreter, before this one was set
    sys.executable = "/bin/false"
    outer(1)
    time.sleep(1)
    outer(2)
    """
    exit_code, _, err = alone.run(tracked(other))
    assert exit_code == 0, err
    assert err.count("bridge:") == 1, err
    assert "Traceback" not in err
    runs = runs_in(home_of(alone) / "mlflow.db")
    assert [run.data.metrics["n"] for run in runs if run.data.tags["bridge.flow"] == "inner"] == [2.0]


def test_a_model_is_registered_when_its_flow_is_over(alone: Script) -> None:
    code = """
        import sys
        from typing import Annotated
        from bridge import Model, flow, task
        from bridge.workspace import current
        from sklearn.linear_model import LinearRegression

        class Own(LinearRegression):
            pass

        @task
        def train() -> Annotated[LinearRegression, Model("there")]:
            return Own().fit([[0.0], [1.0]], [0.0, 1.0])

        @flow
        def training():
            train()

        training()
        print("mlflow" in sys.modules, [(model.name, model.number) for model in current().catalog.models()])
    """
    exit_code, out, err = alone.run(code)
    assert exit_code == 0, err
    assert out.strip() == "False [('there', 1)]"
    run = the_run_in(home_of(alone) / "mlflow.db")
    assert [model.tracking_id for model in current().catalog.models("there")] == [run.info.run_id]


@pytest.mark.matrix
def test_a_forked_child_of_a_flow_tracks_through_a_process_of_its_own(alone: Script) -> None:
    forking = """
    import os

    @flow
    def forked():
        child = os.fork()
        if child == 0:
            inner(1)
            from bridge.workspace import current
            os._exit(0 if current().tracker.flush(60) else 1)
        assert os.waitpid(child, 0)[1] == 0  # one after the other: they share Prefect's connection to the server
        inner(2)

    forked()
    """
    exit_code, _, err = alone.run(tracked(forking))
    assert exit_code == 0, err
    runs = [run for run in runs_in(home_of(alone) / "mlflow.db") if run.data.tags["bridge.flow"] == "inner"]
    assert sorted(run.data.metrics["n"] for run in runs) == [1.0, 2.0]


@pytest.mark.matrix
def test_the_tracker_process_ends_with_the_script(alone: Script) -> None:
    naming = """
    outer(7)
    from bridge.workspace import current
    print(current().tracker._process._line._there.pid)
    """
    exit_code, out, err = alone.run(tracked(naming))
    assert exit_code == 0, err
    for _ in range(100):
        try:
            os.kill(int(out), 0)
        except ProcessLookupError:
            return
        time.sleep(0.1)
    raise AssertionError("it is still there")
