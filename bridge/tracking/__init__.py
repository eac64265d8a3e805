"""The one door to MLflow: runs, parameters, metrics and the registry of models.

Importing this imports no MLflow: that costs over a second, paid when the first flow run begins.
"""

from bridge.tracking.mlflow import MlflowTracker, open_tracker
from bridge.tracking.reading import Tracked, read_run

__all__ = ["MlflowTracker", "Tracked", "open_tracker", "read_run"]
