"""A study as one HTML page: no scripts, nothing asked of any server, readable in light, in dark and on paper."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from bridge.pages import environment, render
from bridge.tuning.page.sections import sections

if TYPE_CHECKING:
    from optuna.study import Study

    from bridge.pages.page import Templates


def html(study: Study, *, importances: bool = True) -> str:
    """Write a study as a page. The same trials give the same text.

    Args:
        study: With the trials that it has now.
        importances: Whether to say how much each parameter matters, for which Optuna imports scikit-learn.

    >>> import optuna
    >>> study = optuna.create_study(study_name="<churn>")
    >>> study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=3)
    >>> "<h1>&lt;churn&gt;</h1>" in html(study)
    True
    """
    return render(
        _templates(),
        "study.html",
        styles=("study.css",),
        kind="Study",
        title=study.study_name,
        sections=sections(study, importances=importances),
    )


@cache
def _templates() -> Templates:
    return environment("bridge.tuning.page", "templates")
