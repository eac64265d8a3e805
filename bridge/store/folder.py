"""Objects in a folder of the local disk (or of a mounted network file system).

```
<root>/blobs/ab/cdef…      a file by its BLAKE3, read-only
<root>/staging/<random>/   files of one value that is being written, or of a writer that was killed
```

An object appears by a rename within the file system, so a writer that is killed leaves staging behind and
never part of an object. Nothing is fsynced: of 500 MB that would cost more than writing them. After a power
cut, bytes of the last seconds can be missing although their facts were recorded (the default catalog does not
fsync every commit either); the digest check then refuses them, and no wrong value is ever loaded.
"""

from __future__ import annotations

import os
import secrets
import shutil
import stat
from collections.abc import Container, Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from bridge.domain.keeping import StoredObject
from bridge.domain.manifest import Part
from bridge.store.digest import SLICE
from bridge.store.paths import extents, is_blob_key
from bridge.store.scratch import last_touched
from bridge.store.verified import LEAST, Verified


class FolderObjects:
    """Objects in a local folder, which is made when it is first written to.

    Args:
        root: The folder.
        verified: Notes of the objects that need not be hashed; told of those that are written here.

    >>> import tempfile
    >>> FolderObjects(Path(tempfile.mkdtemp())).path("blobs/ab/cd").name
    'cd'
    """

    is_lasting = True

    def __init__(self, root: Path, verified: Verified | None = None) -> None:
        self.url, self._root, self._verified = str(root), root, verified
        self._staging = root / "staging"

    def new_folder(self) -> Path:
        """Make an empty staging folder in the store's own file system, so that publishing is a rename."""
        folder = self._staging / secrets.token_hex(12)
        try:
            folder.mkdir()
        except FileNotFoundError:
            folder.mkdir(parents=True)
        return folder

    def publish(self, staged: Path, *, key: str, size: int) -> None:
        """Rename the staged file to the object, read-only, unless the object is there."""
        target = self._root / key
        if _touch(target, size, size):
            staged.unlink()
            return
        os.utime(staged)  # a library may have kept the time of what it copied: a sweep would take it for old
        self._make_read_only(staged)
        try:
            staged.replace(target)
        except FileNotFoundError:
            target.parent.mkdir(parents=True, exist_ok=True)
            staged.replace(target)
        if self._verified is not None and size >= LEAST and self._verified.is_trusted(self._root):
            with suppress(FileNotFoundError):  # swept already
                self._verified.note(key, target.stat())

    def send(self, data: bytes, *, key: str) -> None:
        """Write bytes to staging and rename that to the object, unless the object is there."""
        folder = self.new_folder()
        try:
            (folder / "sent").write_bytes(data)
            self.publish(folder / "sent", key=key, size=len(data))
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _make_read_only(self, staged: Path) -> None:
        """Let those read the object who may read the store's folder, and nobody write it."""
        with suppress(PermissionError):  # a file system without modes
            staged.chmod(stat.S_IMODE(self._root.stat().st_mode) & 0o444 | 0o400)

    def reuse(self, parts: Iterable[Part]) -> bool:
        """Whether the objects of these parts are there, long enough; sets their times."""
        return all(_touch(self._root / key, size, 0) for key, size in extents(parts).items())

    def path(self, key: str) -> Path | None:
        """The object's path; it may be missing."""
        return self._root / key

    def fetch(self, keys: Iterable[str]) -> None:
        """Nothing: they are here."""

    def drop(self, keys: Iterable[str]) -> bool:
        """False: there are no copies."""
        return False

    def itself(self) -> FolderObjects:
        """This place: there are no copies."""
        return self

    def read(self, key: str, *, offset: int, length: int) -> Iterator[bytes]:
        """Yield a range in slices."""
        with (self._root / key).open("rb", buffering=0) as file:
            file.seek(offset)
            while length > 0 and (data := file.read(min(SLICE, length))):
                length -= len(data)
                yield data

    def probe(self) -> None:
        """Write, read and remove a file in staging."""
        folder = self.new_folder()
        try:
            probe = folder / "probe"
            probe.write_bytes(b"bridge")
            probe.replace(folder / "renamed")
            if (folder / "renamed").read_bytes() != b"bridge":
                raise OSError("what was written reads back differently")
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def now(self) -> float:
        """The time of a folder that is made now: a network file system has its server's clock."""
        folder = self.new_folder()
        try:
            return folder.stat().st_mtime
        finally:
            folder.rmdir()

    def blobs(self) -> Iterator[StoredObject]:
        """The blobs that are there."""
        folders = self._root / "blobs"
        for folder in sorted(folders.iterdir()) if folders.is_dir() else ():
            for file in sorted(folder.iterdir()) if folder.is_dir() else ():
                key = f"blobs/{folder.name}/{file.name}"
                if is_blob_key(key):
                    with suppress(FileNotFoundError):  # another sweep was faster
                        there = file.stat()
                        yield StoredObject(key, there.st_size, there.st_mtime)

    def discard(self, key: str, *, before: float) -> bool:
        """Move a blob out of sight, and remove it unless a writer reused it in that very moment.

        A writer that reuses a blob sets its time. It does so before the move, and we see it after the move;
        or after the move, and it fails and publishes its own copy. So no order of events takes away what is
        being reused.
        """
        blob = self._root / key
        if not 0 < last_touched(blob) <= before:
            return False
        hidden = self.new_folder() / "blob"
        try:
            blob.replace(hidden)
            if hidden.stat().st_mtime > before:
                hidden.replace(blob)
                return False
            return True
        except FileNotFoundError:
            return False  # another sweep was faster
        finally:
            shutil.rmtree(hidden.parent, ignore_errors=True)

    def discard_staging(self, *, before: float, blobs: Container[str] = ()) -> int:
        """Remove staging folders in which nothing was written since then."""
        removed = 0
        for folder in list(self._staging.iterdir()) if self._staging.is_dir() else ():
            if 0 < last_touched(folder) <= before:
                shutil.rmtree(folder, ignore_errors=True)
                removed += 1
        return removed


def _touch(target: Path, least: int, most: int) -> bool:
    """Whether an object of that size (or more, if `most` is 0) is there; its time is set, as for a new one."""
    try:
        there = target.stat()
        if not stat.S_ISREG(there.st_mode) or there.st_size < least or 0 < most < there.st_size:
            return False
        os.utime(target)
    except (FileNotFoundError, PermissionError):
        return False  # not there, or of another user, whose time only he can set: publish our own copy
    return True
