"""Objects on any fsspec file system: the one door to fsspec, with `driver`.

```
<root>/blobs/ab/cdef…   an object by its BLAKE3: a file, a segment of a large one, or a pack
<root>/used/ab/cdef…    an empty object: the blob was reused when this was written (most stores cannot set a time)
<root>/staging/…        uploads to stores in which a put is not atomic, moved into place when they are whole;
                        blobs that a sweep is removing
```

An object is put in one request, so that a killed writer leaves whole objects or nothing: no upload in several requests
is ever begun, which some stores keep and bill without showing it.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from bridge.domain.errors import StoreUnreachableError
from bridge.domain.keeping import StoredObject
from bridge.domain.manifest import Part
from bridge.store.driver import Driver
from bridge.store.objects import AT_ONCE
from bridge.store.paths import extents, is_blob_key
from bridge.store.patience import http_status
from bridge.store.scratch import new_scratch

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
        self._put_bytes(_mark_of(key), b"")
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
        self._put_bytes(_mark_of(key), b"")
        return (self.size(key) or -1) >= least  # a mark of nothing is left to the sweep: others may go by it

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

    def itself(self) -> RemoteObjects:
        """This place: there are no copies."""
        return self

    def probe(self) -> None:
        """Write an object, read it and remove it."""
        key = f"staging/probe-{secrets.token_hex(12)}"
        self._put_bytes(key, b"bridge")
        try:
            if b"".join(self.read(key, offset=0, length=6)) != b"bridge":
                raise OSError("what was written reads back differently")
        finally:
            self._remove(key)

    def now(self) -> float:
        """The time of an object that is written now; this machine's if the store dates none."""
        key = f"staging/now-{secrets.token_hex(12)}"
        self._put_bytes(key, b"now")
        info = self._info(key)
        self._forget(key)
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
        self._info(folder)  # a listing may take longer than a first request has

        def find(fs: Any, root: str) -> Mapping[str, Mapping[str, Any]]:
            fs.invalidate_cache()
            found: Mapping[str, Mapping[str, Any]] = fs.find(f"{root}/{folder}", detail=True)
            return found

        try:
            found = self._driver.ask(find)
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
        hidden = f"staging/swept-{secrets.token_hex(12)}"
        try:
            self._move(key, hidden, still=lambda: self._is_old(key, before))
        except FileNotFoundError:
            return False  # another sweep was faster
        mark = self._info(_mark_of(key))
        if mark is not None and (time_of(mark) or 0.0) > before:
            self._move(hidden, key)
            return False
        self._remove(hidden)
        if mark is not None:
            self._forget(_mark_of(key))
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

        def rename(fs: Any, root: str) -> None:
            fs.makedirs(f"{root}/{target}".rpartition("/")[0], exist_ok=True)
            fs.mv(f"{root}/{source}", f"{root}/{target}")

        if not self._driver.puts_whole:
            self._driver.ask(rename)
            return
        self._driver.ask(lambda fs, root: fs.cp_file(f"{root}/{source}", f"{root}/{target}"))  # which takes its time
        if not still():
            self._forget(target)
            raise FileNotFoundError(source)
        self._driver.ask(lambda fs, root: fs.rm_file(f"{root}/{source}"))

    def discard_staging(self, *, before: float, blobs: Container[str] = ()) -> int:
        """Remove uploads that were not finished; marks of blobs that are gone go too, and are not counted."""
        old = [one.key for one in self._find("staging") if one.touched is not None and one.touched <= before]
        for key in old:
            self._forget(key)
        for mark in self._find("used"):
            if mark.touched is not None and mark.touched <= before and _blob_of(mark.key) not in blobs:
                self._forget(mark.key)
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
