"""Where a user's script leaves what it tracks, in a process of its own."""

from __future__ import annotations

import os
import signal
import socket
from pathlib import Path
from typing import Any

import pytest
from mlflow.entities import Run
from mlflow.tracking import MlflowClient

from bridge.workspace import current, reset
from tests.tracking.conftest import Script, every_run, metrics_of, mlflow_remarks

pytestmark = [pytest.mark.slow, *mlflow_remarks]


@pytest.fixture()
def alone(script: Script) -> Script:
    """A script of a user who has set nothing of MLflow's."""
    for name in [name for name in script.environment if name.startswith("MLFLOW_")]:
        del script.environment[name]
    return script


def runs_in(database: Path) -> list[Run]:
    assert database.is_file(), f"{database} is not there"
    return every_run(MlflowClient(f"sqlite:///{database}"))


def the_run_in(database: Path) -> Run:
    (run,) = runs_in(database)
    return run


def home_of(script: Script) -> Path:
    return Path(script.environment["BRIDGE_HOME"])


def left_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


FIRST_INSIDE = """
    from bridge import flow, task

    @task
    def inside():
        import mlflow
        mlflow.log_metric("m", 1)
        from mlflow import log_metric
        log_metric("n", 2)
        assert mlflow.active_run() is not None

    @flow
    def scripted():
        inside.submit().result()

    scripted()
    import mlflow
    assert mlflow.active_run() is None
"""
BEFORE = """
    import mlflow
    from mlflow import log_metric, active_run
    from mlflow.tracking.fluent import log_metrics
    from bridge import flow, task

    @task
    def inside():
        mlflow.log_metric("m", 1)
        log_metrics({"n": 2})

    @flow
    def scripted():
        inside.submit().result()
        assert mlflow.active_run() is not None

    assert mlflow.active_run() is None
    scripted()
    assert mlflow.active_run() is None
"""
FROM_BEFORE = """
    from mlflow import log_metric
    from bridge import flow, task

    @task
    def inside():
        log_metric("m", 1)
        log_metric("n", 2)

    @flow
    def scripted():
        inside.submit().result()

    scripted()
"""
AFTER = """
    from bridge import flow, task
    import mlflow

    mlflow.set_experiment("chosen")

    @task
    def inside():
        mlflow.log_metric("m", 1)
        mlflow.log_metric("n", 2)
        mlflow.log_text("hello", "note.txt")

    @flow
    def scripted():
        inside.submit().result()

    with mlflow.start_run(run_name="outside"):
        mlflow.log_text("hello", "note.txt")
    scripted()
"""


@pytest.mark.parametrize("code", [FIRST_INSIDE, BEFORE], ids=["inside a task", "before"])
def test_wherever_mlflow_is_imported_all_is_in_one_run_in_the_home_and_nothing_in_the_folder(
    alone: Script, code: str
) -> None:
    exit_code, _, err = alone.run(code)
    assert exit_code == 0, err
    assert "bridge:" not in err
    assert "Traceback" not in err
    run = the_run_in(home_of(alone) / "mlflow.db")
    assert metrics_of(run) == {"m": 1.0, "n": 2.0}
    assert run.info.status == "FINISHED"
    assert left_in(alone.cwd) == []


def test_an_experiment_and_artifacts_outside_any_flow_are_in_the_home_too(alone: Script) -> None:
    exit_code, _, err = alone.run(AFTER)
    assert exit_code == 0, err
    assert left_in(alone.cwd) == []
    client = MlflowClient(f"sqlite:///{home_of(alone) / 'mlflow.db'}")
    runs = {run.info.run_name if run.info.run_name == "outside" else "flow": run for run in every_run(client)}
    assert metrics_of(runs["flow"]) == {"m": 1.0, "n": 2.0}
    assert {client.get_experiment(run.info.experiment_id).name for run in runs.values()} == {"chosen"}
    assert "mlflow.parentRunId" not in runs["outside"].data.tags
    assert len(list(home_of(alone).glob("mlartifacts/**/note.txt"))) == 2


def test_a_store_named_in_the_environment_is_used_instead_of_the_homes(alone: Script, tmp_path: Path) -> None:
    exit_code, _, err = alone.run(FROM_BEFORE, MLFLOW_TRACKING_URI=f"sqlite:///{tmp_path / 'theirs.db'}")
    assert exit_code == 0, err
    assert metrics_of(the_run_in(tmp_path / "theirs.db")) == {"m": 1.0, "n": 2.0}
    assert not (home_of(alone) / "mlflow.db").exists()
    assert left_in(alone.cwd) == []


def test_a_store_set_in_the_script_is_used_instead_of_the_homes(alone: Script, tmp_path: Path) -> None:
    code = """
        import sys
        import mlflow
        from bridge import flow, task
        mlflow.set_tracking_uri(sys.argv[1])

        @flow
        def scripted():
            mlflow.log_metric("m", 1)

        scripted()
    """
    exit_code, _, err = alone.run(code, f"sqlite:///{tmp_path / 'set.db'}")
    assert exit_code == 0, err
    assert metrics_of(the_run_in(tmp_path / "set.db")) == {"m": 1.0}
    assert not (home_of(alone) / "mlflow.db").exists()
    assert left_in(alone.cwd) == []


def test_a_flow_without_mlflow_in_it_is_tracked_in_the_home(alone: Script) -> None:
    code = """
        from bridge import flow, task

        @flow
        def scripted(lr: float = 0.1):
            return lr

        scripted()
    """
    exit_code, _, err = alone.run(code)
    assert exit_code == 0, err
    run = the_run_in(home_of(alone) / "mlflow.db")
    assert run.data.params == {"lr": "0.1"}
    assert run.info.artifact_uri.startswith((home_of(alone) / "mlartifacts").as_uri())
    assert "INFO" not in "".join(line for line in err.splitlines() if "mlflow" in line or "alembic" in line)
    assert left_in(alone.cwd) == []


