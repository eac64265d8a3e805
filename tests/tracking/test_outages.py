"""A tracking server that is away: what is logged meanwhile is there after `bridge sync`, once."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.tracking.conftest import Script, mlflow_remarks
from tests.tracking.outage import CODE, METRICS
from tests.tracking.stopping import StoppingServer, bridge, wait_for

pytestmark = [pytest.mark.matrix, pytest.mark.timeout(500), *mlflow_remarks]


@pytest.fixture()
def server(tmp_path: Path) -> Iterator[StoppingServer]:
    """Runs once, so that its database is there, and is not running when a test begins."""
    made = StoppingServer(tmp_path / "mlflow")
    made.start()
    made.stop()
    yield made
    made.stop()


@pytest.fixture()
def user(script: Script, server: StoppingServer) -> Script:
    """A script of a user whose runs are tracked by the server."""
    script.environment["MLFLOW_TRACKING_URI"] = server.url
    return script


def synced(user: Script, code: int = 0) -> dict[str, Any]:
    exit_code, out, err = bridge(user.environment, "sync", "--json")
    assert exit_code == code, out + err
    return dict(json.loads(out))


def count(server: StoppingServer) -> int:
    (run,) = server.runs()
    client = server.client()
    return sum(len(client.get_metric_history(run.info.run_id, key)) for key in run.data.metrics)


@pytest.mark.parametrize("kind", ["stopped", "hanging"])
def test_a_server_that_goes_away_in_the_middle_of_a_flow_loses_nothing(
    user: Script, server: StoppingServer, kind: str
) -> None:
    server.start()
    process = user.start(CODE, str(user.folder), "0.002")
    wait_for(user.folder / "half")
    server.stop() if kind == "stopped" else server.hang()
    out, err = process.communicate(timeout=150)
    assert process.returncode == 0, err
    assert "seconds" in out
    assert err.count("bridge:") == 1, err
    assert "bridge sync" in err
    assert "Retrying" not in err
    server.start() if kind == "stopped" else server.go_on()
    assert synced(user)["left"] == []
    assert count(server) == METRICS
    (run,) = server.runs()
    assert run.info.status == "FINISHED"
    again = synced(user)
    assert (again["sent"], again["left"]) == ([], [])
    assert count(server) == METRICS


EVERYTHING = """
    import json, pathlib, sys
    from typing import Annotated
    import mlflow
    from bridge import Metrics, flow, task

    @task
    def measured() -> Annotated[dict, Metrics()]:
        return {"of_the_result": 1.0}

    @task
    def logs():
        mlflow.log_metrics({"loss": 0.5, "accuracy": 0.75}, step=3)
        mlflow.log_param("depth", 3)
        mlflow.set_tag("team", "blue")
        mlflow.log_text("hello", "notes/note.txt")
        mlflow.log_dict({"a": 1}, "facts.json")
        mlflow.log_table({"a": [1, 2]}, "rows.json")
        mlflow.log_table({"a": [3]}, "rows.json")
        try:
            mlflow.log_param("lr", 0.2)
        except mlflow.MlflowException as error:
            assert "Changing param values is not allowed" in str(error)
        else:
            raise AssertionError("a parameter was changed")
        assert mlflow.active_run().data.params is not None
        assert mlflow.get_run(mlflow.active_run().info.run_id).data.metrics["loss"] == 0.5

    @task
    def own_run():
        with mlflow.start_run(run_name="child", nested=True):
            mlflow.log_metric("in_child", 7)

    @flow
    def inner():
        mlflow.log_metric("in_inner", 1)

    @flow
    def everything(lr: float = 0.1):
        measured()
        logs.submit().result()
        own_run.submit().result()
        inner()

    everything()
