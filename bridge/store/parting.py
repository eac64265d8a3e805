"""A file as parts of objects that the store has, and of one new object, a pack, that holds what is new of it."""

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
from bridge.store.staging import Pending, Staging

MOST_OBJECTS = 64
"""Objects that one file may lie in, as each costs a reader a request: what lies in the smallest is stored again."""

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
    if pending.size < SMALLEST:
        return _whole(objects, path, pending)
    for base in bases:
        if base.digest == pending.digest and base.inline is None and objects.reuse(base.parts):
            pending.staged.unlink()
            return replace(base, path=path)
    is_local = objects.path("") is not None
    if is_local and not bases:
        return _whole(objects, path, pending)  # cut when there is something to compare it with
    known = [(base, chunks) for base in bases if (chunks := _chunks_of(objects, base)) is not None]
    average = average_for(pending.size)
    if known and known[0][1].average * OUTGROWN >= average:
        average = known[0][1].average  # only files that were cut alike can be compared
    with pending.staged.open("rb", buffering=0) as file:
        chunks = cut(cast(io.RawIOBase, file), average)
    entry = _parted(staging, path, pending, chunks, _places(known, average)) or _whole(objects, path, pending)
    return replace(entry, chunks=_listed(staging, chunks))


def _whole(objects: Objects, path: str, pending: Pending) -> FileEntry:
    assert pending.staged is not None
    key = blob_key(pending.digest)
    objects.publish(pending.staged, key=key, size=pending.size)
    return FileEntry(path, pending.size, pending.digest, (Part(key, 0, pending.size, pending.digest),))


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
    places = bounded(chunks.all, places, most_objects=MOST_OBJECTS, most_ranges=MOST_PARTS)
    shared = sum(chunk.length for chunk in chunks.all if chunk.digest in places)
    if shared * WORTH < pending.size:
        return None
    new, size = _new(chunks, places)
    parts = _joined((places.get(chunk.digest) or new[chunk.digest], chunk.length) for chunk in chunks.all)
    used = [part for part in parts if part.key]
    if len({part.key for part in used}) >= MOST_OBJECTS or len(parts) > MOST_PARTS or not staging.objects.reuse(used):
        return None
    pack = _pack(staging, pending.staged, [chunk for chunk in chunks.all if chunk.digest in new], new) if size else ""
    pending.staged.unlink()
    return FileEntry(path, pending.size, pending.digest, tuple(replace(p, key=p.key or pack) for p in parts))


def _new(chunks: Chunks, places: Mapping[bytes, Place]) -> tuple[dict[bytes, Place], int]:
    """Places of the chunks that the store has not, one after the other, each once; and their bytes together."""
    new: dict[bytes, Place] = {}
    size = 0
    for chunk in chunks.all:
        if chunk.digest not in places and chunk.digest not in new:
            new[chunk.digest] = Place("", size)
            size += chunk.length
    return new, size


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


def _pack(staging: Staging, staged: Path, chunks: Sequence[Chunk], new: dict[bytes, Place]) -> str:
    """Publish an object that holds new chunks; returns its key."""
    target = staging.new_path()
    hasher, size = new_hasher(0), 0
    with staged.open("rb", buffering=0) as source, target.open("xb", buffering=SLICE) as pack:
        for chunk in chunks:
            if new[chunk.digest].offset == size:  # else a second chunk of the same bytes
                source.seek(chunk.offset)
                data = source.read(chunk.length)
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
