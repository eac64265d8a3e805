"""Which registered model version is which artifact version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

from sqlalchemy import Connection, Row, select, update

from bridge.catalog import encoding
from bridge.catalog.encoding import key, plain, stamp
from bridge.catalog.facts import Facts
from bridge.catalog.reading import artifact_of
from bridge.catalog.statements import statements, write
from bridge.catalog.tables import artifacts, model_aliases, models
from bridge.domain.errors import ModelInUseError, ModelNotFoundError
from bridge.domain.model import ModelDetails, ModelVersion
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
                "details": encoding.encode(_written(model.details)),
                "archived": None if model.archived is None else stamp(model.archived),
                "deleted": None,
            }
            write(connection, statements(self._database.dialect).put_model, row)

    def models(self, name: str | None = None) -> list[ModelVersion]:
        """Registered model versions, the latest first."""
        with self._database.read() as connection:
            return _models(connection, name)

    def amend_model(
        self, name: str, number: int, *, details: Mapping[str, Any], tags: Mapping[str, str | None]
    ) -> ModelVersion:
        """Change fields of a model version's details, and its tags; return what it is then.

        Raises:
            ModelNotFoundError: If there is no such model version.
            TypeError: If details have no such field.
        """
        with self._database.write() as connection:
            model = _locked(connection, name, number)
            changed = {**model.tags, **tags}
            model = replace(
                model,
                details=replace(model.details, **details),
                tags={tag: value for tag, value in changed.items() if value is not None},
            )
            values = {"details": encoding.encode(_written(model.details)), "tags": encoding.encode(model.tags)}
            connection.execute(_at(update(models), name, number).values(values))
        return model

    def archive_model(self, name: str, number: int, archived: datetime | None) -> ModelVersion:
        """Note since when a model version is archived, or that it is not.

        Raises:
            ModelNotFoundError: If there is no such model version.
            ModelInUseError: If it is to be archived and an alias is at it.
        """
        with self._database.write() as connection:
            model = _locked(connection, name, number)
            if archived is not None and model.aliases:
                way_out = "Promote another version, or roll back, first."
                raise ModelInUseError(model.selector, model.aliases, doing="archived", way_out=way_out)
            row = {"archived": None if archived is None else stamp(archived)}
            connection.execute(_at(update(models), name, number).values(row))
        return replace(model, archived=archived)

    def delete_model(self, name: str, number: int) -> None:
        """Forget a model version; its number is not given again, and the artifact version stays.

        Raises:
            ModelNotFoundError: If there is no such model version.
            ModelInUseError: If an alias is at it: those move by decisions only.
        """
        with self._database.write() as connection:
            model = _locked(connection, name, number)
            if model.aliases:
                way_out = "Promote another version, or take the aliases away, first."
                raise ModelInUseError(model.selector, model.aliases, doing="deleted", way_out=way_out)
            now = stamp(datetime.now(timezone.utc))
            connection.execute(_at(update(models), name, number).values({"deleted": now}))


def _at(statement: Any, name: str, number: int) -> Any:
    return statement.where(models.c.name == key(name), models.c.number == number)


def _locked(connection: Connection, name: str, number: int) -> ModelVersion:
    """A model version that nobody else changes until the transaction ends: all of the name are locked."""
    connection.execute(select(models.c.number).where(models.c.name == key(name)).with_for_update()).all()
    found = _models(connection, name)
    for model in found:
        if model.number == number:
            return model
    raise ModelNotFoundError(f"{name}@{number}", [model.selector for model in found])


def _models(connection: Connection, name: str | None) -> list[ModelVersion]:
    wanted = select(models, artifacts.c.name.label("artifact")).join(artifacts, artifacts.c.id == models.c.artifact_id)
    wanted = wanted.where(models.c.deleted.is_(None))
    if name is not None:
        wanted = wanted.where(models.c.name == key(name))
    wanted = wanted.order_by(models.c.created.desc(), models.c.name, models.c.number.desc())
    rows = connection.execute(wanted).all()
    pointing = _aliases(connection, {row.name for row in rows})
    return [_model(row, pointing.get((row.name, row.number), ())) for row in rows]


def _aliases(connection: Connection, names: set[str]) -> dict[tuple[str, int], tuple[str, ...]]:
    wanted = select(model_aliases.c.name, model_aliases.c.number, model_aliases.c.alias)
    if len(names) == 1:
        wanted = wanted.where(model_aliases.c.name.in_(names))
    found: dict[tuple[str, int], tuple[str, ...]] = {}
    for name, number, alias in connection.execute(wanted.order_by(model_aliases.c.alias)):
        found[name, number] = (*found.get((name, number), ()), alias)
    return found


def _model(row: Row[Any], aliases: tuple[str, ...]) -> ModelVersion:
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
        details=_read(encoding.decode(row.details)),
        archived=None if row.archived is None else encoding.moment(row.archived),
        aliases=aliases,
    )


def _written(details: ModelDetails) -> dict[str, Any]:
    """Details as JSON; what says nothing is left out."""
    facts = {name: getattr(details, name) for name in ModelDetails.__dataclass_fields__}
    facts["data"] = [[ref.name, ref.number] for ref in details.data]
    facts["example"] = None if details.example is None else [details.example.name, details.example.number]
    return {name: value for name, value in facts.items() if value}


def _read(facts: Mapping[str, Any]) -> ModelDetails:
    known = {name: value for name, value in facts.items() if name in ModelDetails.__dataclass_fields__}
    for name in ("owners", "requirements"):
        known[name] = tuple(known.get(name, ()))
    known["data"] = tuple(VersionRef(*pair) for pair in known.get("data", ()))
    if "example" in known:
        known["example"] = VersionRef(*known["example"])
    return ModelDetails(**known)
