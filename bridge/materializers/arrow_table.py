"""pyarrow's tables, as Parquet where Parquet gives the very schema back, otherwise as an Arrow stream.

Of a table or a chunked array the values and the schema are kept, not where one chunk ends and the next begins.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any, BinaryIO

from bridge.domain.errors import UnreadableError
from bridge.domain.ports import Sink, Source
from bridge.materializers import parquet
from bridge.materializers.declined import Declined
from bridge.materializers.table_facts import LISTED, table_facts

PATH = "value.parquet"
_ROWS = 1 << 20


class ArrowParquet:
    """A `pyarrow.Table` in one Parquet file.

    >>> import pyarrow as pa
    >>> ArrowParquet().handles(pa.table({"a": [1]})), ArrowParquet().handles({"a": [1]})
    (True, False)
    """

    format = "arrow+parquet"

    def handles(self, value: object) -> bool:
        """Say whether it is exactly a `Table`."""
        return _kind(value) == "table"

    def save(self, value: Any, sink: Sink) -> Mapping[str, Any]:
        """Write `value.parquet`.

        Raises:
            Declined: If Parquet does not give the schema back as it is.
        """
        if not parquet.keeps(value.schema) or (value.num_rows and not value.num_columns):
            raise Declined("a schema that Parquet does not keep")
        parquet.save(parquet.in_one_piece(value), sink, PATH)
        return facts(value)

    def load(self, source: Source) -> Any:
        """Read the table.

        Raises:
            UnreadableError: If it is no Parquet file, or cut short.
        """
        import pyarrow as pa

        try:
            return parquet.load(source, PATH)
        except (pa.ArrowException, OSError, ValueError) as error:
            raise UnreadableError(self.format, f"{type(error).__name__}: {error}") from error


class ArrowStream:
    """A table, a record batch, an array or a chunked array of any Arrow type, as an Arrow IPC stream.

    The name of the file says which it is. It is not compressed, so that a later version shares what did not change.

    >>> import pyarrow as pa
    >>> ArrowStream().handles(pa.array([1]))
    True
    """

    format = "arrow+ipc"

    def handles(self, value: object) -> bool:
        """Say whether it is one of the four."""
        return _kind(value) is not None

    def save(self, value: Any, sink: Sink) -> Mapping[str, Any]:
        """Write `table.arrow`, `batch.arrow`, `array.arrow` or `chunked.arrow`.

        Raises:
            Declined: If the stream does not give the type back as it is.
        """
        import pyarrow as pa

        kind = _kind(value)
        table = value if kind == "table" else _as_table(value)
        if not _stream_keeps(table.schema) or (table.num_rows and not table.num_columns):
            raise Declined("a type that an Arrow stream does not keep")
        try:
            table.validate(full=True)
        except pa.ArrowException as error:
            raise Declined(str(error)) from error
        with sink.open(f"{kind}.arrow") as file:
            write_stream(table, file, rows=_ROWS if kind in {"table", "chunked"} else max(len(value), 1))
        return facts(value) if isinstance(value, (pa.Table, pa.RecordBatch)) else _array_facts(value)

    def load(self, source: Source) -> Any:
        """Read it back.

        Raises:
            UnreadableError: If it is no Arrow stream, or cut short.
        """
        import pyarrow as pa

        (path,) = source.paths
        try:
            with source.open(path) as file:
                table = read_stream(file)
            return _of_kind(table, path.removesuffix(".arrow"))
        except (pa.ArrowException, OSError, ValueError, KeyError, IndexError) as error:
            raise UnreadableError(self.format, f"{type(error).__name__}: {error}") from error


def write_stream(table: Any, file: BinaryIO, *, rows: int = _ROWS) -> None:
    """Write a `pyarrow.Table` as an Arrow IPC stream of batches of so many rows, the last one shorter."""
    import pyarrow as pa

    with (
        pa.PythonFile(parquet.Onward(file), mode="w") as target,
        pa.ipc.new_stream(target, table.schema, options=pa.ipc.IpcWriteOptions(unify_dictionaries=True)) as writer,
    ):
        table = table.unify_dictionaries()
        for start in range(0, table.num_rows, rows):
            for batch in table.slice(start, rows).combine_chunks().to_batches():
                writer.write_batch(batch)


def read_stream(file: BinaryIO) -> Any:
    """Read an Arrow IPC stream to its end, and check that what it says of its own memory is so.

    Raises:
        pyarrow.ArrowException: If it is none; `OSError` or `ValueError` if it is cut short.
    """
    import pyarrow as pa

    data = file.read()
    refuse_cut_stream(data)
    table = pa.ipc.open_stream(data).read_all()
    table.validate(full=True)
    return table


def facts(value: Any) -> dict[str, Any]:
    """Give the shape and the columns of a table.

    >>> import pyarrow as pa
    >>> facts(pa.table({"a": [1]}))
    {'kind': 'table', 'rows': 1, 'shape': [1, 1], 'columns': [['a', 'int64']], 'bytes': 8}
    """
    return table_facts(
        [(field.name, field.type) for field in list(value.schema)[:LISTED]],
        shape=(value.num_rows, value.num_columns),
        bytes=value.nbytes,
        nulls=[column.null_count for column in value.columns[:LISTED]],
        kind="batch" if type(value).__name__ == "RecordBatch" else "table",
    )


def refuse_cut_stream(data: bytes) -> None:
    """Raise `ValueError` for an Arrow IPC stream without its end, which readers take for a shorter one.

    >>> refuse_cut_stream(b"")
    Traceback (most recent call last):
    ValueError: it is cut short
    """
    if not data.endswith(b"\xff\xff\xff\xff\x00\x00\x00\x00"):
        raise ValueError("it is cut short")


_KINDS = {"Table": "table", "RecordBatch": "batch", "ChunkedArray": "chunked"}


def _kind(value: object) -> str | None:
    arrow: Any = sys.modules.get("pyarrow")
    cls = type(value)
    if arrow is None or not cls.__module__.startswith("pyarrow."):
        return None
    kind = _KINDS.get(cls.__name__)
    if kind is not None:
        return kind if getattr(arrow, cls.__name__) is cls else None
    return "array" if isinstance(value, arrow.Array) else None


def _as_table(value: Any) -> Any:
    import pyarrow as pa

    if isinstance(value, pa.RecordBatch):
        return pa.Table.from_batches([value])
    return pa.table([value], names=["value"])


def _of_kind(table: Any, kind: str) -> Any:
    import pyarrow as pa

    if kind == "table":
        return table
    if kind == "chunked":
        return table.column(0)
    empty = [pa.array([], each) for each in table.schema.types]
    batch = next(iter(table.to_batches()), None) or pa.RecordBatch.from_arrays(empty, schema=table.schema)
    return {"batch": batch, "array": batch.column(0) if kind == "array" else None}[kind]


def _stream_keeps(schema: Any) -> bool:
    import io

    import pyarrow as pa

    file = io.BytesIO()
    try:
        write_stream(schema.empty_table(), file)
        file.seek(0)
        return bool(read_stream(file).schema.equals(schema, check_metadata=True))
    except (pa.ArrowException, OSError, ValueError):
        return False


def _array_facts(value: Any) -> dict[str, Any]:
    columns = [("value", value.type)]
    return table_facts(columns, shape=(len(value),), bytes=value.nbytes, nulls=[value.null_count], kind="array")
