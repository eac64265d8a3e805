"""Who is told how a study goes."""

from __future__ import annotations

from optuna.study import Study
from optuna.trial import FrozenTrial


class Progress:
    """Told of a study by the loop that runs its trials, from one thread.

    Args:
        timeout: Seconds after which no more trials are begun; None for no such limit.
    """

    def __init__(self, *, timeout: float | None = None) -> None:
        self.timeout = timeout

    def began(self, study: Study, n_trials: int | None) -> None:
        """Trials are begun now; the study is to have so many, or as many as there is time for."""

    def told(self, study: Study, trial: FrozenTrial) -> None:
        """A trial has ended, and the study knows."""

    def ended(self, study: Study) -> None:
        """No more trials are begun; called once, however the study ended."""
