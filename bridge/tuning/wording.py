"""Values, parameters and counts of trials as people read them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from optuna.trial import FrozenTrial

STATES = ("complete", "pruned", "failed", "running", "waiting")
"""What trials can be, in the order in which they are counted."""

_OF_OPTUNA = {"FAIL": "failed"}
FEW = 6
"""Parameters that one line shows."""

LONGEST = 40
"""Characters of one parameter's value that a line shows."""


def number(value: float | None) -> str:
    """A value with about four digits; `-` where there is none.

    >>> number(0.9123456), number(12000.0), number(float("inf")), number(None)
    ('0.9123', '12000', 'inf', '-')
    """
    if value is None:
        return "-"
    whole = math.isfinite(value) and value == round(value) and abs(value) < 1e15
    return f"{value:.0f}" if whole else f"{value:.4g}"


def values_text(values: Sequence[float] | None) -> str:
    """The values of a trial, one for each objective.

    >>> values_text([0.91234]), values_text([0.91, 12.0]), values_text(None)
    ('0.9123', '0.91, 12', '-')
    """
    return ", ".join(number(value) for value in values) if values else "-"


def parameter_text(value: object) -> str:
    """A parameter's value, shortened.

    >>> parameter_text(0.00031234), parameter_text("rbf"), parameter_text((32, 16)), parameter_text(None)
    ('0.0003123', 'rbf', '(32, 16)', 'None')
    """
    if isinstance(value, float):
        return number(value)
    text = "".join(letter if letter.isprintable() else " " for letter in str(value))
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def parameters_text(parameters: Mapping[str, Any], *, most: int | None = FEW) -> str:
    """Parameters on one line; of many, the first, and how many there are.

    >>> parameters_text({"lr": 0.00031, "depth": 5})
    'lr=0.00031, depth=5'
    >>> parameters_text({"a": 1, "b": 2, "c": 3}, most=2)
    'a=1, b=2, +1'
    """
    shown = list(parameters.items())[:most]
    more = len(parameters) - len(shown)
    said = [f"{name}={parameter_text(value)}" for name, value in shown]
    return ", ".join([*said, f"+{more}"] if more else said)


def state(trial: FrozenTrial) -> str:
    """A trial's state in one word of `STATES`.

    >>> import optuna
    >>> state(optuna.trial.create_trial(state=optuna.trial.TrialState.FAIL))
    'failed'
    """
    return _OF_OPTUNA.get(trial.state.name, trial.state.name.lower())


def counted(trials: Iterable[FrozenTrial]) -> dict[str, int]:
    """How many trials there are of each state.

    >>> import optuna
    >>> counted([optuna.trial.create_trial(value=1.0)])
    {'complete': 1}
    """
    found = [state(trial) for trial in trials]
    return {name: found.count(name) for name in STATES if name in found}


def counts_text(counts: Mapping[str, int]) -> str:
    """Numbers of trials on one line.

    >>> counts_text({"complete": 50, "pruned": 12})
    '50 complete, 12 pruned'
    """
    return ", ".join(f"{many:,} {name}" for name, many in counts.items())


def seconds(trial: FrozenTrial) -> float | None:
    """How long a trial took, once it has ended.

    >>> import optuna
    >>> seconds(optuna.trial.create_trial(state=optuna.trial.TrialState.RUNNING)) is None
    True
    """
    begun, ended = trial.datetime_start, trial.datetime_complete
    return None if begun is None or ended is None else (ended - begun).total_seconds()


def moment(when: datetime | None) -> datetime | None:
    """A time of Optuna's, which is local and does not say so, with its zone.

    >>> moment(None), moment(datetime(2026, 5, 3)).tzinfo is not None
    (None, True)
    """
    return None if when is None else when.astimezone()
