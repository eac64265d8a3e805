"""MLflow's fluent calls in a flow land in the flow's own run, wherever they are made."""

from __future__ import annotations

import asyncio
from typing import Any

import mlflow
import pytest
from mlflow.tracking import MlflowClient

from bridge import flow, task
from bridge.workspace import Workspace
from tests.tracking.conftest import NewRuns, metrics_of, mlflow_remarks

pytestmark = mlflow_remarks


@task
def score(n: int) -> int:
    mlflow.log_metric(f"score_{n}", n)
    return n


@task
async def score_async(n: int) -> int:
    await asyncio.sleep(0)
    mlflow.log_metric(f"async_{n}", n)
    await asyncio.sleep(0)
    mlflow.log_param(f"param_{n}", n)
    return n


def test_metrics_of_tasks_called_submitted_and_mapped_are_in_the_one_run(new_runs: NewRuns) -> None:
    @flow
    def three_ways() -> None:
        score(1)
        score.submit(2).result()
        score.map([3, 4, 5]).result()
        mlflow.log_metric("of_the_body", 6)

    three_ways()
    (run,) = new_runs().values()
    assert run.info.status == "FINISHED"
    assert run.info.end_time is not None
    assert metrics_of(run) == {**{f"score_{n}": float(n) for n in range(1, 6)}, "of_the_body": 6.0}


def test_every_kind_of_fluent_call_is_in_the_one_run(new_runs: NewRuns) -> None:
    @task
    def talks() -> None:
        mlflow.log_metrics({"loss": 0.5, "accuracy": 0.75}, step=3)
        mlflow.log_param("lr", 0.1)
        mlflow.log_params({"depth": 3})
        mlflow.set_tag("team", "blue")
        mlflow.set_tags({"colour": "green"})
        mlflow.log_dict({"a": 1}, "facts.json")
        mlflow.log_table({"a": [1, 2]}, "rows.json")
        mlflow.log_text("hello", "note.txt")

    @flow
    def every_kind() -> None:
        talks.submit().result()

    every_kind()
    (run,) = new_runs().values()
    assert metrics_of(run) == {"loss": 0.5, "accuracy": 0.75}
    assert run.data.params == {"lr": "0.1", "depth": "3"}
    assert run.data.tags["team"] == "blue"
    assert run.data.tags["colour"] == "green"
    files = {file.path for file in MlflowClient().list_artifacts(run.info.run_id)}
    assert files == {"facts.json", "rows.json", "note.txt"}


def test_metrics_of_gathered_async_tasks_are_in_the_one_run(new_runs: NewRuns) -> None:
    @flow
    async def gathering() -> list[int]:
        mlflow.log_metric("body", 1)
        return await asyncio.gather(*(score_async(n) for n in range(4)))

    assert asyncio.run(gathering()) == [0, 1, 2, 3]
    (run,) = new_runs().values()
    assert run.info.status == "FINISHED"
    assert metrics_of(run) == {"body": 1.0, **{f"async_{n}": float(n) for n in range(4)}}
    assert run.data.params == {f"param_{n}": str(n) for n in range(4)}


def test_two_flows_at_once_do_not_mix_their_metrics(new_runs: NewRuns) -> None:
    @flow
    async def left() -> None:
        await asyncio.gather(*(score_async(n) for n in range(3)))

    @flow
    async def right() -> None:
        await asyncio.gather(*(score_async(n) for n in range(10, 13)))

    async def both() -> None:
        await asyncio.gather(left(), right())

    asyncio.run(both())
    runs = new_runs()
    assert set(metrics_of(runs["left"])) == {"async_0", "async_1", "async_2"}
    assert set(metrics_of(runs["right"])) == {"async_10", "async_11", "async_12"}


def test_a_nested_flow_is_a_child_run_with_its_own_metrics(new_runs: NewRuns) -> None:
    @flow
    def inner(n: int) -> int:
        mlflow.log_metric("in_inner", n)
        return score.submit(n).result()

    @flow
    def outer() -> None:
        mlflow.log_metric("before", 1)
        inner(7)
        mlflow.log_metric("after", 2)
        score.submit(8).result()

    outer()
    runs = new_runs()
    assert set(runs) == {"outer", "inner"}
    assert metrics_of(runs["outer"]) == {"before": 1.0, "after": 2.0, "score_8": 8.0}
    assert metrics_of(runs["inner"]) == {"in_inner": 7.0, "score_7": 7.0}
    assert runs["inner"].data.tags["mlflow.parentRunId"] == runs["outer"].info.run_id
    assert runs["inner"].info.experiment_id == runs["outer"].info.experiment_id
    assert {run.info.status for run in runs.values()} == {"FINISHED"}


def test_retries_of_a_task_and_of_a_flow_stay_in_the_one_run(new_runs: NewRuns) -> None:
    tries = {"task": 0, "flow": 0}

    @task(retries=2)
    def stumbles() -> None:
        tries["task"] += 1
        mlflow.log_metric("task_try", tries["task"])
        if tries["task"] < 2:
            raise ValueError("not yet")

    @flow(retries=1)
    def twice() -> None:
        tries["flow"] += 1
        mlflow.log_metric("flow_try", tries["flow"])
        stumbles.submit().result()
        if tries["flow"] < 2:
            raise ValueError("not yet either")

    twice()
    (run,) = new_runs().values()
    assert run.info.status == "FINISHED"
    assert metrics_of(run) == {"task_try": float(tries["task"]), "flow_try": 2.0}


