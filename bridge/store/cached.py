"""Objects of a place far away, with copies of those lately read or written in a local folder.

A copy has the object's digest for a name, whichever place it came from, and is checked against it before it is one.
"""

from __future__ import annotations

import os
from collections.abc import Container, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from bridge.domain.keeping import StoredObject
from bridge.domain.manifest import Part
from bridge.domain.progress import Meter, current_meter
from bridge.store.copies import Copies
from bridge.store.digest import SLICE, digest_of_file
from bridge.store.objects import AT_ONCE
from bridge.store.paths import blob_key, is_blob_key
from bridge.store.remote import RemoteObjects

_RANGE = 8 << 20


class CachedObjects:
    """Implements `Objects`, for objects that are far away.

    Args:
        objects: The place.
        folder: Where copies are kept; made when the first one is.
        limit: Bytes of all copies together; an object larger than that has none.

    >>> place = CachedObjects(RemoteObjects("memory://example"), Path("/no/such/folder"), 1 << 30)
    >>> place.path("blobs/ab/cd") is None, place.is_lasting
    (True, False)
    """

    is_lasting = False

    def __init__(self, objects: RemoteObjects, folder: Path, limit: int) -> None:
        self.url = objects.url
        self._objects, self._copies = objects, Copies(folder, limit)

    def new_folder(self) -> Path:
        """Make an empty folder on the local disk, for files to be uploaded."""
        return self._objects.new_folder()

    def publish(self, staged: Path, *, key: str, size: int) -> None:
        """Upload the staged file, unless the object is there; the file becomes the copy."""
        self._objects.publish(staged, key=key, size=size)
        if 0 < size <= self._copies.limit:
            with suppress(OSError):  # without a copy it is read from far away
                self._copies.keep(staged, _name(key), size)

    def send(self, data: bytes, *, key: str) -> None:
        """Upload bytes, unless the object is there; they become the copy."""
        self._objects.send(data, key=key)
        if 0 < len(data) <= self._copies.limit:
            with suppress(OSError):
                self._keep_bytes(data, key)

    def _keep_bytes(self, data: bytes, key: str) -> None:
        file = self._copies.new_file()
        try:
            file.write_bytes(data)
            self._copies.keep(file, _name(key), len(data))
        finally:
            file.unlink(missing_ok=True)

    def reuse(self, parts: Iterable[Part]) -> bool:
        """Whether the objects of these parts are there, long enough; marks them as used."""
        return self._objects.reuse(parts)

    def path(self, key: str) -> Path | None:
        """The copy of an object, if there is one; it may go at any moment, but not from who has opened it."""
        if not is_blob_key(key):
            return None
        copy = self._copies.place(_name(key))
        try:
            os.utime(copy)
        except OSError:
            return None
        return copy

    def fetch(self, keys: Iterable[str]) -> None:
        """Copy the objects that are not here, several ranges at once.

        What cannot be copied, for whatever reason, is read far away: then the reader is told what is wrong.
        """
        wanted = [key for key in dict.fromkeys(keys) if is_blob_key(key) and self.path(key) is None]
        if wanted:
            with ThreadPoolExecutor(AT_ONCE) as pool:
                self._copy(wanted, pool)

    def _copy(self, keys: Sequence[str], pool: ThreadPoolExecutor) -> None:
        coming: list[_Coming] = []
        meter = current_meter()
        try:
            sizes = list(pool.map(self._objects.size, keys))
            meter.begin("fetching", sum(size or 0 for size in sizes))
            for key, size in zip(keys, sizes, strict=True):
                if size is not None and 0 < size <= self._copies.limit:
                    coming.append(_Coming(self._copies.new_file(), key, size, pool, self._objects, meter))
            for one in coming:
                if one.is_whole():
                    self._copies.keep(one.path, _name(one.key), one.size)
        except Exception:  # noqa: BLE001  drivers raise what they like
            pool.shutdown(cancel_futures=True)
        finally:
            for one in coming:
                one.path.unlink(missing_ok=True)

    def drop(self, keys: Iterable[str]) -> bool:
        """Remove copies; whether there were any."""
        return sum(self._copies.drop(_name(key)) for key in keys) > 0

    def itself(self) -> RemoteObjects:
        """The place far away."""
        return self._objects

    def read(self, key: str, *, offset: int, length: int) -> Iterator[bytes]:
        """Yield a range in slices, of the copy if there is one."""
        copy = self.path(key)
        try:
            file = None if copy is None else copy.open("rb", buffering=0)
        except FileNotFoundError:
            file = None
        if file is None:
            yield from self._objects.read(key, offset=offset, length=length)
            return
        with file:
            file.seek(offset)
            while length > 0 and (data := file.read(min(SLICE, length))):
                length -= len(data)
                yield data

    def probe(self) -> None:
        """Write an object, read it and remove it."""
        self._objects.probe()

    def now(self) -> float:
        """What time it is far away."""
        return self._objects.now()

    def blobs(self) -> Iterator[StoredObject]:
        """The blobs that are there, far away."""
        return self._objects.blobs()

    def discard(self, key: str, *, before: float) -> bool:
        """Remove a blob, and its copy, unless it was published or reused since then."""
        discarded = self._objects.discard(key, before=before)
        if discarded:
            self.drop([key])
        return discarded

    def discard_staging(self, *, before: float, blobs: Container[str] = ()) -> int:
        """Remove uploads that were not finished, and copies that never came."""
        self._copies.discard_coming(before=before)
        return self._objects.discard_staging(before=before, blobs=blobs)


def _name(key: str) -> str:
    return key.removeprefix("blobs/")


class _Coming:
    """An object that is being copied, range by range."""

    def __init__(
        self, path: Path, key: str, size: int, pool: ThreadPoolExecutor, objects: RemoteObjects, meter: Meter
    ) -> None:
        self.path, self.key, self.size = path, key, size
        self._objects, self._meter = objects, meter
        self._ranges: list[Future[None]] = [pool.submit(self._bring, start) for start in range(0, size, _RANGE)]

    def _bring(self, start: int) -> None:
        data = self._objects.range(self.key, start, min(start + _RANGE, self.size))
        with self.path.open("rb+", buffering=0) as file:
            file.seek(start)
            file.write(data)
        self._meter.advance(len(data))

    def is_whole(self) -> bool:
        """Wait for all ranges; say whether they are what the object's name says."""
        for one in self._ranges:
            one.result()
        with self.path.open("rb", buffering=0) as file:
            return blob_key(digest_of_file(file)[0]) == self.key
