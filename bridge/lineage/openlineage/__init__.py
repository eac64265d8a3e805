"""Lineage as OpenLineage tells it: events of runs and steps, for a file or an endpoint, off by default."""

from __future__ import annotations

from bridge.lineage.openlineage.events import Event, Source
from bridge.lineage.openlineage.history import history, recorded_runs

__all__ = ["Event", "Source", "history", "recorded_runs"]
