"""Train and judge a classifier; every task is found by content if its code and its inputs are what they were."""

import numpy as np
import pandas as pd
from deciding import is_suspicious
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, train_test_split
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from bridge import flow, task


@task
def load_data() -> pd.DataFrame:
    return load_breast_cancer(as_frame=True).frame


@task
def split(data: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    train_data, test_data = train_test_split(data, random_state=0, stratify=data["target"])
    return train_data, test_data


@task
def train(data: pd.DataFrame) -> Pipeline:
    model = Pipeline([("scale", StandardScaler()), ("classify", LogisticRegression(max_iter=2000))])
    search = GridSearchCV(model, {"classify__C": np.logspace(-3, 2, 20)}, cv=10)
    return search.fit(data.drop(columns="target"), data["target"]).best_estimator_


@task
def judge(model: Pipeline, data: pd.DataFrame) -> dict[str, int]:
    ill = data["target"].to_numpy() == 0
    told = is_suspicious(model.predict_proba(data.drop(columns="target"))[:, 0])
    return {"missed": int(np.sum(ill & ~told)), "false_alarms": int(np.sum(told & ~ill))}


@flow(cache="content")
def screening() -> dict[str, int]:
    train_data, test_data = split(load_data())
    return judge(train(train_data), test_data)


if __name__ == "__main__":
    print(screening())
