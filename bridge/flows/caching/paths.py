"""The digest of a file or folder, without reading again what was not touched."""

from __future__ import annotations

import os
import stat
import threading
import time
from collections import OrderedDict
from pathlib import Path

from bridge.domain.errors import UndigestibleError
from bridge.workspace import Workspace

SETTLED = 2.0
"""Seconds after which a time stamp tells: a file system may give two writes in between the same one."""

MOST_PATHS = 1024
"""Paths whose digests are kept."""

_Stamp = tuple[tuple[str, int, int, int, int, int, int], ...]


class PathDigests:
    """Digests by path, as long as nothing there was touched. Thread-safe.

    A file counts as untouched if its device, inode, mode, size, and both its times are the same: that of its content,
    which anybody can set, and that of its inode, which nobody can. A file that was written to a moment ago is read.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[_Stamp, str]] = OrderedDict()
        self._lock = threading.Lock()

    def digest_of(self, workspace: Workspace, path: Path) -> str:
        """The digest that a version has which holds the content; of what is not there, one of the path.

        Raises:
            UndigestibleError: If what is there cannot be read, or is neither file nor folder.
        """
        place = os.path.abspath(path)  # noqa: PTH100 - `Path.absolute` keeps what is `..`
        stamp = _stamp(place)
        with self._lock:
            kept = self._kept.get(place)
        if stamp is not None and kept is not None and kept[0] == stamp:
            return kept[1]
        if stamp == () or not os.path.lexists(place):
            return f"absent:{path}"
        found = workspace.digest_of(path)
        if found is None:
            raise UndigestibleError("pathlib.Path", f"{path} leads to what cannot be stored")
        if stamp is not None and _stamp(place) == stamp:
            self._keep(place, stamp, found[0])
        return found[0]

    def _keep(self, place: str, stamp: _Stamp, digest: str) -> None:
        with self._lock:
            self._kept[place] = (stamp, digest)
            self._kept.move_to_end(place)
            while len(self._kept) > MOST_PATHS:
                self._kept.popitem(last=False)


def _stamp(place: str) -> _Stamp | None:
    """What is there, without reading it; None if that cannot be trusted; empty if nothing is there."""
    found: list[tuple[str, int, int, int, int, int, int]] = []
    waiting = [place]
    try:
        while waiting:
            one = waiting.pop()
            status = os.stat(one)  # noqa: PTH116 - text in
            if max(status.st_mtime, status.st_ctime) > time.time() - SETTLED:
                return None
            times = (status.st_mtime_ns, status.st_ctime_ns)
            found.append((one, status.st_dev, status.st_ino, status.st_mode, status.st_size, *times))
            if stat.S_ISDIR(status.st_mode):
                waiting += sorted(entry.path for entry in os.scandir(one))
    except FileNotFoundError:
        return () if not found else None
    except OSError:
        return None
    return tuple(found)


paths = PathDigests()
"""The digests of this process."""
