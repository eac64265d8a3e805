"""What a study's page shows, in order; nothing of how it is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bridge.domain.humane import duration
from bridge.tuning.board import Board, board, front_of, in_order, objectives
from bridge.tuning.leaders import directions_of
from bridge.tuning.page.charts import Chart, Mark
from bridge.tuning.page.drawing import complete, curves, fronts, history
from bridge.tuning.page.parameters import MOST_AXES, MOST_SLICES, by_importance, parallel, slices
from bridge.tuning.page.parameters import importances as importances_of
from bridge.tuning.page.scales import of_values
from bridge.tuning.wording import counted, counts_text, moment, parameter_text, seconds, values_text

if TYPE_CHECKING:
    from optuna.study import Study
    from optuna.trial import FrozenTrial

MOST_ROWS = 200
"""Trials that the page's table has."""


@dataclass(frozen=True, slots=True)
class Share:
    """How much a parameter matters.

    Args:
        name: The parameter's.
        share: From 0 to 1.
    """

    name: str
    share: float


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page.

    Args:
        title: Heading.
        note: A sentence below it; empty if it needs none.
        facts: Named facts.
        charts: One below the other, or side by side if they are small.
        bars: Shares.
        axes: Of the chart, where it has more than two.
        table: Of trials.
    """

    title: str
    note: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    charts: tuple[Chart, ...] = ()
    bars: tuple[Share, ...] = ()
    axes: tuple[tuple[Mark, tuple[Mark, ...]], ...] = ()
    table: Board | None = None


def sections(study: Study, *, importances: bool = True) -> list[Section]:
    """The parts of a study's page; those that would be empty are left out.

    Args:
        study: With the trials that it has now.
        importances: Whether to say how much each parameter matters.

    >>> import optuna
    >>> study = optuna.create_study()
    >>> study.optimize(lambda trial: trial.suggest_float("x", 0, 1) ** 2, n_trials=5)
    >>> [section.title for section in sections(study)]
    ['The study', 'Best trial', 'History', 'Parameters', 'Trials']
    """
    trials = study.get_trials(deepcopy=False)
    names, directions = objectives(study), directions_of(study)
    best = front_of(study, trials)
    made = [_about(study, trials), *_best(best, names)]
    if complete(trials):
        charts = [history(trials, i, directions[i], name=name) for i, name in enumerate(names)]
        made.append(Section("History", _of_history(trials, len(names)), charts=tuple(charts)))
        if len(names) > 1:
            note = "Trials on the front stand out: no other one is better in every objective."
            made.append(Section("Pareto front", note, charts=tuple(fronts(trials, best, names))))
        for i, name in enumerate(names):
            told = importances_of(study, i) if importances else {}
            of = f" for {name}" if len(names) > 1 else ""
            made += _parameters(trials, best, _Goal(i, name, directions[i]), of=of, told=told)
    made += _on_the_way(trials, best, names)
    if trials:
        made.append(Section("Trials", table=board(study, in_order(study, trials, best), most=MOST_ROWS)))
    return made


def _about(study: Study, trials: list[FrozenTrial]) -> Section:
    begun = [when for trial in trials if (when := moment(trial.datetime_start)) is not None]
    ended = [when for trial in trials if (when := moment(trial.datetime_complete)) is not None]
    spent = sum(seconds(trial) or 0.0 for trial in trials)
    goals = zip(objectives(study), directions_of(study), strict=True)
    facts = (
        ("goal", ", ".join(f"{direction} {name}" for name, direction in goals)),
        ("trials", f"{len(trials):,}" + (f": {counts_text(counted(trials))}" if trials else "")),
        ("begun", min(begun).strftime("%Y-%m-%d %H:%M:%S %Z") if begun else ""),
        ("last trial ended", max(ended).strftime("%Y-%m-%d %H:%M:%S %Z") if ended else ""),
        ("time in trials", duration(spent) if ended else ""),
    )
    return Section("The study", facts=tuple(fact for fact in facts if fact[1]))


def _best(best: tuple[FrozenTrial, ...], names: tuple[str, ...]) -> list[Section]:
    if not best:
        return []
    if len(names) == 1:
        trial = best[0]
        parameters = tuple((name, parameter_text(value)) for name, value in trial.params.items())
        facts = (("trial", str(trial.number)), (names[0], values_text(trial.values)), *parameters)
        return [Section("Best trial", facts=facts)]
    return []  # the front has a chart, and its trials are in the table


@dataclass(frozen=True, slots=True)
class _Goal:
    objective: int
    name: str
    direction: str


def _of_history(trials: list[FrozenTrial], objectives: int) -> str:
    said = "Each dot is a trial; the line is the best so far."
    found = complete(trials)
    scales = [of_values(trial.values[i] for trial in found) for i in range(objectives)]
    if any(not scale.low <= trial.values[i] <= scale.high for trial in found for i, scale in enumerate(scales)):
        said += " Values far from all others are drawn at the edge."
    return said


def _parameters(
    trials: list[FrozenTrial], best: tuple[FrozenTrial, ...], goal: _Goal, *, of: str, told: dict[str, float]
) -> list[Section]:
    names = by_importance(complete(trials), told)
    if not names:
        return []
    made = []
    if told:
        note = "How much of the difference between good and poor trials each explains, by PED-ANOVA."
        made.append(Section(f"Importance{of}", note, bars=tuple(Share(*one) for one in told.items())))
    drawn = slices(trials, names, best, objective=goal.objective, up=goal.name)
    made.append(Section(f"Parameters{of}", _more(len(names), MOST_SLICES), charts=tuple(drawn)))
    lines = parallel(trials, names, objective=goal.objective, direction=goal.direction, up=goal.name)
    if lines is not None:
        note = f"Each line is a trial; the better, the stronger. {_more(len(names), MOST_AXES)}".strip()
        made.append(Section(f"Combinations{of}", note, charts=(lines[0],), axes=lines[1]))
    return made


def _more(many: int, most: int) -> str:
    return f"The first {most} of {many} parameters, the important ones first." if many > most else ""


def _on_the_way(trials: list[FrozenTrial], best: tuple[FrozenTrial, ...], names: tuple[str, ...]) -> list[Section]:
    chart = curves(trials, best, name=names[0] if len(names) == 1 else "reported")
    note = "What trials reported step by step; pruned ones are dashed, the best stands out."
    return [] if chart is None else [Section("On the way", note, charts=(chart,))]
