"""The same study on every task runner that runs trials in other processes."""

from __future__ import annotations

from typing import Any

import numpy as np
import optuna
import pytest

from bridge import flow, task, tune
from bridge.workspace import Workspace
from tests.matrix.runners import started

pytestmark = pytest.mark.matrix


@pytest.mark.timeout(600)
@pytest.mark.parametrize("runner", ["processes", "dask", "ray"])
def test_conditional_spaces_and_pruning_work_and_large_values_are_stored_once(
    workspace: Workspace, runner: str
) -> None:
    @task
    def load() -> Any:
        return np.arange(400_000, dtype=float)

    @task
    def objective(trial: Any, rows: Any, labels: Any) -> tuple[float, dict[str, float]]:
        import mlflow
        import optuna

        x = trial.suggest_float("x", -10, 10)
        for step in range(2):
            trial.report(x * x, step)
            if trial.number == 2 or trial.should_prune():
                raise optuna.TrialPruned(f"at {step}")
        if trial.number == 1:
            raise ValueError("no luck")
        if trial.suggest_categorical("kind", ["a", "b"]) == "a":
            trial.suggest_int("only_a", 1, 3)
        assert rows[0] == 0
        rows[0] = x  # nobody else sees that
        mlflow.log_metric("rows", float(rows[1:].sum() + labels.sum()))
        return (x - 2) ** 2, {"x": x}

    with started(runner) as make:

        @flow(task_runner=make())
        def search() -> Any:
            labels = np.ones(300_000)
            return tune(
                objective,
                n_trials=8,
                n_jobs=2,
                rows=load(),
                labels=labels,
                study_name="elsewhere",
                sampler=optuna.samplers.RandomSampler(seed=1),
            )

        study = search()
    states = [one.state.name for one in study.trials]
    assert states[1:3] == ["FAIL", "PRUNED"]
    assert states.count("COMPLETE") >= 4
    for one in study.trials:
        assert set(one.params) == {"x"} if one.state.name in ("FAIL", "PRUNED") else {"x", "kind"} <= set(one.params)
        assert ("only_a" in one.params) == (one.params.get("kind") == "a")
    assert workspace.load("search/objective.1@best")[1] == {"x": study.best_params["x"]}
    [labels] = workspace.catalog.versions("studies/elsewhere/labels")
    assert workspace.catalog.artifacts(prefix="studies/elsewhere/rows") == []  # the task's own version is passed
    step = workspace.catalog.step(study.best_trial.system_attrs["bridge:step"])
    assert step is not None
    used = {one.slot: str(one.version) for one in step.inputs}
    assert used["rows"] == "search/load@1"
    assert used["labels"] == str(labels.ref)
    assert used["study"] == "studies/elsewhere@1"

    import mlflow

    assert workspace.tracker.flush(150)
    client = mlflow.MlflowClient(workspace.tracker.uri)
    [run] = workspace.catalog.runs(flow="search")
    parent = client.get_run(run.tracking_id)
    children = client.search_runs([parent.info.experiment_id], f"tags.`mlflow.parentRunId` = '{run.tracking_id}'")
    by_number = {int(one.data.tags["bridge.trial"]): one for one in children}
    assert sorted(by_number) == list(range(8))
    for one in study.trials:
        found = by_number[one.number]
        status = {"COMPLETE": "FINISHED", "FAIL": "FAILED", "PRUNED": "KILLED"}[one.state.name]
        assert found.info.status == status
        if status == "FINISHED":
            assert found.data.metrics["rows"] == sum(range(400_000)) + 300_000
            assert found.data.metrics["value"] == one.value
