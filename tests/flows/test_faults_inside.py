"""Whatever fails inside bridge, the user's flow gives what it gives under Prefect."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from prefect.task_runners import ThreadPoolTaskRunner
from prefect.transactions import transaction

from bridge import flow, task
from bridge.workspace import Workspace

FAULTS = [
    "bridge.flows.inputs.note_inputs",
    "bridge.flows.inputs.futures_in",
    "bridge.flows.inputs.result_taken",
    "bridge.flows.inputs.acquaint",
    "bridge.flows.observing.observed.version_of_content",
    "bridge.flows.observing.task.default_key",
    "bridge.flows.observing.task.constants_of",
    "bridge.flows.observing.task.record_step",
    "bridge.flows.observing.task.record_yield",
    "bridge.flows.observing.flow.record_flow_result",
    "bridge.flows.observing.task.take_back",
    "bridge.flows.observing.task.publish",
    "bridge.flows.observing.runs.let_carry",
    "bridge.flows.observing.flow.runs.begin",
    "bridge.flows.observing.flow.runs.end",
    "bridge.flows.observing.flow.readable",
    "bridge.flows.observing.flow.links.tags_of_flow",
    "bridge.flows.observing.flow.links.link_to_tracker",
    "bridge.flows.observing.task.task_runs.begin",
    "bridge.flows.observing.task.task_runs.end",
    "bridge.flows.observing.task.log_metrics",
    "bridge.flows.carrying.packed",
    "bridge.workspace.workspace.Workspace.put_value",
    "bridge.workspace.workspace.Workspace.record_step",
    "bridge.workspace.workspace.Workspace.record_run",
    "bridge.workspace.workspace.Workspace.digest_of",
]


class InThreads(ThreadPoolTaskRunner):  # type: ignore[type-arg]
    """Stands for a runner that sends tasks away."""


@task
def load(n: int) -> list[float]:
    return [i + 0.5 for i in range(n)]


@task
def total(rows: list[float]) -> float:
    return sum(rows)


@task
def batches(n: int) -> Any:
    for i in range(n):
        yield [i + 0.5]


@flow
def inner(rows: list[float]) -> float:
    return total(rows)


@flow(run_scope="task")
def everything() -> list[float]:
    found = [total.submit(load.submit(4)).result(), inner(load(3)), total(load(2, return_state=True).result())]
    found += [total(batch) for batch in batches(2)]
    try:
        with transaction():
            load(7)
            raise KeyError("undo")
    except KeyError:
        pass
    return found


@pytest.mark.matrix
@pytest.mark.parametrize("place", FAULTS)
def test_a_fault_inside_is_a_warning_and_nothing_else(
    place: str, workspace: Workspace, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from bridge.workspace import reset

    monkeypatch.setenv("BRIDGE_ON_ERROR", "warn")
    reset()
    monkeypatch.setattr("bridge.flows.carrying.ThreadPoolTaskRunner", InThreads)  # threads, too, get luggage
    called = []

    def fail(*_: Any, **__: Any) -> Any:
        called.append(place)
        raise RuntimeError("a fault inside bridge")

    monkeypatch.setattr(place, fail)
    with caplog.at_level(logging.WARNING, "bridge"):
        assert everything() == [8.0, 4.5, 2.0, 0.5, 1.5]
    said = [record.getMessage() for record in caplog.records if record.name == "bridge"]
    assert len(said) <= 2, "once for each kind of trouble, not once for each task"
    assert called, f"{place} was not reached: this test shows nothing"
