"""What ZenML's integration with MLflow gives: MLflow's own."""

from __future__ import annotations

import importlib


def get_tracking_uri() -> str:
    """Where runs are tracked."""
    return str(importlib.import_module("mlflow").get_tracking_uri())
