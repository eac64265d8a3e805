"""What a catalog has recorded, as events."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from bridge.domain.ports import Catalog
from bridge.domain.run import Run, Step
from bridge.domain.version import VersionRef
from bridge.lineage.openlineage.events import Event, Known, Source, of_run_begun, of_run_ended, of_step

What = Literal["begun", "ended", "step"]
Happened = tuple[What, str]
"""What happened, and the id of the run or step that it happened to."""


def events_of(catalog: Catalog, happened: Iterable[Happened], source: Source) -> list[Event]:
    """Events of what happened, in that order, with all facts read at once; what is not recorded has none.

    Raises:
        CatalogError: If the catalog cannot be read.

    >>> from bridge.workspace import current
    >>> events_of(current().catalog, [("step", "nobody")], Source.of("team", "/srv/store"))
    []
    """
    happened = list(happened)
    steps = catalog.steps_of_ids(id for what, id in happened if what != "begun")
    ids = {id for what, id in happened if what != "step"}
    runs = _with_parents(catalog, ids | {step.run_id for step in steps.values() if step.run_id is not None})
    known = Known(catalog.versions_of(_refs(steps.values())), runs, steps)
    events: list[Event] = []
    for what, id in happened:
        if what == "step" and id in steps:
            events += of_step(steps[id], known, source)
        elif what == "begun" and id in runs:
            events.append(of_run_begun(runs[id], known, source))
        elif what == "ended" and id in runs and runs[id].ended is not None:
            events.append(of_run_ended(runs[id], known, source))
    return events


def history(catalog: Catalog, runs: Iterable[Run], source: Source) -> Iterator[list[Event]]:
    """The events of recorded runs; of each run with its steps in one list.

    Raises:
        CatalogError: If the catalog cannot be read.

    >>> from bridge.workspace import current
    >>> list(history(current().catalog, [], Source.of("team", "/srv/store")))
    []
    """
    for one in runs:
        steps: list[Happened] = [("step", step.id) for step in catalog.steps(one.id) if step.id != one.id]
        yield events_of(catalog, [("begun", one.id), *steps, ("ended", one.id)], source)


def recorded_runs(catalog: Catalog, run: str | None = None, *, limit: int = 1000) -> list[Run]:
    """A run by id or name with those that it called, or the latest runs, the earliest first.

    Raises:
        RunNotFoundError: If there is no such run.
        CatalogError: If the catalog cannot be read.

    >>> from bridge.workspace import current
    >>> recorded_runs(current().catalog)
    []
    """
    if run is None:
        return list(reversed(catalog.runs(limit=limit)))
    found = catalog.run(run)
    return [found, *catalog.runs_within(found.id)]


def _with_parents(catalog: Catalog, ids: Iterable[str]) -> dict[str, Run]:
    runs: dict[str, Run] = {}
    wanted = set(ids)
    while wanted:
        runs |= catalog.runs_of_ids(wanted)
        wanted = {run.parent_id for run in runs.values() if run.parent_id is not None} - runs.keys() - wanted
    return runs


def _refs(steps: Iterable[Step]) -> Iterator[VersionRef]:
    for step in steps:
        yield from (one.version for one in step.inputs)
        yield from (one.what for one in step.outputs if isinstance(one.what, VersionRef))
