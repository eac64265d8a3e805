"""`CONTENT`: found if code and inputs are what they were, computed if they are not."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import pandas as pd
import pytest
from prefect.cache_policies import INPUTS, RUN_ID, TASK_SOURCE

from bridge import CONTENT, Artifact, flow, load, task
from bridge.cache import kept
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


def test_a_large_table_is_found_as_it_lies_in_memory_and_is_nobody_elses(workspace: Workspace) -> None:
    @task(cache_policy=CONTENT)
    def table() -> pd.DataFrame:
        return pd.DataFrame({"a": np.arange(1_200_000, dtype=float), "b": 1})

    @task(cache_policy=CONTENT)
    def total(frame: pd.DataFrame) -> float:
        return float(frame["a"].sum())

    @flow
    def pipeline(spoil: bool) -> float:
        frame = table()
        if spoil:
            frame.iloc[0, 0] = 5.0
        return total(frame)

    whole = pipeline(False)
    assert len(list((workspace.settings.home / "cache").rglob("*.layout"))) == 1
    assert [pipeline(False), pipeline(True), pipeline(False)] == [whole, whole + 5.0, whole]
    assert decisions(workspace, "table") == ["miss", "hit", "hit", "hit"]
    assert decisions(workspace, "total") == ["miss", "hit", "miss", "hit"]
