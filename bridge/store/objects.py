"""What a place for objects must do, whether it is a local folder or a remote file system."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from pathlib import Path
from typing import Protocol

from bridge.domain.keeping import StoredObject
from bridge.domain.manifest import Part

AT_ONCE = 8
"""Requests that are under way together."""


class Objects(Protocol):
    """Objects by key under one root.

    Promises: an object is visible whole or not at all. What goes wrong is raised as it comes (`store_errors` turns it
    into a `StoreError` at the room's door), except that a missing object is a FileNotFoundError. Safe for many threads
    and processes.
    """

    url: str

    @property
    def is_lasting(self) -> bool:
        """Whether what `path` gives stays there while a value is read."""

    def new_folder(self) -> Path:
        """Make an empty folder on the local disk, to stage files that are to be published."""

    def publish(self, staged: Path, *, key: str, size: int) -> None:
        """Make a staged file the object unless one of that size is there; either way it is new to a sweep."""

    def send(self, data: bytes, *, key: str) -> None:
        """Make bytes the object, as `publish` does a staged file."""

    def reuse(self, parts: Iterable[Part]) -> bool:
        """Whether the objects of these parts are there, long enough; they are new to a sweep then."""

    def path(self, key: str) -> Path | None:
        """The object's path, if it lies on the local disk; it may be missing. None for "", if objects are far away."""

    def fetch(self, keys: Iterable[str]) -> None:
        """Bring copies of objects that are far away, if this place keeps any: `path` gives them then."""

    def drop(self, keys: Iterable[str]) -> bool:
        """Remove copies, as they are not what the objects are; whether there were any."""

    def itself(self) -> Objects:
        """The same place without copies: what is read from it is what lies there."""

    def read(self, key: str, *, offset: int, length: int) -> Iterator[bytes]:
        """Yield a range in slices; fewer bytes if the object ends before."""

    def probe(self) -> None:
        """Write an object, read it and remove it."""

    def now(self) -> float:
        """What time it is by the clock that dates objects, in seconds since the epoch."""

    def blobs(self) -> Iterator[StoredObject]:
        """The blobs that are there."""

    def discard(self, key: str, *, before: float) -> bool:
        """Remove a blob unless it was published or reused since then (seconds since the epoch)."""

    def discard_staging(self, *, before: float, blobs: Container[str] = ()) -> int:
        """Remove what killed writers left in staging and did not touch since then; count it.

        What else is kept beside blobs goes too, where it is as old and of none of these.
        """
