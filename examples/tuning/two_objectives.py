"""Two objectives: trees that are right, and small. Run it: `python examples/tuning/two_objectives.py`."""

from typing import Annotated

import pandas as pd
from sklearn.datasets import load_wine
from sklearn.model_selection import cross_val_score
from sklearn.tree import DecisionTreeClassifier

from bridge import flow, task, tune
from bridge.tuning import Int, LogUniform


@task
def load_data() -> pd.DataFrame:
    return load_wine(as_frame=True).frame


@task
def grow(
    data: pd.DataFrame,
    depth: Annotated[int, Int(1, 8)],
    pruning: Annotated[float, LogUniform(1e-4, 1e-1)],
) -> tuple[float, float]:
    features, target = data.drop(columns="target"), data["target"]
    model = DecisionTreeClassifier(max_depth=depth, ccp_alpha=pruning, random_state=0)
    accuracy = cross_val_score(model, features, target, cv=3).mean()
    return float(accuracy), float(model.fit(features, target).tree_.node_count)


@flow
def tune_trees(trials: int = 15) -> list[tuple[float, float]]:
    study = tune(grow, data=load_data(), n_trials=trials, directions=["maximize", "minimize"], study_name="small-trees")
    return sorted({(round(trial.values[0], 3), trial.values[1]) for trial in study.best_trials})


if __name__ == "__main__":
    for accuracy, nodes in tune_trees():
        print(f"accuracy {accuracy:.3f} with {nodes:.0f} nodes")
    print("Look at it: bridge studies show small-trees")
