"""Finds the version that a selector means, or says what there is instead."""

from __future__ import annotations

import difflib
from typing import Any

from sqlalchemy import Connection, Select, select

from bridge.catalog.rows import VERSIONS, version_of
from bridge.catalog.tables import aliases, artifacts, edges, versions
from bridge.domain.errors import SelectorError, VersionNotFoundError
from bridge.domain.selector import Selector
from bridge.domain.version import Version


def resolve(connection: Connection, selector: Selector) -> Version:
    """The version that is meant.

    Raises:
        VersionNotFoundError: If there is none; says what there is.
        SelectorError: If a digest's beginning fits several contents.
    """
    query = _query(selector).where(artifacts.c.name == selector.name)
    rows = connection.execute(query.limit(2)).all()
    if not rows:
        raise VersionNotFoundError(str(selector), _known(connection, selector.name))
    if selector.kind == "digest" and len({row.digest for row in rows}) > 1:
        raise SelectorError(str(selector), f"several contents begin so: {', '.join(row.digest[:20] for row in rows)}")
    return version_of(rows[0], aliases_of(connection, rows[0]))


def _query(selector: Selector) -> Select[Any]:
    newest = VERSIONS.order_by(versions.c.number.desc())
    match selector.kind:
        case "latest":
            return newest
        case "number":
            return newest.where(versions.c.number == int(selector.value))
        case "alias":
            pointed = (aliases.c.artifact_id == versions.c.artifact_id) & (aliases.c.number == versions.c.number)
            return newest.join(aliases, pointed).where(aliases.c.alias == selector.value)
        case "digest":
            return newest.where(versions.c.digest.startswith(selector.value, autoescape=True))
        case "run":
            return newest.where(_made_in(selector.value))


def _made_in(run: str) -> Any:
    """Whether a step of the run had the version as an output, unchanged content included."""
    from bridge.catalog.tables import steps

    in_run = steps.c.run_id.startswith(run, autoescape=True) | steps.c.id.startswith(run, autoescape=True)
    made = (
        select(edges.c.step_id)
        .join(steps, steps.c.id == edges.c.step_id)
        .where(
            edges.c.artifact_id == versions.c.artifact_id,
            edges.c.number == versions.c.number,
            edges.c.direction == "output",
            in_run,
        )
    )
    return made.exists() | versions.c.run_id.startswith(run, autoescape=True)


def aliases_of(connection: Connection, row: Any) -> tuple[str, ...]:
    """The aliases that point at a version."""
    query = select(aliases.c.alias).where(aliases.c.artifact_id == row.artifact_id, aliases.c.number == row.number)
    return tuple(connection.execute(query.order_by(aliases.c.alias)).scalars())


def _known(connection: Connection, name: str) -> list[str]:
    """What there is under a name; if nothing, names that are close to it."""
    artifact = connection.execute(select(artifacts).where(artifacts.c.name == name)).first()
    if artifact is None:
        names = connection.execute(select(artifacts.c.name).order_by(artifacts.c.name).limit(10_000)).scalars().all()
        return difflib.get_close_matches(name, names, n=5, cutoff=0.5) or list(names[:5])
    said = [f"{name}@1" if artifact.latest == 1 else f"{name}@1 to @{artifact.latest}"]
    query = select(aliases.c.alias).where(aliases.c.artifact_id == artifact.id).order_by(aliases.c.alias)
    return said + [f"{name}@{alias}" for alias in connection.execute(query).scalars()]
