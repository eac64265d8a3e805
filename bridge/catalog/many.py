"""Facts of many versions, steps and runs in few queries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

from sqlalchemy import select, tuple_

from bridge.catalog.encoding import key
from bridge.catalog.facts import Facts, by_index
from bridge.catalog.pausing import collected_later
from bridge.catalog.reading import EDGES, VERSIONS, steps_of, version_of
from bridge.catalog.runs import run_of
from bridge.catalog.tables import artifacts, edges, runs, steps, versions
from bridge.domain.run import Run, Step
from bridge.domain.version import Version, VersionRef

T = TypeVar("T")

AT_ONCE = 1000
"""Of which one query asks: both databases bound a statement's values."""


class ManyFacts(Facts):
    """Implements `bridge.domain.ports.ManyCatalog`."""

    def versions_of(self, refs: Iterable[VersionRef]) -> dict[VersionRef, Version]:
        """Versions by name and number; those that are not there, or forgotten, are left out."""
        wanted = {(key(ref.name), ref.number): ref for ref in refs}
        found: dict[VersionRef, Version] = {}
        with collected_later(), self._database.read() as connection:
            by_index(connection)
            ids: dict[str, int] = {}
            for names in _parts(dict.fromkeys(name for name, _ in wanted)):
                those = select(artifacts.c.name, artifacts.c.id).where(artifacts.c.name.in_(names))
                ids |= {row.name: row.id for row in connection.execute(those)}
            pairs = [(ids[name], number) for name, number in wanted if name in ids]
            for some in _parts(sorted(pairs)):
                at = tuple_(versions.c.artifact_id, versions.c.number).in_(some)
                for row in connection.execute(VERSIONS.where(at)):
                    found[wanted[row.name, row.number]] = version_of(row)
        return found

    def steps_of_ids(self, ids: Iterable[str]) -> dict[str, Step]:
        """Steps by id, inputs and outputs as references; those that are not recorded are left out."""
        wanted = {key(id): id for id in ids}
        found: dict[str, Step] = {}
        with collected_later(), self._database.read() as connection:
            by_index(connection)
            for some in _parts(wanted):
                rows = connection.execute(select(steps).where(steps.c.id.in_(some))).all()
                tied = EDGES.where(edges.c.step_id.in_(some))
                found |= {wanted[step.id]: step for step in steps_of(connection, rows, tied)}
        return found

    def runs_of_ids(self, ids: Iterable[str]) -> dict[str, Run]:
        """Runs by id; those that are not recorded are left out."""
        wanted = {key(id): id for id in ids}
        found: dict[str, Run] = {}
        with self._database.read() as connection:
            for some in _parts(wanted):
                for row in connection.execute(select(runs).where(runs.c.id.in_(some))):
                    found[wanted[row.id]] = run_of(row)
        return found

    def runs_within(self, run_id: str) -> list[Run]:
        """Runs that a run called, and those that these called, by start; not the run itself."""
        within = select(runs.c.id).where(runs.c.parent_id == key(run_id)).cte("within", recursive=True)
        within = within.union(select(runs.c.id).join(within, runs.c.parent_id == within.c.id))
        wanted = select(runs).join(within, within.c.id == runs.c.id).where(runs.c.id != key(run_id))
        with self._database.read() as connection:
            return [run_of(row) for row in connection.execute(wanted.order_by(runs.c.started, runs.c.id))]


def _parts(whole: Iterable[T]) -> Iterator[Sequence[T]]:
    rest = iter(whole)
    while some := list(islice(rest, AT_ONCE)):
        yield some
