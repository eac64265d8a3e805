"""Model versions of ZenML, each with the one of its artifacts that is the model."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timezone
from typing import Any

from bridge.domain.naming import clean
from bridge.migrate.data.history import PastModel
from bridge.migrate.data.zenml.tables import Row, Tables, labels, moment
from bridge.migrate.data.zenml.values import Kind

_STAGES = ("staging", "production")

_FRAMEWORKS = frozenset(
    {"sklearn", "xgboost", "lightgbm", "catboost", "torch", "keras", "tensorflow", "transformers", "statsmodels"}
)
"""Packages whose objects are models where ZenML, which had not loaded its integration, calls none a model."""


def models_of(tables: Tables, versions: Collection[str]) -> Iterator[PastModel]:
    """Model versions; of several models among the artifacts of one, the latest is the model.

    Args:
        tables: The rows.
        versions: Ids of the versions that come.
    """
    models = tables.by_id("model")
    rows = {row["id"]: row for row in tables.rows["artifact_version"] if row["id"] in versions}
    linked: dict[str, list[Row]] = defaultdict(list)
    called: dict[str, list[Row]] = defaultdict(list)
    for link in tables.rows["model_versions_artifacts"]:
        if (artifact := rows.get(link["artifact_version_id"])) is None:
            continue
        if artifact["type"] == "ModelArtifact" or link["is_model_artifact"]:
            called[link["model_version_id"]].append(artifact)
        elif _is_of_a_framework(artifact):
            linked[link["model_version_id"]].append(artifact)
    for row in tables.rows["model_version"]:
        if (model := models.get(row["model_id"])) is None:
            continue
        words = tables.tags.get(("model_version", row["id"]), ())
        stage = str(row["stage"] or "")
        yield PastModel(
            id=row["id"],
            name=clean(str(model["name"])),
            number=int(row["number"]),
            created=moment(row["created"]) or datetime.now(timezone.utc),
            version=_latest(called[row["id"]] or linked[row["id"]]),
            aliases=(stage,) if stage in _STAGES else (),
            archived=stage == "archived",
            description=row["description"] or model["description"],
            licence=model["license"],
            intended_use=model["use_cases"],
            tags={**dict.fromkeys(words, ""), "zenml_version": str(row["name"])},
        )


def _is_of_a_framework(artifact: Row) -> bool:
    return Kind.of(artifact["materializer"], artifact["data_type"]).module.partition(".")[0] in _FRAMEWORKS


def _latest(artifacts: Sequence[Row]) -> str | None:
    latest = max(artifacts, key=lambda row: str(row["created"]), default=None)
    return None if latest is None else str(latest["id"])


def linked_models(tables: Tables) -> Mapping[str, list[Mapping[str, Any]]]:
    """Of each version, the model versions that it is linked to, with what is known of them."""
    models = tables.by_id("model")
    rows = {row["id"]: row for row in tables.rows["model_version"] if row["model_id"] in models}
    found: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for link in tables.rows["model_versions_artifacts"]:
        if (row := rows.get(link["model_version_id"])) is not None:
            told = {"name": models[row["model_id"]]["name"], "version": row["name"], "stage": row["stage"]}
            told |= labels(tables, "model_version", row["id"])
            found[link["artifact_version_id"]].append({name: value for name, value in told.items() if value})
    return found
