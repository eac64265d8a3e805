"""Files in a local folder that could be had again: kept within a limit, those used lately rather than others.

```
<folder>/ab/cdef…      a copy, by its name; read-only
<folder>/coming-…      one that is on its way, or of a process that was killed
```

Any number of processes may share the folder.
"""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_ROOM = 0.9
"""Part of the limit that is left when copies had to go, so that not every new one sends one away."""


class Copies:
    """A folder of copies. Thread-safe; picklable.

    Args:
        folder: Where they are; made when the first one is.
        limit: Bytes of all together; a file larger than that is not kept.

    >>> Copies(Path("/no/such/folder"), 1 << 30).place("ab/cd").name
    'cd'
    """

    def __init__(self, folder: Path, limit: int) -> None:
        self.folder, self.limit = folder, limit
        self._free = 0  # bytes that may come before anybody needs to look whether there is room
        self._lock = threading.Lock()

    def __getstate__(self) -> dict[str, object]:
        return {name: value for name, value in vars(self).items() if name != "_lock"}

    def __setstate__(self, state: dict[str, object]) -> None:
        vars(self).update(state)
        self._lock = threading.Lock()

    def place(self, name: str) -> Path:
        """Where the copy of a name is, if there is one: two characters, a slash and the rest."""
        return self.folder / name

    def new_file(self) -> Path:
        """An empty file for one that is on its way."""
        self.folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix="coming-", dir=self.folder)
        os.close(handle)
        return Path(name)

    def keep(self, file: Path, name: str, size: int) -> Path:
        """Take a whole file as the copy of a name; those that were not used for the longest time may have to go.

        Raises:
            OSError: If the disk does not take it.
        """
        self._make_room(size)
        place = self.place(name)
        place.parent.mkdir(parents=True, exist_ok=True)
        file.chmod(0o400)
        os.utime(file)
        file.replace(place)
        return place

    def drop(self, name: str) -> bool:
        """Remove a copy; whether there was one."""
        try:
            self.place(name).unlink()
        except OSError:
            return False
        return True

    def drop_all(self, pattern: str) -> None:
        """Remove the copies of such names."""
        for file in self.folder.glob(f"??/{pattern}"):
            with suppress(OSError):
                file.unlink()

    def discard_coming(self, *, before: float) -> None:
        """Remove what has been on its way since before then, in seconds since the epoch."""
        for file in self.folder.glob("coming-*"):
            with suppress(OSError):
                if file.stat().st_mtime <= before:
                    file.unlink()

    def _make_room(self, size: int) -> None:
        """Remove the copies that were not used for the longest time, if all together would be more than the limit."""
        with self._lock:
            self._free -= size
            if self._free >= 0:
                return
            found = sorted(self._copies())
            there = sum(length for _, length, _ in found) + size
            if there > self.limit:
                for _, length, file in found:
                    if there <= _ROOM * self.limit:
                        break
                    file.unlink(missing_ok=True)
                    there -= length
            self._free = int(self.limit - there) // 2  # other processes bring copies too

    def _copies(self) -> Iterator[tuple[float, int, Path]]:
        """When each copy was last used, its bytes and its path."""
        for file in self.folder.glob("??/*"):
            with suppress(FileNotFoundError):  # another process sent it away
                stat = file.stat()
                yield stat.st_mtime, stat.st_size, file
