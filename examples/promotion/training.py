"""A model is trained and evaluated, and is promoted if it is better than the champion and a person agrees."""

from typing import Annotated

import pandas as pd
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import RandomForestClassifier

import bridge
from bridge import Artifact, Metrics, Model, flow, task
from bridge.models import gates
from bridge.models.promotion import Approval


@task
def load_data(rows: int) -> Annotated[pd.DataFrame, Artifact("tumours")]:
    return load_breast_cancer(as_frame=True).frame.iloc[:rows]


@task
def hold_out() -> Annotated[pd.DataFrame, Artifact("held-out")]:
    return load_breast_cancer(as_frame=True).frame.iloc[400:]


@task
def train(data: pd.DataFrame) -> Annotated[RandomForestClassifier, Model("tumour-classifier")]:
    return RandomForestClassifier(n_estimators=20, random_state=0).fit(data.drop(columns="target"), data["target"])


@task
def evaluate(model: RandomForestClassifier, data: pd.DataFrame) -> Annotated[dict[str, float], Metrics()]:
    return {"accuracy": round(float(model.score(data.drop(columns="target"), data["target"])), 4)}


@flow
def training(rows: int) -> dict[str, float]:
    return evaluate(train(load_data(rows)), hold_out())


@task
def is_small(model) -> tuple[bool, str]:
    size = bridge.workspace.current().resolve(str(model.version)).size
    return size < 5_000_000, f"{model.selector} has {size / 1000:.0f} kB"


@flow
def promoting(version: str, approval: bool = True) -> str:
    decision = bridge.promote(
        version,
        to="champion",
        gates=["accuracy >= 0.7", gates.better("accuracy", by=0.01), gates.fresh(days=30), is_small],
        data="held-out@1",
        approval=Approval(timeout=300, approvers=("ann",)) if approval else None,
        reason="the monthly retraining",
    )
    return str(decision)
