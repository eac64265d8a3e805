"""Drivers that are killed with `kill -9`: their studies go on as if nothing had been."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.tuning.kills import Killing


def killing(folder: Path, *, seed: int, runner: str = "threads", jobs: int = 1, catalog: str | None = None) -> Killing:
    from prefect.settings import PREFECT_API_URL

    environment = {"PREFECT_API_URL": str(PREFECT_API_URL.value())} | ({"BRIDGE_CATALOG": catalog} if catalog else {})
    return Killing(folder, environment, runner=runner, trials=6, jobs=jobs, chance=random.Random(seed))


@pytest.mark.slow
def test_a_study_whose_driver_was_killed_goes_on_as_one_that_was_not(prefect_server: None, tmp_path: Path) -> None:
    at_work = killing(tmp_path, seed=1)
    found = at_work.killed(2)
    assert found.kills == 2
    assert found.is_each_counted_once(6)
    whole = at_work.uninterrupted()
    assert [one == whole for one in found.finished] == [True] * len(found.finished)


@pytest.mark.matrix
@pytest.mark.timeout(1800)
def test_twenty_times(prefect_server: None, tmp_path: Path) -> None:
    at_work = killing(tmp_path, seed=1)
    found = at_work.killed(20)
    whole = at_work.uninterrupted()
    assert found.is_each_counted_once(6)
    assert [one == whole for one in found.finished] == [True] * len(found.finished)


@pytest.mark.matrix
@pytest.mark.timeout(900)
@pytest.mark.parametrize(("runner", "jobs", "catalog"), [("processes", 2, "sqlite"), ("threads", 1, "postgres")])
def test_in_processes_and_with_postgresql_too(
    prefect_server: None, tmp_path: Path, runner: str, jobs: int, catalog: str, request: pytest.FixtureRequest
) -> None:
    url = request.getfixturevalue("postgres_url") if catalog == "postgres" else None
    at_work = killing(tmp_path, seed=2, runner=runner, jobs=jobs, catalog=url)
    found = at_work.killed(4)
    assert found.is_each_counted_once(6)
    if jobs == 1:
        whole = at_work.uninterrupted()
        assert [one == whole for one in found.finished] == [True] * len(found.finished)
