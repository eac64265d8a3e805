"""From a table of tumours to a model in use, with ZenML: `python zenml_pipeline.py`, `... schedule`."""

import sys
from typing import Annotated

import pandas as pd
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import accuracy_score, roc_auc_score
from sklearn.model_selection import ParameterGrid, train_test_split
from zenml import ArtifactConfig, Model, get_step_context, log_metadata, pipeline, step
from zenml.config.schedule import Schedule
from zenml.enums import ArtifactType, ModelStages

GRID = list(ParameterGrid({"max_depth": [2, 4, 8], "min_samples_leaf": [1, 5]}))


@step
def load_data() -> Annotated[pd.DataFrame, "tumours"]:
    return load_breast_cancer(as_frame=True).frame


@step
def preprocess(
    data: pd.DataFrame,
) -> tuple[
    Annotated[pd.DataFrame, "train-set"],
    Annotated[pd.DataFrame, "validation-set"],
    Annotated[pd.DataFrame, "test-set"],
]:
    data = data.drop_duplicates().rename(columns=lambda name: name.replace(" ", "_"))
    known, test = train_test_split(data, test_size=0.25, random_state=0, stratify=data["target"])
    train, validation = train_test_split(known, test_size=0.25, random_state=0, stratify=known["target"])
    return train, validation, test


@step
def try_out(
    parameters: dict[str, int], train: pd.DataFrame, validation: pd.DataFrame, trees: int
) -> Annotated[dict[str, float], "trial"]:
    model = RandomForestClassifier(n_estimators=trees, random_state=0, **parameters)
    model.fit(train.drop(columns="target"), train["target"])
    answers = model.predict_proba(validation.drop(columns="target"))[:, 1]
    trial = {**parameters, "roc_auc": float(roc_auc_score(validation["target"], answers))}
    log_metadata(trial)
    return trial


@step
def choose(trials: list[dict[str, float]]) -> Annotated[dict[str, int], "best-parameters"]:
    best = max(trials, key=lambda trial: trial["roc_auc"])
    log_metadata(best)
    return {name: int(best[name]) for name in GRID[0]}


@step
def train_model(
    parameters: dict[str, int], train: pd.DataFrame, trees: int
) -> Annotated[RandomForestClassifier, ArtifactConfig(name="tumour-forest", artifact_type=ArtifactType.MODEL)]:
    log_metadata({"trees": trees, **parameters}, infer_model=True)
    model = RandomForestClassifier(n_estimators=trees, random_state=0, **parameters)
    return model.fit(train.drop(columns="target"), train["target"])


@step
def evaluate(model: RandomForestClassifier, test: pd.DataFrame) -> Annotated[dict[str, float], "metrics"]:
    features, target = test.drop(columns="target"), test["target"]
    metrics = {
        "accuracy": float(accuracy_score(target, model.predict(features))),
        "roc_auc": float(roc_auc_score(target, model.predict_proba(features)[:, 1])),
    }
    log_metadata(metrics, infer_model=True)
    return metrics


@step
def promote(metrics: dict[str, float]) -> None:
    if metrics["accuracy"] >= 0.9:
        get_step_context().model.set_stage(ModelStages.PRODUCTION, force=True)


@pipeline(dynamic=True, model=Model(name="tumour-forest", license="Apache-2.0"))
def training(trees: int = 50) -> None:
    train, validation, test = preprocess(load_data())
    trials = [try_out.submit(parameters, train, validation, trees) for parameters in GRID]
    parameters = choose(trials)
    metrics = evaluate(train_model(parameters, train, trees), test)
    promote(metrics)


if __name__ == "__main__":
    if "schedule" in sys.argv:
        training.with_options(schedule=Schedule(cron_expression="0 6 * * *"))()
    else:
        training()
