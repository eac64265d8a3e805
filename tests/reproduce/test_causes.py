"""Why a step gave something else."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from bridge.domain.reproduction import Cause
from bridge.domain.run import Output, Run, Step
from bridge.reproduce.causes import divergence_of
from bridge.reproduce.comparing import Recorded, compared, ended, pairs_of
from bridge.workspace import Workspace, current

START = datetime(2026, 5, 3, tzinfo=timezone.utc)


@pytest.fixture()
def workspace(bridge_home: Path) -> Workspace:
    return current()


def recorded(workspace: Workspace, run_id: str, *sources: tuple[str, Any], **facts: Any) -> Recorded:
    """A run whose steps have these sources, and gave these values."""
    run = Run(run_id, "training", run_id, "Completed", START, ended=START, **facts)
    workspace.record_run(run)
    for number, (source, value) in enumerate(sources):
        part = {"name": f"train:step{number}", "kind": "function", "digest": source, "text": source}
        code = workspace.catalog.put_document(json.dumps({"layout": 1, "parts": [part]}))
        is_error = isinstance(value, Exception)
        outputs = () if is_error else (Output("", workspace.put_value(value, f"training/step{number}", where="test")),)
        at = START + timedelta(seconds=number)
        workspace.record_step(
            Step(
                *(
                    f"{run_id}-{number}",
                    f"step{number}",
                    f"step{number}-{run_id}",
                    "Failed" if is_error else "Completed",
                ),
                *(at, at + timedelta(seconds=0.5)),
                run_id=run_id,
                outputs=outputs,
                code=code,
                error=str(value) if is_error else None,
            )
        )
    return Recorded.of(workspace, run)


def causes(then: Recorded, now: Recorded, **known: Any) -> tuple[Cause, ...]:
    pairs = pairs_of(then, now)
    outputs = compared(then, now, pairs, tolerance=1e-9, say=lambda text: None)
    steps = ended(pairs, whole=(then.run, now.run))
    told = {"environment": (), "notes": (), **known}
    found = divergence_of(then, now, pairs, outputs, steps, **told)
    return () if found is None else (Cause("at", found.task), *found.causes)


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("return random.random()", "randomness"),
        ("return np.random.rand(3)", "randomness"),
        ("return np.random.default_rng().normal()", "randomness"),
        ("train_test_split(data, test_size=0.2)", "randomness"),
        ("data.sample(3)", "randomness"),
        ("torch.randn(3)", "randomness"),
        ("return uuid4().hex", "randomness"),
        ("return datetime.now()", "time"),
        ("return time.time()", "time"),
        ("requests.get(url)", "network"),
        ("pd.read_csv('https://example.org/a.csv')", "network"),
        ("pd.read_csv(path)", "files"),
        ("list(set(words))", "order"),
        ("return 1", "unknown"),
        ("return np.random.default_rng(0).normal()", "unknown"),
        ("train_test_split(data, random_state=0)", "unknown"),
        ("data.sample(3, random_state=1)", "unknown"),
        ("return 1  # random.random() would be another thing", "unknown"),
    ],
)
def test_code_tells_what_it_depends_on(workspace: Workspace, source: str, kind: str) -> None:
    found = causes(recorded(workspace, "a", (source, 1)), recorded(workspace, "b", (source, 2)))
    assert [each.kind for each in found][:2] == ["at", kind]


def test_the_first_step_that_differs_counts(workspace: Workspace) -> None:
    then = recorded(workspace, "a", ("x", 1), ("datetime.now()", 2), ("random.random()", 3))
    now = recorded(workspace, "b", ("x", 1), ("datetime.now()", 5), ("random.random()", 6))
    assert causes(then, now)[0].text == "step1"


def test_changed_code_comes_first_and_is_certain(workspace: Workspace) -> None:
    then = recorded(workspace, "a", ("random.random()", 1))
    now = recorded(workspace, "b", ("random.random() + 1", 2))
    found = causes(then, now, environment=["numpy: 1 → 2"])
    assert [each.kind for each in found] == ["at", "code", "randomness", "package"]
    assert found[1].certain and "train:step0" in found[1].text


def test_with_a_seed_randomness_is_no_cause_and_packages_are(workspace: Workspace) -> None:
    seeds = {"seeds": {"seed": 7, "of": ["random"]}}
    then = recorded(workspace, "a", ("random.random()", 1), environment=seeds)
    now = recorded(workspace, "b", ("random.random()", 2), environment=seeds)
    found = causes(then, now, environment=["python: 3.11 → 3.12", "numpy: 1 → 2"])
    assert [each.kind for each in found] == ["at", "python", "package"]


def test_a_call_of_bridges_seed_that_was_not_reached_seeds_nothing(workspace: Workspace) -> None:
    sources = ("if wanted: bridge.seed_everything(0)", 1), ("np.random.rand()", 1)
    other = ("if wanted: bridge.seed_everything(0)", 1), ("np.random.rand()", 2)
    found = causes(recorded(workspace, "a", *sources), recorded(workspace, "b", *other))
    assert [each.kind for each in found] == ["at", "randomness"]


def test_code_that_seeds_by_itself_is_not_told_that_nothing_was_seeded(workspace: Workspace) -> None:
    sources = ("np.random.seed(0)", 1), ("np.random.rand()", 1)
    other = ("np.random.seed(0)", 1), ("np.random.rand()", 2)
    found = causes(recorded(workspace, "a", *sources), recorded(workspace, "b", *other), environment=["numpy: 1 → 2"])
    assert [each.kind for each in found] == ["at", "package"]


def test_a_step_that_failed_then_or_now_or_otherwise_is_told(workspace: Workspace) -> None:
    good, bad = ("x", 1), ("x", ValueError("no rows"))
    assert "is Failed now: no rows" in causes(recorded(workspace, "a", good), recorded(workspace, "b", bad))[1].text
    assert "was Failed then" in causes(recorded(workspace, "c", bad), recorded(workspace, "d", good))[1].text
    other = ("x", ValueError("no columns"))
    assert "another error" in causes(recorded(workspace, "e", bad), recorded(workspace, "f", other))[1].text
    assert causes(recorded(workspace, "g", bad), recorded(workspace, "h", bad)) == ()


def test_steps_that_are_not_in_both_are_told(workspace: Workspace) -> None:
    one, two = (("x", 1),), (("x", 1), ("y", 2))
    assert "did not run now" in causes(recorded(workspace, "a", *two), recorded(workspace, "b", *one))[1].text
    assert "did not have this step" in causes(recorded(workspace, "c", *one), recorded(workspace, "d", *two))[1].text


def test_values_within_the_tolerance_are_equal_and_no_divergence(workspace: Workspace) -> None:
    then, now = recorded(workspace, "a", ("x", {"auc": 0.3})), recorded(workspace, "b", ("x", {"auc": 0.1 + 0.2}))
    pairs = pairs_of(then, now)
    (one,) = compared(then, now, pairs, tolerance=1e-9, say=lambda text: None)
    assert one.verdict == "equal" and causes(then, now) == ()
    (strict,) = compared(then, now, pairs, tolerance=0, say=lambda text: None)
    assert strict.verdict == "different" and strict.difference is not None


def test_a_version_that_was_deleted_meanwhile_is_not_called_different(workspace: Workspace) -> None:
    then, now = recorded(workspace, "a", ("x", 1)), recorded(workspace, "b", ("x", 2))
    made = then.steps[0].outputs[0].what
    workspace.catalog.forget([made])  # type: ignore[list-item]
    then = replace(then)
    (one,) = compared(then, now, pairs_of(then, now), tolerance=0, say=lambda text: None)
    assert (one.verdict, one.why) == ("not stored", "training/step0@1 was deleted meanwhile")
