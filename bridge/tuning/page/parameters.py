"""Charts of a study's parameters: how much each matters, which values did well, how they go together."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from bridge.tuning.board import parameter_names
from bridge.tuning.page.charts import Chart, Frame, Kind, Line, Mark
from bridge.tuning.page.drawing import MOST_DOTS, complete, thinned, tip
from bridge.tuning.page.scales import of_parameter, of_values

if TYPE_CHECKING:
    from optuna.study import Study
    from optuna.trial import FrozenTrial

MOST_TRIALS = 5000
"""Trials up to which importances are computed."""

MOST_SLICES = 12
MOST_AXES = 8
MOST_LINES = 200
_RANKS: tuple[Kind, ...] = ("rank0", "rank1", "rank2", "rank3")


def importances(study: Study, objective: int = 0) -> dict[str, float]:
    """How much each parameter matters for an objective, from 0 to 1, the most important first.

    By PED-ANOVA, which takes milliseconds and nothing that has to be installed. Nothing where there are too few
    trials to tell, fewer than two parameters, or more than 5,000 trials.

    >>> import optuna
    >>> importances(optuna.create_study())
    {}
    """
    found = complete(study.get_trials(deepcopy=False))
    values = {trial.values[objective] for trial in found}
    if not 4 <= len(found) <= MOST_TRIALS or len(values) < 2 or len(parameter_names(found)) < 2:
        return {}
    from optuna.importance import PedAnovaImportanceEvaluator, get_param_importances

    with warnings.catch_warnings():  # experimental in Optuna below 5
        warnings.simplefilter("ignore")
        try:
            told = get_param_importances(
                study,
                evaluator=PedAnovaImportanceEvaluator(),
                target=None if len(study.directions) == 1 else lambda trial: trial.values[objective],
            )
        except (ValueError, RuntimeError):
            return {}
    return {name: float(value) for name, value in told.items() if value == value}


def by_importance(trials: Sequence[FrozenTrial], told: Mapping[str, float]) -> list[str]:
    """Names of the parameters, the important ones first."""
    names = parameter_names(trials)
    return sorted(names, key=lambda name: -told.get(name, 0.0))


def slices(
    trials: Sequence[FrozenTrial], names: Sequence[str], best: Sequence[FrozenTrial], *, objective: int, up: str
) -> list[Chart]:
    """The value against each parameter, a small chart for each."""
    found = complete(trials)
    leading = {trial.number for trial in best}
    values = of_values(trial.values[objective] for trial in found)
    made = []
    for name in names[:MOST_SLICES]:
        having = [trial for trial in found if name in trial.params]
        if not having:
            continue
        frame = Frame(of_parameter(name, having), values, width=340, height=220)
        shown = [trial for trial in thinned(having, MOST_DOTS // 2) if trial.number not in leading]
        shown += [trial for trial in having if trial.number in leading]
        dots = [
            frame.dot(t.params[name], t.values[objective], "best" if t.number in leading else "plain", tip(t))
            for t in shown
        ]
        made.append(frame.chart(name, up, dots=dots))
    return made


class _Unit:
    """An axis that says nothing."""

    def at(self, value: float) -> float:
        return value

    def ticks(self) -> list[object]:
        return []


def parallel(
    trials: Sequence[FrozenTrial], names: Sequence[str], *, objective: int, direction: str, up: str
) -> tuple[Chart, tuple[tuple[Mark, tuple[Mark, ...]], ...]] | None:
    """Each trial as a line through its value and its parameters, and the axes that it goes through.

    The better a quarter of the trials is, the stronger its lines are. A parameter that a trial does not have breaks
    its line. None where there are fewer than two parameters.
    """
    found = complete(trials)
    chosen = list(names[:MOST_AXES])
    if len(chosen) < 2 or not found:
        return None
    frame = Frame(_Unit(), _Unit(), height=320)  # type: ignore[arg-type]  # no ticks of it are asked for
    scales = [of_values(trial.values[objective] for trial in found), *(of_parameter(name, found) for name in chosen)]
    places = [i / len(chosen) for i in range(len(scales))]
    lines: list[Line] = []
    for rank, trial in reversed(_ranked(found, objective, direction)):
        told = [trial.values[objective], *(trial.params.get(name, _MISSING) for name in chosen)]
        points = [
            None if value is _MISSING else (place, scale.at(value))
            for place, scale, value in zip(places, scales, told, strict=True)
        ]
        lines += [frame.line(part, rank, tip(trial)) for part in _unbroken(points)]
    axes = tuple(
        (
            Mark(frame.place(place, 0)[0], title),
            tuple(Mark(frame.place(0, tick.at)[1], tick.label) for tick in scale.ticks()),
        )
        for place, scale, title in zip(places, scales, [up, *chosen], strict=True)
    )
    return frame.chart("", "", lines=lines), axes


_MISSING = object()


def _ranked(trials: Sequence[FrozenTrial], objective: int, direction: str) -> list[tuple[Kind, FrozenTrial]]:
    ordered = sorted(trials, key=lambda trial: trial.values[objective], reverse=direction == "maximize")
    shown = [ordered[0], *thinned(ordered[1:], MOST_LINES)] if ordered else []
    return [(_RANKS[min(4 * i // len(shown), 3)], trial) for i, trial in enumerate(shown)]


def _unbroken(points: Sequence[tuple[float, float] | None]) -> list[list[tuple[float, float]]]:
    parts: list[list[tuple[float, float]]] = [[]]
    for point in points:
        if point is None:
            parts.append([])
        else:
            parts[-1].append(point)
    return [part for part in parts if len(part) > 1]
