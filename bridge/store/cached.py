"""Objects of a place far away, with copies of those lately read or written in a local folder.

```
<folder>/ab/cdef…      a copy, by the object's digest: whichever place it came from; read-only
<folder>/coming-…      one that is on its way, or of a process that was killed
```

A copy is checked against its name before it is one. When the copies grow beyond their limit, those that were not used
for the longest time go. Any number of processes may share the folder.
"""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Container, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from bridge.domain.keeping import StoredObject
from bridge.domain.manifest import Part
from bridge.domain.progress import Meter, current_meter
from bridge.store.digest import SLICE, digest_of_file
from bridge.store.objects import AT_ONCE
from bridge.store.paths import blob_key, is_blob_key
from bridge.store.remote import RemoteObjects

_RANGE = 8 << 20
_ROOM = 0.9
"""Part of the limit that is left when copies had to go, so that not every new one sends one away."""


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
        self._objects, self._folder, self._limit = objects, folder, limit
        self._free = 0  # bytes that may come before anybody needs to look whether there is room
        self._lock = threading.Lock()

    def __getstate__(self) -> dict[str, object]:
        return {name: value for name, value in vars(self).items() if name != "_lock"}

    def __setstate__(self, state: dict[str, object]) -> None:
        vars(self).update(state)
        self._lock = threading.Lock()

    def new_folder(self) -> Path:
        """Make an empty folder on the local disk, for files to be uploaded."""
        return self._objects.new_folder()

    def publish(self, staged: Path, *, key: str, size: int) -> None:
        """Upload the staged file, unless the object is there; the file becomes the copy."""
        self._objects.publish(staged, key=key, size=size)
        if 0 < size <= self._limit:
            with suppress(OSError):  # without a copy it is read from far away
                self._keep(staged, key, size)

    def send(self, data: bytes, *, key: str) -> None:
        """Upload bytes, unless the object is there; they become the copy."""
        self._objects.send(data, key=key)
        if 0 < len(data) <= self._limit:
            with suppress(OSError):
                self._keep_bytes(data, key)

    def _keep_bytes(self, data: bytes, key: str) -> None:
        file = self._new_file()
        try:
            file.write_bytes(data)
            self._keep(file, key, len(data))
        finally:
            file.unlink(missing_ok=True)

    def reuse(self, parts: Iterable[Part]) -> bool:
        """Whether the objects of these parts are there, long enough; marks them as used."""
        return self._objects.reuse(parts)

    def path(self, key: str) -> Path | None:
        """The copy of an object, if there is one; it may go at any moment, but not from who has opened it."""
        if not is_blob_key(key):
            return None
        copy = self._place(key)
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
                if size is not None and 0 < size <= self._limit:
                    coming.append(_Coming(self._new_file(), key, size, pool, self._objects, meter))
            for one in coming:
                if one.is_whole():
                    self._keep(one.path, one.key, one.size)
        except Exception:  # noqa: BLE001  drivers raise what they like
            pool.shutdown(cancel_futures=True)
        finally:
            for one in coming:
                one.path.unlink(missing_ok=True)

    def drop(self, keys: Iterable[str]) -> bool:
        """Remove copies; whether there were any."""
        dropped = False
        for key in keys:
            with suppress(OSError):
                self._place(key).unlink()
                dropped = True
        return dropped

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
        for file in self._folder.glob("coming-*"):
            with suppress(OSError):
                if file.stat().st_mtime <= before:
                    file.unlink()
        return self._objects.discard_staging(before=before, blobs=blobs)

    def _place(self, key: str) -> Path:
        return self._folder / key.removeprefix("blobs/")

    def _new_file(self) -> Path:
        self._folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix="coming-", dir=self._folder)
        os.close(handle)
        return Path(name)

    def _keep(self, file: Path, key: str, size: int) -> None:
        self._make_room(size)
        place = self._place(key)
        place.parent.mkdir(parents=True, exist_ok=True)
        file.chmod(0o400)
        os.utime(file)
        file.replace(place)

    def _make_room(self, size: int) -> None:
        """Remove the copies that were not used for the longest time, if all together would be more than the limit."""
        with self._lock:
            self._free -= size
            if self._free >= 0:
                return
            found = sorted(self._copies())
            there = sum(length for _, length, _ in found) + size
            if there > self._limit:
                for _, length, file in found:
                    if there <= _ROOM * self._limit:
                        break
                    file.unlink(missing_ok=True)
                    there -= length
            self._free = int(self._limit - there) // 2  # other processes bring copies too

    def _copies(self) -> Iterator[tuple[float, int, Path]]:
        """When each copy was last used, its bytes and its path."""
        for file in self._folder.glob("??/*"):
            with suppress(FileNotFoundError):  # another process sent it away
                stat = file.stat()
                yield stat.st_mtime, stat.st_size, file


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
