"""What the tracker has of a run: the one place where the command line asks it."""

from __future__ import annotations

from bridge.domain.errors import TrackingError
from bridge.domain.run import Run
from bridge.tracking import Tracked, read_run


def read_tracked(run: Run) -> Tracked:
    """Ask the tracker; nothing if it has no such run, or does not answer."""
    if run.tracking_id is None:
        return Tracked()
    try:
        return read_run(run.tracking_uri, run.tracking_id)
    except TrackingError:
        return Tracked()
