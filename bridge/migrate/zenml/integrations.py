"""What ZenML's integration with MLflow gives: MLflow's own."""

from __future__ import annotations

import importlib
from typing import Any

from bridge.workspace import current, enabled


def get_tracking_uri(*_: Any, **__: Any) -> str:
    """Where runs are tracked, also before MLflow is loaded; MLflow's own place with `BRIDGE_ENABLED=false`.

    >>> get_tracking_uri().partition(":")[0]
    'sqlite'
    """
    if enabled():
        return current().tracker.uri
    return str(importlib.import_module("mlflow").get_tracking_uri())


def enable_mlflow(step: Any = None, **_: Any) -> Any:
    """The step as it is: what it logs goes to its flow's run.

    >>> enable_mlflow(len) is len
    True
    """
    return step if step is not None else lambda one: one
