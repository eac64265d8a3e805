"""What a run's page in Prefect says of bridge."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import LogFilter, LogFilterFlowRunId
from prefect.logging.handlers import APILogWorker

import bridge
from bridge.workspace import Workspace

from .conftest import Script


@pytest.fixture()
def page(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], list[str]]:
    """The lines on the page of a run that have bridge in them, of those that its log has for sure."""
    monkeypatch.setenv("PREFECT_LOGGING_TO_API_ENABLED", "true")

    def lines(run_id: str) -> list[str]:
        APILogWorker.drain_all(timeout=10)
        there = LogFilter(flow_run_id=LogFilterFlowRunId(any_=[run_id]))
        until = time.monotonic() + 20
        with get_client(sync_client=True) as client:
            while time.monotonic() < until:
                found = [log.message for log in client.read_logs(log_filter=there)]
                if any("Finished in state" in line for line in found):
                    return [line for line in found if "bridge" in line]
                time.sleep(0.2)
        raise TimeoutError(f"the log of {run_id} has no end: {found}")

    return lines


CODE = """
    import sys
    from prefect.runtime import flow_run
    from bridge import flow, task

    class Odd:
        def __reduce__(self):
            raise ValueError("odd")

    @task
    def odd():
        return Odd()

    @flow
    def inner():
        return 1

    @flow
    def outer():
        print(flow_run.id)
        inner()
        if "odd" in sys.argv:
            odd()

    outer()
"""


def test_the_page_of_a_recorded_run_says_so_and_its_subflows_do_not(
    script: Script, page: Callable[[str], list[str]]
) -> None:
    code, out, err = script.run(CODE)
    assert code == 0, err
    (line,) = page(out.strip())
    assert line.startswith(f"bridge {bridge.__version__} records this run. See it with: bridge runs show ")
    assert "bridge" not in err


def test_a_warning_during_a_run_is_on_its_page_and_said_once(script: Script, page: Callable[[str], list[str]]) -> None:
    code, out, err = script.run(CODE, "odd")
    assert code == 0, err
    said, warned = sorted(page(out.strip()), key=lambda line: "odd" in line)
    assert "records this run" in said
    assert "Odd" in warned
    assert err.count("| WARNING |") == 1


def test_the_page_of_a_run_that_is_not_recorded_says_why(
    script: Script, page: Callable[[str], list[str]], tmp_path: Path
) -> None:
    (tmp_path / "ann.db").write_text("this is no database" * 100)
    code, out, err = script.run(CODE, BRIDGE_CATALOG=f"sqlite:///{tmp_path / 'ann.db'}")
    assert code == 0
    (line,) = page(out.strip())
    assert line.startswith("bridge does not record this run: ")
    assert err.count("is not recorded") == 1


def test_the_page_of_a_run_whose_catalog_is_away_says_that(
    script: Script, page: Callable[[str], list[str]], bridge_home: Path
) -> None:
    code, out, err = script.run(CODE, BRIDGE_CATALOG="postgresql://ann:MARKER@127.0.0.1:1/none")
    assert code == 0
    lines = page(out.strip())
    assert any(line.startswith(f"bridge keeps what this run does in {bridge_home / 'spool'} until") for line in lines)
    assert "MARKER" not in f"{lines}{err}"
    assert not any("records this run" in line for line in lines)


def test_a_page_that_cannot_be_written_breaks_nothing(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bridge.flows.page._put", lambda *_: 1 / 0)
    monkeypatch.setenv("BRIDGE_ON_ERROR", "warn")

    @bridge.flow
    def working() -> int:
        return 1

    assert working() == 1
