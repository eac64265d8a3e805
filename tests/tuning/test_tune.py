from __future__ import annotations

import asyncio
import threading
from typing import Annotated, Any

import optuna
import prefect
import pytest
from optuna.trial import TrialState

from bridge import Model, atune, flow, save, task, tune
from bridge.domain.run import Step
from bridge.domain.tuning_errors import NoTrialError, ObjectiveError, TuningError
from bridge.lineage import ancestors
from bridge.tuning import Choice, Int, Uniform, open_study, studies
from bridge.workspace import Workspace

X = Annotated[float, Uniform(-10, 10)]


@task
def square(x: X) -> float:
    return (x - 2) ** 2


def steps_of(workspace: Workspace, task: str) -> list[Step]:
    return workspace.catalog.steps_of_task(task, limit=200)


def test_each_trial_is_a_task_run_and_the_best_ones_versions_have_the_alias(workspace: Workspace) -> None:
    @task
    def load() -> list[float]:
        return [float(i) for i in range(100)]

    @task
    def fit(x: float) -> dict[str, float]:
        return {"weight": x}

    @task
    def objective(x: X, rows: list[float], folds: int = 3) -> tuple[float, dict[str, Any]]:
        fit(x)
        save({"x": x}, "notes")
        return (x - 2) ** 2, {"x": x, "rows": len(rows), "folds": folds}

    @flow
    def search() -> Any:
        return tune(objective, n_trials=8, n_jobs=3, rows=load.submit(), study_name="churn")

    study = search()
    assert isinstance(study, optuna.Study)
    assert [one.state for one in study.trials] == [TrialState.COMPLETE] * 8
    trials = steps_of(workspace, "objective")
    assert {one.name for one in trials} == {f"objective-{number}" for number in range(8)}
    assert all(one.code for one in trials)

    best = workspace.load("search/objective.1@best")[1]
    assert best == {"x": study.best_params["x"], "rows": 100, "folds": 3}
    assert workspace.load("search/objective.0@best")[1] == study.best_value
    assert workspace.load("search/fit@best")[1] == {"weight": study.best_params["x"]}
    assert workspace.load("notes@best")[1] == {"x": study.best_params["x"]}
    assert workspace.resolve("search/fit@best").metadata["trial"] == study.best_trial.number

    table = workspace.load("studies/churn")[1]
    assert table["best_params"] == study.best_params
    assert [row["values"] for row in table["trials"]] == [one.values for one in study.trials]
    assert {one.system_attrs["bridge:step"] for one in study.trials} == {one.id for one in trials}

    ref = workspace.resolve("search/objective.1@best").ref
    names = {edge.version.name for edge in ancestors(str(ref)).edges}
    assert {"search/load", "studies/churn"} <= names
    [summary] = studies()
    assert (summary.name, summary.trials, summary.best) == ("churn", {"COMPLETE": 8}, study.best_trial.number)
    assert open_study("churn").best_params == study.best_params


def test_each_trial_has_a_run_below_the_flows_in_the_tracker(workspace: Workspace) -> None:
    import mlflow

    @task
    def objective(trial: optuna.Trial, scale: float) -> float:
        x = trial.suggest_float("x", 0, 1)
        for step in range(3):
            trial.report(x + trial.number + step, step)
            if trial.should_prune():
                raise optuna.TrialPruned
        if trial.number == 1:
            raise ValueError("no luck")
        mlflow.log_metric("mine", scale)
        return x

    class Third(optuna.pruners.BasePruner):
        def prune(self, study: Any, trial: Any) -> bool:
            return trial.number == 3 and trial.last_step == 1

    @flow
    def tracked() -> Any:
        return tune(objective, n_trials=4, scale=2.5, pruner=Third(), study_name="tracked")

    study = tracked()
    assert [one.state.name for one in study.trials] == ["COMPLETE", "FAIL", "COMPLETE", "PRUNED"]
    [run] = workspace.catalog.runs(flow="tracked")
    assert workspace.tracker.flush(150)
    client = mlflow.MlflowClient(workspace.tracker.uri)
    parent = client.get_run(run.tracking_id)
    children = client.search_runs([parent.info.experiment_id], f"tags.`mlflow.parentRunId` = '{run.tracking_id}'")
    runs = {int(one.data.tags["bridge.trial"]): one for one in children}
    assert {number: one.info.status for number, one in runs.items()} == {
        0: "FINISHED", 1: "FAILED", 2: "FINISHED", 3: "KILLED"
    }  # fmt: skip
    assert {one.info.run_name for one in children} == {f"objective-{number}" for number in range(4)}
    for trial in study.trials:
        assert {name: float(value) for name, value in runs[trial.number].data.params.items()} == trial.params
        reported = client.get_metric_history(runs[trial.number].info.run_id, "intermediate_value")
        assert {one.step: one.value for one in reported} == trial.intermediate_values
    assert runs[0].data.metrics["value"] == study.trials[0].value
    assert runs[0].data.metrics["mine"] == 2.5
    assert "value" not in runs[3].data.metrics
    assert runs[0].data.tags["bridge.study"] == "tracked"
    assert parent.data.metrics["objective.best_value"] == study.best_value
    assert "mine" not in parent.data.metrics
    assert {one.name: one.state for one in steps_of(workspace, "objective")}["objective-3"] == "Pruned"


