"""Submodules of the code that is run again, at the commits that it names."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bridge.reproduce import worktree
from bridge.reproduce.git import said


@contextmanager
def submodules(root: Path, project: Path | None, *, keep: bool) -> Iterator[list[str]]:
    """Check out the submodules of a checkout, from those of the project; nothing is fetched.

    Args:
        root: The checkout.
        project: The project, whose submodules have the commits; None if it is not there.
        keep: Leave them there.

    Yields:
        What could not be had.
    """
    notes: list[str] = []
    made: list[tuple[str, Path]] = []
    try:
        for path, commit in _named(root):
            theirs, target = (project / path if project is not None else None), root / path
            trouble = "it is not in the project any more"
            if theirs is not None and (theirs / ".git").exists():
                trouble = worktree.add(str(theirs), target, commit) or ""
                made += [(str(theirs), target)] if not trouble else []
            if trouble:
                notes.append(f"The submodule {path} is not there ({trouble}): --link {path} takes it as it is now.")
        yield notes
    finally:
        for repository, target in () if keep else made:
            worktree.remove(repository, target)


def _named(root: Path) -> Iterator[tuple[str, str]]:
    """Folders of submodules with the commits that are recorded for them."""
    if not (root / ".gitmodules").is_file():
        return
    for entry in said(str(root), "ls-files", "--stage", "-z").split(b"\0"):
        facts, _, path = entry.partition(b"\t")
        if facts.startswith(b"160000 "):
            yield os.fsdecode(path), facts.split(b" ")[1].decode()
