"""A file as parts of objects that the store has, and of new objects, packs, that hold what is new of it.

A local store has one object for a whole file and one pack for what is new; one far away has segments of them.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import cast

from bridge.domain.manifest import FileEntry, Part
from bridge.store.chunks import SMALLEST, Chunk, Chunks, average_for, cut
from bridge.store.digest import SLICE, digest_of, new_hasher
from bridge.store.objects import Objects
from bridge.store.paths import blob_key
from bridge.store.scattering import Place, bounded
from bridge.store.sending import LARGEST_SEGMENT, Range, segment_length, segments, send_gathered, send_whole
from bridge.store.staging import Pending, Staging

MOST_OBJECTS = 64
"""Objects that a file may lie in beside its segments, each a request: what lies in the smallest is stored again."""

OUTGROWN = 8
"""Times that a file's chunks may be smaller than they would be for its size, to be those of the file before it."""

MOST_PARTS = 1024
"""Ranges that one file may consist of, for the same reason."""

WORTH = 8
"""A file that has less than one in so many bytes in common with earlier ones is stored whole."""


def publish(staging: Staging, path: str, pending: Pending, bases: Sequence[FileEntry]) -> FileEntry:
    """Bring a staged file into the store: as it is, or as what differs from files that are there.

    Args:
        staging: Where it is staged.
        path: Its path in the value.
        pending: The file.
        bases: Files of earlier versions that this one may have come from, the likeliest first.
    """
    assert pending.staged is not None
    objects = staging.objects
    is_local = objects.path("") is not None
    if pending.size < SMALLEST or (is_local and not bases):
        return _whole(staging, path, pending)  # cut when there is something to compare it with
    for base in bases:
        if base.digest == pending.digest and base.inline is None and objects.reuse(base.parts):
            pending.staged.unlink()
            return replace(base, path=path)
    known = [(base, chunks) for base in bases if (chunks := _chunks_of(objects, base)) is not None]
    average = average_for(pending.size)
    if known and known[0][1].average * OUTGROWN >= average:
        average = known[0][1].average  # only files that were cut alike can be compared
    with pending.staged.open("rb", buffering=0) as file:
        chunks = cut(cast(io.RawIOBase, file), average)
    entry = _parted(staging, path, pending, chunks, _places(known, average))
    entry = entry or (_whole if is_local else _segmented)(staging, path, pending, chunks)
    return replace(entry, chunks=_listed(staging, chunks))


def _whole(staging: Staging, path: str, pending: Pending, _: Chunks | None = None) -> FileEntry:
    assert pending.staged is not None
    key = blob_key(pending.digest)
    staging.objects.publish(pending.staged, key=key, size=pending.size)
    staging.sent(pending.size)
    return FileEntry(path, pending.size, pending.digest, (Part(key, 0, pending.size, pending.digest),))


def _segmented(staging: Staging, path: str, pending: Pending, chunks: Chunks) -> FileEntry:
    """The file as segments, several of which are sent at once; whole if it is no larger than one."""
    assert pending.staged is not None
    ranges = segments(pending.size, [chunk.offset + chunk.length for chunk in chunks.all])
    if len(ranges) < 2:
        return _whole(staging, path, pending)
    return FileEntry(path, pending.size, pending.digest, tuple(send_whole(staging, pending.staged, ranges)))


def _chunks_of(objects: Objects, base: FileEntry) -> Chunks | None:
    """The chunks of a file that the store has; None if that cannot be told for little."""
    with suppress(OSError, ValueError):
        if base.chunks is not None:
            part = base.chunks
            data = b"".join(objects.read(part.key, offset=part.offset, length=part.length))
            # One that was changed would put the new file together of the wrong bytes.
            return Chunks.decode(data) if blob_key(digest_of(data)) == part.key else None
        here = objects.path(base.parts[0].key) if len(base.parts) == 1 and base.size >= SMALLEST else None
        if here is not None:
            with here.open("rb", buffering=0) as file:
                return cut(cast(io.RawIOBase, file), average_for(base.size))
    return None


def _places(known: Sequence[tuple[FileEntry, Chunks]], average: int) -> dict[bytes, Place]:
    """Where the chunks of earlier files are; in the likeliest of them, if in several."""
    places: dict[bytes, Place] = {}
    for base, chunks in known:
        if chunks.average == average:
            for chunk, place in _located(base, chunks):
                places.setdefault(chunk.digest, place)
    return places


