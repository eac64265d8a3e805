"""What `CONTENT` keeps of results, and what becomes of a task where that cannot be used."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest
from prefect.cache_policies import INPUTS
from prefect.results import ResultRecord
from prefect.states import Failed
from prefect.transactions import transaction

from bridge import CONTENT, flow, task
from bridge.cache import kept
from bridge.workspace import Workspace, current
from tests.flows.test_content import decisions, numbers


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
    assert [one.count("A value of type") for one in said] == [0, 0, 1]
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


def test_a_state_that_is_returned_and_no_success_is_not_found(workspace: Workspace) -> None:
    @task(cache_policy=CONTENT)
    def refusing(x: int) -> Any:
        return Failed(message="not today")

    states = [refusing(1, return_state=True) for _ in range(2)]
    assert [state.name for state in states] == ["Failed", "Failed"]
    assert decisions(workspace, "refusing") == ["miss", "miss"]


def test_keys_may_lie_apart_from_results(workspace: Workspace, tmp_path: Path) -> None:
    @task(cache_policy=CONTENT.configure(key_storage=tmp_path / "keys"))
    def made(n: int) -> list[int]:
        return [n]

    @task(cache_policy=CONTENT.configure(key_storage=tmp_path / "keys"), result_storage=tmp_path / "results")
    def apart(n: int) -> list[int]:
        return [n, n]

    assert [made(1), made(1), apart(1), apart(1)] == [[1], [1], [1, 1], [1, 1]]
    assert decisions(workspace, "made") == decisions(workspace, "apart") == ["miss", "hit"]
    assert len(list((tmp_path / "keys").iterdir())) == 2
    assert len(list((tmp_path / "results").iterdir())) == 1


def test_a_value_that_cannot_be_stored_is_computed_again_with_a_warning_that_says_why(
    workspace: Workspace, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BRIDGE_ON_ERROR", "warn")

    @task(cache_policy=CONTENT)
    def file() -> Any:
        return Path(__file__).open()

    with caplog.at_level(logging.WARNING, "bridge"):
        for _ in range(2):
            file().close()
    assert decisions(current(), "file") == ["miss", "miss"]
    assert [step.state for step in current().catalog.steps_of_task("file")] == ["Completed"] * 2
    assert sum("not found again" in record.message for record in caplog.records) == 1


def test_where_no_artifact_is_wanted_the_task_runs_every_time(workspace: Workspace) -> None:
    @task(cache_policy=CONTENT, output=None)
    def secret(n: int) -> list[int]:
        return [n]

    assert secret(1) == secret(1) == [1]
    assert decisions(workspace, "secret") == ["miss", "miss"]
    assert kept() == []
