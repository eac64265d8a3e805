"""When a study begins no more trials."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field

from optuna.study import Study
from optuna.trial import FrozenTrial, TrialState

from bridge.domain.tuning_errors import TuningError
from bridge.tuning.study import STOP


@dataclass(frozen=True)
class Limits:
    """What ends a study: whichever comes first.

    Args:
        n_trials: Trials that it is to have, those of earlier calls included.
        timeout: Seconds since the first trial of this call.
        patience: Completed trials without a better one.
        stopped: Set when no more trials are to be begun.
        began: When the call began to run trials, by the clock that only goes on.
    """

    n_trials: int | None = None
    timeout: float | None = None
    patience: int | None = None
    stopped: threading.Event | None = None
    began: float = field(default_factory=time.monotonic)

    def check(self, study: str) -> None:
        """Raise `TuningError` if one cannot be, or nothing would end the study."""
        for name in ("n_trials", "patience"):
            given = getattr(self, name)
            if given is not None and (not isinstance(given, int) or isinstance(given, bool) or given < 1):
                raise TuningError(study, f"{name}={given!r}", "give a whole number from 1 up, or leave it out")
        if self.timeout is not None and not self.timeout > 0:
            raise TuningError(study, f"timeout={self.timeout!r}", "give seconds above 0, or leave it out")
        if self.n_trials is None and self.timeout is None and self.patience is None:
            raise TuningError(study, "no end", "give n_trials, timeout or patience")

    def reached(self, study: Study) -> str | None:
        """Which end is reached, in words; None while trials are to be begun."""
        if self.stopped is not None and self.stopped.is_set():
            return "it was cancelled"
        if study._storage.get_study_system_attrs(study._study_id).get(STOP):
            return "it was stopped"
        trials = study.get_trials(deepcopy=False)
        if self.n_trials is not None and begun(trials) >= self.n_trials:
            return f"it has its {self.n_trials} trials"
        if self.timeout is not None and time.monotonic() - self.began >= self.timeout:
            return f"its {self.timeout:g} s are over"
        if self.patience is not None and since_better(study, trials) >= self.patience:
            return f"its last {self.patience} completed trials were no better"
        return None


def begun(trials: list[FrozenTrial]) -> int:
    """Trials that run or are over."""
    return sum(one.state != TrialState.WAITING for one in trials)


def since_better(study: Study, trials: list[FrozenTrial]) -> int:
    """Trials that were completed after the last better one: with several objectives, the last that is on the front."""
    done = [one for one in trials if one.state == TrialState.COMPLETE and one.datetime_complete is not None]
    done.sort(key=lambda one: (one.datetime_complete, one.number))
    if not done:
        return 0
    if len(study.directions) > 1:
        front = {one.number for one in study.best_trials}
        return len(done) - 1 - max(place for place, one in enumerate(done) if one.number in front)
    sign = -1.0 if study.direction.name == "MAXIMIZE" else 1.0
    values = [sign * float(one.values[0]) for one in done]
    return len(done) - 1 - values.index(min(values))
