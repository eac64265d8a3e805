"""Named artifacts, a registered model, and loading it back: the quickstart, ten lines on."""

from typing import Annotated

import pandas as pd
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import RandomForestClassifier

import bridge
from bridge import Artifact, Metrics, Model, flow, task


@task
def load_data() -> Annotated[pd.DataFrame, Artifact("tumours")]:
    return load_breast_cancer(as_frame=True).frame


@task
def train(data: pd.DataFrame) -> Annotated[RandomForestClassifier, Model("tumour-classifier")]:
    return RandomForestClassifier(random_state=0).fit(data.drop(columns="target"), data["target"])


@task
def evaluate(model: RandomForestClassifier, data: pd.DataFrame) -> Annotated[dict[str, float], Metrics()]:
    return {"training_accuracy": float(model.score(data.drop(columns="target"), data["target"]))}


@flow
def registering() -> dict[str, float]:
    data = load_data()
    return evaluate(train(data), data)


if __name__ == "__main__":
    print(registering())
    model = bridge.load("tumour-classifier")
    print(type(model).__name__, "loaded from the artifact, trained on", bridge.load("tumours").shape)
