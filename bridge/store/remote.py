"""Objects on any fsspec file system: the one door to fsspec.

```
<root>/blobs/ab/cdef…   a file by its BLAKE3
<root>/used/ab/cdef…    an empty object: the blob was reused when this was written (most stores cannot set a time)
<root>/staging/…        uploads to stores in which a put is not atomic, moved into place when they are whole;
                        blobs that a sweep is removing
```
"""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from bridge.domain.keeping import StoredObject
from bridge.domain.manifest import Part
from bridge.store.objects import AT_ONCE
from bridge.store.paths import extents, is_blob_key
from bridge.store.scratch import new_scratch

_ATOMIC_PUT = frozenset({"s3", "s3a", "gs", "gcs", "az", "abfs", "abfss"})
_TIMES = ("mtime", "LastModified", "last_modified", "modified", "updated", "created")
_READ = 16 << 20


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
        self.url, self._local, self._options = url, local, dict(options or {})
        self._opened: tuple[int, Any, str] | None = None

    def __getstate__(self) -> dict[str, object]:
        return {"url": self.url, "_local": self._local, "_options": self._options, "_opened": None}

    def _fs(self) -> tuple[Any, str]:
        """The file system and its root; made anew after a fork, which async drivers do not survive."""
        if self._opened is None or self._opened[0] != os.getpid():
            from fsspec.core import url_to_fs  # fsspec's drivers take up to a second to import

            fs, root = url_to_fs(self.url, **self._options)
            self._opened = os.getpid(), fs, str(root).rstrip("/")
        return self._opened[1], self._opened[2]

    def _atomic(self, fs: Any) -> bool:
        protocols = (fs.protocol,) if isinstance(fs.protocol, str) else fs.protocol
        return not _ATOMIC_PUT.isdisjoint(protocols)

    def new_folder(self) -> Path:
        """Make an empty folder on the local disk, for files to be uploaded."""
        return new_scratch(self._local)

    def publish(self, staged: Path, *, key: str, size: int) -> None:
        """Upload the staged file, or mark the object as used if it is there."""
        fs, root = self._fs()
        if self.size(key) == size:
            self._put_bytes(_mark_of(key), b"")
            if self.size(key) == size:
                return
        target = f"{root}/{key}"
        if self._atomic(fs):
            fs.put_file(str(staged), target)
            return
        self._put_and_move(staged, target, key=key, size=size)

    def reuse(self, parts: Iterable[Part]) -> bool:
        """Whether the objects of these parts are there, long enough; marks them as used."""
        sizes = extents(parts)
        if len(sizes) < 2:
            return all(self._mark(key, size) for key, size in sizes.items())
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return all(pool.map(self._mark, sizes, sizes.values()))

    def _mark(self, key: str, least: int) -> bool:
        self._put_bytes(_mark_of(key), b"")
        return (self.size(key) or -1) >= least  # a mark of nothing is left to the sweep: others may go by it

    def _put_and_move(self, staged: Path, target: str, *, key: str, size: int) -> None:
        fs, root = self._fs()
        uploaded = f"{root}/staging/{secrets.token_hex(12)}"
        fs.makedirs(f"{root}/staging", exist_ok=True)
        fs.makedirs(target.rpartition("/")[0], exist_ok=True)
        try:
            fs.put_file(str(staged), uploaded)
            if self.size(key) not in (None, size):
                fs.rm_file(target)  # torn by something; not every store renames over what is there
            fs.mv(uploaded, target)
        except Exception:
            self._forget(uploaded)
            if self.size(key) != size:  # else another writer of the same bytes was faster
                raise

    def _put_bytes(self, key: str, data: bytes) -> None:
        fs, root = self._fs()
        if not self._atomic(fs):
            fs.makedirs(f"{root}/{key}".rpartition("/")[0], exist_ok=True)
        fs.pipe_file(f"{root}/{key}", data)

    def _forget(self, path: str) -> None:
        fs, _ = self._fs()
        try:
            fs.rm_file(path)
        except Exception:  # noqa: BLE001  drivers differ in what they raise, and the sweep removes it later
            return

    def _info(self, key: str) -> Mapping[str, Any] | None:
        fs, root = self._fs()
        path = f"{root}/{key}"
        fs.invalidate_cache(path.rpartition("/")[0])
        try:
            info: Mapping[str, Any] = fs.info(path)
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
        fs, root = self._fs()
        size = self.size(key)
        if size is None:
            raise FileNotFoundError(f"{self.url} has no object {key}")
        end = min(size, offset + length)
        while offset < end:
            data: bytes = fs.cat_file(f"{root}/{key}", start=offset, end=min(end, offset + _READ))
            if not data:
                return
            offset += len(data)
            yield data

    def range(self, key: str, start: int, end: int) -> bytes:
        """The bytes of an object from one to another, in one request."""
        fs, root = self._fs()
        data: bytes = fs.cat_file(f"{root}/{key}", start=start, end=end)
        return data

    def fetch(self, keys: Iterable[str]) -> None:
        """Nothing: there is no place here to bring objects to."""

    def drop(self, keys: Iterable[str]) -> bool:
        """False: there are no copies."""
        return False

    def probe(self) -> None:
        """Write an object, read it and remove it."""
        fs, root = self._fs()
        key = f"staging/probe-{secrets.token_hex(12)}"
        self._put_bytes(key, b"bridge")
        try:
            if b"".join(self.read(key, offset=0, length=6)) != b"bridge":
                raise OSError("what was written reads back differently")
        finally:
            fs.rm_file(f"{root}/{key}")

    def now(self) -> float:
        """The time of an object that is written now; this machine's if the store dates none."""
        key = f"staging/now-{secrets.token_hex(12)}"
        self._put_bytes(key, b"now")
        info = self._info(key)
        self._forget(f"{self._fs()[1]}/{key}")
        found = None if info is None else time_of(info)
        return time.time() if found is None else found

    def blobs(self) -> Iterator[StoredObject]:
        """The blobs that are there, with the time of their marks if that is later."""
        blobs = self._find("blobs")  # before the marks: what is reused meanwhile is old by neither
        marks = {one.key: one.touched or 0.0 for one in self._find("used")}
        for one in blobs:
            if is_blob_key(one.key):
                used = marks.get(_mark_of(one.key), 0.0)
                yield replace(one, touched=None if one.touched is None else max(one.touched, used))

    def _find(self, folder: str) -> list[StoredObject]:
        fs, root = self._fs()
        fs.invalidate_cache()
        try:
            found = fs.find(f"{root}/{folder}", detail=True)
        except FileNotFoundError:
            return []
        names = ((f"{folder}/{path.rpartition(f'{folder}/')[2]}", info) for path, info in found.items())
        return [StoredObject(name, int(info.get("size") or 0), time_of(info)) for name, info in names]

    def discard(self, key: str, *, before: float) -> bool:
        """Move a blob out of sight, and remove it unless a writer reused it in that very moment.

        A writer that reuses a blob marks it and then looks for it. It marks before the blob goes, and we see the mark
        after that and put the blob back; or it looks after that, and publishes its own copy.
        """
        if not self._is_old(key, before):
            return False
        fs, root = self._fs()
        blob, hidden = f"{root}/{key}", f"{root}/staging/swept-{secrets.token_hex(12)}"
        try:
            self._move(blob, hidden, still=lambda: self._is_old(key, before))
        except FileNotFoundError:
            return False  # another sweep was faster
        mark = self._info(_mark_of(key))
        if mark is not None and (time_of(mark) or 0.0) > before:
            self._move(hidden, blob)
            return False
        fs.rm_file(hidden)
        if mark is not None:
            self._forget(f"{root}/{_mark_of(key)}")
        return True

    def _is_old(self, key: str, before: float) -> bool:
        blob, used = self._info(key), self._info(_mark_of(key))
        written = None if blob is None else time_of(blob)
        reused = 0.0 if used is None else time_of(used) or 0.0
        return written is not None and max(written, reused) <= before

    def _move(self, source: str, target: str, *, still: Callable[[], bool] = lambda: True) -> None:
        """Move an object within the store; not if `still` says no at the last moment.

        Raises:
            FileNotFoundError: If it is not there, or was not to be moved any more.
        """
        fs, _ = self._fs()
        if not self._atomic(fs):
            fs.makedirs(target.rpartition("/")[0], exist_ok=True)
            fs.mv(source, target)
            return
        fs.cp_file(source, target)  # which takes its time
        if not still():
            self._forget(target)
            raise FileNotFoundError(source)
        fs.rm_file(source)

    def discard_staging(self, *, before: float, blobs: Container[str] = ()) -> int:
        """Remove uploads that were not finished; marks of blobs that are gone go too, and are not counted."""
        _, root = self._fs()
        old = [one.key for one in self._find("staging") if one.touched is not None and one.touched <= before]
        for key in old:
            self._forget(f"{root}/{key}")
        for mark in self._find("used"):
            if mark.touched is not None and mark.touched <= before and _blob_of(mark.key) not in blobs:
                self._forget(f"{root}/{mark.key}")
        return len(old)


def _mark_of(key: str) -> str:
    return f"used/{key.removeprefix('blobs/')}"


def _blob_of(mark: str) -> str:
    return f"blobs/{mark.removeprefix('used/')}"


def time_of(info: Mapping[str, Any]) -> float | None:
    """When an object was written, in seconds since the epoch; None (never swept) if that is not known.

    >>> time_of({"LastModified": "1970-01-01T00:00:09Z"}), time_of({"size": 2})
    (9.0, None)
    """
    value = next((info[name] for name in _TIMES if info.get(name) is not None), None)
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value.replace("Z", "+00:00"))
        except ValueError:
            return None
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=timezone.utc)).timestamp()
    return float(value) if isinstance(value, (int, float)) else None
