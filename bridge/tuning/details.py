"""A study as plain values, for those who do not know Optuna: commands and pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bridge.tuning.board import Board, board, front_of, in_order, objectives
from bridge.tuning.leaders import directions_of
from bridge.tuning.page.parameters import importances
from bridge.tuning.wording import counted, moment, seconds, state

if TYPE_CHECKING:
    from optuna.study import Study
    from optuna.trial import FrozenTrial


STEP, STEPS = "bridge:step", "bridge:steps"
"""What `bridge.tuning.running` and `attempt` note in a trial; they would import Prefect."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What is known of a trial.

    Args:
        number: From 0.
        state: In one word of `bridge.tuning.wording.STATES`.
        values: One for each objective; None unless it is complete.
        params: What was tried.
        reported: What it said on its way, by step.
        began: When.
        ended: When.
        seconds: How long it took, once it has ended.
        user_attributes: What its objective noted.
        steps: Ids of its task run and of those within it, by which the catalog knows what it made.
    """

    number: int
    state: str
    values: tuple[float, ...] | None
    params: Mapping[str, Any]
    reported: Mapping[int, float] = field(default_factory=dict)
    began: datetime | None = None
    ended: datetime | None = None
    seconds: float | None = None
    user_attributes: Mapping[str, Any] = field(default_factory=dict)
    steps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Details:
    """A study at one moment.

    Args:
        name: Its name.
        directions: `minimize` or `maximize` for each objective.
        objectives: Their names.
        counts: Numbers of trials by state.
        best: The best trial; with several objectives, the front.
        trials: All of them, the best first; with several objectives, the front first.
        importances: For each objective, how much each parameter matters.
        user_attributes: What its user noted.
    """

    name: str
    directions: tuple[str, ...]
    objectives: tuple[str, ...]
    counts: Mapping[str, int]
    best: tuple[Trial, ...]
    trials: tuple[Trial, ...]
    importances: Mapping[str, Mapping[str, float]]
    user_attributes: Mapping[str, Any]


def details(study: Study) -> Details:
    """What is known of a study.

    >>> import optuna
    >>> study = optuna.create_study(study_name="churn")
    >>> study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=3)
    >>> found = details(study)
    >>> found.counts, len(found.best), found.trials[0] == found.best[0]
    ({'complete': 3}, 1, True)
    """
    trials = study.get_trials(deepcopy=False)
    names = objectives(study)
    best = front_of(study, trials)
    return Details(
        name=study.study_name,
        directions=directions_of(study),
        objectives=names,
        counts=counted(trials),
        best=tuple(_trial(trial) for trial in best),
        trials=tuple(_trial(trial) for trial in in_order(study, trials, best)),
        importances={name: importances(study, i) for i, name in enumerate(names)},
        user_attributes=dict(study.user_attrs),
    )


def table(study: Study, *, most: int) -> Board:
    """A study's trials as a table, in the order of `Details.trials`.

    >>> import optuna
    >>> table(optuna.create_study(), most=5).rows
    ()
    """
    trials = study.get_trials(deepcopy=False)
    return board(study, in_order(study, trials, front_of(study, trials)), most=most)


def _trial(trial: FrozenTrial) -> Trial:
    return Trial(
        number=trial.number,
        state=state(trial),
        values=None if trial.values is None else tuple(trial.values),
        params=dict(trial.params),
        reported=dict(trial.intermediate_values),
        began=moment(trial.datetime_start),
        ended=moment(trial.datetime_complete),
        seconds=seconds(trial),
        user_attributes=dict(trial.user_attrs),
        steps=_steps(trial.system_attrs),
    )


def _steps(notes: Mapping[str, Any]) -> tuple[str, ...]:
    own = notes.get(STEP)
    return (*([str(own)] if own else []), *map(str, notes.get(STEPS, ())))
