"""Keeps MLflow from talking while bridge works with it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_LOUD = ("mlflow", "alembic")


@contextmanager
def quiet() -> Iterator[None]:
    """Hold back what MLflow remarks on this thread, short of errors: that it makes its tables, for one.

    Other threads' remarks, the user's own among them, come through.

    >>> with quiet():
    ...     logging.getLogger("mlflow.store.db.utils").info("Creating initial MLflow database tables...")
    """
    mine = threading.get_ident()

    def hold_back(record: logging.LogRecord) -> bool:
        return record.thread != mine or record.levelno >= logging.ERROR

    handlers = [handler for name in _LOUD for handler in logging.getLogger(name).handlers]
    for handler in handlers:
        handler.addFilter(hold_back)
    try:
        yield
    finally:
        for handler in handlers:
            handler.removeFilter(hold_back)
