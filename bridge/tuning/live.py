"""Optuna's trial where it runs: in the driver, or in whatever process a task runner has."""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from optuna.pruners import BasePruner
from optuna.storages import BaseStorage, InMemoryStorage
from optuna.study import Study
from optuna.trial import Trial

from bridge.domain.tuning_errors import TuningError
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
    """What another process needs to go on with a study's trials. Pickled small.

    Args:
        name: The study's.
        storage: The user's own; None for the workspace's.
        sampler: Seeded.
        pruner: The user's, or Optuna's default.
        in_process: The study itself, where the trials run in the process of the driver; not pickled.
    """

    name: str
    storage: BaseStorage | None
    sampler: SeededSampler
    pruner: BasePruner | None
    in_process: Study | None = None

    def open(self) -> Study:
        """The study, with what this process has read of it."""
        return self.in_process or _opened(self)

    def __reduce__(self) -> tuple[Any, ...]:
        if isinstance(self.storage, InMemoryStorage):
            way_out = "leave storage out, or give one that other processes reach: a URL, or a JournalStorage"
            raise TuningError(self.name, "its storage in the memory of one process", way_out)
        return StudyElsewhere, (self.name, self.storage, self.sampler, self.pruner)


_open: dict[tuple[str, int], Study] = {}
_lock = threading.Lock()


def _opened(there: StudyElsewhere) -> Study:
    """One for each study of a driver, as a storage of the user's own connects when it is unpickled."""
    with _lock:
        key = (there.name, there.sampler.seed)
        if there.storage is None:
            return TunedStudy(there.name, storage_of(there.name), sampler=there.sampler, pruner=there.pruner)
        if key not in _open:
            _open.clear()
            _open[key] = TunedStudy(there.name, there.storage, sampler=there.sampler, pruner=there.pruner)
        return _open[key]


def elsewhere(study: Study, sampler: SeededSampler, *, in_process: bool) -> StudyElsewhere:
    """What goes along with a study's trials.

    Args:
        study: As the driver has it.
        sampler: The driver's.
        in_process: Whether trials run in the driver's process.
    """
    storage = study._storage  # what was given as a URL has become an object
    backend = getattr(storage, "_backend", None)
    kept = None if isinstance(backend, CatalogJournal) else storage
    there = sampler.elsewhere()
    live = TunedStudy(study.study_name, storage, sampler=there, pruner=study.pruner) if in_process else None
    return StudyElsewhere(study.study_name, kept, there, study.pruner, live)
