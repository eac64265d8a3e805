"""`CONTENT`: found if code and inputs are what they were, computed if they are not."""

from __future__ import annotations

import asyncio
import logging
import time
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import pandas as pd
import prefect
import pytest
from prefect.cache_policies import INPUTS, RUN_ID, TASK_SOURCE
from prefect.locking.memory import MemoryLockManager
from prefect.results import ResultRecord
from prefect.transactions import transaction

from bridge import CONTENT, Artifact, flow, load, task
from bridge.cache import clear, kept
from bridge.workspace import Workspace

FACTOR = 2.0


def scaled(values: Any) -> Any:
    """Reached by tasks below."""
    return values * FACTOR


@task(cache_policy=CONTENT)
def numbers(n: int) -> Any:
    return np.arange(n, dtype=float)


@task(cache_policy=CONTENT)
def scale(values: Any) -> Any:
    return scaled(values)


@task(cache_policy=CONTENT)
def parts(values: Any) -> Any:
    return values[:2], None, float(values.sum())


@task(cache_policy=CONTENT)
def nothing(x: Any) -> None:
    """There for what it does."""


def decisions(workspace: Workspace, name: str) -> list[str]:
    """Of each run of a task, the first one first."""
    return [step.cache.get("decision") for step in reversed(workspace.catalog.steps_of_task(name))]


def test_a_second_run_finds_everything_and_ties_the_same_versions(workspace: Workspace) -> None:
    @flow
    def pipeline() -> Any:
        return parts(scale(numbers(5)))

    first, second = pipeline(), pipeline()
    np.testing.assert_array_equal(first[0], second[0])
    assert first[1:] == second[1:] == (None, 20.0)
    for name in ("numbers", "scale", "parts"):
        found, computed = workspace.catalog.steps_of_task(name)
        assert (computed.cache["decision"], found.cache["decision"]) == ("miss", "hit")
        assert found.state == "Cached"
        assert [one.what for one in found.outputs] == [one.what for one in computed.outputs]
        assert {one.tie for one in found.outputs} == {"cached"}
        assert found.cache["computed_by"] == computed.id
    assert workspace.catalog.steps_of_task("scale")[0].cache["inputs"]["values"]["version"] == "pipeline/numbers@1"


def test_results_are_found_in_another_flow_and_outside_flows(workspace: Workspace) -> None:
    @flow
    def one() -> Any:
        return numbers(3)

    @flow
    def other() -> Any:
        return numbers(3)

    one()
    other()
    numbers(3)
    assert decisions(workspace, "numbers") == ["miss", "hit", "hit"]
    assert [str(step.outputs[0].what) for step in workspace.catalog.steps_of_task("numbers")] == ["one/numbers@1"] * 3


def test_a_frame_that_is_changed_in_place_between_two_tasks_is_another_input(workspace: Workspace) -> None:
    @task(cache_policy=CONTENT)
    def frame() -> Any:
        return pd.DataFrame({"a": [1.0, 2.0], "b": ["x", "y"]})

    @task(cache_policy=CONTENT)
    def total(df: Any) -> float:
        return float(df["a"].sum())

    @flow
    def pipeline() -> list[float]:
        df = frame()
        before = total(df)
        df.loc[0, "a"] = 10.0
        return [before, total(df), total(df)]

    assert pipeline() == [3.0, 12.0, 12.0]
    assert decisions(workspace, "total") == ["miss", "miss", "hit"]
    assert pipeline() == [3.0, 12.0, 12.0]
    assert decisions(workspace, "total")[3:] == ["hit", "hit", "hit"]


def test_what_was_found_and_then_changed_is_not_found_changed(workspace: Workspace) -> None:
    @task(cache_policy=CONTENT)
    def rows() -> list[int]:
        return [1, 2]

    @flow
    def pipeline() -> list[Any]:
        first = rows()
        first.append(3)
        second = rows()
        second.append(4)
        return [first, second, rows()]

    assert pipeline() == [[1, 2, 3], [1, 2, 4], [1, 2]]


