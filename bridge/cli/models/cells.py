"""What the tables of models have in their cells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import typer
from rich.text import Text

from bridge.domain.model import Evaluation, ModelVersion
from bridge.domain.ports import Catalog
from bridge.models.finding import data_of

Wanted = Annotated[
    str,
    typer.Argument(metavar="NAME[@N]", help="A model version: churn is the latest, churn@3, churn@champion."),
]

FEW = 2
"""Metrics that a table shows of a model version."""


def selectors(catalog: Catalog, model: ModelVersion) -> list[str]:
    """Selectors of the data that a model was trained on."""
    return [str(ref) for ref in data_of(catalog, model)]


def uri_of(model: ModelVersion) -> str:
    """What MLflow loads it by."""
    return model.uri or f"models:/{model.name}/{model.number}"


def selector_text(model: ModelVersion) -> Text:
    """Its selector, dim where it is archived."""
    return Text(model.selector, style="dim") if model.archived else Text(model.selector)


def aliases_text(model: ModelVersion) -> Text:
    """Its aliases, or that it is archived."""
    return Text("archived", style="dim") if model.archived else Text(", ".join(model.aliases), style="green")


def number(value: float) -> str:
    """A metric with about four digits.

    >>> number(0.9123456), number(12000.0), number(0.0000123)
    ('0.9123', '12000', '1.23e-05')
    """
    return f"{value:.0f}" if value == round(value) and abs(value) < 1e15 else f"{value:.4g}"


def metrics_text(metrics: Mapping[str, float], *, most: int | None = None) -> str:
    """Metrics on one line; of many, the first, and how many there are.

    >>> metrics_text({"accuracy": 0.91, "f1": 0.88, "loss": 0.2}, most=2)
    'accuracy 0.91, f1 0.88, +1'
    """
    names = list(metrics)[:most]
    more = len(metrics) - len(names)
    said = [f"{name} {number(metrics[name])}" for name in names]
    return ", ".join([*said, f"+{more}"] if more else said)


def latest_metrics(found: list[Evaluation]) -> str:
    """The latest evaluation, for a table."""
    return metrics_text(found[0].metrics, most=FEW) if found else ""