def test_as_one_trial_ends_the_next_begins(workspace: Workspace) -> None:
    last = threading.Event()

    @task
    def objective(trial: optuna.Trial) -> float:
        if trial.number == 0:
            assert last.wait(60), "the first trial would wait for ever if trials went in batches"
        elif trial.number == 5:
            last.set()
        return trial.suggest_float("x", 0, 1)

    @flow
    def search() -> Any:
        return tune(objective, n_trials=6, n_jobs=2)

    assert [one.state.name for one in search().trials] == ["COMPLETE"] * 6


def test_conditional_spaces_work_in_async_objectives_of_async_flows(workspace: Workspace) -> None:
    turns = 0

    @task
    async def objective(trial: optuna.Trial, offset: float) -> float:
        await asyncio.sleep(0.01)
        kind = trial.suggest_categorical("kind", ["line", "curve"])
        x = trial.suggest_float("x", -1, 1)
        return offset + (x if kind == "line" else x**2 * trial.suggest_int("power", 1, 3))

    async def count() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0.005)

    @flow
    async def search() -> Any:
        counting = asyncio.create_task(count())
        try:
            return await atune(
                objective, n_trials=8, n_jobs=2, offset=1.0, sampler=optuna.samplers.RandomSampler(seed=0)
            )
        finally:
            counting.cancel()

    study = asyncio.run(search())
    assert {frozenset(one.params) for one in study.trials} == {
        frozenset({"kind", "x"}), frozenset({"kind", "x", "power"})
    }  # fmt: skip
    assert turns > 5


def test_a_trial_that_fails_is_recorded_and_the_study_goes_on_unless_it_is_asked_not_to(workspace: Workspace) -> None:
    @task
    def objective(n: int) -> float:
        if n == 2:
            raise ValueError("two does not work")
        return float("nan") if n == 3 else float(n)

    grid = {"n": [1, 2, 3, 4]}

    @flow
    def goes_on() -> Any:
        sampler = optuna.samplers.GridSampler(grid)
        return tune(objective, space={"n": Int(1, 4)}, n_trials=10, n_jobs=2, sampler=sampler, study_name="goes on")

    @flow
    def stops() -> Any:
        sampler = optuna.samplers.GridSampler({"n": [2]})
        return tune(objective, space={"n": Int(1, 4)}, n_trials=10, sampler=sampler, on_failure="raise")

    @flow
    def fails() -> Any:
        sampler = optuna.samplers.GridSampler({"n": [2]})
        return tune(objective, space={"n": Int(1, 4)}, n_trials=1, sampler=sampler)

    study = goes_on()
    by_n = {one.params["n"]: one for one in study.trials}
    assert {n: one.state.name for n, one in by_n.items()} == {1: "COMPLETE", 2: "FAIL", 3: "FAIL", 4: "COMPLETE"}
    assert by_n[2].system_attrs["bridge:error"] == "ValueError: two does not work"
    rows = workspace.load("studies/goes on")[1]["trials"]
    assert {row["params"]["n"]: row.get("error", "")[:31] for row in rows}[3] == "ValueError: The objective 'obje"
    with pytest.raises(ValueError, match="two does not work"):
        stops()
    with pytest.raises(NoTrialError, match=r"None of the 1 trials.*ValueError: two does not work"):
        fails()


def test_an_objective_that_returns_no_number_ends_the_study_at_once(workspace: Workspace) -> None:
    @task
    def objective(x: X) -> str:
        return "good"

    @flow
    def search() -> Any:
        return tune(objective, n_trials=10, n_jobs=2, study_name="no number")

    with pytest.raises(ObjectiveError, match="The objective 'objective' returned 'good'"):
        search()
    assert len(open_study("no number").trials) == 2


