"""What goes with a task to another process, and what does not happen on its way there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from prefect import task as prefects_task

from bridge import flow, task

digested: list[str] = []


@dataclass
class Large:
    """A parameter that is told when Dask makes a digest of it."""

    name: str

    def __dask_tokenize__(self) -> str:
        digested.append(self.name)
        return self.name


@pytest.fixture
def dask() -> Any:
    distributed = pytest.importorskip("distributed")
    runners = pytest.importorskip("prefect_dask")
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=2, processes=False, dashboard_address=None
    ) as cluster:
        yield lambda: runners.DaskTaskRunner(address=cluster.scheduler_address)


def test_dask_makes_no_digest_of_what_a_task_of_bridges_is_given(dask: Any) -> None:
    @task
    def ours(large: Large) -> str:
        return large.name

    @prefects_task
    def theirs(large: Large) -> str:
        return large.name

    @flow(task_runner=dask())
    def both() -> list[str]:
        before = theirs.submit(Large("before")).result()
        same = Large("ours")
        one, other = ours.submit(same), ours.submit(same)
        assert one.task_run_id != other.task_run_id
        return [before, one.result(), other.result()]

    digested.clear()
    assert both() == ["before", "ours", "ours"]
    assert "before" in digested  # or Dask makes none any more, and bridge need not see to it
    assert "ours" not in digested
