"""What flows tell where lineage is watched."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bridge import flow, task
from bridge.flows.telling import sender_of
from bridge.workspace import Workspace, current
from tests.flows.conftest import Script
from tests.lineage.openlineage.spec import check_event

pytestmark = pytest.mark.matrix


@task(output="numbers")
def make() -> list[int]:
    return [1, 2, 3]


@task
def fail(numbers: list[int]) -> None:
    raise ValueError("no such column")


@flow
def inner(numbers: list[int]) -> int:
    return len(numbers)


@flow
def outer() -> None:
    numbers = make()
    inner(numbers)
    fail(numbers)


def test_a_flow_with_a_task_that_fails_and_one_inside_it_is_told_in_order(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "events.ndjson"
    monkeypatch.setenv("BRIDGE_OPENLINEAGE", file.as_uri())
    with pytest.raises(ValueError, match="no such column"):
        outer()
    sender = sender_of(current())
    assert sender.flush(30)
    events = [json.loads(line) for line in file.read_text().splitlines()]
    assert all(check_event(event) for event in events)
    told = [(event["eventType"], event["job"]["name"]) for event in events]
    assert told == [
        ("START", "outer"),
        ("START", "outer.make"),
        ("COMPLETE", "outer.make"),
        ("START", "inner"),
        ("COMPLETE", "inner"),
        ("START", "outer.fail"),
        ("FAIL", "outer.fail"),
        ("FAIL", "outer"),
    ]
    failed = events[6]
    assert "no such column" in failed["run"]["facets"]["errorMessage"]["message"]
    assert failed["inputs"][0]["facets"]["version"]["datasetVersion"] == current().resolve("numbers").digest
    assert failed["run"]["facets"]["processing_engine"]["name"] == "Prefect"
    within = events[4]["run"]["facets"]["parent"]
    assert (within["job"]["name"], within["run"]["runId"]) == ("outer", events[0]["run"]["runId"])


def test_a_place_that_cannot_be_one_is_a_warning_and_the_run_goes_on(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("BRIDGE_OPENLINEAGE", "ftp://host/x")
    monkeypatch.setenv("BRIDGE_ON_ERROR", "warn")
    assert inner([1, 2]) == 2
    assert caplog.text.count("telling lineage failed") == 1


def test_nothing_is_imported_where_lineage_is_not_watched(script: Script) -> None:
    code, out, _ = script.run(
        """
        import sys
        from bridge import flow

        @flow
        def alone():
            return 1

        alone()
        print([name for name in sys.modules if name.startswith("bridge.lineage.openlineage")])
        """
    )
    assert (code, "[]" in out) == (0, True)
