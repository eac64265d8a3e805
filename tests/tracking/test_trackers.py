"""Every tracker that bridge has, held to the contract."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest
from mlflow.tracking import MlflowClient

from bridge import flow, task
from bridge.domain.errors import SettingsError
from bridge.domain.ports import Callbacks, Tracker
from bridge.domain.run import Run
from bridge.testing.recording import Recorded, RecordingTracker
from bridge.testing.servers import mlflow_server
from bridge.testing.tracker import Arrived, TrackerContract
from bridge.tracking import NullTracker, choosing
from bridge.tracking.mlflow import MlflowTracker
from bridge.workspace import current, reset
from tests.tracking.conftest import mlflow_remarks

pytestmark = mlflow_remarks

STATES = {"FINISHED": "completed", "FAILED": "failed", "KILLED": "killed", "RUNNING": "running"}
Opened = Callable[[Callbacks], Tracker]


class MlflowContract(TrackerContract):
    """MLflow on whatever `uri` is."""

    @pytest.fixture
    def uri(self) -> str:
        raise NotImplementedError

    @pytest.fixture
    def opened(self, uri: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Opened]:
        monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
        with ExitStack() as closing:

            def open_one(callbacks: Callbacks) -> Tracker:
                tracker = MlflowTracker(uri, tmp_path / "files", callbacks, tmp_path / "unsent")
                closing.callback(tracker.close, 60)
                return tracker

            yield open_one
        left = [path for path in (tmp_path / "unsent").rglob("*") if path.is_file()]
        assert left == [], "everything was sent, so nothing is kept"

    def arrived(self, tracker: Tracker, run: Run) -> Arrived | None:
        client = MlflowClient()
        experiments = [one.experiment_id for one in client.search_experiments()]
        found = client.search_runs(experiments, f"attributes.run_name = '{run.name}'")
        mine = [one for one in found if one.info.start_time == int(run.started.timestamp() * 1000)]
        assert len(mine) <= 1
        if not mine:
            return None
        data, info = mine[0].data, mine[0].info
        parent = data.tags.get("mlflow.parentRunId")
        return Arrived(STATES[info.status], data.params, data.metrics, data.tags, parent, info.end_time)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> str:
    return f"sqlite:///{tmp_path_factory.mktemp('tracked') / 'mlflow.db'}"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with mlflow_server(tmp_path_factory.mktemp("mlflow")) as url:
        yield url


class TestMlflowOnSQLite(MlflowContract):
    @pytest.fixture
    def uri(self, database: str) -> str:
        return database


@pytest.mark.matrix
class TestMlflowServer(MlflowContract):
    @pytest.fixture
    def uri(self, server: str) -> str:
        return server


class TestNull(TrackerContract):
    keeps = False

    @pytest.fixture
    def opened(self) -> Opened:
        return lambda callbacks: NullTracker()

    def arrived(self, tracker: Tracker, run: Run) -> Arrived | None:
        return None


class TestRecording(TrackerContract):
    @pytest.fixture
    def opened(self) -> Opened:
        runs: dict[str, Recorded] = {}
        return lambda callbacks: RecordingTracker(callbacks, runs)

    def arrived(self, tracker: Tracker, run: Run) -> Arrived | None:
        assert isinstance(tracker, RecordingTracker)
        known = tracker.runs.get(run.id)
        if known is None:
            return None
        from bridge.tracking.values import flatten

        parent = known.run.parent_id
        return Arrived(known.state, flatten(known.params), known.metrics, known.tags, parent, known.ended_ms)


recorded: dict[str, Recorded] = {}


def open_recording(home: Path, callbacks: Callbacks) -> Tracker:
    return RecordingTracker(callbacks, recorded)


@pytest.fixture()
def named(monkeypatch: pytest.MonkeyPatch) -> None:
    """A package that brings the tracker `recording` is installed."""
    ours = EntryPoint("recording", f"{__name__}:open_recording", choosing.GROUP)

    def entry_points(**wanted: str) -> Any:
        from importlib.metadata import EntryPoints

        return EntryPoints([ours]).select(**wanted)

    monkeypatch.setattr(choosing, "entry_points", entry_points)


@task
def measured() -> int:
    return 1


@flow
def plain(lr: float = 0.1) -> int:
    return measured()


def test_a_tracker_that_a_package_brings_is_told_of_flow_runs(
    prefect_server: None, bridge_home: Path, monkeypatch: pytest.MonkeyPatch, named: None
) -> None:
    monkeypatch.setenv("BRIDGE_TRACKER", "recording")
    reset()
    plain()
    (run,) = recorded.values()
    assert (run.run.flow, run.state, run.params) == ("plain", "completed", {"lr": 0.1})
    assert current().catalog.run(run.run.id).tracking_id == run.run.id


def test_with_the_null_tracker_everything_but_the_tracking_is_recorded(
    prefect_server: None, bridge_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BRIDGE_TRACKER", "null")
    reset()
    plain()
    (run,) = current().catalog.runs(flow="plain")
    assert (run.state, run.tracking_id) == ("Completed", None)
    assert not (bridge_home / "mlflow.db").exists()
    assert not (bridge_home / "unsent").exists()


def test_an_unknown_tracker_is_an_error_that_names_those_there_are(
    bridge_home: Path, monkeypatch: pytest.MonkeyPatch, named: None
) -> None:
    monkeypatch.setenv("BRIDGE_TRACKER", "wandb")
    reset()
    with pytest.raises(SettingsError, match=r"BRIDGE_TRACKER.*wandb.*mlflow, null, recording"):
        current()
