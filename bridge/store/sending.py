"""Files on their way to a store far away: in segments, several at once, within a bound of memory.

Each segment is an object by its own BLAKE3. A writer that was killed leaves those that it had sent, and the next one
finds them there: what is sent again is what was under way.
"""

from __future__ import annotations

import io
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

from bridge.domain.manifest import Part
from bridge.store.digest import new_hasher
from bridge.store.objects import AT_ONCE
from bridge.store.paths import blob_key
from bridge.store.staging import Staging

LARGEST_SEGMENT = 32 << 20
"""Bytes. s3fs, gcsfs and adlfs put objects of 50 MB and more in several requests, which this does not come to."""

_SEGMENT = 8 << 20
_FEW = 32
_IN_MEMORY = 64 << 20
_Item = TypeVar("_Item")
_Result = TypeVar("_Result")
Range = tuple[int, int]
"""First byte and bytes."""


def segment_length(size: int) -> int:
    """Bytes of a segment for a file, so that there are few of them and each is worth its request.

    >>> [segment_length(size) >> 20 for size in (1 << 20, 512 << 20, 1 << 30, 10 << 30)]
    [8, 16, 32, 32]
    """
    return min(LARGEST_SEGMENT, _SEGMENT * max(1, -(-size // (_FEW * _SEGMENT))))


def segments(size: int, ends: Sequence[int] = ()) -> list[Range]:
    """Ranges that a file is sent in, of about `segment_length`.

    Args:
        size: Bytes of the file.
        ends: Where it may be cut, in order (the ends of its chunks: none then lies in two objects); anywhere if empty.

    >>> segments(20 << 20) == [(0, 8 << 20), (8 << 20, 8 << 20), (16 << 20, 4 << 20)]
    True
    >>> segments(10 << 20, [3 << 20, 7 << 20, 10 << 20]) == [(0, 7 << 20), (7 << 20, 3 << 20)]
    True
    """
    length = segment_length(size)
    cuts = [0]
    if not ends:
        cuts += range(length, size, length)
    for before, end in pairwise(ends):
        if end - cuts[-1] > length:
            cuts.append(before)
    return [(begin, end - begin) for begin, end in zip(cuts, [*cuts[1:], size], strict=True)]


def send_whole(staging: Staging, staged: Path, ranges: Sequence[Range]) -> list[Part]:
    """Send a staged file in segments, the last one first; the file is cut off as they go, and gone in the end.

    So there is at no time a second copy of it on the disk, if the place keeps copies of what it sends.
    """
    left, lock, longest = list(ranges), threading.Lock(), max(length for _, length in ranges)
    keys: dict[Range, str] = {}

    def send_last(_: Range) -> None:
        with _room.for_bytes(longest):
            with lock:
                segment = left.pop()
                data = _read(file, segment)
                file.truncate(segment[0])
            keys[segment] = _send(staging, data)

    with staged.open("rb+", buffering=0) as file:
        for_each(send_last, ranges)
    staged.unlink()
    return [Part(keys[one], 0, one[1]) for one in ranges]


def send_gathered(staging: Staging, staged: Path, packs: Sequence[Sequence[Range]]) -> list[str]:
    """Send objects that each consist of some ranges of a staged file; returns their keys."""

    def send(ranges: Sequence[Range]) -> str:
        with _room.for_bytes(sum(length for _, length in ranges)), staged.open("rb", buffering=0) as file:
            gathered = io.BytesIO()
            for one in ranges:
                gathered.write(_read(file, one))
            return _send(staging, gathered.getvalue())

    return for_each(send, packs)


def for_each(work: Callable[[_Item], _Result], items: Sequence[_Item], *, at_once: int = AT_ONCE) -> list[_Result]:
    """Do something for each item, several at once; after the first failure no more are begun.

    >>> for_each(abs, [1, -2])
    [1, 2]
    """
    if len(items) < 2 or at_once < 2:
        return [work(item) for item in items]
    with ThreadPoolExecutor(min(at_once, len(items)), "bridge-store") as pool:
        futures = [pool.submit(work, item) for item in items]
        try:
            return [future.result() for future in futures]
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _send(staging: Staging, data: bytes) -> str:
    hasher = new_hasher(0)
    hasher.update(data)
    key = blob_key(hasher.hexdigest())
    staging.objects.send(data, key=key)
    staging.sent(len(data))
    return key


def _read(file: io.FileIO, wanted: Range) -> bytes:
    file.seek(wanted[0])
    data = file.read(wanted[1])
    if len(data) < wanted[1]:
        raise OSError("a staged file is shorter than it was")
    return data


class _Room:
    """Bytes that all threads of this process together may hold in memory for sending."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self._free, self._held = threading.Condition(), 0

    @contextmanager
    def for_bytes(self, size: int) -> Iterator[None]:
        with self._free:
            self._free.wait_for(lambda: not self._held or self._held + size <= _IN_MEMORY)
            self._held += size
        try:
            yield
        finally:
            with self._free:
                self._held -= size
                self._free.notify_all()


_room = _Room()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_room.reset)  # what other threads held, this process does not
