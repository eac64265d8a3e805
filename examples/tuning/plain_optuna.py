"""The study of forest.py in Optuna alone, for comparison: nothing of it is kept but what is printed."""

import optuna
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split

DATA = load_breast_cancer(as_frame=True).frame


def train(trial: optuna.Trial) -> float:
    depth = trial.suggest_int("depth", 1, 12)
    leaf = trial.suggest_int("leaf", 1, 20)
    criterion = trial.suggest_categorical("criterion", ["gini", "entropy"])
    known, unknown = train_test_split(DATA, test_size=0.3, random_state=0, stratify=DATA["target"])
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
    return accuracy


if __name__ == "__main__":
    study = optuna.create_study(direction="maximize", pruner=optuna.pruners.MedianPruner(n_startup_trials=4))
    study.optimize(train, n_trials=12, n_jobs=2)
    print({"accuracy": round(study.best_value, 3), **study.best_params})
