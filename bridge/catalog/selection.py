"""Which version a selector means, as SQL."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, Select, bindparam, select, union_all

from bridge.catalog.encoding import key
from bridge.catalog.reading import ARTIFACT, VERSIONS, not_found, version_of
from bridge.catalog.tables import aliases, artifacts, contents, edges, runs, steps, versions
from bridge.domain.errors import AmbiguousError
from bridge.domain.selector import Selector
from bridge.domain.version import Version

_CANDIDATES = 10

_NAMED = VERSIONS.where(versions.c.artifact_id == ARTIFACT)
_LATEST = _NAMED.order_by(versions.c.number.desc()).limit(1)
_NUMBER = _NAMED.where(versions.c.number == bindparam("number"))
_ALIAS = _NAMED.join(
    aliases,
    (aliases.c.artifact_id == versions.c.artifact_id) & (aliases.c.number == versions.c.number),
).where(aliases.c.alias == bindparam("alias"))
_BEGINNING = select(contents.c.digest).where(
    contents.c.digest >= bindparam("digest"), contents.c.digest < bindparam("beyond")
)
# By way of the contents, and not ordered: else SQLite goes through every version of the name.
_DIGEST = VERSIONS.where(artifacts.c.name == bindparam("name"), versions.c.digest.in_(_BEGINNING))

_made = versions.alias("made")
_OUTPUTS = select(edges.c.number).where(edges.c.direction == "output", edges.c.artifact_id == ARTIFACT)
_RUN: ColumnElement[str] = bindparam("run")
_MADE_IN_RUN = union_all(
    _OUTPUTS.join(steps, steps.c.id == edges.c.step_id).where(steps.c.run_id == _RUN),
    _OUTPUTS.where(edges.c.step_id == _RUN),
    select(_made.c.number).where(_made.c.run_id == _RUN, _made.c.artifact_id == ARTIFACT),
)
_IN_RUN = _LATEST.where(versions.c.number.in_(_MADE_IN_RUN))


def select_version(connection: Connection, selector: Selector) -> Version:
    """The version that a selector means.

    Raises:
        VersionNotFoundError: If there is none; its `known` says what there is.
        AmbiguousError: If the beginning of a digest or of a run's id fits several.
    """
    name = key(selector.name)
    if selector.kind == "latest":
        found = _one(connection, _LATEST, name=name)
    elif selector.kind == "number":
        found = _one(connection, _NUMBER, name=name, number=int(selector.value))
    elif selector.kind == "alias":
        found = _one(connection, _ALIAS, name=name, alias=key(selector.value))
    elif selector.kind == "run":
        found = _in_run(connection, selector, name)
    else:
        found = _of_digest(connection, selector, name)
    if found is None:
        raise not_found(connection, str(selector), selector.name)
    return found


def _one(connection: Connection, query: Select[tuple[object, ...]], **values: object) -> Version | None:
    row = connection.execute(query, values).first()
    return None if row is None else version_of(row)


def _in_run(connection: Connection, selector: Selector, name: str) -> Version | None:
    """By the run's whole id; else by its beginning, among the runs that made a version of the name."""
    run = key(selector.value)
    found = _one(connection, _IN_RUN, name=name, run=run)
    if found is not None:
        return found
    beginning = select(runs.c.id).where(runs.c.id.startswith(run, autoescape=True)).order_by(runs.c.id)
    candidates: dict[str, Version] = {}
    for run_id in connection.execute(beginning).scalars():
        made = _one(connection, _IN_RUN, name=name, run=run_id)
        if made is not None:
            candidates[run_id] = made
        if len(candidates) == _CANDIDATES:
            break
    if len(candidates) > 1:
        raise AmbiguousError(str(selector), [f"{selector.name}@run:{run_id}" for run_id in candidates])
    return next(iter(candidates.values()), None)


def _of_digest(connection: Connection, selector: Selector, name: str) -> Version | None:
    """The latest version whose digest begins so; several digests are an error, one saved again is not."""
    values = {"name": name, "digest": selector.value, "beyond": f"{selector.value}g"}
    found: dict[str | None, Version] = {}
    rows = connection.execute(_DIGEST, values).all()
    for row in sorted(rows, key=lambda row: -row.number):
        found.setdefault(row.digest, version_of(row))
        if len(found) == _CANDIDATES:
            break
    if len(found) > 1:
        raise AmbiguousError(str(selector), [f"{each.ref} ({each.digest})" for each in found.values()])
    return next(iter(found.values()), None)
