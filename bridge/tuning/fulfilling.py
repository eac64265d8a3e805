"""One study from its beginning to its end: checked, made or continued, run, recorded."""

from __future__ import annotations

import os
import time
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import get_args

from optuna.exceptions import ExperimentalWarning
from optuna.pruners import BasePruner
from optuna.samplers import BaseSampler, TPESampler
from optuna.storages import BaseStorage, InMemoryStorage
from optuna.study import Study, StudyDirection
from optuna.trial import TrialState

from bridge.domain.tuning_errors import NoTrialError, TuningError
from bridge.flows import trials
from bridge.tuning.driving import Driver
from bridge.tuning.ending import Limits
from bridge.tuning.live import elsewhere
from bridge.tuning.objective import Objective
from bridge.tuning.plots import save_plots
from bridge.tuning.progress import Progress
from bridge.tuning.recording import Keep, as_of, recorded, settle
from bridge.tuning.running import ERROR, Callback, Loop, OnFailure, Plan
from bridge.tuning.sampling import SeededSampler, seed_of
from bridge.tuning.storing import chosen_storage
from bridge.tuning.study import SEED, STOP, TunedStudy, direction_names, made_or_continued
from bridge.workspace import available, guarded


@dataclass(frozen=True)
class Wish:
    """How a study is to be run: what `tune` is asked for, beside the objective."""

    name: str
    limits: Limits
    n_jobs: int
    direction: str | StudyDirection | None
    directions: Sequence[str | StudyDirection] | None
    sampler: BaseSampler | None
    pruner: BasePruner | None
    storage: str | BaseStorage | None
    on_failure: OnFailure
    callbacks: Sequence[Callback]
    keep: Keep
    progress: bool


def fulfilled(objective: Objective, wish: Wish) -> Study:
    """Run a study as it is wished; the errors are those of `tune`."""
    _check(wish)
    study = _study(wish)
    own, sampler = study.sampler, _seeded(study)
    study.sampler = sampler
    driver = Driver(study)
    driver.begin()
    try:
        _run(study, driver, objective, wish, sampler)
    finally:
        driver.end()
        study.sampler = own
    settle(study, objective, keep=wish.keep)
    recorded(study, objective)
    _save_plots(study)
    _check_some_result(study)
    return study


def _run(study: TunedStudy, driver: Driver, objective: Objective, wish: Wish, sampler: SeededSampler) -> None:
    begun = recorded(study, objective)
    shown = Progress(timeout=wish.limits.timeout) if wish.progress else None
    plan = Plan(
        objective=as_of(objective, study),
        there=elsewhere(study, sampler),
        limits=replace(wish.limits, began=time.monotonic()),
        n_jobs=_jobs(wish),
        on_failure=wish.on_failure,
        callbacks=wish.callbacks,
        progress=shown,
        version=begun.ref if begun else None,
    )
    if shown is not None:
        shown.began(study, wish.limits.n_trials)
    try:
        Loop(study, driver, plan).run()
    finally:
        if shown is not None:
            shown.ended(study)


def _check(wish: Wish) -> None:
    """Raise `TuningError` for what cannot be."""
    name, n_jobs = wish.name, wish.n_jobs
    if not trials.is_in_flow():
        raise TuningError(name, "no flow run", "call tune in a function with @flow: trials are its task runs")
    wish.limits.check(name)
    if not isinstance(n_jobs, int) or isinstance(n_jobs, bool) or n_jobs == 0 or n_jobs < -1:
        raise TuningError(name, f"n_jobs={n_jobs!r}", "give a whole number from 1 up, or -1 for one a processor")
    for option, given, words in (
        ("on_failure", wish.on_failure, get_args(OnFailure)),
        ("keep", wish.keep, get_args(Keep)),
    ):
        if given not in words:
            raise TuningError(name, f"{option}={given!r}", f"it is {' or '.join(map(repr, words))}")


def _jobs(wish: Wish) -> int:
    return (os.cpu_count() or 1) if wish.n_jobs == -1 else wish.n_jobs


def _study(wish: Wish) -> TunedStudy:
    directions = direction_names(wish.name, wish.direction, wish.directions)
    study = made_or_continued(
        wish.name,
        chosen_storage(wish.name, wish.storage),
        directions=directions,
        sampler=wish.sampler or _default_sampler(_jobs(wish), len(directions)),
        pruner=wish.pruner,
    )
    if isinstance(study._storage, InMemoryStorage) and not trials.is_in_this_process():
        way_out = "give one that the task runner's processes reach: a URL of Optuna's, or a JournalStorage"
        raise TuningError(wish.name, "a storage in the memory of this process", way_out)
    return study


def _default_sampler(n_jobs: int, objectives: int) -> BaseSampler | None:
    """Optuna's default; with trials that run at once, one that keeps away from what these try."""
    if n_jobs == 1 or objectives > 1:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ExperimentalWarning)
        return TPESampler(constant_liar=True)


def _seeded(study: TunedStudy) -> SeededSampler:
    """The study's sampler with the study's seed; what stopped an earlier call stops this one no more."""
    storage, study_id = study._storage, study._study_id
    notes = storage.get_study_system_attrs(study_id)
    seed = notes.get(SEED)
    if seed is None:
        then = trials.seed_then(study.study_name)
        seed = seed_of(study.sampler) if then is None else then
        storage.set_study_system_attr(study_id, SEED, seed)
    if notes.get(STOP):
        storage.set_study_system_attr(study_id, STOP, False)
    return SeededSampler(study.sampler, int(seed))


def _save_plots(study: Study) -> None:
    workspace = available()
    if workspace is not None:
        guarded("saving plots", lambda: save_plots(study), on_error=workspace.settings.on_error)


def _check_some_result(study: Study) -> None:
    over = [one for one in study.get_trials(deepcopy=False) if one.state.is_finished()]
    if over and all(one.state == TrialState.FAIL for one in over):
        raise NoTrialError(study.study_name, len(over), str(over[-1].system_attrs.get(ERROR, "no message")))
