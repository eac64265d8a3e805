"""A program as ZenML has it: run it by `bridge run --as zenml`, rewrite it by `bridge migrate`."""

from typing import Annotated

import mlflow
import pandas as pd
from sklearn.base import ClassifierMixin
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from zenml import ArtifactConfig, Model, log_metadata, pipeline, step
from zenml.client import Client
from zenml.config import DockerSettings
from zenml.logger import get_logger

logger = get_logger(__name__)
docker_settings = DockerSettings(requirements=["scikit-learn"])


@step(enable_cache=False)
def load_data() -> tuple[Annotated[pd.DataFrame, "train"], Annotated[pd.DataFrame, "test"]]:
    """Half of the flowers to learn from, half to judge by."""
    train, test = train_test_split(load_iris(as_frame=True).frame, test_size=0.5, random_state=0)
    return train, test


@step(experiment_tracker="mlflow")
def train_model(train: pd.DataFrame) -> Annotated[ClassifierMixin, ArtifactConfig(name="classifier", tags=["iris"])]:
    """A model, with what it learned from."""
    log_metadata({"rows": len(train)})
    return LogisticRegression(max_iter=1000).fit(train.drop(columns="target"), train["target"])


@step
def evaluate(model: ClassifierMixin, test: pd.DataFrame) -> float:
    """The share of flowers that it knows."""
    accuracy = float(model.score(test.drop(columns="target"), test["target"]))
    mlflow.log_metric("accuracy", accuracy)
    logger.info("accuracy %.3f", accuracy)
    return accuracy


@pipeline(model=Model(name="iris", license="MIT"), settings={"docker": docker_settings})
def training_pipeline():
    train, test = load_data()
    model = train_model(train)
    evaluate(model, test, after=["train_model"])


if __name__ == "__main__":
    training_pipeline()
    classifier = Client().get_artifact_version("classifier").load()
    print(type(classifier).__name__, "knows", len(classifier.classes_), "kinds")
