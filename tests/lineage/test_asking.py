from __future__ import annotations

import pickle
from collections.abc import Iterable
from datetime import datetime, timezone
from pathlib import Path

import pytest

import bridge
from bridge.catalog.sql import SqlCatalog
from bridge.domain.errors import SelectorError, VersionNotFoundError
from bridge.domain.run import Input, Output, Step
from bridge.domain.selector import Selector
from bridge.domain.version import Version, VersionRef
from bridge.lineage import ancestors, descendants, render
from bridge.lineage.asking import read_graph
from bridge.workspace import Workspace, current

NOW = datetime(2026, 5, 3, 12, 0, tzinfo=timezone.utc)


@pytest.fixture()
def workspace(bridge_home: Path) -> Workspace:
    return current()


def chain(workspace: Workspace, length: int) -> None:
    """Versions model@1 … model@length, each made from the one before."""
    before = workspace.save({"n": 0}, "model")
    for number in range(1, length):
        saved = workspace.put_value({"n": number}, "model", where="the test")
        inputs = (Input("model", before.ref, "declared"),)
        step = Step(
            f"step-{number}", "tune", "tune-0", "Completed", NOW, NOW, inputs=inputs, outputs=(Output("", saved),)
        )
        (before,) = workspace.record_step(step)


def test_a_graph_carries_the_facts_of_what_is_in_it(workspace: Workspace) -> None:
    chain(workspace, 12)
    graph = ancestors("model")
    assert graph.root.number == 12
    assert set(graph.versions) == set(graph.refs) and len(graph.refs) == 12
    assert set(graph.steps) == set(graph.step_ids) and len(graph.step_ids) == 11
    assert "[declared: model]" in render(graph)


def test_facts_are_read_when_they_are_looked_at_and_once(workspace: Workspace) -> None:
    chain(workspace, 4)
    asked: list[str] = []

    class Listened(SqlCatalog):
        def versions_of(self, refs: Iterable[VersionRef]) -> dict[VersionRef, Version]:
            asked.append("versions")
            return super().versions_of(refs)

    graph = read_graph(Listened(workspace.settings.catalog_url), Selector("model"), heading="up")
    assert len(graph.edges) == 6 and not asked
    assert len(graph.versions) == 4 and graph.root in graph.versions
    assert asked == ["versions"]


def test_a_graph_is_equal_to_its_copy_from_another_process(workspace: Workspace) -> None:
    chain(workspace, 4)
    graph = ancestors("model")
    copy = pickle.loads(pickle.dumps(graph))
    assert copy == graph and len(copy.steps) == 3
    assert "tune-0" in repr(graph)


def test_both_ways_meet(workspace: Workspace) -> None:
    chain(workspace, 4)
    assert set(ancestors("model@4").edges) == set(descendants("model@1").edges)


def test_depth_counts_steps(workspace: Workspace) -> None:
    chain(workspace, 5)
    assert [ref.number for ref in ancestors("model", depth=2).refs] == [5, 4, 3]


def test_what_was_saved_by_hand_has_no_past(bridge_home: Path) -> None:
    bridge.save([1], "numbers")
    assert ancestors("numbers").edges == ()


def test_what_cannot_be_found_or_read_is_an_error(workspace: Workspace) -> None:
    with pytest.raises(VersionNotFoundError):
        ancestors("nope")
    with pytest.raises(SelectorError):
        descendants("a@b@c")
