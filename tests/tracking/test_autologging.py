"""`@flow(autolog=True)`, and traces."""

from __future__ import annotations

import asyncio
from typing import Any

import mlflow
import mlflow.sklearn
import pytest
from mlflow.tracking import MlflowClient
from mlflow.utils.autologging_utils import AUTOLOGGING_INTEGRATIONS
from sklearn.linear_model import LogisticRegression

from bridge import flow, task
from bridge.tracking import autolog
from tests.tracking.conftest import NewRuns, metrics_of, mlflow_remarks

pytestmark = mlflow_remarks


def fit(c: float = 0.5) -> Any:
    return LogisticRegression(C=c).fit([[0.0], [1.0], [2.0], [3.0]], [0, 0, 1, 1])


def settings() -> dict[str, dict[str, Any]]:
    return {name: dict(config) for name, config in AUTOLOGGING_INTEGRATIONS.items() if config}


def test_a_flow_that_asks_for_it_logs_what_its_tasks_fit_and_leaves_nothing_on(new_runs: NewRuns) -> None:
    @task
    def fits() -> float:
        return float(fit().coef_[0][0])

    @flow(autolog=True)
    def logged() -> None:
        fits.submit().result()

    @flow
    def unlogged() -> None:
        fits()

    before = settings()
    logged()
    assert settings() == before
    unlogged()
    runs = new_runs()
    assert runs["logged"].data.params["C"] == "0.5"
    assert "training_accuracy_score" in metrics_of(runs["logged"])
    assert runs["logged"].inputs.dataset_inputs == [], "MLflow has read and hashed no data"
    files = {file.path for file in MlflowClient().list_artifacts(runs["logged"].info.run_id)}
    assert "model" not in files
    assert runs["unlogged"].data.params == {}
    assert {run.info.status for run in runs.values()} == {"FINISHED"}


def test_with_runs_for_tasks_each_fit_is_in_its_own(new_runs: NewRuns) -> None:
    @task
    def fits(strength: float) -> float:
        return float(fit(strength).coef_[0][0])

    @flow(autolog=True, run_scope="task")
    def several() -> None:
        fits.map([0.25, 0.75]).result()

    several()
    found = {
        run.data.params["strength"]: run.data.params["C"]
        for run in new_runs().values()
        if "bridge.task" in run.data.tags
    }
    assert found == {"0.25": "0.25", "0.75": "0.75"}


def test_it_is_off_after_a_flow_that_fails_and_in_flows_called_within_as_they_say(new_runs: NewRuns) -> None:
    @flow(autolog=False)
    def without() -> None:
        pass

    @flow
    def inherits() -> None:
        fit(0.125)

    @flow(autolog=True)
    def failing() -> None:
        without()
        inherits()
        raise ValueError("on purpose")

    before = settings()
    with pytest.raises(ValueError, match="on purpose"):
        failing()
    assert settings() == before
    runs = new_runs()
    assert runs["inherits"].data.params["C"] == "0.125"


def test_the_users_own_settings_count_and_stay(new_runs: NewRuns) -> None:
    @flow(autolog=True)
    def fitting() -> None:
        fit()

    mlflow.sklearn.autolog(log_models=False, log_datasets=False, log_post_training_metrics=False, silent=True)
    try:
        before = settings()["sklearn"]
        fitting()
        assert settings()["sklearn"] == before
        assert not settings()["sklearn"]["disable"]
    finally:
        mlflow.sklearn.autolog(disable=True)
        AUTOLOGGING_INTEGRATIONS["sklearn"] = {}
    assert new_runs()["fitting"].data.params["C"] == "0.5"


def test_two_who_hold_it_at_once_are_both_served() -> None:
    one = autolog.Autologging()
    one.hold()
    one.hold()
    one.release()
    assert AUTOLOGGING_INTEGRATIONS["mlflow"]["disable"] is False
    one.release(at_once=False)
    assert AUTOLOGGING_INTEGRATIONS["mlflow"]["disable"] is False
    one.rest()
    assert not AUTOLOGGING_INTEGRATIONS["mlflow"] or AUTOLOGGING_INTEGRATIONS["mlflow"]["disable"]


def traces_of(run: Any) -> list[Any]:
    mlflow.flush_trace_async_logging()
    found = mlflow.search_traces(
        locations=[run.info.experiment_id], run_id=run.info.run_id, return_type="list", include_spans=True
    )
    return list(found)


def test_a_trace_belongs_to_the_run_in_which_it_was_made_also_in_threads(new_runs: NewRuns) -> None:
    @mlflow.trace
    def answer(n: int) -> int:
        return n + 1

    @task
    def asks(n: int) -> int:
        return int(answer(n))

    @task
    async def asks_async(n: int) -> int:
        await asyncio.sleep(0)
        return int(answer(n))

    @flow
    async def traced() -> None:
        asks.map([1, 2]).result()
        await asyncio.gather(asks_async(3), asks_async(4))

    @flow(run_scope="task")
    def traced_apart() -> None:
        asks.submit(5).result()

    asyncio.run(traced())
    traced_apart()
    runs = new_runs()
    (apart,) = [run for run in runs.values() if "bridge.task" in run.data.tags]
    assert sorted(trace.data.spans[0].inputs["n"] for trace in traces_of(runs["traced"])) == [1, 2, 3, 4]
    assert [trace.data.spans[0].inputs["n"] for trace in traces_of(apart)] == [5]
    assert {trace.info.experiment_id for trace in traces_of(runs["traced"])} == {runs["traced"].info.experiment_id}
