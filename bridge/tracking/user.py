"""What the user of this process has chosen in MLflow."""

from __future__ import annotations

import getpass
import os
import sys

FLUENT = "mlflow.tracking.fluent"


def chosen_experiment() -> tuple[str | None, str | None] | None:
    """Name or id of the experiment set with `set_experiment` or MLflow's environment variables; None if none is.

    >>> chosen_experiment() is None or isinstance(chosen_experiment(), tuple)
    True
    """
    chosen = getattr(sys.modules.get(FLUENT), "_active_experiment_id", None)
    if chosen is not None:
        return None, str(chosen)
    if name := os.environ.get("MLFLOW_EXPERIMENT_NAME"):
        return name, None
    if number := os.environ.get("MLFLOW_EXPERIMENT_ID"):
        return None, number
    return None


def user() -> str:
    """Who runs this process.

    >>> bool(user())
    True
    """
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"
