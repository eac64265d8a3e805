"""Fitted models become versions of registered models."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Annotated, Any

import mlflow
import numpy as np
import pytest
from mlflow.tracking import MlflowClient
from sklearn.base import clone
from sklearn.cluster import KMeans
from sklearn.ensemble import RandomForestClassifier, StackingClassifier, VotingClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from bridge import Model, flow, save, task
from bridge.tracking.registry import Registration
from bridge.workspace import Workspace
from bridge.workspace.registering import register_now
from tests.tracking.conftest import NewRuns, Script, mlflow_remarks

pytestmark = mlflow_remarks

FEATURES = np.arange(20.0).reshape(-1, 1)
LABELS = (FEATURES[:, 0] > 9).astype(int)

forests: list[RandomForestClassifier] = []


@task
def prepare(seed: int) -> Any:
    return FEATURES + seed * 0.001


@task
def train(features: Any, trees: int) -> Annotated[RandomForestClassifier, Model("forest", tags={"team": "blue"})]:
    forests.append(RandomForestClassifier(n_estimators=trees, random_state=0).fit(features, LABELS))
    return forests[-1]


@flow
def growing(trees: int, seed: int) -> Any:
    return train(prepare(seed), trees)


def test_a_fitted_model_is_registered_with_where_it_came_from(
    workspace: Workspace, new_runs: NewRuns, script: Script
) -> None:
    growing(2, 1)
    growing(3, 2)
    found = workspace.catalog.models("forest")
    assert [model.number for model in found] == [2, 1]
    first = found[1]
    version = workspace.resolve(str(first.version))
    run = workspace.catalog.run(first.run_id or "")
    (data,) = [one for one in workspace.catalog.versions("growing/prepare") if one.ref.number == 1]
    tags = MlflowClient().get_model_version("forest", "1").tags
    assert tags["bridge.version"] == str(first.version)
    assert tags["bridge.digest"] == version.digest
    assert str(data.ref) in tags["bridge.data"]
    assert tags["bridge.flow_run_id"] == run.id
    assert tags["team"] == "blue"
    assert first.tracking_id == run.tracking_id
    assert first.uri == "models:/forest/1"
    made = MlflowClient().get_model_version("forest", "1")
    assert made.run_id == run.tracking_id
    code = """
        import sys
        import mlflow
        import numpy as np
        print(list(mlflow.pyfunc.load_model("models:/forest/1").predict(np.array([[1.0], [18.0]]))))
    """
    exit_code, out, err = script.run(code)
    assert exit_code == 0, err
    assert out.replace("np.int64(", "").replace(")", "").strip() == "[0, 1]"


def test_a_model_changed_after_it_was_returned_is_registered_as_it_was(workspace: Workspace, new_runs: NewRuns) -> None:
    kept = []

    @task
    def fit() -> Annotated[LinearRegression, Model("straight")]:
        kept.append(LinearRegression().fit([[0.0], [1.0]], [0.0, 2.0]))
        return kept[-1]

    @flow
    def changing() -> None:
        fit()
        kept[0].coef_[0] = 1000.0
        kept[0].intercept_ = 5.0

    changing()
    loaded = mlflow.pyfunc.load_model(f"models:/straight/{workspace.catalog.models('straight')[0].number}")
    assert loaded.predict(np.array([[2.0]])) == pytest.approx([4.0])


def test_a_model_of_another_kind_costs_one_warning_and_the_flow_goes_on(
    workspace: Workspace, new_runs: NewRuns, caplog: pytest.LogCaptureFixture
) -> None:
    @task
    def odd() -> Annotated[dict[str, int], Model("odd")]:
        return {"not": 1}

    @flow
    def going() -> int:
        odd()
        odd()
        return 1

    with caplog.at_level(logging.WARNING, "bridge"):
        assert going() == 1
    said = [record.getMessage() for record in caplog.records if record.name.startswith("bridge")]
    assert len(said) == 1, said
    assert "no flavour of MLflow takes it" in said[0]
    assert "'odd'" in said[0]
    assert workspace.catalog.models("odd") == []
    assert new_runs()["going"].info.status == "FINISHED"


def test_a_pipeline_with_a_function_of_the_users_own_is_registered(workspace: Workspace, new_runs: NewRuns) -> None:
    fitted = []

    @task
    def fit() -> Annotated[Any, Model("pipeline")]:
        steps = make_pipeline(FunctionTransformer(np.log1p), StandardScaler(), LogisticRegression())
        fitted.append(steps.fit(FEATURES, LABELS).predict(FEATURES))
        return steps

    @flow
    def piping() -> None:
        fit()

    piping()
    (found,) = workspace.catalog.models("pipeline")
    assert mlflow.pyfunc.load_model(found.uri).predict(FEATURES).tolist() == fitted[0].tolist()


def test_a_model_registered_from_a_submitted_task_of_a_nested_flow_is_in_that_flows_run(
    workspace: Workspace, new_runs: NewRuns
) -> None:
    @task
    def fit() -> Annotated[LinearRegression, Model("deep")]:
        return LinearRegression().fit([[0.0], [1.0]], [0.0, 2.0])

    @flow
    def below() -> None:
        fit.submit().result()

    @flow
    def above() -> None:
        below()

    above()
    runs = new_runs()
    assert set(runs) == {"above", "below"}
    (found,) = workspace.catalog.models("deep")
    assert found.tracking_id == runs["below"].info.run_id


KINDS = {
    "forest": RandomForestClassifier(n_estimators=3, random_state=0),
    "pipeline": make_pipeline(StandardScaler(), LogisticRegression()),
    "search": GridSearchCV(LogisticRegression(), {"C": [0.1, 1.0]}, cv=2),
    "votes": VotingClassifier([("a", LogisticRegression()), ("b", RandomForestClassifier(2, random_state=0))]),
    "stack": StackingClassifier([("a", LogisticRegression())], RandomForestClassifier(2, random_state=0), cv=2),
    "clusters": KMeans(2, random_state=0, n_init=1),
    "scaler": StandardScaler(),
    "function": make_pipeline(FunctionTransformer(np.cbrt), LinearRegression()),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_model_in_mlflow_is_the_file_that_bridge_keeps(kind: str, workspace: Workspace, tmp_path: Path) -> None:
    model = clone(KINDS[kind]).fit(FEATURES, LABELS)
    version = save(model, kind)
    assert version is not None and version.digest is not None
    uri = register_now(workspace, Registration(f"kept-{kind}", version)).uri
    manifest = workspace.catalog.manifest(version.digest)
    with workspace.store.read(manifest) as source, source.open("value.skops") as file:
        kept = file.read()
    folder = Path(mlflow.artifacts.download_artifacts(uri, dst_path=str(tmp_path)))
    assert (folder / "model.skops").read_bytes() == kept
    said = mlflow.models.Model.load(str(folder))
    assert said.model_size_bytes == len(kept) + sum(path.stat().st_size for path in folder.glob("*example*"))
    answer = "predict" if hasattr(model, "predict") else "transform"
    loaded = mlflow.sklearn.load_model(uri)
    assert np.array_equal(getattr(loaded, answer)(FEATURES), getattr(model, answer)(FEATURES))
    assert ("python_function" in said.flavors) == hasattr(model, "predict")


def test_a_model_that_cannot_be_saved_as_it_is_kept_is_saved_by_mlflow(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: object) -> None:
        raise TypeError("it cannot be cloned")

    monkeypatch.setattr("sklearn.base.clone", refuse)
    model = LinearRegression().fit(FEATURES, LABELS)
    version = save(model, "line")
    assert version is not None
    uri = register_now(workspace, Registration("line", version)).uri
    assert mlflow.sklearn.load_model(uri).coef_ == pytest.approx(model.coef_)
