"""What the tracker is told once a step's versions are committed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bridge.domain.measures import points
from bridge.domain.version import Version
from bridge.flows.current import StepContext
from bridge.flows.outputs import Named
from bridge.workspace import Workspace

if TYPE_CHECKING:
    from bridge.domain.annotations import Model


def publish(workspace: Workspace, step: StepContext, made: list[tuple[Named, Version]], *, new: bool) -> None:
    """Register models and log metrics that the outputs were declared to be.

    Args:
        workspace: Where to.
        step: The step that made them.
        made: Its outputs, with the versions they became.
        new: False if the step's result was found instead of computed: then no model is registered again.
    """
    for one, version in made:
        if one.spec.metrics is not None:
            log_metrics(workspace, step, one, first=0)
        if one.spec.model is not None and new:
            _register(workspace, step, one.spec.model, version)


def log_metrics(workspace: Workspace, step: StepContext, one: Named, *, first: int) -> None:
    """Log what an output was declared to measure to the step's run in the tracker.

    Args:
        workspace: Where to.
        step: The step that made it.
        one: The output.
        first: Step of the first value: how many a generator has given before.
    """
    if step.tracked_as is None or one.spec.metrics is None:
        return
    name = one.name.rpartition("/")[2]
    found = points(one.value, name=name, prefix=one.spec.metrics.prefix, step=first)
    plain = {point.name: point.value for point in found if point.step == 0}
    if found and len(plain) == len(found):
        workspace.tracker.log(step.tracked_as, metrics=plain)
    elif found:
        workspace.tracker.log_series(step.tracked_as, found)


def _register(workspace: Workspace, step: StepContext, model: Model, version: Version) -> None:
    if version.digest is None:
        return
    from bridge.tracking.registry import Registration

    workspace.tracker.register(
        Registration(
            name=model.name,
            version=version,
            step_id=step.id,
            run_id=step.run.id if step.run else None,
            description=model.description,
            tags=dict(model.tags),
            data_versions=tuple(dict.fromkeys(str(one.version) for one in step.used())),
        )
    )
    if step.run is None:  # no flow waits for it at its end, and the interpreter's end is too late to start threads
        workspace.tracker.flush(workspace.settings.flush_timeout)
