"""Which registered model version is which artifact version."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, select

from bridge.catalog import encoding
from bridge.catalog.encoding import key, plain, stamp
from bridge.catalog.facts import Facts
from bridge.catalog.reading import artifact_of
from bridge.catalog.statements import statements
from bridge.catalog.tables import artifacts, models
from bridge.domain.model import ModelVersion
from bridge.domain.version import VersionRef


class ModelFacts(Facts):
    """Implements `bridge.domain.ports.ModelCatalog`."""

    def put_model(self, model: ModelVersion) -> None:
        """Record a registered model version; raises `VersionNotFoundError` if its version is unknown."""
        with self._database.write() as connection:
            row = {
                "name": key(model.name),
                "number": model.number,
                "artifact_id": artifact_of(connection, model.version, lock=True),
                "version": model.version.number,
                "created": stamp(model.created),
                "flavour": plain(model.flavour),
                "step_id": None if model.step_id is None else key(model.step_id),
                "run_id": None if model.run_id is None else key(model.run_id),
                "tracking_id": None if model.tracking_id is None else plain(model.tracking_id),
                "uri": plain(model.uri),
                "tags": encoding.encode(model.tags),
            }
            connection.execute(statements(self._database.dialect).put_model, row)

    def models(self, name: str | None = None) -> list[ModelVersion]:
        """Registered model versions, the latest first."""
        wanted = select(models, artifacts.c.name.label("artifact")).join(
            artifacts, artifacts.c.id == models.c.artifact_id
        )
        if name is not None:
            wanted = wanted.where(models.c.name == key(name))
        wanted = wanted.order_by(models.c.created.desc(), models.c.name, models.c.number.desc())
        with self._database.read() as connection:
            return [_model(row) for row in connection.execute(wanted)]


def _model(row: Row[Any]) -> ModelVersion:
    return ModelVersion(
        name=row.name,
        number=row.number,
        version=VersionRef(row.artifact, row.version),
        created=encoding.moment(row.created),
        flavour=row.flavour,
        step_id=row.step_id,
        run_id=row.run_id,
        tracking_id=row.tracking_id,
        uri=row.uri,
        tags=encoding.decode(row.tags),
    )
