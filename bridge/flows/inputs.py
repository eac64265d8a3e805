"""Which versions a step's parameters are."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from threading import Lock
from typing import Any

from prefect.client.schemas.objects import RunInput, State, TaskRunResult
from prefect.futures import PrefectFuture
from prefect.utilities.annotations import BaseAnnotation, quote

from bridge.domain.version import VersionRef
from bridge.flows.current import StepContext
from bridge.flows.identity import DEEPEST, members, table

MOST_STEPS = 65_536
"""Steps whose outputs are kept in memory; for older ones the catalog is asked."""


class _Produced:
    """Outputs of the steps that this process has recorded. Thread-safe."""

    def __init__(self) -> None:
        self._steps: OrderedDict[str, tuple[VersionRef, ...]] = OrderedDict()
        self._lock = Lock()

    def put(self, step_id: str, refs: tuple[VersionRef, ...]) -> None:
        with self._lock:
            self._steps[step_id] = refs
            while len(self._steps) > MOST_STEPS:
                self._steps.popitem(last=False)

    def get(self, step_id: str) -> tuple[VersionRef, ...] | None:
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
    futures: Iterable[tuple[str, str]],
    mapped: Mapping[str, set[RunInput]],
) -> None:
    """Tie a step to the versions that its parameters are.

    Args:
        step: The step.
        parameters: Values, after Prefect has resolved them.
        futures: What `futures_in` found before.
        mapped: Upstream runs that Prefect's `map` found before it took a mapped value apart.
    """
    for slot, upstream_id in futures:
        _tie(step, slot, upstream_id)
    for slot, value in parameters.items():
        found = table.find(value)
        for version, tie in found:
            step.use(slot, version, tie)
        if not found:
            # An element of a mapped list that is no version itself stands for the whole list.
            for upstream in mapped.get(slot, ()):
                if isinstance(upstream, TaskRunResult):
                    _tie(step, slot, str(upstream.id))


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


def outputs_of(step_id: str) -> tuple[VersionRef, ...]:
    """Versions that a step made, from memory or else from the catalog."""
    known = produced.get(step_id)
    if known is not None:
        return known
    from bridge.workspace import available

    workspace = available()
    step = workspace.catalog.step(step_id) if workspace is not None else None
    if step is None:
        return ()
    return tuple(output.what for output in step.outputs if isinstance(output.what, VersionRef))


def _tie(step: StepContext, slot: str, upstream_id: str) -> None:
    for version in outputs_of(upstream_id):
        step.use(slot, version, "future")
