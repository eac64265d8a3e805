"""Worktrees of a repository: folders of their own for its commits."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from bridge.reproduce.git import WITHOUT_HOOKS, git, said


def add(repository: str, folder: Path, commit: str) -> str | None:
    """Check a commit out into a folder; returns what git says if it failed."""
    with _alone(repository):
        git(repository, "worktree", "prune")
        return git(repository, *WITHOUT_HOOKS, "worktree", "add", "--detach", "--force", str(folder), commit)


def remove(repository: str, folder: Path) -> None:
    """Remove such a folder, and what git knows of it."""
    with _alone(repository):
        git(repository, "worktree", "remove", "--force", "--force", str(folder))
        shutil.rmtree(folder, ignore_errors=True)
        git(repository, "worktree", "prune")


@contextmanager
def _alone(repository: str) -> Iterator[None]:
    """One process at a time.

    Git removes the folder of a repository's worktrees with the last one, even if another git has just made it.

    What is locked is git's own folder, so that no file is left there; where a folder cannot be locked, as on some
    network drives, git has to do without.
    """
    with ExitStack() as stack:
        common = os.fsdecode(said(repository, "rev-parse", "--path-format=absolute", "--git-common-dir").rstrip(b"\n"))
        with suppress(OSError):
            descriptor = os.open(common, os.O_RDONLY)
            stack.callback(os.close, descriptor)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
