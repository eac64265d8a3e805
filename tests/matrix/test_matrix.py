"""Every way on every runner: Prefect's result, each output once, right edges, metrics in the flow's run, no orphans.

`make test` runs the column of threads; `make matrix` runs all of them and prints the table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bridge.workspace import reset
from tests.matrix import cells
from tests.matrix.runners import RUNNERS, started
from tests.matrix.ways import WAYS

MAPPED = 200


def _columns() -> list[Any]:
    return [pytest.param(name, marks=() if name == "threads" else pytest.mark.matrix) for name in RUNNERS]


@pytest.fixture(scope="module")
def home(prefect_server: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """One home for a column: a cluster's workers keep the environment that they began with."""
    folder = tmp_path_factory.mktemp("matrix")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BRIDGE_HOME", str(folder / "home"))
        patch.setenv("BRIDGE_ON_ERROR", "raise")
        patch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{folder / 'mlflow.db'}")
        yield folder
        reset()


@pytest.fixture(scope="module", params=_columns())
def runner(request: pytest.FixtureRequest, home: Path) -> Iterator[Callable[[], Any]]:
    """What makes a task runner of this column."""
    with started(request.param) as make:
        yield make


@pytest.mark.parametrize("name", list(WAYS))
def test_what_is_recorded_of_a_way_is_what_happened(name: str, runner: Callable[[], Any], tmp_path: Path) -> None:
    expected = cells.plain(name, runner, tmp_path / "plain")
    assert cells.recorded(name, runner, tmp_path / "bridge", expected).wrong == []


def test_each_of_many_mapped_tasks_has_its_version_and_its_edge(runner: Callable[[], Any]) -> None:
    assert cells.mapped_widely(runner, MAPPED) == (MAPPED, MAPPED)


def test_no_tracked_run_is_left_running_or_belongs_to_nothing(runner: Callable[[], Any]) -> None:
    assert cells.orphans() == []
