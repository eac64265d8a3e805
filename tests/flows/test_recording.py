"""What a flow run leaves behind, whichever way its tasks are called."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

import pytest

from bridge import Artifact, flow, task
from bridge.domain.version import VersionRef
from bridge.workspace import Workspace


def edges(workspace: Workspace, run_name: str | None = None) -> dict[str, dict[str, list[str]]]:
    """Inputs and outputs of each step of the latest run, as people write them."""
    run = workspace.catalog.runs(limit=1)[0] if run_name is None else workspace.catalog.run(run_name)
    found: dict[str, dict[str, list[str]]] = {}
    for step in workspace.catalog.steps(run.id):
        entry = found.setdefault(step.task, {"in": [], "out": [], "ties": []})
        entry["in"] += [f"{one.slot}={one.version}" for one in step.inputs]
        entry["ties"] += [one.tie for one in step.inputs]
        entry["out"] += [str(one.what) for one in step.outputs]
    return found


def test_a_result_passed_by_value_ties_the_two_steps(workspace: Workspace) -> None:
    @task
    def load() -> list[float]:
        return [1.5, 2.5]

    @task
    def total(values: list[float]) -> float:
        return sum(values)

    @flow
    def adding() -> float:
        return total(load())

    assert adding() == 4.0
    found = edges(workspace)
    assert found["load"]["out"] == ["adding/load@1"]
    assert found["total"]["in"] == ["values=adding/load@1"]
    assert found["total"]["ties"] == ["identity"]
    assert found["total"]["out"] == ["adding/total@1"]


def test_a_future_ties_the_two_steps(workspace: Workspace) -> None:
    @task
    def load() -> int:
        return 7

    @task
    def double(value: int) -> int:
        return 2 * value

    @flow
    def submitting() -> int:
        return double.submit(load.submit()).result()

    assert submitting() == 14
    found = edges(workspace)
    assert found["double"]["in"] == ["value=submitting/load@1"]
    assert found["double"]["ties"] == ["future"]


def test_elements_of_a_tuple_are_versions_of_their_own(workspace: Workspace) -> None:
    @task
    def split() -> tuple[list[int], list[int]]:
        return [1, 2, 3], [4]

    @task
    def count(values: list[int]) -> int:
        return len(values)

    @flow
    def splitting() -> int:
        _, test = split()
        return count(test)

    assert splitting() == 1
    found = edges(workspace)
    assert found["split"]["out"] == ["splitting/split.0@1", "splitting/split.1@1"]
    assert found["count"]["in"] == ["values=splitting/split.1@1"]


def test_values_inside_lists_and_dicts_are_found(workspace: Workspace) -> None:
    @task
    def make(n: int) -> list[int]:
        return [n, n]

    @task
    def merge(parts: dict[str, Any]) -> int:
        return len(parts)

    @flow
    def nesting() -> int:
        first, second = make(1), make.submit(2)
        return merge({"a": [first], "b": {"c": second}})

    assert nesting() == 2
    inputs = edges(workspace)["merge"]["in"]
    assert sorted(inputs) == ["parts=nesting/make@1", "parts=nesting/make@2"]


def test_map_records_one_step_for_each_element(workspace: Workspace) -> None:
    @task
    def numbers() -> list[int]:
        return [1, 2, 3]

    @task
    def square(n: int) -> int:
        return n * n

    @task
    def total(values: list[int]) -> int:
        return sum(values)

    @flow
    def mapping() -> int:
        return total(square.map(numbers.submit()))

    assert mapping() == 14
    found = edges(workspace)
    assert sorted(found["square"]["out"]) == ["mapping/square@1", "mapping/square@2", "mapping/square@3"]
    assert found["square"]["in"] == ["n=mapping/numbers@1"] * 3
    assert sorted(found["total"]["in"]) == [f"values=mapping/square@{n}" for n in (1, 2, 3)]


def test_async_tasks_are_recorded_under_gather(workspace: Workspace) -> None:
    @task
    async def fetch(n: int) -> list[int]:
        await asyncio.sleep(0)
        return [n]

    @flow
    async def gathering() -> list[list[int]]:
        return list(await asyncio.gather(*(fetch(n) for n in range(5))))

    assert asyncio.run(gathering()) == [[0], [1], [2], [3], [4]]
    assert len(edges(workspace)["fetch"]["out"]) == 5


def test_a_retried_task_is_recorded_once_with_its_final_result(workspace: Workspace) -> None:
    attempts: list[int] = []

    @task(retries=2)
    def flaky() -> str:
        attempts.append(1)
        if len(attempts) < 3:
            raise ValueError("not yet")
        return "there at last"

    @flow
    def retrying() -> str:
        return flaky()

    assert retrying() == "there at last"
    (step,) = [s for s in workspace.catalog.steps(workspace.catalog.runs()[0].id) if s.task == "flaky"]
    assert step.state == "Completed"
    assert [o.what for o in step.outputs] == [VersionRef("retrying/flaky", 1)]


def test_a_failed_task_is_recorded_with_its_inputs_and_its_error(workspace: Workspace) -> None:
    @task
    def load() -> list[str]:
        return ["a", "b"]

    @task
    def broken(values: list[str]) -> None:
        raise ValueError("no good")

    @flow
    def failing() -> None:
        broken(load())

    with pytest.raises(ValueError, match="no good"):
        failing()
    run = workspace.catalog.runs()[0]
    assert run.state == "Failed"
    (step,) = [s for s in workspace.catalog.steps(run.id) if s.task == "broken"]
    assert step.state == "Failed"
    assert "no good" in (step.error or "")
    assert [str(one.version) for one in step.inputs] == ["failing/load@1"]


def test_a_task_outside_any_flow_is_recorded(workspace: Workspace) -> None:
    @task
    def alone() -> dict[str, int]:
        return {"a": 1}

    assert alone() == {"a": 1}
    assert workspace.load("alone")[1] == {"a": 1}


def test_a_nested_flow_knows_what_it_was_given_and_its_parent(workspace: Workspace) -> None:
    @task
    def load() -> list[float]:
        return [0.5]

    @task
    def use(values: list[float]) -> float:
        return values[0]

    @flow
    def inner(values: list[float]) -> float:
        return use(values)

    @flow(validate_parameters=False)
    def outer() -> float:
        return inner.with_options(validate_parameters=False)(load())

    assert outer() == 0.5
    child, parent = (
        workspace.catalog.run(workspace.catalog.runs(flow="inner")[0].id),
        workspace.catalog.runs(flow="outer")[0],
    )
    assert child.parent_id == parent.id
    assert [str(one.version) for s in workspace.catalog.steps(child.id) if s.task == "use" for one in s.inputs] == [
        "outer/load@1"
    ]


def test_a_cached_task_is_tied_to_the_version_that_was_computed(workspace: Workspace) -> None:
    from prefect.cache_policies import INPUTS

    runs: list[int] = []

    @task(cache_policy=INPUTS, persist_result=True)
    def slow(n: int) -> list[int]:
        runs.append(n)
        return [n] * 3

    @flow
    def caching() -> list[int]:
        return slow(5)

    assert caching() == caching() == [5, 5, 5]
    assert runs == [5]
    first, second = workspace.catalog.runs(flow="caching")
    states = {s.state: s for r in (first, second) for s in workspace.catalog.steps(r.id) if s.task == "slow"}
    assert set(states) == {"Completed", "Cached"}
    assert [(str(o.what), o.tie) for o in states["Cached"].outputs] == [("caching/slow@1", "cached")]


def test_named_outputs(workspace: Workspace) -> None:
    @task
    def split() -> tuple[Annotated[list[int], Artifact("train")], Annotated[list[int], Artifact("test")]]:
        return [1, 2], [3]

    @task(output="model")
    def fit(values: list[int]) -> dict[str, int]:
        return {"n": len(values)}

    @task(output=None)
    def hidden() -> str:
        return "kept to itself"

    @flow
    def naming() -> None:
        train, _ = split()
        fit(train)
        hidden()

    naming()
    assert [v.ref.name for v in workspace.catalog.artifacts()] == ["model", "test", "train"]


def test_unchanged_content_makes_no_new_version(workspace: Workspace) -> None:
    @task
    def constant() -> list[int]:
        return [1, 2, 3]

    @flow
    def again() -> None:
        constant()

    again()
    again()
    assert [v.ref.number for v in workspace.catalog.versions("again/constant")] == [1]
    assert len(workspace.catalog.edges_of_version(VersionRef("again/constant", 1))) == 2


def test_options_and_types_survive(workspace: Workspace) -> None:
    import cloudpickle

    @task(retries=3, output="named")
    def original() -> int:
        return 1

    changed = original.with_options(name="renamed")
    assert type(changed) is type(original)
    assert changed.retries == 3
    assert changed.bridge_output == "named"
    assert type(cloudpickle.loads(cloudpickle.dumps(original))) is type(original)


def test_a_value_that_cannot_be_stored_is_recorded_without_bytes(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("BRIDGE_ON_ERROR", "warn")
    import threading

    @task
    def lock() -> object:
        return threading.Lock()

    @task
    def use(it: object) -> bool:
        return it is not None

    @flow
    def odd() -> bool:
        return use(lock())

    assert odd() is True
    from bridge.workspace import current

    (version,) = current().catalog.versions("odd/lock")
    assert version.digest is None
    said = [r.getMessage() for r in caplog.records if r.name == "bridge" and r.levelname == "WARNING"]
    assert len(said) == 1
    assert "'lock'" in said[0] and "output=None" in said[0]


def test_disabled_means_exactly_prefects(prefect_server: None, monkeypatch: pytest.MonkeyPatch) -> None:
    import prefect

    monkeypatch.setenv("BRIDGE_ENABLED", "false")

    @task(output="x")
    def plain() -> int:
        return 1

    assert type(plain) is prefect.Task


def test_a_strict_error_comes_once_and_as_it_is(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    from bridge.domain.errors import CatalogError

    @task
    def fine() -> list[int]:
        return [1]

    asked = []

    def refuse(step: Any) -> Any:
        asked.append(step)
        raise CatalogError("sqlite://", "it is locked")

    monkeypatch.setattr(workspace.catalog, "put_step", refuse)
    with pytest.raises(CatalogError, match="it is locked"):
        fine()
    assert len(asked) == 1
