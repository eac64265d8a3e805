"""The Prefect 1 listing of the comparison page, filled with scikit-learn, migrates by one command and runs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bridge.migrate.running import plan

LISTING = """\
from prefect import task, Flow
from prefect.tasks.ml import mlflow
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

@task
def preprocess_data(data):
    # Preprocess the data
    X, y = data
    preprocessed_data = StandardScaler().fit_transform(X), y
    return preprocessed_data

@task
def train_model(preprocessed_data):
    # Train the model
    X, y = preprocessed_data
    model = LogisticRegression(max_iter=200).fit(X, y)
    return model

@task
def evaluate_model(model, test_data):
    # Evaluate the model
    X, y = test_data
    metrics = {"accuracy": float(model.score(StandardScaler().fit_transform(X), y))}
    mlflow.log_metrics(metrics)
    return metrics

with Flow("ml_pipeline") as flow:
    X, y = load_iris(return_X_y=True)
    data = X[::2], y[::2]
    test_data = X[1::2], y[1::2]
    preprocessed_data = preprocess_data(data)
    model = train_model(preprocessed_data)
    metrics = evaluate_model(model, test_data)

# Run the pipeline
flow.run()
"""

MIGRATED = (
    LISTING.replace("from prefect import task, Flow\n", "from bridge import task, flow\n")
    .replace("from prefect.tasks.ml import mlflow\n", "")
    .replace("import StandardScaler\n", "import StandardScaler\nimport mlflow\n")
    .replace('with Flow("ml_pipeline") as flow:\n', '@flow(name="ml_pipeline")\ndef ml_pipeline():\n')
    .replace("flow.run()\n", "ml_pipeline()\n")
)


@pytest.fixture
def pipeline(tmp_path: Path) -> Path:
    path = tmp_path / "pipeline.py"
    path.write_text(LISTING)
    return path


def test_the_listing_becomes_a_flow_function_and_nothing_is_left_to_do(pipeline: Path) -> None:
    migration = plan(pipeline)
    (file,) = migration.files
    assert file.after == MIGRATED
    assert migration.count("manual") == 0
    migration.write()
    assert plan(pipeline).changed == ()


@pytest.mark.slow
def test_the_migrated_listing_runs_and_its_artifacts_metrics_and_model_are_there(
    pipeline: Path, prefect_server: None, bridge_home: Path
) -> None:
    from prefect.settings import PREFECT_API_URL

    plan(pipeline).write()
    environment = {**os.environ, "BRIDGE_HOME": str(bridge_home), "PREFECT_API_URL": PREFECT_API_URL.value()}
    environment.pop("MLFLOW_TRACKING_URI", None)  # which MLflow sets, for whoever uses it in this process
    done = subprocess.run([sys.executable, str(pipeline)], env=environment, capture_output=True, text=True, timeout=150)
    assert done.returncode == 0, done.stderr

    from mlflow import MlflowClient

    import bridge

    assert type(bridge.load("ml_pipeline/train_model")).__name__ == "LogisticRegression"
    assert bridge.load("ml_pipeline/preprocess_data.0").shape == (75, 4)
    metrics = bridge.load("ml_pipeline/evaluate_model")
    assert metrics["accuracy"] > 0.9
    client = MlflowClient(f"sqlite:///{bridge_home / 'mlflow.db'}")
    experiment = client.get_experiment_by_name("ml_pipeline")
    (run,) = client.search_runs([experiment.experiment_id])
    assert run.data.metrics == pytest.approx(metrics)
    assert run.info.status == "FINISHED"
