"""From a table of tumours to a model in use, with bridge: `python bridge_pipeline.py`, `... schedule`."""

import sys
from typing import Annotated

import pandas as pd
from optuna.samplers import GridSampler
from prefect.task_runners import ThreadPoolTaskRunner
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import accuracy_score, roc_auc_score
from sklearn.model_selection import train_test_split

from bridge import Artifact, Metrics, Model, flow, promote, task, tune
from bridge.tuning import Choice

GRID = {"max_depth": [2, 4, 8], "min_samples_leaf": [1, 5]}


@task
def load_data() -> Annotated[pd.DataFrame, Artifact("tumours")]:
    return load_breast_cancer(as_frame=True).frame


@task
def preprocess(
    data: pd.DataFrame,
) -> tuple[
    Annotated[pd.DataFrame, Artifact("train-set")],
    Annotated[pd.DataFrame, Artifact("validation-set")],
    Annotated[pd.DataFrame, Artifact("test-set")],
]:
    data = data.drop_duplicates().rename(columns=lambda name: name.replace(" ", "_"))
    known, test = train_test_split(data, test_size=0.25, random_state=0, stratify=data["target"])
    train, validation = train_test_split(known, test_size=0.25, random_state=0, stratify=known["target"])
    return train, validation, test


@task
def try_out(parameters: dict[str, int], train: pd.DataFrame, validation: pd.DataFrame, trees: int) -> float:
    model = RandomForestClassifier(n_estimators=trees, random_state=0, **parameters)
    model.fit(train.drop(columns="target"), train["target"])
    answers = model.predict_proba(validation.drop(columns="target"))[:, 1]
    return float(roc_auc_score(validation["target"], answers))


def trial(max_depth: int, min_samples_leaf: int, train: pd.DataFrame, validation: pd.DataFrame, trees: int) -> float:
    return try_out({"max_depth": max_depth, "min_samples_leaf": min_samples_leaf}, train, validation, trees)


@task
def train_model(
    parameters: dict[str, int], train: pd.DataFrame, trees: int
) -> Annotated[RandomForestClassifier, Model("tumour-forest", licence="Apache-2.0")]:
    model = RandomForestClassifier(n_estimators=trees, random_state=0, **parameters)
    return model.fit(train.drop(columns="target"), train["target"])


@task
def evaluate(model: RandomForestClassifier, test: pd.DataFrame) -> Annotated[dict[str, float], Metrics()]:
    features, target = test.drop(columns="target"), test["target"]
    return {
        "accuracy": float(accuracy_score(target, model.predict(features))),
        "roc_auc": float(roc_auc_score(target, model.predict_proba(features)[:, 1])),
    }


@flow(cache="content", task_runner=ThreadPoolTaskRunner(max_workers=2))
def training(trees: int = 50) -> None:
    train, validation, test = preprocess(load_data())
    study = tune(
        trial,
        train=train,
        validation=validation,
        trees=trees,
        space={name: Choice(*values) for name, values in GRID.items()},
        sampler=GridSampler(GRID),
        n_trials=6,
        n_jobs=2,
        direction="maximize",
    )
    evaluate(train_model(study.best_params, train, trees), test)
    promote("tumour-forest", to="champion", gates=["accuracy >= 0.9"], reason="the daily training")


if __name__ == "__main__":
    if "schedule" in sys.argv:
        training.serve(name="daily", cron="0 6 * * *")
    else:
        training()
