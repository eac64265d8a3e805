"""Files cut by content: where bytes are put in or taken out, only the chunks around them are others.

FastCDC (Xia et al., "The Design of Fast Content-Defined Chunking for Data Deduplication Based Storage Systems", 2020):
a chunk ends where a rolling hash of the bytes before says so, not at a multiple of anything.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from blake3 import blake3

SMALLEST = 1 << 20
"""Bytes. A file of fewer is stored whole: its chunks would be more to keep than what they spare."""

_AVERAGE = 8 << 10
_LARGEST_AVERAGE = 4 << 20
_FILE_OF_AVERAGE = 128 << 20
_WINDOW = 16 << 20
_MAGIC = b"bridge chunks 1\n"
_HEAD = struct.Struct("<II")
_LENGTH = struct.Struct("<I")
_DIGEST = 16


@dataclass(frozen=True, slots=True)
class Chunk:
    """A chunk of a file.

    Args:
        offset: First byte within the file.
        length: Bytes.
        digest: BLAKE3 of these bytes, its first 16: it tells chunks of a few files apart, and the file that is put
            together of them is checked by its own.
    """

    offset: int
    length: int
    digest: bytes


@dataclass(frozen=True, slots=True)
class Chunks:
    """The chunks of a file, in order and without gaps.

    Args:
        average: What the cutter was set to, in bytes; only files that were cut alike have chunks in common.
        all: The chunks.

    >>> chunks = Chunks(16384, (Chunk(0, 2, bytes(16)), Chunk(2, 3, bytes(16))))
    >>> Chunks.decode(chunks.encode()) == chunks
    True
    """

    average: int
    all: tuple[Chunk, ...]

    def encode(self) -> bytes:
        """As an object of the store: magic, average, count, lengths, digests; little-endian, 20 bytes a chunk."""
        lengths = b"".join(_LENGTH.pack(chunk.length) for chunk in self.all)
        return _MAGIC + _HEAD.pack(self.average, len(self.all)) + lengths + b"".join(c.digest for c in self.all)

    @classmethod
    def decode(cls, data: bytes) -> Chunks:
        """Read what `encode` wrote.

        Raises:
            ValueError: If it is not that.
        """
        start = len(_MAGIC) + _HEAD.size
        if not data.startswith(_MAGIC) or len(data) < start:
            raise ValueError("not a list of chunks")
        average, count = _HEAD.unpack_from(data, len(_MAGIC))
        digests = start + count * _LENGTH.size
        if len(data) != digests + count * _DIGEST:
            raise ValueError("a list of chunks that was cut off")
        found, offset = [], 0
        for i, (length,) in enumerate(_LENGTH.iter_unpack(data[start:digests])):
            found.append(Chunk(offset, length, data[digests + i * _DIGEST : digests + (i + 1) * _DIGEST]))
            offset += length
        return cls(average, tuple(found))


def average_for(size: int) -> int:
    """The average length of chunks for a file: some thousands of them, whatever its size.

    >>> average_for(5 << 20), average_for(10 << 30)
    (8192, 1048576)
    """
    average = _AVERAGE
    while average < _LARGEST_AVERAGE and size > _FILE_OF_AVERAGE * (average // _AVERAGE):
        average *= 2
    return average


def cut(file: io.RawIOBase, average: int) -> Chunks:
    """Cut a file, from where it stands to its end, in 16 MiB of memory.

    >>> cut(io.BytesIO(bytes(600_000)), 16384).all[0].length
    65536
    """
    return Chunks(average, tuple(_cut(file, average)))


def _cut(file: io.RawIOBase, average: int) -> Iterator[Chunk]:
    from pyfastcdc import FastCDC  # compiled; not needed until something is saved again

    cutter = FastCDC(average)
    window = memoryview(bytearray(max(_WINDOW, 8 * average)))
    held, offset, ended = 0, 0, False
    while not ended or held:
        while held < len(window) and not ended:
            count = file.readinto(window[held:]) or 0
            held, ended = held + count, count == 0
        used = 0
        for found in cutter.cut_buf(window[:held]):
            if found.offset + found.length == held and not ended:
                break  # it ends here because the window does
            view = window[found.offset : found.offset + found.length]
            yield Chunk(offset + used, found.length, blake3(view).digest(_DIGEST))
            used += found.length
        offset += used
        window[: held - used] = window[used:held]
        held -= used
