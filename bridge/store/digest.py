"""Names of bytes: BLAKE3 of a file, the digest of a whole value.

Large inputs are hashed with a fixed number of threads, never with `blake3.AUTO`: AUTO uses one process-wide
pool, and in a child made by `os.fork` after the pool has started (multiprocessing's default on Linux) the
next large hash waits for threads that do not exist, for ever. A pool of its own costs a hasher 0.1 ms.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from io import RawIOBase

from blake3 import blake3

from bridge.domain.progress import Meter

SLICE = 4 << 20
"""Bytes that are hashed, read and written at once."""

_CONTENT = "prefect-bridge 2026 content of a value: format, paths, sizes, digests"
_THREADS = min(os.cpu_count() or 1, 8)
_THREADED_FROM = 1 << 20


def new_hasher(expected: int) -> blake3:
    """Make a hasher for a file of about so many bytes.

    >>> hasher = new_hasher(2)
    >>> hasher.update(b"42").hexdigest() == digest_of(b"42")
    True
    """
    return blake3(max_threads=_THREADS if expected >= _THREADED_FROM else 1)


def digest_of(data: bytes | bytearray | memoryview) -> str:
    """BLAKE3 of bytes, hex: what `b3sum` prints.

    >>> digest_of(b"")[:16]
    'af1349b9f5f9a1a6'
    """
    return blake3(data).hexdigest()


def digest_of_file(file: RawIOBase, meter: Meter | None = None) -> tuple[str, int]:
    """Hash a file from where it stands to its end; return digest and bytes.

    It is read rather than memory-mapped: a page that cannot be read is then an OSError and not a SIGBUS that
    kills the process, and the copy costs a few percent of reading the file. A meter is told how far it is.

    >>> with open("/dev/null", "rb", buffering=0) as file:
    ...     digest_of_file(file) == (digest_of(b""), 0)
    True
    """
    hasher, size = None, 0
    buffer = bytearray(SLICE)
    view = memoryview(buffer)
    while count := file.readinto(buffer):
        hasher = hasher or new_hasher(count)
        hasher.update(view[:count])
        size += count
        if meter is not None:
            meter.advance(count)
    return (hasher or blake3()).hexdigest(), size


def content_digest(format: str, files: Iterable[tuple[str, int, str]]) -> str:
    """Identity of a value: its format with the paths, sizes and digests of its files, in any order.

    The kind is hashed in (BLAKE3's key derivation), so that no file's digest can be a value's. Where the
    bytes lie, inline or in objects, does not enter.

    >>> content_digest("json", [("value.json", 2, digest_of(b"42"))])[:15]
    'blake3:28d98046'
    """
    canonical = json.dumps([format, sorted(files)], separators=(",", ":"), ensure_ascii=True)
    return f"blake3:{blake3(canonical.encode('ascii'), derive_key_context=_CONTENT).hexdigest()}"
