"""Runs that users start themselves in tasks: where they are, what lands in them, and that they end."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import mlflow
from mlflow.tracking import MlflowClient
from prefect.task_runners import ThreadPoolTaskRunner

from bridge import flow, task
from bridge.workspace import Workspace
from tests.tracking.conftest import NewRuns, metrics_of, mlflow_remarks

pytestmark = mlflow_remarks

ONE_THREAD: Any = ThreadPoolTaskRunner(max_workers=1)


@task
def forgets(name: str) -> None:
    mlflow.start_run(run_name=name)
    mlflow.log_metric(name, 1)


@task
def logs(name: str) -> None:
    mlflow.log_metric(name, 1)


def test_a_run_that_a_task_forgot_to_end_is_over_with_it_and_the_next_task_logs_to_the_flow(new_runs: NewRuns) -> None:
    @flow(task_runner=ONE_THREAD)
    def forgetful() -> None:
        forgets.submit("open").result()
        logs.submit("next").result()

    forgetful()
    runs = new_runs()
    assert metrics_of(runs["open"]) == {"open": 1.0}
    assert metrics_of(runs["forgetful"]) == {"next": 1.0}
    assert runs["open"].info.status == "FINISHED"
    assert mlflow.active_run() is None


def test_a_run_that_a_failed_task_left_open_has_failed(new_runs: NewRuns) -> None:
    @task
    def breaks() -> None:
        mlflow.start_run(run_name="broken")
        raise ValueError("broken")

    @flow
    def failing() -> None:
        breaks.submit().wait()

    failing()
    assert new_runs()["broken"].info.status == "FAILED"


def test_a_run_that_a_called_task_began_is_active_until_the_flow_is_over(new_runs: NewRuns) -> None:
    @flow
    def in_steps() -> None:
        forgets("open")
        logs("too")

    in_steps()
    runs = new_runs()
    assert metrics_of(runs["open"]) == {"open": 1.0, "too": 1.0}
    assert runs["open"].info.status == "FINISHED"
    assert mlflow.active_run() is None


def test_a_run_that_was_active_before_the_flow_is_active_after_it(workspace: Workspace, new_runs: NewRuns) -> None:
    @flow
    def within() -> None:
        logs("inside")

    with mlflow.start_run(run_name="around") as around:
        within()
        active = mlflow.active_run()
        assert active is not None
        assert active.info.run_id == around.info.run_id
    assert metrics_of(MlflowClient().get_run(around.info.run_id)) == {"inside": 1.0}


def test_async_tasks_that_take_turns_log_to_their_own_runs(new_runs: NewRuns) -> None:
    @task
    async def turn(name: str) -> None:
        with mlflow.start_run(run_name=name, nested=True):
            for _ in range(3):
                await asyncio.sleep(0.01)
                mlflow.log_metric(name, 1)
        mlflow.log_metric(f"after_{name}", 1)

    @flow
    async def taking_turns() -> None:
        await asyncio.gather(turn("left"), turn("right"))

    asyncio.run(taking_turns())
    runs = new_runs()
    assert metrics_of(runs["left"]) == {"left": 1.0}
    assert metrics_of(runs["right"]) == {"right": 1.0}
    assert metrics_of(runs["taking_turns"]) == {"after_left": 1.0, "after_right": 1.0}
    assert {run.info.status for run in runs.values()} == {"FINISHED"}


def test_a_run_started_in_a_task_is_in_the_experiment_of_its_flow(new_runs: NewRuns) -> None:
    @flow(experiment="together")
    def parent() -> None:
        forgets.submit("child").result()

    parent()
    runs = new_runs()
    assert runs["child"].info.experiment_id == runs["parent"].info.experiment_id
    assert runs["child"].data.tags["mlflow.parentRunId"] == runs["parent"].info.run_id


def test_each_of_several_fits_at_once_is_logged(new_runs: NewRuns) -> None:
    from sklearn.linear_model import LinearRegression

    together = threading.Barrier(3)

    @task
    def fits(n: int) -> None:
        mlflow.sklearn.autolog(log_models=False, log_datasets=False, silent=True)
        model = LinearRegression()
        together.wait(30)
        model.fit([[1.0], [2.0], [3.0]], [float(n), 0.0, 1.0])

    @flow
    def at_once() -> None:
        fits.map([1, 2, 3]).result()

    try:
        at_once()
    finally:
        mlflow.sklearn.autolog(disable=True)
    (run,) = new_runs().values()
    history = MlflowClient().get_metric_history(run.info.run_id, "training_mean_squared_error")
    assert len({one.value for one in history}) == 3


def test_the_parts_of_a_model_that_are_fitted_in_threads_are_not_logged(new_runs: NewRuns) -> None:
    from sklearn.ensemble import BaggingRegressor
    from sklearn.linear_model import LinearRegression

    @task
    def fits() -> None:
        mlflow.sklearn.autolog(log_models=False, log_datasets=False, silent=True)
        parts = BaggingRegressor(LinearRegression(), n_estimators=4, n_jobs=2)
        import joblib

        with joblib.parallel_backend("threading"):
            parts.fit([[1.0], [2.0], [3.0]], [3.0, 0.0, 1.0])

    @flow
    def bagging() -> None:
        fits.submit().result()

    try:
        bagging()
    finally:
        mlflow.sklearn.autolog(disable=True)
    (run,) = new_runs().values()
    history = MlflowClient().get_metric_history(run.info.run_id, "training_mean_squared_error")
    assert len(history) == 1