def test_a_failing_flow_leaves_failed_runs_and_none_running(new_runs: NewRuns) -> None:
    @task
    def breaks() -> None:
        mlflow.log_metric("reached", 1)
        raise ValueError("broken on purpose")

    @flow
    def failing_inside() -> None:
        breaks.submit().result()

    @flow
    def failing() -> None:
        failing_inside()

    with pytest.raises(ValueError, match="broken on purpose"):
        failing()
    runs = new_runs()
    assert set(runs) == {"failing", "failing_inside"}
    assert {run.info.status for run in runs.values()} == {"FAILED"}
    assert metrics_of(runs["failing_inside"]) == {"reached": 1.0}
    assert mlflow.active_run() is None


def test_a_run_of_the_users_own_is_a_child_of_the_flows_run(new_runs: NewRuns) -> None:
    @task
    def trains() -> None:
        with mlflow.start_run(run_name="mine") as mine:
            active = mlflow.active_run()
            assert active is not None
            assert active.info.run_id == mine.info.run_id
            mlflow.log_metric("in_mine", 1)
            with mlflow.start_run(run_name="nested", nested=True):
                mlflow.log_metric("in_nested", 2)
        mlflow.log_metric("back", 3)

    @flow
    def with_own_run() -> None:
        trains.submit().result()

    with_own_run()
    runs = new_runs()
    assert set(runs) == {"with_own_run", "mine", "nested"}
    assert metrics_of(runs["with_own_run"]) == {"back": 3.0}
    assert metrics_of(runs["mine"]) == {"in_mine": 1.0}
    assert metrics_of(runs["nested"]) == {"in_nested": 2.0}
    assert runs["mine"].data.tags["mlflow.parentRunId"] == runs["with_own_run"].info.run_id
    assert {run.info.experiment_id for run in runs.values()} == {runs["with_own_run"].info.experiment_id}
    assert runs["nested"].data.tags["mlflow.parentRunId"] == runs["mine"].info.run_id
    assert {run.info.status for run in runs.values()} == {"FINISHED"}


def test_a_run_of_the_users_own_that_fails_is_failed_as_under_mlflow_alone(new_runs: NewRuns) -> None:
    @flow
    def careless() -> str:
        try:
            with mlflow.start_run(run_name="fails"):
                raise ValueError("his own")
        except ValueError:
            return "caught"

    assert careless() == "caught"
    runs = new_runs()
    assert runs["fails"].info.status == "FAILED"
    assert runs["careless"].info.status == "FINISHED"


def test_a_nested_run_in_the_flows_run_is_its_child(new_runs: NewRuns) -> None:
    @flow
    def nesting() -> None:
        with mlflow.start_run(run_name="child", nested=True):
            mlflow.log_metric("in_child", 1)

    nesting()
    runs = new_runs()
    assert runs["child"].data.tags["mlflow.parentRunId"] == runs["nesting"].info.run_id


def test_ending_a_run_without_one_of_his_own_leaves_the_flows_run_going(new_runs: NewRuns) -> None:
    @task
    def ends() -> str:
        mlflow.end_run()
        run = mlflow.active_run()
        assert run is not None
        return str(MlflowClient().get_run(run.info.run_id).info.status)

    @flow
    def going_on() -> str:
        status = ends.submit().result()
        mlflow.end_run()
        mlflow.log_metric("after", 1)
        return str(status)

    assert going_on() == "RUNNING"
    (run,) = new_runs().values()
    assert run.info.status == "FINISHED"
    assert metrics_of(run) == {"after": 1.0}


def test_the_active_run_is_the_flows_run_inside_and_none_outside(workspace: Workspace, new_runs: NewRuns) -> None:
    @task
    def here() -> Any:
        return mlflow.active_run().info.run_id

    @task
    def alone() -> bool:
        return mlflow.active_run() is None

    @flow
    def asking() -> list[Any]:
        return [mlflow.active_run().info.run_id, here(), here.submit().result()]

    assert mlflow.active_run() is None
    assert alone()
    ids = asking()
    assert mlflow.active_run() is None
    (run,) = new_runs().values()
    assert set(ids) == {run.info.run_id}
    assert workspace.catalog.runs(flow="asking")[0].tracking_id == run.info.run_id


def test_autologging_in_a_submitted_task_is_in_the_flows_run(new_runs: NewRuns) -> None:
    import mlflow.sklearn
    from sklearn.linear_model import LogisticRegression

    @task
    def fits() -> float:
        model = LogisticRegression(C=0.5).fit([[0.0], [1.0], [2.0], [3.0]], [0, 0, 1, 1])
        return float(model.coef_[0][0])

    @flow
    def autologged() -> float:
        return fits.submit().result()

    mlflow.sklearn.autolog(log_models=False, log_datasets=False)
    try:
        autologged()
    finally:
        mlflow.sklearn.autolog(disable=True)
    (run,) = new_runs().values()
    assert run.info.status == "FINISHED"
    assert run.data.params["C"] == "0.5"
    assert "training_accuracy_score" in metrics_of(run)
