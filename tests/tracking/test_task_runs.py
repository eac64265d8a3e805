"""With `run_scope="task"` each task run has a run of its own, below its flow's."""

from __future__ import annotations

import asyncio
from typing import Any

import mlflow
import pytest
from mlflow.entities import Run
from prefect.cache_policies import INPUTS
from prefect.transactions import transaction

from bridge import flow, task
from bridge.workspace import Workspace, reset
from tests.tracking.conftest import NewRuns, metrics_of, mlflow_remarks

pytestmark = mlflow_remarks


@task
def score(n: int) -> int:
    mlflow.log_metric("score", n)
    return n


@task
async def score_async(n: int) -> int:
    await asyncio.sleep(0)
    mlflow.log_metric("score", n)
    return n


def task_runs(runs: dict[str, Run]) -> list[Run]:
    return [run for run in runs.values() if "bridge.task_run_id" in run.data.tags]


def of(runs: dict[str, Run], name: str) -> list[Run]:
    return [run for run in task_runs(runs) if run.data.tags["bridge.task"] == name]


def statuses(runs: dict[str, Run]) -> set[str]:
    return {run.info.status for run in runs.values()}


def test_what_a_task_logs_is_in_its_own_run_however_it_was_called(new_runs: NewRuns, workspace: Workspace) -> None:
    @flow(run_scope="task")
    def scoped() -> None:
        score(1)
        score.submit(2).result()
        score.map([3, 4]).result()
        mlflow.log_metric("of_the_body", 5)

    scoped()
    runs = new_runs()
    outer = runs["scoped"]
    assert metrics_of(outer) == {"of_the_body": 5.0}
    children = of(runs, "score")
    assert sorted(metrics_of(run)["score"] for run in children) == [1.0, 2.0, 3.0, 4.0]
    assert all(run.data.params == {"n": str(int(metrics_of(run)["score"]))} for run in children)
    assert {run.data.tags["mlflow.parentRunId"] for run in children} == {outer.info.run_id}
    assert {run.info.experiment_id for run in children} == {outer.info.experiment_id}
    assert statuses(runs) == {"FINISHED"}
    steps = {step.id: step for step in workspace.catalog.steps(outer.data.tags["bridge.flow_run_id"])}
    for run in children:
        assert run.data.tags["bridge.flow_run_id"] == outer.data.tags["bridge.flow_run_id"]
        assert run.info.run_name == steps[run.data.tags["bridge.task_run_id"]].name


def test_gathered_async_tasks_and_a_task_within_a_task_each_have_their_own(new_runs: NewRuns) -> None:
    @task
    def around(n: int) -> int:
        mlflow.log_metric("before", n)
        inner = score(n)
        mlflow.log_metric("after", n)
        return inner

    @flow(run_scope="task")
    async def gathered() -> None:
        await asyncio.gather(*(score_async(n) for n in range(4)))
        around(7)

    asyncio.run(gathered())
    runs = new_runs()
    assert sorted(metrics_of(run)["score"] for run in of(runs, "score_async")) == [0.0, 1.0, 2.0, 3.0]
    (outer,), (inner,) = of(runs, "around"), of(runs, "score")
    assert metrics_of(outer) == {"before": 7.0, "after": 7.0}
    assert metrics_of(inner) == {"score": 7.0}
    assert statuses(runs) == {"FINISHED"}


def test_a_retried_task_has_one_run_and_a_failed_one_is_failed(new_runs: NewRuns) -> None:
    tries = []

    @task(retries=2)
    def stumbles() -> None:
        tries.append(1)
        mlflow.log_metric("try", len(tries))
        if len(tries) < 3:
            raise ValueError("not yet")

    @task
    def breaks() -> None:
        mlflow.log_metric("reached", 1)
        raise ValueError("on purpose")

    @task
    def never(_: Any) -> None:
        raise AssertionError

    @flow(run_scope="task")
    def ending() -> None:
        stumbles()
        never.submit(breaks.submit()).result()

    with pytest.raises(Exception, match="its result is not available"):
        ending()
    runs = new_runs()
    (one,), (failed,) = of(runs, "stumbles"), of(runs, "breaks")
    assert (one.info.status, metrics_of(one)) == ("FINISHED", {"try": 3.0})
    assert (failed.info.status, metrics_of(failed)) == ("FAILED", {"reached": 1.0})
    assert of(runs, "never") == [], "a task that did not begin has no run"
    assert runs["ending"].info.status == "FAILED"


def test_a_result_that_is_found_has_a_run_that_says_so(new_runs: NewRuns) -> None:
    @task(cache_policy=INPUTS, persist_result=True)
    def metrics(n: int) -> dict[str, int]:
        return {"n": n}

    @flow(run_scope="task")
    def twice() -> None:
        metrics(4242)
        metrics(4242)

    twice()
    runs = of(new_runs(), "metrics")
    assert sorted(run.data.tags.get("bridge.cached", "") for run in runs) == ["", "true"]
    assert [metrics_of(run) for run in runs] == [{"n": 4242.0}] * 2
    assert {run.info.status for run in runs} == {"FINISHED"}


