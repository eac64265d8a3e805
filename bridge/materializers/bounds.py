"""What a value from elsewhere would unpack to, found before a library unpacks it.

Some kilobytes can unpack to more than there is memory: a zip member of zeros, a Parquet column of one value. What
files say of themselves is read, which costs little; what this workspace wrote itself is not looked at.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import BinaryIO
from zipfile import BadZipFile, ZipFile

from bridge.domain.errors import UnreadableError
from bridge.domain.manifest import Manifest
from bridge.domain.ports import Source

RATIO = 1000
"""Times that a file may grow when it is unpacked, whatever its size."""

_NOT_PARSED = frozenset({"text", "bytes", "bytearray", "path"})
_MOST_MEMBERS = 100_000
_WIDEST = 8
_I32, _U16, _U32, _PAIR = struct.Struct("<i"), struct.Struct("<H"), struct.Struct("<I"), struct.Struct("<qq")


def check_bounds(thing: str, manifest: Manifest, source: Source, *, limit: int) -> None:
    """Refuse a value that unpacks to more than `limit` bytes and more than a thousand times what is stored.

    Args:
        thing: What the value is called, for the message.
        manifest: Its files.
        source: Where they are read.
        limit: Bytes.

    Raises:
        UnreadableError: If a file says so of itself, or cannot be read that far.
    """
    if manifest.format in _NOT_PARSED:
        return
    for entry in manifest.files:
        measure = _MEASURES.get(entry.path.rpartition(".")[2])
        if measure is None:
            continue
        with source.open(entry.path) as file:
            try:
                size = measure(file)
            except (BadZipFile, OSError, ValueError, struct.error, IndexError) as error:
                raise UnreadableError(manifest.format, f"{entry.path}: {type(error).__name__}: {error}") from error
        if size > max(limit, RATIO * entry.size):
            why = (
                f"{entry.path} of {thing} came from elsewhere and would unpack from {entry.size} bytes to {size}. If "
                f"you trust its origin: BRIDGE_UNPACK_LIMIT={size}"
            )
            raise UnreadableError(manifest.format, why)


def unzipped(file: BinaryIO) -> int:
    """Bytes of all members of a zip file, as it declares them; Python reads no more of a member than that.

    Raises:
        BadZipFile: If it is none.
        ValueError: If it has more members than any file of ours.

    >>> import io
    >>> file = io.BytesIO()
    >>> with ZipFile(file, "w") as packed:
    ...     packed.writestr("a", "42")
    >>> unzipped(file)
    2
    """
    with ZipFile(file) as packed:
        members = packed.infolist()
        if len(members) > _MOST_MEMBERS:
            raise ValueError(f"it has {len(members)} members, of {_MOST_MEMBERS} at most")
        return sum(member.file_size for member in members)


def parquet_size(file: BinaryIO) -> int:
    """Bytes that a Parquet file takes in memory, at most, by its footer: as pages, or as columns of eight bytes a row.

    Raises:
        ValueError: If it is none.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(pa.PythonFile(file, mode="r"), pre_buffer=False) as parquet:
            told = parquet.metadata
            pages = sum(told.row_group(i).total_byte_size for i in range(told.num_row_groups))
            return int(max(pages, told.num_rows * told.num_columns * _WIDEST))
    except pa.ArrowException as error:
        raise ValueError(str(error)) from error


def stream_size(file: BinaryIO) -> int:
    """Bytes that an Arrow stream takes in memory: more than the file has if its buffers are compressed.

    Raises:
        ValueError: If it is none.
    """
    import pyarrow as pa

    size = 0
    try:
        reader = pa.ipc.MessageReader.open_stream(pa.PythonFile(file, mode="r"))
        for message in reader:
            if message.type in ("record batch", "dictionary"):
                size += _batch_size(bytes(message.metadata), memoryview(message.body), message.type == "dictionary")
    except pa.ArrowException as error:
        raise ValueError(str(error)) from error
    return size


def _batch_size(metadata: bytes, body: memoryview, is_dictionary: bool) -> int:
    """Bytes of the buffers of a batch when they are unpacked (`Message.fbs` of Apache Arrow's format).

    A compressed buffer begins with its length before; -1 says that it is as it is.
    """
    batch = _table(metadata, _U32.unpack_from(metadata)[0], 2)
    if is_dictionary:
        batch = _table(metadata, batch, 1)
    if _field(metadata, batch, 3) is None:
        return len(body)
    at = _table(metadata, batch, 2)
    size = 0
    for i in range(_U32.unpack_from(metadata, at)[0]):
        offset, length = _PAIR.unpack_from(metadata, at + 4 + 16 * i)
        if length:
            before = int.from_bytes(body[offset : offset + 8], "little", signed=True)
            size += length if before < 0 else before
    return size


def _field(data: bytes, table: int, slot: int) -> int | None:
    """Where a field of a flatbuffer's table is; None if it has its default."""
    virtual = table - _I32.unpack_from(data, table)[0]
    if 4 + 2 * slot >= _U16.unpack_from(data, virtual)[0]:
        return None
    offset = _U16.unpack_from(data, virtual + 4 + 2 * slot)[0]
    return table + offset if offset else None


def _table(data: bytes, table: int, slot: int) -> int:
    """Where a table or vector that a field refers to is."""
    at = _field(data, table, slot)
    if at is None:
        raise ValueError("a message without its content")
    return int(at + _U32.unpack_from(data, at)[0])


_MEASURES: dict[str, Callable[[BinaryIO], int]] = {
    "skops": unzipped,
    "keras": unzipped,
    "parquet": parquet_size,
    "arrow": stream_size,
}
