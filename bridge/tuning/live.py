"""Optuna's trial where it runs: in the driver, or in whatever process a task runner has."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass

from optuna.pruners import BasePruner
from optuna.storages import BaseStorage
from optuna.study import Study
from optuna.trial import Trial

from bridge.tuning.sampling import SeededSampler
from bridge.tuning.storing import CatalogJournal, storage_of
from bridge.tuning.study import TunedStudy


class LiveTrial(Trial):
    """Optuna's `Trial`, of which somebody hears what it reports.

    A trial that was interrupted begins anew: what it reported before does not count as reported, and pruners see only
    what it reports now. Relies on `Trial._cached_frozen_trial`, as Optuna has no public way to begin a trial again.

    Args:
        study: Whose trial it is.
        trial_id: Optuna's.
        on_report: Told of each reported value with its step.
    """

    def __init__(
        self, study: Study, trial_id: int, on_report: Callable[[float, int], None] = lambda v, s: None
    ) -> None:
        super().__init__(study, trial_id)
        self._cached_frozen_trial = copy.copy(self._cached_frozen_trial)
        self._cached_frozen_trial.intermediate_values = {}
        self._on_report = on_report

    def report(self, value: float, step: int) -> None:
        """Optuna's own; the value is also logged to the trial's run."""
        is_new = step not in self._cached_frozen_trial.intermediate_values
        super().report(value, step)
        if is_new:
            self._on_report(float(value), int(step))


@dataclass(frozen=True)
class StudyElsewhere:
    """What is needed to go on with a study's trials where they run. Pickled small.

    Args:
        name: The study's.
        storage: The user's own; None for the workspace's.
        sampler: Seeded.
        pruner: The user's, or Optuna's default.
    """

    name: str
    storage: BaseStorage | None
    sampler: SeededSampler
    pruner: BasePruner | None

    def open(self) -> Study:
        """The study, for one trial: a study keeps for each thread the trials that it has read, until it is asked."""
        storage = storage_of(self.name) if self.storage is None else self.storage
        return TunedStudy(self.name, storage, sampler=self.sampler, pruner=self.pruner)


def elsewhere(study: Study, sampler: SeededSampler) -> StudyElsewhere:
    """What goes along with a study's trials.

    Args:
        study: As the driver has it.
        sampler: The driver's.
    """
    storage = study._storage  # what was given as a URL has become an object
    is_workspaces = isinstance(getattr(storage, "_backend", None), CatalogJournal)
    return StudyElsewhere(study.study_name, None if is_workspaces else storage, sampler.elsewhere(), study.pruner)
