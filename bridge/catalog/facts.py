"""What the four parts of the SQL catalog share: the database, and the names that this process has seen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from bridge.catalog.engine import Database
from bridge.catalog.recording import Recording

_REMEMBERED = 50_000


class Facts:
    """A part of the SQL catalog."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._database = Database(url)
        self._names: dict[str, tuple[int, int]] = {}

    @contextmanager
    def _recording(self) -> Iterator[Recording]:
        with self._database.write() as connection:
            recording = Recording(connection, self._names)
            yield recording
        if len(self._names) > _REMEMBERED:
            self._names = {}
        self._names.update(recording.learnt)
