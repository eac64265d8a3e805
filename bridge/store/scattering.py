"""Keeps a file from lying in too many places: what lies in the smallest of them is stored again, all together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bridge.store.chunks import Chunk

_ROOM = 32
"""Objects of versions to come, before there are too many again."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a chunk is: in an object of the store, or (key "") in the pack that is to be made."""

    key: str
    offset: int


def bounded(
    chunks: Sequence[Chunk], places: Mapping[bytes, Place], *, most_objects: int, most_ranges: int
) -> Mapping[bytes, Place]:
    """The places to which a file had better refer, so that it lies in fewer objects and ranges than the most.

    Where it would lie in more, the objects and the ranges that have most of the file stay, and room is made for some
    versions to come, so that this does not happen again with the next.

    Args:
        chunks: The file.
        places: Where the store has chunks, by digest.
        most_objects: Objects that a file may lie in, less one.
        most_ranges: Ranges that it may consist of.

    >>> chunks = [Chunk(0, 9, b"a"), Chunk(9, 1, b"b"), Chunk(10, 9, b"c")]
    >>> places = {b"a": Place("x", 0), b"b": Place("y", 0), b"c": Place("z", 0)}
    >>> sorted(bounded(chunks, places, most_objects=4, most_ranges=9)) == sorted(places)
    True
    >>> sorted(bounded(chunks, places, most_objects=3, most_ranges=9))
    [b'a']
    """
    there = {chunk.digest: place for chunk in chunks if (place := places.get(chunk.digest)) is not None}
    held: Counter[str] = Counter()
    for chunk in chunks:
        if chunk.digest in there:
            held[there[chunk.digest].key] += chunk.length
    if len(held) >= most_objects:
        stay = {key for key, _ in held.most_common(max(most_objects // 2, most_objects - _ROOM))}
        there = {digest: place for digest, place in there.items() if place.key in stay}
    runs = list(_runs(chunks, there))
    if len(runs) <= most_ranges:
        return there
    old = sorted((run for run in runs if run[0].digest in there), key=_length, reverse=True)
    dropped = {chunk.digest for run in old[most_ranges // 4 :] for chunk in run}
    return {digest: place for digest, place in there.items() if digest not in dropped}


def _runs(chunks: Sequence[Chunk], there: Mapping[bytes, Place]) -> Iterator[list[Chunk]]:
    """Chunks that follow each other in one object, or that are all new."""
    run: list[Chunk] = []
    for chunk in chunks:
        if run and not _follows(there.get(chunk.digest), run[-1], there.get(run[-1].digest)):
            yield run
            run = []
        run.append(chunk)
    if run:
        yield run


def _follows(place: Place | None, last: Chunk, before: Place | None) -> bool:
    if place is None or before is None:
        return place is before
    return place.key == before.key and place.offset == before.offset + last.length


def _length(run: Sequence[Chunk]) -> int:
    return sum(chunk.length for chunk in run)
