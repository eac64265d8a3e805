"""Edges between steps and versions, and the ways along them."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, FromClause, and_, bindparam, literal, select, union

from bridge.catalog.encoding import key
from bridge.catalog.facts import Facts
from bridge.catalog.reading import EDGES, artifact_of, edge_of
from bridge.catalog.tables import artifacts, edges
from bridge.domain.version import Direction, Edge, VersionRef


class LineageFacts(Facts):
    """Implements `bridge.domain.ports.LineageCatalog`."""

    def edges_of_step(self, step_id: str) -> list[Edge]:
        """Edges of a step, inputs first."""
        wanted = EDGES.where(edges.c.step_id == key(step_id)).order_by(
            edges.c.direction, edges.c.position, edges.c.slot, artifacts.c.name, edges.c.number
        )
        with self._database.read() as connection:
            return [edge_of(row) for row in connection.execute(wanted)]

    def edges_of_version(self, ref: VersionRef) -> list[Edge]:
        """Edges of a version, outputs (who made it) first; raises `VersionNotFoundError`."""
        with self._database.read() as connection:
            this = and_(edges.c.artifact_id == artifact_of(connection, ref), edges.c.number == ref.number)
            wanted = EDGES.where(this).order_by(edges.c.direction.desc(), edges.c.step_id, edges.c.slot)
            return [edge_of(row) for row in connection.execute(wanted)]

    def ancestors(self, ref: VersionRef, *, depth: int | None = None) -> list[Edge]:
        """Every edge on the way back from a version to its sources, the nearest first.

        A version that several steps produced (each had the same result) leads back through all of them.

        Args:
            ref: Where to start.
            depth: Steps to go back at most; None for all.

        Raises:
            VersionNotFoundError: If there is no such version.
        """
        return self._walk(ref, "output", depth)

    def descendants(self, ref: VersionRef, *, depth: int | None = None) -> list[Edge]:
        """Every edge on the way from a version to what was made from it; as `ancestors`."""
        return self._walk(ref, "input", depth)

    def _walk(self, ref: VersionRef, near: Direction, depth: int | None) -> list[Edge]:
        with self._database.read() as connection:
            start = {"artifact_id": artifact_of(connection, ref), "number": ref.number, "depth": depth}
            rows = connection.execute(_way(near, bounded=depth is not None), start).all()
        return _nearest_first(ref, near, [edge_of(row) for row in rows])


@cache
def _way(near: Direction, *, bounded: bool) -> CompoundSelect[tuple[object, ...]]:
    """Edges reached from a version by going to its steps through `near` edges and on through their others.

    UNION keeps each version once (each distance once, if bounded), which is what ends a cycle.
    """
    here, there = edges.alias("here"), edges.alias("there")
    far: Direction = "input" if near == "output" else "output"
    start: list[Any] = [bindparam("artifact_id").label("artifact_id"), bindparam("number").label("number")]
    reached = select(*start, *([literal(0).label("distance")] if bounded else [])).cte(
        "reached", recursive=True
    )
    left = reached.c.distance < bindparam("depth") if bounded else literal(True)
    step = select(there.c.artifact_id, there.c.number, *([reached.c.distance + 1] if bounded else []))
    step = (
        step.select_from(reached).join(here, _is(here, reached, near)).join(there, _other(there, here, far))
    )
    reached = reached.union(step.where(left))
    left = reached.c.distance < bindparam("depth") if bounded else literal(True)
    nearer = EDGES.join(reached, _is(edges, reached, near)).where(left)
    farther = EDGES.join(here, _other(edges, here, far)).join(reached, _is(here, reached, near)).where(left)
    return union(nearer, farther)


def _is(edge: FromClause, reached: FromClause, direction: Direction) -> ColumnElement[bool]:
    return and_(
        edge.c.artifact_id == reached.c.artifact_id,
        edge.c.number == reached.c.number,
        edge.c.direction == direction,
    )


def _other(edge: FromClause, here: FromClause, direction: Direction) -> ColumnElement[bool]:
    return and_(edge.c.step_id == here.c.step_id, edge.c.direction == direction)


def _nearest_first(ref: VersionRef, near: Direction, found: list[Edge]) -> list[Edge]:
    near_of: dict[VersionRef, list[Edge]] = {}
    far_of: dict[str, list[Edge]] = {}
    for edge in sorted(found, key=lambda edge: (edge.step_id, edge.slot, edge.version)):
        if edge.direction == near:
            near_of.setdefault(edge.version, []).append(edge)
        else:
            far_of.setdefault(edge.step_id, []).append(edge)
    ordered: dict[Edge, None] = {}
    frontier, seen = [ref], {ref}
    for version in frontier:
        for edge in near_of.get(version, []):
            further = far_of.get(edge.step_id, [])
            ordered.update(dict.fromkeys([edge, *further]))
            fresh = dict.fromkeys(each.version for each in further if each.version not in seen)
            seen.update(fresh)
            frontier.extend(fresh)
    return list(ordered)
