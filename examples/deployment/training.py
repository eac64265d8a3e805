"""A flow as it is deployed: nothing in it knows where it will run."""

from typing import Annotated

import mlflow
import pandas as pd
from bridge import Artifact, Model, flow, task
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import RandomForestClassifier


@task
def load_data() -> Annotated[pd.DataFrame, Artifact("tumours")]:
    return load_breast_cancer(as_frame=True).frame


@task
def train(data: pd.DataFrame, trees: int) -> Annotated[RandomForestClassifier, Model("tumour-classifier")]:
    model = RandomForestClassifier(n_estimators=trees, random_state=0)
    return model.fit(data.drop(columns="target"), data["target"])


@task
def evaluate(model: RandomForestClassifier, data: pd.DataFrame) -> float:
    accuracy = float(model.score(data.drop(columns="target"), data["target"]))
    mlflow.log_metric("training_accuracy", accuracy)
    return accuracy


@flow
def training(trees: int = 100) -> float:
    data = load_data()
    return evaluate(train(data, trees), data)
