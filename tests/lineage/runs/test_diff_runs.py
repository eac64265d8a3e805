"""Runs recorded without Prefect: what differs is just what a test says."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from bridge.domain.errors import DifferenceError, RunNotFoundError
from bridge.domain.run import Input, Output, Run, Step
from bridge.domain.run_difference import RunDifference
from bridge.domain.version import VersionRef
from bridge.lineage.runs import compare_runs, diff_runs, find_run
from bridge.workspace import Workspace, current

START = datetime(2026, 5, 3, 12, 0, tzinfo=timezone.utc)
ENVIRONMENT = {"python": "3.11.9", "platform": "Linux", "variables": {}, "packages": {"numpy": "2.0", "rich": "13.0"}}
SOURCES = {
    "load": "def load(path):\n    return open(path).read()\n",
    "clean": "def clean(rows):\n    return helper(rows)\n",
    "train": "def train(rows, lr=0.1):\n    return fit(rows, lr)\n",
    "draw": "def draw(rows):\n    return random.sample(rows, 2)\n",
}


@pytest.fixture()
def workspace(bridge_home: Path) -> Workspace:
    return current()


@dataclass
class Recorder:
    """Writes a run down as a flow would."""

    workspace: Workspace
    number: int
    parameters: dict[str, Any] = field(default_factory=dict)
    environment: dict[str, Any] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)
    reached: dict[str, str] = field(default_factory=lambda: {"numpy": "2.0", "python": "3.11"})
    state: str = "Completed"
    count: int = 0

    def __post_init__(self) -> None:
        environment = {**ENVIRONMENT, **self.environment}
        environment["packages"] = self.workspace.keep_document(json.dumps(environment["packages"]))
        self.run = Run(
            id=f"{self.number:08d}-0000-4000-8000-000000000000",
            flow="training",
            name=f"run-{self.number}",
            state=self.state,
            started=START + timedelta(hours=self.number),
            ended=START + timedelta(hours=self.number, seconds=2),
            parameters=self.parameters,
            environment=environment,
        )
        self.workspace.record_run(self.run)

    def step(self, task: str, value: Any, *used: VersionRef, state: str = "Completed", error: str | None = None) -> Any:
        """A step with one output."""
        self.count += 1
        began = self.run.started + timedelta(milliseconds=self.count)
        source = self.sources.get(task, SOURCES.get(task, f"def {task}(): ...\n"))
        parts = [
            {"name": f"pipeline:{task}", "kind": "function", "digest": source, "text": source, "file": "/p/pipeline.py"}
        ]
        parts += [{"name": name, "kind": "package", "digest": it, "text": it} for name, it in self.reached.items()]
        outputs: tuple[Output, ...] = ()
        if state in ("Completed", "Cached"):
            outputs = (Output("", self.workspace.put_value(value, f"training/{task}", where="the test")),)
        versions = self.workspace.record_step(
            Step(
                id=f"{self.run.id}-{self.count}",
                task=task,
                name=f"{task}-{self.count}",
                state=state,
                started=began,
                ended=began + timedelta(milliseconds=1),
                run_id=self.run.id,
                inputs=tuple(Input(f"rows{n or ''}", ref, "identity") for n, ref in enumerate(used)),
                outputs=outputs,
                error=error,
                code=self.workspace.keep_document(json.dumps({"layout": 1, "parts": parts})),
            )
        )
        return versions[0].ref if versions else None

    def pipeline(self, *, rows: Any = (1, 2, 3), shift: int = 0, drawn: Any = (1, 2)) -> Recorder:
        """Four steps, of which each uses what the one before made."""
        loaded = self.step("load", list(rows))
        cleaned = self.step("clean", [row + shift for row in rows], loaded)
        self.step("train", {"weight": sum(rows) * self.parameters.get("lr", 0.1) + shift}, cleaned)
        self.step("draw", list(drawn), cleaned)
        return self


def compared(workspace: Workspace, one: Recorder, other: Recorder) -> RunDifference:
    found = compare_runs(workspace, one.run, other.run, patience=0)
    json.dumps(found.document(), allow_nan=False)
    assert str(found)
    return found


def cause(found: RunDifference) -> tuple[str, str]:
    assert found.divergence is not None
    return found.divergence.task, found.divergence.causes[0].kind


def test_nothing_differs(workspace: Workspace) -> None:
    found = compared(workspace, Recorder(workspace, 1).pipeline(), Recorder(workspace, 2).pipeline())
    assert found.equal and found.divergence is None
    assert not (found.parameters or found.code or found.packages or found.environment)
    assert "The runs did not diverge: all 4 steps gave the same" in str(found)


def test_a_parameter_that_a_task_takes(workspace: Workspace) -> None:
    one = Recorder(workspace, 1, parameters={"lr": 0.1}).pipeline()
    found = compared(workspace, one, Recorder(workspace, 2, parameters={"lr": 0.2}).pipeline())
    assert cause(found) == ("train", "parameter")
    assert "lr 0.1 → 0.2, which train takes" in str(found)


def test_code_of_a_helper(workspace: Workspace) -> None:
    one = Recorder(workspace, 1).pipeline()
    sources = {"clean": "def clean(rows):\n    return better(rows)\n"}
    found = compared(workspace, one, Recorder(workspace, 2, sources=sources).pipeline(shift=1))
    assert cause(found) == ("clean", "code")
    (change,) = found.code
    assert change.content is not None and "+    return better(rows)" in change.content.lines
    assert change.steps == ("clean",)


def test_data_from_outside(workspace: Workspace) -> None:
    one = Recorder(workspace, 1).pipeline()
    found = compared(workspace, one, Recorder(workspace, 2).pipeline(rows=[1, 2, 4]))
    assert cause(found) == ("load", "data")
    assert "load reads from outside (open)" in str(found)


def test_data_that_is_a_version(workspace: Workspace) -> None:
    refs = [workspace.save(rows, "raw").ref for rows in ([1], [2])]
    runs = [Recorder(workspace, n) for n in (1, 2)]
    for run, ref in zip(runs, refs, strict=True):
        run.step("clean", {"of": str(ref)}, ref)
    found = compared(workspace, *runs)
    assert cause(found) == ("clean", "data")
    assert "input 'rows' is other data: raw@1 → raw@2" in str(found)


def test_a_package_that_the_step_reaches(workspace: Workspace) -> None:
    one = Recorder(workspace, 1).pipeline()
    newer = {"packages": {"numpy": "2.1", "rich": "14.0"}}
    reached = {"numpy": "2.1", "python": "3.11"}
    found = compared(workspace, one, Recorder(workspace, 2, environment=newer, reached=reached).pipeline(shift=1))
    assert cause(found) == ("clean", "package")
    assert "numpy 2.0 → 2.1, which clean reaches" in str(found)
    assert [change.path for change in found.packages] == ["numpy", "rich"]


def test_a_seed(workspace: Workspace) -> None:
    one = Recorder(workspace, 1, environment={"seeds": {"seed": 1}}).pipeline()
    two = Recorder(workspace, 2, environment={"seeds": {"seed": 2}}).pipeline(drawn=[3, 1])
    assert cause(compared(workspace, one, two)) == ("draw", "seed")


def test_random_numbers_without_a_seed(workspace: Workspace) -> None:
    found = compared(workspace, Recorder(workspace, 1).pipeline(), Recorder(workspace, 2).pipeline(drawn=[3, 1]))
    assert cause(found) == ("draw", "randomness")


@pytest.mark.parametrize(
    ("call", "is_random"),
    [
        ("train_test_split(rows, test_size=0.2)", True),
        ("train_test_split(rows, test_size=0.2, random_state=0)", False),
        ("KFold(3, shuffle=True, random_state=SEED)", False),
        ("RandomForestClassifier(\n        random_state=None,\n    ).fit(rows)", True),
        ("default_rng(7).normal(size=3)", False),
        ("default_rng().normal(size=3)", True),
    ],
)
def test_a_call_with_a_seed_of_its_own_is_no_cause(workspace: Workspace, call: str, is_random: bool) -> None:
    sources = {"draw": f"def draw(rows):\n    return {call}\n"}
    one = Recorder(workspace, 1, sources=sources).pipeline()
    found = compared(workspace, one, Recorder(workspace, 2, sources=sources).pipeline(drawn=[3, 1]))
    assert (cause(found) == ("draw", "randomness")) is is_random


def test_random_numbers_after_the_same_seed(workspace: Workspace) -> None:
    seeds = {"seeds": {"seed": 1}}
    one = Recorder(workspace, 1, environment=seeds).pipeline()
    found = compared(workspace, one, Recorder(workspace, 2, environment=seeds).pipeline(drawn=[3, 1]))
    assert cause(found) == ("draw", "order")


def test_python_and_a_variable(workspace: Workspace) -> None:
    one = Recorder(workspace, 1).pipeline()
    python = Recorder(workspace, 2, environment={"python": "3.12.1"}, reached={"numpy": "2.0", "python": "3.12"})
    assert cause(compared(workspace, one, python.pipeline(shift=1))) == ("clean", "python")
    variable = Recorder(workspace, 3, environment={"variables": {"OMP_NUM_THREADS": "1"}}).pipeline(shift=1)
    assert cause(compared(workspace, one, variable)) == ("clean", "environment")


@pytest.mark.parametrize("is_recorded", [True, False])
def test_a_variable_that_the_step_reads(workspace: Workspace, is_recorded: bool) -> None:
    sources = {"load": "def load():\n    return os.environ['STAGE']\n"}
    old, new = ({"variables": {"STAGE": it}} if is_recorded else {} for it in ("one", "two"))
    one, two = (Recorder(workspace, n, environment=it, sources=sources) for n, it in ((1, old), (2, new)))
    one.step("load", "one")
    two.step("load", "two")
    found = compared(workspace, one, two)
    assert cause(found) == ("load", "environment")
    assert "os.environ" in str(found)
    assert ("BRIDGE_RECORD_VARIABLES" in str(found)) != is_recorded


def test_nothing_that_is_recorded_speaks_for_a_cause(workspace: Workspace) -> None:
    found = compared(workspace, Recorder(workspace, 1).pipeline(), Recorder(workspace, 2).pipeline(shift=1))
    assert cause(found) == ("clean", "unknown")
    assert "as far as recorded" in str(found)


def test_a_failed_run_against_a_completed_one(workspace: Workspace) -> None:
    one = Recorder(workspace, 1).pipeline()
    two = Recorder(workspace, 2, state="Failed", parameters={"path": "x"})
    two.step("load", None, state="Failed", error="FileNotFoundError: x")
    found = compared(workspace, one, two)
    assert cause(found) == ("load", "parameter")
    assert found.divergence is not None and found.divergence.how == "it ended Completed, then Failed"
    assert "+ FileNotFoundError: x" in str(found)
    assert [step.task for step in found.steps if step.new is None] == ["clean", "train", "draw"]


def test_two_failed_runs_did_the_same(workspace: Workspace) -> None:
    runs = [Recorder(workspace, n, state="Failed") for n in (1, 2)]
    for run in runs:
        run.step("load", None, state="Failed", error="no")
    assert compared(workspace, *runs).equal


def test_a_result_that_was_found_is_the_same_as_one_that_was_computed(workspace: Workspace) -> None:
    runs = [Recorder(workspace, n) for n in (1, 2)]
    for run, state in zip(runs, ("Completed", "Cached"), strict=True):
        run.step("load", [1], state=state)
    found = compared(workspace, *runs)
    assert found.equal and "Completed → Cached" in str(found)


def test_a_step_more_is_a_divergence_where_it_was_run(workspace: Workspace) -> None:
    one, two = Recorder(workspace, 1).pipeline(), Recorder(workspace, 2, parameters={"check": True})
    two.step("check", True)
    found = compared(workspace, one, two.pipeline())
    assert cause(found) == ("check", "parameter")
    assert found.divergence is not None and found.divergence.how == "only the newer run has it"


def test_runs_of_two_flows_are_compared_where_tasks_have_one_name(workspace: Workspace) -> None:
    one, two = Recorder(workspace, 1).pipeline(), Recorder(workspace, 2)
    two.run = replace(two.run, flow="scoring")
    workspace.record_run(two.run)
    two.step("load", [1, 2, 3])
    found = compared(workspace, one, two)
    assert "two flows, training and scoring" in found.notes[0]
    assert [step.task for step in found.steps if step.new is None] == ["clean", "train", "draw"]


def test_mapped_steps_are_matched_by_what_they_used_and_gave_in_any_order(workspace: Workspace) -> None:
    parts = [workspace.save([n], f"part-{n}").ref for n in range(4)]
    one, two = Recorder(workspace, 1), Recorder(workspace, 2)
    for n in (0, 1, 2, 3):
        one.step("square", n * n, parts[n])
        one.step("roll", n)
    for n in (3, 1, 0, 2):
        two.step("square", 100 if n == 2 else n * n, parts[n])
        two.step("roll", n)
    found = compared(workspace, one, two)
    differing = [step for step in found.steps if step.diverged]
    assert [step.task for step in differing] == ["square"]
    (output,) = differing[0].outputs
    assert output.difference is not None and str(output.difference.content).count("100") == 1


def test_a_run_without_records_says_so(workspace: Workspace) -> None:
    runs = [Run(f"{n:08d}-old", "training", f"old-{n}", "Completed", START + timedelta(hours=n)) for n in (1, 2)]
    for run in runs:
        workspace.record_run(run)
    found = compare_runs(workspace, *runs, patience=0)
    assert "has not ended" in found.notes[0] and "no record of its environment" in found.notes[1]
    assert "The runs have no steps in common" in str(found)


def test_versions_that_were_forgotten_are_not_compared_and_named(workspace: Workspace) -> None:
    one, two = Recorder(workspace, 1), Recorder(workspace, 2)
    gone = one.step("load", [1])
    two.step("load", [2])
    workspace.catalog.forget([gone])
    found = compared(workspace, one, two)
    assert found.equal
    assert any("not kept" in note for note in found.notes)


def test_large_values_are_compared_by_digest(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bridge.lineage.runs.versions.LARGEST", 10)
    one, two = Recorder(workspace, 1), Recorder(workspace, 2)
    one.step("load", list(range(50)))
    two.step("load", list(range(51)))
    found = compared(workspace, one, two)
    assert not found.equal and found.steps[0].outputs[0].difference is None
    assert any("by digest only" in note for note in found.notes)


def test_documents_that_are_gone_or_broken_are_no_error(workspace: Workspace) -> None:
    one, two = Recorder(workspace, 1).pipeline(), Recorder(workspace, 2).pipeline(shift=1)
    step = next(step for step in workspace.catalog.steps(two.run.id) if step.task == "clean")
    for digest in (workspace.keep_document("{"), workspace.keep_document('{"parts": [3]}'), "sha256:00", None):
        workspace.record_step(replace(step, code=digest))
        assert cause(compared(workspace, one, two))[0] == "clean"


def test_latest_counts_back_over_runs_that_no_flow_called(workspace: Workspace) -> None:
    runs = [Recorder(workspace, n).run for n in (1, 2, 3)]
    workspace.record_run(
        replace(runs[0], id="child", name="child", parent_id=runs[2].id, started=START + timedelta(days=9))
    )
    catalog = workspace.catalog
    assert [find_run(catalog, asked).name for asked in ("latest", "latest~1", "latest~2")] == [
        "run-3",
        "run-2",
        "run-1",
    ]
    with pytest.raises(RunNotFoundError):
        find_run(catalog, "latest~3")
    assert diff_runs("run-2").old.name == "run-1"
    with pytest.raises(DifferenceError, match="first of flow 'training'"):
        diff_runs("run-1")


def test_steps_of_flows_that_a_flow_called_are_compared_too(workspace: Workspace) -> None:
    one, two = Recorder(workspace, 1), Recorder(workspace, 2)
    for parent, number, rows in ((one, 3, [1]), (two, 4, [2])):
        child = Recorder(workspace, number)
        child.run = replace(child.run, flow="loading", parent_id=parent.run.id, started=parent.run.started)
        workspace.record_run(child.run)
        loaded = child.step("load", rows)
        parent.count = child.count
        parent.step("clean", sum(rows), loaded)
    found = compared(workspace, one, two)
    assert cause(found) == ("load", "data")
    assert [step.task for step in found.steps] == ["load", "clean"]


def test_runs_of_many_steps_are_told_in_a_few_lines(workspace: Workspace) -> None:
    runs = [Recorder(workspace, n) for n in (1, 2)]
    for run in runs:
        for n in range(150):
            run.step("square", n if n != 70 else (run.number, n))
    found = compared(workspace, *runs)
    assert len([step for step in found.steps if step.diverged]) == 1
    assert len(str(found).splitlines()) < 60
