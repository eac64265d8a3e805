"""What users log to a flow's run goes into bridge's lane, with MLflow's own manners."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import mlflow
import pytest
from mlflow.entities import Metric, Param, RunTag
from mlflow.exceptions import MlflowException
from mlflow.tracking import MlflowClient

from bridge.testing.servers import free_port
from bridge.testing.tracker import Told, make_run
from bridge.tracking import arming, current, deferring
from bridge.tracking import owned as runs
from bridge.tracking.journal import waiting
from bridge.tracking.mlflow import MlflowTracker
from bridge.tracking.owned import Owned
from tests.tracking.conftest import mlflow_remarks

pytestmark = mlflow_remarks

Inside = Callable[[Callable[[], Any]], Any]


@pytest.fixture()
def told() -> Told:
    return Told()


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> str:
    return f"sqlite:///{tmp_path_factory.mktemp('tracked') / 'mlflow.db'}"


def opened(uri: str, folder: Path, told: Told) -> MlflowTracker:
    if not arming.is_armed():
        arming.arm(lambda: None)
    tracker = MlflowTracker(uri, folder / "files", told.callbacks(), folder / "unsent")
    current.add_finder(tracker.find)
    return tracker


@pytest.fixture()
def flow_run(database: str, tmp_path: Path, told: Told, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A flow run is going on; MLflow's id of it."""
    monkeypatch.setenv("MLFLOW_TRACKING_URI", database)
    tracker, run = opened(database, tmp_path, told), make_run(lr=0.1)
    tracker.start_run(run, experiment="deferring", tags={})
    with current.bound(run.id):
        tracking_id = tracker.tracking_id(run.id)
        assert tracking_id is not None
        yield tracking_id
    tracker.end_run(run.id, "Completed", 1)
    tracker.close(60)
    assert told.errors == []
    assert waiting(tmp_path / "unsent") == []


