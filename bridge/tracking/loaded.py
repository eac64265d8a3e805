"""Loads MLflow, once somebody needs it."""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any


def load() -> Any:
    """MLflow's tracking module, imported by whoever asks first.

    Not by the tracker's thread beside the user's code: MLflow brings pandas and polars, and libraries that look into
    `sys.modules` for them (scikit-learn does, in every `fit`) fail on a module that another thread is half-way through.
    """
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    return importlib.import_module("mlflow.tracking")


def prepare() -> None:
    """Import all that is needed to begin a run in a database, in a process that has nothing else to do."""
    load()
    importlib.import_module("mlflow.store.tracking.sqlalchemy_store")


def is_loaded() -> bool:
    """Whether this process has loaded MLflow.

    >>> isinstance(is_loaded(), bool)
    True
    """
    return "mlflow" in sys.modules
