"""The one door to MLflow: runs, parameters, metrics and the registry of models.

Importing this imports no MLflow: that costs over a second, paid by a process of the tracker's own. The names are loaded
when they are first asked for, so that this process can be started before anything else is loaded (`ahead`).
"""

from typing import TYPE_CHECKING

from bridge.domain.lazy import names_of

if TYPE_CHECKING:
    from bridge.domain.ports.tracker import Callbacks
    from bridge.tracking.callers import Callers, close_door
    from bridge.tracking.choosing import named_tracker, trackers
    from bridge.tracking.host import Host
    from bridge.tracking.loaded import prepare
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
    "close_door",
    "named_tracker",
    "open_tracker",
    "prepare",
    "read_aliases",
    "read_run",
    "trackers",
]

__getattr__ = names_of(
    __name__,
    {
        "Callbacks": "bridge.domain.ports.tracker",
        "Callers": "bridge.tracking.callers",
        "Host": "bridge.tracking.host",
        "NullTracker": "bridge.tracking.null",
        "RoutedTracker": "bridge.tracking.routing",
        "Tracked": "bridge.tracking.reading",
        "TrackerProcess": "bridge.tracking.process",
        "asked": "bridge.tracking.patience",
        "close_door": "bridge.tracking.callers",
        "named_tracker": "bridge.tracking.choosing",
        "open_tracker": "bridge.tracking.routing",
        "prepare": "bridge.tracking.loaded",
        "read_aliases": "bridge.tracking.reading",
        "read_run": "bridge.tracking.reading",
        "trackers": "bridge.tracking.choosing",
    },
)
