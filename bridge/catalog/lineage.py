"""Edges between steps and versions, and the ways along them."""

from __future__ import annotations

from collections.abc import Mapping
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
    union_all,
)

from bridge.catalog.encoding import key
from bridge.catalog.facts import Facts, by_index
from bridge.catalog.pausing import collected_later
from bridge.catalog.reading import EDGES, artifact_of, edge_of, names_of, raw_rows
from bridge.catalog.tables import edges
from bridge.domain.version import Direction, Edge, Tie, VersionRef

_Row = tuple[str, str, int, int, Direction, Tie]
"""An edge: step, slot, artifact's id, number, direction, tie; a version's edges are told in this order."""

_BARE = select(edges.c.step_id, edges.c.slot, edges.c.artifact_id, edges.c.number, edges.c.direction, edges.c.tie)


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
            this = and_(edges.c.artifact_id == artifact_of(connection, ref, ever=True), edges.c.number == ref.number)
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
        with collected_later(), self._database.read() as connection:
            artifact = artifact_of(connection, ref, ever=True)
            start = {"artifact_id": artifact, "number": ref.number, "depth": depth}
            by_index(connection)
            rows = raw_rows(connection.execute(_way(near, bounded=depth is not None), start))
            names = names_of(connection, {row[2] for row in rows})
            return _nearest_first((artifact, ref), near, rows, names)


@cache
def _way(near: Direction, *, bounded: bool) -> CompoundSelect[tuple[object, ...]]:
    """Edges reached from a version by going to its steps through `near` edges and on through their others.

    UNION keeps each version once (each distance once, if bounded), which is what ends a cycle. The two halves have no
    edge in common: nothing has to be compared to join them.
    """
    here, there = edges.alias("here"), edges.alias("there")
    far: Direction = "input" if near == "output" else "output"
    start = [_number("artifact_id"), _number("number")] + ([_zero()] if bounded else [])
    reached = select(*start).cte("reached", recursive=True)
    onward = [there.c.artifact_id, there.c.number] + ([reached.c.distance + 1] if bounded else [])
    step = select(*onward).select_from(reached).join(here, _is(here, reached, near))
    step = step.join(there, _other(there, here, far)).where(*_within(reached, bounded))
    reached = reached.union(step)
    within = select(reached.c.artifact_id, reached.c.number).where(*_within(reached, bounded))
    left = within.distinct().subquery("left") if bounded else reached
    nearer = _BARE.select_from(left).join(edges, _is(edges, left, near)).cte("nearer")
    passed = select(nearer.c.step_id).distinct().subquery("passed")
    farther = _BARE.select_from(passed).join(edges, _other(edges, passed, far))
    return union_all(select(nearer), farther)


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


def _nearest_first(
    start: tuple[int, VersionRef], near: Direction, rows: list[_Row], names: Mapping[int, str]
) -> list[Edge]:
    """The edges breadth first. Each version is made once and known by its row's numbers: there may be 100,000 edges."""
    near_of: dict[tuple[int, int], list[_Row]] = {}
    far_of: dict[str, list[_Row]] = {}
    for row in rows:
        if row[4] == near:
            near_of.setdefault(row[2:4], []).append(row)
        else:
            far_of.setdefault(row[0], []).append(row)
    ordered: list[Edge] = []
    artifact, ref = start
    refs = {(artifact, ref.number): VersionRef(key(ref.name), ref.number)}
    frontier, passed = list(refs), set[str]()
    for at in frontier:
        for step_id, slot, _, _, direction, tie in sorted(near_of.get(at, ())):
            ordered.append(Edge(step_id, refs[at], direction, slot, tie))
            if step_id in passed:
                continue
            passed.add(step_id)
            others = far_of.get(step_id, [])
            others.sort(key=lambda row: (row[1], names[row[2]], row[3]))
            for _, slot, other, number, direction, tie in others:
                version = refs.get((other, number))
                if version is None:
                    version = refs[other, number] = VersionRef(names[other], number)
                    frontier.append((other, number))
                ordered.append(Edge(step_id, version, direction, slot, tie))
    return ordered
