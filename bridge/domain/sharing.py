"""How many bytes of a version the store keeps once for it and for an earlier one."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bridge.domain.manifest import FileEntry, Manifest, Part

_Ranges = dict[str, tuple[list[int], list[int]]]


@dataclass(frozen=True, slots=True)
class BytesShared:
    """The bytes of a version, by whether another one has them as well.

    Args:
        shared: Bytes that lie where the other version's bytes lie, so that the store keeps them once for both.
        new: The rest: what this version costs if the other one is there.

    >>> BytesShared(75, 25).share
    0.75
    """

    shared: int
    new: int

    @property
    def share(self) -> float:
        """Which part is shared, from 0 to 1; of nothing everything is."""
        whole = self.shared + self.new
        return self.shared / whole if whole else 1.0


def shared_bytes(old: Manifest, new: Manifest) -> BytesShared:
    """Count the bytes of `new` in ranges of store objects that `old` refers to as well.

    A file with the digest of one of the old files is shared whole, wherever its bytes lie: small values stay in the
    manifest, and have no ranges.

    >>> part = Part("packs/1", 0, 100)
    >>> old = Manifest("blake3:1", "text", (FileEntry("value.txt", 100, "aa", (part,)),))
    >>> parts = (Part("packs/1", 50, 50), Part("packs/2", 0, 7))
    >>> shared_bytes(old, Manifest("blake3:2", "text", (FileEntry("value.txt", 57, "bb", parts),)))
    BytesShared(shared=50, new=7)
    """
    known = {entry.digest for entry in old.files}
    ranges = _merged(part for entry in old.files for part in entry.parts)
    shared = sum(entry.size if entry.digest in known else _covered(entry, ranges) for entry in new.files)
    return BytesShared(shared, new.size - shared)


def _merged(parts: Iterable[Part]) -> _Ranges:
    """The ranges of each object as begins and ends, ordered, without overlaps."""
    found: dict[str, list[tuple[int, int]]] = {}
    for part in parts:
        found.setdefault(part.key, []).append((part.offset, part.offset + part.length))
    merged: _Ranges = {}
    for key, ranges in found.items():
        begins: list[int] = []
        ends: list[int] = []
        for begin, end in sorted(ranges):
            if ends and begin <= ends[-1]:
                ends[-1] = max(ends[-1], end)
            else:
                begins.append(begin)
                ends.append(end)
        merged[key] = (begins, ends)
    return merged


def _covered(entry: FileEntry, ranges: _Ranges) -> int:
    return sum(_overlap(part, *ranges[part.key]) for part in entry.parts if part.key in ranges)


def _overlap(part: Part, begins: Sequence[int], ends: Sequence[int]) -> int:
    end, total = part.offset + part.length, 0
    for place in range(max(bisect_right(begins, part.offset) - 1, 0), len(begins)):
        if begins[place] >= end:
            break
        total += max(min(end, ends[place]) - max(part.offset, begins[place]), 0)
    return total
