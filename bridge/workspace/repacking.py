"""Objects of which little is needed any more: the rest of them is written anew."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bridge.domain.errors import StoreError
from bridge.domain.manifest import FileEntry, Manifest, Part
from bridge.workspace.liveness import live_contents
from bridge.workspace.workspace import Workspace

SMALLEST = 1 << 20
"""Bytes. A smaller object is not worth the reading of what lies in it."""

Range = tuple[int, int]
"""Offset and length."""


@dataclass(frozen=True, slots=True)
class Repacked:
    """What was written anew.

    Args:
        objects: Objects whose living parts were copied; they go when the grace is over.
        size: Bytes that go with them.
    """

    objects: int = 0
    size: int = 0


def repack(workspace: Workspace, *, forgotten_since: datetime) -> Repacked:
    """Copy what lives of objects of which less than half does, and let the catalog say that it lies there.

    What every content consists of is read and hashed at its new place before the catalog says so. An object is left
    alone where that fails, or where a content was stored anew meanwhile. It stays for the grace, for who reads it.

    Raises:
        StoreError: If the store cannot be read or written.
        CatalogError: If the catalog cannot be.

    >>> from datetime import timezone
    >>> from bridge.workspace import current
    >>> repack(current(), forgotten_since=datetime.now(timezone.utc))
    Repacked(objects=0, size=0)
    """
    sizes = {one.key: one.size for one in workspace.store.objects() if one.size >= SMALLEST}
    if not sizes:
        return Repacked()
    parts: dict[str, set[Range]] = {}
    for manifest in live_contents(workspace.catalog, workspace.spool, forgotten_since=forgotten_since):
        for part in _parts(manifest):
            if part.key in sizes:
                parts.setdefault(part.key, set()).add((part.offset, part.length))
    living = {key: joined(ranges) for key, ranges in parts.items()}
    sparse = {key: ranges for key, ranges in living.items() if 2 * _length(ranges) < sizes[key]}
    moved = [key for key in sparse if _repack_one(workspace, key, sparse[key], forgotten_since)]
    return Repacked(len(moved), sum(sizes[key] - _length(sparse[key]) for key in moved))


def _repack_one(workspace: Workspace, key: str, ranges: Sequence[Range], since: datetime) -> bool:
    """Move the contents that lie in one object; whether all of them were."""
    holding = [
        manifest
        for manifest in live_contents(workspace.catalog, workspace.spool, forgotten_since=since)
        if any(part.key == key for part in _parts(manifest))
    ]
    if not all(workspace.store.reuse(manifest) for manifest in holding):  # which makes the old object new to a sweep
        return False
    try:
        target = workspace.store.copy_ranges(key, ranges)
    except StoreError:
        return False
    offsets = _offsets(ranges)
    for manifest in holding:
        new = replace(manifest, files=tuple(_moved(entry, key, target, offsets) for entry in manifest.files))
        if not _is_covered(manifest, key, ranges) or workspace.store.verify(new):
            return False
        if not workspace.catalog.move_content(manifest, new):
            return False
    return True


def joined(ranges: Iterable[Range]) -> list[Range]:
    """Ranges by offset, those that meet or overlap as one.

    >>> joined([(5, 5), (0, 2), (2, 3), (7, 9), (20, 1)])
    [(0, 16), (20, 1)]
    """
    found: list[Range] = []
    for offset, length in sorted(ranges):
        if found and offset <= sum(found[-1]):
            begin = found[-1][0]
            found[-1] = (begin, max(sum(found[-1]), offset + length) - begin)
        else:
            found.append((offset, length))
    return found


def _offsets(ranges: Sequence[Range]) -> dict[Range, int]:
    """Where each range begins in the object that is made of them."""
    offsets, size = {}, 0
    for one in ranges:
        offsets[one] = size
        size += one[1]
    return offsets


def _moved(entry: FileEntry, key: str, target: str, offsets: Mapping[Range, int]) -> FileEntry:
    return replace(entry, parts=tuple(_moved_part(part, key, target, offsets) for part in entry.parts))


def _moved_part(part: Part, key: str, target: str, offsets: Mapping[Range, int]) -> Part:
    if part.key != key:
        return part
    for (offset, length), begin in offsets.items():
        if offset <= part.offset and part.offset + part.length <= offset + length:
            return replace(part, key=target, offset=begin + part.offset - offset)
    return part


def _is_covered(manifest: Manifest, key: str, ranges: Sequence[Range]) -> bool:
    """Whether all that a content has in the object is among the ranges; not, if it came to use more of it since."""
    return all(
        any(offset <= part.offset and part.offset + part.length <= offset + length for offset, length in ranges)
        for part in _parts(manifest)
        if part.key == key
    ) and not any(entry.chunks is not None and entry.chunks.key == key for entry in manifest.files)


def _parts(manifest: Manifest) -> Iterator[Part]:
    for entry in manifest.files:
        yield from entry.parts
        if entry.chunks is not None:
            yield entry.chunks


def _length(ranges: Iterable[Range]) -> int:
    return sum(length for _, length in ranges)
