"""The one door to MLflow: runs, parameters, metrics and the registry of models.

Importing this imports no MLflow: that costs over a second, paid by a process of the tracker's own.
"""

from bridge.domain.ports.tracker import Callbacks
from bridge.tracking.callers import Callers
from bridge.tracking.choosing import named_tracker, trackers
from bridge.tracking.host import Host
from bridge.tracking.null import NullTracker
from bridge.tracking.patience import asked
from bridge.tracking.process import TrackerProcess
from bridge.tracking.reading import Tracked, read_aliases, read_run
from bridge.tracking.routing import RoutedTracker, open_tracker

__all__ = [
    "Callbacks",
    "Callers",
    "Host",
    "NullTracker",
    "RoutedTracker",
    "Tracked",
    "TrackerProcess",
    "asked",
    "named_tracker",
    "open_tracker",
    "read_aliases",
    "read_run",
    "trackers",
]
