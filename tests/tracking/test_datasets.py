"""The versions that a run used and made are its data sets in MLflow."""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Annotated, Any

import mlflow
import mlflow.data
import numpy as np
import pandas as pd
import pytest
from mlflow.entities import Run
from mlflow.tracking import MlflowClient

from bridge import Artifact, Metrics, flow, load, save, task
from bridge.domain.errors import TrackingError
from bridge.workspace import Workspace, reset
from bridge.workspace.datasets import MOST
from tests.tracking.conftest import NewRuns, mlflow_remarks

pytestmark = mlflow_remarks


@task
def rows(n: int) -> Annotated[pd.DataFrame, Artifact("rows")]:
    return pd.DataFrame({"age": range(n), "name": [str(i) for i in range(n)]})


@task
def total(frame: pd.DataFrame, more: Any = None) -> Annotated[dict[str, int], Metrics()]:
    return {"total": int(frame["age"].sum())}


def datasets_of(run: Run) -> dict[str, str]:
    """Names with their contexts."""
    return {one.dataset.name: one.tags[0].value for one in run.inputs.dataset_inputs}


def test_a_run_points_at_the_versions_that_it_found_and_made(new_runs: NewRuns, workspace: Workspace) -> None:
    before = save(np.arange(6.0).reshape(3, 2), "weights")

    @flow
    def using() -> None:
        total(rows(4), load("weights"))

    using()
    run = new_runs()["using"]
    assert datasets_of(run) == {"weights": "input", "rows": "output"}
    found = {one.dataset.name: one.dataset for one in run.inputs.dataset_inputs}
    made = workspace.resolve("rows")
    assert made.digest is not None
    assert f"blake3:{found['rows'].digest}" == made.digest[:23]
    assert json.loads(found["rows"].source) == {
        "selector": "rows@1",
        "digest": made.digest,
        "store": str(workspace.store.url),
    }
    assert json.loads(found["rows"].schema)["mlflow_colspec"][0] == {"name": "age", "type": "int64"}
    assert json.loads(found["rows"].profile)["num_rows"] == 4
    assert '\\"shape\\": [3, 2]' in found["weights"].schema
    assert found["weights"].source_type == "bridge"
    assert before.digest is not None


def test_mlflow_gives_the_value_of_such_a_data_set(new_runs: NewRuns) -> None:
    @flow
    def making() -> None:
        rows(3)

    making()
    (one,) = new_runs()["making"].inputs.dataset_inputs
    source = mlflow.data.get_source(one.dataset)
    assert list(source.load()["age"]) == [0, 1, 2]


def test_a_data_set_of_another_workspace_says_where_it_is(
    new_runs: NewRuns, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, workspace: Workspace
) -> None:
    @flow
    def elsewhere() -> None:
        rows(3)

    elsewhere()
    (one,) = new_runs()["elsewhere"].inputs.dataset_inputs
    store = workspace.store.url
    monkeypatch.setenv("BRIDGE_HOME", str(tmp_path / "another"))
    reset()
    with pytest.raises(TrackingError, match="BRIDGE_STORE") as caught:
        mlflow.data.get_source(one.dataset).load()
    assert str(store) in str(caught.value)


def test_scores_settings_and_models_are_no_data_sets(new_runs: NewRuns) -> None:
    from sklearn.linear_model import LinearRegression

    @task
    def several() -> tuple[dict[str, float], int, str, Any, list[int]]:
        return {"a": 0.5}, 3, "text", LinearRegression().fit([[0.0], [1.0]], [0.0, 1.0]), list(range(100_000))

    @flow
    def mixed() -> None:
        several()

    mixed()
    assert datasets_of(new_runs()["mixed"]) == {"mixed/several.4": "output"}


def test_a_task_run_of_its_own_has_the_data_sets_of_the_task(new_runs: NewRuns) -> None:
    @flow(run_scope="task")
    def scoped() -> None:
        total(rows(5))

    scoped()
    runs = new_runs()
    by_task = {run.data.tags.get("bridge.task", "flow"): datasets_of(run) for run in runs.values()}
    assert by_task == {"flow": {"rows": "output"}, "rows": {"rows": "output"}, "total": {"rows": "input"}}


def test_of_very_many_a_run_shows_the_first(new_runs: NewRuns) -> None:
    @flow
    def collecting() -> None:
        for n in range(MOST + 10):
            save(np.full(3, n), f"piece-{n}")

    collecting()
    assert len(datasets_of(new_runs()["collecting"])) == MOST


def test_nothing_is_warned_of_where_mlflow_looks_for_sources() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        import mlflow.data.dataset_source_registry as registry

        names = [source._get_source_type() for source in registry._dataset_source_registry.sources]
    assert names.count("bridge") == 1
    assert MlflowClient() is not None
