from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from bridge.domain.run import Input, Output, Run, Step
from bridge.domain.version import Version, VersionRef
from bridge.lineage.openlineage.events import Known, Source, of_run_begun, of_run_ended, of_step, run_id
from bridge.lineage.openlineage.facets import VERSIONS
from tests.lineage.openlineage.spec import SCHEMAS, check, check_event

NOW = datetime(2026, 5, 3, 12, 0, 0, 123456, tzinfo=timezone.utc)
RUN, STEP = "11111111-0000-4000-8000-000000000001", "22222222-0000-4000-8000-000000000002"
SOURCE = Source.of("team", "s3://ann:secret@bucket/bridge", engine="3.8.8")
DATA, MODEL = VersionRef("data", 2), VersionRef("model", 1)

run = Run(RUN, "training", "wise-otter", "Completed", NOW, ended=NOW, code={"file": "/srv/a b.py", "commit": "abc"})
facts: dict[str, Any] = {"columns": [["age", "int64"], ["name", "string"]], "rows": 3, "nulls": {"name": 1}}
data = Version(DATA, "blake3:ab", "pandas+parquet", "pandas.DataFrame", 100, NOW, metadata=facts, tags={"pii": "yes"})
model = Version(MODEL, None, "skops", "sklearn.LogisticRegression", 10, NOW)
step = Step(
    STEP,
    "train",
    "train-0",
    "Completed",
    NOW,
    NOW,
    run_id=RUN,
    inputs=(Input("frame", DATA, "future"), Input("again", DATA, "future")),
    outputs=(Output("", MODEL),),
)
KNOWN = Known({DATA: data, MODEL: model}, {RUN: run}, {STEP: step})


def test_every_facet_that_is_written_has_the_version_of_its_schema() -> None:
    for kind, version in VERSIONS.items():
        schema = json.loads((SCHEMAS / f"{kind}.json").read_text())
        assert schema["$id"] == f"https://openlineage.io/spec/facets/{version}/{kind}.json"


def test_events_of_a_step_are_what_the_specification_says() -> None:
    start, end = of_step(step, KNOWN, SOURCE)
    assert check_event(start) >= 5
    assert check_event(end) >= 12
    assert (start["eventType"], end["eventType"]) == ("START", "COMPLETE")
    assert start["eventTime"] == "2026-05-03T12:00:00.123Z"
    assert end["job"]["name"] == "training.train" and end["job"]["namespace"] == "team"
    assert end["run"]["runId"] == STEP
    parent = end["run"]["facets"]["parent"]
    assert (parent["run"]["runId"], parent["job"]["name"]) == (RUN, "training")


def test_a_data_set_carries_its_version_columns_and_statistics() -> None:
    _, end = of_step(step, KNOWN, SOURCE)
    (used,), (made,) = end["inputs"], end["outputs"]
    assert used["namespace"] == "s3://bucket/bridge" and used["name"] == "data"
    assert used["facets"]["version"]["datasetVersion"] == "blake3:ab"
    assert made["facets"]["version"]["datasetVersion"] == "model@1"
    assert [[one["name"], one["type"]] for one in used["facets"]["schema"]["fields"]] == facts["columns"]
    assert used["inputFacets"]["dataQualityMetrics"]["columnMetrics"] == {"name": {"nullCount": 1}}
    assert used["inputFacets"]["inputStatistics"]["rowCount"] == 3
    assert made["facets"]["datasetType"]["datasetType"] == "MODEL"
    assert {"key": "pii", "value": "yes", "source": "USER"} in used["facets"]["tags"]["tags"]


@pytest.mark.parametrize(
    ("state", "error", "kind"),
    [
        ("Completed", None, "COMPLETE"),
        ("Cached", None, "COMPLETE"),
        ("Failed", "boom", "FAIL"),
        ("TimedOut", "late", "FAIL"),
        ("Crashed", "gone", "FAIL"),
        ("Cancelled", "stopped", "ABORT"),
        ("RolledBack", None, "ABORT"),
        ("My own state", None, "COMPLETE"),
        ("My own state", "it failed", "FAIL"),
    ],
)
def test_how_a_step_ended_is_told(state: str, error: str | None, kind: str) -> None:
    _, end = of_step(replace(step, state=state, error=error), KNOWN, SOURCE)
    check_event(end)
    assert end["eventType"] == kind
    assert ("errorMessage" in end["run"]["facets"]) == (error is not None)


def test_passwords_in_urls_are_not_told() -> None:
    failed = replace(step, state="Failed", error="no answer from s3://ann:hunter2@host/x?X-Amz-Signature=abc")
    tagged = replace(data, tags={"from": "https://ann:hunter2@host"}, metadata={"locations": ["s3://u:hunter2@b/k"]})
    events = of_step(failed, Known({DATA: tagged}, {RUN: run}), SOURCE)
    assert "hunter2" not in json.dumps(events) and "secret" not in json.dumps(events)
    assert events[1]["inputs"][0]["facets"]["symlinks"]["identifiers"][0]["namespace"] == "s3://b"


def test_events_of_runs_are_what_the_specification_says() -> None:
    inner = replace(run, id=STEP, flow="inner", parent_id=RUN, state="Failed")
    known = Known(runs={RUN: run, STEP: inner}, steps={STEP: replace(step, error="boom")}, versions={DATA: data})
    begun, ended = of_run_begun(inner, known, SOURCE), of_run_ended(inner, known, SOURCE)
    for event in (begun, ended, of_run_ended(run, Known(), SOURCE)):
        check_event(event)
    assert ended["eventType"] == "FAIL" and ended["run"]["facets"]["parent"]["job"]["name"] == "training"
    where = begun["job"]["facets"]["sourceCodeLocation"]
    assert (where["url"], where["version"]) == ("file:///srv/a%20b.py", "abc")
    assert ended["outputs"][0]["facets"]["version"]["datasetVersion"] == "model@1"  # its facts are gone


@pytest.mark.parametrize(
    "odd",
    [
        {"columns": "all of them", "rows": "many"},
        {"columns": [["a"], 3, ["b", None]], "rows": -1, "nulls": {"b": "x"}},
        {"columns": {"a": 1}, "rows": True, "locations": [3, "", "not a url"]},
    ],
)
def test_a_users_own_facts_break_no_event(odd: dict[str, Any]) -> None:
    known = replace(KNOWN, versions={DATA: replace(data, metadata=odd), MODEL: replace(model, metadata=odd)})
    for event in of_step(step, known, SOURCE):
        check_event(event)


def test_ids_that_are_no_uuids_give_some() -> None:
    assert run_id("by hand") == run_id("by hand") != run_id("other")
    for event in of_step(replace(step, id="by hand", run_id="nobody"), Known(), SOURCE):
        check_event(event)


def test_the_check_can_fail() -> None:
    _, end = of_step(step, KNOWN, SOURCE)
    end["run"] = {**end["run"], "runId": "nonsense"}
    with pytest.raises(AssertionError, match="nonsense"):
        check(end["schemaURL"], end)


def test_the_schemas_say_whose_they_are() -> None:
    assert "Apache License 2.0" in (Path(SCHEMAS) / "README.md").read_text()
