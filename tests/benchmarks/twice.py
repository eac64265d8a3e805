"""A pipeline of ten steps on a table, run once with one tool: what `tests.benchmarks.second_run` starts.

The steps make a table, clean it, make features of it, split them, train three models and score them; each is called
directly and hands on its value. The tool comes from the environment, so that a step's code is the same for all. Needs
no bridge for the peers, so that ZenML can run it in an environment of its own. Prints a JSON document: for each task
its seconds from Prefect's Running to its final state, and those of its cache decision.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier

TOOL = os.environ.get("TWICE", "bridge")
ROW = 23 * 8
"""Bytes of a row of the table."""


def decorators() -> tuple[Any, Any]:
    """What makes tasks and flows in the tool of this process."""
    if TOOL == "bridge":
        from bridge import CONTENT, flow, task

        return flow, task(cache_policy=CONTENT)
    if TOOL == "prefect":
        from prefect import flow, task
        from prefect.cache_policies import INPUTS, TASK_SOURCE

        return flow, task(cache_policy=INPUTS + TASK_SOURCE, persist_result=True)
    from zenml import pipeline, step

    return pipeline(enable_cache=True), step(enable_cache=True)


flow, task = decorators()


@task
def load(rows: int) -> pd.DataFrame:
    """Measurements with gaps, two columns of whole numbers, and a label that depends on some of them."""
    random = np.random.default_rng(0)
    data = {f"x{i}": random.normal(size=rows) for i in range(20)}
    for i in range(0, 20, 4):
        data[f"x{i}"][random.random(rows) < 0.01] = np.nan
    table = pd.DataFrame(data)
    table["region"] = random.integers(0, 40, rows)
    table["visits"] = random.poisson(3, rows)
    score = table["x1"] + table["x2"] * table["x3"] + 0.1 * table["visits"]
    table["label"] = (score + random.normal(size=rows) > 0.3).astype("int64")
    return table


@task
def clean(table: pd.DataFrame) -> pd.DataFrame:
    """Without outliers and gaps."""
    table = table[(table["x1"].abs() < 4) & (table["x2"].abs() < 4)]
    return table.fillna(table.median()).reset_index(drop=True)


@task
def features(table: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Standardised columns, and the label."""
    columns = table.drop(columns=["label"]).to_numpy(dtype="float64")
    return (columns - columns.mean(axis=0)) / columns.std(axis=0), table["label"].to_numpy()


@task
def split(X: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Four fifths to train on, one to score."""
    order = np.random.default_rng(1).permutation(len(X))
    cut = len(X) * 4 // 5
    return X[order[:cut]], X[order[cut:]], y[order[:cut]], y[order[cut:]]


@task
def train(X: np.ndarray, y: np.ndarray, leaves: int) -> HistGradientBoostingClassifier:
    """One model."""
    return HistGradientBoostingClassifier(max_iter=10, max_leaf_nodes=leaves, random_state=0).fit(X, y)


@task
def evaluate(model: HistGradientBoostingClassifier, X: np.ndarray, y: np.ndarray) -> float:
    """How often it is right."""
    return float(model.score(X, y))


@flow
def training(rows: int) -> None:
    """The pipeline."""
    table = clean(load(rows))
    X, y = features(table)
    to_train, to_score, labels, answers = split(X, y)
    models = [train(to_train, labels, leaves) for leaves in (7, 15, 31)]
    for model in models:
        evaluate(model, to_score, answers)
    if TOOL == "bridge":
        STEADY.extend(steady(clean.fn, {"table": table}) + steady(train.fn, {"X": to_train, "y": labels}))


STEADY: list[float] = []
"""Seconds of decisions on values that are at hand, when everything that is done once in a process has been done."""


def steady(fn: Callable[..., Any], inputs: dict[str, Any], *, times: int = 20) -> list[float]:
    """Seconds of bridge's decision (key and look-up) on a task's inputs, each of so many times."""
    from bridge.flows.caching.key import make_key
    from bridge.flows.caching.records import CatalogRecords
    from bridge.workspace import current

    taken = []
    for _ in range(times):
        began = time.perf_counter()
        key = make_key(current(), fn, inputs).key
        current().catalog.result(CatalogRecords().storage_key(str(key)))
        taken.append(time.perf_counter() - began)
    return taken


def run_with_prefect(rows: int) -> dict[str, Any]:
    """Run it under Prefect, with bridge or without, and listen to its engine."""
    from prefect.results import ResultStore
    from prefect.task_engine import BaseTaskRunEngine, SyncTaskRunEngine

    begun: dict[Any, Any] = {}
    taken: list[tuple[str, str, float]] = []
    decisions: list[float] = []  # of each task: its key, and the looks at what is kept under it

    def set_state(original: Callable[..., Any]) -> Callable[..., Any]:
        def told(engine: Any, state: Any, force: bool = False) -> Any:
            now = original(engine, state, force)
            if now.is_running():
                begun[engine.task_run.id] = now.timestamp
            elif now.is_final():
                seconds = (now.timestamp - begun[engine.task_run.id]).total_seconds()
                taken.append((engine.task.name, now.name, seconds))
            return now

        return told

    def decide(original: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*args: Any, **kwargs: Any) -> Any:
            if original.__name__ == "compute_transaction_key":
                decisions.append(0.0)
            began = time.perf_counter()
            try:
                return original(*args, **kwargs)
            finally:
                decisions[-1] += time.perf_counter() - began

        return timed

    looking: Any = (ResultStore, "exists")
    if TOOL == "bridge":
        from bridge.flows.caching.store import FoundByContent

        looking = (FoundByContent, "_record")
    for owner, name, around in (
        (SyncTaskRunEngine, "set_state", set_state),
        (BaseTaskRunEngine, "compute_transaction_key", decide),
        (*looking, decide),
    ):
        setattr(owner, name, around(getattr(owner, name)))
    training(rows)
    return {"tasks": taken, "decisions": decisions, "steady": STEADY}


def run_with_zenml(rows: int) -> dict[str, Any]:
    """Run it with ZenML's local orchestrator, and ask it afterwards."""
    from zenml.client import Client
    from zenml.integrations.registry import integration_registry

    integration_registry.activate_integrations()
    made = training(rows)
    steps = Client().get_pipeline_run(made.id).steps.values()
    taken = [
        (step.name, str(step.status.value), (step.end_time - step.start_time).total_seconds() if step.end_time else 0.0)
        for step in steps
    ]
    return {"tasks": taken, "decisions": [], "steady": []}


def main() -> int:
    """Run it and print what it took."""
    rows = int(float(sys.argv[1]) * 1e9 / ROW)
    run = run_with_zenml if TOOL == "zenml" else run_with_prefect
    began = time.perf_counter()
    told = run(rows)
    told["wall"] = time.perf_counter() - began
    print(json.dumps(told))
    return 0


if __name__ == "__main__":
    sys.exit(main())
