"""Events that an endpoint did not take, kept on disk until it does."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

from bridge.lineage.openlineage.endpoints import FileEndpoint
from bridge.lineage.openlineage.events import Event

LARGEST = 64 << 20
"""Bytes that are kept at most: the catalog has everything, so that what is beyond can be exported from there."""


class Unsent:
    """A file of events that wait.

    Whoever sends takes the file by renaming it, so that two processes do not send the same events; what is left of a
    process that was killed while it sent is found by the next one.

    >>> import tempfile
    >>> unsent = Unsent(Path(tempfile.mkdtemp()))
    >>> unsent.add([{"eventType": "START"}]), unsent.waiting()
    (1, 1)
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._file = folder / "unsent.ndjson"

    def add(self, events: Sequence[Event]) -> int:
        """Keep events; returns how many, which is none where no more are kept.

        Raises:
            LineageEndpointError: If the file cannot be written.
        """
        if not events or self._size() > LARGEST:
            return 0
        return FileEndpoint(self._file).send(events)

    def waiting(self) -> int:
        """How many events wait."""
        return sum(1 for file in self._files() for _ in _read(file))

    @contextmanager
    def taken(self) -> Iterator[list[Event]]:
        """The events that wait, which are nobody else's meanwhile; what is left in the list at the end waits on."""
        mine = self.folder / f"sending-{os.getpid()}-{uuid4().hex[:8]}.ndjson"
        events: list[Event] = []
        taken: list[Path] = []
        for number, file in enumerate(self._files()):
            with suppress(OSError):  # another process was first
                target = mine.with_suffix(f".{number}.ndjson")
                file.rename(target)
                taken.append(target)
                events += _read(target)
        try:
            yield events
        finally:
            if events:
                self.add(events)
            for file in taken:
                file.unlink(missing_ok=True)

    def _files(self) -> list[Path]:
        found = [file for file in self.folder.glob("sending-*.ndjson") if _is_left_behind(file)]
        return found + ([self._file] if self._file.exists() else [])

    def _size(self) -> int:
        try:
            return self._file.stat().st_size
        except OSError:
            return 0


def _is_left_behind(file: Path) -> bool:
    try:
        os.kill(int(file.name.split("-")[1]), 0)
    except (ProcessLookupError, ValueError, IndexError):
        return True
    except OSError:
        return False
    return False


def _read(file: Path) -> Iterator[Event]:
    """Its events; a line that was cut off by a crash is none."""
    try:
        text = file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return
    for line in text.splitlines():
        with suppress(ValueError):
            event = json.loads(line)
            if isinstance(event, dict):
                yield event
