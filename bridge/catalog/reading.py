"""Rows as the domain's values, with what to say about a version that is not there."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from difflib import get_close_matches
from typing import Any, cast

from sqlalchemy import ARRAY, BigInteger, Connection, CursorResult, Row, Select, Text, any_, bindparam, func, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction

from bridge.catalog import encoding
from bridge.catalog.encoding import key
from bridge.catalog.tables import aliases, artifacts, contents, edges, tags, versions
from bridge.domain.errors import VersionNotFoundError
from bridge.domain.run import Input, Output, Step
from bridge.domain.version import Direction, Edge, Tie, Version, VersionRef

_SHOWN = 7
_NAMES_COMPARED = 5000

_by_id = select(artifacts.c.id, artifacts.c.name)
_NAMES: dict[str, tuple[Select[Any], Callable[[list[int]], Any]]] = {
    "sqlite": (
        _by_id.where(artifacts.c.id.in_(select(func.json_each(bindparam("ids")).table_valued("value").c.value))),
        json.dumps,
    ),
    "postgresql": (_by_id.where(artifacts.c.id == any_(bindparam("ids", type_=ARRAY(BigInteger)))), list),
}

_aliases = (
    select(func.aggregate_strings(aliases.c.alias, "@"))  # no alias holds an @
    .where(aliases.c.artifact_id == versions.c.artifact_id, aliases.c.number == versions.c.number)
    .correlate(versions)
    .scalar_subquery()
    .label("aliases")
)


class _JsonObject(GenericFunction[str]):
    """One JSON object of many rows' keys and values, as text."""

    type = Text()
    name = "json_group_object"
    inherit_cache = True


@compiles(_JsonObject, "postgresql")
def _in_postgres(element: _JsonObject, compiler: Any, **options: Any) -> str:
    return f"CAST(json_object_agg({compiler.process(element.clauses, **options)}) AS TEXT)"


_tags = (
    select(_JsonObject(tags.c.key, tags.c.value))
    .where(tags.c.artifact_id == versions.c.artifact_id, tags.c.number == versions.c.number)
    .correlate(versions)
    .scalar_subquery()
    .label("tags")
)

VERSIONS: Select[Any] = (
    select(
        artifacts.c.name,
        versions.c.number,
        versions.c.digest,
        contents.c.format,
        versions.c.type,
        contents.c.size,
        versions.c.created,
        versions.c.step_id,
        versions.c.run_id,
        versions.c.metadata,
        _aliases,
        _tags,
        contents.c.origin,
    )
    .select_from(artifacts)
    .join(versions, versions.c.artifact_id == artifacts.c.id)
    .outerjoin(contents, contents.c.digest == versions.c.digest)
    .where(versions.c.deleted.is_(None))
)
"""Every version that is not deleted, to be narrowed down."""

ARTIFACT = select(artifacts.c.id).where(artifacts.c.name == bindparam("name")).correlate(None).scalar_subquery()
"""The row id of the artifact called `name`: PostgreSQL reads the latest versions of one id, and all those of a join."""

# The name by a subquery and not by a join, from which PostgreSQL would begin when it walks along the edges.
_name = select(artifacts.c.name).where(artifacts.c.id == edges.c.artifact_id).scalar_subquery()

EDGES: Select[Any] = select(
    edges.c.step_id,
    _name.label("name"),
    edges.c.number,
    edges.c.direction,
    edges.c.slot,
    edges.c.tie,
    edges.c.position,
)
"""Every edge, to be narrowed down."""

_NAMED = (artifacts.c.name == bindparam("name")) & (versions.c.number == bindparam("number"))
_VERSION_AT = VERSIONS.where(_NAMED)
_LOCK = select(artifacts.c.id).where(artifacts.c.name == bindparam("name")).with_for_update()
_ARTIFACT_EVER = select(artifacts.c.id).join(versions, versions.c.artifact_id == artifacts.c.id).where(_NAMED)
_ARTIFACT_OF = _ARTIFACT_EVER.where(versions.c.deleted.is_(None))


def version_of(row: Sequence[Any]) -> Version:
    """The version that a row of `VERSIONS` describes."""
    name, number, digest, format, type, size, created, step_id, run_id, metadata, names, labels, origin = row
    return Version(
        ref=VersionRef(name, number),
        digest=digest,
        format=format or "none",
        type=type,
        size=size or 0,
        created=encoding.moment(created),
        step_id=step_id,
        run_id=run_id,
        metadata=encoding.decode(metadata),
        aliases=tuple(sorted(names.split("@"))) if names else (),
        tags=_sorted(labels),
        origin=origin,
    )


def _sorted(labels: str | None) -> dict[str, str]:
    return {} if labels is None or labels == "{}" else dict(sorted(encoding.decode(labels).items()))


