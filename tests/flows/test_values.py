"""Values by hand, inside tasks and flows and outside."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

import bridge
from bridge import flow, task
from bridge.domain.errors import SelectorError, VersionNotFoundError
from bridge.domain.version import VersionRef
from bridge.workspace import Workspace


def test_what_a_task_saves_is_one_of_its_outputs(workspace: Workspace) -> None:
    @task
    def work() -> None:
        bridge.save([1.5, 2.5], "by-hand", metadata={"unit": "cm"})

    @flow
    def saving() -> None:
        work()

    saving()
    version = workspace.resolve("by-hand")
    assert version.metadata["unit"] == "cm"
    ((edge),) = workspace.catalog.edges_of_version(version.ref)
    step = workspace.catalog.step(edge.step_id)
    assert (edge.tie, step.task if step else None) == ("saved", "work")
    assert version.run_id == workspace.catalog.runs()[0].id


def test_what_a_task_loads_is_one_of_its_inputs_and_so_is_what_the_flow_passes_on(workspace: Workspace) -> None:
    bridge.save([1.5, 2.5], "data")

    @task
    def loads() -> float:
        return sum(bridge.load("data@1"))

    @task
    def receives(values: list[float]) -> float:
        return sum(values)

    @flow
    def loading() -> None:
        loads()
        receives(bridge.load("data"))

    loading()
    run = workspace.catalog.runs()[0]
    inputs = {step.task: [(str(i.version), i.tie) for i in step.inputs] for step in workspace.catalog.steps(run.id)}
    assert inputs["loads"] == [("data@1", "declared")]
    assert inputs["receives"] == [("data@1", "declared")]
    assert inputs["loading"] == [("data@1", "declared")]


def test_facts_logged_in_a_task_are_on_what_it_returns(workspace: Workspace) -> None:
    @task
    def work() -> list[int]:
        assert bridge.log_metadata({"rows": 3}) is None
        return [1, 2, 3]

    @flow
    def logging() -> None:
        work()

    logging()
    assert workspace.resolve("logging/work").metadata["rows"] == 3


def test_facts_outside_need_a_version(workspace: Workspace) -> None:
    with pytest.raises(SelectorError, match="say which version"):
        bridge.log_metadata({"a": 1})
    with pytest.raises(VersionNotFoundError):
        bridge.log_metadata({"a": 1}, "nothing")


def test_a_name_with_an_at_sign_is_refused(workspace: Workspace) -> None:
    with pytest.raises(SelectorError):
        bridge.save(1, "a@b")


def test_a_flows_own_result_is_linked_or_saved(workspace: Workspace) -> None:
    @task
    def make() -> list[float]:
        return [1.5]

    @flow
    def linked() -> list[float]:
        return make()

    @flow
    def computed() -> dict[str, int]:
        return {"n": 1}

    @flow
    def futures() -> object:
        return make.submit()

    linked()
    computed()
    futures()

    def result_of(name: str) -> list[str]:
        run = workspace.catalog.runs(flow=name)[0]
        step = workspace.catalog.step(run.id)
        return [str(output.what) for output in step.outputs] if step else []

    assert result_of("linked") == ["linked/make@1"]
    assert result_of("computed") == ["computed@1"]
    assert result_of("futures") == ["futures/make@1"]


def test_a_flows_result_is_known_to_the_next_flow(workspace: Workspace) -> None:
    @task
    def use(values: list[float]) -> float:
        return sum(values)

    @flow
    def first() -> dict[str, list[float]]:
        return {"values": [1.5, 2.5]}

    @flow(validate_parameters=False)
    def second(values: list[float]) -> float:
        return use(values)

    result = first()
    second(result["values"])
    run = workspace.catalog.runs(flow="second")[0]
    used = {step.task: [str(i.version) for i in step.inputs] for step in workspace.catalog.steps(run.id)}
    assert used["use"] == ["first@1"]


def test_generators_and_methods_run_as_under_prefect(workspace: Workspace) -> None:
    @task
    def count(n: int) -> Iterator[int]:
        yield from range(n)

    class Thing:
        @task
        def double(self, n: int) -> int:
            return 2 * n

    @flow
    def running() -> list[int]:
        return [Thing().double(n) for n in count(3)]

    assert running() == [0, 2, 4]
    assert workspace.catalog.artifacts(prefix="running/double")[0].ref == VersionRef("running/double", 3)


def test_an_async_flow_is_recorded_with_its_subflow(workspace: Workspace) -> None:
    @task
    async def fetch(n: int) -> list[int]:
        return [n, n]

    @flow
    async def inner(n: int) -> list[int]:
        return await fetch(n)

    @flow
    async def outer() -> int:
        return sum(sum(part) for part in await asyncio.gather(inner(1), inner(2)))

    assert asyncio.run(outer()) == 6
    parent = workspace.catalog.runs(flow="outer")[0]
    children = workspace.catalog.runs(flow="inner")
    assert {child.parent_id for child in children} == {parent.id}
    assert {run.state for run in [parent, *children]} == {"Completed"}
