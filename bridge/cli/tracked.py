"""What the tracker has of a run: the one place where the command line asks it."""

from __future__ import annotations

import os

from bridge.domain.errors import TrackingError
from bridge.domain.run import Run
from bridge.domain.secret_urls import redacted
from bridge.tracking import Tracked, read_run
from bridge.workspace import read_settings


def read_tracked(run: Run) -> Tracked:
    """Ask the tracker; nothing if it has no such run, or does not answer."""
    if run.tracking_id is None:
        return Tracked()
    try:
        return read_run(_reachable(run.tracking_uri), run.tracking_id)
    except TrackingError:
        return Tracked()


def _reachable(uri: str | None) -> str | None:
    """Where a run is tracked: the catalog keeps no password, the settings in force may have it."""
    in_force = os.environ.get("MLFLOW_TRACKING_URI") or read_settings().tracking_url
    return in_force if uri == redacted(in_force) else uri
