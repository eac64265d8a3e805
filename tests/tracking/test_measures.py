"""Which numbers of a task's result become metrics, and where."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Annotated, Any

import numpy as np
import pytest
from mlflow.tracking import MlflowClient

from bridge import Artifact, Metrics, flow, task
from bridge.domain.measures import MOST_POINTS, Measure, measures
from bridge.workspace import Workspace
from tests.tracking.conftest import NewRuns, metrics_of, mlflow_remarks

pytestmark = mlflow_remarks

NUMBERS = {"accuracy": np.float32(0.5), "n": np.int64(3), "by_class": {"a": 1, "b": {"c": 2.5}}, "note": "fine"}
LOGGED = {"accuracy": 0.5, "n": 3.0, "by_class.a": 1.0, "by_class.b.c": 2.5}


def history_of(run: Any, name: str) -> list[tuple[int, float]]:
    return [(one.step, one.value) for one in MlflowClient().get_metric_history(run.info.run_id, name)]


def test_the_result_of_a_task_named_metrics_is_logged(new_runs: NewRuns, workspace: Workspace) -> None:
    @task
    def metrics() -> dict[str, Any]:
        return NUMBERS

    @task(name="metrics", output="evaluation")
    def evaluate() -> tuple[dict[str, int], dict[str, int]]:
        return {"first": 1}, {"second": 2}

    @task
    def silent() -> dict[str, int]:
        return {"silent": 1}

    @flow
    def by_name() -> None:
        metrics()
        evaluate()
        silent()

    by_name()
    assert metrics_of(new_runs()["by_name"]) == {**LOGGED, "first": 1.0, "second": 2.0}
    assert {one.ref.name for one in workspace.catalog.artifacts()} >= {"by-name/metrics", "evaluation"}


def test_annotated_results_are_logged_with_their_prefix_also_within_a_tuple(new_runs: NewRuns) -> None:
    @task
    def fit() -> tuple[Annotated[list[int], Artifact("weights")], Annotated[dict[str, Any], Metrics(prefix="test_")]]:
        return [1, 2], NUMBERS

    @task
    def accuracy() -> Annotated[float, Metrics()]:
        return 0.75

    @flow
    def annotated() -> None:
        fit()
        accuracy()

    annotated()
    logged = metrics_of(new_runs()["annotated"])
    assert logged == {**{f"test_{name}": value for name, value in LOGGED.items()}, "accuracy": 0.75}


def test_a_history_becomes_a_metric_with_steps(new_runs: NewRuns) -> None:
    @task
    def metrics() -> dict[str, Any]:
        return {"loss": [3.0, 2.0, float("nan"), 1.0], "array": np.array([5, 6]), "final": 0.5, "names": ["a", "b"]}

    @task
    def rounds() -> Annotated[list[dict[str, Any]], Metrics()]:
        return [{"score": 1, "step": 10}, {"score": 2, "step": 20}]

    @flow
    def histories() -> None:
        metrics()
        rounds()

    histories()
    run = new_runs()["histories"]
    assert history_of(run, "loss") == [(0, 3.0), (1, 2.0), (3, 1.0)]
    assert history_of(run, "array") == [(0, 5.0), (1, 6.0)]
    assert history_of(run, "final") == [(0, 0.5)]
    assert history_of(run, "score") == [(10, 1.0), (20, 2.0)]
    assert set(metrics_of(run)) == {"loss", "array", "final", "score"}


def test_what_a_generator_yields_is_logged_a_step_further_each_time(new_runs: NewRuns) -> None:
    @task
    def epochs() -> Iterator[Annotated[dict[str, float], Metrics()]]:
        for n in range(3):
            yield {"loss": 1.0 / (n + 1)}

    @task(output=Metrics(prefix="late_"))
    async def epochs_async() -> AsyncIterator[dict[str, float]]:
        for n in range(2):
            yield {"loss": float(n)}

    @flow
    async def training() -> None:
        list(epochs())
        async for _ in epochs_async():
            pass

    asyncio.run(training())
    run = new_runs()["training"]
    assert history_of(run, "loss") == [(0, 1.0), (1, 0.5), (2, pytest.approx(1 / 3))]
    assert history_of(run, "late_loss") == [(0, 0.0), (1, 1.0)]


def test_no_artifact_is_no_metrics(new_runs: NewRuns) -> None:
    @task(output=None)
    def metrics() -> dict[str, int]:
        return {"n": 1}

    @flow
    def nothing_kept() -> None:
        metrics()

    nothing_kept()
    assert metrics_of(new_runs()["nothing_kept"]) == {}


@pytest.mark.parametrize(
    "value",
    [None, "0.5", b"1", "text", object(), {"a": "1", "b": None, "c": b"2", "d": 1j}, [1, "a"], {"a": [[1, 2]]}, []],
)
def test_what_is_no_number_is_no_metric(value: Any) -> None:
    assert measures(value, name="x") == []


def test_an_array_of_many_numbers_is_data_and_no_metric() -> None:
    assert measures({"x": np.zeros(MOST_POINTS + 1), "n": 1}, name="") == [Measure("n", 1.0)]
    assert len(measures({"x": list(range(10)), "y": 1}, name="")) == 11