def test_a_dead_tracking_server_costs_one_warning_and_little_time(alone: Script) -> None:
    code = """
        import time
        from bridge import Metrics, flow, task
        from typing import Annotated

        @task
        def part(n) -> Annotated[dict, Metrics()]:
            return {"n": n}

        @flow
        def untracked():
            part.map([1, 2, 3]).result()
            return "the result"

        began = time.monotonic()
        for _ in range(3):
            print(untracked(), flush=True)
        print("seconds:", time.monotonic() - began)
    """
    with socket.socket() as taken:  # a port on which nobody listens
        taken.bind(("127.0.0.1", 0))
        exit_code, out, err = alone.run(code, MLFLOW_TRACKING_URI=f"http://127.0.0.1:{taken.getsockname()[1]}")
    assert exit_code == 0, err
    assert out.count("the result") == 3
    assert [line for line in err.splitlines() if "bridge:" in line and "127.0.0.1" in line], err
    assert err.count("bridge:") == 1, err
    assert "Traceback" not in err
    assert "Retrying" not in err
    assert float(out.split("seconds:")[1]) < 30, "bounded by BRIDGE_FLUSH_TIMEOUT, not by MLflow's retries"


def test_a_tracking_server_that_never_answers_holds_a_flow_no_longer_than_the_flush(alone: Script) -> None:
    code = """
        from bridge import flow

        @flow
        def untracked():
            return "the result"

        print(untracked(), flush=True)
    """
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        uri = f"http://127.0.0.1:{silent.getsockname()[1]}"
        exit_code, out, err = alone.run(code, MLFLOW_TRACKING_URI=uri, BRIDGE_FLUSH_TIMEOUT="0.2")
    assert exit_code == 0, err
    assert "the result" in out
    assert "Traceback" not in err


MANY = """
    import sys
    from bridge import flow, task

    @task
    def part(n):
        import mlflow
        mlflow.log_metric("n", n)

    @flow
    def at_once(n: int):
        part(n)

    print("ready", flush=True)
    sys.stdin.readline()
    at_once(int(sys.argv[1]))
"""


@pytest.mark.matrix
def test_processes_at_first_use_of_one_new_store_are_all_recorded(alone: Script) -> None:
    import subprocess
    import sys
    import textwrap

    (alone.folder / "many.py").write_text(textwrap.dedent(MANY))
    processes = [
        subprocess.Popen(
            [sys.executable, str(alone.folder / "many.py"), str(n)],
            cwd=alone.cwd,
            env=alone.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for n in range(3)
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    said = []
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    for process in processes:
        said.append(process.communicate(timeout=150)[1])
        assert process.returncode == 0, said[-1]
    assert not [line for text in said for line in text.splitlines() if "bridge:" in line]
    runs = runs_in(home_of(alone) / "mlflow.db")
    assert sorted(run.data.metrics["n"] for run in runs) == [0.0, 1.0, 2.0]
    assert {run.info.status for run in runs} == {"FINISHED"}
    assert len({run.info.experiment_id for run in runs}) == 1


def test_the_run_of_a_killed_process_is_closed_by_the_next_flow(alone: Script, monkeypatch: Any) -> None:
    code = """
        import os, sys, time
        from bridge import flow, task

        @task
        def step():
            import mlflow
            mlflow.log_metric("reached", 1)

        @flow
        def inner(end):
            step()
            if end == "no":
                print("killed from here", flush=True)
                time.sleep(100)

        @flow
        def doomed(end: str):
            inner(end)

        doomed(sys.argv[1])
    """
    process = alone.start(code, "no")
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line.strip() == "killed from here", process.communicate()[1]
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    exit_code, _, err = alone.run(code, "yes")
    assert exit_code == 0, err
    runs = runs_in(home_of(alone) / "mlflow.db")
    assert sorted(run.info.status for run in runs) == ["FINISHED", "FINISHED", "KILLED", "KILLED"]
    assert all(run.info.end_time for run in runs)
    reset()
    for name in ("doomed", "inner"):
        assert [run.state for run in current().catalog.runs(flow=name)] == ["Completed", "Crashed"]


def test_the_end_of_the_interpreter_is_quiet_while_the_tracker_is_busy(alone: Script) -> None:
    code = """
        import os, sys, threading
        from bridge import flow
        from bridge.workspace import current

        @flow
        def busy(n: int):
            return n

        busy(1)
        tracker = current().tracker
        from datetime import datetime, timezone
        run = current().catalog.runs(flow="busy")[0].id
        for n in range(2000):
            tracker.log(run, metrics={"n": float(n)})
        print("left", flush=True)
    """
    exit_code, out, err = alone.run(code, BRIDGE_FLUSH_TIMEOUT="0.5")
    assert exit_code == 0, err
    assert "left" in out
    assert "Traceback" not in err
    assert "Fatal" not in err
    assert "Exception ignored" not in err


@pytest.mark.matrix
def test_a_model_trained_outside_any_flow_is_registered_before_the_process_ends(alone: Script) -> None:
    code = """
        from typing import Annotated
        from bridge import Model, task
        from sklearn.linear_model import LinearRegression

        @task
        def train() -> Annotated[LinearRegression, Model("alone")]:
            return LinearRegression().fit([[0.0], [1.0]], [0.0, 1.0])

        train()
    """
    exit_code, _, err = alone.run(code)
    assert exit_code == 0, err
    assert "bridge:" not in err
    assert [model.number for model in current().catalog.models("alone")] == [1]
    assert left_in(alone.cwd) == []