def test_what_other_trials_made_can_be_let_go(workspace: Workspace) -> None:
    @task
    def objective(n: int) -> tuple[float, dict[str, int]]:
        return float(n), {"n": n}

    @flow
    def search() -> Any:
        save({"n": 3}, "search/objective.1")  # it is not of the study's making
        sampler = optuna.samplers.GridSampler({"n": [1, 2, 3]})
        return tune(objective, space={"n": Int(1, 3)}, sampler=sampler, n_trials=3, keep="best")

    search()
    left = {str(one.ref): workspace.load(str(one.ref))[1] for one in workspace.catalog.versions("search/objective.1")}
    assert list(left.values()) == [{"n": 1}, {"n": 3}] or list(left.values()) == [{"n": 3}, {"n": 1}]
    assert workspace.load("search/objective.1@best")[1] == {"n": 1}


def test_two_objectives_have_a_front(workspace: Workspace) -> None:
    @task
    def objective(x: Annotated[float, Uniform(0, 2)]) -> tuple[float, float, dict[str, float]]:
        return x**2, (x - 2) ** 2, {"x": x}

    @flow
    def search() -> Any:
        study = tune(objective, n_trials=6, n_jobs=2, directions=["minimize", "minimize"], study_name="two")
        return [one.number for one in study.best_trials]

    front = search()
    assert workspace.load("studies/two")[1]["front"] == front
    tagged = workspace.catalog.versions("search/objective.2", tags={"front": "two"})
    assert sorted(one.metadata["trial"] for one in tagged) == front


def test_of_a_studys_models_the_best_one_is_registered(workspace: Workspace) -> None:
    from sklearn.linear_model import Ridge

    @task
    def objective(alpha: Annotated[float, Choice(0.1, 10.0)]) -> tuple[float, Annotated[Any, Model("house")]]:
        return alpha, Ridge(alpha=alpha).fit([[0.0], [1.0]], [0.0, 1.0])

    @flow
    def search() -> Any:
        sampler = optuna.samplers.GridSampler({"alpha": [0.1, 10.0]})
        return tune(objective, n_trials=2, sampler=sampler).best_value

    assert search() == 0.1
    assert workspace.tracker.flush(150)
    [model] = workspace.catalog.models("house")
    assert model.version == workspace.resolve("house@best").ref
    assert workspace.load("house@best")[1].alpha == 0.1


@pytest.mark.parametrize("decorated", [True, False])
def test_trials_run_in_flows_of_prefects_and_where_bridge_is_off(
    workspace: Workspace, decorated: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not decorated:
        from bridge.workspace import reset

        reset()
        monkeypatch.setenv("BRIDGE_ENABLED", "false")

    @prefect.flow
    def search() -> Any:
        return tune(square, n_trials=3, n_jobs=2)

    study = search()
    assert len(study.trials) == 3


def test_tune_is_called_in_a_flow() -> None:
    with pytest.raises(TuningError, match="call tune in a function with @flow"):
        tune(square, n_trials=3)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({}, "give n_trials, timeout or patience"),
        ({"n_trials": 0}, "n_trials=0"),
        ({"n_trials": 2.5}, "n_trials=2.5"),
        ({"timeout": 0}, "timeout=0"),
        ({"n_trials": 1, "n_jobs": 0}, "n_jobs=0"),
        ({"n_trials": 1, "keep": "worst"}, "keep='worst': it is 'all' or 'best'"),
        ({"n_trials": 1, "on_failure": "cry"}, "on_failure='cry': it is 'continue' or 'raise'"),
        ({"n_trials": 1, "direction": "up"}, "direction=['up']"),
        ({"n_trials": 1, "directions": "minimize"}, "give a list"),
        ({"n_trials": 1, "direction": "minimize", "directions": ["minimize"]}, "both direction and directions"),
    ],
)
def test_what_cannot_be_is_refused_before_a_trial_runs(
    options: dict[str, Any], told: str, monkeypatch: pytest.MonkeyPatch, bridge_home: Any
) -> None:
    monkeypatch.setattr("bridge.flows.trials.is_in_flow", lambda: True)
    with pytest.raises(TuningError) as raised:
        tune(square, **options)
    assert told in str(raised.value)