@pytest.fixture()
def away(tmp_path: Path, told: Told, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A flow run is going on whose server is away; the folder of what is kept."""
    uri = f"http://127.0.0.1:{free_port()}"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
    tracker, run = opened(uri, tmp_path, told), make_run(lr=0.1)
    tracker.start_run(run, experiment="deferring", tags={"team": "blue"})
    with current.bound(run.id):
        yield tmp_path / "unsent"
    tracker.close(60)


def test_what_is_read_is_what_was_logged_a_moment_before(flow_run: str) -> None:
    client = MlflowClient()
    for n in range(20):
        mlflow.log_metric("loss", n, step=n)
    assert client.get_run(flow_run).data.metrics == {"loss": 19.0}
    mlflow.log_metric("loss", 20, step=20)
    assert len(client.get_metric_history(flow_run, "loss")) == 21
    mlflow.set_tag("colour", "green")
    found = mlflow.search_runs(search_all_experiments=True, filter_string="tags.colour = 'green'", output_format="list")
    assert [run.info.run_id for run in found] == [flow_run]
    mlflow.delete_tag("colour")
    assert "colour" not in client.get_run(flow_run).data.tags


def test_a_client_and_fluent_calls_of_every_kind_arrive(flow_run: str) -> None:
    client = MlflowClient()
    client.log_batch(flow_run, metrics=[Metric("a", 1.0, 5, 2)], params=[Param("b", "2")], tags=[RunTag("c", "3")])
    client.log_param(flow_run, "d", 4)
    client.set_tag(flow_run, "e", 5)
    assert mlflow.log_param("f", 6) == 6
    mlflow.log_metric("g", float("nan"))
    mlflow.log_metric("h", 1.0, synchronous=False).wait()  # type: ignore[union-attr]
    client.log_batch(flow_run, metrics=[Metric("i", float(n), n, n) for n in range(3000)], synchronous=False).wait()
    data = client.get_run(flow_run).data
    assert {key: data.metrics[key] for key in "ahi"} == {"a": 1.0, "h": 1.0, "i": 2999.0}
    assert data.params == {"lr": "0.1", "b": "2", "d": "4", "f": "6"}
    assert (data.tags["c"], data.tags["e"]) == ("3", "5")
    (point,) = client.get_metric_history(flow_run, "a")
    assert (point.timestamp, point.step) == (5, 2)


@pytest.mark.parametrize("params", [{"lr": 0.2}, {"lr": 0.1, "new": 1, "bad\nname": 2}], ids=["changed", "bad name"])
def test_what_mlflow_refuses_is_refused_at_once(flow_run: str, params: dict[str, object]) -> None:
    with pytest.raises(MlflowException):
        mlflow.log_params(params)
    with pytest.raises(MlflowException):
        mlflow.log_metric("loss", "not a number")  # type: ignore[arg-type]
    mlflow.log_param("lr", 0.1)  # the same again is nothing new
    assert MlflowClient().get_run(flow_run).data.params == {"lr": "0.1"}


def test_a_run_that_a_user_begins_is_his_and_is_ended(flow_run: str) -> None:
    with mlflow.start_run(nested=True, run_name="child") as child:
        mlflow.log_metric("inside", 1)
    mlflow.log_metric("outside", 1)
    client = MlflowClient()
    run = client.get_run(child.info.run_id)
    assert (run.info.status, run.data.metrics) == ("FINISHED", {"inside": 1.0})
    assert run.data.tags["mlflow.parentRunId"] == flow_run
    assert client.get_run(flow_run).data.metrics == {"outside": 1.0}


def test_runs_that_are_not_bridges_go_to_mlflow_directly(flow_run: str, tmp_path: Path) -> None:
    client = MlflowClient()
    with current.bound(None):
        run = client.create_run("0")
    (kept,) = (tmp_path / "unsent").glob("*.jsonl")
    client.log_metric(run.info.run_id, "loss", 1)
    assert flow_run in kept.read_text()
    assert run.info.run_id not in kept.read_text()
    assert client.get_run(run.info.run_id).data.metrics == {"loss": 1.0}
    assert runs.of_id(run.info.run_id) is None


def test_threads_that_log_at_once_lose_nothing(flow_run: str) -> None:
    client = MlflowClient()

    def log(thread: int) -> None:
        for n in range(100):
            client.log_metric(flow_run, f"thread_{thread}", n, step=n)

    threads = [threading.Thread(target=log, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [len(client.get_metric_history(flow_run, f"thread_{number}")) for number in range(8)] == [100] * 8


def test_a_server_that_is_away_keeps_nothing_from_being_logged_and_read(away: Path, told: Told, tmp_path: Path) -> None:
    mlflow.log_metric("loss", 0.5)
    mlflow.log_params({"depth": 3})
    mlflow.log_text("hello", "notes/note.txt")
    mlflow.log_table({"a": [1]}, "rows.json")
    mlflow.log_table({"a": [2]}, "rows.json")
    run = mlflow.active_run()
    assert run is not None
    seen = mlflow.get_run(run.info.run_id)
    assert (seen.data.metrics, seen.data.params) == ({"loss": 0.5}, {"lr": "0.1", "depth": "3"})
    assert seen.data.tags["team"] == "blue"
    assert [file.path for file in MlflowClient().list_artifacts(run.info.run_id, "notes")] == ["notes/note.txt"]
    rows = MlflowClient().download_artifacts(run.info.run_id, "rows.json", str(tmp_path))
    assert "[[1],[2]]" in Path(rows).read_text()
    with mlflow.start_run(nested=True) as child:
        mlflow.log_metric("inside", 1)
    assert mlflow.get_run(child.info.run_id).data.metrics == {"inside": 1.0}
    with pytest.raises(MlflowException, match="does not answer"):
        MlflowClient().get_metric_history(run.info.run_id, "loss")
    with pytest.raises(MlflowException, match="Changing param"):
        mlflow.log_param("depth", 4)
    (left,) = waiting(away)
    assert left.count >= 9
    assert len(told.errors) == 1
    assert "bridge sync" in told.errors[0]


def test_the_room_loads_no_mlflow() -> None:
    code = "import sys; import bridge.tracking; assert not any(name.split('.')[0] == 'mlflow' for name in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_run_that_was_asked_for_while_its_flows_run_was_on_its_way_is_in_that_ones_experiment(flow_run: str) -> None:
    owned = runs.of_id(flow_run)
    assert owned is not None
    begun, owned.run = owned.run, None
    asked = deferring.shown(owned).info.experiment_id
    owned.run = begun
    assert asked == "0"
    child = MlflowClient().create_run(asked, tags={"mlflow.parentRunId": flow_run})
    assert child.info.experiment_id == begun.info.experiment_id != "0"
    chosen = MlflowClient().create_run("0", tags={"mlflow.parentRunId": flow_run})
    assert chosen.info.experiment_id == "0"
    for one in (child, chosen):
        MlflowClient().set_terminated(one.info.run_id)


def test_a_run_below_one_that_waits_waits_too(flow_run: str) -> None:
    owned = runs.of_id(flow_run)
    assert owned is not None
    outer = runs.own(Owned("1f0e8f0a-7c1f-4d1e-9a52-0d8f4a0a3a55", owned.lane))
    inner = runs.of_id(MlflowClient().create_run("0", tags={"mlflow.parentRunId": outer.shown_id}).info.run_id)
    assert inner is not None
    assert inner.begin is not None
    assert inner.begin.parent == outer.key
