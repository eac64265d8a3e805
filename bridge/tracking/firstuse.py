"""Lets one process at a time make a SQLite store's tables."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PREFIX = "sqlite:///"


@contextmanager
def turn(uri: str) -> Iterator[None]:
    """Hold the lock beside a SQLite store's file; does nothing for other stores.

    MLflow makes its tables at first use without a lock, and two processes at once fail (mlflow#23634).

    >>> with turn("http://127.0.0.1:5000"):
    ...     pass
    """
    if not uri.startswith(_PREFIX) or uri == "sqlite:///:memory:":
        yield
        return
    path = Path(uri[len(_PREFIX) :])
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_name(path.name + ".lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(file, fcntl.LOCK_UN)
