"""What the tracker is told once a step's versions are committed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bridge.domain.version import Version
from bridge.flows.current import StepContext
from bridge.flows.outputs import Named
from bridge.models.evaluations import numbers
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
        if one.spec.metrics is not None and step.run is not None:
            metrics = numbers(one.value, prefix=one.spec.metrics.prefix)
            if metrics:
                workspace.tracker.log(step.run.id, metrics=metrics)
        if one.spec.model is not None and new:
            _register(workspace, step, one.spec.model, version)


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
