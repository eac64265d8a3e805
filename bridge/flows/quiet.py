"""What Prefect says at a script's end when nothing is wrong.

Prefect sends a run's events from a thread, waits for it at the script's end, and means to say every four seconds how
many are left; it says so at once too. A flow that ends sooner than under plain Prefect meets that more often.
"""

from __future__ import annotations

import logging
import time

WORKERS = "EventsWorker", "APILogWorker"
"""Loggers of the threads that Prefect waits for."""

SOON = 3.0
"""Seconds after the first such words for which more of them tell of nothing."""

_first: dict[str, float] = {}


def hush_workers() -> None:
    """Leave out that a worker still works, until it has for some seconds. Twice is once.

    >>> hush_workers()
    """
    for name in WORKERS:
        logging.getLogger(name).addFilter(_is_news)


def _is_news(record: logging.LogRecord) -> bool:
    if not record.getMessage().startswith("Still processing items"):
        return True
    now = time.monotonic()
    return now - _first.setdefault(record.name, now) >= SOON
