"""What holds versions and their contents: the one place that says what must stay."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, Select, literal, or_, select, union_all

from bridge.catalog.tables import aliases, artifacts, contents, edges, models, runs, steps, versions
from bridge.domain.keeping import Hold, Reason

BATCH = 500
"""Values in one statement; SQLite takes 32,766, and PostgreSQL plans so many quickly."""

At = tuple[int, int]
"""A version by its artifact's row id and its number."""

T = TypeVar("T")

_other = versions.alias("other")
NEWEST = (
    select(_other.c.number)
    .where(_other.c.artifact_id == artifacts.c.id, _other.c.deleted.is_(None))
    .order_by(_other.c.number.desc())
    .limit(1)
    .correlate(artifacts)
    .scalar_subquery()
)
"""Number of a name's latest version that is not deleted."""

_unfinished = runs.c.ended.is_(None)
_USED = union_all(
    select(versions.c.artifact_id, versions.c.number, runs.c.name)
    .join(runs, runs.c.id == versions.c.run_id)
    .where(_unfinished),
    select(edges.c.artifact_id, edges.c.number, runs.c.name)
    .join(runs, runs.c.id == edges.c.step_id)
    .where(_unfinished),
    select(edges.c.artifact_id, edges.c.number, runs.c.name)
    .join(steps, steps.c.id == edges.c.step_id)
    .join(runs, runs.c.id == steps.c.run_id)
    .where(_unfinished),
)


def is_used(since: int | None) -> ColumnElement[bool]:
    """Whether a content has a version that is not deleted, or was deleted after that time: what is live.

    >>> "EXISTS" in str(is_used(None))
    True
    """
    kept: ColumnElement[bool] = versions.c.deleted.is_(None)
    if since is not None:
        kept = or_(kept, versions.c.deleted > since)
    return select(versions.c.digest).where(versions.c.digest == contents.c.digest, kept).exists()


def holds(connection: Connection, artifact_ids: Sequence[int]) -> dict[At, set[Hold]]:
    """What holds the versions of these artifacts, as far as the transaction sees.

    >>> from bridge.catalog.engine import Database
    >>> database = Database("sqlite://")
    >>> with database.read() as connection:
    ...     holds(connection, [1])
    {}
    >>> database.close()
    """
    found: dict[At, set[Hold]] = {}
    ids = set(artifact_ids)
    for batch in batched(artifact_ids):
        for artifact_id, number, reason, what in connection.execute(_of_names(batch)):
            found.setdefault((artifact_id, number), set()).add(Hold(reason, what))
        for artifact_id, number, model, version in connection.execute(_registered(batch)):
            found.setdefault((artifact_id, number), set()).add(Hold("model", f"{model}@{version}"))
    for artifact_id, number, run in connection.execute(_USED):
        if artifact_id in ids:
            found.setdefault((artifact_id, number), set()).add(Hold("run", run))
    return found


def batched(values: Sequence[T] | Iterator[T], size: int = BATCH) -> Iterator[list[T]]:
    """Values in lists of at most so many.

    >>> list(batched([1, 2, 3], 2))
    [[1, 2], [3]]
    """
    rest = iter(values)
    while batch := list(islice(rest, size)):
        yield batch


def _of_names(ids: list[int]) -> Any:
    latest: Reason = "latest"
    alias: Reason = "alias"
    return union_all(
        select(artifacts.c.id, NEWEST, literal(latest), literal("")).where(artifacts.c.id.in_(ids)),
        select(aliases.c.artifact_id, aliases.c.number, literal(alias), aliases.c.alias).where(
            aliases.c.artifact_id.in_(ids)
        ),
    )


def _registered(ids: list[int]) -> Select[Any]:
    return select(models.c.artifact_id, models.c.version, models.c.name, models.c.number).where(
        models.c.artifact_id.in_(ids), models.c.deleted.is_(None)
    )