def test_a_flow_that_is_called_has_the_scope_of_its_caller_unless_it_says_otherwise(new_runs: NewRuns) -> None:
    @flow
    def inherits() -> None:
        score(1)

    @flow(run_scope="flow")
    def its_own() -> None:
        score(2)

    @flow
    def calling() -> None:
        inherits()
        its_own()

    calling.with_options(run_scope="task")()
    runs = new_runs()
    assert [metrics_of(run) for run in task_runs(runs)] == [{"score": 1.0}]
    assert task_runs(runs)[0].data.tags["mlflow.parentRunId"] == runs["inherits"].info.run_id
    assert metrics_of(runs["its_own"]) == {"score": 2.0}
    assert {metrics_of(runs["calling"]).get("score"), metrics_of(runs["inherits"]).get("score")} == {None}


def test_the_scope_is_a_setting_too(workspace: Workspace, monkeypatch: pytest.MonkeyPatch, new_runs: NewRuns) -> None:
    monkeypatch.setenv("BRIDGE_RUN_SCOPE", "task")
    reset()

    @flow
    def by_setting() -> None:
        score(1)

    by_setting()
    assert [metrics_of(run) for run in task_runs(new_runs())] == [{"score": 1.0}]


def test_another_scope_is_refused_where_it_is_said() -> None:
    with pytest.raises(ValueError, match="'flow', one MLflow run"):
        flow(run_scope="tasks")(lambda: None)  # type: ignore[call-overload]


def test_a_run_of_the_users_own_within_a_task_is_below_the_tasks_run(new_runs: NewRuns) -> None:
    @task
    def trains() -> None:
        with mlflow.start_run(run_name="mine", nested=True):
            mlflow.log_metric("in_mine", 1)

    @flow(run_scope="task")
    def with_own() -> None:
        trains.submit().result()

    with_own()
    runs = new_runs()
    (of_task,) = of(runs, "trains")
    assert runs["mine"].data.tags["mlflow.parentRunId"] == of_task.info.run_id
    assert statuses(runs) == {"FINISHED"}


@pytest.mark.parametrize("fails", [False, True])
def test_a_task_in_a_transaction_has_its_metrics_if_that_was_committed(new_runs: NewRuns, fails: bool) -> None:
    @task
    def metrics() -> dict[str, int]:
        return {"n": 1}

    @flow(run_scope="task")
    def transacting() -> str:
        try:
            with transaction():
                metrics()
                if fails:
                    raise ValueError("rolled back")
        except ValueError:
            return "caught"
        return "committed"

    transacting()
    runs = new_runs()
    (run,) = of(runs, "metrics")
    assert (run.info.status, metrics_of(run)) == (("FAILED", {}) if fails else ("FINISHED", {"n": 1.0}))


def test_a_generator_that_is_left_early_leaves_no_run_going_on(new_runs: NewRuns) -> None:
    @task
    def counting() -> Any:
        for n in range(100):
            mlflow.log_metric("n", n)
            yield n

    @flow(run_scope="task")
    def leaving() -> int:
        numbers = counting()
        first = next(numbers)
        numbers.close()
        return first

    assert leaving() == 0
    runs = new_runs()
    (run,) = of(runs, "counting")
    assert metrics_of(run) == {"n": 0.0}
    assert run.info.status in {"KILLED", "FINISHED"}
    assert runs["leaving"].info.status == "FINISHED"


@pytest.mark.matrix
def test_a_hundred_mapped_tasks_have_a_hundred_runs(new_runs: NewRuns) -> None:
    @task
    def metrics(n: int) -> dict[str, int]:
        return {"n": n}

    @flow(run_scope="task")
    def wide() -> None:
        metrics.map(list(range(100))).result()

    wide()
    runs = new_runs()
    found = of(runs, "metrics")
    assert sorted(metrics_of(run)["n"] for run in found) == [float(n) for n in range(100)]
    assert all(run.data.params == {"n": str(int(metrics_of(run)["n"]))} for run in found)
    assert statuses(runs) == {"FINISHED"}


def test_a_task_outside_flows_has_no_run_in_either_scope(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, new_runs: NewRuns
) -> None:
    monkeypatch.setenv("BRIDGE_RUN_SCOPE", "task")
    reset()

    @task
    def metrics() -> dict[str, int]:
        return {"n": 1}

    assert metrics() == {"n": 1}
    assert new_runs() == {}


def test_an_interrupted_task_and_its_flow_leave_no_run_going_on(new_runs: NewRuns) -> None:
    @task
    def interrupted() -> None:
        mlflow.log_metric("reached", 1)
        raise KeyboardInterrupt

    @flow(run_scope="task")
    def stopped() -> None:
        interrupted()

    with pytest.raises(KeyboardInterrupt):
        stopped()
    runs = new_runs()
    assert metrics_of(of(runs, "interrupted")[0]) == {"reached": 1.0}
    assert statuses(runs) == {"FAILED"}
