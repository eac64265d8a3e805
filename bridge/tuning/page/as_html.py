"""A study as one HTML page: no scripts, nothing asked of any server, readable in light, in dark and on paper."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from typing import TYPE_CHECKING

from bridge.tuning.page.sections import sections

if TYPE_CHECKING:
    from jinja2 import Environment
    from optuna.study import Study


def html(study: Study, *, importances: bool = True) -> str:
    """Write a study as a page. The same trials give the same text.

    Every text is escaped, and the page's own policy forbids scripts, requests and any style but its own.

    Args:
        study: With the trials that it has now.
        importances: Whether to say how much each parameter matters, for which Optuna imports scikit-learn.

    >>> import optuna
    >>> study = optuna.create_study(study_name="<churn>")
    >>> study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=3)
    >>> "<h1>&lt;churn&gt;</h1>" in html(study)
    True
    """
    environment = _environment()
    style = "".join(_source(environment, name) for name in ("style.css", "study.css"))
    page = environment.get_template("study.html").render(
        title=study.study_name,
        sections=sections(study, importances=importances),
        style=style,
        style_digest=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
    )
    return page + "\n"


def _source(environment: Environment, name: str) -> str:
    text, _, _ = environment.loader.get_source(environment, name)  # type: ignore[union-attr]  # it has one
    return text


@cache
def _environment() -> Environment:
    from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined  # 80 ms to import

    own, of_cards = PackageLoader("bridge.tuning.page", "templates"), PackageLoader("bridge.models.cards", "page")
    return Environment(
        loader=ChoiceLoader([own, of_cards]),  # the style is that of model cards
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_printable,
    )


def _printable(value: object) -> object:
    """Text without control characters, which HTML does not have."""
    if type(value) is not str or value.isprintable():
        return value
    return "".join(letter if letter.isprintable() or letter == "\n" else " " for letter in value)
