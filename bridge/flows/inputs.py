"""Which versions a step's parameters are."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from threading import Lock
from types import MappingProxyType
from typing import Any

from prefect.client.schemas.objects import RunInput, State, TaskRunResult
from prefect.futures import PrefectFuture
from prefect.utilities.annotations import BaseAnnotation, quote

from bridge.domain.version import Tie, VersionRef
from bridge.flows.current import StepContext
from bridge.flows.identity import DEEPEST, members, table

MOST_STEPS = 65_536
"""Steps whose outputs are kept in memory; for older ones the catalog is asked."""


Made = tuple[tuple[str, VersionRef], ...]
"""What a step returned: slots with the versions that they are."""


class _Produced:
    """Outputs of the steps that this process has recorded. Thread-safe."""

    def __init__(self) -> None:
        self._steps: OrderedDict[str, Made] = OrderedDict()
        self._lock = Lock()

    def put(self, step_id: str, made: Made) -> None:
        with self._lock:
            self._steps[step_id] = made
            while len(self._steps) > MOST_STEPS:
                self._steps.popitem(last=False)

    def get(self, step_id: str) -> Made | None:
        with self._lock:
            return self._steps.get(step_id)


produced = _Produced()


def futures_in(parameters: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Parameters with the ids of the steps that their futures and states stand for.

    Asked before Prefect puts values in their place; what the steps made is known only after it has waited for them.
    """
    return [(slot, step_id) for slot, value in parameters.items() for step_id in upstream_steps(value)]


def note_inputs(
    step: StepContext,
    parameters: Mapping[str, Any],
    futures: Iterable[tuple[str, str]] = (),
    mapped: Mapping[str, set[RunInput]] = MappingProxyType({}),
    carried: Iterable[tuple[str, VersionRef, Tie]] = (),
) -> list[str]:
    """Tie a step to the versions that its parameters are.

    Args:
        step: The step.
        parameters: Values, after Prefect has resolved them.
        futures: What `futures_in` found before.
        mapped: Upstream runs that Prefect's `map` found before it took a mapped value apart.
        carried: What the submitting process knew of the parameters.

    Returns:
        Parameters of which nothing is known.
    """
    tied = {slot for slot, upstream_id in futures if _tie(step, slot, upstream_id)}
    for slot, version, tie in carried:
        step.use(slot, version, tie)
        tied.add(slot)
    for slot, value in parameters.items():
        for version, tie in table.find(value):
            step.use(slot, version, tie)
            tied.add(slot)
        if slot not in tied:
            # An element of a mapped list that is no version itself stands for the whole list.
            upstreams = [str(one.id) for one in mapped.get(slot, ()) if isinstance(one, TaskRunResult)]
            tied.update(slot for upstream_id in upstreams if _tie(step, slot, upstream_id))
    return [slot for slot in parameters if slot not in tied]


def acquaint(step: StepContext, parameters: Mapping[str, Any]) -> None:
    """Make values known by themselves that are a version for another reason, as copies from another process are."""
    if step.run is None:
        return
    of_slot: dict[str, list[VersionRef]] = {}
    for one in step.used():
        of_slot.setdefault(one.slot, []).append(one.version)
    for slot, refs in of_slot.items():
        if len(refs) == 1 and slot in parameters and not table.find(parameters[slot]):
            table.remember(parameters[slot], (refs[0], "identity"), scope=step.run.root_id)


def upstream_steps(value: Any, depth: int = 0) -> Iterator[str]:
    """Ids of the steps whose futures or states are in a value; what is quoted is left alone."""
    if isinstance(value, PrefectFuture):
        yield str(value.task_run_id)
    elif isinstance(value, State):
        if value.state_details.task_run_id:
            yield str(value.state_details.task_run_id)
    elif isinstance(value, BaseAnnotation):
        if not isinstance(value, quote):
            yield from upstream_steps(value.unwrap(), depth)
    elif depth < DEEPEST:
        for member in members(value):
            yield from upstream_steps(member, depth + 1)


def result_taken(step_id: str, value: Any, scope: str) -> None:
    """Note that a value is what a step returned, if it came from another process and is not known here.

    Args:
        step_id: The step.
        value: Its result, as this process has it.
        scope: Outermost flow run, with which the note goes.
    """
    if value is None or table.find(value):
        return
    made = dict(made_by(step_id))
    for slot, version in made.items():
        if slot == "":
            table.remember(value, (version, "identity"), scope=scope)
        elif slot.isdigit() and isinstance(value, (tuple, list)) and int(slot) < len(value):
            table.remember(value[int(slot)], (version, "identity"), scope=scope)


def outputs_of(step_id: str) -> tuple[VersionRef, ...]:
    """Versions that a step returned."""
    return tuple(version for _, version in made_by(step_id))


def made_by(step_id: str) -> Made:
    """What a step returned, from memory or else from the catalog."""
    known = produced.get(step_id)
    if known is not None:
        return known
    from bridge.workspace import available

    workspace = available()
    step = workspace.catalog.step(step_id) if workspace is not None else None
    if step is None:
        return ()
    return tuple(
        (output.slot, output.what)
        for output in step.outputs
        if output.tie != "saved" and isinstance(output.what, VersionRef)
    )


def _tie(step: StepContext, slot: str, upstream_id: str) -> bool:
    """Tie a parameter to what a step made; False if nothing is known of it."""
    made = outputs_of(upstream_id)
    for version in made:
        step.use(slot, version, "future")
    return bool(made)
