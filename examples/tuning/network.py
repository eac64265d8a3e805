"""Tune a PyTorch network that reports each epoch. Run it: `python examples/tuning/network.py`."""

import sys
from typing import Annotated

import numpy as np
import optuna
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

from bridge import flow, task, tune
from bridge.tuning import Int, LogUniform

try:
    import torch
except ImportError:
    sys.exit("PyTorch is not installed here: pip install torch, or make frameworks")


@task
def load_data() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    pixels, digits = load_digits(return_X_y=True)
    return tuple(train_test_split((pixels / 16).astype("float32"), digits, test_size=0.25, random_state=0))


@task
def train(
    trial: optuna.Trial,
    data: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray],
    lr: Annotated[float, LogUniform(1e-4, 1e-1)],
    width: Annotated[int, Int(8, 128)],
    epochs: int,
) -> tuple[float, torch.nn.Sequential]:
    torch.manual_seed(0)
    inputs, unknown, answers, right = (torch.from_numpy(part) for part in data)
    model = torch.nn.Sequential(torch.nn.Linear(64, width), torch.nn.ReLU(), torch.nn.Linear(width, 10))
    optimizer, loss_of = torch.optim.Adam(model.parameters(), lr=lr), torch.nn.CrossEntropyLoss()
    accuracy = 0.0
    for epoch in range(epochs):
        optimizer.zero_grad()
        loss_of(model(inputs), answers).backward()
        optimizer.step()
        with torch.no_grad():
            accuracy = float((model(unknown).argmax(dim=1) == right).float().mean())
        trial.report(accuracy, epoch)
        if trial.should_prune():
            raise optuna.TrialPruned
    return accuracy, model


@flow
def tune_network(trials: int = 10, epochs: int = 15) -> dict[str, float]:
    pruner = optuna.pruners.MedianPruner(n_startup_trials=4, n_warmup_steps=3)
    study = tune(
        train,
        data=load_data(),
        epochs=epochs,
        n_trials=trials,
        direction="maximize",
        pruner=pruner,
        study_name="network",
    )
    return {"accuracy": round(study.best_value, 3), **study.best_params}


if __name__ == "__main__":
    print(tune_network())
    print("Look at it: bridge studies show network")
