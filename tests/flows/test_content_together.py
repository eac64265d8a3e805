"""`CONTENT` where tasks run at once, call each other, or are not functions of bridge's."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import prefect
import pytest
from prefect.cache_policies import INPUTS
from prefect.locking.memory import MemoryLockManager

from bridge import CONTENT, flow, task
from bridge.cache import clear, kept
from bridge.workspace import Workspace
from tests.flows.test_content import decisions, nothing, numbers


@pytest.mark.parametrize(
    "policy",
    [CONTENT, CONTENT.configure(lock_manager=MemoryLockManager(), isolation_level="SERIALIZABLE")],
    ids=["as it is", "memory locks"],
)
def test_eight_at_once_compute_once(workspace: Workspace, policy: Any) -> None:
    @task(cache_policy=policy)
    def slow(n: int) -> list[int]:
        time.sleep(0.2)
        return [n]

    @task(cache_policy=policy)
    async def slow_async(n: int) -> list[int]:
        await asyncio.sleep(0.2)
        return [n]

    @flow
    def threads() -> list[Any]:
        return [future.result() for future in [slow.submit(1) for _ in range(8)]]

    @flow
    async def tasks() -> list[Any]:
        return list(await asyncio.gather(*[slow_async(1) for _ in range(8)]))

    assert threads() == asyncio.run(tasks()) == [[1]] * 8
    for name in ("slow", "slow_async"):
        assert sorted(decisions(workspace, name)) == ["hit"] * 7 + ["miss"]


def test_those_who_wait_for_one_that_fails_compute_themselves(workspace: Workspace, tmp_path: Path) -> None:
    mark = str(tmp_path / "mark")

    @task(cache_policy=CONTENT)
    def first_fails(x: int) -> int:
        time.sleep(0.2)
        try:
            Path(mark).touch(exist_ok=False)
        except FileExistsError:
            return x
        raise ValueError

    @flow
    def pipeline() -> list[str]:
        futures = [first_fails.submit(1) for _ in range(4)]
        for future in futures:
            future.wait()
        return sorted(future.state.name for future in futures)

    assert pipeline(return_state=False) == ["Cached", "Cached", "Completed", "Failed"]


def test_tasks_that_a_cached_task_calls_are_as_they_would_be_without_it(workspace: Workspace) -> None:
    @task
    def inner(x: int) -> int:
        return x

    @task(cache_policy=CONTENT)
    def outer(x: int) -> int:
        return inner(x) + inner(x)

    @flow
    def pipeline() -> int:
        return outer(2)

    assert pipeline() == pipeline() == 4
    assert decisions(workspace, "outer") == ["miss", "hit"]
    assert len(kept()) == 1


def test_a_pointer_is_what_prefect_keeps_of_any_task_that_asks_for_it(workspace: Workspace, tmp_path: Path) -> None:
    @task(cache_policy=INPUTS, result_serializer="bridge", result_storage=tmp_path / "results")
    def by_hand(n: int) -> Any:
        return np.arange(n)

    @flow(result_serializer="bridge", persist_result=True, result_storage=tmp_path / "results")
    def pipeline() -> Any:
        return by_hand(100_000)

    assert pipeline()[-1] == 99_999
    state = pipeline(return_state=True)
    assert state.result()[-1] == 99_999
    assert [step.state for step in workspace.catalog.steps_of_task("by_hand")] == ["Cached", "Completed"]
    assert [str(one.what) for one in workspace.catalog.steps_of_task("by_hand")[0].outputs] == ["pipeline/by_hand@1"]
    assert all(path.stat().st_size < 1000 for path in (tmp_path / "results").iterdir())


def test_a_plain_task_of_prefects_may_have_it_too(workspace: Workspace) -> None:
    @prefect.task(cache_policy=CONTENT)
    def plain(x: int) -> list[int]:
        return [x]

    assert plain(3) == [3]
    assert plain(3, return_state=True).name == "Cached"


def test_clearing_makes_tasks_run_again(workspace: Workspace) -> None:
    numbers(1)
    numbers(2)
    nothing(1)
    assert clear("num*", older_than=timedelta(hours=1)) == []
    assert {one.task for one in clear("num*")} == {"numbers"}
    assert [one.task for one in kept()] == ["nothing"]
    numbers(1)
    assert decisions(workspace, "numbers") == ["miss", "miss", "miss"]


def test_methods_and_static_methods_are_found(workspace: Workspace) -> None:
    class Scaler:
        def __init__(self, factor: int) -> None:
            self.factor = factor

        @task(cache_policy=CONTENT)
        def apply(self, x: int) -> int:
            return x * self.factor

    assert [Scaler(2).apply(3), Scaler(2).apply(3), Scaler(4).apply(3)] == [6, 6, 12]
    assert decisions(workspace, "apply") == ["miss", "hit", "miss"]
