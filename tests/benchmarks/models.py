"""Registering models: `python -m tests.benchmarks.models`, beside `mlflow.<flavour>.log_model` as it is by default.

Both write to one new SQLite store, in one process and in turn. A model's first registration, which imports its library
and MLflow's flavour, is done before the clock starts; what is timed is what every further one costs: for bridge to read
the model from its artifact version with its digest checked, find its packages, let it answer the example, write, upload
and register it; for MLflow the same without reading. Libraries that are not installed are left out: the environment of
`make frameworks` has all.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import importlib.util
import io
import logging
import os
import statistics
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

COLUMNS = [f"f{i:02d}" for i in range(20)]


@dataclass(frozen=True)
class Case:
    """A model to register.

    Args:
        title: What it is.
        flavour: Module of MLflow's that logs it.
        library: What has to be installed.
        make: Gives the model, trained on a frame and labels.
        as_array: Whether it takes arrays of float32.
        options: What `log_model` needs in order to take it at all.
    """

    title: str
    flavour: str
    library: str
    make: Callable[[Any, Any], Any]
    as_array: bool = False
    options: tuple[tuple[str, Any], ...] = ()


def _forest(rows: Any, labels: Any) -> Any:
    from sklearn.ensemble import RandomForestClassifier

    return RandomForestClassifier(n_estimators=100, random_state=0).fit(rows, labels)


def _xgboost(rows: Any, labels: Any) -> Any:
    import xgboost

    return xgboost.XGBClassifier(n_estimators=100).fit(rows, labels)


def _lightgbm(rows: Any, labels: Any) -> Any:
    import lightgbm

    return lightgbm.LGBMClassifier(n_estimators=100, verbose=-1).fit(rows, labels)


def _torch(rows: Any, labels: Any) -> Any:
    from torch import nn

    return nn.Sequential(nn.Linear(len(COLUMNS), 256), nn.ReLU(), nn.Linear(256, 256), nn.ReLU(), nn.Linear(256, 1))


def _keras(rows: Any, labels: Any) -> Any:
    import keras

    layers = [keras.Input((len(COLUMNS),)), keras.layers.Dense(256, activation="relu"), keras.layers.Dense(1)]
    return keras.Sequential(layers)


CASES = (
    Case(
        "forest of 100 trees", "sklearn", "sklearn", _forest, options=(("serialization_format", "cloudpickle"),)
    ),  # by default MLflow refuses it
    Case("XGBoost, 100 trees", "xgboost", "xgboost", _xgboost),
    Case("LightGBM, 100 trees", "lightgbm", "lightgbm", _lightgbm, options=(("serialization_format", "cloudpickle"),)),
    Case("torch module", "pytorch", "torch", _torch, as_array=True),
    Case("Keras model", "keras", "keras", _keras, as_array=True),
)


def main() -> int:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--times", type=int, default=5, help="registrations with bridge; the median is shown")
    parser.add_argument("--only", help="only the model of this flavour")
    parser.add_argument("--mlflow-times", type=int, default=1, help="the same with MLflow, which takes much longer")
    chosen = parser.parse_args()
    os.environ.setdefault("KERAS_BACKEND", "torch")
    os.environ["BRIDGE_HOME"] = home = tempfile.mkdtemp(prefix="bridge-models-")
    os.environ["MLFLOW_TRACKING_URI"] = f"sqlite:///{home}/mlflow.db"
    warnings.simplefilter("ignore")
    shown = Table("model", "bridge", "log_model", "ratio", "signature")
    for case in CASES:
        if importlib.util.find_spec(case.library) is None or chosen.only not in (None, case.flavour):
            continue
        ours, signature = with_bridge(case, chosen.times)
        theirs = with_mlflow(case, chosen.mlflow_times)
        ratio = f"{ours / theirs:.3f}"
        shown.add_row(case.title, f"{ours:.2f} s", f"{theirs:.2f} s", ratio, "yes" if signature else "no")
    Console(width=100).print(shown)
    return 0


def _data(case: Case) -> tuple[Any, Any]:
    import pandas

    numbers = np.random.default_rng(0).normal(size=(2000, len(COLUMNS)))
    labels = (numbers[:, 0] > 0).astype(int)
    rows = numbers.astype("float32") if case.as_array else pandas.DataFrame(numbers, columns=COLUMNS)
    return rows, labels


def with_bridge(case: Case, times: int) -> tuple[float, bool]:
    from bridge import save
    from bridge.tracking.registry import Registration
    from bridge.tracking.registry.rows import rows_of
    from bridge.workspace import current
    from bridge.workspace.registering import register_now

    rows, labels = _data(case)
    version = save(case.make(rows, labels), case.flavour)
    assert version is not None
    given = rows_of(rows, slot="rows", version_of=lambda _: version.ref)
    registration = Registration(case.flavour, version, rows=tuple(given))
    made = register_now(current(), registration)
    seconds = [_timed(lambda: register_now(current(), registration)) for _ in range(times)]
    return statistics.median(seconds), bool(made.details.signature)


def with_mlflow(case: Case, times: int) -> float:
    import mlflow

    logging.getLogger("mlflow").setLevel(logging.CRITICAL)
    rows, labels = _data(case)
    model = case.make(rows, labels)
    flavour = importlib.import_module(f"mlflow.{case.flavour}")
    given = {"name": "model", "registered_model_name": f"mlflow-{case.flavour}"}
    if case.flavour != "keras":  # mlflow.keras 3.17.2 fails on any input example: it makes the folder after writing it
        given["input_example"] = rows[:5]
    mlflow.set_experiment("models")

    def log(**more: Any) -> None:
        with contextlib.redirect_stderr(io.StringIO()), mlflow.start_run():
            flavour.log_model(model, **given, **dict(case.options), **more)

    log(pip_requirements=["numpy"])
    return statistics.median(_timed(log) for _ in range(times))


def _timed(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    sys.exit(main())
