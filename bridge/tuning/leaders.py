"""The best trials so far, kept up to date as trials end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from optuna.study import Study
    from optuna.trial import FrozenTrial


def directions_of(study: Study) -> tuple[str, ...]:
    """`minimize` or `maximize` for each objective.

    >>> import optuna
    >>> directions_of(optuna.create_study(directions=["minimize", "maximize"]))
    ('minimize', 'maximize')
    """
    return tuple(direction.name.lower() for direction in study.directions)


class Leaders:
    """The best trial; with several objectives, those that no other one is better than in all of them.

    Trials that are not complete, or break a constraint, never lead; of equals the earlier one does, as in Optuna.
    What `add` costs grows with the number of leaders, not of trials.

    Args:
        directions: `minimize` or `maximize` for each objective.

    >>> import optuna
    >>> leaders = Leaders(["maximize"])
    >>> for value in (0.1, 0.9, 0.5):
    ...     leaders.add(optuna.trial.create_trial(value=value))
    >>> [trial.value for trial in leaders.trials]
    [0.9]
    """

    def __init__(self, directions: Sequence[str]) -> None:
        self._signs = [1.0 if direction == "minimize" else -1.0 for direction in directions]
        self.trials: tuple[FrozenTrial, ...] = ()

    def add(self, trial: FrozenTrial) -> None:
        """Let a trial that has ended take part."""
        if trial.state.name != "COMPLETE" or breaks_a_constraint(trial) or len(trial.values) != len(self._signs):
            return
        if any(self._beats(other, trial) for other in self.trials):
            return
        self.trials = (*(other for other in self.trials if not self._beats(trial, other)), trial)

    def _losses(self, trial: FrozenTrial) -> list[float]:
        return [sign * value for sign, value in zip(self._signs, trial.values, strict=True)]

    def _beats(self, one: FrozenTrial, other: FrozenTrial) -> bool:
        """Whether one trial is better; of equals with one objective the earlier, on a front they stand side by side."""
        pairs = list(zip(self._losses(one), self._losses(other), strict=True))
        if len(pairs) == 1 and pairs[0][0] == pairs[0][1]:
            return one.number <= other.number
        return all(a <= b for a, b in pairs) and any(a < b for a, b in pairs)


def breaks_a_constraint(trial: FrozenTrial) -> bool:
    """Whether one of a trial's constraints is above zero.

    >>> import optuna
    >>> breaks_a_constraint(optuna.trial.create_trial(value=1.0, system_attrs={"constraints": [0.5]}))
    True
    """
    named = getattr(trial, "constraints", None)  # Optuna below 5 has them as an attribute of the system only
    told = list(named.values()) if named is not None else trial.system_attrs.get("constraints") or ()
    return any(value > 0 for value in told)
