"""`zenml.io.fileio`, for files of this machine."""

from __future__ import annotations

import builtins
import glob as globbing
import os
import shutil
from pathlib import Path

open = builtins.open
exists, isdir, getsize = os.path.exists, os.path.isdir, os.path.getsize
listdir, mkdir, remove, rename, stat, walk = os.listdir, os.mkdir, os.remove, os.rename, os.stat, os.walk
glob, rmtree = globbing.glob, shutil.rmtree


def makedirs(path: str) -> None:
    """Make a folder, and those above it."""
    Path(path).mkdir(parents=True, exist_ok=True)


def copy(src: str, dst: str, overwrite: bool = False) -> None:
    """Copy a file.

    Raises:
        FileExistsError: If it is there, and is not to be overwritten.
    """
    if Path(dst).exists() and not overwrite:
        raise FileExistsError(f"{dst} is there already: say overwrite=True.")
    shutil.copyfile(src, dst)
