"""What is written down when a step or a flow run is over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

from prefect.client.schemas.objects import State
from prefect.futures import PrefectFuture

from bridge.domain.naming import output_name
from bridge.domain.run import Output, Saved, Step
from bridge.domain.version import Version, VersionRef
from bridge.flows.caching import noting
from bridge.flows.current import StepContext
from bridge.flows.identity import Known, table
from bridge.flows.inputs import outputs_of, produced, upstream_steps
from bridge.flows.outputs import Declared, Named
from bridge.flows.telling import tell
from bridge.workspace import Workspace


@dataclass(slots=True)
class Outcome:
    """How a step ended.

    Args:
        state: Prefect's name of the state.
        result: What the function returned; None if it did not.
        cached: True if Prefect found the result instead of computing it.
        result_key: Where Prefect keeps the result.
        error: One line, if it failed.
        ended: When it was over for Prefect, before anything was saved; UTC.
    """

    state: str
    result: Any = None
    cached: bool = False
    result_key: str | None = None
    error: str | None = None
    ended: datetime | None = None


@dataclass(slots=True)
class Description:
    """What is known of a step before it ends."""

    task: str
    name: str
    task_key: str = ""
    declared: Declared = field(default_factory=Declared)
    constants: frozenset[int] = frozenset()
    code: str | None = None


def record_step(
    workspace: Workspace,
    step: StepContext,
    what: Description,
    outcome: Outcome,
    *,
    kept: Sequence[tuple[Named, Version]] | None = None,
) -> list[tuple[Named, Version]]:
    """Save a task's outputs and write the step down.

    Args:
        workspace: Where to.
        step: The step.
        what: What is known of it.
        outcome: How it ended.
        kept: Its outputs, if they have been saved.

    Returns:
        What the tracker is to be told of: outputs with the versions that they became.

    Raises:
        BridgeError: With `on_error = "raise"`.
    """
    flow = step.run.flow if step.run else None
    named: list[Named] = [] if outcome.error else _outputs_of_result(outcome.result, what, flow)
    where = f"task {what.task!r}"
    seen = [None if kept else noting.before(one.value) for one in named]
    outputs = (
        _kept(named, kept)
        or _found(workspace, step, outcome, named)
        or tuple(
            Output(one.slot, _put(workspace, step, one, where), "cached" if outcome.cached else "returned")
            for one in named
        )
    )
    before = len(step.yielded)
    versions = _write_down(workspace, step, what, outcome, (*step.yielded, *outputs))[before:]
    tell(workspace, "step", step.id)
    _remember(step, what, named, versions)
    for one, it, version in zip(named, seen, versions, strict=False):
        noting.after(one.value, it, version)
    return list(zip(named, versions, strict=False))


def record_yield(workspace: Workspace, step: StepContext, what: Description, value: Any) -> Named | None:
    """Save what a generator yields as the next version of its output, before the user's code has it.

    Returns:
        The output; None if it is none.

    Raises:
        BridgeError: With `on_error = "raise"`.
    """
    if value is None or what.declared.off or _is_orchestration(value):
        return None
    spec = what.declared.of_yields
    name = spec.name or output_name(step.run.flow if step.run else None, what.task)
    one = Named(str(len(step.yielded)), name, value, spec)
    new = Output(one.slot, _put(workspace, step, one, f"task {what.task!r}"))
    versions = _write_down(workspace, step, what, Outcome("Running"), (*step.yielded, new))
    if versions:
        step.yielded.append(Output(one.slot, versions[-1].ref))
        _note_object(step, what, one, versions[-1])
    return one


def take_back(workspace: Workspace, step: StepContext) -> None:
    """Withdraw what a step made whose transaction was rolled back.

    Raises:
        CatalogError: If the catalog does not take it.
    """
    taken = workspace.catalog.withdraw(step.id, "RolledBack")
    tell(workspace, "step", step.id)
    table.drop(taken)
    produced.put(step.id, ())


def record_flow_result(
    workspace: Workspace, step: StepContext, what: Description, outcome: Outcome
) -> list[tuple[Named | None, Version]]:
    """Write a flow's own result down: versions that are known are linked, anything else is saved under the flow's name.

    Returns:
        The versions that it is: with the value where that was saved here, with None where a step had made it.

    Raises:
        BridgeError: With `on_error = "raise"`.
    """
    outputs: tuple[Output, ...] = ()
    named: list[Named] = []
    if outcome.error is None and outcome.result is not None:
        known = [ref for ref in _known(outcome.result) if workspace.has(ref)]
        outputs = tuple(Output("", ref, "returned") for ref in known)
        if not outputs and not _is_orchestration(outcome.result):
            named = [Named("", what.declared.whole.name or what.task, outcome.result, what.declared.whole)]
            outputs = (Output("", _put(workspace, step, named[0], f"flow {what.task!r}")),)
    versions = _write_down(workspace, step, what, outcome, outputs)
    _remember(step, what, named, versions)
    return [(named[0] if named else None, version) for version in versions]


def _known(result: Any) -> list[VersionRef]:
    refs = [ref for step_id in upstream_steps(result) for ref in outputs_of(step_id)]
    refs += [ref for ref, _ in table.find(result)]
    return list(dict.fromkeys(refs))


def _is_orchestration(value: Any) -> bool:
    """Whether a value is Prefect's own word about runs, not data."""
    if isinstance(value, (State, PrefectFuture)):
        return True
    return isinstance(value, (list, tuple, set)) and bool(value) and all(_is_orchestration(item) for item in value)


