"""Which experiment a flow's run is in."""

from __future__ import annotations

from collections.abc import Iterator

import mlflow
import pytest
from mlflow.tracking import MlflowClient

from bridge import flow
from bridge.workspace import Workspace, reset
from tests.tracking.conftest import NewRuns, mlflow_remarks

pytestmark = mlflow_remarks


@pytest.fixture()
def mlflows_own(workspace: Workspace) -> Iterator[None]:
    """An experiment that the user has set in MLflow."""
    import mlflow.tracking.fluent as fluent

    before = fluent._active_experiment_id
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MLFLOW_EXPERIMENT_ID", "")  # so that it is taken away again: MLflow sets it
        patch.delenv("MLFLOW_EXPERIMENT_ID")
        mlflow.set_experiment("of-mlflow")
        yield
        fluent._active_experiment_id = before
        patch.undo()


def experiment_of(runs: NewRuns) -> str:
    (run,) = runs().values()
    return str(MlflowClient().get_experiment(run.info.experiment_id).name)


def test_it_has_the_flows_name_where_nothing_is_said(new_runs: NewRuns) -> None:
    @flow(name="of-the-flow")
    def unsaid() -> None:
        pass

    unsaid()
    assert experiment_of(new_runs) == "of-the-flow"


def test_mlflows_own_setting_comes_before_the_flows_name(new_runs: NewRuns, mlflows_own: None) -> None:
    @flow
    def unsaid() -> None:
        pass

    unsaid()
    assert experiment_of(new_runs) == "of-mlflow"


def test_mlflows_environment_counts_as_its_setting(new_runs: NewRuns, monkeypatch: pytest.MonkeyPatch) -> None:
    import mlflow.tracking.fluent as fluent

    monkeypatch.setattr(fluent, "_active_experiment_id", None)
    monkeypatch.setattr(fluent, "_experiment_id_from_env", None, raising=False)
    monkeypatch.setenv("MLFLOW_EXPERIMENT_NAME", "of-the-environment")

    @flow
    def unsaid() -> None:
        pass

    unsaid()
    assert experiment_of(new_runs) == "of-the-environment"


def test_bridges_setting_comes_before_mlflows(
    new_runs: NewRuns, mlflows_own: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BRIDGE_EXPERIMENT", "of-the-setting")
    reset()

    @flow
    def unsaid() -> None:
        pass

    unsaid()
    assert experiment_of(new_runs) == "of-the-setting"


def test_what_the_flow_says_comes_first(new_runs: NewRuns, mlflows_own: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRIDGE_EXPERIMENT", "of-the-setting")
    reset()

    @flow(experiment="said")
    def saying() -> None:
        pass

    saying()
    assert experiment_of(new_runs) == "said"
