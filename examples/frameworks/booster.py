"""XGBoost: a booster for the course of diabetes. Run it: `python examples/frameworks/booster.py`."""

from typing import Annotated

import pandas as pd
import xgboost
from sklearn.datasets import load_diabetes
from sklearn.model_selection import train_test_split

import bridge.models
from bridge import Metrics, Model, flow, task

SETTINGS = {"objective": "reg:squarederror", "max_depth": 3, "eta": 0.1, "seed": 0}


@task
def load_data() -> pd.DataFrame:
    return load_diabetes(as_frame=True).frame


@task
def split(patients: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    train, test = train_test_split(patients, test_size=0.25, random_state=0)
    return train, test


@task
def boost(train: pd.DataFrame, rounds: int) -> Annotated[xgboost.Booster, Model("diabetes")]:
    rows = xgboost.DMatrix(train.drop(columns="target"), label=train["target"])
    return xgboost.train(SETTINGS, rows, num_boost_round=rounds)


@task
def evaluate(model: xgboost.Booster, test: pd.DataFrame) -> Annotated[dict[str, float], Metrics()]:
    answers = model.predict(xgboost.DMatrix(test.drop(columns="target")))
    return {"mean_absolute_error": float((answers - test["target"]).abs().mean())}


@flow
def predict_diabetes(rounds: int = 60) -> dict[str, float]:
    train, test = split(load_data())
    return evaluate(boost(train, rounds), test)


if __name__ == "__main__":
    metrics = predict_diabetes()
    model = bridge.models.get("diabetes")
    print(f"{model.uri}: off by {metrics['mean_absolute_error']:.1f}, trained on {model.details.data[0]}")
    print("Look at it: bridge models show diabetes")
