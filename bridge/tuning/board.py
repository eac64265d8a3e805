"""Trials in order, the best first, as rows of a table."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bridge.domain.humane import duration
from bridge.tuning.leaders import Leaders, breaks_a_constraint, directions_of
from bridge.tuning.wording import STATES, number, parameter_text, seconds, state

if TYPE_CHECKING:
    from optuna.study import Study
    from optuna.trial import FrozenTrial


@dataclass(frozen=True, slots=True)
class Board:
    """A table of trials.

    Args:
        columns: Headings: trial, state, one for each objective, one for each parameter, took.
        rows: Cells as text.
        left_out: Trials that have no row.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    left_out: int = 0


def objectives(study: Study) -> tuple[str, ...]:
    """Names of a study's objectives: those that it was given, or `value`, or `value 0`, `value 1` and so on.

    >>> import optuna
    >>> objectives(optuna.create_study()), objectives(optuna.create_study(directions=["minimize", "maximize"]))
    (('value',), ('value 0', 'value 1'))
    """
    return named_objectives(getattr(study, "metric_names", None), len(study.directions))


def named_objectives(names: Sequence[str] | None, many: int) -> tuple[str, ...]:
    """The names that were given, or those of `objectives`.

    >>> named_objectives(["accuracy"], 1), named_objectives(None, 1)
    (('accuracy',), ('value',))
    """
    if names:
        return tuple(names)
    return ("value",) if many == 1 else tuple(f"value {i}" for i in range(many))


def best_first(
    trials: Iterable[FrozenTrial], directions: Sequence[str], *, most: int | None = None
) -> list[FrozenTrial]:
    """Trials as people look for them: complete ones, the best first, then pruned, failed and running ones.

    With several objectives the first one orders; of equals the earlier comes first. Trials that break a constraint come
    after those that keep them.

    >>> import optuna
    >>> made = [optuna.trial.create_trial(value=value) for value in (1.0, 3.0, 2.0)]
    >>> [trial.value for trial in best_first(made, ["maximize"], most=2)]
    [3.0, 2.0]
    """
    sign = 1.0 if directions[0] == "minimize" else -1.0

    def key(trial: FrozenTrial) -> tuple[int, bool, float, int]:
        if trial.state.name == "COMPLETE":
            return 0, breaks_a_constraint(trial), sign * trial.values[0], trial.number
        return STATES.index(state(trial)), False, 0.0, trial.number

    found = list(trials)
    return sorted(found, key=key) if most is None else heapq.nsmallest(most, found, key=key)


def front_of(study: Study, trials: Sequence[FrozenTrial]) -> tuple[FrozenTrial, ...]:
    """The best trial; with several objectives those that no other one beats."""
    leaders = Leaders(directions_of(study))
    for trial in trials:
        leaders.add(trial)
    return leaders.trials


def in_order(study: Study, trials: Sequence[FrozenTrial], best: Sequence[FrozenTrial]) -> list[FrozenTrial]:
    """All trials: the front, the others, and last those without a result."""
    directions, leading = directions_of(study), {trial.number for trial in best}
    others = [trial for trial in trials if trial.number not in leading]
    return [*best_first(best, directions), *best_first(others, directions)]


def parameter_names(trials: Iterable[FrozenTrial]) -> list[str]:
    """Names of the parameters of any of the trials, as they first appear.

    >>> import optuna
    >>> parameter_names([optuna.trial.create_trial(value=1.0)])
    []
    """
    return list(dict.fromkeys(name for trial in trials for name in trial.params))


def board(study: Study, trials: Sequence[FrozenTrial], *, most: int) -> Board:
    """Trials as a table, in the order in which they are given.

    >>> import optuna
    >>> study = optuna.create_study()
    >>> study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=3)
    >>> made = board(study, study.trials, most=2)
    >>> made.columns, len(made.rows), made.left_out
    (('trial', 'state', 'value', 'x', 'took'), 2, 1)
    """
    shown = trials[:most]
    parameters = parameter_names(shown)
    names = objectives(study)
    rows = tuple(_row(trial, parameters, len(names)) for trial in shown)
    return Board(("trial", "state", *names, *parameters, "took"), rows, len(trials) - len(shown))


def _row(trial: FrozenTrial, parameters: Sequence[str], objectives: int) -> tuple[str, ...]:
    took = seconds(trial)
    return (
        str(trial.number),
        state(trial),
        *_values(trial, objectives),
        *(parameter_text(trial.params[name]) if name in trial.params else "" for name in parameters),
        "" if took is None else duration(took),
    )


def _values(trial: FrozenTrial, objectives: int) -> Sequence[str]:
    if trial.state.name == "COMPLETE" and trial.values is not None:
        return [number(value) for value in trial.values]
    reached = trial.intermediate_values
    if trial.state.name == "PRUNED" and reached:
        last = max(reached)
        return [f"{number(reached[last])} at step {last}", *[""] * (objectives - 1)]
    return [""] * objectives
