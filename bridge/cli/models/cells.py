"""What the tables of models have in their cells."""

from __future__ import annotations

from bridge.domain.errors import RunNotFoundError
from bridge.domain.model import ModelVersion
from bridge.domain.ports import Catalog
from bridge.models.finding import data_of


def selectors(catalog: Catalog, model: ModelVersion) -> list[str]:
    """Selectors of the data that a model was trained on."""
    return [str(ref) for ref in data_of(catalog, model)]


def run_name(catalog: Catalog, model: ModelVersion) -> str:
    """Name of the flow run that made it; empty if it was none."""
    if model.run_id is None:
        return ""
    try:
        return catalog.run(model.run_id).name
    except RunNotFoundError:
        return model.run_id[:8]


def uri_of(model: ModelVersion) -> str:
    """What MLflow loads it by."""
    return model.uri or f"models:/{model.name}/{model.number}"
