"""The one door to MLflow: runs, parameters, metrics and the registry of models.

Importing this imports no MLflow: that costs two seconds, and the tracker's own thread pays them.
"""

from bridge.tracking.mlflow import MlflowTracker, open_tracker

__all__ = ["MlflowTracker", "open_tracker"]
