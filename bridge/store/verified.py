"""Which objects of a local store have been hashed, so that they need not be hashed at every load.

An object that was written here, or read here and found to be what its key says, is noted with its file's device, inode,
size and both time stamps, as git's index does. As long as these are the same it is taken for what it was. Whoever
changes an object changes its time stamp, unless he sets the clock back, writes to the disk below the file system, or
writes within the same tick of the clock (some milliseconds; none on Linux from 6.13 on). `verify` never asks here.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bridge.store.disks import is_on_own_disk

LEAST = 1 << 20
"""Bytes of an object that is worth noting."""

MOST = 16_384
"""Objects that are noted; those noted first are let go of."""

_Facts = tuple[int, ...]


class Verified:
    """Notes in a file of one line each, which processes share: appended to, and written anew when half of it is old.

    What is damaged or lost of it costs time, not truth: such an object is hashed once more. Thread-safe.

    Args:
        path: The file; its folder is there.

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "a").write_bytes(bytes(LEAST))
    >>> verified = Verified(folder / "verified")
    >>> verified.note("blobs/ab/cd", (folder / "a").stat())
    >>> Verified(folder / "verified").holds("blobs/ab/cd", (folder / "a").stat())
    True
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: dict[str, _Facts] = {}
        self._place = self._lines = 0
        self._inode: int | None = None
        self._lock = threading.Lock()

    def is_trusted(self, folder: Path) -> bool:
        """Whether time stamps in a folder can be trusted: on a disk of this machine, under a system that keeps them."""
        return os.name == "posix" and is_on_own_disk(folder)

    def holds(self, key: str, there: os.stat_result) -> bool:
        """Whether an object is as it was when it was hashed."""
        facts = _facts(there)
        if self._known.get(key) != facts:
            with self._alone() as is_alone, suppress(OSError):
                if is_alone:
                    self._read()
        return self._known.get(key) == facts

    def note(self, key: str, there: os.stat_result) -> None:
        """Note that an object is what its key says."""
        facts = _facts(there)
        if there.st_size < LEAST or self._known.get(key) == facts:
            return
        with self._alone() as is_alone, suppress(OSError):  # a home that is full or read-only: hash again
            if not is_alone:
                return
            self._read()
            self._put(key, facts)
            self._append(_line(key, facts))
            if self._lines > 2 * MOST:
                self._rewrite()

    @contextmanager
    def _alone(self) -> Iterator[bool]:
        """Alone among threads; not, in a child that was forked while another thread was: then nothing is noted."""
        is_alone = self._lock.acquire(timeout=1)
        try:
            yield is_alone
        finally:
            if is_alone:
                self._lock.release()

    def __reduce__(self) -> tuple[type[Verified], tuple[Path]]:
        return type(self), (self._path,)

    def _put(self, key: str, facts: _Facts) -> None:
        self._known.pop(key, None)
        self._known[key] = facts
        while len(self._known) > MOST:
            del self._known[next(iter(self._known))]

    def _append(self, line: bytes) -> None:
        place = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(place, line)  # at once: lines of other processes are before it or after it
        finally:
            os.close(place)

    def _read(self) -> None:
        """Read what others have noted since."""
        try:
            file = self._path.open("rb")
        except FileNotFoundError:
            return
        with file:
            inode = os.fstat(file.fileno()).st_ino
            if inode != self._inode:  # written anew
                self._inode, self._place, self._lines = inode, 0, 0
            file.seek(self._place)
            data = file.read()
        whole = data[: data.rfind(b"\n") + 1]
        self._place += len(whole)
        for line in whole.splitlines():
            self._lines += 1
            key, *words = line.decode("ascii", "replace").split(" ")
            with suppress(ValueError):
                self._put(key, tuple(map(int, words)))

    def _rewrite(self) -> None:
        new = self._path.with_name(f"{self._path.name}.{os.getpid()}.{threading.get_ident()}")
        new.write_bytes(b"".join(_line(key, facts) for key, facts in self._known.items()))
        new.chmod(0o600)
        new.replace(self._path)  # what others append meanwhile is lost, and hashed again


def _facts(there: os.stat_result) -> _Facts:
    return there.st_dev, there.st_ino, there.st_size, there.st_mtime_ns, there.st_ctime_ns


def _line(key: str, facts: _Facts) -> bytes:
    return f"{key} {' '.join(map(str, facts))}\n".encode("ascii", "replace")
