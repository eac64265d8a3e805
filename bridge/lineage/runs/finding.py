"""The runs that are meant."""

from __future__ import annotations

import re

from bridge.domain.errors import DifferenceError, RunNotFoundError
from bridge.domain.ports import Catalog
from bridge.domain.run import Run, Step

_RELATIVE = re.compile(r"latest(?:~(\d{1,6}))?")


def find_run(catalog: Catalog, asked: str, *, flow: str | None = None) -> Run:
    """A run by its id, the first characters of it, or its name; or the latest one, or one before it.

    `latest` is the last run that no other flow called, `latest~1` the one before.

    Args:
        catalog: Where it is.
        asked: As a person types it.
        flow: `latest` counts runs of this flow only.

    Raises:
        RunNotFoundError: If there is none.
        AmbiguousError: If ids of several runs begin so.
    """
    relative = _RELATIVE.fullmatch(asked)
    if relative is None:
        return catalog.run(asked)
    back = int(relative[1] or 0)
    limit = 50
    while True:
        known = catalog.runs(limit=limit, flow=flow)
        found = [run for run in known if run.parent_id is None]
        if len(found) > back:
            return found[back]
        if len(known) < limit:
            raise RunNotFoundError(asked)
        limit *= 4


def run_before(catalog: Catalog, run: Run) -> Run:
    """The last run of the same flow that began before.

    Raises:
        DifferenceError: If it is the first.
    """
    limit = 50
    while True:
        known = catalog.runs(limit=limit, flow=run.flow)
        for each in known:
            if each.started < run.started and each.id != run.id:
                return each
        if len(known) < limit:
            raise DifferenceError(f"run {run.name} is the first of flow {run.flow!r}; name two runs")
        limit *= 4


def steps_in_order(catalog: Catalog, run: Run) -> list[Step]:
    """Steps of a run and of the flows that it called, as they began; a flow's own result when it ended."""
    flows = [run.id, *(each.id for each in catalog.runs_within(run.id))]
    steps = [step for flow in flows for step in catalog.steps(flow)]
    own = frozenset(flows)
    return sorted(steps, key=lambda step: (step.id == run.id, step.ended if step.id in own else step.started))
