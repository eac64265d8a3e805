"""Arrow tables to Parquet files and back, the same bytes for the same table."""

from __future__ import annotations

from typing import Any, BinaryIO

from bridge.domain.ports import Sink, Source
from bridge.materializers.mapping import memory_of
from bridge.materializers.packing import packing
from bridge.materializers.table_layout import laid_out, lay_out

_ROW_GROUP = 64 << 20

_PIECE = 1 << 16
"""Rows that pyarrow is given at once."""


def write(table: Any, file: BinaryIO) -> None:
    """Write a `pyarrow.Table` front to back: one row group up to 64 Mi rows, packed as `packing` says.

    Lists' inner fields keep their names ("compliant" ones would all be called `element`).

    >>> import io, pyarrow as pa
    >>> file = io.BytesIO()
    >>> write(pa.table({"a": [1, 2]}), file)
    >>> read(file).column("a").to_pylist()
    [1, 2]
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    with (
        pa.PythonFile(Onward(file), mode="w") as target,
        pq.ParquetWriter(target, table.schema, use_compliant_nested_type=False, **packing(table)) as writer,
    ):
        writer.write_table(in_short_pieces(table), row_group_size=min(max(table.num_rows, 1), _ROW_GROUP))


def read(file: BinaryIO) -> Any:
    """Read a Parquet file whole, into memory.

    Without threads: processes that had loaded a table were seen to abort while they exit (pyarrow 25.0.1).

    Raises:
        pyarrow.ArrowException: If it is none; `OSError` if it is cut short.
    """
    file.seek(0)
    return _read(file.read())


def save(table: Any, sink: Sink, path: str) -> None:
    """Write a `pyarrow.Table` as a file of a sink, and its layout beside it where that is wanted."""
    with sink.open(path) as file:
        write(table, file)
    lay_out(sink, path, table)


def load(source: Source, path: str) -> Any:
    """Read a Parquet file of a source: its layout, or the file, which is not copied into memory first if it is here.

    Raises:
        pyarrow.ArrowException: If it is none; `OSError` if it is cut short.
    """
    table = laid_out(source, path)
    if table is not None:
        return table
    memory = memory_of(source, path)
    if memory is not None:
        table = _read(memory)
    else:
        with source.open(path) as file:
            table = read(file)
    lay_out(source, path, table)
    return table


def _read(memory: Any) -> Any:
    import pyarrow as pa
    import pyarrow.parquet as pq

    with pq.ParquetFile(pa.BufferReader(memory), pre_buffer=False) as parquet:
        return parquet.read(use_threads=False)


def keeps(schema: Any) -> bool:
    """Say whether a table comes back from Parquet with this very schema, metadata included.

    Some types do not, and that shows only with values; see `holds_altered`.

    >>> import pyarrow as pa
    >>> keeps(pa.schema([("a", pa.int8())])), keeps(pa.schema([("a", pa.dictionary(pa.int8(), pa.string()))]))
    (True, False)
    """
    import io

    import pyarrow as pa

    if len(set(schema.names)) < len(schema.names) or holds_altered(schema):
        return False
    file, nulls = io.BytesIO(), pa.table([pa.nulls(1, kind) for kind in schema.types], names=schema.names)
    try:
        write(nulls, io.BytesIO())  # some types are refused only when there is a value of them
        write(schema.empty_table(), file)
        return bool(read(file).schema.equals(schema, check_metadata=True))
    except (pa.ArrowException, OSError, ValueError):
        return False


def holds_altered(schema: Any) -> bool:
    """Say whether a column, or one inside it, has a type whose values Parquet does not give back as they were.

    The values of a dictionary come back in another order, and without those that no row has; a null among lists of a
    fixed size cannot be read again (pyarrow 25.0.1).

    >>> import pyarrow as pa
    >>> holds_altered(pa.schema([("a", pa.list_(pa.dictionary(pa.int8(), pa.string())))]))
    True
    """
    return any(map(_is_altered, schema.types))


def in_one_piece(table: Any) -> Any:
    """Join the chunks of each column, so that the bytes do not tell how the table was put together."""
    import pyarrow as pa

    if all(column.num_chunks <= 1 for column in table.columns):
        return table
    joined = (column.combine_chunks() if column.num_chunks > 1 else column for column in table.columns)
    columns = [column if isinstance(column, pa.ChunkedArray) else pa.chunked_array([column]) for column in joined]
    return pa.Table.from_arrays(columns, schema=table.schema)


def in_short_pieces(table: Any) -> Any:
    """Give the columns in pieces of 65,536 rows, without a copy; the bytes that are written are the same.

    Where pages are cut by content, pyarrow (25.0.1) converts all that is left of a piece for each page: four million
    decimals took eleven seconds in one piece, and take 0.4 in these. So did all types that Parquet has not itself:
    booleans, small and unsigned integers, half floats, times in seconds.

    >>> import pyarrow as pa
    >>> in_short_pieces(pa.table({"a": range(100_000)})).column("a").num_chunks
    2
    """
    import pyarrow as pa

    if table.num_rows <= _PIECE:
        return table
    pieces = [
        [chunk.slice(start, _PIECE) for chunk in column.chunks for start in range(0, len(chunk), _PIECE)]
        for column in table.columns
    ]
    columns = [pa.chunked_array(each, kind) for each, kind in zip(pieces, table.schema.types, strict=True)]
    return pa.Table.from_arrays(columns, schema=table.schema)


class Onward:
    """What pyarrow asks of a file, over one that is only written onwards; whose it is closes it.

    >>> import io
    >>> Onward(io.BytesIO()).write(b"abc")
    3
    """

    closed = False

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._place = file, 0

    def write(self, data: Any) -> int:
        """Write bytes, or a buffer."""
        size = memoryview(data).nbytes
        self._file.write(data)
        self._place += size
        return size

    def tell(self) -> int:
        """How many bytes were written."""
        return self._place

    def flush(self) -> None:
        """Do nothing: a sink has no buffer of its own."""

    def close(self) -> None:
        """Do nothing."""


def _is_altered(kind: Any) -> bool:
    import pyarrow as pa

    if pa.types.is_dictionary(kind) or pa.types.is_fixed_size_list(kind):
        return True
    if isinstance(kind, pa.BaseExtensionType):
        return _is_altered(kind.storage_type)
    return any(_is_altered(kind.field(place).type) for place in range(kind.num_fields))
