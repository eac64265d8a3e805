"""A workspace with two runs of a flow, recorded without Prefect."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from bridge.cli.app import main
from bridge.domain.model import ModelVersion
from bridge.domain.run import Input, Output, Run, Step
from bridge.domain.version import Version
from bridge.workspace import Workspace, current

START = datetime(2026, 5, 3, 12, 0, tzinfo=timezone.utc)
FIRST = "11111111-0000-4000-8000-000000000001"
SECOND = "22222222-0000-4000-8000-000000000002"


@dataclass
class Said:
    """What a command printed."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture()
def bridge(bridge_home: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """Run a command of the command line."""

    def run(*words: str) -> Said:
        capsys.readouterr()
        code = main(words)
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    return run


def record(workspace: Workspace, run_id: str, name: str, *, at: datetime, rows: int = 3) -> Version:
    """Record a run of `training`: load → train → evaluate."""

    def run(state: str, ended: datetime | None) -> Run:
        return Run(
            id=run_id,
            flow="training",
            name=name,
            state=state,
            started=at,
            ended=ended,
            parameters={"trees": 100},
            code={"file": "flows.py", "commit": "abc123", "dirty": False},
            tracking_id="deadbeefcafe",
            tracking_uri="sqlite:////tmp/mlflow.db",
        )

    workspace.record_run(run("Running", None))
    made: Version | None = None
    for number, (task, value) in enumerate(
        [("load", list(range(1000 * rows))), ("train", {"weights": [0.5] * rows}), ("evaluate", {"accuracy": 0.9})]
    ):
        inputs = () if made is None else (Input("data", made.ref, "identity"),)
        saved = workspace.put_value(value, f"training/{task}", where="the test")
        step = Step(
            id=f"{run_id[:-1]}{number}-{task}",
            task=task,
            name=f"{task}-0",
            state="Completed",
            started=at + timedelta(seconds=number),
            ended=at + timedelta(seconds=number, milliseconds=250),
            run_id=run_id,
            inputs=inputs,
            outputs=(Output("", saved),),
        )
        (made,) = workspace.record_step(step)
    assert made is not None
    whole = Step(
        id=run_id,
        task="training",
        name=name,
        state="Completed",
        started=at,
        ended=at + timedelta(seconds=4),
        run_id=run_id,
        outputs=(Output("", made.ref),),
    )
    workspace.record_step(whole)
    workspace.record_run(run("Completed", at + timedelta(seconds=4)))
    return made


@pytest.fixture()
def recorded(bridge_home: Path) -> Workspace:
    """Two runs; the second loads other data, trains another model and finds the same metrics."""
    workspace = current()
    record(workspace, FIRST, "wise-otter", at=START)
    record(workspace, SECOND, "bold-heron", at=START + timedelta(minutes=5), rows=4)
    model = workspace.resolve("training/train@1")
    workspace.catalog.put_model(
        ModelVersion(
            name="churn",
            number=1,
            version=model.ref,
            created=model.created,
            flavour="sklearn",
            step_id=model.step_id,
            run_id=model.run_id,
            tracking_id="deadbeefcafe",
            uri="models:/churn/1",
            tags={"team": "growth"},
        )
    )
    return workspace
