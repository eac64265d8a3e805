"""From a table of tumours to a model in use, with Prefect and MLflow: `python prefect_pipeline.py`, `... schedule`."""

import sys

import mlflow
import pandas as pd
import sklearn
from mlflow import MlflowClient
from prefect import flow, task, unmapped
from prefect.cache_policies import INPUTS, TASK_SOURCE
from prefect.task_runners import ThreadPoolTaskRunner
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import accuracy_score, roc_auc_score
from sklearn.model_selection import ParameterGrid, train_test_split

GRID = list(ParameterGrid({"max_depth": [2, 4, 8], "min_samples_leaf": [1, 5]}))
MODEL = "tumour-forest"
cached = task(cache_policy=INPUTS + TASK_SOURCE, persist_result=True)


@cached
def load_data() -> pd.DataFrame:
    return load_breast_cancer(as_frame=True).frame


@cached
def preprocess(data: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    data = data.drop_duplicates().rename(columns=lambda name: name.replace(" ", "_"))
    known, test = train_test_split(data, test_size=0.25, random_state=0, stratify=data["target"])
    train, validation = train_test_split(known, test_size=0.25, random_state=0, stratify=known["target"])
    return train, validation, test


@cached
def try_out(parameters: dict[str, int], train: pd.DataFrame, validation: pd.DataFrame, trees: int) -> float:
    model = RandomForestClassifier(n_estimators=trees, random_state=0, **parameters)
    model.fit(train.drop(columns="target"), train["target"])
    answers = model.predict_proba(validation.drop(columns="target"))[:, 1]
    return float(roc_auc_score(validation["target"], answers))


@cached
def train_model(parameters: dict[str, int], train: pd.DataFrame, trees: int) -> RandomForestClassifier:
    model = RandomForestClassifier(n_estimators=trees, random_state=0, **parameters)
    return model.fit(train.drop(columns="target"), train["target"])


@cached
def evaluate(model: RandomForestClassifier, test: pd.DataFrame) -> dict[str, float]:
    features, target = test.drop(columns="target"), test["target"]
    return {
        "accuracy": float(accuracy_score(target, model.predict(features))),
        "roc_auc": float(roc_auc_score(target, model.predict_proba(features)[:, 1])),
    }


@task
def log_trials(run_id: str, scores: list[float]) -> None:
    client = MlflowClient()
    experiment = client.get_run(run_id).info.experiment_id
    for number, (parameters, score) in enumerate(zip(GRID, scores, strict=True)):
        trial = client.create_run(experiment, tags={"mlflow.parentRunId": run_id}, run_name=f"trial-{number}")
        for name, value in parameters.items():
            client.log_param(trial.info.run_id, name, value)
        client.log_metric(trial.info.run_id, "roc_auc", score)
        client.set_terminated(trial.info.run_id)


@task
def register(model: RandomForestClassifier, train: pd.DataFrame) -> str:
    info = mlflow.sklearn.log_model(
        model,
        name="model",
        input_example=train.drop(columns="target").head(),
        pip_requirements=[f"scikit-learn=={sklearn.__version__}"],
        serialization_format="cloudpickle",
        registered_model_name=MODEL,
    )
    return str(info.registered_model_version)


@task
def promote(version: str, metrics: dict[str, float]) -> None:
    if metrics["accuracy"] >= 0.9:
        MlflowClient().set_registered_model_alias(MODEL, "champion", version)


@flow(task_runner=ThreadPoolTaskRunner(max_workers=2))
def training(trees: int = 50) -> None:
    mlflow.set_experiment("training")
    with mlflow.start_run() as run:
        train, validation, test = preprocess(load_data())
        mlflow.log_input(mlflow.data.from_pandas(train, targets="target", name="train-set"), context="training")
        mlflow.log_input(mlflow.data.from_pandas(test, targets="target", name="test-set"), context="evaluation")
        scores = try_out.map(GRID, unmapped(train), unmapped(validation), trees).result()
        log_trials(run.info.run_id, scores)
        parameters = GRID[scores.index(max(scores))]
        mlflow.log_params({"trees": trees, **parameters})
        model = train_model(parameters, train, trees)
        metrics = evaluate(model, test)
        mlflow.log_metrics(metrics)
        promote(register(model, train), metrics)


if __name__ == "__main__":
    if "schedule" in sys.argv:
        training.serve(name="daily", cron="0 6 * * *")
    else:
        training()
