"""Imports within flows: outputs of the step, inputs of what is given the path."""

from __future__ import annotations

from pathlib import Path

import pytest

import bridge
from bridge import flow, task
from bridge.domain.version import VersionRef
from bridge.workspace import current

pytestmark = pytest.mark.usefixtures("prefect_server", "bridge_home")


@task
def fetch(place: str) -> None:
    bridge.import_file(place, "raw", copy=False)


@task
def rows(data: Path) -> int:
    return len(data.read_text().splitlines()) + 1000


def inputs_of(name: str) -> set[tuple[str, VersionRef, str]]:
    catalog = current().catalog
    step = catalog.step(str(catalog.versions(name)[0].step_id))
    assert step is not None
    return {(one.slot, one.version, one.tie) for one in step.inputs}


def test_an_import_in_a_task_is_its_output_and_a_path_that_is_passed_on_is_an_input(tmp_path: Path) -> None:
    data = tmp_path / "data.csv"
    data.write_text("a\nb\n")

    @flow
    def counting() -> int:
        fetch(str(data))
        return rows(bridge.load("raw"))

    assert counting() == 1002
    catalog = current().catalog
    version = catalog.versions("raw")[0]
    step = catalog.step(str(version.step_id))
    assert step is not None and step.task == "fetch"
    assert next((edge.direction, edge.tie) for edge in catalog.edges_of_version(version.ref)) == ("output", "saved")
    assert ("data", version.ref, "declared") in inputs_of("counting/rows")


def test_the_path_that_was_imported_is_known_when_it_is_passed_on(tmp_path: Path) -> None:
    data = tmp_path / "data.csv"
    data.write_text("a\nb\n")

    @flow
    def counting() -> int:
        bridge.import_file(data, "raw")
        return rows(data)

    counting()
    assert ("data", VersionRef("raw", 1), "identity") in inputs_of("counting/rows")
    assert current().catalog.versions("raw")[0].run_id is not None
