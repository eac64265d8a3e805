"""Trials whose own processes are killed, as the system does where memory runs out."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

import optuna
import pytest

from bridge import flow, task, tune
from bridge.domain.tuning_errors import TuningError
from bridge.tuning import open_study
from bridge.workspace import Workspace
from tests.matrix.runners import started

pytestmark = pytest.mark.matrix


@task
def objective(trial: Any, fatal: int, once: Path | None) -> float:
    x: float = trial.suggest_float("x", -1, 1)
    if trial.number == fatal and (once is None or not once.exists()):
        if once is not None:
            once.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return x * x


def run_in(runner: Any, *, fatal: int, once: Path | None) -> optuna.Study:
    @flow(task_runner=runner)
    def search() -> Any:
        return tune(objective, n_trials=5, study_name="lost", fatal=fatal, once=once)

    return search()


@pytest.mark.timeout(300)
def test_a_pool_that_lost_a_process_ends_the_study_which_goes_on_past_the_trial_when_it_is_run_again(
    workspace: Workspace,
) -> None:
    for attempt in range(2):
        with started("processes") as make, pytest.raises(TuningError, match="the same study_name goes on from here"):
            run_in(make(), fatal=2, once=None)
        states = [one.state.name for one in open_study("lost").trials]
        assert states == ["COMPLETE", "COMPLETE", ("WAITING", "FAIL")[attempt]]
    with started("processes") as make:
        study = run_in(make(), fatal=2, once=None)
    assert [one.state.name for one in study.trials] == ["COMPLETE", "COMPLETE", "FAIL", "COMPLETE", "COMPLETE"]
    assert "terminated abruptly" in study.trials[2].system_attrs["bridge:error"]


@pytest.mark.timeout(300)
@pytest.mark.parametrize("runner", ["dask", "ray"])
def test_where_a_runner_starts_another_process_the_trial_runs_again_there(
    workspace: Workspace, runner: str, tmp_path: Path
) -> None:
    with started(runner) as make:
        study = run_in(make(), fatal=1, once=tmp_path / "died")
    assert [one.state.name for one in study.trials] == ["COMPLETE"] * 5
