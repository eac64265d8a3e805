"""Train a classifier on scikit-learn's breast-cancer data with Prefect."""

import mlflow
import pandas as pd
from prefect import flow, task
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import accuracy_score, roc_auc_score
from sklearn.model_selection import train_test_split


@task
def load_data() -> pd.DataFrame:
    return load_breast_cancer(as_frame=True).frame


@task
def prepare(data: pd.DataFrame) -> pd.DataFrame:
    return data.drop_duplicates().rename(columns=lambda name: name.replace(" ", "_"))


@task
def split(data: pd.DataFrame, test_size: float) -> tuple[pd.DataFrame, pd.DataFrame]:
    train_data, test_data = train_test_split(data, test_size=test_size, random_state=0, stratify=data["target"])
    return train_data, test_data


@task
def train(data: pd.DataFrame, trees: int) -> RandomForestClassifier:
    model = RandomForestClassifier(n_estimators=trees, random_state=0)
    return model.fit(data.drop(columns="target"), data["target"])


@task
def evaluate(model: RandomForestClassifier, data: pd.DataFrame) -> dict[str, float]:
    features, target = data.drop(columns="target"), data["target"]
    metrics = {
        "accuracy": round(float(accuracy_score(target, model.predict(features))), 4),
        "roc_auc": round(float(roc_auc_score(target, model.predict_proba(features)[:, 1])), 4),
    }
    mlflow.log_metrics(metrics)
    return metrics


@flow
def training(trees: int = 100, test_size: float = 0.25) -> dict[str, float]:
    data = prepare(load_data())
    train_data, test_data = split(data, test_size)
    model = train(train_data, trees)
    return evaluate(model, test_data)


if __name__ == "__main__":
    print(training())
