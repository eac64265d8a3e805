"""Which flow run the running code belongs to, and which tracked run that is."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

current_flow_run: ContextVar[str | None] = ContextVar("bridge_current_flow_run", default=None)
"""Prefect's id of the run that fluent calls mean: the flow run's, or the task run's where it has a run of its own.

Prefect copies it to submitted threads with the rest of the context.
"""

Finder = Callable[[str], Any]

_lock = threading.Lock()
_finders: list[Finder] = []


@contextmanager
def bound(flow_run_id: str | None) -> Iterator[None]:
    """Make a flow run the current one for a block.

    >>> with bound("1234"):
    ...     current_flow_run.get()
    '1234'
    """
    token = current_flow_run.set(flow_run_id)
    try:
        yield
    finally:
        current_flow_run.reset(token)


def add_finder(finder: Finder) -> None:
    """Add a way to find the tracked run of a flow run; the latest added is asked first."""
    with _lock:
        _finders.insert(0, finder)


def tracked_run() -> Any:
    """The tracked run of the current flow run; None if there is no flow run, or no tracker knows it.

    Waits, for a bounded time, while the run is on its way to the tracker.
    """
    flow_run_id = current_flow_run.get()
    if flow_run_id is None:
        return None
    with _lock:
        finders = list(_finders)
    return next((run for finder in finders if (run := finder(flow_run_id)) is not None), None)
