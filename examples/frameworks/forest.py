"""scikit-learn: a random forest that tells wines apart. Run it: `python examples/frameworks/forest.py`."""

from typing import Annotated

import pandas as pd
from sklearn.datasets import load_wine
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split

import bridge.models
from bridge import Metrics, Model, flow, task


@task
def load_data() -> pd.DataFrame:
    return load_wine(as_frame=True).frame


@task
def split(wines: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    train, test = train_test_split(wines, test_size=0.25, stratify=wines["target"], random_state=0)
    return train, test


@task
def fit(train: pd.DataFrame, trees: int) -> Annotated[RandomForestClassifier, Model("wines", licence="MIT")]:
    return RandomForestClassifier(trees, random_state=0).fit(train.drop(columns="target"), train["target"])


@task
def evaluate(model: RandomForestClassifier, test: pd.DataFrame) -> Annotated[dict[str, float], Metrics()]:
    return {"accuracy": float(model.score(test.drop(columns="target"), test["target"]))}


@flow
def tell_wines_apart(trees: int = 100) -> dict[str, float]:
    train, test = split(load_data())
    return evaluate(fit(train, trees), test)


if __name__ == "__main__":
    metrics = tell_wines_apart()
    model = bridge.models.get("wines")
    print(f"{model.uri}: accuracy {metrics['accuracy']:.3f}, trained on {model.details.data[0]}")
    print("Look at it: bridge models show wines")
