"""`bridge cache`: explain, list and clear, on steps recorded without Prefect."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from bridge.cache.pointer import Part, Pointer
from bridge.domain.run import Run, Step
from bridge.domain.version import VersionRef
from bridge.workspace import current
from tests.cli.conftest import Said

START = datetime(2026, 5, 3, 12, 0, tzinfo=timezone.utc)
RUNS = ("aaaaaaaa-0000-4000-8000-000000000001", "bbbbbbbb-0000-4000-8000-000000000002")


def facts(code: str, decision: str, **more: Any) -> dict[str, Any]:
    inputs = {"x": {"digest": "blake3:ab", "type": "int", "how": "computed", "version": None, "shown": "1"}}
    return {"key": f"content-{code[-4:]}", "decision": decision, "inputs": inputs, "code": code, **more}


@pytest.fixture()
def recorded(bridge_home: Any) -> None:
    """Three runs of a task: computed, found, and computed anew after one line was edited."""
    catalog = current().catalog
    texts = [f"def train(x):\n    return x + {i}\n" for i in (1, 2)]
    part = {"name": "m:train", "kind": "function", "file": "m.py", "line": 3}
    codes = [
        catalog.put_document(json.dumps({"layout": 1, "parts": [{**part, "digest": text, "text": text}]}))
        for text in texts
    ]
    for name, run_id in zip(("calm-owl", "wise-otter"), RUNS, strict=True):
        catalog.put_run(Run(run_id, "training", name, "Completed", START))
    caches = [
        facts(codes[0], "miss"),
        facts(codes[0], "hit", computed_by="step-0"),
        facts(codes[1], "miss"),
        {"key": None, "decision": "unkeyed", "inputs": {}, "code": None, "why": "m:log has no stable digest."},
    ]
    for i, cache in enumerate(caches):
        began = START + timedelta(minutes=i)
        catalog.put_step(
            Step(
                id=f"step-{i}",
                task="train" if i < 3 else "log",
                name=f"train-{i}",
                state="Cached" if cache["decision"] == "hit" else "Completed",
                started=began,
                ended=began + timedelta(seconds=12),
                run_id=RUNS[0] if i == 0 else RUNS[1],
                result_key=f":bridge-catalog/{cache['key']}",
                cache=cache,
            )
        )
    pointer = Pointer("train", "step-0", (Part("", VersionRef("training/train", 1), "blake3:ab", 2_000),))
    record = {"metadata": {"expiration": "2020-01-01T00:00:00Z"}, "result": pointer.text()}
    catalog.put_result(f"bridge-catalog/{caches[0]['key']}", json.dumps(record).encode())
    catalog.put_result("bridge-catalog/content-junk", b"\xff")


def test_a_miss_names_the_line_and_the_run_it_was_compared_with(bridge: Callable[..., Said], recorded: None) -> None:
    said = bridge("cache", "explain", "train")
    assert said.code == 0
    assert "miss" in said.out.splitlines()[0]
    assert "changed since it ran in run calm-owl" in said.out
    assert "m:train  m.py:4" in said.out
    assert "-    return x + 1" in said.out
    assert "+    return x + 2" in said.out


def test_a_hit_names_the_run_that_computed_it_and_its_time(bridge: Callable[..., Said], recorded: None) -> None:
    out = bridge("cache", "explain", "wise-otter/train-1").out
    assert "Found, not computed: it took 12 s in run calm-owl of training" in out
    assert "x = 1 (hashed)" in out


def test_a_run_is_explained_step_by_step_as_json_too(bridge: Callable[..., Said], recorded: None) -> None:
    steps = bridge("cache", "explain", "wise-otter", "--json").json["steps"]
    assert [(one["step"]["id"], one["cache"]["decision"]) for one in steps] == [
        ("step-1", "hit"),
        ("step-2", "miss"),
        ("step-3", "unkeyed"),
    ]
    assert [one["computed_by"] and one["computed_by"]["id"] for one in steps] == ["step-0", None, None]
    assert "m:log has no stable digest" in bridge("cache", "explain", "log").out


def test_a_miss_is_compared_with_an_earlier_run_before_other_calls_of_its_own(
    bridge: Callable[..., Said], recorded: None
) -> None:
    catalog = current().catalog
    first = catalog.step("step-0")
    catalog.put_run(Run("cccccccc-0000-4000-8000-000000000003", "training", "new-elk", "Completed", START))
    catalog.put_run(
        Run("dddddddd", "inner", "inner-elk", "Completed", START, parent_id="cccccccc-0000-4000-8000-000000000003")
    )
    assert first is not None
    text = "def train(x):\n    return x + 3\n"
    part = {"name": "m:train", "kind": "function", "file": "m.py", "line": 3, "digest": text, "text": text}
    code = catalog.put_document(json.dumps({"layout": 1, "parts": [part]}))
    for i in range(30):  # mapped, in the run and in a flow that it calls
        began = START + timedelta(hours=1, minutes=i)
        cache = facts(code, "miss")
        cache["inputs"]["x"]["digest"] = "blake3:ab" if i == 29 else f"blake3:{i}"
        run_id = "dddddddd" if i % 2 else "cccccccc-0000-4000-8000-000000000003"
        catalog.put_step(replace(first, id=f"new-{i}", started=began, ended=began, run_id=run_id, cache=cache))
    said = bridge("cache", "explain", "train").out
    assert "x + 3" in said and "input" not in said


def test_the_rest_of_a_policy_is_said_to_be_the_reason(bridge: Callable[..., Said], recorded: None) -> None:
    catalog = current().catalog
    last = catalog.steps_of_task("train", limit=1)[0]
    again = replace(last, id="step-9", started=last.ended, ended=last.ended, run_id=None, result_key=":b/another")
    catalog.put_step(again)
    assert "beside CONTENT made another key" in bridge("cache", "explain", "train").out


def test_code_whose_text_is_the_same_is_said_to_be_so(bridge: Callable[..., Said], recorded: None) -> None:
    catalog = current().catalog
    last = catalog.steps_of_task("train", limit=1)[0]
    known = json.loads(catalog.document(last.cache["code"]) or "")
    known["parts"][0]["digest"] = "another"
    cache = {**last.cache, "code": catalog.put_document(json.dumps(known))}
    catalog.put_step(replace(last, id="step-9", started=last.ended, ended=last.ended, run_id=None, cache=cache))
    assert "Its text is the same" in bridge("cache", "explain", "train").out


def test_the_latest_runs_are_asked_for_as_in_other_commands(bridge: Callable[..., Said], recorded: None) -> None:
    asked = ("latest", "latest~1")
    steps = [one["step"]["id"] for run in asked for one in bridge("cache", "explain", run, "--json").json["steps"]]
    assert sorted(steps) == ["step-0", "step-1", "step-2", "step-3"]
    assert bridge("cache", "explain", "latest~1/train", "--json").json["steps"]
    assert bridge("runs", "show", "latest", "--json").json["flow"] == "training"
    assert bridge("lineage", "run", "latest", "--json").json["run"]["flow"] == "training"


@pytest.mark.parametrize(
    ("asked", "there"), [("nobody", "train, log"), ("wise-otter/nobody", "train, log"), ("nobody/train", "bridge runs")]
)
def test_what_is_not_there_is_one_line_that_says_what_is(
    bridge: Callable[..., Said], recorded: None, asked: str, there: str
) -> None:
    said = bridge("cache", "explain", asked)
    assert said.code == 1
    assert there in said.err
    assert len(said.err.splitlines()) == 1


def test_what_is_kept_is_listed_with_its_hits_and_junk_is_shown_as_that(
    bridge: Callable[..., Said], recorded: None
) -> None:
    out = bridge("cache").out
    assert "training/train@1" in out
    assert "2.0 kB" in out
    assert "expired" in out
    assert "unreadable" in out
    listed = bridge("cache", "--task", "tr*", "--json").json["results"]
    assert [(one["task"], one["hits"], one["expires"]) for one in listed] == [
        ("train", 1, "2020-01-01T00:00:00.000000Z")
    ]


def test_clearing_says_what_went(bridge: Callable[..., Said], recorded: None) -> None:
    assert "Forgot 0 results" in bridge("cache", "clear", "--older-than", "1h").out
    assert "Forgot 1 result of train" in bridge("cache", "clear", "--task", "train").out
    assert "Forgot 1 result of unreadable" in bridge("cache", "clear").out
    assert "No result is kept" in bridge("cache").out
    said = bridge("cache", "clear", "--older-than", "soon")
    assert said.code == 1
    assert "write a number with its unit" in said.err


def test_where_nothing_has_a_key_it_says_how_to_have_one(bridge: Callable[..., Said], bridge_home: Any) -> None:
    current().catalog.put_run(Run(RUNS[0], "f", "calm-owl", "Completed", START))
    assert "cache_policy=CONTENT" in bridge("cache", "explain", "calm-owl").out
    assert "cache_policy=CONTENT" in bridge("cache").out
