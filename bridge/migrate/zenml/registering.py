"""Models that a run has found instead of trained: with ZenML, its model has them too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from bridge.domain.annotations import Model
from bridge.domain.run import Step
from bridge.flows.outputs import Declared
from bridge.flows.publishing import register_recorded
from bridge.models.finding import wait_for_registered
from bridge.workspace import Workspace


def register_found(workspace: Workspace, run_id: str, *, model: Model | None, of_steps: Mapping[str, Declared]) -> None:
    """Register what steps of a run were found to have made, where no version of its model holds it yet.

    bridge registers a model once, when it is trained. A pipeline that was run without `model=` first, or with another
    one, trains nothing when it is run with it; ZenML gives that model a version all the same.

    Args:
        workspace: Where the run is recorded.
        run_id: The run.
        model: What the pipeline's `model=` says.
        of_steps: What those of its steps say that have a model of their own, by their names.

    Raises:
        BridgeError: If the catalog cannot be read.
    """
    if model is None and not of_steps:
        return
    wait_for_registered(workspace)
    for step in _found(workspace.catalog.steps(run_id)):
        register_recorded(workspace, step, of_steps.get(step.task, Declared(model=model)), None)
    wait_for_registered(workspace)


def _found(steps: Iterable[Step]) -> Iterable[Step]:
    """Steps that were found, as if they had made what they were found to have made."""
    for step in steps:
        outputs = tuple(replace(one, tie="returned") for one in step.outputs if one.tie == "cached")
        if outputs:
            yield replace(step, outputs=outputs)
