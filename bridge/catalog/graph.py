"""Walks from a version to its sources, or to what was made from it."""

from __future__ import annotations

from collections import defaultdict, deque
from typing import Any

from sqlalchemy import CTE, Connection, literal, select, union_all

from bridge.catalog.rows import EDGES, edge_of
from bridge.catalog.tables import edges
from bridge.domain.version import Direction, Edge

BATCH = 400
"""Values in one IN list: older builds of SQLite take 999 variables."""

Key = tuple[int, int]


def walk(connection: Connection, start: Key, *, back: bool, depth: int | None) -> list[Edge]:
    """Every edge on the way, nearest first, each once; cycles end by themselves.

    The database finds what can be reached, in one query; the order is made here.

    Args:
        connection: To read with.
        start: The version's artifact id and number.
        back: True towards sources: who made it, from what. False towards what was made from it.
        depth: Most levels of steps; None for all.
    """
    near: Direction = "output" if back else "input"
    far: Direction = "input" if back else "output"
    of_version: dict[Key, list[Any]] = defaultdict(list)
    of_step: dict[str, list[Any]] = defaultdict(list)
    for row in connection.execute(_all_edges(start, near, far)):
        if row.direction == near:
            of_version[row.artifact_id, row.number].append(row)
        else:
            of_step[row.step_id].append(row)
    return _in_order(start, of_version, of_step, depth)


def _reached(start: Key, near: Direction, far: Direction) -> CTE:
    """The versions on the way, the first one included."""
    first = select(literal(start[0]).label("artifact_id"), literal(start[1]).label("number"))
    reached = first.cte("reached", recursive=True)
    on, beyond = edges.alias("on_edge"), edges.alias("beyond_edge")
    further = (
        select(beyond.c.artifact_id, beyond.c.number)
        .join(on, (on.c.step_id == beyond.c.step_id) & (beyond.c.direction == far))
        .join(reached, (on.c.artifact_id == reached.c.artifact_id) & (on.c.number == reached.c.number))
        .where(on.c.direction == near)
    )
    return reached.union(further)


def _all_edges(start: Key, near: Direction, far: Direction) -> Any:
    """Edges on the near side of every version reached, with those on the far side of their steps."""
    reached = _reached(start, near, far)
    same = (edges.c.artifact_id == reached.c.artifact_id) & (edges.c.number == reached.c.number)
    steps = select(edges.c.step_id).join(reached, same).where(edges.c.direction == near).distinct().cte("on_the_way")
    nearer = EDGES.join(reached, same).where(edges.c.direction == near)
    farther = EDGES.join(steps, steps.c.step_id == edges.c.step_id).where(edges.c.direction == far)
    return union_all(nearer, farther)


def _in_order(
    start: Key, of_version: dict[Key, list[Any]], of_step: dict[str, list[Any]], depth: int | None
) -> list[Edge]:
    found: list[Edge] = []
    seen, steps_seen = {start}, set[str]()
    queue = deque([(start, 0)])
    while queue:
        key, level = queue.popleft()
        if depth is not None and level >= depth:
            continue
        for row in sorted(of_version[key], key=lambda row: row.step_id):
            found.append(edge_of(row))
            if row.step_id in steps_seen:
                continue
            steps_seen.add(row.step_id)
            for beyond in sorted(of_step[row.step_id], key=lambda row: row.position):
                found.append(edge_of(beyond))
                reached = (beyond.artifact_id, beyond.number)
                if reached not in seen:
                    seen.add(reached)
                    queue.append((reached, level + 1))
    return found
