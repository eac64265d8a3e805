"""A study's plots as artifacts: its page, and Optuna's own figures where plotly is installed.

Optuna's matplotlib figures are not used: they change pyplot's style and current figure, which are the user's.
"""

from __future__ import annotations

import importlib.util
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bridge.domain.naming import clean
from bridge.domain.version import DRAWN, Version
from bridge.flows.values import save
from bridge.tuning.board import objectives, parameter_names
from bridge.tuning.page.drawing import complete
from bridge.workspace import current, guarded

if TYPE_CHECKING:
    from optuna.study import Study
    from optuna.trial import FrozenTrial

SHORT = 20.0
"""Seconds from the first trial to the last up to which a study's end does not wait for what takes seconds to import."""


def save_plots(study: Study, *, quick: bool | None = None) -> tuple[Version, ...]:
    """Save a study's page as `studies/<name>/page`, and figures as `studies/<name>/plots/history` and so on.

    Within a flow they are outputs of it. What cannot be drawn costs a warning and the rest is saved.

    Args:
        study: With the trials that it has now; without any that is complete, there is nothing to save.
        quick: Whether to save the page only, and without importances unless scikit-learn is imported anyway. Left
            out: if the trials took less than twenty seconds in all.

    Raises:
        BridgeError: Only with `on_error = "raise"`.

    >>> import optuna
    >>> study = optuna.create_study(study_name="doctest")
    >>> study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=3)
    >>> str(save_plots(study)[0].ref)
    'studies/doctest/page@1'
    """
    trials = study.get_trials(deepcopy=False)
    if not complete(trials):
        return ()
    is_quick = _span(trials) <= SHORT if quick is None else quick
    on_error = current().settings.on_error
    name = f"studies/{clean(study.study_name)}"
    made = [
        guarded(
            f"drawing {kind} of study {study.study_name!r}",
            partial(_save_figure, draw, f"{name}/plots/{kind}"),
            on_error=on_error,
            topic="plots",
        )
        for kind, draw in (() if is_quick else figures(study))
    ]
    page = guarded(
        f"saving the page of study {study.study_name!r}",
        lambda: _save_page(study, f"{name}/page", importances=not is_quick or "sklearn" in sys.modules),
        on_error=on_error,
        topic="plots",
    )
    return tuple(version for version in (page, *made) if version is not None)


def figures(study: Study) -> Iterator[tuple[str, Callable[[], Any]]]:
    """What plotly would draw of a study, kind by kind; nothing where plotly is not installed.

    Only what shows something: no importances of one parameter, no front of one objective.
    """
    if importlib.util.find_spec("plotly") is None:
        return
    import optuna.visualization as optuna_draws

    trials = study.get_trials(deepcopy=False)
    names, parameters = objectives(study), parameter_names(complete(trials))
    if len(names) in (2, 3):
        yield "front", partial(optuna_draws.plot_pareto_front, study, target_names=list(names))
    for i, name in enumerate(names):
        options: Mapping[str, Any] = {"target_name": name}
        suffix = ""
        if len(names) > 1:
            options = {"target": lambda trial, i=i: trial.values[i], "target_name": name}
            suffix = f"-{i}"
        yield f"history{suffix}", partial(optuna_draws.plot_optimization_history, study, **options)
        if parameters:
            yield f"slice{suffix}", partial(optuna_draws.plot_slice, study, **options)
        if len(parameters) > 1:
            yield f"parallel{suffix}", partial(optuna_draws.plot_parallel_coordinate, study, **options)
            if len(complete(trials)) >= 4:
                yield f"importances{suffix}", partial(_importances, study, options)
    if any(trial.intermediate_values for trial in trials):
        yield "intermediate", partial(optuna_draws.plot_intermediate_values, study)


def _importances(study: Study, options: Mapping[str, Any]) -> Any:
    import optuna.visualization as optuna_draws
    from optuna.importance import PedAnovaImportanceEvaluator

    return optuna_draws.plot_param_importances(study, evaluator=PedAnovaImportanceEvaluator(), **options)


def _save_figure(draw: Callable[[], Any], name: str) -> Version:
    with warnings.catch_warnings():  # of what is experimental in Optuna
        warnings.simplefilter("ignore")
        figure = draw()
    return save(figure, name)


def _save_page(study: Study, name: str, *, importances: bool) -> Version:
    from bridge.tuning.page import html

    trials = study.get_trials(deepcopy=False)
    with tempfile.TemporaryDirectory(prefix="bridge-") as folder:
        file = Path(folder) / "study.html"
        file.write_text(html(study, importances=importances), encoding="utf-8")
        return save(file, name, metadata={"study": study.study_name, "trials": len(trials), DRAWN: True})


def _span(trials: Sequence[FrozenTrial]) -> float:
    begun = [trial.datetime_start for trial in trials if trial.datetime_start]
    ended = [trial.datetime_complete for trial in trials if trial.datetime_complete]
    return (max(ended) - min(begun)).total_seconds() if begun and ended else 0.0
