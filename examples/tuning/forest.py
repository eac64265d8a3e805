"""Tune a scikit-learn model, with trials that look poor ended early. Run it: `python examples/tuning/forest.py`."""

from typing import Annotated

import optuna
import pandas as pd
from prefect.task_runners import ThreadPoolTaskRunner
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split

from bridge import Model, flow, task, tune
from bridge.tuning import Choice, Int


@task
def load_data() -> pd.DataFrame:
    return load_breast_cancer(as_frame=True).frame


@task
def train(
    trial: optuna.Trial,
    data: pd.DataFrame,
    depth: Annotated[int, Int(1, 12)],
    leaf: Annotated[int, Int(1, 20)],
    criterion: Annotated[str, Choice("gini", "entropy")],
) -> tuple[float, Annotated[RandomForestClassifier, Model("tuned-forest")]]:
    known, unknown = train_test_split(data, test_size=0.3, random_state=0, stratify=data["target"])
    model = RandomForestClassifier(
        max_depth=depth, min_samples_leaf=leaf, criterion=criterion, warm_start=True, random_state=0
    )
    accuracy = 0.0
    for trees in (5, 10, 20, 40):
        model.set_params(n_estimators=trees).fit(known.drop(columns="target"), known["target"])
        accuracy = float(model.score(unknown.drop(columns="target"), unknown["target"]))
        trial.report(accuracy, trees)
        if trial.should_prune():
            raise optuna.TrialPruned
    return accuracy, model


@flow(task_runner=ThreadPoolTaskRunner(max_workers=4))
def tune_forest(trials: int = 12) -> dict[str, object]:
    study = tune(
        train,
        data=load_data(),
        n_trials=trials,
        n_jobs=2,
        direction="maximize",
        pruner=optuna.pruners.MedianPruner(n_startup_trials=4),
        study_name="forest",
    )
    return {"accuracy": round(study.best_value, 3), **study.best_params}


if __name__ == "__main__":
    print(tune_forest())
    print("Look at it: bridge studies show forest; bridge models show tuned-forest")
