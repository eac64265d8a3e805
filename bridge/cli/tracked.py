"""What the tracker has of a run: the one place where the command line asks it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bridge import tracking
from bridge.domain.errors import TrackingError
from bridge.domain.run import Run


@dataclass(frozen=True, slots=True)
class Tracked:
    """Parameters and metrics of a tracked run.

    >>> Tracked().metrics
    {}
    """

    params: Mapping[str, str] = field(default_factory=dict)
    metrics: Mapping[str, float] = field(default_factory=dict)


def read_tracked(run: Run) -> Tracked:
    """Ask the tracker; nothing if it has no such run, or does not answer.

    Relies on `bridge.tracking.read_run(tracking_uri, tracking_id)`, whose result has `params` and `metrics`.
    """
    read = getattr(tracking, "read_run", None)
    if read is None or run.tracking_id is None:
        return Tracked()
    try:
        found = read(run.tracking_uri, run.tracking_id)
    except TrackingError:
        return Tracked()
    return Tracked(dict(found.params), dict(found.metrics)) if found is not None else Tracked()