def _outputs_of_result(result: Any, what: Description, flow: str | None) -> list[Named]:
    return [] if _is_orchestration(result) else what.declared.split(result, flow=flow, task=what.task)


def _kept(named: list[Named], kept: Sequence[tuple[Named, Version]] | None) -> tuple[Output, ...]:
    if not kept or [one.slot for one in named] != [one.slot for one, _ in kept]:
        return ()
    return tuple(Output(one.slot, version.ref, "returned") for one, version in kept)


def _found(workspace: Workspace, step: StepContext, outcome: Outcome, named: list[Named]) -> tuple[Output, ...]:
    """The versions that a cached result is, if the step that computed it was recorded and they are not forgotten."""
    if outcome.cached and step.caching is not None and step.caching.decision == "hit":
        found = dict(step.caching.found)
        # A task that gives its result a name of its own has a version of that name, whoever computed it.
        if all(one.slot in found and one.spec.name in (None, found[one.slot].name) for one in named):
            return tuple(Output(one.slot, found[one.slot], "cached") for one in named)
        return ()
    if not outcome.cached or outcome.result_key is None:
        return ()
    before = workspace.catalog.step_of_result(outcome.result_key)
    if before is None or [output.slot for output in before.outputs] != [one.slot for one in named]:
        return ()
    there = [output.what for output in before.outputs if isinstance(output.what, VersionRef)]
    if not all(workspace.has(ref) for ref in there):
        return ()
    return tuple(Output(output.slot, output.what, "cached") for output in before.outputs)


def _put(workspace: Workspace, step: StepContext, one: Named, where: str) -> Saved:
    said, found_by_content = one.spec.artifact, step.caching is not None
    if said is None:
        return workspace.put_value(
            one.value, one.name, where=where, metadata=step.metadata, is_asked_again=found_by_content
        )
    metadata = {**said.facts, **step.metadata}
    return workspace.put_value(
        one.value,
        one.name,
        where=where,
        metadata=metadata,
        tags=said.tags,
        preview=said.preview,
        is_asked_again=found_by_content,
    )


def _write_down(
    workspace: Workspace, step: StepContext, what: Description, outcome: Outcome, outputs: tuple[Output, ...]
) -> tuple[Version, ...]:
    return workspace.record_step(
        Step(
            id=step.id,
            task=what.task,
            name=what.name,
            state=outcome.state,
            started=step.started,
            ended=outcome.ended or datetime.now(timezone.utc),
            run_id=step.run.id if step.run else None,
            task_key=what.task_key,
            inputs=step.used(),
            outputs=outputs,
            result_key=outcome.result_key,
            error=outcome.error,
            **_code_and_cache(workspace, step, what),
        )
    )


def _code_and_cache(workspace: Workspace, step: StepContext, what: Description) -> dict[str, Any]:
    """A step with a key has the code that the key was made of."""
    caching = step.caching
    if caching is None:
        return {"code": what.code}
    code = what.code if caching.code is None else workspace.keep_document(caching.code.document)
    return {"code": code, "cache": caching.facts(code)}


def _remember(step: StepContext, what: Description, named: list[Named], versions: tuple[Version, ...]) -> None:
    produced.put(step.id, tuple((one.slot, version.ref) for one, version in zip(named, versions, strict=False)))
    for one, version in zip(named, versions, strict=False):
        _note_object(step, what, one, version)


def _note_object(step: StepContext, what: Description, one: Named, version: Version) -> None:
    # What the outermost flow returns is the caller's to pass on, to another flow for one.
    scope = step.run.root_id if step.run and step.run.root_id != step.id else None
    known: Known = (version.ref, "identity")
    table.remember(one.value, known, scope=scope, size=version.size, constants=what.constants)
