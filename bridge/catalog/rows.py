"""Rows of the tables as the domain's values."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, Select, select

from bridge.catalog.encoding import from_micros
from bridge.catalog.tables import artifacts, edges, models, versions
from bridge.domain.model import ModelVersion
from bridge.domain.run import Run
from bridge.domain.version import Edge, Version, VersionRef

VERSIONS: Select[Any] = select(artifacts.c.name, versions).join(artifacts, artifacts.c.id == versions.c.artifact_id)
"""Versions with their names."""

EDGES: Select[Any] = select(artifacts.c.name, edges).join(artifacts, artifacts.c.id == edges.c.artifact_id)
"""Edges with their versions' names."""

MODELS: Select[Any] = select(artifacts.c.name.label("artifact"), models).join(
    artifacts, artifacts.c.id == models.c.artifact_id
)
"""Model versions with their artifacts' names."""


def version_of(row: Row[Any], aliases: tuple[str, ...] = ()) -> Version:
    """A version from a row of `VERSIONS`."""
    return Version(
        ref=VersionRef(row.name, row.number),
        digest=row.digest,
        format=row.format,
        type=row.type,
        size=row.size,
        created=from_micros(row.created),
        step_id=row.step_id,
        run_id=row.run_id,
        metadata=row.facts,
        aliases=aliases,
    )


def edge_of(row: Row[Any]) -> Edge:
    """An edge from a row of `EDGES`."""
    return Edge(row.step_id, VersionRef(row.name, row.number), row.direction, row.slot, row.tie)


def model_of(row: Row[Any]) -> ModelVersion:
    """A model version from a row of `MODELS`."""
    return ModelVersion(
        name=row.name,
        number=row.number,
        version=VersionRef(row.artifact, row.version),
        created=from_micros(row.created),
        flavour=row.flavour,
        step_id=row.step_id,
        run_id=row.run_id,
        tracking_id=row.tracking_id,
        uri=row.uri,
        tags=row.tags,
    )


def run_of(row: Row[Any]) -> Run:
    """A run from a row of the table of runs."""
    facts = row._mapping
    return Run(
        id=facts["id"],
        flow=facts["flow"],
        name=facts["name"],
        state=facts["state"],
        started=from_micros(facts["started"]),
        ended=None if facts["ended"] is None else from_micros(facts["ended"]),
        parent_id=facts["parent_id"],
        parameters=facts["parameters"],
        code=facts["code"],
        host=facts["host"],
        tracking_id=facts["tracking_id"],
        tracking_uri=facts["tracking_uri"],
    )
