"""Objects on any fsspec file system: the one door to fsspec, with `driver`.

```
<root>/blobs/ab/cdef…   an object by its BLAKE3: a file, a segment of a large one, or a pack
<root>/used/ab/cdef…    an empty object: the blob was reused when this was written (most stores cannot set a time)
<root>/staging/…        uploads to stores in which a put is not atomic, moved into place when they are whole
```

An object is put in one request, so that a killed writer leaves whole objects or nothing: no upload in several requests
is ever begun, which some stores keep and bill without showing it.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from bridge.domain.errors import StoreUnreachableError
from bridge.domain.manifest import Part
from bridge.store.driver import Driver
from bridge.store.paths import extents, is_blob_key
from bridge.store.patience import http_status
from bridge.store.scratch import new_scratch

_TIMES = ("mtime", "LastModified", "last_modified", "modified", "updated", "created")
_READ = 16 << 20
AT_ONCE = 8
"""Requests that are under way together."""


class RemoteObjects:
    """Objects on an fsspec file system; files are staged in a local folder and uploaded whole.

    Args:
        url: Any fsspec URL; its driver is loaded when it is first used.
        local: Folder for staging and downloads; the system's temporary folder if None.
        options: For the driver; may hold secrets, and are never shown.

    >>> RemoteObjects("memory://example").path("blobs/ab/cd") is None
    True
    """

    is_lasting = False

    def __init__(self, url: str, local: Path | None = None, options: Mapping[str, Any] | None = None) -> None:
        self.url, self._local = url, local
        self._driver = Driver(url, options or {})
        self._conditional = True  # until the store says that it knows no such put

    def new_folder(self) -> Path:
        """Make an empty folder on the local disk, for files to be uploaded."""
        return new_scratch(self._local)

    def publish(self, staged: Path, *, key: str, size: int) -> None:
        """Upload the staged file, or mark the object as used if it is there."""
        if not self._has(key, size):
            self._put(staged.read_bytes(), key=key)

    def send(self, data: bytes, *, key: str) -> None:
        """Upload bytes, or mark the object as used if it is there."""
        if not self._has(key, len(data)):
            self._put(data, key=key)

    def _has(self, key: str, size: int) -> bool:
        """Whether the object is there, and new to a sweep then."""
        self._driver.refuse_while_paused()
        if self.size(key) != size:
            return False
        self._put_bytes(f"used/{key.removeprefix('blobs/')}", b"")
        return self.size(key) == size

    def _put(self, data: bytes, *, key: str) -> None:
        if not self._driver.puts_whole:
            self._put_and_move(data, key=key)
        elif not self._put_new(data, key=key):
            self._driver.ask(lambda fs, root: fs.pipe_file(f"{root}/{key}", data))

    def _put_new(self, data: bytes, *, key: str) -> bool:
        """Put an object unless another writer was faster; False if it is to be put whatever is there."""
        only_if_new = self._driver.only_if_new if self._conditional else {}
        if not only_if_new:
            return False
        try:
            self._driver.ask(lambda fs, root: fs.pipe_file(f"{root}/{key}", data, **only_if_new))
        except StoreUnreachableError:
            raise
        except Exception as error:
            status = http_status(error)
            if isinstance(error, FileExistsError) or status == 412:
                return self.size(key) == len(data)  # else it was torn by something
            if not isinstance(error, (NotImplementedError, TypeError, ValueError)) and status not in (400, 501):
                raise
            self._conditional = False
            return False
        return True

    def reuse(self, parts: Iterable[Part]) -> bool:
        """Whether the objects of these parts are there, long enough; marks them as used."""
        self._driver.refuse_while_paused()
        sizes = extents(parts)
        if len(sizes) < 2:
            return all(self._mark(key, size) for key, size in sizes.items())
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return all(pool.map(self._mark, sizes, sizes.values()))

    def _mark(self, key: str, least: int) -> bool:
        mark = f"used/{key.removeprefix('blobs/')}"
        self._put_bytes(mark, b"")
        if (self.size(key) or -1) >= least:
            return True
        self._forget(mark)
        return False

    def _put_and_move(self, data: bytes, *, key: str) -> None:
        uploaded = f"staging/{secrets.token_hex(12)}"

        def move(fs: Any, root: str) -> None:
            if self.size(key) not in (None, len(data)):
                fs.rm_file(f"{root}/{key}")  # torn by something; not every store renames over what is there
            fs.mv(f"{root}/{uploaded}", f"{root}/{key}")

        try:
            self._put_bytes(uploaded, data)
            self._driver.ask(lambda fs, root: fs.makedirs(f"{root}/{key}".rpartition("/")[0], exist_ok=True))
            self._driver.ask(move)
        except Exception:
            self._forget(uploaded)
            if self.size(key) != len(data):  # else another writer of the same bytes was faster
                raise

    def _put_bytes(self, key: str, data: bytes) -> None:
        def put(fs: Any, root: str) -> None:
            if not self._driver.puts_whole:
                fs.makedirs(f"{root}/{key}".rpartition("/")[0], exist_ok=True)
            fs.pipe_file(f"{root}/{key}", data)

        self._driver.ask(put)

    def _remove(self, key: str) -> None:
        with suppress(FileNotFoundError):  # another sweep was faster, or it was asked for twice
            self._driver.ask(lambda fs, root: fs.rm_file(f"{root}/{key}"))

    def _forget(self, key: str) -> None:
        try:
            self._remove(key)
        except Exception:  # noqa: BLE001  drivers differ in what they raise, and the sweep removes it later
            return

    def _info(self, key: str) -> Mapping[str, Any] | None:
        def look(fs: Any, root: str) -> Mapping[str, Any]:
            path = f"{root}/{key}"
            fs.invalidate_cache(path.rpartition("/")[0])
            info: Mapping[str, Any] = fs.info(path)
            return info

        try:
            info = self._driver.ask(look)
        except FileNotFoundError:
            return None
        return info if info.get("type") == "file" else None

    def size(self, key: str) -> int | None:
        """Bytes of an object; None if it is not there."""
        info = self._info(key)
        return None if info is None else int(info["size"])

    def path(self, key: str) -> Path | None:
        """None: nothing of this store lies on the local disk."""
        return None

    def read(self, key: str, *, offset: int, length: int) -> Iterator[bytes]:
        """Yield a range in slices, a request each."""
        size = self.size(key)
        if size is None:
            raise FileNotFoundError(f"{self.url} has no object {key}")
        end = min(size, offset + length)
        while offset < end:
            data = self.range(key, offset, min(end, offset + _READ))
            if not data:
                return
            offset += len(data)
            yield data

    def range(self, key: str, start: int, end: int) -> bytes:
        """The bytes of an object from one to another, in one request."""
        data: bytes = self._driver.ask(lambda fs, root: fs.cat_file(f"{root}/{key}", start=start, end=end))
        return data

    def fetch(self, keys: Iterable[str]) -> None:
        """Nothing: there is no place here to bring objects to."""

    def drop(self, keys: Iterable[str]) -> bool:
        """False: there are no copies."""
        return False

    def probe(self) -> None:
        """Write an object, read it and remove it."""
        key = f"staging/probe-{secrets.token_hex(12)}"
        self._put_bytes(key, b"bridge")
        try:
            if b"".join(self.read(key, offset=0, length=6)) != b"bridge":
                raise OSError("what was written reads back differently")
        finally:
            self._remove(key)

    def blobs(self) -> Iterator[str]:
        """The blobs that are there."""
        for path in self._find("blobs"):
            if is_blob_key(path):
                yield path

    def _find(self, folder: str) -> dict[str, float | None]:
        self._info(folder)  # a listing may take longer than a first request has

        def find(fs: Any, root: str) -> Mapping[str, Mapping[str, Any]]:
            fs.invalidate_cache()
            found: Mapping[str, Mapping[str, Any]] = fs.find(f"{root}/{folder}", detail=True)
            return found

        try:
            found = self._driver.ask(find)
        except FileNotFoundError:
            return {}
        return {f"{folder}/{path.rpartition(f'{folder}/')[2]}": _time(info) for path, info in found.items()}

    def discard(self, key: str, *, before: float) -> bool:
        """Remove a blob unless it or its mark is newer.

        A writer that reuses a blob marks it and then looks for it again, so what is lost is a writer that
        does both between our two requests: milliseconds, and only for a blob that nothing has used for the
        grace period.
        """
        mark = f"used/{key.removeprefix('blobs/')}"
        blob, used = self._info(key), self._info(mark)
        written = None if blob is None else _time(blob)
        reused = 0.0 if used is None else _time(used) or 0.0
        if written is None or max(written, reused) > before:
            return False
        self._remove(key)
        if used is not None:
            self._forget(mark)
        return True

    def discard_staging(self, *, before: float) -> int:
        """Remove uploads that were not finished."""
        old = [key for key, time in self._find("staging").items() if time is not None and time <= before]
        for key in old:
            self._remove(key)
        return len(old)


def _time(info: Mapping[str, Any]) -> float | None:
    """When an object was written, in seconds since the epoch; None (never swept) if that is not known."""
    value = next((info[name] for name in _TIMES if info.get(name) is not None), None)
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value.replace("Z", "+00:00"))
        except ValueError:
            return None
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=timezone.utc)).timestamp()
    return float(value) if isinstance(value, (int, float)) else None
