"""The one door to MLflow: runs, parameters, metrics and the registry of models.

Importing this imports no MLflow: that costs over a second, paid when the first flow run begins.
"""

from bridge.tracking.mlflow import MlflowTracker, open_tracker

__all__ = ["MlflowTracker", "open_tracker"]