def _located(base: FileEntry, chunks: Chunks) -> Iterator[tuple[Chunk, Place]]:
    parts = iter(base.parts)
    part, begin = next(parts), 0
    for chunk in chunks.all:
        while chunk.offset >= begin + part.length:
            begin += part.length
            part = next(parts)
        if chunk.offset + chunk.length <= begin + part.length:
            yield chunk, Place(part.key, part.offset + chunk.offset - begin)


def _parted(
    staging: Staging, path: str, pending: Pending, chunks: Chunks, places: Mapping[bytes, Place]
) -> FileEntry | None:
    """The file as parts, with a pack of its new chunks published; None if it had better be stored whole."""
    assert pending.staged is not None
    objects, most = staging.objects, pending.size // LARGEST_SEGMENT
    places = bounded(chunks.all, places, most_objects=MOST_OBJECTS + most, most_ranges=MOST_PARTS + most)
    shared = sum(chunk.length for chunk in chunks.all if chunk.digest in places)
    if shared * WORTH < pending.size:
        return None
    new, packs = _new(chunks, places, None if objects.path("") is not None else segment_length(pending.size))
    parts = _joined((places.get(chunk.digest) or new[chunk.digest], chunk.length) for chunk in chunks.all)
    used = [part for part in parts if part.key.startswith("blobs/")]
    if len({part.key for part in used}) >= MOST_OBJECTS + most or len(parts) > MOST_PARTS + most:
        return None
    if not objects.reuse(used):
        return None
    staging.sent(shared)
    keys = _publish_packs(staging, pending.staged, packs)
    pending.staged.unlink()
    parts = [replace(part, key=keys.get(part.key, part.key)) for part in parts]
    return FileEntry(path, pending.size, pending.digest, tuple(parts))


def _new(
    chunks: Chunks, places: Mapping[bytes, Place], most: int | None
) -> tuple[dict[bytes, Place], list[list[Range]]]:
    """Places of the chunks that the store has not, each once; and the ranges of the file that each pack consists of.

    Args:
        chunks: All chunks of the file.
        places: Where the store has some of them.
        most: Bytes of a pack; any number if None.
    """
    new: dict[bytes, Place] = {}
    packs: list[list[Range]] = []
    size = 0
    for chunk in chunks.all:
        if chunk.digest not in places and chunk.digest not in new:
            if not packs or (most is not None and size + chunk.length > most):
                packs.append([])
                size = 0
            new[chunk.digest] = Place(str(len(packs) - 1), size)
            packs[-1].append((chunk.offset, chunk.length))
            size += chunk.length
    return new, packs


def _joined(ranges: Iterator[tuple[Place, int]]) -> list[Part]:
    """Ranges that follow each other in one object, as one."""
    parts: list[Part] = []
    for place, length in ranges:
        last = parts[-1] if parts else None
        if last is not None and last.key == place.key and last.offset + last.length == place.offset:
            parts[-1] = replace(last, length=last.length + length)
        else:
            parts.append(Part(place.key, place.offset, length))
    return parts


def _publish_packs(staging: Staging, staged: Path, packs: Sequence[Sequence[Range]]) -> dict[str, str]:
    """Publish objects that hold new chunks; returns their keys by what `_new` calls them."""
    if staging.objects.path("") is None:
        keys = send_gathered(staging, staged, packs)
    else:
        keys = [_pack(staging, staged, ranges) for ranges in packs]
    return {str(number): key for number, key in enumerate(keys)}


def _pack(staging: Staging, staged: Path, ranges: Sequence[Range]) -> str:
    target = staging.new_path()
    hasher, size = new_hasher(0), 0
    with staged.open("rb", buffering=0) as source, target.open("xb", buffering=SLICE) as pack:
        for begin, length in ranges:
            source.seek(begin)
            data = source.read(length)
            hasher.update(data)
            pack.write(data)
            size += len(data)
    key = blob_key(hasher.hexdigest())
    staging.objects.publish(target, key=key, size=size)
    return key


def _listed(staging: Staging, chunks: Chunks) -> Part:
    """Publish the list of a file's chunks, for the next version of it to be compared with."""
    data = chunks.encode()
    digest = digest_of(data)
    target = staging.new_path()
    target.write_bytes(data)
    staging.objects.publish(target, key=blob_key(digest), size=len(data))
    return Part(blob_key(digest), 0, len(data), digest)
