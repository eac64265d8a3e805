"""Which side of the tracker does what, where this process has loaded MLflow."""

from __future__ import annotations

import time
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, cast

import pytest
from mlflow.tracking import MlflowClient

from bridge.domain.run import Run
from bridge.tracking import Callbacks, RoutedTracker, TrackerProcess
from bridge.tracking.mlflow import MlflowTracker
from tests.tracking.conftest import mlflow_remarks

pytestmark = mlflow_remarks


def a_run(name: str, parent: str | None = None) -> Run:
    now = datetime.now(timezone.utc)
    return Run(id=name, flow=name, name=name, state="Running", started=now, parent_id=parent, host="here:1")


class Heard:
    """What the workspace of a tracker is told and asked."""

    def __init__(self) -> None:
        self.errors: list[str] = []
        self.started: dict[str, str] = {}
        self.asked: list[str] = []

    def callbacks(self) -> Callbacks:
        return Callbacks(
            on_error=lambda error, doing: self.errors.append(f"{doing}: {error}"),
            on_started=lambda run_id, tracking_id, uri: self.started.update({run_id: tracking_id}),
            on_registered=lambda model: None,
            resolver=lambda run_id: self.asked.append(run_id),
            read=lambda version: None,
        )


@pytest.fixture()
def heard() -> Heard:
    return Heard()


def test_a_run_that_was_ended_before_its_work_was_done_is_not_looked_for_elsewhere(
    heard: Heard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path / 'mlflow.db'}")
    tracker = RoutedTracker(
        f"sqlite:///{tmp_path / 'mlflow.db'}", tmp_path / "files", heard.callbacks(), None, tmp_path / "unsent"
    )
    tracker.start_run(a_run("quick"), experiment="routing", tags={})
    tracker.log("quick", metrics={"n": 1.0})
    tracker.end_run("quick", "Completed", 1)
    assert tracker.flush(60)
    assert (heard.asked, heard.errors) == ([], [])
    run = MlflowClient().get_run(heard.started["quick"])
    assert (dict(run.data.metrics), run.info.status) == ({"n": 1.0}, "FINISHED")


def test_where_mlflow_is_loaded_no_process_is_started(
    heard: Heard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path / 'mlflow.db'}")
    process = TrackerProcess("no.such.module", None, on_error=heard.callbacks().on_error, patience=1.0)
    tracker = RoutedTracker(
        f"sqlite:///{tmp_path / 'mlflow.db'}", tmp_path / "files", heard.callbacks(), process, tmp_path / "unsent"
    )
    tracker.start_run(a_run("here"), experiment="routing", tags={})
    tracker.start_run(a_run("inner", "here"), experiment="routing", tags={})
    tracker.end_run("inner", "Completed", 1)
    tracker.end_run("here", "Completed", 1)
    assert tracker.is_watched
    tracker.close(60)
    assert heard.errors == []
    inner = MlflowClient().get_run(heard.started["inner"])
    assert inner.data.tags["mlflow.parentRunId"] == heard.started["here"]


def test_a_run_that_another_process_ends_is_ended_after_those_that_the_user_began_below_it(
    heard: Heard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    uri = f"sqlite:///{tmp_path / 'mlflow.db'}"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
    other = MlflowTracker(uri, tmp_path / "files", heard.callbacks(), tmp_path / "unsent-there")
    seen: list[str] = []

    class Elsewhere:
        """The other side, which looks at what is there when it is told of the end."""

        patience = 1.0

        def is_startable(self) -> bool:
            return True

        def start_run(self, run: Run, **options: Any) -> None:
            other.start_run(run, **options)
            assert other.flush(60)

        def tracking_id(self, run_id: str, patience: float) -> str | None:
            time.sleep(0.5)  # a tracker that takes its time: what comes after it on this side waits
            return heard.started.get(run_id)

        def end_run(self, run_id: str, state: str, ended_ms: int) -> None:
            seen.extend(MlflowClient().get_run(heard.started[name]).info.status for name in heard.started)
            other.end_run(run_id, state, ended_ms)

        def flush(self, timeout: float) -> bool:
            return other.flush(timeout)

        def close(self) -> None:
            other.close(60)

    tracker = RoutedTracker(uri, tmp_path / "files", heard.callbacks(), cast(Any, Elsewhere()), tmp_path / "unsent")
    with monkeypatch.context() as patch:
        patch.setattr("bridge.tracking.routing.is_loaded", lambda: False)  # the user's code loads it after the start
        tracker.start_run(a_run("outer"), experiment="routing", tags={})
    tracker._local.start_run(a_run("own", "outer"), experiment="routing", tags={})
    tracker._local.end_run("own", "Completed", 1)
    tracker.end_run("outer", "Completed", 2)
    tracker.close(60)
    assert seen == ["RUNNING", "FINISHED"]
    assert [MlflowClient().get_run(heard.started[name]).info.status for name in ("outer", "own")] == ["FINISHED"] * 2
    assert heard.errors == []
