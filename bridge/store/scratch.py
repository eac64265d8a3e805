"""Temporary folders on the local disk that are named after their process, so that dead ones can be told."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path


def new_scratch(within: Path | None) -> Path:
    """Make an empty folder, in the system's temporary folder if `within` is None.

    >>> folder = new_scratch(None)
    >>> folder.name.startswith("bridge-store-"), list(folder.iterdir()), folder.rmdir()
    (True, [], None)
    """
    if within is not None:
        within.mkdir(parents=True, exist_ok=True)
    return Path(tempfile.mkdtemp(prefix=f"{_prefix()}{os.getpid()}-", dir=within))


def discard_scratch(within: Path | None, *, before: float) -> int:
    """Remove folders of this user's dead processes in which nothing was written since then; count them.

    >>> discard_scratch(Path("/no/such/folder"), before=0.0)
    0
    """
    dead = [folder for folder in Path(within or tempfile.gettempdir()).glob(f"{_prefix()}*") if not _alive(folder)]
    old = [folder for folder in dead if 0 < last_touched(folder) <= before]
    for folder in old:
        shutil.rmtree(folder, ignore_errors=True)
    return len(old)


def last_touched(path: Path) -> float:
    """When something in a file or folder was last written, in seconds since the epoch; 0 if it is gone.

    >>> last_touched(Path("/no/such/file"))
    0.0
    """
    times = [_modified(path)]
    for folder, folders, files in os.walk(path):  # which passes over what others remove meanwhile
        times += [_modified(Path(folder) / name) for name in folders + files]
    return max(times)


def _modified(path: Path) -> float:
    try:
        return path.lstat().st_mtime
    except (FileNotFoundError, NotADirectoryError):
        return 0.0


def _prefix() -> str:
    return f"bridge-store-{os.getuid() if hasattr(os, 'getuid') else 0}-"


def _alive(folder: Path) -> bool:
    """Whether the process that made a folder runs; True where that cannot be told."""
    pid = folder.name.removeprefix(_prefix()).partition("-")[0]
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except (ValueError, OverflowError, PermissionError):
        return True
    return True
