"""A task run's own run in the tracker, where the scope is `task`: a child of its flow's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

from bridge.domain.run import Run
from bridge.flows import links, runs
from bridge.flows.current import StepContext
from bridge.flows.parameters import readable
from bridge.workspace import Workspace


def begin(workspace: Workspace, step: StepContext, *, task: str, name: str, parameters: Mapping[str, Any]) -> None:
    """Begin the run, which from now on is the step's; returns at once.

    Args:
        workspace: Where it is tracked.
        step: The task run, of a flow run whose scope is `task`.
        task: Name of the task.
        name: Name of the task run.
        parameters: Values, after Prefect has resolved them.
    """
    if step.run is None:
        return
    run = Run(
        id=step.id,
        flow=step.run.flow,
        name=name,
        state="Running",
        started=step.started,
        parent_id=step.run.id,
        parameters=readable(parameters),
        host=runs.here(),
    )
    tags = {"bridge.task_run_id": step.id, "bridge.flow_run_id": step.run.id, "bridge.task": task}
    if step.trial is not None:
        tags |= {"bridge.study": step.trial.study, "bridge.trial": str(step.trial.number)}
    workspace.tracker.start_run(run, experiment=None, tags={**tags, **links.tags_of_task(step.id, name)})
    step.tracked_as = step.id


def end(workspace: Workspace, step: StepContext, *, state: str, ended: datetime | None) -> None:
    """End the run as Prefect has ended the task run; a result that was found instead of computed is marked as such.

    Args:
        workspace: Where it is tracked.
        step: The task run.
        state: Prefect's name of the state; one that is no end, of a generator that was left, counts as an end.
        ended: When; left out, now.
    """
    if state == "Cached":
        workspace.tracker.log(step.id, tags={"bridge.cached": "true"})
    ended = ended or datetime.now(timezone.utc)
    workspace.tracker.end_run(step.id, state, int(ended.timestamp() * 1000))
