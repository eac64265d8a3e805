"""What a task of the matrix does with MLflow: all that users do, each with a name and a value of its own."""

from __future__ import annotations

import threading
import zlib
from typing import Any

FITTED = "training_mean_squared_error"
"""A metric that autolog writes for each fit; every task's fit gives it another value."""


_fitting = threading.Lock()
"""While one thread calls `autolog()` MLflow has taken its patches away, and logs nothing of what another one fits."""


def value_of(mark: str) -> float:
    """The value that is logged under a mark: no two marks have the same.

    >>> value_of("load") == value_of("load"), value_of("load") == value_of("total")
    (True, False)
    """
    return float(zlib.crc32(mark.encode()))


def logged(mark: str, *, fit: bool = True, then: Any = None) -> None:
    """Log everything under a mark.

    Args:
        mark: Name of the metric, the parameter, the tag and the file; `own-<mark>` is the run that is started by hand.
        fit: Fit a model with autolog on.
        then: Called within that run.
    """
    import mlflow  # where users import it: in the task, so that in some processes it is not there until then

    value = value_of(mark)
    mlflow.log_metric(mark, value)
    mlflow.log_param(mark, mark)
    mlflow.set_tag(mark, mark)
    mlflow.log_text(mark, f"{mark}.txt")
    if fit:
        _fit(value)
    with mlflow.start_run(run_name=f"own-{mark}", nested=True):
        mlflow.log_metric(f"own-{mark}", value)
        if then is not None:
            then()
    mlflow.log_metric(f"{mark}-after", value)


def _fit(value: float) -> None:
    import mlflow
    from sklearn.linear_model import LinearRegression

    with _fitting:
        mlflow.sklearn.autolog(log_models=False, log_datasets=False, silent=True)
        LinearRegression().fit([[1.0], [2.0], [3.0], [4.0]], [value, 0.0, value, 3.0])
