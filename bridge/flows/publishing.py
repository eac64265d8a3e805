"""What the tracker is told once a step's versions are committed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bridge.domain.annotations import Model
from bridge.domain.dataset import MODELS
from bridge.domain.measures import measures
from bridge.domain.model import ModelVersion
from bridge.domain.run import Step
from bridge.domain.version import Version, VersionRef
from bridge.flows import surroundings
from bridge.flows.current import RunContext, StepContext, current_run, current_step
from bridge.flows.events import of_model
from bridge.flows.outputs import Declared, Named
from bridge.flows.registering import known_here
from bridge.models.registering import Known, known_from_catalog, registration
from bridge.tracking.flavours import flavour_of
from bridge.tracking.flavours.own_code import places_of
from bridge.workspace import Workspace
from bridge.workspace.announcing import add_listener

MODEL_LIBRARIES = frozenset({"sklearn", "xgboost", "lightgbm", "catboost", "keras"})
"""Libraries whose objects are models where they are pickled."""


BEST = "best"
"""Alias of what a study's best trial made."""


def publish(workspace: Workspace, step: StepContext, made: list[tuple[Named, Version]], *, known: Known | None) -> None:
    """Register models and log metrics that the outputs were declared to be.

    Args:
        workspace: Where to.
        step: The step that made them.
        made: Its outputs, with the versions they became.
        known: What is known of the step, if models are to be registered; None if its result was found instead of
            computed: then no model is registered again.
    """
    for one, version in made:
        if one.spec.metrics is not None:
            log_metrics(workspace, step, one, first=0)
        if known is None or version.digest is None:
            continue
        if one.spec.model is not None:
            _register(workspace, one.spec.model, version, replace(known, paths=places_of(one.value)))
            if step.run is not None:
                step.run.registered.add(version.ref)
        elif step.run is not None and step.run.model is not None and flavour_of(one.value) is not None:
            step.run.candidates.append((version, replace(known, paths=places_of(one.value))))
    if step.run is None and any(one.spec.model is not None for one, _ in made):
        # No flow waits for it at its end, and the interpreter's end is too late to start threads.
        workspace.tracker.flush(workspace.settings.flush_timeout)


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
    found = measures(one.value, name=name, prefix=one.spec.metrics.prefix, step=first)
    plain = {point.name: point.value for point in found if point.step == 0}
    if found and len(plain) == len(found):
        workspace.tracker.log(step.tracked_as, metrics=plain)
    elif found:
        workspace.tracker.log_series(step.tracked_as, found)


def publish_flow(
    workspace: Workspace, step: StepContext, model: Model | None, result: Any, made: list[tuple[Named | None, Version]]
) -> None:
    """Register what a flow's `model=` means: the models in its result, or else those that its tasks returned.

    What has been registered under a name given on an output stays under that name only.

    Args:
        workspace: Where to.
        step: The flow's body.
        model: What is said about the flow's model.
        result: What the flow returned.
        made: The versions that this is, with the value if no step had made it before.
    """
    run = step.run
    if run is None or model is None:
        return
    candidates = [*run.candidates, *_made_elsewhere(workspace, run)]
    returned = {version.ref for _, version in made}
    chosen = [one for one in candidates if one[0].ref in returned]
    if not chosen and flavour_of(result) is not None:
        free = [(named, version) for named, version in made if version.ref not in run.registered]
        paths = places_of(result)
        chosen = [
            (version, replace(_known_of_result(workspace, step, version, named is not None), paths=paths))
            for named, version in free
        ]
        candidates = []
    for version, known in chosen or candidates:
        _register(workspace, model, version, known)


def publish_early(workspace: Workspace, name: str, timeout: float) -> None:
    """Register what the running flow's tasks have returned as its model before the flow ends, and wait for it.

    For a step that promotes the model of its own flow. What is registered so is not registered once more at the end.

    Args:
        workspace: Where to.
        name: The model's; nothing is done if the running flow has another one.
        timeout: Seconds to wait.
    """
    step = current_step.get()
    run = step.run if step is not None else current_run.get()
    if run is not None and run.model is not None and run.model.name == name:
        for version, known in run.candidates:
            _register(workspace, run.model, version, known)
            run.registered.add(version.ref)
        run.candidates.clear()
    workspace.tracker.flush(timeout)


def register_recorded(workspace: Workspace, step: Step, declared: Declared, run: RunContext | None) -> None:
    """Register what a recorded step made and its task declares to be models, or keep it for the flow's `model=`.

    Args:
        workspace: Where to.
        step: The step.
        declared: What its task says.
        run: The flow run that goes on.

    Raises:
        BridgeError: If the catalog cannot be read.
    """
    for output in step.outputs:
        if output.tie != "returned" or not isinstance(output.what, VersionRef):
            continue
        version = workspace.resolve(str(output.what))
        model = declared.model_of(output.slot)
        if model is None and _is_kept_as_a_model(version):
            model = declared.model
        if model is not None:
            if not any(one.version == version.ref for one in workspace.catalog.models(model.name)):
                _register(workspace, model, version, known_from_catalog(workspace, version, step))
        elif run is not None and run.model is not None and _is_kept_as_a_model(version):
            run.candidates.append((version, known_from_catalog(workspace, version, step)))


def _known_of_result(workspace: Workspace, step: StepContext, version: Version, is_new: bool) -> Known:
    """What is known of a flow's result: that the flow's body made it, or the step of another flow."""
    return known_here(workspace, step, {}) if is_new else known_from_catalog(workspace, version)


def _register(workspace: Workspace, model: Model, version: Version, known: Known) -> None:
    if known.run_id is not None:
        surroundings.wait_for(known.run_id)  # the model tells the code of its run
    workspace.tracker.register(registration(workspace, model, version, known))


def _made_elsewhere(workspace: Workspace, run: RunContext) -> list[tuple[Version, Known]]:
    """Models that tasks of the run returned in other processes, which only the catalog knows."""
    here = {version.ref for version, _ in run.candidates} | run.registered
    registered = {one.version for one in workspace.catalog.models() if one.run_id == run.id}
    found = []
    for step in workspace.catalog.steps(run.id):
        for output in step.outputs:
            if output.tie != "returned" or not isinstance(output.what, VersionRef) or step.id == run.id:
                continue
            if output.what in here or output.what in registered:
                continue
            version = workspace.resolve(str(output.what))
            if _is_kept_as_a_model(version) and not _lost(version):
                found.append((version, known_from_catalog(workspace, version, step)))
    return found


def _lost(version: Version) -> bool:
    """Whether it was made by a trial that is not its study's best."""
    return "trial" in version.metadata and "study" in version.metadata and BEST not in version.aliases


def _is_kept_as_a_model(version: Version) -> bool:
    if version.format in MODELS:
        return True
    return version.format == "pickle" and version.type.partition(".")[0] in MODEL_LIBRARIES


def _tell_prefect(model: ModelVersion) -> None:
    of_model("bridge.model.registered", model, flow_run_id=model.run_id)


add_listener(_tell_prefect)