def edge_of(row: Sequence[Any]) -> Edge:
    """The edge that a row of `EDGES` describes."""
    step_id, name, number, direction, slot, tie, _ = row
    return Edge(step_id, VersionRef(name, number), direction, slot, tie)


def names_of(connection: Connection, ids: Iterable[int]) -> dict[int, str]:
    """Names of artifacts by their row ids, which are sent as one value: a thousand of them cost 10 ms to write out."""
    of_dialect, value = _NAMES[connection.dialect.name]
    rows = raw_rows(connection.execute(of_dialect, {"ids": value(list(ids))}))
    return dict(cast("list[tuple[int, str]]", rows))


def raw_rows(result: CursorResult[Any]) -> list[tuple[Any, ...]]:
    """Rows as the driver makes them: no object of SQLAlchemy's around each. For columns that need no conversion."""
    assert result.cursor is not None
    return cast("list[tuple[Any, ...]]", result.cursor.fetchall())


def version_at(connection: Connection, ref: VersionRef) -> Version:
    """The version with this name and number; raises `VersionNotFoundError`."""
    row = connection.execute(_VERSION_AT, {"name": key(ref.name), "number": ref.number}).first()
    if row is None:
        raise not_found(connection, str(ref), ref.name)
    return version_of(row)


def artifact_of(connection: Connection, ref: VersionRef, *, ever: bool = False, lock: bool = False) -> int:
    """The row id of a version's artifact; raises `VersionNotFoundError` if there is (or `ever` was) no such version.

    With `lock`, nobody forgets the version until the transaction ends.
    """
    if lock:
        connection.execute(_LOCK, {"name": key(ref.name)}).all()
    found = connection.execute(
        _ARTIFACT_EVER if ever else _ARTIFACT_OF, {"name": key(ref.name), "number": ref.number}
    ).scalar()
    if found is None:
        raise not_found(connection, str(ref), ref.name)
    return int(found)


def not_found(connection: Connection, asked: str, name: str) -> VersionNotFoundError:
    """The error that says what there is: the name's versions and aliases, or names that resemble it."""
    return VersionNotFoundError(asked, _of_name(connection, key(name)) or _like(connection, key(name)))


_Tied = tuple[Direction, int, str, str, int, Tie]
"""An edge of a step in the order in which they are told: direction, position, slot, name, number, tie."""


def steps_of(connection: Connection, rows: Iterable[Row[Any]], found: Select[Any]) -> list[Step]:
    """Steps with their edges; `found` narrows `EDGES` down to those of the steps."""
    of_step: dict[str, list[_Tied]] = {}
    for step_id, name, number, direction, slot, tie, position in connection.execute(found):
        of_step.setdefault(step_id, []).append((direction, position, slot, name, number, tie))
    return [_step(row, sorted(of_step.get(row.id, ()))) for row in rows]


def _step(row: Row[Any], tied: list[_Tied]) -> Step:
    inputs, outputs = [], []
    # A step that was recorded again with another result is tied to both: its outputs are the later.
    last = {(slot, name): number for way, _, slot, name, number, tie in tied if way == "output" and tie != "saved"}
    for way, _, slot, name, number, tie in tied:
        if way == "input":
            inputs.append(Input(slot, VersionRef(name, number), tie))
        elif tie == "saved" or last[slot, name] == number:
            outputs.append(Output(slot, VersionRef(name, number), tie))
    return Step(
        id=row.id,
        task=row.task,
        name=row.name,
        state=row.state,
        started=encoding.moment(row.started),
        ended=encoding.moment(row.ended),
        run_id=row.run_id,
        task_key=row.task_key,
        inputs=tuple(inputs),
        outputs=tuple(outputs),
        result_key=row.result_key,
        error=row.error,
        code=row.code,
        cache=encoding.decode(row.cache),
    )


def _of_name(connection: Connection, name: str) -> list[str]:
    newest = VERSIONS.where(artifacts.c.name == name).order_by(versions.c.number.desc()).limit(_SHOWN + 1)
    numbers = [row.number for row in connection.execute(newest)]
    if len(numbers) > _SHOWN:
        there = [f"{name}@1 … {name}@{numbers[0]}"]
    else:
        there = [f"{name}@{number}" for number in reversed(numbers)]
    pointing = select(aliases.c.alias).join(artifacts, artifacts.c.id == aliases.c.artifact_id)
    found = connection.execute(pointing.where(artifacts.c.name == name).order_by(aliases.c.alias)).scalars()
    return there + [f"{name}@{alias}" for alias in found]


def _like(connection: Connection, name: str) -> list[str]:
    names = connection.execute(select(artifacts.c.name).limit(_NAMES_COMPARED)).scalars().all()
    return get_close_matches(name, names, n=5) or sorted(names)[:5]
