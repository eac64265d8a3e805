from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from bridge.domain.errors import RunNotFoundError, VersionNotFoundError
from bridge.domain.model import ModelDetails, ModelVersion
from bridge.domain.run import Input, Output, Run, Step
from bridge.domain.version import VersionRef
from bridge.lineage import affected, graph_of_run, models_from, why
from bridge.workspace import Workspace, current

NOW = datetime(2026, 5, 3, 12, 0, tzinfo=timezone.utc)


def recorded(
    workspace: Workspace, id: str, *, uses: tuple[VersionRef, ...] = (), makes: str, run: str | None = None, at: int = 0
) -> VersionRef:
    saved = workspace.put_value({"id": id}, makes, where="the test")
    inputs = tuple(Input(f"x{number}", ref, "identity") for number, ref in enumerate(uses))
    moment = NOW + timedelta(seconds=at)
    step = Step(id, id, id, "Completed", moment, moment, run_id=run, inputs=inputs, outputs=(Output("", saved),))
    (made,) = workspace.record_step(step)
    return made.ref


@pytest.fixture()
def workspace(bridge_home: Path) -> Workspace:
    """raw → clean → model in run a; the model and raw → scores in run b, of another flow; other stands alone."""
    workspace = current()
    for id, flow, parent in (("a", "training", None), ("b", "scoring", None), ("c", "inner", "a")):
        workspace.record_run(Run(id, flow, f"run-{id}", "Completed", NOW, ended=NOW, parent_id=parent))
    raw = recorded(workspace, "load", makes="raw", run="a")
    clean = recorded(workspace, "clean", uses=(raw,), makes="clean", run="c", at=1)
    model = recorded(workspace, "train", uses=(clean,), makes="model", run="a", at=2)
    recorded(workspace, "score", uses=(model, raw), makes="scores", run="b", at=3)
    recorded(workspace, "other", makes="other")
    workspace.catalog.put_model(ModelVersion("churn", 1, model, NOW, "sklearn"))
    return workspace


def test_what_is_affected_is_everything_made_from_it_in_any_flow(workspace: Workspace) -> None:
    found = affected("raw")
    assert [ref.name for ref in found.versions] == ["clean", "scores", "model"]
    assert {run.name for run in found.runs} == {"run-a", "run-b", "run-c"}
    assert set(found.flows) == {"training", "scoring", "inner"}
    assert [(one.model.selector, one.steps) for one in found.models] == [("churn@1", 2)]
    assert json.loads(json.dumps(found.to_dict()))["models"][0]["model"] == "churn@1"
    assert affected("scores").versions == ()


def test_models_from_a_version_are_narrowed_to_an_alias(workspace: Workspace) -> None:
    assert [one.model.selector for one in models_from("clean@1")] == ["churn@1"]
    assert models_from("clean@1", alias="production") == ()
    assert models_from("other") == ()
    assert models_from("model")[0].steps == 0


def test_a_model_whose_record_names_the_data_counts_without_an_edge(workspace: Workspace) -> None:
    other, scores = VersionRef("other", 1), VersionRef("scores", 1)
    model = ModelVersion("late", 1, scores, NOW, "sklearn", details=ModelDetails(data=(other,)))
    workspace.catalog.put_model(model)
    (found,) = models_from("other")
    assert (found.model.name, found.steps) == ("late", None)


def test_the_way_between_two_versions_is_the_shortest_whichever_comes_first(workspace: Workspace) -> None:
    way = why("scores", "raw")
    assert (way.start.name, way.end.name) == ("raw", "scores")
    assert [edge.step_id for edge in way.edges] == ["score", "score"]
    longer = why("raw", "model")
    assert [str(edge.version) for edge in longer.edges] == ["raw@1", "clean@1", "clean@1", "model@1"]
    assert {step.task for step in longer.steps.values()} == {"clean", "train"}
    assert json.loads(json.dumps(longer.to_dict()))["found"] is True


def test_versions_that_have_nothing_to_do_with_each_other_have_no_way(workspace: Workspace) -> None:
    assert not why("raw", "other").is_there
    assert why("raw", "raw@1").is_there
    with pytest.raises(VersionNotFoundError):
        why("raw", "nope")


def test_a_way_ends_where_versions_lead_round_in_a_circle(workspace: Workspace) -> None:
    same = workspace.put_value({"id": "load"}, "raw", where="the test")
    ref = VersionRef("scores", 1)
    step = Step("back", "back", "back", "Completed", NOW, NOW, inputs=(Input("x", ref, "identity"),))
    workspace.record_step(replace(step, outputs=(Output("", same),)))
    assert len(why("raw", "scores").edges) == 2
    assert not why("raw", "other").is_there


def test_the_graph_of_a_run_has_the_runs_that_it_called_and_says_what_came_from_outside(workspace: Workspace) -> None:
    graph = graph_of_run("run-a")
    assert list(graph.steps) == ["load", "clean", "train"]
    assert set(graph.runs) == {"a", "c"}
    assert graph.sources == ()
    assert [str(ref) for ref in graph_of_run("b").sources] == ["model@1", "raw@1"]
    assert json.loads(json.dumps(graph.to_dict()))["runs"][1]["name"] == "run-c"
    with pytest.raises(RunNotFoundError):
        graph_of_run("nope")


def test_the_flows_own_step_is_left_out_where_it_only_hands_on(workspace: Workspace) -> None:
    made = (Output("", VersionRef("model", 1)),)
    workspace.record_step(Step("a", "training", "run-a", "Completed", NOW, NOW, run_id="a", outputs=made))
    assert "a" not in graph_of_run("a").steps
    loaded = (Input("load", VersionRef("other", 1), "declared"),)
    workspace.record_step(Step("b", "scoring", "run-b", "Failed", NOW, NOW, run_id="b", inputs=loaded))
    assert "other@1" in [str(ref) for ref in graph_of_run("b").sources]
