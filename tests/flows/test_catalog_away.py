"""Flow runs while the catalog cannot be reached: what they did is kept, and recorded when it is there again."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from bridge import flow, task
from bridge.domain.errors import CatalogError, VersionNotFoundError
from bridge.domain.run import Run
from bridge.testing.servers import postgres_server
from bridge.workspace import current, reset

from .conftest import Script

CODE = """
    from bridge import flow, task

    @task
    def numbers():
        return [1, 2, 3]

    @task
    def total(numbers):
        return sum(numbers)

    @flow
    def summing():
        return total(numbers())

    print(summing())
"""
AWAY = "postgresql://ann:secret@127.0.0.1:1/bridge"  # nobody listens


@pytest.fixture()
def away(bridge_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], object]]:
    """The catalog is a PostgreSQL that is stopped; gives what starts it."""
    with tempfile.TemporaryDirectory(prefix="pg-", ignore_cleanup_errors=True) as folder, ExitStack() as running:
        with postgres_server(Path(folder)) as url:
            monkeypatch.setenv("BRIDGE_CATALOG", url)
        monkeypatch.setenv("BRIDGE_ON_ERROR", "warn")
        reset()
        yield lambda: running.enter_context(postgres_server(Path(folder)))
        reset()


def run_of(flow: str) -> Run:
    """The one run of a flow."""
    (run,) = current().catalog.runs(flow=flow)
    return run


def test_a_run_that_begins_without_its_catalog_is_recorded_by_a_later_one(script: Script, bridge_home: Path) -> None:
    code, out, err = script.run(CODE, BRIDGE_CATALOG=AWAY)
    assert (code, out) == (0, "6\n"), err
    assert "secret" not in err
    assert err.count("bridge:") == 1
    assert f"is kept in {bridge_home / 'spool'} until the catalog takes it" in err
    code, out, err = script.run(CODE.replace("summing", "again"))
    assert (code, out) == (0, "6\n") and "bridge:" not in err, err
    reset()
    assert current().spool.waiting() == 0
    for name in ("summing", "again"):
        run = run_of(name)
        assert run.state == "Completed" and run.ended is not None and run.tracking_id
        assert {step.task for step in current().catalog.steps(run.id)} == {name, "numbers", "total"}
    assert current().load("summing/numbers@1")[1] == [1, 2, 3]


def test_strictly_it_is_an_error(script: Script) -> None:
    code, _, err = script.run(CODE, BRIDGE_CATALOG=AWAY, BRIDGE_ON_ERROR="raise")
    assert code == 1
    assert "CatalogError" in err and "secret" not in err


def test_a_catalog_that_comes_back_has_the_run_when_it_ends(
    prefect_server: None, away: Callable[[], object], caplog: pytest.LogCaptureFixture
) -> None:
    @task
    def repair() -> str:
        away()
        return "repaired"

    @flow
    def repairing() -> str:
        return repair()

    assert repairing() == "repaired"
    assert [one.getMessage().partition(" in ")[0] for one in caplog.records if one.name == "bridge"] == [
        "bridge: what this run did is kept"
    ]
    run = run_of("repairing")
    assert run.state == "Completed" and run.ended is not None
    assert {step.task for step in current().catalog.steps(run.id)} == {"repairing", "repair"}
    assert current().spool.waiting() == 0


def test_reading_says_that_the_catalog_is_away(away: Callable[[], object]) -> None:
    with pytest.raises(CatalogError, match=r"connection is bad|connection failed"):
        current().resolve("anything")
    away()
    with pytest.raises(VersionNotFoundError):
        current().resolve("anything")
