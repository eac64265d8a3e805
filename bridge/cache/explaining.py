"""Why a step's result was found, or why it had to be computed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bridge.cache.comparing import Change, changes
from bridge.domain.errors import AmbiguousError, RunNotFoundError, StepNotFoundError
from bridge.domain.ports import Catalog
from bridge.domain.run import Run, Step
from bridge.workspace import current
from bridge.workspace.recorded import run_at

LOOKED_AT = 20
"""Earlier steps of a task that a miss is compared with."""

LOOKED_THROUGH = 500
"""Latest steps of a task among which these are looked for: a task may be mapped over many."""

MOST_NAMED = 8
"""Tasks that are named where none matches."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why one step was computed or found.

    Args:
        step: The step; its `cache` says what the key was made of and what was decided.
        run: Its flow run, if it had one.
        computed_by: Of a hit: the step that computed the result.
        nearest: Of a miss: the earlier step of the same task whose key was made of most of the same.
        changes: What is not as it was in that one; empty if the key is the same.
        nearest_run: The flow run of the step that this one is compared with, or that computed it.
    """

    step: Step
    run: Run | None = None
    computed_by: Step | None = None
    nearest: Step | None = None
    changes: tuple[Change, ...] = ()
    nearest_run: Run | None = None


def explain(asked: str) -> list[Explanation]:
    """Say why steps were found or computed.

    Args:
        asked: A task's name, for the last time that it ran; a run's name or the beginning of its id, for each of its
            steps with a cache key of content; `RUN/TASK` for those of one task.

    Raises:
        StepNotFoundError: If no such step is recorded.
        RunNotFoundError: If no such run is recorded.
        CatalogError: If the catalog cannot be read.
    """
    catalog = current().catalog
    return [_explained(catalog, step) for step in _steps(catalog, asked)]


def _steps(catalog: Catalog, asked: str) -> list[Step]:
    last = catalog.steps_of_task(asked, limit=1)
    if last:
        return last
    run, slash, task = asked.partition("/")
    try:
        steps = _of_run(catalog, catalog.run(run))
    except (RunNotFoundError, AmbiguousError):
        if slash:
            raise
        raise StepNotFoundError(asked, _tasks(catalog)) from None
    if not slash:
        return [step for step in steps if step.cache]
    named = [step for step in steps if task in (step.task, step.name, step.id)]
    if not named:
        raise StepNotFoundError(asked, list(dict.fromkeys(step.task for step in steps)))
    return named


def _of_run(catalog: Catalog, run: Run) -> list[Step]:
    return [step for step in catalog.steps(run.id) if step.id != run.id]


def _tasks(catalog: Catalog) -> Sequence[str]:
    """Tasks of the latest runs, those with keys first."""
    steps = [step for run in catalog.runs(limit=5) for step in _of_run(catalog, run)]
    return list(dict.fromkeys(step.task for step in sorted(steps, key=lambda step: not step.cache)))[:MOST_NAMED]


def _explained(catalog: Catalog, step: Step) -> Explanation:
    run = run_at(catalog, step.run_id)
    if step.cache.get("decision") == "hit":
        by = catalog.step(step.cache.get("computed_by") or "")
        return Explanation(step, run, by, nearest_run=run_at(catalog, by.run_id if by else None))
    if not step.cache.get("key"):
        return Explanation(step, run)
    earlier = [
        one
        for one in catalog.steps_of_task(step.task, limit=LOOKED_THROUGH)
        if one.cache.get("key") and (one.started, one.id) < (step.started, step.id) and one.state != "Cached"
    ]
    same = _runs_around(catalog, run)
    before = [one for one in earlier if one.run_id not in same] or earlier
    compared = [(changes(one, step, catalog.document), one) for one in before[:LOOKED_AT]]
    if not compared:
        return Explanation(step, run)
    found, nearest = min(compared, key=lambda pair: _distance(pair[0]))  # the latest of those that are as near
    return Explanation(step, run, None, nearest, found, run_at(catalog, nearest.run_id))


def _distance(found: Sequence[Change]) -> tuple[int, int]:
    """How much differs; another version of an artifact is nearer than another artifact."""
    artifacts = [[text.partition("@")[0] for text in (one.old, one.new) if text and "@" in text] for one in found]
    return len(found), sum(len(set(names)) != 1 for names in artifacts)


def _runs_around(catalog: Catalog, run: Run | None) -> frozenset[str]:
    """Ids of a run and of those that belong to it: other calls in it say less of a miss than the run before does."""
    outer = run
    while outer is not None and outer.parent_id is not None and (above := run_at(catalog, outer.parent_id)) is not None:
        outer = above
    return frozenset() if outer is None else frozenset((outer.id, *(one.id for one in catalog.runs_within(outer.id))))
