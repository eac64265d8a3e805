"""What the two listings of the comparison page have in common: their steps, with real code where the page has `...`."""

from __future__ import annotations

DATA = """
from sklearn.datasets import load_iris
from sklearn.model_selection import train_test_split

data, test_data = train_test_split(load_iris(as_frame=True).frame, test_size=0.4, random_state=0)
"""

STEPS = """
@{decorator}
def preprocess_data(data):
    # Preprocess the data
    preprocessed_data = data.assign(area=data["petal length (cm)"] * data["petal width (cm)"])
    return preprocessed_data

@{decorator}
def train_model(preprocessed_data):
    # Train the model
    model = LogisticRegression(max_iter=1000).fit(preprocessed_data[["area"]], preprocessed_data["target"])
    return model

@{decorator}
def evaluate_model(model, test_data):
    # Evaluate the model
    area = test_data["petal length (cm)"] * test_data["petal width (cm)"]
    metrics = {{"accuracy": float(model.score(area.to_frame("area"), test_data["target"]))}}
    mlflow.log_metrics(metrics)
    return metrics
"""

NAMES = ["evaluate_model", "preprocess_data", "train_model"]
"""Of the three artifacts, below the flow's: `ml_pipeline/train_model`."""

ACCURACY = 56 / 60
"""What the evaluation finds, in both."""
