"""Studies made by Optuna alone, as `tune` leaves them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import optuna
from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.trial import FrozenTrial, TrialState, create_trial

BEGUN = datetime(2026, 5, 3, 12, 0, 0)
SPACE: dict[str, BaseDistribution] = {
    "lr": FloatDistribution(1e-4, 1.0, log=True),
    "depth": IntDistribution(1, 9),
    "kind": CategoricalDistribution(["gini", "entropy", None]),
}


def trial(
    *values: float,
    number: int = 0,
    state: TrialState = TrialState.COMPLETE,
    params: dict[str, Any] | None = None,
    reported: dict[int, float] | None = None,
    **more: Any,
) -> FrozenTrial:
    chosen = params if params is not None else {"lr": 10.0 ** -(number % 4), "depth": 1 + number % 9, "kind": "gini"}
    one = create_trial(
        values=list(values) or None,
        state=state,
        params=chosen,
        distributions={name: SPACE.get(name, FloatDistribution(-1e9, 1e9)) for name in chosen},
        intermediate_values=reported or {},
        **more,
    )
    one.number = number
    one.datetime_start = BEGUN + timedelta(seconds=number)
    one.datetime_complete = one.datetime_start + timedelta(seconds=2) if state.is_finished() else None
    return one


def study(
    name: str = "churn", *, directions: Sequence[str] = ("minimize",), trials: Sequence[FrozenTrial] = ()
) -> optuna.Study:
    made = optuna.create_study(study_name=name, directions=list(directions))  # type: ignore[arg-type]  # one of two words
    made.add_trials(trials)
    return made


def searched(name: str = "churn", trials: int = 12) -> optuna.Study:
    """A study with complete, pruned and failed trials, which reported on their way."""
    made = [
        trial(abs(number - 7) / 10, number=number, reported={0: 1.0, 1: abs(number - 7) / 10})
        for number in range(trials)
    ]
    made.append(trial(number=trials, state=TrialState.PRUNED, reported={0: 3.0}))
    made.append(trial(number=trials + 1, state=TrialState.FAIL))
    return study(name, trials=made)


def front(name: str = "two") -> optuna.Study:
    """A study with two objectives, whose trials 0 to 4 are the front."""
    made = [trial(float(i), float(4 - i), number=i) for i in range(5)]
    made += [trial(float(i) + 1, float(4 - i) + 1, number=5 + i) for i in range(5)]
    return study(name, directions=("minimize", "minimize"), trials=made)


def kept(made: optuna.Study) -> optuna.Study:
    """The study as `tune` keeps it: in the workspace."""
    from bridge.tuning.storing import storage_of

    there = optuna.create_study(
        study_name=made.study_name, directions=made.directions, storage=storage_of(made.study_name)
    )
    there.add_trials(made.get_trials())
    return there
