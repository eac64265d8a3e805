"""Charts of a study's values: how they came about, what was reached on the way, the front."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import TYPE_CHECKING

from bridge.tuning.leaders import Leaders
from bridge.tuning.page.charts import Chart, Frame, Line
from bridge.tuning.page.scales import Scale, of_values
from bridge.tuning.wording import parameters_text, values_text

if TYPE_CHECKING:
    from optuna.trial import FrozenTrial

MOST_DOTS = 1000
"""Trials that a chart has; of more, evenly chosen ones."""

MOST_CURVES = 100


def complete(trials: Sequence[FrozenTrial]) -> list[FrozenTrial]:
    """Trials that have all their values.

    >>> import optuna
    >>> len(complete([optuna.trial.create_trial(value=1.0)]))
    1
    """
    return [trial for trial in trials if trial.state.name == "COMPLETE"]


def thinned(trials: Sequence[FrozenTrial], most: int) -> list[FrozenTrial]:
    """Evenly chosen ones, at most so many.

    >>> thinned(range(10), 4)
    [0, 3, 6, 9]
    """
    return list(trials[:: -(-len(trials) // most)]) if len(trials) > most else list(trials)


def tip(trial: FrozenTrial) -> str:
    """What a trial says when one points at it.

    >>> import optuna
    >>> tip(optuna.trial.create_trial(value=1.0))
    'trial -1: 1'
    """
    parameters = parameters_text(trial.params)
    return f"trial {trial.number}: {values_text(trial.values)}" + (f" · {parameters}" if parameters else "")


def history(trials: Sequence[FrozenTrial], objective: int, direction: str, *, name: str) -> Chart:
    """Values of one objective by trial, and the best up to each.

    >>> import optuna
    >>> chart = history([optuna.trial.create_trial(value=v) for v in (3.0, 1.0)], 0, "minimize", name="loss")
    >>> len(chart.dots), len(chart.lines), chart.up
    (2, 1, 'loss')
    """
    found = complete(trials)
    frame = Frame(_numbers(found), of_values(trial.values[objective] for trial in found))
    shown = thinned(found, MOST_DOTS)
    dots = [frame.dot(trial.number, trial.values[objective], "plain", tip(trial)) for trial in shown]
    steps: list[tuple[float, float]] = []
    leaders = Leaders([direction])
    for trial in found:
        before = leaders.trials
        leaders.add(_only(trial, objective))
        if leaders.trials != before:
            if steps:
                steps.append((trial.number, steps[-1][1]))
            steps.append((trial.number, trial.values[objective]))
    if steps:
        steps.append((max(trial.number for trial in found), steps[-1][1]))
    lines = [frame.line(steps, "best", "the best so far")]
    return frame.chart("trial", name, dots=dots, lines=lines)


def fronts(trials: Sequence[FrozenTrial], best: Sequence[FrozenTrial], names: Sequence[str]) -> list[Chart]:
    """One objective against another, for each pair of the first three; the front stands out."""
    found, leading = complete(trials), {trial.number for trial in best}
    shown = [trial for trial in thinned(found, MOST_DOTS) if trial.number not in leading]
    made = []
    for x, y in combinations(range(min(len(names), 3)), 2):
        frame = Frame(of_values(t.values[x] for t in found), of_values(t.values[y] for t in found), height=340)
        dots = [frame.dot(t.values[x], t.values[y], "plain", tip(t)) for t in shown]
        dots += [frame.dot(t.values[x], t.values[y], "best", tip(t)) for t in best]
        made.append(frame.chart(names[x], names[y], dots=dots))
    return made


def curves(trials: Sequence[FrozenTrial], best: Sequence[FrozenTrial], *, name: str) -> Chart | None:
    """What trials reported on the way, step by step; None if none did."""
    found = [trial for trial in trials if len(trial.intermediate_values) > 1]
    if not found:
        return None
    leading = {trial.number for trial in best}
    shown = [trial for trial in thinned(found, MOST_CURVES) if trial.number not in leading]
    shown += [trial for trial in found if trial.number in leading]
    steps = [step for trial in found for step in trial.intermediate_values]
    values = of_values(value for trial in found for value in trial.intermediate_values.values())
    frame = Frame(Scale(min(steps), max(steps)), values)
    lines: list[Line] = []
    for trial in shown:
        pruned = "pruned" if trial.state.name == "PRUNED" else "plain"
        kind = "best" if trial.number in leading else pruned
        lines.append(frame.line(sorted(trial.intermediate_values.items()), kind, _curve_tip(trial)))  # type: ignore[arg-type]  # one of the kinds
    return frame.chart("step", name, lines=lines)


def _curve_tip(trial: FrozenTrial) -> str:
    return tip(trial) if trial.values else f"trial {trial.number}: pruned · {parameters_text(trial.params)}"


def _numbers(trials: Sequence[FrozenTrial]) -> Scale:
    last = max((trial.number for trial in trials), default=1)
    return Scale(0.0, float(max(last, 1)))


def _only(trial: FrozenTrial, objective: int) -> FrozenTrial:
    """The trial as if it had one objective."""
    if len(trial.values) == 1:
        return trial
    from copy import copy

    one = copy(trial)
    one.values = [trial.values[objective]]
    return one
