"""Whether a folder lies on a disk of this machine."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

OWN = frozenset({"ext2", "ext3", "ext4", "xfs", "btrfs", "zfs", "f2fs", "bcachefs", "overlay", "tmpfs"})
"""File systems that one machine alone writes to, and that date every change of a file."""

_MOUNTS = "/proc/self/mountinfo"


def is_on_own_disk(folder: Path) -> bool:
    """Whether a folder lies on a disk of this machine; False where that cannot be told, as outside Linux.

    What is mounted from elsewhere may be changed there: time stamps that are seen here are then seconds old, and
    memory mapped from a file that another machine cuts short ends the process.

    >>> is_on_own_disk(Path("/proc"))
    False
    """
    return _kind_of(os.path.realpath(folder)) in OWN


@lru_cache(maxsize=64)
def _kind_of(folder: str) -> str | None:
    try:
        with Path(_MOUNTS).open(encoding="utf-8", errors="surrogateescape") as file:
            mounts = [_mount(line) for line in file]
    except OSError:
        return None
    found = [(len(place), number, kind) for number, (place, kind) in enumerate(mounts) if _is_below(folder, place)]
    return max(found)[2] if found else None  # the deepest one, of those that of the last mount


def _mount(line: str) -> tuple[str, str]:
    before, _, after = line.partition(" - ")
    place = before.split(" ")[4]
    for code in ("040", "011", "012", "134"):
        place = place.replace(f"\\{code}", chr(int(code, 8)))
    return place, after.split(" ")[0]


def _is_below(folder: str, place: str) -> bool:
    return place == "/" or folder == place or folder.startswith(f"{place}/")
