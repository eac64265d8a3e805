from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from bridge.domain.version import VersionRef
from bridge.workspace import Workspace
from tests.cli.conftest import FIRST, Said

Run = Callable[..., Said]


def test_affected_names_models_flows_versions_and_runs(bridge: Run, recorded: Workspace) -> None:
    said = bridge("lineage", "affected", "training/load@1")
    for word in ("churn@1", "1 registered, 0 with an alias", "training (flows.py)", "training/evaluate", "wise-otter"):
        assert word in said.out
    assert "bold-heron" not in said.out
    document = bridge("lineage", "affected", "training/load@1", "--json").json
    assert document["models"][0]["steps"] == 1
    assert document["versions"] == ["training/train@1", "training/evaluate@1"]
    assert "nothing else is affected" in bridge("lineage", "affected", "training/evaluate").out


def test_models_that_an_alias_is_not_at_are_named_as_such(bridge: Run, recorded: Workspace) -> None:
    assert "churn@1" in bridge("lineage", "models", "training/load@1").out
    said = bridge("lineage", "models", "training/load@1", "--alias", "production")
    assert said.code == 0 and "No registered model that 'production' is at" in said.out and "churn@1" in said.out
    assert bridge("lineage", "models", "training/load@1", "--alias", "production", "--json").json["models"] == []


def test_a_run_is_drawn_step_by_step(bridge: Run, recorded: Workspace) -> None:
    out = bridge("lineage", "run", "wise-otter").out.splitlines()
    assert out[0] == "wise-otter · flow training · Completed"
    assert out[1].startswith("├─ load · Completed") and "made training/load@1" in out[2]
    assert any("└─ evaluate" in line for line in out)
    assert bridge("lineage", "run", "nope").code == 1


def test_the_way_between_versions_ends_with_1_where_there_is_none(bridge: Run, recorded: Workspace) -> None:
    said = bridge("lineage", "path", "training/evaluate@1", "training/load@1")
    assert said.code == 0 and "↓ train [identity: data]" in said.out
    recorded.save([1], "other")
    none = bridge("lineage", "path", "other", "training/load@1")
    assert none.code == 1 and "did not lead to" in none.out
    assert bridge("lineage", "path", "other", "training/load@1", "--json").json["found"] is False


@pytest.mark.parametrize(
    ("ending", "begins"),
    [("html", "<!doctype html>"), ("dot", "digraph"), ("mmd", "flowchart"), ("json", "{"), ("txt", "tr")],
)
def test_a_file_has_the_format_that_its_ending_says(
    ending: str, begins: str, bridge: Run, recorded: Workspace, tmp_path: Path
) -> None:
    file = tmp_path / f"graph.{ending}"
    said = bridge("lineage", "training/evaluate@1", "--output", str(file))
    assert said.code == 0 and str(file) in said.out
    assert file.read_text().startswith(begins)


@pytest.mark.parametrize(
    "words", [["training/load@1", "--down"], ["run", "wise-otter"], ["affected", "training/load@1"]]
)
def test_every_graph_is_written_in_every_format(words: list[str], bridge: Run, recorded: Workspace) -> None:
    for format, begins in (("mermaid", "flowchart"), ("dot", "digraph"), ("html", "<!doctype"), ("json", "{")):
        said = bridge("lineage", *words, "--format", format)
        assert said.code == 0 and said.out.startswith(begins)
    assert "churn@1" in bridge("lineage", *words, "--format", "dot").out


def test_what_cannot_be_written_is_an_error_in_one_line(bridge: Run, recorded: Workspace, tmp_path: Path) -> None:
    said = bridge("lineage", "training/evaluate@1", "-o", str(tmp_path / "no" / "where.html"))
    assert said.code == 1 and said.err.startswith("Error: Nothing can be written to")
    said = bridge("lineage", "export", "--openlineage", "ftp://host/x")
    assert said.code == 1 and "BRIDGE_OPENLINEAGE" in said.err


def test_an_artifact_that_is_called_like_a_command_is_asked_for_with_its_version(
    bridge: Run, recorded: Workspace
) -> None:
    recorded.save([1], "run")
    assert bridge("lineage", "run@latest").out.startswith("run@1")
    assert bridge("lineage", "show", "run").out.startswith("run@1")
    assert bridge("lineage", "--down", "training/load@1").out.startswith("training/load@1")


def test_recorded_runs_are_exported_and_replace_what_was_there(
    bridge: Run, recorded: Workspace, tmp_path: Path
) -> None:
    file = tmp_path / "events.ndjson"
    file.write_text("what was there\n")
    assert "16 events of 2 runs" in bridge("lineage", "export", "--openlineage", str(file)).out
    assert len([json.loads(line) for line in file.read_text().splitlines()]) == 16
    printed = bridge("lineage", "export", FIRST).out.splitlines()
    assert len(printed) == 8 and json.loads(printed[0])["eventType"] == "START"
    assert bridge("lineage", "export", "nope", "--openlineage", str(file)).code == 1
    assert len(file.read_text().splitlines()) == 16 and list(tmp_path.glob(".*part")) == []


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["training/load@1"], "training/load@1 · not recorded, or forgotten\n└─ load [returned]"),
        (["training/load@1", "--down"], "training/train@1"),
        (["affected", "training/load@1"], "training/train"),
        (["models", "training/load@1"], "churn@1"),
        (["path", "training/load@1", "training/train@1"], "training/load@1 · not recorded, or forgotten"),
    ],
)
def test_what_came_of_a_forgotten_version_is_told(
    words: list[str], says: str, bridge: Run, recorded: Workspace
) -> None:
    forgotten = VersionRef("training/load", 1)
    assert recorded.catalog.forget([forgotten]) == [forgotten]
    assert says in bridge("lineage", *words).out
    assert isinstance(bridge("lineage", *words, "--json").json, dict)
