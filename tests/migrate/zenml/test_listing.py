"""The listing of the comparison page, with real code: migrated by one command, and run."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

import bridge
from bridge.cli.app import main
from bridge.workspace import current
from tests.migrate.listings import ACCURACY, DATA, NAMES, STEPS

LISTING = (
    "from sklearn.linear_model import LogisticRegression\n"
    "from zenml import pipeline, step\nfrom zenml.integrations import mlflow\n"
    + STEPS.format(decorator="step")
    + """
@pipeline
def ml_pipeline(data, test_data):
    preprocessed_data = preprocess_data(data)
    model = train_model(preprocessed_data)
    metrics = evaluate_model(model, test_data)
"""
    + DATA
    + """
# Run the pipeline
ml_pipeline(data, test_data)
"""
)


def test_the_listing_migrates_by_one_command_and_runs(
    tmp_path: Path, bridge_home: Path, prefect_server: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    program = tmp_path / "listing.py"
    program.write_text(LISTING)

    assert main(["migrate", str(program), "--write"]) == 0

    text = program.read_text()
    assert "zenml" not in text
    assert [line for line in text.splitlines() if "#" in line] == [line for line in LISTING.splitlines() if "#" in line]
    runpy.run_path(str(program), run_name="__main__")
    check_what_it_made()


def check_what_it_made() -> None:
    import mlflow

    workspace = current()
    (run,) = workspace.catalog.runs()
    workspace.tracker.flush(30)
    names = [f"ml_pipeline/{name}" for name in NAMES]
    assert sorted(str(output.what.name) for step in workspace.catalog.steps(run.id) for output in step.outputs) == names
    assert bridge.load("ml_pipeline/evaluate_model") == {"accuracy": pytest.approx(ACCURACY)}
    assert bridge.load("ml_pipeline/train_model").classes_.tolist() == [0, 1, 2]
    assert run.tracking_id is not None
    metrics = mlflow.MlflowClient(run.tracking_uri).get_run(run.tracking_id).data.metrics
    assert metrics["accuracy"] == pytest.approx(ACCURACY)
