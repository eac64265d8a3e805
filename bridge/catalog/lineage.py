"""Edges between steps and versions, and the ways along them."""

from __future__ import annotations

from functools import cache

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    CompoundSelect,
    FromClause,
    and_,
    bindparam,
    cast,
    literal,
    select,
    union,
)

from bridge.catalog.encoding import key
from bridge.catalog.facts import Facts, by_index
from bridge.catalog.reading import EDGES, artifact_of, edge_of, names_of
from bridge.catalog.tables import edges
from bridge.domain.version import Direction, Edge, Tie, VersionRef

_Row = tuple[str, str, str, int, Direction, Tie]
"""An edge: step, slot, name, number, direction, tie; in the order in which edges are sorted."""

_BARE = select(edges.c.step_id, edges.c.artifact_id, edges.c.number, edges.c.direction, edges.c.slot, edges.c.tie)


class LineageFacts(Facts):
    """Implements `bridge.domain.ports.LineageCatalog`."""

    def edges_of_step(self, step_id: str) -> list[Edge]:
        """Edges of a step, inputs first."""
        wanted = EDGES.where(edges.c.step_id == key(step_id)).order_by(
            edges.c.direction, edges.c.position, edges.c.slot, edges.c.artifact_id, edges.c.number
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
            by_index(connection)
            rows = connection.execute(_way(near, bounded=depth is not None), start).all()
            names = names_of(connection, {row[1] for row in rows})
        return _nearest_first(ref, near, sorted((s, slot, names[a], n, d, tie) for s, a, n, d, slot, tie in rows))


@cache
def _way(near: Direction, *, bounded: bool) -> CompoundSelect[tuple[object, ...]]:
    """Edges reached from a version by going to its steps through `near` edges and on through their others.

    UNION keeps each version once (each distance once, if bounded), which is what ends a cycle.
    """
    here, there = edges.alias("here"), edges.alias("there")
    far: Direction = "input" if near == "output" else "output"
    start = [_number("artifact_id"), _number("number")] + ([_zero()] if bounded else [])
    reached = select(*start).cte("reached", recursive=True)
    onward = [there.c.artifact_id, there.c.number] + ([reached.c.distance + 1] if bounded else [])
    step = select(*onward).select_from(reached).join(here, _is(here, reached, near))
    step = step.join(there, _other(there, here, far)).where(*_within(reached, bounded))
    reached = reached.union(step)
    nearer = _BARE.join(reached, _is(edges, reached, near))
    farther = _BARE.join(here, _other(edges, here, far)).join(reached, _is(here, reached, near))
    within = _within(reached, bounded)
    return union(nearer.where(*within), farther.where(*within))


def _number(name: str) -> ColumnElement[int]:
    return cast(bindparam(name), BigInteger).label(name)


def _zero() -> ColumnElement[int]:
    return cast(literal(0), BigInteger).label("distance")


def _within(reached: CTE, bounded: bool) -> list[ColumnElement[bool]]:
    return [reached.c.distance < bindparam("depth")] if bounded else []


def _is(edge: FromClause, reached: FromClause, direction: Direction) -> ColumnElement[bool]:
    return and_(
        edge.c.artifact_id == reached.c.artifact_id,
        edge.c.number == reached.c.number,
        edge.c.direction == direction,
    )


def _other(edge: FromClause, here: FromClause, direction: Direction) -> ColumnElement[bool]:
    return and_(edge.c.step_id == here.c.step_id, edge.c.direction == direction)


def _nearest_first(ref: VersionRef, near: Direction, found: list[_Row]) -> list[Edge]:
    """The edges breadth first. Each version is made once and compared by its name and number: there may be 100,000."""
    made: list[Edge] = []
    near_of: dict[tuple[str, int], list[int]] = {}
    far_of: dict[str, list[int]] = {}
    refs: dict[tuple[str, int], VersionRef] = {}
    for at, (step_id, slot, name, number, direction, tie) in enumerate(found):
        version = refs.get((name, number)) or refs.setdefault((name, number), VersionRef(name, number))
        made.append(Edge(step_id, version, direction, slot, tie))
        if direction == near:
            near_of.setdefault((name, number), []).append(at)
        else:
            far_of.setdefault(step_id, []).append(at)
    ordered: list[Edge] = []
    frontier = [(key(ref.name), ref.number)]
    seen, passed = set(frontier), set[str]()
    for version_key in frontier:
        for at in near_of.get(version_key, ()):
            ordered.append(made[at])
            step_id = found[at][0]
            if step_id in passed:
                continue
            passed.add(step_id)
            for other in far_of.get(step_id, ()):
                ordered.append(made[other])
                further = found[other][2:4]
                if further not in seen:
                    seen.add(further)
                    frontier.append(further)
    return ordered
