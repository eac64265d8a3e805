"""The loop that runs a study's trials: asks, submits, waits, tells. As one trial ends the next begins."""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterable
from concurrent.futures import BrokenExecutor
from dataclasses import dataclass
from typing import Any, Literal

from optuna.exceptions import UpdateFinishedTrialError
from optuna.study import Study
from optuna.trial import FrozenTrial, Trial, TrialState

from bridge.domain.tuning_errors import ObjectiveError, TuningError
from bridge.domain.version import VersionRef
from bridge.flows import trials
from bridge.flows.current import TrialOf
from bridge.tuning.attempt import Attempt, TrialHere
from bridge.tuning.driving import Driver, give_back
from bridge.tuning.ending import Limits
from bridge.tuning.live import StudyElsewhere
from bridge.tuning.objective import Objective, values_of
from bridge.tuning.progress import Progress

STEP, ERROR, LOST = "bridge:step", "bridge:error", "bridge:lost"
"""What a trial notes: id of its task run, why it failed, and that a process which ran it is gone."""

OnFailure = Literal["continue", "raise"]
Callback = Callable[[Study, FrozenTrial], None]

LOOK = 1.0
"""Seconds after which the loop looks at its limits even if nothing ended."""


@dataclass(frozen=True)
class Plan:
    """What the loop is to do.

    Args:
        objective: What each trial runs.
        there: How other processes get at the study.
        limits: When no more trials are begun.
        n_jobs: Trials at a time.
        on_failure: `raise` ends the study at the first trial that fails.
        callbacks: Called with the study and each trial that has ended.
        progress: Told as well.
        version: The study's version, from which trials are made.
    """

    objective: Objective
    there: StudyElsewhere
    limits: Limits
    n_jobs: int
    on_failure: OnFailure
    callbacks: Iterable[Callback]
    progress: Progress | None
    version: VersionRef | None


class Loop:
    """Runs trials until a limit is reached. For one thread.

    Args:
        study: The study.
        driver: Who asks for its trials.
        plan: What to do.
    """

    def __init__(self, study: Study, driver: Driver, plan: Plan) -> None:
        self._study, self._driver, self._plan = study, driver, plan
        self._ended: queue.SimpleQueue[int] = queue.SimpleQueue()
        self._running: dict[int, tuple[Trial, Any]] = {}
        self._unnoted: list[tuple[int, str]] = []

    def run(self) -> str:
        """Run trials; say why no more are begun.

        Raises:
            ObjectiveError: If the objective returned what is no result.
            TuningError: If trials cannot be run any more. Those that were not finished wait for the study to go on.
            Exception: What the objective raised, with `on_failure="raise"`; what a callback raised.
        """
        try:
            while True:
                why = self._begin_trials()
                if why is not None and not self._running:
                    return why
                self._wait()
        except Exception:
            self._finish()
            raise
        finally:
            for trial_id in self._running:  # a person or the machine has broken off
                give_back(self._study, trial_id)

    def _begin_trials(self) -> str | None:
        try:
            while len(self._running) < self._plan.n_jobs:
                why = self._plan.limits.reached(self._study)
                if why is not None:
                    return why
                self._begin(self._ask())
            return None
        finally:
            self._note()

    def _note(self) -> None:
        """Note who runs the trials that have begun, and as which task runs: once all run that may."""
        unnoted, self._unnoted = self._unnoted, []
        for trial_id, step in unnoted:
            self._driver.own(trial_id)
            self._study._storage.set_trial_system_attr(trial_id, STEP, step)

    def _ask(self) -> Trial:
        try:
            return self._study.ask(fixed_distributions=dict(self._plan.objective.space))
        except ValueError as error:
            name = self._study.study_name
            raise TuningError(
                name, "this space", f"it was begun with another ({error}); give another study_name"
            ) from error

    def _begin(self, trial: Trial) -> None:
        plan, trial_id = self._plan, trial._trial_id
        objective, params = plan.objective, dict(trial.params)
        attempt = Attempt(plan.there, trial_id, objective.name, len(self._study.directions), params)
        of = TrialOf(self._study.study_name, trial.number, plan.version)
        task = trials.for_trial(objective.task, attempt.around, of)
        given = {name: params[name] for name in objective.space if name in objective.parameters}
        if objective.trial is not None:
            given[objective.trial] = TrialHere()
        try:
            future = trials.submit(task, {**objective.fixed, **given}, then=lambda: self._ended.put(trial_id))
        except BaseException:
            give_back(self._study, trial_id)
            raise
        self._running[trial_id] = trial, future
        self._unnoted.append((trial_id, str(future.task_run_id)))

    def _wait(self) -> None:
        try:
            trial_id = self._ended.get(timeout=LOOK)
        except queue.Empty:
            return
        trial, future = self._running[trial_id]
        end = trials.ended(future)
        told = self._told(trial, end)
        del self._running[trial_id]
        if isinstance(end.error, BrokenExecutor):
            way_out = "the same study_name goes on from here; with less n_jobs it needs less memory"
            raise TuningError(self._study.study_name, "a process of its task runner killed", way_out) from end.error
        if told is None:
            return
        if self._plan.progress is not None:
            self._plan.progress.told(self._study, told)
        for callback in self._plan.callbacks:
            callback(self._study, told)
        self._raise_if_asked(end)

    def _told(self, trial: Trial, end: trials.Ended) -> FrozenTrial | None:
        """Tell the study how a trial ended; None if it is to run again."""
        if end.how == "lost" and self._again(trial):
            return None
        try:
            if end.how == "completed":
                objective = self._plan.objective.name
                return self._study.tell(
                    trial, values_of(end.value, objective=objective, count=len(self._study.directions))
                )
            if end.how == "pruned":
                return self._study.tell(trial, state=TrialState.PRUNED)
            self._study._storage.set_trial_system_attr(trial._trial_id, ERROR, told_of(end.error))
            return self._study.tell(trial, state=TrialState.FAIL)
        except UpdateFinishedTrialError:  # another driver took it for abandoned, and was quicker
            return self._study._storage.get_trial(trial._trial_id)

    def _again(self, trial: Trial) -> bool:
        """Whether a trial whose process is gone runs once more; noted in the study, for who goes on with it."""
        if LOST in self._study._storage.get_trial(trial._trial_id).system_attrs:
            return False
        self._study._storage.set_trial_system_attr(trial._trial_id, LOST, True)
        return give_back(self._study, trial._trial_id)

    def _raise_if_asked(self, end: trials.Ended) -> None:
        if isinstance(end.error, ObjectiveError):
            raise end.error
        if self._plan.on_failure == "raise" and end.error is not None:
            raise end.error

    def _finish(self) -> None:
        """Let the trials end that run, and tell the study: what they did is done."""
        while self._running:
            try:
                self._wait()
            except Exception:  # noqa: BLE001 - the first one is raised
                continue


def told_of(error: BaseException | None) -> str:
    r"""An error in one line.

    >>> told_of(ValueError("too deep\nby far"))
    'ValueError: too deep by far'
    """
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}"[:500]
