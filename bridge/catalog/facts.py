"""What the four parts of the SQL catalog share: the database, and the names that this process has seen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from bridge.catalog.engine import Database
from bridge.catalog.recording import Recording

_REMEMBERED = 50_000


# Before its statistics are gathered, PostgreSQL would read the whole table again for every step of the way.
_BY_INDEX = "; ".join(f"SET LOCAL enable_{way} = off" for way in ("hashjoin", "mergejoin", "seqscan"))


def by_index(connection: Connection) -> None:
    """Let PostgreSQL look rows up one by one until the transaction ends; SQLite does so by itself.

    >>> database = Database("sqlite://")
    >>> with database.read() as connection:
    ...     by_index(connection)
    >>> database.close()
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(_BY_INDEX)


class Facts:
    """A part of the SQL catalog."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._database = Database(url)
        self._names: dict[str, tuple[int, int]] = {}

    @contextmanager
    def _recording(self) -> Iterator[Recording]:
        with self._database.quick() as writing:
            recording = Recording(writing, self._database.dialect, self._names)
            yield recording
        if len(self._names) > _REMEMBERED:
            self._names = {}
        self._names.update(recording.learnt)
