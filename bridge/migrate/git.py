"""What git says of files that are to be changed."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path


def uncommitted(files: Sequence[Path]) -> list[str]:
    """Those of the files that git keeps, or would, with changes that are not committed; none without git.

    >>> uncommitted([])
    []
    """
    found: list[str] = []
    for folder in sorted({file.resolve().parent for file in files}):
        names = [str(file.resolve()) for file in files if file.resolve().parent == folder]
        command = ["git", "-C", str(folder), "status", "--porcelain", "--untracked-files=no", "-z", "--", *names]
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
        except (OSError, subprocess.TimeoutExpired):
            return found
        if done.returncode == 0:
            found += [entry[3:] for entry in done.stdout.split("\0") if len(entry) > 3]
    return found
