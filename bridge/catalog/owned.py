"""Aliases of artifacts that promotion has set: they follow the model's, and are not moved by hand."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, select

from bridge.catalog.tables import artifacts, model_aliases, models
from bridge.domain.refusals import OwnedAliasError

_OWNERS = select(models.c.name, models.c.artifact_id, model_aliases.c.alias, models.c.version).join(
    model_aliases, (model_aliases.c.name == models.c.name) & (model_aliases.c.number == models.c.number)
)


def other_models_at(connection: Connection, artifact_id: int, alias: str, *, but: str) -> list[str]:
    """Names of other models whose alias of that name is at a version of an artifact.

    >>> from bridge.catalog.engine import Database
    >>> database = Database("sqlite://")
    >>> with database.read() as connection:
    ...     other_models_at(connection, 1, "champion", but="churn")
    []
    >>> database.close()
    """
    wanted = _OWNERS.where(models.c.artifact_id == artifact_id, model_aliases.c.alias == alias, models.c.name != but)
    return [row.name for row in connection.execute(wanted.order_by(models.c.name))]


def refuse_owned(connection: Connection, pointing: Iterable[tuple[int, str, int | None]]) -> None:
    """Refuse to move aliases by hand that promotion has set.

    Args:
        connection: Of the transaction that is to move them.
        pointing: Artifact's row id, alias, and the number where it is to be; None to take it away.

    Raises:
        OwnedAliasError: If one of them is promotion's, and not at that version already; names the model.

    >>> from bridge.catalog.engine import Database
    >>> database = Database("sqlite://")
    >>> with database.read() as connection:
    ...     refuse_owned(connection, [(1, "champion", 3)])
    >>> database.close()
    """
    for artifact_id, alias, number in pointing:
        wanted = _OWNERS.where(models.c.artifact_id == artifact_id, model_aliases.c.alias == alias)
        for row in connection.execute(wanted.order_by(models.c.name)).all():
            if row.version != number:
                name = connection.execute(select(artifacts.c.name).where(artifacts.c.id == artifact_id)).scalar_one()
                raise OwnedAliasError(f"{name}@{alias}", row.name, alias)
