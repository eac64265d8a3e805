"""Parts of objects far away, read some requests ahead of who needs them."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from bridge.domain.manifest import Part
from bridge.store.objects import Objects

AHEAD = 6
"""Requests that are under way together, or answered and waiting."""

RANGE = 8 << 20
"""Bytes that one request asks for; so many times `AHEAD` are in memory."""


def is_worth_it(objects: Objects, parts: Sequence[Part]) -> bool:
    """Whether parts are many bytes, and not all of them lie on the local disk.

    >>> from bridge.store.remote import RemoteObjects
    >>> is_worth_it(RemoteObjects("memory://example"), [Part("blobs/ab/cd", 0, 100 << 20)])
    True
    """
    return sum(part.length for part in parts) > RANGE and any(objects.path(part.key) is None for part in parts)


def read_ahead(objects: Objects, parts: Sequence[Part]) -> Iterator[bytes]:
    """Yield the bytes of parts in order; fewer if an object ends before.

    Raises:
        FileNotFoundError: If an object is missing; its `filename` is the object's key.
    """
    waiting: deque[tuple[Part, Future[bytes]]] = deque()
    pool = ThreadPoolExecutor(AHEAD, "bridge-store-ahead")
    try:
        for part in _ranges(parts):
            waiting.append((part, pool.submit(_read, objects, part)))
            if len(waiting) == AHEAD:
                yield _first(waiting)
        while waiting:
            yield _first(waiting)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _first(waiting: deque[tuple[Part, Future[bytes]]]) -> bytes:
    part, future = waiting.popleft()
    try:
        return future.result()
    except FileNotFoundError as error:
        error.filename = part.key
        raise


def _ranges(parts: Sequence[Part]) -> Iterator[Part]:
    for part in parts:
        for start in range(0, part.length, RANGE):
            yield Part(part.key, part.offset + start, min(RANGE, part.length - start))


def _read(objects: Objects, part: Part) -> bytes:
    return b"".join(objects.read(part.key, offset=part.offset, length=part.length))
