"""Two sets of files compared by path and content."""

from __future__ import annotations

import filecmp
from collections.abc import Callable, Iterable
from pathlib import Path

from bridge.domain.content_difference import Change, FilesDifference
from bridge.domain.manifest import Manifest

CONTENT = "content/"
"""Where the format `path` keeps the files of a folder."""


def compare_files(old: Manifest, new: Manifest, *, limit: int = 10) -> FilesDifference:
    """Compare the files of two versions, of which nothing is read: their digests are known.

    >>> from bridge.domain.manifest import FileEntry
    >>> one = Manifest("blake3:1", "path", (FileEntry("content/a.txt", 3, "aa"),))
    >>> two = Manifest("blake3:2", "path", (FileEntry("content/a.txt", 4, "bb"), FileEntry("content/b.txt", 1, "cc")))
    >>> [(change.what, change.path) for change in compare_files(one, two).changes]
    [('changed', 'a.txt'), ('added', 'b.txt')]
    """
    sides = [{entry.path.removeprefix(CONTENT): entry for entry in side.files} for side in (old, new)]
    sizes = [{path: entry.size for path, entry in side.items()} for side in sides]
    return _compare(sizes[0], sizes[1], lambda path: sides[0][path].digest == sides[1][path].digest, limit)


def compare_paths(old: Path, new: Path, *, limit: int = 10) -> FilesDifference:
    """Compare two files or folders on the disk.

    >>> compare_paths(Path(__file__), Path(__file__)).equal
    True
    """
    sides = [_below(root) for root in (old, new)]
    sizes = [{name: path.stat().st_size for name, path in side.items()} for side in sides]
    return _compare(sizes[0], sizes[1], lambda name: filecmp.cmp(sides[0][name], sides[1][name], shallow=False), limit)


def _below(root: Path) -> dict[str, Path]:
    if not root.is_dir():
        return {root.name: root}
    return {path.relative_to(root).as_posix(): path for path in sorted(root.rglob("*")) if path.is_file()}


def _compare(old: dict[str, int], new: dict[str, int], is_same: Callable[[str], bool], limit: int) -> FilesDifference:
    changed = [Change(path, old[path], new[path]) for path in new if path in old and not is_same(path)]
    added = [Change(path, None, new[path], "added") for path in new if path not in old]
    removed = [Change(path, old[path], None, "removed") for path in old if path not in new]
    return FilesDifference(
        added=len(added),
        removed=len(removed),
        changed=len(changed),
        unchanged=len(new) - len(changed) - len(added),
        changes=tuple(_first(limit, changed, added, removed)),
    )


def _first(limit: int, *groups: list[Change]) -> Iterable[Change]:
    for group in groups:
        yield from group[:limit]