"""


def test_everything_that_was_logged_while_a_server_was_down_from_the_beginning_is_there_after_a_sync(
    user: Script, server: StoppingServer
) -> None:
    exit_code, _, err = user.run(EVERYTHING)
    assert exit_code == 0, err
    assert err.count("bridge:") == 1, err
    before = synced(user, code=1)
    assert before["sent"] == []
    assert sum(one["entries"] for one in before["left"]) > 5
    server.start()
    assert synced(user)["left"] == []
    runs = {
        run.info.run_name if run.info.run_name == "child" else run.data.tags["bridge.flow"]: run
        for run in server.runs()
    }
    assert set(runs) == {"everything", "inner", "child"}
    run = runs["everything"]
    assert dict(run.data.metrics) == {"of_the_result": 1.0, "loss": 0.5, "accuracy": 0.75}
    assert dict(run.data.params) == {"lr": "0.1", "depth": "3"}
    assert run.data.tags["team"] == "blue"
    assert {one.info.status for one in runs.values()} == {"FINISHED"}
    assert runs["inner"].data.tags["mlflow.parentRunId"] == run.info.run_id
    assert runs["child"].data.tags["mlflow.parentRunId"] == run.info.run_id
    assert dict(runs["child"].data.metrics) == {"in_child": 7.0}
    files = {path.name: path for path in (server.folder / "artifacts").rglob("*") if path.is_file()}
    assert set(files) == {"note.txt", "facts.json", "rows.json"}
    assert json.loads(files["rows.json"].read_text())["data"] == [[1], [2], [3]]
    assert list(Path(user.environment["BRIDGE_HOME"]).rglob("unsent/files/*")) == []


KILLED = """
    import os, pathlib, sys, time
    import mlflow
    from bridge import flow

    @flow
    def doomed():
        for i in range(100):
            mlflow.log_metric("loss", i, step=i)
        pathlib.Path(sys.argv[1]).touch()
        time.sleep(100)

    doomed()
"""


@pytest.mark.parametrize("up", [True, False], ids=["server up at first", "server down"])
def test_what_a_killed_process_logged_is_sent_and_its_run_is_ended_as_killed(
    user: Script, server: StoppingServer, up: bool
) -> None:
    if up:
        server.start()
    reached = user.folder / "reached"
    process = user.start(KILLED, str(reached))
    wait_for(reached)
    if up:
        server.stop()
    process.send_signal(signal.SIGKILL)
    process.communicate()
    server.start()
    done = synced(user)
    assert done["left"] == []
    (run,) = server.runs()
    assert run.info.status == "KILLED"
    assert server.history("loss") == [(i, float(i)) for i in range(100)]


def test_the_next_run_sends_what_an_earlier_one_kept(user: Script, server: StoppingServer) -> None:
    code = """
        import sys, time
        import mlflow
        from bridge import flow

        @flow
        def logged(n: int):
            mlflow.log_metric("n", n)

        logged(int(sys.argv[1]))
        time.sleep(float(sys.argv[2]))
    """
    exit_code, _, err = user.run(code, "1", "0")
    assert exit_code == 0, err
    server.start()
    exit_code, _, err = user.run(code, "2", "5")
    assert exit_code == 0, err
    assert "bridge:" not in err
    assert sorted(run.data.metrics["n"] for run in server.runs()) == [1.0, 2.0]
    assert synced(user)["sent"] == []


def test_processes_of_one_home_at_once_and_two_syncs_at_once_send_everything_once(
    user: Script, server: StoppingServer
) -> None:
    import subprocess
    import sys

    code = """
        import sys
        import mlflow
        from bridge import flow

        @flow
        def logged(n: int):
            for i in range(50):
                mlflow.log_metric("n", n, step=i)

        logged(int(sys.argv[1]))
    """
    processes = [user.start(code, str(n)) for n in range(8)]
    for process in processes:
        _, err = process.communicate(timeout=170)
        assert process.returncode == 0, err
    server.start()
    words = [sys.executable, "-m", "bridge", "sync", "--json"]
    syncs = [subprocess.Popen(words, env=user.environment, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    sent = []
    for sync in syncs:
        out, _ = sync.communicate(timeout=170)
        sent += [one["entries"] for one in json.loads(out)["sent"]]
    assert sum(sent) == 8 * 53
    client = server.client()
    runs = server.runs()
    assert sorted(run.data.metrics["n"] for run in runs) == [float(n) for n in range(8)]
    assert {len(client.get_metric_history(run.info.run_id, "n")) for run in runs} == {50}


def test_what_a_server_refuses_is_kept_aside_and_the_rest_is_sent(user: Script, server: StoppingServer) -> None:
    code = """
        import mlflow
        from bridge import flow
        from bridge.workspace import current

        @flow
        def logged():
            run = mlflow.active_run().info.run_id
            mlflow.log_metric("before", 1)
            current().tracker.log(list(current().catalog.runs(flow="logged"))[0].id, params={"p": 1})
            current().tracker.log(list(current().catalog.runs(flow="logged"))[0].id, params={"p": 2})
            mlflow.log_metric("after", 1)

        logged()
    """
    server.start()
    exit_code, _, err = user.run(code)
    assert exit_code == 0, err
    assert err.count("bridge:") == 1, err
    (run,) = server.runs()
    assert (set(run.data.metrics), run.info.status) == ({"before", "after"}, "FINISHED")
    left = synced(user, code=1)["left"]
    assert [one["state"] for one in left] == ["refused"]
    assert "p" in left[0]["why"]