def test_a_constant_that_a_helper_reads_counts(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    assert scale(np.ones(2)).tolist() == [2.0, 2.0]
    monkeypatch.setitem(globals(), "FACTOR", 3.0)
    assert scale(np.ones(2)).tolist() == [3.0, 3.0]
    assert decisions(workspace, "scale") == ["miss", "miss"]


def test_types_are_told_apart_and_names_of_variables_are_not(workspace: Workspace) -> None:
    @task(cache_policy=CONTENT)
    def same(x: Any) -> Any:
        return x

    given = (1, 1.0, True, "1", [1], (1,))
    assert [type(same(x)) for x in given] == [type(x) for x in given]
    another = 1
    assert type(same(another)) is int
    assert decisions(workspace, "same") == ["miss"] * 6 + ["hit"]


@pytest.mark.parametrize("n", [0, 1])
def test_none_is_found_where_the_task_asks_for_it_not_where_its_flow_does(workspace: Workspace, n: int) -> None:
    @task
    def plainly(x: Any) -> None: ...

    @task
    def adding(x: int) -> int:
        return x + 1

    @flow(cache="content")
    def pipeline() -> None:
        nothing(n)
        nothing(n)
        plainly(n)
        plainly(n)
        adding(n)
        adding(n)

    pipeline()
    assert decisions(workspace, "nothing") == ["miss", "hit"]
    assert decisions(workspace, "plainly") == ["miss", "miss"]
    assert decisions(workspace, "adding") == ["miss", "hit"]


def test_a_setting_makes_it_the_policy_of_tasks_without_one(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    @task
    def adding(x: int) -> int:
        return x + 1

    @task(cache_policy=INPUTS, result_storage=tmp_path / "results")
    def chosen(x: int) -> int:
        return x

    @flow(cache="off")
    def without() -> int:
        return adding(1)

    @flow
    def pipeline() -> int:
        return chosen(adding(1))

    monkeypatch.setenv("BRIDGE_CACHE", "content")
    for run in (without, pipeline, pipeline):
        run()
    from bridge.workspace import current

    assert decisions(current(), "adding") == [None, "miss", "hit"]
    assert decisions(current(), "chosen") == [None, None]
    assert [step.state for step in current().catalog.steps_of_task("chosen")] == ["Cached", "Completed"]


def test_with_neither_setting_nor_policy_nothing_is_found(workspace: Workspace) -> None:
    @task
    def adding(x: int) -> int:
        return x + 1

    adding(1)
    adding(1)
    assert decisions(workspace, "adding") == [None, None]
    assert kept() == []


def test_policies_go_together(workspace: Workspace) -> None:
    calls = CONTENT + RUN_ID, CONTENT + INPUTS - "quiet", INPUTS + CONTENT, CONTENT - "quiet", TASK_SOURCE + CONTENT

    def loud(x: int, quiet: bool = False) -> int:
        return x

    tasks = [task(loud, name=f"task-{i}", cache_policy=policy) for i, policy in enumerate(calls)]  # type: ignore[call-overload]

    @flow
    def pipeline(quiet: bool) -> None:
        for one in tasks:
            one(1, quiet=quiet)
            one(1, quiet=quiet)

    pipeline(False)
    pipeline(True)
    assert [decisions(workspace, f"task-{i}") for i in range(5)] == [
        ["miss", "hit", "miss", "hit"],
        ["miss", "hit", "hit", "hit"],
        ["miss", "hit", "miss", "hit"],
        ["miss", "hit", "hit", "hit"],
        ["miss", "hit", "miss", "hit"],
    ]


def test_a_result_with_a_name_of_its_own_has_a_version_of_that_name_whoever_computed_it(workspace: Workspace) -> None:
    def made() -> Annotated[list[int], Artifact("training-data")]:
        return [1, 2, 3]

    task(made, name="first", cache_policy=CONTENT)()  # type: ignore[call-overload]
    task(made, name="second", cache_policy=CONTENT, output="test-data")()  # type: ignore[call-overload]
    assert decisions(workspace, "second") == ["hit"]
    assert load("training-data@1") == load("test-data@1") == [1, 2, 3]


def test_expiry_and_refreshing(workspace: Workspace) -> None:
    short = numbers.with_options(name="short", cache_expiration=timedelta(milliseconds=1))
    short(4)
    time.sleep(0.01)
    short(4)
    assert decisions(workspace, "short") == ["miss", "expired"]
    always = numbers.with_options(name="always", refresh_cache=True)
    always(4)
    always(4)
    assert decisions(workspace, "always") == ["refreshed", "refreshed"]


def test_a_version_that_was_forgotten_is_not_found(workspace: Workspace, caplog: pytest.LogCaptureFixture) -> None:
    @flow
    def pipeline() -> Any:
        numbers(6)
        return None

    pipeline()
    ref = workspace.catalog.steps_of_task("numbers")[0].outputs[0].what
    workspace.catalog.forget([ref], despite=("latest",))  # type: ignore[list-item]
    with caplog.at_level(logging.WARNING, "bridge"):
        pipeline()
        pipeline()
    assert decisions(workspace, "numbers") == ["miss", "damaged", "hit"]
    assert sum("cannot be used" in record.message for record in caplog.records) == 1


@pytest.mark.parametrize("harm", [Path.unlink, lambda path: path.write_bytes(b"junk" * 5000)])
def test_a_blob_that_is_gone_or_damaged_means_that_the_task_runs(
    workspace: Workspace, harm: Any, caplog: pytest.LogCaptureFixture
) -> None:
    numbers(4000)
    packs = [path for path in Path(workspace.store.url).rglob("*") if path.is_file() and path.stat().st_size > 10_000]
    assert packs
    for path in packs:
        harm(path)
    assert numbers(4000).tolist() == list(range(4000))
    assert numbers(4000).tolist() == list(range(4000))
    assert decisions(workspace, "numbers")[:2] == ["miss", "damaged"]


@pytest.mark.parametrize("junk", [b"", b"junk", b"{}", b'{"metadata": {}, "result": "x"}', b"\xff\x00"])
def test_junk_in_a_record_means_that_the_task_runs(workspace: Workspace, junk: bytes) -> None:
    numbers(2)
    (record,) = workspace.catalog.results(prefix="bridge-catalog/")
    workspace.catalog.put_result(record.name, junk)
    assert numbers(2).tolist() == [0.0, 1.0]
    assert numbers(2).tolist() == [0.0, 1.0]
    assert decisions(workspace, "numbers") == ["miss", "damaged", "hit"]


def test_a_record_is_a_few_hundred_bytes_and_bytes_are_stored_once(workspace: Workspace) -> None:
    numbers(100_000)
    (record,) = workspace.catalog.results(prefix="bridge-catalog/")
    assert len(record.data) < 1000
    assert ResultRecord.deserialize(record.data).result[-1] == 99_999
    stored = sum(path.stat().st_size for path in Path(workspace.store.url).rglob("*") if path.is_file())
    assert stored < 900_000


def test_what_cannot_have_a_key_runs_with_one_warning_that_names_it(
    workspace: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    with Path(__file__).open() as log:

        @task(cache_policy=CONTENT)
        def logging_one(x: int) -> int:
            log.fileno()
            return x

        @task(cache_policy=CONTENT + INPUTS)
        def logging_too(x: int) -> int:
            log.fileno()
            return x

        @task(cache_policy=CONTENT)
        def reading(file: Any) -> int:
            return 1

        with caplog.at_level(logging.WARNING, "bridge"):
            assert [logging_one(1), logging_one(1), logging_too(1), logging_too(1), reading(log)] == [1] * 5
    assert decisions(workspace, "logging_one") == ["unkeyed", "unkeyed"]
    assert decisions(workspace, "logging_too") == ["unkeyed", "unkeyed"]
    said = [record.message for record in caplog.records if "no cache key" in record.message]
    assert [("log" in one, "'file'" in one) for one in said] == [(True, False), (True, False), (False, True)]
    assert kept() == []


def test_generators_are_not_cached(workspace: Workspace) -> None:
    @task(cache_policy=CONTENT)
    def counting(n: int) -> Any:
        yield from range(n)

    assert list(counting(3)) == list(counting(3)) == [0, 1, 2]
    assert kept() == []


def test_after_a_rollback_nothing_is_found(workspace: Workspace) -> None:
    @flow
    def pipeline() -> None:
        with pytest.raises(ZeroDivisionError), transaction():
            numbers(7)
            raise ZeroDivisionError
        numbers(7)
        with transaction():
            numbers(8)
            numbers(8)
        numbers(8)

    pipeline()
    assert decisions(workspace, "numbers") == ["miss", "miss", "miss", "miss", "hit"]


def test_retries_are_found_once_they_succeed(workspace: Workspace, tmp_path: Path) -> None:
    mark = str(tmp_path / "mark")

    @task(cache_policy=CONTENT, retries=1)
    def flaky(x: int) -> int:
        if not Path(mark).exists():
            Path(mark).touch()
            raise ValueError
        return x

    assert flaky(1) == flaky(1) == 1
    assert decisions(workspace, "flaky") == ["miss", "hit"]


def test_a_task_that_fails_is_not_found(workspace: Workspace) -> None:
    @task(cache_policy=CONTENT)
    def failing(x: int) -> int:
        return 1 // x

    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            failing(0)
    assert decisions(workspace, "failing") == ["miss", "miss"]


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
